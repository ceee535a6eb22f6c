"""The clock's own use case: what is due becomes deliveries.

Rungs that were missed do not all go out: for each task and recipient only the newest
speaks; the others are overtaken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.domain import performing, reminders
from bot.domain.notices import Notice, RoleVacant, TaskLate, TaskReminder
from bot.domain.performing import Workplace
from bot.domain.reminders import PlannedReminder, Rung, policy_of
from bot.domain.run import Task
from bot.store.reminders import DueReminder, ReminderStatus
from bot.store.runs import StoredRun
from bot.usecases.desk import Desk, staff_of, tell_each

log = structlog.get_logger()

TASKS_AT_ONCE = 250
"""Due tasks of one transaction: large enough to be quick, small enough to hold up no tap."""

LOOK_AGAIN = timedelta(hours=1)
"""When rungs are looked at again that could not be decided."""


@dataclass(slots=True)
class _Outcome:
    """What becomes of due rungs."""

    sent: list[int] = field(default_factory=list)
    overtaken: list[int] = field(default_factory=list)
    later: list[tuple[int, datetime]] = field(default_factory=list)
    next_rungs: list[tuple[int, PlannedReminder]] = field(default_factory=list)
    told: list[tuple[Notice, int, str, int, int]] = field(default_factory=list)
    """Notice, person, key, run and task."""

    def add(self, other: _Outcome) -> None:
        self.sent += other.sent
        self.overtaken += other.overtaken
        self.later += other.later
        self.next_rungs += other.next_rungs
        self.told += other.told


def fire_due(desk: Desk, now: datetime) -> int:
    """Turn rungs that are due into deliveries, one batch; how many tasks it looked at.

    Call it again until it returns 0.
    """
    with desk.store.begin() as tx:
        if strange := tx.reminders.postpone_unreadable(now, now + LOOK_AGAIN):
            log.error("reminders cannot be read", reminders=strange)
        due = tx.reminders.due(now, TASKS_AT_ONCE)
        if not due:
            return 0
        staff = staff_of(desk, tx, now)
        place = desk.place(staff)
        stored_runs = tx.runs.of_tasks(due)
        snoozed = tx.reminders.snoozed(list(due), now)
        outcome = _Outcome()
        for task_id, rungs in due.items():
            stored = stored_runs.get(task_id)
            if stored is None:
                # Its run cannot be read, which has been logged: others are reminded all the same.
                outcome.later += [(rung.id, now + LOOK_AGAIN) for rung in rungs]
                continue
            muted = {person for t, person in snoozed if t == task_id}
            try:
                outcome.add(_fire(stored, task_id, rungs, muted, now, place))
            except Exception:
                # One task that cannot be understood keeps nobody else from being reminded.
                log.exception("reminders cannot be decided", task=task_id)
                outcome.later += [(rung.id, now + LOOK_AGAIN) for rung in rungs]
        tx.reminders.settle(outcome.sent, ReminderStatus.TERKIRIM, now)
        tx.reminders.settle(outcome.overtaken, ReminderStatus.DILEWATI, now)
        tx.reminders.postpone(outcome.later)
        tx.reminders.lay(outcome.next_rungs)
        tell_each(tx, outcome.told, staff, now)
        return len(due)


def next_due(desk: Desk) -> datetime | None:
    """When the clock has to knock next, None if nothing waits."""
    with desk.store.read() as tx:
        return tx.reminders.next_due()


def _fire(
    stored: StoredRun,
    task_id: int,
    rungs: Iterable[DueReminder],
    muted: set[int],
    now: datetime,
    place: Workplace,
) -> _Outcome:
    outcome = _Outcome()
    task = stored.task_of(task_id)
    if task is None or not task.is_open:
        outcome.overtaken += [rung.id for rung in rungs]
        return outcome
    spoken_to: set[int] = set()
    mornings = False
    for rung in sorted(rungs, key=lambda r: reminders.precedence(r.planned), reverse=True):
        audience = _audience(stored, task, rung.planned, muted, place)
        people = [person for person in audience if person not in spoken_to]
        at = reminders.send_at(rung.planned.due_at, now, place.calendar)
        # What a newer rung has just said to everybody need not be said at the next opening.
        if at > now and (people or not audience):
            outcome.later.append((rung.id, at))
            continue
        spoken_to.update(people)
        (outcome.sent if people else outcome.overtaken).append(rung.id)
        notice = _notice(stored, task, rung.planned, place)
        key = f"reminder:{rung.id}"
        outcome.told += [(notice, person, key, stored.run.id, task_id) for person in people]
        mornings = mornings or rung.planned.rung is Rung.HARIAN
    policy = policy_of(stored.run.step_of(task), stored.run.procedure, place.office)
    if mornings and policy.daily_at is not None:
        again = reminders.next_daily(policy, now, place.calendar)
        outcome.next_rungs.append((task_id, PlannedReminder(Rung.HARIAN, again)))
    return outcome


def _audience(
    stored: StoredRun, task: Task, planned: PlannedReminder, muted: set[int], place: Workplace
) -> tuple[int, ...]:
    """Whom a rung is for now: those it waits for, or whom their lateness is brought to.

    Nobody is told of their own lateness; who has confirmed already is not late. What is for a
    role that nobody holds at this minute goes to those who can fill it.
    """
    waiting = performing.waiting_for(stored.run, task, place)
    if planned.rung is Rung.ESKALASI:
        above = place.staff.ids([planned.role or ""]) or performing.helpers(place)
        return tuple(p for p in above if p not in waiting)
    if _nobodys(stored, task, place) and planned.person_id is None:
        return performing.helpers(place)
    if planned.person_id is not None:
        return tuple(p for p in waiting if p == planned.person_id)
    return tuple(p for p in waiting if p not in muted)


def _notice(
    stored: StoredRun, task: Task, planned: PlannedReminder, place: Workplace
) -> TaskReminder | TaskLate | RoleVacant:
    step = stored.run.step_of(task)
    if planned.rung is not Rung.ESKALASI:
        if _nobodys(stored, task, place):
            return RoleVacant(performing.vacant_roles(stored.run, step, place))
        return TaskReminder(planned.rung)
    above = reminders.outranks(planned.role or "", step.roles, place.office)
    return TaskLate(waiting=not above)


def _nobodys(stored: StoredRun, task: Task, place: Workplace) -> bool:
    """Whether an open task waits, and there is nobody whose turn it is."""
    run = stored.run
    return run.pause is None and not performing.assignees(run, run.step_of(task), place)
