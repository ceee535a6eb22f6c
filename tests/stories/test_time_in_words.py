"""Time as people hear it: deadlines of whole minutes, and what is left until them."""

from __future__ import annotations

from datetime import timedelta

from tests.stories.harness import Kantor, at

SECONDS = timedelta(seconds=7)


async def test_an_hour_that_begins_seconds_late_ends_with_the_day(kantor: Kantor) -> None:
    await kantor.go_to(at("23-11-2026 15.00") + SECONDS)
    await kantor.say(kantor.sari, "/mulai_lakip")
    (task,) = kantor.runs()[0].current
    assert task.due_at == at("23-11-2026 16.00")
    await kantor.go_to(at("23-11-2026 15.45") + SECONDS)
    assert "15 menit lagi" in kantor.dewi.last.text
    await kantor.press(kantor.dewi, kantor.dewi.last, "1 jam lagi")
    await kantor.go_to(at("23-11-2026 15.59"))
    assert "terlambat" not in kantor.dewi.last.text.lower()


async def test_whoever_confirms_before_work_goes_on_is_not_late(kantor: Kantor) -> None:
    await kantor.go_to("23-11-2026 15.00")
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.go_to("23-11-2026 21.00")
    await kantor.confirm(kantor.dewi)
    closed = [message for message in kantor.dewi.heard if "✅ Selesai oleh" in message.text]
    assert closed
    assert all("Tepat waktu" in message.text for message in closed)


async def test_a_minute_of_work_is_told_as_a_minute(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.later(seconds=40)
    await kantor.confirm(kantor.budi)
    await kantor.tap(kantor.sari, "Rincian")
    assert "baku 2 hari · nyata 1 menit" in kantor.sari.last.text


async def test_what_is_due_tomorrow_is_never_told_in_hours(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.go_to(at("24-11-2026 09.00") + SECONDS)
    # The card stands for days, and says only what stays true.
    (card, *_) = kantor.budi.heard
    assert "Tenggat langkah ini Rabu, 25 November 2026 pukul 09.00 WIB" in card.text
    assert "hari kerja lagi" not in card.text
    # Two hours of work before is still the day before.
    await kantor.go_to(at("24-11-2026 15.45") + SECONDS)
    assert "1 hari kerja lagi (besok pukul 09.00)" in kantor.budi.last.text
