"""Standing in, as it is shown: posts, an appointment in the making, and what is told of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from bot.domain import acting, assignment
from bot.domain.acting import Appointment
from bot.domain.assignment import OfficeState
from bot.domain.notices import ActingStage
from bot.domain.people import Holding, Person, Staff
from bot.domain.run import Capacity
from bot.store import Transaction
from bot.usecases.desk import Scene, Services
from bot.usecases.views import (
    ActingCheckView,
    ActingDraftView,
    ActingField,
    ActingPeriod,
    ActingView,
    DoubleReviewed,
    PostsView,
    PostToFill,
    Refused,
    RefusedView,
    View,
    greeting,
    printed,
    role_name,
)

ACTING = "acting"
"""The kind of the question under which an appointment is put together."""

_Args = dict[str, str | int | bool | None]


def posts_view(
    services: Services, tx: Transaction, here: Scene, args: _Args, now: datetime
) -> View:
    """The posts that somebody can stand in for, and who does or will."""
    office, names = here.state.office, tx.people.names()
    shown = []
    for role, unit in acting.posts(office):
        code = unit.code if unit else None
        holder = official_of(here.staff, role.code, code)
        title = role_name(office, role.code, code).title
        shown.append(PostToFill(role.code, code, title, names.get(holder) if holder else None))
    current = [period_of(here, h, names, now) for h in tx.people.appointments(now)]
    capacity = Capacity(str(args["capacity"]))
    return PostsView(capacity, tuple(shown), tuple(current), int(args.get("page") or 0))


def draft_view(
    services: Services, tx: Transaction, here: Scene, args: _Args, now: datetime
) -> View:
    """What has been said of an appointment so far, and what is asked next."""
    data = said_so_far(tx, here, now)
    return in_the_making(services, here, data, now) if data else RefusedView(Refused.BUTTON_OLD, {})


def acting_view(
    services: Services,
    tx: Transaction,
    holding_id: int,
    stage: ActingStage,
    by: int | None,
    reader: Person | None,
    staff: Staff,
    now: datetime,
) -> View:
    """What somebody is told of an appointment, as things stand; refused where it is news no
    longer."""
    found = tx.people.appointment(holding_id)
    if found is None or reader is None:
        return RefusedView(Refused.BUTTON_OLD, {})
    holding, ended = found
    over = ended or (holding.until is not None and holding.until <= now)
    if over is not (stage is ActingStage.BERAKHIR):
        return RefusedView(Refused.ACTING_OVER, {})
    state, names = services.state(staff), tx.people.names()
    holder = official_of(staff, holding.role, holding.unit)
    return ActingView(
        greeting(state.office, reader, staff),
        stage,
        period_of(Scene(state, reader), holding, names, now),
        by=names.get(by) if by is not None else None,
        official=names.get(holder) if holder is not None else None,
        to_stand_in=reader.id == holding.person_id,
        to_official=reader.id == holder,
        open_tasks=_open_tasks(tx, reader.id, state),
        double=_double(services, holding.person_id, holding.role, staff),
        never_began=over and holding.until is not None and holding.until < holding.since,
    )


def said_so_far(tx: Transaction, here: Scene, now: datetime) -> dict[str, Any] | None:
    """What this chat has said so far; None where it is asked something else, or nothing."""
    question = tx.people.question(here.person.chat_id, now) if here.person else None
    return question.data if question is not None and question.kind == ACTING else None


def next_field(data: dict[str, Any]) -> ActingField | None:
    """What has not been said yet, in the order in which it is asked."""
    return next((field for field in ActingField if field.value not in data), None)


def appointment(data: dict[str, Any]) -> Appointment:
    return Appointment(
        int(data[ActingField.PERSON.value]),
        data["role"],
        data["unit"],
        Capacity(data["capacity"]),
        datetime.fromisoformat(data[ActingField.SINCE.value]),
        datetime.fromisoformat(data[ActingField.UNTIL.value]),
        data[ActingField.DECREE.value],
        date.fromisoformat(data[ActingField.DECREE_DATE.value]),
    )


def in_the_making(
    services: Services, here: Scene, data: dict[str, Any], now: datetime, page: int = 0
) -> View:
    office, staff = here.state.office, here.staff
    post = role_name(office, data["role"], data["unit"], Capacity(data["capacity"]))
    field = next_field(data)
    holder = official_of(staff, data["role"], data["unit"])
    chosen = staff.person(int(data[ActingField.PERSON.value])) if "person" in data else None
    if field is None:
        wanted = appointment(data)
        return ActingCheckView(
            ActingPeriod(
                0,
                post,
                chosen.called if chosen else "—",
                wanted.since,
                wanted.until,
                wanted.decree,
                wanted.decree_date,
                wanted.since <= now,
            ),
            vacant=holder is None,
            double=_double(services, wanted.person_id, wanted.role, staff),
        )
    candidates = tuple(
        (person.id, person.called, _roles(person.id, here.state))
        for person in sorted(staff.people.values(), key=lambda p: p.name)
        if official_of(staff, data["role"], data["unit"], person.id) is None
    )
    since = data.get(ActingField.SINCE.value)
    return ActingDraftView(
        field,
        post,
        chosen.called if chosen else None,
        candidates if field is ActingField.PERSON else (),
        page,
        now.astimezone(services.calendar.zone).date(),
        datetime.fromisoformat(since) if since else None,
        data.get("fault"),
    )


def period_of(here: Scene, holding: Holding, names: dict[int, str], now: datetime) -> ActingPeriod:
    return ActingPeriod(
        holding.id,
        role_name(here.state.office, holding.role, holding.unit, holding.capacity),
        names.get(holding.person_id, "—"),
        holding.since,
        holding.until,
        holding.decree,
        holding.decree_date,
        holding.since <= now,
    )


def official_of(
    staff: Staff, role: str, unit: str | None, person_id: int | None = None
) -> int | None:
    """Who holds this post for good; only this person, where one is named."""
    return next(
        (
            h.person_id
            for h in staff.holdings
            if (h.role, h.unit, h.capacity) == (role, unit, Capacity.DEFINITIF)
            and person_id in (None, h.person_id)
        ),
        None,
    )


def _double(
    services: Services, person_id: int, role: str, staff: Staff
) -> tuple[DoubleReviewed, ...]:
    office = services.catalog.office
    procedures = [procedure for _, procedure in services.catalog.procedures()]
    grouped: dict[tuple[str, ...], list[str]] = {}
    for found in acting.double_reviews(person_id, role, staff, procedures):
        titles = tuple(office.known(code).name for code in found.roles)
        grouped.setdefault(titles, []).append(found.procedure.code)
    return tuple(DoubleReviewed(roles, tuple(codes)) for roles, codes in grouped.items())


def _roles(person_id: int, state: OfficeState) -> tuple[str, ...]:
    return tuple(
        printed(role_name(state.office, h.role, h.unit, h.capacity))
        for h in state.staff.holdings_of(person_id)
    )


def _open_tasks(tx: Transaction, person_id: int, state: OfficeState) -> int:
    return sum(
        person_id in assignment.waiting_for(stored.run, task, state)
        for stored in tx.runs.running()
        for task in stored.run.current
    )
