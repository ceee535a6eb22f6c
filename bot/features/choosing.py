"""Choosing somebody of the office by a button: who can be chosen, and what the button says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.people import Person
from bot.features.answers import Refuse, Refused
from bot.features.naming import distinctions, printed, roles_of
from bot.features.work import Work
from bot.ui.buttons import LABEL_LIMIT, told_apart

LABEL_LENGTH = LABEL_LIMIT - 2
"""Units of somebody's label on a button, which may add a tick."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be chosen. `name` tells namesakes apart; `label` is for a button, unlike
    that of anybody else in the office."""

    person_id: int
    name: str
    label: str


def candidates(
    work: Work, fits: Callable[[Person], bool] = lambda person: True
) -> tuple[Candidate, ...]:
    """Everybody who fits, by name."""
    known, names = distinctions(work.state), names_apart(work)
    people = sorted(work.staff.people.values(), key=lambda p: (p.name, p.id))
    options = []
    for number, person in enumerate(people, start=1):
        roles = (known.get(person.id), *map(printed, roles_of(person.id, work.state)), "")
        role = next(r for r in roles if r is not None)
        options.append((person.called, role, f"no. {number}"))
    labels = zip(people, told_apart(options, 2, LABEL_LENGTH), strict=True)
    return tuple(Candidate(p.id, names[p.id], label) for p, label in labels if fits(p))


def names_apart(work: Work) -> dict[int, str]:
    """Everybody by id as `names` has them, and of namesakes what tells them apart."""
    names = work.tx.people.names()
    return names | {p: f"{names[p]} ({known})" for p, known in distinctions(work.state).items()}


def find_person(work: Work, person_id: str | int | None) -> Person:
    """The person of this id.

    Raises:
        Refuse: they are not there any more.
    """
    found = work.staff.person(int(person_id or 0))
    if found is None:
        raise Refuse(Refused.PERSON_GONE)
    return found
