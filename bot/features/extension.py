"""More time for a step is asked for: how much, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain import actions, assignment, parsing
from bot.domain.actions import Reason
from bot.domain.extensions import deadline_if_granted
from bot.domain.notices import Reply, TaskCard
from bot.domain.run import By, Extension, Run
from bot.domain.sop import Duration, DurationUnit, Step
from bot.features import replies, runs
from bot.features.answers import Refuse, Refused, done, done_reply
from bot.features.feature import Feature, JournalEntry, NamedView, View
from bot.features.form import REASON_FIELD, UNSAID, Data, Field, Form, Misread
from bot.features.phrases import Phrases, activity, please_explain
from bot.features.work import Args, Work
from bot.ui.buttons import Show, StepNumber, Tap, Token, button
from bot.ui.markup import bold
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


class AskExtension(Tap, prefix="ext", after=Show.NOTHING):
    """Ask how much more time the task with this token needs."""

    token: Token


class ExtendBy(Tap, prefix="exb"):
    """Ask why the task with this token needs so much more time."""

    token: Token
    amount: StepNumber
    unit: DurationUnit


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


# Words

OR = " atau "
"""Between those of whom one decides."""


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


def _journal_wish(line: JournalEntry) -> str:
    wish = line.facts["extension"]
    amount = f"{wish['amount']['amount']} {wish['amount']['unit']} ({wish['reason']})"
    return f"{line.run}: {line.who} memohon perpanjangan langkah {line.step} {amount}."


FEATURE = Feature(
    "extension",
    taps={
        AskExtension: ask,
        ExtendBy: choose_amount,
    },
    cards={AskExtension: lambda tap: TaskCard()},
    views={
        "extension_question": NamedView(_question),
    },
    questions={kind: EXTENSION.question() for kind in _KINDS},
    asks={QuestionView: _KINDS},
    words={QuestionView: say_question},
    refusals={
        Reason.EXTENSION_PENDING: "Permohonan perpanjangan untuk langkah ini masih menunggu "
        "keputusan.",
        Reason.NOBODY_DECIDES: "Belum ada pejabat lain yang dapat memutuskan perpanjangan ini. "
        "Mohon menghubungi admin.",
    },
    done={
        Done.EXTENSION_ASKED: "Permohonan perpanjangan {amount} sudah disampaikan kepada {who}, "
        "dan tenggatnya tetap sampai diputuskan.",
    },
    journal={"extension_asked": _journal_wish},
)
