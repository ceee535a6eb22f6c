"""A command menu is made to fit what Telegram takes."""

from __future__ import annotations

import pytest

from bot.ui.menu import COMMANDS, MENU_BYTES, Entry, fitted


def menu(count: int, words: str) -> list[Entry]:
    return [(f"perintah_{n}", words) for n in range(count)]


def sent(entries: tuple[Entry, ...]) -> int:
    return sum(len(text.encode()) for entry in entries for text in entry)


def test_what_fits_stays_as_it_is() -> None:
    short = menu(20, "Memulai pelaksanaan sebuah prosedur")
    assert fitted(short) == tuple(short)


@pytest.mark.parametrize("words", ["x" * 300, "é" * 300, "kata " * 60])
def test_descriptions_get_shorter_before_commands_are_left_out(words: str) -> None:
    for count in (20, 47, 60):
        found = fitted(menu(count, words))
        assert len(found) == count
        assert sent(found) <= MENU_BYTES
        assert all(3 <= len(description) <= 256 for _, description in found)


def test_of_more_commands_than_fit_the_first_are_kept() -> None:
    found = fitted([(f"{n:032}", "x" * 300) for n in range(300)])
    assert [name for name, _ in found] == [f"{n:032}" for n in range(len(found))]
    assert 60 < len(found) <= COMMANDS
    assert sent(found) <= MENU_BYTES


def test_there_is_never_no_menu() -> None:
    assert len(fitted(menu(20, "x" * 300), room=10)) == 1
