"""The SOP as a paper: signed words, corrections as footnotes, symbols in their columns."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from bot.domain.documents import Format, SopDocument
from bot.domain.sop import Catalog, Column, Sop, StepKind, Wording
from bot.reports import compose, sop_document
from tests.cast import MONDAY
from tests.reports.documents import OFFICE, sop_of
from tests.reports.flow_charts import SAMPLES, made
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


@pytest.mark.parametrize("code", ["lakip", "lppd", "renja"])
def test_a_table_of_ten_steps_stands_on_one_page(catalog: Catalog, code: str) -> None:
    found = catalog.find(code)
    assert found is not None
    cover, _, table = pages(found[0])
    shown = flat(table).replace(" ", "")
    assert all(flat(s.output.signed).replace(" ", "") in shown for s in found[1].steps)
    assert "STANDAR OPERASIONAL PROSEDUR (SOP)" in flat(cover)
    assert "TAHUN 2024" in flat(cover)


def test_the_form_has_the_signed_words(catalog: Catalog) -> None:
    text = whole(lakip(catalog))
    for said in (
        "DAN TENAGA KERJA KOTA PAGAR ALAM",
        "SUBBAGIAN PERENCANAAN",
        "PERALATAN / PERLENGKAPAN :",
        "Tanggal Pembuatan",
        "Disahkan Oleh",
        "NIP. 196910161995031001",
        "1 Jam",
        "30 Menit",
        "KET",
    ):
        assert said in text, said


def test_what_the_law_has_renewed_is_a_footnote_of_its_item(catalog: Catalog) -> None:
    _, identity, table = pages(lakip(catalog))
    assert "1 UU Nomor 32 Tahun 2004 telah diganti dengan UU Nomor 23 Tahun 2014." in flat(identity)
    assert "3 Permendagri Nomor 54 Tahun 2010 telah diganti" in flat(identity)
    assert "LAKIP kini disebut" in flat(table)


def test_a_footnote_stands_on_the_page_of_its_mark(catalog: Catalog) -> None:
    found = catalog.find("lppd")
    assert found is not None
    wrong = next(step.inputs for step in found[1].steps if step.inputs.written)
    _, identity, table = map(flat, pages(found[0]))
    assert f"Dibaca: {flat(wrong.text)}" in table
    assert f"Dibaca: {flat(wrong.text)}" not in identity


def test_an_assumed_return_is_named_where_it_is_drawn() -> None:
    sop = made(9, {4: ("kasubbag",)}, {4: 2, 9: 8})
    assert "asumsi" not in whole(sop)
    only = replace(sop.procedures[0].steps[3], assumptions=("kembali_ke",))
    steps = (*sop.procedures[0].steps[:3], only, *sop.procedures[0].steps[4:])
    assumed = replace(sop, procedures=(replace(sop.procedures[0], steps=steps),))
    text = whole(assumed)
    assert text.count("Tidak*") == 1
    assert text.count("Tidak") == 2
    assert "arah pengembalian tidak terbaca" in text


def test_an_asterisk_is_explained_on_every_page_that_has_one() -> None:
    sop = made(40, {}, {40: 39}, assumed=(1, 40))
    for text in map(flat, pages(sop)[2:]):
        starred = "*" in text.replace("* Garis putus-putus", "")
        assert ("Garis putus-putus" in text) == starred
    assert whole(sop).count("Garis putus-putus") == 2


def test_lines_to_other_pages_have_a_letter_at_both_ends() -> None:
    shown = [flat(text) for text in pages(SAMPLES["empat-puluh-langkah"])[2:]]
    on = {
        letter: sum(letter in re.findall(r"\b[A-Z]\b", text) for text in shown)
        for text in shown
        for letter in re.findall(r"\b[A-Z]\b", text)
    }
    assert len(shown) > 2
    assert len(on) >= 2 * (len(shown) - 1)
    assert set(on.values()) == {2}


@pytest.mark.parametrize("name", SAMPLES)
def test_no_two_returns_share_a_line_where_both_pass(name: str) -> None:
    drawn = sop_document.returns(SAMPLES[name].procedures[0])
    for one in drawn:
        for other in drawn:
            if one.lane == other.lane and one.target != other.target:
                assert one.source < other.target or other.source < one.target


def test_headings_of_six_columns_keep_their_words_whole() -> None:
    text = whole(SAMPLES["enam-kolom"])
    for word in ("PELAKSANA", "SEKRETARIS", "KEPALA", "KASUBBAG", "BIDANG"):
        assert word in text


def test_the_gallery_is_up_to_date_in_what_it_shows() -> None:
    folder = Path(__file__).parents[2] / "docs" / "gambar"
    shown = (folder.parent / "bagan-alir.md").read_text(encoding="utf-8")
    for name in SAMPLES:
        picture = folder / f"bagan-{name}-1.png"
        assert f"gambar/{picture.name}" in shown
        assert 0 < picture.stat().st_size < 150_000


def test_a_role_without_a_column_gets_one_of_its_own() -> None:
    procedure = replace(sop_of(3).procedures[0], columns=(Column("TIM", ("tim",)),))
    titles = [column.title for column in sop_document.columns(procedure, OFFICE)]
    assert titles == ["TIM", "KEPALA DINAS"]


@pytest.mark.parametrize(("steps", "most"), [(1, 3), (3, 3), (10, 3), (40, 7)])
def test_a_procedure_of_any_length_breaks_between_its_rows(steps: int, most: int) -> None:
    shown = pages(sop_of(steps))
    assert len(shown) <= most
    numbers = [n for text in shown[2:] for n in re.findall(r"bagian (\d+)", flat(text))]
    assert numbers == [str(n) for n in range(1, steps + 1)]
    for text in shown[2:]:
        assert "Mutu Baku" in text


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
