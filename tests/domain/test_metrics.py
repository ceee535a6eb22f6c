"""How late Pak Budi is, how long he took, and when the run will end."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import metrics, worktime
from bot.domain.actions import Confirm, Return, Start
from bot.domain.calendar import office_calendar
from bot.domain.decision import Decision
from bot.domain.engine import decide
from bot.domain.metrics import Lateness, Worked
from bot.domain.run import By, Pause, Run, RunStatus, Task, TaskStatus
from bot.domain.sop import Catalog, Duration
from tests.cast import BUDI, DEWI, SARI, Player, state, wib
from tests.offices import hari, jam, kantor, menit
from tests.procedures import langkah, prosedur

CALENDAR = office_calendar(kantor())
PLACE = state()
THREE = prosedur(
    langkah(1, "tim", waktu=hari(1)),
    langkah(2, "kasubbag", waktu=jam(2), kembali_ke=1),
    langkah(3, "kepala_dinas", waktu=menit(30)),
)


def begun(at: str) -> Run:
    outcome = decide(None, Start(THREE, 2026), SARI.chat_id, wib(at), PLACE)
    assert isinstance(outcome, Decision)
    return outcome.run


def confirmed(run: Run, who: Player, at: str) -> Run:
    (task,) = run.current
    outcome = decide(run, Confirm(task.step, task.attempt), who.chat_id, wib(at), PLACE)
    assert isinstance(outcome, Decision)
    return outcome.run


@pytest.mark.parametrize(
    ("due", "at", "late"),
    [
        pytest.param("09-11-2026 10.15", "09-11-2026 10.14", None, id="a minute early"),
        pytest.param("09-11-2026 10.15", "09-11-2026 10.15", None, id="on the minute"),
        pytest.param(
            "09-11-2026 10.15",
            "09-11-2026 10.16",
            Lateness(0, timedelta(minutes=1)),
            id="a minute late",
        ),
        pytest.param(
            "09-11-2026 10.15",
            "09-11-2026 13.15",
            Lateness(0, timedelta(hours=2)),
            id="the break does not count",
        ),
        pytest.param(
            "09-11-2026 10.15", "10-11-2026 10.15", Lateness(1, timedelta(0)), id="a day late"
        ),
        pytest.param(
            "09-11-2026 10.15",
            "10-11-2026 10.14",
            Lateness(0, timedelta(hours=7, minutes=29)),
            id="a minute less than a day",
        ),
        pytest.param(
            "13-11-2026 10.15",
            "16-11-2026 11.15",
            Lateness(1, timedelta(hours=1)),
            id="the weekend does not count",
        ),
        pytest.param(
            "09-11-2026 16.00",
            "09-11-2026 21.00",
            None,
            id="past closing but no working time yet",
        ),
        pytest.param(
            "09-11-2026 16.00",
            "10-11-2026 16.00",
            Lateness(1, timedelta(0)),
            id="due at closing, a whole day later",
        ),
        pytest.param(
            "23-12-2026 10.15",
            "28-12-2026 10.15",
            Lateness(1, timedelta(0)),
            id="Christmas does not count",
        ),
        pytest.param(
            "09-11-2026 10.15", "23-11-2026 10.15", Lateness(10, timedelta(0)), id="two weeks"
        ),
    ],
)
def test_lateness_is_counted_in_working_days_and_the_time_beyond_them(
    due: str, at: str, late: Lateness | None
) -> None:
    assert metrics.lateness(wib(due), wib(at), CALENDAR) == late


def test_the_next_minute_of_work_makes_late_and_no_second_before_it() -> None:
    due, morning = wib("09-11-2026 16.00"), wib("10-11-2026 07.30")
    assert metrics.lateness(due, morning + timedelta(seconds=59), CALENDAR) is None
    late = metrics.lateness(due, morning + timedelta(seconds=60), CALENDAR)
    assert late == Lateness(0, timedelta(minutes=1))


@pytest.mark.parametrize(
    ("standard", "now", "left"),
    [
        (jam(4), "10-11-2026 07.07", (None, timedelta(hours=1, minutes=37), 0)),
        (jam(4), "09-11-2026 15.30", (None, timedelta(hours=2, minutes=7), 1)),
        (hari(1), "09-11-2026 09.07", (1, timedelta(hours=7, minutes=30), 1)),
        (hari(1), "07-11-2026 20.00", (2, timedelta(hours=9, minutes=7), 3)),
        (hari(1), "10-11-2026 08.00", (None, timedelta(hours=1, minutes=7), 0)),
    ],
)
def test_what_is_left_is_counted_in_the_unit_of_the_step(
    standard: Duration, now: str, left: tuple[int | None, timedelta, int]
) -> None:
    due = wib("10-11-2026 09.07")
    for seconds in (0, 7):  # a reminder takes a moment, and does not count it
        at = wib(now) + timedelta(seconds=seconds)
        found = metrics.remaining(standard, due, at, CALENDAR)
        assert found is not None
        assert (found.days, found.time, found.away) == left
    assert metrics.remaining(standard, due, due, CALENDAR) is None


def took(standard: Duration, start: datetime, end: datetime, *pauses: Pause) -> Worked:
    """What a step of this standard time took, from its opening to its end."""
    opened = Task(1, 1, TaskStatus.TERBUKA, start, end)
    procedure = prosedur(langkah(1, "tim", waktu=standard))
    run = Run(0, procedure, 2026, RunStatus.BERJALAN, 1, start, (opened,), pauses=pauses)
    return metrics.worked(run, opened, end, CALENDAR)


def test_time_in_which_the_run_rested_counts_against_nobody() -> None:
    start, end = wib("09-11-2026 10.15"), wib("12-11-2026 10.15")
    rest = Pause(
        By(SARI.chat_id), "menunggu anggaran", wib("10-11-2026 10.15"), wib("11-11-2026 10.15")
    )
    assert took(hari(1), start, end, rest).days == Fraction(2)
    assert took(jam(1), start, end, rest) == Worked(None, timedelta(hours=15))


def test_a_rest_that_lasts_stops_the_clock() -> None:
    start, end = wib("09-11-2026 10.15"), wib("12-11-2026 10.15")
    rest = Pause(By(SARI.chat_id), "menunggu anggaran", wib("10-11-2026 10.15"))
    assert took(hari(1), start, end, rest).days == Fraction(1)


@given(
    st.integers(0, 60 * 24 * 10).map(lambda m: wib("06-11-2026 07.00") + timedelta(minutes=m)),
    st.integers(1, 60 * 24 * 90).map(lambda m: timedelta(minutes=m)),
)
@settings(deadline=None)
def test_lateness_is_the_most_working_days_that_fit(due: datetime, by: timedelta) -> None:
    late = metrics.lateness(due, due + by, CALENDAR)
    if worktime.between(due, due + by, CALENDAR) < worktime.MINUTE:
        assert late is None, "no minute of work has passed"
        return
    assert late is not None
    if late.days:
        reached = worktime.add(due, hari(late.days), CALENDAR)
        assert reached <= due + by
        assert late.rest == worktime.between(reached, due + by, CALENDAR)
    assert worktime.add(due, hari(late.days + 1), CALENDAR) > due + by


def test_work_is_measured_in_the_unit_of_the_standard_time() -> None:
    start, end = wib("09-11-2026 07.30"), wib("10-11-2026 16.00")
    assert took(hari(1), start, end).days == Fraction(2)
    assert took(jam(1), start, end) == Worked(None, timedelta(hours=15))


def test_half_a_friday_and_half_a_monday_are_a_day() -> None:
    friday, monday = wib("13-11-2026 13.15"), wib("16-11-2026 11.15")
    taken = took(hari(1), friday, monday)
    assert taken.days == Fraction(13, 30) + Fraction(1, 2)


def test_the_steps_of_a_run_with_what_each_took() -> None:
    run = confirmed(begun("09-11-2026 10.15"), BUDI, "10-11-2026 11.15")
    run = confirmed(run, SARI, "10-11-2026 13.15")
    first, second = metrics.steps(run, CALENDAR)
    assert (first.step.number, second.step.number) == (1, 2)
    assert first.late == Lateness(0, timedelta(hours=1))
    assert second.worked == Worked(None, timedelta(hours=1))
    assert second.late is None


def test_only_what_still_counts_is_counted() -> None:
    run = confirmed(begun("09-11-2026 10.15"), BUDI, "09-11-2026 11.15")
    outcome = decide(run, Return(2, 1, 1, "x"), SARI.chat_id, wib("09-11-2026 13.15"), PLACE)
    assert isinstance(outcome, Decision)
    assert metrics.steps(outcome.run, CALENDAR) == ()
    again = confirmed(outcome.run, BUDI, "10-11-2026 08.00")
    assert [(f.task.step, f.task.attempt) for f in metrics.steps(again, CALENDAR)] == [(1, 2)]


def test_a_run_on_time_is_forecast_from_its_deadline() -> None:
    run = begun("09-11-2026 10.15")
    # Due Tuesday 10.15, then two hours and half an hour.
    assert metrics.forecast(run, wib("09-11-2026 14.00"), CALENDAR) == wib("10-11-2026 13.45")


def test_a_late_run_is_forecast_from_now() -> None:
    run = begun("09-11-2026 10.15")
    assert metrics.forecast(run, wib("11-11-2026 08.00"), CALENDAR) == wib("11-11-2026 10.30")


def test_a_run_that_is_over_has_no_forecast() -> None:
    run = confirmed(begun("09-11-2026 10.15"), BUDI, "09-11-2026 11.00")
    run = confirmed(run, SARI, "09-11-2026 11.30")
    run = confirmed(run, DEWI, "09-11-2026 13.00")
    assert metrics.forecast(run, wib("09-11-2026 14.00"), CALENDAR) is None


def test_the_planned_end_takes_just_the_standard_times_from_the_start() -> None:
    run = confirmed(begun("09-11-2026 10.15"), BUDI, "20-11-2026 11.00")
    assert metrics.planned_end(run, CALENDAR) == wib("10-11-2026 13.45")


def test_the_whole_lakip_is_planned_over_eleven_days_and_an_hour_and_a_half(
    catalog: Catalog,
) -> None:
    found = catalog.find("lakip")
    assert found is not None
    at = wib("09-11-2026 07.30")
    outcome = decide(None, Start(found[1], 2025), SARI.chat_id, at, PLACE)
    assert isinstance(outcome, Decision)
    assert metrics.planned_end(outcome.run, CALENDAR) == wib("24-11-2026 09.00")
    assert metrics.forecast(outcome.run, at, CALENDAR) == wib("24-11-2026 09.00")
