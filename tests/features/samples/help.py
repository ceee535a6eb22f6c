"""What somebody can do."""

from __future__ import annotations

from bot.features import registry
from bot.features.answers import Fact
from bot.features.feature import allowed
from bot.features.help import HelpView
from tests.features.samples.common import Given

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    features = registry.live()
    rows = allowed(features, features.permissions())
    procedures = (given.procedure, *given.others)
    return (HelpView(given.greeting, (given.role,) * given.many, rows, procedures),)


SAMPLES = samples(Given())
