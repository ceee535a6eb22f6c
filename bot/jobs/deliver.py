"""Deliver: sends what is in the outbox, as fast as Telegram's rate limits allow."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from datetime import timedelta

import structlog

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
from bot.chat.rate_limit import RateLimiter
from bot.chat.sender import Sender
from bot.clock import Clock
from bot.features import outbox
from bot.features.outbox import Outgoing
from bot.store import StoreUnavailableError
from bot.worker import Worker

log = structlog.get_logger()

AT_ONCE = 12
"""Sends under way at the same time, each to another chat."""

LONGEST_BACK_OFF = 300.0
LONGEST_PAUSE = 60.0
"""The most seconds between two attempts while Telegram cannot be reached."""

IDLE = 10.0
"""Seconds after which the outbox is polled without a wake-up."""

LAST_SENDS = 15.0
"""Seconds that sends under way get to finish when the bot stops."""


class Deliver:
    """Claims deliveries, sends them, and records what became of each."""

    def __init__(
        self, worker: Worker, sender: Sender, clock: Clock, rate_limiter: RateLimiter
    ) -> None:
        self._worker = worker
        self._sender = sender
        self._clock = clock
        self._rate_limiter = rate_limiter
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._stopping = False
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._failures_in_a_row = 0
        self._paused_until = 0.0

    def wake(self) -> None:
        """There may be something to send."""
        self._idle.clear()
        self._woken.set()

    def telegram_answers(self) -> None:
        """Telegram can be reached again: end the pause."""
        self._failures_in_a_row, self._paused_until = 0, 0.0
        self.wake()

    async def wait_idle(self) -> None:
        """Wait until everything that can be sent now has been sent and recorded."""
        await self._idle.wait()

    async def run(self) -> None:
        """Send until `stop`; then finish what is claimed."""
        while not self._stopping:
            self._woken.clear()
            try:
                claimed = await self._claim()
            except StoreUnavailableError as error:
                log.warning("outbox cannot be read", error=str(error))
                await self._wait()
                continue
            for outgoing in claimed:
                self._start_send(outgoing)
            if not claimed:
                if not self._sending and not self._woken.is_set():
                    self._idle.set()
                await self._wait()
        await self._end_sends()

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopping = True
        self._woken.set()

    async def _end_sends(self) -> None:
        """Let sends finish. What is cancelled is sent again later, flagged as maybe repeated."""
        sends = list(self._sending.values())
        if not sends:
            return
        _, stuck = await asyncio.wait(sends, timeout=LAST_SENDS)
        for send in stuck:
            send.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)

    async def _claim(self) -> list[Outgoing]:
        at = self._clock.monotonic()
        if at < self._paused_until:
            return []
        most = min(AT_ONCE - len(self._sending), self._rate_limiter.room(at))
        if most <= 0:
            return []
        busy = self._rate_limiter.resting(at) | set(self._sending)
        return await self._worker(outbox.claim, self._clock.now(), most, busy)

    def _start_send(self, outgoing: Outgoing) -> None:
        chat = outgoing.delivery.chat_id
        self._rate_limiter.spend(chat, self._clock.monotonic())
        task = asyncio.create_task(self._send(outgoing))
        self._sending[chat] = task
        task.add_done_callback(lambda _: self._ended(chat))

    def _ended(self, chat: int) -> None:
        self._sending.pop(chat, None)
        self._woken.set()

    async def _send(self, outgoing: Outgoing) -> None:
        result = await self._sender.deliver(outgoing)
        try:
            await self._record(outgoing, result)
        except StoreUnavailableError as error:
            # The lease will expire and the row be sent again, flagged: the only case in which
            # a message may come twice without a crash.
            log.error("result not recorded", delivery=outgoing.delivery.id, error=str(error))
        except Exception:
            log.exception("result not recorded", delivery=outgoing.delivery.id)

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

    async def _wait(self) -> None:
        """Wait for a wake-up, the end of a rate limit, or a retry that is due."""
        waits = [IDLE]
        at = self._clock.monotonic()
        if at < self._paused_until:
            waits.append(self._paused_until - at)
        if (change := self._rate_limiter.next_change(at)) is not None:
            waits.append(change)
        try:
            due = await self._worker(outbox.next_due, self._clock.now())
        except StoreUnavailableError:
            due = None
        if due is not None:
            waits.append(max((due - self._clock.now()).total_seconds(), 0.0))
        # Not wait_for: in Python 3.11 it swallows a cancellation that meets the wake-up.
        with suppress(TimeoutError):
            async with asyncio.timeout(min(waits)):
                await self._woken.wait()


def _back_off(tries: int) -> timedelta:
    """Exponential back-off with jitter, at most five minutes."""
    seconds = min(2.0 ** min(tries, 10), LONGEST_BACK_OFF)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
