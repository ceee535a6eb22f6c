"""One YAML file, read value by value; each fault is noted with its line.

The file is read as nodes and not as ready Python values: only a node knows its line, and
only a node still knows that somebody wrote `08.00` where a loader would say 8.0.
"""

from __future__ import annotations

import difflib
import re
import warnings
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from bot.domain.sop import Duration, DurationUnit, Hours, Wording

_Choice = TypeVar("_Choice", bound=StrEnum)

NAME_LENGTH: Final = 100
TITLE_LENGTH: Final = 150
"""Lengths are in UTF-16 units, as Telegram counts them."""

NO_DAY: Final = date.min
"""What stands for a date that could not be read."""

_MOST_ITEMS: Final = 200
_MOST_BYTES: Final = 1_000_000
"""A larger file is no SOP, and would hold the start up."""

_LONGEST: Final = {DurationUnit.MENIT: 10_000, DurationUnit.JAM: 2_000, DurationUnit.HARI: 365}
"""Beyond about a year of work a standard time is a slip of the hand."""

_CODE: Final = re.compile(r"[a-z0-9_]{1,24}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK: Final = re.compile(r"(\d{1,2})[.:](\d{2})", re.ASCII)
_DURATION: Final = re.compile(r"(\d{1,9})\s+([a-z]+)", re.ASCII)
_FLAGS: Final = ("true", "false")

_EXAMPLES: Final = {
    "kegiatan": "Menyiapkan Rapat",
    "pelaksana": "kasubbag",
    "waktu": "1 hari",
    "output": "Undangan Rapat",
    "kode": "lakip",
    "pembuatan": "2024-01-23",
    "efektif": "2024-01-23",
    "nip": '"196910161995031001"',
    "nomor": "503/22/SOP.PRCN/…/2024",
    "zona_waktu": "Asia/Jakarta",
    "label_waktu": "WIB",
    "pemilik_sop": "kasubbag",
    "kerja": "07.30-16.00",
    "harian": '"08.00"',
    "setelah": "1 hari",
    "kepada": "kasubbag",
    "pada": "[2 jam]",
    "tingkat": "3",
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
    """One thing wrong in the data, in plain Indonesian, with what would be right.

    `line` counts from 1; None where the fault is the whole file's or the folder's.
    """

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


class _Node(Protocol):
    """What is used of a YAML node; the library's own types leave `id` out."""

    id: str
    tag: Any
    value: Any
    start_mark: Any


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a file: its node, the line its key stands on, and what it is called."""

    node: _Node
    line: int
    name: str


@dataclass(slots=True)
class Sheet:
    """One file while it is being read, and the faults found in it.

    Every reader notes a fault and then returns something harmless of the right type, so
    that reading goes on; nothing of it survives, since a fault stops the whole catalogue.
    A reader given None (the key is absent) stays silent: `mapping` has reported it.
    """

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
        return None if node is None else Value(node, _line(node), "berkas ini")

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

    def _composed(self, text: str) -> _Node | None:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLWarning
        from ruamel.yaml.reader import ReaderError

        try:
            with warnings.catch_warnings():
                # An anchor used twice is only a warning there; here it is a slip.
                warnings.simplefilter("error", YAMLWarning)
                node: _Node | None = YAML(typ="safe", pure=True).compose(text)
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

    def mapping(
        self, value: Value | None, required: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, Value]:
        """The keys of a mapping; unknown, missing and repeated keys are faults."""
        if value is None:
            return {}
        if value.node.id != "mapping":
            keys = ", ".join(required) or ", ".join(optional)
            self.fault(
                value, f"{value.name} harus berisi kunci ({keys}), bukan {_kind(value.node)}"
            )
            return {}
        known = (*required, *optional)
        found: dict[str, Value] = {}
        for key, node in value.node.value:
            name = key.value[:60] if key.id == "scalar" else ""
            if name in found:
                self.fault(
                    _line(key),
                    f'kunci "{name}" ditulis dua kali (sudah ada di baris '
                    f"{found[name].line}); sisakan satu",
                )
            elif name in known:
                found[name] = Value(node, _line(key), name)
            else:
                self.fault(_line(key), f'kunci "{name}" pada {value.name} {unknown(name, known)}')
        for name in required:
            if name not in found:
                example = f", misalnya {name}: {_EXAMPLES[name]}" if name in _EXAMPLES else ""
                self.fault(value, f'kunci "{name}" belum ada pada {value.name}; tambahkan{example}')
        return found

    def items(self, value: Value | None, most: int = _MOST_ITEMS) -> list[Value]:
        """The items of a list, at most so many."""
        if value is None:
            return []
        if value.node.id != "sequence":
            self.fault(
                value,
                f'"{value.name}" harus daftar, bukan {_kind(value.node)}; tulis setiap butir '
                'pada baris baru dengan "- " di depannya, atau [] bila tidak ada',
            )
            return []
        nodes = value.node.value
        if len(nodes) > most:
            self.fault(value, f'"{value.name}" memuat {len(nodes)} butir; paling banyak {most}')
        return [
            Value(node, _line(node), f"{value.name} ke-{i}")
            for i, node in enumerate(nodes[:most], start=1)
        ]

    def some(self, value: Value | None, most: int = _MOST_ITEMS) -> list[Value]:
        """The items of a list that must not be empty."""
        items = self.items(value, most)
        if value is not None and value.node.id == "sequence" and not items:
            self.fault(
                value, f'"{value.name}" belum berisi; tulis paling sedikit satu {value.name}'
            )
        return items

    def one_or_more(self, value: Value | None) -> list[Value]:
        """The items of a list of at least one, or the one value that stands alone."""
        if value is None:
            return []
        if value.node.id != "sequence":
            return [value]
        values = self.items(value)
        if not values:
            self.fault(value, f'"{value.name}" kosong; isi paling sedikit satu')
        return values

    def text(self, value: Value | None, most: int, *, may_be_empty: bool = False) -> str:
        """A text on one line: line breaks and runs of spaces become one space."""
        if value is None:
            return ""
        node = value.node
        if may_be_empty and is_null(node):
            return ""
        if is_null(node):
            self.fault(value, f'"{value.name}" kosong; isi dengan teks')
            return ""
        if node.id != "scalar":
            self.fault(value, f'"{value.name}" harus teks, bukan {_kind(node)}')
            return ""
        if _tag(node) != "str":
            self.fault(
                value,
                f'"{value.name}" terbaca sebagai {_kind(node)}; apit dengan tanda petik: '
                f'"{node.value}"',
            )
            return ""
        text = " ".join(node.value.split())
        if not text and not may_be_empty:
            self.fault(value, f'"{value.name}" kosong; isi dengan teks')
        length = len(text.encode("utf-16-le")) // 2
        if length > most:
            self.fault(
                value, f'"{value.name}" terlalu panjang ({length} huruf); paling banyak {most}'
            )
            return ""
        return text

    def wording(self, value: Value | None, most: int, *, may_be_empty: bool = False) -> Wording:
        """A text, or `teks` beside the signed words in `tertulis`."""
        if value is None or value.node.id != "mapping":
            return Wording(self.text(value, most, may_be_empty=may_be_empty))
        keys = self.mapping(value, ("teks", "tertulis"))
        wording = Wording(
            self.text(keys.get("teks"), most),
            self.text(keys.get("tertulis"), most, may_be_empty=True),
        )
        if wording.text and wording.text == wording.written:
            self.fault(
                keys["teks"], '"teks" dan "tertulis" sama; tulis sekali saja sebagai teks biasa'
            )
        return wording

    def signed(self, value: Value, most: int) -> Wording:
        """A text that is never corrected."""
        if value.node.id == "mapping":
            self.fault(value, f'"{value.name}" tidak boleh dibetulkan; tulis teks naskahnya saja')
            return Wording("")
        return Wording(self.text(value, most))

    def code(self, value: Value | None) -> str:
        """A code of small letters, digits and underscores; "" when it is none."""
        text = self.text(value, NAME_LENGTH)
        if value is not None and text and not _CODE.fullmatch(text):
            self.fault(
                value,
                f'{value.name} "{text}" tidak dapat dipakai; pakai paling banyak 24 huruf '
                "kecil, angka, atau garis bawah, misalnya lakip",
            )
            return ""
        return text

    def choice(self, value: Value | None, choices: type[_Choice], default: _Choice) -> _Choice:
        """One of a few words; `default` where the key is absent."""
        if value is None:
            return default
        known = [choice.value for choice in choices]
        text = value.node.value if value.node.id == "scalar" else ""
        if text not in known:
            self.fault(value, f'{value.name} "{text}" {unknown(text, known)}')
            return default
        return choices(text)

    def number(self, value: Value | None, highest: int, what: str = "bilangan bulat") -> int:
        """A whole number from 1 to `highest`."""
        if value is None:
            return 1
        node = value.node
        if node.id == "scalar" and re.fullmatch(r"[0-9]{1,9}", node.value) and _tag(node) == "int":
            number = int(node.value)
            if 1 <= number <= highest:
                return number
        said = f", bukan {node.value}" if node.id == "scalar" else ""
        self.fault(value, f'"{value.name}" harus {what}, 1 sampai {highest}{said}')
        return 1

    def flag(self, value: Value | None) -> bool:
        """True or false; False where the key is absent."""
        if value is None:
            return False
        node = value.node
        if node.id != "scalar" or _tag(node) != "bool" or node.value.lower() not in _FLAGS:
            said = f' "{node.value}"' if node.id == "scalar" else ""
            self.fault(value, f'"{value.name}" berisi{said}; tulis true (ya) atau false (tidak)')
            return False
        return bool(node.value.lower() == "true")

    def day(self, value: Value | None) -> date:
        """A date written as 2024-01-23, without quotation marks."""
        if value is None:
            return NO_DAY
        node = value.node
        raw = node.value if node.id == "scalar" else ""
        right = "tulis sebagai tahun-bulan-hari tanpa tanda petik, misalnya 2024-01-23"
        if node.id != "scalar" or _tag(node) != "timestamp" or not _DAY.fullmatch(raw):
            self.fault(value, f'"{value.name}" bukan tanggal; {right}')
            return NO_DAY
        try:
            return date.fromisoformat(raw)
        except ValueError:
            self.fault(value, f"{value.name} {raw} tidak ada dalam kalender; {right}")
            return NO_DAY

    def clock(self, value: Value) -> time:
        """A time of day written as "08.00"."""
        raw = self._raw(value)
        clock = _clock(raw)
        if raw and clock is None:
            self.fault(value, f'{value.name} "{raw}" bukan jam; tulis misalnya "08.00"')
        elif _tag(value.node) == "float":
            self.fault(
                value,
                f'"{value.name}" terbaca sebagai angka; apit dengan tanda petik: '
                f'{value.name}: "{raw}"',
            )
        return clock or time()

    def hours(self, value: Value) -> Hours | None:
        """A stretch of the day written as 07.30-16.00; None when it is none."""
        raw = self._raw(value)
        if not raw:
            return None
        clocks = [_clock(part.strip()) for part in re.split(r"[-–—]", raw)]
        if len(clocks) != 2 or clocks[0] is None or clocks[1] is None:
            self.fault(value, f'{value.name} "{raw}" bukan jam; tulis misalnya 07.30-16.00')
            return None
        if clocks[0] >= clocks[1]:
            self.fault(value, f"{value.name} {raw} berakhir sebelum mulai; tukar jamnya")
            return None
        return Hours(clocks[0], clocks[1])

    def duration(self, value: Value | None) -> Duration:
        """A standard time: "1 hari", "2 jam", "30 menit"."""
        placeholder = Duration(1, DurationUnit.HARI)
        text = "" if value is None else self._raw(value)
        if value is None or not text:
            return placeholder
        match = _DURATION.fullmatch(text.lower())
        if match is None:
            right = 'tulis bilangan bulat dan menit, jam, atau hari, misalnya "2 jam"'
            self.fault(value, f'{value.name} "{text}" tidak terbaca; {right}')
            return placeholder
        amount, word = int(match[1]), match[2]
        units = [unit.value for unit in DurationUnit]
        if word not in units:
            self.fault(value, f'satuan "{word}" pada "{value.name}" {unknown(word, units)}')
            return placeholder
        unit = DurationUnit(word)
        if not 1 <= amount <= _LONGEST[unit]:
            right = f"isi 1 sampai {_LONGEST[unit]} {word}"
            self.fault(value, f'{value.name} "{text}" di luar batas; {right}')
            return placeholder
        return Duration(amount, unit)

    def _raw(self, value: Value) -> str:
        # 08.00 and 30 are numbers to YAML; their reader's fault says more than text()'s would.
        if value.node.id == "scalar" and _tag(value.node) in {"int", "float"}:
            return str(value.node.value)
        return self.text(value, NAME_LENGTH)

    def role(self, value: Value, roles: Collection[str]) -> str:
        """The code of a known role; any code goes where the roles themselves are unknown."""
        code = self.text(value, NAME_LENGTH)
        if code and roles and code not in roles:
            self.fault(value, f'peran "{code}" {unknown(code, roles)}')
        return code

    def roles(self, value: Value | None, roles: Collection[str]) -> tuple[str, ...]:
        """One role or a list of roles, each once."""
        codes: list[str] = []
        for item in self.one_or_more(value):
            code = self.role(item, roles)
            if code and code in codes:
                self.fault(item, f'peran "{code}" disebut dua kali; sisakan satu')
            codes.append(code)
        return tuple(codes)

    def claim(self, value: Value | None, word: str, taken: dict[str, str], what: str) -> None:
        """A code or number belongs to the first that uses it; `taken` remembers where."""
        if value is None or not word:
            return
        key = word.casefold()
        if key in taken:
            self.fault(value, f'{what} "{word}" sudah dipakai di {taken[key]}; pakai yang lain')
        else:
            taken[key] = f"{self.file.name} baris {value.line}"


def _line(node: _Node) -> int:
    return int(node.start_mark.line) + 1


def _tag(node: _Node) -> str:
    return str(node.tag).removeprefix("tag:yaml.org,2002:")


def is_null(node: _Node) -> bool:
    return node.id == "scalar" and _tag(node) == "null"


def _kind(node: _Node) -> str:
    """What a value is, in the office's words."""
    names = {
        "mapping": "kelompok kunci",
        "sequence": "daftar",
        "str": "teks",
        "int": "angka",
        "float": "angka",
        "bool": "true/false",
        "null": "kosong",
        "timestamp": "tanggal",
    }
    return names.get(node.id) or names.get(_tag(node), f'nilai bertanda "{_tag(node)}"')


def unknown(word: str, known: Collection[str]) -> str:
    """ "… tidak dikenal", with the word that was probably meant."""
    close = difflib.get_close_matches(word.casefold(), known, n=1)
    if close:
        return f'tidak dikenal; mungkin maksudnya "{close[0]}"'
    return f"tidak dikenal; yang dikenal: {', '.join(known)}"


def _clock(text: str) -> time | None:
    match = _CLOCK.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return time(int(match[1]), int(match[2]))


def _syntax(problem: str, end: Any, begin: Any) -> tuple[int | None, str]:
    """The line and the words for what the YAML parser could not read."""
    for words, message, at_begin in _SYNTAX:
        if words in problem:
            mark = begin if at_begin and begin is not None else end
            return (mark.line + 1 if mark else None), message
    line = end.line + 1 if end else None
    return line, f"susunan baris ini tidak terbaca ({problem}); periksa jorokan dan tanda baca"
