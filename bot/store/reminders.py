"""Reminders: one row each, scheduled in the transaction that opens the task."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, literal_column, select

from bot.domain.reminders import PlannedReminder, ReminderKind
from bot.store.sql import AnyRow, Prepared, Rows
from bot.store.tables import reminders


class ReminderStatus(StrEnum):
    """Waiting, sent, skipped for a newer one, or void because the task ended first."""

    MENUNGGU = "menunggu"
    TERKIRIM = "terkirim"
    DILEWATI = "dilewati"
    GUGUR = "gugur"


@dataclass(frozen=True, slots=True)
class WaitingReminder:
    """A waiting reminder; `next_at` is when it is handled."""

    id: int
    task_id: int
    planned: PlannedReminder
    next_at: datetime


# A literal, not a bound parameter: the partial index of waiting rows is used only where the
# database can see that the condition implies its own.
_WAITS = reminders.c.status == literal_column(f"'{ReminderStatus.MENUNGGU}'")
_FIRST_DUE = (
    select(reminders.c.task_id)
    .where(_WAITS, reminders.c.next_at <= bindparam("now"))
    .order_by(reminders.c.next_at)
    .limit(bindparam("most"))
)
_DUE = (
    select(reminders)
    .where(_WAITS, reminders.c.next_at <= bindparam("now"))
    .order_by(reminders.c.due_at, reminders.c.id)
)
_POSTPONE = Prepared(
    reminders.update()
    .where(reminders.c.id == bindparam("reminder"))
    .values(next_at=bindparam("again"))
)
_IS_SNOOZE = reminders.c.rung == literal_column(f"'{ReminderKind.TUNDA}'")

_SCHEDULE = Prepared(reminders.insert())
_VOID = (
    reminders.update()
    .where(reminders.c.task_id == bindparam("task"), _WAITS)
    .values(status=ReminderStatus.GUGUR.value, settled_at=bindparam("now"))
)
_DROP, _REPLACE = Prepared(_VOID), Prepared(_VOID.where(~_IS_SNOOZE))
_DROP_SNOOZES = Prepared(_VOID.where(_IS_SNOOZE, reminders.c.person_id == bindparam("person")))


class ReminderTable(Rows):
    def schedule(self, rows: Iterable[tuple[int, PlannedReminder]]) -> None:
        """Store reminders, each with the id of its task."""
        values = [
            {
                "task_id": task_id,
                "rung": planned.kind.value,
                "due_at": planned.due_at,
                "next_at": planned.due_at,
                "role": planned.role,
                "person_id": planned.person_id,
                "status": ReminderStatus.MENUNGGU.value,
            }
            for task_id, planned in rows
        ]
        _SCHEDULE.run(self._connection, values)

    def drop(self, task_ids: Sequence[int], now: datetime) -> None:
        """The tasks have ended: their waiting reminders are void."""
        _DROP.run(self._connection, [{"task": t, "now": now} for t in task_ids])

    def replace(self, task_ids: Sequence[int], now: datetime) -> None:
        """Void their waiting reminders, but no "ingatkan 1 jam lagi": a person asked for it."""
        _REPLACE.run(self._connection, [{"task": t, "now": now} for t in task_ids])

    def drop_snoozes(self, task_id: int, person_id: int, now: datetime) -> None:
        """Void a person's earlier "ingatkan 1 jam lagi" for this task."""
        _DROP_SNOOZES.run(self._connection, [{"task": task_id, "person": person_id, "now": now}])

    def postpone_unreadable(self, now: datetime, again: datetime) -> list[int]:
        """Postpone due rows of an unknown kind, since `due` cannot load them; their ids."""
        query = (
            reminders.update()
            .where(_WAITS, reminders.c.next_at <= now, reminders.c.rung.not_in(list(ReminderKind)))
            .values(next_at=again)
            .returning(reminders.c.id)
        )
        return sorted(self._connection.execute(query).scalars())

    def due(self, now: datetime, tasks: int) -> dict[int, list[WaitingReminder]]:
        """The due reminders, all those of at most this many tasks, by the task's id.

        Raises:
            ValueError: a row has an unknown kind; call `postpone_unreadable` before.
        """
        first = self._connection.execute(_FIRST_DUE, {"now": now, "most": tasks}).scalars()
        wanted = list(dict.fromkeys(first))
        if not wanted:
            return {}
        found: dict[int, list[WaitingReminder]] = {task_id: [] for task_id in wanted}
        query = _DUE.where(reminders.c.task_id.in_(wanted))
        for row in self._connection.execute(query, {"now": now}):
            found[row.task_id].append(_waiting(row))
        return found

    def snoozed(self, task_ids: Sequence[int], now: datetime) -> set[tuple[int, int]]:
        """Who has an "ingatkan 1 jam lagi" ahead for which task: (task, person)."""
        query = select(reminders.c.task_id, reminders.c.person_id).where(
            reminders.c.task_id.in_(task_ids), _IS_SNOOZE, reminders.c.next_at > now, _WAITS
        )
        return {(row.task_id, row.person_id) for row in self._connection.execute(query)}

    def complete(self, ids: Sequence[int], status: ReminderStatus, now: datetime) -> None:
        """Set the final status of these reminders."""
        if ids:
            theirs = reminders.c.id.in_(ids)
            self._update(reminders, theirs, _WAITS, status=status.value, settled_at=now)

    def postpone(self, rows: Iterable[tuple[int, datetime]]) -> None:
        """Handle these at the given instants instead."""
        _POSTPONE.run(self._connection, [{"reminder": number, "again": at} for number, at in rows])

    def next_due(self) -> datetime | None:
        """When the next reminder has to be handled, None if none waits."""
        query = select(reminders.c.next_at).where(_WAITS).order_by(reminders.c.next_at).limit(1)
        return self._connection.execute(query).scalar_one_or_none()

    def ahead(self, most: int) -> list[WaitingReminder]:
        """The next waiting reminders, the earliest first."""
        query = select(reminders).where(_WAITS).order_by(reminders.c.next_at, reminders.c.id)
        return [_waiting(row) for row in self._connection.execute(query.limit(most))]


def _waiting(row: AnyRow) -> WaitingReminder:
    planned = PlannedReminder(ReminderKind(row.rung), row.due_at, row.role, row.person_id)
    return WaitingReminder(row.id, row.task_id, planned, row.next_at)
