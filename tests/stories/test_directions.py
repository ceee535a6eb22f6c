"""An escalation asks for an arahan: its answer reaches those who perform the step."""

from __future__ import annotations

import pytest

from bot.domain.run import Note
from bot.features.notes import NOTE_LENGTH
from bot.features.work import Services
from bot.localtelegram.people import Person
from bot.localtelegram.screen import Message
from tests.cast import ADMIN, HADI, SARI
from tests.stories.harness import Kantor, cards, new, open_office
from tests.stories.test_steering import resume

ASKS = "Mohon arahan"
SAID = "Dahulukan data <Bidang PTSP> & laporkan besok."


async def late(kantor: Kantor) -> None:
    """The team is two working days late with step 2: Kasubbag and Sekretaris have been told."""
    kantor.without_mornings()
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.go_to("27-11-2026 10.00")


def escalation(phone: Person) -> Message:
    return next(m for m in reversed(phone.heard) if "langkah berikut terlambat" in m.text)


def notes(kantor: Kantor) -> list[Note]:
    (run,) = kantor.runs()
    return [note for _, note in run.notes]


def journal(kantor: Kantor, kind: str) -> int:
    (run,) = kantor.runs()
    with kantor.services.store.read() as tx:
        return sum(event.kind == kind for event in tx.journal.events(run.id))


async def toast(kantor: Kantor, phone: Person, label: str, message: Message | None = None) -> str:
    tap = await kantor.press(phone, message or escalation(phone), label)
    return (await tap.answered()).text


# --- an arahan ------------------------------------------------------------------------------


async def test_an_answer_to_an_escalation_is_an_arahan_that_reaches_the_performers(
    kantor: Kantor,
) -> None:
    await late(kantor)
    told = (kantor.budi, kantor.rina, kantor.sari)
    before = {phone: list(phone.heard) for phone in (*told, kantor.dewi, kantor.hadi)}
    message = escalation(kantor.hadi)
    assert ASKS in message.text
    assert message.labels == ("🔔 Ingatkan pelaksana", "📣 Beri arahan", "ℹ️ Rincian")
    answer = await kantor.answer(kantor.hadi, message, SAID)
    assert answer.text.startswith("📣 Arahan untuk langkah 2 sudah dicatat dan disampaikan")

    for phone in told:
        (arahan,) = new(phone, before[phone])
        assert f"📣 Arahan dari {HADI.called} (Sekretaris):\n“{SAID}”" in arahan.text
        await kantor.press(phone, arahan, "Rincian")
        assert f"📣 Arahan {HADI.called} (langkah 2): {SAID}" in phone.last.text
    assert new(kantor.dewi, before[kantor.dewi]) == []
    assert len(new(kantor.hadi, before[kantor.hadi])) == 1
    (card, *_) = cards(kantor.budi)
    assert f"📣 Arahan {HADI.called}: {SAID}" in card.text
    assert [(note.direction, note.by.role) for note in notes(kantor)] == [(True, "sekretaris")]
    assert journal(kantor, "task_noted") == 1


async def test_an_arahan_is_asked_for_by_its_button(kantor: Kantor) -> None:
    await late(kantor)
    seen = list(kantor.budi.heard)
    await kantor.press(kantor.hadi, escalation(kantor.hadi), "Beri arahan")
    assert "Mohon menuliskan arahannya" in kantor.hadi.last.text
    for said in ("x" * (NOTE_LENGTH + 1), "\u200b\u200f"):
        await kantor.say(kantor.hadi, said)
        assert "belum dapat kami catat sebagai arahan" in kantor.hadi.last.text
    await kantor.say(kantor.hadi, SAID)
    assert SAID in new(kantor.budi, seen)[-1].text
    assert [note.text for note in notes(kantor)] == [SAID]

    await kantor.press(kantor.hadi, escalation(kantor.hadi), "Beri arahan")
    assert "Tidak ada yang berubah" in (await kantor.say(kantor.hadi, "/batal")).text
    await kantor.say(kantor.hadi, "Ini bukan arahan.")
    assert len(notes(kantor)) == 1


async def test_an_arahan_stays_on_the_card_however_much_is_said_after_it(kantor: Kantor) -> None:
    await late(kantor)
    await kantor.answer(kantor.hadi, escalation(kantor.hadi), SAID)
    (card, *_) = cards(kantor.budi)
    for number in range(1, 6):
        await kantor.answer(kantor.budi, card, f"Catatan nomor {number}.")
    shown = kantor.budi.message(card).text
    assert SAID in shown
    assert "nomor 5" in shown
    assert "nomor 4" not in shown
    assert "4 catatan lainnya ada di Rincian" in shown


async def test_an_answer_after_the_step_is_done_is_a_note(kantor: Kantor) -> None:
    await late(kantor)
    message = escalation(kantor.hadi)
    await kantor.press(kantor.hadi, message, "Beri arahan")
    await kantor.confirm(kantor.budi)
    done = kantor.hadi.message(message)
    assert done is not None
    assert "✅ Langkah ini sudah selesai." in done.text
    assert done.labels == ()
    # What was asked about the step has ended with it.
    answer = await kantor.answer(kantor.hadi, message, "Sudah saya terima, semuanya baik.")
    assert "Catatan pada langkah 2 sudah disimpan" in answer.text
    assert [note.direction for note in notes(kantor)] == [False]


async def test_who_may_not_direct_hears_so_and_nothing_is_recorded(kantor: Kantor) -> None:
    await late(kantor)
    data = [b.data or "" for row in escalation(kantor.hadi).buttons for b in row][:2]
    (card, *_) = cards(kantor.budi)
    for forged in data:
        tap = await kantor.forge(kantor.budi, card, forged)
        assert "langkah ini merupakan tugas" in (await tap.answered()).text
        tap = await kantor.forge(kantor.somebody(), card, forged)
        assert "hanya untuk pegawai" in (await tap.answered()).text
    assert notes(kantor) == []
    assert journal(kantor, "performers_reminded") == 0


async def test_a_leader_who_has_lost_the_post_directs_no_more(kantor: Kantor) -> None:
    await late(kantor)
    message = escalation(kantor.hadi)
    await kantor.press(kantor.hadi, message, "Beri arahan")
    with kantor.services.store.begin() as tx:
        for holding in tx.people.staff(kantor.clock.now()).holdings:
            if holding.person_id == kantor.person(kantor.hadi).id:
                tx.people.revoke(holding.id, kantor.clock.now())
    assert "merupakan tugas" in (await kantor.say(kantor.hadi, SAID)).text
    assert "merupakan tugas" in (await kantor.answer(kantor.hadi, message, SAID)).text
    assert notes(kantor) == []


async def test_nobody_is_directed_by_who_stands_below(kantor: Kantor) -> None:
    """Step 1 waits for the Kepala Dinas: the Kasubbag is informed, and may remark upon it."""
    kantor.without_mornings()
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.go_to("24-11-2026 11.00")
    message = next(m for m in reversed(kantor.sari.heard) if "Sebagai informasi" in m.text)
    assert message.labels == ()
    answer = await kantor.answer(kantor.sari, message, "Konsep SK sudah di meja Ibu.")
    assert answer.text.startswith("📝 Catatan")
    token = (kantor.card(kantor.dewi).button("Selesai").data or "").removeprefix("ok:")
    tap = await kantor.forge(kantor.sari, message, f"call:{token}")
    assert "merupakan tugas" in (await tap.answered()).text
    tap = await kantor.forge(kantor.dewi, kantor.card(kantor.dewi), f"call:{token}")
    assert "belum ada pelaksananya" in (await tap.answered()).text


# --- an ingatkan ----------------------------------------------------------------------------


async def test_a_reminder_is_signed_by_who_sends_it_once_an_hour(kantor: Kantor) -> None:
    await late(kantor)
    seen = {phone: list(phone.heard) for phone in (kantor.budi, kantor.rina)}
    assert "langkah 2 sudah diingatkan" in await toast(kantor, kantor.hadi, "Ingatkan pelaksana")
    for phone, heard in seen.items():
        (called,) = new(phone, heard)
        assert f"🔔 {HADI.called} (Sekretaris) mengingatkan langkah berikut." in called.text
        assert "Terlambat" in called.text
        assert "✅ Selesai" in called.labels
    for phone in (kantor.hadi, kantor.sari):
        answer = await toast(kantor, phone, "Ingatkan pelaksana")
        assert f"baru saja diingatkan oleh {HADI.called}" in answer
    await kantor.later(minutes=59)
    assert "baru saja" in await toast(kantor, kantor.sari, "Ingatkan pelaksana")
    await kantor.later(minutes=1)
    assert "sudah diingatkan" in await toast(kantor, kantor.sari, "Ingatkan pelaksana")
    assert f"🔔 {SARI.called} (Kasubbag" in new(kantor.budi, seen[kantor.budi])[-1].text
    assert journal(kantor, "performers_reminded") == 2


async def test_what_a_reminder_offers_ends_with_the_task(kantor: Kantor) -> None:
    await late(kantor)
    await toast(kantor, kantor.hadi, "Ingatkan pelaksana")
    called = {phone: phone.last for phone in (kantor.budi, kantor.rina)}
    await kantor.press(kantor.rina, called[kantor.rina], "Selesai")
    for phone, message in called.items():
        shown = phone.message(message)
        assert shown is not None
        assert "✅ Selesai oleh" in shown.text
        assert "✅ Selesai" not in shown.labels
    old = f"call:{(called[kantor.budi].button('Selesai').data or '').removeprefix('ok:')}"
    tap = await kantor.forge(kantor.hadi, escalation_gone(kantor.hadi), old)
    assert "tidak menunggu lagi" in (await tap.answered()).text


def escalation_gone(phone: Person) -> Message:
    return next(m for m in reversed(phone.heard) if "Langkah ini sudah selesai" in m.text)


async def test_a_paused_run_is_not_reminded_of(kantor: Kantor) -> None:
    await late(kantor)
    message = escalation(kantor.hadi)
    token = message.button("Ingatkan").data or ""
    await kantor.say(kantor.sari, "/jeda")
    await kantor.say(kantor.sari, "Menunggu pengesahan")
    shown = kantor.hadi.message(message)
    assert shown is not None
    assert "dijeda oleh" in shown.text
    assert shown.labels == ()
    tap = await kantor.forge(kantor.hadi, message, token)
    assert "sedang dijeda" in (await tap.answered()).text
    await resume(kantor)
    assert journal(kantor, "performers_reminded") == 0


async def test_outside_office_hours_both_make_no_sound(kantor: Kantor) -> None:
    await late(kantor)
    await kantor.go_to("28-11-2026 20.00")
    await toast(kantor, kantor.hadi, "Ingatkan pelaksana")
    assert kantor.budi.last.silent
    await kantor.answer(kantor.hadi, escalation(kantor.hadi), SAID)
    assert SAID in kantor.budi.last.text
    assert kantor.budi.last.silent


@pytest.mark.parametrize("twice", ["tap", "update"])
async def test_a_double_tap_reminds_once(kantor: Kantor, twice: str) -> None:
    await late(kantor)
    seen = list(kantor.budi.heard)
    message = escalation(kantor.hadi)
    first = kantor.hadi.tap(message, "Ingatkan")
    other = kantor.hadi if twice == "tap" else kantor.sari
    second = other.tap(message if twice == "tap" else escalation(kantor.sari), "Ingatkan")
    texts = sorted([(await first.answered()).text, (await second.answered()).text])
    await kantor.quiet()
    assert [("baru saja" in text) for text in texts] in ([True, False], [False, True])
    assert len(new(kantor.budi, seen)) == 1


async def test_where_the_owner_is_nobody_the_admin_directs(services: Services) -> None:
    """The Kasubbag's post is vacant: what is escalated to it comes to the admin."""
    async with open_office(services) as kantor:
        await late(kantor)
        with kantor.services.store.begin() as tx:
            for holding in tx.people.staff(kantor.clock.now()).holdings:
                if holding.person_id == kantor.person(kantor.sari).id:
                    tx.people.revoke(holding.id, kantor.clock.now())
        token = (kantor.card(kantor.budi).button("Selesai").data or "").removeprefix("ok:")
        tap = await kantor.forge(kantor.yusuf, kantor.card(kantor.budi), f"call:{token}")
        assert "sudah diingatkan" in (await tap.answered()).text
        assert f"{ADMIN.called} (Administrator) mengingatkan" in kantor.budi.last.text
