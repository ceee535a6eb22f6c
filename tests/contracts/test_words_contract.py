"""Words that the office gave up stay away from everything that people read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.contracts.source import PROJECT, files, texts

SILENT = ("bot/domain", "bot/store", "bot/localtelegram")
"""What speaks to nobody: a domain that understands informal words, faults in English."""

READ = (
    "bot/demo/static/*.*",
    "bot/reports/templates/*.typ",
    "sop_data/**/*.yaml",
    "docs/panduan.md",
    "docs/operasi.md",
    "docs/data.md",
    "docs/waktu-kerja.md",
    ".env.example",
)
"""Files that people read, and pages that they see."""

RETIRED = {
    r"(?i)\bditetapkan oleh": "dicatat oleh",
    r"\bTetapkan Pl": "Catat penunjukan Pl",
    r"(?i)\bsudah ditetapkan": "sudah dicatat",
    r"(?i)\bpenetapan \S+ sebagai": "pencatatan",
    r"(?i)\b(?:me)?ngeluarkan pegawai|\bkeluarkan pegawai": "hapus dari Kawal SOP",
    r"(?i)\bpengabdian": "kerja sama",
    r"(?i)\bkerja samanya": "kerja sama Bapak, kerja sama Ibu",
    r"(?i)\bizin mengingatkan": "dengan hormat kami ingatkan",
    r"(?i)\bizin melaporkan": "dengan hormat kami laporkan",
    r"(?i)tanda tangannya tetap": "penandatanganan tetap dilakukan pada naskah",
    r"(?i)\bmenjadi bagian|\bbagian beliau|\bbeliau\b": "merupakan kewenangan",
    r"\d dari \d sudah|\} dari \S+ sudah": "sudah mengonfirmasi: 3 dari 5",
    r"(?i)\bcatatan perjalanan": "catatan pelaksanaan",
    r"(?i)\btidak dapat melayani": "tidak beroperasi",
    r"(?i)\bdiska\b": "ruang penyimpanan",
    r"(?i)\b(?:me|di)?nekan start|\btekan start": "menekan Mulai (Start)",
    r"\bSapa (?:Ibu|Bapak|…)": "Ubah sapaan: Ibu",
    r"\bESELON ?\d": "Eselon II",
    r"\(asumsi\)": "(perkiraan, belum dicocokkan)",
    r"\bIdul (?:Fitri|Adha)|\bHari kedua dari": "Idulfitri, Iduladha",
    r"(?i)\banggapan": "asumsi",
    r"(?i)\bedisi\b": "versi",
    r"(?i)\bpengawas\b": "program pemantau",
    r"(?i)\bdatabase\b": "basis data",
    r"(?i)\bkabar(?:nya)?\b": "pemberitahuan",
    r"(?i)\bkantor demo\b": "kantor contoh",
    r"(?i)\b(?:telepon genggam|obrolan)\b": "ponsel, percakapan",
    r"(?i)\b(?:bisa|cuma|kalau|supaya|enggak|tadi|sekalian|anda)\b": "a formal word, or none",
    r"(?i), jadi ": ", sehingga",
    r"(?i)\bmohon (?:tuliskan|teruskan|pilih|tekan|periksa)\b": "mohon menuliskan",
    r"\bBaik, ": "nothing: the sentence says it",
    r"[✗]": "Kesalahan:",
}
"""What is not said any more, as a pattern, and what is said instead."""


@cache
def everything() -> list[tuple[str, str]]:
    """Every text that people may read as one line, with the place where it stands."""
    return [(place, " ".join(text.split())) for place, text in _texts()]


def _texts() -> Iterator[tuple[str, str]]:
    for path, tree in files():
        if not path.as_posix().startswith(SILENT):
            for line, text in texts(tree):
                yield f"{path}:{line}", text
    for pattern in READ:
        for found in sorted(PROJECT.glob(pattern)):
            yield str(found.relative_to(PROJECT)), found.read_text(encoding="utf-8")


@pytest.mark.parametrize("retired", RETIRED)
def test_a_retired_word_is_not_said_again(retired: str) -> None:
    said = [
        f"{place}: {hit[0]}" for place, text in everything() for hit in re.finditer(retired, text)
    ]
    assert said == [], f"instead: {RETIRED[retired]}"


@pytest.mark.parametrize(
    ("start", "text"),
    [
        ("bot/features/tasks/card.py", "Mohon kesediaan"),
        ("bot/operator_words.py", "sedang dipakai bot lain"),
        ("docs/panduan.md", "selesai ikut bergeser"),
    ],
)
def test_what_people_read_is_looked_at_across_the_ends_of_lines(start: str, text: str) -> None:
    assert any(place.startswith(start) and text in said for place, said in everything())


def test_every_place_of_words_is_there() -> None:
    assert all(any(PROJECT.glob(pattern)) for pattern in READ)
