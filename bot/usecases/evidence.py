"""Evidence: files that people attach to their tasks, from the message to the archive and back.

A message brings only Telegram's name of a file. `receive` writes it down in the transaction
of its update; whoever fetches it (`jobs.fetch`) asks for what waits, and hands over what came
with `keep`. So a file is as durable as a tap: a kill at any point loses none and leaves none
half done.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain import deviations, engine, parsing
from bot.domain.actions import Attach, Reason, Refusal
from bot.domain.notices import ArchiveFull, EvidenceFile, Reply
from bot.domain.run import By, Evidence, Task
from bot.store import Transaction
from bot.store.archive import Archive, ArchiveFullError, Contents, Draft, place_of
from bot.store.inbox import IncomingFile, NewFile, Outcome, StoredFile
from bot.store.outbox import NewDelivery
from bot.store.runs import StoredRun
from bot.usecases import reading
from bot.usecases.desk import (
    Request,
    Scene,
    Services,
    ask_for_text,
    carry_out,
    respond,
    scene,
    staff_of,
    tell,
    tell_each,
)
from bot.usecases.replying import task_of
from bot.usecases.views import Done, DoneView, Refused, RefusedView, View

__all__ = ["ArchiveFullError", "Contents", "Draft", "IncomingFile", "Outcome"]

ATTACH = "lampiran"
"""The kind of the question that waits for a file."""

SIZE_LIMIT = 20 * 1024 * 1024
"""Bytes that a bot can fetch of one file (Bot API, getFile)."""

NAME_LENGTH = 120
CAPTION_LENGTH = 500
SENT_AT_ONCE = 20
"""So many files come at one tap, those of the latest steps."""

_WHY_NOT = {
    Reason.ALREADY_ATTACHED: Outcome.SUDAH_ADA,
    Reason.RUN_OVER: Outcome.TERLAMBAT,
    Reason.OVERTAKEN: Outcome.TERLAMBAT,
    Reason.TOO_MUCH: Outcome.TERLALU_BANYAK,
}


@dataclass(frozen=True, slots=True)
class SentFile:
    """A document or photo as a message tells of it. `size` in bytes is None where Telegram
    does not say it; `group` names the album that it is part of."""

    file_id: str
    name: str
    size: int | None
    photo: bool
    caption: str = ""
    group: str | None = None


# What people do


def ask(services: Services, request: Request, token: str, now: datetime) -> View:
    """📎: the next file of this chat belongs to the task with this token."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if refused := reading.refuse(services, here):
            return refused
        found = tx.runs.by_token(token)
        if found is None:
            return RefusedView(Refused.UNKNOWN_TASK, {})
        stored, task = found
        if refusal := _refused(stored, task, here):
            return _in_words(refusal, stored, task, here)
        want(tx, here, request, token, now)
        return DoneView(Done.FILE_AWAITED, {})


def want(tx: Transaction, here: Scene, request: Request, token: str, now: datetime) -> None:
    """Ask for a file of the task with this token. Part of the asker's transaction."""
    ask_for_text(tx, here, ATTACH, {"token": token}, now)
    respond(tx, request, here.person, Reply("ask_file", {"token": token}), now)


def take_text(
    services: Services, tx: Transaction, here: Scene, data: dict[str, Any], text: str, now: datetime
) -> Reply:
    """A text where a file was asked for: the question stays."""
    ask_for_text(tx, here, ATTACH, data, now)
    return Reply("ask_file", {"token": str(data["token"]), "fault": True})


def receive(
    services: Services, request: Request, sent: SentFile, reply_to: int | None, now: datetime
) -> None:
    """Somebody sent a document or a photo: write it down, or say why it cannot be taken.

    It belongs to the task whose card it answers, or to the task for which a file was asked;
    the rest of an album goes where its beginning went.
    """
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if here.person is None:
            if not reading.talks_too_much(tx, here, request, now):
                respond(tx, request, None, Reply("help", {}), now)
            return
        key = f"{request.chat_id}:{request.update_id}:{int(now.timestamp())}"
        batch = f"{request.chat_id}:album:{sent.group[:40]}" if sent.group else key
        found = _meant(tx, request.chat_id, batch, reply_to, now)
        if found is None:
            _say(tx, here, f"homeless:{batch}", reading.refusal(_homeless()), now)
            return
        stored, task = found
        name = parsing.sentence(sent.name)[:NAME_LENGTH]
        outcome = _refused_at_once(sent, name, stored, task, here)
        tx.inbox.put(
            NewFile(
                key=key,
                batch=batch,
                chat_id=request.chat_id,
                task_id=stored.task_ids[(task.step, task.attempt)],
                file_id=sent.file_id,
                name=name or "berkas",
                photo=sent.photo,
                caption=parsing.sentence(sent.caption)[:CAPTION_LENGTH],
                outcome=outcome,
            ),
            now,
        )
        if outcome is not None:
            _receipt(tx, here, batch, now)


def refuse_kind(services: Services, request: Request, reply_to: int | None, now: datetime) -> None:
    """Somebody sent what is neither a text nor a document or photo."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if here.person is None:
            if not reading.talks_too_much(tx, here, request, now):
                respond(tx, request, None, Reply("help", {}), now)
            return
        question = tx.people.question(request.chat_id, now)
        awaited = question is not None and question.kind == ATTACH
        meant = awaited or task_of(tx, request.chat_id, reply_to) is not None
        why = Refused.FILE_KIND if meant else Refused.FREE_TEXT
        respond(tx, request, here.person, reading.refusal(RefusedView(why, {})), now)


def send_all(services: Services, request: Request, token: str, now: datetime) -> View:
    """📂: have the run's files sent to whoever asks, if they have a part in it."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if refused := reading.refuse(services, here):
            return refused
        found = tx.runs.by_token(token)
        if found is None or here.person is None:
            return RefusedView(Refused.UNKNOWN_TASK, {})
        stored, task = found
        if not reading.has_part(stored, here.person, here):
            return _in_words(Refusal(Reason.NOT_YOURS), stored, task, here)
        files = stored.run.documents[-SENT_AT_ONCE:]
        if not files:
            return RefusedView(Refused.NO_FILES, {})
        asked = f"{request.update_id}:{int(now.timestamp())}"
        tell_each(
            tx,
            [
                (
                    EvidenceFile(file.sha256),
                    here.person.id,
                    f"file:{number}:{asked}",
                    stored.run.id,
                    stored.task_ids[(owner.step, owner.attempt)],
                )
                for number, (owner, file) in enumerate(files)
            ],
            here.staff,
            now,
        )
        return DoneView(Done.FILES_COMING, {"count": len(files)})


# What fetching does


def draft(services: Services) -> Draft:
    """A new file in the archive's inbox.

    Raises:
        ArchiveFullError: the disk is full.
    """
    return _archive(services).draft()


def waiting(
    services: Services, now: datetime, most: int, busy: Collection[int]
) -> list[IncomingFile]:
    """What has to be fetched by `now`, the oldest first; `busy` are rows under way."""
    with services.store.read() as tx:
        return tx.inbox.waiting(now, most, busy)


def next_due(services: Services, now: datetime) -> datetime | None:
    """When, after `now`, a file may be tried again; None if none waits for its time."""
    with services.store.read() as tx:
        return tx.inbox.next_due(now)


def keep(
    services: Services, row_id: int, fetched: Draft, contents: Contents, now: datetime
) -> None:
    """The file is here, whole: give it its place in the archive and attach it.

    It lies where it stays before the transaction commits, so that no row is ever without its
    file; a file without a row is what a kill in between leaves, and the next try takes it.

    Raises:
        ArchiveFullError: the disk is full; nothing was changed.
    """
    with services.store.begin() as tx:
        row = tx.inbox.get(row_id)
        if row is None:
            return
        here = scene(services, tx, row.chat_id, now)
        outcome = _attach(services, tx, here, row, fetched, contents, now)
        tx.inbox.complete(row_id, outcome)
        _receipt(tx, here, row.batch, now)


def not_kept(services: Services, row_id: int, outcome: Outcome, now: datetime) -> None:
    """The file cannot be had or held: whoever sent it is told why."""
    with services.store.begin() as tx:
        row = tx.inbox.get(row_id)
        if row is None:
            return
        tx.inbox.complete(row_id, outcome)
        _receipt(tx, scene(services, tx, row.chat_id, now), row.batch, now)
        if outcome is Outcome.DISKA_PENUH:
            staff = staff_of(services, tx, now)
            # Once an hour is enough to be heard.
            hour = f"{now.astimezone(services.calendar.zone):%Y%m%d%H}"
            tell(tx, ArchiveFull(), staff.admins(), staff, now, f"full:{hour}")


def try_later(services: Services, row_id: int, at: datetime, *, counts: bool) -> None:
    """Telegram did not give it now. `counts` False: it could not be reached at all."""
    with services.store.begin() as tx:
        tx.inbox.retry(row_id, at, counts=counts)


def sweep(services: Services) -> int:
    """Delete what an end without warning left in the inbox; how many files it was."""
    return services.archive.sweep() if services.archive is not None else 0


# Within


def _archive(services: Services) -> Archive:
    if services.archive is None:
        raise LookupError("this desk has no archive")
    return services.archive


def _meant(
    tx: Transaction, chat_id: int, batch: str, reply_to: int | None, now: datetime
) -> tuple[StoredRun, Task] | None:
    """The task that a file is for. A question that asked for it is answered by it."""
    if earlier := tx.inbox.batch(batch):
        task_id = earlier[-1].task_id
        stored = tx.runs.of_tasks([task_id]).get(task_id)
        task = stored.task_of(task_id) if stored else None
        return (stored, task) if stored and task else None
    question = tx.people.question(chat_id, now)
    asked = str(question.data["token"]) if question and question.kind == ATTACH else None
    found = task_of(tx, chat_id, reply_to) or (tx.runs.by_token(asked) if asked else None)
    if found is not None and asked == found[0].tokens[(found[1].step, found[1].attempt)]:
        tx.people.answered(chat_id)
    return found


def _refused_at_once(
    sent: SentFile, name: str, stored: StoredRun, task: Task, here: Scene
) -> Outcome | None:
    """Why a file is not even fetched."""
    if refusal := _refused(stored, task, here):
        return _WHY_NOT.get(refusal.reason, Outcome.BUKAN_BAGIANNYA)
    if sent.size is not None and sent.size > SIZE_LIMIT:
        return Outcome.TERLALU_BESAR
    if sent.size == 0:
        return Outcome.KOSONG
    if set(sent.name) & set("/\\\0") or (sent.name and not name.strip(". ")):
        # No phone sends such a name: somebody tries where it might lead.
        return Outcome.NAMA
    return None


def _refused(stored: StoredRun, task: Task, here: Scene) -> Refusal | None:
    if here.person is None:
        return Refusal(Reason.NOT_YOURS)
    return deviations.attaching_refused(
        stored.run, task.step, task.attempt, here.person.id, here.state
    )


def _attach(
    services: Services,
    tx: Transaction,
    here: Scene,
    row: IncomingFile,
    fetched: Draft,
    contents: Contents,
    now: datetime,
) -> Outcome:
    stored = tx.runs.of_tasks([row.task_id]).get(row.task_id)
    task = stored.task_of(row.task_id) if stored else None
    if stored is None or task is None or here.person is None:
        return Outcome.BUKAN_BAGIANNYA
    at = stored.run.not_before(now)
    file = Evidence(
        # Who and when is for the decision to say.
        By(here.person.id),
        row.name,
        contents.size,
        contents.sha256,
        row.file_id,
        at,
        row.photo,
        row.caption,
    )
    action = Attach(task.step, task.attempt, file)
    decision = engine.decide(stored.run, action, here.person.id, at, here.state)
    if isinstance(decision, Refusal):
        return _WHY_NOT.get(decision.reason, Outcome.BUKAN_BAGIANNYA)
    archive, known = _archive(services), tx.files.get(contents.sha256)
    if known is None:
        run = stored.run
        state = place_of(run.year, run.procedure.code, run.id, task.step, contents.sha256, row.name)
        archive.keep(fetched, state)
        tx.files.put(StoredFile(contents.sha256, state, contents.size), now)
    elif not archive.holds(known.path, known.size):
        # It was lost from the disk, and is back.
        archive.keep(fetched, known.path)
    carry_out(tx, stored, decision, here.staff, now)
    return Outcome.TERSIMPAN


def _receipt(tx: Transaction, here: Scene, batch: str, now: datetime) -> None:
    """Tell what became of the files that were sent together, in one message."""
    _say(tx, here, f"files:{batch}", Reply("received", {"batch": batch}), now, live=True)


def _say(
    tx: Transaction, here: Scene, key: str, reply: Reply, now: datetime, *, live: bool = False
) -> None:
    if here.person is None:
        return  # they left: nothing is told them any more
    person = here.person
    tx.outbox.put([NewDelivery(key, person.chat_id, person.id, reply, live=live)], now)


def _homeless() -> RefusedView:
    return RefusedView(Refused.FREE_FILE, {})


def _in_words(refusal: Refusal, stored: StoredRun, task: Task, here: Scene) -> RefusedView:
    match refusal.reason:
        case Reason.RUN_OVER | Reason.OVERTAKEN:
            return RefusedView(Refused.FILE_TOO_LATE, {})
        case Reason.TOO_MUCH:
            return RefusedView(Refused.FILES_FULL, {})
        case _:
            roles = reading.roles_of_step(stored, task.step, here)
            return RefusedView(Refused.NOT_YOURS, {"roles": roles})
