"""The bot about itself."""

from __future__ import annotations

from bot.domain.notices import (
    BotWasDown,
    DeliveriesFailing,
    DeliveriesHeld,
    FaultsRepeated,
    TapsMissing,
)
from bot.features.answers import Fact
from tests.features.samples.common import Given, wib

FACTS: dict[str, Fact] = {"count": 4}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many, since, until = given.text, given.many, wib(22, "10.00"), wib(24, "10.00")
    return (
        *(BotWasDown(since, until, taps_lost=lost) for lost in (True, False)),
        TapsMissing(since, until),
        DeliveriesFailing(many, text),
        FaultsRepeated(many, text),
        DeliveriesHeld(many),
    )


SAMPLES = samples(Given())
