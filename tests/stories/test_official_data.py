"""NIP and rank: asked for in /profil, left empty or erased at will, and shown to nobody else."""

from __future__ import annotations

import pytest

from tests.cast import BUDI, SARI
from tests.stories.harness import Kantor

NIP = "198703122010012004"
SPACED = "19870312 201001 2 004"


def kept(kantor: Kantor) -> tuple[str | None, str | None]:
    """What the database holds of Bu Sari."""
    person = kantor.person(kantor.sari)
    return person.nip, person.rank


async def given(kantor: Kantor) -> None:
    """Bu Sari gives both."""
    await kantor.say(kantor.sari, "/profil")
    await kantor.tap(kantor.sari, "NIP dan pangkat")
    await kantor.say(kantor.sari, NIP)
    await kantor.tap(kantor.sari, "III/d")


async def test_nip_and_rank_are_given_once_and_shown_to_their_owner_alone(kantor: Kantor) -> None:
    sari = kantor.sari
    page = await kantor.say(sari, "/profil")
    assert "NIP: belum diisi" in page.text
    assert "mohon mengisinya" in page.text
    await kantor.tap(sari, "Isi NIP dan pangkat")
    assert "Mohon menuliskan NIP Ibu" in sari.last.text
    assert "golongan ruang Ibu" in (await kantor.say(sari, SPACED)).text
    assert kept(kantor) == (None, None)
    await kantor.tap(sari, "III/d")
    assert f"NIP: {SPACED}" in sari.last.text
    assert "Penata Tk. I (III/d)" in sari.last.text
    assert "mohon mengisinya" not in sari.last.text
    assert kept(kantor) == (NIP, "III/d")
    await kantor.say(kantor.yusuf, "/pegawai")
    await kantor.tap(kantor.yusuf, SARI.called)
    await kantor.say(kantor.budi, "/profil")
    for phone in (kantor.yusuf, kantor.budi, kantor.hadi):
        assert not any("19870312" in message.text for message in phone.chat), phone
    with kantor.services.store.read() as tx:
        assert not any("19870312" in line.data for line in tx.journal.lines(100))


async def test_a_rank_may_be_typed_and_an_answer_corrected(kantor: Kantor) -> None:
    sari = kantor.sari
    await kantor.say(sari, "/profil")
    await kantor.tap(sari, "Isi NIP dan pangkat")
    await kantor.say(sari, "198703122010012005")
    await kantor.tap(sari, "Ubah NIP")
    await kantor.say(sari, NIP)
    assert "belum kami kenali" in (await kantor.say(sari, "Penata Tk. I (III/c)")).text
    assert "Penata Tk. I (III/d)" in (await kantor.say(sari, "penata tingkat 1")).text
    assert kept(kantor) == (NIP, "III/d")


async def test_both_may_stay_empty_and_are_not_asked_for_again(kantor: Kantor) -> None:
    sari = kantor.sari
    await kantor.say(sari, "/profil")
    await kantor.tap(sari, "Isi NIP dan pangkat")
    first = sari.last
    for tap in [sari.tap(first, "Lewati") for _ in range(2)]:
        await tap.answered()
    await kantor.quiet()
    assert "golongan ruang Ibu" in sari.last.text
    assert kept(kantor) == (None, None)
    await kantor.tap(sari, "Lewati")
    assert kept(kantor) == ("", "")
    page = await kantor.say(sari, "/profil")
    assert "NIP: belum diisi" in page.text
    assert "mohon mengisinya" not in page.text


async def test_one_is_kept_and_the_other_erased(kantor: Kantor) -> None:
    await given(kantor)
    await kantor.tap(kantor.sari, "Ubah NIP dan pangkat")
    await kantor.tap(kantor.sari, "Tetap")
    await kantor.tap(kantor.sari, "Hapus")
    assert kept(kantor) == (NIP, "")


@pytest.mark.parametrize(
    "text", ["198713122010012004", "<b>198703122010012004</b>", "belum ada", "1" * 3000, "🙏"]
)
async def test_what_is_no_nip_is_refused_with_an_example(kantor: Kantor, text: str) -> None:
    await kantor.say(kantor.sari, "/profil")
    await kantor.tap(kantor.sari, "Isi NIP dan pangkat")
    answer = await kantor.say(kantor.sari, text)
    assert "NIP itu belum sesuai" in answer.text
    assert "19870312 201001 1 004" in answer.text
    assert kept(kantor) == (None, None)


async def test_batal_in_the_middle_keeps_what_was_there(kantor: Kantor) -> None:
    await given(kantor)
    sari = kantor.sari
    await kantor.tap(sari, "Ubah NIP dan pangkat")
    await kantor.say(sari, "196910161995032001")
    shown = sari.last
    await kantor.say(sari, "/batal")
    tap = await kantor.press(sari, shown, "IV/a")
    assert "tidak berlaku" in (await tap.answered()).text
    assert kept(kantor) == (NIP, "III/d")


async def test_a_button_of_somebody_elses_question_changes_nothing(kantor: Kantor) -> None:
    sari, outsider = kantor.sari, kantor.somebody()
    await kantor.say(sari, "/profil")
    await kantor.tap(sari, "Isi NIP dan pangkat")
    await kantor.say(sari, NIP)
    for data in ("por:IV/e", "pok:rank", "poe:rank"):
        tap = await kantor.forge(kantor.budi, 1, data)
        assert "tidak berlaku" in (await tap.answered()).text, data
        tap = await kantor.forge(outsider, 1, data)
        assert "sudah diundang" in (await tap.answered()).text, data
    assert kept(kantor) == (None, None)
    assert kantor.person(kantor.budi).rank is None
    assert kantor.person(kantor.budi).name == BUDI.name


async def test_a_rank_that_the_state_does_not_know_cannot_be_forged(kantor: Kantor) -> None:
    sari = kantor.sari
    await kantor.say(sari, "/profil")
    await kantor.tap(sari, "Isi NIP dan pangkat")
    await kantor.say(sari, NIP)
    for data in ("por:V/a", "por:III/e", "por:<b>"):
        tap = await kantor.forge(sari, sari.last, data)
        assert "tidak berlaku" in (await tap.answered()).text, data
    assert kept(kantor) == (None, None)
