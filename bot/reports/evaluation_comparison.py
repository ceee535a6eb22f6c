"""The figures of a period beside those of the period before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from bot.domain.documents import EvaluationReport
from bot.domain.evaluation import ProcedureEvaluation
from bot.domain.evaluation_steps import StepEvaluation, most, percent
from bot.indonesian import decimal
from bot.reports.sheets import Column, Fields, Kind
from bot.reports.words import measured

Figure = int | Fraction | None
"""A count, a measure, or nothing where there was nothing to measure."""


class Change(NamedTuple):
    """A figure, of the office or of one procedure, in the period and in the one before it."""

    whose: str
    what: str
    now: Figure
    before: Figure

    @property
    def by(self) -> Figure:
        """By how much it grew; None where one of the two is missing."""
        return None if self.now is None or self.before is None else self.now - self.before


def rows(report: EvaluationReport) -> list[Change]:
    """Each figure of the office, of its procedures and of their steps; empty where there is
    nothing to compare with."""
    if report.before is None:
        return []
    now, before = report.evaluation, report.before
    found = _compared("Seluruh kantor", now.procedures, before.procedures)
    earlier = {p.procedure.code: p for p in before.procedures}
    for p in now.procedures:
        known = earlier.get(p.procedure.code)
        if p.standings or (known and known.standings):
            found += _compared(p.procedure.title, [p], [known] if known else [])
            found += _steps(p, known) if known else []
    return found


def _compared(
    whose: str, now: Sequence[ProcedureEvaluation], before: Sequence[ProcedureEvaluation]
) -> list[Change]:
    return [
        Change(whose, what, value, earlier)
        for (what, value), (_, earlier) in zip(_figures(now), _figures(before), strict=True)
    ]


def _figures(every: Sequence[ProcedureEvaluation]) -> Iterator[tuple[str, Figure]]:
    due, kept = sum(p.due for p in every), sum(p.attempts - p.late for p in every)
    lasted = sorted(days for p in every for days in p.lasted)
    yield "Pelaksanaan dimulai", sum(p.started for p in every)
    yield "Pelaksanaan selesai", sum(p.finished for p in every)
    yield "Selesai melewati waktu baku", sum(p.finished_late for p in every)
    yield "9 dari 10 selesai dalam (hari kerja)", lasted[most(len(lasted))] if lasted else None
    yield "Masih berjalan", sum(p.under_way for p in every)
    yield "Berjalan dan terlambat", sum(len(p.stalled) for p in every)
    yield "Langkah dikerjakan", sum(p.attempts for p in every)
    yield "Langkah terlambat", due - kept
    yield "Langkah tepat waktu (%)", percent(kept, due) if due else None
    yield "Pengembalian", sum(p.returns for p in every)
    yield "Perpanjangan", sum(p.extensions for p in every)


def _steps(now: ProcedureEvaluation, before: ProcedureEvaluation) -> list[Change]:
    """What nine of ten attempts at a step took, where its standard time is what it was."""
    earlier = {(s.step.number, s.step.duration): s for s in before.steps}
    return [
        Change(now.procedure.title, _step_name(s), _most(s), _most(known))
        for s in now.steps
        if (known := earlier.get((s.step.number, s.step.duration)))
    ]


def _step_name(s: StepEvaluation) -> str:
    return f"Langkah {s.step.number}, 9 dari 10 dalam ({s.step.duration.unit})"


def _most(s: StepEvaluation) -> Figure:
    return measured(s.step, s.took.most) if s.took else None


def printed(report: EvaluationReport) -> list[list[str]]:
    """The same, each with its change, as the paper prints it: without what is nothing in both."""
    return [
        [row.whose, row.what, _said(row.now), _said(row.before), _changed(row.by)]
        for row in rows(report)
        if row.now or row.before
    ]


def _said(figure: Figure) -> str:
    return "–" if figure is None else decimal(Fraction(figure))


def _changed(by: Figure) -> str:
    if by is None:
        return "–"
    amount = decimal(abs(Fraction(by)))
    return "tetap" if amount == "0" else f"{'+' if by > 0 else '−'}{amount}"


FIELDS: Final[Fields[Change]] = (
    (Column("Prosedur", 44), lambda row: row.whose),
    (Column("Hal", 36), lambda row: row.what),
    (Column("Masa ini", 12, Kind.MIXED), lambda row: row.now),
    (Column("Masa sebelumnya", 12, Kind.MIXED), lambda row: row.before),
    (Column("Perubahan", 12, Kind.MIXED), lambda row: row.by),
)
