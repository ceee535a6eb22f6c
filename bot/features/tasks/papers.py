"""Files and notes on a task's card and in its details."""

from __future__ import annotations

from bot.features import phrases
from bot.features.evidence.texts import AttachFile, SendFiles
from bot.features.evidence.views import FileLine
from bot.features.phrases import DETAIL, NAME, Phrases
from bot.features.tasks.views import NoteLine, TaskView
from bot.ui.buttons import Button, button
from bot.ui.markup import bold, gathered, safe, width
from bot.ui.message import Block

NOTES_ON_CARD = 3
"""The newest; all of them are in the details."""

_ON_CARD = 200
_SHORT = 60


def on_card(view: TaskView, room: int) -> str:
    """What a card says of files and notes in at most `room` units; empty where there is nothing
    to say, or no room to say it: the details tell all of it."""
    lines = []
    own = [safe(line.file.name, _SHORT) for line in view.files if line.own]
    if own:
        lines.append(f"📎 Berkas: {gathered(own, room=200)}")
    elif view.step.evidence_required and view.task.is_open:
        lines.append("📎 Output langkah ini wajib dilampirkan sebelum dikonfirmasi.")
    if before := len(view.files) - len(own):
        lines.append(f"📂 Dari langkah lainnya: {before} berkas")
    lines += [_note(line, _SHORT, _ON_CARD) for line in view.notes[-NOTES_ON_CARD:]]
    if len(view.notes) > NOTES_ON_CARD:
        lines.append(f"{len(view.notes) - NOTES_ON_CARD} catatan sebelumnya ada di Rincian.")
    kept = []
    for line in lines:
        room -= width(line) + 1
        if room >= 0:
            kept.append(line)
    return "\n".join(kept)


def in_detail(view: TaskView, say: Phrases) -> list[Block]:
    """All files and notes, for the details of a task."""
    blocks = []
    if view.files:
        blocks.append(Block((bold("Berkas"),)))
        blocks += [Block(_file(line, say)) for line in view.files]
    if view.notes:
        blocks.append(Block((bold("Catatan"),)))
        blocks += [
            Block((_note(line, NAME, 1200), f"{say.moment(line.by.at)}"))
            for line in reversed(view.notes)
        ]
    return blocks


def buttons(view: TaskView) -> tuple[Button, ...]:
    """📎 for whose task it is, 📂 where there is something to read."""
    found = [button("📎 Lampirkan", AttachFile(view.token))] if view.mine else []
    if view.files:
        found.append(button(f"📂 Berkas ({len(view.files)})", SendFiles(view.token)))
    return tuple(found)


def _file(line: FileLine, say: Phrases) -> tuple[str, ...]:
    about = f"Langkah {line.step}, {phrases.signer(line.by)}, {say.moment(line.by.at)}"
    name = f"📎 {safe(line.file.name, NAME)}"
    caption = (f"“{safe(line.file.caption, DETAIL)}”",) if line.file.caption else ()
    return (name, *caption, about)


def _note(line: NoteLine, name: int, room: int) -> str:
    return f"📝 {safe(line.by.name, name)} (langkah {line.step}): {safe(line.text, room)}"
