"""The monitoring of a semester and the evaluation of a year, on paper and as tables."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pypdf
import pytest

from bot.domain.calendar import office_calendar
from bot.domain.documents import EvaluationReport, Format, Signatory
from bot.domain.evaluation import Evaluation, evaluate
from bot.domain.periods import ReportPeriod
from bot.domain.run import Run
from bot.domain.sop import Catalog, Procedure, Sop, Wording
from bot.reports import compose, evaluation_report
from bot.reports import evaluation_comparison as comparison
from tests.cast import MONDAY, wib
from tests.histories import REVIEWED, begun, long_procedure, sop_of
from tests.offices import hari, kantor
from tests.procedures import langkah, prosedur

OFFICE = kantor()
CALENDAR = office_calendar(OFFICE)
YEAR = ReportPeriod(2026)
OWNER = Signatory(
    "Kepala Subbagian Perencanaan", "Sari Wulandari, S.E.", "198703122010012004", "III/d"
)
NOW = wib("02-01-2027 08.00")

FIVE = replace(
    prosedur(*(langkah(n, "tim", waktu=hari(3 if n == 5 else 1)) for n in range(1, 6))),
    title="PENYUSUNAN LAKIP",
)


def story() -> list[Run]:
    """Four runs: every step in time but the fifth, which takes five days or more of three."""
    runs = []
    for number, extra in enumerate((5, 5, 5, 6), start=1):
        history = begun(FIVE, MONDAY, run_id=number)
        for _ in range(4):
            history.move("confirm", timedelta(hours=3))
        # Over weekends: 7 days of the clock are 5 of work.
        history.move("confirm", timedelta(days=extra + 2))
        runs.append(history.run)
    return runs


def evaluated(
    runs: list[Run],
    *more: tuple[Sop, Procedure],
    period: ReportPeriod = YEAR,
    now: datetime = NOW,
) -> Evaluation:
    return evaluate(((sop_of(r.procedure), r) for r in runs), more, period, now, CALENDAR)


ONE = replace(FIVE, steps=(replace(FIVE.steps[4], number=1),))
"""One step of three days."""


def pages(evaluation: Evaluation, before: Evaluation | None = None) -> list[str]:
    content = compose(EvaluationReport(OFFICE, evaluation, OWNER, before), Format.PDF).content
    assert len(content) < 2_000_000
    texts = [p.extract_text() for p in pypdf.PdfReader(io.BytesIO(content)).pages]
    return [" ".join(text.replace("\u200b", "").split()) for text in texts]


def book(evaluation: Evaluation) -> Any:
    content = compose(EvaluationReport(OFFICE, evaluation, OWNER), Format.XLSX).content
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(sheet: Any) -> list[dict[str, Any]]:
    """The table of a sheet, below its heading, by column."""
    lines = list(sheet.iter_rows(values_only=True))
    head, *rest = lines[int(sheet.freeze_panes[1:]) - 2 :]
    return [dict(zip(head, line, strict=True)) for line in rest]


def test_the_table_of_the_regulation_has_the_facts_and_leaves_the_judgement_to_people() -> None:
    text = " ".join(pages(evaluated(story())))
    for heading in (
        "No Prosedur Penilaian Catatan hasil Tindakan yang harus diambil",
        "EVALUASI PELAKSANAAN SOP",
        "Tahun 2026 (1 Januari 2026 sampai dengan 31 Desember 2026)",
        "PEMERINTAH KOTA PAGAR ALAM",
        "☐ Berjalan baik ☐ Tidak berjalan baik Usulan: tidak berjalan baik",
        "Pelaksanaan: 4 selesai.",
        "80% langkah tepat waktu (16 dari 20).",
        "Penilaian, tindakan, dan paraf tetap pada penilai.",
    ):
        assert heading in text, heading


def test_no_heading_of_a_table_is_hyphenated_and_a_date_is_written_in_the_town() -> None:
    text = " ".join(pages(evaluated(story())))
    for heading in ("Pelaksanaan", "Terlambat", "Kembali", "Perpanjangan"):
        assert f" {heading} " in text
    assert re.findall(r"\b[A-Z][a-z]+-[a-z]+", text) == []
    assert "Pagar Alam, ____" in text
    assert "Kota Pagar Alam, ____" not in text


def test_a_standard_time_that_is_never_met_is_said_plainly() -> None:
    text = " ".join(pages(evaluated(story())))
    assert (
        "Langkah 5: baku 3 hari, nyatanya 5 hari pada 4 pelaksanaan; pertimbangkan 5 hari." in text
    )


def test_every_step_has_its_figures_in_the_spreadsheet_as_numbers() -> None:
    workbook = book(evaluated(story()))
    assert workbook.sheetnames == ["Monitoring", "Langkah", "Grafik UJI", "Pelaksanaan"]
    *_, fifth = rows(workbook["Langkah"])
    assert fifth["Langkah"] == 5
    assert (fifth["Waktu baku"], fifth["Satuan"], fifth["Pelaksanaan"]) == (3, "hari", 4)
    assert (fifth["Nyata (median)"], fifth["Nyata (terlama)"]) == (5, 6)
    assert (fifth["Terlambat"], fifth["Tepat waktu (%)"]) == (4, 0)
    assert fifth["Saran"].startswith("Langkah 5: baku 3 hari")
    first, *_ = rows(workbook["Pelaksanaan"])
    assert isinstance(first["Dimulai"], datetime)
    assert first["Keadaan"] == "selesai"
    (row,) = rows(workbook["Monitoring"])
    assert (row["Penilaian (diisi penilai)"], row["Paraf penilai"]) == (None, None)
    assert row["Usulan penilaian"] == "tidak berjalan baik"


def test_the_chart_compares_every_step_with_its_standard_time() -> None:
    sheet = book(evaluated(story()))["Grafik UJI"]
    (chart,) = sheet._charts
    assert len(chart.series) == 2
    *_, fifth = rows(sheet)
    assert list(fifth.values()) == ["Langkah 5", 167, 200]


def test_every_procedure_has_a_chart_of_its_own_that_stands_on_one_page() -> None:
    other = begun(replace(long_procedure(40), code="prosedur_panjang_eselon3"), run_id=9)
    other.move("confirm", timedelta(hours=2))
    workbook = book(evaluated([*story(), other.run]))
    charts = {sheet.title: sheet for sheet in workbook if sheet._charts}
    # "PROSEDUR Panjang Eselon III" has more than the 24 signs that are left for it.
    assert list(charts) == ["Grafik UJI", "Grafik prosedur_panjang_eselon3"]
    for sheet in charts.values():
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert {sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight} <= {1, None}  # is 1
        # The table has columns A to C, the chart 720 pixels from E on.
        assert sheet.print_area.startswith(f"'{sheet.title}'!$A$1:$Q$")


def test_shares_and_sums_on_paper_agree_with_the_spreadsheet() -> None:
    steps = rows(book(evaluated(story()))["Langkah"])
    assert sum(step["Bagian waktu (%)"] for step in steps) == 100
    assert sum(step["Kali dikerjakan"] for step in steps) == 20


def test_a_cancelled_run_is_shown_as_such() -> None:
    history = begun(FIVE)
    history.move("cancel", timedelta(hours=3))
    evaluation = evaluated([history.run])
    text = " ".join(pages(evaluation))
    assert "Pelaksanaan dibatalkan : 1" in text
    assert "Pelaksanaan: 1 dibatalkan." in text
    (row,) = rows(book(evaluation)["Pelaksanaan"])
    assert row["Keadaan"] == "dibatalkan"


def test_a_semester_is_called_a_monitoring_and_names_its_days() -> None:
    evaluation = evaluated(story(), period=ReportPeriod(2026, 2))
    text = " ".join(pages(evaluation))
    assert "MONITORING PELAKSANAAN SOP" in text
    assert "Semester II Tahun 2026 (1 Juli 2026 sampai dengan 31 Desember 2026)" in text
    assert (
        evaluation_report.name(EvaluationReport(OFFICE, evaluation, OWNER))
        == "monitoring-sop-2026-2"
    )
    assert (
        evaluation_report.name(EvaluationReport(OFFICE, evaluated([]), OWNER))
        == "evaluasi-sop-2026"
    )


def test_procedures_without_a_run_are_in_the_table(catalog: Catalog) -> None:
    evaluation = evaluated([], *catalog.procedures())
    every = pages(evaluation)
    assert len(every) <= 2
    text = " ".join(every)
    assert text.count("Tidak ada pelaksanaan pada masa ini.") == 7
    assert text.count("Usulan: belum cukup pelaksanaan") == 7
    assert len(rows(book(evaluation)["Monitoring"])) == 7


def test_no_page_is_empty_and_every_page_has_its_number(catalog: Catalog) -> None:
    runs = [begun(p, MONDAY, run_id=n).run for n, (_, p) in enumerate(catalog.procedures(), 1)]
    many = [replace(run, id=run.id + 10 * n) for n in range(30) for run in runs]
    long = begun(replace(long_procedure(40), code="panjang"), run_id=999)
    for _ in range(39):
        long.move("confirm", timedelta(hours=2))
    every = pages(evaluated([*story(), *many, long.run], *catalog.procedures()))
    assert len(every) > 5
    for number, text in enumerate(every, start=1):
        assert f"Halaman {number} dari {len(every)}" in text
        assert len(text) > 150


@pytest.mark.parametrize(
    "text",
    ['#panic("x") $x$ *a* _b_ `c` @d \\ [', "=HYPERLINK(1)", "K" * 500, "🎉 مرحبا", "\ud83d"],
)
def test_hostile_texts_come_out_as_texts(text: str) -> None:
    steps = (replace(FIVE.steps[0], activity=Wording(text)), *FIVE.steps[1:])
    history = begun(replace(FIVE, title=text, steps=steps))
    history.move("confirm", timedelta(hours=2))
    evaluation = evaluated([history.run])
    shown = "".join(" ".join(pages(evaluation)).split())
    if text.isascii():
        assert "".join(text.split()) in shown
        cell = book(evaluation)["Langkah"].cell(6, 3)
        assert (cell.value, cell.data_type) == (text, "s")


def test_returned_often_suggests_looking_at_what_is_handed_in() -> None:
    runs = []
    for number in (1, 2, 3):
        history = begun(REVIEWED, run_id=number)
        for what in ("confirm", "return", "confirm", "confirm", "confirm"):
            history.move(what, timedelta(hours=1))
        runs.append(history.run)
    text = " ".join(pages(evaluated(runs)))
    assert "3 kali dikembalikan." in text
    assert "Langkah 2 mengembalikan 3 dari 6 kali" in text
    assert "mengembalikan" not in " ".join(pages(evaluated(runs[:2]))), "two runs may be chance"


def test_runs_that_stand_still_are_named_first() -> None:
    """Three steps of three days, due on Thursday; two runs of three were not confirmed."""
    runs = [begun(ONE, run_id=number).run for number in (1, 2)]
    moved = begun(ONE, run_id=3)
    moved.move("confirm", timedelta(hours=1))
    now = wib("16-11-2026 10.15")
    text = " ".join(pages(evaluated([*runs, moved.run], now=now)))
    assert "2 berjalan, semuanya terlambat, terlama 2 hari kerja." in text
    assert "33% langkah tepat waktu (1 dari 3)." in text
    assert "1, di antaranya 1 tepat waktu; 2 lagi terbuka dan terlambat" in text
    assert "Langkah 1 paling sering terlambat (2 dari 3 kali)" in text
    assert "Usulan: tidak berjalan baik" in text
    stuck = " ".join(pages(evaluated(runs, now=now)))
    assert "Usulan: belum cukup pelaksanaan" in stuck
    assert "0% langkah tepat waktu (0 dari 2)." in stuck


def test_a_period_stands_beside_the_one_before_it() -> None:
    """One punctual run in 2026; in 2027 two, of which one was late and the other never done."""
    runs = []
    for number, (at, took) in enumerate(
        [("09-11-2026 10.00", 24), ("11-01-2027 10.00", 24 * 9), ("11-01-2027 10.00", None)], 1
    ):
        history = begun(ONE, at=wib(at), run_id=number)
        if took:
            history.move("confirm", timedelta(hours=took))
        runs.append(history.run)
    now = wib("31-12-2027 12.00")
    new, old = (evaluated(runs, period=ReportPeriod(year), now=now) for year in (2027, 2026))
    report = EvaluationReport(OFFICE, new, OWNER, old)
    found = {
        row.what: (row.now, row.before)
        for row in comparison.rows(report)
        if row.whose == "Seluruh kantor"
    }
    assert found == {
        "Pelaksanaan dimulai": (2, 1),
        "Pelaksanaan selesai": (1, 1),
        "Selesai melewati waktu baku": (1, 0),
        "9 dari 10 selesai dalam (hari kerja)": (7, 1),
        "Masih berjalan": (1, 0),
        "Berjalan dan terlambat": (1, 0),
        "Langkah dikerjakan": (1, 1),
        "Langkah terlambat": (2, 0),
        "Langkah tepat waktu (%)": (0, 100),
        "Pengembalian": (0, 0),
        "Perpanjangan": (0, 0),
    }
    text = " ".join(pages(new, old))
    assert "Dibandingkan dengan Tahun 2026" in text
    assert "Langkah tepat waktu (%) 0 100 −100" in text
    assert "Langkah 1, 9 dari 10 dalam (hari) 7 1 +6" in text
    assert "Dibandingkan" not in " ".join(pages(new))
    sheet = openpyxl.load_workbook(io.BytesIO(compose(report, Format.XLSX).content))["Perbandingan"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["Seluruh kantor", "Pelaksanaan dimulai", 2, 1, 1] in lines
    assert [ONE.title, "Langkah 1, 9 dari 10 dalam (hari)", 7, 1, 6] in lines


def test_nothing_is_compared_where_nothing_was_due() -> None:
    """In 2026 a run began on the last day and was not due yet: no percentage, and no change."""
    history = begun(ONE, at=wib("31-12-2026 10.00"))
    history.move("confirm", timedelta(days=5))
    now = wib("31-12-2027 12.00")
    years = (ReportPeriod(2027), ReportPeriod(2026))
    new, old = (evaluated([history.run], period=year, now=now) for year in years)
    found = comparison.printed(EvaluationReport(OFFICE, new, OWNER, old))
    assert ["Seluruh kantor", "Langkah tepat waktu (%)", "100", "–", "–"] in found
    assert ["Seluruh kantor", "Masih berjalan", "0", "1", "−1"] in found


def test_a_run_that_will_end_late_is_told_before_it_does() -> None:
    """Returned at its deadline: nothing is late, but the work of two days is done again."""
    history = begun(REVIEWED)
    for what in ("confirm", "return"):
        history.move(what, history.run.current[0].due_at - history.now)
    text = " ".join(pages(evaluated([history.run], now=history.now + timedelta(minutes=1))))
    assert "Pelaksanaan: 1 berjalan." in text
    assert "1 berjalan diperkirakan melewati waktu baku." in text
