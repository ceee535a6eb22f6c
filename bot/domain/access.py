"""Who may do what; checked at every command and every button.

The roles named here are the office's fixed codes: they carry meaning in the rules (who
owns the SOPs, who leads), so they are code, while their names and holders are data.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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


class LegacyPermission(StrEnum):
    """A thing that not everybody may do. The value names the command it opens."""

    START_RUN = "mulai"
    STEER_RUN = "jeda"
    SEE_HISTORY = "riwayat"
    INVITE = "undang"
    MANAGE_PEOPLE = "pegawai"
    SEE_OFFICE = "status"
    APPOINT = "plh"
    NAME_TEAM = "tim"
    SEE_REPORTS = "laporan"
    MOVE_HOLIDAYS = "libur"
    LINK_GROUP = "hubungkan"


_HOLDERS: dict[LegacyPermission, frozenset[str]] = {
    LegacyPermission.START_RUN: frozenset({KASUBBAG}),
    LegacyPermission.STEER_RUN: frozenset({KASUBBAG}),
    LegacyPermission.SEE_HISTORY: LEADERS,
    LegacyPermission.INVITE: frozenset({KASUBBAG}),
    LegacyPermission.MANAGE_PEOPLE: frozenset({KASUBBAG}),
    LegacyPermission.SEE_OFFICE: LEADERS,
    LegacyPermission.APPOINT: frozenset({KASUBBAG}),
    LegacyPermission.NAME_TEAM: frozenset({KASUBBAG}),
    LegacyPermission.SEE_REPORTS: LEADERS,
    # The calendar is the whole office's, and its decrees come from above it.
    LegacyPermission.MOVE_HOLIDAYS: frozenset(),
    LegacyPermission.LINK_GROUP: frozenset({KASUBBAG}),
}


def may(permission: Permission | LegacyPermission, person_id: int, staff: Staff) -> bool:
    """Whether this person may do this now.

    An admin may do everything here: the admin keeps the office running before anybody
    else has joined. Confirming a step is no permission: only the step's roles can.
    """
    person = staff.person(person_id)
    if person is None:
        return False
    return person.admin or bool(staff.roles_of(person_id) & holders(permission))


def holders(permission: Permission | LegacyPermission) -> frozenset[str]:
    """The roles that a permission belongs to; an admin has it besides."""
    return permission.roles if isinstance(permission, Permission) else _HOLDERS[permission]
