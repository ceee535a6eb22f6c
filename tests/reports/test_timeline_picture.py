"""The picture on a leader's phone: every row is there, in words and in bars, and it fits.

A PNG holds no words to look for, so the same page is made as a PDF where words matter.
"""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pypdf
import pytest

from bot.domain import timeline
from bot.domain.calendar import office_calendar
from bot.domain.documents import Format, OfficePicture, RunPicture
from bot.domain.run import Run
from bot.domain.sop import Wording
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


def of_run(run: Run, now: datetime) -> dict[str, Any]:
    return timeline_picture.run_data(RunPicture(OFFICE, timeline.of_run(run, now, CALENDAR)))


def of_office(runs: list[Run], now: datetime) -> dict[str, Any]:
    return timeline_picture.office_data(
        OfficePicture(OFFICE, timeline.of_office(runs, now, CALENDAR), whole=True)
    )


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
    data = of_run(history.run, history.now)
    text = said(data)
    assert all(f"{number}. Langkah {number}" in text for number in range(1, steps + 1))
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
    assert "DIBATALKAN" in text
    assert "tidak dilanjutkan" in text
    assert "tidak dilaksanakan" in text
    assert "perkiraan selesai" not in text


@pytest.mark.parametrize("count", [0, 1, 30])
def test_the_office_is_on_one_picture(count: int) -> None:
    now = wib("20-11-2026 09.00")
    runs = [begun(at=MONDAY + timedelta(hours=n), run_id=n).run for n in range(1, count + 1)]
    text = said(of_office(runs, now))
    assert all(f"{number}. UJI 2026" in text for number in range(1, count + 1))
    assert ("Tidak ada pelaksanaan yang berjalan" in text) is (count == 0)
    assert (f"{count} di antaranya terlambat" in text) is (count > 0)
    picture = OfficePicture(OFFICE, timeline.of_office(runs, now, CALENDAR), whole=True)
    width, height = size(compose(picture, Format.PNG).content)
    assert width == PHONE
    assert width + height <= 10_000


def test_one_persons_picture_does_not_say_that_it_is_the_office() -> None:
    picture = timeline.of_office([begun().run], MONDAY, CALENDAR)
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
    few, many = ([begun(run_id=n).run for n in range(count)] for count in (1, 200))
    pictures = [
        compose(OfficePicture(OFFICE, timeline.of_office(runs, MONDAY, CALENDAR), True), Format.PNG)
        for runs in (few, many)
    ]
    assert [paper.picture for paper in pictures] == [True, False]
    assert {paper.name for paper in pictures} == {"garis-waktu-2026-11-09.png"}
