"""What leaves the straight way: more time, notes and files, a team, a rest, an end, holidays.

Each function adds to the draft what happens, and returns None, or returns the refusal; see
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
from bot.domain.drafting import (
    Draft,
    close_if_complete,
    closed,
    deadline,
    hand_out,
    move_deadline,
    replan_task,
    took_part,
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
from bot.domain.performing import (
    Workplace,
    acts_as,
    as_by,
    assignees,
    by,
    deciders,
    waiting_for,
)
from bot.domain.run import By, Extension, Run, Task, TaskStatus
from bot.domain.run import Note as Noted

NOTES_A_TASK = 100
FILES_A_TASK = 50
"""More than any step needs: beyond that somebody's phone has gone wild."""


def ask_extension(draft: Draft, action: AskExtension, actor: int) -> Refusal | None:
    """Somebody whose task it is asks for more time; the Kasubbag decides."""
    run, place = draft.run, draft.place
    task = run.task(action.step, action.attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    holding = acts_as(run, run.step_of(task), actor, place)
    if holding is None:
        return Refusal(Reason.NOT_YOURS)
    if refusal := closed(run, task, actor):
        return refusal
    if not action.reason.strip():
        return Refusal(Reason.REASON_MISSING)
    if task.pending_extension is not None:
        return Refusal(Reason.EXTENSION_PENDING)
    asked = deciders(actor, place)
    if not asked:
        return Refusal(Reason.NOBODY_DECIDES)
    number = len(task.extensions)
    wish = Extension(as_by(holding), action.amount, action.reason, draft.now)
    draft.happen(ExtensionAsked(task.step, task.attempt, wish))
    draft.touch(task)
    draft.tell(ExtensionRequested(number), asked, task.step, task.attempt)
    return None


def decide_extension(draft: Draft, action: DecideExtension, actor: int) -> Refusal | None:
    """The Kasubbag grants more time or declines; deadline, reminders and forecast follow."""
    run, place = draft.run, draft.place
    task = run.task(action.step, action.attempt)
    if task is None or not 0 <= action.number < len(task.extensions):
        return Refusal(Reason.UNKNOWN)
    wish = task.extensions[action.number]
    if actor not in deciders(wish.by.person_id, place):
        return Refusal(Reason.NOT_YOURS)
    if wish.granted is not None:
        return Refusal(Reason.EXTENSION_DECIDED, by=wish.decided_by)
    if not task.is_open:
        return Refusal(Reason.EXTENSION_MOOT)
    if run.pause is not None:
        return Refusal(Reason.RUN_PAUSED, by=run.pause.by)
    who = by(actor, place, place.office.owner_role)
    draft.happen(
        ExtensionDecided(task.step, task.attempt, action.number, action.granted, who, draft.now)
    )
    draft.touch(task)
    if action.granted:
        move_deadline(draft, _now(draft, task), Cause.PERPANJANGAN)
    told = {wish.by.person_id, *waiting_for(draft.run, _now(draft, task), place)} - {actor}
    draft.tell(ExtensionAnswered(action.number), tuple(sorted(told)), task.step, task.attempt)
    return None


def hand_over_wish(draft: Draft, task: Task, roles: frozenset[str]) -> None:
    """Whoever decides about more time now, for others hold these roles, is asked as well."""
    number = task.pending_extension
    above = {draft.place.office.owner_role, access.SEKRETARIS, access.KEPALA_DINAS}
    if number is None or not roles & above:
        return
    asked = deciders(task.extensions[number].by.person_id, draft.place)
    draft.touch(task)
    draft.tell(ExtensionRequested(number), asked, task.step, task.attempt)


def deadline_if_granted(run: Run, task: Task, number: int, place: Workplace) -> datetime:
    """When the task would be due were its extension of this number granted."""
    wish = task.extensions[number]
    granted = replace(wish, granted=True, decided_at=wish.decided_at or wish.at)
    extensions = (*task.extensions[:number], granted, *task.extensions[number + 1 :])
    return deadline(run, replace(task, extensions=extensions), place.calendar)


def note(draft: Draft, action: Note, actor: int) -> Refusal | None:
    """Somebody who has a part in the run leaves a note on a task."""
    run, place = draft.run, draft.place
    task = _meant(run, action.step, action.attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    who = _speaks_as(run, task, actor, place)
    if who is None:
        return Refusal(Reason.NOT_YOURS)
    if run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if not action.text.strip():
        return Refusal(Reason.NOTHING_SAID)
    if len(task.notes) >= NOTES_A_TASK:
        return Refusal(Reason.TOO_MUCH)
    draft.happen(TaskNoted(task.step, task.attempt, Noted(who, action.text, draft.now)))
    # What follows shows it too.
    draft.touched += [(t.step, t.attempt) for t in (task, *run.current)]
    return None


def attach(draft: Draft, action: Attach, actor: int) -> Refusal | None:
    """Somebody whose task it is, or was, attaches a file."""
    refusal = attaching_refused(draft.run, action.step, action.attempt, actor, draft.place)
    if refusal:
        return refusal
    run, place = draft.run, draft.place
    task = _meant(run, action.step, action.attempt)
    assert task is not None  # noqa: S101 - else it would have been refused
    if any(file.sha256 == action.file.sha256 for file in task.evidence):
        return Refusal(Reason.ALREADY_ATTACHED)
    holding = acts_as(run, run.step_of(task), actor, place)
    given = task.confirmed_by(actor)
    who = as_by(holding) if holding else by(actor, place, given.role if given else "")
    file = replace(action.file, by=who, at=draft.now)
    draft.happen(EvidenceAttached(task.step, task.attempt, file))
    draft.touched += [(t.step, t.attempt) for t in (task, *run.current)]
    return None


def attaching_refused(
    run: Run, step: int, attempt: int, actor: int, place: Workplace
) -> Refusal | None:
    """Why this person may attach nothing to this task; None if they may."""
    task = _meant(run, step, attempt)
    if task is None:
        return Refusal(Reason.UNKNOWN)
    if acts_as(run, run.step_of(task), actor, place) is None and not task.confirmed_by(actor):
        return Refusal(Reason.NOT_YOURS)
    if run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if task.status is TaskStatus.DITARIK:
        return Refusal(Reason.OVERTAKEN)
    if len(task.evidence) >= FILES_A_TASK:
        return Refusal(Reason.TOO_MUCH)
    return None


def _meant(run: Run, step: int, attempt: int) -> Task | None:
    """The task that somebody speaks of who answers an old card: the attempt that counts now.

    What was returned, made void or taken back is the past; the step's newest attempt is what
    the work goes on with.
    """
    task = run.task(step, attempt)
    if task is None or task.status in (TaskStatus.TERBUKA, TaskStatus.SELESAI):
        return task
    return run.latest(step)


def choose_team(draft: Draft, action: ChooseTeam, actor: int) -> Refusal | None:
    """The owner names the run's team; its open tasks go to these people."""
    run, place = draft.run, draft.place
    if run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    team = action.team
    if run.team not in (action.based_on, team):
        return Refusal(Reason.TEAM_CHANGED)
    if not team.members:
        return Refusal(Reason.EMPTY_TEAM)
    if not all(place.staff.person(p) for p in team.members):
        return Refusal(Reason.MEMBER_GONE)
    if team.chair is not None and team.chair not in team.members:
        return Refusal(Reason.EMPTY_TEAM)
    if team == run.team:
        return None
    before = frozenset(run.team.members) if run.team else frozenset[int]()
    who = by(actor, place, place.office.owner_role)
    draft.happen(TeamChosen(team, who, draft.now))
    joined = tuple(p for p in team.members if p not in before and p != actor)
    left = tuple(sorted(p for p in before - {*team.members, actor} if place.staff.person(p)))
    draft.tell(TeamNamed(included=True), joined)
    draft.tell(TeamNamed(included=False), left)
    for task in run.current:
        step = run.step_of(task)
        if access.TIM not in step.roles:
            continue
        draft.touch(task)
        if run.pause is None:
            if step.all_must_confirm and task.confirmations:
                close_if_complete(draft, step)
            if still := draft.run.open_task(task.step):
                hand_out(draft, still)
    return None


def pause(draft: Draft, action: Pause, actor: int) -> Refusal | None:
    """The run rests: its deadlines stand still, nobody is reminded, nothing is confirmed."""
    run = draft.run
    if run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if run.pause is not None:
        return Refusal(Reason.RUN_PAUSED, by=run.pause.by)
    if not action.reason.strip():
        return Refusal(Reason.REASON_MISSING)
    told = _concerned(draft, actor)
    draft.happen(RunPaused(_owner(draft, actor), action.reason, draft.now))
    for task in draft.run.current:
        draft.silence(task)
        draft.touch(task)
    draft.tell(RunChanged(RunChange.DIJEDA, draft.now), told)
    return None


def resume(draft: Draft, actor: int) -> Refusal | None:
    """The run goes on: every open deadline moves by the working time that it rested."""
    run = draft.run
    if run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if run.pause is None:
        return Refusal(Reason.NOT_PAUSED)
    draft.happen(RunResumed(_owner(draft, actor), draft.now))
    for task in run.current:
        step = run.step_of(task)
        if not move_deadline(draft, task, Cause.JEDA):
            replan_task(draft, task)
        draft.touch(task)
        # Somebody it waited for may have left meanwhile.
        if step.all_must_confirm and task.confirmations:
            close_if_complete(draft, step)
        if still := draft.run.open_task(task.step):
            hand_out(draft, still)
    draft.tell(RunChanged(RunChange.DILANJUTKAN, draft.now), _concerned(draft, actor))
    return None


def cancel(draft: Draft, action: Cancel, actor: int) -> Refusal | None:
    """The run is given up, and everybody concerned is told; its record stays."""
    if draft.run.status.is_over:
        return Refusal(Reason.RUN_OVER)
    if not action.reason.strip():
        return Refusal(Reason.REASON_MISSING)
    leaders = draft.place.staff.ids([access.SEKRETARIS, access.KEPALA_DINAS])
    told = {*_concerned(draft, actor), *leaders} - {actor}
    open_tasks = draft.run.current
    draft.happen(RunCancelled(_owner(draft, actor), action.reason, draft.now))
    for task in open_tasks:
        draft.touch(task)
    draft.tell(RunChanged(RunChange.DIBATALKAN, draft.now), tuple(sorted(told)))
    return None


def calendar_changed(draft: Draft, action: CalendarChanged) -> None:
    """A day was added to or taken from the working days: open deadlines follow."""
    if draft.run.pause is not None:
        return  # they are counted anew when the run goes on
    for task in draft.run.current:
        was = task.due_at
        if move_deadline(draft, task, Cause.KALENDER, action.why):
            told = waiting_for(draft.run, _now(draft, task), draft.place)
            draft.tell(DeadlineChanged(was, action.why), told, task.step, task.attempt)
        else:
            # Who is told after the deadline is counted in working days as well.
            replan_task(draft, task)


def _now(draft: Draft, task: Task) -> Task:
    """The task as it stands in the draft."""
    found = draft.run.task(task.step, task.attempt)
    assert found is not None  # noqa: S101 - tasks are never dropped
    return found


def _owner(draft: Draft, actor: int) -> By:
    return by(actor, draft.place, draft.place.office.owner_role)


def _concerned(draft: Draft, actor: int) -> tuple[int, ...]:
    """Who is told that the run rests, goes on or ends: those it waits for, who took part."""
    waited = [p for t in draft.run.current for p in waiting_for(draft.run, t, draft.place)]
    return tuple(sorted({*waited, *took_part(draft)} - {actor}))


def _speaks_as(run: Run, task: Task, actor: int, place: Workplace) -> By | None:
    """In which capacity somebody may write about a task; None if it is none of theirs."""
    if holding := acts_as(run, run.step_of(task), actor, place):
        return as_by(holding)
    if given := task.confirmed_by(actor):
        return by(actor, place, given.role)
    if any(actor in assignees(run, step, place) for step in run.procedure.steps):
        return by(actor, place)
    if place.staff.roles_of(actor) & access.LEADERS:
        return by(actor, place, place.office.owner_role)
    return None
