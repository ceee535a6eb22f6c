"""A thousand due reminders with ten thousand pending, ours against APScheduler's job store."""

from __future__ import annotations

import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine

from bot.demo import inspector
from bot.domain.reminders import PlannedReminder, ReminderKind
from bot.features.reminders import fire_due
from bot.features.start.views import StartRun
from bot.features.work import Services
from bot.store.tables import deliveries, reminders
from tests.bench.office import MONDAY, Updates, office
from tests.bench.report import Row
from tests.cast import newest, tapped

DUE = 1_000
PENDING = 10_000
LATER = MONDAY + timedelta(days=365)


def measure() -> list[Row]:
    """Rates of both, and the cost of a tick that finds nothing as rows pile up."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = _ours(folder)
        theirs = _apscheduler(folder, "as_it_comes", wal=False)
        tuned = _apscheduler(folder, "tuned", wal=True)
        ticks = _ticks(folder)
    ratio = ours / theirs
    growth = ticks[PENDING * 10] / ticks[0]
    return [
        Row("due reminders into outbox rows, Kawal SOP", f"{ours:,.0f}/s"),
        Row("due jobs fired, APScheduler's SQLAlchemy job store", f"{theirs:,.0f}/s"),
        Row("  the same with its database put into WAL by hand", f"{tuned:,.0f}/s"),
        Row("  times as fast", f"{ratio:.1f}", ">= 5", ratio >= 5),
        *(
            Row(f"a tick with {count:,} pending and as many finished", f"{cost * 1e6:,.0f} us")
            for count, cost in ticks.items()
        ),
        Row("  the last against the first", f"{growth:.2f}", "about 1", growth < 1.5),
    ]


def _ours(folder: Path) -> float:
    """Due reminders a second, from the tick to the committed outbox rows."""
    with office(folder, "due") as services:
        task_ids = _open_tasks(services, DUE)
        due = [(t, PlannedReminder(ReminderKind.SEBELUM, MONDAY)) for t in task_ids]
        later = [
            (task_ids[n % DUE], PlannedReminder(ReminderKind.TENGGAT, LATER + timedelta(minutes=n)))
            for n in range(PENDING)
        ]
        with services.store.begin() as tx:
            tx.connection.execute(reminders.delete())
            tx.connection.execute(deliveries.delete())
            tx.reminders.schedule(due + later)
        begun = time.perf_counter()
        while fire_due(services, MONDAY):
            pass
        elapsed = time.perf_counter() - begun
        with services.store.read() as tx:
            written = len(tx.connection.execute(deliveries.select()).all())
        if written < DUE:
            raise RuntimeError(f"only {written} outbox rows for {DUE} due reminders")
        return DUE / elapsed


def _open_tasks(services: Services, count: int) -> list[int]:
    """Runs with their first step open, and the ids of those tasks."""
    updates = Updates()
    for _ in range(count):
        with services.store.read() as tx:
            seen = newest(tx, "lakip", 2025)
        tapped(services, updates.by(101), StartRun("lakip", 2025, seen), MONDAY)
    with services.store.read() as tx:
        return [stored.task_ids[(1, 1)] for stored in tx.runs.running()]


def _apscheduler(folder: Path, name: str, wal: bool) -> float:
    """Jobs a second, from the start of the scheduler until the last has run.

    The job store as it comes; with `wal`, its database in the journal mode that ours uses,
    which somebody would have to know to set.
    """
    from apscheduler.executors.debug import DebugExecutor
    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.background import BackgroundScheduler

    engine = create_engine(f"sqlite:///{folder / name}.db")
    if wal:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(engine=engine)},
        # The cheapest way to run a job: in the scheduler's own thread.
        executors={"default": DebugExecutor()},
        job_defaults={"misfire_grace_time": None},
        timezone=UTC,
    )
    scheduler.start(paused=True)
    now = datetime.now(UTC)
    for n in range(PENDING):
        scheduler.add_job(_fired, "date", run_date=now + timedelta(days=1, seconds=n))
    for _ in range(DUE):
        scheduler.add_job(_fired, "date", run_date=now)
    _Fired.count = 0
    _Fired.all.clear()
    begun = time.perf_counter()
    scheduler.resume()
    if not _Fired.all.wait(timeout=300):
        raise TimeoutError(f"only {_Fired.count} of {DUE} jobs fired")
    elapsed = time.perf_counter() - begun
    scheduler.shutdown()
    engine.dispose()
    return DUE / elapsed


class _Fired:
    count = 0
    all = threading.Event()


def _fired() -> None:
    _Fired.count += 1
    if _Fired.count == DUE:
        _Fired.all.set()


def _ticks(folder: Path) -> dict[int, float]:
    """Seconds of a tick that finds nothing due, by how many rows wait and are finished."""
    costs = {}
    with office(folder, "ticks") as services:
        task_ids = _open_tasks(services, 10)
        have = 0
        for count in (0, PENDING, PENDING * 10):
            with services.store.begin() as tx:
                rows = [
                    {
                        "task_id": task_ids[n % 10],
                        "rung": ReminderKind.TENGGAT.value,
                        "due_at": LATER,
                        "next_at": LATER,
                        "status": status,
                    }
                    for n in range(count - have)
                    for status in ("menunggu", "terkirim")
                ]
                if rows:
                    tx.connection.execute(reminders.insert(), rows)
            have = count
            costs[count] = min(_wake(services) for _ in range(200))
    return costs


def _wake(services: Services) -> float:
    begun = time.perf_counter()
    fire_due(services, MONDAY)
    inspector.next_reminder(services)
    return time.perf_counter() - begun
