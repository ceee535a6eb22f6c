"""A text that is no command: the answer to what was asked, or something to be helped with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.domain.notices import Reply
from bot.store import Transaction
from bot.usecases import (
    acting,
    extending,
    holidays,
    joining,
    people,
    reading,
    reviewing,
    standins,
    steering,
)
from bot.usecases.desk import Asker, Desk, Scene, respond, scene
from bot.usecases.views import Refused, RefusedView

_Taker = Callable[[Desk, Transaction, Scene, dict[str, Any], str, datetime], Reply]

_ANSWERS: dict[str, _Taker] = {
    # The kind of a question: what takes its answer. `ask_for_text` keeps a question open.
    people.RENAME: people.take_new_name,
    standins.ACTING: acting.take,
    holidays.HOLIDAY: holidays.take,
    reviewing.RETURN: reviewing.take_reason,
    extending.AMOUNT: extending.take_amount,
    extending.REASON: extending.take_reason,
    steering.PAUSE: steering.take_pause_reason,
    steering.CANCEL: steering.take_cancel_reason,
}


def answer(desk: Desk, asker: Asker, text: str, now: datetime) -> None:
    """Take a free text for what it most likely is: a newcomer's name, or an answer."""
    with desk.store.begin(asker.update_id, now) as tx:
        here = scene(desk, tx, asker.chat_id, now)
        if here.person is None:
            newcomer = tx.people.by_chat(asker.chat_id)
            if newcomer is not None:
                joined, reply = joining.take_name(desk, tx, newcomer, text, now)
                respond(tx, asker, joined, reply, now)
            elif not reading.talks_too_much(tx, here, asker, now):
                respond(tx, asker, None, Reply("help", {}), now)
            return
        question = tx.people.question(asker.chat_id, now)
        # One that an earlier or later edition asked is not understood by this one.
        if question is None or question.kind not in _ANSWERS:
            unknown = RefusedView(Refused.FREE_TEXT, {})
            respond(tx, asker, here.person, reading.refusal(unknown), now)
            return
        # An answer that is not understood is asked for again, which is a new question.
        tx.people.answered(asker.chat_id)
        reply = _ANSWERS[question.kind](desk, tx, here, question.data, text, now)
        respond(tx, asker, here.person, reply, now)
