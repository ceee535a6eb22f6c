"""Notices: facts that people are told, not sentences.

The text of a notice is rendered when it is sent, from the state at that moment.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.notice import Notice as Notice
from bot.domain.reminders import ReminderKind
from bot.domain.run import By, Capacity


@dataclass(frozen=True, slots=True)
class TaskCard(Notice, kind="task_card", key="card:{task}", live=True):
    """A task is the recipient's to do: the card with its buttons."""


@dataclass(frozen=True, slots=True)
class TaskReminder(Notice, kind="task_reminder", live=True, in_office_hours=True):
    """A task still waits for the recipient. A live card. `rung`, in stored JSON, is the kind."""

    rung: ReminderKind


@dataclass(frozen=True, slots=True)
class TaskDetail(Notice, kind="task_detail", live=True):
    """The recipient asked for everything about a task. A live card: it can be confirmed there."""


@dataclass(frozen=True, slots=True)
class ConfirmOffered(Notice, kind="confirm_offered", live=True):
    """The recipient wrote that a task is done, which records nothing: its button is offered."""


@dataclass(frozen=True, slots=True)
class TaskLate(Notice, kind="task_late", live=True, in_office_hours=True):
    """Somebody else's task is late, and the recipient should know: a live escalation.

    `waiting` is True where the recipient stands below the one who is late, or that one is
    outside the office: then it says only that the office waits.
    """

    waiting: bool


@dataclass(frozen=True, slots=True)
class PerformersCalled(
    Notice, kind="performers_called", key="called:{task}:{second}", live=True, in_office_hours=True
):
    """Somebody who leads, `by`, reminds the recipient of a task. A live card."""

    by: By
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteTold(
    Notice, kind="note_told", key="note:{task}:{notice.number}:{notice.edit}", in_office_hours=True
):
    """A note, or an arahan, was left on the task: the one of this `number`, from 0. `edit` is 0,
    or which edit of it this tells of: its second since 1970."""

    number: int
    edit: int = 0


@dataclass(frozen=True, slots=True)
class TasksWaiting(Notice, kind="tasks_waiting", in_office_hours=True):
    """Several tasks, by their ids, wait for the recipient, and are reminded of at one moment."""

    tasks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TasksLate(Notice, kind="tasks_late", live=True, in_office_hours=True):
    """Several of somebody else's tasks are late, and the recipient should know of all of them."""


@dataclass(frozen=True, slots=True)
class RoleVacant(Notice, kind="role_vacant", key="vacant:{task}:{notice.which}:{second}"):
    """A step is open and nobody holds these of its roles."""

    roles: tuple[str, ...]

    @property
    def which(self) -> str:
        """The digest of the roles, for the key."""
        return hashlib.sha256("+".join(self.roles).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class RolesVacant(Notice, kind="roles_vacant"):
    """Several open steps, by the ids of their tasks, wait for roles that nobody holds."""

    tasks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RunSummary(Notice, kind="run_summary", key="summary:{run}:{second}"):
    """A run has reached its end. It may do so again, after its last confirmation was undone."""


@dataclass(frozen=True, slots=True)
class WorkReturned(Notice, kind="work_returned", key="returned:{task}"):
    """The work was sent back by a later reviewer: what the recipient had a part in is void."""


@dataclass(frozen=True, slots=True)
class ExtensionRequested(
    Notice, kind="extension_requested", key="extension:{task}:{notice.number}", live=True
):
    """The recipient decides about the task's extension of this `number`, from 0. A live card."""

    number: int


@dataclass(frozen=True, slots=True)
class ExtensionAnswered(
    Notice,
    kind="extension_answered",
    key="extended:{task}:{notice.number}:{notice.taken_back}:{second}",
):
    """The task's extension of this number was granted or declined, or the refusal taken back."""

    number: int
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class DeadlineChanged(Notice, kind="deadline_changed"):
    """The calendar changed, and the recipient's task is due at another moment than `was`."""

    was: datetime
    why: str

    def key(self, run_id: int, task_id: int | None, at: datetime) -> str:
        # Two changes of the calendar may come in one second.
        return f"moved:{task_id}:{int(self.was.timestamp())}:{int(at.timestamp())}"


class RunChange(StrEnum):
    """A change of a run's status."""

    DIJEDA = "dijeda"
    DILANJUTKAN = "dilanjutkan"
    DIBATALKAN = "dibatalkan"
    DIBUKA = "dibuka"
    DITARIK = "ditarik"


@dataclass(frozen=True, slots=True)
class RunChanged(Notice, kind="run_changed", key="changed:{run}:{notice.change}:{second}"):
    """A run was paused, resumed, cancelled, or reopened after it was finished; or its start was
    taken back (`DITARIK`)."""

    change: RunChange
    at: datetime


@dataclass(frozen=True, slots=True)
class TeamNamed(Notice, kind="team_named", key="team:{run}:{notice.included}:{second}"):
    """The recipient joined a run's team, or left it."""

    included: bool


@dataclass(frozen=True, slots=True)
class TeamOffered(Notice, kind="team_offered", key="offer:{task}"):
    """The first team step of a run begins; the recipient may choose the team."""


class ActingStage(StrEnum):
    """A change of a stand-in's appointment."""

    DITETAPKAN = "ditetapkan"
    MULAI = "mulai"
    BERAKHIR = "berakhir"


@dataclass(frozen=True, slots=True)
class ActingChanged(Notice, kind="acting_changed"):
    """Somebody was appointed to stand in by this holding, begins to, or does so no longer.

    `by` is who appointed or ended it, None where the clock did.
    """

    holding_id: int
    stage: ActingStage
    by: int | None = None


@dataclass(frozen=True, slots=True)
class ActingEnding(Notice, kind="acting_ending", in_office_hours=True):
    """To whoever appoints: this Plt. ends soon, and nobody follows yet."""

    holding_id: int


@dataclass(frozen=True, slots=True)
class EvidenceFile(Notice, kind="evidence_file"):
    """The recipient asked for the files of a run: this is the one with this content."""

    sha256: str


@dataclass(frozen=True, slots=True)
class ArchiveFull(Notice, kind="archive_full"):
    """To the admin: a file could not be kept, for the disk is full."""


@dataclass(frozen=True, slots=True)
class PersonJoined(Notice, kind="person_joined"):
    """Somebody joined by the recipient's invitation; the recipient may take it back."""

    person_id: int
    holding_id: int | None
    role: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class AccountMoved(Notice, kind="account_moved"):
    """Somebody has another Telegram account now, by the invitation of `by`."""

    person_id: int
    by: int | None


@dataclass(frozen=True, slots=True)
class LeadingRoleGranted(Notice, kind="leading_role_granted"):
    """Somebody was given a leading role."""

    person_id: int
    role: str
    unit: str | None
    capacity: Capacity
    by: int | None


@dataclass(frozen=True, slots=True)
class RoleChanged(Notice, kind="role_changed"):
    """The recipient's own roles changed: one was given, or taken away."""

    role: str
    unit: str | None
    given: bool


@dataclass(frozen=True, slots=True)
class ProfileCorrected(Notice, kind="profile_corrected"):
    """The recipient's name or form of address was corrected by somebody else."""

    by: int


@dataclass(frozen=True, slots=True)
class PersonUnreachable(Notice, kind="person_unreachable"):
    """Telegram refuses messages to this person, who may have open tasks."""

    person_id: int


@dataclass(frozen=True, slots=True)
class BotWasDown(Notice, kind="bot_was_down"):
    """The bot was not running then. `taps_lost`: for longer than Telegram keeps taps."""

    since: datetime
    until: datetime
    taps_lost: bool


@dataclass(frozen=True, slots=True)
class TapsMissing(Notice, kind="taps_missing"):
    """To a person with open tasks, after a long outage: taps of that time may be lost."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class DeliveriesFailing(Notice, kind="deliveries_failing"):
    """To the admin: deliveries that were given up, and the error of the last one."""

    count: int
    error: str


@dataclass(frozen=True, slots=True)
class FaultsRepeated(Notice, kind="faults_repeated"):
    """To the admin: unexpected errors again and again; `number` is the last one's in the log."""

    count: int
    number: str


@dataclass(frozen=True, slots=True)
class DeliveriesHeld(Notice, kind="deliveries_held"):
    """To the admin, after a restore: unsent messages of the copy wait for a decision."""

    count: int


@dataclass(frozen=True, slots=True)
class DayDigest(Notice, kind="day_digest"):
    """The recipient's tasks of this day, and for some the office's picture."""

    day: date


@dataclass(frozen=True, slots=True)
class StartProposed(Notice, kind="start_proposed"):
    """To the owner: it is time to start this procedure for this fiscal year.

    `day` is the one that the data names, before any holiday put it off.
    """

    code: str
    year: int
    day: date


@dataclass(frozen=True, slots=True)
class LegalDateAtRisk(Notice, kind="legal_date_at_risk"):
    """By its forecast the run will not be finished by the day that the law names."""


@dataclass(frozen=True, slots=True)
class GroupLinked(Notice, kind="group_linked"):
    """To a group: it gets news of this procedure (None: of the whole office), or no longer."""

    procedure: str | None
    linked: bool


@dataclass(frozen=True, slots=True)
class GroupNews(Notice, kind="group_news"):
    """To a group: news from the journal after the line `since`, up to and with `until`.

    `morning`: the first of its day, which names all that is late.
    """

    since: int
    until: int
    morning: bool


@dataclass(frozen=True, slots=True)
class GroupLost(Notice, kind="group_lost"):
    """To the owner: a group that got news of this refuses messages."""

    title: str
    procedure: str | None


@dataclass(frozen=True, slots=True)
class CommandMenu(Notice, kind="command_menu", live=True):
    """The recipient's command menu has to be set again."""


@dataclass(frozen=True, slots=True)
class Reply(Notice, kind="reply"):
    """The answer to what the recipient just asked: a view, by name, with its arguments."""

    view: str
    args: dict[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Addressed:
    """A notice, the people it is for, and its task, if any. `silent`: without a sound."""

    notice: Notice
    to: tuple[int, ...]
    step: int | None = None
    attempt: int | None = None
    silent: bool = False
