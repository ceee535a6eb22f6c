"""What is under way."""

from __future__ import annotations

from dataclasses import replace

from bot.features.answers import Fact
from bot.features.status import ByUnitView, StatusView, UnitGroup, UnitRow
from tests.features.samples.common import TOKEN, Given, wib

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many, procedure, run_view = given.text, given.many, given.procedure, given.run_view
    due = wib(22, "10.00")
    return (
        StatusView((replace(run_view, halt=given.halt, token=TOKEN),) * many, whole_office=True),
        StatusView((run_view,) * many, whole_office=True),
        StatusView((run_view,) * many, whole_office=False),
        StatusView(
            (run_view,),
            True,
            tuple(UnitGroup(procedure, 2024, n, many, (text,) * n, n) for n in range(many)),
        ),
        StatusView((run_view,) * many, True, (), procedure, 2024),
        StatusView((), True, (), procedure),
        StatusView((), False, (), procedure, 2024),
        ByUnitView(
            procedure,
            2024,
            tuple(UnitRow(text, run_view if n % 2 else None, due, n + 1) for n in range(many)),
        ),
    )


SAMPLES = samples(Given())
