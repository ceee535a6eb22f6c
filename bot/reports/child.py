"""The child process that renders: it knows Typst and the spreadsheet library, and no more.

It answers the requests of its standard input on its standard output, one at a time. A request
is one frame, a JSON object. An answer is a frame that says how many frames follow
(`{"files": n}`) or what went wrong (`{"error": …}`), then these. A frame is its length in four
bytes, then so many bytes.
"""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import sys
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import typst
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

HERE: Final = Path(__file__).parent
TEMPLATES: Final = HERE / "templates"
FONTS: Final = HERE / "fonts"

PPI: Final = 162.0
"""400 points of a picture become 900 pixels."""

LENGTH: Final = struct.Struct(">I")

_A4: Final = 9
_FORMATS: Final = {
    "mixed": {"align": "left"},
    "text": {"align": "left"},
    "number": {"num_format": "#,##0", "align": "right"},
    "decimal": {"num_format": "#,##0.0", "align": "right"},
    "date": {"num_format": "dd/mm/yyyy", "align": "center"},
    "moment": {"num_format": "dd/mm/yyyy hh.mm", "align": "center"},
}


def serve() -> None:
    """Answer requests until the input ends."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library may print must not get between the frames.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    maker = Maker()
    while (request := read_frame(requests)) is not None:
        order = json.loads(request)
        _limit(order["seconds"])
        try:
            files = maker.make(order)
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent is told
            write_frame(answers, json.dumps({"error": _in_short(error)}).encode())
        else:
            write_frame(answers, json.dumps({"files": len(files)}).encode())
            for content in files:
                write_frame(answers, content)
        answers.flush()
        _limit(0)


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next frame, None at the end of the stream (or of what a dead writer left of it)."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def write_frame(stream: IO[bytes], content: bytes) -> None:
    """Write one frame; the caller flushes."""
    stream.write(LENGTH.pack(len(content)))
    stream.write(content)


class Maker:
    """Makes what is ordered. Fonts and templates are read once."""

    def __init__(self) -> None:
        self._compiler: typst.Compiler | None = None

    def make(self, order: dict[str, Any]) -> list[bytes]:
        """The files of one order: a PDF, one PNG a page, or a spreadsheet."""
        if order["form"] == "xlsx":
            return [spreadsheet(order["data"])]
        if self._compiler is None:
            import typst

            fonts = typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
            )
            self._compiler = typst.Compiler(font_paths=fonts, root=str(TEMPLATES))
        made = self._compiler.compile(
            str(TEMPLATES / f"{order['template']}.typ"),
            format=order["form"],
            ppi=PPI,
            sys_inputs={"data": json.dumps(order["data"], ensure_ascii=False)},
        )
        if made is None:
            raise RuntimeError("the renderer made nothing")
        return [made] if isinstance(made, bytes) else made


def spreadsheet(book: dict[str, Any]) -> bytes:
    """The workbook that `sheets.as_json` describes, as an .xlsx file."""
    from xlsxwriter.workbook import Workbook

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = Workbook(target, options)
    workbook.set_properties({"title": book["title"]})
    for sheet in book["sheets"]:
        _fill(workbook, workbook.add_worksheet(sheet["name"]), sheet)
    workbook.close()
    return target.getvalue()


def _fill(workbook: Workbook, page: Worksheet, sheet: dict[str, Any]) -> None:
    font = {"font_name": "Arial", "font_size": 10}
    frame = {**font, "border": 1, "valign": "top", "text_wrap": True}
    title = workbook.add_format({**font, "bold": True, "font_size": 12})
    plain = workbook.add_format(font)
    head = workbook.add_format({**frame, "bold": True, "align": "center", "bg_color": "#DDE6EF"})
    kinds = {kind: workbook.add_format({**frame, **look}) for kind, look in _FORMATS.items()}
    for row, line in enumerate(sheet["heading"]):
        page.write_string(row, 0, line, plain if row else title)
    header = len(sheet["heading"]) + (1 if sheet["heading"] else 0)
    last = header + len(sheet["rows"])
    for number, column in enumerate(sheet["columns"]):
        page.set_column(number, number, column["width"])
        page.write_string(header, number, column["title"], head)
        for offset, row in enumerate(sheet["rows"], start=1):
            kind, value = column["kind"], row[number]
            if kind == "mixed" and value is not None:
                kind, value = value
            _write(page, header + offset, number, value, kind, kinds[kind])
    if sheet["chart"] and sheet["rows"]:
        _draw(workbook, page, sheet, header, last)
    page.freeze_panes(header + 1, 0)
    page.autofilter(header, 0, last, len(sheet["columns"]) - 1)
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(header)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.set_footer("&L&8&A&R&8Halaman &P dari &N")


def _draw(
    workbook: Workbook, page: Worksheet, sheet: dict[str, Any], header: int, last: int
) -> None:
    """The sheet's bars, to the right of its table; the first row is the topmost bar."""
    chart = workbook.add_chart({"type": "bar"})
    name, labels = sheet["name"], sheet["chart"]["labels"]
    categories = [name, header + 1, labels, last, labels]
    for series in sheet["chart"]["series"]:
        values = [name, header + 1, series["column"], last, series["column"]]
        chart.add_series({"name": series["name"], "categories": categories, "values": values})
    chart.set_title({"name": sheet["chart"]["title"], "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"min": 0})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 720, "height": 140 + 30 * len(sheet["rows"])})
    page.insert_chart(header, len(sheet["columns"]) + 1, chart)


def _write(page: Worksheet, row: int, column: int, value: Any, kind: str, look: Format) -> None:
    """One cell, by the method of its kind, so that no text is taken for a formula."""
    if value is None:
        page.write_blank(row, column, None, look)
    elif kind == "text":
        page.write_string(row, column, value, look)
    elif kind in ("date", "moment"):
        page.write_datetime(row, column, datetime.fromisoformat(value), look)
    else:
        page.write_number(row, column, value, look)


def _limit(seconds: float) -> None:
    """Let the system end this process after so long: a parent that was killed cannot."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _in_short(error: Exception) -> str:
    """What went wrong, without what it went wrong with: that may be people's texts."""
    said = getattr(error, "message", None) or str(error)
    return f"{type(error).__name__}: {str(said).partition(chr(10))[0]}"[:300]
