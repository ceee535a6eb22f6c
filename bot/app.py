"""Where the parts are put together: `App` is the bot in one event loop, `run` is `kawal run`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import structlog
from telegram import BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder, ExtBot
from telegram.request import HTTPXRequest

from bot.chat.dispatch import Dispatcher
from bot.chat.downloads import Downloads
from bot.chat.polling import (
    LONG_POLL,
    FetchingRequest,
    Poller,
    TokenInUseError,
    is_telegrams,
    unless,
)
from bot.chat.rate_limit import RateLimiter
from bot.chat.sender import Sender
from bot.clock import Clock
from bot.domain.calendar import office_calendar
from bot.features import registry, upkeep
from bot.features.feature import Texts, general_menu
from bot.features.joining import usecases as joining
from bot.features.phrases import Phrases
from bot.features.work import Services
from bot.jobs.scheduler import Scheduler
from bot.jobs.transfers import Deliver, Fetch
from bot.settings import OperatorError, Settings
from bot.sop_loader import load_catalog
from bot.store import Store, StoreUnavailableError
from bot.store.archive import Archive
from bot.worker import Worker

log = structlog.get_logger()

TIMEOUT = 20.0  # seconds that Telegram gets to answer all but a long poll; far below a lease


def make_services(settings: Settings, store: Store) -> Services:
    """The office's data, checked, with its database.

    Raises:
        DataError: the data cannot be used.
    """
    catalog = load_catalog(settings.sop_dir)
    calendar, archive = office_calendar(catalog.office), Archive(settings.archive_dir)
    return Services(store, catalog, calendar, registry.live(), settings.admin_ids, archive)


class LockLostError(Exception):
    """The lock on the database was lost: another bot may have begun on it."""


class App:
    """The bot: it fetches updates, delivers the outbox and deals with what is due.

    `api_url` is the Bot API's base before "/bot<token>/". `patience` multiplies the pauses
    before asking Telegram again. `still_ours` says whether the database is still this bot's
    alone. `on_greeted` is called with the bot's username once it is known.
    """

    def __init__(
        self,
        services: Services,
        token: str,
        api_url: str,
        clock: Clock,
        *,
        rate_limiter: RateLimiter | None = None,
        long_poll: int = LONG_POLL,
        patience: float = 1.0,
        still_ours: Callable[[], bool] | None = None,
        on_greeted: Callable[[str], None] | None = None,
    ) -> None:
        self.services = services
        self.clock = clock
        self.worker = Worker(services)
        self.phrases = Phrases(services.catalog.office)
        texts = Texts(services.features, self.phrases)
        self.application = _application(token, api_url)
        bot = self.application.bot
        sender = Sender(bot, texts)
        self.deliver = Deliver(self.worker, sender, clock, rate_limiter or RateLimiter())
        self.scheduler = Scheduler(
            self.worker, clock, self.deliver.wake, still_ours=still_ours, on_lost=self._lock_lost
        )
        client = httpx.AsyncClient(timeout=TIMEOUT, verify=not _is_plain(api_url))
        self.downloads = Downloads(bot, client)
        self.fetch = Fetch(self.worker, self.downloads, clock, self.deliver.wake)
        dispatcher = Dispatcher(
            self.worker, sender, texts, clock, self._something_happened, upkeep.faults_repeated
        )
        self.application.add_handlers(dispatcher.handlers())
        self.application.add_error_handler(dispatcher.failed)
        self.poller = Poller(
            bot,
            self.application.process_update,
            monotonic=clock.monotonic,
            on_away=self._telegram_away,
            on_back=self._telegram_back,
            long_poll=long_poll,
            patience=patience,
        )
        self._patience = patience
        self._on_greeted = on_greeted
        self._stop = asyncio.Event()
        self._lost = False

    async def run(self, on_ready: asyncio.Event | None = None) -> None:
        """Live until `stop`; `on_ready` is set when the bot takes updates.

        Raises:
            InvalidToken: Telegram does not know the token.
            TokenInUseError: another program uses it and does not stop.
            LockLostError: another bot may have begun on the same database.
            StoreUnavailableError: the database did not answer at the start.
        """
        await self.worker(upkeep.wake_up, self.clock.now())
        sending = asyncio.create_task(self.deliver.run())
        # A sender that died must not leave behind a bot that listens and never speaks.
        sending.add_done_callback(lambda _: self.stop())
        fetching = asyncio.create_task(self.fetch.run())
        fetching.add_done_callback(lambda _: self.stop())
        self.scheduler.start()
        try:
            if await self._greet_telegram():
                if on_ready is not None:
                    on_ready.set()
                log.info("ready", bot=self.application.bot.username)
                await self.poller.run()
        finally:
            await self.scheduler.stop()
            # What is kept now may still be told.
            self.fetch.stop()
            try:
                await fetching
            finally:
                self.deliver.stop()
                try:
                    await sending
                    if not self._lost:  # the mark may be another bot's by now
                        await self._note_shutdown()
                finally:
                    await self._part()
        if self._lost:
            raise LockLostError

    def stop(self) -> None:
        """Finish what is claimed and being handled, then end; confirm nothing unhandled."""
        self._stop.set()
        self.poller.stop()

    async def _greet_telegram(self) -> bool:
        """Find out who we are, however long Telegram takes; False if we are to stop."""
        pause = 1.0
        while not await self._hear_of_telegram():
            await unless(self._stop, asyncio.sleep(pause * self._patience))
            if self._stop.is_set():
                return False
            pause = min(pause * 2, 30.0)
        self.phrases.bot_username = self.application.bot.username
        if self._on_greeted is not None:
            self._on_greeted(self.phrases.bot_username)
        await self._set_general_menu()
        try:
            await self.worker(upkeep.greeted, self.application.bot.id, self.clock.now())
            self.deliver.wake()
        except StoreUnavailableError as error:
            log.error("menus not set anew", error=str(error))
        await self._telegram_back()
        return not self._stop.is_set()

    async def _hear_of_telegram(self) -> bool:
        """Ask once who we are; False: no answer, or we are to stop."""
        try:
            await unless(self._stop, self.application.initialize())
        except TelegramError as error:
            if isinstance(error, InvalidToken) and is_telegrams(error):
                raise
            log.warning("telegram does not answer", error=error.message)
            await self._telegram_away(0)
            return False
        return not self._stop.is_set()

    async def _set_general_menu(self) -> None:
        """What people see who have not joined: the two commands that answer them."""
        general = [BotCommand(name, text) for name, text in general_menu(self.services.features)]
        bot = self.application.bot
        try:
            await unless(
                self._stop, bot.set_my_commands(general, scope=BotCommandScopeAllPrivateChats())
            )
        except TelegramError as error:
            # A convenience: nobody has to wait for the bot because of it.
            log.warning("general menu not set", error=error.message)

    async def _note_shutdown(self) -> None:
        try:
            await self.worker(upkeep.note_shutdown, self.clock.now())
        except StoreUnavailableError as error:
            log.warning("the end is not noted", error=str(error))

    async def _part(self) -> None:
        with contextlib.suppress(TelegramError):
            await self.application.shutdown()
            # The application closes nothing where Telegram has never answered it.
            await self.application.bot.shutdown()
        await self.downloads.close()
        self.worker.close()

    def _something_happened(self) -> None:
        self.deliver.wake()
        self.fetch.wake()
        self.scheduler.wake()

    def _lock_lost(self) -> None:
        log.error("the database is no longer ours alone; stopping")
        self._lost = True
        self.stop()

    async def _telegram_away(self, silence: float) -> None:
        """Telegram has not answered for so many seconds."""
        since = self.clock.now() - timedelta(seconds=silence)
        log.warning("telegram is away", since=since.isoformat())
        try:
            await self.worker(upkeep.telegram_is_away, since)
        except StoreUnavailableError as error:
            log.error("outage not noted", error=str(error))

    async def _telegram_back(self) -> None:
        self.deliver.telegram_answers()
        self.fetch.wake()
        try:
            away = await self.worker(upkeep.telegram_answers, self.clock.now())
        except StoreUnavailableError as error:
            log.error("outage not reported", error=str(error))
            return
        if away is not None:
            log.warning("telegram is back", away=str(away))
            self.deliver.wake()


def run(settings: Settings) -> int:
    """Run the bot until it is stopped; the exit code.

    Raises:
        OperatorError: something that the operator can correct.
        DataError: the office's data cannot be used.
    """
    from bot.store import lock, schema

    token = settings.require_token()
    settings.prepare_folders()
    store = Store(settings.url)
    try:
        services = make_services(settings, store)
        with lock.acquire(store, on_wait=_say_waiting) as held:
            schema.upgrade(store)
            clock = Clock()
            app = App(
                services,
                token,
                settings.telegram_api_url,
                clock,
                still_ours=held.held,
                on_greeted=lambda username: _offer_claim(settings, services, clock, username),
            )
            return asyncio.run(_until_signalled(app))
    finally:
        store.close()


def _say_waiting(holder: int | None) -> None:
    log.warning("waiting for another bot on this database to end", process=holder)


_ENDS: dict[type[Exception], str] = {
    InvalidToken: "BOT_TOKEN ditolak Telegram; salin kembali token dari @BotFather ke berkas .env",
    TokenInUseError: (
        "Token ini sedang dipakai program lain; hentikan program itu, atau buat token baru"
        " pada @BotFather"
    ),
    LockLostError: (
        "Hubungan ke basis data sempat terputus, sehingga bot lain mungkin sudah berjalan di"
        " sana; bot ini berhenti. Jalankan kembali setelah basis data menjawab"
    ),
    StoreUnavailableError: (
        "Basis data tidak menjawab ({reason}); jalankan kembali setelah basis data dan ruang"
        " penyimpanannya diperiksa dengan kawal doctor"
    ),
}
"""What the operator reads when the bot ends by one of these."""


def stop_at_signals(stop: Callable[[], None]) -> None:
    """Let SIGTERM and SIGINT call `stop` in the running event loop."""
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, stop)
        except NotImplementedError:  # Windows has no such handlers; Ctrl+C raises there
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop))


async def _until_signalled(app: App) -> int:
    stop_at_signals(app.stop)
    try:
        await app.run()
    except tuple(_ENDS) as error:
        reason = str(error).strip().partition("\n")[0]
        raise OperatorError(_ENDS[type(error)].format(reason=reason)) from error
    log.info("stopped")
    return 0


def _offer_claim(settings: Settings, services: Services, clock: Clock, username: str) -> None:
    """Without an admin: a one-time link, on a terminal only, or in a file for the owner."""
    folder = settings.database_file.parent if settings.database_file else settings.archive_dir
    path = folder / "tautan-admin.txt"
    code = joining.claim_link(services, clock.now())
    if code is None:
        path.unlink(missing_ok=True)
        return
    text = (
        "Belum ada admin. Buka tautan ini di Telegram untuk menjadi admin (berlaku satu kali,"
        f" 7 hari):\n\n    https://t.me/{username}?start={code}\n"
    )
    if sys.stderr.isatty():
        print(text, file=sys.stderr)  # noqa: T201 - to a terminal only, never to a log
        return
    _write_private(path, text)
    log.warning("no admin yet; the claim link is in a file", path=str(path))


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _is_plain(api_url: str) -> bool:
    """Whether it is a local Bot API server without TLS: no certificates need to be read."""
    return api_url.startswith("http://")


def _application(token: str, api_url: str) -> Application[Any, Any, Any, Any, Any, Any]:
    base = api_url.rstrip("/")
    bot: ExtBot[None] = ExtBot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=_request(16, base),
        get_updates_request=_request(2, base, FetchingRequest),
    )
    # No updater: the project's own intake confirms updates after they are handled.
    return ApplicationBuilder().bot(bot).updater(None).job_queue(None).build()


def _request(connections: int, base: str, kind: type[HTTPXRequest] = HTTPXRequest) -> HTTPXRequest:
    return kind(
        connection_pool_size=connections,
        read_timeout=TIMEOUT,
        write_timeout=TIMEOUT,
        connect_timeout=10.0,
        pool_timeout=TIMEOUT,
        httpx_kwargs={"verify": False} if _is_plain(base) else {},
    )
