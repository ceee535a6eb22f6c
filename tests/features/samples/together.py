"""Several tasks in one message."""

from __future__ import annotations

from bot.features.answers import Fact
from bot.features.together import (
    Deed,
    LateRow,
    ReplyToView,
    TasksLateView,
    WaitingView,
    WhichLateView,
)
from tests.features.samples.common import TOKEN, Given
from tests.features.samples.tasks import cards

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    greeting, run, now, many = given.greeting, given.run, given.now, given.many
    rows = (LateRow(run, now[0], True, TOKEN), LateRow(run, now[1], False, TOKEN, directs=True))
    return (
        WaitingView(greeting, tuple(cards(given)[:many])),
        TasksLateView(greeting, ()),
        TasksLateView(greeting, (rows[0],)),
        TasksLateView(greeting, rows * many),
        *(WhichLateView(what, rows * many, page) for what in Deed for page in (0, 1)),
        ReplyToView(given.text, ((run, given.tasks[0], TOKEN),) * many),
    )


SAMPLES = samples(Given())
