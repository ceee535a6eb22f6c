"""A text that is no command: the answer to what was asked, or something to be helped with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.domain.notices import Reply
from bot.domain.run import Task
from bot.store import Transaction
from bot.store.people import Question
from bot.store.runs import StoredRun
from bot.usecases import (
    acting,
    evidence,
    extending,
    holidays,
    joining,
    notes,
    people,
    reading,
    reviewing,
    rosters,
    standins,
    steering,
    teams,
)
from bot.usecases.desk import Request, Scene, Services, respond, scene
from bot.usecases.replying import task_of
from bot.usecases.views import Refused, RefusedView

_Taker = Callable[[Services, Transaction, Scene, dict[str, Any], str, datetime], Reply]

_ANSWERS: dict[str, _Taker] = {
    # The kind of a question: what takes its answer. `ask_for_text` keeps a question open.
    people.RENAME: people.take_new_name,
    standins.ACTING: acting.take,
    rosters.TEAM: teams.take,
    holidays.HOLIDAY: holidays.take,
    reviewing.RETURN: reviewing.take_reason,
    extending.AMOUNT: extending.take_amount,
    extending.REASON: extending.take_reason,
    steering.PAUSE: steering.take_pause_reason,
    steering.CANCEL: steering.take_cancel_reason,
    evidence.ATTACH: evidence.take_text,
}


def answer(
    services: Services, request: Request, text: str, now: datetime, reply_to: int | None = None
) -> None:
    """Take a free text for what it most likely is: a newcomer's name, an answer, or a note.

    `reply_to` is the message that it answers. A text in reply to a card is a note on that
    task, unless something was asked about the same task.
    """
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if here.person is None:
            newcomer = tx.people.by_chat(request.chat_id)
            if newcomer is not None:
                joined, reply = joining.take_name(services, tx, newcomer, text, now)
                respond(tx, request, joined, reply, now)
            elif not reading.talks_too_much(tx, here, request, now):
                respond(tx, request, None, Reply("help", {}), now)
            return
        question = tx.people.question(request.chat_id, now)
        about = task_of(tx, request.chat_id, reply_to)
        if about is not None and not _is_asked_about(question, *about):
            respond(tx, request, here.person, notes.take(tx, here, *about, text, now), now)
            return
        # One that an earlier or later edition asked is not understood by this one.
        if question is None or question.kind not in _ANSWERS:
            unknown = RefusedView(Refused.FREE_TEXT, {})
            respond(tx, request, here.person, reading.refusal(unknown), now)
            return
        # An answer that is not understood is asked for again, which is a new question.
        tx.people.answered(request.chat_id)
        reply = _ANSWERS[question.kind](services, tx, here, question.data, text, now)
        respond(tx, request, here.person, reply, now)


def _is_asked_about(question: Question | None, stored: StoredRun, task: Task) -> bool:
    """Whether a text was asked for that is about this very task."""
    token = stored.tokens[(task.step, task.attempt)]
    # No text answers the question for a file.
    wants_text = question is not None and question.kind in _ANSWERS.keys() - {evidence.ATTACH}
    return wants_text and question is not None and question.data.get("token") == token
