"""Buttons and words of files: asking for one, and what became of those that came."""

from __future__ import annotations

from bot.domain.actions import Reason
from bot.domain.notices import ArchiveFull
from bot.features import phrases
from bot.features.evidence.views import (
    AskFileView,
    Done,
    EvidenceFileView,
    FileRefused,
    Outcome,
    ReceivedView,
    Target,
    WhichTaskView,
)
from bot.features.feature import JournalEntry
from bot.features.phrases import DETAIL, NAME, Phrases
from bot.indonesian import with_others
from bot.ui.buttons import Button, Id, Show, Tap, Token, button
from bot.ui.markup import bold, gathered, safe
from bot.ui.message import Message

CAPTION = 200
"""What is shown of a file's own text."""

_OFFERED = 7
"""So many tasks are offered for a file."""


class AttachFile(Tap, prefix="att", after=Show.NOTHING):
    """Ask for a file of the task with this token."""

    token: Token


class AttachTo(Tap, prefix="atto", after=Show.NOTHING):
    """The file of this number, and those sent with it, belong to the task with this token."""

    file: Id
    token: Token


class LeaveFile(Tap, prefix="atno", after=Show.NOTHING):
    """The file of this number, and those sent with it, are not to be attached."""

    file: Id


class SendFiles(Tap, prefix="files", after=Show.NOTHING):
    """Send the files of the run that the task with this token is of."""

    token: Token


REFUSALS = {
    FileRefused.FREE_FILE: "Saat ini tidak ada tugas yang menunggu, sehingga berkas ini belum "
    "dilampirkan. Untuk langkah yang sudah selesai, mohon membalas kartunya dengan berkas itu.",
    FileRefused.FILE_DECIDED: "Pilihan untuk berkas ini sudah tercatat. Bila keliru, mohon "
    "mengirim berkasnya kembali.",
    FileRefused.FILE_KIND: "Yang dapat dilampirkan adalah dokumen atau foto. Rekaman dan "
    "lainnya mohon dikirim sebagai dokumen (berkas).",
    FileRefused.FILE_TOO_LATE: "Langkah ini sudah berakhir, sehingga tidak dapat dilampiri lagi.",
    FileRefused.FILES_FULL: "Langkah ini sudah memuat terlalu banyak berkas.",
    FileRefused.NO_FILES: "Belum ada berkas yang dilampirkan pada pelaksanaan ini.",
    Reason.ALREADY_ATTACHED: "Berkas yang sama sudah terlampir pada langkah ini. Terima kasih.",
}

DONE = {
    Done.FILE_AWAITED: "Silakan mengirim berkasnya sebagai dokumen atau foto.",
    Done.FILE_CHOSEN: "Berkasnya kami lampirkan pada langkah {step}.",
    Done.FILE_LEFT: "Berkasnya tidak dilampirkan.",
    Done.FILES_COMING: "{count} berkas segera dikirim.",
}

_REFUSED = {
    Outcome.TERLALU_BESAR: "lebih besar dari 20 MB. Mohon diperkecil atau dibagi, lalu dikirim "
    "kembali.",
    Outcome.KOSONG: "berkasnya kosong. Mohon diperiksa, lalu dikirim kembali.",
    Outcome.NAMA: "nama berkasnya tidak dapat diterima. Mohon diganti tanpa garis miring, lalu "
    "dikirim kembali.",
    Outcome.SUDAH_ADA: "sudah dilampirkan sebelumnya, sehingga tidak dicatat dua kali.",
    Outcome.TERLAMBAT: "langkahnya sudah berakhir, sehingga tidak dapat dilampiri lagi.",
    Outcome.TERLALU_BANYAK: "langkah ini sudah memuat terlalu banyak berkas. Mohon digabung "
    "menjadi satu berkas pada langkah berikutnya.",
    Outcome.BUKAN_BAGIANNYA: "langkah ini merupakan tugas pegawai lain.",
    Outcome.DISKA_PENUH: "ruang penyimpanan kantor sedang penuh. Admin sudah kami beri tahu; mohon "
    "dikirim kembali kemudian.",
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
        others = " lainnya" if parts else ""
        parts.append(f"{view.waiting} berkas{others} sedang kami simpan.")
    if view.asked:
        parts.append("Jawaban atas pertanyaan kami tentang langkah ini masih kami tunggu.")
    return Message("\n\n".join(parts))


def say_which(view: WhichTaskView, say: Phrases) -> Message:
    """Asks for which task files are that came without a word; one task still needs a yes."""
    names = gathered([safe(name, NAME) for name in view.names])
    if view.left:
        return Message(f"📎 Tidak dilampirkan: {names}.")
    shown = view.targets[:_OFFERED]
    no = (button("Tidak jadi", LeaveFile(view.file)),)
    if len(view.targets) == 1:
        (only,) = shown
        yes = button("📎 Ya, lampirkan", AttachTo(view.file, only.token), "success")
        text = f"📎 {names}\n\nApakah untuk langkah {_named(only)}?"
        return Message(f"{text}\n{safe(only.step.activity.text, DETAIL)}", ((yes,), no))
    asks = "Untuk tugas yang mana?" if shown else "Saat ini tidak ada yang menunggu."
    lines = [f"{number}. Langkah {_named(one)}" for number, one in enumerate(shown, 1)]
    if len(view.targets) > _OFFERED:
        lines.append("Untuk tugas lainnya, mohon membalas kartunya dengan berkas itu.")
    rows = tuple((_choice(n, one, view.file),) for n, one in enumerate(shown, 1))
    return Message("\n".join([f"📎 {names}", "", asks, *lines]), (*rows, no))


def _named(target: Target) -> str:
    title = phrases.title(target.procedure, target.year, target.unit)
    return f"{target.step.number}, {title}"


def _choice(number: int, target: Target, file: int) -> Button:
    label = f"{number}. {phrases.short(target.procedure)} {target.year}"
    return button(f"{label} · langkah {target.step.number}", AttachTo(file, target.token))


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
        "⚠️ Sebuah berkas tidak dapat disimpan karena ruang penyimpanan penuh. Pengirimnya sudah "
        "kami beri tahu. Mohon mengosongkan ruang pada folder arsip, lalu meminta berkasnya "
        "dikirim kembali."
    )


def journal_attached(line: JournalEntry) -> str:
    """Somebody attached a file, or so many of one album."""
    files = with_others(line.facts["evidence"]["name"], line.facts.get("count", 1))
    return f"{line.run}: {line.who} melampirkan {files} pada langkah {line.step}."


UNNAMED = "berkas"
"""What a file is called that came without a name."""
