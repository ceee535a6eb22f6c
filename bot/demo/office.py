"""The demo's office: one folder with its people, its phones, its bot and a clock to be moved.

The bot is the `App` of `kawal run`, and speaks to the local Telegram over HTTP.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.demo import inspector
from bot.demo.bot import Bot, BotState
from bot.demo.cast import CAST, employ
from bot.demo.workdays import DayOff, days_off, first_morning, hours
from bot.domain import worktime
from bot.domain.calendar import office_calendar
from bot.domain.sop import Catalog
from bot.domain.worktime import WorkCalendar
from bot.features import agenda, outbox, registry, yearly
from bot.features.joining import usecases as joining
from bot.features.work import Services
from bot.indonesian import Dates
from bot.localtelegram.faults import Fail, RateLimit
from bot.localtelegram.people import Person
from bot.localtelegram.server import LocalTelegram
from bot.settings import OperatorError, Settings
from bot.sop_loader import DataError, load_catalog
from bot.store import Store, lock, schema
from bot.store.archive import Archive
from bot.store.errors import DatabaseError

log = structlog.get_logger()

DOWN_FOR = 60.0  # seconds of an outage of Telegram
SLOW_BY = 2.0  # seconds that every answer of a slow Telegram takes
SAVE_EVERY = 1.0


class Mischief(StrEnum):
    """Ways in which Telegram misbehaves."""

    SLOW = "slow"
    BUSY = "busy"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Walk:
    """What a move of the clock came to: the days off on the way, or why it did not move."""

    passed: tuple[DayOff, ...] = ()
    why_not: str | None = None


class Office:
    """One demo office. Of `settings` only the SOPs' folder is used.

    `keep`: the screens are kept in `folder` for the next start. For a new office, `cast` says
    whether the cast has joined, and `at` is its time: by default 09:00 of a working day.
    """

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        *,
        keep: bool = False,
        cast: bool = True,
        at: datetime | None = None,
    ) -> None:
        self._settings = settings
        self._folder, self._saved = folder, folder / "demo.json"
        self._keep = keep
        self._cast = cast
        self._begin_at = at
        self.clock = Clock()
        # A fresh secret each time: no page that a browser has open can guess its way in.
        token = f"7000000001:{secrets.token_urlsafe(26)}"
        self.telegram = LocalTelegram(token, "kawal_sop_bot", "Kawal SOP", now=self.clock.now)
        self.claim_link: str | None = None
        self.id = secrets.token_hex(4)
        self.bot = Bot(self.telegram, self.clock, self._changed)
        self._one_at_a_time = asyncio.Lock()
        self._on_change: list[Callable[[], None]] = []
        self.mischief: frozenset[Mischief] = frozenset()
        self._outage: asyncio.TimerHandle | None = None
        self._helpers: list[asyncio.Task[None]] = []
        self.ticking = True  # whether a second of the office takes a second
        self._dirty = False

    def prepare(self) -> None:
        """Find or make the folder and the database; blocking, before anything else.

        Raises:
            OperatorError: the folder cannot be used.
            LockHeldError: another demo uses it.
            DataError: the SOPs cannot be used.
        """
        if "?" in str(self._folder):
            raise OperatorError(f"folder {self._folder} memuat tanda tanya; pilih nama lain")
        catalog = load_catalog(self._settings.sop_dir)
        _make_folder(self._folder)
        with ExitStack() as opened:
            self._store = Store(f"sqlite:///{self._folder / 'demo.db'}")
            opened.callback(self._store.close)
            held = lock.acquire(self._store, wait=0)
            opened.callback(held.release)
            try:
                self._is_new = schema.current(self._store) is None
                schema.upgrade(self._store)
                self.services = self._services(catalog)
                saved = self._read_saved()
            except DatabaseError as fault:
                raise _unusable(self._folder / "demo.db", "rusak atau tidak terbaca") from fault
            self._opened = opened.pop_all()
        self._set_clock(saved)

    def _services(self, catalog: Catalog) -> Services:
        archive = Archive(self._folder / "arsip")
        calendar = office_calendar(catalog.office)
        return Services(self._store, catalog, calendar, registry.live(), archive=archive)

    async def open(self) -> None:
        """Start the local Telegram with its people, and the bot."""
        self._look_at_people()
        await self.telegram.start()
        await self.bot.launch(self.services)
        self._helpers.append(asyncio.create_task(self._let_deliveries_age()))
        if self._keep:
            self._helpers.append(asyncio.create_task(self._mark_dirty()))
            self._helpers.append(asyncio.create_task(self._save_now_and_then()))

    async def close(self) -> None:
        """Stop the bot, and save what is to be kept."""
        for helper in self._helpers:
            helper.cancel()
        await asyncio.gather(*self._helpers, return_exceptions=True)
        if self._outage is not None:
            self._outage.cancel()
        await self.bot.stop()
        await self.telegram.stop()
        if self._keep:
            self._save()
        self._opened.close()

    def _look_at_people(self) -> None:
        joined = inspector.anybody_joined(self.services)
        phones = {p.user_id: self.telegram.person(p.nick, user_id=p.user_id) for p in CAST}
        if self._is_new and self._cast:
            employ(self.services, self.clock.now())
            for player in CAST:
                if player.role is not None:
                    phones[player.user_id].send("/start")
        elif not joined:
            code = joining.claim_link(self.services, self.clock.now())
            if code is not None:
                self.claim_link = f"https://t.me/{self.telegram.bot_username}?start={code}"

    def person(self, user_id: int) -> Person:
        """Somebody with a phone.

        Raises:
            KeyError: there is nobody of this id.
        """
        return {person.id: person for person in self.telegram.people}[user_id]

    def _read_saved(self) -> datetime | None:
        """Put the screens back; where the clock stood, None for a new office."""
        if not self._keep or self._is_new or not self._saved.exists():
            return None
        try:
            saved = json.loads(self._saved.read_text(encoding="utf-8"))
            at = datetime.fromisoformat(saved["clock"])
            self.ticking = bool(saved["ticking"])
            self.id = str(saved["id"])
            self.telegram.resume(saved["telegram"], self._folder / "berkas")
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _unusable(self._saved, "rusak atau dibuat versi lain") from error
        return at

    def _save(self) -> None:
        state = {
            "id": self.id,
            "clock": self.clock.now().isoformat(),
            "ticking": self.ticking,
            "telegram": self.telegram.save(self._folder / "berkas"),
        }
        fresh = self._saved.with_suffix(".new")
        fresh.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
        fresh.replace(self._saved)
        self._dirty = False

    async def _save_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(SAVE_EVERY)
            if self._dirty:
                self._save()

    async def _mark_dirty(self) -> None:
        with self.telegram.watch() as changes:
            async for _ in changes:
                self._dirty = True

    def on_change(self, watcher: Callable[[], None]) -> None:
        """Call `watcher` when the bot, the clock or Telegram's mischief has changed."""
        self._on_change.append(watcher)

    def _changed(self) -> None:
        self._dirty = True
        for watcher in self._on_change:
            watcher()

    async def start_bot(self) -> None:
        """Start the bot anew on the same database, and wait until it takes updates."""
        async with self._one_at_a_time:
            if not self.bot.has_ended:
                return
            try:
                catalog = await asyncio.to_thread(load_catalog, self._settings.sop_dir)
                self.services = self._services(catalog)
            except DataError as faults:
                self.bot.turn(BotState.CRASHED, "; ".join(map(str, faults.faults)))
                return
            self.bot.turn(BotState.STARTING)
            await self.bot.launch(self.services)

    async def kill_bot(self) -> None:
        """End the bot as a power cut would: no word, no tidying, nothing recorded."""
        async with self._one_at_a_time:
            await self.bot.kill()

    @property
    def calendar(self) -> WorkCalendar:
        """Its working days and hours."""
        return self.services.calendar

    @property
    def dates(self) -> Dates:
        """How the office writes its moments."""
        office = self.services.catalog.office
        return Dates(office.timezone, office.timezone_label)

    def set_ticking(self, ticking: bool) -> None:
        """Let the clock run on in real time, or stand still between two moves."""
        self.ticking = ticking
        if ticking:
            self.clock.thaw()
        else:
            self.clock.freeze(self.clock.now())
        self._changed()

    def _set_clock(self, saved: datetime | None) -> None:
        at = saved or self._begin_at or first_morning(self.calendar, self.clock.now())
        if self.ticking:
            self.clock.move(at)
        else:
            self.clock.freeze(at)

    async def move_hour(self) -> Walk:
        """One hour on."""
        return await self._walk(self.clock.now() + timedelta(hours=1))

    async def move_day(self) -> Walk:
        """The same clock time on the next working day."""
        now = self.calendar.local(self.clock.now())
        day = worktime.next_working_day(now.date(), self.calendar)
        return await self._walk(datetime.combine(day, now.timetz()))

    async def move_to_reminder(self) -> Walk:
        """To the moment at which the next reminder is due, else the next yearly start."""
        due = await asyncio.to_thread(inspector.next_reminder, self.services)
        due = due or await asyncio.to_thread(yearly.next_proposal, self.services)
        if due is None:
            return Walk(why_not="Tidak ada pengingat yang menunggu.")
        if due <= self.clock.now() and not self.bot.runs:
            return Walk(
                why_not="Pengingat sudah jatuh tempo, tetapi bot sedang berhenti."
                " Hidupkan bot dahulu."
            )
        return await self._walk(max(due, self.clock.now()))

    async def _walk(self, to: datetime) -> Walk:
        """Move the clock, stopping at each due instant on the way as it would have passed it."""
        async with self._one_at_a_time:
            await self.bot.settle()
            begun = self.clock.now()
            while self.bot.runs:
                due = await asyncio.to_thread(agenda.next_due, self.services)
                if due is None or due > to:
                    break
                if due > self.clock.now():
                    self._move(due)
                await self.bot.settle()
                if await asyncio.to_thread(agenda.next_due, self.services) == due:
                    break  # The bot did not deal with it: it will when it can.
            if to > self.clock.now():
                self._move(to)
            await self.bot.settle()
            return Walk(tuple(days_off(self.calendar, begun, self.clock.now())))

    def _move(self, to: datetime) -> None:
        self.bot.move_clock(to)
        self._changed()

    def hours(self) -> str:
        """What time of the working day it is, in words."""
        return hours(self.calendar, self.clock.now())

    async def _let_deliveries_age(self) -> None:
        """A delivery that failed waits by the clock; a clock that stands would keep it."""
        while True:
            await asyncio.sleep(1)
            if self.ticking or not self.bot.runs:
                continue
            if await asyncio.to_thread(outbox.next_due, self.services, self.clock.now()):
                self._move(self.clock.now() + timedelta(seconds=1))

    def misbehave(self, what: Mischief, on: bool) -> None:
        """Let Telegram begin or cease to misbehave in one way; an outage ends by itself."""
        others = self.mischief - {what}
        self.mischief = others | {what} if on else others
        if what is Mischief.DOWN:
            if self._outage is not None:
                self._outage.cancel()
            end, loop = partial(self.misbehave, what, False), asyncio.get_running_loop()
            self._outage = loop.call_later(DOWN_FOR, end) if on else None
        self.telegram.heal()
        self.telegram.limit_rate(False)
        if Mischief.SLOW in self.mischief:
            self.telegram.fail(times=None, how=Fail.SLOW(SLOW_BY))
        if Mischief.BUSY in self.mischief:
            self.telegram.limit_rate(RateLimit(per_second=1, per_chat=0.1, burst=1))
        if Mischief.DOWN in self.mischief:
            self.telegram.down()
        self._changed()


def _unusable(file: Path, why: str) -> OperatorError:
    return OperatorError(
        f"{file} {why}; pilih folder lain dengan --data, atau hapus folder ini untuk memulai"
        " kantor baru"
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".coba-{secrets.token_hex(4)}"
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        probe.unlink()
    except OSError as error:
        raise OperatorError(
            f"folder {folder} tidak dapat ditulisi ({error.strerror}); pilih folder lain dengan"
            " --data"
        ) from error
