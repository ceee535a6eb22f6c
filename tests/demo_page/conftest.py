"""A browser for every test of the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser

from tests.demo_page.browser import Show, on_stage, open_browser, require_chromium


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    async with open_browser(require_chromium()) as opened:
        yield opened


@pytest_asyncio.fixture
async def show(browser: Browser, tmp_path: Path) -> AsyncIterator[Show]:
    """The cast at work on a Monday morning, on a laptop."""
    async with on_stage(browser, tmp_path / "kantor") as opened:
        yield opened
