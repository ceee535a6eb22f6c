"""/tim: the people of a run's team by the office's decree, ticked by name.

What is ticked waits as the question of the chat until it is saved whole: nobody is told of a
team that is still being put together, and of two who edit one at the same time the second
hears of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from enum import StrEnum

from bot.domain import parsing
from bot.domain.access import TIM
from bot.domain.actions import ChooseTeam, Reason
from bot.domain.notices import Reply, TeamNamed, TeamOffered
from bot.domain.run import Team
from bot.features import replies, runs
from bot.features.answers import Refuse, Refused
from bot.features.feature import Command, Drawn, Feature, NamedView, Topic, View, Words
from bot.features.form import Data, Field, Form, Misread, by_button
from bot.features.team import texts, views
from bot.features.team.texts import (
    BackToMembers,
    DecreeLater,
    DecreeToday,
    KeepDecree,
    Lead,
    OpenTeam,
    Tick,
    TicksDone,
    TurnPeople,
    TurnTeams,
)
from bot.features.team.views import NAME_TEAM, TeamDraft, TeamStage
from bot.features.work import Args, Work

NUMBER_LENGTH = range(1, 81)
"""Signs of a decree's number: "188.4/12/SK/DISPMPTSPTK/2027" is one."""


class TeamRefused(StrEnum):
    """Why somebody is not ticked."""

    PERSON_GONE = "person_gone"  # the sentence is that of /pegawai


def command(work: Work, typed: Words) -> Reply:
    """/tim: the runs whose team can be chosen."""
    replies.no_more_than(typed, 0, "/tim")
    return Reply("teams", {})


def open_team(work: Work, tap: OpenTeam) -> View:
    """Begin to put a run's team together: from the one it has, else from all who hold the role."""
    work.require(NAME_TEAM)
    run = runs.find_run(work, tap.token, Refuse(Reason.UNKNOWN)).run
    if run.status.is_over:
        raise Refuse(Reason.RUN_OVER)
    if not views.has_team_steps(run):
        raise Refuse(Refused.BUTTON_OLD)
    chosen = run.team.members if run.team else work.staff.ids([TIM])
    members = tuple(p for p in chosen if work.staff.person(p))
    chair = run.team.chair if run.team else None
    return _kept(work, TeamDraft(tap.token, TeamStage.MEMBERS, members, chair, base=run.team))


def turn_people(work: Work, tap: TurnPeople) -> View:
    """A page of the people to be ticked."""
    return views.draft(work, _draft(work), tap.page)


def tick(work: Work, tap: Tick) -> View:
    """Somebody is of the team, or no longer."""
    team = _draft(work, TeamStage.MEMBERS)
    if work.staff.person(tap.person_id) is None:
        raise Refuse(TeamRefused.PERSON_GONE)
    others = tuple(p for p in team.members if p != tap.person_id)
    members = (*others, tap.person_id) if tap.on else others
    return _kept(work, replace(team, members=members), tap.page)


def ticks_done(work: Work, tap: TicksDone) -> View:
    """The members are ticked; who leads them is asked next."""
    team = _draft(work)
    members = tuple(p for p in team.members if work.staff.person(p))
    if not members:
        raise Refuse(Reason.EMPTY_TEAM)
    return _kept(work, replace(team, stage=TeamStage.CHAIR, members=members))


def back_to_members(work: Work, tap: BackToMembers) -> View:
    """Change the members once more."""
    return _kept(work, replace(_draft(work), stage=TeamStage.MEMBERS))


def lead(work: Work, tap: Lead) -> View:
    """Who leads the team, or that nobody does; the decree is asked next."""
    team = _draft(work, TeamStage.CHAIR)
    if tap.person_id not in (None, *team.members):
        raise Refuse(Refused.BUTTON_OLD)
    return _kept(work, replace(team, stage=TeamStage.NUMBER, chair=tap.person_id))


def keep_decree(work: Work, tap: KeepDecree) -> View:
    """The decree is the one that the run's team has already."""
    team = _draft(work, TeamStage.NUMBER)
    if team.base is None:
        raise Refuse(Refused.BUTTON_OLD)
    return _saved(work, team, team.base.decree_number, team.base.decree_date)


def decree_later(work: Work, tap: DecreeLater) -> View:
    """The decree is still to come; the team works already."""
    return _saved(work, _draft(work, TeamStage.NUMBER), None, None)


def decree_today(work: Work, tap: DecreeToday) -> View:
    """The decree is of today."""
    team = _draft(work, TeamStage.DATE)
    return _saved(work, team, team.number, _today(work))


# The form


def _number(work: Work, said: Data, text: str) -> Data:
    number = " ".join(text.split())
    if len(number) not in NUMBER_LENGTH or not number.isprintable():
        raise Misread
    return {"number": number, "stage": TeamStage.DATE.value}


def _date(work: Work, said: Data, text: str) -> Data:
    on = parsing.day(text, _today(work))
    if on is None:
        raise Misread
    return {"date": on.isoformat()}


def _finish(work: Work, said: Data) -> Reply:
    team = TeamDraft.load(said)
    return _save(work, team, team.number, date.fromisoformat(said["date"]))


def _again(said: Data, misread: Misread | None) -> Reply:
    return Reply("team_draft", {"fault": misread is not None})


def _after(stage: TeamStage) -> Callable[[Data], bool]:
    """Whether a later stage than this has been reached."""
    stages = list(TeamStage)
    return lambda said: stages.index(TeamStage(said["stage"])) > stages.index(stage)


TEAM = Form(
    "team",
    (
        Field("members", by_button, answered=_after(TeamStage.MEMBERS)),
        Field("chair", by_button, answered=_after(TeamStage.CHAIR)),
        Field("number", _number, answered=_after(TeamStage.NUMBER)),
        Field("date", _date),
    ),
    _again,
    _finish,
    NAME_TEAM,
)


def _draft(work: Work, stage: TeamStage | None = None) -> TeamDraft:
    """The team in the making of this chat.

    Raises:
        Refuse: there is none, or something else than `stage` is asked by now.
    """
    team = TeamDraft.load(TEAM.said(work))
    if stage not in (None, team.stage):
        raise Refuse(Refused.BUTTON_OLD)
    return team


def _kept(work: Work, team: TeamDraft, page: int = 0) -> View:
    work.ask(TEAM.kind, team.dump())
    return views.draft(work, team, page)


def _saved(work: Work, team: TeamDraft, number: str | None, on: date | None) -> View:
    """The team as it is now, or why it was refused. The question is closed either way: a refusal
    is returned, since raising it would roll that back."""
    work.answered()
    try:
        reply = _save(work, team, number, on)
    except Refuse as no:
        return no.view
    return replies.build(work, reply)


def _save(work: Work, team: TeamDraft, number: str | None, on: date | None) -> Reply:
    """These are the run's team from now on."""
    stored = runs.find_run(work, team.token, Refuse(Reason.UNKNOWN))
    wish = ChooseTeam(Team(team.members, team.chair, number, on), based_on=team.base)
    runs.act_on_run(work, stored, wish)
    return Reply("team_saved", {"run_id": stored.run.id})


def _show_draft(work: Work, args: Args) -> View:
    return views.draft(work, _draft(work), fault=bool(args.get("fault")))


def _today(work: Work) -> date:
    return work.now.astimezone(work.calendar.zone).date()


FEATURE = Feature(
    "team",
    commands=(
        Command(
            "tim",
            command,
            NAME_TEAM,
            Topic.PELAKSANAAN,
            "Tim Pelaksana sebuah pelaksanaan",
            "memilih anggota dan ketua tim sebuah pelaksanaan sesuai SK Tim",
        ),
    ),
    taps={
        OpenTeam: open_team,
        TurnPeople: turn_people,
        Tick: tick,
        TicksDone: ticks_done,
        BackToMembers: back_to_members,
        Lead: lead,
        KeepDecree: keep_decree,
        DecreeLater: decree_later,
        DecreeToday: decree_today,
        TurnTeams: lambda work, tap: replies.show(work, "teams"),
    },
    views={
        "teams": NamedView(views.teams, NAME_TEAM),
        "team_draft": NamedView(_show_draft, NAME_TEAM),
        "team_saved": NamedView(views.saved, NAME_TEAM),
    },
    questions={TEAM.kind: TEAM.question()},
    notices={
        TeamOffered: Drawn(views.draw_offer, "tawaran mencatat tim"),
        TeamNamed: Drawn(views.draw_named, "susunan tim"),
    },
    words={
        views.DraftView: texts.say_draft,
        views.SavedView: texts.say_saved,
        views.OfferView: texts.say_offer,
        views.NamedTeamView: texts.say_named,
    },
    pages={views.TeamsView: texts.say_teams},
    refusals={
        Reason.EMPTY_TEAM: "Tim memerlukan sedikitnya satu anggota yang terdaftar, dan ketuanya "
        "seorang dari mereka.",
        Reason.MEMBER_GONE: "Ada anggota terpilih yang sudah tidak terdaftar, sehingga tim belum "
        "diubah. Mohon memilih kembali dengan /tim.",
        Reason.TEAM_CHANGED: "Sementara itu tim ini sudah diubah oleh rekan, sehingga perubahan "
        "Bapak/Ibu tidak dicatat. Susunan terbaru ada di /tim.",
    },
    journal={"team_chosen": lambda line: f"{line.run}: {line.who} mencatat Tim Pelaksana."},
)
