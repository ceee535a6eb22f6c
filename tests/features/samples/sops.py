"""The SOPs as they were signed."""

from __future__ import annotations

from bot.features.answers import Fact
from bot.features.sops import SopListView, SopView
from tests.features.samples.common import Given

FACTS: dict[str, Fact] = {"text": "lakipp", "known": "lakip, lppd"}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    sop = given.sop
    return (
        SopListView((sop,) * min(given.many, 3)),
        SopView(sop, given.procedure, {"tim": given.text}),
    )


SAMPLES = samples(Given())
