"""Documents, pictures and spreadsheets; only the child process imports what makes them."""

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
from bot.reports import evaluation_report, rendering, run_report, sop_document, timeline_picture


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
            name = run_report.name(document)
            content = rendering.pdf("run_report", run_report.as_data(document))
        case RunReport(), Format.XLSX:
            name = run_report.name(document)
            content = rendering.xlsx(run_report.workbook(document))
        case SopDocument(), Format.PDF:
            name = sop_document.name(document)
            content = rendering.pdf("sop_document", sop_document.as_data(document))
        case RunPicture(), Format.PNG:
            name = timeline_picture.run_name(document)
            content = rendering.png("timeline", timeline_picture.run_data(document))
        case OfficePicture(), Format.PNG:
            name = timeline_picture.office_name(document)
            content = rendering.png("timeline", timeline_picture.office_data(document))
        case EvaluationReport(), Format.PDF:
            name = evaluation_report.name(document)
            content = rendering.pdf("evaluation", evaluation_report.as_data(document))
        case EvaluationReport(), Format.XLSX:
            name = evaluation_report.name(document)
            content = rendering.xlsx(evaluation_report.workbook(document))
        case _:
            raise ValueError(f"no {form.value} of a {type(document).__name__}")
    # A picture that messengers do not take as one comes as a file.
    picture = form is Format.PNG and timeline_picture.fits_a_screen(content)
    return RenderedFile(f"{name}.{form.value}", content, picture)
