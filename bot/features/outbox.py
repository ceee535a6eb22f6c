"""The outbox from the sender's side: what to send now, and what became of it.

A delivery is drawn in the transaction that claims it, from the state at that moment; one
that is no longer true is given up there and then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from bot.domain.documents import Document, Format
from bot.domain.notices import CommandMenu, DeliveriesFailing, Reply
from bot.domain.reminders import send_at
from bot.features import asking
from bot.features.answers import Refuse, refusal
from bot.features.feature import Feature, Hook, Sending, View
from bot.features.replies import build_or_refuse
from bot.features.runview import PartedView
from bot.features.work import Services, Work
from bot.store.outbox import Delivery, DeliveryState, NewDelivery, Unreadable

log = structlog.get_logger()

LEASE = timedelta(seconds=90)
"""How long one send may take before somebody else may try it: longer than the sender's own
time-out, so that a slow answer is never taken for a death."""

GIVE_UP_AFTER = 600
"""A delivery that Telegram answered with its own errors so often in a row is given up: about
two days at the longest pause between tries."""

KEEP_DELIVERIES = timedelta(days=90)
"""How long a delivery that is done with is kept for looking things up."""


class OutboxRefused(StrEnum):
    """What is said in the place of an answer that cannot be sent."""

    NOT_MADE = "not_made"


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document to be rendered and sent as a file, or as a picture."""

    document: Document
    format: Format


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed delivery with what it has to show."""

    delivery: Delivery
    view: View


def claim(services: Services, now: datetime, most: int, busy: Collection[int]) -> list[Outgoing]:
    """Take the next deliveries, at most one a chat, and draw them.

    `busy` are chats to leave alone.
    """
    with services.store.read() as tx:
        # A look first: an idle office does not write to its disk every ten seconds.
        if not tx.outbox.waiting(now, busy):
            return []
    with services.begin(now) as work:
        outgoing: list[Outgoing] = []
        # Where none of them is true any more, those that stand behind them have their turn.
        while not outgoing and (claimed := work.tx.outbox.claim(now, LEASE, most, busy)):
            for delivery in claimed:
                try:
                    view = _draw(work, delivery)
                except Exception as error:
                    log.exception("delivery cannot be drawn", delivery=delivery.id)
                    _give_up(work, delivery, f"{type(error).__name__}: {error}")
                    continue
                if view is None:
                    work.tx.outbox.give_up(delivery, DeliveryState.USANG, None, now)
                else:
                    if isinstance(view, PartedView):
                        work.tx.outbox.complete(delivery)
                    outgoing.append(Outgoing(_quiet_after_hours(work, delivery), view))
        return outgoing


def sent(services: Services, delivery: Delivery, message_id: int | None, now: datetime) -> None:
    """It is on the recipient's screen."""
    with services.begin(now) as work:
        work.tx.outbox.sent(delivery, message_id, now)
        if message_id is not None and delivery.person_id is not None:
            # Whoever was told of an unblocking may have missed it; a message proves it.
            reached(work, delivery.person_id)


def reached(work: Work, person_id: int) -> None:
    """Telegram takes messages to somebody; if it did not before, they get their open cards."""
    if work.tx.people.set_reachable(person_id, True):
        work.tx.outbox.revive(person_id, work.tx.runs.open_task_ids(), work.now)


def message_gone(services: Services, delivery: Delivery, now: datetime) -> None:
    """The message to be edited is gone from the recipient's screen.

    A card comes as a new message if its task still waits for the recipient; of anything else
    there is nothing left to mend.
    """
    with services.begin(now) as work:
        if delivery.key.startswith("card:"):
            # Whether it still waits is seen when it is drawn, as of every new card.
            work.tx.outbox.resend(delivery, now)
        else:
            work.tx.outbox.sent(delivery, None, now)


def not_now(services: Services, delivery: Delivery, at: datetime) -> None:
    """Telegram asked for a pause: nothing was sent, try again at `at`."""
    with services.store.begin() as tx:
        tx.outbox.release(delivery, at)


def failed_for_now(
    services: Services,
    delivery: Delivery,
    at: datetime,
    error: str,
    *,
    maybe_sent: bool,
    offline: bool,
    now: datetime,
) -> None:
    """It failed in a way that may pass. After often enough it is given up all the same.

    While Telegram cannot be reached at all (`offline`) nothing is ever given up: that says
    nothing about the delivery.
    """
    with services.begin(now) as work:
        if not offline and delivery.tries + 1 >= GIVE_UP_AFTER:
            _give_up(work, delivery, error)
        else:
            work.tx.outbox.retry(delivery, at, error, maybe_sent, counts=not offline)


def blocked(services: Services, delivery: Delivery, error: str, now: datetime) -> None:
    """The recipient's Telegram takes no messages: note it, and tell the owner once."""
    hooks = services.features.hooks
    with services.begin(now) as work:
        work.tx.outbox.give_up(delivery, DeliveryState.TERTOLAK, error, now)
        if isinstance(delivery.notice, CommandMenu):
            return  # whoever has not pressed Start yet gets it then
        if (person := work.staff.person(delivery.person_id or 0)) is not None:
            hooks[Hook.UNREACHABLE](work, person)
        else:
            hooks[Hook.GROUP_LOST](work, delivery.chat_id)


def impossible(services: Services, delivery: Delivery, error: str, now: datetime) -> None:
    """It can never be sent as it is: give it up and report it."""
    with services.begin(now) as work:
        _give_up(work, delivery, error)


def migrated(services: Services, old: int, new: int, now: datetime) -> None:
    """A group has become a supergroup, which has another id."""
    with services.begin(now) as work:
        services.features.hooks[Hook.GROUP_MIGRATED](work, old, new)


def rescue(services: Services, before: datetime | None) -> int:
    """Give up leases whose holder died (all of them when `before` is None)."""
    with services.store.begin() as tx:
        return tx.outbox.rescue(before)


def next_due(services: Services, now: datetime) -> datetime | None:
    """When, after `now`, the next waiting delivery may be tried."""
    with services.store.read() as tx:
        return tx.outbox.next_due(now)


def _quiet_after_hours(work: Work, delivery: Delivery) -> Delivery:
    """What belongs in office hours and could not go out then makes no sound later."""
    if isinstance(delivery.notice, Unreadable) or not delivery.notice.in_office_hours:
        return delivery
    late = send_at(delivery.created_at, work.now, work.calendar) > work.now
    return replace(delivery, silent=delivery.silent or late)


def _give_up(work: Work, delivery: Delivery, error: str) -> None:
    work.tx.outbox.give_up(delivery, DeliveryState.GAGAL, error, work.now)
    _apologize(work, delivery)
    if not isinstance(delivery.notice, DeliveriesFailing):
        count = work.tx.outbox.count(DeliveryState.GAGAL)
        work.warn_admins(DeliveriesFailing(count, error[:200]), "failing")


def _apologize(work: Work, delivery: Delivery) -> None:
    """Whoever asked for a document that cannot be made is told so in its place."""
    notice, views = delivery.notice, work.services.features.views
    named = views.get(notice.view) if isinstance(notice, Reply) else None
    if named is not None and named.document:
        sorry = refusal(Refuse(OutboxRefused.NOT_MADE))
        row = NewDelivery(f"sorry:{delivery.id}", delivery.chat_id, delivery.person_id, sorry)
        work.tx.outbox.put([row], work.now)


def _draw(work: Work, delivery: Delivery) -> View | None:
    """What a delivery has to show now, None if it need not be shown any more."""
    notice = delivery.notice
    if isinstance(notice, Unreadable):
        raise ValueError(notice.error)
    if isinstance(notice, Reply):
        asker = work.as_person(delivery.chat_id)
        view = build_or_refuse(asker, notice)
        if asking.offers(asker, view):
            asking.note_offer(asker, view)
        return asking.with_ways_out(asker, view)
    drawn = work.services.features.notices[type(notice)]
    to = work.as_recipient(delivery.chat_id, delivery.person_id)
    stored = work.tx.runs.get(delivery.run_id) if delivery.run_id else None
    task = stored.task_of(delivery.task_id) if stored and delivery.task_id else None
    gone = (delivery.run_id and stored is None) or (delivery.task_id and task is None)
    if gone or (to.somebody is None and not drawn.for_all):
        return None
    return drawn.draw(to, notice, Sending(delivery, (stored, task) if stored else None))


FEATURE = Feature(
    "outbox",
    refusals={
        OutboxRefused.NOT_MADE: "Mohon maaf, dokumen yang diminta belum dapat kami susun. Tidak "
        "ada data yang hilang, dan admin sudah kami beri tahu. Silakan mencoba lagi kemudian."
    },
)
