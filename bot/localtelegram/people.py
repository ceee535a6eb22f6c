"""The people's side: what somebody with a phone can do, and what they see."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from bot.localtelegram.changes import PATIENCE, Change, Subscription
from bot.localtelegram.html import FormattedText, finish, utf16_length
from bot.localtelegram.pictures import picture_size
from bot.localtelegram.screen import Message
from bot.localtelegram.world import Account, Tap, World

_T = TypeVar("_T")

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Person:
    """Somebody with Telegram on their phone. What they do reaches the bot at once as an update.

    What Telegram's apps do not allow raises AssertionError, except in `tap_data`.
    """

    def __init__(self, world: World, account: Account) -> None:
        self._world = world
        self._account = account
        self.id = account.user_id  # also the id of the private chat with the bot
        self.name = account.name
        self.username = account.username  # without the @

    def __repr__(self) -> str:
        return f"<Person {self.name} {self.id}>"

    @property
    def started(self) -> bool:
        """Whether the person has ever written to the bot."""
        return self._account.started

    @property
    def blocked(self) -> bool:
        """Whether the person blocks the bot now."""
        return self._account.blocked

    @property
    def chat(self) -> list[Message]:
        """The chat with the bot as it is on the screen now, oldest first."""
        return list(self._world.chat(self.id).values())

    @property
    def heard(self) -> list[Message]:
        """The bot's messages on the screen now, oldest first."""
        return [message for message in self.chat if message.from_bot]

    @property
    def last(self) -> Message:
        """The bot's newest message on the screen.

        Raises:
            AssertionError: the bot has said nothing.
        """
        heard = self.heard
        if not heard:
            raise AssertionError(f"the bot has not said anything to {self.name}")
        return heard[-1]

    def message(self, message: Message | int) -> Message | None:
        """How a message looks now; None when it was deleted."""
        message_id = message if isinstance(message, int) else message.id
        return self._world.chat(self.id).get(message_id)

    @property
    def taps(self) -> list[Tap]:
        """The buttons this person has pressed lately, oldest first."""
        return [tap for tap in self._world.taps.values() if tap.user_id == self.id]

    @property
    def commands(self) -> tuple[tuple[str, str], ...]:
        """The menu as the bot set it for this person: name and description, in order."""
        return self._world.commands_for(self.id)

    def transcript(self) -> str:
        """The screen as text, for people who read a failing test."""
        return self._world.screen(self.id)

    def send(self, text: str, reply_to: Message | int | None = None) -> Message:
        """Write to the bot, a command included; the first message starts the bot."""
        written = finish(FormattedText(text))
        self._require(0 < written.length <= 4096, "a message has 1 to 4096 characters")
        return self._deliver(written, reply_to=self._reply(reply_to))

    def reply(self, message: Message | int, text: str) -> Message:
        """Answer one message on the screen."""
        return self.send(text, reply_to=message)

    def edit(self, message: Message, text: str) -> Message:
        """Change an own message."""
        current = self._on_screen(message)
        self._require(current.sender == self.id, "it is somebody else's message")
        edited = self._world.edit_message(current, content=finish(FormattedText(text)))
        self._update("edited_message", self._world.message_json(edited))
        return edited

    def attach(
        self, data: bytes, name: str, caption: str = "", reply_to: Message | int | None = None
    ) -> Message:
        """Send a document."""
        file = self._world.new_file("document", name, data, (0, 0))
        return self._deliver(self._caption(caption), file=file, reply_to=self._reply(reply_to))

    def photo(
        self, data: bytes, caption: str = "", reply_to: Message | int | None = None
    ) -> Message:
        """Send a photo (PNG or JPEG)."""
        return self._send_photo(data, caption, self._reply(reply_to), album=None)

    def album(
        self, photos: Sequence[bytes], caption: str = "", reply_to: Message | int | None = None
    ) -> list[Message]:
        """Send 2 to 10 photos at once; the first carries the caption, and each the reply."""
        self._require(2 <= len(photos) <= 10, "an album has 2 to 10 photos")
        album, reply = secrets.token_hex(8), self._reply(reply_to)
        captions = [caption] + [""] * (len(photos) - 1)
        pairs = zip(photos, captions, strict=True)
        return [self._send_photo(data, words, reply, album) for data, words in pairs]

    def _send_photo(self, data: bytes, words: str, reply: int | None, album: str | None) -> Message:
        size = self._there(picture_size(data), "a photo is a PNG or a JPEG")
        file = self._world.new_file("photo", "photo.jpg", data, size)
        return self._deliver(self._caption(words), file=file, reply_to=reply, album=album)

    def sticker(self, reply_to: Message | int | None = None) -> Message:
        """Send a sticker."""
        reply = self._reply(reply_to)
        return self._deliver(finish(FormattedText("")), sticker=True, reply_to=reply)

    def open_link(self, url: str) -> Message:
        """Open https://t.me/<bot>?start=<code> and press Start; a blocked bot is unblocked.

        Raises:
            AssertionError: the link leads elsewhere, or Telegram would not pass its code on.
        """
        parts = urlsplit(url)
        bot = parts.path.strip("/").lower()
        fits = parts.netloc in {"t.me", "telegram.me"} and bot == self._world.bot_username.lower()
        self._require(fits, f"{url} does not lead to @{self._world.bot_username}")
        codes = parse_qs(parts.query, keep_blank_values=True).get("start", [])
        for code in codes:
            why = f"Telegram does not pass {code!r} on: 1 to 64 of A-Z a-z 0-9 _ -"
            self._require(_PAYLOAD.fullmatch(code) is not None, why)
        if self.blocked:
            self.unblock()
        return self.send(f"/start {codes[0]}" if codes else "/start")

    def tap(self, message: Message | int, button: str | int = 0) -> Tap:
        """Press a button that is on the screen now, by label, data, part of a label or place."""
        current = self._on_screen(message)
        pressed = current.button(button)
        data = self._there(pressed.data, f"{pressed.label!r} sends nothing back to the bot")
        return self.tap_data(current, data)

    def tap_data(self, message: Message | int, data: str, *, readable: bool = True) -> Tap:
        """Send a callback that need not be on the screen: old, foreign or made up.

        `readable` False: the bot gets an inaccessible message, as of very old ones.
        """
        self._require_writable()
        chat_id, message_id = (
            (self.id, message) if isinstance(message, int) else (message.chat_id, message.id)
        )
        return self._world.new_tap(self._account, chat_id, message_id, data, readable=readable)

    def forward(self, message: Message, to: Person | None = None) -> Message:
        """Forward a message, without the buttons that send data, to the bot or to a person.

        What a person gets is returned, and is in no chat that the bot can see.
        """
        self._require(not message.protected, "the bot protects this message from forwarding")
        rows = (tuple(b for b in row if b.url is not None) for row in message.buttons)
        details: dict[str, Any] = {
            "file": message.file,
            "buttons": tuple(row for row in rows if row),
            "forwarded_from": message.forwarded_from or message.sender,
            "forwarded_date": message.forwarded_date or message.date,
        }
        if to is None:
            return self._deliver(message.content, **details)
        return Message(
            id=message.id,
            chat_id=to.id,
            sender=self.id,
            sender_name=self.name,
            from_bot=False,
            content=message.content,
            date=self._world.now(),
            **details,
        )

    def block(self) -> None:
        """Stop and block the bot, which is told so."""
        self._member(blocked=True)

    def unblock(self) -> None:
        """Let the bot write again, which is told so."""
        self._member(blocked=False)

    def deactivate(self) -> None:
        """Delete the Telegram account; the bot finds out when it writes."""
        self._account.deactivated = True
        self._world.changed(Change("account", self.id))

    async def wait_for(
        self,
        wanted: str | Callable[[Message], bool],
        timeout: float = PATIENCE,
        *,
        after: Message | int | None = None,
    ) -> Message:
        """The newest message of the bot, after `after`, that `wanted` is in or is true of.

        Raises:
            AssertionError: none came within `timeout` seconds; it shows the screen.
        """
        floor = 0 if after is None else after if isinstance(after, int) else after.id
        what = f"{wanted!r}" if isinstance(wanted, str) else "a message it is waiting for"

        def fits(message: Message) -> bool:
            return wanted in message.text if isinstance(wanted, str) else wanted(message)

        def look() -> Message | None:
            newest = reversed(self.heard)
            return next((m for m in newest if m.id > floor and fits(m)), None)

        return await self._world.wait_until(look, timeout, f"{self.name} to see {what}", self.id)

    async def wait_until(
        self, condition: Callable[[Person], bool], timeout: float = PATIENCE
    ) -> None:
        """Wait until `condition` holds of this person's screen.

        Raises:
            AssertionError: it did not within `timeout` seconds; it shows the screen.
        """
        what = f"what {self.name} was to see"
        await self._world.wait_until(lambda: condition(self), timeout, what, self.id)

    def watch(self) -> Subscription:
        """The changes of this person's screen from now on, as an async iterator."""
        return self._world.subscribe(self.id)

    def _deliver(self, content: FormattedText, **details: Any) -> Message:
        self._require_writable()
        self._account.started = True
        message = self._world.new_message(self.id, content, sender=self._account, **details)
        self._update("message", self._world.message_json(message))
        return message

    def _update(self, kind: str, body: dict[str, Any]) -> None:
        self._world.tell_bot(kind, body, self.id, self.id)

    def _member(self, *, blocked: bool) -> None:
        self._require(not self._account.deactivated, "the account is deleted")
        self._require(self._account.started, "the bot was never started")
        if self._account.blocked == blocked:
            return
        self._account.blocked = blocked
        out, within = {"status": "kicked", "until_date": 0}, {"status": "member"}
        old, new = (within, out) if blocked else (out, within)
        body = self._world.membership(self._account, self._account, old, new)
        self._update("my_chat_member", body)
        self._world.changed(Change("account", self.id))

    def _caption(self, text: str) -> FormattedText:
        self._require(utf16_length(text) <= 1024, "a caption has at most 1024 characters")
        return finish(FormattedText(text))

    def _reply(self, message: Message | int | None) -> int | None:
        return None if message is None else self._on_screen(message).id

    def _on_screen(self, message: Message | int) -> Message:
        return self._there(self.message(message), "the message is not on the screen")

    def _there(self, value: _T | None, why_not: str) -> _T:
        if value is None:
            raise AssertionError(f"{self.name} cannot do this: {why_not}")
        return value

    def _require_writable(self) -> None:
        self._require(not self._account.deactivated, "the account is deleted")
        self._require(not self._account.blocked, "the bot is blocked; unblock it first")

    def _require(self, holds: bool, why: str) -> None:
        if not holds:
            raise AssertionError(f"{self.name} cannot do this: {why}")
