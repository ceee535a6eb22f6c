"""The office's own calendar: its week, Ramadan, the national holidays and its corrections.

National holidays and cuti bersama come from the `holidays` package, which follows the yearly
joint decree of three ministers (SKB 3 Menteri). Where a decree or the isbat differs from it, the
office's corrections decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.sop import DayCorrection, Office
from bot.domain.worktime import WorkCalendar, WorkDay

_ESTIMATED = "(perkiraan)"
_JOINT_LEAVE = "cuti bersama"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the office's calendar knows of one year; what is missing causes a warning.

    `joint_leave`: the year's cuti bersama is known, from the package or as a correction of that
    name. `ramadan`: the office's data holds a Ramadan that begins in the year. `estimated`: the
    holidays whose date is still an estimate, in order.
    """

    year: int
    public_holidays: bool
    joint_leave: bool
    ramadan: bool
    estimated: tuple[tuple[date, str], ...]

    @property
    def complete(self) -> bool:
        """Whether every date of the year can be relied on."""
        known = self.public_holidays and self.joint_leave and self.ramadan
        return known and not self.estimated


class _NationalYear(NamedTuple):
    """One year of the `holidays` package: names by date, and whether cuti bersama is in."""

    names: Mapping[date, str]
    joint_leave: bool


def office_calendar(office: Office, extra: Iterable[DayCorrection] = ()) -> WorkCalendar:
    """The days and hours of this office.

    A correction wins over the national calendar, one of `extra` (the admin's, made at run time)
    over the office's own for the same day, and a later one over an earlier. A Saturday that is
    made a working day has the hours of the first weekday that has any.

    A year's holidays are read when a day in it is first asked for.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: the office's `timezone` does not exist.
    """
    corrections = _by_day(office, extra)

    def look_up(day: date) -> WorkDay:
        in_ramadan = any(day in period for period in office.ramadan)
        week = office.ramadan_week if in_ramadan else office.week
        correction = corrections.get(day)
        if correction is not None and correction.working:
            usual = next((hours for hours in week.days if hours), ())
            return WorkDay(week.days[day.weekday()] or usual)
        holiday = correction.name if correction else _national(day.year).names.get(day)
        return WorkDay(() if holiday is not None else week.days[day.weekday()], holiday)

    return WorkCalendar(ZoneInfo(office.timezone), look_up)


def coverage(office: Office, year: int, extra: Iterable[DayCorrection] = ()) -> Coverage:
    """How far the calendar of `office_calendar(office, extra)` can be relied on in `year`.

    An estimated holiday with a correction of its day no longer counts as estimated.
    """
    national = _national(year)
    corrections = _by_day(office, extra)
    decreed = any(
        not correction.working and day.year == year and _JOINT_LEAVE in correction.name.lower()
        for day, correction in corrections.items()
    )
    ramadan = any(period.first.year == year for period in office.ramadan)
    estimated = tuple(
        (day, name)
        for day, name in sorted(national.names.items())
        if is_estimated(name) and day not in corrections
    )
    joint_leave = national.joint_leave or decreed
    return Coverage(year, bool(national.names), joint_leave, ramadan, estimated)


def is_estimated(holiday_name: str) -> bool:
    """Whether the name says that the holiday's date is an estimate."""
    return _ESTIMATED in holiday_name


def _by_day(office: Office, extra: Iterable[DayCorrection]) -> dict[date, DayCorrection]:
    return {correction.day: correction for correction in (*office.corrections, *extra)}


_SPELLED = {
    "Hari kedua dari Hari Raya Idul Fitri": "Hari kedua Idulfitri",
    "Idul Fitri": "Idulfitri",
    "Idul Adha": "Iduladha",
}


@cache
def _national(year: int) -> _NationalYear:
    # Imported here because it takes longer than all the rest of the domain together.
    from holidays.countries.indonesia import Indonesia

    # The language is always given: the package's default follows the environment.
    public = Indonesia(years=year, categories=("public",), language="id")
    government = Indonesia(years=year, categories=("government",), language="id")
    names = {day: _spelled(name) for day, name in {**government, **public}.items()}
    return _NationalYear(names, joint_leave=bool(government))


def _spelled(name: str) -> str:
    """A holiday's name as the yearly joint decree and the KBBI spell it; the package does not."""
    for said, spelled in _SPELLED.items():
        name = name.replace(said, spelled)
    return name
