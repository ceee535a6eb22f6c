"""The team of a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain.run import Team
from bot.features.answers import Fact
from bot.features.team.views import (
    DraftView,
    NamedTeamView,
    OfferView,
    SavedView,
    TeamRow,
    TeamStage,
    TeamsView,
    TickRow,
)
from tests.features.samples.common import TOKEN, Given

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many, run, sop, greeting = given.text, given.many, given.run, given.sop, given.greeting
    team = Team(tuple(range(many)), 0, text, date(2024, 1, 22))
    row = TeamRow(TOKEN, replace(run, team=team), (text,) * many, text)
    ticks = tuple(TickRow(n + 1, text, (text,), n % 2 == 0) for n in range(many))
    today = date(2024, 1, 22)
    return (
        NamedTeamView(greeting, run, sop, True, tuple(p.name for p in given.people), text),
        NamedTeamView(greeting, run, sop, False, (), None),
        TeamsView(()),
        TeamsView((TeamRow(TOKEN, run, (), None),) * many),
        TeamsView((row,) * many),
        *(
            DraftView(stage, run, ticks, page, text, text, decree, today, fault)
            for stage in TeamStage
            for page, decree, fault in ((0, None, False), (9, (text, today), True))
        ),
        SavedView(row),
        OfferView(greeting, run, TOKEN),
    )


SAMPLES = samples(Given())
