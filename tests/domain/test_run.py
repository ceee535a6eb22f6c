"""What each event means for a run, and that a journal cannot tell an impossible story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.events import (
    Event,
    RunFinished,
    RunStarted,
    TaskClosed,
    TaskConfirmed,
    TaskOpened,
    TaskReturned,
    begin,
    evolve,
)
from bot.domain.run import By, Capacity, Confirmation, Run, RunStatus, TaskStatus
from tests.cast import BUDI, MONDAY, RINA, SARI
from tests.histories import replay
from tests.procedures import langkah, prosedur

TWO_STEPS = prosedur(langkah(1, "tim"), langkah(2, "kasubbag", kembali_ke=1))
STARTED = RunStarted("uji", 2026, SARI.chat_id, MONDAY)
DUE = MONDAY + timedelta(days=1)


def opened(step: int, attempt: int = 1) -> TaskOpened:
    return TaskOpened(step, attempt, MONDAY, DUE)


def confirmed(step: int, attempt: int = 1, by: int = BUDI.chat_id) -> TaskConfirmed:
    return TaskConfirmed(step, attempt, Confirmation(by, "tim", None, Capacity.DEFINITIF, MONDAY))


def closed(step: int, attempt: int = 1) -> TaskClosed:
    return TaskClosed(step, attempt, MONDAY)


def returned(step: int, to_step: int, attempt: int = 1) -> TaskReturned:
    return TaskReturned(
        step, attempt, to_step, "angka belum cocok", By(SARI.chat_id, "kasubbag"), MONDAY
    )


def told(*events: Event) -> Run:
    return replay(7, TWO_STEPS, (STARTED, *events))


def test_a_run_begins_without_open_steps_and_under_way() -> None:
    run = begin(7, TWO_STEPS, STARTED)
    assert (run.id, run.year, run.started_by) == (7, 2026, SARI.chat_id)
    assert run.status is RunStatus.BERJALAN
    assert run.current == ()


def test_an_opened_step_waits_with_its_deadline() -> None:
    (task,) = told(opened(1)).current
    assert (task.step, task.attempt, task.opened_at, task.due_at) == (1, 1, MONDAY, DUE)
    assert task.is_open


def test_confirmations_are_kept_in_the_order_in_which_they_came() -> None:
    run = told(opened(1), confirmed(1), confirmed(1, by=RINA.chat_id))
    task = run.open_task(1)
    assert task is not None
    assert [c.person_id for c in task.confirmations] == [BUDI.chat_id, RINA.chat_id]
    assert task.confirmed_by(RINA.chat_id) == task.confirmations[1]
    assert task.confirmed_by(SARI.chat_id) is None


def test_a_closed_step_counts_as_done() -> None:
    run = told(opened(1), confirmed(1), closed(1))
    assert run.current == ()
    assert run.steps_done == 1
    task = run.task(1, 1)
    assert task is not None
    assert (task.status, task.closed_at) == (TaskStatus.SELESAI, MONDAY)


def test_a_return_makes_void_what_was_confirmed_since() -> None:
    run = told(opened(1), confirmed(1), closed(1), opened(2), returned(2, to_step=1))
    assert [t.status for t in run.tasks] == [TaskStatus.GUGUR, TaskStatus.DIKEMBALIKAN]
    assert run.steps_done == 0
    # What Pak Budi did stays on record all the same.
    assert run.tasks[0].confirmations[0].person_id == BUDI.chat_id


def test_a_return_leaves_alone_what_came_before_the_step_it_goes_to() -> None:
    three = prosedur(langkah(1, "tim"), langkah(2, "tim"), langkah(3, "kasubbag", kembali_ke=2))
    events = (STARTED, opened(1), closed(1), opened(2), closed(2), opened(3), returned(3, 2))
    run = replay(7, three, events)
    assert [t.status for t in run.tasks] == [
        TaskStatus.SELESAI,
        TaskStatus.GUGUR,
        TaskStatus.DIKEMBALIKAN,
    ]


def test_the_newest_attempt_speaks_for_a_step() -> None:
    run = told(opened(1), closed(1), opened(2), returned(2, 1), opened(1, 2))
    latest = run.latest(1)
    assert latest is not None
    assert latest.attempt == 2
    assert run.latest(2) == run.task(2, 1)
    assert run.task(2, 2) is None
    assert told().latest(1) is None


def test_a_finished_run_says_when() -> None:
    run = told(opened(1), closed(1), opened(2), closed(2), RunFinished(DUE))
    assert (run.status, run.finished_at) == (RunStatus.SELESAI, DUE)
    assert run.steps_done == 2


@pytest.mark.parametrize(
    "events",
    [
        pytest.param((STARTED,), id="a second start"),
        pytest.param((opened(1), opened(1)), id="the same attempt opened twice"),
        pytest.param((opened(1), opened(1, 2)), id="a second open attempt at one step"),
        pytest.param((opened(1), closed(1), opened(1)), id="an attempt opened again"),
        pytest.param((confirmed(1),), id="a confirmation of a step that never opened"),
        pytest.param((opened(1), closed(1), confirmed(1)), id="a confirmation too late"),
        pytest.param((opened(1), closed(1), closed(1)), id="a step closed twice"),
        pytest.param((opened(1), closed(1, 2)), id="an attempt closed that never was"),
        pytest.param((opened(2), closed(2), returned(2, 1)), id="a return of a closed step"),
    ],
)
def test_an_impossible_story_is_refused(events: tuple[Event, ...]) -> None:
    with pytest.raises(ValueError):
        told(*events)


@pytest.mark.parametrize("events", [(), (opened(1), STARTED)])
def test_a_journal_begins_with_the_start(events: tuple[Event, ...]) -> None:
    with pytest.raises(ValueError, match="begins with the start"):
        replay(7, TWO_STEPS, events)


def test_evolving_changes_no_earlier_state() -> None:
    before = told(opened(1))
    kept = replace(before)
    evolve(before, closed(1))
    assert before == kept
