"""The running bot over HTTP: taps answered, the next person told, ready after, memory."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bot.demo.telegram import LocalTelegram, Person
from tests.bench.office import CAST, CHATS, PROJECT, office
from tests.bench.report import Row

TOKEN = "7000000001:kawal-uji-kawal-uji-kawal-uji-kawal"
RUNS = 20


def measure() -> list[Row]:
    """Play LAKIP again and again against a bot that runs as `python -m bot run`."""
    return asyncio.run(_measure())


async def _measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with office(folder):
            pass
        async with LocalTelegram(token=TOKEN) as telegram:
            phones = {}
            for chat, person, _, _ in CAST:
                phones[chat] = telegram.person(person.split()[0], user_id=chat)
                phones[chat].send("/start")
            begun = time.perf_counter()
            bot = await _spawn(telegram, folder)
            try:
                await telegram.wait_until(lambda: telegram.polled, timeout=30, what="a poll")
                ready = time.perf_counter() - begun
                await telegram.settled()
                answered, told = await _play(telegram, phones)
                memory = _resident_mb(bot.pid)
            except AssertionError as error:
                error.add_note((folder / "bot.log").read_text(encoding="utf-8"))
                raise
            finally:
                bot.terminate()
                await bot.wait()
    return [
        Row("ready after start", f"{ready:.2f} s", "<= 1.5 s", ready <= 1.5),
        Row("tap to answered, median", f"{statistics.median(answered) * 1e3:.1f} ms"),
        _p99("tap to answered, p99", answered, 50),
        Row("tap to the next person's message, median", f"{statistics.median(told) * 1e3:.1f} ms"),
        _p99("tap to the next person's message, p99", told, 200),
        Row("memory of the bot (resident)", f"{memory:.0f} MB", "< 120 MB", memory < 120),
    ]


async def _spawn(telegram: LocalTelegram, folder: Path) -> asyncio.subprocess.Process:
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
            sys.executable, "-m", "bot", "run", cwd=PROJECT, env=environment, stderr=log
        )
    finally:
        log.close()


async def _play(
    telegram: LocalTelegram, phones: dict[int, Person]
) -> tuple[list[float], list[float]]:
    """Seconds from each tap to its answer, and to the next person's card."""
    sari = phones[101]
    order = [CHATS[role] for role in _ROLES]
    answered: list[float] = []
    told: list[float] = []
    for number in range(RUNS):
        before = {chat: len(phone.heard) for chat, phone in phones.items()}
        sari.send(f"/mulai_lakip {2022 + number % 5}")
        await telegram.settled()
        if len(phones[order[0]].heard) == before[order[0]]:
            # A run of that year is under way or was: the bot asks first.
            sari.tap(sari.last, 0)
            await telegram.settled()
        for position, chat in enumerate(order):
            card = phones[chat].last
            following = phones[order[position + 1]] if position + 1 < len(order) else None
            heard = len(following.heard) if following else 0
            begun = time.perf_counter()
            tap = phones[chat].tap(card, 0)
            await tap.answered()
            answered.append(time.perf_counter() - begun)
            if following is not None:
                await telegram.wait_until(lambda f=following, h=heard: len(f.heard) > h)
                told.append(time.perf_counter() - begun)
            # A person reads before the next tap; Telegram's one message a second and chat
            # is the bot's to keep, not part of what is measured.
            await telegram.settled(timeout=60)
    return answered, told


_ROLES = (
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
