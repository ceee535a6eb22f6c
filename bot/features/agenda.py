"""The agenda: what is due by the clock, each entry in a transaction of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.features.work import Services
from bot.store.agenda import Entry

log = structlog.get_logger()

BATCH = 50

RETRY_AFTER = timedelta(hours=1)
"""When something is looked at again that could not be dealt with."""


def fire_due(services: Services, now: datetime) -> int:
    """Deal with what is due, one batch; how many entries it looked at.

    Call it again until it returns 0. An entry that cannot be dealt with is logged, put off,
    and holds up no other.
    """
    with services.store.read() as tx:
        due = tx.agenda.due(now, BATCH)
    for entry in due:
        try:
            fire(services, entry, now)
        except Exception:
            log.exception("agenda entry cannot be dealt with", entry=entry.key)
            with services.store.begin() as tx:
                tx.agenda.postpone(entry.key, now + RETRY_AFTER)
    return len(due)


def next_due(services: Services) -> datetime | None:
    """When the agenda, or a reminder, is due next; None if nothing waits."""
    with services.store.read() as tx:
        due = (tx.agenda.next_due(), tx.reminders.next_due())
    return min((at for at in due if at is not None), default=None)


def fire(services: Services, entry: Entry, now: datetime) -> None:
    """Deal with one entry, in one transaction; an entry that was dealt with before is left.

    Raises:
        KeyError: this version knows no entry of its kind.
    """
    with services.begin(now) as work:
        # Completed first: whoever else fires the same entry at this moment finds it done.
        if work.tx.agenda.complete(entry.key, now):
            services.features.due[entry.kind](work, entry)
