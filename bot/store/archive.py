"""The archive: files that people attached, in folders that people can read.

A file lies under `<tahun>/<prosedur>/<pelaksanaan>/<langkah>/`, named by the beginning of its
SHA-256 and its own name, so that no file is ever written over by another. What is still on
its way lies in the inbox, a folder of its own; it gets its name in one step, when it is whole
and on the disk. One process at a time uses an archive: the one that holds the database.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import IO

INBOX = ".masuk"
"""The folder of what is still on its way, inside the archive; no backup holds it."""

NAME_BYTES = 120
"""The longest name in the archive without its SHA-256, well within what file systems take."""

_FORBIDDEN = frozenset('\\/:*?"<>|')
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}
)


class ArchiveFullError(Exception):
    """There is no room left for the file; nothing of it was kept."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What was written: its SHA-256 in hexadecimal and its size in bytes."""

    sha256: str
    size: int


class Draft:
    """A file on its way. Write it, finish it, and let the archive keep it; or discard it."""

    def __init__(self, path: Path, active: set[Path]) -> None:
        self.path = path
        self.size = 0
        self._active = active
        self._digest = hashlib.sha256()
        # Before it is there, so that no sweep takes it for a leftover.
        active.add(path)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            active.discard(path)
            raise
        self._file: IO[bytes] = os.fdopen(descriptor, "wb")

    def write(self, chunk: bytes) -> None:
        """Add to it.

        Raises:
            ArchiveFullError: there is no room left.
        """
        try:
            self._file.write(chunk)
        except OSError as error:
            raise _meaning(error) from error
        self._digest.update(chunk)
        self.size += len(chunk)

    def finish(self) -> Contents:
        """It is whole: bring it to the disk for good.

        Raises:
            ArchiveFullError: there is no room left.
        """
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise _meaning(error) from error
        return Contents(self._digest.hexdigest(), self.size)

    def discard(self) -> None:
        """Whatever became of it, nothing of it stays in the inbox."""
        try:
            self._file.close()
        except OSError as error:
            # What could not be written any more is what is thrown away here.
            if not _is_full(error):
                raise
        finally:
            self.path.unlink(missing_ok=True)
            self._active.discard(self.path)


class Archive:
    """The files under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._active: set[Path] = set()

    def draft(self) -> Draft:
        """Begin a new file in the inbox.

        Raises:
            ArchiveFullError: there is no room left.
        """
        inbox = self.folder / INBOX
        try:
            _make_folders(inbox)
            return Draft(inbox / secrets.token_hex(8), self._active)
        except OSError as error:
            raise _meaning(error) from error

    def keep(self, draft: Draft, place: str) -> None:
        """Give a finished draft its place, relative to the archive's folder, for good.

        Raises:
            ArchiveFullError: there is no room left.
        """
        path = self.folder / place
        try:
            _make_folders(path.parent)
            complete(draft.path, path)
        except OSError as error:
            raise _meaning(error) from error

    def holds(self, place: str, size: int) -> bool:
        """Whether a file of this size lies at this place."""
        path = self.folder / place
        return path.is_file() and path.stat().st_size == size

    def sweep(self) -> int:
        """Delete what an end without warning left in the inbox; how many files it was."""
        inbox = self.folder / INBOX
        if not inbox.is_dir():
            return 0
        left = [path for path in inbox.iterdir() if path not in self._active]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def complete(draft: Path, path: Path) -> None:
    """Move a whole file to where it stays, in one step that survives a power cut."""
    draft.replace(path)
    _sync_folder(path.parent)


def place_of(year: int, procedure: str, run_id: int, step: int, sha256: str, name: str) -> str:
    """Where a file of a step belongs, relative to the archive's folder.

    `name` is as the person's phone said it.
    """
    return f"{year}/{procedure}/{run_id:05d}/{step:02d}/{sha256[:16]}-{safe_name(name)}"


def safe_name(name: str) -> str:
    """The name as every file system and every backup takes it, never longer than they do."""
    tidy = "".join(
        "_" if c in _FORBIDDEN else c
        for c in unicodedata.normalize("NFC", name)
        if unicodedata.category(c)[0] != "C"
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
    """Make a folder and those above it, for the owner's eyes only."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(place.parent)


def _sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder survive a power cut."""
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_full(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def _meaning(error: OSError) -> Exception:
    return ArchiveFullError(str(error.strerror)) if _is_full(error) else error
