"""What a card says of the files and notes of its task."""

from __future__ import annotations

from bot.features.evidence.views import FileLine, together
from bot.features.tasks.views import NoteLine, TaskView
from bot.ui.markup import gathered, safe

NOTES_ON_CARD = 3
"""The newest; all of them are in the details."""

_ON_CARD = 120
_NAME = 40


def files_and_notes(view: TaskView) -> list[str]:
    """What a card says of files and notes, what matters most first."""
    found = []
    own = [line for line in view.files if line.own]
    if own:
        found.append(f"📎 Berkas: {gathered(list(map(_evidence, together(own))), room=_ON_CARD)}")
    elif view.step.evidence_required and view.task.is_open:
        found.append("📎 Output langkah ini wajib dilampirkan sebelum dikonfirmasi.")
    shown = view.notes[-NOTES_ON_CARD:]
    # What was directed about this step stays, however much is said after it.
    older = view.notes[: len(view.notes) - len(shown)]
    if not any(_directs(line, view) for line in shown):
        shown = (*[line for line in older if _directs(line, view)][-1:], *shown)
    found += [note(line, _NAME, _ON_CARD) for line in shown]
    if before := len(view.files) - len(own):
        found.append(f"📂 Dari langkah lainnya: {before} berkas")
    if len(view.notes) > len(shown):
        found.append(f"{len(view.notes) - len(shown)} catatan sebelumnya ada di Rincian.")
    return found


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
