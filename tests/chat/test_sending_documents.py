"""A document on its way: made outside every transaction, one at a time, and never silently lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest_asyncio
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.chat.outcomes import Busy, PermanentError, Sent
from bot.chat.sender import ORDERS_AT_ONCE, Sender
from bot.clock import Clock
from bot.domain.documents import Document, Format
from bot.domain.notices import Reply
from bot.features import registry
from bot.features.feature import Texts
from bot.features.outbox import DocumentView, Outgoing
from bot.features.phrases import Phrases
from bot.localtelegram.server import Fail, LocalTelegram, Person
from bot.reports import RenderedFile
from bot.reports.rendering import RenderError
from tests.chat.test_sender import outgoing
from tests.features.samples.common import lakip_run, lakip_sop
from tests.features.samples.documents import report_of
from tests.offices import kantor

TOKEN = "7000000001:kawal-uji-kawal-uji-kawal-uji-kawal"

TEXTS = Texts(registry.live(), Phrases(kantor()))

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc00000"
    "030001018dd8db0000000049454e44ae426082"
)


@dataclass
class Press:
    """In the place of the renderer: makes what it is told, and counts who is at it."""

    paper: RenderedFile = field(default_factory=lambda: RenderedFile("laporan.pdf", b"%PDF-1.7"))
    broken: bool = False
    gate: threading.Event | None = None
    at_once: int = 0
    most: int = 0

    def __call__(self, document: Document, form: Format) -> RenderedFile:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            if self.gate is not None:
                assert self.gate.wait(10)
            if self.broken:
                raise RenderError("the renderer died (-9)")
            return self.paper
        finally:
            self.at_once -= 1


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram(token=TOKEN, now=Clock().now) as telegram:
        yield telegram


@pytest_asyncio.fixture
async def bot(telegram: LocalTelegram) -> AsyncIterator[Bot]:
    request = HTTPXRequest(httpx_kwargs={"verify": False})
    bot = Bot(TOKEN, base_url=f"{telegram.api_url}/bot", request=request)
    yield bot
    await request.shutdown()


def phone(telegram: LocalTelegram) -> Person:
    sari = telegram.person("~Sari~", user_id=101)
    sari.send("/start")
    return sari


def order(form: Format = Format.PDF) -> Outgoing:
    view = DocumentView(report_of(lakip_run(), lakip_sop()), form)
    return outgoing(view, notice=Reply("run_report", {"arg": "7", "format": form.value}))


async def test_the_chat_shows_that_it_is_under_way_and_then_has_the_file(
    bot: Bot, telegram: LocalTelegram
) -> None:
    sari = phone(telegram)
    result = await Sender(bot, TEXTS, Press()).deliver(order())
    assert result == Sent(sari.last.id)
    (action,) = telegram.log.requests("sendChatAction")
    assert action.params["action"] == "upload_document"
    assert sari.last.file is not None
    assert sari.last.file.name == "laporan.pdf"
    assert "Laporan pelaksanaan LAKIP" in sari.last.text


async def test_a_picture_is_sent_as_a_picture(bot: Bot, telegram: LocalTelegram) -> None:
    sari = phone(telegram)
    press = Press(RenderedFile("garis-waktu.png", PIXEL, picture=True))
    await Sender(bot, TEXTS, press).deliver(order(Format.PNG))
    assert sari.last.file is not None
    assert sari.last.file.kind == "photo"
    (action,) = telegram.log.requests("sendChatAction")
    assert action.params["action"] == "upload_photo"


async def test_a_failing_renderer_makes_the_delivery_impossible_and_sends_nothing(
    bot: Bot, telegram: LocalTelegram
) -> None:
    phone(telegram)
    result = await Sender(bot, TEXTS, Press(broken=True)).deliver(order())
    assert result == PermanentError("the renderer died (-9)")
    assert telegram.log.requests("sendDocument") == []


async def test_a_chat_action_that_fails_is_no_failure(bot: Bot, telegram: LocalTelegram) -> None:
    phone(telegram)
    telegram.fail("sendChatAction", how=Fail.SERVER_ERROR)
    assert isinstance(await Sender(bot, TEXTS, Press()).deliver(order()), Sent)


async def test_one_is_set_at_a_time_and_a_crowd_waits_in_the_outbox(
    bot: Bot, telegram: LocalTelegram
) -> None:
    phone(telegram)
    press = Press(gate=threading.Event())
    sender = Sender(bot, TEXTS, press)
    first = [asyncio.create_task(sender.deliver(order())) for _ in range(ORDERS_AT_ONCE)]
    await telegram.wait_until(
        lambda: len(telegram.log.requests("sendChatAction")) == ORDERS_AT_ONCE, what="the crowd"
    )
    assert isinstance(await sender.deliver(order()), Busy)
    assert press.gate is not None
    press.gate.set()
    assert all(isinstance(result, Sent) for result in await asyncio.gather(*first))
    assert press.most == 1
