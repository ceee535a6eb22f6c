"""Each procedure of the office's SOPs, from its command to its end, by taps only."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.people import Address
from tests.cast import ANWAR, BUDI, DEWI, HADI, JOKO, LESTARI, RINA, SARI, Player
from tests.stories.harness import Kantor, cards

DESI = Player(111, "Desi Ratnasari, S.H.", Address.IBU, "kepala_bidang", "tenaga_kerja")
WATI = Player(112, "Wati Kurnia", Address.IBU, "staf", "promosi")


@pytest.mark.parametrize(
    ("command", "year"), [("/mulai_lakip", 2025), ("/mulai_lppd", 2025), ("/mulai_renja", 2027)]
)
async def test_a_document_goes_through_ten_hands_to_the_signature(
    kantor: Kantor, command: str, year: int
) -> None:
    assert f"tahun {year}" in (await kantor.say(kantor.sari, command)).text

    await kantor.confirm(kantor.dewi, kantor.budi, kantor.sari)
    await kantor.confirm(kantor.budi, kantor.rina, kantor.budi, kantor.rina)
    await kantor.confirm(kantor.sari, kantor.hadi, kantor.dewi)

    (run,) = kantor.finished()
    assert (run.year, run.steps_done) == (year, 10)
    summary = kantor.hadi.last.text
    assert "telah selesai" in summary
    assert f"tahun {year}" in summary
    details = await kantor.summary(kantor.hadi)
    for player in (SARI, BUDI, RINA, HADI, DEWI):
        assert player.called in details


async def test_the_kasubbag_records_what_bappeda_and_the_kepala_daerah_did(kantor: Kantor) -> None:
    sari = kantor.sari
    assert "tahun 2026" in (await kantor.say(sari, "/mulai_tapkin_eselon2")).text
    await kantor.confirm(kantor.dewi)

    assert "Bappeda" in kantor.card(sari).text
    await kantor.tap(sari, "Catat: selesai", about="Pengumpulan kolektif ke Bappeda")
    await kantor.tap(sari, "Catat: ditandatangani Kepala Daerah")

    (run,) = kantor.finished()
    recorded = [c.recorded_for for task in run.tasks for c in task.confirmations]
    assert recorded == [None, "bappeda", "kepala_daerah"]
    assert f"Bappeda, dicatat oleh {SARI.called}" in await kantor.summary(sari)
    assert f"Kepala Daerah, dicatat oleh {SARI.called}" in await kantor.summary(kantor.dewi)


async def test_the_sekretaris_and_two_kepala_bidang_each_confirm_their_own(kantor: Kantor) -> None:
    await kantor.employ_now(ANWAR, DESI)
    anwar, desi, hadi = kantor.phone(ANWAR), kantor.phone(DESI), kantor.hadi
    assert "tahun 2026" in (await kantor.say(kantor.sari, "/mulai_tapkin_eselon3")).text
    assert "0 dari 3" in kantor.card(hadi).text

    first = await kantor.tap(anwar, "Selesai")
    assert "1 dari 3" in (await first.answered()).text
    await kantor.confirm(hadi)
    assert "2 dari 3" in kantor.card(desi).text
    assert cards(kantor.sari) == []
    await kantor.confirm(desi)

    await kantor.tap(kantor.sari, "Selesai", about="untuk diperiksa")
    await kantor.tap(kantor.dewi, "ditandatangani")
    assert len(kantor.finished()) == 1
    summary = await kantor.summary(kantor.dewi)
    for player in (ANWAR, DESI, HADI):
        assert player.called in summary


async def test_kasubbag_and_kasi_hand_in_and_every_superior_signs(kantor: Kantor) -> None:
    await kantor.employ_now(ANWAR, LESTARI)
    anwar, lestari = kantor.phone(ANWAR), kantor.phone(LESTARI)
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon4")

    assert "2 unit" in next(m.text for m in kantor.sari.heard if "sudah dimulai" in m.text)
    await kantor.confirm(lestari, kantor.sari)
    await kantor.confirm(kantor.hadi, anwar)
    await kantor.confirm(anwar, kantor.hadi)

    assert {run.unit for run in kantor.finished()} == {"perencanaan", "promosi"}
    for run in kantor.finished():
        assert [len(task.confirmations) for task in run.tasks] == [1, 1, 1]
    assert "telah selesai" in lestari.last.text
    assert "Seksi Promosi Penanaman Modal" in lestari.last.text


async def test_every_staf_hands_in_and_their_superiors_sign(kantor: Kantor) -> None:
    await kantor.employ_now(JOKO, WATI, LESTARI)
    joko, wati, lestari = (kantor.phone(player) for player in (JOKO, WATI, LESTARI))
    await kantor.say(kantor.sari, "/mulai_tapkin_staf")

    await kantor.confirm(joko)
    assert cards(lestari) == []
    # Nobody heads the Subbagian Umum: the Sekretaris is the nearest above it.
    await kantor.confirm(wati, lestari, kantor.hadi, kantor.hadi, lestari)

    assert {run.unit for run in kantor.finished()} == {"umum", "promosi"}


async def test_the_status_of_a_procedure_by_units_is_one_line_that_unfolds(
    kantor: Kantor,
) -> None:
    await kantor.employ_now(JOKO, WATI, LESTARI)
    await kantor.say(kantor.sari, "/mulai_tapkin_staf 2027")
    for phone in (kantor.phone(JOKO), kantor.hadi, kantor.hadi):
        await kantor.confirm(phone)

    shown = await kantor.say(kantor.dewi, "/status")
    assert "1 dari 2 unit selesai" in shown.text
    assert WATI.called not in shown.text
    await kantor.press(kantor.dewi, shown, "TAPKIN Staf 2027")
    unfolded = kantor.dewi.last
    assert WATI.called in unfolded.text
    assert "✅ Selesai" in unfolded.text
    await kantor.press(kantor.dewi, unfolded, "Semua pelaksanaan")
    assert "1 dari 2 unit selesai" in kantor.dewi.last.text
    assert "Subbagian Umum dan Kepegawaian" in (await kantor.say(kantor.sari, "/riwayat")).text


async def test_a_doubled_command_opens_each_unit_once(kantor: Kantor) -> None:
    await kantor.employ_now(JOKO, WATI)
    kantor.sari.send("/mulai_tapkin_staf")
    kantor.sari.send("/mulai_tapkin_staf")
    await kantor.quiet()
    assert sorted(run.unit or "" for run in kantor.runs()) == ["promosi", "umum"]
    assert "Tidak ada unit yang perlu dimulai" in kantor.sari.last.text
    assert "Sudah berjalan" in kantor.sari.last.text


async def test_a_run_can_be_for_another_year(kantor: Kantor) -> None:
    assert "tahun 2024" in (await kantor.say(kantor.sari, "/mulai_lakip 2024")).text
    assert [run.year for run in kantor.runs()] == [2024]


async def test_the_menu_of_procedures_asks_before_it_starts_one(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai")
    await kantor.tap(kantor.sari, "RENJA · 2027")
    assert kantor.runs() == []
    look = kantor.sari.last
    for fact in ("RENJA", "tahun 2027", DEWI.called, "Bila semua tepat waktu, selesai"):
        assert fact in look.text
    assert look.labels == ("Mulai", "Tidak jadi")

    await kantor.tap(kantor.sari, "Mulai")
    (run,) = kantor.runs()
    assert (run.procedure.code, run.year) == ("renja", 2027)
    assert "sudah dimulai" in kantor.sari.last.text


async def test_two_sops_run_side_by_side_and_do_not_mix(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.sari, "/mulai_renja")

    await kantor.tap(kantor.dewi, "Selesai", about="LAKIP")
    await kantor.tap(kantor.budi, "Selesai", about="LAKIP")
    lakip, renja = kantor.runs()
    assert [task.step for task in lakip.current] == [3]
    assert [task.step for task in renja.current] == [1]

    await kantor.tap(kantor.dewi, "Selesai", about="RENJA")
    assert [cards(phone) != [] for phone in (kantor.budi, kantor.sari, kantor.dewi)] == [
        True,
        True,
        False,
    ]
    shown = (await kantor.say(kantor.dewi, "/status")).text
    assert "2 dari 10 langkah" in shown
    assert "1 dari 10 langkah" in shown


async def test_a_second_run_of_the_same_year_asks_first(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    question = await kantor.say(kantor.sari, "/mulai_lakip")
    assert "sudah berjalan" in question.text
    assert len(kantor.runs()) == 1

    await kantor.tap(kantor.sari, "Mulai satu lagi")
    assert len(kantor.runs()) == 2


async def test_a_doubled_tap_on_start_another_begins_only_one(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    question = await kantor.say(kantor.sari, "/mulai_lakip 2025")
    button = question.button("Mulai satu lagi")
    assert button.data

    taps = [kantor.sari.tap_data(question, button.data) for _ in range(2)]
    answers = await asyncio.gather(*(tap.answered() for tap in taps))
    await kantor.quiet()

    assert len(kantor.runs()) == 2
    assert sum("tidak dimulai" in answer.text for answer in answers) == 1


async def test_a_doubled_command_begins_only_one(kantor: Kantor) -> None:
    kantor.sari.send("/mulai_lakip")
    kantor.sari.send("/mulai_lakip")
    await kantor.quiet()
    assert len(kantor.runs()) == 1
    assert "sudah berjalan" in kantor.sari.last.text
