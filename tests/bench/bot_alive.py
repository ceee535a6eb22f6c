"""The running bot over HTTP: taps answered, the next person told, ready after, memory."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.clock import Clock
from bot.localtelegram.screen import Message
from bot.localtelegram.server import LocalTelegram, Person
from tests.bench.office import CAST, CHATS, PROJECT, office
from tests.bench.report import Row

TOKEN = "7000000001:kawal-uji-kawal-uji-kawal-uji-kawal"
RUNS = 20

Use = Callable[[LocalTelegram, dict[int, Person], float, int], Awaitable[tuple[Any, Any]]]


def measure() -> list[Row]:
    """Play LAKIP again and again against a bot that runs as `python -m bot run`."""
    return asyncio.run(_measure())


async def _measure() -> list[Row]:
    ready, memory = await _with_bot("bot", "run", use=_at_rest)
    answered, told = await _with_bot("tests.bench.unlimited", use=_play)
    return [
        Row("ready after start", f"{ready:.2f} s", "<= 1.5 s", ready <= 1.5),
        Row("memory of the bot (resident)", f"{memory:.0f} MB", "< 120 MB", memory < 120),
        Row("tap to answered, median", f"{statistics.median(answered) * 1e3:.1f} ms"),
        _p99("tap to answered, p99", answered, 50),
        Row("tap to the next person's message, median", f"{statistics.median(told) * 1e3:.1f} ms"),
        _p99("tap to the next person's message, p99", told, 200),
    ]


async def _with_bot(*module: str, use: Use) -> tuple[Any, Any]:
    """Start a bot on a fresh office, and let `use` measure it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with office(folder):
            pass
        async with LocalTelegram(token=TOKEN, now=Clock().now) as telegram:
            phones = {}
            for chat, person, _, _ in CAST:
                phones[chat] = telegram.person(person.split()[0], user_id=chat)
                phones[chat].send("/start")
            begun = time.perf_counter()
            bot = await spawn(telegram, folder, module)
            try:
                await telegram.wait_until(lambda: telegram.polled, timeout=30, what="a poll")
                ready = time.perf_counter() - begun
                await telegram.settled(quiet=0.5)
                return await use(telegram, phones, ready, bot.pid)
            except AssertionError as error:
                error.add_note((folder / "bot.log").read_text(encoding="utf-8"))
                raise
            finally:
                bot.terminate()
                await bot.wait()


async def _at_rest(
    telegram: LocalTelegram, phones: dict[int, Person], ready: float, pid: int
) -> tuple[float, float]:
    """Seconds until the first fetch, and megabytes after a run has been played."""
    phones[101].send("/mulai_lakip")
    await telegram.settled(quiet=0.5)
    return ready, _resident_mb(pid)


async def spawn(
    telegram: LocalTelegram, folder: Path, module: tuple[str, ...]
) -> asyncio.subprocess.Process:
    environment = {
        **os.environ,
        "BOT_TOKEN": TOKEN,
        "ADMIN_IDS": "101",
        "TELEGRAM_API_URL": telegram.api_url,
        "DATABASE_URL": f"sqlite:///{folder / 'kawal.db'}",
        "ARCHIVE_DIR": str(folder / "arsip"),
        "SOP_DIR": str(PROJECT / "sop_data"),
    }
    log = (folder / "bot.log").open("wb")
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", *module, cwd=PROJECT, env=environment, stderr=log
        )
    finally:
        log.close()


async def _play(
    telegram: LocalTelegram, phones: dict[int, Person], ready: float, pid: int
) -> tuple[list[float], list[float]]:
    """Seconds from each tap to its answer, and to the next person's card."""
    order = [CHATS[role] for role in ROLES]
    answered: list[float] = []
    told: list[float] = []
    for number in range(RUNS):
        phones[101].send(f"/mulai_lakip {2022 + number % 5}")
        for position, chat in enumerate(order):
            await telegram.wait_until(lambda c=chat: card_of(phones[c]) is not None)
            await telegram.settled()
            card = card_of(phones[chat])
            following = phones[order[position + 1]] if position + 1 < len(order) else None
            begun = time.perf_counter()
            tap = phones[chat].tap(card, 0)
            await tap.answered()
            answered.append(time.perf_counter() - begun)
            if following is not None:
                await telegram.wait_until(lambda f=following, c=card: card_of(f, c) is not None)
                told.append(time.perf_counter() - begun)
        await telegram.settled()
    return answered, told


def card_of(phone: Person, but: Message | None = None) -> Message | None:
    """The card that waits for this person's confirmation."""
    return next(
        (
            message
            for message in reversed(phone.heard)
            if message.buttons
            and message.buttons[0][0].data.startswith("ok:")
            and (but is None or message.id != but.id)
        ),
        None,
    )


ROLES = (
    "kepala_dinas",
    "tim",
    "kasubbag",
    "tim",
    "tim",
    "tim",
    "tim",
    "kasubbag",
    "sekretaris",
    "kepala_dinas",
)


def _p99(what: str, seconds: list[float], budget_ms: int) -> Row:
    worst = sorted(seconds)[max(0, int(len(seconds) * 0.99) - 1)] * 1e3
    return Row(what, f"{worst:.1f} ms", f"<= {budget_ms} ms", worst <= budget_ms)


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError("the system does not tell the memory of a process")
