"""A nursery for the whole test process, and a scene for each test."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from bot.clock import Clock
from bot.domain.calendar import office_calendar
from bot.domain.sop import Catalog
from bot.features import registry
from bot.features.work import Services
from bot.localtelegram.server import LocalTelegram
from bot.sop_loader import load_catalog
from bot.store import Store
from tests.conftest import Cluster
from tests.crash.rig import PROJECT, TOKEN, Nursery, Scene

# Processes are forked and killed here, which Windows cannot do.
collect_ignore_glob = ["test_*.py"] if sys.platform == "win32" else []


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def real_catalog() -> Catalog:
    """The office's data as the bot reads it."""
    return load_catalog(PROJECT / "sop_data")


@pytest_asyncio.fixture
async def scene(
    tmp_path: Path, sqlite_store: Store, real_catalog: Catalog, nursery: Nursery
) -> AsyncIterator[Scene]:
    """An office on SQLite."""
    url = f"sqlite:///{sqlite_store.path}"
    async with _scene(tmp_path, sqlite_store, url, real_catalog, nursery) as scene:
        yield scene


@pytest_asyncio.fixture
async def postgresql_scene(
    tmp_path: Path, postgresql: Cluster, real_catalog: Catalog, nursery: Nursery
) -> AsyncIterator[Scene]:
    """An office on PostgreSQL."""
    with postgresql.migrated() as url:
        store = Store(url)
        try:
            async with _scene(tmp_path, store, url, real_catalog, nursery) as scene:
                yield scene
        finally:
            store.close()


@asynccontextmanager
async def _scene(
    folder: Path, store: Store, url: str, catalog: Catalog, nursery: Nursery
) -> AsyncIterator[Scene]:
    services = Services(store, catalog, office_calendar(catalog.office), registry.live())
    async with LocalTelegram(token=TOKEN, now=Clock().now) as telegram:
        scene = Scene(services, telegram, nursery, folder, url)
        try:
            yield scene
        finally:
            if scene.bot is not None and not scene.bot.ended.done():
                await scene.kill()
        # Whatever happened in a test, no bot may ever write the token down.
        assert TOKEN not in scene.log_text()
        assert TOKEN.partition(":")[2] not in scene.log_text()
