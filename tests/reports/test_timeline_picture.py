"""The picture on a leader's phone: every row is there, in words and in bars, and it fits.

A PNG holds no words to look for, so the same page is made as a PDF where words matter.
"""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pypdf
import pytest

from bot.domain import timeline
from bot.domain.calendar import office_calendar
from bot.domain.documents import Format, OfficePicture, RunPicture
from bot.domain.run import Run
from bot.domain.sop import Wording
from bot.domain.yearly import LegalDate
from bot.reports import compose, rendering, timeline_picture
from bot.reports.child import TEMPLATES
from tests.cast import MONDAY, wib
from tests.histories import REVIEWED, History, begun, long_procedure, punctual
from tests.offices import kantor

OFFICE = kantor()
CALENDAR = office_calendar(OFFICE)
PHONE = 900
HOSTILE = (
    '#panic("x") $x^2$ *tebal* _miring_ `kode` <b> @rujukan \\ // [',
    "K" * 500,
    "Rapat 🎉🧑‍💼 selesai ✅",
    "مرحبا بالعالم ‏שלום",
    "\ud83d setengah tanda",
)


def named(legal: date | None) -> LegalDate | None:
    return LegalDate(legal, legal) if legal else None


def of_run(run: Run, now: datetime, legal: date | None = None, page: int = 1) -> dict[str, Any]:
    picture = timeline.of_run(run, now, CALENDAR, named(legal), page)
    return timeline_picture.run_data(RunPicture(OFFICE, picture))


def office_picture(
    runs: list[Run], now: datetime, page: int = 1, legal: date | None = None
) -> OfficePicture:
    drawn = timeline.of_office([(run, named(legal)) for run in runs], now, CALENDAR, page)
    awaited = {run.id: "Bapak Budi Santoso, S.T." for run in runs}
    return OfficePicture(OFFICE, drawn, whole=True, awaited=awaited)


def of_office(
    runs: list[Run], now: datetime, page: int = 1, legal: date | None = None
) -> dict[str, Any]:
    return timeline_picture.office_data(office_picture(runs, now, page, legal))


def said(data: dict[str, Any]) -> str:
    """What can be read on the picture, lines joined."""
    pages = pypdf.PdfReader(io.BytesIO(rendering.pdf("timeline", data))).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().replace("\u200b", "").split())


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def run_with(*what: str, hours: int = 4, steps: int = 3) -> History:
    history = begun(REVIEWED if steps == 3 else long_procedure(steps))
    for each in what:
        history.move(each, timedelta(hours=hours))
    return history


@pytest.mark.parametrize("steps", [3, 10, 40])
def test_every_step_has_its_row_and_the_picture_is_as_wide_as_a_phone(steps: int) -> None:
    history = run_with("confirm", "confirm", steps=steps)
    pages = -(-steps // timeline.RUN_ROWS)
    drawn = [said(of_run(history.run, history.now, page=n)) for n in range(1, pages + 1)]
    assert all(f"{number}. Langkah {number}" in " ".join(drawn) for number in range(1, steps + 1))
    assert all(
        (f"halaman {n} dari {pages}" in text) is (pages > 1) for n, text in enumerate(drawn, 1)
    )
    picture = timeline.of_run(history.run, history.now, CALENDAR)
    width, height = size(compose(RunPicture(OFFICE, picture), Format.PNG).content)
    assert width == PHONE
    # Telegram takes no photo of which both sides together are longer, or one twenty times
    # the other.
    assert width + height <= 10_000
    assert height <= 20 * width


def test_lateness_is_said_in_words_beside_its_bar() -> None:
    data = of_run(begun().run, wib("16-11-2026 10.15"))
    text = said(data)
    assert "Langkah 1 terlambat 3 hari kerja" in text
    assert "⚠ TERLAMBAT 3 HARI KERJA" in text
    (first, *_) = data["rows"]
    assert first["tone"] == "late"
    assert [bar["part"] for bar in first["lanes"][0]["bars"]] == ["running", "late"]
    assert "hari ini Sen 16 Nov" in text


def test_a_step_in_time_says_so_and_the_next_when_it_is_expected() -> None:
    text = said(of_run(run_with("confirm").run, MONDAY + timedelta(hours=5)))
    assert "✓ Sen 9 Nov, tepat waktu" in text
    assert "tenggat Sel 10 Nov" in text
    assert "perkiraan Sel 10 Nov" in text


def test_work_that_came_back_is_a_second_bar_with_its_reason_to_be() -> None:
    history = run_with("confirm", "return")
    data = of_run(history.run, history.now)
    first, second, third = data["rows"]
    assert [lane["note"] for lane in first["lanes"]] == ["diulang", "ulang ke-1"]
    assert [lane["note"] for lane in second["lanes"]] == ["↩ dikembalikan", "ulang ke-1"]
    assert len(third["lanes"]) == 1
    assert "↩ dikembalikan" in said(data)


def test_what_is_told_apart_by_colour_is_told_apart_by_pattern() -> None:
    source = (TEMPLATES / "timeline.typ").read_text("utf-8")
    looks = source.partition("#let looks")[2].partition("\n)\n")[0]
    fills = {
        line.split(":")[0].strip(): line.partition("fill:")[2].partition("(")[0].strip()
        for line in looks.splitlines()
        if "fill:" in line
    }
    assert fills["running"] == "upright"
    assert fills["late"] == "slanted"
    assert fills["paused"] == "dotted"
    assert "dash" in looks.partition("forecast")[2]


def test_holidays_are_named_and_shaded_otherwise_than_weekends() -> None:
    run = begun(long_procedure(10), wib("21-12-2026 08.00")).run
    data = of_run(run, wib("22-12-2026 09.00"))
    text = said(data)
    assert "Jum 25 Des, Hari Raya Natal" in text
    assert {day["shade"] for day in data["days"]} == {"working", "holiday", "weekend"}


def test_a_pause_and_an_end_are_said_on_top() -> None:
    assert "dijeda sejak Sen 9 Nov" in said(of_run(run_with("pause").run, wib("12-11-2026 09.00")))
    over = punctual().run
    text = said(of_run(over, wib("30-11-2026 09.00")))
    assert "3 dari 3 langkah selesai · selesai Rab 11 Nov" in text
    assert "hari ini" not in text
    text = said(of_run(run_with("confirm", "cancel").run, wib("30-11-2026 09.00")))
    assert "Dibatalkan pada Sen 9 Nov · 1 dari 3 langkah selesai" in text
    assert "Alasan: diulang tahun depan" in text
    assert "tidak dilanjutkan" in text
    assert "tidak dilaksanakan" in text
    assert "perkiraan selesai" not in text


@pytest.mark.parametrize("count", [0, 1, 30])
def test_the_office_is_on_pages_of_at_most_twelve_runs(count: int) -> None:
    now = wib("20-11-2026 09.00")
    runs = [begun(at=MONDAY + timedelta(hours=n), run_id=n).run for n in range(1, count + 1)]
    pages = max(-(-count // timeline.OFFICE_ROWS), 1)
    texts = [said(of_office(runs, now, page)) for page in range(1, pages + 1)]
    assert all(f"{number}. UJI 2026" in " ".join(texts) for number in range(1, count + 1))
    text = texts[-1]
    assert (f"{count} pelaksanaan · halaman {pages} dari {pages}" in text) is (pages > 1)
    assert text.count("menunggu Bapak Budi Santoso, S.T.") == -(-count // pages)
    assert ("Tidak ada pelaksanaan yang berjalan" in text) is (count == 0)
    assert (f"{count} di antaranya terlambat" in text) is (count > 0)
    picture = office_picture(runs, now)
    width, height = size(compose(picture, Format.PNG).content)
    assert width == PHONE
    assert width + height <= 10_000


def test_one_persons_picture_does_not_say_that_it_is_the_office() -> None:
    picture = timeline.of_office([(begun().run, None)], MONDAY, CALENDAR)
    data = timeline_picture.office_data(OfficePicture(OFFICE, picture, whole=False))
    assert data["title"] == "Pelaksanaan terkait"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_out_as_texts(text: str) -> None:
    run = begun().run
    steps = (replace(run.procedure.steps[0], activity=Wording(text)), *run.procedure.steps[1:])
    hostile = replace(run, procedure=replace(run.procedure, title=text, steps=steps))
    data = of_run(hostile, MONDAY)
    shown = said(data)
    if text.isascii():
        beginning = "".join(text[:40].split())
        assert beginning in "".join(shown.split())
    assert "Langkah 2" in shown.replace("\u200f", "")


def test_bars_stay_on_the_picture() -> None:
    runs = [begun(long_procedure(40), wib("02-03-2026 08.00")).run, begun(run_id=2).run]
    for row in of_office(runs, MONDAY)["rows"]:
        for lane in row["lanes"]:
            for bar in (*lane["plan"], *lane["bars"]):
                assert 0.0 <= bar["left"] <= bar["right"] <= 1.0
        assert row["lanes"][0]["bars"]


def test_a_picture_that_no_screen_takes_comes_as_a_file() -> None:
    history = begun()
    for _ in range(140):
        history.move("confirm", timedelta(minutes=1))
        history.move("return", timedelta(minutes=1))
    pictures = [
        compose(RunPicture(OFFICE, timeline.of_run(run, history.now, CALENDAR)), Format.PNG)
        for run in (begun().run, history.run)
    ]
    assert [paper.picture for paper in pictures] == [True, False]
    assert {paper.name for paper in pictures} == {"garis-waktu-uji-2026-0001.png"}


def test_a_run_late_by_returns_says_so_in_words_and_in_colour() -> None:
    # Planned to end on Wednesday the 11th at 14.45; ended on Monday the 16th at 14.45.
    history = run_with("confirm", "return", "confirm", "confirm")
    history.move("confirm", wib("16-11-2026 14.45") - history.now)
    data = of_run(history.run, wib("20-11-2026 09.00"), date(2026, 11, 12))
    text = said(data)
    assert "Melewati waktu baku 3 hari kerja" in text
    assert "Dikembalikan 1 kali" in text
    assert "Melewati batas Kam 12 Nov, 2 hari kerja" in text
    assert {tone for _, tone in data["summary"]} == {"late"}
    assert data["beyond"]["left"] < data["beyond"]["right"]
    assert [mark["text"] for mark in data["marks"]] == [
        "waktu baku sampai Rab 11 Nov",
        "batas Kam 12 Nov",
    ]
    assert "tidak berlaku: dikembalikan, diulang, atau terhenti" in text


def test_a_run_within_its_plan_names_the_day_of_the_law_and_goes_beyond_nothing() -> None:
    data = of_run(begun().run, MONDAY, date(2026, 11, 13))
    text = said(data)
    assert "Batas Jum 13 Nov" in text
    assert "elewati" not in text
    assert data["beyond"] is None
    assert [mark["text"] for mark in data["marks"]] == ["batas Jum 13 Nov"]


def test_a_forecast_beyond_the_plan_is_called_a_forecast() -> None:
    text = said(of_run(begun().run, wib("16-11-2026 10.15"), date(2026, 11, 12)))
    assert "Diperkirakan melewati waktu baku 3 hari kerja" in text
    assert "Diperkirakan melewati batas Kam 12 Nov, 2 hari kerja" in text
    assert "perkiraan yang melewati waktu baku" in text


def test_a_paused_run_says_why_and_on_what_its_forecast_depends() -> None:
    history = run_with("pause", hours=1)
    text = said(of_run(history.run, wib("12-11-2026 09.00")))
    assert "Alasan jeda: menunggu anggaran" in text
    # Paused on Monday at 11.15. Until Thursday at 09.00 that is 20 hours and 15 minutes of work, by
    # which Wednesday 10.15 becomes Monday 08.00; with 3 hours and 30 minutes, Monday 11.30.
    assert "Perkiraan selesai bila dilanjutkan hari ini: Sen 16 Nov" in text
    assert "elewati waktu baku" not in text
    history.move("resume", timedelta(days=2))
    text = said(of_run(history.run, history.now))
    assert "Jeda Sen 9 Nov sampai Rab 11 Nov: menunggu anggaran" in text
    office = said(of_office([run_with("pause", hours=1).run], wib("12-11-2026 09.00")))
    assert "alasan jeda: menunggu anggaran" in office
    assert "selesai ±Sen 16 Nov bila dilanjutkan hari ini" in office


def test_granted_time_is_said_where_a_step_was_in_time() -> None:
    history = run_with("ask", "grant", hours=1)
    history.move("confirm", timedelta(days=2))
    text = said(of_run(history.run, history.now))
    assert "✓ Rab 11 Nov, tepat waktu setelah diperpanjang 1 hari" in text


def test_bars_that_the_edge_cuts_are_marked_and_other_years_are_named() -> None:
    long_ago = begun(long_procedure(40), wib("07-12-2026 08.00"), run_id=1).run
    data = of_office(
        [long_ago, begun(at=wib("05-01-2027 08.00"), run_id=2).run], wib("05-01-2027 09.00")
    )
    lanes = [row["lanes"][0] for row in data["rows"]]
    assert [(lane["cut_left"], lane["cut_right"]) for lane in lanes] == [
        (True, True),
        (False, False),
    ]
    assert "berlanjut di luar gambar" in dict(map(reversed, data["legend"]))
    assert data["dates"][0]["text"].endswith(" 2026")
    texts = [mark["text"] for mark in data["dates"]]
    assert [text for text in texts if text.endswith(" 2027")] == [
        next(t for t in texts if "Jan" in t)
    ]


def test_the_office_draws_the_day_of_the_law_and_says_that_it_is_passed() -> None:
    data = of_office([begun().run], wib("16-11-2026 10.15"), legal=date(2026, 11, 12))
    text = said(data)
    assert (
        "selesai ±Sen 16 Nov, melewati waktu baku 3 hari kerja, melewati batas Kam 12 Nov, "
        "2 hari kerja" in text
    )
    assert 0.0 < data["rows"][0]["lanes"][0]["legal"] < 1.0
    assert "batas penyelesaian" in text


def test_the_legend_explains_every_kind_of_bar_and_no_other() -> None:
    history = run_with("ask", "grant", "confirm", "return", "pause", hours=1)
    data = of_run(history.run, history.now + timedelta(hours=1))
    drawn = {b["part"] for r in data["rows"] for a in r["lanes"] for b in (*a["plan"], *a["bars"])}
    assert {kind for kind, _ in data["legend"]} == drawn
    assert {part.value for part in timeline.Part} <= set(timeline_picture._LEGEND)
