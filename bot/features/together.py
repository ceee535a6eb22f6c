"""Several tasks in one message: a person's own that are reminded of, or others' that are late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain import assignment, deviations, reminders, worktime
from bot.domain.notices import TaskLate, TaskReminder, TasksLate, TasksWaiting
from bot.domain.reminders import policy_of
from bot.domain.run import Run, Task
from bot.features import phrases
from bot.features.directions import Direct
from bot.features.feature import Drawn, Feature, Sending
from bot.features.naming import Greeting
from bot.features.phrases import NAME, Phrases
from bot.features.runview import CurrentStep, current_step
from bot.features.tasks.card import ShowDetail
from bot.features.tasks.views import TaskView, task_view
from bot.features.work import PersonalNotice, Work
from bot.indonesian import distance
from bot.store.runs import StoredRun
from bot.ui.buttons import Row, button
from bot.ui.markup import bold, safe
from bot.ui.message import Message, that_fit

LATE = "reminder:late:"
"""What the keys of reports of others' lateness begin with."""

_ROOM, _BUTTONS = 2600, 8
"""Units of a list of tasks, and so many of them get a button."""


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
    rows = []
    for stored in work.tx.runs.running():
        for task in stored.run.current:
            waiting = _escalated(work, stored, task)
            if waiting is not None:
                current = current_step(stored.run, task, work.now, work.state)
                token = stored.tokens[(task.step, task.attempt)]
                may = deviations.directing(stored.run, task, work.person.id, work.state)
                directs = not waiting and may is not None
                rows.append(LateRow(stored.run, current, waiting, token, directs))
    if sending.unsent and not rows:
        return None
    rows.sort(key=lambda row: row.current.task.due_at)
    return TasksLateView(work.greeting, tuple(rows))


def _escalated(work: Work, stored: StoredRun, task: Task) -> bool | None:
    """Whether a late task that has come to the person only waits, for somebody above them; None
    where it has not come to them."""
    run, state, person = stored.run, work.state, work.person.id
    if run.pause is not None or person in assignment.waiting_for(run, task, state):
        return None
    policy = policy_of(run.step_of(task), run.procedure, state.office)
    for rule in policy.escalation:
        to = state.staff.ids([rule.role]) or assignment.helpers(state)
        if person in to and worktime.add(task.due_at, rule.after, work.calendar) <= work.now:
            return not reminders.outranks(rule.role, run.step_of(task).roles, state.office)
    return None


# Words


def say_waiting(view: WaitingView, say: Phrases) -> Message:
    """Several tasks of one's own in one message, each with the button that opens it."""
    lines = []
    for number, task in enumerate(view.tasks, start=1):
        when = f"tenggat {say.moment(task.task.due_at)}"
        if task.late:
            when = f"⚠️ terlambat {bold(distance(task.late))}"
        name = phrases.title(task.procedure, task.year, task.unit)
        what = safe(task.step.activity.text, NAME)
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
    parts = [phrases.salutation(view.greeting), opening, *that_fit(lines, _ROOM, more, gap=2)]
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
        lines.append(f"{number}. {say.run(row.run)}\n{say.brief(current)}")
    opening = f"Sebagai informasi, {len(view.rows)} pelaksanaan menunggu."
    if late:
        opening = f"⚠️ Dengan hormat kami laporkan, {len(late)} langkah terlambat."
    parts = [phrases.salutation(view.greeting), opening]
    parts += that_fit(lines, _ROOM, "… selebihnya ada di /status", gap=2)
    if late:
        parts.append(f"Mohon arahan dan tindak lanjut {view.greeting.address}.")
    rows = tuple(_keys(n, row, say) for n, row in enumerate(view.rows[:_BUTTONS], start=1))
    return Message("\n\n".join(parts), rows)


def _keys(number: int, row: LateRow, say: Phrases) -> Row:
    opens = button(f"{number}. {_whose(row.run, say)}", ShowDetail(row.token))
    direct = button(f"📣 {number}. Beri arahan", Direct(row.token))
    return (opens, direct) if row.directs else (opens,)


def _whose(run: Run, say: Phrases) -> str:
    unit = f" · {say.office.unit_name(run.unit)}" if run.unit else ""
    return f"{phrases.short(run.procedure)} {run.year}{unit}"


FEATURE = Feature(
    "together",
    notices={
        TasksLate: Drawn(_draw_tasks_late, "beberapa keterlambatan"),
        TasksWaiting: Drawn(_draw_waiting, "beberapa pengingat"),
    },
    words={WaitingView: say_waiting, TasksLateView: say_tasks_late},
)
