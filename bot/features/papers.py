"""Documents in messages: the buttons that order them, and what stands under them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, assert_never

from bot.domain.documents import (
    Document,
    EvaluationReport,
    Format,
    OfficePicture,
    RunPicture,
    RunReport,
    SopDocument,
)
from bot.domain.evaluation import Evaluation
from bot.domain.periods import ReportPeriod
from bot.domain.run import Run
from bot.domain.timeline import Page
from bot.features import phrases
from bot.features.outbox import DocumentView
from bot.features.phrases import NAME, TITLE, Phrases
from bot.indonesian import standing_still
from bot.ui.buttons import Button, Row, Rule, Show, Tap, button
from bot.ui.markup import bold, safe
from bot.ui.message import Message

OFFICE = "kantor"
"""What the picture of all runs under way is asked for by."""


class DocumentKind(StrEnum):
    """What can be had as a file, by the name of its view."""

    RUN = "run_report"
    SOP = "sop_document"
    EVALUATION = "evaluation"
    RUN_PICTURE = "run_picture"
    OFFICE_PICTURE = "office_picture"


class GetDocument(Tap, prefix="doc", after=Show.NOTHING):
    """Have a document made and sent. `arg` is a run's number, a procedure's code, or a period; a
    picture's may end with a page ("12-2")."""

    kind: DocumentKind
    format: Format
    arg: Annotated[str, Rule("[a-z0-9_-]{1,24}")]


def office_picture() -> Row:
    """The button that has all runs under way drawn."""
    wanted = GetDocument(DocumentKind.OFFICE_PICTURE, Format.PNG, OFFICE)
    return (button("📊 Semuanya dalam satu gambar", wanted),)


def picture(run_id: int, label: str) -> Button:
    """The button that has a run's timeline drawn."""
    return button(f"📊 {label}", GetDocument(DocumentKind.RUN_PICTURE, Format.PNG, str(run_id)))


def run_paper(run_id: int) -> tuple[Button]:
    """The button that has a run's report made, to be printed."""
    return (button("📄 PDF", GetDocument(DocumentKind.RUN, Format.PDF, str(run_id))),)


def say_caption(view: DocumentView, say: Phrases) -> Message:
    """What stands under a document or a picture."""
    sign = "📊" if view.format is Format.PNG else "📄"
    title, *more = _about(view.document, say)
    lines = [f"{sign} {bold(safe(title, TITLE))}", *(safe(line, NAME) for line in more)]
    verb = "Keadaan" if view.format is Format.PNG else "Disusun"
    lines.append(f"{verb} {say.moment(view.document.made_at)}")
    return Message("\n".join(lines), _next_page(view.document))


def _next_page(document: Document) -> tuple[Row, ...]:
    """The button that has the following page of a picture drawn, after the last the first."""
    match document:
        case RunPicture(timeline=timeline):
            kind, what = DocumentKind.RUN_PICTURE, str(timeline.run.id)
        case OfficePicture(timeline=timeline):
            kind, what = DocumentKind.OFFICE_PICTURE, OFFICE
        case _:
            return ()
    if (page := timeline.page).of == 1:
        return ()
    following = page.number % page.of + 1
    label = f"📊 Halaman {following} dari {page.of}"
    return ((button(label, GetDocument(kind, Format.PNG, f"{what}-{following}")),),)


def _about(document: Document, say: Phrases) -> tuple[str, ...]:
    match document:
        case RunReport(run=run):
            title = f"Laporan pelaksanaan {phrases.short(run.procedure)} tahun {run.year}"
            return title, _number(run, say)
        case SopDocument(sop=sop):
            return f"Salinan kerja SOP {sop.name}", f"Nomor {sop.number}"
        case RunPicture(timeline=timeline):
            run = timeline.run
            title = f"{phrases.short(run.procedure)} tahun {run.year}"
            return title, _number(run, say), *_which_page(timeline.page)
        case OfficePicture(timeline=timeline, whole=whole):
            whose = "yang berjalan" if whole else "terkait"
            return f"{timeline.total} pelaksanaan {whose}", *_which_page(timeline.page)
        case EvaluationReport(evaluation=evaluation):
            period = evaluation.period
            kind = "Monitoring" if period.half else "Evaluasi"
            title = f"{kind} pelaksanaan SOP"
            return title, period_name(period), *_figures(evaluation, document.before)
        case _:
            assert_never(document)


def _figures(evaluation: Evaluation, before: Evaluation | None) -> Iterator[str]:
    """What stands still, first; then what was done, and in the period before."""
    if late := evaluation.stalled:
        yield standing_still(evaluation.under_way, late)
    finished = f" (sebelumnya {before.finished})" if before else ""
    yield f"{evaluation.finished} pelaksanaan selesai{finished}"
    if evaluation.on_time is not None:
        earlier = before.on_time if before else None
        known = f" (sebelumnya {earlier}%)" if earlier is not None else ""
        yield f"{evaluation.on_time}% langkah tepat waktu{known}"


def _which_page(page: Page) -> tuple[str, ...]:
    return (f"Halaman {page.number} dari {page.of}",) if page.of > 1 else ()


def _number(run: Run, say: Phrases) -> str:
    unit = say.unit(run)
    return f"Pelaksanaan No. {run.id}" + (f", {unit}" if unit else "")


def period_name(period: ReportPeriod) -> str:
    """ "Semester I 2027", "Tahun 2027"."""
    return f"Semester {'I' * period.half} {period.year}" if period.half else f"Tahun {period.year}"
