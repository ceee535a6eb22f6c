"""What has ended, in words and on pages."""

from __future__ import annotations

from dataclasses import replace

from bot.features.history import EndedView, SummaryView, TurnSummary
from tests.features.samples import everything
from tests.features.samples.history import ended
from tests.features.saying import TEXTS, read, say


def test_the_summary_lays_plan_and_truth_side_by_side() -> None:
    assert (
        say(ended())
        == """\
Yth. Ibu Kasubbag Perencanaan,

🏁 Pelaksanaan <b>PENYUSUNAN LAKIP</b> tahun 2023 telah selesai. Terima kasih atas kerja sama Ibu.

Dimulai: Senin, 22 Januari 2024 pukul 09.00 WIB
Selesai: <b>Rabu, 31 Januari 2024 pukul 14.00 WIB</b>
Rencana selesai: Rabu, 31 Januari 2024 pukul 10.30 WIB
Hasil: <b>terlambat 3 jam 30 menit</b>; 1 dari 2 langkah tepat waktu

<b>1. Membentuk Tim Pelaksana Penyusunan LAKIP DISPMPTSPTK</b>
baku 1 jam · nyata 45 menit · tepat waktu
Ibu Dewi Lestari, S.H., M.M. (Kepala Dinas), Senin, 22 Januari 2024 pukul 09.45 WIB

<b>3. Menyusun laporan draft LAKIP DISPMPTSPTK</b>
baku 3 hari · nyata 3,5 hari · terlambat 4 jam
Bapak Budi Santoso, S.T. (Tim Pelaksana), Selasa, 30 Januari 2024 pukul 14.00 WIB"""
    )


def test_the_end_says_what_follows_and_that_it_is_assumed() -> None:
    view = ended()
    procedure = replace(
        view.run.procedure,
        follow_up=("Bappeda memverifikasi <Renja>", "Perkada menetapkannya"),
        assumptions=("sesudahnya",),
    )
    follows = replace(view, run=replace(view.run, procedure=procedure))
    said = (
        "Selanjutnya (perkiraan, belum dicocokkan):\n"
        "1. Bappeda memverifikasi &lt;Renja&gt;\n2. Perkada menetapkannya"
    )
    assert said in say(EndedView(follows, report=False))
    assert said in say(follows)
    confirmed = replace(procedure, assumptions=())
    assert "Selanjutnya:\n1." in say(replace(view, run=replace(view.run, procedure=confirmed)))
    assert "Selanjutnya" not in say(EndedView(view, report=False))


def test_a_page_button_leads_to_the_same_view_and_run() -> None:
    view = next(v for v in everything("Menyusun", 60) if isinstance(v, SummaryView))
    following = TEXTS.render(view).buttons[-1][-1]
    tap = read(following.data)
    assert isinstance(tap, TurnSummary)
    assert (following.data, tap.page, tap.run_id) == ("pg:ringkas:1:7", 1, 7)
