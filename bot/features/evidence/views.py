"""What people see of files: one that is asked for, what became of those sent, one sent again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.domain.documents import by_album
from bot.domain.notices import EvidenceFile
from bot.domain.run import Evidence, Task
from bot.domain.sop import Office, Procedure, Step
from bot.features import runs
from bot.features.answers import Refuse, Refused
from bot.features.feature import Sending
from bot.features.naming import SignedBy, acted
from bot.features.work import Args, Work
from bot.store.inbox import Outcome as Outcome  # the words name each


class FileRefused(StrEnum):
    """Why a file is not asked for, taken, or sent."""

    FREE_FILE = "free_file"
    FILE_KIND = "file_kind"
    FILE_TOO_LATE = "file_too_late"
    FILES_FULL = "files_full"
    NO_FILES = "no_files"
    FILE_DECIDED = "file_decided"


class Done(StrEnum):
    """What was done."""

    FILE_AWAITED = "file_awaited"
    FILES_COMING = "files_coming"  # count
    FILE_CHOSEN = "file_chosen"  # step
    FILE_LEFT = "file_left"


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file that somebody attached to a step of the run. `own`: to this very task."""

    step: int
    by: SignedBy
    file: Evidence
    own: bool


def file_line(
    owner: Task, file: Evidence, office: Office, names: dict[int, str], of: Task | None = None
) -> FileLine:
    """A file of the task `owner`, as the task `of` tells of it."""
    own = of is not None and (owner.step, owner.attempt) == (of.step, of.attempt)
    return FileLine(owner.step, acted(office, names, file.by, file.at), file, own)


def together(lines: Iterable[FileLine]) -> list[list[FileLine]]:
    """The files of each evidence: one, or those of an album."""
    return by_album(lines, lambda one: (one.step, one.file.album) if one.file.album else None)


@dataclass(frozen=True, slots=True)
class AskFileView:
    """Asks for a file of a task. `fault`: what came was none."""

    procedure: Procedure
    year: int
    step: Step
    fault: bool


@dataclass(frozen=True, slots=True)
class ReceivedView:
    """Names of the files attached now, those refused with the reason, and how many still come.
    `asked`: a question about the same task still waits for an answer."""

    procedure: Procedure
    year: int
    step: Step
    kept: tuple[str, ...]
    refused: tuple[tuple[str, Outcome], ...]
    waiting: int
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A task that a file may be for, by its token."""

    token: str
    procedure: Procedure
    year: int
    unit: str | None
    step: Step


@dataclass(frozen=True, slots=True)
class WhichTaskView:
    """Asks for which of the sender's open tasks these files are; `file` is the first. `left`: for
    none of them, they have said."""

    names: tuple[str, ...]
    file: int
    targets: tuple[Target, ...]
    left: bool = False


UNDECIDED = frozenset({Outcome.DITANYAKAN, Outcome.TIDAK_JADI})
"""The outcomes of files that belong to no task yet, or to none after all."""


@dataclass(frozen=True, slots=True)
class EvidenceFileView:
    """A file of the run, sent again. `path` is where the archive has it, None if nowhere."""

    procedure: Procedure
    year: int
    line: FileLine
    path: Path | None

    @property
    def file(self) -> Evidence:
        """The file, with Telegram's name for it."""
        return self.line.file


def ask_file(work: Work, args: Args) -> AskFileView:
    """A file of this task is asked for."""
    stored, task = runs.find_task(work, str(args["token"]))
    run = stored.run
    return AskFileView(run.procedure, run.year, run.step_of(task), bool(args.get("fault")))


def asked_about(work: Work) -> str | None:
    """The token of the task about which a text is asked of the person; None where none is."""
    question = work.tx.people.question(work.person.chat_id, work.now)
    known = work.services.features.questions.get(question.kind) if question else None
    token = question.data.get("token") if question and known and known.wants_text else None
    return str(token) if token else None


def received(work: Work, args: Args) -> ReceivedView | WhichTaskView:
    """What became of the files that were sent together."""
    rows = work.tx.inbox.batch(str(args["batch"]))
    found = runs.task_by_id(work, rows[0].task_id) if rows else None
    if found is None or rows[0].chat_id != work.person.chat_id:
        raise Refuse(Refused.BUTTON_OLD)
    if undecided := [row for row in rows if row.outcome in UNDECIDED]:
        names = tuple(row.name for row in undecided)
        left = undecided[0].outcome is Outcome.TIDAK_JADI
        return WhichTaskView(names, undecided[0].id, () if left else _targets(work), left)
    run, task = found[0].run, found[1]
    kept = tuple(row.name for row in rows if row.outcome is Outcome.TERSIMPAN)
    refused = tuple(
        (row.name, row.outcome)
        for row in rows
        if row.outcome and row.outcome is not Outcome.TERSIMPAN
    )
    waiting = sum(row.outcome is None for row in rows)
    asked = asked_about(work) == found[0].tokens[(task.step, task.attempt)]
    return ReceivedView(run.procedure, run.year, run.step_of(task), kept, refused, waiting, asked)


def _targets(work: Work) -> tuple[Target, ...]:
    return tuple(
        Target(
            stored.tokens[(task.step, task.attempt)],
            stored.run.procedure,
            stored.run.year,
            work.office.unit_name(stored.run.unit) if stored.run.unit is not None else None,
            stored.run.step_of(task),
        )
        for stored, task in runs.waiting(work)
    )


def draw_file(work: Work, notice: EvidenceFile, sending: Sending) -> EvidenceFileView | None:
    """A file of the run, for somebody who still has a part in it."""
    stored, task = sending.stored, sending.task
    file = next((f for f in task.evidence if f.sha256 == notice.sha256), None)
    if file is None or not runs.has_part(stored, work.person.id, work.state):
        return None
    kept, archive = work.tx.files.get(notice.sha256), work.services.archive
    path = archive.folder / kept.path if archive and kept else None
    line = file_line(task, file, work.office, work.tx.people.names())
    return EvidenceFileView(stored.run.procedure, stored.run.year, line, path)
