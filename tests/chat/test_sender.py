"""The sender says in one word what became of a message, and is never wrong about "not sent"."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import cast

import httpx
import pytest
import pytest_asyncio
from telegram import Bot
from telegram.error import ChatMigrated, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.chat.outcomes import (
    Blocked,
    MessageGone,
    Migrated,
    PermanentError,
    RateLimited,
    Result,
    Sent,
    TemporaryError,
    classify_error,
)
from bot.chat.sender import Sender
from bot.clock import Clock
from bot.domain.notices import Reply
from bot.features import registry
from bot.features.answers import DoneView
from bot.features.feature import MenuView, Texts, View
from bot.features.outbox import Outgoing
from bot.features.phrases import Phrases
from bot.localtelegram.log import Request
from bot.localtelegram.server import Fail, LocalTelegram, Person
from bot.store.outbox import Delivery, DeliveryState
from tests.cast import MONDAY
from tests.offices import kantor
from tests.patience import SECONDS

TOKEN = "7000000001:kawal-uji-kawal-uji-kawal-uji-kawal"
VIEW = DoneView("question_left", {})
OTHER = DoneView("snoozed", {"until": MONDAY})
TEXTS = Texts(registry.live(), Phrases(kantor()))


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram(token=TOKEN, now=Clock().now) as telegram:
        yield telegram


@pytest_asyncio.fixture
async def bot(telegram: LocalTelegram) -> AsyncIterator[Bot]:
    request = HTTPXRequest(read_timeout=SECONDS, httpx_kwargs={"verify": False})
    bot = Bot(TOKEN, base_url=f"{telegram.api_url}/bot", request=request)
    try:
        yield bot
    finally:
        await request.shutdown()


@pytest.fixture
def sender(bot: Bot) -> Sender:
    return Sender(bot, TEXTS)


@pytest.fixture
def sari(telegram: LocalTelegram) -> Person:
    sari = telegram.person("~Sari~", user_id=101)
    sari.send("/start")
    return sari


def outgoing(view: View = VIEW, **changes: object) -> Outgoing:
    delivery = Delivery(
        id=1,
        key="reply:1",
        chat_id=101,
        person_id=None,
        notice=Reply("done", {}),
        run_id=None,
        task_id=None,
        live=False,
        silent=False,
        wanted=1,
        tries=0,
        message_id=None,
        created_at=MONDAY,
        maybe_repeated=False,
        state=DeliveryState.ANTRE,
        sent_at=None,
        next_at=MONDAY,
        error=None,
    )
    return Outgoing(replace(delivery, **changes), view)  # type: ignore[arg-type]


def edits(telegram: LocalTelegram) -> list[Request]:
    """The edits that Telegram was asked for, accepted or not."""
    return telegram.log.requests("editMessageText")


async def test_a_message_that_arrived_is_sent(sender: Sender, sari: Person) -> None:
    assert await sender.deliver(outgoing()) == Sent(sari.last.id)


async def test_a_quiet_message_makes_no_sound(
    sender: Sender, sari: Person, telegram: LocalTelegram
) -> None:
    await sender.deliver(outgoing(silent=True))
    await sender.deliver(outgoing())
    sounds = [r.params.get("disable_notification") for r in telegram.log.requests("sendMessage")]
    assert [str(sound).lower() for sound in sounds] == ["true", "false"]


@pytest.mark.parametrize(
    ("how", "maybe_sent", "offline"),
    [
        (Fail.SERVER_ERROR, False, False),  # Telegram says itself that it failed
        (Fail.BAD_GATEWAY, True, True),  # somebody between us, who cannot know
        (Fail.DROP_BEFORE, True, True),  # from here the two look the same
        (Fail.DROP_AFTER, True, True),
        (Fail.ERROR(401, "Unauthorized"), False, True),
    ],
    ids=["500", "502", "dropped before", "dropped after", "401"],
)
async def test_a_failure_that_may_pass(
    sender: Sender,
    sari: Person,
    telegram: LocalTelegram,
    how: Fail,
    maybe_sent: bool,
    offline: bool,
) -> None:
    telegram.fail("sendMessage", how=how)
    result = await sender.deliver(outgoing())
    assert isinstance(result, TemporaryError)
    assert (result.maybe_sent, result.offline) == (maybe_sent, offline)


async def test_where_nobody_listens_nothing_was_sent(
    sender: Sender, telegram: LocalTelegram
) -> None:
    await telegram.stop()
    result = await sender.deliver(outgoing())
    assert isinstance(result, TemporaryError)
    assert (result.maybe_sent, result.offline) == (False, True)


async def test_an_answer_that_does_not_come_may_mean_delivered(
    sari: Person, telegram: LocalTelegram
) -> None:
    gate = telegram.hold("sendMessage", "after")
    request = HTTPXRequest(read_timeout=1.0, httpx_kwargs={"verify": False})
    impatient = Bot(TOKEN, base_url=f"{telegram.api_url}/bot", request=request)
    sending = asyncio.create_task(Sender(impatient, TEXTS).deliver(outgoing()))
    await gate.reached()
    result = await sending
    gate.drop()
    await request.shutdown()
    assert isinstance(result, TemporaryError)
    assert result.maybe_sent
    assert sari.heard, "it was"


async def test_telegrams_request_to_wait_is_handed_on(
    sender: Sender, sari: Person, telegram: LocalTelegram
) -> None:
    telegram.fail("sendMessage", how=Fail.TOO_MANY(7))
    assert await sender.deliver(outgoing()) == RateLimited(timedelta(seconds=7))


async def test_people_who_cannot_be_reached(
    sender: Sender, sari: Person, telegram: LocalTelegram
) -> None:
    assert isinstance(await sender.deliver(outgoing(chat_id=404)), Blocked)
    telegram.person("~Budi~", user_id=102)
    assert isinstance(await sender.deliver(outgoing(chat_id=102)), Blocked), "never started"
    sari.block()
    assert isinstance(await sender.deliver(outgoing()), Blocked)
    sari.unblock()
    sari.deactivate()
    assert isinstance(await sender.deliver(outgoing()), Blocked)


async def test_what_telegram_will_never_take_is_impossible(
    sender: Sender, sari: Person, telegram: LocalTelegram
) -> None:
    telegram.fail("sendMessage", how=Fail.ERROR(400, "Bad Request: can't parse entities"))
    assert await sender.deliver(outgoing()) == PermanentError("Can't parse entities")


async def test_an_edit_that_changes_nothing_is_not_sent(
    sender: Sender, sari: Person, telegram: LocalTelegram
) -> None:
    first = await sender.deliver(outgoing())
    assert isinstance(first, Sent)
    again = outgoing(message_id=first.message_id)
    assert await sender.deliver(again) == Sent(None)
    await sender.put(101, TEXTS.render(VIEW), replace=first.message_id)
    assert not edits(telegram)
    # What a tap shows in place counts as well.
    await sender.put(101, TEXTS.render(OTHER), replace=first.message_id)
    assert await sender.deliver(replace(again, view=OTHER)) == Sent(None)
    assert len(edits(telegram)) == 1
    assert await sender.deliver(again) == Sent(None)
    assert len(edits(telegram)) == 2
    assert len(sari.heard) == 1


async def test_what_was_shown_before_a_restart_is_learned_from_telegram(
    sender: Sender, sari: Person, telegram: LocalTelegram, bot: Bot
) -> None:
    first = await sender.deliver(outgoing())
    assert isinstance(first, Sent)
    after, again = Sender(bot, TEXTS), outgoing(message_id=first.message_id)
    assert await after.deliver(again) == Sent(None)
    assert await after.deliver(again) == Sent(None)
    (refused,) = edits(telegram)
    assert not refused.accepted


@pytest.mark.parametrize("how", [Fail.SERVER_ERROR, Fail.DROP_BEFORE, Fail.DROP_AFTER])
async def test_after_an_edit_that_failed_it_is_not_known_what_is_shown(
    sender: Sender, sari: Person, telegram: LocalTelegram, how: Fail
) -> None:
    first = await sender.deliver(outgoing())
    assert isinstance(first, Sent)
    before = sari.last.text
    telegram.fail("editMessageText", how=how)
    assert isinstance(
        await sender.deliver(outgoing(OTHER, message_id=first.message_id)), TemporaryError
    )
    # Back to what stood there before: whether it does is not known, so it is sent.
    assert await sender.deliver(outgoing(message_id=first.message_id)) == Sent(None)
    assert len(edits(telegram)) == 2
    assert sari.last.text == before


async def test_of_two_edits_at_once_nobody_knows_which_is_shown(
    sender: Sender, sari: Person, telegram: LocalTelegram
) -> None:
    first = await sender.deliver(outgoing())
    assert isinstance(first, Sent)
    gate = telegram.hold("editMessageText", "after")
    slow = asyncio.create_task(sender.deliver(outgoing(OTHER, message_id=first.message_id)))
    await gate.reached()
    other = asyncio.create_task(sender.put(101, TEXTS.render(VIEW), replace=first.message_id))
    await gate.reached(2)
    gate.release()
    await asyncio.gather(slow, other)
    await sender.put(101, TEXTS.render(VIEW), replace=first.message_id)
    assert len(edits(telegram)) == 3


async def test_an_edit_of_a_message_that_is_gone_is_not_tried_again_and_reported_to_nobody(
    sender: Sender, sari: Person, bot: Bot
) -> None:
    first = await sender.deliver(outgoing())
    assert isinstance(first, Sent)
    assert first.message_id is not None
    await bot.delete_message(101, first.message_id)
    result = await sender.deliver(outgoing(OTHER, message_id=first.message_id))
    assert isinstance(result, MessageGone)
    assert not sari.heard


async def test_a_screen_that_is_gone_is_shown_anew_to_who_asks_for_it(
    sender: Sender, sari: Person, bot: Bot
) -> None:
    await sender.show(101, VIEW)
    old = sari.last.id
    await bot.delete_message(101, old)
    await sender.put(101, TEXTS.render(OTHER), replace=old)
    assert len(sari.heard) == 1


async def test_a_menu_is_set_for_one_person(sender: Sender, sari: Person) -> None:
    view = MenuView((("mulai", "Memulai pelaksanaan sebuah prosedur"),))
    assert await sender.deliver(outgoing(view)) == Sent(None)
    assert list(sari.commands) == [("mulai", "Memulai pelaksanaan sebuah prosedur")]
    assert await sender.deliver(outgoing(replace(view, joined=False))) == Sent(None)
    assert not sari.commands


async def test_a_menu_that_is_too_long_gets_shorter_words(sender: Sender, sari: Person) -> None:
    entries = tuple((f"perintah_{n}", "x" * 250) for n in range(60))
    assert await sender.deliver(outgoing(MenuView(entries))) == Sent(None)
    assert [name for name, _ in sari.commands] == [name for name, _ in entries]


async def test_a_menu_that_telegram_still_refuses_gets_shorter_and_is_never_missing(
    sender: Sender, sari: Person, telegram: LocalTelegram
) -> None:
    refused = Fail.ERROR(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
    entries = tuple((f"perintah_{n}", "x" * 250) for n in range(60))
    telegram.fail("setMyCommands", how=refused, times=3)
    assert await sender.deliver(outgoing(MenuView(entries))) == Sent(None)
    assert 0 < len(sari.commands) < 60
    telegram.fail("setMyCommands", how=refused, times=None)
    assert isinstance(await sender.deliver(outgoing(MenuView(entries))), PermanentError)


async def test_words_that_cannot_be_made_stop_no_other_message(sender: Sender) -> None:
    nothing = cast(View, object())
    assert isinstance(await sender.deliver(outgoing(nothing)), PermanentError)


async def test_an_answer_of_telegrams_that_nobody_understands_sends_nothing_again() -> None:
    class Strange:
        async def send_message(self, *args: object, **more: object) -> None:
            raise KeyError("date")

    sender = Sender(cast(Bot, Strange()), TEXTS)
    result = await sender.deliver(outgoing())
    assert isinstance(result, PermanentError), "it may well have arrived: once more would be spam"


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (caused(TimedOut(), httpx.ConnectTimeout("")), (False, True)),
        (caused(TimedOut(), httpx.PoolTimeout("")), (False, True)),
        (caused(TimedOut(), httpx.ReadTimeout("")), (True, True)),
        (caused(TimedOut(), httpx.WriteTimeout("")), (True, True)),
        (caused(NetworkError("dns"), httpx.ConnectError("")), (False, True)),
        (caused(NetworkError("reset"), httpx.ReadError("")), (True, True)),
        (caused(TelegramError("Invalid server response"), ValueError("")), (True, True)),
        (NetworkError("Internal Server Error"), (False, False)),
    ],
    ids=["no route", "pool", "no answer", "cut", "no name", "reset", "a portal's page", "500"],
)
def test_only_what_never_left_was_surely_not_sent(
    error: TelegramError, expected: tuple[bool, bool]
) -> None:
    result = classify_error(error)
    assert isinstance(result, TemporaryError)
    assert (result.maybe_sent, result.offline) == expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RetryAfter(3), RateLimited(timedelta(seconds=3))),
        (RetryAfter(timedelta(seconds=3)), RateLimited(timedelta(seconds=3))),
        (ChatMigrated(-1), Migrated(-1)),
    ],
)
def test_other_words_of_telegrams(error: TelegramError, expected: Result) -> None:
    assert classify_error(error) == expected
