"""An NIP is 18 plausible digits, and a rank one of the seventeen of the state."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.civil_service import RANKS, nip, printed_rank, rank, spaced_nip

TODAY = date(2026, 11, 9)
NIP = "196910161995031001"


@pytest.mark.parametrize(
    "text",
    [NIP, "19691016 199503 1 001", "NIP. 19691016 199503 1 001", "nip: 1969 1016\n199503 1001"],
)
def test_an_nip_may_be_typed_with_spaces_and_its_label(text: str) -> None:
    assert nip(text, TODAY) == NIP
    assert spaced_nip(NIP) == "19691016 199503 1 001"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("19691016199503100", "17 digits"),
        ("1969101619950310011", "19 digits"),
        ("196902301995031001", "30 February"),
        ("196913161995031001", "a thirteenth month of birth"),
        ("196910161995131001", "a thirteenth month of appointment"),
        ("196910161995033001", "neither man nor woman"),
        ("196910161995031000", "a serial number of nothing"),
        ("196910162026121001", "appointed next month"),
        ("197810161996091001", "appointed a month before the eighteenth birthday"),
        ("195510161980031001", "71 years old"),
        ("١٩٦٩١٠١٦١٩٩٥٠٣١٠٠١", "other digits than the usual ten"),
        ("<b>196910161995031001</b>", "markup"),
        ("", "nothing"),
    ],
)
def test_what_is_no_nip_is_refused(text: str, why: str) -> None:
    assert nip(text, TODAY) is None, why


def test_the_eighteenth_year_and_this_month_are_just_right() -> None:
    assert nip("197809161996091001", TODAY) is not None
    assert nip("199001012026112001", TODAY) is not None


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("Penata Tk. I (III/d)", "III/d"),
        ("penata tingkat I", "III/d"),
        ("Penata Tk.I / III.d", "III/d"),
        ("3d", "III/d"),
        ("Golongan IV a", "IV/a"),
        ("Pembina Utama", "IV/e"),
        ("Pangkat: Penata Muda, golongan ruang III/a", "III/a"),
        ("Juru Tk 1", "I/d"),
        ("Pembina IV/b", None),
        ("Pengatur II/e", None),
        ("III/e", None),
        ("V/a", None),
        ("<b>III/d</b>", None),
        ("Kepala", None),
        ("", None),
    ],
)
def test_a_rank_is_known_by_name_or_golongan_that_go_together(text: str, grade: str | None) -> None:
    assert rank(text) == grade


@given(st.sampled_from(sorted(RANKS)))
def test_every_rank_is_read_as_it_is_printed(grade: str) -> None:
    assert rank(printed_rank(grade)) == grade
    assert rank(RANKS[grade]) == grade
    assert rank(grade) == grade


def test_there_are_seventeen_ranks() -> None:
    assert len(RANKS) == len(set(RANKS.values())) == 17
    assert printed_rank("III/d") == "Penata Tk. I (III/d)"
