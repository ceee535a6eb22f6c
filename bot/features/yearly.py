"""What comes back every year: a start is proposed, and a legal date in danger is reported.

The next start of each procedure is an entry of the agenda, scheduled when the bot starts and
after each change of the calendar, so that it follows the data.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain import digest, metrics, worktime, yearly
from bot.domain.assignment import helpers
from bot.domain.decision import Decision
from bot.domain.notices import LegalDateAtRisk, StartProposed
from bot.domain.run import Run
from bot.domain.sop import Procedure
from bot.domain.worktime import WorkCalendar
from bot.domain.yearly import LegalDate
from bot.features import phrases, replies
from bot.features.answers import Done, DoneView, Refuse, Refused, done
from bot.features.asking import Leave
from bot.features.feature import Drawn, Feature, Sending, View, procedures
from bot.features.naming import Greeting
from bot.features.phrases import Phrases
from bot.features.runview import CurrentStep, run_view
from bot.features.start.views import START_RUN, StartRefused
from bot.features.work import Services, Work
from bot.indonesian import ASSUMED
from bot.store.agenda import Entry
from bot.ui.buttons import Code, Show, Tap, Year, button
from bot.ui.markup import bold
from bot.ui.message import Message

START = "start"
"""The agenda's name for a start that is to be proposed."""

END_MOVED = "end"
"""The agenda's name for a run whose end has moved."""

_PREFIX = "start:"

POSTPONED_BY = timedelta(days=7)

WORSE = timedelta(days=7)
"""By how much the end in sight has to recede before the leaders hear of it again: a late step
moves it on by a day every day."""

_MOVES_THE_END = ("run_started", "task_returned", "deadline_moved", "run_resumed")


class LookAtStart(Tap, prefix="due", after=Show.BELOW, reads_only=True):
    """Have a last look before the proposed start; the proposal stays on the screen."""

    code: Code
    year: Year


class PutOffStart(Tap, prefix="week"):
    """Propose the start that belongs to this day again in a week."""

    code: Code
    day: date


@dataclass(frozen=True, slots=True)
class ProposalView:
    """It is time to start a procedure. `ends` is when it would end if begun now, `until` the
    day by which the law wants it finished."""

    greeting: Greeting
    procedure: Procedure
    year: int
    day: date
    ends: datetime
    until: LegalDate | None


@dataclass(frozen=True, slots=True)
class LegalDateView:
    """A run will not be finished by its legal date; `days` working days are left until it."""

    greeting: Greeting
    run: Run
    current: tuple[CurrentStep, ...]
    ends: datetime
    until: LegalDate
    days: int


# What the clock does


def schedule(work: Work, calendar: WorkCalendar) -> None:
    """See to it that the agenda holds the starts that the data names, on working days."""
    agenda, now = work.tx.agenda, work.now
    for entry in agenda.waiting(_PREFIX):
        if _procedure(work, entry) is None:
            agenda.withdraw(entry.key)
            continue
        at = yearly.proposed_at(date.fromisoformat(entry.data["on"]), calendar)
        if now < at != entry.due_at:
            agenda.postpone(entry.key, at)
    today = calendar.local(now).date()
    for procedure in procedures(work):
        if procedure.schedule is not None:
            day = yearly.next_start(procedure.schedule, today)
            agenda.put([_entry(procedure.code, day, day, calendar)])


def propose(work: Work, entry: Entry) -> None:
    """The day has come: the owner of the SOPs is asked, unless there is such a run already."""
    procedure = _procedure(work, entry)
    if procedure is None:
        return
    if not worktime.within_hours(work.now, work.calendar):
        opening = worktime.opening(work.now, work.calendar)
        key = f"{_PREFIX}{procedure.code}:{entry.data['day']}:{opening:%Y%m%d%H%M}"
        work.tx.agenda.put([Entry(key, START, opening, entry.data)])
        return
    schedule(work, work.calendar)
    day = date.fromisoformat(entry.data["day"])
    year = procedure.default_year.of(day)
    if not work.tx.runs.exists(procedure.code, year):
        notice = StartProposed(procedure.code, year, day)
        work.notify(notice, helpers(work.state), entry.key)


def look(work: Work, tap: LookAtStart) -> View:
    """The last look before a proposed start."""
    return replies.show(work, "start_question", code=tap.code, year=tap.year)


def put_off(work: Work, tap: PutOffStart) -> DoneView:
    """Propose the start again in a week."""
    work.require(START_RUN)
    on = work.today + POSTPONED_BY
    entry = _entry(tap.code, tap.day, on, work.calendar)
    procedure = _procedure(work, entry)
    if procedure is None:
        raise Refuse(Refused.BUTTON_OLD)
    if work.tx.runs.exists(tap.code, procedure.default_year.of(tap.day)):
        raise Refuse(StartRefused.START_CHANGED)
    work.tx.agenda.put([entry])
    return done(Done.SNOOZED, until=entry.due_at)


def next_proposal(services: Services) -> datetime | None:
    """When the next start is proposed; None if the data names none."""
    with services.store.read() as tx:
        return next((entry.due_at for entry in tx.agenda.waiting(_PREFIX)), None)


def decided(work: Work, decision: Decision) -> None:
    """A decision that moves a run's end has its legal date looked at again."""
    about = {"run_id": decision.run.id}
    work.tx.agenda.put([Entry(f"end:{secrets.token_hex(8)}", END_MOVED, work.now, about)])


def watch_all(work: Work) -> None:
    """Each morning: which runs will not be finished by their legal date."""
    for stored in work.tx.runs.running():
        _watch(work, stored.run)


def watch(work: Work, entry: Entry) -> None:
    """The end of one run has moved."""
    stored = work.tx.runs.get(int(entry.data["run_id"]))
    if stored is not None:
        _watch(work, stored.run)


def _watch(work: Work, run: Run) -> None:
    """Report a run that will be late before the law, once, and again when it grows worse."""
    now, calendar, known = work.now, work.calendar, work.tx.keyvalues
    until, end = work.legal_date(run), yearly.expected_end(run, now, calendar)
    if until is None or end is None or calendar.local(now).date() > until.last:
        return
    name = f"legal:{run.id}"
    mark = known.get(name)
    reported = date.fromisoformat(mark.value) if mark and mark.value else None
    if end.date() <= until.last:
        if reported is not None:
            known.put(name, "", now)
        return
    if reported is not None and end.date() - reported < WORSE:
        return
    known.put(name, end.date().isoformat(), now)
    work.notify(
        LegalDateAtRisk(),
        digest.watchers(work.state),
        f"{name}:{end:%Y%m%d}:{int(now.timestamp())}",
        run_id=run.id,
        silent=not worktime.within_hours(now, calendar),
    )


def _entry(code: str, day: date, on: date, calendar: WorkCalendar) -> Entry:
    """A proposal of the start that belongs to `day`, to be made on `on`."""
    key = f"{_PREFIX}{code}:{day}" if on == day else f"{_PREFIX}{code}:{day}:{on}"
    data = {"code": code, "day": day.isoformat(), "on": on.isoformat()}
    return Entry(key, START, yearly.proposed_at(on, calendar), data)


def _procedure(work: Work, entry: Entry) -> Procedure | None:
    """The procedure that an entry speaks of, if the data still has it begin on that day."""
    found = work.catalog.find(str(entry.data["code"]))
    if found is None or found[1].schedule is None:
        return None
    day = date.fromisoformat(entry.data["day"])
    return found[1] if found[1].schedule.start.in_year(day.year) == day else None


# How it looks at the moment of sending


def _draw_proposal(work: Work, notice: StartProposed, sending: Sending) -> ProposalView | None:
    """A start is proposed; None where somebody has started it, or the data has it no more."""
    found = work.catalog.find(notice.code)
    if found is None or work.tx.runs.exists(notice.code, notice.year):
        return None
    procedure = found[1]
    ends = metrics.standard_end(procedure, work.now, work.calendar)
    until = yearly.legal_deadline(procedure, notice.year, work.calendar)
    return ProposalView(work.greeting, procedure, notice.year, notice.day, ends, until)


def _draw_risk(work: Work, notice: LegalDateAtRisk, sending: Sending) -> LegalDateView | None:
    """A run will not be finished in time; None where by now it will."""
    stored = sending.stored
    ends, until = (
        yearly.expected_end(stored.run, work.now, work.calendar),
        work.legal_date(stored.run),
    )
    if ends is None or until is None or ends.date() <= until.last:
        return None
    seen = run_view(stored, work.now, work.state)
    days = yearly.working_days_left(work.now, until.last, work.calendar)
    return LegalDateView(work.greeting, seen.run, seen.current, ends, until, days)


# Words


def say_proposal(view: ProposalView, say: Phrases) -> Message:
    """It is time to start a procedure."""
    ends = say.moment(view.ends)
    facts = [f"Bila dimulai hari ini dan setiap langkah tepat waktu, selesai {bold(ends)}."]
    if view.until is not None:
        facts.append(f"Batas penyelesaiannya {say.legal_date(view.until)}.")
        if view.ends.date() > view.until.last:
            facts.append("⚠️ Perkiraan itu melewati batasnya.")
    schedule = view.procedure.schedule
    assumed = f"; {ASSUMED}" if schedule and "mulai" in schedule.assumptions else ""
    parts = [
        phrases.salutation(view.greeting),
        f"🗓 Menurut jadwal tahunan ({say.day(view.day)}{assumed}), sudah waktunya memulai "
        f"{phrases.title(view.procedure, view.year)}.",
        "\n".join(facts),
        f"Mohon arahan {view.greeting.address}.",
    ]
    start = LookAtStart(view.procedure.code, view.year)
    rows = (
        (button("▶️ Mulai", start, "success"),),
        (button("⏰ Ingatkan minggu depan", PutOffStart(view.procedure.code, view.day)),),
        (button("Tidak jadi", Leave()),),
    )
    return Message("\n\n".join(parts), rows)


def say_legal_date(view: LegalDateView, say: Phrases) -> Message:
    """The run will be late before the law, and there is still time."""
    run = view.run
    left = f"{view.days} hari kerja" if view.days else "sampai akhir hari ini"
    parts = [
        phrases.salutation(view.greeting),
        f"⚠️ Dengan hormat kami laporkan, pelaksanaan {phrases.title(run.procedure, run.year)} "
        "diperkirakan melewati batas penyelesaiannya.",
        f"Batas: {say.legal_date(view.until)}\n"
        f"Sisa waktu: {left}\n"
        f"Perkiraan selesai: {bold(say.moment(view.ends))}",
        *("\n".join(say.current(step, len(run.procedure.steps))) for step in view.current[:2]),
        f"Mohon arahan {view.greeting.address}, selagi masih ada waktu untuk mempercepatnya.",
    ]
    return Message("\n\n".join(parts))


FEATURE = Feature(
    "yearly",
    taps={LookAtStart: look, PutOffStart: put_off},
    notices={
        StartProposed: Drawn(_draw_proposal, "tawaran memulai"),
        LegalDateAtRisk: Drawn(_draw_risk, "batas menurut peraturan terancam"),
    },
    due={START: propose, END_MOVED: watch},
    reactions=dict.fromkeys(_MOVES_THE_END, decided),
    words={ProposalView: say_proposal, LegalDateView: say_legal_date},
)
