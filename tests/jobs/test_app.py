"""The app: what it does when a part of it, Telegram or the database goes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
import pytest_asyncio
from telegram.error import InvalidToken, TelegramError

from bot import app as app_module
from bot.app import App, LockLostError
from bot.chat.rate_limit import RateLimiter
from bot.clock import Clock
from bot.domain.notices import Reply
from bot.features import outbox, upkeep
from bot.features.work import Services
from bot.jobs.scheduler import Scheduler
from bot.localtelegram.server import Fail, LocalTelegram
from bot.store import StoreUnavailableError
from bot.store.outbox import NewDelivery
from tests.cast import ADMIN, SARI, Stage
from tests.jobs.rig import HandClock, rows, soon
from tests.patience import SECONDS

TOKEN = "7000000001:kawal-uji-kawal-uji-kawal-uji-kawal"


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram(token=TOKEN, now=Clock().now) as telegram:
        yield telegram


def make(
    services: Services, telegram: LocalTelegram, *, token: str = TOKEN, ours: bool = True
) -> App:
    rate_limiter = RateLimiter(per_second=1e6, chat_burst=10**6, chat_per_second=1e6)
    return App(
        services,
        token,
        telegram.api_url,
        HandClock(),
        rate_limiter=rate_limiter,
        patience=0,
        still_ours=None if ours else lambda: False,
    )


@asynccontextmanager
async def alive(app: App) -> AsyncIterator[asyncio.Task[None]]:
    """The app, running; stopped at the end if it has not ended by itself."""
    ready = asyncio.Event()
    task = asyncio.create_task(app.run(ready))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        yield task
    finally:
        app.stop()
        await asyncio.wait({task}, timeout=SECONDS)
        assert task.done(), "the app does not end"


async def test_a_sender_that_dies_ends_the_bot_so_that_a_supervisor_starts_it_anew(
    sqlite_services: Services, telegram: LocalTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make(sqlite_services, telegram)
    async with alive(app) as task:

        def broken(*args: object) -> None:
            raise LookupError("a bug in the sender")

        monkeypatch.setattr(outbox, "claim", broken)
        app.deliver.wake()
        with pytest.raises(LookupError, match="a bug in the sender"):
            await asyncio.wait_for(asyncio.shield(task), SECONDS)


async def test_a_bot_that_lost_the_database_to_another_ends(
    sqlite_services: Services, telegram: LocalTelegram
) -> None:
    async with alive(make(sqlite_services, telegram, ours=False)) as task:
        with pytest.raises(LockLostError):
            await asyncio.wait_for(asyncio.shield(task), SECONDS)


async def test_an_unknown_token_ends_the_bot(
    sqlite_services: Services, telegram: LocalTelegram
) -> None:
    wrong = TOKEN.replace("kawal", "salah")
    async with alive(make(sqlite_services, telegram, token=wrong)) as task:
        with pytest.raises(InvalidToken):
            await asyncio.wait_for(asyncio.shield(task), SECONDS)


async def test_a_log_in_page_of_the_network_is_waited_out_at_the_start(
    sqlite_services: Services, telegram: LocalTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make(sqlite_services, telegram)
    bot = app.application.bot
    get_me, pages = bot.get_me, [True, True]

    async def behind_a_portal() -> object:
        if pages and pages.pop():
            error = InvalidToken("Not Found (404). Parsing the server response failed")
            raise error from TelegramError("Invalid server response")
        return await get_me()

    monkeypatch.setattr(type(bot), "get_me", lambda self: behind_a_portal())
    async with alive(app) as task:
        await telegram.wait_until(lambda: telegram.polled, what="the bot to fetch updates")
        assert not task.done()


async def test_a_database_that_does_not_answer_at_the_start_ends_the_bot(
    sqlite_services: Services, telegram: LocalTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object) -> None:
        raise StoreUnavailableError("no such host")

    monkeypatch.setattr(upkeep, "wake_up", away)
    app = make(sqlite_services, telegram)
    app.worker._patience = ()
    with pytest.raises(StoreUnavailableError):
        await app.run()
    app.worker.close()


async def test_the_bot_starts_while_telegram_is_down_and_works_when_it_is_back(
    sqlite_services: Services, telegram: LocalTelegram
) -> None:
    Stage(sqlite_services)
    sari = telegram.person("~Sari~", user_id=SARI.chat_id)
    sari.send("/bantuan")
    port = int(telegram.api_url.rpartition(":")[2])
    await telegram.stop()
    app = make(sqlite_services, telegram)
    task = asyncio.create_task(app.run())
    await soon(lambda: bool(_away(sqlite_services)), "the bot has noticed")
    await telegram.start(port)
    await sari.wait_for("Kawal SOP")
    assert not _away(sqlite_services)
    app.stop()
    await asyncio.wait_for(task, SECONDS)


async def test_stopping_while_telegram_is_down_does_not_wait_for_it(
    sqlite_services: Services, telegram: LocalTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "TIMEOUT", 3_600.0)
    app = make(sqlite_services, telegram)
    gate = telegram.hold("getMe")
    task = asyncio.create_task(app.run())
    await gate.reached()
    app.stop()
    await asyncio.wait_for(task, SECONDS)
    gate.drop()


async def test_a_menu_that_telegram_refuses_keeps_nobody_waiting(
    sqlite_services: Services, telegram: LocalTelegram
) -> None:
    telegram.fail("setMyCommands", how=Fail.ERROR(400, "Bad Request: too long"), times=None)
    async with alive(make(sqlite_services, telegram)) as task:
        await telegram.wait_until(lambda: telegram.polled, what="the bot to fetch updates")
        assert not task.done()


async def test_an_outage_of_telegrams_is_told_to_the_admin_when_it_is_over(
    sqlite_services: Services, telegram: LocalTelegram
) -> None:
    Stage(sqlite_services, ADMIN)
    yusuf = telegram.person("~Yusuf~", user_id=ADMIN.chat_id)
    app = make(sqlite_services, telegram)
    async with alive(app):
        yusuf.send("/bantuan")
        await yusuf.wait_for("Kawal SOP")
        telegram.down()
        await soon(lambda: bool(_away(sqlite_services)), "the bot has noticed")
        assert isinstance(app.clock, HandClock)
        app.clock.let_pass(3600)
        telegram.up()
        await yusuf.wait_for("1 jam")


async def test_every_task_has_ended_when_the_bot_has(
    sqlite_services: Services, telegram: LocalTelegram
) -> None:
    before = {task for task in asyncio.all_tasks() if "telegram" not in repr(task)}
    async with alive(make(sqlite_services, telegram)):
        pass
    await telegram.stop()
    left = {t for t in asyncio.all_tasks() - before if not t.done()}
    assert not left


async def test_a_tick_that_is_under_way_when_the_bot_stops_does_no_harm(
    sqlite_services: Services, telegram: LocalTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    app = make(sqlite_services, telegram)
    async with alive(app) as task:
        scheduler: Scheduler = app.scheduler
        for _ in range(5):
            scheduler.wake()
        app.stop()
        await asyncio.wait_for(asyncio.shield(task), SECONDS)
    assert not [r for r in caplog.records if r.levelname in ("ERROR", "CRITICAL")]


def _away(services: Services) -> str:
    with services.store.read() as tx:
        mark = tx.keyvalues.get(upkeep.AWAY)
    return mark.value if mark else ""


async def test_what_was_waiting_when_telegram_went_away_arrives_when_it_is_back(
    sqlite_services: Services, telegram: LocalTelegram
) -> None:
    Stage(sqlite_services)
    sari = telegram.person("~Sari~", user_id=SARI.chat_id)
    sari.send("/start")
    app = make(sqlite_services, telegram)
    port = int(telegram.api_url.rpartition(":")[2])
    async with alive(app):
        await sari.wait_for("Kawal SOP")
        await telegram.wait_until(lambda: not telegram.pending, what="confirmation")
        await app.deliver.wait_idle()
        await telegram.stop()
        await soon(lambda: bool(_away(sqlite_services)), "the bot has noticed")
        with sqlite_services.store.begin() as tx:
            reply = Reply("help", {})
            tx.outbox.put(
                [NewDelivery(key, SARI.chat_id, None, reply) for key in ("a", "b")],
                app.clock.now() - timedelta(minutes=1),
            )
        app.deliver.wake()
        await telegram.start(port)
        # What was never under way when Telegram went away comes once, and counts no try.
        await soon(
            lambda: (
                [
                    (rows(sqlite_services)[key].state, rows(sqlite_services)[key].tries)
                    for key in "ab"
                ]
                == [("terkirim", 0)] * 2
            ),
            "both are recorded as sent",
        )
        assert len(sari.heard) >= 3
