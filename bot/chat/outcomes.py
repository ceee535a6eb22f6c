"""The results of sending a message: one class for each kind of answer of Telegram's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

_CLOSED_TO_US = ("chat not found", "not enough rights to send", "chat_write_forbidden")
"""What Telegram says of a chat that takes no messages of the bot's, beside its 403."""


@dataclass(frozen=True, slots=True)
class Sent:
    """It is on the recipient's screen. `message_id` None where there is no new message."""

    message_id: int | None


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Telegram asks to wait; nothing was sent."""

    for_: timedelta


@dataclass(frozen=True, slots=True)
class TemporaryError:
    """It failed for now. `maybe_sent`: it may have arrived; `offline`: Telegram was not reached."""

    error: str
    maybe_sent: bool = False
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """The recipient's Telegram takes no messages from the bot."""

    error: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """The group has become a supergroup, which has another id."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class MessageGone:
    """The message that was to be edited is no longer there."""

    error: str


@dataclass(frozen=True, slots=True)
class PermanentError:
    """It can never be sent as it is."""

    error: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Nothing was tried: there is too much to set already. Try again after so long."""

    for_: timedelta


Result = (
    Sent | RateLimited | TemporaryError | Blocked | Migrated | MessageGone | PermanentError | Busy
)


def classify_error(error: TelegramError) -> Result:
    """What an error of Telegram's means for a delivery."""
    match error:
        case RetryAfter():
            return RateLimited(asked_wait(error))
        case ChatMigrated():
            return Migrated(error.new_chat_id)
        case Forbidden():
            return Blocked(error.message)
        case BadRequest():
            kind = Blocked if _says(error, *_CLOSED_TO_US) else PermanentError
            return kind(error.message)
        case InvalidToken():
            # The token was withdrawn while the bot ran: nothing is wrong with the message.
            return TemporaryError(error.message, offline=True)
        case TimedOut() | NetworkError():
            cause = error.__cause__
            unsent = httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | None
            return TemporaryError(
                error.message, maybe_sent=not isinstance(cause, unsent), offline=cause is not None
            )
        case _ if error.__cause__ is not None:
            # An answer that is none of Telegram's: somebody between us, a log-in page perhaps.
            return TemporaryError(error.message, maybe_sent=True, offline=True)
        case _:
            return TemporaryError(error.message)


def asked_wait(error: RetryAfter) -> timedelta:
    """How long Telegram asks to wait. The library's type allows seconds as well."""
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def message_is_gone(error: TelegramError) -> bool:
    """The screen no longer has the message that was to be edited."""
    gone = ("message to edit not found", "message can't be edited", "message_id_invalid")
    return isinstance(error, BadRequest) and _says(error, *gone)


def file_forgotten(error: TelegramError) -> bool:
    """Telegram does not know the file by this name: another bot was given it."""
    return _says(error, "wrong file identifier", "wrong file_id", "invalid file")


def menu_too_long(error: TelegramError) -> bool:
    """A command menu has too many commands, or too many bytes."""
    return _says(error, "bot_commands_too_much")


def is_shown(error: TelegramError) -> bool:
    """The screen shows it already."""
    return _says(error, "message is not modified")


def _says(error: TelegramError, *phrases: str) -> bool:
    said = error.message.lower()
    return any(phrase in said for phrase in phrases)
