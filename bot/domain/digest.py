"""When the morning digest is due: at 07.30, or when the office opens later (in Ramadan)."""

from __future__ import annotations

from datetime import date, datetime, time

from bot.domain import worktime
from bot.domain.access import KEPALA_DINAS
from bot.domain.assignment import OfficeState
from bot.domain.worktime import WorkCalendar

DIGEST_AT = time(7, 30)


def due_on(day: date, calendar: WorkCalendar) -> datetime:
    """When a working day's digest is due; raises ValueError for a day off."""
    return worktime.at_clock(day, DIGEST_AT, calendar)


def next_day(now: datetime, calendar: WorkCalendar) -> date:
    """The day of the next digest after `now`."""
    today = calendar.local(now).date()
    if calendar.is_working_day(today) and now < due_on(today, calendar):
        return today
    return worktime.next_working_day(today, calendar)


def send_at(now: datetime, calendar: WorkCalendar) -> datetime | None:
    """When today's digest may go out: `now`, or after the break; None if not due, or closed."""
    today = calendar.local(now).date()
    if not calendar.is_working_day(today) or now < due_on(today, calendar):
        return None
    if worktime.within_hours(now, calendar):
        return now
    opening = worktime.opening(now, calendar)
    return opening if opening.date() == today else None


def watchers(state: OfficeState) -> tuple[int, ...]:
    """Who gets the office's timeline: the owner of the SOPs, and the head of the office."""
    return state.staff.ids([state.office.owner_role, KEPALA_DINAS])
