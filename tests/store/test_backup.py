"""What Bu Sari backs up comes back whole, and nothing is lost on the way."""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.notices import RunSummary
from bot.store import Store, lock, schema
from bot.store.archive import INBOX
from bot.store.backup import Manifest, Restored, backup, hold_unsent, restore
from bot.store.errors import BackupError, DatabaseError, LockHeldError, Problem
from bot.store.outbox import DeliveryState, NewDelivery
from tests.store.told import told

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)

SARI = 11


class Workshop:
    """An office's database, its archive, and a place for backups."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.archive = folder / "arsip"
        self.target = folder / "luar" / "cadangan.zip"
        self.target.parent.mkdir()

    @property
    def database(self) -> Path:
        assert self.store.path is not None
        return self.store.path

    def backup(self) -> Manifest:
        return backup(self.store, self.archive, self.target, NOW, "0.1.0")

    def restore(self, source: Path | None = None) -> Restored:
        self.store.close()
        return restore(source or self.target, self.store, self.archive, LATER)

    def note(self, value: str) -> None:
        with self.store.begin() as tx:
            tx.keyvalues.put("catatan", value, NOW)

    def noted(self) -> str | None:
        with self.store.read() as tx:
            mark = tx.keyvalues.get("catatan")
        return mark.value if mark else None

    def queue(self, *keys: str) -> None:
        with self.store.begin() as tx:
            tx.outbox.put([NewDelivery(key, SARI, None, RunSummary()) for key in keys], NOW)

    def count(self, state: DeliveryState) -> int:
        with self.store.read() as tx:
            return tx.outbox.count(state)

    def file(self, name: str, content: str) -> Path:
        place = self.archive / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content)
        return place


@pytest.fixture
def office(sqlite_store: Store, tmp_path: Path) -> Workshop:
    return Workshop(sqlite_store, tmp_path)


def test_a_backup_brings_back_the_database_and_the_archive(office: Workshop) -> None:
    office.note("sebelum")
    office.file("2026/sk tim.pdf", "SK Tim")
    manifest = office.backup()
    assert [m.name for m in manifest.members] == ["kawal.db", "arsip/2026/sk tim.pdf"]
    assert (manifest.edition, manifest.revision) == ("0.1.0", schema.head())

    office.note("sesudah")
    (office.archive / "2026/sk tim.pdf").unlink()
    done = office.restore()
    assert done.manifest == manifest
    assert office.noted() == "sebelum"
    assert (office.archive / "2026/sk tim.pdf").read_text() == "SK Tim"


def test_a_backup_is_made_while_the_bot_runs_and_in_the_middle_of_a_writing(
    office: Workshop,
) -> None:
    office.note("selesai")
    with lock.acquire(office.store), office.store.begin() as tx:
        tx.keyvalues.put("catatan", "setengah jalan", NOW)
        office.backup()
    office.restore()
    assert office.noted() == "selesai"


def test_what_was_not_sent_yet_waits_for_the_admin_after_a_restore(office: Workshop) -> None:
    office.queue("satu", "dua")
    office.backup()
    office.queue("tiga")
    assert office.restore().held == 2
    assert office.count(DeliveryState.DITAHAN) == 2
    assert office.count(DeliveryState.ANTRE) == 0


def test_what_was_replaced_is_kept_aside(office: Workshop) -> None:
    office.file("sk.pdf", "SK yang lama")
    office.backup()
    office.note("yang diganti")
    office.file("sk.pdf", "SK yang baru")
    office.file("lain.pdf", "tidak ada di cadangan")
    done = office.restore()
    assert done.aside == office.database.parent / "diganti-20261127-030000"
    assert (done.aside / "arsip/sk.pdf").read_text() == "SK yang baru"
    with closing(sqlite3.connect(done.aside / "kawal.db")) as old:
        assert old.execute("SELECT value FROM marks").fetchall() == [("yang diganti",)]
    assert (office.archive / "lain.pdf").read_text() == "tidak ada di cadangan"


def test_a_restore_onto_an_empty_machine_works(office: Workshop, tmp_path: Path) -> None:
    office.note("pindah")
    office.file("sk.pdf", "SK")
    office.backup()
    fresh = Store(f"sqlite:///{tmp_path / 'baru' / 'data' / 'kawal.db'}")
    done = restore(office.target, fresh, tmp_path / "baru" / "arsip", LATER)
    assert done.aside is None
    with fresh.read() as tx:
        mark = tx.keyvalues.get("catatan")
    assert mark is not None
    assert mark.value == "pindah"
    assert (tmp_path / "baru" / "arsip" / "sk.pdf").read_text() == "SK"
    fresh.close()


def test_a_backup_goes_where_a_link_leads_and_the_link_stays(office: Workshop) -> None:
    office.note("utuh")
    elsewhere = office.target.parent / "cakram lain"
    elsewhere.mkdir()
    office.target.symlink_to(elsewhere / "cadangan.zip")
    office.backup()
    assert office.target.is_symlink()
    assert [file.name for file in elsewhere.iterdir()] == ["cadangan.zip"]
    office.restore()
    assert office.noted() == "utuh"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_backup_into_a_pipe_or_a_device_is_refused(office: Workshop) -> None:
    """A backup is read back before it is one: what went through a pipe cannot be."""
    office.note("utuh")
    os.mkfifo(office.target)
    for target in (office.target, Path(os.devnull)):
        with pytest.raises(BackupError) as refused:
            backup(office.store, office.archive, target, NOW, "0.1.0")
        assert refused.value.problem is Problem.TARGET_EXISTS
    assert office.target.is_fifo()
    assert not Path(os.devnull).is_file()


def test_links_that_lead_to_each_other_take_no_backup(office: Workshop) -> None:
    office.note("utuh")
    office.target.symlink_to(office.target.name)
    with pytest.raises(BackupError) as refused:
        office.backup()
    assert refused.value.problem is Problem.BACKUP_UNWRITABLE
    assert office.target.is_symlink()


def test_a_database_that_is_a_link_stays_one_when_it_is_restored(
    office: Workshop, tmp_path: Path
) -> None:
    office.note("utuh")
    office.backup()
    office.store.close()
    real = tmp_path / "cakram lain" / "basis.db"
    real.parent.mkdir()
    office.database.replace(real)
    office.database.symlink_to(real)
    linked = Store(f"sqlite:///{office.database}")
    done = restore(office.target, linked, office.archive, LATER)
    assert office.database.is_symlink()
    assert not real.is_symlink()
    assert done.aside is not None
    assert done.aside.parent == real.parent
    with linked.read() as tx:
        mark = tx.keyvalues.get("catatan")
    assert mark is not None
    assert mark.value == "utuh"
    linked.close()


def test_a_damaged_database_can_be_replaced(office: Workshop) -> None:
    office.note("utuh")
    office.backup()
    office.store.close()
    office.database.write_bytes(b"rusak" * 5000)
    done = office.restore()
    assert office.noted() == "utuh"
    assert done.aside is not None
    assert (done.aside / "kawal.db").read_bytes().startswith(b"rusak")


def test_a_restore_is_refused_while_the_bot_runs(office: Workshop) -> None:
    office.backup()
    office.note("berjalan")
    other = Store(f"sqlite:///{office.database}")
    with lock.acquire(other), pytest.raises(LockHeldError):
        office.restore()
    other.close()
    assert office.noted() == "berjalan"


def test_a_restore_is_refused_while_another_program_has_the_database_open(
    office: Workshop,
) -> None:
    office.backup()
    office.store.close()
    with closing(sqlite3.connect(office.database)) as browser:
        browser.execute("BEGIN")
        browser.execute("SELECT * FROM marks").fetchall()
        with told(BackupError, "tutup dahulu"):
            office.restore()


def test_a_backup_is_for_its_owners_eyes_only(office: Workshop) -> None:
    office.backup()
    assert office.target.stat().st_mode & 0o777 == 0o600
    office.restore()
    assert office.database.stat().st_mode & 0o777 == 0o600


def test_a_backup_never_replaces_a_file_and_never_lies_in_the_archive(office: Workshop) -> None:
    office.target.write_text("cadangan bulan lalu")
    with told(BackupError, "sudah ada"):
        office.backup()
    assert office.target.read_text() == "cadangan bulan lalu"
    office.target = office.archive / "cadangan.zip"
    with told(BackupError, "di dalam folder arsip"):
        office.backup()


def test_a_backup_that_dies_half_way_leaves_nothing_under_its_name(
    office: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.store.backup._verify", die)
    with pytest.raises(KeyboardInterrupt):
        office.backup()
    assert list(office.target.parent.iterdir()) == []


@pytest.mark.parametrize("step", ["_verify", "_prepare", "_restore_files", "_set_aside", "sync"])
def test_a_restore_that_dies_half_way_leaves_a_whole_database(
    office: Workshop, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    office.note("sebelum")
    office.backup()
    office.note("sesudah")

    def die(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"bot.store.backup.{step}", die)
    with pytest.raises(KeyboardInterrupt):
        office.restore()
    monkeypatch.undo()
    assert office.noted() == "sesudah"
    office.restore()
    assert office.noted() == "sebelum"


def test_a_full_disk_is_a_plain_sentence(office: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.store.backup._write", full)
    with told(BackupError, r"No space left.*sisa ruang penyimpanan"):
        office.backup()


Spoil = Callable[[dict[str, bytes]], None]


def _another_database(files: dict[str, bytes]) -> None:
    files["kawal.db"] = files["kawal.db"][:-1] + b"?"


def _one_file_less(files: dict[str, bytes]) -> None:
    del files["arsip/sk.pdf"]


def _one_file_more(files: dict[str, bytes]) -> None:
    files["arsip/titipan.sh"] = b"rm -rf /"


def _no_manifest(files: dict[str, bytes]) -> None:
    del files["manifest.json"]


def _unreadable_manifest(files: dict[str, bytes]) -> None:
    files["manifest.json"] = b"{}"


def _named(name: str) -> Spoil:
    def spoil(files: dict[str, bytes]) -> None:
        manifest = json.loads(files["manifest.json"])
        manifest["members"][1]["name"] = name
        files["manifest.json"] = json.dumps(manifest).encode()
        files[name] = files.pop("arsip/sk.pdf")

    return spoil


def _broken_inside(files: dict[str, bytes]) -> None:
    import hashlib

    manifest = json.loads(files["manifest.json"])
    body = files["kawal.db"]
    body = body[:4096] + os.urandom(4096) + body[8192:]
    manifest["members"][0]["sha256"] = hashlib.sha256(body).hexdigest()
    files |= {"kawal.db": body, "manifest.json": json.dumps(manifest).encode()}


@pytest.mark.parametrize(
    "spoil",
    [
        _another_database,
        _one_file_less,
        _one_file_more,
        _no_manifest,
        _unreadable_manifest,
        _broken_inside,
        _named("../../luar.txt"),
        _named("arsip/../../luar.txt"),
        _named("/etc/luar.txt"),
        _named("arsip/C:luar.txt"),
        _named("arsip\\..\\luar.txt"),
        _named("arsip//luar.txt"),
        _named("kawal.db-wal"),
    ],
)
def test_a_backup_that_is_not_what_it_says_changes_nothing(
    office: Workshop, tmp_path: Path, spoil: Spoil
) -> None:
    office.file("sk.pdf", "SK")
    office.backup()
    office.note("jangan hilang")
    with zipfile.ZipFile(office.target) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    spoil(files)
    spoiled = tmp_path / "rusak.zip"
    with zipfile.ZipFile(spoiled, "w") as pack:
        for name, content in files.items():
            pack.writestr(name, content)
    before = sorted(tmp_path.rglob("*"))
    with told(BackupError, "rusak atau bukan cadangan"):
        office.restore(spoiled)
    assert {p for p in tmp_path.rglob("*") if p not in before} <= {
        office.database.with_name("kawal.db.lock")
    }
    assert office.noted() == "jangan hilang"


@pytest.mark.parametrize("content", [b"", b"bukan zip", b"PK\x03\x04" + b"x" * 100])
def test_a_file_that_is_no_backup_is_a_plain_sentence(
    office: Workshop, tmp_path: Path, content: bytes
) -> None:
    wrong = tmp_path / "salah.zip"
    wrong.write_bytes(content)
    with told(BackupError, "bukan cadangan"):
        office.restore(wrong)
    with told(BackupError, "tidak ada"):
        office.restore(tmp_path / "entah.zip")


def test_a_backup_of_a_newer_edition_is_refused(office: Workshop) -> None:
    with office.store.begin() as tx:
        tx.connection.execute(text("UPDATE alembic_version SET version_num = '0042_kelak'"))
    with told(DatabaseError, "versi yang lebih baru"):
        office.backup()


def test_an_archive_file_with_a_name_that_windows_refuses_is_named(office: Workshop) -> None:
    office.file("apa?.pdf", "x")
    with told(BackupError, r"apa\?\.pdf"):
        office.backup()


def test_a_backup_needs_a_database(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'kawal.db'}")
    with told(BackupError, "belum ada"):
        backup(store, tmp_path / "arsip", tmp_path / "c.zip", NOW, "0.1.0")
    assert list(tmp_path.iterdir()) == []
    store.close()


def test_postgresql_is_backed_up_by_its_own_tools(postgresql_store: Store, tmp_path: Path) -> None:
    target = tmp_path / "c.zip"
    with told(BackupError, "pg_dump"):
        backup(postgresql_store, tmp_path, target, NOW, "0.1.0")
    with told(BackupError, "pg_restore"):
        restore(target, postgresql_store, tmp_path, NOW)


def test_after_a_pg_restore_the_unsent_can_be_held(store: Store) -> None:
    with store.begin() as tx:
        tx.outbox.put([NewDelivery("satu", SARI, None, RunSummary())], NOW)
    with lock.acquire(store), pytest.raises(LockHeldError):
        hold_unsent(store)
    assert hold_unsent(store) == 1
    with store.read() as tx:
        assert tx.outbox.count(DeliveryState.DITAHAN) == 1


def test_what_is_still_on_its_way_is_in_no_backup(office: Workshop) -> None:
    """A draft may vanish while it is read, and no row speaks of it."""
    office.file("2025/lakip/00001/01/abc-sk.pdf", "SK")
    office.file(f"{INBOX}/0123", "half a file")
    names = [member.name for member in office.backup().members]
    assert names == ["kawal.db", "arsip/2025/lakip/00001/01/abc-sk.pdf"]
