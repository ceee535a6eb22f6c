"""An office for every story."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.calendar import office_calendar
from bot.domain.sop import Catalog
from bot.features import registry
from bot.features.work import Services
from bot.sop_loader import load_catalog
from bot.store import Store
from bot.store.archive import Archive
from tests.conftest import PROJECT
from tests.stories.harness import Kantor, open_office


@pytest.fixture(scope="session")
def signed_sops() -> Catalog:
    """The office and its SOPs as they are shipped."""
    return load_catalog(PROJECT / "sop_data")


@pytest.fixture
def story_services(sqlite_store: Store, signed_sops: Catalog, tmp_path: Path) -> Services:
    """Services with the office as it is shipped."""
    calendar, archive = office_calendar(signed_sops.office), Archive(tmp_path / "arsip")
    return Services(sqlite_store, signed_sops, calendar, registry.live(), archive=archive)


@pytest_asyncio.fixture
async def kantor(story_services: Services) -> AsyncIterator[Kantor]:
    """The fixed cast at work on a Monday morning, the bot running."""
    async with open_office(story_services) as office:
        yield office
