"""What is said in the place of an answer that cannot be sent: a sentence alone."""

from __future__ import annotations

from bot.features.answers import Fact
from tests.features.samples.common import Given

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    return ()


SAMPLES = samples(Given())
