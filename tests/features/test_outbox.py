"""The sender's side: what is drawn when its turn comes, and what became of each message."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.notices import CommandMenu, DeliveriesFailing, DeliveriesHeld, Reply, TaskCard
from bot.features import free_text, outbox
from bot.features.answers import DoneView, RefusedView
from bot.features.feature import Hook, MenuView, View
from bot.features.outbox import GIVE_UP_AFTER, LEASE, Outgoing
from bot.features.people.views import GiveRole
from bot.features.tasks.buttons import Confirm
from bot.features.tasks.views import TaskView
from bot.features.upkeep import DecideHeld
from bot.features.work import Request, Services
from bot.store.outbox import DeliveryState, NewDelivery
from tests.cast import ADMIN, BUDI, CAST, DEWI, MONDAY, OUTSIDER, RINA, SARI, Stage

MINUTE = timedelta(minutes=1)


def one(stage: Stage) -> Outgoing:
    """The only delivery that can be claimed now."""
    (outgoing,) = outbox.claim(stage.services, stage.now, 10, ())
    return outgoing


def count(stage: Stage, state: DeliveryState) -> int:
    with stage.services.store.read() as tx:
        return tx.outbox.count(state)


# --- drawn when its turn comes --------------------------------------------------------------


def test_nothing_queued_is_nothing_to_claim(stage: Stage) -> None:
    assert outbox.claim(stage.services, stage.now, 10, ()) == []
    assert outbox.next_due(stage.services, stage.now) is None


def test_a_card_says_what_is_true_when_it_is_sent(stage: Stage) -> None:
    stage.start()
    stage.go_to("10-11-2026 10.15")
    view = one(stage).view
    assert isinstance(view, TaskView)
    assert view.late is not None


def test_a_card_of_a_step_that_closed_before_it_was_sent_is_not_sent(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.confirm(BUDI, run_id)
    # The offer to name a team, and her own card.
    assert [m.delivery.chat_id for m in stage.deliver()] == [SARI.chat_id] * 2
    assert count(stage, DeliveryState.USANG) == 3  # Ibu Dewi's, Pak Budi's and Bu Rina's


def test_a_step_that_closes_while_its_card_is_being_sent_edits_it_at_once(stage: Stage) -> None:
    run_id = stage.start()
    outgoing = one(stage)
    stage.confirm(DEWI, run_id)
    stage.phones.accept(outgoing, stage.now)
    stage.deliver()
    card = stage.screen(DEWI)[0]
    assert isinstance(card, TaskView)
    assert not card.mine


def test_an_answer_is_drawn_for_who_asked_and_checked_anew(stage: Stage) -> None:
    request = stage.request(BUDI)
    with stage.services.begin(stage.now, Request(request.chat_id, request.update_id)) as work:
        work.reply(Reply("people", {}))
    view = one(stage).view
    assert isinstance(view, RefusedView)
    assert view.reason == "not_allowed"


def test_nobody_answers_what_nobody_asked(stage: Stage) -> None:
    with (
        stage.services.begin(stage.now, Request(SARI.chat_id)) as work,
        pytest.raises(ValueError, match="belongs to an update"),
    ):
        work.reply(Reply("help", {}))


def test_an_answer_that_cannot_be_drawn_is_put_aside_and_blocks_nobody(services: Services) -> None:
    stage = Stage(services, *CAST, ADMIN)
    for view in ("tidak_ada", "help"):
        with stage.services.begin(stage.now, stage.request(BUDI)) as work:
            work.reply(Reply(view, {}))
    arrived = stage.deliver()
    assert {m.delivery.chat_id for m in arrived} == {BUDI.chat_id, ADMIN.chat_id}
    assert count(stage, DeliveryState.GAGAL) == 1
    (told,) = [m.view for m in arrived if m.delivery.chat_id == ADMIN.chat_id]
    assert told == DeliveriesFailing(1, "KeyError: 'tidak_ada'")


def test_the_menu_is_drawn_for_who_may_use_what(stage: Stage) -> None:
    stage.tap(SARI, GiveRole(stage.id_of(BUDI), "kasubbag", None))
    menus = [m.view for m in stage.received(BUDI) if isinstance(m.view, MenuView)]
    assert [name for name, _ in menus[0].entries if name.startswith("mulai")] == ["mulai"]


# --- what became of it ----------------------------------------------------------------------


def test_a_pause_is_waited_for_and_is_no_failure(stage: Stage) -> None:
    stage.start()
    outbox.not_now(stage.services, one(stage).delivery, stage.now + MINUTE)
    assert outbox.claim(stage.services, stage.now, 10, ()) == []
    assert outbox.next_due(stage.services, stage.now) == stage.now + MINUTE
    stage.go_to(stage.now + MINUTE)
    assert one(stage).delivery.tries == 0


def failed(stage: Stage, outgoing: Outgoing, offline: bool = False, maybe: bool = False) -> None:
    outbox.failed_for_now(
        stage.services,
        outgoing.delivery,
        stage.now,
        "Bad Gateway",
        maybe_sent=maybe,
        offline=offline,
        now=stage.now,
    )


def test_a_passing_failure_is_tried_again_and_flagged_where_it_may_have_arrived(
    stage: Stage,
) -> None:
    stage.start()
    failed(stage, one(stage))
    again = one(stage)
    assert (again.delivery.tries, again.delivery.maybe_repeated) == (1, False)
    failed(stage, again, maybe=True)
    assert one(stage).delivery.maybe_repeated


def test_a_delivery_that_telegram_refuses_too_often_is_put_aside(stage: Stage) -> None:
    stage.start()
    for _ in range(GIVE_UP_AFTER - 1):
        failed(stage, one(stage))
    assert count(stage, DeliveryState.GAGAL) == 0
    failed(stage, one(stage))
    assert count(stage, DeliveryState.GAGAL) == 1


def test_a_delivery_that_has_waited_for_days_is_not_put_aside_at_its_first_failure(
    stage: Stage,
) -> None:
    stage.start()
    stage.go_to(MONDAY + timedelta(days=9))
    failed(stage, one(stage))
    assert one(stage).delivery.notice == TaskCard()


def test_while_telegram_cannot_be_reached_nothing_is_ever_put_aside(stage: Stage) -> None:
    stage.start()
    for _ in range(GIVE_UP_AFTER + 1):
        failed(stage, one(stage), offline=True)
    failed(stage, one(stage))
    assert one(stage).delivery.notice == TaskCard()


def poison(stage: Stage, number: int) -> None:
    with stage.services.store.begin() as tx:
        row = NewDelivery(f"racun:{number}", BUDI.chat_id, None, Reply("help", {}))
        tx.outbox.put([row], stage.now)
    outgoing = next(
        o
        for o in outbox.claim(stage.services, stage.now, 10, (ADMIN.chat_id,))
        if o.delivery.key == f"racun:{number}"
    )
    outbox.impossible(stage.services, outgoing.delivery, "can't parse entities", stage.now)


def test_poison_is_reported_to_the_admin_once_an_hour(stage: Stage) -> None:
    for number in range(3):
        poison(stage, number)
    reports = [m for m in stage.deliver() if isinstance(m.delivery.notice, DeliveriesFailing)]
    assert [m.delivery.chat_id for m in reports] == [ADMIN.chat_id]
    stage.go_to("09-11-2026 11.00")
    poison(stage, 4)
    reports = [m for m in stage.deliver() if isinstance(m.delivery.notice, DeliveriesFailing)]
    assert [m.view for m in reports] == [DeliveriesFailing(4, "can't parse entities")]


def test_a_report_that_is_poison_itself_is_not_reported(stage: Stage) -> None:
    poison(stage, 1)
    report = one(stage)
    assert isinstance(report.delivery.notice, DeliveriesFailing)
    outbox.impossible(stage.services, report.delivery, "x", stage.now + timedelta(hours=1))
    assert outbox.claim(stage.services, stage.now + timedelta(hours=1), 10, ()) == []


def test_a_lease_that_ran_out_is_rescued(stage: Stage) -> None:
    stage.start()
    one(stage)
    stage.go_to(stage.now + LEASE)
    assert outbox.rescue(stage.services, stage.now) == 1
    assert one(stage).delivery.maybe_repeated


def test_a_message_that_arrives_proves_that_somebody_can_be_reached(stage: Stage) -> None:
    free_text.message(stage.services, stage.request(DEWI), Hook.BLOCKED, stage.now)
    stage.start()
    stage.deliver()
    with stage.services.store.read() as tx:
        assert tx.people.staff(stage.now).people[stage.id_of(DEWI)].reachable


# --- after a restore ------------------------------------------------------------------------


def held(stage: Stage) -> None:
    with stage.services.store.begin() as tx:
        tx.outbox.hold()
        notice = DeliveriesHeld(0)
        row = NewDelivery("held:1", ADMIN.chat_id, stage.id_of(ADMIN), notice)
        tx.outbox.put([row], stage.now)


def decide(stage: Stage, send: bool, who: int = ADMIN.chat_id) -> View:
    return stage.tap(who, DecideHeld(send))


def test_after_a_restore_the_admin_decides_on_what_was_not_sent(stage: Stage) -> None:
    stage.start()
    held(stage)
    assert [m.view for m in stage.deliver()] == [DeliveriesHeld(1)]
    assert decide(stage, send=True) == DoneView("held_sent", {"count": 1})
    assert [m.delivery.chat_id for m in stage.deliver()] == [DEWI.chat_id]


def test_the_admin_may_let_it_go(stage: Stage) -> None:
    stage.start()
    held(stage)
    assert decide(stage, send=False) == DoneView("held_dropped", {"count": 1})
    # The question is out of date then, too.
    assert stage.deliver() == []


def test_nobody_else_decides(stage: Stage) -> None:
    stage.start()
    held(stage)
    for who, reason in ((SARI.chat_id, "admin_only"), (OUTSIDER, "outsider")):
        view = decide(stage, send=True, who=who)
        assert isinstance(view, RefusedView)
        assert view.reason is reason
    assert count(stage, DeliveryState.DITAHAN) == 1


def test_one_person_s_trouble_holds_up_nobody_else(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    for outgoing in outbox.claim(stage.services, stage.now, 10, ()):
        if outgoing.delivery.chat_id == BUDI.chat_id:
            failed(stage, outgoing)
        else:
            stage.phones.accept(outgoing, stage.now)
    token = stage.token(run_id)
    assert not isinstance(stage.tap(RINA, Confirm(token)), RefusedView)
    arrived = stage.deliver()
    assert SARI.chat_id in {m.delivery.chat_id for m in arrived}
    # Pak Budi's card was never sent, and need not be any more.
    assert BUDI.chat_id not in {m.delivery.chat_id for m in arrived}
    assert CommandMenu() not in {m.delivery.notice for m in arrived}
