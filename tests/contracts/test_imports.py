"""Imports point one way, and nobody but the clock reads the clock."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

PROJECT = Path(__file__).resolve().parents[2]

MAY_READ = {
    Path("bot/clock.py"),
    # APScheduler wakes up in real time, whatever a moved clock says.
    Path("bot/jobs/scheduler.py"),
}

READS_THE_CLOCK = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
}


def test_every_room_imports_only_what_lies_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    code = lint_imports(config_filename=str(PROJECT / "pyproject.toml"), no_cache=True)
    assert code == 0, capsys.readouterr().out


def test_only_the_clock_reads_the_clock() -> None:
    readers = {
        f"{file.relative_to(PROJECT)}:{node.lineno}"
        for file in (PROJECT / "bot").rglob("*.py")
        if file.relative_to(PROJECT) not in MAY_READ
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in READS_THE_CLOCK
    }
    assert readers == set()
