"""A run, its tasks and what can happen to them.

An event is one thing that happened to a run: the engine decides events, the store writes
each into the journal and its tables, and `evolve` says what it means for the state. So
the journal replayed from the first line is the state, and no second truth can drift
away from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.domain.sop import Procedure, Step


class RunStatus(StrEnum):
    """Where a run stands as a whole."""

    BERJALAN = "berjalan"
    SELESAI = "selesai"


class TaskStatus(StrEnum):
    """Where a task stands.

    It waits for somebody (terbuka), has all its confirmations (selesai), was sent back by
    its reviewer (dikembalikan), or was confirmed once and made void by a later return
    (gugur).
    """

    TERBUKA = "terbuka"
    SELESAI = "selesai"
    DIKEMBALIKAN = "dikembalikan"
    GUGUR = "gugur"


class Capacity(StrEnum):
    """In which capacity somebody holds a role.

    Plh. stands in for a holder who is absent, Plt. for a vacant post, both by a surat
    perintah.
    """

    DEFINITIF = "definitif"
    PLT = "plt"
    PLH = "plh"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One person's confirmation of one task.

    `role`, `unit` and `capacity` are those in which the person acted. `recorded_for` is
    the role outside the office for which the Kasubbag recorded it, else None.
    """

    person_id: int
    role: str
    unit: str | None
    capacity: Capacity
    at: datetime
    recorded_for: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One attempt at one step of a run; all times are zone-aware."""

    step: int
    attempt: int
    status: TaskStatus
    opened_at: datetime
    due_at: datetime
    confirmations: tuple[Confirmation, ...] = ()
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.status is TaskStatus.TERBUKA

    def confirmed_by(self, person_id: int) -> Confirmation | None:
        """This person's confirmation, or None."""
        return next((c for c in self.confirmations if c.person_id == person_id), None)


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a procedure for one fiscal year, pinned to the text it began with.

    `id` is 0 until the store has given one. `tasks` are in the order in which they were
    opened.
    """

    id: int
    procedure: Procedure
    year: int
    status: RunStatus
    started_by: int
    started_at: datetime
    tasks: tuple[Task, ...] = ()
    finished_at: datetime | None = None
    unit: str | None = None

    def open_task(self, step: int) -> Task | None:
        """The open attempt at this step, or None."""
        return next((t for t in self.tasks if t.step == step and t.is_open), None)

    def task(self, step: int, attempt: int) -> Task | None:
        """This attempt at this step, or None if there never was one."""
        return next((t for t in self.tasks if (t.step, t.attempt) == (step, attempt)), None)

    def latest(self, step: int) -> Task | None:
        """The newest attempt at this step, or None if it was never opened."""
        attempts = [t for t in self.tasks if t.step == step]
        return max(attempts, key=lambda t: t.attempt) if attempts else None

    @property
    def current(self) -> tuple[Task, ...]:
        """The tasks that wait for somebody now."""
        return tuple(t for t in self.tasks if t.is_open)

    @property
    def last_change(self) -> datetime:
        """The newest moment on record: what happens next did not happen before it."""
        moments = [self.started_at]
        for task in self.tasks:
            moments += [task.opened_at, *(c.at for c in task.confirmations)]
            moments += [task.closed_at] if task.closed_at else []
        return max(moments)

    @property
    def steps_done(self) -> int:
        """How many steps stand confirmed."""
        return sum(
            1
            for step in self.procedure.steps
            if (task := self.latest(step.number)) and task.status is TaskStatus.SELESAI
        )

    def step_of(self, task: Task) -> Step:
        """The row of the SOP that this task executes."""
        return self.procedure.step(task.step)


@dataclass(frozen=True, slots=True)
class RunStarted:
    """Somebody started the run."""

    procedure: str
    year: int
    person_id: int
    at: datetime
    unit: str | None = None
    kind: Literal["run_started"] = "run_started"


@dataclass(frozen=True, slots=True)
class TaskOpened:
    """A step became somebody's work, with its deadline."""

    step: int
    attempt: int
    at: datetime
    due_at: datetime
    kind: Literal["task_opened"] = "task_opened"


@dataclass(frozen=True, slots=True)
class TaskConfirmed:
    """One person confirmed the task; it may still wait for others."""

    step: int
    attempt: int
    confirmation: Confirmation
    kind: Literal["task_confirmed"] = "task_confirmed"

    @property
    def at(self) -> datetime:
        return self.confirmation.at


@dataclass(frozen=True, slots=True)
class TaskClosed:
    """The task has all its confirmations."""

    step: int
    attempt: int
    at: datetime
    kind: Literal["task_closed"] = "task_closed"


@dataclass(frozen=True, slots=True)
class TaskReturned:
    """A reviewer sent the work back to an earlier step; what was confirmed after it is void."""

    step: int
    attempt: int
    to_step: int
    reason: str
    person_id: int
    role: str
    capacity: Capacity
    at: datetime
    kind: Literal["task_returned"] = "task_returned"


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The last step is confirmed."""

    at: datetime
    kind: Literal["run_finished"] = "run_finished"


Event = RunStarted | TaskOpened | TaskConfirmed | TaskClosed | TaskReturned | RunFinished


def begin(run_id: int, procedure: Procedure, event: RunStarted) -> Run:
    """The run as it is right after it was started: no step is open yet."""
    return Run(
        id=run_id,
        procedure=procedure,
        year=event.year,
        status=RunStatus.BERJALAN,
        started_by=event.person_id,
        started_at=event.at,
        unit=event.unit,
    )


def evolve(run: Run, event: Event) -> Run:
    """The run after one more event.

    Raises:
        ValueError: the event cannot follow this state: the journal is damaged.
    """
    match event:
        case RunStarted():
            raise ValueError("a run starts once")
        case TaskOpened(step=step, attempt=attempt):
            if run.open_task(step) or run.task(step, attempt):
                raise ValueError(f"step {step} attempt {attempt} cannot open twice")
            opened = Task(step, attempt, TaskStatus.TERBUKA, event.at, event.due_at)
            return replace(run, tasks=(*run.tasks, opened))
        case TaskConfirmed(step=step, attempt=attempt):
            task = _open(run, step, attempt)
            return _put(run, replace(task, confirmations=(*task.confirmations, event.confirmation)))
        case TaskClosed(step=step, attempt=attempt):
            task = _open(run, step, attempt)
            return _put(run, replace(task, status=TaskStatus.SELESAI, closed_at=event.at))
        case TaskReturned(step=step, attempt=attempt):
            task = _open(run, step, attempt)
            returned = replace(task, status=TaskStatus.DIKEMBALIKAN, closed_at=event.at)
            return _void_after(_put(run, returned), event.to_step)
        case RunFinished():
            return replace(run, status=RunStatus.SELESAI, finished_at=event.at)


def replay(run_id: int, procedure: Procedure, events: Iterable[Event]) -> Run:
    """The state that these events, oldest first, add up to.

    Raises:
        ValueError: they do not begin with a start, or one cannot follow another.
    """
    remaining = iter(events)
    first = next(remaining, None)
    if not isinstance(first, RunStarted):
        raise ValueError("a journal begins with the start of the run")
    run = begin(run_id, procedure, first)
    for event in remaining:
        run = evolve(run, event)
    return run


def _open(run: Run, step: int, attempt: int) -> Task:
    task = run.task(step, attempt)
    if task is None or not task.is_open:
        raise ValueError(f"step {step} attempt {attempt} is not open")
    return task


def _void_after(run: Run, step: int) -> Run:
    """Confirmed work from this step on no longer counts; it has to be done again."""
    tasks = tuple(
        replace(t, status=TaskStatus.GUGUR)
        if t.step >= step and t.status is TaskStatus.SELESAI
        else t
        for t in run.tasks
    )
    return replace(run, tasks=tasks)


def _put(run: Run, changed: Task) -> Run:
    tasks = tuple(
        changed if (t.step, t.attempt) == (changed.step, changed.attempt) else t for t in run.tasks
    )
    return replace(run, tasks=tasks)
