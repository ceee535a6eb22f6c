"""What the doctor finds in the database: people, roles, deliveries, files and the heartbeat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.doctor.findings import Finding, bad, good, look
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.domain.people import Staff
    from bot.domain.sop import Catalog, DayCorrection, Office
    from bot.store import Store, Transaction
    from bot.store.keyvalues import Mark
    from bot.store.runs import StoredRun

HEARTBEAT_FRESH: Final = timedelta(seconds=90)  # older: the bot hangs or has ended


@contextmanager
def _store(settings: Settings) -> Iterator[Store | None]:
    """The store of these settings; None before the first start, which makes its file."""
    from bot.store import Store

    file = settings.database_file
    if file is not None and not file.exists():
        yield None
        return
    with closing(Store(settings.url)) as store:
        yield store


def days_on_record(settings: Settings) -> tuple[DayCorrection, ...]:
    """The admin's corrections of the calendar; none where the database cannot be read."""
    from bot.store import schema
    from bot.store.errors import DatabaseError

    with _store(settings) as store:
        try:
            if store is None or schema.current(store) != schema.head():
                return ()
            with schema.translate_errors(store), store.read() as tx:
                return tx.calendar.corrections()
        except DatabaseError:
            return ()


def look_at_database(
    settings: Settings, catalog: Catalog | None, now: datetime
) -> Iterator[Finding]:
    """The database, its revision, and the people, deliveries and heartbeat in it."""
    from bot.operator_words import sentence
    from bot.store import schema
    from bot.store.errors import DatabaseError

    with _store(settings) as store:
        if store is None:
            file = settings.database_file
            yield good(f"Basis data {file} akan dibuat saat kawal run pertama")
            return
        try:
            revision = schema.current(store)
            if revision != schema.head():
                yield look(
                    f"Basis data masih versi {revision or 'kosong'}, program ini {schema.head()}",
                    "jalankan kawal migrate, atau kawal run yang melakukannya sendiri",
                )
                return
            yield good(f"Basis data dapat dipakai, versi {revision}")
            with schema.translate_errors(store), store.read() as tx:
                staff = tx.people.staff(now)
                yield from _look_at_people(settings, catalog, staff)
                if catalog is not None:
                    yield from _look_at_lost_roles(catalog.office, staff, tx.runs.running())
                yield from _look_at_deliveries(tx)
                yield from _look_at_archive(settings.archive_dir, tx)
                yield _look_at_heartbeat(tx, now)
        except DatabaseError as fault:
            yield bad("Basis data tidak dapat dipakai", sentence(fault))


def _look_at_people(settings: Settings, catalog: Catalog | None, staff: Staff) -> Iterator[Finding]:
    for number in sorted(settings.admin_ids - {p.chat_id for p in staff.people.values()}):
        yield look(
            f"Admin {number} belum pernah bergabung",
            "buka bot di Telegram dari akun itu dan tekan Mulai (Start); bila gagal, periksa"
            " nomornya pada ADMIN_IDS",
        )
    if not staff.admins() and not settings.admin_ids:
        yield look(
            "Belum ada admin",
            "isi ADMIN_IDS di .env, atau buka tautan yang dicetak kawal run pada awalnya",
        )
    for person in staff.people.values():
        if not person.reachable:
            yield look(
                f"{person.called} tidak dapat dikirimi pesan",
                "minta membuka kembali bot ini di Telegram dan menekan Mulai (Start)",
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
        yield look(
            f'Peran "{role.name}" belum dipegang siapa pun',
            f"kirim /undang {role.code} kepada bot, lalu teruskan tautannya",
        )
    if not vacant:
        yield good("Setiap peran dalam prosedur ada pemegangnya")


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
        yield look(
            f'Peran "{code}" {" dan ".join(uses)}, tetapi tidak ada lagi di kantor.yaml',
            f"kembalikan peran dengan kode {code} di kantor.yaml bagian peran; yang boleh diganti"
            " adalah namanya, bukan kodenya",
        )


def _look_at_deliveries(tx: Transaction) -> Iterator[Finding]:
    from bot.store.outbox import DeliveryState

    if held := tx.outbox.count(DeliveryState.DITAHAN):
        yield look(
            f"{held} kiriman ditahan sejak pemulihan cadangan",
            "admin memutuskannya dengan tombol di Telegram",
        )
    if failed := tx.outbox.count(DeliveryState.GAGAL):
        yield look(
            f"{failed} kiriman disisihkan karena gagal terus", "lihat sebabnya di catatan log bot"
        )


def _look_at_archive(folder: Path, tx: Transaction) -> Iterator[Finding]:
    """Whether the archive holds every file on record, by name and size, and nothing else."""
    from bot.store.archive import INBOX, Archive

    archive, stored = Archive(folder), tx.files.all()
    missing = [file.path for file in stored if not archive.holds(file.path, file.size)]
    if missing:
        yield bad(
            f"{len(missing)} berkas arsip hilang atau berubah, antara lain {missing[0]}",
            "kembalikan dari cadangan dengan kawal restore, atau minta pengirimnya mengirim ulang",
        )
    known = {file.path for file in stored}
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    strange = sorted(
        p.as_posix() for p in found if p.parts[0] != INBOX and p.as_posix() not in known
    )
    if strange:
        yield look(
            f"{len(strange)} berkas di folder arsip tidak tercatat, antara lain {strange[0]}",
            "simpan di tempat lain bila tidak diperlukan; setelah pemulihan cadangan lama hal ini"
            " wajar",
        )
    if not missing and stored:
        yield good(f"Arsip utuh: {len(stored)} berkas")


def _look_at_heartbeat(tx: Transaction, now: datetime) -> Finding:
    mark = tx.keyvalues.get("heartbeat")
    if _lives(mark, now):
        return good("Bot sedang berjalan")
    since = f" sejak {mark.at.astimezone():%d-%m-%Y %H.%M}" if mark else ""
    return look(f"Bot tidak berjalan{since}", "jalankan dengan kawal run")


def alive(settings: Settings, now: datetime) -> bool:
    """Whether the bot's heartbeat is fresh, for a supervisor.

    Raises:
        DatabaseError: the database cannot be read.
    """
    from bot.store import schema

    with _store(settings) as store:
        if store is None or schema.current(store) is None:
            return False
        with schema.translate_errors(store), store.read() as tx:
            return _lives(tx.keyvalues.get("heartbeat"), now)


def _lives(mark: Mark | None, now: datetime) -> bool:
    """Whether this heartbeat is of a running bot: fresh, and not written at its end."""
    # After a clock was set back, an old heartbeat may lie in the future.
    return mark is not None and not mark.value and abs(now - mark.at) < HEARTBEAT_FRESH
