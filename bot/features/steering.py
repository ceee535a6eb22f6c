"""/jeda, /lanjut and /batal: a run is paused, resumed, or cancelled; and leaving a question."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.access import KASUBBAG, Permission
from bot.domain.actions import Cancel, Pause, Reason, Resume
from bot.domain.notices import Reply
from bot.domain.run import Run, RunStatus
from bot.features import phrases, replies, runs
from bot.features.answers import DoneView, Refuse, Refused, done, done_reply
from bot.features.asking import OFFER
from bot.features.feature import Command, Feature, Hook, NamedView, Topic, View, Words
from bot.features.form import REASON_FIELD, UNSAID, Data, Form, Misread
from bot.features.phrases import Phrases, please_explain
from bot.features.runview import CurrentStep, Halt, current_step, halt
from bot.features.work import Args, Work
from bot.store.runs import StoredRun
from bot.ui.buttons import Tap, Token, button
from bot.ui.message import CHOICES, PAGE_LINES, Message, that_fit

STEER_RUN = Permission("steer_run", frozenset({KASUBBAG}))


class Steering(StrEnum):
    """What the owner can do to a run as a whole. The value names the command."""

    JEDA = "jeda"
    LANJUT = "lanjut"
    BATAL = "batal"


class SteeringRefused(StrEnum):
    """Why there is nothing to steer."""

    NOTHING_TO_PAUSE = "nothing_to_pause"
    NOTHING_PAUSED = "nothing_paused"
    NOTHING_ASKED = "nothing_asked"


class Done(StrEnum):
    """What was done."""

    QUESTION_LEFT = "question_left"
    CHOICES_LEFT = "choices_left"
    RUN_PAUSED = "run_paused"  # run
    RUN_RESUMED = "run_resumed"  # run
    RUN_CANCELLED = "run_cancelled"  # run


_STEERABLE = {
    Steering.JEDA: ({RunStatus.BERJALAN}, SteeringRefused.NOTHING_TO_PAUSE),
    Steering.LANJUT: ({RunStatus.DIJEDA}, SteeringRefused.NOTHING_PAUSED),
    Steering.BATAL: ({RunStatus.BERJALAN, RunStatus.DIJEDA}, SteeringRefused.NOTHING_ASKED),
}
"""With which runs it can be done, and why it is refused where there is none."""


class SteerRun(Tap, prefix="run"):
    """Pause, resume or cancel the run that the task with this token belongs to."""

    what: Steering
    token: Token


class ConfirmCancel(Tap, prefix="end"):
    """Yes, the run that the task with this token belongs to is to be cancelled."""

    token: Token


class ConfirmResume(Tap, prefix="res"):
    """Yes, the run that the task with this token belongs to is to be resumed."""

    token: Token


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """Asks which run is to be paused, resumed or cancelled; each with the token that names it."""

    what: Steering
    runs: tuple[tuple[Run, str], ...]


@dataclass(frozen=True, slots=True)
class LastLookView:
    """Asks whether this run is really to be cancelled, or resumed; `current` are the tasks that
    would end or go on, `halt` says why it rests."""

    what: Steering
    run: Run
    token: str
    current: tuple[CurrentStep, ...] = ()
    halt: Halt | None = None


@dataclass(frozen=True, slots=True)
class ReasonView:
    """Asks why a run is paused, or cancelled. `fault`: the last answer was no reason."""

    what: Steering
    run: Run
    fault: bool = False


# What people do


def pause_or_resume(work: Work, typed: Words) -> Reply:
    """/jeda and /lanjut: of several runs one is chosen by a button."""
    replies.no_more_than(typed, 0, f"/{typed.name}")
    return _offer(work, Steering(typed.name))


def leave(work: Work, typed: Words) -> Reply:
    """/batal: leave what the bot asks or offers, and nothing else; or offer to cancel a run."""
    replies.no_more_than(typed, 0, "/batal")
    waited = work.tx.people.question(work.person.chat_id, work.now)
    work.answered()
    if waited is not None:
        if waited.kind == OFFER and waited.data:
            work.services.features.hooks[Hook.OFFER_LEFT](work, waited.data)
        left = Done.CHOICES_LEFT if waited.kind == OFFER else Done.QUESTION_LEFT
        return done_reply(done(left))
    if work.may(STEER_RUN):
        return _offer(work, Steering.BATAL)
    raise Refuse(SteeringRefused.NOTHING_ASKED)


def steer(work: Work, tap: SteerRun) -> View:
    """The run was chosen."""
    return replies.build(work, _steer(work, tap.what, _run(work, tap.token)))


def confirm_cancel(work: Work, tap: ConfirmCancel) -> View:
    """Yes, cancel this run: ask why."""
    runs.decide(work, _run(work, tap.token), Cancel(UNSAID))
    return replies.build(work, CANCEL.start(work, {"token": tap.token}))


def resume(work: Work, tap: ConfirmResume) -> DoneView:
    """Yes, resume this run."""
    stored = _run(work, tap.token)
    runs.act_on_run(work, stored, Resume())
    return done(Done.RUN_RESUMED, run=phrases.plain_name(stored.run, work.office))


def _offer(work: Work, what: Steering) -> Reply:
    choices = _steerable(work, what)
    if not choices:
        raise Refuse(_STEERABLE[what][1])
    if len(choices) > 1:
        return Reply("steering_choice", {"what": what.value})
    return _steer(work, what, choices[0])


def _steer(work: Work, what: Steering, stored: StoredRun) -> Reply:
    """The first step with one run: a question, for a stray tap on the menu does nothing."""
    token = runs.token_of(stored)
    if what is Steering.JEDA:
        runs.decide(work, stored, Pause(UNSAID))
        return PAUSE.start(work, {"token": token})
    if what is Steering.LANJUT:
        runs.decide(work, stored, Resume())
    return Reply("cancel_question", {"token": token, "what": what.value})


def _asks_reason(kind: str, what: Steering, action: type[Pause | Cancel], then: Done) -> Form:
    """The question why this is done with a run; the answer does it."""

    def ask(said: Data, misread: Misread | None) -> Reply:
        args: Args = {"what": what.value, "token": said["token"], "fault": misread is not None}
        return Reply("steering_reason", args)

    def finish(work: Work, said: Data) -> Reply:
        stored = _run(work, said["token"])
        runs.act_on_run(work, stored, action(said["reason"]))
        return done_reply(done(then, run=phrases.plain_name(stored.run, work.office)))

    return Form(kind, (REASON_FIELD,), ask, finish, STEER_RUN, of_run=True)


PAUSE = _asks_reason("pause_reason", Steering.JEDA, Pause, Done.RUN_PAUSED)
CANCEL = _asks_reason("cancel_reason", Steering.BATAL, Cancel, Done.RUN_CANCELLED)


def _steerable(work: Work, what: Steering) -> list[StoredRun]:
    """The runs with which this can be done, oldest first."""
    return [s for s in work.tx.runs.running() if s.run.status in _STEERABLE[what][0]]


def _run(work: Work, token: str) -> StoredRun:
    """A run, for those only who may steer it."""
    work.require(STEER_RUN)
    return runs.find_run(work, token, Refuse(Refused.BUTTON_OLD))


def _choice(work: Work, args: Args) -> ChoiceView:
    what = Steering(str(args["what"]))
    rows = tuple((stored.run, runs.token_of(stored)) for stored in _steerable(work, what))
    return ChoiceView(what, rows)


def _last_look(work: Work, args: Args) -> LastLookView:
    token = str(args["token"])
    stored = runs.find_run(work, token, Refuse(Reason.RUN_OVER))
    if stored.run.status.is_over:
        raise Refuse(Reason.RUN_OVER)
    run = stored.run
    current = tuple(current_step(run, task, work.now, work.state) for task in run.current)
    rest = halt(work.office, work.tx.people.names(), run)
    return LastLookView(Steering(str(args.get("what", "batal"))), run, token, current, rest)


def _reason_question(work: Work, args: Args) -> ReasonView:
    stored = runs.find_run(work, str(args["token"]), Refuse(Refused.BUTTON_OLD))
    return ReasonView(Steering(str(args["what"])), stored.run, bool(args.get("fault")))


# Words

_WHICH = {
    Steering.JEDA: "⏸ Pelaksanaan mana yang dijeda?",
    Steering.LANJUT: "▶️ Pelaksanaan mana yang dilanjutkan?",
    Steering.BATAL: "⛔ Pelaksanaan mana yang dibatalkan? Sebelumnya kami bertanya sekali lagi.",
}

_REASON_FOR = {
    Steering.JEDA: "⏸ Pelaksanaan {} akan dijeda.",
    Steering.BATAL: "⛔ Pelaksanaan {} akan dibatalkan.",
}


def say_choice(view: ChoiceView, say: Phrases) -> Message:
    """Which run is meant."""
    if not view.runs:
        return Message("Tidak ada lagi pelaksanaan yang dapat dipilih.")
    named = say.runs([run for run, _ in view.runs])
    shown = list(zip(range(1, CHOICES + 1), named, view.runs, strict=False))
    lines = (f"{n}. {name}" for n, (name, _), _ in shown)
    text = f"{_WHICH[view.what]}\n\n" + "\n".join(that_fit(lines, PAGE_LINES, gap=0))
    rows = tuple(
        (button(f"{n}. {label}", SteerRun(view.what, token)),)
        for n, (_, label), (_, token) in shown
    )
    return Message(text, rows)


def say_last_look(view: LastLookView, say: Phrases) -> Message:
    """Whether a run is really to be cancelled, or resumed."""
    run, steps, name = view.run, len(view.run.procedure.steps), say.run(view.run)
    parts = [
        f"Dimulai: {say.moment(run.started_at)}\n"
        f"{phrases.bar(run.steps_done, steps)} {run.steps_done} dari {steps} langkah selesai"
    ]
    if view.what is Steering.LANJUT:
        parts = [f"▶️ Lanjutkan pelaksanaan {name}?", *parts]
        parts += [phrases.halted(view.halt, say)] if view.halt else []
        parts.append("Tenggatnya bergeser sepanjang masa jeda.")
        yes = button("▶️ Lanjutkan", ConfirmResume(view.token), "success")
        return Message("\n\n".join(parts), ((yes,),))
    parts = [f"⛔ Batalkan pelaksanaan {name}?", *parts]
    parts += [
        f"Tugas langkah {c.step.number} ditarik dari {say.awaited(c)}." for c in view.current[:2]
    ]
    parts.append(
        "Pelaksanaan yang dibatalkan tidak dapat dilanjutkan lagi. Catatannya tetap tersimpan. "
        "Untuk berhenti sementara, gunakan /jeda."
    )
    return Message(
        "\n\n".join(parts), ((button("Ya, batalkan", ConfirmCancel(view.token), "danger"),),)
    )


def say_reason_question(view: ReasonView, say: Phrases) -> Message:
    """Why a run is paused, or cancelled."""
    will_be = _REASON_FOR[view.what].format(say.run(view.run))
    request = "Mohon menuliskan alasannya; semua yang terlibat membacanya."
    return Message(f"{will_be}\n\n{please_explain(view.fault, request)}")


FEATURE = Feature(
    "steering",
    commands=(
        Command(
            "jeda",
            pause_or_resume,
            STEER_RUN,
            Topic.PELAKSANAAN,
            "Menjeda pelaksanaan",
            "menjeda pelaksanaan untuk sementara; selama jeda waktunya tidak dihitung",
        ),
        Command(
            "lanjut",
            pause_or_resume,
            STEER_RUN,
            Topic.PELAKSANAAN,
            "Melanjutkan pelaksanaan yang dijeda",
            "melanjutkan pelaksanaan yang dijeda",
        ),
        Command(
            "batal",
            leave,
            STEER_RUN,
            Topic.PELAKSANAAN,
            "Meninggalkan pertanyaan, atau membatalkan pelaksanaan",
            "meninggalkan pertanyaan yang belum dijawab; bila tidak ada, membatalkan sebuah "
            "pelaksanaan, dengan alasan",
        ),
        Command(
            "batal",
            leave,
            None,
            Topic.LAINNYA,
            "Meninggalkan pertanyaan",
            "meninggalkan pertanyaan yang belum dijawab; tidak ada yang berubah",
        ),
    ),
    taps={SteerRun: steer, ConfirmCancel: confirm_cancel, ConfirmResume: resume},
    views={
        "steering_choice": NamedView(_choice, STEER_RUN),
        "cancel_question": NamedView(_last_look, STEER_RUN),
        "steering_reason": NamedView(_reason_question, STEER_RUN),
    },
    questions={form.kind: form.question() for form in (PAUSE, CANCEL)},
    asks={ChoiceView: (), LastLookView: (), ReasonView: (PAUSE.kind, CANCEL.kind)},
    words={
        ChoiceView: say_choice,
        LastLookView: say_last_look,
        ReasonView: say_reason_question,
    },
    refusals={
        SteeringRefused.NOTHING_TO_PAUSE: "Tidak ada pelaksanaan berjalan yang dapat dijeda.",
        SteeringRefused.NOTHING_PAUSED: "Tidak ada pelaksanaan yang sedang dijeda.",
        SteeringRefused.NOTHING_ASKED: "Tidak ada pertanyaan yang menunggu jawaban, sehingga tidak "
        "ada yang berubah.",
        Reason.RUN_PAUSED: "Pelaksanaan ini sedang dijeda oleh {name}, sehingga tugasnya menunggu "
        "sampai dilanjutkan. Waktunya tidak dihitung.",
        Reason.RUN_OVER: "Pelaksanaan ini sudah berakhir, sehingga tidak ada yang berubah.",
        Reason.NOT_PAUSED: "Pelaksanaan ini tidak sedang dijeda, sehingga tidak ada yang berubah.",
        Reason.REASON_MISSING: "Mohon menuliskan alasannya, agar jelas bagi yang lain.",
    },
    done={
        Done.QUESTION_LEFT: "Pertanyaan itu ditinggalkan. Tidak ada yang berubah.",
        Done.CHOICES_LEFT: "Pilihan itu ditinggalkan. Tidak ada yang berubah.",
        Done.RUN_PAUSED: "Pelaksanaan {run} dijeda. Waktunya tidak dihitung sampai "
        "dilanjutkan dengan /lanjut.",
        Done.RUN_RESUMED: "Pelaksanaan {run} dilanjutkan. Tenggatnya bergeser sepanjang masa jeda.",
        Done.RUN_CANCELLED: "Pelaksanaan {run} dibatalkan. Catatannya tetap tersimpan di /riwayat.",
    },
    journal={
        "run_paused": lambda line: f"{line.run}: dijeda oleh {line.who} ({line.facts['reason']}).",
        "run_resumed": lambda line: f"{line.run}: dilanjutkan oleh {line.who}.",
        "run_cancelled": lambda line: (
            f"{line.run}: dibatalkan oleh {line.who} ({line.facts['reason']})."
        ),
        "run_reopened": lambda line: f"{line.run}: belum selesai, konfirmasi terakhir diurungkan.",
    },
)
