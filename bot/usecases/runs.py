"""Starting a run, confirming a step, putting a reminder off."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import engine, performing, reminders
from bot.domain.access import Permission
from bot.domain.actions import Confirm, Reason, Refusal, StaffChanged, Start
from bot.domain.drafting import Decision
from bot.domain.notices import Reply
from bot.domain.people import Staff
from bot.domain.reminders import PlannedReminder, Rung
from bot.domain.run import Task
from bot.domain.sop import Procedure
from bot.store import Transaction
from bot.store.runs import StoredRun
from bot.usecases import reading
from bot.usecases.desk import Asker, Desk, Scene, carry_out, respond, scene, staff_of
from bot.usecases.views import (
    ConfirmedView,
    Done,
    DoneView,
    Refused,
    RefusedView,
    View,
    performers,
    role_name,
    signed,
)


def start_by_command(desk: Desk, asker: Asker, code: str, words: list[str], now: datetime) -> None:
    """/mulai_<code> [year]: begin at once, or ask where a run for that year is under way."""
    with desk.store.begin(asker.update_id, now) as tx:
        here = scene(desk, tx, asker.chat_id, now)
        if reading.talks_too_much(tx, here, asker, now):
            return
        respond(tx, asker, here.person, _start_by_command(desk, tx, here, code, words, now), now)


def start_by_button(
    desk: Desk, asker: Asker, code: str, year: int, seen: int | None, now: datetime
) -> View:
    """Begin a run; `seen` is the newest run of its kind that the starter was shown."""
    with desk.store.begin(asker.update_id, now) as tx:
        here = scene(desk, tx, asker.chat_id, now)
        if refused := reading.refuse(desk, here, Permission.START_RUN):
            return refused
        found = desk.catalog.find(code)
        if found is None or here.person is None:
            return RefusedView(Refused.BUTTON_OLD, {})
        outcome = _start(desk, tx, here, found[1], year, seen, now)
        if isinstance(outcome, RefusedView):
            return outcome
        if outcome is None:
            return RefusedView(Refused.START_CHANGED, {})
        return reading.started(outcome, now, here.place)


def confirm(desk: Desk, asker: Asker, token: str, now: datetime) -> View:
    """Confirm the task that a button speaks of: done, paraf given, or signed."""
    with desk.store.begin(asker.update_id, now) as tx:
        found = tx.runs.by_token(token)
        here = scene(desk, tx, asker.chat_id, now)
        if refused := reading.refuse(desk, here):
            return refused
        if found is None or here.person is None:
            return RefusedView(Refused.UNKNOWN_TASK, {})
        stored, task = found
        action = Confirm(task.step, task.attempt)
        at = _not_before(stored, now)
        decision = engine.decide(stored.run, action, here.person.id, at, here.place)
        if isinstance(decision, Refusal):
            return _refused(tx, stored, task, decision, here)
        carry_out(tx, stored, decision, here.staff, now)
        return _confirmed(decision, task, here)


def snooze(desk: Desk, asker: Asker, token: str, now: datetime) -> View:
    """Remind this person of the task again in one working hour. Escalation goes on."""
    with desk.store.begin(asker.update_id, now) as tx:
        found = tx.runs.by_token(token)
        here = scene(desk, tx, asker.chat_id, now)
        if refused := reading.refuse(desk, here):
            return refused
        if found is None or here.person is None:
            return RefusedView(Refused.UNKNOWN_TASK, {})
        stored, task = found
        person = here.person
        if person.id not in performing.waiting_for(stored.run, task, here.place):
            # What confirming would say is why there is nothing to be reminded of.
            action = Confirm(task.step, task.attempt)
            outcome = engine.decide(stored.run, action, person.id, now, here.place)
            if isinstance(outcome, Refusal):
                return _refused(tx, stored, task, outcome, here)
        until = reminders.snooze_until(now, desk.calendar)
        task_id = stored.task_ids[(task.step, task.attempt)]
        tx.reminders.drop_snoozes(task_id, person.id, now)
        tx.reminders.lay([(task_id, PlannedReminder(Rung.TUNDA, until, person_id=person.id))])
        return DoneView(Done.SNOOZED, {"until": until})


def staff_changed(desk: Desk, tx: Transaction, roles: frozenset[str], now: datetime) -> Staff:
    """Let every run under way know that these roles are held by others now.

    Part of the transaction that changed them. Returns the staff as it is now.
    """
    staff = staff_of(desk, tx, now)
    place = desk.place(staff)
    for stored in tx.runs.running():
        at = _not_before(stored, now)
        decision = engine.decide(stored.run, StaffChanged(roles), 0, at, place)
        if isinstance(decision, Decision) and (decision.touched or decision.notices):
            carry_out(tx, stored, decision, staff, now)
    return staff


def _not_before(stored: StoredRun, now: datetime) -> datetime:
    """`now`, or the run's last moment where that is later.

    Whoever waited for the database brings an older `now` than who came before; and a clock
    can be set back. What a run tells of itself goes forward all the same.
    """
    return max(now, stored.run.last_change)


def _start_by_command(
    desk: Desk, tx: Transaction, here: Scene, code: str, words: list[str], now: datetime
) -> Reply:
    if refused := reading.refuse(desk, here, Permission.START_RUN):
        return reading.refusal(refused)
    found = desk.catalog.find(code)
    if found is None:
        return reading.refusal(reading.unknown_procedure(desk, code))
    procedure = found[1]
    if len(words) > 1:
        usage = f"/mulai_{procedure.code} [tahun]"
        return reading.refusal(RefusedView(Refused.TOO_MANY_ARGUMENTS, {"usage": usage}))
    year = procedure.default_year.of(now.astimezone(desk.calendar.zone).date())
    if words:
        if not (words[0].isascii() and words[0].isdigit() and len(words[0]) == 4):
            refused = RefusedView(Refused.BAD_YEAR, {"text": words[0][:40], "example": year})
            return reading.refusal(refused)
        year = int(words[0])
    outcome = _start(desk, tx, here, procedure, year, None, now)
    if isinstance(outcome, RefusedView):
        return reading.refusal(outcome)
    if outcome is None:
        return Reply("start_question", {"code": procedure.code, "year": year})
    return Reply("started", {"run_id": outcome.run.id})


def _start(
    desk: Desk,
    tx: Transaction,
    here: Scene,
    procedure: Procedure,
    year: int,
    seen: int | None,
    now: datetime,
) -> StoredRun | RefusedView | None:
    """Begin, or None where runs for that year are under way that the starter has not seen."""
    assert here.person is not None  # noqa: S101 - `refuse` has let only people through
    running = tx.runs.running_ids(procedure.code, year)
    action = Start(procedure, year, running, seen)
    decision = engine.decide(None, action, here.person.id, now, here.place)
    if isinstance(decision, Refusal):
        if decision.reason is Reason.ALREADY_RUNNING:
            return None
        this_year = now.astimezone(desk.calendar.zone).year
        first, last = this_year - engine.YEARS_BACK, this_year + engine.YEARS_AHEAD
        return RefusedView(Refused.YEAR_OUT_OF_RANGE, {"year": year, "first": first, "last": last})
    sop = next(s for s, p in desk.catalog.procedures() if p is procedure)
    run_id = tx.runs.create(decision.run, tx.pin(sop, now))
    decision = replace(decision, run=replace(decision.run, id=run_id))
    carry_out(tx, None, decision, here.staff, now)
    return tx.runs.get(run_id)


def _confirmed(decision: Decision, task: Task, here: Scene) -> ConfirmedView:
    run = decision.run
    after = run.task(task.step, task.attempt)
    assert after is not None  # noqa: S101 - it has just been confirmed
    step = run.step_of(task)
    people = {*performing.assignees(run, step, here.place)}
    people |= {c.person_id for c in after.confirmations}
    following = run.step_of(run.current[0]) if run.current and not after.is_open else None
    return ConfirmedView(
        step=step,
        closed=not after.is_open,
        confirmed=len(after.confirmations),
        required=len(people),
        finished=run.finished_at is not None,
        next_step=following,
        next_performers=performers(run, following, here.place) if following else (),
    )


def _refused(
    tx: Transaction, stored: StoredRun, task: Task, refusal: Refusal, here: Scene
) -> RefusedView:
    office = here.place.office
    match refusal.reason:
        case Reason.NOT_YOURS:
            roles = stored.run.step_of(task).roles
            names = " / ".join(role_name(office, code, None).title for code in roles)
            return RefusedView(Refused.NOT_YOURS, {"roles": names})
        case Reason.ALREADY_YOURS if refusal.confirmation:
            return RefusedView(Refused.ALREADY_YOURS, {"at": refusal.confirmation.at})
        case Reason.ALREADY_DONE if refusal.confirmation:
            (who,) = signed(office, tx.people.names(), [refusal.confirmation])
            return RefusedView(Refused.ALREADY_DONE, {"name": who.name, "at": who.at})
        case _:
            return RefusedView(Refused.OVERTAKEN, {})
