"""Telegram groups that get news of a procedure, or of the whole office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from bot.store.sql import Rows, columns
from bot.store.tables import groups


@dataclass(frozen=True, slots=True)
class Group:
    """A linked group; `procedure` None is the whole office. `told` is the id of the last journal
    line it got news of; `posts` counts its messages on the day of `posted_at`."""

    chat_id: int
    title: str
    procedure: str | None
    told: int
    posted_at: datetime | None
    posts: int


_GROUPS = select(*columns(groups, Group))


class GroupTable(Rows):
    def all(self) -> list[Group]:
        """Every linked group, the oldest first."""
        query = _GROUPS.order_by(groups.c.linked_at, groups.c.chat_id)
        return [Group(*row) for row in self._connection.execute(query)]

    def of(self, procedure: str) -> list[Group]:
        """The groups that get news of this procedure."""
        concerned = or_(groups.c.procedure.is_(None), groups.c.procedure == procedure)
        return [Group(*row) for row in self._connection.execute(_GROUPS.where(concerned))]

    def get(self, chat_id: int) -> Group | None:
        """The group of this chat, or None if it is not linked."""
        row = self._connection.execute(_GROUPS.where(groups.c.chat_id == chat_id)).first()
        return Group(*row) if row else None

    def link(
        self, chat_id: int, title: str, procedure: str | None, by: int, told: int, now: datetime
    ) -> None:
        """Link a group anew, for news after the journal line `told`."""
        link = {
            "title": title,
            "procedure": procedure,
            "linked_by": by,
            "linked_at": now,
            "told": told,
        }
        if not self._update(groups, groups.c.chat_id == chat_id, **link):
            self._connection.execute(groups.insert(), {"chat_id": chat_id, "posts": 0, **link})

    def unlink(self, chat_id: int) -> bool:
        """Delete the link; False if it was not linked."""
        return self._delete(groups, groups.c.chat_id == chat_id) == 1

    def posted(self, chat_id: int, told: int, at: datetime, posts: int) -> None:
        """It got news up to the line `told`, as message number `posts` of the day of `at`."""
        self._update(groups, groups.c.chat_id == chat_id, told=told, posted_at=at, posts=posts)

    def move(self, old: int, new: int) -> bool:
        """The group has a new id; False if it was not linked under the old one."""
        if self.get(old) is None:
            return False
        self.unlink(new)
        self._update(groups, groups.c.chat_id == old, chat_id=new)
        return True
