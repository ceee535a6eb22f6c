"""Those who lead ask for a report and have it as a file; nobody else can."""

from __future__ import annotations

import io
import signal

import openpyxl
import pypdf
import pytest

from bot.reports import rendering
from bot.reports.rendering import Renderer
from tests.stories.harness import Kantor


def file_of(kantor: Kantor, phone: object) -> tuple[str, bytes]:
    """The name and the content of the newest file on somebody's screen."""
    shown = phone.last.file  # type: ignore[attr-defined]
    assert shown is not None
    return shown.name, shown.data


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


async def test_bu_sari_has_the_report_of_a_run_as_pdf_and_as_xlsx(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    await kantor.confirm(kantor.dewi, kantor.budi)
    listed = await kantor.say(kantor.sari, "/laporan")
    assert "No. 1 · LAKIP 2025" in listed.text

    tap = await kantor.tap(kantor.sari, "PDF")
    assert "Sedang menyusun" in (tap.answer.text or "")
    name, content = file_of(kantor, kantor.sari)
    assert name == "laporan-lakip-2025-0001.pdf"
    text = text_of(content)
    assert "503/22/SOP.PRCN/DISPMPPTSPTK/2024" in text
    assert "PENYUSUNAN LAKIP TAHUN 2025" in text

    await kantor.tap(kantor.sari, "XLSX", about="Laporan pelaksanaan")
    name, content = file_of(kantor, kantor.sari)
    assert name == "laporan-lakip-2025-0001.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[:2] == ["Pelaksanaan", "Langkah"]


async def test_leaders_and_the_admin_may_and_the_team_may_not(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    for phone in (kantor.sari, kantor.hadi, kantor.dewi, kantor.yusuf):
        assert "No. 1" in (await kantor.say(phone, "/laporan 1")).text
        await kantor.tap(phone, "PDF")
        assert phone.last.file is not None
    listed = kantor.find(kantor.sari, "PDF")
    for phone in (kantor.budi, kantor.rina):
        assert "hanya untuk" in (await kantor.say(phone, "/laporan")).text
        tap = await kantor.forge(phone, listed.id, "doc:run_report:pdf:1")
        assert "hanya untuk" in (tap.answer.text or "")
        assert phone.last.file is None
    outsider = kantor.somebody()
    await kantor.say(outsider, "/start")
    tap = await kantor.forge(outsider, 1, "doc:run_report:pdf:1")
    assert "pegawai yang sudah diundang" in (tap.answer.text or "")


async def test_what_there_is_no_report_of_is_said_in_one_sentence(kantor: Kantor) -> None:
    assert "Belum ada pelaksanaan" in (await kantor.say(kantor.sari, "/laporan")).text
    assert "belum ada" in (await kantor.say(kantor.sari, "/laporan 12")).text
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    for word in ("12", "99999999999999999999", "0", "²"):
        answer = (await kantor.say(kantor.sari, f"/laporan {word}")).text
        assert f"nomor {word}" in answer or f"“{word}”" in answer
    assert "/laporan 12" in (await kantor.say(kantor.sari, "/laporan mingguan")).text
    for data in ("doc:run_report:docx:1", "doc:run_report:png:1", "doc:run_report:pdf:77"):
        tap = await kantor.forge(kantor.sari, 1, data)
        assert tap.answer.text
        assert kantor.sari.last.file is None


async def test_a_role_lost_before_the_report_goes_out_is_lost(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    await kantor.say(kantor.hadi, "/laporan")
    hadi = kantor.person(kantor.hadi)
    with kantor.services.store.begin() as tx:
        (held,) = tx.people.staff(kantor.clock.now()).holdings_of(hadi.id)
        assert tx.people.revoke(held.id, kantor.clock.now())
    tap = await kantor.tap(kantor.hadi, "PDF")
    assert "hanya untuk" in (tap.answer.text or "")
    assert kantor.hadi.last.file is None


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing here kills a process so")
async def test_a_renderer_that_dies_is_told_in_words_and_the_next_try_works(
    kantor: Kantor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip 2025")
    await kantor.say(kantor.sari, "/laporan")
    listed = kantor.find(kantor.sari, "PDF")
    good = rendering._renderer
    monkeypatch.setattr(rendering, "_renderer", Renderer(command=("/no/such/program",)))
    await kantor.press(kantor.sari, listed, "PDF")
    assert "belum dapat kami susun" in kantor.sari.last.text
    assert "the renderer cannot be started" in kantor.yusuf.last.text
    monkeypatch.setattr(rendering, "_renderer", good)
    await kantor.press(kantor.sari, listed, "PDF")
    assert kantor.sari.last.file is not None


async def test_everybody_of_the_office_has_the_sop_as_a_paper(kantor: Kantor) -> None:
    await kantor.say(kantor.budi, "/sop lakip")
    await kantor.tap(kantor.budi, "bagan alir")
    name, content = file_of(kantor, kantor.budi)
    assert name == "sop-penyusunan-lakip-salinan-kerja.pdf"
    assert "SALINAN KERJA" in text_of(content)
    for data in ("doc:sop_document:xlsx:lakip", "doc:sop_document:pdf:lapik"):
        tap = await kantor.forge(kantor.budi, 1, data)
        assert "PDF" in (tap.answer.text or "") or "lakip" in (tap.answer.text or "")
