"""From an update to one use case and back.

What a command, a tap or a text means is asked of the registry of features.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from telegram import CallbackQuery, ChatMember, Message, Update
from telegram.constants import ChatType
from telegram.error import RetryAfter, TelegramError
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.chat.outcomes import asked_wait
from bot.chat.sender import Sender
from bot.clock import Clock
from bot.features import free_text, replies
from bot.features.answers import Refuse, Refused
from bot.features.feature import START_PREFIX, Hook, Texts, View, Words
from bot.features.free_text import SentFile
from bot.features.replies import TapAnswer
from bot.features.work import Request, Services
from bot.store import AlreadyHandledError, StoreUnavailableError
from bot.ui.buttons import Show
from bot.worker import Worker

log = structlog.get_logger()

Context = ContextTypes.DEFAULT_TYPE

FAULTS_WORTH_TELLING = 3
FAULTS_WITHIN = timedelta(hours=1)
QUIET_IN_GROUPS = timedelta(hours=1)
LONGEST_WAIT = timedelta(seconds=5)  # for Telegram's answer; others wait with it

GROUP = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE
PRIVATE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
EDITED = filters.ChatType.PRIVATE & filters.UpdateType.EDITED_MESSAGE

# Telegram marks no command that is longer than 32 letters, and a mistyped code may be.
COMMAND = filters.COMMAND | filters.Regex(rf"(?i)^/{START_PREFIX}")


class Dispatcher:
    """What the bot does with each kind of update.

    `wake` tells the sender that there may be something to send. `on_faults` is called in a
    worker thread at repeated errors, with their count, the last one's number, and the time.
    """

    def __init__(
        self,
        worker: Worker,
        sender: Sender,
        texts: Texts,
        clock: Clock,
        wake: Callable[[], None],
        on_faults: Callable[[Services, int, str, datetime], None],
    ) -> None:
        self._worker = worker
        self._sender = sender
        self._texts = texts
        self._now = clock.now
        self._wake = wake
        self._on_faults = on_faults
        self._faults: list[datetime] = []
        self._groups: dict[int, datetime] = {}

    def handlers(self) -> list[BaseHandler[Any, Any, Any]]:
        """The handlers in the order in which they are tried; the first that fits takes it."""
        return [
            CallbackQueryHandler(self.tap),
            ChatMemberHandler(self.membership, ChatMemberHandler.MY_CHAT_MEMBER),
            MessageHandler(PRIVATE & COMMAND, self.command),
            MessageHandler(PRIVATE & filters.TEXT, self.text),
            MessageHandler(PRIVATE & (filters.Document.ALL | filters.PHOTO), self.file),
            MessageHandler(PRIVATE & ~filters.StatusUpdate.ALL, self.other_kind),
            MessageHandler(EDITED & filters.TEXT, self.edited),
            MessageHandler(GROUP & filters.StatusUpdate.MIGRATE, self.migrated),
            MessageHandler(GROUP & filters.COMMAND, self.in_group),
        ]

    async def command(self, update: Update, context: Context) -> None:
        """A command in the private chat."""
        who = request_of(update)
        typed = typed_command(message_of(update), context.bot.username)
        view = await self._worker(replies.command, who, typed, self._now())
        self._wake()
        if view is not None:
            await self._show_once(who.chat_id, view)

    async def text(self, update: Update, context: Context) -> None:
        """What is no command: an answer, perhaps, or a note."""
        message = message_of(update)
        who, said = request_of(update), message.text or ""
        await self._worker(free_text.text, who, said, replied_to(message), self._now())
        self._wake()

    async def edited(self, update: Update, context: Context) -> None:
        """Somebody changed a text that they had sent: a note, perhaps."""
        if (message := update.edited_message) is not None:
            said = message.text or ""
            await self._hook(update, Hook.EDITED, message.message_id, message.date, said)

    async def file(self, update: Update, context: Context) -> None:
        """A document or a photo: what shows the work, perhaps."""
        message = message_of(update)
        await self._hook(update, Hook.FILE, sent_file(message), replied_to(message))

    async def other_kind(self, update: Update, context: Context) -> None:
        """A sticker, a voice message, a place: nothing that can be read or kept."""
        await self._hook(update, Hook.OTHER, replied_to(message_of(update)))

    async def membership(self, update: Update, context: Context) -> None:
        """Somebody blocked the bot, or let it in again; or it was removed from a group."""
        change = update.my_chat_member
        if change is None:
            return
        gone = change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
        if change.chat.type == ChatType.PRIVATE:
            await self._hook(update, Hook.BLOCKED if gone else Hook.UNBLOCKED)
        elif gone:
            await self._hook(update, Hook.GROUP_LOST, change.chat.id)

    async def in_group(self, update: Update, context: Context) -> None:
        """A command in a group. Most of them belong in the private chat, which it says seldom."""
        message = message_of(update)
        group, typed = message.chat, typed_command(message, context.bot.username)
        if typed.name in self._worker.services.features.group_commands:
            who, title = request_of(update), group.title or ""
            known = await self._worker(
                free_text.group_command, who, group.id, title, typed, self._now()
            )
            self._wake()
            if known:
                return
        now = self._now()
        self._groups = {g: at for g, at in self._groups.items() if now - at < QUIET_IN_GROUPS}
        if group.id not in self._groups:
            self._groups[group.id] = now
            await _quietly(self._sender.show(group.id, Refuse(Refused.PRIVATE_ONLY).view))

    async def migrated(self, update: Update, context: Context) -> None:
        """A group has become a supergroup; each of the two says so."""
        message = message_of(update)
        old = message.migrate_from_chat_id or message.chat.id
        new = message.migrate_to_chat_id or message.chat.id
        await self._worker(free_text.by_itself, Hook.GROUP_MIGRATED, self._now(), old, new)
        self._wake()

    async def tap(self, update: Update, context: Context) -> None:
        """A button: do what it means, and answer the tap once."""
        query = update.callback_query
        if query is None:
            raise LookupError("a tap without a query")
        who = request_of(update)
        answer = await self._worker(replies.tap, who, query.data or "", self._now())
        self._wake()
        await self._answer(query, answer.toast)
        await self._show_after(query, answer)

    async def _answer(self, query: CallbackQuery, view: View) -> None:
        toast = self._texts.toast(view)
        await _quietly(query.answer(toast.text or None, show_alert=toast.alert))

    async def _show_after(self, query: CallbackQuery, answer: TapAnswer) -> None:
        """What the screen shows after a tap, beside the toast."""
        if answer.screen is None:
            return
        chat_id, shown = query.from_user.id, query.message
        if type(answer.screen) in self._worker.services.features.show_or_undo:
            await self._show_once(chat_id, answer.screen)
            return
        in_place = answer.show is Show.IN_PLACE and shown and shown.chat.id == chat_id
        message_id = shown.message_id if in_place and shown else None
        message = self._texts.render(answer.screen, answer.page)
        await _quietly(self._sender.put(chat_id, message, message_id))

    async def failed(self, update: object, context: Any) -> None:
        """An unexpected error: the person hears that nothing was recorded, and a number.

        An update that was handled before is only answered.
        """
        if isinstance(context.error, AlreadyHandledError):
            if isinstance(update, Update) and update.callback_query:
                await _quietly(update.callback_query.answer())
            return
        number = secrets.token_hex(3).upper()
        update_id = update.update_id if isinstance(update, Update) else None
        log.error("unexpected", number=number, update=update_id, exc_info=context.error)
        await self._report(number)
        if not isinstance(update, Update) or update.effective_user is None:
            return
        view = Refuse(Refused.UNEXPECTED, number=number).view
        if update.callback_query:
            await self._answer(update.callback_query, view)
        elif update.message:
            await _quietly(self._sender.show(update.effective_user.id, view))

    async def _report(self, number: str) -> None:
        """Let the admin hear of errors that keep coming."""
        now = self._now()
        self._faults = [at for at in self._faults if now - at < FAULTS_WITHIN] + [now]
        if len(self._faults) < FAULTS_WORTH_TELLING:
            return
        try:
            await self._worker(self._on_faults, len(self._faults), number, now)
        except StoreUnavailableError as error:
            log.warning("the admin cannot be told", error=str(error))
        self._wake()

    async def _hook(self, update: Update, hook: Hook, *facts: Any) -> None:
        await self._worker(free_text.message, request_of(update), hook, self._now(), *facts)
        self._wake()

    async def _show_once(self, chat_id: int, view: View) -> None:
        """Show a view that is stored nowhere; where it cannot be shown, undo what it tells."""
        try:
            try:
                await self._sender.show(chat_id, view)
            except RetryAfter as error:
                if (pause := asked_wait(error)) > LONGEST_WAIT:
                    raise
                await asyncio.sleep(pause.total_seconds())
                await self._sender.show(chat_id, view)
        except TelegramError as error:
            log.warning("not shown, and undone", view=type(view).__name__, error=error.message)
            await self._worker(replies.undo_unshown, view, self._now())


def request_of(update: Update) -> Request:
    """Who sent this update; the handlers let in only what people send."""
    if update.effective_user is None:
        raise LookupError("an update from nobody")
    chat_id, sent, query = update.effective_user.id, update.message, update.callback_query
    if sent is not None:
        return Request(chat_id, update.update_id, sent.message_id, replied_to(sent))
    shown = query.message if query else None
    tapped = shown.message_id if shown and shown.chat.id == chat_id else None
    return Request(chat_id, update.update_id, tapped=tapped)


def message_of(update: Update) -> Message:
    """The message of an update that is one."""
    if update.message is None:
        raise LookupError("an update without a message")
    return update.message


def replied_to(message: Message) -> int | None:
    """The message of this chat that it answers, or None."""
    return message.reply_to_message.message_id if message.reply_to_message else None


def typed_command(message: Message, username: str) -> Words:
    """A command's name in small letters, without slash and bot name, and the words after it.

    The name ends where Telegram's mark ends ("/tugas."); a code may be too long or too strange to
    be marked whole, so that /mulai_<kode> is read to the blank. What is meant for another bot
    ("/tugas@bot_lain") has no name here.
    """
    text = message.text or ""
    first, *words = text.split()
    mark = message.entities[0] if message.entities else None
    if mark and mark.offset == 0 and not first.lower().startswith(f"/{START_PREFIX}"):
        first = text[: mark.length]
    name, _, bot = first.removeprefix("/").partition("@")
    return Words("" if bot and bot.lower() != username.lower() else name.lower(), tuple(words))


def sent_file(message: Message) -> SentFile:
    """The document of a message, or its photo in the largest size.

    Raises:
        LookupError: there is neither.
    """
    caption, group = message.caption or "", message.media_group_id
    if document := message.document:
        name = document.file_name or ""
        return SentFile(document.file_id, name, document.file_size, False, caption, group)
    if not message.photo:
        raise LookupError("a message without a file")
    photo = message.photo[-1]
    name = f"foto-{message.message_id}.jpg"
    return SentFile(photo.file_id, name, photo.file_size, True, caption, group)


async def _quietly(answer: Awaitable[object]) -> None:
    """Say it if Telegram lets us, and soon: what was asked is on record all the same.

    Updates are confirmed batch by batch, so that everybody would wait for a slow answer.
    """
    try:
        async with asyncio.timeout(LONGEST_WAIT.total_seconds()):
            await answer
    except TelegramError as error:
        log.info("not shown", error=error.message)
    except TimeoutError:
        log.info("not shown", error="Telegram takes too long")
