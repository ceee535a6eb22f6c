"""/tim: the buttons and words of ticking a run's team by name, and of the decree that says so."""

from __future__ import annotations

from typing import Annotated

from bot.domain.run import Team
from bot.features import phrases
from bot.features.choosing import Candidate
from bot.features.phrases import NAME, Phrases
from bot.features.team import views
from bot.features.team.views import TeamRow, TeamStage
from bot.ui.buttons import Button, Id, PageNumber, PageTap, Row, Tap, Token, YesNo, button, digits
from bot.ui.markup import bold, gathered, safe
from bot.ui.message import Block, Message, choice_rows, paged


class TurnTeams(PageTap, prefix="pg:tim"):
    """A page of /tim."""


class OpenTeam(Tap, prefix="tmo"):
    """Put together the team of the run that the task with this token belongs to."""

    token: Token


class TurnPeople(Tap, prefix="tmp", reads_only=True):
    """A page of the people to be ticked."""

    page: PageNumber


class Tick(Tap, prefix="tmt"):
    """Tick this person, or no longer; `page` is the one that was shown."""

    person_id: Id
    on: YesNo
    page: PageNumber


class TicksDone(Tap, prefix="tmn"):
    """The members are ticked."""


class BackToMembers(Tap, prefix="tmb"):
    """Change the members once more: a button of earlier versions."""


class Lead(Tap, prefix="tml"):
    """This person leads the team; None: nobody does."""

    person_id: Annotated[int | None, digits("[1-9][0-9]{0,8}", none="0")]


class KeepDecree(Tap, prefix="tmk"):
    """The decree is the one that the run's team has already."""


class DecreeLater(Tap, prefix="tms"):
    """The decree is still to come; the team works already."""


class DecreeToday(Tap, prefix="tmd"):
    """The decree is of today."""


def say_teams(view: views.TeamsView, say: Phrases, page: int) -> Message:
    """The runs under way that a team works on."""
    if not view.rows:
        return Message("Tidak ada pelaksanaan berjalan yang mempunyai langkah Tim Pelaksana.")
    head = f"{bold('Tim Pelaksana')}\nTim pelaksanaan mana yang akan dipilih?"
    blocks = []
    named = say.runs([row.run for row in view.rows])
    for number, (row, (name, label)) in enumerate(zip(view.rows, named, strict=True), start=1):
        choose = button(f"{number}. {label}", OpenTeam(row.token))
        blocks.append(Block((f"{number}. {name}", *_lines(row, say)), rows=((choose,),)))
    return paged(head, blocks, page, TurnTeams(0))


def say_draft(view: views.DraftView, say: Phrases) -> Message:
    """One more thing about a team."""
    ticked = [person for person in view.people if person.person_id in view.ticked]
    names = gathered([safe(person.name, NAME) for person in ticked])
    chosen = f"Terpilih: {names}" if ticked else "Belum ada yang terpilih."
    parts = [f"👥 Tim Pelaksana\n{say.run(view.run)}", chosen]
    rows: list[Row] = []
    match view.stage:
        case TeamStage.MEMBERS:
            parts.append("Tekan nama untuk memilih atau melepas, lalu tekan Lanjut.")
            turn = TurnPeople(0)
            rows += choice_rows(view.people, view.page, turn, lambda person: _tick(view, person))
            if ticked:
                label = f"Lanjut ({len(ticked)} orang)"
                rows.append((button(label, TicksDone(), "success"),))
        case TeamStage.CHAIR:
            parts.append("Siapa ketuanya?")
            rows += [(button(row.label, Lead(row.person_id)),) for row in ticked[:60]]
            rows.append((button("Tanpa ketua", Lead(None)),))
        case TeamStage.NUMBER:
            parts += _chair(view)
            if view.fault:
                parts.append("Mohon maaf, nomor surat paling panjang 80 huruf dalam satu baris.")
            parts.append(
                "Berapa nomor SK Tim? Mohon menuliskannya seperti pada surat, misalnya "
                "188.4/12/SK/DISPMPTSPTK/2027."
            )
            if view.decree:
                label = f"Pakai SK Nomor {view.decree}"
                rows.append((button(label, KeepDecree(), "success"),))
            rows.append((button("SK menyusul", DecreeLater()),))
        case TeamStage.DATE:
            parts += _chair(view)
            parts.append(f"SK Nomor {safe(view.number or '', NAME)}")
            if view.fault:
                parts.append("Mohon maaf, tanggal itu belum terbaca.")
            today = say.day(view.today)
            parts.append(f"Tanggal berapa SK itu? Mohon menuliskannya, misalnya {today}.")
            rows.append((button(f"Hari ini, {today}", DecreeToday()),))
    if view.fault and view.stage in (TeamStage.MEMBERS, TeamStage.CHAIR):
        parts.append("Mohon memilih dengan tombol di bawah.")
    return Message("\n\n".join(parts), tuple(rows))


def say_saved(view: views.SavedView, say: Phrases) -> Message:
    """A run's team as it is now."""
    row = view.row
    lines = ["✅ Susunan Tim Pelaksana sudah dicatat.", "", say.run(row.run), *_lines(row, say)]
    return Message(
        "\n".join(lines) + "\n\nAnggotanya sudah diberi tahu, dan langkah tim yang terbuka "
        "disampaikan kepada mereka. Perubahan dilakukan dengan /tim."
    )


def say_offer(view: views.OfferView, say: Phrases) -> Message:
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
    return [*_people(row, room=350), decree(team, say) or "SK menyusul"]


def _people(row: TeamRow, room: int = 500) -> list[str]:
    chair = [f"Ketua: {safe(row.chair, NAME)}"] if row.chair else []
    return [*chair, f"Anggota: {gathered([safe(name, NAME) for name in row.members], room)}"]


def _chair(view: views.DraftView) -> list[str]:
    return [f"Ketua: {safe(view.chair, NAME)}" if view.chair else "Tanpa ketua"]


def _tick(view: views.DraftView, person: Candidate) -> Button:
    ticked = person.person_id in view.ticked
    tap = Tick(person.person_id, not ticked, view.page)
    return button(f"{'☑' if ticked else '☐'} {person.label}", tap)


def say_named(view: views.NamedTeamView, say: Phrases) -> Message:
    """Somebody is of a run's team from now on, or is so no longer."""
    address = view.greeting.address
    if view.included:
        news = f"👥 {address} tercantum dalam Tim Pelaksana untuk pelaksanaan berikut."
    else:
        news = f"{address} tidak lagi tercantum dalam Tim Pelaksana untuk pelaksanaan berikut."
    row = view.row
    parts = [phrases.salutation(view.greeting), news, say.run(row.run)]
    if view.included:
        by = decree(row.run.team, say) if row.run.team else None
        parts.append("\n".join([*_people(row), *([by] if by else [])]))
    return Message("\n\n".join(parts))
