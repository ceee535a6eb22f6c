"""Several tasks in one message: a person's own that are reminded of, or others' that are late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain import assignment, deviations, reminders, worktime
from bot.domain.actions import Reason
from bot.domain.notices import Reply, TaskLate, TaskReminder, TasksLate, TasksWaiting
from bot.domain.reminders import policy_of
from bot.domain.run import Run, Task
from bot.features import notes, phrases, replies, runs
from bot.features.answers import Refuse, Refused
from bot.features.directions import Direct, RemindPerformers
from bot.features.feature import Drawn, Feature, Hook, NamedView, Sending, View
from bot.features.form import Data, Field, Form, by_button
from bot.features.naming import Greeting
from bot.features.phrases import LISTED, REASON, Phrases
from bot.features.runview import CurrentStep, current_step
from bot.features.tasks.buttons import ShowDetail
from bot.features.tasks.views import TaskView, task_view
from bot.features.work import Args, PersonalNotice, Work
from bot.indonesian import distance
from bot.store.runs import StoredRun
from bot.ui.buttons import Button, PageNumber, Row, Show, Tap, Token, button
from bot.ui.markup import bold, safe
from bot.ui.message import CHOICES, Message, choice_rows, that_fit

LATE = "reminder:late:"
"""What the keys of reports of others' lateness begin with."""

_LINES, _BUTTONS = 22, 4
"""Of a telephone's screen for a list of tasks; so many of them get a button."""


@dataclass(frozen=True, slots=True)
class WaitingView:
    """Several tasks wait for the recipient, the most urgent first."""

    greeting: Greeting
    tasks: tuple[TaskView, ...]


@dataclass(frozen=True, slots=True)
class LateRow:
    """A late task of somebody else's; `waiting` as in `LateView`. `directs`: the recipient may
    direct those who perform it."""

    run: Run
    current: CurrentStep
    waiting: bool
    token: str
    directs: bool = False


class Deed(StrEnum):
    """What can be done about one of several late tasks."""

    INGATKAN = "ingatkan"
    ARAHAN = "arahan"


class ChooseLate(Tap, prefix="lt", after=Show.BELOW, reads_only=True):
    """Ask which late task this shall be done about."""

    what: Deed


class TurnLate(Tap, prefix="ltp", reads_only=True):
    """A page of the late tasks to choose from."""

    what: Deed
    page: PageNumber


class ReplyTo(Tap, prefix="rpl"):
    """What was written in reply to several tasks is for the task with this token."""

    token: Token


@dataclass(frozen=True, slots=True)
class WhichLateView:
    """Asks about which late task something shall be done."""

    what: Deed
    rows: tuple[LateRow, ...]
    page: int = 0


@dataclass(frozen=True, slots=True)
class ReplyToView:
    """Asks which of several tasks a text is for, that answered them all: each with its token."""

    text: str
    tasks: tuple[tuple[Run, Task, str], ...]


@dataclass(frozen=True, slots=True)
class TasksLateView:
    """Several of somebody else's tasks are late, the longest first."""

    greeting: Greeting
    rows: tuple[LateRow, ...]


# What the clock does


def together(work: Work, told: Sequence[PersonalNotice]) -> list[PersonalNotice]:
    """What each is told: several tasks of their own, or several late ones, in one message."""
    own: dict[int, list[PersonalNotice]] = defaultdict(list)
    late: dict[int, list[PersonalNotice]] = defaultdict(list)
    rest = []
    for one in told:
        if isinstance(one.notice, TaskLate):
            late[one.person_id].append(one)
        elif isinstance(one.notice, TaskReminder) and one.key.startswith("reminder:"):
            own[one.person_id].append(one)
        else:
            rest.append(one)
    if late:
        morning = work.calendar.local(work.now).replace(hour=0, minute=0, second=0, microsecond=0)
        already = work.tx.outbox.told_since(LATE, morning)
        for person, theirs in late.items():
            if len(theirs) > 1 or person in already:
                rest.append(PersonalNotice(TasksLate(), person, f"{LATE}{work.today}"))
            else:
                rest += theirs
    for person, theirs in own.items():
        if len(theirs) > 1:
            tasks = tuple(dict.fromkeys(one.task_id for one in theirs if one.task_id))
            rest.append(PersonalNotice(TasksWaiting(tasks), person, theirs[0].key))
        else:
            rest += theirs
    return rest


def _draw_waiting(work: Work, notice: TasksWaiting, sending: Sending) -> WaitingView | None:
    """Several tasks of the recipient's; None where none of them waits any more."""
    names = work.tx.people.names()
    found = work.tx.runs.of_tasks(notice.tasks)
    views = []
    for task_id, stored in found.items():
        task = stored.task_of(task_id)
        if task and work.person.id in assignment.waiting_for(stored.run, task, work.state):
            views.append(task_view(work, stored, task, names))
    views.sort(key=lambda view: view.task.due_at)
    return WaitingView(work.greeting, tuple(views)) if views else None


def _draw_tasks_late(work: Work, notice: TasksLate, sending: Sending) -> TasksLateView | None:
    """All that is late and has come to the recipient; None, before it is sent, where nothing is."""
    rows = _late_rows(work)
    if sending.unsent and not rows:
        return None
    return TasksLateView(work.greeting, rows)


def _late_rows(work: Work) -> tuple[LateRow, ...]:
    """What is late and has come to the person, the longest first."""
    rows = []
    for stored in work.tx.runs.running():
        for task in stored.run.current:
            waiting = _escalated(work, stored, task)
            if waiting is not None:
                current = current_step(stored.run, task, work.now, work.state)
                token = stored.tokens[(task.step, task.attempt)]
                directs = not waiting and _directs(work, stored, task)
                rows.append(LateRow(stored.run, current, waiting, token, directs))
    return tuple(sorted(rows, key=lambda row: row.current.task.due_at))


def _directs(work: Work, stored: StoredRun, task: Task) -> bool:
    return deviations.directing(stored.run, task, work.person.id, work.state) is not None


def _escalated(work: Work, stored: StoredRun, task: Task) -> bool | None:
    """Whether a late task that has come to the person only waits, for somebody above them; None
    where it has not come to them."""
    run, state, person = stored.run, work.state, work.person.id
    if run.pause is not None or person in assignment.waiting_for(run, task, state):
        return None
    policy = policy_of(run.step_of(task), run.procedure, state.office)
    for rule in policy.escalation:
        to = assignment.escalated_to(run, task, rule.role, state)
        if person in to and worktime.add(task.due_at, rule.after, work.calendar) <= work.now:
            return not reminders.outranks(rule.role, run.step_of(task).roles, state.office)
    return None


# What people do about one of several tasks


def choose_late(work: Work, tap: ChooseLate | TurnLate) -> WhichLateView:
    """Ask which late task it is; the buttons are those of an escalation of that task."""
    rows = tuple(row for row in _late_rows(work) if row.directs)
    if not rows:
        raise Refuse(Reason.NOT_OPEN)
    return WhichLateView(tap.what, rows, tap.page if isinstance(tap, TurnLate) else 0)


def reply(work: Work, notice: TasksLate | TasksWaiting, text: str) -> Reply:
    """A text in reply to several tasks: it is kept until a button says which of them is meant."""
    said = notes.sentence(text)
    if isinstance(notice, TasksLate):
        tokens = [row.token for row in _late_rows(work)]
    else:
        found = [(stored, stored.task_of(i)) for i, stored in _stored(work, notice)]
        tokens = [s.tokens[(t.step, t.attempt)] for s, t in found if t and t.is_open]
    if not tokens:
        raise Refuse(Reason.NOT_OPEN)
    message_id = work.request.message_id if work.request else None
    late = isinstance(notice, TasksLate)
    data: Data = {"text": said, "tokens": tokens[:CHOICES], "message_id": message_id, "late": late}
    if len(tokens) == 1:
        return _leave(work, tokens[0], data)
    return WHICH.start(work, data)


def reply_to(work: Work, tap: ReplyTo) -> View:
    """The text is for this task."""
    data = WHICH.said(work, "task")
    if tap.token not in data["tokens"]:
        raise Refuse(Refused.BUTTON_OLD)
    work.answered()
    return replies.build(work, _leave(work, tap.token, data))


def _leave(work: Work, token: str, data: Data) -> Reply:
    """An arahan, where the task is late and the person may direct its performers; else a note."""
    stored, task = runs.find_task(work, token)
    direction = data["late"] and task.is_open and _directs(work, stored, task)
    said, message_id = data["text"], data["message_id"]
    return notes.leave(work, stored, task, said, direction=direction, message_id=message_id)


WHICH = Form(
    "reply_target",
    (Field("task", by_button),),
    lambda said, misread: Reply("reply_target", {}),
    None,
)


def _reply_target(work: Work, args: Args) -> ReplyToView:
    data = WHICH.said(work, "task")
    found = [(runs.find_task(work, token), token) for token in data["tokens"]]
    tasks = tuple((stored.run, task, token) for (stored, task), token in found)
    return ReplyToView(data["text"], tasks)


def _stored(work: Work, notice: TasksWaiting) -> list[tuple[int, StoredRun]]:
    return list(work.tx.runs.of_tasks(notice.tasks).items())


# Words


def say_waiting(view: WaitingView, say: Phrases) -> Message:
    """Several tasks of one's own in one message, each with the button that opens it."""
    lines = []
    for number, task in enumerate(view.tasks, start=1):
        when = f"tenggat {say.moment(task.task.due_at)}"
        if task.late:
            when = f"⚠️ terlambat {bold(distance(task.late))}"
        name = bold(phrases.short_run(task.procedure, task.year, task.unit))
        what = safe(task.step.activity.text, LISTED)
        lines.append(f"{number}. {name}\nLangkah {task.step.number}, {what}: {when}")
    rows = tuple(
        (
            button(
                f"{n}. {phrases.short(t.procedure)} · langkah {t.step.number}", ShowDetail(t.token)
            ),
        )
        for n, t in enumerate(view.tasks[:_BUTTONS], start=1)
    )
    opening = f"🔔 Dengan hormat kami ingatkan, {len(view.tasks)} tugas menunggu."
    more = "… selebihnya ada di /tugas"
    parts = [phrases.salutation(view.greeting), opening, *that_fit(lines, _LINES, more)]
    return Message("\n\n".join(parts), rows)


def say_tasks_late(view: TasksLateView, say: Phrases) -> Message:
    """Several of somebody else's tasks in one message."""
    if not view.rows:
        return Message("Yang dilaporkan terlambat pada pesan ini sudah selesai. Terima kasih.")
    late = [row for row in view.rows if not row.waiting]
    lines = []
    for number, row in enumerate(view.rows, start=1):
        # Nobody is told that somebody above them is late.
        current = replace(row.current, late=None) if row.waiting else row.current
        run = row.run
        name = bold(phrases.short_run(run.procedure, run.year, say.unit(run)))
        lines.append(f"{number}. {name}\n{say.brief(current)}")
    opening = f"Sebagai informasi, {len(view.rows)} pelaksanaan menunggu."
    if late:
        opening = f"⚠️ Dengan hormat kami laporkan, {len(late)} langkah terlambat."
    parts = [phrases.salutation(view.greeting), opening]
    parts += that_fit(lines, _LINES, "… selebihnya ada di /status")
    if late:
        parts.append(f"Mohon arahan dan tindak lanjut {view.greeting.address}.")
    labels = _labels([(row.run, row.current.task) for row in view.rows[:_BUTTONS]], say)
    rows: list[Row] = [
        (button(label, ShowDetail(row.token)),)
        for label, row in zip(labels, view.rows, strict=False)
    ]
    if any(row.directs for row in view.rows):
        remind = button("🔔 Ingatkan pelaksana", ChooseLate(Deed.INGATKAN))
        rows.append((remind, button("📣 Beri arahan", ChooseLate(Deed.ARAHAN), "primary")))
    return Message("\n\n".join(parts), tuple(rows))


def say_which_late(view: WhichLateView, say: Phrases) -> Message:
    """Which late task is meant; its button does it, or asks for the arahan."""
    asks = {
        Deed.INGATKAN: "🔔 Pelaksana langkah mana yang akan diingatkan?",
        Deed.ARAHAN: "📣 Arahan akan diberikan untuk langkah yang mana?",
    }
    deed = {Deed.INGATKAN: RemindPerformers, Deed.ARAHAN: Direct}[view.what]
    labels = _labels([(row.run, row.current.task) for row in view.rows], say)

    def choose(row: tuple[LateRow, str]) -> Button:
        return button(row[1], deed(row[0].token))

    pairs = list(zip(view.rows, labels, strict=True))
    rows = choice_rows(pairs, view.page, TurnLate(view.what, 0), choose)
    return Message(asks[view.what], rows)


def say_reply_to(view: ReplyToView, say: Phrases) -> Message:
    """Which of several tasks the text is for."""
    labels = _labels([(run, task) for run, task, _ in view.tasks], say)
    rows = tuple(
        (button(label, ReplyTo(token)),)
        for label, (_, _, token) in zip(labels, view.tasks, strict=True)
    )
    return Message(f"“{safe(view.text, REASON)}”\n\nUntuk langkah yang mana?", rows)


def _labels(tasks: Sequence[tuple[Run, Task]], say: Phrases) -> list[str]:
    """What buttons call these tasks, no two alike."""
    named = zip(say.runs([run for run, _ in tasks]), tasks, strict=True)
    numbered = enumerate(named, start=1)
    return [f"{n}. {label} · langkah {task.step}" for n, ((_, label), (_, task)) in numbered]


FEATURE = Feature(
    "together",
    notices={
        TasksLate: Drawn(_draw_tasks_late, "beberapa keterlambatan"),
        TasksWaiting: Drawn(_draw_waiting, "beberapa pengingat"),
    },
    taps={ChooseLate: choose_late, TurnLate: choose_late, ReplyTo: reply_to},
    views={"reply_target": NamedView(_reply_target)},
    questions={WHICH.kind: WHICH.question()},
    asks={WhichLateView: (), ReplyToView: (WHICH.kind,)},
    hooks={Hook.LIST_REPLY: reply},
    words={
        WaitingView: say_waiting,
        TasksLateView: say_tasks_late,
        WhichLateView: say_which_late,
        ReplyToView: say_reply_to,
    },
)
