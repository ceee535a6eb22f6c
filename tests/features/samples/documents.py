"""Documents, and the lists from which they are ordered."""

from __future__ import annotations

from bot.domain import timeline
from bot.domain.documents import (
    EvaluationReport,
    Format,
    OfficePicture,
    RunPicture,
    RunReport,
    Signatory,
    Signature,
    SopDocument,
)
from bot.domain.evaluation import Evaluation
from bot.domain.periods import ReportPeriod
from bot.domain.run import Run, RunStatus
from bot.domain.sop import Sop
from bot.features.answers import Fact
from bot.features.documents import PeriodsView, ReportRow, ReportsView
from bot.features.outbox import DocumentView
from tests.features.samples.common import CALENDAR, Given, wib
from tests.offices import kantor

OWNER = Signatory("Kepala Subbagian Perencanaan")

FACTS: dict[str, Fact] = {"text": "lakipp", "known": "lakip, lppd"}


def report_of(run: Run, sop: Sop) -> RunReport:
    """A report of which only the caption matters."""
    return RunReport(
        kantor(),
        sop,
        run,
        Signature("Sari", "Kasubbag Perencanaan", wib(22, "10.00")),
        Signatory("Kepala Dinas"),
        OWNER,
        wib(22, "10.00"),
        wib(31, "10.00"),
        None,
        None,
        (),
        (),
    )


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many, run, sop, procedure = given.text, given.many, given.run, given.sop, given.procedure
    return (
        ReportsView(()),
        ReportsView(
            tuple(
                ReportRow(n, procedure, 2024, text, status, ended, 1)
                for n in range(1, many + 1)
                for ended in (None, wib(23, "10.00"))
                for status in RunStatus
            )
        ),
        DocumentView(report_of(run, sop), Format.PDF),
        DocumentView(SopDocument(kantor(), sop, wib(22, "10.00")), Format.PDF),
        DocumentView(
            RunPicture(kantor(), timeline.of_run(run, wib(25, "10.00"), CALENDAR)), Format.PNG
        ),
        *(
            DocumentView(OfficePicture(kantor(), picture, whole), Format.PNG)
            for picture in [timeline.of_office([(run, None)], wib(25, "10.00"), CALENDAR)]
            for whole in (True, False)
        ),
        *(
            DocumentView(
                EvaluationReport(kantor(), Evaluation(p, wib(25, "10.00"), ()), OWNER), form
            )
            for p in (ReportPeriod(2024), ReportPeriod(2024, 1))
            for form in (Format.PDF, Format.XLSX)
        ),
        PeriodsView(True, ()),
        PeriodsView(True, tuple(ReportPeriod(y, h) for y in range(2010, 2030) for h in (1, 2))),
        PeriodsView(False, (ReportPeriod(2024),)),
    )


SAMPLES = samples(Given())
