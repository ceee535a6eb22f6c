"""How people come to the bot, say who they are, and change."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio

from bot.domain.people import Address
from bot.features.joining import usecases as joining
from bot.features.work import Services
from bot.localtelegram.server import Person
from tests.cast import BUDI, RINA, SARI
from tests.stories.harness import Kantor, cards, new, open_office

NAME = "Maya Puspita, S.E., M.Si."


def link_in(text: str) -> str:
    """The invitation link that a message carries."""
    found = re.search(r"https://t\.me/\S+", text)
    assert found, text
    return found[0]


async def invited(kantor: Kantor, command: str) -> str:
    """The link that Bu Sari's command answers with."""
    return link_in((await kantor.say(kantor.sari, command)).text)


async def joins(kantor: Kantor, link: str, phone: Person, address: str, name: str) -> None:
    """Somebody opens the link and answers the two questions."""
    phone.open_link(link)
    await kantor.quiet()
    await kantor.tap(phone, address)
    await is_called(kantor, phone, name)


async def is_called(kantor: Kantor, phone: Person, name: str) -> None:
    """Somebody types their name and says that it is right."""
    await kantor.say(phone, name)
    await kantor.tap(phone, "Benar")


async def all_commands(kantor: Kantor, phone: Person) -> str:
    """The list of all commands, opened from the help."""
    await kantor.say(phone, "/bantuan")
    await kantor.tap(phone, "Semua perintah")
    return await kantor.pages(phone)


def menu(phone: Person) -> list[str]:
    """The commands in somebody's menu."""
    return [name for name, _ in phone.commands]


async def test_somebody_joins_by_invitation_and_the_inviter_hears_of_it(kantor: Kantor) -> None:
    link = await invited(kantor, "/undang tim")
    maya = kantor.somebody("maya_88")
    assert set(menu(maya)) == {"start", "bantuan"}

    maya.open_link(link)
    await kantor.quiet()
    assert "Tim Pelaksana" in maya.last.text
    assert maya.last.labels == ("Bapak", "Ibu")
    await kantor.tap(maya, "Ibu")
    assert "gelar" in maya.last.text
    await kantor.say(maya, "  Maya   Puspita, S.E.,\n M.Si. ")
    assert f"Ibu {NAME}" in maya.last.text
    assert maya.last.labels == ("Benar", "Perbaiki")
    assert NAME not in (await kantor.say(kantor.sari, "/pegawai")).text, "not before she says so"
    await kantor.tap(maya, "Benar")

    assert NAME in maya.last.text
    assert "Tim Pelaksana" in maya.last.text
    assert f"Ibu {NAME}" in kantor.sari.last.text
    assert "Tim Pelaksana" in kantor.sari.last.text
    assert "maya_88" not in kantor.sari.last.text
    assert "tugas" in menu(maya)
    assert "mulai" not in menu(maya)


async def test_whoever_joins_takes_part_at_once(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    maya = kantor.somebody("maya_88")
    await joins(kantor, await invited(kantor, "/undang tim"), maya, "Ibu", NAME)
    await kantor.confirm(maya)
    assert f"Ibu {NAME}" in kantor.budi.last.text


async def test_the_inviter_takes_the_role_back_by_button(kantor: Kantor) -> None:
    maya = kantor.somebody("maya_88")
    await joins(kantor, await invited(kantor, "/undang tim"), maya, "Ibu", NAME)
    await kantor.tap(kantor.sari, "Cabut", about=NAME)
    await kantor.tap(kantor.sari, "Ya, cabut")
    assert "tidak lagi" in kantor.sari.last.text
    assert "tidak lagi" in maya.last.text

    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    assert cards(maya) == []


async def test_the_inviter_removes_a_stranger_by_button(kantor: Kantor) -> None:
    stranger = kantor.somebody("stranger")
    await joins(kantor, await invited(kantor, "/undang tim"), stranger, "Bapak", "Orang Asing")
    assert "tugas" in menu(stranger)
    await kantor.tap(kantor.sari, "Hapus dari Kawal SOP", about="Orang Asing")
    await kantor.tap(kantor.sari, "Ya, hapus")

    assert set(menu(stranger)) == {"start", "bantuan"}
    assert "Kasubbag Perencanaan" in (await kantor.say(stranger, "/tugas")).text
    assert "Orang Asing" not in (await kantor.say(kantor.sari, "/pegawai")).text


async def test_undang_alone_offers_roles_and_then_units(kantor: Kantor) -> None:
    menu_of_roles = await kantor.say(kantor.sari, "/undang")
    assert "Bappeda" not in menu_of_roles.labels
    assert "Kepala Daerah" not in menu_of_roles.labels
    await kantor.tap(kantor.sari, "Kepala Bidang")
    *units, leave = kantor.sari.last.labels
    assert all(label.startswith("Kepala Bidang") for label in units)
    assert leave == "Tidak jadi"
    await kantor.tap(kantor.sari, "Kepala Bidang Tenaga Kerja")
    link = link_in(kantor.sari.last.text)
    assert "Kepala Bidang Tenaga Kerja" in kantor.sari.last.text

    maya = kantor.somebody("maya_88")
    await joins(kantor, link, maya, "Ibu", NAME)
    assert "Yth. Ibu Kepala Bidang Tenaga Kerja" in maya.last.text


async def test_undang_takes_roles_and_units_as_people_write_them(kantor: Kantor) -> None:
    for words, title in (
        ("tim", "Tim Pelaksana"),
        ("TIM_PELAKSANA", "Tim Pelaksana"),
        ("kasi promosi", "Kepala Seksi Promosi Penanaman Modal"),
        ("kepala_bidang Bidang Tenaga Kerja", "Kepala Bidang Tenaga Kerja"),
        ("staf umum", "Staf Subbagian Umum dan Kepegawaian"),
    ):
        answer = await kantor.say(kantor.sari, f"/undang {words}")
        assert title in answer.text, words
        assert "7 hari" in answer.text


async def test_undang_says_what_is_wrong_with_a_role_or_unit(kantor: Kantor) -> None:
    for words, fragment in (
        ("bendahara", "kepala_bidang"),
        ("<b>tim</b>", "<b>tim</b>"),
        ("kasi mars", "promosi"),
        ("tim umum", "perannya saja"),
        ("bappeda", "luar kantor"),
        ("kepala_daerah", "luar kantor"),
    ):
        answer = await kantor.say(kantor.sari, f"/undang {words}")
        assert fragment in answer.text, words
        assert "t.me" not in answer.text
    await kantor.say(kantor.sari, "/undang kasi")
    assert "Kepala Subbagian Keuangan" in kantor.sari.last.labels


async def test_a_link_opens_once(kantor: Kantor) -> None:
    link = await invited(kantor, "/undang tim")
    first, second = kantor.somebody("first"), kantor.somebody("second")
    first.open_link(link)
    await kantor.quiet()
    second.open_link(link)
    await kantor.quiet()
    assert "sudah digunakan" in second.last.text
    assert "Kasubbag Perencanaan" in second.last.text
    assert first.last.labels == ("Bapak", "Ibu")


async def test_a_link_ends_after_seven_days_and_a_made_up_one_opens_nothing(
    kantor: Kantor,
) -> None:
    link = await invited(kantor, "/undang tim")
    await kantor.later(days=7)
    late = kantor.somebody("late")
    late.open_link(link)
    await kantor.quiet()
    assert "sudah habis" in late.last.text

    late.open_link("https://t.me/kawal_uji_bot?start=abcdefghijklmnop")
    await kantor.quiet()
    assert "tidak kami kenal" in late.last.text


async def test_one_who_holds_the_role_already_leaves_the_link_for_another(kantor: Kantor) -> None:
    link = await invited(kantor, "/undang tim")
    kantor.budi.open_link(link)
    await kantor.quiet()
    assert "sudah dipegang" in kantor.budi.last.text

    maya = kantor.somebody("maya_88")
    await joins(kantor, link, maya, "Ibu", NAME)
    assert NAME in maya.last.text


async def test_somebody_who_has_joined_opens_a_link_to_a_second_role(kantor: Kantor) -> None:
    kantor.budi.open_link(await invited(kantor, "/undang kasi promosi"))
    await kantor.quiet()
    assert "Kepala Seksi Promosi" in kantor.budi.last.text
    assert "Tim Pelaksana" in kantor.budi.last.text
    assert BUDI.name in kantor.sari.last.text


async def test_a_bad_name_is_asked_for_again_and_hostile_letters_do_no_harm(kantor: Kantor) -> None:
    maya = kantor.somebody("maya_88")
    maya.open_link(await invited(kantor, "/undang tim"))
    await kantor.quiet()
    assert maya.last.labels == ("Bapak", "Ibu")
    await kantor.say(maya, NAME)
    assert maya.last.labels == ("Bapak", "Ibu")
    await kantor.tap(maya, "Ibu")
    for bad in ("X", "12345", "..!?", "🙂🙂🙂", "x" * 101, "\u200b\u200b\u200b"):
        assert "Mohon maaf" in (await kantor.say(maya, bad)).text, bad

    await is_called(kantor, maya, "<b>Maya</b> & \u202eRekan 🙂, S.E.")
    assert "<b>Maya</b> & Rekan 🙂, S.E." in maya.last.text
    assert "<b>Maya</b> & Rekan" in kantor.sari.last.text
    await kantor.say(kantor.sari, "/pegawai")
    assert "<b>Maya</b> & Rekan" in await kantor.pages(kantor.sari)


async def test_an_interrupted_joining_is_picked_up_again(kantor: Kantor) -> None:
    maya = kantor.somebody("maya_88")
    maya.open_link(await invited(kantor, "/undang tim"))
    await kantor.quiet()
    await kantor.restart()
    for words in ("/start", "/tugas", "halo", "/entah", "/batal"):
        await kantor.say(maya, words)
        assert maya.last.labels == ("Bapak", "Ibu"), words
    await kantor.tap(maya, "Ibu")
    await kantor.later(days=5)
    assert "gelar" in (await kantor.say(maya, "/start")).text
    assert "gelar" in (await kantor.say(maya, "/bantuan")).text
    await is_called(kantor, maya, NAME)
    assert "Tim Pelaksana" in maya.last.text


async def test_whoever_is_still_joining_is_told_where_they_are(kantor: Kantor) -> None:
    link, maya = await invited(kantor, "/undang tim"), kantor.somebody("maya_88")
    await kantor.say(kantor.sari, "/mulai_lakip")
    maya.open_link(link)
    await kantor.quiet()
    assert "belum selesai" not in maya.last.text

    async def wanders_off(step: int) -> None:
        for words in ("/start", "/tugas", "/entah", "/undang tim", "/batal"):
            assert f"belum selesai (langkah {step} dari 3)" in (await kantor.say(maya, words)).text
        for link_again in (link, "https://t.me/kawal_uji_bot?start=abcdefghijklmnop"):
            maya.open_link(link_again)
            await kantor.quiet()
            assert f"(langkah {step} dari 3)" in maya.last.text
        await kantor.attach(maya, b"isi", "surat.pdf")
        assert f"(langkah {step} dari 3)" in maya.last.text
        asked = len(maya.heard)
        tap = await kantor.forge(maya, maya.last, kantor.card(kantor.dewi).buttons[0][0].data or "")
        assert "belum selesai" in (await tap.answered()).text
        assert f"(langkah {step} dari 3)" in maya.last.text
        assert len(maya.heard) == asked + 1
        assert not any(
            "sudah diundang" in m.text or "meminta undangan" in m.text for m in maya.heard
        )

    await wanders_off(1)
    await kantor.tap(maya, "Ibu")
    await wanders_off(2)
    await kantor.say(maya, NAME)
    await wanders_off(3)
    assert NAME in maya.last.text
    await kantor.tap(maya, "Benar")
    assert kantor.person(maya).name == NAME
    assert kantor.runs()[0].steps_done == 0


async def test_a_name_is_shown_and_corrected_before_it_is_kept(kantor: Kantor) -> None:
    maya = kantor.somebody("maya_88")
    maya.open_link(await invited(kantor, "/undang tim"))
    await kantor.quiet()
    await kantor.tap(maya, "Ibu")
    first = await kantor.say(maya, "Maya Puspitaa")
    assert "Ibu Maya Puspitaa" in first.text
    right, wrong = first.button("Benar").data or "", first.button("Perbaiki").data or ""
    await kantor.tap(maya, "Perbaiki")
    assert "gelar" in maya.last.text
    # Nothing is right that is no longer shown, and what was typed last counts.
    await kantor.forge(maya, first, right)
    assert "gelar" in maya.heard[-1].text
    second = await kantor.say(maya, "Maya Puspita")
    assert "Ibu Maya Puspita" in (await kantor.say(maya, NAME)).text
    await kantor.forge(maya, second, second.button("Benar").data or "")
    with kantor.services.store.read() as tx:
        assert tx.people.staff(kantor.clock.now()).ids(["tim"]) == tuple(
            kantor.person(phone).id for phone in (kantor.budi, kantor.rina)
        )
    await kantor.restart()
    shown = maya.last
    taps = [maya.tap(shown, "Benar") for _ in range(2)]
    for tap in taps:
        await tap.answered()
    await kantor.quiet()
    assert kantor.person(maya).name == NAME
    assert sum("telah bergabung" in m.text for m in kantor.sari.heard) == 1
    assert "sudah terdaftar" in maya.last.text

    # Old buttons change nothing any more, and are nobody else's.
    await kantor.forge(maya, first, wrong)
    await kantor.forge(kantor.budi, first, wrong)
    await kantor.forge(kantor.somebody(), first, right)
    await kantor.say(maya, "Nama Lain, S.E.")
    assert kantor.person(maya).name == NAME


async def test_nobody_counts_before_they_have_said_who_they_are(kantor: Kantor) -> None:
    maya = kantor.somebody("maya_88")
    maya.open_link(await invited(kantor, "/undang tim"))
    await kantor.quiet()
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    assert cards(maya) == []
    await kantor.tap(maya, "Ibu")
    await kantor.say(maya, NAME)
    assert cards(maya) == []
    await kantor.tap(maya, "Benar")
    assert len(cards(maya)) == 1


async def test_a_leading_role_is_announced_to_its_holders_and_the_admin(kantor: Kantor) -> None:
    before = {phone.id: phone.heard for phone in (kantor.dewi, kantor.yusuf, kantor.hadi)}
    maya = kantor.somebody("maya_88")
    await kantor.say(kantor.sari, "/undang kepala_dinas")
    await kantor.tap(kantor.sari, "Ya, undang juga")
    await joins(kantor, link_in(kantor.sari.last.text), maya, "Ibu", NAME)
    for phone in (kantor.dewi, kantor.yusuf):
        (told,) = new(phone, before[phone.id])
        assert f"Ibu {NAME}" in told.text
        assert "Kepala Dinas" in told.text
        assert SARI.name in told.text
    assert new(kantor.hadi, before[kantor.hadi.id]) == []


async def test_the_claim_link_makes_the_first_admin_and_then_is_worth_nothing(
    story_services: Services,
) -> None:
    async with open_office(story_services, cast=()) as kantor:
        code = joining.claim_link(story_services, kantor.clock.now())
        assert code
        link = f"https://t.me/kawal_uji_bot?start={code}"
        maya, other = kantor.somebody("maya_88"), kantor.somebody("other")
        await joins(kantor, link, maya, "Ibu", NAME)
        assert {"undang", "pegawai", "mulai"} <= set(menu(maya))
        assert joining.claim_link(story_services, kantor.clock.now()) is None
        other.open_link(link)
        await kantor.quiet()
        assert "sudah digunakan" in other.last.text

        # With nobody else there yet, the first thing is to bring in the Kasubbag.
        assert "belum ada tugas" not in maya.heard[-1].text
        await kantor.tap(maya, "Undang pegawai lain")
        assert "Tim Pelaksana" in maya.last.labels
        await kantor.tap(maya, "Undang Kasubbag Perencanaan")
        await joins(kantor, link_in(maya.last.text), other, "Bapak", "Andi Wijaya, S.E.")
        assert "Andi Wijaya" in maya.last.text
        assert "mulai" in menu(other)


async def test_the_first_admin_may_be_the_owner_of_the_sops_as_well(
    story_services: Services,
) -> None:
    async with open_office(story_services, cast=()) as kantor:
        code = joining.claim_link(story_services, kantor.clock.now())
        maya = kantor.somebody("maya_88")
        await joins(kantor, f"https://t.me/kawal_uji_bot?start={code}", maya, "Ibu", NAME)
        offer = maya.last
        await kantor.tap(maya, "Pegang peran Kasubbag Perencanaan")
        assert "kini memegang peran Kasubbag Perencanaan" in maya.last.text
        tap = await kantor.press(maya, offer, "Pegang peran Kasubbag Perencanaan")
        assert "sudah dipegang" in (await tap.answered()).text
        own = offer.button("Pegang peran Kasubbag Perencanaan").data or ""
        stranger = kantor.somebody("stranger")
        tap = await kantor.forge(stranger, offer, own)
        assert "sudah diundang" in (await tap.answered()).text


@pytest_asyncio.fixture
async def named_office(story_services: Services) -> AsyncIterator[Kantor]:
    """An office whose settings name an administrator who has not come yet."""
    services = replace(story_services, admin_ids=frozenset({4_000_000_001}))
    async with open_office(services) as office:
        yield office


async def test_an_admin_named_by_the_settings_comes_in_by_start_alone(named_office: Kantor) -> None:
    kantor = named_office
    boss = kantor.telegram.person("boss", user_id=4_000_000_001)
    await kantor.say(boss, "/start")
    assert boss.last.labels == ("Bapak", "Ibu")
    await kantor.tap(boss, "Bapak")
    await is_called(kantor, boss, "Rahmat Hidayat, S.T.")
    assert "Rahmat Hidayat" in boss.last.text
    assert {"undang", "pegawai"} <= set(menu(boss))
    assert "Rahmat Hidayat" in (await kantor.say(boss, "/pegawai")).text


async def test_pegawai_lists_everybody_and_the_roles_nobody_holds(kantor: Kantor) -> None:
    page = await kantor.say(kantor.sari, "/pegawai")
    for player in (SARI, BUDI, RINA):
        assert player.called in page.text
    assert "Kepala Bidang" in page.text
    assert "Bappeda" not in page.text


async def test_a_name_is_changed_and_everybody_reads_the_new_one(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, BUDI.called)
    await kantor.tap(kantor.sari, "Ubah nama")
    assert BUDI.called in kantor.sari.last.text
    assert "Mohon maaf" in (await kantor.say(kantor.sari, "?")).text
    assert "Budi Santoso, M.T." in (await kantor.say(kantor.sari, "Budi Santoso, M.T.")).text
    assert "Budi Santoso, M.T." in (await kantor.say(kantor.budi, "/bantuan")).text


async def test_batal_leaves_the_question_and_nothing_else(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    assert "Tidak ada pertanyaan" in (await kantor.say(kantor.budi, "/batal")).text
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, BUDI.called)
    await kantor.tap(kantor.sari, "Ubah nama")
    assert "ditinggalkan" in (await kantor.say(kantor.sari, "/batal")).text
    await kantor.say(kantor.sari, "Bukan Nama")
    assert "Bukan Nama" not in (await kantor.say(kantor.sari, "/pegawai")).text
    assert len(kantor.runs()) == 1


async def test_a_question_left_open_for_an_hour_is_forgotten(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, BUDI.called)
    await kantor.tap(kantor.sari, "Ubah nama")
    await kantor.later(minutes=61)
    await kantor.say(kantor.sari, "Terima kasih")
    assert BUDI.called in (await kantor.say(kantor.sari, "/pegawai")).text


async def test_the_form_of_address_is_changed(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, BUDI.called)
    await kantor.tap(kantor.sari, "Ubah sapaan: Ibu")
    assert f"Ibu {BUDI.name}" in kantor.sari.last.text
    assert f"Yth. {Address.IBU} {BUDI.name}" in (await kantor.say(kantor.budi, "/bantuan")).text


async def test_roles_given_and_taken_change_menu_help_and_tasks(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    assert "mulai" not in menu(kantor.budi)
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, BUDI.called)
    await kantor.tap(kantor.sari, "Beri peran")
    await kantor.tap(kantor.sari, "Kepala Dinas")
    assert "akan ada dua pemegangnya" in kantor.sari.last.text
    assert cards(kantor.budi) == [], "nothing happens before the last look"
    await kantor.tap(kantor.sari, "Ya, berikan juga")
    assert "Kepala Dinas" in kantor.budi.heard[0].text
    assert len(cards(kantor.budi)) == 1
    assert "riwayat" in menu(kantor.budi)

    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, BUDI.called)
    await kantor.tap(kantor.sari, "Cabut: Kepala Dinas")
    assert len(cards(kantor.budi)) == 1, "nothing happens before the last look"
    await kantor.tap(kantor.sari, "Ya, cabut")
    assert cards(kantor.budi) == []
    assert "riwayat" not in menu(kantor.budi)
    assert "/riwayat" not in await all_commands(kantor, kantor.budi)


async def test_each_sees_in_menu_and_help_what_they_may_use(kantor: Kantor) -> None:
    team = {"tugas", "status", "sop", "bantuan", "ringkasan", "batal", "profil", "start"}
    leader = team | {"riwayat", "laporan"}
    codes = [procedure.code for _, procedure in kantor.services.catalog.procedures()]
    owner = leader | {"hubungkan", "mulai", "jeda", "lanjut", "undang", "pegawai"}
    owner |= {"plh", "plt", "tim"}
    admin = owner | {"libur"}
    starts = {f"mulai_{code}" for code in codes}
    for phone, allowed in (
        (kantor.budi, team),
        (kantor.hadi, leader),
        (kantor.dewi, leader),
        (kantor.sari, owner),
        (kantor.yusuf, admin),
    ):
        assert set(menu(phone)) == allowed
        text = await all_commands(kantor, phone)
        named = allowed | starts if "mulai" in allowed else allowed
        assert set(re.findall(r"^/(\w+)", text, re.MULTILINE)) == named


async def test_only_an_admin_changes_an_admin_and_the_last_one_stays(kantor: Kantor) -> None:
    admin = kantor.person(kantor.yusuf)
    tap = await kantor.forge(kantor.sari, 1, f"rmy:{admin.id}")
    assert "admin" in (await tap.answered()).text
    tap = await kantor.forge(kantor.yusuf, 1, f"rmy:{admin.id}")
    assert "Admin terakhir" in (await tap.answered()).text


async def test_one_who_left_and_comes_back_is_known_by_their_name(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, BUDI.called)
    await kantor.tap(kantor.sari, "Hapus dari Kawal SOP")
    assert "Tim Pelaksana" in kantor.sari.last.text
    await kantor.tap(kantor.sari, "Ya, hapus")
    assert "Kasubbag Perencanaan" in (await kantor.say(kantor.budi, "/status")).text

    kantor.budi.open_link(await invited(kantor, "/undang tim"))
    await kantor.quiet()
    assert BUDI.name in kantor.budi.last.text
    assert "tugas" in menu(kantor.budi)
