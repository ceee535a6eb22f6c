"""Who may do what; checked at every command and every button.

The roles named here are the office's fixed codes: they carry meaning in the rules (who
owns the SOPs, who leads), so they are code, while their names and holders are data.
"""

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
    """A thing that not everybody may do, by the roles that may. An admin may do it besides.

    The feature that it guards declares it.
    """

    name: str
    roles: frozenset[str] = frozenset()


def may(permission: Permission, person_id: int, staff: Staff) -> bool:
    """Whether this person may do this now.

    An admin may do everything here: the admin keeps the office running before anybody
    else has joined. Confirming a step is no permission: only the step's roles can.
    """
    person = staff.person(person_id)
    if person is None:
        return False
    return person.admin or bool(staff.roles_of(person_id) & permission.roles)
