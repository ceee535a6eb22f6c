"""The office's logo is drawn whatever kind of image it is; a damaged or huge one is a fault."""

from __future__ import annotations

import os
import shutil
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot import cli
from bot.domain.documents import Format
from bot.reports import compose
from bot.sop_loader import DataError, load_catalog
from tests.conftest import PROJECT
from tests.reports.documents import report

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0H9V9Z"/></svg>'


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 2, height: int = 2, pixels: bytes | None = None) -> bytes:
    """A grey PNG, 8 bits a pixel."""
    rows = b"".join(b"\0" + bytes(width) for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(rows) if pixels is None else pixels
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


# A grey JPEG of 8 by 8 pixels.
JPEG = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb0043001b12141714111b1716171e1c1b2028422b282525"
    "28513a3d3042605565645f555d5b6a7899816a7190735b5d85b586909ea3abadab6780bcc9baa6c799a8aba4ff"
    "c0000b080008000801011100ffc4001f0000010501010101010100000000000000000102030405060708090a0b"
    "ffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191a108"
    "2342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a53545556"
    "5758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9"
    "aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7"
    "f8f9faffda0008010100003f00a95fffd9"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT / "sop_data", tmp_path / "sop_data"))


def fault(data: Path) -> str:
    with pytest.raises(DataError) as caught:
        load_catalog(data)
    (one,) = caught.value.faults
    assert one.file.parent == data
    return one.message


def test_without_a_logo_there_is_none(data: Path) -> None:
    assert load_catalog(data).office.logo is None


@pytest.mark.parametrize(
    ("name", "content"), [("logo.svg", SVG.encode()), ("logo.png", png()), ("logo.jpg", JPEG)]
)
def test_a_logo_is_drawn_in_the_letterhead(data: Path, name: str, content: bytes) -> None:
    plain = compose(report(1), Format.PDF).content
    (data / name).write_bytes(content)
    office = replace(report(1).office, logo=load_catalog(data).office.logo)
    assert office.logo is not None
    assert office.logo not in repr(office)
    assert compose(replace(report(1), office=office), Format.PDF).content != plain


def test_the_address_stands_in_lines(data: Path) -> None:
    kantor = data / "kantor.yaml"
    text = kantor.read_text(encoding="utf-8")
    kantor.write_text(f"{text}alamat: [Jalan Merdeka 1, Telepon 123]\n", encoding="utf-8")
    assert load_catalog(data).office.address == ("Jalan Merdeka 1", "Telepon 123")
    kantor.write_text(f"{text}alamat: Jalan Merdeka 1\n", encoding="utf-8")
    assert load_catalog(data).office.address == ("Jalan Merdeka 1",)
    kantor.write_text(f"{text}alamat: [a, b, c, d]\n", encoding="utf-8")
    assert "paling banyak 3 baris" in fault(data)


BROKEN_CRC = png()[:-14] + b"XX" + png()[-12:]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("logo.png", png()[:-20], "rusak"),
        ("logo.png", BROKEN_CRC, "rusak"),
        ("logo.png", png(pixels=b"no pixels"), "rusak"),
        ("logo.png", png(pixels=zlib.compress(bytes(99))[:-6]), "rusak"),
        ("logo.png", b"", "rusak"),
        ("logo.png", SVG.encode(), "rusak"),
        ("logo.png", png(3000, 2), "3000 x 2 piksel"),
        ("logo.png", png() + bytes(600_000), "terlalu besar (600 kB); paling besar 500 kB"),
        ("logo.jpg", b"\xff\xd8\xff\xe0", "rusak"),
        ("logo.jpeg", b"\xff\xd8" + bytes(50) + b"\xff\xd9", "rusak"),
        ("logo.svg", b"<svg", "rusak"),
        ("logo.svg", b"\xff\xfe<\x00", "rusak"),
        ("logo.svg", b"<html><b/></html>", "rusak"),
        ("logo.svg", SVG.replace("0 0 9 9", "0 0 0 9").encode(), "rusak"),
        ("logo.svg", b'<!DOCTYPE s [<!ENTITY a "b">]>' + SVG.encode(), "ENTITY"),
        ("logo.svg", SVG.replace("<path", '<image href="/etc/passwd"/><path').encode(), "merujuk"),
        ("logo.svg", SVG.replace("<path", '<g id="a"/>' * 20_001 + "<path").encode(), "rumit"),
    ],
)
def test_a_logo_that_cannot_be_drawn_is_a_fault_that_says_why(
    data: Path, name: str, content: bytes, said: str
) -> None:
    (data / name).write_bytes(content)
    assert said in fault(data)


def test_two_logos_are_one_too_many(data: Path) -> None:
    (data / "logo.svg").write_text(SVG, encoding="utf-8")
    (data / "logo.png").write_bytes(png())
    assert "lebih dari satu logo (logo.svg, logo.png)" in fault(data)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_no_logo(data: Path, make: Callable[[Path], None]) -> None:
    make(data / "logo.png")
    assert "berkas gambar biasa" in fault(data)


def test_the_check_says_what_is_wrong_with_the_logo(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "logo.png").write_bytes(png()[:-20])
    monkeypatch.setenv("SOP_DIR", str(data))
    assert cli.main(("check",)) != 0
    said = capsys.readouterr()
    assert "logo.png: gambar logo rusak" in said.out + said.err
