"""What may be refused to anybody: sentences alone."""

from __future__ import annotations

from bot.features.answers import Fact
from tests.features.samples.common import Given, wib

FACTS: dict[str, Fact] = {
    "owner": "Kasubbag Perencanaan",
    "who": "Kepala Dinas, Sekretaris, Kasubbag Perencanaan",
    "usage": "/mulai_tapkin_eselon2 [tahun]",
    "number": "A1B2C3",
    "address": "Bapak",
    "command": "hubungkan",
    "until": wib(22, "11.00"),
}


def samples(given: Given) -> tuple[object, ...]:
    """Its views."""
    return ()


SAMPLES = samples(Given())
