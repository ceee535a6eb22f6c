"""The knocker: APScheduler, which remembers nothing and decides nothing.

Every due time is a row in the database. The scheduler only knocks: every ten seconds, and
at the next due instant. What a knock finds is decided by what the clock says then, so a
restart, a missed knock or a moved clock loses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.jobs.remind import remind
from bot.jobs.rescue import rescue
from bot.store import StoreUnavailableError
from bot.features import agenda, upkeep
from bot.worker import Worker

log = structlog.get_logger()

T = TypeVar("T")

TICK = 10
"""Seconds between two knocks."""

HOUSEKEEPING = 3600


class Scheduler:
    """Knocks on the jobs. `knock_sender` is called when there may be something to send.

    `still_ours` says whether the database is this bot's alone, from any thread; `on_lost` is
    called when it no longer is.
    """

    def __init__(
        self,
        worker: Worker,
        clock: Clock,
        wake_sender: Callable[[], None],
        *,
        still_ours: Callable[[], bool] | None = None,
        on_lost: Callable[[], None] | None = None,
    ) -> None:
        self._worker = worker
        self._clock = clock
        self._wake_sender = wake_sender
        self._still_ours = still_ours
        self._on_lost = on_lost
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # Late is better than never: by itself APScheduler drops a job 1 s late. A knock is
            # over at once, but one that comes while another ends must not be warned about.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 3},
        )
        self._beaten_at: datetime | None = None
        self._ticking = asyncio.Lock()
        self._woken = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._stopping = False
        self._woken_at = 0.0
        self._watching: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin to knock, and look at once when somebody moves the clock."""
        self._loop = asyncio.get_running_loop()
        self._scheduler.add_job(self._come, "interval", seconds=TICK, id="tick")
        self._scheduler.add_job(self._clean_up, "interval", seconds=HOUSEKEEPING, id="house")
        self._scheduler.start()
        self._looking = asyncio.create_task(self._look_when_woken())
        self._woken_at = self._clock.monotonic()
        self._watching = self._loop.call_later(TICK, self._watch)
        self._clock.on_move(self._look_from_anywhere)
        self.look_soon()

    async def stop(self) -> None:
        """Knock no more, and let a knock that is under way come to its end."""
        if self._stopping:
            return
        self._stopping = True
        if self._watching is not None:
            self._watching.cancel()
        self._scheduler.pause()
        # APScheduler would cut it off, and call that an error.
        async with self._ticking:
            self._scheduler.shutdown(wait=False)
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})

    def look_soon(self) -> None:
        """Something changed that may be due earlier than the next knock."""
        self._woken.set()

    async def _come(self) -> None:
        self.look_soon()

    async def _look_when_woken(self) -> None:
        """One look after the other: what changes during one needs another."""
        while not self._stopping:
            await self._woken.wait()
            self._woken.clear()
            await self.tick()

    def _watch(self) -> None:
        """See to it that the knocks go on.

        APScheduler waits for a time of day. On a machine whose clock is set back by an hour it
        would be silent for an hour; the seconds of the event loop never jump.
        """
        if self._clock.monotonic() - self._woken_at > 2 * TICK:
            log.warning("no knock for a while; was the clock set back?")
            self._scheduler.reschedule_job("tick", trigger="interval", seconds=TICK)
            self._scheduler.reschedule_job("house", trigger="interval", seconds=HOUSEKEEPING)
            self.look_soon()
        if self._loop is not None:
            self._watching = self._loop.call_later(TICK, self._watch)

    def _look_from_anywhere(self) -> None:
        """The clock may be moved in another thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.look_soon)

    async def tick(self) -> None:
        """One knock: what is due, what is stuck, and a sign of life."""
        async with self._turn() as ours:
            if ours:
                await self._wake()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[bool]:
        """One after the other; False where there is nothing to do any more, for it ends."""
        if self._stopping:
            yield False
            return
        async with self._ticking:
            yield not self._stopping

    async def _wake(self) -> None:
        self._woken_at = self._clock.monotonic()
        if await self._guarded(self._ask_whether_ours()) is False:
            return
        await self._guarded(self._beat())
        fired = await self._guarded(remind(self._worker, self._clock))
        if fired:
            self._wake_sender()
        if await self._guarded(rescue(self._worker, self._clock)):
            self._wake_sender()
        if fired is not None:
            # What could not be fired waits for the next knock: aiming at it would go round.
            await self._guarded(self._aim())

    async def _ask_whether_ours(self) -> bool:
        if self._still_ours is None or await asyncio.to_thread(self._still_ours):
            return True
        if self._on_lost is not None:
            self._on_lost()
        return False

    async def _aim(self) -> None:
        """Set the wake-up for the next due instant."""
        due = await self._worker(agenda.next_due)
        if due is None:
            return
        # The offset of a moved clock counts: the scheduler lives in real time.
        ahead = max(due - self._clock.now(), timedelta(0))
        if ahead < timedelta(seconds=TICK):
            at = datetime.now(UTC) + ahead
            self._scheduler.add_job(
                self._come, "date", run_date=at, id="due", replace_existing=True
            )

    async def _beat(self) -> None:
        now = self._clock.now()
        if self._beaten_at is None or abs(now - self._beaten_at) >= upkeep.HEARTBEAT_EVERY:
            await self._worker(upkeep.beat, now)
            self._beaten_at = now

    async def _clean_up(self) -> None:
        async with self._turn() as ours:
            if ours:
                await self._guarded(self._worker(upkeep.clean_up, self._clock.now()))

    async def _guarded(self, job: Awaitable[T]) -> T | None:
        """A job that fails must not keep the next from its turn; the next knock comes."""
        try:
            return await job
        except StoreUnavailableError as error:
            log.warning("database unavailable", error=str(error))
        except Exception:
            log.exception("job failed")
        return None
