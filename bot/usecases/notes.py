"""Notes: a text in reply to a card, or to a reminder or the details of a task."""

from __future__ import annotations

from datetime import datetime

from bot.domain import engine, parsing
from bot.domain.actions import Note, Reason, Refusal
from bot.domain.notices import Reply
from bot.domain.run import Task
from bot.store import Transaction
from bot.store.runs import StoredRun
from bot.usecases import reading
from bot.usecases.desk import Scene, carry_out
from bot.usecases.views import Done, Refused, RefusedView

NOTE_LENGTH = 1000
"""A note is a remark beside the work; what is longer is a document, and can be attached."""

_WHY_NOT = {
    Reason.NOTHING_SAID: Refused.NOTE_EMPTY,
    Reason.TOO_MUCH: Refused.NOTES_FULL,
    Reason.RUN_OVER: Refused.NOTE_TOO_LATE,
}


def take(
    tx: Transaction, here: Scene, stored: StoredRun, task: Task, text: str, now: datetime
) -> Reply:
    """Leave this text as a note on the task; what to say to whoever wrote it."""
    assert here.person is not None  # noqa: S101 - only people who joined have cards
    said = parsing.sentence(text)
    if len(said) > NOTE_LENGTH:
        facts = {"length": len(said), "most": NOTE_LENGTH}
        return reading.refusal(RefusedView(Refused.NOTE_TOO_LONG, {**facts}))
    at = stored.run.not_before(now)
    action = Note(task.step, task.attempt, said)
    decision = engine.decide(stored.run, action, here.person.id, at, here.state)
    if isinstance(decision, Refusal):
        if decision.reason in _WHY_NOT:
            return reading.refusal(RefusedView(_WHY_NOT[decision.reason], {}))
        roles = reading.roles_of_step(stored, task.step, here)
        return reading.refusal(RefusedView(Refused.NOT_YOURS, {"roles": roles}))
    carry_out(tx, stored, decision, here.staff, now)
    return Reply("done", {"what": Done.NOTED.value, "fact_step": task.step})
