"""Buttons and words of files: asking for one, and what became of those that came."""

from __future__ import annotations

from bot.domain.notices import ArchiveFull
from bot.features import phrases
from bot.features.evidence.views import AskFileView, EvidenceFileView, Outcome, ReceivedView
from bot.features.phrases import DETAIL, NAME, Phrases
from bot.ui.buttons import Show, Tap, Token
from bot.ui.markup import bold, gathered, safe
from bot.ui.message import Message

CAPTION = 200
"""What is shown of a file's own text."""


class AttachFile(Tap, prefix="att", after=Show.NOTHING):
    """Ask for a file of the task with this token."""

    token: Token


class SendFiles(Tap, prefix="files", after=Show.NOTHING):
    """Send the files of the run that the task with this token is of."""

    token: Token


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


def say_ask_file(view: AskFileView, say: Phrases) -> Message:
    """Asks for a file of a task."""
    where = f"langkah {view.step.number}, {phrases.title(view.procedure, view.year)}"
    how = "Paling besar 20 MB."
    if view.fault:
        return Message(
            f"Yang kami tunggu sebuah dokumen atau foto untuk {where}. {how} Untuk menulis "
            "catatan, mohon membalas kartu tugasnya."
        )
    return Message(
        f"📎 Silakan mengirim berkas untuk {where}, sebagai dokumen atau foto.\n"
        f"Output langkah ini: {safe(view.step.output.text, DETAIL)}\n{how}"
    )


def say_received(view: ReceivedView, say: Phrases) -> Message:
    """What became of the files that were sent together."""
    where = f"langkah {view.step.number}, {phrases.title(view.procedure, view.year)}"
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


def say_caption(view: EvidenceFileView, say: Phrases) -> Message:
    """What stands under a file that is sent again."""
    line = view.line
    lines = [
        f"📎 {bold(safe(line.file.name, NAME))}",
        f"{phrases.title(view.procedure, view.year)} · Langkah {line.step}",
        f"Dilampirkan oleh {phrases.signer(line.by)} pada {say.moment(line.by.at)}",
    ]
    if line.file.caption:
        lines.append(f"“{safe(line.file.caption, CAPTION)}”")
    return Message("\n".join(lines))


def say_archive_full(notice: ArchiveFull, say: Phrases) -> Message:
    """To the admin: the disk is full."""
    return Message(
        "⚠️ Sebuah berkas tidak dapat disimpan karena diska penuh. Pengirimnya sudah kami beri "
        "tahu. Mohon mengosongkan ruang pada folder arsip, lalu meminta berkasnya dikirim kembali."
    )


UNNAMED = "berkas"
"""What a file is called that came without a name."""
