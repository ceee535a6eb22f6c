"""An office for every story."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.usecases.desk import Desk
from tests.stories.harness import Kantor, open_office


@pytest_asyncio.fixture
async def kantor(sqlite_desk: Desk) -> AsyncIterator[Kantor]:
    """The fixed cast at work on a Monday morning, the bot running."""
    async with open_office(sqlite_desk) as office:
        yield office
