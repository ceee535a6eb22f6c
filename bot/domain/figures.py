"""Figures of a run: how late, how long, when it will end. Pure, from the run alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from bot.domain import worktime
from bot.domain.run import Run, Task, TaskStatus
from bot.domain.sop import Duration, DurationUnit, Step
from bot.domain.worktime import WorkCalendar


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late something is: whole working days, and working time beyond them."""

    days: int
    rest: timedelta


@dataclass(frozen=True, slots=True)
class Worked:
    """Working time that something took, in the unit its standard time is given in.

    `days` for a standard time in days (each day's worked share of its hours), else `time`.
    """

    days: Fraction | None
    time: timedelta | None


@dataclass(frozen=True, slots=True)
class StepFigures:
    """Planned against actual of one attempt at a step."""

    step: Step
    task: Task
    worked: Worked
    late: Lateness | None


def lateness(due: datetime, at: datetime, calendar: WorkCalendar) -> Lateness | None:
    """By how much working time `at` lies after `due`; None if it does not."""
    if at <= due:
        return None
    days = 0
    reached = due
    while (mark := worktime.add(due, _days(days + 1), calendar)) <= at:
        days += 1
        reached = mark
    return Lateness(days, worktime.between(reached, at, calendar))


def worked(step: Step, start: datetime, end: datetime, calendar: WorkCalendar) -> Worked:
    """The working time between two instants, measured as the step's standard time is."""
    if step.duration.unit is DurationUnit.HARI:
        return Worked(Fraction(worktime.days_between(start, end, calendar)), None)
    return Worked(None, worktime.between(start, end, calendar))


def steps(run: Run, calendar: WorkCalendar) -> tuple[StepFigures, ...]:
    """Planned against actual of every attempt that was confirmed, in the order of the SOP."""
    return tuple(
        StepFigures(
            run.step_of(task),
            task,
            worked(run.step_of(task), task.opened_at, task.closed_at, calendar),
            lateness(task.due_at, task.closed_at, calendar),
        )
        for task in sorted(run.tasks, key=lambda t: (t.step, t.attempt))
        if task.status is TaskStatus.SELESAI and task.closed_at is not None
    )


def forecast(run: Run, now: datetime, calendar: WorkCalendar) -> datetime | None:
    """When the run will end if every open step ends at its deadline and each step after it
    takes its standard time; a late step is taken to end now. None for a run that is over."""
    current = run.current
    if not current:
        return None
    end = max(now, *(task.due_at for task in current))
    for step in run.procedure.steps[max(task.step for task in current) :]:
        end = worktime.add(end, step.duration, calendar)
    return end


def planned_end(run: Run, calendar: WorkCalendar) -> datetime:
    """When the run would have ended had every step taken just its standard time."""
    end = run.started_at
    for step in run.procedure.steps:
        end = worktime.add(end, step.duration, calendar)
    return end


def _days(amount: int) -> Duration:
    return Duration(amount, DurationUnit.HARI)
