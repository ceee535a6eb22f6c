"""The report of a run, read back from the file: what stands in it, whatever people wrote."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import openpyxl
import pypdf
import pytest

from bot.domain import events
from bot.domain.documents import Format, JournalEntry, RunReport, Signatory
from bot.domain.metrics import Lateness
from bot.domain.run import RunStatus, TaskStatus
from bot.reports import compose, journal
from bot.reports.words import working_days
from tests.cast import BUDI, HADI, MONDAY, SARI
from tests.histories import replay
from tests.reports.documents import BY_SARI, OFFICE, attempt_of, report, signed_by

MARKUP = '#let *tebal* _miring_ $x$ `kode` <label> @rujukan \\ [z] // /* "kutip" = {a} ~ -- \''
LETTERS = "شكرا 😀👍 שלום"


def pages(document: RunReport) -> list[str]:
    content = compose(document, Format.PDF).content
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def flat(text: str) -> str:
    """The text as read aloud: where lines and long words break does not matter."""
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def whole(document: RunReport) -> str:
    return flat(" ".join(pages(document)))


def sheets(document: RunReport) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each sheet from its header on."""
    content = compose(document, Format.XLSX).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = {}
    for page in book:
        assert page.freeze_panes is not None
        header = int(re.sub("[A-Z]", "", str(page.freeze_panes))) - 1
        found[page.title] = list(page.iter_rows(min_row=header, values_only=True))
    return found


def test_the_report_of_a_run_that_ended_says_what_follows() -> None:
    ended = report()
    procedure = replace(
        ended.run.procedure, follow_up=("Bappeda memverifikasi",), assumptions=("sesudahnya",)
    )
    told = replace(ended, run=replace(ended.run, procedure=procedure))
    said = "Bappeda memverifikasi (perkiraan, belum dicocokkan)"
    assert f"Selanjutnya : {said}" in whole(told)
    assert ("Selanjutnya", said) in [row[:2] for row in sheets(told)["Pelaksanaan"]]
    going_on = replace(told, run=replace(told.run, finished_at=None, status=RunStatus.BERJALAN))
    assert "Selanjutnya" not in whole(going_on)
    assert "Selanjutnya" not in whole(ended)


def test_the_paper_tells_the_run_from_the_heading_to_the_journal() -> None:
    text = whole(report())
    for said in (
        "PEMERINTAH KOTA PAGAR ALAM",
        "PENYUSUNAN LAKIP TAHUN 2025",
        "503/22/SOP.PRCN/DISPMPPTSPTK/2024",
        "GUNSONO MEKSON, SE, MM, Pembina Utama Muda, NIP 196910161995031001",
        f"Dimulai oleh : {SARI.name}",
        "9 Nov 2026 10.15",
        f"{BUDI.name} (ketua)",
        "800/12/SK/2026",
        "terlambat 1 hari kerja 2 jam",
        f"{HADI.name} (Plt. Kepala Dinas)",
        "Angka realisasi belum cocok dengan laporan keuangan",
        "Rekap realisasi bagian 1.pdf",
        "perpanjangan disetujui",
        "pelaksanaan dijeda",
        "Pagar Alam, 22 November 2026",
    ):
        assert said in text, said
    digest = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
    assert digest in text.replace(" ", "")


@pytest.mark.parametrize(("steps", "most"), [(1, 3), (3, 4), (10, 5), (40, 12)])
def test_a_run_of_any_length_has_numbered_pages_none_of_them_empty(steps: int, most: int) -> None:
    found = pages(report(steps))
    assert len(found) <= most
    for number, text in enumerate(found, start=1):
        assert f"Halaman {number} dari {len(found)}" in text
        assert len(text) > 250
    assert len(compose(report(steps), Format.PDF).content) < 400_000


def test_a_run_under_way_says_what_it_waits_for_and_when_it_will_end() -> None:
    text = whole(report(finished=False))
    assert "menunggu Rina Marlina, S.Sos. (Tim Pelaksana)" in text
    assert "Perkiraan selesai" in text
    assert "Selesai pada" not in text


def test_what_was_withdrawn_or_never_decided_is_not_judged() -> None:
    whole_run = report(3)
    first = whole_run.attempts[0]
    withdrawn = replace(first, task=replace(first.task, status=TaskStatus.DITARIK), late=None)
    wish = whole_run.extensions[0]
    assert wish.task is not None
    asked = replace(wish, fact=replace(wish.fact, granted=None), answer=None)
    over = replace(asked, task=replace(wish.task, status=TaskStatus.SELESAI))
    waits = replace(asked, task=replace(wish.task, status=TaskStatus.TERBUKA))
    text = whole(replace(whole_run, attempts=(withdrawn,), extensions=(over,)))
    assert "tidak diperlukan lagi" in text
    assert "ditarik" in text
    assert "ditarik, tepat waktu" not in text
    assert "tidak diperlukan lagi" not in whole(replace(whole_run, extensions=(waits,)))


def stopped_at(step: int, last: events.Event | None = None, *, after: float = 0) -> RunReport:
    """The report of a run of ten steps whose journal ends when this step is opened, or `after` so
    many hours with this one more event."""
    whole_run = report()
    told: list[events.Event] = []
    for entry in whole_run.journal:
        told.append(entry.event)
        if isinstance(entry.event, events.TaskOpened) and entry.event.step == step:
            break
    if last is not None:
        told.append(replace(last, at=told[-1].at + timedelta(hours=after)))
    run = replay(12, whole_run.run.procedure, told)
    return replace(
        whole_run,
        run=run,
        attempts=tuple(attempt_of(run, task) for task in run.tasks),
        journal=whole_run.journal[: len(told)],
        returns=(),
        evidence=(),
        notes=(),
        extensions=(),
        pauses=(),
        team=(),
    )


def test_a_cancelled_run_says_when_by_whom_and_why_and_its_open_step_is_not_done() -> None:
    cancelled = stopped_at(
        5, events.RunCancelled(BY_SARI, "Digabung dengan tahun depan", MONDAY), after=5
    )
    text = whole(replace(cancelled, cancelled_by=signed_by(BY_SARI)))
    assert "Dibatalkan pada : 17 Nov 2026 15.45" in text
    assert f"Dibatalkan oleh : {SARI.name} (Kasubbag Perencanaan)" in text
    assert "Alasan pembatalan : Digabung dengan tahun depan" in text
    assert "Selesai pada" not in text
    assert "dihentikan dihentikan" in text
    assert text.count("tidak dilaksanakan") == 5
    head, *rows = sheets(cancelled)["Langkah"]
    steps = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(step["No"], step["Keadaan"]) for step in steps[3:7]] == [
        (4, "selesai"),
        (5, "dihentikan"),
        (6, "tidak dilaksanakan"),
        (7, "tidak dilaksanakan"),
    ]
    assert steps[4]["Selesai"] is None


def test_a_paused_run_says_since_when_and_why() -> None:
    paused = stopped_at(3, events.RunPaused(BY_SARI, "Menunggu data BPS", MONDAY), after=1)
    text = whole(paused)
    assert "Dijeda sejak : 16 Nov 2026 16.15" in text
    assert "Alasan jeda : Menunggu data BPS" in text


def test_the_steps_that_are_still_to_come_are_listed_with_their_roles() -> None:
    under_way = stopped_at(8)
    text = whole(under_way)
    assert text.count("belum dibuka") == 2
    last = sheets(under_way)["Langkah"][-1]
    assert last == (
        *(10, None, "Mengumpulkan dan memeriksa bahan LAKIP bagian 10", "Kepala Dinas", 2, None),
        *("hari", None, None, None, "belum dibuka", None),
    )


def test_sections_of_which_there_is_nothing_are_left_out_and_the_others_lettered_on() -> None:
    text = whole(replace(report(), returns=(), notes=()))
    found = re.findall(
        r"\b([A-F])\. (Langkah-langkah|Perpanjangan|Berkas|Jeda|Pengem|Catatan)", text
    )
    assert found == [
        ("A", "Langkah-langkah"),
        ("B", "Perpanjangan"),
        ("C", "Berkas"),
        ("D", "Jeda"),
    ]
    assert "Tidak ada." not in text


def test_the_head_takes_note_and_both_sign_before_the_annex() -> None:
    text = whole(report())
    assert (
        f"Mengetahui, Plt. Kepala Dinas, {HADI.name} Pembina (IV/a) NIP 19700312 199503 1 002"
        in (text)
    )
    assert f"Pagar Alam, 22 November 2026 Kepala Subbagian Perencanaan, {SARI.name} NIP ..." in text
    assert text.index("Mengetahui,") < text.index("LAMPIRAN") < text.index("Jurnal pelaksanaan")
    assert "Bapak" not in text
    assert "Ibu " not in text


def test_a_vacant_post_is_left_to_the_pen() -> None:
    vacant = replace(report(1), head=Signatory("Kepala Dinas"))
    text = whole(vacant)
    assert "Mengetahui, Kepala Dinas, Pagar Alam" in text.replace(HADI.name, "")


def test_the_annex_has_one_line_for_each_attempt_at_a_step() -> None:
    entries = report(3).journal
    lines = [
        [cell if isinstance(cell, str) else "" for cell in (row[1], row[2], row[4])]
        for row in journal.annex(report(3)).rows
        if "langkah" in str(row[2])
    ]
    team, head = f"{BUDI.name} (Tim Pelaksana)", f"{HADI.name} (Plt. Kepala Dinas)"
    assert lines == [
        ["", "dikonfirmasi, langkah selesai", team],
        ["", "dikonfirmasi, langkah selesai", team],
        ["", "dikembalikan ke langkah 1", head],
        ["1 (ke-2)", "dikonfirmasi, langkah selesai", team],
        ["2 (ke-2)", "dikonfirmasi, langkah selesai", team],
        ["3 (ke-2)", "dikonfirmasi, langkah selesai", head],
    ]
    opened = [e.event.at for e in entries if isinstance(e.event, events.TaskOpened)]
    shown = [row[3] for row in journal.annex(report(3)).rows if row[3]]
    assert shown == opened
    assert len(sheets(report(3))["Jurnal"]) == 1 + len(entries)


def test_an_open_step_stands_in_the_annex_as_opened() -> None:
    assert [row[2] for row in journal.annex(stopped_at(2)).rows][-1] == "langkah dibuka"


def test_the_letterhead_has_logo_and_address_where_the_office_has_them() -> None:
    logo = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0H9V9Z"/></svg>'
    plain, lines = report(3), ("Jalan Laskar Wanita Mentarjo", "Telepon (0730) 000 #[a]")
    headed = replace(plain, office=replace(plain.office, address=lines, logo=logo))
    text = whole(headed)
    name = OFFICE.name.upper()
    assert f"PEMERINTAH KOTA PAGAR ALAM {name} {' '.join(lines)} LAPORAN PELAKSANAAN SOP" in text
    assert f"{name} LAPORAN PELAKSANAAN SOP" in whole(plain)
    with_logo, without = (
        compose(replace(headed, office=replace(headed.office, logo=picture)), Format.PDF).content
        for picture in (logo, None)
    )
    assert with_logo != without


def test_a_run_for_one_unit_names_it() -> None:
    whole_run = report(3)
    run = replace(whole_run.run, unit="promosi")
    text = whole(replace(whole_run, run=run))
    assert f"TAHUN 2025, {OFFICE.unit_name('promosi')}" in text
    assert f"Untuk : {OFFICE.unit_name('promosi')}" in text


@pytest.mark.parametrize("words", [MARKUP, LETTERS, "W" * 500, "a\u0000b\x07c\ud83d", "=1+1"])
def test_whatever_people_write_stays_text(words: str) -> None:
    document = report(3, words)
    text = whole(document)
    if words == MARKUP:
        assert MARKUP in text
    elif words == LETTERS:
        for sign in "😀👍":
            assert sign in text
        assert set("شكرا") <= set(text)
        assert set("שלום") <= set(text)
    elif words == "W" * 500:
        assert "W" * 500 in text.replace(" ", "")
    cells = [cell for rows in sheets(document).values() for row in rows for cell in row]
    if "\x07" not in words:
        assert words in cells


@pytest.mark.parametrize("blank", "\t\r\v\f\x1f\x85\u2028")
def test_a_tab_and_its_like_part_words_on_paper_and_in_the_spreadsheet(blank: str) -> None:
    document = report(1, f"Dinas{blank}Penanaman")
    assert "Dinas Penanaman TAHUN 2025" in whole(document)
    cells = [str(cell) for rows in sheets(document).values() for row in rows for cell in row]
    assert "Dinas Penanaman" in cells
    assert not any(blank in cell for cell in cells)


@pytest.mark.parametrize("start", "=+-@\t\r")
def test_what_begins_like_a_formula_is_a_text_in_the_spreadsheet(start: str) -> None:
    words = f"{start}HYPERLINK(A1;1)"
    content = compose(report(3, words), Format.XLSX).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    kinds = {
        cell.data_type
        for page in book
        for row in page.iter_rows()
        for cell in row
        if "HYPERLINK" in str(cell.value)
    }
    assert kinds == {"s"}


def test_the_spreadsheet_has_a_sheet_for_each_section_with_real_dates_and_numbers() -> None:
    found = sheets(report())
    assert list(found) == [
        "Pelaksanaan",
        "Langkah",
        "Pengembalian",
        "Perpanjangan waktu",
        "Berkas pendukung",
        "Catatan dan arahan",
        "Jeda",
        "Jurnal",
    ]
    head, first, second, *_ = found["Langkah"]
    row = dict(zip(head, second, strict=True))
    assert (row["No"], row["Percobaan"], row["Waktu baku"], row["Satuan"]) == (2, 1, 3, "hari")
    assert row["Waktu nyata"] == pytest.approx(3.2667, abs=0.2)
    assert isinstance(row["Mulai"], datetime)
    # One day and two hours, of a usual day of 7.5.
    assert row["Terlambat (hari kerja)"] == pytest.approx(1 + 2 / 7.5, abs=0.0001)
    hours = dict(zip(head, first, strict=True))
    assert (hours["Waktu nyata"], hours["Satuan"]) == (2, "jam")
    facts = dict(row[:2] for row in found["Pelaksanaan"][1:])
    assert str(facts["Tanggal efektif"]) == "2024-01-23 00:00:00"
    assert (facts["Nomor pelaksanaan"], facts["Tahun"]) == (12, 2025)
    assert len(found["Jurnal"]) == 1 + len(report().journal)
    assert len(found["Berkas pendukung"]) == 1 + len(report().evidence)


def test_a_lateness_is_one_number_of_working_days_and_never_a_day_too_many() -> None:
    """A usual day of the office has 7.5 hours."""
    assert working_days(None, OFFICE) == 0
    assert working_days(Lateness(0, timedelta(minutes=45)), OFFICE) == Fraction(1, 10)
    assert working_days(Lateness(3, timedelta(hours=3)), OFFICE) == Fraction(34, 10)
    assert working_days(Lateness(3, timedelta(hours=8)), OFFICE) == Fraction(399, 100)


def test_an_album_is_one_evidence_with_all_its_files() -> None:
    whole_run = report(3)
    told = whole_run.evidence[0]
    names = ("laporan.pdf", "foto-1.jpg", "foto-2.jpg", "foto-3.jpg")
    files = [
        replace(told.fact, name=name, album="album", size=1000, sha256=str(n) * 64)
        for n, name in enumerate(names)
    ]
    assert told.task is not None
    key = (told.task.step, told.task.attempt)
    lines = tuple(
        JournalEntry(events.EvidenceAttached(*key, file), told.by) for file in (*files, told.fact)
    )
    album = tuple(replace(told, fact=file) for file in files)
    shown = replace(whole_run, evidence=(*album, told), journal=lines)
    found = sheets(shown)
    head, first, second = found["Berkas pendukung"]
    row = dict(zip(head, first, strict=True))
    assert row["Berkas"] == "; ".join(names)
    assert row["Ukuran (bita)"] == 4000
    assert row["SHA-256"] == "; ".join(str(n) * 64 for n in range(4))
    assert dict(zip(head, second, strict=True))["Berkas"] == told.fact.name
    happened = [dict(zip(found["Jurnal"][0], r, strict=True))["Kejadian"] for r in found["Jurnal"]]
    assert happened[1:] == [
        "berkas dilampirkan: laporan.pdf dan 3 lainnya",
        f"berkas dilampirkan: {told.fact.name}",
    ]
    assert "laporan.pdf dan 3 lainnya" in whole(shown)


def test_the_files_sort_by_procedure_year_and_number() -> None:
    names = [compose(report(1), form).name for form in (Format.PDF, Format.XLSX)]
    assert names == ["laporan-lakip-2025-0012.pdf", "laporan-lakip-2025-0012.xlsx"]


def test_there_is_no_picture_of_a_report() -> None:
    with pytest.raises(ValueError, match="png"):
        compose(report(1), Format.PNG)
