"""Key-value pairs with the time they were written: the heartbeat, what was announced."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from bot.store.sql import Rows
from bot.store.tables import marks


class Mark(NamedTuple):
    value: str
    at: datetime


class KeyValueTable(Rows):
    def get(self, name: str) -> Mark | None:
        """The value of this name, or None."""
        query = select(marks.c.value, marks.c.at).where(marks.c.name == name)
        row = self._connection.execute(query).first()
        return Mark(*row) if row else None

    def put(self, name: str, value: str, at: datetime) -> None:
        """Write a value, in place of an earlier one."""
        self._put(marks, "name", name=name, value=value, at=at)
