"""The figures of a period beside those of the period before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from bot.domain.documents import EvaluationReport
from bot.domain.evaluation import ProcedureEvaluation
from bot.domain.evaluation_steps import percent
from bot.reports.sheets import Column, Fields, Kind


class Change(NamedTuple):
    """A figure, of the office or of one procedure, in the period and in the one before it."""

    whose: str
    what: str
    now: int
    before: int


def rows(report: EvaluationReport) -> list[Change]:
    """Each figure of the office and of its procedures; empty where there is nothing to compare
    with."""
    if report.before is None:
        return []
    now, before = report.evaluation, report.before
    found = _compared("Seluruh kantor", now.procedures, before.procedures)
    earlier = {p.procedure.code: p for p in before.procedures}
    for p in now.procedures:
        known = earlier.get(p.procedure.code)
        if p.standings or (known and known.standings):
            found += _compared(p.procedure.title, [p], [known] if known else [])
    return found


def _compared(
    whose: str, now: Sequence[ProcedureEvaluation], before: Sequence[ProcedureEvaluation]
) -> list[Change]:
    return [
        Change(whose, what, value, earlier)
        for (what, value), (_, earlier) in zip(_figures(now), _figures(before), strict=True)
    ]


def _figures(every: Sequence[ProcedureEvaluation]) -> Iterator[tuple[str, int]]:
    due, kept = sum(p.due for p in every), sum(p.attempts - p.late for p in every)
    yield "Pelaksanaan dimulai", sum(p.started for p in every)
    yield "Pelaksanaan selesai", sum(p.finished for p in every)
    yield "Selesai melewati waktu baku", sum(p.finished_late for p in every)
    yield "Langkah dikerjakan", sum(p.attempts for p in every)
    yield "Langkah tepat waktu (%)", percent(kept, due)
    yield "Pengembalian", sum(p.returns for p in every)
    yield "Perpanjangan", sum(p.extensions for p in every)


def printed(report: EvaluationReport) -> list[list[str]]:
    """The same, each with its change, as the paper prints it."""
    return [
        [row.whose, row.what, str(row.now), str(row.before), _changed(row.now - row.before)]
        for row in rows(report)
    ]


def _changed(by: int) -> str:
    return f"{by:+d}".replace("-", "−") if by else "tetap"


FIELDS: Final[Fields[Change]] = (
    (Column("Prosedur", 44), lambda row: row.whose),
    (Column("Hal", 30), lambda row: row.what),
    (Column("Masa ini", 12, Kind.NUMBER), lambda row: row.now),
    (Column("Masa sebelumnya", 12, Kind.NUMBER), lambda row: row.before),
    (Column("Perubahan", 12, Kind.NUMBER), lambda row: row.now - row.before),
)
