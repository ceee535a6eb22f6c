"""Fetch: brings the files that people sent from Telegram into the archive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog

from bot.chat.downloads import Downloads, Fetched, Gone, Later, Result, TooLarge
from bot.chat.polling import unless
from bot.clock import Clock
from bot.store import StoreUnavailableError
from bot.features.evidence import usecases as evidence
from bot.features.evidence.usecases import ArchiveFullError, Contents, Draft, IncomingFile, Outcome
from bot.worker import Worker

log = structlog.get_logger()

AT_ONCE = 3
"""Files under way at the same time: one that is slow holds up no other."""

GIVE_UP_AFTER = 20
"""A file that Telegram answered with errors so often is given up; its sender is told."""

LONGEST_PAUSE = timedelta(minutes=5)
IDLE = 10.0
"""Seconds after which it looks even if nobody knocked."""

REST = 5.0
"""Seconds that it leaves the database alone after that did not answer."""


class Fetch:
    """Fetches what waits, a few files at a time. `knock_sender` is called when there may be
    something to send."""

    def __init__(
        self, worker: Worker, downloads: Downloads, clock: Clock, wake_sender: Callable[[], None]
    ) -> None:
        self._worker = worker
        self._downloads = downloads
        self._clock = clock
        self._wake_sender = wake_sender
        self._woken = asyncio.Event()
        self._at_rest = asyncio.Event()
        self._stop = asyncio.Event()
        self._fetching: dict[int, asyncio.Task[None]] = {}
        self._rests_until = 0.0

    def wake(self) -> None:
        """There may be something to fetch."""
        self._at_rest.clear()
        self._woken.set()

    async def rest(self) -> None:
        """Wait until everything that can be fetched now has been."""
        await self._at_rest.wait()

    async def run(self) -> None:
        """Fetch until `stop`. What is under way then is given up, and fetched anew later;
        what is being kept comes to its end."""
        while not self._stop.is_set():
            self._woken.clear()
            for row in await self._next():
                task = asyncio.create_task(self._one(row))
                self._fetching[row.id] = task
                task.add_done_callback(partial(self._ended, row.id))
            if not self._fetching and not self._woken.is_set():
                self._at_rest.set()
            await self._wait()
        await asyncio.gather(*self._fetching.values())

    def stop(self) -> None:
        """Begin nothing more."""
        self._stop.set()
        self._woken.set()

    async def _next(self) -> list[IncomingFile]:
        most = AT_ONCE - len(self._fetching)
        if most <= 0 or self._clock.monotonic() < self._rests_until:
            return []
        try:
            return await self._worker(
                evidence.waiting, self._clock.now(), most, tuple(self._fetching)
            )
        except StoreUnavailableError as error:
            self._leave_alone(error)
            return []

    def _ended(self, row_id: int, _: asyncio.Task[None]) -> None:
        self._fetching.pop(row_id, None)
        self._woken.set()

    async def _one(self, row: IncomingFile) -> None:
        try:
            try:
                await self._bring(row)
            except StoreUnavailableError:
                raise
            except Exception as error:
                # A folder that may not be written to, perhaps: somebody has to mend it.
                log.exception("file not kept", file=row.id)
                await self._put_off(row, Later(type(error).__name__, offline=False))
        except StoreUnavailableError as error:
            self._leave_alone(error)
        self._wake_sender()

    async def _bring(self, row: IncomingFile) -> None:
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
                await self._put_off(row, result)

    async def _put_off(self, row: IncomingFile, why: Later) -> None:
        if not why.offline and row.tries + 1 >= GIVE_UP_AFTER:
            await self._not_kept(row, Outcome.GAGAL)
            return
        usual = min(timedelta(seconds=2.0 ** min(row.tries + 1, 9)), LONGEST_PAUSE)
        at = self._clock.now() + (why.wait or usual)
        await self._worker(evidence.try_later, row.id, at, counts=not why.offline)

    async def _not_kept(self, row: IncomingFile, outcome: Outcome) -> None:
        log.warning("file not kept", file=row.id, outcome=outcome.value)
        await self._worker(evidence.not_kept, row.id, outcome, self._clock.now())

    def _leave_alone(self, error: StoreUnavailableError) -> None:
        log.warning("files cannot be looked up or kept", error=str(error))
        self._rests_until = self._clock.monotonic() + REST

    async def _wait(self) -> None:
        """Until somebody knocks, or a new try is due."""
        waits = [IDLE]
        if (rest := self._rests_until - self._clock.monotonic()) > 0:
            waits.append(rest)
        elif len(self._fetching) < AT_ONCE:
            try:
                due = await self._worker(evidence.next_due, self._clock.now())
            except StoreUnavailableError:
                due = None  # it looks again when it has rested
            if due is not None:
                waits.append((due - self._clock.now()).total_seconds())
        try:
            await asyncio.wait_for(self._woken.wait(), max(min(waits), 0.0))
        except TimeoutError:
            return
