"""The morning's overview."""

from __future__ import annotations

from datetime import date

from bot.features.answers import Fact
from bot.features.digest import DigestView, SettingView
from bot.features.status import StatusView, UnitGroup
from tests.features.samples.common import Given
from tests.features.samples.tasks import cards

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    greeting, many, run_view, shown = given.greeting, given.many, given.run_view, cards(given)
    day = date(2024, 1, 23)
    units = (UnitGroup(given.procedure, 2024, 1, many, (given.text,) * many, many),)
    return (
        DigestView(greeting, day, tuple(shown[:many]), StatusView((run_view,) * many, True)),
        DigestView(greeting, day, (), StatusView((run_view,), True, units)),
        DigestView(greeting, day, (shown[0],)),
        SettingView(on=True),
        SettingView(on=False),
    )


SAMPLES = samples(Given())
