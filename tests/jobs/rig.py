"""What the tests of jobs stand on: a clock moved by hand, and a sender that does as told."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import cast

from bot.chat.outcomes import Result, Sent
from bot.chat.rate_limit import RateLimiter
from bot.chat.sender import Sender
from bot.clock import Clock
from bot.domain.notices import Reply
from bot.features.outbox import Outgoing
from bot.features.work import Services
from bot.jobs.transfers import Deliver
from bot.store.outbox import DeliveryState, NewDelivery
from bot.store.tables import deliveries
from bot.worker import Worker
from tests.cast import MONDAY
from tests.patience import SECONDS

PATIENCE = (0.0,)
"""A worker of these tests tries once more, at once."""


class HandClock(Clock):
    """A clock of which both faces stand still until a test moves them."""

    def __init__(self, now: datetime = MONDAY) -> None:
        super().__init__()
        self.freeze(now)
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    def let_pass(self, seconds: float) -> None:
        """Let both faces go on."""
        self.seconds += seconds
        self.move(self.now() + timedelta(seconds=seconds))


class Held:
    """A send that waits for the test's word."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()


class ObedientSender:
    """In the place of the real sender: everything arrives, unless a test says otherwise."""

    def __init__(self) -> None:
        self.tried: list[Outgoing] = []
        self._orders: dict[int, deque[Result | BaseException | Held]] = defaultdict(deque)
        self._ids = itertools.count(1)

    def next_for(self, chat: int, *orders: Result | BaseException) -> None:
        """What becomes of the next sends to this chat, one after the other."""
        self._orders[chat].extend(orders)

    def hold(self, chat: int) -> Held:
        """Keep the next send to this chat waiting."""
        held = Held()
        self._orders[chat].append(held)
        return held

    async def deliver(self, outgoing: Outgoing) -> Result:
        self.tried.append(outgoing)
        orders = self._orders[outgoing.delivery.chat_id]
        order = orders.popleft() if orders else Sent(next(self._ids))
        if isinstance(order, Held):
            order.reached.set()
            return await order.answer
        if isinstance(order, BaseException):
            raise order
        return order

    @property
    def keys(self) -> list[str]:
        """The keys of what was tried, in order."""
        return [outgoing.delivery.key for outgoing in self.tried]


class Post:
    """A delivery job at work on a real outbox."""

    def __init__(self, services: Services, rate_limiter: RateLimiter | None = None) -> None:
        self.services = services
        self.clock = HandClock()
        self.sender = ObedientSender()
        self.worker = Worker(services, patience=PATIENCE)
        self.job = Deliver(
            self.worker,
            cast(Sender, self.sender),
            self.clock,
            rate_limiter or RateLimiter(per_second=1e6, chat_burst=10**6, chat_per_second=1e6),
        )
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Post:
        self._task = asyncio.create_task(self.job.run())
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.end()
        self.worker.close()

    async def end(self) -> None:
        """Stop tidily, and say what the job died of if it did."""
        self.job.stop()
        if self._task is not None:
            task, self._task = self._task, None
            await task

    def write(self, *keys: str, chat: int = 101) -> None:
        """Put answers into the outbox; wake the sender."""
        with self.services.store.begin() as tx:
            tx.outbox.put(
                [NewDelivery(key, chat, None, Reply("help", {})) for key in keys], self.clock.now()
            )
        self.job.wake()

    async def rested(self) -> None:
        """Wait until everything that can be sent now has been sent."""
        async with asyncio.timeout(SECONDS):
            await self.job.wait_idle()

    async def settled(self) -> None:
        """Knock, and wait until everything that can be sent now has been sent."""
        self.job.wake()
        await self.rested()

    def row(self, key: str) -> DeliveryRow:
        """What the outbox says of a delivery."""
        return rows(self.services)[key]


class DeliveryRow:
    """One row of the outbox."""

    def __init__(self, values: dict[str, object]) -> None:
        self.state = DeliveryState(str(values["state"]))
        self.tries = cast(int, values["tries"])
        self.maybe_repeated = bool(values["maybe_repeated"])
        self.leased = values["lease_until"] is not None
        self.next_at = cast(datetime, values["next_at"])
        self.message_id = cast("int | None", values["message_id"])
        self.chat_id = cast(int, values["chat_id"])
        self.error = cast("str | None", values["error"])
        self.task_id = cast("int | None", values["task_id"])


def rows(services: Services) -> dict[str, DeliveryRow]:
    """The whole outbox by key."""
    with services.store.read() as tx:
        found = tx.connection.execute(deliveries.select().order_by(deliveries.c.id)).mappings()
        return {row["key"]: DeliveryRow(dict(row)) for row in found}


async def soon(condition: Callable[[], bool], what: str) -> None:
    """Let the event loop turn until something holds.

    Raises:
        AssertionError: it did not in time.
    """
    try:
        async with asyncio.timeout(SECONDS):
            while not condition():  # noqa: ASYNC110 # it is about what no event tells
                await asyncio.sleep(0)
    except TimeoutError:
        raise AssertionError(f"waited in vain until {what}") from None


async def cancelled(task: asyncio.Task[None]) -> None:
    """End a task that a test has no more use for."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
