"""Updates in: fetch, handle and commit, and only then confirm.

python-telegram-bot's own polling confirms updates before they are handled, so a crash
loses taps. Here the offset that confirms a batch goes out with the next fetch, after every
update of the batch has been handled. Telegram repeats what was not confirmed, and each
transaction remembers its update, so that a repetition does nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

log = structlog.get_logger()

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
LONG_POLL = 25
"""Seconds that Telegram holds a fetch open while there is nothing."""

LONGEST_PAUSE = 30.0
PREDECESSOR = 60.0
"""Seconds that another poller on the same token may take to go away."""

AWAY_AFTER = 3
"""Failed fetches in a row after which Telegram counts as away."""


class TokenInUse(Exception):  # noqa: N818 - named for what it is
    """Another program fetches this bot's updates, and does not stop."""


class Intake:
    """The one loop that fetches updates.

    `handle` gets one update and returns when everything it asked for is committed.
    `on_away` and `on_back` are told when Telegram stops and starts to answer. `patience`
    stretches the pauses before the next fetch.
    """

    def __init__(
        self,
        bot: Bot,
        handle: Callable[[Update], Awaitable[None]],
        *,
        monotonic: Callable[[], float],
        on_away: Callable[[], Awaitable[None]],
        on_back: Callable[[], Awaitable[None]],
        long_poll: int = LONG_POLL,
        patience: float = 1.0,
    ) -> None:
        self._bot = bot
        self._handle = handle
        self._monotonic = monotonic
        self._on_away = on_away
        self._on_back = on_back
        self._long_poll = long_poll
        self._patience = patience
        self._offset: int | None = None
        self._failures = 0
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Fetch and handle until `stop`.

        Raises:
            InvalidToken: Telegram does not know the token (any more).
            TokenInUse: another poller has not gone away in time.
        """
        conflict_since: float | None = None
        while not self._stop.is_set():
            try:
                updates = await self._unless_stopped(self._fetch())
            except InvalidToken:
                raise
            except Conflict as error:
                now = self._monotonic()
                conflict_since = now if conflict_since is None else conflict_since
                if now - conflict_since > PREDECESSOR:
                    raise TokenInUse(error.message) from error
                log.warning("another program fetches updates; waiting for it to stop")
                await self._pause(2.0)
                continue
            except RetryAfter as error:
                wait = error.retry_after
                await self._pause(wait.total_seconds() if isinstance(wait, timedelta) else wait)
                continue
            except TelegramError as error:
                await self._failed(error)
                continue
            conflict_since = None
            await self._answered()
            if updates:
                await self._handle_all(updates)
                self._offset = updates[-1].update_id + 1
        await self._confirm_handled()

    def stop(self) -> None:
        """Finish what is being handled, fetch nothing more."""
        self._stop.set()

    async def _fetch(self) -> Sequence[Update]:
        return await self._bot.get_updates(
            offset=self._offset,
            timeout=self._long_poll,
            read_timeout=self._long_poll + 10,
            allowed_updates=ALLOWED_UPDATES,
        )

    async def _unless_stopped(self, fetch: Awaitable[Sequence[Update]]) -> Sequence[Update]:
        """The fetch's answer, or nothing if `stop` comes first: unfetched is unconfirmed."""
        fetching = asyncio.ensure_future(fetch)
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return fetching.result() if fetching.done() else ()
        finally:
            for waiting in (fetching, stopping):
                waiting.cancel()
            await asyncio.gather(fetching, stopping, return_exceptions=True)

    async def _handle_all(self, updates: Iterable[Update]) -> None:
        """Each chat's updates in their order, chats beside each other."""
        by_chat: dict[int, list[Update]] = {}
        for update in updates:
            by_chat.setdefault(_chat(update), []).append(update)
        await asyncio.gather(*(self._handle_in_order(chat) for chat in by_chat.values()))

    async def _handle_in_order(self, updates: list[Update]) -> None:
        for update in updates:
            await self._handle(update)

    async def _confirm_handled(self) -> None:
        # Without this the next start would get the last batch once more: harmless, since
        # every update is remembered, but a needless round.
        if self._offset is None:
            return
        try:
            await self._bot.get_updates(offset=self._offset, timeout=0, limit=1)
        except TelegramError as error:
            log.info("last batch stays unconfirmed", error=error.message)

    async def _failed(self, error: TelegramError) -> None:
        self._failures += 1
        log.warning("telegram does not answer", failures=self._failures, error=error.message)
        if self._failures == AWAY_AFTER:
            await self._on_away()
        await self._pause(min(2.0 ** min(self._failures, 6) / 4, LONGEST_PAUSE))

    async def _answered(self) -> None:
        if self._failures >= AWAY_AFTER:
            await self._on_back()
        self._failures = 0

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds * self._patience)
        except TimeoutError:
            return


def _chat(update: Update) -> int:
    """Whose order an update belongs to: the person's, so that taps and texts keep theirs."""
    if update.effective_user is not None:
        return update.effective_user.id
    return update.effective_chat.id if update.effective_chat is not None else 0
