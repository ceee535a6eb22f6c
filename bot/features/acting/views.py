"""Acting, as facts: the posts, an appointment in the making, and what is told of one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain import acting
from bot.domain.access import KASUBBAG, Permission
from bot.domain.acting import CONTINUES_WITHIN, Appointment, Doubt
from bot.domain.notices import ActingChanged, ActingEnding, ActingStage
from bot.domain.people import Holding, Staff
from bot.domain.run import Capacity
from bot.domain.sop import Office, OfficeUnit
from bot.features import runs
from bot.features.answers import Refuse, Refused
from bot.features.choosing import Candidate, candidates, names_apart
from bot.features.feature import Sending, procedures
from bot.features.form import FAULT, Data
from bot.features.naming import Greeting, RoleName, role_name
from bot.features.work import Args, Work
from bot.ui.buttons import LABEL_LIMIT, told_apart

APPOINT = Permission("appoint", frozenset({KASUBBAG}))

POST_LENGTH = LABEL_LIMIT - 9
"""Units of a post's title on a button, which may add " (kosong)"."""


class ActingRefused(StrEnum):
    """Why somebody is not appointed, or an appointment is not ended."""

    ACTING_OWN_POST = "acting_own_post"
    ACTING_TAKEN = "acting_taken"  # name, role
    ACTING_DATES = "acting_dates"
    ACTING_OVER = "acting_over"


class ActingField(StrEnum):
    """What is asked about an appointment, in this order."""

    PERSON = "person"
    SINCE = "since"
    UNTIL = "until"
    DECREE = "decree"
    DECREE_DATE = "date"


@dataclass(frozen=True, slots=True)
class PostToFill:
    """A post that somebody can stand in for, by a title unlike any other's; `vacant`: nobody holds
    it for good."""

    role: str
    unit: str | None
    title: str
    vacant: bool


@dataclass(frozen=True, slots=True)
class ActingPeriod:
    """Somebody stands in, or will (not `begun`). The holding's id is 0 until it is made."""

    holding: Holding
    role: RoleName
    name: str
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
    """Asks for one more thing about an appointment. `fault`: True where the last answer was not
    understood, else what was wrong with it."""

    field: ActingField
    post: RoleName
    person: str | None
    people: tuple[Candidate, ...]
    page: int
    today: date
    since: datetime | None
    fault: str | bool | None


@dataclass(frozen=True, slots=True)
class CheckView:
    """All is said; asks whether it shall be so. `vacant`: nobody holds the post for good;
    `doubts` are what to think over first."""

    period: ActingPeriod
    vacant: bool
    double: tuple[DoubleReviewed, ...]
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class EndView:
    """Asks before somebody's standing in is ended early."""

    period: ActingPeriod


@dataclass(frozen=True, slots=True)
class ActingView:
    """Somebody is to stand in, begins, or ends; `by` is None where the clock did it."""

    greeting: Greeting
    stage: ActingStage
    period: ActingPeriod
    by: str | None
    to_stand_in: bool
    to_official: bool
    open_tasks: int
    double: tuple[DoubleReviewed, ...]
    never_began: bool


@dataclass(frozen=True, slots=True)
class EndingView:
    """A Plt. ends in so many days. `vacant`: the post is nobody's then; `extended`: this period
    continues an earlier one."""

    greeting: Greeting
    period: ActingPeriod
    days: int
    vacant: bool
    extended: bool


def posts(work: Work, args: Args) -> PostsView:
    """The posts that somebody can act in, and who does or will."""
    names = names_apart(work)
    every = [(role.code, unit) for role, unit in acting.posts(work.office)]
    labels = told_apart([_known(work.office, *post) for post in every], room=POST_LENGTH)
    shown = tuple(_post(work, *post, label) for post, label in zip(every, labels, strict=True))
    current = tuple(period_of(work, h, names) for h in work.tx.people.appointments(work.now))
    capacity = Capacity(str(args["capacity"]))
    return PostsView(capacity, shown, current, int(args.get("page") or 0))


def _known(office: Office, role: str, unit: OfficeUnit | None) -> tuple[str, ...]:
    """A post's title, and what tells it from others of that title."""
    title = role_name(office, role, unit.code if unit else None).title
    return (title, unit.name, f"{role} {unit.code}") if unit else (title, role)


def _post(work: Work, role: str, unit: OfficeUnit | None, label: str) -> PostToFill:
    code = unit.code if unit else None
    return PostToFill(role, code, label, not officials(work.staff, role, code))


def draft(work: Work, said: Data, page: int = 0) -> DraftView | CheckView:
    """What is asked next about an appointment; once all is said, the whole, to be checked."""
    field = next((f for f in ActingField if f.value not in said), None)
    if field is None:
        return _check(work, appointment(said))
    post = role_name(work.office, said["role"], said["unit"], Capacity(said["capacity"]))
    holders = officials(work.staff, said["role"], said["unit"])
    others = candidates(work, lambda p: p.id not in holders) if field is ActingField.PERSON else ()
    person = work.staff.person(int(said.get(ActingField.PERSON) or 0))
    since = said.get(ActingField.SINCE)
    return DraftView(
        field,
        post,
        names_apart(work)[person.id] if person else None,
        others,
        page,
        work.today,
        datetime.fromisoformat(since) if since else None,
        said.get(FAULT),
    )


def _check(work: Work, wanted: Appointment) -> CheckView:
    period = period_of(work, Holding(0, **asdict(wanted)), names_apart(work))
    vacant = not officials(work.staff, wanted.role, wanted.unit)
    earlier = work.tx.people.periods(wanted)
    doubts = acting.doubts(wanted, earlier, work.staff, work.office, work.calendar)
    return CheckView(period, vacant, _double(work, wanted.person_id, wanted.role), doubts)


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
    reader, staff, names = work.person, work.staff, names_apart(work)
    return ActingView(
        work.greeting,
        stage,
        period_of(work, holding, names),
        by=names.get(by) if by is not None else None,
        to_stand_in=reader.id == holding.person_id,
        to_official=reader.id in officials(staff, holding.role, holding.unit)[:1],
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


def draw_ending(work: Work, notice: ActingEnding, sending: Sending) -> EndingView | None:
    """A Plt. that ends soon; None where it is over, or somebody follows by now."""
    held = in_force(work, notice.holding_id)
    if held is None or held.until is None:
        return None
    earlier = acting.continued(held.since, work.tx.people.periods(held))
    return EndingView(
        work.greeting,
        period_of(work, held, names_apart(work)),
        (acting.last_day(held.until, work.calendar) - work.today).days,
        vacant=not officials(work.staff, held.role, held.unit),
        extended=bool(earlier),
    )


def in_force(work: Work, holding_id: int) -> Holding | None:
    """This appointment, while it is in force and nobody is appointed to follow."""
    held = work.tx.people.holding(holding_id, work.now)
    if held is None or held.until is None:
        return None
    latest = held.until + CONTINUES_WITHIN
    others = work.tx.people.appointments(work.now)
    same = (h for h in others if (h.role, h.unit) == (held.role, held.unit) and h.id != held.id)
    return None if any(h.since <= latest for h in same) else held


def period_of(work: Work, holding: Holding, names: dict[int, str]) -> ActingPeriod:
    """An appointment as it is shown."""
    role = role_name(work.office, holding.role, holding.unit, holding.capacity)
    name = names.get(holding.person_id, "—")
    return ActingPeriod(holding, role, name, begun=holding.since <= work.now)


def officials(staff: Staff, role: str, unit: str | None) -> tuple[int, ...]:
    """The ids of those who hold this post for good; the first is told of who stands in."""
    post = role, unit, Capacity.DEFINITIF
    return tuple(h.person_id for h in staff.holdings if (h.role, h.unit, h.capacity) == post)


def _double(work: Work, person_id: int, role: str) -> tuple[DoubleReviewed, ...]:
    grouped: dict[tuple[str, ...], list[str]] = {}
    for found in acting.double_reviews(person_id, role, work.staff, procedures(work)):
        titles = tuple(work.office.known(code).name for code in found.roles)
        grouped.setdefault(titles, []).append(found.procedure.code)
    return tuple(DoubleReviewed(roles, tuple(codes)) for roles, codes in grouped.items())
