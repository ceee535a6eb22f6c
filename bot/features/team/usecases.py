"""/tim: the people of a run's team by the office's decree, ticked by name. They wait as the chat's
question until saved whole; of two who edit one the second hears of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.domain.access import TIM
from bot.domain.actions import ChooseTeam, Reason
from bot.domain.notices import Reply, TeamNamed, TeamOffered
from bot.domain.run import Team
from bot.features import replies, runs
from bot.features.answers import Refuse, Refused
from bot.features.choosing import find_person
from bot.features.feature import Command, Drawn, Feature, NamedView, Topic, View
from bot.features.form import Data, Field, Form, by_button, day, letter_number
from bot.features.team import texts, views
from bot.features.team.views import NAME_TEAM, TeamStage
from bot.features.work import Args, Work


def open_team(work: Work, tap: texts.OpenTeam) -> View:
    """Begin to put a run's team together: from the one it has, else from all who hold the role."""
    work.require(NAME_TEAM)
    run = runs.find_run(work, tap.token, Refuse(Reason.UNKNOWN)).run
    if run.status.is_over:
        raise Refuse(Reason.RUN_OVER)
    if not views.has_team_steps(run):
        raise Refuse(Refused.BUTTON_OLD)
    chosen = run.team.members if run.team else work.staff.ids([TIM])
    said = {
        "token": tap.token,
        "stage": TeamStage.MEMBERS.value,
        "members": [p for p in chosen if work.staff.person(p)],
        "chair": run.team.chair if run.team else None,
        "number": None,
        "base": _dump(run.team) if run.team else None,
    }
    return TEAM.fill(work, said)


def tick(work: Work, tap: texts.Tick) -> View:
    """Somebody is of the team, or no longer."""
    said = TEAM.said(work, TeamStage.MEMBERS)
    find_person(work, tap.person_id)
    members = [p for p in said["members"] if p != tap.person_id]
    if tap.on:
        members.append(tap.person_id)
    said = {**said, "members": members}
    TEAM.fill(work, said)
    return views.draft(work, said, tap.page)


def ticks_done(work: Work, tap: texts.TicksDone) -> View:
    """The members are ticked; who leads them is asked next."""
    said = TEAM.said(work)
    members = [p for p in said["members"] if work.staff.person(p)]
    if not members:
        raise Refuse(Reason.EMPTY_TEAM)
    return TEAM.fill(work, {**said, "members": members, "stage": TeamStage.CHAIR.value})


def back_to_members(work: Work, tap: texts.BackToMembers) -> View:
    """Change the members once more."""
    return TEAM.fill(work, {**TEAM.said(work), "stage": TeamStage.MEMBERS.value})


def lead(work: Work, tap: texts.Lead) -> View:
    """Who leads the team, or that nobody does; the decree is asked next."""
    said = TEAM.said(work, TeamStage.CHAIR)
    if tap.person_id not in (None, *said["members"]):
        raise Refuse(Refused.BUTTON_OLD)
    return TEAM.fill(work, {**said, "chair": tap.person_id, "stage": TeamStage.NUMBER.value})


def keep_decree(work: Work, tap: texts.KeepDecree) -> View:
    """The decree is the one that the run's team has already."""
    said = TEAM.said(work, TeamStage.NUMBER)
    if said["base"] is None:
        raise Refuse(Refused.BUTTON_OLD)
    return _saved(work, said, said["base"]["number"], said["base"]["date"])


def decree_later(work: Work, tap: texts.DecreeLater) -> View:
    """The decree is still to come; the team works already."""
    return _saved(work, TEAM.said(work, TeamStage.NUMBER), None, None)


def decree_today(work: Work, tap: texts.DecreeToday) -> View:
    """The decree is of today."""
    said = TEAM.said(work, TeamStage.DATE)
    return _saved(work, said, said["number"], work.today.isoformat())


def _number(work: Work, said: Data, text: str) -> Data:
    return {"number": letter_number(text), "stage": TeamStage.DATE.value}


def _staged(
    name: str, parse: Callable[[Work, Data, str], Data], stage: TeamStage, label: str
) -> Field:
    """A field that is asked in this stage, and has been answered in every later one."""
    stages = list(TeamStage)

    def is_past(said: Data) -> bool:
        return stages.index(TeamStage(said["stage"])) > stages.index(stage)

    def forget(said: Data) -> Data:
        return {**said, "stage": stage.value}

    return Field(name, parse, answered=is_past, label=label, forget=forget)


TEAM = Form(
    "team",
    (
        _staged("members", by_button, TeamStage.MEMBERS, "anggota"),
        _staged("chair", by_button, TeamStage.CHAIR, "ketua"),
        _staged("number", _number, TeamStage.NUMBER, "nomor SK"),
        Field("date", lambda work, said, text: {"date": day(work, text)}),
    ),
    lambda said, misread: Reply("team_draft", {"fault": misread is not None}),
    lambda work, said: _save(work, said, said["number"], said["date"]),
    NAME_TEAM,
    of_run=True,
)


def _saved(work: Work, said: Data, number: str | None, on: str | None) -> View:
    """The team as it is now, or a refusal: returned, since the question is closed either way."""
    work.answered()
    try:
        reply = _save(work, said, number, on)
    except Refuse as no:
        return no.view
    return replies.build(work, reply)


def _save(work: Work, said: Data, number: str | None, on: str | None) -> Reply:
    """These are the run's team from now on; `on` is the day of the decree in ISO form."""
    stored = runs.find_run(work, said["token"], Refuse(Reason.UNKNOWN))
    team = _load({**said, "number": number, "date": on})
    base = _load(said["base"]) if said["base"] else None
    runs.act_on_run(work, stored, ChooseTeam(team, based_on=base))
    return Reply("team_saved", {"run_id": stored.run.id})


def _draft(work: Work, args: Args) -> View:
    return views.draft(work, TEAM.said(work), fault=bool(args.get("fault")))


def _dump(team: Team) -> Data:
    on = team.decree_date.isoformat() if team.decree_date else None
    members, number = list(team.members), team.decree_number
    return {"members": members, "chair": team.chair, "number": number, "date": on}


def _load(data: Data) -> Team:
    on = date.fromisoformat(data["date"]) if data["date"] else None
    return Team(tuple(data["members"]), data["chair"], data["number"], on)


FEATURE = Feature(
    "team",
    commands=(
        Command(
            "tim",
            replies.shows("teams"),
            NAME_TEAM,
            Topic.PELAKSANAAN,
            "Tim Pelaksana sebuah pelaksanaan",
            "memilih anggota dan ketua tim sebuah pelaksanaan sesuai SK Tim",
        ),
    ),
    taps={
        texts.OpenTeam: open_team,
        texts.TurnPeople: lambda work, tap: views.draft(work, TEAM.said(work), tap.page),
        texts.Tick: tick,
        texts.TicksDone: ticks_done,
        texts.BackToMembers: back_to_members,
        texts.Lead: lead,
        texts.KeepDecree: keep_decree,
        texts.DecreeLater: decree_later,
        texts.DecreeToday: decree_today,
        texts.TurnTeams: lambda work, tap: replies.show(work, "teams"),
    },
    views={
        "teams": NamedView(views.teams, NAME_TEAM),
        "team_draft": NamedView(_draft, NAME_TEAM),
        "team_saved": NamedView(views.saved, NAME_TEAM),
    },
    questions={TEAM.kind: TEAM.question()},
    asks={views.TeamsView: (), views.DraftView: (TEAM.kind,)},
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
        "ini tidak dicatat. Susunan terbaru ada di /tim.",
    },
    journal={"team_chosen": lambda line: f"{line.run}: {line.who} mencatat Tim Pelaksana."},
)
