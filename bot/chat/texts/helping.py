"""/bantuan: what this person can do, and nothing else."""

from __future__ import annotations

from bot.chat.commands import START_PREFIX, Command, Topic, allowed
from bot.chat.keyboards import PagedView
from bot.chat.paging import Block, Message, Turning, paged
from bot.chat.texts import voice
from bot.chat.texts.voice import TITLE
from bot.domain.sop import Procedure
from bot.ui.markup import bold, safe
from bot.usecases.views import HelpView


def help_for(view: HelpView, page: int) -> Message:
    """The commands of this person by topic; the procedures by their own commands."""
    address = view.greeting.address
    about = (
        "Kawal SOP mengawal setiap langkah SOP sampai naskahnya ditandatangani. Setiap tugas "
        f"datang sebagai pesan; bila sudah selesai, {address} cukup menekan tombolnya."
    )
    mine = f"Peran {address}: {voice.roles(view.roles)}."
    rows = allowed(view.permissions)
    blocks = [Block((about, mine)), _on_cards(address.value)]
    for topic in Topic:
        lines = [
            line
            for row in rows
            if row.topic is topic
            for line in _lines(row, view.procedures, address.value)
        ]
        if lines:
            blocks.append(Block((bold(topic.value), *lines)))
    return paged(
        bold("Petunjuk penggunaan"),
        blocks,
        page,
        Turning(PagedView.BANTUAN),
        opening=voice.hail(view.greeting),
    )


def _on_cards(address: str) -> Block:
    """What a task's card can do besides its first button."""
    return Block(
        (
            bold("Pada kartu tugas"),
            "Balas kartunya dengan teks untuk menulis catatan, atau dengan dokumen atau foto untuk "
            "melampirkannya.",
            f"↶ Urungkan: menarik kembali konfirmasi {address} sendiri, dalam 10 menit",
            "⏳ Perpanjang: memohon tambahan waktu, dengan alasan",
            "↩️ Kembalikan: pada pemeriksaan, meminta perbaikan, dengan alasan",
            "ℹ️ Rincian: riwayat, berkas, catatan, dan perkiraan selesai",
        )
    )


def _lines(row: Command, procedures: tuple[Procedure, ...], address: str) -> list[str]:
    arguments = f" {row.arguments}" if row.arguments else ""
    if row.per_procedure:
        return [f"/{START_PREFIX}{p.code}{arguments}: {safe(p.title, TITLE)}" for p in procedures]
    return [f"/{row.name}{arguments}: {row.help.replace('Bapak/Ibu', address)}"]
