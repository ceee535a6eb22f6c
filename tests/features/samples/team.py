"""The team of a run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain.run import Team
from bot.features.answers import Fact
from bot.features.choosing import Candidate
from bot.features.team.views import (
    DraftView,
    NamedTeamView,
    OfferView,
    SavedView,
    TeamRow,
    TeamStage,
    TeamsView,
)
from tests.features.samples.common import TOKEN, Given

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many, run, greeting = given.text, given.many, given.run, given.greeting
    team = Team(tuple(range(many)), 0, text, date(2024, 1, 22))
    row = TeamRow(TOKEN, replace(run, team=team), (text,) * many, text)
    people = tuple(Candidate(n + 1, text, text) for n in range(many))
    ticked = frozenset(range(1, many + 1, 2))
    today = date(2024, 1, 22)
    return (
        NamedTeamView(greeting, TeamRow(TOKEN, run, (text,) * many, text), True),
        NamedTeamView(greeting, row, True),
        NamedTeamView(greeting, TeamRow(TOKEN, run, (), None), False),
        TeamsView(()),
        TeamsView((TeamRow(TOKEN, run, (), None),) * many),
        TeamsView((row,) * many),
        *(
            DraftView(stage, run, people, ticked, page, text, text, decree, today, fault)
            for stage in TeamStage
            for page, decree, fault in ((0, None, False), (9, text, True))
        ),
        SavedView(row),
        OfferView(greeting, run, TOKEN),
    )


SAMPLES = samples(Given())
