"""The card of a task: what it says, the buttons under it, and the answer to a confirmation."""

from __future__ import annotations

from collections import Counter

from bot.domain.reminders import FRESH, ReminderKind
from bot.domain.run import TaskStatus
from bot.domain.sop import StepKind
from bot.features import phrases
from bot.features.evidence.texts import AttachFile, SendFiles
from bot.features.extension import AskExtension
from bot.features.phrases import ACTIVITY, AWAITED, DEED, DETAIL, NAME, REASON, Phrases
from bot.features.review import AskReturn, Undo
from bot.features.tasks.attached import files_and_notes
from bot.features.tasks.views import TaskView
from bot.indonesian import distance
from bot.ui.buttons import Button, Row, Show, Tap, Token, beside, button
from bot.ui.markup import bold, gathered, lines, safe
from bot.ui.message import ROW_LINES, Message


class Confirm(Tap, prefix="ok", after=Show.NOTHING):
    """Confirm the task with this token."""

    token: Token


class Snooze(Tap, prefix="snz", after=Show.NOTHING):
    """Remind of the task with this token in one hour."""

    token: Token


class ShowDetail(Tap, prefix="info", after=Show.NOTHING):
    """Show everything about the task with this token."""

    token: Token


_CARD = 28
"""Lines of a telephone's screen that a card takes with its buttons. What is left out where it would
take more is in the details."""

_PASSED = "Langkah ini melewati tenggat."

_CUT = 120
"""What a card shows of an activity, a reason, or a row of people."""

_WHO = 40
"""What a card shows of the name of who sent the work back."""

_SHORT = 100
"""What is shown of what stands beside a reason."""

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
    "Tombol hanya mencatat; penandatanganan tetap dilakukan pada naskah.",
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


def say_card(view: TaskView, say: Phrases) -> Message:
    """The card of a task, or a reminder of it; closed, it says who closed it."""
    if view.reminder is not None and not view.on_card:
        return _say_reminder(view, view.reminder, say)
    opening = [phrases.salutation(view.greeting), *([_opening(view, say)] if view.mine else [])]
    until = due(view, say)
    head = heading(view).split("\n")
    what = [*head, *activity(view, _CUT).split("\n")]
    why, before, needs = correction(view, say, _CUT), earlier(view, say), facts(view)
    attached, closing = files_and_notes(view), status(view, say, _CUT).split("\n")
    parts = [opening, what, [*why, *before], [*needs, *until], attached, closing]
    # What is left out first stands first.
    spare = what[:1] if view.sop.name != view.procedure.title else []
    spare += [*needs[-1:], *before[::-1], *attached[:0:-1], *needs[-2::-1], *attached[:1]]
    spare += [phrases.bar(_done(view), len(view.procedure.steps)), *what[len(head) + 1 :]]
    spare += [*until[:-1], *(closing[::-1] if view.mine else why)]
    keys = _buttons(view)
    return Message(_fitted(parts, spare, _CARD - ROW_LINES * len(keys)), keys)


def _fitted(parts: list[list[str]], spare: list[str], room: int) -> str:
    """The paragraphs without as many of the `spare` lines as there is no room for."""

    def text(gap: str = "\n\n") -> str:
        return gap.join("\n".join(part) for part in parts if any(part))

    for line in spare:
        if lines(text()) <= room:
            break
        parts = [[kept for kept in part if kept != line] for part in parts]
    return text() if lines(text()) <= room else text("\n")


def _say_reminder(view: TaskView, kind: ReminderKind, say: Phrases) -> Message:
    """A reminder in a message of its own: what it is about, and until when."""
    text = [phrases.salutation(view.greeting)]
    if view.mine:
        text.append(_reminder(view, kind, say))
    text += phrases.brief_heading(view.procedure, view.year, view.step, view.unit)
    if not view.mine:
        return Message("\n".join([*text, status(view, say, _SHORT)]), _buttons(view))
    text.append(f"Tenggat: {bold(say.moment(view.task.due_at))}")
    return Message("\n".join(text), beside((*acts(view), *_helps(view))))


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
    request = _REQUEST[view.step.kind].format(address=address)
    if view.correction is None or view.correction.to_step.number == view.step.number:
        return request
    return f"{request} Pekerjaan ini sudah diperbaiki setelah dikembalikan."


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
            deed = "mencatatnya" if view.records_for else DEED[view.step.kind]
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
    """The lines above the activity; the bar counts this step once it is done."""
    step, done = view.step.number, _done(view)
    return phrases.heading(view.sop, view.procedure, view.year, step, done, view.unit)


def _done(view: TaskView) -> int:
    return view.step.number - (view.task.status is not TaskStatus.SELESAI)


def activity(view: TaskView, room: int = ACTIVITY) -> str:
    """What is to be done, and which repeat it is."""
    again = f"\n🔁 Pengulangan ke-{view.repetitions}" if view.repetitions else ""
    return bold(safe(view.step.activity.text, room)) + again


def correction(view: TaskView, say: Phrases, room: int = REASON) -> list[str]:
    """Why a step is done again; `room` is what is shown of the reason."""
    sent = view.correction
    if sent is None or not view.task.is_open or view.halt:
        return []
    who = (
        phrases.signer(sent.by)
        if room == REASON
        else safe(sent.by.recorded_for or sent.by.name, _WHO)
    )
    return [
        f"↩️ Dikembalikan dari langkah {sent.step.number} oleh {who} pada {say.moment(sent.by.at)}",
        f"Alasan: {safe(sent.reason, room)}",
    ]


def earlier(view: TaskView, say: Phrases) -> list[str]:
    """What a step that is done again came to before."""
    before = view.earlier
    if before is None or not view.task.is_open or view.halt:
        return []
    found = []
    if before.signed:
        names = gathered([safe(p.name, _SHORT) for p in before.signed], room=_SHORT)
        output, at = safe(view.step.output.text, _SHORT), before.signed[-1].at
        found.append(f"Hasil sebelumnya: {output}, oleh {names}, {say.moment(at)}")
    if before.evidence:
        files = gathered([safe(name, _SHORT) for name in before.evidence], room=_SHORT)
        found.append(f"Lampiran sebelumnya: {files}")
    return found


def facts(view: TaskView) -> list[str]:
    """What the step needs and gives, and how long it takes."""
    step = view.step
    return [
        *([f"Kelengkapan: {safe(step.inputs.text, DETAIL)}"] if step.inputs.text else []),
        f"Output: {safe(step.output.text, DETAIL)}",
        f"Waktu baku: {step.duration}",
    ]


def due(view: TaskView, say: Phrases) -> list[str]:
    """Until when the step is due, and whose it is where somebody records it for them."""
    found = [f"Pelaksana: {safe(view.records_for, NAME)}"] if view.records_for else []
    # A reminder has said it in its first sentence.
    if view.late and view.task.is_open and not (view.mine and view.reminder):
        found.append("⚠️ Sudah melewati tenggat")
    return [*found, f"Tenggat: {bold(say.moment(view.task.due_at))}"]


def status(view: TaskView, say: Phrases, room: int = REASON) -> str:
    """How the task stands, and what is asked of the reader; `room` is what is shown of a reason, or
    of people in a row."""
    stands = view.task.status
    if stands is TaskStatus.SELESAI:
        return _closed(view, say, room)
    if view.sent_back:
        sent = view.sent_back
        return (
            f"↩️ Dikembalikan ke langkah {sent.to_step.number} oleh {phrases.signer(sent.by)} pada "
            f"{say.moment(sent.by.at)}.\nAlasan: {safe(sent.reason, room)}"
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
        parts.append("⏳ Permohonan perpanjangan menunggu keputusan.")
    if view.step.all_must_confirm:
        parts += _count(view, room)
    elif not view.mine:
        parts.append(_waiting(view, room))
    elif len(view.performers) > 1:
        parts.append(
            f"Cukup satu konfirmasi, dari {phrases.performers(view.performers, room=room)}."
        )
    if view.mine:
        parts.append(_WHEN_DONE[view.step.kind])
    return "\n".join(parts)


def _closed(view: TaskView, say: Phrases, room: int) -> str:
    kind = view.step.kind
    late = f"{phrases.punctual(view.late).capitalize()}."
    if not view.signed:
        return f"✅ Selesai. {late}"
    last = view.signed[-1]
    at = say.moment(view.task.closed_at or last.at)
    if view.step.all_must_confirm or last.recorded_for is None:
        who = view.signed if view.step.all_must_confirm else [last]
        return f"{_CLOSED[kind].format(phrases.signers(who, room), at)} {late}"
    outside = _CLOSED_OUTSIDE[kind].format(safe(last.recorded_for, NAME))
    by = f"{safe(last.name, NAME)} ({phrases.role(last.role)})"
    return f"{outside} Dicatat oleh {by} pada {at}. {late}"


def _waiting(view: TaskView, room: int) -> str:
    if view.records_for:
        return f"Langkah ini {AWAITED[StepKind.KERJA]} {safe(view.records_for, NAME)}."
    if not view.performers:
        return "Peran untuk langkah ini belum dipegang siapa pun."
    return (
        f"Langkah ini {AWAITED[view.step.kind]} {phrases.performers(view.performers, room=room)}."
    )


def _count(view: TaskView, room: int) -> list[str]:
    have = Counter(person.name for person in view.signed)
    missing = []
    for person in view.performers:
        if have[person.name]:
            have[person.name] -= 1
        else:
            missing.append(person.name)
    found = [phrases.counted(len(view.signed), view.required)]
    for word, names in (("Sudah", [p.name for p in view.signed]), ("Belum", missing)):
        if names:
            found.append(f"{word}: {gathered([safe(name, NAME) for name in names], room=room)}")
    return found


def _buttons(view: TaskView) -> tuple[Row, ...]:
    keys = (*deeds(view), *_helps(view))
    first = keys[: int(view.mine)]
    return (*([first] if first else []), *beside(keys[len(first) :]))


def _helps(view: TaskView) -> list[Button]:
    """What helps the reader before the task is done."""
    keys = []
    if view.mine and not view.asks_time:
        keys.append(button("⏳ Perpanjang", AskExtension(view.token)))
    keys.append(button("ℹ️ Rincian", ShowDetail(view.token)))
    if view.mine and view.reminder is not None:
        keys.append(button("⏰ 1 jam lagi", Snooze(view.token)))
    return keys


def acts(view: TaskView) -> tuple[Button, ...]:
    """What the reader can do to bring a task on."""
    kind, outside = view.step.kind, view.records_for
    keys: list[Button] = []
    if view.mine:
        label = _RECORDING[kind].format(outside) if outside else _ACTION[kind]
        keys.append(button(label, Confirm(view.token), "success"))
    if view.mine and view.step.return_to is not None:
        keys.append(button("↩️ Kembalikan", AskReturn(view.token), "danger"))
    return tuple(keys)


def deeds(view: TaskView) -> tuple[Button, ...]:
    """What the reader can do about a task, and its files."""
    keys = [*acts(view)]
    if view.mine:
        keys.append(button("📎 Lampirkan", AttachFile(view.token)))
    if view.undoable:
        keys.append(button("↶ Urungkan", Undo(view.token)))
    if view.files:
        keys.append(button(f"📂 Berkas ({len(view.files)})", SendFiles(view.token)))
    return tuple(keys)
