"""An office on the page, and a browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, async_playwright, expect
from playwright.async_api import Page as Tab

from bot.demo.office import Office
from tests.demo.offices import MONDAY, WIB, on_air
from tests.patience import SECONDS

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LAPTOP = {"width": 1280, "height": 800}
TELEPHONE = {"width": 390, "height": 780}

MILLISECONDS = SECONDS * 1_000
expect.set_options(timeout=MILLISECONDS)

LAKIP = (
    ("Ibu Dewi", "✅ Selesai"),
    ("Pak Budi", "✅ Selesai"),
    ("Bu Sari", "✅ Selesai"),
    ("Pak Budi", "✅ Selesai"),
    ("Bu Rina", "✅ Selesai"),
    ("Pak Budi", "✅ Selesai"),
    ("Bu Rina", "✅ Selesai"),
    ("Bu Sari", "✅ Setuju & paraf"),
    ("Pak Hadi", "✅ Setuju & paraf"),
    ("Ibu Dewi", "✍️ Sudah ditandatangani"),
)
"""Who taps what, from the first step to the signature."""


def chromium() -> str | None:
    """The system's Chromium, None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def require_chromium() -> str:
    """The system's Chromium; without one the test is skipped, or fails where it must not be."""
    found = chromium()
    if found is None and os.environ.get("KAWAL_REQUIRE_CHROMIUM"):
        pytest.fail("chromium is not on the PATH, and these tests must not be skipped")
    if found is None:
        pytest.skip("chromium is not on the PATH")
    return found


@asynccontextmanager
async def open_browser(executable: str) -> AsyncIterator[Browser]:
    """A browser without a screen."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, args=list(FLAGS), timeout=MILLISECONDS
        )
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Show:
    """An office whose page is open in a tab."""

    office: Office
    tab: Tab
    address: str

    def phone(self, name: str) -> Locator:
        """Somebody's phone, while it is on the page."""
        return self.tab.get_by_role("region", name=f"Telepon {name},")

    async def look_at(self, name: str) -> Locator:
        """Somebody's phone, brought onto the page if it is not there."""
        phone = self.phone(name)
        if not await phone.count():
            people = self.tab.get_by_role("navigation", name="Telepon yang ditampilkan")
            await people.get_by_role("button", name=name).click()
            await expect(phone).to_be_visible()
        return phone

    async def tap(self, name: str, label: str) -> None:
        """Tap the newest button with this label, and wait until the bot has answered."""
        phone = await self.look_at(name)
        key = phone.locator(".key", has_text=label).last
        await key.click()
        await expect(phone.locator(".key.waits")).to_have_count(0)

    async def card(self, step: int) -> Locator:
        """The button that confirms a step of LAKIP, on the phone of whoever is to press it."""
        who, label = LAKIP[step - 1]
        phone = await self.look_at(who)
        bubbles = phone.locator(".bubble.in").filter(has_text=f"Langkah {step} dari 10")
        key = bubbles.locator(".key", has_text=label).last
        await expect(key).to_be_visible()
        return key

    async def confirm(self, step: int) -> None:
        """Confirm a step of LAKIP, and wait until the card says so."""
        key = await self.card(step)
        await key.click()
        await expect(key).to_be_hidden()

    async def command(self, name: str, command: str) -> None:
        """Choose a command from somebody's menu."""
        phone = await self.look_at(name)
        await phone.get_by_role("button", name="Menu perintah").click()
        menu = phone.get_by_role("group", name="Perintah bot")
        await menu.get_by_role("button", name=re.compile(rf"^.{command}\b")).click()

    async def say(self, name: str, text: str) -> None:
        """Type a message and send it."""
        phone = await self.look_at(name)
        await phone.get_by_role("textbox").fill(text)
        await phone.get_by_role("button", name="Kirim", exact=True).click()

    async def sees(self, name: str, text: str) -> Locator:
        """Wait until the bot's newest message in a phone says this; that message, though another
        may come after it."""
        phone = await self.look_at(name)
        messages = phone.locator(".bubble.in")
        await expect(messages.last).to_contain_text(text)
        return messages.filter(has_text=text).last

    async def is_at_the_end(self, name: str) -> None:
        """Wait until a phone shows the end of its talk."""
        log = await (await self.look_at(name)).locator(".log").element_handle()
        await self.tab.wait_for_function(
            "log => log.scrollHeight - log.scrollTop - log.clientHeight < 2", arg=log
        )

    async def start_lakip(self) -> None:
        """Bu Sari starts the LAKIP of the year before, from her menu."""
        await self.command("Bu Sari", "mulai")
        await self.tap("Bu Sari", "LAKIP · 2025")
        await self.tap("Bu Sari", "Mulai")
        await self.sees("Bu Sari", "sudah dimulai")

    async def move(self, label: str) -> None:
        """Press one of the clock's buttons, and wait until the clock stands."""
        button = self.tab.get_by_role("button", name=label)
        await button.click()
        await expect(button).not_to_have_attribute("aria-busy", "true")


@asynccontextmanager
async def in_a_tab(
    browser: Browser, address: str, *, size: dict[str, int] = LAPTOP, dark: bool = False
) -> AsyncIterator[Tab]:
    """The page in a tab; every fault of a script is an error in the end."""
    faults: list[str] = []
    context = await browser.new_context(
        viewport=size,  # type: ignore[arg-type] # a dictionary of the right form
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(MILLISECONDS)
    try:
        tab = await context.new_page()
        tab.on("pageerror", lambda error: faults.append(str(error)))
        await tab.goto(address)
        await expect(tab.locator("body[data-ready]")).to_be_attached()
        yield tab
    finally:
        await context.close()
    assert not faults


@asynccontextmanager
async def on_stage(
    browser: Browser,
    folder: Path,
    *,
    cast: bool = True,
    at: datetime = MONDAY,
    size: dict[str, int] = LAPTOP,
    dark: bool = False,
) -> AsyncIterator[Show]:
    """An office, its page, and a tab that shows it."""
    async with (
        on_air(folder, cast=cast, at=at) as air,
        in_a_tab(browser, air.address, size=size, dark=dark) as tab,
    ):
        yield Show(air.office, tab, air.address)


def at(day: int, month: int, year: int, clock: str) -> datetime:
    """A moment in the office's zone: at(23, 11, 2026, "09.00")."""
    hour, minute = clock.split(".")
    return datetime(year, month, day, int(hour), int(minute), tzinfo=WIB)
