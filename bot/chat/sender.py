"""Sends and edits messages, and says what became of each."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, TypeGuard

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
from telegram.error import BadRequest, TelegramError

from bot.chat.outcomes import (
    Busy,
    MessageGone,
    PermanentError,
    Result,
    Sent,
    classify_error,
    file_forgotten,
    is_shown,
    menu_too_long,
    message_is_gone,
)
from bot.domain.documents import Document, Format
from bot.domain.run import Evidence
from bot.features.feature import MenuView, Texts, View
from bot.features.outbox import DocumentView, Outgoing
from bot.reports import RenderedFile, compose
from bot.reports.rendering import RenderError
from bot.ui.buttons import Button
from bot.ui.menu import LEAST_BYTES, MENU_BYTES, fitted
from bot.ui.message import Message

ORDERS_AT_ONCE = 3
"""Documents that are made or wait for it here; others wait in the outbox, so that a renderer
that hangs holds up nothing else."""

BUSY = timedelta(seconds=2)

REMEMBERED = 5000
"""Messages of which the bot knows what they show: a day of a large office, in a megabyte."""

ACTION_PATIENCE = 5.0  # seconds that Telegram gets to show that a document is under way

log = structlog.get_logger()

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class StoredFile(Protocol):
    """A file that somebody sent, and that is sent again."""

    @property
    def file(self) -> Evidence:
        """The file, with Telegram's name for it."""

    @property
    def path(self) -> Path | None:
        """Where the archive has it, None if nowhere."""


def is_file(view: Any) -> TypeGuard[StoredFile]:
    """Whether a view is a file that is sent again."""
    return isinstance(getattr(view, "file", None), Evidence)


class Sender:
    """Renders views and hands them to Telegram. `compose` makes a document's file, in a thread."""

    def __init__(
        self, bot: Bot, texts: Texts, compose: Callable[[Document, Format], RenderedFile] = compose
    ) -> None:
        self._bot = bot
        self._texts = texts
        self._compose = compose
        self._setting = asyncio.Lock()
        self._orders = 0
        self._shown = _Shown()

    async def deliver(self, outgoing: Outgoing) -> Result:
        """Send or edit one delivery. Never raises: the result says what to do next."""
        delivery, view = outgoing.delivery, outgoing.view
        try:
            if isinstance(view, MenuView):
                await self._set_menu(delivery.chat_id, view)
                return Sent(None)
            message = self._texts.render(view)
            rendered = None
            if isinstance(view, DocumentView):
                if self._orders >= ORDERS_AT_ONCE:
                    return Busy(BUSY)
                rendered = await self._set(delivery.chat_id, view)
        except RenderError as error:
            return PermanentError(str(error))
        except TelegramError as error:
            return classify_error(error)
        except Exception as error:  # noqa: BLE001 - a text that cannot be made stops no other
            return PermanentError(f"{type(error).__name__}: {error}")
        try:
            return Sent(await self._put(outgoing, message, rendered))
        except TelegramError as error:
            if delivery.message_id is not None and message_is_gone(error):
                return MessageGone(error.message)
            return classify_error(error)
        except Exception as error:  # noqa: BLE001 - an answer that the library cannot read
            # It may well have arrived, so that sending it again and again would be worse.
            return PermanentError(f"{type(error).__name__}: {error}")

    async def _put(
        self, outgoing: Outgoing, message: Message, rendered: RenderedFile | None
    ) -> int | None:
        """Edit what stands there, or send it; the new message's id, None for none."""
        delivery, view = outgoing.delivery, outgoing.view
        chat_id, silent = delivery.chat_id, delivery.silent
        if delivery.message_id is not None:
            await self._edit(chat_id, delivery.message_id, message)
            return None
        if is_file(view):
            return await self._send_again(chat_id, view, message, silent)
        if rendered is not None:
            name, picture = rendered.name, rendered.picture
            return await self._send_file(chat_id, rendered.content, name, picture, message, silent)
        return await self._send(chat_id, message, silent=silent)

    async def show(self, chat_id: int, view: View) -> None:
        """Show a view at once, as a new message; what follows it is not tried twice.

        Raises:
            TelegramError: Telegram refused it.
        """
        message = self._texts.render(view)
        await self.put(chat_id, message)
        if message.then is None:
            return
        try:
            await self.put(chat_id, message.then)
        except TelegramError as error:
            log.warning("what follows is not shown", error=error.message)

    async def put(self, chat_id: int, message: Message, replace: int | None = None) -> None:
        """Show a message at once, as a new one or in place of the message `replace`.

        Raises:
            TelegramError: Telegram refused it.
        """
        if replace is None:
            await self._send(chat_id, message)
            return
        try:
            await self._edit(chat_id, replace, message)
        except BadRequest as error:
            if not message_is_gone(error):
                raise
            await self._send(chat_id, message)

    async def _send(self, chat_id: int, message: Message, silent: bool = False) -> int:
        sent = await self._bot.send_message(
            chat_id,
            message.html,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(message),
            link_preview_options=NO_PREVIEW,
            disable_notification=silent,
        )
        self._shown.note(chat_id, sent.message_id, message)
        return sent.message_id

    async def _send_again(
        self, chat_id: int, view: StoredFile, message: Message, silent: bool
    ) -> int:
        """Send a file that Telegram has, or, where it no longer knows it, the archive's copy."""
        file = view.file
        try:
            return await self._send_file(chat_id, file.file_id, None, file.photo, message, silent)
        except BadRequest as error:
            if view.path is None or not file_forgotten(error):
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

    async def _set(self, chat_id: int, view: DocumentView) -> RenderedFile:
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

    async def _edit(self, chat_id: int, message_id: int, message: Message) -> None:
        """Edit a message, unless it shows this already, as far as anybody knows."""
        with self._shown.change(chat_id, message_id, message) as needed:
            if needed:
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
        room, scope = MENU_BYTES, BotCommandScopeChat(chat_id)
        while True:
            commands = [BotCommand(*entry) for entry in fitted(view.entries, room)]
            try:
                await self._bot.set_my_commands(commands, scope=scope)
                return
            except BadRequest as error:
                if not menu_too_long(error) or room < LEAST_BYTES:
                    raise
                room //= 2  # a shorter menu is better than none


class _Shown:
    """What messages show, as far as this process knows: digests of the `REMEMBERED` last ones."""

    def __init__(self) -> None:
        self._digests: dict[tuple[int, int], object] = {}

    def note(self, chat_id: int, message_id: int, message: Message) -> None:
        """It was sent so."""
        self._set((chat_id, message_id), _digest(message))

    @contextmanager
    def change(self, chat_id: int, message_id: int, message: Message) -> Iterator[bool]:
        """Edit a message within this; whether it needs it. What an edit that fails, or meets
        another of the same message, has left there is not known afterwards."""
        place, digest, mark = (chat_id, message_id), _digest(message), object()
        if self._digests.get(place) == digest:
            yield False
            return
        self._set(place, mark)
        known = False
        try:
            yield True
            known = True
        except TelegramError as error:
            if not is_shown(error):
                raise
            known = True
        finally:
            if known and self._digests.get(place) is mark:
                self._digests[place] = digest
            else:
                self._digests.pop(place, None)

    def _set(self, place: tuple[int, int], shows: object) -> None:
        self._digests.pop(place, None)
        self._digests[place] = shows
        while len(self._digests) > REMEMBERED:
            del self._digests[next(iter(self._digests))]


def _digest(message: Message) -> bytes:
    return hashlib.sha256(repr((message.html, message.buttons)).encode()).digest()


def keyboard(message: Message) -> InlineKeyboardMarkup | None:
    """The message's buttons as Telegram wants them; None for none (an edit removes them)."""
    if not message.buttons:
        return None
    return InlineKeyboardMarkup([[_key(button) for button in row] for row in message.buttons])


def _key(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=button.data, style=button.style)
