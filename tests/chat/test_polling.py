"""Polling: nothing is confirmed before it was handled, and nobody waits for somebody else."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import pytest
from telegram import Bot, Chat, Message, Update, User
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter

from bot.chat.polling import AWAY_AFTER, Poller, TokenInUseError
from tests.cast import MONDAY
from tests.patience import SECONDS

SARI, BUDI, RINA = 101, 102, 103
RIVAL = "terminated by other getUpdates request"


def said(update_id: int, who: int) -> Update:
    """A text from somebody."""
    chat, user = Chat(who, Chat.PRIVATE), User(who, f"~{who}~", is_bot=False)
    message = Message(update_id, MONDAY, chat, from_user=user, text="halo")
    return Update(update_id, message=message)


class TelegramOfThisTest:
    """Answers fetches as told, one after the other; then holds them open."""

    def __init__(self) -> None:
        self.fetches: list[dict[str, Any]] = []
        self.webhooks_deleted = 0
        self.idle = asyncio.Event()
        self._script: deque[list[Update] | Exception] = deque()
        self._more = asyncio.Event()

    def then(self, *outcomes: list[Update] | Exception) -> None:
        """What the next fetches come to."""
        self._script.extend(outcomes)
        self.idle.clear()
        self._more.set()

    async def get_updates(self, **params: Any) -> list[Update]:
        self.fetches.append(params)
        if "limit" in params:
            return []
        while not self._script:
            self._more.clear()
            self.idle.set()
            await self._more.wait()
        outcome = self._script.popleft()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def delete_webhook(self) -> None:
        self.webhooks_deleted += 1

    @property
    def offsets(self) -> list[int | None]:
        return [fetch["offset"] for fetch in self.fetches]


class Office:
    """An intake with people who write to it, and a clock moved by hand."""

    def __init__(self) -> None:
        self.telegram = TelegramOfThisTest()
        self.handled: list[int] = []
        self.handling: dict[int, Callable[[], Awaitable[None]]] = {}
        self.told: list[str] = []
        self.seconds = 1000.0
        self.after_each_fetch = 0.0
        self.poller = Poller(
            cast(Bot, self.telegram),
            self._handle,
            monotonic=self._monotonic,
            on_away=self._away,
            on_back=self._back,
            patience=0,
        )

    async def idle(self) -> None:
        """Wait until everything that Telegram has was fetched and handled."""
        await asyncio.wait_for(self.telegram.idle.wait(), SECONDS)

    def _monotonic(self) -> float:
        self.seconds += self.after_each_fetch
        return self.seconds

    async def _handle(self, update: Update) -> None:
        if update.update_id in self.handling:
            await self.handling[update.update_id]()
        self.handled.append(update.update_id)

    async def _away(self, silence: float) -> None:
        self.told.append(f"away for {silence:.0f} s")

    async def _back(self) -> None:
        self.told.append("back")


@asynccontextmanager
async def at_work(office: Office) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(office.poller.run())
    try:
        yield task
    finally:
        office.poller.stop()
        with suppress(TokenInUseError, InvalidToken):
            await asyncio.wait_for(task, SECONDS)


async def handled(office: Office, count: int) -> None:
    """Let the event loop turn until so many updates were handled."""
    async with asyncio.timeout(SECONDS):
        while len(office.handled) < count:  # noqa: ASYNC110 # the handler sets no event
            await asyncio.sleep(0)


async def test_a_batch_is_confirmed_only_after_everything_in_it_was_handled() -> None:
    office = Office()
    go_on = asyncio.Event()
    office.handling[11] = lambda: cast(Awaitable[None], go_on.wait())
    office.telegram.then([said(10, SARI), said(11, BUDI)])
    async with at_work(office):
        await handled(office, 1)
        assert office.telegram.offsets == [None]
        go_on.set()
        await office.idle()
        assert office.telegram.offsets == [None, 12]


async def test_one_persons_updates_keep_their_order_and_others_do_not_wait_for_them() -> None:
    office = Office()
    go_on = asyncio.Event()
    office.handling[10] = lambda: cast(Awaitable[None], go_on.wait())
    office.telegram.then([said(10, SARI), said(11, SARI), said(12, BUDI), said(13, RINA)])
    async with at_work(office):
        await handled(office, 2)
        assert office.handled == [12, 13]
        go_on.set()
        await office.idle()
        assert office.handled == [12, 13, 10, 11]


async def test_one_that_cannot_be_handled_stops_neither_the_batch_nor_the_bot() -> None:
    office = Office()

    async def bug() -> None:
        raise LookupError("a bug")

    office.handling[10] = bug
    office.telegram.then([said(10, SARI), said(11, SARI), said(12, BUDI)], [said(13, RINA)])
    async with at_work(office):
        await office.idle()
        assert sorted(office.handled) == [11, 12, 13]
        assert office.telegram.offsets == [None, 13, 14]


async def test_no_high_water_mark_is_kept_once_telegram_has_heard_it() -> None:
    office = Office()
    office.telegram.then([said(500_000_001, SARI)], [], [said(1001, BUDI)], [])
    async with at_work(office):
        await office.idle()
        assert office.telegram.offsets == [None, 500_000_002, None, 1002, None]
        assert office.handled == [500_000_001, 1001]


async def test_what_was_handled_stays_to_be_confirmed_while_telegram_does_not_answer() -> None:
    office = Office()
    office.telegram.then([said(10, SARI)], NetworkError("timed out"), RetryAfter(1), [])
    async with at_work(office):
        await office.idle()
        assert office.telegram.offsets == [None, 11, 11, 11, None]


async def test_stopping_in_a_long_poll_ends_it_and_confirms_nothing_unhandled() -> None:
    office = Office()
    async with at_work(office) as task:
        await office.idle()
        office.poller.stop()
        await asyncio.wait_for(task, SECONDS)
        assert office.telegram.offsets == [None]


async def test_stopping_while_a_batch_is_handled_finishes_it_and_then_confirms_it() -> None:
    office = Office()
    go_on = asyncio.Event()
    office.handling[10] = lambda: cast(Awaitable[None], go_on.wait())
    office.telegram.then([said(10, SARI), said(11, SARI)], [said(12, BUDI)])
    async with at_work(office) as task:
        await asyncio.sleep(0)
        office.poller.stop()
        await asyncio.sleep(0)
        assert not task.done()
        go_on.set()
        await asyncio.wait_for(task, SECONDS)
        assert office.handled == [10, 11]
        last = office.telegram.fetches[-1]
        assert (last["offset"], last["timeout"]) == (12, 0)


async def test_stopping_while_telegram_is_away_asks_it_nothing_more() -> None:
    office = Office()
    async with at_work(office) as task:
        office.telegram.then([said(10, SARI)], NetworkError("no route"))
        await office.idle()
        office.telegram.fetches.clear()
        office.telegram.then(*[NetworkError("no route")] * 2)
        await office.idle()
        asked = len(office.telegram.fetches)
        office.poller.stop()
        await asyncio.wait_for(task, SECONDS)
        assert len(office.telegram.fetches) == asked


async def test_telegram_going_away_and_coming_back_is_told_once_each() -> None:
    office = Office()
    office.telegram.then([])
    async with at_work(office):
        await office.idle()
        office.seconds += 100
        office.telegram.then(*[NetworkError("no route")] * (AWAY_AFTER + 4), [], [])
        office.telegram.fetches.clear()
        await office.idle()
        assert office.told == ["away for 100 s", "back"]
        waits = [fetch["timeout"] > 0 for fetch in office.telegram.fetches]
        assert waits == [False] * (AWAY_AFTER + 4) + [True, True], "it is looked for, not waited"


async def test_a_short_failure_is_no_news() -> None:
    office = Office()
    office.telegram.then(*[NetworkError("reset")] * (AWAY_AFTER - 1), [])
    async with at_work(office):
        await office.idle()
        assert office.told == []


async def test_telegrams_request_to_wait_is_no_failure() -> None:
    office = Office()
    office.telegram.then(*[RetryAfter(3)] * 5, [])
    async with at_work(office):
        await office.idle()
        assert office.told == []


async def test_a_predecessor_that_goes_away_in_time_is_waited_for() -> None:
    office = Office()
    office.after_each_fetch = 10
    office.telegram.then(*[Conflict(RIVAL)] * 5, [said(10, SARI)])
    async with at_work(office):
        await office.idle()
        assert office.handled == [10]


async def test_another_program_that_keeps_the_token_ends_the_bot() -> None:
    office = Office()
    office.after_each_fetch = 10
    office.telegram.then(*[Conflict(RIVAL)] * 10)
    with pytest.raises(TokenInUseError):
        await asyncio.wait_for(office.poller.run(), SECONDS)


async def test_two_bots_that_throw_each_other_out_notice_it_although_each_gets_something() -> None:
    office = Office()
    office.after_each_fetch = 5
    for _ in range(20):
        office.telegram.then(Conflict(RIVAL), [])
    with pytest.raises(TokenInUseError):
        await asyncio.wait_for(office.poller.run(), SECONDS)


async def test_a_bot_at_work_outlasts_a_newcomer_who_gives_way() -> None:
    office = Office()
    async with at_work(office):
        office.telegram.then([])
        await office.idle()
        office.seconds += 3600
        office.after_each_fetch = 10
        office.telegram.then(*[Conflict(RIVAL)] * 8, [said(10, SARI)])
        await office.idle()
        assert office.handled == [10]


async def test_a_quarrel_of_last_week_does_not_count_today() -> None:
    office = Office()
    async with at_work(office):
        for _ in range(5):
            office.telegram.then(Conflict(RIVAL), [])
            await office.idle()
            office.seconds += 86_400
        office.telegram.then([said(10, SARI)])
        await office.idle()
        assert office.handled == [10]


async def test_a_webhook_that_somebody_left_behind_is_removed() -> None:
    office = Office()
    office.telegram.then(Conflict("can't use getUpdates method while webhook is active"))
    office.telegram.then([said(10, SARI)])
    async with at_work(office):
        await office.idle()
        assert office.telegram.webhooks_deleted == 1
        assert office.handled == [10]


async def test_a_token_that_is_withdrawn_ends_the_bot() -> None:
    office = Office()
    office.telegram.then([], InvalidToken("Unauthorized"))
    with pytest.raises(InvalidToken):
        await asyncio.wait_for(office.poller.run(), SECONDS)


async def test_a_log_in_page_of_the_network_is_an_outage_and_no_unknown_token() -> None:
    office = Office()
    page = InvalidToken("Not Found (404). Parsing the server response failed")
    page.__cause__ = ValueError("no JSON")
    office.telegram.then(page, page, [said(10, SARI)])
    async with at_work(office):
        await office.idle()
        assert office.handled == [10]
