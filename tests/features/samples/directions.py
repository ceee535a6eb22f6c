"""What an escalation asks for."""

from __future__ import annotations

from bot.features.answers import Fact
from bot.features.directions import CalledView, QuestionView
from tests.features.samples import tasks
from tests.features.samples.common import LONG_NAME, Given

FACTS: dict[str, Fact] = {"step": 8, "name": LONG_NAME}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    cards = tasks.cards(given)
    return (
        *(QuestionView(given.run, given.steps[0], fault) for fault in (False, True)),
        *(CalledView(card, given.signer) for card in (cards[0], cards[1], cards[-1])),
    )


SAMPLES = samples(Given())
