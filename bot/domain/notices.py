"""What somebody is to be told: facts, not sentences.

A notice names what happened; who it is for stands beside it, and the words are made at
the moment of sending, from the state at that moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from bot.domain.reminders import ReminderKind
from bot.domain.run import Capacity


@dataclass(frozen=True, slots=True)
class TaskCard:
    """A task is the recipient's to do: the card with its buttons."""

    kind: Literal["task_card"] = "task_card"


@dataclass(frozen=True, slots=True)
class TaskReminder:
    """A task still waits for the recipient. A live card too."""

    rung: ReminderKind
    kind: Literal["task_reminder"] = "task_reminder"


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """The recipient asked for everything about a task. A live card too, for it can be
    confirmed there."""

    kind: Literal["task_detail"] = "task_detail"


@dataclass(frozen=True, slots=True)
class TaskLate:
    """Somebody else's task is late, and the recipient should know.

    `waiting` is True where the recipient stands below the one who is late, or that one is
    outside the office: then it says only that the office waits.
    """

    waiting: bool
    kind: Literal["task_late"] = "task_late"


@dataclass(frozen=True, slots=True)
class RoleVacant:
    """A step is open and nobody holds these of its roles."""

    roles: tuple[str, ...]
    kind: Literal["role_vacant"] = "role_vacant"


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run has reached its end."""

    kind: Literal["run_summary"] = "run_summary"


@dataclass(frozen=True, slots=True)
class WorkReturned:
    """What the recipient had confirmed is void: the work was sent back by a later reviewer."""

    kind: Literal["work_returned"] = "work_returned"


@dataclass(frozen=True, slots=True)
class ExtensionRequested:
    """Somebody asks for more time, and the recipient decides. A live card.

    `number` is that of the task's extension, from 0.
    """

    number: int
    kind: Literal["extension_requested"] = "extension_requested"


@dataclass(frozen=True, slots=True)
class ExtensionAnswered:
    """The task's extension of this number was granted or declined."""

    number: int
    kind: Literal["extension_answered"] = "extension_answered"


@dataclass(frozen=True, slots=True)
class DeadlineChanged:
    """The calendar changed, and the recipient's task is due at another moment than `was`."""

    was: datetime
    why: str
    kind: Literal["deadline_changed"] = "deadline_changed"


class RunChange(StrEnum):
    """What happened to a run as a whole."""

    DIJEDA = "dijeda"
    DILANJUTKAN = "dilanjutkan"
    DIBATALKAN = "dibatalkan"
    DIBUKA = "dibuka"


@dataclass(frozen=True, slots=True)
class RunChanged:
    """A run rests, goes on, was given up, or is open again although it was finished."""

    change: RunChange
    at: datetime
    kind: Literal["run_changed"] = "run_changed"


@dataclass(frozen=True, slots=True)
class TeamNamed:
    """The recipient is of a run's team now, or is so no longer."""

    included: bool
    kind: Literal["team_named"] = "team_named"


@dataclass(frozen=True, slots=True)
class TeamOffered:
    """The team's part of a run begins, and the recipient may say who is of it."""

    kind: Literal["team_offered"] = "team_offered"


class ActingStage(StrEnum):
    """What is told of somebody who stands in for an official."""

    DITETAPKAN = "ditetapkan"
    MULAI = "mulai"
    BERAKHIR = "berakhir"


@dataclass(frozen=True, slots=True)
class ActingChanged:
    """Somebody was appointed to stand in by this holding, begins to, or does so no longer.

    `by` is who appointed or ended it, None where the clock did.
    """

    holding_id: int
    stage: ActingStage
    by: int | None = None
    kind: Literal["acting_changed"] = "acting_changed"


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """The recipient asked for the files of a run: this is the one of the task with this
    content."""

    sha256: str
    kind: Literal["evidence_file"] = "evidence_file"


@dataclass(frozen=True, slots=True)
class ArchiveFull:
    """To the admin: a file could not be kept, for the disk is full."""

    kind: Literal["archive_full"] = "archive_full"


@dataclass(frozen=True, slots=True)
class PersonJoined:
    """Somebody joined by the recipient's invitation; the recipient may take it back."""

    person_id: int
    holding_id: int | None
    role: str | None
    unit: str | None
    kind: Literal["person_joined"] = "person_joined"


@dataclass(frozen=True, slots=True)
class AccountMoved:
    """Somebody has another Telegram account now, by the invitation of `by`.

    Told to those who watch over the office's people, and to the old account.
    """

    person_id: int
    by: int | None
    kind: Literal["account_moved"] = "account_moved"


@dataclass(frozen=True, slots=True)
class LeadingRoleGranted:
    """Somebody was given a leading role."""

    person_id: int
    role: str
    unit: str | None
    capacity: Capacity
    by: int | None
    kind: Literal["leading_role_granted"] = "leading_role_granted"


@dataclass(frozen=True, slots=True)
class RoleChanged:
    """The recipient's own roles changed: one was given, or taken away."""

    role: str
    unit: str | None
    given: bool
    kind: Literal["role_changed"] = "role_changed"


@dataclass(frozen=True, slots=True)
class PersonUnreachable:
    """Telegram refuses messages to this person, who may have open tasks."""

    person_id: int
    kind: Literal["person_unreachable"] = "person_unreachable"


@dataclass(frozen=True, slots=True)
class BotWasDown:
    """The bot was not running between these instants.

    `taps_lost` is True when that was longer than Telegram keeps taps for.
    """

    since: datetime
    until: datetime
    taps_lost: bool
    kind: Literal["bot_was_down"] = "bot_was_down"


@dataclass(frozen=True, slots=True)
class TapsMissing:
    """To a person with open tasks, after a long outage: taps of that time may be lost."""

    since: datetime
    until: datetime
    kind: Literal["taps_missing"] = "taps_missing"


@dataclass(frozen=True, slots=True)
class DeliveriesFailing:
    """To the admin: deliveries that were put aside, and why the last one was."""

    count: int
    error: str
    kind: Literal["deliveries_failing"] = "deliveries_failing"


@dataclass(frozen=True, slots=True)
class FaultsRepeated:
    """To the admin: the bot met unexpected errors again and again.

    `number` is that of the last one in the log.
    """

    count: int
    number: str
    kind: Literal["faults_repeated"] = "faults_repeated"


@dataclass(frozen=True, slots=True)
class DeliveriesHeld:
    """To the admin, after a restore: unsent messages of the copy wait for a decision."""

    count: int
    kind: Literal["deliveries_held"] = "deliveries_held"


@dataclass(frozen=True, slots=True)
class DayDigest:
    """The recipient's tasks of this day, and for some the office's picture."""

    day: date
    kind: Literal["day_digest"] = "day_digest"


@dataclass(frozen=True, slots=True)
class StartProposed:
    """To the owner: it is time to start this procedure for this fiscal year.

    `day` is the one that the data names, before any holiday put it off.
    """

    code: str
    year: int
    day: date
    kind: Literal["start_proposed"] = "start_proposed"


@dataclass(frozen=True, slots=True)
class LegalDateAtRisk:
    """By its forecast the run will not be finished by the day that the law names."""

    last: date
    kind: Literal["legal_date_at_risk"] = "legal_date_at_risk"


@dataclass(frozen=True, slots=True)
class GroupLinked:
    """To a group: it is told of this procedure (None: of the whole office), or no longer."""

    procedure: str | None
    linked: bool
    kind: Literal["group_linked"] = "group_linked"


@dataclass(frozen=True, slots=True)
class GroupNews:
    """To a group: what the journal tells after the line `since`, up to and with `until`.

    `morning`: the first of its day, which names all that is late.
    """

    since: int
    until: int
    morning: bool
    kind: Literal["group_news"] = "group_news"


@dataclass(frozen=True, slots=True)
class GroupLost:
    """To the owner: a group that was told of this takes no messages any more."""

    title: str
    procedure: str | None
    kind: Literal["group_lost"] = "group_lost"


@dataclass(frozen=True, slots=True)
class CommandMenu:
    """The recipient's command menu is to be set anew."""

    kind: Literal["command_menu"] = "command_menu"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to what the recipient just asked: a view, by name, with its arguments.

    It is stored before it is sent, so that an answer is not lost with a crash, and drawn
    when it is sent.
    """

    view: str
    args: dict[str, str | int | bool | None]
    kind: Literal["reply"] = "reply"


Notice = (
    TaskCard
    | TaskReminder
    | TaskDetail
    | TaskLate
    | RoleVacant
    | RunSummary
    | WorkReturned
    | ExtensionRequested
    | ExtensionAnswered
    | DeadlineChanged
    | RunChanged
    | TeamNamed
    | TeamOffered
    | ActingChanged
    | EvidenceFile
    | ArchiveFull
    | PersonJoined
    | AccountMoved
    | LeadingRoleGranted
    | RoleChanged
    | PersonUnreachable
    | BotWasDown
    | TapsMissing
    | DeliveriesFailing
    | FaultsRepeated
    | DeliveriesHeld
    | CommandMenu
    | GroupLinked
    | GroupNews
    | GroupLost
    | DayDigest
    | StartProposed
    | LegalDateAtRisk
    | Reply
)

LIVE = (TaskCard, TaskReminder, TaskDetail, ExtensionRequested, CommandMenu)
"""What stays on the recipient's screen and has to go on saying what is true: told again,
it replaces what was there."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A notice with the people it is for.

    `step` and `attempt` name the task it speaks of, None for a notice about no task.
    `silent` sends it without a sound.
    """

    notice: Notice
    to: tuple[int, ...]
    step: int | None = None
    attempt: int | None = None
    silent: bool = False
