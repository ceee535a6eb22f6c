"""Reminders: what is due by the clock becomes deliveries, and lateness is brought to others. Of
those that were missed, each task and recipient gets only the newest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.domain import assignment, deviations, reminders
from bot.domain.assignment import OfficeState
from bot.domain.notices import RoleVacant, TaskLate, TaskReminder
from bot.domain.reminders import PlannedReminder, ReminderKind, policy_of
from bot.domain.run import Run, Task, TaskStatus
from bot.domain.sop import Sop, Step
from bot.features import phrases, vacancies
from bot.features.directions import offers
from bot.features.feature import Drawn, Feature, Sending
from bot.features.naming import Greeting, role_name
from bot.features.phrases import (
    ACTIVITY,
    AWAITED,
    BRIEF,
    NAME,
    REMINDER_LINES,
    ROW_LINES,
    SHORT,
    Phrases,
    Room,
)
from bot.features.runview import CurrentStep, Halt, PartedView, current_step, halt, parted
from bot.features.together import LATE, together
from bot.features.vacancies import RolesVacantView
from bot.features.work import PersonalNotice, Services, Work
from bot.indonesian import distance
from bot.store.reminders import ReminderStatus, WaitingReminder
from bot.store.runs import StoredRun
from bot.ui.markup import bold, gathered, safe
from bot.ui.message import CHOICES, Message, first_that_fits

log = structlog.get_logger()

TASKS_AT_ONCE = 250
"""Due tasks of one transaction: large enough to be quick, small enough to hold up no tap."""

RETRY_AFTER = timedelta(hours=1)
"""When reminders are looked at again that could not be decided."""


@dataclass(frozen=True, slots=True)
class LateView:
    """Somebody else's task is late, or waits for somebody above the recipient. `token` is the
    task's where the recipient may direct its performers; `halt` says that the run rests."""

    greeting: Greeting
    run: Run
    sop: Sop
    current: CurrentStep
    waiting: bool
    token: str | None = None
    halt: Halt | None = None


@dataclass(frozen=True, slots=True)
class VacantView:
    """A step is open and these roles are held by nobody."""

    greeting: Greeting
    run: Run
    sop: Sop
    step: Step
    task: Task
    roles: tuple[tuple[str, str], ...]
    """Code and name of each vacant role."""


# What the clock does


@dataclass(slots=True)
class _Outcome:
    """What becomes of due reminders, by their ids."""

    sent: list[int] = field(default_factory=list)
    overtaken: list[int] = field(default_factory=list)
    postponed: list[tuple[int, datetime]] = field(default_factory=list)
    next: list[tuple[int, PlannedReminder]] = field(default_factory=list)
    told: list[PersonalNotice] = field(default_factory=list)

    def add(self, other: _Outcome) -> None:
        self.sent += other.sent
        self.overtaken += other.overtaken
        self.postponed += other.postponed
        self.next += other.next
        self.told += other.told


def fire_due(services: Services, now: datetime) -> int:
    """Send a batch of due reminders; how many tasks it looked at. Call it until that is 0."""
    with services.begin(now) as work:
        tx = work.tx
        if strange := tx.reminders.postpone_unreadable(now, now + RETRY_AFTER):
            log.error("reminders cannot be read", reminders=strange)
        due = tx.reminders.due(now, TASKS_AT_ONCE)
        if due:
            _write(work, _decided(work, due))
        return len(due)


def _decided(work: Work, due: Mapping[int, Sequence[WaitingReminder]]) -> _Outcome:
    outcome, retry_at = _Outcome(), work.now + RETRY_AFTER
    stored_runs = work.tx.runs.of_tasks(due)
    overviews = _overviews(work)
    snoozed = work.tx.reminders.snoozed(list(due), work.now)
    for task_id, of_task in due.items():
        stored = stored_runs.get(task_id)
        if stored is None:
            # Its run cannot be read, which has been logged: others are reminded all the same.
            outcome.postponed += [(reminder.id, retry_at) for reminder in of_task]
            continue
        muted = {person for task, person in snoozed if task == task_id}
        try:
            outcome.add(_fire(work, stored, task_id, of_task, muted, overviews))
        except Exception:
            # One task that cannot be understood keeps nobody else from being reminded.
            log.exception("reminders cannot be decided", task=task_id)
            outcome.postponed += [(reminder.id, retry_at) for reminder in of_task]
    return outcome


def _write(work: Work, outcome: _Outcome) -> None:
    table, now = work.tx.reminders, work.now
    table.complete(outcome.sent, ReminderStatus.TERKIRIM, now)
    table.complete(outcome.overtaken, ReminderStatus.DILEWATI, now)
    table.postpone(outcome.postponed)
    table.schedule(outcome.next)
    work.notify_each(together(work, outcome.told))


def _overviews(work: Work) -> set[int]:
    """Who has today's overview, which names all of their late tasks."""
    people = {f"digest:{work.today}:{person}": person for person in work.staff.people}
    return {people[key] for key in work.tx.outbox.told(people)}


def _fire(
    work: Work,
    stored: StoredRun,
    task_id: int,
    due: Iterable[WaitingReminder],
    muted: set[int],
    overviews: set[int],
) -> _Outcome:
    """What becomes of one task's due reminders; `muted` have put theirs off, and `overviews` were
    told of their tasks this morning."""
    outcome, state, run = _Outcome(), work.state, stored.run
    task = stored.task_of(task_id)
    if task is None or not task.is_open:
        outcome.overtaken += [reminder.id for reminder in due]
        return outcome
    reminded: set[int] = set()
    daily = False
    newest_first = sorted(due, key=lambda r: reminders.precedence(r.planned), reverse=True)
    for reminder in newest_first:
        audience = _audience(stored, task, reminder.planned, muted, state)
        if reminder.planned.kind is ReminderKind.HARIAN and not _is_vacant(stored, task, state):
            audience = tuple(person for person in audience if person not in overviews)
        people = [person for person in audience if person not in reminded]
        at = reminders.send_at(reminder.planned.due_at, work.now, state.calendar)
        # What a newer one has just said to everybody need not be said at the next opening.
        if at > work.now and (people or not audience):
            outcome.postponed.append((reminder.id, at))
            continue
        reminded.update(people)
        (outcome.sent if people else outcome.overtaken).append(reminder.id)
        notice = _notice(stored, task, reminder.planned, state)
        prefix = {TaskLate: LATE, RoleVacant: vacancies.REMINDED}.get(type(notice), "reminder:")
        key = f"{prefix}{reminder.id}"
        step = run.step_of(task)
        rules = policy_of(step, run.procedure, state.office), step.duration, task.opened_at
        if isinstance(notice, TaskReminder) and reminders.edits_card(
            reminder.planned, *rules, task.due_at, state.calendar
        ):
            key = f"card:{task_id}"
        outcome.told += (PersonalNotice(notice, p, key, stored.run.id, task_id) for p in people)
        daily = daily or reminder.planned.kind is ReminderKind.HARIAN
    if daily and (again := _next_daily(work, stored, task)):
        outcome.next.append((task_id, again))
    return outcome


def _next_daily(work: Work, stored: StoredRun, task: Task) -> PlannedReminder | None:
    """The reminder of the next morning, where the policy has such."""
    policy = policy_of(stored.run.step_of(task), stored.run.procedure, work.office)
    if policy.daily_at is None:
        return None
    at = reminders.next_daily(policy, work.now, work.calendar)
    return PlannedReminder(ReminderKind.HARIAN, at)


def _audience(
    stored: StoredRun, task: Task, planned: PlannedReminder, muted: set[int], state: OfficeState
) -> tuple[int, ...]:
    """Whom a reminder is for. Nobody is told of their own lateness, and who has confirmed is not
    late; what is for a vacant role goes to those who can fill it."""
    if planned.kind is ReminderKind.ESKALASI:
        return assignment.escalated_to(stored.run, task, planned.role or "", state)
    waiting = assignment.waiting_for(stored.run, task, state)
    if _is_vacant(stored, task, state) and planned.person_id is None:
        return assignment.helpers(state)
    if planned.person_id is not None:
        return tuple(p for p in waiting if p == planned.person_id)
    return tuple(p for p in waiting if p not in muted)


def _notice(
    stored: StoredRun, task: Task, planned: PlannedReminder, state: OfficeState
) -> TaskReminder | TaskLate | RoleVacant:
    step = stored.run.step_of(task)
    if planned.kind is not ReminderKind.ESKALASI:
        if _is_vacant(stored, task, state):
            return RoleVacant(assignment.vacant_roles(stored.run, step, state))
        return TaskReminder(planned.kind)
    above = reminders.outranks(planned.role or "", step.roles, state.office)
    return TaskLate(waiting=not above)


def _is_vacant(stored: StoredRun, task: Task, state: OfficeState) -> bool:
    """Whether an open task waits, and there is nobody whose turn it is."""
    run = stored.run
    return run.pause is None and not assignment.assignees(run, run.step_of(task), state)


def _draw_late(work: Work, notice: TaskLate, sending: Sending) -> LateView | PartedView | None:
    """Somebody else's task is late; None if it is done before that is told, or once a newer
    reminder says it. What stands on a screen is kept true."""
    stored, task, run = sending.stored, sending.task, sending.stored.run
    unsent = sending.unsent
    if unsent and (not task.is_open or work.tx.outbox.overtaken(sending.delivery)):
        return None
    if work.somebody is None:
        return None if unsent else parted(stored, task)
    directs = not notice.waiting and deviations.directing(run, task, work.person.id, work.state)
    return LateView(
        work.greeting,
        run,
        stored.sop,
        current_step(run, task, work.now, work.state),
        notice.waiting,
        stored.tokens[(task.step, task.attempt)] if directs else None,
        halt(work.office, work.tx.people.names(), run),
    )


def _draw_vacant(
    work: Work, notice: RoleVacant, sending: Sending
) -> VacantView | RolesVacantView | None:
    """A step waits for roles that nobody holds; None where they have been filled. Several at once
    are told together."""
    if several := vacancies.gather(work, sending, (sending.delivery.task_id or 0,)):
        return several
    stored, task, office = sending.stored, sending.task, work.office
    if not task.is_open:
        return None
    step = stored.run.step_of(task)
    vacant = assignment.vacant_roles(stored.run, step, work.state)
    still = [code for code in notice.roles if code in vacant]
    if not still:
        return None
    named = tuple((code, role_name(office, code, None).title) for code in still)
    return VacantView(work.greeting, stored.run, stored.sop, step, task, named)


# Words


def say_late(view: LateView, say: Phrases) -> Message:
    """Somebody else's task is late: an escalation, or that the office waits."""
    waits = view.current.task.is_open and not view.halt
    buttons = offers(view.token) if view.token and waits else ()
    texts = (_late(view, say, room) for room in (SHORT, BRIEF))
    return Message(first_that_fits(texts, REMINDER_LINES - ROW_LINES * len(buttons)), buttons)


def _late(view: LateView, say: Phrases, room: Room) -> str:
    run, current = view.run, view.current
    step = phrases.short_step(run.procedure, run.year, current.step.number, say.unit(run))
    what = f"{step}: {bold(safe(current.step.activity.text, room.activity))}"
    lines = [phrases.salutation(view.greeting)]
    if view.halt or not current.task.is_open:
        done = current.task.status is TaskStatus.SELESAI
        stands = "✅ Langkah ini sudah selesai." if done else "Langkah ini tidak menunggu lagi."
        return "\n".join(
            [*lines, what, phrases.halted(view.halt, say, room) if view.halt else stands]
        )
    whom, due = say.awaited_names(current, room), f"Tenggat: {say.moment(current.task.due_at)}"
    if view.waiting:
        awaited = AWAITED[current.step.kind]
        lines += [f"Sebagai informasi, pelaksanaan berikut {awaited} {whom}.", what, due]
    else:
        late = current.late
        by = f" {bold(distance(late))}" if late else ""
        lines += [f"⚠️ Dengan hormat kami laporkan, langkah berikut terlambat{by}.", what]
        lines += [f"Pelaksana: {whom}", *([] if late and room is BRIEF else [due])]
    if current.step.all_must_confirm:
        lines.append(phrases.counted(current.confirmed, current.required))
    if not view.waiting:
        lines.append(f"Mohon arahan {view.greeting.address}.")
    return "\n".join(lines)


def say_vacant(view: VacantView, say: Phrases) -> Message:
    """A step waits for a role that nobody holds, with buttons to invite somebody."""
    run, step = view.run, view.step
    names = gathered([bold(safe(name, NAME)) for _, name in view.roles])
    parts = [
        phrases.salutation(view.greeting),
        f"Langkah berikut sudah dibuka, tetapi peran {names} belum dipegang siapa pun.",
        say.heading(view.sop, run, step.number),
        f"{bold(safe(step.activity.text, ACTIVITY))}\nTenggat: {say.moment(view.task.due_at)}",
        "Mohon mengundang pegawai untuk peran itu, atau memberikan peran itu kepada pegawai yang "
        "sudah terdaftar, dengan tombol di bawah atau melalui /pegawai. Tugasnya langsung sampai "
        "kepada pemegang yang baru.",
    ]
    if run.team is not None:
        parts.append("Anggota tim pelaksanaan ini diganti melalui /tim.")
    return Message("\n\n".join(parts), vacancies.fill_rows(view.roles[: CHOICES // 2]))


FEATURE = Feature(
    "reminders",
    notices={
        TaskLate: Drawn(_draw_late, "laporan keterlambatan", for_all=True),
        RoleVacant: Drawn(_draw_vacant, "peran kosong"),
    },
    words={LateView: say_late, VacantView: say_vacant},
)
