"""What a chat shows: messages, buttons and files, as values."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.localtelegram.html import FormattedText, render

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: it sends `data` back, opens `url` or copies `copies`.

    `style` is Telegram's: "success" (green), "danger" (red), "primary" (blue), None for plain.
    """

    label: str
    data: str | None = None
    url: str | None = None
    copies: str | None = None
    style: str | None = None

    def as_json(self) -> JsonObject:
        """The button as the Bot API writes it."""
        copied = None if self.copies is None else {"text": self.copies}
        value: JsonObject = {"text": self.label, "callback_data": self.data, "url": self.url}
        value |= {"copy_text": copied, "style": self.style}
        return {name: part for name, part in value.items() if part is not None}


Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file that was sent. `width` and `height` in pixels, for photos only."""

    kind: Literal["document", "photo"]
    file_id: str
    unique_id: str
    name: str
    data: bytes = field(repr=False)
    width: int = 0
    height: int = 0

    @property
    def size(self) -> int:
        """The length in bytes."""
        return len(self.data)

    @property
    def mime_type(self) -> str:
        """What the name says the content is."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def path(self) -> str:
        """Where a bot downloads it, below /file/bot<token>/."""
        ending = self.name.rpartition(".")[2] if "." in self.name else "bin"
        return f"{self.kind}s/{self.unique_id}.{ending}"

    def identity(self) -> JsonObject:
        """What the Bot API says of any file."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}

    def as_json(self) -> JsonObject | list[JsonObject]:
        """The file as the Bot API writes it inside a message."""
        if self.kind == "photo":
            return [{**self.identity(), "width": self.width, "height": self.height}]
        return {**self.identity(), "file_name": self.name, "mime_type": self.mime_type}


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a screen shows it at one moment; an edit makes a new value.

    `sender` and `forwarded_from` are user ids. `content` is the text, or the caption of `file`;
    a `sticker` has neither. `keyboard` are the labels of a reply keyboard and `asks_reply` a
    forced reply. `album` names the group of files that it was sent in.
    """

    id: int
    chat_id: int
    sender: int
    sender_name: str
    from_bot: bool
    content: FormattedText
    date: datetime
    buttons: Buttons = ()
    file: File | None = None
    edited: datetime | None = None
    silent: bool = False
    protected: bool = False
    reply_to: int | None = None
    forwarded_from: int | None = None
    forwarded_date: datetime | None = None
    keyboard: tuple[tuple[str, ...], ...] = ()
    removes_keyboard: bool = False
    asks_reply: bool = False
    preview: JsonObject | None = None
    album: str | None = None
    sticker: bool = False

    @property
    def text(self) -> str:
        """The plain text or caption, without its formatting."""
        return self.content.text

    @property
    def html(self) -> str:
        """The text or caption as HTML of Telegram's subset."""
        return render(self.content)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of all buttons, in reading order."""
        return tuple(button.label for row in self.buttons for button in row)

    def button(self, which: str | int) -> Button:
        """A button by its place from 0, its label, its data, or a part only one label has.

        Raises:
            AssertionError: there is no such button, with what there is.
        """
        flat = [button for row in self.buttons for button in row]
        if isinstance(which, int):
            found = flat[which : which + 1] if which >= 0 else []
        else:
            found = [b for b in flat if b.label == which]
            found = found or [b for b in flat if b.data == which]
            found = found or [b for b in flat if which in b.label]
        if len(found) != 1:
            raise AssertionError(
                f"{'no' if not found else 'more than one'} button {which!r} under message "
                f"{self.id} ({self.text[:60]!r}); it has {list(self.labels)}"
            )
        return found[0]

    def __str__(self) -> str:
        holds = {
            "edited": self.edited,
            "silent": self.silent,
            "reply": self.reply_to,
            "forwarded": self.forwarded_from,
        }
        marks = [mark for mark, held in holds.items() if held]
        head = f"{self.date:%a %d-%m %H:%M} #{self.id} {self.sender_name}"
        head += f" ({', '.join(marks)})" if marks else ""
        lines = [f"{head}: {self.text}"]
        if self.file is not None:
            lines.append(f"<{self.file.kind} {self.file.name}, {self.file.size} bytes>")
        lines += ["[" + "] [".join(b.label for b in row) + "]" for row in self.buttons]
        return "\n      ".join(lines)
