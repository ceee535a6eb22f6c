"""What `kawal check` prints of a catalogue, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain.sop import Catalog, DurationUnit, Office, Procedure, Sop, Step, Wording
from bot.indonesian import year_day


@dataclass(frozen=True, slots=True)
class Remark:
    """An assumed value that the office must confirm, or a difference from the signed words.

    `field` is the key in the file, with the number in a list, and `text` what is used. A `step`,
    `procedure` or `sop_number` is None where it concerns what is above it. `written` are the signed
    words, empty for an assumption and for a note on the source.
    """

    sop_number: str | None
    procedure: str | None
    step: int | None
    field: str
    text: str
    written: str = ""


def total_time(procedure: Procedure) -> str:
    """The sum of the standard times: "11 hari + 1 jam 30 menit"; hours never become days."""
    days = minutes = 0
    for duration in (step.duration for step in procedure.steps):
        match duration.unit:
            case DurationUnit.HARI:
                days += duration.amount
            case DurationUnit.JAM:
                minutes += 60 * duration.amount
            case DurationUnit.MENIT:
                minutes += duration.amount
    hours, minutes = divmod(minutes, 60)
    clock = " ".join(f"{n} {unit}" for n, unit in ((hours, "jam"), (minutes, "menit")) if n)
    return " + ".join(part for part in (f"{days} hari" if days else "", clock) if part)


def assumptions(catalog: Catalog) -> list[Remark]:
    """Every assumed value: the office's units and the yearly days first, then step by step."""
    units = [
        Remark(None, None, None, f"unit {unit.code}", f"{unit.name} ({unit.head_title})")
        for unit in catalog.office.units
        if unit.assumed
    ]
    steps = [
        Remark(sop.number, p.code, step.number, name, _IN_WORDS[name](step, catalog.office))
        for sop, p in catalog.procedures()
        for step in p.steps
        for name in step.assumptions
    ]
    schedules = [
        Remark(sop.number, p.code, None, f"jadwal {name}", year_day(day.month, day.day))
        for sop, p in catalog.procedures()
        if p.schedule is not None
        for name, day in (("mulai", p.schedule.start), ("batas", p.schedule.deadline))
        if name in p.schedule.assumptions and day is not None
    ]
    return units + schedules + steps


def corrections(catalog: Catalog) -> list[Remark]:
    """Every difference between the signed documents and the words in use."""
    return [row for sop in catalog.sops for row in _corrections_of(sop)]


def _corrections_of(sop: Sop) -> Iterator[Remark]:
    listed = {
        "kualifikasi_pelaksana": sop.qualifications,
        "keterkaitan": sop.related,
        "peralatan": sop.equipment,
    }
    for name, wordings in listed.items():
        for i, wording in enumerate(wordings, start=1):
            yield from _corrected(sop, None, None, f"{name} {i}", wording)
    yield from _corrected(sop, None, None, "peringatan", sop.warning)
    yield from _corrected(sop, None, None, "pencatatan", sop.record_keeping)
    for note in sop.transcription_notes:
        yield Remark(sop.number, None, None, "catatan_salinan", note)
    for procedure in sop.procedures:
        for step in procedure.steps:
            for name, wording in (
                ("kegiatan", step.activity),
                ("kelengkapan", step.inputs),
                ("output", step.output),
                ("keterangan", step.remarks),
            ):
                yield from _corrected(sop, procedure.code, step.number, name, wording)


def _corrected(
    sop: Sop, procedure: str | None, step: int | None, field: str, wording: Wording
) -> Iterator[Remark]:
    if wording.written is not None:
        yield Remark(sop.number, procedure, step, field, wording.text, wording.written)


_IN_WORDS: Final[dict[str, Callable[[Step, Office], str]]] = {
    "pelaksana": lambda step, office: ", ".join(office.role(code).name for code in step.roles),
    "semua": lambda step, _: (
        "semua pemegang peran" if step.all_must_confirm else "cukup satu orang"
    ),
    "kembali_ke": lambda step, _: f"langkah {step.return_to}" if step.return_to else "tidak ada",
    "wajib_lampiran": lambda step, _: (
        "wajib dilampirkan" if step.evidence_required else "tidak wajib dilampirkan"
    ),
    "jenis": lambda step, _: step.kind.value,
    "waktu": lambda step, _: str(step.duration),
    "kegiatan": lambda step, _: step.activity.text,
    "kelengkapan": lambda step, _: step.inputs.text,
    "output": lambda step, _: step.output.text,
    "keterangan": lambda step, _: step.remarks.text,
}
