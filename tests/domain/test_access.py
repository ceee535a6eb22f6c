"""Who may do what: asked anew at every command and every button."""

from __future__ import annotations

import pytest

from bot.domain.access import KASUBBAG, LEADERS, Permission, may
from bot.features import registry
from bot.features.documents import SEE_REPORTS
from bot.features.history import SEE_HISTORY
from bot.features.holidays import MOVE_HOLIDAYS
from bot.features.runs import SEE_OFFICE
from bot.features.start.views import START_RUN
from tests.cast import ADMIN, BUDI, CAST, DEWI, HADI, OUTSIDER, SARI, Player, seats, staff

STAFF = staff(*seats(*CAST), also=[ADMIN])
EVERYTHING = registry.live().permissions() | {SEE_OFFICE}

by_name = pytest.mark.parametrize(
    "permission", sorted(EVERYTHING, key=lambda p: p.name), ids=lambda p: p.name
)


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        pytest.param(SARI, EVERYTHING - {MOVE_HOLIDAYS}, id="the Kasubbag, all but the calendar"),
        pytest.param(ADMIN, EVERYTHING, id="the admin, everything"),
        pytest.param(HADI, {SEE_HISTORY, SEE_OFFICE, SEE_REPORTS}, id="the Sekretaris looks"),
        pytest.param(DEWI, {SEE_HISTORY, SEE_OFFICE, SEE_REPORTS}, id="the Kepala Dinas looks"),
        pytest.param(BUDI, set(), id="the team does its own work"),
    ],
)
def test_what_each_of_the_cast_may_do(who: Player, allowed: set[Permission]) -> None:
    assert {p for p in EVERYTHING if may(p, who.chat_id, STAFF)} == allowed


@by_name
def test_an_outsider_may_nothing(permission: Permission) -> None:
    assert not may(permission, OUTSIDER, STAFF)


@by_name
def test_who_has_left_may_nothing_even_if_their_holding_were_left_behind(
    permission: Permission,
) -> None:
    without_sari = staff(*seats(*CAST))
    del without_sari.people[SARI.chat_id]
    assert not may(permission, SARI.chat_id, without_sari)


def test_permissions_belong_to_roles_that_can_be_named() -> None:
    assert START_RUN.roles == {KASUBBAG}
    assert SEE_HISTORY.roles == LEADERS
    assert {p for p in EVERYTHING if not p.roles} == {MOVE_HOLIDAYS}


def test_there_are_as_many_permissions_as_the_office_knows() -> None:
    assert {p.name for p in EVERYTHING} == {
        "appoint",
        "invite",
        "link_group",
        "manage_people",
        "move_holidays",
        "name_team",
        "see_history",
        "see_office",
        "see_reports",
        "start_run",
        "steer_run",
    }
