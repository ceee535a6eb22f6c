"""Puts messages on people's screens, and says in one word what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import httpx
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
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

from bot.chat import commands
from bot.chat.texts import Message, Texts
from bot.usecases.delivering import Outgoing
from bot.usecases.views import MenuView, View

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Sent:
    """It is on the recipient's screen. `message_id` None where there is no new message."""

    message_id: int | None


@dataclass(frozen=True, slots=True)
class Pause:
    """Telegram asks to wait; nothing was sent."""

    for_: timedelta


@dataclass(frozen=True, slots=True)
class Passing:
    """It failed for now. `maybe_sent`: Telegram may have taken it without our hearing so.

    `offline`: Telegram could not be reached at all.
    """

    error: str
    maybe_sent: bool
    offline: bool


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The recipient's Telegram takes no messages from the bot."""

    error: str


@dataclass(frozen=True, slots=True)
class Vanished:
    """The message that was to be edited is no longer there."""

    error: str


@dataclass(frozen=True, slots=True)
class Impossible:
    """It can never be sent as it is."""

    error: str


Result = Sent | Pause | Passing | Unreachable | Vanished | Impossible


class Sender:
    """Renders views and hands them to Telegram."""

    def __init__(self, bot: Bot, texts: Texts) -> None:
        self._bot = bot
        self._texts = texts

    async def deliver(self, outgoing: Outgoing) -> Result:
        """Send or edit one delivery. Never raises: the result says what to do next."""
        delivery = outgoing.delivery
        try:
            if isinstance(outgoing.view, MenuView):
                await self._set_menu(delivery.chat_id, outgoing.view)
                return Sent(None)
            message = self._texts.render(outgoing.view)
        except TelegramError as error:
            return verdict(error)
        except Exception as error:  # noqa: BLE001 - a text that cannot be made stops no other
            return Impossible(f"{type(error).__name__}: {error}")
        try:
            if delivery.message_id is not None:
                await self.edit(delivery.chat_id, delivery.message_id, message)
                return Sent(None)
            return Sent(await self.send(delivery.chat_id, message, silent=delivery.silent))
        except TelegramError as error:
            if delivery.message_id is not None and _edit_is_moot(error):
                return Sent(None) if _is_shown(error) else Vanished(error.message)
            return verdict(error)
        except Exception as error:  # noqa: BLE001 - an answer that the library cannot read
            # It may well have arrived, so that sending it again and again would be worse.
            return Impossible(f"{type(error).__name__}: {error}")

    async def show(self, chat_id: int, view: View, replace: int | None = None) -> None:
        """Show a view at once, as a new message or in place of the message `replace`.

        Raises:
            TelegramError: Telegram refused it.
        """
        await self.put(chat_id, self._texts.render(view), replace)

    async def put(self, chat_id: int, message: Message, replace: int | None = None) -> None:
        """Like `show`, for a message that is made already."""
        if replace is None:
            await self.send(chat_id, message)
            return
        try:
            await self.edit(chat_id, replace, message)
        except BadRequest as error:
            if not _edit_is_moot(error):
                raise
            if not _is_shown(error):
                await self.send(chat_id, message)

    async def send(self, chat_id: int, message: Message, silent: bool = False) -> int:
        """Send a new message; its id."""
        sent = await self._bot.send_message(
            chat_id,
            message.html,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(message),
            link_preview_options=NO_PREVIEW,
            disable_notification=silent,
        )
        return sent.message_id

    async def edit(self, chat_id: int, message_id: int, message: Message) -> None:
        """Show a message in the place of one that was sent before."""
        await self._bot.edit_message_text(
            message.html,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(message),
            link_preview_options=NO_PREVIEW,
        )

    async def _set_menu(self, chat_id: int, view: MenuView) -> None:
        if not view.joined:
            # Without one of their own they have the menu of everybody.
            await self._bot.delete_my_commands(scope=BotCommandScopeChat(chat_id))
            return
        await self._bot.set_my_commands(
            [BotCommand(name, description) for name, description in commands.menu(view)],
            scope=BotCommandScopeChat(chat_id),
        )


def keyboard(message: Message) -> InlineKeyboardMarkup | None:
    """The message's buttons as Telegram wants them; None for none (an edit removes them)."""
    if not message.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.label, callback_data=button.data, style=button.style)
                for button in row
            ]
            for row in message.buttons
        ]
    )


def verdict(error: TelegramError) -> Result:
    """What an error of Telegram's means for a delivery."""
    match error:
        case RetryAfter():
            wait = error.retry_after
            return Pause(wait if isinstance(wait, timedelta) else timedelta(seconds=wait))
        case Forbidden() | ChatMigrated():
            return Unreachable(error.message)
        case BadRequest():
            if "chat not found" in error.message.lower():
                return Unreachable(error.message)
            return Impossible(error.message)
        case InvalidToken():
            # The token was withdrawn while the bot ran: nothing is wrong with the message.
            return Passing(error.message, maybe_sent=False, offline=True)
        case TimedOut() | NetworkError():
            before_sending = isinstance(
                error.__cause__,
                httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout,
            )
            answered = error.__cause__ is None
            return Passing(
                error.message,
                maybe_sent=not (before_sending or answered),
                offline=not answered,
            )
        case _ if error.__cause__ is not None:
            # An answer that is none of Telegram's: somebody between us, a log-in page perhaps.
            return Passing(error.message, maybe_sent=True, offline=True)
        case _:
            return Passing(error.message, maybe_sent=False, offline=False)


def _edit_is_moot(error: TelegramError) -> bool:
    """The screen shows it already, or no longer has the message."""
    said = error.message.lower()
    gone = ("message to edit not found", "message can't be edited", "message_id_invalid")
    return isinstance(error, BadRequest) and (
        _is_shown(error) or any(words in said for words in gone)
    )


def _is_shown(error: TelegramError) -> bool:
    return "message is not modified" in error.message.lower()
