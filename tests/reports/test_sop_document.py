"""The SOP as a paper: signed words, corrections as footnotes, symbols in their columns."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace

import pypdf
import pytest

from bot.domain.documents import Format, SopDocument
from bot.domain.sop import Catalog, Column, Sop, StepKind, Wording
from bot.reports import compose, sop_document
from tests.cast import MONDAY
from tests.reports.documents import OFFICE, sop_of
from tests.reports.flow_charts import NASTY, chart, drawn
from tests.reports.test_run_report import LETTERS, MARKUP, flat


def document(sop: Sop) -> SopDocument:
    return SopDocument(OFFICE, sop, MONDAY)


def pages(sop: Sop) -> list[str]:
    content = compose(document(sop), Format.PDF).content
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def whole(sop: Sop) -> str:
    return flat(" ".join(pages(sop)))


def lakip(catalog: Catalog) -> Sop:
    found = catalog.find("lakip")
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("code", "count"), [("lakip", 3), ("lppd", 3), ("renja", 3), ("tapkin_staf", 6)]
)
def test_every_sop_of_the_office_is_set_whole(catalog: Catalog, code: str, count: int) -> None:
    found = catalog.find(code)
    assert found is not None
    sop = found[0]
    shown = pages(sop)
    assert len(shown) == count
    text = flat(" ".join(shown))
    assert text.count("SALINAN KERJA") == count
    close = text.replace(" ", "")
    identity = [sop.number, sop.name, sop.approved_by.name, sop.approved_by.nip]
    wordings = [*sop.legal_basis, *sop.qualifications, sop.warning]
    steps = [step for procedure in sop.procedures for step in procedure.steps]
    wordings += [w for s in steps for w in (s.activity, s.inputs, s.output)]
    for said in [*identity, *(wording.signed for wording in wordings)]:
        assert flat(said).replace(" ", "") in close, said
    assert len(compose(document(sop), Format.PDF).content) < 200_000


def test_a_correction_is_a_footnote_below_the_signed_words(catalog: Catalog) -> None:
    sop = lakip(catalog)
    wrong = sop.qualifications[1]
    assert wrong.written is not None
    text = whole(sop)
    assert flat(wrong.written) in text
    assert f"4 Dibaca: {flat(wrong.text)}" in text, "three items of the legal basis come before"


def test_a_changed_role_moves_the_symbol(catalog: Catalog) -> None:
    sop = lakip(catalog)
    procedure = sop.procedures[0]
    before = sop_document.as_data(document(sop))["procedures"][0]
    third = replace(procedure.step(3), roles=("sekretaris",))
    steps = (*procedure.steps[:2], third, *procedure.steps[3:])
    moved = replace(sop, procedures=(replace(procedure, steps=steps),))
    after = sop_document.as_data(document(moved))["procedures"][0]
    assert before["rows"][2]["columns"] == [2]
    assert after["rows"][2]["columns"] == [1]
    assert (
        compose(document(sop), Format.PDF).content != compose(document(moved), Format.PDF).content
    )


def test_each_kind_of_step_has_its_symbol(catalog: Catalog) -> None:
    rows = sop_document.as_data(document(lakip(catalog)))["procedures"][0]["rows"]
    shapes = [row["shape"] for row in rows]
    assert shapes == ["terminator", *["process"] * 6, *["decision"] * 3]
    assert [row["back"] for row in rows[7:]] == [6, 6, 6]
    assert [row["closing"] for row in rows] == [False] * 9 + [True]
    text = whole(lakip(catalog))
    assert text.count("Tidak") >= 3
    assert "selesai" in text


def test_assumed_performers_are_marked_and_confirmed_ones_are_not(catalog: Catalog) -> None:
    sop = lakip(catalog)
    assert "merupakan asumsi" in whole(sop)
    steps = tuple(replace(s, assumptions=()) for s in sop.procedures[0].steps)
    sure = replace(sop, procedures=(replace(sop.procedures[0], steps=steps),))
    assert "asumsi" not in whole(sure)


def test_an_assumed_return_is_named_as_one_on_each_page_that_has_one() -> None:
    roles = ["tim"] * 30
    shown = pages(chart(roles, {3: 1, 29: 28}, assumed=(29,)))
    named = ["arah pengembalian tidak terbaca" in flat(text) for text in shown]
    assert named == [False] * (len(shown) - 1) + [True]
    assert [flat(text).count("Tidak*") for text in shown] == [int(on) for on in named]
    assert "Tidak*" not in whole(chart(roles, {3: 1, 29: 28}))


def test_the_signed_words_stand_to_the_letter(catalog: Catalog) -> None:
    cover, first, table = (flat(text) for text in pages(lakip(catalog)))
    assert "PROSEDUR BAKU PELAKSANAAN KEGIATAN STANDAR OPERASIONAL PROSEDUR (SOP)" in cover
    dinas = "DINAS PENANAMAN MODAL, PELAYANAN TERPADU SATU PINTU DAN TENAGA KERJA KOTA PAGAR ALAM"
    assert f"SUBBAGIAN PERENCANAAN {dinas} TAHUN 2024" in cover
    assert f"PEMERINTAH KOTA PAGAR ALAM {dinas}" in first
    for words in (
        "Tanggal Pembuatan",
        "Disahkan Oleh",
        "NIP. 196910161995031001",
        "KETERKAITAN :",
        "PERALATAN / PERLENGKAPAN :",
        "PENCATATAN DAN PENDATAAN :",
    ):
        assert words in first
    for words in ("Kegiatan KET", "1 Jam", "2 Hari", "30 Menit"):
        assert words in table


def test_a_note_to_the_legal_basis_is_a_footnote_of_the_first_page(catalog: Catalog) -> None:
    said = "UU Nomor 32 Tahun 2004 telah diganti dengan UU Nomor 23 Tahun 2014."
    shown = [flat(text) for text in pages(lakip(catalog))]
    assert [f"1 {said}" in text for text in shown] == [False, True, False]
    items = sop_document.as_data(document(lakip(catalog)))["blocks"][0]["items"]
    assert [item["mark"] for item in items] == [None, 1, None, 2, None, 3, None, None, None]
    assert "4 Dibaca: " in shown[1]  # the correction of the next block follows
    assert "LAKIP kini disebut" in shown[2]


def test_a_footnote_stands_on_the_page_of_its_mark() -> None:
    sop = sop_of(30)
    wrong = Wording("Draft benar", "Draft salah")
    steps = tuple(
        replace(step, output=wrong) if step.number in (2, 30) else step
        for step in sop.procedures[0].steps
    )
    shown = pages(replace(sop, procedures=(replace(sop.procedures[0], steps=steps),)))
    at = {n: i for i, text in enumerate(shown) for n in (1, 2) if f"{n} Dibaca:" in flat(text)}
    marked = [i for i, text in enumerate(shown) if "Draft salah" in flat(text)]
    assert [at[1], at[2]] == marked
    assert at[1] != at[2]


def test_a_note_to_a_first_page_of_several_pages_stands_on_the_page_of_its_mark() -> None:
    sop = sop_of(3)
    rules = tuple(Wording(f"Peraturan {n} " + "tentang pedoman " * 12) for n in range(1, 61))
    old = Wording("Peraturan Pemerintah No.03 Tahun 2007 tentang Laporan")
    shown = [flat(text) for text in pages(replace(sop, legal_basis=(*rules, old)))]
    marked = [i for i, text in enumerate(shown) if "No.03 Tahun 2007" in text]
    assert [i for i, text in enumerate(shown) if "telah diganti dengan PP" in text] == marked
    assert marked[0] > 1


def test_returns_beside_one_another_have_lanes_of_their_own() -> None:
    roles = ["tim"] * 9
    crossing = chart(roles, {5: 2, 7: 4}).procedures[0]
    assert sop_document.lanes(crossing) == {2: 0, 4: 1}
    nested = chart(roles, {4: 3, 8: 1}).procedures[0]
    assert sop_document.lanes(nested) == {3: 0, 1: 1}
    apart = chart(roles, {3: 1, 8: 6}).procedures[0]
    assert sop_document.lanes(apart) == {1: 0, 6: 0}
    shared = chart(roles, {3: 1, 8: 1}).procedures[0]
    assert sop_document.lanes(shared) == {1: 0}


@pytest.mark.parametrize("name", NASTY)
def test_no_line_runs_through_a_word_and_each_connector_has_its_counterpart(name: str) -> None:
    content = compose(document(NASTY[name]), Format.PDF).content
    letters: dict[str, set[int]] = {}
    said: Counter[str] = Counter()
    for number, page in enumerate(pypdf.PdfReader(io.BytesIO(content)).pages):
        lines, texts = drawn(page)
        assert bool(lines) == (number > 1)
        for text, x, y in texts:
            connector = len(text) == 1
            said[text.rstrip("*")] += 1
            if connector:
                letters.setdefault(text, set()).add(number)
            around = (x - 3, x + 7) if connector else (x, x + 2.9 * len(text))
            for left, low, right, high in lines:
                beside = right <= around[0] or around[1] <= left
                assert beside or high <= y or y + 4 <= low, (text, x, y, left, low, right, high)
    decisions = [step for step in NASTY[name].procedures[0].steps if step.return_to]
    assert said["Tidak"] == said["Ya"] == len(decisions)
    assert all(len(where) >= 2 for where in letters.values())
    assert bool(letters) == (name in ("empat-puluh-langkah", "sebelum-pindah-halaman"))


def test_a_role_without_a_column_gets_one_of_its_own() -> None:
    procedure = replace(sop_of(3).procedures[0], columns=(Column("TIM", ("tim",)),))
    titles = [column.title for column in sop_document.columns(procedure, OFFICE)]
    assert titles == ["TIM", "KEPALA DINAS"]


@pytest.mark.parametrize(("steps", "most"), [(1, 3), (3, 3), (10, 3), (40, 6)])
def test_a_procedure_of_any_length_breaks_between_its_rows(steps: int, most: int) -> None:
    shown = pages(sop_of(steps))
    assert len(shown) <= most
    numbers = [n for text in shown[1:] for n in re.findall(r"bagian (\d+)", flat(text))]
    assert numbers == [str(n) for n in range(1, steps + 1)]
    for text in shown[2:]:
        assert "Mutu Baku" in flat(text)


@pytest.mark.parametrize("words", [MARKUP, LETTERS, "W" * 500, "kata " * 300])
def test_whatever_the_file_says_stays_text(words: str) -> None:
    sop = sop_of(4, words)
    text = whole(sop)
    if words == MARKUP:
        assert MARKUP in text
    elif words.startswith("W"):
        assert "W" * 500 in text.replace(" ", "")
    elif words.startswith("kata"):
        assert text.count("kata") > 300 * 12


def test_a_step_done_in_several_columns_and_a_return_to_the_first_step_are_drawn() -> None:
    sop = sop_of(12)
    procedure = sop.procedures[0]
    steps = tuple(
        replace(
            step,
            roles=("tim", "kasubbag") if step.number == 2 else step.roles,
            kind=StepKind.PARAF if step.number in (3, 12) else step.kind,
            return_to=1 if step.number in (3, 12) else None,
            remarks=Wording("Setiap bidang"),
        )
        for step in procedure.steps
    )
    changed = replace(sop, procedures=(replace(procedure, steps=steps),))
    rows = sop_document.as_data(document(changed))["procedures"][0]["rows"]
    assert rows[1]["columns"] == [0, 1]
    assert len(pages(changed)) >= 3


def test_the_file_is_named_after_the_sop(catalog: Catalog) -> None:
    name = compose(document(lakip(catalog)), Format.PDF).name
    assert name == "sop-penyusunan-lakip-salinan-kerja.pdf"
    assert sop_document.name(document(replace(lakip(catalog), name="שלום"))).startswith("sop-lakip")
