"""Runs as pictures: rows of bars on a working-day axis. Pure; the drawing is done elsewhere."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from bot.domain import metrics, worktime
from bot.domain.metrics import Lateness
from bot.domain.run import Run, Task, TaskStatus
from bot.domain.sop import Step
from bot.domain.worktime import WorkCalendar

DAY_OFF_WIDTH = 0.4
"""The width of a day off relative to a working day: visible, but narrow."""

FEWEST_WORKING_DAYS = 5
"""The fewest working days of an axis, so that a bar of two hours stays short."""

OFFICE_DAYS_BACK = 15
OFFICE_DAYS_AHEAD = 25
"""The working days around today that the office's timeline shows; the rest is cut."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AxisDay:
    """One date of the axis; `left` and `right` are shares of the whole width, 0 to 1."""

    day: date
    working: bool
    holiday: str | None
    left: float
    right: float


class Axis:
    """Days side by side: working days of one width, by share of their hours, days off narrow."""

    def __init__(self, first: date, last: date, calendar: WorkCalendar) -> None:
        """Raises ValueError where `last` comes before `first`."""
        if last < first:
            raise ValueError(f"an axis cannot end on {last} before it begins on {first}")
        self._calendar = calendar
        dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        working = [calendar.is_working_day(day) for day in dates]
        ends = list(accumulate(1.0 if works else DAY_OFF_WIDTH for works in working))
        whole = ends[-1]
        self.days = tuple(
            AxisDay(day, works, calendar.holiday_name(day), start / whole, end / whole)
            for day, works, start, end in zip(dates, working, [0.0, *ends], ends, strict=False)
        )
        self._starts = [
            datetime.combine(day, time(), calendar.zone) for day in (*dates, last + _DAY)
        ]

    @property
    def first(self) -> datetime:
        """The midnight with which the axis begins."""
        return self._starts[0]

    @property
    def last(self) -> datetime:
        """The midnight with which it ends."""
        return self._starts[-1]

    def at(self, instant: datetime) -> float:
        """The position of an instant, from 0 to 1; beyond the axis it is that of its end."""
        local = self._calendar.local(instant)
        if local <= self.first:
            return 0.0
        if local >= self.last:
            return 1.0
        index = bisect_right(self._starts, local) - 1
        day = self.days[index]
        return day.left + (day.right - day.left) * self._passed(index, local)

    def _passed(self, index: int, local: datetime) -> float:
        """The share of a day that has passed: of its hours, or by the clock on a day off."""
        start, end = self._starts[index], self._starts[index + 1]
        if self.days[index].working:
            return float(worktime.days_between(start, local, self._calendar))
        return (local - start) / (end - start)


class Part(StrEnum):
    """What a bar shows."""

    STANDARD = "standard"
    EXTENSION = "extension"
    DONE = "done"
    RUNNING = "running"
    LATE = "late"
    PAUSED = "paused"
    FORECAST = "forecast"


class Bar(NamedTuple):
    """An interval of one kind; `start` is not after `end`."""

    part: Part
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Lane:
    """One attempt at a step, or one to come. `round` counts from 1; `plan` includes extensions."""

    round: int
    plan: tuple[Bar, ...]
    bars: tuple[Bar, ...]
    returned: bool = False
    void: bool = False


class State(StrEnum):
    """The state of a row."""

    DONE = "done"
    RUNNING = "running"
    AHEAD = "ahead"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Row:
    """One step. `until` is its deadline, its end once it is done, or its forecast end."""

    step: Step
    state: State
    lanes: tuple[Lane, ...]
    late: Lateness | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """One run step by step. `forecast` is None for a run that is over."""

    run: Run
    axis: Axis
    now: datetime
    rows: tuple[Row, ...]
    forecast: datetime | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of the office's picture, in one lane; `current` is its open step."""

    run: Run
    lane: Lane
    current: Step | None
    late: Lateness | None
    forecast: datetime | None


@dataclass(frozen=True, slots=True)
class OfficeTimeline:
    """Every run under way, in the order given. `forecast` of a row may lie beyond the axis."""

    axis: Axis
    now: datetime
    rows: tuple[RunRow, ...]


def of_run(run: Run, now: datetime, calendar: WorkCalendar) -> Timeline:
    """The whole run: what was, what is, and what is still to come at standard times."""
    rows = tuple(_rows(run, now, calendar))
    forecast = metrics.forecast(run, now, calendar)
    last = max([run.last_change, *(_last(lane) for row in rows for lane in row.lanes)])
    axis = _axis(calendar.local(run.started_at).date(), calendar.local(last).date(), calendar)
    return Timeline(run, axis, now, rows, forecast)


def of_office(runs: Iterable[Run], now: datetime, calendar: WorkCalendar) -> OfficeTimeline:
    """The runs under way around today; those that are over are left out."""
    rows = tuple(_run_row(run, now, calendar) for run in runs if run.current)
    today = calendar.local(now).date()
    earliest = worktime.previous_working_day(today, calendar, OFFICE_DAYS_BACK)
    latest = worktime.next_working_day(today, calendar, OFFICE_DAYS_AHEAD)
    first = min([today, *(calendar.local(row.run.started_at).date() for row in rows)])
    last = max([today, *(calendar.local(_last(row.lane)).date() for row in rows)])
    return OfficeTimeline(_axis(max(first, earliest), min(last, latest), calendar), now, rows)


def _rows(run: Run, now: datetime, calendar: WorkCalendar) -> Iterator[Row]:
    ahead = {
        step.number: Bar(Part.FORECAST, start, end)
        for step, start, end in metrics.ahead(run, now, calendar)
    }
    for step in run.procedure.steps:
        attempts = [t for t in run.tasks if t.step == step.number and _was_worked_on(run, t)]
        lanes = [_lane(run, task, number, now, calendar) for number, task in enumerate(attempts, 1)]
        to_come = ahead.get(step.number)
        if to_come is not None:
            plan = (to_come._replace(part=Part.STANDARD),)
            lanes.append(Lane(len(lanes) + 1, plan, (to_come,)))
        newest = attempts[-1] if attempts and to_come is None else None
        late = metrics.late(run, newest, now, calendar) if newest else None
        until = to_come.end if to_come else None
        if newest is not None:
            until = newest.closed_at or newest.due_at
        yield Row(step, _state(newest, to_come), tuple(lanes), late, until)


def _was_worked_on(run: Run, task: Task) -> bool:
    """Whether it counts as an attempt: if withdrawn, then only by the run's cancellation."""
    if task.status is not TaskStatus.DITARIK:
        return True
    return run.cancelled is not None and task.closed_at == run.cancelled.at


def _lane(run: Run, task: Task, number: int, now: datetime, calendar: WorkCalendar) -> Lane:
    standard = metrics.standard_due(run, task, calendar)
    plan = [Bar(Part.STANDARD, task.opened_at, standard)]
    if task.due_at > standard:
        plan.append(Bar(Part.EXTENSION, standard, task.due_at))
    returned, void = task.status is TaskStatus.DIKEMBALIKAN, task.status is TaskStatus.GUGUR
    return Lane(number, tuple(plan), _actual(run, task, now), returned, void)


def _actual(run: Run, task: Task, now: datetime) -> tuple[Bar, ...]:
    end = task.closed_at or max(now, task.opened_at)
    worked = Part.RUNNING if task.is_open else Part.DONE
    bars: list[Bar] = []
    reached = task.opened_at
    for pause in run.pauses:
        since, until = max(pause.since, reached), min(pause.until or end, end)
        if since < until:
            bars += [*_worked(worked, reached, since, task.due_at), Bar(Part.PAUSED, since, until)]
            reached = until
    bars += _worked(worked, reached, end, task.due_at)
    # An attempt of no duration still needs a visible bar.
    return tuple(bars) or (Bar(worked, task.opened_at, end),)


def _worked(part: Part, start: datetime, end: datetime, due: datetime) -> Iterator[Bar]:
    """From `start` to `end`, cut at the deadline."""
    if start < min(end, due):
        yield Bar(part, start, min(end, due))
    if max(start, due) < end:
        yield Bar(Part.LATE, max(start, due), end)


def _state(newest: Task | None, to_come: Bar | None) -> State:
    if to_come is not None:
        return State.AHEAD
    if newest is None:
        return State.STOPPED
    if newest.is_open:
        return State.RUNNING
    return State.DONE if newest.status is TaskStatus.SELESAI else State.STOPPED


def _run_row(run: Run, now: datetime, calendar: WorkCalendar) -> RunRow:
    newest = max(run.current, key=lambda task: task.step)
    forecast = metrics.forecast(run, now, calendar)
    # What came before the open step is one bar.
    before = Bar(Part.DONE, run.started_at, newest.opened_at)
    parts = [before] if before.start < before.end else []
    parts += _actual(run, newest, now)
    reached = parts[-1].end
    if forecast is not None and forecast > reached:
        parts.append(Bar(Part.FORECAST, reached, forecast))
    plan = (Bar(Part.STANDARD, run.started_at, metrics.planned_end(run, calendar)),)
    late = metrics.late(run, newest, now, calendar)
    return RunRow(run, Lane(1, plan, tuple(parts)), run.step_of(newest), late, forecast)


def _last(lane: Lane) -> datetime:
    return max(bar.end for bar in (*lane.plan, *lane.bars))


def _axis(first: date, last: date, calendar: WorkCalendar) -> Axis:
    """From `first` to `last`, longer where that is less than the fewest working days."""
    missing = FEWEST_WORKING_DAYS - worktime.working_days(first - _DAY, last, calendar)
    if missing > 0:
        last = worktime.next_working_day(last, calendar, missing)
    return Axis(first, last, calendar)
