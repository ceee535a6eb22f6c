"""What cards and details say of a task's files and notes."""

from __future__ import annotations

from bot.features.evidence.views import FileLine, together
from bot.features.tasks.views import NoteLine, TaskView
from bot.ui.markup import gathered, safe, width

_DIRECTED, _ON_CARD, _NAME, _NAMES = 120, 55, 28, 40
"""What a card shows of an arahan, of a note, of a name, and of the names of files; the details
tell all."""


def on_card(view: TaskView, room: int) -> str:
    """What a card says of files and notes in at most `room` units; empty where there is nothing
    to say, or no room to say it: the details tell all of it."""
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
    lines += [note(line, _NAME, _DIRECTED) for line in directed]
    lines += [note(line, _NAME, _ON_CARD) for line in newest]
    if more := len(view.notes) - len(directed) - len(newest):
        lines.append(f"📝 {more} catatan{' lainnya' if newest else ''} ada di Rincian.")
    kept = []
    for line in lines:
        room -= width(line) + 1
        if room >= 0:
            kept.append(line)
    return "\n".join(kept)


def _evidence(files: list[FileLine]) -> str:
    more = f" (album, {len(files)} berkas)" if len(files) > 1 else ""
    return safe(files[0].file.name, _NAME) + more


def _directs(line: NoteLine, view: TaskView) -> bool:
    return line.direction and line.step == view.step.number


def note(line: NoteLine, name: int, room: int) -> str:
    """Who wrote what about which step."""
    mark = "📣 Arahan" if line.direction else "📝"
    edited = ", diubah" if line.edited else ""
    said = safe(line.text, room)
    return f"{mark} {safe(line.by.name, name)} (langkah {line.step}{edited}): {said}"
