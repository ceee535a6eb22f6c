"""Notes, and arahan, as they are told."""

from __future__ import annotations

from bot.features.answers import Fact
from bot.features.notes import NoteView
from bot.features.tasks.views import NoteLine
from tests.features.samples.common import TOKEN, Given

FACTS: dict[str, Fact] = {"step": 8, "length": "4.096", "most": "1.000"}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    step, task = given.steps[0], given.tasks[0]
    return tuple(
        NoteView(
            given.greeting,
            given.run,
            step,
            task,
            TOKEN,
            NoteLine(step.number, given.signer, given.text, direction, edited),
            edited,
        )
        for direction in (True, False)
        for edited in (True, False)
    )


SAMPLES = samples(Given())
