"""How people and roles are called: names, titles, and who did something in which capacity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain import assignment, events
from bot.domain.assignment import OfficeState
from bot.domain.events import Event, RunStarted, TaskConfirmed, TaskReturned
from bot.domain.people import Address, Holding, Person, Staff
from bot.domain.run import By, Capacity, Confirmation, Returned
from bot.domain.sop import Office, OfficeUnit, Procedure, Step

NO_ROLE = "tanpa peran"


@dataclass(frozen=True, slots=True)
class RoleName:
    """A role as it is printed: "Plt. Kepala Dinas", "Kepala Bidang Penanaman Modal"."""

    title: str
    capacity: Capacity = Capacity.DEFINITIF


@dataclass(frozen=True, slots=True)
class Greeting:
    """Whom a message speaks to: "Yth. Ibu Kasubbag Perencanaan" or "Yth. Bapak Budi"."""

    address: Address
    called: str


@dataclass(frozen=True, slots=True)
class SignedBy:
    """Who did something, as what, and when; `recorded_for` names the office outside for which it
    was recorded."""

    name: str
    role: RoleName
    at: datetime
    recorded_for: str | None = None


@dataclass(frozen=True, slots=True)
class Performer:
    """Somebody whose turn it is, by name and role."""

    name: str
    role: RoleName


def role_name(
    office: Office, role: str, unit: str | None, capacity: Capacity = Capacity.DEFINITIF
) -> RoleName:
    """A role as it is printed, by the unit's own title where the holder heads a unit."""
    title = office.known(role).name
    if unit is not None:
        known = next((u for u in office.units if u.code == unit), None)
        if known is not None:
            title = known.head_title if known.head_role == role else f"{title} {known.name}"
    return RoleName(title, capacity)


def greeting(
    office: Office, person: Person, staff: Staff, acts_in: Holding | None = None
) -> Greeting:
    """How a message opens: by the title of a leading post, else by name.

    `acts_in` is the holding that the message is about: its title goes before others.
    """
    held = staff.holdings_of(person.id)
    first = (acts_in, *held) if acts_in else held
    titled = next((h for h in first if office.known(h.role).by_title), None)
    if titled is None:
        return Greeting(person.address, person.name)
    name = role_name(office, titled.role, titled.unit, titled.capacity)
    return Greeting(person.address, printed(name))


def printed(role: RoleName) -> str:
    """With the capacity in front: "Plt. Kepala Dinas"."""
    prefix = {Capacity.DEFINITIF: "", Capacity.PLT: "Plt. ", Capacity.PLH: "Plh. "}
    return prefix[role.capacity] + role.title


def signed(
    office: Office, names: Mapping[int, str], confirmations: Iterable[Confirmation]
) -> tuple[SignedBy, ...]:
    """Confirmations with the names and roles behind them."""
    return tuple(acted(office, names, c.by, c.at, c.recorded_for) for c in confirmations)


def acted(
    office: Office, names: Mapping[int, str], by: By, at: datetime, recorded_for: str | None = None
) -> SignedBy:
    """Who did something, as what, when, and for which role outside it was recorded. Somebody who
    acted in no role did so as an admin."""
    role = (
        role_name(office, by.role, by.unit, by.capacity) if by.role else RoleName("Administrator")
    )
    outsider = office.known(recorded_for).name if recorded_for else None
    return SignedBy(names.get(by.person_id, "—"), role, at, outsider)


def returned(office: Office, names: Mapping[int, str], step: Step, given: Returned) -> SignedBy:
    """Who sent the work of a step back: for an office outside, whoever recorded it."""
    outsider = assignment.recorded_for(step, given.by, office)
    return acted(office, names, given.by, given.at, outsider)


def author(
    office: Office, names: Mapping[int, str], procedure: Procedure, event: Event
) -> SignedBy | None:
    """Who made an event of a run happen; None where it followed from another.

    Of a start recorded by an older version only the person is known.
    """
    match event:
        case TaskConfirmed(confirmation=given):
            return signed(office, names, [given])[0]
        case TaskReturned(step=step, to_step=to_step, reason=reason, by=by, at=at):
            given_back = Returned(by, to_step, reason, at)
            return returned(office, names, procedure.step(step), given_back)
        case RunStarted(person_id=person_id, by=None, at=at):
            return SignedBy(names.get(person_id, "—"), RoleName(""), at)
        case _:
            by_whom = events.author(event)
            return acted(office, names, by_whom, event.at) if by_whom else None


def roles_of(person_id: int, state: OfficeState) -> tuple[RoleName, ...]:
    """What somebody holds, as printed."""
    return tuple(
        role_name(state.office, h.role, h.unit, h.capacity)
        for h in state.staff.holdings_of(person_id)
    )


def distinctions(state: OfficeState) -> dict[int, str]:
    """What tells people of one name apart, by their ids: a role that no namesake holds, else one
    that they do, and who of them joined first. Whoever has no namesake is not among them."""
    named: dict[str, list[int]] = defaultdict(list)
    for person in state.staff.people.values():
        named[person.called.casefold()].append(person.id)
    found: dict[int, str] = {}
    for alike in (sorted(ids) for ids in named.values() if len(ids) > 1):
        held = {p: [printed(role) for role in roles_of(p, state)] or [NO_ROLE] for p in alike}
        shared = Counter(role for roles in held.values() for role in set(roles))
        first = {
            p: next((r for r in roles if shared[r] == 1), roles[0]) for p, roles in held.items()
        }
        same: Counter[str] = Counter()
        for person_id, role in first.items():
            same[role] += 1
            several = list(first.values()).count(role) > 1
            found[person_id] = f"{role}, ke-{same[role]}" if several else role
    return found


def post_title(office: Office, role: str, capacity: Capacity = Capacity.DEFINITIF) -> str:
    """A post as it stands above a signature: "Plt. Kepala Dinas", "Kepala Subbagian Perencanaan"
    where the role heads one unit alone."""
    headed = [unit.code for unit in office.units if unit.head_role == role]
    only = headed[0] if len(headed) == 1 else None
    return printed(role_name(office, role, only, capacity))


def owner_title(office: Office) -> str:
    """The post that people turn to: the owner of the SOPs."""
    return office.role(office.owner_role).name


def units_of(office: Office, role: str) -> tuple[OfficeUnit, ...]:
    """The units in which a role can be held: those it heads, or all where it heads none."""
    headed = tuple(u for u in office.units if u.head_role == role)
    return headed or office.units
