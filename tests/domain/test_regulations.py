"""What the law has renewed since an SOP was signed."""

from __future__ import annotations

import pytest

from bot.domain import regulations
from bot.domain.regulations import Regulation
from bot.domain.sop import Wording

UU_32 = "UU RI No.32 Tahun 2004 Tentang Pemerintahan Daerah"
RETITLED = "Peraturan Pemerintah No.13 Tahun 2019 tentang Laporan Penyelenggaraan"
IN_FORCE = "PP No. 13 Tahun 2019 tentang LAPORAN DAN EVALUASI  PENYELENGGARAAN PEMERINTAHAN DAERAH;"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (UU_32, Regulation("UU", 32, 2004)),
        ("Undang-Undang Republik Indonesia Nomor 32 Tahun 2004", Regulation("UU", 32, 2004)),
        ("UU No. 32/2004", Regulation("UU", 32, 2004)),
        ("Peraturan Pemerintah No.03 Tahun 2007 tentang", Regulation("PP", 3, 2007)),
        ("Permen Dalam Negeri No.54 Tahun 2010", Regulation("Permendagri", 54, 2010)),
        ("Peraturan Menteri Dalam Negeri No.54 Tahun 2010", Regulation("Permendagri", 54, 2010)),
        ("Permendagri Nomor  54\nTahun 2010", Regulation("Permendagri", 54, 2010)),
        # An item is about the regulation with which it begins.
        ("Perda No.1 Tahun 2013 sebagai pelaksanaan UU No.32 Tahun 2004", None),
        ("UU Nomor tiga puluh dua Tahun 2004", None),
        ("Peraturan Walikota No.32 Tahun 2004", None),
        ("", None),
    ],
)
def test_a_regulation_is_known_however_it_is_cited(text: str, found: Regulation | None) -> None:
    assert regulations.cited(text) == found


def test_the_items_that_were_renewed_are_named_by_their_numbers() -> None:
    basis = ("UU RI No.8 Tahun 2001", UU_32, RETITLED, IN_FORCE, "Permendagri No.86 Tahun 2017")
    found = regulations.notes(tuple(Wording(text) for text in basis))
    assert [(note.item, note.renewal.today) for note in found] == [
        (2, Regulation("UU", 23, 2014)),
        (3, Regulation("PP", 13, 2019)),
    ]


@pytest.mark.parametrize(
    ("title", "today"),
    [
        ("PENYUSUNAN LAKIP", ["Laporan Kinerja Instansi Pemerintah (LKjIP)"]),
        ("Penetapan Kinerja", ["Perjanjian Kinerja (PK)"]),
        ("TAPKIN PEJABAT ESELON II", ["Perjanjian Kinerja (PK)", "JPT Pratama"]),
        ("PEJABAT ESELON III / SEKRETARIS", ["Jabatan Administrator"]),
        ("PEJABAT ESELON IV", ["Jabatan Pengawas"]),
        ("PENYUSUNAN LPPD", []),
    ],
)
def test_a_term_of_a_title_has_its_name_of_today(title: str, today: list[str]) -> None:
    names = [term.today for term in regulations.terms(title)]
    assert [name.replace("Jabatan Pimpinan Tinggi (JPT)", "JPT") for name in names] == today
