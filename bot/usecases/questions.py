"""Questions about a run, as views: drawn when they are shown, like every other view."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.deviations import deadline_if_granted
from bot.domain.run import By, Extension, RunStatus
from bot.domain.sop import Duration, DurationUnit
from bot.store import Transaction
from bot.store.runs import StoredRun
from bot.usecases.desk import Scene, Services
from bot.usecases.views import (
    CancelQuestionView,
    ExtensionQuestionView,
    Refused,
    RefusedView,
    ReturnQuestionView,
    Steering,
    SteeringChoiceView,
    SteeringReasonView,
    View,
    run_view,
)

Args = dict[str, str | int | bool | None]


def return_question(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    """Why the work goes back to step `to`; by default where the SOP sends it."""
    found = tx.runs.by_token(str(args["token"]))
    if found is None:
        return RefusedView(Refused.UNKNOWN_TASK, {})
    stored, task = found
    step, procedure = stored.run.step_of(task), stored.run.procedure
    to_step = int(args.get("to") or step.return_to or 0)
    if not 1 <= to_step < step.number:
        return RefusedView(Refused.CANNOT_RETURN, {})
    # What the SOP says comes first, then the nearest.
    numbers = sorted(range(1, step.number), key=lambda n: (n != step.return_to, -n))
    return ReturnQuestionView(
        stored.run,
        step,
        procedure.step(to_step),
        tuple(procedure.step(n) for n in numbers if n != to_step),
        str(args["token"]),
        bool(args.get("fault")),
    )


OFFERED = (
    Duration(2, DurationUnit.JAM),
    Duration(1, DurationUnit.HARI),
    Duration(2, DurationUnit.HARI),
)
"""How much more time buttons offer; anything else is typed."""


def extension_question(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    """How much more time a task needs; once that is said, why."""
    found = tx.runs.by_token(str(args["token"]))
    if found is None:
        return RefusedView(Refused.UNKNOWN_TASK, {})
    stored, task = found
    amount, until = None, None
    if args.get("amount"):
        amount = Duration(int(args["amount"] or 0), DurationUnit(str(args["unit"])))
        wish = Extension(By(0), amount, "", now)
        longer = replace(task, extensions=(*task.extensions, wish))
        until = deadline_if_granted(stored.run, longer, len(task.extensions), here.state)
    return ExtensionQuestionView(
        stored.run,
        stored.run.step_of(task),
        task.due_at,
        str(args["token"]),
        OFFERED,
        amount,
        until,
        bool(args.get("fault")),
    )


def steerable(tx: Transaction, what: Steering) -> list[StoredRun]:
    """The runs with which this can be done, oldest first."""
    wanted = {
        Steering.JEDA: {RunStatus.BERJALAN},
        Steering.LANJUT: {RunStatus.DIJEDA},
        Steering.BATAL: {RunStatus.BERJALAN, RunStatus.DIJEDA},
    }[what]
    return [stored for stored in tx.runs.running() if stored.run.status in wanted]


def token_of(stored: StoredRun) -> str:
    """What names a run in a button: the token of its first task, which no other ever gets."""
    first = stored.run.tasks[0]
    return stored.tokens[(first.step, first.attempt)]


def steering_choice(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    """Which run is meant."""
    what = Steering(str(args["what"]))
    rows = tuple((stored.run, token_of(stored)) for stored in steerable(tx, what))
    return SteeringChoiceView(what, rows)


def cancel_question(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    """Whether this run is really to be given up."""
    found = tx.runs.by_token(str(args["token"]))
    if found is None or found[0].run.status.is_over:
        return RefusedView(Refused.RUN_OVER, {})
    return CancelQuestionView(run_view(found[0], now, here.state), str(args["token"]))


def steering_reason(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    """Why this run rests, or is given up."""
    found = tx.runs.by_token(str(args["token"]))
    if found is None:
        return RefusedView(Refused.BUTTON_OLD, {})
    return SteeringReasonView(Steering(str(args["what"])), found[0].run, bool(args.get("fault")))
