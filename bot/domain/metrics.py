"""Figures of a run: how late, how long, when it will end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from bot.domain import worktime
from bot.domain.run import Run, Task, TaskStatus
from bot.domain.sop import Duration, DurationUnit, Procedure, Step
from bot.domain.worktime import WorkCalendar

_A_MINUTE = Duration(1, DurationUnit.MENIT)


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late something is: whole working days, and working time beyond them."""

    days: int
    rest: timedelta


@dataclass(frozen=True, slots=True)
class Worked:
    """Working time that something took.

    `days` for a standard time in days: each day's worked share of its hours. `time` is None
    where only the days are known.
    """

    days: Fraction | None
    time: timedelta | None


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left until `due`: whole working `days` for a standard time in days that ends on a
    later date, else None; and the working `time`, begun minutes included.

    `away` counts the dates until then: 0 is today, 1 tomorrow.
    """

    due: datetime
    days: int | None
    time: timedelta
    away: int


@dataclass(frozen=True, slots=True)
class StepFigures:
    """Planned against actual of one attempt at a step."""

    step: Step
    task: Task
    worked: Worked
    late: Lateness | None


class Ahead(NamedTuple):
    """A step still to come, and when it is expected to be worked on."""

    step: Step
    start: datetime
    end: datetime


def lateness(due: datetime, at: datetime, calendar: WorkCalendar) -> Lateness | None:
    """By how much working time `at` lies after `due`; None if by less than a minute of work."""
    if not is_late(due, at, calendar):
        return None
    # As many working days have passed as have begun since, or one more or less.
    begun = worktime.opening(due, calendar).date()
    days = max(worktime.working_days(begun, calendar.local(at).date(), calendar) - 1, 0)
    reached = worktime.add(due, Duration(days, DurationUnit.HARI), calendar) if days else due
    while (mark := worktime.add(due, Duration(days + 1, DurationUnit.HARI), calendar)) <= at:
        days += 1
        reached = mark
    return Lateness(days, worktime.between(reached, at, calendar))


def is_late(due: datetime, at: datetime, calendar: WorkCalendar) -> bool:
    """Whether `at` lies after `due` by a minute of work or more."""
    return at > due and worktime.add(due, _A_MINUTE, calendar) <= at


def remaining(
    duration: Duration, due: datetime, now: datetime, calendar: WorkCalendar
) -> Remaining | None:
    """What is left until the deadline of a step of this standard time; None once it is reached."""
    if now >= due:
        return None
    today, last = calendar.local(now).date(), calendar.local(due).date()
    later = duration.unit is DurationUnit.HARI and last > today
    days = worktime.working_days(today, last, calendar) if later else None
    minutes = -(-worktime.between(now, due, calendar) // worktime.MINUTE)
    return Remaining(due, days, minutes * worktime.MINUTE, (last - today).days)


def days(run: Run, task: Task, end: datetime, calendar: WorkCalendar) -> Fraction:
    """The working days from a task's opening to `end`, without the pauses of the run."""
    return lasted(run, task.opened_at, end, calendar)


def lasted(run: Run, start: datetime, end: datetime, calendar: WorkCalendar) -> Fraction:
    """The working days between two instants, without the pauses of the run."""
    stretches = _without_pauses(run, start, end)
    counted = (worktime.days_between(start, stop, calendar) for start, stop in stretches)
    return sum(counted, Fraction(0))


def worked(run: Run, task: Task, end: datetime, calendar: WorkCalendar) -> Worked:
    """The working time from a task's opening to `end`, without the pauses of the run."""
    stretches = _without_pauses(run, task.opened_at, end)
    times = (worktime.between(start, stop, calendar) for start, stop in stretches)
    in_days = run.step_of(task).duration.unit is DurationUnit.HARI
    counted = days(run, task, end, calendar) if in_days else None
    return Worked(counted, sum(times, timedelta(0)))


def steps(run: Run, calendar: WorkCalendar) -> tuple[StepFigures, ...]:
    """Planned against actual of every attempt that was confirmed, in the order of the SOP."""
    return tuple(
        StepFigures(
            run.step_of(task),
            task,
            worked(run, task, task.closed_at, calendar),
            lateness(task.due_at, task.closed_at, calendar),
        )
        for task in sorted(run.tasks, key=lambda t: (t.step, t.attempt))
        if task.status is TaskStatus.SELESAI and task.closed_at is not None
    )


def forecast(run: Run, now: datetime, calendar: WorkCalendar) -> datetime | None:
    """When the run will end; None if it is over.

    Every open step is taken to end at its deadline, or now if it is late, and each step after it
    to take its standard time. A paused run is taken to be resumed now.
    """
    if not run.current:
        return None
    coming = list(ahead(run, now, calendar))
    return coming[-1].end if coming else _current_end(run, now, calendar)


def ahead(run: Run, now: datetime, calendar: WorkCalendar) -> Iterator[Ahead]:
    """The steps that `forecast` expects after the open ones, in order; none if it is over."""
    if not run.current:
        return
    end = _current_end(run, now, calendar)
    for step in run.procedure.steps[max(task.step for task in run.current) :]:
        start, end = end, worktime.due(end, step.duration, calendar)
        yield Ahead(step, start, end)


def late(run: Run, task: Task, now: datetime, calendar: WorkCalendar) -> Lateness | None:
    """By how much a task is late, or was when it ended; a paused run makes nobody late."""
    end = task.closed_at or (run.pause.since if run.pause else now)
    return lateness(task.due_at, end, calendar)


def standard_due(run: Run, task: Task, calendar: WorkCalendar) -> datetime:
    """When a task would have been due without the extensions that were granted to it."""
    if not any(extension.granted for extension in task.extensions):
        return task.due_at
    due = worktime.due(task.opened_at, run.step_of(task).duration, calendar)
    for pause in run.pauses:
        since, until = max(pause.since, task.opened_at), pause.until
        if until is not None and since < min(until, task.closed_at or until):
            due = moved(due, worktime.between(since, until, calendar), calendar)
    return due


def standard_end(procedure: Procedure, start: datetime, calendar: WorkCalendar) -> datetime:
    """When a run that begins at `start` ends if every step takes its standard time."""
    end = start
    for step in procedure.steps:
        end = worktime.due(end, step.duration, calendar)
    return end


def planned_end(run: Run, calendar: WorkCalendar, now: datetime | None = None) -> datetime:
    """When the run would have ended had every step taken its standard time; pauses are added, one
    that still lasts up to `now`."""
    end = standard_end(run.procedure, run.started_at, calendar)
    for pause in run.pauses:
        until = pause.until or (now if run.pause else None)
        if until is not None:
            end = moved(end, worktime.between(pause.since, until, calendar), calendar)
    return end


def moved(due: datetime, by: timedelta, calendar: WorkCalendar) -> datetime:
    """A deadline moved on by this much working time, in whole minutes."""
    minutes = by // worktime.MINUTE
    return worktime.add(due, Duration(minutes, DurationUnit.MENIT), calendar) if minutes else due


def _current_end(run: Run, now: datetime, calendar: WorkCalendar) -> datetime:
    """When the open steps are taken to end: at their deadline, or now."""
    due = max(task.due_at for task in run.current)
    if run.pause is not None:
        due = moved(due, worktime.between(run.pause.since, now, calendar), calendar)
    return max(now, due)


def _without_pauses(
    run: Run, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The intervals between two instants in which the run was not paused."""
    for pause in run.pauses:
        if pause.since >= end or (pause.until is not None and pause.until <= start):
            continue
        if pause.since > start:
            yield start, pause.since
        if pause.until is None or pause.until >= end:
            return
        start = pause.until
    yield start, end
