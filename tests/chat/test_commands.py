"""The table of commands and the menus that follow it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.chat.commands import COMMANDS, allowed, menu

from bot.domain.access import LegacyPermission
from bot.features.feature import MenuView
from tests.chat.samples import lakip


def test_bu_sari_finds_every_command_and_every_procedure_in_her_menu() -> None:
    shown = menu(MenuView(frozenset(LegacyPermission), (lakip(),)))
    assert [name for name, _ in shown] == [
        "tugas",
        "status",
        "riwayat",
        "laporan",
        "sop",
        "mulai",
        "mulai_lakip",
        "jeda",
        "lanjut",
        "batal",
        "tim",
        "undang",
        "pegawai",
        "plh",
        "plt",
        "hubungkan",
        "libur",
        "bantuan",
        "ringkasan",
        "start",
    ]
    assert "membatalkan pelaksanaan" in dict(shown)["batal"]
    assert dict(shown)["mulai_lakip"] == "Memulai PENYUSUNAN LAKIP"


def test_pak_budis_menu_holds_only_what_he_may_use() -> None:
    shown = menu(MenuView(frozenset(), (lakip(),)))
    assert [name for name, _ in shown] == [
        "tugas",
        "status",
        "sop",
        "bantuan",
        "ringkasan",
        "batal",
        "start",
    ]
    assert dict(shown)["batal"] == "Meninggalkan pertanyaan"


def test_pak_hadi_reads_the_history_but_starts_nothing() -> None:
    names = [
        c.name
        for c in allowed(frozenset({LegacyPermission.SEE_HISTORY, LegacyPermission.SEE_OFFICE}))
    ]
    assert "riwayat" in names
    assert "mulai" not in names


def test_an_office_with_too_many_procedures_keeps_its_other_commands() -> None:
    many = tuple(replace(lakip(), code=f"prosedur_{n}") for n in range(300))
    shown = menu(MenuView(frozenset(LegacyPermission), many))
    assert len(shown) == 100
    assert {"start", "mulai", "pegawai"} <= {name for name, _ in shown}


def test_telegram_takes_every_name_and_description() -> None:
    hostile = replace(lakip(), title="x\n" * 400, code="a" * 24)
    for name, description in menu(MenuView(frozenset(LegacyPermission), (hostile,))):
        assert re.fullmatch("[a-z0-9_]{1,32}", name)
        assert 3 <= len(description) <= 256
        assert "\n" not in description


def test_every_permission_opens_some_command_but_the_one_that_widens_status() -> None:
    opened = {command.permission for command in COMMANDS}
    assert set(LegacyPermission) - opened == {LegacyPermission.SEE_OFFICE}
