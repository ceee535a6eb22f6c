"""Files that an operator named, and fsync: what is written is whole, and survives a power cut."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_DESCRIPTORS: Final = re.compile(r"/proc/\d+/(task/\d+/)?fd")


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """A new file to be written, which becomes `target` at the end, or nothing after an error.

    A symbolic link stays: the file that it leads to is replaced. A passage is written through.

    Raises:
        OSError: it cannot be written.
    """
    if is_passage(target):
        with tempfile.TemporaryDirectory(prefix="kawal-") as scratch:
            draft = Path(scratch) / "berkas"
            yield draft
            # Appended: a descriptor may lead to a file that others are writing to.
            descriptor = os.open(target, os.O_WRONLY | os.O_APPEND)
            with draft.open("rb") as whole, os.fdopen(descriptor, "wb") as passage:
                shutil.copyfileobj(whole, passage)
        return
    place = real_place(target)
    draft = place.with_name(f".kawal-{secrets.token_hex(6)}")
    try:
        yield draft
        sync(draft)
        draft.replace(place)
        sync_folder(place.parent)
    finally:
        draft.unlink(missing_ok=True)


def is_passage(target: Path) -> bool:
    """Whether this is no place for a file but a way elsewhere: a pipe, a device, or an open
    descriptor of a process such as /dev/stdout, wherever that leads."""
    if not target.exists() or target.is_dir():
        return False
    links = [target, target.parent / target.readlink()] if target.is_symlink() else [target]
    folders = (os.path.realpath(link.parent) for link in links)
    return not target.is_file() or any(map(_DESCRIPTORS.fullmatch, folders))


def real_place(path: Path) -> Path:
    """Where a file of this name is, links followed, also where there is none yet.

    Raises:
        OSError: links that lead to each other.
    """
    place = Path(os.path.realpath(path))
    if place.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return place


def sync(path: Path) -> None:
    """fsync a file and its folder."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """fsync a folder, for the names in it."""
    if os.name != "posix":  # a folder cannot be opened on Windows
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
