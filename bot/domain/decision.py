"""A decision under construction: events, notices, reminders, outdated cards.

What the actions share is here: opening a step with its deadline and reminders, sending its
cards, closing it and opening the next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter

from bot.domain import access, metrics, worktime
from bot.domain.actions import Reason, Refusal, TaskAction
from bot.domain.assignment import (
    OfficeState,
    acts_as,
    assignees,
    helpers,
    vacant_roles,
    waiting_for,
)
from bot.domain.events import (
    Cause,
    DeadlineMoved,
    Event,
    RunFinished,
    TaskClosed,
    TaskOpened,
    evolve,
)
from bot.domain.notices import Addressed, Notice, RoleVacant, RunSummary, TaskCard, TeamOffered
from bot.domain.people import Holding
from bot.domain.reminders import PlannedReminder, plan, policy_of, replan
from bot.domain.run import Extension, Pause, Run, RunStatus, Task, TaskStatus
from bot.domain.sop import Step
from bot.domain.worktime import WorkCalendar

UNDO_WITHIN = timedelta(minutes=10)
"""How long a confirmation or a start can be undone, or a refusal taken back, in wall-clock time."""


@dataclass(frozen=True, slots=True)
class PlannedReminders:
    """The reminders of one task. They replace those that still wait."""

    step: int
    attempt: int
    reminders: tuple[PlannedReminder, ...]


@dataclass(frozen=True, slots=True)
class CardRefresh:
    """The task's cards have to be updated at `at`, when an action that they offer ends."""

    step: int
    attempt: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of an action: `run` is the state after `events`.

    `stale_cards` are the tasks, by step and attempt, whose cards are out of date.
    """

    run: Run
    events: tuple[Event, ...] = ()
    notices: tuple[Addressed, ...] = ()
    reminders: tuple[PlannedReminders, ...] = ()
    stale_cards: tuple[tuple[int, int], ...] = ()
    refreshes: tuple[CardRefresh, ...] = ()


@dataclass(slots=True)
class DecisionBuilder:
    """A decision under construction; `run` is the state after the events so far."""

    run: Run
    now: datetime
    state: OfficeState
    events: list[Event] = field(default_factory=list)
    notices: list[Addressed] = field(default_factory=list)
    reminders: list[PlannedReminders] = field(default_factory=list)
    stale_cards: list[tuple[int, int]] = field(default_factory=list)
    refreshes: list[CardRefresh] = field(default_factory=list)

    def record(self, event: Event) -> None:
        self.run = evolve(self.run, event)
        self.events.append(event)

    def updated(self, task: Task) -> Task:
        """The task after the events so far."""
        found = self.run.task(task.step, task.attempt)
        assert found is not None  # noqa: S101 - tasks are never dropped
        return found

    def mark_stale(self, *tasks: Task) -> None:
        self.stale_cards += [(task.step, task.attempt) for task in tasks]

    def set_reminders(self, task: Task, planned: tuple[PlannedReminder, ...]) -> None:
        self.reminders.append(PlannedReminders(task.step, task.attempt, planned))

    def notify(self, notice: Notice, to: tuple[int, ...], task: Task | None = None) -> None:
        """Add a notice (about a task), if it has recipients; silent outside office hours."""
        if to:
            step, attempt = (task.step, task.attempt) if task else (None, None)
            silent = not worktime.within_hours(self.now, self.state.calendar)
            self.notices.append(Addressed(notice, to, step, attempt, silent))

    def decision(self) -> Decision:
        return Decision(
            self.run,
            tuple(self.events),
            tuple(self.notices),
            tuple(self.reminders),
            tuple(dict.fromkeys(self.stale_cards)),
            tuple(self.refreshes),
        )


def open_step(builder: DecisionBuilder, number: int) -> Task:
    """Open a new attempt at a step, with its deadline, reminders and cards."""
    step = builder.run.procedure.step(number)
    state = builder.state
    before = builder.run.latest(number)
    attempt = before.attempt + 1 if before else 1
    due = worktime.due(builder.now, step.duration, state.calendar)
    builder.record(TaskOpened(number, attempt, builder.now, due))
    opened = builder.run.tasks[-1]
    policy = policy_of(step, builder.run.procedure, state.office)
    planned = plan(policy, step.duration, builder.now, due, state.calendar)
    builder.set_reminders(opened, planned)
    hand_out(builder, opened)
    first = next((s.number for s in builder.run.procedure.steps if access.TIM in s.roles), None)
    if number == first and number > 1 and before is None and builder.run.team is None:
        builder.notify(TeamOffered(), helpers(state), opened)
    return opened


def hand_out(
    builder: DecisionBuilder, task: Task, newly_vacant: frozenset[str] | None = None
) -> None:
    """Send the cards of an open task, and a notice of its vacant roles (in `newly_vacant`)."""
    step = builder.run.step_of(task)
    builder.notify(TaskCard(), waiting_for(builder.run, task, builder.state), task)
    vacant = vacant_roles(builder.run, step, builder.state)
    if newly_vacant is not None:
        vacant = tuple(role for role in vacant if role in newly_vacant)
    if vacant:
        builder.notify(RoleVacant(vacant), helpers(builder.state), task)


def hand_out_again(
    builder: DecisionBuilder, task: Task, newly_vacant: frozenset[str] | None = None
) -> None:
    """Hand out an open task, or close it where nobody is left who had not confirmed."""
    step = builder.run.step_of(task)
    if step.all_must_confirm and task.confirmations:
        close_if_complete(builder, step)
    if still := builder.run.open_task(task.step):
        hand_out(builder, still, newly_vacant)


def close_if_complete(builder: DecisionBuilder, step: Step) -> None:
    """When everybody who has to has confirmed, open the next step or finish the run."""
    task = builder.run.open_task(step.number)
    if task is None:
        return
    if step.all_must_confirm and waiting_for(builder.run, task, builder.state):
        return
    builder.record(TaskClosed(step.number, task.attempt, builder.now))
    if step.number < len(builder.run.procedure.steps):
        open_step(builder, step.number + 1)
    else:
        builder.record(RunFinished(builder.now))
        builder.notify(RunSummary(), participants(builder))


def participants(builder: DecisionBuilder) -> tuple[int, ...]:
    """Everybody who confirmed a task, who started the run, and the owner, if still staff."""
    people = {c.person_id for t in builder.run.tasks for c in t.confirmations}
    people |= {builder.run.started_by, *builder.state.staff.ids([builder.state.office.owner_role])}
    return tuple(sorted(p for p in people if builder.state.staff.person(p)))


def involved(builder: DecisionBuilder, tasks: Iterable[Task]) -> tuple[int, ...]:
    """Everybody who acted on these tasks or is asked to by their steps, if still staff."""
    run, state = builder.run, builder.state
    people = {p for t in tasks for p in (*t.actors(), *assignees(run, run.step_of(t), state))}
    return tuple(sorted(p for p in people if state.staff.person(p)))


def replan_task(builder: DecisionBuilder, task: Task) -> None:
    """Plan the reminders of an open task again, from now on, for its deadline."""
    step, state = builder.run.step_of(task), builder.state
    policy = policy_of(step, builder.run.procedure, state.office)
    planned = replan(policy, step.duration, builder.now, task.due_at, state.calendar)
    builder.set_reminders(task, planned)


def move_deadline(builder: DecisionBuilder, task: Task, cause: Cause, why: str = "") -> bool:
    """Set an open task's deadline to the recalculated one; whether it moved."""
    due = deadline(builder.run, task, builder.state.calendar)
    if abs(due - task.due_at) < worktime.MINUTE:
        return False  # an earlier version counted the seconds
    builder.record(DeadlineMoved(task.step, task.attempt, due, cause, builder.now, why))
    replan_task(builder, builder.updated(task))
    builder.mark_stale(task)
    return True


def deadline(run: Run, task: Task, calendar: WorkCalendar) -> datetime:
    """Calculate an open task's deadline from the record.

    The standard time from the minute of its opening; then, in order of time, each granted
    extension, counted from the deadline (or from the request, if the deadline had passed), and each
    pause, by the working time that it lasted.
    """
    due = worktime.due(task.opened_at, run.step_of(task).duration, calendar)
    granted = [(e.decided_at, e) for e in task.extensions if e.granted and e.decided_at]
    ended = [(p.until, p) for p in run.pauses if p.until and p.until > task.opened_at]
    moves: list[tuple[datetime, Extension | Pause]] = [*granted, *ended]
    for _, move in sorted(moves, key=itemgetter(0)):
        if isinstance(move, Extension):
            due = worktime.due(max(due, move.at), move.amount, calendar)
        elif move.until is not None:
            paused = worktime.between(max(move.since, task.opened_at), move.until, calendar)
            due = metrics.moved(due, paused, calendar)
    return due


def own_task(
    builder: DecisionBuilder, action: TaskAction, actor: int
) -> tuple[Task, Holding] | Refusal:
    """The open task of an action, and the holding in which its actor performs it."""
    run = builder.run
    task = run.task(action.step, action.attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    holding = acts_as(run, run.step_of(task), actor, builder.state)
    if holding is None:
        return Refusal(Reason.NOT_YOURS)
    return _closed(run, task, actor) or (task, holding)


def _closed(run: Run, task: Task, actor: int) -> Refusal | None:
    """Why a task cannot be acted on any more, or not now; None if it can."""
    if run.status is RunStatus.DIBATALKAN:
        return Refusal(Reason.RUN_OVER)
    if task.status is TaskStatus.SELESAI:
        if mine := task.confirmed_by(actor):
            return Refusal(Reason.ALREADY_YOURS, mine)
        return Refusal(Reason.ALREADY_DONE, task.confirmations[-1])
    if not task.is_open:
        return Refusal(Reason.OVERTAKEN)
    if run.pause is not None:
        return Refusal(Reason.RUN_PAUSED, by=run.pause.by)
    return None
