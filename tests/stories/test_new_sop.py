"""A fifth SOP is a file: no code knows it."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.domain.calendar import office_calendar
from bot.features import registry
from bot.features.work import Services
from bot.sop_loader import load_catalog
from bot.store import Store
from bot.store.archive import Archive
from tests.conftest import PROJECT
from tests.stories.harness import open_office

CUTI = """\
nomor: 800/1/SOP.UMUM/DISPMPTSPTK/2026
nama: PERMOHONAN CUTI
unit: Subbagian Umum dan Kepegawaian
tanggal: {pembuatan: 2026-01-05, revisi: null, efektif: 2026-01-05}
disahkan_oleh: {nama: "Contoh, S.E.", pangkat: Pembina / IV.a, nip: "197001011990031001"}
dasar_hukum: [Peraturan BKN tentang cuti]
kualifikasi_pelaksana: [Memahami tata cara cuti]
keterkaitan: []
peralatan: [Komputer]
peringatan: Permohonan yang terlambat menghambat pelayanan.
pencatatan: Disimpan
prosedur:
  - kode: cuti
    judul: PERMOHONAN CUTI
    tahun: berjalan
    langkah:
      - kegiatan: Memeriksa sisa cuti
        pelaksana: tim
        kelengkapan: Formulir
        waktu: 15 menit
        output: Formulir terperiksa
      - kegiatan: Menandatangani surat izin cuti
        jenis: tanda_tangan
        pelaksana: [sekretaris, kepala_dinas]
        kembali_ke: 1
        kelengkapan:
        waktu: 1 hari
        output: Surat izin cuti
"""


def desk_with(store: Store, folder: Path, *files: tuple[str, str]) -> Services:
    """Services with the shipped data in `folder`, and these SOP files beside it."""
    shutil.copytree(PROJECT / "sop_data", folder)
    for name, text in files:
        (folder / "sop" / name).write_text(text, encoding="utf-8")
    catalog = load_catalog(folder)
    archive = Archive(folder.parent / "arsip")
    return Services(
        store, catalog, office_calendar(catalog.office), registry.live(), archive=archive
    )


async def test_a_new_sop_file_brings_its_command_its_help_and_its_runs(
    sqlite_store: Store, tmp_path: Path
) -> None:
    services = desk_with(sqlite_store, tmp_path / "sop_data", ("cuti.yaml", CUTI))
    async with open_office(services) as kantor:
        await kantor.say(kantor.sari, "/mulai")
        await kantor.tap(kantor.sari, "Berikutnya")
        assert "CUTI" in str(kantor.sari.last.labels)
        await kantor.say(kantor.sari, "/bantuan")
        await kantor.tap(kantor.sari, "Semua perintah")
        assert "/mulai_cuti [tahun]" in await kantor.pages(kantor.sari)
        assert "800/1/SOP.UMUM" in (await kantor.say(kantor.budi, "/sop cuti")).text

        assert "tahun 2026" in (await kantor.say(kantor.sari, "/mulai_cuti")).text
        await kantor.confirm(kantor.rina)
        # Either of two posts may sign, and the other's card closes.
        await kantor.tap(kantor.hadi, "Sudah ditandatangani")
        assert "PERMOHONAN CUTI" in kantor.rina.last.text
        assert [run.procedure.code for run in kantor.finished()] == ["cuti"]


async def test_a_run_keeps_the_sop_it_began_with(sqlite_store: Store, tmp_path: Path) -> None:
    begun = desk_with(sqlite_store, tmp_path / "before", ("cuti.yaml", CUTI))
    edited = CUTI.replace("Memeriksa sisa cuti", "Menghitung sisa cuti")
    async with open_office(begun) as kantor:
        await kantor.say(kantor.sari, "/mulai_cuti")
        await kantor.stop()
        kantor.services = desk_with(sqlite_store, tmp_path / "after", ("cuti.yaml", edited))
        await kantor.start()
        assert "Memeriksa sisa cuti" in (await kantor.say(kantor.budi, "/tugas")).text
        await kantor.say(kantor.sari, "/mulai_cuti 2025")
        assert "Menghitung sisa cuti" in kantor.card(kantor.budi).text

        # Even where the office no longer has the procedure at all.
        await kantor.stop()
        kantor.services = desk_with(sqlite_store, tmp_path / "without")
        await kantor.start()
        await kantor.confirm(kantor.budi, kantor.hadi)
        assert len(kantor.finished()) == 1
        assert "tidak ada" in (await kantor.say(kantor.sari, "/mulai_cuti")).text
        assert "CUTI" not in str((await kantor.say(kantor.sari, "/mulai")).labels)
