"""Pak Budi loses his phone: he stays who he is, and comes back by a link to another account."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.features.work import Services
from bot.localtelegram.server import Person
from tests.cast import BUDI, DEWI
from tests.stories.harness import Kantor, cards, open_office
from tests.stories.test_joining import link_in


@pytest_asyncio.fixture
async def kantor(story_services: Services) -> AsyncIterator[Kantor]:
    async with open_office(story_services) as opened:
        yield opened


async def link_for(kantor: Kantor, name: str, by: Person | None = None) -> str:
    """The link that lets somebody change accounts."""
    request = by or kantor.sari
    await kantor.say(request, "/pegawai")
    await kantor.tap(request, name)
    await kantor.tap(request, "Ganti ponsel atau akun")
    return link_in(request.last.text)


async def at_step_two(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)


async def opens(kantor: Kantor, phone: Person, link: str) -> None:
    phone.open_link(link)
    await kantor.quiet()


async def test_name_roles_and_open_tasks_come_along_to_the_new_phone(kantor: Kantor) -> None:
    await at_step_two(kantor)
    before = kantor.person(kantor.budi)
    phone = kantor.somebody("budi ponsel baru")
    await opens(kantor, phone, await link_for(kantor, BUDI.called))
    (card,) = cards(phone)
    assert "Langkah 2 dari 10" in card.text
    await kantor.confirm(phone)
    (run,) = kantor.runs()
    assert run.task(2, 1) is not None
    assert [c.person_id for c in run.tasks[1].confirmations] == [before.id]
    assert kantor.person(phone).name == before.name
    assert "tugas" in [name for name, _ in phone.commands]


async def test_the_old_account_loses_everything_and_hears_of_it(kantor: Kantor) -> None:
    await at_step_two(kantor)
    old_card = kantor.card(kantor.budi)
    seen = len(kantor.budi.heard)
    phone = kantor.somebody("budi ponsel baru")
    await opens(kantor, phone, await link_for(kantor, BUDI.called))
    assert "tidak dapat dipakai lagi" in " ".join(m.text for m in kantor.budi.heard[seen:])
    tap = await kantor.press(kantor.budi, old_card, "Selesai")
    assert "hanya untuk pegawai" in (await tap.answered()).text
    assert kantor.runs()[0].steps_done == 1
    assert "hanya untuk pegawai" in (await kantor.say(kantor.budi, "/tugas")).text


async def test_a_leaders_new_account_is_seen_by_the_sekretaris_and_the_admin(
    kantor: Kantor,
) -> None:
    marks = {phone: len(phone.heard) for phone in (kantor.hadi, kantor.yusuf, kantor.sari)}
    link = await link_for(kantor, DEWI.called)
    await opens(kantor, kantor.somebody("bukan Ibu Dewi"), link)
    for phone in (kantor.hadi, kantor.yusuf, kantor.sari):
        told = " ".join(m.text for m in phone.heard[marks[phone] :])
        assert "sudah berganti" in told
        assert DEWI.called in told
    assert "sudah dipindahkan" in kantor.dewi.last.text


async def test_a_link_serves_once_and_only_an_account_that_is_nobodys(kantor: Kantor) -> None:
    link = await link_for(kantor, BUDI.called)
    await opens(kantor, kantor.rina, link)
    assert "nama pegawai lain" in kantor.rina.last.text
    await opens(kantor, kantor.budi, link)
    assert "di akun yang baru" in kantor.budi.last.text
    first, second = kantor.somebody("pertama"), kantor.somebody("kedua")
    await opens(kantor, first, link)
    assert kantor.person(first).name == BUDI.name
    await opens(kantor, second, link)
    assert "sudah digunakan" in second.last.text


async def test_nobody_but_the_kasubbag_moves_accounts_and_no_kasubbag_an_admins(
    kantor: Kantor,
) -> None:
    budi, admin = kantor.person(kantor.budi), kantor.person(kantor.yusuf)
    tap = await kantor.forge(kantor.rina, 1, f"mv:{budi.id}")
    assert "hanya untuk" in (await tap.answered()).text
    tap = await kantor.forge(kantor.sari, 1, f"mv:{admin.id}")
    assert "admin" in (await tap.answered()).text


async def test_who_was_removed_meanwhile_does_not_come_back_by_the_link(kantor: Kantor) -> None:
    link = await link_for(kantor, BUDI.called)
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, BUDI.called)
    await kantor.tap(kantor.sari, "Hapus dari Kawal SOP")
    await kantor.tap(kantor.sari, "Ya, hapus")
    phone = kantor.somebody("budi ponsel baru")
    await opens(kantor, phone, link)
    assert "sudah habis" in phone.last.text
    assert cards(phone) == []


async def test_a_bot_that_dies_at_once_sends_the_cards_to_the_new_phone_all_the_same(
    kantor: Kantor,
) -> None:
    await at_step_two(kantor)
    link = await link_for(kantor, BUDI.called)
    phone = kantor.somebody("budi ponsel baru")
    await kantor.stop()
    phone.open_link(link)
    await kantor.start()
    await kantor.quiet()
    await kantor.restart()
    assert len(cards(phone)) == 1
