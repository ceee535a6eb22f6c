"""The first message to a person fits a telephone's screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.demo_page.browser import TELEPHONE, on_stage

HIGHEST = 800
"""Pixels on a screen that is 390 wide."""


async def test_the_first_message_of_everybody_fits_a_screen(
    browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heights: dict[str, float] = {}
    async with on_stage(browser, tmp_path / "kantor", size=TELEPHONE) as show:
        await show.say("Bu Sari", "/mulai_lakip")
        await show.sees("Bu Sari", "sudah dimulai")
        for name in ("Bu Sari", "Pak Budi", "Pak Hadi", "Ibu Dewi"):
            await show.say(name, "/start")
            message = await show.sees(name, "Semua perintah")
            box = await message.bounding_box()
            assert box is not None
            heights[name] = box["height"]
        await show.tap("Bu Sari", "Semua perintah")
        await show.sees("Bu Sari", "/laporan")
    with capsys.disabled():
        print("\n" + ", ".join(f"{name} {height:.0f} px" for name, height in heights.items()))  # noqa: T201
    assert max(heights.values()) <= HIGHEST
