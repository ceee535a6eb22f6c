"""Handlers: each reads an update, calls one use case, and answers. Nothing is decided here."""

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
from telegram.ext import ContextTypes

from bot.chat import keyboards
from bot.chat.keyboards import PagedView, Tap
from bot.chat.sender import Sender
from bot.chat.texts import Texts
from bot.clock import Clock
from bot.store import AlreadyHandledError, StoreUnavailableError
from bot.usecases import (
    answering,
    delivering,
    evidence,
    extending,
    groups,
    holidays,
    joining,
    lifecycle,
    mornings,
    people,
    reading,
    reviewing,
    runs,
    steering,
    talks,
    yearly,
)
from bot.usecases.desk import Request
from bot.usecases.evidence import SentFile
from bot.usecases.reading import Args
from bot.usecases.views import (
    ConfirmedView,
    DoneView,
    InvitationView,
    Refused,
    RefusedView,
    Steering,
    View,
)
from bot.worker import Worker

log = structlog.get_logger()

Context = ContextTypes.DEFAULT_TYPE

FAULTS_WORTH_TELLING = 3
FAULTS_WITHIN = timedelta(hours=1)

QUIET_IN_GROUPS = timedelta(hours=1)

LONGEST_WAIT = timedelta(seconds=5)
"""How long one answer waits for Telegram; others wait with it."""

_PAGES: dict[PagedView, tuple[str, str | None]] = {
    # the view's name among the readings, and what the button's argument is called there
    PagedView.TUGAS: ("tasks", None),
    PagedView.STATUS: ("status", None),
    PagedView.RIWAYAT: ("history", None),
    PagedView.SOP: ("sop", "code"),
    PagedView.PEGAWAI: ("people", None),
    PagedView.BANTUAN: ("help", None),
    PagedView.RINGKAS: ("summary", "run_id"),
    PagedView.RINCIAN: ("detail", "token"),
    PagedView.LAPORAN: ("reports", None),
    PagedView.LIBUR: ("holidays", None),
    PagedView.UNIT: ("by_unit", "which"),
    PagedView.TIM: ("teams", None),
}


class Handlers:
    """What the bot does with each kind of update.

    `knock` tells the sender that there may be something to send.
    """

    def __init__(
        self,
        worker: Worker,
        sender: Sender,
        texts: Texts,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._worker = worker
        self._sender = sender
        self._texts = texts
        self._clock = clock
        self._wake = wake
        self._faults: list[datetime] = []
        self._groups: dict[int, datetime] = {}

    # Commands

    async def start(self, update: Update, context: Context) -> None:
        """/start, with the code of an invitation or without."""
        words = context.args or []
        if words:
            await self._worker(joining.open_link, request(update), words[0], self._now())
        else:
            await self._worker(joining.begin, request(update), self._now())
        self._wake()

    async def help(self, update: Update, context: Context) -> None:
        await self._ask(update, "help")

    async def tasks(self, update: Update, context: Context) -> None:
        await self._ask_with(update, context, "tasks", "/tugas")

    async def status(self, update: Update, context: Context) -> None:
        await self._ask_with(update, context, "status", "/status")

    async def history(self, update: Update, context: Context) -> None:
        await self._ask_with(update, context, "history", "/riwayat")

    async def reports(self, update: Update, context: Context) -> None:
        """/laporan: runs to choose from, or one, or the periods to have a report of."""
        usage = "/laporan [nomor | semester | tahun] [masa]"
        await self._ask_with(update, context, "reports", usage, "what", "period")

    async def sop(self, update: Update, context: Context) -> None:
        """/sop [kode]: the list, or one."""
        await self._ask_with(update, context, "sop", "/sop [kode]", "code")

    async def start_menu(self, update: Update, context: Context) -> None:
        await self._ask_with(update, context, "start_menu", "/mulai_<kode> [tahun]")

    async def start_run(self, update: Update, context: Context) -> None:
        """/mulai_<kode> [tahun]."""
        code, words = command_words(message_of(update))
        code = code.removeprefix("mulai_")
        await self._worker(runs.start_by_command, request(update), code, words, self._now())
        self._wake()

    async def invite(self, update: Update, context: Context) -> None:
        """/undang [peran] [unit]: the link itself, or a menu."""
        words = context.args or []
        if not words:
            await self._ask(update, "role_menu")
            return
        unit = " ".join(words[1:]) or None
        who = request(update)
        view = await self._worker(joining.invite_by_command, who, words[0], unit, self._now())
        self._wake()
        if view is not None:
            # The code must not be stored, so this answer does not pass through the outbox.
            await self._hand_over(who.chat_id, view)

    async def people(self, update: Update, context: Context) -> None:
        await self._ask_with(update, context, "people", "/pegawai")

    async def digest(self, update: Update, context: Context) -> None:
        await self._ask_with(update, context, "digest_setting", "/ringkasan")

    async def holidays(self, update: Update, context: Context) -> None:
        await self._ask_with(update, context, "holidays", "/libur")

    async def teams(self, update: Update, context: Context) -> None:
        await self._ask_with(update, context, "teams", "/tim")

    async def acting(self, update: Update, context: Context) -> None:
        """/plh and /plt: who stands in, and the posts to choose from."""
        capacity, words = command_words(message_of(update))
        if words:
            await self._ask(update, "too_many", {"usage": f"/{capacity}"})
        else:
            await self._ask(update, "acting_posts", {"capacity": capacity})

    async def cancel(self, update: Update, context: Context) -> None:
        """/batal: leave what the bot asked, or offer to give a run up."""
        if context.args:
            await self._ask(update, "too_many", {"usage": "/batal"})
            return
        await self._worker(steering.leave, request(update), self._now())
        self._wake()

    async def pause(self, update: Update, context: Context) -> None:
        """/jeda: let a run rest."""
        await self._steer(update, context, Steering.JEDA)

    async def resume(self, update: Update, context: Context) -> None:
        """/lanjut: let a run that rests go on."""
        await self._steer(update, context, Steering.LANJUT)

    async def unknown(self, update: Update, context: Context) -> None:
        """A command that does not exist."""
        await self._ask(update, "unknown")

    async def text(self, update: Update, context: Context) -> None:
        """What is no command: an answer, perhaps, or a note."""
        message = message_of(update)
        said, answered = message.text or "", replied_to(message)
        await self._worker(answering.answer, request(update), said, self._now(), answered)
        self._wake()

    async def file(self, update: Update, context: Context) -> None:
        """A document or a photo: what shows the work, perhaps."""
        message = message_of(update)
        sent, answered = sent_file(message), replied_to(message)
        await self._worker(evidence.receive, request(update), sent, answered, self._now())
        self._wake()

    async def other_kind(self, update: Update, context: Context) -> None:
        """A sticker, a voice, a place: nothing that can be read or kept."""
        answered = replied_to(message_of(update))
        await self._worker(evidence.refuse_kind, request(update), answered, self._now())
        self._wake()

    async def in_group(self, update: Update, context: Context) -> None:
        """A command in a group: the bot speaks with each person alone, and says so seldom."""
        group, now = message_of(update).chat_id, self._now()
        self._groups = {g: at for g, at in self._groups.items() if now - at < QUIET_IN_GROUPS}
        if group not in self._groups:
            self._groups[group] = now
            await self._show(group, RefusedView(Refused.PRIVATE_ONLY, {}), None)

    async def groups(self, update: Update, context: Context) -> None:
        """/hubungkan in the private chat: how it is done, and which groups are linked."""
        await self._ask(update, "groups")

    async def link_group(self, update: Update, context: Context) -> None:
        """/hubungkan in a group."""
        chat = message_of(update).chat
        who, words = request(update), list(context.args or [])
        known = await self._worker(groups.link, who, chat.id, chat.title or "", words, self._now())
        if not known:
            await self.in_group(update, context)
        self._wake()

    async def migrated(self, update: Update, context: Context) -> None:
        """A group has become a supergroup; each of the two says so."""
        message = message_of(update)
        old = message.migrate_from_chat_id or message.chat.id
        new = message.migrate_to_chat_id or message.chat.id
        await self._worker(groups.moved, old, new, self._now())
        self._wake()

    async def membership(self, update: Update, context: Context) -> None:
        """Somebody blocked the bot, or let it in again; or it was thrown out of a group."""
        change = update.my_chat_member
        if change is None:
            return
        gone = change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
        if change.chat.type != ChatType.PRIVATE:
            if gone:
                await self._worker(groups.thrown_out, request(update), change.chat.id, self._now())
                self._wake()
            return
        usecase = people.blocked if gone else people.unblocked
        await self._worker(usecase, request(update), self._now())
        self._wake()

    # Taps

    async def tap(self, update: Update, context: Context) -> None:
        """A button: do what it means, and answer the tap once."""
        query = update.callback_query
        assert query is not None  # noqa: S101 - the route lets nothing else in
        meant = keyboards.parse(query.data or "")
        if meant is None:
            view: View = RefusedView(Refused.BUTTON_OLD, {})
        else:
            view = await self._tapped(request(update), meant)
        self._wake()
        await self._answer(query, view)
        await self._show_after(query, meant, view)

    async def _tapped(self, who: Request, meant: Tap) -> View:
        """The view that a tap leads to."""
        now = self._now()
        match meant:
            case keyboards.Confirm(token):
                return await self._worker(runs.confirm, who, token, now)
            case keyboards.Snooze(token):
                return await self._worker(runs.snooze, who, token, now)
            case keyboards.AttachFile(token):
                return await self._worker(evidence.ask, who, token, now)
            case keyboards.SendFiles(token):
                return await self._worker(evidence.send_all, who, token, now)
            case keyboards.ShowDetail(token):
                return await self._worker(reading.send_detail, who, token, now)
            case keyboards.Undo(token):
                return await self._worker(reviewing.undo, who, token, now)
            case keyboards.AskReturn(token):
                return await self._worker(reviewing.ask_return, who, token, now)
            case keyboards.ReturnTo(token, step):
                return await self._worker(reviewing.choose_step, who, token, step, now)
            case keyboards.AskExtension(token):
                return await self._worker(extending.ask, who, token, now)
            case keyboards.ExtendBy(token, amount):
                return await self._worker(extending.choose_amount, who, token, amount, now)
            case keyboards.DecideExtension(token, number, granted):
                return await self._worker(extending.decide, who, token, number, granted, now)
            case keyboards.SteerRun(what, token):
                return await self._worker(steering.by_button, who, what, token, now)
            case keyboards.ConfirmCancel(token):
                return await self._worker(steering.confirm_cancel, who, token, now)
            case keyboards.PickProcedure(code):
                return await self._look(who, "start_question", {"code": code})
            case keyboards.StartRun(code, year, seen):
                return await self._worker(runs.start_by_button, who, code, year, seen, now)
            case keyboards.Invite(role, unit):
                return await self._worker(joining.invite, who, role, unit, now)
            case keyboards.ChooseAddress(address):
                return await self._worker(joining.choose_address, who, address, now)
            case keyboards.ShowPerson(person_id):
                return await self._look(who, "person", {"person_id": person_id})
            case keyboards.ChangeName(person_id):
                return await self._worker(people.ask_name, who, person_id, now)
            case keyboards.ChangeAddress(person_id, address):
                return await self._worker(people.change_address, who, person_id, address, now)
            case keyboards.ChooseRole(person_id):
                return await self._look(who, "role_menu", {"person_id": person_id})
            case keyboards.GiveRole(person_id, role, unit):
                return await self._worker(people.give_role, who, person_id, role, unit, now)
            case keyboards.TakeRole(holding_id):
                return await self._worker(people.take_role, who, holding_id, now)
            case keyboards.AskRemove(person_id):
                return await self._worker(people.ask_remove, who, person_id, now)
            case keyboards.MoveAccount(person_id):
                return await self._worker(joining.invite_to_move, who, person_id, now)
            case keyboards.RemovePerson(person_id):
                return await self._worker(people.remove, who, person_id, now)
            case keyboards.DecideHeld(send):
                return await self._worker(delivering.release_held, who, send, now)
            case keyboards.GetDocument(kind, form, arg):
                args: Args = {"arg": arg, "format": form.value}
                return await self._worker(reading.order, who, kind.value, args, now)
            case keyboards.PutOffStart(code, day):
                return await self._worker(yearly.put_off, who, code, day, now)
            case keyboards.SetDigest(on):
                return await self._worker(mornings.set_digest, who, on, now)
            case keyboards.AskDay(working):
                return await self._worker(holidays.ask, who, working, now)
            case keyboards.AskRevokeDay(day):
                return await self._worker(holidays.ask_revoke, who, day, now)
            case keyboards.RevokeDay(day):
                return await self._worker(holidays.revoke, who, day, now)
            case keyboards.Choose(talk, what, value):
                return await self._worker(talks.choose, who, talk, what, value, now)
            case keyboards.TurnPage(view, page=_, arg=arg):
                name, argument = _PAGES[view]
                return await self._look(who, name, {argument: arg} if argument else {})

    async def _answer(self, query: CallbackQuery, view: View) -> None:
        toast = self._texts.toast(view)
        await _quietly(query.answer(toast.text or None, show_alert=toast.alert))

    async def _show_after(self, query: CallbackQuery, meant: Tap | None, view: View) -> None:
        """What the screen shows after a tap, beside the toast."""
        chat_id = query.from_user.id
        shown = query.message
        message_id = shown.message_id if shown and shown.chat.id == chat_id else None
        match meant, view:
            case None, _:
                return
            case (
                (
                    keyboards.Confirm()
                    | keyboards.Undo()
                    | keyboards.Snooze()
                    | keyboards.ShowDetail()
                    | keyboards.AskReturn()
                    | keyboards.AskExtension()
                    | keyboards.DecideExtension()
                    | keyboards.AttachFile()
                    | keyboards.SendFiles()
                    | keyboards.GetDocument()
                ),
                _,
            ):
                # Cards and documents are sent by the outbox, and cards kept true by it.
                return
            case _, RefusedView() | ConfirmedView():
                return
            case keyboards.TurnPage(page=page), _:
                message = self._texts.render(view, page)
                await _quietly(self._sender.put(chat_id, message, message_id))
            case keyboards.ChangeAddress(person_id, _), DoneView():
                who = Request(chat_id, None)
                changed = await self._look(who, "person", {"person_id": person_id})
                await self._show(chat_id, changed, message_id)
            case _, InvitationView():
                await self._hand_over(chat_id, view)
            case keyboards.AskDay() | keyboards.SetDigest(), _:
                # The list of days, or of tasks, stays above it.
                await self._show(chat_id, view, None)
            case keyboards.Invite(), _:
                # What offered the role stays above it, for the next invitation.
                await self._show(chat_id, view, None)
            case _:
                await self._show(chat_id, view, message_id)

    # Faults

    async def failed(self, update: object, context: Any) -> None:
        """An unexpected error: the person hears that nothing was recorded, and a number.

        An update that was handled before ends here too, and only its spinner is stopped.
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
        view = RefusedView(Refused.UNEXPECTED, {"number": number})
        if update.callback_query:
            toast = self._texts.toast(view)
            await _quietly(update.callback_query.answer(toast.text, show_alert=True))
        elif update.message:
            await _quietly(self._sender.show(update.effective_user.id, view))

    async def _report(self, number: str) -> None:
        """Let the admin hear of errors that keep coming."""
        now = self._now()
        self._faults = [at for at in self._faults if now - at < FAULTS_WITHIN] + [now]
        if len(self._faults) < FAULTS_WORTH_TELLING:
            return
        try:
            await self._worker(lifecycle.faults_repeated, len(self._faults), number, now)
        except StoreUnavailableError as error:
            log.warning("the admin cannot be told", error=str(error))
        self._wake()

    # Steps shared by the above

    async def _ask(self, update: Update, view: str, args: Args | None = None) -> None:
        await self._worker(reading.ask, request(update), view, args or {}, self._now())
        self._wake()

    async def _ask_with(
        self, update: Update, context: Context, view: str, usage: str, *names: str
    ) -> None:
        """A command that may be followed by a word for each of `names`, in any capitals."""
        words = [word[:64].lower() for word in context.args or []]
        if len(words) > len(names):
            await self._ask(update, "too_many", {"usage": usage})
        else:
            await self._ask(update, view, dict(zip(names, words, strict=False)))

    async def _steer(self, update: Update, context: Context, what: Steering) -> None:
        if context.args:
            await self._ask(update, "too_many", {"usage": f"/{what}"})
            return
        await self._worker(steering.by_command, request(update), what, self._now())
        self._wake()

    async def _look(self, who: Request, view: str, args: Args) -> View:
        return await self._worker(reading.look, who.chat_id, view, args, self._now())

    async def _hand_over(self, chat_id: int, view: InvitationView) -> None:
        """Show an invitation, which is stored nowhere; one that cannot be shown is void."""
        try:
            try:
                await self._sender.show(chat_id, view)
            except RetryAfter as error:
                wait = error.retry_after
                pause = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
                if pause > LONGEST_WAIT:
                    raise
                await asyncio.sleep(pause.total_seconds())
                await self._sender.show(chat_id, view)
        except TelegramError as error:
            log.warning("invitation not shown", error=error.message)
            await self._worker(joining.withdraw, view.code)

    async def _show(self, chat_id: int, view: View, replace: int | None) -> None:
        """What was done is done: a screen that cannot be shown now makes it no failure."""
        await _quietly(self._sender.show(chat_id, view, replace))

    def _now(self) -> datetime:
        return self._clock.now()


def request(update: Update) -> Request:
    """Who sent this update; the routes let in only what people send."""
    if update.effective_user is None:
        raise LookupError("an update from nobody")
    return Request(update.effective_user.id, update.update_id)


def message_of(update: Update) -> Message:
    """The message of an update that is one."""
    if update.message is None:
        raise LookupError("an update without a message")
    return update.message


def replied_to(message: Message) -> int | None:
    """The message of this chat that it answers, or None."""
    return message.reply_to_message.message_id if message.reply_to_message else None


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


def command_words(message: Message) -> tuple[str, list[str]]:
    """A command's name without slash and bot name, and the words after it."""
    first, *words = (message.text or "").split()
    return first.removeprefix("/").partition("@")[0].lower(), words


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
