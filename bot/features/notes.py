"""Notes: a text in reply to a card, or to a reminder or the details of a task; in reply to an
escalation it is an arahan, which those who perform the task are told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain import parsing
from bot.domain.actions import Note, Reason, Refusal
from bot.domain.notices import NoteTold, Reply, TaskLate
from bot.domain.run import Run, Task
from bot.domain.sop import Step
from bot.features import phrases, runs
from bot.features.answers import Refuse, done, done_reply
from bot.features.feature import Drawn, Feature, Hook, JournalEntry, Sending
from bot.features.naming import Greeting
from bot.features.phrases import Phrases
from bot.features.tasks.card import ShowDetail
from bot.features.tasks.views import NoteLine, note_line
from bot.features.work import Work
from bot.store.runs import StoredRun
from bot.ui.buttons import button
from bot.ui.markup import safe
from bot.ui.message import Message

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
    DIRECTED = "directed"  # step


_WHY_NOT = {
    Reason.NOTHING_SAID: NoteRefused.NOTE_EMPTY,
    Reason.TOO_MUCH: NoteRefused.NOTES_FULL,
    Reason.RUN_OVER: NoteRefused.NOTE_TOO_LATE,
}


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note, or an arahan, that was left on a task, for those whom it concerns."""

    greeting: Greeting
    run: Run
    step: Step
    task: Task
    token: str
    note: NoteLine


# What people do


def take(work: Work, stored: StoredRun, task: Task, text: str) -> Reply:
    """Leave this text as a note on the task; in reply to an escalation it is an arahan."""
    return leave(work, stored, task, text, direction=_answers_escalation(work))


def leave(work: Work, stored: StoredRun, task: Task, text: str, *, direction: bool) -> Reply:
    """Leave this text on the task as a note, or as an arahan."""
    said = parsing.sentence(text)
    if len(said) > NOTE_LENGTH:
        raise Refuse(NoteRefused.NOTE_TOO_LONG, length=len(said), most=NOTE_LENGTH)
    message_id = work.request.message_id if work.request else None
    wish = Note(task.step, task.attempt, said, direction, message_id)
    decision = runs.ask_engine(work, stored, wish)
    if isinstance(decision, Refusal):
        if decision.reason in _WHY_NOT:
            raise Refuse(_WHY_NOT[decision.reason])
        raise runs.not_yours(work, stored, task)
    runs.save_decision(work, stored, decision)
    (_, newest) = decision.run.notes[-1]
    return done_reply(done(Done.DIRECTED if newest.direction else Done.NOTED, step=task.step))


def _answers_escalation(work: Work) -> bool:
    request = work.request
    if request is None or request.reply_to is None:
        return False
    delivery = work.tx.outbox.of_message(request.chat_id, request.reply_to)
    told = delivery.notice if delivery else None
    return isinstance(told, TaskLate) and not told.waiting


def _draw(work: Work, notice: NoteTold, sending: Sending) -> NoteView:
    stored, task = sending.stored, sending.task
    return NoteView(
        work.greeting,
        stored.run,
        stored.run.step_of(task),
        task,
        stored.tokens[(task.step, task.attempt)],
        note_line(work.office, work.tx.people.names(), task, task.notes[notice.number]),
    )


# Words


def say_note(view: NoteView, say: Phrases) -> Message:
    """Somebody wrote about a task, or directed those who perform it."""
    written = view.note
    who = phrases.signer(written.by)
    opening = f"📣 Arahan dari {who}:" if written.direction else f"📝 Catatan dari {who}:"
    facts = [say.run(view.run), phrases.activity(view.step)]
    if view.task.is_open:
        facts.append(f"Tenggat: {say.moment(view.task.due_at)}")
    parts = [
        phrases.salutation(view.greeting),
        f"{opening}\n“{safe(written.text, NOTE_LENGTH + 200)}”",
        "\n".join(facts),
    ]
    return Message("\n\n".join(parts), ((button("ℹ️ Rincian", ShowDetail(view.token)),),))


def _journal(line: JournalEntry) -> str:
    note = line.facts["note"]
    verb = "memberi arahan" if note.get("direction") else "mencatat"
    return f"{line.run}: {line.who} {verb} pada langkah {line.step}: {note['text']}"


FEATURE = Feature(
    "notes",
    hooks={Hook.CARD_REPLY: take},
    notices={NoteTold: Drawn(_draw, "catatan dan arahan")},
    words={NoteView: say_note},
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
    done={
        Done.NOTED: "📝 Catatan pada langkah {step} sudah disimpan. Terima kasih.",
        Done.DIRECTED: "📣 Arahan untuk langkah {step} sudah dicatat dan disampaikan kepada "
        "pelaksananya. Terima kasih.",
    },
    journal={"task_noted": _journal},
)
