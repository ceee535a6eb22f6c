"""What tests read and change of the database directly, where the bot has no use for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from bot.domain.reminders import PlannedReminder, ReminderKind
from bot.features.work import Services
from bot.store import Transaction
from bot.store.reminders import ReminderStatus
from bot.store.tables import persons, reminders


def reminders_of(tx: Transaction, task_id: int) -> list[tuple[PlannedReminder, ReminderStatus]]:
    """Every reminder of a task with what became of it, by due time."""
    query = (
        select(reminders)
        .where(reminders.c.task_id == task_id)
        .order_by(reminders.c.due_at, reminders.c.id)
    )
    return [
        (
            PlannedReminder(ReminderKind(row.rung), row.due_at, row.role, row.person_id),
            ReminderStatus(row.status),
        )
        for row in tx.connection.execute(query)
    ]


def set_admin(tx: Transaction, person_id: int, admin: bool) -> None:
    """Make somebody an admin by the database, or no longer."""
    tx.connection.execute(persons.update().where(persons.c.id == person_id).values(admin=admin))


def is_admin(tx: Transaction, person_id: int) -> bool:
    """Whether somebody is an admin by the database, those who have left included."""
    query = select(persons.c.admin).where(persons.c.id == person_id)
    return bool(tx.connection.execute(query).scalar_one())


def heartbeat(services: Services) -> datetime | None:
    """When the bot wrote its heartbeat last, None if it never did."""
    with services.store.read() as tx:
        mark = tx.keyvalues.get("heartbeat")
        return mark.at if mark else None
