"""Work that is sent back."""

from __future__ import annotations

from bot.features.answers import Fact
from bot.features.review import QuestionView, ReturnedView
from tests.features.samples.common import TOKEN, Given

FACTS: dict[str, Fact] = {"owner": "Kasubbag Perencanaan", "step": 8, "to": 7}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    run, steps = given.run, given.steps
    return (
        *(ReturnedView(given.greeting, run, given.sent, confirmed) for confirmed in (True, False)),
        QuestionView(run, steps[2], steps[0], (), TOKEN, fault=True),
        QuestionView(run, steps[2], steps[0], steps, TOKEN, fault=False),
    )


SAMPLES = samples(Given())
