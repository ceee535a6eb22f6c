"""Groups, and what they are told."""

from __future__ import annotations

from bot.features.answers import Fact
from bot.features.groups import GroupNewsView, GroupRow, GroupsView, LinkedView, LostView
from tests.features.samples.common import Given

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many, run = given.text, given.many, given.run
    return (
        GroupNewsView((GroupRow(run, True, given.steps, given.now),) * many),
        GroupNewsView((GroupRow(run, False, (), ()),)),
        LinkedView(given.procedure, linked=True),
        LinkedView(None, linked=True),
        LinkedView(None, linked=False),
        GroupsView(()),
        GroupsView((), misplaced=True),
        GroupsView(((text, None), (text, "lakip")) * many),
        LostView(given.greeting, text),
    )


SAMPLES = samples(Given())
