"""The office's files say what the signed SOPs say, and a wrong file is told exactly so."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from bot.domain.sop import (
    DIRECT_SUPERIOR,
    BeforeRule,
    Catalog,
    DefaultYear,
    Duration,
    DurationUnit,
    EscalationRule,
    Period,
    Procedure,
    ReminderPolicy,
    Sop,
    StepKind,
    Wording,
)
from bot.sop_loader import (
    DataError,
    Fault,
    assumptions,
    corrections,
    load_catalog,
    renewals,
    total_time,
)
from bot.store.serialization import digest, dump_sop, load_sop
from tests.offices import hari, jam, kantor, menit, policy

SHIPPED = Path(__file__).parent.parent / "sop_data"
LAKIP, LPPD, RENJA, TAPKIN = "sop/lakip.yaml", "sop/lppd.yaml", "sop/renja.yaml", "sop/tapkin.yaml"
KANTOR = "kantor.yaml"

FIFTH = """\
nomor: 503/100/SOP.UMUM/DISPMPTSPTK/2026
nama: PENGELOLAAN SURAT MASUK
unit: Subbagian Umum dan Kepegawaian
tanggal: {pembuatan: 2026-01-05, efektif: 2026-01-05}
disahkan_oleh: {nama: "DEWI LESTARI, SE", pangkat: Pembina, nip: "197001011995032001"}
prosedur:
  - kode: surat_masuk
    judul: PENGELOLAAN SURAT MASUK
    langkah:
      - kegiatan: Mencatat surat
        pelaksana: [staf, tim]
        waktu: 15 menit
        output: Surat tercatat
      - kegiatan: Memberi disposisi
        jenis: tanda_tangan
        pelaksana: kepala_dinas
        kembali_ke: 1
        waktu: 1 hari
        output: Lembar disposisi
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(SHIPPED)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The office's own copy of the data."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "sop_data"))


def sop(catalog: Catalog, code: str) -> Sop:
    found = catalog.find(code)
    assert found is not None
    return found[0]


def procedure(catalog: Catalog, code: str) -> Procedure:
    return sop(catalog, code).procedure(code)


def rewrite(data: Path, file: str, old: str, new: str) -> None:
    """Bu Sari edits the first place in a file where `old` stands."""
    path = data / file
    text = path.read_text("utf-8")
    assert old in text, f"{file} holds no {old!r}"
    path.write_text(text.replace(old, new, 1), "utf-8")


def line_of(data: Path, file: str, words: str) -> int:
    """The line in which these words first stand."""
    lines = (data / file).read_text("utf-8").splitlines()
    return next(i for i, line in enumerate(lines, start=1) if words in line)


def faults_of(data: Path) -> tuple[Fault, ...]:
    with pytest.raises(DataError) as caught:
        load_catalog(data)
    return caught.value.faults


def only_fault(data: Path) -> Fault:
    faults = faults_of(data)
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


# --- the four signed SOPs ----------------------------------------------------------------


def test_the_seven_procedures_stand_in_the_order_of_their_sops_numbers(catalog: Catalog) -> None:
    assert [(p.code, len(p.steps), total_time(p)) for _, p in catalog.procedures()] == [
        ("lakip", 10, "11 hari + 1 jam 30 menit"),
        ("lppd", 10, "11 hari + 1 jam 30 menit"),
        ("renja", 10, "11 hari + 1 jam 30 menit"),
        ("tapkin_eselon2", 3, "9 hari"),
        ("tapkin_eselon3", 3, "4 jam"),
        ("tapkin_eselon4", 3, "4 jam"),
        ("tapkin_staf", 3, "4 jam"),
    ]


@pytest.mark.parametrize(
    ("code", "number", "name"),
    [
        ("lakip", "503/22/SOP.PRCN/DISPMPPTSPTK/2024", "PENYUSUNAN LAKIP"),
        ("lppd", "503/23/SOP.PRCN/DISPMPTSPTK/2024", "PENYUSUNAN LPPD"),
        ("renja", "503/24/SOP.PRCN/DISPMPTSPTK/2024", "PENYUSUNAN RENCANA KERJA (RENJA / RKT)"),
        (
            "tapkin_staf",
            "503/25/SOP.PRCN/DISPMPTSPTK/2024",
            "PENYUSUNAN PENETAPAN KINERJA (TAPKIN)",
        ),
    ],
)
def test_every_sop_keeps_its_identity(catalog: Catalog, code: str, number: str, name: str) -> None:
    signed = sop(catalog, code)
    assert (signed.number, signed.name) == (number, name)
    assert signed.unit == "Subbagian Perencanaan"
    assert (signed.created, signed.revised, signed.effective) == (
        date(2024, 1, 23),
        None,
        date(2024, 1, 23),
    )
    assert signed.approved_by.name == "GUNSONO MEKSON, SE, MM"
    assert signed.approved_by.rank == "Pembina Utama Muda / IV.c"
    assert signed.approved_by.nip == "196910161995031001"


def test_the_number_of_lakip_is_never_corrected(catalog: Catalog) -> None:
    """503/22 really spells DISPMPPTSPTK; the other three do not."""
    assert [("DISPMPPTSPTK" in s.number) for s in catalog.sops] == [True, False, False, False]
    assert not [row for row in corrections(catalog) if "DISPMPPTSPTK" in row.text + row.written]


def test_every_legal_basis_is_whole_and_as_signed(catalog: Catalog) -> None:
    for signed in catalog.sops:
        laws = signed.legal_basis
        assert len(laws) == 9
        assert all(law.written is None for law in laws)
        assert all(law.text.endswith(";") for law in laws[:8])
        assert laws[8].text.endswith("Pelayanan Terpadu satu Pintu dan Tenaga Kerja.")
        # The page of the source ends in the middle of this one.
        assert laws[5].text.endswith(
            "No.54 Tahun 2010 tentang Pelaksanaan Peraturan Pemerintah No.08 Tahun 2008 Tentang "
            "Tahapan Tata Cara Penyusunan, Pengendalian dan Evaluasi Pelaksanaan Rencana "
            "Pembangunan Daerah;"
        )
        assert laws[7].text == (
            "Perda Kota Pagar Alam No.14 Tahun 2023 Tentang Pembentukan Organisasi dan Tata Kerja "
            "Dinas-dinas Daerah Kota Pagar Alam;"
        )


def test_the_sops_differ_where_their_signed_copies_differ(catalog: Catalog) -> None:
    lakip, lppd, renja, tapkin = (s.legal_basis for s in catalog.sops)
    assert "No. 88 Tambahan" in lakip[0].text
    assert "No.88 Tambahan" in lppd[0].text
    assert "UU RI Nomor 12 Tahun 2008" in lppd[1].text
    assert lakip[3].text.startswith("Peraturan Pemerintah No.03 Tahun 2007")
    assert renja[3].text.startswith("Peraturan Pemerintah No.13 Tahun 2019")
    assert "Nomor 53 Tahun 2014" in lakip[4].text
    assert "No.53 Tahun 2014" in tapkin[4].text
    assert renja[5].text.startswith("Peraturan Menteri Dalam Negeri")
    assert tapkin[8].text.startswith("Peraturan Walikota Nomor 15 Tahun 2023")


def test_equipment_warning_and_record_keeping_are_whole(catalog: Catalog) -> None:
    for signed in catalog.sops:
        assert [item.text for item in signed.equipment] == [
            "Dokumen Keuangan (RKA-DPA dan Realisasi Anggaran)",
            "Rencana Strategis",
            "Rencana Kerja",
            "Komputer dan Printer",
            "ATK",
        ]
        assert signed.related == ()
        assert signed.warning.text == (
            "Jika proses SOP ini tidak berjalan dengan baik, maka akan menghambat perencanaan "
            "program kerja dan anggaran tahun berjalan sehingga akan mempengaruhi kinerja dan "
            "hasil evaluasi yang akan dilakukan."
        )
        assert signed.record_keeping.text == "Disimpan sebagai data dokumen Elektronik dan manual"


def test_lakip_is_told_step_by_step(catalog: Catalog) -> None:
    rows = [
        (s.activity.text, s.inputs.text, str(s.duration), s.output.text)
        for s in procedure(catalog, "lakip").steps
    ]
    kit = "Komputer, Printer dan ATK"
    assert rows == [
        (
            "Membentuk Tim Pelaksana Penyusunan LAKIP DISPMPTSPTK",
            "Komputer dan Printer",
            "1 jam",
            "SK Tim Penyusun LAKIP",
        ),
        (
            "Mengumpulkan bahan dan data yang diperlukan untuk menyusun LAKIP DISPMPTSPTK",
            "Surat Permintaan Data",
            "2 hari",
            "Dokumen Perencanaan dan Anggaran",
        ),
        ("Menyiapkan Rapat", kit, "1 hari", "Undangan Rapat"),
        ("Mengadakan rapat pembahasan LAKIP DISPMPTSPTK", kit, "1 hari", "Layout LAKIP"),
        (
            "Menyusun laporan draft LAKIP DISPMPTSPTK",
            "Komputer, Printer, ATK dan data perencanaan dan keuangan",
            "3 hari",
            "Draft Sementara LAKIP",
        ),
        (
            "Melaksanakan rapat pembahasan draft LAKIP DISPMPTSPTK",
            "Komputer, Printer, ATK dan Draft Sementara LAKIP",
            "1 hari",
            "Draft Sementara LAKIP Terkoreksi",
        ),
        ("Memfinalisasi draft LAKIP DISPMPTSPTK", kit, "1 hari", "Draft LAKIP"),
        (
            "Memeriksa dan memberi paraf pada LAKIP DISPMPTSPTK",
            "Draft Sementara LAKIP",
            "1 hari",
            "Draft LAKIP",
        ),
        (
            "Memeriksa dan memberi paraf pada LAKIP DISPMPTSPTK",
            "Draft Sementara LAKIP",
            "1 hari",
            "Draft LAKIP",
        ),
        ("Menandatangani LAKIP DISPMPTSPTK", "LAKIP FINAL", "30 menit", "LAKIP DISPMPTSPTK"),
    ]


@pytest.mark.parametrize(("code", "word"), [("lppd", "LPPD"), ("renja", "Renja/RKT")])
def test_lppd_and_renja_go_as_lakip_does_about_their_own_document(
    catalog: Catalog, code: str, word: str
) -> None:
    for own, lakip in zip(
        procedure(catalog, code).steps, procedure(catalog, "lakip").steps, strict=True
    ):
        assert own.activity.text == lakip.activity.text.replace("LAKIP", word)
        assert own.inputs.text == lakip.inputs.text.replace("LAKIP", word)
        assert own.duration == lakip.duration
        assert (own.roles, own.kind, own.return_to) == (lakip.roles, lakip.kind, lakip.return_to)
        if (code, own.number) != ("renja", 1):
            assert own.output.text == lakip.output.text.replace("LAKIP", word)


def test_renjas_first_output_is_the_team_and_no_decree_as_signed(catalog: Catalog) -> None:
    assert procedure(catalog, "renja").step(1).output == Wording("Tim Penyusun Renja/RKT")


@pytest.mark.parametrize("code", ["lakip", "lppd", "renja"])
def test_the_ten_steps_go_from_ibu_dewi_to_ibu_dewi(catalog: Catalog, code: str) -> None:
    steps = procedure(catalog, code).steps
    assert [s.roles for s in steps] == [
        ("kepala_dinas",),
        ("tim",),
        ("kasubbag",),
        *[("tim",)] * 4,
        ("kasubbag",),
        ("sekretaris",),
        ("kepala_dinas",),
    ]
    assert [s.kind for s in steps] == [
        *[StepKind.KERJA] * 7,
        StepKind.PARAF,
        StepKind.PARAF,
        StepKind.TANDA_TANGAN,
    ]
    assert [s.return_to for s in steps] == [None] * 7 + [7] * 3
    assert not any(s.all_must_confirm for s in steps)


@pytest.mark.parametrize(
    ("code", "roles", "times", "everybody", "kinds"),
    [
        (
            "tapkin_eselon2",
            [("kepala_dinas",), ("bappeda",), ("kepala_daerah",)],
            ["1 hari", "7 hari", "1 hari"],
            [False, False, False],
            "kerja kerja tanda_tangan",
        ),
        (
            "tapkin_eselon3",
            [("sekretaris", "kepala_bidang"), ("kasubbag",), ("kepala_dinas",)],
            ["2 jam", "1 jam", "1 jam"],
            [True, False, False],
            "kerja kerja tanda_tangan",
        ),
        (
            "tapkin_eselon4",
            [("kasubbag", "kasi"), *[("sekretaris", "kepala_bidang")] * 2],
            ["2 jam", "1 jam", "1 jam"],
            [True, True, True],
            "kerja kerja tanda_tangan",
        ),
        (
            "tapkin_staf",
            [("staf",), *[("kasubbag", "kasi")] * 2],
            ["2 jam", "1 jam", "1 jam"],
            [True, True, True],
            "kerja kerja tanda_tangan",
        ),
    ],
)
def test_each_tapkin_goes_up_to_its_own_superior(
    catalog: Catalog,
    code: str,
    roles: list[tuple[str, ...]],
    times: list[str],
    everybody: list[bool],
    kinds: str,
) -> None:
    steps = procedure(catalog, code).steps
    assert [s.roles for s in steps] == roles
    assert [str(s.duration) for s in steps] == times
    assert [s.all_must_confirm for s in steps] == everybody
    assert " ".join(s.kind.value for s in steps) == kinds
    assert [s.return_to for s in steps] == [None, 1, 1]
    assert [s.inputs.text for s in steps] == ["Komputer dan Printer", "", ""]
    assert [s.output.text for s in steps] == ["Draft Usul TAPKIN", "Draft Usul TAPKIN", "TAPKIN"]


def test_tapkins_activities_are_as_signed(catalog: Catalog) -> None:
    words = [s.activity.text for p in sop(catalog, "tapkin_staf").procedures for s in p.steps]
    opening = "Menyiapkan Dokumen Penetapan Kinerja yang telah ditandatangani oleh"
    assert words == [
        f"{opening} Pejabat Eselon II / Kepala Dinas",
        "Pengumpulan kolektif ke Bappeda",
        "Penandatanganan oleh Kepala Daerah",
        f"{opening} Pejabat Eselon III / Sekretaris dan Kepala Bidang",
        "Pengumpulan kolektif ke Subbagian Perencanaan untuk diperiksa",
        "Penandatanganan oleh Kepala Dinas",
        f"{opening} Pejabat Eselon IV / Kasubbag - Kasi",
        "Pengumpulan kolektif kepada Sekretaris/Kepala Bidang selaku atasan langsung untuk "
        "diperiksa",
        "Penandatanganan oleh Sekretaris/Kepala Bidang selaku atasan langsung",
        f"{opening} Staf",
        "Pengumpulan kolektif kepada Kasubbag / Kasi selaku atasan langsung untuk diperiksa",
        "Penandatanganan oleh Kasubbag / Kasi selaku atasan langsung",
    ]


def test_titles_years_and_units_of_the_procedures(catalog: Catalog) -> None:
    level = "PENETAPAN KINERJA (TAPKIN) TINGKAT"
    assert [(p.title, p.default_year, p.per_unit) for _, p in catalog.procedures()] == [
        ("PENYUSUNAN LAKIP", DefaultYear.SEBELUMNYA, False),
        ("PENYUSUNAN LPPD", DefaultYear.SEBELUMNYA, False),
        ("PENYUSUNAN RENCANA KERJA (RENJA / RKT)", DefaultYear.BERIKUTNYA, False),
        (f"{level} PEJABAT ESELON II / KEPALA DINAS", DefaultYear.BERJALAN, False),
        (f"{level} PEJABAT ESELON III / SEKRETARIS DAN KEPALA BIDANG", DefaultYear.BERJALAN, False),
        (
            f"{level} PEJABAT ESELON IV / KEPALA SUBBAGIAN ATAU KEPALA SEKSI",
            DefaultYear.BERJALAN,
            True,
        ),
        (f"{level} STAF SELURUH GOLONGAN", DefaultYear.BERJALAN, True),
    ]


def test_the_performers_columns_are_as_printed(catalog: Catalog) -> None:
    printed = {p.code: [c.title for c in p.columns] for _, p in catalog.procedures()}
    ten = ["KEPALA DINAS", "SEKRETARIS", "KASUBBAG", "TIM PELAKSANA / PENYUSUN"]
    assert printed == {
        "lakip": ten,
        "lppd": ten,
        "renja": ["KEPALA DINAS", "SEKRETARIS", "KASUBBAG / KASI", "TIM PELAKSANA / PENYUSUN"],
        "tapkin_eselon2": ["KEPALA DINAS", "BAPPEDA", "KEPALA DAERAH"],
        "tapkin_eselon3": ["SEKRETARIS / KEPALA BIDANG", "PERENCANAAN", "KEPALA DINAS"],
        "tapkin_eselon4": ["KASUBBAG / KASI", "SEKRETARIS / KEPALA BIDANG"],
        "tapkin_staf": ["STAF", "KASUBBAG / KASI"],
    }


# --- what the source does not give cleanly -----------------------------------------------


def test_cards_speak_of_their_own_document_and_the_signed_words_stand_beside(
    catalog: Catalog,
) -> None:
    of_steps = [
        (row.procedure, row.step, row.field, row.written, row.text)
        for row in corrections(catalog)
        if row.step is not None
    ]
    assert of_steps == [
        (code, step, "kelengkapan", written, written.replace("LAKIP", word))
        for code, word in (("lppd", "LPPD"), ("renja", "Renja/RKT"))
        for step, written in (
            (6, "Komputer, Printer, ATK dan Draft Sementara LAKIP"),
            (8, "Draft Sementara LAKIP"),
            (9, "Draft Sementara LAKIP"),
            (10, "LAKIP FINAL"),
        )
    ]
    assert procedure(catalog, "lppd").step(10).inputs == Wording("LPPD FINAL", "LAKIP FINAL")


def test_lakips_second_performer_is_corrected(catalog: Catalog) -> None:
    first, second = sop(catalog, "lakip").qualifications
    assert first.written is None
    assert first.text == (
        "Pelaksana 1 harus mempunyai/memiliki kemampuan, kecakapan, terampil dan inovatif. "
        "Pendidikan minimal D.III Jurusan Administrasi Negara."
    )
    assert second.text.startswith("Pelaksana 2 harus")
    assert second.signed.startswith("Pelaksana 1 harus")
    assert second.signed.endswith("Pendidikan minimal S.I Jurusan Administrasi Negara.")


@pytest.mark.parametrize(("code", "word"), [("renja", "Renja/RKT"), ("tapkin_staf", "TAPKIN")])
def test_qualifications_about_lppd_are_corrected_elsewhere(
    catalog: Catalog, code: str, word: str
) -> None:
    lppd = [wording.text for wording in sop(catalog, "lppd").qualifications]
    assert lppd == [
        "Memahami aturan perundang-undangan tentang LPPD",
        "Memahami tata cara penyusunan LPPD",
        "Berpengalaman dalam melakukan penyusunan LPPD",
    ]
    own = sop(catalog, code).qualifications
    assert [wording.signed for wording in own] == lppd
    assert [wording.text for wording in own] == [text.replace("LPPD", word) for text in lppd]


def test_tapkins_odd_numbering_is_noted(catalog: Catalog) -> None:
    notes = [row for row in corrections(catalog) if row.field == "catatan_salinan"]
    assert {row.sop_number for row in notes} == {"503/25/SOP.PRCN/DISPMPTSPTK/2024"}
    assert "bernomor 4, 5, dan 6" in notes[0].text


def test_every_performer_is_marked_as_assumed(catalog: Catalog) -> None:
    rows = [row for row in assumptions(catalog) if row.field == "pelaksana"]
    assert [(row.procedure, row.step) for row in rows] == [
        (p.code, s.number) for _, p in catalog.procedures() for s in p.steps
    ]
    assert rows[7].text == "Kasubbag Perencanaan"


def test_returns_and_everybody_steps_are_marked_as_assumed(catalog: Catalog) -> None:
    for _, p in catalog.procedures():
        for step in p.steps:
            assert ("kembali_ke" in step.assumptions) == (step.return_to is not None)
            assert ("semua" in step.assumptions) == step.all_must_confirm


def test_an_output_can_be_made_mandatory(data: Path) -> None:
    rewrite(
        data,
        LAKIP,
        "        waktu: 1 jam\n",
        "        waktu: 1 jam\n        wajib_lampiran: true\n",
    )
    first, second = procedure(load_catalog(data), "lakip").steps[:2]
    assert first.evidence_required
    assert not second.evidence_required


def test_only_subbagian_perencanaan_is_no_assumption_among_the_units(catalog: Catalog) -> None:
    units = catalog.office.units
    assert [unit.name for unit in units if not unit.assumed] == ["Subbagian Perencanaan"]
    listed = [row.field for row in assumptions(catalog) if row.field.startswith("unit ")]
    assert listed == [f"unit {unit.code}" for unit in units if unit.assumed]


def test_hours_escalation_and_the_coming_ramadan_are_assumed_until_confirmed(data: Path) -> None:
    def listed() -> dict[str, str]:
        rows = assumptions(load_catalog(data))
        own = [r for r in rows if r.sop_number is None and not r.field.startswith("unit ")]
        return {row.field: row.text for row in own}

    decree = "(kantor pelayanan dapat berbeda menurut keputusan, Perpres 21/2023 Pasal 7)"
    assert listed() == {
        "jam_kerja": "Senin, Selasa, Rabu, Kamis 07.30–12.00 dan 13.00–16.00; "
        f"Jumat 07.30–11.30 dan 13.00–16.30 {decree}",
        "jam_kerja_ramadan": "Senin, Selasa, Rabu, Kamis 08.00–12.00 dan 12.30–15.00; "
        f"Jumat 08.00–11.30 dan 12.30–15.30 {decree}",
        "pengingat": "terlambat 4 jam: atasan langsung; 1 hari: Kasubbag Perencanaan; "
        "2 hari: Sekretaris; "
        "3 hari: Kepala Dinas",
        "ramadan": "8 Februari 2027 sampai 9 Maret 2027 (perkiraan)",
    }
    rewrite(data, KANTOR, "asumsi: [jam_kerja, jam_kerja_ramadan, pengingat]\n", "")
    rewrite(data, KANTOR, ", asumsi: true}", "}")
    assert listed() == {}


def test_the_yearly_days_and_what_follows_are_assumed_until_confirmed(data: Path) -> None:
    def listed() -> list[tuple[str | None, str, str]]:
        rows = assumptions(load_catalog(data))
        return [(r.procedure, r.field, r.text) for r in rows if r.procedure and r.step is None]

    follow_up = (
        "Renja disampaikan kepada Bappeda untuk diverifikasi; "
        "Renja ditetapkan dengan Peraturan Kepala Daerah"
    )
    citys = "31 Maret (batas LPPD Pemerintah Kota, sedangkan batas bagi dinas lebih awal)"
    assert listed() == [
        ("lakip", "jadwal mulai", "2 Januari"),
        ("lakip", "jadwal batas", "akhir Februari"),
        ("lppd", "jadwal mulai", "2 Januari"),
        ("lppd", "jadwal batas", citys),
        ("renja", "sesudahnya", follow_up),
    ]
    for file in (LAKIP, LPPD):
        rewrite(data, file, "      asumsi: [mulai, batas]\n", "")
    rewrite(data, RENJA, "    asumsi: [sesudahnya]\n", "")
    assert listed() == []
    assert procedure(load_catalog(data), "renja").follow_up == tuple(follow_up.split("; "))


def test_what_the_law_renewed_is_said_once_with_every_place(catalog: Catalog) -> None:
    said = dict(line.split(": ", 1) for line in renewals(catalog))
    everywhere = [f"{s.number} butir 2" for s in catalog.sops]
    assert said["UU Nomor 32 Tahun 2004 telah diganti dengan UU Nomor 23 Tahun 2014"] == ", ".join(
        everywhere
    )
    lakip, lppd, renja, tapkin = (s.number for s in catalog.sops)
    assert said["PP Nomor 3 Tahun 2007 telah diganti dengan PP Nomor 13 Tahun 2019"] == ", ".join(
        f"{number} butir 4" for number in (lakip, lppd, tapkin)
    )
    title = "Laporan dan Evaluasi Penyelenggaraan Pemerintahan Daerah"
    assert said[f"Judul PP Nomor 13 Tahun 2019 adalah {title}"] == f"{renja} butir 4"
    assert len(said) == 9
    assert [s.legal_basis[1].written for s in catalog.sops] == [None] * 4


# --- the office --------------------------------------------------------------------------


def test_the_office_keeps_its_hours(catalog: Catalog) -> None:
    """Perpres 21/2023, the same as in the hand-made office of the other tests."""
    assert catalog.office.week == kantor().week
    assert catalog.office.ramadan_week == kantor().ramadan_week
    assert catalog.office.ramadan == (
        Period(date(2026, 2, 19), date(2026, 3, 20)),
        Period(date(2027, 2, 8), date(2027, 3, 9), assumed=True),
    )


def agreed() -> ReminderPolicy:
    """The office's policy: in procedures that run per unit the direct superior hears first."""
    known = policy()
    return replace(known, escalation=(EscalationRule(jam(4), DIRECT_SUPERIOR), *known.escalation))


def test_the_office_reminds_as_agreed(catalog: Catalog) -> None:
    assert catalog.office.reminders == agreed()
    assert not any(
        p.reminders or any(s.reminders for s in p.steps) for _, p in catalog.procedures()
    )


def test_the_roles_stand_in_their_order(catalog: Catalog) -> None:
    office = catalog.office
    levels = {role.code: role.level for role in office.roles}
    up = ["kepala_daerah", "kepala_dinas", "sekretaris", "kepala_bidang", "kasubbag", "tim"]
    assert sorted(up, key=levels.__getitem__) == up
    assert levels["kasubbag"] == levels["kasi"]
    assert levels["tim"] == levels["staf"]
    assert office.owner_role == "kasubbag"

    def which(flag: str) -> set[str]:
        return {role.code for role in office.roles if getattr(role, flag)}

    assert which("external") == {"bappeda", "kepala_daerah"}
    assert which("leading") == {"sekretaris", "kepala_dinas"}
    assert which("has_units") == {"kepala_bidang", "kasi", "staf"}
    assert which("by_title") == {"kepala_dinas", "sekretaris", "kepala_bidang", "kasubbag", "kasi"}


def test_every_unit_has_a_way_up_and_a_head(catalog: Catalog) -> None:
    office = catalog.office
    assert office.unit("perencanaan").parent == "sekretariat"
    heads = {unit.head_role for unit in office.units}
    assert heads == {"sekretaris", "kasubbag", "kepala_bidang", "kasi"}
    for unit in office.units:
        if unit.parent is not None:
            above = office.role(office.unit(unit.parent).head_role)
            assert above.level < office.role(unit.head_role).level


def test_every_key_is_explained_to_the_office() -> None:
    """The keys of the shipped files, and those they leave at their default."""
    text = (SHIPPED.parent / "docs" / "data.md").read_text("utf-8")
    files = [SHIPPED / KANTOR, *(SHIPPED / "sop").glob("*.yaml")]
    keys = {
        key
        for file in files
        for line in file.read_text("utf-8").splitlines()
        if not line.lstrip().startswith("#")
        for key in re.findall(r"(?:^|[ {])([a-z_]+):(?: |$)", line)
    }
    assert {"nomor", "kembali_ke", "istirahat", "sapaan_jabatan", "eskalasi"} <= keys
    keys |= {"keterangan", "dasar", "tanggal"}
    unexplained = {key for key in keys if not re.search(rf"\b{key}\b", text)}
    assert unexplained == set()


# --- a fifth SOP -------------------------------------------------------------------------


def test_a_fifth_sop_needs_nothing_but_its_file(data: Path) -> None:
    (data / "sop" / "surat.yml").write_text(FIFTH, "utf-8")
    catalog = load_catalog(data)
    added = procedure(catalog, "surat_masuk")
    assert catalog.sops[-1].number.startswith("503/100/")  # after 503/25, as people count
    assert total_time(catalog.sops[-1].procedures[-1]) == "1 hari + 15 menit"
    assert added.default_year is DefaultYear.BERJALAN
    assert added.steps[0].roles == ("staf", "tim")
    assert (added.steps[1].kind, added.steps[1].return_to) == (StepKind.TANDA_TANGAN, 1)
    assert added.steps[0].inputs == Wording("")


def test_what_editors_leave_behind_is_no_sop(data: Path) -> None:
    for name in (".lakip.yaml", "lakip.yaml~", ".lakip.yaml.swp", "~$lakip.yaml", "catatan.txt"):
        (data / "sop" / name).write_text("bukan: SOP", "utf-8")
    assert len(load_catalog(data).sops) == 4


def test_a_windows_editor_may_save_the_file(data: Path) -> None:
    path = data / LAKIP
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_catalog(data).sops == load_catalog(SHIPPED).sops


def test_a_standard_time_may_be_written_as_on_the_form(data: Path) -> None:
    rewrite(data, LAKIP, "waktu: 2 hari", "waktu: 2 Hari")
    assert procedure(load_catalog(data), "lakip").step(2).duration == hari(2)


# --- reminders over the office's own -----------------------------------------------------


def test_a_procedures_policy_leaves_the_rest_to_the_office_and_a_step_to_both(data: Path) -> None:
    rewrite(
        data,
        LAKIP,
        "    tahun: sebelumnya\n",
        "    tahun: sebelumnya\n    pengingat:\n      harian: null\n      sebelum:\n"
        "        - {sampai: 3 jam, pada: 20 menit}\n",
    )
    rewrite(
        data,
        LAKIP,
        "        waktu: 2 hari\n",
        "        waktu: 2 hari\n        pengingat:\n"
        "          eskalasi: [{setelah: 4 jam, kepada: sekretaris}]\n",
    )
    lakip = procedure(load_catalog(data), "lakip")
    of_procedure = replace(agreed(), before=(BeforeRule(jam(3), (menit(20),)),), daily_at=None)
    assert lakip.reminders == of_procedure
    assert lakip.step(2).reminders == replace(
        of_procedure, escalation=(EscalationRule(jam(4), "sekretaris"),)
    )
    assert lakip.step(1).reminders is None


def test_the_offices_reminders_may_be_at_another_time(data: Path) -> None:
    rewrite(data, KANTOR, '"08.00"', "08:15")
    assert load_catalog(data).office.reminders.daily_at == time(8, 15)


# --- every fault with its file, its line and what would be right -------------------------

STEP_1 = "      - kegiatan: Membentuk Tim Pelaksana Penyusunan LAKIP DISPMPTSPTK\n"
LONG = "x" * 501

# One fault a row reads better than one value a line.
# fmt: off
FAULTS = [
    # file, what stood there, what somebody wrote, words of the line at fault, words said
    ("an unknown key", LAKIP, "        kelengkapan:", "        kelengkapn:", "kelengkapn",
     ['"kelengkapn"', 'mungkin maksudnya "kelengkapan"']),
    ("a key nobody could guess", LAKIP, "pencatatan:", "zzz:", "zzz:",
     ['"zzz"', "tidak dikenal; yang dikenal: nomor"]),
    ("an unknown key of the office", KANTOR, "kota:", "kotak: 1\nkota:", "kotak", ['"kota"']),
    ("a missing key", LAKIP, "        waktu: 1 jam\n", "", STEP_1.strip(),
     ['"waktu" belum ada pada langkah ke-1', "waktu: 1 hari"]),
    ("a missing key of the office", KANTOR, "kota: Kota Pagar Alam\n", "", "nama:", ['"kota"']),
    ("a key twice", LAKIP, "unit:", "nama: GANDA\nunit:", "nama: GANDA",
     ['"nama" ditulis dua kali', "baris 8"]),
    ("a text for a list", LAKIP, "keterkaitan: []", "keterkaitan: tidak ada", "keterkaitan",
     ["harus daftar, bukan teks"]),
    ("a list for a text", LAKIP, "output: SK Tim Penyusun LAKIP", "output: [SK]", "output: [SK]",
     ['"output" harus teks, bukan daftar']),
    ("a text for a mapping", LAKIP, "{judul: SEKRETARIS, peran: [sekretaris]}", "SEKRETARIS",
     "- SEKRETARIS", ["kolom ke-2 harus berisi kunci (judul, peran), bukan teks"]),
    ("a step that is a text", LAKIP, STEP_1, "      - Menyiapkan\n" + STEP_1, "- Menyiapkan",
     ["langkah ke-1 harus berisi kunci"]),
    ("an empty text", LAKIP, "nama: PENYUSUNAN LAKIP", "nama:", "nama:", ['"nama" kosong']),
    ("a blank text", LAKIP, "nama: PENYUSUNAN LAKIP", 'nama: "  "', "nama:", ['"nama" kosong']),
    ("a text that is a number", LAKIP, "output: SK Tim Penyusun LAKIP", "output: 2024",
     "output: 2024", ["terbaca sebagai angka", '"2024"']),
    ("a text that is yes or no", LAKIP, "output: SK Tim Penyusun LAKIP", "output: true",
     "output: true", ["terbaca sebagai true/false"]),
    ("a NIP that is a number", LAKIP, '"196910161995031001"', "196910161995031001", "nip:",
     ['"nip" terbaca sebagai angka', '"196910161995031001"']),
    ("a NIP too short", LAKIP, '"196910161995031001"', '"1969"', "nip:", ["18 angka"]),
    ("an activity too long", LAKIP, "kegiatan: Menyiapkan Rapat", f"kegiatan: {LONG}", LONG,
     ["terlalu panjang (501 huruf)", "paling banyak 500"]),
    ("an output too long", LAKIP, "output: Undangan Rapat", f"output: {'x' * 301}", "x" * 301,
     ["paling banyak 300"]),
    ("emoji count twice, as Telegram counts", LAKIP, "output: Undangan Rapat",
     f"output: {'📎' * 151}", "📎", ["302 huruf"]),
    ("a date in words", LAKIP, "pembuatan: 2024-01-23", "pembuatan: 23 Januari 2024", "pembuatan",
     ["bukan tanggal", "2024-01-23"]),
    ("a date as a text", LAKIP, "pembuatan: 2024-01-23", 'pembuatan: "2024-01-23"', "pembuatan",
     ["tanpa tanda petik"]),
    ("a day that never was", LAKIP, "efektif: 2024-01-23", "efektif: 2024-02-31", "efektif",
     ["2024-02-31 tidak ada dalam kalender"]),
    ("an unknown role", LAKIP, "pelaksana: kasubbag", "pelaksana: kasubag", "pelaksana: kasubag",
     ['peran "kasubag"', 'mungkin maksudnya "kasubbag"']),
    ("an unknown role in a list", TAPKIN, "pelaksana: [kasubbag, kasi]",
     "pelaksana: [kasubbag, kassi]", "[kasubbag, kassi]", ['"kasi"']),
    ("a role twice", TAPKIN, "pelaksana: [kasubbag, kasi]", "pelaksana: [kasi, kasi]",
     "[kasi, kasi]", ["dua kali"]),
    ("nobody to perform", LAKIP, "pelaksana: tim", "pelaksana: []", "pelaksana: []",
     ["isi paling sedikit satu"]),
    ("an unknown role in a column", LAKIP, "peran: [sekretaris]",
     "peran: [sekretaris, sekertaris]", "sekertaris", ['"sekretaris"']),
    ("a performer in no column", LAKIP, "pelaksana: sekretaris", "pelaksana: staf",
     "pelaksana: staf", ['"staf"', '"kolom"']),
    ("everybody of an outside role", TAPKIN, "pelaksana: bappeda\n",
     "pelaksana: bappeda\n        semua: true\n", "semua: true", ["di luar kantor (bappeda)"]),
    ("yes in Indonesian", TAPKIN, "semua: true", "semua: ya", "semua: ya",
     ['"semua" berisi "ya"', "true (ya)"]),
    ("no in English", TAPKIN, "semua: true", "semua: no", "semua: no", ["false (tidak)"]),
    ("off in English", TAPKIN, "per_unit: true", "per_unit: off", "per_unit: off", ['"off"']),
    ("an unknown kind", LAKIP, "jenis: paraf", "jenis: parap", "jenis: parap", ['"paraf"']),
    ("an unknown year", LAKIP, "tahun: sebelumnya", "tahun: 2025", "tahun: 2025",
     ['tahun "2025" tidak dikenal', "sebelumnya, berjalan, berikutnya"]),
    ("a misspelt year", LAKIP, "tahun: sebelumnya", "tahun: sebelum", "tahun: sebelum",
     ['"sebelumnya"']),
    ("a time without a unit", LAKIP, "waktu: 30 menit", "waktu: 30", "waktu: 30\n",
     ['waktu "30"', "menit, jam, atau hari"]),
    ("a time with a fraction", LAKIP, "waktu: 1 jam", "waktu: 1,5 jam", "waktu: 1,5",
     ["bilangan bulat"]),
    ("a time in another unit", LAKIP, "waktu: 1 jam", "waktu: 1 minggu", "1 minggu",
     ['satuan "minggu"', "menit, jam, hari"]),
    ("no time at all", LAKIP, "waktu: 1 jam", "waktu: 0 jam", "waktu: 0", ["di luar batas"]),
    ("a time below nothing", LAKIP, "waktu: 1 jam", "waktu: -1 jam", "waktu: -1",
     ["tidak terbaca"]),
    ("a time beyond a year", LAKIP, "waktu: 3 hari", "waktu: 366 hari", "366", ["1 sampai 365"]),
    ("a time beyond all numbers", LAKIP, "waktu: 3 hari", f"waktu: {'9' * 5000} hari", "999",
     ["terlalu panjang"]),
    ("a time with too many digits", LAKIP, "waktu: 3 hari", f"waktu: {'9' * 50} hari", "999",
     ["tidak terbaca"]),
    ("a return forwards", LAKIP, "kembali_ke: 7", "kembali_ke: 9", "kembali_ke: 9",
     ["langkah sebelumnya, 1 sampai 7, bukan 9"]),
    ("a return to itself", LAKIP, "kembali_ke: 7", "kembali_ke: 8", "kembali_ke: 8",
     ["1 sampai 7"]),
    ("a return in words", LAKIP, "kembali_ke: 7", "kembali_ke: tujuh", "tujuh", ["1 sampai 7"]),
    ("a return of the first step", LAKIP, STEP_1, STEP_1 + "        kembali_ke: 1\n",
     "kembali_ke: 1\n", ["langkah pertama"]),
    ("an assumption about nothing", LAKIP, "asumsi: [pelaksana]", "asumsi: [peran]",
     "asumsi: [peran]", ['"peran" pada "asumsi"']),
    ("a corrected legal basis", LAKIP, "  - Perpres No.29",
     "  - {teks: A, tertulis: B}\n  - Perpres No.29", "{teks: A", ["tidak boleh dibetulkan"]),
    ("a corrected number", LAKIP, "nomor: 503/22/SOP.PRCN/DISPMPPTSPTK/2024",
     "nomor: {teks: a, tertulis: b}", "nomor:", ["harus teks, bukan kelompok kunci"]),
    ("a correction that changes nothing", LPPD, "teks: LPPD FINAL", "teks: LAKIP FINAL",
     "teks: LAKIP FINAL", ["sama"]),
    ("a correction without the signed words", RENJA,
     "    tertulis: Memahami tata cara penyusunan LPPD\n", "", "Memahami tata cara",
     ['"tertulis" belum ada']),
    ("a code with capitals", LAKIP, "kode: lakip", "kode: LAKIP", "kode:", ["huruf kecil"]),
    ("a code too long", LAKIP, "kode: lakip", f"kode: {'a' * 25}", "kode:", ["24"]),
    ("a code with a hyphen", LAKIP, "kode: lakip", "kode: lakip-baru", "kode:", ["garis bawah"]),
    ("a code of another file", RENJA, "kode: renja", "kode: lakip", "kode:",
     ['"lakip" sudah dipakai di lakip.yaml baris']),
    ("a number of another file", LPPD, "nomor: 503/23/SOP.PRCN/DISPMPTSPTK/2024",
     "nomor: 503/22/sop.prcn/DISPMPPTSPTK/2024", "nomor:", ["sudah dipakai di lakip.yaml baris 7"]),
    ("a clock without quotation marks", KANTOR, 'harian: "08.00"', "harian: 08.00", "harian",
     ["terbaca sebagai angka", 'harian: "08.00"']),
    ("a clock that never strikes", KANTOR, 'harian: "08.00"', 'harian: "25.00"', "harian",
     ["bukan jam"]),
    ("half a stretch of hours", KANTOR, "kerja: 07.30-16.30", "kerja: 07.30", "kerja: 07.30,",
     ['"07.30" bukan jam', "07.30-16.00"]),
    ("hours that end before they start", KANTOR, "kerja: 07.30-16.30", "kerja: 16.30-07.30",
     "16.30-07.30", ["berakhir sebelum mulai"]),
    ("a break outside the hours", KANTOR, "istirahat: 11.30-13.00", "istirahat: 06.00-07.00",
     "06.00", ["di luar jam kerja 07.30-16.30"]),
    ("breaks that overlap", KANTOR, "istirahat: 11.30-13.00",
     "istirahat: [11.30-13.00, 12.30-13.30]", "12.30-13.30", ["bertumpuk"]),
    ("a weekday left out", KANTOR, "  minggu: libur\n", "", "jam_kerja:", ['"minggu"']),
    ("a day in one word", KANTOR, "sabtu: libur", "sabtu: masuk", "sabtu: masuk", ["tulis libur"]),
    ("Ramadan that ends before it starts", KANTOR, "selesai: 2027-03-09", "selesai: 2027-01-09",
     "2027-01-09", ["berakhir sebelum mulai"]),
    ("two Ramadans at once", KANTOR, "mulai: 2027-02-08", "mulai: 2026-03-01", "2026-03-01",
     ["bertumpuk dengan 2026-02-19 sampai 2026-03-20"]),
    ("a unit above itself", KANTOR, "    judul_kepala: Sekretaris\n",
     "    judul_kepala: Sekretaris\n    induk: perencanaan\n", "induk: perencanaan",
     ["sekretariat → perencanaan → sekretariat"]),
    ("an unknown unit above", KANTOR, "induk: ptsp", "induk: pstp", "induk: pstp", ['"ptsp"']),
    ("an unknown head", KANTOR, "peran_kepala: kasi", "peran_kepala: kasie", "kasie", ['"kasi"']),
    ("a role called as no role may be", KANTOR, "\nperan:\n",
     "\nperan:\n  - {kode: atasan_langsung, nama: Atasan, tingkat: 3}\n", "atasan_langsung, nama",
     ["hanya untuk eskalasi"]),
    ("a unit twice", KANTOR, "kode: keuangan", "kode:  umum", "kode:  umum", ["sudah dipakai"]),
    ("an unknown role to escalate to", KANTOR, "kepada: sekretaris", "kepada: sekretari",
     "sekretari}", ['"sekretaris"']),
    ("an outside role to escalate to", KANTOR, "kepada: sekretaris", "kepada: bappeda",
     "kepada: bappeda", ["di luar kantor"]),
    ("a rule that never applies", KANTOR, "sampai: 1 hari", "sampai: 90 menit", "90 menit",
     ["sudah tercakup"]),
    ("a rule for all before another", KANTOR, "{sampai: 2 jam, pada", "{pada", "{sampai: 1 hari",
     ["paling akhir"]),
    ("an unknown owner", KANTOR, "pemilik_sop: kasubbag", "pemilik_sop: kasubag", "pemilik_sop",
     ['"kasubbag"']),
    ("an unknown time zone", KANTOR, "Asia/Jakarta", "Asia/Palembang", "zona_waktu", ["Palembang"]),
    ("a level in words", KANTOR, "tingkat: 3", "tingkat: tiga", "tingkat: tiga", ["1 sampai 99"]),
    ("a day corrected twice", KANTOR, "koreksi_kalender: []",
     "koreksi_kalender:\n  - {tanggal: 2026-06-21, nama: A, kerja: false}\n"
     "  - {tanggal: 2026-06-21, nama: Dua, kerja: true}", "nama: Dua", ["2026-06-21"]),
    ("a policy with an unknown key", LAKIP, "    tahun: sebelumnya\n",
     "    tahun: sebelumnya\n    pengingat: {hariann: null}\n", "hariann", ['"harian"']),
    ("a tab", LAKIP, "        pelaksana: tim", "\tpelaksana: tim", "\tpelaksana", ["tab"]),
    ("a colon in a text", LAKIP, "kegiatan: Menyiapkan Rapat", "kegiatan: Rapat: persiapan",
     "Rapat: persiapan", ["titik dua"]),
    ("an open quotation mark", LAKIP, "judul: PENYUSUNAN LAKIP",
     "judul: 'PENYUSUNAN LAKIP", "judul: '", ["tanda petik belum ditutup"]),
    ("an open bracket", LAKIP, "peran: [sekretaris]}", "peran: [sekretaris}", "[sekretaris}",
     ["kurung"]),
    ("a hyphen for nothing", LAKIP, "revisi: null", "revisi: -", "revisi", ["tulis null"]),
    ("a yearly start that is no day", LAKIP, "setiap tahun, 2 Januari", "setiap bulan",
     "mulai: setiap bulan", ["tanpa tahun", "misalnya setiap tahun, 2 Januari"]),
    ("a legal date with a year", LAKIP, "batas: akhir Februari", "batas: 2024-02-28",
     "batas: 2024", ["tanpa tahun", "misalnya 28 Februari"]),
    ("a legal date that no year has", LAKIP, "batas: akhir Februari", "batas: 31 Februari",
     "batas: 31", ["31 Februari", "tidak terbaca"]),
    ("a note on no legal date", LPPD, "      batas: 31 Maret\n", "", "keterangan_batas: ",
     ['tanpa "batas"']),
    ("an assumption of what no procedure assumes", RENJA, "asumsi: [sesudahnya]",
     "asumsi: [sesudah]", "asumsi: [sesudah]", ['"sesudahnya"']),
    ("an assumption of what no office assumes", KANTOR, "asumsi: [jam_kerja,", "asumsi: [jamkerja,",
     "asumsi: [jamkerja", ['"jam_kerja"']),
    ("a schedule without a start", LAKIP, "      mulai: setiap tahun, 2 Januari\n", "",
     "jadwal:", ['"mulai" belum ada']),
    ("a schedule's unknown key", LAKIP, "      batas: akhir Februari", "      bats: akhir Februari",
     "bats", ['mungkin maksudnya "batas"']),
    ("a second document", LAKIP, "prosedur:", "---\nprosedur:", "---", ["satu SOP"]),
]
# fmt: on


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "said"),
    [pytest.param(*fault[1:], id=fault[0]) for fault in FAULTS],
)
def test_a_fault_is_told_with_its_line_and_what_would_be_right(
    data: Path, file: str, old: str, new: str, at: str, said: list[str]
) -> None:
    rewrite(data, file, old, new)
    fault = only_fault(data)
    assert (fault.file, fault.line) == (data / file, line_of(data, file, at.rstrip("\n")))
    for words in said:
        assert words in fault.message


def test_all_faults_of_all_files_are_told_at_once(data: Path) -> None:
    rewrite(data, KANTOR, "kepada: sekretaris", "kepada: sekretari")
    rewrite(data, KANTOR, "kota: Kota Pagar Alam\n", "")
    rewrite(data, LAKIP, "waktu: 1 jam", "waktu: sejam")
    rewrite(data, LAKIP, "pelaksana: kasubbag", "pelaksana: kabag")
    rewrite(data, LPPD, "judul: PENYUSUNAN LPPD", "judul: 'PENYUSUNAN")
    (data / TAPKIN).write_text("", "utf-8")
    told = [(fault.file.name, fault.line) for fault in faults_of(data)]
    assert told == [
        ("kantor.yaml", line_of(data, KANTOR, "nama:")),
        ("kantor.yaml", line_of(data, KANTOR, "kepada: sekretari}")),
        ("lakip.yaml", line_of(data, LAKIP, "sejam")),
        ("lakip.yaml", line_of(data, LAKIP, "pelaksana: kabag")),
        ("lppd.yaml", line_of(data, LPPD, "judul: 'PENYUSUNAN")),
        ("tapkin.yaml", None),
    ]


def test_a_faulty_office_does_not_make_every_role_unknown(data: Path) -> None:
    (data / KANTOR).write_text("nama: [", "utf-8")
    fault = only_fault(data)
    assert fault.file == data / KANTOR


def test_a_fault_reads_as_file_line_and_words() -> None:
    fault = Fault(Path("sop_data/sop/lakip.yaml"), 12, "ini salah; tulis itu")
    assert str(fault) == "sop_data/sop/lakip.yaml:12: ini salah; tulis itu"
    assert str(replace(fault, line=None)) == "sop_data/sop/lakip.yaml: ini salah; tulis itu"
    assert str(DataError([fault, fault])) == f"{fault}\n{fault}"


def test_a_role_that_the_rules_name_must_stay(data: Path) -> None:
    path = data / KANTOR
    path.write_text(path.read_text("utf-8").replace("sekretaris", "sekda"), "utf-8")
    messages = [fault.message for fault in faults_of(data) if fault.file == path]
    assert messages == ['peran "sekretaris" harus ada; tambahkan kembali']


def test_an_office_that_never_works_is_a_fault(data: Path) -> None:
    path = data / KANTOR
    text = re.sub(r"\{kerja: 0[78]\.[^}]*\}", "libur", path.read_text("utf-8"))
    path.write_text(text, "utf-8")
    faults = faults_of(data)
    assert [fault.line for fault in faults] == [
        line_of(data, KANTOR, "jam_kerja:"),
        line_of(data, KANTOR, "jam_kerja_ramadan:"),
    ]
    assert "tidak ada hari kerja" in faults[0].message


@pytest.mark.parametrize(
    ("written", "line", "said"),
    [
        pytest.param(b"", None, "kosong", id="an empty file"),
        pytest.param(b"# catatan\n", None, "kosong", id="only a comment"),
        pytest.param("nama: Rénja".encode("latin-1"), 1, "UTF-8", id="another encoding"),
        pytest.param("a: b\nnomor: 1".encode("utf-16"), 1, "UTF-8", id="saved as Unicode"),
        pytest.param(b"a: b\nnomor: \x07", 2, "tidak terlihat", id="an invisible character"),
        pytest.param(b"- nomor\n- nama", 1, "harus berisi kunci (nomor, nama", id="a list"),
        pytest.param(b"sebuah surat", 1, "bukan teks", id="a letter"),
        pytest.param(b"[" * 5000, None, "tidak terbaca", id="brackets without end"),
        pytest.param(b"#" * 1_000_001, None, "1 MB", id="a huge file"),
        pytest.param(b"a: *b", 1, "diapit tanda petik", id="a star in front"),
        pytest.param(b"a: @b", 1, "diapit tanda petik", id="a sign in front"),
        pytest.param(b'a: "\\q"', 1, "petik tunggal", id="a backslash"),
        pytest.param(b"a: 1\nnama\nb: 2", 2, "kunci: isi", id="a key without a colon"),
        pytest.param(b"- a\nb: 1", 2, "jorokan", id="a line out of line"),
        pytest.param(b"a: |9x\n b", 1, "periksa jorokan", id="anything else"),
        pytest.param(b"a: &x 1\nb: &x 2", None, "tidak terbaca", id="an anchor twice"),
    ],
)
def test_a_file_that_is_no_sop_is_told_apart(
    data: Path, written: bytes, line: int | None, said: str
) -> None:
    (data / LAKIP).write_bytes(written)
    fault = only_fault(data)
    assert (fault.file, fault.line) == (data / LAKIP, line)
    assert said in fault.message


def test_a_folder_in_place_of_a_file_is_a_fault(data: Path) -> None:
    (data / "sop" / "baru.yaml").mkdir()
    fault = only_fault(data)
    assert fault.file == data / "sop" / "baru.yaml"
    assert "tidak dapat dibaca" in fault.message


def test_an_alias_to_itself_ends(data: Path) -> None:
    rewrite(data, LAKIP, "keterkaitan: []", "keterkaitan: &a [*a]")
    assert "harus teks, bukan daftar" in only_fault(data).message


def test_a_missing_folder_names_the_setting(tmp_path: Path) -> None:
    fault = only_fault(tmp_path / "tidak_ada")
    assert fault.file == tmp_path / "tidak_ada"
    assert "SOP_DIR" in fault.message


def test_a_missing_office_file_is_a_fault(data: Path) -> None:
    (data / KANTOR).unlink()
    fault = only_fault(data)
    assert (fault.file, "tidak ada" in fault.message) == (data / KANTOR, True)


def test_the_office_file_may_end_in_yml_but_there_is_one(data: Path) -> None:
    shutil.copy(data / KANTOR, data / "kantor.yml")
    assert only_fault(data).file == data / "kantor.yml"
    (data / KANTOR).unlink()
    assert load_catalog(data) == load_catalog(SHIPPED)


@pytest.mark.parametrize("emptied", [True, False], ids=["an empty folder", "no folder"])
def test_an_office_without_sops_is_a_fault(data: Path, emptied: bool) -> None:
    shutil.rmtree(data / "sop")
    if emptied:
        (data / "sop").mkdir()
    fault = only_fault(data)
    assert (fault.file, fault.line) == (data / "sop", None)
    assert "belum ada SOP" in fault.message


def test_a_file_in_place_of_the_sop_folder_is_a_fault(data: Path) -> None:
    shutil.rmtree(data / "sop")
    (data / "sop").write_text("", "utf-8")
    assert "tidak terbaca" in only_fault(data).message


@pytest.mark.parametrize("count", [0, 60, 61])
def test_a_procedure_has_from_one_to_sixty_steps(data: Path, count: int) -> None:
    head = FIFTH.split("    langkah:")[0]
    step = "      - {kegiatan: A, pelaksana: staf, waktu: 1 jam, output: B}\n"
    steps = "    langkah:\n" + step * count if count else "    langkah: []\n"
    (data / "sop" / "panjang.yaml").write_text(head + steps, "utf-8")
    if count == 60:
        assert total_time(load_catalog(data).sops[-1].procedures[-1]) == "60 jam"
        return
    fault = only_fault(data)
    assert fault.line == line_of(data, "sop/panjang.yaml", "langkah:")
    assert ("belum berisi" if count == 0 else "paling banyak 60") in fault.message


# --- the text a run keeps ----------------------------------------------------------------


def test_an_sop_comes_back_from_its_text_as_it_was(catalog: Catalog, data: Path) -> None:
    rewrite(
        data, LAKIP, "        waktu: 2 hari\n", "        waktu: 2 hari\n        pengingat: {}\n"
    )
    edited = load_catalog(data).sops[0]
    for signed in (*catalog.sops, edited):
        assert load_sop(dump_sop(signed)) == signed
        assert dump_sop(load_sop(dump_sop(signed))) == dump_sop(signed)


def test_a_text_without_the_fields_of_a_later_edition_still_loads(catalog: Catalog) -> None:
    old = json.loads(dump_sop(catalog.sops[0]))
    del old["transcription_notes"]
    for one in old["procedures"]:
        del one["columns"], one["per_unit"], one["reminders"]
        for step in one["steps"]:
            del step["remarks"], step["reminders"], step["assumptions"]
    read = load_sop(json.dumps(old))
    assert read.procedure("lakip").step(10).activity == Wording("Menandatangani LAKIP DISPMPTSPTK")
    assert read.procedure("lakip").columns == ()


@pytest.mark.parametrize("text", ["", "bukan JSON", "{}", "[]", '{"number": 1}'])
def test_a_text_that_is_no_sop_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        load_sop(text)


def test_the_fingerprint_follows_the_words_and_nothing_else(catalog: Catalog, data: Path) -> None:
    before = [digest(signed) for signed in catalog.sops]
    assert len(set(before)) == 4
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in before)
    rewrite(data, LAKIP, "        waktu: 2 hari\n", "        # dua hari\n        waktu:  2 hari\n")
    assert [digest(signed) for signed in load_catalog(data).sops] == before
    rewrite(data, LAKIP, "waktu:  2 hari", "waktu: 3 hari")
    after = [digest(signed) for signed in load_catalog(data).sops]
    assert after[0] != before[0]
    assert after[1:] == before[1:]


def test_the_fingerprint_forgets_nothing_that_is_printed(catalog: Catalog) -> None:
    signed = catalog.sops[0]
    one = signed.procedures[0]
    changed = replace(one, steps=(replace(one.steps[0], duration=Duration(1, DurationUnit.HARI)),))
    assert digest(replace(signed, procedures=(changed,))) != digest(signed)
    assert digest(replace(signed, revised=date(2025, 1, 1))) != digest(signed)


def test_the_loader_is_cheap_to_import() -> None:
    """A command that reads no SOP does not wait for the YAML and JSON libraries."""
    code = "import sys, bot.sop_loader; print({'ruamel.yaml', 'pydantic'} & set(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=SHIPPED.parent,
        env=os.environ.copy(),
    )
    assert ran.stdout.strip() == "set()"
