"""An office for stories: the real bot, the local Telegram, and a clock that stands still.

Everything passes over HTTP and through the real database; only the clock is moved by hand,
and Telegram's speed limits are lifted so that nobody has to wait for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from telegram import Bot

from bot.app import App
from bot.chat.rate_limit import RateLimiter
from bot.clock import Clock
from bot.domain.people import Person as StaffMember
from bot.domain.run import Capacity, Run
from bot.features.work import Services
from bot.localtelegram.screen import Message
from bot.localtelegram.server import LocalTelegram, Person
from bot.localtelegram.world import Tap
from bot.store.outbox import DeliveryState
from bot.store.reminders import ReminderStatus
from bot.store.tables import deliveries, reminders
from tests.cast import ADMIN, BUDI, CAST, DEWI, HADI, RINA, SARI, WIB, Player
from tests.patience import SECONDS

TOKEN = "7000000001:kawal-uji-kawal-uji-kawal-uji-kawal"


def at(text: str) -> datetime:
    """A moment as the office writes it: at("23-11-2026 09.00")."""
    return datetime.strptime(text, "%d-%m-%Y %H.%M").replace(tzinfo=WIB)


MONDAY = at("23-11-2026 09.00")
"""A plain Monday morning: no holiday for four weeks."""


class StoryClock(Clock):
    """A clock that only a test moves. Its seconds that never jump follow it, so that a pause
    that Telegram asked for is over as soon as the test says so."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.freeze(now)
        self._began = now

    def monotonic(self) -> float:
        return 1000.0 + (self.now() - self._began).total_seconds()


@dataclass
class Kantor:
    """The office of a story, with the fixed cast's phones."""

    services: Services
    clock: StoryClock
    telegram: LocalTelegram
    app: App | None = None
    _task: asyncio.Task[None] | None = None

    # --- people ---

    @property
    def sari(self) -> Person:
        return self.phone(SARI)

    @property
    def budi(self) -> Person:
        return self.phone(BUDI)

    @property
    def rina(self) -> Person:
        return self.phone(RINA)

    @property
    def hadi(self) -> Person:
        return self.phone(HADI)

    @property
    def dewi(self) -> Person:
        return self.phone(DEWI)

    @property
    def yusuf(self) -> Person:
        return self.phone(ADMIN)

    def phone(self, player: Player) -> Person:
        """The phone of somebody of the cast, who is called on Telegram as nobody calls them."""
        return self.telegram.person(f"~{player.chat_id}~", user_id=player.chat_id)

    def somebody(self, nickname: str = "Orang luar") -> Person:
        """The phone of somebody whom the office does not know."""
        return self.telegram.person(nickname)

    def employ(self, player: Player, *roles: str | tuple[str, str]) -> Person:
        """Somebody joined long ago, in the role of the cast list or in these, with units."""
        seats = roles or ([(player.role, player.unit)] if player.role else [])
        now = self.clock.now() - timedelta(days=30)
        with self.services.store.begin() as tx:
            person_id = tx.people.welcome(player.chat_id, now, admin=player is ADMIN)
            tx.people.set_name(person_id, player.name)
            tx.people.set_address(person_id, player.address)
            for seat in seats:
                role, unit = (seat, None) if isinstance(seat, str) else seat
                tx.people.grant(person_id, role, unit, Capacity.DEFINITIF, now)
        return self.phone(player)

    async def employ_now(self, *players: Player) -> None:
        """More people who joined long ago and have the bot on their phones."""
        await self.stop()
        await self.have_started(*(self.employ(player) for player in players))
        await self.start()

    async def have_started(self, *phones: Person) -> None:
        """Let these people have pressed Start long ago, before the bot that runs now."""
        for phone in phones:
            phone.send("/start")
        # As an operator would: what was said before is of no interest.
        async with Bot(TOKEN, base_url=f"{self.telegram.api_url}/bot") as bot:
            await bot.delete_webhook(drop_pending_updates=True)
        self.telegram.log.clear()

    def without_mornings(self) -> None:
        """Nobody wants the morning's overview: a story about reminders counts messages."""
        with self.services.store.begin() as tx:
            for person_id in tx.people.staff(self.clock.now()).people:
                tx.people.set_digest(person_id, wanted=False)

    # --- the bot ---

    async def start(self) -> None:
        """Start the bot and wait until it takes updates."""
        app = App(
            self.services,
            TOKEN,
            self.telegram.api_url,
            self.clock,
            rate_limiter=RateLimiter(10_000, 10_000, 10_000, 10_000, 10_000),
            patience=0.01,
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
        """Stop the bot and start it again at once."""
        await self.stop()
        await self.start()

    async def ended(self) -> None:
        """Wait until the bot ends by itself; raises what it ended with."""
        assert self._task is not None
        task, self._task, self.app = self._task, None, None
        await task

    async def quiet(self) -> None:
        """Wait until every update is confirmed and everything it led to has been sent."""
        assert self.app is not None
        while True:
            await self.telegram.wait_until(lambda: not self.telegram.pending, what="confirmation")
            async with asyncio.timeout(SECONDS):
                await self.app.fetch.wait_idle()
                await self.app.deliver.wait_idle()
            if not self.telegram.pending:
                return

    # --- time ---

    async def go_to(self, moment: datetime | str) -> None:
        """Move the clock and let everything that is due by then happen at its own time.

        The clock stops at each due instant on the way, as it would have passed it.
        """
        until = at(moment) if isinstance(moment, str) else moment
        await self.tick()
        while (due := self._next_due()) is not None and due <= until:
            self.clock.move(due)
            await self.tick()
        self.clock.move(until)
        await self.tick()

    async def later(self, **by: float) -> None:
        """Let some time pass: `await kantor.later(hours=1)`."""
        await self.go_to(self.clock.now() + timedelta(**by))

    async def tick(self) -> None:
        """One knock of the scheduler, and everything it leads to."""
        assert self.app is not None
        await self.app.scheduler.tick()
        self.app.fetch.wake()
        self.app.deliver.wake()
        await self.quiet()

    # --- what people do ---

    async def say(self, phone: Person, text: str) -> Message:
        """Send a text and wait until all is done about it; the bot's newest message then."""
        phone.send(text)
        await self.quiet()
        return phone.last

    async def answer(self, phone: Person, message: Message, text: str) -> Message:
        """Reply to a message and wait until all is done about it; the bot's newest then."""
        phone.reply(message, text)
        await self.quiet()
        return phone.last

    async def attach(
        self,
        phone: Person,
        data: bytes,
        name: str,
        reply_to: Message | None = None,
        caption: str = "",
    ) -> Message:
        """Send a document and wait until it is kept or refused; the bot's newest message then."""
        phone.attach(data, name, caption, reply_to)
        await self.quiet()
        return phone.last

    async def tap(self, phone: Person, label: str, about: str | None = None) -> Tap:
        """Tap a button on the newest message (that contains `about`), and wait for the answer."""
        return await self.press(phone, self.find(phone, label, about), label)

    async def press(self, phone: Person, message: Message, label: str) -> Tap:
        """Tap a button of this message, and wait until all is done about it."""
        tap = phone.tap(message, label)
        await tap.answered()
        await self.quiet()
        return tap

    async def forge(self, phone: Person, message: Message | int, data: str) -> Tap:
        """Send a callback that need not be on the screen, and wait for the answer."""
        tap = phone.tap_data(message, data)
        await tap.answered()
        await self.quiet()
        return tap

    async def confirm(self, *phones: Person) -> None:
        """Each in turn confirms the newest task on their screen."""
        for phone in phones:
            card = self.card(phone)
            await self.press(phone, card, confirming(card) or "")

    def find(self, phone: Person, label: str, about: str | None = None) -> Message:
        """The newest message with such a button (that contains `about`)."""
        for message in reversed(phone.heard):
            wanted = about is None or about in message.text
            if wanted and any(label in known for known in message.labels):
                return message
        raise AssertionError(f"no button {label!r} for {phone.name}:\n{phone.transcript()}")

    def card(self, phone: Person) -> Message:
        """The newest message on this screen that a task can be confirmed by."""
        found = cards(phone)
        if not found:
            raise AssertionError(f"nothing to confirm for {phone.name}:\n{phone.transcript()}")
        return found[-1]

    async def summary(self, phone: Person) -> str:
        """What the details of the run that ended last say, on all their pages."""
        shown = self.find(phone, "Rincian", about="telah selesai")
        await self.press(phone, shown, "Rincian")
        return await self.pages(phone, shown)

    async def pages(self, phone: Person, shown: Message | None = None) -> str:
        """All pages of a message, of the newest if none is given; the last one stays open."""
        shown = shown or phone.last
        found = [phone.message(shown)]
        while any("Berikutnya" in label for label in found[-1].labels):
            await self.press(phone, found[-1], "Berikutnya")
            found.append(phone.message(shown))
        return "\n".join(page.text for page in found)

    # --- what is true ---

    def person(self, phone: Person) -> StaffMember:
        """Whom the office's books have under this phone."""
        with self.services.store.read() as tx:
            people = tx.people.staff(self.clock.now()).people.values()
        return next(person for person in people if person.chat_id == phone.id)

    def runs(self) -> list[Run]:
        """Every run under way, as the database has it."""
        with self.services.store.read() as tx:
            return [stored.run for stored in tx.runs.running()]

    def run(self, run_id: int) -> Run:
        """This run, as the database has it."""
        with self.services.store.read() as tx:
            stored = tx.runs.get(run_id)
        assert stored is not None
        return stored.run

    def finished(self) -> list[Run]:
        """Every run that has ended, the newest first."""
        with self.services.store.read() as tx:
            return [stored.run for stored in tx.runs.finished(100)]

    def _next_due(self) -> datetime | None:
        """The next moment, after this one, at which something is due: a reminder, a new
        try, or what the agenda holds."""
        now = self.clock.now()
        with self.services.store.read() as tx:
            found = [
                tx.connection.execute(
                    select(func.min(table.c.next_at)).where(state, table.c.next_at > now)
                ).scalar()
                for table, state in (
                    (reminders, reminders.c.status == ReminderStatus.MENUNGGU.value),
                    (deliveries, deliveries.c.state == DeliveryState.ANTRE.value),
                )
            ]
            planned = tx.agenda.next_due()
            if planned is not None and planned > now:
                found.append(planned)
        return min((due for due in found if due is not None), default=None)


def confirming(message: Message) -> str | None:
    """The data of the message's button that confirms a task, if it has one."""
    data = (button.data or "" for row in message.buttons for button in row)
    return next((d for d in data if d.startswith("ok:")), None)


def cards(phone: Person) -> list[Message]:
    """The messages on this screen that a task can be confirmed by, oldest first."""
    return [message for message in phone.heard if confirming(message)]


def new(phone: Person, since: Iterable[Message]) -> list[Message]:
    """What came to this screen since it looked so."""
    before = {message.id for message in since}
    return [message for message in phone.heard if message.id not in before]


@asynccontextmanager
async def open_office(
    services: Services, now: datetime = MONDAY, cast: Iterable[Player] = (*CAST, ADMIN)
) -> AsyncIterator[Kantor]:
    """An office with the fixed cast joined and the bot running."""
    clock = StoryClock(now)
    async with LocalTelegram(token=TOKEN, now=clock.now, monotonic=clock.monotonic) as telegram:
        kantor = Kantor(services, clock, telegram)
        await kantor.have_started(*(kantor.employ(player) for player in cast))
        await kantor.start()
        await kantor.quiet()
        try:
            yield kantor
        finally:
            await kantor.stop()
