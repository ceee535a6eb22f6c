"""The team's group: linked by the Kasubbag, told a few times a day, never asked to tap."""

from __future__ import annotations

import pytest

from bot.localtelegram.groups import Group
from bot.localtelegram.server import Person
from tests.stories.harness import Kantor


async def say(kantor: Kantor, group: Group, who: Person, text: str) -> None:
    group.send(who, text)
    await kantor.quiet()


def texts(group: Group) -> list[str]:
    return [message.text for message in group.heard]


@pytest.fixture
def group(kantor: Kantor) -> Group:
    return kantor.telegram.group("Tim LAKIP")


async def test_what_happens_to_a_procedure_is_told_in_its_group(
    kantor: Kantor, group: Group
) -> None:
    await say(kantor, group, kantor.sari, "/hubungkan@kawal_uji_bot lakip")
    assert "kini menerima pemberitahuan tentang PENYUSUNAN LAKIP" in texts(group)[0]
    await kantor.say(kantor.sari, "/mulai_lppd")
    await kantor.tick()
    assert len(group.heard) == 1, "LPPD is not this group's"

    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.tick()
    assert "▶️ Dimulai" in texts(group)[1]
    assert "Langkah 1 dari 10" in texts(group)[1]
    assert not any(message.buttons for message in group.heard)


async def test_at_most_four_a_day_and_one_an_hour_and_the_rest_is_gathered(
    kantor: Kantor, group: Group
) -> None:
    await say(kantor, group, kantor.sari, "/hubungkan kantor")
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.tick()
    await kantor.confirm(kantor.dewi)
    await kantor.confirm(kantor.budi)
    await kantor.tick()
    assert len(group.heard) == 2, "what follows within the hour waits"
    await kantor.later(hours=1)
    assert len(group.heard) == 3
    assert "✅ Langkah 1 selesai" in texts(group)[2]
    assert "✅ Langkah 2 selesai" in texts(group)[2]
    await kantor.confirm(kantor.sari)
    await kantor.go_to("23-11-2026 11.00")
    assert len(group.heard) == 4
    await kantor.confirm(kantor.rina)
    await kantor.go_to("23-11-2026 15.29")
    assert len(group.heard) == 4
    await kantor.go_to("23-11-2026 15.30")
    assert "✅ Langkah 4 selesai" in texts(group)[4]
    await kantor.confirm(kantor.budi)
    await kantor.go_to("24-11-2026 07.29")
    assert len(group.heard) == 5
    await kantor.go_to("24-11-2026 07.30")
    assert "✅ Langkah 5 selesai" in texts(group)[5]


async def test_lateness_is_told_the_next_morning(kantor: Kantor, group: Group) -> None:
    await say(kantor, group, kantor.sari, "/hubungkan lakip")
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.go_to("24-11-2026 07.30")
    assert "⚠️ Terlambat" in texts(group)[-1]


async def test_a_group_that_becomes_a_supergroup_is_told_on(kantor: Kantor, group: Group) -> None:
    await say(kantor, group, kantor.sari, "/hubungkan lakip")
    grown = group.upgrade(kantor.sari, -1001234567890)
    await kantor.quiet()
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.tick()
    assert len(group.heard) == 1
    assert "Dimulai" in texts(grown)[0]


async def test_one_that_became_so_unheard_is_found_by_telegrams_refusal(
    kantor: Kantor, group: Group
) -> None:
    await say(kantor, group, kantor.sari, "/hubungkan lakip")
    grown = group.upgrade(kantor.sari, -1001234567890, tell=False)
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.tick()
    assert "Dimulai" in texts(grown)[0]


async def test_who_throws_the_bot_out_is_told_of_to_the_kasubbag(
    kantor: Kantor, group: Group
) -> None:
    await say(kantor, group, kantor.sari, "/hubungkan lakip")
    group.throw_out(kantor.budi)
    await kantor.quiet()
    assert "tidak dapat lagi menulis di grup Tim LAKIP" in kantor.sari.last.text
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.tick()
    assert len(group.heard) == 1
    assert "Belum ada grup" in (await kantor.say(kantor.sari, "/hubungkan")).text


async def test_a_group_is_let_go(kantor: Kantor, group: Group) -> None:
    await say(kantor, group, kantor.sari, "/hubungkan kantor")
    assert "Tim LAKIP: seluruh kantor" in (await kantor.say(kantor.sari, "/hubungkan")).text
    await say(kantor, group, kantor.sari, "/hubungkan lepas")
    assert "tidak lagi menerima pemberitahuan" in texts(group)[-1]
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.tick()
    assert len(group.heard) == 2


async def test_others_cannot_link_and_are_told_so_alone(kantor: Kantor, group: Group) -> None:
    await say(kantor, group, kantor.budi, "/hubungkan kantor")
    assert not group.heard
    assert "hanya untuk Kasubbag" in kantor.budi.last.text
    await say(kantor, group, kantor.sari, "/hubungkan lakp")
    assert not group.heard
    assert "lakip" in kantor.sari.last.text
    outsider = kantor.somebody()
    await say(kantor, group, outsider, "/hubungkan kantor")
    assert "percakapan pribadi" in texts(group)[0]
    assert "Belum ada grup" in (await kantor.say(kantor.sari, "/hubungkan")).text


async def test_what_links_a_group_says_what_it_is_for_where_it_links_nothing(
    kantor: Kantor, group: Group
) -> None:
    for typed in ("/hubungkan lakip", "/hubungkan lakip 2025"):
        answer = await kantor.say(kantor.sari, typed)
        assert "belum ada yang dihubungkan" in answer.text
        assert "ditulis di dalam grup itu" in answer.text
    assert "bukan grup" not in (await kantor.say(kantor.sari, "/hubungkan")).text
    # In a group a word too many links nothing either, and is not taken for no word at all.
    await say(kantor, group, kantor.sari, "/hubungkan lakip 2025")
    assert "kata yang berlebih" in kantor.sari.last.text
    assert group.heard == []
