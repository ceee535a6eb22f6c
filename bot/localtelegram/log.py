"""What happened between the bot and its people, in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.localtelegram.errors import BotApiError


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the bot, written down when it was decided.

    `accepted`: it was carried out. `dropped`: the connection was closed without an answer,
    "before" or "after" that. `at` and `decided` are monotonic seconds.
    """

    method: str
    params: Mapping[str, Any]
    chat_id: int | None
    accepted: bool
    result: Any
    error: BotApiError | None
    dropped: Literal["before", "after"] | None
    at: float
    decided: float


@dataclass(frozen=True, slots=True)
class UpdateMade:
    """A person did something that the bot is to hear of. `at` is monotonic seconds."""

    update_id: int
    kind: str
    chat_id: int
    user_id: int
    at: float


@dataclass(frozen=True, slots=True)
class UpdateDelivered:
    """getUpdates handed the update out, perhaps once more."""

    update_id: int
    at: float


@dataclass(frozen=True, slots=True)
class UpdateConfirmed:
    """The bot asked for updates behind this one, which ends it."""

    update_id: int
    at: float


@dataclass(frozen=True, slots=True)
class UpdateLost:
    """The update was never confirmed: kept too long, or thrown away at the bot's wish."""

    update_id: int
    reason: Literal["expired", "dropped"]
    at: float


Entry = Request | UpdateMade | UpdateDelivered | UpdateConfirmed | UpdateLost


class Log(deque[Entry]):
    """The entries, oldest first; `maxlen` bounds what a long demo keeps."""

    def requests(
        self, method: str | None = None, *, chat_id: int | None = None, accepted: bool | None = None
    ) -> list[Request]:
        """The requests of `method` (None: all but getUpdates) about a chat, with an outcome."""

        def wanted(entry: Request) -> bool:
            named = entry.method.lower()
            fits = named != "getupdates" if method is None else named == method.lower()
            return fits and chat_id in (None, entry.chat_id) and accepted in (None, entry.accepted)

        return [e for e in self if isinstance(e, Request) and wanted(e)]

    def update_ids(self, entry: type[Entry]) -> list[int]:
        """The update ids of the entries of one type, in order, repetitions included."""
        return [e.update_id for e in self if isinstance(e, entry) and not isinstance(e, Request)]
