"""The renderer's child process: whatever becomes of it ends in one kind of error, or in a file."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest

from bot.domain.documents import Format
from bot.reports import rendering, sheets
from bot.reports.rendering import Renderer, RenderError
from bot.reports.sheets import Column, Kind, Sheet, Workbook

PROJECT = Path(__file__).resolve().parents[2]

BOOK = Workbook(
    "Contoh",
    "Asia/Jakarta",
    (
        Sheet(
            "Langkah",
            ("LAPORAN", "Kota"),
            (
                Column("No", 5, Kind.NUMBER),
                Column("Kegiatan", 40),
                Column("Hari", 8, Kind.DECIMAL),
                Column("Tanggal", 12, Kind.DATE),
                Column("Selesai", 18, Kind.MOMENT),
            ),
            (
                (
                    1,
                    "=HYPERLINK(1)",
                    Fraction(7, 2),
                    date(2026, 11, 23),
                    datetime(2026, 11, 23, 3, 15, tzinfo=UTC),
                ),
                (2, "+62", None, None, None),
                (3, "-1", None, None, None),
                (4, "@SUM(A1)", None, None, None),
            ),
        ),
    ),
)


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    made = Renderer(limit=20)
    yield made
    made.close()


def simple(renderer: Renderer) -> bytes:
    return renderer.render(Format.PDF, "office", {})[0]


def broken(code: str, limit: float = 20) -> Renderer:
    return Renderer(limit=limit, command=(sys.executable, "-I", "-c", code))


def test_a_page_is_made_by_one_child_after_the_other(renderer: Renderer) -> None:
    assert renderer._child is None
    assert len(pypdf.PdfReader(io.BytesIO(simple(renderer))).pages) == 1
    assert simple(renderer).startswith(b"%PDF")
    assert renderer._child is not None


def test_a_picture_is_made_of_each_page(renderer: Renderer) -> None:
    pages = renderer.render(Format.PNG, "office", {})
    assert [page[:4] for page in pages] == [b"\x89PNG"]


def test_an_unknown_template_is_a_failed_rendering_and_the_next_one_is_made(
    renderer: Renderer,
) -> None:
    with pytest.raises(RenderError):
        renderer.render(Format.PDF, "tidak-ada", {})
    assert simple(renderer).startswith(b"%PDF")


def test_a_child_that_hangs_is_ended_and_the_wait_has_an_end() -> None:
    hanging = broken("import time; time.sleep(60)", limit=0.3)
    with pytest.raises(RenderError, match="longer than"):
        simple(hanging)
    assert hanging._child is None


@pytest.mark.parametrize(
    "code",
    [
        "import sys; sys.stdin.buffer.read(4); sys.exit(3)",
        "import os, sys; sys.stdin.buffer.read(4); os.abort()",
        "import sys; sys.stdout.buffer.write(b'\\0\\0\\0\\x50half a frame')",
        "raise ImportError('no typst')",
    ],
    ids=["leaves", "crashes", "stops in the middle", "cannot begin"],
)
def test_a_child_that_dies_over_its_work_is_a_failed_rendering(code: str) -> None:
    with pytest.raises(RenderError):
        simple(broken(code))


def test_a_child_that_cannot_be_started_is_a_failed_rendering() -> None:
    with pytest.raises(RenderError, match="cannot be started"):
        simple(Renderer(command=("/there/is/no/such/program",)))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing here kills a process so")
def test_after_a_killed_child_the_next_one_does_the_work(renderer: Renderer) -> None:
    simple(renderer)
    child = renderer._child
    assert child is not None
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert simple(renderer).startswith(b"%PDF")


def test_a_child_without_work_ends(renderer: Renderer) -> None:
    quick = Renderer(idle=0.05)
    simple(quick)
    deadline = time.monotonic() + 5
    while quick._child is not None and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    assert quick._child is None


def test_a_child_whose_parent_has_gone_ends_by_itself(renderer: Renderer) -> None:
    simple(renderer)
    child = renderer._child
    assert child is not None
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(timeout=10) == 0


def test_two_at_once_wait_for_each_other(renderer: Renderer) -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(simple(renderer))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [page[:4] for page in made] == [b"%PDF"] * 4


def test_the_child_learns_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:secret")
    telling = broken(
        "import json, os, struct, sys\n"
        "said = json.dumps({'error': str('BOT_TOKEN' in os.environ)}).encode()\n"
        "sys.stdin.buffer.read(4)\n"
        "sys.stdout.buffer.write(struct.pack('>I', len(said)) + said)\n"
    )
    with pytest.raises(RenderError, match="False"):
        simple(telling)
    telling.close()


def test_half_a_sign_in_a_text_stops_nothing(renderer: Renderer) -> None:
    assert renderer.render(Format.PDF, "office", {"x": "\ud83d"})


def test_the_renderer_is_imported_by_its_child_alone() -> None:
    """The bot's start and its memory do not pay for documents that nobody asked for."""
    look = (
        "import sys, bot.app, bot.cli, bot.reports.rendering;"
        "print(sorted({'typst', 'xlsxwriter', 'openpyxl'} & set(sys.modules)))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", look], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[]"


def test_a_spreadsheet_holds_real_numbers_and_dates_and_texts_that_stay_texts() -> None:
    page = openpyxl.load_workbook(io.BytesIO(rendering.xlsx(BOOK))).active
    assert page is not None
    rows = list(page.iter_rows(values_only=True))
    assert rows[:2] == [("LAPORAN",) + (None,) * 4, ("Kota",) + (None,) * 4]
    assert rows[3] == ("No", "Kegiatan", "Hari", "Tanggal", "Selesai")
    number, text, days, day, moment = rows[4]
    assert (number, text, days) == (1, "=HYPERLINK(1)", 3.5)
    assert isinstance(day, datetime)
    assert day.date() == date(2026, 11, 23)
    assert str(moment) == "2026-11-23 10:15:00"
    assert [row[1] for row in rows[5:]] == ["+62", "-1", "@SUM(A1)"]
    texts = [page.cell(row, 2) for row in range(5, 9)]
    assert {cell.data_type for cell in texts} == {"s"}
    assert {cell.quotePrefix for cell in texts} == {True}
    assert {cell.quotePrefix for cell in page[5] if cell.column != 2} == {False}
    assert page.freeze_panes == "A5"
    assert page.auto_filter.ref == "A4:E8"
    assert page.print_title_rows == "$4:$4"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)


def one_sheet(columns: tuple[Column, ...], *rows: tuple[Any, ...], heading: str = "Judul") -> Any:
    book = Workbook("x", "Asia/Jakarta", (Sheet("a", (heading,), columns, rows),))
    return openpyxl.load_workbook(io.BytesIO(rendering.xlsx(book))).active


def test_a_row_is_as_high_as_its_longest_text() -> None:
    """A line is 12.75 points, and 3 are left free. Ten signs hold one of these words."""
    columns = (Column("Isi", 10), Column("Hari", 8, Kind.NUMBER))
    page = one_sheet(
        columns,
        ("ya", 1),
        ("realisasi anggaran triwulan", 2),
        ("satu\ndua\n\nempat", 3),
        ("realisasi/anggaran/triwulan", 4),
        (None, 5),
    )
    heights = [page.row_dimensions[row].height for row in range(4, 9)]
    assert heights == [15.75, 41.25, 54, 41.25, 15.75]


def test_the_heading_has_the_whole_width_of_its_table() -> None:
    columns = (Column("Isi", 10), Column("Lain", 10))
    page = one_sheet(columns, ("ya", "ya"), heading="REALISASI ANGGARAN TRIWULAN KEEMPAT")
    assert [str(merged) for merged in page.merged_cells.ranges] == ["A1:B1"]
    # Four lines of twelve points: 20 signs hold one of these words, and not two.
    assert page.row_dimensions[1].height == 4 * 15.75 + 3


def test_a_column_is_as_wide_as_a_word_of_its_header_and_widens_for_a_very_long_text() -> None:
    page = one_sheet((Column("Pertanggungjawaban", 3), Column("Isi", 10)), (None, "kata " * 700))
    assert page.column_dimensions["A"].width > 18
    assert 60 < page.column_dimensions["B"].width <= 255
    assert page.row_dimensions[4].height < 409


def test_a_year_has_no_point_and_a_late_row_is_marked_by_its_one_number() -> None:
    columns = (Column("Tahun", 8, Kind.ORDINAL), Column("Terlambat", 12, Kind.LATENESS))
    page = one_sheet(columns, (2026, Fraction(5, 4)), (2027, 0))
    assert [page.cell(4, column).value for column in (1, 2)] == [2026, 1.25]
    assert page.cell(4, 1).number_format == "0"
    assert page.cell(4, 2).number_format == '#,##0.00_);-#,##0.00_);"–"_)'
    ((marked, (rule,)),) = page.conditional_formatting._cf_rules.items()
    assert (str(marked.sqref), rule.formula) == ("A4:B5", ["N($B4)>0"])


def test_a_page_holds_the_width_of_the_table_and_repeats_its_header() -> None:
    page = one_sheet((Column("Isi", 200), Column("Lain", 90)), ("a", "b"))
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.page_setup.fitToWidth in (1, None)  # which is 1
    assert page.page_setup.fitToHeight == 0  # as many as it takes
    assert (page.print_title_rows, page.print_area) == ("$3:$3", "'a'!$A$1:$B$4")


def test_a_sheet_says_what_does_not_fit_it() -> None:
    column = Column("No", 5, Kind.NUMBER)
    with pytest.raises(ValueError, match="no name"):
        Sheet("a" * 32, (), (column,), ())
    with pytest.raises(ValueError, match="as many cells"):
        Sheet("Langkah", (), (column,), ((1, 2),))
    with pytest.raises(ValueError, match="'No'"):
        sheets.as_json(Workbook("x", "UTC", (Sheet("a", (), (column,), (("=1",),)),)))
    moment = Column("Pada", 9, Kind.MOMENT)
    naive = Sheet("a", (), (moment,), ((datetime(2026, 1, 1),),))  # noqa: DTZ001 - the fault
    with pytest.raises(ValueError, match="'Pada'"):
        sheets.as_json(Workbook("x", "UTC", (naive,)))


def test_a_mixed_column_holds_each_cell_as_what_it_is() -> None:
    columns = (Column("Isi", 20, Kind.MIXED),)
    rows = (("=1+1",), (7,), (date(2026, 1, 2),), (None,), (Fraction(1, 2),))
    book = Workbook("x", "UTC", (Sheet("a", (), columns, rows),))
    page = openpyxl.load_workbook(io.BytesIO(rendering.xlsx(book))).active
    assert page is not None
    cells = [page.cell(row, 1) for row in range(2, 7)]
    assert [cell.data_type for cell in cells] == ["s", "n", "d", "n", "n"]
    assert [cell.value for cell in cells[1:2] + cells[3:]] == [7, None, 0.5]
