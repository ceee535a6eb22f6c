"""The queue of updates and the long poll that empties it, by the rules of Telegram's server.

An offset confirms everything below it; one far in the future counts as of an older numbering
and is ignored. A new long poll ends the one before it. Updates that nobody fetches expire.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.localtelegram.errors import BotApiError, conflict
from bot.localtelegram.log import Log, UpdateConfirmed, UpdateDelivered, UpdateLost, UpdateMade

_FUTURE = 10
_ONE_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)


@dataclass(frozen=True, slots=True)
class Update:
    """One update: `body` is what the Bot API sends under the name `kind`."""

    update_id: int
    kind: str
    body: dict[str, Any]
    made: datetime
    expires: datetime


@dataclass(eq=False)
class UpdateQueue:
    """Updates that the bot has not confirmed, oldest first; `next_id` is the next one's number."""

    _log: Log
    _now: Callable[[], datetime]
    _monotonic: Callable[[], float]
    next_id: int
    _on_poll: Callable[[], None]
    _pending: deque[Update] = field(default_factory=deque)
    _poll: asyncio.Future[None] | None = None
    _allowed: frozenset[str] | None = None
    webhook_url: str = ""

    @property
    def pending(self) -> tuple[Update, ...]:
        """The updates that wait for their confirmation."""
        self._expire()
        return tuple(self._pending)

    @property
    def polled(self) -> bool:
        """Whether a long poll waits for something to happen."""
        return self._poll is not None

    def add(
        self, kind: str, body: dict[str, Any], *, chat_id: int, user_id: int, keep: timedelta
    ) -> int | None:
        """Queue an update for `keep`; None if the bot does not want this kind."""
        if self._allowed is not None and kind not in self._allowed:
            return None
        update_id, now = self.next_id, self._now()
        self.next_id += 1
        self._pending.append(Update(update_id, kind, body, now, now + keep))
        self._log.append(UpdateMade(update_id, kind, chat_id, user_id, self._monotonic()))
        self.end_poll()
        return update_id

    def number_afresh(self, first_id: int) -> None:
        """Number the next updates from `first_id`, as Telegram does after a quiet week.

        Raises:
            ValueError: updates are still waiting, so the week was not quiet.
        """
        if self.pending:
            raise ValueError("updates are waiting: Telegram renumbers only after a quiet week")
        self.next_id = first_id

    def resume(self, next_id: int, waiting: Iterable[Update]) -> None:
        """Go on where an earlier queue stood: number from `next_id`, with what waited."""
        self.next_id = next_id
        self._pending = deque(waiting)

    def drop_pending(self) -> None:
        """Throw all waiting updates away (`drop_pending_updates`)."""
        at = self._monotonic()
        for update in self.pending:
            self._log.append(UpdateLost(update.update_id, "dropped", at))
        self._pending.clear()

    def set_webhook(self, url: str, allowed: frozenset[str] | None, *, drop: bool) -> None:
        """Send updates to `url` from now on; an empty one goes back to polling."""
        if allowed is not None:
            self._allowed = allowed or None
        if drop:
            self.drop_pending()
        self.webhook_url = url
        if url:
            self._end_poll(conflict("terminated by setWebhook request"))

    def end_poll(self) -> None:
        """Let a waiting long poll answer with what there is."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    async def get(
        self, offset: int, limit: int, timeout: float, allowed: frozenset[str] | None
    ) -> list[dict[str, Any]]:
        """One getUpdates: confirm below `offset`, then up to `limit` updates.

        Waits up to `timeout` seconds for the first one. `allowed` None keeps the kinds
        asked for before; an empty set asks for all.

        Raises:
            BotApiError: 409, a webhook is set, or another long poll came.
        """
        if self.webhook_url:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        if allowed is not None:
            self._allowed = allowed or None
        self._confirm(offset)
        if not self._pending and timeout > 0:
            self._end_poll(conflict(_ONE_POLLER))
            poll = asyncio.get_running_loop().create_future()
            self._poll = poll
            self._on_poll()
            try:
                async with asyncio.timeout(timeout):
                    await poll
            except TimeoutError:
                return []
            finally:
                if self._poll is poll:
                    self._poll = None
                self._on_poll()
        self._expire()
        handed_out = [u for u, _ in zip(self._pending, range(limit), strict=False)]
        at = self._monotonic()
        for update in handed_out:
            self._log.append(UpdateDelivered(update.update_id, at))
        return [{"update_id": u.update_id, u.kind: u.body} for u in handed_out]

    def _confirm(self, offset: int) -> None:
        self._expire()
        if offset < 0:
            # "The last -offset updates; all the others are forgotten."
            offset = self.next_id + offset
        elif offset > self.next_id + _FUTURE:
            return
        at = self._monotonic()
        while self._pending and self._pending[0].update_id < offset:
            update = self._pending.popleft()
            self._log.append(UpdateConfirmed(update.update_id, at))

    def _expire(self) -> None:
        now, at = self._now(), self._monotonic()
        for update in tuple(self._pending):
            if update.expires <= now:
                self._log.append(UpdateLost(update.update_id, "expired", at))
                self._pending.remove(update)

    def _end_poll(self, error: BotApiError) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(error)
            self._poll = None
