"""Who works here, and who holds which role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.run import Capacity


class Address(StrEnum):
    """The form of address a person chose when joining."""

    BAPAK = "Bapak"
    IBU = "Ibu"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who joined the bot (pegawai).

    `name` is the official name with titles, as the person wrote it. `admin` may invite people and
    correct the office's data. `reachable` is False while Telegram refuses messages to them. `nip`
    (18 digits) and `rank` (golongan ruang: "III/d") stand in signatures on documents and nowhere
    else; None until they were asked for, empty where the person left them so.
    """

    id: int
    chat_id: int
    name: str
    address: Address
    admin: bool = False
    reachable: bool = True
    nip: str | None = field(default=None, repr=False)
    rank: str | None = field(default=None, repr=False)

    @property
    def called(self) -> str:
        """Form of address and name: "Ibu Sari Wulandari, S.E."."""
        return f"{self.address.value} {self.name}"


@dataclass(frozen=True, slots=True)
class Holding:
    """A person holds a role (jabatan): in a unit where the role has several, in a capacity.

    `decree` and `decree_date` are of the letter by which somebody stands in (surat perintah).
    """

    id: int
    person_id: int
    role: str
    unit: str | None
    capacity: Capacity
    since: datetime
    until: datetime | None = None
    decree: str | None = None
    decree_date: date | None = None

    @property
    def is_stand_in(self) -> bool:
        return self.capacity is not Capacity.DEFINITIF


@dataclass(frozen=True, slots=True)
class Staff:
    """The people of the office at one moment, and the roles they hold at that moment."""

    people: dict[int, Person]
    holdings: tuple[Holding, ...]

    @classmethod
    def of(cls, people: Iterable[Person], holdings: Iterable[Holding]) -> Staff:
        """The staff that these people and holdings make up."""
        return cls({person.id: person for person in people}, tuple(holdings))

    def person(self, person_id: int) -> Person | None:
        """This person, or None if they have left."""
        return self.people.get(person_id)

    def holders(self, roles: Iterable[str]) -> tuple[Holding, ...]:
        """Everybody who acts in one of these roles, in the order of joining.

        While somebody stands in for an official (Plh., Plt.), the official does not act.
        """
        wanted = frozenset(roles)
        held = [h for h in self.holdings if h.role in wanted]
        stood_in = {(h.role, h.unit) for h in held if h.is_stand_in}
        return tuple(h for h in held if h.is_stand_in or (h.role, h.unit) not in stood_in)

    def stand_in(self, holding: Holding) -> Holding | None:
        """Who acts in the place of this official now, or None."""
        if holding.is_stand_in:
            return None
        same = (h for h in self.holdings if (h.role, h.unit) == (holding.role, holding.unit))
        return next((h for h in same if h.is_stand_in), None)

    def ids(self, roles: Iterable[str]) -> tuple[int, ...]:
        """The ids of everybody who holds one of these roles, each once."""
        return tuple(dict.fromkeys(h.person_id for h in self.holders(roles)))

    def roles_of(self, person_id: int) -> frozenset[str]:
        """The codes of the roles this person holds."""
        return frozenset(h.role for h in self.holdings if h.person_id == person_id)

    def holdings_of(self, person_id: int) -> tuple[Holding, ...]:
        """What this person holds, in the order in which it was given."""
        return tuple(h for h in self.holdings if h.person_id == person_id)

    def admins(self) -> tuple[int, ...]:
        """The ids of the administrators."""
        return tuple(p.id for p in self.people.values() if p.admin)
