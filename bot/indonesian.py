"""Dates, durations and numbers as an Indonesian office writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from bot.domain.metrics import Lateness, Remaining, Worked
from bot.domain.regulations import Renewal, Term
from bot.domain.sop import Duration
from bot.domain.yearly import LegalDate

_LOCALE = "id"
_MOMENT = "EEEE, d MMMM y 'pukul' HH.mm"
_DAY = "d MMMM y"
_BRIEF = "EEE d MMM"
_DATE = "d MMM"
_YEAR_DAY = "d MMMM"
_LEAP_YEAR = 2024
_SHORT = "d MMM y HH.mm"
_WEEKDAY = "EEEE, d MMMM y"
_MINUTE = timedelta(minutes=1)
_CLOCK = "HH.mm"
_COMING = "EEEE, d MMMM"

ASSUMED = "perkiraan, belum dicocokkan"
"""What is said beside a value that the data only assumes."""


class Dates:
    """Moments in the office's own time, e.g. "Selasa, 23 Januari 2024 pukul 10.00 WIB".

    Babel's own full format says neither "pukul" nor WIB, so the pattern is ours.
    """

    def __init__(self, timezone: str, label: str) -> None:
        """`timezone` is an IANA name, `label` what people call it ("WIB")."""
        self._zone = ZoneInfo(timezone)
        self._label = label

    def moment(self, at: datetime) -> str:
        """A moment in words.

        Raises:
            ValueError: `at` says no time zone, so nobody knows which moment it is.
        """
        if at.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        text = format_datetime(at, _MOMENT, tzinfo=self._zone, locale=_LOCALE)
        return f"{text} {self._label}"

    def short(self, at: datetime) -> str:
        """A moment for a table whose heading says the zone: "23 Jan 2024 10.00"."""
        return format_datetime(at, _SHORT, tzinfo=self._zone, locale=_LOCALE)

    def day_of(self, at: datetime) -> str:
        """The office's day of a moment: "23 Januari 2024"."""
        return self.day(at.astimezone(self._zone).date())

    def day(self, on: date) -> str:
        """A day as documents write it: "23 Januari 2024"."""
        return long_day(on)

    def weekday(self, on: date) -> str:
        """A day with its name: "Selasa, 23 Januari 2024"."""
        return format_date(on, _WEEKDAY, locale=_LOCALE)

    def legal_date(self, until: LegalDate) -> str:
        """A legal date; one on a day off with the last working day before it:
        "28 Februari 2027, hari Minggu: paling lambat Jumat, 26 Februari 2027"."""
        if until.last == until.day:
            return self.weekday(until.day)
        off = "libur" if until.holiday else format_date(until.day, "EEEE", locale=_LOCALE)
        return f"{self.day(until.day)}, hari {off}: paling lambat {self.weekday(until.last)}"

    def remaining(self, left: Remaining) -> str:
        """What is left until a deadline: "2 jam lagi", "1 hari kerja lagi (besok pukul 09.07)".

        What is not due today says on which day it is, however short the working time until then.
        """
        if left.days is not None:
            amount = f"{left.days} hari kerja lagi"
        else:
            amount = f"{hours(left.time)} {'waktu kerja ' if left.away else ''}lagi"
        if not left.away:
            return amount
        day = "besok" if left.away == 1 else self._formatted(left.due, _COMING)
        return f"{amount} ({day} pukul {self._formatted(left.due, _CLOCK)})"

    def _formatted(self, at: datetime, pattern: str) -> str:
        return format_datetime(at, pattern, tzinfo=self._zone, locale=_LOCALE)

    def brief(self, at: datetime) -> str:
        """A moment's day where there is little room: "Sel 23 Jan"."""
        return format_datetime(at, _BRIEF, tzinfo=self._zone, locale=_LOCALE)


def long_day(on: date) -> str:
    """A day as documents write it: "23 Januari 2024"."""
    return format_date(on, _DAY, locale=_LOCALE)


def brief_day(on: date) -> str:
    """A day where there is little room: "Sel 23 Jan"."""
    return format_date(on, _BRIEF, locale=_LOCALE)


def date_of(on: date) -> str:
    """A day where there is hardly any room: "23 Jan"."""
    return format_date(on, _DATE, locale=_LOCALE)


def year_day(month: int, day: int) -> str:
    """A day of every year: "2 Januari", "akhir Februari"."""
    if (month, day) == (2, 29):
        return "akhir Februari"
    return format_date(date(_LEAP_YEAR, month, day), _YEAR_DAY, locale=_LOCALE)


def legal_remark(until: LegalDate) -> str:
    """What has to be said wherever a legal date is named; empty once the office confirmed it."""
    return "; ".join(part for part in (ASSUMED if until.assumed else "", until.note) if part)


def renewed(renewal: Renewal) -> str:
    """How the law has renewed a regulation that an SOP cites."""
    if renewal.cited == renewal.today:
        return f"Judul {renewal.today} adalah {renewal.title}"
    return f"{renewal.cited} telah diganti dengan {renewal.today}"


def renamed(term: Term) -> str:
    """What a term of an SOP is called today, and by which regulation."""
    return f"{term.old} kini disebut {term.today} menurut {listed([str(b) for b in term.basis])}"


def decimal(value: Fraction) -> str:
    """A number with at most one decimal, rounded half up: "3,5", "3"."""
    tenths = int(value * 10 + Fraction(1, 2))
    whole, tenth = divmod(tenths, 10)
    return f"{whole},{tenth}" if tenth else str(whole)


def number(value: int) -> str:
    """A number of things, with a point at every thousand: "1.000"."""
    return f"{value:,}".replace(",", ".")


def hours(span: timedelta) -> str:
    """Working time in hours and minutes, begun minutes left out: "1 jam 30 menit"."""
    amount, minutes = divmod(span // _MINUTE, 60)
    parts = ([f"{amount} jam"] if amount else []) + ([f"{minutes} menit"] if minutes else [])
    return " ".join(parts) or "kurang dari 1 menit"


def elapsed(span: timedelta) -> str:
    """Time by the clock on the wall: "1 hari 2 jam 5 menit"."""
    if span.days < 1:
        return hours(span)
    rest = timedelta(seconds=span.seconds)
    return f"{span.days} hari" + (f" {hours(rest)}" if rest >= _MINUTE else "")


def distance(gap: Lateness) -> str:
    """How far a deadline lies behind or ahead: "1 hari kerja 2 jam", "45 menit"."""
    if not gap.days:
        return hours(gap.rest)
    return f"{gap.days} hari kerja" + (f" {hours(gap.rest)}" if gap.rest >= _MINUTE else "")


def whole_days(gap: Lateness) -> str:
    """How far a deadline lies behind: "2 hari kerja"; hours only where it is less than a day."""
    return distance(Lateness(gap.days, timedelta()) if gap.days else gap)


IF_RESUMED = "bila dilanjutkan hari ini"
"""On what the forecast of a paused run depends."""


def after_extension(kept: str, extended: Sequence[Duration]) -> str:
    """How a deadline was kept, with the time that had been granted: "tepat waktu setelah
    diperpanjang 1 hari"."""
    amounts = listed([str(amount) for amount in extended])
    return f"{kept} setelah diperpanjang {amounts}" if amounts else kept


def beyond_standard(gap: Lateness) -> str:
    """That a run takes longer than the standard times of its steps together."""
    return f"melewati waktu baku {whole_days(gap)}"


def standing_still(under_way: int, late: Sequence[Lateness]) -> str:
    """How many of the runs under way are late, by how much the first: "3 berjalan, semuanya
    terlambat, terlama 51 hari kerja"."""
    who = "semuanya" if len(late) == under_way else f"{len(late)} di antaranya"
    how = "terlambat" if under_way == 1 else f"{who} terlambat, terlama"
    return f"{under_way} berjalan, {how} {whole_days(late[0])}"


def beyond_legal(last: str, days: int) -> str:
    """That a run ends after the day `last`, so many working days later."""
    return f"melewati batas {last}" + (f", {days} hari kerja" if days else "")


def actual(worked: Worked) -> str:
    """What a step really took, in the unit of its standard time: "3,5 hari".

    What is too little for a tenth of a day is told in minutes, a begun one as one: "1 menit".
    """
    text = decimal(worked.days) if worked.days is not None else "0"
    if text != "0":
        return f"{text} hari"
    return hours(max(worked.time or timedelta(), _MINUTE))


def with_others(first: str, count: int) -> str:
    """The first of so many by its name: "laporan.pdf dan 3 lainnya"."""
    return f"{first} dan {count - 1} lainnya" if count > 1 else first


def listed(items: Sequence[str], joiner: str = "dan") -> str:
    """Items in a row: "A dan B", "A, B, dan C"; with semicolons where one has a comma."""
    if len(items) < 3:
        return f" {joiner} ".join(items)
    mark = ";" if any("," in item for item in items) else ","
    return f"{mark} ".join(items[:-1]) + f"{mark} {joiner} {items[-1]}"


_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V"}


def spelled_code(code: str) -> str:
    """A procedure's code as people read it: "tapkin_eselon2" is "TAPKIN Eselon II"."""
    first, *others = code.split("_")
    return " ".join([first.upper(), *map(_spelled, others)])


def _spelled(word: str) -> str:
    stem, level = word[:-1], _ROMAN.get(word[-1:])
    return f"{stem.title()} {level}" if stem.isalpha() and level else word.title()
