"""Telegram fails, in each of its ways: nothing is lost, and hardly anything comes twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from bot.chat.polling import TokenInUseError
from bot.features import upkeep
from bot.localtelegram.faults import Fault
from bot.localtelegram.log import UpdateConfirmed, UpdateMade
from bot.localtelegram.server import Fail
from bot.store.outbox import DeliveryState
from bot.store.tables import deliveries
from tests.stories.harness import Kantor, at, cards, confirming, new


def rows(kantor: Kantor, state: DeliveryState) -> list[tuple[str, bool]]:
    """The outbox rows that stand so: their keys, and whether they may have come twice."""
    query = select(deliveries.c.key, deliveries.c.maybe_repeated).where(
        deliveries.c.state == state.value
    )
    with kantor.services.store.read() as tx:
        return [(row.key, row.maybe_repeated) for row in tx.connection.execute(query)]


async def test_one_chat_has_to_wait_while_the_others_go_on(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    kantor.telegram.fail("sendMessage", chat=kantor.budi, how=Fail.TOO_MANY(30))
    await kantor.confirm(kantor.dewi)
    assert cards(kantor.budi) == []
    assert len(cards(kantor.rina)) == 1
    await kantor.later(seconds=29)
    assert cards(kantor.budi) == []
    await kantor.later(seconds=2)
    assert len(cards(kantor.budi)) == 1
    assert not any(repeated for _, repeated in rows(kantor, DeliveryState.TERKIRIM))


async def test_two_chats_that_have_to_wait_make_all_wait(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    for phone in (kantor.budi, kantor.rina):
        kantor.telegram.fail("sendMessage", chat=phone, how=Fail.TOO_MANY(30))
    await kantor.confirm(kantor.dewi)
    before = kantor.hadi.heard
    kantor.hadi.send("/status")
    await kantor.quiet()
    assert new(kantor.hadi, before) == []
    await kantor.later(seconds=31)
    assert len(new(kantor.hadi, before)) == 1
    assert len(cards(kantor.budi)) == len(cards(kantor.rina)) == 1


@pytest.mark.parametrize("how", [Fail.SERVER_ERROR, Fail.BAD_GATEWAY])
async def test_an_error_of_telegrams_own_passes(kantor: Kantor, how: Fail) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    kantor.telegram.fail("sendMessage", chat=kantor.budi, times=3, how=how)
    await kantor.confirm(kantor.dewi)
    assert cards(kantor.budi) == []
    await kantor.later(seconds=60)
    assert len(cards(kantor.budi)) == 1


async def test_a_connection_cut_before_telegram_heard_is_tried_again(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    kantor.telegram.fail("sendMessage", chat=kantor.budi, how=Fail.DROP_BEFORE)
    await kantor.confirm(kantor.dewi)
    await kantor.later(seconds=60)
    assert len(cards(kantor.budi)) == 1


async def test_a_connection_cut_after_telegram_heard_repeats_once_and_says_so(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    kantor.telegram.fail("sendMessage", chat=kantor.budi, how=Fail.DROP_AFTER)
    await kantor.confirm(kantor.dewi)
    await kantor.later(minutes=10)
    assert len(cards(kantor.budi)) == 2
    flagged = [key for key, repeated in rows(kantor, DeliveryState.TERKIRIM) if repeated]
    assert len(flagged) == 1
    assert flagged[0].startswith("card:")

    # The card nobody knows of is harmless.
    first, second = cards(kantor.budi)
    await kantor.press(kantor.budi, second, "Selesai")
    tap = await kantor.forge(kantor.budi, first, confirming(first) or "")
    assert "sudah tercatat" in (await tap.answered()).text
    assert kantor.runs()[0].steps_done == 2


async def test_a_message_that_can_never_be_sent_is_put_aside_and_reported(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    kantor.telegram.fail("sendMessage", chat=kantor.budi, how=Fail.ERROR(400, "Bad Request: no"))
    before = kantor.yusuf.heard
    await kantor.confirm(kantor.dewi)
    assert cards(kantor.budi) == []
    assert len(cards(kantor.rina)) == 1
    (told,) = new(kantor.yusuf, before)
    assert "1 pesan" in told.text
    assert len(rows(kantor, DeliveryState.GAGAL)) == 1

    # Whatever comes for him afterwards arrives.
    await kantor.say(kantor.budi, "/tugas")
    assert "Mengumpulkan bahan" in kantor.budi.last.text


async def test_a_row_that_nobody_can_read_stops_nothing(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    kantor.telegram.fail("sendMessage", chat=kantor.budi, how=Fail.SERVER_ERROR)
    await kantor.confirm(kantor.dewi)
    with kantor.services.store.begin() as tx:
        waiting = deliveries.c.state == DeliveryState.ANTRE.value
        tx.connection.execute(deliveries.update().where(waiting).values(notice='{"kind": "?"}'))
    await kantor.later(seconds=60)
    assert "1 pesan" in kantor.yusuf.last.text
    await kantor.say(kantor.budi, "/tugas")
    assert "Mengumpulkan bahan" in kantor.budi.last.text


async def test_a_tap_that_is_answered_too_late_is_recorded_all_the_same(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    with kantor.telegram.hold("answerCallbackQuery") as gate:
        tap = kantor.dewi.tap(kantor.card(kantor.dewi), "Selesai")
        await gate.reached()
        tap.grow_late()
    await kantor.quiet()
    assert tap.answer is None
    assert kantor.runs()[0].steps_done == 1
    assert len(cards(kantor.budi)) == 1


async def test_telegram_away_for_a_while_is_told_to_the_admin(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    before = kantor.yusuf.heard
    kantor.telegram.down()
    await kantor.telegram.wait_until(
        lambda: len(kantor.telegram.log.requests("getUpdates", accepted=False)) > 4
    )
    kantor.clock.move(at("23-11-2026 09.40"))
    kantor.telegram.up()
    await kantor.yusuf.wait_until(lambda phone: len(new(phone, before)) > 0)
    (told,) = new(kantor.yusuf, before)
    assert "40 menit" in told.text
    await kantor.confirm(kantor.budi)
    assert kantor.runs()[0].steps_done == 2


async def test_a_short_silence_of_telegrams_is_no_news(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    before = kantor.yusuf.heard
    kantor.telegram.down()
    await kantor.telegram.wait_until(
        lambda: len(kantor.telegram.log.requests("getUpdates", accepted=False)) > 4
    )
    kantor.telegram.up()
    await kantor.later(minutes=5)
    await kantor.confirm(kantor.dewi)
    assert new(kantor.yusuf, before) == []


async def test_messages_decided_while_telegram_is_away_arrive_when_it_is_back(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    kantor.telegram.fail("sendMessage", times=None, how=Fail.DROP_BEFORE)
    await kantor.confirm(kantor.dewi)
    await kantor.later(minutes=30)
    assert cards(kantor.budi) == []
    kantor.telegram.heal()
    await kantor.later(minutes=6)
    assert len(cards(kantor.budi)) == len(cards(kantor.rina)) == 1


async def test_a_bot_starts_though_telegram_is_not_there_yet(kantor: Kantor) -> None:
    await kantor.stop()
    kantor.telegram.down()
    starting = asyncio.create_task(kantor.start())
    await kantor.telegram.wait_until(
        lambda: len(kantor.telegram.log.requests("getMe", accepted=False)) > 2
    )
    kantor.telegram.up()
    await starting
    assert "tidak ada tugas" in (await kantor.say(kantor.budi, "/tugas")).text


async def test_another_program_on_the_token_is_waited_for(kantor: Kantor) -> None:
    rival = Fail.ERROR(409, "Conflict: terminated by other getUpdates request")
    fault = kantor.telegram.fail("getUpdates", times=3, how=rival)
    kantor.budi.send("/tugas")
    await kantor.telegram.wait_until(lambda: fault.hits == 3)
    await kantor.quiet()
    assert "tidak ada tugas" in kantor.budi.last.text


async def test_another_program_that_stays_ends_the_bot_in_words(kantor: Kantor) -> None:
    await kantor.stop()
    rival = Fail.ERROR(409, "Conflict: terminated by other getUpdates request")
    fault = kantor.telegram.fail("getUpdates", times=None, how=rival)
    await kantor.start()
    for tries in range(2, 6):
        await kantor.telegram.wait_until(partial(_at_least, fault, tries * 2))
        kantor.clock.move(kantor.clock.now() + timedelta(seconds=20))
    with pytest.raises(TokenInUseError):
        await kantor.ended()


async def test_updates_numbered_afresh_are_taken(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.go_to("01-12-2026 09.00")
    kantor.telegram.number_afresh(7)
    await kantor.confirm(kantor.dewi)
    assert kantor.runs()[0].steps_done == 1
    assert "Langkah 2 dari 10" in (await kantor.say(kantor.budi, "/tugas")).text


async def test_a_number_that_comes_again_after_weeks_is_answered(kantor: Kantor) -> None:
    await kantor.say(kantor.budi, "/tugas")
    first = kantor.telegram.log.update_ids(UpdateMade)[0]
    await kantor.go_to("08-12-2026 09.00")
    upkeep.clean_up(kantor.services, kantor.clock.now())
    kantor.telegram.number_afresh(first)
    before = kantor.budi.heard
    await kantor.say(kantor.budi, "/status")
    assert len(new(kantor.budi, before)) == 1


async def test_the_same_update_delivered_twice_does_nothing_twice(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    # The bot ends before it can say what it has handled, so Telegram hands it out again.
    with kantor.telegram.hold("answerCallbackQuery") as gate:
        kantor.dewi.tap(kantor.card(kantor.dewi), "Selesai")
        kantor.sari.send("/mulai_renja")
        await gate.reached()
        kantor.telegram.fail("getUpdates", times=None, how=Fail.DROP_BEFORE)
    await kantor.stop()
    assert kantor.telegram.pending == 2
    kantor.telegram.heal()
    await kantor.start()
    await kantor.later(minutes=1)

    assert [run.procedure.code for run in kantor.runs()] == ["lakip", "renja"]
    assert kantor.runs()[0].steps_done == 1
    assert len(cards(kantor.budi)) == 1
    assert len([m for m in kantor.sari.heard if "sudah dimulai" in m.text]) == 2


async def test_a_tidy_stop_confirms_nothing_that_was_not_handled(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    kantor.telegram.log.clear()
    with kantor.telegram.hold("answerCallbackQuery") as gate:
        kantor.dewi.tap(kantor.card(kantor.dewi), "Selesai")
        await gate.reached()
        stopping = asyncio.create_task(kantor.stop())
        # These come while the bot is finishing, and wait for its successor.
        kantor.budi.send("/tugas")
        kantor.rina.send("/tugas")
        assert kantor.telegram.log.update_ids(UpdateConfirmed) == []
        gate.release()
        await stopping
    assert len(kantor.telegram.log.update_ids(UpdateConfirmed)) == 1
    assert kantor.telegram.pending == 2
    assert kantor.runs()[0].steps_done == 1

    await kantor.start()
    await kantor.quiet()
    assert len(cards(kantor.budi)) == 1
    assert "Langkah 2 dari 10" in kantor.rina.last.text


async def test_one_persons_messages_are_handled_in_their_order(kantor: Kantor) -> None:
    kantor.sari.send("/mulai_lakip")
    kantor.sari.send("/mulai_lppd")
    kantor.sari.send("/mulai_renja")
    kantor.sari.send("/status")
    kantor.budi.send("/tugas")
    await kantor.quiet()
    assert [run.procedure.code for run in kantor.runs()] == ["lakip", "lppd", "renja"]
    answers = [message.text for message in kantor.sari.heard]
    assert ["LAKIP" in answers[0], "LPPD" in answers[1], "RENJA" in answers[2]] == [True] * 3
    assert "(3)" in answers[3]


async def test_what_waits_for_one_chat_keeps_its_order(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.sari, "/mulai_renja")
    kantor.telegram.fail("sendMessage", chat=kantor.budi, times=2, how=Fail.SERVER_ERROR)
    await kantor.tap(kantor.dewi, "Selesai", about="LAKIP")
    await kantor.tap(kantor.dewi, "Selesai", about="RENJA")
    kantor.budi.send("/tugas")
    await kantor.quiet()
    await kantor.later(minutes=1)
    first, second, third = kantor.budi.heard
    assert "LAKIP" in first.text
    assert "RENJA" in second.text
    assert "(2)" in third.text


def _at_least(fault: Fault, hits: int) -> bool:
    return fault.hits >= hits
