"""A run's team, as facts: the runs that may have one, one in the making, one that is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from bot.domain import access
from bot.domain.access import KASUBBAG, Permission
from bot.domain.notices import TeamNamed, TeamOffered
from bot.domain.run import Run, Team
from bot.domain.sop import Sop
from bot.features import runs
from bot.features.answers import Refuse, Refused
from bot.features.feature import Sending
from bot.features.naming import Greeting, greeting, printed, roles_of
from bot.features.work import Args, Work
from bot.store.runs import StoredRun

NAME_TEAM = Permission("name_team", frozenset({KASUBBAG}))


class TeamStage(StrEnum):
    """What is asked about a team, in this order."""

    MEMBERS = "members"
    CHAIR = "chair"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A run with its team; without one, `members` is empty. `token` names the run."""

    token: str
    run: Run
    members: tuple[str, ...]
    chair: str | None


@dataclass(frozen=True, slots=True)
class TeamsView:
    """/tim: the runs under way that a team works on."""

    rows: tuple[TeamRow, ...]


@dataclass(frozen=True, slots=True)
class TickRow:
    """Somebody who may be of a team, and whether they are ticked."""

    person_id: int
    name: str
    roles: tuple[str, ...]
    ticked: bool


@dataclass(frozen=True, slots=True)
class DraftView:
    """A team in the making. `decree` is number and date of the one it has already."""

    stage: TeamStage
    run: Run
    people: tuple[TickRow, ...]
    page: int
    chair: str | None
    number: str | None
    decree: tuple[str | None, date | None] | None
    today: date
    fault: bool


@dataclass(frozen=True, slots=True)
class SavedView:
    """A run's team as it is now."""

    row: TeamRow


@dataclass(frozen=True, slots=True)
class OfferView:
    """The team's part of a run begins, and the recipient may say who is of it."""

    greeting: Greeting
    run: Run
    token: str


@dataclass(frozen=True, slots=True)
class NamedTeamView:
    """The recipient is of the run's team, or is so no longer. Names are as spoken."""

    greeting: Greeting
    run: Run
    sop: Sop
    included: bool
    members: tuple[str, ...]
    chair: str | None


@dataclass(frozen=True, slots=True)
class TeamDraft:
    """A team in the making: what was ticked and said so far.

    `token` names the run, `base` is the team that it had when this began.
    """

    token: str
    stage: TeamStage
    members: tuple[int, ...]
    chair: int | None = None
    number: str | None = None
    base: Team | None = None

    def dump(self) -> dict[str, Any]:
        """As it waits in the question of a chat."""
        return {
            "token": self.token,
            "stage": self.stage.value,
            "members": list(self.members),
            "chair": self.chair,
            "number": self.number,
            "base": _dump(self.base),
        }

    @classmethod
    def load(cls, data: dict[str, Any]) -> TeamDraft:
        """What `dump` wrote."""
        return cls(
            data["token"],
            TeamStage(data["stage"]),
            tuple(data["members"]),
            data["chair"],
            data["number"],
            _load(data["base"]),
        )


def _dump(team: Team | None) -> dict[str, Any] | None:
    if team is None:
        return None
    on = team.decree_date.isoformat() if team.decree_date else None
    return {
        "members": list(team.members),
        "chair": team.chair,
        "number": team.decree_number,
        "date": on,
    }


def _load(data: dict[str, Any] | None) -> Team | None:
    if data is None:
        return None
    on = date.fromisoformat(data["date"]) if data["date"] else None
    return Team(tuple(data["members"]), data["chair"], data["number"], on)


def has_team_steps(run: Run) -> bool:
    """Whether a team carries out a step of it."""
    return any(access.TIM in step.roles for step in run.procedure.steps)


def teams(work: Work, args: Args) -> TeamsView:
    """/tim: the runs under way that a team works on."""
    names = work.tx.people.names()
    found = [stored for stored in work.tx.runs.running() if has_team_steps(stored.run)]
    return TeamsView(tuple(_row(stored, names) for stored in found))


def saved(work: Work, args: Args) -> SavedView:
    """A run's team as it is."""
    stored = work.tx.runs.get(int(args["run_id"] or 0))
    if stored is None or stored.run.team is None:
        raise Refuse(Refused.BUTTON_OLD)
    return SavedView(_row(stored, work.tx.people.names()))


def draft(work: Work, team: TeamDraft, page: int = 0, *, fault: bool = False) -> DraftView:
    """What a team in the making shows; those who have left are not offered any more."""
    stored = runs.find_run(work, team.token, Refuse(Refused.BUTTON_OLD))
    chair = work.staff.person(team.chair) if team.chair is not None else None
    decree = (team.base.decree_number, team.base.decree_date) if team.base else None
    return DraftView(
        team.stage,
        stored.run,
        _ticks(work, team),
        page,
        chair.called if chair else None,
        team.number,
        decree if decree and decree[0] else None,
        work.now.astimezone(work.calendar.zone).date(),
        fault,
    )


def _ticks(work: Work, team: TeamDraft) -> tuple[TickRow, ...]:
    """Everybody who may be ticked: those with the team's own role first, then all by name."""
    staff, state = work.staff, work.state
    order = sorted(
        staff.people.values(), key=lambda p: (access.TIM not in staff.roles_of(p.id), p.name)
    )
    return tuple(
        TickRow(p.id, p.called, tuple(map(printed, roles_of(p.id, state))), p.id in team.members)
        for p in order
    )


def draw_offer(work: Work, notice: TeamOffered, sending: Sending) -> OfferView | None:
    """The team may be named now; None where it has been, or the run is over."""
    run = sending.stored.run
    if run.status.is_over or run.team is not None:
        return None
    hello = greeting(work.office, work.person, work.staff)
    return OfferView(hello, run, runs.token_of(sending.stored))


def draw_named(work: Work, notice: TeamNamed, sending: Sending) -> NamedTeamView | None:
    """Somebody is of the team, or no longer; None where it is otherwise by now."""
    run, team = sending.stored.run, sending.stored.run.team
    if team is None or (work.person.id in team.members) is not notice.included:
        return None
    names = work.tx.people.names()
    return NamedTeamView(
        greeting(work.office, work.person, work.staff),
        run,
        sending.stored.sop,
        notice.included,
        tuple(names.get(member, "—") for member in team.members),
        names.get(team.chair) if team.chair is not None else None,
    )


def _row(stored: StoredRun, names: dict[int, str]) -> TeamRow:
    team = stored.run.team
    return TeamRow(
        runs.token_of(stored),
        stored.run,
        tuple(names.get(member, "—") for member in team.members) if team else (),
        names.get(team.chair) if team and team.chair is not None else None,
    )
