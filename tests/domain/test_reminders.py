"""When Pak Budi is reminded, and when his being late is brought to others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import reminders, worktime
from bot.domain.calendar import office_calendar
from bot.domain.reminders import PlannedReminder, ReminderKind, plan, policy_of, send_at
from bot.domain.sop import (
    DIRECT_SUPERIOR,
    BeforeRule,
    Duration,
    EscalationRule,
    ReminderPolicy,
)
from tests.cast import MONDAY, wib
from tests.offices import hari, jam, kantor, menit, policy
from tests.procedures import langkah, prosedur

OFFICE = kantor()
CALENDAR = office_calendar(OFFICE)
FIRST = wib("01-01-2026 00.00")


def instants(
    duration: Duration, opened: datetime, using: ReminderPolicy | None = None
) -> dict[ReminderKind, list[datetime]]:
    """The due instants of a task's reminders, by what they are for."""
    found: dict[ReminderKind, list[datetime]] = {}
    due = worktime.add(opened, duration, CALENDAR)
    for planned in plan(using or policy(), duration, opened, due, CALENDAR):
        found.setdefault(planned.kind, []).append(planned.due_at)
    return found


def times(*texts: str) -> list[datetime]:
    return [wib(text) for text in texts]


# --- before the deadline --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("duration", "before"),
    [
        pytest.param(menit(30), ["09-11-2026 10.30"], id="half an hour: 15 minutes before"),
        pytest.param(jam(1), ["09-11-2026 11.00"], id="an hour: 15 minutes before"),
        pytest.param(jam(2), ["09-11-2026 13.00"], id="two hours: 15 minutes before"),
        pytest.param(menit(121), ["09-11-2026 10.16"], id="a minute more: two hours before"),
        pytest.param(jam(3), ["09-11-2026 11.15"], id="three hours: two hours before"),
        pytest.param(hari(1), ["10-11-2026 08.15"], id="a day: two hours before"),
        pytest.param(
            hari(2), ["10-11-2026 10.15", "11-11-2026 08.15"], id="two days: a day and two hours"
        ),
        pytest.param(
            hari(7), ["17-11-2026 10.15", "18-11-2026 08.15"], id="seven days: the same two"
        ),
    ],
)
def test_how_long_before_depends_on_how_long_the_step_takes(
    duration: Duration, before: list[str]
) -> None:
    assert instants(duration, MONDAY)[ReminderKind.SEBELUM] == times(*before)


def test_a_reminder_that_would_come_with_the_task_itself_is_left_out() -> None:
    # A step of a quarter of an hour has no time for a reminder 15 minutes before.
    assert ReminderKind.SEBELUM not in instants(menit(15), MONDAY)
    assert instants(menit(16), MONDAY)[ReminderKind.SEBELUM] == times("09-11-2026 10.16")


def test_a_task_of_the_night_counts_from_the_opening_when_reminders_are_left_out() -> None:
    # 15 minutes before 07.45 is 07.30, when the task only opens.
    assert ReminderKind.SEBELUM not in instants(menit(15), wib("08-11-2026 21.00"))


def test_a_reminder_counts_back_over_break_and_night() -> None:
    # Due on Tuesday 08.15: two working hours before is Monday 14.45.
    assert instants(hari(1), wib("09-11-2026 08.15"))[ReminderKind.SEBELUM] == times(
        "09-11-2026 14.45"
    )


# --- at and after the deadline --------------------------------------------------------------


def test_at_the_deadline_and_each_morning_after_it() -> None:
    found = instants(hari(1), MONDAY)
    assert found[ReminderKind.TENGGAT] == times("10-11-2026 10.15")
    # Only the first is planned: each brings the next.
    assert found[ReminderKind.HARIAN] == times("11-11-2026 08.00")


def test_escalation_after_one_two_and_three_working_days() -> None:
    due = wib("12-11-2026 10.15")  # a Thursday
    planned = plan(policy(), hari(1), wib("11-11-2026 10.15"), due, CALENDAR)
    assert [(p.role, p.due_at) for p in planned if p.kind is ReminderKind.ESKALASI] == [
        ("kasubbag", wib("13-11-2026 10.15")),
        ("sekretaris", wib("16-11-2026 10.15")),
        ("kepala_dinas", wib("17-11-2026 10.15")),
    ]


def test_a_deadline_at_closing_escalates_at_closings() -> None:
    # Saturday night's task of a day is due when Monday closes.
    found = instants(hari(1), wib("28-11-2026 21.00"))
    assert found[ReminderKind.TENGGAT] == times("30-11-2026 16.00")
    assert found[ReminderKind.HARIAN] == times("01-12-2026 08.00")
    assert found[ReminderKind.ESKALASI] == times(
        "01-12-2026 16.00", "02-12-2026 16.00", "03-12-2026 16.00"
    )


def test_holidays_and_cuti_bersama_hold_up_mornings_and_escalation() -> None:
    # Due on Wednesday 23 December; 24 is cuti bersama, 25 Christmas, then the weekend.
    found = instants(hari(1), wib("22-12-2026 10.15"))
    assert found[ReminderKind.TENGGAT] == times("23-12-2026 10.15")
    assert found[ReminderKind.HARIAN] == times("28-12-2026 08.00")
    assert found[ReminderKind.ESKALASI][0] == wib("28-12-2026 10.15")


def test_in_ramadan_the_morning_is_the_opening() -> None:
    found = instants(hari(1), wib("23-02-2026 09.00"))
    assert found[ReminderKind.TENGGAT] == times("24-02-2026 09.00")
    assert found[ReminderKind.HARIAN] == times("25-02-2026 08.00")


def test_a_morning_set_before_the_opening_waits_for_it() -> None:
    early = replace(policy(), daily_at=time(7, 0))
    assert instants(hari(1), MONDAY, early)[ReminderKind.HARIAN] == times("11-11-2026 07.30")
    assert reminders.next_daily(early, wib("24-02-2026 09.00"), CALENDAR) == wib("25-02-2026 08.00")


def test_each_morning_brings_the_next_working_morning() -> None:
    friday = wib("13-11-2026 08.00")
    assert reminders.next_daily(policy(), friday, CALENDAR) == wib("16-11-2026 08.00")


def test_the_morning_is_counted_by_the_office_s_own_date() -> None:
    # 23.30 on Monday in Greenwich is Tuesday morning in Pagar Alam.
    late = wib("10-11-2026 06.30").astimezone(UTC)
    assert reminders.next_daily(policy(), late, CALENDAR) == wib("11-11-2026 08.00")


def test_a_policy_may_leave_things_out() -> None:
    quiet = ReminderPolicy(before=(), at_deadline=False, daily_at=None, escalation=())
    assert instants(hari(2), MONDAY, quiet) == {}
    with pytest.raises(ValueError, match="no daily reminder"):
        reminders.next_daily(quiet, MONDAY, CALENDAR)


def test_two_rules_that_mean_the_same_instant_are_one_reminder() -> None:
    twice = replace(policy(), before=(BeforeRule(None, (jam(1), menit(60))),))
    assert instants(hari(1), MONDAY, twice)[ReminderKind.SEBELUM] == times("10-11-2026 09.15")


def test_the_reminders_come_in_the_order_of_their_time() -> None:
    due = worktime.add(MONDAY, hari(3), CALENDAR)
    planned = plan(policy(), hari(3), MONDAY, due, CALENDAR)
    assert [p.kind for p in planned] == [
        ReminderKind.SEBELUM,
        ReminderKind.SEBELUM,
        ReminderKind.TENGGAT,
        ReminderKind.HARIAN,
        ReminderKind.ESKALASI,
        ReminderKind.ESKALASI,
        ReminderKind.ESKALASI,
    ]
    assert [p.due_at for p in planned] == sorted(p.due_at for p in planned)


@given(
    st.integers(0, 700 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes)),
    st.one_of(
        st.integers(1, 600).map(menit), st.integers(1, 20).map(jam), st.integers(1, 15).map(hari)
    ),
)
@settings(max_examples=150)
def test_every_reminder_is_due_within_office_hours_and_after_the_opening(
    opened: datetime, duration: Duration
) -> None:
    due = worktime.add(opened, duration, CALENDAR)
    for planned in plan(policy(), duration, opened, due, CALENDAR):
        assert worktime.within_hours(planned.due_at, CALENDAR)
        assert planned.due_at > worktime.opening(opened, CALENDAR)
        assert (planned.kind is ReminderKind.SEBELUM) == (planned.due_at < due)
        # On time it goes out at once: nothing that is due in hours waits for them.
        assert send_at(planned.due_at, planned.due_at, CALENDAR) == planned.due_at


# --- whose policy ---------------------------------------------------------------------------


def test_a_step_s_own_policy_goes_before_the_procedure_s_and_the_office_s() -> None:
    own, its = replace(policy(), at_deadline=False), replace(policy(), daily_at=None)
    plain, special = langkah(1, "tim"), langkah(2, "tim", pengingat=own)
    assert policy_of(special, prosedur(plain, special, pengingat=its), OFFICE) is own
    assert policy_of(plain, prosedur(plain, special, pengingat=its), OFFICE) is its
    assert policy_of(plain, prosedur(plain, special), OFFICE) is OFFICE.reminders


def test_only_what_runs_for_one_unit_is_escalated_to_a_direct_superior() -> None:
    first, second = EscalationRule(jam(4), DIRECT_SUPERIOR), EscalationRule(hari(1), "kasubbag")
    both = replace(policy(), escalation=(first, second))
    step = langkah(1, "tim", pengingat=both)
    per_unit = replace(prosedur(step), per_unit=True)
    assert policy_of(step, per_unit, OFFICE).escalation == (first, second)
    assert policy_of(step, prosedur(step), OFFICE).escalation == (second,)
    due = wib("12-11-2026 10.15")  # an hour and three quarters until the break, the rest after it
    planned = plan(both, hari(1), wib("11-11-2026 10.15"), due, CALENDAR)
    assert [(p.role, p.due_at) for p in planned if p.kind is ReminderKind.ESKALASI] == [
        (DIRECT_SUPERIOR, wib("12-11-2026 15.15")),
        ("kasubbag", wib("13-11-2026 10.15")),
    ]


# --- when a reminder goes out -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "now", "goes"),
    [
        pytest.param(
            "09-11-2026 10.15", "09-11-2026 10.15", "09-11-2026 10.15", id="on the minute"
        ),
        pytest.param(
            "09-11-2026 16.00", "09-11-2026 16.00", "09-11-2026 16.00", id="at closing, at closing"
        ),
        pytest.param(
            "09-11-2026 16.00",
            "09-11-2026 16.10",
            "09-11-2026 16.10",
            id="a moment after closing, for it was due in time",
        ),
        pytest.param(
            "09-11-2026 16.00",
            "09-11-2026 16.16",
            "10-11-2026 07.30",
            id="missed at closing: next opening",
        ),
        pytest.param(
            "09-11-2026 12.00", "09-11-2026 12.05", "09-11-2026 12.05", id="as the break begins"
        ),
        pytest.param(
            "09-11-2026 10.15",
            "09-11-2026 12.20",
            "09-11-2026 13.00",
            id="missed and found in the break: after it",
        ),
        pytest.param(
            "09-11-2026 10.15",
            "09-11-2026 14.00",
            "09-11-2026 14.00",
            id="missed and found in hours: at once",
        ),
        pytest.param(
            "13-11-2026 10.15",
            "14-11-2026 09.00",
            "16-11-2026 07.30",
            id="missed and found on Saturday: Monday's opening",
        ),
        pytest.param(
            "23-12-2026 16.00",
            "24-12-2026 09.00",
            "28-12-2026 07.30",
            id="missed and found on a cuti bersama: after the holidays",
        ),
    ],
)
def test_a_missed_reminder_waits_for_the_office_to_open(due: str, now: str, goes: str) -> None:
    assert send_at(wib(due), wib(now), CALENDAR) == wib(goes)


def test_a_snooze_comes_back_after_one_working_hour() -> None:
    assert reminders.snooze_until(wib("09-11-2026 10.15"), CALENDAR) == wib("09-11-2026 11.15")
    assert reminders.snooze_until(wib("09-11-2026 11.30"), CALENDAR) == wib("09-11-2026 13.30")
    assert reminders.snooze_until(wib("09-11-2026 15.45"), CALENDAR) == wib("10-11-2026 08.15")
    assert reminders.snooze_until(wib("09-11-2026 21.00"), CALENDAR) == wib("10-11-2026 08.30")


# --- who speaks, and to whom ----------------------------------------------------------------


def test_of_missed_reminders_the_newest_speaks_first_and_escalation_before_a_reminder() -> None:
    morning = PlannedReminder(ReminderKind.HARIAN, MONDAY)
    escalation = PlannedReminder(ReminderKind.ESKALASI, MONDAY, role="kasubbag")
    earlier = PlannedReminder(ReminderKind.TENGGAT, MONDAY - timedelta(hours=1))
    ordered = sorted([earlier, morning, escalation], key=reminders.precedence, reverse=True)
    assert ordered == [escalation, morning, earlier]


@pytest.mark.parametrize(
    ("role", "late", "may"),
    [
        pytest.param("kasubbag", ["tim"], True, id="the Kasubbag hears of her team"),
        pytest.param("kasubbag", ["kasi"], True, id="and of a colleague of the same level"),
        pytest.param("kasubbag", ["sekretaris"], False, id="but not of the Sekretaris"),
        pytest.param("kasubbag", ["kepala_dinas"], False, id="nor of the Kepala Dinas"),
        pytest.param("sekretaris", ["kasubbag"], True, id="the Sekretaris hears of the Kasubbag"),
        pytest.param("sekretaris", ["sekretaris", "kepala_bidang"], True, id="and of a Kabid"),
        pytest.param("sekretaris", ["kepala_dinas"], False, id="but not of the Kepala Dinas"),
        pytest.param("kepala_dinas", ["sekretaris"], True, id="the Kepala Dinas hears of all"),
        pytest.param("kepala_dinas", ["bappeda"], False, id="except of an office outside"),
        pytest.param("kepala_dinas", ["kepala_daerah"], False, id="or of the Kepala Daerah"),
        pytest.param("kasubbag", ["tim", "kepala_dinas"], False, id="one of them is above"),
    ],
)
def test_nobody_is_escalated_to_about_somebody_above_or_outside(
    role: str, late: list[str], may: bool
) -> None:
    assert reminders.outranks(role, late, OFFICE) is may
