"""/jeda, /lanjut and /batal: a run rests, goes on, or ends before its time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.domain import parsing
from bot.domain.access import LegacyPermission, may
from bot.domain.actions import Cancel, Pause, Resume
from bot.domain.notices import Reply
from bot.domain.run import Run
from bot.store import Transaction
from bot.store.runs import StoredRun
from bot.usecases import questions, reading, runs
from bot.usecases.desk import Request, Scene, Services, ask_for_text, respond, scene
from bot.usecases.views import Done, DoneView, Refused, RefusedView, Steering, View

PAUSE, CANCEL = "pause_reason", "cancel_reason"

_NOTHING = {
    Steering.JEDA: Refused.NOTHING_TO_PAUSE,
    Steering.LANJUT: Refused.NOTHING_PAUSED,
    Steering.BATAL: Refused.NOTHING_ASKED,
}


def by_command(services: Services, request: Request, what: Steering, now: datetime) -> None:
    """/jeda or /lanjut: of several runs one is chosen by a button."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if not reading.talks_too_much(tx, here, request, now):
            respond(tx, request, here.person, _offer(services, tx, here, what, now), now)


def leave(services: Services, request: Request, now: datetime) -> None:
    """/batal: leave the question that waits, and nothing else; or offer to give a run up."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if here.person is None:
            if not reading.talks_too_much(tx, here, request, now):
                respond(tx, request, None, Reply("help", {}), now)
            return
        waited = tx.people.question(request.chat_id, now) is not None
        tx.people.answered(request.chat_id)
        if waited:
            reply = reading.done(DoneView(Done.QUESTION_LEFT, {}))
        elif may(LegacyPermission.STEER_RUN, here.person.id, here.staff):
            reply = _offer(services, tx, here, Steering.BATAL, now)
        else:
            reply = reading.refusal(RefusedView(Refused.NOTHING_ASKED, {}))
        respond(tx, request, here.person, reply, now)


def by_button(
    services: Services, request: Request, what: Steering, token: str, now: datetime
) -> View:
    """The run was chosen."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        stored = _run(services, tx, here, token)
        if isinstance(stored, RefusedView):
            return stored
        return _drawn(services, tx, here, _steer(services, tx, here, what, stored, now), now)


def confirm_cancel(services: Services, request: Request, token: str, now: datetime) -> View:
    """Yes, give this run up: ask why."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        stored = _run(services, tx, here, token)
        if isinstance(stored, RefusedView):
            return stored
        if stored.run.status.is_over:
            return RefusedView(Refused.RUN_OVER, {})
        ask_for_text(tx, here, CANCEL, {"token": token}, now)
        args = {"what": Steering.BATAL.value, "token": token}
        return questions.steering_reason(services, tx, here, {**args}, now)


def take_pause_reason(
    services: Services, tx: Transaction, here: Scene, data: dict[str, Any], text: str, now: datetime
) -> Reply:
    """Why the run is to rest: it does from now on."""
    return _take_reason(services, tx, here, Steering.JEDA, str(data["token"]), text, now)


def take_cancel_reason(
    services: Services, tx: Transaction, here: Scene, data: dict[str, Any], text: str, now: datetime
) -> Reply:
    """Why the run is given up: it is now."""
    return _take_reason(services, tx, here, Steering.BATAL, str(data["token"]), text, now)


def _offer(
    services: Services, tx: Transaction, here: Scene, what: Steering, now: datetime
) -> Reply:
    """The runs to choose from, or the next question about the only one."""
    if refused := reading.refuse(services, here, LegacyPermission.STEER_RUN):
        return reading.refusal(refused)
    choices = questions.steerable(tx, what)
    if not choices:
        return reading.refusal(RefusedView(_NOTHING[what], {}))
    if len(choices) > 1:
        return Reply("steering_choice", {"what": what.value})
    return _steer(services, tx, here, what, choices[0], now)


def _steer(
    services: Services,
    tx: Transaction,
    here: Scene,
    what: Steering,
    stored: StoredRun,
    now: datetime,
) -> Reply:
    """The first step with one run: a question, or to go on, which needs no reason."""
    run, token = stored.run, questions.token_of(stored)
    match what:
        case Steering.LANJUT:
            outcome = runs.act_on_run(tx, here, stored, Resume(), now)
            if isinstance(outcome, RefusedView):
                return reading.refusal(outcome)
            return reading.done(DoneView(Done.RUN_RESUMED, {"run": _name(services, run)}))
        case _ if run.status.is_over:
            return reading.refusal(RefusedView(Refused.RUN_OVER, {}))
        case Steering.BATAL:
            return Reply("cancel_question", {"token": token})
        case Steering.JEDA:
            if run.pause is not None:
                who = tx.people.names().get(run.pause.by.person_id, "—")
                return reading.refusal(RefusedView(Refused.RUN_PAUSED, {"name": who}))
            ask_for_text(tx, here, PAUSE, {"token": token}, now)
            return Reply("steering_reason", {"what": what.value, "token": token})


def _take_reason(
    services: Services,
    tx: Transaction,
    here: Scene,
    what: Steering,
    token: str,
    text: str,
    now: datetime,
) -> Reply:
    stored = _run(services, tx, here, token)
    if isinstance(stored, RefusedView):
        return reading.refusal(stored)
    reason = parsing.reason(text)
    if reason is None:
        ask_for_text(tx, here, PAUSE if what is Steering.JEDA else CANCEL, {"token": token}, now)
        return Reply("steering_reason", {"what": what.value, "token": token, "fault": True})
    action = Pause(reason) if what is Steering.JEDA else Cancel(reason)
    outcome = runs.act_on_run(tx, here, stored, action, now)
    if isinstance(outcome, RefusedView):
        return reading.refusal(outcome)
    done = Done.RUN_PAUSED if what is Steering.JEDA else Done.RUN_CANCELLED
    return reading.done(DoneView(done, {"run": _name(services, stored.run)}))


def _run(services: Services, tx: Transaction, here: Scene, token: str) -> StoredRun | RefusedView:
    """The run that a button speaks of, for somebody who may steer it."""
    if refused := reading.refuse(services, here, LegacyPermission.STEER_RUN):
        return refused
    found = tx.runs.by_token(token)
    return found[0] if found else RefusedView(Refused.BUTTON_OLD, {})


def _drawn(services: Services, tx: Transaction, here: Scene, reply: Reply, now: datetime) -> View:
    assert here.person is not None  # noqa: S101 - whoever may steer has joined
    return reading.draw(services, tx, here.person.chat_id, reply.view, reply.args, now)


def _name(services: Services, run: Run) -> str:
    whose = f" · {services.catalog.office.unit_name(run.unit)}" if run.unit else ""
    return f"{run.procedure.title} tahun {run.year}{whose}"
