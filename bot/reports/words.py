"""Words and numbers that several documents share."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from fractions import Fraction
from typing import Any, Final

from bot.domain.civil_service import printed_rank, spaced_nip
from bot.domain.documents import Signatory, Signature
from bot.domain.metrics import Lateness, Worked
from bot.domain.run import Run, RunStatus, TaskStatus
from bot.domain.sop import DurationUnit, Office, Procedure, Step
from bot.indonesian import Dates, spelled_code

RUN_STATUS: Final = {
    RunStatus.BERJALAN: "berjalan",
    RunStatus.DIJEDA: "dijeda",
    RunStatus.SELESAI: "selesai",
    RunStatus.DIBATALKAN: "dibatalkan",
}

STATUS: Final = {
    TaskStatus.TERBUKA: "berjalan",
    TaskStatus.SELESAI: "selesai",
    TaskStatus.DIKEMBALIKAN: "dikembalikan",
    TaskStatus.GUGUR: "diulang",
    TaskStatus.DITARIK: "ditarik",
}
"""Where an attempt stands. What a later return made void (gugur) had to be done again."""

SECONDS: Final = {DurationUnit.MENIT: 60, DurationUnit.JAM: 3600}


def dates(office: Office) -> Dates:
    """Moments in the office's own time."""
    return Dates(office.timezone, office.timezone_label)


def letterhead(office: Office) -> dict[str, Any]:
    """What the heading of every paper says, and the logo as an SVG."""
    return {
        "name": office.name,
        "city": office.city,
        "address": list(office.address),
        "logo": office.logo,
    }


def town(office: Office) -> str:
    """The town as it stands before a date: "Pagar Alam"."""
    return office.city.removeprefix("Kota ").removeprefix("Kabupaten ")


def signature(above: str, signatory: Signatory) -> dict[str, str]:
    """A signature block; NIP and rank are left open where they are not known."""
    return {
        "above": above,
        "title": f"{signatory.title},",
        "name": signatory.name or "",
        "rank": printed_rank(signatory.rank) if signatory.rank else "",
        "nip": f"NIP {spaced_nip(signatory.nip)}" if signatory.nip else "",
    }


def made(at: datetime, office: Office) -> str:
    """When a report was made, and of what."""
    return f"Disusun {dates(office).moment(at)} dari catatan Kawal SOP"


def code_name(procedure: Procedure) -> str:
    """A procedure by its code, for long titles begin alike: "TAPKIN Eselon IV"."""
    return spelled_code(procedure.code)


def slug(procedure: Procedure) -> str:
    """A procedure in a file's name: "tapkin-eselon-iv"."""
    return code_name(procedure).lower().replace(" ", "-")


def run_name(run: Run, office: Office) -> str:
    """A run by its procedure's code and its unit, without the year."""
    return f"{code_name(run.procedure)}{f' {office.unit_name(run.unit)}' if run.unit else ''}"


def measured(step: Step, worked: Worked) -> Fraction:
    """What a step took, as a number in the unit of its standard time."""
    if worked.days is not None:
        return worked.days
    seconds = int(worked.time.total_seconds()) if worked.time else 0
    return Fraction(seconds, SECONDS[step.duration.unit])


def working_days(late: Lateness | None, office: Office) -> Fraction:
    """A lateness as one number of working days.

    What is beyond the whole ones counts as a part of the office's usual day, and never as a whole.
    """
    if late is None:
        return Fraction(0)
    part = Fraction(late.rest // timedelta(minutes=1), _usual_day(office))
    return late.days + min(part, Fraction(99, 100))


def _usual_day(office: Office) -> int:
    """The minutes of a working day, on the average of a usual week."""
    days = [day for day in office.week.days if day]
    minutes = [_minutes(hours.end) - _minutes(hours.start) for day in days for hours in day]
    return sum(minutes) // len(days)


def _minutes(of_day: time) -> int:
    return of_day.hour * 60 + of_day.minute


def signed(signature: Signature) -> str:
    """Who confirmed, as what: "Sari Wulandari, S.E. (Kasubbag Perencanaan)"."""
    text = f"{signature.name} ({signature.role})" if signature.role else signature.name
    if signature.recorded_for:
        return f"{signature.recorded_for}, dicatat oleh {text}"
    return text


def by(who: Signature | None) -> str:
    """The same; None where the bot did it by itself."""
    return signed(who) if who else "Kawal SOP"
