"""Files that show the work."""

from __future__ import annotations

from bot.domain.notices import ArchiveFull
from bot.features.answers import Fact
from bot.features.evidence.views import AskFileView, EvidenceFileView, ReceivedView
from bot.store.inbox import Outcome
from tests.features.samples.common import Given

FACTS: dict[str, Fact] = {"count": 4}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many, procedure, step = given.text, given.many, given.procedure, given.steps[0]
    refused = tuple((text, outcome) for outcome in Outcome if outcome is not Outcome.TERSIMPAN)
    return (
        AskFileView(procedure, 2024, step, fault=False),
        AskFileView(procedure, 2024, step, fault=True),
        ReceivedView(procedure, 2024, step, (text,) * max(many, 1), (), 0),
        ReceivedView(procedure, 2024, step, (), refused, many),
        *(EvidenceFileView(procedure, 2024, line, None) for line in given.files),
        ArchiveFull(),
    )


SAMPLES = samples(Given())
