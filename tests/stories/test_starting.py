"""A run begins because somebody means it, and what began by mistake is taken back in time."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from bot.domain.people import Address
from bot.domain.run import RunStatus
from bot.localtelegram.faults import Fail
from tests.cast import DEWI, JOKO, SARI, Player
from tests.stories.harness import Kantor, cards, new

WATI = Player(112, "Wati Kurnia", Address.IBU, "staf", "promosi")

LAKIP = "PENYUSUNAN LAKIP tahun 2025"


async def last_look(kantor: Kantor) -> str:
    """Bu Sari comes to the last look at LAKIP by buttons; what it says."""
    await kantor.say(kantor.sari, "/mulai")
    await kantor.tap(kantor.sari, "LAKIP · 2025")
    return kantor.sari.last.text


# Nothing starts by one stray tap


async def test_the_last_look_names_sop_year_first_performer_and_end(kantor: Kantor) -> None:
    text = await last_look(kantor)
    for fact in (
        LAKIP,
        "503/22/SOP.PRCN/DISPMPPTSPTK/2024",
        "Langkah 1 dari 10: Membentuk Tim Pelaksana",
        f"Pelaksana: {DEWI.called} (Kepala Dinas)",
        "Bila semua tepat waktu, selesai Selasa, 8 Desember 2026",
    ):
        assert fact in text
    assert kantor.sari.last.labels == ("Mulai", "Tidak jadi")
    assert kantor.runs() == []


async def test_tidak_jadi_leaves_everything_as_it_was(kantor: Kantor) -> None:
    await last_look(kantor)
    await kantor.tap(kantor.sari, "Tidak jadi")
    assert "Pilihan ini ditutup" in kantor.sari.last.text
    assert kantor.sari.last.labels == ()
    assert kantor.runs() == []
    assert cards(kantor.dewi) == []

    await kantor.say(kantor.sari, "/mulai")
    await kantor.tap(kantor.sari, "Tidak jadi")
    assert kantor.sari.last.labels == ()

    # The button that earlier versions had there.
    menu = await kantor.say(kantor.sari, "/mulai")
    await kantor.forge(kantor.sari, menu, "nogo")
    assert "Pilihan ini ditutup" in kantor.sari.last.text
    assert kantor.sari.last.labels == ()


async def test_two_taps_on_mulai_begin_one_run(kantor: Kantor) -> None:
    await last_look(kantor)
    look = kantor.sari.last
    data = look.button("Mulai").data or ""
    taps = [kantor.sari.tap_data(look, data) for _ in range(2)]
    await asyncio.gather(*(tap.answered() for tap in taps))
    await kantor.quiet()
    assert len(kantor.runs()) == 1


async def test_in_menu_and_help_no_tap_sends_what_starts_a_run(kantor: Kantor) -> None:
    assert [name for name, _ in kantor.sari.commands if name.startswith("mulai")] == ["mulai"]
    await kantor.say(kantor.sari, "/bantuan")
    await kantor.tap(kantor.sari, "Semua perintah")
    await kantor.tap(kantor.sari, "Berikutnya")
    for answer in (kantor.sari.last, await kantor.say(kantor.sari, "/mulai_lakip 2025 2026")):
        named = re.findall(r".{6}/mulai_[a-z]", answer.html)
        assert named
        assert all(found.startswith("<code>") for found in named), answer.html


# A typed start


async def test_a_finished_run_of_that_year_is_named_first(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi, kantor.budi, kantor.sari)
    await kantor.confirm(kantor.budi, kantor.rina, kantor.budi, kantor.rina)
    await kantor.confirm(kantor.sari, kantor.hadi, kantor.dewi)

    look = await kantor.say(kantor.sari, "/mulai_lakip")
    assert f"{LAKIP} sudah selesai pada Senin, 23 November 2026" in look.text
    assert look.labels == ("Mulai lagi", "Tidak jadi")
    assert kantor.runs() == []
    # An old button, from before the run that has ended, looks at it as well.
    await kantor.forge(kantor.sari, look, "go:lakip:2025:0")
    assert "sudah selesai" in kantor.sari.last.text
    assert kantor.runs() == []

    await kantor.tap(kantor.sari, "Mulai lagi")
    assert len(kantor.runs()) == 1


async def test_where_nobody_holds_the_first_role_it_is_said_before(kantor: Kantor) -> None:
    with kantor.services.store.begin() as tx:
        tx.people.leave(kantor.person(kantor.dewi).id, kantor.clock.now())
    look = await kantor.say(kantor.sari, "/mulai_lakip")
    assert "Belum ada yang memegang peran Kepala Dinas" in look.text
    assert kantor.runs() == []
    await kantor.tap(kantor.sari, "Mulai")
    assert len(kantor.runs()) == 1


async def test_units_that_run_already_are_looked_at_before_the_others_begin(
    kantor: Kantor,
) -> None:
    await kantor.employ_now(JOKO)
    await kantor.say(kantor.sari, "/mulai_tapkin_staf")
    assert [run.unit for run in kantor.runs()] == ["umum"]
    await kantor.employ_now(WATI)
    look = await kantor.say(kantor.sari, "/mulai_tapkin_staf")
    assert "Akan dimulai di 1 unit: Seksi Promosi" in look.text
    assert "Sudah berjalan, dibiarkan: Subbagian Umum" in look.text
    assert len(kantor.runs()) == 1
    await kantor.tap(kantor.sari, "Mulai")
    assert len(kantor.runs()) == 2


# Ten minutes to take it back


async def test_a_start_is_taken_back_and_whoever_got_the_card_is_told(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    card = kantor.card(kantor.dewi)
    before = {phone.id: phone.heard for phone in (kantor.hadi, kantor.budi)}
    await kantor.later(minutes=9)
    await kantor.tap(kantor.sari, "Urungkan")

    assert "batal dimulai" in kantor.sari.last.text
    assert kantor.sari.last.labels == ()
    assert kantor.runs() == []
    told = kantor.dewi.last
    assert "batal dimulai" in told.text
    assert SARI.called in told.text
    assert cards(kantor.dewi) == [], "the card is withdrawn"
    assert card.id != told.id
    for phone in (kantor.hadi, kantor.budi):
        assert new(phone, before[phone.id]) == [], "others never heard of it"
    await kantor.later(days=3)
    assert kantor.dewi.last.id == told.id, "nobody is reminded"
    (over,) = kantor.finished()
    assert over.status is RunStatus.DIBATALKAN
    # The year is free again.
    assert "sudah dimulai" in (await kantor.say(kantor.sari, "/mulai_lakip")).text


async def test_the_way_back_goes_from_the_message_when_the_ten_minutes_end(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    typed = kantor.sari.last
    await last_look(kantor)
    await kantor.tap(kantor.sari, "Mulai satu lagi")
    tapped = kantor.sari.last
    await kantor.employ_now(JOKO)
    units = await kantor.say(kantor.sari, "/mulai_tapkin_staf")
    heard = kantor.sari.heard
    await kantor.later(minutes=9)
    for message in (typed, tapped, units):
        assert kantor.sari.message(message).labels == ("↶ Urungkan",)
    await kantor.later(minutes=1)
    for message in (typed, tapped, units):
        shown = kantor.sari.message(message)
        assert shown.labels == ()
        assert "sudah dimulai" in shown.text
        assert "diurungkan" not in shown.text
    assert len(kantor.sari.heard) == len(heard), "nothing new comes for it"


async def test_what_was_taken_back_is_not_drawn_again_and_who_left_gets_no_edit(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.tap(kantor.sari, "Urungkan")
    undone = kantor.sari.last
    other = await kantor.say(kantor.yusuf, "/mulai_renja")
    with kantor.services.store.begin() as tx:
        tx.people.leave(kantor.person(kantor.yusuf).id, kantor.clock.now())
    await kantor.later(minutes=10)
    assert kantor.sari.message(undone).text == undone.text
    assert kantor.yusuf.message(other).text == other.text


async def test_the_way_back_goes_after_a_downtime_and_though_telegram_fails(
    kantor: Kantor,
) -> None:
    await last_look(kantor)
    await kantor.tap(kantor.sari, "Mulai")
    kantor.telegram.fail("editMessageText", chat=kantor.sari, how=Fail.SERVER_ERROR)
    await kantor.later(minutes=10)
    assert kantor.sari.last.labels == ("↶ Urungkan",)
    await kantor.stop()
    kantor.clock.move(kantor.clock.now() + timedelta(hours=3))
    await kantor.start()
    await kantor.tick()
    assert kantor.sari.last.labels == ()
    assert "sudah dimulai" in kantor.sari.last.text


async def test_after_ten_minutes_it_is_too_late(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    started = kantor.sari.last
    data = started.button("Urungkan").data or ""
    await kantor.go_to(kantor.clock.now() + timedelta(minutes=10))
    tap = await kantor.forge(kantor.sari, started, data)
    assert "10 menit" in (await tap.answered()).text
    assert len(kantor.runs()) == 1


async def test_what_was_confirmed_meanwhile_stands(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    started = kantor.sari.last
    await kantor.confirm(kantor.dewi)
    tap = await kantor.press(kantor.sari, started, "Urungkan")
    assert "sudah dikerjakan" in (await tap.answered()).text
    (run,) = kantor.runs()
    assert run.current[0].step == 2


async def test_taking_it_back_and_confirming_at_once_leaves_one_of_both(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    undo = kantor.sari.last.button("Urungkan").data or ""
    card = kantor.card(kantor.dewi)
    done = card.button("Selesai").data or ""
    taps = [
        kantor.sari.tap_data(kantor.sari.last, undo),
        kantor.dewi.tap_data(card, done),
        kantor.sari.tap_data(kantor.sari.last, undo),
    ]
    await asyncio.gather(*(tap.answered() for tap in taps))
    await kantor.quiet()
    running, over = kantor.runs(), kantor.finished()
    assert len(running) + len(over) == 1
    if running:
        assert running[0].current[0].step == 2
    else:
        assert not over[0].tasks[0].confirmations


@pytest.mark.parametrize("who", ["budi", "yusuf"])
async def test_only_who_started_it_takes_it_back(kantor: Kantor, who: str) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    data = kantor.sari.last.button("Urungkan").data or ""
    tap = await kantor.forge(getattr(kantor, who), 1, data)
    refusal = (await tap.answered()).text
    assert ("hanya untuk" if who == "budi" else "dimulai oleh pegawai lain") in refusal
    assert len(kantor.runs()) == 1


async def test_a_start_in_several_units_is_taken_back_where_nothing_is_done(
    kantor: Kantor,
) -> None:
    await kantor.employ_now(JOKO, WATI)
    await kantor.say(kantor.sari, "/mulai_tapkin_staf")
    assert len(kantor.runs()) == 2
    await kantor.confirm(kantor.phone(JOKO))
    await kantor.tap(kantor.sari, "Urungkan", about="sudah dimulai di 2 unit")
    assert [run.unit for run in kantor.runs()] == ["umum"]
    assert any("1 lainnya sudah dikerjakan" in m.text for m in kantor.sari.heard)
    assert "batal dimulai" in kantor.phone(WATI).last.text
