"""Who performs a step of a run: the holders of its roles, the run's team, a direct superior.

It is computed on demand and never stored, since holdings and stand-ins change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain import access
from bot.domain.people import Holding, Staff
from bot.domain.run import By, Capacity, Run, Task
from bot.domain.sop import DIRECT_SUPERIOR, Office, OfficeUnit, Step
from bot.domain.worktime import WorkCalendar


@dataclass(frozen=True, slots=True)
class OfficeState:
    """The office's data, calendar and staff at the moment of a decision."""

    office: Office
    calendar: WorkCalendar
    staff: Staff


def performers(run: Run, step: Step, state: OfficeState) -> tuple[Holding, ...]:
    """The holdings by which people perform this step of this run, in the order of joining.

    A step of a role outside the office is recorded by the owner (the Kasubbag). The team's
    steps are its members' where the run has a team. In a run for one unit, the roles of the
    first step mean the unit's own people, and heads of units mean their direct superior.
    """
    if (unit := _unit_of(run, step, state.office)) is not None:
        return _in_unit(run, step, unit, state)
    return _holders(run, _performing_roles(step, state.office), state)


def assignees(run: Run, step: Step, state: OfficeState) -> tuple[int, ...]:
    """The people who perform this step, each once."""
    return tuple(dict.fromkeys(h.person_id for h in performers(run, step, state)))


def waiting_for(run: Run, task: Task, state: OfficeState) -> tuple[int, ...]:
    """The people who still have to confirm an open task.

    Any one of them is enough unless the step requires all. A paused run waits for nobody.
    """
    if run.pause is not None or not task.is_open:
        return ()
    return missing(run, task, state)


def missing(run: Run, task: Task, state: OfficeState) -> tuple[int, ...]:
    """The performers of a task's step who have not confirmed it, paused or not.

    Of an official and the stand-in for the same post, one confirmation is enough.
    """
    acted = {(c.role, c.unit, c.capacity is Capacity.DEFINITIF) for c in task.confirmations}
    left = (
        h.person_id
        for h in performers(run, run.step_of(task), state)
        if not task.confirmed_by(h.person_id)
        and (h.role, h.unit, h.capacity is not Capacity.DEFINITIF) not in acted
    )
    return tuple(dict.fromkeys(left))


def stand_in_for(run: Run, step: Step, person_id: int, state: OfficeState) -> Holding | None:
    """The stand-in who performs this step for this person, an official; or None."""
    performed_by = performers(run, step, state)
    for own in state.staff.holdings_of(person_id):
        if (other := state.staff.stand_in(own)) is not None and other in performed_by:
            return other
    return None


def concerns(run: Run, person_id: int, state: OfficeState) -> bool:
    """Whether this person acted in the run, performs a step of it, or holds a role of it.

    In a run of one unit, that role has to be held in that unit or above it; the heads of these
    units have a part in it as well.
    """
    if any(task.confirmed_by(person_id) for task in run.tasks):
        return True
    if any(person_id in assignees(run, step, state) for step in run.procedure.steps):
        return True
    roles = {code for step in run.procedure.steps for code in step.roles}
    held = state.staff.holdings_of(person_id)
    if run.unit is None:
        return any(h.role in roles for h in held)
    heads = {unit.code: unit.head_role for unit in upward(run.unit, state.office)}
    chain = {run.unit, *heads}
    seats = ((h.role, seat(h, state.office)) for h in held)
    return any(at in chain and (role in roles or role == heads.get(at)) for role, at in seats)


def units_with(step: Step, state: OfficeState) -> tuple[str, ...]:
    """The units in which somebody holds one of this step's roles.

    In the office's own order; those that the office's file no longer has come last.
    """
    seats = [seat(h, state.office) for h in state.staff.holders(step.roles)]
    order = [unit.code for unit in state.office.units]
    known = [code for code in order if code in seats]
    return (*known, *sorted({code for code in seats if code and code not in order}))


def outside(step: Step, office: Office) -> str | None:
    """The role outside the office that performs this step, or None."""
    return next((code for code in step.roles if office.known(code).external), None)


def recorded_for(step: Step, by: By, office: Office) -> str | None:
    """The role outside the office for which this verdict on its step was recorded, or None where
    whoever gave it performs the step."""
    return None if by.role in step.roles else outside(step, office)


def vacant_roles(run: Run, step: Step, state: OfficeState) -> tuple[str, ...]:
    """The vacant roles that block this step.

    Where any holder may confirm, one held role is enough; where all must, each role has to
    be held.
    """
    codes = _performing_roles(step, state.office)
    performed = performers(run, step, state)
    if _unit_of(run, step, state.office) is not None:
        return () if performed else codes
    if performed and not step.all_must_confirm:
        return ()
    return tuple(code for code in codes if not _holders(run, (code,), state))


def acts_as(run: Run, step: Step, person_id: int, state: OfficeState) -> Holding | None:
    """The holding in which this person may act on this step, or None.

    One of the step's own roles is preferred to recording for somebody outside, and a
    definitive holding to a stand-in's.
    """

    def rank(holding: Holding) -> tuple[bool, bool]:
        return (holding.role not in step.roles, holding.capacity is not Capacity.DEFINITIF)

    mine = (h for h in performers(run, step, state) if h.person_id == person_id)
    return min(mine, key=rank, default=None)


def by(person_id: int, state: OfficeState, *roles: str) -> By:
    """In which capacity somebody acts on a run as a whole.

    One of `roles` that they hold, else the highest role they hold; an admin may hold none.
    """
    held = state.staff.holdings_of(person_id)

    def rank(holding: Holding) -> tuple[bool, int, bool]:
        level = state.office.known(holding.role).level
        return (holding.role not in roles, level, holding.capacity is not Capacity.DEFINITIF)

    best = min(held, key=rank, default=None)
    return By(person_id) if best is None else as_by(best)


def authority(person_id: int, state: OfficeState) -> By:
    """In which capacity somebody steers a run: as the owner of the SOPs, else as a leader of the
    office, else as an admin, whatever they hold besides."""
    owner = state.office.owner_role
    chosen = by(person_id, state, owner)
    return chosen if chosen.role in access.LEADERS | {owner} else By(person_id)


def as_by(holding: Holding) -> By:
    """The actor of this holding."""
    return By(holding.person_id, holding.role, holding.unit, holding.capacity)


def helpers(state: OfficeState) -> tuple[int, ...]:
    """Who is notified of problems: the owner of the SOPs, else the admins."""
    return state.staff.ids([state.office.owner_role]) or state.staff.admins()


def escalated_to(run: Run, task: Task, role: str, state: OfficeState) -> tuple[int, ...]:
    """Who is told that an open task is late where the policy names `role`.

    Never whoever still has to confirm it. A vacant role's escalations go to the helpers; those to
    the direct superior go to nobody where there is none, and the policy's next rule follows.
    """
    if role == DIRECT_SUPERIOR:
        above = tuple(h.person_id for h in superiors(run, run.step_of(task), state))
    else:
        above = state.staff.ids([role]) or helpers(state)
    waiting = waiting_for(run, task, state)
    return tuple(p for p in dict.fromkeys(above) if p not in waiting)


def superiors(run: Run, step: Step, state: OfficeState) -> tuple[Holding, ...]:
    """The direct superior of those who perform a step of one unit's run; () where there is none.

    It is who heads the nearest unit, from the run's own along the units above it (induk), and
    stands above the performers. A post that is vacant, that a performer fills, or whose holder
    cannot be reached is passed over.
    """
    office = state.office
    if (unit := _unit_of(run, step, office)) is None:
        return ()
    performed = performers(run, step, state)
    performing = {h.person_id for h in performed}
    roles = [h.role for h in performed] or step.roles
    level = min(office.known(role).level for role in roles)
    for above in upward(unit, office):
        if office.known(above.head_role).level >= level:
            continue
        held = (h for h in state.staff.holders([above.head_role]) if seat(h, office) == above.code)
        free = (h for h in held if h.person_id not in performing)
        if found := tuple(h for h in free if _reachable(h, state)):
            return found
    return ()


def _reachable(holding: Holding, state: OfficeState) -> bool:
    person = state.staff.person(holding.person_id)
    return person is not None and person.reachable


def deciders(requester: int, state: OfficeState) -> tuple[int, ...]:
    """Who decides whether `requester`, the id of a person, gets more time.

    The owner of the SOPs (the Kasubbag); for the owner's own request the Sekretaris. Where that
    role is vacant it is the next one up, at last the admins: never the requester.
    """
    chain = [state.office.owner_role, access.SEKRETARIS, access.KEPALA_DINAS]
    if requester in state.staff.ids(chain[:1]):
        chain = chain[1:]
    for role in chain:
        if found := tuple(p for p in state.staff.ids([role]) if p != requester):
            return found
    return tuple(p for p in state.staff.admins() if p != requester)


def _performing_roles(step: Step, office: Office) -> tuple[str, ...]:
    inside = tuple(code for code in step.roles if not office.known(code).external)
    if len(inside) == len(step.roles):
        return inside
    return tuple(dict.fromkeys((*inside, office.owner_role)))


def _holders(run: Run, codes: tuple[str, ...], state: OfficeState) -> tuple[Holding, ...]:
    if access.TIM not in codes or run.team is None:
        return state.staff.holders(codes)
    # The decree names the members, whatever role they hold.
    team = tuple(
        Holding(0, member, access.TIM, None, Capacity.DEFINITIF, run.started_at)
        for member in run.team.members
        if state.staff.person(member)
    )
    return team + state.staff.holders(code for code in codes if code != access.TIM)


def _unit_of(run: Run, step: Step, office: Office) -> str | None:
    """The unit to which this step's performers are limited; None for the whole office.

    Only the roles of the first step and the heads of units are limited to it.
    """
    if run.unit is None or not run.procedure.per_unit:
        return None
    bound = {*run.procedure.step(1).roles, *(unit.head_role for unit in office.units)}
    return run.unit if set(step.roles) <= bound else None


def _in_unit(run: Run, step: Step, unit: str, state: OfficeState) -> tuple[Holding, ...]:
    own = set(run.procedure.step(1).roles)

    def seated(roles: Iterable[str], in_unit: str) -> tuple[Holding, ...]:
        held = state.staff.holders(roles)
        return tuple(h for h in held if seat(h, state.office) == in_unit)

    if set(step.roles) <= own:
        return seated(step.roles, unit)
    heads = {u.head_role for u in state.office.units}
    above = list(upward(unit, state.office))
    if not above and (found := seated(heads - own, unit)):
        return found  # the unit is no longer in the office's file, but its head is
    for one in above:
        if one.code == unit and own & heads:
            continue  # the head performs the first step, so the superior is above
        if found := seated([one.head_role], one.code):
            return found
    return state.staff.holders([access.KEPALA_DINAS])


def seat(holding: Holding, office: Office) -> str | None:
    """The unit of a holding: the one named, or the one that it heads."""
    if holding.unit is not None:
        return holding.unit
    return next((u.code for u in office.units if u.head_role == holding.role), None)


def upward(code: str, office: Office) -> Iterator[OfficeUnit]:
    """The unit, and those above it in turn."""
    units = {unit.code: unit for unit in office.units}
    seen: set[str] = set()
    while code in units and code not in seen:
        seen.add(code)
        yield units[code]
        code = units[code].parent or ""
