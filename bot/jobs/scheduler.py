"""The scheduler: APScheduler, without a job store.

Every due time is a row in the database. The scheduler only calls `tick`: every ten seconds,
and at the next due instant. A tick asks the database what is due by now, so a restart, a
missed tick or a moved clock loses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.features import agenda, outbox, reminders, upkeep
from bot.store import StoreUnavailableError
from bot.worker import Worker

log = structlog.get_logger()

T = TypeVar("T")

TICK = 10
"""Seconds between two ticks."""

HOUSEKEEPING = 3600


class Scheduler:
    """Runs the jobs. `wake_sender` is called when there may be something to send.

    `still_ours` says whether this process still holds the database lock; it is called in a
    worker thread. `on_lost` is called when it no longer does.
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
            # By default APScheduler drops a job that is 1 s late. More than one instance, since a
            # tick may be requested while another ends, and that is no warning.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 3},
        )
        self._heartbeat_at: datetime | None = None
        self._lock = asyncio.Lock()
        self._tick_requested = asyncio.Event()
        self._tick_loop: asyncio.Task[None] | None = None
        self._stopping = False
        self._last_tick_at = 0.0
        self._watchdog: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Start ticking. A moved clock causes a tick at once."""
        self._loop = asyncio.get_running_loop()
        self._scheduler.add_job(self._request_tick, "interval", seconds=TICK, id="tick")
        self._scheduler.add_job(self._clean_up, "interval", seconds=HOUSEKEEPING, id="house")
        self._scheduler.start()
        self._tick_loop = asyncio.create_task(self._tick_on_request())
        self._last_tick_at = self._clock.monotonic()
        self._watchdog = self._loop.call_later(TICK, self._check_ticks)
        self._clock.on_move(self._request_tick_threadsafe)
        self.wake()

    async def stop(self) -> None:
        """Stop ticking, after the tick that is under way."""
        if self._stopping:
            return
        self._stopping = True
        if self._watchdog is not None:
            self._watchdog.cancel()
        self._scheduler.pause()
        # APScheduler would cancel the tick, and log that as an error.
        async with self._lock:
            self._scheduler.shutdown(wait=False)
        if self._tick_loop is not None:
            self._tick_loop.cancel()
            await asyncio.wait({self._tick_loop})

    def wake(self) -> None:
        """Request a tick: something changed that may be due before the next one."""
        self._tick_requested.set()

    async def _request_tick(self) -> None:
        self.wake()

    async def _tick_on_request(self) -> None:
        """Tick on request, one at a time. A request during a tick causes another."""
        while not self._stopping:
            await self._tick_requested.wait()
            self._tick_requested.clear()
            await self.tick()

    def _check_ticks(self) -> None:
        """Reschedule the jobs if no tick came for a while.

        APScheduler waits for a wall-clock time. If the machine's clock is set back by an hour,
        it stops for an hour; the event loop's time is monotonic.
        """
        if self._clock.monotonic() - self._last_tick_at > 2 * TICK:
            log.warning("no tick for a while; was the clock set back?")
            self._scheduler.reschedule_job("tick", trigger="interval", seconds=TICK)
            self._scheduler.reschedule_job("house", trigger="interval", seconds=HOUSEKEEPING)
            self.wake()
        if self._loop is not None:
            self._watchdog = self._loop.call_later(TICK, self._check_ticks)

    def _request_tick_threadsafe(self) -> None:
        """Request a tick from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.wake)

    async def tick(self) -> None:
        """Run what is due, release expired leases, write the heartbeat."""
        async with self._lock:
            if not self._stopping:
                await self._run_jobs()

    async def _run_jobs(self) -> None:
        self._last_tick_at = self._clock.monotonic()
        if await self._guarded(self._check_lock()) is False:
            return
        await self._guarded(self._write_heartbeat())
        fired = await self._guarded(remind(self._worker, self._clock))
        if fired:
            self._wake_sender()
        if await self._guarded(rescue(self._worker, self._clock)):
            self._wake_sender()
        if fired is not None:
            # After a failure, wait for the next regular tick: what failed is still due, and
            # scheduling a tick for it would loop without a pause.
            await self._guarded(self._schedule_next())

    async def _check_lock(self) -> bool:
        if self._still_ours is None or await asyncio.to_thread(self._still_ours):
            return True
        if self._on_lost is not None:
            self._on_lost()
        return False

    async def _schedule_next(self) -> None:
        """Schedule a tick at the next due instant, if it comes before the regular one."""
        due = await self._worker(agenda.next_due)
        if due is None:
            return
        # APScheduler uses the real time, not our clock with its offset.
        ahead = max(due - self._clock.now(), timedelta(0))
        if ahead < timedelta(seconds=TICK):
            at = datetime.now(UTC) + ahead
            self._scheduler.add_job(
                self._request_tick, "date", run_date=at, id="due", replace_existing=True
            )

    async def _write_heartbeat(self) -> None:
        now = self._clock.now()
        if self._heartbeat_at is None or abs(now - self._heartbeat_at) >= upkeep.HEARTBEAT_EVERY:
            await self._worker(upkeep.beat, now)
            self._heartbeat_at = now

    async def _clean_up(self) -> None:
        async with self._lock:
            if not self._stopping:
                await self._guarded(self._worker(upkeep.clean_up, self._clock.now()))

    async def _guarded(self, job: Awaitable[T]) -> T | None:
        """Log a failure, so that the other jobs still run. The next tick tries again."""
        try:
            return await job
        except StoreUnavailableError as error:
            log.warning("database unavailable", error=str(error))
        except Exception:
            log.exception("job failed")
        return None


async def remind(worker: Worker, clock: Clock) -> int:
    """Turn everything that is due into deliveries; the number of things that were due.

    The agenda comes first: a stand-in who begins at this minute gets the reminders of it.
    """
    fired = 0
    for fire_due in (agenda.fire_due, reminders.fire_due):
        while looked := await worker(fire_due, clock.now()):
            fired += looked
    return fired


async def rescue(worker: Worker, clock: Clock) -> int:
    """Release deliveries whose lease has expired without a result; how many there were."""
    count = await worker(outbox.rescue, clock.now())
    if count:
        log.warning("stuck deliveries rescued", count=count)
    return count
