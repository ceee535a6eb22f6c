"""Every spreadsheet as LibreOffice shows it: all that it holds, and no text cut.

LibreOffice is slow to start, so it starts once. The pages have the renderer's own fonts, so they
are the same on every machine.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest

from bot.domain.documents import EvaluationReport, Format
from bot.reports import child, compose, rendering, spreadsheet
from bot.reports.sheets import Column, Kind, Sheet, Workbook, as_json
from bot.sop_loader import load_catalog
from tests.cast import MONDAY
from tests.conftest import PROJECT
from tests.histories import begun, long_procedure
from tests.reports.documents import report
from tests.reports.test_evaluation_report import OFFICE, OWNER, evaluated, story

SECONDS = 180
LONG = "Mohon data realisasi anggaran triwulan keempat dilengkapi, " * 60
CLIP = re.compile(r"q ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re\nW\*? n")

FOOT = re.compile(r"\s+Halaman \d+ dari \d+\s")

FONTS = f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{child.FONTS}</dir>
  <cachedir prefix="cwd">fonts</cachedir>
  <alias binding="same">
    <family>Arial</family>
    <accept><family>Liberation Sans</family></accept>
  </alias>
</fontconfig>
"""

NASTY = Workbook(
    "Teks yang sulit",
    "Asia/Jakarta",
    (
        Sheet(
            "Teks",
            ("JUDUL YANG LEBIH LEBAR DARIPADA TABELNYA " * 4, "Kota Pagar Alam"),
            (Column("No", 5, Kind.ORDINAL), Column("Isi", 24), Column("Hari", 8, Kind.LATENESS)),
            tuple(
                (number, text, late)
                for number, (text, late) in enumerate(
                    [
                        ("=HYPERLINK(1)", 0),
                        ("+62 812", 1.5),
                        ("-1", 0),
                        ("@SUM(A1)", 20),
                        (LONG, 1234.25),
                        ("PENETAPAN KINERJA TINGKAT PEJABAT ESELON IV / KEPALA SUBBAGIAN " * 3, 0),
                        ("a1b2" * 60, 0),
                        ("503/22/SOP.PRCN/DISPMPPTSPTK/2024; " * 4, 0),
                        ("Dinas\tPenanaman\tModal", 0),
                        ("baris satu\nbaris dua\n\nbaris empat", 0),
                    ],
                    start=1,
                )
            ),
        ),
    ),
)


def evaluation() -> EvaluationReport:
    """Every procedure of the shipped office under way, one of 40 steps, and four that are late."""
    procedures = tuple(load_catalog(PROJECT / "sop_data").procedures())
    histories = [begun(p, MONDAY, run_id=n) for n, (_, p) in enumerate(procedures, start=11)]
    for history in histories:
        for _ in range(3):
            history.move("confirm", timedelta(hours=30))
    long = begun(long_procedure(40, code="panjang"), MONDAY, run_id=99)
    for _ in range(39):
        long.move("confirm", timedelta(hours=2))
    runs = [*story(), *(history.run for history in histories), long.run]
    return EvaluationReport(OFFICE, evaluated(runs, *procedures), OWNER)


def low_rows() -> bytes:
    """A workbook as it was before heights were computed: every row one line high."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spreadsheet, "_height", lambda lines, points=0: 15.75)
        return spreadsheet.spreadsheet(as_json(NASTY))


def converted(folder: Path, books: dict[str, bytes]) -> dict[str, pypdf.PdfReader]:
    """Each workbook as the pages that LibreOffice prints of it."""
    program = shutil.which("soffice")
    if program is None and os.environ.get("KAWAL_REQUIRE_LIBREOFFICE"):
        pytest.fail("soffice is not on the PATH, and this test must not be skipped")
    if program is None:
        pytest.skip("soffice (libreoffice-calc-nogui) is not on the PATH")
    for name, content in books.items():
        (folder / f"{name}.xlsx").write_bytes(content)
    (folder / "fonts.conf").write_text(FONTS, encoding="utf-8")
    subprocess.run(
        [
            program,
            "--headless",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--convert-to", "pdf:calc_pdf_Export"),
            *(f"{name}.xlsx" for name in books),
        ],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "FONTCONFIG_FILE": str(folder / "fonts.conf"),
        },
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    return {name: pypdf.PdfReader(folder / f"{name}.pdf") for name in books}


def by_sheet(printed: pypdf.PdfReader) -> dict[str, list[tuple[str, pypdf.PageObject]]]:
    """The pages of each sheet with their texts: its name stands in their foot, which comes first
    in the file."""
    found: dict[str, list[tuple[str, pypdf.PageObject]]] = {}
    for page in printed.pages:
        text = page.extract_text()
        found.setdefault(FOOT.split(text)[0], []).append((text, page))
    return found


def squeezed(text: str) -> str:
    return "".join(text.split())


def shown(cell: Any) -> str:
    """What stands in a cell on paper, by its value and its number format."""
    look = cell.number_format.replace("_)", "")
    match cell.value:
        case str():
            return squeezed(cell.value)
        case int() | float() if "." in look or "," in look:
            digits = Decimal(10) ** -len(look.partition(";")[0].partition(".")[2])
            rounded = Decimal(str(cell.value)).quantize(digits, ROUND_HALF_UP)
            return f"{rounded:,}" if cell.value or "–" not in look else "–"
        case int():
            return str(cell.value)
        case _:
            day = f"{cell.value:%d/%m/%Y}"
            return day if "hh" not in look else f"{day}{cell.value:%H.%M}"


def missing(sheet: Any, text: str) -> Iterator[str]:
    """What a sheet holds and the text of its pages does not show."""
    cells = (cell for row in sheet.iter_rows() for cell in row if cell.value is not None)
    for wanted, times in Counter(map(shown, cells)).items():
        if text.count(wanted) < times:
            yield f"{wanted} ({text.count(wanted)} of {times} times)"


def cut(page: pypdf.PageObject, *, charts: int = 0) -> list[tuple[float, ...]]:
    """The cells whose text is cut: LibreOffice sets bounds to a text only where it goes beyond
    its cell. The page, its foot and each chart have bounds of their own."""
    contents = page.get_contents()
    assert contents is not None
    found = CLIP.findall(contents.get_data().decode("latin-1"))
    bounds = [tuple(map(float, four)) for four in found]
    inner = [four for four in bounds if four[0] > 0 and four[1] > 36]
    if charts and len(inner) == charts and all(four[3] > 150 for four in inner):
        return []
    return inner


def test_libreoffice_shows_all_that_a_spreadsheet_holds_and_cuts_nothing(tmp_path: Path) -> None:
    books = {
        "pelaksanaan": compose(report(10), Format.XLSX).content,
        "panjang": compose(report(3, LONG[:480].strip()), Format.XLSX).content,
        "evaluasi": compose(evaluation(), Format.XLSX).content,
        "teks": rendering.xlsx(NASTY),
        "rendah": low_rows(),
    }
    printed = converted(tmp_path, books)
    low = printed.pop("rendah").pages[0]
    assert len(cut(low)) > 5, "a cut text is no longer recognised"
    for name, paper in printed.items():
        pages = by_sheet(paper)
        for sheet in openpyxl.load_workbook(io.BytesIO(books[name])):
            where, charts = f"{name}, {sheet.title}", len(sheet._charts)
            found = pages[sheet.title]
            assert list(missing(sheet, squeezed("".join(text for text, _ in found)))) == [], where
            assert len(found) == 1 or not charts, f"{where} is on {len(found)} pages"
            assert [cut(page, charts=charts) for _, page in found] == [[]] * len(found), where
