"""A program within the event loop: all the tasks that it started, and how to kill it.

A program that is killed ends between two instructions: nothing tidies up, nothing more is
recorded. Within one process that means every task of it, whoever started the task, and no
task of anybody else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVar
from weakref import WeakSet

_T = TypeVar("_T")

_CURRENT: ContextVar[Process | None] = ContextVar("process", default=None)

_PATIENCE = 2.0
"""Seconds that cancelled tasks get to go."""


class Process:
    """The tasks that descend from one call of `begin`."""

    def __init__(self) -> None:
        self._context: Context = copy_context()
        self._context.run(_CURRENT.set, self)
        self._tasks: WeakSet[asyncio.Task[Any]] = WeakSet()
        _count_tasks(asyncio.get_running_loop())

    def begin(self, main: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        """Start `main`; what it starts is part of this process."""
        return self._context.run(asyncio.ensure_future, main)

    def run(self, call: Callable[..., _T], *args: Any) -> _T:
        """Call something as a part of this process."""
        return self._context.run(call, *args)

    def born(self, task: asyncio.Task[Any]) -> None:
        """A task of this process was started."""
        self._tasks.add(task)

    async def kill(self) -> None:
        """End every task where it stands."""
        for _ in range(5):
            alive = [task for task in self._tasks if not task.done()]
            if not alive:
                return
            for task in alive:
                task.cancel()
            await asyncio.wait(alive, timeout=_PATIENCE)


def _count_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Let `loop` tell each new task to the process that it belongs to."""
    if loop.get_task_factory() is _factory:
        return
    loop.set_task_factory(_factory)


def _factory(
    loop: asyncio.AbstractEventLoop,
    coroutine: Coroutine[Any, Any, _T] | Generator[Any, None, _T],
    **options: Any,
) -> asyncio.Task[_T]:
    task: asyncio.Task[_T] = asyncio.Task(coroutine, loop=loop, **options)
    process = _CURRENT.get()
    if process is not None:
        process.born(task)
    return task
