"""Those who lead look at a picture; the semester's monitoring and the year's evaluation."""

from __future__ import annotations

import io
import struct

import openpyxl
import pypdf

from tests.stories.harness import Kantor


def picture_of(phone: object) -> tuple[int, int]:
    """Width and height of the picture that came last."""
    file = phone.last.file  # type: ignore[attr-defined]
    assert file is not None
    assert file.kind == "photo"
    assert file.data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", file.data[16:24])
    return width, height


async def test_ibu_dewi_opens_one_run_and_the_whole_office_as_pictures(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    await kantor.say(kantor.sari, "/mulai_lppd 2025")
    await kantor.say(kantor.dewi, "/status")
    listed = kantor.find(kantor.dewi, "📊 1. LAKIP · 2025")
    await kantor.press(kantor.dewi, listed, "📊 1. LAKIP · 2025")
    assert picture_of(kantor.dewi)[0] == 900
    assert "LAKIP tahun 2025" in kantor.dewi.last.text
    assert "Keadaan " in kantor.dewi.last.text

    tap = await kantor.press(kantor.dewi, listed, "Semuanya")
    assert "Sedang menyiapkan gambar" in ((await tap.answered()).text or "")
    assert picture_of(kantor.dewi)[0] == 900
    assert "2 pelaksanaan yang berjalan" in kantor.dewi.last.text


async def test_the_details_of_a_task_offer_the_picture_of_its_run(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    await kantor.tap(kantor.dewi, "Rincian")
    await kantor.tap(kantor.dewi, "Garis waktu", about="Rincian tugas")
    assert picture_of(kantor.dewi)[0] == 900


async def test_the_pages_of_an_office_with_many_runs_are_turned_by_a_button(kantor: Kantor) -> None:
    for year in range(2021, 2028):
        await kantor.say(kantor.sari, f"/mulai_lakip {year}")
    for year in range(2021, 2027):
        await kantor.say(kantor.sari, f"/mulai_lppd {year}")
    page = await kantor.say(kantor.dewi, "/status")
    await kantor.press(kantor.dewi, page, "Semuanya")
    assert picture_of(kantor.dewi)[0] == 900
    assert "13 pelaksanaan yang berjalan" in kantor.dewi.last.text
    assert "Halaman 1 dari 2" in kantor.dewi.last.text
    await kantor.press(kantor.dewi, kantor.dewi.last, "Halaman 2 dari 2")
    assert picture_of(kantor.dewi)[0] == 900
    assert "Halaman 2 dari 2" in kantor.dewi.last.text
    assert "📊 Halaman 1 dari 2" in kantor.dewi.last.labels


async def test_pak_budi_sees_what_he_has_a_part_in_and_no_more(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon2 2026")
    page = await kantor.say(kantor.budi, "/status")
    await kantor.press(kantor.budi, page, "Semuanya")
    assert "1 pelaksanaan terkait" in kantor.budi.last.text
    for number in (2, 77):
        tap = await kantor.forge(kantor.budi, page.id, f"doc:run_picture:png:{number}")
        assert "tidak berlaku" in ((await tap.answered()).text or "")
    tap = await kantor.forge(kantor.budi, page.id, "doc:evaluation:pdf:2026")
    assert "hanya untuk" in ((await tap.answered()).text or "")
    outsider = kantor.somebody()
    await kantor.say(outsider, "/start")
    tap = await kantor.forge(outsider, 1, "doc:office_picture:png:kantor")
    assert "pegawai yang sudah diundang" in ((await tap.answered()).text or "")


async def test_pak_hadi_has_the_monitoring_as_pdf_and_as_xlsx(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    await kantor.confirm(kantor.dewi, kantor.budi)
    year = kantor.clock.now().year
    half = 1 if kantor.clock.now().month <= 6 else 2
    page = await kantor.say(kantor.hadi, "/laporan semester")
    assert "Monitoring SOP" in page.text
    await kantor.press(kantor.hadi, page, "PDF")
    file = kantor.hadi.last.file
    assert file is not None
    assert file.name == f"monitoring-sop-{year}-{half}.pdf"
    pages = [p.extract_text() for p in pypdf.PdfReader(io.BytesIO(file.data)).pages]
    assert "MONITORING PELAKSANAAN SOP" in pages[0]

    page = await kantor.say(kantor.hadi, f"/laporan tahun {year}")
    await kantor.press(kantor.hadi, page, "XLSX")
    file = kantor.hadi.last.file
    assert file is not None
    assert file.name == f"evaluasi-sop-{year}.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(file.data))
    assert book.sheetnames == ["Monitoring", "Langkah", "Grafik LAKIP", "Pelaksanaan"]
    assert book["Monitoring"].max_row == 5 + 7


async def test_a_period_without_data_is_one_sentence_with_what_there_is(kantor: Kantor) -> None:
    assert "Belum ada pelaksanaan" in (await kantor.say(kantor.sari, "/laporan semester")).text
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    year = kantor.clock.now().year
    for word in ("1999-1", "2045-1", "kemarin", f"{year}"):
        answer = (await kantor.say(kantor.sari, f"/laporan semester {word}")).text
        assert f"“{word}”" in answer
        assert f"Yang tersedia: Semester II {year}." in answer
    answer = (await kantor.say(kantor.sari, "/laporan tahun 2045")).text
    assert f"Yang tersedia: Tahun {year}." in answer
    assert "/laporan semester" in (await kantor.say(kantor.sari, "/laporan mingguan")).text
    assert "tidak ada" in (await kantor.say(kantor.sari, "/laporan 1 2027")).text
    tap = await kantor.forge(kantor.sari, 1, "doc:evaluation:pdf:2045-2")
    assert "2045-2" in ((await tap.answered()).text or "")
    assert kantor.sari.last.file is None


async def test_a_run_opens_from_the_status_with_all_that_belongs_to_it(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    await kantor.confirm(kantor.dewi)
    card = kantor.card(kantor.budi)
    await kantor.attach(kantor.budi, b"isi", "bahan <b>.pdf", card)
    await kantor.answer(kantor.budi, card, "Bahan dari & bidang lengkap.")
    await kantor.say(kantor.hadi, "/status")
    await kantor.tap(kantor.hadi, "ℹ️ 1. LAKIP · 2025")
    shown = kantor.hadi.last
    assert "Rincian tugas" in shown.text
    assert "bahan <b>.pdf" in shown.text
    assert "Bahan dari & bidang lengkap." in await kantor.pages(kantor.hadi)
    await kantor.press(kantor.hadi, shown, "Berkas")
    assert kantor.hadi.last.file is not None
    await kantor.press(kantor.hadi, shown, "Garis waktu")
    assert picture_of(kantor.hadi)[0] == 900
    await kantor.press(kantor.hadi, shown, "PDF")
    assert kantor.hadi.last.file is not None
    assert kantor.hadi.last.file.data.startswith(b"%PDF")

    await kantor.say(kantor.budi, "/status")
    await kantor.tap(kantor.budi, "ℹ️ 1. LAKIP · 2025")
    assert not any("PDF" in label for label in kantor.budi.last.labels)
    tap = await kantor.forge(kantor.budi, kantor.budi.last, "doc:run_report:pdf:1")
    assert "hanya untuk" in ((await tap.answered()).text or "")
