"""The command line: `kawal run`, `demo`, `check`, `doctor`, `backup`, `restore`, `migrate`,
`report`, `sop` and `export`.

Each command imports only what it needs. A fault that the operator can correct is one sentence
on the standard error and exit code 2; an unexpected error is a log line with a number and
exit code 1.
"""

from __future__ import annotations

import argparse
import difflib
import io
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from bot import __version__

if TYPE_CHECKING:
    from bot.domain.documents import Format
    from bot.domain.sop import Catalog
    from bot.settings import Settings
    from bot.store import Store

FINE: Final = 0
UNEXPECTED: Final = 1
FAULT: Final = 2
INTERRUPTED: Final = 130

_ABOUT: Final = """\
Kawal SOP mengawal SOP kantor di Telegram, dari langkah pertama sampai tanda tangan."""

_AFTER: Final = """\
Pengaturan dibaca dari berkas .env di folder proyek; contohnya ada di .env.example.
Panduan kantor ada di docs/panduan.md, panduan operasi di docs/operasi.md."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console that has no "✓" shows "?"
            stream.reconfigure(errors="replace")
    mask = os.umask(0o077)  # databases, backups and locks: readable by the owner only
    try:
        return _answer(sys.argv[1:] if argv is None else argv)
    finally:
        os.umask(mask)


def _answer(argv: Sequence[str]) -> int:
    try:
        arguments = _parse(argv)
        command: Command = arguments.command
        code = command.run(arguments)
        sys.stdout.flush()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else UNEXPECTED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (head, less) has ended.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNEXPECTED
    except Exception as error:  # noqa: BLE001 - the last resort: it is logged with its number
        return _failed(error)
    return code


def _run(arguments: argparse.Namespace) -> int:
    from bot import logs

    settings = _settings()
    settings.require_token()
    logs.configure(settings.log_format, settings.secrets())
    from bot.app import run

    return run(settings)


def _demo(arguments: argparse.Namespace) -> int:
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


def _check(arguments: argparse.Namespace) -> int:
    from bot import doctor
    from bot.clock import Clock
    from bot.sop_loader import load_catalog

    catalog = load_catalog(_settings().sop_dir)
    _print_summary(catalog)
    _print_assumptions(catalog)
    _print_corrections(catalog)
    today = doctor.today(catalog.office, Clock().now())
    print("\nKalender:")
    for finding in doctor.look_at_calendar(catalog.office, today):
        print("  " + str(finding).replace("\n", "\n  "))
    return FINE


def _migrate(arguments: argparse.Namespace) -> int:
    from bot.store import schema

    settings = _settings()
    settings.prepare_folders()
    with _opened(settings) as store:
        done = schema.upgrade(store)
    if done is None:
        print(f"Database sudah edisi terbaru ({schema.head()}).")
        return FINE
    print(f"Database diperbarui dari {done.before or 'kosong'} ke {done.after}.")
    if done.copy:
        print(f"Salinan sebelum diperbarui: {done.copy}")
    return FINE


def _backup(arguments: argparse.Namespace) -> int:
    from bot.clock import Clock
    from bot.store import backup

    settings = _settings()
    now = Clock().now()
    name = f"kawal-{now.astimezone():%Y%m%d-%H%M%S}.zip"
    target = Path(arguments.file) if arguments.file else None
    if target is None:
        home = settings.database_file.parent if settings.database_file else settings.archive_dir
        target = home / "backup" / name
        if settings.database_file and settings.database_file.exists():
            target.parent.mkdir(mode=0o700, exist_ok=True)
    elif target.is_dir() or arguments.file.endswith(("/", os.sep)):
        # A name that ends in a slash means a folder, whether it is there or not.
        target = target / name
        target.parent.mkdir(parents=True, exist_ok=True)
    with _opened(settings) as store:
        made = backup.backup(store, settings.archive_dir, target, now, __version__)
    print(f"Cadangan selesai dan sudah diperiksa: {target}")
    print(f"Isinya database dan {len(made.members) - 1} berkas arsip.")
    print("Simpan salinannya di tempat lain: diska yang rusak membawa serta cadangannya.")
    return FINE


def _restore(arguments: argparse.Namespace) -> int:
    from bot.clock import Clock
    from bot.store import backup

    settings = _settings()
    settings.prepare_folders()
    with _opened(settings) as store:
        if arguments.hold:
            print(_held(backup.hold_unsent(store)))
            return FINE
        done = backup.restore(arguments.file, store, settings.archive_dir, Clock().now())
    made_at = f"{done.manifest.made_at.astimezone():%d-%m-%Y %H.%M}"
    print(f"Cadangan tanggal {made_at} (edisi {done.manifest.edition}) sudah dipulihkan.")
    if done.aside:
        print(f"Data yang diganti disimpan di {done.aside}.")
    print(_held(done.held))
    return FINE


def _doctor(arguments: argparse.Namespace) -> int:
    from bot import doctor
    from bot.clock import Clock

    settings = _settings()
    now = Clock().now()
    if arguments.alive:
        living = doctor.alive(settings, now)
        print("Bot berjalan." if living else "Bot tidak berjalan.")
        return FINE if living else UNEXPECTED
    findings = []
    for finding in doctor.examine(settings, now, doctor.Place.here()):
        findings.append(finding)
        print(finding, flush=True)
    if doctor.worst(findings) is doctor.Level.BAD:
        print("\nAda yang harus dibetulkan (✗) sebelum bot dapat bekerja.")
        return FAULT
    return FINE


def _report(arguments: argparse.Namespace) -> int:
    from bot import export
    from bot.clock import Clock

    written = export.report(_settings(), arguments.words, _forms(arguments), Clock().now())
    return _tell_written(written)


def _sop(arguments: argparse.Namespace) -> int:
    from bot import export
    from bot.clock import Clock

    return _tell_written(export.sop(_settings(), arguments.code, _forms(arguments), Clock().now()))


def _export(arguments: argparse.Namespace) -> int:
    from bot import export
    from bot.clock import Clock

    count = export.export(_settings(), arguments.json, Clock().now())
    if arguments.json != "-":
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


def _settings() -> Settings:
    from bot.settings import load_settings

    settings = load_settings()
    for warning in settings.warnings:
        _say(f"Perhatian: {warning}")
    return settings


def _opened(settings: Settings) -> closing[Store]:
    """The store of these settings, closed at the end."""
    from bot.store import Store

    return closing(Store(settings.url))


def _held(count: int) -> str:
    if not count:
        return "Tidak ada kiriman yang tertunda."
    return (
        f"{count} kiriman yang belum terkirim ditahan; admin memutuskannya di Telegram setelah"
        " bot berjalan."
    )


def _print_summary(catalog: Catalog) -> None:
    from bot.sop_loader import total_time

    print(f"{catalog.office.name}, {catalog.office.city}\n")
    heads = ("Perintah", "Langkah", "Waktu baku", "Judul")
    table = [
        (f"/mulai_{p.code}", str(len(p.steps)), total_time(p), p.title)
        for _, p in catalog.procedures()
    ]
    widths = [max(len(row[i]) for row in [heads, *table]) for i in range(3)]
    numbers = [sop.number for sop, _ in catalog.procedures()]
    print(_line(heads, widths))
    for number, row in zip(numbers, table, strict=True):
        if numbers.index(number) == table.index(row):
            print(f"SOP {number}")
        print(_line(row, widths))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, steps, total, title = row
    return f"  {first:<{widths[0]}}  {steps:>{widths[1]}}  {total:<{widths[2]}}  {title}".rstrip()


def _print_assumptions(catalog: Catalog) -> None:
    from bot.sop_loader import assumptions

    _print_section(
        "Anggapan yang masih harus dicocokkan dengan SOP yang ditandatangani",
        (
            f"{_where(a.procedure, a.step, a.sop_number)}{a.field}: {a.text}"
            for a in assumptions(catalog)
        ),
    )


def _print_corrections(catalog: Catalog) -> None:
    from bot.sop_loader import corrections

    _print_section(
        "Perbedaan dengan naskah yang ditandatangani",
        (
            f"{_where(c.procedure, c.step, c.sop_number)}{c.field}: "
            + (f"tertulis “{c.written}”, dipakai “{c.text}”" if c.written else c.text)
            for c in corrections(catalog)
        ),
    )


def _where(procedure: str | None, step: int | None, sop_number: str | None) -> str:
    place = " langkah ".join(str(part) for part in (procedure, step) if part is not None)
    return f"{place or sop_number}, " if place or sop_number else ""


def _print_section(title: str, lines: Iterable[str]) -> None:
    listed = list(lines)
    print(f"\n{title}: {len(listed) or 'tidak ada'}")
    for line in listed:
        print(f"  {line}")


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _failed(error: Exception) -> int:
    """Print what the operator can correct as a sentence, any other error as its number."""
    # Whatever raised one of these is imported already, so this is cheap.
    from bot.settings import OperatorError, SettingsError
    from bot.sop_loader import DataError
    from bot.store.backup import BackupError
    from bot.store.lock import LockHeldError
    from bot.store.schema import DatabaseError

    if isinstance(error, (SettingsError, DataError)):
        for fault in error.faults:
            _say(f"✗ {fault}")
        return FAULT
    if isinstance(error, (OperatorError, BackupError, LockHeldError, DatabaseError)):
        _say(f"✗ {error}")
        return FAULT
    import logging
    import secrets

    from bot import logs

    number = secrets.token_hex(3)
    if not logs.configured():
        logs.configure()
    logging.getLogger(__name__).error("unexpected [%s]", number, exc_info=error)
    _say(
        f"Terjadi kesalahan yang tidak terduga (nomor {number}). Sampaikan nomor ini beserta"
        " catatan di atas kepada pengelola Kawal SOP."
    )
    return UNEXPECTED


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """argparse's help, in Indonesian where argparse adds words of its own."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=88)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, prefix or "Pemakaian: ")


@dataclass(frozen=True, slots=True)
class _Argument:
    """One argument of a command: its name, its help, and argparse's options for it."""

    name: str
    help: str
    options: dict[str, Any] = field(default_factory=dict)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one plain sentence."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, formatter_class=_Formatter, add_help=False, allow_abbrev=False)
        # argparse's own group has an English title.
        self.choices = self.add_argument_group("Pilihan")

    def offer_help(self) -> None:
        self.choices.add_argument("-h", "--help", action="help", help="menampilkan bantuan ini")

    def error(self, message: str) -> NoReturn:
        # argparse's own message is in English and technical.
        _say(f"Perintah tidak lengkap atau keliru. Lihat cara pakainya: {self.prog} --help")
        raise SystemExit(FAULT)


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    `summary` is its line in the overview, `description` its own help, `usage` what follows
    its name there. `complaint` says what is wrong with arguments that each are well-formed.
    """

    name: str
    run: Callable[[argparse.Namespace], int]
    summary: str
    description: str
    usage: str = ""
    arguments: tuple[_Argument, ...] = ()
    complaint: Callable[[argparse.Namespace], str | None] = lambda _: None


def _flag(name: str, about: str, **options: Any) -> _Argument:
    return _Argument(name, about, {"action": "store_true", **options})


def _value(name: str, metavar: str, about: str, **options: Any) -> _Argument:
    return _Argument(name, about, {"metavar": metavar, **options})


def _form(name: str, about: str, const: str = "") -> _Argument:
    """A form of a document, with the name of its file or without."""
    return _value(f"--{name}", "BERKAS", about, nargs="?", const=const)


def _needs_form(*forms: str) -> Callable[[argparse.Namespace], str | None]:
    def complaint(arguments: argparse.Namespace) -> str | None:
        if any(getattr(arguments, form) is not None for form in forms):
            return None
        return f"Sebutkan bentuknya, {' atau '.join(f'--{form}' for form in forms)}"

    return complaint


def _needs_one_source(arguments: argparse.Namespace) -> str | None:
    if bool(arguments.file) != bool(arguments.hold):
        return None
    return "Sebutkan berkas cadangan, atau --tahan saja"


COMMANDS: Final = (
    Command(
        "run",
        _run,
        "menjalankan bot sampai dihentikan",
        "Menjalankan bot sampai dihentikan (Ctrl+C). Database dibuat dan diperbarui sendiri.\n"
        "Pada awal pertama, tanpa ADMIN_IDS, dicetak tautan sekali pakai untuk admin.",
    ),
    Command(
        "demo",
        _demo,
        "kantor contoh di peramban, tanpa token",
        "Menjalankan kantor contoh: Telegram setempat, bot, dan sebuah halaman dengan telepon\n"
        "setiap pegawai. Tidak memerlukan token maupun internet, dan hanya dapat dibuka dari\n"
        "komputer ini. Berhenti dengan Ctrl+C.",
        "[--empty] [--data FOLDER] [--port N] [--no-browser]",
        (
            _flag("--empty", "kantor tanpa pegawai, dimulai dari tautan admin"),
            _value(
                "--data",
                "FOLDER",
                "menyimpan kantor ini di FOLDER, untuk diteruskan lain kali",
                type=Path,
            ),
            _value("--port", "N", "nomor port halaman (8080)", default="8080"),
            _flag("--no-browser", "tidak membuka peramban dengan sendirinya"),
        ),
    ),
    Command(
        "check",
        _check,
        "memeriksa data kantor dan SOP",
        "Memeriksa kantor.yaml dan setiap SOP di SOP_DIR. Setiap kesalahan disebut dengan\n"
        "berkas dan barisnya. Bila benar, dicetak ringkasan, anggapan yang masih harus\n"
        "dicocokkan, perbedaan dengan naskah, dan kelengkapan kalender.",
    ),
    Command(
        "doctor",
        _doctor,
        "memeriksa semuanya dan menyarankan perbaikan",
        "Memeriksa pengaturan, folder data, SOP, kalender, database, pegawai, dan jawaban\n"
        "Telegram. Tanda ✓ baik, ! perlu dilihat, ✗ harus dibetulkan.",
        "[--alive]",
        (
            _flag(
                "--alive",
                "hanya tanda kehidupan bot, untuk pengawas: kode keluar 0 bila berjalan",
            ),
        ),
    ),
    Command(
        "backup",
        _backup,
        "membuat cadangan database dan arsip",
        "Membuat satu berkas .zip berisi database dan arsip, lalu memeriksanya. Bot boleh\n"
        "tetap berjalan. Tanpa nama berkas, cadangan disimpan di folder data, bagian backup.",
        "[BERKAS]",
        (_value("file", "BERKAS", "nama berkas, atau folder berakhiran /", nargs="?"),),
    ),
    Command(
        "restore",
        _restore,
        "memulihkan cadangan (bot harus berhenti)",
        "Memeriksa cadangan, lalu memasangnya sebagai pengganti database. Bot harus berhenti\n"
        "dahulu. Data yang diganti disimpan di folder tersendiri. Kiriman yang belum terkirim\n"
        "ditahan sampai admin memutuskannya di Telegram.",
        "(BERKAS | --tahan)",
        (
            _value("file", "BERKAS", "cadangan buatan kawal backup", nargs="?", type=Path),
            _flag(
                "--tahan",
                "hanya menahan kiriman yang belum terkirim, setelah database dipulihkan dengan"
                " cara lain (pg_restore)",
                dest="hold",
            ),
        ),
        _needs_one_source,
    ),
    Command(
        "report",
        _report,
        "laporan sebagai PDF atau XLSX",
        "Menulis laporan sebuah pelaksanaan, pemantauan sebuah semester, atau evaluasi sebuah\n"
        "tahun. Bot boleh tetap berjalan. Tanpa nama berkas, laporan disimpan di folder ini\n"
        "dengan namanya sendiri.",
        "(run NOMOR | semester MASA | tahun TAHUN) [--pdf [BERKAS]] [--xlsx [BERKAS]]",
        (
            _value("words", "APA", "run 12, semester 2027-1, atau tahun 2027", nargs="*"),
            _form("pdf", "sebagai PDF"),
            _form("xlsx", "sebagai XLSX"),
        ),
        _needs_form("pdf", "xlsx"),
    ),
    Command(
        "sop",
        _sop,
        "salinan kerja sebuah SOP sebagai PDF",
        "Menulis SOP menurut bentuk PermenPAN-RB 35/2012, dengan bagan alir, dari data di\n"
        "SOP_DIR. KODE adalah kode salah satu prosedurnya, misalnya lakip.",
        "KODE --pdf [BERKAS]",
        (
            _value("code", "KODE", "kode prosedur", nargs="?", default=""),
            _form("pdf", "sebagai PDF"),
        ),
        _needs_form("pdf"),
    ),
    Command(
        "export",
        _export,
        "seluruh jurnal sebagai JSON",
        "Menulis seluruh jurnal beserta nama pegawai dan daftar pelaksanaan, untuk diolah\n"
        "program lain. Bot boleh tetap berjalan. Berkasnya memuat data pegawai.",
        "--json [BERKAS]",
        (_form("json", "nama berkas; tanpa nama, jurnal dicetak", const="-"),),
        _needs_form("json"),
    ),
    Command(
        "migrate",
        _migrate,
        "memperbarui susunan database",
        "Memperbarui susunan database ke edisi program ini. kawal run melakukannya sendiri;\n"
        "perintah ini untuk melakukannya terpisah. SQLite disalin dahulu.",
    ),
)


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parse the command line; faults and --help end here.

    Raises:
        SystemExit: the help was shown, or the fault was told.
    """
    parser = _parser()
    if not argv:
        parser.print_help()
        raise SystemExit(FAULT)
    name = argv[0]
    known = [command.name for command in COMMANDS]
    if not name.startswith("-") and name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        meant = f"mungkin maksudnya: kawal {close[0]}" if close else "lihat kawal --help"
        _say(f'Perintah "{name}" tidak dikenal; {meant}')
        raise SystemExit(FAULT)
    arguments, unknown = parser.parse_known_args(argv)
    command: Command = arguments.command
    complaint = f'"{unknown[0]}" tidak dikenal' if unknown else command.complaint(arguments)
    if complaint:
        _say(f"{complaint}; lihat kawal {name} --help")
        raise SystemExit(FAULT)
    return arguments


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


def _parser() -> argparse.ArgumentParser:
    listed = "\n".join(f"  {command.name:<10}{command.summary}" for command in COMMANDS)
    parser = _Parser(
        prog="kawal",
        usage="kawal <perintah> [pilihan]",
        description=f"{_ABOUT}\n\nPerintah:\n{listed}",
        epilog=f"Setiap perintah menjelaskan dirinya: kawal <perintah> --help\n\n{_AFTER}",
    )
    parser.offer_help()
    parser.choices.add_argument(
        "--version",
        action="version",
        version=f"Kawal SOP {__version__}",
        help="menampilkan nomor edisi",
    )
    commands = parser.add_subparsers(required=True, help=argparse.SUPPRESS)
    for command in COMMANDS:
        one: _Parser = commands.add_parser(
            command.name,
            prog=f"kawal {command.name}",
            usage=f"kawal {command.name} {command.usage}".rstrip(),
            description=command.description,
        )
        one.set_defaults(command=command)
        for argument in command.arguments:
            one.choices.add_argument(argument.name, help=argument.help, **argument.options)
        one.offer_help()
    return parser
