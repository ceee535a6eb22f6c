"""Statistics over many runs: procedures, and standard times that do not fit.

An attempt at a step counts in the period in which it ended: it was confirmed (even if a later
return made it void), or its reviewer sent the work back. A withdrawn attempt does not count. So
the semesters of a year add up to the year. Every attempt is measured alone, in working time and
without the pauses of its run, since the standard time is that of one attempt.

PermenPAN-RB 35/2012 asks for an assessment of every procedure. This one is a suggestion by
stated rules: people decide, and sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil
from statistics import median

from bot.domain import metrics
from bot.domain.metrics import Lateness, Worked
from bot.domain.periods import ReportPeriod
from bot.domain.run import Run, RunStatus, Task, TaskStatus
from bot.domain.sop import Duration, DurationUnit, Procedure, Sop, Step
from bot.domain.worktime import WorkCalendar

RUNS_TO_JUDGE = 3
"""The fewest runs by which a standard time is judged: with fewer it may be chance."""

HARDLY_NEEDED = Fraction(1, 2)
"""A standard time is never needed where no attempt took more than this share of it."""

ON_TIME_ENOUGH = 80
"""The least percentage of attempts on time with which a procedure is suggested to be good."""

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

    Of the `attempts` that ended, `late` ended after their deadline. `returns` counts how often
    a reviewer sent work back, `extensions` those granted.
    """

    attempts: int
    late: int
    returns: int
    extensions: int

    @property
    def on_time(self) -> int:
        """The percentage of attempts that ended by their deadline; 100 where there are none."""
        return percent(self.attempts - self.late, self.attempts)


@dataclass(frozen=True, slots=True)
class StepEvaluation(Counts):
    """The statistics of one step, in one wording and with one standard time.

    `runs` are the runs in which it was worked on. `over` attempts took longer than the standard
    time, even where an extension made them punctual. `waited` is the working days that all
    attempts took, `share` its percentage of the whole procedure's; the shares add up to 100.
    """

    step: Step
    runs: int
    over: int
    median: Worked
    worst: Worked
    waited: Fraction
    share: int
    advice: Advice | None


@dataclass(frozen=True, slots=True)
class RunStanding:
    """A run that touches the period, as it stands now.

    `late` is by how much it ended after its planned end, or by how much the open step is
    late; None also for a run that was cancelled.
    """

    run: Run
    planned_end: datetime
    late: Lateness | None
    returns: int
    extensions: int


class Assessment(StrEnum):
    """What the table of PermenPAN-RB 35/2012 says of a procedure."""

    GOOD = "good"
    POOR = "poor"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ProcedureEvaluation(Counts):
    """The statistics of one procedure in the period.

    `standings` are the runs that touch the period, the oldest first. Of them `started`,
    `finished` and `cancelled` in the period; `under_way` at its end, or now.
    """

    sop: Sop
    procedure: Procedure
    standings: tuple[RunStanding, ...]
    started: int
    finished: int
    finished_late: int
    cancelled: int
    under_way: int
    steps: tuple[StepEvaluation, ...]

    @property
    def longest(self) -> StepEvaluation | None:
        """Where its runs wait longest; None where nothing was measured."""
        return max(self.steps, key=lambda step: step.waited, default=None)

    @property
    def assessment(self) -> Assessment:
        """The suggested assessment.

        Good where at least `ON_TIME_ENOUGH` percent of its attempts ended by their deadline and
        no standard time is never met; unknown without an attempt that ended in the period.
        """
        if not self.attempts:
            return Assessment.UNKNOWN
        unmet = any(s.advice and s.advice.verdict is Verdict.NEVER_MET for s in self.steps)
        good = self.on_time >= ON_TIME_ENOUGH and not unmet
        return Assessment.GOOD if good else Assessment.POOR


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The office in one period: every procedure, those without a run included."""

    period: ReportPeriod
    now: datetime
    procedures: tuple[ProcedureEvaluation, ...]

    @property
    def runs(self) -> int:
        """How many runs touch the period; 0 where there is nothing to report."""
        return sum(len(procedure.standings) for procedure in self.procedures)


def evaluate(
    runs: Iterable[tuple[Sop, Run]],
    procedures: Iterable[tuple[Sop, Procedure]],
    period: ReportPeriod,
    now: datetime,
    calendar: WorkCalendar,
) -> Evaluation:
    """The figures of a period, as they are known `now`.

    `runs` come with the SOP that each is pinned to; those that do not touch the period are left
    out. `procedures` are those of today's catalogue, in its order; one that is no longer in it
    follows if it has runs.
    """
    start, end = period.bounds(calendar.zone)
    touching: dict[str, list[Run]] = {}
    known = {procedure.code: (sop, procedure) for sop, procedure in procedures}
    for sop, run in sorted(runs, key=lambda pair: (pair[1].started_at, pair[1].id)):
        if run.started_at < end and (run.finished_at or end) >= start:
            touching.setdefault(run.procedure.code, []).append(run)
            known.setdefault(run.procedure.code, (sop, run.procedure))
    evaluated = (
        _procedure(sop, procedure, touching.get(code, []), (start, end), now, calendar)
        for code, (sop, procedure) in known.items()
    )
    return Evaluation(period, now, tuple(evaluated))


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


def _procedure(
    sop: Sop,
    procedure: Procedure,
    runs: Sequence[Run],
    bounds: tuple[datetime, datetime],
    now: datetime,
    calendar: WorkCalendar,
) -> ProcedureEvaluation:
    start, end = bounds
    standings = tuple(_standing(run, now, calendar) for run in runs)
    ended = [s for s in standings if s.run.finished_at and start <= s.run.finished_at < end]
    finished = [s for s in ended if s.run.status is RunStatus.SELESAI]
    steps = tuple(_steps(runs, bounds, calendar))
    return ProcedureEvaluation(
        attempts=sum(step.attempts for step in steps),
        late=sum(step.late for step in steps),
        returns=sum(step.returns for step in steps),
        extensions=sum(step.extensions for step in steps),
        sop=sop,
        procedure=procedure,
        standings=standings,
        started=sum(start <= run.started_at for run in runs),
        finished=len(finished),
        finished_late=sum(s.late is not None for s in finished),
        cancelled=len(ended) - len(finished),
        under_way=sum(run.finished_at is None or run.finished_at >= end for run in runs),
        steps=steps,
    )


def _standing(run: Run, now: datetime, calendar: WorkCalendar) -> RunStanding:
    planned = metrics.planned_end(run, calendar)
    late = _lateness(run, planned, now, calendar)
    returns = sum(task.status is TaskStatus.DIKEMBALIKAN for task in run.tasks)
    return RunStanding(run, planned, late, returns, sum(_granted(task) for task in run.tasks))


def _lateness(
    run: Run, planned: datetime, now: datetime, calendar: WorkCalendar
) -> Lateness | None:
    if run.status is RunStatus.SELESAI and run.finished_at:
        return metrics.lateness(planned, run.finished_at, calendar)
    open_tasks = (metrics.late(run, task, now, calendar) for task in run.current)
    return next((late for late in open_tasks if late), None)


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


def _steps(
    runs: Iterable[Run], bounds: tuple[datetime, datetime], calendar: WorkCalendar
) -> Iterator[StepEvaluation]:
    grouped: dict[tuple[int, str, Duration], list[_Attempt]] = {}
    for run in runs:
        for task in run.tasks:
            closed = task.closed_at
            if task.status in _ENDED and closed and bounds[0] <= closed < bounds[1]:
                step = run.step_of(task)
                key = (step.number, step.activity.signed, step.duration)
                grouped.setdefault(key, []).append(_attempt(run, task, closed, calendar))
    # Only by number: of two wordings of one step, the older stays first.
    ordered = [grouped[key] for key in sorted(grouped, key=lambda key: key[0])]
    waited = [sum((a.days for a in attempts), Fraction(0)) for attempts in ordered]
    for attempts, days, share in zip(ordered, waited, shares(waited), strict=True):
        yield _step(attempts, days, share)


def _attempt(run: Run, task: Task, closed: datetime, calendar: WorkCalendar) -> _Attempt:
    worked = metrics.worked(run, task, closed, calendar)
    took = _in_units(worked, run.step_of(task).duration.unit)
    days = metrics.days(run, task, closed, calendar) if worked.days is None else worked.days
    standard = metrics.standard_due(run, task, calendar)
    late, over = (metrics.lateness(due, closed, calendar) for due in (task.due_at, standard))
    time = worked.time or timedelta()
    return _Attempt(run, task, took, days, time, late is not None, over is not None)


def _step(attempts: Sequence[_Attempt], waited: Fraction, share: int) -> StepEvaluation:
    step = attempts[0].run.step_of(attempts[0].task)
    runs = len({attempt.run.id for attempt in attempts})
    over = sum(attempt.over for attempt in attempts)
    took = [attempt.took for attempt in attempts]
    usual, worst = Fraction(median(took)), max(took)
    times = sorted(attempt.time for attempt in attempts)
    middle = (times[(len(times) - 1) // 2] + times[len(times) // 2]) / 2
    return StepEvaluation(
        step=step,
        runs=runs,
        attempts=len(attempts),
        late=sum(attempt.late for attempt in attempts),
        over=over,
        returns=sum(a.task.status is TaskStatus.DIKEMBALIKAN for a in attempts),
        extensions=sum(_granted(attempt.task) for attempt in attempts),
        median=_worked(usual, step.duration.unit, middle),
        worst=_worked(worst, step.duration.unit, times[-1]),
        waited=waited,
        share=share,
        advice=_advice(step.duration, runs, over == len(attempts), usual, worst),
    )


def _advice(
    standard: Duration, runs: int, always_over: bool, usual: Fraction, worst: Fraction
) -> Advice | None:
    if runs < RUNS_TO_JUDGE:
        return None
    if always_over:
        longer = max(ceil(usual), standard.amount + 1)
        return Advice(Verdict.NEVER_MET, Duration(longer, standard.unit))
    shorter = max(ceil(worst), 1)
    if worst <= standard.amount * HARDLY_NEEDED and shorter < standard.amount:
        return Advice(Verdict.NEVER_NEEDED, Duration(shorter, standard.unit))
    return None


def _granted(task: Task) -> int:
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
