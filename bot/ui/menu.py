"""A command menu that Telegram takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.ui.markup import plain

Entry = tuple[str, str]
"""A command's name and its description."""

COMMANDS = 100
"""Telegram takes so many commands in a menu (Bot API, setMyCommands)."""

MENU_BYTES = 7_000
"""Bytes of all commands of a menu. Above some 7,800 Telegram refuses it (BOT_COMMANDS_TOO_MUCH;
reported by others, documented nowhere), and how it counts is not known."""

LEAST_BYTES = 100
"""No menu is asked to be smaller."""

_ENTRY = 35
"""Bytes around a name and its description, as they are sent: the highest that may count."""

_LENGTHS = (256, 120, 60, 30)
"""Units of a description: what Telegram takes at most, and what is tried in its place."""


def fitted(entries: Sequence[Entry], room: int = MENU_BYTES) -> tuple[Entry, ...]:
    """The menu in at most `room` bytes: with shorter descriptions where it has to be, and then
    with the first commands only. At least one is left of any menu."""
    entries = entries[:COMMANDS]
    shorter: list[Entry] = []
    for length in _LENGTHS:
        shorter = [(name, plain(words, length)) for name, words in entries]
        if sum(map(_size, shorter)) <= room:
            return tuple(shorter)
    return tuple(_first(shorter, room)) or tuple(shorter[:1])


def _first(entries: Sequence[Entry], room: int) -> Iterator[Entry]:
    for entry in entries:
        room -= _size(entry)
        if room < 0:
            return
        yield entry


def _size(entry: Entry) -> int:
    return _ENTRY + sum(len(text.encode()) for text in entry)
