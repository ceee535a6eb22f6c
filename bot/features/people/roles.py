"""What every change of people and roles asks: who may be managed, and which role is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.domain.notices import LeadingRoleGranted
from bot.domain.people import Holding, Person
from bot.domain.run import Capacity
from bot.domain.sop import Office, OfficeUnit, Role
from bot.features.answers import Refuse
from bot.features.choosing import find_person, names_apart
from bot.features.naming import role_name, units_of
from bot.features.people.views import (
    MANAGE_PEOPLE,
    GiveQuestionView,
    PeopleRefused,
    RoleMenuView,
    unit_menu,
)
from bot.features.work import Work
from bot.ui.buttons import Tap

TEXT_SHOWN = 40
"""How much of a word that is not known is repeated."""

MOST_SEEN = 9
"""A button says that so many holders were seen; of more it says the same."""

_WORDS = 20
"""More words than any role and unit have are not looked at."""

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
    """The codes of the role and unit that these words mean, or the menu of units. Without
    `unit_text` a unit may stand behind the role, or in a title: "kepala bidang penanaman modal".

    Raises:
        Refuse: there is no such role or unit, or nobody is invited to it.
    """
    if unit_text is None:
        return _in_words(office, role_text)
    return _with_unit(office, _role(office, role_text), unit_text)


def _in_words(office: Office, text: str) -> tuple[str, str | None] | RoleMenuView:
    wanted, words = _folded(text), text.split()[:_WORDS]
    for unit in office.units:
        if wanted == _folded(unit.head_title):
            role = office.known(unit.head_role)
            return _with_unit(office, role, unit.code if role.has_units else None)
    refusal: Refuse | None = None
    for n in range(len(words), 0, -1):
        for role in _all_named(" ".join(words[:n]), office.roles):
            try:
                return _with_unit(office, role, " ".join(words[n:]) or None)
            except Refuse as no:
                refusal = refusal or no
    headed = {u.head_role for u in office.units if _folded(u.head_title).startswith(f"{wanted}_")}
    if refusal is None and len(headed) == 1:
        return _with_unit(office, office.known(headed.pop()), None)
    raise refusal or _unknown(office, text)


def _with_unit(
    office: Office, role: Role, unit_text: str | None
) -> tuple[str, str | None] | RoleMenuView:
    if role.external:
        raise Refuse(PeopleRefused.ROLE_OUTSIDE, role=role.name)
    if not role.has_units:
        if unit_text:
            raise Refuse(PeopleRefused.UNIT_NOT_WANTED, role=role.name)
        return role.code, None
    if not unit_text:
        return unit_menu(office, role)
    units = units_of(office, role.code)
    unit = next(iter(_all_named(unit_text, units)), None)
    if unit is None:
        text, known = unit_text[:TEXT_SHOWN], ", ".join(u.code for u in units)
        raise Refuse(PeopleRefused.UNKNOWN_UNIT, text=text, known=known)
    return role.code, unit.code


def leading_holders(work: Work, role: str, unit: str | None) -> tuple[Holding, ...]:
    """Who holds a leading role by themselves; nobody where the role is no leading one."""
    if not work.office.known(role).leading:
        return ()
    post = role, unit, Capacity.DEFINITIF
    return tuple(h for h in work.staff.holdings if (h.role, h.unit, h.capacity) == post)


def look_before(
    work: Work,
    name: str | None,
    role: str,
    unit: str | None,
    seen: int | None,
    yes: Callable[[int], Tap],
) -> GiveQuestionView | None:
    """What has to be known before a leading role gets one more holder; None where nobody holds it,
    or as many as were `seen`. `yes` is what goes on all the same."""
    held = leading_holders(work, role, unit)
    count = min(MOST_SEEN, len(held))
    if not held or seen == count:
        return None
    names = names_apart(work)
    holders = tuple((h.id, names.get(h.person_id, "—")) for h in held)
    return GiveQuestionView(name, role_name(work.office, role, unit), yes(count), holders)


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
    role = next(iter(_all_named(text, office.roles)), None)
    if role is None:
        raise _unknown(office, text)
    return role


def _unknown(office: Office, text: str) -> Refuse:
    known = ", ".join(r.code for r in office.roles if not r.external)
    return Refuse(PeopleRefused.UNKNOWN_ROLE, text=text[:TEXT_SHOWN], known=known)


def _all_named(text: str, choices: Iterable[_Choice]) -> list[_Choice]:
    """What somebody may mean, whatever its capitals and spaces: first by code or whole name, then
    by a part of the name: "Kasi" of "Kasubbag / Kasi", "Promosi" of "Seksi Promosi"."""
    wanted = _folded(text)
    whole = [c for c in choices if wanted in (_folded(c.code), _folded(c.name))]
    return whole + [c for c in choices if c not in whole and wanted in _parts(c.name)]


def _parts(name: str) -> list[str]:
    """The names between slashes, and the name without its first word, which says what it is."""
    return [_folded(part) for part in (*name.split("/"), name.partition(" ")[2])]


def _folded(text: str) -> str:
    return "_".join(text.casefold().replace("_", " ").split())
