"""One YAML file, read value by value; each fault is noted with its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection
from datetime import date, time
from enum import StrEnum
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

from bot.domain.sop import Duration, DurationUnit, Hours, Wording
from bot.sop_loader.source import Source, Value, line_of

_Choice = TypeVar("_Choice", bound=StrEnum)
_Read = TypeVar("_Read")
_Args = ParamSpec("_Args")

NAME_LENGTH: Final = 100
TITLE_LENGTH: Final = 150
"""Lengths are in UTF-16 units, as Telegram counts them."""

NO_DAY: Final = date.min
"""What stands for a date that could not be read."""

_MOST_ITEMS: Final = 200

_LONGEST: Final = {DurationUnit.MENIT: 10_000, DurationUnit.JAM: 2_000, DurationUnit.HARI: 365}
"""Beyond about a year of work a standard time is a slip of the hand."""

_CODE: Final = re.compile(r"[a-z0-9_]{1,24}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK: Final = re.compile(r"(\d{1,2})[.:](\d{2})", re.ASCII)
_DURATION: Final = re.compile(r"(\d{1,9})\s+([a-z]+)", re.ASCII)
_FLAGS: Final = {"true": True, "false": False}

_NO_ITEMS: Final[tuple[Value, ...]] = ()
_NO_HOURS: Final[Hours | None] = None
_A_DAY: Final = Duration(1, DurationUnit.HARI)

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


class _WrongError(Exception):
    """What is wrong with the value that is being read."""


def _reader(
    placeholder: _Read,
) -> Callable[
    [Callable[Concatenate[Sheet, Value, _Args], _Read]],
    Callable[Concatenate[Sheet, Value | None, _Args], _Read],
]:
    """A method of `Sheet` that reads one value, and gives `placeholder` where there is none.

    What it raises as wrong becomes a fault, which stops the whole catalogue; the placeholder only
    lets the reading go on. An absent key (None) is no fault here: `mapping` has reported it.
    """

    def wrap(
        read: Callable[Concatenate[Sheet, Value, _Args], _Read],
    ) -> Callable[Concatenate[Sheet, Value | None, _Args], _Read]:
        @wraps(read)
        def reader(
            sheet: Sheet, value: Value | None, /, *args: _Args.args, **kwargs: _Args.kwargs
        ) -> _Read:
            if value is None:
                return placeholder
            try:
                return read(sheet, value, *args, **kwargs)
            except _WrongError as wrong:
                sheet.fault(value, str(wrong))
                return placeholder

        return reader

    return wrap


class Sheet(Source):
    """The readers of a file: each takes one value, and notes a fault where it is wrong."""

    def mapping(
        self, value: Value | None, required: Collection[str], optional: Collection[str] = ()
    ) -> dict[str, Value]:
        """The keys of a mapping; unknown, missing and repeated keys are faults."""
        if value is None:
            return {}
        if value.node.id != "mapping":
            keys = ", ".join(required) or ", ".join(optional)
            self.fault(value, f"{value.name} harus berisi kunci ({keys}), bukan {value.kind}")
            return {}
        known = (*required, *optional)
        found: dict[str, Value] = {}
        for key, node in value.node.value:
            name = key.value[:60] if key.id == "scalar" else ""
            if name in found:
                self.fault(
                    line_of(key),
                    f'kunci "{name}" ditulis dua kali (sudah ada di baris '
                    f"{found[name].line}); sisakan satu",
                )
            elif name in known:
                found[name] = Value(node, line_of(key), name)
            else:
                self.fault(line_of(key), f'kunci "{name}" pada {value.name} {unknown(name, known)}')
        for name in required:
            if name not in found:
                example = f", misalnya {name}: {_EXAMPLES[name]}" if name in _EXAMPLES else ""
                self.fault(value, f'kunci "{name}" belum ada pada {value.name}; tambahkan{example}')
        return found

    @_reader(_NO_ITEMS)
    def items(self, value: Value, most: int = _MOST_ITEMS) -> tuple[Value, ...]:
        """The items of a list, at most so many."""
        if value.node.id != "sequence":
            raise _WrongError(
                f'"{value.name}" harus daftar, bukan {value.kind}; tulis setiap butir '
                'pada baris baru dengan "- " di depannya, atau [] bila tidak ada'
            )
        nodes = value.node.value
        if len(nodes) > most:
            self.fault(value, f'"{value.name}" memuat {len(nodes)} butir; paling banyak {most}')
        return tuple(
            Value(node, line_of(node), f"{value.name} ke-{i}")
            for i, node in enumerate(nodes[:most], start=1)
        )

    @_reader(_NO_ITEMS)
    def some(self, value: Value, most: int = _MOST_ITEMS) -> tuple[Value, ...]:
        """The items of a list that must not be empty."""
        if value.node.id == "sequence" and not value.node.value:
            name = value.name
            raise _WrongError(f'"{name}" belum berisi; tulis paling sedikit satu {name}')
        return self.items(value, most)

    @_reader(_NO_ITEMS)
    def one_or_more(self, value: Value) -> tuple[Value, ...]:
        """The items of a list of at least one, or the one value that stands alone."""
        if value.node.id != "sequence":
            return (value,)
        if not value.node.value:
            raise _WrongError(f'"{value.name}" kosong; isi paling sedikit satu')
        return self.items(value)

    @_reader("")
    def text(self, value: Value, most: int, *, may_be_empty: bool = False) -> str:
        """A text on one line: line breaks and runs of spaces become one space."""
        if may_be_empty and value.is_null:
            return ""
        if value.is_null:
            raise _WrongError(f'"{value.name}" kosong; isi dengan teks')
        if value.scalar is None:
            raise _WrongError(f'"{value.name}" harus teks, bukan {value.kind}')
        if value.tag != "str":
            raise _WrongError(
                f'"{value.name}" terbaca sebagai {value.kind}; apit dengan tanda petik: '
                f'"{value.scalar}"'
            )
        text = " ".join(value.scalar.split())
        if not text and not may_be_empty:
            raise _WrongError(f'"{value.name}" kosong; isi dengan teks')
        length = len(text.encode("utf-16-le")) // 2
        if length > most:
            raise _WrongError(
                f'"{value.name}" terlalu panjang ({length} huruf); paling banyak {most}'
            )
        return text

    def wording(self, value: Value | None, most: int, *, may_be_empty: bool = False) -> Wording:
        """A text, or `teks` beside the signed words in `tertulis`."""
        if value is None or value.node.id != "mapping":
            return Wording(self.text(value, most, may_be_empty=may_be_empty))
        keys = self.mapping(value, ("teks", "tertulis"))
        text = self.text(keys.get("teks"), most)
        written = self.text(keys.get("tertulis"), most, may_be_empty=True)
        if text and text == written:
            right = "tulis sekali saja sebagai teks biasa"
            self.fault(keys["teks"], f'"teks" dan "tertulis" sama; {right}')
        return Wording(text, written)

    def signed(self, value: Value, most: int) -> Wording:
        """A text that is never corrected."""
        if value.node.id == "mapping":
            self.fault(value, f'"{value.name}" tidak boleh dibetulkan; tulis teks naskahnya saja')
            return Wording("")
        return Wording(self.text(value, most))

    @_reader("")
    def code(self, value: Value) -> str:
        """A code of small letters, digits and underscores; "" when it is none."""
        text = self.text(value, NAME_LENGTH)
        if text and not _CODE.fullmatch(text):
            raise _WrongError(
                f'{value.name} "{text}" tidak dapat dipakai; pakai paling banyak 24 huruf '
                "kecil, angka, atau garis bawah, misalnya lakip"
            )
        return text

    def choice(self, value: Value | None, choices: type[_Choice], default: _Choice) -> _Choice:
        """One of a few words; `default` where the key is absent."""
        if value is None:
            return default
        known = [choice.value for choice in choices]
        text = value.scalar or ""
        if text not in known:
            self.fault(value, f'{value.name} "{text}" {unknown(text, known)}')
            return default
        return choices(text)

    @_reader(1)
    def number(self, value: Value, highest: int, what: str = "bilangan bulat") -> int:
        """A whole number from 1 to `highest`."""
        raw = value.scalar
        if raw is not None and value.tag == "int" and re.fullmatch(r"[0-9]{1,9}", raw):
            number = int(raw)
            if 1 <= number <= highest:
                return number
        said = "" if raw is None else f", bukan {raw}"
        raise _WrongError(f'"{value.name}" harus {what}, 1 sampai {highest}{said}')

    @_reader(placeholder=False)
    def flag(self, value: Value) -> bool:
        """True or false; False where the key is absent."""
        flag = _FLAGS.get((value.scalar or "").lower())
        if flag is None or value.tag != "bool":
            said = "" if value.scalar is None else f' "{value.scalar}"'
            raise _WrongError(f'"{value.name}" berisi{said}; tulis true (ya) atau false (tidak)')
        return flag

    @_reader(NO_DAY)
    def day(self, value: Value) -> date:
        """A date written as 2024-01-23, without quotation marks."""
        raw = value.scalar or ""
        right = "tulis sebagai tahun-bulan-hari tanpa tanda petik, misalnya 2024-01-23"
        if value.tag != "timestamp" or not _DAY.fullmatch(raw):
            raise _WrongError(f'"{value.name}" bukan tanggal; {right}')
        try:
            return date.fromisoformat(raw)
        except ValueError as exc:
            raise _WrongError(f"{value.name} {raw} tidak ada dalam kalender; {right}") from exc

    @_reader(time())
    def clock(self, value: Value) -> time:
        """A time of day written as "08.00"."""
        raw = self._raw(value)
        clock = _clock(raw)
        if raw and clock is None:
            raise _WrongError(f'{value.name} "{raw}" bukan jam; tulis misalnya "08.00"')
        if value.tag == "float":
            raise _WrongError(
                f'"{value.name}" terbaca sebagai angka; apit dengan tanda petik: '
                f'{value.name}: "{raw}"'
            )
        return clock or time()

    @_reader(_NO_HOURS)
    def hours(self, value: Value) -> Hours | None:
        """A stretch of the day written as 07.30-16.00; None when it is none."""
        raw = self._raw(value)
        if not raw:
            return None
        clocks = [_clock(part.strip()) for part in re.split(r"[-–—]", raw)]
        if len(clocks) != 2 or clocks[0] is None or clocks[1] is None:
            raise _WrongError(f'{value.name} "{raw}" bukan jam; tulis misalnya 07.30-16.00')
        if clocks[0] >= clocks[1]:
            raise _WrongError(f"{value.name} {raw} berakhir sebelum mulai; tukar jamnya")
        return Hours(clocks[0], clocks[1])

    @_reader(_A_DAY)
    def duration(self, value: Value) -> Duration:
        """A standard time: "1 hari", "2 jam", "30 menit"."""
        text = self._raw(value)
        if not text:
            return _A_DAY
        match = _DURATION.fullmatch(text.lower())
        if match is None:
            right = 'tulis bilangan bulat dan menit, jam, atau hari, misalnya "2 jam"'
            raise _WrongError(f'{value.name} "{text}" tidak terbaca; {right}')
        amount, word = int(match[1]), match[2]
        units = [unit.value for unit in DurationUnit]
        if word not in units:
            raise _WrongError(f'satuan "{word}" pada "{value.name}" {unknown(word, units)}')
        unit = DurationUnit(word)
        if not 1 <= amount <= _LONGEST[unit]:
            right = f"isi 1 sampai {_LONGEST[unit]} {word}"
            raise _WrongError(f'{value.name} "{text}" di luar batas; {right}')
        return Duration(amount, unit)

    def _raw(self, value: Value) -> str:
        # 08.00 and 30 are numbers to YAML; their reader's fault says more than text()'s would.
        if value.scalar is not None and value.tag in {"int", "float"}:
            return value.scalar
        return self.text(value, NAME_LENGTH)

    @_reader("")
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

    def assumed(self, value: Value | None, known: Collection[str]) -> tuple[str, ...]:
        """The keys that the office still has to confirm, each once."""
        names = [(item, self.text(item, NAME_LENGTH)) for item in self.items(value)]
        for item, name in names:
            if name and name not in known:
                self.fault(item, f'kunci "{name}" pada "asumsi" {unknown(name, known)}')
        return tuple(dict.fromkeys(name for _, name in names))

    def claim(self, value: Value | None, word: str, taken: dict[str, str], what: str) -> None:
        """A code or number belongs to the first that uses it; `taken` remembers where."""
        if value is None or not word:
            return
        key = word.casefold()
        if key in taken:
            self.fault(value, f'{what} "{word}" sudah dipakai di {taken[key]}; pakai yang lain')
        else:
            taken[key] = f"{self.file.name} baris {value.line}"


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
