"""What is due at some moment and is no reminder of a task: one row a thing.

A row is written in the transaction of what it follows from, under a key that no second row
can have, and dealt with once. Moving the clock moves everything: each knock asks for what is
due by then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bot.store.sql import Prepared, insert_or_ignore
from bot.store.tables import agenda

KEY_LENGTH = 96


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that is due. `key` names it for ever; `data` is for whoever deals with it.

    Raises:
        ValueError: the key is longer than its column.
    """

    key: str
    kind: str
    due_at: datetime
    data: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.key) > KEY_LENGTH:
            raise ValueError(f"an agenda key of {len(self.key)} signs: {self.key[:20]}…")


_WAITS = agenda.c.settled_at.is_(None)
_PUT = Prepared(lambda dialect: insert_or_ignore(dialect, agenda))
_SETTLE = Prepared(
    agenda.update()
    .where(agenda.c.key == bindparam("which"), _WAITS)
    .values(settled_at=bindparam("now"))
)
_NEXT_DUE = select(agenda.c.due_at).where(_WAITS).order_by(agenda.c.due_at).limit(1)


class AgendaTable:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, entries: Iterable[Entry]) -> None:
        """Remember these. One whose key is known already stays as it is, settled or not."""
        values = [
            {
                "key": entry.key,
                "kind": entry.kind,
                "due_at": entry.due_at,
                "data": json.dumps(entry.data, ensure_ascii=False),
            }
            for entry in entries
        ]
        _PUT.run(self._connection, values)

    def due(self, now: datetime, most: int) -> list[Entry]:
        """What waits and is due by `now`, the earliest first."""
        query = (
            select(agenda)
            .where(_WAITS, agenda.c.due_at <= now)
            .order_by(agenda.c.due_at, agenda.c.id)
            .limit(most)
        )
        return [_entry(row) for row in self._connection.execute(query)]

    def waiting(self, prefix: str) -> list[Entry]:
        """What waits under keys that begin like this, the earliest first."""
        query = (
            select(agenda)
            .where(_WAITS, agenda.c.key.startswith(prefix, autoescape=True))
            .order_by(agenda.c.due_at, agenda.c.id)
        )
        return [_entry(row) for row in self._connection.execute(query)]

    def complete(self, key: str, now: datetime) -> bool:
        """It has been dealt with; False if it had been before, or was never there."""
        return _SETTLE.run(self._connection, [{"which": key, "now": now}]) == 1

    def reopen(self, now: datetime) -> None:
        """What was dealt with before its time waits again: the clock was ahead, and is not."""
        self._connection.execute(
            agenda.update().where(~_WAITS, agenda.c.due_at > now).values(settled_at=None)
        )

    def postpone(self, key: str, until: datetime) -> None:
        """Look at it again then."""
        self._connection.execute(
            agenda.update().where(agenda.c.key == key, _WAITS).values(due_at=until)
        )

    def withdraw(self, key: str) -> None:
        """It is not to be after all; the same may be put again later."""
        self._connection.execute(agenda.delete().where(agenda.c.key == key, _WAITS))

    def next_due(self) -> datetime | None:
        """When the next thing is due, None if nothing waits."""
        return self._connection.execute(_NEXT_DUE).scalar_one_or_none()

    def forget(self, before: datetime) -> int:
        """Delete what was dealt with before then; how many rows it was."""
        result = self._connection.execute(
            agenda.delete().where(agenda.c.settled_at.is_not(None), agenda.c.settled_at < before)
        )
        return result.rowcount


def _entry(row: Any) -> Entry:
    return Entry(row.key, row.kind, row.due_at, json.loads(row.data))
