"""Fetch: downloads the files that people sent, from Telegram into the archive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog

from bot.chat.downloads import Downloads, Fetched, Gone, Later, Result, TooLarge
from bot.chat.polling import unless
from bot.clock import Clock
from bot.features.evidence import usecases as evidence
from bot.features.evidence.usecases import ArchiveFullError, Contents, Draft, IncomingFile, Outcome
from bot.store import StoreUnavailableError
from bot.worker import Worker

log = structlog.get_logger()

AT_ONCE = 3
"""Downloads at the same time, so that a slow one does not block the others."""

GIVE_UP_AFTER = 20
"""A file that Telegram answered with errors so often is given up; its sender is told."""

LONGEST_PAUSE = timedelta(minutes=5)
IDLE = 10.0
"""Seconds after which the inbox is polled without a wake-up."""

PAUSE = 5.0
"""Seconds without a query after the database did not answer."""


class Fetch:
    """Fetches what waits, a few files at a time. `wake_sender` is called when there may be
    something to send."""

    def __init__(
        self, worker: Worker, downloads: Downloads, clock: Clock, wake_sender: Callable[[], None]
    ) -> None:
        self._worker = worker
        self._downloads = downloads
        self._clock = clock
        self._wake_sender = wake_sender
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._stop = asyncio.Event()
        self._fetching: dict[int, asyncio.Task[None]] = {}
        self._paused_until = 0.0

    def wake(self) -> None:
        """There may be something to fetch."""
        self._idle.clear()
        self._woken.set()

    async def wait_idle(self) -> None:
        """Wait until everything that can be fetched now has been."""
        await self._idle.wait()

    async def run(self) -> None:
        """Fetch until `stop`. Downloads under way are then cancelled and repeated later; a file
        that is being stored is finished."""
        while not self._stop.is_set():
            self._woken.clear()
            for row in await self._next():
                task = asyncio.create_task(self._handle(row))
                self._fetching[row.id] = task
                task.add_done_callback(partial(self._ended, row.id))
            if not self._fetching and not self._woken.is_set():
                self._idle.set()
            await self._wait()
        await asyncio.gather(*self._fetching.values())

    def stop(self) -> None:
        """Begin nothing more."""
        self._stop.set()
        self._woken.set()

    async def _next(self) -> list[IncomingFile]:
        most = AT_ONCE - len(self._fetching)
        if most <= 0 or self._clock.monotonic() < self._paused_until:
            return []
        try:
            return await self._worker(
                evidence.waiting, self._clock.now(), most, tuple(self._fetching)
            )
        except StoreUnavailableError as error:
            self._pause(error)
            return []

    def _ended(self, row_id: int, _: asyncio.Task[None]) -> None:
        self._fetching.pop(row_id, None)
        self._woken.set()

    async def _handle(self, row: IncomingFile) -> None:
        try:
            try:
                await self._fetch(row)
            except StoreUnavailableError:
                raise
            except Exception as error:
                # Perhaps a folder without write permission, which the operator has to correct.
                log.exception("file not kept", file=row.id)
                await self._retry_later(row, Later(type(error).__name__, offline=False))
        except StoreUnavailableError as error:
            self._pause(error)
        self._wake_sender()

    async def _fetch(self, row: IncomingFile) -> None:
        try:
            draft = await self._worker(evidence.draft)
        except ArchiveFullError:
            await self._not_kept(row, Outcome.DISKA_PENUH)
            return
        try:
            result = await unless(self._stop, self._downloads.fetch(row.file_id, draft))
            if result is not None:
                await self._record(row, draft, result)
        except ArchiveFullError:
            await self._not_kept(row, Outcome.DISKA_PENUH)
        finally:
            await asyncio.to_thread(draft.discard)

    async def _record(self, row: IncomingFile, draft: Draft, result: Result) -> None:
        match result:
            case Fetched():
                contents: Contents = await asyncio.to_thread(draft.finish)
                if contents.size == 0:
                    await self._not_kept(row, Outcome.KOSONG)
                    return
                now = self._clock.now()
                await self._worker(evidence.keep, row.id, draft, contents, now)
            case TooLarge():
                await self._not_kept(row, Outcome.TERLALU_BESAR)
            case Gone(error):
                log.warning("file cannot be had", file=row.id, error=error)
                await self._not_kept(row, Outcome.GAGAL)
            case Later():
                log.warning("file not fetched yet", file=row.id, error=result.error)
                await self._retry_later(row, result)

    async def _retry_later(self, row: IncomingFile, why: Later) -> None:
        if not why.offline and row.tries + 1 >= GIVE_UP_AFTER:
            await self._not_kept(row, Outcome.GAGAL)
            return
        usual = min(timedelta(seconds=2.0 ** min(row.tries + 1, 9)), LONGEST_PAUSE)
        at = self._clock.now() + (why.wait or usual)
        await self._worker(evidence.try_later, row.id, at, counts=not why.offline)

    async def _not_kept(self, row: IncomingFile, outcome: Outcome) -> None:
        log.warning("file not kept", file=row.id, outcome=outcome.value)
        await self._worker(evidence.not_kept, row.id, outcome, self._clock.now())

    def _pause(self, error: StoreUnavailableError) -> None:
        log.warning("files cannot be looked up or kept", error=str(error))
        self._paused_until = self._clock.monotonic() + PAUSE

    async def _wait(self) -> None:
        """Wait for a wake-up, or a retry that is due."""
        waits = [IDLE]
        if (pause := self._paused_until - self._clock.monotonic()) > 0:
            waits.append(pause)
        elif len(self._fetching) < AT_ONCE:
            try:
                due = await self._worker(evidence.next_due, self._clock.now())
            except StoreUnavailableError:
                due = None  # tried again after the pause
            if due is not None:
                waits.append((due - self._clock.now()).total_seconds())
        try:
            await asyncio.wait_for(self._woken.wait(), max(min(waits), 0.0))
        except TimeoutError:
            return
