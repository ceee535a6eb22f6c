"""The command line: which commands there are, how they are parsed, and what a fault becomes.

A fault that the operator can correct is one sentence on the standard error and exit code 2; an
unexpected error is a log line with a number and exit code 1.
"""

from __future__ import annotations

import argparse
import difflib
import io
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from bot import __version__, commands
from bot.commands import FAULT, UNEXPECTED

INTERRUPTED: Final = 130

_ABOUT: Final = """\
Kawal SOP mengawal SOP kantor di Telegram, dari langkah pertama sampai tanda tangan."""

_AFTER: Final = """\
Pengaturan dibaca dari berkas .env di folder proyek; contohnya ada di .env.example.
Panduan kantor ada di docs/panduan.md, panduan operasi di docs/operasi.md."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console that has no "→" shows "?"
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


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _failed(error: Exception) -> int:
    """Print what the operator can correct as a sentence, any other error as its number."""
    # Whatever raised one of these is imported already, so this is cheap.
    from bot.operator_words import sentence
    from bot.settings import OperatorError, SettingsError
    from bot.sop_loader import DataError
    from bot.store.errors import ProblemError

    if isinstance(error, (SettingsError, DataError)):
        for fault in error.faults:
            _say(f"Kesalahan: {fault}")
        return FAULT
    if isinstance(error, (OperatorError, ProblemError)):
        _say(f"Kesalahan: {sentence(error) if isinstance(error, ProblemError) else error}")
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


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one plain sentence."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, formatter_class=_Formatter, add_help=False, allow_abbrev=False)
        # argparse's own group has an English title.
        self.choices = self.add_argument_group("Pilihan")

    def offer_help(self) -> None:
        self.choices.add_argument("-h", "--help", action="help", help="menampilkan bantuan ini")

    def error(self, message: str) -> NoReturn:
        _say(f"Perintah tidak lengkap atau keliru. Lihat cara pakainya: {self.prog} --help")
        raise SystemExit(FAULT)


_Argument = tuple[str, dict[str, Any]]
"""One argument of a command: its name, and argparse's options for it."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command, named as the function that it runs.

    `summary` is its line in the overview, `description` its own help, `usage` what follows its
    name there. `complaint` says what is wrong with arguments that each are well-formed.
    """

    run: Callable[[argparse.Namespace], int]
    summary: str
    description: str
    usage: str = ""
    arguments: tuple[_Argument, ...] = ()
    complaint: Callable[[argparse.Namespace], str | None] = lambda _: None

    @property
    def name(self) -> str:
        return self.run.__name__


def _flag(name: str, about: str, **options: Any) -> _Argument:
    return name, {"help": about, "action": "store_true", **options}


def _value(name: str, metavar: str, about: str, **options: Any) -> _Argument:
    return name, {"help": about, "metavar": metavar, **options}


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
        commands.run,
        "menjalankan bot sampai dihentikan",
        "Menjalankan bot sampai dihentikan (Ctrl+C). Basis data dibuat dan diperbarui sendiri.\n"
        "Pada awal pertama, tanpa ADMIN_IDS, dicetak tautan sekali pakai untuk admin.",
    ),
    Command(
        commands.demo,
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
        commands.check,
        "memeriksa data kantor dan SOP",
        "Memeriksa kantor.yaml dan setiap SOP di SOP_DIR. Setiap kesalahan disebut dengan\n"
        "berkas dan barisnya. Bila benar, dicetak ringkasan, asumsi yang masih harus\n"
        "dicocokkan, perbedaan dengan naskah, dan kelengkapan kalender.",
    ),
    Command(
        commands.doctor,
        "memeriksa semuanya dan menyarankan perbaikan",
        "Memeriksa pengaturan, folder data, SOP, kalender, basis data, pegawai, dan jawaban\n"
        "Telegram. Yang disebut Kesalahan harus dibetulkan; Perhatian perlu dilihat.",
        "[--alive]",
        (
            _flag(
                "--alive",
                "hanya tanda kehidupan bot, untuk program pemantau: kode keluar 0 bila berjalan",
            ),
        ),
    ),
    Command(
        commands.backup,
        "membuat cadangan basis data dan arsip",
        "Membuat satu berkas .zip berisi basis data dan arsip, lalu memeriksanya. Bot boleh\n"
        "tetap berjalan. Tanpa nama berkas, cadangan disimpan di folder data, bagian backup.",
        "[BERKAS]",
        (_value("file", "BERKAS", "nama berkas, atau folder berakhiran /", nargs="?"),),
    ),
    Command(
        commands.restore,
        "memulihkan cadangan (bot harus berhenti)",
        "Memeriksa cadangan, lalu memasangnya sebagai pengganti basis data. Bot harus berhenti\n"
        "dahulu. Data yang diganti disimpan di folder tersendiri. Kiriman yang belum terkirim\n"
        "ditahan sampai admin memutuskannya di Telegram.",
        "(BERKAS | --tahan)",
        (
            _value("file", "BERKAS", "cadangan buatan kawal backup", nargs="?", type=Path),
            _flag(
                "--tahan",
                "hanya menahan kiriman yang belum terkirim, setelah basis data dipulihkan dengan"
                " cara lain (pg_restore)",
                dest="hold",
            ),
        ),
        _needs_one_source,
    ),
    Command(
        commands.report,
        "laporan sebagai PDF atau XLSX",
        "Menulis laporan sebuah pelaksanaan, monitoring sebuah semester, atau evaluasi sebuah\n"
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
        commands.sop,
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
        commands.export,
        "seluruh jurnal sebagai JSON",
        "Menulis seluruh jurnal beserta nama pegawai dan daftar pelaksanaan, untuk diolah\n"
        "program lain. Bot boleh tetap berjalan. Berkasnya memuat data pegawai.",
        "--json [BERKAS]",
        (_form("json", "nama berkas; tanpa nama, jurnal dicetak", const="-"),),
        _needs_form("json"),
    ),
    Command(
        commands.migrate,
        "memperbarui susunan basis data",
        "Memperbarui susunan basis data ke versi program ini. kawal run melakukannya sendiri;\n"
        "perintah ini untuk melakukannya terpisah. SQLite disalin dahulu.",
    ),
)


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    """Parse the command line.

    Raises:
        SystemExit: the help was shown, or a fault was told.
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
        help="menampilkan nomor versi",
    )
    parsers = parser.add_subparsers(required=True, help=argparse.SUPPRESS)
    for command in COMMANDS:
        one: _Parser = parsers.add_parser(
            command.name,
            prog=f"kawal {command.name}",
            usage=f"kawal {command.name} {command.usage}".rstrip(),
            description=command.description,
        )
        one.set_defaults(command=command)
        for name, options in command.arguments:
            one.choices.add_argument(name, **options)
        one.offer_help()
    return parser
