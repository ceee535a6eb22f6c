"""Groups: chats that several people and the bot share."""

from __future__ import annotations

from dataclasses import dataclass

from bot.localtelegram.html import FormattedText, finish
from bot.localtelegram.people import Person
from bot.localtelegram.screen import JsonObject, Message
from bot.localtelegram.world import Account, World


@dataclass(slots=True)
class GroupAccount(Account):
    """A group as the bot's side knows it. `moved_to` is the supergroup that it became."""

    supergroup: bool = False
    moved_to: int | None = None

    def as_chat(self) -> JsonObject:
        """The group as the Bot API writes a Chat."""
        kind = "supergroup" if self.supergroup else "group"
        return {"id": self.user_id, "type": kind, "title": self.name}


class Group:
    """A group with the bot in it."""

    def __init__(self, world: World, account: GroupAccount) -> None:
        self._world = world
        self._account = account
        self.id = account.user_id  # negative, as Telegram's ids of groups are
        world.accounts[self.id] = account

    @property
    def heard(self) -> list[Message]:
        """What the bot has said here, oldest first."""
        return [m for m in self._world.chat(self.id).values() if m.from_bot]

    def send(self, person: Person, text: str) -> Message:
        """Somebody writes into the group."""
        sender = self._world.accounts[person.id]
        content = finish(FormattedText(text))
        message = self._world.new_message(self.id, content, sender=sender)
        self._world.tell_bot("message", self._world.message_json(message), self.id, person.id)
        return message

    def throw_out(self, by: Person) -> None:
        """Somebody removes the bot from the group, and the bot is told so."""
        self._account.blocked = True
        person = self._world.accounts[by.id]
        old, new = {"status": "member"}, {"status": "left"}
        body = self._world.membership(self._account, person, old, new)
        self._world.tell_bot("my_chat_member", body, self.id, by.id)

    def upgrade(self, by: Person, new_id: int, *, tell: bool = True) -> Group:
        """The group becomes a supergroup; both say so, unless the updates are lost."""
        new = GroupAccount(new_id, self._account.name, None, None, started=True, supergroup=True)
        grown = Group(self._world, new)
        if tell:
            self._service({"migrate_to_chat_id": new_id}, by)
            grown._service({"migrate_from_chat_id": self.id}, by)
        self._account.moved_to = new_id
        return grown

    def _service(self, news: JsonObject, by: Person) -> None:
        sender = self._world.accounts[by.id]
        message = self._world.new_message(self.id, finish(FormattedText("")), sender=sender)
        body = {**self._world.message_json(message), **news}
        self._world.tell_bot("message", body, self.id, by.id)
