"""Which days the office works, which it does not, and what of a year is not known yet."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain import worktime
from bot.domain.calendar import Coverage, coverage, is_estimated, office_calendar
from bot.domain.sop import DayCorrection, Period, WorkWeek
from tests.offices import RAMADAN_1447, hari, jam, kantor

WIB = ZoneInfo("Asia/Jakarta")


def spans(day: date, *corrections: DayCorrection) -> list[str]:
    """The day's hours as the office writes them."""
    calendar = office_calendar(kantor(corrections=corrections))
    return [f"{start:%H.%M}-{end:%H.%M}" for start, end in calendar.intervals(day)]


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


# --- hours -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param(date(2026, 11, 26), ["07.30-12.00", "13.00-16.00"], id="a Thursday"),
        pytest.param(date(2026, 11, 27), ["07.30-11.30", "13.00-16.30"], id="a Friday"),
        pytest.param(date(2026, 11, 28), [], id="a Saturday"),
        pytest.param(date(2026, 11, 29), [], id="a Sunday"),
        pytest.param(date(2026, 2, 18), ["07.30-12.00", "13.00-16.00"], id="the eve of Ramadan"),
        pytest.param(date(2026, 2, 19), ["08.00-12.00", "12.30-15.00"], id="its first day"),
        pytest.param(date(2026, 2, 20), ["08.00-11.30", "12.30-15.30"], id="a Friday in Ramadan"),
        pytest.param(date(2026, 3, 17), ["08.00-12.00", "12.30-15.00"], id="its last working day"),
        pytest.param(date(2026, 3, 25), ["07.30-12.00", "13.00-16.00"], id="after Idulfitri"),
        pytest.param(date(2027, 2, 9), ["08.00-12.00", "12.30-15.00"], id="Ramadan 1448"),
    ],
)
def test_each_day_has_its_hours(day: date, hours: list[str]) -> None:
    assert spans(day) == hours


def test_a_week_has_thirty_seven_and_a_half_hours_and_in_ramadan_thirty_two_and_a_half() -> None:
    calendar = office_calendar(kantor())

    def hours_of_week(monday: date) -> timedelta:
        start = datetime.combine(monday, time(0), WIB)
        return worktime.between(start, start + timedelta(days=7), calendar)

    assert hours_of_week(date(2026, 11, 23)) == timedelta(hours=37.5)
    assert hours_of_week(date(2026, 2, 23)) == timedelta(hours=32.5)


# --- the national calendar ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "count", "names"),
    [
        pytest.param(
            date(2026, 3, 18),
            7,
            [
                "Cuti Bersama Hari Suci Nyepi",
                "Hari Suci Nyepi",
                "Cuti Bersama Hari Raya Idulfitri",
                "Hari Raya Idulfitri",
                "Hari kedua Idulfitri",
                "Cuti Bersama Hari Raya Idulfitri",
                "Cuti Bersama Hari Raya Idulfitri",
            ],
            id="Nyepi and Idulfitri 2026",
        ),
        pytest.param(date(2026, 11, 26), 5, [None] * 5, id="an ordinary end of November"),
        pytest.param(
            date(2026, 12, 23),
            4,
            [None, "Cuti Bersama Hari Raya Natal", "Hari Raya Natal", None],
            id="Christmas 2026",
        ),
        pytest.param(
            date(2027, 3, 8),
            5,
            [
                "Hari Suci Nyepi",
                "Cuti Bersama Hari Raya Idulfitri",
                "Hari Raya Idulfitri (perkiraan)",
                "Hari kedua Idulfitri (perkiraan)",
                "Cuti Bersama Hari Raya Idulfitri",
            ],
            id="Nyepi and Idulfitri 2027",
        ),
    ],
)
def test_the_days_of_the_joint_decree_are_known_by_name(
    first: date, count: int, names: list[str | None]
) -> None:
    calendar = office_calendar(kantor())

    assert [calendar.holiday_name(day) for day in days_from(first, count)] == names


def test_nobody_works_on_a_holiday_or_a_cuti_bersama() -> None:
    calendar = office_calendar(kantor())
    working = [day.day for day in days_from(date(2026, 3, 16), 10) if calendar.is_working_day(day)]

    assert working == [16, 17, 25]


def test_holiday_names_are_indonesian_whatever_the_language_of_the_machine() -> None:
    printed = fresh_python(
        "from datetime import date",
        "print(office_calendar(kantor()).holiday_name(date(2026, 12, 25)))",
        LANGUAGE="en_US",
        LC_ALL="en_US.UTF-8",
    )

    assert printed == "Hari Raya Natal"


def test_the_holidays_are_read_only_when_a_day_is_asked_for() -> None:
    printed = fresh_python(
        "import sys", "office_calendar(kantor())", "print('holidays' in sys.modules)"
    )

    assert printed == "False"


def fresh_python(*lines: str, **environment: str) -> str:
    """What a new interpreter prints: this one has read the year and its language already."""
    imports = (
        "from bot.domain.calendar import office_calendar",
        "from tests.offices import kantor",
    )
    answer = subprocess.run(
        [sys.executable, "-c", "\n".join((*imports, *lines))],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.strip()


# --- corrections -------------------------------------------------------------------------

MONDAY = date(2026, 11, 30)
SATURDAY = date(2026, 11, 28)
CHRISTMAS_LEAVE = date(2026, 12, 24)


def test_the_office_can_declare_a_day_off() -> None:
    fair = DayCorrection(MONDAY, "HUT Kota", working=False)
    calendar = office_calendar(kantor(corrections=[fair]))

    assert not calendar.is_working_day(MONDAY)
    assert calendar.holiday_name(MONDAY) == "HUT Kota"
    assert worktime.add(datetime(2026, 11, 27, 10, tzinfo=WIB), hari(1), calendar) == datetime(
        2026, 12, 1, 10, tzinfo=WIB
    )


def test_a_withdrawn_cuti_bersama_is_a_working_day_without_a_name() -> None:
    withdrawn = DayCorrection(CHRISTMAS_LEAVE, "Cuti bersama ditiadakan", working=True)
    calendar = office_calendar(kantor(corrections=[withdrawn]))

    assert spans(CHRISTMAS_LEAVE, withdrawn) == ["07.30-12.00", "13.00-16.00"]
    assert calendar.holiday_name(CHRISTMAS_LEAVE) is None


def test_a_saturday_made_a_working_day_has_the_hours_of_a_monday() -> None:
    moved = DayCorrection(SATURDAY, "Pengganti hari kerja", working=True)
    in_ramadan = DayCorrection(date(2026, 2, 28), "Pengganti hari kerja", working=True)

    assert spans(moved.day, moved) == ["07.30-12.00", "13.00-16.00"]
    assert spans(in_ramadan.day, in_ramadan) == ["08.00-12.00", "12.30-15.00"]


def test_a_holiday_may_fall_on_a_day_that_is_off_anyway() -> None:
    calendar = office_calendar(kantor())

    assert calendar.holiday_name(date(2026, 3, 21)) == "Hari Raya Idulfitri"
    assert calendar.holiday_name(SATURDAY) is None
    assert not calendar.is_working_day(SATURDAY)


def test_the_admins_word_wins_over_the_offices_and_the_last_word_over_both() -> None:
    by_office = DayCorrection(MONDAY, "HUT Kota", working=False)
    by_admin = DayCorrection(MONDAY, "HUT Kota batal", working=True)
    again = DayCorrection(MONDAY, "HUT Kota jadi", working=False)
    office = kantor(corrections=[by_office])

    assert office_calendar(office, [by_admin]).is_working_day(MONDAY)
    assert office_calendar(office, [by_admin, again]).holiday_name(MONDAY) == "HUT Kota jadi"


def test_a_correction_never_changes_a_calendar_made_before_it() -> None:
    office = kantor()
    before = office_calendar(office)
    office_calendar(office, [DayCorrection(MONDAY, "HUT Kota", working=False)])

    assert before.is_working_day(MONDAY)


def test_an_office_with_no_hours_at_all_cannot_make_a_day_a_working_day() -> None:
    office = replace(kantor(), week=WorkWeek(((),) * 7))
    calendar = office_calendar(office, [DayCorrection(MONDAY, "Masuk", working=True)])

    assert not calendar.is_working_day(MONDAY)
    with pytest.raises(worktime.NoWorkingDayError):
        worktime.add(datetime(2028, 4, 3, 9, tzinfo=WIB), jam(1), calendar)


# --- coverage ----------------------------------------------------------------------------


def test_a_decreed_year_is_known_whole() -> None:
    assert coverage(kantor(), 2026) == Coverage(
        year=2026, public_holidays=True, joint_leave=True, ramadan=True, estimated=()
    )
    assert coverage(kantor(), 2026).complete


def test_estimated_days_are_named_until_the_office_speaks_about_them() -> None:
    idulfitri, second_day = date(2027, 3, 10), date(2027, 3, 11)
    settled = [
        DayCorrection(idulfitri, "Hari Raya Idulfitri 1448 H", working=False),
        DayCorrection(second_day, "Hari kedua Idulfitri 1448 H", working=False),
    ]
    known = coverage(kantor(), 2027)

    assert not known.complete
    assert [day for day, _ in known.estimated] == [idulfitri, second_day, date(2027, 5, 17)]
    assert all(is_estimated(name) for _, name in known.estimated)
    assert [day for day, _ in coverage(kantor(), 2027, settled).estimated] == [date(2027, 5, 17)]


def test_a_year_without_its_decree_says_that_cuti_bersama_is_missing() -> None:
    year = coverage(kantor(), 2028)

    assert year.public_holidays
    assert not year.joint_leave
    assert not year.ramadan


def test_cuti_bersama_entered_by_the_admin_makes_the_year_known() -> None:
    entered = DayCorrection(date(2028, 12, 26), "Cuti Bersama Natal", working=False)
    withdrawn = DayCorrection(date(2028, 12, 26), "Cuti Bersama Natal", working=True)

    assert coverage(kantor(corrections=[entered]), 2028).joint_leave
    assert coverage(kantor(), 2028, [entered]).joint_leave
    assert not coverage(kantor(), 2028, [entered, withdrawn]).joint_leave
    assert not coverage(kantor(), 2029, [entered]).joint_leave


def test_ramadan_is_known_only_for_the_years_in_the_offices_data() -> None:
    assert not coverage(kantor(ramadan=[RAMADAN_1447]), 2027).ramadan
    assert coverage(kantor(ramadan=[Period(date(2028, 1, 28), date(2028, 2, 26))]), 2028).ramadan


def test_a_year_beyond_the_national_calendar_is_not_passed_off_as_known() -> None:
    assert not coverage(kantor(), 2150).public_holidays
