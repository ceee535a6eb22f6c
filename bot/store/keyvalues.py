"""Single facts with the time they were noted: the heartbeat, what was announced."""

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
        """What was noted under this name last, or None."""
        row = self._connection.execute(
            select(marks.c.value, marks.c.at).where(marks.c.name == name)
        ).first()
        return Mark(row.value, row.at) if row else None

    def put(self, name: str, value: str, at: datetime) -> None:
        """Note it, over what was noted before."""
        statement = insert(self._connection.dialect.name, marks)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["name"],
                set_={"value": statement.excluded.value, "at": statement.excluded.at},
            ),
            {"name": name, "value": value, "at": at},
        )
