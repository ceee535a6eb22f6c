"""The statements that SQLite and PostgreSQL spell alike but SQLAlchemy keeps apart.

Building a statement costs more than running it: those of the hot paths are made once, as
constants or in cached functions of the dialect's name.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Row, Table
from sqlalchemy.dialects import postgresql, sqlite

AnyRow = Row[*tuple[Any, ...]]
"""A row of a statement whose columns are not typed one by one."""

Insert = sqlite.Insert | postgresql.Insert


def insert(dialect: str, table: Table) -> Insert:
    """An INSERT that can be given an ON CONFLICT clause."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def insert_or_ignore(dialect: str, table: Table) -> Insert:
    """An INSERT that leaves a row alone if one of its unique values is there already."""
    return insert(dialect, table).on_conflict_do_nothing()
