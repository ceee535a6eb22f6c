"""What people see of files: one that is asked for, what became of those sent, one sent again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.domain.notices import EvidenceFile
from bot.domain.run import Evidence, Task
from bot.domain.sop import Office, Procedure, Step
from bot.features import runs
from bot.features.answers import Refuse, Refused
from bot.features.feature import Sending
from bot.features.naming import SignedBy, acted
from bot.features.work import Args, Work
from bot.store.inbox import Outcome as Outcome  # the words name each


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


@dataclass(frozen=True, slots=True)
class AskFileView:
    """Asks for a file of a task. `fault`: what came was none."""

    procedure: Procedure
    year: int
    step: Step
    fault: bool


@dataclass(frozen=True, slots=True)
class ReceivedView:
    """Names of the files attached now, those refused with the reason, and how many still come."""

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

    @property
    def file(self) -> Evidence:
        """The file, with Telegram's name for it."""
        return self.line.file


def ask_file(work: Work, args: Args) -> AskFileView:
    """A file of this task is asked for."""
    stored, task = runs.find_task(work, str(args["token"]))
    run = stored.run
    return AskFileView(run.procedure, run.year, run.step_of(task), bool(args.get("fault")))


def received(work: Work, args: Args) -> ReceivedView:
    """What became of the files that were sent together."""
    rows = work.tx.inbox.batch(str(args["batch"]))
    found = runs.task_by_id(work, rows[0].task_id) if rows else None
    if found is None or rows[0].chat_id != work.person.chat_id:
        raise Refuse(Refused.BUTTON_OLD)
    run, task = found[0].run, found[1]
    kept = tuple(row.name for row in rows if row.outcome is Outcome.TERSIMPAN)
    refused = tuple(
        (row.name, row.outcome)
        for row in rows
        if row.outcome and row.outcome is not Outcome.TERSIMPAN
    )
    waiting = sum(row.outcome is None for row in rows)
    return ReceivedView(run.procedure, run.year, run.step_of(task), kept, refused, waiting)


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
