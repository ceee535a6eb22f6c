"""The end of a Plt. is announced to whoever appoints, while there is time to renew or to fill."""

from __future__ import annotations

from bot.domain import acting
from bot.domain.assignment import helpers
from bot.domain.notices import ActingEnding
from bot.domain.run import Capacity
from bot.domain.worktime import WorkCalendar
from bot.features.acting import views
from bot.features.work import Work
from bot.store.agenda import Entry

ACTING_ENDING = "acting_ending"


def schedule(work: Work, calendar: WorkCalendar) -> None:
    """See to it that the agenda announces the end of every Plt.; those of an earlier edition too.

    What the agenda knows already stays, except that a changed calendar may move it.
    """
    agenda = work.tx.agenda
    for held in work.tx.people.appointments(work.now):
        if held.capacity is not Capacity.PLT or held.until is None:
            continue
        for number, at in enumerate(acting.announced_at(held.until, calendar), start=1):
            if at > max(work.now, held.since):
                key, about = f"acting:{held.id}:ending:{number}", {"holding_id": held.id}
                agenda.put([Entry(key, ACTING_ENDING, at, about)])
                agenda.postpone(key, at)


def announce_due(work: Work, entry: Entry) -> None:
    """The day has come: whoever appoints is told, unless it is news no longer.

    After an outage the later announcement alone is made.
    """
    held = views.in_force(work, int(entry.data["holding_id"]))
    if held is None or held.until is None:
        return
    announced = acting.announced_at(held.until, work.calendar)
    if not any(entry.due_at < at <= work.now for at in announced):
        work.notify(ActingEnding(held.id), helpers(work.state), entry.key)
