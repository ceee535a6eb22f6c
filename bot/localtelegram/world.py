"""What the bot's side and the people's side share: accounts, chats, files, taps and menus."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.localtelegram.changes import PATIENCE, Change, Changes
from bot.localtelegram.html import FormattedText
from bot.localtelegram.log import Log, Request
from bot.localtelegram.screen import Buttons, File, JsonObject, Message
from bot.localtelegram.updates import UpdateQueue

Scope = tuple[str, int | None, int | None]
"""A scope of commands: its type, its chat and its user, None where the type has none."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much and how long the local Telegram keeps.

    `update` and `tap` are how long an unconfirmed update waits (24 hours by the Bot API's
    documents; Telegram's server gives a tap 150 seconds), `tap_answer` how long a tap can be
    answered. `messages` is per chat, `file_bytes` of all files together.
    """

    update: timedelta = timedelta(hours=24)
    tap: timedelta = timedelta(hours=24)
    tap_answer: timedelta = timedelta(minutes=15)
    log: int = 50_000
    messages: int = 5_000
    file_bytes: int = 512 * 1024 * 1024


@dataclass(slots=True)
class Account:
    """Somebody on Telegram, as the bot's side knows them."""

    user_id: int
    name: str
    last_name: str | None
    username: str | None
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def as_user(self) -> JsonObject:
        """The person as the Bot API writes a User."""
        return {"id": self.user_id, "is_bot": False, **self._names(), "language_code": "id"}

    def as_chat(self) -> JsonObject:
        """The private chat with the person as the Bot API writes a Chat."""
        return {"id": self.user_id, "type": "private", **self._names()}

    def _names(self) -> JsonObject:
        names = {"first_name": self.name, "last_name": self.last_name, "username": self.username}
        return {field: name for field, name in names.items() if name is not None}


@dataclass(frozen=True, slots=True)
class TapAnswer:
    """What the bot said to a tap: a short notice, or an alert the person must close."""

    text: str
    show_alert: bool = False


@dataclass(slots=True, eq=False)
class Tap:
    """One press of a button. Its button spins until the bot answers or it is too late."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    at: float
    update_id: int | None
    answer: TapAnswer | None = None
    late: bool = False
    _world: World = field(repr=False, kw_only=True)

    @property
    def spinning(self) -> bool:
        """Whether the button still shows that it waits."""
        return self.answer is None and not self._world.too_late(self)

    async def answered(self, timeout: float = PATIENCE) -> TapAnswer:
        """The bot's answer, awaited for up to `timeout` seconds.

        Raises:
            AssertionError: it did not come; the message shows the person's screen.
        """
        what = f"an answer to the tap {self.data!r}"
        return await self._world.wait_until(lambda: self.answer, timeout, what, self.user_id)

    def grow_late(self) -> None:
        """Make it too old to be answered, as if the person had waited for a long time."""
        self.late = True
        self._world.changed()


_STICKER = {
    "file_id": "CAACAgIAAxkBAAEC",
    "file_unique_id": "AgADBAAD",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
    "emoji": "👍",
}


@dataclass(kw_only=True, eq=False, repr=False)
class World(Changes):
    """All state that the bot's side and the people's side share."""

    bot_id: int
    bot_username: str
    bot_name: str
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    limits: Limits

    def __post_init__(self) -> None:
        super().__init__()
        self.log = Log(maxlen=self.limits.log)
        self.updates = UpdateQueue(self.log, self.now, self.monotonic, 500_000_001, self.changed)
        self.accounts: dict[int, Account] = {}
        self.taps: OrderedDict[str, Tap] = OrderedDict()
        self.files: OrderedDict[str, File] = OrderedDict()
        self.commands: dict[tuple[Scope, str], tuple[tuple[str, str], ...]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[int | None, JsonObject] = {}
        self.in_flight = 0
        self.requests_begun = 0
        self._chats: dict[int, OrderedDict[int, Message]] = {}
        self.last_message_id = 0
        self._file_bytes = 0

    def chat(self, chat_id: int) -> Mapping[int, Message]:
        """The messages of a chat by id, oldest first."""
        return self._chats.get(chat_id, {})

    def new_message(
        self, chat_id: int, content: FormattedText, *, sender: Account | None, **details: Any
    ) -> Message:
        """Put a message into a chat, from a person or (None) from the bot."""
        self.last_message_id += 1
        message = Message(
            id=self.last_message_id,
            chat_id=chat_id,
            sender=self.bot_id if sender is None else sender.user_id,
            sender_name=self.bot_name if sender is None else sender.name,
            from_bot=sender is None,
            content=content,
            date=self.now(),
            **details,
        )
        chat = self._chats.setdefault(chat_id, OrderedDict())
        chat[message.id] = message
        if len(chat) > self.limits.messages:
            chat.popitem(last=False)
        self.changed(Change("message", chat_id, message.id))
        return message

    def edit_message(self, message: Message, **changes: Any) -> Message:
        """Put the edited message in the place of the old one."""
        edited = replace(message, edited=self.now(), **changes)
        self._chats[message.chat_id][message.id] = edited
        self.changed(Change("edited", message.chat_id, message.id))
        return edited

    def delete_message(self, message: Message) -> None:
        """Take a message off the screens."""
        del self._chats[message.chat_id][message.id]
        self.changed(Change("deleted", message.chat_id, message.id))

    def chats(self) -> Iterator[Message]:
        """Every message on every screen."""
        for chat in self._chats.values():
            yield from chat.values()

    def resume(self, messages: Iterable[Message], files: Iterable[File], last_id: int) -> None:
        """Go on where an earlier world stood; new messages are numbered behind `last_id`."""
        for file in files:
            self.files[file.file_id] = file
            self._file_bytes += file.size
        for message in messages:
            self._chats.setdefault(message.chat_id, OrderedDict())[message.id] = message
        self.last_message_id = last_id

    def bot_user(self) -> JsonObject:
        """The bot as the Bot API writes a User."""
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": self.bot_name,
            "username": self.bot_username,
        }

    def message_json(self, message: Message, *, reply: bool = True) -> JsonObject:
        """The message as the Bot API writes it; a replied message once, not its own reply."""
        in_file = message.file is not None
        replied = self.chat(message.chat_id).get(message.reply_to or 0) if reply else None
        value = {
            "message_id": message.id,
            "from": self._user(message.sender),
            "chat": self.accounts[message.chat_id].as_chat(),
            "date": int(message.date.timestamp()),
            "reply_to_message": self.message_json(replied, reply=False) if replied else None,
            "edit_date": int(message.edited.timestamp()) if message.edited else None,
            "has_protected_content": message.protected,
            "media_group_id": message.album,
            "sticker": dict(_STICKER) if message.sticker else None,
            "caption" if in_file else "text": message.text,
            "caption_entities" if in_file else "entities": [
                entity.as_json() for entity in message.content.entities
            ],
            "link_preview_options": message.preview,
            "reply_markup": buttons_json(message.buttons) if message.buttons else None,
        }
        if message.file is not None:
            value[message.file.kind] = message.file.as_json()
        if message.forwarded_from is not None and message.forwarded_date is not None:
            value["forward_origin"] = {
                "type": "user",
                "sender_user": self._user(message.forwarded_from),
                "date": int(message.forwarded_date.timestamp()),
            }
        return {name: part for name, part in value.items() if part}

    def _user(self, user_id: int) -> JsonObject:
        return self.bot_user() if user_id == self.bot_id else self.accounts[user_id].as_user()

    def tell_bot(self, kind: str, body: JsonObject, chat_id: int, user_id: int) -> None:
        """Queue an update for the bot."""
        self.updates.add(kind, body, chat_id=chat_id, user_id=user_id, keep=self.limits.update)
        self.changed()

    def membership(
        self, chat: Account, by: Account, old: JsonObject, new: JsonObject
    ) -> JsonObject:
        """A change of what the bot is in a chat, as the Bot API writes a ChatMemberUpdated."""
        return {
            "chat": chat.as_chat(),
            "from": by.as_user(),
            "date": int(self.now().timestamp()),
            "old_chat_member": {**old, "user": self.bot_user()},
            "new_chat_member": {**new, "user": self.bot_user()},
        }

    def new_tap(
        self, account: Account, chat_id: int, message_id: int, data: str, *, readable: bool = True
    ) -> Tap:
        """A press of a button as a callback query; not `readable`: of an inaccessible message."""
        message = self.chat(chat_id).get(message_id)
        if message is not None and readable:
            shown = self.message_json(message)
        else:
            shown = {"chat": self.accounts[chat_id].as_chat(), "message_id": message_id, "date": 0}
        tap_id = str(secrets.randbelow(9 * 10**17) + 10**17)
        body = {
            "id": tap_id,
            "from": account.as_user(),
            "message": shown,
            "chat_instance": str(chat_id * 7919),
            "data": data,
        }
        user_id, keep = account.user_id, self.limits.tap
        made = self.updates.add("callback_query", body, chat_id=chat_id, user_id=user_id, keep=keep)
        tap = Tap(tap_id, user_id, chat_id, message_id, data, self.monotonic(), made, _world=self)
        self.taps[tap_id] = tap
        if len(self.taps) > self.limits.messages:
            self.taps.popitem(last=False)
        self.changed(Change("tap", user_id, message_id))
        return tap

    def too_late(self, tap: Tap) -> bool:
        """Whether Telegram no longer takes an answer to this tap."""
        age = self.monotonic() - tap.at
        return tap.late or age > self.limits.tap_answer.total_seconds()

    def new_file(
        self, kind: Literal["document", "photo"], name: str, data: bytes, size: tuple[int, int]
    ) -> File:
        """Keep a file; the oldest go when all together grow beyond the limit."""
        unique = secrets.token_urlsafe(9)
        width, height = size
        file = File(kind, f"BQAC{secrets.token_urlsafe(24)}", unique, name, data, width, height)
        self.files[file.file_id] = file
        self._file_bytes += file.size
        while self._file_bytes > self.limits.file_bytes and len(self.files) > 1:
            _, oldest = self.files.popitem(last=False)
            self._file_bytes -= oldest.size
        return file

    def commands_for(self, user_id: int) -> tuple[tuple[str, str], ...]:
        """The menu in the private chat with a person: name and description, in order.

        The narrowest scope that has a list wins, in Indonesian before any language.
        Source: "Determining list of commands" of the Bot API.
        """
        kinds = (("chat", user_id), ("all_private_chats", None), ("default", None))
        keys = (((kind, chat, None), code) for kind, chat in kinds for code in ("id", ""))
        return next((self.commands[key] for key in keys if key in self.commands), ())

    def screen(self, user_id: int) -> str:
        """A person's chat with the bot as text."""
        account = self.accounts[user_id]
        state = [s for s in ("started", "blocked", "deactivated") if getattr(account, s)]
        lines = [f"--- {account.name} ({user_id}; {', '.join(state) or 'never started'}) ---"]
        return "\n".join([*lines, *(f"  {m}" for m in self.chat(user_id).values())])

    def transcript(self, user_id: int | None = None, requests: int = 15) -> str:
        """The screens (of one person, or of all) and the newest requests, as text."""
        people = list(self.accounts) if user_id is None else [user_id]
        pending = len(self.updates.pending)
        lines = [self.screen(p) for p in people]
        lines.append(f"--- updates not confirmed: {pending}; newest requests: ---")
        recent = [e for e in self.log if isinstance(e, Request)][-requests:]
        for entry in recent:
            outcome = str(entry.error) if entry.error else "ok" if entry.accepted else "not done"
            outcome += f", dropped {entry.dropped}" if entry.dropped else ""
            lines.append(f"  {entry.method} {entry.chat_id or ''} -> {outcome}")
        return "\n".join(lines)


def buttons_json(buttons: Buttons) -> JsonObject:
    """An inline keyboard as the Bot API writes it."""
    return {"inline_keyboard": [[button.as_json() for button in row] for row in buttons]}
