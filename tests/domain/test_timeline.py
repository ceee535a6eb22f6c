"""The picture of a run before it is drawn: rows, bars, and where they stand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import metrics, timeline
from bot.domain.calendar import office_calendar
from bot.domain.metrics import Lateness
from bot.domain.run import RunStatus
from bot.domain.timeline import Axis, Part, State
from bot.domain.yearly import LegalDate
from tests.cast import MONDAY, wib
from tests.histories import REVIEWED, History, Move, begun, long_procedure, moves, punctual, told
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
    assert picture.outlook.end == (
        run.finished_at if run.status is RunStatus.SELESAI else metrics.forecast(run, now, CALENDAR)
    )
    ahead = [row.until for row in picture.rows if row.state is State.AHEAD]
    if ahead:
        assert ahead[-1] == picture.outlook.end
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
    assert picture.outlook.end is None
    states = [row.state for row in picture.rows]
    assert states == [State.DONE, State.STOPPED, State.STOPPED]
    # What was under way is seen, what never began is not.
    assert [len(row.lanes) for row in picture.rows] == [1, 1, 0]


@pytest.mark.parametrize(
    ("steps", "pages"), [(1, [1]), (3, [3]), (20, [20]), (25, [13, 12]), (40, [20, 20])]
)
def test_a_run_of_any_length_has_a_row_for_every_step(steps: int, pages: list[int]) -> None:
    run = begun(long_procedure(steps)).run
    drawn = [timeline.of_run(run, MONDAY, CALENDAR, page=n) for n in range(1, len(pages) + 1)]
    assert [len(picture.rows) for picture in drawn] == pages
    assert [row.step.number for p in drawn for row in p.rows] == list(range(1, steps + 1))
    # There is no page beyond the last.
    assert timeline.of_run(run, MONDAY, CALENDAR, page=99).rows == drawn[-1].rows
    picture = drawn[0]
    assert sum(day.working for day in picture.axis.days) >= timeline.FEWEST_WORKING_DAYS


@pytest.mark.parametrize("count", [0, 1, 30])
def test_the_office_has_a_row_for_every_run_under_way(count: int) -> None:
    runs = [begun(REVIEWED, MONDAY + timedelta(hours=n), run_id=n).run for n in range(count)]
    over = punctual(run_id=99).run
    shown = [(run, None) for run in [*runs, over]]
    pages = [
        timeline.of_office(shown, wib("20-11-2026 09.00"), CALENDAR, page) for page in (1, 2, 3)
    ][: max(-(-count // timeline.OFFICE_ROWS), 1)]
    assert [row.run.id for picture in pages for row in picture.rows] == list(range(count))
    assert all(len(picture.rows) <= timeline.OFFICE_ROWS for picture in pages)
    assert {(p.total, p.late, p.page.of) for p in pages} == {(count, count, len(pages))}
    assert all(row.current.number == 1 for picture in pages for row in picture.rows)


def test_the_office_is_shown_around_today_only() -> None:
    run = begun(long_procedure(40), wib("02-03-2026 08.00")).run
    picture = timeline.of_office([(run, None)], MONDAY, CALENDAR)
    days = sum(day.working for day in picture.axis.days)
    assert days <= timeline.OFFICE_DAYS_BACK + 1 + timeline.OFFICE_DAYS_AHEAD
    assert 0.0 < picture.axis.at(MONDAY) < 1.0
    (row,) = picture.rows
    assert row.outlook.end is not None
    assert row.outlook.end > picture.axis.last


# REVIEWED takes 2 days, 3 hours and 30 minutes: begun on Monday 9 November at 10.15, it is
# planned to end on Wednesday 11 November at 14.45 (10.15 + 3 hours, with the break from 12 to 13,
# is 14.15).
PLANNED = wib("11-11-2026 14.45")


def returned_run() -> History:
    """Step 1 on Monday, sent back on Wednesday at 10.15; then all to its end on Monday the 16th."""
    history = begun()
    history.move("confirm", timedelta(hours=4))
    history.move("return", timedelta(days=1, hours=20))
    history.move("confirm", timedelta(days=2))
    history.move("confirm", timedelta(hours=1))
    history.move("confirm", wib("16-11-2026 14.45") - history.now)
    return history


def test_a_run_late_by_returns_goes_beyond_its_plan_and_what_was_void_is_no_work_done() -> None:
    run = returned_run().run
    picture = timeline.of_run(run, wib("20-11-2026 10.00"), CALENDAR)
    assert picture.outlook.planned == PLANNED
    assert picture.outlook.end == wib("16-11-2026 14.45")
    # Thursday, Friday and Monday at 14.45 each.
    assert picture.outlook.beyond == Lateness(3, timedelta(0))
    first, second, _ = picture.rows
    assert [[bar.part for bar in lane.bars] for lane in first.lanes] == [[Part.VOID], [Part.DONE]]
    # Sent back on Wednesday, later than the three hours that the review has.
    assert [bar.part for bar in second.lanes[0].bars] == [Part.VOID, Part.LATE]


def test_a_forecast_is_cut_where_the_plan_ends_and_counts_the_days_past_the_law() -> None:
    # Monday of the next week at 10.15: step 1 is three days late (Thursday, Friday, Monday), the
    # other steps end at 14.45.
    now, law = wib("16-11-2026 10.15"), date(2026, 11, 12)
    run = begun().run
    picture = timeline.of_run(run, now, CALENDAR, LegalDate(law, law))
    assert picture.outlook.end == wib("16-11-2026 14.45")
    assert picture.outlook.beyond == Lateness(3, timedelta(0))
    assert picture.outlook.past_legal == 2  # Friday and Monday
    assert picture.behind == ((1, Lateness(3, timedelta(0))),)
    assert [bar.part for row in picture.rows[1:] for bar in row.lanes[0].bars] == [Part.BEYOND] * 2
    ahead = timeline.of_run(
        run, MONDAY, CALENDAR, LegalDate(date(2026, 11, 11), date(2026, 11, 11))
    )
    assert (ahead.outlook.beyond, ahead.outlook.past_legal) == (None, None)
    assert [bar.part for bar in ahead.rows[1].lanes[0].bars] == [Part.FORECAST]


def test_a_pause_that_still_lasts_is_not_held_against_the_run() -> None:
    history = begun()
    history.move("pause", timedelta(hours=1))
    picture = timeline.of_run(history.run, history.now + timedelta(days=14), CALENDAR)
    assert picture.outlook.beyond is None
    assert picture.outlook.end == picture.outlook.planned


def test_the_step_that_a_cancellation_broke_off_is_not_drawn_as_done() -> None:
    history = begun()
    history.move("confirm", timedelta(hours=2))
    history.move("cancel", timedelta(hours=2))
    done, broken_off, _ = timeline.of_run(history.run, history.now, CALENDAR).rows
    assert [bar.part for bar in done.lanes[0].bars] == [Part.DONE]
    assert [bar.part for bar in broken_off.lanes[0].bars] == [Part.VOID]


def test_the_office_has_the_latest_first() -> None:
    runs = [
        begun(at=wib(at), run_id=n).run
        for n, at in enumerate(("18-11-2026 09.00", "09-11-2026 09.00", "12-11-2026 09.00"))
    ]
    picture = timeline.of_office([(r, None) for r in runs], wib("18-11-2026 10.00"), CALENDAR)
    # Due on the 11th and the 16th at 09.00; the third has until the 20th.
    assert [(r.run.id, r.late and r.late.days) for r in picture.rows] == [(1, 5), (2, 2), (0, None)]
    assert picture.late == 2


def test_granted_time_is_told_with_the_step() -> None:
    history = begun()
    history.move("ask", timedelta(hours=1))
    history.move("grant", timedelta(hours=1))
    (row, *_) = timeline.of_run(history.run, history.now, CALENDAR).rows
    assert [str(amount) for amount in row.extended] == ["1 hari"]
