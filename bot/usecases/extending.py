"""More time for a step: how much, why, and the word of whoever decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.domain import assignment, parsing
from bot.domain.actions import AskExtension, DecideExtension
from bot.domain.notices import Reply
from bot.domain.sop import Duration, DurationUnit
from bot.store import Transaction
from bot.usecases import questions, reading, runs
from bot.usecases.desk import Request, Scene, Services, ask_for_text, respond, scene
from bot.usecases.views import Done, DoneView, Refused, RefusedView, View

AMOUNT, REASON = "extension_amount", "extension_reason"

_UNSAID = "-"
"""A reason in the place of the one that is still to be asked for."""


def ask(services: Services, request: Request, token: str, now: datetime) -> View:
    """Ask how much more time a task needs."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        refused = _refused(services, tx, here, token, questions.OFFERED[0], now)
        if refused is not None:
            return refused
        ask_for_text(tx, here, AMOUNT, {"token": token}, now)
        respond(tx, request, here.person, Reply("extension_question", {"token": token}), now)
        return questions.extension_question(services, tx, here, {"token": token}, now)


def choose_amount(
    services: Services, request: Request, token: str, amount: Duration, now: datetime
) -> View:
    """So much it is: ask why."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if amount.amount > parsing.LONGEST[amount.unit]:
            return RefusedView(Refused.BUTTON_OLD, {})
        refused = _refused(services, tx, here, token, amount, now)
        if refused is not None:
            return refused
        data = _ask_why(tx, here, token, amount, now)
        return questions.extension_question(services, tx, here, data, now)


def take_amount(
    services: Services, tx: Transaction, here: Scene, data: dict[str, Any], text: str, now: datetime
) -> Reply:
    """The typed answer to `ask`."""
    token = str(data["token"])
    amount = parsing.duration(text)
    if amount is None:
        ask_for_text(tx, here, AMOUNT, data, now)
        return Reply("extension_question", {"token": token, "fault": True})
    refused = _refused(services, tx, here, token, amount, now)
    if refused is not None:
        return reading.refusal(refused)
    return Reply("extension_question", _ask_why(tx, here, token, amount, now))


def take_reason(
    services: Services, tx: Transaction, here: Scene, data: dict[str, Any], text: str, now: datetime
) -> Reply:
    """The last answer: the wish goes to whoever decides."""
    token = str(data["token"])
    amount = Duration(int(data["amount"]), DurationUnit(data["unit"]))
    reason = parsing.reason(text)
    if reason is None:
        ask_for_text(tx, here, REASON, data, now)
        return Reply("extension_question", {**data, "fault": True})
    done = runs.act_on_task(
        services,
        tx,
        here,
        token,
        lambda task: AskExtension(task.step, task.attempt, amount, reason),
        now,
    )
    if isinstance(done, RefusedView):
        return reading.refusal(done)
    assert here.person is not None  # noqa: S101 - else it would have been refused
    asked = [here.staff.people[p] for p in assignment.deciders(here.person.id, here.state)]
    who = " atau ".join(person.called for person in asked)
    return reading.done(DoneView(Done.EXTENSION_ASKED, {"amount": str(amount), "who": who}))


def decide(
    services: Services, request: Request, token: str, number: int, granted: bool, now: datetime
) -> View:
    """Grant more time, or decline."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        done = runs.act_on_task(
            services,
            tx,
            here,
            token,
            lambda task: DecideExtension(task.step, task.attempt, number, granted),
            now,
        )
        if isinstance(done, RefusedView):
            return done
        after = done.decision.run.task(done.task.step, done.task.attempt) or done.task
        what = Done.EXTENSION_GRANTED if granted else Done.EXTENSION_DECLINED
        return DoneView(what, {"step": after.step, "until": after.due_at})


def _ask_why(
    tx: Transaction, here: Scene, token: str, amount: Duration, now: datetime
) -> questions.Args:
    data: questions.Args = {"token": token, "amount": amount.amount, "unit": amount.unit.value}
    ask_for_text(tx, here, REASON, data, now)
    return data


def _refused(
    services: Services, tx: Transaction, here: Scene, token: str, amount: Duration, now: datetime
) -> RefusedView | None:
    """Nobody is asked for an amount or a reason in vain."""
    return runs.refused_beforehand(
        services,
        tx,
        here,
        token,
        lambda task: AskExtension(task.step, task.attempt, amount, _UNSAID),
        now,
    )
