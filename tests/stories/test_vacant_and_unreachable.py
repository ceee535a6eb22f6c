"""Roles that nobody holds, and people whom Telegram does not reach."""

from __future__ import annotations

from bot.localtelegram.server import Fail
from tests.cast import ANWAR, BUDI, DEWI, HADI, LESTARI, RINA, Player
from tests.stories.harness import Kantor, cards, new
from tests.stories.test_joining import invited, joins, link_in


async def take_role(kantor: Kantor, player: Player, role: str) -> None:
    """Bu Sari takes a role from somebody."""
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, player.called)
    await kantor.tap(kantor.sari, f"Cabut: {role}")
    await kantor.tap(kantor.sari, "Ya, cabut")


async def test_a_step_nobody_can_do_opens_and_the_kasubbag_hears_how_to_fill_it(
    kantor: Kantor,
) -> None:
    await take_role(kantor, HADI, "Sekretaris")
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi, kantor.budi, kantor.sari)
    await kantor.confirm(*[kantor.budi] * 4)
    before = kantor.sari.heard
    await kantor.tap(kantor.sari, "paraf")

    (told,) = new(kantor.sari, before)
    assert "Sekretaris" in told.text
    assert "/pegawai" in told.text
    assert "belum ada pemegangnya" in (await kantor.say(kantor.dewi, "/status")).text
    await kantor.press(kantor.sari, told, "Undang Sekretaris")

    maya = kantor.somebody("maya_88")
    link = link_in(kantor.sari.last.text)
    await joins(kantor, link, maya, "Ibu", "Maya Puspita, S.E., M.Si.")
    await kantor.confirm(maya, kantor.dewi)
    assert len(kantor.finished()) == 1


async def test_a_role_given_to_somebody_who_is_there_brings_them_the_open_card(
    kantor: Kantor,
) -> None:
    await take_role(kantor, DEWI, "Kepala Dinas")
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.tap(kantor.sari, "Mulai")
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, HADI.called)
    await kantor.tap(kantor.sari, "Beri peran")
    await kantor.tap(kantor.sari, "Kepala Dinas")
    await kantor.confirm(kantor.hadi)
    assert kantor.runs()[0].steps_done == 1


async def test_a_step_for_units_without_heads_can_be_filled_by_button(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon3")
    await take_role(kantor, HADI, "Sekretaris")
    vacant = kantor.find(kantor.sari, "Undang Kepala Bidang")
    await kantor.press(kantor.sari, vacant, "Undang Kepala Bidang")
    assert "Kepala Bidang Tenaga Kerja" in kantor.sari.last.labels


async def test_the_card_of_somebody_who_lost_the_role_goes_dead(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    card = kantor.card(kantor.budi)
    await take_role(kantor, BUDI, "Tim Pelaksana")
    assert cards(kantor.budi) == []
    assert BUDI.called not in kantor.card(kantor.rina).text
    assert kantor.budi.message(card) is not None
    await kantor.confirm(kantor.rina)


async def test_removing_the_last_awaited_person_completes_the_step(kantor: Kantor) -> None:
    await kantor.employ_now(ANWAR, LESTARI)
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon3")
    await kantor.confirm(kantor.phone(ANWAR))
    assert cards(kantor.sari) == []

    await take_role(kantor, HADI, "Sekretaris")
    assert "Langkah 2 dari 3" in kantor.card(kantor.sari).text
    assert cards(kantor.hadi) == []


async def test_removing_everybody_before_anybody_confirmed_completes_nothing(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon3")
    await take_role(kantor, HADI, "Sekretaris")
    assert kantor.runs()[0].steps_done == 0
    assert "Undang Sekretaris" in kantor.sari.heard[-1].labels + kantor.sari.heard[-2].labels


async def test_the_kasubbag_hears_once_that_somebody_blocks_the_bot(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    kantor.rina.block()
    await kantor.quiet()
    before = kantor.sari.heard
    await kantor.confirm(kantor.dewi)
    await kantor.go_to("26-11-2026 09.00")
    told = [m for m in kantor.sari.heard if RINA.called in m.text and "tidak dapat" in m.text]
    assert len(told) == 1
    assert told[0] in before
    assert cards(kantor.rina) == []
    assert "tidak sampai" in (await kantor.say(kantor.sari, "/pegawai")).text


async def test_one_who_unblocks_the_bot_gets_the_open_card_once(kantor: Kantor) -> None:
    kantor.rina.block()
    await kantor.quiet()
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.go_to("30-11-2026 09.00")

    before = kantor.rina.heard
    kantor.rina.unblock()
    await kantor.quiet()
    (card,) = new(kantor.rina, before)
    assert "Mengumpulkan bahan" in card.text
    await kantor.confirm(kantor.rina)
    assert kantor.runs()[0].steps_done == 2


async def test_a_deleted_account_is_found_out_by_writing_to_it(kantor: Kantor) -> None:
    kantor.rina.deactivate()
    await kantor.say(kantor.sari, "/mulai_lakip")
    before = kantor.sari.heard
    await kantor.confirm(kantor.dewi)
    (told,) = (m for m in new(kantor.sari, before) if RINA.called in m.text)
    assert "1 tugas" in told.text
    await kantor.confirm(kantor.budi)
    assert kantor.runs()[0].steps_done == 2


async def test_one_who_cannot_be_written_to_but_writes_can_be_reached_again(
    kantor: Kantor,
) -> None:
    kantor.telegram.fail(
        "sendMessage", chat=kantor.rina, how=Fail.ERROR(403, "Forbidden: bot was kicked")
    )
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    assert cards(kantor.rina) == []
    assert "tidak sampai" in (await kantor.say(kantor.sari, "/pegawai")).text

    await kantor.say(kantor.rina, "/status")
    assert len(cards(kantor.rina)) == 1
    assert "tidak sampai" not in (await kantor.say(kantor.sari, "/pegawai")).text


async def test_a_kasubbag_who_blocks_the_bot_is_brought_to_the_admin(kantor: Kantor) -> None:
    kantor.sari.block()
    await kantor.quiet()
    assert "Sari" in kantor.yusuf.last.text


async def test_an_invitation_link_opened_by_somebody_who_blocks_is_heard(kantor: Kantor) -> None:
    link = await invited(kantor, "/undang kasi promosi")
    kantor.budi.block()
    await kantor.quiet()
    kantor.budi.open_link(link)
    await kantor.quiet()
    assert "Kepala Seksi Promosi" in kantor.budi.last.text
