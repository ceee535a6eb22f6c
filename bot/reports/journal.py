"""The journal of a run: all of it as a sheet, and as the annex of the report on paper.

The annex has one line for what came to pass: when its step was opened stands beside how it
ended, and no reasons, which have sections of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Final, assert_never

from bot.domain import events
from bot.domain.documents import JournalEntry, RunReport, by_album
from bot.domain.events import Cause
from bot.indonesian import with_others
from bot.reports.sheets import Column, Fields, Kind, Sheet, sheet_of
from bot.reports.words import by

_CAUSE: Final = {
    Cause.PERPANJANGAN: "perpanjangan",
    Cause.JEDA: "jeda",
    Cause.KALENDER: "perubahan kalender kerja",
}

_AT: Final = Column("Waktu", 17, Kind.MOMENT)
_JOURNAL: Final[Fields[list[JournalEntry]]] = (
    (_AT, lambda entries: entries[0].event.at),
    (Column("Langkah", 9, Kind.NUMBER), lambda entries: getattr(entries[0].event, "step", None)),
    (Column("Kejadian", 56), lambda entries: _happened(entries[0].event, len(entries))),
    (Column("Oleh", 44), lambda entries: by(entries[0].who)),
)

_Ending = events.TaskClosed | events.TaskReturned | events.TaskWithdrawn
"""What an attempt at a step ends with."""


def sheet(report: RunReport, heading: tuple[str, ...]) -> Sheet:
    """The journal line by line, for a desk."""
    return sheet_of("Jurnal", heading, _JOURNAL, zip(_by_album(report)))


def annex(report: RunReport) -> Sheet:
    """The journal with one line for each attempt at a step, and one for all else that happened."""
    return sheet_of("Jurnal", (), _ANNEX, _lines(report))


_ANNEX: Final[Fields[JournalEntry, str, datetime | None]] = (
    (_AT, lambda entry, what, opened: entry.event.at),
    (Column("Langkah", 9, Kind.MIXED), lambda entry, what, opened: _step(entry.event)),
    (Column("Kejadian", 56), lambda entry, what, opened: what),
    (Column("Dibuka", 17, Kind.MOMENT), lambda entry, what, opened: opened),
    (Column("Oleh", 44), lambda entry, what, opened: by(entry.who)),
)


def _lines(report: RunReport) -> Iterator[tuple[JournalEntry, str, datetime | None]]:
    """Each line: who and when, what happened, and when the attempt that it ended was opened."""
    every = [entry.event for entry in report.journal]
    opened = {_key(e): e.at for e in every if isinstance(e, events.TaskOpened)}
    ended = {_key(e) for e in every if isinstance(e, _Ending)}
    pairs = [pair for pair in pairwise(every) if _closes(*pair)]
    closing, closed = {id(first) for first, _ in pairs}, {id(second) for _, second in pairs}
    for entry, *others in _by_album(report):
        event, what = entry.event, _happened(entry.event, 1 + len(others))
        match event:
            case events.TaskOpened() if _key(event) in ended:
                continue
            case events.TaskClosed() if id(event) in closed:
                continue
            case events.TaskConfirmed() if id(event) in closing:
                yield entry, f"{what}, langkah selesai", opened.get(_key(event))
            case events.TaskClosed() | events.TaskReturned() | events.TaskWithdrawn():
                yield entry, what, opened.get(_key(event))
            case _:
                yield entry, what, None


def _closes(event: events.Event, following: events.Event) -> bool:
    """Whether the first is the confirmation by which the second closed its step."""
    if isinstance(event, events.TaskConfirmed) and isinstance(following, events.TaskClosed):
        return _key(event) == _key(following)
    return False


def _key(event: events.TaskEvent) -> tuple[int, int]:
    return event.step, event.attempt


def _step(event: events.Event) -> str | int | None:
    """The number of the step, and which attempt at it where it is not the first."""
    if not isinstance(event, events.TaskEvent):
        return None
    return event.step if event.attempt == 1 else f"{event.step} (ke-{event.attempt})"


def _by_album(report: RunReport) -> list[list[JournalEntry]]:
    """The lines of the journal; of an album one for all its files."""

    def key(entry: JournalEntry) -> object | None:
        event = entry.event
        if not isinstance(event, events.EvidenceAttached) or not event.evidence.album:
            return None
        return event.step, event.attempt, event.evidence.album

    return by_album(report.journal, key)


def _happened(event: events.Event, count: int) -> str:
    """What happened, in words that need no reason: that stands in its own section. `count`: files
    of one album."""
    match event:
        case events.RunStarted():
            return "pelaksanaan dimulai"
        case events.TaskOpened(attempt=attempt):
            return "langkah dibuka" + (f", percobaan ke-{attempt}" if attempt > 1 else "")
        case events.TaskConfirmed():
            return "dikonfirmasi"
        case events.ConfirmationUndone():
            return "konfirmasi ditarik kembali"
        case events.TaskClosed():
            return "langkah selesai"
        case events.TaskWithdrawn():
            return "langkah ditarik"
        case events.TaskReturned(to_step=to_step):
            return f"dikembalikan ke langkah {to_step}"
        case events.ExtensionAsked(extension=extension):
            return f"perpanjangan {extension.amount} dimohon"
        case events.ExtensionDecided(granted=None):
            return "penolakan perpanjangan ditarik kembali"
        case events.ExtensionDecided(granted=granted):
            return f"perpanjangan {'disetujui' if granted else 'tidak disetujui'}"
        case events.DeadlineMoved(cause=cause):
            return f"tenggat berubah karena {_CAUSE[cause]}"
        case events.TaskNoted(note=note):
            what = "arahan" if note.direction else "catatan"
            return f"{what} diubah" if note.edited_at else f"{what} ditulis"
        case events.PerformersReminded():
            return "pelaksana diingatkan"
        case events.EvidenceAttached(evidence=evidence):
            return f"berkas dilampirkan: {with_others(evidence.name, count)}"
        case events.TeamChosen(team=team):
            return f"susunan tim dicatat, {len(team.members)} orang"
        case events.RunPaused():
            return "pelaksanaan dijeda"
        case events.RunResumed():
            return "pelaksanaan dilanjutkan"
        case events.RunCancelled():
            return "pelaksanaan dibatalkan"
        case events.RunFinished():
            return "pelaksanaan selesai"
        case events.RunReopened():
            return "pelaksanaan dibuka kembali"
        case _:
            assert_never(event)
