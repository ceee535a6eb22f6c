"""Command menus in real life: many SOPs, and another bot on the same database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.features.work import Services
from bot.localtelegram.server import LocalTelegram, Person
from tests.stories import harness
from tests.stories.harness import MONDAY, Kantor, StoryClock, open_office

ANOTHER = "7000000002:kawal-uji-kawal-uji-kawal-uji-kawal"


def with_many_more(services: Services, more: int) -> Services:
    """The office with more SOPs, each with a very long title."""
    sop = services.catalog.sops[0]
    (procedure,) = sop.procedures
    copies = tuple(
        replace(procedure, code=f"tambahan_{n}", title=f"PENYUSUNAN DOKUMEN {n} <&> " + "X" * 220)
        for n in range(more)
    )
    sops = (*services.catalog.sops, replace(sop, procedures=copies))
    return replace(services, catalog=replace(services.catalog, sops=sops))


def menu(phone: Person) -> list[str]:
    return [name for name, _ in phone.commands]


async def test_forty_more_sops_leave_everybody_a_menu_and_are_started_by_mulai(
    story_services: Services,
) -> None:
    async with open_office(with_many_more(story_services, 40)) as kantor:
        assert {"mulai", "status", "undang"} <= set(menu(kantor.sari))
        assert "tugas" in menu(kantor.budi)
        await kantor.say(kantor.sari, "/mulai")
        while not any("TAMBAHAN 39" in label for label in kantor.sari.last.labels):
            await kantor.tap(kantor.sari, "Berikutnya")
        await kantor.tap(kantor.sari, "TAMBAHAN 39")
        await kantor.tap(kantor.sari, "Mulai")
        (run,) = kantor.runs()
        assert run.procedure.code == "tambahan_39"


async def test_another_bot_on_an_old_database_sets_every_menu_anew(
    story_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_office(story_services) as kantor:
        assert "mulai" in menu(kantor.sari)

    monkeypatch.setattr(harness, "TOKEN", ANOTHER)
    clock = StoryClock(MONDAY)
    async with LocalTelegram(token=ANOTHER, now=clock.now, monotonic=clock.monotonic) as telegram:
        kantor = Kantor(story_services, clock, telegram)
        await kantor.have_started(kantor.sari, kantor.budi)
        await kantor.start()
        await kantor.quiet()
        assert "mulai" in menu(kantor.sari)
        assert "tugas" in menu(kantor.budi)
        # Who has not pressed Start there yet is no trouble, and gets theirs then.
        assert kantor.person(kantor.hadi).reachable
        assert kantor.sari.heard == []
        await kantor.say(kantor.hadi, "/start")
        assert "riwayat" in menu(kantor.hadi)
        await kantor.stop()


async def test_no_entry_of_a_menu_changes_anything_for_anybody_by_one_tap(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.sari, "/mulai_renja")
    await kantor.say(kantor.sari, "/jeda")
    await kantor.tap(kantor.sari, "RENJA · 2027")
    await kantor.say(kantor.sari, "Menunggu pengesahan")
    phones = (kantor.sari, kantor.budi, kantor.hadi, kantor.dewi, kantor.yusuf)
    for phone in phones:
        before = state(kantor), [other.heard for other in phones if other is not phone]
        for name in menu(phone):
            await kantor.say(phone, f"/{name}")
            assert state(kantor) == before[0], f"{phone.name}: /{name}"
        assert [other.heard for other in phones if other is not phone] == before[1]


def state(kantor: Kantor) -> object:
    with kantor.services.store.read() as tx:
        return kantor.runs(), tx.people.staff(kantor.clock.now()), tx.journal.newest()
