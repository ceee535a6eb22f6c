"""`kawal doctor`: what keeps the bot from working, and how to correct it.

Each check yields findings, changes nothing, and does not need the bot to be running.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.doctor.database import alive, days_on_record, look_at_database
from bot.doctor.findings import Finding, Level, bad, good, look, worst
from bot.settings import PROJECT, Settings, SettingsError

if TYPE_CHECKING:
    from bot.domain.sop import Catalog, DayCorrection, Office

__all__ = [
    "Finding",
    "Level",
    "Place",
    "alive",
    "examine",
    "look_at_calendar",
    "look_at_database",
    "today",
    "worst",
]

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


@dataclass(frozen=True, slots=True)
class Place:
    """What the checks ask of the machine; `mount_of` is a folder's mount point."""

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
        days = days_on_record(settings)
        yield from look_at_calendar(catalog.office, today(catalog.office, now), days)
    yield from look_at_database(settings, catalog, now)
    yield from look_at_telegram(settings)


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """The token, the admins, and names in `.env` that look misspelt."""
    try:
        settings.require_token()
        yield good("Pengaturan terbaca dan BOT_TOKEN terisi")
    except SettingsError as faults:
        missing, _, advice = faults.faults[0].partition("; ")
        yield bad(missing, advice)
    for warning in settings.warnings:
        yield look(warning, "betulkan namanya, atau hapus barisnya")
    env = PROJECT / ".env"
    if os.name == "posix" and env.exists() and env.stat().st_mode & 0o077:
        yield look(f"{env} dapat dibaca pengguna lain", f"jalankan chmod 600 {env}")


def look_at_folder(settings: Settings, place: Place) -> Iterator[Finding]:
    """Whether the database's folder lasts, can be written, and is closed to others."""
    file = settings.database_file
    if file is None:
        yield good("Data disimpan di PostgreSQL, tidak di penyimpanan tempat bot berjalan")
        return
    folder = file.parent
    hosts = [name for key, name in VANISHING_HOSTS.items() if place.environ.get(key)]
    hosts += ["wadah (container)"] if place.in_container else []
    if hosts and place.mount_of(folder) in {Path("/"), place.mount_of(PROJECT)}:
        yield look(
            f"Data disimpan di {folder}; bot berjalan di {hosts[0]}, yang menghapus penyimpanannya"
            " setiap kali dipasang ulang",
            "pakai PostgreSQL (isi DATABASE_URL), atau pasang volume tetap pada folder itu",
        )
    if not folder.exists():
        yield good(f"Folder data {folder} akan dibuat saat kawal run pertama")
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield bad(
            f"Folder data {folder} tidak dapat ditulis",
            "beri izin menulis kepada pengguna yang menjalankan bot",
        )
    elif os.name == "posix" and folder.stat().st_mode & 0o077:
        yield look(
            f"Folder data {folder} dapat dibuka pengguna lain", f"jalankan chmod 700 {folder}"
        )
    else:
        yield good(f"Folder data {folder} dapat ditulis dan tertutup bagi yang lain")


def look_at_data(settings: Settings) -> tuple[Catalog | None, list[Finding]]:
    """The office's files; the catalogue where it can be used."""
    from bot.sop_loader import DataError, load_catalog

    try:
        catalog = load_catalog(settings.sop_dir)
    except DataError as faults:
        return None, [
            bad(str(fault), "betulkan berkasnya, lalu jalankan kawal check")
            for fault in faults.faults
        ]
    count = sum(1 for _ in catalog.procedures())
    what = f"Data kantor terbaca: {len(catalog.sops)} SOP, {count} prosedur"
    return catalog, [good(what), *look_at_assumptions(catalog)]


def look_at_assumptions(catalog: Catalog) -> Iterator[Finding]:
    """How much of the data the office still has to confirm."""
    from bot.sop_loader import assumptions

    if count := len(assumptions(catalog)):
        yield look(
            f"{count} asumsi dalam data belum dikukuhkan kantor",
            "lihat daftarnya dengan kawal check; betulkan nilainya bila keliru, lalu hapus tanda"
            " asumsi di berkasnya (docs/data.md)",
        )


def look_at_calendar(
    office: Office, today: date, days: tuple[DayCorrection, ...] = ()
) -> Iterator[Finding]:
    """Whether the calendar is complete, this year and the next, with the days set by /libur."""
    from bot.domain.calendar import coverage

    for year in (today.year, today.year + 1):
        known = coverage(office, year, days)
        if known.complete:
            yield good(f"Kalender {year} lengkap")
        if not known.public_holidays:
            yield look(
                f"Libur nasional {year} belum dikenal",
                "perbarui Kawal SOP, atau tulis liburnya di kantor.yaml bagian koreksi_kalender",
            )
        if not known.joint_leave:
            yield look(
                f"Cuti bersama {year} belum dikenal",
                "bila SKB-nya sudah terbit, tulis tanggalnya di kantor.yaml bagian"
                " koreksi_kalender",
            )
        if not known.ramadan:
            yield look(
                f"Tanggal Ramadan {year} belum ada, sehingga jam kerja Ramadan tidak dipakai",
                "tulis tanggalnya di kantor.yaml bagian ramadan",
            )
        if known.estimated:
            listed = ", ".join(
                f"{name.removesuffix('(perkiraan)').strip()} ({day:%d-%m-%Y})"
                for day, name in known.estimated
            )
            yield look(
                f"Tanggal libur {year} yang masih perkiraan: {listed}",
                "setelah pemerintah menetapkannya, tulis di kantor.yaml bagian koreksi_kalender",
            )


def today(office: Office, now: datetime) -> date:
    """The date at the office."""
    return now.astimezone(ZoneInfo(office.timezone)).date()


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
        yield bad(
            f"Telegram tidak menjawab di {base} ({type(error).__name__})",
            "periksa sambungan internet, proksi, dan isi TELEGRAM_API_URL",
        )
        return
    except (ValueError, KeyError, TypeError, AttributeError):
        yield bad(
            f"{base} menjawab, tetapi bukan sebagai Telegram",
            "periksa isi TELEGRAM_API_URL; hapus barisnya untuk memakai Telegram sendiri",
        )
        return
    if known is not None:
        yield good(f"Telegram menjawab: bot ini @{known}")
    elif answer.status_code in {401, 404}:
        yield bad(
            "Telegram menolak BOT_TOKEN",
            "salin kembali tokennya dari @BotFather (/mybots, pilih bot, API Token)",
        )
    else:
        yield look(
            f"Telegram sedang tidak beroperasi (kode {answer.status_code})",
            "coba lagi beberapa menit lagi",
        )


def _mount_of(folder: Path) -> Path:
    if sys.platform == "win32":
        return Path(folder.anchor)
    place = folder
    while not place.is_mount() and place != place.parent:
        place = place.parent
    return place
