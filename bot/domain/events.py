"""The events of a run (event sourcing).

The engine decides events, the store writes each into the journal and its tables, and `evolve`
applies it to the state. So the journal, event by event, gives the state again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.domain.run import (
    By,
    Cancelled,
    Confirmation,
    Evidence,
    Extension,
    Note,
    Pause,
    Reminded,
    Returned,
    Run,
    RunStatus,
    Task,
    TaskStatus,
    Team,
)
from bot.domain.sop import Procedure


@dataclass(frozen=True, slots=True)
class RunStarted:
    """Somebody started the run. `by` says in which capacity, where that was recorded."""

    procedure: str
    year: int
    person_id: int
    at: datetime
    unit: str | None = None
    by: By | None = None
    kind: Literal["run_started"] = "run_started"


@dataclass(frozen=True, slots=True)
class TaskEvent:
    """An event of one attempt at a step."""

    step: int
    attempt: int


@dataclass(frozen=True, slots=True)
class TaskOpened(TaskEvent):
    """An attempt at a step was opened, with its deadline."""

    at: datetime
    due_at: datetime
    kind: Literal["task_opened"] = "task_opened"


@dataclass(frozen=True, slots=True)
class TaskConfirmed(TaskEvent):
    """One person confirmed the task; it may still wait for others."""

    confirmation: Confirmation
    kind: Literal["task_confirmed"] = "task_confirmed"

    @property
    def at(self) -> datetime:
        return self.confirmation.at


@dataclass(frozen=True, slots=True)
class TaskClosed(TaskEvent):
    """The task has all its confirmations."""

    at: datetime
    kind: Literal["task_closed"] = "task_closed"


@dataclass(frozen=True, slots=True)
class TaskReturned(TaskEvent):
    """A reviewer sent the work back to an earlier step; what was confirmed after it is void."""

    to_step: int
    reason: str
    by: By
    at: datetime
    kind: Literal["task_returned"] = "task_returned"


@dataclass(frozen=True, slots=True)
class ConfirmationUndone(TaskEvent):
    """Somebody undid their own confirmation; a task that it had closed is open again."""

    by: By
    at: datetime
    kind: Literal["confirmation_undone"] = "confirmation_undone"


@dataclass(frozen=True, slots=True)
class TaskWithdrawn(TaskEvent):
    """An open task was withdrawn: the confirmation that led to it was undone."""

    at: datetime
    kind: Literal["task_withdrawn"] = "task_withdrawn"


@dataclass(frozen=True, slots=True)
class ExtensionAsked(TaskEvent):
    """Somebody asked for more time; `extension` is the task's newest."""

    extension: Extension
    kind: Literal["extension_asked"] = "extension_asked"

    @property
    def at(self) -> datetime:
        return self.extension.at


@dataclass(frozen=True, slots=True)
class ExtensionDecided(TaskEvent):
    """The task's extension of this number (from 0) was granted or declined, or (`granted` None)
    the refusal was taken back."""

    number: int
    granted: bool | None
    by: By
    at: datetime
    reason: str = ""
    kind: Literal["extension_decided"] = "extension_decided"


class Cause(StrEnum):
    """Why a deadline moved."""

    PERPANJANGAN = "perpanjangan"
    JEDA = "jeda"
    KALENDER = "kalender"


@dataclass(frozen=True, slots=True)
class DeadlineMoved(TaskEvent):
    """The deadline of an open task moved. `why` describes the change of the calendar."""

    due_at: datetime
    cause: Cause
    at: datetime
    why: str = ""
    kind: Literal["deadline_moved"] = "deadline_moved"


@dataclass(frozen=True, slots=True)
class TaskNoted(TaskEvent):
    """Somebody left a note on the task, or edited the task's note of this number (from 0)."""

    note: Note
    number: int | None = None
    kind: Literal["task_noted"] = "task_noted"

    @property
    def at(self) -> datetime:
        return self.note.edited_at or self.note.at


@dataclass(frozen=True, slots=True)
class PerformersReminded(TaskEvent):
    """Somebody who leads reminded those who perform the task."""

    by: By
    at: datetime
    kind: Literal["performers_reminded"] = "performers_reminded"


@dataclass(frozen=True, slots=True)
class EvidenceAttached(TaskEvent):
    """Somebody attached a file to the task."""

    evidence: Evidence
    kind: Literal["evidence_attached"] = "evidence_attached"

    @property
    def at(self) -> datetime:
        return self.evidence.at


@dataclass(frozen=True, slots=True)
class TeamChosen:
    """The run has a new team."""

    team: Team
    by: By
    at: datetime
    kind: Literal["team_chosen"] = "team_chosen"


@dataclass(frozen=True, slots=True)
class RunPaused:
    """The run was paused, for a reason."""

    by: By
    reason: str
    at: datetime
    kind: Literal["run_paused"] = "run_paused"


@dataclass(frozen=True, slots=True)
class RunResumed:
    """The run was resumed."""

    by: By
    at: datetime
    kind: Literal["run_resumed"] = "run_resumed"


@dataclass(frozen=True, slots=True)
class RunCancelled:
    """The run was cancelled, for a reason; its open tasks are withdrawn."""

    by: By
    reason: str
    at: datetime
    kind: Literal["run_cancelled"] = "run_cancelled"


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The last step is confirmed."""

    at: datetime
    kind: Literal["run_finished"] = "run_finished"


@dataclass(frozen=True, slots=True)
class RunReopened:
    """The last confirmation was undone: the run is open again."""

    at: datetime
    kind: Literal["run_reopened"] = "run_reopened"


_TaskChange = (
    TaskConfirmed
    | TaskClosed
    | TaskReturned
    | ConfirmationUndone
    | TaskWithdrawn
    | ExtensionAsked
    | ExtensionDecided
    | DeadlineMoved
    | TaskNoted
    | PerformersReminded
    | EvidenceAttached
)

Event = (
    RunStarted
    | TaskOpened
    | _TaskChange
    | TeamChosen
    | RunPaused
    | RunResumed
    | RunCancelled
    | RunFinished
    | RunReopened
)


def author(event: Event) -> By | None:
    """Who caused an event, and in which capacity; None where it followed from another.

    Of a start recorded by an older version only the person is known.
    """
    match event:
        case RunStarted(person_id=person_id, by=by):
            return by or By(person_id)
        case TaskConfirmed(confirmation=c):
            return c.by
        case (
            ExtensionAsked(extension=fact) | TaskNoted(note=fact) | EvidenceAttached(evidence=fact)
        ):
            return fact.by
        case TaskOpened() | TaskClosed() | TaskWithdrawn() | DeadlineMoved():
            return None
        case RunFinished() | RunReopened():
            return None
        case _:
            return event.by


def actor(event: Event) -> int | None:
    """The id of the person who caused an event; None where it followed from another."""
    by = author(event)
    return by.person_id if by else None


def begin(run_id: int, procedure: Procedure, event: RunStarted) -> Run:
    """The run after its start: no step is open yet."""
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
        case TeamChosen(team=team):
            return replace(run, team=team)
        case RunPaused():
            pause = Pause(event.by, event.reason, event.at)
            return replace(run, status=RunStatus.DIJEDA, pauses=(*run.pauses, pause))
        case RunResumed():
            return _resume(run, event)
        case RunCancelled():
            return _cancel(run, event)
        case RunFinished():
            return replace(run, status=RunStatus.SELESAI, finished_at=event.at)
        case RunReopened():
            return replace(run, status=RunStatus.BERJALAN, finished_at=None)
        case TaskReturned(to_step=to_step):
            return run.with_task(_changed(run, event)).void_from(to_step)
        case _:
            return run.with_task(_changed(run, event))


def _changed(run: Run, event: _TaskChange) -> Task:
    """The task of an event, after it."""
    task = run.task(event.step, event.attempt)
    if task is None:
        raise ValueError(f"step {event.step} attempt {event.attempt} was never opened")
    for_closed_too = isinstance(event, ConfirmationUndone | TaskNoted | EvidenceAttached)
    if not task.is_open and not for_closed_too:
        raise ValueError(f"step {event.step} attempt {event.attempt} is not open")
    match event:
        case TaskConfirmed(confirmation=confirmation):
            return replace(task, confirmations=(*task.confirmations, confirmation))
        case TaskClosed():
            return replace(task, status=TaskStatus.SELESAI, closed_at=event.at)
        case TaskReturned(to_step=to_step):
            given = Returned(event.by, to_step, event.reason, event.at)
            status = TaskStatus.DIKEMBALIKAN
            return replace(task, status=status, closed_at=event.at, returned=given)
        case ConfirmationUndone(by=by):
            left = tuple(c for c in task.confirmations if c.person_id != by.person_id)
            if left == task.confirmations:
                raise ValueError(f"step {task.step} holds no such confirmation")
            return replace(task, status=TaskStatus.TERBUKA, confirmations=left, closed_at=None)
        case TaskWithdrawn():
            return replace(task, status=TaskStatus.DITARIK, closed_at=event.at)
        case ExtensionAsked(extension=extension):
            return replace(task, extensions=(*task.extensions, extension))
        case ExtensionDecided(number=number):
            asked = list(task.extensions)
            said = (event.granted, event.by, event.at, event.reason)
            asked[number] = asked[number].decided(*said)
            return replace(task, extensions=tuple(asked))
        case DeadlineMoved(due_at=due_at):
            return replace(task, due_at=due_at)
        case TaskNoted(note=note, number=number):
            at = len(task.notes) if number is None else number
            return replace(task, notes=(*task.notes[:at], note, *task.notes[at + 1 :]))
        case PerformersReminded(by=by, at=at):
            return replace(task, reminded=Reminded(by, at))
        case EvidenceAttached(evidence=evidence):
            return replace(task, evidence=(*task.evidence, evidence))


def _resume(run: Run, event: RunResumed) -> Run:
    if run.pause is None:
        raise ValueError("a run that was not paused cannot go on")
    ended = replace(run.pause, until=event.at, ended_by=event.by)
    return replace(run, status=RunStatus.BERJALAN, pauses=(*run.pauses[:-1], ended))


def _cancel(run: Run, event: RunCancelled) -> Run:
    for task in run.current:
        run = run.with_task(replace(task, status=TaskStatus.DITARIK, closed_at=event.at))
    cancelled = Cancelled(event.by, event.reason, event.at)
    return replace(run, status=RunStatus.DIBATALKAN, finished_at=event.at, cancelled=cancelled)
