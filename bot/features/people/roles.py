"""What every change of people and roles asks: who may be managed, and which role is meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from bot.domain.notices import LeadingRoleGranted
from bot.domain.people import Person
from bot.domain.sop import Office, OfficeUnit, Role
from bot.features.answers import Refuse
from bot.features.choosing import find_person
from bot.features.naming import units_of
from bot.features.people.views import MANAGE_PEOPLE, PeopleRefused, RoleMenuView, unit_menu
from bot.features.work import Work

TEXT_SHOWN = 40
"""How much of a word that is not known is repeated."""

_Choice = TypeVar("_Choice", Role, OfficeUnit)


def manageable(work: Work, person_id: int) -> Person:
    """The person, if who asks may manage them.

    Raises:
        Refuse: there is no such person, or who asks may not: only an admin manages admins.
    """
    work.require(MANAGE_PEOPLE)
    found = find_person(work, person_id)
    if found.admin:
        work.require_admin()
    return found


def choose_role(
    office: Office, role_text: str, unit_text: str | None
) -> tuple[str, str | None] | RoleMenuView:
    """The codes of the role and unit that these words mean, or the menu of units.

    Raises:
        Refuse: there is no such role or unit, or nobody is invited to it.
    """
    role = _role(office, role_text)
    if not role.has_units:
        if unit_text:
            raise Refuse(PeopleRefused.UNIT_NOT_WANTED, role=role.name)
        return role.code, None
    if not unit_text:
        return unit_menu(office, role)
    units = units_of(office, role.code)
    unit = _named(unit_text, units)
    if unit is None:
        text, known = unit_text[:TEXT_SHOWN], ", ".join(u.code for u in units)
        raise Refuse(PeopleRefused.UNKNOWN_UNIT, text=text, known=known)
    return role.code, unit.code


def announce_grant(work: Work, holding_id: int | None, by: int | None) -> None:
    """Other holders of a leading role and the admins hear of its grant; `work.staff` is as now."""
    staff = work.staff
    holding = next((h for h in staff.holdings if h.id == holding_id), None)
    if holding is None or not work.office.known(holding.role).leading:
        return
    told = {*staff.ids([holding.role]), *staff.admins()} - {holding.person_id}
    notice = LeadingRoleGranted(holding.person_id, holding.role, holding.unit, holding.capacity, by)
    work.notify(notice, sorted(told), f"granted:{holding.id}")


def _role(office: Office, text: str) -> Role:
    role = _named(text, office.roles)
    if role is None:
        known = ", ".join(r.code for r in office.roles if not r.external)
        raise Refuse(PeopleRefused.UNKNOWN_ROLE, text=text[:TEXT_SHOWN], known=known)
    if role.external:
        raise Refuse(PeopleRefused.ROLE_OUTSIDE, role=role.name)
    return role


def _named(text: str, choices: Iterable[_Choice]) -> _Choice | None:
    """What somebody means by a code or a name, whatever its capitals and spaces."""
    wanted = _folded(text)
    return next((c for c in choices if wanted in (_folded(c.code), _folded(c.name))), None)


def _folded(text: str) -> str:
    return "_".join(text.casefold().replace("_", " ").split())
