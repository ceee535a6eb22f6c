"""What every use case finds on its desk, and how a decision is carried out.

A use case is a plain function: it opens one transaction, does one thing for one person or
for the clock, and returns what is to be said. It runs whole in a worker thread. `now` and
Telegram's `update_id` come in as arguments.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.assignment import OfficeState
from bot.domain.decision import Decision
from bot.domain.events import (
    DeadlineMoved,
    RunCancelled,
    RunFinished,
    RunPaused,
    RunResumed,
    RunStarted,
    TaskClosed,
    TaskReturned,
)
from bot.domain.notices import (
    Addressed,
    Notice,
    Reply,
)
from bot.domain.people import Person, Staff
from bot.domain.sop import Catalog
from bot.domain.worktime import WorkCalendar
from bot.store import Store, Transaction
from bot.store.agenda import Entry
from bot.store.archive import Archive
from bot.store.outbox import NewDelivery
from bot.store.runs import StoredRun

QUESTION_LASTS = timedelta(hours=1)
"""How long an unanswered question waits. After that a text is a text again."""

END_MOVED = "end"
"""The agenda's name for a run whose end is another than it was."""

GROUP = "group"
"""The agenda's name for a group that is to be told something."""

_NEWS = (RunStarted, TaskClosed, TaskReturned, RunFinished, RunCancelled, RunPaused, RunResumed)
"""What groups are told of."""

_MOVES_THE_END = (RunStarted, TaskReturned, DeadlineMoved, RunResumed)

LOOK_AGAIN = "look"
"""The agenda's name for cards that have to be drawn anew at some moment."""


@dataclass(frozen=True, slots=True)
class Services:
    """The office's data and its database.

    `admin_ids` are the Telegram ids that the settings name as administrators. `archive` holds
    the files that people attach; only a desk without a bot has none.
    """

    store: Store
    catalog: Catalog
    calendar: WorkCalendar
    admin_ids: frozenset[int] = frozenset()
    archive: Archive | None = None

    def state(self, staff: Staff) -> OfficeState:
        """The office as the engine sees it."""
        return OfficeState(self.catalog.office, self.calendar, staff)


@dataclass(frozen=True, slots=True)
class Request:
    """Who an update came from, and which update it was.

    `chat_id` is the person's Telegram id, which is also the id of their private chat.
    `update_id` None is for what no update asked for (the clock, the command line).
    """

    chat_id: int
    update_id: int | None


@dataclass(frozen=True, slots=True)
class Scene:
    """Who is there at the moment of a use case: the place, and the asker if they joined."""

    state: OfficeState
    person: Person | None

    @property
    def staff(self) -> Staff:
        return self.state.staff


def scene(services: Services, tx: Transaction, chat_id: int, now: datetime) -> Scene:
    """The office at `now`, with the person who has this Telegram id."""
    staff = staff_of(services, tx, now)
    return Scene(services.state(staff), who(staff, chat_id))


def who(staff: Staff, chat_id: int) -> Person | None:
    """The person with this Telegram id; None for outsiders and those still joining."""
    return next((p for p in staff.people.values() if p.chat_id == chat_id), None)


def staff_of(services: Services, tx: Transaction, now: datetime) -> Staff:
    """The staff at `now`, with the administrators whom the settings name."""
    staff = tx.people.staff(now)
    if not services.admin_ids:
        return staff
    people = {
        person.id: person
        if person.admin or person.chat_id not in services.admin_ids
        else replace(person, admin=True)
        for person in staff.people.values()
    }
    return Staff(people, staff.holdings)


def respond(
    tx: Transaction, request: Request, person: Person | None, reply: Reply, now: datetime
) -> None:
    """Answer what was just asked, through the outbox, so that the answer is not lost.

    Raises:
        ValueError: nobody asked anything.
    """
    if request.update_id is None:
        raise ValueError("an answer belongs to an update")
    # The moment belongs to the key: after a quiet week Telegram numbers updates afresh, and
    # an old number may come again.
    tx.outbox.put(
        [
            NewDelivery(
                key=f"reply:{request.update_id}:{int(now.timestamp())}",
                chat_id=request.chat_id,
                person_id=person.id if person else None,
                notice=reply,
            )
        ],
        now,
    )


def ask_for_text(
    tx: Transaction, here: Scene, kind: str, data: dict[str, Any], now: datetime
) -> None:
    """Ask the person something, or the same once more: their next text is the answer.

    One question at a time; a command is no answer, /batal leaves it, and it expires.

    Raises:
        LookupError: there is nobody to ask.
    """
    if here.person is None:
        raise LookupError("a question is for somebody who joined")
    tx.people.ask(here.person.chat_id, kind, data, now + QUESTION_LASTS)


def carry_out(
    tx: Transaction, before: StoredRun | None, decision: Decision, staff: Staff, now: datetime
) -> None:
    """Write everything that a decision says: state, journal, reminders and outbox.

    `decision.run` has its id already.
    """
    run = decision.run
    ids = tx.runs.save(before, run)
    if before is not None:
        still_open = {(t.step, t.attempt) for t in run.current}
        was_open = {(t.step, t.attempt) for t in before.run.current}
        tx.reminders.drop([ids[key] for key in was_open - still_open], now)
        tx.outbox.refresh([ids[key] for key in decision.stale_cards], now)
        tx.reminders.replace([ids[(p.step, p.attempt)] for p in decision.reminders], now)
    tx.agenda.put(
        Entry(
            f"look:{ids[(look.step, look.attempt)]}:{int(look.at.timestamp())}",
            LOOK_AGAIN,
            look.at,
            {"task_id": ids[(look.step, look.attempt)]},
        )
        for look in decision.refreshes
    )
    tx.reminders.schedule(
        (ids[(plan.step, plan.attempt)], reminder)
        for plan in decision.reminders
        for reminder in plan.reminders
    )
    tx.outbox.put(
        [
            row
            for addressed in decision.notices
            for row in _deliveries(addressed, run.id, ids, staff, now)
        ],
        now,
    )
    tx.journal.record(run.id, decision.events)
    if any(isinstance(event, _MOVES_THE_END) for event in decision.events):
        tx.agenda.put([Entry(f"end:{secrets.token_hex(8)}", END_MOVED, now, {"run_id": run.id})])
    if any(isinstance(event, _NEWS) for event in decision.events):
        _wake_groups(tx, run.procedure.code, now)


def _wake_groups(tx: Transaction, procedure: str, now: datetime) -> None:
    """There is news for these groups; when they hear of it is decided when that is due."""
    for group in tx.groups.of(procedure):
        prefix = f"{GROUP}:{group.chat_id}:"
        if not tx.agenda.waiting(prefix):
            key = f"{prefix}{secrets.token_hex(6)}"
            tx.agenda.put([Entry(key, GROUP, now, {"chat_id": group.chat_id})])


def tell(
    tx: Transaction,
    notice: Notice,
    to: Iterable[int],
    staff: Staff,
    now: datetime,
    key: str,
    *,
    run_id: int | None = None,
    task_id: int | None = None,
    silent: bool = False,
) -> None:
    """Put one notice into the outbox for each of these people.

    `key` names the fact: it is told once to each.
    """
    tx.outbox.put(_rows(notice, to, staff, key, run_id, task_id, silent), now)


def tell_each(
    tx: Transaction, told: Iterable[tuple[Notice, int, str, int, int]], staff: Staff, now: datetime
) -> None:
    """Put many notices about tasks into the outbox at once.

    Shape: notice, person's id, key, run's id and task's id.
    """
    tx.outbox.put(
        [
            row
            for notice, person_id, key, run_id, task_id in told
            for row in _rows(notice, [person_id], staff, key, run_id, task_id, silent=False)
        ],
        now,
    )


def _rows(
    notice: Notice,
    to: Iterable[int],
    staff: Staff,
    key: str,
    run_id: int | None,
    task_id: int | None,
    silent: bool,
) -> list[NewDelivery]:
    return [
        NewDelivery(
            key=f"{key}:{person.id}",
            chat_id=person.chat_id,
            person_id=person.id,
            notice=notice,
            run_id=run_id,
            task_id=task_id,
            live=notice.live,
            silent=silent,
        )
        for person_id in to
        if (person := staff.person(person_id))
    ]


def _deliveries(
    addressed: Addressed,
    run_id: int,
    ids: dict[tuple[int, int], int],
    staff: Staff,
    now: datetime,
) -> list[NewDelivery]:
    task_id = None
    if addressed.step is not None and addressed.attempt is not None:
        task_id = ids[(addressed.step, addressed.attempt)]
    key = addressed.notice.key(run_id, task_id, now)
    return _rows(addressed.notice, addressed.to, staff, key, run_id, task_id, addressed.silent)
