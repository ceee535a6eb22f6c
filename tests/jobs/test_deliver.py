"""Deliver: each chat in its order, chats beside each other, nothing lost on the way."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.chat.outcomes import Blocked, PermanentError, RateLimited, Sent, TemporaryError
from bot.chat.rate_limit import RateLimiter
from bot.domain.notices import PersonUnreachable
from bot.features import outbox
from bot.features.work import Services
from bot.jobs.transfers import Deliver
from bot.store import StoreUnavailableError
from bot.store.outbox import DeliveryState
from tests.cast import ADMIN, BUDI, SARI, Stage
from tests.jobs.rig import Post, rows, soon
from tests.patience import SECONDS

TERKIRIM, ANTRE, GAGAL = DeliveryState.TERKIRIM, DeliveryState.ANTRE, DeliveryState.GAGAL
NO_ROUTE = TemporaryError("no route", maybe_sent=False, offline=True)


async def test_one_persons_messages_arrive_in_the_order_in_which_they_were_written(
    sqlite_services: Services,
) -> None:
    async with Post(sqlite_services) as post:
        held = post.sender.hold(101)
        post.write("a", "b", "c")
        await held.reached.wait()
        assert post.sender.keys == ["a"]
        held.answer.set_result(Sent(1))
        await post.rested()
        assert post.sender.keys == ["a", "b", "c"]


async def test_a_slow_chat_does_not_hold_up_another(sqlite_services: Services) -> None:
    async with Post(sqlite_services) as post:
        held = post.sender.hold(101)
        post.write("for Bu Sari", chat=101)
        await held.reached.wait()
        post.write("for Pak Budi", chat=102)
        await soon(lambda: post.row("for Pak Budi").state is TERKIRIM, "Pak Budi has his")
        assert post.row("for Bu Sari").state is ANTRE
        held.answer.set_result(Sent(1))
        await post.rested()
        assert post.row("for Bu Sari").message_id == 1


async def test_rest_means_that_nothing_is_under_way(sqlite_services: Services) -> None:
    async with Post(sqlite_services) as post:
        held = post.sender.hold(101)
        post.write("a")
        await held.reached.wait()
        resting = asyncio.create_task(post.job.wait_idle())
        await asyncio.sleep(0)
        assert not resting.done()
        held.answer.set_result(Sent(1))
        await asyncio.wait_for(resting, SECONDS)
        assert post.row("a").state is TERKIRIM


async def test_stopping_lets_what_is_claimed_come_to_its_end_and_claims_nothing_more(
    sqlite_services: Services,
) -> None:
    async with Post(sqlite_services) as post:
        held = post.sender.hold(101)
        post.write("under way", "next")
        await held.reached.wait()
        ending = asyncio.create_task(post.end())
        await asyncio.sleep(0)
        assert not ending.done()
        held.answer.set_result(Sent(7))
        await asyncio.wait_for(ending, SECONDS)
        assert post.row("under way").message_id == 7
        assert post.row("next").state is ANTRE
        assert not post.row("next").leased


@pytest.mark.parametrize("turns", range(6))
async def test_an_end_that_meets_a_wake_up_is_not_lost(
    sqlite_services: Services, turns: int
) -> None:
    post = Post(sqlite_services)
    running = asyncio.create_task(post.job.run())
    await soon(lambda: bool(post.job._woken._waiters), "it waits for a wake-up")
    post.job.wake()
    for _ in range(turns):
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait({running}, timeout=SECONDS)
    assert running.cancelled()
    post.worker.close()


async def test_a_send_that_does_not_end_is_left_to_the_next_start(
    sqlite_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Deliver, "finish_within", 0)
    async with Post(sqlite_services) as post:
        held = post.sender.hold(101)
        post.write("stuck")
        await held.reached.wait()
        await asyncio.wait_for(post.end(), SECONDS)
        assert held.answer.cancelled()
        assert post.row("stuck").leased
        outbox.rescue(sqlite_services, None)
        assert post.row("stuck").maybe_repeated


async def test_telegrams_request_to_wait_rests_the_chat_and_is_no_failed_try(
    sqlite_services: Services,
) -> None:
    async with Post(sqlite_services) as post:
        post.sender.next_for(101, RateLimited(timedelta(seconds=30)))
        post.write("a")
        await post.rested()
        row = post.row("a")
        assert (row.state, row.tries, row.leased) == (ANTRE, 0, False)
        assert row.next_at == post.clock.now() + timedelta(seconds=30)
        post.clock.let_pass(29)
        await post.settled()
        assert len(post.sender.tried) == 1
        post.clock.let_pass(1)
        await post.settled()
        assert post.row("a").state is TERKIRIM


async def test_an_error_of_telegrams_is_tried_again_later_and_later(
    sqlite_services: Services,
) -> None:
    async with Post(sqlite_services) as post:
        for tries, longest in ((1, 1.2), (2, 2.4), (3, 4.8)):
            post.sender.next_for(101, TemporaryError("500", maybe_sent=False, offline=False))
            if tries == 1:
                post.write("a")
            await post.settled()
            assert post.row("a").tries == tries
            ahead = (post.row("a").next_at - post.clock.now()).total_seconds()
            assert longest * 0.6 < ahead <= longest
            post.clock.let_pass(longest)
        await post.settled()
        row = post.row("a")
        assert (row.state, row.tries, row.maybe_repeated) == (TERKIRIM, 0, False)


async def test_a_send_that_may_have_arrived_is_flagged_when_it_is_tried_again(
    sqlite_services: Services,
) -> None:
    async with Post(sqlite_services) as post:
        post.sender.next_for(101, TemporaryError("timed out", maybe_sent=True, offline=True))
        post.write("a")
        await post.rested()
        post.clock.let_pass(10)
        await post.settled()
        assert post.row("a").state is TERKIRIM
        assert post.row("a").maybe_repeated


async def test_while_telegram_cannot_be_reached_nobody_loses_a_try_or_their_turn(
    sqlite_services: Services,
) -> None:
    async with Post(sqlite_services) as post:
        post.sender.next_for(101, *[NO_ROUTE] * 20)
        post.sender.next_for(102, *[NO_ROUTE] * 20)
        post.write("first", "second", chat=101)
        post.write("Pak Budi's", chat=102)
        await post.settled()
        for _ in range(15):
            post.clock.let_pass(60)
            await post.settled()
        assert post.row("first").tries == 0
        assert "second" not in post.sender.keys
        assert not any(row.maybe_repeated for row in rows(sqlite_services).values())


async def test_an_outage_is_probed_ever_more_rarely(sqlite_services: Services) -> None:
    async with Post(sqlite_services) as post:
        post.sender.next_for(101, *[NO_ROUTE] * 9)
        post.write("a")
        await post.rested()
        pauses = []
        while len(post.sender.tried) < 8:
            tried, pause = len(post.sender.tried), 0
            while len(post.sender.tried) == tried:
                post.clock.let_pass(1)
                await post.settled()
                pause += 1
            pauses.append(pause)
        assert pauses == [1, 2, 4, 8, 16, 32, 60]


async def test_when_telegram_answers_again_everybody_is_written_to_at_once(
    sqlite_services: Services,
) -> None:
    async with Post(sqlite_services) as post:
        post.sender.next_for(101, NO_ROUTE)
        post.sender.next_for(102, NO_ROUTE)
        post.write("a", "b", chat=101)
        post.write("c", chat=102)
        await post.settled()
        post.job.telegram_answers()
        await post.rested()
        assert {row.state for row in rows(sqlite_services).values()} == {TERKIRIM}
        assert [key for key in post.sender.keys if key != "c"] == ["a", "a", "b"]


async def test_somebody_who_blocked_the_bot_holds_up_nobody(sqlite_services: Services) -> None:
    stage = Stage(sqlite_services)
    async with Post(sqlite_services) as post:
        run_id = stage.start()
        stage.advance(run_id, 2)
        post.sender.next_for(BUDI.chat_id, Blocked("Forbidden: bot was blocked by the user"))
        await post.settled()
        card = next(r for r in rows(sqlite_services).values() if r.chat_id == BUDI.chat_id)
        assert card.state is DeliveryState.TERTOLAK
        told = [t.delivery.notice for t in post.sender.tried if t.delivery.chat_id == SARI.chat_id]
        assert any(isinstance(notice, PersonUnreachable) for notice in told)


async def test_a_message_that_cannot_be_sent_is_put_aside_and_the_admin_hears_of_it(
    sqlite_services: Services,
) -> None:
    Stage(sqlite_services, ADMIN, SARI)
    async with Post(sqlite_services) as post:
        post.sender.next_for(SARI.chat_id, PermanentError("can't parse entities"))
        post.write("poison", "next", chat=SARI.chat_id)
        await post.rested()
        assert post.row("poison").state is GAGAL
        assert post.row("next").state is TERKIRIM
        heard = [t.delivery.chat_id for t in post.sender.tried if "failing" in t.delivery.key]
        assert heard == [ADMIN.chat_id]


async def test_a_database_that_is_away_for_a_moment_stops_nothing(
    sqlite_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, away = outbox.claim, [True] * 4

    def sometimes(*args: object) -> object:
        if away and away.pop():
            raise StoreUnavailableError("database is locked")
        return claim(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "claim", sometimes)
    async with Post(sqlite_services) as post:
        post.write("a")
        while away:
            post.job.wake()
            await asyncio.sleep(0)
        await post.settled()
        assert post.row("a").state is TERKIRIM


async def test_a_result_that_cannot_be_recorded_keeps_its_lease_and_is_flagged_later(
    sqlite_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*args: object) -> None:
        raise StoreUnavailableError("disk full")

    async with Post(sqlite_services) as post:
        with monkeypatch.context() as patch:
            patch.setattr(outbox, "sent", cannot)
            post.write("a")
            await post.rested()
        assert post.row("a").leased
        post.clock.let_pass(outbox.LEASE.total_seconds())
        assert outbox.rescue(sqlite_services, post.clock.now()) == 1
        await post.settled()
        row = post.row("a")
        assert (row.state, row.maybe_repeated) == (TERKIRIM, True)
        assert post.sender.keys == ["a", "a"]


async def test_a_lease_that_runs_out_while_the_send_goes_on_does_not_send_it_twice(
    sqlite_services: Services,
) -> None:
    async with Post(sqlite_services) as post:
        held = post.sender.hold(101)
        post.write("a")
        await held.reached.wait()
        post.clock.let_pass(3600)  # the computer slept
        outbox.rescue(sqlite_services, post.clock.now())
        post.job.wake()
        post.write("elsewhere", chat=102)
        await soon(lambda: post.row("elsewhere").state is TERKIRIM, "the sender has looked")
        held.answer.set_result(Sent(1))
        await post.rested()
        assert post.sender.keys.count("a") == 1
        assert post.row("a").state is TERKIRIM


async def test_the_speed_limit_holds_back_only_what_is_beyond_it(sqlite_services: Services) -> None:
    async with Post(
        sqlite_services, RateLimiter(per_second=1000, chat_burst=2, chat_per_second=1)
    ) as post:
        post.write("a", "b", "c")
        await post.rested()
        assert post.sender.keys == ["a", "b"]
        post.write("x", chat=102)
        await post.rested()
        assert post.sender.keys == ["a", "b", "x"]
        post.clock.let_pass(1)
        await post.settled()
        assert post.sender.keys == ["a", "b", "x", "c"]


async def test_a_fault_of_our_own_ends_the_job_with_its_error(
    sqlite_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise LookupError("a bug")

    monkeypatch.setattr(outbox, "claim", broken)
    with pytest.raises(LookupError, match="a bug"):
        await Post(sqlite_services).job.run()
