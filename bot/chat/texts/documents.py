"""Documents: choosing one, and the words under it when it comes."""

from __future__ import annotations

from typing import assert_never

from bot.chat.keyboards import DocumentKind, GetDocument, PagedView, Row, button
from bot.chat.paging import Block, Message, Turning, paged
from bot.chat.texts import voice
from bot.chat.texts.voice import NAME, TITLE, Voice
from bot.domain.documents import (
    Document,
    EvaluationReport,
    Format,
    OfficePicture,
    RunPicture,
    RunReport,
    SopDocument,
)
from bot.domain.periods import ReportPeriod
from bot.domain.run import RunStatus
from bot.ui.markup import bold, safe
from bot.usecases.views import DocumentView, PeriodsView, ReportRow, ReportsView

_PERIODS = 12
"""The newest periods get buttons; an older one is asked for by its name."""

_STATUS = {
    RunStatus.BERJALAN: "berjalan",
    RunStatus.DIJEDA: "dijeda",
    RunStatus.SELESAI: "selesai",
    RunStatus.DIBATALKAN: "dibatalkan",
}


def reports(view: ReportsView, page: int, say: Voice) -> Message:
    """Runs to have a report of."""
    if not view.rows:
        return Message("Belum ada pelaksanaan, jadi belum ada laporan.")
    blocks = [
        Block(_row_lines(row, say), rows=(_formats(DocumentKind.RUN, str(row.run_id)),))
        for row in view.rows
    ]
    head = (
        f"{bold('Laporan pelaksanaan')}\nPDF untuk dicetak, XLSX untuk diolah. Monitoring: "
        "<code>/laporan semester</code>. Evaluasi: <code>/laporan tahun</code>."
    )
    return paged(head, blocks, page, Turning(PagedView.LAPORAN))


def periods(view: PeriodsView) -> Message:
    """Semesters or years to have a report of."""
    if not view.periods:
        return Message("Belum ada pelaksanaan, jadi belum ada laporan.")
    what = "Monitoring SOP tiap semester" if view.semesters else "Evaluasi SOP tahunan"
    about = (
        "Tabel monitoring dengan catatan hasilnya, angka setiap langkah, dan usulan. Penilaian dan "
        "paraf tetap pada penilai. PDF untuk dicetak, XLSX untuk diolah."
    )
    rows = tuple(_period_formats(period) for period in view.periods[:_PERIODS])
    return Message(f"{bold(what)}\n{about}", rows)


def caption(view: DocumentView, say: Voice) -> Message:
    """What stands under a document or a picture."""
    sign = "📊" if view.format is Format.PNG else "📄"
    title, *more = _about(view.document, say)
    lines = [f"{sign} {bold(safe(title, TITLE))}", *(safe(line, NAME) for line in more)]
    verb = "Keadaan" if view.format is Format.PNG else "Disusun"
    return Message("\n".join([*lines, f"{verb} {say.moment(view.document.made_at)}"]))


def _about(document: Document, say: Voice) -> tuple[str, ...]:
    """What a document is, and of what."""
    match document:
        case RunReport(run=run):
            title = f"Laporan pelaksanaan {voice.short(run.procedure)} tahun {run.year}"
            unit = say.unit(run)
            return title, f"Pelaksanaan No. {run.id}" + (f", {unit}" if unit else "")
        case SopDocument(sop=sop):
            return f"Salinan kerja SOP {sop.name}", f"Nomor {sop.number}"
        case RunPicture(timeline=timeline):
            run = timeline.run
            return f"{voice.short(run.procedure)} tahun {run.year}", f"Pelaksanaan No. {run.id}"
        case OfficePicture(timeline=timeline, whole=whole):
            whose = "yang berjalan" if whole else "yang melibatkan Bapak/Ibu"
            return (f"{len(timeline.rows)} pelaksanaan {whose}",)
        case EvaluationReport(evaluation=evaluation):
            period = evaluation.period
            kind = "Monitoring" if period.half else "Evaluasi"
            return f"{kind} pelaksanaan SOP", _period(period)
        case _:
            assert_never(document)


def _period(period: ReportPeriod) -> str:
    """ "Semester I 2027", "Tahun 2027"."""
    return f"Semester {'I' * period.half} {period.year}" if period.half else f"Tahun {period.year}"


def _period_formats(period: ReportPeriod) -> Row:
    arg, name = str(period), _period(period)
    return (
        button(f"📄 {name} PDF", GetDocument(DocumentKind.EVALUATION, Format.PDF, arg)),
        button(f"📊 {name} XLSX", GetDocument(DocumentKind.EVALUATION, Format.XLSX, arg)),
    )


def _row_lines(row: ReportRow, say: Voice) -> tuple[str, ...]:
    name = f"No. {row.run_id} · {voice.short(row.procedure)} {row.year}"
    name += f", {row.unit}" if row.unit else ""
    status = _STATUS[row.status]
    if row.finished_at:
        return (bold(safe(name, TITLE)), f"{status} {say.moment(row.finished_at)}")
    steps = len(row.procedure.steps)
    return (bold(safe(name, TITLE)), f"{status}, {row.done} dari {steps} langkah selesai")


def _formats(kind: DocumentKind, arg: str) -> Row:
    return (
        button(f"📄 No. {arg} PDF", GetDocument(kind, Format.PDF, arg)),
        button(f"📊 No. {arg} XLSX", GetDocument(kind, Format.XLSX, arg)),
    )
