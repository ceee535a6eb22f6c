"""Work goes from one person to another: a role is handed over, or a vacant one filled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain import engine
from bot.domain.access import TIM, LegacyPermission
from bot.domain.actions import ChooseTeam, Refusal
from bot.domain.notices import CommandMenu, RoleChanged
from bot.domain.people import Holding, Person
from bot.domain.run import Capacity
from bot.store import Transaction
from bot.usecases import people, reading, runs
from bot.usecases.desk import Scene, Services, carry_out, tell
from bot.usecases.joining import announce_grant
from bot.usecases.views import (
    Done,
    DoneView,
    FillRoleView,
    HandOverView,
    Refused,
    RefusedView,
    View,
    printed,
    role_name,
)


def choose(
    services: Services, tx: Transaction, here: Scene, what: str, value: str, now: datetime
) -> View:
    """A button of handing over."""
    if forbidden := reading.refuse(services, here, LegacyPermission.MANAGE_PEOPLE):
        return forbidden
    first, _, second = value.partition(".")
    chosen = _CHOICES.get(what)
    return chosen(services, tx, here, first, second, now) if chosen else _old()


def _ask(
    services: Services, tx: Transaction, here: Scene, first: str, second: str, now: datetime
) -> View:
    """ "<holding>.<page>": to whom this role shall go."""
    if not (_number(first) and _number(second)):
        return _old()
    found = _handed(services, tx, here, int(first), now)
    if isinstance(found, RefusedView):
        return found
    holding, person = found
    title = role_name(here.state.office, holding.role, holding.unit)
    return HandOverView(holding.id, title, person.called, _others(here, person.id), int(second))


def _hand_over(
    services: Services, tx: Transaction, here: Scene, first: str, second: str, now: datetime
) -> View:
    """ "<holding>.<person>": given to the one and taken from the other, with what is open."""
    if not (_number(first) and _number(second)) or here.person is None:
        return _old()
    found = _handed(services, tx, here, int(first), now)
    if isinstance(found, RefusedView):
        return found
    holding, giver = found
    taker = here.staff.person(int(second))
    if taker is None or taker.id == giver.id:
        return RefusedView(Refused.PERSON_GONE, {})
    by = here.person.id
    tx.people.revoke(holding.id, now)
    given = tx.people.grant(taker.id, holding.role, holding.unit, Capacity.DEFINITIF, now)
    tx.journal.note(
        "handed_over",
        now,
        by,
        person_id=giver.id,
        to=taker.id,
        role=holding.role,
        unit=holding.unit,
    )
    if holding.role == TIM:
        _in_their_teams(tx, here, giver.id, taker.id, now)
    staff = runs.staff_changed(services, tx, frozenset([holding.role]), now)
    for person, has in ((giver, False), (taker, True)):
        if person.id != by and (given is not None or not has):
            notice = RoleChanged(holding.role, holding.unit, given=has)
            tell(tx, notice, [person.id], staff, now, f"handed:{holding.id}:{has}")
    made = tx.people.holding(given, now) if given is not None else None
    if made is not None:
        announce_grant(services, tx, made, by, now)
    tell(tx, CommandMenu(), [giver.id, taker.id], staff, now, "menu")
    title = printed(role_name(here.state.office, holding.role, holding.unit))
    return DoneView(Done.HANDED_OVER, {"role": title, "name": taker.called})


def _fill(
    services: Services, tx: Transaction, here: Scene, first: str, second: str, now: datetime
) -> View:
    """ "<role>.<page>": who of those that are here shall hold a vacant role."""
    known = next((r for r in here.state.office.roles if r.code == first), None)
    if known is None or known.external or not _number(second):
        return _old()
    return FillRoleView(known.code, known.name, _others(here, 0), int(second))


_CHOICES: dict[str, Callable[[Services, Transaction, Scene, str, str, datetime], View]] = {
    "from": _ask,
    "to": _hand_over,
    "fill": _fill,
}


def _in_their_teams(tx: Transaction, here: Scene, giver: int, taker: int, now: datetime) -> None:
    """In the teams that a run has by decree, the one takes the other's place too."""
    assert here.person is not None  # noqa: S101 - `refuse` has let only people through
    for stored in tx.runs.running():
        team = stored.run.team
        if team is None or giver not in team.members:
            continue
        members = tuple(dict.fromkeys(taker if p == giver else p for p in team.members))
        chair = taker if team.chair == giver else team.chair
        wish = ChooseTeam(replace(team, members=members, chair=chair), based_on=team)
        at = stored.run.not_before(now)
        outcome = engine.decide(stored.run, wish, here.person.id, at, here.state)
        if not isinstance(outcome, Refusal):
            carry_out(tx, stored, outcome, here.staff, now)


def _handed(
    services: Services, tx: Transaction, here: Scene, holding_id: int, now: datetime
) -> tuple[Holding, Person] | RefusedView:
    """A role that somebody holds for good, and who; or why it cannot be handed over."""
    holding = tx.people.holding(holding_id, now)
    if holding is None or holding.capacity is not Capacity.DEFINITIF:
        return RefusedView(Refused.HOLDING_GONE, {})
    found = people.manageable(services, here, holding.person_id)
    return found if isinstance(found, RefusedView) else (holding, found)


def _others(here: Scene, person_id: int) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
    """Everybody else by name, whom Telegram reaches: id, name and roles."""
    return tuple(
        (p.id, p.called, tuple(map(printed, reading.roles_of(p.id, here.state))))
        for p in sorted(here.staff.people.values(), key=lambda p: p.name)
        if p.id != person_id and p.reachable
    )


def _old() -> RefusedView:
    return RefusedView(Refused.BUTTON_OLD, {})


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
