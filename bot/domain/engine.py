"""The engine: what a person's action does to a run.

`decide` is pure. The caller writes the whole decision in one transaction. Confirming, undoing and
returning are here; more time is in `extensions`; pauses, teams, notes and files in `deviations`.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain import access, actions, deviations, events, extensions
from bot.domain.actions import Reason, Refusal
from bot.domain.assignment import (
    OfficeState,
    acts_as,
    as_by,
    authority,
    by,
    recorded_for,
    waiting_for,
)
from bot.domain.decision import (
    UNDO_WITHIN,
    CardRefresh,
    Decision,
    DecisionBuilder,
    close_if_complete,
    hand_out,
    hand_out_again,
    involved,
    move_deadline,
    open_step,
    own_task,
    participants,
    replan_task,
)
from bot.domain.notices import RunChange, RunChanged, WorkReturned
from bot.domain.run import Confirmation, Run, RunStatus, Task, TaskStatus

YEARS_BACK = 5
YEARS_AHEAD = 2
"""How far a run's fiscal year may be from today's: reports may be late, and plans reach ahead."""


def decide(
    run: Run | None, action: actions.Action, actor: int, now: datetime, state: OfficeState
) -> Decision | Refusal:
    """What `action` by the person `actor` at `now` does, or why it is refused.

    `run` is None for `Start` and only then. Whether the actor may start, pause or cancel
    runs at all is checked by `access`; whether a step is theirs is decided here.

    Raises:
        ValueError: an action other than `Start` without a run, or `Start` with one.
    """
    if isinstance(action, actions.Start):
        if run is not None:
            raise ValueError("a start needs no run")
        return _start(action, actor, now, state)
    if run is None:
        raise ValueError(f"{type(action).__name__} needs a run")
    builder = DecisionBuilder(run, now, state)
    refusal = None
    match action:
        case actions.UndoStart():
            refusal = _undo_start(builder, action, actor)
        case actions.Confirm():
            refusal = _confirm(builder, action, actor)
        case actions.Undo():
            refusal = _undo(builder, action, actor)
        case actions.Return():
            refusal = _return(builder, action, actor)
        case actions.StaffChanged():
            _staff_changed(builder, action)
        case actions.AskExtension():
            refusal = extensions.ask(builder, action, actor)
        case actions.DecideExtension():
            refusal = extensions.decide(builder, action, actor)
        case actions.TakeBackRefusal():
            refusal = extensions.take_back(builder, action, actor)
        case actions.Note():
            refusal = deviations.note(builder, action, actor)
        case actions.EditNote():
            refusal = deviations.edit_note(builder, action, actor)
        case actions.Remind():
            refusal = deviations.remind(builder, action, actor)
        case actions.Attach():
            refusal = deviations.attach(builder, action, actor)
        case actions.ChooseTeam():
            refusal = deviations.choose_team(builder, action, actor)
        case actions.Pause():
            refusal = deviations.pause(builder, action, actor)
        case actions.Resume():
            refusal = deviations.resume(builder, actor)
        case actions.Cancel():
            refusal = deviations.cancel(builder, action, actor)
        case actions.CalendarChanged():
            deviations.calendar_changed(builder, action)
    if refusal:
        return refusal
    # Cards offer to undo a confirmation: update those where that has ended.
    builder.stale_cards += sorted(_undoable(run, now) ^ _undoable(builder.run, now))
    return builder.decision()


def may_undo(run: Run, task: Task, person_id: int, now: datetime) -> bool:
    """Whether this person can undo their confirmation of this task now."""
    return _undo_refused(run, task, person_id, now) is None


def may_undo_start(run: Run, person_id: int, now: datetime) -> bool:
    """Whether this person can take back the start of this run now."""
    return _undo_start_refused(run, person_id, now) is None


def _undoable(run: Run, now: datetime) -> set[tuple[int, int]]:
    """The tasks, by step and attempt, with a confirmation that can be undone."""
    return {
        (task.step, task.attempt)
        for task in run.tasks
        for given in task.confirmations
        if may_undo(run, task, given.person_id, now)
    }


def _start(
    action: actions.Start, actor: int, now: datetime, state: OfficeState
) -> Decision | Refusal:
    this_year = now.astimezone(state.calendar.zone).year
    if not this_year - YEARS_BACK <= action.year <= this_year + YEARS_AHEAD:
        return Refusal(Reason.YEAR_OUT_OF_RANGE)
    if action.others and max(action.others) != action.seen:
        return Refusal(Reason.ALREADY_RUNNING)
    procedure, starter = action.procedure, authority(actor, state)
    started = events.RunStarted(procedure.code, action.year, actor, now, action.unit, starter)
    run = events.begin(0, procedure, started)
    builder = DecisionBuilder(run, now, state, events=[started])
    open_step(builder, 1)
    return builder.decision()


def _undo_start(builder: DecisionBuilder, action: actions.UndoStart, actor: int) -> Refusal | None:
    """The run is cancelled as if it had never begun, and whoever got its first card is told."""
    run, state, now = builder.run, builder.state, builder.now
    if refusal := _undo_start_refused(run, actor, now):
        return refusal
    told = {p for task in run.current for p in waiting_for(run, task, state)} - {actor}
    builder.mark_stale(*run.current)
    builder.record(events.RunCancelled(authority(actor, state), action.reason, now))
    builder.notify(RunChanged(RunChange.DITARIK, now), tuple(sorted(told)))
    return None


def _undo_start_refused(run: Run, actor: int, now: datetime) -> Refusal | None:
    if run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if run.started_by != actor:
        return Refusal(Reason.START_NOT_YOURS)
    if now - run.started_at >= UNDO_WITHIN:
        return Refusal(Reason.START_TOO_LATE)
    if any(task.confirmations or task.evidence for task in run.tasks):
        return Refusal(Reason.START_ACTED_ON)
    return None


def _confirm(builder: DecisionBuilder, action: actions.Confirm, actor: int) -> Refusal | None:
    found = own_task(builder, action, actor)
    if isinstance(found, Refusal):
        return found
    task, holding = found
    step, now = builder.run.step_of(task), builder.now
    if mine := task.confirmed_by(actor):
        return Refusal(Reason.ALREADY_YOURS, mine)
    if step.evidence_required and not task.evidence:
        return Refusal(Reason.EVIDENCE_MISSING)

    who = as_by(holding)
    outsider = recorded_for(step, who, builder.state.office)
    given = Confirmation(actor, holding.role, who.unit, who.capacity, now, outsider)
    builder.record(events.TaskConfirmed(task.step, task.attempt, given))
    builder.mark_stale(task)
    builder.refreshes.append(CardRefresh(task.step, task.attempt, now + UNDO_WITHIN))
    close_if_complete(builder, step)
    return None


def _undo(builder: DecisionBuilder, action: actions.Undo, actor: int) -> Refusal | None:
    run, state, now = builder.run, builder.state, builder.now
    task = run.task(action.step, action.attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    if refusal := _undo_refused(run, task, actor, now):
        return refusal
    given = task.confirmed_by(actor)
    assert given is not None  # noqa: S101 - else it would have been refused
    holding = acts_as(run, run.step_of(task), actor, state)
    who = as_by(holding) if holding else by(actor, state, given.role)
    if run.status is RunStatus.SELESAI:
        told = participants(builder)
        builder.record(events.RunReopened(now))
        builder.notify(RunChanged(RunChange.DIBUKA, now), told)
    elif not task.is_open:
        (following,) = run.current
        builder.record(events.TaskWithdrawn(following.step, following.attempt, now))
        builder.mark_stale(following)
    builder.record(events.ConfirmationUndone(task.step, task.attempt, who, now))
    builder.mark_stale(task)
    again = builder.updated(task)
    # Its reminders are void; and a day may have become a holiday since it was closed.
    if not task.is_open and not move_deadline(builder, again, events.Cause.KALENDER):
        replan_task(builder, again)
    hand_out(builder, again, frozenset() if task.is_open else None)
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


def _return(builder: DecisionBuilder, action: actions.Return, actor: int) -> Refusal | None:
    found = own_task(builder, action, actor)
    if isinstance(found, Refusal):
        return found
    task, holding = found
    run, step = builder.run, builder.run.step_of(task)
    if step.return_to is None or not 1 <= action.to_step < step.number:
        return Refusal(Reason.CANNOT_RETURN)
    if not action.reason.strip():
        return Refusal(Reason.REASON_MISSING)

    # Who acted or was asked to in a task that is void now, or in the task that is sent back.
    void = [t for t in run.tasks if t.step >= action.to_step and t.status is TaskStatus.SELESAI]
    between = involved(builder, (*void, task))
    who, reason = as_by(holding), action.reason
    builder.record(
        events.TaskReturned(task.step, task.attempt, action.to_step, reason, who, builder.now)
    )
    # Cards of the tasks in between still say that they are confirmed.
    builder.mark_stale(*(t for t in run.tasks if t.step >= action.to_step))
    reopened = open_step(builder, action.to_step)
    busy = {actor, *waiting_for(builder.run, reopened, builder.state)}
    told = tuple(p for p in between if p not in busy)
    builder.notify(WorkReturned(), told, task)
    return None


def _staff_changed(builder: DecisionBuilder, action: actions.StaffChanged) -> None:
    for task in builder.run.current:
        extensions.reassign_request(builder, task, action.roles)
        if not action.roles & _concerned(builder, task):
            continue
        builder.mark_stale(task)
        if builder.run.pause is None:
            # A team member or a direct superior may hold any role.
            anybody = builder.run.team is not None or builder.run.unit is not None
            hand_out_again(builder, task, newly_vacant=None if anybody else action.roles)


def _concerned(builder: DecisionBuilder, task: Task) -> frozenset[str]:
    """The roles whose holders matter to an open task."""
    run, office = builder.run, builder.state.office
    step = run.step_of(task)
    if run.unit is not None:
        # A direct superior may be anybody who heads a unit.
        return frozenset((*step.roles, *(role.code for role in office.roles)))
    if run.team is not None and access.TIM in step.roles:
        return frozenset(role.code for role in office.roles)
    external = any(office.known(code).external for code in step.roles)
    return frozenset((*step.roles, office.owner_role) if external else step.roles)
