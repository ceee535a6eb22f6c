"""What people see is understood when they type it, and what they mistype is offered aright."""

from __future__ import annotations

import pytest

from tests.stories.harness import Kantor, new
from tests.stories.test_joining import invited, is_called, link_in


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("tim pelaksana", "Tim Pelaksana"),
        ("kepala dinas", "Kepala Dinas"),
        ("Kasubbag Perencanaan", "Kasubbag Perencanaan"),
        ("kepala bidang penanaman modal", "Kepala Bidang Penanaman Modal"),
        ("kepala_bidang penanaman_modal", "Kepala Bidang Penanaman Modal"),
        ("kepala bidang bidang tenaga kerja", "Kepala Bidang Tenaga Kerja"),
        ("Kepala Seksi Promosi Penanaman Modal", "Kepala Seksi Promosi Penanaman Modal"),
        ("kasi promosi penanaman modal", "Kepala Seksi Promosi Penanaman Modal"),
        ("kasubbag keuangan", "Kepala Subbagian Keuangan"),
        ("Kepala Subbagian Perencanaan", "Kasubbag Perencanaan"),
        ("staf subbagian keuangan", "Staf Subbagian Keuangan"),
    ],
)
async def test_a_role_is_understood_as_it_is_printed(
    kantor: Kantor, words: str, title: str
) -> None:
    before = kantor.sari.heard
    answer = await kantor.say(kantor.sari, f"/undang {words}")
    assert ("akan ada dua" in answer.text) == (title == "Kepala Dinas")
    if title == "Kepala Dinas":
        await kantor.tap(kantor.sari, "Ya, undang juga")
    *_, mine, theirs = new(kantor.sari, before)
    assert f"Undangan sebagai {title} sudah siap" in mine.text
    assert link_in(theirs.text)


async def test_a_role_without_its_unit_offers_the_units(kantor: Kantor) -> None:
    for words, label in (
        ("kepala bidang", "Kepala Bidang Tenaga Kerja"),
        ("kepala seksi", "Kepala Seksi Pelayanan Perizinan"),
    ):
        answer = await kantor.say(kantor.sari, f"/undang {words}")
        assert label in answer.labels, words
        assert "t.me/" not in answer.text


async def test_what_is_no_role_or_unit_is_still_refused(kantor: Kantor) -> None:
    for words, fragment in (
        ("tim umum", "perannya saja"),
        ("kepala bidang mars", "“mars” tidak ada"),
        ("kepala", "“kepala” tidak ada"),
        ("kepala daerah", "luar kantor"),
        ("<b>tim</b> & co", "“<b>tim</b> & co” tidak ada"),
        ("a " * 2000, "tidak ada"),
    ):
        answer = await kantor.say(kantor.sari, f"/undang {words}")
        assert fragment in answer.text, words
        assert "t.me/" not in answer.text


async def test_mulai_with_a_code_is_the_command_of_that_code(kantor: Kantor) -> None:
    for typed, about in (
        ("/mulai lakip", ("lakip", 2025)),
        ("/mulai LAKIP 2024", ("lakip", 2024)),
        ("/mulai Penyusunan LAKIP tahun 2023", ("lakip", 2023)),
        ("/mulai tapkin eselon 2", ("tapkin_eselon2", 2026)),
        ("/mulai TAPKIN Eselon II 2025", ("tapkin_eselon2", 2025)),
    ):
        answer = await kantor.say(kantor.sari, typed)
        assert "sudah dimulai" in answer.text, typed
        run = max(kantor.runs(), key=lambda run: run.id)
        assert (run.procedure.code, run.year) == about
    answer = await kantor.say(kantor.budi, "/mulai lakip 2022")
    assert "hanya untuk" in answer.text
    assert len(kantor.runs()) == 5


async def test_mulai_with_some_words_asks_and_with_too_few_offers_all(kantor: Kantor) -> None:
    answer = await kantor.say(kantor.sari, "/mulai rencana kerja 2028")
    assert "Mulai pelaksanaan PENYUSUNAN RENCANA KERJA (RENJA / RKT) tahun 2028?" in answer.text
    answer = await kantor.say(kantor.sari, "/mulai tapkin")
    assert "tapkin_eselon2, tapkin_eselon3, tapkin_eselon4, tapkin_staf" in answer.text
    assert "lakip" in (await kantor.say(kantor.sari, "/mulai lakib")).text
    answer = await kantor.say(kantor.sari, "/mulai lakip 1890")
    assert "2021 sampai 2028" in answer.text
    assert kantor.runs() == []


async def test_status_of_one_procedure_and_of_one_year(kantor: Kantor) -> None:
    for typed in ("/mulai_lakip", "/mulai_lakip 2024", "/mulai_renja"):
        await kantor.say(kantor.sari, typed)
    answer = await kantor.say(kantor.dewi, "/status lakip")
    assert "Pelaksanaan LAKIP yang berjalan (2)" in answer.text
    assert "RENJA" not in answer.text
    answer = await kantor.say(kantor.dewi, "/status LAKIP tahun 2024")
    assert "Pelaksanaan LAKIP tahun 2024 yang berjalan (1)" in answer.text
    await kantor.tap(kantor.dewi, "Semua pelaksanaan")
    assert "di seluruh kantor (3)" in kantor.dewi.last.text
    answer = await kantor.say(kantor.budi, "/status lppd")
    assert "Tidak ada pelaksanaan LPPD terkait yang berjalan" in answer.text


async def test_the_pages_of_one_procedure_stay_with_it(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_renja")
    for year in range(2021, 2029):
        await kantor.say(kantor.sari, f"/mulai_lakip {year}")
        await kantor.say(kantor.sari, f"/mulai_lppd {year}")
    for year in range(2021, 2024):
        await kantor.say(kantor.sari, f"/mulai_lakip {year}")
        await kantor.tap(kantor.sari, "Mulai satu lagi")
    answer = await kantor.say(kantor.dewi, "/status lakip")
    assert "LAKIP yang berjalan (11)" in answer.text
    await kantor.press(kantor.dewi, answer, "Berikutnya")
    shown = kantor.dewi.message(answer).text
    assert "LAKIP yang berjalan (11)" in shown
    assert "LPPD" not in shown
    assert "RENJA" not in shown
    # A button of the edition before knows no procedure.
    await kantor.forge(kantor.dewi, answer, "pg:status:0")
    assert "di seluruh kantor (20)" in kantor.dewi.message(answer).text


async def test_sop_is_found_by_code_title_and_words(kantor: Kantor) -> None:
    for typed, number in (
        ("/sop renja", "RENCANA KERJA"),
        ("/sop Penyusunan LAKIP", "PENYUSUNAN LAKIP"),
        ("/sop tapkin eselon 3", "ESELON III"),
        ("/sop eselon IV", "ESELON IV"),
        ("/sop lkjip", "LAKIP kini disebut Laporan Kinerja Instansi Pemerintah (LKjIP)"),
        ("/sop Perjanjian Kinerja", "Tapkin kini disebut Perjanjian Kinerja (PK)"),
        (
            "/sop perjanjian kinerja administrator",
            "Langkah-langkah: PENETAPAN KINERJA (TAPKIN) TINGKAT PEJABAT ESELON III",
        ),
        ("/sop pengawas", "Eselon IV kini disebut Jabatan Pengawas"),
    ):
        await kantor.say(kantor.budi, typed)
        assert number in await kantor.pages(kantor.budi), typed


async def test_bapak_and_ibu_are_understood_as_text(kantor: Kantor) -> None:
    for said, called in (("Ibu", "Ibu"), ("bapak.", "Bapak"), ("Bu", "Ibu")):
        link = await invited(kantor, "/undang tim")
        phone = kantor.somebody(f"baru {said}")
        phone.open_link(link)
        await kantor.quiet()
        answer = await kantor.say(phone, said)
        assert "gelar" in answer.text, said
        await is_called(kantor, phone, "Maya Puspita, S.E.")
        assert f"Yth. {called} Maya Puspita" in phone.last.text


async def test_a_form_of_address_is_no_name(kantor: Kantor) -> None:
    link = await invited(kantor, "/undang tim")
    phone = kantor.somebody("baru")
    phone.open_link(link)
    await kantor.quiet()
    await kantor.tap(phone, "Bapak")
    assert "gelar" in (await kantor.say(phone, "Ibu")).text
    await is_called(kantor, phone, "Maya Puspita, S.E.")
    assert "Yth. Ibu Maya Puspita" in phone.last.text


async def test_a_mistyped_command_gets_the_nearest(kantor: Kantor) -> None:
    for typed, meant in (
        ("/statsu", "Maksud Ibu /status?"),
        ("/STATUSS lakip", "Maksud Ibu /status?"),
        ("/undagn tim", "Maksud Ibu /undang?"),
        ("/ tugas", "Maksud Ibu /tugas?"),
        ("status", "Maksud Ibu /status?"),
        ("/mulailakip", "belum kami kenal"),
        ("/" + "x" * 32, "belum kami kenal"),
        ("selamat", "pesan bebas"),
    ):
        assert meant in (await kantor.say(kantor.sari, typed)).text, typed
    assert kantor.runs() == []


async def test_only_ones_own_commands_are_offered(kantor: Kantor) -> None:
    assert "Maksud Bapak /tugas?" in (await kantor.say(kantor.budi, "/tugass")).text
    assert "belum kami kenal" in (await kantor.say(kantor.budi, "/undagn")).text
    outsider = kantor.somebody()
    await kantor.have_started(outsider)
    answer = await kantor.say(outsider, "/statsu")
    assert "hanya untuk pegawai" in answer.text
    assert "Maksud" not in answer.text
