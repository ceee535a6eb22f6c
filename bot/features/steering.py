"""/jeda, /lanjut and /batal: a run is paused, resumed, or cancelled; and leaving a question."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.access import KASUBBAG, Permission
from bot.domain.actions import Cancel, Pause, Reason, Resume
from bot.domain.notices import Reply, RunChange, RunChanged
from bot.domain.run import Run, RunStatus
from bot.features import phrases, replies, runs
from bot.features.answers import Refuse, Refused, done, done_reply
from bot.features.asking import OFFER
from bot.features.feature import Command, Drawn, Feature, NamedView, Sending, Topic, View, Words
from bot.features.form import REASON_FIELD, UNSAID, Data, Form, Misread
from bot.features.naming import Greeting, SignedBy, acted
from bot.features.phrases import REASON, Phrases, please_explain
from bot.features.runview import CurrentStep, current_step, halt
from bot.features.work import Args, Work
from bot.store.runs import StoredRun
from bot.ui.buttons import Tap, Token, button
from bot.ui.markup import safe
from bot.ui.message import CHOICES, PAGE_LIMIT, Message, that_fit

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


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """Asks which run is to be paused, resumed or cancelled; each with the token that names it."""

    what: Steering
    runs: tuple[tuple[Run, str], ...]


@dataclass(frozen=True, slots=True)
class CancelQuestionView:
    """Asks whether this run is really to be cancelled; `current` are the tasks that would end."""

    run: Run
    token: str
    current: tuple[CurrentStep, ...] = ()


@dataclass(frozen=True, slots=True)
class ReasonView:
    """Asks why a run is paused, or cancelled. `fault`: the last answer was no reason."""

    what: Steering
    run: Run
    fault: bool = False


@dataclass(frozen=True, slots=True)
class RunChangedView:
    """A run was paused, resumed, cancelled, or is open again. `by` None: nobody's own doing."""

    greeting: Greeting
    run: Run
    change: RunChange
    reason: str
    by: SignedBy | None
    current: tuple[CurrentStep, ...]


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


def _offer(work: Work, what: Steering) -> Reply:
    choices = _steerable(work, what)
    if not choices:
        raise Refuse(_STEERABLE[what][1])
    if len(choices) > 1:
        return Reply("steering_choice", {"what": what.value})
    return _steer(work, what, choices[0])


def _steer(work: Work, what: Steering, stored: StoredRun) -> Reply:
    """The first step with one run: a question; resuming needs none."""
    token = runs.token_of(stored)
    if what is Steering.BATAL:
        return Reply("cancel_question", {"token": token})
    if what is Steering.JEDA:
        runs.decide(work, stored, Pause(UNSAID))
        return PAUSE.start(work, {"token": token})
    runs.act_on_run(work, stored, Resume())
    return done_reply(done(Done.RUN_RESUMED, run=phrases.plain_name(stored.run, work.office)))


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


def _cancel_question(work: Work, args: Args) -> CancelQuestionView:
    token = str(args["token"])
    stored = runs.find_run(work, token, Refuse(Reason.RUN_OVER))
    if stored.run.status.is_over:
        raise Refuse(Reason.RUN_OVER)
    run = stored.run
    current = tuple(current_step(run, task, work.now, work.state) for task in run.current)
    return CancelQuestionView(run, token, current)


def _reason_question(work: Work, args: Args) -> ReasonView:
    stored = runs.find_run(work, str(args["token"]), Refuse(Refused.BUTTON_OLD))
    return ReasonView(Steering(str(args["what"])), stored.run, bool(args.get("fault")))


def _draw_change(work: Work, notice: RunChanged, sending: Sending) -> RunChangedView | None:
    run, office, names = sending.stored.run, work.office, work.tx.people.names()
    by, reason, rest = None, "", halt(office, names, run)
    match notice.change:
        case RunChange.DIJEDA if rest and not rest.ended:
            by, reason = rest.by, rest.reason
        case RunChange.DIBATALKAN if rest and rest.ended:
            by, reason = rest.by, rest.reason
        case RunChange.DITARIK if rest and rest.ended:
            by = rest.by
        case RunChange.DILANJUTKAN if run.status is RunStatus.BERJALAN and run.pauses:
            last = run.pauses[-1]
            if last.ended_by and last.until:
                by = acted(office, names, last.ended_by, last.until)
        case RunChange.DIBUKA if run.status is RunStatus.BERJALAN:
            pass
        case _:
            return None
    current = tuple(current_step(run, task, work.now, work.state) for task in run.current)
    return RunChangedView(work.greeting, run, notice.change, reason, by, current)


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

_CHANGED = {
    RunChange.DIJEDA: "⏸ Pelaksanaan berikut dijeda. Selama jeda, waktunya tidak dihitung.",
    RunChange.DILANJUTKAN: "▶️ Pelaksanaan berikut dilanjutkan.",
    RunChange.DIBATALKAN: "⛔ Pelaksanaan berikut dibatalkan. Catatannya tetap tersimpan.",
    RunChange.DITARIK: "↶ Pelaksanaan berikut tidak jadi dimulai, sehingga tugas yang tadi kami "
    "sampaikan ditarik kembali.",
    RunChange.DIBUKA: "↶ Konfirmasi terakhir ditarik kembali, sehingga pelaksanaan berikut "
    "belum selesai.",
}


def say_choice(view: ChoiceView, say: Phrases) -> Message:
    """Which run is meant."""
    if not view.runs:
        return Message("Tidak ada lagi pelaksanaan yang dapat dipilih.")
    named = say.runs([run for run, _ in view.runs])
    shown = list(zip(range(1, CHOICES + 1), named, view.runs, strict=False))
    lines = (f"{n}. {name}" for n, (name, _), _ in shown)
    text = f"{_WHICH[view.what]}\n\n" + "\n".join(that_fit(lines, PAGE_LIMIT - 400))
    rows = tuple(
        (button(f"{n}. {label}", SteerRun(view.what, token)),)
        for n, (_, label), (_, token) in shown
    )
    return Message(text, rows)


def say_cancel_question(view: CancelQuestionView, say: Phrases) -> Message:
    """Whether a run is really to be cancelled."""
    run, steps = view.run, len(view.run.procedure.steps)
    parts = [
        f"⛔ Batalkan pelaksanaan {say.run(run)}?",
        f"Dimulai: {say.moment(run.started_at)}\n"
        f"{phrases.bar(run.steps_done, steps)} {run.steps_done} dari {steps} langkah selesai",
        *(
            f"Tugas langkah {c.step.number} ditarik dari {say.awaited(c)}."
            for c in view.current[:2]
        ),
        "Pelaksanaan yang dibatalkan tidak dapat dilanjutkan lagi. Catatannya tetap tersimpan. "
        "Untuk berhenti sementara, gunakan /jeda.",
    ]
    yes = button("Ya, batalkan", ConfirmCancel(view.token), "danger")
    return Message("\n\n".join(parts), ((yes,),))


def say_reason_question(view: ReasonView, say: Phrases) -> Message:
    """Why a run is paused, or cancelled."""
    will_be = _REASON_FOR[view.what].format(say.run(view.run))
    request = "Mohon menuliskan alasannya; semua yang terlibat membacanya."
    return Message(f"{will_be}\n\n{please_explain(view.fault, request)}")


def say_changed(view: RunChangedView, say: Phrases) -> Message:
    """A run was paused, resumed, ended before its time, or is open again."""
    by = f"Oleh: {phrases.signer(view.by)}, {say.moment(view.by.at)}" if view.by else ""
    reason = f"Alasan: {safe(view.reason, REASON)}" if view.reason else ""
    parts = [phrases.salutation(view.greeting), _CHANGED[view.change], say.run(view.run)]
    if by or reason:
        parts.append("\n".join(filter(None, (by, reason))))
    if view.change in (RunChange.DILANJUTKAN, RunChange.DIBUKA):
        steps = len(view.run.procedure.steps)
        parts += ["\n".join(say.current(current, steps)) for current in view.current[:1]]
    return Message("\n\n".join(parts))


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
    taps={SteerRun: steer, ConfirmCancel: confirm_cancel},
    views={
        "steering_choice": NamedView(_choice, STEER_RUN),
        "cancel_question": NamedView(_cancel_question, STEER_RUN),
        "steering_reason": NamedView(_reason_question, STEER_RUN),
    },
    questions={form.kind: form.question() for form in (PAUSE, CANCEL)},
    asks={ChoiceView: (), CancelQuestionView: (), ReasonView: (PAUSE.kind, CANCEL.kind)},
    notices={RunChanged: Drawn(_draw_change, "kabar pelaksanaan")},
    words={
        ChoiceView: say_choice,
        CancelQuestionView: say_cancel_question,
        ReasonView: say_reason_question,
        RunChangedView: say_changed,
    },
    refusals={
        SteeringRefused.NOTHING_TO_PAUSE: "Tidak ada pelaksanaan berjalan yang dapat dijeda.",
        SteeringRefused.NOTHING_PAUSED: "Tidak ada pelaksanaan yang sedang dijeda.",
        SteeringRefused.NOTHING_ASKED: "Tidak ada pertanyaan yang menunggu jawaban, jadi tidak "
        "ada yang berubah.",
        Reason.RUN_PAUSED: "Pelaksanaan ini sedang dijeda oleh {name}, sehingga tugasnya menunggu "
        "sampai dilanjutkan. Waktunya tidak dihitung.",
        Reason.RUN_OVER: "Pelaksanaan ini sudah berakhir, jadi tidak ada yang berubah.",
        Reason.NOT_PAUSED: "Pelaksanaan ini tidak sedang dijeda, jadi tidak ada yang berubah.",
        Reason.REASON_MISSING: "Mohon menuliskan alasannya, agar menjadi jelas bagi yang lain.",
    },
    done={
        Done.QUESTION_LEFT: "Baik, pertanyaan tadi ditinggalkan. Tidak ada yang berubah.",
        Done.CHOICES_LEFT: "Baik, pilihan tadi ditinggalkan. Tidak ada yang berubah.",
        Done.RUN_PAUSED: "Baik, pelaksanaan {run} dijeda. Waktunya tidak dihitung sampai "
        "dilanjutkan dengan /lanjut.",
        Done.RUN_RESUMED: "Baik, pelaksanaan {run} dilanjutkan. Tenggatnya bergeser sepanjang "
        "masa jeda.",
        Done.RUN_CANCELLED: "Baik, pelaksanaan {run} dibatalkan. Catatannya tetap tersimpan di "
        "/riwayat.",
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
