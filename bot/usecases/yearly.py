"""What comes back every year: the proposal to start a procedure, and its legal date in sight.

The next start of each procedure is an entry of the agenda, laid when the bot wakes up and
after each change of the calendar, so that it follows the data.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain import digest, worktime, yearly
from bot.domain.access import LegacyPermission
from bot.domain.assignment import helpers
from bot.domain.notices import LegalDateAtRisk, StartProposed
from bot.domain.people import Staff
from bot.domain.sop import Procedure
from bot.domain.worktime import WorkCalendar
from bot.store import Transaction
from bot.store.agenda import Entry
from bot.store.runs import StoredRun
from bot.usecases import reading
from bot.usecases.desk import Request, Services, scene, staff_of, tell
from bot.usecases.views import Done, DoneView, Refused, RefusedView, View

START = "start"
"""The agenda's name for a start that is to be proposed."""

_PREFIX = "start:"

PUT_OFF = timedelta(days=7)


def lay(services: Services, tx: Transaction, calendar: WorkCalendar, now: datetime) -> None:
    """See to it that the agenda holds the starts that the data names, on working days."""
    for entry in tx.agenda.waiting(_PREFIX):
        if _procedure(services, entry) is None:
            tx.agenda.withdraw(entry.key)
            continue
        at = yearly.proposed_at(date.fromisoformat(entry.data["on"]), calendar)
        if now < at != entry.due_at:
            tx.agenda.postpone(entry.key, at)
    today = calendar.local(now).date()
    for _, procedure in services.catalog.procedures():
        if procedure.schedule is not None:
            day = yearly.next_start(procedure.schedule, today)
            tx.agenda.put([_entry(procedure.code, day, day, calendar)])


def propose(services: Services, tx: Transaction, entry: Entry, now: datetime) -> None:
    """The day has come: the owner of the SOPs is asked, unless there is such a run already."""
    calendar = services.calendar
    procedure = _procedure(services, entry)
    if procedure is None:
        return
    if not worktime.within_hours(now, calendar):
        opening = worktime.opening(now, calendar)
        key = f"{_PREFIX}{procedure.code}:{entry.data['day']}:{opening:%Y%m%d%H%M}"
        tx.agenda.put([Entry(key, START, opening, entry.data)])
        return
    lay(services, tx, calendar, now)
    day = date.fromisoformat(entry.data["day"])
    year = procedure.default_year.of(day)
    if tx.runs.exists(procedure.code, year):
        return
    staff = staff_of(services, tx, now)
    notice = StartProposed(procedure.code, year, day)
    tell(tx, notice, helpers(services.state(staff)), staff, now, entry.key)


def put_off(services: Services, request: Request, code: str, day: date, now: datetime) -> View:
    """Propose the start again in a week."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if refused := reading.refuse(services, here, LegacyPermission.START_RUN):
            return refused
        on = services.calendar.local(now).date() + PUT_OFF
        entry = _entry(code, day, on, services.calendar)
        procedure = _procedure(services, entry)
        if procedure is None:
            return RefusedView(Refused.BUTTON_OLD, {})
        if tx.runs.exists(code, procedure.default_year.of(day)):
            return RefusedView(Refused.START_CHANGED, {})
        tx.agenda.put([entry])
        return DoneView(Done.SNOOZED, {"until": entry.due_at})


def next_proposal(services: Services) -> datetime | None:
    """When the next start is proposed; None if the data names none."""
    with services.store.read() as tx:
        return next((entry.due_at for entry in tx.agenda.waiting(_PREFIX)), None)


WORSE = timedelta(days=7)
"""By how much the end in sight has to recede before the leaders hear of it again: a late step
moves it on by a day every day."""


def watch_all(services: Services, tx: Transaction, staff: Staff, now: datetime) -> None:
    """Each morning: which runs will not be finished by their legal date."""
    for stored in tx.runs.running():
        _watch(services, tx, stored, staff, now)


def watch(services: Services, tx: Transaction, entry: Entry, now: datetime) -> None:
    """The end of one run has moved."""
    stored = tx.runs.get(int(entry.data["run_id"]))
    if stored is not None:
        _watch(services, tx, stored, staff_of(services, tx, now), now)


def legal_date(services: Services, stored: StoredRun) -> date | None:
    """The run's legal date by the data as it is today: the law does not ask when it began."""
    run = stored.run
    found = services.catalog.find(run.procedure.code)
    return yearly.legal_date(found[1] if found else run.procedure, run.year)


def _watch(
    services: Services, tx: Transaction, stored: StoredRun, staff: Staff, now: datetime
) -> None:
    """Tell of a run that will be late before the law, once, and again when it grows worse."""
    calendar, run = services.calendar, stored.run
    last = legal_date(services, stored)
    end = yearly.expected_end(run, now, calendar)
    if last is None or end is None or calendar.local(now).date() > last:
        return
    mark = f"legal:{run.id}"
    known = tx.keyvalues.get(mark)
    told = date.fromisoformat(known.value) if known and known.value else None
    if end.date() <= last:
        if told is not None:
            tx.keyvalues.put(mark, "", now)
        return
    if told is not None and end.date() - told < WORSE:
        return
    tx.keyvalues.put(mark, end.date().isoformat(), now)
    tell(
        tx,
        LegalDateAtRisk(last),
        digest.watchers(services.state(staff)),
        staff,
        now,
        f"legal:{run.id}:{end:%Y%m%d}:{int(now.timestamp())}",
        run_id=run.id,
        silent=not worktime.within_hours(now, calendar),
    )


def _entry(code: str, day: date, on: date, calendar: WorkCalendar) -> Entry:
    """A proposal of the start that belongs to `day`, to be made on `on`."""
    key = f"{_PREFIX}{code}:{day}" if on == day else f"{_PREFIX}{code}:{day}:{on}"
    data = {"code": code, "day": day.isoformat(), "on": on.isoformat()}
    return Entry(key, START, yearly.proposed_at(on, calendar), data)


def _procedure(services: Services, entry: Entry) -> Procedure | None:
    """The procedure that an entry speaks of, if the data still has it begin on that day."""
    found = services.catalog.find(str(entry.data["code"]))
    if found is None or found[1].schedule is None:
        return None
    day = date.fromisoformat(entry.data["day"])
    return found[1] if found[1].schedule.start.in_year(day.year) == day else None
