"""Statistics of the steps of a procedure over many runs, and standard times that do not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil
from statistics import median

from bot.domain import metrics
from bot.domain.metrics import Worked
from bot.domain.run import Run, Task, TaskStatus
from bot.domain.sop import Duration, DurationUnit, Step
from bot.domain.worktime import WorkCalendar

RUNS_TO_JUDGE = 3
"""The fewest runs by which a procedure or a standard time is judged: fewer may be chance."""

HARDLY_NEEDED = Fraction(1, 2)
"""A standard time is never needed where no attempt took more than this share of it."""

MOST = Fraction(9, 10)
"""The share of the attempts that took no longer than `Took.most`."""

_ENDED = frozenset({TaskStatus.SELESAI, TaskStatus.DIKEMBALIKAN, TaskStatus.GUGUR})

_SECONDS = {DurationUnit.MENIT: 60, DurationUnit.JAM: 3600}


class Verdict(StrEnum):
    """What is wrong with a standard time."""

    NEVER_MET = "never_met"
    NEVER_NEEDED = "never_needed"


@dataclass(frozen=True, slots=True)
class Advice:
    """A suggestion about a standard time, by these rules (at least `RUNS_TO_JUDGE` runs):

    - never met: every attempt took longer than the standard time, extensions not counted;
      `instead` is the median, rounded up to a whole unit.
    - never needed: no attempt took more than `HARDLY_NEEDED` of it; `instead` is the longest
      attempt, rounded up to a whole unit. Nothing is suggested where that is no shorter.
    """

    verdict: Verdict
    instead: Duration


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted of a step or a procedure in the period.

    Of the `attempts` that ended, `late` ended after their deadline. `overdue` tasks were open and
    late at the end of the period, or are now. `returns` counts how often a reviewer sent work back,
    `extensions` those granted.
    """

    attempts: int
    late: int
    overdue: int
    returns: int
    extensions: int

    @property
    def due(self) -> int:
        """How many attempts ended, or should have."""
        return self.attempts + self.overdue

    @property
    def on_time(self) -> int:
        """The percentage of what was due that ended by its deadline; 100 where nothing was."""
        return percent(self.attempts - self.late, self.due)


@dataclass(frozen=True, slots=True)
class Took:
    """What the attempts at a step took: the median, the time within which `MOST` of them ended (by
    the nearest rank), and the longest."""

    median: Worked
    most: Worked
    worst: Worked


@dataclass(frozen=True, slots=True)
class StepEvaluation(Counts):
    """The statistics of one step, in one wording and with one standard time.

    `runs` are the runs in which it was worked on. `over` attempts took longer than the standard
    time, even where an extension made them punctual. `took` is None where none ended. `waited` is
    the working days that all attempts took, `share` its percentage of the whole procedure's; the
    shares add up to 100.
    """

    step: Step
    runs: int
    over: int
    took: Took | None
    waited: Fraction
    share: int
    advice: Advice | None


def percent(part: int, whole: int) -> int:
    """A rounded percentage that is 0 or 100 only where it is exactly that; 100 of nothing."""
    if not whole:
        return 100
    rounded = int(Fraction(100 * part, whole) + Fraction(1, 2))
    return rounded if part in (0, whole) else min(max(rounded, 1), 99)


def shares(parts: Sequence[Fraction]) -> tuple[int, ...]:
    """The percentage of each part, by the largest remainders: they add up to 100, or are all 0."""
    whole = sum(parts, Fraction(0))
    if not whole:
        return tuple(0 for _ in parts)
    exact = [100 * part / whole for part in parts]
    floors = [int(share) for share in exact]
    by_rest = sorted(range(len(parts)), key=lambda n: (floors[n] - exact[n], n))
    for n in by_rest[: 100 - sum(floors)]:
        floors[n] += 1
    return tuple(floors)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One attempt that ended in the period, measured. `took` is in units of the standard."""

    run: Run
    task: Task
    took: Fraction
    days: Fraction
    time: timedelta
    late: bool
    over: bool


def evaluate_steps(
    runs: Iterable[Run], start: datetime, until: datetime, calendar: WorkCalendar
) -> Iterator[StepEvaluation]:
    """The statistics of each step that was worked on since `start`, in the SOP's order; the runs
    are as they stood at `until`."""
    grouped: dict[tuple[int, str, Duration], _Group] = {}
    for run in runs:
        for task in run.tasks:
            closed, step = task.closed_at, run.step_of(task)
            key = (step.number, step.activity.signed, step.duration)
            if task.status in _ENDED and closed and closed >= start:
                group = grouped.setdefault(key, _Group(step))
                group.ended.append(_attempt(run, task, closed, calendar))
            elif task.is_open and metrics.late(run, task, until, calendar):
                grouped.setdefault(key, _Group(step)).overdue.append(run)
    # Only by number: of two wordings of one step, the older stays first.
    ordered = [grouped[key] for key in sorted(grouped, key=lambda key: key[0])]
    waited = [sum((a.days for a in group.ended), Fraction(0)) for group in ordered]
    for group, days, share in zip(ordered, waited, shares(waited), strict=True):
        yield _step(group, days, share)


@dataclass(frozen=True, slots=True)
class _Group:
    """The attempts at one step that ended, and the runs in which it was open and late."""

    step: Step
    ended: list[_Attempt] = field(default_factory=list)
    overdue: list[Run] = field(default_factory=list)


def _attempt(run: Run, task: Task, closed: datetime, calendar: WorkCalendar) -> _Attempt:
    worked = metrics.worked(run, task, closed, calendar)
    took = _in_units(worked, run.step_of(task).duration.unit)
    days = metrics.days(run, task, closed, calendar) if worked.days is None else worked.days
    standard = metrics.standard_due(run, task, calendar)
    late = metrics.is_late(task.due_at, closed, calendar)
    over = late if standard == task.due_at else metrics.is_late(standard, closed, calendar)
    time = worked.time or timedelta()
    return _Attempt(run, task, took, days, time, late, over)


def _step(group: _Group, waited: Fraction, share: int) -> StepEvaluation:
    step, attempts = group.step, group.ended
    finished = {attempt.run.id for attempt in attempts}
    return StepEvaluation(
        step=step,
        runs=len(finished | {run.id for run in group.overdue}),
        attempts=len(attempts),
        late=sum(attempt.late for attempt in attempts),
        overdue=len(group.overdue),
        over=sum(attempt.over for attempt in attempts),
        returns=sum(a.task.status is TaskStatus.DIKEMBALIKAN for a in attempts),
        extensions=sum(granted(attempt.task) for attempt in attempts),
        took=_took(attempts, step.duration.unit) if attempts else None,
        waited=waited,
        share=share,
        advice=_advice(step.duration, attempts) if len(finished) >= RUNS_TO_JUDGE else None,
    )


def _took(attempts: Sequence[_Attempt], unit: DurationUnit) -> Took:
    amounts = sorted(attempt.took for attempt in attempts)
    times = sorted(attempt.time for attempt in attempts)
    rank = most(len(attempts))
    middle = (times[(len(times) - 1) // 2] + times[len(times) // 2]) / 2
    return Took(
        median=_worked(Fraction(median(amounts)), unit, middle),
        most=_worked(amounts[rank], unit, times[rank]),
        worst=_worked(amounts[-1], unit, times[-1]),
    )


def most(count: int) -> int:
    """Which of so many figures in order, from 0, is that of `MOST`, by the nearest rank."""
    return ceil(MOST * count) - 1


def _advice(standard: Duration, attempts: Sequence[_Attempt]) -> Advice | None:
    took = [attempt.took for attempt in attempts]
    if all(attempt.over for attempt in attempts):
        longer = max(ceil(Fraction(median(took))), standard.amount + 1)
        return Advice(Verdict.NEVER_MET, Duration(longer, standard.unit))
    worst = max(took)
    shorter = max(ceil(worst), 1)
    if worst <= standard.amount * HARDLY_NEEDED and shorter < standard.amount:
        return Advice(Verdict.NEVER_NEEDED, Duration(shorter, standard.unit))
    return None


def granted(task: Task) -> int:
    """How many extensions of a task were granted."""
    return sum(extension.granted is True for extension in task.extensions)


def _in_units(worked: Worked, unit: DurationUnit) -> Fraction:
    """Working time as a number of days, hours or minutes."""
    if worked.days is not None:
        return worked.days
    time = worked.time or timedelta()
    return Fraction(time // timedelta(microseconds=1), 1_000_000 * _SECONDS[unit])


def _worked(amount: Fraction, unit: DurationUnit, time: timedelta) -> Worked:
    """The inverse of `_in_units`, to the microsecond; `time` is the same, where it is in days."""
    if unit is DurationUnit.HARI:
        return Worked(amount, time)
    return Worked(None, timedelta(microseconds=round(amount * _SECONDS[unit] * 1_000_000)))
