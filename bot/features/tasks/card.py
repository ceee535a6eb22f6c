"""The card of a task: what it says, the buttons under it, and the answer to a confirmation."""

from __future__ import annotations

from collections import Counter

from bot.domain.reminders import FRESH, ReminderKind
from bot.domain.run import TaskStatus
from bot.domain.sop import StepKind
from bot.features import phrases
from bot.features.evidence.texts import AttachFile, SendFiles
from bot.features.extension import AskExtension
from bot.features.phrases import ACTIVITY, AWAITED, DEED, DETAIL, NAME, REASON, UNIT, Phrases
from bot.features.review import AskReturn, Undo
from bot.features.tasks.attached import on_card
from bot.features.tasks.views import TaskView
from bot.indonesian import distance
from bot.ui.buttons import Button, Row, Show, Tap, Token, button
from bot.ui.markup import bold, escaped, gathered, plain, safe, width
from bot.ui.message import Message


class Confirm(Tap, prefix="ok", after=Show.NOTHING):
    """Confirm the task with this token."""

    token: Token


class Snooze(Tap, prefix="snz", after=Show.NOTHING):
    """Remind of the task with this token in one hour."""

    token: Token


class ShowDetail(Tap, prefix="info", after=Show.NOTHING):
    """Show everything about the task with this token."""

    token: Token


_CARD = 3800
"""Units of HTML on a card. What must be said takes less; files and notes get the rest."""

_PASSED = "Langkah ini melewati tenggat."
_REMINDED = 120
"""What a reminder shows of an activity."""

_REASON, _SHORT = 520, 100
"""What is shown of a reason, and of what stands beside it."""

_CARD_REASON, _CARD_FACT, _CARD_NAMES = 90, 70, 70
"""The same on a card, which has to fit half of a telephone's screen; the details tell all."""

_CARD_TITLE, _ALONE = 45, 24
"""A procedure with a longer title is named by its code; a longer label has a row of its own."""

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
    opening = f"\n{_opening(view, say)}" if view.mine else ""
    parts = [f"{phrases.salutation(view.greeting)}{opening}", _short_heading(view)]
    closing = status(view, say)
    lines = [*_short_activity(view), *_short_facts(view, say)]
    lines += [on_card(view, _CARD - width("".join((*parts, *lines, closing)))), closing]
    parts.append("\n".join(line for line in lines if line))
    return Message("\n\n".join(parts), _buttons(view))


def _say_reminder(view: TaskView, kind: ReminderKind, say: Phrases) -> Message:
    """A reminder in a message of its own: what it is about, and until when."""
    lines = [phrases.salutation(view.greeting)]
    if view.mine:
        lines.append(_reminder(view, kind, say))
    lines.append(phrases.short_step(view.procedure, view.year, view.step.number, view.unit))
    lines.append(bold(safe(view.step.activity.text, _REMINDED)))
    if not view.mine:
        return Message("\n".join([*lines, status(view, say)]), _buttons(view))
    lines.append(f"Tenggat: {bold(say.moment(view.task.due_at))}")
    return Message("\n".join(lines), _buttons(view))


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
    deed, more, sent = _REQUEST[view.step.kind], "", view.correction
    if sent is not None and sent.to_step.number == view.step.number:
        deed = "mengulang langkah berikut"
    elif sent is not None:
        more = " Pekerjaan ini sudah diperbaiki setelah dikembalikan."
    return f"Mohon kesediaan {address} {deed}, lalu menekan tombolnya.{more}"


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
            deed = "mencatatnya bila sudah selesai" if view.records_for else DEED[view.step.kind]
            asked = f"Mohon kesediaan {address} {deed}."
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


def _short_heading(view: TaskView) -> str:
    title, steps = view.procedure.title, len(view.procedure.steps)
    name = title if width(title) <= _CARD_TITLE else phrases.short(view.procedure)
    unit = f" · {plain(view.unit, UNIT)}" if view.unit else ""
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
    # What is done again has more to tell.
    room = ACTIVITY if view.correction is None else DETAIL
    return bold(safe(view.step.activity.text, room))


def _again(view: TaskView) -> str:
    return f"🔁 Pengulangan ke-{view.repetitions}" if view.repetitions else ""


def _short_activity(view: TaskView) -> list[str]:
    """What is to be done and why it is done again, as a card says it."""
    lines, again = [_what(view)], _again(view)
    if (sent := view.correction) and view.task.is_open and not view.halt:
        by = f"dari langkah {sent.step.number} oleh {phrases.signer(sent.by)}"
        lines.append(f"{again}, dikembalikan {by}" if again else f"↩️ Dikembalikan {by}")
        lines.append(f"Alasan: {safe(sent.reason, _CARD_REASON)}")
    elif again:
        lines.append(again)
    return lines


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
    lines = [f"Tenggat: {bold(say.moment(view.task.due_at))}"]
    # A reminder has said it in its first sentence.
    if view.late and view.task.is_open and not (view.mine and view.reminder):
        lines.append("⚠️ Sudah melewati tenggat")
    return lines


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


def status(view: TaskView, say: Phrases) -> str:
    """How the task stands, and what is asked of the reader."""
    stands = view.task.status
    if stands is TaskStatus.SELESAI:
        return _closed(view, say)
    if view.sent_back:
        sent = view.sent_back
        return (
            f"↩️ Dikembalikan ke langkah {sent.to_step.number} oleh {phrases.signer(sent.by)} pada "
            f"{say.moment(sent.by.at)}.\nAlasan: {safe(sent.reason, REASON)}"
        )
    if stands is TaskStatus.DIKEMBALIKAN:
        return "Dikembalikan untuk diperbaiki."
    if stands is TaskStatus.GUGUR:
        return "Langkah ini diulang, sehingga konfirmasi yang dahulu tidak berlaku lagi."
    if view.halt:
        return phrases.halted(view.halt, say)
    if stands is TaskStatus.DITARIK:
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
    elif len(view.performers) > 1 and view.correction is None:
        names = [safe(person.name, NAME) for person in view.performers]
        parts.append(f"Cukup satu konfirmasi: {gathered(names, _CARD_NAMES, 'atau')}")
    signs = view.mine and view.step.kind is StepKind.TANDA_TANGAN
    if view.mine and view.acting:
        parts.append(f"{_ONLY_RECORDS_SHORT} {_ROUTINE}" if signs else f"ℹ️ {_ROUTINE}")
    elif signs:
        parts.append(_ONLY_RECORDS)
    return "\n".join(parts)


def _closed(view: TaskView, say: Phrases) -> str:
    kind = view.step.kind
    late = f"{phrases.punctual(view.late).capitalize()}."
    if not view.signed:
        return f"✅ Selesai. {late}"
    last = view.signed[-1]
    at = say.moment(view.task.closed_at or last.at)
    if view.step.all_must_confirm or last.recorded_for is None:
        who = view.signed if view.step.all_must_confirm else [last]
        return f"{_CLOSED[kind].format(phrases.signers(who), at)} {late}"
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
            shown = gathered([safe(name, NAME) for name in names], room=_CARD_NAMES)
            lines.append(f"{word}: {shown}")
    return lines


def _buttons(view: TaskView) -> tuple[Row, ...]:
    """What can be done, two buttons in a row: a card has to be small."""
    keys = [key for row in deeds(view) for key in row]
    if view.mine and not view.asks_time:
        keys.append(button("⏳ Perpanjang", AskExtension(view.token)))
    keys.append(button("ℹ️ Rincian", ShowDetail(view.token)))
    if view.mine and view.reminder is not None:
        keys.append(button("⏰ Ingatkan 1 jam lagi", Snooze(view.token)))
    # A long label would be cut beside another.
    alone = 1 if width(keys[0].label) > _ALONE else 0
    pairs = (tuple(keys[n : n + 2]) for n in range(alone, len(keys), 2))
    return (*((key,) for key in keys[:alone]), *pairs)


def deeds(view: TaskView) -> tuple[Row, ...]:
    """What the reader can do about a task, and its files."""
    kind, outside = view.step.kind, view.records_for
    rows: list[Row] = []
    if view.mine:
        label = _RECORDING[kind].format(outside) if outside else _ACTION[kind]
        rows.append((button(label, Confirm(view.token), "success"),))
    if view.mine and view.step.return_to is not None:
        label = f"↩️ Catat: dikembalikan {outside}" if outside else "↩️ Kembalikan"
        rows.append((button(label, AskReturn(view.token), "danger"),))
    if view.undoable:
        rows.append((button("↶ Urungkan", Undo(view.token)),))
    if files := _file_buttons(view):
        rows.append(files)
    return tuple(rows)


def _file_buttons(view: TaskView) -> tuple[Button, ...]:
    """📎 for whose task it is, 📂 where there is something to read."""
    found = [button("📎 Lampirkan", AttachFile(view.token))] if view.mine else []
    if view.files:
        found.append(button(f"📂 Berkas ({len(view.files)})", SendFiles(view.token)))
    return tuple(found)
