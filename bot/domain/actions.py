"""The actions on a run, of people and of the clock, and the reasons for a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.run import By, Confirmation, Evidence, Team
from bot.domain.sop import Duration, Procedure


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a run of this procedure.

    `others` are the ids of its runs for that year, under way or finished. If there are any,
    `seen` has to be the newest of them: a double tap does not start another run.
    """

    procedure: Procedure
    year: int
    others: tuple[int, ...] = ()
    seen: int | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class UndoStart:
    """Take back one's own start, shortly after it; `reason` is for the record."""

    reason: str


@dataclass(frozen=True, slots=True)
class TaskAction:
    """An action on one attempt at a step."""

    step: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Confirm(TaskAction):
    """Confirm this attempt at this step: done, paraf given, or signed."""


@dataclass(frozen=True, slots=True)
class Undo(TaskAction):
    """Undo one's own confirmation, shortly after it was given."""


@dataclass(frozen=True, slots=True)
class Return(TaskAction):
    """Send the work back to an earlier step, for a reason."""

    to_step: int
    reason: str


@dataclass(frozen=True, slots=True)
class AskExtension(TaskAction):
    """Ask for more time for an open task."""

    amount: Duration
    reason: str


@dataclass(frozen=True, slots=True)
class DecideExtension(TaskAction):
    """Grant or decline the task's extension of this number, counted from 0. A refusal may carry
    a `reason`."""

    number: int
    granted: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TakeBackRefusal(TaskAction):
    """Take back the refusal of the task's extension of this number, shortly after it was given."""

    number: int


@dataclass(frozen=True, slots=True)
class Note(TaskAction):
    """Leave a note on a task; `direction`, `message_id`: see `run.Note`."""

    text: str
    direction: bool = False
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class EditNote(TaskAction):
    """Change one's own note, the task's of this number, counted from 0."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Remind(TaskAction):
    """Remind those who perform a task, in one's own name."""


@dataclass(frozen=True, slots=True)
class Attach(TaskAction):
    """Attach a file to a task. Its `by` and `at` are filled in by the decision."""

    file: Evidence


@dataclass(frozen=True, slots=True)
class ChooseTeam:
    """Set the run's team; `based_on` is the one that the actor was shown (optimistic locking)."""

    team: Team
    based_on: Team | None


@dataclass(frozen=True, slots=True)
class Pause:
    """Pause the run, for a reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Resume a paused run."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel the run, for a reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class StaffChanged:
    """The holders of these roles changed."""

    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class CalendarChanged:
    """A day became a holiday or a working day; `why` says which, in words."""

    why: str


Action = (
    Start
    | UndoStart
    | Confirm
    | Undo
    | Return
    | AskExtension
    | DecideExtension
    | TakeBackRefusal
    | Note
    | EditNote
    | Remind
    | Attach
    | ChooseTeam
    | Pause
    | Resume
    | Cancel
    | StaffChanged
    | CalendarChanged
)


class Reason(StrEnum):
    """Why an action is refused."""

    NOT_YOURS = "not_yours"
    ALREADY_YOURS = "already_yours"
    ALREADY_DONE = "already_done"
    OVERTAKEN = "overtaken"
    UNKNOWN = "unknown"
    YEAR_OUT_OF_RANGE = "year_out_of_range"
    ALREADY_RUNNING = "already_running"
    START_NOT_YOURS = "start_not_yours"
    START_TOO_LATE = "start_too_late"
    START_ACTED_ON = "start_acted_on"
    CANNOT_RETURN = "cannot_return"
    REASON_MISSING = "reason_missing"
    EVIDENCE_MISSING = "evidence_missing"
    NOTHING_TO_UNDO = "nothing_to_undo"
    UNDO_TOO_LATE = "undo_too_late"
    NEXT_HAS_ACTED = "next_has_acted"
    EXTENSION_PENDING = "extension_pending"
    EXTENSION_DECIDED = "extension_decided"
    EXTENSION_MOOT = "extension_moot"
    NOTHING_DECLINED = "nothing_declined"
    ASKED_AGAIN = "asked_again"
    REFUSAL_STANDS = "refusal_stands"
    NOBODY_DECIDES = "nobody_decides"
    RUN_PAUSED = "run_paused"
    RUN_OVER = "run_over"
    NOT_PAUSED = "not_paused"
    EMPTY_TEAM = "empty_team"
    MEMBER_GONE = "member_gone"
    TEAM_CHANGED = "team_changed"
    ALREADY_ATTACHED = "already_attached"
    NOTHING_SAID = "nothing_said"
    TOO_MUCH = "too_much"
    NOT_OPEN = "not_open"
    NOBODY_PERFORMS = "nobody_performs"
    REMINDED_LATELY = "reminded_lately"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The action is refused, and why.

    `confirmation` is the one that came first, `by` is who decided before, where there is one.
    """

    reason: Reason
    confirmation: Confirmation | None = None
    by: By | None = None
