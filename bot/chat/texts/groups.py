"""What the office's groups are told. No buttons: what stands in a group is for everybody."""

from __future__ import annotations

from bot.chat.paging import Message
from bot.chat.texts import voice
from bot.chat.texts.voice import NAME, TITLE, Voice
from bot.domain.groups import MOST_A_DAY
from bot.domain.run import RunStatus
from bot.ui.markup import bold, safe, width
from bot.usecases.views import (
    GroupLinkedView,
    GroupLostView,
    GroupNewsView,
    GroupRow,
    GroupsView,
)

_ROOM = 3300
_ACTIVITY = 160
_STEPS = 6
_GROUPS = 15


def news(view: GroupNewsView, say: Voice) -> Message:
    """What happened since the group was told last."""
    parts = [f"📣 {bold('Kabar pelaksanaan SOP')}"]
    room = _ROOM
    for number, row in enumerate(view.rows):
        text = _run(row, say)
        room -= width(text) + 2
        if room < 0:
            parts.append(f"… dan {len(view.rows) - number} pelaksanaan lainnya.")
            break
        parts.append(text)
    return Message("\n\n".join(parts))


def linked(view: GroupLinkedView) -> Message:
    """A group is told from now on, or no longer."""
    if not view.linked:
        return Message("Grup ini tidak lagi menerima kabar dari Kawal SOP. Terima kasih.")
    what = "seluruh kantor" if view.procedure is None else safe(view.procedure.title, TITLE)
    return Message(
        f"🔗 Grup ini kini menerima kabar {bold(what)}: pelaksanaan yang dimulai, langkah yang "
        f"selesai, dan yang terlambat, paling banyak {MOST_A_DAY} pesan sehari pada jam kerja. "
        "Konfirmasi tetap melalui percakapan pribadi dengan bot ini."
    )


def overview(view: GroupsView) -> Message:
    """How groups are linked, and which are."""
    parts = [
        "Tambahkan bot ini ke grup, lalu ketik di dalam grup itu:\n"
        "<code>/hubungkan kantor</code> untuk kabar seluruh kantor,\n"
        "<code>/hubungkan lakip</code> untuk satu prosedur, atau\n"
        "<code>/hubungkan lepas</code> untuk menghentikannya."
    ]
    if not view.groups:
        parts.append("Belum ada grup yang terhubung.")
    else:
        lines = [
            f"• {safe(title, NAME)}: {safe(code or 'seluruh kantor', 30)}"
            for title, code in view.groups[:_GROUPS]
        ]
        if len(view.groups) > _GROUPS:
            lines.append(f"dan {len(view.groups) - _GROUPS} lainnya")
        parts.append("\n".join([bold(f"Grup yang terhubung ({len(view.groups)})"), *lines]))
    return Message("\n\n".join(parts))


def lost(view: GroupLostView) -> Message:
    """The bot cannot write to a group any more."""
    return Message(
        f"{voice.hail(view.greeting)}\n\n⚠️ Kawal SOP tidak dapat lagi menulis di grup "
        f"{bold(safe(view.title, NAME))}, sehingga hubungannya dilepas. Bila grup itu masih "
        "diperlukan, mohon menambahkan kembali bot ini, lalu mengetik /hubungkan di sana."
    )


def _run(row: GroupRow, say: Voice) -> str:
    run = row.run
    steps = len(run.procedure.steps)
    lines = [voice.title(run.procedure, run.year)]
    if row.started:
        lines.append("▶️ Dimulai")
    lines += [
        f"✅ Langkah {step.number} selesai: {safe(step.activity.text, _ACTIVITY)}"
        for step in row.closed[-_STEPS:]
    ]
    match run.status:
        case RunStatus.SELESAI:
            lines.append("🏁 Seluruhnya selesai. Terima kasih.")
        case RunStatus.DIBATALKAN:
            lines.append("⛔ Dibatalkan")
        case RunStatus.DIJEDA:
            lines.append("⏸ Sedang dijeda")
        case RunStatus.BERJALAN:
            for current in row.current[:2]:
                lines += say.current(current, steps)
    return "\n".join(lines)
