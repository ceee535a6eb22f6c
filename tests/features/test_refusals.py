"""Why the engine refuses something is said in words of its own."""

from __future__ import annotations

from bot.domain.actions import Reason
from bot.features import registry

SENTENCES = registry.live().refusals

FORMER = {"unknown_task"}
"""Names of the edition before for a reason of today; they share its sentence."""

ELSEWHERE = {
    # What the engine says of notes and files is said in the words of each.
    Reason.NOTHING_SAID,
    Reason.TOO_MUCH,
    # A start that others have overtaken is asked about, or refused in its own words.
    Reason.ALREADY_RUNNING,
}


def test_every_reason_of_the_engine_has_its_sentence() -> None:
    assert {r for r in Reason if r.value not in SENTENCES} == ELSEWHERE


def test_no_two_reasons_share_a_sentence() -> None:
    sentences = [said for reason, said in SENTENCES.items() if reason not in FORMER]
    assert len(set(sentences)) == len(sentences)
