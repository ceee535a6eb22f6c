"""Notes: a text in reply to a card, or to a reminder or the details of a task; in reply to an
escalation it is an arahan. Those who have the work open are told, and of an edit as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain import parsing
from bot.domain.actions import EditNote, Note, Reason, Refusal
from bot.domain.decision import Decision
from bot.domain.notices import NoteTold, Reply, TaskLate
from bot.domain.run import Run, Task
from bot.domain.sop import Step
from bot.features import phrases, runs
from bot.features.answers import Refuse, done, done_reply
from bot.features.feature import Drawn, Feature, Hook, JournalEntry, Sending
from bot.features.naming import Greeting
from bot.features.phrases import Phrases
from bot.features.tasks.buttons import ShowDetail
from bot.features.tasks.views import NoteLine, note_line
from bot.features.work import Work
from bot.indonesian import number
from bot.store.runs import StoredRun
from bot.ui.buttons import button
from bot.ui.markup import safe
from bot.ui.message import Message

NOTE_LENGTH = 1000
"""A note is a remark beside the work; what is longer is a document, and can be attached."""

ENDED_LATELY = 20
"""In so many runs that have ended an edited note is looked for, to say that it is too late."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far this computer's clock may be behind Telegram's."""


class NoteRefused(StrEnum):
    """Why a note is not taken."""

    NOTE_EMPTY = "note_empty"
    NOTE_TOO_LONG = "note_too_long"  # length, most
    NOTE_TOO_LATE = "note_too_late"
    NOTES_FULL = "notes_full"


class Done(StrEnum):
    """What was done."""

    NOTED = "noted"  # step
    NOTE_EDITED = "note_edited"  # step
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
    edited: bool = False


# What people do


def take(work: Work, stored: StoredRun, task: Task, text: str) -> Reply:
    """Leave this text as a note on the task; in reply to an escalation it is an arahan."""
    return leave(work, stored, task, text, direction=_answers_escalation(work))


def leave(
    work: Work,
    stored: StoredRun,
    task: Task,
    text: str,
    *,
    direction: bool,
    message_id: int | None = None,
) -> Reply:
    """Leave this text on the task as a note, or as an arahan. It came by the message that asks, or
    by the earlier one of this id."""
    said = sentence(text)
    if message_id is None and work.request:
        message_id = work.request.message_id
    wish = Note(task.step, task.attempt, said, direction, message_id)
    (_, newest) = _decided(work, stored, task, wish).run.notes[-1]
    return done_reply(done(Done.DIRECTED if newest.direction else Done.NOTED, step=task.step))


def edit(work: Work, message_id: int, sent_at: datetime, text: str) -> None:
    """Change the note that the person wrote by this message, sent at that time, if it is one."""
    if work.somebody is None:
        return
    found = _written_by(work, message_id, sent_at)
    if found is None:
        return
    stored, task, number = found
    said = sentence(text)
    # Telegram tells of other changes as well, as of a link's preview.
    if said != task.notes[number].text:
        _decided(work, stored, task, EditNote(task.step, task.attempt, number, said))
        work.reply(done_reply(done(Done.NOTE_EDITED, step=task.step)))


def sentence(text: str) -> str:
    """The text of a note.

    Raises:
        Refuse: it is too long.
    """
    said = parsing.sentence(text)
    if len(said) > NOTE_LENGTH:
        raise Refuse(NoteRefused.NOTE_TOO_LONG, length=number(len(said)), most=number(NOTE_LENGTH))
    return said


def _decided(work: Work, stored: StoredRun, task: Task, wish: Note | EditNote) -> Decision:
    decision = runs.ask_engine(work, stored, wish)
    if isinstance(decision, Refusal):
        if decision.reason in _WHY_NOT:
            raise Refuse(_WHY_NOT[decision.reason])
        raise runs.not_yours(work, stored, task)
    runs.save_decision(work, stored, decision)
    return decision


def _written_by(
    work: Work, message_id: int, sent_at: datetime
) -> tuple[StoredRun, Task, int] | None:
    """The newest note of theirs that came by this message: its run, its task, its number.

    On another phone messages are numbered anew, so that the note must be younger than the message;
    the two clocks may differ a little.
    """
    stored_runs = [*work.tx.runs.running(), *work.tx.runs.finished(ENDED_LATELY)]
    found = [
        (note.at, stored.run.id, (stored, task, number))
        for stored in stored_runs
        for task in stored.run.tasks
        for number, note in enumerate(task.notes)
        if (note.by.person_id, note.message_id) == (work.person.id, message_id)
        and note.at > sent_at - CLOCKS_DIFFER
    ]
    return max(found, key=lambda one: one[:2])[2] if found else None


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
        edited=bool(notice.edit),
    )


# Words


def say_note(view: NoteView, say: Phrases) -> Message:
    """Somebody wrote about a task, or directed those who perform it."""
    written = view.note
    who = phrases.signer(written.by)
    what = "📣 Arahan" if written.direction else "📝 Catatan"
    opening = f"{what} dari {who}{' diubah menjadi' if view.edited else ''}:"
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
    if note.get("edited_at"):
        verb = "mengubah arahan" if note.get("direction") else "mengubah catatan"
    return f"{line.run}: {line.who} {verb} pada langkah {line.step}: {note['text']}"


FEATURE = Feature(
    "notes",
    hooks={Hook.CARD_REPLY: take, Hook.EDITED: edit},
    notices={NoteTold: Drawn(_draw, "catatan dan arahan")},
    words={NoteView: say_note},
    refusals={
        NoteRefused.NOTE_EMPTY: "Catatan itu belum berisi tulisan. Mohon membalas kartunya dengan "
        "teks.",
        NoteRefused.NOTE_TOO_LONG: "Catatan paling panjang {most} huruf; catatan ini {length}. "
        "Mohon dipersingkat, atau dikirim sebagai dokumen untuk dilampirkan.",
        NoteRefused.NOTE_TOO_LATE: "Pelaksanaan ini sudah berakhir, sehingga catatannya tidak "
        "dapat ditambah atau diubah lagi.",
        NoteRefused.NOTES_FULL: "Langkah ini sudah memuat terlalu banyak catatan. Mohon dirangkum "
        "dalam sebuah dokumen, lalu dilampirkan.",
    },
    done={
        Done.NOTED: "📝 Catatan pada langkah {step} sudah disimpan. Terima kasih.",
        Done.NOTE_EDITED: "✏️ Perubahan catatan pada langkah {step} sudah disimpan; tulisan "
        "semula tetap ada dalam jurnal.",
        Done.DIRECTED: "📣 Arahan untuk langkah {step} sudah dicatat dan disampaikan kepada "
        "pelaksananya. Terima kasih.",
    },
    journal={"task_noted": _journal},
)
