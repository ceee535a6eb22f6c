"""/bantuan: what this person can do, and nothing else: what they need first, and all of it.

It follows from what features declare.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.notices import Reply
from bot.domain.sop import Procedure
from bot.features import phrases, replies, runs
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
from bot.ui.buttons import PageTap, button
from bot.ui.markup import bold, safe
from bot.ui.message import Block, Message, paged

NEEDED = 3
"""So many commands stand in the first message."""


class TurnHelp(PageTap, prefix="pg:bantuan"):
    """A page of all commands."""


@dataclass(frozen=True, slots=True)
class FirstView:
    """What this person needs first: their roles as printed, what waits for them, and the few
    commands that they need most. `starts`: they may start a procedure."""

    greeting: Greeting
    roles: tuple[RoleName, ...]
    commands: tuple[Command, ...]
    open_tasks: int
    starts: bool


@dataclass(frozen=True, slots=True)
class HelpView:
    """All commands that are open to this person."""

    greeting: Greeting
    commands: tuple[Command, ...]
    procedures: tuple[Procedure, ...]


def _first(work: Work, args: Args) -> FirstView:
    person, rows = work.person, _rows(work)
    needed = sorted((row for row in rows if row.needed), key=lambda row: -row.needed)
    waiting = runs.open_tasks(work.tx.runs.running(), person.id, work.state)
    roles, starts = roles_of(person.id, work.state), any(row.per_procedure for row in rows)
    return FirstView(work.greeting, roles, tuple(needed[:NEEDED]), waiting, starts)


def _all(work: Work, args: Args) -> HelpView:
    return HelpView(work.greeting, _rows(work), procedures(work))


def _rows(work: Work) -> tuple[Command, ...]:
    return allowed(work.services.features, permissions_of(work, work.person))


# Words


def say_first(view: FirstView, say: Phrases) -> Message:
    """What to do first, and the commands that this person needs most."""
    address = view.greeting.address
    todo = "Saat ini belum ada tugas; bila ada, kami menyampaikannya di sini."
    if view.open_tasks:
        todo = f"{bold(f'{view.open_tasks} tugas')} menunggu {address}. Silakan membuka /tugas."
    elif view.starts:
        todo = "Saat ini belum ada tugas. Untuk memulai sebuah prosedur, silakan membuka /mulai."
    parts = [
        f"{phrases.salutation(view.greeting)}\nPeran: {phrases.roles(view.roles)}",
        "Kawal SOP mengawal setiap langkah SOP sampai naskahnya ditandatangani. Setiap tugas "
        f"datang sebagai pesan; bila sudah selesai, {address} cukup menekan tombolnya.",
        todo,
        "\n".join(f"/{row.name}: {_help(row, address.value)}" for row in view.commands),
    ]
    return Message("\n\n".join(parts), ((button("Semua perintah", TurnHelp(0)),),))


def say_help(view: HelpView, say: Phrases, page: int) -> Message:
    """The commands of this person by topic; the procedures by their own commands."""
    address = view.greeting.address.value
    blocks = [_on_cards(address)]
    for topic in Topic:
        lines = [
            line
            for row in view.commands
            if row.topic is topic
            for line in _lines(row, view.procedures, address)
        ]
        if lines:
            blocks.append(Block((bold(topic.value), *lines)))
    return paged(bold("Semua perintah"), blocks, page, TurnHelp(0))


def _on_cards(address: str) -> Block:
    return Block(
        (
            bold("Pada kartu tugas"),
            "Catatan ditulis dengan membalas kartunya; dokumen atau foto dilampirkan dengan cara "
            "yang sama.",
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
    return [f"/{row.name}{arguments}: {_help(row, address)}"]


def _help(row: Command, address: str) -> str:
    return row.help.replace("Bapak/Ibu", address)


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
    taps={TurnHelp: lambda work, tap: replies.show(work, "all_commands")},
    views={replies.HELP: NamedView(_first), "all_commands": NamedView(_all)},
    words={FirstView: say_first},
    pages={HelpView: say_help},
)
