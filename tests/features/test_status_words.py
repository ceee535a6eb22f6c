"""What is under way, in words and on pages."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.domain.metrics import Lateness
from bot.features.status import StatusView
from tests.features.samples.common import (
    running,
)
from tests.features.saying import TEXTS, labels, pages, say

LATE = Lateness(1, timedelta(hours=2))


def test_the_status_shows_progress_whose_turn_until_when_and_how_late() -> None:
    assert (
        say(StatusView((running(LATE),), whole_office=True))
        == """\
<b>Pelaksanaan yang berjalan di seluruh kantor (1)</b>

1. <b>PENYUSUNAN LAKIP</b> tahun 2023
▰▱▱▱▱ 1 dari 5 langkah
Langkah 2 dari 5: Mengumpulkan bahan dan data untuk menyusun LAKIP DISPMPTSPTK
Menunggu: Bapak Budi Santoso, S.T. (Tim Pelaksana) atau Ibu Rina Marlina, A.Md. (Tim Pelaksana)
Tenggat: Rabu, 24 Januari 2024 pukul 10.00 WIB
⚠️ Terlambat <b>1 hari kerja 2 jam</b>
Perkiraan selesai: Rabu, 31 Januari 2024 pukul 10.30 WIB
⚠️ Melewati waktu baku 2 hari kerja
⚠️ Melewati batas <b>Selasa, 30 Januari 2024</b>, 1 hari kerja"""
    )


def test_two_hundred_runs_are_all_there_and_each_once() -> None:
    found = pages(StatusView((running(),) * 200, whole_office=True))
    numbers = re.findall(r"^(\d+)\. <b>", "\n".join(p.html for p in found), re.MULTILINE)
    assert numbers == [str(n) for n in range(1, 201)]
    last = len(found)
    assert labels(found[0])[-1] == [f"1/{last}", "Berikutnya ›"]
    assert labels(found[1])[-1] == ["‹ Sebelumnya", f"2/{last}", "Berikutnya ›"]
    assert labels(found[-1])[-1] == ["‹ Sebelumnya", f"{last}/{last}"]


def test_a_page_that_is_gone_becomes_the_nearest_one() -> None:
    view = StatusView((running(),) * 30, whole_office=True)
    found = pages(view)
    assert TEXTS.render(view, 999) == found[-1]
    assert TEXTS.render(view, -3) == found[0]
    assert TEXTS.render(StatusView((), whole_office=True), 5).buttons == ()
