"""Files that people sent: those to download from Telegram, and those in the archive.

A row of `incoming` is written in the transaction of the update that brought the file, so that
no file is lost, and gets its outcome in the transaction that attaches it. A row of `files` is
one content, stored once however often it is attached.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from bot.store.sql import AnyRow, Rows, columns, fields_of, insert_or_ignore
from bot.store.tables import files, incoming


class Outcome(StrEnum):
    """The outcome of a file that somebody sent: stored, or why not. One that is asked about is not
    fetched until its sender has said for which task it is."""

    TERSIMPAN = "tersimpan"
    TERLALU_BESAR = "terlalu_besar"
    KOSONG = "kosong"
    NAMA = "nama"
    SUDAH_ADA = "sudah_ada"
    TERLAMBAT = "terlambat"
    TERLALU_BANYAK = "terlalu_banyak"
    BUKAN_BAGIANNYA = "bukan_bagiannya"
    DISKA_PENUH = "diska_penuh"
    GAGAL = "gagal"
    DITANYAKAN = "ditanyakan"
    TIDAK_JADI = "tidak_jadi"


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that somebody sent for a task. `outcome` is set where it is refused at once, or asked
    about: the task is then the first that was offered.

    `batch` names what was sent together; `key` is unique for the message.
    """

    key: str
    batch: str
    chat_id: int
    task_id: int
    file_id: str
    name: str
    photo: bool
    caption: str
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class IncomingFile(NewFile):
    """The same as it is stored. `tries` counts how often Telegram did not give it."""

    id: int = 0
    tries: int = 0


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A content in the archive; `path` is relative to the archive's folder."""

    sha256: str
    path: str
    size: int


_WAITS = incoming.c.outcome.is_(None)
_INCOMING = select(*columns(incoming, IncomingFile)).order_by(incoming.c.id)
_STORED = select(*columns(files, StoredFile)).order_by(files.c.path)


class InboxTable(Rows):
    def put(self, file: NewFile, now: datetime) -> None:
        """Store a file to download. An existing key is left as it is."""
        self._connection.execute(
            insert_or_ignore(self._connection.dialect.name, incoming),
            {**fields_of(file), "received_at": now, "next_at": now, "tries": 0},
        )

    def waiting(self, now: datetime, most: int, busy: Collection[int] = ()) -> list[IncomingFile]:
        """What has to be downloaded by `now`, the oldest first, without the rows `busy`."""
        due = _INCOMING.where(_WAITS, incoming.c.next_at <= now, incoming.c.id.not_in(list(busy)))
        return [_incoming(row) for row in self._connection.execute(due.limit(most))]

    def get(self, row_id: int) -> IncomingFile | None:
        """This row while it waits; None once it has its outcome."""
        row = self._connection.execute(_INCOMING.where(incoming.c.id == row_id, _WAITS)).first()
        return _incoming(row) if row else None

    def get_any(self, row_id: int) -> IncomingFile | None:
        """This row, whatever became of it."""
        row = self._connection.execute(_INCOMING.where(incoming.c.id == row_id)).first()
        return _incoming(row) if row else None

    def decide(self, row_id: int, task_id: int, outcome: Outcome | None, now: datetime) -> bool:
        """Its sender has said for which task it is, or (`outcome`) that it is for none; False if
        they were not asked, or have said so before."""
        asked = (incoming.c.id == row_id, incoming.c.outcome == Outcome.DITANYAKAN.value)
        values = {"task_id": task_id, "outcome": outcome, "next_at": now}
        return self._update(incoming, *asked, **values) == 1

    def complete(self, row_id: int, outcome: Outcome) -> bool:
        """Set its outcome; False if it had one."""
        return self._update(incoming, incoming.c.id == row_id, _WAITS, outcome=outcome) == 1

    def retry(self, row_id: int, at: datetime, *, counts: bool) -> None:
        """The download failed: try again at `at`."""
        tries = incoming.c.tries + int(counts)
        self._update(incoming, incoming.c.id == row_id, next_at=at, tries=tries)

    def batch(self, name: str) -> list[IncomingFile]:
        """Everything that was sent together, in the order in which it came."""
        query = _INCOMING.where(incoming.c.batch == name)
        return [_incoming(row) for row in self._connection.execute(query)]

    def under_way(self, task_id: int) -> bool:
        """Whether a file for this task is still to be downloaded."""
        return self._exists(select(incoming.c.id).where(incoming.c.task_id == task_id, _WAITS))

    def next_due(self, now: datetime) -> datetime | None:
        """When, after `now`, a file may be tried again; None if none waits for its time."""
        query = select(func.min(incoming.c.next_at)).where(_WAITS, incoming.c.next_at > now)
        return self._connection.execute(query).scalar_one_or_none()

    def pull_back(self, now: datetime) -> None:
        """Make everything that waits due now: Telegram answers again, or the clock was set back."""
        self._update(incoming, _WAITS, incoming.c.next_at > now, next_at=now)

    def forget(self, before: datetime) -> int:
        """Delete rows that got their outcome and were received before then."""
        return self._delete(incoming, ~_WAITS, incoming.c.received_at < before)


class FilesTable(Rows):
    def get(self, sha256: str) -> StoredFile | None:
        """The content with this SHA-256, or None."""
        row = self._connection.execute(_STORED.where(files.c.sha256 == sha256)).first()
        return StoredFile(*row) if row else None

    def put(self, file: StoredFile, now: datetime) -> None:
        """Store a content that was put in the archive."""
        self._connection.execute(files.insert(), {**fields_of(file), "stored_at": now})

    def all(self) -> list[StoredFile]:
        """Every content, by path."""
        return [StoredFile(*row) for row in self._connection.execute(_STORED)]


def _incoming(row: AnyRow) -> IncomingFile:
    outcome = Outcome(row.outcome) if row.outcome else None
    return IncomingFile(**{**row._mapping, "outcome": outcome})
