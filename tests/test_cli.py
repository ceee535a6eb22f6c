"""At the command line a person's mistake is one clear sentence, never a traceback."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from bot import __version__, cli
from bot.clock import Clock
from bot.domain.notices import RunSummary
from bot.settings import PROJECT, OperatorError, Settings, load_settings
from bot.store import Store, lock, schema
from bot.store.outbox import NewDelivery

TOKEN = "7234567890:AAH-uji_uji_uji_uji_uji_uji_uji_uji"


@pytest.fixture(autouse=True)
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Settings of a test's own: a database in its folder, and no `.env` of the developer's."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/kawal.db")
    monkeypatch.setenv("ARCHIVE_DIR", f"{tmp_path}/arsip")
    monkeypatch.setattr(
        "bot.settings.load_settings", lambda: load_settings(env_file=tmp_path / ".env")
    )
    yield tmp_path
    root.setLevel(level)
    root.handlers = handlers


class Ran:
    """What a command wrote, and its exit code."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *argv: str) -> int:
        code = cli.main(argv)
        self.out, self.err = self._capsys.readouterr()
        assert "Traceback" not in self.err
        return code


@pytest.fixture
def kawal(capsys: pytest.CaptureFixture[str]) -> Ran:
    return Ran(capsys)


def app_that(monkeypatch: pytest.MonkeyPatch, does: object) -> None:
    """Put an app in place whose `run` does this."""
    module = ModuleType("bot.app")
    module.run = does  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bot.app", module)


def test_the_help_names_every_command_in_the_offices_language(kawal: Ran) -> None:
    assert kawal("--help") == 0
    for name in ("run", "check", "doctor", "backup", "restore", "migrate"):
        assert f"\n  {name} " in kawal.out
        assert "Pemakaian: kawal" in kawal.out
    for english in ("usage", "optional", "positional", "show this"):
        assert english not in kawal.out


@pytest.mark.parametrize("name", [command.name for command in cli.COMMANDS])
def test_every_command_explains_itself(kawal: Ran, name: str) -> None:
    assert kawal(name, "--help") == 0
    assert f"Pemakaian: kawal {name}" in kawal.out


def test_the_edition_is_told(kawal: Ran) -> None:
    assert kawal("--version") == 0
    assert kawal.out == f"Kawal SOP {__version__}\n"


def test_no_command_at_all_shows_the_help(kawal: Ran) -> None:
    assert kawal() == 2
    assert "Perintah:" in kawal.out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("rnu",), "mungkin maksudnya: kawal run"),
        (("hapus",), "kawal --help"),
        (("run", "sekarang"), '"sekarang" tidak dikenal'),
        (("doctor", "--aliv"), '"--aliv" tidak dikenal'),
        (("restore",), "Sebutkan berkas cadangan"),
        (("restore", "c.zip", "--tahan"), "Sebutkan berkas cadangan"),
        (("--verbose",), "--help"),
        (("backup", "a", "b"), '"b" tidak dikenal'),
        (("doctor", "--alive=1"), "--help"),
    ],
)
def test_a_slip_of_the_hand_is_one_sentence(kawal: Ran, argv: tuple[str, ...], said: str) -> None:
    assert kawal(*argv) == 2
    assert said in kawal.err
    assert kawal.err.count("\n") == 1


def test_check_prints_the_table_the_assumptions_and_the_corrections(kawal: Ran) -> None:
    assert kawal("check") == 0
    (lakip,) = (line for line in kawal.out.splitlines() if "/mulai_lakip " in line)
    assert lakip.split()[1] == "10"
    assert "11 hari + 1 jam 30 menit" in lakip
    assert kawal.out.count("/mulai_") == 7
    assert "lakip langkah 8, pelaksana: Kasubbag Perencanaan" in kawal.out
    assert "tertulis “LAKIP FINAL”, dipakai “LPPD FINAL”" in kawal.out
    assert (
        "pengingat: terlambat 4 jam: atasan langsung; 1 hari: Kasubbag Perencanaan; 2 hari: "
        in kawal.out
    )
    assert kawal.out.count("UU Nomor 32 Tahun 2004 telah diganti dengan UU Nomor 23") == 1
    assert "Kalender" in kawal.out


def test_check_names_every_fault_with_file_and_line(
    kawal: Ran, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOP_DIR", str(office / "sop_data"))
    (office / "sop_data/sop").mkdir(parents=True)
    kantor = (PROJECT / "sop_data/kantor.yaml").read_text(encoding="utf-8")
    (office / "sop_data/kantor.yaml").write_text(kantor, encoding="utf-8")
    lakip = (PROJECT / "sop_data/sop/lakip.yaml").read_text(encoding="utf-8")
    lakip = lakip.replace("pelaksana: kasubbag", "pelaksana: kasubag").replace("1 jam", "1 jm")
    (office / "sop_data/sop/lakip.yaml").write_text(lakip, encoding="utf-8")
    assert kawal("check") == 2
    assert kawal.out == ""
    lines = kawal.err.splitlines()
    assert len(lines) >= 3
    assert all(line.startswith(f"Kesalahan: {office}/sop_data/sop/lakip.yaml:") for line in lines)


def test_all_faults_of_the_settings_are_told_and_nothing_is_made(
    kawal: Ran, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADMIN_IDS", "@sari")
    monkeypatch.setenv("LOG_FORMAT", "xml")
    for name in ("run", "check", "migrate", "backup", "doctor"):
        assert kawal(name) == 2
        assert [line.split(":")[:2] for line in kawal.err.splitlines()] == [
            ["Kesalahan", " ADMIN_IDS"],
            ["Kesalahan", " LOG_FORMAT"],
        ]
    assert list(office.iterdir()) == []


def test_run_needs_a_token_and_says_where_to_get_it(kawal: Ran) -> None:
    assert kawal("run") == 2
    assert "@BotFather" in kawal.err


def test_run_gives_the_app_its_settings_and_returns_its_code(
    kawal: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    given: list[Settings] = []
    app_that(monkeypatch, lambda settings: given.append(settings) or 0)
    assert kawal("run") == 0
    assert given[0].require_token() == TOKEN


@pytest.mark.parametrize("fault", [OperatorError("token ditolak; salin kembali")])
def test_a_fault_in_the_operators_hands_is_one_sentence(
    kawal: Ran, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)

    def run(settings: Settings) -> int:
        raise fault

    app_that(monkeypatch, run)
    assert kawal("run") == 2
    assert kawal.err == "Kesalahan: token ditolak; salin kembali\n"


def test_a_second_bot_on_the_database_is_one_sentence(
    kawal: Ran, monkeypatch: pytest.MonkeyPatch, sqlite_store: Store
) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)

    def run(settings: Settings) -> int:
        lock.acquire(Store(settings.url), wait=0)
        return 0

    app_that(monkeypatch, run)
    with lock.acquire(sqlite_store):
        assert kawal("run") == 2
    assert "sedang dipakai bot lain" in kawal.err


def test_what_nobody_expected_is_logged_with_a_number_and_without_the_token(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)

    def run(settings: Settings) -> int:
        raise ZeroDivisionError(f"at https://api.telegram.org/bot{TOKEN}/getMe")

    app_that(monkeypatch, run)
    assert cli.main(["run"]) == 1
    err = capsys.readouterr().err
    number = err.rpartition("(nomor ")[2].partition(")")[0]
    assert len(number) == 6
    assert f"unexpected [{number}]" in err
    assert "ZeroDivisionError" in err
    assert TOKEN not in err


def test_ctrl_c_ends_quietly(kawal: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)

    def run(settings: Settings) -> int:
        raise KeyboardInterrupt

    app_that(monkeypatch, run)
    assert kawal("run") == 130
    assert kawal.err == ""


def test_migrate_makes_the_database_once_for_its_owner_alone(kawal: Ran, office: Path) -> None:
    assert kawal("migrate") == 0
    assert f"ke {schema.head()}" in kawal.out
    assert (office / "kawal.db").stat().st_mode & 0o077 == 0
    assert kawal("migrate") == 0
    assert "sudah versi terbaru" in kawal.out


def test_a_backup_comes_back(kawal: Ran, office: Path, sqlite_store: Store) -> None:
    with sqlite_store.begin() as tx:
        tx.outbox.put([NewDelivery("satu", 11, None, RunSummary())], Clock().now())
    target = office / "cadangan.zip"
    assert kawal("backup", str(target)) == 0
    assert str(target) in kawal.out
    with zipfile.ZipFile(target) as pack:
        assert set(pack.namelist()) == {"kawal.db", "manifest.json"}
    sqlite_store.close()
    assert kawal("restore", str(target)) == 0
    assert "1 kiriman yang belum terkirim ditahan" in kawal.out
    assert "diganti-" in kawal.out
    assert kawal("restore", "--tahan") == 0
    assert "Tidak ada kiriman" in kawal.out


def test_a_name_that_ends_in_a_slash_is_a_folder(
    kawal: Ran, office: Path, sqlite_store: Store
) -> None:
    assert kawal("backup", f"{office}/cadangan/") == 0
    (made,) = (office / "cadangan").glob("kawal-*.zip")
    assert made.stat().st_size > 0


def test_a_backup_without_a_name_goes_into_the_data_folder(
    kawal: Ran, office: Path, sqlite_store: Store
) -> None:
    assert kawal("backup") == 0
    (made,) = (office / "backup").glob("kawal-*.zip")
    assert made.stat().st_mode & 0o077 == 0
    assert kawal("backup", str(office)) == 0
    assert len(list(office.glob("kawal-*.zip"))) == 1


def test_there_is_nothing_to_back_up_before_the_first_start(kawal: Ran, office: Path) -> None:
    assert kawal("backup") == 2
    assert "belum ada" in kawal.err
    assert list(office.iterdir()) == []


def test_postgresql_is_told_of_its_own_tools(kawal: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://kawal@127.0.0.1:1/kawal")
    for argv in (("backup",), ("restore", "c.zip")):
        assert kawal(*argv) == 2
        assert "pg_dump" in kawal.err
        assert "pg_restore" in kawal.err


def test_a_database_out_of_reach_is_one_sentence(
    kawal: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://kawal:rahasia@127.0.0.1:1/kawal")
    assert kawal("migrate") == 2
    assert "PostgreSQL tidak dapat dipakai" in kawal.err
    assert "rahasia" not in kawal.err


def test_the_doctor_prints_each_line_and_fails_on_what_is_in_the_way(kawal: Ran) -> None:
    assert kawal("doctor") == 2
    assert "Kesalahan: BOT_TOKEN belum diisi\n  → " in kawal.out
    assert "Baik: Data kantor terbaca" in kawal.out


def test_a_supervisor_reads_the_exit_code(kawal: Ran, sqlite_store: Store) -> None:
    assert kawal("doctor", "--alive") == 1
    with sqlite_store.begin() as tx:
        tx.keyvalues.put("heartbeat", "", Clock().now())
    assert kawal("doctor", "--alive") == 0


def test_slips_in_the_env_file_are_warned_of(kawal: Ran, office: Path) -> None:
    (office / ".env").write_text("ADMIN_ID=11\n")
    assert kawal("check") == 0
    assert "mungkin maksudnya ADMIN_IDS" in kawal.err


def test_nothing_is_readable_by_others_and_the_mask_is_put_back(kawal: Ran) -> None:
    before = os.umask(0o022)
    try:
        kawal("migrate")
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


@pytest.mark.parametrize(
    ("argv", "unwanted"),
    [
        (["--help"], {"pydantic", "sqlalchemy", "telegram", "structlog", "ruamel"}),
        (["doctor", "--alive"], {"telegram", "httpx", "alembic", "apscheduler", "ruamel"}),
        (["check"], {"telegram", "sqlalchemy", "httpx"}),
    ],
)
def test_a_command_imports_only_what_it_needs(
    argv: list[str], unwanted: set[str], sqlite_store: Store
) -> None:
    program = (
        "import sys; from bot.cli import main; main(sys.argv[1:])\n"
        "print(','.join(sys.modules), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *argv], cwd=PROJECT, capture_output=True, text=True
    )
    imported = set(ran.stderr.strip().splitlines()[-1].split(","))
    assert not unwanted & imported


def test_a_reader_that_stops_reading_is_no_error() -> None:
    program = f"{sys.executable} -m bot check | head -1; exit ${{PIPESTATUS[0]}}"
    ran = subprocess.run(
        ["bash", "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=60
    )
    assert "Traceback" not in ran.stderr
    assert "BrokenPipe" not in ran.stderr
    assert ran.returncode in {0, 1, 128 + signal.SIGPIPE}
