"""A day becomes a holiday, or a working day: what that means for a run under way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.domain import engine
from bot.domain.actions import CalendarChanged, Confirm, Pause, Resume, Start
from bot.domain.assignment import OfficeState
from bot.domain.calendar import office_calendar
from bot.domain.decision import Decision
from bot.domain.events import Cause, DeadlineMoved
from bot.domain.notices import DeadlineChanged
from bot.domain.reminders import ReminderKind
from bot.domain.run import Run
from bot.domain.sop import DayCorrection
from tests.cast import BUDI, DEWI, MONDAY, RINA, SARI, state, wib
from tests.histories import replay
from tests.offices import hari, jam
from tests.procedures import langkah, prosedur

TUESDAY_OFF = DayCorrection(date(2026, 11, 10), "Hari Jadi", working=False, basis="SE 1/2026")
WHY = "10 November 2026 ditetapkan sebagai hari libur"


LAKIP = prosedur(
    langkah(1, "kepala_dinas", waktu=jam(1)),
    langkah(2, "tim", waktu=hari(2)),
    langkah(3, "kasubbag"),
)


def with_days(here: OfficeState, *days: DayCorrection) -> OfficeState:
    return replace(here, calendar=office_calendar(here.office, days))


def decided(outcome: object) -> Decision:
    assert isinstance(outcome, Decision)
    return outcome


def at_step_two() -> Run:
    """Step 2 (2 hari) is open since Monday 10.15: due on Wednesday 10.15."""
    begun = decided(engine.decide(None, Start(LAKIP, 2025), SARI.chat_id, MONDAY, state()))
    run = replace(begun.run, id=1)
    return decided(engine.decide(run, Confirm(1, 1), DEWI.chat_id, MONDAY, state())).run


def test_an_open_deadline_moves_and_those_it_waits_for_hear_of_it() -> None:
    run = at_step_two()
    later = MONDAY + timedelta(minutes=5)
    out = decided(
        engine.decide(run, CalendarChanged(WHY), 0, later, with_days(state(), TUESDAY_OFF))
    )
    (moved,) = out.events
    assert isinstance(moved, DeadlineMoved)
    assert (moved.cause, moved.why) == (Cause.KALENDER, WHY)
    assert moved.due_at == wib("12-11-2026 10.15")
    (told,) = out.notices
    assert told.notice == DeadlineChanged(wib("11-11-2026 10.15"), WHY)
    assert set(told.to) == {BUDI.chat_id, RINA.chat_id}
    (laid,) = out.reminders
    assert [r.due_at for r in laid.reminders if r.kind is ReminderKind.TENGGAT] == [
        wib("12-11-2026 10.15")
    ]


def test_the_same_news_twice_moves_nothing_more() -> None:
    here = with_days(state(), TUESDAY_OFF)
    once = decided(engine.decide(at_step_two(), CalendarChanged(WHY), 0, MONDAY, here))
    twice = decided(engine.decide(once.run, CalendarChanged(WHY), 0, MONDAY, here))
    assert twice.events == ()
    assert twice.notices == ()


def test_who_is_told_after_the_deadline_is_counted_anew_though_the_deadline_stays() -> None:
    run = at_step_two()
    thursday_off = replace(TUESDAY_OFF, day=date(2026, 11, 12))
    here = with_days(state(), thursday_off)
    out = decided(engine.decide(run, CalendarChanged(WHY), 0, MONDAY, here))
    assert out.events == ()
    (laid,) = out.reminders
    first = next(r for r in laid.reminders if r.kind is ReminderKind.ESKALASI)
    assert first.due_at == wib("13-11-2026 10.15"), "one working day late is Friday now"


def test_a_run_that_rests_is_counted_anew_when_it_goes_on() -> None:
    paused = decided(
        engine.decide(at_step_two(), Pause("menunggu data"), SARI.chat_id, MONDAY, state())
    ).run
    here = with_days(state(), TUESDAY_OFF)
    untouched = decided(engine.decide(paused, CalendarChanged(WHY), 0, MONDAY, here))
    assert untouched.run == paused
    assert untouched.notices == ()
    out = decided(engine.decide(paused, Resume(), SARI.chat_id, MONDAY, here))
    assert out.run.current[0].due_at == wib("12-11-2026 10.15")


def test_the_journal_of_a_moved_deadline_is_the_state() -> None:
    begun = decided(engine.decide(None, Start(LAKIP, 2025), SARI.chat_id, MONDAY, state()))
    here = with_days(state(), TUESDAY_OFF)
    run = replace(begun.run, id=1)
    confirmed = decided(engine.decide(run, Confirm(1, 1), DEWI.chat_id, MONDAY, state()))
    moved = decided(engine.decide(confirmed.run, CalendarChanged(WHY), 0, MONDAY, here))
    events = [*begun.events, *confirmed.events, *moved.events]
    assert replay(1, LAKIP, events) == moved.run
