"""Documents: choosing one, and the words under it when it comes."""

from __future__ import annotations

from typing import assert_never

from bot.chat.keyboards import DocumentKind, GetDocument, PagedView, Row, button
from bot.chat.markup import bold, safe
from bot.chat.paging import Block, Message, Turning, paged
from bot.chat.texts import voice
from bot.chat.texts.voice import NAME, TITLE, Voice
from bot.domain.documents import Format, RunReport, SopDocument
from bot.domain.run import RunStatus
from bot.usecases.views import DocumentView, ReportRow, ReportsView

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
    head = f"{bold('Laporan pelaksanaan')}\nPDF untuk dicetak, XLSX untuk diolah."
    return paged(head, blocks, page, Turning(PagedView.LAPORAN))


def caption(view: DocumentView, say: Voice) -> Message:
    """What stands under a document."""
    document = view.document
    match document:
        case RunReport(run=run):
            title = f"Laporan pelaksanaan {voice.short(run.procedure)} tahun {run.year}"
            about = f"Pelaksanaan No. {run.id}"
        case SopDocument(sop=sop):
            title = f"Salinan kerja SOP {sop.name}"
            about = f"Nomor {sop.number}"
        case _:
            assert_never(document)
    made = f"Disusun {say.moment(document.made_at)}"
    return Message(f"📄 {bold(safe(title, TITLE))}\n{safe(about, NAME)}\n{made}")


def _row_lines(row: ReportRow, say: Voice) -> tuple[str, ...]:
    name = f"No. {row.run_id} · {voice.short(row.procedure)} {row.year}"
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
