"""Findings of the doctor: how grave each is, what was found, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial


class Level(StrEnum):
    """The severity of a finding: fine, a warning, or an obstacle. The value is its word."""

    GOOD = "Baik"
    LOOK = "Perhatian"
    BAD = "Kesalahan"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its level, what was found, and what to do about it."""

    level: Level
    what: str
    todo: str = ""

    def __str__(self) -> str:
        line = f"{self.level.value}: {self.what}"
        return f"{line}\n  → {self.todo}" if self.todo else line


good, look, bad = (partial(Finding, level) for level in Level)


def worst(findings: Iterable[Finding]) -> Level:
    """The worst level of these; fine if there are none."""
    order = list(Level)
    return max((f.level for f in findings), key=order.index, default=Level.GOOD)
