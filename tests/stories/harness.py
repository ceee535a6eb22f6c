"""An office for stories: the real bot, the local Telegram, and a clock that stands still.

Everything passes over HTTP and through the real database; only the clock is moved by hand,
and Telegram's speed limits are lifted so that nobody has to wait for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app import App
from bot.chat.pace import Pace
from bot.clock import Clock
from bot.demo.people import Tap
from bot.demo.telegram import LocalTelegram, Person
from bot.domain.people import Address
from bot.domain.run import Capacity
from bot.usecases.desk import Desk

WIB = ZoneInfo("Asia/Jakarta")
TOKEN = "7000000001:kawal-uji-kawal-uji-kawal-uji-kawal"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=WIB)


def at(day: int, month: int, year: int, clock: str) -> datetime:
    """A moment in the office's zone: at(23, 11, 2026, "09.00")."""
    hour, minute = clock.split(".")
    return datetime(year, month, day, int(hour), int(minute), tzinfo=WIB)


@dataclass
class Kantor:
    """The office of a story, with the fixed cast's phones."""

    desk: Desk
    clock: Clock
    telegram: LocalTelegram
    phones: dict[str, Person] = field(default_factory=dict)
    app: App | None = None
    _task: asyncio.Task[None] | None = None

    @property
    def sari(self) -> Person:
        return self.phones["sari"]

    @property
    def budi(self) -> Person:
        return self.phones["budi"]

    @property
    def rina(self) -> Person:
        return self.phones["rina"]

    @property
    def hadi(self) -> Person:
        return self.phones["hadi"]

    @property
    def dewi(self) -> Person:
        return self.phones["dewi"]

    def phone(self, name: str, user_id: int) -> Person:
        """A phone that has opened the bot once."""
        person = self.telegram.person(name, user_id=user_id)
        self.phones[name.lower()] = person
        return person

    def employ(
        self,
        phone: Person,
        name: str,
        address: Address,
        *roles: str | tuple[str, str],
        admin: bool = False,
    ) -> int:
        """Somebody who has joined already, with their roles; the person's id."""
        now = self.clock.now()
        with self.desk.store.begin() as tx:
            person_id = tx.people.welcome(phone.id, now, admin=admin)
            tx.people.set_name(person_id, name)
            tx.people.set_address(person_id, address)
            for role in roles:
                code, unit = role if isinstance(role, tuple) else (role, None)
                tx.people.grant(person_id, code, unit, Capacity.DEFINITIF, now)
        return person_id

    async def start(self) -> None:
        """Start the bot and wait until it takes updates."""
        app = App(
            self.desk,
            TOKEN,
            self.telegram.api_url,
            self.clock,
            pace=Pace(per_second=10_000, chat_burst=10_000, chat_per_second=10_000),
        )
        ready = asyncio.Event()
        self.app = app
        self._task = asyncio.create_task(app.run(ready))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        if self._task.done():
            await self._task

    async def stop(self) -> None:
        """Stop the bot tidily."""
        if self.app is not None and self._task is not None:
            self.app.stop()
            await self._task
        self.app = self._task = None

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def quiet(self) -> None:
        """Wait until every update is confirmed and everything it led to has been sent."""
        assert self.app is not None
        while True:
            await self.telegram.wait_until(lambda: not self.telegram.pending, what="confirmation")
            await self.app.deliver.rest()
            if not self.telegram.pending:
                return

    async def go_to(self, moment: datetime) -> None:
        """Move the clock and let everything that is due by then happen at its own time.

        The clock stops at each due instant on the way, as it would have passed it.
        """
        while True:
            due = self._next_due()
            if due is None or due > moment:
                break
            self.clock.move(max(due, self.clock.now()))
            await self.tick()
        self.clock.move(moment)
        await self.tick()

    async def later(self, **by: float) -> None:
        """Let some time pass: `await kantor.later(hours=1)`."""
        await self.go_to(self.clock.now() + timedelta(**by))

    async def tick(self) -> None:
        """One knock of the scheduler, and everything it leads to."""
        assert self.app is not None
        await self.app.knocker.tick()
        self.app.deliver.knock()
        await self.quiet()

    async def tap(self, phone: Person, label: str, about: str | None = None) -> Tap:
        """Tap a button on the newest message (that contains `about`), and wait for the answer."""
        for message in reversed(phone.heard):
            wanted = about is None or about in message.text
            if wanted and any(label in button.label for row in message.buttons for button in row):
                tap = phone.tap(message, label)
                await tap.answered()
                await self.quiet()
                return tap
        raise AssertionError(f"no button {label!r} for {phone.name}:\n{phone.transcript()}")

    async def say(self, phone: Person, text: str) -> None:
        """Send a text and wait until the bot has done everything about it."""
        phone.send(text)
        await self.quiet()

    def _next_due(self) -> datetime | None:
        with self.desk.store.read() as tx:
            return tx.reminders.next_due()


@asynccontextmanager
async def open_office(desk: Desk, now: datetime = MONDAY) -> AsyncIterator[Kantor]:
    """An office with the fixed cast joined and the bot running."""
    clock = Clock()
    clock.freeze(now)
    telegram = LocalTelegram(token=TOKEN, now=clock.now)
    async with telegram:
        kantor = Kantor(desk, clock, telegram)
        cast = [
            ("Sari", 101, "Sari Wulandari, S.E.", Address.IBU, "kasubbag"),
            ("Budi", 102, "Budi Santoso, S.Kom.", Address.BAPAK, "tim"),
            ("Rina", 103, "Rina Marlina, A.Md.", Address.IBU, "tim"),
            ("Hadi", 104, "Hadi Prasetyo, S.H., M.Si.", Address.BAPAK, "sekretaris"),
            ("Dewi", 105, "Dr. Dewi Lestari, M.M.", Address.IBU, "kepala_dinas"),
        ]
        for nick, user_id, name, address, role in cast:
            phone = kantor.phone(nick, user_id)
            phone.send("/start")
            kantor.employ(phone, name, address, role, admin=nick == "Sari")
        await kantor.start()
        await kantor.quiet()
        try:
            yield kantor
        finally:
            await kantor.stop()
