"""A start that is taken back: for ten minutes, by whoever began it, while nothing is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.actions import (
    Action,
    Cancel,
    Confirm,
    Pause,
    Reason,
    Refusal,
    Start,
    Undo,
    UndoStart,
)
from bot.domain.decision import Decision
from bot.domain.engine import decide, may_undo_start
from bot.domain.notices import Addressed, RunChange, RunChanged
from bot.domain.run import Run, RunStatus, TaskStatus
from tests.cast import ADMIN, BUDI, MONDAY, RINA, SARI, Player, state
from tests.histories import replay
from tests.procedures import langkah, prosedur

PLACE = state()
PROCEDURE = prosedur(langkah(1, "tim"), langkah(2, "kasubbag"))
UNDO = UndoStart("Diurungkan")
AT_ONCE = MONDAY + timedelta(minutes=9, seconds=59)


def decided(run: Run | None, action: Action, who: Player) -> Decision:
    outcome = decide(run, action, who.chat_id, MONDAY, PLACE)
    assert isinstance(outcome, Decision), outcome
    return outcome


@pytest.fixture
def begun() -> Decision:
    """A run of two steps that Bu Sari has begun this moment."""
    return decided(None, Start(PROCEDURE, 2026), SARI)


def refused(run: Run, who: Player = SARI, later: timedelta = timedelta(0)) -> Reason:
    outcome = decide(run, UNDO, who.chat_id, MONDAY + later, PLACE)
    assert isinstance(outcome, Refusal), outcome
    assert not may_undo_start(run, who.chat_id, MONDAY + later)
    return outcome.reason


def test_the_first_card_is_withdrawn_and_whoever_got_it_is_told(begun: Decision) -> None:
    assert may_undo_start(begun.run, SARI.chat_id, AT_ONCE)
    outcome = decide(begun.run, UNDO, SARI.chat_id, AT_ONCE, PLACE)
    assert isinstance(outcome, Decision)
    assert outcome.run.status is RunStatus.DIBATALKAN
    assert [task.status for task in outcome.run.tasks] == [TaskStatus.DITARIK]
    change = RunChanged(RunChange.DITARIK, AT_ONCE)
    assert outcome.notices == (Addressed(change, (BUDI.chat_id, RINA.chat_id)),)
    assert outcome.stale_cards == ((1, 1),)
    assert replay(0, PROCEDURE, (*begun.events, *outcome.events)) == outcome.run


def test_after_ten_minutes_it_is_too_late(begun: Decision) -> None:
    assert refused(begun.run, later=timedelta(minutes=10)) is Reason.START_TOO_LATE


def test_nobody_takes_back_what_another_began(begun: Decision) -> None:
    assert refused(begun.run, ADMIN) is Reason.START_NOT_YOURS


def test_what_somebody_has_done_stands_until_it_is_undone(begun: Decision) -> None:
    confirmed = decided(begun.run, Confirm(1, 1), BUDI).run
    assert refused(confirmed) is Reason.START_ACTED_ON
    undone = decided(confirmed, Undo(1, 1), BUDI).run
    assert isinstance(decide(undone, UNDO, SARI.chat_id, AT_ONCE, PLACE), Decision)


def test_it_is_taken_back_once_and_only_while_it_is_under_way(begun: Decision) -> None:
    assert refused(decided(begun.run, UNDO, SARI).run) is Reason.RUN_OVER
    assert refused(decided(begun.run, Cancel("keliru"), SARI).run) is Reason.RUN_OVER


def test_a_run_that_rests_is_taken_back_as_well(begun: Decision) -> None:
    paused = decided(begun.run, Pause("rapat"), SARI).run
    assert decided(paused, UNDO, SARI).run.status is RunStatus.DIBATALKAN


def test_one_card_that_its_starter_holds_alone_is_told_to_nobody() -> None:
    alone = prosedur(langkah(1, "kasubbag"), langkah(2, "tim"))
    run = decided(None, replace(Start(alone, 2026)), SARI).run
    assert decided(run, UNDO, SARI).notices == ()
