"""What people get to see, as plain values: facts in order, no words of ours.

A view is made inside a transaction, from the state at that moment, for one recipient;
`chat/texts` turns it into a message. Times are zone-aware; names are as they are spoken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from bot.domain import engine, metrics
from bot.domain.access import LegacyPermission
from bot.domain.assignment import OfficeState, acts_as, assignees, missing, outside
from bot.domain.documents import Document, Format
from bot.domain.metrics import Lateness, StepFigures
from bot.domain.notices import ActingStage, RunChange
from bot.domain.people import Address, Holding, Person, Staff
from bot.domain.periods import ReportPeriod
from bot.domain.reminders import ReminderKind
from bot.domain.run import By, Capacity, Confirmation, Evidence, Extension, Run, RunStatus, Task
from bot.domain.sop import DayCorrection, Duration, Office, Procedure, Sop, Step
from bot.store.inbox import Outcome
from bot.store.runs import StoredRun


class Steering(StrEnum):
    """What the owner can do to a run as a whole. The value names the command."""

    JEDA = "jeda"
    LANJUT = "lanjut"
    BATAL = "batal"


@dataclass(frozen=True, slots=True)
class RoleName:
    """A role as it is printed: "Plt. Kepala Dinas", "Kepala Bidang Penanaman Modal"."""

    title: str
    capacity: Capacity = Capacity.DEFINITIF


@dataclass(frozen=True, slots=True)
class Greeting:
    """Whom a message speaks to: "Yth. Ibu Kasubbag Perencanaan" or "Yth. Bapak Budi"."""

    address: Address
    called: str


@dataclass(frozen=True, slots=True)
class SignedBy:
    """Who confirmed, as what, and when; `recorded_for` names an office outside."""

    name: str
    role: RoleName
    at: datetime
    recorded_for: str | None


@dataclass(frozen=True, slots=True)
class Performer:
    """Somebody whose turn it is, by name and role."""

    name: str
    role: RoleName


@dataclass(frozen=True, slots=True)
class SentBack:
    """Work was sent back from one step to an earlier one, by whom and why."""

    step: Step
    to_step: Step
    reason: str
    by: SignedBy


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier attempt at a step came to: who confirmed it, and the files' names."""

    signed: tuple[SignedBy, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Halt:
    """A run rests, or was given up (`ended`): by whom, since when, why."""

    by: SignedBy
    reason: str
    ended: bool


@dataclass(frozen=True, slots=True)
class NoteLine:
    """What somebody wrote about a step of the run."""

    step: int
    by: SignedBy
    text: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file that somebody attached to a step of the run. `own`: to this very task."""

    step: int
    by: SignedBy
    file: Evidence
    own: bool


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task, as its card tells it to one recipient.

    `mine` is True while the recipient can still confirm it. `rung` is set on a reminder.
    `required` counts everybody who has to confirm, those who have included. `records_for`
    names the office outside for which the recipient only records.
    """

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
    rung: ReminderKind | None = None
    left: Lateness | None = None
    """Working time until the deadline of an open task, None once it has passed."""
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
    """A run under way at a glance. `forecast` is when it will probably end; `halt` says that it
    rests."""

    run: Run
    sop: Sop
    current: tuple[CurrentStep, ...]
    forecast: datetime | None
    halt: Halt | None = None


@dataclass(frozen=True, slots=True)
class StepRow:
    """One confirmed attempt in a summary, with who confirmed it and which repeat it was."""

    figures: StepFigures
    signed: tuple[SignedBy, ...]
    repetitions: int = 0


@dataclass(frozen=True, slots=True)
class MoreTime:
    """More time was asked for a step; `granted` is None while nobody has decided, and `moot`
    says that the step ended before anybody did."""

    step: Step
    amount: Duration
    reason: str
    asked: SignedBy
    granted: bool | None
    decided: SignedBy | None
    moot: bool = False


@dataclass(frozen=True, slots=True)
class Rest:
    """A run rested, by whose word and why; `ended` is who let it go on, and when."""

    by: SignedBy
    reason: str
    ended: SignedBy | None


@dataclass(frozen=True, slots=True)
class Detours:
    """Where a run left the straight way, each in the order in which it came."""

    returns: tuple[SentBack, ...] = ()
    extensions: tuple[MoreTime, ...] = ()
    rests: tuple[Rest, ...] = ()


@dataclass(frozen=True, slots=True)
class SummaryView:
    """A run that has ended: planned and actual, step by step. `halt` where it was given up."""

    greeting: Greeting
    run: Run
    sop: Sop
    rows: tuple[StepRow, ...]
    planned_end: datetime
    late: Lateness | None
    detours: Detours = Detours()
    halt: Halt | None = None


@dataclass(frozen=True, slots=True)
class PartedView:
    """A step of a run in which the recipient has no part any more: nothing is said of it."""

    procedure: Procedure
    year: int
    step: int


@dataclass(frozen=True, slots=True)
class LateView:
    """Somebody else's task is late, or waits for somebody above the recipient."""

    greeting: Greeting
    run: Run
    sop: Sop
    current: CurrentStep
    waiting: bool


@dataclass(frozen=True, slots=True)
class VacantView:
    """A step is open and these roles are held by nobody."""

    greeting: Greeting
    run: Run
    sop: Sop
    step: Step
    task: Task
    roles: tuple[tuple[str, str], ...]
    """Code and name of each vacant role."""


@dataclass(frozen=True, slots=True)
class ReturnedView:
    """What the recipient had confirmed is void: the work was sent back."""

    greeting: Greeting
    run: Run
    sop: Sop
    sent: SentBack


@dataclass(frozen=True, slots=True)
class ReturnQuestionView:
    """Asks why the work is sent back from `step` to `to_step`.

    `others` are the steps to which it could go instead. `fault`: the last answer was no
    reason (see `spoken.reason`).
    """

    run: Run
    step: Step
    to_step: Step
    others: tuple[Step, ...]
    token: str
    fault: bool = False


@dataclass(frozen=True, slots=True)
class ExtensionView:
    """Somebody asks for more time, and the recipient decides.

    `until` is the deadline that the task has, or would have, by it. `decided` is who decided,
    where somebody has; `open` is False where the recipient has nothing to decide, for the task
    is done, its run rests, or somebody else decides by now.
    """

    greeting: Greeting
    run: Run
    sop: Sop
    step: Step
    task: Task
    token: str
    number: int
    extension: Extension
    asked: SignedBy
    until: datetime
    decided: SignedBy | None
    open: bool
    halt: Halt | None = None


@dataclass(frozen=True, slots=True)
class ExtensionQuestionView:
    """Asks how much more time a task needs, with some `choices`; once `amount` is said, why.

    `until` is the deadline that it would have then. `fault`: the last answer was none.
    """

    run: Run
    step: Step
    due_at: datetime
    token: str
    choices: tuple[Duration, ...]
    amount: Duration | None
    until: datetime | None
    fault: bool = False


@dataclass(frozen=True, slots=True)
class SteeringChoiceView:
    """Asks which run is to rest, go on, or end; each with the token that names it."""

    what: Steering
    runs: tuple[tuple[Run, str], ...]


@dataclass(frozen=True, slots=True)
class CancelQuestionView:
    """Asks whether this run is really to be given up."""

    run: RunView
    token: str


@dataclass(frozen=True, slots=True)
class SteeringReasonView:
    """Asks why a run rests, or is given up. `fault`: the last answer was no reason."""

    what: Steering
    run: Run
    fault: bool = False


@dataclass(frozen=True, slots=True)
class ExtensionAnsweredView:
    """More time was granted or declined, by whom."""

    greeting: Greeting
    run: Run
    sop: Sop
    step: Step
    task: Task
    extension: Extension
    decided: SignedBy


@dataclass(frozen=True, slots=True)
class DeadlineChangedView:
    """The calendar changed, and with it the deadline of the recipient's task."""

    greeting: Greeting
    run: Run
    sop: Sop
    step: Step
    task: Task
    was: datetime
    why: str


@dataclass(frozen=True, slots=True)
class RunChangedView:
    """A run rests, goes on, was given up, or is open again. `by` None: nobody's own doing."""

    greeting: Greeting
    run: Run
    sop: Sop
    change: RunChange
    reason: str
    by: SignedBy | None
    current: tuple[CurrentStep, ...]


@dataclass(frozen=True, slots=True)
class TeamNamedView:
    """The recipient is of the run's team, or is so no longer. Names are as spoken."""

    greeting: Greeting
    run: Run
    sop: Sop
    included: bool
    members: tuple[str, ...]
    chair: str | None


class Talk(StrEnum):
    """Conversations by buttons, by the name that their buttons carry."""

    PENJABAT = "pj"
    TIM = "tm"
    SERAH = "sr"


@dataclass(frozen=True, slots=True)
class HandOverView:
    """Asks to whom a role shall be handed over. `people` are id, name and roles."""

    holding_id: int
    role: RoleName
    name: str
    people: tuple[tuple[int, str, tuple[str, ...]], ...]
    page: int


@dataclass(frozen=True, slots=True)
class FillRoleView:
    """Asks who shall hold a vacant role. `people` are id, name and roles."""

    code: str
    role: str
    people: tuple[tuple[int, str, tuple[str, ...]], ...]
    page: int


class TeamStage(StrEnum):
    """What is asked about a team, in this order."""

    MEMBERS = "members"
    CHAIR = "chair"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A run with its team; without one, `members` is empty. `token` names the run."""

    token: str
    run: Run
    members: tuple[str, ...]
    chair: str | None


@dataclass(frozen=True, slots=True)
class TeamsView:
    """/tim: the runs under way that a team works on."""

    rows: tuple[TeamRow, ...]


@dataclass(frozen=True, slots=True)
class TickRow:
    """Somebody who may be of a team, and whether they are ticked."""

    person_id: int
    name: str
    roles: tuple[str, ...]
    ticked: bool


@dataclass(frozen=True, slots=True)
class TeamDraftView:
    """A team in the making. `decree` is number and date of the one it has already."""

    stage: TeamStage
    run: Run
    people: tuple[TickRow, ...]
    page: int
    chair: str | None
    number: str | None
    decree: tuple[str | None, date | None] | None
    today: date
    fault: bool


@dataclass(frozen=True, slots=True)
class TeamSavedView:
    """A run's team as it is now."""

    row: TeamRow


@dataclass(frozen=True, slots=True)
class TeamOfferView:
    """The team's part of a run begins, and the recipient may say who is of it."""

    greeting: Greeting
    run: Run
    token: str


class ActingField(StrEnum):
    """What is asked about an appointment, in this order."""

    PERSON = "person"
    SINCE = "since"
    UNTIL = "until"
    DECREE = "decree"
    DECREE_DATE = "date"


@dataclass(frozen=True, slots=True)
class PostToFill:
    """A post that somebody can stand in for; `holder` None where it is vacant."""

    role: str
    unit: str | None
    title: str
    holder: str | None


@dataclass(frozen=True, slots=True)
class ActingPeriod:
    """Somebody stands in: as what, from when until just before when, by which letter.

    `begun` is False while that lies ahead. `holding_id` is 0 while it is not yet so.
    """

    holding_id: int
    role: RoleName
    name: str
    since: datetime
    until: datetime | None
    decree: str | None
    decree_date: date | None
    begun: bool


@dataclass(frozen=True, slots=True)
class DoubleReviewed:
    """One person would review in all these roles, in the procedures of these codes."""

    roles: tuple[str, ...]
    procedures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostsView:
    """/plh and /plt: who stands in or will, and the posts to choose from."""

    capacity: Capacity
    posts: tuple[PostToFill, ...]
    current: tuple[ActingPeriod, ...]
    page: int


@dataclass(frozen=True, slots=True)
class ActingDraftView:
    """Asks for one more thing about an appointment.

    `people` are id, name and roles of those who may be chosen. `fault` is why the last
    answer was not taken: True where it was not understood, else what was wrong with it.
    """

    field: ActingField
    post: RoleName
    person: str | None
    people: tuple[tuple[int, str, tuple[str, ...]], ...]
    page: int
    today: date
    since: datetime | None
    fault: str | bool | None


@dataclass(frozen=True, slots=True)
class ActingCheckView:
    """All about an appointment is said; asks whether it shall be so.

    `vacant`: nobody holds the post for good.
    """

    period: ActingPeriod
    vacant: bool
    double: tuple[DoubleReviewed, ...]


@dataclass(frozen=True, slots=True)
class ActingEndView:
    """Asks before somebody's standing in is ended early."""

    period: ActingPeriod


@dataclass(frozen=True, slots=True)
class ActingView:
    """Somebody was appointed to stand in, begins to, or does so no longer.

    `by` is who said so, None where the clock did. `official` holds the post for good.
    """

    greeting: Greeting
    stage: ActingStage
    period: ActingPeriod
    by: str | None
    official: str | None
    to_stand_in: bool
    to_official: bool
    open_tasks: int
    double: tuple[DoubleReviewed, ...]
    never_began: bool


@dataclass(frozen=True, slots=True)
class AskFileView:
    """Asks for a file of a task. `fault`: what came was none."""

    procedure: Procedure
    year: int
    step: Step
    fault: bool


@dataclass(frozen=True, slots=True)
class ReceivedView:
    """What became of files that were sent together: names of those that are attached now, the
    others with the reason, and how many are still on their way."""

    procedure: Procedure
    year: int
    step: Step
    kept: tuple[str, ...]
    refused: tuple[tuple[str, Outcome], ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class EvidenceFileView:
    """A file of the run, sent again. `path` is where the archive has it, None if nowhere."""

    procedure: Procedure
    year: int
    line: FileLine
    path: Path | None


@dataclass(frozen=True, slots=True)
class ArchiveFullView:
    """The disk is full, and somebody's file could not be kept."""


@dataclass(frozen=True, slots=True)
class JoinedView:
    """Somebody joined. `holding_id` is what a button can take back, None if nothing."""

    name: str
    role: RoleName | None
    holding_id: int | None
    person_id: int


@dataclass(frozen=True, slots=True)
class AccountMovedView:
    """Somebody has another Telegram account now. `name` None speaks to the old account."""

    name: str | None
    by: str | None
    owner: str


@dataclass(frozen=True, slots=True)
class GrantView:
    """Somebody was given a leading role, by whom."""

    greeting: Greeting
    name: str
    role: RoleName
    by: str | None


@dataclass(frozen=True, slots=True)
class RoleChangedView:
    """The recipient's own role was given or taken away."""

    greeting: Greeting
    role: RoleName
    given: bool


@dataclass(frozen=True, slots=True)
class UnreachableView:
    """Telegram refuses messages to this person, who has so many open tasks.

    `holdings` are what of theirs can be handed over: id and role.
    """

    name: str
    open_tasks: int
    holdings: tuple[tuple[int, RoleName], ...] = ()


@dataclass(frozen=True, slots=True)
class OutageView:
    """The bot was down. `for_admin` says how to word it; `taps_lost` that taps may be lost."""

    since: datetime
    until: datetime
    taps_lost: bool
    for_admin: bool


@dataclass(frozen=True, slots=True)
class FailingView:
    """Deliveries were put aside: how many, and why the last one was."""

    count: int
    error: str


@dataclass(frozen=True, slots=True)
class FaultsView:
    """Unexpected errors came again and again: how many in an hour, and the last one's number."""

    count: int
    number: str


@dataclass(frozen=True, slots=True)
class HeldView:
    """Unsent deliveries of a restored copy wait for the admin's word."""

    count: int


@dataclass(frozen=True, slots=True)
class MenuView:
    """The commands that this person may use: permissions and startable procedures.

    `joined` False is for somebody who has left: they see what everybody sees.
    """

    permissions: frozenset[LegacyPermission]
    procedures: tuple[Procedure, ...]
    joined: bool = True


@dataclass(frozen=True, slots=True)
class TasksView:
    """The recipient's open tasks, the most urgent first; `resting` wait for their run to go on."""

    tasks: tuple[TaskView, ...]
    resting: tuple[TaskView, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusView:
    """Runs under way; `whole_office` or only those the recipient has a part in."""

    runs: tuple[RunView, ...]
    whole_office: bool
    groups: tuple[UnitGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """The runs of a procedure for the units of the office: how many of how many have ended,
    how many of those under way are late, and how many of those the recipient may see."""

    procedure: Procedure
    year: int
    done: int
    total: int
    late: int
    shown: int


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit's run: under way, or finished at `finished_at`."""

    unit: str
    running: RunView | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ByUnitView:
    """What the runs of a procedure for the units of the office stand at, one by one."""

    procedure: Procedure
    year: int
    rows: tuple[UnitRow, ...]


@dataclass(frozen=True, slots=True)
class UnitsView:
    """A procedure that runs once for each unit was begun, or (not `begun`) may be.

    Names of units: opened or to be opened, left alone because their run is under way, or
    because it has ended.
    """

    procedure: Procedure
    year: int
    to_open: tuple[str, ...]
    running: tuple[str, ...]
    done: tuple[str, ...]
    begun: bool


@dataclass(frozen=True, slots=True)
class HistoryView:
    """Finished runs, the newest first."""

    rows: tuple[SummaryView, ...]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A run of which there is a report. `done` of `steps` steps stand confirmed."""

    run_id: int
    procedure: Procedure
    year: int
    unit: str | None
    """What the unit is called that it is for, None where it is for the whole office."""
    status: RunStatus
    finished_at: datetime | None
    done: int


@dataclass(frozen=True, slots=True)
class ReportsView:
    """Runs to choose from, whatever became of them, the newest first."""

    rows: tuple[ReportRow, ...]


@dataclass(frozen=True, slots=True)
class PeriodsView:
    """Semesters (or years) to have a report of, the newest first."""

    semesters: bool
    periods: tuple[ReportPeriod, ...]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document to be set and sent as a file, or as a picture."""

    document: Document
    format: Format


@dataclass(frozen=True, slots=True)
class SopListView:
    """Every SOP of the office, to choose from."""

    sops: tuple[Sop, ...]


@dataclass(frozen=True, slots=True)
class SopView:
    """One SOP as signed, from the procedure asked for; `role_names` translate its roles."""

    sop: Sop
    procedure: Procedure
    role_names: dict[str, str]


@dataclass(frozen=True, slots=True)
class HelpView:
    """What this person can do. `roles` are theirs as printed."""

    greeting: Greeting
    roles: tuple[RoleName, ...]
    permissions: frozenset[LegacyPermission]
    procedures: tuple[Procedure, ...]


@dataclass(frozen=True, slots=True)
class StartMenuView:
    """The procedures that can be started, with the year each would be for."""

    choices: tuple[tuple[Procedure, int], ...]


@dataclass(frozen=True, slots=True)
class StartQuestionView:
    """Asks before starting: a year was chosen by default, or runs for it are under way.

    `seen` is the newest run under way, None where there is none; `running` lacks those that
    cannot be read.
    """

    procedure: Procedure
    year: int
    running: tuple[RunView, ...]
    seen: int | None


@dataclass(frozen=True, slots=True)
class StartedView:
    """A run has begun; what comes first and who has it."""

    run: Run
    sop: Sop
    current: tuple[CurrentStep, ...]
    forecast: datetime | None


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person with what they hold; `removable` and `admin` say which buttons to show."""

    person: Person
    holdings: tuple[tuple[Holding, RoleName], ...]
    open_tasks: int
    removable: bool


@dataclass(frozen=True, slots=True)
class PeopleView:
    """Everybody who joined, and the roles that nobody holds."""

    people: tuple[PersonView, ...]
    vacant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleMenuView:
    """Roles to choose from (code and name), or, once `role` is chosen, its units.

    `person_id` None chooses for an invitation; else it is who will be given the role.
    """

    choices: tuple[tuple[str, str], ...]
    role: str | None = None
    role_name: str | None = None
    person_id: int | None = None
    person_name: str | None = None


@dataclass(frozen=True, slots=True)
class InvitationView:
    """A fresh invitation. `code` is the only copy: it is stored nowhere.

    `role` is what it is for; None where it brings `moves`, who has joined, to another account.
    """

    code: str
    role: RoleName | None
    expires_at: datetime
    moves: str | None = None


@dataclass(frozen=True, slots=True)
class AskAddressView:
    """Welcome; asks Bapak or Ibu. `role` is what the invitation was for."""

    role: RoleName | None


@dataclass(frozen=True, slots=True)
class AskNameView:
    """Asks for the official name with titles. `fault`: the last answer was no name (3 to 100
    signs, with letters among them).

    `of` is whose name is asked for, None for the asked person's own.
    """

    address: Address | None
    fault: bool = False
    of: str | None = None


@dataclass(frozen=True, slots=True)
class WelcomeView:
    """The person has joined and can begin."""

    greeting: Greeting
    roles: tuple[RoleName, ...]
    open_tasks: int


class Refused(StrEnum):
    """Why something was refused, with the facts its sentence gets."""

    OUTSIDER = "outsider"  # owner: title of the post to ask
    STILL_JOINING = "still_joining"
    PRIVATE_ONLY = "private_only"
    NOT_ALLOWED = "not_allowed"  # who: titles of those who may
    UNKNOWN_COMMAND = "unknown_command"
    FREE_TEXT = "free_text"
    TOO_MANY_ARGUMENTS = "too_many_arguments"  # usage
    UNEXPECTED = "unexpected"  # number
    UNKNOWN_TASK = "unknown_task"
    NOT_YOURS = "not_yours"  # roles: whose step it is
    ALREADY_YOURS = "already_yours"  # at: datetime of the own confirmation
    ALREADY_DONE = "already_done"  # name, at
    OVERTAKEN = "overtaken"
    UNKNOWN_PROCEDURE = "unknown_procedure"  # text, known: the codes
    BAD_YEAR = "bad_year"  # text, example: a year that would do
    YEAR_OUT_OF_RANGE = "year_out_of_range"  # year, first, last
    START_CHANGED = "start_changed"
    NOBODY_IN_UNITS = "nobody_in_units"  # role: its title, code
    UNKNOWN_ROLE = "unknown_role"  # text, known: the codes
    ROLE_OUTSIDE = "role_outside"  # role: its title
    UNKNOWN_UNIT = "unknown_unit"  # text, known: the codes
    UNIT_NOT_WANTED = "unit_not_wanted"  # role: its title
    INVITATION_UNKNOWN = "invitation_unknown"  # owner
    INVITATION_USED = "invitation_used"  # owner
    INVITATION_EXPIRED = "invitation_expired"  # owner
    ALREADY_HELD = "already_held"  # role: its title
    ACCOUNT_SAME = "account_same"
    ACCOUNT_TAKEN = "account_taken"
    NOTHING_ASKED = "nothing_asked"
    STOOD_IN = "stood_in"  # name, role: as which that one stands in
    ACTING_OWN_POST = "acting_own_post"
    ACTING_TAKEN = "acting_taken"  # name, role
    ACTING_DATES = "acting_dates"
    ACTING_OVER = "acting_over"
    HOLDING_GONE = "holding_gone"
    PERSON_GONE = "person_gone"
    ADMIN_ONLY = "admin_only"
    LAST_ADMIN = "last_admin"
    BUTTON_OLD = "button_old"
    NOTE_EMPTY = "note_empty"
    NOTE_TOO_LONG = "note_too_long"  # length, most
    NOTE_TOO_LATE = "note_too_late"
    NOTES_FULL = "notes_full"
    FREE_FILE = "free_file"
    FILE_KIND = "file_kind"
    FILE_TOO_LATE = "file_too_late"
    FILES_FULL = "files_full"
    NO_FILES = "no_files"
    FILE_UNDER_WAY = "file_under_way"
    UNKNOWN_RUN = "unknown_run"  # text, known: numbers of runs
    UNKNOWN_REPORT = "unknown_report"  # text
    UNKNOWN_FORMAT = "unknown_format"  # text, known
    UNKNOWN_PERIOD = "unknown_period"  # text, known: periods
    NOT_MADE = "not_made"
    CANNOT_RETURN = "cannot_return"
    REASON_MISSING = "reason_missing"
    EVIDENCE_MISSING = "evidence_missing"  # output: what the SOP calls it
    NOTHING_TO_UNDO = "nothing_to_undo"
    UNDO_TOO_LATE = "undo_too_late"
    NEXT_HAS_ACTED = "next_has_acted"
    EXTENSION_PENDING = "extension_pending"
    EXTENSION_DECIDED = "extension_decided"  # name: who decided
    EXTENSION_MOOT = "extension_moot"
    NOBODY_DECIDES = "nobody_decides"
    RUN_PAUSED = "run_paused"  # name: who let it rest
    RUN_OVER = "run_over"
    NOT_PAUSED = "not_paused"
    NOTHING_TO_PAUSE = "nothing_to_pause"
    NOTHING_PAUSED = "nothing_paused"
    EMPTY_TEAM = "empty_team"
    MEMBER_GONE = "member_gone"
    TEAM_CHANGED = "team_changed"
    ALREADY_ATTACHED = "already_attached"


Fact = str | int | datetime | None


@dataclass(frozen=True, slots=True)
class RefusedView:
    """Something was refused, and nothing was changed."""

    reason: Refused
    facts: dict[str, Fact]


class Done(StrEnum):
    """Something small that was done, with the facts its sentence gets."""

    SNOOZED = "snoozed"  # until: datetime
    NAME_CHANGED = "name_changed"  # name
    ADDRESS_CHANGED = "address_changed"  # name
    ROLE_GIVEN = "role_given"  # name, role
    HANDED_OVER = "handed_over"  # role, name: who has it now
    ROLE_TAKEN = "role_taken"  # name, role
    REMOVED = "removed"  # name
    QUESTION_LEFT = "question_left"
    UNDONE = "undone"  # step
    RETURNED = "returned"  # step, to
    EXTENSION_ASKED = "extension_asked"  # amount, who decides
    EXTENSION_GRANTED = "extension_granted"  # step, until
    EXTENSION_DECLINED = "extension_declined"  # step, until
    RUN_PAUSED = "run_paused"  # run
    RUN_RESUMED = "run_resumed"  # run
    RUN_CANCELLED = "run_cancelled"  # run
    NOTED = "noted"  # step
    FILE_AWAITED = "file_awaited"
    FILES_COMING = "files_coming"  # count
    HELD_SENT = "held_sent"  # count
    HELD_DROPPED = "held_dropped"  # count
    DOCUMENT_ORDERED = "document_ordered"


@dataclass(frozen=True, slots=True)
class DoneView:
    """Something small was done."""

    what: Done
    facts: dict[str, Fact]


@dataclass(frozen=True, slots=True)
class ConfirmedView:
    """The asker's confirmation is on record.

    `closed` is False while an all-must-confirm step waits for others. `next_step` is what
    comes now, None if it is the run's end or others have to confirm first.
    """

    step: Step
    closed: bool
    confirmed: int
    required: int
    finished: bool
    next_step: Step | None
    next_performers: tuple[Performer, ...]


@dataclass(frozen=True, slots=True)
class DigestView:
    """The morning's overview: the recipient's open tasks, the most urgent first, and the runs
    under way where the recipient watches over the office."""

    greeting: Greeting
    day: date
    tasks: tuple[TaskView, ...]
    office: tuple[RunView, ...]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One run in a group's news: what was done since, and how it stands."""

    run: Run
    started: bool
    closed: tuple[Step, ...]
    current: tuple[CurrentStep, ...]


@dataclass(frozen=True, slots=True)
class GroupNewsView:
    """What happened, for a group."""

    rows: tuple[GroupRow, ...]


@dataclass(frozen=True, slots=True)
class GroupLinkedView:
    """A group is told of this (None: of the whole office), or is so no longer."""

    procedure: Procedure | None
    linked: bool


@dataclass(frozen=True, slots=True)
class GroupsView:
    """The linked groups: title, and what each is told of (None: of the whole office)."""

    groups: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class GroupLostView:
    """A group takes no messages any more."""

    greeting: Greeting
    title: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """It is time to start a procedure. `ends` is when it would end if begun now, `last` the
    day by which the law wants it finished."""

    greeting: Greeting
    procedure: Procedure
    year: int
    day: date
    ends: datetime
    last: date | None


@dataclass(frozen=True, slots=True)
class LegalDateView:
    """A run will not be finished by its legal date; `days` working days are left until it."""

    greeting: Greeting
    run: Run
    sop: Sop
    current: tuple[CurrentStep, ...]
    ends: datetime
    last: date
    days: int


@dataclass(frozen=True, slots=True)
class DigestSettingView:
    """Whether the reader gets the morning's overview."""

    on: bool


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day that is off, or that an admin has spoken about: `word` is what was said.

    `estimated`: its date is not settled yet.
    """

    day: date
    name: str
    word: DayCorrection | None
    estimated: bool


@dataclass(frozen=True, slots=True)
class HolidaysView:
    """The days off of the year ahead, and what the admins have said, in order."""

    rows: tuple[DayRow, ...]


class DayStage(StrEnum):
    """What of a day is asked for."""

    DAY = "day"
    NAME = "name"
    BASIS = "basis"


class DayFault(StrEnum):
    """Why an answer about a day was not taken."""

    UNREAD = "unread"
    TOO_FAR = "too_far"
    OFF_ALREADY = "off_already"
    WORKS_ALREADY = "works_already"
    NO_NAME = "no_name"
    NO_BASIS = "no_basis"


@dataclass(frozen=True, slots=True)
class HolidayQuestionView:
    """Asks for the day that is to be a working day or a holiday, its name, or its decree.

    `text` is the answer that was not taken, because of `fault`.
    """

    working: bool
    stage: DayStage
    day: date | None = None
    name: str | None = None
    fault: DayFault | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class RevokeQuestionView:
    """Asks before an admin's word on a day is taken back."""

    word: DayCorrection


@dataclass(frozen=True, slots=True)
class HolidaySetView:
    """A day became a holiday or a working day, or the word on it was taken back."""

    word: DayCorrection
    revoked: bool


@dataclass(frozen=True, slots=True)
class DetailView:
    """A task with the way that led to it (`rows`) and the end in sight."""

    task: TaskView
    rows: tuple[StepRow, ...]
    forecast: datetime | None
    detours: Detours = Detours()


@dataclass(frozen=True, slots=True)
class RemoveQuestionView:
    """Asks before somebody is removed."""

    person: Person
    roles: tuple[RoleName, ...]
    open_tasks: int


View = (
    TaskView
    | PartedView
    | SummaryView
    | LateView
    | VacantView
    | ReturnedView
    | ReturnQuestionView
    | ExtensionView
    | ExtensionAnsweredView
    | ExtensionQuestionView
    | SteeringChoiceView
    | CancelQuestionView
    | SteeringReasonView
    | DeadlineChangedView
    | RunChangedView
    | TeamNamedView
    | HandOverView
    | FillRoleView
    | TeamsView
    | TeamDraftView
    | TeamSavedView
    | TeamOfferView
    | PostsView
    | ActingDraftView
    | ActingCheckView
    | ActingEndView
    | ActingView
    | AskFileView
    | ReceivedView
    | EvidenceFileView
    | ArchiveFullView
    | JoinedView
    | AccountMovedView
    | GrantView
    | RoleChangedView
    | UnreachableView
    | OutageView
    | FailingView
    | FaultsView
    | HeldView
    | MenuView
    | TasksView
    | StatusView
    | ByUnitView
    | UnitsView
    | HistoryView
    | ReportsView
    | PeriodsView
    | DocumentView
    | SopListView
    | SopView
    | HelpView
    | StartMenuView
    | StartQuestionView
    | StartedView
    | PersonView
    | PeopleView
    | RoleMenuView
    | InvitationView
    | AskAddressView
    | AskNameView
    | WelcomeView
    | RefusedView
    | DoneView
    | ConfirmedView
    | DetailView
    | RemoveQuestionView
    | DigestView
    | DigestSettingView
    | GroupNewsView
    | GroupLinkedView
    | GroupsView
    | GroupLostView
    | ProposalView
    | LegalDateView
    | HolidaysView
    | HolidayQuestionView
    | RevokeQuestionView
    | HolidaySetView
)


def role_name(
    office: Office, role: str, unit: str | None, capacity: Capacity = Capacity.DEFINITIF
) -> RoleName:
    """A role as it is printed, by the unit's own title where the holder heads a unit."""
    title = office.known(role).name
    if unit is not None:
        known = next((u for u in office.units if u.code == unit), None)
        if known is not None:
            title = known.head_title if known.head_role == role else f"{title} {known.name}"
    return RoleName(title, capacity)


def greeting(
    office: Office, person: Person, staff: Staff, acts_in: Holding | None = None
) -> Greeting:
    """How a message opens: by the title of a leading post, else by name.

    `acts_in` is the holding that the message is about: its title goes before others.
    """
    held = staff.holdings_of(person.id)
    first = (acts_in, *held) if acts_in else held
    titled = next((h for h in first if office.known(h.role).by_title), None)
    if titled is None:
        return Greeting(person.address, person.name)
    name = role_name(office, titled.role, titled.unit, titled.capacity)
    return Greeting(person.address, printed(name))


def printed(role: RoleName) -> str:
    """With the capacity in front: "Plt. Kepala Dinas"."""
    prefix = {Capacity.DEFINITIF: "", Capacity.PLT: "Plt. ", Capacity.PLH: "Plh. "}
    return prefix[role.capacity] + role.title


def signed(
    office: Office, names: dict[int, str], confirmations: Iterable[Confirmation]
) -> tuple[SignedBy, ...]:
    """Confirmations with the names and roles behind them."""
    return tuple(
        SignedBy(
            names.get(c.person_id, "—"),
            role_name(office, c.role, c.unit, c.capacity),
            c.at,
            office.known(c.recorded_for).name if c.recorded_for else None,
        )
        for c in confirmations
    )


def acted(office: Office, names: dict[int, str], by: By, at: datetime) -> SignedBy:
    """Who did something, as what, and when. An admin without a role is called so."""
    role = (
        role_name(office, by.role, by.unit, by.capacity) if by.role else RoleName("Administrator")
    )
    return SignedBy(names.get(by.person_id, "—"), role, at, None)


def sent_back(
    office: Office, names: dict[int, str], run: Run, task: Task | None
) -> SentBack | None:
    """How a task was sent back, or None where it was not."""
    if task is None or task.returned is None:
        return None
    given, step = task.returned, run.step_of(task)
    by = acted(office, names, given.by, given.at)
    office_outside = outside(step, office)
    if office_outside and given.by.role not in step.roles:
        by = replace(by, recorded_for=office.known(office_outside).name)
    return SentBack(step, run.procedure.step(given.to_step), given.reason, by)


def halt(office: Office, names: dict[int, str], run: Run) -> Halt | None:
    """Why nothing is to be done about a run now, or ever; None where it goes its way."""
    if run.cancelled is not None:
        given = run.cancelled
        return Halt(acted(office, names, given.by, given.at), given.reason, ended=True)
    if run.pause is not None:
        rest = run.pause
        return Halt(acted(office, names, rest.by, rest.since), rest.reason, ended=False)
    return None


def detours(office: Office, names: dict[int, str], run: Run) -> Detours:
    """Where a run left the straight way."""

    def who(by: By | None, at: datetime | None) -> SignedBy | None:
        return acted(office, names, by, at) if by and at else None

    returns = [sent_back(office, names, run, task) for task in run.tasks]
    wishes = sorted(
        ((wish, task) for task in run.tasks for wish in task.extensions),
        key=lambda asked: asked[0].at,
    )
    return Detours(
        tuple(sorted((r for r in returns if r), key=lambda r: r.by.at)),
        tuple(
            MoreTime(
                run.step_of(task),
                wish.amount,
                wish.reason,
                acted(office, names, wish.by, wish.at),
                wish.granted,
                who(wish.decided_by, wish.decided_at),
                moot=wish.granted is None and not task.is_open,
            )
            for wish, task in wishes
        ),
        tuple(
            Rest(
                acted(office, names, rest.by, rest.since),
                rest.reason,
                who(rest.ended_by, rest.until),
            )
            for rest in run.pauses
        ),
    )


def step_row(run: Run, row: StepFigures, office: Office, names: dict[int, str]) -> StepRow:
    """One confirmed attempt, with who confirmed it."""
    confirmed = signed(office, names, row.task.confirmations)
    return StepRow(row, confirmed, run.repetitions(row.task))


def performers(
    run: Run, step: Step, state: OfficeState, task: Task | None = None
) -> tuple[Performer, ...]:
    """Everybody whose turn it is at a step, with the role that makes it theirs.

    Of an open `task`, only those who have not confirmed it yet.
    """
    people = assignees(run, step, state) if task is None else missing(run, task, state)
    found = []
    for person_id in people:
        person = state.staff.person(person_id)
        holding = acts_as(run, step, person_id, state)
        if person and holding:
            name = role_name(state.office, holding.role, holding.unit, holding.capacity)
            found.append(Performer(person.called, name))
    return tuple(found)


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


def run_view(stored: StoredRun, now: datetime, state: OfficeState) -> RunView:
    """A run under way at a glance."""
    run = stored.run
    return RunView(
        run,
        stored.sop,
        tuple(current_step(run, task, now, state) for task in run.current),
        metrics.forecast(run, now, state.calendar),
        halt(state.office, {p.id: p.called for p in state.staff.people.values()}, run),
    )


def task_view(
    stored: StoredRun,
    task: Task,
    person: Person,
    now: datetime,
    state: OfficeState,
    names: dict[int, str],
    rung: ReminderKind | None = None,
) -> TaskView:
    """A task as its card tells it to `person`."""
    run = stored.run
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
    outsider = outside(step, state.office)
    own_roles = state.staff.roles_of(person.id)
    before = run.previous(task)
    return TaskView(
        greeting=greeting(state.office, person, state.staff, acts_as(run, step, person.id, state)),
        run_id=run.id,
        sop=stored.sop,
        procedure=run.procedure,
        year=run.year,
        step=step,
        task=task,
        token=stored.tokens[(task.step, task.attempt)],
        mine=run.pause is None and task.is_open and person.id in people,
        signed=signed(state.office, names, task.confirmations),
        performers=everybody,
        required=len({*people, *confirmed}),
        records_for=state.office.known(outsider).name
        if outsider and not own_roles & set(step.roles)
        else None,
        late=metrics.late(run, task, now, state.calendar),
        rung=rung,
        left=metrics.lateness(now, task.due_at, state.calendar) if task.is_open else None,
        unit=state.office.unit_name(run.unit) if run.unit is not None else None,
        repetitions=run.repetitions(task),
        correction=sent_back(state.office, names, run, run.correction(task)),
        earlier=Earlier(
            signed(state.office, names, before.confirmations),
            tuple(file.name for file in before.evidence),
        )
        if before
        else None,
        sent_back=sent_back(state.office, names, run, task),
        halt=halt(state.office, names, run),
        undoable=engine.may_undo(run, task, person.id, now),
        asks_time=task.is_open and task.pending_extension is not None,
        notes=_notes(run, task, state.office, names),
        files=_files(run, task, state.office, names),
    )


def _notes(run: Run, task: Task, office: Office, names: dict[int, str]) -> tuple[NoteLine, ...]:
    found = run.notes if task.is_open else tuple((task, note) for note in task.notes)
    return tuple(
        NoteLine(about.step, acted(office, names, note.by, note.at), note.text)
        for about, note in found
    )


def _files(run: Run, task: Task, office: Office, names: dict[int, str]) -> tuple[FileLine, ...]:
    found = run.documents if task.is_open else tuple((task, file) for file in task.evidence)
    return tuple(file_line(owner, file, office, names, of=task) for owner, file in found)


def file_line(
    owner: Task, file: Evidence, office: Office, names: dict[int, str], of: Task | None = None
) -> FileLine:
    """A file of the task `owner`, as the task `of` tells of it."""
    own = of is not None and (owner.step, owner.attempt) == (of.step, of.attempt)
    return FileLine(owner.step, acted(office, names, file.by, file.at), file, own)


def summary_view(
    stored: StoredRun, person: Person, state: OfficeState, names: dict[int, str]
) -> SummaryView:
    """A finished run: planned against actual."""
    run = stored.run
    planned = metrics.planned_end(run, state.calendar)
    return SummaryView(
        greeting(state.office, person, state.staff),
        run,
        stored.sop,
        tuple(
            step_row(run, row, state.office, names) for row in metrics.steps(run, state.calendar)
        ),
        planned,
        metrics.lateness(planned, run.finished_at, state.calendar) if run.finished_at else None,
        detours(state.office, names, run),
        halt(state.office, names, run),
    )
