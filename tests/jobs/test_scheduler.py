"""The scheduler: no wake-up is lost, none goes round in circles, no job stops another."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from bot.domain.notices import Reply
from bot.features import outbox, reminders
from bot.features.work import Services
from bot.jobs import scheduler as scheduler_module
from bot.jobs.scheduler import Scheduler, remind, rescue
from bot.store import StoreUnavailableError
from bot.store.outbox import NewDelivery
from bot.worker import Worker
from tests.cast import DEWI, MONDAY, Stage
from tests.jobs.rig import PATIENCE, HandClock, rows, soon
from tests.patience import SECONDS
from tests.rows import heartbeat


class Looks:
    """In the place of the reminders: counts the looks, and can hold or fail one."""

    def __init__(self) -> None:
        self.count = 0
        self.held: asyncio.Event | None = None
        self.error: Exception | None = None

    async def __call__(self, worker: Worker, clock: HandClock) -> int:
        self.count += 1
        if self.held is not None:
            await self.held.wait()
        if self.error is not None:
            raise self.error
        return 0


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    looks = Looks()
    monkeypatch.setattr(scheduler_module, "remind", looks)
    return looks


@pytest.fixture
def nothing_skipped(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """APScheduler says so in its log when it drops a wake-up."""
    with caplog.at_level(logging.WARNING, logger="apscheduler"):
        yield
    assert [record.getMessage() for record in caplog.records if "skipped" in record.msg] == []


@asynccontextmanager
async def ticking(services: Services, clock: HandClock) -> AsyncIterator[Scheduler]:
    worker = Worker(services, patience=PATIENCE)
    scheduler = Scheduler(worker, clock, lambda: None)
    scheduler.start()
    try:
        yield scheduler
    finally:
        await scheduler.stop()
        worker.close()


async def test_it_looks_at_once_when_the_bot_starts(
    sqlite_services: Services, looks: Looks
) -> None:
    async with ticking(sqlite_services, HandClock()):
        await soon(lambda: looks.count == 1, "it has looked")


@pytest.mark.usefixtures("nothing_skipped")
async def test_a_change_during_a_look_leads_to_another_look(
    sqlite_services: Services, looks: Looks
) -> None:
    looks.held = asyncio.Event()
    async with ticking(sqlite_services, HandClock()) as scheduler:
        await soon(lambda: looks.count == 1, "the first look has begun")
        for _ in range(20):
            scheduler.wake()
            await asyncio.sleep(0)
        looks.held.set()
        await soon(lambda: looks.count == 2, "it has looked again")
        scheduler.wake()
        await soon(lambda: looks.count == 3, "and again, when something changed later")


@pytest.mark.usefixtures("nothing_skipped")
async def test_stopping_lets_a_look_come_to_its_end_and_begins_no_other(
    sqlite_services: Services, looks: Looks, caplog: pytest.LogCaptureFixture
) -> None:
    looks.held = asyncio.Event()
    async with ticking(sqlite_services, HandClock()) as scheduler:
        await soon(lambda: looks.count == 1, "the first look has begun")
        scheduler.wake()
        stopping = asyncio.create_task(scheduler.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        looks.held.set()
        await asyncio.wait_for(stopping, SECONDS)
        assert looks.count == 1
    assert not caplog.records


@pytest.mark.usefixtures("nothing_skipped")
async def test_ticks_during_a_long_look_are_no_warning(
    sqlite_services: Services, looks: Looks
) -> None:
    looks.held = asyncio.Event()
    async with ticking(sqlite_services, HandClock()) as scheduler:
        await soon(lambda: looks.count == 1, "the first look has begun")
        for _ in range(5):
            scheduler._scheduler.modify_job("tick", next_run_time=datetime.now(UTC))
            await soon(
                lambda: scheduler._scheduler.get_job("tick").next_run_time > datetime.now(UTC),
                "it has ticked",
            )
        looks.held.set()
        await soon(lambda: looks.count == 2, "it has looked again")


@pytest.mark.usefixtures("nothing_skipped")
async def test_many_changes_at_once_do_not_pile_up(sqlite_services: Services, looks: Looks) -> None:
    async with ticking(sqlite_services, HandClock()) as scheduler:
        for _ in range(500):
            scheduler.wake()
        await soon(lambda: looks.count >= 1, "it has looked")
        await scheduler.tick()
        assert looks.count <= 3


async def test_the_clock_may_be_moved_in_another_thread(
    sqlite_services: Services, looks: Looks
) -> None:
    clock = HandClock()
    async with ticking(sqlite_services, clock):
        await soon(lambda: looks.count == 1, "the first look")
        mover = threading.Thread(target=clock.move, args=[clock.now() + timedelta(days=1)])
        mover.start()
        mover.join()
        await soon(lambda: looks.count == 2, "it looks at what is due now")


async def test_moving_the_clock_of_a_bot_that_has_stopped_does_no_harm(
    sqlite_services: Services,
) -> None:
    clock = HandClock()
    async with ticking(sqlite_services, clock):
        pass
    clock.let_pass(60)
    await asyncio.sleep(0)


@pytest.mark.usefixtures("nothing_skipped")
async def test_a_reminder_that_is_due_soon_is_fired_at_its_instant(
    sqlite_services: Services,
) -> None:
    stage = Stage(sqlite_services)
    stage.start()
    clock = HandClock(stage.now)
    async with ticking(sqlite_services, clock) as scheduler:
        await scheduler.tick()
        with sqlite_services.store.read() as tx:
            due = tx.reminders.next_due()
        assert due is not None
        clock.freeze(due - timedelta(milliseconds=5))
        await scheduler.tick()
        clock.freeze(due)
        await soon(lambda: any("reminder" in key for key in rows(sqlite_services)), "it was fired")


async def test_what_cannot_be_fired_is_tried_at_the_next_tick_and_not_in_a_circle(
    sqlite_services: Services, looks: Looks
) -> None:
    stage = Stage(sqlite_services)
    stage.start()
    looks.error = LookupError("a bug")
    clock = HandClock(stage.now + timedelta(days=3))
    async with ticking(sqlite_services, clock) as scheduler:
        await scheduler.tick()
        count = looks.count
        for _ in range(200):
            await asyncio.sleep(0)
        assert looks.count <= count + 1  # the first look of the start may come now


async def test_a_job_that_fails_does_not_keep_the_next_from_its_turn(
    sqlite_services: Services, looks: Looks
) -> None:
    clock = HandClock()
    with sqlite_services.store.begin() as tx:
        tx.outbox.put([NewDelivery("stuck", DEWI.chat_id, None, Reply("help", {}))], clock.now())
        tx.outbox.claim(clock.now(), outbox.LEASE, 1)
    clock.let_pass(outbox.LEASE.total_seconds())
    async with ticking(sqlite_services, clock) as scheduler:
        for error in (LookupError("a bug"), StoreUnavailableError("locked")):
            looks.error = error
            await scheduler.tick()
        assert not rows(sqlite_services)["stuck"].leased


async def test_the_heart_beats_every_thirty_seconds(
    sqlite_services: Services, looks: Looks
) -> None:
    clock = HandClock()
    async with ticking(sqlite_services, clock) as scheduler:
        await scheduler.tick()
        first = clock.now()
        clock.let_pass(29)
        await scheduler.tick()
        assert heartbeat(sqlite_services) == first
        clock.let_pass(1)
        await scheduler.tick()
        assert heartbeat(sqlite_services) == clock.now()


async def test_the_heart_goes_on_beating_when_the_clock_is_set_back(
    sqlite_services: Services, looks: Looks
) -> None:
    clock = HandClock()
    async with ticking(sqlite_services, clock) as scheduler:
        await scheduler.tick()
        clock.let_pass(-7200)
        await scheduler.tick()
        assert heartbeat(sqlite_services) == clock.now()


async def test_a_bot_that_lost_its_lock_is_told_and_does_nothing_more(
    sqlite_services: Services, looks: Looks
) -> None:
    worker = Worker(sqlite_services, patience=PATIENCE)
    told: list[bool] = []
    ours = [True, False]
    scheduler = Scheduler(
        worker,
        HandClock(),
        lambda: None,
        still_ours=lambda: ours.pop(0),
        on_lost=lambda: told.append(True),
    )
    await scheduler.tick()
    assert (looks.count, told) == (1, [])
    await scheduler.tick()
    assert (looks.count, told) == (1, [True])
    worker.close()


async def test_reminding_goes_on_until_nothing_is_due(
    sqlite_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(sqlite_services)
    for code in ("lakip", "lppd", "renja"):
        stage.start(code)
    monkeypatch.setattr(reminders, "TASKS_AT_ONCE", 1)
    worker = Worker(sqlite_services, patience=PATIENCE)
    clock = HandClock(stage.now + timedelta(days=2))
    assert await remind(worker, clock) >= 3
    assert await remind(worker, clock) == 0
    worker.close()


async def test_a_lease_is_given_up_only_after_it_ran_out(sqlite_services: Services) -> None:
    clock = HandClock()
    worker = Worker(sqlite_services, patience=PATIENCE)
    with sqlite_services.store.begin() as tx:
        tx.outbox.put([NewDelivery("a", DEWI.chat_id, None, Reply("help", {}))], clock.now())
        tx.outbox.claim(clock.now(), outbox.LEASE, 1)
    clock.let_pass(outbox.LEASE.total_seconds() - 1)
    assert await rescue(worker, clock) == 0
    clock.let_pass(1)
    assert await rescue(worker, clock) == 1
    assert rows(sqlite_services)["a"].maybe_repeated
    worker.close()


async def test_the_ticks_go_on_when_the_machine_s_clock_is_set_back(
    sqlite_services: Services, looks: Looks
) -> None:
    clock = HandClock()
    with time_machine.travel(MONDAY, tick=False) as machine:
        async with ticking(sqlite_services, clock) as scheduler:
            await soon(lambda: looks.count == 1, "the first look")
            machine.move_to(MONDAY - timedelta(hours=2))
            clock.seconds += 10
            scheduler._check_ticks()
            tick = scheduler._scheduler.get_job("tick")
            assert tick.next_run_time > MONDAY, "as APScheduler would have it"
            clock.seconds += 11
            scheduler._check_ticks()
            await soon(lambda: looks.count == 2, "it has looked")
            tick = scheduler._scheduler.get_job("tick")
            assert tick.next_run_time <= MONDAY - timedelta(hours=2) + timedelta(seconds=10)
