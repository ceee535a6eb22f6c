"""The bot's own life: waking up, its heartbeat, what it tells the admin, housekeeping."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from bot.domain import engine, worktime
from bot.domain.notices import BotWasDown, CommandMenu, DeliveriesHeld, TapsMissing, TaskCard
from bot.domain.people import Staff
from bot.store import Transaction
from bot.store.outbox import DeliveryState
from bot.usecases.delivering import KEEP_DELIVERIES
from bot.usecases.desk import Desk, staff_of, tell

HEARTBEAT = "heartbeat"
HEARTBEAT_EVERY = timedelta(seconds=30)
WORTH_TELLING = timedelta(minutes=10)
"""A shorter outage is a restart, and no news."""

TELEGRAM_KEEPS = timedelta(hours=24)
"""Telegram drops updates that nobody fetched for this long (Bot API, getUpdates)."""

REMEMBER_UPDATES = timedelta(hours=48)


def wake_up(desk: Desk, now: datetime) -> timedelta | None:
    """Set right what the last end left behind; how long the bot was away, None if unknown.

    This process has to be the only one on the database: every lease is given up.
    """
    with desk.store.begin() as tx:
        tx.outbox.rescue(None)
        last = tx.marks.get(HEARTBEAT)
        tx.marks.put(HEARTBEAT, "", now)
        staff = staff_of(desk, tx, now)
        _announce_menus(desk, tx, staff, now)
        if tx.outbox.count(DeliveryState.DITAHAN):
            day = f"{now:%Y%m%d%H%M}"
            tell(tx, DeliveriesHeld(0), staff.admins(), staff, now, f"held:{day}")
        if last is None:
            return None
        _tell_of_outage(desk, tx, staff, last.at, now)
        return now - last.at


def beat(desk: Desk, now: datetime) -> None:
    """Say that the bot is alive; a supervisor reads it."""
    with desk.store.begin() as tx:
        tx.marks.put(HEARTBEAT, "", now)


def last_beat(desk: Desk) -> datetime | None:
    """When the bot said so last, None if it never has."""
    with desk.store.read() as tx:
        mark = tx.marks.get(HEARTBEAT)
        return mark.at if mark else None


def telegram_was_away(desk: Desk, since: datetime, now: datetime) -> None:
    """The bot ran, but Telegram did not answer from `since` until now."""
    with desk.store.begin() as tx:
        _tell_of_outage(desk, tx, staff_of(desk, tx, now), since, now)


def keep_house(desk: Desk, now: datetime) -> None:
    """Forget what nobody needs any more: old update ids, old deliveries."""
    with desk.store.begin() as tx:
        tx.forget_updates(now - REMEMBER_UPDATES)
        open_tasks = [
            stored.task_ids[(task.step, task.attempt)]
            for stored in tx.runs.running()
            for task in stored.run.current
        ]
        tx.outbox.forget(now - KEEP_DELIVERIES, open_tasks)


def _announce_menus(desk: Desk, tx: Transaction, staff: Staff, now: datetime) -> None:
    """Command menus name the procedures: they change when the data does."""
    codes = ",".join(f"{p.code}:{p.title}" for _, p in desk.catalog.procedures())
    admins = ",".join(str(i) for i in sorted(desk.admin_ids))
    digest = hashlib.sha256(f"{codes};{admins}".encode()).hexdigest()
    known = tx.marks.get("menus")
    if known is None or known.value != digest:
        tell(tx, CommandMenu(), staff.people, staff, now, "menu")
        tx.marks.put("menus", digest, now)


def _tell_of_outage(
    desk: Desk, tx: Transaction, staff: Staff, since: datetime, now: datetime
) -> None:
    away = now - since
    if away < WORTH_TELLING:
        return
    lost = away > TELEGRAM_KEEPS
    key = f"{int(since.timestamp())}"
    silent = not worktime.within_hours(now, desk.calendar)
    down = BotWasDown(since, now, lost)
    tell(tx, down, staff.admins(), staff, now, f"down:{key}", silent=silent)
    if not lost:
        return
    place = desk.place(staff)
    for stored in tx.runs.running():
        for task in stored.run.current:
            people = engine.waiting_for(stored.run.step_of(task), task, place)
            task_id = stored.task_ids[(task.step, task.attempt)]
            # A taps-missing note for each, then the card itself anew, under their eyes.
            missing = TapsMissing(since, now)
            tell(tx, missing, people, staff, now, f"missing:{key}", silent=silent)
            tell(
                tx,
                TaskCard(),
                people,
                staff,
                now,
                f"card:{task_id}:{key}",
                run_id=stored.run.id,
                task_id=task_id,
                silent=silent,
            )
