"""What the tests of the features share."""

from __future__ import annotations

import pytest

from bot.features.work import Services
from tests.cast import ADMIN, CAST, Stage


@pytest.fixture
def stage(sqlite_services: Services) -> Stage:
    """The cast and the admin, on SQLite."""
    return Stage(sqlite_services, *CAST, ADMIN)
