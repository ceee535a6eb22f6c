"""One's own name and form of address, corrected by oneself and by others."""

from __future__ import annotations

from tests.cast import BUDI, SARI
from tests.stories.harness import Kantor, new

NAME = "Budi Santoso, S.T., M.T."


async def test_a_person_corrects_their_own_name(kantor: Kantor) -> None:
    budi = kantor.budi
    page = await kantor.say(budi, "/profil")
    assert BUDI.called in page.text
    assert "Tim Pelaksana" in page.text
    await kantor.tap(budi, "Ubah nama")
    assert "Mohon maaf" in (await kantor.say(budi, "?")).text
    assert "Bapak Budi Santosa" in (await kantor.say(budi, "Budi Santosa")).text
    old = budi.last
    assert kantor.person(budi).name == BUDI.name
    await kantor.tap(budi, "Perbaiki")
    assert f"Bapak {NAME}" in (await kantor.say(budi, NAME)).text
    tap = await kantor.forge(budi, old, old.button("Benar").data or "" if old.buttons else "pny:1")
    assert "tidak berlaku" in (await tap.answered()).text
    assert kantor.person(budi).name == BUDI.name
    await kantor.tap(budi, "Benar")
    assert kantor.person(budi).name == NAME
    assert f"Bapak {NAME}" in budi.last.text
    assert NAME in (await kantor.say(kantor.sari, "/pegawai")).text


async def test_a_second_text_is_another_name_and_batal_keeps_the_old_one(kantor: Kantor) -> None:
    budi = kantor.budi
    await kantor.say(budi, "/profil")
    await kantor.tap(budi, "Ubah nama")
    await kantor.say(budi, "Budi Santosa")
    assert NAME in (await kantor.say(budi, NAME)).text
    shown = budi.last
    await kantor.say(budi, "/batal")
    tap = await kantor.press(budi, shown, "Benar")
    assert "tidak berlaku" in (await tap.answered()).text
    assert kantor.person(budi).name == BUDI.name


async def test_a_doubled_tap_keeps_a_name_once(kantor: Kantor) -> None:
    budi = kantor.budi
    await kantor.say(budi, "/profil")
    await kantor.tap(budi, "Ubah nama")
    shown = await kantor.say(budi, "<b>Budi</b> & Rekan")
    for tap in [budi.tap(shown, "Benar") for _ in range(2)]:
        await tap.answered()
    await kantor.quiet()
    assert "<b>Budi</b> & Rekan" in budi.last.text
    with kantor.services.store.read() as tx:
        kinds = [line.kind for line in tx.journal.lines(100)]
    assert kinds.count("renamed") == 1


async def test_a_person_chooses_how_they_are_addressed(kantor: Kantor) -> None:
    await kantor.say(kantor.budi, "/profil")
    before = kantor.sari.heard
    await kantor.tap(kantor.budi, "Ubah sapaan: Ibu")
    assert f"Ibu {BUDI.name}" in kantor.budi.last.text
    await kantor.tap(kantor.budi, "Ubah sapaan: Bapak")
    assert f"Bapak {BUDI.name}" in kantor.budi.last.text
    assert new(kantor.sari, before) == []


async def test_what_others_correct_is_told_to_whom_it_concerns(kantor: Kantor) -> None:
    before = kantor.budi.heard
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, BUDI.called)
    await kantor.tap(kantor.sari, "Ubah nama")
    await kantor.say(kantor.sari, NAME)
    (told,) = new(kantor.budi, before)
    assert f"Bapak {NAME}" in told.text
    assert SARI.called in told.text
    await kantor.tap(kantor.budi, "Buka profil")
    assert f"Bapak {NAME}" in kantor.budi.last.text

    before = kantor.budi.heard
    await kantor.later(minutes=1)
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, NAME)
    await kantor.tap(kantor.sari, "Ibu")
    (told,) = new(kantor.budi, before)
    assert f"Ibu {NAME}" in told.text


async def test_who_corrects_themselves_by_the_list_is_told_nothing(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, SARI.called)
    await kantor.tap(kantor.sari, "Ubah nama")
    answer = await kantor.say(kantor.sari, "Sari Wulandari, S.E., M.M.")
    assert "Nama sudah diubah" in answer.text


async def test_outsiders_have_no_profile(kantor: Kantor) -> None:
    outsider = kantor.somebody()
    assert "sudah diundang" in (await kantor.say(outsider, "/profil")).text
    for data in ("pnm", "pny:1", "pnx", "pad:Ibu", "pro"):
        tap = await kantor.forge(outsider, 1, data)
        assert "sudah diundang" in (await tap.answered()).text, data
