"""A document of 20 MB on its way into the archive: how long it takes, and how much memory."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path

from bot.clock import Clock
from bot.localtelegram.screen import Message
from bot.localtelegram.server import LocalTelegram, Person
from tests.bench.bot_alive import TOKEN, spawn
from tests.bench.office import CAST, office
from tests.bench.report import Row

SIZE = 20 * 1024 * 1024
HEAD_OF_OFFICE = 105
OWNER = 101


def measure() -> list[Row]:
    """Let the Kepala Dinas attach the largest file there may be."""
    return asyncio.run(_measure())


async def _measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with office(folder):
            pass
        async with LocalTelegram(token=TOKEN, now=Clock().now) as telegram:
            phones = {c: telegram.person(n.split()[0], user_id=c) for c, n, _, _ in CAST}
            for phone in phones.values():
                phone.send("/start")
            bot = await spawn(telegram, folder, ("bot", "run"))
            try:
                await telegram.wait_until(lambda: telegram.polled, timeout=30, what="a poll")
                await telegram.settled(quiet=0.5)
                phones[OWNER].send("/mulai_lakip")
                await telegram.settled(quiet=0.5)
                boss = phones[HEAD_OF_OFFICE]
                # What the first file of all brings with it is no cost of a large one.
                await _attach(boss, boss.last, b"kecil", "kecil.pdf")
                before = _peak_mb(bot.pid)
                seconds = await _attach(boss, _card(boss), os.urandom(SIZE), "besar.pdf")
                grown = _peak_mb(bot.pid) - before
            finally:
                bot.terminate()
                await bot.wait()
    return [
        Row("20 MB document: additional memory", f"{grown:.1f} MB", "< 20 MB", grown < 20),
        Row("20 MB document: sent to kept", f"{seconds:.2f} s"),
    ]


def _card(person: Person) -> Message:
    return next(m for m in person.heard if any("Lampirkan" in label for label in m.labels))


async def _attach(person: Person, card: Message, data: bytes, name: str) -> float:
    """Send it in reply to the card; seconds until the receipt is on the screen."""
    begun = time.perf_counter()
    person.attach(data, name, reply_to=card)
    await person.wait_for(lambda m: "Sudah dilampirkan" in m.text and name in m.text, timeout=60)
    return time.perf_counter() - begun


def _peak_mb(pid: int) -> float:
    """The most memory that a process has ever had resident."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
