"""Standing in for an official."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain.acting import Unfit
from bot.domain.notices import ActingStage
from bot.domain.run import Capacity
from bot.features.acting.views import (
    ActingField,
    ActingPeriod,
    ActingView,
    CheckView,
    DoubleReviewed,
    DraftView,
    EndView,
    PostsView,
    PostToFill,
)
from bot.features.answers import Fact
from bot.features.naming import RoleName
from tests.features.samples.common import LONG_NAME, Given, wib

FACTS: dict[str, Fact] = {"name": LONG_NAME, "role": "Kepala Subbagian Umum dan Kepegawaian"}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many = given.text, given.many
    posts = tuple(
        PostToFill(f"jabatan_{n}", f"unit_{n}" if n % 2 else None, text, text if n % 3 else None)
        for n in range(many)
    )
    since, until, day = wib(23, "00.00"), wib(30, "00.00"), date(2024, 1, 20)
    period = ActingPeriod(3, given.role, text, since, until, text, day, True)
    doubled = (DoubleReviewed((text, text), ("lakip", "tapkin_staf")),)
    plh, people = RoleName(text, Capacity.PLH), ((5, text, (text,)),) * many
    return (
        *(
            PostsView(capacity, posts, (period,) * count, page)
            for capacity in (Capacity.PLH, Capacity.PLT)
            for count in (0, min(many, 20))
            for page in (0, 9)
        ),
        *(
            DraftView(field, plh, name, people, 0, date(2024, 1, 22), since, fault)
            for field in ActingField
            for name, fault in ((None, None), (text, True), (text, Unfit.ENDS_BEFORE.value))
        ),
        *(
            CheckView(replace(period, role=RoleName(text, capacity)), vacant, double)
            for capacity in (Capacity.PLH, Capacity.PLT)
            for vacant, double in ((True, ()), (False, doubled * many))
        ),
        EndView(period),
        EndView(replace(period, begun=False)),
        *(
            ActingView(given.greeting, stage, period, by, text, mine, not mine, many, doubled, over)
            for stage in ActingStage
            for by, mine, over in ((text, True, False), (None, False, True))
        ),
    )


SAMPLES = samples(Given())
