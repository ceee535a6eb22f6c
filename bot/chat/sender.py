"""Puts messages on people's screens, and says in one word what became of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx
import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
)
from telegram.constants import ChatAction, ParseMode
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
from bot.domain.documents import Document, Format
from bot.reports import Paper, compose
from bot.reports.rendering import RenderError
from bot.usecases.delivering import Outgoing
from bot.usecases.views import DocumentView, EvidenceFileView, MenuView, View

ORDERS_AT_ONCE = 3
"""Documents that are set or wait for it here; further ones wait in the outbox, so that a
renderer that hangs holds up documents and nothing else."""

BUSY = timedelta(seconds=2)

ACTION_PATIENCE = 5.0
"""Seconds that Telegram gets to show that a document is under way."""

log = structlog.get_logger()

_CLOSED_TO_US = ("chat not found", "not enough rights to send", "chat_write_forbidden")
"""What Telegram says of a chat that takes no messages of the bot's, beside its 403."""

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


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
    """It failed for now. `maybe_sent`: Telegram may have taken it without our hearing so.

    `offline`: Telegram could not be reached at all.
    """

    error: str
    maybe_sent: bool
    offline: bool


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


class Sender:
    """Renders views and hands them to Telegram.

    `compose` makes the file of a document; it takes its time, and runs in a thread.
    """

    def __init__(
        self, bot: Bot, texts: Texts, compose: Callable[[Document, Format], Paper] = compose
    ) -> None:
        self._bot = bot
        self._texts = texts
        self._compose = compose
        self._setting = asyncio.Lock()
        self._orders = 0

    async def deliver(self, outgoing: Outgoing) -> Result:
        """Send or edit one delivery. Never raises: the result says what to do next."""
        delivery = outgoing.delivery
        try:
            if isinstance(outgoing.view, MenuView):
                await self._set_menu(delivery.chat_id, outgoing.view)
                return Sent(None)
            message = self._texts.render(outgoing.view)
            paper = None
            if isinstance(outgoing.view, DocumentView):
                if self._orders >= ORDERS_AT_ONCE:
                    return Busy(BUSY)
                paper = await self._set(delivery.chat_id, outgoing.view)
        except RenderError as error:
            return PermanentError(str(error))
        except TelegramError as error:
            return classify_error(error)
        except Exception as error:  # noqa: BLE001 - a text that cannot be made stops no other
            return PermanentError(f"{type(error).__name__}: {error}")
        try:
            if delivery.message_id is not None:
                await self.edit(delivery.chat_id, delivery.message_id, message)
                return Sent(None)
            if isinstance(outgoing.view, EvidenceFileView):
                file = outgoing.view
                return Sent(await self.send_again(delivery.chat_id, file, message, delivery.silent))
            if paper is not None:
                sent = await self.send_paper(delivery.chat_id, paper, message, delivery.silent)
                return Sent(sent)
            return Sent(await self.send(delivery.chat_id, message, silent=delivery.silent))
        except TelegramError as error:
            if delivery.message_id is not None and _edit_is_moot(error):
                return Sent(None) if _is_shown(error) else MessageGone(error.message)
            return classify_error(error)
        except Exception as error:  # noqa: BLE001 - an answer that the library cannot read
            # It may well have arrived, so that sending it again and again would be worse.
            return PermanentError(f"{type(error).__name__}: {error}")

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

    async def send_paper(
        self, chat_id: int, paper: Paper, message: Message, silent: bool = False
    ) -> int:
        """Send a file with a caption, a picture as a picture; the new message's id."""
        return await self._send_file(
            chat_id, paper.content, paper.name, paper.picture, message, silent
        )

    async def send_again(
        self, chat_id: int, view: EvidenceFileView, message: Message, silent: bool = False
    ) -> int:
        """Send a file that Telegram has, or, where it no longer knows it, the archive's copy."""
        file = view.line.file
        try:
            return await self._send_file(chat_id, file.file_id, None, file.photo, message, silent)
        except BadRequest as error:
            if view.path is None or not _file_forgotten(error):
                raise
            log.info("file sent from the archive", error=error.message)
        content = await asyncio.to_thread(view.path.read_bytes)
        return await self._send_file(chat_id, content, file.name, file.photo, message, silent)

    async def _send_file(
        self,
        chat_id: int,
        content: bytes | str,
        name: str | None,
        picture: bool,
        message: Message,
        silent: bool,
    ) -> int:
        """`content` is the file itself, or the name by which Telegram knows it."""
        send = self._bot.send_photo if picture else self._bot.send_document
        sent = await send(
            chat_id,
            content,
            filename=name,
            caption=message.html,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(message),
            disable_notification=silent,
        )
        return sent.message_id

    async def _set(self, chat_id: int, view: DocumentView) -> Paper:
        """Make the file, one at a time, while the chat shows that it is under way.

        Raises:
            RenderError: it cannot be made.
        """
        picture = view.format is Format.PNG
        action = ChatAction.UPLOAD_PHOTO if picture else ChatAction.UPLOAD_DOCUMENT
        self._orders += 1
        try:
            await self._show_action(chat_id, action)
            async with self._setting:
                return await asyncio.to_thread(self._compose, view.document, view.format)
        finally:
            self._orders -= 1

    async def _show_action(self, chat_id: int, action: ChatAction) -> None:
        """A courtesy: nobody waits for it long, and it failing is no failure."""
        try:
            async with asyncio.timeout(ACTION_PATIENCE):
                await self._bot.send_chat_action(chat_id, action)
        except (TelegramError, TimeoutError) as error:
            log.info("action not shown", error=type(error).__name__)

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


def classify_error(error: TelegramError) -> Result:
    """What an error of Telegram's means for a delivery."""
    match error:
        case RetryAfter():
            wait = error.retry_after
            return RateLimited(wait if isinstance(wait, timedelta) else timedelta(seconds=wait))
        case ChatMigrated():
            return Migrated(error.new_chat_id)
        case Forbidden():
            return Blocked(error.message)
        case BadRequest():
            if any(words in error.message.lower() for words in _CLOSED_TO_US):
                return Blocked(error.message)
            return PermanentError(error.message)
        case InvalidToken():
            # The token was withdrawn while the bot ran: nothing is wrong with the message.
            return TemporaryError(error.message, maybe_sent=False, offline=True)
        case TimedOut() | NetworkError():
            before_sending = isinstance(
                error.__cause__,
                httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout,
            )
            answered = error.__cause__ is None
            return TemporaryError(
                error.message,
                maybe_sent=not (before_sending or answered),
                offline=not answered,
            )
        case _ if error.__cause__ is not None:
            # An answer that is none of Telegram's: somebody between us, a log-in page perhaps.
            return TemporaryError(error.message, maybe_sent=True, offline=True)
        case _:
            return TemporaryError(error.message, maybe_sent=False, offline=False)


def _edit_is_moot(error: TelegramError) -> bool:
    """The screen shows it already, or no longer has the message."""
    said = error.message.lower()
    gone = ("message to edit not found", "message can't be edited", "message_id_invalid")
    return isinstance(error, BadRequest) and (
        _is_shown(error) or any(words in said for words in gone)
    )


def _file_forgotten(error: TelegramError) -> bool:
    """Telegram does not know the file by this name: another bot was given it."""
    said = error.message.lower()
    return "wrong file identifier" in said or "wrong file_id" in said or "invalid file" in said


def _is_shown(error: TelegramError) -> bool:
    return "message is not modified" in error.message.lower()
