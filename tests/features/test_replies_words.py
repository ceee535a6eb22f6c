"""Refusals, in words."""

from __future__ import annotations

from bot.features.answers import Fact, RefusedView
from tests.features.samples.common import (
    UTC_MORNING,
)
from tests.features.saying import TEXTS, say


def test_an_outsider_hears_whom_to_ask_and_nothing_else() -> None:
    assert say(RefusedView("outsider", {"owner": "Kasubbag Perencanaan"})) == (
        "Mohon maaf, layanan ini hanya untuk pegawai yang sudah diundang. "
        "Silakan menghubungi Kasubbag Perencanaan."
    )


def test_an_unexpected_fault_says_that_nothing_was_recorded_and_what_to_quote() -> None:
    text = say(RefusedView("unexpected", {"number": "A1B2C3"}))
    assert "tidak ada yang tercatat" in text
    assert "A1B2C3" in text


def test_who_came_second_hears_who_was_first() -> None:
    facts: dict[str, Fact] = {"name": "Ibu Rina", "at": UTC_MORNING}
    assert TEXTS.toast(RefusedView("already_done", facts)).text == (
        "Langkah ini sudah dikonfirmasi oleh Ibu Rina pada Selasa, 23 Januari 2024 pukul 10.00 "
        "WIB. Terima kasih."
    )


FACTS: dict[str, Fact] = {"name": "Ibu Rina", "at": UTC_MORNING}


def test_a_double_tap_is_normal_and_needs_no_box_to_close() -> None:
    assert not TEXTS.toast(RefusedView("already_yours", FACTS)).alert
    assert TEXTS.toast(RefusedView("already_done", FACTS)).alert
