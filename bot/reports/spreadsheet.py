"""A workbook as an .xlsx file; only the child process imports what writes it.

No program computes the height of a row that another wrote: Excel does when a cell is edited,
LibreOffice leaves one line. So it is computed here, from the text and the width of its column.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from xlsxwriter.utility import xl_col_to_name, xl_pixel_width
from xlsxwriter.workbook import Workbook

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_A4: Final = 9
_FONT: Final = {"font_name": "Arial", "font_size": 10}
_FRAME: Final = {**_FONT, "border": 1, "valign": "top", "text_wrap": True}
_KINDS: Final[dict[str, dict[str, Any]]] = {
    "text": {**_FRAME, "align": "left"},
    "number": {**_FRAME, "align": "right", "num_format": "#,##0_)"},
    "ordinal": {**_FRAME, "align": "center", "num_format": "0"},
    "decimal": {**_FRAME, "align": "right", "num_format": "#,##0.0_)"},
    "lateness": {**_FRAME, "align": "right", "num_format": '#,##0.00_);-#,##0.00_);"–"_)'},
    "date": {**_FRAME, "align": "center", "num_format": "dd/mm/yyyy"},
    "moment": {**_FRAME, "align": "center", "num_format": "dd/mm/yyyy hh.mm"},
}
_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "title": {**_FONT, "bold": True, "font_size": 12, "valign": "top", "text_wrap": True},
    "line": {**_FONT, "valign": "top", "text_wrap": True, "quote_prefix": True},
    "head": {
        **{**_FRAME, "valign": "vcenter"},
        **{"bold": True, "align": "center", "bg_color": "#DDE6EF"},
    },
    "quoted": {**_FRAME, "align": "left", "quote_prefix": True},
    **_KINDS,
    **{f"mixed {kind}": {**look, "align": "left"} for kind, look in _KINDS.items()},
}
_LATE: Final = {"bg_color": "#FBE3E1", "font_color": "#8E1B14"}
_BETWEEN_WORDS: Final = re.compile("[^ ]+ *| +")
_AFTER_STROKES: Final = re.compile("[^ /-]*[ /-]+|[^ /-]+")
_FORMULA_SIGNS: Final = ("=", "+", "-", "@")

_DIGIT: Final = 7
_PADDING: Final = 8
"""Pixels: a sign of a column's width, and what a cell keeps free beside its text."""

_ARIAL: Final = 1.04
_CAPITALS: Final = 1.1
_BOLD: Final = 1.08
"""How much wider than the Calibri 11 that XlsxWriter measures Arial 10 is, its capitals are, and
its bold face is once more."""

_LINE: Final = 12.75
_TITLE_LINE: Final = 15.75
_TALLEST: Final = 409
_WIDEST: Final = 255
"""Points of a line; Excel's limits for a row in points, and for a column in signs."""

_CHART_WIDTH: Final = 720
_ROW: Final = 20
_COLUMN: Final = 64
"""Pixels of a chart's width, and of a row and a column that nothing was said of."""


def spreadsheet(book: dict[str, Any]) -> bytes:
    """The workbook that `sheets.as_json` describes, as an .xlsx file."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = Workbook(target, {**options, "default_format_properties": dict(_FONT)})
    workbook.set_properties({"title": book["title"]})
    looks = {name: workbook.add_format(look) for name, look in _LOOKS.items()}
    for sheet in book["sheets"]:
        page = workbook.add_worksheet(sheet["name"])
        widths = [_width(sheet, number) for number in range(len(sheet["columns"]))]
        header = _set_heading(page, sheet["heading"], widths, looks)
        last = _set_table(page, sheet, header, widths, looks)
        _mark_late(page, sheet, header, last, workbook.add_format(_LATE))
        _set_page(page, header)
        if sheet["chart"] and sheet["rows"]:
            last, end = _draw(workbook, page, sheet, header, last)
            page.fit_to_pages(1, 1)
        else:
            end = len(widths) - 1
            page.fit_to_pages(1, 0)
        page.print_area(0, 0, last, end)
    workbook.close()
    return target.getvalue()


def _set_heading(
    page: Worksheet, lines: list[str], widths: list[float], looks: dict[str, Format]
) -> int:
    """The lines above the table, each over its whole width; the row of the table's header."""
    for row, text in enumerate(lines):
        look, points, larger = ("line", _LINE, 1) if row else ("title", _TITLE_LINE, 1.2 * _BOLD)
        page.set_row(row, _height([_lines(text, sum(widths), larger)], points))
        if len(widths) > 1:
            page.merge_range(row, 0, row, len(widths) - 1, "", looks[look])
        page.write_string(row, 0, text, looks[look])
    return len(lines) + bool(lines)


def _set_table(
    page: Worksheet,
    sheet: dict[str, Any],
    header: int,
    widths: list[float],
    looks: dict[str, Format],
) -> int:
    """The table with its header; its last row."""
    columns = sheet["columns"]
    page.set_row(
        header,
        _height(_lines(c["title"], w, _BOLD) for c, w in zip(columns, widths, strict=True)),
    )
    for number, column in enumerate(columns):
        page.set_column(number, number, widths[number])
        page.write_string(header, number, column["title"], looks["head"])
    last = header
    for last, values in enumerate(sheet["rows"], start=header + 1):
        cells = [
            _cell(column["kind"], value) for column, value in zip(columns, values, strict=True)
        ]
        page.set_row(last, _height(_lines(v, w) for (_, v), w in zip(cells, widths, strict=True)))
        for number, (look, value) in enumerate(cells):
            _write(page, last, number, value, looks[look])
    page.freeze_panes(header + 1, 0)
    page.autofilter(header, 0, last, len(columns) - 1)
    return last


def _cell(kind: str, value: Any) -> tuple[str, str | float | datetime | None]:
    """The look and the value of a cell; in a mixed column each is of a kind of its own."""
    look = kind
    if kind == "mixed":
        kind, value = value or ("text", None)
        look = f"mixed {kind}"
    if value is None:
        return look, None
    if kind in ("date", "moment"):
        return look, datetime.fromisoformat(value)
    # Whoever edits such a text would make it a formula.
    return ("quoted" if kind == "text" and value.startswith(_FORMULA_SIGNS) else look), value


def _write(
    page: Worksheet, row: int, column: int, value: str | float | datetime | None, look: Format
) -> None:
    """One cell, by the method of its kind, so that no text is taken for a formula."""
    match value:
        case None:
            page.write_blank(row, column, None, look)
        case str():
            page.write_string(row, column, value, look)
        case datetime():
            page.write_datetime(row, column, value, look)
        case _:
            page.write_number(row, column, value, look)


def _mark_late(
    page: Worksheet, sheet: dict[str, Any], header: int, last: int, look: Format
) -> None:
    """Rows with a lateness are coloured, also after somebody corrects it."""
    for number, column in enumerate(sheet["columns"]):
        if column["kind"] == "lateness" and last > header:
            rule = f"=N(${xl_col_to_name(number)}{header + 2})>0"
            options = {"type": "formula", "criteria": rule, "format": look}
            page.conditional_format(header + 1, 0, last, len(sheet["columns"]) - 1, options)


def _set_page(page: Worksheet, header: int) -> None:
    """A4 across, the table's header and a foot on each page."""
    page.set_landscape()
    page.set_paper(_A4)
    page.repeat_rows(header)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.set_footer("&L&8&A&R&8Halaman &P dari &N", {"scale_with_doc": False})


def _draw(
    workbook: Workbook, page: Worksheet, sheet: dict[str, Any], header: int, last: int
) -> tuple[int, int]:
    """The sheet's bars, to the right of its table; the first row is the topmost bar. The last row
    and column that they cover."""
    chart = workbook.add_chart({"type": "bar"})
    name, labels = sheet["name"], sheet["chart"]["labels"]
    categories = [name, header + 1, labels, last, labels]
    for series in sheet["chart"]["series"]:
        values = [name, header + 1, series["column"], last, series["column"]]
        chart.add_series({"name": series["name"], "categories": categories, "values": values})
    height = 140 + 30 * len(sheet["rows"])
    chart.set_title({"name": sheet["chart"]["title"], "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"min": 0})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": _CHART_WIDTH, "height": height})
    first = len(sheet["columns"]) + 1
    page.insert_chart(header, first, chart)
    return max(last, header + ceil(height / _ROW)), first + ceil(_CHART_WIDTH / _COLUMN)


def _width(sheet: dict[str, Any], number: int) -> float:
    """The width of a column in signs: as much as was asked for, more where a word of its header
    would break or a row would be taller than Excel's tallest."""
    column = sheet["columns"][number]
    words = (_pixels(word) for word in column["title"].split())
    width = max(column["width"], (max(words, default=0) * _BOLD + _PADDING) / _DIGIT)
    cells = [_cell(column["kind"], row[number])[1] for row in sheet["rows"]]
    while width < _WIDEST and any(_height([_lines(c, width)]) == _TALLEST for c in cells):
        width = min(width * 1.2, _WIDEST)
    return round(float(width), 2)


def _height(lines: Iterable[int], points: float = _LINE) -> float:
    """The height in points of a row whose cells have so many lines."""
    return min(max(lines, default=1) * points + 3, _TALLEST)


def _lines(value: Any, width: float, larger: float = 1) -> int:
    """How many lines a value takes up in a column; a number is one. `larger` is its font, against
    the table's."""
    if not isinstance(value, str):
        return 1
    room = (width * _DIGIT - _PADDING) / larger
    # Excel breaks lines at spaces, LibreOffice after a stroke or a hyphen too.
    ways = (_BETWEEN_WORDS, _AFTER_STROKES)
    return sum(max(_filled(way.findall(line), room) for way in ways) for line in value.split("\n"))


def _filled(pieces: list[str], room: float) -> int:
    """The lines that pieces fill, each `room` pixels long; a piece that none holds is broken."""
    lines, used = 1, 0.0
    for piece in pieces:
        length = _pixels(piece.rstrip())
        if used and used + length > room:
            lines, used = lines + 1, 0.0
        more = max(ceil(length / room) - 1, 0)
        lines, used = lines + more, used + _pixels(piece) - more * room
    return lines


@lru_cache(4096)
def _pixels(text: str) -> float:
    """The width of a text in Arial 10; signs such as emoji are twice as wide as letters."""
    signs: int = xl_pixel_width(text)
    wide = 0 if text.isascii() else sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return (signs + 8 * wide) * (_CAPITALS if text.isupper() else _ARIAL)
