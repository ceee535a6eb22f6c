"""What the bot asks or offers can be left, and a dialogue goes one step back.

A question waits in the database under its kind. So does the fact that a list of choices was shown
last, as an offer: no text answers it, but /batal leaves it and nothing else. What is kept
with an offer is given to `Hook.OFFER_LEFT` then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Protocol

from bot.domain.notices import Reply
from bot.features.answers import DoneView, Refuse, Refused, done
from bot.features.work import Work
from bot.ui.buttons import Code, Rule, Tap, button
from bot.ui.message import Message

OFFER = "offer"
"""The kind of an offer, where no question waits."""

Data = dict[str, Any]
View = Any


class NotAsked(StrEnum):
    """Why there is nothing to leave."""

    NOT_ASKED = "not_asked"


class Done(StrEnum):
    """What was left."""

    ASKED_LEFT = "asked_left"
    OFFER_CLOSED = "offer_closed"


class Dialogue(Protocol):
    """A question of several answers, in their order."""

    def last_answer(self, data: Data) -> tuple[str, str] | None:
        """Name and label of the answer that can be changed from here."""

    def go_back(self, work: Work, data: Data, name: str) -> View:
        """Ask for that answer again; the view that asks."""


@dataclass(frozen=True, slots=True)
class Question:
    """What takes the answer to a question that waits in the database under its kind.

    `take` gets what was kept with the question and the text, and returns the answer to it. The
    question is closed before; what is to be asked again asks again. `wants_text`: a text
    answers it (no text answers the question for a file). `of_run`: it is about a whole run, and
    not about the task whose token is kept with it. `dialogue` goes back, where that is possible.
    """

    take: Callable[[Work, Data, str], Reply]
    wants_text: bool = True
    of_run: bool = False
    dialogue: Dialogue | None = None


About = Annotated[str, Rule("[A-Za-z0-9_-]{1,12}")]


class Leave(Tap, prefix="no"):
    """Leave the question of this kind, about this task or person; without a kind, an offer."""

    kind: Code | None = None
    about: About | None = None


class GoBack(Tap, prefix="bk"):
    """Ask for this answer of the open dialogue of this kind again."""

    kind: Code
    field: Code


@dataclass(frozen=True, slots=True)
class Asking:
    """A view that asks something, with the way out; and with the way `back` to the answer before,
    which is called `label`."""

    view: View
    leave: Leave
    back: GoBack | None = None
    label: str = ""


def with_ways_out(work: Work, view: View) -> View:
    """The view as it is shown to who asks: where it asks or offers something, with its ways out."""
    features = work.services.features
    kinds = features.asks.get(type(view))
    if kinds is None or work.somebody is None:
        return view
    if not kinds:
        return Asking(view, Leave())
    question = work.tx.people.question(work.person.chat_id, work.now)
    if question is None or question.kind not in kinds:
        return view  # it was answered meanwhile
    leave = Leave(question.kind, _about(question.data))
    dialogue = features.questions[question.kind].dialogue
    last = dialogue.last_answer(question.data) if dialogue else None
    if last is None:
        return Asking(view, leave)
    name, label = last
    return Asking(view, leave, GoBack(question.kind, name), label)


def offers(work: Work, view: View) -> bool:
    """Whether the view offers choices; a question that waits has a row of its own."""
    return work.services.features.asks.get(type(view)) == ()


def note_offer(work: Work, view: View) -> None:
    """This is what the person sees now: /batal leaves it, as long as nothing else was shown."""
    if work.somebody is None:
        return
    if not offers(work, view):
        close_offer(work)
        return
    offer(work, {})


def offer(work: Work, data: Data) -> None:
    """Choices are shown to who asks; a question that waits for them goes on waiting."""
    question = work.tx.people.question(work.person.chat_id, work.now)
    if question is None or question.kind == OFFER:
        work.ask(OFFER, data)


def close_offer(work: Work) -> None:
    """Something else was shown, or done: there is no offer to be left any more."""
    if work.request is not None:
        work.tx.people.answered(work.request.chat_id, OFFER)


# What people do


def leave(work: Work, tap: Leave) -> DoneView:
    """Tidak jadi: what this message asks is left, and nothing else."""
    if tap.kind is None:
        _ = work.person  # of people from outside nothing is asked
        close_offer(work)
        return done(Done.OFFER_CLOSED)
    data = work.asked(tap.kind)
    if data is None or _about(data) != tap.about:
        raise Refuse(NotAsked.NOT_ASKED)
    work.answered()
    return done(Done.ASKED_LEFT)


def go_back(work: Work, tap: GoBack) -> View:
    """One step back: ask for this answer again."""
    data, question = work.asked(tap.kind), work.services.features.questions.get(tap.kind)
    if data is None or question is None or question.dialogue is None:
        raise Refuse(Refused.BUTTON_OLD)
    return question.dialogue.go_back(work, data, tap.field)


def _about(data: Data) -> str | None:
    about = data.get("token") or data.get("person_id")
    return None if about is None else str(about)


# Words

REFUSALS = {
    NotAsked.NOT_ASKED: "Pertanyaan ini sudah tidak menunggu jawaban, sehingga tidak ada yang "
    "berubah."
}

DONE = {
    Done.ASKED_LEFT: "Pertanyaan ini ditinggalkan, dan tidak ada yang berubah.",
    Done.OFFER_CLOSED: "Pilihan ini ditutup, dan tidak ada yang berubah.",
}


def say_asking(asking: Asking, asked: Message) -> Message:
    """What is asked, with the ways out under it; an offer of nothing needs none."""
    if asking.leave.kind is None and not asked.buttons:
        return asked
    back, leave = asking.back, button("Tidak jadi", asking.leave)
    row = (button(f"‹ Ubah {asking.label}", back), leave) if back else (leave,)
    return Message(asked.html, (*asked.buttons, row))
