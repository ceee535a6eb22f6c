"""What each command does. Each imports only what it needs, so that all start quickly."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot import __version__
from bot.clock import Clock

if TYPE_CHECKING:
    from bot.domain.documents import Format
    from bot.domain.sop import Catalog
    from bot.settings import Settings
    from bot.store import Store

FINE: Final = 0
UNEXPECTED: Final = 1
FAULT: Final = 2


def run(arguments: argparse.Namespace) -> int:
    """Run the bot until it is stopped."""
    from bot import logs

    settings = _settings()
    settings.require_token()
    logs.configure(settings.log_format, settings.secrets())
    from bot.app import run

    return run(settings)


def demo(arguments: argparse.Namespace) -> int:
    """Serve an office in the browser until it is stopped."""
    port = _port(arguments.port)
    # What is slow to import comes after the options have been understood.
    from bot.demo.server import serve

    return serve(
        folder=arguments.data,
        port=port,
        empty=arguments.empty,
        browser=not arguments.no_browser,
        say=lambda line: print(line, flush=True),
    )


def check(arguments: argparse.Namespace) -> int:
    """Print what the office's files say, or every fault in them."""
    from bot.doctor import look_at_calendar, today
    from bot.sop_loader import assumptions, corrections, load_catalog, renewals

    catalog = load_catalog(_settings().sop_dir)
    _print_summary(catalog)
    _print_section(
        "Asumsi yang masih harus dikukuhkan kantor",
        [
            f"{_where(a.procedure, a.step, a.sop_number)}{a.field}: {a.text}"
            for a in assumptions(catalog)
        ],
    )
    _print_section(
        "Perbedaan dengan naskah yang ditandatangani",
        [
            f"{_where(c.procedure, c.step, c.sop_number)}{c.field}: "
            + (f"tertulis “{c.written}”, dipakai “{c.text}”" if c.written else c.text)
            for c in corrections(catalog)
        ],
    )
    _print_section(
        "Peraturan dan istilah yang sudah diganti; naskahnya tidak diubah", renewals(catalog)
    )
    print("\nKalender:")
    for finding in look_at_calendar(catalog.office, today(catalog.office, Clock().now())):
        print("  " + str(finding).replace("\n", "\n  "))
    return FINE


def migrate(arguments: argparse.Namespace) -> int:
    """Bring the database up to date."""
    from bot.store import schema

    settings = _settings()
    settings.prepare_folders()
    with _opened(settings) as store:
        done = schema.upgrade(store)
    if done is None:
        print(f"Basis data sudah versi terbaru ({schema.head()}).")
        return FINE
    print(f"Basis data diperbarui dari {done.before or 'kosong'} ke {done.after}.")
    if done.copy:
        print(f"Salinan sebelum diperbarui: {done.copy}")
    return FINE


def backup(arguments: argparse.Namespace) -> int:
    """Write database and archive into one file."""
    from bot.store.backup import backup

    settings = _settings()
    now = Clock().now()
    name = f"kawal-{now.astimezone():%Y%m%d-%H%M%S}.zip"
    if arguments.file:
        target = Path(arguments.file)
        if target.is_dir() or arguments.file.endswith(("/", os.sep)):
            target.mkdir(parents=True, exist_ok=True)
            target /= name
    else:
        file = settings.database_file
        target = (file.parent if file else settings.archive_dir) / "backup" / name
        if file and file.exists():
            target.parent.mkdir(mode=0o700, exist_ok=True)
    with _opened(settings) as store:
        made = backup(store, settings.archive_dir, target, now, __version__)
    print(f"Cadangan selesai dan sudah diperiksa: {target}")
    print(f"Isinya basis data dan {len(made.members) - 1} berkas arsip.")
    print(
        "Simpan salinannya di tempat lain: media penyimpanan yang rusak membawa serta cadangannya."
    )
    return FINE


def restore(arguments: argparse.Namespace) -> int:
    """Put a backup in the place of the database, or only hold what was not sent."""
    from bot.store.backup import hold_unsent, restore

    settings = _settings()
    settings.prepare_folders()
    with _opened(settings) as store:
        if arguments.hold:
            held = hold_unsent(store)
        else:
            done = restore(arguments.file, store, settings.archive_dir, Clock().now())
            made_at = f"{done.manifest.made_at.astimezone():%d-%m-%Y %H.%M}"
            print(f"Cadangan tanggal {made_at} (versi {done.manifest.edition}) sudah dipulihkan.")
            if done.aside:
                print(f"Data yang diganti disimpan di {done.aside}.")
            held = done.held
    print(
        f"{held} kiriman yang belum terkirim ditahan; admin memutuskannya di Telegram setelah"
        " bot berjalan."
        if held
        else "Tidak ada kiriman yang tertunda."
    )
    return FINE


def doctor(arguments: argparse.Namespace) -> int:
    """Print what the doctor finds; with `--alive` only whether the bot runs."""
    from bot.doctor import Level, Place, alive, examine, worst

    settings = _settings()
    now = Clock().now()
    if arguments.alive:
        living = alive(settings, now)
        print("Bot berjalan." if living else "Bot tidak berjalan.")
        return FINE if living else UNEXPECTED
    findings = []
    for finding in examine(settings, now, Place.here()):
        findings.append(finding)
        print(finding, flush=True)
    if worst(findings) is Level.BAD:
        print("\nAda kesalahan yang harus dibetulkan sebelum bot dapat bekerja.")
        return FAULT
    return FINE


def report(arguments: argparse.Namespace) -> int:
    """Write a report in the forms that were asked for."""
    from bot.export import write_report

    words, forms = arguments.words, _forms(arguments)
    return _tell_written(write_report(_settings(), words, forms, Clock().now()))


def sop(arguments: argparse.Namespace) -> int:
    """Write an SOP as a paper."""
    from bot.export import write_sop

    return _tell_written(write_sop(_settings(), arguments.code, _forms(arguments), Clock().now()))


def export(arguments: argparse.Namespace) -> int:
    """Write the journal as JSON."""
    from bot.export import write_journal
    from bot.store.disk import is_passage

    count = write_journal(_settings(), arguments.json, Clock().now())
    if arguments.json != "-" and not is_passage(Path(arguments.json)):
        print(f"{count} baris jurnal ditulis ke {arguments.json}.")
    return FINE


def _forms(arguments: argparse.Namespace) -> dict[Format, str]:
    """The forms that were asked for, each with the name of its file, empty for its own."""
    from bot.domain.documents import Format

    asked = ((form, getattr(arguments, form.value, None)) for form in Format)
    return {form: name for form, name in asked if name is not None}


def _tell_written(files: Iterable[Path]) -> int:
    for file in files:
        print(f"Tersimpan: {file}")
    return FINE


def _port(text: str) -> int:
    """A port's number; 0 takes any that is free.

    Raises:
        OperatorError: it is none.
    """
    from bot.settings import OperatorError

    if not (text.isascii() and text.isdigit() and int(text) <= 65_535):
        raise OperatorError(
            f'--port "{text}" bukan angka antara 0 dan 65535; lihat kawal demo --help'
        )
    return int(text)


def _settings() -> Settings:
    from bot.settings import load_settings

    settings = load_settings()
    for warning in settings.warnings:
        print(f"Perhatian: {warning}", file=sys.stderr)
    return settings


def _opened(settings: Settings) -> closing[Store]:
    from bot.store import Store

    return closing(Store(settings.url))


def _print_summary(catalog: Catalog) -> None:
    from bot.sop_loader import total_time

    rows = [
        (sop.number, (f"/mulai_{p.code}", str(len(p.steps)), total_time(p), p.title))
        for sop, p in catalog.procedures()
    ]
    heads = ("Perintah", "Langkah", "Waktu baku", "Judul")
    columns = zip(heads, *(row for _, row in rows), strict=True)
    first, second, third, _ = (max(map(len, column)) for column in columns)

    def show(row: tuple[str, str, str, str]) -> None:
        code, steps, total, title = row
        print(f"  {code:<{first}}  {steps:>{second}}  {total:<{third}}  {title}".rstrip())

    print(f"{catalog.office.name}, {catalog.office.city}\n")
    show(heads)
    for number, group in groupby(rows, key=lambda row: row[0]):
        print(f"SOP {number}")
        for _, row in group:
            show(row)


def _where(procedure: str | None, step: int | None, sop_number: str | None) -> str:
    place = " langkah ".join(str(part) for part in (procedure, step) if part is not None)
    return f"{place or sop_number}, " if place or sop_number else ""


def _print_section(title: str, lines: list[str]) -> None:
    print(f"\n{title}: {len(lines) or 'tidak ada'}")
    for line in lines:
        print(f"  {line}")
