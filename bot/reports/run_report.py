"""The report of one run (laporan pelaksanaan): pages for a file, tables for a desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from bot.domain.documents import (
    Attempt,
    RunReport,
    SignedFact,
    by_album,
)
from bot.domain.run import Evidence, Extension, Note, Pause, Returned, Run, TaskStatus
from bot.domain.sop import Office, Procedure, Step
from bot.indonesian import ASSUMED, Dates, actual, distance
from bot.reports import journal
from bot.reports.sheets import Cell, Column, Fields, Kind, Sheet, Workbook, sheet_of
from bot.reports.words import (
    RUN_STATUS,
    STATUS,
    by,
    dates,
    letterhead,
    made,
    measured,
    signature,
    signed,
    slug,
    town,
    working_days,
)


def name(report: RunReport) -> str:
    """A file's name without its ending, sorting by procedure, year and run."""
    return f"laporan-{slug(report.run.procedure)}-{report.run.year}-{report.run.id:04d}"


def workbook(report: RunReport) -> Workbook:
    """The report as a workbook: one sheet for each section."""
    title = _title(report)
    as_of = made(report.made_at, report.office)
    heading = (f"LAPORAN PELAKSANAAN SOP {title}", report.office.name, as_of)
    identity = Sheet(
        "Pelaksanaan",
        heading,
        (Column("Keterangan", 26), Column("Isi", 80, Kind.MIXED)),
        (*_sop_pairs(report), *_run_pairs(report)),
    )
    steps = sheet_of("Langkah", heading, _STEPS, ((report, a) for a in report.attempts))
    ahead = tuple(_row_ahead(step, report) for step in _unopened(report.run))
    steps = replace(steps, rows=(*steps.rows, *ahead))
    sheets = (identity, steps, *_sections(report, heading), journal.sheet(report, heading))
    return Workbook(title, report.office.timezone, sheets)


def as_data(report: RunReport) -> dict[str, Any]:
    """What the template sets: every text as it is to be printed."""
    office = report.office
    say = dates(office)
    parts = [section for section in _sections(report) if section.rows]
    foot = f"Laporan pelaksanaan No. {report.run.id} · {made(report.made_at, office)}"
    return {
        "office": letterhead(office),
        "title": _title(report),
        "foot": foot,
        "sop": [[label, _printed(value, say)] for label, value in _sop_pairs(report)],
        "run": [[label, _printed(value, say)] for label, value in _run_pairs(report)],
        "steps": [
            *(_step(attempt, report, say) for attempt in report.attempts),
            *(_ahead(step, report) for step in _unopened(report.run)),
        ],
        "parts": [
            _part(f"{letter}. {section.name}", section, say)
            for letter, section in zip("BCDEF", parts, strict=False)
        ],
        "zone": office.timezone_label,
        "signatures": [
            signature("Mengetahui,", report.head),
            signature(f"{town(office)}, {say.day_of(report.made_at)}", report.owner),
        ],
        "annex": _part("Jurnal pelaksanaan", journal.annex(report), say),
    }


def _part(title: str, section: Sheet, say: Dates) -> dict[str, Any]:
    return {
        "title": title,
        "columns": [
            {"title": c.title, "width": c.width, "centred": c.kind is not Kind.TEXT}
            for c in section.columns
        ],
        "rows": [[_printed(cell, say) for cell in row] for row in section.rows],
    }


def _unopened(run: Run) -> tuple[Step, ...]:
    """The steps that the run has not come to, or never will."""
    return tuple(step for step in run.procedure.steps if run.latest(step.number) is None)


_STEPS: Final[Fields[RunReport, Attempt]] = (
    (Column("No", 6, Kind.ORDINAL), lambda r, a: a.step.number),
    (Column("Percobaan", 10, Kind.ORDINAL), lambda r, a: a.task.attempt),
    (Column("Kegiatan", 48), lambda r, a: a.step.activity.text),
    (Column("Pelaksana", 36), lambda r, a: _people(a, r.office)),
    (Column("Waktu baku", 9, Kind.NUMBER), lambda r, a: a.step.duration.amount),
    (Column("Waktu nyata", 9, Kind.DECIMAL), lambda r, a: measured(a.step, a.worked)),
    (Column("Satuan", 9), lambda r, a: a.step.duration.unit.value),
    (Column("Mulai", 17, Kind.MOMENT), lambda r, a: a.task.opened_at),
    (Column("Tenggat", 17, Kind.MOMENT), lambda r, a: a.task.due_at),
    (Column("Selesai", 17, Kind.MOMENT), lambda r, a: _ended(a)),
    (Column("Keadaan", 13), lambda r, a: _state(a, r)),
    (
        Column("Terlambat (hari kerja)", 11, Kind.LATENESS),
        lambda r, a: working_days(a.late, r.office),
    ),
)


def _step(attempt: Attempt, report: RunReport, say: Dates) -> dict[str, Any]:
    step, task = attempt.step, attempt.task
    number = str(step.number) if task.attempt == 1 else f"{step.number} (ke-{task.attempt})"
    return {
        "number": number,
        "activity": step.activity.text,
        "people": _people(attempt, report.office),
        "standard": str(step.duration),
        "actual": actual(attempt.worked),
        "opened": say.short(task.opened_at),
        "due": say.short(task.due_at),
        "closed": say.short(ended) if (ended := _ended(attempt)) else _state(attempt, report),
        "late": attempt.late is not None,
        "lateness": _lateness(attempt, report),
    }


def _ahead(step: Step, report: RunReport) -> dict[str, Any]:
    """A step that was not opened, as a row of the paper."""
    return {
        "number": str(step.number),
        "activity": step.activity.text,
        "people": _roles(step, report.office),
        "standard": str(step.duration),
        **dict.fromkeys(("actual", "opened", "due", "closed"), "–"),
        "late": False,
        "lateness": _not_opened(report),
        "ahead": True,
    }


def _row_ahead(step: Step, report: RunReport) -> tuple[Cell, ...]:
    """The same as a row of the spreadsheet."""
    known: dict[str, Cell] = {
        "No": step.number,
        "Kegiatan": step.activity.text,
        "Pelaksana": _roles(step, report.office),
        "Waktu baku": step.duration.amount,
        "Satuan": step.duration.unit.value,
        "Keadaan": _not_opened(report),
    }
    return tuple(known.get(column.title) for column, _ in _STEPS)


def _not_opened(report: RunReport) -> str:
    return "tidak dilaksanakan" if report.run.status.is_over else "belum dibuka"


def _roles(step: Step, office: Office) -> str:
    return (" dan " if step.all_must_confirm else " atau ").join(
        office.known(code).name for code in step.roles
    )


def _ended(attempt: Attempt) -> datetime | None:
    """When the attempt came to its end; one that was withdrawn has none."""
    withdrawn = attempt.task.status is TaskStatus.DITARIK
    return None if withdrawn else attempt.task.closed_at


def _state(attempt: Attempt, report: RunReport) -> str:
    """Where an attempt stands; one that was open when the run was cancelled is interrupted."""
    task, cancelled = attempt.task, report.run.cancelled
    if cancelled and task.status is TaskStatus.DITARIK and task.closed_at == cancelled.at:
        return "dihentikan"
    return STATUS[task.status]


def _lateness(attempt: Attempt, report: RunReport) -> str:
    if attempt.task.status is TaskStatus.DITARIK:
        return _state(attempt, report)  # it came to no end: nobody was on time
    said = "belum jatuh tempo" if attempt.task.is_open else "tepat waktu"
    if attempt.late:
        said = f"terlambat {distance(attempt.late)}"
    if attempt.task.status in (TaskStatus.TERBUKA, TaskStatus.SELESAI):
        return said
    return f"{STATUS[attempt.task.status]}, {said}"


def _people(attempt: Attempt, office: Office) -> str:
    done = [signed(signature) for signature in attempt.signed]
    if attempt.sent_back:
        done.append(f"dikembalikan oleh {signed(attempt.sent_back)}")
    waiting = [f"menunggu {who}" for who in attempt.awaited]
    nobody = "belum ada pelaksana" if attempt.task.is_open else _roles(attempt.step, office)
    return "; ".join([*done, *waiting]) or nobody


def _title(report: RunReport) -> str:
    run = report.run
    title = f"{run.procedure.title} TAHUN {run.year}"
    return title if run.unit is None else f"{title}, {report.office.unit_name(run.unit)}"


def _sop_pairs(report: RunReport) -> list[tuple[str, Cell]]:
    sop = report.sop
    approved = sop.approved_by
    return [
        ("Nomor SOP", sop.number),
        ("Nama SOP", sop.name),
        ("Unit", sop.unit),
        ("Tanggal pembuatan", sop.created),
        ("Tanggal revisi", sop.revised or "-"),
        ("Tanggal efektif", sop.effective),
        ("Disahkan oleh", f"{approved.name}, {approved.rank}, NIP {approved.nip}"),
    ]


def _run_pairs(report: RunReport) -> list[tuple[str, Cell]]:
    run = report.run
    pairs: list[tuple[str, Cell]] = [
        ("Nomor pelaksanaan", run.id),
        ("Tahun", run.year),
        *([("Untuk", report.office.unit_name(run.unit))] if run.unit else []),
        ("Dimulai oleh", signed(report.started_by)),
        ("Dimulai pada", run.started_at),
        ("Keadaan", RUN_STATUS[run.status]),
        ("Langkah selesai", f"{run.steps_done} dari {len(run.procedure.steps)}"),
        ("Selesai menurut waktu baku", report.planned_end),
    ]
    if run.finished_at and not run.cancelled:
        pairs.append(("Selesai pada", run.finished_at))
    if run.pause:
        pairs += [("Dijeda sejak", run.pause.since), ("Alasan jeda", run.pause.reason)]
    if report.forecast:
        pairs.append(("Perkiraan selesai", report.forecast))
    if run.cancelled:
        pairs.append(("Dibatalkan pada", run.cancelled.at))
        pairs.append(("Dibatalkan oleh", by(report.cancelled_by)))
        pairs.append(("Alasan pembatalan", run.cancelled.reason))
    else:
        ahead = "" if run.finished_at else "diperkirakan "
        late = f"terlambat {distance(report.late)}" if report.late else "tidak terlambat"
        pairs.append(("Terhadap waktu baku", ahead + late))
    if report.team:
        pairs.append(("Tim", "; ".join(report.team)))
    if run.team and run.team.decree_number:
        pairs.append(("Nomor SK Tim", run.team.decree_number))
    if run.team and run.team.decree_date:
        pairs.append(("Tanggal SK Tim", run.team.decree_date))
    return pairs + (_follow_up(run.procedure) if run.finished_at else [])


def _follow_up(procedure: Procedure) -> list[tuple[str, Cell]]:
    """What others do after the last step; nothing where the data names nothing."""
    if not procedure.follow_up:
        return []
    assumed = f" ({ASSUMED})" if "sesudahnya" in procedure.assumptions else ""
    return [("Selanjutnya", "; ".join(procedure.follow_up) + assumed)]


_AT: Final = Column("Waktu", 17, Kind.MOMENT)
_STEP: Final = Column("Langkah", 10, Kind.ORDINAL)
_BY: Final = Column("Oleh", 36)


def _number(told: SignedFact[Any]) -> int | None:
    return told.task.step if told.task else None


def _granted(told: SignedFact[Extension]) -> str:
    if told.fact.granted is not None:
        why = f": {told.fact.decision_reason}" if told.fact.decision_reason else ""
        return "disetujui" if told.fact.granted else f"tidak disetujui{why}"
    return "menunggu" if told.task is None or told.task.is_open else "tidak diperlukan lagi"


def _name(told: SignedFact[Evidence]) -> str:
    return told.fact.name


def _size(told: SignedFact[Evidence]) -> int:
    return told.fact.size


def _sha256(told: SignedFact[Evidence]) -> str:
    return told.fact.sha256


_FACT: Final[Fields[SignedFact[Any]]] = (
    (_AT, lambda told: told.fact.at),
    (_STEP, _number),
    (_BY, lambda told: signed(told.by)),
)
_RETURNS: Final[Fields[SignedFact[Returned]]] = (
    (_AT, lambda told: told.fact.at),
    (_STEP, _number),
    (Column("Kembali ke langkah", 10, Kind.ORDINAL), lambda told: told.fact.to_step),
    (_BY, lambda told: signed(told.by)),
    (Column("Alasan", 60), lambda told: told.fact.reason),
)
_EXTENSIONS: Final[Fields[SignedFact[Extension]]] = (
    *_FACT,
    (Column("Lama", 10), lambda told: str(told.fact.amount)),
    (Column("Alasan", 48), lambda told: told.fact.reason),
    (Column("Keputusan", 14), _granted),
    (Column("Diputuskan oleh", 30), lambda told: signed(told.answer) if told.answer else None),
)
_EVIDENCE: Final[Fields[list[SignedFact[Evidence]]]] = (
    (_AT, lambda files: files[0].fact.at),
    (_STEP, lambda files: _number(files[0])),
    (_BY, lambda files: signed(files[0].by)),
    (Column("Berkas", 36), lambda files: "; ".join(map(_name, files))),
    (Column("Ukuran (bita)", 12, Kind.NUMBER), lambda files: sum(map(_size, files))),
    (Column("SHA-256", 44), lambda files: "; ".join(map(_sha256, files))),
)
_NOTES: Final[Fields[SignedFact[Note]]] = (
    *_FACT,
    (Column("Jenis", 9), lambda told: "arahan" if told.fact.direction else "catatan"),
    (Column("Isi", 70), lambda told: told.fact.text),
)
_PAUSES: Final[Fields[SignedFact[Pause]]] = (
    (Column("Sejak", 17, Kind.MOMENT), lambda told: told.fact.since),
    (Column("Sampai", 17, Kind.MOMENT), lambda told: told.fact.until),
    (_BY, lambda told: signed(told.by)),
    (Column("Dilanjutkan oleh", 36), lambda told: signed(told.answer) if told.answer else None),
    (Column("Alasan", 50), lambda told: told.fact.reason),
)


def _sections(report: RunReport, heading: tuple[str, ...] = ()) -> list[Sheet]:
    """What follows the steps: in the spreadsheet a sheet each, on paper a table each."""
    return [
        sheet_of("Pengembalian", heading, _RETURNS, zip(report.returns)),
        sheet_of("Perpanjangan waktu", heading, _EXTENSIONS, zip(report.extensions)),
        sheet_of("Berkas pendukung", heading, _EVIDENCE, zip(_evidence(report))),
        sheet_of("Catatan dan arahan", heading, _NOTES, zip(report.notes)),
        sheet_of("Jeda", heading, _PAUSES, zip(report.pauses)),
    ]


def _evidence(report: RunReport) -> list[list[SignedFact[Evidence]]]:
    """The files of each evidence: one, or those of an album."""

    def key(one: SignedFact[Evidence]) -> object | None:
        task, album = one.task, one.fact.album
        return (task.step, task.attempt, album) if task and album else None

    return by_album(report.evidence, key)


def _printed(value: Cell, say: Dates) -> str:
    """A cell of the spreadsheet as it stands on paper."""
    match value:
        case None:
            return ""
        case datetime():
            return say.short(value)
        case date():
            return say.day(value)
        case _:
            return str(value)
