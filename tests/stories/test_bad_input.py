"""What people mistype: one clear sentence, and nothing half done."""

from __future__ import annotations

from tests.stories.harness import Kantor, new

LONG = "🙂<b>&" * 680


async def test_a_bad_year_is_explained(kantor: Kantor) -> None:
    for typed, fragment in (
        ("/mulai_lakip dua", "misalnya 2025"),
        ("/mulai_lakip dua ribu", "/mulai_lakip [tahun]"),
        ("/mulai_lakip ２０２６", "２０２６"),
        ("/mulai_lakip 25", "empat angka"),
        ("/mulai_lakip -2025", "empat angka"),
        ("/mulai_lakip 2025.0", "empat angka"),
        ("/mulai_lakip <b>2025</b>", "<b>2025</b>"),
        ("/mulai_lakip 1890", "2021 sampai 2028"),
        ("/mulai_lakip 2020", "2021 sampai 2028"),
        ("/mulai_lakip 2029", "2021 sampai 2028"),
        ("/mulai_lakip 0000", "2021 sampai 2028"),
        ("/mulai_lakip 2025 2026", "/mulai_lakip [tahun]"),
    ):
        answer = await kantor.say(kantor.sari, typed)
        assert fragment in answer.text, typed
    assert kantor.runs() == []


async def test_an_unknown_procedure_offers_the_nearest(kantor: Kantor) -> None:
    for typed, nearest in (
        ("/mulai_lakib", "lakip"),
        ("/mulai_tapkin", "tapkin_staf"),
        ("/mulai_", "renja"),
        ("/mulai_" + "x" * 300, "lppd"),
    ):
        answer = await kantor.say(kantor.sari, typed)
        assert nearest in answer.text, typed
    assert kantor.runs() == []


async def test_a_word_too_many_is_answered_with_the_right_writing(kantor: Kantor) -> None:
    for typed, fragment in (
        ("/sop lakip lppd", "“lakip lppd” tidak ada"),
        ("/sop <&>", "“<&>” tidak ada"),
        ("/undang tim umum", "perannya saja"),
        ("/mulai lakip dua ribu", "“lakip dua ribu” tidak ada"),
        ("/tugas 3", "/tugas"),
        ("/status anggaran", "“anggaran” tidak ada"),
        ("/riwayat 2025", "/riwayat"),
        ("/pegawai Budi", "/pegawai"),
        ("/batal semua", "/batal"),
    ):
        before = kantor.sari.heard
        await kantor.say(kantor.sari, typed)
        (answer,) = new(kantor.sari, before)
        assert fragment in answer.text, typed
        assert len(answer.text) < 300


async def test_capitals_and_the_bots_name_make_no_difference(kantor: Kantor) -> None:
    for typed, fragment in (
        ("/TUGAS", "tidak ada tugas"),
        ("/Status@KAWAL_UJI_BOT", "Tidak ada pelaksanaan"),
        ("/MULAI_LAKIP", "sudah dimulai"),
        ("/Mulai_Lakip@Kawal_Uji_Bot 2024", "tahun 2024"),
        ("/mulai_lakip\n2023", "tahun 2023"),
        ("/mulai_lakip@kawal_uji_bot    2022   ", "tahun 2022"),
        ("/SOP LAKIP", "503/22"),
        ("/UNDANG TIM", "t.me/kawal_uji_bot"),
        ("/help", "/tugas"),
    ):
        assert fragment in (await kantor.say(kantor.sari, typed)).text, typed
    assert [run.year for run in kantor.runs()] == [2025, 2024, 2023, 2022]


async def test_anything_else_gets_one_short_answer(kantor: Kantor) -> None:
    for typed in (
        *("Selamat pagi", "/entah", "/mulaisaja", "/", "//", "/ tugas", "?", "🙂", "<b>tebal"),
        *("&amp;", "\u202eterbalik", "شكرا", "' OR 1=1 --", LONG, "x" * 4096, "/" + "x" * 4095),
        *("/undang " + "x" * 4000, "/sop " + "<&>" * 1000, "/mulai_lakip " + "9" * 4000),
        *("/start " + "-" * 64, "/start <script>"),
    ):
        before = kantor.sari.heard
        await kantor.say(kantor.sari, typed)
        (answer,) = new(kantor.sari, before)
        assert "gangguan" not in answer.text, typed
        assert len(answer.text) < 800, typed
    assert kantor.runs() == []


async def test_a_file_gets_one_short_answer(kantor: Kantor) -> None:
    before = kantor.budi.heard
    kantor.budi.attach(b"%PDF-1.7", "draft.pdf", caption="/tugas")
    await kantor.quiet()
    (answer,) = new(kantor.budi, before)
    assert "berkas ini belum dilampirkan" in answer.text
