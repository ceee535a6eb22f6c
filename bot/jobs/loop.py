"""The loop of Deliver and Fetch: claim rows, handle them beside each other, wait for more."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import ClassVar, Generic, TypeVar

import structlog

from bot.clock import Clock
from bot.store import StoreUnavailableError
from bot.worker import Worker

log = structlog.get_logger()

T = TypeVar("T")

IDLE = 10.0
"""Seconds after which the database is asked without a wake-up."""


class ClaimLoop(ABC, Generic[T]):
    """Handles what is due, each row in a task of its own, until `stop`.

    `finish_within` are the seconds that tasks under way get at the end; None for no limit.
    """

    finish_within: ClassVar[float | None] = None

    def __init__(self, worker: Worker, clock: Clock) -> None:
        self._worker = worker
        self._clock = clock
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._stop = asyncio.Event()
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._paused_until = 0.0

    @abstractmethod
    async def _claim(self) -> Sequence[T]:
        """What may be begun now."""

    @abstractmethod
    def _key(self, row: T) -> int:
        """What no two rows that are handled at the same time share."""

    @abstractmethod
    async def _handle(self, row: T) -> None:
        """Handle one row. Never raises."""

    @abstractmethod
    async def _next_due(self) -> datetime | None:
        """When the next row is due; None if none waits for its time."""

    def _limits(self) -> list[float]:
        """Seconds until something other than a due row lets more be claimed."""
        return []

    def wake(self) -> None:
        """There may be something to do."""
        self._idle.clear()
        self._woken.set()

    async def wait_idle(self) -> None:
        """Wait until everything that can be done now has been done and recorded."""
        await self._idle.wait()

    async def run(self) -> None:
        """Claim and handle until `stop`; then finish what is claimed."""
        while not self._stop.is_set():
            self._woken.clear()
            try:
                claimed = await self._claim()
            except StoreUnavailableError as error:
                log.warning("nothing claimed", job=type(self).__name__, error=str(error))
                await self._wait()
                continue
            for row in claimed:
                key = self._key(row)
                task = self._under_way[key] = asyncio.create_task(self._handle(row))
                task.add_done_callback(partial(self._ended, key))
            if not claimed:
                if not self._under_way and not self._woken.is_set():
                    self._idle.set()
                await self._wait()
        if self._under_way:
            _, stuck = await asyncio.wait(self._under_way.values(), timeout=self.finish_within)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)

    def stop(self) -> None:
        """Claim nothing more."""
        self._stop.set()
        self._woken.set()

    def _paused(self) -> float:
        """Seconds for which nothing may be claimed yet."""
        return max(self._paused_until - self._clock.monotonic(), 0.0)

    def _ended(self, key: int, _: asyncio.Task[None]) -> None:
        self._under_way.pop(key, None)
        self._woken.set()

    async def _wait(self) -> None:
        """Wait for a wake-up, the end of a pause or limit, or the next row that is due."""
        waits = [IDLE, *self._limits()]
        if pause := self._paused():
            waits.append(pause)
        else:
            with suppress(StoreUnavailableError):
                if (due := await self._next_due()) is not None:
                    waits.append((due - self._clock.now()).total_seconds())
        # Not wait_for: in Python 3.11 it swallows a cancellation that meets the wake-up.
        with suppress(TimeoutError):
            async with asyncio.timeout(max(min(waits), 0.0)):
                await self._woken.wait()
