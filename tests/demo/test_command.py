"""`kawal demo` as somebody at a terminal meets it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.cli import main
from tests.conftest import PROJECT
from tests.patience import SECONDS


@contextmanager
def _demo(*options: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A demo of its own process, with the lines that it printed before it was ready."""
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", *options]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            lines = []
            for line in process.stdout:
                lines.append(line.strip())
                if line.startswith("Kantor contoh"):
                    break
            yield process, lines
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(SECONDS)


def test_it_prints_one_address_that_answers_and_ends_tidily_with_ctrl_c() -> None:
    with _demo("--port", "0") as (process, lines):
        address = lines[-1].removeprefix("Kantor contoh: ")
        assert httpx.get(address).status_code == 200
        bound = socket.gethostbyname(address.removeprefix("http://").partition(":")[0])
        assert bound == "127.0.0.1"
    assert process.returncode == 0


def test_a_taken_port_means_the_next_free_one_and_it_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with _demo("--port", str(port)) as (_, lines):
            assert lines[0].startswith(f"Port {port} sedang dipakai; kantor contoh memakai port ")
            assert not lines[-1].endswith(f":{port}")


def test_a_second_demo_on_a_folder_is_one_sentence_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "kantor"
    with _demo("--port", "0", "--data", str(folder)):
        assert main(["demo", "--no-browser", "--port", "0", "--data", str(folder)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "sedang dipakai" in err


def test_a_folder_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "berkas"
    file.touch()
    assert main(["demo", "--no-browser", "--port", "0", "--data", str(file / "kantor")]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "tidak dapat ditulisi" in err
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_whose_database_is_broken_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "demo.db"
    broken.write_text("bukan database")
    assert main(["demo", "--no-browser", "--port", "0", "--data", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "pilih folder lain dengan --data" in err
    assert broken.read_text() == "bukan database"


@pytest.mark.parametrize(
    "options", [["--besar"], ["--port", "delapan"], ["--port", "70000"], ["--data"], ["folder"]]
)
def test_unknown_options_are_one_sentence(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", *options]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "kawal demo --help" in err
