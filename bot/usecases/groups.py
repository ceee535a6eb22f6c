"""The office's groups: linking them, and telling them what happens, a few times a day."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import partial

from bot.domain import groups
from bot.domain.access import LegacyPermission
from bot.domain.assignment import helpers
from bot.domain.notices import GroupLinked, GroupLost, GroupNews, Notice, Reply
from bot.store import Transaction
from bot.store.agenda import Entry
from bot.store.outbox import NewDelivery
from bot.usecases import overview, reading
from bot.usecases.desk import (
    GROUP,
    Request,
    Services,
    respond,
    scene,
    staff_of,
    tell,
)
from bot.usecases.joining import official_name

WHOLE_OFFICE = "kantor"
UNLINK = "lepas"
"""What stands behind /hubungkan in the place of a procedure's code."""


def link(
    services: Services, request: Request, chat_id: int, title: str, words: list[str], now: datetime
) -> bool:
    """/hubungkan in a group; False where an outsider says it.

    What is wrong with it is answered in the private chat: it is nobody else's business.
    """
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if here.person is None:
            return False
        answer = partial(respond, tx, request, here.person, now=now)
        if refused := reading.refuse(services, here, LegacyPermission.LINK_GROUP):
            answer(reading.refusal(refused))
            return True
        word = words[0][:64].lower() if len(words) == 1 else ""
        if not word:
            answer(Reply("groups", {}))
            return True
        if word == UNLINK:
            _unlink(tx, chat_id, here.person.id, now)
            return True
        if word != WHOLE_OFFICE and services.catalog.find(word) is None:
            answer(reading.refusal(reading.unknown_procedure(services, word)))
            return True
        procedure = None if word == WHOLE_OFFICE else word
        name = official_name(title) or "Grup"
        by, newest = here.person.id, tx.journal.newest()
        tx.groups.link(chat_id, name, procedure, by, newest, now)
        tx.journal.note("group_linked", now, here.person.id, procedure=procedure)
        _say(tx, chat_id, GroupLinked(procedure, linked=True), now)
        return True


def thrown_out(services: Services, request: Request, chat_id: int, now: datetime) -> None:
    """The bot is in a group no longer."""
    with services.store.begin(request.update_id, now) as tx:
        lost(services, tx, chat_id, now)


def lost(services: Services, tx: Transaction, chat_id: int, now: datetime) -> bool:
    """A group takes no messages any more: nothing is told there, and the owner hears of it.

    False if it was no linked group.
    """
    group = tx.groups.get(chat_id)
    if group is None:
        return False
    tx.groups.unlink(chat_id)
    tx.outbox.drop_chat(chat_id, "the bot is no longer in the group", now)
    tx.journal.note("group_lost", now, None, procedure=group.procedure)
    staff = staff_of(services, tx, now)
    told = helpers(services.state(staff))
    notice = GroupLost(group.title, group.procedure)
    tell(tx, notice, told, staff, now, f"grouplost:{chat_id}:{int(now.timestamp())}")
    return True


def moved(services: Services, old: int, new: int, now: datetime) -> None:
    """A group became a supergroup, and has another id: what waits for it goes there."""
    with services.store.begin() as tx:
        if not tx.groups.move(old, new):
            return
        tx.outbox.move_chat(old, new, now)
        if tx.agenda.waiting(f"{GROUP}:{old}:"):
            _wake(tx, new, now)


def wake_late(services: Services, tx: Transaction, now: datetime) -> None:
    """Each morning: groups are told of what is late."""
    linked = tx.groups.all()
    if not linked:
        return
    newest = tx.journal.newest()
    for group in linked:
        news = GroupNews(newest, newest, morning=True)
        if overview.group_news(services, tx, group, news, now) is not None:
            _wake(tx, group.chat_id, now)


def post(services: Services, tx: Transaction, entry: Entry, now: datetime) -> None:
    """Something has happened that a group is told of: now, or when it may be told next."""
    group = tx.groups.get(int(entry.data["chat_id"]))
    if group is None:
        return
    calendar = services.calendar
    at = groups.next_post(now, group.posted_at, group.posts, calendar)
    if at > now:
        _wake(tx, group.chat_id, at)
        return
    count = groups.count_today(group.posted_at, group.posts, now, calendar)
    news = GroupNews(group.told, tx.journal.newest(), morning=count == 0)
    if overview.group_news(services, tx, group, news, now) is None:
        return
    tx.groups.posted(group.chat_id, news.until, now, count + 1)
    _say(tx, group.chat_id, news, now)


def _unlink(tx: Transaction, chat_id: int, by: int, now: datetime) -> None:
    group = tx.groups.get(chat_id)
    tx.groups.unlink(chat_id)
    tx.outbox.drop_chat(chat_id, "the group was unlinked", now)
    if group is not None:
        tx.journal.note("group_unlinked", now, by, procedure=group.procedure)
    _say(tx, chat_id, GroupLinked(group.procedure if group else None, linked=False), now)


def _say(tx: Transaction, chat_id: int, notice: Notice, now: datetime) -> None:
    key = f"{GROUP}:{chat_id}:{secrets.token_hex(6)}"
    tx.outbox.put([NewDelivery(key=key, chat_id=chat_id, person_id=None, notice=notice)], now)


def _wake(tx: Transaction, chat_id: int, at: datetime) -> None:
    key = f"{GROUP}:{chat_id}:{secrets.token_hex(6)}"
    tx.agenda.put([Entry(key, GROUP, at, {"chat_id": chat_id})])
