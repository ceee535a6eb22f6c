"""A run's team, as it is shown: the runs that may have one, and one in the making."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain import access
from bot.domain.run import Run, Team
from bot.store import Transaction
from bot.store.runs import StoredRun
from bot.usecases.desk import Scene, Services
from bot.usecases.views import (
    Refused,
    RefusedView,
    TeamDraftView,
    TeamRow,
    TeamSavedView,
    TeamStage,
    TeamsView,
    TickRow,
    View,
    printed,
    role_name,
)

TEAM = "team"
"""The kind of the question under which a team is put together."""

_Args = dict[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Roster:
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
    def load(cls, data: dict[str, Any]) -> Roster:
        """What `dump` wrote."""
        return cls(
            data["token"],
            TeamStage(data["stage"]),
            tuple(data["members"]),
            data["chair"],
            data["number"],
            _load(data["base"]),
        )


def has_team_steps(run: Run) -> bool:
    """Whether a team carries out a step of it."""
    return any(access.TIM in step.roles for step in run.procedure.steps)


def token_of(stored: StoredRun) -> str:
    """What names a run on a button: its first task, which no restored copy gives again."""
    return stored.tokens[min(stored.tokens)]


def teams_view(
    services: Services, tx: Transaction, here: Scene, args: _Args, now: datetime
) -> View:
    """/tim: the runs under way that a team works on; where there is one, that one's team."""
    names = tx.people.names()
    found = [stored for stored in tx.runs.running() if has_team_steps(stored.run)]
    return TeamsView(tuple(_row(stored, names) for stored in found))


def draft_view(
    services: Services, tx: Transaction, here: Scene, args: _Args, now: datetime
) -> View:
    """The team in the making of this chat, and what is asked next."""
    roster = in_the_making(tx, here, now)
    if roster is None:
        return RefusedView(Refused.BUTTON_OLD, {})
    return view_of(services, tx, here, roster, now, fault=bool(args.get("fault")))


def saved_view(
    services: Services, tx: Transaction, here: Scene, args: _Args, now: datetime
) -> View:
    """A run's team as it is."""
    stored = tx.runs.get(int(args["run_id"] or 0))
    if stored is None or stored.run.team is None:
        return RefusedView(Refused.BUTTON_OLD, {})
    return TeamSavedView(_row(stored, tx.people.names()))


def in_the_making(tx: Transaction, here: Scene, now: datetime) -> Roster | None:
    """What this chat has ticked so far; None where it is asked something else, or nothing."""
    question = tx.people.question(here.person.chat_id, now) if here.person else None
    if question is None or question.kind != TEAM:
        return None
    return Roster.load(question.data)


def view_of(
    services: Services,
    tx: Transaction,
    here: Scene,
    roster: Roster,
    now: datetime,
    page: int = 0,
    *,
    fault: bool = False,
) -> View:
    """What a team in the making shows; those who have left are not offered any more."""
    found = tx.runs.by_token(roster.token)
    if found is None:
        return RefusedView(Refused.BUTTON_OLD, {})
    stored = found[0]
    office, staff = here.state.office, here.staff

    def roles(person_id: int) -> tuple[str, ...]:
        return tuple(
            printed(role_name(office, h.role, h.unit, h.capacity))
            for h in staff.holdings_of(person_id)
        )

    # The team's own role comes first, then everybody by name.
    order = sorted(
        staff.people.values(), key=lambda p: (access.TIM not in staff.roles_of(p.id), p.name)
    )
    return TeamDraftView(
        roster.stage,
        stored.run,
        tuple(TickRow(p.id, p.called, roles(p.id), p.id in roster.members) for p in order),
        page,
        _called(here, roster.chair),
        roster.number,
        (roster.base.decree_number, roster.base.decree_date)
        if roster.base and roster.base.decree_number
        else None,
        now.astimezone(services.calendar.zone).date(),
        fault,
    )


def _row(stored: StoredRun, names: dict[int, str]) -> TeamRow:
    team = stored.run.team
    return TeamRow(
        token_of(stored),
        stored.run,
        tuple(names.get(member, "—") for member in team.members) if team else (),
        names.get(team.chair) if team and team.chair is not None else None,
    )


def _called(here: Scene, person_id: int | None) -> str | None:
    person = here.staff.person(person_id) if person_id is not None else None
    return person.called if person else None


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
