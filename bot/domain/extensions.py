"""More time for a step: asked for, granted or declined; a refusal can be taken back for a while.

Each function adds to the builder and returns None, or returns the refusal; see
`engine.decide`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import access, actions, events
from bot.domain.actions import Reason, Refusal
from bot.domain.assignment import OfficeState, as_by, authority, deciders, waiting_for
from bot.domain.decision import (
    UNDO_WITHIN,
    CardRefresh,
    DecisionBuilder,
    deadline,
    move_deadline,
    own_task,
)
from bot.domain.notices import ExtensionAnswered, ExtensionRequested
from bot.domain.run import Extension, Run, Task


def ask(builder: DecisionBuilder, action: actions.AskExtension, actor: int) -> Refusal | None:
    """Somebody whose task it is asks for more time; the Kasubbag decides."""
    found = own_task(builder, action, actor)
    if isinstance(found, Refusal):
        return found
    task, holding = found
    if not action.reason.strip():
        return Refusal(Reason.REASON_MISSING)
    if task.pending_extension is not None:
        return Refusal(Reason.EXTENSION_PENDING)
    asked = deciders(actor, builder.state)
    if not asked:
        return Refusal(Reason.NOBODY_DECIDES)
    extension = Extension(as_by(holding), action.amount, action.reason, builder.now)
    builder.record(events.ExtensionAsked(task.step, task.attempt, extension))
    builder.mark_stale(task)
    builder.notify(ExtensionRequested(len(task.extensions)), asked, task)
    return None


def decide(builder: DecisionBuilder, action: actions.DecideExtension, actor: int) -> Refusal | None:
    """The Kasubbag grants more time or declines; deadline, reminders and forecast follow.

    More time is told to all whose task it is, a refusal to who asked alone.
    """
    run, state, number, granted = builder.run, builder.state, action.number, action.granted
    found = _asked(builder, action, actor)
    if isinstance(found, Refusal):
        return found
    task, extension = found
    if extension.granted is not None:
        return Refusal(Reason.EXTENSION_DECIDED, by=extension.decided_by)
    if not task.is_open:
        return Refusal(Reason.EXTENSION_MOOT)
    if run.pause is not None:
        return Refusal(Reason.RUN_PAUSED, by=run.pause.by)
    who = authority(actor, state)
    reason = "" if granted else action.reason
    builder.record(
        events.ExtensionDecided(task.step, task.attempt, number, granted, who, builder.now, reason)
    )
    builder.mark_stale(task)
    told = {extension.by.person_id}
    if granted:
        move_deadline(builder, builder.updated(task), events.Cause.PERPANJANGAN)
        told |= {*waiting_for(builder.run, builder.updated(task), state)}
    else:
        builder.refreshes.append(CardRefresh(task.step, task.attempt, builder.now + UNDO_WITHIN))
    builder.notify(ExtensionAnswered(number), tuple(sorted(told - {actor})), task)
    return None


def take_back(
    builder: DecisionBuilder, action: actions.TakeBackRefusal, actor: int
) -> Refusal | None:
    """Who declined a moment ago takes that back: the request waits for a decision again."""
    found = _asked(builder, action, actor)
    if isinstance(found, Refusal):
        return found
    task, extension = found
    if refusal := taking_back_refused(builder.run, task, action.number, actor, builder.now):
        return refusal
    who = authority(actor, builder.state)
    builder.record(
        events.ExtensionDecided(task.step, task.attempt, action.number, None, who, builder.now)
    )
    builder.mark_stale(task)
    told = (extension.by.person_id,) if extension.by.person_id != actor else ()
    builder.notify(ExtensionAnswered(action.number, taken_back=True), told, task)
    return None


def taking_back_refused(
    run: Run, task: Task, number: int, actor: int, now: datetime
) -> Refusal | None:
    """Why this person cannot take back the refusal of the task's extension of this number."""
    extension = task.extensions[number]
    decided_by, at = extension.decided_by, extension.decided_at
    if extension.granted is not False or decided_by is None or at is None:
        return Refusal(Reason.NOTHING_DECLINED)
    if decided_by.person_id != actor:
        return Refusal(Reason.EXTENSION_DECIDED, by=decided_by)
    if not task.is_open:
        return Refusal(Reason.EXTENSION_MOOT)
    if run.pause is not None:
        return Refusal(Reason.RUN_PAUSED, by=run.pause.by)
    if number != len(task.extensions) - 1:
        return Refusal(Reason.ASKED_AGAIN)
    return Refusal(Reason.REFUSAL_STANDS) if now - at >= UNDO_WITHIN else None


def reassign_request(builder: DecisionBuilder, task: Task, roles: frozenset[str]) -> None:
    """Ask the new deciders about a pending extension when the holders of `roles` changed."""
    number = task.pending_extension
    above = {builder.state.office.owner_role, access.SEKRETARIS, access.KEPALA_DINAS}
    if number is None or not roles & above:
        return
    asked = deciders(task.extensions[number].by.person_id, builder.state)
    builder.mark_stale(task)
    builder.notify(ExtensionRequested(number), asked, task)


def deadline_if_granted(run: Run, task: Task, number: int, state: OfficeState) -> datetime:
    """When the task would be due if its extension of this number were granted."""
    extension = task.extensions[number]
    granted = replace(extension, granted=True, decided_at=extension.decided_at or extension.at)
    extensions = (*task.extensions[:number], granted, *task.extensions[number + 1 :])
    return deadline(run, replace(task, extensions=extensions), state.calendar)


def _asked(
    builder: DecisionBuilder, action: actions.DecideExtension | actions.TakeBackRefusal, actor: int
) -> tuple[Task, Extension] | Refusal:
    """The task and its extension, for somebody who decides about it."""
    task = builder.run.task(action.step, action.attempt)
    if task is None or not 0 <= action.number < len(task.extensions):
        return Refusal(Reason.UNKNOWN)
    extension = task.extensions[action.number]
    if actor not in deciders(extension.by.person_id, builder.state):
        return Refusal(Reason.NOT_YOURS)
    return task, extension
