"""Looking at what concerns the office as a whole: its mornings and its days off.

These are makers of views, as `reading` lists them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain import assignment, digest, yearly
from bot.domain.assignment import OfficeState
from bot.domain.calendar import is_estimated
from bot.domain.events import Event, RunStarted, TaskClosed
from bot.domain.notices import GroupNews, StartProposed
from bot.domain.people import Person
from bot.domain.run import TaskStatus
from bot.store import Transaction
from bot.store.groups import Group
from bot.store.runs import StoredRun
from bot.usecases.desk import Scene, Services, staff_of
from bot.usecases.views import (
    DayFault,
    DayRow,
    DayStage,
    DigestSettingView,
    DigestView,
    Greeting,
    GroupNewsView,
    GroupRow,
    GroupsView,
    HolidayQuestionView,
    HolidaySetView,
    HolidaysView,
    LegalDateView,
    ProposalView,
    Refused,
    RefusedView,
    View,
    greeting,
    run_view,
    task_view,
)

Args = dict[str, str | int | bool | None]

_TOLD = (
    "run_started",
    "task_closed",
    "task_returned",
    "run_paused",
    "run_resumed",
    "run_cancelled",
    "run_finished",
)
"""The lines of the journal that groups are told of."""

SHOWN = timedelta(days=366)
"""How far /libur looks ahead."""


def digest_view(
    services: Services,
    tx: Transaction,
    person: Person,
    day: date,
    state: OfficeState,
    now: datetime,
) -> DigestView | None:
    """Somebody's overview of this day; None where there is nothing to say, or the day is over."""
    if services.calendar.local(now).date() != day or person.id in tx.people.without_digest():
        return None
    names = tx.people.names()
    running = tx.runs.running()
    mine = [
        task_view(stored, task, person, now, state, names)
        for stored in running
        for task in stored.run.current
        if person.id in assignment.waiting_for(stored.run, task, state)
    ]
    watched = running if person.id in digest.watchers(state) else []
    if not mine and not watched:
        return None
    return DigestView(
        greeting(state.office, person, state.staff),
        day,
        tuple(sorted(mine, key=lambda view: view.task.due_at)),
        tuple(run_view(stored, now, state) for stored in watched),
    )


def proposal(
    services: Services, tx: Transaction, proposed: StartProposed, hello: Greeting, now: datetime
) -> ProposalView | None:
    """The proposal to start a procedure; None where somebody has, or it is gone."""
    found = services.catalog.find(proposed.code)
    if found is None or tx.runs.exists(proposed.code, proposed.year):
        return None
    procedure = found[1]
    ends = yearly.end_if_started(procedure, now, services.calendar)
    last = yearly.legal_date(procedure, proposed.year)
    return ProposalView(hello, procedure, proposed.year, proposed.day, ends, last)


def legal_date(
    stored: StoredRun, last: date, hello: Greeting, state: OfficeState, now: datetime
) -> LegalDateView | None:
    """That a run will not be finished by `last`; None where by now it will."""
    ends = yearly.expected_end(stored.run, now, state.calendar)
    if ends is None or ends.date() <= last:
        return None
    seen = run_view(stored, now, state)
    days = yearly.working_days_left(now, last, state.calendar)
    return LegalDateView(hello, seen.run, seen.sop, seen.current, ends, last, days)


def group_news(
    services: Services, tx: Transaction, group: Group, news: GroupNews, now: datetime
) -> GroupNewsView | None:
    """What a group is told; None where nothing of it is true any more."""
    happened = tx.journal.events_between(news.since, news.until, _TOLD)
    runs = tx.runs.many(happened)
    if news.morning:
        runs |= {stored.run.id: stored for stored in tx.runs.running()}
    state = services.state(staff_of(services, tx, now))
    rows = [
        row
        for _, stored in sorted(runs.items())
        if group.procedure in (None, stored.run.procedure.code)
        and (row := _group_row(stored, happened.get(stored.run.id, []), news, now, state))
    ]
    return GroupNewsView(tuple(rows)) if rows else None


def _group_row(
    stored: StoredRun, happened: list[Event], news: GroupNews, now: datetime, state: OfficeState
) -> GroupRow | None:
    """What there is to tell of a run; what was taken back meanwhile is no news."""
    run = stored.run
    seen = run_view(stored, now, state)
    closed = {
        (event.step, event.attempt)
        for event in happened
        if isinstance(event, TaskClosed)
        and (task := run.task(event.step, event.attempt))
        and task.status is TaskStatus.SELESAI
    }
    started = any(isinstance(event, RunStarted) for event in happened)
    other = any(not isinstance(event, TaskClosed | RunStarted) for event in happened)
    late = news.morning and run.pause is None and any(c.late for c in seen.current)
    if not (started or closed or other or late):
        return None
    steps = tuple(run.procedure.step(step) for step, _ in sorted(closed))
    return GroupRow(run, started, steps, seen.current)


def groups(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    """/hubungkan alone: how a group is linked, and which are."""
    return GroupsView(tuple((group.title, group.procedure) for group in tx.groups.all()))


def digest_setting(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    """Whether the reader gets the morning's overview, to turn it on or off."""
    off = here.person is not None and here.person.id in tx.people.without_digest()
    return DigestSettingView(on=not off)


def holidays(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    """/libur: the days off ahead, and what the admins have said."""
    today = services.calendar.local(now).date()
    own = {word.day: word for word in tx.calendar.corrections() if word.day >= today}
    rows = [DayRow(day, word.name, word, estimated=False) for day, word in own.items()]
    for ahead in range(SHOWN.days):
        day = today + timedelta(days=ahead)
        name = services.calendar.holiday_name(day)
        if name is not None and day not in own:
            rows.append(DayRow(day, name, None, is_estimated(name)))
    return HolidaysView(tuple(sorted(rows, key=lambda row: row.day)))


def holiday_question(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    """The question that waits for an answer, as it was asked last."""
    day = date.fromisoformat(str(args["day"])) if args.get("day") else None
    name = str(args["name"]) if args.get("name") else None
    working = bool(args["working"])
    stage = DayStage.DAY
    if day is not None:
        stage = DayStage.BASIS if working or name else DayStage.NAME
    fault = DayFault(str(args["fault"])) if args.get("fault") else None
    return HolidayQuestionView(working, stage, day, name, fault, str(args.get("text") or ""))


def holiday_set(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    """That a day was set; what was said of it since then has its own message."""
    word = tx.calendar.get(date.fromisoformat(str(args["day"])))
    return HolidaySetView(word, False) if word else RefusedView(Refused.BUTTON_OLD, {})
