"""Migrations and models make the same database, on SQLite and on PostgreSQL."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from bot.store import Store, schema
from bot.store.tables import metadata


def test_a_migrated_database_needs_no_further_migration(store: Store) -> None:
    with store.read() as tx:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(tx.connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_models_and_migrations_make_the_same_tables_indexes_and_triggers(empty_url: str) -> None:
    made = []
    for make in (metadata.create_all, None):
        store = Store(empty_url)
        if make is None:
            schema.upgrade(store)
        else:
            with store.begin() as tx:
                make(tx.connection)
        with store.read() as tx:
            made.append(_described(tx.connection))
        with store.begin() as tx:
            metadata.drop_all(tx.connection)
        store.close()
    by_models, by_migrations = made
    assert by_models == by_migrations
    assert len(by_models) == len(metadata.tables) + 1


def test_the_newest_file_of_the_migrations_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [schema.head()]
    assert [r.revision for r in script.walk_revisions()] == list(reversed(schema.revisions()))


def _described(connection: Connection) -> dict[str, object]:
    """Everything that the database says of itself, in an order of its own."""
    look = inspect(connection)
    found: dict[str, object] = {}
    for table in sorted(set(look.get_table_names()) - {"alembic_version"}):
        found[table] = {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"], c["default"])
                for c in look.get_columns(table)
            ],
            "key": look.get_pk_constraint(table),
            "foreign": sorted(map(str, look.get_foreign_keys(table))),
            "unique": sorted(map(str, look.get_unique_constraints(table))),
            "checks": sorted(map(str, look.get_check_constraints(table))),
            "indexes": sorted(_index(i) for i in look.get_indexes(table)),
        }
    found["triggers"] = sorted(map(tuple, connection.execute(text(_TRIGGERS[look.dialect.name]))))
    return found


def _index(index: object) -> str:
    """One index as text; the condition of a partial one is an object with a text of its own."""
    assert isinstance(index, dict)
    options = {key: str(value) for key, value in index.get("dialect_options", {}).items()}
    return str((index["name"], index["column_names"], index["unique"], options))


_TRIGGERS = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT t.tgname, pg_get_triggerdef(t.oid), p.prosrc FROM pg_trigger t"
        " JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"
    ),
}
