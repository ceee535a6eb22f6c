"""Documents for those who lead: gathered in one look at the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain import evaluation, events, metrics, timeline
from bot.domain.documents import (
    Attempt,
    EvaluationReport,
    JournalEntry,
    OfficePicture,
    RunPicture,
    RunReport,
    Signature,
    SignedFact,
)
from bot.domain.events import Event, RunStarted, TaskConfirmed
from bot.domain.periods import ReportPeriod
from bot.domain.run import By, Run, Task
from bot.domain.sop import Office
from bot.features.naming import SignedBy, acted, printed, signed
from bot.features.phrases import SHORT, Phrases
from bot.features.runview import current_step, performers
from bot.features.work import Work
from bot.store.runs import StoredRun
from bot.ui.markup import plain


def run_report(work: Work, stored: StoredRun) -> RunReport:
    """The report of one run as it stands now."""
    run, calendar, now = stored.run, work.calendar, work.now
    speaker = _Speaker(work.office, work.tx.people.names())
    tasks = sorted(run.tasks, key=lambda t: (t.step, t.attempt))
    planned = metrics.planned_end(run, calendar, now)
    forecast = metrics.forecast(run, now, calendar)
    return RunReport(
        office=work.office,
        sop=stored.sop,
        run=run,
        started_by=speaker.name(run.started_by),
        made_at=now,
        planned_end=planned,
        forecast=forecast,
        late=metrics.lateness(planned, run.finished_at or forecast or now, calendar),
        attempts=tuple(_attempt(work, run, task, speaker) for task in tasks),
        journal=tuple(JournalEntry(e, speaker.author(e)) for e in work.tx.journal.events(run.id)),
        team=_team(run, speaker),
        returns=tuple(
            SignedFact(t, t.returned, speaker.by(t.returned.by, t.returned.at))
            for t in tasks
            if t.returned
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
    touching = [(stored.sop, stored.run) for stored in work.tx.runs.touching(start, end)]
    procedures = work.catalog.procedures()
    done = evaluation.evaluate(touching, procedures, period, work.now, work.calendar)
    return EvaluationReport(work.office, done) if done.runs else None


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
    names: dict[int, str]

    def name(self, person_id: int) -> str:
        return self.names.get(person_id, "—")

    def by(self, by: By, at: datetime) -> Signature:
        return _signature(acted(self.office, self.names, by, at))

    def maybe(self, by: By | None, at: datetime | None) -> Signature | None:
        return self.by(by, at) if by and at else None

    def confirmed(self, task: Task) -> tuple[Signature, ...]:
        return tuple(_signature(s) for s in signed(self.office, self.names, task.confirmations))

    def author(self, event: Event) -> Signature | None:
        """Who made an event happen, as what; an old line may know the person alone."""
        match event:
            case TaskConfirmed(confirmation=c):
                (one,) = signed(self.office, self.names, [c])
                return _signature(one)
            case RunStarted(by=None, person_id=person_id):
                return Signature(self.name(person_id), "", event.at)
            case _:
                by = events.author(event)
                return self.by(by, event.at) if by else None


def _signature(s: SignedBy) -> Signature:
    return Signature(s.name, printed(s.role), s.at, s.recorded_for)


def _team(run: Run, speaker: _Speaker) -> tuple[str, ...]:
    if run.team is None:
        return ()
    chair = run.team.chair
    first = (f"{speaker.name(chair)} (ketua)",) if chair is not None else ()
    return (*first, *(speaker.name(member) for member in run.team.members if member != chair))


def _attempt(work: Work, run: Run, task: Task, speaker: _Speaker) -> Attempt:
    step, calendar = run.step_of(task), work.calendar
    end = task.closed_at or (run.pause.since if run.pause else work.now)
    waiting = performers(run, step, work.state, task) if task.is_open else ()
    return Attempt(
        step=step,
        task=task,
        worked=metrics.worked(run, task, end, calendar),
        late=metrics.lateness(task.due_at, end, calendar),
        signed=speaker.confirmed(task),
        awaited=tuple(f"{p.name} ({printed(p.role)})" for p in waiting),
        sent_back=speaker.by(task.returned.by, task.returned.at) if task.returned else None,
    )
