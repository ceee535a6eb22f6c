"""Second thoughts: sending work back to an earlier step, and taking a confirmation back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.domain import parsing
from bot.domain.actions import Return, Undo
from bot.domain.notices import Reply
from bot.store import Transaction
from bot.usecases import questions, reading, runs
from bot.usecases.desk import Request, Scene, Services, ask_for_text, respond, scene
from bot.usecases.views import Done, DoneView, RefusedView, ReturnQuestionView, View

RETURN = "return"

_UNSAID = "-"
"""A reason in the place of the one that is still to be asked for."""


def undo(services: Services, request: Request, token: str, now: datetime) -> View:
    """Take the asker's own confirmation of a task back, where that is still possible."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        done = runs.act_on_task(
            services, tx, here, token, lambda task: Undo(task.step, task.attempt), now
        )
        if isinstance(done, RefusedView):
            return done
        return DoneView(Done.UNDONE, {"step": done.task.step})


def ask_return(services: Services, request: Request, token: str, now: datetime) -> View:
    """Ask why the work is sent back, by default to the step that the SOP names."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        view = _ask(services, tx, here, token, None, now)
        if isinstance(view, ReturnQuestionView):
            args: questions.Args = {"token": token, "to": view.to_step.number}
            respond(tx, request, here.person, Reply("return_question", args), now)
        return view


def choose_step(
    services: Services, request: Request, token: str, to_step: int, now: datetime
) -> View:
    """Ask the same for another step."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        return _ask(services, tx, here, token, to_step, now)


def take_reason(
    services: Services, tx: Transaction, here: Scene, data: dict[str, Any], text: str, now: datetime
) -> Reply:
    """The answer to `ask_return`: the work goes back."""
    token, to_step = str(data["token"]), int(data["to"])
    reason = parsing.reason(text)
    if reason is None:
        ask_for_text(tx, here, RETURN, data, now)
        return Reply("return_question", {"token": token, "to": to_step, "fault": True})
    done = runs.act_on_task(
        services,
        tx,
        here,
        token,
        lambda task: Return(task.step, task.attempt, to_step, reason),
        now,
    )
    if isinstance(done, RefusedView):
        return reading.refusal(done)
    return reading.done(DoneView(Done.RETURNED, {"step": done.task.step, "to": to_step}))


def _ask(
    services: Services, tx: Transaction, here: Scene, token: str, to_step: int | None, now: datetime
) -> View:
    view = questions.return_question(services, tx, here, {"token": token, "to": to_step}, now)
    if not isinstance(view, ReturnQuestionView):
        return reading.refuse(services, here) or view
    number = view.to_step.number
    # Nobody is asked for a reason in vain.
    refused = runs.refused_beforehand(
        services,
        tx,
        here,
        token,
        lambda task: Return(task.step, task.attempt, number, _UNSAID),
        now,
    )
    if refused is not None:
        return refused
    ask_for_text(tx, here, RETURN, {"token": token, "to": number}, now)
    return view
