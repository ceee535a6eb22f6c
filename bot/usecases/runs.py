"""Starting a run, confirming a step, putting a reminder off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain import assignment, engine, reminders
from bot.domain.access import LegacyPermission
from bot.domain.actions import Action, Confirm, Reason, Refusal, StaffChanged, Start
from bot.domain.decision import Decision
from bot.domain.notices import Reply
from bot.domain.people import Staff
from bot.domain.reminders import PlannedReminder, ReminderKind
from bot.domain.run import Task
from bot.domain.sop import Procedure
from bot.store import Transaction
from bot.store.runs import StoredRun
from bot.usecases import evidence, reading, starting
from bot.usecases.desk import Request, Scene, Services, carry_out, respond, scene, staff_of
from bot.usecases.views import (
    ConfirmedView,
    Done,
    DoneView,
    Fact,
    Refused,
    RefusedView,
    UnitsView,
    View,
    performers,
    printed,
    role_name,
    signed,
)


def start_by_command(
    services: Services, request: Request, code: str, words: list[str], now: datetime
) -> None:
    """/mulai_<code> [year]: begin at once, or ask where a run for that year is under way."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if reading.talks_too_much(tx, here, request, now):
            return
        respond(
            tx, request, here.person, _start_by_command(services, tx, here, code, words, now), now
        )


def start_by_button(
    services: Services, request: Request, code: str, year: int, seen: int | None, now: datetime
) -> View:
    """Begin a run; `seen` is the newest run of its kind that the starter was shown."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if forbidden := reading.refuse(services, here, LegacyPermission.START_RUN):
            return forbidden
        found = services.catalog.find(code)
        if found is None or here.person is None:
            return RefusedView(Refused.BUTTON_OLD, {})
        outcome = _start(services, tx, here, found[1], year, seen, now)
        if isinstance(outcome, RefusedView | UnitsView):
            return outcome
        if outcome is None:
            return RefusedView(Refused.START_CHANGED, {})
        return reading.started(outcome, now, here.state)


def confirm(services: Services, request: Request, token: str, now: datetime) -> View:
    """Confirm the task that a button speaks of: done, paraf given, or signed."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        outcome = act_on_task(
            services, tx, here, token, lambda task: Confirm(task.step, task.attempt), now
        )
        if isinstance(outcome, RefusedView):
            if outcome.reason is Refused.EVIDENCE_MISSING:
                return _file_missing(services, tx, here, request, token, now)
            return outcome
        return _confirmed(outcome.decision, outcome.task, here)


@dataclass(frozen=True, slots=True)
class Acted:
    """What somebody did to a task, and the task as it was before."""

    stored: StoredRun
    task: Task
    decision: Decision


def act_on_task(
    services: Services,
    tx: Transaction,
    here: Scene,
    token: str,
    wish: Callable[[Task], Action],
    now: datetime,
) -> Acted | RefusedView:
    """Let the person do what `wish` makes of the task that a button speaks of.

    Part of a transaction; what is decided is written, what is refused changes nothing.
    """
    found = task_at(services, tx, here, token)
    if isinstance(found, RefusedView):
        return found
    stored, task = found
    outcome = act_on_run(tx, here, stored, wish(task), now, task)
    return outcome if isinstance(outcome, RefusedView) else Acted(stored, task, outcome)


def act_on_run(
    tx: Transaction,
    here: Scene,
    stored: StoredRun,
    action: Action,
    now: datetime,
    task: Task | None = None,
) -> Decision | RefusedView:
    """Let the person do this to a run; `task` is what of it they spoke of.

    Whether they may do such a thing at all has been asked before: see `access`.
    """
    assert here.person is not None  # noqa: S101 - whoever may is somebody
    at = stored.run.not_before(now)
    decision = engine.decide(stored.run, action, here.person.id, at, here.state)
    if isinstance(decision, Refusal):
        return refused(tx, stored, task, decision, here)
    carry_out(tx, stored, decision, here.staff, now)
    return decision


def refused_beforehand(
    services: Services,
    tx: Transaction,
    here: Scene,
    token: str,
    wish: Callable[[Task], Action],
    now: datetime,
) -> RefusedView | None:
    """Why `act_on_task` would refuse this as things stand; None if it would not."""
    found = task_at(services, tx, here, token)
    if isinstance(found, RefusedView):
        return found
    stored, task = found
    assert here.person is not None  # noqa: S101 - else there would be no task
    at = stored.run.not_before(now)
    outcome = engine.decide(stored.run, wish(task), here.person.id, at, here.state)
    return refused(tx, stored, task, outcome, here) if isinstance(outcome, Refusal) else None


def task_at(
    services: Services, tx: Transaction, here: Scene, token: str
) -> tuple[StoredRun, Task] | RefusedView:
    """The task that a button speaks of and its run, for somebody who has joined."""
    found = tx.runs.by_token(token)
    if outside := reading.refuse(services, here):
        return outside
    return found or RefusedView(Refused.UNKNOWN_TASK, {})


def snooze(services: Services, request: Request, token: str, now: datetime) -> View:
    """Remind this person of the task again in one working hour. Escalation goes on."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        found = task_at(services, tx, here, token)
        if isinstance(found, RefusedView):
            return found
        stored, task = found
        person = here.person
        assert person is not None  # noqa: S101 - else there would be no task
        if person.id not in assignment.waiting_for(stored.run, task, here.state):
            # What confirming would say is why there is nothing to be reminded of.
            action = Confirm(task.step, task.attempt)
            outcome = engine.decide(stored.run, action, person.id, now, here.state)
            if isinstance(outcome, Refusal):
                return refused(tx, stored, task, outcome, here)
        until = reminders.snooze_until(now, services.calendar)
        task_id = stored.task_ids[(task.step, task.attempt)]
        tx.reminders.drop_snoozes(task_id, person.id, now)
        tx.reminders.schedule(
            [(task_id, PlannedReminder(ReminderKind.TUNDA, until, person_id=person.id))]
        )
        return DoneView(Done.SNOOZED, {"until": until})


def staff_changed(
    services: Services, tx: Transaction, roles: frozenset[str], now: datetime
) -> Staff:
    """Let every run under way know that these roles are held by others now.

    Part of the transaction that changed them. Returns the staff as it is now.
    """
    staff = staff_of(services, tx, now)
    state = services.state(staff)
    for stored in tx.runs.running():
        at = stored.run.not_before(now)
        decision = engine.decide(stored.run, StaffChanged(roles), 0, at, state)
        if isinstance(decision, Decision) and (decision.stale_cards or decision.notices):
            carry_out(tx, stored, decision, staff, now)
    return staff


def _start_by_command(
    services: Services, tx: Transaction, here: Scene, code: str, words: list[str], now: datetime
) -> Reply:
    if forbidden := reading.refuse(services, here, LegacyPermission.START_RUN):
        return reading.refusal(forbidden)
    found = services.catalog.find(code)
    if found is None:
        return reading.refusal(reading.unknown_procedure(services, code))
    procedure = found[1]
    if len(words) > 1:
        usage = f"/mulai_{procedure.code} [tahun]"
        return reading.refusal(RefusedView(Refused.TOO_MANY_ARGUMENTS, {"usage": usage}))
    year = procedure.default_year.of(now.astimezone(services.calendar.zone).date())
    if words:
        if not (words[0].isascii() and words[0].isdigit() and len(words[0]) == 4):
            facts: dict[str, Fact] = {"text": words[0][:40], "example": year}
            return reading.refusal(RefusedView(Refused.BAD_YEAR, facts))
        year = int(words[0])
    outcome = _start(services, tx, here, procedure, year, None, now)
    if isinstance(outcome, RefusedView):
        return reading.refusal(outcome)
    if isinstance(outcome, UnitsView):
        return Reply("units_started", reading.units_as_args(outcome))
    if outcome is None:
        return Reply("start_question", {"code": procedure.code, "year": year})
    return Reply("started", {"run_id": outcome.run.id})


def _start(
    services: Services,
    tx: Transaction,
    here: Scene,
    procedure: Procedure,
    year: int,
    seen: int | None,
    now: datetime,
) -> StoredRun | UnitsView | RefusedView | None:
    """Begin, or None where runs for that year are under way that the starter has not seen."""
    outcome: StoredRun | UnitsView | RefusedView | Refusal
    if procedure.per_unit:
        outcome = starting.begin_for_units(services, tx, here, procedure, year, now)
    else:
        running = tx.runs.running_ids(procedure.code, year)
        outcome = starting.begin(services, tx, here, Start(procedure, year, running, seen), now)
    if not isinstance(outcome, Refusal):
        return outcome
    if outcome.reason is Reason.ALREADY_RUNNING:
        return None
    this_year = now.astimezone(services.calendar.zone).year
    first, last = this_year - engine.YEARS_BACK, this_year + engine.YEARS_AHEAD
    return RefusedView(Refused.YEAR_OUT_OF_RANGE, {"year": year, "first": first, "last": last})


def _confirmed(decision: Decision, task: Task, here: Scene) -> ConfirmedView:
    run = decision.run
    after = run.task(task.step, task.attempt)
    assert after is not None  # noqa: S101 - it has just been confirmed
    step = run.step_of(task)
    people = {*assignment.missing(run, after, here.state)}
    people |= {c.person_id for c in after.confirmations}
    following = run.step_of(run.current[0]) if run.current and not after.is_open else None
    return ConfirmedView(
        step=step,
        closed=not after.is_open,
        confirmed=len(after.confirmations),
        required=len(people),
        finished=run.finished_at is not None,
        next_step=following,
        next_performers=performers(run, following, here.state) if following else (),
    )


def _file_missing(
    services: Services, tx: Transaction, here: Scene, request: Request, token: str, now: datetime
) -> RefusedView:
    """The step's output has to be attached first: ask for it, unless it is on its way."""
    found = task_at(services, tx, here, token)
    if isinstance(found, RefusedView):
        return found
    stored, task = found
    if tx.inbox.under_way(stored.task_ids[(task.step, task.attempt)]):
        return RefusedView(Refused.FILE_UNDER_WAY, {})
    evidence.want(tx, here, request, token, now)
    output = stored.run.step_of(task).output.text
    return RefusedView(Refused.EVIDENCE_MISSING, {"output": output})


def refused(
    tx: Transaction, stored: StoredRun, task: Task | None, refusal: Refusal, here: Scene
) -> RefusedView:
    """Why the engine refused something, with the facts that its sentence needs."""
    office = here.state.office
    facts: dict[str, Fact] = {}
    if task is not None and refusal.reason is Reason.NOT_YOURS:
        if stood := _stood_in(tx, stored, task, here):
            return stood
        roles = stored.run.step_of(task).roles
        facts["roles"] = " / ".join(role_name(office, code, None).title for code in roles)
    if refusal.confirmation:
        (who,) = signed(office, tx.people.names(), [refusal.confirmation])
        facts |= {"name": who.name, "at": who.at}
    if refusal.by:
        facts["name"] = tx.people.names().get(refusal.by.person_id, "—")
    return RefusedView(_REFUSED[refusal.reason], facts)


def _stood_in(tx: Transaction, stored: StoredRun, task: Task, here: Scene) -> RefusedView | None:
    """An official whose stand-in acts for the time being hears who it is."""
    assert here.person is not None  # noqa: S101 - whoever was refused is somebody
    step = stored.run.step_of(task)
    other = assignment.stand_in_for(stored.run, step, here.person.id, here.state)
    if other is None:
        return None
    title = role_name(here.state.office, other.role, other.unit, other.capacity)
    name = tx.people.names().get(other.person_id, "—")
    return RefusedView(Refused.STOOD_IN, {"name": name, "role": printed(title)})


_REFUSED = {
    Reason.NOT_YOURS: Refused.NOT_YOURS,
    Reason.ALREADY_YOURS: Refused.ALREADY_YOURS,
    Reason.ALREADY_DONE: Refused.ALREADY_DONE,
    Reason.OVERTAKEN: Refused.OVERTAKEN,
    Reason.UNKNOWN: Refused.UNKNOWN_TASK,
    Reason.YEAR_OUT_OF_RANGE: Refused.YEAR_OUT_OF_RANGE,
    Reason.ALREADY_RUNNING: Refused.START_CHANGED,
    Reason.CANNOT_RETURN: Refused.CANNOT_RETURN,
    Reason.REASON_MISSING: Refused.REASON_MISSING,
    Reason.EVIDENCE_MISSING: Refused.EVIDENCE_MISSING,
    Reason.NOTHING_TO_UNDO: Refused.NOTHING_TO_UNDO,
    Reason.UNDO_TOO_LATE: Refused.UNDO_TOO_LATE,
    Reason.NEXT_HAS_ACTED: Refused.NEXT_HAS_ACTED,
    Reason.EXTENSION_PENDING: Refused.EXTENSION_PENDING,
    Reason.EXTENSION_DECIDED: Refused.EXTENSION_DECIDED,
    Reason.EXTENSION_MOOT: Refused.EXTENSION_MOOT,
    Reason.NOBODY_DECIDES: Refused.NOBODY_DECIDES,
    Reason.RUN_PAUSED: Refused.RUN_PAUSED,
    Reason.RUN_OVER: Refused.RUN_OVER,
    Reason.NOT_PAUSED: Refused.NOT_PAUSED,
    Reason.EMPTY_TEAM: Refused.EMPTY_TEAM,
    Reason.MEMBER_GONE: Refused.MEMBER_GONE,
    Reason.TEAM_CHANGED: Refused.TEAM_CHANGED,
    Reason.ALREADY_ATTACHED: Refused.ALREADY_ATTACHED,
    Reason.NOTHING_SAID: Refused.NOTE_EMPTY,
    Reason.TOO_MUCH: Refused.FILES_FULL,
}
"""Each of the engine's reasons by the sentence that people read."""
