"""Who may do what: asked anew at every command and every button."""

from __future__ import annotations

import pytest

from bot.domain.access import KASUBBAG, LEADERS, LegacyPermission, holders, may
from tests.cast import ADMIN, BUDI, CAST, DEWI, HADI, OUTSIDER, SARI, Player, seats, staff

STAFF = staff(*seats(*CAST), also=[ADMIN])
EVERYTHING = frozenset(LegacyPermission)


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        pytest.param(
            SARI,
            EVERYTHING - {LegacyPermission.MOVE_HOLIDAYS},
            id="the Kasubbag, all but the calendar",
        ),
        pytest.param(ADMIN, EVERYTHING, id="the admin, everything"),
        pytest.param(
            HADI,
            {
                LegacyPermission.SEE_HISTORY,
                LegacyPermission.SEE_OFFICE,
                LegacyPermission.SEE_REPORTS,
            },
            id="the Sekretaris looks",
        ),
        pytest.param(
            DEWI,
            {
                LegacyPermission.SEE_HISTORY,
                LegacyPermission.SEE_OFFICE,
                LegacyPermission.SEE_REPORTS,
            },
            id="the Kepala Dinas looks",
        ),
        pytest.param(BUDI, set(), id="the team does its own work"),
    ],
)
def test_what_each_of_the_cast_may_do(who: Player, allowed: set[LegacyPermission]) -> None:
    assert {p for p in LegacyPermission if may(p, who.chat_id, STAFF)} == allowed


@pytest.mark.parametrize("permission", LegacyPermission)
def test_an_outsider_may_nothing(permission: LegacyPermission) -> None:
    assert not may(permission, OUTSIDER, STAFF)


@pytest.mark.parametrize("permission", LegacyPermission)
def test_who_has_left_may_nothing_even_if_their_holding_were_left_behind(
    permission: LegacyPermission,
) -> None:
    without_sari = staff(*seats(*CAST))
    del without_sari.people[SARI.chat_id]
    assert not may(permission, SARI.chat_id, without_sari)


def test_permissions_belong_to_roles_that_can_be_named() -> None:
    assert holders(LegacyPermission.START_RUN) == {KASUBBAG}
    assert holders(LegacyPermission.SEE_HISTORY) == LEADERS
    nobody_but_an_admin = {p for p in LegacyPermission if not holders(p)}
    assert nobody_but_an_admin == {LegacyPermission.MOVE_HOLIDAYS}
