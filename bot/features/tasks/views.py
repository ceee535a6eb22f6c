"""A task as facts: its card for one recipient, everything about it, and the list of one's own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain import assignment, engine, metrics
from bot.domain.assignment import acts_as, assignees, missing, outside
from bot.domain.metrics import Lateness, Remaining
from bot.domain.notices import ConfirmOffered, TaskCard, TaskDetail, TaskReminder
from bot.domain.outlook import Outlook, outlook
from bot.domain.reminders import ReminderKind
from bot.domain.run import Note, Task
from bot.domain.sop import Office, Procedure, Sop, Step
from bot.features import documents, runs
from bot.features.evidence.views import FileLine, file_line
from bot.features.feature import Sending
from bot.features.naming import Greeting, Performer, SignedBy, acted, greeting, signed
from bot.features.runs import Acted
from bot.features.runview import (
    Deviations,
    Halt,
    PartedView,
    SentBack,
    StepRow,
    deviations,
    halt,
    parted,
    performers,
    sent_back,
    step_row,
)
from bot.features.work import Args, Work
from bot.store.runs import StoredRun


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier attempt at a step came to: who confirmed it, and the files' names."""

    signed: tuple[SignedBy, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoteLine:
    """What somebody wrote about a step of the run."""

    step: int
    by: SignedBy
    text: str
    direction: bool = False
    """It is an arahan."""
    edited: bool = False


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task, as its card tells it to one recipient. `mine` is True while they can confirm it,
    `required` counts all who have to, and `records_for` names the office they record for."""

    greeting: Greeting
    run_id: int
    sop: Sop
    procedure: Procedure
    year: int
    step: Step
    task: Task
    token: str
    mine: bool
    signed: tuple[SignedBy, ...]
    performers: tuple[Performer, ...]
    required: int
    records_for: str | None
    late: Lateness | None
    reminder: ReminderKind | None = None
    on_card: bool = False
    """The reminder stands on the card itself, which says all; else it is a message of its own."""
    left: Remaining | None = None
    """What is left until the deadline of an open task, None once it is reached."""
    unit: str | None = None
    """The unit that the run is for, by its name."""
    notes: tuple[NoteLine, ...] = ()
    """What was written: about an open task's run, or about a closed task, the newest last."""
    files: tuple[FileLine, ...] = ()
    """What was attached and counts: to an open task's run, or to a closed task."""
    repetitions: int = 0
    """How often the step was done, or sent back, before."""
    correction: SentBack | None = None
    """Why the step is done again, where a reviewer sent the work back."""
    earlier: Earlier | None = None
    sent_back: SentBack | None = None
    """This very task was sent back by its reviewer."""
    halt: Halt | None = None
    undoable: bool = False
    """The recipient can still take their confirmation back."""
    asks_time: bool = False
    """More time was asked for, and nobody has decided yet."""
    acting: bool = False
    """The recipient acts in the step's post as Plh. or Plt."""


@dataclass(frozen=True, slots=True)
class TasksView:
    """The recipient's open tasks, the most urgent first; `resting` wait for their run to go on.
    `said_done`: the recipient wrote that one is done."""

    tasks: tuple[TaskView, ...]
    resting: tuple[TaskView, ...] = ()
    said_done: bool = False


@dataclass(frozen=True, slots=True)
class OfferView:
    """A task that the recipient wrote to be done, while they can confirm it and afterwards."""

    task: TaskView


@dataclass(frozen=True, slots=True)
class ConfirmedView:
    """A confirmation is on record; `closed` is False while others have to confirm."""

    step: Step
    closed: bool
    confirmed: int
    required: int
    finished: bool
    next_step: Step | None
    next_performers: tuple[Performer, ...]


def task_view(
    work: Work,
    stored: StoredRun,
    task: Task,
    names: dict[int, str],
    reminder: ReminderKind | None = None,
) -> TaskView:
    """A task as its card tells it to the person; `names` are everybody's, by their ids."""
    person, now, office, state = work.person, work.now, work.office, work.state
    run, calendar = stored.run, work.calendar
    step = run.step_of(task)
    people = missing(run, task, state)
    confirmed = {c.person_id for c in task.confirmations}
    everybody = performers(run, step, state)
    if step.all_must_confirm:
        # A post whose official has confirmed does not wait for the stand-in.
        counted = {*people, *confirmed}
        everybody = tuple(
            performer
            for person_id, performer in zip(assignees(run, step, state), everybody, strict=True)
            if person_id in counted
        )
    acts = acts_as(run, step, person.id, state)
    outsider, before = outside(step, office), run.previous(task)
    if state.staff.roles_of(person.id) & set(step.roles):
        outsider = None
    return TaskView(
        greeting=greeting(office, person, state.staff, acts),
        run_id=run.id,
        sop=stored.sop,
        procedure=run.procedure,
        year=run.year,
        step=step,
        task=task,
        token=stored.tokens[(task.step, task.attempt)],
        mine=run.pause is None and task.is_open and person.id in people,
        signed=signed(office, names, task.confirmations),
        performers=everybody,
        required=len({*people, *confirmed}),
        records_for=office.known(outsider).name if outsider else None,
        late=metrics.late(run, task, now, calendar),
        reminder=reminder,
        left=metrics.remaining(step.duration, task.due_at, now, calendar) if task.is_open else None,
        unit=office.unit_name(run.unit) if run.unit is not None else None,
        repetitions=run.repetitions(task),
        correction=sent_back(office, names, run, run.correction(task)),
        earlier=_earlier(office, names, before) if before else None,
        sent_back=sent_back(office, names, run, task),
        halt=halt(office, names, run),
        undoable=engine.may_undo(run, task, person.id, now),
        asks_time=task.is_open and task.pending_extension is not None,
        acting=acts is not None and acts.is_stand_in,
        notes=tuple(
            note_line(office, names, about, note)
            for about, note in (run.notes if task.is_open else [(task, n) for n in task.notes])
        ),
        files=tuple(
            file_line(owner, file, office, names, of=task)
            for owner, file in (
                run.documents if task.is_open else [(task, f) for f in task.evidence]
            )
        ),
    )


def note_line(office: Office, names: dict[int, str], task: Task, note: Note) -> NoteLine:
    """A note, with who wrote it."""
    by = acted(office, names, note.by, note.at)
    return NoteLine(task.step, by, note.text, note.direction, note.edited_at is not None)


def _earlier(office: Office, names: dict[int, str], task: Task) -> Earlier:
    files = tuple(file.name for file in task.evidence)
    return Earlier(signed(office, names, task.confirmations), files)


@dataclass(frozen=True, slots=True)
class DetailView:
    """A task with the way that led to it (`rows`) and the end in sight."""

    task: TaskView
    rows: tuple[StepRow, ...]
    outlook: Outlook
    deviations: Deviations
    reports: bool = False
    """The reader may have the run's report."""


def detail_view(work: Work, stored: StoredRun, task: Task) -> DetailView:
    """A task with the way that led to it."""
    run, office, calendar = stored.run, work.office, work.calendar
    names = work.tx.people.names()
    done = [f for f in metrics.steps(run, calendar) if f.step.number <= task.step]
    return DetailView(
        task_view(work, stored, task, names),
        tuple(step_row(run, f, office, names) for f in done),
        outlook(run, work.now, calendar, work.legal_date(run)),
        deviations(office, names, run),
        work.may(documents.SEE_REPORTS),
    )


def tasks(work: Work, args: Args) -> TasksView:
    """The person's open tasks, the most urgent first."""
    person, state, names = work.person, work.state, work.tx.people.names()
    mine = [
        task_view(work, stored, task, names)
        for stored in work.tx.runs.running()
        for task in stored.run.current
        if person.id in assignment.missing(stored.run, task, state)
    ]
    mine.sort(key=lambda view: view.task.due_at)
    ready, resting = (tuple(v for v in mine if v.mine is ready) for ready in (True, False))
    return TasksView(ready, resting, bool(args.get("said_done")))


def detail(work: Work, args: Args) -> DetailView:
    """Everything about the task with this token, for somebody who has a part in its run."""
    return detail_view(work, *readable_task(work, str(args["token"])))


def readable_task(work: Work, token: str) -> tuple[StoredRun, Task]:
    """The task with this token and its run, for somebody who has a part in it.

    Raises:
        Refuse: there is no such task, or they have no part in its run.
    """
    stored, task = runs.find_task(work, token)
    if not runs.has_part(stored, work.person.id, work.state):
        raise runs.not_yours(work, stored, task)
    return stored, task


def confirmed(work: Work, acted: Acted) -> ConfirmedView:
    """What a confirmation led to."""
    run, after = acted.decision.run, acted.after
    people = {*missing(run, after, work.state), *(c.person_id for c in after.confirmations)}
    following = run.step_of(run.current[0]) if run.current and not after.is_open else None
    return ConfirmedView(
        step=run.step_of(after),
        closed=not after.is_open,
        confirmed=len(after.confirmations),
        required=len(people),
        finished=run.finished_at is not None,
        next_step=following,
        next_performers=performers(run, following, work.state) if following else (),
    )


def draw_card(
    work: Work, notice: TaskCard | TaskReminder, sending: Sending
) -> TaskView | PartedView | None:
    """A card or a reminder: sent first for a task that waits, and kept true on the screen."""
    if (other := _for_others(work, sending)) is not None or work.somebody is None:
        return other
    stored, task, person = sending.stored, sending.task, work.person
    on_card = sending.delivery.key.startswith("card:")
    # Telegram was not reached for so long that the next reminder has come: it says it all.
    reminded = isinstance(notice, TaskReminder) and not on_card and sending.unsent
    if reminded and work.tx.outbox.overtaken(sending.delivery):
        return None
    if sending.unsent and person.id not in assignment.waiting_for(stored.run, task, work.state):
        return None
    reminder = notice.rung if isinstance(notice, TaskReminder) else None
    view = task_view(work, stored, task, work.tx.people.names(), reminder)
    return replace(view, on_card=on_card)


def draw_detail(work: Work, notice: TaskDetail, sending: Sending) -> DetailView | PartedView | None:
    """The details that somebody asked for, kept true on the screen."""
    other = _for_others(work, sending)
    if other is not None or work.somebody is None or not _has_part(work, sending):
        return other
    return detail_view(work, sending.stored, sending.task)


def draw_offer(
    work: Work, notice: ConfirmOffered, sending: Sending
) -> OfferView | PartedView | None:
    """The task that somebody wrote to be done, kept true on the screen."""
    other = _for_others(work, sending)
    if other is not None or work.somebody is None:
        return other
    return OfferView(task_view(work, sending.stored, sending.task, work.tx.people.names()))


def _for_others(work: Work, sending: Sending) -> PartedView | None:
    """The card of who has no part in the run any more; None where it is theirs, or not shown."""
    if sending.unsent or (work.somebody is not None and _has_part(work, sending)):
        return None
    return parted(sending.stored, sending.task)


def _has_part(work: Work, sending: Sending) -> bool:
    return runs.has_part(sending.stored, work.person.id, work.state)
