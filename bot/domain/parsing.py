"""Durations, days, reasons, sentences, names, courtesies: in the forms in which people write them.

A parser returns None for what it does not understand: the caller asks again, with an example.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date, time, timedelta

from bot.domain.sop import Duration, DurationUnit, YearDay

LONGEST = {DurationUnit.MENIT: 480, DurationUnit.JAM: 200, DurationUnit.HARI: 250}
"""The greatest accepted amount of each unit; of days about a working year."""

REASON_LENGTH = range(3, 501)
NAME_LENGTH = range(3, 101)
"""How many characters a reason, and a name with titles, may have."""

_UNITS = {unit.value: unit for unit in DurationUnit}
_UNITS |= {"mnt": DurationUnit.MENIT, "hr": DurationUnit.HARI}
_WEEK = 5
"""Working days of a "minggu"."""

_LEAP_YEAR = 2024
"""A leap year has every day that any year has."""

_NUMBERS = {"satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5}
_NUMBERS |= {"enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9, "sepuluh": 10}
_MONTHS = {"januari": 1, "februari": 2, "maret": 3, "april": 4, "mei": 5, "juni": 6, "juli": 7}
_MONTHS |= {"agustus": 8, "september": 9, "oktober": 10, "november": 11, "desember": 12}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()}
_MONTHS |= {"pebruari": 2, "ags": 8, "agt": 8, "sept": 9, "nopember": 11, "nop": 11}
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0")
"""Characters without a shape that Unicode counts as letters."""
_NEAR = {"hari ini": 0, "besok": 1, "lusa": 2}
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn"})
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_AMOUNT = re.compile(r"(\d{1,3}|[a-z]+)\s*([a-z]+)(?:\s+(?:kerja|lagi))?")
_ONE = re.compile(r"se(menit|jam|hari|minggu)(?:\s+(?:kerja|lagi))?")
_NUMERIC = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_IN_WORDS = re.compile(r"(\d{1,2})\s+([a-z]+)\.?(?:\s+(\d{4}))?")
_CLOCK = re.compile(r"[\s,]+(?:pukul|jam)\s*(\d{1,2})(?:[.:](\d{2}))?(?:\s*wi(?:b|ta|t))?$")
_DAY_AND_MONTH = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})")
_LAST_OF = re.compile(r"akhir\s+(?:bulan\s+)?([a-z]+)")
_EVERY_YEAR = re.compile(r"^(?:setiap|tiap)(?:\s+|-)tahun\s*,?\s*(?:tanggal\s+)?")
_WEEKDAY = re.compile(r"^(?:senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu|ahad)\s*,?\s+")

_WORD = re.compile(r"[^\W_]+")
_STEP = re.compile(r"langkah\s+(?:ke\W*)?\d{1,3}\b")


def _any_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_THANKS = _any_of("terimakasih trimakasih makasih makasi trims thanks tks thx tq suwun nuwun nuhun")
_DONE = _any_of("sudah sdh udah udh selesai beres rampung tuntas kelar")
_AROUND = _any_of(
    "ok oke okay baik siap ya iya izin lapor alhamdulillah pak bapak bu ibu kak mas mbak saya "
    "kami semua semuanya ini tugas tugasnya langkah langkahnya pekerjaan pekerjaannya "
    "naskah naskahnya dikerjakan dilaksanakan diselesaikan diperiksa diparaf paraf ditandatangani "
    "ttd tanda tangan"
)
_KINDNESS = _any_of(
    "banyak sekali atas kembali bantuan bantuannya info infonya informasinya pengingatnya matur "
    "hatur"
)


def duration(text: str) -> Duration | None:
    """ "2 hari", "3 jam", "90 menit", "dua hari kerja", "sehari", "1 minggu" (5 hari kerja)."""
    words = _plain(text)
    if one := _ONE.fullmatch(words):
        return _duration(1, one[1])
    found = _AMOUNT.fullmatch(words)
    if found is None:
        return None
    amount = int(found[1]) if found[1].isdigit() else _NUMBERS.get(found[1], 0)
    return _duration(amount, found[2])


def day(text: str, today: date) -> date | None:
    """ "23/1/2027", "23-01-2027", "23 Januari 2027", "Sabtu, 23 Januari 2027", "besok".

    The day comes before the month, as everywhere in Indonesia. A day and a month without a
    year are those next to come, today included.
    """
    words = _WEEKDAY.sub("", _plain(text))
    if words in _NEAR:
        return today + timedelta(days=_NEAR[words])
    if found := _NUMERIC.fullmatch(words):
        return _date(int(found[3]), int(found[2]), int(found[1]))
    if found := _ISO.fullmatch(words):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    found = _IN_WORDS.fullmatch(words)
    if found is None or found[2] not in _MONTHS:
        return None
    month, number = _MONTHS[found[2]], int(found[1])
    if found[3]:
        return _date(int(found[3]), month, number)
    this_year = _date(today.year, month, number)
    next_year = _date(today.year + 1, month, number)
    return this_year if this_year is not None and this_year >= today else next_year


def reason(text: str) -> str | None:
    """A reason in one line without control characters; None if too short or too long."""
    line = _line(text)
    return line if len(line) in REASON_LENGTH and any(c.isalnum() for c in line) else None


def official_name(text: str) -> str | None:
    """The name as it will be printed, in one line without control signs; None if it is none."""
    line = "".join(c for c in _line(text) if c not in _INVISIBLE).strip()
    return line if len(line) in NAME_LENGTH and any(c.isalpha() for c in line) else None


def moment(text: str, today: date) -> tuple[date, time | None] | None:
    """A day, and the clock time where one is said: "23/1/2027 pukul 13.00", "besok jam 8"."""
    words = _plain(text)
    found = _CLOCK.search(words)
    at = None
    if found:
        hour, minute = int(found[1]), int(found[2] or 0)
        if hour > 23 or minute > 59:
            return None
        at, words = time(hour, minute), words[: found.start()]
    on = day(words, today)
    return None if on is None else (on, at)


def sentence(text: str) -> str:
    """A text in one line without control characters; empty where nothing of it is visible."""
    kept = (c for c in text if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    line = " ".join("".join(c for c in kept if c not in _TURNING).split())
    return line if any(unicodedata.category(c)[0] not in "CZM" for c in line) else ""


def says_done(text: str) -> bool:
    """Whether a text tells that work is done, and nothing beside: "ok sudah", "sudah selesai pak".
    A question does not, nor what says more: that may be a note."""
    words = _spoken(text)
    return not _DONE.isdisjoint(words) and words <= _DONE | _AROUND | _THANKS


def says_thanks(text: str) -> bool:
    """Whether a text is thanks and nothing beside: "Terima kasih banyak, Pak"."""
    words = _spoken(text)
    return not _THANKS.isdisjoint(words) and words <= _THANKS | _KINDNESS | _AROUND


def year_day(text: str) -> YearDay | None:
    """A day of every year: "setiap tahun, 2 Januari", "2 Januari", "2/1", "akhir Februari"."""
    words = _EVERY_YEAR.sub("", _plain(text))
    if (found := _LAST_OF.fullmatch(words)) and found[1] in _MONTHS:
        month = _MONTHS[found[1]]
        number = monthrange(_LEAP_YEAR, month)[1]
    elif found := _DAY_AND_MONTH.fullmatch(words):
        number, month = int(found[1]), int(found[2])
    elif (found := _IN_WORDS.fullmatch(words)) and found[2] in _MONTHS and not found[3]:
        number, month = int(found[1]), _MONTHS[found[2]]
    else:
        return None
    return YearDay(month, number) if _date(_LEAP_YEAR, month, number) else None


def _line(text: str) -> str:
    """The text in one line without control characters and the joiners of emoji."""
    line = " ".join(text.split())
    return "".join(c for c in line if not unicodedata.category(c).startswith("C")).strip()


def _spoken(text: str) -> frozenset[str]:
    """The words of a short text, without signs and numbers of steps; none of a question."""
    if len(text) > 100 or "?" in text:
        return frozenset()
    plain = _STEP.sub("langkah", " ".join(text.casefold().split()))
    return frozenset(_WORD.findall(re.sub(r"\bt(?:e)?rima kasih", "terimakasih", plain)))


def _plain(text: str) -> str:
    """Small letters and single spaces. Only the ten usual digits count as numbers."""
    words = " ".join(text.lower().split()).strip(" .,;!")
    return words if words.isascii() and len(words) <= 60 else ""


def _duration(amount: int, unit: str) -> Duration | None:
    if unit == "minggu":
        amount, unit = amount * _WEEK, "hari"
    known = _UNITS.get(unit)
    if known is None or not 0 < amount <= LONGEST[known]:
        return None
    return Duration(amount, known)


def _date(year: int, month: int, number: int) -> date | None:
    """A date between 2000 and 2100 that the calendar has."""
    if not 2000 <= year <= 2100:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None
