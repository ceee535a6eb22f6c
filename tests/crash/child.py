"""Bots as processes of their own, for tests to kill.

`python -m tests.crash.child` imports the bot once and then forks: for each line of JSON on
its standard input one process, which runs the real `kawal run` in the given environment.
It tells of each beginning and end on its standard output. A bot that starts in a tenth of
a second can be killed often.

What a test cannot reach through the environment of the real command stands in variables
whose names begin with KAWAL_TEST: the office's clock (seconds ahead of the real one), how
long to wait for a predecessor or a rival, a function after which the process dies at once, and
one that has a bug.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

AHEAD, LOCK_WAIT, RIVAL_WAIT = "KAWAL_TEST_AHEAD", "KAWAL_TEST_LOCK", "KAWAL_TEST_RIVAL"
DIE_AFTER, BREAK = "KAWAL_TEST_DIE_AFTER", "KAWAL_TEST_BREAK"
BATCH = "KAWAL_TEST_BATCH"


def main() -> None:
    """Serve until the standard input ends; then end every bot."""
    _prepare()
    alive: set[int] = set()

    def gather(*_: object) -> None:
        while alive:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            alive.discard(pid)
            _tell(ended=pid, code=os.waitstatus_to_exitcode(status))

    signal.signal(signal.SIGCHLD, gather)
    for line in sys.stdin:
        order = json.loads(line)
        # A bot that ends at once must not be told of before its beginning.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            _become_a_bot(order["environ"], order["log"])
        alive.add(pid)
        _tell(begun=pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    for pid in tuple(alive):
        os.kill(pid, signal.SIGKILL)


def _prepare() -> None:
    """Import what a bot needs, and read the office's data, which no test here changes."""
    import bot.app
    import bot.cli
    import bot.store.backup
    import bot.store.schema
    from bot.settings import PROJECT

    app: Any = bot.app
    app.load_catalog = functools.cache(app.load_catalog)
    app.load_catalog(PROJECT / "sop_data")


def _become_a_bot(environ: dict[str, str], log: str) -> None:
    os.environ.clear()
    os.environ.update(environ)
    nothing = os.open(os.devnull, os.O_RDONLY)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for ours, theirs in ((nothing, 0), (file, 1), (file, 2)):
        os.dup2(ours, theirs)
    code = 70
    try:
        _set_the_stage(environ)
        from bot.cli import main as kawal

        code = kawal(["run"])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _set_the_stage(environ: dict[str, str]) -> None:

    import bot.app
    from bot.chat import polling
    from bot.chat.rate_limit import RateLimiter
    from bot.clock import Clock
    from bot.features import reminders
    from bot.store import lock

    ahead = timedelta(seconds=float(environ.get(AHEAD, "0")))
    stage: Any = bot.app
    stage.Clock = functools.partial(Clock, ahead)
    # The local Telegram knows no speed limits unless it is told to.
    stage.RateLimiter = functools.partial(
        RateLimiter, per_second=10_000.0, chat_burst=10_000, chat_per_second=10_000.0
    )
    stage.App = functools.partial(bot.app.App, patience=0.02)
    if LOCK_WAIT in environ:
        wait = float(environ[LOCK_WAIT])
        lock.acquire = functools.partial(lock.acquire, wait=wait)
    if RIVAL_WAIT in environ:
        polling.PREDECESSOR = float(environ[RIVAL_WAIT])
    if BATCH in environ:
        reminders.TASKS_AT_ONCE = int(environ[BATCH])
    for what, change in ((DIE_AFTER, _deadly), (BREAK, _broken)):
        if what in environ:
            place, _, name = environ[what].partition(":")
            module = importlib.import_module(place)
            setattr(module, name, change(getattr(module, name)))


def _deadly(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def once(*args: Any, **kwargs: Any) -> None:
        function(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    return once


def _broken(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def never(*args: Any, **kwargs: Any) -> None:
        raise LookupError("a bug")

    return never


def _tell(**news: int) -> None:
    os.write(1, (json.dumps(news) + "\n").encode())


if __name__ == "__main__":
    main()
