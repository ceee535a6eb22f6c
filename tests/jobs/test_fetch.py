"""Fetching: what Telegram does not give now is asked for again, and nothing goes in a circle."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import cast

import pytest

from bot.chat.downloads import Downloads, Fetched, Result, TooLarge
from bot.chat.outcomes import PermanentError, RateLimited, TemporaryError
from bot.features.work import Services
from bot.jobs.transfers import GIVE_UP_FETCHING_AFTER, STORE_PAUSE, Fetch
from bot.store import StoreUnavailableError
from bot.store.archive import Draft
from bot.store.inbox import NewFile, Outcome
from bot.store.tables import incoming
from bot.worker import Worker
from tests.cast import SARI, Stage
from tests.jobs.rig import PATIENCE, HandClock
from tests.patience import SECONDS


class ObedientDownloads:
    """In the place of the real downloads: what becomes of each try, one after the other."""

    def __init__(self) -> None:
        self.orders: deque[Result | Exception] = deque()
        self.tries = 0

    async def fetch(self, file_id: str, draft: Draft) -> Result:
        self.tries += 1
        order = self.orders.popleft() if self.orders else Fetched()
        if isinstance(order, Exception):
            raise order
        if isinstance(order, Fetched):
            await asyncio.to_thread(draft.write, b"SK")
        return order


class Inbox:
    """A fetching job at work on one file that Bu Sari sent."""

    def __init__(self, services: Services) -> None:
        stage = Stage(services)
        stage.start()
        self.services = services
        self.clock = HandClock(stage.now)
        self.downloads = ObedientDownloads()
        self.worker = Worker(services, patience=PATIENCE)
        self.job = Fetch(
            self.worker, cast(Downloads, self.downloads), self.clock, wake_sender=lambda: None
        )
        with services.store.begin() as tx:
            task_id = min(tx.runs.open_task_ids())
            file = NewFile("a", "a", SARI.chat_id, task_id, "telegram", "sk.pdf", False, "")
            tx.inbox.put(file, self.clock.now())

    async def settled(self) -> None:
        """Wake the job, and wait until everything that can be fetched now has been."""
        self.job.wake()
        async with asyncio.timeout(SECONDS):
            await self.job.wait_idle()

    @property
    def row(self) -> tuple[Outcome | None, int, datetime]:
        """Its outcome, its failed tries, and when it is tried next."""
        with self.services.store.read() as tx:
            row = tx.connection.execute(incoming.select()).one()
        return (Outcome(row.outcome) if row.outcome else None), row.tries, row.next_at


@asynccontextmanager
async def fetching(services: Services, *orders: Result | Exception) -> AsyncIterator[Inbox]:
    inbox = Inbox(services)
    inbox.downloads.orders.extend(orders)
    task = asyncio.create_task(inbox.job.run())
    try:
        yield inbox
    finally:
        inbox.job.stop()
        await task
        inbox.worker.close()


@pytest.mark.parametrize(
    ("result", "wait", "tries"),
    [
        (TemporaryError("status 500"), timedelta(seconds=2), 1),
        (TemporaryError("ConnectError", offline=True), timedelta(seconds=2), 0),
        (RateLimited(timedelta(seconds=40)), timedelta(seconds=40), 1),
        (ValueError("a bug"), timedelta(seconds=2), 1),
    ],
    ids=["an error", "out of reach", "asked to wait", "a bug"],
)
async def test_what_fails_now_is_tried_again_at_its_time(
    sqlite_services: Services, result: Result | Exception, wait: timedelta, tries: int
) -> None:
    async with fetching(sqlite_services, result) as inbox:
        await inbox.settled()
        assert inbox.row == (None, tries, inbox.clock.now() + wait)
        inbox.clock.let_pass(wait.total_seconds() - 1)
        await inbox.settled()
        assert inbox.downloads.tries == 1
        inbox.clock.let_pass(1)
        await inbox.settled()
        assert inbox.downloads.tries == 2
        assert inbox.row[0] not in (None, Outcome.GAGAL)


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (PermanentError("wrong file identifier"), Outcome.GAGAL),
        (TooLarge(), Outcome.TERLALU_BESAR),
    ],
)
async def test_what_telegram_never_gives_has_its_outcome_at_once(
    sqlite_services: Services, result: Result, outcome: Outcome
) -> None:
    async with fetching(sqlite_services, result) as inbox:
        await inbox.settled()
        assert inbox.row[0] is outcome
        assert inbox.downloads.tries == 1


async def test_a_file_that_fails_again_and_again_is_given_up(sqlite_services: Services) -> None:
    errors = [TemporaryError("status 500")] * (GIVE_UP_FETCHING_AFTER + 1)
    async with fetching(sqlite_services, *errors) as inbox:
        for _ in range(GIVE_UP_FETCHING_AFTER + 1):
            await inbox.settled()
            inbox.clock.let_pass(3600)
        assert inbox.row[0] is Outcome.GAGAL
        assert inbox.downloads.tries == GIVE_UP_FETCHING_AFTER


async def test_while_the_database_is_away_nothing_is_downloaded_over_and_over(
    sqlite_services: Services,
) -> None:
    async with fetching(sqlite_services, StoreUnavailableError("disk full")) as inbox:
        await inbox.settled()
        assert inbox.row == (None, 0, inbox.clock.now())
        for _ in range(3):
            await inbox.settled()
        assert inbox.downloads.tries == 1
        inbox.clock.let_pass(STORE_PAUSE)
        await inbox.settled()
        assert inbox.downloads.tries == 2
