"""Starting as it is shown: the procedures to choose from, the last look, and what has begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple

from bot.domain import assignment, engine, metrics
from bot.domain.access import KASUBBAG, Permission
from bot.domain.actions import Reason, Refusal, Start
from bot.domain.decision import Decision
from bot.domain.run import Run, RunStatus
from bot.domain.sop import Procedure, Sop
from bot.features import runs
from bot.features.answers import Refuse, Refused
from bot.features.naming import role_name
from bot.features.runview import CurrentStep, RunView, current_step, run_view
from bot.features.work import Args, Work
from bot.ui.buttons import Code, PageTap, Tap, Token, Year, digits

START_RUN = Permission("start_run", frozenset({KASUBBAG}))

WHOLE_OFFICE = ""
"""A run for no unit, where a procedure runs once for each: it covers them all."""

BETWEEN = "\n"
"""Between names in one argument: a name is one line."""


class StartRefused(StrEnum):
    """Why a run does not begin."""

    BAD_YEAR = "bad_year"  # text, example: a year that would do
    START_CHANGED = "start_changed"
    NOBODY_IN_UNITS = "nobody_in_units"  # role: its title, code


class PickProcedure(Tap, prefix="pick", reads_only=True):
    """Have a last look before this procedure is started."""

    code: Code


class TurnStarts(PageTap, prefix="pg:mulai"):
    """A page of the procedures that can be started."""


class StartRun(Tap, prefix="go"):
    """Start a run; `seen` is the newest run of that year that the starter was shown."""

    code: Code
    year: Year
    seen: Annotated[int | None, digits("[1-9][0-9]{0,8}", none="0")]


class LeaveStart(Tap, prefix="nogo"):
    """Start nothing after all: a button of earlier versions."""


class UndoStart(Tap, prefix="unstart"):
    """Take back the start of this run, and of those that began with it."""

    token: Token


@dataclass(frozen=True, slots=True)
class StartMenuView:
    """The procedures that can be started, with the year each would be for."""

    choices: tuple[tuple[Procedure, int], ...]


@dataclass(frozen=True, slots=True)
class StartQuestionView:
    """The last look before a start: what would come first, and when it would end (`ends`).

    `running` are the runs of that year under way, without those that cannot be read; `finished`
    says when others ended. `seen` is the newest of all these, None where there is none.
    """

    sop: Sop
    procedure: Procedure
    year: int
    first: CurrentStep
    ends: datetime | None
    running: tuple[RunView, ...] = ()
    finished: tuple[datetime, ...] = ()
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class StartedView:
    """A run has begun; what comes first and who has it. `undo` names it while its start can be
    taken back by the reader."""

    run: Run
    current: tuple[CurrentStep, ...]
    forecast: datetime | None
    undo: str | None = None


class Units(NamedTuple):
    """The units of a procedure for one year, in the office's order, by their codes or names."""

    to_open: tuple[str, ...]
    running: tuple[str, ...]
    done: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitsView:
    """Runs for units, by the units' names: `begun`, or about to be.

    Before: `roles` have the first step, and all would end by `ends`. After: `undo` names one of
    them while their start can be taken back by the reader.
    """

    procedure: Procedure
    year: int
    units: Units
    begun: bool
    roles: tuple[str, ...] = ()
    ends: datetime | None = None
    undo: str | None = None


@dataclass(frozen=True, slots=True)
class UnitsQuestionView(UnitsView):
    """The last look before runs begin for units."""


# What would come of it


def others(work: Work, procedure: Procedure, year: int) -> tuple[int, ...]:
    """The ids of the runs of this procedure for this year, under way or finished."""
    known = work.tx.runs.of_units(procedure.code, year).values()
    kept = (i for runs_of in known for i, s in runs_of if s is not RunStatus.DIBATALKAN)
    return tuple(sorted(kept))


def decide(work: Work, action: Start) -> Decision | None:
    """What starting would do, nothing of it written; None where `action` names runs that the
    starter has not seen.

    Raises:
        Refuse: the year is too far away.
    """
    decision = engine.decide(None, action, work.person.id, work.now, work.state)
    if not isinstance(decision, Refusal):
        return decision
    if decision.reason is Reason.ALREADY_RUNNING:
        return None
    this_year = work.today.year
    first, last = this_year - engine.YEARS_BACK, this_year + engine.YEARS_AHEAD
    raise Refuse(Reason.YEAR_OUT_OF_RANGE, year=action.year, first=first, last=last)


def first_step(work: Work, decision: Decision) -> CurrentStep:
    """The step that a run begins with, and who gets it."""
    run = decision.run
    return current_step(run, run.current[0], work.now, work.state)


def usual_year(work: Work, procedure: Procedure) -> int:
    """The fiscal year that a run begun today is for by default."""
    return procedure.default_year.of(work.today)


def units_of(work: Work, procedure: Procedure, year: int) -> Units:
    """Units with people are opened where no run of that year stands, but a cancelled one.

    Raises:
        Refuse: no unit has anybody who could begin.
    """
    kept = {
        unit: {status for _, status in known if status is not RunStatus.DIBATALKAN}
        for unit, known in work.tx.runs.of_units(procedure.code, year).items()
    }
    under_way = {unit for unit, states in kept.items() if states - {RunStatus.SELESAI}}
    over = {unit for unit, states in kept.items() if states} - under_way
    peopled = assignment.units_with(procedure.step(1), work.state)
    order = (*peopled, *sorted((under_way | over) - {*peopled, WHOLE_OFFICE}))
    everything = WHOLE_OFFICE in under_way
    units = Units(
        tuple(u for u in peopled if u not in under_way | over and not everything),
        tuple(u for u in order if u in under_way or (everything and u not in over)),
        tuple(u for u in order if u in over),
    )
    if not any(units):
        titles = " / ".join(_first_roles(work, procedure))
        code = procedure.step(1).roles[0]
        raise Refuse(StartRefused.NOBODY_IN_UNITS, role=titles, code=code)
    return units


def by_name(work: Work, units: Units) -> Units:
    """The same units by their names."""
    return Units(*(tuple(map(work.office.unit_name, codes)) for codes in units))


# Named views


def start_menu(work: Work, args: Args) -> StartMenuView:
    """Every procedure, with the year that it would be for."""
    return StartMenuView(tuple((p, usual_year(work, p)) for _, p in work.catalog.procedures()))


def start_question(work: Work, args: Args) -> StartQuestionView | UnitsView:
    """The last look before a start."""
    sop, procedure = runs.find_procedure(work, str(args["code"]))
    year = int(args.get("year") or usual_year(work, procedure))
    if procedure.per_unit:
        units = by_name(work, units_of(work, procedure, year))
        ends = metrics.standard_end(procedure, work.now, work.calendar)
        roles = _first_roles(work, procedure)
        return UnitsQuestionView(procedure, year, units, False, roles, ends)
    decision = decide(work, Start(procedure, year))
    assert decision is not None  # noqa: S101 - no other run is named
    known = others(work, procedure, year)
    found = work.tx.runs.many(known).values()
    return StartQuestionView(
        sop,
        procedure,
        year,
        first_step(work, decision),
        metrics.forecast(decision.run, work.now, work.calendar),
        tuple(run_view(one, work.now, work.state) for one in found if one.run.finished_at is None),
        tuple(one.run.finished_at for one in found if one.run.finished_at is not None),
        # Of all that there are, not only of those that could be read: starting compares with them.
        max(known, default=None),
    )


def started(work: Work, args: Args) -> StartedView:
    """A run that has begun, as it is now."""
    stored = work.tx.runs.get(runs.run_number(_id(args)))
    if stored is None:
        raise Refuse(Refused.BUTTON_OLD)
    view = run_view(stored, work.now, work.state)
    return StartedView(view.run, view.current, view.outlook.end, _undoable(work, _id(args)))


def units_started(work: Work, args: Args) -> UnitsView:
    """The runs that have begun for units."""
    _, procedure = runs.find_procedure(work, str(args["code"]))
    names = (tuple(filter(None, str(args[name]).split(BETWEEN))) for name in Units._fields)
    units, undo = Units(*names), _undoable(work, _id(args))
    return UnitsView(procedure, int(args["year"] or 0), units, begun=True, undo=undo)


def _id(args: Args) -> int:
    return int(args.get("run_id") or 0)


def _undoable(work: Work, run_id: int) -> str | None:
    """What names this run in a button that takes its start back; None where there is none."""
    stored = work.tx.runs.get(run_id) if run_id else None
    if stored is None or not engine.may_undo_start(stored.run, work.person.id, work.now):
        return None
    return runs.token_of(stored)


def _first_roles(work: Work, procedure: Procedure) -> tuple[str, ...]:
    return tuple(role_name(work.office, code, None).title for code in procedure.step(1).roles)
