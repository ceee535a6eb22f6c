"""What comes every year."""

from __future__ import annotations

from datetime import date

from bot.features.answers import Fact
from bot.features.yearly import LegalDateView, ProposalView
from tests.features.samples.common import Given, wib

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    greeting, run, end = given.greeting, given.run, wib(31, "10.00")
    return (
        *(
            ProposalView(greeting, given.procedure, 2024, date(2024, 1, 2), end, last)
            for last in (None, date(2024, 1, 23), date(2024, 2, 28))
        ),
        LegalDateView(greeting, run, given.now, end, date(2024, 1, 30), given.many),
        LegalDateView(greeting, run, (), end, date(2024, 1, 30), 0),
    )


SAMPLES = samples(Given())
