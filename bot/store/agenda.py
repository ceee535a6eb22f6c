"""Due dates other than reminders: one row each, written with its cause, handled once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from bot.store.sql import AnyRow, Prepared, Rows, check_key, fields_of, insert_or_ignore
from bot.store.tables import agenda


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that is due. `key` is unique, also among handled rows.

    Raises:
        ValueError: the key is longer than its column.
    """

    key: str
    kind: str
    due_at: datetime
    data: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_key(self.key)


_WAITS = agenda.c.settled_at.is_(None)
_PUT = Prepared(lambda dialect: insert_or_ignore(dialect, agenda))
_COMPLETE = Prepared(
    agenda.update()
    .where(agenda.c.key == bindparam("which"), _WAITS)
    .values(settled_at=bindparam("now"))
)
_NEXT_DUE = select(agenda.c.due_at).where(_WAITS).order_by(agenda.c.due_at).limit(1)
_WAITING = select(agenda).where(_WAITS).order_by(agenda.c.due_at, agenda.c.id)


class AgendaTable(Rows):
    def put(self, entries: Iterable[Entry]) -> None:
        """Store these. An existing key is left as it is, completed or not."""
        dumped = ((entry, json.dumps(entry.data, ensure_ascii=False)) for entry in entries)
        _PUT.run(self._connection, [{**fields_of(entry), "data": data} for entry, data in dumped])

    def due(self, now: datetime, most: int) -> list[Entry]:
        """What waits and is due by `now`, the earliest first."""
        query = _WAITING.where(agenda.c.due_at <= now).limit(most)
        return [_entry(row) for row in self._connection.execute(query)]

    def waiting(self, prefix: str) -> list[Entry]:
        """What waits under keys with this prefix, the earliest first."""
        query = _WAITING.where(agenda.c.key.startswith(prefix, autoescape=True))
        return [_entry(row) for row in self._connection.execute(query)]

    def complete(self, key: str, now: datetime) -> bool:
        """Mark it as handled; False if it was before, or never existed."""
        return _COMPLETE.run(self._connection, [{"which": key, "now": now}]) == 1

    def reopen(self, now: datetime) -> None:
        """Undo the completion of what is due later than `now`: the clock was ahead."""
        self._update(agenda, ~_WAITS, agenda.c.due_at > now, settled_at=None)

    def postpone(self, key: str, until: datetime) -> None:
        """Make it due at `until` instead."""
        self._update(agenda, agenda.c.key == key, _WAITS, due_at=until)

    def withdraw(self, key: str) -> None:
        """Delete it while it waits; the same key may be put again."""
        self._delete(agenda, agenda.c.key == key, _WAITS)

    def next_due(self) -> datetime | None:
        """When the next thing is due, None if nothing waits."""
        return self._connection.execute(_NEXT_DUE).scalar_one_or_none()

    def forget(self, before: datetime) -> int:
        """Delete what was handled before then; how many rows."""
        return self._delete(agenda, ~_WAITS, agenda.c.settled_at < before)


def _entry(row: AnyRow) -> Entry:
    return Entry(row.key, row.kind, row.due_at, json.loads(row.data))
