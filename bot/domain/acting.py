"""Standing in for an official: Plh. for one who is absent, Plt. for a vacant post."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.people import Holding, Staff
from bot.domain.run import Capacity
from bot.domain.sop import Office, OfficeUnit, Procedure, Role, StepKind

LONGEST = timedelta(days=366)
"""The longest appointment; it can be renewed. A longer one is taken for a typing error."""

EARLIEST = timedelta(days=31)
"""How long ago it may have begun, since letters are sometimes entered late."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """Somebody is to stand in for a post from `since` until just before `until`."""

    person_id: int
    role: str
    unit: str | None
    capacity: Capacity
    since: datetime
    until: datetime
    decree: str
    decree_date: date


class Unfit(StrEnum):
    """Why an appointment is refused."""

    OWN_POST = "own_post"
    TAKEN = "taken"
    ENDS_BEFORE = "ends_before"
    OVER = "over"
    TOO_EARLY = "too_early"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class DoubleReview:
    """In this procedure one person would review in all of these roles."""

    procedure: Procedure
    roles: tuple[str, ...]


def posts(office: Office) -> tuple[tuple[Role, OfficeUnit | None], ...]:
    """The posts that somebody can stand in for: those with a title, highest first."""
    titled = (role for role in office.roles if role.by_title and not role.external)
    return tuple(
        (role, unit)
        for role in sorted(titled, key=lambda role: role.level)
        for unit in (office.units if role.has_units else (None,))
        if unit is None or unit.head_role == role.code
    )


def unfit(
    wanted: Appointment, appointed: Iterable[Holding], staff: Staff, now: datetime
) -> tuple[Unfit, Holding | None] | None:
    """Why `wanted` cannot be, and the one of `appointed` in its way; None where it can."""
    own = [(h.role, h.unit, h.capacity) for h in staff.holdings_of(wanted.person_id)]
    if (wanted.role, wanted.unit, Capacity.DEFINITIF) in own:
        return Unfit.OWN_POST, None
    if fault := bad_dates(wanted.since, wanted.until, now):
        return fault, None
    for other in appointed:
        same = (other.role, other.unit) == (wanted.role, wanted.unit)
        if same and other.until and wanted.since < other.until and other.since < wanted.until:
            return Unfit.TAKEN, other
    return None


def bad_dates(since: datetime, until: datetime | None, now: datetime) -> Unfit | None:
    """What is wrong with these dates; `until` None while it has not been said."""
    if since < now - EARLIEST:
        return Unfit.TOO_EARLY
    if since > now + LONGEST:
        return Unfit.TOO_LONG
    if until is None:
        return None
    if until <= since:
        return Unfit.ENDS_BEFORE
    if until <= now:
        return Unfit.OVER
    return Unfit.TOO_LONG if until - since > LONGEST else None


def double_reviews(
    person_id: int, role: str, staff: Staff, procedures: Iterable[Procedure]
) -> tuple[DoubleReview, ...]:
    """Where one person would review twice by standing in for `role`; allowed, with a warning."""
    held = staff.roles_of(person_id) | {role}
    found = []
    for procedure in procedures:
        reviewing = [
            code
            for step in procedure.steps
            if step.kind is not StepKind.KERJA or step.return_to is not None
            for code in step.roles
            if code in held
        ]
        roles = tuple(dict.fromkeys(reviewing))
        if role in roles and len(roles) > 1:
            found.append(DoubleReview(procedure, roles))
    return tuple(found)
