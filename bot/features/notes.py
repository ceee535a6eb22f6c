"""Notes: a text in reply to a card, or to a reminder or the details of a task."""

from __future__ import annotations

from enum import StrEnum

from bot.domain import parsing
from bot.domain.actions import Note, Reason, Refusal
from bot.domain.notices import Reply
from bot.domain.run import Task
from bot.features import runs
from bot.features.answers import Refuse, done, done_reply
from bot.features.feature import Feature, Hook
from bot.features.work import Work
from bot.store.runs import StoredRun

NOTE_LENGTH = 1000
"""A note is a remark beside the work; what is longer is a document, and can be attached."""


class NoteRefused(StrEnum):
    """Why a note is not taken."""

    NOTE_EMPTY = "note_empty"
    NOTE_TOO_LONG = "note_too_long"  # length, most
    NOTE_TOO_LATE = "note_too_late"
    NOTES_FULL = "notes_full"


class Done(StrEnum):
    """What was done."""

    NOTED = "noted"  # step


_WHY_NOT = {
    Reason.NOTHING_SAID: NoteRefused.NOTE_EMPTY,
    Reason.TOO_MUCH: NoteRefused.NOTES_FULL,
    Reason.RUN_OVER: NoteRefused.NOTE_TOO_LATE,
}


def take(work: Work, stored: StoredRun, task: Task, text: str) -> Reply:
    """Leave this text as a note on the task."""
    said = parsing.sentence(text)
    if len(said) > NOTE_LENGTH:
        raise Refuse(NoteRefused.NOTE_TOO_LONG, length=len(said), most=NOTE_LENGTH)
    decision = runs.ask_engine(work, stored, Note(task.step, task.attempt, said))
    if isinstance(decision, Refusal):
        if decision.reason in _WHY_NOT:
            raise Refuse(_WHY_NOT[decision.reason])
        raise runs.not_yours(work, stored, task)
    runs.save_decision(work, stored, decision)
    return done_reply(done(Done.NOTED, step=task.step))


FEATURE = Feature(
    "notes",
    hooks={Hook.CARD_REPLY: take},
    refusals={
        NoteRefused.NOTE_EMPTY: "Catatan itu belum berisi tulisan. Mohon membalas kartunya dengan "
        "teks.",
        NoteRefused.NOTE_TOO_LONG: "Catatan paling panjang {most} huruf; yang ini {length}. Mohon "
        "dipersingkat, atau dikirim sebagai dokumen untuk dilampirkan.",
        NoteRefused.NOTE_TOO_LATE: "Pelaksanaan ini sudah berakhir, jadi catatannya tidak dapat "
        "ditambah lagi.",
        NoteRefused.NOTES_FULL: "Langkah ini sudah memuat banyak sekali catatan. Mohon dirangkum "
        "dalam sebuah dokumen, lalu dilampirkan.",
    },
    done={Done.NOTED: "📝 Catatan pada langkah {step} sudah disimpan. Terima kasih."},
    journal={
        "task_noted": lambda line: (
            f"{line.run}: {line.who} mencatat pada langkah {line.step}: "
            f"{line.facts['note']['text']}"
        )
    },
)
