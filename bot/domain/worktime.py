"""Working time: when a task opens, when it is due, and how much work lies between instants.

One rule gives every due time. A task opens at the next instant of work. `jam` and `menit`
then add working time; `hari` means the same clock time on the n-th next working day; and
the result is moved back to the last instant of work at or before it, so that nothing is
ever due at the moment the office opens.

A beginning is looked for among intervals closed at the start and open at the end (at 16.00 the
day is over), in `_forward`; an end among intervals open at the start and closed at the end (16.00
is still today), in `_backward`. The other functions use these two.

Every function takes zone-aware instants in any zone, raises ValueError for naive ones and for
amounts that are not positive, and returns the calendar's zone. A search that meets no day of work
for a year raises NoWorkingDayError. Within a day it is wall-clock time; no interval of work spans
a change of the zone's offset (Indonesia's zones have none).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.sop import Duration, DurationUnit, Hours

_DAY = timedelta(days=1)
_NONE = timedelta(0)
_MICROSECOND = timedelta(microseconds=1)

MINUTE = timedelta(minutes=1)
"""What deadlines are counted in: seconds are neither given nor taken."""

IDLE_DAYS_AT_MOST = 366
"""A search for work gives up after this many days off in a row."""


class NoWorkingDayError(Exception):
    """The calendar has no work for a whole year: its hours or corrections are wrong."""


class Interval(NamedTuple):
    """Working time within one day: two zone-aware instants, `start` before `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class WorkDay:
    """A date's hours of work, in order (none on a day off), and the name of its holiday."""

    hours: tuple[Hours, ...]
    holiday: str | None = None


class WorkCalendar:
    """Days and their intervals of work, in one zone. What `look_up` returns is cached."""

    def __init__(self, zone: ZoneInfo, look_up: Callable[[date], WorkDay]) -> None:
        self.zone = zone
        self._days = _Days(look_up, {})

    def follow(self, other: WorkCalendar) -> None:
        """Replace the days by those of `other`, in place: the office moved a holiday.

        A calculation in another thread may see days before and after the change.
        """
        # One assignment, so that the cache never belongs to another rule.
        self._days = other._days

    def intervals(self, day: date) -> tuple[Interval, ...]:
        """The day's intervals of work in order, in the calendar's zone; () on a day off."""
        return self._day(day).intervals

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on this date at all."""
        return bool(self._day(day).intervals)

    def holiday_name(self, day: date) -> str | None:
        """The name of the holiday or cuti bersama on this date; None for any other day."""
        return self._day(day).holiday

    def local(self, instant: datetime) -> datetime:
        """The same instant in this calendar's zone; raises ValueError for a naive one."""
        if instant.utcoffset() is None:
            raise ValueError("working time needs an instant with a time zone, not a naive datetime")
        return instant.astimezone(self.zone)

    def _day(self, day: date) -> _KnownDay:
        days = self._days
        known = days.known.get(day)
        if known is None:
            work_day = days.look_up(day)
            intervals = tuple(
                Interval(
                    datetime.combine(day, hours.start, self.zone),
                    datetime.combine(day, hours.end, self.zone),
                )
                for hours in work_day.hours
            )
            known = days.known[day] = _KnownDay(intervals, work_day.holiday)
        return known


class _KnownDay(NamedTuple):
    """A date that was looked up before."""

    intervals: tuple[Interval, ...]
    holiday: str | None


class _Days(NamedTuple):
    """The source of the days, and those that were looked up in it."""

    look_up: Callable[[date], WorkDay]
    known: dict[date, _KnownDay]


def opening(instant: datetime, calendar: WorkCalendar) -> datetime:
    """The first instant of work at or after `instant`: now, after the break, next opening.

    A closing instant is no longer work, so at 16.00 this is the next day's opening.
    """
    return next(_forward(calendar.local(instant), calendar)).start


def add(opened: datetime, duration: Duration, calendar: WorkCalendar) -> datetime:
    """When a task that comes up at `opened` is due after a standard time of `duration`.

    The result is within hours, later than `opened`, and never an opening instant.
    """
    begin = opening(opened, calendar)
    if duration.unit is DurationUnit.HARI:
        day = next_working_day(begin.date(), calendar, _positive(duration.amount))
        return _last_work(datetime.combine(day, begin.timetz()), calendar)
    left = _work(duration)
    for start, end in _forward(begin, calendar):
        if left <= end - start:
            return start + left
        left -= end - start
    raise AssertionError("_forward ends only by raising")


def due(opened: datetime, duration: Duration, calendar: WorkCalendar) -> datetime:
    """When what comes up at `opened` is due: counted from the whole minute that it came in.

    15.00.07 and an hour is 16.00, not the next morning.
    """
    return add(opened.replace(second=0, microsecond=0), duration, calendar)


def subtract(due: datetime, duration: Duration, calendar: WorkCalendar) -> datetime:
    """The instant from which `duration` of work is left until `due`.

    `jam` and `menit` count back in working time; where that ends just at an opening, the opening
    is meant ("2 jam sebelum 09.30" is 07.30). `hari` is the same clock time on the n-th working
    day before, moved back to the last instant of work at or before it. The result is within
    hours, both ends included, and earlier than `due`.
    """
    last = _last_work(calendar.local(due), calendar)
    if duration.unit is DurationUnit.HARI:
        day = previous_working_day(last.date(), calendar, _positive(duration.amount))
        return _last_work(datetime.combine(day, last.timetz()), calendar)
    left = _work(duration)
    for start, end in _backward(last, calendar):
        if left <= end - start:
            return end - left
        left -= end - start
    raise AssertionError("_backward ends only by raising")


def between(start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
    """The working time from `start` to `end`; negative when `end` comes first.

    The inverse of `add` for `jam` and `menit`: `between(t, add(t, d)) == d`.
    """
    first, last = calendar.local(start), calendar.local(end)
    if last < first:
        return -between(last, first, calendar)
    days = _dates(first.date(), last.date())
    return sum((_worked(day, first, last, calendar) for day in days), _NONE)


def days_between(start: datetime, end: datetime, calendar: WorkCalendar) -> Fraction:
    """The working days from `start` to `end`, exactly; negative when `end` comes first.

    Each day counts as the worked share of its own hours: a whole Friday is one day.
    """
    first, last = calendar.local(start), calendar.local(end)
    if last < first:
        return -days_between(last, first, calendar)
    days = _dates(first.date(), last.date())
    return sum((_share(day, first, last, calendar) for day in days), Fraction(0))


def next_working_day(day: date, calendar: WorkCalendar, n: int = 1) -> date:
    """The n-th working day after `day`, which itself does not count."""
    return _nth(_working_days(day, _DAY, calendar), n)


def previous_working_day(day: date, calendar: WorkCalendar, n: int = 1) -> date:
    """The n-th working day before `day`, which itself does not count."""
    return _nth(_working_days(day, -_DAY, calendar), n)


def working_days(after: date, until: date, calendar: WorkCalendar) -> int:
    """How many working days there are after one date, up to another that counts as well."""
    return sum(calendar.is_working_day(day) for day in _dates(after + _DAY, until))


def is_open(instant: datetime, calendar: WorkCalendar) -> bool:
    """Whether people are at work at `instant`: yes at an opening, no at a closing."""
    local = calendar.local(instant)
    return any(start <= local < end for start, end in calendar.intervals(local.date()))


def within_hours(instant: datetime, calendar: WorkCalendar) -> bool:
    """Whether something due at `instant` is due in office hours: both ends count."""
    local = calendar.local(instant)
    return any(start <= local <= end for start, end in calendar.intervals(local.date()))


def at_clock(day: date, clock_time: time, calendar: WorkCalendar) -> datetime:
    """The instant of a working day when its clocks show `clock_time`, kept within hours.

    A time before the opening or in a break waits for work to begin (08.00 on a day that
    opens at 08.30 is 08.30); a time after closing is the closing.

    Raises:
        ValueError: nobody works on `day`, or `clock_time` names a zone of its own.
    """
    if clock_time.tzinfo is not None:
        raise ValueError("a clock time is the office's own and names no zone")
    intervals = calendar.intervals(day)
    if not intervals:
        raise ValueError(f"{day} is not a working day")
    wanted = datetime.combine(day, clock_time, calendar.zone)
    for start, end in intervals:
        if wanted <= end:
            return max(wanted, start)
    return intervals[-1].end


def _forward(instant: datetime, calendar: WorkCalendar) -> Iterator[Interval]:
    """What is left of work from `instant` on: [start, end) intervals, the first one cut."""
    for start, end in calendar.intervals(instant.date()):
        if instant < end:
            yield Interval(max(instant, start), end)
    for day in _working_days(instant.date(), _DAY, calendar):
        yield from calendar.intervals(day)


def _backward(instant: datetime, calendar: WorkCalendar) -> Iterator[Interval]:
    """The work done up to `instant`: (start, end] intervals, the latest first and cut."""
    for start, end in reversed(calendar.intervals(instant.date())):
        if start < instant:
            yield Interval(start, min(instant, end))
    for day in _working_days(instant.date(), -_DAY, calendar):
        yield from reversed(calendar.intervals(day))


def _last_work(instant: datetime, calendar: WorkCalendar) -> datetime:
    """The last instant of work at or before `instant`, where an opening is not yet work."""
    return next(_backward(instant, calendar)).end


def _working_days(day: date, step: timedelta, calendar: WorkCalendar) -> Iterator[date]:
    """The working days beyond `day`, in the direction of `step`."""
    idle = 0
    while idle < IDLE_DAYS_AT_MOST:
        day += step
        if calendar.is_working_day(day):
            idle = 0
            yield day
        else:
            idle += 1
    where = "up to" if step > _NONE else "from"
    raise NoWorkingDayError(f"no working day in the {IDLE_DAYS_AT_MOST} days {where} {day}")


def _nth(days: Iterator[date], n: int) -> date:
    return next(islice(days, _positive(n) - 1, None))


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _worked(day: date, start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
    """The part of the day's hours that lies from `start` to `end`."""
    shares = (min(end, till) - max(start, since) for since, till in calendar.intervals(day))
    return sum((share for share in shares if share > _NONE), _NONE)


def _share(day: date, start: datetime, end: datetime, calendar: WorkCalendar) -> Fraction:
    worked = _worked(day, start, end, calendar)
    if not worked:
        return Fraction(0)
    whole = sum((till - since for since, till in calendar.intervals(day)), _NONE)
    return Fraction(worked // _MICROSECOND, whole // _MICROSECOND)


def _work(duration: Duration) -> timedelta:
    """The working time of a duration in `jam` or `menit`."""
    amount = _positive(duration.amount)
    if duration.unit is DurationUnit.JAM:
        return timedelta(hours=amount)
    return timedelta(minutes=amount)


def _positive(amount: int) -> int:
    if amount < 1:
        raise ValueError(f"a count of working time is a positive whole number, not {amount}")
    return amount
