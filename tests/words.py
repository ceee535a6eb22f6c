"""The words of an office in the tests."""

from __future__ import annotations

from bot.features.feature import Texts
from bot.features.phrases import Phrases
from bot.features.work import Services

BOT = "kawal_sop_bot"


def texts_of(services: Services) -> Texts:
    """What views say in this office."""
    return Texts(services.features, Phrases(services.catalog.office, BOT))
