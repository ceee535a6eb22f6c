"""Standing in: what may be appointed, who reviews twice, and whom a task still waits for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from bot.domain import acting, assignment, parsing
from bot.domain.acting import Appointment, Doubt, Unfit
from bot.domain.actions import Confirm, Start
from bot.domain.calendar import office_calendar
from bot.domain.decision import Decision
from bot.domain.engine import decide
from bot.domain.people import Holding, Staff
from bot.domain.run import Capacity, Run
from bot.domain.sop import Catalog
from tests.cast import (
    ADMIN,
    ANWAR,
    BUDI,
    CAST,
    DEWI,
    HADI,
    JOKO,
    LESTARI,
    MONDAY,
    RINA,
    SARI,
    WHOLE_OFFICE,
    Player,
    Seat,
    seats,
    staff,
    state,
    wib,
)
from tests.offices import kantor
from tests.procedures import langkah, prosedur

STAFF = staff(*seats(*CAST))
WEEK = timedelta(days=7)


def letter(person: Player = HADI, **changes: object) -> Appointment:
    made = Appointment(
        person.chat_id,
        "kepala_dinas",
        None,
        Capacity.PLH,
        MONDAY,
        MONDAY + WEEK,
        "800/1",
        date(2026, 11, 6),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def standing(since: datetime, until: datetime, unit: str | None = None) -> Holding:
    role = "kasi" if unit else "kepala_dinas"
    return Holding(9, RINA.chat_id, role, unit, Capacity.PLT, since, until)


def why(wanted: Appointment, *appointed: Holding) -> Unfit | None:
    found = acting.unfit(wanted, appointed, STAFF, MONDAY)
    return found[0] if found else None


def test_somebody_may_stand_in_for_an_official() -> None:
    assert why(letter()) is None


def test_nobody_stands_in_for_themselves() -> None:
    assert why(letter(DEWI)) is Unfit.OWN_POST


@pytest.mark.parametrize(
    ("since", "until", "fault"),
    [
        (MONDAY, MONDAY, Unfit.ENDS_BEFORE),
        (MONDAY + WEEK, MONDAY, Unfit.ENDS_BEFORE),
        (MONDAY - WEEK, MONDAY - timedelta(days=1), Unfit.OVER),
        (MONDAY - timedelta(days=32), MONDAY + WEEK, Unfit.TOO_EARLY),
        (MONDAY, MONDAY + timedelta(days=367), Unfit.TOO_LONG),
        (MONDAY + timedelta(days=367), MONDAY + timedelta(days=368), Unfit.TOO_LONG),
        (MONDAY - WEEK, MONDAY + WEEK, None),
    ],
)
def test_dates_that_cannot_be_are_refused(
    since: datetime, until: datetime, fault: Unfit | None
) -> None:
    assert why(letter(since=since, until=until)) is fault


def test_one_post_has_one_stand_in_at_a_time() -> None:
    before = standing(MONDAY - WEEK, MONDAY)
    after = standing(MONDAY + WEEK, MONDAY + 2 * WEEK)
    assert why(letter(), before, after) is None, "they touch, and do not overlap"
    overlapping = standing(MONDAY + timedelta(days=6), MONDAY + 2 * WEEK)
    assert acting.unfit(letter(), [overlapping], STAFF, MONDAY) == (Unfit.TAKEN, overlapping)
    elsewhere = standing(MONDAY, MONDAY + WEEK, "promosi")
    assert why(letter(role="kasi", unit="umum"), elsewhere) is None


def test_the_posts_are_those_with_a_title_and_each_unit_has_its_own() -> None:
    codes = [(role.code, unit.code if unit else None) for role, unit in acting.posts(kantor())]
    assert codes[0] == ("kepala_dinas", None)
    assert ("kasi", "promosi") in codes
    assert ("kasi", "penanaman_modal") not in codes
    assert not {"tim", "staf", "bappeda"} & {role for role, _ in codes}


def test_the_sekretaris_who_is_plh_kepala_dinas_reviews_twice(catalog: Catalog) -> None:
    procedures = [p for _, p in catalog.procedures()]
    found = acting.double_reviews(HADI.chat_id, "kepala_dinas", STAFF, procedures)
    assert {f.procedure.code for f in found} == {"lakip", "lppd", "renja"}
    assert all(f.roles == ("sekretaris", "kepala_dinas") for f in found)
    assert acting.double_reviews(BUDI.chat_id, "kepala_dinas", STAFF, procedures) == ()


def test_while_somebody_stands_in_the_official_does_not_act() -> None:
    both = state(*CAST)
    acting_staff = staff(*seats(*CAST), Seat(HADI, "kepala_dinas", None, Capacity.PLH))
    where = replace(both, staff=acting_staff)
    run = begun("kepala_dinas", semua=False)
    step = run.procedure.step(1)
    assert assignment.assignees(run, step, where) == (HADI.chat_id,)
    found = assignment.stand_in_for(run, step, DEWI.chat_id, where)
    assert found is not None
    assert (found.person_id, found.capacity) == (HADI.chat_id, Capacity.PLH)
    assert assignment.stand_in_for(run, step, BUDI.chat_id, where) is None


def begun(*roles: str, semua: bool) -> Run:
    procedure = prosedur(langkah(1, *roles, semua=semua), langkah(2, "tim"))
    decision = decide(None, Start(procedure, 2026), SARI.chat_id, MONDAY, state(*CAST))
    assert isinstance(decision, Decision)
    return decision.run


def test_a_post_that_its_official_confirmed_does_not_wait_for_the_stand_in() -> None:
    run = begun("sekretaris", "kepala_dinas", semua=True)
    done = decide(run, Confirm(1, 1), DEWI.chat_id, MONDAY, state(*CAST))
    assert isinstance(done, Decision)
    acting_staff = staff(*seats(*CAST), Seat(BUDI, "kepala_dinas", None, Capacity.PLH))
    where = replace(state(*CAST), staff=acting_staff)
    (task,) = done.run.current
    assert assignment.waiting_for(done.run, task, where) == (HADI.chat_id,)


def test_two_who_hold_the_same_role_for_good_each_confirm() -> None:
    run = begun("tim", semua=True)
    done = decide(run, Confirm(1, 1), BUDI.chat_id, MONDAY, state(*CAST))
    assert isinstance(done, Decision)
    (task,) = done.run.current
    assert assignment.waiting_for(done.run, task, state(*CAST)) == (RINA.chat_id,)


TODAY = wib("09-11-2026 10.15").date()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("besok", (date(2026, 11, 10), None)),
        ("besok jam 8", (date(2026, 11, 10), time(8))),
        ("23/1/2027 pukul 13.30", (date(2027, 1, 23), time(13, 30))),
        ("Sabtu, 23 Januari 2027, pukul 07:30 WIB", (date(2027, 1, 23), time(7, 30))),
        ("23 Januari 2027 pukul 25.00", None),
        ("pukul 13.00", None),
        ("23 Januari 2027 siang", None),
    ],
)
def test_a_moment_is_understood_as_people_write_it(
    text: str, meant: tuple[date, time | None] | None
) -> None:
    assert parsing.moment(text, TODAY) == meant


# --- what deserves a second look ------------------------------------------------------------

OFFICE = kantor()
CALENDAR = office_calendar(OFFICE)


def plt(first: str, last: str, person: Player = HADI) -> Appointment:
    """A Plt. Kepala Dinas of whole days, both included: "01-02-2027"."""
    until = wib(f"{last} 00.00") + timedelta(days=1)
    since = wib(f"{first} 00.00")
    return letter(person, capacity=Capacity.PLT, since=since, until=until)


def held(*periods: tuple[str, str]) -> list[Holding]:
    made = (plt(*period) for period in periods)
    return [
        Holding(n, w.person_id, w.role, w.unit, w.capacity, w.since, w.until)
        for n, w in enumerate(made)
    ]


def doubted(wanted: Appointment, *earlier: Holding, office: Staff = STAFF) -> list[Doubt]:
    return list(acting.doubts(wanted, earlier, office, OFFICE, CALENDAR))


@pytest.mark.parametrize(
    ("first", "last", "longer"),
    [
        ("23-11-2026", "23-02-2027", False),  # three months to the day
        ("23-11-2026", "24-02-2027", True),
        ("30-11-2026", "28-02-2027", False),  # February has no 30th
        ("30-11-2026", "01-03-2027", True),
        ("30-11-2027", "29-02-2028", False),  # a leap year's has a 29th
        ("31-01-2027", "30-04-2027", False),
        ("31-01-2027", "01-05-2027", True),
    ],
)
def test_a_plt_of_more_than_three_months_is_doubted(first: str, last: str, longer: bool) -> None:
    assert doubted(plt(first, last)) == ([Doubt.LONGER] if longer else [])


def test_a_plh_may_be_as_long() -> None:
    assert doubted(replace(plt("23-11-2026", "24-05-2027"), capacity=Capacity.PLH)) == []


@pytest.mark.parametrize(
    ("earlier", "found"),
    [
        ([], []),
        ([("01-01-2027", "31-03-2027")], []),  # extended once
        ([("01-10-2026", "31-12-2026"), ("01-01-2027", "31-03-2027")], [Doubt.EXTENDED_AGAIN]),
        ([("01-10-2026", "31-03-2027")], [Doubt.EXTENDED_AGAIN]),  # nine months with this one
        ([("01-10-2026", "31-12-2026"), ("01-01-2027", "20-03-2027")], []),  # 12 days between
        ([("01-10-2026", "31-12-2026"), ("01-01-2027", "26-03-2027")], [Doubt.EXTENDED_AGAIN]),
    ],
)
def test_a_plt_is_extended_once_by_three_months(
    earlier: list[tuple[str, str]], found: list[Doubt]
) -> None:
    assert doubted(plt("01-04-2027", "30-06-2027"), *held(*earlier)) == found


def test_what_was_cancelled_before_it_began_is_no_period() -> None:
    first, cancelled = held(("01-01-2027", "31-03-2027"), ("01-04-2027", "30-06-2027"))
    cancelled = replace(cancelled, until=wib("15-03-2027 10.00"))
    assert doubted(plt("01-04-2027", "30-06-2027"), first, cancelled) == []


@pytest.mark.parametrize(
    ("person", "role", "unit", "found"),
    [
        (HADI, "kepala_dinas", None, []),
        (ANWAR, "kepala_dinas", None, []),  # a Kepala Bidang is one level below, as the Sekretaris
        (SARI, "kepala_dinas", None, [Doubt.FAR_BELOW]),
        (SARI, "sekretaris", None, []),
        (LESTARI, "sekretaris", None, [Doubt.OTHER_UNIT]),
        (LESTARI, "kepala_bidang", "penanaman_modal", []),
        (LESTARI, "kepala_bidang", "tenaga_kerja", [Doubt.OTHER_UNIT]),
        (JOKO, "kasi", "umum", []),
        (JOKO, "kasubbag", None, []),  # of the same Sekretariat
        (JOKO, "kepala_bidang", "penanaman_modal", [Doubt.FAR_BELOW, Doubt.OTHER_UNIT]),
        (DEWI, "kepala_bidang", "penanaman_modal", []),
        (BUDI, "sekretaris", None, [Doubt.FAR_BELOW]),
        (ADMIN, "sekretaris", None, [Doubt.NO_POST]),
    ],
)
def test_who_is_far_below_or_of_another_unit_is_doubted(
    person: Player, role: str, unit: str | None, found: list[Doubt]
) -> None:
    everybody = staff(*seats(*WHOLE_OFFICE), also=[ADMIN])
    assert doubted(letter(person, role=role, unit=unit), office=everybody) == found


def test_standing_in_raises_nobody() -> None:
    plh = Seat(SARI, "sekretaris", None, Capacity.PLH)
    office = staff(*seats(*WHOLE_OFFICE), plh)
    assert doubted(letter(SARI), office=office) == [Doubt.FAR_BELOW]


@pytest.mark.parametrize(
    ("last", "early", "late"),
    [
        # A Friday; two weeks before is a Friday, three working days before a Tuesday.
        ("26-02-2027", "12-02-2027 08.00", "23-02-2027 08.00"),
        # A Sunday: two weeks before is a Sunday, so the Friday before it.
        ("28-02-2027", "12-02-2027 08.00", "24-02-2027 08.00"),
    ],
)
def test_the_end_of_a_plt_is_announced_two_weeks_and_three_working_days_before(
    last: str, early: str, late: str
) -> None:
    until = wib(f"{last} 00.00") + timedelta(days=1)
    assert acting.announced_at(until, CALENDAR) == (wib(early), wib(late))
