"""The real bot as a process of the demo: started, settled, stopped, or killed where it stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from enum import StrEnum

import structlog

from bot.app import App
from bot.chat.rate_limit import RateLimiter
from bot.clock import Clock
from bot.demo.process import Process
from bot.features.work import Services
from bot.localtelegram.server import LocalTelegram

log = structlog.get_logger()

SETTLES_IN = 3.0  # seconds that what is due gets before the clock goes on


class BotState(StrEnum):
    """How the bot is."""

    STARTING = "starting"
    RUNNING = "running"
    KILLED = "killed"
    CRASHED = "crashed"


class Bot:
    """The same `App` that `kawal run` starts; `fault` says why it crashed or cannot start."""

    def __init__(
        self, telegram: LocalTelegram, clock: Clock, on_change: Callable[[], None]
    ) -> None:
        self._telegram = telegram
        self._clock = clock
        self._on_change = on_change
        self._app: App | None = None
        self._process: Process | None = None
        self._main: asyncio.Task[None] | None = None
        self.state = BotState.STARTING
        self.fault: str | None = None

    @property
    def runs(self) -> bool:
        """Whether it takes updates."""
        return self.state is BotState.RUNNING

    @property
    def has_ended(self) -> bool:
        """Whether it is not started, or has ended."""
        return self._main is None or self._main.done()

    def turn(self, state: BotState, fault: str | None = None) -> None:
        """Set the state, and tell of it."""
        self.state, self.fault = state, fault
        self._on_change()

    async def launch(self, services: Services) -> None:
        """Start it, and wait until it takes updates."""
        telegram, ready = self._telegram, asyncio.Event()
        # The local Telegram sets its own speed limits, when it is told to.
        limiter = RateLimiter(per_second=1_000, chat_burst=1_000, chat_per_second=1_000)
        self._app = App(
            services, telegram.token, telegram.api_url, self._clock, rate_limiter=limiter
        )
        self._process = Process()
        main = self._main = self._process.begin(self._app.run(ready))
        main.add_done_callback(self._ended)
        waiting = asyncio.create_task(ready.wait())
        try:
            await asyncio.wait({main, waiting}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if not main.done():
            self.turn(BotState.RUNNING)

    async def kill(self) -> None:
        """End it as a power cut would: no word, no tidying, nothing recorded."""
        if self._process is not None and not self.has_ended:
            self.state = BotState.KILLED
            await self._process.kill()
            self._on_change()

    async def stop(self) -> None:
        """Stop it tidily, and kill what has not ended within five seconds."""
        if self._app is not None and self._main is not None and not self._main.done():
            self._telegram.heal()
            self._app.stop()
            await asyncio.wait([self._main], timeout=5)
        if self._process is not None:
            await self._process.kill()

    def _ended(self, main: asyncio.Task[None]) -> None:
        error = None if main.cancelled() else main.exception()
        if self.state is BotState.KILLED:
            return
        if error is not None:
            log.error("the bot has crashed", exc_info=error)
        self.turn(BotState.CRASHED, None if error is None else type(error).__name__)

    def move_clock(self, to: datetime) -> None:
        """Move the clock; what that wakes is part of the bot."""
        if self._process is not None:
            self._process.run(self._clock.move, to)
        else:
            self._clock.move(to)

    async def settle(self) -> None:
        """Let what is due now happen, as far as Telegram lets it."""
        if self._app is None or not self.runs:
            return
        telegram = self._telegram
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLES_IN):
                await telegram.wait_until(
                    lambda: not telegram.pending, SETTLES_IN * 2, "the bot to have heard all"
                )
                await self._app.scheduler.tick()
                self._app.deliver.wake()
                await self._app.deliver.wait_idle()
