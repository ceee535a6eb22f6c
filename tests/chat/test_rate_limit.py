"""Telegram's speed limits, with a time that only the test moves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.rate_limit import RateLimiter

SARI, BUDI, RINA = 101, 102, 103


def send_all(rate_limiter: RateLimiter, chats: list[int], now: float) -> int:
    """Send one message after the other to these chats as long as the pace allows it."""
    sent = 0
    for chat in chats:
        if rate_limiter.room(now) < 1 or chat in rate_limiter.resting(now):
            break
        rate_limiter.spend(chat, now)
        sent += 1
    return sent


def test_at_most_twenty_five_go_out_at_once_however_many_chats_there_are() -> None:
    rate_limiter = RateLimiter()
    assert send_all(rate_limiter, list(range(1, 1000)), 1000.0) == 25


def test_a_second_later_as_many_go_out_again_and_never_more() -> None:
    rate_limiter, sent = RateLimiter(), 0
    for tenth in range(101):
        sent += send_all(
            rate_limiter, list(range(tenth * 1000, tenth * 1000 + 100)), 1000.0 + tenth / 10
        )
    assert 25 * 10 <= sent <= 25 * 11


def test_one_chat_may_have_five_at_once_and_then_one_a_second() -> None:
    rate_limiter = RateLimiter()
    assert send_all(rate_limiter, [SARI] * 20, 1000.0) == 5
    assert send_all(rate_limiter, [SARI] * 20, 1000.9) == 0
    assert send_all(rate_limiter, [SARI] * 20, 1001.0) == 1
    assert send_all(rate_limiter, [SARI] * 20, 1004.0) == 3


def test_a_chat_that_was_left_alone_may_have_five_at_once_again() -> None:
    rate_limiter = RateLimiter()
    assert send_all(rate_limiter, [SARI] * 20, 1000.0) == 5
    assert send_all(rate_limiter, [SARI] * 20, 1060.0) == 5


def test_a_chat_at_its_limit_holds_up_nobody_else() -> None:
    rate_limiter = RateLimiter()
    send_all(rate_limiter, [SARI] * 20, 1000.0)
    assert rate_limiter.resting(1000.0) == {SARI}
    assert send_all(rate_limiter, [BUDI], 1000.0) == 1


def test_a_chat_that_telegram_wants_left_alone_rests_and_the_others_go_on() -> None:
    rate_limiter = RateLimiter()
    rate_limiter.rest(SARI, 30, 1000.0)
    assert rate_limiter.resting(1029.9) == {SARI}
    assert rate_limiter.room(1000.0) == 25
    assert rate_limiter.resting(1030.0) == set()


def test_when_a_second_chat_is_told_to_wait_meanwhile_all_rest() -> None:
    rate_limiter = RateLimiter()
    rate_limiter.rest(SARI, 30, 1000.0)
    rate_limiter.rest(BUDI, 10, 1005.0)
    assert rate_limiter.room(1014.9) == 0
    assert rate_limiter.room(1015.0) > 0


def test_two_chats_told_one_after_the_other_are_no_reason_for_all_to_rest() -> None:
    rate_limiter = RateLimiter()
    rate_limiter.rest(SARI, 5, 1000.0)
    rate_limiter.rest(BUDI, 5, 1005.0)
    assert rate_limiter.room(1005.0) > 0


def test_the_same_chat_told_twice_is_no_reason_for_all_to_rest() -> None:
    rate_limiter = RateLimiter()
    rate_limiter.rest(SARI, 5, 1000.0)
    rate_limiter.rest(SARI, 5, 1001.0)
    assert rate_limiter.room(1001.0) > 0


def test_where_nobody_waits_there_is_no_next_change() -> None:
    rate_limiter = RateLimiter()
    assert rate_limiter.next_change(1000.0) is None
    rate_limiter.spend(SARI, 1000.0)
    assert rate_limiter.next_change(1000.0) is None


def test_it_remembers_nobody_for_longer_than_needed() -> None:
    rate_limiter = RateLimiter()
    for chat in range(10_000):
        rate_limiter.spend(chat, 1000.0 + chat)
    rate_limiter.resting(20_000.0)
    assert not rate_limiter._drained_at


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int, float]]:
    """Sends, rests and pauses in any order: what, to whom, and a number of seconds."""
    step = st.tuples(
        st.sampled_from(["send", "send", "send", "rest", "pass"]),
        st.integers(1, 4),
        st.floats(0.001, 40),
    )
    return draw(st.lists(step, max_size=60))


@given(histories())
def test_who_waits_for_the_next_change_can_send_again_in_the_end(
    history: list[tuple[str, int, float]],
) -> None:
    rate_limiter, now = RateLimiter(), 1000.0
    for what, chat, seconds in history:
        if what == "pass":
            now += seconds
        elif what == "rest":
            rate_limiter.rest(chat, seconds, now)
        elif rate_limiter.room(now) >= 1 and chat not in rate_limiter.resting(now):
            rate_limiter.spend(chat, now)
    for chat in range(1, 5):
        waited = 0
        while rate_limiter.room(now) < 1 or chat in rate_limiter.resting(now):
            change = rate_limiter.next_change(now)
            assert change is not None, "somebody waits for ever"
            now += change + 1e-6
            waited += 1
            assert waited < 100, "going round without getting on"


@given(histories())
def test_no_history_lets_more_out_than_telegram_takes(
    history: list[tuple[str, int, float]],
) -> None:
    rate_limiter, now = RateLimiter(), 1000.0
    sends: list[tuple[float, int]] = []
    for what, chat, seconds in history * 4:
        if what == "pass":
            now += seconds / 10
        elif what == "send":
            while rate_limiter.room(now) >= 1 and chat not in rate_limiter.resting(now):
                rate_limiter.spend(chat, now)
                sends.append((now, chat))
    for at, chat in sends:
        within = [c for t, c in sends if at <= t < at + 1]
        assert len(within) <= 50  # a full bucket and what drips into it meanwhile
        assert within.count(chat) <= 5 + 1


def test_a_group_gets_at_most_twenty_messages_in_any_minute() -> None:
    rate_limiter = RateLimiter(per_second=1000)
    group, sent, now = -1001, [], 0.0
    while now < 180:
        rate_limiter.room(now)
        if group not in rate_limiter.resting(now):
            rate_limiter.spend(group, now)
            sent.append(now)
        now += 0.25
    assert max(sum(at <= later < at + 60 for later in sent) for at in sent) <= 20
    assert len(sent) > 50, "and is not starved"
