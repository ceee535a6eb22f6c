"""INSERT with ON CONFLICT for both dialects, and statements that are compiled once.

Building a statement costs more than running it: those of the hot paths are built once, as
constants or in cached functions of the dialect's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Row, Table, UpdateBase
from sqlalchemy.dialects import postgresql, sqlite

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
