"""A demo office on the air, without a browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.demo import bot as bot_module
from bot.demo.office import Office
from bot.demo.server import listen, open_page
from bot.localtelegram.server import Person
from bot.settings import load_settings
from tests.patience import SECONDS

WIB = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=WIB)


@dataclass(frozen=True)
class Air:
    """An office and the address of its page."""

    office: Office
    address: str

    def phone(self, user_id: int) -> Person:
        """Somebody's phone by the number in the cast."""
        return next(p for p in self.office.telegram.people if p.id == user_id)


def new_office(
    folder: Path, *, cast: bool = True, keep: bool = False, at: datetime | None = MONDAY
) -> Office:
    """An office with the project's own SOPs, whatever this computer's settings are."""
    return Office(load_settings({}, None), folder, cast=cast, keep=keep, at=at)


@asynccontextmanager
async def on_air(
    folder: Path,
    *,
    cast: bool = True,
    keep: bool = False,
    at: datetime | None = MONDAY,
    port: int = 0,
) -> AsyncIterator[Air]:
    """An office whose page is served."""
    listening = listen(port)
    office = new_office(folder, cast=cast, keep=keep, at=at)
    office.prepare()
    with pytest.MonkeyPatch.context() as patch:
        # Tests are about what arrives when the clock moves, not about how fast it does.
        patch.setattr(bot_module, "SETTLES_IN", SECONDS)
        async with open_page(office, listening) as server:
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            try:
                yield Air(office, f"http://127.0.0.1:{listening.getsockname()[1]}")
            finally:
                server.should_exit = True
                await serving
                listening.close()
