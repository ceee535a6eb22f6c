"""The number and the rank of a civil servant: NIP, and pangkat with its golongan ruang.

A parser returns None for what it does not understand: the caller asks again, with an example.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

RANKS: Final = {
    "I/a": "Juru Muda",
    "I/b": "Juru Muda Tk. I",
    "I/c": "Juru",
    "I/d": "Juru Tk. I",
    "II/a": "Pengatur Muda",
    "II/b": "Pengatur Muda Tk. I",
    "II/c": "Pengatur",
    "II/d": "Pengatur Tk. I",
    "III/a": "Penata Muda",
    "III/b": "Penata Muda Tk. I",
    "III/c": "Penata",
    "III/d": "Penata Tk. I",
    "IV/a": "Pembina",
    "IV/b": "Pembina Tk. I",
    "IV/c": "Pembina Utama Muda",
    "IV/d": "Pembina Utama Madya",
    "IV/e": "Pembina Utama",
}
"""Pangkat by golongan ruang, the lowest first (Peraturan Pemerintah 99/2000)."""

YOUNGEST: Final = 18
"""Years of age from which somebody can be appointed (Peraturan Pemerintah 98/2000, article 6)."""

OLDEST: Final = 70
"""Years of age beyond which no civil servant is in office."""

_NIP: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{4})(\d{2})([12])(\d{3})", re.ASCII)
_LABEL: Final = re.compile(r"nip\s*[.:]?\s*", re.IGNORECASE)
_GRADE: Final = re.compile(r"\b(iv|i{1,3}|[1-4])\s*[/. -]?\s*([a-e])\b")
_BESIDE: Final = re.compile(r"\b(?:gol(?:ongan)?|pangkat|ruang)\b\.?|[(),/:-]")
_ROMAN: Final = ("I", "II", "III", "IV")
_NAMES: Final = {name.lower(): grade for grade, name in RANKS.items()}


def nip(text: str, today: date) -> str | None:
    """The 18 digits of an NIP, with or without spaces between them.

    They are the date of birth, the month of the appointment, 1 for a man or 2 for a woman, and a
    serial number from 001 (Peraturan Kepala BKN 22/2007).
    """
    found = _NIP.fullmatch("".join(_LABEL.sub("", text.strip(), count=1).split()))
    if found is None:
        return None
    year, month, number, since_year, since_month = (int(part) for part in found.groups()[:5])
    try:
        born, appointed = date(year, month, number), date(since_year, since_month, 1)
    except ValueError:
        return None
    age = since_year - year - (since_month < month)
    plausible = age >= YOUNGEST and appointed <= today and today.year - born.year <= OLDEST
    return found[0] if plausible and int(found[7]) else None


def spaced_nip(digits: str) -> str:
    """An NIP as it is printed: "19691016 199503 1 001"."""
    return f"{digits[:8]} {digits[8:14]} {digits[14:15]} {digits[15:]}"


def rank(text: str) -> str | None:
    """The golongan ruang ("III/d") of a rank: "Penata Tk. I (III/d)", "Penata Tingkat I", "3d".

    None where name and golongan do not go together.
    """
    words = " ".join(text.lower().split())[:60]
    named = re.sub(r"\b(?:tk|tingkat)\b\.?\s*(?:1|i)\b", "tk. i", words)
    graded = _GRADE.search(named)
    grade = _grade(graded[1], graded[2]) if graded else None
    if graded:
        if grade is None:
            return None
        named = named.replace(graded[0], " ")
    name = " ".join(_BESIDE.sub(" ", named).split())
    if not name:
        return grade
    by_name = _NAMES.get(name)
    return by_name if grade in (None, by_name) else None


def _grade(level: str, letter: str) -> str | None:
    roman = level.upper() if level.isalpha() else _ROMAN[int(level) - 1]
    grade = f"{roman}/{letter}"
    return grade if grade in RANKS else None


def printed_rank(grade: str) -> str:
    """A rank as it is printed: "Penata Tk. I (III/d)"."""
    return f"{RANKS[grade]} ({grade})" if grade in RANKS else grade
