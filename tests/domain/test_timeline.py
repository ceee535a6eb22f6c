"""The picture of a run before it is drawn: rows, bars, and where they stand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import metrics, timeline
from bot.domain.calendar import office_calendar
from bot.domain.metrics import Lateness
from bot.domain.timeline import Axis, Part, State
from tests.cast import MONDAY, wib
from tests.histories import REVIEWED, Move, begun, long_procedure, moves, punctual, told
from tests.offices import kantor

CALENDAR = office_calendar(kantor())
WEEK = Axis(date(2026, 11, 9), date(2026, 11, 16), CALENDAR)

instants = st.integers(0, 60 * 24 * 60).map(lambda m: MONDAY + timedelta(minutes=m - 60 * 24 * 20))


@given(instants, instants)
@settings(deadline=None)
def test_a_later_moment_never_stands_further_left(one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    assert 0.0 <= WEEK.at(first) <= WEEK.at(second) <= 1.0


def test_the_days_lie_side_by_side_without_a_gap() -> None:
    assert WEEK.days[0].left == 0.0
    assert WEEK.days[-1].right == pytest.approx(1.0)
    for day, following in zip(WEEK.days, WEEK.days[1:], strict=False):
        assert day.right == following.left


def test_a_day_off_is_narrow_and_a_holiday_has_its_name() -> None:
    axis = Axis(date(2026, 12, 23), date(2026, 12, 28), CALENDAR)
    wednesday, _, christmas, saturday, *_ = axis.days
    assert (wednesday.working, saturday.working) == (True, False)
    assert christmas.holiday is not None
    assert "Natal" in christmas.holiday
    width = christmas.right - christmas.left
    assert width == pytest.approx((wednesday.right - wednesday.left) * timeline.DAY_OFF_WIDTH)


def test_half_a_friday_is_half_way_through_friday() -> None:
    friday = WEEK.days[4]
    middle = (friday.left + friday.right) / 2
    assert WEEK.at(wib("13-11-2026 11.30")) == pytest.approx(middle, abs=0.02)
    assert WEEK.at(wib("13-11-2026 21.00")) == pytest.approx(friday.right)


def test_an_axis_never_ends_before_it_begins() -> None:
    with pytest.raises(ValueError):
        Axis(date(2026, 11, 10), date(2026, 11, 9), CALENDAR)


@given(moves, st.integers(0, 60 * 24 * 10))
@settings(deadline=None, max_examples=80)
def test_every_picture_tells_what_the_run_tells(happened: list[Move], later: int) -> None:
    history = told(happened)
    run, now = history.run, history.now + timedelta(minutes=later)
    picture = timeline.of_run(run, now, CALENDAR)
    assert [row.step.number for row in picture.rows] == [1, 2, 3]
    assert picture.forecast == metrics.forecast(run, now, CALENDAR)
    ahead = [row.until for row in picture.rows if row.state is State.AHEAD]
    if ahead:
        assert ahead[-1] == picture.forecast
    assert sum(row.state is State.DONE for row in picture.rows) == run.steps_done
    assert sum(row.state is State.RUNNING for row in picture.rows) == len(run.current)
    returned = sum(lane.returned for row in picture.rows for lane in row.lanes)
    assert returned == sum(t.returned is not None for t in run.tasks)
    for row in picture.rows:
        for lane in row.lanes:
            for bar in (*lane.plan, *lane.bars):
                assert bar.start <= bar.end
                assert picture.axis.first <= bar.start
                assert bar.end <= picture.axis.last
            assert [b.end for b in lane.bars[:-1]] == [b.start for b in lane.bars[1:]]


def test_a_run_to_plan_has_one_bar_a_step_as_long_as_its_standard() -> None:
    picture = timeline.of_run(punctual().run, wib("30-11-2026 10.00"), CALENDAR)
    for row in picture.rows:
        (lane,) = row.lanes
        (standard,), (bar,) = lane.plan, lane.bars
        assert (bar.part, bar.start, bar.end) == (Part.DONE, standard.start, standard.end)
        assert row.late is None


def test_what_is_late_is_cut_at_the_deadline() -> None:
    run = begun().run
    now = wib("12-11-2026 10.15")
    (row, *_) = timeline.of_run(run, now, CALENDAR).rows
    running, late = row.lanes[0].bars
    assert (running.part, late.part) == (Part.RUNNING, Part.LATE)
    assert running.end == late.start == run.current[0].due_at
    assert late.end == now
    assert row.late == Lateness(1, timedelta(0))


def test_work_that_was_sent_back_is_a_second_bar() -> None:
    history = begun()
    history.move("confirm", timedelta(hours=2))
    history.move("return", timedelta(hours=1))
    first, second, third = timeline.of_run(history.run, history.now, CALENDAR).rows
    assert [(lane.round, lane.void) for lane in first.lanes] == [(1, True), (2, False)]
    assert [lane.returned for lane in second.lanes] == [True, False]
    assert (first.state, second.state, third.state) == (State.RUNNING, State.AHEAD, State.AHEAD)


def test_an_undone_step_leaves_no_second_bar_behind() -> None:
    history = begun()
    history.move("confirm", timedelta(hours=2))
    history.move("undo", timedelta(minutes=3))
    assert history.run.current[0].step == 1
    history.move("confirm", timedelta(minutes=3))
    _, second, _ = timeline.of_run(history.run, history.now, CALENDAR).rows
    assert [lane.round for lane in second.lanes] == [1]


def test_a_pause_is_cut_out_and_makes_nobody_late() -> None:
    history = begun()
    history.move("pause", timedelta(hours=1))
    now = history.now + timedelta(days=14)
    (row, *_) = timeline.of_run(history.run, now, CALENDAR).rows
    assert [bar.part for bar in row.lanes[0].bars] == [Part.RUNNING, Part.PAUSED]
    assert row.late is None


def test_an_extension_lengthens_the_plan_beside_the_standard() -> None:
    history = begun()
    history.move("ask", timedelta(hours=1))
    history.move("grant", timedelta(hours=1))
    (row, *_) = timeline.of_run(history.run, history.now, CALENDAR).rows
    standard, extension = row.lanes[0].plan
    assert (standard.part, standard.end) == (Part.STANDARD, wib("11-11-2026 10.15"))
    assert (extension.part, extension.end) == (Part.EXTENSION, wib("12-11-2026 10.15"))


def test_of_a_cancelled_run_nothing_is_forecast() -> None:
    history = begun()
    history.move("confirm", timedelta(hours=2))
    history.move("cancel", timedelta(hours=2))
    picture = timeline.of_run(history.run, history.now, CALENDAR)
    assert picture.forecast is None
    states = [row.state for row in picture.rows]
    assert states == [State.DONE, State.STOPPED, State.STOPPED]
    # What was under way is seen, what never began is not.
    assert [len(row.lanes) for row in picture.rows] == [1, 1, 0]


@pytest.mark.parametrize("steps", [1, 3, 10, 40])
def test_a_run_of_any_length_has_a_row_for_every_step(steps: int) -> None:
    run = begun(long_procedure(steps)).run
    picture = timeline.of_run(run, MONDAY, CALENDAR)
    assert len(picture.rows) == steps
    assert sum(day.working for day in picture.axis.days) >= timeline.FEWEST_WORKING_DAYS


@pytest.mark.parametrize("count", [0, 1, 30])
def test_the_office_has_a_row_for_every_run_under_way(count: int) -> None:
    runs = [begun(REVIEWED, MONDAY + timedelta(hours=n), run_id=n).run for n in range(count)]
    over = punctual(run_id=99).run
    picture = timeline.of_office([*runs, over], wib("20-11-2026 09.00"), CALENDAR)
    assert [row.run.id for row in picture.rows] == list(range(count))
    assert all(row.current is not None and row.current.number == 1 for row in picture.rows)


def test_the_office_is_shown_around_today_only() -> None:
    run = begun(long_procedure(40), wib("02-03-2026 08.00")).run
    picture = timeline.of_office([run], MONDAY, CALENDAR)
    days = sum(day.working for day in picture.axis.days)
    assert days <= timeline.OFFICE_DAYS_BACK + 1 + timeline.OFFICE_DAYS_AHEAD
    assert 0.0 < picture.axis.at(MONDAY) < 1.0
    (row,) = picture.rows
    assert row.forecast is not None
    assert row.forecast > picture.axis.last
