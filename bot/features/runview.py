"""A run as others see it: its open steps, its end in sight, and where it left the straight way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import metrics
from bot.domain.assignment import OfficeState, acts_as, assignees, missing
from bot.domain.metrics import Lateness, StepFigures
from bot.domain.outlook import Outlook, outlook
from bot.domain.people import Person
from bot.domain.run import By, Extension, Run, Task
from bot.domain.sop import Duration, Office, Procedure, Sop, Step
from bot.domain.yearly import LegalDate
from bot.features.naming import (
    Performer,
    SignedBy,
    acted,
    distinctions,
    printed,
    returned,
    role_name,
    signed,
)
from bot.store.runs import StoredRun


@dataclass(frozen=True, slots=True)
class SentBack:
    """Work was sent back from one step to an earlier one, by whom and why."""

    step: Step
    to_step: Step
    reason: str
    by: SignedBy


@dataclass(frozen=True, slots=True)
class Halt:
    """A run rests, or was given up (`ended`): by whom, since when, why."""

    by: SignedBy
    reason: str
    ended: bool


@dataclass(frozen=True, slots=True)
class CurrentStep:
    """An open step of a run: what, whose turn, until when."""

    step: Step
    task: Task
    performers: tuple[Performer, ...]
    roles: tuple[str, ...]
    confirmed: int
    required: int
    late: Lateness | None


@dataclass(frozen=True, slots=True)
class RunView:
    """A run under way at a glance. `outlook` is when it will probably end; `halt` says that it
    rests."""

    run: Run
    sop: Sop
    current: tuple[CurrentStep, ...]
    outlook: Outlook
    halt: Halt | None = None
    token: str = ""
    """What names its open task in a button; empty where there is none."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One confirmed attempt in a summary, with who confirmed it and which repeat it was."""

    figures: StepFigures
    signed: tuple[SignedBy, ...]
    repetitions: int = 0


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """More time was asked for a step; `granted` is None while nobody has decided, and `moot`
    says that the step ended before anybody did. `answer` is the reason of who declined."""

    step: Step
    amount: Duration
    reason: str
    asked: SignedBy
    granted: bool | None
    decided: SignedBy | None
    moot: bool = False
    answer: str = ""


@dataclass(frozen=True, slots=True)
class PauseView:
    """A run rested, by whose word and why; `ended` is who let it go on, and when."""

    by: SignedBy
    reason: str
    ended: SignedBy | None


@dataclass(frozen=True, slots=True)
class Deviations:
    """Where a run left the straight way, each in the order in which it came."""

    returns: tuple[SentBack, ...] = ()
    extensions: tuple[ExtensionLine, ...] = ()
    pauses: tuple[PauseView, ...] = ()


def sent_back(
    office: Office, names: dict[int, str], run: Run, task: Task | None
) -> SentBack | None:
    """How a task was sent back, or None where it was not."""
    if task is None or task.returned is None:
        return None
    given, step = task.returned, run.step_of(task)
    by = returned(office, names, step, given)
    return SentBack(step, run.procedure.step(given.to_step), given.reason, by)


def halt(office: Office, names: dict[int, str], run: Run) -> Halt | None:
    """Why nothing is to be done about a run now, or ever; None where it goes its way."""
    if (given := run.cancelled) is not None:
        return Halt(acted(office, names, given.by, given.at), given.reason, ended=True)
    if (rest := run.pause) is not None:
        return Halt(acted(office, names, rest.by, rest.since), rest.reason, ended=False)
    return None


def deviations(office: Office, names: dict[int, str], run: Run) -> Deviations:
    """Where a run left the straight way."""

    returns = [sent_back(office, names, run, task) for task in run.tasks]
    wishes = [(wish, task) for task in run.tasks for wish in task.extensions]
    wishes.sort(key=lambda asked: asked[0].at)
    return Deviations(
        tuple(sorted((r for r in returns if r), key=lambda r: r.by.at)),
        tuple(extension_line(office, names, run, task, wish) for wish, task in wishes),
        tuple(
            PauseView(
                acted(office, names, rest.by, rest.since),
                rest.reason,
                _acted_or_none(office, names, rest.ended_by, rest.until),
            )
            for rest in run.pauses
        ),
    )


def extension_line(
    office: Office, names: dict[int, str], run: Run, task: Task, wish: Extension
) -> ExtensionLine:
    """More time that was asked for a task, with who asked and who decided."""
    return ExtensionLine(
        run.step_of(task),
        wish.amount,
        wish.reason,
        acted(office, names, wish.by, wish.at),
        wish.granted,
        _acted_or_none(office, names, wish.decided_by, wish.decided_at),
        moot=wish.granted is None and not task.is_open,
        answer=wish.decision_reason,
    )


def _acted_or_none(
    office: Office, names: dict[int, str], by: By | None, at: datetime | None
) -> SignedBy | None:
    return acted(office, names, by, at) if by and at else None


def step_row(run: Run, row: StepFigures, office: Office, names: dict[int, str]) -> StepRow:
    """One confirmed attempt, with who confirmed it."""
    confirmed = signed(office, names, row.task.confirmations)
    return StepRow(row, confirmed, run.repetitions(row.task))


def performers(
    run: Run,
    step: Step,
    state: OfficeState,
    task: Task | None = None,
    called: Callable[[Person], str] = lambda person: person.called,
) -> tuple[Performer, ...]:
    """Everybody whose turn it is at a step, with the role that makes it theirs.

    Of an open `task`, only those who have not confirmed it yet. `called` is how they are named.
    """
    people = assignees(run, step, state) if task is None else missing(run, task, state)
    found = []
    for person_id in people:
        person = state.staff.person(person_id)
        holding = acts_as(run, step, person_id, state)
        if person and holding:
            name = role_name(state.office, holding.role, holding.unit, holding.capacity)
            found.append((person_id, Performer(called(person), name)))
    return _apart(found, state)


def _apart(found: list[tuple[int, Performer]], state: OfficeState) -> tuple[Performer, ...]:
    """Of two with one name in one role each is named with what else tells them apart."""
    times = Counter(performer for _, performer in found)
    if len(times) == len(found):
        return tuple(times)
    known = distinctions(state)
    return tuple(
        performer if times[performer] == 1 else _known_as(performer, known[person_id])
        for person_id, performer in found
    )


def _known_as(performer: Performer, known: str) -> Performer:
    role = performer.role
    more = known.removeprefix(printed(role)).removeprefix(", ")
    title = f"{role.title}, {more}" if more else role.title
    return replace(performer, role=replace(role, title=title))


def current_step(run: Run, task: Task, now: datetime, state: OfficeState) -> CurrentStep:
    """An open task as others see it."""
    step = run.step_of(task)
    required = {*missing(run, task, state), *(c.person_id for c in task.confirmations)}
    return CurrentStep(
        step,
        task,
        performers(run, step, state, task),
        tuple(state.office.known(code).name for code in step.roles),
        len(task.confirmations),
        len(required),
        metrics.late(run, task, now, state.calendar),
    )


def run_view(
    stored: StoredRun, now: datetime, state: OfficeState, legal: LegalDate | None = None
) -> RunView:
    """A run under way at a glance. `legal` is the day by which the law wants it finished."""
    run = stored.run
    opened = [stored.tokens[(task.step, task.attempt)] for task in run.current]
    return RunView(
        run,
        stored.sop,
        tuple(current_step(run, task, now, state) for task in run.current),
        outlook(run, now, state.calendar, legal),
        halt(state.office, {p.id: p.called for p in state.staff.people.values()}, run),
        opened[0] if opened else "",
    )


@dataclass(frozen=True, slots=True)
class PartedView:
    """A step of a run in which the recipient has no part any more: nothing is said of it."""

    procedure: Procedure
    year: int
    step: int


def parted(stored: StoredRun, task: Task) -> PartedView:
    """What a card becomes for somebody who has no part in the run any more."""
    return PartedView(stored.run.procedure, stored.run.year, task.step)
