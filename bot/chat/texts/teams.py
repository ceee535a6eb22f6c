"""/tim: who is of a run's team, ticked by name, and the decree that says so."""

from __future__ import annotations

from bot.chat.keyboards import Choose, PagedView, Row, button
from bot.chat.paging import Block, Message, Turning, paged
from bot.chat.texts import voice
from bot.chat.texts.acting import ON_A_PAGE, turning
from bot.chat.texts.voice import NAME, Voice
from bot.domain.run import Team
from bot.ui.markup import bold, gathered, safe
from bot.usecases.views import (
    Talk,
    TeamDraftView,
    TeamOfferView,
    TeamRow,
    TeamSavedView,
    TeamStage,
    TeamsView,
    TickRow,
)

_LEAVE = "Bila tidak jadi, ketik /batal."


def teams(view: TeamsView, page: int, say: Voice) -> Message:
    """The runs under way that a team works on."""
    if not view.rows:
        return Message("Tidak ada pelaksanaan berjalan yang mempunyai langkah Tim Pelaksana.")
    head = f"{bold('Tim Pelaksana')}\nTim pelaksanaan mana yang akan dipilih?"
    blocks = [
        Block(
            (f"{number}. {say.run(row.run)}", *_lines(row, say)),
            rows=(
                (
                    button(
                        f"{number}. {voice.short(row.run.procedure)} · {row.run.year}",
                        Choose(Talk.TIM, "run", row.token),
                    ),
                ),
            ),
        )
        for number, row in enumerate(view.rows, start=1)
    ]
    return paged(head, blocks, page, Turning(PagedView.TIM))


def draft(view: TeamDraftView, say: Voice) -> Message:
    """One more thing about a team."""
    ticked = [row for row in view.people if row.ticked]
    head = f"👥 Tim Pelaksana\n{say.run(view.run)}"
    chosen = f"Terpilih: {_names(ticked)}" if ticked else "Belum ada yang terpilih."
    parts = [head, chosen]
    rows: list[Row] = []
    match view.stage:
        case TeamStage.MEMBERS:
            parts.append("Tekan nama untuk memilih atau melepas, lalu tekan Lanjut.")
            count = max(1, -(-len(view.people) // ON_A_PAGE))
            page = min(view.page, count - 1)
            for row in view.people[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]:
                mark, wanted = ("☑", 0) if row.ticked else ("☐", 1)
                tap = Choose(Talk.TIM, "tick", f"{row.person_id}.{wanted}.{page}")
                rows.append((button(f"{mark} {row.name}{_held(row)}", tap),))
            rows += turning(Talk.TIM, "pg", page, count)
            if ticked:
                label = f"Lanjut ({len(ticked)} orang)"
                rows.append((button(label, Choose(Talk.TIM, "next", "x"), "success"),))
        case TeamStage.CHAIR:
            parts.append("Siapa ketuanya?")
            rows += [
                (button(row.name, Choose(Talk.TIM, "lead", str(row.person_id))),)
                for row in ticked[:60]
            ]
            rows.append((button("Tanpa ketua", Choose(Talk.TIM, "lead", "0")),))
            rows.append((button("‹ Ubah anggota", Choose(Talk.TIM, "back", "x")),))
        case TeamStage.NUMBER:
            parts += _chair(view)
            if view.fault:
                parts.append("Mohon maaf, nomor surat paling panjang 80 huruf dalam satu baris.")
            parts.append(
                "Berapa nomor SK Tim? Mohon tuliskan seperti pada surat, misalnya "
                "188.4/12/SK/DISPMPTSPTK/2027."
            )
            if view.decree:
                tap = Choose(Talk.TIM, "keep", "x")
                rows.append((button(f"Tetap SK Nomor {view.decree[0]}", tap, "success"),))
            rows.append((button("SK menyusul", Choose(Talk.TIM, "later", "x")),))
        case TeamStage.DATE:
            parts += _chair(view)
            parts.append(f"SK Nomor {safe(view.number or '', NAME)}")
            if view.fault:
                parts.append("Mohon maaf, tanggal itu belum terbaca.")
            today = say.day(view.today)
            parts.append(f"Tanggal berapa SK itu? Mohon tuliskan, misalnya {today}.")
            rows.append((button(f"Hari ini, {today}", Choose(Talk.TIM, "today", "x")),))
    if view.fault and view.stage in (TeamStage.MEMBERS, TeamStage.CHAIR):
        parts.append("Mohon memilih dengan tombol di bawah.")
    parts.append(_LEAVE)
    return Message("\n\n".join(parts), tuple(rows))


def saved(view: TeamSavedView, say: Voice) -> Message:
    """A run's team as it is now."""
    row = view.row
    lines = ["✅ Tim Pelaksana sudah ditetapkan.", "", say.run(row.run), *_lines(row, say)]
    return Message(
        "\n".join(lines) + "\n\nAnggotanya sudah diberi tahu, dan langkah tim yang terbuka "
        "disampaikan kepada mereka. Perubahan dilakukan dengan /tim."
    )


def offer(view: TeamOfferView, say: Voice) -> Message:
    """The team may be named now; until then all who hold the role are asked."""
    return Message(
        f"{voice.hail(view.greeting)}\n\n👥 Tim Pelaksana untuk pelaksanaan berikut kini dapat "
        f"dicatat sesuai SK.\n\n{say.run(view.run)}\n\nSelama belum dipilih, langkah tim "
        "disampaikan kepada semua pemegang peran Tim Pelaksana.",
        ((button("👥 Pilih anggota tim", Choose(Talk.TIM, "run", view.token), "primary"),),),
    )


def decree(team: Team, say: Voice) -> str | None:
    """ "SK Nomor 188.4/12, 23 Januari 2027", or None where there is none yet."""
    if not team.decree_number:
        return None
    dated = f", {say.day(team.decree_date)}" if team.decree_date else ""
    return f"SK Nomor {safe(team.decree_number, NAME)}{dated}"


def _lines(row: TeamRow, say: Voice) -> list[str]:
    team = row.run.team
    if team is None:
        return ["Belum dipilih: semua pemegang peran Tim Pelaksana."]
    lines = [f"Ketua: {safe(row.chair, NAME)}"] if row.chair else []
    lines.append(f"Anggota: {gathered([safe(name, NAME) for name in row.members], room=350)}")
    lines.append(decree(team, say) or "SK menyusul")
    return lines


def _chair(view: TeamDraftView) -> list[str]:
    return [f"Ketua: {safe(view.chair, NAME)}" if view.chair else "Tanpa ketua"]


def _names(rows: list[TickRow]) -> str:
    return gathered([safe(row.name, NAME) for row in rows])


def _held(row: TickRow) -> str:
    return f" ({row.roles[0]})" if row.roles else ""
