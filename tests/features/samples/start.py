"""Starting a procedure."""

from __future__ import annotations

from bot.features.answers import Fact
from bot.features.start import StartedView, StartMenuView, StartQuestionView, Units, UnitsView
from tests.features.samples.common import Given, wib

FACTS: dict[str, Fact] = {
    "text": "lakipp",
    "example": 2023,
    "year": 1999,
    "first": 2019,
    "last": 2026,
    "role": "Kepala Subbagian Umum dan Kepegawaian",
    "code": "kepala_bidang",
}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many, procedure = given.text, given.many, given.procedure
    return (
        *(
            UnitsView(procedure, 2024, Units(to_open, left, left), begun)
            for to_open, left in (((text,) * many, (text,) * many), ((), (text,)), ((text,), ()))
            for begun in (True, False)
        ),
        StartMenuView(((procedure, 2024),) * many),
        StartQuestionView(procedure, 2024, (), None),
        StartQuestionView(procedure, 2024, (given.run_view,) * many, 7),
        StartedView(given.run, given.now, wib(31, "10.00")),
    )


SAMPLES = samples(Given())
