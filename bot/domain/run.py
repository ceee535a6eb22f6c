"""A run and its tasks: immutable values.

`events` defines the changes, `engine` decides them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.domain.sop import Duration, DurationUnit, Procedure, Step, StepKind


class RunStatus(StrEnum):
    """The status of a run: under way, paused, finished, or cancelled."""

    BERJALAN = "berjalan"
    DIJEDA = "dijeda"
    SELESAI = "selesai"
    DIBATALKAN = "dibatalkan"

    @property
    def is_over(self) -> bool:
        return self in (RunStatus.SELESAI, RunStatus.DIBATALKAN)


class TaskStatus(StrEnum):
    """The status of a task.

    Open (terbuka), confirmed by all who have to (selesai), sent back by its reviewer
    (dikembalikan), confirmed and then made void by a later return (gugur), or withdrawn (ditarik):
    the step before it was undone, or the run cancelled.
    """

    TERBUKA = "terbuka"
    SELESAI = "selesai"
    DIKEMBALIKAN = "dikembalikan"
    GUGUR = "gugur"
    DITARIK = "ditarik"


class Capacity(StrEnum):
    """In which capacity somebody holds a role: Plh. for an absent holder, Plt. in a vacant post."""

    DEFINITIF = "definitif"
    PLT = "plt"
    PLH = "plh"


@dataclass(frozen=True, slots=True)
class By:
    """Who did something, and in which capacity. Without a role it was an admin."""

    person_id: int
    role: str | None = None
    unit: str | None = None
    capacity: Capacity = Capacity.DEFINITIF


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One person's confirmation of one task, in the capacity in which the person acted.

    `recorded_for` is the role outside the office for which the Kasubbag recorded it, else None.
    """

    person_id: int
    role: str
    unit: str | None
    capacity: Capacity
    at: datetime
    recorded_for: str | None = None

    @property
    def by(self) -> By:
        """Who confirmed."""
        return By(self.person_id, self.role, self.unit, self.capacity)


@dataclass(frozen=True, slots=True)
class Returned:
    """The task was sent back to `to_step`, for a reason."""

    by: By
    to_step: int
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Extension:
    """Somebody asked for more time. `granted` is None while nobody has decided, or where that was
    taken back, at `decided_at`. `decision_reason` may say why it was declined."""

    by: By
    amount: Duration
    reason: str
    at: datetime
    granted: bool | None = None
    decided_by: By | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""

    def decided(self, granted: bool | None, by: By, at: datetime, why: str) -> Extension:
        """The request after this decision about it; None: after a refusal was taken back."""
        who = None if granted is None else by
        return replace(self, granted=granted, decided_by=who, decided_at=at, decision_reason=why)


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote about a task.

    `direction`: it is an arahan, of somebody who leads to those who perform the task.
    `message_id` is the author's message in Telegram, by which an edit of it finds the note;
    `edited_at` is when it was last edited.
    """

    by: By
    text: str
    at: datetime
    direction: bool = False
    message_id: int | None = None
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reminded:
    """Somebody who leads reminded those who perform the task."""

    by: By
    at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that shows the work. `size` is in bytes, `sha256` in hexadecimal.

    `file_id` is Telegram's, to send it again without an upload. `photo`: it is sent as a photo.
    `album` is Telegram's name of those that were sent together, which are one evidence.
    """

    by: By
    name: str
    size: int
    sha256: str
    file_id: str
    at: datetime
    photo: bool = False
    caption: str = ""
    album: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One attempt at one step of a run. Times are zone-aware, tuples in the order of time."""

    step: int
    attempt: int
    status: TaskStatus
    opened_at: datetime
    due_at: datetime
    confirmations: tuple[Confirmation, ...] = ()
    closed_at: datetime | None = None
    returned: Returned | None = None
    extensions: tuple[Extension, ...] = ()
    notes: tuple[Note, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    reminded: Reminded | None = None
    """The last time that somebody who leads reminded its performers."""

    @property
    def is_open(self) -> bool:
        return self.status is TaskStatus.TERBUKA

    def confirmed_by(self, person_id: int) -> Confirmation | None:
        """This person's confirmation, or None."""
        return next((c for c in self.confirmations if c.person_id == person_id), None)

    def as_of(self, moment: datetime) -> Task:
        """The task, open again if it ended at this moment or later."""
        since = self.closed_at is not None and self.closed_at >= moment
        opened = replace(self, status=TaskStatus.TERBUKA, closed_at=None, returned=None)
        return opened if since else self

    def actors(self) -> Iterator[int]:
        """Everybody who did something about it, by their ids, some of them more than once."""
        for fact in (*self.notes, *self.evidence, *self.extensions, self.returned, self.reminded):
            if fact is not None:
                yield fact.by.person_id
        yield from (confirmation.person_id for confirmation in self.confirmations)
        yield from (e.decided_by.person_id for e in self.extensions if e.decided_by)

    @property
    def extended_by(self) -> tuple[Duration, ...]:
        """The time that was granted beside its standard time, one sum for each unit."""
        sums: dict[DurationUnit, int] = {}
        for extension in self.extensions:
            if extension.granted:
                unit = extension.amount.unit
                sums[unit] = sums.get(unit, 0) + extension.amount.amount
        return tuple(Duration(amount, unit) for unit, amount in sums.items())

    @property
    def pending_extension(self) -> int | None:
        """The number of the extension that waits for a decision, or None."""
        return next((n for n, e in enumerate(self.extensions) if e.granted is None), None)

    def moments(self) -> Iterator[datetime]:
        """The times of all its events."""
        yield self.opened_at
        if self.closed_at:
            yield self.closed_at
        yield from (confirmation.at for confirmation in self.confirmations)
        yield from (note.edited_at or note.at for note in self.notes)
        yield from (file.at for file in self.evidence)
        for extension in self.extensions:
            yield extension.decided_at or extension.at
        if self.reminded:
            yield self.reminded.at


@dataclass(frozen=True, slots=True)
class Pause:
    """The run was paused from `since`, for a reason; `until` is None while it still is."""

    by: By
    reason: str
    since: datetime
    until: datetime | None = None
    ended_by: By | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """Who carries out the run's "tim" steps, by the office's decree (SK Tim): ids of people."""

    members: tuple[int, ...]
    chair: int | None = None
    decree_number: str | None = None
    decree_date: date | None = None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The run was cancelled."""

    by: By
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a procedure for one fiscal year, pinned to the SOP version it began with.

    `id` is 0 until the store has given one. `tasks` are in the order of their opening. `unit` is
    the office's unit that the run is for, where the procedure runs once for each. `finished_at`
    is when it was finished or cancelled.
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
    team: Team | None = None
    pauses: tuple[Pause, ...] = ()
    cancelled: Cancelled | None = None

    def open_task(self, step: int) -> Task | None:
        """The open attempt at this step, or None."""
        return next((t for t in self.tasks if t.step == step and t.is_open), None)

    def task(self, step: int, attempt: int) -> Task | None:
        """This attempt at this step, or None if there never was one."""
        return next((t for t in self.tasks if (t.step, t.attempt) == (step, attempt)), None)

    def latest(self, step: int) -> Task | None:
        """The newest attempt at this step, or None if it was never opened."""
        attempts = (t for t in self.tasks if t.step == step)
        return max(attempts, key=lambda t: t.attempt, default=None)

    @property
    def current(self) -> tuple[Task, ...]:
        """The open tasks."""
        return tuple(t for t in self.tasks if t.is_open)

    @property
    def since_milestone(self) -> tuple[Task, ...]:
        """The tasks after the last milestone, which is a paraf or signature that counts; before
        the first of them all tasks, from the start."""
        passed = [
            number
            for number, task in enumerate(self.tasks, start=1)
            if task.status is TaskStatus.SELESAI and self.step_of(task).kind is not StepKind.KERJA
        ]
        return self.tasks[passed[-1] :] if passed else self.tasks

    @property
    def pause(self) -> Pause | None:
        """The current pause, or None."""
        return self.pauses[-1] if self.status is RunStatus.DIJEDA else None

    @property
    def last_change(self) -> datetime:
        """The time of the newest event; the next is not before it."""
        paused = [pause.until or pause.since for pause in self.pauses]
        return max(self.started_at, *paused, *(at for t in self.tasks for at in t.moments()))

    def not_before(self, now: datetime) -> datetime:
        """`now`, or the time of the newest event where that is later.

        A writer that waited for the database has an older `now` than the one before, and a clock
        can be set back. The times of a run's events never decrease.
        """
        return max(now, self.last_change)

    @property
    def steps_done(self) -> int:
        """How many steps are confirmed."""
        latest = (self.latest(step.number) for step in self.procedure.steps)
        return sum(task is not None and task.status is TaskStatus.SELESAI for task in latest)

    def step_of(self, task: Task) -> Step:
        """The row of the SOP that this task executes."""
        return self.procedure.step(task.step)

    def correction(self, task: Task) -> Task | None:
        """The task whose reviewer's return is why this attempt repeats its step, or None."""
        if not self._earlier(task):
            return None
        before = reversed(self.tasks[: self.tasks.index(task)])
        returned = (t for t in before if t.returned and t.returned.to_step <= task.step <= t.step)
        return next(returned, None)

    def previous(self, task: Task) -> Task | None:
        """The attempt that this one repeats, or None."""
        return max(self._earlier(task), key=lambda t: t.attempt, default=None)

    def repetitions(self, task: Task) -> int:
        """How often the step was done, or sent back, before this attempt at it."""
        return len(self._earlier(task))

    def _earlier(self, task: Task) -> list[Task]:
        """The attempts at its step before this one, without those that were withdrawn."""
        same = (t for t in self.tasks if t.step == task.step and t.attempt < task.attempt)
        return [t for t in same if t.status is not TaskStatus.DITARIK]

    def as_of(self, moment: datetime) -> Run:
        """The run as it stood just before this moment: what ended since is open again. A deadline
        stays where it was moved since."""
        if self.finished_at is not None and self.finished_at < moment:
            return self
        pauses = [p for p in self.pauses if p.since < moment]
        if pauses and pauses[-1].until is not None and pauses[-1].until >= moment:
            pauses[-1] = replace(pauses[-1], until=None, ended_by=None)
        paused = pauses and pauses[-1].until is None
        return replace(
            self,
            status=RunStatus.DIJEDA if paused else RunStatus.BERJALAN,
            tasks=tuple(t.as_of(moment) for t in self.tasks if t.opened_at < moment),
            finished_at=None,
            pauses=tuple(pauses),
            cancelled=None,
        )

    def with_task(self, changed: Task) -> Run:
        """The run with this task in the place of the same attempt at its step."""
        key = (changed.step, changed.attempt)
        tasks = tuple(changed if (t.step, t.attempt) == key else t for t in self.tasks)
        return replace(self, tasks=tasks)

    def void_from(self, step: int) -> Run:
        """The run in which confirmed work from this step on no longer counts."""
        tasks = (
            replace(t, status=TaskStatus.GUGUR)
            if t.step >= step and t.status is TaskStatus.SELESAI
            else t
            for t in self.tasks
        )
        return replace(self, tasks=tuple(tasks))

    @property
    def notes(self) -> tuple[tuple[Task, Note], ...]:
        """The notes on all its tasks, by time."""
        found = [(task, note) for task in self.tasks for note in task.notes]
        return tuple(sorted(found, key=lambda one: one[1].at))

    @property
    def documents(self) -> tuple[tuple[Task, Evidence], ...]:
        """The files that count now: of each step those of the newest attempt that has any."""
        newest = {task.step: task for task in self.tasks if task.evidence}
        return tuple((task, file) for _, task in sorted(newest.items()) for file in task.evidence)
