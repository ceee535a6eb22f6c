"""The fixed cast, and the office in which they work.

Bu Sari is the Kasubbag and owns the SOPs; Pak Budi and Bu Rina are the team; Pak Hadi is
the Sekretaris and Ibu Dewi the Kepala Dinas. Others come in where TAPKIN needs them. An
outsider has a Telegram account and nothing else.

`staff` and `place` make the office as the engine sees it. `Stage` puts the cast to work
with a database: they act through the use cases, and `Phones` show what would be on their
screens.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain import assignment
from bot.domain.assignment import OfficeState
from bot.domain.calendar import office_calendar
from bot.domain.notices import Reply
from bot.domain.people import Address, Holding, Person, Staff
from bot.domain.run import Capacity, Run, RunStatus, Task
from bot.domain.sop import Office
from bot.features import free_text, outbox, reminders, replies
from bot.features.answers import RefusedView
from bot.features.asking import Asking
from bot.features.feature import View, Words
from bot.features.outbox import Outgoing
from bot.features.start.views import StartRun
from bot.features.tasks.buttons import Confirm
from bot.features.work import Args, Request, Services
from bot.store import Transaction
from bot.store.outbox import Delivery
from bot.store.runs import StoredRun
from bot.ui.buttons import Tap, write
from tests.offices import kantor

WIB = ZoneInfo("Asia/Jakarta")


def wib(text: str) -> datetime:
    """An instant as the office writes it: "09-11-2026 10.15"."""
    return datetime.strptime(text, "%d-%m-%Y %H.%M").replace(tzinfo=WIB)


MONDAY = wib("09-11-2026 10.15")
"""A plain Monday morning: no holiday for weeks around it."""


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody of the cast: their Telegram id, who they are, and what they hold."""

    chat_id: int
    name: str
    address: Address
    role: str | None
    unit: str | None = None

    @property
    def called(self) -> str:
        """How the person is spoken of: "Ibu Sari Wulandari, S.E."."""
        return f"{self.address.value} {self.name}"


SARI = Player(101, "Sari Wulandari, S.E.", Address.IBU, "kasubbag")
BUDI = Player(102, "Budi Santoso, S.T.", Address.BAPAK, "tim")
RINA = Player(103, "Rina Marlina, S.Sos.", Address.IBU, "tim")
HADI = Player(104, "H. Hadi Pranoto, M.Si.", Address.BAPAK, "sekretaris")
DEWI = Player(105, "Dewi Kartika, S.H., M.M.", Address.IBU, "kepala_dinas")
CAST = (SARI, BUDI, RINA, HADI, DEWI)

ANWAR = Player(106, "Anwar Syarif, S.Sos.", Address.BAPAK, "kepala_bidang", "penanaman_modal")
LESTARI = Player(107, "Lestari Ningsih, S.E.", Address.IBU, "kasi", "promosi")
JOKO = Player(108, "Joko Susilo", Address.BAPAK, "staf", "umum")
WHOLE_OFFICE = (*CAST, ANWAR, LESTARI, JOKO)
"""Everybody whom the seven procedures need."""

ADMIN = Player(109, "Yusuf Hidayat, A.Md.", Address.BAPAK, None)
"""The administrator, who holds no role."""

OUTSIDER = 666
"""The Telegram id of somebody who is not of the office."""


class Seat(NamedTuple):
    """A role that a player of the pure office holds."""

    player: Player
    role: str
    unit: str | None = None
    capacity: Capacity = Capacity.DEFINITIF


def seats(*players: Player) -> tuple[Seat, ...]:
    """Each player in the role of the cast list."""
    return tuple(Seat(p, p.role, p.unit) for p in players if p.role)


def staff(*held: Seat, also: Iterable[Player] = ()) -> Staff:
    """The staff of the pure office; a person's id is their Telegram id.

    `also` are people who joined and hold nothing.
    """
    players = dict.fromkeys((*(seat.player for seat in held), *also))
    people = [Person(p.chat_id, p.chat_id, p.name, p.address, admin=p is ADMIN) for p in players]
    holdings = [
        Holding(number, s.player.chat_id, s.role, s.unit, s.capacity, MONDAY - timedelta(days=30))
        for number, s in enumerate(held, 1)
    ]
    return Staff.of(people, holdings)


def state(*players: Player, office: Office | None = None) -> OfficeState:
    """The pure office with these players in their roles; by default the cast."""
    whole = office or kantor()
    return OfficeState(whole, office_calendar(whole), staff(*seats(*(players or CAST))))


def tapped(services: Services, request: Request, tap: Tap, now: datetime) -> View:
    """A tap on a button; the view that it leads to, whatever of it is shown."""
    return replies.tap(services, request, write(tap), now).toast


def typed(services: Services, request: Request, text: str, now: datetime) -> View | None:
    """A command; what is shown at once, None where the answer waits in the outbox."""
    name, *words = text.removeprefix("/").split()
    return replies.command(services, request, Words(name, tuple(words)), now)


def shown(services: Services, chat_id: int, view: str, args: Args, now: datetime) -> View:
    """A view by its name; a refusal is a view as well."""
    with services.read(now, Request(chat_id)) as work:
        return replies.build_or_refuse(work, Reply(view, args))


def why(view: View) -> str:
    """The reason of a refusal."""
    assert isinstance(view, RefusedView), view
    return view.reason


def newest(tx: Transaction, code: str, year: int) -> int | None:
    """The newest run of a procedure for a year that was not cancelled, as the last look at a
    start names it."""
    found = [run for runs in tx.runs.of_units(code, year).values() for run in runs]
    return max((i for i, s in found if s is not RunStatus.DIBATALKAN), default=None)


class Message(NamedTuple):
    """What a delivery put on a screen, and whether it changed something that stood there."""

    delivery: Delivery
    view: View
    at: datetime
    edit: bool


@dataclass(slots=True)
class Phones:
    """What the cast sees: every message that arrived, and each screen as it is now."""

    services: Services
    log: list[Message] = field(default_factory=list)
    screens: dict[tuple[int, int], Message] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1000))

    def deliver(self, now: datetime) -> list[Message]:
        """Send everything that can be sent now; what arrived, in order."""
        arrived = []
        while claimed := outbox.claim(self.services, now, 50, ()):
            arrived += [self.accept(outgoing, now) for outgoing in claimed]
        return arrived

    def accept(self, outgoing: Outgoing, now: datetime, record: bool = True) -> Message:
        """Telegram accepts one delivery; `record` False is a crash before it is recorded."""
        delivery = outgoing.delivery
        edit = delivery.message_id is not None
        message_id = delivery.message_id or next(self._ids)
        message = Message(delivery, outgoing.view, now, edit)
        self.log.append(message)
        self.screens[(delivery.chat_id, message_id)] = message
        if record:
            outbox.sent(self.services, delivery, None if edit else message_id, now)
        return message


_UPDATES = itertools.count(1)
"""The numbers of updates: no two the same, whatever stage they are for."""


class Stage:
    """The cast with a database: they act at `now`, which only a test moves."""

    def __init__(self, services: Services, *players: Player, now: datetime = MONDAY) -> None:
        self.services = services
        self.now = now
        self.phones = Phones(services)
        self.seat(*(players or CAST))

    # People

    def seat(self, *players: Player) -> None:
        """Let players have joined long ago, without a word to anybody."""
        with self.services.store.begin() as tx:
            for player in players:
                person_id = tx.people.welcome(player.chat_id, self.now, admin=player is ADMIN)
                tx.people.set_address(person_id, player.address)
                tx.people.set_name(person_id, player.name)
                if player.role:
                    held = (person_id, player.role, player.unit, Capacity.DEFINITIF, self.now)
                    tx.people.grant(*held)

    def request(self, who: Player | int) -> Request:
        """A fresh update from somebody."""
        chat_id = who if isinstance(who, int) else who.chat_id
        return Request(chat_id, next(_UPDATES))

    def id_of(self, player: Player) -> int:
        """The player's id in the database."""
        with self.services.store.read() as tx:
            newcomer = tx.people.by_chat(player.chat_id)
        assert newcomer is not None
        return newcomer.id

    def holding_of(self, player: Player) -> int:
        """The id of the one role that the player holds now."""
        person_id = self.id_of(player)
        with self.services.store.read() as tx:
            (held,) = tx.people.staff(self.now).holdings_of(person_id)
        return held.id

    # What people do

    def tap(self, who: Player | int, tap: Tap, request: Request | None = None) -> View:
        """Tap a button; the view that it leads to, whatever of it is shown."""
        return tapped(self.services, request or self.request(who), tap, self.now)

    def command(self, who: Player | int, text: str, request: Request | None = None) -> View | None:
        """Type a command; what is shown at once, None where the answer waits in the outbox."""
        return typed(self.services, request or self.request(who), text, self.now)

    def says(self, who: Player | int, text: str, reply_to: int | None = None) -> None:
        """Write a text that is no command."""
        free_text.text(self.services, self.request(who), text, reply_to, self.now)

    def answer(self, who: Player | int, text: str) -> View:
        """Type a command or write a text; the one view that it is answered with."""
        request, seen = self.request(who), len(self.phones.log)
        if text.startswith("/"):
            shown = self.command(who, text, request)
            if shown is not None:
                return shown
        else:
            free_text.text(self.services, request, text, None, self.now)
        self.deliver()
        keys = (f"reply:{request.update_id}:", "started:")
        (message,) = [m for m in self.phones.log[seen:] if m.delivery.key.startswith(keys)]
        return message.view.view if isinstance(message.view, Asking) else message.view

    def show(self, who: Player | int, view: str, **args: str | int | bool | None) -> View:
        """Look at a view that has a name; a refusal is a view as well."""
        chat_id = who if isinstance(who, int) else who.chat_id
        return shown(self.services, chat_id, view, args, self.now)

    # Work

    def start(self, code: str = "lakip", by: Player = SARI, seen: int | None = None) -> int:
        """Start a run for its default year, whatever was before; its id."""
        found = self.services.catalog.find(code)
        assert found is not None
        year = found[1].default_year.of(self.now.astimezone(WIB).date())
        with self.services.store.read() as tx:
            seen = seen or newest(tx, code, year)
        self.tap(by, StartRun(code, year, seen))
        with self.services.store.read() as tx:
            return max(tx.runs.running_ids(code, year))

    def stored(self, run_id: int) -> StoredRun:
        """The run as the database has it."""
        with self.services.store.read() as tx:
            found = tx.runs.get(run_id)
        assert found is not None
        return found

    def run(self, run_id: int) -> Run:
        """The run as the database has it, without what only the database knows."""
        return self.stored(run_id).run

    def task(self, run_id: int) -> Task:
        """The one open task of a run."""
        (task,) = self.run(run_id).current
        return task

    def task_id(self, run_id: int, step: int | None = None) -> int:
        """The id of the newest attempt at a step, by default of the open task."""
        stored = self.stored(run_id)
        task = stored.run.latest(step) if step else stored.run.current[0]
        assert task is not None
        return stored.task_ids[(task.step, task.attempt)]

    def token(self, run_id: int, step: int | None = None) -> str:
        """What the buttons of the newest attempt at a step carry, by default the open one."""
        stored = self.stored(run_id)
        task = stored.run.latest(step) if step else stored.run.current[0]
        assert task is not None
        return stored.tokens[(task.step, task.attempt)]

    def confirm(self, who: Player, run_id: int, step: int | None = None) -> View:
        """Tap the button of a step's card."""
        return self.tap(who, Confirm(self.token(run_id, step)))

    def advance(self, run_id: int, to_step: int) -> None:
        """Confirm steps, by whoever has them, until `to_step` is open."""
        while (task := self.task(run_id)).step < to_step:
            self.finish_step(run_id, task)

    def finish(self, run_id: int) -> None:
        """Confirm steps, by whoever has them, to the end of the run."""
        while self.run(run_id).current:
            self.finish_step(run_id, self.task(run_id))

    def finish_step(self, run_id: int, task: Task) -> None:
        """Everybody whose turn it is confirms, until the step is closed."""
        step = self.run(run_id).step_of(task)
        with self.services.store.read() as tx:
            staff = tx.people.staff(self.now)
        whole = OfficeState(self.services.catalog.office, self.services.calendar, staff)
        people = assignment.assignees(self.run(run_id), step, whole)
        assert people, f"nobody is there to confirm step {task.step}"
        for person_id in people:
            chat_id = whole.staff.people[person_id].chat_id
            token = self.token(run_id, task.step)
            self.tap(chat_id, Confirm(token))
            if not step.all_must_confirm:
                return

    # Time

    def go_to(self, moment: datetime | str) -> None:
        """Move the clock, and let nothing happen."""
        self.now = wib(moment) if isinstance(moment, str) else moment

    def remind(self) -> None:
        """Turn everything that is due now into deliveries."""
        while reminders.fire_due(self.services, self.now):
            pass

    def deliver(self) -> list[Message]:
        """Everything that can arrive now arrives; what it was, in order."""
        return self.phones.deliver(self.now)

    def received(self, who: Player) -> list[Message]:
        """What arrives for one of them, while everybody gets theirs."""
        return [m for m in self.deliver() if m.delivery.chat_id == who.chat_id]

    def screen(self, who: Player) -> list[View]:
        """What stands on somebody's screen, the oldest first."""
        return [
            m.view for (chat, _), m in sorted(self.phones.screens.items()) if chat == who.chat_id
        ]
