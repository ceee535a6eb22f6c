"""Dates, durations and numbers in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import indonesian
from bot.domain.metrics import Lateness, Remaining, Worked
from bot.indonesian import Dates, standing_still

DATES = Dates("Asia/Jakarta", "WIB")
DUE = datetime(2024, 1, 23, 9, 7, tzinfo=UTC) - timedelta(hours=7)


def test_the_day_the_sops_were_signed_reads_as_on_an_official_letter() -> None:
    signed = datetime(2024, 1, 23, 3, 0, tzinfo=UTC)
    assert DATES.moment(signed) == "Selasa, 23 Januari 2024 pukul 10.00 WIB"


def test_a_moment_is_told_in_the_offices_time_even_across_midnight() -> None:
    late_in_london = datetime(2024, 12, 31, 18, 5, tzinfo=UTC)
    assert DATES.moment(late_in_london) == "Rabu, 1 Januari 2025 pukul 01.05 WIB"


def test_an_office_in_the_east_tells_its_own_time() -> None:
    noon = datetime(2024, 8, 17, 3, 0, tzinfo=UTC)
    assert Dates("Asia/Jayapura", "WIT").moment(noon) == "Sabtu, 17 Agustus 2024 pukul 12.00 WIT"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        DATES.moment(datetime(2024, 1, 23, 10, 0))  # noqa: DTZ001 - that is what it is about


def test_a_day_is_written_out() -> None:
    assert DATES.day(date(2024, 2, 9)) == "9 Februari 2024"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(7, 2), "3,5"),
        (Fraction(3), "3"),
        (Fraction(1, 3), "0,3"),
        (Fraction(29, 20), "1,5"),
        (Fraction(1, 100), "0"),
        (Fraction(199, 100), "2"),
    ],
)
def test_decimals_have_a_comma_and_one_place(value: Fraction, text: str) -> None:
    assert indonesian.decimal(value) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0.5, "kurang dari 1 menit"),
        (45, "45 menit"),
        (60, "1 jam"),
        (90, "1 jam 30 menit"),
        (1500, "25 jam"),
    ],
)
def test_working_time_reads_in_hours_and_minutes(minutes: float, text: str) -> None:
    assert indonesian.hours(timedelta(minutes=minutes)) == text


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (Lateness(1, timedelta(hours=2)), "1 hari kerja 2 jam"),
        (Lateness(3, timedelta(0)), "3 hari kerja"),
        (Lateness(3, timedelta(seconds=20)), "3 hari kerja"),
        (Lateness(0, timedelta(hours=4)), "4 jam"),
        (Lateness(0, timedelta(seconds=20)), "kurang dari 1 menit"),
    ],
)
def test_a_lateness_counts_working_days_first(gap: Lateness, text: str) -> None:
    assert indonesian.distance(gap) == text


def test_what_a_step_took_is_told_in_its_own_unit() -> None:
    assert indonesian.actual(Worked(Fraction(7, 2), None)) == "3,5 hari"
    assert indonesian.actual(Worked(Fraction(1, 50), timedelta(minutes=9))) == "9 menit"
    assert indonesian.actual(Worked(Fraction(0), timedelta(seconds=7))) == "1 menit"
    assert indonesian.actual(Worked(None, timedelta(minutes=45))) == "45 menit"


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (Remaining(DUE, None, timedelta(hours=2), 0), "2 jam lagi"),
        (Remaining(DUE, 1, timedelta(hours=7), 1), "1 hari kerja lagi (besok pukul 09.07)"),
        (
            Remaining(DUE, 1, timedelta(hours=7), 3),
            "1 hari kerja lagi (Selasa, 23 Januari pukul 09.07)",
        ),
        (
            Remaining(DUE, None, timedelta(minutes=45), 1),
            "45 menit waktu kerja lagi (besok pukul 09.07)",
        ),
    ],
)
def test_what_is_left_never_sounds_like_another_day(left: Remaining, text: str) -> None:
    assert DATES.remaining(left) == text


def test_an_outage_is_told_by_the_clock_on_the_wall() -> None:
    assert indonesian.elapsed(timedelta(minutes=12)) == "12 menit"
    assert indonesian.elapsed(timedelta(days=1, hours=2, minutes=5)) == "1 hari 2 jam 5 menit"
    assert indonesian.elapsed(timedelta(days=2)) == "2 hari"


def test_names_with_commas_in_their_titles_stay_apart_in_a_list() -> None:
    names = ["Ibu Sari, S.E.", "Bapak Budi, S.T.", "Ibu Rina, A.Md."]
    assert indonesian.listed(names[:1]) == "Ibu Sari, S.E."
    assert indonesian.listed(names[:2]) == "Ibu Sari, S.E. dan Bapak Budi, S.T."
    assert indonesian.listed(names) == "Ibu Sari, S.E.; Bapak Budi, S.T.; dan Ibu Rina, A.Md."
    assert indonesian.listed(names[:2], "atau") == "Ibu Sari, S.E. atau Bapak Budi, S.T."


@given(st.fractions(min_value=0, max_value=10_000))
def test_no_decimal_is_further_than_a_twentieth_from_the_truth(value: Fraction) -> None:
    told = Fraction(indonesian.decimal(value).replace(",", "."))
    assert abs(told - value) <= Fraction(1, 20)


def test_where_there_is_little_room_days_are_short() -> None:
    assert DATES.brief(datetime(2024, 1, 22, 17, 30, tzinfo=UTC)) == "Sel 23 Jan"
    assert indonesian.brief_day(date(2026, 12, 25)) == "Jum 25 Des"
    assert indonesian.date_of(date(2027, 8, 9)) == "9 Agu"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("lakip", "LAKIP"),
        ("tapkin_eselon2", "TAPKIN Eselon II"),
        ("tapkin_eselon4", "TAPKIN Eselon IV"),
        ("tapkin_staf", "TAPKIN Staf"),
        ("prosedur_12", "PROSEDUR 12"),
    ],
)
def test_a_code_is_read_as_people_say_it(code: str, name: str) -> None:
    assert indonesian.spelled_code(code) == name


def test_thousands_are_parted_by_a_point() -> None:
    assert [indonesian.number(n) for n in (7, 999, 1000, 1234567)] == [
        "7",
        "999",
        "1.000",
        "1.234.567",
    ]


@pytest.mark.parametrize(
    ("under_way", "late", "said"),
    [
        (
            3,
            [(51, 2), (50, 0), (49, 0)],
            "3 berjalan, semuanya terlambat, terlama 51 hari kerja",
        ),
        (7, [(2, 0)], "7 berjalan, 1 di antaranya terlambat, terlama 2 hari kerja"),
        (1, [(0, 3)], "1 berjalan, terlambat 3 jam"),
    ],
)
def test_runs_that_stand_still_are_told_by_the_longest(
    under_way: int, late: list[tuple[int, int]], said: str
) -> None:
    gaps = [Lateness(days, timedelta(hours=hours)) for days, hours in late]
    assert standing_still(under_way, gaps) == said
