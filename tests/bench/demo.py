"""The demo: usable after, a message's way into the phone, and the page's size."""

from __future__ import annotations

import asyncio
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.async_api import Browser, expect

from bot.demo.page import STATIC
from tests.bench.office import PROJECT
from tests.bench.report import Row
from tests.demo.offices import on_air
from tests.demo_page.browser import chromium, in_a_tab, open_browser

MESSAGES = 20


_NEXT = """(known) => new Promise((found) => {
    const look = () => window.seen.length > known ? found(window.seen.at(-1)) : setTimeout(look, 2);
    look();
})"""
"""When the message behind so many that are known was seen, in milliseconds of this epoch."""


def measure() -> list[Row]:
    """Open the page as somebody does who types `make demo`, and watch messages arrive."""
    size = sum(file.stat().st_size for file in STATIC.iterdir())
    rows = [Row("the page's own files", f"{size / 1000:.1f} KB", "< 100 KB", size < 100_000)]
    executable = chromium()
    if executable is None:
        return [*rows, Row("the page in a browser", "no chromium")]
    return [*rows, *asyncio.run(_measure(executable))]


async def _measure(executable: str) -> list[Row]:
    async with open_browser(executable) as browser:
        usable = await _usable(browser)
        delays = await _delays(browser)
    worst = max(delays) * 1e3
    return [
        Row("page usable after kawal demo", f"{usable:.2f} s", "<= 3 s", usable <= 3),
        Row("sent to seen in the phone, median", f"{statistics.median(delays) * 1e3:.1f} ms"),
        Row(f"sent to seen, worst of {MESSAGES}", f"{worst:.1f} ms", "<= 100 ms", worst <= 100),
    ]


async def _usable(browser: Browser) -> float:
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0"]
    begun = time.perf_counter()
    demo = await asyncio.create_subprocess_exec(*command, cwd=PROJECT, stdout=subprocess.PIPE)
    try:
        assert demo.stdout is not None
        address = (await demo.stdout.readline()).decode().strip().removeprefix("Kantor contoh: ")
        async with in_a_tab(browser, address) as tab:
            await expect(tab.locator("#phone-101 textarea")).to_be_enabled()
            return time.perf_counter() - begun
    finally:
        demo.send_signal(signal.SIGINT)
        await demo.wait()


async def _delays(browser: Browser) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        async with on_air(Path(folder)) as air, in_a_tab(browser, air.address) as tab:
            await tab.evaluate(
                """() => {
                    window.seen = [];
                    new MutationObserver((changes) => requestAnimationFrame(() => {
                        for (const change of changes) for (const node of change.addedNodes)
                            if (node.matches('.bubble.in')) window.seen.push(Date.now());
                    })).observe(document.querySelector('#phone-101 .log'), {childList: true});
                }"""
            )
            sari, delays = air.phone(101), []
            for number in range(MESSAGES):
                with sari.watch() as changes:
                    sari.send("/tugas")
                    async for change in changes:
                        message = sari.message(change.message_id or 0)
                        if change.kind == "message" and message and message.from_bot:
                            sent = time.time()
                            break
                delays.append(await tab.evaluate(_NEXT, number) / 1000 - sent)
            return delays
