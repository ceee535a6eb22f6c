"""Standing in for an official."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain.acting import Doubt, Unfit
from bot.domain.notices import ActingStage
from bot.domain.people import Holding
from bot.domain.run import Capacity
from bot.features.acting.views import (
    ActingField,
    ActingPeriod,
    ActingView,
    CheckView,
    DoubleReviewed,
    DraftView,
    EndingView,
    EndView,
    PostsView,
    PostToFill,
)
from bot.features.answers import Fact
from bot.features.choosing import Candidate
from bot.features.naming import RoleName
from tests.features.samples.common import LONG_NAME, Given, wib

FACTS: dict[str, Fact] = {"name": LONG_NAME, "role": "Kepala Subbagian Umum dan Kepegawaian"}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many = given.text, given.many
    posts = tuple(
        PostToFill(f"jabatan_{n}", f"unit_{n}" if n % 2 else None, text, n % 3 == 0)
        for n in range(many)
    )
    since, until, day = wib(23, "00.00"), wib(30, "00.00"), date(2024, 1, 20)
    held = Holding(3, 5, "tim", None, Capacity.PLH, since, until, text, day)
    period = ActingPeriod(held, given.role, text, True)
    doubled = (DoubleReviewed((text, text), ("lakip", "tapkin_staf")),)
    plh, people = RoleName(text, Capacity.PLH), (Candidate(5, text, text),) * many
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
        *(
            CheckView(replace(period, role=plh), False, doubled, doubts)
            for doubts in (tuple(Doubt), tuple(Doubt)[:1])
        ),
        *(
            EndingView(given.greeting, period, days, vacant=vacant, extended=not vacant)
            for days, vacant in ((14, True), (1, False), (0, True))
        ),
        EndView(period),
        EndView(replace(period, begun=False)),
        *(
            ActingView(given.greeting, stage, period, by, mine, not mine, many, doubled, over)
            for stage in ActingStage
            for by, mine, over in ((text, True, False), (None, False, True))
        ),
    )


SAMPLES = samples(Given())
