"""Every command, in one table: the menu, the help and the documents follow it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.access import LegacyPermission
from bot.domain.sop import Procedure
from bot.ui.markup import plain
from bot.usecases.views import MenuView

MENU_LENGTH = 100
"""Telegram takes so many commands in a menu."""

DESCRIPTION_LENGTH = 256

START_PREFIX = "mulai_"
"""/mulai_<kode> starts the procedure of that code."""


class Topic(StrEnum):
    """What a command is about, as the help groups them."""

    PEKERJAAN = "Pekerjaan"
    PELAKSANAAN = "Pelaksanaan"
    PEGAWAI = "Pegawai"
    KANTOR = "Kantor"
    LAINNYA = "Lainnya"


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, what may follow it, who may use it, and how it is described.

    `permission` None is for everybody who joined. `description` stands in Telegram's menu
    (at most 256 characters), `help` in /bantuan. The name "mulai_<kode>" stands for one
    command for each procedure. A name that stands in several rows means more to some
    than to others: each gets the first row that is open to them.
    """

    name: str
    arguments: str
    permission: LegacyPermission | None
    topic: Topic
    description: str
    help: str

    @property
    def per_procedure(self) -> bool:
        """Whether this row stands for one command for each procedure."""
        return "<" in self.name


COMMANDS = (
    Command(
        "tugas",
        "",
        None,
        Topic.PEKERJAAN,
        "Tugas yang menunggu saya",
        "tugas yang menunggu Bapak/Ibu, yang paling mendesak lebih dahulu",
    ),
    Command(
        "status",
        "",
        None,
        Topic.PEKERJAAN,
        "Pelaksanaan yang berjalan",
        "kemajuan, tenggat, dan perkiraan selesai pelaksanaan yang berjalan",
    ),
    Command(
        "riwayat",
        "",
        LegacyPermission.SEE_HISTORY,
        Topic.PEKERJAAN,
        "Pelaksanaan yang sudah selesai",
        "pelaksanaan yang sudah selesai beserta ringkasannya",
    ),
    Command(
        "laporan",
        "[nomor | semester | tahun] [masa]",
        LegacyPermission.SEE_REPORTS,
        Topic.PEKERJAAN,
        "Laporan pelaksanaan, monitoring, dan evaluasi",
        "laporan sebuah pelaksanaan, monitoring semester, atau evaluasi tahunan, sebagai PDF atau "
        "lembar kerja (XLSX)",
    ),
    Command(
        "sop",
        "[kode]",
        None,
        Topic.PEKERJAAN,
        "SOP sebagaimana ditandatangani",
        "langkah, waktu baku, dan dasar hukum SOP sebagaimana ditandatangani",
    ),
    Command(
        "mulai",
        "",
        LegacyPermission.START_RUN,
        Topic.PELAKSANAAN,
        "Memulai pelaksanaan sebuah prosedur",
        "memilih prosedur yang akan dimulai",
    ),
    Command(
        "mulai_<kode>",
        "[tahun]",
        LegacyPermission.START_RUN,
        Topic.PELAKSANAAN,
        "Memulai prosedur tertentu",
        "langsung memulai prosedur dengan kode itu, bila perlu untuk tahun tertentu",
    ),
    Command(
        "jeda",
        "",
        LegacyPermission.STEER_RUN,
        Topic.PELAKSANAAN,
        "Menjeda pelaksanaan",
        "menjeda pelaksanaan untuk sementara; selama jeda waktunya tidak dihitung",
    ),
    Command(
        "lanjut",
        "",
        LegacyPermission.STEER_RUN,
        Topic.PELAKSANAAN,
        "Melanjutkan pelaksanaan yang dijeda",
        "melanjutkan pelaksanaan yang dijeda",
    ),
    Command(
        "batal",
        "",
        LegacyPermission.STEER_RUN,
        Topic.PELAKSANAAN,
        "Meninggalkan pertanyaan, atau membatalkan pelaksanaan",
        "meninggalkan pertanyaan yang belum dijawab; bila tidak ada, membatalkan sebuah "
        "pelaksanaan, dengan alasan",
    ),
    Command(
        "tim",
        "",
        LegacyPermission.NAME_TEAM,
        Topic.PELAKSANAAN,
        "Tim Pelaksana sebuah pelaksanaan",
        "memilih anggota dan ketua tim sebuah pelaksanaan sesuai SK Tim",
    ),
    Command(
        "undang",
        "[peran] [unit]",
        LegacyPermission.INVITE,
        Topic.PEGAWAI,
        "Mengundang pegawai",
        "membuat tautan undangan untuk seorang pegawai",
    ),
    Command(
        "pegawai",
        "",
        LegacyPermission.MANAGE_PEOPLE,
        Topic.PEGAWAI,
        "Pegawai dan perannya",
        "melihat dan mengubah data pegawai beserta perannya",
    ),
    Command(
        "plh",
        "",
        LegacyPermission.APPOINT,
        Topic.PEGAWAI,
        "Menunjuk Pelaksana Harian (Plh.)",
        "menunjuk Plh. bagi pejabat yang berhalangan, atau mengakhirinya",
    ),
    Command(
        "plt",
        "",
        LegacyPermission.APPOINT,
        Topic.PEGAWAI,
        "Menunjuk Pelaksana Tugas (Plt.)",
        "menunjuk Plt. bagi jabatan yang kosong, atau mengakhirinya",
    ),
    Command(
        "hubungkan",
        "[kode | kantor | lepas]",
        LegacyPermission.LINK_GROUP,
        Topic.KANTOR,
        "Menghubungkan grup dengan sebuah prosedur",
        "ditulis di dalam grup, mengirim kabar sebuah prosedur atau seluruh kantor ke grup itu",
    ),
    Command(
        "libur",
        "",
        LegacyPermission.MOVE_HOLIDAYS,
        Topic.KANTOR,
        "Hari libur kantor",
        "melihat, menambah, atau mencabut hari libur beserta dasar suratnya",
    ),
    Command(
        "bantuan",
        "",
        None,
        Topic.LAINNYA,
        "Petunjuk penggunaan",
        "menampilkan petunjuk ini",
    ),
    Command(
        "ringkasan",
        "",
        None,
        Topic.LAINNYA,
        "Ringkasan tugas setiap pagi",
        "menyalakan atau mematikan ringkasan tugas setiap pagi",
    ),
    Command(
        "batal",
        "",
        None,
        Topic.LAINNYA,
        "Meninggalkan pertanyaan",
        "meninggalkan pertanyaan yang belum dijawab; tidak ada yang berubah",
    ),
    Command(
        "start",
        "[kode undangan]",
        None,
        Topic.LAINNYA,
        "Membuka Kawal SOP atau menerima undangan",
        "membuka Kawal SOP atau menerima undangan",
    ),
)


def allowed(permissions: frozenset[LegacyPermission]) -> tuple[Command, ...]:
    """The rows that somebody with these permissions may use."""
    found: dict[str, Command] = {}
    for row in COMMANDS:
        if row.permission is None or row.permission in permissions:
            found.setdefault(row.name, row)
    return tuple(found.values())


def menu(view: MenuView) -> tuple[tuple[str, str], ...]:
    """Names and descriptions for the person's command menu.

    An office with more procedures than Telegram takes commands starts the others by /mulai.
    """
    rows = allowed(view.permissions)
    fixed = sum(not row.per_procedure for row in rows)
    startable = view.procedures[: MENU_LENGTH - fixed]
    return tuple(entry for row in rows for entry in _entries(row, startable))


def general_menu() -> tuple[tuple[str, str], ...]:
    """Names and descriptions for people who have not joined."""
    return tuple((c.name, c.description) for c in COMMANDS if c.name in ("start", "bantuan"))


def _entries(row: Command, startable: tuple[Procedure, ...]) -> Iterator[tuple[str, str]]:
    if not row.per_procedure:
        yield row.name, row.description
        return
    for procedure in startable:
        text = plain(f"Memulai {procedure.title}", DESCRIPTION_LENGTH)
        yield f"{START_PREFIX}{procedure.code}", text
