"""One bot per database: who holds the lock may run, everybody else waits or is told.

On SQLite it is a lock of the operating system on a file beside the database, on PostgreSQL
a session's advisory lock on a connection of its own. Both end with the process, however
it ends, so that nothing has to be cleaned up after a crash.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Protocol, Self

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.store.schema import in_words
from bot.store.transaction import Store

WAIT_SECONDS: Final = 60.0
"""How long a restart waits for its predecessor to finish."""

_POLL_SECONDS: Final = 0.5
_ONE_BOT: Final = 4_827_302
"""The advisory lock of the running bot; any number, but always this one."""


class LockHeldError(Exception):
    """Another bot is running on this database. `holder` is its process id where known."""

    def __init__(self, store: Store, holder: int | None) -> None:
        self.holder = holder
        where = str(store.path) if store.is_sqlite else "PostgreSQL ini"
        process = f" (proses nomor {holder})" if holder else ""
        super().__init__(
            f"database {where} sedang dipakai bot lain{process}; hentikan dahulu bot itu, karena"
            " satu database hanya untuk satu bot"
        )


class _Holder(Protocol):
    def take(self) -> bool:
        """Take the lock if it is free; whether we have it now."""

    def held(self) -> bool:
        """Whether it is still ours."""

    def owner(self) -> int | None:
        """The process id of whoever has it, where known."""

    def close(self) -> None:
        """Give it back, if we have it, and everything it needed."""


class Lock:
    """The lock, held from `acquire` until `release`."""

    def __init__(self, holder: _Holder) -> None:
        self._holder = holder

    def held(self) -> bool:
        """Whether the lock is still ours.

        A file's lock stays while the process lives. PostgreSQL's is lost with its connection
        (the server was restarted, the network broke): then another bot may have begun, and
        this one has to stop or to acquire the lock anew. Asks the server; takes at most
        about 15 seconds where it does not answer.
        """
        return self._holder.held()

    def release(self) -> None:
        """Let the next one in. Releasing twice does no harm."""
        self._holder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def acquire(
    store: Store,
    wait: float = WAIT_SECONDS,
    on_wait: Callable[[int | None], None] | None = None,
    *,
    sleep: Callable[[float], object] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> Lock:
    """Become the one bot on this database.

    A lock that is held is waited for, `wait` seconds at most: a restart overlaps with its
    predecessor. `on_wait` is called once, with the holder's process id where known, when the
    waiting begins.

    Raises:
        LockHeldError: somebody else still had it in the end.
        DatabaseError: the file of the lock cannot be made, or PostgreSQL does not answer.
    """
    with in_words(store):
        return _acquire(store, wait, on_wait, sleep, monotonic)


def _acquire(
    store: Store,
    wait: float,
    on_wait: Callable[[int | None], None] | None,
    sleep: Callable[[float], object],
    monotonic: Callable[[], float],
) -> Lock:
    holder: _Holder = _PostgresqlLock(store) if store.path is None else _FileLock(store.path)
    try:
        until = monotonic() + wait
        told = False
        while not holder.take():
            left = until - monotonic()
            if left <= 0:
                raise LockHeldError(store, holder.owner())
            if on_wait is not None and not told:
                on_wait(holder.owner())
            told = True
            sleep(min(_POLL_SECONDS, left))
    except BaseException:
        holder.close()
        raise
    return Lock(holder)


class _FileLock:
    """A lock on `<database>.lock`; the file stays, for deleting it would race."""

    def __init__(self, database: Path) -> None:
        # Links to one database share one lock.
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

    def close(self) -> None:
        self._file.close()


class _PostgresqlLock:
    """A session's advisory lock, watched from both ends of its connection.

    A server that does not hear from a client any more (its machine lost power) must let go
    of the lock soon, and a client must not wait for ever for a server: the keep-alives say
    so to both.
    """

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
        locked = self._connection.execute(text(f"SELECT pg_try_advisory_lock({_ONE_BOT})"))
        return bool(locked.scalar_one())

    def held(self) -> bool:
        if self._connection is None:
            return False
        try:
            # Asked of the list of locks: a pooler in between may have given us another session.
            found = self._connection.execute(
                text(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                    f" AND pid = pg_backend_pid() AND objid = {_ONE_BOT}"
                )
            )
            return bool(found.scalar_one())
        except DBAPIError:
            return False

    def owner(self) -> int | None:
        return None  # its process id is one of another machine

    def close(self) -> None:
        if self._connection is not None:
            # A closed session keeps its locks until the server notices; a successor is waiting.
            with suppress(SQLAlchemyError):
                self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
            self._connection.close()
            self._connection = None
        self._engine.dispose()


if sys.platform == "win32":
    import msvcrt

    _FAR = 2**30
    """Windows locks bytes against reading, so a byte that nobody reads is locked."""

    def _try_lock(file: BinaryIO) -> bool:
        file.seek(_FAR)
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
