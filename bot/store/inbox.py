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
from typing import Any

from sqlalchemy import Connection, func, select

from bot.store.sql import AnyRow, insert_or_ignore
from bot.store.tables import files, incoming


class Outcome(StrEnum):
    """The outcome of a file that somebody sent: stored, or why not."""

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


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that somebody sent for a task. `outcome` is set where it is refused at once.

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


class InboxTable:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, file: NewFile, now: datetime) -> None:
        """Store a file to download. An existing key is left as it is."""
        self._connection.execute(
            insert_or_ignore(self._connection.dialect.name, incoming),
            {
                "key": file.key,
                "batch": file.batch,
                "chat_id": file.chat_id,
                "task_id": file.task_id,
                "file_id": file.file_id,
                "name": file.name,
                "photo": file.photo,
                "caption": file.caption,
                "received_at": now,
                "next_at": now,
                "tries": 0,
                "outcome": file.outcome.value if file.outcome else None,
            },
        )

    def waiting(self, now: datetime, most: int, busy: Collection[int] = ()) -> list[IncomingFile]:
        """What has to be downloaded by `now`, the oldest first, without the rows `busy`."""
        query = (
            select(incoming)
            .where(_WAITS, incoming.c.next_at <= now, incoming.c.id.not_in(list(busy)))
            .order_by(incoming.c.id)
            .limit(most)
        )
        return [_incoming(row) for row in self._connection.execute(query)]

    def get(self, row_id: int) -> IncomingFile | None:
        """This row while it waits; None once it has its outcome."""
        row = self._connection.execute(
            select(incoming).where(incoming.c.id == row_id, _WAITS)
        ).first()
        return _incoming(row) if row else None

    def complete(self, row_id: int, outcome: Outcome) -> bool:
        """Set its outcome; False if it had one."""
        result = self._connection.execute(
            incoming.update().where(incoming.c.id == row_id, _WAITS).values(outcome=outcome.value)
        )
        return result.rowcount == 1

    def retry(self, row_id: int, at: datetime, *, counts: bool) -> None:
        """The download failed: try again at `at`."""
        self._connection.execute(
            incoming.update()
            .where(incoming.c.id == row_id)
            .values(next_at=at, tries=incoming.c.tries + (1 if counts else 0))
        )

    def batch(self, name: str) -> list[IncomingFile]:
        """Everything that was sent together, in the order in which it came."""
        query = select(incoming).where(incoming.c.batch == name).order_by(incoming.c.id)
        return [_incoming(row) for row in self._connection.execute(query)]

    def under_way(self, task_id: int) -> bool:
        """Whether a file for this task is still to be downloaded."""
        query = select(incoming.c.id).where(incoming.c.task_id == task_id, _WAITS).limit(1)
        return self._connection.execute(query).first() is not None

    def next_due(self, now: datetime) -> datetime | None:
        """When, after `now`, a file may be tried again; None if none waits for its time."""
        query = select(func.min(incoming.c.next_at)).where(_WAITS, incoming.c.next_at > now)
        return self._connection.execute(query).scalar_one_or_none()

    def pull_back(self, now: datetime) -> None:
        """Make everything that waits due now: Telegram answers again, or the clock was set back."""
        self._connection.execute(
            incoming.update().where(_WAITS, incoming.c.next_at > now).values(next_at=now)
        )

    def forget(self, before: datetime) -> int:
        """Delete rows that got their outcome and were received before then."""
        result = self._connection.execute(
            incoming.delete().where(~_WAITS, incoming.c.received_at < before)
        )
        return result.rowcount


class FilesTable:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, sha256: str) -> StoredFile | None:
        """The content with this SHA-256, or None."""
        row = self._connection.execute(select(files).where(files.c.sha256 == sha256)).first()
        return _stored(row) if row else None

    def put(self, file: StoredFile, now: datetime) -> None:
        """Store a content that was put in the archive."""
        self._connection.execute(
            files.insert(),
            {"sha256": file.sha256, "path": file.path, "size": file.size, "stored_at": now},
        )

    def all(self) -> list[StoredFile]:
        """Every content, by path."""
        return [
            _stored(row) for row in self._connection.execute(select(files).order_by(files.c.path))
        ]


def _incoming(row: AnyRow) -> IncomingFile:
    return IncomingFile(
        key=row.key,
        batch=row.batch,
        chat_id=row.chat_id,
        task_id=row.task_id,
        file_id=row.file_id,
        name=row.name,
        photo=row.photo,
        caption=row.caption,
        outcome=Outcome(row.outcome) if row.outcome else None,
        id=row.id,
        tries=row.tries,
    )


def _stored(row: Any) -> StoredFile:
    return StoredFile(row.sha256, row.path, row.size)
