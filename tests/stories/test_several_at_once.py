"""Several things of one person's concern come as one message, and can be acted upon from it."""

from __future__ import annotations

from bot.domain.run import Capacity, Note
from bot.features.naming import units_of
from bot.localtelegram.faults import Fail
from bot.localtelegram.screen import Message
from bot.localtelegram.server import Person
from tests.cast import HADI
from tests.stories.harness import Kantor, new

SAID = "Dahulukan data <Bidang PTSP> & laporkan besok."


async def late(kantor: Kantor) -> Message:
    """The team is two working days late with LAKIP and LPPD; what the Sekretaris was sent."""
    kantor.without_mornings()
    for code in ("lakip", "lppd"):
        await kantor.say(kantor.sari, f"/mulai_{code}")
        await kantor.confirm(kantor.dewi)
    await kantor.go_to("27-11-2026 10.00")
    return together(kantor.hadi)


def together(phone: Person) -> Message:
    return next(m for m in reversed(phone.heard) if "2 langkah terlambat" in m.text)


def notes(kantor: Kantor) -> dict[str, list[Note]]:
    return {run.procedure.code: [note for _, note in run.notes] for run in kantor.runs()}


async def test_the_performers_of_one_of_several_late_steps_are_reminded(kantor: Kantor) -> None:
    message = await late(kantor)
    assert message.labels[-2:] == ("🔔 Ingatkan pelaksana", "📣 Beri arahan")
    await kantor.press(kantor.hadi, message, "Ingatkan pelaksana")
    assert "langkah mana yang akan diingatkan" in kantor.hadi.last.text
    assert kantor.hadi.last.labels == (
        "1. LAKIP · 2025 · langkah 2",
        "2. LPPD · 2025 · langkah 2",
        "Tidak jadi",
    )
    seen = kantor.budi.heard
    tap = await kantor.tap(kantor.hadi, "LPPD")
    assert "diingatkan" in (await tap.answered()).text
    (reminder,) = new(kantor.budi, seen)
    assert "mengingatkan langkah berikut" in reminder.text
    assert "LPPD" in reminder.text
    # At most one an hour.
    await kantor.tap(kantor.hadi, "LPPD")
    assert len(new(kantor.budi, seen)) == 1
    assert together(kantor.hadi).labels == message.labels, "the message itself stays"


async def test_an_arahan_to_one_of_several_is_asked_for_by_buttons(kantor: Kantor) -> None:
    message = await late(kantor)
    await kantor.press(kantor.hadi, message, "Beri arahan")
    await kantor.tap(kantor.hadi, "LAKIP")
    assert "Mohon menuliskan arahannya" in kantor.hadi.last.text
    await kantor.say(kantor.hadi, SAID)
    found = notes(kantor)
    assert [(n.text, n.direction) for n in found["lakip"]] == [(SAID, True)]
    assert found["lppd"] == []


async def test_a_reply_to_several_late_steps_asks_which_is_meant(kantor: Kantor) -> None:
    message = await late(kantor)
    seen = kantor.budi.heard
    asked = await kantor.answer(kantor.hadi, message, SAID)
    assert f"“{SAID}”" in asked.text
    assert "Untuk langkah yang mana?" in asked.text
    assert asked.labels[-1] == "Tidak jadi"
    assert notes(kantor) == {"lakip": [], "lppd": []}
    data = asked.button("LPPD").data or ""
    for phone in (kantor.budi, kantor.dewi, kantor.somebody()):
        assert (await (await kantor.forge(phone, asked, data)).answered()).show_alert

    # Another text is no answer, and after a restart it is still asked.
    assert "Untuk langkah yang mana?" in (await kantor.say(kantor.hadi, "LPPD")).text
    await kantor.restart()
    taps = [kantor.hadi.tap_data(asked, data) for _ in range(2)]
    answers = [(await tap.answered()).text for tap in taps]
    await kantor.quiet()
    assert sum("disampaikan kepada pelaksananya" in text for text in answers) == 1
    found = notes(kantor)
    assert [(n.text, n.direction, n.message_id is not None) for n in found["lppd"]] == [
        (SAID, True, True)
    ]
    assert found["lakip"] == []
    assert f"📣 Arahan dari {HADI.called}" in new(kantor.budi, seen)[-1].text


async def test_what_was_replied_is_left_by_batal_and_leaves_other_questions_alone(
    kantor: Kantor,
) -> None:
    message = await late(kantor)
    await kantor.answer(kantor.hadi, message, SAID)
    assert "ditinggalkan" in (await kantor.say(kantor.hadi, "/batal")).text
    assert notes(kantor) == {"lakip": [], "lppd": []}
    too_long = await kantor.answer(kantor.hadi, message, "x" * 2000)
    assert "paling panjang" in too_long.text


async def test_of_what_is_late_no_more_nothing_is_asked_and_of_one_left_nothing_either(
    kantor: Kantor,
) -> None:
    message = await late(kantor)
    await kantor.confirm(kantor.budi)
    await kantor.answer(kantor.hadi, message, SAID)
    (left,) = [code for code, found in notes(kantor).items() if found]
    await kantor.press(kantor.budi, kantor.find(kantor.budi, "Selesai", left.upper()), "✅ Selesai")
    seen = kantor.hadi.heard
    tap = await kantor.press(kantor.hadi, message, "Ingatkan pelaksana")
    assert "tidak menunggu lagi" in (await tap.answered()).text
    await kantor.answer(kantor.hadi, message, SAID)
    assert "tidak menunggu lagi" in new(kantor.hadi, seen)[-1].text


async def test_a_reply_to_ones_own_waiting_tasks_is_a_note_on_the_chosen_one(
    kantor: Kantor,
) -> None:
    kantor.without_mornings()
    for code in ("lakip", "lppd"):
        await kantor.say(kantor.sari, f"/mulai_{code}")
    await kantor.go_to("24-11-2026 08.30")
    message = next(m for m in reversed(kantor.dewi.heard) if "2 tugas menunggu" in m.text)
    await kantor.answer(kantor.dewi, message, "SK masih di Bagian Hukum.")
    await kantor.tap(kantor.dewi, "LPPD", "Untuk langkah yang mana?")
    (note,) = notes(kantor)["lppd"]
    assert not note.direction


# Many units, and vacant roles


async def thirteen_units(kantor: Kantor, *, first: int = 13) -> list[str]:
    """Pak Budi is the staff of many units, and as many runs begin; at first in so many."""
    office = kantor.services.catalog.office
    units = [unit.code for unit in units_of(office, "staf")][:13]
    assert len(units) == 13
    seat(kantor, units[:first])
    await kantor.say(kantor.sari, "/mulai_tapkin_staf 2026")
    assert len(kantor.runs()) == first
    return units


def seat(kantor: Kantor, units: list[str]) -> None:
    budi, now = kantor.person(kantor.budi).id, kantor.clock.now()
    with kantor.services.store.begin() as tx:
        for unit in units:
            tx.people.grant(budi, "staf", unit, Capacity.DEFINITIF, now)


def told(phone: Person, text: str, since: list[Message]) -> int:
    return sum(text in message.text for message in new(phone, since))


async def test_thirteen_late_units_are_one_message_to_each_leader(kantor: Kantor) -> None:
    kantor.without_mornings()
    await thirteen_units(kantor)
    leaders = (kantor.sari, kantor.hadi, kantor.dewi)
    seen = {phone: phone.heard for phone in leaders}
    await kantor.go_to("27-11-2026 16.30")
    for phone in leaders:
        *own, came = new(phone, seen[phone])
        print(f"13 late units: {len(own) + 1} message(s) to {phone.name}")  # noqa: T201
        # Who is the direct superior of some units has heard of those on the first day.
        assert len(own) == (0 if phone is kantor.dewi else 1)
        assert "13 langkah terlambat" in came.text
        assert len(came.text) <= 4096


async def test_five_late_units_and_eight_more_two_hours_later_are_still_one_message(
    kantor: Kantor,
) -> None:
    kantor.without_mornings()
    units = await thirteen_units(kantor, first=5)
    await kantor.go_to("23-11-2026 11.00")
    seat(kantor, units[5:])
    await kantor.say(kantor.sari, "/mulai_tapkin_staf 2026")
    await kantor.tap(kantor.sari, "Mulai")
    assert len(kantor.runs()) == 13
    seen = kantor.sari.heard
    await kantor.go_to("23-11-2026 16.00")
    (own,) = new(kantor.sari, seen)
    assert "Subbagian Perencanaan" in own.text
    seen = kantor.sari.heard
    await kantor.go_to("24-11-2026 12.00")
    (message,) = new(kantor.sari, seen)
    assert "5 langkah terlambat" in message.text
    await kantor.go_to("24-11-2026 16.00")
    (message,) = new(kantor.sari, seen)
    assert "13 langkah terlambat" in message.text
    # All of them can be directed, though only some have a button of their own.
    await kantor.press(kantor.sari, message, "Ingatkan pelaksana")
    await kantor.tap(kantor.sari, "Berikutnya")
    assert any(label.startswith("13. ") for label in kantor.sari.last.labels)


async def without_a_head(kantor: Kantor) -> None:
    with kantor.services.store.begin() as tx:
        tx.people.leave(kantor.person(kantor.dewi).id, kantor.clock.now())
    kantor.without_mornings()


async def begin(kantor: Kantor, *commands: str) -> None:
    for command in commands:
        await kantor.say(kantor.sari, command)
        await kantor.tap(kantor.sari, "Mulai")


THREE = ("/mulai_lakip", "/mulai_lppd", "/mulai_renja")
VACANT = "belum dipegang siapa pun"


async def test_each_morning_several_vacant_roles_are_one_message(kantor: Kantor) -> None:
    await without_a_head(kantor)
    await begin(kantor, *THREE)
    await kantor.go_to("24-11-2026 07.59")
    seen = kantor.sari.heard
    await kantor.go_to("24-11-2026 08.01")
    assert told(kantor.sari, VACANT, seen) == 1
    message = new(kantor.sari, seen)[0]
    assert "3 langkah sudah dibuka" in message.text
    for name in ("LAKIP", "LPPD", "RENJA"):
        assert name in message.text.upper()
    assert message.labels == ("Undang Kepala Dinas", "Berikan Kepala Dinas kepada …")
    await kantor.press(kantor.sari, message, "Berikan Kepala Dinas")
    await kantor.tap(kantor.sari, HADI.called)
    await kantor.go_to("25-11-2026 12.00")
    assert told(kantor.sari, VACANT, seen) == 0, "the question took the message's place"


async def test_vacant_roles_that_wait_for_telegram_come_as_one_even_after_a_failure(
    kantor: Kantor,
) -> None:
    await without_a_head(kantor)
    kantor.telegram.fail("sendMessage", chat=kantor.sari, times=None, how=Fail.SERVER_ERROR)
    seen = kantor.sari.heard
    for command in THREE:
        await kantor.say(kantor.yusuf, command)
        await kantor.tap(kantor.yusuf, "Mulai")
    await kantor.later(minutes=5)
    assert new(kantor.sari, seen) == []
    await kantor.restart()
    kantor.telegram.heal()
    await kantor.later(minutes=30)
    (message,) = new(kantor.sari, seen)
    assert "3 langkah sudah dibuka" in message.text


async def test_a_single_vacant_role_is_told_as_before(kantor: Kantor) -> None:
    await without_a_head(kantor)
    seen = kantor.sari.heard
    await begin(kantor, "/mulai_lakip")
    (message,) = (m for m in new(kantor.sari, seen) if VACANT in m.text)
    assert "Langkah berikut sudah dibuka" in message.text
