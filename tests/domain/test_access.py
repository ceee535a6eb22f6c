"""Who may do what: checked at every command and every button."""

from __future__ import annotations

import pytest

from bot.domain.access import KASUBBAG, LEADERS, Permission, may
from bot.features.documents import SEE_REPORTS
from bot.features.history import SEE_HISTORY
from bot.features.holidays import MOVE_HOLIDAYS
from bot.features.registry import live
from bot.features.runs import SEE_OFFICE
from bot.features.start import START_RUN
from tests.cast import ADMIN, BUDI, CAST, DEWI, HADI, OUTSIDER, SARI, Player, seats, staff

STAFF = staff(*seats(*CAST), also=[ADMIN])
# SEE_OFFICE opens no command: it decides how much /status shows.
EVERYTHING = live().permissions() | {SEE_OFFICE}


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        pytest.param(
            SARI,
            EVERYTHING - {MOVE_HOLIDAYS},
            id="the Kasubbag, all but the calendar",
        ),
        pytest.param(ADMIN, EVERYTHING, id="the admin, everything"),
        pytest.param(
            HADI,
            {
                SEE_HISTORY,
                SEE_OFFICE,
                SEE_REPORTS,
            },
            id="the Sekretaris looks",
        ),
        pytest.param(
            DEWI,
            {
                SEE_HISTORY,
                SEE_OFFICE,
                SEE_REPORTS,
            },
            id="the Kepala Dinas looks",
        ),
        pytest.param(BUDI, set(), id="the team does its own work"),
    ],
)
def test_what_each_of_the_cast_may_do(who: Player, allowed: set[Permission]) -> None:
    assert {p for p in EVERYTHING if may(p, who.chat_id, STAFF)} == allowed


@pytest.mark.parametrize("permission", sorted(EVERYTHING, key=lambda p: p.name))
def test_an_outsider_may_nothing(permission: Permission) -> None:
    assert not may(permission, OUTSIDER, STAFF)


@pytest.mark.parametrize("permission", sorted(EVERYTHING, key=lambda p: p.name))
def test_who_has_left_may_nothing_even_if_their_holding_were_left_behind(
    permission: Permission,
) -> None:
    without_sari = staff(*seats(*CAST))
    del without_sari.people[SARI.chat_id]
    assert not may(permission, SARI.chat_id, without_sari)


def test_permissions_belong_to_roles_that_can_be_named() -> None:
    assert START_RUN.roles == {KASUBBAG}
    assert SEE_HISTORY.roles == LEADERS
    nobody_but_an_admin = {p for p in EVERYTHING if not p.roles}
    assert nobody_but_an_admin == {MOVE_HOLIDAYS}
