"""The morning's overview."""

from __future__ import annotations

from datetime import date

from bot.features.answers import Fact
from bot.features.digest import DigestView, SettingView
from tests.features.samples.common import Given
from tests.features.samples.tasks import cards

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    greeting, many, run_view, shown = given.greeting, given.many, given.run_view, cards(given)
    day = date(2024, 1, 23)
    return (
        DigestView(greeting, day, tuple(shown[:many]), (run_view,) * many),
        DigestView(greeting, day, (), (run_view,)),
        DigestView(greeting, day, (shown[0],), ()),
        SettingView(on=True),
        SettingView(on=False),
    )


SAMPLES = samples(Given())
