"""Lateness in a unit goes to the direct superior first, then up the office as before.

Everything begins on Monday 23 November 2026 at 10.00: a step of two hours is due at 12.00. Four
working hours later (13.00-16.00, and an hour from 07.30) it is Tuesday 08.30; one, two and three
working days later it is 12.00 on Tuesday, Wednesday and Thursday.
"""

from __future__ import annotations

from bot.domain.people import Address
from bot.domain.run import Capacity
from bot.localtelegram.screen import Message
from bot.localtelegram.server import Person
from tests.cast import ANWAR, LESTARI, Player
from tests.stories.harness import Kantor, at, cards, new

WATI = Player(112, "Wati Kurnia", Address.IBU, "staf", "promosi")
LATE = "langkah berikut terlambat"


async def begun(kantor: Kantor, procedure: str, *players: Player) -> dict[str, Person]:
    """These people join, and the procedure begins on Monday at 10.00; everybody's phone."""
    await kantor.employ_now(*players)
    kantor.without_mornings()
    await kantor.go_to("23-11-2026 10.00")
    await kantor.say(kantor.sari, f"/mulai_{procedure} 2026")
    return {player.name.split()[0]: kantor.phone(player) for player in players} | {
        "Sari": kantor.sari,
        "Hadi": kantor.hadi,
        "Dewi": kantor.dewi,
    }


def reports(phone: Person, about: str = "Promosi") -> list[Message]:
    return [m for m in phone.heard if LATE in m.text and about in m.text]


async def told(kantor: Kantor, phones: dict[str, Person], until: str) -> dict[str, str]:
    """When each was told of the lateness in the seksi, each once at the most."""
    first: dict[str, str] = {}
    for moment in (
        "24-11-2026 08.29",
        "24-11-2026 08.30",
        "24-11-2026 11.59",
        "24-11-2026 12.00",
        "25-11-2026 11.59",
        "25-11-2026 12.00",
        "26-11-2026 11.59",
        "26-11-2026 12.00",
    ):
        await kantor.go_to(moment)
        for name, phone in phones.items():
            if reports(phone):
                first.setdefault(name, moment)
        if moment == until:
            break
    assert all(len(reports(phone)) <= 1 for phone in phones.values())
    return first


async def test_the_kasi_hears_of_late_staff_first_and_the_others_as_before(kantor: Kantor) -> None:
    phones = await begun(kantor, "tapkin_staf", WATI, LESTARI, ANWAR)
    assert await told(kantor, phones, "26-11-2026 12.00") == {
        "Lestari": "24-11-2026 08.30",
        "Sari": "24-11-2026 12.00",
        "Hadi": "25-11-2026 12.00",
        "Dewi": "26-11-2026 12.00",
    }


async def test_the_kepala_bidang_hears_of_a_late_kasi_and_can_answer(kantor: Kantor) -> None:
    phones = await begun(kantor, "tapkin_eselon4", LESTARI, ANWAR)
    first = await told(kantor, phones, "24-11-2026 12.00")
    assert first == {"Anwar": "24-11-2026 08.30", "Sari": "24-11-2026 12.00"}
    # Bu Sari is late with her own subbagian's: her Sekretaris hears of it, she does not.
    assert len(reports(kantor.hadi, "Subbagian Perencanaan")) == 1
    assert reports(kantor.sari, "Subbagian Perencanaan") == []

    (message,) = reports(phones["Anwar"])
    since = phones["Lestari"].heard
    await kantor.answer(phones["Anwar"], message, "Mohon diselesaikan hari ini.")
    assert any("Mohon diselesaikan hari ini." in m.text for m in new(phones["Lestari"], since))
    await kantor.press(phones["Anwar"], message, "Rincian")
    assert "Rincian tugas" in phones["Anwar"].last.text


async def test_a_vacant_post_is_passed_over_and_so_is_who_cannot_be_reached(
    kantor: Kantor,
) -> None:
    phones = await begun(kantor, "tapkin_staf", WATI, ANWAR)
    assert await told(kantor, phones, "24-11-2026 08.30") == {"Anwar": "24-11-2026 08.30"}


async def test_a_superior_who_blocked_the_bot_is_passed_over(kantor: Kantor) -> None:
    phones = await begun(kantor, "tapkin_staf", WATI, LESTARI, ANWAR)
    phones["Lestari"].block()
    await kantor.quiet()
    assert not kantor.person(phones["Lestari"]).reachable
    assert await told(kantor, phones, "24-11-2026 08.30") == {"Anwar": "24-11-2026 08.30"}


async def test_a_plh_is_not_told_of_their_own_lateness(kantor: Kantor) -> None:
    phones = await begun(kantor, "tapkin_eselon4", LESTARI, ANWAR)
    with kantor.services.store.begin() as tx:
        lestari, now = kantor.person(phones["Lestari"]).id, kantor.clock.now()
        tx.people.grant(lestari, "kepala_bidang", "penanaman_modal", Capacity.PLH, now)
    assert await told(kantor, phones, "24-11-2026 12.00") == {"Sari": "24-11-2026 12.00"}


async def test_after_a_long_outage_each_hears_once(kantor: Kantor) -> None:
    phones = await begun(kantor, "tapkin_staf", WATI, LESTARI, ANWAR)
    await kantor.stop()
    kantor.clock.move(at("26-11-2026 13.00"))
    await kantor.start()
    await kantor.quiet()
    assert {name: len(reports(phone)) for name, phone in phones.items()} == {
        "Wati": 0,
        "Lestari": 1,
        "Anwar": 0,
        "Sari": 1,
        "Hadi": 1,
        "Dewi": 1,
    }


async def test_a_step_done_in_time_is_reported_to_nobody(kantor: Kantor) -> None:
    phones = await begun(kantor, "tapkin_staf", WATI, LESTARI, ANWAR)
    await kantor.confirm(phones["Wati"])
    assert len(cards(phones["Lestari"])) == 1
    await kantor.confirm(phones["Lestari"])
    await kantor.confirm(phones["Lestari"])
    assert await told(kantor, phones, "26-11-2026 12.00") == {}
