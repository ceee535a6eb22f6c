"""Documents: /laporan and the buttons that have a report, an SOP or a picture made and sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.access import LEADERS, Permission
from bot.domain.documents import (
    Document,
    Format,
    SopDocument,
)
from bot.domain.notices import Reply
from bot.domain.periods import ReportPeriod
from bot.domain.run import RunStatus
from bot.domain.sop import Procedure
from bot.features import phrases, replies, reporting, runs
from bot.features.answers import Refuse, Refused, done
from bot.features.feature import Command, Feature, NamedView, Topic, View, Words
from bot.features.outbox import DocumentView
from bot.features.papers import DocumentKind, GetDocument, period_name, say_caption
from bot.features.phrases import TITLE, Phrases
from bot.features.work import Args, Work
from bot.indonesian import listed
from bot.store.runs import StoredRun
from bot.ui.buttons import PageTap, Row, button
from bot.ui.markup import bold, safe
from bot.ui.message import Block, Message, paged

SEE_REPORTS = Permission("see_reports", LEADERS)

PERIODS = {"semester": True, "tahun": False}
"""What may follow /laporan instead of a run's number, and whether it is of semesters."""

SHOWN_PERIODS = 6
USAGE = "/laporan [nomor | semester | tahun] [masa]"


class DocumentRefused(StrEnum):
    """Why there is no such document."""

    UNKNOWN_RUN = "unknown_run"  # text, known: numbers of runs
    NO_RUN = "no_run"  # text
    UNKNOWN_REPORT = "unknown_report"  # text
    UNKNOWN_FORMAT = "unknown_format"  # text, known
    UNKNOWN_PERIOD = "unknown_period"  # text, known: periods
    NO_PERIOD = "no_period"  # text


class Done(StrEnum):
    """What was done."""

    DOCUMENT_ORDERED = "document_ordered"
    PICTURE_ORDERED = "picture_ordered"


class TurnReports(PageTap, prefix="pg:laporan"):
    """A page of /laporan."""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A run of which there is a report. `done` of `steps` steps stand confirmed."""

    run_id: int
    procedure: Procedure
    year: int
    unit: str | None
    """What the unit is called that it is for, None where it is for the whole office."""
    status: RunStatus
    finished_at: datetime | None
    done: int


@dataclass(frozen=True, slots=True)
class ReportsView:
    """Runs to choose from, whatever became of them, the newest first."""

    rows: tuple[ReportRow, ...]


@dataclass(frozen=True, slots=True)
class PeriodsView:
    """Semesters (or years) to have a report of, the newest first."""

    semesters: bool
    periods: tuple[ReportPeriod, ...]


# What people do


def reports(work: Work, typed: Words) -> Reply:
    """/laporan: runs to choose from, or one, or the periods to have a report of."""
    words = replies.no_more_than(typed, 2, USAGE)
    return Reply("reports", dict(zip(("what", "period"), words, strict=False)))


def order(work: Work, tap: GetDocument) -> View:
    """Have a document sent through the outbox. It is built here only to refuse at once; somebody
    who is still joining gets their next question instead."""
    reply = Reply(tap.kind.value, {"arg": tap.arg, "format": tap.format.value})
    built = replies.build(work, reply)
    if not isinstance(built, DocumentView):
        return built
    work.reply(reply)
    return done(Done.PICTURE_ORDERED if built.format is Format.PNG else Done.DOCUMENT_ORDERED)


def _reports(work: Work, args: Args) -> View:
    what, runs_of = str(args.get("what") or ""), work.tx.runs
    if not what:
        newest = runs_of.newest(runs.SHOWN_RUNS)
        found = runs_of.many(newest)
        return ReportsView(tuple(_report_row(work, found[n]) for n in newest if n in found))
    if what in PERIODS:
        return _periods(work, str(args.get("period") or ""), semesters=PERIODS[what])
    if not what.isdecimal() or args.get("period"):
        raise Refuse(DocumentRefused.UNKNOWN_REPORT, text=what[:40])
    return ReportsView((_report_row(work, _run(work, what)),))


def _periods(work: Work, text: str, *, semesters: bool) -> PeriodsView:
    known = reporting.periods(work, semesters=semesters)
    if not text or not known:
        return PeriodsView(semesters, known)
    period = _period(text)
    if period not in known:
        raise _no_period(text, known)
    return PeriodsView(semesters, (period,))


def _period(text: str) -> ReportPeriod | None:
    try:
        return ReportPeriod.read(text)
    except ValueError:
        return None


def _evaluation(work: Work, args: Args) -> View:
    text = str(args["arg"])
    period = _period(text)
    report = period and reporting.evaluation_report(work, period)
    if not report:
        semesters = period is None or period.half is not None
        raise _no_period(text, reporting.periods(work, semesters=semesters))
    return _document(report, args)


def _run_picture(work: Work, args: Args) -> View:
    number, page = _paged(args)
    stored = work.tx.runs.get(runs.run_number(number))
    # Whoever has no part in a run is not told whether there is one of that number.
    if stored is None or not runs.has_part(stored, work.person.id, work.state):
        raise Refuse(Refused.BUTTON_OLD)
    return _document(reporting.run_picture(work, stored, page), args)


def _office_picture(work: Work, args: Args) -> View:
    whole, shown = work.may(runs.SEE_OFFICE), runs.under_way(work)
    _, page = _paged(args)
    return _document(reporting.office_picture(work, shown, page, whole=whole), args)


def _paged(args: Args) -> tuple[str, int]:
    """What is drawn, and which page of it: "12" is the first page, "12-2" the second."""
    what, _, page = str(args["arg"]).partition("-")
    return what, runs.run_number(page)


def _report_row(work: Work, stored: StoredRun) -> ReportRow:
    run = stored.run
    unit = work.office.unit_name(run.unit) if run.unit else None
    return ReportRow(
        run.id, run.procedure, run.year, unit, run.status, run.finished_at, run.steps_done
    )


def _run_report(work: Work, args: Args) -> View:
    return _document(reporting.run_report(work, _run(work, str(args["arg"]))), args)


def _sop_document(work: Work, args: Args) -> View:
    sop, _ = runs.find_procedure(work, str(args["arg"]))
    return _document(SopDocument(work.office, sop, work.now), args)


def _document(document: Document, args: Args) -> DocumentView:
    """The document in the form asked for; refused where it is not to be had so."""
    wanted = str(args["format"])
    if wanted not in document.formats:
        known = listed([form.value.upper() for form in document.formats])
        raise Refuse(DocumentRefused.UNKNOWN_FORMAT, text=wanted[:10].upper(), known=known)
    return DocumentView(document, Format(wanted))


def _run(work: Work, text: str) -> StoredRun:
    """The run of this number; refused, naming the newest, where there is none."""
    stored = work.tx.runs.get(runs.run_number(text))
    if stored is not None:
        return stored
    if newest := work.tx.runs.newest(5):
        known = ", ".join(str(number) for number in newest)
        raise Refuse(DocumentRefused.UNKNOWN_RUN, text=text[:20], known=known)
    raise Refuse(DocumentRefused.NO_RUN, text=text[:20])


def _no_period(text: str, known: tuple[ReportPeriod, ...]) -> Refuse:
    if not known:
        return Refuse(DocumentRefused.NO_PERIOD, text=text[:20])
    shown = ", ".join(period_name(period) for period in known[:SHOWN_PERIODS])
    return Refuse(DocumentRefused.UNKNOWN_PERIOD, text=text[:20], known=shown)


# Words

_PERIOD_BUTTONS = 12
"""The newest periods get buttons; an older one is asked for by its name."""

_STATUS = {
    RunStatus.BERJALAN: "berjalan",
    RunStatus.DIJEDA: "dijeda",
    RunStatus.SELESAI: "selesai",
    RunStatus.DIBATALKAN: "dibatalkan",
}


def say_reports(view: ReportsView, say: Phrases, page: int) -> Message:
    """Runs to have a report of."""
    if not view.rows:
        return Message("Belum ada pelaksanaan, sehingga belum ada laporan.")
    blocks = [
        Block(
            _row_lines(row, say),
            rows=(_formats(DocumentKind.RUN, str(row.run_id), f"No. {row.run_id}"),),
        )
        for row in view.rows
    ]
    head = (
        f"{bold('Laporan pelaksanaan')}\nPDF untuk dicetak, XLSX untuk diolah. Monitoring: "
        "<code>/laporan semester</code>. Evaluasi: <code>/laporan tahun</code>."
    )
    return paged(head, blocks, page, TurnReports(0))


def say_periods(view: PeriodsView, say: Phrases) -> Message:
    """Semesters or years to have a report of."""
    if not view.periods:
        return Message("Belum ada pelaksanaan, sehingga belum ada laporan.")
    what = "Monitoring SOP tiap semester" if view.semesters else "Evaluasi SOP tahunan"
    about = (
        "Tabel monitoring dengan catatan hasilnya, angka setiap langkah, dan usulan. Penilaian dan "
        "paraf tetap pada penilai. PDF untuk dicetak, XLSX untuk diolah."
    )
    rows = tuple(
        _formats(DocumentKind.EVALUATION, str(period), period_name(period))
        for period in view.periods[:_PERIOD_BUTTONS]
    )
    return Message(f"{bold(what)}\n{about}", rows)


def _row_lines(row: ReportRow, say: Phrases) -> tuple[str, ...]:
    unit = f", {row.unit}" if row.unit else ""
    name = f"No. {row.run_id} · {phrases.short(row.procedure)} {row.year}{unit}"
    ended = f" {say.moment(row.finished_at)}" if row.finished_at else ""
    done = ended or f", {row.done} dari {len(row.procedure.steps)} langkah selesai"
    return (bold(safe(name, TITLE)), f"{_STATUS[row.status]}{done}")


def _formats(kind: DocumentKind, arg: str, name: str) -> Row:
    return (
        button(f"📄 {name} PDF", GetDocument(kind, Format.PDF, arg)),
        button(f"📊 {name} XLSX", GetDocument(kind, Format.XLSX, arg)),
    )


FEATURE = Feature(
    "documents",
    commands=(
        Command(
            "laporan",
            reports,
            SEE_REPORTS,
            Topic.PEKERJAAN,
            "Laporan pelaksanaan, monitoring, dan evaluasi",
            "laporan sebuah pelaksanaan, monitoring semester, atau evaluasi tahunan, sebagai PDF "
            "atau lembar kerja (XLSX)",
            "[nomor | semester | tahun] [masa]",
            needed=30,
        ),
    ),
    taps={GetDocument: order, TurnReports: lambda work, tap: replies.show(work, "reports")},
    views={
        "reports": NamedView(_reports, SEE_REPORTS),
        "run_report": NamedView(_run_report, SEE_REPORTS, document=True),
        "sop_document": NamedView(_sop_document, document=True),
        "evaluation": NamedView(_evaluation, SEE_REPORTS, document=True),
        "run_picture": NamedView(_run_picture, document=True),
        "office_picture": NamedView(_office_picture, document=True),
    },
    asks={PeriodsView: (), ReportsView: ()},
    words={PeriodsView: say_periods, DocumentView: say_caption},
    pages={ReportsView: say_reports},
    refusals={
        DocumentRefused.UNKNOWN_RUN: "Pelaksanaan nomor {text} tidak ada. Nomor yang terbaru: "
        "{known}. Semuanya ada di /laporan.",
        DocumentRefused.NO_RUN: "Pelaksanaan nomor {text} tidak ada. Nomor yang terbaru: "
        "belum ada. Semuanya ada di /laporan.",
        DocumentRefused.UNKNOWN_REPORT: "Laporan “{text}” tidak ada. Yang tersedia: nomor sebuah "
        "pelaksanaan, misalnya /laporan 12; /laporan semester; /laporan tahun; atau /laporan saja "
        "untuk memilih.",
        DocumentRefused.UNKNOWN_FORMAT: "Dokumen ini tidak tersedia sebagai {text}. Yang tersedia: "
        "{known}.",
        DocumentRefused.UNKNOWN_PERIOD: "Tidak ada pelaksanaan pada masa “{text}”. Yang tersedia: "
        "{known}.",
        DocumentRefused.NO_PERIOD: "Tidak ada pelaksanaan pada masa “{text}”. Yang tersedia: belum "
        "ada.",
    },
    done={
        Done.DOCUMENT_ORDERED: "Sedang menyusun dokumen. Berkasnya segera kami kirim ke sini.",
        Done.PICTURE_ORDERED: "Sedang menyiapkan gambar. Sesaat lagi kami kirim ke sini.",
    },
)
