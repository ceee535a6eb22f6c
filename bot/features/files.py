"""Views that are sent as a file: a document that is made anew, or a file that somebody sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeGuard

from bot.domain.documents import Document, Format
from bot.domain.run import Evidence


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document to be rendered and sent as a file, or as a picture."""

    document: Document
    format: Format


class FileView(Protocol):
    """A file that somebody sent, and that is sent again."""

    @property
    def file(self) -> Evidence:
        """The file, with Telegram's name for it."""

    @property
    def path(self) -> Path | None:
        """Where the archive has it, None if nowhere."""


def is_file(view: Any) -> TypeGuard[FileView]:
    """Whether a view is a file that is sent again."""
    return isinstance(getattr(view, "file", None), Evidence)
