"""The archive: names that every disk takes, files that are whole or not there."""

from __future__ import annotations

import errno
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store import archive as rooms
from bot.store.archive import INBOX, NAME_BYTES, Archive, ArchiveFullError, place_of, safe_name
from bot.store.backup import _stays_inside


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_disks_and_backups_take(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe.encode()) <= NAME_BYTES
    assert safe == safe.strip(". ")
    place = place_of(2025, "lakip", 7, 1, "a" * 64, name)
    assert PurePosixPath(place).parent.as_posix() == "2025/lakip/00007/01"
    assert _stays_inside(f"arsip/{place}")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("SK Tim 2025.pdf", "SK Tim 2025.pdf"),
        ("SK\tTim\n2025.pdf", "SK Tim 2025.pdf"),
        ("con.txt", "_con.txt"),
        ("a/b\\c:d.pdf", "a_b_c_d.pdf"),
        ("\u202egpj.exe", "gpj.exe"),
        ("...", "berkas"),
        ("", "berkas"),
        ("é" * 100 + ".pdf", "é" * 58 + ".pdf"),
    ],
)
def test_a_name_stays_what_it_was_as_far_as_can_be(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_file_is_in_its_place_whole_or_not_at_all(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "arsip")
    draft = archive.draft()
    draft.write(b"SK ")
    draft.write(b"Tim")
    contents = draft.finish()
    assert not archive.holds("2025/sk.pdf", contents.size)
    archive.keep(draft, "2025/sk.pdf")
    draft.discard()
    assert (tmp_path / "arsip/2025/sk.pdf").read_bytes() == b"SK Tim"
    assert archive.holds("2025/sk.pdf", 6)
    assert not archive.holds("2025/sk.pdf", 7)
    assert list((tmp_path / "arsip" / INBOX).iterdir()) == []


def test_only_what_nobody_works_on_is_swept(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    draft = archive.draft()
    (tmp_path / INBOX / "left").write_bytes(b"half")
    assert archive.sweep() == 1
    assert draft.path.exists()
    draft.discard()
    assert archive.sweep() == 0


def test_a_full_disk_is_named_and_any_other_fault_is_not_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(tmp_path)
    draft = archive.draft()
    draft.write(b"SK")
    draft.finish()

    def fails(number: int) -> None:
        def settle(*_: object) -> None:
            raise OSError(number, "no")

        monkeypatch.setattr(rooms, "complete", settle)

    fails(errno.ENOSPC)
    with pytest.raises(ArchiveFullError):
        archive.keep(draft, "2025/sk.pdf")
    fails(errno.EACCES)
    with pytest.raises(PermissionError):
        archive.keep(draft, "2025/sk.pdf")
    draft.discard()
