"""The card of a task and a reminder of it: what they say."""

from __future__ import annotations

from collections import Counter

from bot.domain.reminders import FRESH, ReminderKind
from bot.domain.run import TaskStatus
from bot.domain.sop import StepKind
from bot.features import phrases
from bot.features.phrases import (
    ACTIVITY,
    AWAITED,
    BRIEF,
    CARD_LINES,
    DEED,
    DETAIL,
    FULL,
    NAME,
    REMINDER_LINES,
    ROW_LINES,
    SHORT,
    Phrases,
    Room,
)
from bot.features.runview import SentBack
from bot.features.tasks.attached import on_card
from bot.features.tasks.buttons import acts, attach, helps, keyboard, others
from bot.features.tasks.views import TaskView
from bot.indonesian import distance
from bot.ui.buttons import Row, in_rows
from bot.ui.markup import bold, escaped, gathered, plain, safe, width
from bot.ui.message import Message, first_that_fits, screen_lines

_PASSED = "Langkah ini melewati tenggat."

_REASON, _SHORT = 520, 100
"""What is shown of a reason, and of what stands beside it."""

_CARD_FACT = 70
"""What a card shows of what a step needs or gives."""

_CARD_TITLE, _CARD_UNIT = 45, 40
"""A procedure with a longer title is named by its code; a longer name of a unit is cut."""

_REQUEST = {
    StepKind.KERJA: "menyelesaikan langkah berikut",
    StepKind.PARAF: "memeriksa dan memaraf naskah berikut",
    StepKind.TANDA_TANGAN: "menandatangani naskah berikut",
}

_ONLY_RECORDS = "Tombol hanya mencatat; penandatanganan tetap dilakukan pada naskah."

_ONLY_RECORDS_SHORT = "Tombol hanya mencatat; tanda tangan tetap pada naskah."

_ROUTINE = "Plh. dan Plt.: hanya tugas rutin."
"""UU 30/2014, article 14; the details and the appointment say more."""

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


def say_card(view: TaskView, say: Phrases) -> Message:
    """The card of a task, or a reminder of it; closed, it says who closed it."""
    if view.reminder is not None and not view.on_card:
        return _say_reminder(view, view.reminder, say)
    buttons = keyboard(acts(view), [*others(view), *helps(view)])
    lines = CARD_LINES - ROW_LINES * len(buttons)
    texts = (_card(view, say, room, lines) for room in (SHORT, BRIEF))
    return Message(first_that_fits(texts, lines), buttons)


def _card(view: TaskView, say: Phrases, room: Room, most: int) -> str:
    """The text of a card in about `most` lines: files and notes get what the rest leaves."""
    opening = [_opening(view, say)] if view.mine else []
    gap = [] if room is BRIEF else [""]
    head = [phrases.salutation(view.greeting), *opening, *gap, _short_heading(view, room), *gap]
    known = [*head, *_short_activity(view, room), *_short_facts(view, say)]
    closing = [line for line in [status(view, say, room)] if line]
    left = most - screen_lines("\n".join([*known, *closing]))
    return "\n".join([*known, *on_card(view, room, left), *closing])


def _say_reminder(view: TaskView, kind: ReminderKind, say: Phrases) -> Message:
    """A reminder in a message of its own."""
    if not view.mine:
        return reminding(view, None, status(view, say, BRIEF), in_rows(helps(view)))
    due = None if view.late else f"Tenggat: {bold(say.moment(view.task.due_at))}"
    buttons = keyboard(acts(view), [*attach(view), *helps(view)])
    return reminding(view, _reminder(view, kind, say), due, buttons)


def reminding(
    view: TaskView, first: str | None, last: str | None, buttons: tuple[Row, ...]
) -> Message:
    """What reminds of a task: why, which step of which run, what is to be done, and until when."""
    where = phrases.short_step(view.procedure, view.year, view.step.number, view.unit)
    whats = (bold(safe(view.step.activity.text, room.activity)) for room in (SHORT, BRIEF))
    greeted = phrases.salutation(view.greeting)
    texts = ("\n".join(filter(None, (greeted, first, where, what, last))) for what in whats)
    return Message(first_that_fits(texts, REMINDER_LINES - ROW_LINES * len(buttons)), buttons)


def _opening(view: TaskView, say: Phrases) -> str:
    if view.reminder is not None:
        return _reminder(view, view.reminder, say)
    address = view.greeting.address
    if view.records_for:
        outside = safe(view.records_for, NAME)
        return (
            f"Langkah berikut merupakan kewenangan {outside}. Mohon kesediaan {address} "
            "mencatatnya bila sudah selesai."
        )
    deed = _REQUEST[view.step.kind]
    if view.correction is not None and _repeats(view, view.correction):
        deed = "mengulang langkah berikut"
    return f"Mohon kesediaan {address} {deed}, lalu menekan tombolnya."


def _reminder(view: TaskView, kind: ReminderKind, say: Phrases) -> str:
    address = view.greeting.address
    late = f"Langkah ini terlambat {bold(distance(view.late))}." if view.late else None
    left = "sudah tiba"
    if view.on_card:
        # A card stands for days: it says only what stays true.
        late, left = late and _PASSED, bold(say.moment(view.task.due_at))
    elif view.left:
        left = bold(say.remaining(view.left))
    match kind:
        case ReminderKind.SEBELUM:
            return f"🔔 Dengan hormat kami ingatkan. {late or f'Tenggat langkah ini {left}.'}"
        case ReminderKind.TENGGAT:
            return f"⏰ Dengan hormat kami ingatkan. {_just_due(view) or late}"
        case ReminderKind.HARIAN:
            asked = f"Mohon kesediaan {address} {DEED[view.step.kind]}."
            if view.records_for:
                asked = "Mohon dicatat bila selesai."
            return f"⚠️ Dengan hormat kami ingatkan. {late or _PASSED} {asked}"
        case ReminderKind.TUNDA:
            asked = f"⏰ Sesuai permintaan {address}, kami ingatkan kembali."
            return f"{asked} {late or f'Tenggat langkah ini {left}.'}"
        case ReminderKind.ESKALASI:
            return f"⚠️ {late or _PASSED} Mohon perhatian {address}."


def _just_due(view: TaskView) -> str | None:
    """At the deadline the sender needs a moment: that does not make anybody late."""
    if view.late and (view.late.days or view.late.rest >= FRESH):
        return None
    return "Tenggat langkah ini sudah tiba."


def heading(view: TaskView) -> str:
    """The lines above the activity, with a bar."""
    number = view.step.number
    return phrases.heading(view.sop, view.procedure, view.year, number, _done(view), view.unit)


def _short_heading(view: TaskView, room: Room) -> str:
    title, steps = view.procedure.title, len(view.procedure.steps)
    name = title if width(title) <= _CARD_TITLE else phrases.short(view.procedure)
    unit = f" · {plain(view.unit, min(room.name, _CARD_UNIT))}" if view.unit else ""
    return (
        f"{bold(escaped(name))} tahun {view.year}{escaped(unit)}\n"
        f"Langkah {view.step.number} dari {steps} {phrases.bar(_done(view), steps)}"
    )


def _done(view: TaskView) -> int:
    """How many steps a bar counts: this one once it is done."""
    return view.step.number - (view.task.status is not TaskStatus.SELESAI)


def activity(view: TaskView) -> str:
    """What is to be done, and which repeat it is."""
    return "\n".join(line for line in (_what(view), _again(view)) if line)


def _what(view: TaskView) -> str:
    return bold(safe(view.step.activity.text, ACTIVITY))


def _again(view: TaskView) -> str:
    return f"🔁 Pengulangan ke-{view.repetitions}" if view.repetitions else ""


def _short_activity(view: TaskView, room: Room) -> list[str]:
    """What is to be done and why it is done again, as a card says it."""
    lines, again = [bold(safe(view.step.activity.text, room.activity))], _again(view)
    if (sent := view.correction) and view.task.is_open and not view.halt:
        by = phrases.role(sent.by.role) if room is BRIEF else phrases.signer(sent.by)
        mark = f"{again}, dikembalikan" if again else "↩️ Dikembalikan"
        if not _repeats(view, sent):
            fixed = "sudah diperbaiki setelah dikembalikan"
            mark = f"{again}, {fixed}" if again else f"🔁 {fixed.capitalize()}"
        where = "" if room is BRIEF else f" dari langkah {sent.step.number}"
        lines.append(f"{mark}{where} oleh {by}")
        lines.append(f"Alasan: {safe(sent.reason, room.reason)}")
    elif again:
        lines.append(again)
    return lines


def _repeats(view: TaskView, sent: SentBack) -> bool:
    """Whether it is this step's own work that was sent back, not that of one before it."""
    return sent.to_step.number == view.step.number


def _short_facts(view: TaskView, say: Phrases) -> list[str]:
    """What the step needs and gives, and its deadline; whoever repeats it knows the rest."""
    step, due = view.step, _due(view, say)
    if view.correction is not None:
        return due
    output = f"Output: {safe(step.output.text, _CARD_FACT)}"
    if not view.task.is_open:
        return [output, *due]
    needs = [f"Kelengkapan: {safe(step.inputs.text, _CARD_FACT)}"] if step.inputs.text else []
    return [*needs, output, f"Waktu baku: {step.duration}", *due]


def _due(view: TaskView, say: Phrases) -> list[str]:
    # A reminder has said in its first sentence that it has passed.
    passed = view.late and view.task.is_open and not (view.mine and view.reminder)
    mark = " ⚠️ sudah lewat" if passed else ""
    return [f"Tenggat: {bold(say.moment(view.task.due_at))}{mark}"]


def repetition(view: TaskView, say: Phrases) -> list[str]:
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


def facts(view: TaskView, say: Phrases) -> list[str]:
    """What the step needs and gives, how long it takes, and until when it is due."""
    step = view.step
    room = DETAIL if view.correction is None else _SHORT
    lines = []
    if view.records_for:
        lines.append(f"Pelaksana: {safe(view.records_for, NAME)}")
    if step.inputs.text:
        lines.append(f"Kelengkapan: {safe(step.inputs.text, room)}")
    lines += [f"Output: {safe(step.output.text, room)}", f"Waktu baku: {step.duration}"]
    return [*lines, *_due(view, say)]


def status(view: TaskView, say: Phrases, room: Room = FULL) -> str:
    """How the task stands, and what is asked of the reader."""
    stands = view.task.status
    if stands is TaskStatus.SELESAI:
        return _closed(view, say, room)
    if view.sent_back:
        sent = view.sent_back
        return (
            f"↩️ Dikembalikan ke langkah {sent.to_step.number} oleh {phrases.signer(sent.by, room)} "
            f"pada {say.moment(sent.by.at)}.\nAlasan: {safe(sent.reason, room.reason)}"
        )
    if stands is TaskStatus.DIKEMBALIKAN:
        return "Dikembalikan untuk diperbaiki."
    if stands is TaskStatus.GUGUR:
        return "Langkah ini diulang, sehingga konfirmasi yang dahulu tidak berlaku lagi."
    if view.halt:
        return phrases.halted(view.halt, say, room)
    if stands is TaskStatus.DITARIK:
        return (
            "Konfirmasi langkah sebelumnya diurungkan, sehingga langkah ini belum dimulai. Kartu "
            "baru kami kirim bila sudah gilirannya."
        )
    parts = []
    if view.asks_time:
        parts.append("⏳ Perpanjangan menunggu keputusan.")
    if view.step.all_must_confirm:
        parts += _count(view, room)
    elif not view.mine:
        parts.append(_waiting(view, room))
    elif len(view.performers) > 1 and view.correction is None:
        names = [safe(person.name, room.name) for person in view.performers]
        parts.append(f"Cukup satu konfirmasi: {gathered(names, room.row, 'atau')}")
    signs = view.mine and view.step.kind is StepKind.TANDA_TANGAN
    if view.mine and view.acting:
        parts.append(f"{_ONLY_RECORDS_SHORT} {_ROUTINE}" if signs else f"ℹ️ {_ROUTINE}")
    elif signs:
        parts.append(_ONLY_RECORDS)
    return "\n".join(parts)


def _closed(view: TaskView, say: Phrases, room: Room) -> str:
    kind = view.step.kind
    late = f"{phrases.punctual(view.late, view.task.extended_by).capitalize()}."
    if not view.signed:
        return f"✅ Selesai. {late}"
    last = view.signed[-1]
    at = say.moment(view.task.closed_at or last.at)
    if view.step.all_must_confirm or last.recorded_for is None:
        who = view.signed if view.step.all_must_confirm else [last]
        return f"{_CLOSED[kind].format(phrases.signers(who, room), at)} {late}"
    outside = _CLOSED_OUTSIDE[kind].format(safe(last.recorded_for, NAME))
    by = f"{safe(last.name, room.name)} ({phrases.role(last.role)})"
    return f"{outside} Dicatat oleh {by} pada {at}. {late}"


def _waiting(view: TaskView, room: Room) -> str:
    if view.records_for:
        return f"Langkah ini {AWAITED[StepKind.KERJA]} {safe(view.records_for, NAME)}."
    if not view.performers:
        return "Peran untuk langkah ini belum dipegang siapa pun."
    whom = phrases.performers(view.performers, room=room)
    return f"Langkah ini {AWAITED[view.step.kind]} {whom}."


def _count(view: TaskView, room: Room) -> list[str]:
    have = Counter(person.name for person in view.signed)
    missing = []
    for person in view.performers:
        if have[person.name]:
            have[person.name] -= 1
        else:
            missing.append(person.name)
    lines = [phrases.counted(len(view.signed), view.required)]
    if room is BRIEF:
        return lines
    for word, names in (("Sudah", [p.name for p in view.signed]), ("Belum", missing)):
        if names:
            shown = gathered([safe(name, room.name) for name in names], room.row)
            lines.append(f"{word}: {shown}")
    return lines
