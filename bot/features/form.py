"""A dialogue of several short questions. What was said so far waits in the database as the chat's
open question, so that buttons and typed answers go together over a restart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.domain import parsing
from bot.domain.access import Permission
from bot.domain.notices import Reply
from bot.features import replies
from bot.features.answers import Refuse, Refused
from bot.features.asking import Question
from bot.features.feature import View
from bot.features.work import Work

Data = dict[str, Any]
"""What was said so far, as it is stored (JSON): field names and what belongs to them."""

FAULT = "fault"
"""The key of why the last answer was not taken: `Misread.fault`, or True where it has none."""


class Misread(Exception):  # noqa: N818 - an answer that is not understood is no error of ours
    """An answer was not taken. `fault` says why, where the next question tells it."""

    def __init__(self, fault: str = "", text: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.text = text


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked. `parse` turns a typed answer into what is kept, at least a value
    under `name`, or raises `Misread`. `wanted` says whether it is asked at all; `answered` whether
    it has been (by default, once there is a value under its name). With a `label` the answer can
    be changed from the next question; `forget` takes it out of what was said."""

    name: str
    parse: Callable[[Work, Data, str], Data]
    wanted: Callable[[Data], bool] = lambda data: True
    answered: Callable[[Data], bool] | None = None
    label: str = ""
    forget: Callable[[Data], Data] | None = None

    def is_left(self, data: Data) -> bool:
        """Whether it is still to be asked."""
        answered = self.answered(data) if self.answered else self.name in data
        return not answered and self.wanted(data)


@dataclass(frozen=True, slots=True)
class Form:
    """Fields that are asked in their order; `finish` acts once all are said. `kind` names the
    question in the database. `ask` makes the reply that asks for the next field; it gets the
    `Misread` of an answer that was not taken. Without `finish`, a button of the last question acts,
    which `ask` shows with all that was said. `permission` is asked for anew at every answer.
    `of_run`: see `Question`."""

    kind: str
    fields: tuple[Field, ...]
    ask: Callable[[Data, Misread | None], Reply]
    finish: Callable[[Work, Data], Reply] | None
    permission: Permission | None = None
    of_run: bool = False

    def next_field(self, data: Data) -> Field | None:
        """What is asked next; None once all is said."""
        return next((field for field in self.fields if field.is_left(data)), None)

    def start(self, work: Work, data: Data) -> Reply:
        """Ask for the first field; `data` is what is known from the beginning."""
        work.require(self.permission)
        return self._go_on(work, data)

    def take(self, work: Work, data: Data, text: str) -> Reply:
        """A typed answer to the question that was asked last."""
        work.require(self.permission)
        field = self.next_field(data)
        try:
            if field is None:
                raise Misread
            said = field.parse(work, data, text)
        except Misread as misread:
            work.ask(self.kind, {**data, FAULT: misread.fault or True})
            return self.ask(data, misread)
        return self._go_on(work, {**data, **said})

    def fill(self, work: Work, data: Data) -> View:
        """A button said something: `data` is all that is known now. The view to show next."""
        work.require(self.permission)
        return replies.build(work, self._go_on(work, data))

    def said(self, work: Work, asked: str | None = None) -> Data:
        """What the person has said so far.

        Raises:
            Refuse: this form is not open in their chat, or asks for another field than `asked`.
        """
        work.require(self.permission)
        data = work.asked(self.kind)
        field = self.next_field(data) if data is not None else None
        if data is None or (asked is not None and (field is None or field.name != asked)):
            raise Refuse(Refused.BUTTON_OLD)
        return data

    def question(self) -> Question:
        """The form as what takes the answers to its question."""
        return Question(self.take, of_run=self.of_run, dialogue=self)

    def last_answer(self, data: Data) -> tuple[str, str] | None:
        """Name and label of the answer before the next question; None where there is none."""
        left, last = self.next_field(data), None
        for field in self.fields:
            if field is left:
                break
            if field.label and field.wanted(data):
                last = field.name, field.label
        return last

    def go_back(self, work: Work, data: Data, name: str) -> View:
        """Ask for that answer again: what was said before it stays.

        Raises:
            Refuse: it is not the one before the next question (any more).
        """
        last = self.last_answer(data)
        if last is None or last[0] != name:
            raise Refuse(Refused.BUTTON_OLD)
        field = next(field for field in self.fields if field.name == name)
        before = {key: value for key, value in data.items() if key != name}
        return self.fill(work, field.forget(data) if field.forget else before)

    def _go_on(self, work: Work, data: Data) -> Reply:
        data = {name: value for name, value in data.items() if name != FAULT}
        if self.next_field(data) is None and self.finish:
            work.answered()
            return self.finish(work, data)
        work.ask(self.kind, data)
        return self.ask(data, None)


UNSAID = "-"
"""A reason in the place of one that is still to be asked for."""


def _reason(work: Work, said: Data, text: str) -> Data:
    reason = parsing.reason(text)
    if reason is None:
        raise Misread
    return {"reason": reason}


REASON_FIELD = Field("reason", _reason)


LETTER_NUMBER_LENGTH = range(1, 81)
"""Signs of a letter's number: "188.4/12/SK/DISPMPTSPTK/2027" is one."""


def letter_number(text: str) -> str:
    """The number of a letter or decree that was typed, in one line.

    Raises:
        Misread: it is none.
    """
    line = " ".join(text.split())
    if len(line) not in LETTER_NUMBER_LENGTH or not line.isprintable():
        raise Misread
    return line


def day(work: Work, text: str) -> str:
    """The day that was typed, in ISO form: see `parsing.day`.

    Raises:
        Misread: it is none.
    """
    on = parsing.day(text, work.today)
    if on is None:
        raise Misread
    return on.isoformat()


def by_button(work: Work, said: Data, text: str) -> Data:
    """The parser of a field that only buttons answer."""
    raise Misread
