"""What people see when they ask, each what is theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.notices import Reply, TaskDetail
from bot.features import free_text
from bot.features.answers import DoneView, RefusedView, done_reply
from bot.features.answers import refusal as refusal_of
from bot.features.help import FirstView, HelpView
from bot.features.history import HistoryView, SummaryView
from bot.features.people.views import PeopleView, PersonView, RoleMenuView, TakeRole
from bot.features.sops import SopListView, SopView
from bot.features.start.views import StartMenuView, StartQuestionView, StartRun
from bot.features.status import StatusView
from bot.features.tasks.buttons import ShowDetail
from bot.features.tasks.views import DetailView, TasksView
from bot.features.work import Args, Services
from bot.store import serialization
from tests.cast import (
    ADMIN,
    BUDI,
    CAST,
    DEWI,
    HADI,
    JOKO,
    MONDAY,
    OUTSIDER,
    RINA,
    SARI,
    Player,
    Stage,
    shown,
    why,
    wib,
)

# --- who may see what -----------------------------------------------------------------------

EVERYBODY = {SARI, BUDI, HADI, DEWI, ADMIN}
LEADERS = {SARI, HADI, DEWI, ADMIN}
OWNERS = {SARI, ADMIN}


@pytest.mark.parametrize(
    ("view", "allowed"),
    [
        ("help", EVERYBODY),
        ("all_commands", EVERYBODY),
        ("tasks", EVERYBODY),
        ("status", EVERYBODY),
        ("sop", EVERYBODY),
        ("history", LEADERS),
        ("start_menu", OWNERS),
        ("people", OWNERS),
        ("role_menu", OWNERS),
    ],
)
def test_each_view_is_for_those_it_is_for(stage: Stage, view: str, allowed: set[Player]) -> None:
    seen = {who for who in EVERYBODY if not isinstance(stage.show(who, view), RefusedView)}
    assert seen == allowed
    for who in EVERYBODY - allowed:
        assert why(stage.show(who, view)) == "not_allowed"
    assert why(stage.show(OUTSIDER, view)) == "outsider"


def test_who_may_is_named_the_highest_first(stage: Stage) -> None:
    view = stage.show(BUDI, "history")
    assert isinstance(view, RefusedView)
    assert view.facts == {"who": "Kepala Dinas, Sekretaris, dan Kasubbag Perencanaan"}


def test_there_is_no_view_that_nobody_knows(stage: Stage) -> None:
    with pytest.raises(KeyError):
        stage.show(SARI, "rahasia")


def test_an_answer_waits_in_the_outbox_and_an_outsider_gets_three(services: Services) -> None:
    stage = Stage(services)
    stage.command(BUDI, "/tugas")
    assert [m.view for m in stage.deliver()] == [TasksView(())]
    for _ in range(5):
        stage.command(OUTSIDER, "/tugas")
    answers = stage.deliver()
    assert [why(m.view) for m in answers] == ["outsider"] * 3
    stage.go_to(stage.now + timedelta(minutes=10, seconds=1))
    for n in range(12):
        stage.command(OUTSIDER, f"/bantuan {n}")
    assert [why(m.view) for m in stage.deliver()] == ["outsider"] * 3
    stage.go_to(stage.now + timedelta(minutes=10, seconds=1))
    stage.command(OUTSIDER, "/tugas")
    assert len(stage.deliver()) == 1


def test_a_free_text_of_an_outsider_is_answered_like_a_command(stage: Stage) -> None:
    for _ in range(5):
        free_text.text(stage.services, stage.request(OUTSIDER), "halo", None, stage.now)
    assert [why(m.view) for m in stage.deliver()] == ["outsider"] * 3


# --- /bantuan -------------------------------------------------------------------------------


def test_help_speaks_to_each_by_title_or_name_and_of_what_they_may_do(stage: Stage) -> None:
    sari, budi = stage.show(SARI, "all_commands"), stage.show(BUDI, "all_commands")
    assert isinstance(sari, HelpView)
    assert isinstance(budi, HelpView)
    assert (sari.greeting.called, budi.greeting.called) == ("Kasubbag Perencanaan", BUDI.name)
    starts = [[row.name for row in view.commands if row.per_procedure] for view in (sari, budi)]
    assert (len(sari.procedures), starts) == (7, [["mulai_<kode>"], []])
    assert all(row.permission is None for row in budi.commands)


def test_the_first_message_names_the_three_commands_that_each_needs_most(stage: Stage) -> None:
    def needed(who: Player) -> list[str]:
        view = stage.show(who, "help")
        assert isinstance(view, FirstView)
        return [row.name for row in view.commands]

    assert needed(SARI) == ["mulai", "tugas", "status"]
    assert needed(DEWI) == needed(HADI) == ["tugas", "status", "laporan"]
    assert needed(BUDI) == ["tugas", "status", "sop"]


def test_the_first_message_says_what_to_do_first(stage: Stage) -> None:
    def todo(who: Player) -> tuple[int, bool]:
        view = stage.show(who, "help")
        assert isinstance(view, FirstView)
        return view.open_tasks, view.starts

    assert (todo(SARI), todo(DEWI)) == ((0, True), (0, False))
    stage.start()
    assert (todo(SARI), todo(DEWI)) == ((0, True), (1, False))


# --- /tugas ---------------------------------------------------------------------------------


def test_my_tasks_the_most_urgent_first(stage: Stage) -> None:
    slow, quick = stage.start("lakip"), stage.start("renja")
    stage.advance(slow, 5)  # three days
    stage.advance(quick, 4)  # one day
    view = stage.show(BUDI, "tasks")
    assert isinstance(view, TasksView)
    assert [t.run_id for t in view.tasks] == [quick, slow]
    assert all(t.mine for t in view.tasks)
    assert stage.show(DEWI, "tasks") == TasksView(())


def test_what_i_confirmed_is_no_task_of_mine_any_more(stage: Stage) -> None:
    stage.seat(JOKO, replace(JOKO, chat_id=208))
    run_id = stage.start("tapkin_staf")
    stage.confirm(JOKO, run_id)
    assert stage.show(JOKO, "tasks") == TasksView(())
    other = stage.show(208, "tasks")
    assert isinstance(other, TasksView)
    assert (len(other.tasks), other.tasks[0].required, len(other.tasks[0].signed)) == (1, 2, 1)


# --- ℹ️ Rincian -----------------------------------------------------------------------------


def test_a_detail_shows_the_way_that_led_to_a_task(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 3)
    view = stage.show(SARI, "detail", token=stage.token(run_id))
    assert isinstance(view, DetailView)
    assert [row.figures.step.number for row in view.rows] == [1, 2]
    assert view.rows[0].signed[0].name == DEWI.called
    assert view.outlook.end == wib("20-11-2026 10.45")


def test_a_detail_is_for_those_who_have_a_part_in_the_run(stage: Stage) -> None:
    stage.seat(JOKO)
    run_id = stage.start()
    token = stage.token(run_id)
    assert isinstance(stage.show(BUDI, "detail", token=token), DetailView)
    assert why(stage.show(JOKO, "detail", token=token)) == "not_yours"
    assert why(stage.show(OUTSIDER, "detail", token=token)) == "outsider"
    assert why(stage.show(SARI, "detail", token="tidakada")) == "unknown"


def test_a_detail_that_was_asked_for_stays_true_on_the_screen(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.deliver()
    stage.tap(BUDI, ShowDetail(stage.token(run_id)))
    (arrived,) = stage.received(BUDI)
    assert arrived.delivery.notice == TaskDetail()
    stage.confirm(RINA, run_id)
    stage.deliver()
    shown = [v for v in stage.screen(BUDI) if isinstance(v, DetailView)]
    assert [v.task.mine for v in shown] == [False]


def test_a_refused_detail_sends_nothing(stage: Stage) -> None:
    stage.seat(JOKO)
    run_id = stage.start()
    stage.deliver()
    view = stage.tap(JOKO, ShowDetail(stage.token(run_id)))
    assert why(view) == "not_yours"
    assert stage.deliver() == []


# --- /status --------------------------------------------------------------------------------


def test_leaders_see_the_whole_office_and_others_what_they_have_a_part_in(stage: Stage) -> None:
    stage.seat(JOKO)
    lakip, tapkin = stage.start("lakip"), stage.start("tapkin_staf")
    for who, seen, whole in (
        (DEWI, [lakip, tapkin], True),
        (SARI, [lakip, tapkin], True),
        (BUDI, [lakip], False),
        (JOKO, [tapkin], False),
    ):
        view = stage.show(who, "status")
        assert isinstance(view, StatusView)
        assert ([r.run.id for r in view.runs], view.whole_office) == (seen, whole)


def test_status_tells_who_is_late_and_when_it_will_end(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.go_to("12-11-2026 11.15")
    view = stage.show(DEWI, "status")
    assert isinstance(view, StatusView)
    (run,) = view.runs
    (current,) = run.current
    assert (current.step.number, [p.name for p in current.performers]) == (
        2,
        [BUDI.called, RINA.called],
    )
    assert current.late is not None
    assert (current.late.days, current.late.rest) == (1, timedelta(hours=1))
    assert run.outlook.end is not None
    assert run.outlook.end > stage.now
    assert run.run.steps_done == 1


def test_who_took_part_goes_on_seeing_a_run_after_losing_the_role(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 3)
    stage.tap(SARI, TakeRole(stage.holding_of(BUDI)))
    stage.tap(SARI, TakeRole(stage.holding_of(RINA)))
    took_part, did_not = stage.show(BUDI, "status"), stage.show(RINA, "status")
    assert isinstance(took_part, StatusView)
    assert isinstance(did_not, StatusView)
    assert ([r.run.id for r in took_part.runs], did_not.runs) == ([run_id], ())


# --- /riwayat -------------------------------------------------------------------------------


def test_history_has_finished_runs_with_what_was_planned_and_what_was(stage: Stage) -> None:
    run_id = stage.start("renja")
    stage.start("lakip")
    stage.go_to("25-11-2026 11.45")
    stage.finish(run_id)
    view = stage.show(HADI, "history")
    assert isinstance(view, HistoryView)
    (row,) = view.rows
    assert (row.run.id, row.planned_end) == (run_id, wib("24-11-2026 11.45"))
    assert row.late is not None
    assert row.late.days == 1


def test_a_summary_is_for_leaders_and_those_who_have_a_part(stage: Stage) -> None:
    stage.seat(JOKO)
    run_id = stage.start()
    stage.finish(run_id)
    for who in (SARI, DEWI, BUDI, RINA):
        assert isinstance(stage.show(who, "summary", run_id=run_id), SummaryView)
    assert why(stage.show(JOKO, "summary", run_id=run_id)) == "not_allowed"
    assert why(stage.show(SARI, "summary", run_id=4711)) == "button_old"


# --- /sop -----------------------------------------------------------------------------------


def test_sops_as_signed_with_the_names_of_their_roles(stage: Stage) -> None:
    everything = stage.show(BUDI, "sop")
    assert isinstance(everything, SopListView)
    assert len(everything.sops) == 4
    one = stage.show(BUDI, "sop", code="tapkin_eselon3")
    assert isinstance(one, SopView)
    assert one.procedure.code == "tapkin_eselon3"
    assert one.role_names["kepala_dinas"] == "Kepala Dinas"
    assert why(stage.show(BUDI, "sop", code="apa saja")) == "unknown_procedure"


# --- /mulai ---------------------------------------------------------------------------------


def test_the_menu_of_starts_names_each_year(stage: Stage) -> None:
    view = stage.show(SARI, "start_menu")
    assert isinstance(view, StartMenuView)
    assert {p.code: year for p, year in view.choices} == {
        "lakip": 2025,
        "lppd": 2025,
        "renja": 2027,
        "tapkin_eselon2": 2026,
        "tapkin_eselon3": 2026,
        "tapkin_eselon4": 2026,
        "tapkin_staf": 2026,
    }


def test_the_question_before_a_start_shows_what_is_under_way(stage: Stage) -> None:
    nothing = stage.show(SARI, "start_question", code="lakip")
    assert isinstance(nothing, StartQuestionView)
    assert (nothing.year, nothing.running, nothing.seen) == (2025, (), None)
    first = stage.start()
    asked = stage.show(SARI, "start_question", code="lakip", year=2025)
    assert isinstance(asked, StartQuestionView)
    assert asked.seen == first
    assert why(stage.show(SARI, "start_question", code="x")) == "unknown_procedure"
    view = stage.tap(SARI, StartRun("lakip", asked.year, asked.seen))
    assert not isinstance(view, RefusedView)


# --- /pegawai, /undang ----------------------------------------------------------------------


def test_everybody_with_their_roles_and_what_nobody_holds(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    view = stage.show(SARI, "people")
    assert isinstance(view, PeopleView)
    assert {p.person.called: p.open_tasks for p in view.people} == {
        p.called: int(p in (BUDI, RINA)) for p in (*CAST, ADMIN)
    }
    assert set(view.vacant) == {"Kepala Bidang", "Kasubbag / Kasi", "Staf"}


def test_who_may_be_removed_by_whom(stage: Stage) -> None:
    def removable(viewer: Player) -> set[str]:
        view = stage.show(viewer, "people")
        assert isinstance(view, PeopleView)
        return {p.person.called for p in view.people if p.removable}

    names = {p.called for p in CAST}
    assert removable(SARI) == names - {SARI.called}
    assert removable(ADMIN) == names


def test_one_person_or_that_they_have_left(stage: Stage) -> None:
    view = stage.show(SARI, "person", person_id=stage.id_of(BUDI))
    assert isinstance(view, PersonView)
    assert [name.title for _, name in view.holdings] == ["Tim Pelaksana"]
    assert why(stage.show(SARI, "person", person_id=4711)) == "person_gone"


def test_roles_to_choose_from_are_those_inside_the_office(stage: Stage) -> None:
    view = stage.show(SARI, "role_menu")
    assert isinstance(view, RoleMenuView)
    codes = [code for code, _ in view.choices]
    assert "tim" in codes
    assert not {"bappeda", "kepala_daerah"} & set(codes)
    units = stage.show(SARI, "role_menu", role="kasi", person_id=stage.id_of(BUDI))
    assert isinstance(units, RoleMenuView)
    assert units.person is not None
    assert ([code for code, _ in units.choices], units.person.called) == (
        ["umum", "promosi"],
        BUDI.called,
    )
    assert why(stage.show(SARI, "role_menu", role="direktur")) == "button_old"
    assert why(stage.show(SARI, "role_menu", person_id=4711)) == "person_gone"


# --- answers that wait ----------------------------------------------------------------------


def test_a_refusal_can_wait_with_its_facts(stage: Stage) -> None:
    refusal = RefusedView("bad_year", {"text": "x", "example": 2025})
    reply = refusal_of(refusal)
    args: Args = reply.args
    assert shown(stage.services, SARI.chat_id, reply.view, args, stage.now) == refusal


def test_moments_wait_with_their_refusal_or_deed(stage: Stage) -> None:
    refusal = RefusedView("already_yours", {"at": MONDAY})
    deed = DoneView("snoozed", {"until": MONDAY})
    for view, reply in ((refusal, refusal_of(refusal)), (deed, done_reply(deed))):
        stored = serialization.load_notice(serialization.dump_notice(reply))
        assert isinstance(stored, Reply)
        drawn = shown(stage.services, SARI.chat_id, stored.view, stored.args, stage.now)
        assert drawn == view


def test_unknown_commands_and_arguments_too_many_are_answered_to_members_only(
    stage: Stage,
) -> None:
    assert why(stage.show(BUDI, "unknown")) == "unknown_command"
    too_many = stage.show(BUDI, "too_many", usage="/sop [kode]")
    assert isinstance(too_many, RefusedView)
    assert too_many.facts == {"usage": "/sop [kode]"}
    assert why(stage.show(OUTSIDER, "unknown")) == "outsider"
