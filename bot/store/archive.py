"""The archive: files that people attached, in folders that people can read.

A file is stored under `<tahun>/<prosedur>/<pelaksanaan>/<langkah>/`, named by the beginning of its
SHA-256 and its own name, so that no file overwrites another. A file that is not complete is in
the inbox, a folder of its own; when complete and synced, it is renamed atomically. One process
at a time uses an archive: the one with the database lock.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bot.store.disk import sync_folder

INBOX = ".masuk"
"""The folder of incomplete files, inside the archive; not part of a backup."""

NAME_BYTES = 120
"""The longest name without its SHA-256, well below the limit of file systems."""

_FORBIDDEN = frozenset('\\/:*?"<>|')
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}
)


class ArchiveFullError(Exception):
    """The disk is full; nothing of the file was stored."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What was written: its SHA-256 in hexadecimal and its size in bytes."""

    sha256: str
    size: int


class Draft:
    """An incomplete file. Write it, finish it, and let the archive keep it; or discard it."""

    def __init__(self, path: Path, active: set[Path]) -> None:
        self.path = path
        self.size = 0
        self._active = active
        self._digest = hashlib.sha256()
        # Before the file is created, so that `sweep` does not delete it.
        active.add(path)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            active.discard(path)
            raise
        self._file: IO[bytes] = os.fdopen(descriptor, "wb")

    def write(self, chunk: bytes) -> None:
        """Append to it.

        Raises:
            ArchiveFullError: the disk is full.
        """
        with _disk_errors():
            self._file.write(chunk)
        self._digest.update(chunk)
        self.size += len(chunk)

    def finish(self) -> Contents:
        """The file is complete: flush and sync it.

        Raises:
            ArchiveFullError: the disk is full.
        """
        with _disk_errors():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        return Contents(self._digest.hexdigest(), self.size)

    def discard(self) -> None:
        """Delete it from the inbox, if it is still there."""
        try:
            # Closing flushes; what cannot be written is deleted anyway.
            with suppress(ArchiveFullError), _disk_errors():
                self._file.close()
        finally:
            self.path.unlink(missing_ok=True)
            self._active.discard(self.path)


class Archive:
    """The files under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._active: set[Path] = set()

    def draft(self) -> Draft:
        """Create a new file in the inbox.

        Raises:
            ArchiveFullError: the disk is full.
        """
        inbox = self.folder / INBOX
        with _disk_errors():
            _make_folders(inbox)
            return Draft(inbox / secrets.token_hex(8), self._active)

    def keep(self, draft: Draft, place: str) -> None:
        """Move a finished draft to `place`, relative to the archive's folder.

        Raises:
            ArchiveFullError: the disk is full.
        """
        path = self.folder / place
        with _disk_errors():
            _make_folders(path.parent)
            complete(draft.path, path)

    def holds(self, place: str, size: int) -> bool:
        """Whether there is a file of this size at this place."""
        path = self.folder / place
        return path.is_file() and path.stat().st_size == size

    def sweep(self) -> int:
        """Delete what a crash left in the inbox; how many files."""
        inbox = self.folder / INBOX
        if not inbox.is_dir():
            return 0
        left = [path for path in inbox.iterdir() if path not in self._active]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def complete(draft: Path, path: Path) -> None:
    """Rename a complete file atomically, and sync the folder."""
    draft.replace(path)
    sync_folder(path.parent)


def place_of(year: int, procedure: str, run_id: int, step: int, sha256: str, name: str) -> str:
    """Where a file of a step belongs, relative to the archive's folder.

    `name` is the file name that Telegram gave.
    """
    return f"{year}/{procedure}/{run_id:05d}/{step:02d}/{sha256[:16]}-{safe_name(name)}"


def safe_name(name: str) -> str:
    """The name without what some file system refuses, and not too long."""
    tidy = "".join(
        "_" if c in _FORBIDDEN else c
        for c in unicodedata.normalize("NFC", name)
        if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    tidy = " ".join(tidy.split()).strip(". ")
    stem, dot, ending = tidy.rpartition(".")
    if not dot or len(ending.encode()) > 12:
        stem, dot, ending = tidy, "", ""
    if stem.lower() in _DEVICES:
        stem = f"_{stem}"
    room = NAME_BYTES - len(f"{dot}{ending}".encode())
    short = stem.encode()[:room].decode(errors="ignore").rstrip(". ")
    return f"{short or 'berkas'}{dot}{ending}"


def _make_folders(folder: Path) -> None:
    """Make a folder and its parents, readable by the owner only."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)
        sync_folder(place.parent)


@contextmanager
def _disk_errors() -> Iterator[None]:
    """Around what writes a file.

    Raises:
        ArchiveFullError: the disk is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ArchiveFullError(str(error.strerror)) from error
        raise
