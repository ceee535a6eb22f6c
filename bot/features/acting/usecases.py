"""/plh and /plt: somebody acts for an official, from one moment to another.

The appointment is put together by buttons and short answers. Who acts at a moment follows from
the holdings: the agenda only sees to it that cards move at the minute, and that both hear of it.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from bot.domain import access, acting, parsing, worktime
from bot.domain.acting import Appointment, Unfit
from bot.domain.notices import ActingChanged, ActingStage, CommandMenu, Reply
from bot.domain.people import Holding
from bot.domain.run import Capacity
from bot.features import replies, runs
from bot.features.acting import texts, views
from bot.features.acting.texts import (
    Appoint,
    AskEnd,
    BeginNow,
    End,
    PickDay,
    PickPerson,
    PickPost,
    TurnPeople,
    TurnPosts,
)
from bot.features.acting.views import (
    APPOINT,
    ActingField,
    ActingRefused,
    ActingView,
    EndView,
    official_of,
)
from bot.features.answers import Refuse, Refused
from bot.features.feature import (
    Command,
    Drawn,
    Feature,
    JournalEntry,
    NamedView,
    Topic,
    View,
    Words,
)
from bot.features.form import Data, Field, Form, Misread, by_button
from bot.features.naming import printed, role_name
from bot.features.work import Args, Work
from bot.store.agenda import Entry

ACTING_BEGINS = "acting_begins"
ACTING_ENDS = "acting_ends"

DECREE_LENGTH = range(1, 81)
"""Signs of a letter's number: "800/123/BKPSDM/2027" is one."""


# Commands and buttons


def command(work: Work, typed: Words) -> Reply:
    """/plh and /plt: who acts, and the posts to choose from."""
    replies.no_more_than(typed, 0, f"/{typed.name}")
    return Reply("acting_posts", {"capacity": typed.name})


def turn_posts(work: Work, tap: TurnPosts) -> View:
    """A page of the posts."""
    work.require(APPOINT)
    return replies.show(work, "acting_posts", capacity=_acting(tap.capacity), page=tap.page)


def pick_post(work: Work, tap: PickPost) -> View:
    """The post is chosen; whoever is to act is asked next."""
    work.require(APPOINT)
    known = {(role.code, unit.code if unit else None) for role, unit in acting.posts(work.office)}
    if (tap.role, tap.unit) not in known:
        raise Refuse(Refused.BUTTON_OLD)
    post: Data = {"capacity": _acting(tap.capacity), "role": tap.role, "unit": tap.unit}
    return ACTING.fill(work, post)


def turn_people(work: Work, tap: TurnPeople) -> View:
    """A page of the people to choose from."""
    return views.draft(work, ACTING.said(work), tap.page)


def pick_person(work: Work, tap: PickPerson) -> View:
    """Who is to act."""
    said = _asked_for(work, ActingField.PERSON)
    if work.staff.person(tap.person_id) is None:
        raise Refuse(ActingRefused.PERSON_GONE)
    if official_of(work.staff, said["role"], said["unit"], tap.person_id) is not None:
        raise _unfit(work, Unfit.OWN_POST, None)
    return ACTING.fill(work, {**said, ActingField.PERSON.value: str(tap.person_id)})


def pick_day(work: Work, tap: PickDay) -> View:
    """A date by button."""
    return _by_button(work, tap.field, tap.day.isoformat())


def begin_now(work: Work, tap: BeginNow) -> View:
    """It begins at this moment."""
    said = _asked_for(work, ActingField.SINCE)
    return ACTING.fill(work, {**said, ActingField.SINCE.value: work.now.isoformat()})


def appoint(work: Work, tap: Appoint) -> ActingView:
    """All is said: it is so from now on, or from the minute that was said."""
    said = ACTING.said(work)
    if ACTING.next_field(said) is not None:
        raise Refuse(Refused.BUTTON_OLD)
    wanted = views.appointment(said)
    if work.staff.person(wanted.person_id) is None:
        raise Refuse(ActingRefused.PERSON_GONE)
    if found := acting.unfit(wanted, work.tx.people.appointments(work.now), work.staff, work.now):
        raise _unfit(work, *found)
    holding_id, by = work.tx.people.appoint(wanted), work.person.id
    work.answered()
    _note_appointment(work, wanted)
    _schedule(work, holding_id, wanted)
    made = work.tx.people.appointment(holding_id)
    if made is None:
        raise LookupError(f"appointment {holding_id} was not written")
    if wanted.since <= work.now:
        _changed(work, made[0])
    _tell(work, made[0], ActingStage.DITETAPKAN, by)
    return views.told(work, holding_id, ActingStage.DITETAPKAN, by)


def ask_end(work: Work, tap: AskEnd) -> EndView:
    """Ask before an appointment is ended."""
    work.require(APPOINT)
    holding, ended = _appointment(work, tap.holding_id)
    if ended or (holding.until is not None and holding.until <= work.now):
        raise Refuse(ActingRefused.ACTING_OVER)
    return EndView(views.period_of(work, holding, work.tx.people.names()))


def end(work: Work, tap: End) -> ActingView:
    """End an appointment early."""
    work.require(APPOINT)
    return end_holding(work, tap.holding_id)


def end_holding(work: Work, holding_id: int) -> ActingView:
    """Somebody acts no longer from now on; whoever is told hears it at once."""
    holding, _ = _appointment(work, holding_id)
    begun, by = holding.since <= work.now, work.person.id
    if not work.tx.people.revoke(holding_id, work.now):
        raise Refuse(ActingRefused.ACTING_OVER)
    _note_end(work, holding, by, early=True)
    if begun:
        _changed(work, holding)
    _tell(work, holding, ActingStage.BERAKHIR, by)
    return views.told(work, holding_id, ActingStage.BERAKHIR, by)


# What the clock does


def begin_due(work: Work, entry: Entry) -> None:
    """The minute has come from which somebody acts."""
    found = work.tx.people.appointment(int(entry.data["holding_id"]))
    if found is None or work.tx.people.holding(found[0].id, work.now) is None:
        return  # it was ended before it began, or is over already
    _changed(work, found[0])
    _tell(work, found[0], ActingStage.MULAI, None)


def end_due(work: Work, entry: Entry) -> None:
    """The minute has come at which somebody acts no longer."""
    found = work.tx.people.appointment(int(entry.data["holding_id"]))
    if found is None or found[1]:
        return  # somebody ended it before, and has said so
    _note_end(work, found[0], None, early=False)
    _changed(work, found[0])
    _tell(work, found[0], ActingStage.BERAKHIR, None)


# The form


def _since(work: Work, said: Data, text: str) -> Data:
    today, zone = _today(work), work.calendar.zone
    on, clock = _moment(text, today)
    at = work.now if (on, clock) == (today, None) else _at(on, clock or time(0), zone)
    if why := acting.bad_dates(at, None, work.now):
        raise Misread(why)
    return {ActingField.SINCE.value: at.isoformat()}


def _until(work: Work, said: Data, text: str) -> Data:
    zone = work.calendar.zone
    on, clock = _moment(text, _today(work))
    # The last day is whole.
    at = _at(on, clock, zone) if clock else _at(on + timedelta(days=1), time(0), zone)
    since = datetime.fromisoformat(said[ActingField.SINCE])
    if why := acting.bad_dates(since, at, work.now):
        raise Misread(why)
    return {ActingField.UNTIL.value: at.isoformat()}


def _decree(work: Work, said: Data, text: str) -> Data:
    line = " ".join(text.split())
    if len(line) not in DECREE_LENGTH or not line.isprintable():
        raise Misread
    return {ActingField.DECREE.value: line}


def _decree_date(work: Work, said: Data, text: str) -> Data:
    on = parsing.day(text, _today(work))
    if on is None:
        raise Misread
    return {ActingField.DECREE_DATE.value: on.isoformat()}


ACTING = Form(
    "acting",
    (
        Field(ActingField.PERSON, by_button),
        Field(ActingField.SINCE, _since),
        Field(ActingField.UNTIL, _until),
        Field(ActingField.DECREE, _decree),
        Field(ActingField.DECREE_DATE, _decree_date),
    ),
    lambda said, misread: Reply("acting_draft", {}),
    None,
    APPOINT,
)


def _draft(work: Work, args: Args) -> View:
    """What has been said of an appointment so far, and what is asked next."""
    return views.draft(work, ACTING.said(work))


def _asked_for(work: Work, name: ActingField) -> Data:
    """What was said so far, where this is what was asked last."""
    said = ACTING.said(work)
    field = ACTING.next_field(said)
    if field is None or field.name != name:
        raise Refuse(Refused.BUTTON_OLD)
    return said


def _by_button(work: Work, name: ActingField, text: str) -> View:
    """A button says what could be typed."""
    said = _asked_for(work, name)
    field = ACTING.next_field(said)
    try:
        more = field.parse(work, said, text) if field else {}
    except Misread as misread:
        raise Refuse(Refused.BUTTON_OLD) from misread
    return ACTING.fill(work, {**said, **more})


def _moment(text: str, today: date) -> tuple[date, time | None]:
    said = parsing.moment(text, today)
    if said is None:
        raise Misread
    return said


def _at(on: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(on, clock, tzinfo=zone)


def _today(work: Work) -> date:
    return work.now.astimezone(work.calendar.zone).date()


def _acting(capacity: Capacity) -> str:
    """Plh. or Plt.

    Raises:
        Refuse: it is neither.
    """
    if capacity is Capacity.DEFINITIF:
        raise Refuse(Refused.BUTTON_OLD)
    return capacity.value


# Steps of the above


def _appointment(work: Work, holding_id: int) -> tuple[Holding, bool]:
    """The appointment, and whether somebody ended it early."""
    found = work.tx.people.appointment(holding_id)
    if found is None or found[0].capacity is Capacity.DEFINITIF:
        raise Refuse(Refused.BUTTON_OLD)
    return found


def _schedule(work: Work, holding_id: int, wanted: Appointment) -> None:
    """The minutes in which it ends, and begins where that lies ahead."""
    about = {"holding_id": holding_id}
    entries = [Entry(f"acting:{holding_id}:end", ACTING_ENDS, wanted.until, about)]
    if wanted.since > work.now:
        entries.append(Entry(f"acting:{holding_id}:begin", ACTING_BEGINS, wanted.since, about))
    work.tx.agenda.put(entries)


def _note_appointment(work: Work, wanted: Appointment) -> None:
    work.tx.journal.note(
        "acting_appointed",
        work.now,
        work.person.id,
        person_id=wanted.person_id,
        role=wanted.role,
        unit=wanted.unit,
        capacity=wanted.capacity.value,
        since=wanted.since.isoformat(),
        until=wanted.until.isoformat(),
        decree=wanted.decree,
        decree_date=wanted.decree_date.isoformat(),
    )


def _note_end(work: Work, holding: Holding, by: int | None, *, early: bool) -> None:
    work.tx.journal.note(
        "acting_ended",
        work.now,
        by,
        person_id=holding.person_id,
        role=holding.role,
        unit=holding.unit,
        capacity=holding.capacity.value,
        early=early,
    )


def _changed(work: Work, holding: Holding) -> None:
    """Open tasks move, and so do the menus of both."""
    staff = runs.staff_changed(work, frozenset([holding.role]))
    both = [holding.person_id, official_of(staff, holding.role, holding.unit)]
    work.notify(CommandMenu(), [p for p in both if p is not None], "menu")


def _tell(work: Work, holding: Holding, stage: ActingStage, by: int | None) -> None:
    """Both hear of it; of a leading post, or where somebody appointed themselves, so do the
    Sekretaris and the admins, at once."""
    staff = work.staff
    official = official_of(staff, holding.role, holding.unit)
    told = {holding.person_id} | ({official} if official is not None else set())
    leading = work.office.known(holding.role).leading
    if stage is not ActingStage.MULAI and (leading or by == holding.person_id):
        told |= {h.person_id for h in staff.holdings if h.role == access.SEKRETARIS}
        told |= set(staff.admins())
    silent = not worktime.within_hours(work.now, work.calendar)
    key = f"acting:{holding.id}:{stage}"
    work.notify(ActingChanged(holding.id, stage, by), sorted(told - {by}), key, silent=silent)


def _unfit(work: Work, why: Unfit, other: Holding | None) -> Refuse:
    if other is None:
        return Refuse(_UNFIT[why])
    title = role_name(work.office, other.role, other.unit, other.capacity)
    name = work.tx.people.names().get(other.person_id, "—")
    return Refuse(_UNFIT[why], name=name, role=printed(title))


_UNFIT = {
    Unfit.OWN_POST: ActingRefused.ACTING_OWN_POST,
    Unfit.TAKEN: ActingRefused.ACTING_TAKEN,
    Unfit.ENDS_BEFORE: ActingRefused.ACTING_DATES,
    Unfit.OVER: ActingRefused.ACTING_DATES,
    Unfit.TOO_EARLY: ActingRefused.ACTING_DATES,
    Unfit.TOO_LONG: ActingRefused.ACTING_DATES,
}


def _post_of(line: JournalEntry) -> str:
    return f"peran {line.role}" if line.role else "admin"


FEATURE = Feature(
    "acting",
    commands=(
        Command(
            "plh",
            command,
            APPOINT,
            Topic.PEGAWAI,
            "Menunjuk Pelaksana Harian (Plh.)",
            "menunjuk Plh. bagi pejabat yang berhalangan, atau mengakhirinya",
        ),
        Command(
            "plt",
            command,
            APPOINT,
            Topic.PEGAWAI,
            "Menunjuk Pelaksana Tugas (Plt.)",
            "menunjuk Plt. bagi jabatan yang kosong, atau mengakhirinya",
        ),
    ),
    taps={
        TurnPosts: turn_posts,
        PickPost: pick_post,
        TurnPeople: turn_people,
        PickPerson: pick_person,
        PickDay: pick_day,
        BeginNow: begin_now,
        Appoint: appoint,
        AskEnd: ask_end,
        End: end,
    },
    views={
        "acting_posts": NamedView(views.posts, APPOINT),
        "acting_draft": NamedView(_draft, APPOINT),
    },
    questions={ACTING.kind: ACTING.question()},
    notices={ActingChanged: Drawn(views.draw_changed, "kabar Plh. atau Plt.")},
    due={ACTING_BEGINS: begin_due, ACTING_ENDS: end_due},
    words={
        views.PostsView: texts.say_posts,
        views.DraftView: texts.say_draft,
        views.CheckView: texts.say_check,
        views.EndView: texts.say_ending,
        views.ActingView: texts.say_told,
    },
    refusals={
        ActingRefused.ACTING_OWN_POST: "Yang bersangkutan sudah memegang jabatan itu sendiri, "
        "sehingga tidak perlu ditunjuk.",
        ActingRefused.ACTING_TAKEN: "Pada masa itu jabatannya sudah dijalankan oleh {name} selaku "
        "{role}. Bila perlu, akhiri dahulu yang itu.",
        ActingRefused.ACTING_DATES: "Masa penunjukan itu tidak dapat dipakai lagi. Silakan "
        "mengulang dari /plh atau /plt.",
        ActingRefused.ACTING_OVER: "Penunjukan itu sudah berakhir, jadi tidak ada yang berubah.",
    },
    journal={
        "acting_appointed": lambda line: (
            f"{line.who} menunjuk {line.whom} menjalankan {_post_of(line)}."
        ),
        "acting_ended": lambda line: (
            f"Penunjukan {line.whom} menjalankan {_post_of(line)} berakhir."
        ),
    },
)
