"""Notices: facts that people are told, not sentences.

The text of a notice is rendered when it is sent, from the state at that moment.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from bot.domain.reminders import ReminderKind
from bot.domain.run import Capacity


class Notice:
    """A fact to be told. A subclass is a frozen dataclass with a `kind` of its own.

    The message of a `live` notice is kept up to date: telling it again edits the message.
    `in_office_hours`: it is sent silently where it could not be sent in office hours.
    """

    __slots__ = ()
    kind: ClassVar[str]
    live: ClassVar[bool] = False
    in_office_hours: ClassVar[bool] = False
    _kinds: ClassVar[dict[str, type[Notice]]] = {}

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        Notice._kinds[cls.kind] = cls

    @classmethod
    def of_kind(cls, kind: str) -> type[Notice]:
        """The class of notices of this kind.

        Raises:
            KeyError: there is none.
        """
        return cls._kinds[kind]

    def key(self, run_id: int, task_id: int | None, at: datetime) -> str:
        """The idempotency key of the fact in the outbox, for each recipient.

        Raises:
            TypeError: the notice has no key of its own; whoever tells it gives one.
        """
        raise TypeError(f"the engine does not decide {type(self).__name__}")


@dataclass(frozen=True, slots=True)
class TaskCard(Notice):
    """A task is the recipient's to do: the card with its buttons."""

    kind: ClassVar[str] = "task_card"
    live: ClassVar[bool] = True

    def key(self, run_id: int, task_id: int | None, at: datetime) -> str:
        return f"card:{task_id}"


@dataclass(frozen=True, slots=True)
class TaskReminder(Notice):
    """A task still waits for the recipient. A live card too.

    `rung` is the kind of reminder. The name is a JSON key of stored deliveries.
    """

    rung: ReminderKind
    kind: ClassVar[str] = "task_reminder"
    live: ClassVar[bool] = True
    in_office_hours: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class TaskDetail(Notice):
    """The recipient asked for everything about a task. A live card too, for it can be
    confirmed there."""

    kind: ClassVar[str] = "task_detail"
    live: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class TaskLate(Notice):
    """Somebody else's task is late, and the recipient should know.

    `waiting` is True where the recipient stands below the one who is late, or that one is
    outside the office: then it says only that the office waits.
    """

    waiting: bool
    kind: ClassVar[str] = "task_late"
    in_office_hours: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class RoleVacant(Notice):
    """A step is open and nobody holds these of its roles."""

    roles: tuple[str, ...]
    kind: ClassVar[str] = "role_vacant"

    def key(self, run_id: int, task_id: int | None, at: datetime) -> str:
        # The same role may become vacant again; within one second it is the same news.
        which = hashlib.sha256("+".join(self.roles).encode()).hexdigest()[:12]
        return f"vacant:{task_id}:{which}:{int(at.timestamp())}"


@dataclass(frozen=True, slots=True)
class RunSummary(Notice):
    """A run has reached its end."""

    kind: ClassVar[str] = "run_summary"

    def key(self, run_id: int, task_id: int | None, at: datetime) -> str:
        # A last confirmation can be undone, and given again.
        return f"summary:{run_id}:{int(at.timestamp())}"


@dataclass(frozen=True, slots=True)
class WorkReturned(Notice):
    """What the recipient had confirmed is void: the work was sent back by a later reviewer."""

    kind: ClassVar[str] = "work_returned"

    def key(self, run_id: int, task_id: int | None, at: datetime) -> str:
        return f"returned:{task_id}"


@dataclass(frozen=True, slots=True)
class ExtensionRequested(Notice):
    """Somebody asks for more time, and the recipient decides. A live card.

    `number` is that of the task's extension, from 0.
    """

    number: int
    kind: ClassVar[str] = "extension_requested"
    live: ClassVar[bool] = True

    def key(self, run_id: int, task_id: int | None, at: datetime) -> str:
        return f"extension:{task_id}:{self.number}"


@dataclass(frozen=True, slots=True)
class ExtensionAnswered(Notice):
    """The task's extension of this number was granted or declined."""

    number: int
    kind: ClassVar[str] = "extension_answered"

    def key(self, run_id: int, task_id: int | None, at: datetime) -> str:
        return f"extended:{task_id}:{self.number}"


@dataclass(frozen=True, slots=True)
class DeadlineChanged(Notice):
    """The calendar changed, and the recipient's task is due at another moment than `was`."""

    was: datetime
    why: str
    kind: ClassVar[str] = "deadline_changed"

    def key(self, run_id: int, task_id: int | None, at: datetime) -> str:
        # Two changes of the calendar may come in one second.
        return f"moved:{task_id}:{int(self.was.timestamp())}:{int(at.timestamp())}"


class RunChange(StrEnum):
    """A change of a run's status."""

    DIJEDA = "dijeda"
    DILANJUTKAN = "dilanjutkan"
    DIBATALKAN = "dibatalkan"
    DIBUKA = "dibuka"


@dataclass(frozen=True, slots=True)
class RunChanged(Notice):
    """A run was paused, resumed, cancelled, or reopened after it was finished."""

    change: RunChange
    at: datetime
    kind: ClassVar[str] = "run_changed"

    def key(self, run_id: int, task_id: int | None, at: datetime) -> str:
        return f"changed:{run_id}:{self.change}:{int(at.timestamp())}"


@dataclass(frozen=True, slots=True)
class TeamNamed(Notice):
    """The recipient joined a run's team, or left it."""

    included: bool
    kind: ClassVar[str] = "team_named"

    def key(self, run_id: int, task_id: int | None, at: datetime) -> str:
        return f"team:{run_id}:{self.included}:{int(at.timestamp())}"


@dataclass(frozen=True, slots=True)
class TeamOffered(Notice):
    """The first team step of a run begins; the recipient may choose the team."""

    kind: ClassVar[str] = "team_offered"

    def key(self, run_id: int, task_id: int | None, at: datetime) -> str:
        return f"offer:{task_id}"


class ActingStage(StrEnum):
    """A change of a stand-in's appointment."""

    DITETAPKAN = "ditetapkan"
    MULAI = "mulai"
    BERAKHIR = "berakhir"


@dataclass(frozen=True, slots=True)
class ActingChanged(Notice):
    """Somebody was appointed to stand in by this holding, begins to, or does so no longer.

    `by` is who appointed or ended it, None where the clock did.
    """

    holding_id: int
    stage: ActingStage
    by: int | None = None
    kind: ClassVar[str] = "acting_changed"


@dataclass(frozen=True, slots=True)
class EvidenceFile(Notice):
    """The recipient asked for the files of a run: this is the one of the task with this
    content."""

    sha256: str
    kind: ClassVar[str] = "evidence_file"


@dataclass(frozen=True, slots=True)
class ArchiveFull(Notice):
    """To the admin: a file could not be kept, for the disk is full."""

    kind: ClassVar[str] = "archive_full"


@dataclass(frozen=True, slots=True)
class PersonJoined(Notice):
    """Somebody joined by the recipient's invitation; the recipient may take it back."""

    person_id: int
    holding_id: int | None
    role: str | None
    unit: str | None
    kind: ClassVar[str] = "person_joined"


@dataclass(frozen=True, slots=True)
class AccountMoved(Notice):
    """Somebody has another Telegram account now, by the invitation of `by`.

    Told to those who watch over the office's people, and to the old account.
    """

    person_id: int
    by: int | None
    kind: ClassVar[str] = "account_moved"


@dataclass(frozen=True, slots=True)
class LeadingRoleGranted(Notice):
    """Somebody was given a leading role."""

    person_id: int
    role: str
    unit: str | None
    capacity: Capacity
    by: int | None
    kind: ClassVar[str] = "leading_role_granted"


@dataclass(frozen=True, slots=True)
class RoleChanged(Notice):
    """The recipient's own roles changed: one was given, or taken away."""

    role: str
    unit: str | None
    given: bool
    kind: ClassVar[str] = "role_changed"


@dataclass(frozen=True, slots=True)
class PersonUnreachable(Notice):
    """Telegram refuses messages to this person, who may have open tasks."""

    person_id: int
    kind: ClassVar[str] = "person_unreachable"


@dataclass(frozen=True, slots=True)
class BotWasDown(Notice):
    """The bot was not running between these instants.

    `taps_lost` is True when that was longer than Telegram keeps taps for.
    """

    since: datetime
    until: datetime
    taps_lost: bool
    kind: ClassVar[str] = "bot_was_down"


@dataclass(frozen=True, slots=True)
class TapsMissing(Notice):
    """To a person with open tasks, after a long outage: taps of that time may be lost."""

    since: datetime
    until: datetime
    kind: ClassVar[str] = "taps_missing"


@dataclass(frozen=True, slots=True)
class DeliveriesFailing(Notice):
    """To the admin: deliveries that were given up, and the error of the last one."""

    count: int
    error: str
    kind: ClassVar[str] = "deliveries_failing"


@dataclass(frozen=True, slots=True)
class FaultsRepeated(Notice):
    """To the admin: the bot met unexpected errors again and again.

    `number` is that of the last one in the log.
    """

    count: int
    number: str
    kind: ClassVar[str] = "faults_repeated"


@dataclass(frozen=True, slots=True)
class DeliveriesHeld(Notice):
    """To the admin, after a restore: unsent messages of the copy wait for a decision."""

    count: int
    kind: ClassVar[str] = "deliveries_held"


@dataclass(frozen=True, slots=True)
class DayDigest(Notice):
    """The recipient's tasks of this day, and for some the office's picture."""

    day: date
    kind: ClassVar[str] = "day_digest"


@dataclass(frozen=True, slots=True)
class StartProposed(Notice):
    """To the owner: it is time to start this procedure for this fiscal year.

    `day` is the one that the data names, before any holiday put it off.
    """

    code: str
    year: int
    day: date
    kind: ClassVar[str] = "start_proposed"


@dataclass(frozen=True, slots=True)
class LegalDateAtRisk(Notice):
    """By its forecast the run will not be finished by the day that the law names."""

    last: date
    kind: ClassVar[str] = "legal_date_at_risk"


@dataclass(frozen=True, slots=True)
class GroupLinked(Notice):
    """To a group: it gets news of this procedure (None: of the whole office), or no longer."""

    procedure: str | None
    linked: bool
    kind: ClassVar[str] = "group_linked"


@dataclass(frozen=True, slots=True)
class GroupNews(Notice):
    """To a group: news from the journal after the line `since`, up to and with `until`.

    `morning`: the first of its day, which names all that is late.
    """

    since: int
    until: int
    morning: bool
    kind: ClassVar[str] = "group_news"


@dataclass(frozen=True, slots=True)
class GroupLost(Notice):
    """To the owner: a group that got news of this refuses messages."""

    title: str
    procedure: str | None
    kind: ClassVar[str] = "group_lost"


@dataclass(frozen=True, slots=True)
class CommandMenu(Notice):
    """The recipient's command menu is to be set anew."""

    kind: ClassVar[str] = "command_menu"
    live: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Reply(Notice):
    """The answer to what the recipient just asked: a view, by name, with its arguments.

    It is stored before it is sent, so that a crash does not lose it, and rendered when it is
    sent.
    """

    view: str
    args: dict[str, str | int | bool | None]
    kind: ClassVar[str] = "reply"


@dataclass(frozen=True, slots=True)
class Addressed:
    """A notice with the people it is for.

    `step` and `attempt` name its task, None for a notice about no task.
    `silent` sends it without a sound.
    """

    notice: Notice
    to: tuple[int, ...]
    step: int | None = None
    attempt: int | None = None
    silent: bool = False
