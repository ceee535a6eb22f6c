"""The features that are live. A new one is a new file, and one line here."""

from __future__ import annotations

from bot.features import outbox, replies
from bot.features.feature import Feature, Features

FEATURES: tuple[Feature, ...] = (
    replies.FEATURE,
    outbox.FEATURE,
)


def live() -> Features:
    """All features of the bot."""
    return Features(FEATURES)
