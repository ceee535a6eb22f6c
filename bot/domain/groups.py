"""When a group gets news: in office hours, at most once an hour."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.domain import worktime
from bot.domain.worktime import WorkCalendar

MOST_A_DAY = 4
APART = timedelta(hours=1)
LAST_AT = time(15, 30)


def count_today(posted_at: datetime | None, posts: int, now: datetime, cal: WorkCalendar) -> int:
    """How many of the messages to a group were of today."""
    if posted_at is None or cal.local(posted_at).date() != cal.local(now).date():
        return 0
    return posts


def next_post(
    now: datetime, posted_at: datetime | None, posts: int, calendar: WorkCalendar
) -> datetime:
    """When a group may get its next message; it got `posts` on the day of `posted_at`."""
    at = _working(now, calendar)
    if posted_at is None or not (count := count_today(posted_at, posts, at, calendar)):
        return at
    today = calendar.local(at).date()
    if count < MOST_A_DAY - 1:
        return _working(max(at, posted_at + APART), calendar)
    last = worktime.at_clock(today, LAST_AT, calendar)
    if count == MOST_A_DAY - 1 and at <= last:
        return last
    return worktime.at_clock(worktime.next_working_day(today, calendar), time(), calendar)


def _working(at: datetime, calendar: WorkCalendar) -> datetime:
    return at if worktime.within_hours(at, calendar) else worktime.opening(at, calendar)
