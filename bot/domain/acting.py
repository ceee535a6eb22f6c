"""Standing in for an official: Plh. for one who is absent, Plt. for a vacant post.

What may be appointed is decided here; who acts at a moment follows from the holdings of that
moment (`Staff.holders`).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.domain import worktime
from bot.domain.access import KEPALA_DINAS
from bot.domain.assignment import seat, upward
from bot.domain.people import Holding, Staff
from bot.domain.run import Capacity
from bot.domain.sop import Office, OfficeUnit, Procedure, Role, StepKind
from bot.domain.worktime import WorkCalendar

LONGEST = timedelta(days=366)
"""The longest appointment; it can be renewed. A longer one is taken for a typing error."""

EARLIEST = timedelta(days=31)
"""How long ago it may have begun, since letters are sometimes entered late."""

PLT_MONTHS = 3
"""How long a Plt. acts at most; it may be extended once, by as much (SE Kepala BKN 1/SE/I/2021)."""

CONTINUES_WITHIN = timedelta(days=7)
"""A Plt. appointed again so soon after the last period ended continues it."""

ENDING_DAYS, ENDING_WORKING_DAYS, ENDING_AT = 14, 3, time(8)
"""How long before the last day of a Plt., and at what time of day, its end is announced."""


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


class Doubt(StrEnum):
    """Why an appointment deserves a second look. It may be recorded all the same."""

    LONGER = "longer"  # a Plt. for more than three months
    EXTENDED_AGAIN = "extended_again"  # a Plt. extended twice, or for more than six months
    FAR_BELOW = "far_below"  # more than one level below the post
    OTHER_UNIT = "other_unit"
    NO_POST = "no_post"  # nothing is known of their level


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
    """Why this appointment cannot be made, with the one in its way; None if it can.

    `appointed` are all current and planned ones: a post has one stand-in at a time.
    """
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


def doubts(
    wanted: Appointment,
    earlier: Iterable[Holding],
    staff: Staff,
    office: Office,
    calendar: WorkCalendar,
) -> tuple[Doubt, ...]:
    """What is to be thought over before this appointment is recorded.

    `earlier` are the person's own periods in this post, whenever they were.
    """
    found = []
    if wanted.capacity is Capacity.PLT:
        first, last = calendar.local(wanted.since).date(), last_day(wanted.until, calendar)
        before = continued(wanted.since, earlier)
        if last > _months_later(first, PLT_MONTHS):
            found.append(Doubt.LONGER)
        began = calendar.local(before[0].since).date() if before else first
        if len(before) > 1 or (before and last > _months_later(began, 2 * PLT_MONTHS)):
            found.append(Doubt.EXTENDED_AGAIN)
    own = [h for h in staff.holdings_of(wanted.person_id) if not h.is_stand_in]
    if not own:
        return (*found, Doubt.NO_POST)
    levels = [_level(h.role, seat(h, office), office) for h in own]
    post = wanted.unit or _headed(wanted.role, office)
    if min(levels) - _level(wanted.role, post, office) > 1:
        found.append(Doubt.FAR_BELOW)
    tops = {_top(unit, office) for h in own if (unit := seat(h, office)) is not None}
    if post is not None and tops and _top(post, office) not in tops:
        found.append(Doubt.OTHER_UNIT)
    return tuple(found)


def continued(since: datetime, earlier: Iterable[Holding]) -> tuple[Holding, ...]:
    """The periods as a Plt. that one beginning at `since` continues, the earliest first."""
    chain: list[Holding] = []
    for held in sorted(earlier, key=lambda h: h.since, reverse=True):
        begins = chain[-1].since if chain else since
        if held.capacity is not Capacity.PLT or held.until is None or held.until <= held.since:
            continue
        if held.until <= begins <= held.until + CONTINUES_WITHIN:
            chain.append(held)
    return tuple(reversed(chain))


def last_day(until: datetime, calendar: WorkCalendar) -> date:
    """The last day of a period that lasts until just before `until`."""
    return calendar.local(until - timedelta(microseconds=1)).date()


def announced_at(until: datetime, calendar: WorkCalendar) -> tuple[datetime, datetime]:
    """When the end of a Plt. is announced: two weeks and three working days before its last day.

    The first is on the last working day before where nobody works on that day.
    """
    last = last_day(until, calendar)
    early = last - timedelta(days=ENDING_DAYS)
    if not calendar.is_working_day(early):
        early = worktime.previous_working_day(early, calendar)
    late = worktime.previous_working_day(last, calendar, ENDING_WORKING_DAYS)
    first, second = (worktime.at_clock(day, ENDING_AT, calendar) for day in (early, late))
    return first, second


def _level(role: str, unit: str | None, office: Office) -> int:
    """How far below the head of the office: 1 for who heads a unit directly below, and so on.

    Whoever heads nothing stands below all heads. The roles' own levels do not count: a Sekretaris
    and a Kepala Bidang are of one level (administrator).
    """
    if role == KEPALA_DINAS:
        return 0
    if unit is not None and any(u.code == unit and u.head_role == role for u in office.units):
        return len(list(upward(unit, office)))
    return 1 + max((len(list(upward(u.code, office))) for u in office.units), default=0)


def _months_later(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _headed(role: str, office: Office) -> str | None:
    return next((unit.code for unit in office.units if unit.head_role == role), None)


def _top(unit: str, office: Office) -> str:
    """The unit directly below the head of the office to which this one belongs."""
    return next((u.code for u in reversed(list(upward(unit, office)))), unit)


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
