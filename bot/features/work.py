"""The unit of work: one transaction, who asks for it, and the office as it is at that moment. A use
case is a plain function of a `Work` in a worker thread; an exception rolls all back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.domain import yearly
from bot.domain.access import Permission, may
from bot.domain.assignment import OfficeState
from bot.domain.notices import Notice, Reply
from bot.domain.people import Person, Staff
from bot.domain.run import Run
from bot.domain.sop import Catalog, Office
from bot.domain.worktime import WorkCalendar
from bot.domain.yearly import LegalDate
from bot.features.answers import Refuse, Refused
from bot.features.naming import Greeting, greeting, owner_title
from bot.indonesian import listed
from bot.store import Store, Transaction
from bot.store.archive import Archive
from bot.store.outbox import NewDelivery

if TYPE_CHECKING:
    from bot.features.feature import Features

QUESTION_LASTS = timedelta(hours=1)
"""How long an unanswered question waits. After that a text is a text again."""

QUIET_AFTER = 3
"""Somebody from outside gets this many answers within `QUIET_WITHIN`, then silence."""

QUIET_WITHIN = timedelta(minutes=10)

Args = dict[str, str | int | bool | None]
"""Arguments of a view that is asked for by name: they are stored as JSON."""


@dataclass(frozen=True, slots=True)
class Services:
    """The office's data, its database, and the features that are live. `admin_ids` are the admins
    that the settings name. `archive` is None on the command line, which has no bot."""

    store: Store
    catalog: Catalog
    calendar: WorkCalendar
    features: Features
    admin_ids: frozenset[int] = frozenset()
    archive: Archive | None = None

    @contextmanager
    def begin(self, now: datetime, request: Request | None = None) -> Iterator[Work]:
        """A unit of work that writes: for a person's request, or for the clock (None).

        Raises:
            AlreadyHandledError: this update has been handled before.
            StoreUnavailableError: the database does not answer.
        """
        update_id = request.update_id if request else None
        with self.store.begin(update_id, now) as tx:
            yield Work(self, tx, now, request)

    @contextmanager
    def read(self, now: datetime, request: Request | None = None) -> Iterator[Work]:
        """A unit of work that only looks."""
        with self.store.read() as tx:
            yield Work(self, tx, now, request)


class Tapped(NamedTuple):
    """The message whose button was tapped, by its id, and the data of its buttons."""

    message_id: int
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """Who an update came from. `chat_id` is their Telegram id and that of their private chat;
    `update_id` is None for what no update asked for. `message_id` is the message that they sent,
    `reply_to` the one that it answers, `tapped` the one in their private chat that they tapped."""

    chat_id: int
    update_id: int | None = None
    message_id: int | None = None
    reply_to: int | None = None
    tapped: Tapped | None = None


class PersonalNotice(NamedTuple):
    """A notice, the person it is for, and the run and task that it is about: see `notify`."""

    notice: Notice
    person_id: int
    key: str
    run_id: int | None = None
    task_id: int | None = None
    silent: bool = False


class Work:
    """One unit of work: services, open transaction `tx`, the zone-aware moment, and who asks."""

    def __init__(
        self, services: Services, tx: Transaction, now: datetime, request: Request | None = None
    ) -> None:
        self.services, self.tx, self.now, self.request = services, tx, now, request
        self.catalog, self.calendar = services.catalog, services.calendar
        self.office = services.catalog.office

    def as_person(self, chat_id: int) -> Work:
        """The same transaction and moment, for whoever has this chat."""
        other = Work(self.services, self.tx, self.now, Request(chat_id))
        other.staff = self.staff
        return other

    def as_recipient(self, chat_id: int, person_id: int | None) -> Work:
        """The same for a delivery's recipient: exactly this person, who may have left."""
        other = self.as_person(chat_id)
        other.somebody = self.staff.person(person_id or 0)
        return other

    # The office at this moment

    def legal_date(self, run: Run) -> LegalDate | None:
        """The day by which the law wants a run finished. The law does not ask when the run began:
        the data of today counts."""
        found = self.catalog.find(run.procedure.code)
        procedure = found[1] if found else run.procedure
        return yearly.legal_deadline(procedure, run.year, self.calendar)

    @cached_property
    def today(self) -> date:
        """The office's date at `now`."""
        return self.calendar.local(self.now).date()

    @cached_property
    def staff(self) -> Staff:
        """The staff at `now`, with the administrators whom the settings name."""
        return self._read_staff()

    @cached_property
    def state(self) -> OfficeState:
        """The office as the engine sees it."""
        return OfficeState(self.office, self.calendar, self.staff)

    def reload_staff(self) -> Staff:
        """The staff as it is after this transaction has changed it."""
        for name in ("staff", "state", "somebody", "person"):
            self.__dict__.pop(name, None)
        return self.staff

    # Who asks

    @cached_property
    def person(self) -> Person:
        """Who asks.

        Raises:
            Refuse: nobody who has joined.
        """
        if self.somebody is None:
            if self.request and self.tx.people.by_chat(self.request.chat_id):
                raise Refuse(Refused.STILL_JOINING)
            raise Refuse(Refused.OUTSIDER, owner=owner_title(self.office))
        return self.somebody

    @cached_property
    def somebody(self) -> Person | None:
        """Who asks, if they have joined; None also where the clock asks."""
        chat_id = self.request.chat_id if self.request else None
        return next((p for p in self.staff.people.values() if p.chat_id == chat_id), None)

    @property
    def greeting(self) -> Greeting:
        """How a message to who asks opens."""
        return greeting(self.office, self.person, self.staff)

    def may(self, permission: Permission) -> bool:
        """Whether who asks may do this; nobody from outside may."""
        return self.somebody is not None and may(permission, self.somebody.id, self.staff)

    def require(self, permission: Permission | None) -> None:
        """Let only those pass who may do this; None: everybody who has joined.

        Raises:
            Refuse: they may not.
        """
        person = self.person
        if permission is None or may(permission, person.id, self.staff):
            return
        if not permission.roles:
            raise Refuse(Refused.ADMIN_ONLY)
        raise Refuse(Refused.NOT_ALLOWED, who=who_may(permission, self.office))

    def require_admin(self) -> None:
        """Let only administrators pass.

        Raises:
            Refuse: it is somebody else.
        """
        if not self.person.admin:
            raise Refuse(Refused.ADMIN_ONLY)

    @property
    def ignores(self) -> bool:
        """Whether who asks is an outsider who has been answered enough for a while."""
        if self.request is None or self.somebody is not None:
            return False
        chat_id = self.request.chat_id
        if chat_id in self.services.admin_ids or self.tx.people.by_chat(chat_id) is not None:
            return False
        return self.tx.outbox.recent(chat_id, self.now - QUIET_WITHIN) >= QUIET_AFTER

    # Telling people

    def reply(self, reply: Reply) -> None:
        """Answer the request, through the outbox, so that the answer is not lost.

        Raises:
            ValueError: no update asked for it.
        """
        request = self.request
        if request is None or request.update_id is None:
            raise ValueError("an answer belongs to an update")
        person = self.somebody
        # The moment belongs to the key: after a quiet week Telegram numbers updates afresh,
        # and an old number may come again.
        key = f"reply:{request.update_id}:{int(self.now.timestamp())}"
        row = NewDelivery(key, request.chat_id, person.id if person else None, reply)
        self.tx.outbox.put([row], self.now)

    def notify(
        self,
        notice: Notice,
        to: Iterable[int],
        key: str,
        *,
        run_id: int | None = None,
        task_id: int | None = None,
        silent: bool = False,
    ) -> None:
        """Put a notice into the outbox for each of these people (ids) who has not left. `key` names
        the fact: it is told once to each. `silent` makes no sound."""
        self.notify_each(PersonalNotice(notice, who, key, run_id, task_id, silent) for who in to)

    def warn_admins(self, notice: Notice, subject: str) -> None:
        """Tell the administrators of a trouble; once an hour is enough to be heard."""
        hour = f"{self.now.astimezone(self.calendar.zone):%Y%m%d%H}"
        self.notify(notice, self.staff.admins(), f"{subject}:{hour}")

    def notify_each(self, notices: Iterable[PersonalNotice]) -> None:
        """Put many notices into the outbox at once: see `notify`."""
        rows = [
            NewDelivery(
                key=f"{one.key}:{person.id}",
                chat_id=person.chat_id,
                person_id=person.id,
                notice=one.notice,
                run_id=one.run_id,
                task_id=one.task_id,
                live=one.notice.live,
                silent=one.silent,
            )
            for one in notices
            if (person := self.staff.person(one.person_id))
        ]
        self.tx.outbox.put(rows, self.now)

    # Asking people

    def ask(self, kind: str, data: dict[str, Any]) -> None:
        """Ask the person something: their next text is the answer. There is one question at a time;
        a command is no answer, /batal leaves it, and it expires."""
        self.tx.people.ask(self.person.chat_id, kind, data, self.now + QUESTION_LASTS)

    def asked(self, kind: str) -> dict[str, Any] | None:
        """What was kept with the open question of this kind; None where that is not open."""
        question = self.tx.people.question(self.person.chat_id, self.now)
        return question.data if question is not None and question.kind == kind else None

    def answered(self) -> None:
        """The open question of who asks is closed."""
        if self.request is not None:
            self.tx.people.answered(self.request.chat_id)

    def _read_staff(self) -> Staff:
        staff, admins = self.tx.people.staff(self.now), self.services.admin_ids
        named = {p.id: replace(p, admin=True) for p in staff.people.values() if p.chat_id in admins}
        return Staff({**staff.people, **named}, staff.holdings) if named else staff


def who_may(permission: Permission, office: Office) -> str:
    """The posts that a permission belongs to, the highest first."""
    roles = [office.role(code) for code in permission.roles]
    return listed([role.name for role in sorted(roles, key=lambda r: r.level)])
