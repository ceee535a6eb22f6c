"""One hop to a use case: it runs whole in a worker thread, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

import structlog

from bot.features.work import Services
from bot.store import StoreUnavailableError

log = structlog.get_logger()

THREADS = 4
PATIENCE = (0.2, 1.0, 4.0)  # seconds before each new try when the database does not answer

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """Runs use cases. A database that is away for a moment is waited for."""

    def __init__(self, services: Services, patience: tuple[float, ...] = PATIENCE) -> None:
        self.services = services
        self._patience = patience
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="usecase")

    async def __call__(
        self, usecase: Callable[Concatenate[Services, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `usecase(services, *args)`; a use case is one transaction, so it can be run anew.

        Raises:
            StoreUnavailableError: the database stayed away.
        """
        run, loop = partial(usecase, self.services, *args, **kwargs), asyncio.get_running_loop()
        for pause in self._patience:
            try:
                return await loop.run_in_executor(self._threads, run)
            except StoreUnavailableError as error:
                log.warning("database unavailable", usecase=usecase.__name__, error=str(error))
                await asyncio.sleep(pause)
        return await loop.run_in_executor(self._threads, run)

    def close(self) -> None:
        """Wait for what is running; run nothing more."""
        self._threads.shutdown(wait=True)
