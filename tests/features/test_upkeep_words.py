"""What the bot says of itself."""

from __future__ import annotations

from bot.domain.notices import BotWasDown, TapsMissing
from tests.features.samples.common import (
    wib,
)
from tests.features.saying import say


def test_an_outage_is_told_to_each_in_their_own_way() -> None:
    since, until = wib(22, "10.00"), wib(23, "12.05")
    assert "menekan kembali tombolnya" in say(TapsMissing(since, until))
    assert "<b>1 hari 2 jam 5 menit</b>" in say(BotWasDown(since, until, taps_lost=True))
