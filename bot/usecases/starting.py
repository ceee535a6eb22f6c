"""Beginning runs: one, or where the direct superior matters one for each unit of the office."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import assignment, engine
from bot.domain.actions import Refusal, Start
from bot.domain.run import RunStatus
from bot.domain.sop import Procedure
from bot.store import Transaction
from bot.store.runs import StoredRun
from bot.usecases.desk import Scene, Services, carry_out
from bot.usecases.views import Refused, RefusedView, UnitsView, role_name

WHOLE_OFFICE = ""
"""A run for no unit, where a procedure runs once for each: it covers them all."""


@dataclass(frozen=True, slots=True)
class Units:
    """The units of a procedure for one year, in the office's order, by their codes.

    To be opened, under way, and finished already.
    """

    to_open: tuple[str, ...]
    running: tuple[str, ...]
    done: tuple[str, ...]


def units_of(tx: Transaction, here: Scene, procedure: Procedure, year: int) -> Units:
    """Where a procedure is still to be opened: units with people, and no run of that year.

    A run that was given up leaves its unit free to begin again.
    """
    kept = {
        unit: {status for _, status in known if status is not RunStatus.DIBATALKAN}
        for unit, known in tx.runs.of_units(procedure.code, year).items()
    }
    under_way = {unit for unit, states in kept.items() if states - {RunStatus.SELESAI}}
    over = {unit for unit, states in kept.items() if states} - under_way
    peopled = assignment.units_with(procedure.step(1), here.state)
    order = (*peopled, *sorted((under_way | over) - {*peopled, WHOLE_OFFICE}))
    everything = WHOLE_OFFICE in under_way
    return Units(
        tuple(u for u in peopled if u not in under_way | over and not everything),
        tuple(u for u in order if u in under_way or (everything and u not in over)),
        tuple(u for u in order if u in over),
    )


def begin(
    services: Services,
    tx: Transaction,
    here: Scene,
    action: Start,
    now: datetime,
) -> StoredRun | Refusal:
    """Begin one run: everything that this means, in this transaction."""
    assert here.person is not None  # noqa: S101 - nobody else gets this far
    decision = engine.decide(None, action, here.person.id, now, here.state)
    if isinstance(decision, Refusal):
        return decision
    sop = next(s for s, p in services.catalog.procedures() if p is action.procedure)
    run_id = tx.runs.create(decision.run, tx.pin(sop, now))
    decision = replace(decision, run=replace(decision.run, id=run_id))
    carry_out(tx, None, decision, here.staff, now)
    stored = tx.runs.get(run_id)
    assert stored is not None  # noqa: S101 - it has just been written
    return stored


def begin_for_units(
    services: Services, tx: Transaction, here: Scene, procedure: Procedure, year: int, now: datetime
) -> UnitsView | RefusedView | Refusal:
    """Begin a run for each unit that has people and no run of that year; the others are left.

    Whoever asks twice finds that all run already.
    """
    units = units_of(tx, here, procedure, year)
    if not (units.to_open or units.running or units.done):
        return nobody_in_units(here, procedure)
    for unit in units.to_open:
        begun = begin(services, tx, here, Start(procedure, year, unit=unit), now)
        if isinstance(begun, Refusal):
            return begun
    return shown(here, procedure, year, units, begun=True)


def nobody_in_units(here: Scene, procedure: Procedure) -> RefusedView:
    """There is no unit to begin for: somebody has to be invited first."""
    roles = procedure.step(1).roles
    titles = " / ".join(role_name(here.state.office, code, None).title for code in roles)
    return RefusedView(Refused.NOBODY_IN_UNITS, {"role": titles, "code": roles[0]})


def shown(here: Scene, procedure: Procedure, year: int, units: Units, *, begun: bool) -> UnitsView:
    """The units by their names."""
    name = here.state.office.unit_name
    return UnitsView(
        procedure,
        year,
        tuple(map(name, units.to_open)),
        tuple(map(name, units.running)),
        tuple(map(name, units.done)),
        begun,
    )
