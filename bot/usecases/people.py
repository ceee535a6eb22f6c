"""/pegawai: names, forms of address, roles, and leaving."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.domain.access import LegacyPermission
from bot.domain.assignment import helpers
from bot.domain.notices import CommandMenu, PersonUnreachable, Reply, RoleChanged
from bot.domain.people import Address, Person
from bot.domain.run import Capacity
from bot.store import Transaction
from bot.usecases import acting, reading, runs
from bot.usecases.desk import Request, Scene, Services, ask_for_text, scene, staff_of, tell
from bot.usecases.joining import announce_grant, choose_role, official_name
from bot.usecases.views import (
    AskNameView,
    Done,
    DoneView,
    Refused,
    RefusedView,
    RemoveQuestionView,
    RoleMenuView,
    View,
    role_name,
)

RENAME = "rename"


def ask_name(services: Services, request: Request, person_id: int, now: datetime) -> View:
    """Ask for somebody's new name; the next text of this chat is it."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        found = manageable(services, here, person_id)
        if isinstance(found, RefusedView):
            return found
        ask_for_text(tx, here, RENAME, {"person_id": person_id}, now)
        return AskNameView(found.address, of=found.called)


def take_new_name(
    services: Services, tx: Transaction, here: Scene, data: dict[str, Any], text: str, now: datetime
) -> Reply:
    """The answer to `ask_name`; what to say to it."""
    person_id = int(data["person_id"])
    found = manageable(services, here, person_id)
    if isinstance(found, RefusedView):
        return reading.refusal(found)
    name = official_name(text)
    if name is None:
        ask_for_text(tx, here, RENAME, data, now)
        return Reply("name_question", {"fault": True, "person_id": person_id})
    tx.people.set_name(person_id, name)
    by = here.person.id if here.person else None
    tx.journal.note("renamed", now, by, person_id=person_id, was=found.name, name=name)
    return Reply("done", {"what": Done.NAME_CHANGED.value, "fact_name": name})


def change_address(
    services: Services, request: Request, person_id: int, address: Address, now: datetime
) -> View:
    """Speak to somebody as Bapak or Ibu from now on."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        found = manageable(services, here, person_id)
        if isinstance(found, RefusedView):
            return found
        tx.people.set_address(person_id, address)
        called = f"{address.value} {found.name}"
        return DoneView(Done.ADDRESS_CHANGED, {"name": called})


def give_role(
    services: Services,
    request: Request,
    person_id: int,
    role_code: str,
    unit: str | None,
    now: datetime,
) -> View:
    """Give somebody another role; its open tasks come to them at once."""
    office = services.catalog.office
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        found = manageable(services, here, person_id)
        if isinstance(found, RefusedView):
            return found
        chosen = choose_role(office, role_code, unit)
        if isinstance(chosen, RefusedView):
            return chosen
        if isinstance(chosen, RoleMenuView):
            return RoleMenuView(
                chosen.choices, chosen.role, chosen.role_name, person_id, found.called
            )
        role, in_unit = chosen
        unit_code = in_unit.code if in_unit else None
        title = role_name(office, role.code, unit_code).title
        holding_id = tx.people.grant(person_id, role.code, unit_code, Capacity.DEFINITIF, now)
        if holding_id is None:
            return RefusedView(Refused.ALREADY_HELD, {"role": title})
        by = here.person.id if here.person else None
        tx.journal.note("role_given", now, by, person_id=person_id, role=role.code, unit=unit_code)
        staff = runs.staff_changed(services, tx, frozenset([role.code]), now)
        if not (here.person and here.person.id == person_id):
            notice = RoleChanged(role.code, unit_code, given=True)
            tell(tx, notice, [person_id], staff, now, f"role:{holding_id}:given")
        holding = tx.people.holding(holding_id, now)
        if holding is not None:
            announce_grant(services, tx, holding, by, now)
        tell(tx, CommandMenu(), [person_id], staff, now, "menu")
        return DoneView(Done.ROLE_GIVEN, {"name": found.called, "role": title})


def take_role(services: Services, request: Request, holding_id: int, now: datetime) -> View:
    """End a holding; what waited for this person waits for them no longer."""
    office = services.catalog.office
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        holding = tx.people.holding(holding_id, now)
        found = manageable(services, here, holding.person_id if holding else 0)
        if isinstance(found, RefusedView) or holding is None:
            return found if isinstance(found, RefusedView) else _gone()
        if holding.capacity is not Capacity.DEFINITIF:
            return acting.end_holding(services, tx, here, holding_id, now)
        tx.people.revoke(holding_id, now)
        by = here.person.id if here.person else None
        tx.journal.note(
            "role_taken", now, by, person_id=found.id, role=holding.role, unit=holding.unit
        )
        staff = runs.staff_changed(services, tx, frozenset([holding.role]), now)
        if by != found.id:
            notice = RoleChanged(holding.role, holding.unit, given=False)
            tell(tx, notice, [found.id], staff, now, f"role:{holding_id}:taken")
        tell(tx, CommandMenu(), [found.id], staff, now, "menu")
        title = role_name(office, holding.role, holding.unit, holding.capacity).title
        return DoneView(Done.ROLE_TAKEN, {"name": found.called, "role": title})


def ask_remove(services: Services, request: Request, person_id: int, now: datetime) -> View:
    """Show what removing somebody would mean, before it is done."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        found = _removable(services, tx, here, person_id)
        if isinstance(found, RefusedView):
            return found
        return RemoveQuestionView(
            found,
            reading.roles_of(found.id, here.state),
            reading.open_tasks(tx.runs.running(), found.id, here.state),
        )


def remove(services: Services, request: Request, person_id: int, now: datetime) -> View:
    """Somebody no longer works with the bot. Their name stays on what they confirmed."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        found = _removable(services, tx, here, person_id)
        if isinstance(found, RefusedView):
            return found
        held = here.staff.holdings_of(person_id)
        tx.people.revoke_all(person_id, now)
        # The menu row has to be written while the person still counts as staff.
        tell(tx, CommandMenu(), [person_id], here.staff, now, "menu")
        tx.people.leave(person_id, now)
        tx.outbox.retire_cards(person_id, now)
        tx.people.answered(found.chat_id)
        by = here.person.id if here.person else None
        tx.journal.note("removed", now, by, person_id=person_id)
        runs.staff_changed(services, tx, frozenset(h.role for h in held), now)
        return DoneView(Done.REMOVED, {"name": found.called})


def blocked(services: Services, request: Request, now: datetime) -> None:
    """Somebody blocked the bot: those who depend on them hear of it."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if here.person is not None:
            unreachable(services, tx, here.person, now)


def unblocked(services: Services, request: Request, now: datetime) -> None:
    """Somebody can be reached again: the cards of their open tasks are sent after all."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if here.person is not None:
            reachable(tx, here.person.id, now)


def reachable(tx: Transaction, person_id: int, now: datetime) -> None:
    """Telegram takes messages to somebody; if it did not before, they get their open cards."""
    if tx.people.set_reachable(person_id, True):
        tx.outbox.revive(person_id, tx.runs.open_task_ids(), now)


def unreachable(services: Services, tx: Transaction, person: Person, now: datetime) -> None:
    """Note that Telegram refuses messages to somebody; tell the owner the first time."""
    if not tx.people.set_reachable(person.id, False):
        return
    tx.journal.note("unreachable", now, person.id)
    staff = staff_of(services, tx, now)
    told = [p for p in helpers(services.state(staff)) if p != person.id]
    told = told or [p for p in staff.admins() if p != person.id]
    key = f"unreachable:{person.id}:{int(now.timestamp())}"
    tell(tx, PersonUnreachable(person.id), told, staff, now, key)


def manageable(services: Services, here: Scene, person_id: int) -> Person | RefusedView:
    """The person, if the asker may manage them."""
    if refused := reading.refuse(services, here, LegacyPermission.MANAGE_PEOPLE):
        return refused
    found = here.staff.person(person_id)
    if found is None or here.person is None:
        return _gone()
    if found.admin and not here.person.admin:
        return RefusedView(Refused.ADMIN_ONLY, {})
    return found


def _removable(
    services: Services, tx: Transaction, here: Scene, person_id: int
) -> Person | RefusedView:
    found = manageable(services, here, person_id)
    if isinstance(found, RefusedView):
        return found
    if found.admin and len(here.staff.admins()) == 1:
        return RefusedView(Refused.LAST_ADMIN, {})
    if here.person is not None and found.id == here.person.id:
        # No button of ours offers it: nobody locks themselves out by a slip.
        return RefusedView(Refused.BUTTON_OLD, {})
    return found


def _gone() -> RefusedView:
    return RefusedView(Refused.PERSON_GONE, {})
