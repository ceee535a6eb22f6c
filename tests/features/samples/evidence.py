"""Files that show the work."""

from __future__ import annotations

from bot.domain.notices import ArchiveFull
from bot.features.answers import Fact
from bot.features.evidence.views import (
    UNDECIDED,
    AskFileView,
    EvidenceFileView,
    ReceivedView,
    Target,
    WhichTaskView,
)
from bot.store.inbox import Outcome
from tests.features.samples.common import TOKEN, Given

FACTS: dict[str, Fact] = {"count": 4, "step": 8}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many, procedure, step = given.text, given.many, given.procedure, given.steps[0]
    why = (o for o in Outcome if o not in {Outcome.TERSIMPAN, *UNDECIDED})
    refused = tuple((text, outcome) for outcome in why)
    targets = tuple(Target(TOKEN, procedure, 2024, text, step) for _ in range(many))
    return (
        AskFileView(procedure, 2024, step, fault=False),
        AskFileView(procedure, 2024, step, fault=True),
        ReceivedView(procedure, 2024, step, (text,) * max(many, 1), (), 0),
        ReceivedView(procedure, 2024, step, (), refused, many),
        ReceivedView(procedure, 2024, step, (), (), many, asked=True),
        WhichTaskView((text,) * max(many, 1), 3, targets[:1]),
        WhichTaskView((text,) * max(many, 1), 3, targets * 9),
        WhichTaskView((text,), 3, (), left=True),
        WhichTaskView((text,), 3, ()),
        *(EvidenceFileView(procedure, 2024, line, None) for line in given.files),
        ArchiveFull(),
    )


SAMPLES = samples(Given())
