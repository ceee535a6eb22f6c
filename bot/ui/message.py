"""A message that is never too long: blocks of lines on pages that buttons turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from bot.ui.buttons import Button, PageTap, Row, Tap, button
from bot.ui.markup import width

PAGE_LIMIT = 3500  # units of HTML; Telegram takes 4096 after its entities are parsed
PAGE_LINES = 50  # of text on a telephone, so that a page is no higher than one and a half screens
LINE = 36  # signs of a line on a telephone that is 390 pixels wide
BUTTON_LINES = 3  # a row of buttons is as high, with its gap
BLOCKS_WITH_BUTTONS = 8  # on one page: more would push the text off a screen
CHOICES = 80  # buttons on one message; Telegram takes a hundred
ON_A_PAGE = 8  # choices on one page of a list of buttons
_GAP = "\n\n"
_TAG = re.compile("<[^>]+>")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is sent: HTML of Telegram's subset, and rows of buttons under it. What is
    shown at once may have another message after it (`then`)."""

    html: str
    buttons: tuple[Row, ...] = ()
    then: Message | None = None


@dataclass(frozen=True, slots=True)
class Toast:
    """The short answer to a tap. `alert` shows it as a box that has to be closed."""

    text: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stay together, with their footnotes and buttons.

    Every line and note is whole HTML of at most some 1,500 units.
    """

    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def size(self) -> int:
        """Units this block takes up on a page, with the gaps around it."""
        return sum(width(line) + 1 for line in (*self.lines, *self.notes)) + len(_GAP)

    @property
    def height(self) -> int:
        """Lines of a telephone's screen that it takes up, with its buttons and the gap after it."""
        text = sum(map(screen_lines, (*self.lines, *self.notes)))
        return text + BUTTON_LINES * len(self.rows) + 1


def paged(
    head: str,
    blocks: Sequence[Block],
    page: int,
    turn: PageTap,
    *,
    opening: str | None = None,
    foot: tuple[Row, ...] = (),
    most: int = PAGE_LINES,
) -> Message:
    """One page of `blocks`, counted from 0; a page that is not there becomes the nearest.

    `turn` shows any page of this view. `head` stands on every page, or `opening` in its place
    on the first. `foot` are buttons of every page. `most`: lines of a page.
    """
    first = head if opening is None else opening
    room = PAGE_LIMIT - max(width(head), width(first)) - len(_GAP)
    lines = max(most - max(screen_lines(head), screen_lines(first)), most // 2)
    pages = list(_fill(blocks, room, lines)) or [[]]
    page = max(0, min(page, len(pages) - 1))
    shown = pages[page]
    parts = [first if page == 0 else head]
    parts += ["\n".join(block.lines) for block in shown if block.lines]
    if notes := [note for block in shown for note in block.notes]:
        parts.append("\n".join(notes))
    rows = (
        *(row for block in shown for row in block.rows),
        *foot,
        *page_row(turn, page, len(pages)),
    )
    return Message(_GAP.join(part for part in parts if part), rows)


def screen_lines(markup: str) -> int:
    """About how many lines HTML takes on a telephone's screen."""
    return sum(max(1, -(-width(line) // LINE)) for line in _TAG.sub("", markup).split("\n"))


def choice_rows(
    choices: Sequence[T], page: int, turn: Tap, choose: Callable[[T], Button]
) -> tuple[Row, ...]:
    """One page of a list of buttons, each made by `choose`, and the row that turns its pages.

    `turn` has a field `page`. A page that is not there becomes the nearest.
    """
    count = max(1, -(-len(choices) // ON_A_PAGE))
    page = max(0, min(page, count - 1))
    shown = choices[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    return (*((choose(choice),) for choice in shown), *page_row(turn, page, count))


def page_row(turn: Tap, page: int, count: int) -> tuple[Row, ...]:
    """‹ Sebelumnya · 2/5 · Berikutnya ›: only where there is such a page; none of one page."""
    if count <= 1:
        return ()

    def to(number: int) -> Tap:
        return cast(Tap, replace(cast(Any, turn), page=number))

    row = [button(f"{page + 1}/{count}", to(page))]
    if page > 0:
        row.insert(0, button("‹ Sebelumnya", to(page - 1)))
    if page < count - 1:
        row.append(button("Berikutnya ›", to(page + 1)))
    return (tuple(row),)


def first_that_fits(texts: Iterable[str], most: int) -> str:
    """The first text that takes at most so many lines of a telephone's screen, or the last."""
    text = ""
    for text in texts:
        if screen_lines(text) <= most:
            break
    return text


def that_fit(entries: Iterable[str], most: int, rest: str = "…", gap: int = 1) -> Iterator[str]:
    """The first entries that take at most so many lines of a telephone's screen, each with the
    `gap` after it, and a sign that there are more."""
    for entry in entries:
        most -= screen_lines(entry) + gap
        if most < 0:
            yield rest
            return
        yield entry


def _fill(blocks: Sequence[Block], room: int, lines: int) -> Iterator[list[Block]]:
    """Blocks on pages of at most `room` units and `lines` lines, a line that is longer alone."""
    page: list[Block] = []
    units = height = 0
    for block in (part for whole in blocks for part in _parts(whole, room, lines)):
        units, height = units + block.size, height + block.height
        crowded = block.rows and sum(bool(b.rows) for b in page) >= BLOCKS_WITH_BUTTONS
        if page and (crowded or units > room or height > lines):
            yield page
            page, units, height = [], block.size, block.height
        page.append(block)
    if page:
        yield page


def _fits(block: Block, room: int, lines: int) -> bool:
    return block.size <= room and block.height <= lines


def _parts(block: Block, room: int, lines: int) -> Iterator[Block]:
    """The block itself, or where no page holds it, its lines on several."""
    if _fits(block, room, lines):
        yield block
        return
    part = Block(())
    for line in (*block.lines, *block.notes):
        longer = replace(part, lines=(*part.lines, line))
        if part.lines and not _fits(longer, room, lines):
            yield part
            longer = Block((line,))
        part = longer
    yield replace(part, rows=block.rows)
