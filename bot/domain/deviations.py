"""Actions besides confirming: notes, files, teams, pauses, cancellation, holidays.

Each function adds to the builder and returns None, or returns the refusal; see
`engine.decide`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain import access, actions, events
from bot.domain.actions import Reason, Refusal
from bot.domain.assignment import (
    OfficeState,
    acts_as,
    as_by,
    assignees,
    authority,
    by,
    helpers,
    missing,
    superiors,
    waiting_for,
)
from bot.domain.decision import (
    DecisionBuilder,
    hand_out_again,
    involved,
    move_deadline,
    participants,
    replan_task,
)
from bot.domain.notices import (
    DeadlineChanged,
    NoteTold,
    PerformersCalled,
    RunChange,
    RunChanged,
    TeamNamed,
)
from bot.domain.reminders import outranks, policy_of
from bot.domain.run import By, Note, Run, Task, TaskStatus
from bot.domain.sop import DIRECT_SUPERIOR

NOTES_A_TASK = 100
FILES_A_TASK = 50
"""Limits against a faulty client; more than any step needs."""

REMIND_AGAIN = timedelta(hours=1)
"""How long after a reminder in somebody's name the task's next one may follow, by the clock."""


def note(builder: DecisionBuilder, action: actions.Note, actor: int) -> Refusal | None:
    """Somebody concerned with the run leaves a note on a task, or an arahan.

    On a task that is open no longer an arahan has nobody to lead: it is a note.
    """
    run, state = builder.run, builder.state
    task = _current_attempt(run, action.step, action.attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    direction = action.direction and task.is_open
    who = (directing if direction else _capacity_of)(run, task, actor, state)
    if who is None:
        return Refusal(Reason.NOT_YOURS)
    if run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if not action.text.strip():
        return Refusal(Reason.NOTHING_SAID)
    if len(task.notes) >= NOTES_A_TASK:
        return Refusal(Reason.TOO_MUCH)
    left = Note(who, action.text, builder.now, direction, action.message_id)
    builder.record(events.TaskNoted(task.step, task.attempt, left))
    _tell_note(builder, task, left, NoteTold(len(task.notes)))
    return None


def edit_note(builder: DecisionBuilder, action: actions.EditNote, actor: int) -> Refusal | None:
    """The author changes a note; the journal keeps what it said before."""
    task = builder.run.task(action.step, action.attempt)
    if task is None or not 0 <= action.number < len(task.notes):
        return Refusal(Reason.UNKNOWN)
    before = task.notes[action.number]
    if before.by.person_id != actor:
        return Refusal(Reason.NOT_YOURS)
    if builder.run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if not action.text.strip():
        return Refusal(Reason.NOTHING_SAID)
    if action.text == before.text:
        return None
    edited = replace(before, text=action.text, edited_at=builder.now)
    builder.record(events.TaskNoted(task.step, task.attempt, edited, action.number))
    told = NoteTold(action.number, int(builder.now.timestamp()))
    _tell_note(builder, task, edited, told)
    return None


def _tell_note(builder: DecisionBuilder, task: Task, note: Note, notice: NoteTold) -> None:
    """Tell a note to those who have the work open, and to who has directed them about the task;
    of an arahan the owner is told as well. Cards of the open tasks show it too."""
    run, state = builder.run, builder.state
    builder.mark_stale(task, *run.current)
    told = {p for one in run.current for p in missing(run, one, state)}
    told |= {
        n.by.person_id for n in task.notes if n.direction and state.staff.person(n.by.person_id)
    }
    if note.direction:
        told |= {*helpers(state)}
    builder.notify(notice, tuple(sorted(told - {note.by.person_id})), task)


def remind(builder: DecisionBuilder, action: actions.Remind, actor: int) -> Refusal | None:
    """Somebody who leads reminds those who still have to confirm, in their own name."""
    run, state = builder.run, builder.state
    task = run.task(action.step, action.attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    who = directing(run, task, actor, state)
    if who is None:
        return Refusal(Reason.NOT_YOURS)
    if not task.is_open:
        return Refusal(Reason.NOT_OPEN)
    if run.pause is not None:
        return Refusal(Reason.RUN_PAUSED, by=run.pause.by)
    told = tuple(p for p in waiting_for(run, task, state) if p != actor)
    if not told:
        return Refusal(Reason.NOBODY_PERFORMS)
    if task.reminded and builder.now - task.reminded.at < REMIND_AGAIN:
        return Refusal(Reason.REMINDED_LATELY, by=task.reminded.by)
    builder.record(events.PerformersReminded(task.step, task.attempt, who, builder.now))
    builder.notify(PerformersCalled(who, builder.now), told, task)
    return None


def directing(run: Run, task: Task, actor: int, state: OfficeState) -> By | None:
    """In which capacity somebody may direct those who perform a task; None if they may not.

    Whoever leads the office or is escalated to, and does not stand below the task's performers;
    where an escalation goes to the helpers, for the role is vacant, they may as well.
    """
    step = run.step_of(task)
    policy = policy_of(step, run.procedure, state.office)
    named = {rule.role for rule in policy.escalation}
    known = access.LEADERS | named - {DIRECT_SUPERIOR}
    held = state.staff.roles_of(actor) & known
    if DIRECT_SUPERIOR in named:
        held |= {h.role for h in superiors(run, step, state) if h.person_id == actor}
    helps = not held and actor in helpers(state)
    if any(outranks(code, step.roles, state.office) for code in (known if helps else held)):
        return authority(actor, state) if helps else by(actor, state, *held)
    return None


def attach(builder: DecisionBuilder, action: actions.Attach, actor: int) -> Refusal | None:
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
    builder.record(events.EvidenceAttached(task.step, task.attempt, file))
    builder.mark_stale(task, *run.current)
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


def choose_team(builder: DecisionBuilder, action: actions.ChooseTeam, actor: int) -> Refusal | None:
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
    builder.record(events.TeamChosen(team, authority(actor, builder.state), builder.now))
    joined = tuple(p for p in team.members if p not in before and p != actor)
    left = tuple(sorted(p for p in before - {*team.members, actor} if state.staff.person(p)))
    builder.notify(TeamNamed(included=True), joined)
    builder.notify(TeamNamed(included=False), left)
    for task in run.current:
        if access.TIM not in run.step_of(task).roles:
            continue
        builder.mark_stale(task)
        if run.pause is None:
            hand_out_again(builder, task)
    return None


def pause(builder: DecisionBuilder, action: actions.Pause, actor: int) -> Refusal | None:
    """Pause the run: deadlines stop, nobody is reminded, nothing can be confirmed."""
    run = builder.run
    if run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if run.pause is not None:
        return Refusal(Reason.RUN_PAUSED, by=run.pause.by)
    if not action.reason.strip():
        return Refusal(Reason.REASON_MISSING)
    told = _concerned(builder, actor)
    builder.record(events.RunPaused(authority(actor, builder.state), action.reason, builder.now))
    for task in builder.run.current:
        builder.set_reminders(task, ())
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
    builder.record(events.RunResumed(authority(actor, builder.state), builder.now))
    for task in run.current:
        if not move_deadline(builder, task, events.Cause.JEDA):
            replan_task(builder, task)
        builder.mark_stale(task)
        hand_out_again(builder, task)
    builder.notify(RunChanged(RunChange.DILANJUTKAN, builder.now), _concerned(builder, actor))
    return None


def cancel(builder: DecisionBuilder, action: actions.Cancel, actor: int) -> Refusal | None:
    """Cancel the run, and notify everybody concerned; its record stays."""
    if builder.run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if not action.reason.strip():
        return Refusal(Reason.REASON_MISSING)
    leaders = builder.state.staff.ids([access.SEKRETARIS, access.KEPALA_DINAS])
    told = {*_concerned(builder, actor), *leaders} - {actor}
    builder.mark_stale(*builder.run.current)
    builder.record(events.RunCancelled(authority(actor, builder.state), action.reason, builder.now))
    builder.notify(RunChanged(RunChange.DIBATALKAN, builder.now), tuple(sorted(told)))
    return None


def calendar_changed(builder: DecisionBuilder, action: actions.CalendarChanged) -> None:
    """Recalculate open deadlines after a change of the working days."""
    if builder.run.pause is not None:
        return  # recalculated when the run is resumed
    for task in builder.run.current:
        if move_deadline(builder, task, events.Cause.KALENDER, action.why):
            told = waiting_for(builder.run, builder.updated(task), builder.state)
            builder.notify(DeadlineChanged(task.due_at, action.why), told, task)
        else:
            # Escalations are counted in working days as well.
            replan_task(builder, task)


def _concerned(builder: DecisionBuilder, actor: int) -> tuple[int, ...]:
    """Who is notified of a pause, a resumption or an end: the participants, and whoever acted
    or was asked to act since the last milestone."""
    since = involved(builder, builder.run.since_milestone)
    return tuple(sorted({*since, *participants(builder)} - {actor}))


def _capacity_of(run: Run, task: Task, actor: int, state: OfficeState) -> By | None:
    """In which capacity somebody may write about a task; None if they may not."""
    if holding := acts_as(run, run.step_of(task), actor, state):
        return as_by(holding)
    if given := task.confirmed_by(actor):
        return by(actor, state, given.role)
    if any(actor in assignees(run, step, state) for step in run.procedure.steps):
        return by(actor, state)
    leads = state.staff.roles_of(actor) & access.LEADERS
    return by(actor, state, state.office.owner_role) if leads else None
