"""The journal, the reminders ahead and the deliveries, for the page of the demo. Reads only.

It asks for no permission: the chat has no way to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain import assignment
from bot.domain.assignment import OfficeState
from bot.domain.documents import by_album
from bot.domain.reminders import PlannedReminder, ReminderKind
from bot.domain.sop import DIRECT_SUPERIOR
from bot.features.feature import JournalEntry
from bot.features.naming import author, printed, role_name
from bot.features.work import Services
from bot.indonesian import spelled_code
from bot.store import Transaction, serialization
from bot.store.journal import JournalLine
from bot.store.outbox import DeliveryState
from bot.store.runs import StoredRun

_MOST = 40  # of each the page shows


@dataclass(frozen=True, slots=True)
class Ahead:
    """A reminder that waits. `due_at` is when it is looked at next; `to` are its recipients
    as things stand, or the role that it is escalated to."""

    due_at: datetime
    kind: ReminderKind
    run: str
    step: int
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sending:
    """A delivery. `to` None: not joined. `at`: when it was sent, else written. `edits`: it
    changes a message on the screen."""

    id: int
    chat_id: int
    to: str | None
    notice: str
    state: DeliveryState
    at: datetime
    tries: int
    error: str | None
    maybe_repeated: bool
    silent: bool
    edits: bool


@dataclass(frozen=True, slots=True)
class Watched:
    """What the page shows: the newest first, reminders the next first."""

    journal: tuple[JournalEntry, ...]
    ahead: tuple[Ahead, ...]
    deliveries: tuple[Sending, ...]
    queued: int


def watch(services: Services, now: datetime) -> Watched:
    """The newest or next of each: the journal, the reminders ahead, and the deliveries."""
    with services.read(now) as work:
        tx, state = work.tx, work.state
        names = tx.people.names()
        return Watched(
            _journal(tx, names, state),
            _ahead(tx, state),
            _deliveries(tx, names),
            tx.outbox.count(DeliveryState.ANTRE),
        )


def next_reminder(services: Services) -> datetime | None:
    """When the next reminder is due; None if none waits."""
    with services.store.read() as tx:
        return tx.reminders.next_due()


def anybody_joined(services: Services) -> bool:
    """Whether anybody has joined, or is about to."""
    with services.store.read() as tx:
        return bool(tx.people.names()) or tx.people.has_admin()


def _journal(
    tx: Transaction, names: Mapping[int, str], state: OfficeState
) -> tuple[JournalEntry, ...]:
    lines = tx.journal.lines(_MOST)
    runs = tx.runs.many(line.run_id for line in lines if line.run_id is not None)
    entries = [_entry(line, runs.get(line.run_id or 0), names, state) for line in lines]
    # The newest stands first: an album is named by its first file, the last of these.
    return tuple(
        replace(files[0], facts={**files[-1].facts, "count": len(files)})
        for files in by_album(entries, _album)
    )


def _album(entry: JournalEntry) -> object | None:
    """What the files of one album share; None for everything else."""
    album = entry.facts["evidence"].get("album") if entry.kind == "evidence_attached" else None
    return (entry.run, entry.step, album) if album else None


def _entry(
    line: JournalLine, stored: StoredRun | None, names: Mapping[int, str], state: OfficeState
) -> JournalEntry:
    """One line of the journal with names for what it only numbers."""
    facts: dict[str, Any] = json.loads(line.data)
    entry = JournalEntry(line.id, line.at, line.kind, names.get(line.person_id or 0), facts=facts)
    if stored is None:
        role = _role(state, facts.get("role"), facts.get("unit"))
        return replace(entry, role=role, whom=names.get(facts.get("person_id", 0)))
    event = serialization.load_event(line.data)
    entry = replace(entry, run=_run(stored), step=getattr(event, "step", None))
    by = author(state.office, names, stored.run.procedure, event)
    return replace(entry, role=printed(by.role), whom=by.recorded_for) if by else entry


def _ahead(tx: Transaction, state: OfficeState) -> tuple[Ahead, ...]:
    waiting = tx.reminders.ahead(_MOST)
    runs = tx.runs.of_tasks(row.task_id for row in waiting)
    found = []
    for row in waiting:
        stored = runs.get(row.task_id)
        task = stored.task_of(row.task_id) if stored else None
        if stored is None or task is None:
            continue
        step = stored.run.step_of(task)
        to = _audience(row.planned, assignment.waiting_for(stored.run, task, state), state)
        found.append(Ahead(row.next_at, row.planned.kind, _run(stored), step.number, to))
    return tuple(found)


def _audience(
    planned: PlannedReminder, waiting: Iterable[int], state: OfficeState
) -> tuple[str, ...]:
    if planned.kind is ReminderKind.ESKALASI and planned.role is not None:
        if planned.role == DIRECT_SUPERIOR:
            return ("Atasan langsung",)
        return (state.office.role(planned.role).name,)
    people = [planned.person_id] if planned.person_id is not None else list(waiting)
    return tuple(
        person.called for one in people if one is not None and (person := state.staff.person(one))
    )


def _deliveries(tx: Transaction, names: Mapping[int, str]) -> tuple[Sending, ...]:
    return tuple(
        Sending(
            id=row.id,
            chat_id=row.chat_id,
            to=names.get(row.person_id or 0),
            notice=row.notice.kind,
            state=row.state,
            at=row.sent_at or row.created_at,
            tries=row.tries,
            error=row.error,
            maybe_repeated=row.maybe_repeated,
            silent=row.silent,
            edits=row.message_id is not None and row.state is DeliveryState.ANTRE,
        )
        for row in tx.outbox.newest(_MOST)
    )


def _run(stored: StoredRun) -> str:
    """A run by its code and year: "LAKIP 2026"."""
    return f"{spelled_code(stored.run.procedure.code)} {stored.run.year}"


def _role(state: OfficeState, code: str | None, unit: str | None) -> str | None:
    """A role as printed; one that the office no longer has by its code."""
    if code is None:
        return None
    if all(role.code != code for role in state.office.roles):
        return code
    return role_name(state.office, code, unit).title
