"""The year of a procedure: when its start is proposed, and by which day it has to be finished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from bot.domain import metrics, worktime
from bot.domain.run import Run
from bot.domain.sop import Procedure, Schedule
from bot.domain.worktime import WorkCalendar

PROPOSE_AT = time(8, 0)
"""When a start is proposed, like the daily reminders."""


@dataclass(frozen=True, slots=True)
class LegalDate:
    """The day by which a run has to be finished, and `last`, the last working day until then.

    `holiday`: a day off because of a holiday, not because it is a weekend. `assumed`: the office
    has not confirmed the day. `note` says whose day it is, where it is not the office's own.
    """

    day: date
    last: date
    holiday: bool = False
    assumed: bool = False
    note: str = ""


def next_start(schedule: Schedule, today: date) -> date:
    """The next day, today included, on which the procedure begins."""
    this_year = schedule.start.in_year(today.year)
    return this_year if this_year >= today else schedule.start.in_year(today.year + 1)


def proposed_at(day: date, calendar: WorkCalendar) -> datetime:
    """When a start is proposed: on that day, or the next working day where nobody works on it."""
    if not calendar.is_working_day(day):
        day = worktime.next_working_day(day, calendar)
    return worktime.at_clock(day, PROPOSE_AT, calendar)


def legal_date(procedure: Procedure, year: int) -> date | None:
    """The day by which a run for this fiscal year has to be finished; None where none is named."""
    schedule = procedure.schedule
    if schedule is None or schedule.deadline is None:
        return None
    begins = year - procedure.default_year.of(date(year, 1, 1)) + year
    start = schedule.start.in_year(begins)
    deadline = schedule.deadline.in_year(begins)
    return deadline if deadline >= start else schedule.deadline.in_year(begins + 1)


def legal_deadline(procedure: Procedure, year: int, calendar: WorkCalendar) -> LegalDate | None:
    """The legal date of a run for this fiscal year, and what is to be said with it."""
    day, schedule = legal_date(procedure, year), procedure.schedule
    if day is None or schedule is None:
        return None
    works = calendar.is_working_day(day)
    return LegalDate(
        day,
        day if works else worktime.previous_working_day(day, calendar),
        holiday=not works and calendar.holiday_name(day) is not None,
        assumed="batas" in schedule.assumptions,
        note=schedule.deadline_note,
    )


def expected_end(run: Run, now: datetime, calendar: WorkCalendar) -> datetime | None:
    """When the run will probably end, in the office's time; None for one that is over."""
    end = metrics.forecast(run, now, calendar)
    return calendar.local(end) if end is not None else None


def working_days_left(now: datetime, last: date, calendar: WorkCalendar) -> int:
    """How many working days there are after today, up to and with `last`."""
    return worktime.working_days(calendar.local(now).date(), last, calendar)
