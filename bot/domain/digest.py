"""When the morning digest is due.

At 07.30 of each working day, or when the office opens where that is later (in Ramadan). After
downtime a missed digest is sent the same day or not at all.
"""

from __future__ import annotations

from datetime import date, datetime, time

from bot.domain import worktime
from bot.domain.access import KEPALA_DINAS
from bot.domain.assignment import OfficeState
from bot.domain.run import Run
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


def previous_day(day: date, calendar: WorkCalendar) -> datetime:
    """When the digest of the working day before `day` was due."""
    return due_on(worktime.previous_working_day(day, calendar), calendar)


def left_its_way(run: Run, since: datetime) -> bool:
    """Whether a run was sent back, paused, resumed, or given more time since then."""
    moments = [task.returned.at for task in run.tasks if task.returned]
    moments += [at for rest in run.pauses for at in (rest.since, rest.until) if at]
    wishes = [wish for task in run.tasks for wish in task.extensions]
    moments += [at for wish in wishes for at in (wish.at, wish.decided_at) if at]
    return any(at >= since for at in moments)


def watchers(state: OfficeState) -> tuple[int, ...]:
    """Who gets the office's timeline: the owner of the SOPs, and the head of the office."""
    return state.staff.ids([state.office.owner_role, KEPALA_DINAS])
