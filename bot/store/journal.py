"""The append-only record of who did what, when and in which capacity."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from bot.domain.events import Event, actor
from bot.store import serialization
from bot.store.sql import Prepared, Rows
from bot.store.tables import journal


class JournalLine(NamedTuple):
    """One line as stored; `data` is the event's or the fact's JSON."""

    id: int
    run_id: int | None
    at: datetime
    person_id: int | None
    kind: str
    data: str


_WRITE = Prepared(journal.insert())


class JournalTable(Rows):
    def record(self, run_id: int, events: Sequence[Event]) -> None:
        """Write the events of a run, in order."""
        lines = [
            {
                "run_id": run_id,
                "at": event.at,
                "person_id": actor(event),
                "kind": event.kind,
                "data": serialization.dump_event(event),
            }
            for event in events
        ]
        _WRITE.run(self._connection, lines)

    def note(self, kind: str, at: datetime, by: int | None, **data: object) -> None:
        """Write an entry of no run: somebody joined, a role was given; `by` None for the bot."""
        dumped = json.dumps(data, ensure_ascii=False)
        line = {"run_id": None, "at": at, "person_id": by, "kind": kind, "data": dumped}
        _WRITE.run(self._connection, [line])

    def events(self, run_id: int) -> list[Event]:
        """All events of a run, oldest first."""
        query = select(journal.c.data).where(journal.c.run_id == run_id).order_by(journal.c.id)
        return [serialization.load_event(data) for data in self._connection.scalars(query)]

    def every(self) -> Iterator[JournalLine]:
        """All lines, oldest first, streamed."""
        query = select(journal).order_by(journal.c.id).execution_options(yield_per=500)
        for row in self._connection.execute(query):
            yield JournalLine(*row)

    def newest(self) -> int:
        """The id of the newest line, 0 if there is none."""
        return self._connection.execute(select(func.max(journal.c.id))).scalar_one() or 0

    def events_between(
        self, since: int, until: int, kinds: Iterable[str]
    ) -> dict[int, list[Event]]:
        """Events of these kinds after the line `since`, up to and with `until`, by run."""
        query = (
            select(journal.c.run_id, journal.c.data)
            .where(
                journal.c.id > since,
                journal.c.id <= until,
                journal.c.run_id.is_not(None),
                journal.c.kind.in_(list(kinds)),
            )
            .order_by(journal.c.id)
        )
        found: dict[int, list[Event]] = {}
        for run_id, body in self._connection.execute(query):
            found.setdefault(run_id, []).append(serialization.load_event(body))
        return found

    def lines(self, limit: int, run_id: int | None = None) -> list[JournalLine]:
        """The newest lines, newest first; of one run, or of the whole office."""
        query = select(journal).order_by(journal.c.id.desc()).limit(limit)
        if run_id is not None:
            query = query.where(journal.c.run_id == run_id)
        return [JournalLine(*row) for row in self._connection.execute(query)]
