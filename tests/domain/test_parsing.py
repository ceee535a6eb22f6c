"""What Bu Sari writes when she means a time or a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import parsing
from bot.domain.sop import Duration
from tests.offices import hari, jam, menit

TODAY = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2 hari", hari(2)),
        ("  2   HARI ", hari(2)),
        ("2hari", hari(2)),
        ("dua hari", hari(2)),
        ("3 hari kerja", hari(3)),
        ("3 jam", jam(3)),
        ("90 menit.", menit(90)),
        ("sehari", hari(1)),
        ("sejam lagi", jam(1)),
        ("1 minggu", hari(5)),
        ("seminggu", hari(5)),
    ],
)
def test_a_duration_is_understood_as_people_write_it(text: str, meant: Duration) -> None:
    assert parsing.duration(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "", "hari", "2", "0 hari", "-2 hari", "2,5 hari", "999 hari", "2 bulan", "dua", "٢ hari",
        "2 hari 3 jam", "selama-lamanya", "x" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_duration_is_asked_for_again(text: str) -> None:
    assert parsing.duration(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "23/1/2027", "23-01-2027", "23.1.2027", "23 / 01 / 2027", "2027-01-23", "23 Januari 2027",
        "23 jan 2027", "Sabtu, 23 Januari 2027", "23 januari", " 23  JANUARI  2027. ",
    ],
)  # fmt: skip
def test_a_day_is_understood_as_people_write_it(text: str) -> None:
    assert parsing.day(text, TODAY) == date(2027, 1, 23)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("hari ini", TODAY),
        ("Besok", TODAY + timedelta(days=1)),
        ("lusa", TODAY + timedelta(days=2)),
        ("9 November", TODAY),
        ("8 November", date(2027, 11, 8)),
        ("29 Februari 2028", date(2028, 2, 29)),
    ],
)
def test_a_day_may_be_said_from_today(text: str, meant: date) -> None:
    assert parsing.day(text, TODAY) == meant


@pytest.mark.parametrize(
    "text",
    [
        "", "23", "Januari", "1/23/2027", "31 April 2027", "29 Februari 2027", "23/1/27",
        "23 Januari 1999", "23 Januari 9999", "23 Brumaire 2027", "٢٣/١/٢٠٢٧", "x" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_day_is_asked_for_again(text: str) -> None:
    assert parsing.day(text, TODAY) is None


@given(st.text(max_size=80))
def test_no_text_whatever_breaks_the_understanding(text: str) -> None:
    parsing.duration(text)
    parsing.day(text, TODAY)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_every_day_is_understood_in_each_form(day: date) -> None:
    assert parsing.day(f"{day.day}/{day.month}/{day.year}", TODAY) == day
    assert parsing.day(f"{day.day:02}-{day.month:02}-{day.year}", TODAY) == day
    assert parsing.day(day.isoformat(), TODAY) == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Tabel 3.1 belum cocok", "Tabel 3.1 belum cocok"),
        ("  dua\n baris\t rapi ", "dua baris rapi"),
        ("<b>&\u202ebalik\x00", "<b>&balik"),
        ("x" * 500, "x" * 500),
        ("42.", "42."),
        ("ya", None),
        ("?!…", None),
        ("\u200b\u200b\u200b\u200b", None),
        ("x" * 501, None),
        ("", None),
    ],
)
def test_a_reason_is_one_line_that_says_something(text: str, reason: str | None) -> None:
    assert parsing.reason(text) == reason


@pytest.mark.parametrize(
    "text",
    [
        *("sudah", "Selesai", "sudah selesai pak", "ok sudah", "SUDAH!", "udah beres bu 👍"),
        *("Sudah selesai, terima kasih", "langkah 2 sudah", "langkah ke-10 sudah selesai"),
        *("sudah diparaf", "sudah ditandatangani", "izin lapor, tugas sudah selesai dikerjakan"),
    ],
)
def test_that_work_is_done_is_understood(text: str) -> None:
    assert parsing.says_done(text)
    assert not parsing.says_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "ok", "siap pak", "belum", "belum selesai", "sudah?", "sudah, kecuali PTSP"),
        *("sudah 80 persen", "tidak sudah", "terima kasih", "sudah " * 40, "selesaikan"),
    ],
)
def test_what_says_less_or_more_is_not(text: str) -> None:
    assert not parsing.says_done(text)


@pytest.mark.parametrize(
    "text",
    [
        *("terima kasih", "Terimakasih banyak, Bu.", "makasih 🙏", "trims", "ok thx"),
        *("Matur nuwun pak", "terima kasih atas bantuannya", "trima kasih atas pengingatnya"),
    ],
)
def test_thanks_are_understood(text: str) -> None:
    assert parsing.says_thanks(text)


@pytest.mark.parametrize(
    "text", ["", "kasih", "terima", "terima kasih, data menyusul", "terima kasih?", "siap"]
)
def test_what_is_more_than_thanks_is_not(text: str) -> None:
    assert not parsing.says_thanks(text)
