"""Deviations: returns, undo, extensions and rests on both databases, two people at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from bot.domain.run import RunStatus, TaskStatus
from bot.domain.sop import Duration, DurationUnit
from bot.features import free_text
from bot.features.answers import DoneView, RefusedView
from bot.features.extension import ExtendBy
from bot.features.extension import QuestionView as ExtensionQuestionView
from bot.features.feature import View
from bot.features.granting import DecideExtension, Decline
from bot.features.review import AskReturn, Undo
from bot.features.review import QuestionView as ReturnQuestionView
from bot.features.steering import ConfirmCancel, ConfirmResume, Steering, SteerRun
from bot.features.steering import ReasonView as SteeringReasonView
from bot.features.tasks.buttons import Confirm
from bot.features.tasks.views import ConfirmedView
from bot.features.work import Services
from tests.cast import BUDI, CAST, HADI, RINA, SARI, Player, Stage, tapped
from tests.histories import replay

REASON = "Angka belum cocok"
TWO_DAYS = Duration(2, DurationUnit.HARI)
MIRA = Player(121, "Mira Handayani, S.E.", SARI.address, "kasubbag")


def journal_is_the_state(stage: Stage, run_id: int) -> None:
    """Every database gives back what the journal tells."""
    run = stage.run(run_id)
    with stage.services.store.read() as tx:
        assert replay(run.id, run.procedure, tx.journal.events(run.id)) == run


def at_once(*deeds: Callable[[], object]) -> None:
    """Let all of these happen in the same moment, each in a thread of its own."""
    start = threading.Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> None:
        start.wait(10)
        deed()

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def ask_extension(stage: Stage, run_id: int, who: Player) -> None:
    services, token = stage.services, stage.token(run_id)
    asked = tapped(
        services, stage.request(who), ExtendBy(token, TWO_DAYS.amount, TWO_DAYS.unit), stage.now
    )
    assert isinstance(asked, ExtensionQuestionView)
    free_text.text(services, stage.request(who), REASON, None, stage.now)


def test_a_return_is_kept_with_its_reason_and_replayed(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 9)
    asked = tapped(services, stage.request(HADI), AskReturn(stage.token(run_id)), stage.now)
    assert isinstance(asked, ReturnQuestionView)
    free_text.text(services, stage.request(HADI), REASON, None, stage.now)
    run = stage.run(run_id)
    (sent,) = [t for t in run.tasks if t.returned]
    assert sent.returned is not None
    assert (sent.step, sent.returned.to_step, sent.returned.reason) == (9, 7, REASON)
    journal_is_the_state(stage, run_id)
    stage.finish(run_id)
    assert stage.run(run_id).status is RunStatus.SELESAI
    journal_is_the_state(stage, run_id)


def test_undo_extension_rest_and_end_are_kept_and_replayed(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.confirm(BUDI, run_id)
    undone = tapped(services, stage.request(BUDI), Undo(stage.token(run_id, 2)), stage.now)
    assert undone == DoneView("undone", {"step": 2})
    ask_extension(stage, run_id, RINA)
    token = stage.token(run_id)
    granted = tapped(services, stage.request(SARI), DecideExtension(token, 0, True), stage.now)
    assert isinstance(granted, DoneView)
    paused = tapped(services, stage.request(SARI), SteerRun(Steering.JEDA, token), stage.now)
    assert isinstance(paused, SteeringReasonView)
    free_text.text(services, stage.request(SARI), REASON, None, stage.now)
    assert stage.run(run_id).status is RunStatus.DIJEDA
    journal_is_the_state(stage, run_id)
    tapped(services, stage.request(SARI), ConfirmResume(token), stage.now)
    tapped(services, stage.request(SARI), ConfirmCancel(token), stage.now)
    free_text.text(services, stage.request(SARI), REASON, None, stage.now)
    run = stage.run(run_id)
    assert (run.status, run.tasks[-1].status) == (RunStatus.DIBATALKAN, TaskStatus.DITARIK)
    journal_is_the_state(stage, run_id)


def test_a_return_and_an_undo_in_the_same_moment_leave_one_of_them(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 7)
    stage.confirm(RINA, run_id)
    mine = stage.token(run_id, 7)
    tapped(services, stage.request(SARI), AskReturn(stage.token(run_id)), stage.now)
    sari, rina = stage.request(SARI), stage.request(RINA)
    at_once(
        lambda: free_text.text(services, sari, REASON, None, stage.now),
        lambda: tapped(services, rina, Undo(mine), stage.now),
    )
    run = stage.run(run_id)
    returned = any(t.returned for t in run.tasks)
    assert stage.task(run_id).step == 7
    assert stage.task(run_id).attempt == (2 if returned else 1)
    journal_is_the_state(stage, run_id)


def test_of_two_deciders_in_the_same_moment_one_decides(services: Services) -> None:
    stage = Stage(services, *CAST, MIRA)
    run_id = stage.start()
    stage.advance(run_id, 2)
    ask_extension(stage, run_id, BUDI)
    token = stage.token(run_id)
    askers = {SARI: stage.request(SARI), MIRA: stage.request(MIRA)}
    heard: dict[Player, View] = {}

    def decide(who: Player, granted: bool) -> None:
        wish = DecideExtension(token, 0, True) if granted else Decline(token, 0)
        heard[who] = tapped(services, askers[who], wish, stage.now)

    at_once(lambda: decide(SARI, True), lambda: decide(MIRA, False))
    (winner,) = [who for who, view in heard.items() if isinstance(view, DoneView)]
    (loser,) = heard.keys() - {winner}
    assert heard[loser] == RefusedView("extension_decided", {"name": winner.called})
    assert stage.task(run_id).extensions[0].granted is (winner is SARI)
    journal_is_the_state(stage, run_id)


def test_time_is_granted_while_the_step_is_confirmed(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 2)
    ask_extension(stage, run_id, BUDI)
    token = stage.token(run_id)
    sari, rina = stage.request(SARI), stage.request(RINA)
    heard: dict[str, View] = {}

    def grant() -> None:
        heard["grant"] = tapped(services, sari, DecideExtension(token, 0, True), stage.now)

    def confirm() -> None:
        heard["confirm"] = tapped(services, rina, Confirm(token), stage.now)

    at_once(grant, confirm)
    assert isinstance(heard["confirm"], ConfirmedView)
    late = heard["grant"] == RefusedView("extension_moot", {})
    done = stage.run(run_id).task(2, 1)
    assert done is not None
    assert done.extensions[0].granted is (None if late else True)
    assert stage.task(run_id).step == 3
    journal_is_the_state(stage, run_id)


def test_a_pause_comes_between_a_tap_and_its_turn(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 2)
    token = stage.token(run_id)
    tapped(services, stage.request(SARI), SteerRun(Steering.JEDA, token), stage.now)
    sari, rina = stage.request(SARI), stage.request(RINA)
    heard: list[View] = []
    at_once(
        lambda: free_text.text(services, sari, REASON, None, stage.now),
        lambda: heard.append(tapped(services, rina, Confirm(token), stage.now)),
    )
    run = stage.run(run_id)
    assert run.status is RunStatus.DIJEDA
    (answer,) = heard
    if isinstance(answer, RefusedView):
        assert answer.reason == "run_paused"
        assert stage.task(run_id).step == 2
    else:
        assert stage.task(run_id).step == 3
    journal_is_the_state(stage, run_id)


@pytest.mark.parametrize("behind", [0, 1])
def test_an_old_card_of_a_run_that_was_under_way_still_confirms(
    sqlite_services: Services, behind: int
) -> None:
    """Rows and journal lines as the edition before wrote them carry less; they do as well."""
    stage = Stage(sqlite_services)
    run_id = stage.start()
    stage.advance(run_id, 2 + behind)
    with sqlite_services.store.begin() as tx:
        tx.connection.execute(text("UPDATE runs SET details = ''"))
        tx.connection.execute(text("UPDATE tasks SET details = ''"))
        tx.connection.execute(text("DROP TRIGGER journal_refuses_update"))
        tx.connection.execute(text("UPDATE journal SET data = json_remove(data, '$.by', '$.unit')"))
    journal_is_the_state(stage, run_id)
    who = BUDI if behind == 0 else SARI
    assert isinstance(stage.confirm(who, run_id), ConfirmedView)
    undone = tapped(
        sqlite_services, stage.request(who), Undo(stage.token(run_id, 2 + behind)), stage.now
    )
    assert isinstance(undone, DoneView)
    journal_is_the_state(stage, run_id)
