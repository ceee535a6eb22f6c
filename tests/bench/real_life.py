"""What leaves the straight way: what each deed costs beside a confirmation, and a moved holiday."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.run import Task
from bot.features import agenda, free_text
from bot.features.answers import DoneView
from bot.features.extension import AskExtension
from bot.features.granting import DecideExtension
from bot.features.holidays import AskDay
from bot.features.review import AskReturn, Undo
from bot.features.start.views import StartRun
from bot.features.steering import ConfirmResume, Steering, SteerRun
from bot.features.tasks.buttons import Confirm
from bot.features.tasks.views import ConfirmedView
from bot.features.work import Request, Services
from bot.store.runs import StoredRun
from bot.ui.buttons import Tap
from tests.bench.office import CHATS, MONDAY, Updates, office
from tests.bench.report import Row
from tests.cast import newest, tapped

ROUNDS = 40
UNDER_WAY = 60
"""Runs that a moved holiday has to count anew: fifteen times the office's year."""

LONGEST = 0.1
"""Seconds for which a moved holiday may keep anybody's tap waiting."""

KASUBBAG, TEAM, ADMIN = CHATS["kasubbag"], CHATS["tim"], CHATS["kasubbag"]


def measure() -> list[Row]:
    """The median of each deed beside a confirmation's; the longest transaction of a holiday."""
    with tempfile.TemporaryDirectory() as name, office(Path(name)) as services:
        updates = Updates()
        return [*_deeds(services, updates), *_holiday(services, updates)]


class _Watch:
    """Seconds by what was done."""

    def __init__(self, services: Services, updates: Updates) -> None:
        self._services = services
        self._updates = updates
        self.times: dict[str, list[float]] = {}
        self.now = MONDAY

    def run(self, run_id: int) -> tuple[StoredRun, Task, str]:
        """A run, its open task, and what the task's buttons carry."""
        with self._services.store.read() as tx:
            stored = tx.runs.get(run_id)
        if stored is None:
            raise LookupError("the run is gone")
        (task,) = stored.run.current
        return stored, task, stored.tokens[(task.step, task.attempt)]

    def tap(self, what: str, chat: int, tap: Tap) -> object:
        """Let somebody tap a button; the view that it leads to."""
        return self._time(what, chat, tapped, tap)

    def say(self, what: str, chat: int, said: str) -> None:
        """Let somebody write a text."""
        self._time(what, chat, free_text.text, said, None)

    def _time(self, what: str, chat: int, deed: Callable[..., object], *args: object) -> object:
        """Let somebody do something; the last argument of every deed is the moment."""
        self.now += timedelta(seconds=1)
        request: Request = self._updates.by(chat)
        begun = time.perf_counter()
        outcome = deed(self._services, request, *args, self.now)
        self.times.setdefault(what, []).append(time.perf_counter() - begun)
        return outcome


def _deeds(services: Services, updates: Updates) -> list[Row]:
    watch = _Watch(services, updates)
    for _ in range(ROUNDS):
        run_id = _start(services, watch)
        for chat in (CHATS["kepala_dinas"], TEAM, KASUBBAG, TEAM, TEAM, TEAM):
            _must(ConfirmedView, watch.tap("confirm", chat, Confirm(watch.run(run_id)[2])))
        token = watch.run(run_id)[2]
        watch.tap("ask for time", TEAM, AskExtension(token))
        watch.say("ask for time", TEAM, "3 jam")
        watch.say("ask for time", TEAM, "data belum lengkap")
        _must(DoneView, watch.tap("grant it", KASUBBAG, DecideExtension(token, 0, True)))
        _must(ConfirmedView, watch.tap("confirm", TEAM, Confirm(token)))
        _must(DoneView, watch.tap("undo", TEAM, Undo(token)))
        _must(ConfirmedView, watch.tap("confirm", TEAM, Confirm(token)))
        watch.tap("ask to return", KASUBBAG, AskReturn(watch.run(run_id)[2]))
        watch.say("return", KASUBBAG, "angka belum cocok")
        _must_be(watch.run(run_id)[1].attempt == 2)
        token = watch.run(run_id)[2]
        watch.tap("ask to rest", KASUBBAG, SteerRun(Steering.JEDA, token))
        watch.say("rest", KASUBBAG, "menunggu anggaran")
        _must_be(watch.run(run_id)[0].run.pause is not None)
        watch.tap("go on", KASUBBAG, ConfirmResume(token))
        _must_be(watch.run(run_id)[0].run.pause is None)
    return _beside_a_confirmation(services, watch)


def _beside_a_confirmation(services: Services, watch: _Watch) -> list[Row]:
    for number in range(ROUNDS):
        begun = time.perf_counter()
        with services.store.begin(10**9 + number, MONDAY):
            pass
        watch.times.setdefault("nothing", []).append(time.perf_counter() - begun)
    medians = {what: statistics.median(times) for what, times in watch.times.items()}
    most = medians["confirm"] + medians.pop("nothing")
    confirmation = medians.pop("confirm")
    budget = f"{most * 1e3:.2f} ms"
    return [
        Row("a confirmation", f"{confirmation * 1e3:.2f} ms"),
        *(
            Row(f"  {what}", f"{median * 1e3:.2f} ms", budget, median <= most)
            for what, median in medians.items()
        ),
    ]


def _holiday(services: Services, updates: Updates) -> list[Row]:
    watch = _Watch(services, updates)
    watch.now = MONDAY + timedelta(hours=2)
    while len(_under_way(services)) < UNDER_WAY:
        _start(services, watch)
    watch.times.clear()
    watch.tap("ask", ADMIN, AskDay(working=False))
    for said in ("24 November 2026", "Cuti bersama", "Kepwal 12/2026"):
        watch.say("calendar", ADMIN, said)
    longest = _longest_of_the_agenda(services, watch.now)
    moved = [
        stored.run.current[0].due_at
        for stored in _under_way(services)
        if stored.run.current[0].due_at.date() > MONDAY.date()
    ]
    _must_be(bool(moved))
    calendar = max(watch.times["calendar"])
    return [
        Row(
            "a moved holiday: the calendar's transaction",
            f"{calendar * 1e3:.1f} ms",
            f"{LONGEST * 1e3:.0f} ms",
            calendar <= LONGEST,
        ),
        Row(
            f"  the longest of {UNDER_WAY} runs, one transaction each",
            f"{longest * 1e3:.1f} ms",
            f"{LONGEST * 1e3:.0f} ms",
            longest <= LONGEST,
        ),
    ]


def _longest_of_the_agenda(services: Services, now: datetime) -> float:
    """The longest time for which the database was written to without a pause."""
    longest = 0.0
    with services.store.read() as tx:
        due = tx.agenda.due(now, 10_000)
    for entry in due:
        begun = time.perf_counter()
        agenda.fire(services, entry, now)
        longest = max(longest, time.perf_counter() - begun)
    return longest


def _under_way(services: Services) -> list[StoredRun]:
    with services.store.read() as tx:
        return tx.runs.running()


def _start(services: Services, watch: _Watch) -> int:
    with services.store.read() as tx:
        seen = newest(tx, "lakip", 2025)
    watch.tap("start", KASUBBAG, StartRun("lakip", 2025, seen))
    watch.times.pop("start")
    with services.store.read() as tx:
        return max(tx.runs.running_ids("lakip", 2025))


def _must(kind: type, outcome: object) -> None:
    if not isinstance(outcome, kind):
        raise TypeError(f"it was not done: {outcome}")


def _must_be(so: bool) -> None:
    if not so:
        raise RuntimeError("it was not done")
