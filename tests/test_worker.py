"""The worker: use cases run off the event loop, and wait for a database that is away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.features.work import Services
from bot.store import StoreUnavailableError
from bot.worker import THREADS, Worker
from tests.patience import SECONDS


class Flaky:
    """A use case whose database is away the first few times."""

    __name__ = "flaky"

    def __init__(self, away: int) -> None:
        self.away = away
        self.calls: list[tuple[object, ...]] = []

    def __call__(self, services: Services, /, *args: object, **more: object) -> str:
        self.calls.append((*args, *more.items()))
        if len(self.calls) <= self.away:
            raise StoreUnavailableError("database is locked")
        return "done"


@pytest_asyncio.fixture
async def worker(sqlite_services: Services) -> AsyncIterator[Worker]:
    worker = Worker(sqlite_services, patience=(0.0, 0.0))
    yield worker
    worker.close()


async def test_a_use_case_runs_in_another_thread_on_the_desk(worker: Worker) -> None:
    def where(services: Services) -> tuple[bool, int]:
        return services is worker.services, threading.get_ident()

    ours, thread = await worker(where)
    assert ours
    assert thread != threading.get_ident()


async def test_a_database_that_is_away_for_a_moment_is_waited_for(worker: Worker) -> None:
    flaky = Flaky(away=2)
    assert await worker(flaky, 7, word="ya") == "done"
    assert flaky.calls == [(7, ("word", "ya"))] * 3


async def test_one_that_stays_away_is_told_to_the_caller(worker: Worker) -> None:
    flaky = Flaky(away=99)
    with pytest.raises(StoreUnavailableError):
        await worker(flaky)
    assert len(flaky.calls) == 3


async def test_an_error_of_ours_is_not_tried_again(worker: Worker) -> None:
    calls = []

    def broken(services: Services) -> None:
        calls.append(1)
        raise LookupError("a bug")

    with pytest.raises(LookupError):
        await worker(broken)
    assert len(calls) == 1


async def test_one_slow_use_case_does_not_hold_up_another(worker: Worker) -> None:
    go_on = threading.Event()

    def slow(services: Services) -> str:
        assert go_on.wait(SECONDS)
        return "slow"

    def quick(services: Services) -> str:
        return "quick"

    slow_ones = [asyncio.create_task(worker(slow)) for _ in range(THREADS - 1)]
    assert await asyncio.wait_for(worker(quick), SECONDS) == "quick"
    go_on.set()
    assert await asyncio.gather(*slow_ones) == ["slow"] * (THREADS - 1)


async def test_closing_waits_for_what_is_running(sqlite_services: Services) -> None:
    worker = Worker(sqlite_services)
    begun, ended = threading.Event(), []

    def slow(services: Services) -> None:
        begun.set()
        ended.append(1)

    task = asyncio.create_task(worker(slow))
    await asyncio.to_thread(begun.wait, SECONDS)
    worker.close()
    assert ended
    await task
    with pytest.raises(RuntimeError):
        await worker(slow)
