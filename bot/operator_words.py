"""What the operator reads of a database or a backup that cannot be used: why, and what to do."""

from __future__ import annotations

from typing import Final

from bot.store.errors import Problem, ProblemError

_ONE_BOT: Final = "hentikan dahulu bot itu, karena satu basis data hanya untuk satu bot"
_DAMAGED: Final = "cadangan {path} rusak atau bukan cadangan Kawal SOP; pakai cadangan yang lain"

SENTENCES: Final = {
    Problem.FILE_UNUSABLE: (
        "basis data {path} tidak dapat dipakai ({reason}); periksa isi DATABASE_URL, izin"
        " foldernya, dan sisa ruang penyimpanan, atau pulihkan cadangan dengan kawal restore"
    ),
    Problem.SERVER_UNUSABLE: (
        "PostgreSQL tidak dapat dipakai ({reason}); periksa isi DATABASE_URL, dan apakah server"
        " basis data sedang berjalan"
    ),
    Problem.FOREIGN_TABLES: (
        "basis data ini sudah memuat tabel {tables} milik aplikasi lain; pakai basis data yang"
        " kosong untuk Kawal SOP"
    ),
    Problem.NEWER_REVISION: (
        "basis data ini berasal dari versi yang lebih baru ({found}), sedangkan program ini baru"
        " mengenal {known}; pasang Kawal SOP versi terbaru, atau pulihkan cadangan dari versi ini"
    ),
    Problem.FILE_IN_USE: f"basis data {{path}} sedang dipakai bot lain; {_ONE_BOT}",
    Problem.FILE_IN_USE_BY: (
        f"basis data {{path}} sedang dipakai bot lain (proses nomor {{holder}}); {_ONE_BOT}"
    ),
    Problem.SERVER_IN_USE: f"basis data PostgreSQL ini sedang dipakai bot lain; {_ONE_BOT}",
    Problem.NOT_SQLITE: (
        "basis data ini PostgreSQL; cadangkan dengan pg_dump dan pulihkan dengan pg_restore (lihat"
        " docs/operasi.md), lalu jalankan kawal restore --tahan, dan salin folder ARCHIVE_DIR"
        " tersendiri"
    ),
    Problem.NO_DATABASE: "basis data {path} belum ada; jalankan kawal run lebih dahulu",
    Problem.EMPTY_DATABASE: "basis data {path} masih kosong; jalankan kawal run lebih dahulu",
    Problem.TARGET_EXISTS: "{path} sudah ada; pilih nama berkas yang lain",
    Problem.TARGET_IN_ARCHIVE: "{path} ada di dalam folder arsip; pilih folder yang lain",
    Problem.ARCHIVE_LINK: "{path} adalah tautan; ganti dengan berkasnya sendiri, lalu ulangi",
    Problem.ARCHIVE_NAME: "nama {path} tidak dapat dicadangkan; ganti namanya",
    Problem.BACKUP_UNWRITABLE: (
        "cadangan {path} tidak dapat ditulis ({reason}); periksa izin folder dan sisa ruang"
        " penyimpanan"
    ),
    Problem.BACKUP_MISSING: "cadangan {path} tidak ada; periksa nama dan foldernya",
    Problem.BACKUP_DAMAGED: _DAMAGED,
    Problem.BACKUP_LIST_DIFFERS: f"{_DAMAGED} (isinya tidak sama dengan daftarnya)",
    Problem.BACKUP_FILE_DIFFERS: f"{_DAMAGED} ({{member}} berubah)",
    Problem.BACKUP_DATABASE_DAMAGED: f"{_DAMAGED} (basis data di dalamnya tidak utuh)",
    Problem.BACKUP_NEWER: (
        "cadangan {path} dibuat versi yang lebih baru ({version}); pasang Kawal SOP versi itu"
        " lebih dahulu"
    ),
    Problem.BACKUP_CHANGED: "cadangan {path} berubah selagi dibaca; ulangi",
    Problem.RESTORE_FAILED: (
        "pemulihan berhenti ({reason}); periksa izin folder dan sisa ruang penyimpanan, lalu ulangi"
    ),
    Problem.DATABASE_OPEN: (
        "basis data {path} sedang dibuka program lain; tutup dahulu program itu"
    ),
    Problem.DATABASE_LOCKED: (
        "basis data {path} sedang dibuka program lain ({reason}); tutup dahulu program itu"
    ),
}


def sentence(error: ProblemError) -> str:
    """The problem and what to do about it, in Indonesian."""
    return SENTENCES[error.problem].format(**error.facts)
