"""Who plays in the demo: the fixed cast of the office, and somebody from the street."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import Address
from bot.domain.run import Capacity
from bot.features.work import Services


@dataclass(frozen=True, slots=True)
class Player:
    """A phone on the page: `nick` on Telegram, `shown` on the page, with the position `part`.

    `role` None: not of the office.
    """

    user_id: int
    nick: str
    shown: str
    part: str
    address: Address = Address.BAPAK
    name: str = ""
    role: str | None = None
    admin: bool = False


_IBU, _BAPAK = Address.IBU, Address.BAPAK
CAST = (
    Player(
        101, "Sari", "Bu Sari", "Kasubbag", _IBU, "Sari Wulandari, S.E.", "kasubbag", admin=True
    ),
    Player(102, "Budi", "Pak Budi", "Tim", _BAPAK, "Budi Santoso, S.Kom.", "tim"),
    Player(103, "Rina", "Bu Rina", "Tim", _IBU, "Rina Marlina, A.Md.", "tim"),
    Player(
        104, "Hadi", "Pak Hadi", "Sekretaris", _BAPAK, "Hadi Prasetyo, S.H., M.Si.", "sekretaris"
    ),
    Player(105, "Dewi", "Ibu Dewi", "Kepala Dinas", _IBU, "Dr. Dewi Lestari, M.M.", "kepala_dinas"),
    Player(106, "Joko", "Pak Joko", "Orang luar"),
)


def employ(services: Services, now: datetime) -> None:
    """Let the cast have joined, each with their role, as their invitations would have."""
    with services.store.begin() as tx:
        for player in CAST:
            if player.role is None:
                continue
            person_id = tx.people.welcome(player.user_id, now, admin=player.admin)
            tx.people.set_name(person_id, player.name)
            tx.people.set_address(person_id, player.address)
            tx.people.grant(person_id, player.role, None, Capacity.DEFINITIF, now)
            tx.journal.note("joined", now, person_id)
