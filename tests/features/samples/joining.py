"""Invitations, and those who follow them."""

from __future__ import annotations

from bot.features.answers import Fact
from bot.features.joining.views import (
    AccountMovedView,
    AskAddressView,
    InvitationView,
    JoinedView,
    WelcomeView,
)
from tests.features.samples.common import Given, wib

FACTS: dict[str, Fact] = {
    "owner": "Kasubbag Perencanaan",
}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many, role = given.text, given.many, given.role
    return (
        InvitationView("a-b_c" * 5, role, wib(29, "10.00"), by=text),
        InvitationView("a-b_c" * 5, None, wib(29, "10.00"), text),
        AccountMovedView(text, text),
        AccountMovedView(None, None),
        *(AskAddressView(role, again) for again in (False, True)),
        WelcomeView(given.greeting, (role,) * many, many),
        WelcomeView(given.greeting, (), 0, ("kasubbag", text)),
        JoinedView(text, role, 3, 5),
        JoinedView(text, role, 3, 5, (text,) * many),
        JoinedView(text, None, None, 5),
    )


SAMPLES = samples(Given())
