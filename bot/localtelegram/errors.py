"""How the Bot API says no: an error code, a description and, at times, parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(eq=False)
class BotApiError(Exception):
    """A request that the Bot API does not carry out. (Not frozen: a traceback is added to it.)

    `code` is the HTTP status and the `error_code`; `description` is Telegram's own wording;
    `parameters` holds `retry_after` or `migrate_to_chat_id`.
    """

    code: int
    description: str
    parameters: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code} {self.description}"


def bad_request(reason: str) -> BotApiError:
    """400 with `reason` as Telegram words it; its first letter is small, codes stay capital."""
    if not reason[1:2].isupper():
        reason = reason[:1].lower() + reason[1:]
    return BotApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> BotApiError:
    """403: the person does not want, or cannot get, messages of this bot."""
    return BotApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> BotApiError:
    """409: somebody else already takes this bot's updates."""
    return BotApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after: int) -> BotApiError:
    """429: come back in `retry_after` seconds."""
    description = f"Too Many Requests: retry after {retry_after}"
    return BotApiError(429, description, {"retry_after": retry_after})
