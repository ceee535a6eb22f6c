"""Persons, what they hold, invitations, and questions that wait for an answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from bot.domain.acting import Appointment
from bot.domain.people import Address, Holding, Person, Staff
from bot.domain.run import Capacity
from bot.store.sql import AnyRow, insert
from bot.store.tables import holdings, invitations, persons, questions


@dataclass(frozen=True, slots=True)
class Invitation:
    """A single-use invitation; `role` None is the claim link of the first admin.

    `moves` is the id of somebody who has joined, and comes to another Telegram account by it.
    """

    id: int
    role: str | None
    unit: str | None
    created_by: int | None
    expires_at: datetime
    used_at: datetime | None
    used_by: int | None
    moves: int | None = None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who opened an invitation and has not said name and address yet."""

    id: int
    chat_id: int
    name: str | None
    address: Address | None


@dataclass(frozen=True, slots=True)
class Question:
    """The open question of a chat."""

    kind: str
    data: dict[str, Any]
    expires_at: datetime


_STAFF = (
    select(
        persons.c.id,
        persons.c.chat_id,
        persons.c.name,
        persons.c.address,
        persons.c.admin,
        persons.c.reachable,
        holdings.c.id.label("holding_id"),
        holdings.c.role,
        holdings.c.unit,
        holdings.c.capacity,
        holdings.c.since,
        holdings.c.until,
        holdings.c.ended,
        holdings.c.decree,
        holdings.c.decree_date,
    )
    .select_from(persons.outerjoin(holdings, holdings.c.person_id == persons.c.id))
    .where(persons.c.left_at.is_(None), persons.c.name.is_not(None))
    .order_by(holdings.c.id, persons.c.id)
)


class PeopleTable:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # Staff

    def staff(self, now: datetime) -> Staff:
        """Everybody who has joined, with what they hold at `now`."""
        people: dict[int, Person] = {}
        held: list[Holding] = []
        for row in self._connection.execute(_STAFF):
            if row.id not in people:
                people[row.id] = Person(
                    row.id, row.chat_id, row.name, Address(row.address), row.admin, row.reachable
                )
            if row.holding_id is not None and _holds(row, now):
                held.append(_holding(row, row.id))
        return Staff(people, tuple(held))

    def by_chat(self, chat_id: int) -> Newcomer | None:
        """The person of this chat, joined or about to, unless they have left."""
        query = select(persons).where(persons.c.chat_id == chat_id, persons.c.left_at.is_(None))
        row = self._connection.execute(query).first()
        if row is None:
            return None
        address = Address(row.address) if row.address else None
        return Newcomer(row.id, row.chat_id, row.name, address)

    def names(self) -> dict[int, str]:
        """Everybody's form of address and name by id, those who have left included."""
        query = select(persons.c.id, persons.c.address, persons.c.name).where(
            persons.c.name.is_not(None)
        )
        return {row.id: f"{row.address} {row.name}" for row in self._connection.execute(query)}

    # Persons

    def welcome(self, chat_id: int, now: datetime, admin: bool = False) -> int:
        """Create the person of this chat, or take them back after leaving; their id."""
        statement = insert(self._connection.dialect.name, persons)
        returning = self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["chat_id"],
                set_={
                    "left_at": None,
                    "reachable": True,
                    "admin": or_(persons.c.admin, statement.excluded.admin),
                },
            ).returning(persons.c.id),
            {"chat_id": chat_id, "admin": admin, "joined_at": now, "reachable": True},
        )
        return int(returning.scalar_one())

    def set_name(self, person_id: int, name: str) -> None:
        self._update(person_id, name=name)

    def set_address(self, person_id: int, address: Address) -> None:
        self._update(person_id, address=address.value)

    def set_reachable(self, person_id: int, reachable: bool) -> bool:
        """Store whether Telegram accepts messages to them; False if that is no change."""
        result = self._connection.execute(
            persons.update()
            .where(persons.c.id == person_id, persons.c.reachable.is_not(reachable))
            .values(reachable=reachable)
        )
        return result.rowcount == 1

    def set_digest(self, person_id: int, wanted: bool) -> None:
        """Store whether they want the morning digest."""
        self._update(person_id, digest=wanted)

    def without_digest(self) -> frozenset[int]:
        """The ids of everybody who does not want the morning digest."""
        query = select(persons.c.id).where(~persons.c.digest)
        return frozenset(self._connection.execute(query).scalars())

    def move(self, person_id: int, chat_id: int) -> None:
        """Give them another Telegram account.

        A former person with that account loses it: one account belongs to one person.
        """
        self._connection.execute(
            persons.update().where(persons.c.chat_id == chat_id).values(chat_id=-persons.c.id)
        )
        self._update(person_id, chat_id=chat_id, reachable=True)

    def leave(self, person_id: int, now: datetime) -> None:
        """Mark them as having left; their name stays for the record."""
        self._update(person_id, left_at=now, admin=False)

    # Holdings

    def grant(
        self, person_id: int, role: str, unit: str | None, capacity: Capacity, now: datetime
    ) -> int | None:
        """Give a role from now on; the new holding's id, None if they hold it already."""
        same = select(holdings.c.id).where(
            holdings.c.person_id == person_id,
            holdings.c.role == role,
            holdings.c.unit.is_not_distinct_from(unit),
            holdings.c.capacity == capacity.value,
            ~holdings.c.ended,
            or_(holdings.c.until.is_(None), holdings.c.until > now),
        )
        if self._connection.execute(same).first():
            return None
        row = self._connection.execute(
            holdings.insert().returning(holdings.c.id),
            {
                "person_id": person_id,
                "role": role,
                "unit": unit,
                "capacity": capacity.value,
                "since": now,
            },
        )
        return int(row.scalar_one())

    def appoint(self, wanted: Appointment) -> int:
        """Store a stand-in's holding; its id."""
        row = self._connection.execute(
            holdings.insert().returning(holdings.c.id),
            {
                "person_id": wanted.person_id,
                "role": wanted.role,
                "unit": wanted.unit,
                "capacity": wanted.capacity.value,
                "since": wanted.since,
                "until": wanted.until,
                "decree": wanted.decree,
                "decree_date": wanted.decree_date,
            },
        )
        return int(row.scalar_one())

    def appointments(self, now: datetime) -> list[Holding]:
        """Everybody who stands in for somebody at `now`, or is to later; the earliest first."""
        query = (
            select(holdings)
            .join(persons, persons.c.id == holdings.c.person_id)
            .where(
                holdings.c.capacity != Capacity.DEFINITIF.value,
                ~holdings.c.ended,
                or_(holdings.c.until.is_(None), holdings.c.until > now),
                persons.c.left_at.is_(None),
            )
            .order_by(holdings.c.since, holdings.c.id)
        )
        return [_holding(row, row.person_id, row.id) for row in self._connection.execute(query)]

    def appointment(self, holding_id: int) -> tuple[Holding, bool] | None:
        """A holding, current or not, and whether somebody ended it; None if unknown."""
        row = self._connection.execute(select(holdings).where(holdings.c.id == holding_id)).first()
        return (_holding(row, row.person_id, row.id), bool(row.ended)) if row else None

    def revoke_all(self, person_id: int, now: datetime) -> None:
        """End all holdings of a person, planned ones included."""
        self._connection.execute(
            holdings.update()
            .where(
                holdings.c.person_id == person_id,
                ~holdings.c.ended,
                or_(holdings.c.until.is_(None), holdings.c.until > now),
            )
            .values(until=now, ended=True)
        )

    def holding(self, holding_id: int, now: datetime) -> Holding | None:
        """A holding that is in force, or None."""
        row = self._connection.execute(select(holdings).where(holdings.c.id == holding_id)).first()
        return _holding(row, row.person_id, row.id) if row and _holds(row, now) else None

    def revoke(self, holding_id: int, now: datetime) -> bool:
        """End a holding now; False if it had ended before."""
        result = self._connection.execute(
            holdings.update()
            .where(
                holdings.c.id == holding_id,
                ~holdings.c.ended,
                or_(holdings.c.until.is_(None), holdings.c.until > now),
            )
            .values(until=now, ended=True)
        )
        return result.rowcount == 1

    # Invitations

    def invite(
        self,
        code_hash: str,
        role: str | None,
        unit: str | None,
        created_by: int | None,
        now: datetime,
        expires_at: datetime,
        moves: int | None = None,
    ) -> int:
        """Store an invitation by the hash of its code."""
        row = self._connection.execute(
            invitations.insert().returning(invitations.c.id),
            {
                "code_hash": code_hash,
                "role": role,
                "unit": unit,
                "created_by": created_by,
                "created_at": now,
                "expires_at": expires_at,
                "moves": moves,
            },
        )
        return int(row.scalar_one())

    def invitation(self, code_hash: str) -> Invitation | None:
        """The invitation whose code has this hash, or None."""
        row = self._connection.execute(
            select(invitations).where(invitations.c.code_hash == code_hash)
        ).first()
        return _invitation(row) if row else None

    def invitations_used_by(self, person_id: int) -> list[Invitation]:
        """The invitations to a seat that this person has used, oldest first."""
        query = (
            select(invitations)
            .where(invitations.c.used_by == person_id, invitations.c.moves.is_(None))
            .order_by(invitations.c.id)
        )
        return [_invitation(row) for row in self._connection.execute(query)]

    def use(self, invitation_id: int, person_id: int, now: datetime) -> bool:
        """Mark it as used; False if it was used before."""
        result = self._connection.execute(
            invitations.update()
            .where(invitations.c.id == invitation_id, invitations.c.used_at.is_(None))
            .values(used_by=person_id, used_at=now)
        )
        return result.rowcount == 1

    def withdraw(self, code_hash: str) -> None:
        """Delete an unused invitation."""
        self._connection.execute(
            invitations.delete().where(
                invitations.c.code_hash == code_hash, invitations.c.used_at.is_(None)
            )
        )

    def drop_claims(self) -> None:
        """Delete unused claim links: there is an admin, or a newer link."""
        self._connection.execute(
            invitations.delete().where(
                invitations.c.role.is_(None),
                invitations.c.moves.is_(None),
                invitations.c.used_at.is_(None),
            )
        )

    def has_admin(self) -> bool:
        """Whether anybody is an admin by the database."""
        query = select(persons.c.id).where(persons.c.admin, persons.c.left_at.is_(None)).limit(1)
        return self._connection.execute(query).first() is not None

    # Questions

    def ask(self, chat_id: int, kind: str, data: dict[str, Any], expires_at: datetime) -> None:
        """Store what this chat was asked, in place of an earlier question."""
        statement = insert(self._connection.dialect.name, questions)
        row = {
            "chat_id": chat_id,
            "kind": kind,
            "data": json.dumps(data, ensure_ascii=False),
            "expires_at": expires_at,
        }
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["chat_id"],
                set_={name: statement.excluded[name] for name in ("kind", "data", "expires_at")},
            ),
            row,
        )

    def question(self, chat_id: int, now: datetime) -> Question | None:
        """The open question of this chat, or None; a question expires."""
        row = self._connection.execute(
            select(questions).where(questions.c.chat_id == chat_id, questions.c.expires_at > now)
        ).first()
        return Question(row.kind, json.loads(row.data), row.expires_at) if row else None

    def answered(self, chat_id: int) -> bool:
        """Delete the question of this chat; False if there was none."""
        result = self._connection.execute(questions.delete().where(questions.c.chat_id == chat_id))
        return result.rowcount == 1

    def _update(self, person_id: int, **values: object) -> None:
        self._connection.execute(persons.update().where(persons.c.id == person_id).values(**values))


def _holds(row: AnyRow, now: datetime) -> bool:
    return bool(row.since <= now and not row.ended and (row.until is None or row.until > now))


def _holding(row: AnyRow, person_id: int, holding_id: int | None = None) -> Holding:
    return Holding(
        holding_id if holding_id is not None else row.holding_id,
        person_id,
        row.role,
        row.unit,
        Capacity(row.capacity),
        row.since,
        row.until,
        row.decree,
        row.decree_date,
    )


def _invitation(row: AnyRow) -> Invitation:
    return Invitation(
        row.id,
        row.role,
        row.unit,
        row.created_by,
        row.expires_at,
        row.used_at,
        row.used_by,
        row.moves,
    )
