"""/tim: the buttons and words of ticking a run's team by name, and of the decree that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from bot.domain.run import Team
from bot.features import phrases
from bot.features.phrases import LEAVE, NAME, Phrases
from bot.features.team.views import (
    DraftView,
    NamedTeamView,
    OfferView,
    SavedView,
    TeamRow,
    TeamStage,
    TeamsView,
    TickRow,
)
from bot.ui.buttons import Id, PageNumber, PageTap, Row, Tap, Token, YesNo, button, digits
from bot.ui.markup import bold, gathered, safe
from bot.ui.message import Block, Message, choices_on_page, paged


@dataclass(frozen=True, slots=True)
class TurnTeams(PageTap):
    """A page of /tim."""

    prefix = "pg:tim"
    page: PageNumber


@dataclass(frozen=True, slots=True)
class OpenTeam(Tap):
    """Put together the team of the run that the task with this token belongs to."""

    prefix = "tmo"
    token: Token


@dataclass(frozen=True, slots=True)
class TurnPeople(Tap):
    """A page of the people to be ticked."""

    prefix = "tmp"
    reads_only = True
    page: PageNumber


@dataclass(frozen=True, slots=True)
class Tick(Tap):
    """Tick this person, or no longer. It says what is wanted, so that a doubled tap does it
    once; `page` is the one that was shown."""

    prefix = "tmt"
    person_id: Id
    on: YesNo
    page: PageNumber


@dataclass(frozen=True, slots=True)
class TicksDone(Tap):
    """The members are ticked."""

    prefix = "tmn"


@dataclass(frozen=True, slots=True)
class BackToMembers(Tap):
    """Change the members once more."""

    prefix = "tmb"


@dataclass(frozen=True, slots=True)
class Lead(Tap):
    """This person leads the team; None: nobody does."""

    prefix = "tml"
    person_id: Annotated[int | None, digits("[1-9][0-9]{0,8}", none="0")]


@dataclass(frozen=True, slots=True)
class KeepDecree(Tap):
    """The decree is the one that the run's team has already."""

    prefix = "tmk"


@dataclass(frozen=True, slots=True)
class DecreeLater(Tap):
    """The decree is still to come; the team works already."""

    prefix = "tms"


@dataclass(frozen=True, slots=True)
class DecreeToday(Tap):
    """The decree is of today."""

    prefix = "tmd"


def say_teams(view: TeamsView, say: Phrases, page: int) -> Message:
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
                        f"{number}. {phrases.short(row.run.procedure)} · {row.run.year}",
                        OpenTeam(row.token),
                    ),
                ),
            ),
        )
        for number, row in enumerate(view.rows, start=1)
    ]
    return paged(head, blocks, page, TurnTeams(0))


def say_draft(view: DraftView, say: Phrases) -> Message:
    """One more thing about a team."""
    ticked = [row for row in view.people if row.ticked]
    head = f"👥 Tim Pelaksana\n{say.run(view.run)}"
    chosen = f"Terpilih: {_names(ticked)}" if ticked else "Belum ada yang terpilih."
    parts = [head, chosen]
    rows: list[Row] = []
    match view.stage:
        case TeamStage.MEMBERS:
            parts.append("Tekan nama untuk memilih atau melepas, lalu tekan Lanjut.")
            shown, turn = choices_on_page(view.people, view.page, TurnPeople(0))
            for row in shown:
                mark = "☑" if row.ticked else "☐"
                tap = Tick(row.person_id, not row.ticked, view.page)
                rows.append((button(f"{mark} {row.name}{_held(row)}", tap),))
            rows += turn
            if ticked:
                label = f"Lanjut ({len(ticked)} orang)"
                rows.append((button(label, TicksDone(), "success"),))
        case TeamStage.CHAIR:
            parts.append("Siapa ketuanya?")
            rows += [(button(row.name, Lead(row.person_id)),) for row in ticked[:60]]
            rows.append((button("Tanpa ketua", Lead(None)),))
            rows.append((button("‹ Ubah anggota", BackToMembers()),))
        case TeamStage.NUMBER:
            parts += _chair(view)
            if view.fault:
                parts.append("Mohon maaf, nomor surat paling panjang 80 huruf dalam satu baris.")
            parts.append(
                "Berapa nomor SK Tim? Mohon tuliskan seperti pada surat, misalnya "
                "188.4/12/SK/DISPMPTSPTK/2027."
            )
            if view.decree:
                label = f"Tetap SK Nomor {view.decree[0]}"
                rows.append((button(label, KeepDecree(), "success"),))
            rows.append((button("SK menyusul", DecreeLater()),))
        case TeamStage.DATE:
            parts += _chair(view)
            parts.append(f"SK Nomor {safe(view.number or '', NAME)}")
            if view.fault:
                parts.append("Mohon maaf, tanggal itu belum terbaca.")
            today = say.day(view.today)
            parts.append(f"Tanggal berapa SK itu? Mohon tuliskan, misalnya {today}.")
            rows.append((button(f"Hari ini, {today}", DecreeToday()),))
    if view.fault and view.stage in (TeamStage.MEMBERS, TeamStage.CHAIR):
        parts.append("Mohon memilih dengan tombol di bawah.")
    parts.append(LEAVE)
    return Message("\n\n".join(parts), tuple(rows))


def say_saved(view: SavedView, say: Phrases) -> Message:
    """A run's team as it is now."""
    row = view.row
    lines = ["✅ Tim Pelaksana sudah ditetapkan.", "", say.run(row.run), *_lines(row, say)]
    return Message(
        "\n".join(lines) + "\n\nAnggotanya sudah diberi tahu, dan langkah tim yang terbuka "
        "disampaikan kepada mereka. Perubahan dilakukan dengan /tim."
    )


def say_offer(view: OfferView, say: Phrases) -> Message:
    """The team may be named now; until then all who hold the role are asked."""
    return Message(
        f"{phrases.salutation(view.greeting)}\n\n👥 Tim Pelaksana untuk pelaksanaan berikut kini "
        f"dapat dicatat sesuai SK.\n\n{say.run(view.run)}\n\nSelama belum dipilih, langkah tim "
        "disampaikan kepada semua pemegang peran Tim Pelaksana.",
        ((button("👥 Pilih anggota tim", OpenTeam(view.token), "primary"),),),
    )


def decree(team: Team, say: Phrases) -> str | None:
    """ "SK Nomor 188.4/12, 23 Januari 2027", or None where there is none yet."""
    if not team.decree_number:
        return None
    dated = f", {say.day(team.decree_date)}" if team.decree_date else ""
    return f"SK Nomor {safe(team.decree_number, NAME)}{dated}"


def _lines(row: TeamRow, say: Phrases) -> list[str]:
    team = row.run.team
    if team is None:
        return ["Belum dipilih: semua pemegang peran Tim Pelaksana."]
    lines = [f"Ketua: {safe(row.chair, NAME)}"] if row.chair else []
    lines.append(f"Anggota: {gathered([safe(name, NAME) for name in row.members], room=350)}")
    lines.append(decree(team, say) or "SK menyusul")
    return lines


def _chair(view: DraftView) -> list[str]:
    return [f"Ketua: {safe(view.chair, NAME)}" if view.chair else "Tanpa ketua"]


def _names(rows: list[TickRow]) -> str:
    return gathered([safe(row.name, NAME) for row in rows])


def _held(row: TickRow) -> str:
    return f" ({row.roles[0]})" if row.roles else ""


def say_named(view: NamedTeamView, say: Phrases) -> Message:
    """Somebody is of a run's team from now on, or is so no longer."""
    address = view.greeting.address
    if view.included:
        news = f"👥 {address} tercantum dalam Tim Pelaksana untuk pelaksanaan berikut."
    else:
        news = f"{address} tidak lagi tercantum dalam Tim Pelaksana untuk pelaksanaan berikut."
    parts = [phrases.salutation(view.greeting), news, say.run(view.run)]
    if view.included:
        lines = [f"Ketua: {safe(view.chair, NAME)}"] if view.chair else []
        lines.append(f"Anggota: {gathered([safe(name, NAME) for name in view.members])}")
        if view.run.team and (by := decree(view.run.team, say)):
            lines.append(by)
        parts.append("\n".join(lines))
    return Message("\n\n".join(parts))
