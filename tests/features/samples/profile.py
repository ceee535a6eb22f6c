"""One's own name and form of address."""

from __future__ import annotations

from bot.domain.people import Address
from bot.features.answers import Fact
from bot.features.profile import CorrectedView, ProfileView
from tests.features.samples.common import Given

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many, role = given.text, given.many, given.role
    return (
        *(ProfileView(address, text, (role,) * many) for address in Address),
        CorrectedView(given.greeting, text, text),
    )


SAMPLES = samples(Given())
