"""Taps by the wrong person, twice, too late or made up: nothing is recorded, kindly."""

from __future__ import annotations

import asyncio

from bot.domain.people import Address
from tests.cast import BUDI, RINA, Player
from tests.stories.harness import Kantor, at, cards, confirming, new

THREE_HATS = Player(113, "Tiara Andini, S.E.", Address.IBU, None)


async def test_somebody_without_the_role_is_told_whose_step_it_is(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    data = confirming(kantor.card(kantor.dewi))
    assert data

    tap = await kantor.forge(kantor.budi, kantor.card(kantor.dewi), data)
    answer = await tap.answered()
    assert "Kepala Dinas" in answer.text
    assert answer.show_alert
    assert [task.step for task in kantor.runs()[0].current] == [1]


async def test_the_team_hears_who_may_do_what_it_may_not(kantor: Kantor) -> None:
    for command in ("/mulai", "/mulai_lakip", "/undang", "/undang tim", "/pegawai"):
        answer = await kantor.say(kantor.budi, command)
        assert "Kasubbag Perencanaan" in answer.text, command
        assert not answer.buttons
    assert kantor.runs() == []


async def test_the_team_does_not_read_the_history(kantor: Kantor) -> None:
    refused = await kantor.say(kantor.budi, "/riwayat")
    assert "Kepala Dinas, Sekretaris, dan Kasubbag Perencanaan" in refused.text


async def test_an_outsider_learns_whom_to_ask_and_nothing_else(kantor: Kantor) -> None:
    for number, words in enumerate(
        (
            *("/start", "/bantuan", "/tugas", "/status", "/riwayat", "/sop", "/sop lakip"),
            *("/mulai", "/mulai_lakip", "/mulai_entah", "/undang", "/undang tim", "/pegawai"),
            *("/batal", "/batal semua", "/tugas 3", "/entah", "Selamat pagi"),
        )
    ):
        outsider = kantor.somebody(f"Orang luar {number}")
        answer = await kantor.say(outsider, words)
        assert len(outsider.heard) == 1
        assert "Kasubbag Perencanaan" in answer.text, words
        assert not answer.buttons
        # Nothing of the office leaks: no name, no command, no procedure.
        for secret in ("Sari", "LAKIP", "/mulai", "/tugas", "/bantuan", "tim"):
            assert secret not in answer.text, words


async def test_an_outsider_who_goes_on_is_answered_three_times_and_then_no_more(
    kantor: Kantor,
) -> None:
    outsider = kantor.somebody()
    for words in ("Halo", "/undang tim", "/start", "/tugas", "/undang", "/undang tim", "/x", "?"):
        await kantor.say(outsider, words)
    assert len(outsider.heard) == 3

    await kantor.later(minutes=11)
    await kantor.say(outsider, "Halo")
    assert len(outsider.heard) == 4


async def test_an_outsider_with_a_forged_button_changes_nothing(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    card = kantor.card(kantor.dewi)
    outsider = kantor.somebody()
    await kantor.say(outsider, "/start")
    for button in (b for row in card.buttons for b in row):
        tap = await kantor.forge(outsider, outsider.last, button.data or "")
        assert "Kasubbag Perencanaan" in (await tap.answered()).text
    for data in (
        *("go:lakip:2025:0", "inv:tim", "ppl:1", "rmy:1", "rev:1", "give:1:tim", "pg:status:0"),
        *("adr:Ibu", "name:1", "addr:1:Bapak", "held:send", "pg:sop:0:lakip"),
    ):
        tap = await kantor.forge(outsider, outsider.last, data)
        assert "Sari" not in (await tap.answered()).text
    assert len(outsider.heard) == 1
    assert [run.steps_done for run in kantor.runs()] == [0]


async def test_the_team_cannot_use_the_buttons_of_those_who_manage(kantor: Kantor) -> None:
    rina = kantor.person(kantor.rina).id
    with kantor.services.store.read() as tx:
        before = tx.people.staff(kantor.clock.now())
    for data in (
        *("go:lakip:2025:0", "pick:lakip", "inv:tim", "inv:kasi:promosi", "pg:pegawai:0"),
        *(f"ppl:{rina}", f"name:{rina}", f"addr:{rina}:Bapak", f"role:{rina}", f"rm:{rina}"),
        *(f"rmy:{rina}", f"give:{rina}:kepala_dinas", "rev:1", "held:send", "pg:riwayat:0"),
    ):
        tap = await kantor.forge(kantor.budi, 1, data)
        answer = await tap.answered()
        assert "hanya" in answer.text, data
        assert answer.show_alert
    assert kantor.budi.heard == []
    with kantor.services.store.read() as tx:
        assert tx.people.staff(kantor.clock.now()) == before
    assert kantor.runs() == []


async def test_a_forwarded_card_has_no_buttons_and_its_text_starts_nothing(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    card = kantor.card(kantor.dewi)
    seen = kantor.dewi.forward(card, to=kantor.budi)
    assert not seen.buttons
    kantor.dewi.forward(card)
    await kantor.quiet()
    assert [run.steps_done for run in kantor.runs()] == [0]


async def test_a_double_tap_is_recorded_once(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    card = kantor.card(kantor.dewi)
    data = confirming(card)
    assert data
    taps = [kantor.dewi.tap_data(card, data) for _ in range(2)]
    first, second = await asyncio.gather(*(tap.answered() for tap in taps))
    await kantor.quiet()

    assert "Berikutnya langkah 2" in first.text
    assert "sudah tercatat" in second.text
    assert not second.show_alert
    assert [run.steps_done for run in kantor.runs()] == [1]
    assert len(cards(kantor.budi)) == 1


async def test_two_people_tap_one_step_at_the_same_moment(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    taps = [phone.tap(kantor.card(phone), "Selesai") for phone in (kantor.budi, kantor.rina)]
    answers = await asyncio.gather(*(tap.answered() for tap in taps))
    await kantor.quiet()

    (run,) = kantor.runs()
    ((winner,),) = [task.confirmations for task in run.tasks if task.step == 2]
    kind = [a.text for a in answers if "sudah dikonfirmasi oleh" in a.text]
    assert len(kind) == 1
    assert any(player.called in kind[0] for player in (BUDI, RINA))
    assert sum("Tercatat" in a.text for a in answers) == 1
    assert winner.role == "tim"
    assert len(cards(kantor.sari)) == 1


async def test_a_card_of_an_earlier_run_says_who_confirmed_it(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    old = confirming(kantor.card(kantor.rina))
    assert old
    await kantor.confirm(kantor.budi)
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.tap(kantor.sari, "Mulai satu lagi")
    await kantor.later(days=1)

    tap = await kantor.forge(kantor.rina, kantor.rina.last, old)
    assert BUDI.called in (await tap.answered()).text
    assert [run.steps_done for run in kantor.runs()] == [2, 0]


async def test_a_button_that_nobody_knows_is_refused_kindly(kantor: Kantor) -> None:
    tap = await kantor.forge(kantor.budi, 1, "ok:AAAAAAAAAAAA")
    assert "/tugas" in (await tap.answered()).text
    tap = await kantor.forge(kantor.budi, 1, "info:AAAAAAAAAAAA")
    assert "/tugas" in (await tap.answered()).text


async def test_made_up_button_data_is_answered_and_changes_nothing(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/bantuan")
    before = kantor.sari.heard
    for data in (
        *("ok", "ok:", "ok:' OR 1=1 --", "ok:../../etc", "go:lakip:99999999:0", "go:lakip:2025:x"),
        *("go:lakip:-2025:0", "go:lakip:1890:0", "go:entah:2025:0", "pick:entah", "pg:status:-1"),
        *("pg:status:99999999999", "pg:x:0", "pg:sop:9999:lakip", "pg:sop:0:entah"),
        *("pg:rincian:0:AAAAAAAAAAAA", "pg:ringkas:0:999999", "ppl:0", "ppl:999999", "ppl:9" * 9),
        *("rmy:-1", "rev:999999", "give:1:kepala_dinas:'", "give:999999:tim", "addr:1:Tuan"),
        *("inv:kepala_daerah", "inv:tim:umum", "inv:kasi:mars", "held:", "{}", "None", "\u202e"),
        *("🙂" * 16, "x" * 64),
    ):
        tap = await kantor.forge(kantor.sari, kantor.sari.last, data)
        assert not tap.spinning, data
    assert kantor.runs() == []
    with kantor.services.store.read() as tx:
        assert len(tx.people.staff(kantor.clock.now()).people) == 6
    assert all("gangguan" not in message.text for message in new(kantor.sari, before))


async def test_a_person_with_three_roles_gets_one_card_a_step(kantor: Kantor) -> None:
    await kantor.stop()
    tiara = kantor.employ(THREE_HATS, "kepala_dinas", "tim", ("kepala_bidang", "tenaga_kerja"))
    await kantor.have_started(tiara)
    await kantor.start()

    await kantor.say(kantor.sari, "/mulai_lakip")
    assert len(cards(tiara)) == 1
    await kantor.confirm(tiara)
    assert len(cards(tiara)) == 1
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon3")
    assert len(cards(tiara)) == 2
    assert "0 dari 2" in kantor.card(tiara).text


async def test_a_tap_on_a_very_old_message_is_recorded_all_the_same(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    card = kantor.card(kantor.dewi)
    data = confirming(card)
    assert data
    await kantor.go_to(at("23-11-2026 09.30"))
    tap = kantor.dewi.tap_data(card, data, readable=False)
    await tap.answered()
    await kantor.quiet()
    assert [run.steps_done for run in kantor.runs()] == [1]


async def test_a_page_button_on_a_message_that_is_gone_shows_a_new_one(kantor: Kantor) -> None:
    before = kantor.budi.heard
    tap = await kantor.forge(kantor.budi, 999_999, "pg:sop:0:lakip")
    assert not tap.spinning
    (shown,) = new(kantor.budi, before)
    assert "503/22/SOP.PRCN/DISPMPPTSPTK/2024" in shown.text
