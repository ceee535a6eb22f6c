"""/bantuan: what this person can do, and nothing else. It follows from what features declare."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.notices import Reply
from bot.domain.sop import Procedure
from bot.features import phrases, replies
from bot.features.feature import (
    START_PREFIX,
    Command,
    Feature,
    NamedView,
    Topic,
    allowed,
    permissions_of,
    procedures,
)
from bot.features.naming import Greeting, RoleName, roles_of
from bot.features.phrases import TITLE, Phrases
from bot.features.work import Args, Work
from bot.ui.buttons import PageTap
from bot.ui.markup import bold, safe
from bot.ui.message import Block, Message, paged


class TurnHelp(PageTap, prefix="pg:bantuan"):
    """A page of /bantuan."""


@dataclass(frozen=True, slots=True)
class HelpView:
    """The commands that are open to this person, and their roles as printed."""

    greeting: Greeting
    roles: tuple[RoleName, ...]
    commands: tuple[Command, ...]
    procedures: tuple[Procedure, ...]


def _help(work: Work, args: Args) -> HelpView:
    rows = allowed(work.services.features, permissions_of(work, work.person))
    held = roles_of(work.person.id, work.state)
    return HelpView(work.greeting, held, rows, procedures(work))


# Words


def say_help(view: HelpView, say: Phrases, page: int) -> Message:
    """The commands of this person by topic; the procedures by their own commands."""
    address = view.greeting.address
    about = (
        "Kawal SOP mengawal setiap langkah SOP sampai naskahnya ditandatangani. Setiap tugas "
        f"datang sebagai pesan; bila sudah selesai, {address} cukup menekan tombolnya."
    )
    mine = f"Peran {address}: {phrases.roles(view.roles)}."
    blocks = [Block((about, mine)), _on_cards(address.value)]
    for topic in Topic:
        lines = [
            line
            for row in view.commands
            if row.topic is topic
            for line in _lines(row, view.procedures, address.value)
        ]
        if lines:
            blocks.append(Block((bold(topic.value), *lines)))
    head, opening = bold("Petunjuk penggunaan"), phrases.salutation(view.greeting)
    return paged(head, blocks, page, TurnHelp(0), opening=opening)


def _on_cards(address: str) -> Block:
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
        # Copied by a tap, and not sent: it would start the procedure.
        return [
            f"<code>/{START_PREFIX}{p.code}</code>{arguments}: {safe(p.title, TITLE)}"
            for p in procedures
        ]
    return [f"/{row.name}{arguments}: {row.help.replace('Bapak/Ibu', address)}"]


FEATURE = Feature(
    "help",
    commands=(
        Command(
            "bantuan",
            # However many words follow, an outsider is answered a few times only.
            lambda work, typed: None if work.ignores else Reply(replies.HELP, {}),
            None,
            Topic.LAINNYA,
            "Petunjuk penggunaan",
            "menampilkan petunjuk ini",
            for_all=True,
            aliases=("help",),
        ),
    ),
    taps={TurnHelp: lambda work, tap: replies.show(work, replies.HELP)},
    views={replies.HELP: NamedView(_help)},
    pages={HelpView: say_help},
)
