"""Key-value pairs with the time they were written: the heartbeat, what was announced."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from bot.store.sql import insert
from bot.store.tables import marks


class Mark(NamedTuple):
    value: str
    at: datetime


class KeyValueTable:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> Mark | None:
        """The value of this name, or None."""
        row = self._connection.execute(
            select(marks.c.value, marks.c.at).where(marks.c.name == name)
        ).first()
        return Mark(row.value, row.at) if row else None

    def put(self, name: str, value: str, at: datetime) -> None:
        """Write a value, in place of an earlier one."""
        statement = insert(self._connection.dialect.name, marks)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["name"],
                set_={"value": statement.excluded.value, "at": statement.excluded.at},
            ),
            {"name": name, "value": value, "at": at},
        )
