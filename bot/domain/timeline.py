"""Runs as pictures: rows of bars on a working-day axis. Pure; the drawing is done elsewhere."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Final, NamedTuple, TypeVar

from bot.domain import metrics, worktime
from bot.domain.metrics import Lateness
from bot.domain.outlook import Outlook, outlook
from bot.domain.run import Run, Task, TaskStatus
from bot.domain.sop import Duration, Step
from bot.domain.worktime import WorkCalendar
from bot.domain.yearly import LegalDate

DAY_OFF_WIDTH = 0.4
"""The width of a day off relative to a working day: visible, but narrow."""

FEWEST_WORKING_DAYS = 5
"""The fewest working days of an axis, so that a bar of two hours stays short."""

OFFICE_DAYS_BACK = 15
OFFICE_DAYS_AHEAD = 25
"""The working days around today that the office's timeline shows; the rest is cut."""

OFFICE_ROWS = 12
RUN_ROWS = 20
"""The most rows of one page, so that a telephone shows their words large enough."""

_DAY = timedelta(days=1)
_IN_TIME = Lateness(0, timedelta(0))


@dataclass(frozen=True, slots=True)
class AxisDay:
    """One date of the axis; `left` and `right` are shares of the whole width, 0 to 1."""

    day: date
    working: bool
    holiday: str | None
    left: float
    right: float


class Axis:
    """Calendar days side by side: working days all of one width, days off narrow.

    Within a working day the position follows the share of its hours that has passed.
    """

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

    def close(self, day: date) -> float | None:
        """The position of a day's end; None where the day is none of the axis."""
        found = next((shown for shown in self.days if shown.day == day), None)
        return found.right if found else None

    def _passed(self, index: int, local: datetime) -> float:
        """The share of a day that has passed: of its hours, or by the clock on a day off."""
        start, end = self._starts[index], self._starts[index + 1]
        if self.days[index].working:
            return float(worktime.days_between(start, local, self._calendar))
        return (local - start) / (end - start)


class Part(StrEnum):
    """What a bar shows. `VOID` is work that does not count: it was sent back, made void by a later
    return, or broken off with the run. `BEYOND` is a forecast after the planned end of the run."""

    STANDARD = "standard"
    EXTENSION = "extension"
    DONE = "done"
    RUNNING = "running"
    LATE = "late"
    VOID = "void"
    PAUSED = "paused"
    FORECAST = "forecast"
    BEYOND = "beyond"


_WORKED: Final = {TaskStatus.TERBUKA: Part.RUNNING, TaskStatus.SELESAI: Part.DONE}


class Bar(NamedTuple):
    """An interval of one kind; `start` is not after `end`."""

    part: Part
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Lane:
    """One attempt at a step, or one still to come: its plan above what happened.

    `round` counts from 1. `plan` is the standard time, and the extension that was granted.
    `returned`: the work was sent back here; `void`: a later return made it void.
    """

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
    """One step: its lanes in order, the later attempts below the first.

    `late` is by how much its newest attempt is, or was, late. `until` is its deadline while
    it runs, when it was closed once done, and its forecast end while it is ahead. `extended` is
    the time that its newest attempt was granted beside its standard time.
    """

    step: Step
    state: State
    lanes: tuple[Lane, ...]
    late: Lateness | None
    until: datetime | None
    extended: tuple[Duration, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of how many, and which row of all comes first on it; all count from 1."""

    number: int
    of: int
    first: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """One run step by step: the rows of one page. `behind` are its open steps that are late, by
    their numbers, on whichever page they stand."""

    run: Run
    axis: Axis
    now: datetime
    rows: tuple[Row, ...]
    outlook: Outlook
    behind: tuple[tuple[int, Lateness], ...]
    page: Page


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of the office's picture, in one lane; `current` is its open step."""

    run: Run
    lane: Lane
    current: Step
    late: Lateness | None
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class OfficeTimeline:
    """Runs under way, the latest first: the rows of one page. `total` of them there are on all
    pages, and `late` of those are late. What is expected of a row may lie beyond the axis."""

    axis: Axis
    now: datetime
    rows: tuple[RunRow, ...]
    total: int
    late: int
    page: Page


def of_run(
    run: Run, now: datetime, calendar: WorkCalendar, legal: LegalDate | None = None, page: int = 1
) -> Timeline:
    """A page of the run: what was, what is, and what is still to come at standard times. `legal`
    is the day by which the law wants it finished."""
    ends = outlook(run, now, calendar, legal)
    every = tuple(_rows(run, now, calendar, ends.planned))
    rows, which = _page(every, page, RUN_ROWS)
    behind = [(r.step.number, r.late) for r in every if r.state is State.RUNNING and r.late]
    lanes = [lane for row in rows for lane in row.lanes]
    if which.of == 1 or not lanes:
        first, last = run.started_at, max([run.last_change, *map(_last, lanes)])
    else:
        first, last = min(map(_first, lanes)), max(map(_last, lanes))
    axis = _axis(calendar.local(first).date(), calendar.local(last).date(), calendar)
    return Timeline(run, axis, now, rows, ends, tuple(behind), which)


def of_office(
    runs: Iterable[tuple[Run, LegalDate | None]],
    now: datetime,
    calendar: WorkCalendar,
    page: int = 1,
) -> OfficeTimeline:
    """A page of the runs under way around today, each given with its legal date; those that are
    over are left out."""
    every = [_run_row(run, now, calendar, legal) for run, legal in runs if run.current]
    every.sort(key=_urgency)
    rows, which = _page(tuple(every), page, OFFICE_ROWS)
    today = calendar.local(now).date()
    earliest = worktime.previous_working_day(today, calendar, OFFICE_DAYS_BACK)
    latest = worktime.next_working_day(today, calendar, OFFICE_DAYS_AHEAD)
    first = min([today, *(calendar.local(row.run.started_at).date() for row in rows)])
    last = max([today, *(calendar.local(_last(row.lane)).date() for row in rows)])
    axis = _axis(max(first, earliest), min(last, latest), calendar)
    late = sum(row.late is not None for row in every)
    return OfficeTimeline(axis, now, rows, len(every), late, which)


AnyRow = TypeVar("AnyRow", Row, RunRow)


def _page(rows: tuple[AnyRow, ...], number: int, most: int) -> tuple[tuple[AnyRow, ...], Page]:
    """The rows of this page, or of the last where there are fewer; all pages about as long."""
    pages = max(-(-len(rows) // most), 1)
    each = -(-len(rows) // pages)
    number = min(max(number, 1), pages)
    before = (number - 1) * each
    return rows[before : before + each], Page(number, pages, before + 1)


def _urgency(row: RunRow) -> tuple[int, timedelta, int, timedelta, datetime]:
    """The latest first, by the open step, then by the end of the run."""
    late, beyond = row.late or _IN_TIME, row.outlook.beyond or _IN_TIME
    end = row.outlook.end or row.outlook.planned
    return -late.days, -late.rest, -beyond.days, -beyond.rest, end


def _rows(run: Run, now: datetime, calendar: WorkCalendar, planned_end: datetime) -> Iterator[Row]:
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
            expected = tuple(_expected(to_come.start, to_come.end, planned_end))
            lanes.append(Lane(len(lanes) + 1, plan, expected))
        newest = attempts[-1] if attempts and to_come is None else None
        late = metrics.late(run, newest, now, calendar) if newest else None
        until = to_come.end if to_come else None
        if newest is not None:
            until = newest.closed_at or newest.due_at
        extended = newest.extended_by if newest else ()
        yield Row(step, _state(newest, to_come), tuple(lanes), late, until, extended)


def _expected(start: datetime, end: datetime, planned_end: datetime) -> Iterator[Bar]:
    """From `start` to `end`, cut at the planned end of the run."""
    if start < min(end, planned_end):
        yield Bar(Part.FORECAST, start, min(end, planned_end))
    if max(start, planned_end) < end:
        yield Bar(Part.BEYOND, max(start, planned_end), end)


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
    """The work before and after the deadline, and the pauses."""
    end = task.closed_at or max(now, task.opened_at)
    worked = _WORKED.get(task.status, Part.VOID)
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


def _run_row(run: Run, now: datetime, calendar: WorkCalendar, legal: LegalDate | None) -> RunRow:
    newest = max(run.current, key=lambda task: task.step)
    ends = outlook(run, now, calendar, legal)
    # What came before the open step is one bar.
    before = Bar(Part.DONE, run.started_at, newest.opened_at)
    parts = [before] if before.start < before.end else []
    parts += _actual(run, newest, now)
    reached = parts[-1].end
    parts += _expected(reached, ends.end or reached, ends.planned)
    plan = (Bar(Part.STANDARD, run.started_at, ends.planned),)
    late = metrics.late(run, newest, now, calendar)
    return RunRow(run, Lane(1, plan, tuple(parts)), run.step_of(newest), late, ends)


def _first(lane: Lane) -> datetime:
    return min(bar.start for bar in (*lane.plan, *lane.bars))


def _last(lane: Lane) -> datetime:
    return max(bar.end for bar in (*lane.plan, *lane.bars))


def _axis(first: date, last: date, calendar: WorkCalendar) -> Axis:
    """From `first` to `last`, longer where that is less than the fewest working days."""
    missing = FEWEST_WORKING_DAYS - worktime.working_days(first - _DAY, last, calendar)
    if missing > 0:
        last = worktime.next_working_day(last, calendar, missing)
    return Axis(first, last, calendar)
