"""Notes: sentences alone."""

from __future__ import annotations

from bot.features.answers import Fact
from tests.features.samples.common import Given

FACTS: dict[str, Fact] = {"step": 8, "length": 4096, "most": 1000}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    return ()


SAMPLES = samples(Given())
