"""What others hear of a task."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.run import TaskStatus
from bot.features.answers import Fact
from bot.features.reminders import LateView, VacantView
from tests.features.samples.common import TOKEN, Given

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    greeting, run, sop, now = given.greeting, given.run, given.sop, given.now
    ended = (replace(now[0].task, status=status) for status in TaskStatus)
    closed = [(replace(now[0], task=task), None) for task in ended if not task.is_open]
    closed.append((now[0], given.halt))
    return (
        LateView(greeting, run, sop, now[0], waiting=True),
        LateView(greeting, run, sop, replace(now[1], performers=()), waiting=False),
        LateView(greeting, run, sop, now[1], waiting=False, token=TOKEN),
        *(LateView(greeting, run, sop, late, False, TOKEN, halt) for late, halt in closed),
        VacantView(greeting, run, sop, given.steps[0], given.tasks[0], given.choices),
    )


SAMPLES = samples(Given())
