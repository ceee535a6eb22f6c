"""`kawal doctor`: what keeps the bot from working, and how to correct it.

Each check yields findings, changes nothing, and does not need the bot to be running. `alive`
is for a supervisor: it checks only the bot's heartbeat.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.settings import PROJECT, Settings, SettingsError

if TYPE_CHECKING:
    from bot.domain.people import Staff
    from bot.domain.sop import Catalog, DayCorrection, Office
    from bot.store import Transaction
    from bot.store.keyvalues import Mark
    from bot.store.runs import StoredRun

HEARTBEAT_FRESH: Final = timedelta(seconds=90)
"""The bot hangs or has ended if its heartbeat is older than this."""

TELEGRAM_TIMEOUT: Final = 5.0

VANISHING_HOSTS: Final = {
    "DYNO": "Heroku",
    "RAILWAY_ENVIRONMENT": "Railway",
    "RAILWAY_ENVIRONMENT_ID": "Railway",
    "RENDER": "Render",
    "FLY_APP_NAME": "Fly.io",
    "K_SERVICE": "Cloud Run",
    "KOYEB_APP_NAME": "Koyeb",
    "VCAP_APPLICATION": "Cloud Foundry",
    "REPL_ID": "Replit",
    "CODESPACES": "Codespaces",
    "KUBERNETES_SERVICE_HOST": "Kubernetes",
}
"""Environment variables of hosts whose disk is emptied at every deployment."""


class Level(StrEnum):
    """The severity of a finding: fine, a warning, or an obstacle. The value is its sign."""

    GOOD = "✓"
    LOOK = "!"
    BAD = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: its level, what was found, and what to do about it."""

    level: Level
    what: str
    todo: str = ""

    def __str__(self) -> str:
        line = f"{self.level.value} {self.what}"
        return f"{line}\n  → {self.todo}" if self.todo else line


@dataclass(frozen=True, slots=True)
class Place:
    """What the checks need to know of the machine; tests give another one.

    `mount_of` returns the mount point of a folder's file system.
    """

    environ: Mapping[str, str]
    mount_of: Callable[[Path], Path]
    in_container: bool

    @classmethod
    def here(cls) -> Place:
        """This machine."""
        marks = (Path("/.dockerenv"), Path("/run/.containerenv"))
        return cls(os.environ, _mount_of, any(mark.exists() for mark in marks))


def examine(settings: Settings, now: datetime, place: Place) -> Iterator[Finding]:
    """All checks, in the order in which faults have to be corrected."""
    yield from look_at_settings(settings)
    yield from look_at_folder(settings, place)
    catalog, findings = look_at_data(settings)
    yield from findings
    if catalog is not None:
        days = _days_on_record(settings)
        yield from look_at_calendar(catalog.office, today(catalog.office, now), days)
    yield from look_at_database(settings, catalog, now)
    yield from look_at_telegram(settings)


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """The token, the admins, and names in `.env` that look misspelt."""
    try:
        settings.require_token()
        yield Finding(Level.GOOD, "Pengaturan terbaca dan BOT_TOKEN terisi")
    except SettingsError as faults:
        missing, _, advice = faults.faults[0].partition("; ")
        yield Finding(Level.BAD, missing, advice)
    for warning in settings.warnings:
        yield Finding(Level.LOOK, warning, "betulkan namanya, atau hapus barisnya")
    env = PROJECT / ".env"
    if os.name == "posix" and env.exists() and env.stat().st_mode & 0o077:
        yield Finding(Level.LOOK, f"{env} dapat dibaca pengguna lain", f"jalankan chmod 600 {env}")


def look_at_folder(settings: Settings, place: Place) -> Iterator[Finding]:
    """Whether the database's folder lasts, can be written, and is closed to others."""
    file = settings.database_file
    if file is None:
        yield Finding(Level.GOOD, "Data disimpan di PostgreSQL, tidak di diska tempat bot berjalan")
        return
    folder = file.parent
    host = next((name for key, name in VANISHING_HOSTS.items() if place.environ.get(key)), None)
    host = host or ("wadah (container)" if place.in_container else None)
    if host and place.mount_of(folder) in {Path("/"), place.mount_of(PROJECT)}:
        yield Finding(
            Level.LOOK,
            f"Data disimpan di {folder}; bot berjalan di {host}, yang menghapus diskanya setiap"
            " kali dipasang ulang",
            "pakai PostgreSQL (isi DATABASE_URL), atau pasang volume tetap pada folder itu",
        )
    if not folder.exists():
        yield Finding(Level.GOOD, f"Folder data {folder} akan dibuat saat kawal run pertama")
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(
            Level.BAD,
            f"Folder data {folder} tidak dapat ditulis",
            "beri izin menulis kepada pengguna yang menjalankan bot",
        )
    elif os.name == "posix" and folder.stat().st_mode & 0o077:
        yield Finding(
            Level.LOOK,
            f"Folder data {folder} dapat dibuka pengguna lain",
            f"jalankan chmod 700 {folder}",
        )
    else:
        yield Finding(Level.GOOD, f"Folder data {folder} dapat ditulis dan tertutup bagi yang lain")


def look_at_data(settings: Settings) -> tuple[Catalog | None, list[Finding]]:
    """The office's files; the catalogue where it can be used."""
    from bot.sop_loader import DataError, load_catalog

    try:
        catalog = load_catalog(settings.sop_dir)
    except DataError as faults:
        return None, [
            Finding(Level.BAD, str(fault), "betulkan berkasnya, lalu jalankan kawal check")
            for fault in faults.faults
        ]
    count = sum(1 for _ in catalog.procedures())
    what = f"Data kantor terbaca: {len(catalog.sops)} SOP, {count} prosedur"
    return catalog, [Finding(Level.GOOD, what)]


def look_at_calendar(
    office: Office, today: date, days: Iterable[DayCorrection] = ()
) -> Iterator[Finding]:
    """Whether the calendar can be relied on, this year and the next.

    `days` are the admin's corrections by /libur.
    """
    from bot.domain.calendar import coverage

    spoken_of = tuple(days)
    for year in (today.year, today.year + 1):
        known = coverage(office, year, spoken_of)
        if known.complete:
            yield Finding(Level.GOOD, f"Kalender {year} lengkap")
        if not known.public_holidays:
            yield Finding(
                Level.LOOK,
                f"Libur nasional {year} belum dikenal",
                "perbarui Kawal SOP, atau tulis liburnya di kantor.yaml bagian koreksi_kalender",
            )
        if not known.joint_leave:
            yield Finding(
                Level.LOOK,
                f"Cuti bersama {year} belum dikenal",
                "bila SKB-nya sudah terbit, tulis tanggalnya di kantor.yaml bagian"
                " koreksi_kalender",
            )
        if not known.ramadan:
            yield Finding(
                Level.LOOK,
                f"Tanggal Ramadan {year} belum ada, sehingga jam kerja Ramadan tidak dipakai",
                "tulis tanggalnya di kantor.yaml bagian ramadan",
            )
        if known.estimated:
            listed = ", ".join(
                f"{name.removesuffix('(perkiraan)').strip()} ({day:%d-%m-%Y})"
                for day, name in known.estimated
            )
            yield Finding(
                Level.LOOK,
                f"Tanggal libur {year} yang masih perkiraan: {listed}",
                "setelah pemerintah menetapkannya, tulis di kantor.yaml bagian koreksi_kalender",
            )


def _days_on_record(settings: Settings) -> tuple[DayCorrection, ...]:
    """The admin's corrections; none where the database cannot be read.

    The check of the database reports why.
    """
    from bot.store import Store, schema
    from bot.store.errors import DatabaseError

    file = settings.database_file
    if file is not None and not file.exists():
        return ()
    store = Store(settings.url)
    try:
        if schema.current(store) != schema.head():
            return ()
        with schema.translate_errors(store), store.read() as tx:
            return tx.calendar.corrections()
    except DatabaseError:
        return ()
    finally:
        store.close()


def today(office: Office, now: datetime) -> date:
    """The date at the office."""
    return now.astimezone(ZoneInfo(office.timezone)).date()


def look_at_database(
    settings: Settings, catalog: Catalog | None, now: datetime
) -> Iterator[Finding]:
    """The database, its revision, and the people, deliveries and heartbeat in it."""
    from bot.operator_words import sentence
    from bot.store import Store, schema
    from bot.store.errors import DatabaseError

    file = settings.database_file
    if file is not None and not file.exists():
        yield Finding(Level.GOOD, f"Database {file} akan dibuat saat kawal run pertama")
        return
    store = Store(settings.url)
    try:
        revision = schema.current(store)
        if revision != schema.head():
            yield Finding(
                Level.LOOK,
                f"Database masih edisi {revision or 'kosong'}, program ini {schema.head()}",
                "jalankan kawal migrate, atau kawal run yang melakukannya sendiri",
            )
            return
        yield Finding(Level.GOOD, f"Database dapat dipakai, edisi {revision}")
        with schema.translate_errors(store), store.read() as tx:
            staff = tx.people.staff(now)
            yield from _look_at_people(settings, catalog, staff)
            if catalog is not None:
                yield from _look_at_lost_roles(catalog.office, staff, tx.runs.running())
            yield from _look_at_deliveries(tx)
            yield from _look_at_archive(settings.archive_dir, tx)
            yield _look_at_heartbeat(tx, now)
    except DatabaseError as fault:
        yield Finding(Level.BAD, "Database tidak dapat dipakai", sentence(fault))
    finally:
        store.close()


def _look_at_people(settings: Settings, catalog: Catalog | None, staff: Staff) -> Iterator[Finding]:
    for number in sorted(settings.admin_ids - {p.chat_id for p in staff.people.values()}):
        yield Finding(
            Level.LOOK,
            f"Admin {number} belum pernah bergabung",
            "buka bot di Telegram dari akun itu dan tekan Start; bila tidak bisa, periksa nomornya"
            " pada ADMIN_IDS",
        )
    if not staff.admins() and not settings.admin_ids:
        yield Finding(
            Level.LOOK,
            "Belum ada admin",
            "isi ADMIN_IDS di .env, atau buka tautan yang dicetak kawal run pada awalnya",
        )
    for person in staff.people.values():
        if not person.reachable:
            yield Finding(
                Level.LOOK,
                f"{person.called} tidak dapat dikirimi pesan",
                "minta membuka kembali bot ini di Telegram dan menekan Mulai",
            )
    if catalog is None:
        return
    used = dict.fromkeys(
        role for _, procedure in catalog.procedures() for s in procedure.steps for role in s.roles
    )
    vacant = [
        role
        for code in used
        if not (role := catalog.office.role(code)).external and not staff.holders([code])
    ]
    for role in vacant:
        yield Finding(
            Level.LOOK,
            f'Peran "{role.name}" belum dipegang siapa pun',
            f"kirim /undang {role.code} kepada bot, lalu teruskan tautannya",
        )
    if not vacant:
        yield Finding(Level.GOOD, "Setiap peran dalam prosedur ada pemegangnya")


def _look_at_lost_roles(
    office: Office, staff: Staff, running: Iterable[StoredRun]
) -> Iterator[Finding]:
    """Roles that people hold or runs under way need, and that the office no longer has."""
    held = {holding.role for holding in staff.holdings}
    needed = {role for stored in running for s in stored.run.procedure.steps for role in s.roles}
    for code in sorted((held | needed) - {role.code for role in office.roles}):
        uses = [
            *(["masih dipegang pegawai"] if code in held else []),
            *(["diperlukan prosedur yang sedang berjalan"] if code in needed else []),
        ]
        yield Finding(
            Level.LOOK,
            f'Peran "{code}" {" dan ".join(uses)}, tetapi tidak ada lagi di kantor.yaml',
            f"kembalikan peran dengan kode {code} di kantor.yaml bagian peran; yang boleh diganti"
            " adalah namanya, bukan kodenya",
        )


def _look_at_deliveries(tx: Transaction) -> Iterator[Finding]:
    from bot.store.outbox import DeliveryState

    if held := tx.outbox.count(DeliveryState.DITAHAN):
        yield Finding(
            Level.LOOK,
            f"{held} kiriman ditahan sejak pemulihan cadangan",
            "admin memutuskannya dengan tombol di Telegram",
        )
    if failed := tx.outbox.count(DeliveryState.GAGAL):
        yield Finding(
            Level.LOOK,
            f"{failed} kiriman disisihkan karena gagal terus",
            "lihat sebabnya di catatan log bot",
        )


def _look_at_archive(folder: Path, tx: Transaction) -> Iterator[Finding]:
    """Whether the archive holds every file on record, and nothing else.

    Names and sizes are compared, not contents: `kawal backup` reads those.
    """
    from bot.store.archive import INBOX, Archive

    archive, stored = Archive(folder), tx.files.all()
    missing = [file.path for file in stored if not archive.holds(file.path, file.size)]
    if missing:
        yield Finding(
            Level.BAD,
            f"{len(missing)} berkas arsip hilang atau berubah, antara lain {missing[0]}",
            "kembalikan dari cadangan dengan kawal restore, atau minta pengirimnya mengirim ulang",
        )
    known = {file.path for file in stored}
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    strange = sorted(
        p.as_posix() for p in found if p.parts[0] != INBOX and p.as_posix() not in known
    )
    if strange:
        yield Finding(
            Level.LOOK,
            f"{len(strange)} berkas di folder arsip tidak tercatat, antara lain {strange[0]}",
            "simpan di tempat lain bila tidak diperlukan; setelah pemulihan cadangan lama hal ini"
            " wajar",
        )
    if not missing and stored:
        yield Finding(Level.GOOD, f"Arsip utuh: {len(stored)} berkas")


def _look_at_heartbeat(tx: Transaction, now: datetime) -> Finding:
    mark = tx.keyvalues.get("heartbeat")
    if _lives(mark, now):
        return Finding(Level.GOOD, "Bot sedang berjalan")
    since = f" sejak {mark.at.astimezone():%d-%m-%Y %H.%M}" if mark else ""
    return Finding(Level.LOOK, f"Bot tidak berjalan{since}", "jalankan dengan kawal run")


def look_at_telegram(settings: Settings) -> Iterator[Finding]:
    """Whether Telegram answers, and knows the token."""
    if settings.bot_token is None:
        return
    import httpx

    base = settings.telegram_api_url
    try:
        # An error's text is never shown: it may hold the address, and so the token.
        answer = httpx.get(f"{base}/bot{settings.require_token()}/getMe", timeout=TELEGRAM_TIMEOUT)
        body = answer.json()
        known = body["result"]["username"] if body.get("ok") else None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield Finding(
            Level.BAD,
            f"Telegram tidak menjawab di {base} ({type(error).__name__})",
            "periksa sambungan internet, proksi, dan isi TELEGRAM_API_URL",
        )
        return
    except (ValueError, KeyError, TypeError, AttributeError):
        yield Finding(
            Level.BAD,
            f"{base} menjawab, tetapi bukan sebagai Telegram",
            "periksa isi TELEGRAM_API_URL; hapus barisnya untuk memakai Telegram sendiri",
        )
        return
    if known is not None:
        yield Finding(Level.GOOD, f"Telegram menjawab: bot ini @{known}")
    elif answer.status_code in {401, 404}:
        yield Finding(
            Level.BAD,
            "Telegram menolak BOT_TOKEN",
            "salin kembali tokennya dari @BotFather (/mybots, pilih bot, API Token)",
        )
    else:
        yield Finding(
            Level.LOOK,
            f"Telegram sedang tidak dapat melayani (kode {answer.status_code})",
            "coba lagi beberapa menit lagi",
        )


def alive(settings: Settings, now: datetime) -> bool:
    """Whether the bot's heartbeat is fresh.

    Raises:
        DatabaseError: the database cannot be read.
    """
    from bot.store import Store, schema

    file = settings.database_file
    if file is not None and not file.exists():
        return False
    store = Store(settings.url)
    try:
        if schema.current(store) is None:
            return False
        with schema.translate_errors(store), store.read() as tx:
            mark = tx.keyvalues.get("heartbeat")
    finally:
        store.close()
    return _lives(mark, now)


def worst(findings: Iterable[Finding]) -> Level:
    """The worst level of these; fine if there are none."""
    order = list(Level)
    return max((f.level for f in findings), key=order.index, default=Level.GOOD)


def _lives(mark: Mark | None, now: datetime) -> bool:
    """Whether this heartbeat is of a running bot: fresh, and not written at its end."""
    # After a clock was set back, an old heartbeat may lie in the future.
    return mark is not None and not mark.value and abs(now - mark.at) < HEARTBEAT_FRESH


def _mount_of(folder: Path) -> Path:
    if sys.platform == "win32":
        return Path(folder.anchor)
    place = folder
    while not place.is_mount() and place != place.parent:
        place = place.parent
    return place
