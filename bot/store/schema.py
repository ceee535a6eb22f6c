"""The schema's revisions: `migrations/versions`, one file each, numbered in order."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from bot.store.disk import sync
from bot.store.errors import DatabaseError, Problem
from bot.store.tables import metadata
from bot.store.transaction import Store, StoreUnavailableError

MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations"


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The revision before (None: it was empty) and after, and the copy made of an SQLite file."""

    before: str | None
    after: str
    copy: Path | None


@cache
def revisions() -> tuple[str, ...]:
    """Every revision that this version knows, oldest first."""
    return tuple(sorted(file.stem for file in (MIGRATIONS / "versions").glob("[0-9]*.py")))


def head() -> str:
    """The revision that this version works with."""
    return revisions()[-1]


def current(store: Store) -> str | None:
    """The revision of this database, None while it is empty; a missing SQLite file is created.

    Raises:
        DatabaseError: it cannot be reached, or it is not ours.
    """
    with translate_errors(store), store.engine.connect() as connection, connection.begin():
        return _current(connection)


def is_current(store: Store) -> bool:
    """Whether the database has the revision that this version works with.

    Raises:
        DatabaseError: it cannot be reached, or it is not ours or of a newer revision.
    """
    return current(store) == head()


def upgrade(store: Store) -> Upgrade | None:
    """Upgrade the database to `head`; None if it was.

    In one transaction: a second process waits, and a crash leaves the old revision. An SQLite
    file with data is copied before, into `backup/` beside it.

    Raises:
        DatabaseError: it cannot be reached, it is not ours, or of a newer revision.
    """
    if is_current(store):
        return None
    with translate_errors(store), store.begin() as tx:
        before = _current(tx.connection)
        if before == head():
            return None
        copy = _copy(store.path, before) if before and store.path else None
        _migrate(tx.connection)
        return Upgrade(before, head(), copy)


@contextmanager
def translate_errors(store: Store) -> Iterator[None]:
    """Turn errors of the driver and the operating system into `DatabaseError`.

    Raises:
        DatabaseError: in place of what the driver or the operating system raised inside.
    """
    try:
        yield
    except (DBAPIError, StoreUnavailableError, sqlite3.Error, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        if store.is_sqlite:
            raise DatabaseError(Problem.FILE_UNUSABLE, path=store.path, reason=reason) from error
        raise DatabaseError(Problem.SERVER_UNUSABLE, reason=reason) from error


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that may be in use, as one snapshot, into one new file.

    Raises:
        sqlite3.DatabaseError: the source is no database, or it is damaged.
        OSError: the target cannot be written.
    """
    origin = sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True, timeout=15)
    with closing(origin), closing(sqlite3.connect(target)) as copy:
        target.chmod(0o600)
        origin.backup(copy)
        # The copy is one file, without a WAL file beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        problems = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        if problems != ["ok"]:
            raise sqlite3.DatabaseError("; ".join(problems))
    sync(target)


def _current(connection: Connection) -> str | None:
    names = set(inspect(connection).get_table_names())
    if "alembic_version" not in names:
        if taken := names & set(metadata.tables):
            raise DatabaseError(Problem.FOREIGN_TABLES, tables=", ".join(sorted(taken)))
        return None
    found = list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
    if not found:
        return None
    if len(found) > 1 or found[0] not in revisions():
        raise DatabaseError(Problem.NEWER_REVISION, found=", ".join(found), known=head())
    return str(found[0])


def _copy(path: Path, revision: str) -> Path:
    folder = path.parent / "backup"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{path.stem}-sebelum-migrasi-{revision}.db"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".sebelum-migrasi-") as scratch:
        fresh = Path(scratch) / target.name
        copy_sqlite(path, fresh)
        # A failed upgrade before may have left a copy of the same revision: this is newer.
        fresh.replace(target)
    sync(target)
    return target


def _migrate(connection: Connection) -> None:
    # Imported here because it is slow, and only an upgrade needs it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
