"""Ways to fail that a network and a busy Telegram have, at a test's or a demo's command."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from math import ceil
from typing import ClassVar, Literal

from bot.localtelegram.changes import PATIENCE
from bot.localtelegram.errors import BotApiError, too_many_requests
from bot.localtelegram.params import Params
from bot.localtelegram.world import World

Moment = Literal["before", "after"]  # a request is carried out
_LIMITED = frozenset({"sendmessage", "senddocument", "sendphoto"})


@dataclass(frozen=True)
class Fail:
    """One way to fail, `seconds` late.

    BAD_GATEWAY answers with a page that is no JSON (`garbles`); DROP_BEFORE and DROP_AFTER
    close the connection before or after the request is carried out.
    """

    error: BotApiError | None = None
    garbles: bool = False
    drops: Moment | None = None
    seconds: float = 0

    SERVER_ERROR: ClassVar[Fail]
    BAD_GATEWAY: ClassVar[Fail]
    DROP_BEFORE: ClassVar[Fail]
    DROP_AFTER: ClassVar[Fail]

    @staticmethod
    def TOO_MANY(retry_after: int = 1) -> Fail:  # noqa: N802 # reads like its siblings
        """429: nothing is done; come back in `retry_after` seconds."""
        return Fail(too_many_requests(retry_after))

    @staticmethod
    def ERROR(code: int, description: str) -> Fail:  # noqa: N802 # reads like its siblings
        """Any other answer that says no; nothing is done."""
        return Fail(BotApiError(code, description))

    @staticmethod
    def SLOW(seconds: float) -> Fail:  # noqa: N802 # reads like its siblings
        """Do it, after so many seconds."""
        return Fail(seconds=seconds)


Fail.SERVER_ERROR = Fail(BotApiError(500, "Internal Server Error"))
Fail.BAD_GATEWAY = Fail(BotApiError(502, "Bad Gateway"), garbles=True)
Fail.DROP_BEFORE = Fail(drops="before")
Fail.DROP_AFTER = Fail(drops="after")
WELL = Fail()  # no failure


def _concerns(method: str | None, chat_id: int | None, name: str, params: Params) -> bool:
    named = method is None or method.lower() == name.lower()
    return named and chat_id in (None, params.chat_id())


@dataclass(slots=True)
class Fault:
    """A failure that was ordered. `left` times still to come, None without end; `hits` so far."""

    how: Fail
    method: str | None
    chat_id: int | None
    left: int | None
    hits: int = 0

    def heal(self) -> None:
        """Fail no more."""
        self.left = 0

    def strikes(self, name: str, params: Params) -> bool:
        """Whether this request fails; counts it."""
        if self.left == 0 or not _concerns(self.method, self.chat_id, name, params):
            return False
        self.left = None if self.left is None else self.left - 1
        self.hits += 1
        return True


@dataclass(eq=False)
class Gate:
    """Holds requests before they are carried out, or the answers after it, until it is opened."""

    _world: World
    _method: str | None
    _chat_id: int | None
    _when: Moment
    _is_open: bool = False
    _held: list[asyncio.Future[bool]] = field(default_factory=list)
    _reached: int = 0

    @property
    def held(self) -> int:
        """How many requests wait at the gate."""
        return len(self._held)

    async def reached(self, count: int = 1, timeout: float = PATIENCE) -> None:
        """Wait until `count` requests in all have come to the gate.

        Raises:
            AssertionError: they have not within `timeout` seconds.
        """
        what = f"{count} requests {self._method or ''} at the gate, {self._reached} came"
        await self._world.wait_until(lambda: self._reached >= count, timeout, what)

    def release(self) -> None:
        """Open the gate for good: what is held goes on, what comes is not held."""
        self._open(go_on=True)

    def drop(self) -> None:
        """Open the gate for good, and close the held connections without an answer."""
        self._open(go_on=False)

    def __enter__(self) -> Gate:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def stops(self, when: Moment, name: str, params: Params) -> bool:
        """Whether a request is held here at this moment."""
        fits = when == self._when and _concerns(self._method, self._chat_id, name, params)
        return fits and not self._is_open

    async def wait(self) -> bool:
        """Hold the calling request; False when its connection is to be closed."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._held.append(future)
        self._reached += 1
        self._world.changed()
        return await future

    def _open(self, *, go_on: bool) -> None:
        self._is_open = True
        held, self._held = self._held, []
        for future in held:
            if not future.done():
                future.set_result(go_on)


class Faults:
    """The failures and gates that are ordered now."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._faults: list[Fault] = []
        self._gates: list[Gate] = []
        self._hurry = asyncio.Event()

    def order(self, fault: Fault) -> Fault:
        """Fail as `fault` says; of several that concern a request the oldest strikes."""
        self._faults.append(fault)
        return fault

    def heal(self) -> None:
        """Forget all failures and open all gates."""
        self._faults.clear()
        self.open_gates()

    def open_gates(self) -> None:
        """Let everything go on that is held or slow."""
        self._hurry.set()
        self._hurry = asyncio.Event()
        gates, self._gates = self._gates, []
        for gate in gates:
            gate.release()

    def hold(self, method: str | None, chat_id: int | None, when: Moment) -> Gate:
        """A new gate."""
        gate = Gate(self._world, method, chat_id, when)
        self._gates.append(gate)
        return gate

    def strike(self, name: str, params: Params) -> Fail:
        """How this request fails; a `Fail` of nothing where it does not."""
        self._faults = [fault for fault in self._faults if fault.left != 0]
        return next((f.how for f in self._faults if f.strikes(name, params)), WELL)

    async def delay(self, seconds: float) -> None:
        """Be slow for so many seconds, or until all is well again."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hurry.wait()

    async def pass_gates(self, when: Moment, name: str, params: Params) -> bool:
        """Wait at the gates; False when the connection is to be closed."""
        for gate in tuple(self._gates):
            if gate.stops(when, name, params) and not await gate.wait():
                return False
        return True


@dataclass(eq=False)
class RateLimit:
    """Telegram's limits on messages sent: per second in all, and per chat with a burst.

    Source: the Bots FAQ.
    """

    per_second: int = 30
    per_chat: float = 1
    burst: int = 3
    _recent: deque[float] = field(default_factory=deque)
    _chats: dict[int, tuple[float, float]] = field(default_factory=dict)

    def admit(self, method: str, chat_id: int | None, at: float) -> None:
        """Count one request at the monotonic second `at`.

        Raises:
            BotApiError: 429, it is one too many; it does not count then.
        """
        if method.lower() not in _LIMITED or chat_id is None:
            return
        while self._recent and self._recent[0] <= at - 1:
            self._recent.popleft()
        if len(self._recent) >= self.per_second:
            raise too_many_requests(max(1, ceil(self._recent[0] + 1 - at)))
        tokens, since = self._chats.get(chat_id, (float(self.burst), at))
        tokens = min(self.burst, tokens + (at - since) * self.per_chat)
        if tokens < 1:
            self._chats[chat_id] = (tokens, at)
            raise too_many_requests(max(1, ceil((1 - tokens) / self.per_chat)))
        self._chats[chat_id] = (tokens - 1, at)
        self._recent.append(at)
