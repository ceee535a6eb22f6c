"""A YAML file as nodes: only a node knows its line, and that `08.00` was written, not 8.0."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

_MOST_BYTES: Final = 1_000_000
"""A larger file is no SOP, and would hold the start up."""

_KINDS: Final = {
    "mapping": "kelompok kunci",
    "sequence": "daftar",
    "str": "teks",
    "int": "angka",
    "float": "angka",
    "bool": "true/false",
    "null": "kosong",
    "timestamp": "tanggal",
}

_SYNTAX: Final = (
    # The parser's own words, what to say instead, and whether the fault lies where the
    # broken piece began (True) or where the parser gave up (False).
    ("'\\t'", "ada tab; pakai spasi untuk menjorokkan baris", False),
    (
        "mapping values are not allowed",
        "ada titik dua yang tidak pada tempatnya; apit teks yang memuat titik dua dengan "
        "tanda petik, dan luruskan jorokan barisnya",
        False,
    ),
    ("unexpected end of stream", "tanda petik belum ditutup; tambahkan penutupnya", True),
    ("another document", 'satu berkas memuat satu SOP; hapus baris "---"', False),
    ("undefined alias", "teks yang diawali tanda * harus diapit tanda petik", False),
    (
        "sequence entries are not allowed",
        "tanda - tidak pada tempatnya; tulis null bila isinya kosong, atau mulai daftar pada "
        "baris baru",
        False,
    ),
    ("cannot start any token", "teks yang diawali tanda baca harus diapit tanda petik", False),
    ("expected ',' or", "kurung belum ditutup, atau tanda koma kurang", True),
    ("expected <block end>", "jorokan baris ini tidak lurus dengan baris sebelumnya", False),
    ("could not find expected ':'", "baris tanpa titik dua; tulis sebagai kunci: isi", True),
    ("unknown escape", "tanda \\ di dalam tanda petik ganda; pakai tanda petik tunggal", False),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in the data, and what would be right; `line` counts from 1, None for all."""

    file: Path
    line: int | None
    message: str

    def __str__(self) -> str:
        place = str(self.file) if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}"


class DataError(Exception):
    """The data cannot be used. `faults` holds every fault of every file, one at least."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Node(Protocol):
    """What is used of a YAML node; the library's own types leave `id` out."""

    id: str
    tag: Any
    value: Any
    start_mark: Any


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a file: its node, the line its key stands on, and what it is called."""

    node: Node
    line: int
    name: str

    @property
    def tag(self) -> str:
        """The YAML type, without its address: "str", "int", "timestamp"."""
        return str(self.node.tag).removeprefix("tag:yaml.org,2002:")

    @property
    def scalar(self) -> str | None:
        """What is written, None where it is a list or a mapping."""
        return str(self.node.value) if self.node.id == "scalar" else None

    @property
    def is_null(self) -> bool:
        return self.node.id == "scalar" and self.tag == "null"

    @property
    def kind(self) -> str:
        """What it is, in the office's words."""
        return _KINDS.get(self.node.id) or _KINDS.get(self.tag, f'nilai bertanda "{self.tag}"')


@dataclass(slots=True)
class Source:
    """One file while it is being read, and the faults found in it so far."""

    file: Path
    faults: list[Fault] = field(default_factory=list)

    def fault(self, at: Value | int | None, message: str) -> None:
        """Note a fault at this value's line."""
        line = at.line if isinstance(at, Value) else at
        # A message may quote what somebody wrote, and that may be a whole page.
        message = message if len(message) <= 500 else f"{message[:500]}…"
        self.faults.append(Fault(self.file, line, message))

    def in_order(self) -> list[Fault]:
        """The faults from the top of the file downwards."""
        return sorted(self.faults, key=lambda fault: fault.line or 0)

    def root(self) -> Value | None:
        """The whole file, or None when it is no YAML at all."""
        text = self._decoded()
        node = None if text is None else self._composed(text)
        return None if node is None else Value(node, line_of(node), "berkas ini")

    def _decoded(self) -> str | None:
        try:
            raw = self.file.read_bytes()
        except FileNotFoundError:
            self.fault(None, "berkas tidak ada; salin dari sop_data bawaan")
            return None
        except OSError as exc:
            self.fault(None, f"berkas tidak dapat dibaca ({exc.strerror}); periksa izinnya")
            return None
        if len(raw) > _MOST_BYTES:
            self.fault(None, "berkas lebih dari 1 MB; satu berkas memuat satu SOP saja")
            return None
        try:
            return raw.decode("utf-8-sig")  # Windows editors put a mark in front
        except UnicodeDecodeError as exc:
            line = raw[: exc.start].count(b"\n") + 1
            self.fault(line, "berkas bukan UTF-8; simpan ulang dengan pengodean UTF-8")
            return None

    def _composed(self, text: str) -> Node | None:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLWarning
        from ruamel.yaml.reader import ReaderError

        try:
            with warnings.catch_warnings():
                # An anchor used twice is only a warning there; here it is a slip.
                warnings.simplefilter("error", YAMLWarning)
                node: Node | None = YAML(typ="safe", pure=True).compose(text)
        except MarkedYAMLError as exc:
            self.fault(*_syntax(exc.problem or "", exc.problem_mark, exc.context_mark))
        except ReaderError as exc:
            # Decoding has succeeded, so this is a control character.
            line = text.count("\n", 0, exc.position) + 1
            self.fault(line, "ada karakter yang tidak terlihat; hapus dan ketik ulang baris ini")
        except (YAMLError, YAMLWarning, RecursionError):
            self.fault(None, "susunan berkas tidak terbaca; bandingkan dengan berkas SOP bawaan")
        else:
            if node is None:
                self.fault(None, "berkas kosong; isi atau hapus berkas ini")
            return node
        return None


def line_of(node: Node) -> int:
    """The line that a node begins on, from 1."""
    return int(node.start_mark.line) + 1


def _syntax(problem: str, end: Any, begin: Any) -> tuple[int | None, str]:
    """The line and the words for what the YAML parser could not read."""
    for words, message, at_begin in _SYNTAX:
        if words in problem:
            mark = begin if at_begin and begin is not None else end
            return (mark.line + 1 if mark else None), message
    line = end.line + 1 if end else None
    return line, f"susunan baris ini tidak terbaca ({problem}); periksa jorokan dan tanda baca"
