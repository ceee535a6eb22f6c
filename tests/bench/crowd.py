"""Two hundred staf of one unit confirm a step one after the other while another run goes on."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable
from itertools import pairwise
from pathlib import Path

from telegram import Bot

from bot.clock import Clock
from bot.domain.people import Address
from bot.domain.run import Capacity
from bot.features.work import Services
from bot.localtelegram.people import Person
from bot.localtelegram.server import LocalTelegram
from tests.bench.bot_alive import ROLES, TOKEN, card_of, spawn
from tests.bench.office import CAST, CHATS, MONDAY, office
from tests.bench.report import Row

STAF = 200
PER_SECOND = 3
FIRST_CHAT = 1000
HEAD = CHATS["sekretaris"] + 100
"""The chat of the head of the unit, who gets the next step."""

LONGEST = 2.0
"""Seconds that an answer and the next person's card may take."""

EDITS = 2 * STAF + 5 * STAF // PER_SECOND + 10 + 50
"""Each card shows the own confirmation and the end of the step. Between them cards are edited in
turn: ten at once, then five a second (`bot.store.outbox`). Fifty are left to the other run."""


def measure() -> list[Row]:
    """The longest waits for an answer and for the next card, and the edits."""
    return asyncio.run(_measure())


async def _measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with office(folder) as services:
            chats = _employ(services)
        async with LocalTelegram(token=TOKEN, now=Clock().now) as telegram:
            phones = {chat: telegram.person(f"~{chat}~", user_id=chat) for chat in chats}
            for phone in phones.values():
                phone.send("/start")
            async with Bot(TOKEN, base_url=f"{telegram.api_url}/bot") as client:
                await client.delete_webhook(drop_pending_updates=True)
            bot = await spawn(telegram, folder, ("bot", "run"))
            try:
                await telegram.wait_until(lambda: telegram.polled, timeout=30, what="a poll")
                return await _play(telegram, phones)
            except AssertionError as error:
                error.add_note((folder / "bot.log").read_text(encoding="utf-8"))
                raise
            finally:
                bot.terminate()
                await bot.wait()


def _employ(services: Services) -> list[int]:
    """Everybody's chat: the cast's, the head's, and the crowd's."""
    crowd = range(FIRST_CHAT, FIRST_CHAT + STAF)
    with services.store.begin() as tx:
        for chat, role in ((HEAD, "kasi"), *((chat, "staf") for chat in crowd)):
            person = tx.people.welcome(chat, MONDAY, admin=False)
            tx.people.set_name(person, f"Pegawai {chat}")
            tx.people.set_address(person, Address.IBU)
            tx.people.grant(person, role, "umum", Capacity.DEFINITIF, MONDAY)
    return [*(chat for chat, *_ in CAST), HEAD, *crowd]


async def _play(telegram: LocalTelegram, phones: dict[int, Person]) -> list[Row]:
    crowd = [phone for chat, phone in phones.items() if chat >= FIRST_CHAT]
    phones[CHATS["kasubbag"]].send("/mulai_tapkin_staf 2026")
    phones[CHATS["kasubbag"]].send("/mulai_lakip 2025")
    for phone in crowd:
        await telegram.wait_until(lambda p=phone: card_of(p) is not None, timeout=60)
    await telegram.settled(quiet=1)
    telegram.log.clear()
    other = asyncio.create_task(_other_run(telegram, phones))
    answers: list[asyncio.Task[float]] = []
    begun = time.perf_counter()
    for number, phone in enumerate(crowd):
        await asyncio.sleep(begun + number / PER_SECOND - time.perf_counter())
        tap = phone.tap(card_of(phone), 0)
        answers.append(asyncio.create_task(_seconds(tap.answered())))
    last = time.perf_counter()
    await telegram.wait_until(lambda: card_of(phones[HEAD]) is not None, timeout=60)
    told = [time.perf_counter() - last, *await other]
    answered = await asyncio.gather(*answers)
    await telegram.settled(quiet=2)
    open_cards = sum(card_of(phone) is not None for phone in crowd)
    edits = telegram.log.requests("editMessageText")
    refused = sum(not edit.accepted for edit in edits)
    return [
        _longest(f"{STAF} staf, {PER_SECOND} a second: tap to answered, longest", answered),
        _longest("  tap to the next person's card, longest", told),
        Row("  edits of cards", f"{len(edits)}", f"<= {EDITS}", len(edits) <= EDITS),
        Row("  edits that Telegram refused", f"{refused}", "0", refused == 0),
        Row("  cards left open", f"{open_cards}", "0", open_cards == 0),
    ]


async def _other_run(telegram: LocalTelegram, phones: dict[int, Person]) -> list[float]:
    """LAKIP goes on meanwhile; seconds from each confirmation to the next person's card."""
    told = []
    chats = [CHATS[role] for role in ROLES]
    for chat, following in pairwise(chats):
        await asyncio.sleep(STAF / PER_SECOND / len(chats))
        card, after = card_of(phones[chat]), phones[following]
        begun = time.perf_counter()
        phones[chat].tap(card, 0)
        await telegram.wait_until(lambda a=after, c=card: card_of(a, c) is not None, timeout=60)
        told.append(time.perf_counter() - begun)
    return told


async def _seconds(event: Awaitable[object]) -> float:
    begun = time.perf_counter()
    await event
    return time.perf_counter() - begun


def _longest(what: str, seconds: list[float]) -> Row:
    longest = max(seconds)
    return Row(what, f"{longest:.2f} s", f"<= {LONGEST:.0f} s", longest <= LONGEST)
