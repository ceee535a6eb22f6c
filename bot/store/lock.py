"""One bot per database: only the holder of the lock may run.

It is a lock on a file beside the SQLite database, or an advisory lock of PostgreSQL on its own
connection. Both are released when the process ends, even in a crash.
"""

from __future__ import annotations

import os
import sys
import time
from abc import abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.store.errors import LockHeldError, Problem
from bot.store.schema import translate_errors
from bot.store.transaction import Store

WAIT_SECONDS: Final = 60.0
"""How long a restart waits for the previous process to end."""

_POLL_SECONDS: Final = 0.5
_BOT_LOCK_KEY: Final = 4_827_302
"""The key of the running bot's advisory lock; an arbitrary constant."""


class Lock(AbstractContextManager["Lock"]):
    """The lock of one database, held from `acquire` until `release`."""

    @abstractmethod
    def take(self) -> bool:
        """Take the lock if it is free; whether this process holds it now."""

    @abstractmethod
    def held(self) -> bool:
        """Whether this process still holds the lock; takes at most about 15 seconds.

        PostgreSQL's is lost with its connection: another bot may have started, and this one has to
        stop or to acquire the lock again.
        """

    @abstractmethod
    def owner(self) -> int | None:
        """The process id of the holder, where known."""

    @abstractmethod
    def release(self) -> None:
        """Release the lock, and close what it used; a second call does nothing."""

    def __exit__(self, *_: object) -> None:
        self.release()


def acquire(
    store: Store,
    wait: float = WAIT_SECONDS,
    on_wait: Callable[[int | None], None] = lambda _: None,
    *,
    sleep: Callable[[float], object] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> Lock:
    """Acquire the lock of this database, waiting at most `wait` seconds: a restart overlaps.

    `on_wait` is called once when waiting begins, with the holder's process id where known.

    Raises:
        LockHeldError: it was not released in time.
        DatabaseError: the file of the lock cannot be made, or PostgreSQL does not answer.
    """
    with translate_errors(store), ExitStack() as undo:
        lock = _PostgresqlLock(store) if store.path is None else _FileLock(store.path)
        undo.enter_context(lock)
        until = monotonic() + wait
        notified = False
        while not lock.take():
            left = until - monotonic()
            if left <= 0:
                raise _in_use(store.path, lock.owner())
            if not notified:
                on_wait(lock.owner())
            notified = True
            sleep(min(_POLL_SECONDS, left))
        undo.pop_all()
        return lock


def _in_use(path: Path | None, holder: int | None) -> LockHeldError:
    if path is None:
        return LockHeldError(Problem.SERVER_IN_USE)
    if not holder:
        return LockHeldError(Problem.FILE_IN_USE, path=path)
    return LockHeldError(Problem.FILE_IN_USE_BY, path=path, holder=holder)


class _FileLock(Lock):
    """A lock on `<database>.lock`. The file is never deleted: that would be a race."""

    def __init__(self, database: Path) -> None:
        # Symbolic links to one database share one lock.
        real = database.resolve()
        self._path = real.with_name(real.name + ".lock")
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "rb+")

    def take(self) -> bool:
        if not _try_lock(self._file):
            return False
        self._file.seek(0)
        self._file.truncate()
        self._file.write(str(os.getpid()).encode())
        self._file.flush()
        return True

    def held(self) -> bool:
        return not self._file.closed

    def owner(self) -> int | None:
        written = self._path.read_bytes()[:20]
        return int(written) if written.isdigit() else None

    def release(self) -> None:
        self._file.close()


class _PostgresqlLock(Lock):
    """A session-level advisory lock; TCP keep-alives on both sides find a peer that is gone."""

    def __init__(self, store: Store) -> None:
        self._engine = create_engine(
            store.url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": 10, "tcp_user_timeout": 15_000},
        )
        self._connection: Connection | None = None

    def take(self) -> bool:
        if self._connection is None:
            self._connection = self._engine.connect()
            for name in ("idle", "interval", "count"):
                self._connection.execute(text(f"SET tcp_keepalives_{name} = 5"))
        locked = self._connection.execute(text(f"SELECT pg_try_advisory_lock({_BOT_LOCK_KEY})"))
        return bool(locked.scalar_one())

    def held(self) -> bool:
        if self._connection is None:
            return False
        try:
            # From pg_locks: a pooler in between may have given us another session.
            found = self._connection.execute(
                text(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                    f" AND pid = pg_backend_pid() AND objid = {_BOT_LOCK_KEY}"
                )
            )
            return bool(found.scalar_one())
        except DBAPIError:
            return False

    def owner(self) -> int | None:
        return None  # the process may run on another machine

    def release(self) -> None:
        if self._connection is not None:
            # Unlock first: a closed session keeps its locks until the server notices.
            with suppress(SQLAlchemyError):
                self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
            self._connection.close()
            self._connection = None
        self._engine.dispose()


if sys.platform == "win32":
    import msvcrt

    _LOCKED_BYTE = 2**30
    """Windows locks bytes against reading, so the lock is on a byte that nobody reads."""

    def _try_lock(file: BinaryIO) -> bool:
        file.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
