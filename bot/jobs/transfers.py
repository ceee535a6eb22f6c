"""Deliver sends what is in the outbox, Fetch downloads what people sent: one kind of loop."""

from __future__ import annotations

import asyncio
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar, Generic, TypeVar

import structlog

from bot.chat import downloads
from bot.chat.downloads import Downloads
from bot.chat.outcomes import (
    Blocked,
    Busy,
    MessageGone,
    Migrated,
    PermanentError,
    RateLimited,
    Result,
    Sent,
    TemporaryError,
)
from bot.chat.polling import unless
from bot.chat.rate_limit import RateLimiter
from bot.chat.sender import Sender
from bot.clock import Clock
from bot.features import outbox
from bot.features.evidence import usecases as evidence
from bot.features.evidence.usecases import ArchiveFullError, Draft, IncomingFile, Outcome
from bot.features.outbox import Outgoing
from bot.store import StoreUnavailableError
from bot.worker import Worker

log = structlog.get_logger()

T = TypeVar("T")

IDLE = 10.0
"""Seconds after which the database is asked without a wake-up."""

SENDS_AT_ONCE = 12
"""Sends under way at the same time, each to another chat."""

LONGEST_BACK_OFF = 300.0
LONGEST_PAUSE = 60.0
"""The most seconds between two attempts while Telegram cannot be reached."""

LAST_SENDS = 15.0
"""Seconds that sends under way get to finish when the bot stops."""

FETCHES_AT_ONCE = 3
"""Downloads at the same time, so that a slow one does not block the others."""

GIVE_UP_FETCHING_AFTER = 20
"""A file that Telegram answered with errors so often is given up; its sender is told."""

LONGEST_FETCH_PAUSE = timedelta(minutes=5)
STORE_PAUSE = 5.0
"""Seconds before the next download after the database did not answer."""


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


class Deliver(ClaimLoop[Outgoing]):
    """Claims deliveries, sends them, and records what became of each.

    A send that is cancelled at the end is repeated later, flagged as maybe repeated.
    """

    finish_within = LAST_SENDS

    def __init__(
        self, worker: Worker, sender: Sender, clock: Clock, rate_limiter: RateLimiter
    ) -> None:
        super().__init__(worker, clock)
        self._sender = sender
        self._rate_limiter = rate_limiter
        self._failures_in_a_row = 0

    def telegram_answers(self) -> None:
        """Telegram can be reached again: end the pause."""
        self._failures_in_a_row, self._paused_until = 0, 0.0
        self.wake()

    async def _claim(self) -> list[Outgoing]:
        at = self._clock.monotonic()
        most = min(SENDS_AT_ONCE - len(self._under_way), self._rate_limiter.room(at))
        if self._paused() or most <= 0:
            return []
        busy = self._rate_limiter.resting(at) | set(self._under_way)
        claimed = await self._worker(outbox.claim, self._clock.now(), most, busy)
        for outgoing in claimed:
            self._rate_limiter.spend(outgoing.delivery.chat_id, self._clock.monotonic())
        return claimed

    def _key(self, row: Outgoing) -> int:
        return row.delivery.chat_id

    async def _next_due(self) -> datetime | None:
        return await self._worker(outbox.next_due, self._clock.now())

    def _limits(self) -> list[float]:
        change = self._rate_limiter.next_change(self._clock.monotonic())
        return [] if change is None else [change]

    async def _handle(self, row: Outgoing) -> None:
        result = await self._sender.deliver(row)
        try:
            await self._record(row, result)
        except StoreUnavailableError as error:
            # The lease will expire and the row be sent again, flagged: the only case in which
            # a message may come twice without a crash.
            log.error("result not recorded", delivery=row.delivery.id, error=str(error))
        except Exception:
            log.exception("result not recorded", delivery=row.delivery.id)

    async def _record(self, outgoing: Outgoing, result: Result) -> None:
        delivery = outgoing.delivery
        now = self._clock.now()
        if isinstance(result, TemporaryError) and result.offline and not result.maybe_sent:
            # The fault is not the delivery's: no try is counted, and the chat's order stays.
            log.warning("telegram cannot be reached", error=result.error)
            self._pause()
            await self._worker(outbox.not_now, delivery, now)
            return
        if isinstance(result, Busy):
            await self._worker(outbox.not_now, delivery, now + result.for_)
            return
        self._failures_in_a_row, self._paused_until = 0, 0.0
        match result:
            case Sent(message_id):
                await self._worker(outbox.sent, delivery, message_id, now)
            case RateLimited(wait):
                at = self._clock.monotonic()
                self._rate_limiter.rest(delivery.chat_id, wait.total_seconds(), at)
                await self._worker(outbox.not_now, delivery, now + wait)
            case TemporaryError(error, maybe_sent, offline):
                again = now + _back_off(delivery.tries)
                log.warning("not delivered yet", delivery=delivery.id, error=error)
                await self._worker(
                    outbox.failed_for_now,
                    delivery,
                    again,
                    error,
                    maybe_sent=maybe_sent,
                    offline=offline,
                    now=now,
                )
            case Migrated(new):
                log.info("group has become a supergroup", delivery=delivery.id)
                await self._worker(outbox.not_now, delivery, now)
                await self._worker(outbox.migrated, delivery.chat_id, new, now)
            case Blocked(error):
                log.warning("recipient unreachable", delivery=delivery.id, error=error)
                await self._worker(outbox.blocked, delivery, error, now)
            case MessageGone(error):
                log.info("message gone", delivery=delivery.id, error=error)
                await self._worker(outbox.message_gone, delivery, now)
            case PermanentError(error):
                log.error("delivery impossible", delivery=delivery.id, error=error)
                await self._worker(outbox.impossible, delivery, error, now)

    def _pause(self) -> None:
        """Pause all sends, longer each time. Sends that failed together count as one failure."""
        at = self._clock.monotonic()
        if at >= self._paused_until:
            self._paused_until = at + min(2.0**self._failures_in_a_row, LONGEST_PAUSE)
            self._failures_in_a_row += 1


def _back_off(tries: int) -> timedelta:
    """Exponential back-off with jitter, at most five minutes."""
    seconds = min(2.0 ** min(tries, 10), LONGEST_BACK_OFF)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - no secret


class Fetch(ClaimLoop[IncomingFile]):
    """Fetches what waits. `wake_sender` is called when there may be something to send.

    After `stop`, downloads under way are given up and repeated later; a file that is being
    stored is finished.
    """

    def __init__(
        self, worker: Worker, downloads: Downloads, clock: Clock, wake_sender: Callable[[], None]
    ) -> None:
        super().__init__(worker, clock)
        self._downloads = downloads
        self._wake_sender = wake_sender

    async def _claim(self) -> list[IncomingFile]:
        most = FETCHES_AT_ONCE - len(self._under_way)
        if self._paused() or most <= 0:
            return []
        busy = tuple(self._under_way)
        return await self._worker(evidence.waiting, self._clock.now(), most, busy)

    def _key(self, row: IncomingFile) -> int:
        return row.id

    async def _next_due(self) -> datetime | None:
        return await self._worker(evidence.next_due, self._clock.now())

    async def _handle(self, row: IncomingFile) -> None:
        try:
            try:
                await self._fetch(row)
            except StoreUnavailableError:
                raise
            except Exception as error:
                # Perhaps a folder without write permission, which the operator has to correct.
                log.exception("file not kept", file=row.id)
                await self._retry_later(row, type(error).__name__)
        except StoreUnavailableError as error:
            log.warning("file not kept", file=row.id, error=str(error))
            self._paused_until = self._clock.monotonic() + STORE_PAUSE
        self._wake_sender()

    async def _fetch(self, row: IncomingFile) -> None:
        try:
            draft = await self._worker(evidence.draft)
        except ArchiveFullError:
            await self._not_kept(row, Outcome.DISKA_PENUH)
            return
        try:
            result = await unless(self._stop, self._downloads.fetch(row.file_id, draft))
            if result is not None:
                await self._record(row, draft, result)
        except ArchiveFullError:
            await self._not_kept(row, Outcome.DISKA_PENUH)
        finally:
            await asyncio.to_thread(draft.discard)

    async def _record(self, row: IncomingFile, draft: Draft, result: downloads.Result) -> None:
        match result:
            case downloads.Fetched():
                contents = await asyncio.to_thread(draft.finish)
                if contents.size == 0:
                    await self._not_kept(row, Outcome.KOSONG)
                    return
                await self._worker(evidence.keep, row.id, draft, contents, self._clock.now())
            case downloads.TooLarge():
                await self._not_kept(row, Outcome.TERLALU_BESAR)
            case PermanentError(error):
                log.warning("file cannot be had", file=row.id, error=error)
                await self._not_kept(row, Outcome.GAGAL)
            case RateLimited(wait):
                await self._retry_later(row, "rate limited", wait=wait)
            case TemporaryError(error, offline=offline):
                await self._retry_later(row, error, offline=offline)

    async def _retry_later(
        self, row: IncomingFile, error: str, *, wait: timedelta | None = None, offline: bool = False
    ) -> None:
        log.warning("file not fetched yet", file=row.id, error=error)
        if not offline and row.tries + 1 >= GIVE_UP_FETCHING_AFTER:
            await self._not_kept(row, Outcome.GAGAL)
            return
        usual = min(timedelta(seconds=2.0 ** min(row.tries + 1, 9)), LONGEST_FETCH_PAUSE)
        at = self._clock.now() + (wait or usual)
        await self._worker(evidence.try_later, row.id, at, counts=not offline)

    async def _not_kept(self, row: IncomingFile, outcome: Outcome) -> None:
        log.warning("file not kept", file=row.id, outcome=outcome.value)
        await self._worker(evidence.not_kept, row.id, outcome, self._clock.now())
