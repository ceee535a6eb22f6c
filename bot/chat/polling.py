"""Updates in: fetch, handle and commit, and only then confirm.

python-telegram-bot's own polling confirms updates before they are handled, so that a crash
loses taps. Here the next fetch confirms a batch. What Telegram repeats does nothing, as each
transaction remembers its update.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.chat.outcomes import asked_wait

log = structlog.get_logger()

T = TypeVar("T")

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
LONG_POLL = 25  # seconds that Telegram holds a fetch open while there is nothing
LONGEST_PAUSE = 30.0
PREDECESSOR = 60.0  # seconds that another poller on the same token may take to go away
INCUMBENT = 600.0  # the same for a bot that fetched undisturbed before: the newcomer ends first
LAST_WORD = 5.0  # seconds that Telegram gets to hear that the last batch was handled
AWAY_AFTER = 3  # failed fetches in a row after which Telegram counts as away


class FetchingRequest(HTTPXRequest):
    """The connection for fetching updates.

    The library reads a batch as a whole: one update that it cannot read would come again and
    again, and its text get into the log. Here it becomes an empty one, which is confirmed.
    """

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Telegram's answer, with every update in it readable.

        Raises:
            TelegramError: the answer is no JSON.
        """
        answer: dict[str, Any] = HTTPXRequest.parse_json_payload(payload)
        batch = answer.get("result")
        if isinstance(batch, list):
            answer["result"] = [_readable(update) for update in batch]
        return answer


def _readable(update: Any) -> Any:
    try:
        Update.de_json(update, None)
    except Exception as error:
        number = update.get("update_id") if isinstance(update, dict) else None
        if number is None:
            raise
        # The kind of fault only: its words may quote what somebody wrote.
        log.error("update cannot be read", update=number, fault=type(error).__name__)
        return {"update_id": number}
    return update


class TokenInUseError(Exception):
    """Another program fetches this bot's updates, and does not stop."""


class Poller:
    """The one loop that fetches updates.

    `handle` returns when what one update asked for is committed. `on_away` (with the seconds of
    silence) and `on_back` are called when Telegram stops and starts to answer. `patience`
    multiplies the pauses before the next fetch.
    """

    def __init__(
        self,
        bot: Bot,
        handle: Callable[[Update], Awaitable[None]],
        *,
        monotonic: Callable[[], float],
        on_away: Callable[[float], Awaitable[None]],
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
        self._answered_at = 0.0
        self._rivalry = _ConflictTimer()
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Fetch and handle until `stop`.

        Raises:
            InvalidToken: Telegram does not know the token (any more).
            TokenInUseError: another poller has not gone away in time.
        """
        self._answered_at = self._monotonic()
        while not self._stop.is_set():
            try:
                updates = await unless(self._stop, self._fetch())
            except InvalidToken as error:
                if is_telegrams(error):
                    raise
                await self._failed(error)
            except Conflict as error:
                await self._contested(error)
            except RetryAfter as error:
                await self._pause(asked_wait(error).total_seconds())
            except TelegramError as error:
                await self._failed(error)
            else:
                if updates is not None:
                    await self._take(updates)
        await self._confirm_handled()

    def stop(self) -> None:
        """Finish what is being handled, fetch nothing more."""
        self._stop.set()

    async def _fetch(self) -> Sequence[Update]:
        return await self._bot.get_updates(
            offset=self._offset,
            # After a failure a look that ends at once tells soonest that it is over.
            timeout=0 if self._failures else self._long_poll,
            read_timeout=10,  # beyond the long poll, which the library adds
            allowed_updates=ALLOWED_UPDATES,
        )

    async def _take(self, updates: Sequence[Update]) -> None:
        await self._answered()
        # Telegram has heard what was handled. The number is not kept: after a quiet week
        # Telegram numbers afresh, and a high-water mark would throw new updates away.
        self._offset = None
        if updates:
            await self._handle_all(updates)
            self._offset = updates[-1].update_id + 1

    async def _handle_all(self, updates: Iterable[Update]) -> None:
        """Each chat's updates in their order, chats beside each other."""
        by_chat: dict[int, list[Update]] = {}
        for update in updates:
            by_chat.setdefault(_chat(update), []).append(update)
        await asyncio.gather(*(self._handle_in_order(chat) for chat in by_chat.values()))

    async def _handle_in_order(self, updates: list[Update]) -> None:
        for update in updates:
            try:
                await self._handle(update)
            except Exception:
                # One that cannot be handled must neither stop the others nor come for ever.
                log.exception("update not handled", update=update.update_id)

    async def _confirm_handled(self) -> None:
        # Else the next start would get the last batch once more.
        if self._offset is None or self._failures:
            return
        try:
            await self._bot.get_updates(
                offset=self._offset,
                timeout=0,
                limit=1,
                read_timeout=LAST_WORD,
                connect_timeout=LAST_WORD,
            )
        except TelegramError as error:
            log.info("last batch stays unconfirmed", error=error.message)

    async def _contested(self, error: Conflict) -> None:
        if "webhook" in error.message.lower():
            # Left behind by a program that had the token before; this bot fetches.
            log.warning("a webhook is set; removing it")
            try:
                await self._bot.delete_webhook()
            except TelegramError as failure:
                await self._failed(failure)
            return
        if self._rivalry.lasts_too_long(self._monotonic()):
            raise TokenInUseError(error.message) from error
        log.warning("another program fetches updates; waiting for it to stop")
        await self._pause(2.0)

    async def _failed(self, error: TelegramError) -> None:
        self._failures += 1
        log.warning("telegram does not answer", failures=self._failures, error=error.message)
        if self._failures == AWAY_AFTER:
            await self._on_away(self._monotonic() - self._answered_at)
        await self._pause(min(2.0 ** min(self._failures, 6) / 4, LONGEST_PAUSE))

    async def _answered(self) -> None:
        was_away = self._failures >= AWAY_AFTER
        self._failures = 0
        self._answered_at = self._monotonic()
        self._rivalry.fetched(self._answered_at)
        if was_away:
            await self._on_back()

    async def _pause(self, seconds: float) -> None:
        # Not wait_for: in Python 3.11 it swallows a cancellation that meets the stop.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds * self._patience):
                await self._stop.wait()


class _ConflictTimer:
    """How long another poller has used the same token.

    Two pollers end each other's fetches in turn, so that one that succeeds proves nothing.
    """

    def __init__(self) -> None:
        self._at_work_since: float | None = None
        self._began: float | None = None
        self._last = 0.0
        self._bearable = PREDECESSOR

    def fetched(self, now: float) -> None:
        """A fetch succeeded."""
        if self._at_work_since is None:
            self._at_work_since = now

    def lasts_too_long(self, now: float) -> bool:
        """A fetch was refused in favour of another's; whether that has gone on too long."""
        if self._began is None or now - self._last > PREDECESSOR:
            settled = self._at_work_since is not None and now - self._at_work_since > PREDECESSOR
            self._bearable = INCUMBENT if settled else PREDECESSOR
            self._began = now
        self._last = now
        return now - self._began > self._bearable


def is_telegrams(error: InvalidToken) -> bool:
    """Whether Telegram itself refuses the token: the library takes any 401 and 404 for that,
    also a proxy's or a log-in page's."""
    cause: BaseException | None = error
    while isinstance(cause, InvalidToken):
        cause = cause.__cause__
    return cause is None


async def unless(stop: asyncio.Event, doing: Awaitable[T]) -> T | None:
    """The outcome of `doing`, or None if `stop` is set first: then it is given up."""
    task = asyncio.ensure_future(doing)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for waiting in (task, stopping):
            waiting.cancel()
        await asyncio.gather(task, stopping, return_exceptions=True)


def _chat(update: Update) -> int:
    """Whose order an update belongs to: the person's, so that taps and texts keep theirs."""
    if update.effective_user is not None:
        return update.effective_user.id
    return update.effective_chat.id if update.effective_chat is not None else 0
