"""Backup and restore of an SQLite database with its archive: one verified .zip.

A backup may be made while the bot runs. It holds `kawal.db`, the files of the archive under
`arsip/`, and `manifest.json` with the program version and the SHA-256 of each file. Every
file is written under a temporary name, checked, and renamed, so that none is half written.

PostgreSQL has its own tools (pg_dump and pg_restore); `hold_unsent` is to be called after
them.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from bot.store import lock, schema
from bot.store.archive import INBOX
from bot.store.disk import real_place, sync, written_whole
from bot.store.errors import BackupError, Problem
from bot.store.transaction import Store

_FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_DATABASE: Final = "kawal.db"
_FILES: Final = "arsip/"
_CHUNK: Final = 1 << 20
_LARGEST_MANIFEST: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup: its name in it, SHA-256 in hexadecimal, size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `edition` is the program version, a JSON key of the
    manifest; `revision` is the schema's."""

    made_at: datetime
    edition: str
    revision: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """What `restore` did.

    `held` unsent deliveries wait for the admin's decision. `aside` is the folder with what
    was replaced, None if there was nothing.
    """

    manifest: Manifest
    held: int
    aside: Path | None


def backup(store: Store, archive_dir: Path, target: Path, now: datetime, edition: str) -> Manifest:
    """Write the database and the archive into the new file `target`, and read it back.

    Raises:
        BackupError: PostgreSQL, no database yet, `target` exists or lies in the archive, or
            the written file fails verification.
        DatabaseError: the database cannot be read.
    """
    path = _sqlite_path(store)
    if not path.exists():
        raise BackupError(Problem.NO_DATABASE, path=path)
    if target.exists():
        raise BackupError(Problem.TARGET_EXISTS, path=target)
    revision = schema.current(store)
    if revision is None:
        raise BackupError(Problem.EMPTY_DATABASE, path=path)
    try:
        if real_place(target).is_relative_to(real_place(archive_dir)):
            raise BackupError(Problem.TARGET_IN_ARCHIVE, path=target)
        with (
            written_whole(target) as draft,
            tempfile.TemporaryDirectory(dir=draft.parent, prefix=".cadangan-") as scratch,
        ):
            database = Path(scratch) / _DATABASE
            with schema.translate_errors(store):
                schema.copy_sqlite(path, database)
            # The archive after the database: a file is stored before a row refers to it.
            manifest = _write(draft, database, archive_dir, now, edition, revision)
            _verify(draft, Path(scratch) / "kembali.db")
    except OSError as error:
        reason = error.strerror or error
        raise BackupError(Problem.BACKUP_UNWRITABLE, path=target, reason=reason) from error
    return manifest


def restore(source: Path, store: Store, archive_dir: Path, now: datetime) -> Restored:
    """Replace the database by the backup `source`.

    1. The whole backup is verified before anything is changed.
    2. Its database is prepared beside the old one: upgraded to this version, with every
       unsent delivery held, so that nothing old is sent until the admin decides.
    3. Files of the archive that are missing or different are put in place.
    4. The old database is kept aside, and the new one renamed in its place, atomically.

    Nothing is deleted: what is replaced is kept in a folder beside the database.

    Raises:
        BackupError: PostgreSQL; the backup is not one, is damaged, or of a newer version; or
            a file cannot be written.
        LockHeldError: the bot is running.
        DatabaseError: the database or its lock cannot be used.
    """
    try:
        path = _sqlite_path(store)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (
            lock.acquire(store, wait=0),
            tempfile.TemporaryDirectory(dir=path.parent, prefix=".pemulihan-") as scratch,
        ):
            fresh = Path(scratch) / _DATABASE
            manifest = _verify(source, fresh)
            held = _prepare(fresh)
            aside = _free(path.parent / f"diganti-{now:%Y%m%d-%H%M%S}")
            _restore_files(source, manifest, archive_dir, aside)
            _set_aside(path, aside)
            sync(fresh)
            fresh.replace(path)
            sync(path)
    except OSError as error:
        raise BackupError(Problem.RESTORE_FAILED, reason=error.strerror or error) from error
    return Restored(manifest, held, aside if aside.exists() else None)


def hold_unsent(store: Store) -> int:
    """Hold every unsent delivery of a database that was restored by other tools; how many.

    Raises:
        LockHeldError: the bot is running.
        DatabaseError: the database cannot be used.
    """
    with lock.acquire(store, wait=0), schema.translate_errors(store):
        schema.upgrade(store)
        with store.begin() as tx:
            return tx.outbox.hold()


def _sqlite_path(store: Store) -> Path:
    """The database's file. A link to it stays one: it is the file that is replaced."""
    if store.path is None:
        raise BackupError(Problem.NOT_SQLITE)
    return real_place(store.path)


def _write(
    draft: Path, database: Path, archive_dir: Path, now: datetime, edition: str, revision: str
) -> Manifest:
    with zipfile.ZipFile(draft, "x", zipfile.ZIP_DEFLATED, strict_timestamps=False) as pack:
        draft.chmod(0o600)
        members = [_pack(pack, database, _DATABASE)]
        for file in sorted(archive_dir.rglob("*")):
            if file.relative_to(archive_dir).parts[0] == INBOX:
                continue  # still incomplete: no row refers to it
            if file.is_symlink():
                raise BackupError(Problem.ARCHIVE_LINK, path=file)
            if file.is_file():
                name = _FILES + file.relative_to(archive_dir).as_posix()
                if not _stays_inside(name):
                    raise BackupError(Problem.ARCHIVE_NAME, path=file)
                members.append(_pack(pack, file, name))
        manifest = Manifest(now, edition, revision, tuple(members))
        plain = {"format": _FORMAT, **asdict(manifest), "made_at": now.isoformat()}
        pack.writestr(_MANIFEST, json.dumps(plain, ensure_ascii=False, indent=1))
    return manifest


def _pack(pack: zipfile.ZipFile, file: Path, name: str) -> Member:
    info = zipfile.ZipInfo.from_file(file, name, strict_timestamps=False)
    info.compress_type = zipfile.ZIP_DEFLATED
    with file.open("rb") as origin, pack.open(info, "w") as copy:
        digest, size = _copy(origin, copy)
    return Member(name, digest, size)


def _verify(source: Path, database: Path) -> Manifest:
    """Read and check the whole backup; its database is extracted to `database`."""
    try:
        with zipfile.ZipFile(source) as pack:
            manifest = _load(pack)
            names = [info.filename for info in pack.infolist()]
            if sorted(names) != sorted([_MANIFEST, *(m.name for m in manifest.members)]):
                raise BackupError(Problem.BACKUP_LIST_DIFFERS, path=source)
            for member in manifest.members:
                place = database if member.name == _DATABASE else None
                if _unpack(pack, member, place) != member.sha256:
                    raise BackupError(Problem.BACKUP_FILE_DIFFERS, path=source, member=member.name)
    except FileNotFoundError as error:
        raise BackupError(Problem.BACKUP_MISSING, path=source) from error
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError, RuntimeError) as error:
        raise BackupError(Problem.BACKUP_DAMAGED, path=source) from error
    if manifest.revision not in schema.revisions():
        raise BackupError(Problem.BACKUP_NEWER, path=source, version=manifest.edition)
    try:
        with closing(sqlite3.connect(database)) as connection:
            answers = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as error:
        raise BackupError(Problem.BACKUP_DAMAGED, path=source) from error
    if answers != ["ok"]:
        raise BackupError(Problem.BACKUP_DATABASE_DAMAGED, path=source)
    return manifest


def _load(pack: zipfile.ZipFile) -> Manifest:
    """The manifest. A name that leads out of the folders is refused (zip slip).

    Raises:
        KeyError, TypeError, ValueError: it is no manifest.
    """
    if pack.getinfo(_MANIFEST).file_size > _LARGEST_MANIFEST:
        raise ValueError("a manifest is small")
    data: dict[str, Any] = json.loads(pack.read(_MANIFEST))
    if data["format"] != _FORMAT:
        raise ValueError(f"format {data['format']} is not known")
    members = tuple(
        Member(str(m["name"]), str(m["sha256"]), int(m["size"])) for m in data["members"]
    )
    names = [member.name for member in members]
    if names.count(_DATABASE) != 1 or len(set(names)) != len(names):
        raise ValueError("a backup holds one database, and each name once")
    for name in names:
        if name != _DATABASE and not _stays_inside(name):
            raise ValueError(f"the name {name!r} leads elsewhere")
    made_at = datetime.fromisoformat(data["made_at"])
    return Manifest(made_at, str(data["edition"]), str(data["revision"]), members)


def _stays_inside(name: str) -> bool:
    """Whether a name stays within the archive on every operating system."""
    parts = name.split("/")
    return (
        name.startswith(_FILES)
        and not any(part in {"", ".", ".."} for part in parts)
        and not set(name) & set('\\:*?"<>|\0')
        and name == str(PurePosixPath(name))
    )


def _prepare(database: Path) -> int:
    """Upgrade the copy and hold its unsent deliveries."""
    with closing(Store(f"sqlite:///{database.as_posix()}")) as copy, schema.translate_errors(copy):
        schema.upgrade(copy)
        with copy.begin() as tx:
            held = tx.outbox.hold()
    with closing(sqlite3.connect(database)) as connection:
        # One file again, without a WAL file beside it.
        connection.execute("PRAGMA journal_mode=DELETE")
    database.chmod(0o600)
    return held


def _restore_files(source: Path, manifest: Manifest, archive_dir: Path, aside: Path) -> None:
    with zipfile.ZipFile(source) as pack:
        for member in manifest.members:
            if member.name == _DATABASE:
                continue
            name = member.name.removeprefix(_FILES)
            place = archive_dir / name
            if _same(place, member):
                continue
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if place.exists():
                kept = aside / _FILES / name
                kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                shutil.copy2(place, kept)
            draft = place.with_name(f".{place.name}.pemulihan")
            draft.unlink(missing_ok=True)  # left by an attempt that was killed
            if _unpack(pack, member, draft) != member.sha256:
                raise BackupError(Problem.BACKUP_CHANGED, path=source)
            sync(draft)
            draft.replace(place)


def _same(place: Path, member: Member) -> bool:
    if not place.is_file() or place.stat().st_size != member.size:
        return False
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == member.sha256


def _free(folder: Path) -> Path:
    """This name, or the next that does not exist: nothing is overwritten."""
    numbered = (folder.with_name(f"{folder.name}-{n}") for n in itertools.count(2))
    return next(place for place in itertools.chain([folder], numbered) if not place.exists())


def _set_aside(path: Path, aside: Path) -> None:
    """Keep the old database, and leave no WAL file of it beside the new one."""
    if not path.exists():
        return
    aside.mkdir(mode=0o700, exist_ok=True)
    try:
        with closing(sqlite3.connect(path, timeout=1)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if old.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete":
                raise BackupError(Problem.DATABASE_OPEN, path=path)
    except sqlite3.OperationalError as error:
        raise BackupError(Problem.DATABASE_LOCKED, path=path, reason=error) from error
    except sqlite3.DatabaseError:
        # It is damaged, which may be why it is replaced: its WAL file is kept as it is.
        for ending in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + ending).replace(aside / (path.name + ending))
    kept = aside / path.name
    try:
        os.link(path, kept)
    except OSError:  # not every file system has hard links
        shutil.copy2(path, kept)


def _unpack(pack: zipfile.ZipFile, member: Member, place: Path | None) -> str:
    """The SHA-256 of a file of the backup, written to the new file `place` where given.

    Raises:
        ValueError: it is larger than the manifest says.
    """
    if pack.getinfo(member.name).file_size != member.size:
        raise ValueError(f"{member.name} has another size")
    with pack.open(member.name) as file:
        if place is None:
            return _copy(file, None)[0]
        # O_EXCL: an existing file is never overwritten.
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as copy:
            return _copy(file, copy)[0]


def _copy(origin: IO[bytes], copy: IO[bytes] | None) -> tuple[str, int]:
    """Copy a file, or only read it; the SHA-256 and size of what was read."""
    digest, size = hashlib.sha256(), 0
    while chunk := origin.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if copy is not None:
            copy.write(chunk)
    return digest.hexdigest(), size
