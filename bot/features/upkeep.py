"""The bot's own life: waking up, its heartbeat, what it tells the admin, housekeeping."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import structlog

from bot.domain import assignment, worktime
from bot.domain.notices import (
    BotWasDown,
    CommandMenu,
    DeliveriesFailing,
    DeliveriesHeld,
    FaultsRepeated,
    TapsMissing,
    TaskCard,
)
from bot.domain.run import Task
from bot.features import deadlines, digest, yearly
from bot.features.acting import ending
from bot.features.answers import DoneView, done
from bot.features.evidence import usecases as evidence
from bot.features.feature import Drawn, Feature, Sending, as_it_is
from bot.features.outbox import KEEP_DELIVERIES
from bot.features.phrases import NAME, Phrases
from bot.features.work import Services, Work
from bot.indonesian import elapsed
from bot.store.outbox import DeliveryState
from bot.store.runs import StoredRun
from bot.ui.buttons import Tap, button, words
from bot.ui.markup import bold, safe
from bot.ui.message import Message

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
"""No delivery is put off for longer, unless the clock was wrong or Telegram asked for it."""

KEEP_AGENDA = timedelta(days=800)
"""What comes every year must not be scheduled a second time for the same year."""

REMEMBER_UPDATES = timedelta(hours=48)


class Done(StrEnum):
    """What was done."""

    HELD_SENT = "held_sent"  # count
    HELD_DROPPED = "held_dropped"  # count


class DecideHeld(Tap, prefix="held"):
    """Send the messages that a restored copy holds back, or drop them."""

    send: Annotated[bool, words("send", "drop")]


# The bot's life


def wake_up(services: Services, now: datetime) -> timedelta | None:
    """Set right what the last end left; how long the bot was away, None if unknown. It gives up
    every lease, so this process has to be the only one on the database."""
    evidence.sweep(services)
    with services.begin(now) as work:
        work.tx.outbox.rescue(None)
        _pull_back(work)
        last = work.tx.keyvalues.get(HEARTBEAT)
        work.tx.keyvalues.put(HEARTBEAT, "", now)
        deadlines.read_days(work)
        digest.schedule(work, work.calendar)
        yearly.schedule(work, work.calendar)
        ending.schedule(work, work.calendar)
        _tell_of_held(work)
        if last is None:
            return None
        # What Telegram was not asked for before the end counts as well.
        since = min(last.at, _away_since(work) or last.at)
        _tell_of_outage(work, since)
        return now - since


def greeted(services: Services, bot_id: int, now: datetime) -> None:
    """Telegram has said which bot this is: set every command menu anew where the commands, whom
    they are open to, the admins, or the bot itself are not those of the last time."""
    rows = (
        (c.name, c.description, c.permission and (c.permission.name, sorted(c.permission.roles)))
        for c in services.features.commands
    )
    about = repr((bot_id, sorted(services.admin_ids), *rows))
    fingerprint = hashlib.sha256(about.encode()).hexdigest()
    with services.begin(now) as work:
        known = work.tx.keyvalues.get("menus")
        if known is None or known.value != fingerprint:
            work.notify(CommandMenu(), work.staff.people, "menu")
            work.tx.keyvalues.put("menus", fingerprint, now)


def beat(services: Services, now: datetime) -> None:
    """Say that the bot is alive, and notice a clock that was set back: what it put off or did too
    early is taken up again."""
    with services.begin(now) as work:
        last = work.tx.keyvalues.get(HEARTBEAT)
        if last is not None and last.at - now > SET_BACK:
            count = _pull_back(work)
            log.warning("the clock was set back", by=str(last.at - now), pulled_back=count)
        work.tx.keyvalues.put(HEARTBEAT, "", now)


def note_shutdown(services: Services, now: datetime) -> None:
    """The bot ends tidily: nobody has to wait for its heartbeat to grow old."""
    with services.begin(now) as work:
        work.tx.keyvalues.put(HEARTBEAT, STOPPED, now)


def telegram_is_away(services: Services, since: datetime) -> None:
    """The bot runs, but Telegram has not answered since then. A restart does not forget it."""
    with services.begin(since) as work:
        if _away_since(work) is None:
            work.tx.keyvalues.put(AWAY, "away", since)


def telegram_answers(services: Services, now: datetime) -> timedelta | None:
    """Telegram answers (again): how long it had not, None if it never was away."""
    with services.read(now) as work:
        if _away_since(work) is None:
            return None
    with services.begin(now) as work:
        since = _away_since(work)
        if since is None:
            return None
        work.tx.keyvalues.put(AWAY, "", now)
        _tell_of_outage(work, since)
        return now - since


def faults_repeated(services: Services, count: int, number: str, now: datetime) -> None:
    """Tell the admin, once an hour at most, that unexpected errors keep coming."""
    with services.begin(now) as work:
        work.warn_admins(FaultsRepeated(count, number), "faults")


def clean_up(services: Services, now: datetime) -> None:
    """Forget what nobody needs any more: old update ids, old deliveries."""
    with services.begin(now) as work:
        work.tx.forget_updates(now - REMEMBER_UPDATES)
        work.tx.outbox.forget(now - KEEP_DELIVERIES, work.tx.runs.open_task_ids())
        work.tx.inbox.forget(now - KEEP_DELIVERIES)
        work.tx.agenda.forget(now - KEEP_AGENDA)
    if swept := evidence.sweep(services):
        log.info("leftovers swept from the archive's inbox", files=swept)


def release_held(work: Work, tap: DecideHeld) -> DoneView:
    """The admin's word on what was unsent in a restored copy."""
    work.require_admin()
    count = work.tx.outbox.release_held(tap.send, work.now)
    work.tx.journal.note("held_released", work.now, work.person.id, send=tap.send, count=count)
    return done(Done.HELD_SENT if tap.send else Done.HELD_DROPPED, count=count)


def _pull_back(work: Work) -> int:
    """Take up what a clock that was ahead moved; how many deliveries it was."""
    work.tx.inbox.pull_back(work.now)
    work.tx.agenda.reopen(work.now)
    return work.tx.outbox.pull_back(work.now, TOO_FAR_AHEAD)


def _tell_of_held(work: Work) -> None:
    if work.tx.outbox.count(DeliveryState.DITAHAN):
        # How many they are is counted when it is sent.
        work.notify(DeliveriesHeld(0), work.staff.admins(), f"held:{work.now:%Y%m%d%H%M}")


def _away_since(work: Work) -> datetime | None:
    mark = work.tx.keyvalues.get(AWAY)
    return mark.at if mark and mark.value else None


def _tell_of_outage(work: Work, since: datetime) -> None:
    away = work.now - since
    if away < WORTH_TELLING:
        return
    lost, silent = away > TELEGRAM_KEEPS, _silent(work)
    # Told again where it has grown so long meanwhile that taps are missing.
    key = f"down:{int(since.timestamp())}" + (":lost" if lost else "")
    work.notify(BotWasDown(since, work.now, lost), work.staff.admins(), key, silent=silent)
    if not lost:
        return
    for stored in work.tx.runs.running():
        for task in stored.run.current:
            _send_again(work, stored, task, since)


def _send_again(work: Work, stored: StoredRun, task: Task, since: datetime) -> None:
    """Tell those for whom a task waits that taps may be lost, and send them its card anew."""
    people, silent = assignment.waiting_for(stored.run, task, work.state), _silent(work)
    task_id, key = stored.task_ids[(task.step, task.attempt)], int(since.timestamp())
    work.notify(TapsMissing(since, work.now), people, f"missing:{key}", silent=silent)
    work.notify(
        TaskCard(),
        people,
        f"card:{task_id}:{key}",
        run_id=stored.run.id,
        task_id=task_id,
        silent=silent,
    )


def _silent(work: Work) -> bool:
    return not worktime.within_hours(work.now, work.calendar)


def _draw_held(work: Work, notice: DeliveriesHeld, sending: Sending) -> DeliveriesHeld | None:
    """How many messages wait for the admin's word; None where none does any more."""
    held = work.tx.outbox.count(DeliveryState.DITAHAN)
    return DeliveriesHeld(held) if held else None


# Words

_ERROR = 600


def say_down(notice: BotWasDown, say: Phrases) -> Message:
    """To the admin: the bot was down."""
    length = bold(elapsed(notice.until - notice.since))
    result = (
        "Tombol dan pesan dari waktu itu mungkin hilang. Pegawai yang masih mempunyai tugas "
        "sudah kami beri tahu, dan tugasnya kami kirim ulang."
        if notice.taps_lost
        else "Pesan dari waktu itu tetap sampai, dan pengingat yang tertunda menyusul. Tombol "
        "yang ditekan pada waktu itu mungkin perlu ditekan sekali lagi."
    )
    when = _between(notice, say)
    return Message(f"Kawal SOP tidak beroperasi selama {length}, {when}.\n\n{result}")


def say_taps_missing(notice: TapsMissing, say: Phrases) -> Message:
    """The bot was down for so long that the reader's taps may be lost."""
    return Message(
        f"Mohon maaf, Kawal SOP tidak beroperasi {_between(notice, say)}.\n\n"
        "Tombol yang ditekan pada waktu itu mungkin belum tercatat. Mohon memeriksa /tugas, dan "
        "menekan kembali tombolnya bila tugas itu masih ada."
    )


def say_failing(notice: DeliveriesFailing, say: Phrases) -> Message:
    """Deliveries were given up."""
    return Message(
        f"⚠️ {notice.count} pesan disisihkan karena berulang kali gagal dikirim. Pesan lain tetap "
        f"berjalan.\n\nSebab yang terakhir:\n<code>{safe(notice.error, _ERROR)}</code>\n\n"
        "Mohon menjalankan kawal doctor untuk memeriksanya."
    )


def say_faults(notice: FaultsRepeated, say: Phrases) -> Message:
    """Unexpected errors came again and again."""
    return Message(
        f"⚠️ Dalam satu jam terakhir terjadi {notice.count} gangguan yang tidak terduga. "
        "Permintaan yang terkena tidak tercatat, dan pegawai yang bersangkutan sudah diberi "
        f"tahu.\n\nNomor gangguan yang terakhir: <code>{safe(notice.number, NAME)}</code>. "
        "Keterangannya ada pada catatan log. Mohon menjalankan kawal doctor."
    )


def say_held(notice: DeliveriesHeld, say: Phrases) -> Message:
    """Unsent messages of a restored copy wait for a decision."""
    yes = button("Kirim sekarang", DecideHeld(send=True), "success")
    no = button("Jangan kirim", DecideHeld(send=False), "danger")
    return Message(
        "Basis data ini dipulihkan dari cadangan. Ada "
        f"{bold(f'{notice.count} pesan')} yang menurut cadangan itu belum terkirim; sebagian "
        "mungkin sudah diterima sebelum pemulihan. Apakah pesan itu dikirim sekarang?",
        ((yes, no),),
    )


def _between(notice: BotWasDown | TapsMissing, say: Phrases) -> str:
    return f"sejak {say.moment(notice.since)} sampai {say.moment(notice.until)}"


FEATURE = Feature(
    "upkeep",
    taps={DecideHeld: release_held},
    notices={
        BotWasDown: Drawn(as_it_is, "bot sempat berhenti"),
        TapsMissing: Drawn(as_it_is, "ketukan mungkin hilang"),
        DeliveriesFailing: Drawn(as_it_is, "kiriman gagal"),
        DeliveriesHeld: Drawn(_draw_held, "kiriman ditahan"),
        FaultsRepeated: Drawn(as_it_is, "gangguan berulang"),
    },
    words={
        BotWasDown: say_down,
        TapsMissing: say_taps_missing,
        DeliveriesFailing: say_failing,
        FaultsRepeated: say_faults,
        DeliveriesHeld: say_held,
    },
    done={
        Done.HELD_SENT: "{count} pesan yang ditahan segera dikirim.",
        Done.HELD_DROPPED: "{count} pesan yang ditahan tidak dikirim.",
    },
    journal={"held_released": lambda line: f"{line.who} memutuskan kiriman yang ditahan."},
)
