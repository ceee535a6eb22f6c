"""Documents as values: the contents of a page or a spreadsheet, without layout.

Names and roles are as printed, times are zone-aware.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Generic, TypeVar

from bot.domain.evaluation import Evaluation
from bot.domain.events import Event
from bot.domain.metrics import Lateness, StepFigures
from bot.domain.run import Evidence, Extension, Note, Pause, Returned, Run, Task
from bot.domain.sop import Office, Sop
from bot.domain.timeline import OfficeTimeline, Timeline


class Format(StrEnum):
    """The formats of documents: a page to print, a spreadsheet, a picture."""

    PDF = "pdf"
    XLSX = "xlsx"
    PNG = "png"


Item = TypeVar("Item")


def by_album(items: Iterable[Item], album: Callable[[Item], object | None]) -> list[list[Item]]:
    """Items, those of one album together where the first of them stands. `album` is what they
    share; None for an item that stands alone."""
    found: dict[tuple[int, object], list[Item]] = {}
    for number, item in enumerate(items):
        shared = album(item)
        key = (number, None) if shared is None else (-1, shared)
        found.setdefault(key, []).append(item)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Signature:
    """Who acted, as what ("Plt. Kepala Dinas"), when, and for whom outside it was recorded."""

    name: str
    role: str
    at: datetime
    recorded_for: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt(StepFigures):
    """One attempt at a step: planned against actual, and who answers for it.

    `worked` and `late` are as of now for an open task. `awaited` are those it waits for, with
    their roles. `sent_back` is who returned the work instead of confirming it.
    """

    signed: tuple[Signature, ...]
    awaited: tuple[str, ...]
    sent_back: Signature | None = None


Fact = TypeVar("Fact", Returned, Extension, Evidence, Note, Pause)


@dataclass(frozen=True, slots=True)
class SignedFact(Generic[Fact]):
    """A fact of a run, or of one `task`; `by` did it, `answer` decided or ended it, if anybody."""

    task: Task | None
    fact: Fact
    by: Signature
    answer: Signature | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal. `who` made it happen; None for the bot itself."""

    event: Event
    who: Signature | None


@dataclass(frozen=True, slots=True)
class RunReport:
    """Everything about one run (laporan pelaksanaan), under way or over.

    `attempts` are in the order of the SOP, `journal` in the order of time. `planned_end` is
    when it would have ended had every step taken its standard time, `forecast` when it will
    probably end (None once it is over), and `late` by how much that is after the plan. `team` are
    the names of the run's own team, its chair first.
    """

    office: Office
    sop: Sop
    run: Run
    started_by: str
    made_at: datetime
    planned_end: datetime
    forecast: datetime | None
    late: Lateness | None
    attempts: tuple[Attempt, ...]
    journal: tuple[JournalEntry, ...]
    team: tuple[str, ...] = ()
    returns: tuple[SignedFact[Returned], ...] = ()
    extensions: tuple[SignedFact[Extension], ...] = ()
    evidence: tuple[SignedFact[Evidence], ...] = ()
    notes: tuple[SignedFact[Note], ...] = ()
    pauses: tuple[SignedFact[Pause], ...] = ()
    cancelled_by: Signature | None = None

    formats: ClassVar = (Format.PDF, Format.XLSX)


@dataclass(frozen=True, slots=True)
class SopDocument:
    """A signed SOP as a paper (Salinan kerja), with all its procedures.

    `legal_notes` are footnotes to its legal basis: the item's number, from 1, and what is to be
    said of it ("UU 32/2004 telah diganti dengan UU 23/2014").
    """

    office: Office
    sop: Sop
    made_at: datetime
    legal_notes: tuple[tuple[int, str], ...] = ()

    formats: ClassVar = (Format.PDF,)


@dataclass(frozen=True, slots=True)
class RunPicture:
    """The timeline of one run, step by step."""

    office: Office
    timeline: Timeline

    formats: ClassVar = (Format.PNG,)

    @property
    def made_at(self) -> datetime:
        return self.timeline.now


@dataclass(frozen=True, slots=True)
class OfficePicture:
    """Every run under way on one timeline; `whole` False shows one person's only."""

    office: Office
    timeline: OfficeTimeline
    whole: bool

    formats: ClassVar = (Format.PNG,)

    @property
    def made_at(self) -> datetime:
        return self.timeline.now


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """The monitoring of a semester, or the evaluation of a year."""

    office: Office
    evaluation: Evaluation

    formats: ClassVar = (Format.PDF, Format.XLSX)

    @property
    def made_at(self) -> datetime:
        return self.evaluation.now


Document = RunReport | SopDocument | RunPicture | OfficePicture | EvaluationReport
