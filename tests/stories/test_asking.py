"""Whatever the bot asks or offers can be left, by /batal or a button, and dialogues go back."""

from __future__ import annotations

import pytest

from bot.domain.people import Address
from bot.localtelegram.people import Person
from bot.localtelegram.screen import Message
from tests.cast import ANWAR, HADI, Player
from tests.stories.harness import Kantor
from tests.stories.test_steering import resume

MIRA = Player(121, "Mira Handayani, S.E.", Address.IBU, "kasubbag")
"""A second Kasubbag, who steers as well as the first."""

REASON = "Menunggu pengesahan perubahan anggaran"
OFFERED = ("/mulai", "/pegawai", "/undang", "/plh", "/plt", "/tim", "/sop", "/profil", "/laporan")


def shown(phone: Person, message: Message) -> Message:
    found = phone.message(message)
    assert found is not None
    return found


async def test_batal_after_a_list_of_choices_leaves_the_list_and_offers_to_cancel_nothing(
    kantor: Kantor,
) -> None:
    sari = kantor.sari
    await kantor.say(sari, "/mulai_lakip")
    for command in OFFERED:
        offered = await kantor.say(sari, command)
        assert offered.labels[-1] == "Tidak jadi", command
        answer = await kantor.say(sari, "/batal")
        assert "ditinggalkan" in answer.text, command
    assert "Batalkan pelaksanaan" in (await kantor.say(sari, "/batal")).text
    # The last look is an offer like any other, and what is chosen from a list as well.
    assert "ditinggalkan" in (await kantor.say(sari, "/batal")).text
    await kantor.say(sari, "/pegawai")
    await kantor.tap(sari, HADI.called)
    await kantor.tap(sari, "Hapus dari Kawal SOP")
    assert sari.last.labels[-1] == "Tidak jadi"
    assert "ditinggalkan" in (await kantor.say(sari, "/batal")).text
    assert len(kantor.runs()) == 1


async def test_what_was_shown_or_done_since_is_left_alone(kantor: Kantor) -> None:
    """Only what was offered last is left: after anything else /batal means what it says."""
    sari = kantor.sari
    await kantor.say(sari, "/mulai_lakip")
    await kantor.say(sari, "/pegawai")
    await kantor.say(sari, "/status")
    assert "Batalkan pelaksanaan" in (await kantor.say(sari, "/batal")).text
    await kantor.tap(sari, "Tidak jadi")
    assert "Batalkan pelaksanaan" in (await kantor.say(sari, "/batal")).text
    await kantor.tap(sari, "Tidak jadi")
    await kantor.say(sari, "/pegawai")
    await kantor.later(hours=2)
    assert "Batalkan pelaksanaan" in (await kantor.say(sari, "/batal")).text


async def test_an_offer_takes_no_text_and_stands_in_no_questions_way(kantor: Kantor) -> None:
    sari = kantor.sari
    await kantor.say(sari, "/mulai_lakip")
    await kantor.say(sari, "/pegawai")
    assert "tidak kami catat" in (await kantor.say(sari, "Budi")).text
    question = await kantor.say(sari, "/jeda")
    offered = await kantor.say(sari, "/tim")
    # The button leaves the list, and not the question that still waits.
    await kantor.press(sari, offered, "Tidak jadi")
    assert "Pilihan ini ditutup" in shown(sari, offered).text
    assert shown(sari, offered).labels == ()
    assert shown(sari, question).labels == ("Tidak jadi",)
    assert "dijeda" in (await kantor.say(sari, REASON)).text


async def test_tidak_jadi_leaves_its_question_and_no_other(kantor: Kantor) -> None:
    sari = kantor.sari
    await kantor.say(sari, "/mulai_lakip")
    await kantor.say(sari, "/mulai_renja")
    await kantor.say(sari, "/jeda")
    await kantor.tap(sari, "LAKIP · 2025")
    old = sari.last
    await kantor.say(sari, "/jeda")
    await kantor.tap(sari, "RENJA · 2027")
    new = sari.last
    data = old.button("Tidak jadi").data or ""
    refused = await (await kantor.press(sari, old, "Tidak jadi")).answered()
    assert "sudah tidak menunggu jawaban" in refused.text
    assert shown(sari, old).labels == ("Tidak jadi",), "a refusal changes no screen"
    for phone in (kantor.budi, kantor.somebody()):
        assert (await (await kantor.forge(phone, new, data)).answered()).show_alert
    await kantor.press(sari, new, "Tidak jadi")
    assert "ditinggalkan" in shown(sari, new).text
    again = await kantor.forge(sari, new, data)
    assert "tidak ada yang berubah" in (await again.answered()).text
    assert "tidak kami catat" in (await kantor.say(sari, REASON)).text
    assert not any(run.pauses for run in kantor.runs())


async def test_a_question_asked_on_a_card_is_left_by_its_button(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    budi = kantor.budi
    for label in ("Perpanjang", "Lampirkan"):
        await kantor.tap(budi, label)
        assert budi.last.labels[-1] == "Tidak jadi"
        await kantor.tap(budi, "Tidak jadi")
        assert "ditinggalkan" in budi.last.text
        assert "tidak kami catat" in (await kantor.say(budi, "3 hari")).text
    (run,) = kantor.runs()
    assert run.current[0].extensions == ()


async def test_an_appointment_goes_back_step_by_step(kantor: Kantor) -> None:
    sari = kantor.sari
    await kantor.say(sari, "/plh")
    await kantor.tap(sari, "Kepala Dinas")
    assert not any(label.startswith("‹ Ubah") for label in sari.last.labels)
    await kantor.tap(sari, HADI.called)
    stale = sari.last.button("‹ Ubah pegawai").data or ""
    await kantor.tap(sari, "Mulai sekarang")
    await kantor.tap(sari, "1 hari")
    await kantor.say(sari, "800/1")
    assert "Tanggal berapa surat perintah" in sari.last.text
    old = await (await kantor.forge(sari, sari.last, stale)).answered()
    assert "tidak berlaku" in old.text, "only one step back at a time"
    await kantor.tap(sari, "‹ Ubah nomor surat")
    assert "nomor surat" in sari.last.text
    await kantor.restart()
    await kantor.say(sari, "800/2")
    await kantor.tap(sari, "Hari ini")
    assert "800/2" in sari.last.text
    await kantor.tap(sari, "‹ Ubah tanggal surat")
    await kantor.tap(sari, "‹ Ubah nomor surat")
    await kantor.tap(sari, "‹ Ubah tanggal akhir")
    assert "Sampai dengan kapan" in sari.last.text
    await kantor.tap(sari, "7 hari")
    await kantor.say(sari, "800/3")
    await kantor.tap(sari, "Hari ini")
    await kantor.tap(sari, "Catat penunjukan")
    with kantor.services.store.read() as tx:
        (held,) = tx.people.appointments(kantor.clock.now())
    assert held.decree == "800/3"
    assert held.until is not None
    assert (held.until - held.since).days == 6


async def test_the_number_of_a_decree_is_corrected_and_a_team_left(kantor: Kantor) -> None:
    sari = kantor.sari
    await kantor.say(sari, "/mulai_lakip")
    await kantor.say(sari, "/tim")
    await kantor.tap(sari, "LAKIP · 2025")
    await kantor.tap(sari, "Lanjut")
    await kantor.tap(sari, "Tanpa ketua")
    await kantor.say(sari, "188.4/12 yang salah")
    await kantor.tap(sari, "‹ Ubah nomor SK")
    assert "Berapa nomor SK Tim" in sari.last.text
    await kantor.tap(sari, "‹ Ubah ketua")
    await kantor.tap(sari, "‹ Ubah anggota")
    assert any(label.startswith("☑") for label in sari.last.labels)
    await kantor.tap(sari, "Lanjut")
    await kantor.tap(sari, "Tanpa ketua")
    await kantor.say(sari, "188.4/12")
    data = sari.last.button("‹ Ubah nomor SK").data or ""
    for phone in (kantor.budi, kantor.dewi, kantor.somebody()):
        assert (await (await kantor.forge(phone, sari.last, data)).answered()).show_alert
    await kantor.tap(sari, "Hari ini")
    team = kantor.runs()[0].team
    assert team is not None
    assert team.decree_number == "188.4/12"


# --- what has ended -------------------------------------------------------------------------


async def collecting(kantor: Kantor) -> None:
    """LAKIP has come to the team, who collect the data."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)


async def is_free(kantor: Kantor, phone: Person, text: str = REASON) -> None:
    """A text of theirs is the answer to nothing, and there is nothing to leave."""
    assert "tidak kami catat" in (await kantor.say(phone, text)).text
    assert "ditinggalkan" not in (await kantor.say(phone, "/batal")).text


@pytest.mark.parametrize("amount", [None, "2 hari"])
async def test_a_wish_for_more_time_ends_with_its_step(kantor: Kantor, amount: str | None) -> None:
    await collecting(kantor)
    await kantor.tap(kantor.budi, "Perpanjang")
    if amount:
        await kantor.tap(kantor.budi, amount)
    await kantor.confirm(kantor.rina)
    await is_free(kantor, kantor.budi, "3 hari")
    assert not any(task.extensions for task in kantor.runs()[0].tasks)


async def test_a_reason_for_a_return_ends_with_the_step_however_it_ends(kantor: Kantor) -> None:
    await collecting(kantor)
    await kantor.confirm(kantor.budi, kantor.sari, *[kantor.budi] * 4, kantor.sari)
    await kantor.tap(kantor.hadi, "Kembalikan")
    await kantor.tap(kantor.sari, "Urungkan")
    await is_free(kantor, kantor.hadi)
    await kantor.confirm(kantor.sari)
    await kantor.tap(kantor.hadi, "Kembalikan")
    await kantor.confirm(kantor.hadi)
    await is_free(kantor, kantor.hadi)
    (run,) = kantor.runs()
    assert run.current[0].step == 10


async def test_a_file_may_come_after_the_confirmation_and_a_text_is_no_answer(
    kantor: Kantor,
) -> None:
    await collecting(kantor)
    await kantor.tap(kantor.budi, "Lampirkan")
    await kantor.confirm(kantor.budi)
    await kantor.attach(kantor.budi, b"%PDF-1.7 data", "data.pdf")
    (run,) = kantor.runs()
    assert [(task.step, file.name) for task, file in run.documents] == [(2, "data.pdf")]
    await kantor.tap(kantor.sari, "Lampirkan")
    await kantor.confirm(kantor.sari)
    await is_free(kantor, kantor.sari)


async def test_a_question_about_a_run_outlives_its_steps_and_ends_with_the_run(
    kantor: Kantor,
) -> None:
    await kantor.employ_now(MIRA)
    mira = kantor.phone(MIRA)
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.sari, "/jeda")
    await kantor.confirm(kantor.dewi)
    assert "dijeda" in (await kantor.say(kantor.sari, REASON)).text
    await resume(kantor)

    await kantor.say(kantor.sari, "/jeda")
    await kantor.say(kantor.yusuf, "/tim")
    await kantor.tap(kantor.yusuf, "LAKIP · 2025")
    await kantor.tap(kantor.yusuf, "Lanjut")
    await kantor.tap(kantor.yusuf, "Tanpa ketua")
    await kantor.say(mira, "/batal")
    await kantor.tap(mira, "Ya, batalkan")
    await kantor.say(mira, REASON)
    assert kantor.runs() == []
    for phone in (kantor.sari, kantor.yusuf, mira):
        await is_free(kantor, phone)
    (run,) = kantor.finished()
    assert run.team is None
    assert len(run.pauses) == 1


async def test_a_question_about_another_task_stays(kantor: Kantor) -> None:
    await collecting(kantor)
    await kantor.say(kantor.sari, "/mulai_renja")
    await kantor.confirm(kantor.dewi)
    await kantor.tap(kantor.budi, "Perpanjang", "LAKIP")
    await kantor.tap(kantor.budi, "2 hari")
    await kantor.press(kantor.rina, kantor.find(kantor.rina, "Selesai", "RENJA"), "Selesai")
    assert "disampaikan kepada" in (await kantor.say(kantor.budi, REASON)).text


async def test_of_a_step_that_all_confirm_ones_own_question_ends_with_ones_own_part(
    kantor: Kantor,
) -> None:
    await kantor.employ_now(ANWAR)
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon3 2026")
    anwar = kantor.phone(ANWAR)
    for phone in (anwar, kantor.hadi):
        await kantor.tap(phone, "Perpanjang")
        await kantor.tap(phone, "2 hari")
    await kantor.confirm(anwar)
    await is_free(kantor, anwar)
    (run,) = kantor.runs()
    assert run.current[0].step == 1
    assert run.current[0].extensions == ()
    assert "disampaikan kepada" in (await kantor.say(kantor.hadi, REASON)).text
