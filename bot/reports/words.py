"""Words and numbers that several documents share."""

from __future__ import annotations

from fractions import Fraction

from bot.domain.documents import Signature
from bot.domain.metrics import Worked
from bot.domain.run import TaskStatus
from bot.domain.sop import DurationUnit, Office, Step
from bot.indonesian import Dates

STATUS = {
    TaskStatus.TERBUKA: "berjalan",
    TaskStatus.SELESAI: "selesai",
    TaskStatus.DIKEMBALIKAN: "dikembalikan",
    TaskStatus.GUGUR: "diulang",
    TaskStatus.DITARIK: "ditarik",
}
"""Where an attempt stands. What a later return made void (gugur) had to be done again."""

_SECONDS = {DurationUnit.MENIT: 60, DurationUnit.JAM: 3600}


def dates(office: Office) -> Dates:
    """Moments in the office's own time."""
    return Dates(office.timezone, office.timezone_label)


def letterhead(office: Office) -> dict[str, str]:
    """What the heading of every paper says."""
    return {"name": office.name, "city": office.city}


def town(office: Office) -> str:
    """Where a paper is signed: the city's name without what kind of city it is."""
    return office.city.removeprefix("Kota ").removeprefix("Kabupaten ")


def measured(step: Step, worked: Worked) -> Fraction:
    """What a step took, as a number in the unit of its standard time."""
    if worked.days is not None:
        return worked.days
    seconds = int(worked.time.total_seconds()) if worked.time else 0
    return Fraction(seconds, _SECONDS[step.duration.unit])


def signed(signature: Signature) -> str:
    """Who confirmed, as what: "Sari Wulandari, S.E. (Kasubbag Perencanaan)"."""
    text = f"{signature.name} ({signature.role})" if signature.role else signature.name
    if signature.recorded_for:
        return f"{signature.recorded_for}, dicatat oleh {text}"
    return text
