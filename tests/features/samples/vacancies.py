"""Several steps whose roles nobody holds."""

from __future__ import annotations

from bot.features.answers import Fact
from bot.features.vacancies import RolesVacantView, VacantStep
from tests.features.samples.common import Given

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    step = VacantStep(given.run, given.steps[0], given.tasks[0], given.choices)
    return tuple(RolesVacantView(given.greeting, (step,) * count) for count in (1, given.many + 1))


SAMPLES = samples(Given())
