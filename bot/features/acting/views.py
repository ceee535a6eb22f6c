"""Acting, as facts: the posts, an appointment in the making, and what is told of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain import acting
from bot.domain.access import KASUBBAG, Permission
from bot.domain.acting import Appointment
from bot.domain.notices import ActingChanged, ActingStage
from bot.domain.people import Holding, Person, Staff
from bot.domain.run import Capacity
from bot.domain.sop import OfficeUnit, Role
from bot.features import runs
from bot.features.answers import Refuse, Refused
from bot.features.feature import Sending, procedures
from bot.features.form import FAULT, Data
from bot.features.naming import Greeting, RoleName, greeting, printed, role_name, roles_of
from bot.features.work import Args, Work

APPOINT = Permission("appoint", frozenset({KASUBBAG}))


class ActingRefused(StrEnum):
    """Why somebody is not appointed, or an appointment is not ended."""

    ACTING_OWN_POST = "acting_own_post"
    ACTING_TAKEN = "acting_taken"  # name, role
    ACTING_DATES = "acting_dates"
    ACTING_OVER = "acting_over"
    PERSON_GONE = "person_gone"  # the sentence is that of /pegawai


class ActingField(StrEnum):
    """What is asked about an appointment, in this order."""

    PERSON = "person"
    SINCE = "since"
    UNTIL = "until"
    DECREE = "decree"
    DECREE_DATE = "date"


@dataclass(frozen=True, slots=True)
class PostToFill:
    """A post that somebody can stand in for; `holder` None where it is vacant."""

    role: str
    unit: str | None
    title: str
    holder: str | None


@dataclass(frozen=True, slots=True)
class ActingPeriod:
    """Somebody stands in: as what, from when until just before when, by which letter.

    `begun` is False while that lies ahead. `holding_id` is 0 while it is not yet so.
    """

    holding_id: int
    role: RoleName
    name: str
    since: datetime
    until: datetime | None
    decree: str | None
    decree_date: date | None
    begun: bool


@dataclass(frozen=True, slots=True)
class DoubleReviewed:
    """One person would review in all these roles, in the procedures of these codes."""

    roles: tuple[str, ...]
    procedures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostsView:
    """/plh and /plt: who stands in or will, and the posts to choose from."""

    capacity: Capacity
    posts: tuple[PostToFill, ...]
    current: tuple[ActingPeriod, ...]
    page: int


@dataclass(frozen=True, slots=True)
class DraftView:
    """Asks for one more thing about an appointment.

    `people` are id, name and roles of those who may be chosen. `fault` is why the last
    answer was not taken: True where it was not understood, else what was wrong with it.
    """

    field: ActingField
    post: RoleName
    person: str | None
    people: tuple[tuple[int, str, tuple[str, ...]], ...]
    page: int
    today: date
    since: datetime | None
    fault: str | bool | None


@dataclass(frozen=True, slots=True)
class CheckView:
    """All about an appointment is said; asks whether it shall be so.

    `vacant`: nobody holds the post for good.
    """

    period: ActingPeriod
    vacant: bool
    double: tuple[DoubleReviewed, ...]


@dataclass(frozen=True, slots=True)
class EndView:
    """Asks before somebody's standing in is ended early."""

    period: ActingPeriod


@dataclass(frozen=True, slots=True)
class ActingView:
    """Somebody was appointed to stand in, begins to, or does so no longer.

    `by` is who said so, None where the clock did. `official` holds the post for good.
    """

    greeting: Greeting
    stage: ActingStage
    period: ActingPeriod
    by: str | None
    official: str | None
    to_stand_in: bool
    to_official: bool
    open_tasks: int
    double: tuple[DoubleReviewed, ...]
    never_began: bool


def posts(work: Work, args: Args) -> PostsView:
    """The posts that somebody can act in, and who does or will."""
    names = work.tx.people.names()
    shown = tuple(_post(work, role, unit, names) for role, unit in acting.posts(work.office))
    current = tuple(period_of(work, h, names) for h in work.tx.people.appointments(work.now))
    capacity = Capacity(str(args["capacity"]))
    return PostsView(capacity, shown, current, int(args.get("page") or 0))


def _post(work: Work, role: Role, unit: OfficeUnit | None, names: dict[int, str]) -> PostToFill:
    code = unit.code if unit else None
    holder = official_of(work.staff, role.code, code)
    title = role_name(work.office, role.code, code).title
    return PostToFill(role.code, code, title, names.get(holder) if holder else None)


def draft(work: Work, said: Data, page: int = 0) -> DraftView | CheckView:
    """What has been said of an appointment so far, and what is asked next; once all is said,
    the whole, to be checked."""
    office, staff = work.office, work.staff
    post = role_name(office, said["role"], said["unit"], Capacity(said["capacity"]))
    person = staff.person(int(said[ActingField.PERSON])) if ActingField.PERSON in said else None
    field = next((f for f in ActingField if f.value not in said), None)
    if field is None:
        return _check(work, said, post, person)
    since = said.get(ActingField.SINCE)
    return DraftView(
        field,
        post,
        person.called if person else None,
        _candidates(work, said) if field is ActingField.PERSON else (),
        page,
        work.now.astimezone(work.calendar.zone).date(),
        datetime.fromisoformat(since) if since else None,
        said.get(FAULT),
    )


def _check(work: Work, said: Data, post: RoleName, person: Person | None) -> CheckView:
    wanted = appointment(said)
    period = ActingPeriod(
        0,
        post,
        person.called if person else "—",
        wanted.since,
        wanted.until,
        wanted.decree,
        wanted.decree_date,
        wanted.since <= work.now,
    )
    vacant = official_of(work.staff, said["role"], said["unit"]) is None
    return CheckView(period, vacant, _double(work, wanted.person_id, wanted.role))


def _candidates(work: Work, said: Data) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    """Everybody by name who does not hold the post for good: id, name and roles."""
    staff = work.staff
    return tuple(
        (person.id, person.called, tuple(map(printed, roles_of(person.id, work.state))))
        for person in sorted(staff.people.values(), key=lambda p: p.name)
        if official_of(staff, said["role"], said["unit"], person.id) is None
    )


def appointment(said: Data) -> Appointment:
    """The appointment of which all is said."""
    return Appointment(
        int(said[ActingField.PERSON]),
        said["role"],
        said["unit"],
        Capacity(said["capacity"]),
        datetime.fromisoformat(said[ActingField.SINCE]),
        datetime.fromisoformat(said[ActingField.UNTIL]),
        said[ActingField.DECREE],
        date.fromisoformat(said[ActingField.DECREE_DATE]),
    )


def told(work: Work, holding_id: int, stage: ActingStage, by: int | None) -> ActingView:
    """What the person is told of an appointment, as things stand.

    Raises:
        Refuse: there is no such appointment, or the stage is news no longer.
    """
    found = work.tx.people.appointment(holding_id)
    if found is None:
        raise Refuse(Refused.BUTTON_OLD)
    holding, ended = found
    over = ended or (holding.until is not None and holding.until <= work.now)
    if over is not (stage is ActingStage.BERAKHIR):
        raise Refuse(ActingRefused.ACTING_OVER)
    reader, staff, names = work.person, work.staff, work.tx.people.names()
    holder = official_of(staff, holding.role, holding.unit)
    return ActingView(
        greeting(work.office, reader, staff),
        stage,
        period_of(work, holding, names),
        by=names.get(by) if by is not None else None,
        official=names.get(holder) if holder is not None else None,
        to_stand_in=reader.id == holding.person_id,
        to_official=reader.id == holder,
        open_tasks=runs.open_tasks(work.tx.runs.running(), reader.id, work.state),
        double=_double(work, holding.person_id, holding.role),
        never_began=over and holding.until is not None and holding.until < holding.since,
    )


def draw_changed(work: Work, notice: ActingChanged, sending: Sending) -> ActingView | None:
    """An appointment, its beginning or its end; None where it is news no longer."""
    try:
        return told(work, notice.holding_id, notice.stage, notice.by)
    except Refuse:
        return None


def period_of(work: Work, holding: Holding, names: dict[int, str]) -> ActingPeriod:
    """An appointment as it is shown."""
    return ActingPeriod(
        holding.id,
        role_name(work.office, holding.role, holding.unit, holding.capacity),
        names.get(holding.person_id, "—"),
        holding.since,
        holding.until,
        holding.decree,
        holding.decree_date,
        holding.since <= work.now,
    )


def official_of(
    staff: Staff, role: str, unit: str | None, person_id: int | None = None
) -> int | None:
    """Who holds this post for good; only this person, where one is named."""
    return next(
        (
            h.person_id
            for h in staff.holdings
            if (h.role, h.unit, h.capacity) == (role, unit, Capacity.DEFINITIF)
            and person_id in (None, h.person_id)
        ),
        None,
    )


def _double(work: Work, person_id: int, role: str) -> tuple[DoubleReviewed, ...]:
    """In which procedures one person would review in several roles."""
    grouped: dict[tuple[str, ...], list[str]] = {}
    for found in acting.double_reviews(person_id, role, work.staff, procedures(work)):
        titles = tuple(work.office.known(code).name for code in found.roles)
        grouped.setdefault(titles, []).append(found.procedure.code)
    return tuple(DoubleReviewed(roles, tuple(codes)) for roles, codes in grouped.items())
