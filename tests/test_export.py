"""Papers from the command line: whole files, and one sentence where there is none."""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
import time_machine

from bot import cli
from bot.clock import Clock
from bot.features.review import AskReturn
from bot.features.work import Services
from bot.reports import rendering
from bot.reports.rendering import Renderer
from bot.store import Store
from tests.cast import CAST, DEWI, MONDAY, SARI, Stage
from tests.conftest import PROJECT


@pytest.fixture
def office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_store: Store, sqlite_services: Services
) -> Iterator[Path]:
    """A folder with a database in which run 1 is under way since last week."""
    for name in ("BOT_TOKEN", "ADMIN_IDS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'kawal.db'}")
    monkeypatch.setenv("SOP_DIR", str(PROJECT / "sop_data"))
    monkeypatch.setenv("ARCHIVE_DIR", str(tmp_path / "arsip"))
    monkeypatch.chdir(tmp_path)
    stage = Stage(sqlite_services, *CAST)
    stage.confirm(DEWI, stage.start())
    with time_machine.travel(MONDAY + timedelta(days=7), tick=False):
        yield tmp_path


class Kawal:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *argv: str) -> int:
        code = cli.main(argv)
        self.out, self.err = self._capsys.readouterr()
        return code


@pytest.fixture
def kawal(capsys: pytest.CaptureFixture[str]) -> Kawal:
    return Kawal(capsys)


def text_of(file: Path) -> str:
    reader = pypdf.PdfReader(io.BytesIO(file.read_bytes()))
    return "\n".join(page.extract_text() for page in reader.pages)


def left_behind(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if file.name.startswith(".")]


def test_a_report_is_written_in_every_form_that_was_asked_for(office: Path, kawal: Kawal) -> None:
    assert kawal("report", "run", "1", "--pdf", "out.pdf", "--xlsx") == 0
    assert kawal.out == "Tersimpan: out.pdf\nTersimpan: laporan-lakip-2025-0001.xlsx\n"
    assert "LAPORAN PELAKSANAAN SOP" in text_of(office / "out.pdf")
    assert openpyxl.load_workbook(office / "laporan-lakip-2025-0001.xlsx").sheetnames
    assert (office / "out.pdf").stat().st_mode & 0o077 == 0
    assert left_behind(office) == []


def test_a_semester_and_a_year_are_evaluated_as_they_are_in_the_chat(
    office: Path, kawal: Kawal
) -> None:
    assert kawal("report", "semester", "kapan", "--pdf") == 2
    newest = kawal.err.rpartition("masa yang ada: ")[2].split(",")[0].strip()
    typed = newest.replace("-", "/")
    assert kawal("report", "semester", typed, "--pdf", "s.pdf", "--xlsx", "s.xlsx") == 0
    assert "PENYUSUNAN LAKIP" in " ".join(text_of(office / "s.pdf").split())
    assert kawal("report", "tahun", newest[:4], "--xlsx", "t.xlsx") == 0
    assert openpyxl.load_workbook(office / "t.xlsx").sheetnames


def test_a_folder_gets_the_file_under_its_own_name(office: Path, kawal: Kawal) -> None:
    (office / "cetak").mkdir()
    assert kawal("sop", "lakip", "--pdf", "cetak") == 0
    assert "SALINAN KERJA" in text_of(office / "cetak" / "sop-penyusunan-lakip-salinan-kerja.pdf")


def test_an_sop_needs_no_database(office: Path, kawal: Kawal) -> None:
    (office / "kawal.db").unlink()
    assert kawal("sop", "renja", "--pdf", "renja.pdf") == 0
    assert not (office / "kawal.db").exists()


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("report", "run", "12", "--pdf"), 'nomor "12" tidak ada; nomor yang terbaru: 1'),
        (("report", "run", "satu", "--pdf"), '"satu" tidak ada'),
        (("report", "run", "9" * 30, "--pdf"), "tidak ada"),
        (("report", "run", "²", "--pdf"), '"²" tidak ada'),
        (("report", "mingguan", "3", "--pdf"), "kawal report run 12"),
        (("report", "--pdf"), "kawal report run 12"),
        (("report", "semester", "2099-1", "--pdf"), "masa yang ada: "),
        (("report", "semester", "kemarin", "--pdf"), '"kemarin"'),
        (("report", "tahun", "2019", "--xlsx"), "masa yang ada: "),
        (("report", "run", "1"), "--pdf atau --xlsx"),
        (("report", "run", "1", "--docx", "a"), '"--docx" tidak dikenal'),
        (("report", "run", "1", "--pdf", "tidak/ada/x.pdf"), "tidak dapat ditulis"),
        (("sop", "lapik", "--pdf"), "lakip, lppd"),
        (("sop", "--pdf"), "lakip, lppd"),
        (("sop", "lakip"), "--pdf"),
        (("export",), "--json"),
        (("export", "--json", "tidak/ada/x.json"), "tidak dapat ditulis"),
    ],
)
def test_what_cannot_be_had_is_one_sentence(
    office: Path, kawal: Kawal, argv: tuple[str, ...], said: str
) -> None:
    before = set(office.iterdir())
    assert kawal(*argv) == 2
    assert said in kawal.err
    assert kawal.err.count("\n") == 1
    assert {file.name for file in set(office.iterdir()) - before} <= {
        "kawal.db-wal",
        "kawal.db-shm",
    }


def test_before_the_first_start_there_is_nothing_to_report(office: Path, kawal: Kawal) -> None:
    (office / "kawal.db").unlink()
    for argv in (("report", "run", "1", "--pdf"), ("export", "--json")):
        assert kawal(*argv) == 2
        assert "belum ada" in kawal.err
    assert not (office / "kawal.db").exists()


def test_a_failing_renderer_writes_nothing_and_says_so(
    office: Path, kawal: Kawal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "_renderer", Renderer(command=("/no/such/program",)))
    assert kawal("report", "run", "1", "--pdf", "out.pdf") == 2
    assert "tidak dapat disusun" in kawal.err
    assert not (office / "out.pdf").exists()


WRITTEN = (
    (("report", "run", "1", "--pdf"), b"%PDF"),
    (("report", "run", "1", "--xlsx"), b"PK"),
    (("sop", "lakip", "--pdf"), b"%PDF"),
    (("export", "--json"), b"{"),
)
"""Every command that writes a file which the operator names, and how that begins."""


@pytest.mark.parametrize(("argv", "start"), WRITTEN)
def test_a_link_stays_and_the_file_that_it_leads_to_is_replaced(
    office: Path, kawal: Kawal, argv: tuple[str, ...], start: bytes
) -> None:
    (office / "lama").mkdir()
    (office / "lama" / "berkas").write_bytes(b"yang lama")
    (office / "tautan").symlink_to("lama/berkas")
    (office / "belum").symlink_to("lama/baru")
    for link, end in (("tautan", "berkas"), ("belum", "baru")):
        assert kawal(*argv, link) == 0
        assert (office / link).is_symlink()
        assert (office / "lama" / end).read_bytes().startswith(start)
        assert link in kawal.out
    assert left_behind(office) == left_behind(office / "lama") == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize(("argv", "start"), WRITTEN)
def test_a_pipe_is_written_through_and_stays_one(
    office: Path, kawal: Kawal, argv: tuple[str, ...], start: bytes
) -> None:
    pipe = office / "pipa"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        whole = reader.submit(pipe.read_bytes)
        assert kawal(*argv, "pipa") == 0
        assert whole.result(timeout=20).startswith(start)
    assert pipe.is_fifo()
    assert kawal.out == ""  # whoever reads a pipe wants what comes out of it and no more
    assert left_behind(office) == []


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="there is no /dev/stdout here")
@pytest.mark.parametrize("into", ["pipe", "file", "end of a file"])
def test_the_standard_output_has_the_document_and_nothing_else(office: Path, into: str) -> None:
    command = [sys.executable, "-m", "bot", "sop", "lakip", "--pdf", "/dev/stdout"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    before = b"" if into != "end of a file" else b"yang lama\n"
    if into == "pipe":
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
        content = done.stdout
    else:
        file = office / "keluaran"
        file.write_bytes(before)
        with file.open("ab" if before else "wb") as out:
            subprocess.run(command, env=environment, stdout=out, check=True)
        content = file.read_bytes()
    assert content.startswith(before + b"%PDF")
    assert content.rstrip().endswith(b"%%EOF")
    assert Path("/dev/stdout").is_symlink()


@pytest.mark.parametrize("argv", [argv for argv, _ in WRITTEN])
def test_links_that_lead_to_each_other_are_refused_and_stay(
    office: Path, kawal: Kawal, argv: tuple[str, ...]
) -> None:
    (office / "satu").symlink_to("dua")
    (office / "dua").symlink_to("satu")
    assert kawal(*argv, "satu") == 2
    assert "tidak dapat ditulis" in kawal.err
    assert (office / "satu").is_symlink()
    assert left_behind(office) == []


@pytest.mark.skipif(sys.platform == "win32", reason="files know no such limit here")
def test_a_full_disk_leaves_what_was_there(office: Path, kawal: Kawal) -> None:
    """A limit on the size of files stands for a disk without room."""
    import signal

    (office / "out.pdf").write_text("yang lama")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    rendering.png("office", {})  # a child that was started before the disk was full
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        code = kawal("report", "run", "1", "--pdf", "out.pdf")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert code == 2
    assert "tidak dapat ditulis" in kawal.err
    assert (office / "out.pdf").read_text() == "yang lama"
    assert left_behind(office) == []


def test_the_whole_journal_is_exported_in_order(office: Path, kawal: Kawal) -> None:
    assert kawal("export", "--json", "jurnal.json") == 0
    assert "baris jurnal ditulis" in kawal.out
    told: dict[str, Any] = json.loads((office / "jurnal.json").read_text(encoding="utf-8"))
    kinds = [line["kind"] for line in told["journal"] if line["run"] == 1]
    assert kinds == ["run_started", "task_opened", "task_confirmed", "task_closed", "task_opened"]
    ids = [line["id"] for line in told["journal"]]
    assert ids == sorted(ids)
    assert told["runs"] == [{"id": 1, "procedure": "lakip", "year": 2025, "unit": None}]
    confirmed = next(line for line in told["journal"] if line["kind"] == "task_confirmed")
    assert told["people"][str(confirmed["person"])] == DEWI.called
    assert (confirmed["role"], confirmed["recorded_for"]) == ("Kepala Dinas", None)
    assert "role" not in next(line for line in told["journal"] if line["kind"] == "task_opened")
    assert kawal("export", "--json") == 0
    assert json.loads(kawal.out)["journal"] == told["journal"]


def test_the_export_says_for_which_office_outside_something_was_recorded(
    office: Path, kawal: Kawal, sqlite_services: Services
) -> None:
    stage = Stage(sqlite_services)
    run_id = stage.start("tapkin_eselon2")
    stage.advance(run_id, 2)
    stage.tap(SARI, AskReturn(stage.token(run_id)))
    stage.says(SARI, "Format belum sesuai")
    assert kawal("export", "--json") == 0
    (line,) = [e for e in json.loads(kawal.out)["journal"] if e["kind"] == "task_returned"]
    assert (line["role"], line["recorded_for"]) == ("Kasubbag Perencanaan", "Bappeda")


def test_an_office_without_a_journal_exports_an_empty_one(
    tmp_path: Path, kawal: Kawal, monkeypatch: pytest.MonkeyPatch, sqlite_store: Store
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'kawal.db'}")
    monkeypatch.setenv("SOP_DIR", str(PROJECT / "sop_data"))
    monkeypatch.chdir(tmp_path)
    assert kawal("export", "--json") == 0
    assert json.loads(kawal.out)["journal"] == []
    assert json.loads(kawal.out)["exported_at"] <= Clock().now().isoformat()
