"""What is told of a run that was paused, resumed, or ended."""

from __future__ import annotations

from bot.domain.notices import RunChange
from bot.features.answers import Fact
from bot.features.run_changes import RunChangedView
from tests.features.samples.common import Given

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    return tuple(
        RunChangedView(given.greeting, given.run, change, reason, by, given.now[:3])
        for change in RunChange
        for reason, by in ((given.text, given.signer), ("", None))
    )


SAMPLES = samples(Given())
