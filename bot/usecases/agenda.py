"""The clock's other use case: what the agenda says is due, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.store import Transaction
from bot.store.agenda import Entry
from bot.usecases import acting, groups, holidays, mornings, yearly
from bot.usecases.desk import END_MOVED, GROUP, LOOK_AGAIN, Services

log = structlog.get_logger()

AT_ONCE = 50

TRY_AGAIN = timedelta(hours=1)
"""When something is looked at again that could not be dealt with."""


def fire_due(services: Services, now: datetime) -> int:
    """Deal with what is due, one batch; how many entries it looked at.

    Call it again until it returns 0. An entry that cannot be dealt with is logged, put off,
    and holds up no other.
    """
    with services.store.read() as tx:
        due = tx.agenda.due(now, AT_ONCE)
    for entry in due:
        try:
            fire(services, entry, now)
        except Exception:
            log.exception("agenda entry cannot be dealt with", entry=entry.key)
            with services.store.begin() as tx:
                tx.agenda.postpone(entry.key, now + TRY_AGAIN)
    return len(due)


def next_due(services: Services) -> datetime | None:
    """When the clock has to knock next, for the agenda or a reminder; None if nothing waits."""
    with services.store.read() as tx:
        due = (tx.agenda.next_due(), tx.reminders.next_due())
    return min((at for at in due if at is not None), default=None)


def fire(services: Services, entry: Entry, now: datetime) -> None:
    """Deal with one entry, in one transaction; with one that was dealt with before, not again.

    Raises:
        KeyError: this edition knows no entry of its kind.
    """
    with services.store.begin() as tx:
        # Settled first: of two who knock at the same time one finds it done.
        if tx.agenda.complete(entry.key, now):
            _KINDS[entry.kind](services, tx, entry, now)


def _look_again(services: Services, tx: Transaction, entry: Entry, now: datetime) -> None:
    """What a card offered for a while it offers no longer."""
    tx.outbox.refresh([int(entry.data["task_id"])], now)


_Deed = Callable[[Services, Transaction, Entry, datetime], None]

_KINDS: dict[str, _Deed] = {
    LOOK_AGAIN: _look_again,
    acting.ACTING_BEGINS: acting.begin_due,
    acting.ACTING_ENDS: acting.end_due,
    holidays.CALENDAR: holidays.count_anew,
    mornings.DIGEST: mornings.send,
    yearly.START: yearly.propose,
    END_MOVED: yearly.watch,
    GROUP: groups.post,
}
