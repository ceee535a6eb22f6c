"""The clock's own use case: what is due becomes deliveries.

Reminders that were missed do not all go out: for each task and recipient only the newest
speaks; the others are overtaken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.domain import assignment, reminders
from bot.domain.assignment import OfficeState
from bot.domain.notices import Notice, RoleVacant, TaskLate, TaskReminder
from bot.domain.reminders import PlannedReminder, ReminderKind, policy_of
from bot.domain.run import Task
from bot.store.reminders import DueReminder, ReminderStatus
from bot.store.runs import StoredRun
from bot.usecases.desk import Services, staff_of, tell_each

log = structlog.get_logger()

TASKS_AT_ONCE = 250
"""Due tasks of one transaction: large enough to be quick, small enough to hold up no tap."""

LOOK_AGAIN = timedelta(hours=1)
"""When reminders are looked at again that could not be decided."""


@dataclass(slots=True)
class _Outcome:
    """What becomes of due reminders."""

    sent: list[int] = field(default_factory=list)
    overtaken: list[int] = field(default_factory=list)
    later: list[tuple[int, datetime]] = field(default_factory=list)
    next_reminders: list[tuple[int, PlannedReminder]] = field(default_factory=list)
    told: list[tuple[Notice, int, str, int, int]] = field(default_factory=list)
    """Notice, person, key, run and task."""

    def add(self, other: _Outcome) -> None:
        self.sent += other.sent
        self.overtaken += other.overtaken
        self.later += other.later
        self.next_reminders += other.next_reminders
        self.told += other.told


def fire_due(services: Services, now: datetime) -> int:
    """Turn reminders that are due into deliveries, one batch; how many tasks it looked at.

    Call it again until it returns 0.
    """
    with services.store.begin() as tx:
        if strange := tx.reminders.postpone_unreadable(now, now + LOOK_AGAIN):
            log.error("reminders cannot be read", reminders=strange)
        due = tx.reminders.due(now, TASKS_AT_ONCE)
        if not due:
            return 0
        staff = staff_of(services, tx, now)
        state = services.state(staff)
        stored_runs = tx.runs.of_tasks(due)
        snoozed = tx.reminders.snoozed(list(due), now)
        outcome = _Outcome()
        for task_id, due_now in due.items():
            stored = stored_runs.get(task_id)
            if stored is None:
                # Its run cannot be read, which has been logged: others are reminded all the same.
                outcome.later += [(reminder.id, now + LOOK_AGAIN) for reminder in due_now]
                continue
            muted = {person for t, person in snoozed if t == task_id}
            try:
                outcome.add(_fire(stored, task_id, due_now, muted, now, state))
            except Exception:
                # One task that cannot be understood keeps nobody else from being reminded.
                log.exception("reminders cannot be decided", task=task_id)
                outcome.later += [(reminder.id, now + LOOK_AGAIN) for reminder in due_now]
        tx.reminders.complete(outcome.sent, ReminderStatus.TERKIRIM, now)
        tx.reminders.complete(outcome.overtaken, ReminderStatus.DILEWATI, now)
        tx.reminders.postpone(outcome.later)
        tx.reminders.schedule(outcome.next_reminders)
        tell_each(tx, outcome.told, staff, now)
        return len(due)


def next_due(services: Services) -> datetime | None:
    """When the clock has to knock next, None if nothing waits."""
    with services.store.read() as tx:
        return tx.reminders.next_due()


def _fire(
    stored: StoredRun,
    task_id: int,
    due_now: Iterable[DueReminder],
    muted: set[int],
    now: datetime,
    state: OfficeState,
) -> _Outcome:
    outcome = _Outcome()
    task = stored.task_of(task_id)
    if task is None or not task.is_open:
        outcome.overtaken += [reminder.id for reminder in due_now]
        return outcome
    spoken_to: set[int] = set()
    mornings = False
    for reminder in sorted(due_now, key=lambda r: reminders.precedence(r.planned), reverse=True):
        audience = _audience(stored, task, reminder.planned, muted, state)
        people = [person for person in audience if person not in spoken_to]
        at = reminders.send_at(reminder.planned.due_at, now, state.calendar)
        # What a newer reminder has just said to everybody need not be said at the next opening.
        if at > now and (people or not audience):
            outcome.later.append((reminder.id, at))
            continue
        spoken_to.update(people)
        (outcome.sent if people else outcome.overtaken).append(reminder.id)
        notice = _notice(stored, task, reminder.planned, state)
        key = f"reminder:{reminder.id}"
        outcome.told += [(notice, person, key, stored.run.id, task_id) for person in people]
        mornings = mornings or reminder.planned.kind is ReminderKind.HARIAN
    policy = policy_of(stored.run.step_of(task), stored.run.procedure, state.office)
    if mornings and policy.daily_at is not None:
        again = reminders.next_daily(policy, now, state.calendar)
        outcome.next_reminders.append((task_id, PlannedReminder(ReminderKind.HARIAN, again)))
    return outcome


def _audience(
    stored: StoredRun, task: Task, planned: PlannedReminder, muted: set[int], state: OfficeState
) -> tuple[int, ...]:
    """Whom a reminder is for now: those it waits for, or whom their lateness is brought to.

    Nobody is told of their own lateness; who has confirmed already is not late. What is for a
    role that nobody holds at this minute goes to those who can fill it.
    """
    waiting = assignment.waiting_for(stored.run, task, state)
    if planned.kind is ReminderKind.ESKALASI:
        above = state.staff.ids([planned.role or ""]) or assignment.helpers(state)
        return tuple(p for p in above if p not in waiting)
    if _nobodys(stored, task, state) and planned.person_id is None:
        return assignment.helpers(state)
    if planned.person_id is not None:
        return tuple(p for p in waiting if p == planned.person_id)
    return tuple(p for p in waiting if p not in muted)


def _notice(
    stored: StoredRun, task: Task, planned: PlannedReminder, state: OfficeState
) -> TaskReminder | TaskLate | RoleVacant:
    step = stored.run.step_of(task)
    if planned.kind is not ReminderKind.ESKALASI:
        if _nobodys(stored, task, state):
            return RoleVacant(assignment.vacant_roles(stored.run, step, state))
        return TaskReminder(planned.kind)
    above = reminders.outranks(planned.role or "", step.roles, state.office)
    return TaskLate(waiting=not above)


def _nobodys(stored: StoredRun, task: Task, state: OfficeState) -> bool:
    """Whether an open task waits, and there is nobody whose turn it is."""
    run = stored.run
    return run.pause is None and not assignment.assignees(run, run.step_of(task), state)
