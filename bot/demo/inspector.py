"""Watching: what has happened, what is to come, and what is on its way, over the shoulder.

Nothing here changes anything. It is for whoever runs the bot, not for its people: it asks
for no permission, and the chat has no way to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain import assignment
from bot.domain.assignment import OfficeState
from bot.domain.events import TaskConfirmed
from bot.domain.reminders import PlannedReminder, ReminderKind
from bot.store import Transaction, serialization
from bot.store.journal import JournalLine
from bot.store.outbox import DeliveryState
from bot.store.runs import StoredRun
from bot.usecases.desk import Services, staff_of
from bot.usecases.views import printed, role_name


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the office's work something belongs: a run, and a step of it if one is meant."""

    procedure: str
    year: int
    step: int | None = None
    activity: str | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the journal.

    `kind` is the event's or the fact's name, `who` did it (None: the bot itself), `role` is
    in what they acted or what it is about, `whom` the person it was done to. `facts` are the
    line's other plain values.
    """

    id: int
    at: datetime
    kind: str
    who: str | None
    place: Place | None
    role: str | None = None
    whom: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A reminder that waits. `due_at` is when it is looked at next; `to` are its recipients
    as things stand, or the role that it would be brought to."""

    id: int
    due_at: datetime
    kind: ReminderKind
    place: Place
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sending:
    """A delivery and where it stands. `to` is None for somebody who has not joined.

    `next_at` is when it is tried next, while it waits. `notice` and `view` name what it
    says; `edits` is True where a message that is on the screen already is shown anew.
    """

    id: int
    chat_id: int
    to: str | None
    notice: str
    view: str | None
    state: DeliveryState
    created_at: datetime
    sent_at: datetime | None
    next_at: datetime
    tries: int
    error: str | None
    maybe_repeated: bool
    silent: bool
    edits: bool


@dataclass(frozen=True, slots=True)
class Watched:
    """The office's inside at one moment: the newest first, reminders the next first."""

    journal: tuple[Happening, ...]
    ahead: tuple[Ahead, ...]
    deliveries: tuple[Sending, ...]
    queued: int


def watch(services: Services, now: datetime, most: int = 40) -> Watched:
    """At most `most` of each: the journal, the reminders ahead, and the deliveries."""
    with services.store.read() as tx:
        state = services.state(staff_of(services, tx, now))
        names = tx.people.names()
        return Watched(
            _journal(tx, names, state, most),
            _ahead(tx, state, most),
            _deliveries(tx, names, most),
            tx.outbox.count(DeliveryState.ANTRE),
        )


def anybody_joined(services: Services) -> bool:
    """Whether anybody has joined, or is about to."""
    with services.store.read() as tx:
        return bool(tx.people.names()) or tx.people.has_admin()


def _journal(
    tx: Transaction, names: Mapping[int, str], state: OfficeState, most: int
) -> tuple[Happening, ...]:
    lines = tx.journal.lines(most)
    runs = tx.runs.many(line.run_id for line in lines if line.run_id is not None)
    return tuple(_happening(line, runs.get(line.run_id or 0), names, state) for line in lines)


def _happening(
    line: JournalLine, stored: StoredRun | None, names: Mapping[int, str], state: OfficeState
) -> Happening:
    who = names.get(line.person_id) if line.person_id is not None else None
    facts: dict[str, Any] = json.loads(line.data)
    if stored is None:
        role = _role(state, facts.get("role"), facts.get("unit"))
        whom = names.get(facts.get("person_id", 0))
        return Happening(line.id, line.at, line.kind, who, None, role, whom, facts)
    event = serialization.load_event(line.data)
    where = _place(stored, getattr(event, "step", None))
    if isinstance(event, TaskConfirmed):
        act = event.confirmation
        title = printed(role_name(state.office, act.role, act.unit, act.capacity))
        outside = _role(state, act.recorded_for, None)
        return Happening(
            line.id, line.at, line.kind, who, where, title, outside, {"attempt": event.attempt}
        )
    return Happening(
        line.id, line.at, line.kind, who, where, _role(state, facts.get("role"), None), None, facts
    )


def _ahead(tx: Transaction, state: OfficeState, most: int) -> tuple[Ahead, ...]:
    waiting = tx.reminders.ahead(most)
    runs = tx.runs.of_tasks(row.task_id for row in waiting)
    found = []
    for row in waiting:
        stored = runs.get(row.task_id)
        task = stored.task_of(row.task_id) if stored else None
        if stored is None or task is None:
            continue
        step = stored.run.step_of(task)
        to = _audience(row.planned, assignment.waiting_for(stored.run, task, state), state)
        found.append(Ahead(row.id, row.next_at, row.planned.kind, _place(stored, step.number), to))
    return tuple(found)


def _audience(
    planned: PlannedReminder, waiting: Iterable[int], state: OfficeState
) -> tuple[str, ...]:
    if planned.kind is ReminderKind.ESKALASI and planned.role is not None:
        return (state.office.role(planned.role).name,)
    people = [planned.person_id] if planned.person_id is not None else list(waiting)
    return tuple(
        person.called for one in people if one is not None and (person := state.staff.person(one))
    )


def _deliveries(tx: Transaction, names: Mapping[int, str], most: int) -> tuple[Sending, ...]:
    return tuple(
        Sending(
            id=row.delivery.id,
            chat_id=row.delivery.chat_id,
            to=names.get(row.delivery.person_id) if row.delivery.person_id is not None else None,
            notice=row.delivery.notice.kind,
            view=getattr(row.delivery.notice, "view", None),
            state=row.state,
            created_at=row.delivery.created_at,
            sent_at=row.sent_at,
            next_at=row.next_at,
            tries=row.delivery.tries,
            error=row.error,
            maybe_repeated=row.delivery.maybe_repeated,
            silent=row.delivery.silent,
            edits=row.delivery.message_id is not None and row.state is DeliveryState.ANTRE,
        )
        for row in tx.outbox.newest(most)
    )


def _place(stored: StoredRun, step: int | None) -> Place:
    run = stored.run
    if step is None:
        return Place(run.procedure.code, run.year)
    return Place(run.procedure.code, run.year, step, run.procedure.step(step).activity.text)


def _role(state: OfficeState, code: str | None, unit: str | None) -> str | None:
    """A role as printed; one that the office no longer has by its code."""
    if code is None:
        return None
    if all(role.code != code for role in state.office.roles):
        return code
    return role_name(state.office, code, unit).title
