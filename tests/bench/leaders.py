"""What leaders ask for: pictures of the runs, and a year of 200 runs evaluated.

Each measured document is of other data than the one before, for the renderer remembers what
it has set; the first is not counted.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot import reports
from bot.domain import assignment, timeline
from bot.domain.access import TIM
from bot.domain.actions import (
    Action,
    AskExtension,
    Confirm,
    DecideExtension,
    Return,
    Start,
)
from bot.domain.assignment import OfficeState
from bot.domain.decision import Decision
from bot.domain.documents import Document, Format, OfficePicture, RunPicture
from bot.domain.engine import decide
from bot.domain.periods import ReportPeriod
from bot.domain.run import Run, Task
from bot.domain.sop import Duration, DurationUnit, Procedure
from bot.features import reporting
from bot.features.work import Services, Work
from tests.bench.office import MONDAY, office
from tests.bench.report import Row

RUNS = 200
ROUNDS = 7
YEAR = ReportPeriod(2026)


def measure() -> list[Row]:
    """Medians of the pictures, and of a year's report as PDF and as XLSX, from the question
    to the file."""
    with tempfile.TemporaryDirectory() as name, office(Path(name)) as services:
        _fill(services)
        with services.store.read() as tx:
            state = Work(services, tx, MONDAY).state
            under_way = tx.runs.running()
        lakip = next(s.run for s in under_way if len(s.run.procedure.steps) == 10)
        thirty = [(stored.run, None) for stored in under_way[:30]]

        def one(now: datetime) -> Document:
            return RunPicture(state.office, timeline.of_run(lakip, now, state.calendar))

        def everything(now: datetime) -> Document:
            drawn = timeline.of_office(thirty, now, state.calendar)
            return OfficePicture(state.office, drawn, whole=True)

        def year(now: datetime) -> Document:
            with services.read(now) as work:
                made = reporting.evaluation_report(work, YEAR)
            if made is None:
                raise LookupError("there is nothing to evaluate")
            return made

        return [
            _row("timeline of a run of ten steps", _time(one, Format.PNG), 150),
            _row("timeline of an office with 30 runs", _time(everything, Format.PNG), 150),
            _row(f"a year's evaluation, {RUNS} runs, as PDF", _time(year, Format.PDF), 1000),
            _row(f"a year's evaluation, {RUNS} runs, as XLSX", _time(year, Format.XLSX), 1000),
        ]


def _row(what: str, seconds: float, budget: int) -> Row:
    return Row(what, f"{seconds * 1e3:.0f} ms", f"{budget} ms", seconds * 1e3 < budget)


def _time(ask: Callable[[datetime], Document], form: Format) -> float:
    """The median of seconds from the question to the file, the first left out."""
    taken = []
    for number in range(ROUNDS + 1):
        begun = time.perf_counter()
        reports.compose(ask(MONDAY + timedelta(days=number)), form)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken[1:])


def _fill(services: Services) -> None:
    """Two hundred runs of the year, in one transaction: most are over, some are late."""
    chance = random.Random(35)
    procedures = list(services.catalog.procedures())
    with services.store.begin() as tx:
        state = Work(services, tx, MONDAY).state
        for number in range(RUNS):
            sop, procedure = procedures[number % 3]
            at = MONDAY - timedelta(days=chance.randrange(5, 300))
            # Saved as it lived: a task is written when it opens, and its end when it ends.
            run_id = 0
            for run in _lived(procedure, at, number % 4 == 0, state, chance):
                before = tx.runs.get(run_id) if run_id else None
                run_id = run_id or tx.runs.create(run, tx.pin(sop, at))
                tx.runs.save(before, replace(run, id=run_id))
        _check([s.run for s in tx.runs.touching(*YEAR.bounds(state.calendar.zone))])


def _check(runs: Sequence[Run]) -> None:
    """Whether it is a year such as is measured.

    Raises:
        ValueError: an ended task has no end, or nothing was returned, extended or late.
    """
    ended = [task for run in runs for task in run.tasks if not task.is_open]
    if not all(task.closed_at for task in ended):
        raise ValueError("a task ended, and nobody knows when")
    returned = any(task.returned for task in ended)
    extended = any(e.granted for task in ended for e in task.extensions)
    late = any(task.closed_at and task.closed_at > task.due_at for task in ended)
    if len(runs) != RUNS or not (returned and extended and late):
        raise ValueError("the year has not what a year has")


def _lived(
    procedure: Procedure, at: datetime, unfinished: bool, state: OfficeState, chance: random.Random
) -> Iterator[Run]:
    """A run after each thing that happened to it."""
    begun = decide(None, Start(procedure, YEAR.year), state.staff.admins()[0], at, state)
    if not isinstance(begun, Decision):
        raise TypeError(f"the run did not start: {begun}")
    run = begun.run
    yield run
    while run.current and not (unfinished and run.steps_done == 5):
        opened = run.current[0]
        at += (opened.due_at - opened.opened_at) * chance.choice([0.4, 0.9, 1.4])
        for who, action in _acts(run, opened, state, chance):
            outcome = decide(run, action, who, at, state)
            if not isinstance(outcome, Decision):
                raise TypeError(f"{action} was refused: {outcome}")
            run = outcome.run
            yield run


def _acts(
    run: Run, task: Task, state: OfficeState, chance: random.Random
) -> Iterator[tuple[int, Action]]:
    """How a step ends: confirmed or sent back, now and then with more time before."""
    step, at = run.step_of(task), (task.step, task.attempt)
    performer = assignment.assignees(run, step, state)[0]
    if TIM in step.roles and chance.random() < 0.1:
        owner, *_ = state.staff.ids((state.office.owner_role,))
        yield performer, AskExtension(*at, Duration(1, DurationUnit.HARI), "menunggu data")
        yield owner, DecideExtension(*at, 0, granted=True)
    if step.return_to is not None and chance.random() < 0.1:
        yield performer, Return(*at, step.return_to, "belum lengkap")
    else:
        yield performer, Confirm(*at)
