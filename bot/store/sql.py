"""Statements for both dialects, and those that are compiled once.

Building a statement costs more than running it: those of the hot paths are built once, as
constants or in cached functions of the dialect's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ColumnElement, Connection, Dialect, Row, Select, Table, UpdateBase
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.tables import KEY_LENGTH

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

AnyRow = Row[*tuple[Any, ...]]
"""A row of a statement whose columns are not typed one by one."""

Insert = sqlite.Insert | postgresql.Insert


def insert(dialect: str, table: Table) -> Insert:
    """An INSERT that can be given an ON CONFLICT clause."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def insert_or_ignore(dialect: str, table: Table) -> Insert:
    """An INSERT ... ON CONFLICT DO NOTHING."""
    return insert(dialect, table).on_conflict_do_nothing()


def check_key(key: str) -> None:
    """SQLite would store a longer one.

    Raises:
        ValueError: the key is longer than its column.
    """
    if len(key) > KEY_LENGTH:
        raise ValueError(f"a key of {len(key)} signs: {key[:20]}…")


def columns(table: Table, kind: type[DataclassInstance]) -> list[Column[Any]]:
    """The columns that have the names of this class's fields, in their order."""
    return [table.c[field.name] for field in fields(kind)]


def fields_of(instance: DataclassInstance) -> dict[str, Any]:
    """The fields of this instance by name; what they hold is not copied."""
    return {field.name: getattr(instance, field.name) for field in fields(instance)}


class Rows:
    """Rows of the database within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _exists(self, query: Select[Any], **params: object) -> bool:
        """Whether the query finds anything."""
        return self._connection.execute(query.limit(1), params).first() is not None

    def _insert(self, table: Table, /, **values: object) -> int:
        """Insert a row; its id."""
        statement = table.insert().returning(table.c.id)
        return int(self._connection.execute(statement, values).scalar_one())

    def _put(self, table: Table, key: str, /, **values: object) -> None:
        """Insert a row; where there is one with this key, these columns of it are set instead."""
        statement = insert(self._connection.dialect.name, table)
        changes = {name: statement.excluded[name] for name in values if name != key}
        upsert = statement.on_conflict_do_update(index_elements=[key], set_=changes)
        self._connection.execute(upsert, values)

    def _update(self, table: Table, /, *where: ColumnElement[bool], **values: object) -> int:
        """Set these columns of the rows that meet every condition; how many they were."""
        return self._connection.execute(table.update().where(*where).values(**values)).rowcount

    def _delete(self, table: Table, *where: ColumnElement[bool]) -> int:
        """Delete the rows that meet every condition; how many they were."""
        return self._connection.execute(table.delete().where(*where)).rowcount


class Prepared:
    """A write that is compiled once per dialect and run by the driver directly.

    A confirmation writes the same ten statements every time, and SQLAlchemy spends more time
    on preparing them than the database on running them. `statement` is the statement, or a
    function of the dialect's name where the dialects differ. Every row has to name the same
    columns.
    """

    def __init__(self, statement: UpdateBase | Callable[[str], UpdateBase]) -> None:
        self._statement = statement
        self._plans: dict[tuple[str, tuple[str, ...]], _Plan] = {}

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run it for each row, if any; how many rows were written."""
        if not rows:
            return 0
        plan = self._plan(connection.dialect, tuple(rows[0]))
        values = [plan.values(row) for row in rows]
        return connection.exec_driver_sql(
            plan.sql, values if len(values) > 1 else values[0]
        ).rowcount

    def _plan(self, dialect: Dialect, columns: tuple[str, ...]) -> _Plan:
        key = (dialect.name, columns)
        if key not in self._plans:
            statement = self._statement
            if not isinstance(statement, UpdateBase):
                statement = statement(dialect.name)
            self._plans[key] = _Plan(statement, dialect, columns)
        return self._plans[key]


class _Plan:
    """The SQL for the driver, and the conversion of a row to its parameters."""

    def __init__(self, statement: UpdateBase, dialect: Dialect, columns: tuple[str, ...]) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(columns))
        self.sql = str(compiled)
        self._positions = compiled.positiontup
        self._constants = {n: v for n, v in compiled.params.items() if n not in columns}
        self._processors = {
            name: processor
            for name, bind in compiled.binds.items()
            if (processor := bind.type.dialect_impl(dialect).bind_processor(dialect))
        }

    def values(self, row: Mapping[str, Any]) -> Any:
        given = {**self._constants, **row}
        for name, processor in self._processors.items():
            given[name] = processor(given[name])
        if self._positions is None:
            return given
        return tuple([given[name] for name in self._positions])
