"""Reports to be set: a run with everything that can happen to one, of any length, in any words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta

from bot.domain import metrics, worktime
from bot.domain.calendar import office_calendar
from bot.domain.documents import Attempt, JournalEntry, RunReport, Signatory, Signature, SignedFact
from bot.domain.events import (
    Cause,
    DeadlineMoved,
    Event,
    EvidenceAttached,
    ExtensionAsked,
    ExtensionDecided,
    RunFinished,
    RunPaused,
    RunResumed,
    RunStarted,
    TaskClosed,
    TaskConfirmed,
    TaskNoted,
    TaskOpened,
    TaskReturned,
    TeamChosen,
    author,
)
from bot.domain.run import (
    By,
    Capacity,
    Confirmation,
    Evidence,
    Extension,
    Note,
    Run,
    Task,
    TaskStatus,
    Team,
)
from bot.domain.sop import (
    DefaultYear,
    Duration,
    DurationUnit,
    Official,
    Procedure,
    Sop,
    Step,
    StepKind,
    Wording,
)
from tests.cast import BUDI, DEWI, HADI, MONDAY, RINA, SARI
from tests.histories import replay
from tests.offices import kantor

OFFICE = kantor()
CALENDAR = office_calendar(OFFICE)
NAMES = {p.chat_id: p.name for p in (BUDI, DEWI, HADI, RINA, SARI)}
ROLES = {"kasubbag": "Kasubbag Perencanaan", "tim": "Tim Pelaksana", "sekretaris": "Sekretaris"}
BY_SARI = By(SARI.chat_id, "kasubbag")
BY_BUDI = By(BUDI.chat_id, "tim")
BY_HADI = By(HADI.chat_id, "kepala_dinas", None, Capacity.PLT)


def sop_of(steps: int, words: str = "") -> Sop:
    """An SOP of so many steps; `words` stand in every text, and alone where it is short."""
    procedure = Procedure(
        "lakip",
        words or "PENYUSUNAN LAKIP",
        DefaultYear.SEBELUMNYA,
        tuple(_step(number, steps, words) for number in range(1, steps + 1)),
    )
    some = (Wording(words or "Peraturan Menteri PAN dan RB Nomor 35 Tahun 2012"),)
    return Sop(
        words[:60] or "503/22/SOP.PRCN/DISPMPPTSPTK/2024",
        words or "PENYUSUNAN LAKIP",
        "Subbagian Perencanaan",
        date(2024, 1, 23),
        None,
        date(2024, 1, 23),
        Official(words or "GUNSONO MEKSON, SE, MM", "Pembina Utama Muda", "196910161995031001"),
        some,
        some,
        (),
        some,
        some[0],
        some[0],
        (procedure,),
    )


def _step(number: int, steps: int, words: str) -> Step:
    last = number == steps
    unit = DurationUnit.JAM if number % 5 == 1 else DurationUnit.HARI
    return Step(
        number,
        Wording(words or f"Mengumpulkan dan memeriksa bahan LAKIP bagian {number}"),
        ("kepala_dinas" if last else "tim",),
        Duration(1 + number % 3, unit),
        Wording(words or "Draft LAKIP"),
        Wording(words or "Komputer, Printer dan ATK"),
        kind=StepKind.TANDA_TANGAN if last else StepKind.KERJA,
        return_to=max(1, number - 2) if last else None,
    )


def story(sop: Sop, words: str = "", *, finished: bool = True) -> list[Event]:
    """The run's journal: a return, an extension, evidence, a note, a pause, a team."""
    return list(_story(sop.procedures[0], words, finished))


def _story(procedure: Procedure, words: str, finished: bool) -> Iterator[Event]:
    now = MONDAY
    reason = words or "Angka realisasi belum cocok dengan laporan keuangan"
    yield RunStarted(procedure.code, 2025, SARI.chat_id, now, None, BY_SARI)
    yield TeamChosen(
        Team((BUDI.chat_id, RINA.chat_id), BUDI.chat_id, "800/12/SK/2026"), BY_SARI, now
    )
    returned = False
    attempts: dict[int, int] = {}
    number = 1
    while number <= len(procedure.steps):
        step = procedure.step(number)
        attempt = attempts[number] = attempts.get(number, 0) + 1
        due = worktime.add(now, step.duration, CALENDAR)
        yield TaskOpened(number, attempt, now, due)
        if number == 2 and attempt == 1:
            yield TaskNoted(number, attempt, Note(BY_BUDI, reason, now))
            asked = Extension(BY_BUDI, Duration(1, DurationUnit.HARI), reason, now)
            yield ExtensionAsked(number, attempt, asked)
            yield ExtensionDecided(number, attempt, 0, True, BY_SARI, now)
            due = worktime.add(due, Duration(1, DurationUnit.HARI), CALENDAR)
            yield DeadlineMoved(number, attempt, due, Cause.PERPANJANGAN, now)
            yield RunPaused(BY_SARI, reason, now)
            now = worktime.add(now, Duration(2, DurationUnit.HARI), CALENDAR)
            yield RunResumed(BY_SARI, now)
            now = worktime.add(now, Duration(3, DurationUnit.HARI), CALENDAR)
        if not finished and number == len(procedure.steps):
            return
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        name = words or f"Rekap realisasi bagian {number}.pdf"
        yield EvidenceAttached(
            number, attempt, Evidence(BY_BUDI, name, 123_456, digest, "file", now)
        )
        now = worktime.add(now, Duration(2, DurationUnit.JAM), CALENDAR)
        if step.return_to and not returned:
            returned = True
            yield TaskReturned(number, attempt, step.return_to, reason, BY_HADI, now)
            number = step.return_to
            continue
        by = BY_HADI if step.roles == ("kepala_dinas",) else BY_BUDI
        given = Confirmation(by.person_id, by.role or "", None, by.capacity, now)
        yield TaskConfirmed(number, attempt, given)
        yield TaskClosed(number, attempt, now)
        number += 1
    yield RunFinished(now)


def report(steps: int = 10, words: str = "", *, finished: bool = True) -> RunReport:
    """The report of such a run; `words` stand in every text and in every name."""
    sop = sop_of(steps, words)
    events = story(sop, words, finished=finished)
    run = replay(12, sop.procedures[0], events)
    now = events[-1].at + timedelta(days=3)
    by_time = [SignedFact(t, e, signed_by(e.by, words)) for t in run.tasks for e in t.evidence]
    return RunReport(
        office=OFFICE,
        sop=sop,
        run=run,
        started_by=signed_by(BY_SARI, words),
        head=Signatory("Plt. Kepala Dinas", words or HADI.name, "197003121995031002", "IV/a"),
        owner=Signatory("Kepala Subbagian Perencanaan", words or SARI.name),
        made_at=now,
        planned_end=metrics.planned_end(run, CALENDAR),
        forecast=metrics.forecast(run, now, CALENDAR),
        late=metrics.lateness(metrics.planned_end(run, CALENDAR), now, CALENDAR),
        attempts=tuple(
            attempt_of(run, t, words) for t in sorted(run.tasks, key=lambda t: (t.step, t.attempt))
        ),
        journal=tuple(
            JournalEntry(e, signed_by(by, words) if (by := author(e)) else None) for e in events
        ),
        team=(f"{words or BUDI.name} (ketua)", words or RINA.name),
        returns=tuple(
            SignedFact(t, t.returned, signed_by(t.returned.by, words))
            for t in run.tasks
            if t.returned
        ),
        extensions=tuple(
            SignedFact(t, e, signed_by(e.by, words), signed_by(BY_SARI, words))
            for t in run.tasks
            for e in t.extensions
        ),
        evidence=tuple(by_time),
        notes=tuple(SignedFact(t, n, signed_by(n.by, words)) for t in run.tasks for n in t.notes),
        pauses=tuple(
            SignedFact(None, p, signed_by(p.by, words), signed_by(BY_SARI, words))
            for p in run.pauses
        ),
    )


def attempt_of(run: Run, task: Task, words: str = "") -> Attempt:
    """The attempt as a report tells it."""
    end = task.closed_at or run.last_change
    return Attempt(
        run.step_of(task),
        task,
        metrics.worked(run, task, end, CALENDAR),
        metrics.lateness(task.due_at, end, CALENDAR),
        tuple(
            signed_by(By(c.person_id, c.role, c.unit, c.capacity), words)
            for c in task.confirmations
        ),
        (f"{words or RINA.name} (Tim Pelaksana)",) if task.status is TaskStatus.TERBUKA else (),
        signed_by(task.returned.by, words) if task.returned else None,
    )


def signed_by(by: By, words: str = "") -> Signature:
    """Who did something, as a report tells it."""
    role = OFFICE.known(by.role or "").name
    title = f"Plt. {role}" if by.capacity is Capacity.PLT else role
    return Signature(words or NAMES[by.person_id], title, MONDAY)
