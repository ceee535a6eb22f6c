"""What somebody can do."""

from __future__ import annotations

from bot.features import registry
from bot.features.answers import Fact
from bot.features.feature import allowed
from bot.features.help import FirstView, HelpView
from tests.features.samples.common import Given

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    features = registry.live()
    rows = allowed(features, features.permissions())
    procedures = (given.procedure, *given.others)
    roles = (given.role,) * given.many
    return (
        FirstView(given.greeting, roles, rows[:3], given.many, starts=True),
        FirstView(given.greeting, roles, rows[:3], 0, starts=True),
        FirstView(given.greeting, (), rows[:3], 0, starts=False),
        HelpView(given.greeting, rows, procedures),
    )


SAMPLES = samples(Given())
