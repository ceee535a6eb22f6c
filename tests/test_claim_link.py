"""The first admin's one-time link: for the operator's eyes only."""

from __future__ import annotations

import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import _offer_claim
from bot.clock import Clock
from bot.features.work import Request, Services
from bot.settings import Settings, load_settings
from tests.cast import typed

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        {"DATABASE_URL": f"sqlite:///{tmp_path / 'kawal.db'}", "ARCHIVE_DIR": str(tmp_path / "a")},
        env_file=None,
    )


@pytest.fixture
def clock() -> Clock:
    made = Clock()
    made.freeze(NOW)
    return made


def code_in(text: str) -> str:
    found = re.search(r"https://t\.me/kawal_uji_bot\?start=([\w-]+)", text)
    assert found is not None, text
    return found[1]


def test_without_a_terminal_the_link_goes_into_a_file_that_only_its_owner_reads(
    sqlite_services: Services,
    settings: Settings,
    clock: Clock,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    _offer_claim(settings, sqlite_services, clock, "kawal_uji_bot")

    path = tmp_path / "tautan-admin.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    code = code_in(path.read_text(encoding="utf-8"))
    printed = capfd.readouterr()
    assert code not in printed.out + printed.err


def test_on_a_terminal_the_link_is_printed_and_written_nowhere(
    sqlite_services: Services,
    settings: Settings,
    clock: Clock,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    _offer_claim(settings, sqlite_services, clock, "kawal_uji_bot")

    assert code_in(capsys.readouterr().err)
    assert not (tmp_path / "tautan-admin.txt").exists()


def test_once_somebody_is_admin_there_is_no_link_and_the_file_is_gone(
    sqlite_services: Services, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    _offer_claim(settings, sqlite_services, clock, "kawal_uji_bot")
    path = tmp_path / "tautan-admin.txt"
    code = code_in(path.read_text(encoding="utf-8"))
    typed(sqlite_services, Request(106, 1), f"/start {code}", NOW)

    _offer_claim(settings, sqlite_services, clock, "kawal_uji_bot")

    assert not path.exists()
