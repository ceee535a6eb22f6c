"""More time for a step: how much, why, and the decision of whoever decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain import actions, assignment, parsing
from bot.domain.actions import Reason
from bot.domain.deviations import deadline_if_granted
from bot.domain.notices import ExtensionAnswered, ExtensionRequested, Reply
from bot.domain.run import By, Extension, Run, Task
from bot.domain.sop import Duration, DurationUnit, Step
from bot.features import phrases, replies, runs
from bot.features.answers import DoneView, Refuse, Refused, done, done_reply
from bot.features.feature import Drawn, Feature, JournalEntry, NamedView, Sending, View
from bot.features.form import REASON_FIELD, UNSAID, Data, Field, Form, Misread
from bot.features.naming import Greeting
from bot.features.phrases import REASON, Phrases, activity, please_explain
from bot.features.runview import ExtensionLine, Halt, PartedView, extension_line, halt, parted
from bot.features.work import Args, Work
from bot.ui.buttons import Index, Row, Show, StepNumber, Tap, Token, YesNo, button
from bot.ui.markup import bold, safe
from bot.ui.message import Message

OFFERED = (
    Duration(2, DurationUnit.JAM),
    Duration(1, DurationUnit.HARI),
    Duration(2, DurationUnit.HARI),
)
"""How much more time buttons offer; anything else is typed."""


class Done(StrEnum):
    """What was done."""

    EXTENSION_ASKED = "extension_asked"  # amount, who: decides
    EXTENSION_GRANTED = "extension_granted"  # step, until
    EXTENSION_DECLINED = "extension_declined"  # step, until


class AskExtension(Tap, prefix="ext", after=Show.NOTHING):
    """Ask how much more time the task with this token needs."""

    token: Token


class ExtendBy(Tap, prefix="exb"):
    """Ask why the task with this token needs so much more time."""

    token: Token
    amount: StepNumber
    unit: DurationUnit


class DecideExtension(Tap, prefix="exd", after=Show.NOTHING):
    """Grant or decline the extension of this number, from 0, of the task with this token."""

    token: Token
    number: Index
    granted: YesNo


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request for more time, for who decides. `until` is the deadline by it; `open` is False
    where there is nothing (more) for this recipient to decide."""

    greeting: Greeting
    run: Run
    task: Task
    token: str
    number: int
    wish: ExtensionLine
    until: datetime
    open: bool
    halt: Halt | None = None


@dataclass(frozen=True, slots=True)
class QuestionView:
    """Asks how much more time a task needs, then why. `until` is the deadline with `amount`."""

    run: Run
    step: Step
    due_at: datetime
    token: str
    amount: Duration | None
    until: datetime | None
    fault: bool = False


@dataclass(frozen=True, slots=True)
class AnswerView:
    """More time was granted or declined, by whom."""

    greeting: Greeting
    run: Run
    task: Task
    wish: ExtensionLine


# What people do


def ask(work: Work, tap: AskExtension) -> View:
    """Ask how much more time a task needs."""
    _check(work, tap.token, OFFERED[0])
    reply = EXTENSION.start(work, {"token": tap.token})
    work.reply(reply)
    return replies.build(work, reply)


def choose_amount(work: Work, tap: ExtendBy) -> View:
    """So much it is: ask why."""
    amount = Duration(tap.amount, tap.unit)
    if amount.amount > parsing.LONGEST[amount.unit]:
        raise Refuse(Refused.BUTTON_OLD)
    _check(work, tap.token, amount)
    return EXTENSION.fill(work, {"token": tap.token, **_stored(amount)})


def decide(work: Work, tap: DecideExtension) -> DoneView:
    """Grant more time, or decline."""
    acted = runs.act_on_task(
        work,
        tap.token,
        lambda task: actions.DecideExtension(task.step, task.attempt, tap.number, tap.granted),
    )
    what = Done.EXTENSION_GRANTED if tap.granted else Done.EXTENSION_DECLINED
    return done(what, step=acted.after.step, until=acted.after.due_at)


def _amount(work: Work, said: Data, text: str) -> Data:
    amount = parsing.duration(text)
    if amount is None:
        raise Misread
    _check(work, said["token"], amount)
    return _stored(amount)


def _asked(work: Work, said: Data) -> Reply:
    amount, reason = _amount_of(said), said["reason"]
    runs.act_on_task(
        work,
        said["token"],
        lambda task: actions.AskExtension(task.step, task.attempt, amount, reason),
    )
    deciders = assignment.deciders(work.person.id, work.state)
    who = OR.join(work.staff.people[person].called for person in deciders)
    return done_reply(done(Done.EXTENSION_ASKED, amount=str(amount), who=who))


def _again(said: Data, misread: Misread | None) -> Reply:
    args: Args = {name: said[name] for name in ("token", "amount", "unit") if name in said}
    return Reply("extension_question", {**args, "fault": misread is not None})


EXTENSION = Form(
    "extension_reason",
    (Field("amount", _amount, label="lama perpanjangan"), REASON_FIELD),
    _again,
    _asked,
)

_KINDS = (EXTENSION.kind, "extension_amount")
"""Earlier versions kept the question for the amount under a name of its own."""


def _check(work: Work, token: str, amount: Duration) -> None:
    """Nobody is asked for an amount or a reason that would be refused."""
    runs.check(
        work, token, lambda task: actions.AskExtension(task.step, task.attempt, amount, UNSAID)
    )


def _stored(amount: Duration) -> Data:
    return {"amount": amount.amount, "unit": amount.unit.value}


def _amount_of(said: Data | Args) -> Duration:
    return Duration(int(said["amount"] or 0), DurationUnit(str(said["unit"])))


def _question(work: Work, args: Args) -> QuestionView:
    stored, task = runs.find_task(work, str(args["token"]))
    amount, until = None, None
    if args.get("amount"):
        amount = _amount_of(args)
        wish = Extension(By(0), amount, "", work.now)
        longer = replace(task, extensions=(*task.extensions, wish))
        until = deadline_if_granted(stored.run, longer, len(task.extensions), work.state)
    return QuestionView(
        stored.run,
        stored.run.step_of(task),
        task.due_at,
        str(args["token"]),
        amount,
        until,
        bool(args.get("fault")),
    )


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
    )


def _draw_answer(work: Work, notice: ExtensionAnswered, sending: Sending) -> AnswerView | None:
    run, task, names = sending.stored.run, sending.task, work.tx.people.names()
    wish = extension_line(work.office, names, run, task, task.extensions[notice.number])
    if wish.decided is None:
        return None
    return AnswerView(work.greeting, run, task, wish)


# Words

OR = " atau "
"""Between those of whom one decides."""


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
        parts.append(f"{verdict} oleh {by} pada {say.moment(wish.decided.at)}.")
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


def say_question(view: QuestionView, say: Phrases) -> Message:
    """How much more time; once that is said, why."""
    facts = (
        f"{say.run(view.run)}\n{activity(view.step)}\nTenggat sekarang: {say.moment(view.due_at)}"
    )
    if view.amount is None or view.until is None:
        parts = [
            f"⏳ {bold('Permohonan perpanjangan waktu')}",
            facts,
            "Mohon maaf, lamanya belum terbaca. Mohon menuliskannya seperti “3 jam” atau “2 hari”."
            if view.fault
            else "Berapa lama tambahan waktu yang diperlukan? Mohon memilih di bawah, atau "
            "menuliskannya, misalnya “3 hari”.",
        ]
        row = tuple(button(str(d), ExtendBy(view.token, d.amount, d.unit)) for d in OFFERED)
        return Message("\n\n".join(parts), (row,))
    parts = [
        f"⏳ {bold(f'Permohonan perpanjangan waktu {view.amount}')}",
        facts,
        f"Bila disetujui, tenggatnya menjadi {bold(say.moment(view.until))}.",
        please_explain(view.fault, "Mohon menuliskan alasannya, agar dapat dipertimbangkan."),
    ]
    return Message("\n\n".join(parts))


def say_answer(view: AnswerView, say: Phrases) -> Message:
    """What was decided, for those whose task it is."""
    wish = view.wish
    by = phrases.signer(wish.decided) if wish.decided else ""
    amount, due = bold(str(wish.amount)), bold(say.moment(view.task.due_at))
    news = f"Mohon maaf, perpanjangan waktu {amount} tidak disetujui oleh {by}."
    if wish.granted:
        news = f"✅ Perpanjangan waktu {amount} disetujui oleh {by}."
    parts = [
        phrases.salutation(view.greeting),
        news,
        f"{say.run(view.run)}\n{activity(wish.step)}",
        f"Tenggat {'sekarang' if wish.granted else 'tetap'}: {due}",
    ]
    return Message("\n\n".join(parts))


def _journal_wish(line: JournalEntry) -> str:
    wish = line.facts["extension"]
    amount = f"{wish['amount']['amount']} {wish['amount']['unit']} ({wish['reason']})"
    return f"{line.run}: {line.who} memohon perpanjangan langkah {line.step} {amount}."


def _journal_decision(line: JournalEntry) -> str:
    verb = "menyetujui" if line.facts["granted"] else "tidak menyetujui"
    return f"{line.run}: {line.who} {verb} perpanjangan langkah {line.step}."


FEATURE = Feature(
    "extension",
    taps={AskExtension: ask, ExtendBy: choose_amount, DecideExtension: decide},
    views={"extension_question": NamedView(_question)},
    questions={kind: EXTENSION.question() for kind in _KINDS},
    asks={QuestionView: _KINDS},
    notices={
        ExtensionRequested: Drawn(_draw_request, "permohonan perpanjangan", for_all=True),
        ExtensionAnswered: Drawn(_draw_answer, "keputusan perpanjangan"),
    },
    words={RequestView: say_request, QuestionView: say_question, AnswerView: say_answer},
    refusals={
        Reason.EXTENSION_PENDING: "Permohonan perpanjangan untuk langkah ini masih menunggu "
        "keputusan.",
        Reason.EXTENSION_DECIDED: "Permohonan ini sudah diputuskan oleh {name}, jadi tidak ada "
        "yang berubah.",
        Reason.EXTENSION_MOOT: "Langkahnya tidak menunggu lagi, sehingga perpanjangan tidak perlu "
        "diputuskan.",
        Reason.NOBODY_DECIDES: "Belum ada pejabat lain yang dapat memutuskan perpanjangan ini. "
        "Mohon menghubungi admin.",
    },
    done={
        Done.EXTENSION_ASKED: "Permohonan perpanjangan {amount} sudah disampaikan kepada {who}, "
        "dan tenggatnya tetap sampai diputuskan.",
        Done.EXTENSION_GRANTED: "Baik, perpanjangan langkah {step} disetujui. Tenggatnya menjadi "
        "{until}.",
        Done.EXTENSION_DECLINED: "Baik, perpanjangan langkah {step} tidak disetujui. Tenggatnya "
        "tetap {until}.",
    },
    journal={"extension_asked": _journal_wish, "extension_decided": _journal_decision},
)
