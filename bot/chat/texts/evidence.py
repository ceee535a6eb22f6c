"""Files and notes: asking for them, what became of them, and how cards tell of them."""

from __future__ import annotations

from bot.chat.keyboards import AttachFile, Button, SendFiles, button
from bot.chat.paging import Block, Message
from bot.chat.texts import voice
from bot.chat.texts.voice import DETAIL, NAME, Voice
from bot.ui.markup import bold, gathered, safe, width
from bot.usecases.evidence import Outcome
from bot.usecases.views import (
    AskFileView,
    EvidenceFileView,
    FileLine,
    NoteLine,
    ReceivedView,
    TaskView,
)

NOTES_ON_CARD = 3
"""The newest; all of them are in the details."""

_ON_CARD = 200
_SHORT = 60

_REFUSED = {
    Outcome.TERLALU_BESAR: "lebih besar dari 20 MB. Mohon diperkecil atau dibagi, lalu dikirim "
    "kembali.",
    Outcome.KOSONG: "berkasnya kosong. Mohon diperiksa, lalu dikirim kembali.",
    Outcome.NAMA: "nama berkasnya tidak dapat diterima. Mohon diganti tanpa garis miring, lalu "
    "dikirim kembali.",
    Outcome.SUDAH_ADA: "sudah dilampirkan sebelumnya, jadi tidak dicatat dua kali.",
    Outcome.TERLAMBAT: "langkahnya sudah berakhir, jadi tidak dapat dilampiri lagi.",
    Outcome.TERLALU_BANYAK: "langkah ini sudah memuat terlalu banyak berkas. Mohon digabung "
    "menjadi satu berkas pada langkah berikutnya.",
    Outcome.BUKAN_BAGIANNYA: "langkah ini bukan tugas Bapak/Ibu.",
    Outcome.DISKA_PENUH: "ruang penyimpanan kantor sedang penuh. Admin sudah kami beri tahu; mohon "
    "dikirim kembali nanti.",
    Outcome.GAGAL: "belum dapat kami ambil dari Telegram. Mohon dikirim kembali.",
}


def ask_file(view: AskFileView) -> Message:
    """Asks for a file of a task."""
    where = f"langkah {view.step.number}, {voice.title(view.procedure, view.year)}"
    how = "Paling besar 20 MB. Bila tidak jadi, ketik /batal."
    if view.fault:
        return Message(
            f"Yang kami tunggu sebuah dokumen atau foto untuk {where}. {how} Untuk menulis "
            "catatan, mohon membalas kartu tugasnya."
        )
    return Message(
        f"📎 Silakan mengirim berkas untuk {where}, sebagai dokumen atau foto.\n"
        f"Output langkah ini: {safe(view.step.output.text, DETAIL)}\n{how}"
    )


def received(view: ReceivedView) -> Message:
    """What became of the files that were sent together."""
    where = f"langkah {view.step.number}, {voice.title(view.procedure, view.year)}"
    parts = []
    if view.kept:
        names = gathered([safe(name, NAME) for name in view.kept])
        parts.append(f"📎 Sudah dilampirkan pada {where}: {names}. Terima kasih.")
    if view.refused:
        lines = [f"{safe(name, NAME)}: {_REFUSED[why]}" for name, why in view.refused]
        parts.append("\n".join([f"Mohon maaf, tidak dilampirkan pada {where}:", *lines]))
    if view.waiting:
        parts.append(f"{view.waiting} berkas lainnya sedang kami simpan.")
    return Message("\n\n".join(parts))


def caption(view: EvidenceFileView, say: Voice) -> Message:
    """What stands under a file that is sent again."""
    line = view.line
    lines = [
        f"📎 {bold(safe(line.file.name, NAME))}",
        f"{voice.title(view.procedure, view.year)} · Langkah {line.step}",
        f"Dilampirkan oleh {voice.signer(line.by)} pada {say.moment(line.by.at)}",
    ]
    if line.file.caption:
        lines.append(f"“{safe(line.file.caption, _ON_CARD)}”")
    return Message("\n".join(lines))


def archive_full() -> Message:
    """To the admin: the disk is full."""
    return Message(
        "⚠️ Sebuah berkas tidak dapat disimpan karena diska penuh. Pengirimnya sudah kami beri "
        "tahu. Mohon mengosongkan ruang pada folder arsip, lalu meminta berkasnya dikirim kembali."
    )


def on_card(view: TaskView, room: int) -> str:
    """What a card says of files and notes in at most `room` units; empty where there is nothing
    to say, or no room to say it: the details tell all of it."""
    lines = _papers(view)
    shown = view.notes[-NOTES_ON_CARD:]
    notes = [_note(line, _SHORT, _ON_CARD) for line in shown]
    if hidden := len(view.notes) - len(shown):
        notes.append(f"{hidden} catatan sebelumnya ada di Rincian.")
    kept: list[str] = []
    for line in (*lines, *notes):
        room -= width(line) + 1
        if room >= 0:
            kept.append(line)
    return "\n".join(kept)


def _papers(view: TaskView) -> list[str]:
    lines = []
    own = [safe(line.file.name, _SHORT) for line in view.files if line.own]
    if own:
        lines.append(f"📎 Berkas: {gathered(own, room=200)}")
    elif view.step.evidence_required and view.task.is_open:
        lines.append("📎 Output langkah ini wajib dilampirkan sebelum dikonfirmasi.")
    if before := len(view.files) - len(own):
        lines.append(f"📂 Dari langkah lainnya: {before} berkas")
    return lines


def in_detail(view: TaskView, say: Voice) -> list[Block]:
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


def _file(line: FileLine, say: Voice) -> tuple[str, ...]:
    about = f"Langkah {line.step}, {voice.signer(line.by)}, {say.moment(line.by.at)}"
    name = f"📎 {safe(line.file.name, NAME)}"
    if line.file.caption:
        return (name, f"“{safe(line.file.caption, DETAIL)}”", about)
    return (name, about)


def _note(line: NoteLine, name: int, room: int) -> str:
    return f"📝 {safe(line.by.name, name)} (langkah {line.step}): {safe(line.text, room)}"
