"""Work goes from one person to another: a role is handed over, or a vacant one filled."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from bot.domain.access import TIM
from bot.domain.actions import ChooseTeam
from bot.domain.notices import CommandMenu, RoleChanged
from bot.domain.people import Holding, Person
from bot.domain.run import Capacity
from bot.features import phrases, runs
from bot.features.answers import DoneView, Refuse, Refused, done
from bot.features.choosing import Candidate, candidates, find_person, names_apart
from bot.features.naming import RoleName, role_name
from bot.features.people import views
from bot.features.people.roles import announce_grant, manageable
from bot.features.people.views import MANAGE_PEOPLE, Done, PeopleRefused
from bot.features.phrases import NAME, Phrases
from bot.features.work import Work
from bot.ui.buttons import button
from bot.ui.markup import bold, safe
from bot.ui.message import Message, choice_rows


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


def ask(work: Work, tap: views.HandOverRole) -> HandOverView:
    """To whom shall this role go?"""
    holding, giver = _handed(work, tap.holding_id)
    title = role_name(work.office, holding.role, holding.unit)
    others = candidates(work, lambda p: p.reachable and p.id != giver.id)
    return HandOverView(holding.id, title, names_apart(work)[giver.id], others, tap.page)


def hand_over(work: Work, tap: views.HandTo) -> DoneView:
    """Given to the one and taken from the other, with what is open."""
    holding, giver = _handed(work, tap.holding_id)
    taker, names = find_person(work, tap.person_id), names_apart(work)
    if taker.id == giver.id:
        raise Refuse(Refused.PERSON_GONE)
    people, role, unit = work.tx.people, holding.role, holding.unit
    people.revoke(holding.id, work.now)
    # None where the other holds this role already.
    given = people.grant(taker.id, role, unit, Capacity.DEFINITIF, work.now)
    facts = {"person_id": giver.id, "to": taker.id, "role": role, "unit": unit}
    work.tx.journal.note("handed_over", work.now, work.person.id, **facts)
    if role == TIM:
        _replace_in_teams(work, giver.id, taker.id)
    runs.staff_changed(work, frozenset([role]))
    _tell(work, holding, giver, taker, given)
    title = role_name(work.office, role, unit).title
    return done(Done.HANDED_OVER, role=title, name=names[taker.id])


def ask_to_fill(work: Work, tap: views.FillRole) -> FillRoleView:
    """Who of those that are here shall hold a vacant role?"""
    work.require(MANAGE_PEOPLE)
    known = views.known_role(work, tap.role)
    if known.external:
        raise Refuse(Refused.BUTTON_OLD)
    return FillRoleView(known.code, known.name, candidates(work, lambda p: p.reachable), tap.page)


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
        with suppress(Refuse):  # what the engine does not let change stays as it is
            runs.act_on_run(work, stored, wish)


def _handed(work: Work, holding_id: int) -> tuple[Holding, Person]:
    """Role and holder, held for good; refused where that is over, or not theirs to manage."""
    work.require(MANAGE_PEOPLE)
    holding = work.tx.people.holding(holding_id, work.now)
    if holding is None or holding.capacity is not Capacity.DEFINITIF:
        raise Refuse(PeopleRefused.HOLDING_GONE)
    return holding, manageable(work, holding.person_id)


# Words


def say_hand_over(view: HandOverView, say: Phrases) -> Message:
    """To whom a role shall go, with the tasks that wait for it."""
    text = (
        f"Serahkan tugas {bold(phrases.role(view.role))} dari {safe(view.name, NAME)} kepada "
        "siapa?\n\nPerannya pindah seluruhnya, dan tugas yang terbuka langsung disampaikan kepada "
        "yang baru."
    )
    if not view.people:
        text = "Belum ada pegawai lain yang dapat menerimanya. Silakan mengundang: /undang"
    rows = choice_rows(
        view.people,
        view.page,
        views.HandOverRole(view.holding_id, 0),
        lambda person: button(person.label, views.HandTo(view.holding_id, person.person_id)),
    )
    return Message(text, rows)


def say_fill(view: FillRoleView, say: Phrases) -> Message:
    """Who shall hold a vacant role."""
    rows = choice_rows(
        view.people,
        view.page,
        views.FillRole(view.code, 0),
        lambda person: button(person.label, views.GiveRole(person.person_id, view.code)),
    )
    return Message(
        f"Siapa yang akan memegang peran {bold(safe(view.role, NAME))}? Tugasnya langsung "
        "disampaikan kepadanya.",
        rows,
    )
