"""/tim: the people of a run's team by the office's decree, ticked by name.

What is ticked waits as the question of the chat until it is saved whole: nobody is told of a
team that is still being put together, and of two who edit one at the same time the second
hears of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.domain import parsing
from bot.domain.access import TIM, LegacyPermission
from bot.domain.actions import ChooseTeam
from bot.domain.notices import Reply
from bot.domain.run import Team
from bot.store import Transaction
from bot.usecases import reading, rosters, runs
from bot.usecases.desk import Scene, Services, ask_for_text
from bot.usecases.rosters import Roster
from bot.usecases.views import Refused, RefusedView, TeamStage, View

NUMBER_LENGTH = range(1, 81)
"""Signs of a decree's number: "188.4/12/SK/DISPMPTSPTK/2027" is one."""


def choose(
    services: Services, tx: Transaction, here: Scene, what: str, value: str, now: datetime
) -> View:
    """A button of /tim."""
    if forbidden := reading.refuse(services, here, LegacyPermission.NAME_TEAM):
        return forbidden
    if what == "run":
        return _open(services, tx, here, value, now)
    roster = rosters.in_the_making(tx, here, now)
    chosen = _CHOICES.get(what)
    if roster is None or chosen is None:
        return RefusedView(Refused.BUTTON_OLD, {})
    return chosen(services, tx, here, roster, value, now)


def take(
    services: Services, tx: Transaction, here: Scene, data: dict[str, Any], text: str, now: datetime
) -> Reply:
    """A short answer: the decree's number, or its date."""
    if forbidden := reading.refuse(services, here, LegacyPermission.NAME_TEAM):
        return reading.refusal(forbidden)
    roster = Roster.load(data)
    if roster.stage is TeamStage.DATE:
        on = parsing.day(text, now.astimezone(services.calendar.zone).date())
        if on is not None:
            saved = _save(services, tx, here, roster, roster.number, on, now)
            if isinstance(saved, RefusedView):
                return reading.refusal(saved)
            return Reply("team_saved", {"run_id": saved})
    number = " ".join(text.split())
    if roster.stage is TeamStage.NUMBER and len(number) in NUMBER_LENGTH and number.isprintable():
        roster, fault = replace(roster, stage=TeamStage.DATE, number=number), False
    else:
        fault = True
    ask_for_text(tx, here, rosters.TEAM, roster.dump(), now)
    return Reply("team_draft", {"fault": fault})


def _open(services: Services, tx: Transaction, here: Scene, token: str, now: datetime) -> View:
    """Begin to put a run's team together: from the one it has, else from all who hold the role."""
    found = tx.runs.by_token(token)
    if found is None:
        return RefusedView(Refused.UNKNOWN_TASK, {})
    run = found[0].run
    if run.status.is_over:
        return RefusedView(Refused.RUN_OVER, {})
    if not rosters.has_team_steps(run):
        return RefusedView(Refused.BUTTON_OLD, {})
    chosen = run.team.members if run.team else here.staff.ids([TIM])
    members = tuple(p for p in chosen if here.staff.person(p))
    chair = run.team.chair if run.team else None
    roster = Roster(token, TeamStage.MEMBERS, members, chair, base=run.team)
    return _kept(services, tx, here, roster, now)


_Choice = Callable[[Services, Transaction, Scene, Roster, str, datetime], View]


def _page(
    services: Services, tx: Transaction, here: Scene, roster: Roster, value: str, now: datetime
) -> View:
    if not _number(value):
        return RefusedView(Refused.BUTTON_OLD, {})
    return rosters.view_of(services, tx, here, roster, now, int(value))


def _tick(
    services: Services, tx: Transaction, here: Scene, roster: Roster, value: str, now: datetime
) -> View:
    """ "<id>.<1 or 0>.<page>": the button says what is wanted, so that a doubled tap does it
    once."""
    match value.split("."):
        case [who, "0" | "1" as on, page] if _number(who) and _number(page):
            person_id = int(who)
        case _:
            return RefusedView(Refused.BUTTON_OLD, {})
    if roster.stage is not TeamStage.MEMBERS:
        return RefusedView(Refused.BUTTON_OLD, {})
    if here.staff.person(person_id) is None:
        return RefusedView(Refused.PERSON_GONE, {})
    others = tuple(p for p in roster.members if p != person_id)
    roster = replace(roster, members=(*others, person_id) if on == "1" else others)
    return _kept(services, tx, here, roster, now, int(page))


def _next(
    services: Services, tx: Transaction, here: Scene, roster: Roster, value: str, now: datetime
) -> View:
    """The members are ticked; who leads them is asked next."""
    members = tuple(p for p in roster.members if here.staff.person(p))
    if not members:
        return RefusedView(Refused.EMPTY_TEAM, {})
    return _kept(services, tx, here, replace(roster, stage=TeamStage.CHAIR, members=members), now)


def _back(
    services: Services, tx: Transaction, here: Scene, roster: Roster, value: str, now: datetime
) -> View:
    return _kept(services, tx, here, replace(roster, stage=TeamStage.MEMBERS), now)


def _lead(
    services: Services, tx: Transaction, here: Scene, roster: Roster, value: str, now: datetime
) -> View:
    """Who leads the team, or that nobody does; the decree is asked next."""
    chair = int(value) if _number(value) else -1
    if roster.stage is not TeamStage.CHAIR or chair not in (0, *roster.members):
        return RefusedView(Refused.BUTTON_OLD, {})
    roster = replace(roster, stage=TeamStage.NUMBER, chair=chair or None)
    return _kept(services, tx, here, roster, now)


def _keep(
    services: Services, tx: Transaction, here: Scene, roster: Roster, value: str, now: datetime
) -> View:
    """The decree is the one that the run's team has already."""
    if roster.stage is not TeamStage.NUMBER or roster.base is None:
        return RefusedView(Refused.BUTTON_OLD, {})
    decree = (roster.base.decree_number, roster.base.decree_date)
    return _saved(services, tx, here, roster, *decree, now)


def _later(
    services: Services, tx: Transaction, here: Scene, roster: Roster, value: str, now: datetime
) -> View:
    """The decree is still to come; the team works already."""
    if roster.stage is not TeamStage.NUMBER:
        return RefusedView(Refused.BUTTON_OLD, {})
    return _saved(services, tx, here, roster, None, None, now)


def _today(
    services: Services, tx: Transaction, here: Scene, roster: Roster, value: str, now: datetime
) -> View:
    if roster.stage is not TeamStage.DATE:
        return RefusedView(Refused.BUTTON_OLD, {})
    on = now.astimezone(services.calendar.zone).date()
    return _saved(services, tx, here, roster, roster.number, on, now)


_CHOICES: dict[str, _Choice] = {
    "pg": _page,
    "tick": _tick,
    "next": _next,
    "back": _back,
    "lead": _lead,
    "keep": _keep,
    "later": _later,
    "today": _today,
}


def _kept(
    services: Services, tx: Transaction, here: Scene, roster: Roster, now: datetime, page: int = 0
) -> View:
    ask_for_text(tx, here, rosters.TEAM, roster.dump(), now)
    return rosters.view_of(services, tx, here, roster, now, page)


def _saved(
    services: Services,
    tx: Transaction,
    here: Scene,
    roster: Roster,
    number: str | None,
    on: date | None,
    now: datetime,
) -> View:
    saved = _save(services, tx, here, roster, number, on, now)
    if isinstance(saved, RefusedView):
        return saved
    return rosters.saved_view(services, tx, here, {"run_id": saved}, now)


def _save(
    services: Services,
    tx: Transaction,
    here: Scene,
    roster: Roster,
    number: str | None,
    on: date | None,
    now: datetime,
) -> int | RefusedView:
    """These are the run's team from now on; the run's id. What was ticked is forgotten."""
    assert here.person is not None  # noqa: S101 - `refuse` has let only people through
    tx.people.answered(here.person.chat_id)
    found = tx.runs.by_token(roster.token)
    if found is None:
        return RefusedView(Refused.UNKNOWN_TASK, {})
    team = Team(roster.members, roster.chair, number, on)
    wish = ChooseTeam(team, based_on=roster.base)
    outcome = runs.act_on_run(tx, here, found[0], wish, now)
    return outcome if isinstance(outcome, RefusedView) else found[0].run.id


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
