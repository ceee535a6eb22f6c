"""A spreadsheet as plain values: what is in it, not how a library writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, TypeVarTuple
from zoneinfo import ZoneInfo

Cell = str | int | float | Fraction | date | datetime | None
"""A text stays a text whatever it begins with; a moment needs its zone; None is empty."""

LONGEST_NAME: Final = 31
"""Signs of a sheet's name (Excel's rule)."""


class Kind(StrEnum):
    """What a column holds; in a mixed one each cell is of its own kind.

    An ordinal names something and counts nothing: a year, a step, a run. A lateness is in working
    days; where it is more than nothing its row is marked.
    """

    TEXT = "text"
    NUMBER = "number"
    ORDINAL = "ordinal"
    DECIMAL = "decimal"
    LATENESS = "lateness"
    DATE = "date"
    MOMENT = "moment"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in signs, and what it holds."""

    title: str
    width: int
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Series:
    """One bar for each row: its name, and the column (from 0) that its lengths stand in."""

    name: str
    column: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars beside the table; `labels` is the column (from 0) that names them."""

    title: str
    labels: int
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: lines above the table, then the table with a header that stays in sight.

    `name` is at most LONGEST_NAME long, without []:*?/\\ (Excel's rule). Each row has a cell
    for every column.

    Raises:
        ValueError: the name or a row does not fit.
    """

    name: str
    heading: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: Chart | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.name) <= LONGEST_NAME or set(self.name) & set("[]:*?/\\"):
            raise ValueError(f"{self.name!r} is no name for a sheet")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"{self.name}: a row has not as many cells as there are columns")


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file of sheets. Moments are shown in `timezone` (an IANA name)."""

    title: str
    timezone: str
    sheets: tuple[Sheet, ...]


Facts = TypeVarTuple("Facts")
Fields = tuple[tuple[Column, Callable[[*Facts], Cell]], ...]
"""Each column with what stands in it, told by the facts of its row."""


def sheet_of(
    name: str,
    heading: tuple[str, ...],
    fields: Fields[*Facts],
    facts: Iterable[tuple[*Facts]],
    chart: Chart | None = None,
) -> Sheet:
    """A sheet with a row for each tuple of facts."""
    rows = tuple(tuple(value(*each) for _, value in fields) for each in facts)
    return Sheet(name, heading, tuple(column for column, _ in fields), rows, chart)


def as_json(book: Workbook) -> dict[str, Any]:
    """The workbook for the child process: moments and dates as text in ISO form, local time.

    Raises:
        ValueError: a moment without a time zone, or a value that is not of its column's kind.
    """
    zone = ZoneInfo(book.timezone)
    return {
        "title": book.title,
        "sheets": [
            {
                "name": sheet.name,
                "heading": sheet.heading,
                "columns": [asdict(column) for column in sheet.columns],
                "rows": [
                    [
                        _cell(value, column, zone)
                        for value, column in zip(row, sheet.columns, strict=True)
                    ]
                    for row in sheet.rows
                ],
                "chart": asdict(sheet.chart) if sheet.chart else None,
            }
            for sheet in book.sheets
        ],
    }


def _cell(value: Cell, column: Column, zone: ZoneInfo) -> Any:
    match column.kind, value:
        case _, None:
            return None
        case Kind.MIXED, _:
            kind = _kind(value)
            return [kind, _cell(value, replace(column, kind=kind), zone)]
        case Kind.TEXT, str():
            return value
        case Kind.NUMBER | Kind.ORDINAL, int():
            return value
        case Kind.DECIMAL | Kind.LATENESS, int() | float() | Fraction():
            return round(float(value), 4)
        case Kind.MOMENT, datetime() if value.tzinfo is not None:
            return value.astimezone(zone).replace(tzinfo=None, microsecond=0).isoformat()
        case Kind.DATE, date() if not isinstance(value, datetime):
            return value.isoformat()
        case _:
            raise ValueError(f"{type(value).__name__} in the column {column.title!r}")


def _kind(value: Cell) -> Kind:
    kinds = {str: Kind.TEXT, datetime: Kind.MOMENT, date: Kind.DATE, int: Kind.ORDINAL}
    return next((kind for of, kind in kinds.items() if isinstance(value, of)), Kind.DECIMAL)
