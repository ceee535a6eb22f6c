"""When Bu Sari's tasks open and fall due, and how much work lies between two instants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import worktime
from bot.domain.calendar import office_calendar
from bot.domain.sop import Duration, DurationUnit, Hours
from bot.domain.worktime import NoWorkingDayError, WorkCalendar, WorkDay
from tests.offices import hari, jam, kantor, menit

WIB = ZoneInfo("Asia/Jakarta")
CALENDAR = office_calendar(kantor())


def wib(text: str) -> datetime:
    """An instant as the office writes it: "30-11-2026 10.15"."""
    return datetime.strptime(text, "%d-%m-%Y %H.%M").replace(tzinfo=WIB)


def test_seconds_are_not_counted() -> None:
    seven = timedelta(seconds=7)
    opened = wib("30-11-2026 15.00")
    assert worktime.due(opened + seven, jam(1), CALENDAR) == wib("30-11-2026 16.00")
    assert worktime.due(opened + seven, hari(1), CALENDAR) == wib("01-12-2026 15.00")
    assert worktime.due(opened, jam(1), CALENDAR) == worktime.add(opened, jam(1), CALENDAR)


# --- the rule, by example ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("opened", "duration", "due"),
    [
        pytest.param(
            "30-11-2026 10.15",
            hari(2),
            "02-12-2026 10.15",
            id="two days from Monday morning are Wednesday at the same time",
        ),
        pytest.param(
            "28-11-2026 21.00",
            hari(1),
            "30-11-2026 16.00",
            id="a task of Saturday evening opens on Monday and is due when Monday closes",
        ),
        pytest.param(
            "26-11-2026 16.00",
            hari(1),
            "27-11-2026 16.30",
            id="at Thursday's closing the day is over, so the day meant is Friday",
        ),
        pytest.param(
            "26-11-2026 12.30",
            hari(1),
            "27-11-2026 11.30",
            id="a day from Thursday 13.00 ends before Friday's longer break",
        ),
        pytest.param(
            "30-11-2026 15.45",
            jam(1),
            "01-12-2026 08.15",
            id="an hour that the evening cuts goes on the next morning",
        ),
        pytest.param(
            "30-11-2026 15.00",
            jam(1),
            "30-11-2026 16.00",
            id="an hour that ends with the day is due at closing, not at the next opening",
        ),
        pytest.param(
            "18-02-2026 07.45",
            hari(1),
            "18-02-2026 16.00",
            id="07.45 is before Ramadan's opening, so it is due the day before",
        ),
        pytest.param(
            "18-02-2026 15.45",
            hari(1),
            "19-02-2026 15.00",
            id="15.45 is after Ramadan's closing, so it is due at closing",
        ),
        pytest.param(
            "30-11-2026 11.00",
            jam(1),
            "30-11-2026 12.00",
            id="an hour that ends with the morning is due at noon, not after the break",
        ),
        pytest.param(
            "30-11-2026 11.45",
            menit(30),
            "30-11-2026 13.15",
            id="half an hour that the break cuts goes on after it",
        ),
        pytest.param(
            "30-11-2026 06.00",
            menit(30),
            "30-11-2026 08.00",
            id="somebody who taps at six in the morning is given time from the opening",
        ),
        pytest.param(
            "27-11-2026 16.00",
            jam(1),
            "30-11-2026 08.00",
            id="Friday's last half hour and Monday's first make an hour",
        ),
        pytest.param(
            "30-11-2026 07.30",
            jam(15),
            "01-12-2026 16.00",
            id="fifteen hours are two whole days of seven and a half",
        ),
        pytest.param(
            "23-12-2026 10.00",
            hari(1),
            "28-12-2026 10.00",
            id="cuti bersama, Christmas and the weekend do not count",
        ),
        pytest.param(
            "17-03-2026 14.00",
            hari(1),
            "25-03-2026 14.00",
            id="nobody is due during Nyepi and Idulfitri",
        ),
        pytest.param(
            "26-02-2026 14.30", jam(1), "27-02-2026 08.30", id="in Ramadan the day ends at three"
        ),
        pytest.param(
            "27-02-2026 11.00",
            jam(1),
            "27-02-2026 13.00",
            id="a Friday in Ramadan has its own break",
        ),
    ],
)
def test_a_task_is_due_as_the_office_counts(opened: str, duration: Duration, due: str) -> None:
    assert worktime.add(wib(opened), duration, CALENDAR) == wib(due)


@pytest.mark.parametrize(
    ("instant", "opens"),
    [
        pytest.param("30-11-2026 09.00", "30-11-2026 09.00", id="at work: at once"),
        pytest.param("30-11-2026 07.30", "30-11-2026 07.30", id="at the opening: at once"),
        pytest.param("30-11-2026 12.00", "30-11-2026 13.00", id="at noon: after the break"),
        pytest.param("30-11-2026 12.30", "30-11-2026 13.00", id="in the break: after it"),
        pytest.param("30-11-2026 16.00", "01-12-2026 07.30", id="at closing: the next day"),
        pytest.param("27-11-2026 16.00", "27-11-2026 16.00", id="Friday at four is still work"),
        pytest.param("28-11-2026 09.00", "30-11-2026 07.30", id="Saturday: on Monday"),
        pytest.param("23-12-2026 18.00", "28-12-2026 07.30", id="before Christmas: after it"),
    ],
)
def test_a_task_opens_at_the_next_instant_of_work(instant: str, opens: str) -> None:
    assert worktime.opening(wib(instant), CALENDAR) == wib(opens)


@pytest.mark.parametrize(
    ("due", "duration", "reminder"),
    [
        pytest.param("30-11-2026 10.15", menit(15), "30-11-2026 10.00", id="a quarter before"),
        pytest.param("30-11-2026 14.00", jam(2), "30-11-2026 11.00", id="across the break"),
        pytest.param("30-11-2026 08.00", jam(2), "27-11-2026 15.00", id="across the weekend"),
        pytest.param(
            "30-11-2026 09.30", jam(2), "30-11-2026 07.30", id="to the opening, not the day before"
        ),
        pytest.param(
            "30-11-2026 14.00",
            jam(1),
            "30-11-2026 13.00",
            id="to the end of the break, not to noon",
        ),
        pytest.param(
            "02-12-2026 10.15", hari(1), "01-12-2026 10.15", id="the same time a day before"
        ),
        pytest.param(
            "30-11-2026 16.00", hari(1), "27-11-2026 16.00", id="Monday's closing, on Friday"
        ),
        pytest.param(
            "27-11-2026 16.30", hari(1), "26-11-2026 16.00", id="Friday's closing, on Thursday"
        ),
        pytest.param(
            "30-11-2026 11.45", hari(1), "27-11-2026 11.30", id="back out of Friday's longer break"
        ),
        pytest.param("28-12-2026 10.00", hari(1), "23-12-2026 10.00", id="across Christmas"),
        pytest.param(
            "29-11-2026 10.00", hari(1), "26-11-2026 16.00", id="from a Sunday, counted from Friday"
        ),
    ],
)
def test_a_reminder_before_the_deadline_is_counted_back_in_working_time(
    due: str, duration: Duration, reminder: str
) -> None:
    assert worktime.subtract(wib(due), duration, CALENDAR) == wib(reminder)


def test_the_whole_lakip_takes_eleven_days_and_an_hour_and_a_half() -> None:
    steps = [jam(1), hari(2), hari(1), hari(1), hari(3), *[hari(1)] * 4, menit(30)]
    instant = start = wib("30-11-2026 08.00")

    for duration in steps:
        instant = worktime.add(instant, duration, CALENDAR)

    assert instant == wib("15-12-2026 09.30")
    worked = worktime.between(start, instant, CALENDAR)
    assert worked == timedelta(hours=11 * 7.5 + 1.5)  # all its days have seven and a half hours
    assert worktime.days_between(start, instant, CALENDAR) == 11 + Fraction(90, 450)


# --- between -----------------------------------------------------------------------------


def test_working_time_leaves_out_breaks_nights_and_days_off() -> None:
    def worked(start: str, end: str) -> timedelta:
        return worktime.between(wib(start), wib(end), CALENDAR)

    assert worked("30-11-2026 10.00", "30-11-2026 11.30") == timedelta(hours=1.5)
    assert worked("30-11-2026 11.00", "30-11-2026 14.00") == timedelta(hours=2)
    assert worked("27-11-2026 15.30", "30-11-2026 08.30") == timedelta(hours=2)
    assert worked("28-11-2026 00.00", "29-11-2026 23.00") == timedelta(0)
    assert worked("23-12-2026 16.00", "28-12-2026 07.30") == timedelta(0)


def test_working_time_towards_the_past_is_negative() -> None:
    early, late = wib("30-11-2026 08.00"), wib("30-11-2026 15.30")

    assert worktime.between(late, early, CALENDAR) == -timedelta(hours=6.5)
    assert worktime.days_between(late, early, CALENDAR) == -Fraction(13, 15)


def test_a_whole_day_is_one_day_whether_monday_friday_or_ramadan() -> None:
    for day in (date(2026, 11, 30), date(2026, 11, 27), date(2026, 2, 26), date(2026, 2, 27)):
        midnight = datetime.combine(day, time(0), WIB)
        assert worktime.days_between(midnight, midnight + timedelta(days=1), CALENDAR) == 1


def test_half_the_hours_of_a_day_are_half_a_day() -> None:
    half = worktime.days_between(wib("30-11-2026 07.30"), wib("30-11-2026 11.15"), CALENDAR)
    half_in_ramadan = worktime.days_between(
        wib("26-02-2026 08.00"), wib("26-02-2026 11.15"), CALENDAR
    )

    assert half == half_in_ramadan == Fraction(1, 2)


# --- days and clocks ---------------------------------------------------------------------


def test_the_next_working_day_skips_the_weekend_and_the_holidays() -> None:
    assert worktime.next_working_day(date(2026, 11, 27), CALENDAR) == date(2026, 11, 30)
    assert worktime.next_working_day(date(2026, 11, 28), CALENDAR, 2) == date(2026, 12, 1)
    assert worktime.next_working_day(date(2026, 12, 23), CALENDAR) == date(2026, 12, 28)
    assert worktime.previous_working_day(date(2026, 11, 30), CALENDAR) == date(2026, 11, 27)
    assert worktime.previous_working_day(date(2026, 12, 28), CALENDAR, 2) == date(2026, 12, 22)


def test_a_closing_is_within_office_hours_though_the_office_is_no_longer_open() -> None:
    closing, opening = wib("30-11-2026 16.00"), wib("30-11-2026 07.30")
    lunch, sunday = wib("30-11-2026 12.30"), wib("29-11-2026 10.00")

    assert worktime.within_hours(closing, CALENDAR)
    assert not worktime.is_open(closing, CALENDAR)
    assert worktime.within_hours(opening, CALENDAR)
    assert worktime.is_open(opening, CALENDAR)
    for outside in (lunch, sunday, closing + timedelta(microseconds=1)):
        assert not worktime.within_hours(outside, CALENDAR)
        assert not worktime.is_open(outside, CALENDAR)


@pytest.mark.parametrize(
    ("day", "clock_time", "instant"),
    [
        pytest.param(date(2026, 11, 30), time(8), "30-11-2026 08.00", id="eight is eight"),
        pytest.param(date(2026, 11, 30), time(7), "30-11-2026 07.30", id="not before the opening"),
        pytest.param(date(2026, 2, 26), time(7, 30), "26-02-2026 08.00", id="nor in Ramadan"),
        pytest.param(date(2026, 11, 30), time(12, 30), "30-11-2026 13.00", id="not in the break"),
        pytest.param(date(2026, 11, 30), time(12), "30-11-2026 12.00", id="noon still counts"),
        pytest.param(date(2026, 11, 30), time(19), "30-11-2026 16.00", id="not after closing"),
    ],
)
def test_the_daily_reminder_keeps_its_clock_time_within_hours(
    day: date, clock_time: time, instant: str
) -> None:
    assert worktime.at_clock(day, clock_time, CALENDAR) == wib(instant)


def test_there_is_no_office_clock_on_a_day_off() -> None:
    with pytest.raises(ValueError, match="2026-11-29 is not a working day"):
        worktime.at_clock(date(2026, 11, 29), time(8), CALENDAR)
    with pytest.raises(ValueError, match="no zone"):
        worktime.at_clock(date(2026, 11, 30), time(8, tzinfo=UTC), CALENDAR)


# --- what is refused ---------------------------------------------------------------------

NAIVE = datetime(2026, 11, 30, 9)  # noqa: DTZ001 - the tests are about refusing it
AWARE = wib("30-11-2026 09.00")


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda: worktime.opening(NAIVE, CALENDAR), id="opening"),
        pytest.param(lambda: worktime.add(NAIVE, jam(1), CALENDAR), id="add"),
        pytest.param(lambda: worktime.subtract(NAIVE, hari(1), CALENDAR), id="subtract"),
        pytest.param(lambda: worktime.between(NAIVE, AWARE, CALENDAR), id="between, start"),
        pytest.param(lambda: worktime.between(AWARE, NAIVE, CALENDAR), id="between, end"),
        pytest.param(lambda: worktime.days_between(NAIVE, NAIVE, CALENDAR), id="days_between"),
        pytest.param(lambda: worktime.is_open(NAIVE, CALENDAR), id="is_open"),
        pytest.param(lambda: worktime.within_hours(NAIVE, CALENDAR), id="within_hours"),
    ],
)
def test_an_instant_without_a_zone_is_refused(ask: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="time zone"):
        ask()


@pytest.mark.parametrize("unit", list(DurationUnit))
@pytest.mark.parametrize("amount", [0, -1])
def test_a_standard_time_of_nothing_is_refused(unit: DurationUnit, amount: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        worktime.add(AWARE, Duration(amount, unit), CALENDAR)
    with pytest.raises(ValueError, match="positive"):
        worktime.subtract(AWARE, Duration(amount, unit), CALENDAR)


def test_an_office_that_never_works_is_told_so_instead_of_searched_for_ever() -> None:
    closed = WorkCalendar(WIB, lambda day: WorkDay((), "Libur"))

    searches: list[Callable[[], object]] = [
        lambda: worktime.opening(AWARE, closed),
        lambda: worktime.add(AWARE, hari(1), closed),
        lambda: worktime.subtract(AWARE, jam(1), closed),
        lambda: worktime.next_working_day(AWARE.date(), closed),
        lambda: worktime.previous_working_day(AWARE.date(), closed),
    ]
    for ask in searches:
        with pytest.raises(NoWorkingDayError, match="366 days"):
            ask()
    assert worktime.between(AWARE, AWARE + timedelta(days=400), closed) == timedelta(0)


def test_an_office_that_stops_working_is_told_so_as_well() -> None:
    last_day = date(2026, 11, 30)
    hours = (Hours(time(8), time(12)),)
    closing_down = WorkCalendar(WIB, lambda day: WorkDay(hours if day <= last_day else ()))

    assert worktime.add(AWARE, jam(3), closing_down) == wib("30-11-2026 12.00")
    with pytest.raises(NoWorkingDayError):
        worktime.add(AWARE, jam(4), closing_down)


def test_days_off_are_counted_in_a_row_so_an_office_open_on_mondays_only_is_no_fault() -> None:
    hours = (Hours(time(8), time(12)),)
    mondays = WorkCalendar(WIB, lambda day: WorkDay(() if day.weekday() else hours))

    due = worktime.add(AWARE, hari(100), mondays)

    assert due == AWARE + timedelta(weeks=100)
    assert worktime.subtract(due, hari(100), mondays) == AWARE


def test_a_date_is_looked_up_once() -> None:
    asked: list[date] = []

    def look_up(day: date) -> WorkDay:
        asked.append(day)
        return WorkDay((Hours(time(8), time(12)),))

    calendar = WorkCalendar(WIB, look_up)
    for _ in range(3):
        worktime.add(AWARE, hari(5), calendar)
        calendar.holiday_name(AWARE.date())

    assert len(asked) == len(set(asked))


# --- properties --------------------------------------------------------------------------

# Two years with both Ramadans, both Idulfitris and Christmas twice.
instants = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis wants the bounds naive
    max_value=datetime(2027, 12, 31),  # noqa: DTZ001 - as above
    timezones=st.just(WIB),
)
# Whole minutes meet openings, breaks and closings, which random microseconds never do.
minutes = instants.map(lambda instant: instant.replace(second=0, microsecond=0))
quarters = minutes.map(lambda instant: instant.replace(minute=instant.minute // 15 * 15))
moments = st.one_of(instants, minutes, quarters)

hours_or_minutes = st.one_of(
    st.builds(menit, st.integers(1, 600)),
    st.builds(menit, st.integers(1, 40).map(lambda quarter: quarter * 15)),
    st.builds(jam, st.integers(1, 80)),
)
days = st.builds(hari, st.integers(1, 30))
durations = st.one_of(hours_or_minutes, days)

steady = settings(max_examples=200)


def work_of(duration: Duration) -> timedelta:
    hours = duration.unit is DurationUnit.JAM
    return timedelta(hours=duration.amount) if hours else timedelta(minutes=duration.amount)


def is_opening(instant: datetime) -> bool:
    return any(instant == start for start, _ in CALENDAR.intervals(instant.date()))


@steady
@given(moments, hours_or_minutes)
def test_what_was_added_lies_between(opened: datetime, duration: Duration) -> None:
    due = worktime.add(opened, duration, CALENDAR)

    assert worktime.between(opened, due, CALENDAR) == work_of(duration)
    assert worktime.between(worktime.opening(opened, CALENDAR), due, CALENDAR) == work_of(duration)


@steady
@given(moments, durations)
def test_nothing_is_ever_due_outside_hours_or_at_an_opening(
    opened: datetime, duration: Duration
) -> None:
    due = worktime.add(opened, duration, CALENDAR)

    assert worktime.within_hours(due, CALENDAR)
    assert not is_opening(due)
    assert due > worktime.opening(opened, CALENDAR) >= opened
    assert due.tzinfo is CALENDAR.zone


@steady
@given(moments, moments, durations)
def test_who_opens_later_is_never_due_earlier(
    one: datetime, other: datetime, duration: Duration
) -> None:
    early, late = sorted((one, other))

    assert worktime.add(early, duration, CALENDAR) <= worktime.add(late, duration, CALENDAR)


@steady
@given(moments, st.integers(1, 40), st.integers(1, 40), st.sampled_from(DurationUnit))
def test_a_longer_standard_time_is_never_due_earlier(
    opened: datetime, one: int, other: int, unit: DurationUnit
) -> None:
    short, long = (Duration(amount, unit) for amount in sorted((one, other)))

    assert worktime.add(opened, short, CALENDAR) <= worktime.add(opened, long, CALENDAR)


@steady
@given(moments, days)
def test_days_stay_days(opened: datetime, duration: Duration) -> None:
    begin = worktime.opening(opened, CALENDAR)
    named = worktime.next_working_day(begin.date(), CALENDAR, duration.amount)
    same_time = datetime.combine(named, begin.time(), WIB)
    due = worktime.add(opened, duration, CALENDAR)

    if worktime.within_hours(same_time, CALENDAR) and not is_opening(same_time):
        assert due == same_time
    else:
        assert due < same_time
        assert worktime.between(due, same_time, CALENDAR) == timedelta(0)
        assert due.date() in (named, worktime.previous_working_day(named, CALENDAR))


@steady
@given(moments, durations)
def test_a_reminder_comes_before_its_deadline_and_within_hours(
    due: datetime, duration: Duration
) -> None:
    reminder = worktime.subtract(due, duration, CALENDAR)

    assert reminder < due
    assert worktime.within_hours(reminder, CALENDAR)


@steady
@given(moments, hours_or_minutes)
def test_what_was_counted_back_is_what_is_left_until_the_deadline(
    opened: datetime, duration: Duration
) -> None:
    due = worktime.add(opened, jam(1), CALENDAR)
    reminder = worktime.subtract(due, duration, CALENDAR)

    assert worktime.between(reminder, due, CALENDAR) == work_of(duration)
    assert worktime.add(reminder, duration, CALENDAR) == due


# The database's zone, one east of the office, and one on the other side of the world.
zones = st.sampled_from([UTC, ZoneInfo("Pacific/Auckland"), ZoneInfo("America/New_York")])


@steady
@given(moments, durations, zones)
def test_an_instant_counts_alike_in_whatever_zone_it_comes(
    instant: datetime, duration: Duration, zone: tzinfo
) -> None:
    elsewhere = instant.astimezone(zone)
    for count in (worktime.add, worktime.subtract):
        here, there = count(instant, duration, CALENDAR), count(elsewhere, duration, CALENDAR)
        assert there == here
        assert there.tzinfo is CALENDAR.zone

    until = elsewhere + timedelta(days=9, hours=5)
    for measure in (worktime.between, worktime.days_between):
        assert measure(elsewhere, until, CALENDAR) == measure(instant, until, CALENDAR)
    for ask in (worktime.opening, worktime.is_open, worktime.within_hours):
        assert ask(elsewhere, CALENDAR) == ask(instant, CALENDAR)


@settings(steady, max_examples=60)
@given(moments, moments, moments)
def test_work_adds_up_over_any_stop_on_the_way(
    start: datetime, stop: datetime, end: datetime
) -> None:
    def worked(one: datetime, other: datetime) -> timedelta:
        return worktime.between(one, other, CALENDAR)

    def days_worked(one: datetime, other: datetime) -> Fraction:
        return worktime.days_between(one, other, CALENDAR)

    assert worked(start, stop) + worked(stop, end) == worked(start, end)
    assert days_worked(start, stop) + days_worked(stop, end) == days_worked(start, end)


@steady
@given(moments)
def test_the_office_is_open_exactly_when_a_task_opens_at_once(instant: datetime) -> None:
    assert worktime.is_open(instant, CALENDAR) == (worktime.opening(instant, CALENDAR) == instant)
