"""Texts from people and data are tidy, escaped, and never too long."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.markup import one_stop, pieces, plain, safe, width


def test_a_name_that_turns_the_text_around_stays_in_its_place() -> None:
    assert safe("\u202eBudi") == "Budi"
    assert safe("שרה") == "\u2068שרה\u2069"


@given(st.text(max_size=300), st.integers(10, 80))
def test_a_cut_text_keeps_to_its_limit_and_says_that_it_was_cut(text: str, limit: int) -> None:
    assert width(plain(text, limit)) <= limit
    assert width(safe(text, limit)) <= limit
    if width(plain(text, 10_000)) > limit:
        assert plain(text, limit).endswith("…")


@pytest.mark.parametrize(
    ("text", "limit", "said"),
    [
        (
            "Mengumpulkan bahan dan data yang diperlukan untuk",
            48,
            "Mengumpulkan bahan dan data yang diperlukan…",
        ),
        ("Mengumpulkan bahan dan data", 19, "Mengumpulkan bahan…"),
        ("Rapat di Kantor-Kecamatan-Dempo-Utara", 24, "Rapat di Kantor-Kecamat…"),
        ("Mengumpulkan", 6, "Mengu…"),
        ("Rapat", 5, "Rapat"),
    ],
)
def test_a_text_is_cut_between_words_where_that_costs_little(
    text: str, limit: int, said: str
) -> None:
    assert plain(text, limit) == safe(text, limit) == said


@given(st.lists(st.text("ab&<👩", min_size=1, max_size=30)), st.integers(10, 40))
def test_a_text_in_pieces_is_the_whole_text(words: list[str], limit: int) -> None:
    found = pieces(" ".join(words), limit)
    assert all(width(piece) <= limit for piece in found)
    assert unescape("".join(found)).replace(" ", "") == "".join(words)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dicatat oleh Ibu Sari, S.E..", "Dicatat oleh Ibu Sari, S.E."),
        ("oleh <b>Ibu Rina, A.Md.</b>. Terima kasih.", "oleh <b>Ibu Rina, A.Md.</b> Terima kasih."),
        ("Bapak Budi, MM.. Terima kasih.", "Bapak Budi, MM. Terima kasih."),
        ("Bapak Budi, M.Si.; Ibu Sari, S.E.", "Bapak Budi, M.Si.; Ibu Sari, S.E."),
        ("“Menunggu ...”", "“Menunggu ...”"),
        ("Tunggu... sebentar..", "Tunggu... sebentar.."),
        ("Catatan: berkas.. menyusul", "Catatan: berkas.. menyusul"),
    ],
)
def test_a_title_and_the_sentence_that_it_ends_share_one_full_stop(text: str, said: str) -> None:
    assert one_stop(text) == said
