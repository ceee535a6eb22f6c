"""Remind: asks the database what is due, and turns it into deliveries."""

from __future__ import annotations

from bot.chat.worker import Worker
from bot.clock import Clock
from bot.usecases import reminding


async def remind(worker: Worker, clock: Clock) -> int:
    """Fire everything that is due; the number of tasks that something was due for."""
    fired = 0
    while looked := await worker(reminding.fire_due, clock.now()):
        fired += looked
    return fired
