"""Whoever fills in `.env` hears of everything that is wrong at once, in words, without secrets."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from pydantic import ValidationError

from bot import logs
from bot.settings import PROJECT, LogFormat, Settings, SettingsError, load_settings

TOKEN = "7234567890:AAH-uji_uji_uji_uji_uji_uji_uji_uji"


def load(**environ: str) -> Settings:
    return load_settings(environ, env_file=None)


def faults(**environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(**environ)
    return caught.value.faults


def test_an_office_that_sets_nothing_gets_the_usual_places() -> None:
    settings = load()
    assert settings.url == f"sqlite:///{PROJECT / 'data/kawal.db'}"
    assert settings.database_file == PROJECT / "data/kawal.db"
    assert settings.sop_dir == PROJECT / "sop_data"
    assert settings.archive_dir == PROJECT / "data/arsip"
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.log_format is LogFormat.TEXT
    assert settings.admin_ids == frozenset()
    assert settings.bot_token is None


def test_everything_can_be_set() -> None:
    settings = load(
        BOT_TOKEN=f" {TOKEN} ",
        ADMIN_IDS="11, 22;33",
        DATABASE_URL="postgres://kawal:s%40ndi@db:5432/kawal?sslmode=require",
        SOP_DIR="/srv/sop",
        TELEGRAM_API_URL="http://127.0.0.1:8081/",
        ARCHIVE_DIR="/srv/arsip",
        LOG_FORMAT="JSON",
    )
    assert settings.require_token() == TOKEN
    assert settings.admin_ids == {11, 22, 33}
    assert settings.url == "postgres://kawal:s%40ndi@db:5432/kawal?sslmode=require"
    assert settings.database_file is None
    assert settings.sop_dir == Path("/srv/sop")
    assert settings.telegram_api_url == "http://127.0.0.1:8081"
    assert settings.archive_dir == Path("/srv/arsip")
    assert settings.log_format is LogFormat.JSON


def test_all_faults_are_told_at_once_each_with_its_setting() -> None:
    found = faults(
        BOT_TOKEN="rahasia-besar",
        ADMIN_IDS="@sari, 12, -100200",
        DATABASE_URL="mysql://kawal:sandi-rahasia@db/kawal",
        TELEGRAM_API_URL="api.telegram.org",
        LOG_FORMAT="xml",
    )
    assert [fault.partition(":")[0] for fault in found] == [
        "BOT_TOKEN",
        "ADMIN_IDS",
        "DATABASE_URL",
        "TELEGRAM_API_URL",
        "LOG_FORMAT",
    ]
    assert "@sari, -100200" in found[1]
    assert "rahasia" not in " ".join(found)


@pytest.mark.parametrize(
    "token",
    ["x", "55555555", "123:pendek", ":" + "A" * 35, "12345678:" + "é" * 35, f"{TOKEN} {TOKEN}"],
)
def test_what_is_no_token_is_refused_and_not_repeated(token: str) -> None:
    (fault,) = faults(BOT_TOKEN=token)
    assert "@BotFather" in fault
    assert token == "x" or token not in fault


def test_a_missing_token_matters_only_to_who_needs_it() -> None:
    settings = load(BOT_TOKEN="")
    with pytest.raises(SettingsError, match=r"BOT_TOKEN belum diisi.*@BotFather"):
        settings.require_token()


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///kawal.db", PROJECT / "kawal.db"),
        ("sqlite:////var/lib/kawal/kawal.db", Path("/var/lib/kawal/kawal.db")),
        ("sqlite+pysqlite:///data/x.db", PROJECT / "data/x.db"),
    ],
)
def test_a_relative_database_counts_from_the_projects_folder(url: str, file: Path) -> None:
    assert load(DATABASE_URL=url).database_file == file


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///data/",
        "sqlite:data.db",
        "data/kawal.db",
        "postgres://kawal@db",
        "postgresql://kawal@db:limaribu/kawal",
        "postgresql://[::1/kawal",
        "http://db/kawal",
        "sqlite:///~takdikenal/kawal.db",
    ],
)
def test_what_is_no_database_is_refused_with_an_example(url: str) -> None:
    (fault,) = faults(DATABASE_URL=url)
    assert fault.startswith("DATABASE_URL: ")
    assert "tulis" in fault


@pytest.mark.parametrize(
    "url", ["telegram", "ftp://x", "http://", f"https://api.telegram.org/bot{TOKEN}", "http://x/?a"]
)
def test_what_is_no_api_address_is_refused(url: str) -> None:
    (fault,) = faults(TELEGRAM_API_URL=url)
    assert fault.startswith("TELEGRAM_API_URL: ")
    assert TOKEN not in fault


def test_the_archive_does_not_hold_the_database() -> None:
    (fault,) = faults(ARCHIVE_DIR="data")
    assert "ARCHIVE_DIR tidak boleh memuat basis data" in fault


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text(f"BOT_TOKEN={TOKEN}\nADMIN_IDS=11 # Bu Sari\nLOG_FORMAT='json'\n")
    settings = load_settings({"ADMIN_IDS": "22", "LOG_FORMAT": ""}, env_file=env)
    assert settings.require_token() == TOKEN
    assert settings.admin_ids == {22}
    assert settings.log_format is LogFormat.JSON


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_bytes(b"\xef\xbb\xbf" + f"BOT_TOKEN={TOKEN}\r\nADMIN_IDS=11\r\n".encode())
    settings = load_settings({}, env_file=env)
    assert (settings.require_token(), settings.admin_ids) == (TOKEN, {11})


def test_names_that_are_nearly_ours_are_warned_of_and_others_left_alone(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text(f"TOKEN_BOT=x\nBOT_TOKN={TOKEN}\nADMIN_ID=11\nTZ=Asia/Jakarta\nEDITOR=nano\n")
    settings = load_settings({}, env_file=env)
    assert settings.bot_token is None
    named = [warning.partition(" ")[0] for warning in settings.warnings]
    assert {"BOT_TOKN", "ADMIN_ID"} <= set(named)
    assert not {"TZ", "EDITOR"} & set(named)
    assert TOKEN not in " ".join(settings.warnings)


def test_faults_of_the_file_itself_are_told_with_those_of_its_values(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("LOG_FORMAT=xml\n=tanpa nama\n")
    with pytest.raises(SettingsError) as caught:
        load_settings({}, env_file=env)
    assert len(caught.value.faults) == 2
    env.write_bytes("BOT_TOKEN=x".encode("utf-16"))
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings({}, env_file=env)
    with pytest.raises(SettingsError, match="tidak terbaca"):
        load_settings({}, env_file=tmp_path)


def test_settings_are_frozen_and_hide_their_secrets() -> None:
    settings = load(BOT_TOKEN=TOKEN, DATABASE_URL="postgresql://kawal:s%40ndi@db/kawal")
    with pytest.raises(ValidationError):
        settings.log_format = LogFormat.JSON
    shown = f"{settings!r} {settings} {settings.model_dump()}"
    assert TOKEN not in shown
    assert "ndi" not in shown
    assert set(settings.secrets()) == {TOKEN, "s%40ndi", "s@ndi"}


def test_folders_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    settings = load(
        DATABASE_URL=f"sqlite:///{tmp_path}/a/b/kawal.db", ARCHIVE_DIR=f"{tmp_path}/a/arsip"
    )
    settings.prepare_folders()
    for folder in ("a", "a/b", "a/arsip"):
        assert (tmp_path / folder).stat().st_mode & 0o777 == 0o700


def test_a_folder_of_the_operators_own_keeps_its_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    load(
        DATABASE_URL=f"sqlite:///{tmp_path}/k.db", ARCHIVE_DIR=f"{tmp_path}/arsip"
    ).prepare_folders()
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_the_projects_own_data_folder_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.settings.PROJECT", tmp_path)
    (tmp_path / "data").mkdir(mode=0o755)
    load().prepare_folders()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data/arsip").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_made_is_a_plain_sentence(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("bukan folder")
    settings = load(
        DATABASE_URL=f"sqlite:///{tmp_path}/berkas/k.db", ARCHIVE_DIR=f"{tmp_path}/berkas/arsip"
    )
    with pytest.raises(SettingsError) as caught:
        settings.prepare_folders()
    assert len(caught.value.faults) == 2


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the log writes; logging is as it was afterwards."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield stream
    root.setLevel(level)
    root.handlers = handlers


@pytest.fixture(params=["text", "json"])
def written(request: pytest.FixtureRequest, stream: io.StringIO) -> io.StringIO:
    """What the log writes, in each of its forms."""
    logs.configure(request.param, [TOKEN, "s@ndi"])
    return stream


def test_no_secret_reaches_the_log_whatever_way_it_takes(written: io.StringIO) -> None:
    other = "998877665:BBzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
    log = structlog.get_logger("bot.uji")
    log.info("calling", address=f"https://api.telegram.org/bot{TOKEN}/getMe")
    logging.getLogger("orang.lain").warning("POST https://x/bot%s/getMe", other)
    log.warning("link", url="https://t.me/bot?start=KodeUndangan_1")
    try:
        raise ConnectionError(f"refused s@ndi {TOKEN}")
    except ConnectionError:
        log.exception("failed")
        logging.getLogger("orang.lain").exception("failed")
    text = written.getvalue()
    assert text.count("ConnectionError") >= 2
    for secret in (TOKEN, other, "s@ndi", "KodeUndangan_1"):
        assert secret not in text


def test_chatty_libraries_are_silent_and_ours_are_heard(written: io.StringIO) -> None:
    for name in ("httpx", "httpcore", "apscheduler.scheduler", "telegram.ext"):
        logging.getLogger(name).info("ordinary work of %s", name)
    structlog.get_logger("bot.uji").info("ready", run_id=7)
    text = written.getvalue()
    assert "ordinary work" not in text
    assert "ready" in text
    assert "7" in text


@pytest.mark.parametrize("written", ["json"], indirect=True)
def test_a_json_log_is_one_object_a_line(written: io.StringIO) -> None:
    structlog.get_logger("bot.uji").info("ready", run_id=7)
    logging.getLogger("orang.lain").warning("pindah")
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["ready", "pindah"]
    assert lines[0]["run_id"] == 7
