"""Actions besides confirming: extensions, notes, files, teams, pauses, cancellation, holidays.

Each function adds to the builder and returns None, or returns the refusal; see
`engine.decide`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import access
from bot.domain.actions import (
    AskExtension,
    Attach,
    CalendarChanged,
    Cancel,
    ChooseTeam,
    DecideExtension,
    Note,
    Pause,
    Reason,
    Refusal,
)
from bot.domain.assignment import (
    OfficeState,
    acts_as,
    as_by,
    assignees,
    by,
    deciders,
    waiting_for,
)
from bot.domain.decision import (
    DecisionBuilder,
    close_if_complete,
    closed,
    deadline,
    hand_out,
    move_deadline,
    participants,
    replan_task,
)
from bot.domain.events import (
    Cause,
    EvidenceAttached,
    ExtensionAsked,
    ExtensionDecided,
    RunCancelled,
    RunPaused,
    RunResumed,
    TaskNoted,
    TeamChosen,
)
from bot.domain.notices import (
    DeadlineChanged,
    ExtensionAnswered,
    ExtensionRequested,
    RunChange,
    RunChanged,
    TeamNamed,
)
from bot.domain.run import By, Extension, Run, Task, TaskStatus
from bot.domain.run import Note as Noted

NOTES_A_TASK = 100
FILES_A_TASK = 50
"""Limits against a faulty client; more than any step needs."""


def ask_extension(builder: DecisionBuilder, action: AskExtension, actor: int) -> Refusal | None:
    """Somebody whose task it is asks for more time; the Kasubbag decides."""
    run, state = builder.run, builder.state
    task = run.task(action.step, action.attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    holding = acts_as(run, run.step_of(task), actor, state)
    if holding is None:
        return Refusal(Reason.NOT_YOURS)
    if refusal := closed(run, task, actor):
        return refusal
    if not action.reason.strip():
        return Refusal(Reason.REASON_MISSING)
    if task.pending_extension is not None:
        return Refusal(Reason.EXTENSION_PENDING)
    asked = deciders(actor, state)
    if not asked:
        return Refusal(Reason.NOBODY_DECIDES)
    number = len(task.extensions)
    wish = Extension(as_by(holding), action.amount, action.reason, builder.now)
    builder.record(ExtensionAsked(task.step, task.attempt, wish))
    builder.mark_stale(task)
    builder.notify(ExtensionRequested(number), asked, task.step, task.attempt)
    return None


def decide_extension(
    builder: DecisionBuilder, action: DecideExtension, actor: int
) -> Refusal | None:
    """The Kasubbag grants more time or declines; deadline, reminders and forecast follow."""
    run, state = builder.run, builder.state
    task = run.task(action.step, action.attempt)
    if task is None or not 0 <= action.number < len(task.extensions):
        return Refusal(Reason.UNKNOWN)
    wish = task.extensions[action.number]
    if actor not in deciders(wish.by.person_id, state):
        return Refusal(Reason.NOT_YOURS)
    if wish.granted is not None:
        return Refusal(Reason.EXTENSION_DECIDED, by=wish.decided_by)
    if not task.is_open:
        return Refusal(Reason.EXTENSION_MOOT)
    if run.pause is not None:
        return Refusal(Reason.RUN_PAUSED, by=run.pause.by)
    who = by(actor, state, state.office.owner_role)
    builder.record(
        ExtensionDecided(task.step, task.attempt, action.number, action.granted, who, builder.now)
    )
    builder.mark_stale(task)
    if action.granted:
        move_deadline(builder, _now(builder, task), Cause.PERPANJANGAN)
    told = {wish.by.person_id, *waiting_for(builder.run, _now(builder, task), state)} - {actor}
    builder.notify(ExtensionAnswered(action.number), tuple(sorted(told)), task.step, task.attempt)
    return None


def reassign_request(builder: DecisionBuilder, task: Task, roles: frozenset[str]) -> None:
    """Ask the new deciders about a pending extension when the holders of `roles` changed."""
    number = task.pending_extension
    above = {builder.state.office.owner_role, access.SEKRETARIS, access.KEPALA_DINAS}
    if number is None or not roles & above:
        return
    asked = deciders(task.extensions[number].by.person_id, builder.state)
    builder.mark_stale(task)
    builder.notify(ExtensionRequested(number), asked, task.step, task.attempt)


def deadline_if_granted(run: Run, task: Task, number: int, state: OfficeState) -> datetime:
    """When the task would be due if its extension of this number were granted."""
    wish = task.extensions[number]
    granted = replace(wish, granted=True, decided_at=wish.decided_at or wish.at)
    extensions = (*task.extensions[:number], granted, *task.extensions[number + 1 :])
    return deadline(run, replace(task, extensions=extensions), state.calendar)


def note(builder: DecisionBuilder, action: Note, actor: int) -> Refusal | None:
    """Somebody concerned with the run leaves a note on a task."""
    run, state = builder.run, builder.state
    task = _current_attempt(run, action.step, action.attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    who = _capacity_of(run, task, actor, state)
    if who is None:
        return Refusal(Reason.NOT_YOURS)
    if run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if not action.text.strip():
        return Refusal(Reason.NOTHING_SAID)
    if len(task.notes) >= NOTES_A_TASK:
        return Refusal(Reason.TOO_MUCH)
    builder.record(TaskNoted(task.step, task.attempt, Noted(who, action.text, builder.now)))
    # Cards of the open tasks show it too.
    builder.stale_cards += [(t.step, t.attempt) for t in (task, *run.current)]
    return None


def attach(builder: DecisionBuilder, action: Attach, actor: int) -> Refusal | None:
    """Somebody whose task it is, or was, attaches a file."""
    refusal = attaching_refused(builder.run, action.step, action.attempt, actor, builder.state)
    if refusal:
        return refusal
    run, state = builder.run, builder.state
    task = _current_attempt(run, action.step, action.attempt)
    assert task is not None  # noqa: S101 - else it would have been refused
    if any(file.sha256 == action.file.sha256 for file in task.evidence):
        return Refusal(Reason.ALREADY_ATTACHED)
    holding = acts_as(run, run.step_of(task), actor, state)
    given = task.confirmed_by(actor)
    who = as_by(holding) if holding else by(actor, state, given.role if given else "")
    file = replace(action.file, by=who, at=builder.now)
    builder.record(EvidenceAttached(task.step, task.attempt, file))
    builder.stale_cards += [(t.step, t.attempt) for t in (task, *run.current)]
    return None


def attaching_refused(
    run: Run, step: int, attempt: int, actor: int, state: OfficeState
) -> Refusal | None:
    """Why this person may attach nothing to this task; None if they may."""
    task = _current_attempt(run, step, attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    if acts_as(run, run.step_of(task), actor, state) is None and not task.confirmed_by(actor):
        return Refusal(Reason.NOT_YOURS)
    if run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if task.status is TaskStatus.DITARIK:
        return Refusal(Reason.OVERTAKEN)
    if len(task.evidence) >= FILES_A_TASK:
        return Refusal(Reason.TOO_MUCH)
    return None


def _current_attempt(run: Run, step: int, attempt: int) -> Task | None:
    """The attempt that an answer to a possibly old card refers to.

    If the card's attempt was returned, made void or withdrawn: the step's newest attempt.
    """
    task = run.task(step, attempt)
    if task is None or task.status in (TaskStatus.TERBUKA, TaskStatus.SELESAI):
        return task
    return run.latest(step)


def choose_team(builder: DecisionBuilder, action: ChooseTeam, actor: int) -> Refusal | None:
    """The owner names the run's team; its open tasks go to these people."""
    run, state = builder.run, builder.state
    if run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    team = action.team
    if run.team not in (action.based_on, team):
        return Refusal(Reason.TEAM_CHANGED)
    if not team.members:
        return Refusal(Reason.EMPTY_TEAM)
    if not all(state.staff.person(p) for p in team.members):
        return Refusal(Reason.MEMBER_GONE)
    if team.chair is not None and team.chair not in team.members:
        return Refusal(Reason.EMPTY_TEAM)
    if team == run.team:
        return None
    before = frozenset(run.team.members) if run.team else frozenset[int]()
    who = by(actor, state, state.office.owner_role)
    builder.record(TeamChosen(team, who, builder.now))
    joined = tuple(p for p in team.members if p not in before and p != actor)
    left = tuple(sorted(p for p in before - {*team.members, actor} if state.staff.person(p)))
    builder.notify(TeamNamed(included=True), joined)
    builder.notify(TeamNamed(included=False), left)
    for task in run.current:
        step = run.step_of(task)
        if access.TIM not in step.roles:
            continue
        builder.mark_stale(task)
        if run.pause is None:
            if step.all_must_confirm and task.confirmations:
                close_if_complete(builder, step)
            if still := builder.run.open_task(task.step):
                hand_out(builder, still)
    return None


def pause(builder: DecisionBuilder, action: Pause, actor: int) -> Refusal | None:
    """Pause the run: deadlines stop, nobody is reminded, nothing can be confirmed."""
    run = builder.run
    if run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if run.pause is not None:
        return Refusal(Reason.RUN_PAUSED, by=run.pause.by)
    if not action.reason.strip():
        return Refusal(Reason.REASON_MISSING)
    told = _concerned(builder, actor)
    builder.record(RunPaused(_owner(builder, actor), action.reason, builder.now))
    for task in builder.run.current:
        builder.drop_reminders(task)
        builder.mark_stale(task)
    builder.notify(RunChanged(RunChange.DIJEDA, builder.now), told)
    return None


def resume(builder: DecisionBuilder, actor: int) -> Refusal | None:
    """Resume the run: every open deadline moves by the working time of the pause."""
    run = builder.run
    if run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if run.pause is None:
        return Refusal(Reason.NOT_PAUSED)
    builder.record(RunResumed(_owner(builder, actor), builder.now))
    for task in run.current:
        step = run.step_of(task)
        if not move_deadline(builder, task, Cause.JEDA):
            replan_task(builder, task)
        builder.mark_stale(task)
        # Somebody who had not confirmed may have left meanwhile.
        if step.all_must_confirm and task.confirmations:
            close_if_complete(builder, step)
        if still := builder.run.open_task(task.step):
            hand_out(builder, still)
    builder.notify(RunChanged(RunChange.DILANJUTKAN, builder.now), _concerned(builder, actor))
    return None


def cancel(builder: DecisionBuilder, action: Cancel, actor: int) -> Refusal | None:
    """Cancel the run, and notify everybody concerned; its record stays."""
    if builder.run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if not action.reason.strip():
        return Refusal(Reason.REASON_MISSING)
    leaders = builder.state.staff.ids([access.SEKRETARIS, access.KEPALA_DINAS])
    told = {*_concerned(builder, actor), *leaders} - {actor}
    open_tasks = builder.run.current
    builder.record(RunCancelled(_owner(builder, actor), action.reason, builder.now))
    for task in open_tasks:
        builder.mark_stale(task)
    builder.notify(RunChanged(RunChange.DIBATALKAN, builder.now), tuple(sorted(told)))
    return None


def calendar_changed(builder: DecisionBuilder, action: CalendarChanged) -> None:
    """Recalculate open deadlines after a change of the working days."""
    if builder.run.pause is not None:
        return  # recalculated when the run is resumed
    for task in builder.run.current:
        was = task.due_at
        if move_deadline(builder, task, Cause.KALENDER, action.why):
            told = waiting_for(builder.run, _now(builder, task), builder.state)
            builder.notify(DeadlineChanged(was, action.why), told, task.step, task.attempt)
        else:
            # Escalations are counted in working days as well.
            replan_task(builder, task)


def _now(builder: DecisionBuilder, task: Task) -> Task:
    """The task after the events so far."""
    found = builder.run.task(task.step, task.attempt)
    assert found is not None  # noqa: S101 - tasks are never dropped
    return found


def _owner(builder: DecisionBuilder, actor: int) -> By:
    return by(actor, builder.state, builder.state.office.owner_role)


def _concerned(builder: DecisionBuilder, actor: int) -> tuple[int, ...]:
    """Who is notified of a pause, a resumption or an end: assignees and participants."""
    waited = [p for t in builder.run.current for p in waiting_for(builder.run, t, builder.state)]
    return tuple(sorted({*waited, *participants(builder)} - {actor}))


def _capacity_of(run: Run, task: Task, actor: int, state: OfficeState) -> By | None:
    """In which capacity somebody may write about a task; None if they may not."""
    if holding := acts_as(run, run.step_of(task), actor, state):
        return as_by(holding)
    if given := task.confirmed_by(actor):
        return by(actor, state, given.role)
    if any(actor in assignees(run, step, state) for step in run.procedure.steps):
        return by(actor, state)
    if state.staff.roles_of(actor) & access.LEADERS:
        return by(actor, state, state.office.owner_role)
    return None
