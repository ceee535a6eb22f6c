"""What cards and details say of a task's files and notes."""

from __future__ import annotations

from bot.features.evidence.views import FileLine, together
from bot.features.phrases import Room
from bot.features.tasks.views import NoteLine, TaskView
from bot.ui.markup import gathered, safe
from bot.ui.message import screen_lines

_NOTE, _NAME, _NAMES = 55, 28, 40
"""What a card shows of a note, of a name, and of the names of files; the details tell all."""


def on_card(view: TaskView, room: Room, most: int) -> list[str]:
    """What a card says of files and notes, as much as fits into `most` lines of a telephone's
    screen. What was directed about the step is always said."""
    lines = []
    own = [line for line in view.files if line.own]
    if own:
        lines.append(f"📎 Berkas: {gathered(list(map(_evidence, together(own))), room=_NAMES)}")
    elif view.step.evidence_required and view.task.is_open:
        lines.append("📎 Output langkah ini wajib dilampirkan sebelum dikonfirmasi.")
    if before := len(view.files) - len(own):
        lines.append(f"📂 Dari langkah lainnya: {before} berkas")
    # What was directed about this step stays, however much is said after it.
    directed = [line for line in view.notes if _directs(line, view)][-1:]
    # A card that tells why the step is done again has no room for more.
    newest = [line for line in view.notes[-1:] if line not in directed and not view.correction]
    said = [note(line, _NAME, room.note, here=view.step.number) for line in directed]
    lines += said
    lines += [note(line, _NAME, _NOTE, here=view.step.number) for line in newest]
    if more := len(view.notes) - len(directed) - len(newest):
        lines.append(f"📝 {more} catatan{' lainnya' if newest else ''} ada di Rincian.")
    kept = []
    for line in lines:
        most -= screen_lines(line)
        if most >= 0 or line in said:
            kept.append(line)
    return kept


def _evidence(files: list[FileLine]) -> str:
    more = f" (album, {len(files)} berkas)" if len(files) > 1 else ""
    return safe(files[0].file.name, _NAME) + more


def _directs(line: NoteLine, view: TaskView) -> bool:
    return line.direction and line.step == view.step.number


def note(line: NoteLine, name: int, room: int, here: int | None = None) -> str:
    """Who wrote what about which step; nothing of it about the step `here`."""
    mark = "📣 Arahan" if line.direction else "📝"
    facts = [f"langkah {line.step}"] if line.step != here else []
    facts += ["diubah"] if line.edited else []
    known = f" ({', '.join(facts)})" if facts else ""
    return f"{mark} {safe(line.by.name, name)}{known}: {safe(line.text, room)}"
