"""Work goes from one person to another: a role is handed over, or a vacant one filled."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain import engine
from bot.domain.access import TIM
from bot.domain.actions import ChooseTeam, Refusal
from bot.domain.notices import CommandMenu, RoleChanged
from bot.domain.people import Holding, Person
from bot.domain.run import Capacity
from bot.features import phrases, runs
from bot.features.answers import DoneView, Refuse, Refused, done
from bot.features.naming import RoleName, printed, role_name, roles_of
from bot.features.people.roles import announce_grant, manageable
from bot.features.people.views import (
    MANAGE_PEOPLE,
    Done,
    FillRole,
    GiveRole,
    HandOverRole,
    HandTo,
    PeopleRefused,
)
from bot.features.phrases import NAME, Phrases
from bot.features.work import Work
from bot.ui.buttons import button
from bot.ui.markup import bold, safe
from bot.ui.message import Message, choices_on_page

# What people see, as facts


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be given a role; `roles` are what they hold already, as printed."""

    person_id: int
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandOverView:
    """Asks to whom a role shall be handed over; `name` is who holds it."""

    holding_id: int
    role: RoleName
    name: str
    people: tuple[Candidate, ...]
    page: int


@dataclass(frozen=True, slots=True)
class FillRoleView:
    """Asks who shall hold a vacant role."""

    code: str
    role: str
    people: tuple[Candidate, ...]
    page: int


# What people do


def ask(work: Work, tap: HandOverRole) -> HandOverView:
    """To whom shall this role go?"""
    holding, giver = _handed(work, tap.holding_id)
    title = role_name(work.office, holding.role, holding.unit)
    others = _candidates(work, besides=giver.id)
    return HandOverView(holding.id, title, giver.called, others, tap.page)


def hand_over(work: Work, tap: HandTo) -> DoneView:
    """Given to the one and taken from the other, with what is open."""
    holding, giver = _handed(work, tap.holding_id)
    taker = work.staff.person(tap.person_id)
    if taker is None or taker.id == giver.id:
        raise Refuse(PeopleRefused.PERSON_GONE)
    given = _exchange(work, holding, giver, taker)
    if holding.role == TIM:
        _replace_in_teams(work, giver.id, taker.id)
    runs.staff_changed(work, frozenset([holding.role]))
    _tell(work, holding, giver, taker, given)
    role = printed(role_name(work.office, holding.role, holding.unit))
    return done(Done.HANDED_OVER, role=role, name=taker.called)


def ask_to_fill(work: Work, tap: FillRole) -> FillRoleView:
    """Who of those that are here shall hold a vacant role?"""
    work.require(MANAGE_PEOPLE)
    known = next((r for r in work.office.roles if r.code == tap.role), None)
    if known is None or known.external:
        raise Refuse(Refused.BUTTON_OLD)
    return FillRoleView(known.code, known.name, _candidates(work), tap.page)


def _exchange(work: Work, holding: Holding, giver: Person, taker: Person) -> int | None:
    """Write it down; the new holding's id, None if the other holds this role already."""
    people, role, unit = work.tx.people, holding.role, holding.unit
    people.revoke(holding.id, work.now)
    given = people.grant(taker.id, role, unit, Capacity.DEFINITIF, work.now)
    facts = {"person_id": giver.id, "to": taker.id, "role": role, "unit": unit}
    work.tx.journal.note("handed_over", work.now, work.person.id, **facts)
    return given


def _tell(work: Work, holding: Holding, giver: Person, taker: Person, given: int | None) -> None:
    by = work.person.id
    for person, has in ((giver, False), (taker, True)):
        if person.id != by and (given is not None or not has):
            notice = RoleChanged(holding.role, holding.unit, given=has)
            work.notify(notice, [person.id], f"handed:{holding.id}:{has}")
    announce_grant(work, given, by)
    work.notify(CommandMenu(), [giver.id, taker.id], "menu")


def _replace_in_teams(work: Work, giver: int, taker: int) -> None:
    """In the teams that a run has by decree, the one takes the other's place too."""
    for stored in work.tx.runs.running():
        team = stored.run.team
        if team is None or giver not in team.members:
            continue
        members = tuple(dict.fromkeys(taker if p == giver else p for p in team.members))
        chair = taker if team.chair == giver else team.chair
        wish = ChooseTeam(replace(team, members=members, chair=chair), based_on=team)
        at = stored.run.not_before(work.now)
        outcome = engine.decide(stored.run, wish, work.person.id, at, work.state)
        if not isinstance(outcome, Refusal):
            runs.save_decision(work, stored, outcome)


def _handed(work: Work, holding_id: int) -> tuple[Holding, Person]:
    """A role that somebody holds for good, and who.

    Raises:
        Refuse: it is held no longer, or the asker may not manage its holder.
    """
    work.require(MANAGE_PEOPLE)
    holding = work.tx.people.holding(holding_id, work.now)
    if holding is None or holding.capacity is not Capacity.DEFINITIF:
        raise Refuse(PeopleRefused.HOLDING_GONE)
    return holding, manageable(work, holding.person_id)


def _candidates(work: Work, besides: int | None = None) -> tuple[Candidate, ...]:
    """Everybody whom Telegram reaches, by name, but for the person `besides`."""
    return tuple(
        Candidate(p.id, p.called, tuple(map(printed, roles_of(p.id, work.state))))
        for p in sorted(work.staff.people.values(), key=lambda p: p.name)
        if p.id != besides and p.reachable
    )


# Words

_LEAVE = "Bila tidak jadi, pesan ini boleh diabaikan."


def say_hand_over(view: HandOverView, say: Phrases) -> Message:
    """To whom a role shall go, with the tasks that wait for it."""
    text = (
        f"Serahkan tugas {bold(phrases.role(view.role))} dari {safe(view.name, NAME)} kepada "
        "siapa?\n\nPerannya pindah seluruhnya, dan tugas yang terbuka langsung disampaikan kepada "
        f"yang baru. {_LEAVE}"
    )
    if not view.people:
        text = "Belum ada pegawai lain yang dapat menerimanya. Silakan mengundang: /undang"
    shown, turn = choices_on_page(view.people, view.page, HandOverRole(view.holding_id, 0))
    rows = ((button(_label(p), HandTo(view.holding_id, p.person_id)),) for p in shown)
    return Message(text, (*rows, *turn))


def say_fill(view: FillRoleView, say: Phrases) -> Message:
    """Who shall hold a vacant role."""
    shown, turn = choices_on_page(view.people, view.page, FillRole(view.code, 0))
    rows = ((button(_label(p), GiveRole(p.person_id, view.code)),) for p in shown)
    return Message(
        f"Siapa yang akan memegang peran {bold(safe(view.role, NAME))}? Tugasnya langsung "
        f"disampaikan kepadanya. {_LEAVE}",
        (*rows, *turn),
    )


def _label(person: Candidate) -> str:
    return f"{person.name} ({person.roles[0]})" if person.roles else person.name
