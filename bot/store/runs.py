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
from typing import NamedTuple

import structlog
from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select

from bot.domain.run import Capacity, Confirmation, Run, RunStatus, Task, TaskStatus
from bot.domain.sop import Sop
from bot.store import serialization
from bot.store.sql import AnyRow, Prepared
from bot.store.tables import confirmations, runs, tasks

log = structlog.get_logger()


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
    """A run with its ids in the database.

    `task_ids` and `tokens` are keyed by (step, attempt).
    """

    run: Run
    sop: Sop
    version_id: int
    task_ids: dict[tuple[int, int], int]
    tokens: dict[tuple[int, int], str]

    def task_of(self, task_id: int) -> Task | None:
        """The task with this id, or None."""
        for (step, attempt), known in self.task_ids.items():
            if known == task_id:
                return self.run.task(step, attempt)
        return None


_WHOLE = (
    select(
        runs.c.id,
        runs.c.version_id,
        runs.c.procedure,
        runs.c.year,
        runs.c.unit,
        runs.c.status,
        runs.c.started_by,
        runs.c.started_at,
        runs.c.finished_at,
        runs.c.details,
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
    .select_from(
        runs.join(tasks, tasks.c.run_id == runs.c.id).outerjoin(
            confirmations, confirmations.c.task_id == tasks.c.id
        )
    )
    .order_by(runs.c.id, tasks.c.id, confirmations.c.position)
)

_BY_TOKEN = _WHOLE.where(
    runs.c.id == select(tasks.c.run_id).where(tasks.c.token == bindparam("token")).scalar_subquery()
)
_BY_ID = _WHOLE.where(runs.c.id == bindparam("run_id"))
_UNDER_WAY = (RunStatus.BERJALAN.value, RunStatus.DIJEDA.value)
_OVER = (RunStatus.SELESAI.value, RunStatus.DIBATALKAN.value)
_RUNNING_IDS = select(runs.c.id).where(
    runs.c.status.in_(_UNDER_WAY),
    runs.c.procedure == bindparam("code"),
    runs.c.year == bindparam("fiscal_year"),
)
_FIRST = select(func.min(runs.c.started_at))
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


class RunTable:
    """Runs one by one, and lists of them.

    A run that cannot be loaded (its stored SOP is damaged, or has something that this version
    does not know) is left out of lists and logged, so that it does not block the others.
    Asking for it by id raises ValueError or KeyError.
    """

    def __init__(self, connection: Connection, version: Callable[[int], Sop]) -> None:
        self._connection = connection
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
        for (step, attempt), known in stored.tokens.items():
            if known == token and (task := stored.run.task(step, attempt)):
                return stored, task
        return None

    def many(self, run_ids: Iterable[int]) -> dict[int, StoredRun]:
        """The runs with these ids, by id."""
        wanted = sorted(set(run_ids))
        if not wanted:
            return {}
        rows = self._connection.execute(_WHOLE.where(runs.c.id.in_(wanted)))
        return {stored.run.id: stored for stored in self._load(rows)}

    def of_tasks(self, task_ids: Iterable[int]) -> dict[int, StoredRun]:
        """The runs that these tasks belong to, by the task's id."""
        wanted = sorted(set(task_ids))
        if not wanted:
            return {}
        owners = select(tasks.c.run_id).where(tasks.c.id.in_(wanted))
        rows = self._connection.execute(_WHOLE.where(runs.c.id.in_(owners)))
        by_task = {t: stored for stored in self._load(rows) for t in stored.task_ids.values()}
        return {task_id: by_task[task_id] for task_id in wanted if task_id in by_task}

    def running(self) -> list[StoredRun]:
        """Every run under way, oldest first."""
        return self._select(runs.c.status.in_(_UNDER_WAY))

    def exists(self, procedure: str, year: int) -> bool:
        """Whether there is a run of this procedure for this year that was not cancelled."""
        query = (
            select(runs.c.id)
            .where(
                runs.c.procedure == procedure,
                runs.c.year == year,
                runs.c.status != RunStatus.DIBATALKAN.value,
            )
            .limit(1)
        )
        return self._connection.execute(query).first() is not None

    def under_way_ids(self) -> tuple[int, ...]:
        """The ids of all runs under way, oldest first."""
        query = select(runs.c.id).where(runs.c.status.in_(_UNDER_WAY)).order_by(runs.c.id)
        return tuple(self._connection.execute(query).scalars())

    def running_ids(self, procedure: str, year: int, unit: str | None = None) -> tuple[int, ...]:
        """The ids of runs under way of this procedure for this year, of one unit or of all."""
        query = _RUNNING_IDS if unit is None else _RUNNING_IDS.where(runs.c.unit == unit)
        found = self._connection.execute(query, {"code": procedure, "fiscal_year": year})
        return tuple(found.scalars())

    def newest(self, most: int) -> tuple[int, ...]:
        """The ids of the newest runs, of any status, the newest first."""
        query = select(runs.c.id).order_by(runs.c.id.desc()).limit(most)
        return tuple(self._connection.execute(query).scalars())

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
        query = select(runs.c.id, runs.c.procedure, runs.c.year, runs.c.unit).order_by(runs.c.id)
        return [Heading(*row) for row in self._connection.execute(query)]

    def open_task_ids(self) -> list[int]:
        """The ids of every open task; a run that is over has none."""
        query = select(tasks.c.id).where(tasks.c.status == TaskStatus.TERBUKA.value)
        return list(self._connection.execute(query).scalars())

    def finished(self, limit: int, offset: int = 0) -> list[StoredRun]:
        """Runs that are over, the newest first; at most `limit` from the `offset`-th on."""
        query = (
            select(runs.c.id)
            .where(runs.c.status.in_(_OVER))
            .order_by(runs.c.finished_at.desc(), runs.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        ids = list(self._connection.execute(query).scalars())
        found = self.many(ids)
        return [found[run_id] for run_id in ids if run_id in found]

    def touching(self, start: datetime, end: datetime) -> list[StoredRun]:
        """Every run that was under way at some time from `start` until before `end`, of any
        status, in one query; the oldest first."""
        return self._select(
            runs.c.started_at < end,
            or_(runs.c.finished_at.is_(None), runs.c.finished_at >= start),
        )

    def first_started(self) -> datetime | None:
        """When the first run began; None where there is none."""
        found: datetime | None = self._connection.execute(_FIRST).scalar_one()
        return found

    def create(self, run: Run, version_id: int) -> int:
        """Store a run that was just started, without its tasks; its id."""
        row = self._connection.execute(
            runs.insert().returning(runs.c.id),
            {
                "version_id": version_id,
                "procedure": run.procedure.code,
                "year": run.year,
                "unit": run.unit,
                "status": run.status.value,
                "started_by": run.started_by,
                "started_at": run.started_at,
            },
        )
        return int(row.scalar_one())

    def save(self, before: StoredRun | None, after: Run) -> dict[tuple[int, int], int]:
        """Write what changed between `before` and `after`; the ids of all its tasks.

        Shape: ids by (step, attempt).

        Raises:
            ConflictError: the database is no longer at `before`.
        """
        old = {_key(t): t for t in before.run.tasks} if before else {}
        ids = dict(before.task_ids) if before else {}
        changed = [t for t in after.tasks if (k := _key(t)) in old and old[k] != t]
        self._change(changed, old, ids)
        # Close before opening: a unique index allows one open attempt per step.
        changed.sort(key=lambda task: task.is_open)
        ids |= self._open(after.id, [t for t in after.tasks if _key(t) not in old])
        self._confirm(after, old, ids)
        self._unconfirm(after, old, ids)
        if before and _facts(before.run) != _facts(after):
            self._connection.execute(
                runs.update()
                .where(runs.c.id == after.id)
                .values(
                    status=after.status.value,
                    finished_at=after.finished_at,
                    details=serialization.dump_run(after),
                )
            )
        return ids

    def _change(
        self,
        changed: list[Task],
        old: dict[tuple[int, int], Task],
        ids: dict[tuple[int, int], int],
    ) -> None:
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

    def _open(self, run_id: int, opened: list[Task]) -> dict[tuple[int, int], int]:
        ids = {}
        for task in opened:
            row = self._connection.execute(
                _OPEN_TASK,
                {
                    "run_id": run_id,
                    "step": task.step,
                    "attempt": task.attempt,
                    "token": secrets.token_urlsafe(9),
                    "status": task.status.value,
                    "opened_at": task.opened_at,
                    "due_at": task.due_at,
                },
            )
            ids[_key(task)] = int(row.scalar_one())
        return ids

    def _confirm(
        self,
        after: Run,
        old: dict[tuple[int, int], Task],
        ids: dict[tuple[int, int], int],
    ) -> None:
        rows = [
            {
                "task_id": ids[_key(task)],
                "person_id": c.person_id,
                "position": position,
                "role": c.role,
                "unit": c.unit,
                "capacity": c.capacity.value,
                "at": c.at,
                "recorded_for": c.recorded_for,
            }
            for task in after.tasks
            for position, c in enumerate(task.confirmations)
            if _key(task) not in old or c not in old[_key(task)].confirmations
        ]
        _CONFIRM.run(self._connection, rows)

    def _unconfirm(
        self,
        after: Run,
        old: dict[tuple[int, int], Task],
        ids: dict[tuple[int, int], int],
    ) -> None:
        """Delete confirmations that were taken back; the journal keeps them."""
        rows = [
            {"task": ids[_key(task)], "who": c.person_id, "gap": position}
            for task in after.tasks
            if _key(task) in old
            for position, c in enumerate(old[_key(task)].confirmations)
            if not task.confirmed_by(c.person_id)
        ]
        # From the last on, so that the positions of the others stay valid.
        for row in reversed(rows):
            _UNCONFIRM.run(self._connection, [{"task": row["task"], "who": row["who"]}])
            _CLOSE_GAP.run(self._connection, [{"task": row["task"], "gap": row["gap"]}])

    def _select(self, *conditions: ColumnElement[bool]) -> list[StoredRun]:
        return self._load(self._connection.execute(_WHOLE.where(and_(*conditions))))

    def _load(self, rows: Iterable[AnyRow]) -> list[StoredRun]:
        grouped: dict[int, list[AnyRow]] = {}
        for row in rows:
            grouped.setdefault(row.id, []).append(row)
        return [
            stored
            for run_id, group in grouped.items()
            if (stored := self._one_or_none(run_id, group)) is not None
        ]

    def _one_or_none(self, run_id: int, rows: list[AnyRow]) -> StoredRun | None:
        try:
            return self._one(rows)
        except (ValueError, KeyError) as error:
            # Ids only: the error's text may quote stored texts.
            log.error(
                "run cannot be read",
                run=run_id,
                version=rows[0].version_id,
                fault=type(error).__name__,
            )
            return None

    def _one(self, rows: list[AnyRow]) -> StoredRun:
        found: dict[int, AnyRow] = {}
        confirmed: dict[int, list[Confirmation]] = {}
        tokens = {}
        for row in rows:
            if row.task_id not in found:
                found[row.task_id] = row
                tokens[(row.step, row.attempt)] = row.token
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
        whole = serialization.load_run(first.details)
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
            team=whole.team,
            pauses=whole.pauses,
            cancelled=whole.cancelled,
        )
        ids = {(row.step, row.attempt): task_id for task_id, row in found.items()}
        return StoredRun(run, sop, first.version_id, ids, tokens)


def _task(row: AnyRow, confirmed: list[Confirmation]) -> Task:
    extra = serialization.load_task(row.task_details)
    return Task(
        row.step,
        row.attempt,
        TaskStatus(row.task_status),
        row.opened_at,
        row.due_at,
        tuple(confirmed),
        row.closed_at,
        extra.returned,
        extra.extensions,
        extra.notes,
        extra.evidence,
    )


def _facts(run: Run) -> tuple[object, ...]:
    """What may change of a run besides its tasks."""
    return (run.status, run.finished_at, run.team, run.pauses, run.cancelled)


def _key(task: Task) -> tuple[int, int]:
    return (task.step, task.attempt)
