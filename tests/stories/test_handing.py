"""People change: work is handed over with two taps, and a vacant role is filled with two."""

from __future__ import annotations

from bot.localtelegram.people import Person
from bot.localtelegram.screen import Message
from tests.cast import BUDI, DEWI, HADI, RINA
from tests.stories.harness import Kantor, cards, new
from tests.stories.test_vacant_and_unreachable import take_role


async def test_work_of_one_who_cannot_be_reached_goes_to_another_with_two_taps(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    kantor.dewi.block()
    await kantor.quiet()
    await kantor.tap(kantor.sari, "Serahkan tugas Kepala Dinas", about=DEWI.called)
    before = kantor.hadi.heard
    await kantor.tap(kantor.sari, HADI.called)
    assert "sudah diserahkan kepada" in kantor.sari.last.text
    assert "Membentuk Tim" in kantor.card(kantor.hadi).text
    assert any("kini memegang peran Kepala Dinas" in m.text for m in new(kantor.hadi, before))
    assert HADI.called in kantor.yusuf.last.text, "a leading role is announced"
    await kantor.confirm(kantor.hadi)
    assert kantor.runs()[0].steps_done == 1


async def test_work_is_handed_over_from_the_list_of_people(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, DEWI.called)
    await kantor.tap(kantor.sari, "Serahkan tugas Kepala Dinas")
    await kantor.tap(kantor.sari, HADI.called)
    assert cards(kantor.dewi) == []
    assert "tidak lagi dipegang" in kantor.dewi.last.text
    assert len(cards(kantor.hadi)) == 1


async def test_a_doubled_tap_hands_over_once(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, DEWI.called)
    await kantor.tap(kantor.sari, "Serahkan tugas Kepala Dinas")
    shown = kantor.sari.last
    taps = [kantor.sari.tap(shown, HADI.called) for _ in range(2)]
    answers = [await tap.answered() for tap in taps]
    await kantor.quiet()
    assert sum("sudah tidak dipegang" in answer.text for answer in answers) == 1
    with kantor.services.store.read() as tx:
        staff = tx.people.staff(kantor.clock.now())
    assert staff.ids(["kepala_dinas"]) == (kantor.person(kantor.hadi).id,)


async def test_who_holds_the_role_already_goes_on_holding_it_once(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, BUDI.called)
    await kantor.tap(kantor.sari, "Serahkan tugas Tim Pelaksana")
    await kantor.tap(kantor.sari, RINA.called)
    with kantor.services.store.read() as tx:
        held = tx.people.staff(kantor.clock.now()).holders(["tim"])
    assert [h.person_id for h in held] == [kantor.person(kantor.rina).id]


async def test_the_place_in_a_runs_team_goes_along(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.tap(kantor.sari, "Pilih anggota tim")
    await kantor.tap(kantor.sari, RINA.called, about="Tekan nama")
    await kantor.tap(kantor.sari, "Lanjut")
    await kantor.tap(kantor.sari, BUDI.called, about="Siapa ketuanya")
    await kantor.tap(kantor.sari, "SK menyusul")

    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, BUDI.called)
    await kantor.tap(kantor.sari, "Serahkan tugas Tim Pelaksana")
    await kantor.tap(kantor.sari, HADI.called)
    assert cards(kantor.budi) == []
    team = kantor.runs()[0].team
    assert team is not None
    hadi = kantor.person(kantor.hadi).id
    assert (team.members, team.chair) == ((hadi,), hadi)
    await kantor.confirm(kantor.hadi)
    assert kantor.runs()[0].steps_done == 2


async def test_a_vacant_role_is_filled_with_two_taps_from_its_notice(kantor: Kantor) -> None:
    await take_role(kantor, DEWI, "Kepala Dinas")
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.tap(kantor.sari, "Mulai")
    await kantor.tap(kantor.sari, "Berikan Kepala Dinas kepada")
    await kantor.tap(kantor.sari, HADI.called)
    await kantor.confirm(kantor.hadi)
    assert kantor.runs()[0].steps_done == 1


async def test_only_those_who_manage_people_hand_over(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, DEWI.called)
    await kantor.tap(kantor.sari, "Serahkan tugas Kepala Dinas")
    shown = kantor.sari.last
    data = shown.button(HADI.called).data
    assert data
    tap = await kantor.forge(kantor.budi, shown, data)
    assert "hanya untuk" in (await tap.answered()).text
    for bad in ("hto:1", "hto:x:1", "fr:bappeda:0", "fr:raja:0", "c:sr:to:1.1", "c:sr:fill:raja.0"):
        tap = await kantor.forge(kantor.sari, shown, bad)
        assert "tidak berlaku" in (await tap.answered()).text


async def test_before_a_leading_role_has_two_holders_that_is_said(kantor: Kantor) -> None:
    sari = kantor.sari
    await kantor.say(sari, "/pegawai")
    await kantor.tap(sari, BUDI.called)
    await kantor.tap(sari, "Beri peran")
    await kantor.tap(sari, "Sekretaris")
    asked = sari.last
    assert f"{HADI.called} memegang peran Sekretaris" in asked.text
    assert "akan ada dua" in asked.text
    assert asked.labels == (f"Serahkan dari {HADI.called}", "Ya, berikan juga", "Tidak jadi")
    yes = asked.button("Ya, berikan juga").data or ""
    assert (await (await kantor.forge(kantor.rina, asked, yes)).answered()).show_alert
    await kantor.press(sari, asked, "Tidak jadi")
    assert secretaries(kantor) == [HADI.name]

    # A third holder came meanwhile: what was said is not true any more, and is said anew.
    for who in (RINA, BUDI):
        person = kantor.person(kantor.phone(who)).id
        await kantor.forge(sari, asked, f"gv:{person}:1:sekretaris")
    assert secretaries(kantor) == [HADI.name, RINA.name]
    assert "akan ada tiga" in (shown_text(sari, asked))
    taps = [sari.tap_data(asked, f"gv:{person}:2:sekretaris") for _ in range(2)]
    for tap in taps:
        await tap.answered()
    await kantor.quiet()
    assert secretaries(kantor) == [BUDI.name, HADI.name, RINA.name]


async def test_before_a_role_is_taken_or_somebody_removed_what_it_means_is_said(
    kantor: Kantor,
) -> None:
    sari = kantor.sari
    await kantor.say(sari, "/mulai_lakip")
    await kantor.say(sari, "/pegawai")
    await kantor.tap(sari, HADI.called)
    await kantor.tap(sari, "Cabut: Sekretaris")
    asked = sari.last
    assert "peran ini kosong" in asked.text
    assert asked.labels == ("Ya, cabut", "Tidak jadi")
    assert secretaries(kantor) == [HADI.name]
    await kantor.press(sari, asked, "Tidak jadi")
    assert secretaries(kantor) == [HADI.name]
    await kantor.say(sari, "/pegawai")
    await kantor.tap(sari, HADI.called)
    await kantor.tap(sari, "Hapus dari Kawal SOP")
    assert "tidak ada pemegang peran Sekretaris" in sari.last.text
    await kantor.tap(sari, "Tidak jadi")
    question = await kantor.say(sari, "/batal")
    assert f"ditarik dari {DEWI.called}" in question.text
    assert question.labels == ("Ya, batalkan", "Tidak jadi")


def secretaries(kantor: Kantor) -> list[str]:
    with kantor.services.store.read() as tx:
        staff = tx.people.staff(kantor.clock.now())
    return sorted(staff.people[p].name for p in staff.ids(["sekretaris"]))


def shown_text(phone: Person, message: Message) -> str:
    found = phone.message(message)
    assert found is not None
    return found.text
