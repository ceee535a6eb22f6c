"""Rescue: releases deliveries whose lease has expired without a result."""

from __future__ import annotations

import structlog

from bot.clock import Clock
from bot.features import outbox
from bot.worker import Worker

log = structlog.get_logger()


async def rescue(worker: Worker, clock: Clock) -> int:
    """Release expired leases; how many there were."""
    count = await worker(outbox.rescue, clock.now())
    if count:
        log.warning("stuck deliveries rescued", count=count)
    return count
