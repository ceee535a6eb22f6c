"""What comes every year."""

from __future__ import annotations

from datetime import date

from bot.domain.yearly import LegalDate
from bot.features.answers import Fact
from bot.features.yearly import LegalDateView, ProposalView
from tests.features.samples.common import Given, wib

OFF = LegalDate(date(2024, 1, 28), date(2024, 1, 26), assumed=True, note="batas <kota>")

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    greeting, run, end = given.greeting, given.run, wib(31, "10.00")
    return (
        *(
            ProposalView(greeting, given.procedure, 2024, date(2024, 1, 2), end, last)
            for last in (None, LegalDate(date(2024, 1, 23), date(2024, 1, 23)), OFF)
        ),
        LegalDateView(greeting, run, given.now, end, OFF, given.many),
        LegalDateView(greeting, run, (), end, LegalDate(date(2024, 1, 30), date(2024, 1, 30)), 0),
    )


SAMPLES = samples(Given())
