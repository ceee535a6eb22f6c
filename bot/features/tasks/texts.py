"""The words of a task: its card, its reminders, everything about it, and the list of one's own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bot.domain.reminders import FRESH, ReminderKind
from bot.domain.run import TaskStatus
from bot.domain.sop import StepKind
from bot.features import phrases
from bot.features.answers import fitted
from bot.features.documents import picture
from bot.features.extension import AskExtension
from bot.features.feature import JournalEntry
from bot.features.naming import Performer, printed
from bot.features.phrases import ACTIVITY, AWAITED, DETAIL, NAME, REASON, TITLE, Phrases
from bot.features.review import AskReturn, Undo
from bot.features.runview import PartedView
from bot.features.tasks import papers
from bot.features.tasks.views import ConfirmedView, DetailView, TasksView, TaskView
from bot.indonesian import distance, listed
from bot.ui.buttons import Button, PageNumber, PageTap, Row, Show, Tap, Token, button
from bot.ui.markup import bold, escaped, gathered, plain, safe, width
from bot.ui.message import Block, Message, Toast, paged


@dataclass(frozen=True, slots=True)
class Confirm(Tap):
    """Confirm the task with this token."""

    prefix = "ok"
    after = Show.NOTHING
    token: Token


@dataclass(frozen=True, slots=True)
class Snooze(Tap):
    """Remind of the task with this token in one hour."""

    prefix = "snz"
    after = Show.NOTHING
    token: Token


@dataclass(frozen=True, slots=True)
class ShowDetail(Tap):
    """Show everything about the task with this token."""

    prefix = "info"
    after = Show.NOTHING
    token: Token


@dataclass(frozen=True, slots=True)
class TurnTasks(PageTap):
    """A page of /tugas."""

    prefix = "pg:tugas"
    page: PageNumber


@dataclass(frozen=True, slots=True)
class TurnDetail(PageTap):
    """A page of the details of the task with this token."""

    prefix = "pg:rincian"
    page: PageNumber
    token: Token


_CARD = 3800
"""Units of HTML on a card. What must be said takes less; files and notes get the rest."""


_REASON, _SHORT = 520, 100
"""What is shown on a card of a reason (whole, but for letters that count twice), and of what
stands beside it."""


_ACTION = {
    StepKind.KERJA: "✅ Selesai",
    StepKind.PARAF: "✅ Setuju & paraf",
    StepKind.TANDA_TANGAN: "✍️ Sudah ditandatangani",
}


_RECORDING = {
    StepKind.KERJA: "✅ Catat: selesai di {}",
    StepKind.PARAF: "✅ Catat: diparaf {}",
    StepKind.TANDA_TANGAN: "✍️ Catat: ditandatangani {}",
}


_REQUEST = {
    StepKind.KERJA: "Mohon kesediaan {address} menyelesaikan langkah berikut.",
    StepKind.PARAF: "Mohon kesediaan {address} memeriksa dan memberi paraf.",
    StepKind.TANDA_TANGAN: "Mohon kesediaan {address} menandatangani naskah berikut.",
}


_WHEN_DONE = {
    StepKind.KERJA: "Setelah selesai, mohon tekan tombol di bawah.",
    StepKind.PARAF: "Setelah naskah diperiksa dan diparaf, mohon tekan tombol di bawah.",
    StepKind.TANDA_TANGAN: "Setelah naskah ditandatangani, mohon tekan tombol di bawah. "
    "Tombol hanya mencatat; tanda tangannya tetap pada naskah.",
}


_CLOSED = {
    StepKind.KERJA: "✅ Selesai oleh {} pada {}.",
    StepKind.PARAF: "✅ Disetujui dan diparaf oleh {} pada {}.",
    StepKind.TANDA_TANGAN: "✅ Sudah ditandatangani, dicatat oleh {} pada {}.",
}


_CLOSED_OUTSIDE = {
    StepKind.KERJA: "✅ Selesai di {}.",
    StepKind.PARAF: "✅ Diparaf oleh {}.",
    StepKind.TANDA_TANGAN: "✅ Sudah ditandatangani oleh {}.",
}

TASK_UNKNOWN = "Tugas ini tidak kami temukan. Tugas yang menunggu Bapak/Ibu ada di /tugas."
"""There is no such task (any more)."""


def say_card(view: TaskView, say: Phrases) -> Message:
    """The card of a task, or a reminder of it; closed, it says who closed it."""
    parts = [phrases.salutation(view.greeting)]
    if view.mine:
        parts.append(_opening(view))
    parts += [_heading(view), _activity(view)]
    if again := _again(view, say):
        parts.append("\n".join(again))
    parts.append("\n".join(_facts(view, say)))
    closing = _closing(view, say)
    if attached := papers.on_card(view, _CARD - width("".join(parts) + closing)):
        parts.append(attached)
    if closing:
        parts.append(closing)
    return Message("\n\n".join(parts), _buttons(view))


def say_detail(view: DetailView, say: Phrases, page: int) -> Message:
    """Everything about a task, and the way that led to it."""
    task = view.task
    facts = [*_facts(task, say), f"Dibuka: {say.moment(task.task.opened_at)}"]
    if task.step.remarks.text:
        facts.append(f"Keterangan: {safe(task.step.remarks.text, DETAIL)}")
    facts.append(f"SOP: {safe(task.sop.name, TITLE)}, Nomor {safe(task.sop.number, NAME)}")
    if view.forecast:
        facts.append(f"Perkiraan seluruhnya selesai: {say.moment(view.forecast)}")
    blocks = [Block((_heading(task),)), Block((_activity(task),)), Block(tuple(facts))]
    if again := _again(task, say):
        blocks.insert(2, Block(tuple(again)))
    if closing := _closing(task, say):
        blocks.append(Block(tuple(closing.split("\n"))))
    blocks += phrases.deviation_blocks(view.deviations, say)
    blocks += papers.in_detail(task, say)
    if view.rows:
        blocks.append(Block((bold("Langkah yang sudah selesai"),)))
    blocks += [
        Block(
            (
                phrases.step_line(row.figures.step, row.repetitions),
                phrases.measured(row),
                say.signature(row),
            )
        )
        for row in view.rows
    ]
    timeline = picture(task.run_id, "Garis waktu")
    attached = papers.buttons(task)
    foot = (*_deeds(task), *([attached] if attached else []), (timeline,))
    return paged(
        f"Rincian tugas · {phrases.title(task.procedure, task.year, task.unit)}",
        blocks,
        page,
        TurnDetail(0, task.token),
        opening=bold("Rincian tugas"),
        foot=foot,
    )


def say_parted(view: PartedView, say: Phrases) -> Message:
    """The last words of a card whose reader has no part in it any more: no names, no buttons."""
    return Message(
        f"{phrases.title(view.procedure, view.year)}\n\nTugas pada langkah {view.step} ini tidak "
        "lagi menunggu Bapak/Ibu. Terima kasih."
    )


def say_tasks(view: TasksView, say: Phrases, page: int) -> Message:
    """One's own open tasks. Confirming is two taps away: a record deserves a second look."""
    if not view.tasks and not view.resting:
        return Message("Saat ini tidak ada tugas yang menunggu Bapak/Ibu. Terima kasih.")
    head = "Saat ini tidak ada tugas yang menunggu Bapak/Ibu."
    if view.tasks:
        head = (
            bold(f"Tugas yang menunggu Bapak/Ibu ({len(view.tasks)})")
            + "\nTekan tombol di bawah untuk rincian dan konfirmasinya."
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


def _opening(view: TaskView) -> str:
    """The first sentence: why this message comes, and what it asks for."""
    if view.reminder is not None:
        return _reminder(view, view.reminder)
    address = view.greeting.address
    if view.records_for:
        outside = safe(view.records_for, NAME)
        return (
            f"Langkah berikut menjadi bagian {outside}. Mohon kesediaan {address} mencatatnya "
            "bila sudah selesai."
        )
    request = _REQUEST[view.step.kind].format(address=address)
    if view.correction is None:
        return request
    if view.correction.to_step.number == view.step.number:
        return f"{request} Langkah ini dikembalikan untuk dikerjakan lagi."
    return f"{request} Pekerjaan ini sudah diperbaiki setelah dikembalikan."


def _reminder(view: TaskView, kind: ReminderKind) -> str:
    address = view.greeting.address
    late = f"Langkah ini terlambat {bold(distance(view.late))}." if view.late else None
    left = f"tinggal {bold(distance(view.left))} lagi" if view.left else "sudah tiba"
    match kind:
        case ReminderKind.SEBELUM:
            return f"🔔 Izin mengingatkan. {late or f'Tenggat langkah ini {left}.'}"
        case ReminderKind.TENGGAT:
            return f"⏰ Izin mengingatkan. {_just_due(view) or late}"
        case ReminderKind.HARIAN:
            deed = "mencatatnya bila sudah selesai" if view.records_for else "menyelesaikannya"
            request = f"Mohon kesediaan {address} {deed}."
            return f"⚠️ Izin mengingatkan. {late or 'Langkah ini melewati tenggat.'} {request}"
        case ReminderKind.TUNDA:
            asked = f"⏰ Sesuai permintaan {address}, kami ingatkan kembali."
            return f"{asked} {late or f'Tenggat langkah ini {left}.'}"
        case ReminderKind.ESKALASI:
            return f"⚠️ {late or 'Langkah ini melewati tenggat.'} Mohon perhatian {address}."


def _just_due(view: TaskView) -> str | None:
    """At the deadline the sender needs a moment: that does not make anybody late."""
    if view.late and (view.late.days or view.late.rest >= FRESH):
        return None
    return "Tenggat langkah ini sudah tiba."


def _heading(view: TaskView) -> str:
    done = view.step.number - (view.task.status is not TaskStatus.SELESAI)
    return phrases.heading(view.sop, view.procedure, view.year, view.step.number, done, view.unit)


def _activity(view: TaskView) -> str:
    # What is done again has more to tell.
    room = ACTIVITY if view.correction is None else DETAIL
    lines = [bold(safe(view.step.activity.text, room))]
    if view.repetitions:
        lines.append(f"🔁 Pengulangan ke-{view.repetitions}")
    return "\n".join(lines)


def _again(view: TaskView, say: Phrases) -> list[str]:
    """Why a step is done again, and what it came to before."""
    if not view.task.is_open or view.halt:
        return []
    lines = []
    if sent := view.correction:
        lines.append(
            f"↩️ Dikembalikan dari langkah {sent.step.number} oleh {phrases.signer(sent.by)} "
            f"pada {say.moment(sent.by.at)}"
        )
        lines.append(f"Alasan: {safe(sent.reason, _REASON)}")
    if view.earlier and view.earlier.signed:
        names = gathered([safe(p.name, _SHORT) for p in view.earlier.signed], room=_SHORT)
        output, at = safe(view.step.output.text, _SHORT), view.earlier.signed[-1].at
        lines.append(f"Hasil sebelumnya: {output}, oleh {names}, {say.moment(at)}")
    if view.earlier and view.earlier.evidence:
        files = gathered([safe(name, _SHORT) for name in view.earlier.evidence], room=_SHORT)
        lines.append(f"Lampiran sebelumnya: {files}")
    return lines


def _facts(view: TaskView, say: Phrases) -> list[str]:
    step = view.step
    room = DETAIL if view.correction is None else _SHORT
    lines = []
    if view.records_for:
        lines.append(f"Pelaksana: {safe(view.records_for, NAME)}")
    if step.inputs.text:
        lines.append(f"Kelengkapan: {safe(step.inputs.text, room)}")
    lines += [
        f"Output: {safe(step.output.text, room)}",
        f"Waktu baku: {step.duration}",
        f"Tenggat: {bold(say.moment(view.task.due_at))}",
    ]
    # A reminder has said it in its first sentence.
    if view.late and view.task.is_open and not (view.mine and view.reminder):
        lines.append(f"⚠️ Terlambat {bold(distance(view.late))}")
    return lines


def _closing(view: TaskView, say: Phrases) -> str:
    """How the task stands, and what is asked of the reader."""
    status = view.task.status
    if status is TaskStatus.SELESAI:
        return _closed(view, say)
    if view.sent_back:
        sent = view.sent_back
        return (
            f"↩️ Dikembalikan ke langkah {sent.to_step.number} oleh {phrases.signer(sent.by)} pada "
            f"{say.moment(sent.by.at)}.\nAlasan: {safe(sent.reason, REASON)}"
        )
    if status is TaskStatus.DIKEMBALIKAN:
        return "Dikembalikan untuk diperbaiki."
    if status is TaskStatus.GUGUR:
        return "Langkah ini diulang, sehingga konfirmasi yang dahulu tidak berlaku lagi."
    if view.halt:
        return phrases.halted(view.halt, say)
    if status is TaskStatus.DITARIK:
        return (
            "Konfirmasi langkah sebelumnya diurungkan, sehingga langkah ini belum dimulai. Kartu "
            "baru kami kirim bila sudah gilirannya."
        )
    parts = []
    if view.asks_time:
        parts.append("⏳ Permohonan perpanjangan waktu menunggu keputusan.")
    if view.step.all_must_confirm:
        parts.append("\n".join(_count(view)))
    elif not view.mine:
        parts.append(_waiting(view))
    elif len(view.performers) > 1:
        parts.append(f"Cukup satu konfirmasi, dari {phrases.performers(view.performers)}.")
    if view.mine:
        parts.append(_WHEN_DONE[view.step.kind])
    return "\n\n".join(parts)


def _closed(view: TaskView, say: Phrases) -> str:
    kind = view.step.kind
    late = f"{phrases.punctual(view.late).capitalize()}."
    if not view.signed:
        return f"✅ Selesai. {late}"
    last = view.signed[-1]
    at = say.moment(view.task.closed_at or last.at)
    if view.step.all_must_confirm:
        return f"{_CLOSED[kind].format(phrases.signers(view.signed), at)} {late}"
    if last.recorded_for is None:
        return f"{_CLOSED[kind].format(phrases.signer(last), at)} {late}"
    outside = _CLOSED_OUTSIDE[kind].format(safe(last.recorded_for, NAME))
    by = f"{safe(last.name, NAME)} ({phrases.role(last.role)})"
    return f"{outside} Dicatat oleh {by} pada {at}. {late}"


def _waiting(view: TaskView) -> str:
    if view.records_for:
        return f"Langkah ini {AWAITED[StepKind.KERJA]} {safe(view.records_for, NAME)}."
    if not view.performers:
        return "Peran untuk langkah ini belum dipegang siapa pun."
    return f"Langkah ini {AWAITED[view.step.kind]} {phrases.performers(view.performers)}."


def _count(view: TaskView) -> list[str]:
    """How many have confirmed of those who all must, by name."""
    have = Counter(person.name for person in view.signed)
    missing = []
    for person in view.performers:
        if have[person.name]:
            have[person.name] -= 1
        else:
            missing.append(person.name)
    lines = [phrases.counted(len(view.signed), view.required)]
    for word, names in (("Sudah", [p.name for p in view.signed]), ("Belum", missing)):
        if names:
            lines.append(f"{word}: {gathered([safe(name, NAME) for name in names], room=300)}")
    return lines


def _buttons(view: TaskView) -> tuple[Row, ...]:
    """The deeds first, each on a row of its own; then what only helps."""
    helps = [button("ℹ️ Rincian", ShowDetail(view.token))]
    if view.mine and not view.asks_time:
        helps.insert(0, button("⏳ Perpanjang", AskExtension(view.token)))
    attached = papers.buttons(view)
    rows = (*_deeds(view), *([attached] if attached else []), tuple(helps))
    if view.mine and view.reminder is not None:
        return (*rows, (button("⏰ Ingatkan 1 jam lagi", Snooze(view.token)),))
    return rows


def _deeds(view: TaskView) -> tuple[Row, ...]:
    """What the reader can do about a task."""
    rows: list[Row] = []
    if view.mine:
        rows.append((_action(view),))
        if view.step.return_to is not None:
            rows.append((_sending_back(view),))
    if view.undoable:
        rows.append((button("↶ Urungkan", Undo(view.token)),))
    return tuple(rows)


def _sending_back(view: TaskView) -> Button:
    label = "↩️ Kembalikan"
    if view.records_for:
        label = f"↩️ Catat: dikembalikan {view.records_for}"
    return button(label, AskReturn(view.token), "danger")


def _action(view: TaskView) -> Button:
    label = _ACTION[view.step.kind]
    if view.records_for:
        label = _RECORDING[view.step.kind].format(view.records_for)
    return button(label, Confirm(view.token), "success")


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


def journal_opened(line: JournalEntry) -> str:
    """A step was opened."""
    return f"{line.run}: langkah {line.step} dibuka, tenggat {line.due}."


def journal_moved(line: JournalEntry) -> str:
    """A deadline was moved."""
    return f"{line.run}: tenggat langkah {line.step} menjadi {line.due}."


def journal_confirmed(line: JournalEntry) -> str:
    """A step was confirmed, or recorded for an office outside."""
    if line.whom:
        return f"{line.run}: {line.who} mencatat langkah {line.step} untuk {line.whom}."
    return f"{line.run}: {line.who} ({line.role}) mengonfirmasi langkah {line.step}."
