"""What an escalation asks for: an arahan to those who perform a late task, or a reminder to them
in the name of whoever sends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain import deviations, parsing
from bot.domain.actions import Reason, Remind
from bot.domain.notices import PerformersCalled, Reply, TaskCard, TaskLate
from bot.domain.run import Run, Task
from bot.domain.sop import Step
from bot.features import notes, phrases, replies, runs
from bot.features.answers import DoneView, Refuse, done
from bot.features.feature import Drawn, Feature, NamedView, Sending, View
from bot.features.form import Data, Field, Form, Misread
from bot.features.naming import SignedBy, acted
from bot.features.phrases import BRIEF, Phrases, activity
from bot.features.runview import PartedView
from bot.features.tasks import card, views
from bot.features.tasks.buttons import ShowDetail, acts, detail, keyboard
from bot.features.tasks.views import TaskView
from bot.features.work import Args, Work
from bot.indonesian import distance, number
from bot.store.runs import StoredRun
from bot.ui.buttons import Row, Show, Tap, Token, button, in_rows
from bot.ui.markup import bold
from bot.ui.message import Message


class Done(StrEnum):
    """What was done."""

    REMINDED = "reminded"  # step


class RemindPerformers(Tap, prefix="call", after=Show.NOTHING):
    """Remind those who perform the task with this token, in one's own name."""

    token: Token


class Direct(Tap, prefix="dir", after=Show.NOTHING):
    """Ask for an arahan to those who perform the task with this token."""

    token: Token


@dataclass(frozen=True, slots=True)
class QuestionView:
    """Asks for the arahan on a task. `fault`: the last answer was none."""

    run: Run
    step: Step
    fault: bool = False


@dataclass(frozen=True, slots=True)
class CalledView:
    """A task of which somebody who leads reminds its performers: `card` is the task's."""

    card: TaskView
    by: SignedBy


# What people do


def remind(work: Work, tap: RemindPerformers) -> DoneView:
    """Remind the performers of a task in the person's name."""
    acted_on = runs.act_on_task(work, tap.token, lambda task: Remind(task.step, task.attempt))
    return done(Done.REMINDED, step=acted_on.task.step)


def ask(work: Work, tap: Direct) -> View:
    """Ask for the arahan; its answer is told to the performers."""
    _check(work, tap.token)
    reply = DIRECTION.start(work, {"token": tap.token})
    work.reply(reply)
    return replies.build(work, reply)


def _check(work: Work, token: str) -> tuple[StoredRun, Task]:
    """The task that is to be directed, if there is something to direct, for who may."""
    stored, task = runs.find_task(work, token)
    if deviations.directing(stored.run, task, work.person.id, work.state) is None:
        raise runs.not_yours(work, stored, task)
    if not task.is_open:
        raise Refuse(Reason.NOT_OPEN)
    return stored, task


def _said(work: Work, said: Data, text: str) -> Data:
    direction = parsing.sentence(text)
    if not 0 < len(direction) <= notes.NOTE_LENGTH:
        raise Misread
    return {"text": direction}


def _again(said: Data, misread: Misread | None) -> Reply:
    return Reply("direction_question", {"token": said["token"], "fault": misread is not None})


def _directed(work: Work, said: Data) -> Reply:
    return notes.leave(work, *_check(work, said["token"]), said["text"], direction=True)


DIRECTION = Form("direction", (Field("text", _said),), _again, _directed)


def _question(work: Work, args: Args) -> QuestionView:
    stored, task = runs.find_task(work, str(args["token"]))
    return QuestionView(stored.run, stored.run.step_of(task), bool(args.get("fault")))


def _draw_called(
    work: Work, notice: PerformersCalled, sending: Sending
) -> CalledView | PartedView | None:
    drawn = views.draw_card(work, TaskCard(), sending)
    if not isinstance(drawn, TaskView):
        return drawn
    by = acted(work.office, work.tx.people.names(), notice.by, notice.at)
    return CalledView(drawn, by)


# Words


def offers(token: str) -> tuple[Row, ...]:
    """What whoever an escalation asks for an arahan can do."""
    return in_rows(
        (
            button("🔔 Ingatkan pelaksana", RemindPerformers(token)),
            button("📣 Beri arahan", Direct(token), "primary"),
            button("ℹ️ Rincian", ShowDetail(token)),
        )
    )


def say_question(view: QuestionView, say: Phrases) -> Message:
    """What is to be directed."""
    request = "Mohon menuliskan arahannya dalam satu pesan. Arahan ini kami sampaikan kepada "
    request += "pelaksananya dan tampak pada kartu, jurnal, dan laporan pelaksanaan."
    if view.fault:
        request = "Mohon maaf, jawaban itu belum dapat kami catat sebagai arahan. Mohon menuliskan "
        request += f"paling banyak {number(notes.NOTE_LENGTH)} huruf dalam satu pesan."
    facts = f"{say.run(view.run)}\n{activity(view.step)}"
    return Message("\n\n".join([f"📣 {bold('Memberi arahan')}", facts, request]))


def say_called(view: CalledView, say: Phrases) -> Message:
    """A reminder in somebody's name, as short as it can be; once it is done, the task's card."""
    task = view.card
    if not task.mine:
        return card.say_card(task, say)
    due = f"Tenggat: {bold(say.moment(task.task.due_at))}"
    if task.late:
        due = f"⚠️ Terlambat {bold(distance(task.late))}"
    by = phrases.signer(view.by, BRIEF)
    why = f"🔔 {by} mengingatkan langkah berikut. Mohon ditindaklanjuti."
    return card.reminding(task, why, due, keyboard(acts(task), [detail(task)]))


FEATURE = Feature(
    "directions",
    taps={RemindPerformers: remind, Direct: ask},
    cards={RemindPerformers: lambda tap: TaskLate(waiting=False)},
    views={"direction_question": NamedView(_question)},
    questions={DIRECTION.kind: DIRECTION.question()},
    asks={QuestionView: (DIRECTION.kind,)},
    notices={PerformersCalled: Drawn(_draw_called, "pengingat dari pejabat", for_all=True)},
    words={QuestionView: say_question, CalledView: say_called},
    refusals={
        Reason.NOT_OPEN: "Langkah ini tidak menunggu lagi, sehingga pelaksananya tidak perlu "
        "diingatkan atau diberi arahan.",
        Reason.NOBODY_PERFORMS: "Langkah ini belum ada pelaksananya, sehingga belum ada yang dapat "
        "diingatkan. Peran yang kosong diisi melalui /pegawai.",
        Reason.REMINDED_LATELY: "Pelaksana langkah ini baru saja diingatkan oleh {name}. Mohon "
        "mengingatkan lagi setelah satu jam.",
    },
    done={
        Done.REMINDED: "🔔 Pelaksana langkah {step} sudah diingatkan.",
    },
    journal={
        "performers_reminded": lambda line: (
            f"{line.run}: {line.who} mengingatkan pelaksana langkah {line.step}."
        )
    },
)
