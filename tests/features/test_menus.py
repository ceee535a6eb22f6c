"""The commands that features declare, and the menus that follow from them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.domain.sop import Catalog, Procedure
from bot.features.feature import allowed, general_menu, menu_of, permissions_of
from bot.features.work import Services
from tests.cast import ADMIN, BUDI, CAST, HADI, SARI, Player, Stage
from tests.features.samples.common import lakip, lakip_sop
from tests.features.saying import FEATURES
from tests.offices import kantor

EVERY_COMMAND = list(dict.fromkeys(c.name for c in FEATURES.commands if not c.per_procedure))
"""As features declare them, topic by topic; a command that starts a run is in no menu."""


@pytest.fixture
def services(sqlite_services: Services) -> Services:
    """An office that has LAKIP and nothing else."""
    return with_procedures(sqlite_services, lakip())


def with_procedures(services: Services, *procedures: Procedure) -> Services:
    sop = replace(lakip_sop(), procedures=procedures)
    return replace(services, catalog=Catalog(kantor(), (sop,)))


def menu(services: Services, who: Player) -> tuple[tuple[str, str], ...]:
    """What somebody's menu offers."""
    stage = Stage(services, *CAST, ADMIN)
    with services.read(stage.now, stage.request(who)) as work:
        return menu_of(work, work.person).entries


def names(entries: tuple[tuple[str, str], ...]) -> list[str]:
    return [name for name, _ in entries]


def test_the_admin_finds_every_command_in_the_menu_and_none_that_starts_at_one_tap(
    services: Services,
) -> None:
    shown = menu(services, ADMIN)
    assert names(shown) == EVERY_COMMAND
    assert {"tugas", "libur", "pegawai", "mulai"} < set(EVERY_COMMAND)
    assert "membatalkan pelaksanaan" in dict(shown)["batal"]


def test_bu_sari_finds_every_command_but_the_calendars_in_her_menu(services: Services) -> None:
    shown = menu(services, SARI)
    assert names(shown) == [name for name in EVERY_COMMAND if name != "libur"]
    assert "membatalkan pelaksanaan" in dict(shown)["batal"]


def test_pak_budis_menu_holds_only_what_he_may_use(services: Services) -> None:
    shown = menu(services, BUDI)
    assert names(shown) == [c.name for c in FEATURES.commands if c.permission is None]
    assert {"tugas", "status", "sop", "bantuan"} < set(names(shown))
    assert set(names(shown)).isdisjoint({"mulai", "undang", "pegawai", "laporan", "jeda"})
    assert dict(shown)["batal"] == "Meninggalkan pertanyaan"


def test_pak_hadi_reads_the_history_but_starts_nothing(services: Services) -> None:
    stage = Stage(services)
    with services.read(stage.now, stage.request(HADI)) as work:
        rows = allowed(FEATURES, permissions_of(work, work.person))
    found = [row.name for row in rows]
    assert "riwayat" in found
    assert "mulai" not in found


def test_an_office_with_very_many_procedures_has_the_same_menu(services: Services) -> None:
    many = (replace(lakip(), code=f"prosedur_{n}", title="x" * 250) for n in range(300))
    assert names(menu(with_procedures(services, *many), ADMIN)) == EVERY_COMMAND


def test_telegram_takes_every_name_and_description(services: Services) -> None:
    shown = menu(services, ADMIN)
    for name, description in (*shown, *general_menu(FEATURES)):
        assert re.fullmatch("[a-z0-9_]{1,32}", name)
        assert 3 <= len(description) <= 256
        assert "\n" not in description


def test_who_has_not_joined_finds_only_what_is_for_all() -> None:
    assert names(general_menu(FEATURES)) == ["bantuan", "start"]
