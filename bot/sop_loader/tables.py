"""What `kawal check` prints of a catalogue, as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.sop import Catalog, DurationUnit, Office, Procedure, Sop, Step, YearDay

_MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One procedure: its code, title, number of steps and total standard time in words."""

    sop_number: str
    code: str
    title: str
    steps: int
    total: str


@dataclass(frozen=True, slots=True)
class Assumption:
    """A value that the signed source does not give cleanly and the office must confirm.

    `sop_number`, `procedure` and `step` are None where the value is the office's (a unit);
    `step` alone where it is the whole procedure's (its yearly days).
    `field` is the key in the file, `value` what is assumed, in words.
    """

    sop_number: str | None
    procedure: str | None
    step: int | None
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A difference between the signed words and the words in use.

    `procedure` and `step` are None outside the table of steps. `field` is the key in the
    file, with the item's number in a list ("kualifikasi_pelaksana 2"). `written` is empty
    for a note on the source that stands beside no field; `text` is then the note.
    """

    sop_number: str
    procedure: str | None
    step: int | None
    field: str
    written: str
    text: str


def total_time(procedure: Procedure) -> str:
    """The sum of the standard times: "11 hari + 1 jam 30 menit".

    Minutes are carried into hours; hours are never turned into days (see `Duration`).
    """
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


def summary(catalog: Catalog) -> list[SummaryRow]:
    """One row per procedure, in the order of the SOPs."""
    return [
        SummaryRow(sop.number, p.code, p.title, len(p.steps), total_time(p))
        for sop, p in catalog.procedures()
    ]


def assumptions(catalog: Catalog) -> list[Assumption]:
    """Every assumed value: the office's units and the yearly days first, then step by step."""
    units = [
        Assumption(None, None, None, f"unit {unit.code}", f"{unit.name} ({unit.head_title})")
        for unit in catalog.office.units
        if unit.assumed
    ]
    steps = [
        Assumption(sop.number, p.code, step.number, name, _in_words(step, name, catalog.office))
        for sop, p in catalog.procedures()
        for step in p.steps
        for name in step.assumptions
    ]
    schedules = [
        Assumption(sop.number, p.code, None, f"jadwal {name}", in_words)
        for sop, p in catalog.procedures()
        if p.schedule is not None
        for name, day in (("mulai", p.schedule.start), ("batas", p.schedule.deadline))
        if name in p.schedule.assumptions and (in_words := _year_day(day))
    ]
    return units + schedules + steps


def _year_day(day: YearDay | None) -> str:
    """ "2 Januari"."""
    return "" if day is None else f"{day.day} {_MONTHS[day.month - 1]}"


def corrections(catalog: Catalog) -> list[Correction]:
    """Every difference between the signed documents and the words in use."""
    return [row for sop in catalog.sops for row in _corrections_of(sop)]


def _corrections_of(sop: Sop) -> Iterator[Correction]:
    listed = {
        "kualifikasi_pelaksana": sop.qualifications,
        "keterkaitan": sop.related,
        "peralatan": sop.equipment,
    }
    of_sop = [
        (f"{name} {i}", wording)
        for name, wordings in listed.items()
        for i, wording in enumerate(wordings, start=1)
    ]
    of_sop += [("peringatan", sop.warning), ("pencatatan", sop.record_keeping)]
    for name, wording in of_sop:
        if wording.written is not None:
            yield Correction(sop.number, None, None, name, wording.written, wording.text)
    for note in sop.transcription_notes:
        yield Correction(sop.number, None, None, "catatan_salinan", "", note)
    for procedure in sop.procedures:
        for step in procedure.steps:
            for name, wording in (
                ("kegiatan", step.activity),
                ("kelengkapan", step.inputs),
                ("output", step.output),
                ("keterangan", step.remarks),
            ):
                if wording.written is not None:
                    yield Correction(
                        sop.number,
                        procedure.code,
                        step.number,
                        name,
                        wording.written,
                        wording.text,
                    )


def _in_words(step: Step, name: str, office: Office) -> str:
    match name:
        case "pelaksana":
            return ", ".join(office.role(code).name for code in step.roles)
        case "semua":
            return "semua pemegang peran" if step.all_must_confirm else "cukup satu orang"
        case "kembali_ke":
            return f"langkah {step.return_to}" if step.return_to else "tidak ada"
        case "wajib_lampiran":
            return "wajib dilampirkan" if step.evidence_required else "tidak wajib dilampirkan"
        case "jenis":
            return step.kind.value
        case "waktu":
            return str(step.duration)
        case "kegiatan":
            return step.activity.text
        case "kelengkapan":
            return step.inputs.text
        case "output":
            return step.output.text
        case _:
            return step.remarks.text
