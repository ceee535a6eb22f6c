"""The office's people as they are shown, the buttons that manage them, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from bot.domain.access import KASUBBAG, Permission
from bot.domain.notices import CommandMenu, LeadingRoleGranted, PersonUnreachable, RoleChanged
from bot.domain.people import Address, Holding, Person
from bot.domain.run import Capacity
from bot.domain.sop import Office, Role
from bot.features import runs
from bot.features.answers import Refuse, Refused
from bot.features.choosing import find_person, names_apart
from bot.features.feature import MenuView, Sending, menu_of
from bot.features.naming import Greeting, RoleName, distinctions, role_name, units_of
from bot.features.work import Args, Work
from bot.store.runs import StoredRun
from bot.ui.buttons import Code, Id, PageNumber, PageTap, Show, Tap, digits, told_apart

MANAGE_PEOPLE = Permission("manage_people", frozenset({KASUBBAG}))
INVITE = Permission("invite", frozenset({KASUBBAG}))

OWN_NAME = "profile"
"""The kind of the question for one's own name, which /profil asks."""


class PeopleRefused(StrEnum):
    """Why something about a person or a role is refused, with the facts of its sentence."""

    LAST_ADMIN = "last_admin"
    UNKNOWN_ROLE = "unknown_role"  # text, known: codes to choose from
    ROLE_OUTSIDE = "role_outside"  # role: its title
    UNKNOWN_UNIT = "unknown_unit"  # text, known: codes to choose from
    UNIT_NOT_WANTED = "unit_not_wanted"  # role
    ALREADY_HELD = "already_held"  # role
    HOLDING_GONE = "holding_gone"
    INVITATION_GONE = "invitation_gone"


class Done(StrEnum):
    """What was done."""

    NAME_CHANGED = "name_changed"  # name
    ADDRESS_CHANGED = "address_changed"  # name
    ROLE_GIVEN = "role_given"  # name, role
    HANDED_OVER = "handed_over"  # role, name
    ROLE_TAKEN = "role_taken"  # name, role
    REMOVED = "removed"  # name
    INVITATION_WITHDRAWN = "invitation_withdrawn"  # role


class Invite(Tap, prefix="inv", after=Show.BELOW):
    """Invite somebody to a role; what offered the role stays above it, for the next invitation."""

    role: Code
    unit: Code | None = None


class ShowPerson(Tap, prefix="ppl", reads_only=True):
    """Show one person."""

    person_id: Id


class TurnPeople(PageTap, prefix="pg:pegawai"):
    """Show another page of everybody who joined."""


class ChangeName(Tap, prefix="name"):
    """Ask for this person's new name."""

    person_id: Id


class ChangeAddress(Tap, prefix="addr"):
    """Change this person's form of address."""

    person_id: Id
    address: Address


class ChooseRole(Tap, prefix="role", reads_only=True):
    """Choose a role to give to this person."""

    person_id: Id


class GiveRole(Tap, prefix="give"):
    """Give a role to this person, in a unit where one is chosen."""

    person_id: Id
    role: Code
    unit: Code | None = None


class TakeRole(Tap, prefix="rev"):
    """Take this holding back."""

    holding_id: Id


class AskTake(Tap, prefix="rvq", reads_only=True):
    """Ask before this holding is taken back."""

    holding_id: Id


class GiveAnyway(Tap, prefix="gv"):
    """Give a leading role to this person beside so many who hold it; nine stand for more."""

    person_id: Id
    seen: Annotated[int, digits("[1-9]")]
    role: Code
    unit: Code | None = None


class AskRemove(Tap, prefix="rm", reads_only=True):
    """Ask before this person is removed."""

    person_id: Id


class RemovePerson(Tap, prefix="rmy"):
    """Remove this person."""

    person_id: Id


class MoveAccount(Tap, prefix="mv", after=Show.BELOW):
    """Invite a person to another Telegram account."""

    person_id: Id


class HandOverRole(Tap, prefix="ho", reads_only=True):
    """Ask to whom this holding shall be handed over; a page of the choices."""

    holding_id: Id
    page: PageNumber


class HandTo(Tap, prefix="hto"):
    """Hand this holding over to this person."""

    holding_id: Id
    person_id: Id


class FillRole(Tap, prefix="fr", reads_only=True):
    """Ask who shall hold this vacant role; a page of the choices."""

    role: Code
    page: PageNumber


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person with what they hold. `removable`: the viewer may remove them; `known` tells them
    from their namesakes."""

    person: Person
    holdings: tuple[tuple[Holding, RoleName], ...]
    open_tasks: int
    removable: bool
    known: str = ""


@dataclass(frozen=True, slots=True)
class PeopleView:
    """Everybody who joined, and the roles that nobody holds."""

    people: tuple[PersonView, ...]
    vacant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleMenuView:
    """Roles (code and name), or the units of `role`; without `person`, for an invitation. `unused`:
    how many invitations nobody has used yet."""

    choices: tuple[tuple[str, str], ...]
    role: Role | None = None
    person: Person | None = None
    unused: int = 0


@dataclass(frozen=True, slots=True)
class AskNameView:
    """Asks for the official name with titles, of the asked person or of `of`. `fault`: the last
    answer was no name (3 to 100 signs, with letters among them). `again`: a newcomer wanted
    something else first."""

    address: Address | None
    fault: bool = False
    of: str | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class NameCheckView:
    """Shows somebody's own name, as they typed it, before it is kept; by which taps it is kept or
    typed again. `again`: as above."""

    address: Address
    name: str
    keep: Tap
    correct: Tap
    again: bool = False


@dataclass(frozen=True, slots=True)
class TakeQuestionView:
    """Asks before a role is taken back; `vacant`: nobody holds it then."""

    holding_id: int
    name: str
    role: RoleName
    open_tasks: int
    vacant: bool


@dataclass(frozen=True, slots=True)
class GiveQuestionView:
    """Asks before somebody, or (None) whoever is invited, gets a leading role that `holders` (id of
    the holding, name) have."""

    name: str | None
    role: RoleName
    yes: Tap
    holders: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class RemoveQuestionView:
    """Asks before somebody is removed; `vacant` are the roles that nobody holds then."""

    person: Person
    roles: tuple[RoleName, ...]
    open_tasks: int
    vacant: tuple[RoleName, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleGrantedView:
    """Somebody was given a leading role, by whom."""

    greeting: Greeting
    name: str
    role: RoleName
    by: str | None


@dataclass(frozen=True, slots=True)
class RoleChangedView:
    """The recipient's own role was given or taken away."""

    greeting: Greeting
    role: RoleName
    given: bool


@dataclass(frozen=True, slots=True)
class UnreachableView:
    """Telegram refuses messages to this person; `holdings` (id and role) can be handed over."""

    name: str
    open_tasks: int
    holdings: tuple[tuple[int, RoleName], ...] = ()


def people(work: Work, args: Args) -> PeopleView:
    """Everybody, and the roles of the SOPs that nobody holds."""
    running, staff = work.tx.runs.running(), work.staff
    procedures = [procedure for _, procedure in work.catalog.procedures()]
    used = {code for p in procedures for step in p.steps for code in step.roles}
    vacant = tuple(
        role.name
        for role in work.office.roles
        if role.code in used and not role.external and not staff.holders([role.code])
    )
    known = distinctions(work.state)
    everybody = (_person(work, p, running, known) for p in staff.people.values())
    return PeopleView(tuple(everybody), vacant)


def person(work: Work, args: Args) -> PersonView:
    """The person of this id."""
    someone, running = find_person(work, args["person_id"]), work.tx.runs.running()
    return _person(work, someone, running, distinctions(work.state))


def role_menu(work: Work, args: Args) -> RoleMenuView:
    """The roles, or the units of one, for an invitation or for a person."""
    someone = find_person(work, args["person_id"]) if args.get("person_id") else None
    if not args.get("role"):
        inside = [role for role in work.office.roles if not role.external]
        named = told_apart([(role.name, role.code) for role in inside])
        return RoleMenuView(tuple(zip((r.code for r in inside), named, strict=True)), None, someone)
    return unit_menu(work.office, known_role(work, str(args["role"])), someone)


def known_role(work: Work, code: str) -> Role:
    """The role of this code.

    Raises:
        Refuse: the office has none.
    """
    role = next((r for r in work.office.roles if r.code == code), None)
    if role is None:
        raise Refuse(Refused.BUTTON_OLD)
    return role


def unit_menu(office: Office, role: Role, person: Person | None = None) -> RoleMenuView:
    """The units in which a role can be held, by the title that it has there."""
    units = units_of(office, role.code)
    titles = (role_name(office, role.code, unit.code).title for unit in units)
    named = [(title, u.name, u.code) for title, u in zip(titles, units, strict=True)]
    choices = zip((unit.code for unit in units), told_apart(named), strict=True)
    return RoleMenuView(tuple(choices), role, person)


def name_question(work: Work, args: Args) -> AskNameView:
    """Asks for somebody's name, or a newcomer for their own."""
    fault = bool(args.get("fault"))
    if args.get("person_id"):
        someone = find_person(work, args["person_id"])
        return AskNameView(someone.address, fault, someone.called)
    newcomer = work.tx.people.by_chat(int(args["chat_id"] or 0))
    return AskNameView(newcomer.address if newcomer else None, fault)


def _person(
    work: Work, someone: Person, running: list[StoredRun], known: dict[int, str]
) -> PersonView:
    held = work.staff.holdings_of(someone.id)
    named = (role_name(work.office, h.role, h.unit, h.capacity) for h in held)
    viewer = work.person
    return PersonView(
        someone,
        tuple(zip(held, named, strict=True)),
        runs.open_tasks(running, someone.id, work.state),
        removable=someone.id != viewer.id and (viewer.admin or not someone.admin),
        known=known.get(someone.id, ""),
    )


def is_alone(work: Work, holding: Holding) -> bool:
    """Whether nobody else holds this role in this unit."""
    held = work.staff.holdings
    same = [h for h in held if (h.role, h.unit) == (holding.role, holding.unit)]
    return {h.person_id for h in same} <= {holding.person_id}


def draw_grant(work: Work, notice: LeadingRoleGranted, sending: Sending) -> RoleGrantedView:
    """Who holds a leading role now."""
    names = work.tx.people.names()
    return RoleGrantedView(
        work.greeting,
        names.get(notice.person_id, "—"),
        role_name(work.office, notice.role, notice.unit, notice.capacity),
        names.get(notice.by) if notice.by is not None else None,
    )


def draw_role_changed(work: Work, notice: RoleChanged, sending: Sending) -> RoleChangedView:
    """What the recipient holds now, or no longer."""
    role = role_name(work.office, notice.role, notice.unit)
    return RoleChangedView(work.greeting, role, notice.given)


def draw_unreachable(
    work: Work, notice: PersonUnreachable, sending: Sending
) -> UnreachableView | None:
    """Who cannot be reached; None once they can, or have left."""
    gone = work.staff.person(notice.person_id)
    if gone is None or gone.reachable:
        return None
    theirs = tuple(
        (h.id, role_name(work.office, h.role, h.unit))
        for h in work.staff.holdings_of(gone.id)
        if h.capacity is Capacity.DEFINITIF
    )
    waiting = runs.open_tasks(work.tx.runs.running(), gone.id, work.state)
    return UnreachableView(names_apart(work)[gone.id], waiting, theirs)


def draw_menu(work: Work, notice: CommandMenu, sending: Sending) -> MenuView:
    """The recipient's commands; somebody who has left sees what everybody sees."""
    recipient = work.staff.person(sending.delivery.person_id or 0)
    return menu_of(work, recipient) if recipient else MenuView((), joined=False)
