"""Handing a role over, and filling one that is vacant."""

from __future__ import annotations

from bot.chat.keyboards import Choose, GiveRole, Row, button
from bot.chat.paging import Message
from bot.chat.texts import voice
from bot.chat.texts.acting import ON_A_PAGE, turning
from bot.chat.texts.voice import NAME
from bot.ui.markup import bold, safe
from bot.usecases.views import FillRoleView, HandOverView, Talk

_LEAVE = "Bila tidak jadi, pesan ini boleh diabaikan."


def hand_over(view: HandOverView) -> Message:
    """To whom a role shall go, with the tasks that wait for it."""
    count = max(1, -(-len(view.people) // ON_A_PAGE))
    page = min(view.page, count - 1)
    rows: list[Row] = [
        (button(_label(name, roles), Choose(Talk.SERAH, "to", f"{view.holding_id}.{person_id}")),)
        for person_id, name, roles in view.people[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    ]
    rows += turning(Talk.SERAH, "from", page, count, f"{view.holding_id}.")
    text = (
        f"Serahkan tugas {bold(voice.role(view.role))} dari {safe(view.name, NAME)} kepada siapa?"
        "\n\nPerannya pindah seluruhnya, dan tugas yang terbuka langsung disampaikan kepada yang "
        f"baru. {_LEAVE}"
    )
    if not view.people:
        text = "Belum ada pegawai lain yang dapat menerimanya. Silakan mengundang: /undang"
    return Message(text, tuple(rows))


def fill(view: FillRoleView) -> Message:
    """Who shall hold a vacant role."""
    count = max(1, -(-len(view.people) // ON_A_PAGE))
    page = min(view.page, count - 1)
    rows: list[Row] = [
        (button(_label(name, roles), GiveRole(person_id, view.code)),)
        for person_id, name, roles in view.people[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    ]
    rows += turning(Talk.SERAH, "fill", page, count, f"{view.code}.")
    return Message(
        f"Siapa yang akan memegang peran {bold(safe(view.role, NAME))}? Tugasnya langsung "
        f"disampaikan kepadanya. {_LEAVE}",
        tuple(rows),
    )


def _label(name: str, roles: tuple[str, ...]) -> str:
    return f"{name} ({roles[0]})" if roles else name
