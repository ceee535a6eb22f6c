"""A card that stands on a screen twice, or that a restored database never sent: whichever is tapped
shows what came of it, and is closed with its task."""

from __future__ import annotations

from pathlib import Path

import pytest
from telegram import Bot

from bot.localtelegram.people import Person
from bot.localtelegram.screen import Message
from bot.localtelegram.server import Fail
from bot.store.backup import backup, restore
from bot.store.tables import deliveries
from tests.stories.harness import TOKEN, Kantor, cards, confirming, new


async def copied(kantor: Kantor) -> tuple[Message, Message]:
    """LAKIP's second step waits for the team; Pak Budi has its card twice: the copy that nobody
    recorded, and the card."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    kantor.telegram.fail("sendMessage", chat=kantor.budi, how=Fail.DROP_AFTER)
    await kantor.confirm(kantor.dewi)
    await kantor.later(minutes=1)
    copy, card = cards(kantor.budi)
    return copy, card


def shown(phone: Person, message: Message) -> Message:
    found = phone.message(message)
    assert found is not None
    return found


def assert_no_needless_edit(kantor: Kantor) -> None:
    refused = kantor.telegram.log.requests("editMessageText", accepted=False)
    assert [request.error for request in refused] == []


@pytest.mark.parametrize("first", ["copy", "card"])
async def test_whichever_is_tapped_both_are_closed(kantor: Kantor, first: str) -> None:
    copy, card = await copied(kantor)
    tapped, other = (copy, card) if first == "copy" else (card, copy)
    await kantor.press(kantor.budi, tapped, "Selesai")
    if first == "card":
        # The bot cannot know of the copy before it is tapped.
        late = await kantor.press(kantor.budi, other, "Selesai")
        assert "sudah tercatat" in (await late.answered()).text
    for message in (copy, card):
        assert "Selesai oleh" in shown(kantor.budi, message).text
    assert cards(kantor.budi) == []
    # An action that it offers ends on both.
    await kantor.later(minutes=11)
    assert not any("Urungkan" in str(shown(kantor.budi, one).labels) for one in (copy, card))
    assert_no_needless_edit(kantor)


async def test_a_copy_shows_who_was_first(kantor: Kantor) -> None:
    copy, card = await copied(kantor)
    await kantor.confirm(kantor.rina)
    assert "Selesai oleh" in shown(kantor.budi, card).text
    tap = await kantor.press(kantor.budi, copy, "Selesai")
    assert "sudah dikonfirmasi" in (await tap.answered()).text
    assert "Selesai oleh" in shown(kantor.budi, copy).text
    assert confirming(shown(kantor.budi, copy)) is None
    assert_no_needless_edit(kantor)


@pytest.mark.parametrize("label", ["Perpanjang", "Rincian", "Lampirkan"])
async def test_a_copy_that_was_tapped_is_closed_with_the_task(kantor: Kantor, label: str) -> None:
    copy, card = await copied(kantor)
    await kantor.press(kantor.budi, copy, label)
    assert confirming(shown(kantor.budi, copy)), "it still waits"
    await kantor.confirm(kantor.rina)
    for message in (copy, card):
        assert "Selesai oleh" in shown(kantor.budi, message).text
    # What a copy shows is not known before its first edit.
    assert len(kantor.telegram.log.requests("editMessageText", accepted=False)) == 1


async def test_a_copy_that_is_tapped_twice_at_once_is_closed_once(kantor: Kantor) -> None:
    copy, card = await copied(kantor)
    taps = [kantor.budi.tap(copy, "Selesai") for _ in range(2)]
    for tap in taps:
        await tap.answered()
    await kantor.quiet()
    assert kantor.runs()[0].steps_done == 2
    for message in (copy, card):
        assert "Selesai oleh" in shown(kantor.budi, message).text
    edits = kantor.telegram.log.requests("editMessageText", chat_id=kantor.budi.id)
    assert len(edits) == 2
    assert_no_needless_edit(kantor)


async def test_a_copy_whose_text_telegram_no_longer_tells_is_closed_too(kantor: Kantor) -> None:
    copy, _ = await copied(kantor)
    tap = kantor.budi.tap_data(copy, confirming(copy) or "", readable=False)
    await tap.answered()
    await kantor.quiet()
    assert "Selesai oleh" in shown(kantor.budi, copy).text


async def test_a_copy_of_who_has_left_says_that_it_waits_no_longer(kantor: Kantor) -> None:
    copy, _ = await copied(kantor)
    with kantor.services.store.begin() as tx:
        tx.people.leave(kantor.person(kantor.budi).id, kantor.clock.now())
    await kantor.press(kantor.budi, copy, "Selesai")
    assert kantor.runs()[0].steps_done == 1
    assert shown(kantor.budi, copy).labels == ()
    assert "tidak menunggu lagi" in shown(kantor.budi, copy).text


async def test_a_copy_that_is_deleted_meanwhile_does_not_come_back(kantor: Kantor) -> None:
    copy, card = await copied(kantor)
    await kantor.press(kantor.budi, copy, "Rincian")
    async with Bot(TOKEN, base_url=f"{kantor.telegram.api_url}/bot") as bot:
        await bot.delete_message(kantor.budi.id, copy.id)
    before = list(kantor.budi.heard)
    await kantor.confirm(kantor.rina)
    assert "Selesai oleh" in shown(kantor.budi, card).text
    assert not any("langkah 2" in m.text.lower() for m in new(kantor.budi, before))


async def test_a_copy_of_a_request_for_time_shows_the_decision(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.tap(kantor.budi, "Perpanjang")
    await kantor.tap(kantor.budi, "2 hari")
    kantor.telegram.fail("sendMessage", chat=kantor.sari, how=Fail.DROP_AFTER)
    await kantor.say(kantor.budi, "Data belum lengkap")
    await kantor.later(minutes=1)
    requests = [m for m in kantor.sari.heard if "✅ Setujui" in m.labels]
    assert len(requests) == 2
    await kantor.press(kantor.sari, requests[0], "Setujui")
    for message in requests:
        assert "Setujui" not in str(shown(kantor.sari, message).labels)


async def test_a_list_that_names_a_task_stays_a_list(kantor: Kantor) -> None:
    await copied(kantor)
    listed = await kantor.say(kantor.budi, "/tugas")
    # Where the database was restored, it does not know this message either.
    this = (deliveries.c.chat_id == listed.chat_id, deliveries.c.message_id == listed.id)
    with kantor.services.store.begin() as tx:
        assert tx.connection.execute(deliveries.delete().where(*this)).rowcount == 1
    (label,) = [label for label in listed.labels if "LAKIP" in label or "Rincian" in label]
    await kantor.press(kantor.budi, listed, label)
    await kantor.confirm(kantor.rina)
    assert shown(kantor.budi, listed).text == listed.text


async def test_after_a_restore_every_card_that_is_tapped_shows_how_things_stand(
    kantor: Kantor, tmp_path: Path
) -> None:
    store, target = kantor.services.store, tmp_path / "luar" / "cadangan.zip"
    target.parent.mkdir()
    await kantor.say(kantor.sari, "/mulai_lakip")
    before = kantor.card(kantor.dewi)
    await kantor.stop()
    backup(store, tmp_path / "arsip", target, kantor.clock.now(), "1")
    await kantor.start()
    await kantor.go_to("24-11-2026 09.30")
    reminder = kantor.card(kantor.dewi)
    assert reminder.id != before.id, "a reminder came after the backup"
    await kantor.confirm(kantor.dewi)
    later = kantor.card(kantor.budi)
    await kantor.stop()
    store.close()
    restore(target, store, tmp_path / "arsip", kantor.clock.now())
    await kantor.start()
    await kantor.quiet()

    # Of this task the restored database knows nothing.
    await kantor.press(kantor.budi, later, "Selesai")
    assert shown(kantor.budi, later).labels == ()
    assert "tidak kami temukan" in shown(kantor.budi, later).text
    # This one it knows, but not the message; the buttons are gone from the screen already.
    await kantor.forge(kantor.dewi, reminder, confirming(reminder) or "")
    assert kantor.runs()[0].steps_done == 1
    assert "Selesai" in shown(kantor.dewi, reminder).text
    assert confirming(shown(kantor.dewi, reminder)) is None
