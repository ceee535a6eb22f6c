"""The engine: what a person's action does to a run.

`decide` is pure. It takes the run as it stands, what somebody wants, and the office around
it at this moment, and returns either a `Decision` (the events, who is to be told, which
reminders to lay down) or a `Refusal` with its reason. It changes nothing: the caller
writes the whole decision in one transaction, or nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain import worktime
from bot.domain.notices import Addressed, Notice, RoleVacant, RunSummary, TaskCard
from bot.domain.people import Holding, Staff
from bot.domain.reminders import PlannedReminder, plan, policy_of
from bot.domain.run import (
    Capacity,
    Confirmation,
    Event,
    Run,
    RunFinished,
    RunStarted,
    Task,
    TaskClosed,
    TaskConfirmed,
    TaskOpened,
    TaskReturned,
    TaskStatus,
    begin,
    evolve,
)
from bot.domain.sop import Office, Procedure, Step
from bot.domain.worktime import WorkCalendar

YEARS_BACK = 5
YEARS_AHEAD = 2
"""A run may be for a fiscal year this far from today's: late reports of earlier years are
made up, plans reach two years ahead; anything else is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """The office at the moment of a decision."""

    office: Office
    calendar: WorkCalendar
    staff: Staff


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a run of this procedure.

    `running` are the ids of runs of it for that year under way. Where there are any, the
    starter has to have seen them: `seen` is the newest that the starter was shown, so that
    a doubled tap does not begin a third.
    """

    procedure: Procedure
    year: int
    running: tuple[int, ...] = ()
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Confirm:
    """Confirm this attempt at this step: done, paraf given, or signed."""

    step: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Return:
    """Send the work back to an earlier step, for a reason."""

    step: int
    attempt: int
    to_step: int
    reason: str


@dataclass(frozen=True, slots=True)
class StaffChanged:
    """Somebody came to hold one of these roles, or holds one no longer."""

    roles: frozenset[str]


Action = Start | Confirm | Return | StaffChanged


class Reason(StrEnum):
    """Why an action is refused."""

    NOT_YOURS = "not_yours"
    ALREADY_YOURS = "already_yours"
    ALREADY_DONE = "already_done"
    OVERTAKEN = "overtaken"
    UNKNOWN = "unknown"
    YEAR_OUT_OF_RANGE = "year_out_of_range"
    ALREADY_RUNNING = "already_running"
    CANNOT_RETURN = "cannot_return"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing happened, and why. `confirmation` is who was first, where somebody was."""

    reason: Reason
    confirmation: Confirmation | None = None


@dataclass(frozen=True, slots=True)
class PlannedRungs:
    """The reminders of one task that is opened by a decision."""

    step: int
    attempt: int
    rungs: tuple[PlannedReminder, ...]


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


def decide(
    run: Run | None, action: Action, actor: int, now: datetime, place: Workplace
) -> Decision | Refusal:
    """What `action` by the person `actor` at `now` does.

    `run` is None for `Start` and only then. Whether the actor may start runs at all is a
    matter of `access`; whether a step is theirs is decided here.

    Raises:
        ValueError: an action other than `Start` without a run, or `Start` with one.
    """
    if isinstance(action, Start):
        if run is not None:
            raise ValueError("a start needs no run")
        return _start(action, actor, now, place)
    if run is None:
        raise ValueError(f"{type(action).__name__} needs a run")
    match action:
        case Confirm():
            return _confirm(run, action, actor, now, place)
        case Return():
            return _return(run, action, actor, now, place)
        case StaffChanged():
            return _staff_changed(run, action, now, place)


def assignees(step: Step, place: Workplace) -> tuple[int, ...]:
    """The people whose turn it is at this step, each once.

    A step of a role outside the office is the owner's (the Kasubbag's) to record.
    """
    return place.staff.ids(_performing(step, place.office))


def outside(step: Step, office: Office) -> str | None:
    """The role outside the office that performs this step, or None."""
    return next((code for code in step.roles if office.known(code).external), None)


def waiting_for(step: Step, task: Task, place: Workplace) -> tuple[int, ...]:
    """The people who still have to confirm an open task.

    Any one of them is enough unless the step wants all.
    """
    if not task.is_open:
        return ()
    return tuple(p for p in assignees(step, place) if not task.confirmed_by(p))


def vacant_roles(step: Step, place: Workplace) -> tuple[str, ...]:
    """The roles that keep this step from going on as it should, for nobody holds them.

    Where any holder may confirm, one held role is enough; where all must, each role has to
    be held.
    """
    performing = _performing(step, place.office)
    vacant = tuple(code for code in performing if not place.staff.holders([code]))
    if step.all_must_confirm or len(vacant) == len(performing):
        return vacant
    return ()


def _performing(step: Step, office: Office) -> tuple[str, ...]:
    inside = tuple(code for code in step.roles if not office.known(code).external)
    if len(inside) == len(step.roles):
        return inside
    return tuple(dict.fromkeys((*inside, office.owner_role)))


@dataclass(slots=True)
class _Draft:
    """A decision in the making; `run` follows the events as they are added."""

    run: Run
    now: datetime
    place: Workplace
    events: list[Event] = field(default_factory=list)
    notices: list[Addressed] = field(default_factory=list)
    reminders: list[PlannedRungs] = field(default_factory=list)
    touched: list[tuple[int, int]] = field(default_factory=list)

    def happen(self, event: Event) -> None:
        self.run = evolve(self.run, event)
        self.events.append(event)

    def touch(self, task: Task) -> None:
        self.touched.append((task.step, task.attempt))

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
            tuple(self.touched),
        )


def _start(action: Start, actor: int, now: datetime, place: Workplace) -> Decision | Refusal:
    this_year = now.astimezone(place.calendar.zone).year
    if not this_year - YEARS_BACK <= action.year <= this_year + YEARS_AHEAD:
        return Refusal(Reason.YEAR_OUT_OF_RANGE)
    if action.running and max(action.running) != action.seen:
        return Refusal(Reason.ALREADY_RUNNING)
    started = RunStarted(action.procedure.code, action.year, actor, now)
    draft = _Draft(begin(0, action.procedure, started), now, place, events=[started])
    _open_step(draft, 1)
    return draft.decision()


def _confirm(
    run: Run, action: Confirm, actor: int, now: datetime, place: Workplace
) -> Decision | Refusal:
    task = run.task(action.step, action.attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    step = run.step_of(task)
    holding = _acts_as(step, actor, place)
    if holding is None:
        return Refusal(Reason.NOT_YOURS)
    if not task.is_open:
        return _closed(task, actor)
    if mine := task.confirmed_by(actor):
        return Refusal(Reason.ALREADY_YOURS, mine)

    draft = _Draft(run, now, place)
    recorded_for = None if holding.role in step.roles else outside(step, place.office)
    draft.happen(
        TaskConfirmed(
            step.number,
            task.attempt,
            Confirmation(actor, holding.role, holding.unit, holding.capacity, now, recorded_for),
        )
    )
    draft.touch(task)
    _close_if_complete(draft, step)
    return draft.decision()


def _return(
    run: Run, action: Return, actor: int, now: datetime, place: Workplace
) -> Decision | Refusal:
    task = run.task(action.step, action.attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    step = run.step_of(task)
    holding = _acts_as(step, actor, place)
    if holding is None:
        return Refusal(Reason.NOT_YOURS)
    if not task.is_open:
        return _closed(task, actor)
    if step.return_to is None or not 1 <= action.to_step < step.number:
        return Refusal(Reason.CANNOT_RETURN)

    draft = _Draft(run, now, place)
    draft.happen(
        TaskReturned(
            step.number,
            task.attempt,
            action.to_step,
            action.reason,
            actor,
            holding.role,
            holding.capacity,
            now,
        )
    )
    draft.touch(task)
    _open_step(draft, action.to_step)
    return draft.decision()


def _staff_changed(run: Run, action: StaffChanged, now: datetime, place: Workplace) -> Decision:
    draft = _Draft(run, now, place)
    for task in run.current:
        step = run.step_of(task)
        if not action.roles & frozenset(_performing(step, place.office)):
            continue
        draft.touch(task)
        if step.all_must_confirm and task.confirmations:
            _close_if_complete(draft, step)
        if draft.run.open_task(step.number):
            _hand_out(draft, step, task, newly_vacant=action.roles)
    return draft.decision()


def _closed(task: Task, actor: int) -> Refusal:
    """Why a task that is no longer open cannot be acted on."""
    if task.status is TaskStatus.SELESAI:
        if mine := task.confirmed_by(actor):
            return Refusal(Reason.ALREADY_YOURS, mine)
        return Refusal(Reason.ALREADY_DONE, task.confirmations[-1])
    return Refusal(Reason.OVERTAKEN)


def _acts_as(step: Step, person_id: int, place: Workplace) -> Holding | None:
    """The holding in which this person may act on this step, or None.

    One of the step's own roles goes before recording for somebody outside, and a
    definitive holding before a stand-in's.
    """
    performing = _performing(step, place.office)
    mine = [h for h in place.staff.holdings_of(person_id) if h.role in performing]
    return min(
        mine,
        key=lambda h: (h.role not in step.roles, h.capacity is not Capacity.DEFINITIF),
        default=None,
    )


def _close_if_complete(draft: _Draft, step: Step) -> None:
    task = draft.run.open_task(step.number)
    if task is None or (step.all_must_confirm and waiting_for(step, task, draft.place)):
        return
    draft.happen(TaskClosed(step.number, task.attempt, draft.now))
    if step.number < len(draft.run.procedure.steps):
        _open_step(draft, step.number + 1)
    else:
        _finish(draft)


def _open_step(draft: _Draft, number: int) -> None:
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
    _hand_out(draft, step, opened, newly_vacant=frozenset(_performing(step, place.office)))


def _hand_out(draft: _Draft, step: Step, task: Task, newly_vacant: frozenset[str]) -> None:
    place = draft.place
    draft.tell(TaskCard(), waiting_for(step, task, place), step.number, task.attempt)
    vacant = tuple(r for r in vacant_roles(step, place) if r in newly_vacant)
    if vacant:
        draft.tell(RoleVacant(vacant), helpers(place), step.number, task.attempt)


def helpers(place: Workplace) -> tuple[int, ...]:
    """Who is told that something needs a hand: the owner of the SOPs, else the admins."""
    return place.staff.ids([place.office.owner_role]) or place.staff.admins()


def _finish(draft: _Draft) -> None:
    draft.happen(RunFinished(draft.now))
    took_part = {c.person_id for t in draft.run.tasks for c in t.confirmations}
    took_part |= {draft.run.started_by, *draft.place.staff.ids([draft.place.office.owner_role])}
    present = tuple(sorted(p for p in took_part if draft.place.staff.person(p)))
    draft.tell(RunSummary(), present)
