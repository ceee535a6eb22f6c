"""One measured figure beside its budget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A figure in words; `kept` is None where there is no budget for it."""

    what: str
    figure: str
    budget: str = ""
    kept: bool | None = None


def table(rows: Iterable[Row]) -> str:
    """The figures as lines of text."""
    marks = {None: " ", True: "✓", False: "✗"}
    return "\n".join(
        f"{marks[row.kept]} {row.what:<58} {row.figure:>14}"
        + (f"   budget {row.budget}" if row.budget else "")
        for row in rows
    )
