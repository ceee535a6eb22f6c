"""Deadlines that the calendar moves."""

from __future__ import annotations

from bot.features.answers import Fact
from bot.features.deadlines import DeadlineChangedView
from tests.features.samples.common import Given, wib

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    run, step, task = given.run, given.steps[0], given.tasks[0]
    return (DeadlineChangedView(given.greeting, run, step, task, wib(23, "10.00"), given.text),)


SAMPLES = samples(Given())
