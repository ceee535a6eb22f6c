"""The periods of reports: a semester, or a calendar year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_YEAR = 2000
LAST_YEAR = 2100

_WRITTEN = re.compile(r"(\d{4})(?:\s*[-/]\s*(1|2|i|ii))?", re.IGNORECASE | re.ASCII)
_HALVES = {"1": 1, "i": 1, "2": 2, "ii": 2}


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """A semester (`half` 1 is January to June, 2 July to December), or a year (None).

    Source: PermenPAN-RB 35/2012 has an SOP monitored at least every six months and
    evaluated every year.
    """

    year: int
    half: int | None = None

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"no report is made of the year {self.year}")
        if self.half not in (None, 1, 2):
            raise ValueError(f"a year has two halves, and no {self.half}")

    @classmethod
    def read(cls, text: str) -> ReportPeriod:
        """The period written as "2027", "2027-1" or "2027/II"; raises ValueError for another."""
        written = _WRITTEN.fullmatch(text.strip())
        if written is None:
            raise ValueError(f"not a period: {text[:20]!r}")
        year, half = written.groups()
        return cls(int(year), _HALVES[half.lower()] if half else None)

    @property
    def before(self) -> ReportPeriod | None:
        """The period of the same length before it; None where no report is made of that year."""
        year, half = (self.year, 1) if self.half == 2 else (self.year - 1, self.half and 2)
        return ReportPeriod(year, half) if year >= FIRST_YEAR else None

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 7 if self.half == 2 else 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first instant, and the first that is no longer in it."""
        start = datetime.combine(self.first, time(), zone)
        return start, datetime.combine(self.last + timedelta(days=1), time(), zone)

    def __str__(self) -> str:
        """As it is typed and as it stands in file names: "2027-1"."""
        return f"{self.year}-{self.half}" if self.half else str(self.year)
