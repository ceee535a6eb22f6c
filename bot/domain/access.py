"""Who may do what. The roles named here have a meaning in the rules; their titles are data."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.people import Staff

KEPALA_DINAS = "kepala_dinas"
SEKRETARIS = "sekretaris"
KASUBBAG = "kasubbag"
TIM = "tim"
"""The team that carries out a procedure: a run may have one of its own, by decree."""

LEADERS = frozenset({KEPALA_DINAS, SEKRETARIS, KASUBBAG})
"""They see the whole office and its history."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What the holders of `roles`, and admins, may do. The feature that it guards declares it."""

    name: str
    roles: frozenset[str] = frozenset()


def may(permission: Permission, person_id: int, staff: Staff) -> bool:
    """Whether this person may do this now. Confirming a step is no permission: see `acts_as`."""
    person = staff.person(person_id)
    if person is None:
        return False
    return person.admin or bool(staff.roles_of(person_id) & permission.roles)
