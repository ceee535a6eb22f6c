"""The help names what somebody may use, and nothing else."""

from __future__ import annotations

import re

from bot.features.feature import allowed
from bot.features.help import HelpView
from tests.features.samples.common import (
    TO_BUDI,
    TO_SARI,
    lakip,
)
from tests.features.saying import FEATURES, texts_of


def test_the_help_names_only_what_this_person_may_use() -> None:
    for_sari = texts_of(HelpView(TO_SARI, allowed(FEATURES, FEATURES.permissions()), (lakip(),)))
    assert "<code>/mulai_lakip</code> [tahun]: PENYUSUNAN LAKIP" in for_sari
    assert all(f"/{c.name}" in for_sari for c in FEATURES.commands if not c.per_procedure)
    for_budi = texts_of(HelpView(TO_BUDI, allowed(FEATURES, frozenset()), ()))
    assert "/tugas: tugas yang menunggu Bapak" in for_budi
    assert not re.search("/(mulai|undang|pegawai|riwayat)", for_budi)
    assert "membatalkan" in for_sari
    assert "membatalkan" not in for_budi, "what he may not do is not offered to him"


def test_the_help_tells_everybody_what_a_card_can_do() -> None:
    told = texts_of(HelpView(TO_BUDI, allowed(FEATURES, frozenset()), ()))
    for word in ("membalas kartunya", "Urungkan", "Perpanjang", "Kembalikan", "Rincian"):
        assert word in told
    assert "konfirmasi Bapak sendiri" in told
