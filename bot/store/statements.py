"""The statements that SQLite and PostgreSQL spell alike but SQLAlchemy keeps apart."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Table
from sqlalchemy.dialects import postgresql, sqlite

AnyRow = Row[*tuple[Any, ...]]
"""A row of a statement whose columns are not typed one by one."""

_Insert = sqlite.Insert | postgresql.Insert


def insert(connection: Connection, table: Table) -> _Insert:
    """An INSERT that can be given an ON CONFLICT clause."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def insert_or_ignore(connection: Connection, table: Table) -> _Insert:
    """An INSERT that leaves a row alone if one of its unique values is there already."""
    statement: _Insert = _or_ignore(connection.dialect.name, table)
    return statement


@cache
def _or_ignore(dialect: str, table: Table) -> Any:
    maker = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return maker(table).on_conflict_do_nothing()
