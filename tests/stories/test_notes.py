"""Notes: a text in reply to a card, a reminder or the details belongs to that task."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from bot.domain.run import Note
from bot.features.feature import Hook
from bot.features.free_text import message
from bot.features.notes import NOTE_LENGTH, edit
from bot.features.work import Request
from bot.localtelegram.people import Person
from bot.localtelegram.screen import Message
from bot.store import AlreadyHandledError
from tests.cast import BUDI
from tests.stories.harness import Kantor, new


def notes(kantor: Kantor) -> list[Note]:
    """Every note of the one run, in order."""
    (run,) = kantor.runs()
    return [note for _, note in run.notes]


async def draft_of_lakip(kantor: Kantor) -> Message:
    """LAKIP has come to the team; Pak Budi's card of step 2."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    return kantor.card(kantor.budi)


async def test_a_reply_to_a_card_is_a_note_that_all_later_cards_show(kantor: Kantor) -> None:
    card = await draft_of_lakip(kantor)
    answer = await kantor.answer(kantor.budi, card, "Data Bidang PTSP menyusul Rabu.")
    assert answer.text == "📝 Catatan pada langkah 2 sudah disimpan. Terima kasih."
    assert "Data Bidang PTSP menyusul Rabu." in kantor.card(kantor.rina).text
    await kantor.confirm(kantor.rina)
    assert "📝 Bapak Budi Santoso, S.T. (langkah 2): Data Bidang PTSP menyusul Rabu." in (
        kantor.card(kantor.sari).text
    )


async def test_a_reminder_and_the_details_can_be_answered_as_well(kantor: Kantor) -> None:
    await draft_of_lakip(kantor)
    await kantor.tap(kantor.budi, "Rincian")
    details = kantor.budi.last
    await kantor.answer(kantor.budi, details, "Dari rincian.")
    assert "Dari rincian." in kantor.budi.message(details).text
    await kantor.go_to("25-11-2026 08.30")
    reminder = kantor.card(kantor.budi)
    assert "kami ingatkan" in reminder.text
    await kantor.answer(kantor.budi, reminder, "Dari pengingat.")
    assert [note.text for note in notes(kantor)] == ["Dari rincian.", "Dari pengingat."]


async def test_a_card_shows_the_newest_note_and_the_details_all(kantor: Kantor) -> None:
    card = await draft_of_lakip(kantor)
    for number in range(1, 6):
        await kantor.answer(kantor.budi, card, f"Catatan nomor {number}.")
    shown = kantor.budi.message(card).text
    assert "nomor 5" in shown
    assert "nomor 4" not in shown
    assert "4 catatan lainnya ada di Rincian" in shown
    await kantor.tap(kantor.budi, "Rincian")
    details = await kantor.pages(kantor.budi)
    assert all(f"nomor {number}" in details for number in range(1, 6))


async def test_the_journal_tells_of_every_note(kantor: Kantor) -> None:
    card = await draft_of_lakip(kantor)
    await kantor.answer(kantor.budi, card, "Sudah lengkap.")
    (run,) = kantor.runs()
    with kantor.services.store.read() as tx:
        events = tx.journal.events(run.id)
    assert [event.note.text for event in events if event.kind == "task_noted"] == ["Sudah lengkap."]


async def test_a_note_in_answer_to_an_old_card_goes_where_the_work_is(kantor: Kantor) -> None:
    """Ibu Dewi has confirmed; what she still has to say belongs to her step."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    card = kantor.card(kantor.dewi)
    await kantor.confirm(kantor.dewi)
    answer = await kantor.answer(kantor.dewi, card, "Mohon dipercepat.")
    assert "langkah 1" in answer.text
    assert "Mohon dipercepat." in kantor.card(kantor.budi).text


async def test_a_text_that_answers_nothing_is_no_note(kantor: Kantor) -> None:
    await draft_of_lakip(kantor)
    answer = await kantor.say(kantor.budi, "Data menyusul.")
    assert "membalas kartunya" in answer.text
    assert notes(kantor) == []


async def test_an_answer_to_another_question_does_not_become_a_note(kantor: Kantor) -> None:
    card = await draft_of_lakip(kantor)
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, "Rina")
    await kantor.tap(kantor.sari, "Ubah nama")
    await kantor.say(kantor.sari, "Rina Amelia, S.Sos.")
    assert notes(kantor) == []
    await kantor.answer(kantor.budi, card, "Ini catatan.")
    assert [note.text for note in notes(kantor)] == ["Ini catatan."]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("<b>tebal</b> & “kutip”", "<b>tebal</b> & “kutip”"),
        ("baris satu\n\n   baris dua\t!", "baris satu baris dua !"),
        ("\u202eterbalik\u202c", "terbalik"),
        ("شكرا جزيلا", "شكرا جزيلا"),
        ("🙂" * 25, "🙂" * 25),
        ("' OR 1=1 --", "' OR 1=1 --"),
    ],
)
async def test_strange_texts_are_kept_as_they_are_read(
    kantor: Kantor, said: str, kept: str
) -> None:
    card = await draft_of_lakip(kantor)
    await kantor.answer(kantor.budi, card, said)
    assert [note.text for note in notes(kantor)] == [kept]
    assert kept in kantor.card(kantor.rina).text.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize(
    ("said", "why"),
    [("\u200b\u200f\u2060", "belum berisi tulisan"), ("x" * 4096, "paling panjang 1.000 huruf")],
)
async def test_what_is_no_note_is_refused_in_words(kantor: Kantor, said: str, why: str) -> None:
    card = await draft_of_lakip(kantor)
    answer = await kantor.answer(kantor.budi, card, said)
    assert why in answer.text
    assert notes(kantor) == []


async def test_the_longest_notes_fit_on_every_card(kantor: Kantor) -> None:
    card = await draft_of_lakip(kantor)
    for sign in "<&🙂":
        await kantor.answer(kantor.budi, card, sign * NOTE_LENGTH)
    assert len(notes(kantor)) == 3
    await kantor.tap(kantor.rina, "Rincian")
    assert "Catatan" in kantor.rina.last.text


async def test_a_finished_run_takes_no_more_notes(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    card = kantor.card(kantor.dewi)
    order: list[Person] = [kantor.dewi, kantor.budi, kantor.sari, *[kantor.budi] * 4]
    await kantor.confirm(*order, kantor.sari, kantor.hadi, kantor.dewi)
    assert kantor.runs() == []
    answer = await kantor.answer(kantor.dewi, card, "Terlambat.")
    assert "sudah berakhir" in answer.text


async def test_an_outsider_cannot_write_on_a_card_that_was_theirs(kantor: Kantor) -> None:
    """Bu Rina was let go; her old card is silent, and so is the record."""
    await draft_of_lakip(kantor)
    card = kantor.card(kantor.rina)
    with kantor.services.store.begin() as tx:
        (person,) = [
            p
            for p in tx.people.staff(kantor.clock.now()).people.values()
            if p.chat_id == kantor.rina.id
        ]
        tx.people.leave(person.id, kantor.clock.now())
    answer = await kantor.answer(kantor.rina, card, "Saya masih di sini.")
    assert "hanya untuk pegawai" in answer.text
    assert notes(kantor) == []


# --- told, edited, deleted ------------------------------------------------------------------


async def test_a_new_note_is_told_to_those_who_have_the_work_open(kantor: Kantor) -> None:
    card = await draft_of_lakip(kantor)
    others = (kantor.rina, kantor.dewi, kantor.sari, kantor.hadi)
    seen = {phone: list(phone.heard) for phone in others}
    await kantor.answer(kantor.budi, card, "Data <Bidang PTSP> menyusul.")
    (told,) = new(kantor.rina, seen[kantor.rina])
    assert f"📝 Catatan dari {BUDI.called} (Tim Pelaksana):\n“Data <Bidang PTSP>" in told.text
    assert not told.silent
    assert all(new(phone, seen[phone]) == [] for phone in others[1:])

    await kantor.go_to("23-11-2026 19.00")
    old = next(m for m in kantor.dewi.heard if "langkah 1" in m.text.lower())
    await kantor.answer(kantor.dewi, old, "SK sudah bernomor.")
    for phone in (kantor.budi, kantor.rina):
        assert "“SK sudah bernomor.”" in phone.last.text
        assert phone.last.silent


async def test_whoever_directed_reads_what_is_answered(kantor: Kantor) -> None:
    kantor.without_mornings()
    await draft_of_lakip(kantor)
    await kantor.go_to("26-11-2026 15.00")
    late = next(m for m in reversed(kantor.sari.heard) if "terlambat" in m.text)
    await kantor.answer(kantor.sari, late, "Mohon selesai hari ini.")
    arahan = kantor.budi.last
    assert "Arahan dari" in arahan.text
    await kantor.answer(kantor.budi, arahan, "Siap, sore ini selesai.")
    assert "“Siap, sore ini selesai.”" in kantor.sari.last.text
    assert [note.direction for note in notes(kantor)] == [True, False]


async def test_an_edited_note_changes_with_a_trace(kantor: Kantor) -> None:
    card = await draft_of_lakip(kantor)
    written = kantor.budi.reply(card, "Data menyusul Rabu.")
    await kantor.quiet()
    seen = list(kantor.rina.heard)
    await kantor.later(minutes=3)
    kantor.budi.edit(written, "Data menyusul <Kamis>.")
    await kantor.quiet()
    assert "Perubahan catatan pada langkah 2 sudah disimpan" in kantor.budi.last.text
    (told,) = new(kantor.rina, seen)
    assert "diubah menjadi:\n“Data menyusul <Kamis>.”" in told.text
    shown = f"📝 {BUDI.called} (diubah): Data menyusul <Kamis>."
    assert shown in kantor.card(kantor.rina).text
    ((note),) = notes(kantor)
    assert note.edited_at is not None
    (run,) = kantor.runs()
    with kantor.services.store.read() as tx:
        events = [e for e in tx.journal.events(run.id) if e.kind == "task_noted"]
    assert [e.note.text for e in events] == ["Data menyusul Rabu.", "Data menyusul <Kamis>."]

    # The same words again, as after a link's preview: nothing to tell.
    heard = len(kantor.budi.heard)
    kantor.budi.edit(written, "Data menyusul <Kamis>.")
    await kantor.quiet()
    assert len(kantor.budi.heard) == heard
    kantor.budi.edit(written, "x" * (NOTE_LENGTH + 1))
    await kantor.quiet()
    assert "paling panjang 1.000 huruf" in kantor.budi.last.text
    assert [n.text for n in notes(kantor)] == ["Data menyusul <Kamis>."]


async def test_a_note_whose_message_is_deleted_stays(kantor: Kantor) -> None:
    """Telegram tells a bot nothing of it."""
    card = await draft_of_lakip(kantor)
    written = kantor.budi.reply(card, "Data menyusul Rabu.")
    await kantor.quiet()
    kantor.budi._world.delete_message(written)
    await kantor.confirm(kantor.rina)
    assert kantor.budi.message(written) is None
    assert "Data menyusul Rabu." in kantor.card(kantor.sari).text


async def test_only_the_note_of_that_message_changes(kantor: Kantor) -> None:
    """Another's message of the same number, a text that was no note, an outsider's."""
    card = await draft_of_lakip(kantor)
    await kantor.say(kantor.budi, "Bukan catatan.")
    plain = next(m for m in kantor.budi.chat if m.text == "Bukan catatan.")
    written = kantor.budi.reply(card, "Satu.")
    await kantor.quiet()
    stranger = kantor.somebody()
    await kantor.say(stranger, "Halo.")
    first = next(m for m in stranger.chat if not m.from_bot)
    counts = {phone: len(phone.heard) for phone in (kantor.budi, stranger)}
    kantor.budi.edit(plain, "Tetap bukan catatan.")
    stranger.edit(first, "Dua.")
    await kantor.quiet()
    assert {phone: len(phone.heard) for phone in counts} == counts
    assert [n.text for n in notes(kantor)] == ["Satu."]
    with kantor.services.begin(kantor.clock.now(), Request(kantor.rina.id)) as work:
        edit(work, written.id, kantor.clock.now(), "Tiga.")
    with kantor.services.begin(kantor.clock.now(), Request(kantor.budi.id)) as work:
        edit(work, written.id, kantor.clock.now() + timedelta(hours=1), "Dari ponsel baru.")
    assert [n.text for n in notes(kantor)] == ["Satu."]


async def test_a_note_of_a_run_that_has_ended_stays_as_it_is(kantor: Kantor) -> None:
    card = await draft_of_lakip(kantor)
    written = kantor.budi.reply(card, "Satu.")
    await kantor.quiet()
    await kantor.say(kantor.sari, "/batal")
    await kantor.tap(kantor.sari, "Ya, batalkan")
    await kantor.say(kantor.sari, "Diganti dokumen tingkat kota")
    kantor.budi.edit(written, "Dua.")
    await kantor.quiet()
    assert "tidak dapat ditambah atau diubah lagi" in kantor.budi.last.text
    (run,) = kantor.finished()
    assert [note.text for _, note in run.notes] == ["Satu."]


async def test_an_edit_that_was_told_twice_changes_once(kantor: Kantor) -> None:
    """A kill between the commit and the confirmation: the update comes again."""
    card = await draft_of_lakip(kantor)
    written = kantor.budi.reply(card, "Satu.")
    await kantor.quiet()
    await kantor.stop()
    kantor.budi.edit(written, "Dua.")
    kantor.budi.edit(written, "Tiga.")
    await kantor.start()
    await kantor.quiet()
    assert [note.text for note in notes(kantor)] == ["Tiga."]
    request = Request(kantor.budi.id, 900_000_001)
    for _ in range(2):
        with suppress(AlreadyHandledError):
            message(
                kantor.services,
                request,
                Hook.EDITED,
                kantor.clock.now(),
                written.id,
                kantor.clock.now(),
                "Empat.",
            )
    (run,) = kantor.runs()
    with kantor.services.store.read() as tx:
        texts = [e.note.text for e in tx.journal.events(run.id) if e.kind == "task_noted"]
    assert texts == ["Satu.", "Dua.", "Tiga.", "Empat."]
