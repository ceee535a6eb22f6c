"""The report of one run (laporan pelaksanaan): pages for a file, tables for a desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, assert_never

from bot.domain.documents import Attempt, RunReport, Signature, SignedFact
from bot.domain.events import (
    Cause,
    ConfirmationUndone,
    DeadlineMoved,
    Event,
    EvidenceAttached,
    ExtensionAsked,
    ExtensionDecided,
    RunCancelled,
    RunFinished,
    RunPaused,
    RunReopened,
    RunResumed,
    RunStarted,
    TaskClosed,
    TaskConfirmed,
    TaskNoted,
    TaskOpened,
    TaskReturned,
    TaskWithdrawn,
    TeamChosen,
)
from bot.domain.run import Evidence, Extension, Note, Pause, Returned, RunStatus, TaskStatus
from bot.indonesian import Dates, actual, distance
from bot.reports import rendering
from bot.reports.sheets import Cell, Column, Kind, Sheet, Workbook
from bot.reports.words import STATUS, dates, letterhead, measured, signed, town

_RUN_STATUS = {
    RunStatus.BERJALAN: "berjalan",
    RunStatus.DIJEDA: "dijeda",
    RunStatus.SELESAI: "selesai",
    RunStatus.DIBATALKAN: "dibatalkan",
}

_CAUSE = {
    Cause.PERPANJANGAN: "perpanjangan",
    Cause.JEDA: "jeda",
    Cause.KALENDER: "perubahan kalender kerja",
}

_AT = Column("Waktu", 17, Kind.MOMENT)
_STEP = Column("Langkah", 9, Kind.NUMBER)
_BY = Column("Oleh", 36)


@dataclass(frozen=True, slots=True)
class Part:
    """A section after the steps: in the spreadsheet a sheet, on paper a table."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def name(report: RunReport) -> str:
    """A file's name without its ending, sorting by procedure, year and run."""
    return f"laporan-{report.run.procedure.code}-{report.run.year}-{report.run.id:04d}"


def pdf(report: RunReport) -> bytes:
    """The report on A4 pages, with the office's heading.

    Raises:
        RenderError: it cannot be made.
    """
    return rendering.pdf("run_report", as_data(report))


def xlsx(report: RunReport) -> bytes:
    """The report as a workbook: one sheet for each section.

    Raises:
        RenderError: it cannot be made.
    """
    say = dates(report.office)
    title = _title(report)
    heading = (f"LAPORAN PELAKSANAAN SOP {title}", report.office.name, _made(report, say))
    identity = Sheet(
        "Pelaksanaan",
        heading,
        (Column("Keterangan", 26), Column("Isi", 80, Kind.MIXED)),
        (*_sop_pairs(report), *_run_pairs(report)),
    )
    sheets = [identity, Sheet("Langkah", heading, _STEP_COLUMNS, tuple(_step_rows(report)))]
    sheets += [Sheet(p.title, heading, p.columns, p.rows) for p in _parts(report)]
    return rendering.xlsx(Workbook(title, report.office.timezone, tuple(sheets)))


def as_data(report: RunReport) -> dict[str, Any]:
    """What the template sets: every text as it is to be printed."""
    say = dates(report.office)
    return {
        "office": letterhead(report.office),
        "title": _title(report),
        "foot": f"Laporan pelaksanaan No. {report.run.id} · {_made(report, say)}",
        "sop": [[label, _printed(value, say)] for label, value in _sop_pairs(report)],
        "run": [[label, _printed(value, say)] for label, value in _run_pairs(report)],
        "steps": [_step(attempt, say) for attempt in report.attempts],
        "parts": [
            {
                "title": f"{letter}. {part.title}",
                "columns": [
                    {"title": c.title, "width": c.width, "centred": c.kind is not Kind.TEXT}
                    for c in part.columns
                ],
                "rows": [[_printed(cell, say) for cell in row] for row in part.rows],
            }
            for letter, part in zip("BCDEFGHIJ", _parts(report), strict=False)
        ],
        "zone": report.office.timezone_label,
        "place": f"{town(report.office)}, {say.day_of(report.made_at)}",
        "signer": report.office.known(report.office.owner_role).name,
    }


_STEP_COLUMNS = (
    Column("No", 6, Kind.NUMBER),
    Column("Percobaan", 10, Kind.NUMBER),
    Column("Kegiatan", 48),
    Column("Pelaksana", 36),
    Column("Waktu baku", 9, Kind.NUMBER),
    Column("Waktu nyata", 9, Kind.DECIMAL),
    Column("Satuan", 9),
    Column("Mulai", 17, Kind.MOMENT),
    Column("Tenggat", 17, Kind.MOMENT),
    Column("Selesai", 17, Kind.MOMENT),
    Column("Keadaan", 13),
    Column("Terlambat (hari kerja)", 11, Kind.NUMBER),
    Column("ditambah (jam)", 10, Kind.DECIMAL),
)


def _step_rows(report: RunReport) -> Iterable[tuple[Cell, ...]]:
    for attempt in report.attempts:
        step, task, late = attempt.step, attempt.task, attempt.late
        yield (
            step.number,
            task.attempt,
            step.activity.text,
            _people(attempt),
            step.duration.amount,
            measured(step, attempt.worked),
            step.duration.unit.value,
            task.opened_at,
            task.due_at,
            task.closed_at,
            STATUS[task.status],
            late.days if late else 0,
            late.rest.total_seconds() / 3600 if late else 0,
        )


def _step(attempt: Attempt, say: Dates) -> dict[str, Any]:
    step, task = attempt.step, attempt.task
    number = str(step.number) if task.attempt == 1 else f"{step.number} (ke-{task.attempt})"
    return {
        "number": number,
        "activity": step.activity.text,
        "people": _people(attempt),
        "standard": str(step.duration),
        "actual": actual(attempt.worked),
        "opened": say.short(task.opened_at),
        "due": say.short(task.due_at),
        "closed": say.short(task.closed_at) if task.closed_at else STATUS[task.status],
        "late": attempt.late is not None,
        "lateness": _lateness(attempt),
    }


def _lateness(attempt: Attempt) -> str:
    if attempt.task.status is TaskStatus.DITARIK:
        return STATUS[TaskStatus.DITARIK]  # its step had not been reached: nobody was on time
    said = []
    if attempt.task.status not in (TaskStatus.TERBUKA, TaskStatus.SELESAI):
        said.append(STATUS[attempt.task.status])
    if attempt.late:
        said.append(f"terlambat {distance(attempt.late)}")
    elif attempt.task.is_open:
        said.append("belum jatuh tempo")
    else:
        said.append("tepat waktu")
    return ", ".join(said)


def _people(attempt: Attempt) -> str:
    done = [signed(signature) for signature in attempt.signed]
    if attempt.sent_back:
        done.append(f"dikembalikan oleh {signed(attempt.sent_back)}")
    waiting = [f"menunggu {who}" for who in attempt.awaited]
    return "; ".join([*done, *waiting]) or ("belum ada pelaksana" if attempt.task.is_open else "—")


def _title(report: RunReport) -> str:
    run = report.run
    title = f"{run.procedure.title} TAHUN {run.year}"
    return title if run.unit is None else f"{title}, {report.office.unit_name(run.unit)}"


def _made(report: RunReport, say: Dates) -> str:
    return f"Disusun {say.moment(report.made_at)} dari catatan Kawal SOP"


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
        ("Tahun", str(run.year)),
        *([("Untuk", report.office.unit_name(run.unit))] if run.unit else []),
        ("Dimulai oleh", report.started_by),
        ("Dimulai pada", run.started_at),
        ("Keadaan", _RUN_STATUS[run.status]),
        ("Langkah selesai", f"{run.steps_done} dari {len(run.procedure.steps)}"),
        ("Selesai menurut waktu baku", report.planned_end),
    ]
    if run.finished_at:
        pairs.append(("Selesai pada", run.finished_at))
    if report.forecast:
        pairs.append(("Perkiraan selesai", report.forecast))
    if run.cancelled:
        pairs.append(("Dibatalkan oleh", _by(report.cancelled_by)))
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
    return pairs


def _parts(report: RunReport) -> list[Part]:
    return [
        _part(
            "Pengembalian",
            (_AT, _STEP, Column("Kembali ke langkah", 10, Kind.NUMBER), _BY, Column("Alasan", 60)),
            map(_returned, report.returns),
        ),
        _part(
            "Perpanjangan waktu",
            (
                _AT,
                _STEP,
                _BY,
                Column("Lama", 10),
                Column("Alasan", 48),
                Column("Putusan", 14),
                Column("Diputus oleh", 30),
            ),
            map(_extended, report.extensions),
        ),
        _part(
            "Bukti",
            (
                _AT,
                _STEP,
                _BY,
                Column("Berkas", 36),
                Column("Ukuran (bita)", 12, Kind.NUMBER),
                Column("SHA-256", 44),
            ),
            map(_evidence, report.evidence),
        ),
        _part("Catatan", (_AT, _STEP, _BY, Column("Isi", 70)), map(_noted, report.notes)),
        _part(
            "Jeda",
            (
                Column("Sejak", 17, Kind.MOMENT),
                Column("Sampai", 17, Kind.MOMENT),
                _BY,
                Column("Dilanjutkan oleh", 36),
                Column("Alasan", 50),
            ),
            map(_paused, report.pauses),
        ),
        _part(
            "Jurnal",
            (_AT, _STEP, Column("Kejadian", 56), Column("Oleh", 44)),
            (
                (
                    entry.event.at,
                    getattr(entry.event, "step", None),
                    _event(entry.event),
                    _by(entry.who),
                )
                for entry in report.journal
            ),
        ),
    ]


def _part(title: str, columns: tuple[Column, ...], rows: Iterable[tuple[Cell, ...]]) -> Part:
    return Part(title, columns, tuple(rows))


def _returned(told: SignedFact[Returned]) -> tuple[Cell, ...]:
    fact = told.fact
    return (fact.at, _number(told), fact.to_step, signed(told.by), fact.reason)


def _extended(told: SignedFact[Extension]) -> tuple[Cell, ...]:
    fact = told.fact
    waiting = "menunggu" if told.task is None or told.task.is_open else "tidak diperlukan lagi"
    granted = {None: waiting, True: "disetujui", False: "tidak disetujui"}[fact.granted]
    decided = signed(told.answer) if told.answer else None
    amount = str(fact.amount)
    return (fact.at, _number(told), signed(told.by), amount, fact.reason, granted, decided)


def _evidence(told: SignedFact[Evidence]) -> tuple[Cell, ...]:
    fact = told.fact
    return (fact.at, _number(told), signed(told.by), fact.name, fact.size, fact.sha256)


def _noted(told: SignedFact[Note]) -> tuple[Cell, ...]:
    return (told.fact.at, _number(told), signed(told.by), told.fact.text)


def _paused(told: SignedFact[Pause]) -> tuple[Cell, ...]:
    fact = told.fact
    ended = signed(told.answer) if told.answer else None
    return (fact.since, fact.until, signed(told.by), ended, fact.reason)


def _number(told: SignedFact[Any]) -> int | None:
    return told.task.step if told.task else None


def _by(who: Signature | None) -> str:
    return signed(who) if who else "Kawal SOP"


def _event(event: Event) -> str:
    """What happened, in words that need no reason: that stands in its own section."""
    match event:
        case RunStarted():
            return "pelaksanaan dimulai"
        case TaskOpened(attempt=attempt):
            return "langkah dibuka" + (f", percobaan ke-{attempt}" if attempt > 1 else "")
        case TaskConfirmed():
            return "dikonfirmasi"
        case ConfirmationUndone():
            return "konfirmasi ditarik kembali"
        case TaskClosed():
            return "langkah selesai"
        case TaskWithdrawn():
            return "langkah ditarik"
        case TaskReturned(to_step=to_step):
            return f"dikembalikan ke langkah {to_step}"
        case ExtensionAsked(extension=extension):
            return f"perpanjangan {extension.amount} diminta"
        case ExtensionDecided(granted=granted):
            return f"perpanjangan {'disetujui' if granted else 'tidak disetujui'}"
        case DeadlineMoved(cause=cause):
            return f"tenggat berubah karena {_CAUSE[cause]}"
        case TaskNoted():
            return "catatan ditulis"
        case EvidenceAttached(evidence=evidence):
            return f"bukti dilampirkan: {evidence.name}"
        case TeamChosen(team=team):
            return f"tim ditetapkan, {len(team.members)} orang"
        case RunPaused():
            return "pelaksanaan dijeda"
        case RunResumed():
            return "pelaksanaan dilanjutkan"
        case RunCancelled():
            return "pelaksanaan dibatalkan"
        case RunFinished():
            return "pelaksanaan selesai"
        case RunReopened():
            return "pelaksanaan dibuka kembali"
        case _:
            assert_never(event)


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
