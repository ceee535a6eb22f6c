"""Choosing somebody of the office by a button: who can be chosen, and what the button says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.people import Person
from bot.features.answers import Refuse, Refused
from bot.features.naming import printed, roles_of
from bot.features.work import Work


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be chosen; `role` is the first that they hold, as printed."""

    person_id: int
    name: str
    role: str | None

    @property
    def label(self) -> str:
        """Name and role, for a button."""
        return f"{self.name} ({self.role})" if self.role else self.name


def candidates(
    work: Work, fits: Callable[[Person], bool] = lambda person: True
) -> tuple[Candidate, ...]:
    """Everybody who fits, by name."""
    people = sorted(filter(fits, work.staff.people.values()), key=lambda p: p.name)
    held = ((p, roles_of(p.id, work.state)) for p in people)
    return tuple(Candidate(p.id, p.called, printed(r[0]) if r else None) for p, r in held)


def find_person(work: Work, person_id: str | int | None) -> Person:
    """The person of this id.

    Raises:
        Refuse: they are not there any more.
    """
    found = work.staff.person(int(person_id or 0))
    if found is None:
        raise Refuse(Refused.PERSON_GONE)
    return found
