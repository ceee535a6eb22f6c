"""What the clock does: who is reminded when, and what a stop of the bot leaves of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.demo import inspector
from bot.domain.calendar import office_calendar
from bot.domain.notices import TaskLate, TaskReminder
from bot.domain.reminders import PlannedReminder, ReminderKind
from bot.domain.sop import Catalog
from bot.features import reminders
from bot.features.people.views import TakeRole
from bot.features.reminders import LateView, VacantView
from bot.features.tasks.buttons import Snooze
from bot.features.tasks.views import TaskView
from bot.features.work import Services
from bot.store.reminders import ReminderStatus
from tests.cast import (
    ANWAR,
    BUDI,
    CAST,
    DEWI,
    HADI,
    LESTARI,
    MONDAY,
    RINA,
    SARI,
    WHOLE_OFFICE,
    Message,
    Player,
    Stage,
    wib,
)
from tests.offices import kantor
from tests.rows import reminders_of


def fired(stage: Stage, at: datetime | str) -> list[tuple[Player, str]]:
    """Go to a moment and let the clock knock; who gets what as a new message, in words."""
    stage.go_to(at)
    stage.remind()
    return spoken(stage.deliver())


def spoken(messages: list[Message]) -> list[tuple[Player, str]]:
    who = {player.chat_id: player for player in WHOLE_OFFICE}
    return [(who[m.delivery.chat_id], _word(m)) for m in messages if not m.edit]


def _word(message: Message) -> str:
    match message.delivery.notice:
        case TaskReminder(rung=kind):
            return kind.value
        case TaskLate(waiting=waiting):
            return "menunggu" if waiting else "terlambat"
        case notice:
            return notice.kind


def quiet_start(stage: Stage, to_step: int = 2) -> int:
    """A LAKIP at this step, everything sent; the team has it until Wednesday 10.15."""
    run_id = stage.start()
    stage.advance(run_id, to_step)
    stage.deliver()
    return run_id


@pytest.fixture
def stage(sqlite_services: Services) -> Stage:
    return Stage(sqlite_services)


# --- at its minute --------------------------------------------------------------------------


def test_every_reminder_of_a_late_step_at_its_minute(services: Services) -> None:
    stage = Stage(services)
    quiet_start(stage)
    heard = {}
    for moment in (
        "10-11-2026 10.15", "11-11-2026 08.15", "11-11-2026 10.15", "12-11-2026 08.00",
        "12-11-2026 10.15", "13-11-2026 08.00", "13-11-2026 10.15", "16-11-2026 08.00",
        "16-11-2026 10.15", "17-11-2026 08.00", "17-11-2026 10.15", "18-11-2026 08.00",
    ):  # fmt: skip
        assert fired(stage, wib(moment) - timedelta(seconds=1)) == []
        heard[moment] = fired(stage, moment)
    team = [(BUDI, "sebelum"), (RINA, "sebelum")]
    morning = [(BUDI, "harian"), (RINA, "harian")]
    assert heard == {
        "10-11-2026 10.15": [],  # it edits the card
        "11-11-2026 08.15": team,
        "11-11-2026 10.15": [(BUDI, "tenggat"), (RINA, "tenggat")],
        "12-11-2026 08.00": morning,
        "12-11-2026 10.15": [(SARI, "terlambat")],
        "13-11-2026 08.00": morning,
        "13-11-2026 10.15": [(HADI, "terlambat")],
        "16-11-2026 08.00": morning,
        "16-11-2026 10.15": [(DEWI, "terlambat")],
        "17-11-2026 08.00": morning,
        "17-11-2026 10.15": [],
        "18-11-2026 08.00": morning,
    }


def test_knocking_again_says_nothing_again(stage: Stage) -> None:
    quiet_start(stage)
    assert len(fired(stage, "11-11-2026 10.15")) == 2
    assert fired(stage, "11-11-2026 10.15") == []
    assert fired(stage, "11-11-2026 10.16") == []
    assert reminders.fire_due(stage.services, stage.now) == 0


def test_a_reminder_carries_the_task_with_its_button(stage: Stage) -> None:
    run_id = quiet_start(stage)
    stage.go_to("11-11-2026 10.16")
    stage.remind()
    view = stage.received(BUDI)[0].view
    assert isinstance(view, TaskView)
    assert (view.reminder, view.mine, view.token) == (
        ReminderKind.TENGGAT,
        True,
        stage.token(run_id),
    )


def test_an_escalation_says_who_is_late_and_by_how_much(stage: Stage) -> None:
    run_id = quiet_start(stage)
    stage.go_to("12-11-2026 10.15")
    stage.remind()
    (message,) = stage.received(SARI)
    view = message.view
    assert isinstance(view, LateView)
    assert (view.run.id, view.waiting) == (run_id, False)
    assert [p.name for p in view.current.performers] == [BUDI.called, RINA.called]
    assert view.current.late is not None
    assert view.current.late.days == 1


def test_a_confirmed_step_is_silent_for_ever(stage: Stage) -> None:
    run_id = quiet_start(stage)
    stage.confirm(BUDI, run_id)
    stage.deliver()
    with stage.services.store.read() as tx:
        team = stage.task_id(run_id, 2)
        assert ReminderStatus.MENUNGGU not in {s for _, s in reminders_of(tx, team)}
    # Bu Sari's own step is all that is left to remind of.
    assert {who for who, _ in fired(stage, "11-11-2026 10.15")} <= {SARI}


def test_a_reminder_due_at_closing_goes_out_at_closing(stage: Stage) -> None:
    stage.go_to("28-11-2026 21.00")
    stage.start()  # the Kepala Dinas has an hour: Monday 07.30 to 08.30
    stage.advance(1, 2)
    stage.deliver()
    # Two days for the team, from Saturday night: until Tuesday, when it closes.
    assert stage.task(1).due_at == wib("01-12-2026 16.00")
    stage.go_to("01-12-2026 14.00")
    stage.remind()
    stage.deliver()
    assert fired(stage, "01-12-2026 16.00") == [(BUDI, "tenggat"), (RINA, "tenggat")]


def test_when_the_clock_has_to_knock_next(stage: Stage) -> None:
    assert inspector.next_reminder(stage.services) is None
    quiet_start(stage)
    assert inspector.next_reminder(stage.services) == wib("10-11-2026 10.15")


# --- who hears of lateness ------------------------------------------------------------------


def escalations(stage: Stage, run_id: int) -> list[tuple[Player, str]]:
    """Whom the lateness of the open step is brought to, reminder by reminder."""
    found = []
    with stage.services.store.read() as tx:
        laid = reminders_of(tx, stage.task_id(run_id))
    for planned, _ in laid:
        heard = fired(stage, planned.due_at)
        if planned.kind is ReminderKind.ESKALASI:
            found += [(who, word) for who, word in heard if word in ("terlambat", "menunggu")]
    return found


def test_the_kasubbag_is_not_told_of_her_own_lateness(stage: Stage) -> None:
    run_id = quiet_start(stage, to_step=3)
    assert escalations(stage, run_id) == [(HADI, "terlambat"), (DEWI, "terlambat")]


def test_of_a_late_signature_those_below_hear_only_that_the_office_waits(stage: Stage) -> None:
    run_id = quiet_start(stage, to_step=10)
    assert escalations(stage, run_id) == [(SARI, "menunggu"), (HADI, "menunggu")]


def test_of_a_late_paraf_of_the_sekretaris(stage: Stage) -> None:
    run_id = quiet_start(stage, to_step=9)
    assert escalations(stage, run_id) == [(SARI, "menunggu"), (DEWI, "terlambat")]


def test_an_office_outside_is_only_waited_for(stage: Stage) -> None:
    run_id = stage.start("tapkin_eselon2")
    stage.advance(run_id, 2)
    stage.deliver()
    assert escalations(stage, run_id) == [(HADI, "menunggu"), (DEWI, "menunggu")]


def test_who_has_confirmed_hears_of_those_who_have_not(sqlite_services: Services) -> None:
    stage = Stage(sqlite_services, *WHOLE_OFFICE)
    run_id = stage.start("tapkin_eselon4")
    stage.confirm(SARI, run_id)
    stage.deliver()
    stage.go_to("10-11-2026 13.15")
    stage.remind()
    # Bu Lestari is late, Bu Sari is not: she may well be told.
    assert (SARI, "terlambat") in spoken(stage.deliver())
    assert (LESTARI, "terlambat") not in spoken(stage.deliver())


def test_what_is_for_a_vacant_post_goes_to_the_kasubbag(sqlite_services: Services) -> None:
    stage = Stage(sqlite_services, SARI, BUDI, DEWI)
    run_id = quiet_start(stage)
    assert escalations(stage, run_id) == [
        (SARI, "terlambat"),
        (SARI, "terlambat"),
        (DEWI, "terlambat"),
    ]


def test_reminders_of_a_step_that_nobody_can_do_go_to_the_kasubbag(
    sqlite_services: Services,
) -> None:
    stage = Stage(sqlite_services, SARI, HADI, DEWI)
    run_id = quiet_start(stage)
    assert stage.task(run_id).step == 2, "the team's, and there is none"
    stage.go_to("11-11-2026 10.15")
    stage.remind()
    views = [m.view for m in stage.received(SARI)]
    assert any(isinstance(v, VacantView) and v.step.number == 2 for v in views)


def test_a_person_with_several_roles_gets_one_message(sqlite_services: Services) -> None:
    stage = Stage(sqlite_services, SARI, BUDI, DEWI)
    stage.seat(replace(SARI, role="sekretaris"), replace(DEWI, role="sekretaris"))
    stage.seat(replace(BUDI, role="tim"))
    run_id = quiet_start(stage)
    fired(stage, "10-11-2026 10.15")
    fired(stage, "11-11-2026 08.15")
    assert fired(stage, "11-11-2026 10.15") == [(BUDI, "tenggat")]
    # The bot is down for days: Bu Sari is Kasubbag and Sekretaris, Ibu Dewi two as well.
    assert sorted(fired(stage, "17-11-2026 10.15"), key=str) == sorted(
        [(BUDI, "harian"), (SARI, "terlambat"), (DEWI, "terlambat")], key=str
    )
    assert stage.task(run_id).step == 2


def test_who_lost_the_role_is_reminded_no_more_and_the_new_holder_is(stage: Stage) -> None:
    quiet_start(stage)
    stage.tap(SARI, TakeRole(stage.holding_of(RINA)))
    stage.seat(replace(ANWAR, role="tim", unit=None))
    stage.deliver()
    assert fired(stage, "11-11-2026 10.15") == [(BUDI, "tenggat"), (ANWAR, "tenggat")]


def test_a_step_without_anybody_is_brought_to_those_above(sqlite_services: Services) -> None:
    stage = Stage(sqlite_services, SARI, HADI, DEWI)
    stage.start()
    stage.advance(1, 2)
    stage.deliver()
    assert fired(stage, "11-11-2026 10.15") == [(SARI, "role_vacant")]
    assert fired(stage, "12-11-2026 10.15") == [(SARI, "terlambat")]


# --- after downtime -------------------------------------------------------------------------


def test_after_downtime_only_the_newest_missed_reminder_speaks(stage: Stage) -> None:
    run_id = quiet_start(stage)
    # Down from Monday to Wednesday 13.30: two reminders before, and the deadline itself.
    assert fired(stage, "11-11-2026 13.30") == [(BUDI, "tenggat"), (RINA, "tenggat")]
    with stage.services.store.read() as tx:
        laid = reminders_of(tx, stage.task_id(run_id))
    assert [(p.kind, s) for p, s in laid][:3] == [
        (ReminderKind.SEBELUM, ReminderStatus.DILEWATI),
        (ReminderKind.SEBELUM, ReminderStatus.DILEWATI),
        (ReminderKind.TENGGAT, ReminderStatus.TERKIRIM),
    ]


def test_after_downtime_each_hears_their_own_newest(stage: Stage) -> None:
    quiet_start(stage)
    # A whole week: the team gets its morning reminder, each leader the one escalation.
    assert fired(stage, "18-11-2026 09.00") == [
        (DEWI, "terlambat"),
        (HADI, "terlambat"),
        (SARI, "terlambat"),
        (BUDI, "harian"),
        (RINA, "harian"),
    ]


def test_what_was_missed_and_is_found_at_night_waits_for_the_opening(stage: Stage) -> None:
    quiet_start(stage)
    assert fired(stage, "11-11-2026 20.00") == []
    assert inspector.next_reminder(stage.services) == wib("12-11-2026 07.30")
    assert fired(stage, "12-11-2026 07.30") == [(BUDI, "tenggat"), (RINA, "tenggat")]
    assert fired(stage, "12-11-2026 08.00") == [(BUDI, "harian"), (RINA, "harian")]


def test_found_again_in_the_night_it_waits_all_the_same(stage: Stage) -> None:
    quiet_start(stage)
    for moment in ("11-11-2026 20.00", "11-11-2026 23.00", "12-11-2026 07.29"):
        assert fired(stage, moment) == []
    assert len(fired(stage, "12-11-2026 07.30")) == 2


def test_an_older_missed_reminder_does_not_come_the_morning_after_a_newer_one(stage: Stage) -> None:
    stage.go_to("28-11-2026 21.00")
    run_id = stage.start()
    stage.advance(run_id, 2)  # due on Tuesday at 16.00, when the office closes
    stage.deliver()
    # The bot is down from noon and comes back just after closing: the deadline speaks, and
    # "two hours before" has nothing to say tomorrow.
    assert fired(stage, "01-12-2026 16.05") == [(BUDI, "tenggat"), (RINA, "tenggat")]
    assert fired(stage, "02-12-2026 07.30") == []
    assert fired(stage, "02-12-2026 08.00") == [(BUDI, "harian"), (RINA, "harian")]


def test_a_missed_escalation_to_somebody_else_still_waits_for_the_morning(stage: Stage) -> None:
    stage.go_to("28-11-2026 21.00")
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.deliver()
    # Down from Tuesday to Thursday after closing: the Sekretaris's is on time, Bu Sari's late.
    heard = fired(stage, "03-12-2026 16.05")
    assert heard == [(HADI, "terlambat")]
    assert sorted(fired(stage, "04-12-2026 07.30"), key=str) == sorted(
        [(SARI, "terlambat"), (BUDI, "harian"), (RINA, "harian")], key=str
    )


def test_the_mornings_go_on_after_a_missed_one(stage: Stage) -> None:
    quiet_start(stage)
    fired(stage, "16-11-2026 13.30")  # three mornings were missed
    assert fired(stage, "17-11-2026 08.00") == [(BUDI, "harian"), (RINA, "harian")]
    assert fired(stage, "18-11-2026 08.00") == [(BUDI, "harian"), (RINA, "harian")]


def test_the_mornings_go_on_when_a_newer_reminder_spoke_for_one(stage: Stage) -> None:
    quiet_start(stage)
    fired(stage, "11-11-2026 10.15")
    token = stage.token(1)
    stage.go_to("12-11-2026 07.40")
    for who in (BUDI, RINA):
        stage.tap(who, Snooze(token))
    # Down over 08.00 and 08.40, when the snoozes come back: they speak for the morning.
    assert fired(stage, "12-11-2026 09.00") == [(BUDI, "tunda"), (RINA, "tunda")]
    fired(stage, "12-11-2026 10.15")  # Bu Sari hears that they are a day late
    assert fired(stage, "13-11-2026 08.00") == [(BUDI, "harian"), (RINA, "harian")]


def test_when_telegram_was_away_for_days_only_the_newest_reminder_arrives(stage: Stage) -> None:
    quiet_start(stage)
    for day in ("11-11-2026 10.15", "12-11-2026 08.00", "13-11-2026 08.00", "16-11-2026 08.00"):
        stage.go_to(day)
        stage.remind()
    assert [m for m in spoken(stage.deliver()) if m[0] is BUDI] == [(BUDI, "harian")]


def test_a_reminder_that_is_delivered_after_hours_rings_nobody(stage: Stage) -> None:
    quiet_start(stage)
    stage.go_to("11-11-2026 10.15")
    stage.remind()
    stage.go_to("11-11-2026 21.00")  # Telegram was away until now
    assert [m.delivery.silent for m in stage.deliver()] == [True, True]
    assert [m.delivery.silent for m in _escalated_at_ten(stage)] == [False]


def _escalated_at_ten(stage: Stage) -> list[Message]:
    stage.go_to("12-11-2026 10.15")
    stage.remind()
    return [m for m in stage.deliver() if isinstance(m.delivery.notice, TaskLate)]


# --- putting off ----------------------------------------------------------------------------


def snoozed(stage: Stage, who: Player, at: str) -> None:
    stage.go_to(at)
    stage.tap(who, Snooze(stage.token(1)))


def test_a_snooze_comes_back_after_one_working_hour_to_that_person_alone(stage: Stage) -> None:
    quiet_start(stage)
    snoozed(stage, BUDI, "09-11-2026 11.30")
    assert fired(stage, wib("09-11-2026 13.30") - timedelta(seconds=1)) == []
    assert fired(stage, "09-11-2026 13.30") == [(BUDI, "tunda")]
    assert fired(stage, "09-11-2026 14.30") == []


def test_a_snooze_mutes_ordinary_reminders_of_that_person(stage: Stage) -> None:
    quiet_start(stage)
    snoozed(stage, BUDI, "11-11-2026 10.00")
    assert fired(stage, "11-11-2026 10.15") == [(RINA, "tenggat")]
    assert fired(stage, "11-11-2026 11.00") == [(BUDI, "tunda")]


def test_a_snooze_of_everybody_mutes_the_morning_but_not_the_next_one(stage: Stage) -> None:
    quiet_start(stage)
    fired(stage, "11-11-2026 10.15")
    for who in (BUDI, RINA):
        snoozed(stage, who, "12-11-2026 07.45")
    assert fired(stage, "12-11-2026 08.00") == []
    assert fired(stage, "12-11-2026 08.45") == [(BUDI, "tunda"), (RINA, "tunda")]
    fired(stage, "12-11-2026 10.15")  # Bu Sari hears that they are a day late
    assert fired(stage, "13-11-2026 08.00") == [(BUDI, "harian"), (RINA, "harian")]


def test_a_snooze_never_mutes_escalation(stage: Stage) -> None:
    quiet_start(stage)
    fired(stage, "12-11-2026 08.00")
    for who in (BUDI, RINA):
        snoozed(stage, who, "12-11-2026 10.00")
    assert fired(stage, "12-11-2026 10.15") == [(SARI, "terlambat")]


def test_a_second_snooze_takes_the_place_of_the_first(stage: Stage) -> None:
    quiet_start(stage)
    snoozed(stage, BUDI, "09-11-2026 13.00")
    snoozed(stage, BUDI, "09-11-2026 13.30")
    assert fired(stage, "09-11-2026 14.00") == []
    assert fired(stage, "09-11-2026 14.30") == [(BUDI, "tunda")]


def test_a_snooze_of_a_confirmed_step_is_void(stage: Stage) -> None:
    run_id = quiet_start(stage)
    snoozed(stage, BUDI, "09-11-2026 13.00")
    stage.confirm(RINA, run_id)
    stage.deliver()
    assert fired(stage, "09-11-2026 14.00") == []


# --- many at once, and odd ones -------------------------------------------------------------


def test_more_than_a_batch_is_fired_by_knocking_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "TASKS_AT_ONCE", 2)
    for code in ("lakip", "lppd", "renja"):
        stage.start(code)
    stage.deliver()
    stage.go_to("09-11-2026 13.00")
    assert [reminders.fire_due(stage.services, stage.now) for _ in range(3)] == [2, 1, 0]
    assert spoken(stage.deliver()) == [(DEWI, "tasks_waiting"), (DEWI, "tenggat")]


def test_two_reminders_that_say_the_same_end_all_the_same(stage: Stage) -> None:
    run_id = quiet_start(stage)
    twin = PlannedReminder(ReminderKind.TENGGAT, wib("11-11-2026 10.15"))
    with stage.services.store.begin() as tx:
        tx.reminders.schedule([(stage.task_id(run_id), twin), (stage.task_id(run_id), twin)])
    assert fired(stage, "11-11-2026 10.15") == [(BUDI, "tenggat"), (RINA, "tenggat")]


def test_a_task_that_cannot_be_understood_keeps_nobody_else_from_being_reminded(
    sqlite_services: Services, catalog: Catalog
) -> None:
    stage = Stage(sqlite_services, *WHOLE_OFFICE)
    stage.start("tapkin_staf")
    stage.start("lakip")
    stage.deliver()
    # Somebody deletes a role from kantor.yaml that a run under way still speaks of.
    office = kantor()
    poorer = replace(office, roles=tuple(r for r in office.roles if r.code != "staf"))
    stage.services = replace(
        sqlite_services,
        catalog=replace(catalog, office=poorer),
        calendar=office_calendar(poorer),
    )
    stage.go_to("09-11-2026 11.15")
    stage.remind()
    stage.services = sqlite_services
    assert (DEWI, "tenggat") in spoken(stage.deliver())
    # An hour later it is looked at again; the role is back.
    stage.go_to("09-11-2026 13.15")
    stage.remind()
    heard = spoken(stage.deliver())
    assert [word for who, word in heard if who not in CAST]
    assert stage.now > MONDAY
