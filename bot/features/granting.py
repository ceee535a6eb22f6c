"""Whoever decides about more time grants it, or declines, perhaps with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain import actions, assignment
from bot.domain.actions import Reason
from bot.domain.extensions import deadline_if_granted, taking_back_refused
from bot.domain.notices import ExtensionAnswered, ExtensionRequested, Reply
from bot.domain.run import Run, Task
from bot.features import phrases, replies, runs
from bot.features.answers import DoneView, done, done_reply
from bot.features.feature import Drawn, Feature, JournalEntry, NamedView, Sending, View
from bot.features.form import REASON_FIELD, Data, Form, Misread
from bot.features.naming import Greeting
from bot.features.phrases import REASON, Phrases, activity, please_explain
from bot.features.runview import ExtensionLine, Halt, PartedView, extension_line, halt, parted
from bot.features.work import Args, Work
from bot.ui.buttons import Index, Row, Show, Tap, Token, YesNo, button
from bot.ui.markup import bold, safe
from bot.ui.message import Message


class Done(StrEnum):
    """What was done."""

    EXTENSION_GRANTED = "extension_granted"  # step, until
    EXTENSION_DECLINED = "extension_declined"  # step, until
    REFUSAL_TAKEN_BACK = "refusal_taken_back"  # step


class DecideExtension(Tap, prefix="exd", after=Show.NOTHING):
    """Grant the extension of this number, from 0, of the task with this token, or ask why it is
    declined."""

    token: Token
    number: Index
    granted: YesNo


class Decline(Tap, prefix="exn"):
    """Decline the extension of this number without a reason."""

    token: Token
    number: Index


class TakeBack(Tap, prefix="exu", after=Show.NOTHING):
    """Take back one's own refusal of the extension of this number."""

    token: Token
    number: Index


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request for more time, for who decides. `until` is the deadline by it; `open` is False
    where there is nothing (more) for this recipient to decide; `revocable` where they can take
    back that they declined."""

    greeting: Greeting
    run: Run
    task: Task
    token: str
    number: int
    wish: ExtensionLine
    until: datetime
    open: bool
    halt: Halt | None = None
    revocable: bool = False


@dataclass(frozen=True, slots=True)
class DeclineView:
    """Asks why a wish is declined. `fault`: the last answer was no reason."""

    run: Run
    wish: ExtensionLine
    token: str
    number: int
    fault: bool = False


@dataclass(frozen=True, slots=True)
class AnswerView:
    """More time was granted or declined, by whom; or that it was declined is `taken_back`."""

    greeting: Greeting
    run: Run
    task: Task
    wish: ExtensionLine
    taken_back: bool = False


# What people do


def decide(work: Work, tap: DecideExtension) -> View:
    """Grant more time; before it is declined, ask why."""
    if tap.granted:
        return _decide(work, tap.token, tap.number, granted=True)
    # Asked first whether it would be refused: nobody writes a reason for nothing.
    runs.check(work, tap.token, lambda task: _decision(task, tap.number, granted=False))
    reply = DECLINE.start(work, {"token": tap.token, "number": tap.number})
    work.reply(reply)
    return replies.build(work, reply)


def decline(work: Work, tap: Decline) -> DoneView:
    """Decline without a reason."""
    outcome = _decide(work, tap.token, tap.number, granted=False)
    if (asked := work.asked(DECLINE.kind)) and asked["token"] == tap.token:
        work.answered()
    return outcome


def take_back(work: Work, tap: TakeBack) -> DoneView:
    """It is not declined after all: the request waits again."""
    acted = runs.act_on_task(
        work,
        tap.token,
        lambda task: actions.TakeBackRefusal(task.step, task.attempt, tap.number),
    )
    return done(Done.REFUSAL_TAKEN_BACK, step=acted.task.step)


def _decide(work: Work, token: str, number: int, *, granted: bool, reason: str = "") -> DoneView:
    acted = runs.act_on_task(
        work, token, lambda task: _decision(task, number, granted=granted, reason=reason)
    )
    what = Done.EXTENSION_GRANTED if granted else Done.EXTENSION_DECLINED
    return done(what, step=acted.after.step, until=acted.after.due_at)


def _decision(
    task: Task, number: int, *, granted: bool, reason: str = ""
) -> actions.DecideExtension:
    return actions.DecideExtension(task.step, task.attempt, number, granted, reason)


def _ask_why(said: Data, misread: Misread | None) -> Reply:
    args: Args = {"token": said["token"], "number": said["number"]}
    return Reply("decline_question", {**args, "fault": misread is not None})


def _declined(work: Work, said: Data) -> Reply:
    number, reason = int(said["number"]), said["reason"]
    return done_reply(_decide(work, said["token"], number, granted=False, reason=reason))


DECLINE = Form("decline_reason", (REASON_FIELD,), _ask_why, _declined)


def _decline_question(work: Work, args: Args) -> DeclineView:
    token, number = str(args["token"]), int(args["number"] or 0)
    stored, task = runs.check(work, token, lambda task: _decision(task, number, granted=False))
    names, wish = work.tx.people.names(), task.extensions[number]
    line = extension_line(work.office, names, stored.run, task, wish)
    return DeclineView(stored.run, line, token, number, bool(args.get("fault")))


def _draw_request(
    work: Work, notice: ExtensionRequested, sending: Sending
) -> RequestView | PartedView | None:
    """A request, as long as there is something to decide, or a card of it to be kept true."""
    stored, task, number = sending.stored, sending.task, notice.number
    if work.somebody is None:
        return None if sending.unsent else parted(stored, task)
    run, office, names = stored.run, work.office, work.tx.people.names()
    wish = task.extensions[number]
    decides = work.person.id in assignment.deciders(wish.by.person_id, work.state)
    pending = task.is_open and wish.granted is None and decides
    if sending.unsent and not pending:
        return None
    return RequestView(
        work.greeting,
        run,
        task,
        stored.tokens[(task.step, task.attempt)],
        number,
        extension_line(office, names, run, task, wish),
        deadline_if_granted(run, task, number, work.state),
        pending and run.pause is None,
        halt(office, names, run),
        revocable=decides
        and taking_back_refused(run, task, number, work.person.id, work.now) is None,
    )


def _draw_answer(work: Work, notice: ExtensionAnswered, sending: Sending) -> AnswerView | None:
    run, task, names = sending.stored.run, sending.task, work.tx.people.names()
    wish = extension_line(work.office, names, run, task, task.extensions[notice.number])
    # It has been decided otherwise since, or is declined no more; or the step has ended.
    if (wish.decided is None) is not notice.taken_back or wish.moot:
        return None
    return AnswerView(work.greeting, run, task, wish, notice.taken_back)


# Words


def say_request(view: RequestView, say: Phrases) -> Message:
    """A wish for more time, for whoever decides."""
    wish = view.wish
    rows: tuple[Row, ...] = ()
    parts = [
        phrases.salutation(view.greeting),
        f"⏳ {phrases.signer(wish.asked)} memohon perpanjangan waktu {bold(str(wish.amount))}.",
        f"{say.run(view.run)}\n{activity(wish.step)}",
        f"Alasan: {safe(wish.reason, REASON)}\nTenggat sekarang: {say.moment(view.task.due_at)}",
    ]
    if wish.decided is not None:
        verdict = "✅ Disetujui" if wish.granted else "Tidak disetujui"
        by = phrases.signer(wish.decided)
        reason = f"\nAlasan: {safe(wish.answer, REASON)}" if wish.answer else ""
        parts.append(f"{verdict} oleh {by} pada {say.moment(wish.decided.at)}.{reason}")
        if view.revocable:
            label = "↶ Tarik kembali penolakan"
            rows = ((button(label, TakeBack(view.token, view.number)),),)
    elif view.open:
        parts.append(f"Bila disetujui, tenggatnya menjadi {bold(say.moment(view.until))}.")
        rows = (
            (button("✅ Setujui", DecideExtension(view.token, view.number, True), "success"),),
            (button("Tidak disetujui", DecideExtension(view.token, view.number, False), "danger"),),
        )
    elif view.halt is not None:
        parts.append(phrases.halted(view.halt, say))
    elif view.task.is_open:
        parts.append("Permohonan ini kini diputuskan oleh pejabat lain.")
    else:
        parts.append("Langkahnya tidak menunggu lagi, sehingga tidak perlu diputuskan.")
    return Message("\n\n".join(parts), rows)


def say_decline_question(view: DeclineView, say: Phrases) -> Message:
    """Why a wish is declined, or that it is so without a reason."""
    wish = view.wish
    request = (
        "Mohon menuliskan alasannya, yang disampaikan hanya kepada pemohon. Bila tidak perlu, "
        "tekan Tanpa alasan."
    )
    parts = [
        f"⏳ Perpanjangan waktu {bold(str(wish.amount))} untuk {phrases.signer(wish.asked)} tidak "
        "akan disetujui.",
        f"{say.run(view.run)}\n{activity(wish.step)}",
        please_explain(view.fault, request),
    ]
    plainly = button("Tanpa alasan", Decline(view.token, view.number), "danger")
    return Message("\n\n".join(parts), ((plainly,),))


def say_answer(view: AnswerView, say: Phrases) -> Message:
    """What was decided, for those whose task it is."""
    wish = view.wish
    by = phrases.signer(wish.decided) if wish.decided else ""
    amount, due = bold(str(wish.amount)), bold(say.moment(view.task.due_at))
    news = f"Mohon maaf, perpanjangan waktu {amount} tidak disetujui oleh {by}."
    if wish.granted:
        news = f"✅ Perpanjangan waktu {amount} disetujui oleh {by}."
    elif view.taken_back:
        news = (
            f"↶ Penolakan atas perpanjangan waktu {amount} ditarik kembali. Permohonan "
            f"{view.greeting.address} kembali menunggu keputusan."
        )
    elif wish.answer:
        news += f"\nAlasan: {safe(wish.answer, REASON)}"
    parts = [
        phrases.salutation(view.greeting),
        news,
        f"{say.run(view.run)}\n{activity(wish.step)}",
        f"Tenggat {'sekarang' if wish.granted else 'tetap'}: {due}",
    ]
    return Message("\n\n".join(parts))


def _journal_decision(line: JournalEntry) -> str:
    granted, reason = line.facts["granted"], line.facts.get("reason")
    if granted is None:
        verb, reason = "menarik kembali penolakan atas", None
    else:
        verb = "menyetujui" if granted else "tidak menyetujui"
    why = f" ({reason})" if reason else ""
    return f"{line.run}: {line.who} {verb} perpanjangan langkah {line.step}{why}."


FEATURE = Feature(
    "granting",
    taps={DecideExtension: decide, Decline: decline, TakeBack: take_back},
    cards={tap: lambda tap: ExtensionRequested(tap.number) for tap in (DecideExtension, TakeBack)},
    views={"decline_question": NamedView(_decline_question)},
    questions={DECLINE.kind: DECLINE.question()},
    asks={DeclineView: (DECLINE.kind,)},
    notices={
        ExtensionRequested: Drawn(_draw_request, "permohonan perpanjangan", for_all=True),
        ExtensionAnswered: Drawn(_draw_answer, "keputusan perpanjangan"),
    },
    words={
        RequestView: say_request,
        DeclineView: say_decline_question,
        AnswerView: say_answer,
    },
    refusals={
        Reason.EXTENSION_DECIDED: "Permohonan ini sudah diputuskan oleh {name}, sehingga tidak ada "
        "yang berubah.",
        Reason.EXTENSION_MOOT: "Langkahnya tidak menunggu lagi, sehingga perpanjangan tidak perlu "
        "diputuskan.",
        Reason.NOTHING_DECLINED: "Permohonan ini tidak sedang ditolak, sehingga tidak ada yang "
        "berubah.",
        Reason.ASKED_AGAIN: "Perpanjangan untuk langkah ini sudah dimohon kembali. Mohon "
        "memutuskan permohonan yang baru.",
        Reason.REFUSAL_STANDS: "Penolakan hanya dapat ditarik kembali dalam 10 menit. Bila perlu, "
        "pemohon dapat mengajukan permohonan baru.",
    },
    done={
        Done.EXTENSION_GRANTED: "Perpanjangan langkah {step} disetujui. Tenggatnya menjadi "
        "{until}.",
        Done.EXTENSION_DECLINED: "Perpanjangan langkah {step} tidak disetujui. Tenggatnya "
        "tetap {until}.",
        Done.REFUSAL_TAKEN_BACK: "Penolakan itu ditarik kembali. Permohonan perpanjangan "
        "langkah {step} kembali menunggu keputusan.",
    },
    journal={"extension_decided": _journal_decision},
)
