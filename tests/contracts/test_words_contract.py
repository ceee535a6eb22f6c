"""Words that the office asked not to read again, and sentences that end with one full stop."""

from __future__ import annotations

import re

import pytest

from bot.indonesian import spelled_code
from bot.ui.markup import one_stop
from tests.conftest import PROJECT
from tests.features.samples import messages
from tests.features.saying import pages

RETIRED = (
    "Ditetapkan oleh",
    "Keluarkan pegawai",
    "atas pengabdian",
    "Izin mengingatkan",
    "Izin melaporkan",
    "tanda tangannya tetap",
    "menjadi bagian",
    "Catatan perjalanan",
    "tidak dapat melayani",
    "diska penuh",
    "menekan Start",
    "tekan Start",
    "Sapa Ibu",
    "(asumsi)",
    "Hari kedua dari",
    "Idul Fitri",
    "Anggapan",
    "untuk pengawas",
)
"""What stands in no sentence; the holidays' package is the one place that still says some."""

ALLOWED = {"bot/domain/calendar.py": ("Hari kedua dari", "Idul Fitri")}


def test_no_sentence_says_what_was_retired() -> None:
    for path in sorted((PROJECT / "bot").rglob("*.py")):
        name, text = str(path.relative_to(PROJECT)), path.read_text(encoding="utf-8")
        found = [words for words in RETIRED if words in text]
        assert set(found) <= set(ALLOWED.get(name, ())), name


def test_no_message_ends_a_title_with_two_full_stops() -> None:
    for view in messages("Sari Wulandari, S.E."):
        for page in pages(view):
            assert not re.search(r"S\.E\.(</b>)?\.(?!\.)", page.html), type(view)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("oleh Sari Wulandari, S.E..", "oleh Sari Wulandari, S.E."),
        ("oleh <b>Rina Marlina, S.Sos.</b>.", "oleh <b>Rina Marlina, S.Sos.</b>"),
        ("Hadi Pranoto, M.Si.. Mohon", "Hadi Pranoto, M.Si. Mohon"),
        ("Tunggu... sebentar..", "Tunggu... sebentar.."),
        ("S.E., M.Si.", "S.E., M.Si."),
    ],
)
def test_a_title_and_a_sentence_share_their_full_stop(said: str, wanted: str) -> None:
    assert one_stop(said) == wanted


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("lakip", "LAKIP"),
        ("tapkin_eselon2", "TAPKIN Eselon II"),
        ("tapkin_eselon4", "TAPKIN Eselon IV"),
        ("tapkin_staf", "TAPKIN Staf"),
        ("prosedur_12", "PROSEDUR 12"),
    ],
)
def test_a_code_is_read_as_people_say_it(code: str, name: str) -> None:
    assert spelled_code(code) == name
