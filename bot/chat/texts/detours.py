"""What leaves the straight way: work sent back, more time, a rest, an end, the team."""

from __future__ import annotations

from bot.chat.markup import bold, gathered, safe
from bot.chat.paging import Message
from bot.chat.texts import voice
from bot.chat.texts.voice import ACTIVITY, NAME, Voice
from bot.domain.notices import RunChange
from bot.domain.sop import Step
from bot.usecases.views import (
    DeadlineChangedView,
    ExtensionAnsweredView,
    ExtensionView,
    ReturnedView,
    RunChangedView,
    TeamNamedView,
)

REASON = 600
"""What is shown of a reason; it is asked to be short."""

_CHANGED = {
    RunChange.DIJEDA: "⏸ Pelaksanaan berikut dijeda. Selama jeda, waktunya tidak dihitung.",
    RunChange.DILANJUTKAN: "▶️ Pelaksanaan berikut dilanjutkan.",
    RunChange.DIBATALKAN: "⛔ Pelaksanaan berikut dibatalkan. Catatannya tetap tersimpan.",
    RunChange.DIBUKA: "↩️ Konfirmasi terakhir ditarik kembali, sehingga pelaksanaan berikut "
    "belum selesai.",
}


def returned(view: ReturnedView, say: Voice) -> Message:
    """The officials in between hear that their paraf is void, and will be asked again."""
    parts = [
        voice.hail(view.greeting),
        f"↩️ {voice.signer(view.by)} mengembalikan pekerjaan pada langkah {view.step.number} "
        f"ke langkah {view.to_step.number} untuk diperbaiki, pada {say.moment(view.by.at)}.",
        say.run(view.run),
        f"Kembali ke: {_activity(view.to_step)}\nAlasan: {safe(view.reason, REASON)}",
        f"Konfirmasi {view.greeting.address} sebelumnya tidak berlaku lagi, dan akan kami mohonkan "
        "kembali setelah perbaikan sampai pada gilirannya.",
    ]
    return Message("\n\n".join(parts))


def extension(view: ExtensionView, say: Voice) -> Message:
    """A wish for more time, for whoever decides."""
    parts = [
        voice.hail(view.greeting),
        f"⏳ {voice.signer(view.asked)} memohon perpanjangan waktu "
        f"{bold(str(view.extension.amount))}.",
        f"{say.run(view.run)}\n{_activity(view.step)}",
        f"Alasan: {safe(view.extension.reason, REASON)}\n"
        f"Tenggat sekarang: {say.moment(view.task.due_at)}",
    ]
    if view.decided is not None:
        verdict = "✅ Disetujui" if view.extension.granted else "Tidak disetujui"
        parts.append(
            f"{verdict} oleh {voice.signer(view.decided)} pada {say.moment(view.decided.at)}."
        )
    elif view.open:
        parts.append(f"Bila disetujui, tenggatnya menjadi {bold(say.moment(view.until))}.")
    else:
        parts.append("Langkahnya tidak menunggu lagi, sehingga tidak perlu diputuskan.")
    return Message("\n\n".join(parts))


def extension_answered(view: ExtensionAnsweredView, say: Voice) -> Message:
    """What was decided, for those whose task it is."""
    by = voice.signer(view.decided)
    amount = bold(str(view.extension.amount))
    if view.extension.granted:
        news = f"✅ Perpanjangan waktu {amount} disetujui oleh {by}."
        due = f"Tenggat sekarang: {bold(say.moment(view.task.due_at))}"
    else:
        news = f"Mohon maaf, perpanjangan waktu {amount} tidak disetujui oleh {by}."
        due = f"Tenggat tetap: {bold(say.moment(view.task.due_at))}"
    parts = [voice.hail(view.greeting), news, f"{say.run(view.run)}\n{_activity(view.step)}", due]
    return Message("\n\n".join(parts))


def deadline_changed(view: DeadlineChangedView, say: Voice) -> Message:
    """The calendar moved the recipient's deadline."""
    parts = [
        voice.hail(view.greeting),
        f"📅 Tenggat tugas berikut berubah karena {safe(view.why, REASON)}.",
        f"{say.run(view.run)}\n{_activity(view.step)}",
        f"Semula: {say.moment(view.was)}\nMenjadi: {bold(say.moment(view.task.due_at))}",
    ]
    return Message("\n\n".join(parts))


def run_changed(view: RunChangedView, say: Voice) -> Message:
    """A run rests, goes on, ends before its time, or is open again."""
    facts = []
    if view.by is not None:
        facts.append(f"Oleh: {voice.signer(view.by)}, {say.moment(view.by.at)}")
    if view.reason:
        facts.append(f"Alasan: {safe(view.reason, REASON)}")
    parts = [voice.hail(view.greeting), _CHANGED[view.change], say.run(view.run)]
    if facts:
        parts.append("\n".join(facts))
    if view.change in (RunChange.DILANJUTKAN, RunChange.DIBUKA):
        steps = len(view.run.procedure.steps)
        parts += ["\n".join(say.current(current, steps)) for current in view.current[:1]]
    return Message("\n\n".join(parts))


def team_named(view: TeamNamedView, say: Voice) -> Message:
    """Somebody is of a run's team from now on, or is so no longer."""
    address = view.greeting.address
    if view.included:
        news = f"👥 {address} tercantum dalam Tim Pelaksana untuk pelaksanaan berikut."
    else:
        news = f"{address} tidak lagi tercantum dalam Tim Pelaksana untuk pelaksanaan berikut."
    parts = [voice.hail(view.greeting), news, say.run(view.run)]
    if view.included:
        lines = [f"Ketua: {safe(view.chair, NAME)}"] if view.chair else []
        lines.append(f"Anggota: {gathered([safe(name, NAME) for name in view.members])}")
        parts.append("\n".join(lines))
    return Message("\n\n".join(parts))


def _activity(step: Step) -> str:
    return f"Langkah {step.number}: {safe(step.activity.text, ACTIVITY)}"
