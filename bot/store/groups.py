"""Telegram groups that get news of a procedure, or of the whole office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from bot.store.sql import insert
from bot.store.tables import groups


@dataclass(frozen=True, slots=True)
class Group:
    """A linked group. `procedure` None is the whole office.

    `told` is the id of the last journal line it got news of. `posted_at` is when it got its
    last message, and `posts` how many it got on that day.
    """

    chat_id: int
    title: str
    procedure: str | None
    told: int
    posted_at: datetime | None
    posts: int


class GroupTable:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Group]:
        """Every linked group, the oldest first."""
        query = select(groups).order_by(groups.c.linked_at, groups.c.chat_id)
        return [_group(row) for row in self._connection.execute(query)]

    def of(self, procedure: str) -> list[Group]:
        """The groups that get news of this procedure."""
        concerned = or_(groups.c.procedure.is_(None), groups.c.procedure == procedure)
        return [_group(row) for row in self._connection.execute(select(groups).where(concerned))]

    def get(self, chat_id: int) -> Group | None:
        """The group of this chat, or None if it is not linked."""
        row = self._connection.execute(select(groups).where(groups.c.chat_id == chat_id)).first()
        return _group(row) if row else None

    def link(
        self, chat_id: int, title: str, procedure: str | None, by: int, told: int, now: datetime
    ) -> None:
        """Link a group, for news after the journal line `told`.

        It replaces an earlier link of the group.
        """
        statement = insert(self._connection.dialect.name, groups)
        row = {
            "chat_id": chat_id,
            "title": title,
            "procedure": procedure,
            "linked_by": by,
            "linked_at": now,
            "told": told,
            "posts": 0,
        }
        kept = ("title", "procedure", "linked_by", "linked_at", "told")
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["chat_id"],
                set_={name: statement.excluded[name] for name in kept},
            ),
            row,
        )

    def unlink(self, chat_id: int) -> bool:
        """Delete the link; False if it was not linked."""
        result = self._connection.execute(groups.delete().where(groups.c.chat_id == chat_id))
        return result.rowcount == 1

    def posted(self, chat_id: int, told: int, at: datetime, posts: int) -> None:
        """It got news up to the line `told`, as message number `posts` of the day of `at`."""
        self._connection.execute(
            groups.update()
            .where(groups.c.chat_id == chat_id)
            .values(told=told, posted_at=at, posts=posts)
        )

    def move(self, old: int, new: int) -> bool:
        """The group has a new id; False if it was not linked under the old one."""
        if self.get(old) is None:
            return False
        self.unlink(new)
        self._connection.execute(groups.update().where(groups.c.chat_id == old).values(chat_id=new))
        return True


def _group(row: Any) -> Group:
    return Group(row.chat_id, row.title, row.procedure, row.told, row.posted_at, row.posts)
