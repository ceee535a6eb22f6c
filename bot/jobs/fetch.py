"""Fetch: downloads the files that people sent, from Telegram into the archive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.chat.downloads import Downloads, Fetched, Result, TooLarge
from bot.chat.outcomes import PermanentError, RateLimited, TemporaryError
from bot.chat.polling import unless
from bot.clock import Clock
from bot.features.evidence import usecases as evidence
from bot.features.evidence.usecases import ArchiveFullError, Draft, IncomingFile, Outcome
from bot.jobs.loop import ClaimLoop
from bot.store import StoreUnavailableError
from bot.worker import Worker

log = structlog.get_logger()

AT_ONCE = 3
"""Downloads at the same time, so that a slow one does not block the others."""

GIVE_UP_AFTER = 20
"""A file that Telegram answered with errors so often is given up; its sender is told."""

LONGEST_PAUSE = timedelta(minutes=5)
PAUSE = 5.0
"""Seconds before the next download after the database did not answer."""


class Fetch(ClaimLoop[IncomingFile]):
    """Fetches what waits. `wake_sender` is called when there may be something to send.

    After `stop`, downloads under way are given up and repeated later; a file that is being
    stored is finished.
    """

    def __init__(
        self, worker: Worker, downloads: Downloads, clock: Clock, wake_sender: Callable[[], None]
    ) -> None:
        super().__init__(worker, clock)
        self._downloads = downloads
        self._wake_sender = wake_sender

    async def _claim(self) -> list[IncomingFile]:
        most = AT_ONCE - len(self._under_way)
        if self._paused() or most <= 0:
            return []
        busy = tuple(self._under_way)
        return await self._worker(evidence.waiting, self._clock.now(), most, busy)

    def _key(self, row: IncomingFile) -> int:
        return row.id

    async def _next_due(self) -> datetime | None:
        return await self._worker(evidence.next_due, self._clock.now())

    async def _handle(self, row: IncomingFile) -> None:
        try:
            try:
                await self._fetch(row)
            except StoreUnavailableError:
                raise
            except Exception as error:
                # Perhaps a folder without write permission, which the operator has to correct.
                log.exception("file not kept", file=row.id)
                await self._retry_later(row, type(error).__name__)
        except StoreUnavailableError as error:
            log.warning("file not kept", file=row.id, error=str(error))
            self._paused_until = self._clock.monotonic() + PAUSE
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
                contents = await asyncio.to_thread(draft.finish)
                if contents.size == 0:
                    await self._not_kept(row, Outcome.KOSONG)
                    return
                await self._worker(evidence.keep, row.id, draft, contents, self._clock.now())
            case TooLarge():
                await self._not_kept(row, Outcome.TERLALU_BESAR)
            case PermanentError(error):
                log.warning("file cannot be had", file=row.id, error=error)
                await self._not_kept(row, Outcome.GAGAL)
            case RateLimited(wait):
                await self._retry_later(row, "rate limited", wait=wait)
            case TemporaryError(error, offline=offline):
                await self._retry_later(row, error, offline=offline)

    async def _retry_later(
        self, row: IncomingFile, error: str, *, wait: timedelta | None = None, offline: bool = False
    ) -> None:
        log.warning("file not fetched yet", file=row.id, error=error)
        if not offline and row.tries + 1 >= GIVE_UP_AFTER:
            await self._not_kept(row, Outcome.GAGAL)
            return
        usual = min(timedelta(seconds=2.0 ** min(row.tries + 1, 9)), LONGEST_PAUSE)
        at = self._clock.now() + (wait or usual)
        await self._worker(evidence.try_later, row.id, at, counts=not offline)

    async def _not_kept(self, row: IncomingFile, outcome: Outcome) -> None:
        log.warning("file not kept", file=row.id, outcome=outcome.value)
        await self._worker(evidence.not_kept, row.id, outcome, self._clock.now())
