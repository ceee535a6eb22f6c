"""The morning's overview for each person, and whether they want it.

Each day's is an entry of the agenda, and dealing with it lays the next. A day that the
calendar has made a holiday meanwhile passes in silence.
"""

from __future__ import annotations

from datetime import date, datetime

from bot.domain import assignment, digest
from bot.domain.notices import DayDigest
from bot.domain.worktime import WorkCalendar
from bot.store import Transaction
from bot.store.agenda import Entry
from bot.usecases import groups, reading, yearly
from bot.usecases.desk import Request, Services, scene, staff_of, tell
from bot.usecases.views import DigestSettingView, View

DIGEST = "digest"
"""The agenda's name for the morning's overview."""


def lay(tx: Transaction, calendar: WorkCalendar, now: datetime) -> None:
    """See to it that the next morning is on the agenda."""
    day = digest.next_day(now, calendar)
    tx.agenda.put([Entry(f"digest:{day}", DIGEST, digest.due_on(day, calendar))])


def send(services: Services, tx: Transaction, entry: Entry, now: datetime) -> None:
    """Tell everybody of today, if it is a day for that, and lay the next morning."""
    calendar = services.calendar
    at = digest.send_at(now, calendar)
    if at is not None and at > now:
        tx.agenda.put([Entry(f"digest:{at:%Y-%m-%d:%H%M}", DIGEST, at)])
    elif at is not None:
        _tell_everybody(services, tx, calendar.local(now).date(), now)
    lay(tx, calendar, now)


def set_digest(services: Services, request: Request, on: bool, now: datetime) -> View:
    """Somebody wants the morning's overview, or wants it no longer."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if refused := reading.refuse(services, here):
            return refused
        if here.person is not None:
            tx.people.set_digest(here.person.id, on)
        return DigestSettingView(on)


def _tell_everybody(services: Services, tx: Transaction, today: date, now: datetime) -> None:
    staff = staff_of(services, tx, now)
    state = services.state(staff)
    running = tx.runs.running()
    people = {
        person
        for stored in running
        for task in stored.run.current
        for person in assignment.waiting_for(stored.run, task, state)
    }
    if running:
        people.update(digest.watchers(state))
    wanted = sorted(people - tx.people.without_digest())
    groups.wake_late(services, tx, now)
    yearly.watch_all(services, tx, staff, now)
    tell(tx, DayDigest(today), wanted, staff, now, f"digest:{today}")
