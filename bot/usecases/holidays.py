"""/libur: the admin's word on single days, and what it means for deadlines under way.

One transaction changes the calendar. Each run under way is counted anew in one of its own,
through the agenda: a kill in between loses nothing, and nobody's tap waits for them all.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain import engine, parsing
from bot.domain.access import LegacyPermission
from bot.domain.actions import CalendarChanged
from bot.domain.calendar import is_estimated, office_calendar
from bot.domain.decision import Decision
from bot.domain.notices import Reply
from bot.domain.sop import DayCorrection
from bot.indonesian import Dates
from bot.store import Transaction
from bot.store.agenda import Entry
from bot.usecases import mornings, reading, yearly
from bot.usecases.desk import Request, Scene, Services, ask_for_text, carry_out, scene, staff_of
from bot.usecases.joining import official_name
from bot.usecases.views import (
    DayFault,
    DayStage,
    HolidayQuestionView,
    HolidaySetView,
    Refused,
    RefusedView,
    RevokeQuestionView,
    View,
)

HOLIDAY = "holiday"
"""The question for a day, its name and its decree."""

CALENDAR = "calendar"
"""The agenda's name for a run that has to be counted anew."""

BACK = timedelta(days=31)
AHEAD = timedelta(days=731)
"""How far from today a day may be: a decree comes late at times, and not years before."""

BASIS_LENGTH = 150


def read_days(services: Services, tx: Transaction) -> None:
    """Let the desk's calendar follow what the database says of single days."""
    fresh = office_calendar(services.catalog.office, tx.calendar.corrections())
    services.calendar.follow(fresh)


def ask(services: Services, request: Request, working: bool, now: datetime) -> View:
    """Ask for the day that is to be a holiday, or a working day."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if refused := reading.refuse(services, here, LegacyPermission.MOVE_HOLIDAYS):
            return refused
        ask_for_text(tx, here, HOLIDAY, {"working": working}, now)
        return HolidayQuestionView(working, DayStage.DAY)


def take(
    services: Services, tx: Transaction, here: Scene, data: dict[str, Any], text: str, now: datetime
) -> Reply:
    """The answer to one of the questions: the day, its name, its decree; the last one acts."""
    if refused := reading.refuse(services, here, LegacyPermission.MOVE_HOLIDAYS):
        return reading.refusal(refused)
    said = {**data, "working": bool(data["working"])}
    if "day" not in said:
        day = _day(services, text, said["working"], now)
        if isinstance(day, DayFault):
            return _ask_again(tx, here, said, now, day, text)
        said["day"] = day.isoformat()
    elif not said["working"] and "name" not in said:
        name = official_name(text)
        if name is None:
            return _ask_again(tx, here, said, now, DayFault.NO_NAME, text)
        said["name"] = name
    else:
        basis = " ".join(text.split())
        if not 3 <= len(basis) <= BASIS_LENGTH:
            return _ask_again(tx, here, said, now, DayFault.NO_BASIS, text)
        day = date.fromisoformat(said["day"])
        word = DayCorrection(day, said.get("name", "Hari kerja"), said["working"], basis)
        _put(services, tx, here, word, now)
        return Reply("holiday_set", {"day": said["day"], "revoked": False})
    ask_for_text(tx, here, HOLIDAY, said, now)
    return Reply("holiday_question", said)


def ask_revoke(services: Services, request: Request, day: date, now: datetime) -> View:
    """Show what taking an admin's word back would mean, before it is done."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if refused := reading.refuse(services, here, LegacyPermission.MOVE_HOLIDAYS):
            return refused
        word = tx.calendar.get(day)
        return RevokeQuestionView(word) if word else RefusedView(Refused.BUTTON_OLD, {})


def revoke(services: Services, request: Request, day: date, now: datetime) -> View:
    """Take an admin's word on a day back: what the file and the decrees say counts again."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if refused := reading.refuse(services, here, LegacyPermission.MOVE_HOLIDAYS):
            return refused
        word = tx.calendar.get(day)
        if word is None or here.person is None:
            return RefusedView(Refused.BUTTON_OLD, {})
        tx.calendar.remove(day)
        tx.journal.note("day_revoked", now, here.person.id, **_facts(word))
        kind = "hari kerja" if word.working else "hari libur"
        why = f"penetapan {_dates(services).day(day)} sebagai {kind} dicabut ({word.basis})"
        _recount(services, tx, why, now)
        return HolidaySetView(word, revoked=True)


def count_anew(services: Services, tx: Transaction, entry: Entry, now: datetime) -> None:
    """One run's deadlines, after the calendar has changed."""
    stored = tx.runs.get(int(entry.data["run_id"]))
    if stored is None or stored.run.status.is_over:
        return
    staff = staff_of(services, tx, now)
    action = CalendarChanged(str(entry.data["why"]))
    at = stored.run.not_before(now)
    decision = engine.decide(stored.run, action, 0, at, services.state(staff))
    if isinstance(decision, Decision):
        carry_out(tx, stored, decision, staff, now)


# Steps shared by the above


def _day(services: Services, text: str, working: bool, now: datetime) -> date | DayFault:
    """The day that was meant, or what is wrong with it."""
    today = services.calendar.local(now).date()
    day = parsing.day(text, today)
    if day is None:
        return DayFault.UNREAD
    if not today - BACK <= day <= today + AHEAD:
        return DayFault.TOO_FAR
    works = services.calendar.is_working_day(day)
    # An estimate is settled by saying so, though the day is off already.
    settled = not is_estimated(services.calendar.holiday_name(day) or "")
    if works is working and settled:
        return DayFault.WORKS_ALREADY if working else DayFault.OFF_ALREADY
    return day


def _ask_again(
    tx: Transaction, here: Scene, said: dict[str, Any], now: datetime, fault: DayFault, text: str
) -> Reply:
    ask_for_text(tx, here, HOLIDAY, said, now)
    return Reply("holiday_question", {**said, "fault": fault.value, "text": text[:60]})


def _put(
    services: Services, tx: Transaction, here: Scene, word: DayCorrection, now: datetime
) -> None:
    assert here.person is not None  # noqa: S101 - `refuse` has let only people through
    tx.calendar.put(word, here.person.id, now)
    tx.journal.note("day_set", now, here.person.id, **_facts(word))
    day = _dates(services).day(word.day)
    if word.working:
        why = f"{day} ditetapkan sebagai hari kerja ({word.basis})"
    else:
        why = f"{day} ditetapkan sebagai hari libur: {word.name} ({word.basis})"
    _recount(services, tx, why, now)


def _recount(services: Services, tx: Transaction, why: str, now: datetime) -> None:
    """Let everything that is counted in working days be counted anew, from the commit on."""
    fresh = office_calendar(services.catalog.office, tx.calendar.corrections())
    change = secrets.token_hex(6)
    tx.agenda.put(
        Entry(f"calendar:{change}:{run_id}", CALENDAR, now, {"run_id": run_id, "why": why})
        for run_id in tx.runs.under_way_ids()
    )
    mornings.lay(tx, fresh, now)
    yearly.lay(services, tx, fresh, now)
    # Whoever writes next, in whichever thread, counts by the new calendar.
    tx.after_commit(lambda: services.calendar.follow(fresh))


def _facts(word: DayCorrection) -> dict[str, object]:
    return {
        "day": word.day.isoformat(),
        "name": word.name,
        "working": word.working,
        "basis": word.basis,
    }


def _dates(services: Services) -> Dates:
    office = services.catalog.office
    return Dates(office.timezone, office.timezone_label)
