"""An office for measuring: a migrated SQLite file with the fixed cast, no network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.calendar import office_calendar
from bot.domain.people import Address
from bot.domain.run import Capacity
from bot.features import registry
from bot.features.work import Request, Services
from bot.sop_loader import load_catalog
from bot.store import Store
from bot.store.schema import upgrade

PROJECT = Path(__file__).resolve().parents[2]
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))

CHATS = {"kasubbag": 101, "tim": 102, "sekretaris": 104, "kepala_dinas": 105}
CAST = (
    (101, "Sari Wulandari, S.E.", Address.IBU, "kasubbag"),
    (102, "Budi Santoso, S.Kom.", Address.BAPAK, "tim"),
    (103, "Rina Marlina, A.Md.", Address.IBU, "tim"),
    (104, "Hadi Prasetyo, S.H., M.Si.", Address.BAPAK, "sekretaris"),
    (105, "Dr. Dewi Lestari, M.M.", Address.IBU, "kepala_dinas"),
)


@contextmanager
def office(folder: Path, name: str = "kawal") -> Iterator[Services]:
    """An office on a fresh database in `folder`, with the cast joined."""
    catalog = load_catalog(PROJECT / "sop_data")
    store = Store(f"sqlite:///{folder / name}.db")
    upgrade(store)
    services = Services(store, catalog, office_calendar(catalog.office), registry.live())
    long_ago = MONDAY - timedelta(days=365)
    with store.begin() as tx:
        for chat, person, address, role in CAST:
            person_id = tx.people.welcome(chat, long_ago, admin=role == "kasubbag")
            tx.people.set_name(person_id, person)
            tx.people.set_address(person_id, address)
            tx.people.grant(person_id, role, None, Capacity.DEFINITIF, long_ago)
    try:
        yield services
    finally:
        store.close()


class Updates:
    """Telegram's rising update ids."""

    def __init__(self) -> None:
        self._last = 0

    def by(self, chat: int) -> Request:
        """The next update, from this chat."""
        self._last += 1
        return Request(chat, self._last)
