"""What others hear of a task that is late, or that nobody has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.metrics import Lateness
from bot.features.phrases import short_step
from bot.features.reminders import LateView, VacantView
from tests.features.samples.common import (
    BUDI,
    DEWI,
    RINA,
    SARI,
    TO_HADI,
    TO_SARI,
    current,
    lakip,
    lakip_run,
    lakip_sop,
)
from tests.features.saying import TEXTS, say

LATE = Lateness(1, timedelta(hours=2))


def test_an_escalation_reports_who_is_late_and_by_how_much() -> None:
    run = lakip_run()
    late = current(run.procedure.step(2), (BUDI, RINA), late=LATE)
    assert (
        say(LateView(TO_HADI, run, lakip_sop(), late, waiting=False))
        == """\
Yth. Bapak Sekretaris,
⚠️ Dengan hormat kami laporkan, langkah berikut terlambat <b>1 hari kerja 2 jam</b>.
LAKIP 2023 · Langkah 2 dari 5: <b>Mengumpulkan bahan dan data untuk menyusun LAKIP DISPMPTSPTK</b>
Pelaksana: Bapak Budi Santoso, S.T. atau Ibu Rina Marlina, A.Md.
Tenggat: Rabu, 24 Januari 2024 pukul 10.00 WIB
Mohon arahan Bapak."""
    )


def test_an_escalation_names_all_who_have_to_confirm_and_the_office_outside() -> None:
    run = lakip_run()
    both = replace(run.procedure.step(2), all_must_confirm=True)
    told = say(
        LateView(TO_HADI, run, lakip_sop(), current(both, (BUDI, RINA), late=LATE), waiting=False)
    )
    assert "Pelaksana: Bapak Budi Santoso, S.T. dan Ibu Rina Marlina, A.Md." in told
    outside = current(replace(both, roles=("bappeda",)), (SARI,), late=LATE)
    told = say(LateView(TO_HADI, run, lakip_sop(), outside, waiting=False))
    assert "Pelaksana: Bappeda\n" in told


def test_a_line_that_names_a_step_takes_any_name_of_a_unit() -> None:
    line = short_step(lakip(), 2023, 2, "Bidang <PTSP> & Investasi")
    assert line == "LAKIP 2023 · Bidang &lt;PTSP&gt; &amp; Investasi · Langkah 2 dari 5"
    assert "…" in short_step(lakip(), 2023, 2, "x" * 200)


def test_nobody_is_told_that_the_kepala_dinas_is_late() -> None:
    run = lakip_run()
    late = current(run.procedure.step(5), (DEWI,), late=LATE)
    text = say(LateView(TO_SARI, run, lakip_sop(), late, waiting=True))
    assert (
        "Sebagai informasi, pelaksanaan berikut menunggu tanda tangan Ibu Dewi Lestari, S.H., M.M."
    ) in text
    assert "lambat" not in text.lower()
    assert "⚠️" not in text


def test_the_office_waits_for_bappeda_not_for_bu_sari_who_records_it() -> None:
    run = lakip_run()
    step = replace(run.procedure.step(2), roles=("bappeda",))
    view = LateView(TO_HADI, run, lakip_sop(), current(step, (SARI,), late=LATE), waiting=True)
    assert "menunggu penyelesaian oleh Bappeda." in say(view)
    assert "Sari" not in say(view)


def test_a_vacant_role_comes_with_the_way_to_fill_it() -> None:
    run = lakip_run()
    message = TEXTS.render(
        VacantView(
            TO_SARI,
            run,
            lakip_sop(),
            run.procedure.step(2),
            run.tasks[1],
            (("tim", "Tim Pelaksana"),),
        )
    )
    assert "peran <b>Tim Pelaksana</b> belum dipegang siapa pun" in message.html
    assert [b.data for row in message.buttons for b in row] == ["inv:tim", "fr:tim:0"]
