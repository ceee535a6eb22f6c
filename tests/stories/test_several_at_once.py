"""Several things of one person's concern come as one message, and can be acted upon from it."""

from __future__ import annotations

from bot.domain.run import Note
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
