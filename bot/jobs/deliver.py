"""Deliver: sends what is in the outbox, as fast as Telegram's rate limits allow."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

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
from bot.jobs.loop import ClaimLoop
from bot.store import StoreUnavailableError
from bot.worker import Worker

log = structlog.get_logger()

AT_ONCE = 12
"""Sends under way at the same time, each to another chat."""

LONGEST_BACK_OFF = 300.0
LONGEST_PAUSE = 60.0
"""The most seconds between two attempts while Telegram cannot be reached."""

LAST_SENDS = 15.0
"""Seconds that sends under way get to finish when the bot stops."""


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
        most = min(AT_ONCE - len(self._under_way), self._rate_limiter.room(at))
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
