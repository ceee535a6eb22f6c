"""One's own name and form of address."""

from __future__ import annotations

from bot.domain.people import Address
from bot.features.answers import Fact
from bot.features.profile import (
    CorrectedView,
    OfficialField,
    OfficialQuestionView,
    ProfileView,
)
from tests.features.samples.common import Given

FACTS: dict[str, Fact] = {}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    text, many, role = given.text, given.many, given.role
    return (
        *(ProfileView(address, text, (role,) * many) for address in Address),
        *(
            ProfileView(Address.IBU, text, (role,), nip, rank)
            for nip, rank in (("", ""), ("198703122010012004", "III/d"), ("", "IV/e"))
        ),
        *(
            OfficialQuestionView(Address.BAPAK, field, given, fault)
            for field in OfficialField
            for given in (True, False)
            for fault in (True, False)
        ),
        CorrectedView(given.greeting, text, text),
    )


SAMPLES = samples(Given())
