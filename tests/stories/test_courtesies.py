"""What people say in passing: that it is done, and thanks. Neither is recorded, both are heard."""

from __future__ import annotations

import pytest

from bot.localtelegram.people import Person
from bot.localtelegram.screen import Message
from tests.stories.harness import Kantor, cards, confirming, new

NOTHING_YET = "Saat ini belum ada yang tercatat."


async def team_at_work(kantor: Kantor) -> Message:
    """LAKIP has come to the team; Pak Budi's card of step 2."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    return kantor.card(kantor.budi)


async def answers(kantor: Kantor, phone: Person, text: str) -> list[Message]:
    """What comes in answer to a text."""
    before = phone.heard
    await kantor.say(phone, text)
    return new(phone, before)


def open_step(kantor: Kantor) -> int:
    (run,) = kantor.runs()
    return run.current[0].step


@pytest.mark.parametrize("said", ["sudah", "Selesai.", "sudah selesai pak", "OK sudah 👍"])
async def test_done_in_words_is_answered_with_the_button_and_records_nothing(
    kantor: Kantor, said: str
) -> None:
    await team_at_work(kantor)
    (answer,) = await answers(kantor, kantor.budi, said)
    assert "Bila langkah 2 LAKIP sudah selesai, mohon menekan ✅" in answer.text
    assert NOTHING_YET in answer.text
    assert answer.labels == ("✅ Selesai",)
    assert open_step(kantor) == 2
    await kantor.press(kantor.budi, answer, "Selesai")
    assert open_step(kantor) == 3
    shown = kantor.budi.message(answer)
    assert "Selesai oleh Bapak Budi" in shown.text
    assert shown.labels == (), "no dead button stays"
    assert NOTHING_YET not in shown.text


async def test_the_offer_closes_when_a_colleague_was_first(kantor: Kantor) -> None:
    await team_at_work(kantor)
    (answer,) = await answers(kantor, kantor.budi, "sudah")
    data = confirming(answer) or ""
    await kantor.confirm(kantor.rina)
    shown = kantor.budi.message(answer)
    assert "Selesai oleh Ibu Rina" in shown.text
    tap = await kantor.forge(kantor.budi, answer, data)
    assert "sudah dikonfirmasi oleh Ibu Rina" in (await tap.answered()).text


async def test_done_in_reply_to_a_card_is_no_note(kantor: Kantor) -> None:
    card = await team_at_work(kantor)
    answer = await kantor.answer(kantor.budi, card, "sudah selesai, bu")
    assert "Bila langkah 2 LAKIP sudah selesai" in answer.text
    assert "Catatan" not in answer.text
    (run,) = kantor.runs()
    assert list(run.notes) == []
    # The offer is a card as well: what is written in reply to it belongs to the task.
    await kantor.answer(kantor.budi, answer, "Data Bidang PTSP menyusul.")
    assert [note.text for _, note in kantor.runs()[0].notes] == ["Data Bidang PTSP menyusul."]


async def test_what_says_more_than_done_stays_a_note(kantor: Kantor) -> None:
    card = await team_at_work(kantor)
    for said in ("Sudah, kecuali data PTSP.", "Sudah selesai?", "Belum selesai."):
        answer = await kantor.answer(kantor.budi, card, said)
        assert "Catatan pada langkah 2 sudah disimpan" in answer.text, said


async def test_done_in_reply_to_a_card_that_is_closed_hears_who_confirmed(kantor: Kantor) -> None:
    card = await team_at_work(kantor)
    await kantor.confirm(kantor.budi)
    mine = await kantor.answer(kantor.budi, card, "sudah")
    assert "Konfirmasi itu sudah tercatat" in mine.text
    theirs = await kantor.answer(kantor.rina, cards_of(kantor.rina), "sudah")
    assert "sudah dikonfirmasi oleh Bapak Budi" in theirs.text
    assert open_step(kantor) == 3


def cards_of(phone: Person) -> Message:
    """The first message that this phone got of a task."""
    return next(message for message in phone.heard if "Langkah" in message.text)


async def test_done_with_several_tasks_asks_which_and_with_none_says_so(kantor: Kantor) -> None:
    (answer,) = await answers(kantor, kantor.budi, "sudah")
    assert "tidak ada tugas yang menunggu" in answer.text
    assert "Belum ada yang tercatat" in answer.text
    await team_at_work(kantor)
    await kantor.say(kantor.sari, "/mulai_renja")
    await kantor.confirm(kantor.dewi)
    assert len(cards(kantor.budi)) == 2
    (answer,) = await answers(kantor, kantor.budi, "selesai")
    assert "Belum ada yang tercatat. Mohon memilih tugas yang sudah selesai" in answer.text
    assert answer.labels == ("1. LAKIP · langkah 2", "2. RENJA · langkah 2")
    await kantor.press(kantor.budi, answer, "RENJA")
    await kantor.confirm(kantor.budi)
    assert sorted(run.current[0].step for run in kantor.runs()) == [2, 3]


async def test_done_with_a_signature_speaks_of_the_paper(kantor: Kantor) -> None:
    await team_at_work(kantor)
    await kantor.confirm(kantor.budi, kantor.sari, *[kantor.budi] * 4)
    (answer,) = await answers(kantor, kantor.sari, "sudah diparaf")
    assert "Bila naskah pada langkah 8 LAKIP sudah diperiksa dan diparaf, mohon menekan ✅" in (
        answer.text
    )
    await kantor.confirm(kantor.sari, kantor.hadi)
    (answer,) = await answers(kantor, kantor.dewi, "sudah ditandatangani")
    assert "Bila naskah pada langkah 10 LAKIP sudah ditandatangani, mohon menekan ✍️" in answer.text
    assert answer.labels == ("✍️ Sudah ditandatangani",)


async def test_done_while_the_run_is_at_rest_says_so(kantor: Kantor) -> None:
    card = await team_at_work(kantor)
    await kantor.say(kantor.sari, "/jeda")
    await kantor.say(kantor.sari, "Menunggu data BPS.")
    answer = await kantor.answer(kantor.budi, card, "sudah")
    assert "dijeda" in answer.text
    assert answer.labels == ()


async def test_an_answer_to_a_question_stays_an_answer(kantor: Kantor) -> None:
    await team_at_work(kantor)
    await kantor.tap(kantor.budi, "Perpanjang")
    await kantor.tap(kantor.budi, "1 hari")
    answer = await kantor.say(kantor.budi, "sudah")
    assert "mohon menekan" not in answer.text
    assert kantor.runs()[0].current[0].pending_extension is not None


async def test_an_outsider_hears_whom_to_ask(kantor: Kantor) -> None:
    outsider = kantor.somebody()
    await kantor.have_started(outsider)
    for said in ("sudah", "terima kasih"):
        assert "hanya untuk pegawai" in (await kantor.say(outsider, said)).text


async def test_thanks_are_answered_once_and_with_silence_afterwards(kantor: Kantor) -> None:
    card = await team_at_work(kantor)
    (answer,) = await answers(kantor, kantor.budi, "Terima kasih 🙏")
    assert answer.text == "Terima kasih kembali."
    assert await answers(kantor, kantor.budi, "makasih banyak pak") == []
    before = kantor.budi.heard
    kantor.budi.reply(card, "Siap, terima kasih")
    await kantor.quiet()
    assert new(kantor.budi, before) == []
    assert list(kantor.runs()[0].notes) == []
    # Everybody is answered for themselves, and another day anew.
    assert [m.text for m in await answers(kantor, kantor.rina, "trims")] == [
        "Terima kasih kembali."
    ]
    await kantor.go_to("24-11-2026 09.00")
    assert [m.text for m in await answers(kantor, kantor.budi, "thx")] == ["Terima kasih kembali."]


async def test_thanks_with_something_to_say_are_a_note(kantor: Kantor) -> None:
    card = await team_at_work(kantor)
    await kantor.answer(kantor.budi, card, "Terima kasih, data PTSP menyusul.")
    assert len(kantor.runs()[0].notes) == 1
