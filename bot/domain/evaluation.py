"""Statistics over many runs: procedures, and standard times that do not fit.

An attempt at a step counts in the period in which it ended: it was confirmed (even if a later
return made it void), or its reviewer sent the work back. A withdrawn attempt does not count. So
the semesters of a year add up to the year. Every attempt is measured alone, in working time and
without the pauses of its run, since the standard time is that of one attempt.

Runs are taken as they stood at the end of the period, or as they stand now if that is earlier: a
report of a period that is over says the same whenever it is made. A task that is open and late then
counts as late beside the attempts that ended.

PermenPAN-RB 35/2012 asks for an assessment of every procedure. This one is a suggestion by
stated rules: people decide, and sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from bot.domain import metrics
from bot.domain.evaluation_steps import (
    RUNS_TO_JUDGE,
    Counts,
    StepEvaluation,
    Verdict,
    evaluate_steps,
    granted,
    percent,
)
from bot.domain.metrics import Lateness
from bot.domain.periods import ReportPeriod
from bot.domain.run import Run, RunStatus, TaskStatus
from bot.domain.sop import Procedure, Sop
from bot.domain.worktime import WorkCalendar

ON_TIME_ENOUGH = 80
"""The least percentage of attempts, and of whole runs, on time with which a procedure is suggested
to be good."""


@dataclass(frozen=True, slots=True)
class RunStanding:
    """A run that touches the period, as it stood at its end, or stands now.

    `late` is by how much it ended after its planned end. For one under way it is by how much that
    end has passed, or its open step is late, whichever is more; `expected` is by how much its
    forecast lies after the planned end. Both are None for a run that was cancelled.
    """

    run: Run
    planned_end: datetime
    late: Lateness | None
    expected: Lateness | None
    returns: int
    extensions: int

    @property
    def keeps_plan(self) -> bool:
        """Whether the run is neither late as a whole nor expected to be."""
        return self.late is None and self.expected is None


class Assessment(StrEnum):
    """What the table of PermenPAN-RB 35/2012 says of a procedure."""

    GOOD = "good"
    POOR = "poor"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ProcedureEvaluation(Counts):
    """The statistics of one procedure in the period.

    `standings` are the runs that touch the period, the oldest first. Of them `started`,
    `finished` and `cancelled` in the period; `under_way` at its end, or now. `lasted` is how many
    working days each that finished took, without its pauses.
    """

    sop: Sop
    procedure: Procedure
    standings: tuple[RunStanding, ...]
    started: int
    finished: int
    finished_late: int
    cancelled: int
    under_way: int
    lasted: tuple[Fraction, ...]
    steps: tuple[StepEvaluation, ...]

    @property
    def longest(self) -> StepEvaluation | None:
        """Where its runs wait longest; None where nothing was measured."""
        return max(self.steps, key=lambda step: step.waited, default=None)

    @property
    def assessment(self) -> Assessment:
        """The suggested assessment.

        Good where at least `ON_TIME_ENOUGH` percent of what was due ended by its deadline, as many
        of the runs keep their plan as a whole, and no standard time is never met. Unknown with
        fewer than `RUNS_TO_JUDGE` runs that were not cancelled, or where nothing was due.
        """
        judged = self.judged
        if len(judged) < RUNS_TO_JUDGE or not self.due:
            return Assessment.UNKNOWN
        unmet = any(s.advice and s.advice.verdict is Verdict.NEVER_MET for s in self.steps)
        whole = percent(sum(s.keeps_plan for s in judged), len(judged))
        good = min(self.on_time, whole) >= ON_TIME_ENOUGH and not unmet
        return Assessment.GOOD if good else Assessment.POOR

    @property
    def judged(self) -> tuple[RunStanding, ...]:
        """The runs that were not cancelled."""
        return tuple(s for s in self.standings if s.run.status is not RunStatus.DIBATALKAN)

    @property
    def stalled(self) -> tuple[Lateness, ...]:
        """By how much each run under way that is late is so, the longest first."""
        return _longest_first(s.late for s in self.standings if s.late and not s.run.status.is_over)


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

    @property
    def finished(self) -> int:
        """How many runs were finished in the period."""
        return sum(procedure.finished for procedure in self.procedures)

    @property
    def on_time(self) -> int | None:
        """The percentage of what was due that ended by its deadline; None where nothing was."""
        due = sum(procedure.due for procedure in self.procedures)
        kept = sum(procedure.attempts - procedure.late for procedure in self.procedures)
        return percent(kept, due) if due else None

    @property
    def under_way(self) -> int:
        """How many runs are under way at its end, or now."""
        return sum(procedure.under_way for procedure in self.procedures)

    @property
    def stalled(self) -> tuple[Lateness, ...]:
        """The same of all procedures."""
        return _longest_first(late for procedure in self.procedures for late in procedure.stalled)


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
            standing = run.as_of(end) if end <= now else run
            touching.setdefault(run.procedure.code, []).append(standing)
            known.setdefault(run.procedure.code, (sop, run.procedure))
    evaluated = (
        _procedure(sop, procedure, touching.get(code, []), (start, end), now, calendar)
        for code, (sop, procedure) in known.items()
    )
    return Evaluation(period, now, tuple(evaluated))


def _procedure(
    sop: Sop,
    procedure: Procedure,
    runs: Sequence[Run],
    bounds: tuple[datetime, datetime],
    now: datetime,
    calendar: WorkCalendar,
) -> ProcedureEvaluation:
    start, until = bounds[0], min(bounds[1], now)
    standings = tuple(_standing(run, until, calendar) for run in runs)
    ended = [s for s in standings if s.run.finished_at and s.run.finished_at >= start]
    finished = [s for s in ended if s.run.status is RunStatus.SELESAI]
    steps = tuple(evaluate_steps(runs, start, until, calendar))
    return ProcedureEvaluation(
        attempts=sum(step.attempts for step in steps),
        late=sum(step.late for step in steps),
        overdue=sum(step.overdue for step in steps),
        returns=sum(step.returns for step in steps),
        extensions=sum(step.extensions for step in steps),
        sop=sop,
        procedure=procedure,
        standings=standings,
        started=sum(start <= run.started_at for run in runs),
        finished=len(finished),
        finished_late=sum(s.late is not None for s in finished),
        cancelled=len(ended) - len(finished),
        under_way=sum(not run.status.is_over for run in runs),
        lasted=tuple(_lasted(s.run, calendar) for s in finished),
        steps=steps,
    )


def _standing(run: Run, until: datetime, calendar: WorkCalendar) -> RunStanding:
    planned = metrics.planned_end(run, calendar, until)
    forecast = metrics.forecast(run, until, calendar)
    returns = sum(task.status is TaskStatus.DIKEMBALIKAN for task in run.tasks)
    return RunStanding(
        run=run,
        planned_end=planned,
        late=_lateness(run, planned, until, calendar),
        expected=metrics.lateness(planned, forecast, calendar) if forecast else None,
        returns=returns,
        extensions=sum(granted(task) for task in run.tasks),
    )


def _lateness(
    run: Run, planned: datetime, until: datetime, calendar: WorkCalendar
) -> Lateness | None:
    if run.status is RunStatus.SELESAI and run.finished_at:
        return metrics.lateness(planned, run.finished_at, calendar)
    if not run.current:
        return None
    steps = (metrics.late(run, task, until, calendar) for task in run.current)
    return max((metrics.lateness(planned, until, calendar), *steps), key=_length)


def _lasted(run: Run, calendar: WorkCalendar) -> Fraction:
    """The working days of a run that is over."""
    return metrics.lasted(run, run.started_at, run.finished_at or run.last_change, calendar)


def _longest_first(latenesses: Iterable[Lateness]) -> tuple[Lateness, ...]:
    return tuple(sorted(latenesses, key=_length, reverse=True))


def _length(late: Lateness | None) -> tuple[int, timedelta]:
    return (late.days, late.rest) if late else (-1, timedelta())
