"""Semesters and years, as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.periods import ReportPeriod
from tests.cast import WIB, wib


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2027", ReportPeriod(2027)),
        (" 2027-1 ", ReportPeriod(2027, 1)),
        ("2027/II", ReportPeriod(2027, 2)),
        ("2027 - i", ReportPeriod(2027, 1)),
    ],
)
def test_a_period_is_read_as_people_write_it(text: str, period: ReportPeriod) -> None:
    assert ReportPeriod.read(text) == period


@pytest.mark.parametrize(
    "text",
    ["", "27-1", "2027-3", "2027-", "1999", "2101-1", "２０２７", "2027-1; DROP", "semester"],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        ReportPeriod.read(text)


def test_a_period_reads_as_it_is_written() -> None:
    for period in (ReportPeriod(2027), ReportPeriod(2027, 1), ReportPeriod(2027, 2)):
        assert ReportPeriod.read(str(period)) == period


def test_the_semesters_share_the_year_without_a_gap() -> None:
    first, second = ReportPeriod(2027, 1), ReportPeriod(2027, 2)
    assert first.bounds(WIB) == (wib("01-01-2027 00.00"), wib("01-07-2027 00.00"))
    assert second.bounds(WIB) == (wib("01-07-2027 00.00"), wib("01-01-2028 00.00"))
    assert ReportPeriod(2027).bounds(WIB) == (first.bounds(WIB)[0], second.bounds(WIB)[1])
    assert (first.last, second.first) == (date(2027, 6, 30), date(2027, 7, 1))


@pytest.mark.parametrize(
    ("day", "half"), [(date(2027, 1, 1), 1), (date(2027, 6, 30), 1), (date(2027, 7, 1), 2)]
)
def test_every_day_lies_in_one_semester(day: date, half: int) -> None:
    semesters = [ReportPeriod(2027, 1), ReportPeriod(2027, 2)]
    assert [s for s in semesters if s.first <= day <= s.last] == [ReportPeriod(2027, half)]
