"""More time for a step."""

from __future__ import annotations

from bot.features.answers import Fact
from bot.features.extension import QuestionView
from tests.features.samples.common import LONG_NAME, TOKEN, Given, hari, wib

FACTS: dict[str, Fact] = {
    "step": 8,
    "amount": "2 hari",
    "name": LONG_NAME,
    "who": "Kepala Dinas, Sekretaris, Kasubbag Perencanaan",
    "until": wib(22, "11.00"),
}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    run, step = given.run, given.steps[0]
    return (
        *(
            QuestionView(run, step, wib(24, "10.00"), TOKEN, amount, until, fault)
            for amount, until in ((None, None), (hari(2), wib(26, "10.00")))
            for fault in (True, False)
        ),
    )


SAMPLES = samples(Given())
