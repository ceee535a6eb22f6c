"""How a run ends: against its standard time, and against the day that the law names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain import metrics, worktime
from bot.domain.metrics import Lateness
from bot.domain.run import Run, RunStatus
from bot.domain.worktime import WorkCalendar
from bot.domain.yearly import LegalDate


@dataclass(frozen=True, slots=True)
class Outlook:
    """When a run ended, or is expected to; `end` is None for a cancelled one.

    `planned` is when it would end had every step taken its standard time, and `beyond` by how much
    `end` lies after that. `legal` is the day by which the law wants it finished, None where it
    names none; `past_legal` are the working days from then to the day of `end`, None if it is in
    time. A paused run is taken to be resumed now.
    """

    status: RunStatus
    end: datetime | None
    planned: datetime
    beyond: Lateness | None = None
    legal: LegalDate | None = None
    past_legal: int | None = None


def outlook(
    run: Run, now: datetime, calendar: WorkCalendar, legal: LegalDate | None = None
) -> Outlook:
    """What is to be said of the end of a run as of `now`."""
    planned = metrics.planned_end(run, calendar, now)
    finished = run.finished_at if run.status is RunStatus.SELESAI else None
    end = finished or metrics.forecast(run, now, calendar)
    if end is None:
        return Outlook(run.status, None, planned, legal=legal)
    beyond = metrics.lateness(planned, end, calendar)
    past = None
    if legal is not None and (last := calendar.local(end).date()) > legal.day:
        past = worktime.working_days(legal.day, last, calendar)
    return Outlook(run.status, end, planned, beyond, legal, past)
