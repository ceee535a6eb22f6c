"""Deliver: empties the outbox as fast as Telegram lets it."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import structlog

from bot.chat.pace import Pace
from bot.chat.sender import Impossible, Passing, Pause, Sender, Sent, Unreachable
from bot.chat.worker import Worker
from bot.clock import Clock
from bot.store import StoreUnavailable
from bot.usecases import delivering
from bot.usecases.delivering import Outgoing

log = structlog.get_logger()

AT_ONCE = 12
"""Sends under way at the same time, each to another chat."""

LONGEST_BACK_OFF = 300.0
IDLE = 10.0
"""Seconds after which it looks even if nobody knocked."""

LAST_SENDS = 15.0
"""Seconds that sends under way get to end when the bot stops."""


class Deliver:
    """Claims deliveries, sends them, and records what became of each."""

    def __init__(self, worker: Worker, sender: Sender, clock: Clock, pace: Pace) -> None:
        self._worker = worker
        self._sender = sender
        self._clock = clock
        self._pace = pace
        self._knocked = asyncio.Event()
        self._at_rest = asyncio.Event()
        self._stopping = False
        self._sending: dict[int, asyncio.Task[None]] = {}

    def knock(self) -> None:
        """There may be something to send."""
        self._at_rest.clear()
        self._knocked.set()

    async def rest(self) -> None:
        """Wait until everything that can be sent now has been sent and recorded."""
        await self._at_rest.wait()

    async def run(self) -> None:
        """Send until `stop`; then let what is claimed come to its end."""
        while not self._stopping:
            self._knocked.clear()
            try:
                claimed = await self._claim()
            except StoreUnavailable as error:
                log.warning("outbox cannot be read", error=str(error))
                claimed = []
            for outgoing in claimed:
                self._begin(outgoing)
            if not claimed:
                if not self._sending and not self._knocked.is_set():
                    self._at_rest.set()
                await self._wait()
        if self._sending:
            await asyncio.wait(self._sending.values(), timeout=LAST_SENDS)

    def stop(self) -> None:
        """Claim nothing more."""
        self._stopping = True
        self._knocked.set()

    async def _claim(self) -> list[Outgoing]:
        at = self._clock.monotonic()
        most = min(AT_ONCE - len(self._sending), self._pace.room(at))
        if most <= 0:
            return []
        busy = self._pace.resting(at) | set(self._sending)
        return await self._worker(delivering.claim, self._clock.now(), most, busy)

    def _begin(self, outgoing: Outgoing) -> None:
        chat = outgoing.delivery.chat_id
        self._pace.spend(chat, self._clock.monotonic())
        task = asyncio.create_task(self._one(outgoing))
        self._sending[chat] = task
        task.add_done_callback(lambda _: self._ended(chat))

    def _ended(self, chat: int) -> None:
        self._sending.pop(chat, None)
        self._knocked.set()

    async def _one(self, outgoing: Outgoing) -> None:
        result = await self._sender.deliver(outgoing)
        try:
            await self._record(outgoing, result)
        except StoreUnavailable as error:
            # The lease will run out and the row be tried again, flagged: the only case in
            # which a message may come twice without a crash.
            log.error("result not recorded", delivery=outgoing.delivery.id, error=str(error))

    async def _record(
        self, outgoing: Outgoing, result: Sent | Pause | Passing | Unreachable | Impossible
    ) -> None:
        delivery = outgoing.delivery
        now = self._clock.now()
        match result:
            case Sent(message_id):
                await self._worker(delivering.sent, delivery, message_id, now)
            case Pause(wait):
                at = self._clock.monotonic()
                self._pace.rest(delivery.chat_id, wait.total_seconds(), at)
                await self._worker(delivering.not_now, delivery, now + wait)
            case Passing(error, maybe_sent, offline):
                again = now + _back_off(delivery.tries)
                log.warning("not delivered yet", delivery=delivery.id, error=error)
                await self._worker(
                    delivering.failed_for_now,
                    delivery,
                    again,
                    error,
                    maybe_sent=maybe_sent,
                    offline=offline,
                    now=now,
                )
            case Unreachable(error):
                log.warning("recipient unreachable", delivery=delivery.id, error=error)
                await self._worker(delivering.refused, delivery, error, now)
            case Impossible(error):
                log.error("delivery impossible", delivery=delivery.id, error=error)
                await self._worker(delivering.impossible, delivery, error, now)

    async def _wait(self) -> None:
        """Until somebody knocks, a chat may be sent to again, or a retry is due."""
        waits = [IDLE]
        if (change := self._pace.next_change(self._clock.monotonic())) is not None:
            waits.append(change)
        try:
            due = await self._worker(delivering.next_due)
        except StoreUnavailable:
            due = None
        if due is not None and (ahead := (due - self._clock.now()).total_seconds()) > 0:
            waits.append(ahead)
        try:
            await asyncio.wait_for(self._knocked.wait(), min(waits))
        except TimeoutError:
            return


def _back_off(tries: int) -> timedelta:
    """The pause before another try: doubling, up to five minutes, and never in step."""
    seconds = min(2.0 ** min(tries, 10), LONGEST_BACK_OFF)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
