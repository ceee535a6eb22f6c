"""When people are reminded of a task, and when a late task is escalated.

The reminders of a task are planned when it opens and stored as rows. Recipients are
determined when a reminder is due.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain import worktime
from bot.domain.sop import (
    DIRECT_SUPERIOR,
    Duration,
    DurationUnit,
    Office,
    Procedure,
    ReminderPolicy,
    Step,
)
from bot.domain.worktime import WorkCalendar

FRESH = timedelta(minutes=15)
"""A reminder handled within this time of its due instant is on time: office hours are checked at
that instant, so one due at 16.00 goes out at 16.00. A later one waits for the office to open."""


class ReminderKind(StrEnum):
    """What a reminder is for."""

    SEBELUM = "sebelum"
    TENGGAT = "tenggat"
    HARIAN = "harian"
    ESKALASI = "eskalasi"
    TUNDA = "tunda"


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """A reminder of a task with its due instant.

    `role`, or the `DIRECT_SUPERIOR`, gets an escalation; `person_id` asked for this one
    ("ingatkan 1 jam lagi"); both None: everybody who still has to confirm the task.
    """

    kind: ReminderKind
    due_at: datetime
    role: str | None = None
    person_id: int | None = None


def policy_of(step: Step, procedure: Procedure, office: Office) -> ReminderPolicy:
    """The policy that applies to a step: its own, its procedure's, or the office's.

    Only a procedure that runs for one unit has a direct superior to escalate to.
    """
    policy = step.reminders or procedure.reminders or office.reminders
    rules = tuple(rule for rule in policy.escalation if rule.role != DIRECT_SUPERIOR)
    if procedure.per_unit or rules == policy.escalation:
        return policy
    return replace(policy, escalation=rules)


def plan(
    policy: ReminderPolicy,
    duration: Duration,
    opened: datetime,
    due: datetime,
    calendar: WorkCalendar,
) -> tuple[PlannedReminder, ...]:
    """The reminders of a task that opened at `opened` and is due at `due`, earliest first.

    A reminder before the deadline has to come after the opening; duplicates are left out. Of the
    daily reminders only the first is planned; each one schedules the next.
    """
    planned = [
        PlannedReminder(ReminderKind.SEBELUM, at)
        for ahead in _before(policy, duration)
        if (at := worktime.subtract(due, ahead, calendar)) > worktime.opening(opened, calendar)
    ]
    if policy.at_deadline:
        planned.append(PlannedReminder(ReminderKind.TENGGAT, due))
    if policy.daily_at is not None:
        planned.append(PlannedReminder(ReminderKind.HARIAN, next_daily(policy, due, calendar)))
    planned += [
        PlannedReminder(
            ReminderKind.ESKALASI, worktime.add(due, rule.after, calendar), role=rule.role
        )
        for rule in policy.escalation
    ]
    return tuple(sorted(dict.fromkeys(planned), key=lambda r: r.due_at))


def replan(
    policy: ReminderPolicy, duration: Duration, now: datetime, due: datetime, calendar: WorkCalendar
) -> tuple[PlannedReminder, ...]:
    """The reminders after `now` of a task whose deadline was moved to `due`.

    A task that is late already has its next daily reminder on the next morning.
    """
    planned = [r for r in plan(policy, duration, now, due, calendar) if r.due_at > now]
    if policy.daily_at is not None and all(r.kind is not ReminderKind.HARIAN for r in planned):
        planned.append(PlannedReminder(ReminderKind.HARIAN, next_daily(policy, now, calendar)))
    return tuple(sorted(planned, key=lambda r: r.due_at))


def next_daily(policy: ReminderPolicy, after: datetime, calendar: WorkCalendar) -> datetime:
    """The daily reminder on the first working day after the day of `after`.

    Raises:
        ValueError: the policy has no daily reminder.
    """
    if policy.daily_at is None:
        raise ValueError("this policy has no daily reminder")
    day = worktime.next_working_day(calendar.local(after).date(), calendar)
    return worktime.at_clock(day, policy.daily_at, calendar)


def edits_card(
    planned: PlannedReminder,
    policy: ReminderPolicy,
    duration: Duration,
    opened: datetime,
    due: datetime,
    calendar: WorkCalendar,
) -> bool:
    """Whether a reminder only edits the card, without a new message.

    Of a step that is counted in days: a reminder before the deadline that another one follows, or
    that is due on the day on which the card came.
    """
    if planned.kind is not ReminderKind.SEBELUM or duration.unit is not DurationUnit.HARI:
        return False
    if calendar.local(opened).date() == calendar.local(planned.due_at).date():
        return True
    rungs = (worktime.subtract(due, ahead, calendar) for ahead in _before(policy, duration))
    return any(at > planned.due_at for at in rungs)


def snooze_until(now: datetime, calendar: WorkCalendar) -> datetime:
    """When a reminder by "ingatkan 1 jam lagi" is due: one working hour from now."""
    return worktime.due(now, Duration(1, DurationUnit.JAM), calendar)


def send_at(due_at: datetime, now: datetime, calendar: WorkCalendar) -> datetime:
    """When a reminder that is due may go out: `now`, or a later opening of the office."""
    judged = due_at if now - due_at <= FRESH else now
    if worktime.within_hours(judged, calendar):
        return now
    return worktime.opening(judged, calendar)


def precedence(reminder: PlannedReminder) -> tuple[datetime, bool]:
    """The sort key of reminders missed together: the newest is greatest, then an escalation."""
    return (reminder.due_at, reminder.kind is ReminderKind.ESKALASI)


def outranks(role: str, others: Iterable[str], office: Office) -> bool:
    """Whether a late task of `others` may be escalated to the holder of `role`.

    Not about somebody above that holder or outside the office. A direct superior stands above.
    """
    if role == DIRECT_SUPERIOR:
        return True
    level = office.known(role).level
    roles = [office.known(code) for code in others]
    return all(not r.external and r.level >= level for r in roles)


def _before(policy: ReminderPolicy, duration: Duration) -> tuple[Duration, ...]:
    for rule in policy.before:
        if rule.up_to is None or _order(duration) <= _order(rule.up_to):
            return rule.rungs
    return ()


def _order(duration: Duration) -> tuple[int, int]:
    """The sort key of durations: a day is longer than any number of hours, "9 jam" included."""
    if duration.unit is DurationUnit.HARI:
        return (1, duration.amount)
    minutes = duration.amount * (60 if duration.unit is DurationUnit.JAM else 1)
    return (0, minutes)
