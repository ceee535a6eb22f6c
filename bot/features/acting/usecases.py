"""/plh and /plt: somebody acts for an official, from one moment to another. Who acts at a moment
follows from the holdings; the agenda moves cards at the minute and tells both."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time, timedelta

from bot.domain import access, acting, parsing, worktime
from bot.domain.acting import Appointment, Unfit
from bot.domain.notices import ActingChanged, ActingEnding, ActingStage, CommandMenu, Reply
from bot.domain.people import Holding
from bot.domain.run import Capacity
from bot.features import replies, runs
from bot.features.acting import ending, texts, views
from bot.features.acting.views import APPOINT, ActingField, ActingRefused, ActingView, officials
from bot.features.answers import Refuse, Refused
from bot.features.choosing import find_person, names_apart
from bot.features.feature import Command, Drawn, Feature, NamedView, Topic, View, Words
from bot.features.form import Data, Field, Form, Misread, by_button, day, letter_number
from bot.features.naming import printed, role_name
from bot.features.work import Work
from bot.store.agenda import Entry

ACTING_BEGINS = "acting_begins"
ACTING_ENDS = "acting_ends"


def command(work: Work, typed: Words) -> Reply:
    """/plh and /plt: who acts, and the posts to choose from."""
    replies.no_more_than(typed, 0, f"/{typed.name}")
    return Reply("acting_posts", {"capacity": typed.name})


def turn_posts(work: Work, tap: texts.TurnPosts) -> View:
    """A page of the posts."""
    work.require(APPOINT)
    return replies.show(work, "acting_posts", capacity=tap.capacity, page=tap.page)


def pick_post(work: Work, tap: texts.PickPost) -> View:
    """The post is chosen; whoever is to act is asked next."""
    work.require(APPOINT)
    known = {(role.code, unit.code if unit else None) for role, unit in acting.posts(work.office)}
    if (tap.role, tap.unit) not in known:
        raise Refuse(Refused.BUTTON_OLD)
    post: Data = {"capacity": tap.capacity, "role": tap.role, "unit": tap.unit}
    return ACTING.fill(work, post)


def pick_person(work: Work, tap: texts.PickPerson) -> View:
    """Who is to act."""
    said = ACTING.said(work, ActingField.PERSON)
    find_person(work, tap.person_id)
    if tap.person_id in officials(work.staff, said["role"], said["unit"]):
        raise Refuse(ActingRefused.ACTING_OWN_POST)
    return ACTING.fill(work, {**said, ActingField.PERSON.value: str(tap.person_id)})


def pick_day(work: Work, tap: texts.PickDay) -> View:
    """A date by button: it says what could be typed."""
    said = ACTING.said(work, tap.field)
    field = ACTING.next_field(said)
    try:
        more = field.parse(work, said, tap.day.isoformat()) if field else {}
    except Misread as misread:
        raise Refuse(Refused.BUTTON_OLD) from misread
    return ACTING.fill(work, {**said, **more})


def begin_now(work: Work, tap: texts.BeginNow) -> View:
    """It begins at this moment."""
    said = ACTING.said(work, ActingField.SINCE)
    return ACTING.fill(work, {**said, ActingField.SINCE.value: work.now.isoformat()})


def appoint(work: Work, tap: texts.Appoint) -> ActingView:
    """All is said: it is so from now on, or from the minute that was said."""
    said = ACTING.said(work)
    if ACTING.next_field(said) is not None:
        raise Refuse(Refused.BUTTON_OLD)
    wanted = views.appointment(said)
    find_person(work, wanted.person_id)
    if found := acting.unfit(wanted, work.tx.people.appointments(work.now), work.staff, work.now):
        raise _unfit(work, *found)
    holding_id, by = work.tx.people.appoint(wanted), work.person.id
    work.answered()
    made = Holding(holding_id, **asdict(wanted))
    work.tx.journal.note(
        "acting_appointed",
        work.now,
        by,
        **_facts(made),
        since=wanted.since.isoformat(),
        until=wanted.until.isoformat(),
        decree=wanted.decree,
        decree_date=wanted.decree_date.isoformat(),
    )
    _schedule(work, holding_id, wanted)
    if wanted.since <= work.now:
        _changed(work, made)
    _tell(work, made, ActingStage.DITETAPKAN, by)
    return views.told(work, holding_id, ActingStage.DITETAPKAN, by)


def ask_end(work: Work, tap: texts.AskEnd) -> views.EndView:
    """Ask before an appointment is ended."""
    work.require(APPOINT)
    holding, ended = _appointment(work, tap.holding_id)
    if ended or (holding.until is not None and holding.until <= work.now):
        raise Refuse(ActingRefused.ACTING_OVER)
    return views.EndView(views.period_of(work, holding, names_apart(work)))


def end(work: Work, tap: texts.End) -> ActingView:
    """End an appointment early."""
    work.require(APPOINT)
    return end_holding(work, tap.holding_id)


def end_holding(work: Work, holding_id: int) -> ActingView:
    """Somebody acts no longer from now on; whoever is told hears it at once."""
    holding, _ = _appointment(work, holding_id)
    begun, by = holding.since <= work.now, work.person.id
    if not work.tx.people.revoke(holding_id, work.now):
        raise Refuse(ActingRefused.ACTING_OVER)
    work.tx.journal.note("acting_ended", work.now, by, **_facts(holding), early=True)
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
    work.tx.journal.note("acting_ended", work.now, None, **_facts(found[0]), early=False)
    _changed(work, found[0])
    _tell(work, found[0], ActingStage.BERAKHIR, None)


def _since(work: Work, said: Data, text: str) -> Data:
    on, clock = _moment(work, text)
    at = work.now if (on, clock) == (work.today, None) else _at(work, on, clock)
    if why := acting.bad_dates(at, None, work.now):
        raise Misread(why)
    return {ActingField.SINCE.value: at.isoformat()}


def _until(work: Work, said: Data, text: str) -> Data:
    on, clock = _moment(work, text)
    # The last day is whole.
    at = _at(work, on, clock) if clock else _at(work, on + timedelta(days=1))
    since = datetime.fromisoformat(said[ActingField.SINCE])
    if why := acting.bad_dates(since, at, work.now):
        raise Misread(why)
    return {ActingField.UNTIL.value: at.isoformat()}


def _decree(work: Work, said: Data, text: str) -> Data:
    return {ActingField.DECREE.value: letter_number(text)}


def _decree_date(work: Work, said: Data, text: str) -> Data:
    return {ActingField.DECREE_DATE.value: day(work, text)}


ACTING = Form(
    "acting",
    (
        Field(ActingField.PERSON, by_button, label="pegawai"),
        Field(ActingField.SINCE, _since, label="tanggal mulai"),
        Field(ActingField.UNTIL, _until, label="tanggal akhir"),
        Field(ActingField.DECREE, _decree, label="nomor surat"),
        Field(ActingField.DECREE_DATE, _decree_date, label="tanggal surat"),
    ),
    lambda said, misread: Reply("acting_draft", {}),
    None,
    APPOINT,
)


def _moment(work: Work, text: str) -> tuple[date, time | None]:
    said = parsing.moment(text, work.today)
    if said is None:
        raise Misread
    return said


def _at(work: Work, on: date, clock: time | None = None) -> datetime:
    return datetime.combine(on, clock or time(0), tzinfo=work.calendar.zone)


def _appointment(work: Work, holding_id: int) -> tuple[Holding, bool]:
    """The appointment, and whether somebody ended it early."""
    found = work.tx.people.appointment(holding_id)
    if found is None or found[0].capacity is Capacity.DEFINITIF:
        raise Refuse(Refused.BUTTON_OLD)
    return found


def _schedule(work: Work, holding_id: int, wanted: Appointment) -> None:
    about = {"holding_id": holding_id}
    entries = [Entry(f"acting:{holding_id}:end", ACTING_ENDS, wanted.until, about)]
    if wanted.since > work.now:
        entries.append(Entry(f"acting:{holding_id}:begin", ACTING_BEGINS, wanted.since, about))
    work.tx.agenda.put(entries)
    ending.schedule(work, work.calendar)


def _facts(holding: Holding) -> Data:
    post = {"role": holding.role, "unit": holding.unit, "capacity": holding.capacity.value}
    return {"person_id": holding.person_id, **post}


def _changed(work: Work, holding: Holding) -> None:
    """Open tasks move, and so do the menus of both."""
    staff = runs.staff_changed(work, frozenset([holding.role]))
    official = officials(staff, holding.role, holding.unit)[:1]
    work.notify(CommandMenu(), [holding.person_id, *official], "menu")


def _tell(work: Work, holding: Holding, stage: ActingStage, by: int | None) -> None:
    """Both hear of it; of a leading post, or where somebody appointed themselves, so do the
    Sekretaris and the admins, at once."""
    staff = work.staff
    told = {holding.person_id, *officials(staff, holding.role, holding.unit)[:1]}
    leading = work.office.known(holding.role).leading
    if stage is not ActingStage.MULAI and (leading or by == holding.person_id):
        told |= {h.person_id for h in staff.holdings if h.role == access.SEKRETARIS}
        told |= set(staff.admins())
    silent = not worktime.within_hours(work.now, work.calendar)
    key = f"acting:{holding.id}:{stage}"
    work.notify(ActingChanged(holding.id, stage, by), sorted(told - {by}), key, silent=silent)


def _unfit(work: Work, why: Unfit, other: Holding | None) -> Refuse:
    if other is None:
        own = why is Unfit.OWN_POST
        return Refuse(ActingRefused.ACTING_OWN_POST if own else ActingRefused.ACTING_DATES)
    title = role_name(work.office, other.role, other.unit, other.capacity)
    name = names_apart(work).get(other.person_id, "—")
    return Refuse(ActingRefused.ACTING_TAKEN, name=name, role=printed(title))


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
        texts.TurnPosts: turn_posts,
        texts.PickPost: pick_post,
        texts.TurnPeople: lambda work, tap: views.draft(work, ACTING.said(work), tap.page),
        texts.PickPerson: pick_person,
        texts.PickDay: pick_day,
        texts.BeginNow: begin_now,
        texts.Appoint: appoint,
        texts.AskEnd: ask_end,
        texts.End: end,
    },
    views={
        "acting_posts": NamedView(views.posts, APPOINT),
        "acting_draft": NamedView(lambda work, args: views.draft(work, ACTING.said(work)), APPOINT),
    },
    questions={ACTING.kind: ACTING.question()},
    asks={
        views.PostsView: (),
        views.EndView: (),
        views.DraftView: (ACTING.kind,),
        views.CheckView: (ACTING.kind,),
    },
    notices={
        ActingChanged: Drawn(views.draw_changed, "penunjukan Plh. atau Plt."),
        ActingEnding: Drawn(views.draw_ending, "berakhirnya masa Plt."),
    },
    due={
        ACTING_BEGINS: begin_due,
        ACTING_ENDS: end_due,
        ending.ACTING_ENDING: ending.announce_due,
    },
    words={
        views.PostsView: texts.say_posts,
        views.DraftView: texts.say_draft,
        views.CheckView: texts.say_check,
        views.EndView: texts.say_ending,
        views.ActingView: texts.say_told,
        views.EndingView: texts.say_ending_soon,
    },
    refusals={
        ActingRefused.ACTING_OWN_POST: "Yang bersangkutan sudah memegang jabatan itu sendiri, "
        "sehingga tidak perlu ditunjuk.",
        ActingRefused.ACTING_TAKEN: "Pada masa itu jabatannya sudah dijalankan oleh {name} selaku "
        "{role}. Bila perlu, penunjukan itu diakhiri dahulu.",
        ActingRefused.ACTING_DATES: "Masa penunjukan itu tidak dapat dipakai lagi. Silakan "
        "mengulang dari /plh atau /plt.",
        ActingRefused.ACTING_OVER: "Penunjukan itu sudah berakhir, sehingga tidak ada yang "
        "berubah.",
    },
    journal={
        "acting_appointed": lambda line: (
            f"{line.who} menunjuk {line.whom} menjalankan {texts.role_of(line)}."
        ),
        "acting_ended": lambda line: (
            f"Penunjukan {line.whom} menjalankan {texts.role_of(line)} berakhir."
        ),
    },
)
