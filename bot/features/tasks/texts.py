"""The words of tasks: everything about one, and the list of one's own."""

from __future__ import annotations

from bot.domain.sop import StepKind
from bot.features import phrases
from bot.features.answers import fitted
from bot.features.evidence.views import FileLine, together
from bot.features.feature import JournalEntry
from bot.features.naming import Performer, printed
from bot.features.papers import picture, run_paper
from bot.features.phrases import ACTIVITY, DETAIL, NAME, TITLE, Phrases
from bot.features.runview import PartedView
from bot.features.tasks import card
from bot.features.tasks.attached import note
from bot.features.tasks.buttons import ShowDetail, acts, keyboard, others
from bot.features.tasks.views import ConfirmedView, DetailView, OfferView, TasksView, TaskView
from bot.indonesian import distance, listed
from bot.ui.buttons import PageTap, Token, button
from bot.ui.markup import bold, escaped, gathered, plain, safe
from bot.ui.message import Block, Message, Toast, paged


class TurnTasks(PageTap, prefix="pg:tugas"):
    """A page of /tugas."""


class TurnDetail(PageTap, prefix="pg:rincian"):
    """A page of the details of the task with this token."""

    token: Token


TASK_UNKNOWN = "Tugas ini tidak kami temukan. Tugas yang masih menunggu ada di /tugas."


def say_detail(view: DetailView, say: Phrases, page: int) -> Message:
    """Everything about a task, and the way that led to it."""
    task = view.task
    facts = [*card.facts(task, say), f"Dibuka: {say.moment(task.task.opened_at)}"]
    if task.step.remarks.text:
        facts.append(f"Keterangan: {safe(task.step.remarks.text, DETAIL)}")
    facts.append(f"SOP: {safe(task.sop.name, TITLE)}, Nomor {safe(task.sop.number, NAME)}")
    facts += say.outlook(view.outlook)
    blocks = [Block((card.heading(task),)), Block((card.activity(task),)), Block(tuple(facts))]
    if again := card.repetition(task, say):
        blocks.insert(2, Block(tuple(again)))
    if closing := card.status(task, say):
        blocks.append(Block(tuple(closing.split("\n"))))
    if task.mine and task.acting:
        blocks.append(Block((phrases.ROUTINE,)))
    blocks += phrases.deviation_blocks(view.deviations, say)
    blocks += _files_and_notes(task, say)
    if view.rows:
        blocks.append(Block((bold("Langkah yang sudah selesai"),)))
    blocks += say.attempts(view.rows)
    head = f"Rincian tugas · {phrases.title(task.procedure, task.year, task.unit)}"
    turning, opening = TurnDetail(0, task.token), bold("Rincian tugas")
    papers = (
        picture(task.run_id, "Garis waktu"),
        *(run_paper(task.run_id) if view.reports else ()),
    )
    foot = keyboard(acts(task), [*others(task), *papers])
    return paged(head, blocks, page, turning, opening=opening, foot=foot)


def say_parted(view: PartedView, say: Phrases) -> Message:
    """The last words of a card whose reader has no part in it any more: no names, no buttons."""
    return Message(
        f"{phrases.title(view.procedure, view.year)}\n\nTugas pada langkah {view.step} ini tidak "
        "menunggu lagi. Terima kasih."
    )


_OFFER = {
    StepKind.KERJA: "Bila {step} sudah selesai{where}, mohon menekan ✅.",
    StepKind.PARAF: "Bila naskah pada {step} sudah diperiksa dan diparaf{where}, mohon menekan ✅.",
    StepKind.TANDA_TANGAN: "Bila naskah pada {step} sudah ditandatangani{where}, mohon menekan ✍️.",
}


def say_offer(view: OfferView, say: Phrases) -> Message:
    """The button of a task that somebody wrote to be done; later, what became of the task."""
    task = view.task
    about = f"{phrases.title(task.procedure, task.year, task.unit)}\n{phrases.activity(task.step)}"
    if not task.mine:
        return Message(f"{about}\n\n{card.status(task, say)}")
    step = f"langkah {task.step.number} {safe(phrases.short(task.procedure), NAME)}"
    where = f" di {safe(task.records_for, NAME)}" if task.records_for else ""
    offer = _OFFER[task.step.kind].format(step=step, where=where)
    return Message(
        f"{offer} Saat ini belum ada yang tercatat.\n\n{about}", (tuple(acts(task)[:1]),)
    )


def say_tasks(view: TasksView, say: Phrases, page: int) -> Message:
    """One's own open tasks. Confirming is two taps away: a record deserves a second look."""
    head = "Saat ini tidak ada tugas yang menunggu."
    if view.said_done:
        head += " Belum ada yang tercatat dari pesan itu."
    if not view.tasks and not view.resting:
        return Message(head if view.said_done else f"{head} Terima kasih.")
    if view.tasks:
        head = bold(f"Tugas yang menunggu ({len(view.tasks)})") + "\n"
        head += (
            "Belum ada yang tercatat. Mohon memilih tugas yang sudah selesai, lalu menekan tombol "
            "pada rinciannya."
            if view.said_done
            else "Rincian dan konfirmasinya ada pada tombol di bawah."
        )
    blocks = [_entry(number, task, say) for number, task in enumerate(view.tasks, start=1)]
    if view.resting:
        blocks.append(Block((bold(f"Sedang dijeda ({len(view.resting)})"),)))
        first = len(view.tasks) + 1
        blocks += [_entry(number, task, say) for number, task in enumerate(view.resting, first)]
    return paged(head, blocks, page, TurnTasks(0))


def _entry(number: int, view: TaskView, say: Phrases) -> Block:
    steps = len(view.procedure.steps)
    lines = [
        f"{number}. {phrases.title(view.procedure, view.year, view.unit)}",
        f"Langkah {view.step.number} dari {steps}: {safe(view.step.activity.text, ACTIVITY)}",
    ]
    if view.records_for:
        lines.append(f"Dicatat untuk {safe(view.records_for, NAME)}")
    if view.halt:
        lines += phrases.halted(view.halt, say).split("\n")
    else:
        lines.append(f"Tenggat: {say.moment(view.task.due_at)}")
    if view.late:
        lines.append(f"⚠️ Terlambat {bold(distance(view.late))}")
    label = f"{number}. {phrases.short(view.procedure)} · langkah {view.step.number}"
    return Block(tuple(lines), rows=((button(label, ShowDetail(view.token)),),))


def journal_confirmed(line: JournalEntry) -> str:
    """A step was confirmed, or recorded for an office outside."""
    if line.whom:
        return f"{line.run}: {line.who} mencatat langkah {line.step} untuk {line.whom}."
    return f"{line.run}: {line.who} ({line.role}) mengonfirmasi langkah {line.step}."


def _files_and_notes(view: TaskView, say: Phrases) -> list[Block]:
    """All files and notes, for the details of a task."""
    blocks = []
    if view.files:
        blocks.append(Block((bold("Berkas"),)))
        blocks += [Block(_evidence(files, say)) for files in together(view.files)]
    if view.notes:
        blocks.append(Block((bold("Catatan"),)))
        blocks += [
            Block((note(line, NAME, 1200), f"{say.moment(line.by.at)}"))
            for line in reversed(view.notes)
        ]
    return blocks


def _evidence(files: list[FileLine], say: Phrases) -> tuple[str, ...]:
    last, captions = files[-1], [line.file.caption for line in files if line.file.caption]
    about = f"Langkah {last.step}, {phrases.signer(last.by)}, {say.moment(last.by.at)}"
    names = f"📎 {gathered([safe(line.file.name, NAME) for line in files])}"
    caption = (f"“{safe(captions[0], DETAIL)}”",) if captions else ()
    return (names, *caption, about)


def say_confirmed(view: ConfirmedView, say: Phrases) -> Message:
    """A confirmation is on record, as a message."""
    return Message(escaped(_recorded(view, NAME)))


def toast_confirmed(view: ConfirmedView, say: Phrases) -> Toast:
    """That a confirmation is on record, and who comes next."""
    return Toast(fitted(lambda room: _recorded(view, room)))


def _recorded(view: ConfirmedView, room: int) -> str:
    if view.finished:
        return "Tercatat. Seluruh langkah telah selesai. Terima kasih."
    if not view.closed:
        count = f"{view.confirmed} dari {view.required} sudah mengonfirmasi"
        return f"Tercatat, terima kasih. {count} langkah {view.step.number}."
    text = f"Tercatat, terima kasih. Langkah {view.step.number} selesai."
    if view.next_step is None:
        return text
    number = view.next_step.number
    if not view.next_performers:
        return f"{text} Langkah {number} belum ada pelaksananya."
    return f"{text} Berikutnya langkah {number}: {_first_two(view.next_performers, room)}."


def _first_two(people: tuple[Performer, ...], room: int) -> str:
    """The first two, and how many more there are."""
    names = [f"{plain(p.name, room)} ({plain(printed(p.role), room)})" for p in people[:2]]
    if len(people) > 2:
        names.append(f"{len(people) - 2} lainnya")
    return listed(names, "atau")
