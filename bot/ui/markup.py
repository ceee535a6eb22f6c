"""Texts from people and data, made fit for a message: tidy, escaped and never too long.

Lengths are counted as Telegram counts them, in UTF-16 code units.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence

from bot.indonesian import listed

# Control signs, broken halves of characters, and the signs that turn the direction of
# everything after them, far beyond the name they stand in. Kinds of space are kept for now.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)

# How much longer a character becomes when it is escaped.
_LONGER = {"&": 4, "<": 3, ">": 3}

# "S.E.", "S.Sos." or "MM.", and the full stop of the sentence that ends with it.
_STOPS = re.compile(r"\b([A-Z][A-Za-z]{0,5}\.)((?:</[a-z]+>)*)\.(?![.\w])")

_RIGHT_TO_LEFT = frozenset({"R", "AL"})

ROW = 500
"""Units of people or things that stand in a row, before the rest is only counted."""


def width(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def plain(text: str, limit: int) -> str:
    """One tidy line of at most `limit` units for a place without markup, cut with "…".

    The cut is between words, unless that would cost more than a quarter of the line.
    """
    return _cut(_tidy(text), limit, as_html=False)


def safe(text: str, limit: int = 700) -> str:
    """One tidy line as HTML of at most `limit` units, cut with "…" where it is longer.

    Right-to-left letters are isolated, so that they do not reorder the words around.
    """
    tidy = _tidy(text)
    if not tidy.isascii() and any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in tidy):
        return f"\u2068{escaped(_cut(tidy, limit - 2, as_html=True))}\u2069"
    return escaped(_cut(tidy, limit, as_html=True))


def escaped(text: str) -> str:
    """Any text as HTML, as it is."""
    return html.escape(text, quote=False)


def one_stop(text: str) -> str:
    """A text in which no sentence that ends with an academic title has two full stops."""
    return _STOPS.sub(r"\1\2", text)


def bold(markup: str) -> str:
    """This HTML in bold."""
    return f"<b>{markup}</b>"


def pieces(text: str, limit: int = 1200) -> list[str]:
    """A whole text as HTML in pieces of at most `limit` units, parted between words."""
    found: list[str] = []
    line: list[str] = []
    left = limit
    for word in _words(_tidy(text), limit):
        size = width(word) + 1
        if line and size > left:
            found.append(" ".join(line))
            line, left = [], limit
        line.append(word)
        left -= size
    return [*found, " ".join(line)] if line else found


def gathered(items: Sequence[str], room: int = ROW, joiner: str = "dan") -> str:
    """HTML items in a row, as many as fit into `room` units, and how many more there are."""
    kept: list[str] = []
    for item in items:
        room -= width(item) + 2
        if kept and room < 0:
            return listed([*kept, f"{len(items) - len(kept)} lainnya"], joiner)
        kept.append(item)
    return listed(kept, joiner)


def _words(text: str, limit: int) -> Iterator[str]:
    """The words as HTML; one that is longer than `limit` comes in parts."""
    for word in text.split():
        while width(escaped(word)) >= limit:
            head = _fitting(word, limit - 1)
            yield escaped(head)
            word = word[len(head) :]
        if word:
            yield escaped(word)


def _tidy(text: str) -> str:
    return " ".join(_UNSEEN.sub("", text).split())


def _cut(text: str, limit: int, *, as_html: bool) -> str:
    if width(escaped(text) if as_html else text) <= limit:
        return text
    head = _fitting(text, limit - 1, as_html=as_html)
    words, _, _ = head.rpartition(" ")
    whole = text[len(head)] == " " or width(words) * 4 < width(head) * 3
    return (head if whole else words).rstrip() + "…"


def _fitting(text: str, limit: int, *, as_html: bool = True) -> str:
    """The longest beginning that takes up at most `limit` units."""
    used = 0
    for index, character in enumerate(text):
        used += _LONGER.get(character, 0) if as_html else 0
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return text[:index]
    return text
