"""Evidence: files that people attach to their tasks, from the message to the archive and back.

A message brings only Telegram's name of a file. `receive` writes it down in the transaction
of its update; whoever fetches it (`jobs.transfers`) asks for what waits, and hands over what came
with `keep`. So a file is as durable as a tap: a kill at any point loses none and leaves none
half done.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from bot.domain import parsing
from bot.domain.actions import Attach, Reason, Refusal
from bot.domain.deviations import attaching_refused
from bot.domain.notices import ArchiveFull, EvidenceFile, Reply, TaskCard
from bot.domain.run import By, Evidence, Task
from bot.features import asking, runs
from bot.features.answers import DoneView, Refuse, Refused, done, refusal
from bot.features.asking import Question
from bot.features.evidence import texts, views
from bot.features.evidence.texts import UNNAMED, AttachFile, AttachTo, LeaveFile, SendFiles
from bot.features.evidence.views import Done, FileRefused
from bot.features.feature import Drawn, Feature, Hook, NamedView, as_it_is
from bot.features.free_text import SentFile, task_of_message
from bot.features.work import PersonalNotice, Services, Work
from bot.store.archive import Archive, ArchiveFullError, Contents, Draft, place_of
from bot.store.inbox import IncomingFile, NewFile, Outcome, StoredFile
from bot.store.outbox import NewDelivery
from bot.store.runs import StoredRun

__all__ = ["ArchiveFullError", "Contents", "Draft", "IncomingFile", "Outcome"]

ATTACH = "lampiran"
"""The kind of the question that waits for a file."""

SIZE_LIMIT = 20 * 1024 * 1024
"""Bytes that a bot can fetch of one file (Bot API, getFile)."""

_ALBUM = ":album:"
"""Stands in the name of a batch before Telegram's name of the album."""

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


# What people do


def ask(work: Work, tap: AttachFile) -> DoneView:
    """📎: the next file of this chat belongs to the task with this token."""
    stored, task = runs.find_task(work, tap.token)
    if refused := _refused(work, stored, task):
        raise _in_words(work, refused, stored, task)
    want(work, tap.token)
    return done(Done.FILE_AWAITED)


def want(work: Work, token: str) -> None:
    """Ask for a file of the task with this token. Part of the requester's transaction."""
    work.ask(ATTACH, {"token": token})
    work.reply(Reply("ask_file", {"token": token}))


def take_text(work: Work, data: dict[str, Any], text: str) -> Reply:
    """A text where a file was asked for: the question stays, as long as the task is open."""
    stored, task = runs.find_task(work, str(data["token"]))
    if not task.is_open:
        raise Refuse(Refused.FREE_TEXT)
    if refused := _refused(work, stored, task):
        raise _in_words(work, refused, stored, task)
    work.ask(ATTACH, data)
    return Reply("ask_file", {"token": str(data["token"]), "fault": True})


def receive(work: Work, sent: SentFile, reply_to: int | None) -> None:
    """Write down a document or photo, or say why it cannot be taken. It belongs to the task whose
    card it answers or about which something was asked; the rest of an album follows its beginning.
    Otherwise its sender is asked for which of their tasks it is."""
    key, batch = _keys(work, sent)
    earlier = work.tx.inbox.batch(batch)
    outcome = next((row.outcome for row in earlier if row.outcome in views.UNDECIDED), None)
    found = _meant(work, earlier, reply_to)
    if found is None:
        mine = runs.waiting(work)
        if not mine:
            _say(work, f"homeless:{batch}", refusal(Refuse(FileRefused.FREE_FILE)))
            return
        found, outcome = mine[0], Outcome.DITANYAKAN
    stored, task = found
    name = parsing.sentence(sent.name)[:NAME_LENGTH]
    outcome = outcome or _refused_at_once(work, sent, name, stored, task)
    work.tx.inbox.put(
        NewFile(
            key=key,
            batch=batch,
            chat_id=work.person.chat_id,
            task_id=stored.task_ids[(task.step, task.attempt)],
            file_id=sent.file_id,
            name=name or UNNAMED,
            photo=sent.photo,
            caption=parsing.sentence(sent.caption)[:CAPTION_LENGTH],
            outcome=outcome,
        ),
        work.now,
    )
    if outcome is not None:
        _receipt(work, batch)
    if outcome is Outcome.DITANYAKAN:
        first = next(r for r in work.tx.inbox.batch(batch) if r.outcome is Outcome.DITANYAKAN)
        asking.offer(work, {"file": first.id})


def attach_to(work: Work, tap: AttachTo) -> DoneView:
    """The files that were sent together belong to this task: they are fetched now."""
    stored, task = runs.find_task(work, tap.token)
    if refusal := _refused(work, stored, task):
        raise _in_words(work, refusal, stored, task)
    _decide(work, tap.file, stored.task_ids[(task.step, task.attempt)], None)
    return done(Done.FILE_CHOSEN, step=task.step)


def leave(work: Work, tap: LeaveFile) -> DoneView:
    """The files that were sent together are for none of the tasks after all."""
    _decide(work, tap.file, None, Outcome.TIDAK_JADI)
    return done(Done.FILE_LEFT)


def leave_offered(work: Work, data: dict[str, Any]) -> None:
    """/batal while it is asked which task files are for: they are for none of them."""
    _decide(work, int(data["file"]), None, Outcome.TIDAK_JADI)


def _decide(work: Work, row_id: int, task_id: int | None, outcome: Outcome | None) -> None:
    first = work.tx.inbox.get_any(row_id)
    if first is None or first.chat_id != work.person.chat_id:
        raise Refuse(Refused.BUTTON_OLD)
    rows = [r for r in work.tx.inbox.batch(first.batch) if r.outcome is Outcome.DITANYAKAN]
    if not rows:
        raise Refuse(FileRefused.FILE_DECIDED)
    for row in rows:
        bad = Outcome.NAMA if outcome is None and _bad_name(row.name) else outcome
        work.tx.inbox.decide(row.id, task_id or row.task_id, bad, work.now)
    _receipt(work, first.batch)
    if work.asked(asking.OFFER) == {"file": rows[0].id}:
        work.answered()


def refuse_kind(work: Work, reply_to: int | None) -> None:
    """Somebody sent what is neither a text nor a document or photo."""
    awaited = work.asked(ATTACH) is not None
    meant = awaited or task_of_message(work, reply_to) is not None
    work.reply(refusal(Refuse(FileRefused.FILE_KIND if meant else Refused.FREE_TEXT)))


def send_all(work: Work, tap: SendFiles) -> DoneView:
    """📂: have the run's files sent to whoever asks, if they have a part in it."""
    stored, task = runs.find_task(work, tap.token)
    person, request = work.person, work.request
    if not runs.has_part(stored, person.id, work.state):
        raise runs.not_yours(work, stored, task)
    files = stored.run.documents[-SENT_AT_ONCE:]
    if not files:
        raise Refuse(FileRefused.NO_FILES)
    asked = f"{request.update_id if request else None}:{int(work.now.timestamp())}"
    work.notify_each(
        PersonalNotice(
            EvidenceFile(file.sha256),
            person.id,
            f"file:{number}:{asked}",
            stored.run.id,
            stored.task_ids[(owner.step, owner.attempt)],
        )
        for number, (owner, file) in enumerate(files)
    )
    return done(Done.FILES_COMING, count=len(files))


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
    """Give the fetched file its place in the archive and attach it. It lies there before the
    transaction commits, so that no row is without its file.

    Raises:
        ArchiveFullError: the disk is full; nothing was changed.
    """
    with services.begin(now) as work:
        row = work.tx.inbox.get(row_id)
        if row is None:
            return
        sender = work.as_person(row.chat_id)
        outcome = _attach(sender, row, fetched, contents)
        work.tx.inbox.complete(row_id, outcome)
        _receipt(sender, row.batch)


def not_kept(services: Services, row_id: int, outcome: Outcome, now: datetime) -> None:
    """The file cannot be had or held: whoever sent it is told why."""
    with services.begin(now) as work:
        row = work.tx.inbox.get(row_id)
        if row is None:
            return
        work.tx.inbox.complete(row_id, outcome)
        _receipt(work.as_person(row.chat_id), row.batch)
        if outcome is Outcome.DISKA_PENUH:
            work.warn_admins(ArchiveFull(), "full")


def try_later(services: Services, row_id: int, at: datetime, *, counts: bool) -> None:
    """Telegram did not give it now. `counts` False: it could not be reached at all."""
    with services.store.begin() as tx:
        tx.inbox.retry(row_id, at, counts=counts)


def sweep(services: Services) -> int:
    """Delete what an end without warning left in the inbox; how many files it was."""
    return services.archive.sweep() if services.archive is not None else 0


def _archive(services: Services) -> Archive:
    if services.archive is None:
        raise LookupError("these services have no archive")
    return services.archive


def _keys(work: Work, sent: SentFile) -> tuple[str, str]:
    """What names a file, and those that were sent together with it."""
    chat_id, request = work.person.chat_id, work.request
    key = f"{chat_id}:{request.update_id if request else None}:{int(work.now.timestamp())}"
    return key, f"{chat_id}{_ALBUM}{sent.group[:40]}" if sent.group else key


def _meant(
    work: Work, earlier: list[IncomingFile], reply_to: int | None
) -> tuple[StoredRun, Task] | None:
    """The task that a file is for, `earlier` ones of its album before it. A question that asked for
    it is answered by it; another about a task of the person's goes on waiting for its answer."""
    if earlier:
        return runs.task_by_id(work, earlier[-1].task_id)
    question = work.asked(ATTACH)
    asked = str(question["token"]) if question else None
    found = task_of_message(work, reply_to) or (work.tx.runs.by_token(asked) if asked else None)
    if found is None:
        about = views.asked_about(work)
        tokens = ((one, one[0].tokens[(one[1].step, one[1].attempt)]) for one in runs.waiting(work))
        return next((one for one, token in tokens if token == about), None)
    if asked == found[0].tokens[(found[1].step, found[1].attempt)]:
        work.answered()
    return found


def _refused_at_once(
    work: Work, sent: SentFile, name: str, stored: StoredRun, task: Task
) -> Outcome | None:
    if refused := _refused(work, stored, task):
        return _WHY_NOT.get(refused.reason, Outcome.BUKAN_BAGIANNYA)
    if sent.size is not None and sent.size > SIZE_LIMIT:
        return Outcome.TERLALU_BESAR
    if sent.size == 0:
        return Outcome.KOSONG
    if _bad_name(sent.name) or (sent.name and not name):
        return Outcome.NAMA
    return None


def _bad_name(name: str) -> bool:
    """No phone sends such a name: somebody tries where it might lead."""
    return bool(set(name) & set("/\\\0")) or (bool(name) and not name.strip(". "))


def _refused(work: Work, stored: StoredRun, task: Task) -> Refusal | None:
    person = work.person
    return attaching_refused(stored.run, task.step, task.attempt, person.id, work.state)


def _attach(work: Work, row: IncomingFile, fetched: Draft, contents: Contents) -> Outcome:
    found = runs.task_by_id(work, row.task_id)
    if found is None or work.somebody is None:
        return Outcome.BUKAN_BAGIANNYA
    stored, task = found
    by, size, sha256 = By(work.person.id), contents.size, contents.sha256
    shown = (row.photo, row.caption, row.batch.partition(_ALBUM)[2])
    # As what they attach it, and at which moment, is decided there.
    file = Evidence(by, row.name, size, sha256, row.file_id, work.now, *shown)
    decision = runs.ask_engine(work, stored, Attach(task.step, task.attempt, file))
    if isinstance(decision, Refusal):
        return _WHY_NOT.get(decision.reason, Outcome.BUKAN_BAGIANNYA)
    _store(work, stored, task, row, fetched, contents)
    runs.save_decision(work, stored, decision)
    return Outcome.TERSIMPAN


def _store(
    work: Work, stored: StoredRun, task: Task, row: IncomingFile, fetched: Draft, contents: Contents
) -> None:
    """Give the file its place in the archive; a content that is there already is kept once."""
    archive, known = _archive(work.services), work.tx.files.get(contents.sha256)
    if known is None:
        run = stored.run
        place = place_of(run.year, run.procedure.code, run.id, task.step, contents.sha256, row.name)
        archive.keep(fetched, place)
        work.tx.files.put(StoredFile(contents.sha256, place, contents.size), work.now)
    elif not archive.holds(known.path, known.size):
        # It was lost from the disk, and is back.
        archive.keep(fetched, known.path)


def _receipt(work: Work, batch: str) -> None:
    """Tell what became of the files that were sent together, in one message."""
    _say(work, f"files:{batch}", Reply("received", {"batch": batch}), live=True)


def _say(work: Work, key: str, reply: Reply, *, live: bool = False) -> None:
    person = work.somebody
    if person is None:
        return  # they left: nothing is told them any more
    row = NewDelivery(key, person.chat_id, person.id, reply, live=live)
    work.tx.outbox.put([row], work.now)


def _in_words(work: Work, refusal: Refusal, stored: StoredRun, task: Task) -> Refuse:
    if refusal.reason in (Reason.RUN_OVER, Reason.OVERTAKEN):
        return Refuse(FileRefused.FILE_TOO_LATE)
    if refusal.reason is Reason.TOO_MUCH:
        return Refuse(FileRefused.FILES_FULL)
    return runs.not_yours(work, stored, task)


FEATURE = Feature(
    "evidence",
    taps={AttachFile: ask, AttachTo: attach_to, LeaveFile: leave, SendFiles: send_all},
    cards={AttachFile: lambda tap: TaskCard()},
    views={"ask_file": NamedView(views.ask_file), "received": NamedView(views.received)},
    questions={ATTACH: Question(take_text, wants_text=False)},
    asks={views.AskFileView: (ATTACH,)},
    notices={
        EvidenceFile: Drawn(views.draw_file, "berkas"),
        ArchiveFull: Drawn(as_it_is, "ruang penyimpanan penuh"),
    },
    hooks={Hook.FILE: receive, Hook.OTHER: refuse_kind, Hook.OFFER_LEFT: leave_offered},
    words={
        views.AskFileView: texts.say_ask_file,
        views.ReceivedView: texts.say_received,
        views.WhichTaskView: texts.say_which,
        views.EvidenceFileView: texts.say_caption,
        ArchiveFull: texts.say_archive_full,
    },
    refusals=texts.REFUSALS,
    done=texts.DONE,
    journal={"evidence_attached": texts.journal_attached},
)
