"""Invitations and welcomes, in words."""

from __future__ import annotations

import pytest

from bot.features.feature import Texts
from bot.features.joining.views import InvitationView, WelcomeView
from bot.features.phrases import Phrases
from tests.features.samples.common import (
    BUDI,
    DEWI,
    TO_BUDI,
    TO_DEWI,
    wib,
)
from tests.features.saying import FEATURES, TEXTS, say
from tests.offices import kantor


def test_an_invitation_carries_a_real_link_and_says_how_to_treat_it() -> None:
    view = InvitationView("aB3-_x", BUDI.role, wib(29, "10.00"))
    mine = TEXTS.render(view)
    assert "satu orang dan satu kali pakai, selama 7 hari" in mine.html
    assert "hanya kepada pegawai yang dimaksud" in mine.html
    assert mine.then is not None
    assert "\nhttps://t.me/kawal_sop_bot?start=aB3-_x\n" in mine.then.html

    unnamed = Texts(FEATURES, Phrases(kantor()))
    with pytest.raises(ValueError, match="username"):
        unnamed.render(view)
    unnamed.phrases.bot_username = "lain_bot"
    theirs = unnamed.render(view).then
    assert theirs is not None
    assert "https://t.me/lain_bot?start=aB3-_x" in theirs.html


def test_a_newcomer_is_welcomed_by_title_or_name() -> None:
    assert say(WelcomeView(TO_DEWI, (DEWI.role,), 0)).startswith("Yth. Ibu Kepala Dinas,")
    text = say(WelcomeView(TO_BUDI, (BUDI.role,), 2))
    assert "Sudah ada 2 tugas yang menunggu Bapak: /tugas" in text
