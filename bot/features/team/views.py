"""A run's team, as facts: the runs that may have one, one in the making, one that is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain import access
from bot.domain.access import KASUBBAG, Permission
from bot.domain.notices import TeamNamed, TeamOffered
from bot.domain.run import Run
from bot.features import runs
from bot.features.answers import Refuse, Refused
from bot.features.choosing import Candidate, candidates, names_apart
from bot.features.feature import Sending
from bot.features.form import Data
from bot.features.naming import Greeting
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
class DraftView:
    """A team in the making; `decree` is the number that the run's team has already."""

    stage: TeamStage
    run: Run
    people: tuple[Candidate, ...]
    ticked: frozenset[int]
    page: int
    chair: str | None
    number: str | None
    decree: str | None
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
    row: TeamRow
    included: bool


def has_team_steps(run: Run) -> bool:
    """Whether a team carries out a step of it."""
    return any(access.TIM in step.roles for step in run.procedure.steps)


def teams(work: Work, args: Args) -> TeamsView:
    """/tim: the runs under way that a team works on."""
    names = names_apart(work)
    found = [stored for stored in work.tx.runs.running() if has_team_steps(stored.run)]
    return TeamsView(tuple(_row(stored, names) for stored in found))


def saved(work: Work, args: Args) -> SavedView:
    """A run's team as it is."""
    stored = work.tx.runs.get(int(args["run_id"] or 0))
    if stored is None or stored.run.team is None:
        raise Refuse(Refused.BUTTON_OLD)
    return SavedView(_row(stored, names_apart(work)))


def draft(work: Work, said: Data, page: int = 0, *, fault: bool = False) -> DraftView:
    """What a team in the making shows: without who has left, holders of the team's role first."""
    stored = runs.find_run(work, said["token"], Refuse(Refused.BUTTON_OLD))
    chair = work.staff.person(said["chair"] or 0)
    roles_of = work.staff.roles_of
    return DraftView(
        TeamStage(said["stage"]),
        stored.run,
        tuple(sorted(candidates(work), key=lambda p: access.TIM not in roles_of(p.person_id))),
        frozenset(said["members"]),
        page,
        names_apart(work)[chair.id] if chair else None,
        said["number"],
        said["base"]["number"] if said["base"] else None,
        work.today,
        fault,
    )


def draw_offer(work: Work, notice: TeamOffered, sending: Sending) -> OfferView | None:
    """The team may be named now; None where it has been, or the run is over."""
    run = sending.stored.run
    if run.status.is_over or run.team is not None:
        return None
    return OfferView(work.greeting, run, runs.token_of(sending.stored))


def draw_named(work: Work, notice: TeamNamed, sending: Sending) -> NamedTeamView | None:
    """Somebody is of the team, or no longer; None where it is otherwise by now."""
    team = sending.stored.run.team
    if team is None or (work.person.id in team.members) is not notice.included:
        return None
    row = _row(sending.stored, names_apart(work))
    return NamedTeamView(work.greeting, row, notice.included)


def _row(stored: StoredRun, names: dict[int, str]) -> TeamRow:
    team = stored.run.team
    return TeamRow(
        runs.token_of(stored),
        stored.run,
        tuple(names.get(member, "—") for member in team.members) if team else (),
        names.get(team.chair) if team and team.chair is not None else None,
    )
