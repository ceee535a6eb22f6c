"""Starting a procedure."""

from __future__ import annotations

from dataclasses import replace

from bot.features.answers import Fact
from bot.features.start.views import (
    StartedView,
    StartMenuView,
    StartQuestionView,
    Units,
    UnitsQuestionView,
    UnitsView,
)
from tests.features.samples.common import TOKEN, Given, wib

FACTS: dict[str, Fact] = {
    "text": "lakipp",
    "example": 2023,
    "year": 1999,
    "first": 2019,
    "last": 2026,
    "role": "Kepala Subbagian Umum dan Kepegawaian",
    "code": "kepala_bidang",
    "run": "PENETAPAN KINERJA (TAPKIN) TINGKAT PEJABAT ESELON III / SEKRETARIS DAN KEPALA BIDANG "
    "tahun 2026",
    "count": 12,
    "left": 7,
}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many, procedure = given.text, given.many, given.procedure
    return (
        *(
            view(
                procedure, 2024, Units(to_open, left, left), begun, (text,), wib(31, "10.00"), TOKEN
            )
            for to_open, left in (((text,) * many, (text,) * many), ((), (text,)), ((text,), ()))
            for view, begun in ((UnitsView, True), (UnitsQuestionView, False))
        ),
        StartMenuView(((procedure, 2024),) * many),
        StartQuestionView(given.sop, procedure, 2024, given.now[0], wib(31, "10.00")),
        StartQuestionView(
            given.sop,
            procedure,
            2024,
            replace(given.now[0], performers=(), roles=(text,) * many),
            None,
            (given.run_view,) * many,
            (wib(30, "10.00"),) * many,
            7,
        ),
        StartQuestionView(
            given.sop, procedure, 2024, given.now[0], None, finished=(wib(30, "10.00"),)
        ),
        StartedView(given.run, given.now, wib(31, "10.00")),
        StartedView(given.run, given.now, None, TOKEN),
    )


SAMPLES = samples(Given())
