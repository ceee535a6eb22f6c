"""/plh and /plt: somebody stands in for an official, from one moment to another.

The appointment is put together by buttons and short answers; what was said so far waits as
the question of this chat. Who acts at a moment follows from the holdings: the agenda only
sees to it that cards move at the minute, and that both hear of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.domain import access, acting, parsing, worktime
from bot.domain.access import LegacyPermission
from bot.domain.acting import Unfit
from bot.domain.notices import ActingChanged, ActingStage, CommandMenu, Reply
from bot.domain.people import Holding, Staff
from bot.domain.run import Capacity
from bot.store import Transaction
from bot.store.agenda import Entry
from bot.usecases import reading, runs, standins
from bot.usecases.desk import Scene, Services, ask_for_text, tell
from bot.usecases.views import (
    ActingEndView,
    ActingField,
    Fact,
    Refused,
    RefusedView,
    View,
    printed,
    role_name,
)

ACTING_BEGINS = "acting_begins"
ACTING_ENDS = "acting_ends"

DECREE_LENGTH = range(1, 81)
"""Signs of a letter's number: "800/123/BKPSDM/2027" is one."""


def choose(
    services: Services, tx: Transaction, here: Scene, what: str, value: str, now: datetime
) -> View:
    """A button of /plh or /plt."""
    if forbidden := reading.refuse(services, here, LegacyPermission.APPOINT):
        return forbidden
    chosen = _CHOICES.get(what)
    return chosen(services, tx, here, value, now) if chosen else RefusedView(Refused.BUTTON_OLD, {})


def take(
    services: Services, tx: Transaction, here: Scene, data: dict[str, Any], text: str, now: datetime
) -> Reply:
    """A short answer: the beginning, the end, the letter's number, or its date."""
    if forbidden := reading.refuse(services, here, LegacyPermission.APPOINT):
        return reading.refusal(forbidden)
    field = standins.next_field(data)
    data = {k: v for k, v in data.items() if k != "fault"}
    said = _understood(services, field, text, data, now) if field else None
    if field is None or said is None:
        data["fault"] = True
    elif isinstance(said, Unfit):
        data["fault"] = said.value
    else:
        data[field.value] = said
    ask_for_text(tx, here, standins.ACTING, data, now)
    return Reply("acting_draft", {})


def end_holding(
    services: Services, tx: Transaction, here: Scene, holding_id: int, now: datetime
) -> View:
    """Somebody stands in no longer from now on; whoever is told hears it at once."""
    found = tx.people.appointment(holding_id)
    if found is None or found[0].capacity is Capacity.DEFINITIF:
        return RefusedView(Refused.BUTTON_OLD, {})
    holding = found[0]
    by = here.person.id if here.person else None
    begun = holding.since <= now
    if not tx.people.revoke(holding_id, now):
        return RefusedView(Refused.ACTING_OVER, {})
    _note_end(tx, holding, by, now, early=True)
    staff = _changed(services, tx, holding, now) if begun else here.staff
    _tell(services, tx, holding, ActingStage.BERAKHIR, staff, by, now)
    return standins.acting_view(
        services, tx, holding_id, ActingStage.BERAKHIR, by, here.person, staff, now
    )


def begin_due(services: Services, tx: Transaction, entry: Entry, now: datetime) -> None:
    """The minute has come from which somebody stands in."""
    found = tx.people.appointment(int(entry.data["holding_id"]))
    if found is None or tx.people.holding(found[0].id, now) is None:
        return  # it was ended before it began, or is over already
    staff = _changed(services, tx, found[0], now)
    _tell(services, tx, found[0], ActingStage.MULAI, staff, None, now)


def end_due(services: Services, tx: Transaction, entry: Entry, now: datetime) -> None:
    """The minute has come at which somebody stands in no longer."""
    found = tx.people.appointment(int(entry.data["holding_id"]))
    if found is None or found[1]:
        return  # somebody ended it before, and has said so
    holding = found[0]
    _note_end(tx, holding, None, now, early=False)
    staff = _changed(services, tx, holding, now)
    _tell(services, tx, holding, ActingStage.BERAKHIR, staff, None, now)


def _note_end(
    tx: Transaction, holding: Holding, by: int | None, now: datetime, *, early: bool
) -> None:
    tx.journal.note(
        "acting_ended",
        now,
        by,
        person_id=holding.person_id,
        role=holding.role,
        unit=holding.unit,
        capacity=holding.capacity.value,
        early=early,
    )


# Buttons


def _page(services: Services, tx: Transaction, here: Scene, value: str, now: datetime) -> View:
    capacity, _, page = value.partition(".")
    if capacity not in (Capacity.PLH.value, Capacity.PLT.value) or not _number(page):
        return RefusedView(Refused.BUTTON_OLD, {})
    return standins.posts_view(services, tx, here, {"capacity": capacity, "page": int(page)}, now)


def _post(services: Services, tx: Transaction, here: Scene, value: str, now: datetime) -> View:
    """The post is chosen; whoever is to stand in is asked next."""
    capacity, _, state = value.partition(".")
    role, _, unit = state.partition(".")
    known = {(r.code, u.code if u else "") for r, u in acting.posts(here.state.office)}
    if capacity not in (Capacity.PLH.value, Capacity.PLT.value) or (role, unit) not in known:
        return RefusedView(Refused.BUTTON_OLD, {})
    data: dict[str, Any] = {"capacity": capacity, "role": role, "unit": unit or None}
    ask_for_text(tx, here, standins.ACTING, data, now)
    return standins.in_the_making(services, here, data, now)


def _people(services: Services, tx: Transaction, here: Scene, value: str, now: datetime) -> View:
    data = standins.said_so_far(tx, here, now)
    if data is None or not _number(value):
        return RefusedView(Refused.BUTTON_OLD, {})
    return standins.in_the_making(services, here, data, now, int(value))


def _person(services: Services, tx: Transaction, here: Scene, value: str, now: datetime) -> View:
    data = standins.said_so_far(tx, here, now)
    if data is None or not _number(value) or standins.next_field(data) is not ActingField.PERSON:
        return RefusedView(Refused.BUTTON_OLD, {})
    person = here.staff.person(int(value))
    if person is None:
        return RefusedView(Refused.PERSON_GONE, {})
    if standins.official_of(here.staff, data["role"], data["unit"], person.id) is not None:
        return _unfit(services, tx, Unfit.OWN_POST, None, now)
    return _kept(services, tx, here, {**data, "person": str(person.id)}, now)


def _day(services: Services, tx: Transaction, here: Scene, value: str, now: datetime) -> View:
    """A date by button, for the field that its message asked for."""
    name, _, text = value.partition(".")
    data = standins.said_so_far(tx, here, now)
    if data is None or (field := standins.next_field(data)) is None or field.value != name:
        return RefusedView(Refused.BUTTON_OLD, {})
    said = _understood(services, field, "hari ini" if text == "now" else text, data, now)
    if said is None or isinstance(said, Unfit):
        return RefusedView(Refused.BUTTON_OLD, {})
    return _kept(services, tx, here, {**data, name: said}, now)


def _appoint(services: Services, tx: Transaction, here: Scene, value: str, now: datetime) -> View:
    """All is said: it is so from now on, or from the minute that was said."""
    data = standins.said_so_far(tx, here, now)
    if data is None or standins.next_field(data) is not None or here.person is None:
        return RefusedView(Refused.BUTTON_OLD, {})
    wanted = standins.appointment(data)
    if here.staff.person(wanted.person_id) is None:
        return RefusedView(Refused.PERSON_GONE, {})
    if found := acting.unfit(wanted, tx.people.appointments(now), here.staff, now):
        return _unfit(services, tx, *found, now)
    by = here.person.id
    holding_id = tx.people.appoint(wanted)
    tx.people.answered(here.person.chat_id)
    tx.journal.note(
        "acting_appointed",
        now,
        by,
        person_id=wanted.person_id,
        role=wanted.role,
        unit=wanted.unit,
        capacity=wanted.capacity.value,
        since=wanted.since.isoformat(),
        until=wanted.until.isoformat(),
        decree=wanted.decree,
        decree_date=wanted.decree_date.isoformat(),
    )
    about = {"holding_id": holding_id}
    entries = [Entry(f"acting:{holding_id}:end", ACTING_ENDS, wanted.until, about)]
    if wanted.since > now:
        entries.append(Entry(f"acting:{holding_id}:begin", ACTING_BEGINS, wanted.since, about))
    tx.agenda.put(entries)
    made = tx.people.appointment(holding_id)
    assert made is not None  # noqa: S101 - it has just been written
    staff = _changed(services, tx, made[0], now) if wanted.since <= now else here.staff
    _tell(services, tx, made[0], ActingStage.DITETAPKAN, staff, by, now)
    return standins.acting_view(
        services, tx, holding_id, ActingStage.DITETAPKAN, by, here.person, staff, now
    )


def _ask_end(services: Services, tx: Transaction, here: Scene, value: str, now: datetime) -> View:
    found = tx.people.appointment(int(value)) if _number(value) else None
    if found is None or found[0].capacity is Capacity.DEFINITIF:
        return RefusedView(Refused.BUTTON_OLD, {})
    holding, ended = found
    if ended or (holding.until is not None and holding.until <= now):
        return RefusedView(Refused.ACTING_OVER, {})
    return ActingEndView(standins.period_of(here, holding, tx.people.names(), now))


def _end(services: Services, tx: Transaction, here: Scene, value: str, now: datetime) -> View:
    if not _number(value):
        return RefusedView(Refused.BUTTON_OLD, {})
    return end_holding(services, tx, here, int(value), now)


_CHOICES: dict[str, Callable[[Services, Transaction, Scene, str, datetime], View]] = {
    "pg": _page,
    "post": _post,
    "ppl": _people,
    "who": _person,
    "day": _day,
    "ok": _appoint,
    "endq": _ask_end,
    "end": _end,
}


# What is shared


def _kept(
    services: Services, tx: Transaction, here: Scene, data: dict[str, Any], now: datetime
) -> View:
    data = {k: v for k, v in data.items() if k != "fault"}
    ask_for_text(tx, here, standins.ACTING, data, now)
    return standins.in_the_making(services, here, data, now)


def _understood(
    services: Services, field: ActingField, text: str, data: dict[str, Any], now: datetime
) -> str | Unfit | None:
    """An answer as it is kept; why it cannot be; or None where it is not understood."""
    zone = services.calendar.zone
    today = now.astimezone(zone).date()
    if field is ActingField.DECREE:
        line = " ".join(text.split())
        return line if len(line) in DECREE_LENGTH and line.isprintable() else None
    if field is ActingField.DECREE_DATE:
        on = parsing.day(text, today)
        return on.isoformat() if on is not None else None
    if field is ActingField.PERSON:
        return None
    said = parsing.moment(text, today)
    if said is None:
        return None
    on, clock = said
    if field is ActingField.SINCE:
        at = now if (on, clock) == (today, None) else _at(on, clock or time(0), zone)
        return acting.bad_dates(at, None, now) or at.isoformat()
    # The last day is whole.
    at = _at(on, clock, zone) if clock else _at(on + timedelta(days=1), time(0), zone)
    since = datetime.fromisoformat(data[ActingField.SINCE.value])
    return acting.bad_dates(since, at, now) or at.isoformat()


def _at(on: date, clock: time, zone: Any) -> datetime:
    return datetime.combine(on, clock, tzinfo=zone)


def _changed(services: Services, tx: Transaction, holding: Holding, now: datetime) -> Staff:
    """Open tasks move, and so do the menus of both."""
    staff = runs.staff_changed(services, tx, frozenset([holding.role]), now)
    both = [holding.person_id, standins.official_of(staff, holding.role, holding.unit)]
    tell(tx, CommandMenu(), [p for p in both if p is not None], staff, now, "menu")
    return staff


def _tell(
    services: Services,
    tx: Transaction,
    holding: Holding,
    stage: ActingStage,
    staff: Staff,
    by: int | None,
    now: datetime,
) -> None:
    """Both hear of it; of a leading post, or where somebody appointed themselves, so do the
    Sekretaris and the admins, at once."""
    official = standins.official_of(staff, holding.role, holding.unit)
    told = {holding.person_id} | ({official} if official is not None else set())
    leading = services.catalog.office.known(holding.role).leading
    if stage is not ActingStage.MULAI and (leading or by == holding.person_id):
        told |= {h.person_id for h in staff.holdings if h.role == access.SEKRETARIS}
        told |= set(staff.admins())
    silent = not worktime.within_hours(now, services.calendar)
    tell(
        tx,
        ActingChanged(holding.id, stage, by),
        sorted(told - {by}),
        staff,
        now,
        f"acting:{holding.id}:{stage}",
        silent=silent,
    )


def _unfit(
    services: Services, tx: Transaction, why: Unfit, other: Holding | None, now: datetime
) -> RefusedView:
    facts: dict[str, Fact] = {}
    if other is not None:
        title = role_name(services.catalog.office, other.role, other.unit, other.capacity)
        facts = {"name": tx.people.names().get(other.person_id, "—"), "role": printed(title)}
    return RefusedView(_UNFIT[why], facts)


_UNFIT = {
    Unfit.OWN_POST: Refused.ACTING_OWN_POST,
    Unfit.TAKEN: Refused.ACTING_TAKEN,
    Unfit.ENDS_BEFORE: Refused.ACTING_DATES,
    Unfit.OVER: Refused.ACTING_DATES,
    Unfit.TOO_EARLY: Refused.ACTING_DATES,
    Unfit.TOO_LONG: Refused.ACTING_DATES,
}


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
