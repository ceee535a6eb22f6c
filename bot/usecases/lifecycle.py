"""The bot's own life: waking up, its heartbeat, what it tells the admin, housekeeping."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import structlog

from bot.domain import assignment, worktime
from bot.domain.notices import (
    BotWasDown,
    CommandMenu,
    DeliveriesHeld,
    FaultsRepeated,
    TapsMissing,
    TaskCard,
)
from bot.domain.people import Staff
from bot.store import Transaction
from bot.store.outbox import DeliveryState
from bot.usecases import evidence, holidays, mornings, yearly
from bot.usecases.delivering import KEEP_DELIVERIES
from bot.usecases.desk import Services, staff_of, tell

log = structlog.get_logger()

HEARTBEAT = "heartbeat"
AWAY = "telegram"
"""The mark that says since when Telegram has not been heard; empty while it answers."""

STOPPED = "berhenti"
"""What the heartbeat's mark says after a tidy end; empty while the bot lives."""

HEARTBEAT_EVERY = timedelta(seconds=30)
WORTH_TELLING = timedelta(minutes=10)
"""A shorter outage is a restart, and no news."""

TELEGRAM_KEEPS = timedelta(hours=24)
"""Telegram drops updates that nobody fetched for this long (Bot API, getUpdates)."""

SET_BACK = timedelta(minutes=1)
"""A clock that is corrected by less than this does no harm."""

TOO_FAR_AHEAD = timedelta(hours=1)
"""No delivery is put off for longer, except by a clock that was wrong (or by Telegram, which
will ask for its pause again)."""

KEEP_AGENDA = timedelta(days=800)
"""What comes every year must not be laid a second time for the same year."""

REMEMBER_UPDATES = timedelta(hours=48)


def wake_up(services: Services, now: datetime) -> timedelta | None:
    """Set right what the last end left behind; how long the bot was away, None if unknown.

    This process has to be the only one on the database: every lease is given up.
    """
    evidence.sweep(services)
    with services.store.begin() as tx:
        tx.outbox.rescue(None)
        _pull_back(tx, now)
        last = tx.keyvalues.get(HEARTBEAT)
        tx.keyvalues.put(HEARTBEAT, "", now)
        holidays.read_days(services, tx)
        mornings.lay(tx, services.calendar, now)
        yearly.lay(services, tx, services.calendar, now)
        staff = staff_of(services, tx, now)
        _announce_menus(services, tx, staff, now)
        if tx.outbox.count(DeliveryState.DITAHAN):
            day = f"{now:%Y%m%d%H%M}"
            tell(tx, DeliveriesHeld(0), staff.admins(), staff, now, f"held:{day}")
        if last is None:
            return None
        # What Telegram was not asked for before the end counts as well.
        since = min(last.at, _away_since(tx) or last.at)
        _tell_of_outage(services, tx, staff, since, now)
        return now - since


def beat(services: Services, now: datetime) -> None:
    """Say that the bot is alive; a supervisor reads it.

    A clock that was ahead and has been set back is noticed here: what it put off until a
    moment that is far away now is taken up again, and what it did before its time is done anew.
    """
    with services.store.begin() as tx:
        last = tx.keyvalues.get(HEARTBEAT)
        if last is not None and last.at - now > SET_BACK:
            count = _pull_back(tx, now)
            log.warning("the clock was set back", by=str(last.at - now), pulled_back=count)
        tx.keyvalues.put(HEARTBEAT, "", now)


def _pull_back(tx: Transaction, now: datetime) -> int:
    """Take up what a clock that was ahead put off or dealt with too early; how many
    deliveries it was."""
    tx.inbox.pull_back(now)
    tx.agenda.reopen(now)
    return tx.outbox.pull_back(now, TOO_FAR_AHEAD)


def note_shutdown(services: Services, now: datetime) -> None:
    """The bot ends tidily: nobody has to wait for its heartbeat to grow old."""
    with services.store.begin() as tx:
        tx.keyvalues.put(HEARTBEAT, STOPPED, now)


def last_beat(services: Services) -> datetime | None:
    """When the bot said so last, None if it never has."""
    with services.store.read() as tx:
        mark = tx.keyvalues.get(HEARTBEAT)
        return mark.at if mark else None


def telegram_is_away(services: Services, since: datetime) -> None:
    """The bot runs, but Telegram has not answered since then. A restart does not forget it."""
    with services.store.begin() as tx:
        if _away_since(tx) is None:
            tx.keyvalues.put(AWAY, "away", since)


def telegram_answers(services: Services, now: datetime) -> timedelta | None:
    """Telegram answers (again): how long it had not, None if it never was away."""
    with services.store.read() as tx:
        if _away_since(tx) is None:
            return None
    with services.store.begin() as tx:
        since = _away_since(tx)
        if since is None:
            return None
        tx.keyvalues.put(AWAY, "", now)
        _tell_of_outage(services, tx, staff_of(services, tx, now), since, now)
        return now - since


def faults_repeated(services: Services, count: int, number: str, now: datetime) -> None:
    """Tell the admin, once an hour at most, that unexpected errors keep coming."""
    with services.store.begin() as tx:
        staff = staff_of(services, tx, now)
        key = f"faults:{now.astimezone(services.calendar.zone):%Y%m%d%H}"
        tell(tx, FaultsRepeated(count, number), staff.admins(), staff, now, key)


def clean_up(services: Services, now: datetime) -> None:
    """Forget what nobody needs any more: old update ids, old deliveries."""
    with services.store.begin() as tx:
        tx.forget_updates(now - REMEMBER_UPDATES)
        tx.outbox.forget(now - KEEP_DELIVERIES, tx.runs.open_task_ids())
        tx.inbox.forget(now - KEEP_DELIVERIES)
        tx.agenda.forget(now - KEEP_AGENDA)
    if swept := evidence.sweep(services):
        log.info("leftovers swept from the archive's inbox", files=swept)


def _announce_menus(services: Services, tx: Transaction, staff: Staff, now: datetime) -> None:
    """Command menus name the procedures: they change when the data does."""
    codes = ",".join(f"{p.code}:{p.title}" for _, p in services.catalog.procedures())
    admins = ",".join(str(i) for i in sorted(services.admin_ids))
    digest = hashlib.sha256(f"{codes};{admins}".encode()).hexdigest()
    known = tx.keyvalues.get("menus")
    if known is None or known.value != digest:
        tell(tx, CommandMenu(), staff.people, staff, now, "menu")
        tx.keyvalues.put("menus", digest, now)


def _away_since(tx: Transaction) -> datetime | None:
    mark = tx.keyvalues.get(AWAY)
    return mark.at if mark and mark.value else None


def _tell_of_outage(
    services: Services, tx: Transaction, staff: Staff, since: datetime, now: datetime
) -> None:
    away = now - since
    if away < WORTH_TELLING:
        return
    lost = away > TELEGRAM_KEEPS
    key = f"{int(since.timestamp())}"
    silent = not worktime.within_hours(now, services.calendar)
    down = BotWasDown(since, now, lost)
    # Told again where it has grown so long meanwhile that taps are missing.
    down_key = f"down:{key}:lost" if lost else f"down:{key}"
    tell(tx, down, staff.admins(), staff, now, down_key, silent=silent)
    if not lost:
        return
    state = services.state(staff)
    for stored in tx.runs.running():
        for task in stored.run.current:
            people = assignment.waiting_for(stored.run, task, state)
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
