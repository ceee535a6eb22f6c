"""The doctor says what keeps the bot from working, and what to do about it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import doctor
from bot.doctor import Finding, Level, Place
from bot.domain.people import Address
from bot.domain.run import Capacity
from bot.domain.sop import Catalog, DayCorrection, Period
from bot.features import upkeep
from bot.features.work import Services
from bot.settings import PROJECT, Settings, load_settings
from bot.sop_loader import load_catalog
from bot.store import Store
from bot.store.inbox import StoredFile
from tests.offices import kantor

TOKEN = "7234567890:AAH-uji_uji_uji_uji_uji_uji_uji_uji"
NOW = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
AT_HOME = Place(environ={}, mount_of=lambda folder: Path("/"), in_container=False)


def settings_of(folder: Path, **environ: str) -> Settings:
    usual = {
        "DATABASE_URL": f"sqlite:///{folder}/kawal.db",
        "ARCHIVE_DIR": f"{folder}/arsip",
        "BOT_TOKEN": TOKEN,
        "ADMIN_IDS": "11",
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
    }
    return load_settings(usual | environ, env_file=None)


def told(findings: Iterator[Finding] | list[Finding], level: Level) -> str:
    return "\n".join(str(finding) for finding in findings if finding.level is level)


class Telegram:
    """A Telegram that answers getMe as it is told to."""

    def __init__(self) -> None:
        self.status = 200
        self.body: object = {"ok": True, "result": {"id": 1, "username": "kawal_uji_bot"}}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                body = outer.body
                raw = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: a test's server does not talk."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    made = Telegram()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def test_in_an_office_where_all_is_well_nothing_has_to_be_done(
    sqlite_store: Store, tmp_path: Path, telegram: Telegram
) -> None:
    tmp_path.chmod(0o700)
    settings = settings_of(tmp_path, TELEGRAM_API_URL=telegram.url)
    everybody(sqlite_store)
    beat(sqlite_store, NOW)
    findings = list(doctor.examine(settings, NOW, AT_HOME))
    assert doctor.worst(findings) is not Level.BAD, told(findings, Level.BAD)
    good = told(findings, Level.GOOD)
    assert "@kawal_uji_bot" in good
    assert "Bot sedang berjalan" in good
    assert "4 SOP, 7 prosedur" in good
    assert "ada pemegangnya" in good
    assert telegram.asked == [f"/bot{TOKEN}/getMe"]
    # What is left to look at is what the data assumes and the calendar of the years to come.
    for line in told(findings, Level.LOOK).splitlines():
        assert "2027" in line or "asumsi" in line or "→" in line


def test_before_the_first_start_nothing_is_made_and_the_token_is_asked_for(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "data", BOT_TOKEN="", ADMIN_IDS="")
    findings = list(doctor.examine(settings, NOW, AT_HOME))
    assert "BOT_TOKEN belum diisi" in told(findings, Level.BAD)
    assert "akan dibuat" in told(findings, Level.GOOD)
    assert list(tmp_path.iterdir()) == []


def test_every_fault_says_what_to_do(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, BOT_TOKEN="", SOP_DIR=str(tmp_path / "tidak-ada"))
    (tmp_path / "kawal.db").write_text("bukan database " * 100)
    findings = list(doctor.examine(settings, NOW, AT_HOME))
    bad = [finding for finding in findings if finding.level is Level.BAD]
    assert len(bad) == 3
    assert all(finding.todo for finding in bad)


def test_the_doctor_never_changes_an_old_database(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.schema.head", lambda: "0042_kelak")
    findings = list(doctor.look_at_database(settings_of(tmp_path), None, NOW))
    assert "kawal migrate" in told(findings, Level.LOOK)


@pytest.mark.parametrize(
    ("host", "environ"),
    [
        ("Heroku", {"DYNO": "worker.1"}),
        ("Railway", {"RAILWAY_ENVIRONMENT": "production"}),
        ("Render", {"RENDER": "true"}),
        ("Fly.io", {"FLY_APP_NAME": "kawal"}),
        ("Cloud Run", {"K_SERVICE": "kawal"}),
    ],
)
def test_a_host_that_empties_its_disk_is_warned_of(host: str, environ: dict[str, str]) -> None:
    place = Place(environ, lambda folder: Path("/"), in_container=False)
    findings = list(doctor.look_at_folder(settings_of(PROJECT / "data"), place))
    assert host in told(findings, Level.LOOK)
    assert "PostgreSQL" in told(findings, Level.LOOK)


def test_a_container_with_a_volume_is_fine_and_one_without_is_not(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    settings = settings_of(tmp_path)
    on_volume = Place(
        {}, lambda folder: tmp_path if folder == tmp_path else Path("/"), in_container=True
    )
    assert not told(doctor.look_at_folder(settings, on_volume), Level.LOOK)
    without = Place({}, lambda folder: Path("/"), in_container=True)
    assert "volume tetap" in told(doctor.look_at_folder(settings, without), Level.LOOK)


def test_postgresql_is_safe_on_any_host(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, DATABASE_URL="postgresql://kawal@db/kawal")
    place = Place({"DYNO": "worker.1"}, lambda folder: Path("/"), in_container=True)
    assert not told(doctor.look_at_folder(settings, place), Level.LOOK)


def test_a_data_folder_that_others_can_open_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    findings = list(doctor.look_at_folder(settings_of(tmp_path), AT_HOME))
    assert f"chmod 700 {tmp_path}" in told(findings, Level.LOOK)


def test_a_slip_of_the_hand_in_the_settings_is_named(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("BOT_TOKN=x\n")
    settings = load_settings({"BOT_TOKEN": TOKEN}, env_file=env)
    assert "BOT_TOKN" in told(doctor.look_at_settings(settings), Level.LOOK)


def test_the_calendar_says_what_it_does_not_know() -> None:
    office = kantor(ramadan=[Period(date(2026, 2, 19), date(2026, 3, 20))])
    findings = list(doctor.look_at_calendar(office, date(2027, 5, 1)))
    looks = told(findings, Level.LOOK)
    assert "Ramadan 2027" in looks
    assert "Cuti bersama 2028" in looks
    complete = kantor(
        ramadan=[Period(date(2026, 2, 19), date(2026, 3, 20))],
        corrections=[DayCorrection(date(2026, 3, 18), "Cuti bersama", working=False)],
    )
    assert "Kalender 2026 lengkap" in told(
        doctor.look_at_calendar(complete, date(2026, 5, 1)), Level.GOOD
    )


def test_open_assumptions_are_counted_and_how_to_confirm_them_is_said() -> None:
    shipped = load_catalog(PROJECT / "sop_data")
    (finding,) = doctor.look_at_assumptions(shipped)
    assert finding.level is Level.LOOK
    # 12 units, the hours twice, escalation and a Ramadan are 16; 4 yearly days and what follows
    # Renja 5; of the steps 42 performers, 17 returns and 7 that everybody confirms are 66.
    assert finding.what == "87 asumsi dalam data belum dikukuhkan kantor"
    assert "kawal check" in finding.todo
    confirmed = Catalog(replace(kantor(), units=()), ())
    assert list(doctor.look_at_assumptions(confirmed)) == []


def test_what_an_admin_said_of_a_day_counts_for_the_calendar(sqlite_services: Services) -> None:
    store = sqlite_services.store
    assert store.path is not None
    settings = settings_of(store.path.parent, DATABASE_URL=f"sqlite:///{store.path}")
    here = datetime(2028, 5, 1, 10, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
    place = AT_HOME
    assert "Cuti bersama 2028" in told(list(doctor.examine(settings, here, place)), Level.LOOK)
    with store.begin() as tx:
        admin = tx.people.welcome(11, NOW, admin=True)
        leave = DayCorrection(date(2028, 4, 24), "Cuti bersama Idulfitri", working=False)
        tx.calendar.put(leave, admin, NOW)
    assert "Cuti bersama 2028" not in told(list(doctor.examine(settings, here, place)), Level.LOOK)


def test_the_calendars_year_is_the_offices_own() -> None:
    new_years_morning = datetime(2027, 1, 1, 3, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
    assert doctor.today(kantor(), new_years_morning.astimezone(ZoneInfo("UTC"))).year == 2027


def test_roles_that_nobody_holds_are_named_with_how_to_fill_them(
    store: Store, tmp_path: Path
) -> None:
    with store.begin() as tx:
        sari = tx.people.welcome(11, NOW)
        tx.people.set_name(sari, "Sari Wulandari, S.E.")
        tx.people.set_address(sari, Address.IBU)
        tx.people.grant(sari, "kasubbag", None, Capacity.DEFINITIF, NOW)
        tx.people.set_reachable(sari, False)
    url = store.url.render_as_string(hide_password=False)
    settings = settings_of(tmp_path, DATABASE_URL=url, ADMIN_IDS="")
    catalog, _ = doctor.look_at_data(settings)
    looks = told(doctor.look_at_database(settings, catalog, NOW), Level.LOOK)
    assert "/undang sekretaris" in looks
    assert "/undang kasubbag" not in looks
    assert "/undang bappeda" not in looks
    assert "Ibu Sari Wulandari, S.E. tidak dapat dikirimi" in looks
    assert "Belum ada admin" in looks


def test_a_token_that_telegram_refuses_is_told_without_showing_it(
    tmp_path: Path, telegram: Telegram
) -> None:
    telegram.status, telegram.body = 401, {"ok": False, "description": "Unauthorized"}
    findings = list(doctor.look_at_telegram(settings_of(tmp_path, TELEGRAM_API_URL=telegram.url)))
    assert "menolak BOT_TOKEN" in told(findings, Level.BAD)
    assert TOKEN not in "".join(map(str, findings))


@pytest.mark.parametrize(
    ("status", "body", "level"),
    [
        (502, {"ok": False}, Level.LOOK),
        (200, b"<html>captive portal</html>", Level.BAD),
        (200, [1, 2], Level.BAD),
        (200, {"ok": True}, Level.BAD),
    ],
)
def test_a_strange_answer_is_no_traceback(
    tmp_path: Path, telegram: Telegram, status: int, body: object, level: Level
) -> None:
    telegram.status, telegram.body = status, body
    settings = settings_of(tmp_path, TELEGRAM_API_URL=telegram.url)
    (finding,) = doctor.look_at_telegram(settings)
    assert finding.level is level


def test_a_telegram_out_of_reach_is_told_without_the_token(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers there
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        (finding,) = doctor.look_at_telegram(settings_of(tmp_path, TELEGRAM_API_URL=url))
    assert finding.level is Level.BAD
    assert "sambungan internet" in finding.todo
    assert TOKEN not in str(finding)


@pytest.mark.parametrize(
    ("age", "living"),
    [
        (timedelta(0), True),
        (timedelta(seconds=89), True),
        (timedelta(seconds=91), False),
        (timedelta(days=2), False),
        (timedelta(minutes=-5), False),
    ],
)
def test_the_bot_is_alive_by_its_last_heartbeat(
    store: Store, tmp_path: Path, age: timedelta, living: bool
) -> None:
    beat(store, NOW - age)
    url = store.url.render_as_string(hide_password=False)
    assert doctor.alive(settings_of(tmp_path, DATABASE_URL=url), NOW) is living


def test_a_bot_that_never_ran_is_not_alive_and_nothing_is_made(tmp_path: Path) -> None:
    assert not doctor.alive(settings_of(tmp_path), NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_was_never_migrated_has_no_heartbeat(
    empty_url: str, tmp_path: Path
) -> None:
    if empty_url.startswith("sqlite"):
        (tmp_path / "kawal.db").touch()
    assert not doctor.alive(settings_of(tmp_path, DATABASE_URL=empty_url), NOW)


def beat(store: Store, at: datetime) -> None:
    with store.begin() as tx:
        tx.keyvalues.put("heartbeat", "", at)


def everybody(store: Store) -> None:
    """One person for every role of the procedures, Bu Sari for the Kasubbag first."""
    with store.begin() as tx:
        for chat, role in enumerate(
            ("kasubbag", "kepala_dinas", "sekretaris", "tim", "kepala_bidang", "kasi", "staf"), 11
        ):
            person = tx.people.welcome(chat, NOW)
            tx.people.set_name(person, f"Pegawai {chat}")
            tx.people.set_address(person, Address.IBU)
            tx.people.grant(person, role, None, Capacity.DEFINITIF, NOW)


def test_a_bot_that_ended_tidily_is_not_said_to_run(sqlite_services: Services) -> None:
    now = NOW
    settings = load_settings({"DATABASE_URL": str(sqlite_services.store.url)}, env_file=None)
    upkeep.beat(sqlite_services, now)
    assert doctor.alive(settings, now)
    upkeep.note_shutdown(sqlite_services, now)
    assert not doctor.alive(settings, now)
    upkeep.wake_up(sqlite_services, now)
    assert doctor.alive(settings, now)


def test_the_archive_is_compared_with_what_is_on_record(
    sqlite_store: Store, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path)
    whole, gone = (StoredFile(c * 64, f"2025/lakip/00001/01/{c}-sk.pdf", 2) for c in "ab")
    with sqlite_store.begin() as tx:
        tx.files.put(whole, NOW)
    place = settings.archive_dir / whole.path
    place.parent.mkdir(parents=True)
    place.write_bytes(b"SK")
    (settings.archive_dir / ".masuk").mkdir()
    (settings.archive_dir / ".masuk" / "0123").write_bytes(b"half")
    found = list(doctor.look_at_database(settings, None, NOW))
    assert "Arsip utuh: 1 berkas" in told(found, Level.GOOD)

    (place.parent / "titipan.pdf").write_bytes(b"?")
    with sqlite_store.begin() as tx:
        tx.files.put(gone, NOW)
    found = list(doctor.look_at_database(settings, None, NOW))
    assert "1 berkas arsip hilang" in told(found, Level.BAD)
    assert "kawal restore" in told(found, Level.BAD)
    assert "titipan.pdf" in told(found, Level.LOOK)
