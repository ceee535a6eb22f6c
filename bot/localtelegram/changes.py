"""Who is told of a change: watchers of screens, and whoever waits for something to be true."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

_T = TypeVar("_T")

PATIENCE = 60.0  # seconds that a wait takes at most, if it does not name its own


@dataclass(frozen=True, slots=True)
class Change:
    """Something on a person's screen changed; "missed": the watcher was too slow, and has to
    look at the whole screen."""

    kind: Literal[
        "message", "edited", "deleted", "tap", "answer", "commands", "action", "account", "missed"
    ]
    user_id: int
    message_id: int | None = None


class Subscription:
    """A stream of the changes of one person, or of everybody, until `close`."""

    _CAPACITY = 1_000

    def __init__(self, user_id: int | None, on_close: Callable[[Subscription], None]) -> None:
        self._user_id = user_id
        self._on_close = on_close
        self._queue: asyncio.Queue[Change | None] = asyncio.Queue()

    def tell(self, change: Change) -> None:
        """Pass `change` on if it is of the watched person."""
        if self._user_id not in (None, change.user_id):
            return
        if self._queue.qsize() >= self._CAPACITY:
            while not self._queue.empty():
                self._queue.get_nowait()
            change = Change("missed", change.user_id)
        self._queue.put_nowait(change)

    def close(self) -> None:
        """Stop watching; a waiting iteration ends."""
        self._on_close(self)
        self._queue.put_nowait(None)

    def __enter__(self) -> Subscription:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __aiter__(self) -> AsyncIterator[Change]:
        return self

    async def __anext__(self) -> Change:
        change = await self._queue.get()
        if change is None:
            raise StopAsyncIteration
        return change


class Changes(ABC):
    """Tells watchers of changes, and wakes whoever waits."""

    def __init__(self) -> None:
        self._anything = asyncio.Event()
        self._subscriptions: set[Subscription] = set()

    @abstractmethod
    def transcript(self, user_id: int | None = None) -> str:
        """What there is to be seen, by one person or by all, for the words of a wait in vain."""

    def changed(self, change: Change | None = None) -> None:
        """Wake everybody who waits for a change, and tell the watchers which it was."""
        if change is not None:
            for subscription in tuple(self._subscriptions):
                subscription.tell(change)
        self._anything.set()
        self._anything = asyncio.Event()

    def subscribe(self, user_id: int | None) -> Subscription:
        """Watch one person's screen, or everybody's with None."""
        subscription = Subscription(user_id, self._subscriptions.discard)
        self._subscriptions.add(subscription)
        return subscription

    async def next_change(self) -> None:
        """Wait until anything changes."""
        await self._anything.wait()

    async def wait_until(
        self,
        condition: Callable[[], _T | None],
        timeout: float,
        what: str,
        user_id: int | None = None,
    ) -> _T:
        """The first true value of `condition`, looked at again after every change.

        Raises:
            AssertionError: `timeout` seconds passed; the message shows what there is.
        """
        try:
            async with asyncio.timeout(timeout):
                while not (found := condition()):
                    await self.next_change()
        except TimeoutError:
            raise AssertionError(
                f"waited {timeout} s in vain for {what}\n{self.transcript(user_id)}"
            ) from None
        return found
