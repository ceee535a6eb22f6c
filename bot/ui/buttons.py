"""Buttons: a tap is a frozen dataclass, written into a button's data by the types of its fields.

Telegram gives a button's data back when it is tapped, and anybody can forge it. So a field's
type says exactly which texts it takes, and what does not come back as it went is refused.

    class ReturnTo(Tap, prefix="rto"):
        token: Token
        step: StepNumber

`ReturnTo("Ab3_-xYz9012", 7)` is the data "rto:Ab3_-xYz9012:7".
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from types import UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from bot.ui.markup import plain, width

Style = Literal["success", "danger", "primary"]

DATA_LIMIT = 64  # bytes in the data of a button (Telegram)
LABEL_LIMIT = 60
_ROW, _AROUND = 51, 4  # signs of a row on a telephone, and what a label needs around it


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message. `data` comes back when it is tapped; with a `url` that is opened
    instead."""

    label: str
    data: str
    style: Style | None = None
    url: str | None = None


Row = tuple[Button, ...]


class Show(Enum):
    """What the screen shows after a tap, beside the short answer to the tap itself."""

    NOTHING = "nothing"
    """Cards and files come from the outbox, which also keeps cards up to date."""
    IN_PLACE = "in place"
    """The view takes the place of the message with the button."""
    BELOW = "below"
    """The view is a new message; the one with the button stays."""


@dataclass_transform(frozen_default=True)
class Tap:
    """What a button means. A prefix in a subclass's header makes it a frozen dataclass.

    `reads_only`: the tap changes nothing, so that it needs no writing transaction, and may be
    repeated.
    """

    __slots__ = ()
    prefix: ClassVar[str] = ""
    after: ClassVar[Show] = Show.IN_PLACE
    reads_only: ClassVar[bool] = False

    def __init_subclass__(
        cls, prefix: str = "", after: Show | None = None, reads_only: bool = False
    ) -> None:
        super().__init_subclass__()
        if prefix:
            cls.prefix, cls.after = prefix, after or cls.after
            cls.reads_only = reads_only or cls.reads_only
            dataclass(frozen=True)(cls)


@dataclass(frozen=True, slots=True)
class Rule:
    """How a field is written and read. What is read matches the pattern whole, and `read`
    raises ValueError for what is still none of the field's."""

    pattern: str
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str


def digits(pattern: str, none: str | None = None) -> Rule:
    """A whole number whose digits the pattern matches whole. None is written as `none`."""
    if none is None:
        return Rule(pattern, int)
    return Rule(
        f"{none}|{pattern}",
        lambda part: None if part == none else int(part),
        lambda value: none if value is None else str(value),
    )


def words(yes: str, no: str) -> Rule:
    """True and False by a word each."""
    return Rule(f"{yes}|{no}", lambda part: part == yes, lambda value: yes if value else no)


Token = Annotated[str, Rule("[A-Za-z0-9_-]{12}")]
Code = Annotated[str, Rule("[a-z0-9_]{1,24}")]
# Nine digits keep the longest data, "give:<id>:<role>:<unit>", within its 64 bytes.
Id = Annotated[int, digits("[1-9][0-9]{0,8}")]
Year = Annotated[int, digits("[1-9][0-9]{3}")]
PageNumber = Annotated[int, digits("0|[1-9][0-9]{0,3}")]
StepNumber = Annotated[int, digits("[1-9][0-9]{0,2}")]
Index = Annotated[int, digits("0|[1-9][0-9]{0,2}")]
YesNo = Annotated[bool, words("y", "n")]
OnOff = Annotated[bool, words("on", "off")]

_DAY = Rule("20[0-9]{2}-[0-9]{2}-[0-9]{2}", date.fromisoformat)


@dataclass(frozen=True, slots=True)
class PageTap(Tap):
    """Show page `page`, counted from 0, of a view."""

    reads_only: ClassVar[bool] = True
    page: PageNumber


def in_rows(buttons: Iterable[Button]) -> tuple[Row, ...]:
    """Buttons in rows, as many in each as show their whole labels: those of a row are equally
    wide."""
    rows: list[Row] = []
    for key in buttons:
        row = (*rows[-1], key) if rows else ()
        if row and len(row) * max(width(one.label) + _AROUND for one in row) <= _ROW:
            rows[-1] = row
        else:
            rows.append((key,))
    return tuple(rows)


def button(label: str, tap: Tap, style: Style | None = None) -> Button:
    """A button that says `label` and means `tap`.

    Raises:
        ValueError: the tap cannot be written as the data of a button.
    """
    return Button(plain(label, LABEL_LIMIT) or "…", write(tap), style)


def link(label: str, url: str) -> Button:
    """A button that says `label` and opens `url`."""
    return Button(plain(label, LABEL_LIMIT) or "…", "", url=url)


def told_apart(
    options: Sequence[tuple[str, ...]], shown: int = 1, room: int = LABEL_LIMIT
) -> list[str]:
    """Labels of at most `room` units, no two alike. An option is a name and what else is known of
    it, the last of which nobody else has: `shown` of these are said, and more where need be."""
    told = [shown] * len(options)
    while True:
        labels = [_label(o[:count], room) for o, count in zip(options, told, strict=True)]
        times = Counter(labels)
        alike = [n for n, label in enumerate(labels) if times[label] > 1]
        unclear = [n for n in alike if told[n] < len(options[n])]
        if not unclear:
            return labels
        for n in unclear:
            told[n] += 1


def _label(facts: tuple[str, ...], room: int) -> str:
    """The name with the other facts in brackets; of all of them the last is cut last."""
    name, *rest = (plain(fact, room) for fact in facts)
    more = [fact for fact in rest if fact]
    if not more:
        return name
    space = max(room // 3, room - width(name) - 3)
    last = plain(more[-1], space)
    if len(more) > 1 and (left := space - width(last) - 2) > 0:
        last = f"{plain(', '.join(more[:-1]), left)}, {last}"
    return f"{plain(name, room - width(last) - 3)} ({last})"


def write(tap: Tap) -> str:
    """The data of a button that means this tap.

    Raises:
        ValueError: a field holds what its type does not take.
    """
    data = ":".join([tap.prefix, *_parts(tap)])
    if len(data.encode()) > DATA_LIMIT or _read(type(tap), data) != tap:
        raise ValueError(f"no button can carry {tap}")
    return data


class TapReader:
    """Reads taps of these classes back from the data of buttons.

    Raises:
        ValueError: two classes share a prefix.
    """

    def __init__(self, classes: Iterable[type[Tap]]) -> None:
        self._classes: dict[str, type[Tap]] = {}
        for kind in classes:
            if self._classes.setdefault(kind.prefix, kind) is not kind:
                raise ValueError(f"two taps have the prefix {kind.prefix!r}")

    def read(self, data: str) -> Tap | None:
        """The tap that this data means; None for anything that no button of ours carries."""
        if len(data.encode(errors="replace")) > DATA_LIMIT:
            return None
        first, *rest = data.split(":")
        prefixes = [f"{first}:{rest[0]}", first] if rest else [first]
        kind = next((self._classes[p] for p in prefixes if p in self._classes), None)
        return _read(kind, data) if kind else None


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a tap. `omitted`: None leaves the part empty, and out at the end."""

    name: str
    rule: Rule
    omitted: bool

    def read(self, part: str) -> Any:
        """The value that a part stands for.

        Raises:
            ValueError: the part is none that this field takes.
        """
        if self.omitted and not part:
            return None
        if not re.fullmatch(self.rule.pattern, part):
            raise ValueError(part)
        return self.rule.read(part)


def _parts(tap: Tap) -> list[str]:
    values = ((field, getattr(tap, field.name)) for field in _fields(type(tap)))
    parts = ["" if f.omitted and value is None else f.rule.write(value) for f, value in values]
    while parts and not parts[-1]:
        parts.pop()
    return parts


def _read(kind: type[Tap], data: str) -> Tap | None:
    rest = data.removeprefix(kind.prefix)
    parts = rest.removeprefix(":").split(":") if rest else []
    fields = _fields(kind)
    needed = sum(not field.omitted for field in fields)
    if not needed <= len(parts) <= len(fields) or parts[-1:] == [""]:
        return None
    try:
        values = {f.name: f.read(part) for f, part in zip(fields, parts, strict=False)}
    except ValueError:
        return None
    return kind(**values)


_FIELDS: dict[type[Tap], tuple[_Field, ...]] = {}
"""The fields of each class, read once."""


def _fields(kind: type[Tap]) -> tuple[_Field, ...]:
    """The fields of a tap's class in their order.

    Raises:
        TypeError: a field has a type that no button can carry.
    """
    if kind not in _FIELDS:
        hints = get_type_hints(kind, include_extras=True)
        fields = dataclasses.fields(cast(Any, kind))
        _FIELDS[kind] = tuple(_field(field.name, hints[field.name]) for field in fields)
    return _FIELDS[kind]


def _field(name: str, hint: Any) -> _Field:
    omitted = get_origin(hint) in (Union, UnionType) and type(None) in get_args(hint)
    if omitted:
        (hint,) = [arg for arg in get_args(hint) if arg is not type(None)]
    if get_origin(hint) is Annotated:
        rule = get_args(hint)[1]
    elif hint is date:
        rule = _DAY
    elif isinstance(hint, type) and issubclass(hint, StrEnum):
        rule = Rule("|".join(map(re.escape, hint)), hint)
    else:
        raise TypeError(f"{name}: no button can carry {hint}")
    return _Field(name, rule, omitted)
