"""Recovery: cards that were lost, news for those who left, and clocks that go back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.chat.outcomes import MessageGone
from bot.domain.notices import RunSummary, TaskCard, TaskDetail
from bot.features import agenda, outbox, upkeep
from bot.features.answers import RefusedView
from bot.features.digest import DigestView
from bot.features.joining.views import InvitationView
from bot.features.outbox import Outgoing
from bot.features.people.views import GiveRole, Invite, RemovePerson, TakeRole
from bot.features.runview import PartedView
from bot.features.tasks.buttons import Confirm, ShowDetail
from bot.features.tasks.views import TaskView
from bot.features.work import Services
from bot.store.outbox import DeliveryState, NewDelivery
from tests.cast import (
    ADMIN,
    BUDI,
    HADI,
    MONDAY,
    RINA,
    SARI,
    WHOLE_OFFICE,
    Player,
    Stage,
    tapped,
    typed,
)
from tests.histories import replay
from tests.jobs.rig import Post
from tests.words import texts_of

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(sqlite_services: Services) -> Stage:
    return Stage(sqlite_services, *WHOLE_OFFICE, ADMIN)


def team_has_it(stage: Stage) -> int:
    """A run at the team's step, its cards on everybody's screen."""
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.deliver()
    return run_id


def remove(stage: Stage, who: Player) -> None:
    stage.tap(SARI, RemovePerson(stage.id_of(who)))


def rejoin(stage: Stage, who: Player, role: str) -> None:
    view = stage.tap(SARI, Invite(role, None))
    assert isinstance(view, InvitationView)
    typed(stage.services, stage.request(who), f"/start {view.code}", stage.now)


def edit_that_finds_nothing(stage: Stage, who: Player) -> Outgoing:
    """The edit for one of them, whose message is gone; everybody else's arrives."""
    (lost,) = (o for o in outbox.claim(stage.services, stage.now, 50, ()) if is_for(o, who))
    assert lost.delivery.message_id is not None
    outbox.message_gone(stage.services, lost.delivery, stage.now)
    return lost


def is_for(outgoing: Outgoing, who: Player) -> bool:
    return outgoing.delivery.chat_id == who.chat_id


# --- cards that are gone from the screen ----------------------------------------------------


def test_whoever_cleared_the_chat_gets_the_card_that_waits_as_a_new_message(stage: Stage) -> None:
    run_id = team_has_it(stage)
    with stage.services.store.begin() as tx:
        tx.outbox.refresh([stage.task_id(run_id)], stage.now)
    edit_that_finds_nothing(stage, BUDI)
    (card,) = stage.received(BUDI)
    assert isinstance(card.view, TaskView)
    assert (card.edit, card.view.mine) == (False, True)
    # From now on it is this message that stays true.
    stage.confirm(BUDI, run_id)
    edits = [m for m in stage.received(BUDI) if m.delivery.key == card.delivery.key]
    assert [m.edit for m in edits] == [True]


def test_a_card_that_waits_for_nobody_is_not_sent_again(stage: Stage) -> None:
    run_id = team_has_it(stage)
    stage.confirm(RINA, run_id)
    lost = edit_that_finds_nothing(stage, BUDI)
    assert lost.delivery.key not in [m.delivery.key for m in stage.received(BUDI)]


def test_details_that_are_gone_are_left_alone(stage: Stage) -> None:
    run_id = team_has_it(stage)
    stage.tap(SARI, ShowDetail(stage.token(run_id)))
    stage.deliver()
    with stage.services.store.begin() as tx:
        tx.outbox.refresh([stage.task_id(run_id)], stage.now)
    lost = edit_that_finds_nothing(stage, SARI)
    assert isinstance(lost.delivery.notice, TaskDetail)
    assert stage.received(SARI) == []


async def test_the_sender_s_word_that_a_card_is_gone_brings_it_anew(
    sqlite_services: Services,
) -> None:
    stage = Stage(sqlite_services, *WHOLE_OFFICE)
    async with Post(sqlite_services) as post:
        run_id = stage.start()
        stage.advance(run_id, 2)
        await post.settled()
        post.sender.next_for(BUDI.chat_id, MessageGone("Message to edit not found"))
        with sqlite_services.store.begin() as tx:
            tx.outbox.refresh([stage.task_id(run_id)], stage.now)
        await post.settled()
        tried = [t.delivery for t in post.sender.tried if t.delivery.chat_id == BUDI.chat_id]
        cards = [d.message_id is None for d in tried if isinstance(d.notice, TaskCard)]
        assert cards == [True, False, True]


@pytest.mark.parametrize("rights_back", ["rejoins", "is given the role again"])
def test_whoever_is_handed_a_task_anew_finds_it_at_the_bottom(
    stage: Stage, rights_back: str
) -> None:
    run_id = team_has_it(stage)
    if rights_back == "rejoins":
        remove(stage, BUDI)
        stage.deliver()
        stage.now += HOUR
        rejoin(stage, BUDI, "tim")
    else:
        stage.tap(SARI, TakeRole(stage.holding_of(BUDI)))
        stage.deliver()
        stage.now += HOUR
        person_id = stage.id_of(BUDI)
        stage.tap(SARI, GiveRole(person_id, "tim", None))
    arrived = [m for m in stage.received(BUDI) if isinstance(m.delivery.notice, TaskCard)]
    assert [m.edit for m in arrived] == [False]
    (card,) = [v for v in stage.screen(BUDI) if isinstance(v, TaskView)]
    assert card.mine
    stage.confirm(RINA, run_id)
    assert [m.edit for m in stage.received(BUDI) if m.delivery.task_id] == [True]


# --- those who left -------------------------------------------------------------------------


def test_whoever_is_removed_sees_each_card_change_once_and_then_nothing(
    stage: Stage, sqlite_services: Services
) -> None:
    run_id = team_has_it(stage)
    stage.tap(BUDI, ShowDetail(stage.token(run_id)))
    stage.tap(HADI, ShowDetail(stage.token(run_id)))
    stage.deliver()
    remove(stage, BUDI)
    remove(stage, HADI)
    arrived = stage.deliver()
    for who, cards in ((BUDI, 2), (HADI, 1)):
        last = [m for m in arrived if m.delivery.chat_id == who.chat_id and m.delivery.task_id]
        assert [m.edit for m in last] == [True] * cards
        for message in last:
            assert isinstance(message.view, PartedView)
            said = texts_of(sqlite_services).render(message.view)
            assert said.buttons == ()
            assert "tidak menunggu lagi" in said.html
            assert RINA.name not in said.html
    stage.now += HOUR
    stage.confirm(RINA, run_id)
    heard = {m.delivery.chat_id for m in stage.deliver()}
    assert not heard & {BUDI.chat_id, HADI.chat_id}


def test_details_close_for_one_who_has_no_part_in_the_run_any_more(stage: Stage) -> None:
    run_id = team_has_it(stage)
    stage.tap(BUDI, ShowDetail(stage.token(run_id)))
    stage.deliver()
    stage.tap(SARI, TakeRole(stage.holding_of(BUDI)))
    closed = [m.view for m in stage.received(BUDI) if m.delivery.task_id]
    assert [type(view) for view in closed] == [PartedView, PartedView]
    stage.confirm(RINA, run_id)
    assert [m for m in stage.received(BUDI) if m.delivery.task_id] == []


# --- clocks ---------------------------------------------------------------------------------


@pytest.mark.parametrize("later_by", [timedelta(0), timedelta(milliseconds=-3)])
def test_a_run_is_what_its_journal_tells_whatever_the_clock_says(
    services: Services, later_by: timedelta
) -> None:
    stage = Stage(services, *WHOLE_OFFICE)
    stage.now += HOUR
    run_id = stage.start("tapkin_eselon3")
    token = stage.token(run_id)
    # The one who comes second to the database asked first; and the higher id comes first.
    heads = sorted((p for p in WHOLE_OFFICE if p.role in roles_of(stage, run_id)), key=stage.id_of)
    assert len(heads) > 1
    for who in reversed(heads):
        tapped(services, stage.request(who), Confirm(token), stage.now)
        stage.now += later_by
    run = stage.run(run_id)
    with services.store.read() as tx:
        assert replay(run_id, run.procedure, tx.journal.events(run_id)) == run
    first = run.tasks[0]
    assert [c.person_id for c in first.confirmations] == [stage.id_of(p) for p in reversed(heads)]
    assert first.closed_at == first.confirmations[-1].at == run.last_change


def roles_of(stage: Stage, run_id: int) -> tuple[str, ...]:
    return stage.run(run_id).step_of(stage.task(run_id)).roles


def test_a_confirmation_after_the_clock_went_back_is_no_earlier_than_its_step(
    stage: Stage,
) -> None:
    stage.now += timedelta(days=4)
    run_id = team_has_it(stage)
    opened = stage.task(run_id).opened_at
    stage.now -= timedelta(days=3)
    stage.confirm(BUDI, run_id)
    done = stage.run(run_id).tasks[1]
    assert done.closed_at == opened
    # What is to be sent goes by the clock on the wall.
    assert stage.received(RINA)


@pytest.mark.parametrize("noticed", ["at waking up", "by the heartbeat"])
def test_what_a_clock_that_was_ahead_put_off_is_sent_when_it_is_set_right(
    services: Services, noticed: str
) -> None:
    stage = Stage(services, SARI)
    right = stage.now
    ahead = right + timedelta(days=3)
    upkeep.beat(services, ahead)
    with services.store.begin() as tx:
        for chat_id in (1, 2):
            tx.outbox.put([NewDelivery(f"letter:{chat_id}", chat_id, None, RunSummary())], ahead)
        # The first is being sent when the clock jumps.
        tx.outbox.claim(ahead, outbox.LEASE, 1)
    assert stage_is_stuck(stage)
    if noticed == "at waking up":
        upkeep.wake_up(services, right)
    else:
        upkeep.beat(services, right)
        assert outbox.rescue(services, right) == 1
    with services.store.begin() as tx:
        claimed = tx.outbox.claim(right, outbox.LEASE, 10)
    assert {"letter:1", "letter:2"} <= {delivery.key for delivery in claimed}
    assert {d.key: d.maybe_repeated for d in claimed}["letter:1"]


def stage_is_stuck(stage: Stage) -> bool:
    outbox.rescue(stage.services, stage.now)
    with stage.services.store.read() as tx:
        return tx.outbox.count(DeliveryState.ANTRE) > 0 and not tx.outbox.waiting(stage.now)


def test_a_clock_that_ran_ahead_for_a_moment_costs_nobody_a_morning(stage: Stage) -> None:
    upkeep.wake_up(stage.services, stage.now)
    for code in ("lakip", "lppd"):  # who has two tasks has a morning's overview
        stage.advance(stage.start(code), 2)
    stage.deliver()
    begun = stage.now
    for moment in (begun + 365 * 24 * HOUR, begun + HOUR):
        stage.go_to(moment)
        upkeep.beat(stage.services, stage.now)
        while agenda.fire_due(stage.services, stage.now):
            pass
    stage.deliver()
    for day in (10, 11):
        stage.go_to(f"{day}-11-2026 07.30")
        while agenda.fire_due(stage.services, stage.now):
            pass
        mornings = [m for m in stage.received(BUDI) if isinstance(m.view, DigestView)]
        assert len(mornings) == 1


def test_a_clock_set_back_by_a_little_leaves_waits_as_they_are(stage: Stage) -> None:
    upkeep.beat(stage.services, MONDAY)
    with stage.services.store.begin() as tx:
        tx.outbox.put([NewDelivery("letter", 1, None, RunSummary())], MONDAY + 2 * HOUR)
    upkeep.beat(stage.services, MONDAY - MINUTE)
    with stage.services.store.read() as tx:
        assert not tx.outbox.waiting(MONDAY)


def test_a_role_that_was_taken_stays_taken_when_the_clock_goes_back(services: Services) -> None:
    stage = Stage(services, *WHOLE_OFFICE)
    run_id = team_has_it(stage)
    right = stage.now
    stage.now += timedelta(days=3)
    tapped(services, stage.request(SARI), TakeRole(stage.holding_of(BUDI)), stage.now)
    stage.now = right + MINUTE
    refused = stage.confirm(BUDI, run_id)
    assert isinstance(refused, RefusedView)
    assert refused.reason == "not_yours"
    # And it can be given again.
    person_id = stage.id_of(BUDI)
    tapped(services, stage.request(SARI), GiveRole(person_id, "tim", None), stage.now)
    assert not isinstance(stage.confirm(BUDI, run_id), RefusedView)
