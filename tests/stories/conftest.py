"""An office for every story."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.features.work import Services
from tests.stories.harness import Kantor, open_office


@pytest_asyncio.fixture
async def kantor(story_services: Services) -> AsyncIterator[Kantor]:
    """The fixed cast at work on a Monday morning, the bot running."""
    async with open_office(story_services) as office:
        yield office
