"""Due times: one row a reminder, laid down in the transaction that opens the task."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, literal_column, select

from bot.domain.reminders import PlannedReminder, ReminderKind
from bot.store.sql import Prepared
from bot.store.tables import reminders


class ReminderStatus(StrEnum):
    """A reminder waits, was sent, was overtaken by a newer one, or its task ended first."""

    MENUNGGU = "menunggu"
    TERKIRIM = "terkirim"
    DILEWATI = "dilewati"
    GUGUR = "gugur"


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A waiting reminder of which the time to look at it has come."""

    id: int
    task_id: int
    planned: PlannedReminder


@dataclass(frozen=True, slots=True)
class WaitingReminder:
    """A waiting reminder, with when it will be looked at."""

    id: int
    task_id: int
    planned: PlannedReminder
    next_at: datetime


# Spelt out, not bound: the index of waiting rows serves only where the database can see that
# the query asks for nothing else.
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

_LAY = Prepared(reminders.insert())
_REPLACE = Prepared(
    reminders.update()
    .where(
        reminders.c.task_id == bindparam("task"),
        reminders.c.rung != literal_column(f"'{ReminderKind.TUNDA}'"),
        _WAITS,
    )
    .values(status=ReminderStatus.GUGUR.value, settled_at=bindparam("now"))
)
_DROP = Prepared(
    reminders.update()
    .where(reminders.c.task_id == bindparam("task"), _WAITS)
    .values(status=ReminderStatus.GUGUR.value, settled_at=bindparam("now"))
)


class ReminderTable:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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
        _LAY.run(self._connection, values)

    def drop(self, task_ids: Sequence[int], now: datetime) -> None:
        """The tasks have ended: what still waits for them is void."""
        _DROP.run(self._connection, [{"task": t, "now": now} for t in task_ids])

    def replace(self, task_ids: Sequence[int], now: datetime) -> None:
        """Their reminders are laid anew: what still waits is void, but for what people asked.

        An "ingatkan 1 jam lagi" stays.
        """
        _REPLACE.run(self._connection, [{"task": t, "now": now} for t in task_ids])

    def drop_snoozes(self, task_id: int, person_id: int, now: datetime) -> None:
        """A new "ingatkan 1 jam lagi" takes the place of the person's earlier one."""
        self._connection.execute(
            reminders.update()
            .where(
                reminders.c.task_id == task_id,
                reminders.c.person_id == person_id,
                reminders.c.rung == ReminderKind.TUNDA.value,
                _WAITS,
            )
            .values(status=ReminderStatus.GUGUR.value, settled_at=now)
        )

    def postpone_unreadable(self, now: datetime, again: datetime) -> list[int]:
        """Look again later at due rows of which this edition does not know the kind; their ids.

        So `due` meets only rows that it can read, and what cannot be read holds up nobody.
        """
        query = (
            reminders.update()
            .where(_WAITS, reminders.c.next_at <= now, reminders.c.rung.not_in(list(ReminderKind)))
            .values(next_at=again)
            .returning(reminders.c.id)
        )
        return sorted(self._connection.execute(query).scalars())

    def due(self, now: datetime, tasks: int) -> dict[int, list[DueReminder]]:
        """Reminders to look at now, of at most this many tasks, by the task's id.

        All due reminders of a task come together, so that the newest can speak for them.

        Raises:
            ValueError: a row has an unknown kind; `postpone_unreadable` takes those away.
        """
        first = self._connection.execute(_FIRST_DUE, {"now": now, "most": tasks}).scalars()
        wanted = list(dict.fromkeys(first))
        if not wanted:
            return {}
        found: dict[int, list[DueReminder]] = {task_id: [] for task_id in wanted}
        query = _DUE.where(reminders.c.task_id.in_(wanted))
        for row in self._connection.execute(query, {"now": now}):
            planned = PlannedReminder(ReminderKind(row.rung), row.due_at, row.role, row.person_id)
            found[row.task_id].append(DueReminder(row.id, row.task_id, planned))
        return found

    def snoozed(self, task_ids: Sequence[int], now: datetime) -> set[tuple[int, int]]:
        """Who has asked to be left alone about which task a while yet: (task, person)."""
        query = select(reminders.c.task_id, reminders.c.person_id).where(
            reminders.c.task_id.in_(task_ids),
            reminders.c.rung == ReminderKind.TUNDA.value,
            reminders.c.next_at > now,
            _WAITS,
        )
        return {(row.task_id, row.person_id) for row in self._connection.execute(query)}

    def complete(self, ids: Sequence[int], status: ReminderStatus, now: datetime) -> None:
        """These reminders have been dealt with."""
        if ids:
            self._connection.execute(
                reminders.update()
                .where(reminders.c.id.in_(ids), _WAITS)
                .values(status=status.value, settled_at=now)
            )

    def postpone(self, rows: Iterable[tuple[int, datetime]]) -> None:
        """Look at these again at the given instants."""
        values = [{"reminder_id": reminder_id, "again": again} for reminder_id, again in rows]
        if values:
            self._connection.execute(
                reminders.update()
                .where(reminders.c.id == bindparam("reminder_id"))
                .values(next_at=bindparam("again")),
                values,
            )

    def next_due(self) -> datetime | None:
        """When the next reminder wants to be looked at, None if none waits."""
        query = select(reminders.c.next_at).where(_WAITS).order_by(reminders.c.next_at).limit(1)
        return self._connection.execute(query).scalar_one_or_none()

    def ahead(self, most: int) -> list[WaitingReminder]:
        """The next waiting reminders, the earliest first."""
        query = (
            select(reminders)
            .where(_WAITS)
            .order_by(reminders.c.next_at, reminders.c.id)
            .limit(most)
        )
        return [
            WaitingReminder(
                row.id,
                row.task_id,
                PlannedReminder(ReminderKind(row.rung), row.due_at, row.role, row.person_id),
                row.next_at,
            )
            for row in self._connection.execute(query)
        ]
