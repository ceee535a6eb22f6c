"""What a tap does to a run, and what is refused: the engine on the office's own people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain import assignment, worktime
from bot.domain.actions import Action, Confirm, Reason, Refusal, Return, StaffChanged, Start
from bot.domain.assignment import OfficeState
from bot.domain.decision import Decision
from bot.domain.engine import decide
from bot.domain.events import (
    Event,
    RunFinished,
    RunStarted,
    TaskClosed,
    TaskConfirmed,
    TaskOpened,
    TaskReturned,
)
from bot.domain.notices import Addressed, RoleVacant, RunSummary, TaskCard
from bot.domain.reminders import ReminderKind
from bot.domain.run import By, Capacity, Run, RunStatus, Task, TaskStatus
from bot.domain.sop import Catalog, Procedure
from tests.cast import (
    ADMIN,
    ANWAR,
    BUDI,
    CAST,
    DEWI,
    HADI,
    JOKO,
    LESTARI,
    MONDAY,
    OUTSIDER,
    RINA,
    SARI,
    WHOLE_OFFICE,
    Player,
    Seat,
    seats,
    staff,
    state,
    wib,
)
from tests.histories import replay
from tests.offices import hari, jam
from tests.procedures import langkah, prosedur

PLACE = state()
LAIN = prosedur(langkah(1, "tim"), langkah(2, "kasubbag", kembali_ke=1), langkah(3, "kepala_dinas"))
SEMUA = prosedur(langkah(1, "sekretaris", "kepala_bidang", semua=True), langkah(2, "kasubbag"))


def done(outcome: Decision | Refusal) -> Decision:
    assert isinstance(outcome, Decision), outcome
    return outcome


def refused(outcome: Decision | Refusal) -> Refusal:
    assert isinstance(outcome, Refusal), outcome
    return outcome


def started(procedure: Procedure, at: datetime = MONDAY, where: OfficeState = PLACE) -> Run:
    return done(decide(None, Start(procedure, 2026), SARI.chat_id, at, where)).run


def act(
    run: Run, action: Action, who: Player, at: datetime = MONDAY, where: OfficeState = PLACE
) -> Decision:
    return done(decide(run, action, who.chat_id, at, where))


def refuse(
    run: Run, action: Action, who: Player | int, at: datetime = MONDAY, where: OfficeState = PLACE
) -> Refusal:
    person_id = who if isinstance(who, int) else who.chat_id
    return refused(decide(run, action, person_id, at, where))


def confirmed(run: Run, who: Player, step: int, where: OfficeState = PLACE) -> Run:
    task = run.open_task(step)
    assert task is not None
    return act(run, Confirm(step, task.attempt), who, where=where).run


def only(run: Run) -> Task:
    (task,) = run.current
    return task


def told(decision: Decision, kind: type) -> list[Addressed]:
    return [a for a in decision.notices if isinstance(a.notice, kind)]


def ids(*players: Player) -> tuple[int, ...]:
    return tuple(p.chat_id for p in players)


# --- starting ------------------------------------------------------------------------------


def test_a_start_opens_the_first_step_for_those_whose_turn_it_is() -> None:
    decision = done(decide(None, Start(LAIN, 2026), SARI.chat_id, MONDAY, PLACE))
    assert decision.events == (
        RunStarted("uji", 2026, SARI.chat_id, MONDAY, by=By(SARI.chat_id, "kasubbag")),
        TaskOpened(1, 1, MONDAY, wib("10-11-2026 10.15")),
    )
    assert decision.notices == (Addressed(TaskCard(), ids(BUDI, RINA), 1, 1),)
    assert only(decision.run).step == 1


def test_a_started_step_has_its_reminders_planned() -> None:
    decision = done(decide(None, Start(LAIN, 2026), SARI.chat_id, MONDAY, PLACE))
    (planned,) = decision.reminders
    assert (planned.step, planned.attempt) == (1, 1)
    assert [r.kind for r in planned.reminders][:3] == [
        ReminderKind.SEBELUM,
        ReminderKind.TENGGAT,
        ReminderKind.HARIAN,
    ]


@pytest.mark.parametrize("year", [2021, 2026, 2028])
def test_a_run_may_be_for_a_year_from_five_back_to_two_ahead(year: int) -> None:
    assert done(decide(None, Start(LAIN, year), SARI.chat_id, MONDAY, PLACE)).run.year == year


@pytest.mark.parametrize("year", [2020, 2029, 0, 99999])
def test_a_year_further_away_is_a_slip(year: int) -> None:
    outcome = refused(decide(None, Start(LAIN, year), SARI.chat_id, MONDAY, PLACE))
    assert outcome.reason is Reason.YEAR_OUT_OF_RANGE


def test_the_year_is_the_office_s_own_and_not_that_of_greenwich() -> None:
    new_year = wib("01-01-2027 02.00")  # still 2026 in UTC
    assert done(decide(None, Start(LAIN, 2029), SARI.chat_id, new_year, PLACE)).run.year == 2029


def test_a_second_run_for_the_year_begins_only_for_who_has_seen_the_first() -> None:
    unseen = Start(LAIN, 2026, others=(4, 9))
    assert refused(decide(None, unseen, SARI.chat_id, MONDAY, PLACE)).reason is (
        Reason.ALREADY_RUNNING
    )
    stale = replace(unseen, seen=4)
    assert refused(decide(None, stale, SARI.chat_id, MONDAY, PLACE)).reason is (
        Reason.ALREADY_RUNNING
    )
    assert done(decide(None, replace(unseen, seen=9), SARI.chat_id, MONDAY, PLACE))


def test_a_run_that_was_seen_and_has_ended_since_is_no_hindrance() -> None:
    assert done(decide(None, Start(LAIN, 2026, seen=4), SARI.chat_id, MONDAY, PLACE))


def test_starting_needs_no_run_and_everything_else_needs_one() -> None:
    with pytest.raises(ValueError, match="needs no run"):
        decide(started(LAIN), Start(LAIN, 2026), SARI.chat_id, MONDAY, PLACE)
    with pytest.raises(ValueError, match="needs a run"):
        decide(None, Confirm(1, 1), SARI.chat_id, MONDAY, PLACE)


# --- confirming ----------------------------------------------------------------------------


def test_one_of_the_team_confirms_and_the_next_role_is_handed_its_step() -> None:
    decision = act(started(LAIN), Confirm(1, 1), BUDI)
    confirmation, closing, opening = decision.events
    assert isinstance(confirmation, TaskConfirmed)
    assert confirmation.confirmation.person_id == BUDI.chat_id
    assert (confirmation.confirmation.role, confirmation.confirmation.recorded_for) == ("tim", None)
    assert closing == TaskClosed(1, 1, MONDAY)
    assert opening == TaskOpened(2, 1, MONDAY, wib("10-11-2026 10.15"))
    assert decision.notices == (Addressed(TaskCard(), ids(SARI), 2, 1),)
    assert decision.stale_cards == ((1, 1),)


def test_a_confirmation_keeps_the_unit_and_the_capacity_in_which_it_was_given() -> None:
    where = replace(
        PLACE,
        staff=staff(*seats(SARI), Seat(ANWAR, "kepala_bidang", "penanaman_modal", Capacity.PLT)),
    )
    run = act(started(SEMUA, where=where), Confirm(1, 1), ANWAR, where=where).run
    (given,) = run.tasks[0].confirmations
    assert (given.unit, given.capacity) == ("penanaman_modal", Capacity.PLT)


def test_a_definitive_holding_goes_before_a_stand_in() -> None:
    where = replace(
        PLACE,
        staff=staff(
            Seat(HADI, "sekretaris", None, Capacity.PLH),
            Seat(HADI, "kepala_bidang", "tenaga_kerja"),
            *seats(SARI),
        ),
    )
    run = act(started(SEMUA, where=where), Confirm(1, 1), HADI, where=where).run
    (given,) = run.tasks[0].confirmations
    assert (given.role, given.capacity) == ("kepala_bidang", Capacity.DEFINITIF)


def test_the_second_of_two_hears_who_was_first() -> None:
    run = confirmed(started(LAIN), BUDI, 1)
    refusal = refuse(run, Confirm(1, 1), RINA)
    assert refusal.reason is Reason.ALREADY_DONE
    assert refusal.confirmation is not None
    assert refusal.confirmation.person_id == BUDI.chat_id


def test_a_double_tap_is_told_that_it_was_recorded() -> None:
    run = confirmed(started(LAIN), BUDI, 1)
    refusal = refuse(run, Confirm(1, 1), BUDI, MONDAY + timedelta(seconds=1))
    assert refusal.reason is Reason.ALREADY_YOURS
    assert refusal.confirmation is not None
    assert refusal.confirmation.at == MONDAY


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(SARI, id="the Kasubbag, whose step it is not"),
        pytest.param(DEWI, id="the Kepala Dinas"),
        pytest.param(OUTSIDER, id="an outsider"),
        pytest.param(0, id="nobody"),
    ],
)
def test_a_step_is_confirmed_by_its_own_role_alone(who: Player | int) -> None:
    assert refuse(started(LAIN), Confirm(1, 1), who).reason is Reason.NOT_YOURS


def test_an_admin_cannot_confirm_for_others() -> None:
    where = replace(PLACE, staff=staff(*seats(*CAST), also=[ADMIN]))
    assert refuse(started(LAIN), Confirm(1, 1), ADMIN, where=where).reason is Reason.NOT_YOURS


@pytest.mark.parametrize(("step", "attempt"), [(2, 1), (1, 2), (1, 0), (9, 1), (0, 1)])
def test_a_task_that_never_was_is_unknown(step: int, attempt: int) -> None:
    assert refuse(started(LAIN), Confirm(step, attempt), BUDI).reason is Reason.UNKNOWN


def test_an_old_card_of_a_returned_step_is_overtaken() -> None:
    run = confirmed(started(LAIN), BUDI, 1)
    run = act(run, Return(2, 1, 1, "angka belum cocok"), SARI).run
    assert refuse(run, Confirm(1, 1), BUDI).reason is Reason.OVERTAKEN
    assert refuse(run, Confirm(2, 1), SARI).reason is Reason.OVERTAKEN
    assert confirmed(run, BUDI, 1).open_task(2) is not None


def test_the_last_confirmation_ends_the_run_and_everybody_who_took_part_hears_of_it() -> None:
    run = confirmed(confirmed(started(LAIN), BUDI, 1), SARI, 2)
    decision = act(run, Confirm(3, 1), DEWI)
    assert decision.events[-1] == RunFinished(MONDAY)
    assert decision.run.status is RunStatus.SELESAI
    # Bu Rina did nothing in it; Bu Sari owns the SOPs and started it.
    assert decision.notices == (Addressed(RunSummary(), ids(SARI, BUDI, DEWI)),)
    assert decision.reminders == ()
    assert refuse(decision.run, Confirm(3, 1), DEWI).reason is Reason.ALREADY_YOURS


def test_who_has_left_gets_no_summary() -> None:
    run = confirmed(confirmed(started(LAIN), BUDI, 1), SARI, 2)
    decision = act(run, Confirm(3, 1), DEWI, where=state(SARI, RINA, HADI, DEWI))
    assert told(decision, RunSummary)[0].to == ids(SARI, DEWI)


# --- steps that everybody has to confirm ----------------------------------------------------


def test_an_all_must_step_waits_for_every_holder_and_the_last_one_closes_it() -> None:
    where = state(SARI, HADI, ANWAR)
    run = started(SEMUA, where=where)
    first = act(run, Confirm(1, 1), HADI, where=where)
    assert [type(e) for e in first.events] == [TaskConfirmed]
    assert first.stale_cards == ((1, 1),)
    assert first.notices == ()
    task = only(first.run)
    assert assignment.waiting_for(first.run, task, where) == ids(ANWAR)

    last = act(first.run, Confirm(1, 1), ANWAR, where=where)
    assert [type(e) for e in last.events] == [TaskConfirmed, TaskClosed, TaskOpened]


def test_a_second_tap_on_an_all_must_step_counts_once() -> None:
    where = state(SARI, HADI, ANWAR)
    run = confirmed(started(SEMUA, where=where), HADI, 1, where)
    assert refuse(run, Confirm(1, 1), HADI, where=where).reason is Reason.ALREADY_YOURS


def test_who_confirmed_an_all_must_step_early_is_later_told_so_and_not_that_others_did() -> None:
    where = state(SARI, HADI, ANWAR)
    run = confirmed(started(SEMUA, where=where), HADI, 1, where)
    run = confirmed(run, ANWAR, 1, where)
    refusal = refuse(run, Confirm(1, 1), HADI, where=where)
    assert refusal.reason is Reason.ALREADY_YOURS
    assert refusal.confirmation is not None
    assert refusal.confirmation.person_id == HADI.chat_id


def test_a_person_with_two_of_an_all_must_step_s_roles_confirms_once() -> None:
    both = replace(
        PLACE, staff=staff(Seat(HADI, "sekretaris"), Seat(HADI, "kepala_bidang", "tenaga_kerja"))
    )
    run = started(SEMUA, where=both)
    assert assignment.assignees(started(SEMUA), SEMUA.step(1), both) == ids(HADI)
    assert confirmed(run, HADI, 1, both).open_task(2) is not None


# --- roles outside the office ---------------------------------------------------------------


LUAR = prosedur(langkah(1, "bappeda"), langkah(2, "kepala_daerah", "kepala_dinas"))


def test_the_kasubbag_records_a_step_of_an_office_outside() -> None:
    decision = done(decide(None, Start(LUAR, 2026), SARI.chat_id, MONDAY, PLACE))
    assert decision.notices == (Addressed(TaskCard(), ids(SARI), 1, 1),)
    run = confirmed(decision.run, SARI, 1)
    (given,) = run.tasks[0].confirmations
    assert (given.role, given.recorded_for) == ("kasubbag", "bappeda")
    assert refuse(run, Confirm(1, 1), BUDI).reason is Reason.NOT_YOURS


def test_a_step_shared_with_an_office_outside_records_nothing_for_it_when_done_inside() -> None:
    run = confirmed(started(LUAR), SARI, 1)
    assert assignment.assignees(started(LUAR), LUAR.step(2), PLACE) == ids(SARI, DEWI)
    inside = confirmed(run, DEWI, 2)
    assert inside.tasks[1].confirmations[0].recorded_for is None
    recorded = confirmed(run, SARI, 2)
    assert recorded.tasks[1].confirmations[0].recorded_for == "kepala_daerah"


# --- roles that nobody holds ----------------------------------------------------------------


def test_a_vacant_role_opens_its_step_unassigned_and_the_kasubbag_is_told() -> None:
    where = state(SARI, DEWI)
    decision = done(decide(None, Start(LAIN, 2026), SARI.chat_id, MONDAY, where))
    assert decision.notices == (Addressed(RoleVacant(("tim",)), ids(SARI), 1, 1),)
    assert only(decision.run).step == 1


def test_without_a_kasubbag_the_admin_is_told_of_vacant_roles() -> None:
    where = replace(PLACE, staff=staff(*seats(DEWI), also=[ADMIN]))
    decision = done(decide(None, Start(LAIN, 2026), ADMIN.chat_id, MONDAY, where))
    assert decision.notices == (Addressed(RoleVacant(("tim",)), ids(ADMIN), 1, 1),)


def test_with_nobody_to_tell_the_step_still_opens() -> None:
    decision = done(decide(None, Start(LAIN, 2026), DEWI.chat_id, MONDAY, state(DEWI)))
    assert decision.notices == ()
    assert only(decision.run).step == 1


def test_one_held_role_is_enough_where_anybody_may_confirm() -> None:
    shared = prosedur(langkah(1, "sekretaris", "kepala_bidang"))
    decision = done(decide(None, Start(shared, 2026), SARI.chat_id, MONDAY, PLACE))
    assert decision.notices == (Addressed(TaskCard(), ids(HADI), 1, 1),)


def test_where_all_must_confirm_a_partly_vacant_step_is_told_and_goes_on_without() -> None:
    decision = done(decide(None, Start(SEMUA, 2026), SARI.chat_id, MONDAY, PLACE))
    assert told(decision, TaskCard)[0].to == ids(HADI)
    assert told(decision, RoleVacant) == [
        Addressed(RoleVacant(("kepala_bidang",)), ids(SARI), 1, 1)
    ]
    # Whoever there is has confirmed: an empty post holds nobody up.
    assert confirmed(decision.run, HADI, 1).open_task(2) is not None


def test_a_vacant_kasubbag_leaves_an_outside_step_to_be_filled() -> None:
    where = replace(PLACE, staff=staff(*seats(DEWI), also=[ADMIN]))
    decision = done(decide(None, Start(LUAR, 2026), ADMIN.chat_id, MONDAY, where))
    assert decision.notices == (Addressed(RoleVacant(("kasubbag",)), ids(ADMIN), 1, 1),)


# --- people coming and going ----------------------------------------------------------------


def changed(run: Run, where: OfficeState, *roles: str, at: datetime = MONDAY) -> Decision:
    return done(decide(run, StaffChanged(frozenset(roles)), 0, at, where))


def test_who_joins_a_vacant_role_gets_the_open_card() -> None:
    run = started(LAIN, where=state(SARI, DEWI))
    decision = changed(run, state(SARI, DEWI, BUDI), "tim")
    assert decision.events == ()
    assert decision.notices == (Addressed(TaskCard(), ids(BUDI), 1, 1),)
    assert decision.stale_cards == ((1, 1),)


def test_a_change_in_other_roles_is_no_business_of_the_open_step() -> None:
    decision = changed(started(LAIN), state(SARI, BUDI, RINA), "sekretaris", "kepala_dinas")
    assert decision == Decision(decision.run)


def test_when_the_last_holder_leaves_the_kasubbag_is_told_how_to_fill_the_role() -> None:
    decision = changed(started(LAIN), state(SARI, HADI, DEWI), "tim")
    assert told(decision, RoleVacant) == [Addressed(RoleVacant(("tim",)), ids(SARI), 1, 1)]
    assert told(decision, TaskCard) == []


def test_a_role_that_was_vacant_before_is_not_told_again_when_another_changes() -> None:
    run = started(SEMUA, where=state(SARI, HADI))
    decision = changed(run, state(SARI), "sekretaris")
    assert told(decision, RoleVacant)[0].notice == RoleVacant(("sekretaris",))


def test_removing_the_last_person_waited_for_completes_an_all_must_step() -> None:
    where = state(SARI, HADI, ANWAR)
    run = confirmed(started(SEMUA, where=where), HADI, 1, where)
    decision = changed(run, state(SARI, HADI), "kepala_bidang")
    assert [type(e) for e in decision.events] == [TaskClosed, TaskOpened]
    assert told(decision, TaskCard) == [Addressed(TaskCard(), ids(SARI), 2, 1)]
    assert told(decision, RoleVacant) == []


def test_an_all_must_step_that_nobody_has_confirmed_never_completes_by_itself() -> None:
    run = started(SEMUA, where=state(SARI, HADI, ANWAR))
    decision = changed(run, state(SARI), "sekretaris", "kepala_bidang")
    assert decision.events == ()
    assert only(decision.run).step == 1
    assert told(decision, RoleVacant)[0].notice == RoleVacant(("sekretaris", "kepala_bidang"))


def test_removing_one_of_several_who_are_waited_for_completes_nothing() -> None:
    kabid = replace(ANWAR, chat_id=200)
    where = replace(
        PLACE, staff=staff(*seats(SARI, HADI, ANWAR), Seat(kabid, "kepala_bidang", "tenaga_kerja"))
    )
    run = confirmed(started(SEMUA, where=where), HADI, 1, where)
    decision = changed(run, state(SARI, HADI, ANWAR), "kepala_bidang")
    assert decision.events == ()
    assert told(decision, TaskCard)[0].to == ids(ANWAR)


def test_an_ordinary_step_is_never_completed_by_a_leaving() -> None:
    decision = changed(started(LAIN), state(SARI, RINA, DEWI), "tim")
    assert decision.events == ()


def test_a_newcomer_to_an_all_must_step_has_to_confirm_too() -> None:
    run = started(SEMUA, where=state(SARI, HADI))
    decision = changed(run, state(SARI, HADI, ANWAR), "kepala_bidang")
    assert told(decision, TaskCard)[0].to == ids(HADI, ANWAR)
    after = act(decision.run, Confirm(1, 1), HADI, where=state(SARI, HADI, ANWAR))
    assert after.run.open_task(1) is not None


def test_a_leaving_that_completes_the_last_step_ends_the_run() -> None:
    last = prosedur(langkah(1, "sekretaris", "kepala_bidang", semua=True))
    where = state(SARI, HADI, ANWAR)
    run = confirmed(started(last, where=where), HADI, 1, where)
    decision = changed(run, state(SARI, HADI), "kepala_bidang")
    assert decision.run.status is RunStatus.SELESAI
    assert told(decision, RunSummary)[0].to == ids(SARI, HADI)


def test_a_finished_run_takes_no_notice_of_newcomers() -> None:
    run = confirmed(started(prosedur(langkah(1, "tim"))), BUDI, 1)
    assert changed(run, state(SARI), "tim") == Decision(run)


# --- sending back ---------------------------------------------------------------------------


def test_a_return_opens_the_earlier_step_again_as_a_new_attempt() -> None:
    run = confirmed(started(LAIN), BUDI, 1)
    decision = act(run, Return(2, 1, 1, "angka belum cocok"), SARI)
    back, reopened = decision.events
    assert isinstance(back, TaskReturned)
    assert (back.to_step, back.reason) == (1, "angka belum cocok")
    assert back.by == By(SARI.chat_id, "kasubbag")
    assert reopened == TaskOpened(1, 2, MONDAY, wib("10-11-2026 10.15"))
    assert decision.notices == (Addressed(TaskCard(), ids(BUDI, RINA), 1, 2),)
    assert decision.stale_cards == ((1, 1), (2, 1))
    assert decision.reminders[0].attempt == 2
    assert [t.status for t in decision.run.tasks] == [
        TaskStatus.GUGUR,
        TaskStatus.DIKEMBALIKAN,
        TaskStatus.TERBUKA,
    ]


def test_after_a_return_the_steps_open_again_in_order() -> None:
    four = prosedur(
        langkah(1, "tim"),
        langkah(2, "tim"),
        langkah(3, "tim"),
        langkah(4, "kasubbag", kembali_ke=2),
    )
    run = started(four)
    for step in (1, 2, 3):
        run = confirmed(run, BUDI, step)
    run = act(run, Return(4, 1, 2, "perbaiki"), SARI).run
    seen = []
    for who in (RINA, RINA, SARI):
        task = only(run)
        seen.append((task.step, task.attempt))
        run = confirmed(run, who, task.step)
    assert seen == [(2, 2), (3, 2), (4, 2)]
    assert run.status is RunStatus.SELESAI
    assert run.steps_done == 4


@pytest.mark.parametrize("to_step", [2, 3, 0, -1])
def test_work_is_sent_back_and_never_forward(to_step: int) -> None:
    run = confirmed(started(LAIN), BUDI, 1)
    assert refuse(run, Return(2, 1, to_step, "x"), SARI).reason is Reason.CANNOT_RETURN


def test_only_a_reviewing_step_can_send_back() -> None:
    run = confirmed(confirmed(started(LAIN), BUDI, 1), SARI, 2)
    assert refuse(run, Return(3, 1, 1, "x"), DEWI).reason is Reason.CANNOT_RETURN


def test_sending_back_is_refused_like_confirming_is() -> None:
    run = confirmed(started(LAIN), BUDI, 1)
    assert refuse(run, Return(2, 1, 1, "x"), BUDI).reason is Reason.NOT_YOURS
    assert refuse(run, Return(3, 1, 1, "x"), DEWI).reason is Reason.UNKNOWN
    after = confirmed(run, SARI, 2)
    assert refuse(after, Return(2, 1, 1, "x"), SARI).reason is Reason.ALREADY_YOURS


# --- time -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "silent"),
    [
        pytest.param("09-11-2026 10.15", False, id="in the morning"),
        pytest.param("09-11-2026 16.00", False, id="at the closing instant"),
        pytest.param("09-11-2026 16.01", True, id="just after closing"),
        pytest.param("09-11-2026 12.30", True, id="in the break"),
        pytest.param("08-11-2026 10.00", True, id="on a Sunday"),
        pytest.param("24-12-2026 10.00", True, id="on a cuti bersama"),
    ],
)
def test_what_opens_outside_hours_comes_without_a_sound(at: str, silent: bool) -> None:
    decision = done(decide(None, Start(LAIN, 2026), SARI.chat_id, wib(at), state(BUDI, SARI)))
    assert decision.notices[0].silent is silent


def test_news_for_others_makes_no_sound_at_night_either() -> None:
    night = wib("09-11-2026 21.00")
    vacant = done(decide(None, Start(LAIN, 2026), SARI.chat_id, night, state(SARI)))
    assert [a.silent for a in told(vacant, RoleVacant)] == [True]
    short = prosedur(langkah(1, "tim"))
    ended = act(started(short), Confirm(1, 1), BUDI, night)
    assert [a.silent for a in told(ended, RunSummary)] == [True]


def test_a_step_confirmed_at_night_gives_the_next_its_time_from_the_opening() -> None:
    two = prosedur(langkah(1, "tim"), langkah(2, "kasubbag", waktu=jam(2)))
    decision = act(started(two), Confirm(1, 1), BUDI, wib("28-11-2026 21.00"))
    assert only(decision.run).opened_at == wib("28-11-2026 21.00")
    assert only(decision.run).due_at == wib("30-11-2026 09.30")


# --- the office's own SOPs ------------------------------------------------------------------

SEVEN = (
    "lakip", "lppd", "renja", "tapkin_eselon2", "tapkin_eselon3", "tapkin_eselon4", "tapkin_staf",
)  # fmt: skip


def walk(
    procedure: Procedure, where: OfficeState, start_at: datetime
) -> tuple[Run, list[Event], list[tuple[str, ...]]]:
    """Take every step at its last moment; who confirmed each, by role."""
    decision = done(decide(None, Start(procedure, 2026), SARI.chat_id, start_at, where))
    events = list(decision.events)
    run, acted = decision.run, []
    while run.current:
        task = only(run)
        step = run.step_of(task)
        everybody = assignment.assignees(run, step, where)
        roles = []
        for person in everybody if step.all_must_confirm else everybody[:1]:
            decision = done(
                decide(run, Confirm(task.step, task.attempt), person, task.due_at, where)
            )
            run = decision.run
            events += decision.events
            roles.append(_role(run, task, person))
        acted.append(tuple(roles))
    return run, events, acted


def _role(run: Run, task: Task, person: int) -> str:
    after = run.task(task.step, task.attempt)
    assert after is not None
    given = after.confirmed_by(person)
    assert given is not None
    return given.recorded_for or given.role


@pytest.mark.parametrize("code", SEVEN)
def test_each_of_the_seven_procedures_runs_from_start_to_end(code: str, catalog: Catalog) -> None:
    assert {p.code for _, p in catalog.procedures()} == set(SEVEN)
    found = catalog.find(code)
    assert found is not None
    procedure = found[1]
    where = state(*WHOLE_OFFICE)
    run, events, acted = walk(procedure, where, MONDAY)
    assert run.status is RunStatus.SELESAI
    assert run.steps_done == len(procedure.steps)
    for step, roles in zip(procedure.steps, acted, strict=True):
        assert set(roles) <= set(step.roles)
    assert all(t.closed_at is not None and t.closed_at <= t.due_at for t in run.tasks)
    assert replay(0, procedure, events) == run


def test_lakip_taken_at_every_last_moment_ends_when_the_sop_says(catalog: Catalog) -> None:
    found = catalog.find("lakip")
    assert found is not None
    run, _, acted = walk(found[1], PLACE, MONDAY)
    end = MONDAY
    for step in found[1].steps:
        end = worktime.add(end, step.duration, PLACE.calendar)
    assert run.finished_at == end == wib("24-11-2026 11.45")
    assert acted == [(r,) for r in _one_each(found[1])]


def _one_each(procedure: Procedure) -> Iterable[str]:
    return (step.roles[0] for step in procedure.steps)


def test_in_tapkin_eselon4_every_kasubbag_kasi_and_superior_confirms(catalog: Catalog) -> None:
    found = catalog.find("tapkin_eselon4")
    assert found is not None
    _, _, acted = walk(found[1], state(*WHOLE_OFFICE), MONDAY)
    assert acted == [
        ("kasubbag", "kasi"),
        ("sekretaris", "kepala_bidang"),
        ("sekretaris", "kepala_bidang"),
    ]
    assert {SARI, LESTARI, HADI, ANWAR, JOKO} <= set(WHOLE_OFFICE)


def test_in_tapkin_eselon2_bappeda_and_the_kepala_daerah_are_recorded(catalog: Catalog) -> None:
    found = catalog.find("tapkin_eselon2")
    assert found is not None
    run, _, acted = walk(found[1], PLACE, MONDAY)
    assert acted == [("kepala_dinas",), ("bappeda",), ("kepala_daerah",)]
    assert [t.confirmations[0].person_id for t in run.tasks] == [*ids(DEWI, SARI, SARI)]


def test_a_decision_changes_nothing_it_was_given() -> None:
    run = started(LAIN)
    kept = replace(run)
    act(run, Confirm(1, 1), BUDI)
    assert run == kept
    assert hari(1) == LAIN.step(1).duration
