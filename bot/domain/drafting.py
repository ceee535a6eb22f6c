"""A decision in the making: events, whom to tell, reminders, cards that are true no longer.

What every action shares is here: opening a step with its deadline and reminders, handing
it out, closing it and going on to the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain import access, figures, worktime
from bot.domain.actions import Reason, Refusal
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
from bot.domain.performing import Workplace, helpers, vacant_roles, waiting_for
from bot.domain.reminders import PlannedReminder, plan, policy_of, replan
from bot.domain.run import Extension, Pause, Run, RunStatus, Task, TaskStatus
from bot.domain.sop import Step
from bot.domain.worktime import WorkCalendar


@dataclass(frozen=True, slots=True)
class PlannedRungs:
    """The reminders of one task: they take the place of those that still waited."""

    step: int
    attempt: int
    rungs: tuple[PlannedReminder, ...]


@dataclass(frozen=True, slots=True)
class LookAgain:
    """The task's cards have to be drawn anew at `at`: what they offer ends then."""

    step: int
    attempt: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens: `run` is the state after `events`.

    `touched` are the tasks whose cards on people's screens no longer say what is true.
    """

    run: Run
    events: tuple[Event, ...] = ()
    notices: tuple[Addressed, ...] = ()
    reminders: tuple[PlannedRungs, ...] = ()
    touched: tuple[tuple[int, int], ...] = ()
    later: tuple[LookAgain, ...] = ()


@dataclass(slots=True)
class Draft:
    """A decision in the making; `run` follows the events as they are added."""

    run: Run
    now: datetime
    place: Workplace
    events: list[Event] = field(default_factory=list)
    notices: list[Addressed] = field(default_factory=list)
    reminders: list[PlannedRungs] = field(default_factory=list)
    touched: list[tuple[int, int]] = field(default_factory=list)
    later: list[LookAgain] = field(default_factory=list)

    def happen(self, event: Event) -> None:
        self.run = evolve(self.run, event)
        self.events.append(event)

    def touch(self, task: Task) -> None:
        self.touched.append((task.step, task.attempt))

    def silence(self, task: Task) -> None:
        """Nobody is reminded of this task any more, until its reminders are laid anew."""
        self.reminders.append(PlannedRungs(task.step, task.attempt, ()))

    def tell(
        self,
        notice: Notice,
        to: tuple[int, ...],
        step: int | None = None,
        attempt: int | None = None,
    ) -> None:
        """Somebody's tap is news to these people; outside office hours it makes no sound."""
        if to:
            silent = not worktime.within_hours(self.now, self.place.calendar)
            self.notices.append(Addressed(notice, to, step, attempt, silent))

    def decision(self) -> Decision:
        return Decision(
            self.run,
            tuple(self.events),
            tuple(self.notices),
            tuple(self.reminders),
            tuple(dict.fromkeys(self.touched)),
            tuple(self.later),
        )


def open_step(draft: Draft, number: int) -> None:
    """A step begins: a new attempt, its deadline, its reminders, its cards."""
    step = draft.run.procedure.step(number)
    place = draft.place
    before = draft.run.latest(number)
    attempt = before.attempt + 1 if before else 1
    due = worktime.add(draft.now, step.duration, place.calendar)
    draft.happen(TaskOpened(number, attempt, draft.now, due))
    policy = policy_of(step, draft.run.procedure, place.office)
    rungs = plan(policy, step.duration, draft.now, due, place.calendar)
    draft.reminders.append(PlannedRungs(number, attempt, rungs))
    opened = draft.run.open_task(number)
    assert opened is not None  # noqa: S101 - the event above has just opened it
    hand_out(draft, opened)
    if _team_begins(draft.run, step) and draft.run.team is None:
        draft.tell(TeamOffered(), helpers(place), number, attempt)


def _team_begins(run: Run, step: Step) -> bool:
    """Whether the team's part begins here, after a step that formed it."""
    first = next((s.number for s in run.procedure.steps if access.TIM in s.roles), None)
    opened = sum(task.step == step.number for task in run.tasks)
    return step.number == first and step.number > 1 and opened == 1


def hand_out(draft: Draft, task: Task, newly_vacant: frozenset[str] | None = None) -> None:
    """Give an open task to those it waits for, and say so where nobody is there.

    `newly_vacant` are the roles of which nobody has heard yet that they are vacant; None
    means all.
    """
    step = draft.run.step_of(task)
    draft.tell(TaskCard(), waiting_for(draft.run, task, draft.place), task.step, task.attempt)
    vacant = tuple(
        role
        for role in vacant_roles(draft.run, step, draft.place)
        if newly_vacant is None or role in newly_vacant
    )
    if vacant:
        draft.tell(RoleVacant(vacant), helpers(draft.place), task.step, task.attempt)


def close_if_complete(draft: Draft, step: Step) -> None:
    """Where everybody has confirmed who has to, go on to the next step, or to the end."""
    task = draft.run.open_task(step.number)
    if task is None:
        return
    if step.all_must_confirm and waiting_for(draft.run, task, draft.place):
        return
    draft.happen(TaskClosed(step.number, task.attempt, draft.now))
    if step.number < len(draft.run.procedure.steps):
        open_step(draft, step.number + 1)
    else:
        _finish(draft)


def took_part(draft: Draft) -> tuple[int, ...]:
    """Everybody who acted on the run, who started it, and the owner; of those still here."""
    people = {c.person_id for t in draft.run.tasks for c in t.confirmations}
    people |= {draft.run.started_by, *draft.place.staff.ids([draft.place.office.owner_role])}
    return tuple(sorted(p for p in people if draft.place.staff.person(p)))


def replan_task(draft: Draft, task: Task) -> None:
    """Lay the reminders of an open task anew, from now on, for the deadline it has."""
    step, place = draft.run.step_of(task), draft.place
    policy = policy_of(step, draft.run.procedure, place.office)
    rungs = replan(policy, step.duration, draft.now, task.due_at, place.calendar)
    draft.reminders.append(PlannedRungs(task.step, task.attempt, rungs))


def move_deadline(draft: Draft, task: Task, cause: Cause, why: str = "") -> bool:
    """Let an open task be due when it has to be by now; whether that is another moment."""
    due = deadline(draft.run, task, draft.place.calendar)
    if due == task.due_at:
        return False
    draft.happen(DeadlineMoved(task.step, task.attempt, due, cause, draft.now, why))
    moved = draft.run.task(task.step, task.attempt)
    assert moved is not None  # noqa: S101 - it has just been moved
    replan_task(draft, moved)
    draft.touch(task)
    return True


def deadline(run: Run, task: Task, calendar: WorkCalendar) -> datetime:
    """When an open task is due by all that is on record.

    Its standard time from its opening; then, in the order in which they came, each extension
    that was granted, counted from the deadline (or from the asking, where the deadline had
    passed), and each pause, by the working time that it lasted.
    """
    due = worktime.add(task.opened_at, run.step_of(task).duration, calendar)
    granted = [(e.decided_at, e) for e in task.extensions if e.granted and e.decided_at]
    ended = [(p.until, p) for p in run.pauses if p.until and p.until > task.opened_at]
    moves: list[tuple[datetime, Extension | Pause]] = [*granted, *ended]
    for _, move in sorted(moves, key=lambda at_and_move: at_and_move[0]):
        if isinstance(move, Extension):
            due = worktime.add(max(due, move.at), move.amount, calendar)
        elif move.until is not None:
            rested = worktime.between(max(move.since, task.opened_at), move.until, calendar)
            due = figures.moved(due, rested, calendar)
    return due


def closed(run: Run, task: Task, actor: int) -> Refusal | None:
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


def _finish(draft: Draft) -> None:
    draft.happen(RunFinished(draft.now))
    draft.tell(RunSummary(), took_part(draft))
