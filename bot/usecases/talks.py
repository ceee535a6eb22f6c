"""Conversations by buttons: what each is called on a button, and who deals with a choice.

What was chosen so far waits as the question of the chat, so that buttons and short answers
go together; it expires as every question does, and a command is never held up by it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.store import Transaction
from bot.usecases import acting, handing, teams
from bot.usecases.desk import Request, Scene, Services, scene
from bot.usecases.views import Talk, View

_TALKS: dict[Talk, Callable[[Services, Transaction, Scene, str, str, datetime], View]] = {
    Talk.PENJABAT: acting.choose,
    Talk.TIM: teams.choose,
    Talk.SERAH: handing.choose,
}


def choose(
    services: Services, request: Request, talk: Talk, what: str, value: str, now: datetime
) -> View:
    """A button of a conversation: `what` is chosen, and `value` says which."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        return _TALKS[talk](services, tx, here, what, value, now)
