"""The engine: what a person's action does to a run.

`decide` is pure. It takes the run as it stands, what somebody wants, and the office around
it at this moment, and returns either a `Decision` (the events, who is to be told, which
reminders to lay down) or a `Refusal` with its reason. It changes nothing: the caller
writes the whole decision in one transaction, or nothing of it.

The way from the first step to the signature is here; what leaves it (more time, a rest, a
team, notes and files) is in `detours`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import access, detours
from bot.domain.actions import (
    Action,
    AskExtension,
    Attach,
    CalendarChanged,
    Cancel,
    ChooseTeam,
    Confirm,
    DecideExtension,
    Note,
    Pause,
    Reason,
    Refusal,
    Resume,
    Return,
    StaffChanged,
    Start,
    Undo,
)
from bot.domain.drafting import (
    Decision,
    Draft,
    LookAgain,
    close_if_complete,
    closed,
    hand_out,
    move_deadline,
    open_step,
    replan_task,
    took_part,
)
from bot.domain.events import (
    Cause,
    ConfirmationUndone,
    RunReopened,
    RunStarted,
    TaskConfirmed,
    TaskReturned,
    TaskWithdrawn,
    begin,
)
from bot.domain.notices import RunChange, RunChanged, WorkReturned
from bot.domain.performing import (
    Workplace,
    acts_as,
    as_by,
    by,
    outside,
    waiting_for,
)
from bot.domain.run import Confirmation, Run, RunStatus, Task, TaskStatus

YEARS_BACK = 5
YEARS_AHEAD = 2
"""A run may be for a fiscal year this far from today's: late reports of earlier years are
made up, plans reach two years ahead; anything else is a slip of the finger."""

UNDO_WITHIN = timedelta(minutes=10)
"""How long a confirmation can be taken back by who gave it, by the clock on the wall."""


def decide(
    run: Run | None, action: Action, actor: int, now: datetime, place: Workplace
) -> Decision | Refusal:
    """What `action` by the person `actor` at `now` does.

    `run` is None for `Start` and only then. Whether the actor may start, rest or cancel runs
    at all is a matter of `access`; whether a step is theirs is decided here.

    Raises:
        ValueError: an action other than `Start` without a run, or `Start` with one.
    """
    if isinstance(action, Start):
        if run is not None:
            raise ValueError("a start needs no run")
        return _start(action, actor, now, place)
    if run is None:
        raise ValueError(f"{type(action).__name__} needs a run")
    draft = Draft(run, now, place)
    refusal = None
    match action:
        case Confirm():
            refusal = _confirm(draft, action, actor)
        case Undo():
            refusal = _undo(draft, action, actor)
        case Return():
            refusal = _return(draft, action, actor)
        case StaffChanged():
            _staff_changed(draft, action)
        case AskExtension():
            refusal = detours.ask_extension(draft, action, actor)
        case DecideExtension():
            refusal = detours.decide_extension(draft, action, actor)
        case Note():
            refusal = detours.note(draft, action, actor)
        case Attach():
            refusal = detours.attach(draft, action, actor)
        case ChooseTeam():
            refusal = detours.choose_team(draft, action, actor)
        case Pause():
            refusal = detours.pause(draft, action, actor)
        case Resume():
            refusal = detours.resume(draft, actor)
        case Cancel():
            refusal = detours.cancel(draft, action, actor)
        case CalendarChanged():
            detours.calendar_changed(draft, action)
    if refusal:
        return refusal
    # Cards offer to take a confirmation back: what ends that is news to them.
    draft.touched += sorted(_undoable(run, now) ^ _undoable(draft.run, now))
    return draft.decision()


def may_undo(run: Run, task: Task, person_id: int, now: datetime) -> bool:
    """Whether this person can take their confirmation of this task back now."""
    return _undo_refused(run, task, person_id, now) is None


def _undoable(run: Run, now: datetime) -> set[tuple[int, int]]:
    """The tasks, by step and attempt, of which somebody can take a confirmation back."""
    return {
        (task.step, task.attempt)
        for task in run.tasks
        for given in task.confirmations
        if may_undo(run, task, given.person_id, now)
    }


def _start(action: Start, actor: int, now: datetime, place: Workplace) -> Decision | Refusal:
    this_year = now.astimezone(place.calendar.zone).year
    if not this_year - YEARS_BACK <= action.year <= this_year + YEARS_AHEAD:
        return Refusal(Reason.YEAR_OUT_OF_RANGE)
    if action.running and max(action.running) != action.seen:
        return Refusal(Reason.ALREADY_RUNNING)
    starter = by(actor, place, place.office.owner_role)
    started = RunStarted(action.procedure.code, action.year, actor, now, action.unit, starter)
    draft = Draft(begin(0, action.procedure, started), now, place, events=[started])
    open_step(draft, 1)
    return draft.decision()


def _confirm(draft: Draft, action: Confirm, actor: int) -> Refusal | None:
    run, place, now = draft.run, draft.place, draft.now
    task = run.task(action.step, action.attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    step = run.step_of(task)
    holding = acts_as(run, step, actor, place)
    if holding is None:
        return Refusal(Reason.NOT_YOURS)
    if refusal := closed(run, task, actor):
        return refusal
    if mine := task.confirmed_by(actor):
        return Refusal(Reason.ALREADY_YOURS, mine)
    if step.evidence_required and not task.evidence:
        return Refusal(Reason.EVIDENCE_MISSING)

    recorded_for = None if holding.role in step.roles else outside(step, place.office)
    draft.happen(
        TaskConfirmed(
            step.number,
            task.attempt,
            Confirmation(actor, holding.role, holding.unit, holding.capacity, now, recorded_for),
        )
    )
    draft.touch(task)
    draft.later.append(LookAgain(task.step, task.attempt, now + UNDO_WITHIN))
    close_if_complete(draft, step)
    return None


def _undo(draft: Draft, action: Undo, actor: int) -> Refusal | None:
    run, place, now = draft.run, draft.place, draft.now
    task = run.task(action.step, action.attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    if refusal := _undo_refused(run, task, actor, now):
        return refusal
    given = task.confirmed_by(actor)
    assert given is not None  # noqa: S101 - else it would have been refused
    holding = acts_as(run, run.step_of(task), actor, place)
    who = as_by(holding) if holding else by(actor, place, given.role)
    if run.status is RunStatus.SELESAI:
        told = took_part(draft)
        draft.happen(RunReopened(now))
        draft.tell(RunChanged(RunChange.DIBUKA, now), told)
    elif not task.is_open:
        (following,) = run.current
        draft.happen(TaskWithdrawn(following.step, following.attempt, now))
        draft.touch(following)
    draft.happen(ConfirmationUndone(task.step, task.attempt, who, now))
    draft.touch(task)
    again = draft.run.task(task.step, task.attempt)
    assert again is not None  # noqa: S101 - it is the task of above
    # Its reminders ended with it; and a day may have become a holiday since it was closed.
    if not task.is_open and not move_deadline(draft, again, Cause.KALENDER):
        replan_task(draft, again)
    hand_out(draft, again, frozenset() if task.is_open else None)
    return None


def _undo_refused(run: Run, task: Task, actor: int, now: datetime) -> Refusal | None:
    given = task.confirmed_by(actor)
    if given is None:
        return Refusal(Reason.NOTHING_TO_UNDO)
    if run.status is RunStatus.DIBATALKAN:
        return Refusal(Reason.RUN_OVER)
    if run.pause is not None:
        return Refusal(Reason.RUN_PAUSED, by=run.pause.by)
    if task.status not in (TaskStatus.TERBUKA, TaskStatus.SELESAI):
        return Refusal(Reason.OVERTAKEN)
    if now - given.at >= UNDO_WITHIN:
        return Refusal(Reason.UNDO_TOO_LATE, given)
    if task.status is TaskStatus.SELESAI and _next_has_acted(run, task):
        return Refusal(Reason.NEXT_HAS_ACTED)
    return None


def _next_has_acted(run: Run, task: Task) -> bool:
    """Whether anything was done since the task was closed."""
    if run.status is RunStatus.SELESAI:
        return task.step != len(run.procedure.steps)
    following = run.open_task(task.step + 1)
    since = run.tasks[run.tasks.index(task) + 1 :]
    went_on = [t for t in since if t != following and t.status is not TaskStatus.DITARIK]
    if following is None or went_on:
        return True
    acted = following.confirmations or following.evidence or following.notes or following.extensions
    return bool(acted)


def _return(draft: Draft, action: Return, actor: int) -> Refusal | None:
    run, now = draft.run, draft.now
    task = run.task(action.step, action.attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    step = run.step_of(task)
    holding = acts_as(run, step, actor, draft.place)
    if holding is None:
        return Refusal(Reason.NOT_YOURS)
    if refusal := closed(run, task, actor):
        return refusal
    if step.return_to is None or not 1 <= action.to_step < step.number:
        return Refusal(Reason.CANNOT_RETURN)
    if not action.reason.strip():
        return Refusal(Reason.REASON_MISSING)

    between = _between(run, action.to_step, task, actor)
    draft.happen(
        TaskReturned(task.step, task.attempt, action.to_step, action.reason, as_by(holding), now)
    )
    # Cards of what was confirmed in between still say that it counts.
    draft.touched += [(t.step, t.attempt) for t in run.tasks if t.step >= action.to_step]
    open_step(draft, action.to_step)
    reopened = draft.run.open_task(action.to_step)
    assert reopened is not None  # noqa: S101 - it has just been opened
    busy = {actor, *waiting_for(draft.run, reopened, draft.place)}
    told = tuple(p for p in between if p not in busy and draft.place.staff.person(p))
    draft.tell(WorkReturned(), told, task.step, task.attempt)
    return None


def _between(run: Run, to_step: int, task: Task, actor: int) -> tuple[int, ...]:
    """Who confirmed what is void now, or has confirmed the task that is sent back."""
    void = [t for t in run.tasks if t.step >= to_step and t.status is TaskStatus.SELESAI] + [task]
    return tuple(
        dict.fromkeys(c.person_id for t in void for c in t.confirmations if c.person_id != actor)
    )


def _staff_changed(draft: Draft, action: StaffChanged) -> None:
    for task in draft.run.current:
        step = draft.run.step_of(task)
        detours.hand_over_wish(draft, task, action.roles)
        if not action.roles & _concerned(draft, task):
            continue
        draft.touch(task)
        if step.all_must_confirm and task.confirmations and draft.run.pause is None:
            close_if_complete(draft, step)
        if (still := draft.run.open_task(step.number)) and draft.run.pause is None:
            # A team or a direct superior may be anybody: what role they held says nothing.
            anybody = draft.run.team is not None or draft.run.unit is not None
            hand_out(draft, still, newly_vacant=None if anybody else action.roles)


def _concerned(draft: Draft, task: Task) -> frozenset[str]:
    """The roles whose holders make a difference to an open task."""
    run, office = draft.run, draft.place.office
    step = run.step_of(task)
    if run.unit is not None:
        # A direct superior may be anybody who heads a unit.
        return frozenset((*step.roles, *(role.code for role in office.roles)))
    if run.team is not None and access.TIM in step.roles:
        return frozenset(role.code for role in office.roles)
    external = any(office.known(code).external for code in step.roles)
    return frozenset((*step.roles, office.owner_role) if external else step.roles)
