"""Documents and pictures: Typst templates, the renderer, and spreadsheets.

The only room that knows the libraries behind them, and they live in a child process of
their own: importing this costs the bot next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.documents import (
    Document,
    EvaluationReport,
    Format,
    OfficePicture,
    RunPicture,
    RunReport,
    SopDocument,
)
from bot.reports import evaluation_report, run_report, sop_document, timeline_picture


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A document as a file. A `picture` is sent to be looked at, anything else to be kept."""

    name: str
    content: bytes = field(repr=False)
    picture: bool = False


def compose(document: Document, form: Format) -> RenderedFile:
    """Set a document as a file whose name sorts by what it is about.

    Raises:
        RenderError: it cannot be made.
        ValueError: this document is not to be had in this form.
    """
    match document, form:
        case RunReport(), Format.PDF:
            return RenderedFile(run_report.name(document) + ".pdf", run_report.pdf(document))
        case RunReport(), Format.XLSX:
            return RenderedFile(run_report.name(document) + ".xlsx", run_report.xlsx(document))
        case SopDocument(), Format.PDF:
            return RenderedFile(sop_document.name(document) + ".pdf", sop_document.pdf(document))
        case RunPicture(), Format.PNG:
            picture = timeline_picture.of_run(document.timeline, document.office)
            return _shown(timeline_picture.run_name(document.timeline), picture)
        case OfficePicture(office, timeline, whole), Format.PNG:
            picture = timeline_picture.of_office(timeline, office, whole=whole)
            return _shown(timeline_picture.office_name(timeline, office), picture)
        case EvaluationReport(office, evaluation), Format.PDF:
            name = evaluation_report.name(evaluation)
            return RenderedFile(f"{name}.pdf", evaluation_report.pdf(evaluation, office))
        case EvaluationReport(office, evaluation), Format.XLSX:
            name = evaluation_report.name(evaluation)
            return RenderedFile(f"{name}.xlsx", evaluation_report.xlsx(evaluation, office))
        case _:
            raise ValueError(f"no {form.value} of a {type(document).__name__}")


def _shown(name: str, picture: bytes) -> RenderedFile:
    """A picture to look at; one that no screen takes as such comes as a file."""
    return RenderedFile(f"{name}.png", picture, timeline_picture.fits_a_screen(picture))
