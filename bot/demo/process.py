"""A program within the event loop: all the tasks that it started, and how to kill it.

Killing ends every task of the program and no other, as a killed process would end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVar
from weakref import WeakSet

_T = TypeVar("_T")

_CURRENT: ContextVar[Process | None] = ContextVar("process", default=None)

_PATIENCE = 2.0  # seconds that cancelled tasks get to end


class Process:
    """The tasks that descend from one call of `begin`."""

    def __init__(self) -> None:
        self._context: Context = copy_context()
        self._context.run(_CURRENT.set, self)
        self.tasks: WeakSet[asyncio.Task[Any]] = WeakSet()
        asyncio.get_running_loop().set_task_factory(_factory)

    def begin(self, main: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        """Start `main`; what it starts is part of this process."""
        return self._context.run(asyncio.ensure_future, main)

    def run(self, call: Callable[..., _T], *args: Any) -> _T:
        """Call something as a part of this process."""
        return self._context.run(call, *args)

    async def kill(self) -> None:
        """End every task where it stands."""
        for _ in range(5):
            alive = [task for task in self.tasks if not task.done()]
            if not alive:
                return
            for task in alive:
                task.cancel()
            await asyncio.wait(alive, timeout=_PATIENCE)


def _factory(
    loop: asyncio.AbstractEventLoop,
    coroutine: Coroutine[Any, Any, _T] | Generator[Any, None, _T],
    **options: Any,
) -> asyncio.Task[_T]:
    """Make a task, and note it with the process that it belongs to."""
    task: asyncio.Task[_T] = asyncio.Task(coroutine, loop=loop, **options)
    if (process := _CURRENT.get()) is not None:
        process.tasks.add(task)
    return task
