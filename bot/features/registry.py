"""The features that are live. A new one is a new file, and one line here."""

from __future__ import annotations

from bot.features import (
    deadlines,
    digest,
    directions,
    documents,
    extension,
    granting,
    groups,
    help,
    history,
    holidays,
    notes,
    outbox,
    profile,
    reminders,
    replies,
    review,
    run_changes,
    sops,
    status,
    steering,
    together,
    upkeep,
    vacancies,
    yearly,
)
from bot.features.acting import usecases as acting
from bot.features.evidence import usecases as evidence
from bot.features.feature import Feature, Features
from bot.features.joining import usecases as joining
from bot.features.people import usecases as people
from bot.features.start import usecases as start
from bot.features.tasks import usecases as tasks
from bot.features.team import usecases as team

FEATURES: tuple[Feature, ...] = (
    # Within a topic, menu and help name the commands in this order.
    help.FEATURE,
    digest.FEATURE,
    tasks.FEATURE,
    status.FEATURE,
    history.FEATURE,
    documents.FEATURE,
    sops.FEATURE,
    start.FEATURE,
    steering.FEATURE,
    run_changes.FEATURE,
    review.FEATURE,
    extension.FEATURE,
    granting.FEATURE,
    team.FEATURE,
    evidence.FEATURE,
    notes.FEATURE,
    directions.FEATURE,
    joining.FEATURE,
    people.FEATURE,
    acting.FEATURE,
    profile.FEATURE,
    groups.FEATURE,
    holidays.FEATURE,
    deadlines.FEATURE,
    yearly.FEATURE,
    reminders.FEATURE,
    together.FEATURE,
    vacancies.FEATURE,
    upkeep.FEATURE,
    replies.FEATURE,
    outbox.FEATURE,
)


def live() -> Features:
    """All features of the bot."""
    return Features(FEATURES)
