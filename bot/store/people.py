"""Persons, what they hold, invitations, and questions that wait for an answer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from bot.domain.acting import Appointment
from bot.domain.people import Address, Holding, Person, Staff
from bot.domain.run import Capacity
from bot.store.sql import AnyRow, Rows, columns, fields_of, insert
from bot.store.tables import holdings, invitations, persons, questions


@dataclass(frozen=True, slots=True)
class Invitation:
    """A single-use invitation; `role` None is the first admin's, `moves` is who changes account."""

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
        *columns(persons, Person),
        *(c.label("holding_id") if c.name == "id" else c for c in holdings.c),
    )
    .select_from(persons.outerjoin(holdings, holdings.c.person_id == persons.c.id))
    .where(persons.c.left_at.is_(None), persons.c.name.is_not(None))
    .order_by(holdings.c.id.nulls_first(), persons.c.id)
)
_UNUSED = invitations.c.used_at.is_(None)
_INVITATIONS = select(*columns(invitations, Invitation)).order_by(invitations.c.id)


class PeopleTable(Rows):
    # Staff

    def staff(self, now: datetime) -> Staff:
        """Everybody who has joined, with what they hold at `now`."""
        people: dict[int, Person] = {}
        held: list[Holding] = []
        for row in self._connection.execute(_STAFF):
            if row.id not in people:
                people[row.id] = Person(
                    row.id,
                    row.chat_id,
                    row.name,
                    Address(row.address),
                    row.admin,
                    row.reachable,
                    row.nip,
                    row.rank,
                )
            if row.holding_id is not None and _holds(row, now):
                held.append(_holding(row, row.holding_id))
        return Staff(people, tuple(held))

    def by_chat(self, chat_id: int) -> Newcomer | None:
        """The person of this chat, joined or about to, unless they have left."""
        query = select(persons).where(persons.c.chat_id == chat_id, persons.c.left_at.is_(None))
        row = self._connection.execute(query).first()
        address = Address(row.address) if row and row.address else None
        return Newcomer(row.id, row.chat_id, row.name, address) if row else None

    def names(self) -> dict[int, str]:
        """Everybody's form of address and name by id, those who have left included."""
        return {row.id: f"{row.address} {row.name}" for row in self._named()}

    def official_names(self) -> dict[int, str]:
        """Everybody's name with titles by id, as documents print it: without a form of address."""
        return {row.id: row.name for row in self._named()}

    def _named(self) -> Iterable[AnyRow]:
        query = select(persons.c.id, persons.c.address, persons.c.name)
        return self._connection.execute(query.where(persons.c.name.is_not(None)))

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
        self._set(person_id, name=name)

    def set_address(self, person_id: int, address: Address) -> None:
        self._set(person_id, address=address.value)

    def set_official_data(self, person_id: int, nip: str, rank: str) -> None:
        """Store NIP and golongan ruang; either is empty where the person leaves it so."""
        self._set(person_id, nip=nip, rank=rank)

    def set_reachable(self, person_id: int, reachable: bool) -> bool:
        """Store whether Telegram accepts messages to them; False if that is no change."""
        changes = persons.c.reachable.is_not(reachable)
        return self._update(persons, persons.c.id == person_id, changes, reachable=reachable) == 1

    def set_digest(self, person_id: int, wanted: bool) -> None:
        """Store whether they want the morning digest."""
        self._set(person_id, digest=wanted)

    def without_digest(self) -> frozenset[int]:
        """The ids of everybody who does not want the morning digest."""
        return frozenset(self._connection.scalars(select(persons.c.id).where(~persons.c.digest)))

    def move(self, person_id: int, chat_id: int) -> None:
        """Give them another Telegram account; a former person with that account loses it."""
        self._update(persons, persons.c.chat_id == chat_id, chat_id=-persons.c.id)
        self._set(person_id, chat_id=chat_id, reachable=True)

    def leave(self, person_id: int, now: datetime) -> None:
        """Mark them as having left; their name stays for the record, NIP and rank do not."""
        self._set(person_id, left_at=now, admin=False, nip=None, rank=None)

    # Holdings

    def grant(
        self, person_id: int, role: str, unit: str | None, capacity: Capacity, now: datetime
    ) -> int | None:
        """Give a role from now on; the new holding's id, None if they hold it already."""
        given = {"person_id": person_id, "role": role, "unit": unit, "capacity": capacity.value}
        same = [holdings.c[name].is_not_distinct_from(value) for name, value in given.items()]
        if self._exists(select(holdings.c.id).where(*same, *_not_over(now))):
            return None
        return self._insert(holdings, **given, since=now)

    def appoint(self, wanted: Appointment) -> int:
        """Store a stand-in's holding; its id."""
        return self._insert(holdings, **fields_of(wanted))

    def appointments(self, now: datetime) -> list[Holding]:
        """Everybody who stands in for somebody at `now`, or is to later; the earliest first."""
        query = (
            select(holdings)
            .join(persons, persons.c.id == holdings.c.person_id)
            .where(
                holdings.c.capacity != Capacity.DEFINITIF.value,
                *_not_over(now),
                persons.c.left_at.is_(None),
            )
            .order_by(holdings.c.since, holdings.c.id)
        )
        return [_holding(row, row.id) for row in self._connection.execute(query)]

    def periods(self, wanted: Appointment | Holding) -> list[Holding]:
        """When this person held this post before, in whatever capacity; the earliest first."""
        query = (
            select(holdings)
            .where(
                holdings.c.person_id == wanted.person_id,
                holdings.c.role == wanted.role,
                holdings.c.unit.is_not_distinct_from(wanted.unit),
                holdings.c.since < wanted.since,
            )
            .order_by(holdings.c.since, holdings.c.id)
        )
        return [_holding(row, row.id) for row in self._connection.execute(query)]

    def appointment(self, holding_id: int) -> tuple[Holding, bool] | None:
        """A holding, current or not, and whether somebody ended it; None if unknown."""
        row = self._connection.execute(select(holdings).where(holdings.c.id == holding_id)).first()
        return (_holding(row, row.id), bool(row.ended)) if row else None

    def revoke_all(self, person_id: int, now: datetime) -> None:
        """End all holdings of a person, planned ones included."""
        theirs = holdings.c.person_id == person_id
        self._update(holdings, theirs, *_not_over(now), until=now, ended=True)

    def holding(self, holding_id: int, now: datetime) -> Holding | None:
        """A holding that is in force, or None."""
        row = self._connection.execute(select(holdings).where(holdings.c.id == holding_id)).first()
        return _holding(row, row.id) if row and _holds(row, now) else None

    def revoke(self, holding_id: int, now: datetime) -> bool:
        """End a holding now; False if it had ended before."""
        this = holdings.c.id == holding_id
        return self._update(holdings, this, *_not_over(now), until=now, ended=True) == 1

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
        return self._insert(
            invitations,
            code_hash=code_hash,
            role=role,
            unit=unit,
            created_by=created_by,
            created_at=now,
            expires_at=expires_at,
            moves=moves,
        )

    def invitation(self, code_hash: str) -> Invitation | None:
        """The invitation whose code has this hash, or None."""
        query = _INVITATIONS.where(invitations.c.code_hash == code_hash)
        row = self._connection.execute(query).first()
        return Invitation(*row) if row else None

    def invitations_used_by(self, person_id: int) -> list[Invitation]:
        """The invitations to a seat that this person has used, oldest first."""
        query = _INVITATIONS.where(
            invitations.c.used_by == person_id, invitations.c.moves.is_(None)
        )
        return [Invitation(*row) for row in self._connection.execute(query)]

    def open_invitations(self, now: datetime) -> list[Invitation]:
        """Those that somebody may still use, the first admin's left out; the oldest first."""
        query = _INVITATIONS.where(
            _UNUSED,
            invitations.c.expires_at > now,
            or_(invitations.c.role.is_not(None), invitations.c.moves.is_not(None)),
        )
        return [Invitation(*row) for row in self._connection.execute(query)]

    def cancel_invitation(self, invitation_id: int) -> bool:
        """Delete an unused invitation; False if it was used, or is not there."""
        return self._delete(invitations, invitations.c.id == invitation_id, _UNUSED) == 1

    def use(self, invitation_id: int, person_id: int, now: datetime) -> bool:
        """Mark it as used; False if it was used before."""
        this = invitations.c.id == invitation_id
        return self._update(invitations, this, _UNUSED, used_by=person_id, used_at=now) == 1

    def withdraw(self, code_hash: str) -> None:
        """Delete an unused invitation."""
        self._delete(invitations, invitations.c.code_hash == code_hash, _UNUSED)

    def drop_claims(self) -> None:
        """Delete unused claim links: there is an admin, or a newer link."""
        claim = (invitations.c.role.is_(None), invitations.c.moves.is_(None))
        self._delete(invitations, *claim, _UNUSED)

    def has_admin(self) -> bool:
        """Whether anybody is an admin by the database."""
        return self._exists(
            select(persons.c.id).where(persons.c.admin, persons.c.left_at.is_(None))
        )

    # Questions

    def ask(self, chat_id: int, kind: str, data: dict[str, Any], expires_at: datetime) -> None:
        """Store what this chat was asked, in place of an earlier question."""
        row = {"kind": kind, "data": json.dumps(data, ensure_ascii=False), "expires_at": expires_at}
        self._put(questions, "chat_id", chat_id=chat_id, **row)

    def question(self, chat_id: int, now: datetime) -> Question | None:
        """The open question of this chat, or None; a question expires."""
        query = select(questions).where(
            questions.c.chat_id == chat_id, questions.c.expires_at > now
        )
        row = self._connection.execute(query).first()
        return Question(row.kind, json.loads(row.data), row.expires_at) if row else None

    def open_questions(self, now: datetime) -> dict[int, Question]:
        """Every open question, by its chat."""
        rows = self._connection.execute(select(questions).where(questions.c.expires_at > now))
        return {r.chat_id: Question(r.kind, json.loads(r.data), r.expires_at) for r in rows}

    def answered(self, chat_id: int, kind: str | None = None) -> bool:
        """Delete the question of this chat (only one of this kind); False if there was none."""
        of_kind = () if kind is None else (questions.c.kind == kind,)
        return self._delete(questions, questions.c.chat_id == chat_id, *of_kind) == 1

    def _set(self, person_id: int, **values: object) -> None:
        self._update(persons, persons.c.id == person_id, **values)


def _not_over(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions of a holding that is in force at `now`, or is to be later."""
    return ~holdings.c.ended, or_(holdings.c.until.is_(None), holdings.c.until > now)


def _holds(row: AnyRow, now: datetime) -> bool:
    return bool(row.since <= now and not row.ended and (row.until is None or row.until > now))


def _holding(row: AnyRow, holding_id: int) -> Holding:
    capacity = Capacity(row.capacity)
    term = (row.since, row.until, row.decree, row.decree_date)
    return Holding(holding_id, row.person_id, row.role, row.unit, capacity, *term)
