"""The SOPs as they were signed: no word is lost, and corrections stand beside."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from bot.domain.sop import Wording
from bot.features.sops import SopView
from tests.features.samples.common import (
    lakip,
    lakip_sop,
)
from tests.features.saying import pages, texts_of


def test_the_sop_stands_in_its_signed_words_with_numbered_corrections() -> None:
    sop = lakip_sop()
    text = texts_of(SopView(sop, lakip(), {"tim": "Tim Pelaksana", "kepala_dinas": "Kepala Dinas"}))
    assert text.startswith("<b>Salinan kerja</b> · SOP PENYUSUNAN LAKIP")
    assert "Nomor: 503/22/SOP.PRCN/DISPMPPTSPTK/2024" in text
    assert "2. Pelaksana 1 terampil dan inovatif.¹" in text
    assert "Kelengkapan: Draft Sementara LAKIP²" in text
    assert "¹ Dibaca: Pelaksana 2 terampil dan inovatif." in text
    assert "² Dibaca: Draft Sementara LPPD" in text
    assert "Pelaksana: Kepala Dinas (perkiraan, belum dicocokkan)" in text
    assert "Pada naskah, butir kualifikasi bernomor 4 dan 5." in text


def test_what_the_law_renewed_stands_as_a_footnote_below_the_signed_words() -> None:
    basis = ("UU RI No.32 Tahun 2004 Tentang Pemerintahan Daerah;", "Perpres No.29 Tahun 2014;")
    sop = replace(lakip_sop(), legal_basis=tuple(map(Wording, basis)))
    text = texts_of(SopView(sop, lakip(), {}))
    assert "LAKIP kini disebut Laporan Kinerja Instansi Pemerintah (LKjIP)" in text
    assert (
        "1. UU RI No.32 Tahun 2004 Tentang Pemerintahan Daerah;¹\n\n"
        "2. Perpres No.29 Tahun 2014;\n" in text
    )
    assert "\n¹ UU Nomor 32 Tahun 2004 telah diganti dengan UU Nomor 23 Tahun 2014.\n" in text
    assert "² Dibaca: Pelaksana 2 terampil dan inovatif." in text, "one count for all footnotes"


def test_what_the_law_renewed_stays_on_the_page_of_its_regulation() -> None:
    basis = tuple(Wording(f"PP No.03 Tahun 2007 tentang Laporan {n} " * 12) for n in range(12))
    found = pages(SopView(replace(lakip_sop(), legal_basis=basis), lakip(), {}))
    assert len(found) > 2
    for page in found:
        marks = Counter(re.findall("[¹²³⁴⁵⁶⁷⁸⁹⁰]+", page.html))
        assert set(marks.values()) <= {2}, "each mark stands once in the text and once below it"


def test_long_footnotes_stay_on_the_page_of_the_words_they_correct() -> None:
    long = tuple(
        replace(step, output=Wording(f"Benar {step.number} " * 60, f"Salah {step.number} " * 60))
        for step in lakip().steps
    )
    sop = replace(lakip_sop(), procedures=(replace(lakip(), steps=long),))
    found = pages(SopView(sop, sop.procedures[0], {}))
    assert len(found) > 1
    for page in found:
        marks = Counter(re.findall("[¹²³⁴⁵⁶⁷⁸⁹]+", page.html))
        assert set(marks.values()) <= {2}, "each mark stands once in the text and once below it"


def test_the_words_of_the_signed_sop_are_never_cut() -> None:
    long = " ".join(f"kata{n}" for n in range(1000))
    sop = replace(lakip_sop(), legal_basis=(Wording(long),), warning=Wording(long))
    read = texts_of(SopView(sop, lakip(), {})).split()
    assert Counter(word for word in read if word.startswith("kata")) == Counter(
        {f"kata{n}": 2 for n in range(1000)}
    )
