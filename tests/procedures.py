"""Small procedures built by hand, each for one rule of the engine."""

from __future__ import annotations

from bot.domain.sop import (
    DefaultYear,
    Duration,
    Procedure,
    ReminderPolicy,
    Step,
    StepKind,
    Wording,
)
from tests.offices import hari


def langkah(
    number: int,
    *roles: str,
    waktu: Duration | None = None,
    semua: bool = False,
    kembali_ke: int | None = None,
    pengingat: ReminderPolicy | None = None,
) -> Step:
    """One row; a step that may return is a paraf."""
    return Step(
        number=number,
        activity=Wording(f"Langkah {number}"),
        roles=roles,
        duration=waktu or hari(1),
        output=Wording(f"Hasil {number}"),
        kind=StepKind.PARAF if kembali_ke else StepKind.KERJA,
        all_must_confirm=semua,
        return_to=kembali_ke,
        reminders=pengingat,
    )


def prosedur(*steps: Step, pengingat: ReminderPolicy | None = None) -> Procedure:
    """A procedure of these rows."""
    return Procedure("uji", "Prosedur uji", DefaultYear.BERJALAN, steps, reminders=pengingat)
