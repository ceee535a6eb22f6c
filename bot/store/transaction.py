"""One store per process, one transaction per use case.

SQLite (WAL, every commit synced to the disk) by default, PostgreSQL by its address. On
both, writers run one after the other: SQLite by `BEGIN IMMEDIATE`, PostgreSQL by an
advisory lock that ends with the transaction. One office never needs more, and what is
read inside a writing transaction stays valid until its commit.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.domain.sop import Sop
from bot.store import serialization
from bot.store.agenda import AgendaTable
from bot.store.calendar import CalendarTable
from bot.store.groups import GroupTable
from bot.store.inbox import FilesTable, InboxTable
from bot.store.journal import JournalTable
from bot.store.keyvalues import KeyValueTable
from bot.store.outbox import OutboxTable
from bot.store.people import PeopleTable
from bot.store.reminders import ReminderTable
from bot.store.runs import RunTable
from bot.store.sql import Prepared, insert_or_ignore
from bot.store.tables import seen_updates, sop_versions

_WRITES = "kawal_writes"
_WRITER_LOCK_KEY = 4_827_301
"""The key of the advisory lock that PostgreSQL's writers queue for; an arbitrary constant."""

BUSY_TIMEOUT_MS = 15_000
_RETRY_MS = 50

_STORE_UPDATE = Prepared(lambda dialect: insert_or_ignore(dialect, seen_updates))


class AlreadyHandledError(Exception):
    """This update from Telegram was handled before."""


class StoreUnavailableError(Exception):
    """The database did not answer or could not write: nothing was changed, try again."""


class Transaction:
    """One open transaction, with the tables by topic."""

    def __init__(self, connection: Connection, versions: dict[int, Sop]) -> None:
        self.connection = connection
        self._versions = versions
        self._after_commit: list[Callable[[], None]] = []

    # Most transactions use two or three of them.
    people = cached_property(lambda self: PeopleTable(self.connection))
    runs = cached_property(lambda self: RunTable(self.connection, self.version))
    agenda = cached_property(lambda self: AgendaTable(self.connection))
    reminders = cached_property(lambda self: ReminderTable(self.connection))
    outbox = cached_property(lambda self: OutboxTable(self.connection))
    inbox = cached_property(lambda self: InboxTable(self.connection))
    files = cached_property(lambda self: FilesTable(self.connection))
    journal = cached_property(lambda self: JournalTable(self.connection))
    calendar = cached_property(lambda self: CalendarTable(self.connection))
    groups = cached_property(lambda self: GroupTable(self.connection))
    keyvalues = cached_property(lambda self: KeyValueTable(self.connection))

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call this after the commit, before the next writer; not after a rollback.

        It is for caches of the database in memory, and has to be quick.
        """
        self._after_commit.append(callback)

    def committed(self) -> None:
        """Run the callbacks of `after_commit`."""
        for callback in self._after_commit:
            callback()

    def version(self, version_id: int) -> Sop:
        """The SOP version that runs are pinned to; cached, since it never changes."""
        if version_id not in self._versions:
            query = select(sop_versions.c.body).where(sop_versions.c.id == version_id)
            body = self.connection.execute(query).scalar_one()
            self._versions[version_id] = serialization.load_sop(body)
        return self._versions[version_id]

    def pin(self, sop: Sop, now: datetime) -> int:
        """The id of this SOP's version, stored if it is new."""
        digest = serialization.digest(sop)
        body = serialization.dump_sop(sop)
        row = {"digest": digest, "number": sop.number, "body": body, "seen_at": now}
        self.connection.execute(insert_or_ignore(self.connection.dialect.name, sop_versions), row)
        query = select(sop_versions.c.id).where(sop_versions.c.digest == digest)
        return int(self.connection.execute(query).scalar_one())

    def first_time(self, update_id: int, now: datetime) -> bool:
        """Store the id of an update that is being handled; False if it was stored before."""
        return _STORE_UPDATE.run(self.connection, [{"update_id": update_id, "at": now}]) == 1

    def forget_updates(self, before: datetime) -> None:
        """Delete ids of updates that Telegram cannot repeat any more."""
        self.connection.execute(seen_updates.delete().where(seen_updates.c.at < before))


class Store:
    """The office's database.

    `url` is an SQLAlchemy address; `postgres://` and `postgresql://` mean psycopg 3.
    """

    def __init__(self, url: str) -> None:
        self.url = normal_url(url)
        self._versions: dict[int, Sop] = {}
        self._writers = _WriterQueue()
        self.engine = _engine(self.url)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path | None:
        """The database file, None for PostgreSQL or a database in memory."""
        if not self.is_sqlite or self.url.database in (None, "", ":memory:"):
            return None
        return Path(str(self.url.database))

    @contextmanager
    def begin(
        self, update_id: int | None = None, now: datetime | None = None
    ) -> Iterator[Transaction]:
        """A writing transaction; with `update_id` (and `now`), for one update of Telegram.

        Within a process writers are served in the order in which they came.

        Raises:
            AlreadyHandledError: on entering, if that update was handled before.
            ValueError: an update id without the time to remember it by.
            StoreUnavailableError: at any point; nothing was changed.
        """
        with _availability(), self._writers.hold(), self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                tx = Transaction(connection, self._versions)
                if update_id is not None:
                    if now is None:
                        raise ValueError("an update is remembered with the time of its handling")
                    if not tx.first_time(update_id, now):
                        raise AlreadyHandledError(update_id)
                yield tx
            tx.committed()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A read-only transaction on one snapshot.

        Raises:
            StoreUnavailableError: the database did not answer.
        """
        with _availability(), self.engine.connect() as connection, connection.begin():
            yield Transaction(connection, self._versions)

    def close(self) -> None:
        """Close the connections. The store cannot be used afterwards."""
        self.engine.dispose()


class _WriterQueue:
    """A fair lock for writers: first come, first served.

    SQLite polls while it waits, so that a later writer can overtake an earlier one, and one
    tap may wait for a hundred transactions that follow each other.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Wait for the lock, and hold it.

        Raises:
            StoreUnavailableError: it was not free within the busy timeout.
        """
        mine = threading.Event()
        with self._guard:
            self._queue.append(mine)
            self._queue[0].set()
        try:
            if not mine.wait(BUSY_TIMEOUT_MS / 1000):
                raise StoreUnavailableError("another transaction does not end")
            yield
        finally:
            with self._guard:
                self._queue.remove(mine)
                if self._queue:
                    self._queue[0].set()


@contextmanager
def _availability() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        # Not the statement and its parameters: they hold people's texts.
        raise StoreUnavailableError(str(getattr(error, "orig", error))) from error


def normal_url(url: str) -> URL:
    """The address as SQLAlchemy wants it, with the drivers this project ships.

    Raises:
        ValueError: neither SQLite nor PostgreSQL, or no address at all.
    """
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    except Exception as error:
        raise ValueError(
            "it is not a database address; expected for example sqlite:///data/kawal.db or"
            " postgresql://user:password@host/name"
        ) from error
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        return parsed.set(drivername="sqlite+pysqlite")
    raise ValueError(f"{backend} is not supported; it has to be sqlite or postgresql")


def _engine(url: URL) -> Engine:
    # An error's text may reach the log, and parameters hold people's texts.
    options: dict[str, Any] = {"pool_size": 4, "max_overflow": 4, "hide_parameters": True}
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, pool_pre_ping=True, **options)
        event.listen(engine, "begin", _begin_on_postgresql)
        return engine
    connect = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    engine = create_engine(url, connect_args=connect, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_on_sqlite)
    return engine


def _prepare_sqlite(dbapi_connection: Any, record: Any) -> None:
    # The driver's own transaction handling begins late and never IMMEDIATE. It is switched
    # off, and `_begin_on_sqlite` begins transactions.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    _write_ahead(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Switch the file to WAL mode, which is permanent.

    When two connections open a new file at once, SQLite fails one of them without waiting for
    the busy timeout, so this retries.
    """
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(_RETRY_MS / 1000)


def _begin_on_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_on_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(_WRITES):
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK_KEY})"))
    else:
        # By default each statement would have a snapshot of its own.
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
