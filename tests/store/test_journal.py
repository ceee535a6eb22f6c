"""The record of who did what: written once, never changed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain.actions import Return
from bot.domain.decision import Decision
from bot.domain.engine import decide
from bot.features.runs import save_decision
from bot.features.work import Services, Work
from bot.store import Store
from tests.cast import BUDI, MONDAY, SARI, Stage
from tests.histories import replay


def test_a_run_can_be_told_from_its_journal_alone(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 4)
    with services.store.read() as tx:
        events = tx.journal.events(run_id)
    stored = stage.run(run_id)
    assert replay(run_id, stored.procedure, events) == stored


def test_a_return_is_told_too_with_the_attempts_it_opened(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 8)
    sari = stage.id_of(SARI)
    with services.store.begin() as tx:
        before = tx.runs.get(run_id)
        assert before is not None
        work = Work(services, tx, stage.now)
        action = Return(8, 1, 5, "angka belum cocok")
        decision = decide(before.run, action, sari, stage.now, work.state)
        assert isinstance(decision, Decision)
        save_decision(work, before, decision)
    stage.finish(run_id)
    stored = stage.run(run_id)
    assert [(t.step, t.attempt) for t in stored.tasks][-6:] == [
        (5, 2), (6, 2), (7, 2), (8, 2), (9, 1), (10, 1),
    ]  # fmt: skip
    with services.store.read() as tx:
        assert replay(run_id, stored.procedure, tx.journal.events(run_id)) == stored


def test_each_line_says_who_did_it(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.confirm(BUDI, run_id)
    with services.store.read() as tx:
        lines = tx.journal.lines(4, run_id)
    assert [(line.kind, line.person_id) for line in lines] == [
        ("task_opened", None),
        ("task_closed", None),
        ("task_confirmed", stage.id_of(BUDI)),
        ("task_opened", None),
    ]
    assert all(line.run_id == run_id and line.at == MONDAY for line in lines)


def test_facts_of_no_run_stand_in_it_too(services: Services) -> None:
    stage = Stage(services, SARI)
    with services.store.begin() as tx:
        tx.journal.note("renamed", MONDAY, stage.id_of(SARI), was="Sari", name="Sari, S.E.")
        tx.journal.note("restored", MONDAY + timedelta(hours=1), None)
    with services.store.read() as tx:
        newest, older = tx.journal.lines(2)
        assert tx.journal.lines(5, run_id=1) == []
    assert (newest.kind, newest.person_id, newest.run_id) == ("restored", None, None)
    assert json.loads(older.data) == {"was": "Sari", "name": "Sari, S.E."}


def test_the_whole_journal_is_read_from_its_first_line(services: Services) -> None:
    with services.store.begin() as tx:
        for number in range(1200):
            tx.journal.note("renamed", MONDAY + timedelta(seconds=number), None, name=str(number))
    with services.store.read() as tx:
        names = [json.loads(line.data)["name"] for line in tx.journal.every()]
    assert names == [str(number) for number in range(1200)]


@pytest.mark.parametrize(
    "statement", ["UPDATE journal SET kind = 'lain'", "DELETE FROM journal WHERE id > 0"]
)
def test_the_database_refuses_to_change_what_is_written(store: Store, statement: str) -> None:
    with store.begin() as tx:
        tx.journal.note("joined", MONDAY, None)
    with pytest.raises(DBAPIError, match="append-only"), store.begin() as tx:
        tx.connection.execute(text(statement))
    with store.read() as tx:
        assert [line.kind for line in tx.journal.lines(5)] == ["joined"]
