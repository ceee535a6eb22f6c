"""What moves when the calendar changes. Each run under way is counted anew in a transaction of its
own, through the agenda, so that a kill loses nothing and no tap waits for them all."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from bot.domain import engine
from bot.domain.actions import CalendarChanged
from bot.domain.calendar import office_calendar
from bot.domain.decision import Decision
from bot.domain.notices import DeadlineChanged
from bot.domain.run import Run, Task
from bot.domain.sop import Step
from bot.features import digest, phrases, runs, yearly
from bot.features.acting import ending
from bot.features.feature import Drawn, Feature, Sending
from bot.features.naming import Greeting
from bot.features.phrases import REASON, Phrases
from bot.features.work import Work
from bot.store.agenda import Entry
from bot.ui.markup import bold, safe
from bot.ui.message import Message

CALENDAR = "calendar"
"""The agenda's name for a run that has to be counted anew."""


@dataclass(frozen=True, slots=True)
class DeadlineChangedView:
    """The calendar changed, and with it the deadline of the recipient's task."""

    greeting: Greeting
    run: Run
    step: Step
    task: Task
    was: datetime
    why: str


def read_days(work: Work) -> None:
    """Let the office's calendar follow what the database says of single days."""
    work.calendar.follow(office_calendar(work.office, work.tx.calendar.corrections()))


def change_calendar(work: Work, why: str) -> None:
    """Let everything that is counted in working days be counted anew, from the commit on."""
    calendar, fresh = work.calendar, office_calendar(work.office, work.tx.calendar.corrections())
    change = secrets.token_hex(6)
    work.tx.agenda.put(
        Entry(f"calendar:{change}:{run_id}", CALENDAR, work.now, {"run_id": run_id, "why": why})
        for run_id in work.tx.runs.under_way_ids()
    )
    digest.schedule(work, fresh)
    yearly.schedule(work, fresh)
    ending.schedule(work, fresh)
    # Whoever writes next, in whichever thread, counts by the new calendar.
    work.tx.after_commit(lambda: calendar.follow(fresh))


def recount(work: Work, entry: Entry) -> None:
    """Count one run's deadlines by the calendar as it is now."""
    stored = work.tx.runs.get(int(entry.data["run_id"]))
    if stored is None or stored.run.status.is_over:
        return
    action = CalendarChanged(str(entry.data["why"]))
    at = stored.run.not_before(work.now)
    decision = engine.decide(stored.run, action, 0, at, work.state)
    if isinstance(decision, Decision):
        runs.save_decision(work, stored, decision)


def _draw_deadline(
    work: Work, notice: DeadlineChanged, sending: Sending
) -> DeadlineChangedView | None:
    """The new deadline; None where the task is done, or is due as it was before."""
    run, task = sending.stored.run, sending.task
    if not task.is_open or task.due_at == notice.was:
        return None
    return DeadlineChangedView(work.greeting, run, run.step_of(task), task, notice.was, notice.why)


def say_deadline_changed(view: DeadlineChangedView, say: Phrases) -> Message:
    """The calendar moved the recipient's deadline."""
    parts = [
        phrases.salutation(view.greeting),
        f"📅 Tenggat tugas berikut berubah karena {safe(view.why, REASON)}.",
        f"{say.run(view.run)}\n{phrases.activity(view.step)}",
        f"Semula: {say.moment(view.was)}\nMenjadi: {bold(say.moment(view.task.due_at))}",
    ]
    return Message("\n\n".join(parts))


FEATURE = Feature(
    "deadlines",
    notices={DeadlineChanged: Drawn(_draw_deadline, "perubahan tenggat")},
    due={CALENDAR: recount},
    words={DeadlineChangedView: say_deadline_changed},
)
