"""Runs, their tasks and confirmations.

A run is loaded whole and saved as the difference between before and after. Every UPDATE of a
task names the status it expects (optimistic locking), so that a decision on an outdated run
changes nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import structlog
from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select

from bot.domain.run import Capacity, Confirmation, Run, RunStatus, Task, TaskStatus
from bot.domain.sop import Sop
from bot.store import serialization
from bot.store.sql import AnyRow, Prepared, Rows, fields_of
from bot.store.tables import confirmations, runs, tasks

log = structlog.get_logger()


Key = tuple[int, int]
"""What names a task of a run: its step and its attempt."""


class ConflictError(Exception):
    """The run was changed by somebody else in the meantime: nothing was written."""


class Heading(NamedTuple):
    """What names a run: its number, the code of its procedure, its year and unit."""

    id: int
    procedure: str
    year: int
    unit: str | None


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run with its ids in the database."""

    run: Run
    sop: Sop
    version_id: int
    task_ids: dict[Key, int]
    tokens: dict[Key, str]

    def task_of(self, task_id: int) -> Task | None:
        """The task with this id, or None."""
        keys = (key for key, known in self.task_ids.items() if known == task_id)
        return self.run.task(*key) if (key := next(keys, None)) else None


_WHOLE = (
    select(
        *runs.c,
        tasks.c.id.label("task_id"),
        tasks.c.step,
        tasks.c.attempt,
        tasks.c.token,
        tasks.c.status.label("task_status"),
        tasks.c.opened_at,
        tasks.c.due_at,
        tasks.c.closed_at,
        tasks.c.details.label("task_details"),
        confirmations.c.person_id,
        confirmations.c.role,
        confirmations.c.unit.label("acted_in_unit"),
        confirmations.c.capacity,
        confirmations.c.at,
        confirmations.c.recorded_for,
    )
    .select_from(runs.join(tasks).outerjoin(confirmations))
    .order_by(runs.c.id, tasks.c.id, confirmations.c.position)
)

_BY_TOKEN = _WHOLE.where(
    runs.c.id == select(tasks.c.run_id).where(tasks.c.token == bindparam("token")).scalar_subquery()
)
_BY_ID = _WHOLE.where(runs.c.id == bindparam("run_id"))
_UNDER_WAY = (RunStatus.BERJALAN.value, RunStatus.DIJEDA.value)
_RUNNING_IDS = select(runs.c.id).where(
    runs.c.status.in_(_UNDER_WAY),
    runs.c.procedure == bindparam("code"),
    runs.c.year == bindparam("fiscal_year"),
)
_CHANGE_TASK = Prepared(
    tasks.update()
    .where(tasks.c.id == bindparam("task"), tasks.c.status == bindparam("was"))
    .values(
        status=bindparam("becomes"),
        closed_at=bindparam("closed"),
        due_at=bindparam("deadline"),
        details=bindparam("extra"),
    )
)

_OPEN_TASK = tasks.insert().returning(tasks.c.id)
_CONFIRM = Prepared(confirmations.insert())
_UNCONFIRM = Prepared(
    confirmations.delete().where(
        confirmations.c.task_id == bindparam("task"), confirmations.c.person_id == bindparam("who")
    )
)
_CLOSE_GAP = Prepared(
    confirmations.update()
    .where(
        confirmations.c.task_id == bindparam("task"), confirmations.c.position > bindparam("gap")
    )
    .values(position=confirmations.c.position - 1)
)


class RunTable(Rows):
    """Runs one by one, and lists of them.

    A run that cannot be loaded (its stored SOP is damaged, or has something that this version
    does not know) is left out of lists and logged, so that it does not block the others.
    Asking for it by id raises ValueError or KeyError.
    """

    def __init__(self, connection: Connection, version: Callable[[int], Sop]) -> None:
        super().__init__(connection)
        self._version = version

    def get(self, run_id: int) -> StoredRun | None:
        """The run with this id, or None."""
        rows = list(self._connection.execute(_BY_ID, {"run_id": run_id}))
        return self._one(rows) if rows else None

    def by_token(self, token: str) -> tuple[StoredRun, Task] | None:
        """The task that a button's token names, and its run; None if unknown."""
        rows = list(self._connection.execute(_BY_TOKEN, {"token": token}))
        if not rows:
            return None
        stored = self._one(rows)
        key = next(key for key, known in stored.tokens.items() if known == token)
        task = stored.run.task(*key)
        return (stored, task) if task else None

    def many(self, run_ids: Iterable[int]) -> dict[int, StoredRun]:
        """The runs with these ids, by id."""
        wanted = set(run_ids)
        found = self._select(runs.c.id.in_(wanted)) if wanted else []
        return {stored.run.id: stored for stored in found}

    def of_tasks(self, task_ids: Iterable[int]) -> dict[int, StoredRun]:
        """The runs that these tasks belong to, by the task's id."""
        wanted = set(task_ids)
        if not wanted:
            return {}
        owners = select(tasks.c.run_id).where(tasks.c.id.in_(wanted))
        found = self._select(runs.c.id.in_(owners))
        return {t: one for one in found for t in one.task_ids.values() if t in wanted}

    def running(self) -> list[StoredRun]:
        """Every run under way, oldest first."""
        return self._select(runs.c.status.in_(_UNDER_WAY))

    def exists(self, procedure: str, year: int) -> bool:
        """Whether there is a run of this procedure for this year that was not cancelled."""
        same = (runs.c.procedure == procedure, runs.c.year == year)
        kept = runs.c.status != RunStatus.DIBATALKAN.value
        return self._exists(select(runs.c.id).where(*same, kept))

    def under_way_ids(self) -> tuple[int, ...]:
        """The ids of all runs under way, oldest first."""
        query = select(runs.c.id).where(runs.c.status.in_(_UNDER_WAY)).order_by(runs.c.id)
        return tuple(self._connection.scalars(query))

    def running_ids(self, procedure: str, year: int, unit: str | None = None) -> tuple[int, ...]:
        """The ids of runs under way of this procedure for this year, of one unit or of all."""
        query = _RUNNING_IDS if unit is None else _RUNNING_IDS.where(runs.c.unit == unit)
        params = {"code": procedure, "fiscal_year": year}
        return tuple(self._connection.scalars(query, params))

    def newest(self, most: int) -> tuple[int, ...]:
        """The ids of the newest runs, of any status, the newest first."""
        query = select(runs.c.id).order_by(runs.c.id.desc()).limit(most)
        return tuple(self._connection.scalars(query))

    def of_units(self, procedure: str, year: int) -> dict[str, list[tuple[int, RunStatus]]]:
        """Every run of a procedure for one year by the unit it is for, the oldest first.

        Shape: the id and status of each; runs that are for no unit stand under "".
        """
        query = (
            select(runs.c.id, runs.c.unit, runs.c.status)
            .where(runs.c.procedure == procedure, runs.c.year == year)
            .order_by(runs.c.id)
        )
        found: dict[str, list[tuple[int, RunStatus]]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.unit or "", []).append((row.id, RunStatus(row.status)))
        return found

    def headings(self) -> list[Heading]:
        """The heading of every run, oldest first."""
        query = select(*(runs.c[name] for name in Heading._fields)).order_by(runs.c.id)
        return [Heading(*row) for row in self._connection.execute(query)]

    def open_task_ids(self) -> list[int]:
        """The ids of every open task; a run that is over has none."""
        query = select(tasks.c.id).where(tasks.c.status == TaskStatus.TERBUKA.value)
        return list(self._connection.scalars(query))

    def finished(self, limit: int, offset: int = 0) -> list[StoredRun]:
        """Runs that are over, the newest first; at most `limit` from the `offset`-th on."""
        query = (
            select(runs.c.id)
            .where(runs.c.status.in_([s.value for s in RunStatus if s.is_over]))
            .order_by(runs.c.finished_at.desc(), runs.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        ids = list(self._connection.scalars(query))
        found = self.many(ids)
        return [found[run_id] for run_id in ids if run_id in found]

    def touching(self, start: datetime, end: datetime) -> list[StoredRun]:
        """Every run that was under way at some time from `start` until before `end`, of any
        status, in one query; the oldest first."""
        not_over = or_(runs.c.finished_at.is_(None), runs.c.finished_at >= start)
        return self._select(runs.c.started_at < end, not_over)

    def first_started(self) -> datetime | None:
        """When the first run began; None where there is none."""
        found: datetime | None = self._connection.scalar(select(func.min(runs.c.started_at)))
        return found

    def create(self, run: Run, version_id: int) -> int:
        """Store a run that was just started, without its tasks; its id."""
        return self._insert(
            runs,
            version_id=version_id,
            procedure=run.procedure.code,
            year=run.year,
            unit=run.unit,
            status=run.status.value,
            started_by=run.started_by,
            started_at=run.started_at,
        )

    def save(self, before: StoredRun | None, after: Run) -> dict[Key, int]:
        """Write what changed between `before` and `after`; the ids of all its tasks.

        Raises:
            ConflictError: the database is no longer at `before`.
        """
        old = {_key(t): t for t in before.run.tasks} if before else {}
        ids = dict(before.task_ids) if before else {}
        changed = [t for t in after.tasks if (k := _key(t)) in old and old[k] != t]
        # Close before opening: a unique index allows one open attempt per step.
        changed.sort(key=lambda task: task.is_open)
        self._change(changed, old, ids)
        ids |= self._open(after.id, [t for t in after.tasks if _key(t) not in old])
        self._confirm(after, old, ids)
        self._unconfirm(after, old, ids)
        if before and _facts(before.run) != _facts(after):
            self._update(
                runs,
                runs.c.id == after.id,
                status=after.status.value,
                finished_at=after.finished_at,
                details=serialization.dump_run(after),
            )
        return ids

    def _change(self, changed: list[Task], old: dict[Key, Task], ids: dict[Key, int]) -> None:
        for task in changed:
            was = old[_key(task)]
            if replace(was, confirmations=()) == replace(task, confirmations=()):
                continue
            change = {
                "task": ids[_key(task)],
                "was": was.status.value,
                "becomes": task.status.value,
                "closed": task.closed_at,
                "deadline": task.due_at,
                "extra": serialization.dump_task(task),
            }
            if _CHANGE_TASK.run(self._connection, [change]) != 1:
                raise ConflictError(f"step {task.step} attempt {task.attempt}")

    def _open(self, run_id: int, opened: list[Task]) -> dict[Key, int]:
        ids = {}
        for task in opened:
            row = {
                "run_id": run_id,
                "step": task.step,
                "attempt": task.attempt,
                "token": secrets.token_urlsafe(9),
                "status": task.status.value,
                "opened_at": task.opened_at,
                "due_at": task.due_at,
            }
            ids[_key(task)] = int(self._connection.execute(_OPEN_TASK, row).scalar_one())
        return ids

    def _confirm(self, after: Run, old: dict[Key, Task], ids: dict[Key, int]) -> None:
        rows = [
            {"task_id": ids[_key(task)], "position": position, **fields_of(c)}
            for task in after.tasks
            for position, c in enumerate(task.confirmations)
            if _key(task) not in old or c not in old[_key(task)].confirmations
        ]
        _CONFIRM.run(self._connection, rows)

    def _unconfirm(self, after: Run, old: dict[Key, Task], ids: dict[Key, int]) -> None:
        """Delete confirmations that were taken back; the journal keeps them."""
        gone = [
            (ids[_key(task)], c.person_id, position)
            for task in after.tasks
            if _key(task) in old
            for position, c in enumerate(old[_key(task)].confirmations)
            if not task.confirmed_by(c.person_id)
        ]
        # From the last on, so that the positions of the others stay valid.
        for task_id, person_id, position in reversed(gone):
            _UNCONFIRM.run(self._connection, [{"task": task_id, "who": person_id}])
            _CLOSE_GAP.run(self._connection, [{"task": task_id, "gap": position}])

    def _select(self, *conditions: ColumnElement[bool]) -> list[StoredRun]:
        """The runs that meet every condition, the oldest first."""
        found = []
        rows = self._connection.execute(_WHOLE.where(*conditions)).all()
        for run_id, group in groupby(rows, key=attrgetter("id")):
            whole = list(group)
            try:
                found.append(self._one(whole))
            except (ValueError, KeyError) as error:
                # Ids only: the error's text may quote stored texts.
                version, fault = whole[0].version_id, type(error).__name__
                log.error("run cannot be read", run=run_id, version=version, fault=fault)
        return found

    def _one(self, rows: list[AnyRow]) -> StoredRun:
        found: dict[int, AnyRow] = {}
        confirmed: dict[int, list[Confirmation]] = {}
        for row in rows:
            found.setdefault(row.task_id, row)
            if row.person_id is not None:
                confirmed.setdefault(row.task_id, []).append(
                    Confirmation(
                        row.person_id,
                        row.role,
                        row.acted_in_unit,
                        Capacity(row.capacity),
                        row.at,
                        row.recorded_for,
                    )
                )
        first = rows[0]
        sop = self._version(first.version_id)
        run = Run(
            id=first.id,
            procedure=sop.procedure(first.procedure),
            year=first.year,
            status=RunStatus(first.status),
            started_by=first.started_by,
            started_at=first.started_at,
            tasks=tuple(_task(row, confirmed.get(task_id, [])) for task_id, row in found.items()),
            finished_at=first.finished_at,
            unit=first.unit,
            **vars(serialization.load_run(first.details)),
        )
        ids = {(row.step, row.attempt): task_id for task_id, row in found.items()}
        tokens = {(row.step, row.attempt): row.token for row in found.values()}
        return StoredRun(run, sop, first.version_id, ids, tokens)


def _task(row: AnyRow, confirmed: list[Confirmation]) -> Task:
    return Task(
        row.step,
        row.attempt,
        TaskStatus(row.task_status),
        row.opened_at,
        row.due_at,
        tuple(confirmed),
        row.closed_at,
        **vars(serialization.load_task(row.task_details)),
    )


def _facts(run: Run) -> tuple[object, ...]:
    """What may change of a run besides its tasks."""
    return (run.status, run.finished_at, run.team, run.pauses, run.cancelled)


def _key(task: Task) -> Key:
    return (task.step, task.attempt)
