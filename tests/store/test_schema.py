"""The database comes up to date by itself, and whatever happens keeps the office's record."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.operator_words import sentence
from bot.store import Store, schema
from bot.store.errors import DatabaseError
from tests.store.told import told

NEWEST = schema.head()
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


@pytest.fixture
def empty(empty_url: str) -> Iterator[Store]:
    store = Store(empty_url)
    yield store
    store.close()


@pytest.fixture
def second_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that has one edition more than this one; its folder of migrations."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for path in (schema.MIGRATIONS / "env.py", *schema.MIGRATIONS.glob("versions/*.py")):
        (folder / path.relative_to(schema.MIGRATIONS)).write_text(path.read_text())
    (folder / "versions/9999_catatan.py").write_text(
        "from alembic import op\n"
        "import sqlalchemy as sa\n"
        f'revision, down_revision = "9999_catatan", "{NEWEST}"\n'
        "def upgrade():\n"
        '    op.add_column("runs", sa.Column("remark", sa.Text))\n'
    )
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    schema.revisions.cache_clear()
    yield folder
    monkeypatch.undo()
    schema.revisions.cache_clear()


def test_an_empty_database_gets_the_schema_and_the_second_look_has_nothing_to_do(
    empty: Store,
) -> None:
    assert schema.current(empty) is None
    assert not schema.is_current(empty)
    done = schema.upgrade(empty)
    assert done == schema.Upgrade(before=None, after=schema.head(), copy=None)
    assert schema.is_current(empty)
    assert schema.upgrade(empty) is None


def test_of_two_bots_that_start_at_once_one_migrates_and_the_other_finds_it_done(
    empty_url: str,
) -> None:
    ready = threading.Barrier(2)
    results: list[object] = []

    def start() -> None:
        store = Store(empty_url)
        ready.wait()
        results.append(schema.upgrade(store))
        store.close()

    both = [threading.Thread(target=start) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(results) == 2
    assert [r for r in results if r] == [schema.Upgrade(None, schema.head(), None)]


def test_a_migration_that_fails_half_way_leaves_the_database_as_it_was(
    store: Store, second_edition: Path
) -> None:
    broken = second_edition / "versions/9999_catatan.py"
    broken.write_text(broken.read_text() + '    raise RuntimeError("the power went")\n')
    with pytest.raises(RuntimeError):
        schema.upgrade(store)
    assert schema.current(store) == NEWEST
    with store.read() as tx, pytest.raises(DBAPIError):
        tx.connection.execute(text("SELECT remark FROM runs"))


def test_an_sqlite_file_is_copied_before_it_is_migrated(
    sqlite_store: Store, second_edition: Path
) -> None:
    with sqlite_store.begin() as tx:
        tx.keyvalues.put("ditulis", "sebelum", NOW)
    done = schema.upgrade(sqlite_store)
    assert done is not None
    assert (done.before, done.after) == (NEWEST, "9999_catatan")
    assert done.copy is not None
    assert done.copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(done.copy)) as copy:
        assert copy.execute("SELECT value FROM marks").fetchall() == [("sebelum",)]
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEWEST,)]


def test_a_postgresql_database_is_migrated_without_a_copy(
    postgresql_store: Store, second_edition: Path
) -> None:
    assert schema.upgrade(postgresql_store) == schema.Upgrade(NEWEST, "9999_catatan", None)


def test_a_database_of_a_newer_edition_is_refused_with_what_to_do(store: Store) -> None:
    with store.begin() as tx:
        tx.connection.execute(text("UPDATE alembic_version SET version_num = '0042_kelak'"))
    for look in (schema.current, schema.is_current, schema.upgrade):
        with told(DatabaseError, r"0042_kelak.*versi terbaru"):
            look(store)


def test_a_database_of_another_application_is_left_alone(empty: Store) -> None:
    with empty.begin() as tx:
        tx.connection.execute(text("CREATE TABLE runs (kilometres INTEGER)"))
    with told(DatabaseError, "aplikasi lain"):
        schema.upgrade(empty)


def test_a_file_that_is_no_database_is_a_plain_sentence(tmp_path: Path) -> None:
    path = tmp_path / "kawal.db"
    path.write_text("Surat Keputusan, bukan database. " * 200)
    store = Store(f"sqlite:///{path}")
    with told(DatabaseError, r"not a database.*periksa"):
        schema.upgrade(store)
    store.close()


def test_a_postgresql_server_that_is_down_is_a_plain_sentence() -> None:
    store = Store("postgres://kawal:rahasia@127.0.0.1:1/kawal")
    with told(DatabaseError, "PostgreSQL tidak dapat dipakai") as fault:
        schema.current(store)
    assert "rahasia" not in str(fault.value) + sentence(fault.value)
    store.close()


@pytest.mark.parametrize(
    "change", ["UPDATE journal SET kind = 'lain'", "DELETE FROM journal"], ids=["update", "delete"]
)
def test_nobody_changes_or_drops_a_line_of_the_journal(store: Store, change: str) -> None:
    with store.begin() as tx:
        tx.journal.note("joined", NOW, None)
    with pytest.raises(DBAPIError, match="append-only"), store.begin() as tx:
        tx.connection.execute(text(change))
    with store.read() as tx:
        assert [line.kind for line in tx.journal.lines(5)] == ["joined"]
