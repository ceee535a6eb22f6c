"""Documents for those who lead: gathered in one look at the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain import evaluation, metrics, timeline
from bot.domain.access import KEPALA_DINAS
from bot.domain.documents import (
    Attempt,
    EvaluationReport,
    JournalEntry,
    OfficePicture,
    RunPicture,
    RunReport,
    Signatory,
    Signature,
    SignedFact,
)
from bot.domain.evaluation import Evaluation
from bot.domain.events import Event
from bot.domain.periods import ReportPeriod
from bot.domain.run import By, Returned, Run, Task
from bot.domain.sop import Office, Procedure
from bot.features.naming import SignedBy, acted, author, post_title, printed, returned, signed
from bot.features.phrases import SHORT, Phrases
from bot.features.runview import current_step, performers
from bot.features.work import Work
from bot.store.runs import StoredRun
from bot.ui.markup import plain


def run_report(work: Work, stored: StoredRun) -> RunReport:
    """The report of one run as it stands now."""
    run, calendar, now = stored.run, work.calendar, work.now
    speaker = _Speaker(work.office, run.procedure, work.tx.people.official_names())
    tasks = sorted(run.tasks, key=lambda t: (t.step, t.attempt))
    planned = metrics.planned_end(run, calendar, now)
    forecast = metrics.forecast(run, now, calendar)
    events = work.tx.journal.events(run.id)
    journal = tuple(JournalEntry(event, speaker.author(event)) for event in events)
    return RunReport(
        office=work.office,
        sop=stored.sop,
        run=run,
        started_by=journal[0].who or Signature(speaker.name(run.started_by), "", run.started_at),
        head=_signatory(work, KEPALA_DINAS),
        owner=_signatory(work, work.office.owner_role),
        made_at=now,
        planned_end=planned,
        forecast=forecast,
        late=metrics.lateness(planned, run.finished_at or forecast or now, calendar),
        attempts=tuple(_attempt(work, run, task, speaker) for task in tasks),
        journal=journal,
        team=_team(run, speaker),
        returns=tuple(
            SignedFact(t, t.returned, speaker.sent_back(t, t.returned)) for t in tasks if t.returned
        ),
        extensions=tuple(
            SignedFact(t, e, speaker.by(e.by, e.at), speaker.maybe(e.decided_by, e.decided_at))
            for t in tasks
            for e in t.extensions
        ),
        evidence=tuple(SignedFact(t, e, speaker.by(e.by, e.at)) for t in tasks for e in t.evidence),
        notes=tuple(SignedFact(t, n, speaker.by(n.by, n.at)) for t in tasks for n in t.notes),
        pauses=tuple(
            SignedFact(None, p, speaker.by(p.by, p.since), speaker.maybe(p.ended_by, p.until))
            for p in run.pauses
        ),
        cancelled_by=speaker.by(run.cancelled.by, run.cancelled.at) if run.cancelled else None,
    )


def run_picture(work: Work, stored: StoredRun, page: int) -> RunPicture:
    """A page of the timeline of one run as it stands now."""
    legal = work.legal_date(stored.run)
    drawn = timeline.of_run(stored.run, work.now, work.calendar, legal, page)
    return RunPicture(work.office, drawn)


def office_picture(
    work: Work, shown: Iterable[StoredRun], page: int, *, whole: bool
) -> OfficePicture:
    """A page of the timeline of these runs; `whole` says that they are all that are under way."""
    going = [(stored.run, work.legal_date(stored.run)) for stored in shown]
    drawn = timeline.of_office(going, work.now, work.calendar, page)
    awaited = {row.run.id: _awaited(work, row.run) for row in drawn.rows}
    return OfficePicture(work.office, drawn, whole, awaited)


def _awaited(work: Work, run: Run) -> str:
    """Whom the open step of a run waits for, as plain text of a line or two."""
    newest = max(run.current, key=lambda task: task.step)
    step = current_step(run, newest, work.now, work.state)
    return Phrases(work.office).awaited_names(step, SHORT, plain)


def evaluation_report(work: Work, period: ReportPeriod) -> EvaluationReport | None:
    """The evaluation of a semester or year; None where no run touches it, or it is to come."""
    start, end = period.bounds(work.calendar.zone)
    if work.now < start:
        return None
    before = period.before
    if before is not None:
        start, _ = before.bounds(work.calendar.zone)
    touching = [(stored.sop, stored.run) for stored in work.tx.runs.touching(start, end)]

    def evaluated(which: ReportPeriod) -> Evaluation:
        known = work.catalog.procedures()
        return evaluation.evaluate(touching, known, which, work.now, work.calendar)

    done, earlier = evaluated(period), evaluated(before) if before else None
    owner = _signatory(work, work.office.owner_role)
    compared = earlier if earlier and earlier.runs else None
    return EvaluationReport(work.office, done, owner, compared) if done.runs else None


def periods(work: Work, *, semesters: bool) -> tuple[ReportPeriod, ...]:
    """The periods of which there is something to report, the newest first."""
    started = work.tx.runs.first_started()
    if started is None:
        return ()
    first, last = (work.calendar.local(at).date() for at in (started, work.now))
    halves = (1, 2) if semesters else (None,)
    every = [ReportPeriod(y, h) for y in range(first.year, last.year + 1) for h in halves]
    return tuple(p for p in reversed(every) if p.first <= last and first <= p.last)


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Puts the names and the posts to what people did."""

    office: Office
    procedure: Procedure
    names: dict[int, str]

    def name(self, person_id: int) -> str:
        return self.names.get(person_id, "—")

    def by(self, by: By, at: datetime) -> Signature:
        return _signature(acted(self.office, self.names, by, at))

    def maybe(self, by: By | None, at: datetime | None) -> Signature | None:
        return self.by(by, at) if by and at else None

    def confirmed(self, task: Task) -> tuple[Signature, ...]:
        return tuple(_signature(s) for s in signed(self.office, self.names, task.confirmations))

    def sent_back(self, task: Task, given: Returned) -> Signature:
        step = self.procedure.step(task.step)
        return _signature(returned(self.office, self.names, step, given))

    def author(self, event: Event) -> Signature | None:
        by = author(self.office, self.names, self.procedure, event)
        return _signature(by) if by else None


def _signature(s: SignedBy) -> Signature:
    return Signature(s.name, printed(s.role), s.at, s.recorded_for)


def _signatory(work: Work, role: str) -> Signatory:
    """Whoever acts in this post now."""
    holding = next(iter(work.staff.holders([role])), None)
    person = work.staff.person(holding.person_id) if holding else None
    if holding is None or person is None:
        return Signatory(post_title(work.office, role))
    title = post_title(work.office, role, holding.capacity)
    return Signatory(title, person.name, person.nip or "", person.rank or "")


def _team(run: Run, speaker: _Speaker) -> tuple[str, ...]:
    if run.team is None:
        return ()
    chair = run.team.chair
    first = (f"{speaker.name(chair)} (ketua)",) if chair is not None else ()
    return (*first, *(speaker.name(member) for member in run.team.members if member != chair))


def _attempt(work: Work, run: Run, task: Task, speaker: _Speaker) -> Attempt:
    step, calendar = run.step_of(task), work.calendar
    end = task.closed_at or (run.pause.since if run.pause else work.now)
    waiting = performers(run, step, work.state, task, lambda p: p.name) if task.is_open else ()
    return Attempt(
        step=step,
        task=task,
        worked=metrics.worked(run, task, end, calendar),
        late=metrics.lateness(task.due_at, end, calendar),
        signed=speaker.confirmed(task),
        awaited=tuple(f"{p.name} ({printed(p.role)})" for p in waiting),
        sent_back=speaker.sent_back(task, task.returned) if task.returned else None,
    )
