"""Remind: turns what is due into deliveries."""

from __future__ import annotations

from bot.clock import Clock
from bot.features import agenda, reminders
from bot.worker import Worker


async def remind(worker: Worker, clock: Clock) -> int:
    """Handle everything that is due; the number of things that were due.

    The agenda comes first: a stand-in who begins at this minute gets the reminders of it.
    """
    fired = 0
    for fire_due in (agenda.fire_due, reminders.fire_due):
        while looked := await worker(fire_due, clock.now()):
            fired += looked
    return fired
