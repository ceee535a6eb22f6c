"""How people and roles are called: names, titles, and who did something in which capacity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.assignment import OfficeState
from bot.domain.people import Address, Holding, Person, Staff
from bot.domain.run import By, Capacity, Confirmation
from bot.domain.sop import Office, OfficeUnit

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
    """Who confirmed, as what, and when; `recorded_for` names an office outside."""

    name: str
    role: RoleName
    at: datetime
    recorded_for: str | None


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
    office: Office, names: dict[int, str], confirmations: Iterable[Confirmation]
) -> tuple[SignedBy, ...]:
    """Confirmations with the names and roles behind them."""
    return tuple(
        SignedBy(
            names.get(c.person_id, "—"),
            role_name(office, c.role, c.unit, c.capacity),
            c.at,
            office.known(c.recorded_for).name if c.recorded_for else None,
        )
        for c in confirmations
    )


def acted(office: Office, names: dict[int, str], by: By, at: datetime) -> SignedBy:
    """Who did something, as what, and when. An admin without a role is called so."""
    role = (
        role_name(office, by.role, by.unit, by.capacity) if by.role else RoleName("Administrator")
    )
    return SignedBy(names.get(by.person_id, "—"), role, at, None)


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


def owner_title(office: Office) -> str:
    """The post that people turn to: the owner of the SOPs."""
    return office.role(office.owner_role).name


def units_of(office: Office, role: str) -> tuple[OfficeUnit, ...]:
    """The units in which a role can be held: those it heads, or all where it heads none."""
    headed = tuple(u for u in office.units if u.head_role == role)
    return headed or office.units
