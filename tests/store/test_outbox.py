"""The outbox: one row a notice and chat, claimed with a lease, in order, never lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.notices import CommandMenu, Reply, RunSummary, TaskCard
from bot.features.work import Services
from bot.store.outbox import (
    EDITS_AT_ONCE,
    EDITS_PER_SECOND,
    STEPS_ASIDE_AFTER,
    Delivery,
    DeliveryState,
    NewDelivery,
)
from tests.cast import BUDI, CAST, MONDAY, SARI, Stage

LEASE = timedelta(seconds=90)
SECOND = timedelta(seconds=1)


class Box:
    """The outbox of an office, seen from the sender's side."""

    def __init__(self, services: Services) -> None:
        self.stage = Stage(services, *CAST)
        self.store = services.store

    def put(self, *rows: NewDelivery, now: datetime = MONDAY) -> None:
        with self.store.begin() as tx:
            tx.outbox.put(rows, now)

    def claim(
        self, now: datetime = MONDAY, most: int = 10, busy: tuple[int, ...] = ()
    ) -> list[Delivery]:
        with self.store.begin() as tx:
            return tx.outbox.claim(now, LEASE, most, busy)

    def sent(self, claimed: Delivery, message_id: int | None = 500, now: datetime = MONDAY) -> None:
        with self.store.begin() as tx:
            tx.outbox.sent(claimed, message_id, now)

    def retry(self, claimed: Delivery, at: datetime, maybe_sent: bool = False) -> None:
        with self.store.begin() as tx:
            tx.outbox.retry(claimed, at, "server error", maybe_sent)

    def rescue(self, before: datetime | None) -> int:
        with self.store.begin() as tx:
            return tx.outbox.rescue(before)

    def count(self, state: DeliveryState) -> int:
        with self.store.read() as tx:
            return tx.outbox.count(state)

    def refresh(self, *task_ids: int, now: datetime = MONDAY) -> None:
        with self.store.begin() as tx:
            tx.outbox.refresh(task_ids, now)

    def task(self) -> int:
        """A task to hang cards on; the rows of its own opening are out of the way."""
        task_id = self.stage.task_id(self.stage.start())
        self.stage.deliver()
        return task_id


@pytest.fixture
def box(services: Services) -> Box:
    return Box(services)


def letter(key: str, chat_id: int = 1) -> NewDelivery:
    return NewDelivery(key, chat_id, None, RunSummary())


def card(key: str, task_id: int | None, chat_id: int = 1) -> NewDelivery:
    return NewDelivery(key, chat_id, None, TaskCard(), task_id=task_id, live=True)


def keys(claimed: list[Delivery]) -> list[str]:
    return [delivery.key for delivery in claimed]


# --- writing --------------------------------------------------------------------------------


def test_a_row_is_claimed_as_it_was_written(box: Box) -> None:
    sari = box.stage.id_of(SARI)
    notice = Reply("done", {"what": "snoozed", "n": 1, "yes": True, "none": None})
    box.put(NewDelivery("k", 7, sari, notice, silent=True))
    (found,) = box.claim()
    assert (found.key, found.chat_id, found.person_id, found.notice) == ("k", 7, sari, notice)
    assert (found.silent, found.live, found.message_id, found.tries) == (True, False, None, 0)
    assert (found.created_at, found.maybe_repeated) == (MONDAY, False)


def test_the_same_fact_is_told_once(box: Box) -> None:
    box.put(letter("summary:1:9"), letter("summary:1:9", chat_id=2))
    box.put(letter("summary:1:9"))
    (found,) = box.claim()
    box.sent(found)
    box.put(letter("summary:1:9"))
    assert box.claim() == []
    assert box.count(DeliveryState.TERKIRIM) == 1


def test_nothing_to_put_is_nothing(box: Box) -> None:
    box.put()
    assert box.claim() == []


# --- live cards -----------------------------------------------------------------------------


def test_a_live_card_that_is_told_again_replaces_what_was_there(box: Box) -> None:
    box.put(card("menu:9", None))
    (first,) = box.claim()
    box.sent(first, 501)
    box.put(NewDelivery("menu:9", 1, None, CommandMenu(), live=True))
    (again,) = box.claim()
    assert (again.id, again.message_id, again.notice) == (first.id, 501, CommandMenu())


def test_a_card_is_shown_anew_when_its_task_changes(box: Box) -> None:
    task = box.task()
    box.put(card("a", task), card("b", task, chat_id=2), letter("c", chat_id=3))
    for claimed in box.claim():
        box.sent(claimed, 500 + claimed.chat_id)
    box.refresh(task, 4711)
    edits = [c for c in box.claim() if c.chat_id in (1, 2, 3)]
    assert [(e.key, e.message_id) for e in edits] == [("a", 501), ("b", 502)]


def test_an_unsent_card_is_sent_once_however_often_it_changes(box: Box) -> None:
    task = box.task()
    box.put(card("a", task))
    box.refresh(task)
    box.refresh(task)
    (found,) = box.claim(busy=tuple(p.chat_id for p in CAST))
    assert found.message_id is None
    box.sent(found)
    assert box.claim(busy=tuple(p.chat_id for p in CAST)) == []


def test_a_card_that_changes_while_it_is_being_sent_is_edited_afterwards(box: Box) -> None:
    task = box.task()
    box.put(card("a", task))
    (claimed,) = box.claim()
    box.refresh(task)
    # It is still being sent: nobody else may take it.
    assert "a" not in keys(box.claim())
    box.sent(claimed, 501)
    edit = next(c for c in box.claim() if c.key == "a")
    assert edit.message_id == 501
    box.sent(edit, None)
    assert "a" not in keys(box.claim())


def test_an_edit_keeps_the_message_it_edits(box: Box) -> None:
    task = box.task()
    box.put(card("a", task))
    (claimed,) = box.claim()
    box.sent(claimed, 501)
    for _ in range(2):
        box.refresh(task)
        edit = next(c for c in box.claim() if c.key == "a")
        assert edit.message_id == 501
        box.sent(edit, None)


def test_a_card_put_aside_as_out_of_date_comes_back_when_it_is_true_again(box: Box) -> None:
    task = box.task()
    box.put(card("a", task))
    (claimed,) = box.claim()
    with box.store.begin() as tx:
        tx.outbox.give_up(claimed, DeliveryState.USANG, None, MONDAY)
    box.refresh(task)
    assert "a" not in keys(box.claim())
    box.put(card("a", task))
    assert "a" in keys(box.claim())


# --- order ----------------------------------------------------------------------------------


def test_each_chat_s_rows_go_out_one_by_one_in_order(box: Box) -> None:
    box.put(letter("a1"), letter("a2"), letter("b1", 2), letter("a3"))
    first = box.claim()
    assert keys(first) == ["a1", "b1"]
    assert box.claim() == []
    box.sent(first[0])
    assert keys(box.claim()) == ["a2"]


def test_at_most_so_many_are_claimed_and_busy_chats_are_left_alone(box: Box) -> None:
    box.put(*(letter(f"k{n}", n) for n in range(1, 6)))
    assert keys(box.claim(most=2, busy=(1, 3))) == ["k2", "k4"]
    assert keys(box.claim()) == ["k1", "k3", "k5"]


def test_a_row_that_waits_to_be_tried_again_holds_up_its_own_chat_alone(box: Box) -> None:
    box.put(letter("a1"), letter("a2"), letter("b1", 2))
    a1, _ = box.claim()
    box.retry(a1, MONDAY + 5 * SECOND)
    assert box.claim(MONDAY + 4 * SECOND) == []
    assert keys(box.claim(MONDAY + 5 * SECOND)) == ["a1"]


def test_after_five_failures_a_row_steps_aside_for_the_others(box: Box) -> None:
    box.put(letter("a1"), letter("a2"))
    now = MONDAY
    for _ in range(STEPS_ASIDE_AFTER):
        (failing,) = box.claim(now)
        assert failing.key == "a1"
        now += 5 * SECOND
        box.retry(failing, now)
    now -= SECOND
    assert keys(box.claim(now)) == ["a2"]
    # Its own turn still comes.
    assert keys(box.claim(now + SECOND)) == ["a1"]


def test_a_pause_that_telegram_asks_for_is_no_failure(box: Box) -> None:
    box.put(letter("a1"), letter("a2"))
    for _ in range(STEPS_ASIDE_AFTER + 1):
        (claimed,) = box.claim()
        assert claimed.key == "a1"
        with box.store.begin() as tx:
            tx.outbox.release(claimed, MONDAY)
    (claimed,) = box.claim()
    with box.store.begin() as tx:
        tx.outbox.release(claimed, MONDAY + 30 * SECOND)
    assert box.claim(MONDAY + 29 * SECOND) == []


# --- new messages before changes ------------------------------------------------------------


def on_screen(box: Box, *chats: int) -> int:
    """A task whose cards stand on the screens of these chats and are out of date."""
    task = box.task()
    box.put(*(card(f"card{n}", task, n) for n in chats))
    while claimed := box.claim():
        for one in claimed:
            box.sent(one, 500 + one.chat_id)
    box.refresh(task)
    return task


def own(box: Box, most: int = 10) -> list[str]:
    """What is claimed for chats that are none of the cast's."""
    cast = tuple(player.chat_id for player in CAST)
    return keys(box.claim(most=most, busy=cast))


def test_new_messages_go_out_before_changes_of_what_stands_there(box: Box) -> None:
    on_screen(box, 1, 2, 3)
    box.put(letter("b", 2), letter("d", 4))
    assert own(box, most=2) == ["b", "d"]
    # What is left goes to changes, and none of a chat that has just got something new.
    assert own(box) == ["card1", "card2", "card3"]


def test_a_change_of_a_chat_never_stands_before_its_new_message(box: Box) -> None:
    on_screen(box, 1, 2)
    box.put(letter("a", 1))
    assert own(box) == ["a", "card2"]


def test_a_change_that_fails_holds_up_nothing_new(box: Box) -> None:
    on_screen(box, 1)
    (edit,) = (c for c in box.claim() if c.key == "card1")
    box.retry(edit, MONDAY + 9 * SECOND)
    box.put(letter("a1"), letter("a2"))
    assert own(box) == ["a1"]


def test_a_new_message_that_waits_to_be_tried_again_holds_up_no_change(box: Box) -> None:
    task = on_screen(box, 1)
    box.put(letter("a1"), letter("a2"))
    (failing,) = (c for c in box.claim() if c.key == "a1")
    box.retry(failing, MONDAY + 9 * SECOND)
    box.refresh(task)
    assert own(box) == ["card1"]
    assert own(box) == [], "a2 keeps its place behind a1"


def test_changes_of_one_chat_go_out_one_by_one_the_longest_waiting_first(box: Box) -> None:
    first = on_screen(box, 1)
    edited(box, MONDAY)
    other = box.stage.task_id(box.stage.start("renja"))
    box.stage.deliver()
    box.put(card("other", other), now=MONDAY - SECOND)
    box.sent(next(c for c in box.claim() if c.key == "other"), 900)
    box.refresh(other, now=MONDAY - SECOND)
    box.refresh(first)
    claimed = [c for c in box.claim(busy=tuple(p.chat_id for p in CAST)) if c.chat_id == 1]
    assert keys(claimed) == ["other"]
    box.sent(claimed[0], None)
    assert own(box) == ["card1"]


def test_a_menu_waits_for_messages_and_holds_up_none(box: Box) -> None:
    box.put(NewDelivery("menu:9", 1, None, CommandMenu(), live=True), letter("a"))
    (message,) = box.claim()
    assert message.key == "a"
    box.sent(message)
    (menu,) = box.claim()
    box.retry(menu, MONDAY + 9 * SECOND)
    box.put(letter("b"))
    assert own(box) == ["b"]


def test_there_is_something_to_claim_as_long_as_a_change_waits(box: Box) -> None:
    on_screen(box, 1)
    (edit,) = (c for c in box.claim() if c.key == "card1")
    with box.store.read() as tx:
        assert not tx.outbox.waiting(MONDAY)
    box.retry(edit, MONDAY + 9 * SECOND)
    with box.store.read() as tx:
        assert tx.outbox.next_due(MONDAY) == MONDAY + 9 * SECOND
        assert not tx.outbox.waiting(MONDAY + 8 * SECOND)
        assert tx.outbox.waiting(MONDAY + 9 * SECOND)


# --- cards in turn --------------------------------------------------------------------------

CROWD = 60


def crowd(box: Box) -> int:
    """A task whose card stands on sixty screens, up to date."""
    task = on_screen(box, *range(1, CROWD + 1))
    while claimed := box.claim(most=100):
        for one in claimed:
            box.sent(one, None)
    return task


def in_turn(box: Box, task: int, now: datetime = MONDAY, first: int | None = None) -> None:
    with box.store.begin() as tx:
        tx.outbox.refresh_in_turn(task, now, first)


def edited(box: Box, now: datetime) -> list[str]:
    """The keys of all edits that are due by now, which are made."""
    made = []
    while claimed := box.claim(now, most=100):
        made += keys(claimed)
        for one in claimed:
            box.sent(one, None, now)
    return made


def test_of_a_crowd_s_cards_ten_are_edited_at_once_and_then_five_a_second(box: Box) -> None:
    task = crowd(box)
    in_turn(box, task)
    times = [len(edited(box, MONDAY + n * SECOND)) for n in range(14)]
    assert times == [EDITS_AT_ONCE, 0, 0, *[EDITS_PER_SECOND] * 10, 1]
    with box.store.read() as tx:
        assert tx.outbox.next_due(MONDAY + 20 * SECOND) is None


def test_what_a_later_edit_makes_needless_is_never_sent(box: Box) -> None:
    task = crowd(box)
    made = 0
    for tenth in range(300):
        now = MONDAY + tenth * SECOND / 10
        in_turn(box, task, now)
        made += len(edited(box, now))
    # 300 changes on 60 screens were 18,000 edits.
    assert made <= EDITS_AT_ONCE + 30 * EDITS_PER_SECOND
    rest = edited(box, MONDAY + timedelta(minutes=1))
    assert len(rest) == len(set(rest)) <= CROWD + 1


def test_a_small_team_s_cards_are_edited_at_once(box: Box) -> None:
    task = on_screen(box, *range(1, EDITS_AT_ONCE))
    edited(box, MONDAY)
    in_turn(box, task)
    assert len(edited(box, MONDAY)) == EDITS_AT_ONCE


def test_who_acted_does_not_wait_for_their_turn(box: Box) -> None:
    task, sari = crowd(box), box.stage.id_of(SARI)
    hers = NewDelivery("hers", 900, sari, TaskCard(), task_id=task, live=True)
    box.put(hers)
    box.sent(next(c for c in box.claim() if c.key == "hers"), 1)
    in_turn(box, task)
    assert "hers" not in edited(box, MONDAY)
    in_turn(box, task, first=sari)
    assert edited(box, MONDAY) == ["hers"]


def test_a_card_that_waits_for_its_turn_keeps_it_and_a_change_of_all_comes_at_once(
    box: Box,
) -> None:
    task = crowd(box)
    in_turn(box, task)
    edited(box, MONDAY)
    in_turn(box, task, MONDAY + SECOND / 2)
    assert len(edited(box, MONDAY + 3 * SECOND)) == EDITS_PER_SECOND
    box.refresh(task, now=MONDAY + 3 * SECOND)
    assert len(edited(box, MONDAY + 3 * SECOND)) == CROWD + 1


def test_a_card_that_is_being_sent_waits_for_its_next_turn(box: Box) -> None:
    task = crowd(box)
    in_turn(box, task)
    claimed = box.claim(most=1)
    in_turn(box, task)
    box.sent(claimed[0], None)
    assert claimed[0].key not in edited(box, MONDAY + 9 * SECOND)
    assert claimed[0].key in edited(box, MONDAY + 19 * SECOND)


def test_a_card_that_was_never_sent_is_sent_without_waiting(box: Box) -> None:
    task = crowd(box)
    in_turn(box, task)
    box.put(card("new", task, 999))
    in_turn(box, task)
    assert "new" in edited(box, MONDAY)


def test_turns_of_a_clock_that_was_ahead_are_pulled_back(box: Box) -> None:
    task = crowd(box)
    in_turn(box, task, MONDAY + timedelta(days=2))
    with box.store.begin() as tx:
        assert tx.outbox.pull_back(MONDAY, timedelta(hours=1)) == CROWD + 1
    assert len(edited(box, MONDAY)) == CROWD + 1


# --- a message that nobody recorded ---------------------------------------------------------


def test_a_message_that_stands_there_already_is_edited(box: Box) -> None:
    task = box.task()
    for _ in range(2):
        with box.store.begin() as tx:
            tx.outbox.adopt(card("copy:1:77", task), 77, MONDAY)
    (edit,) = (c for c in box.claim() if c.key == "copy:1:77")
    assert (edit.message_id, edit.live) == (77, True)
    box.sent(edit, None)
    box.refresh(task)
    assert "copy:1:77" in keys(box.claim())


def test_a_message_that_the_outbox_knows_is_left_as_it_is(box: Box) -> None:
    box.put(letter("a"))
    box.sent(box.claim()[0], 77)
    with box.store.begin() as tx:
        tx.outbox.adopt(card("copy:1:77", None), 77, MONDAY)
    assert box.claim() == []


# --- leases ---------------------------------------------------------------------------------


def test_a_claimed_row_is_not_claimed_twice(box: Box) -> None:
    box.put(letter("a1"))
    assert len(box.claim()) == 1
    assert box.claim(MONDAY + LEASE - SECOND) == []


def test_a_lease_that_ran_out_is_taken_back_by_the_rescue_alone_and_flagged(box: Box) -> None:
    box.put(letter("a1"))
    box.claim()
    late = MONDAY + LEASE
    # Were it simply claimed again, nobody would know that it may come twice.
    assert box.claim(late) == []
    assert box.rescue(late) == 1
    (again,) = box.claim(late)
    assert again.maybe_repeated


def test_a_rescue_leaves_live_leases_alone(box: Box) -> None:
    box.put(letter("a1"))
    (claimed,) = box.claim()
    assert box.rescue(MONDAY + LEASE - SECOND) == 0
    box.sent(claimed)
    assert box.rescue(None) == 0


def test_whoever_wakes_up_alone_takes_back_every_lease(box: Box) -> None:
    box.put(letter("a1"), letter("b1", 2), letter("c1", 3))
    box.claim(most=2)
    assert box.rescue(None) == 2
    assert {c.key: c.maybe_repeated for c in box.claim()} == {
        "a1": True,
        "b1": True,
        "c1": False,
    }


def test_an_edit_that_is_rescued_cannot_come_twice(box: Box) -> None:
    task = box.task()
    box.put(card("a", task))
    box.sent(box.claim()[0], 501)
    box.refresh(task)
    assert "a" in keys(box.claim())
    box.rescue(None)
    edit = next(c for c in box.claim() if c.key == "a")
    assert not edit.maybe_repeated


@pytest.mark.parametrize(("maybe_sent", "flagged"), [(True, True), (False, False)])
def test_a_lost_answer_is_flagged_and_an_unmade_connection_is_not(
    box: Box, maybe_sent: bool, flagged: bool
) -> None:
    box.put(letter("a1"))
    (claimed,) = box.claim()
    box.retry(claimed, MONDAY, maybe_sent)
    (again,) = box.claim()
    assert (again.maybe_repeated, again.tries) == (flagged, 1)
    box.retry(again, MONDAY, maybe_sent=False)
    assert box.claim()[0].maybe_repeated is flagged


# --- what is put aside ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "state", [DeliveryState.USANG, DeliveryState.GAGAL, DeliveryState.TERTOLAK]
)
def test_what_is_put_aside_holds_up_nobody(box: Box, state: DeliveryState) -> None:
    box.put(letter("a1"), letter("a2"))
    (claimed,) = box.claim()
    with box.store.begin() as tx:
        tx.outbox.give_up(claimed, state, "sebab", MONDAY)
    assert keys(box.claim()) == ["a2"]
    assert box.count(state) == 1


def test_cards_refused_by_a_blocked_chat_are_revived_for_open_tasks(box: Box) -> None:
    budi = box.stage.id_of(BUDI)
    task, other = box.task(), box.stage.task_id(box.stage.start("renja"))
    box.stage.deliver()
    rows = [
        NewDelivery("open", 1, budi, TaskCard(), task_id=task, live=True),
        NewDelivery("over", 1, budi, TaskCard(), task_id=other, live=True),
        NewDelivery("letter", 1, budi, RunSummary(), task_id=task),
        NewDelivery("hers", 2, box.stage.id_of(SARI), TaskCard(), task_id=task, live=True),
    ]
    box.put(*rows)
    while claimed := box.claim():
        with box.store.begin() as tx:
            for one in claimed:
                tx.outbox.give_up(one, DeliveryState.TERTOLAK, "blocked", MONDAY)
    with box.store.begin() as tx:
        tx.outbox.revive(budi, [task], MONDAY)
    assert keys(box.claim()) == ["open"]


def test_an_edit_refused_by_a_blocked_chat_is_made_after_all(box: Box) -> None:
    # The card stands on a screen with buttons: it must not stay so, open task or not.
    budi, task = box.stage.id_of(BUDI), box.task()
    box.put(NewDelivery("over", 1, budi, TaskCard(), task_id=task, live=True))
    box.sent(box.claim()[0], 501)
    box.refresh(task)
    edit = next(c for c in box.claim() if c.key == "over")
    with box.store.begin() as tx:
        tx.outbox.give_up(edit, DeliveryState.TERTOLAK, "blocked", MONDAY)
        tx.outbox.revive(budi, [], MONDAY)
    (after,) = (c for c in box.claim() if c.key == "over")
    assert after.message_id == 501


def test_what_a_restored_copy_had_not_sent_waits_for_the_admin(box: Box) -> None:
    box.put(letter("a1"), letter("a2"), letter("b1", 2))
    box.sent(box.claim()[0])
    with box.store.begin() as tx:
        assert tx.outbox.hold() == 2
    assert box.claim(MONDAY + timedelta(days=9)) == []
    assert box.rescue(None) == 0
    with box.store.begin() as tx:
        assert tx.outbox.release_held(send=True, now=MONDAY) == 2
    assert keys(box.claim()) == ["a2", "b1"]


def test_the_admin_may_let_held_messages_go(box: Box) -> None:
    box.put(letter("a1"))
    with box.store.begin() as tx:
        tx.outbox.hold()
        assert tx.outbox.release_held(send=False, now=MONDAY) == 1
        assert tx.outbox.release_held(send=True, now=MONDAY) == 0
    assert box.claim() == []
    assert box.count(DeliveryState.USANG) == 1


# --- looking after itself -------------------------------------------------------------------


def test_when_the_next_row_may_be_tried(box: Box) -> None:
    with box.store.read() as tx:
        assert tx.outbox.next_due(MONDAY) is None
        assert not tx.outbox.waiting(MONDAY)
    box.put(letter("a1"), letter("b1", 2))
    a1, b1 = box.claim()
    box.retry(a1, MONDAY + 9 * SECOND)
    box.retry(b1, MONDAY + 4 * SECOND)
    box.put(letter("b2", 2))  # it is due, but waits behind the other
    with box.store.read() as tx:
        assert tx.outbox.next_due(MONDAY) == MONDAY + 4 * SECOND
        assert tx.outbox.next_due(MONDAY + 4 * SECOND) == MONDAY + 9 * SECOND
        assert tx.outbox.next_due(MONDAY + 9 * SECOND) is None
        assert not tx.outbox.waiting(MONDAY)
        assert tx.outbox.waiting(MONDAY + 4 * SECOND)
        assert not tx.outbox.waiting(MONDAY + 4 * SECOND, busy=(2,))


def test_what_an_outsider_was_answered_lately_is_counted(box: Box) -> None:
    box.put(letter("a1", 66), letter("a2", 66), letter("b1", 67))
    box.put(letter("a0", 66), now=MONDAY - timedelta(minutes=11))
    box.put(NewDelivery("a3", 66, box.stage.id_of(SARI), RunSummary()))
    box.put(card("copy:66:7", None, 66))
    with box.store.read() as tx:
        assert tx.outbox.recent(66, MONDAY - timedelta(minutes=10)) == 2


def test_old_rows_are_forgotten_but_not_cards_of_open_tasks_nor_what_waits(box: Box) -> None:
    task = box.task()
    box.put(card("open", task), card("done", None, 2), letter("waits", 3), letter("held", 4))
    for claimed in box.claim(busy=(3, 4)):
        box.sent(claimed)
    with box.store.begin() as tx:
        (held,) = tx.outbox.claim(MONDAY, LEASE, 1, (3,))
        tx.outbox.give_up(held, DeliveryState.DITAHAN, None, MONDAY)
        kept = tx.outbox.forget(MONDAY, [task])
        assert kept == 0
        tx.outbox.forget(MONDAY + SECOND, [task])
        assert tx.outbox.count(DeliveryState.DITAHAN) == 1
        # The menu or card of chat 2 is gone, and could be told anew.
        tx.outbox.put([card("done", None, 2)], MONDAY)
    again = box.claim()
    assert keys(again) == ["waits", "done"]
    assert again[1].message_id is None
    box.refresh(task)
    assert "open" in keys(box.claim())
