"""Second thoughts: work is sent back to an earlier step, a confirmation is undone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain import actions
from bot.domain.actions import Reason, Return
from bot.domain.notices import Reply, TaskCard, WorkReturned
from bot.domain.run import Run
from bot.domain.sop import Step
from bot.features import phrases, replies, runs
from bot.features.answers import DoneView, Refuse, done, done_reply
from bot.features.feature import Drawn, Feature, JournalEntry, NamedView, Sending, View
from bot.features.form import REASON_FIELD, UNSAID, Data, Form, Misread
from bot.features.naming import Greeting
from bot.features.phrases import REASON, Phrases, activity, please_explain
from bot.features.runview import SentBack, sent_back
from bot.features.work import Args, Work
from bot.ui.buttons import Show, StepNumber, Tap, Token, button
from bot.ui.markup import bold, safe
from bot.ui.message import CHOICES, Message


class Done(StrEnum):
    """What was done."""

    UNDONE = "undone"  # step
    RETURNED = "returned"  # step, to


class Undo(Tap, prefix="und", after=Show.NOTHING):
    """Undo one's own confirmation of the task with this token."""

    token: Token


class AskReturn(Tap, prefix="ret", after=Show.NOTHING):
    """Ask to which step the task with this token goes back, and why."""

    token: Token


class ReturnTo(Tap, prefix="rto"):
    """Send the task with this token back to this step."""

    token: Token
    step: StepNumber


@dataclass(frozen=True, slots=True)
class ReturnedView:
    """The work was sent back; what the recipient `confirmed`, if anything, is void."""

    greeting: Greeting
    run: Run
    sent: SentBack
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class QuestionView:
    """Asks why the work is sent back from `step` to `to_step`, or to one of `others` instead."""

    run: Run
    step: Step
    to_step: Step
    others: tuple[Step, ...]
    token: str
    fault: bool = False


# What people do


def undo(work: Work, tap: Undo) -> DoneView:
    """Undo the person's own confirmation of a task, where that is still possible."""
    acted = runs.act_on_task(work, tap.token, lambda task: actions.Undo(task.step, task.attempt))
    return done(Done.UNDONE, step=acted.task.step)


def ask_return(work: Work, tap: AskReturn) -> View:
    """Ask why the work is sent back, by default to the step that the SOP names."""
    view = _question(work, {"token": tap.token})
    work.reply(_ask(work, tap.token, view.to_step.number))
    return view


def choose_step(work: Work, tap: ReturnTo) -> View:
    """Ask the same for another step."""
    return replies.build(work, _ask(work, tap.token, tap.step))


def _ask(work: Work, token: str, to_step: int) -> Reply:
    # Asked first whether it would be refused: nobody writes a reason for nothing.
    runs.check(work, token, lambda task: Return(task.step, task.attempt, to_step, UNSAID))
    return RETURN.start(work, {"token": token, "to": to_step})


def _returned(work: Work, said: Data) -> Reply:
    to_step, reason = int(said["to"]), said["reason"]
    acted = runs.act_on_task(
        work, said["token"], lambda task: Return(task.step, task.attempt, to_step, reason)
    )
    return done_reply(done(Done.RETURNED, step=acted.task.step, to=to_step))


def _again(said: Data, misread: Misread | None) -> Reply:
    args: Args = {"token": said["token"], "to": said["to"], "fault": misread is not None}
    return Reply("return_question", args)


RETURN = Form("return", (REASON_FIELD,), _again, _returned)


def _question(work: Work, args: Args) -> QuestionView:
    stored, task = runs.find_task(work, str(args["token"]))
    step, procedure = stored.run.step_of(task), stored.run.procedure
    to_step = int(args.get("to") or step.return_to or 0)
    if not 1 <= to_step < step.number:
        raise Refuse(Reason.CANNOT_RETURN)
    # What the SOP says comes first, then the nearest.
    numbers = sorted(range(1, step.number), key=lambda n: (n != step.return_to, -n))
    others = tuple(procedure.step(n) for n in numbers if n != to_step)
    fault = bool(args.get("fault"))
    to = procedure.step(to_step)
    return QuestionView(stored.run, step, to, others, str(args["token"]), fault)


def _draw_returned(work: Work, notice: WorkReturned, sending: Sending) -> ReturnedView | None:
    stored = sending.stored
    sent = sent_back(work.office, work.tx.people.names(), stored.run, sending.task)
    if sent is None:
        return None
    again = (task for task in stored.run.tasks if task.step >= sent.to_step.number)
    confirmed = any(task.confirmed_by(work.person.id) for task in again)
    return ReturnedView(work.greeting, stored.run, sent, confirmed)


# Words


def say_returned(view: ReturnedView, say: Phrases) -> Message:
    """Who had a part in what is done again hears why; who confirmed, that it is void."""
    sent, address = view.sent, view.greeting.address
    void = f"Pemberitahuan ini kami sampaikan karena {address} terlibat dalam langkah yang diulang."
    if view.confirmed:
        void = f"Konfirmasi {address} sebelumnya tidak berlaku lagi, dan akan kami mohonkan "
        void += "kembali setelah perbaikan sampai pada gilirannya."
    parts = [
        phrases.salutation(view.greeting),
        f"↩️ {phrases.signer(sent.by)} mengembalikan pekerjaan pada langkah {sent.step.number} "
        f"ke langkah {sent.to_step.number} untuk diperbaiki, pada {say.moment(sent.by.at)}.",
        say.run(view.run),
        f"Kembali ke: {activity(sent.to_step)}\nAlasan: {safe(sent.reason, REASON)}",
        void,
    ]
    return Message("\n\n".join(parts))


def say_question(view: QuestionView, say: Phrases) -> Message:
    """Why the work goes back, and whether to another step than the usual."""
    parts = [
        f"↩️ {bold('Mengembalikan pekerjaan')}",
        f"{say.run(view.run)}\nDari: {activity(view.step)}\nKe: {bold(activity(view.to_step))}",
        please_explain(
            view.fault, "Mohon menuliskan alasannya, agar jelas apa yang perlu diperbaiki."
        ),
    ]
    if view.others:
        parts.append("Bila seharusnya ke langkah lain, mohon memilihnya dahulu di bawah.")
    labels = {s.number: f"Ke langkah {s.number}: {s.activity.text}" for s in view.others[:CHOICES]}
    rows = tuple((button(label, ReturnTo(view.token, n)),) for n, label in labels.items())
    return Message("\n\n".join(parts), rows)


def _journal_returned(line: JournalEntry) -> str:
    way = f"langkah {line.step} ke langkah {line.facts['to_step']}"
    why = line.facts["reason"]
    if line.whom:
        return f"{line.run}: {line.who} mencatat pengembalian {way} untuk {line.whom} ({why})."
    return f"{line.run}: {line.who} mengembalikan {way} ({why})."


FEATURE = Feature(
    "review",
    taps={Undo: undo, AskReturn: ask_return, ReturnTo: choose_step},
    cards={tap: lambda tap: TaskCard() for tap in (Undo, AskReturn)},
    views={"return_question": NamedView(_question)},
    questions={RETURN.kind: RETURN.question()},
    asks={QuestionView: (RETURN.kind,)},
    notices={WorkReturned: Drawn(_draw_returned, "pemberitahuan pengembalian")},
    words={QuestionView: say_question, ReturnedView: say_returned},
    refusals={
        Reason.CANNOT_RETURN: "Pekerjaan hanya dapat dikembalikan oleh pemeriksa, ke langkah "
        "sebelumnya.",
        Reason.NOTHING_TO_UNDO: "Tidak ada konfirmasi pada langkah ini yang dapat diurungkan.",
        Reason.UNDO_TOO_LATE: "Konfirmasi hanya dapat diurungkan dalam 10 menit. Bila "
        "keliru, mohon menghubungi {owner}.",
        Reason.NEXT_HAS_ACTED: "Langkah berikutnya sudah dikerjakan, sehingga konfirmasi ini tidak "
        "dapat diurungkan lagi. Bila perlu, pekerjaan dikembalikan oleh pemeriksanya.",
    },
    done={
        Done.UNDONE: "Konfirmasi langkah {step} sudah diurungkan. Tugasnya kembali menunggu.",
        Done.RETURNED: "Pekerjaan sudah dikembalikan dari langkah {step} ke langkah {to}. "
        "Alasannya tertulis pada kartu pelaksananya.",
    },
    journal={
        "task_returned": _journal_returned,
        "confirmation_undone": lambda line: (
            f"{line.run}: {line.who} mengurungkan konfirmasi langkah {line.step}."
        ),
    },
)
