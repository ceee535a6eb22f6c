"""The outbox: one row for one notice to one chat (kiriman).

A row is written in the transaction of what it tells of, under a key that no second row
can have. It is claimed with a lease, sent, and recorded. New messages of one chat go out in
the order in which they were written; changes of what stands there already come after all new
messages. Chats do not wait for each other, and a row that cannot be sent is given up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ColumnElement, bindparam, func, literal_column, or_, select
from sqlalchemy import case as sql_case

from bot.domain.notices import Notice
from bot.domain.run import TaskStatus
from bot.store import serialization
from bot.store.sql import AnyRow, Insert, Prepared, Rows, check_key, columns, fields_of, insert
from bot.store.tables import Instant, deliveries, tasks

STEPS_ASIDE_AFTER = 5
"""A row that failed this often no longer blocks later rows of its chat."""

EDITS_AT_ONCE = 10
EDITS_PER_SECOND = 5
"""Of the cards of one task that are out of date so many are edited at once; where there are more,
so many a second: a fifth of what Telegram takes from the whole bot."""


class DeliveryState(StrEnum):
    """Where a delivery stands.

    Queued (antre), sent (terkirim), out of date before it was sent (usang), impossible to
    send (gagal), refused because the recipient blocked the bot (tertolak), or held after a
    restore until the admin decides (ditahan).
    """

    ANTRE = "antre"
    TERKIRIM = "terkirim"
    USANG = "usang"
    GAGAL = "gagal"
    TERTOLAK = "tertolak"
    DITAHAN = "ditahan"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery to be stored. `key` is the idempotency key: one fact to one recipient.

    Raises:
        ValueError: the key is longer than its column.
    """

    key: str
    chat_id: int
    person_id: int | None
    notice: Notice
    run_id: int | None = None
    task_id: int | None = None
    live: bool = False
    silent: bool = False

    def __post_init__(self) -> None:
        check_key(self.key)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A stored notice that this version cannot load: a later version wrote it, or it is
    damaged."""

    error: str
    kind: ClassVar[str] = "unreadable"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A stored delivery. `message_id` is set where it was sent, and is to be edited; `next_at`
    counts while it waits."""

    id: int
    key: str
    chat_id: int
    person_id: int | None
    notice: Notice | Unreadable
    run_id: int | None
    task_id: int | None
    live: bool
    silent: bool
    wanted: int
    tries: int
    message_id: int | None
    created_at: datetime
    maybe_repeated: bool
    state: DeliveryState
    sent_at: datetime | None
    next_at: datetime
    error: str | None


_DELIVERIES = select(*columns(deliveries, Delivery))
# A literal, not a bound parameter: the partial index of the queue is used only where the
# database can see that the condition implies its own.
_QUEUED = deliveries.c.state == literal_column(f"'{DeliveryState.ANTRE}'")
# What changes something that is there already: a message, or a menu, which has no message.
_CHANGES = or_(deliveries.c.message_id.is_not(None), deliveries.c.key.startswith("menu:"))
_HEADS = (
    select(func.min(deliveries.c.id))
    .where(
        _QUEUED,
        ~_CHANGES,
        or_(deliveries.c.tries < STEPS_ASIDE_AFTER, deliveries.c.next_at <= bindparam("now")),
    )
    .group_by(deliveries.c.chat_id)
)
_DUE = (
    _QUEUED,
    deliveries.c.next_at <= bindparam("now"),
    # An expired lease is released by `rescue` alone, which flags what may be sent twice.
    deliveries.c.lease_until.is_(None),
    deliveries.c.chat_id.not_in(bindparam("busy", expanding=True)),
)
_NEW = _DELIVERIES.where(deliveries.c.id.in_(_HEADS), *_DUE)
_CLAIM_NEW = _NEW.order_by(deliveries.c.id).limit(bindparam("most"))
_TURNS = (
    select(
        deliveries.c.id,
        func.row_number()
        .over(partition_by=deliveries.c.chat_id, order_by=(deliveries.c.next_at, deliveries.c.id))
        .label("turn"),
    )
    .where(_CHANGES, *_DUE)
    .subquery()
)
_CLAIM_CHANGES = (
    _DELIVERIES.join(_TURNS, _TURNS.c.id == deliveries.c.id)
    .where(_TURNS.c.turn == 1)
    .order_by(deliveries.c.next_at, deliveries.c.id)
    .limit(bindparam("most"))
)
_CLAIMABLE = (_NEW, _DELIVERIES.where(_CHANGES, *_DUE))
_NEXT_DUE = (
    select(deliveries.c.next_at)
    .where(
        _QUEUED,
        deliveries.c.next_at > bindparam("now"),
        or_(_CHANGES, deliveries.c.id.in_(_HEADS), deliveries.c.tries >= STEPS_ASIDE_AFTER),
    )
    .order_by(deliveries.c.next_at)
    .limit(1)
)
_LEASE = (
    deliveries.update()
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
    .values(lease_until=bindparam("until"), tries=deliveries.c.tries + 1)
)

# A card that is out of date is queued once more, as an edit if it was sent already.
_ON_SCREEN = deliveries.c.live & or_(_QUEUED, deliveries.c.state == DeliveryState.TERKIRIM.value)
_SHOW_ANEW = (
    deliveries.update()
    .where(_ON_SCREEN)
    .values(
        wanted=deliveries.c.wanted + 1,
        state=DeliveryState.ANTRE.value,
        next_at=bindparam("now", type_=Instant),
        tries=0,
    )
)
_REFRESH = Prepared(_SHOW_ANEW.where(deliveries.c.task_id == bindparam("task")))
_REFRESH_ONE = Prepared(_SHOW_ANEW.where(deliveries.c.id == bindparam("delivery")))
_CARDS = (
    select(
        deliveries.c.id,
        deliveries.c.person_id,
        (_QUEUED & deliveries.c.lease_until.is_(None)).label("waits"),
    )
    .where(_ON_SCREEN, deliveries.c.task_id == bindparam("task"))
    .order_by(deliveries.c.id)
)
_RETIRE = _SHOW_ANEW.where(
    deliveries.c.person_id == bindparam("person"),
    deliveries.c.message_id.is_not(None),
    deliveries.c.task_id.in_(select(tasks.c.id).where(tasks.c.status == TaskStatus.TERBUKA.value)),
)

_SENT = (
    deliveries.update()
    .where(deliveries.c.id == bindparam("delivery"))
    .values(
        shown=bindparam("showing"),
        state=sql_case(
            (deliveries.c.wanted > bindparam("showing"), DeliveryState.ANTRE.value),
            else_=DeliveryState.TERKIRIM.value,
        ),
        message_id=func.coalesce(bindparam("message"), deliveries.c.message_id),
        sent_at=func.coalesce(deliveries.c.sent_at, bindparam("now", type_=Instant)),
        lease_until=None,
        tries=0,
        error=None,
    )
)


def _put(dialect: str) -> Insert:
    statement = insert(dialect, deliveries)
    on_screen = deliveries.c.live
    return statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            # A live row's message is edited. A row that is no longer live starts again, with
            # a new message.
            "live": statement.excluded.live,
            "silent": sql_case((on_screen, deliveries.c.silent), else_=statement.excluded.silent),
            "message_id": sql_case((on_screen, deliveries.c.message_id), else_=None),
            "created_at": sql_case(
                (on_screen, deliveries.c.created_at), else_=statement.excluded.created_at
            ),
            "wanted": deliveries.c.wanted + 1,
            "notice": statement.excluded.notice,
            "state": DeliveryState.ANTRE.value,
            "next_at": statement.excluded.next_at,
            "tries": 0,
        },
        where=statement.excluded.live,
    )


_PUT = Prepared(_put)


class OutboxTable(Rows):
    def put(self, rows: Sequence[NewDelivery], now: datetime) -> None:
        """Store deliveries. An existing one is left as it is; a live card is queued again.

        A card that is no longer live comes as a new message.
        """
        new = {"wanted": 1, "shown": 0, "maybe_repeated": False, "created_at": now, **_queued(now)}
        dumped = ((row, serialization.dump_notice(row.notice)) for row in rows)
        values = [{**new, **fields_of(row), "notice": notice} for row, notice in dumped]
        _PUT.run(self._connection, values)

    def put_shown(self, row: NewDelivery, message_id: int, now: datetime) -> None:
        """Store what a tap shows by itself, in the place of this message."""
        self.put([row], now)
        shown = {"state": DeliveryState.TERKIRIM.value, "shown": 1, "sent_at": now}
        self._set(deliveries.c.key == row.key, message_id=message_id, **shown)

    def redraw(self, key: str, now: datetime) -> None:
        """Queue what was sent under this key once more, as an edit."""
        sent = deliveries.c.state == DeliveryState.TERKIRIM.value
        wanted = deliveries.c.wanted + 1
        self._set(deliveries.c.key == key, sent, wanted=wanted, **_queued(now))

    def refresh(self, task_ids: Sequence[int], now: datetime) -> None:
        """Queue the cards of these tasks again: they are out of date."""
        _REFRESH.run(self._connection, [{"task": t, "now": now} for t in task_ids])

    def refresh_in_turn(self, task_id: int, now: datetime, first: int | None = None) -> None:
        """Queue the cards of a task again, those of the person `first` at once.

        The others form a line: see `EDITS_AT_ONCE`. A card that waits already keeps its place,
        and shows the last state when its turn comes.
        """
        cards = self._connection.execute(_CARDS, {"task": task_id}).all()
        line = sum(card.waits for card in cards)
        anew = []
        for card in cards:
            wait = 0.0
            if card.person_id != first or first is None:
                if card.waits:
                    continue
                line += 1
                wait = line / EDITS_PER_SECOND if line > EDITS_AT_ONCE else 0.0
            anew.append({"delivery": card.id, "now": now + timedelta(seconds=wait)})
        _REFRESH_ONE.run(self._connection, anew)

    def adopt(self, row: NewDelivery, message_id: int, now: datetime) -> None:
        """Store a delivery whose message stands on the screen already, to be edited at once.

        Its key begins with "copy:". Nothing happens if the outbox knows this message.
        """
        if self.of_message(row.chat_id, message_id) is None:
            self.put([row], now)
            self._set(deliveries.c.key == row.key, message_id=message_id)

    def retire_cards(self, person_id: int, now: datetime) -> None:
        """Queue a person's cards of open tasks again: they have left the office."""
        self._connection.execute(_RETIRE, {"person": person_id, "now": now})

    def move(self, person_id: int, chat_id: int, open_tasks: Sequence[int], now: datetime) -> None:
        """Move a person's deliveries to another chat; cards of open tasks are sent again there.

        Messages in the old chat stay as they are: the account may be gone.
        """
        theirs = deliveries.c.person_id == person_id
        was_sent = deliveries.c.message_id.is_not(None)
        card = deliveries.c.key.startswith("card:") & deliveries.c.task_id.in_(open_tasks)
        ended = {"live": False, "state": DeliveryState.USANG.value, "lease_until": None}
        self._set(theirs, deliveries.c.live, was_sent, ~card, **ended)
        self._set(
            theirs,
            deliveries.c.live,
            card,
            chat_id=chat_id,
            message_id=None,
            wanted=deliveries.c.wanted + 1,
            lease_until=None,
            **_queued(now),
        )
        self._set(theirs, _QUEUED, ~was_sent, chat_id=chat_id)

    def complete(self, claimed: Delivery) -> None:
        """Mark a card as final: it is no longer live and not edited again."""
        self._change(claimed, live=False)

    def resend(self, claimed: Delivery, now: datetime) -> None:
        """Queue it as a new message: the old one was deleted."""
        self._change(claimed, message_id=None, lease_until=None, created_at=now, **_queued(now))

    def claim(
        self, now: datetime, lease: timedelta, most: int, busy: Collection[int] = ()
    ) -> list[Delivery]:
        """Lease at most `most` due deliveries, one per chat: new messages before all changes.

        `busy` are chats with a send under way or a rate limit.
        """
        rows: list[AnyRow] = []
        for query in (_CLAIM_NEW, _CLAIM_CHANGES):
            taken = [*busy, *(row.chat_id for row in rows)]
            params = {"now": now, "busy": taken, "most": most - len(rows)}
            rows += self._connection.execute(query, params).all()
        if rows:
            leased = {"ids": [row.id for row in rows], "until": now + lease}
            self._connection.execute(_LEASE, leased)
        return [_delivery(row) for row in rows]

    def waiting(self, now: datetime, busy: Collection[int] = ()) -> bool:
        """Whether there is anything to claim."""
        queries = (query.with_only_columns(deliveries.c.id) for query in _CLAIMABLE)
        return any(self._exists(query, now=now, busy=list(busy)) for query in queries)

    def sent(self, claimed: Delivery, message_id: int | None, now: datetime) -> None:
        """It was sent as it was when claimed.

        If it was queued again meanwhile, it stays in the queue as an edit.
        """
        facts = {
            "delivery": claimed.id,
            "showing": claimed.wanted,
            "message": message_id,
            "now": now,
        }
        self._connection.execute(_SENT, facts)

    def retry(
        self, claimed: Delivery, at: datetime, error: str, maybe_sent: bool, *, counts: bool = True
    ) -> None:
        """It was not sent, or that is unknown: try again at `at`.

        `maybe_sent` flags a first send that may have arrived. With `counts` False the number
        of tries stops at `STEPS_ASIDE_AFTER`, so that the row is never given up for it.
        """
        tries = claimed.tries + 1 if counts else min(claimed.tries + 1, STEPS_ASIDE_AFTER)
        repeated = deliveries.c.maybe_repeated | (maybe_sent and claimed.message_id is None)
        again = {"next_at": at, "lease_until": None, "tries": tries}
        self._change(claimed, error=error, maybe_repeated=repeated, **again)

    def release(self, claimed: Delivery, at: datetime) -> None:
        """Nothing was tried (rate limit): the try does not count."""
        self._change(claimed, next_at=at, lease_until=None, tries=claimed.tries)

    def give_up(
        self, claimed: Delivery, state: DeliveryState, error: str | None, now: datetime
    ) -> None:
        """It will not be sent: out of date, refused, or impossible."""
        self._change(claimed, state=state.value, lease_until=None, error=error, sent_at=now)

    def rescue(self, before: datetime | None) -> int:
        """Release leases that expired by `before`; how many there were.

        `before` None means every lease: this process has just started. A first send that was
        leased may have arrived, so those rows are flagged.
        """
        held = deliveries.c.lease_until.is_not(None)
        expired = held if before is None else deliveries.c.lease_until <= before
        repeated = deliveries.c.maybe_repeated | deliveries.c.message_id.is_(None)
        return self._set(_QUEUED, expired, lease_until=None, maybe_repeated=repeated)

    def pull_back(self, now: datetime, horizon: timedelta) -> int:
        """Set waits and leases that end after `now + horizon` back to now; how many rows.

        They were written while the clock was ahead.
        """
        far = now + horizon
        late_lease = deliveries.c.lease_until > far
        at = bindparam("at", now, type_=Instant)
        return self._set(
            _QUEUED,
            or_(deliveries.c.next_at > far, late_lease),
            next_at=sql_case((deliveries.c.next_at > far, at), else_=deliveries.c.next_at),
            lease_until=sql_case((late_lease, at), else_=deliveries.c.lease_until),
        )

    def overtaken(self, claimed: Delivery) -> bool:
        """Whether a later reminder of the same task waits to be sent to the same chat."""
        query = select(deliveries.c.id).where(
            deliveries.c.task_id == claimed.task_id,
            deliveries.c.chat_id == claimed.chat_id,
            deliveries.c.id > claimed.id,
            deliveries.c.key.startswith("reminder:"),
            deliveries.c.message_id.is_(None),
            _QUEUED,
        )
        return self._exists(query)

    def queued_with(self, claimed: Delivery, prefixes: Collection[str]) -> list[Delivery]:
        """What else waits to be sent to the same person under keys with one of these prefixes."""
        query = _DELIVERIES.where(
            deliveries.c.person_id == claimed.person_id,
            deliveries.c.chat_id == claimed.chat_id,
            deliveries.c.id != claimed.id,
            deliveries.c.message_id.is_(None),
            or_(*(deliveries.c.key.startswith(p, autoescape=True) for p in prefixes)),
            _QUEUED,
        )
        return [_delivery(row) for row in self._connection.execute(query.order_by(deliveries.c.id))]

    def merge(
        self, claimed: Delivery, notice: Notice, others: Collection[Delivery], now: datetime
    ) -> None:
        """Let one delivery tell `notice`, which says what these others would have told."""
        self._change(claimed, notice=serialization.dump_notice(notice))
        ids = [other.id for other in others]
        self._set(deliveries.c.id.in_(ids), state=DeliveryState.USANG.value, sent_at=now)

    def told(self, keys: Collection[str]) -> set[str]:
        """Which deliveries of these keys were sent or will be."""
        alive = deliveries.c.state.in_([DeliveryState.ANTRE.value, DeliveryState.TERKIRIM.value])
        query = select(deliveries.c.key).where(deliveries.c.key.in_(list(keys)), alive)
        return set(self._connection.execute(query).scalars())

    def told_since(self, prefix: str, since: datetime) -> set[int]:
        """Who has got a delivery under a key with this prefix since then."""
        query = select(deliveries.c.person_id).where(
            deliveries.c.key.startswith(prefix, autoescape=True), deliveries.c.created_at >= since
        )
        return {found for found in self._connection.execute(query).scalars() if found is not None}

    def revive(self, person_id: int, task_ids: Sequence[int], now: datetime) -> None:
        """Queue what a person refused, for these open tasks: they can be reached again.

        One message for each task is enough: of a card and its reminders the first is sent, and
        rendered from the current state. Messages that were sent before are edited, whatever
        the state of their tasks.
        """
        refused = (
            deliveries.c.person_id == person_id,
            deliveries.c.live,
            deliveries.c.state == DeliveryState.TERTOLAK.value,
        )
        firsts = (
            select(func.min(deliveries.c.id))
            .where(*refused, deliveries.c.message_id.is_(None), deliveries.c.task_id.in_(task_ids))
            .group_by(deliveries.c.task_id)
        )
        chosen = or_(deliveries.c.message_id.is_not(None), deliveries.c.id.in_(firsts))
        self._set(*refused, chosen, **_queued(now))

    def move_chat(self, old: int, new: int, now: datetime) -> None:
        """A chat has a new id: its queued deliveries follow, leased ones included."""
        theirs = deliveries.c.chat_id == old
        self._set(_QUEUED, theirs, chat_id=new, lease_until=None, **_queued(now))

    def drop_chat(self, chat_id: int, error: str, now: datetime) -> None:
        """Refuse everything queued for this chat."""
        refused = {"state": DeliveryState.TERTOLAK.value, "lease_until": None}
        self._set(_QUEUED, deliveries.c.chat_id == chat_id, error=error, sent_at=now, **refused)

    def hold(self) -> int:
        """Hold every queued delivery until the admin decides; how many there are."""
        return self._set(_QUEUED, state=DeliveryState.DITAHAN.value, lease_until=None)

    def release_held(self, send: bool, now: datetime) -> int:
        """Queue what was held, or mark it out of date; how many rows."""
        becomes = DeliveryState.ANTRE if send else DeliveryState.USANG
        held = deliveries.c.state == DeliveryState.DITAHAN.value
        return self._set(held, state=becomes.value, next_at=now, tries=0)

    def count(self, state: DeliveryState) -> int:
        """How many deliveries are in this state."""
        query = select(func.count()).where(deliveries.c.state == state.value)
        return int(self._connection.execute(query).scalar_one())

    def newest(self, most: int) -> list[Delivery]:
        """The deliveries written last, the newest first."""
        query = _DELIVERIES.order_by(deliveries.c.id.desc()).limit(most)
        return [_delivery(row) for row in self._connection.execute(query)]

    def of_message(self, chat_id: int, message_id: int) -> Delivery | None:
        """The delivery with this Telegram message, or None."""
        this = (deliveries.c.chat_id == chat_id, deliveries.c.message_id == message_id)
        query = _DELIVERIES.where(*this).order_by(deliveries.c.id.desc()).limit(1)
        row = self._connection.execute(query).first()
        return _delivery(row) if row else None

    def next_due(self, now: datetime) -> datetime | None:
        """When, after `now`, the next row may be tried; None if none waits for its time.

        A new message behind another of its chat has no time of its own.
        """
        return self._connection.execute(_NEXT_DUE, {"now": now}).scalar_one_or_none()

    def recent(self, chat_id: int, since: datetime) -> int:
        """How many answers were written since then for this chat of nobody who has joined.

        An edit of what stood on the screen already (`adopt`) is none.
        """
        query = select(func.count()).where(
            deliveries.c.chat_id == chat_id,
            deliveries.c.created_at >= since,
            deliveries.c.person_id.is_(None),
            ~deliveries.c.key.startswith("copy:"),
        )
        return int(self._connection.execute(query).scalar_one())

    def forget(self, before: datetime, open_tasks: Sequence[int]) -> int:
        """Delete deliveries that were done with before then; cards of open tasks stay."""
        return self._delete(
            deliveries,
            deliveries.c.created_at < before,
            ~_QUEUED,
            deliveries.c.state != DeliveryState.DITAHAN.value,
            or_(deliveries.c.task_id.is_(None), deliveries.c.task_id.not_in(open_tasks)),
        )

    def _change(self, claimed: Delivery, **values: object) -> None:
        self._set(deliveries.c.id == claimed.id, **values)

    def _set(self, *where: ColumnElement[bool], **values: object) -> int:
        return self._update(deliveries, *where, **values)


def _queued(now: datetime) -> dict[str, object]:
    """What a delivery that waits to be sent at once has in its columns."""
    return {"state": DeliveryState.ANTRE.value, "next_at": now, "tries": 0}


def _delivery(row: AnyRow) -> Delivery:
    state = DeliveryState(row.state)
    return Delivery(**{**row._mapping, "notice": _notice(row.notice), "state": state})


def _notice(body: str) -> Notice | Unreadable:
    # One unreadable row must not block the claim of all others.
    try:
        return serialization.load_notice(body)
    except ValueError as error:
        return Unreadable(str(error))
