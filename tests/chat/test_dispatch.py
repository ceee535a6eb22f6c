"""Dispatch: whatever Telegram does with an answer, what was asked is done, and the bot goes on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from telegram import Chat, Message, MessageEntity
from telegram.constants import ChatType

from bot.app import App
from bot.chat import dispatch
from bot.clock import Clock
from bot.features import free_text
from bot.features.feature import Words
from bot.features.work import Services
from bot.localtelegram.server import Fail, LocalTelegram, Person
from tests.cast import ADMIN, CAST, DEWI, MONDAY, SARI, Player, Stage
from tests.jobs.rig import HandClock
from tests.patience import SECONDS

TOKEN = "7000000001:kawal-uji-kawal-uji-kawal-uji-kawal"


class Office:
    """The cast at work, with the bot running on the local Telegram."""

    def __init__(self, services: Services, telegram: LocalTelegram) -> None:
        self.telegram = telegram
        self.stage = Stage(services, *CAST, ADMIN)
        self.clock = HandClock()
        self.app = App(services, TOKEN, telegram.api_url, self.clock, patience=0)
        self._task: asyncio.Task[None] | None = None

    def phone(self, player: Player) -> Person:
        return self.telegram.person(f"~{player.chat_id}~", user_id=player.chat_id)

    async def begin(self) -> None:
        for player in (*CAST, ADMIN):
            self.phone(player).send("/start")
        ready = asyncio.Event()
        self._task = asyncio.create_task(self.app.run(ready))
        await asyncio.wait_for(ready.wait(), SECONDS)
        await self.quiet()

    async def end(self) -> None:
        assert self._task is not None
        self.app.stop()
        await asyncio.wait_for(self._task, SECONDS)

    async def quiet(self) -> None:
        await self.telegram.wait_until(lambda: not self.telegram.pending, what="confirmation")
        await self.app.deliver.wait_idle()


@pytest_asyncio.fixture
async def office(sqlite_services: Services) -> AsyncIterator[Office]:
    async with LocalTelegram(token=TOKEN, now=Clock().now) as telegram:
        office = Office(sqlite_services, telegram)
        await office.begin()
        try:
            yield office
        finally:
            await office.end()


async def lakip(office: Office) -> Person:
    """LAKIP has begun; the phone of Ibu Dewi, who has its first card."""
    office.phone(SARI).send("/mulai_lakip")
    dewi = office.phone(DEWI)
    await dewi.wait_for("Membentuk Tim")
    await office.quiet()
    return dewi


@pytest.mark.parametrize(
    "how",
    [Fail.SERVER_ERROR, Fail.DROP_BEFORE, Fail.DROP_AFTER, Fail.TOO_MANY(3)],
    ids=["500", "dropped before", "dropped after", "429"],
)
async def test_a_tap_whose_answer_fails_is_done_all_the_same(office: Office, how: Fail) -> None:
    dewi = await lakip(office)
    fault = office.telegram.fail("answerCallbackQuery", how=how)
    dewi.tap(dewi.last, "Selesai")
    await office.quiet()
    assert fault.hits == 1
    assert office.stage.run(1).steps_done == 1
    assert "terjadi gangguan" not in dewi.transcript(), "nobody is told that it failed"


async def test_a_slow_answer_to_one_person_does_not_hold_up_the_others_for_long(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    dewi = await lakip(office)
    monkeypatch.setattr(dispatch, "LONGEST_WAIT", timedelta(milliseconds=50))
    gate = office.telegram.hold("answerCallbackQuery")
    dewi.tap(dewi.last, "Selesai")
    await gate.reached()
    sari = office.phone(SARI)
    before = sari.last
    office.clock.let_pass(3)  # or the speed limit of her chat would hold up the answer
    sari.send("/tugas")
    await sari.wait_for("tugas", after=before)
    gate.drop()


async def test_a_screen_that_cannot_be_shown_is_no_failure_of_what_was_asked(
    office: Office,
) -> None:
    sari = office.phone(SARI)
    sari.send("/pegawai")
    await sari.wait_for("Budi")
    await office.quiet()
    office.telegram.fail("editMessageText", how=Fail.SERVER_ERROR)
    office.telegram.fail("sendMessage", how=Fail.SERVER_ERROR)
    label = next(b.label for row in sari.last.buttons for b in row if "Budi" in b.label)
    tap = sari.tap(sari.last, label)
    await tap.answered()
    await office.quiet()
    assert "terjadi gangguan" not in sari.transcript()


async def test_an_unexpected_error_gives_a_number_and_the_bot_goes_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise LookupError("a bug")

    sari = office.phone(SARI)
    with monkeypatch.context() as patch:
        patch.setattr(free_text, "text", broken)
        sari.send("halo")
        await sari.wait_for("nomor")
    before = sari.last
    sari.send("/bantuan")
    await sari.wait_for("/tugas", after=before)


async def test_telling_of_an_error_may_itself_fail(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise LookupError("a bug")

    sari = office.phone(SARI)
    with monkeypatch.context() as patch:
        patch.setattr(free_text, "text", broken)
        fault = office.telegram.fail("sendMessage", how=Fail.SERVER_ERROR)
        sari.send("halo")
        await office.quiet()
    assert fault.hits == 1
    sari.send("/bantuan")
    await sari.wait_for("/tugas")


async def test_a_tap_answered_once_is_answered_no_second_time(office: Office) -> None:
    dewi = await lakip(office)
    tap = dewi.tap(dewi.last, "Selesai")
    await tap.answered()
    await office.quiet()
    assert len(office.telegram.log.requests("answerCallbackQuery")) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/mulai_lakip", ("mulai_lakip", ())),
        ("/MULAI_Lakip@kawal_uji_bot 2025", ("mulai_lakip", ("2025",))),
        ("/mulai_lakip   2025  lagi", ("mulai_lakip", ("2025", "lagi"))),
        ("/mulai_lakip\n2025", ("mulai_lakip", ("2025",))),
        ("/mulai_lakip-2024", ("mulai_lakip-2024", ())),
        ("/tugas.", ("tugas", ())),
        ("/undang, tim", ("undang", ("tim",))),
        ("/Batal@KAWAL_uji_bot!", ("batal", ())),
        ("/tugas@bot_lain", ("", ())),
        ("/hubungkan@bot_lain lakip", ("", ("lakip",))),
    ],
)
def test_a_command_is_read_as_people_write_it(
    text: str, expected: tuple[str, tuple[str, ...]]
) -> None:
    # Telegram marks letters, digits and underscores, at most 32, and the bot's name.
    marked = re.match("/[A-Za-z0-9_]{1,32}(@[A-Za-z0-9_]+)?", text)
    assert marked is not None
    marks = [MessageEntity(MessageEntity.BOT_COMMAND, 0, marked.end())]
    said = Message(1, MONDAY, Chat(101, ChatType.PRIVATE), text=text, entities=marks)
    assert dispatch.typed_command(said, "kawal_uji_bot") == Words(*expected)


def test_a_code_that_telegram_does_not_mark_is_read_to_the_blank() -> None:
    said = Message(1, MONDAY, Chat(101, ChatType.PRIVATE), text=f"/mulai_{'a' * 40} 2025")
    typed = dispatch.typed_command(said, "kawal_uji_bot")
    assert typed == Words(f"mulai_{'a' * 40}", ("2025",))
