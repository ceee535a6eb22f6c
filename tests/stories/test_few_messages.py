"""How many messages a run costs the people who carry it."""

from __future__ import annotations

from bot.domain.reminders import ReminderKind
from bot.features.work import Services
from bot.localtelegram.server import Person
from bot.store.reminders import ReminderStatus
from bot.store.tables import reminders
from tests.stories.harness import Kantor, at, new, open_office

WHO = ("dewi", "budi", "sari", "budi", "rina", "budi", "rina", "sari", "hadi", "dewi")
"""Who confirms each step of LAKIP."""


def counts(kantor: Kantor) -> dict[str, int]:
    """The messages that each of the five was sent."""
    names = ("sari", "budi", "rina", "hadi", "dewi")
    sent = kantor.telegram.log.requests("sendMessage", accepted=True)
    chats = [request.chat_id for request in sent]
    return {name: chats.count(getattr(kantor, name).id) for name in names}


async def to_the_first_reminder(kantor: Kantor) -> None:
    """Go to the moment of the open task's first reminder, mornings on the way included."""
    with kantor.services.store.read() as tx:
        due = tx.connection.execute(
            reminders.select()
            .where(reminders.c.status == ReminderStatus.MENUNGGU.value)
            .order_by(reminders.c.due_at)
        ).first()
    assert due is not None
    assert due.rung == ReminderKind.SEBELUM.value
    await kantor.go_to(due.next_at)


async def test_a_run_on_time_sends_thirty_messages_and_the_head_five(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    for name in WHO:
        await to_the_first_reminder(kantor)
        await kantor.confirm(getattr(kantor, name))
    assert len(kantor.finished()) == 1
    found = counts(kantor)
    print(f"messages: {sum(found.values())}, each {found}")  # noqa: T201
    assert sum(found.values()) <= 30
    assert found["dewi"] <= 5


async def test_the_first_reminder_of_several_days_edits_the_card(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    await kantor.confirm(kantor.dewi)
    before = len(kantor.budi.heard)
    await kantor.go_to("24-11-2026 09.00")
    card = kantor.card(kantor.budi)
    assert len(kantor.budi.heard) == before
    assert "Tenggat langkah ini Rabu, 25 November 2026 pukul 09.00 WIB" in card.text
    assert " lagi" not in card.text.partition("Kelengkapan")[0], "a card says what stays true"
    assert "Kelengkapan" in card.text, "it is the whole card"
    await kantor.go_to("24-11-2026 15.30")
    assert len(kantor.budi.heard) == before + 1
    reminder = kantor.budi.last
    assert 3 <= len(reminder.text.split("\n")) <= 5
    assert any("Selesai" in label for label in reminder.labels)
    await kantor.press(kantor.budi, reminder, "✅ Selesai")
    assert kantor.runs()[0].current[0].step == 3
    assert all("✅ Selesai oleh" in message.text for message in kantor.budi.heard[-2:])


def about(phone: Person, text: str) -> int:
    """How many messages on this screen say this."""
    return sum(text in message.text for message in phone.heard)


async def test_the_overview_replaces_the_reminder_at_eight(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    await kantor.go_to("24-11-2026 08.30")
    assert about(kantor.dewi, "Selamat pagi") == 1
    assert about(kantor.dewi, "⚠️ Dengan hormat kami ingatkan") == 0
    await kantor.tap(kantor.dewi, "Matikan ringkasan pagi")
    await kantor.go_to("25-11-2026 08.30")
    assert about(kantor.dewi, "Selamat pagi") == 1
    assert about(kantor.dewi, "⚠️ Dengan hormat kami ingatkan") == 1


async def test_the_end_is_six_lines_and_the_rest_behind_buttons(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    for name in WHO:
        await kantor.confirm(getattr(kantor, name))
    for phone in (kantor.sari, kantor.budi):
        assert "🏁" in phone.last.text
        assert len(phone.last.text.split("\n")) == 6
    assert [label for label in kantor.budi.last.labels if "PDF" in label] == []
    assert any("PDF" in label for label in kantor.sari.last.labels)
    await kantor.tap(kantor.budi, "Rincian", about="🏁")
    assert "baku 1 jam" in kantor.budi.last.text


async def test_several_late_tasks_come_as_one_message(kantor: Kantor) -> None:
    kantor.without_mornings()
    for command in ("/mulai_lakip 2025", "/mulai_lppd 2025", "/mulai_renja 2027"):
        await kantor.say(kantor.sari, command)
    await kantor.go_to("24-11-2026 08.30")
    assert about(kantor.dewi, "3 tugas menunggu") == 3, (
        "before, at the deadline, and the morning after"
    )
    before = len(kantor.sari.heard)
    await kantor.go_to("24-11-2026 12.00")
    assert len(kantor.sari.heard) == before + 1


async def test_in_ramadan_the_overview_of_the_same_minute_replaces_the_reminder(
    story_services: Services,
) -> None:
    async with open_office(story_services, at("23-02-2026 09.00")) as kantor:
        await kantor.say(kantor.sari, "/mulai_lakip")
        await kantor.go_to("24-02-2026 07.59")
        seen = kantor.dewi.heard
        await kantor.go_to("24-02-2026 08.01")
        (overview,) = new(kantor.dewi, seen)
        assert "Selamat pagi" in overview.text
        assert "terlambat" in overview.text
        # The bot may have slept, and both are due when it wakes up.
        await kantor.stop()
        kantor.clock.move(at("25-02-2026 08.05"))
        seen = kantor.dewi.heard
        await kantor.start()
        await kantor.tick()
        came = new(kantor.dewi, seen)
        assert sum("Selamat pagi" in message.text for message in came) == 1
        assert not any("ingatkan" in message.text for message in came)
