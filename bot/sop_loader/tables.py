"""What `kawal check` prints of a catalogue, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain import regulations
from bot.domain.sop import (
    DIRECT_SUPERIOR,
    Catalog,
    DurationUnit,
    Office,
    Procedure,
    Sop,
    Step,
    Wording,
    WorkWeek,
)
from bot.indonesian import listed, long_day, renamed, renewed, year_day
from bot.sop_loader.office import WEEKDAYS


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
    """Every assumed value: the office's and the procedures' first, then step by step."""
    steps = [
        Remark(sop.number, p.code, step.number, name, _IN_WORDS[name](step, catalog.office))
        for sop, p in catalog.procedures()
        for step in p.steps
        for name in step.assumptions
    ]
    procedures = [
        Remark(sop.number, p.code, None, name, text)
        for sop, p in catalog.procedures()
        for name, text in _assumed_of(p)
    ]
    office = [Remark(None, None, None, *assumed) for assumed in _assumed_of_office(catalog.office)]
    return office + procedures + steps


def _assumed_of_office(office: Office) -> Iterator[tuple[str, str]]:
    for unit in office.units:
        if unit.assumed:
            yield f"unit {unit.code}", f"{unit.name} ({unit.head_title})"
    for name in office.assumptions:
        yield name, _OFFICE_IN_WORDS[name](office)
    for period in office.ramadan:
        if period.assumed:
            yield "ramadan", f"{long_day(period.first)} sampai {long_day(period.last)} (perkiraan)"


def _assumed_of(procedure: Procedure) -> Iterator[tuple[str, str]]:
    schedule = procedure.schedule
    if schedule is not None:
        note = f" ({schedule.deadline_note})" if schedule.deadline_note else ""
        for name, on, more in (
            ("mulai", schedule.start, ""),
            ("batas", schedule.deadline, note),
        ):
            if name in schedule.assumptions and on is not None:
                yield f"jadwal {name}", year_day(on.month, on.day) + more
    if "sesudahnya" in procedure.assumptions:
        yield "sesudahnya", "; ".join(procedure.follow_up)


def renewals(catalog: Catalog) -> list[str]:
    """What the law has renewed since the SOPs were signed, each once with where it stands."""
    places: dict[str, list[str]] = {}
    for sop in catalog.sops:
        for note in regulations.notes(sop.legal_basis):
            places.setdefault(renewed(note.renewal), []).append(f"{sop.number} butir {note.item}")
        for term in regulations.terms_of(sop):
            places.setdefault(renamed(term), []).append(sop.number)
    return [f"{said}: {', '.join(where)}" for said, where in places.items()]


def _hours(week: WorkWeek) -> str:
    """The hours of a week: "Senin, Selasa 07.30-12.00 dan 13.00-16.00; Jumat …"."""
    days: dict[str, list[str]] = {}
    for name, hours in zip(WEEKDAYS, week.days, strict=True):
        if hours:
            said = listed([f"{part.start:%H.%M}–{part.end:%H.%M}" for part in hours])
            days.setdefault(said, []).append(name.title())
    return "; ".join(f"{', '.join(names)} {said}" for said, names in days.items())


def _escalation(office: Office) -> str:
    rules = office.reminders.escalation

    def told(role: str) -> str:
        return "atasan langsung" if role == DIRECT_SUPERIOR else office.known(role).name

    return "terlambat " + "; ".join(f"{rule.after}: {told(rule.role)}" for rule in rules)


_DECREE: Final = "kantor pelayanan dapat berbeda menurut keputusan, Perpres 21/2023 Pasal 7"

_OFFICE_IN_WORDS: Final[dict[str, Callable[[Office], str]]] = {
    "jam_kerja": lambda office: f"{_hours(office.week)} ({_DECREE})",
    "jam_kerja_ramadan": lambda office: f"{_hours(office.ramadan_week)} ({_DECREE})",
    "pengingat": _escalation,
}


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
