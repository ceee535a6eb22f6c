"""Documents: how long each takes once the first has been made, and what they cost an idle bot."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.domain.documents import Document, Format, SopDocument
from bot.reports import compose
from tests.bench.report import Row
from tests.reports.documents import OFFICE, report

TIMES = 7

REPORT = 0.300
RESTING = 10.0
"""Seconds, and MiB of the resting bot."""

_FEATURES = """
import bot.features.registry
from bot.domain.documents import Format
from tests.reports.documents import report
document = report(10, "Penyusunan")
"""
_DOCUMENTS = """
from bot.reports import compose, rendering
for form in (Format.PDF, Format.XLSX):
    compose(document, form)
rendering._renderer.close()
assert rendering._renderer._child is None
"""
_RESIDENT = """
lines = open("/proc/self/status").read().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmRSS:")))
"""


def measure() -> list[Row]:
    """Each document with fresh words every time, so that nothing is taken from a cache."""
    rows = [
        _timed("report of a run of 10 steps, PDF", report_of, Format.PDF, REPORT),
        _timed("report of a run of 10 steps, XLSX", report_of, Format.XLSX, REPORT),
        _timed("report of a run of 40 steps, PDF", _long_report, Format.PDF),
        _timed("an SOP as a paper, PDF", _sop, Format.PDF),
    ]
    if sys.platform == "linux":
        # The features know no reports: the second process is the first with what documents need.
        more = _resident(_FEATURES + _DOCUMENTS) - _resident(_FEATURES)
        kept = more <= RESTING
        figure = f"{more:.1f} MiB"
        rows.append(Row("what documents add to the resting bot", figure, f"{RESTING:g} MiB", kept))
    return rows


def report_of(number: int) -> Document:
    """A report that no other one is like."""
    return report(10, f"Penyusunan ke-{number}")


def _long_report(number: int) -> Document:
    return report(40, f"Penyusunan ke-{number}")


def _sop(number: int) -> Document:
    made = report(10, f"Penyusunan ke-{number}")
    return SopDocument(OFFICE, made.sop, made.made_at)


def _timed(
    what: str, make: Callable[[int], Document], form: Format, budget: float | None = None
) -> Row:
    compose(make(0), form)
    took = []
    for number in range(1, TIMES + 1):
        document = make(number)
        begun = perf_counter()
        compose(document, form)
        took.append(perf_counter() - begun)
    middle = median(took)
    if budget is None:
        return Row(what, f"{middle * 1000:.0f} ms")
    return Row(what, f"{middle * 1000:.0f} ms", f"{budget * 1000:.0f} ms", middle <= budget)


def _resident(program: str) -> float:
    """The resident memory, in MiB, of a process that has run this."""
    told = subprocess.run(
        [sys.executable, "-c", program + _RESIDENT],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(told.stdout) / 1024
