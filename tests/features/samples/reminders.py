"""What others hear of a task."""

from __future__ import annotations

from dataclasses import replace

from bot.features.answers import Fact
from bot.features.reminders import LateView, VacantView
from tests.features.samples.common import Given

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    greeting, run, sop, now = given.greeting, given.run, given.sop, given.now
    return (
        LateView(greeting, run, sop, now[0], waiting=True),
        LateView(greeting, run, sop, replace(now[1], performers=()), waiting=False),
        VacantView(greeting, run, sop, given.steps[0], given.tasks[0], given.choices),
    )


SAMPLES = samples(Given())
