"""A durable ten-step run, ours against SpiffWorkflow's, in turns."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from bot.domain.run import RunStatus
from bot.features.start.views import StartedView, StartRun
from bot.features.tasks.buttons import Confirm
from bot.features.tasks.views import ConfirmedView
from bot.features.work import Services
from tests.bench.office import CHATS, MONDAY, Updates, office
from tests.bench.report import Row
from tests.bench.spiff import SpiffRuns
from tests.cast import newest, tapped

ROUNDS = 60


def measure() -> list[Row]:
    """The medians of both and the ratio of each pair's times."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with office(folder) as services:
            found = services.catalog.find("lakip")
            if found is None:
                raise LookupError("the data has no LAKIP")
            spiff = SpiffRuns(folder, found[1])
            updates = Updates()
            for number in range(1, ROUNDS + 1):
                theirs.append(spiff.one(number))
                ours.append(_one(services, updates))
            spiff.close()
    ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    return [
        Row("ten durable steps, Kawal SOP", f"{statistics.median(ours) * 1e3:.1f} ms"),
        Row("ten durable steps, SpiffWorkflow", f"{statistics.median(theirs) * 1e3:.1f} ms"),
        Row("  times as fast", f"{ratio:.2f}", "> 1", ratio > 1),
    ]


def _one(services: Services, updates: Updates) -> float:
    """Seconds from start to end; the tokens of the buttons are looked up off the clock."""
    begun = time.perf_counter()
    with services.store.read() as tx:
        seen = newest(tx, "lakip", 2025)
    view = tapped(services, updates.by(101), StartRun("lakip", 2025, seen), MONDAY)
    elapsed = time.perf_counter() - begun
    if not isinstance(view, StartedView):
        raise TypeError(f"the run did not start: {view}")
    for _ in view.run.procedure.steps:
        with services.store.read() as tx:
            stored = tx.runs.get(view.run.id)
        if stored is None:
            raise LookupError("the run is gone")
        (task,) = stored.run.current
        chat = CHATS[stored.run.step_of(task).roles[0]]
        token = stored.tokens[(task.step, task.attempt)]
        begun = time.perf_counter()
        confirmed = tapped(services, updates.by(chat), Confirm(token), MONDAY)
        elapsed += time.perf_counter() - begun
        if not isinstance(confirmed, ConfirmedView):
            raise TypeError(f"the step was not confirmed: {confirmed}")
    with services.store.read() as tx:
        ended = tx.runs.get(view.run.id)
    if ended is None or ended.run.status is not RunStatus.SELESAI:
        raise RuntimeError("the run did not reach its end")
    return elapsed
