"""What has ended, and its summary."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from bot.domain.metrics import Lateness, StepFigures, Worked
from bot.domain.run import RunStatus, TaskStatus
from bot.domain.sop import Step
from bot.features.answers import Fact
from bot.features.history import EndedView, HistoryView, SummaryView
from bot.features.naming import SignedBy
from bot.features.runview import Deviations, StepRow
from tests.features.samples.common import (
    BUDI,
    DEWI,
    TO_SARI,
    Given,
    lakip_run,
    lakip_sop,
    signed,
    task,
    wib,
)

FACTS: dict[str, Fact] = {}


def row(
    step: Step,
    by: SignedBy,
    worked: Worked,
    late: Lateness | None = None,
    attempt: int = 1,
) -> StepRow:
    done = replace(
        task(step.number, wib(22, "09.00"), wib(22, "10.00"), attempt=attempt),
        status=TaskStatus.SELESAI,
        closed_at=by.at,
    )
    return StepRow(StepFigures(step, done, worked, late), (by,))


def ended() -> SummaryView:
    """LAKIP 2023, signed: two of its steps, one of them late."""
    run = lakip_run(status=RunStatus.SELESAI, finished_at=wib(31, "14.00"))
    first, third = run.procedure.step(1), run.procedure.step(3)
    rows = (
        row(first, signed(DEWI, wib(22, "09.45")), Worked(None, timedelta(minutes=45))),
        row(
            third,
            signed(BUDI, wib(30, "14.00")),
            Worked(Fraction(7, 2), None),
            Lateness(0, timedelta(hours=4)),
        ),
    )
    late = Lateness(0, timedelta(hours=3, minutes=30))
    return SummaryView(TO_SARI, run, lakip_sop(), rows, wib(31, "10.30"), late, Deviations(), None)


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    run, sop, rows, many = given.run, given.sop, given.rows, given.many
    end, late = wib(31, "10.00"), given.late
    summary = SummaryView(given.greeting, run, sop, rows, end, late, given.whole, None)
    given_up = replace(summary, halt=replace(given.halt, ended=True))
    ended = (EndedView(summary, report=True), EndedView(summary, report=False))
    return (
        *ended,
        summary,
        given_up,
        HistoryView((given_up,) * many),
        HistoryView((summary,) * many),
    )


SAMPLES = samples(Given())
