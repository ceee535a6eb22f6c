"""The office's days and hours in words, and when a new office begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain import worktime
from bot.domain.worktime import WorkCalendar

_OPENING = time(9, 0)


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that the clock passed over, and why the office was closed on it."""

    day: date
    name: str


def first_morning(calendar: WorkCalendar, now: datetime) -> datetime:
    """Nine o'clock of today, or of the next working day."""
    today = calendar.local(now).date()
    working = calendar.is_working_day(today)
    day = today if working else worktime.next_working_day(today, calendar)
    return datetime.combine(day, _OPENING, calendar.zone).astimezone(UTC)


def days_off(calendar: WorkCalendar, after: datetime, until: datetime) -> Iterator[DayOff]:
    """The days without work that began after one moment and up to another."""
    day, last = calendar.local(after).date(), calendar.local(until).date()
    while day < last:
        day += timedelta(days=1)
        if (name := _why_closed(calendar, day)) is not None:
            yield DayOff(day, name)


def hours(calendar: WorkCalendar, at: datetime) -> str:
    """What time of the working day it is, in words."""
    now = calendar.local(at)
    if (closed := _why_closed(calendar, now.date())) is not None:
        return f"libur: {closed}"
    if worktime.is_open(now, calendar):
        return "jam kerja"
    intervals = calendar.intervals(now.date())
    within = intervals[0].start <= now < intervals[-1].end
    return "jam istirahat" if within else "kantor tutup"


def _why_closed(calendar: WorkCalendar, day: date) -> str | None:
    if calendar.is_working_day(day):
        return None
    return calendar.holiday_name(day) or "akhir pekan"
