"""The bot was not there for a while: nothing is lost, and nobody is drowned afterwards."""

from __future__ import annotations

import pytest

from bot.localtelegram.screen import Message
from bot.localtelegram.server import Person
from tests.stories.harness import Kantor, at, cards, new


@pytest.fixture(autouse=True)
def without_mornings(kantor: Kantor) -> None:
    """These stories count messages, and the morning's overview has stories of its own."""
    kantor.without_mornings()


async def sleep(kantor: Kantor, since: str, until: str) -> None:
    """The bot stands still from one moment to another."""
    await kantor.go_to(since)
    await kantor.stop()
    kantor.clock.move(at(until))
    await kantor.start()
    await kantor.tick()


async def at_step_two(kantor: Kantor) -> None:
    """Step 2, two days for the team: opened Monday 23-11 09.00, due Wednesday 09.00."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)


def screens(*phones: Person) -> list[list[Message]]:
    """What each has on the screen now."""
    return [phone.heard for phone in phones]


async def test_of_the_reminders_that_were_missed_only_the_newest_is_sent(kantor: Kantor) -> None:
    await at_step_two(kantor)
    before = kantor.budi.heard
    # A day before was due at 09.00 on Tuesday, and 2 hours of work before at 15.30.
    await sleep(kantor, "24-11-2026 08.30", "24-11-2026 15.45")
    (reminder,) = new(kantor.budi, before)
    assert "1 hari kerja lagi (besok pukul 09.00)" in reminder.text

    before = kantor.budi.heard
    await kantor.go_to("25-11-2026 09.00")
    (deadline,) = new(kantor.budi, before)
    assert "sudah tiba" in deadline.text


async def test_what_was_missed_waits_for_the_office_to_open(kantor: Kantor) -> None:
    await at_step_two(kantor)
    before = kantor.budi.heard
    await sleep(kantor, "24-11-2026 08.30", "25-11-2026 06.00")
    await kantor.go_to("25-11-2026 07.29")
    assert new(kantor.budi, before) == []
    await kantor.go_to("25-11-2026 07.30")
    assert len(new(kantor.budi, before)) == 1


async def test_each_recipient_hears_the_newest_that_is_for_them(kantor: Kantor) -> None:
    await at_step_two(kantor)
    phones = (kantor.budi, kantor.rina, kantor.sari, kantor.hadi, kantor.dewi)
    before = screens(*phones)
    # Missed: five reminders to the team, and on Thursday and Friday 09.00 the escalations to
    # the Kasubbag and the Sekretaris. The outage is longer than Telegram keeps taps.
    await sleep(kantor, "23-11-2026 10.00", "27-11-2026 20.00")
    at_night = [new(phone, seen) for phone, seen in zip(phones, before, strict=True)]
    assert [len(messages) for messages in at_night] == [2, 2, 0, 0, 0]
    assert all(message.silent for messages in at_night for message in messages)

    before = screens(*phones)
    await kantor.go_to("30-11-2026 07.30")
    told = [new(phone, seen) for phone, seen in zip(phones, before, strict=True)]
    assert [len(messages) for messages in told] == [1, 1, 1, 1, 0]
    assert "terlambat 2 hari kerja" in told[0][0].text
    assert "Dengan hormat kami laporkan" in told[2][0].text
    assert "Dengan hormat kami laporkan" in told[3][0].text
    assert all(message.date == at("30-11-2026 07.30") for (message,) in told[:4])

    # The third day of lateness is over at 09.00, and goes its own way.
    before = screens(*phones)
    await kantor.go_to("30-11-2026 09.00")
    assert len(new(kantor.dewi, before[4])) == 1


async def test_after_more_than_a_day_cards_come_anew_and_the_admin_hears_the_period(
    kantor: Kantor,
) -> None:
    await at_step_two(kantor)
    await kantor.go_to("23-11-2026 10.00")
    await kantor.stop()
    # This tap waits at Telegram for a day, and is dropped.
    kantor.budi.tap(kantor.card(kantor.budi), "Selesai")
    kantor.clock.move(at("24-11-2026 17.00"))
    before = screens(kantor.budi, kantor.rina, kantor.yusuf, kantor.dewi)
    await kantor.start()
    await kantor.quiet()

    note, card = new(kantor.budi, before[0])
    for when in ("Senin, 23 November 2026 pukul 10.00", "Selasa, 24 November 2026 pukul 17.00"):
        assert when in note.text
        assert when in kantor.yusuf.last.text
    assert "/tugas" in note.text
    assert "Mengumpulkan bahan" in card.text
    assert len(new(kantor.rina, before[1])) == 2
    assert len(new(kantor.yusuf, before[2])) == 1
    assert "1 hari 7 jam" in kantor.yusuf.last.text
    assert new(kantor.dewi, before[3]) == []
    assert kantor.runs()[0].steps_done == 1

    await kantor.press(kantor.budi, card, "Selesai")
    assert kantor.runs()[0].steps_done == 2
    assert cards(kantor.budi) == cards(kantor.rina) == []


async def test_after_some_hours_the_admin_hears_that_nothing_is_lost(kantor: Kantor) -> None:
    await at_step_two(kantor)
    await kantor.go_to("23-11-2026 10.00")
    await kantor.stop()
    kantor.budi.tap(kantor.card(kantor.budi), "Selesai")
    kantor.clock.move(at("23-11-2026 13.00"))
    before = screens(kantor.yusuf, kantor.budi)
    await kantor.start()
    await kantor.quiet()

    (told,) = new(kantor.yusuf, before[0])
    assert "3 jam" in told.text
    assert "tetap sampai" in told.text
    assert new(kantor.budi, before[1]) == []
    assert kantor.runs()[0].steps_done == 2
    assert len(cards(kantor.sari)) == 1


async def test_a_short_restart_tells_nobody_anything(kantor: Kantor) -> None:
    await at_step_two(kantor)
    await kantor.go_to("23-11-2026 10.00")
    kantor.telegram.log.clear()
    await kantor.restart()
    await kantor.tick()
    await sleep(kantor, "23-11-2026 10.01", "23-11-2026 10.09")
    assert kantor.telegram.log.requests("sendMessage") == []
    assert kantor.telegram.log.requests("editMessageText") == []


async def test_what_was_decided_just_before_the_end_is_told_after_the_start(
    kantor: Kantor,
) -> None:
    await at_step_two(kantor)
    with kantor.telegram.hold("sendMessage") as gate:
        tap = kantor.budi.tap(kantor.card(kantor.budi), "Selesai")
        await tap.answered()
        await gate.reached()
        gate.drop()
        await kantor.stop()
    await kantor.start()
    await kantor.later(minutes=5)
    assert len(cards(kantor.sari)) == 1
