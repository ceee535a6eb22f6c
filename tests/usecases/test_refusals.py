"""Why the engine refuses something is said in words of its own."""

from __future__ import annotations

from bot.usecases.runs import _REFUSED

from bot.domain.actions import Reason


def test_every_reason_of_the_engine_has_its_sentence() -> None:
    assert set(_REFUSED) == set(Reason)


def test_no_two_reasons_share_a_sentence() -> None:
    assert len(set(_REFUSED.values())) == len(_REFUSED)
    assert set(_REFUSED.values()) <= set(Refused)
