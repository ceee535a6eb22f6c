"""A run comes back as it was saved, and an old picture of it changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from bot.domain.actions import Confirm
from bot.domain.decision import Decision
from bot.domain.engine import decide
from bot.domain.run import Capacity, Run, RunStatus, Task, TaskStatus
from bot.domain.sop import Catalog, Wording
from bot.features.review import Undo
from bot.features.work import Services, Work
from bot.store.runs import ConflictError, StoredRun
from tests.cast import (
    ANWAR,
    BUDI,
    CAST,
    HADI,
    MONDAY,
    RINA,
    SARI,
    WHOLE_OFFICE,
    Player,
    Stage,
    tapped,
    wib,
)
from tests.histories import replay


def decided(stage: Stage, before: StoredRun, who: Player) -> Run:
    """The run after somebody confirms its open task, not saved."""
    (task,) = before.run.current
    with stage.services.store.read() as tx:
        state = Work(stage.services, tx, stage.now).state
    outcome = decide(
        before.run,
        Confirm(task.step, task.attempt),
        stage.id_of(who),
        stage.now,
        state,
    )
    assert isinstance(outcome, Decision)
    return outcome.run


def test_a_run_comes_back_whole(services: Services) -> None:
    stage = Stage(services, *WHOLE_OFFICE)
    run_id = stage.start("tapkin_eselon3")
    stage.confirm(ANWAR, run_id)
    stage.go_to(MONDAY + timedelta(minutes=5))
    stage.confirm(HADI, run_id)
    run = stage.run(run_id)
    assert (run.id, run.year, run.started_by) == (run_id, 2026, stage.id_of(SARI))
    assert run.started_at == MONDAY
    first = run.task(1, 1)
    assert first is not None
    assert (first.status, first.closed_at) == (TaskStatus.SELESAI, stage.now)
    assert [(c.person_id, c.role, c.unit, c.capacity) for c in first.confirmations] == [
        (stage.id_of(ANWAR), "kepala_bidang", "penanaman_modal", Capacity.DEFINITIF),
        (stage.id_of(HADI), "sekretaris", None, Capacity.DEFINITIF),
    ]
    assert run.open_task(2) is not None


def test_whoever_takes_a_confirmation_back_and_gives_it_again_comes_last(
    services: Services,
) -> None:
    stage = Stage(services, *WHOLE_OFFICE)
    run_id = stage.start("tapkin_eselon3")
    stage.confirm(HADI, run_id)
    stage.confirm(ANWAR, run_id)
    tapped(services, stage.request(HADI), Undo(stage.token(run_id, 1)), stage.now)
    stage.confirm(HADI, run_id, 1)
    with services.store.read() as tx:
        told = replay(run_id, stage.run(run_id).procedure, tx.journal.events(run_id))
    assert stage.run(run_id) == told
    first = told.task(1, 1)
    assert first is not None
    assert [c.person_id for c in first.confirmations] == [stage.id_of(ANWAR), stage.id_of(HADI)]


def test_what_was_recorded_for_an_office_outside_is_kept(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start("tapkin_eselon2")
    stage.advance(run_id, 3)
    second = stage.run(run_id).task(2, 1)
    assert second is not None
    assert second.confirmations[0].recorded_for == "bappeda"


def test_a_run_keeps_the_words_of_the_sop_it_began_with(
    services: Services, catalog: Catalog
) -> None:
    stage = Stage(services)
    run_id = stage.start()
    lakip = catalog.sops[0]
    steps = (replace(lakip.procedures[0].steps[0], activity=Wording("Diganti")),)
    edited = replace(lakip, procedures=(replace(lakip.procedures[0], steps=steps),))
    later = Stage(
        replace(services, catalog=replace(catalog, sops=(edited, *catalog.sops[1:]))), SARI
    )
    assert later.run(run_id).procedure == lakip.procedures[0]
    second = later.start(seen=run_id)
    assert later.run(second).procedure.steps == steps
    # The earlier one still has its ten steps to go.
    later.finish(run_id)
    assert later.run(run_id).steps_done == 10


def test_what_was_decided_on_an_old_picture_is_not_written(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 2)
    old = stage.stored(run_id)
    late = decided(stage, old, RINA)
    stage.confirm(BUDI, run_id)
    after = stage.run(run_id)
    with pytest.raises(ConflictError), services.store.begin() as tx:
        tx.runs.save(old, late)
    assert stage.run(run_id) == after


def test_a_step_has_one_open_attempt_and_the_database_says_so(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stored = stage.stored(run_id)
    (task,) = stored.run.tasks
    twice = replace(stored.run, tasks=(task, replace(task, attempt=2)))
    with pytest.raises(IntegrityError), services.store.begin() as tx:
        tx.runs.save(stored, twice)


def test_nobody_confirms_the_same_attempt_twice(services: Services) -> None:
    stage = Stage(services, *WHOLE_OFFICE)
    run_id = stage.start("tapkin_eselon3")
    before = stage.stored(run_id)
    once = decided(stage, before, HADI)
    with services.store.begin() as tx:
        tx.runs.save(before, once)
    with pytest.raises(IntegrityError), services.store.begin() as tx:
        tx.runs.save(before, once)


def test_saving_what_did_not_change_writes_nothing(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stored = stage.stored(run_id)
    with services.store.begin() as tx:
        assert tx.runs.save(stored, stored.run) == stored.task_ids
    assert stage.stored(run_id) == stored


def test_a_button_s_token_speaks_of_its_own_task_for_ever(services: Services) -> None:
    stage = Stage(services)
    first, second = stage.start(), stage.start("renja")
    stage.advance(first, 3)
    tokens = {
        (run_id, key): token
        for run_id in (first, second)
        for key, token in stage.stored(run_id).tokens.items()
    }
    assert len(set(tokens.values())) == len(tokens) == 4
    assert all(len(token) <= 16 for token in tokens.values())
    with services.store.read() as tx:
        for (run_id, key), token in tokens.items():
            found = tx.runs.by_token(token)
            assert found is not None
            assert (found[0].run.id, (found[1].step, found[1].attempt)) == (run_id, key)
        assert tx.runs.by_token("tidak-dikenal") is None
        assert tx.runs.by_token("") is None


def test_a_run_that_is_not_there_is_none(services: Services) -> None:
    with services.store.read() as tx:
        assert tx.runs.get(4711) is None
        assert tx.runs.many([]) == {}
        assert tx.runs.of_tasks([4711]) == {}
        assert tx.runs.running() == []


def test_runs_by_task_and_by_what_is_under_way(services: Services) -> None:
    stage = Stage(services)
    lakip, renja = stage.start(), stage.start("renja")
    stage.advance(lakip, 3)
    stage.finish(renja)
    tasks = stage.stored(lakip).task_ids
    with services.store.read() as tx:
        by_task = tx.runs.of_tasks([*tasks.values(), 4711])
        assert {t: s.run.id for t, s in by_task.items()} == dict.fromkeys(tasks.values(), lakip)
        assert [s.run.id for s in tx.runs.running()] == [lakip]
        assert tx.runs.running_ids("lakip", 2025) == (lakip,)
        assert tx.runs.running_ids("lakip", 2024) == ()
        assert tx.runs.running_ids("renja", 2027) == ()
        assert tx.runs.many([lakip, renja, 4711]).keys() == {lakip, renja}


def test_finished_runs_come_newest_first_and_page_by_page(services: Services) -> None:
    stage = Stage(services)
    runs = []
    for number, code in enumerate(("lakip", "lppd", "renja")):
        stage.go_to(MONDAY + timedelta(hours=number))
        runs.append(stage.start(code))
        stage.finish(runs[-1])
    with services.store.read() as tx:
        assert [s.run.id for s in tx.runs.finished(10)] == runs[::-1]
        assert [s.run.id for s in tx.runs.finished(1, offset=1)] == [runs[1]]
        (newest,) = tx.runs.finished(1)
    assert newest.run.status is RunStatus.SELESAI
    assert newest.run.finished_at == stage.now
    assert newest.run.current == ()


def test_every_run_is_listed_whatever_became_of_it(services: Services) -> None:
    stage = Stage(services)
    done, under_way = stage.start("lakip"), stage.start("renja")
    stage.finish(done)
    with services.store.read() as tx:
        assert tx.runs.newest(5) == (under_way, done)
        assert tx.runs.newest(1) == (under_way,)
        assert [(h.id, h.procedure, h.unit) for h in tx.runs.headings()] == [
            (done, "lakip", None),
            (under_way, "renja", None),
        ]


def test_a_task_is_found_in_its_run_by_its_id(services: Services) -> None:
    stage = Stage(services, *CAST)
    stored = stage.stored(stage.start())
    ((key, task_id),) = stored.task_ids.items()
    task = stored.task_of(task_id)
    assert isinstance(task, Task)
    assert (task.step, task.attempt) == key
    assert stored.task_of(4711) is None


def test_a_period_has_the_runs_that_were_under_way_in_it_in_one_query(
    sqlite_services: Services,
) -> None:
    stage = Stage(sqlite_services)
    early = stage.start("lakip")
    stage.go_to("01-12-2026 09.00")
    stage.finish(early)
    late = stage.start("lppd")
    statements = []

    def touched(start: str, end: str) -> list[int]:
        with sqlite_services.store.read() as tx:
            connection = tx.connection

            @event.listens_for(connection, "before_cursor_execute")
            def count(conn: object, cursor: object, statement: str, *rest: object) -> None:
                statements.append(statement)

            return [s.run.id for s in tx.runs.touching(wib(start), wib(end))]

    assert touched("01-01-2026 00.00", "01-01-2027 00.00") == [early, late]
    assert len(statements) == 1
    assert touched("01-12-2026 09.01", "01-01-2027 00.00") == [late]
    assert touched("01-01-2027 00.00", "01-01-2028 00.00") == [late]
    assert touched("01-01-2026 00.00", "09-11-2026 00.00") == []


def test_the_first_run_of_all_says_how_far_reports_reach_back(services: Services) -> None:
    stage = Stage(services)
    with services.store.read() as tx:
        assert tx.runs.first_started() is None
    stage.start("lakip")
    stage.go_to(MONDAY + timedelta(days=3))
    stage.start("lppd")
    with services.store.read() as tx:
        assert tx.runs.first_started() == MONDAY


def test_a_step_goes_back_to_its_earlier_attempt_in_one_save(services: Services) -> None:
    """One attempt of a step may be open: the later one is closed before."""
    stage = Stage(services, *CAST)
    run_id = stage.start("lakip")
    first = stage.task(run_id)
    returned = replace(first, status=TaskStatus.DIKEMBALIKAN, closed_at=stage.now)
    again = replace(first, attempt=2)
    withdrawn = replace(again, status=TaskStatus.DITARIK, closed_at=stage.now)
    for tasks in ((returned, again), (first, withdrawn)):
        with services.store.begin() as tx:
            stored = tx.runs.get(run_id)
            assert stored is not None
            tx.runs.save(stored, replace(stored.run, tasks=tasks))
    assert stage.run(run_id).tasks == (first, withdrawn)
