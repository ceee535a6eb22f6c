"""The year of a procedure: proposals on working days, and legal dates of fiscal years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain import metrics, parsing, yearly
from bot.domain.calendar import office_calendar
from bot.domain.sop import DefaultYear, Schedule, YearDay
from tests.cast import wib
from tests.offices import hari, kantor
from tests.procedures import langkah, prosedur

CALENDAR = office_calendar(kantor())
JANUARY_2 = YearDay(1, 2)
LAKIP = replace(
    prosedur(langkah(1, "tim", waktu=hari(2)), langkah(2, "kasubbag", waktu=hari(1))),
    default_year=DefaultYear.SEBELUMNYA,
    schedule=Schedule(JANUARY_2, YearDay(2, 28)),
)


@pytest.mark.parametrize(
    "text",
    [
        "setiap tahun, 2 Januari",
        "Setiap tahun 2 Januari",
        "tiap tahun, tanggal 2 Jan",
        "2/1",
        "2-1",
    ],
)
def test_a_day_of_every_year_is_understood_as_people_write_it(text: str) -> None:
    assert parsing.year_day(text) == JANUARY_2


@pytest.mark.parametrize(
    "text",
    ["", "Januari", "31 Februari", "2 Januari 2027", "setiap bulan, 2", "0/1", "2/13", "٢/١"],
)
def test_what_names_no_day_of_every_year_is_not_understood(text: str) -> None:
    assert parsing.year_day(text) is None


@pytest.mark.parametrize("text", ["akhir Februari", "setiap tahun, akhir bulan Februari"])
def test_the_end_of_february_is_a_day_of_every_year(text: str) -> None:
    assert parsing.year_day(text) == YearDay(2, 29)
    assert parsing.year_day("akhir Maret") == YearDay(3, 31)
    assert parsing.year_day("akhir tahun") is None


def test_the_last_of_february_is_the_last_in_every_year() -> None:
    assert YearDay(2, 29).in_year(2028) == date(2028, 2, 29)
    assert YearDay(2, 29).in_year(2027) == date(2027, 2, 28)


def test_the_next_start_is_todays_or_the_next_years() -> None:
    schedule = Schedule(JANUARY_2)
    assert yearly.next_start(schedule, date(2027, 1, 2)) == date(2027, 1, 2)
    assert yearly.next_start(schedule, date(2027, 1, 3)) == date(2028, 1, 2)


def test_a_start_on_a_day_off_is_proposed_on_the_next_working_day() -> None:
    # 2 January 2027 is a Saturday.
    assert yearly.proposed_at(date(2027, 1, 2), CALENDAR) == wib("04-01-2027 08.00")


@pytest.mark.parametrize(
    ("default", "year", "last"),
    [
        (DefaultYear.SEBELUMNYA, 2026, date(2027, 2, 28)),
        (DefaultYear.BERJALAN, 2026, date(2026, 2, 28)),
        (DefaultYear.BERIKUTNYA, 2026, date(2025, 2, 28)),
    ],
)
def test_the_legal_date_belongs_to_the_fiscal_year(
    default: DefaultYear, year: int, last: date
) -> None:
    assert yearly.legal_date(replace(LAKIP, default_year=default), year) == last


def test_a_legal_date_before_the_start_is_the_next_years() -> None:
    autumn = replace(LAKIP, schedule=Schedule(YearDay(10, 1), YearDay(1, 31)))
    assert yearly.legal_date(autumn, 2026) == date(2028, 1, 31)


def test_without_a_deadline_there_is_no_legal_date() -> None:
    assert yearly.legal_date(replace(LAKIP, schedule=Schedule(JANUARY_2)), 2026) is None
    assert yearly.legal_date(replace(LAKIP, schedule=None), 2026) is None


END_OF_FEBRUARY = replace(LAKIP, schedule=Schedule(JANUARY_2, YearDay(2, 29)))


@pytest.mark.parametrize(
    ("year", "day", "last"),
    [
        (2025, date(2026, 2, 28), date(2026, 2, 27)),  # a Saturday
        (2026, date(2027, 2, 28), date(2027, 2, 26)),  # a Sunday
        (2027, date(2028, 2, 29), date(2028, 2, 29)),  # a Tuesday of a leap year
    ],
)
def test_on_a_day_off_the_last_working_day_before_counts(year: int, day: date, last: date) -> None:
    found = yearly.legal_deadline(END_OF_FEBRUARY, year, CALENDAR)
    assert found == yearly.LegalDate(day, last)


def test_what_is_assumed_of_a_legal_date_goes_with_it() -> None:
    # 17 August 2026 is a Monday, and a holiday.
    schedule = Schedule(JANUARY_2, YearDay(8, 17), ("batas",), "batas kota")
    found = yearly.legal_deadline(replace(LAKIP, schedule=schedule), 2025, CALENDAR)
    assert found == yearly.LegalDate(
        date(2026, 8, 17), date(2026, 8, 14), holiday=True, assumed=True, note="batas kota"
    )
    assert yearly.legal_deadline(replace(LAKIP, schedule=None), 2025, CALENDAR) is None


def test_a_run_that_begins_now_ends_after_its_standard_times() -> None:
    now = wib("09-11-2026 10.15")
    assert metrics.standard_end(LAKIP, now, CALENDAR) == wib("12-11-2026 10.15")


def test_working_days_are_counted_up_to_the_last() -> None:
    assert yearly.working_days_left(wib("13-11-2026 10.00"), date(2026, 11, 17), CALENDAR) == 2
    assert yearly.working_days_left(wib("13-11-2026 10.00"), date(2026, 11, 13), CALENDAR) == 0
