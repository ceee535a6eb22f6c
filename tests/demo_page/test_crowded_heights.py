"""No message is higher than its share of a telephone's screen, however much there is to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.domain.calendar import is_estimated, office_calendar
from bot.domain.metrics import Lateness, Remaining, StepFigures, Worked
from bot.domain.people import Address
from bot.domain.reminders import ReminderKind
from bot.domain.run import By, Capacity, Evidence, RunStatus, TaskStatus
from bot.domain.sop import DayCorrection, Procedure, Sop, Step
from bot.features import registry
from bot.features.directions import CalledView
from bot.features.evidence.views import FileLine
from bot.features.feature import Texts, View
from bot.features.history import EndedView, SummaryView
from bot.features.holidays import DayRow, HolidaysView
from bot.features.naming import Greeting, Performer, RoleName, SignedBy
from bot.features.phrases import Phrases
from bot.features.reminders import LateView
from bot.features.runview import (
    CurrentStep,
    Deviations,
    ExtensionLine,
    Halt,
    PauseView,
    SentBack,
    StepRow,
)
from bot.features.tasks.views import DetailView, Earlier, NoteLine, TaskView
from bot.features.together import LateRow, TasksLateView, WaitingView
from bot.sop_loader import load_catalog
from tests.demo_page.browser import TELEPHONE, on_stage
from tests.demo_page.measuring import heights
from tests.features.samples.common import LONG_NAME, TOKEN, going_on, hari, lakip_run, task, wib
from tests.features.saying import pages
from tests.words import BOT

CARD, REMINDER, SUMMARY, DETAILS, LIST = 620, 350, 700, 1200, 900
"""The most pixels of each kind, on a screen that is 390 wide."""

CATALOG = load_catalog(Path("sop_data"))
OFFICE = CATALOG.office
TEXTS = Texts(registry.live(), Phrases(OFFICE, BOT))
STEPS = [
    (sop, procedure, step) for sop, procedure in CATALOG.procedures() for step in procedure.steps
]

REASON = (
    "Data realisasi investasi pada halaman 12 belum cocok dengan lampiran, mohon diperiksa. " * 6
)[:500]
NOTE = ("Data dari Bidang Penanaman Modal baru dapat diambil hari Kamis setelah rapat. " * 13)[
    :1000
]
FILE = "Draf_LAKIP_DISPMPTSPTK_Kota_Pagar_Alam_2025_perbaikan_ke-3.docx"
ROLE = RoleName("Kasubbag Umum dan Kepegawaian", Capacity.PLT)
SIGNER = SignedBy(LONG_NAME, ROLE, wib(22, "10.00"), None)
PEOPLE = tuple(Performer(LONG_NAME, ROLE) for _ in range(12))
GREETING = Greeting(Address.BAPAK, "Plt. Kasubbag Umum dan Kepegawaian")
LATE = Lateness(12, timedelta(hours=3, minutes=29))
LEFT = Remaining(wib(24, "10.00"), 1, timedelta(hours=8), 1)
OUTSIDE = {role.code: role.name for role in OFFICE.roles if role.external}
UNIT = max((unit.name for unit in OFFICE.units), key=len)
HALT = Halt(SIGNER, REASON, ended=False)
NOTES = tuple(NoteLine(n, SIGNER, NOTE, direction=n % 2 == 1) for n in range(1, 6))
FILES = tuple(
    FileLine(
        n,
        SIGNER,
        Evidence(By(5), FILE, 1, "0" * 64, "f", wib(22, "10.00"), False, NOTE[:200], ""),
        own=n % 2 == 0,
    )
    for n in range(1, 21)
)


def longest(step: tuple[Sop, Procedure, Step]) -> int:
    return sum(len(text.text) for text in (step[2].activity, step[2].inputs, step[2].output))


SOP, PROCEDURE, LONGEST = max(STEPS, key=longest)
SENT = SentBack(LONGEST, LONGEST, REASON, SIGNER)


def card(
    sop: Sop = SOP, procedure: Procedure = PROCEDURE, step: Step = LONGEST, **changes: object
) -> TaskView:
    """The card of a step that one person may confirm, for who can."""
    view = TaskView(
        greeting=GREETING,
        run_id=7,
        sop=sop,
        procedure=procedure,
        year=2026,
        step=step,
        task=task(step.number, wib(22, "10.00"), wib(24, "10.00")),
        token=TOKEN,
        mine=True,
        signed=(),
        performers=PEOPLE[:1],
        required=1,
        records_for=None,
        late=None,
    )
    return replace(view, **changes)  # type: ignore[arg-type] # the fields of the view


def crowded(view: TaskView) -> TaskView:
    """The same step with everything that can be said about it."""
    return replace(
        view,
        unit=UNIT,
        performers=PEOPLE,
        signed=(SIGNER,) * 5,
        required=12,
        late=LATE,
        notes=NOTES,
        files=FILES,
        repetitions=2,
        correction=SENT,
        earlier=Earlier((SIGNER,) * 3, (FILE,) * 8),
        asks_time=True,
    )


def closed(view: TaskView, status: TaskStatus, **changes: object) -> TaskView:
    ended = replace(view.task, status=status, closed_at=wib(24, "10.00"))
    return replace(view, task=ended, mine=False, **changes)  # type: ignore[arg-type]


def cards() -> Iterator[tuple[str, View]]:
    for sop, procedure, step in STEPS:
        name = f"{procedure.code} {step.number}"
        yield name, card(sop, procedure, step, unit=UNIT)
        yield f"{name} crowded", crowded(card(sop, procedure, step))
    outside = max(OUTSIDE.values(), key=len)
    together = replace(LONGEST, all_must_confirm=True)
    full = crowded(card())
    yield "recorded for an office outside", replace(full, records_for=outside)
    yield "all must confirm", crowded(card(step=together))
    yield "watched", replace(full, mine=False)
    for kind in ReminderKind:
        yield f"{kind} on the card", replace(full, reminder=kind, on_card=True, left=LEFT)
    yield "paused", replace(full, mine=False, halt=HALT)
    yield "cancelled", replace(full, mine=False, halt=replace(HALT, ended=True))
    for status in (TaskStatus.SELESAI, TaskStatus.GUGUR, TaskStatus.DITARIK):
        yield f"{status}", closed(full, status)
    yield "sent back", closed(full, TaskStatus.DIKEMBALIKAN, sent_back=SENT)
    yield "done by all", closed(crowded(card(step=together)), TaskStatus.SELESAI)


def reminders() -> Iterator[tuple[str, View]]:
    for sop, procedure, step in STEPS:
        full = crowded(card(sop, procedure, step))
        for kind in ReminderKind:
            view = replace(full, reminder=kind, left=LEFT, asks_time=False, undoable=False)
            yield f"{kind} {procedure.code} {step.number}", view
            if outside := OUTSIDE.keys() & set(step.roles):
                name = f"{kind} {procedure.code} {step.number} for another office"
                yield name, replace(view, records_for=OUTSIDE[min(outside)])
        yield f"called {procedure.code} {step.number}", CalledView(full, SIGNER)
        for rests in (None, HALT):
            late = late_view(sop, procedure, step, rests)
            yield f"escalated {procedure.code} {step.number} {rests and 'paused'}", late
            yield f"waits {procedure.code} {step.number}", replace(late, waiting=True, token=None)


def lists() -> Iterator[tuple[str, View]]:
    yield "several of one's own", WaitingView(GREETING, (crowded(card()),) * 13)
    late = late_view(SOP, PROCEDURE, LONGEST, None)
    row = LateRow(late.run, late.current, False, TOKEN, directs=True)
    yield "several late", TasksLateView(GREETING, (row,) * 13)


def late_view(sop: Sop, procedure: Procedure, step: Step, halt: Halt | None) -> LateView:
    run = lakip_run(procedure=procedure, unit=OFFICE.units[-1].code)
    due = task(step.number, wib(22, "10.00"), wib(24, "10.00"))
    together = replace(step, all_must_confirm=True)
    current = CurrentStep(together, due, PEOPLE, ("Tim Pelaksana",), 3, 12, LATE)
    return LateView(GREETING, run, sop, current, False, TOKEN, halt)


def whole_run() -> tuple[tuple[StepRow, ...], Deviations]:
    """A run that was late, sent back, extended and paused, of the procedure with most steps."""
    procedure = max((p for _, p in CATALOG.procedures()), key=lambda p: len(p.steps))
    rows = tuple(
        StepRow(
            StepFigures(
                step,
                replace(
                    task(step.number, wib(22, "10.00"), wib(24, "10.00")),
                    closed_at=wib(26, "10.00"),
                ),
                Worked(Fraction(7, 2), None),
                LATE,
            ),
            (SIGNER,) * 5,
            2,
        )
        for step in procedure.steps
    )
    wishes = tuple(
        ExtensionLine(LONGEST, hari(2), REASON, SIGNER, granted, SIGNER, answer=REASON)
        for granted in (True, False)
    )
    pauses = (PauseView(SIGNER, REASON, SIGNER),)
    return rows, Deviations((SENT,) * 3, wishes, pauses)


def summaries() -> Iterator[tuple[str, View]]:
    rows, deviations = whole_run()
    run = lakip_run(
        procedure=PROCEDURE,
        unit=OFFICE.units[-1].code,
        status=RunStatus.SELESAI,
        finished_at=wib(31, "10.00"),
    )
    summary = SummaryView(GREETING, run, SOP, rows, wib(29, "10.00"), LATE, deviations)
    yield "final summary", EndedView(summary, report=True)


def details() -> Iterator[tuple[str, View]]:
    rows, deviations = whole_run()
    for sop, procedure, step in STEPS:
        detail = DetailView(
            crowded(card(sop, procedure, step)), rows, going_on(wib(31, "10.00")), deviations, True
        )
        yield f"{procedure.code} {step.number}", detail
    paused = replace(crowded(card()), mine=False, halt=HALT)
    yield "paused", DetailView(paused, rows, going_on(wib(31, "10.00")), deviations, True)
    yield from ((f"summary of {name}", view.summary) for name, view in summaries())  # type: ignore[attr-defined]


def holidays() -> Iterator[tuple[str, View]]:
    calendar, first = office_calendar(OFFICE), date(2026, 11, 23)
    days = [first + timedelta(days=n) for n in range(366)]
    rows = [
        DayRow(day, name, None, is_estimated(name))
        for day in days
        if (name := calendar.holiday_name(day))
    ]
    yield "the year ahead", HolidaysView(tuple(rows))
    basis = "Surat Edaran Wali Kota Pagar Alam Nomor 800/1234/BKPSDM/2026 tentang Hari Libur " * 2
    own = [
        DayRow(day, name, DayCorrection(day, name, working, basis[:150]), estimated=False)
        for day, name, working in ((d, REASON[:100], bool(d.day % 2)) for d in days[:20])
    ]
    yield "with the office's own", HolidaysView(tuple(sorted((*rows, *own), key=lambda r: r.day)))


@pytest.mark.parametrize(
    ("views", "most"),
    [
        (cards, CARD),
        (reminders, REMINDER),
        (summaries, SUMMARY),
        (details, DETAILS),
        (holidays, LIST),
        (lists, LIST),
    ],
)
async def test_messages_fit_their_share_of_a_screen(
    views: Callable[[], Iterator[tuple[str, View]]],
    most: int,
    browser: Browser,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    messages = {
        f"{name}, page {number}": page
        for name, view in views()
        for number, page in enumerate(pages(view, TEXTS), start=1)
    }
    async with on_stage(browser, tmp_path / "kantor", size=TELEPHONE) as show:
        found = await heights(show.tab, messages)
    highest = max(found, key=found.__getitem__)
    with capsys.disabled():
        figures = f"{len(found)} messages, at most {found[highest]:.0f} of {most} px"
        print(f"\n{views.__name__}: {figures} ({highest})")  # noqa: T201
    assert found[highest] <= most
