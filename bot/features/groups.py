"""The office's groups: linking them, and telling them what happens, a few times a day."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from bot.domain import groups
from bot.domain.access import KASUBBAG, Permission
from bot.domain.assignment import helpers
from bot.domain.decision import Decision
from bot.domain.events import Event, RunStarted, TaskClosed
from bot.domain.groups import MOST_A_DAY
from bot.domain.notices import GroupLinked, GroupLost, GroupNews, Notice, Reply
from bot.domain.parsing import official_name
from bot.domain.run import Run, RunStatus, TaskStatus
from bot.domain.sop import Procedure, Step
from bot.features import phrases, replies, runs
from bot.features.feature import Command, Drawn, Feature, Hook, NamedView, Sending, Topic, Words
from bot.features.naming import Greeting
from bot.features.phrases import NAME, TITLE, Phrases
from bot.features.runview import CurrentStep, run_view
from bot.features.work import Args, Work
from bot.store.agenda import Entry
from bot.store.groups import Group
from bot.store.outbox import NewDelivery
from bot.store.runs import StoredRun
from bot.ui.markup import bold, safe, width
from bot.ui.message import Message

GROUP = "group"
"""The agenda's name for a group that is to be told something."""

LINK_GROUP = Permission("link_group", frozenset({KASUBBAG}))

WHOLE_OFFICE = "kantor"
UNLINK = "lepas"
"""What stands behind /hubungkan in the place of a procedure's code."""

_NEWS = (
    "run_started",
    "task_closed",
    "task_returned",
    "run_paused",
    "run_resumed",
    "run_cancelled",
    "run_finished",
)
"""The kinds of events that groups are told of."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One run in a group's news: what was done since, and how it stands."""

    run: Run
    started: bool
    closed: tuple[Step, ...]
    current: tuple[CurrentStep, ...]


@dataclass(frozen=True, slots=True)
class GroupNewsView:
    """What happened, for a group."""

    rows: tuple[GroupRow, ...]


@dataclass(frozen=True, slots=True)
class LinkedView:
    """A group is told of this (None: of the whole office), or is so no longer."""

    procedure: Procedure | None
    linked: bool


@dataclass(frozen=True, slots=True)
class GroupsView:
    """The linked groups: title, and what each is told of (None: of the whole office). `misplaced`:
    what links a group was written in the private chat."""

    groups: tuple[tuple[str, str | None], ...]
    misplaced: bool = False


@dataclass(frozen=True, slots=True)
class LostView:
    """A group takes no messages any more."""

    greeting: Greeting
    title: str


# What people do


def link(work: Work, chat_id: int, title: str, typed: Words) -> None:
    """/hubungkan in a group."""
    work.require(LINK_GROUP)
    words = replies.no_more_than(typed, 1, "/hubungkan [kode | kantor | lepas]")
    if not words:
        work.reply(Reply("groups", {}))
        return
    (word,) = words
    by = work.person.id
    if word == UNLINK:
        group = work.tx.groups.get(chat_id)
        _unlink(work, chat_id, "the group was unlinked")
        if group is not None:
            work.tx.journal.note("group_unlinked", work.now, by, procedure=group.procedure)
        _say(work, chat_id, GroupLinked(group.procedure if group else None, linked=False))
        return
    procedure = None if word == WHOLE_OFFICE else runs.find_procedure(work, word)[1].code
    name = official_name(title) or UNNAMED
    work.tx.groups.link(chat_id, name, procedure, by, work.tx.journal.newest(), work.now)
    work.tx.journal.note("group_linked", work.now, by, procedure=procedure)
    _say(work, chat_id, GroupLinked(procedure, linked=True))


def lost(work: Work, chat_id: int) -> None:
    """A group takes no messages any more: its link ends, and the owner hears of it."""
    group = work.tx.groups.get(chat_id)
    if group is None:
        return
    _unlink(work, chat_id, "the bot is no longer in the group")
    work.tx.journal.note("group_lost", work.now, None, procedure=group.procedure)
    notice = GroupLost(group.title, group.procedure)
    key = f"grouplost:{chat_id}:{int(work.now.timestamp())}"
    work.notify(notice, helpers(work.state), key)


def migrated(work: Work, old: int, new: int) -> None:
    """A group became a supergroup, and has another id: what waits for it goes there."""
    if not work.tx.groups.move(old, new):
        return
    work.tx.outbox.move_chat(old, new, work.now)
    if work.tx.agenda.waiting(f"{GROUP}:{old}:"):
        _schedule(work, new, work.now)


def _unlink(work: Work, chat_id: int, why: str) -> None:
    work.tx.groups.unlink(chat_id)
    work.tx.outbox.drop_chat(chat_id, why, work.now)


# What the clock does


def decided(work: Work, decision: Decision) -> None:
    """There is news for the groups of this procedure; when they hear of it is decided when it
    is due."""
    for group in work.tx.groups.of(decision.run.procedure.code):
        if not work.tx.agenda.waiting(f"{GROUP}:{group.chat_id}:"):
            _schedule(work, group.chat_id, work.now)


def tell_late(work: Work) -> None:
    """Each morning: groups are told of what is late."""
    newest = work.tx.journal.newest()
    for group in work.tx.groups.all():
        if _news(work, group, GroupNews(newest, newest, morning=True)) is not None:
            _schedule(work, group.chat_id, work.now)


def post(work: Work, entry: Entry) -> None:
    """Something has happened that a group is told of: now, or when it may be told next."""
    group = work.tx.groups.get(int(entry.data["chat_id"]))
    if group is None:
        return
    now, calendar = work.now, work.calendar
    at = groups.next_post(now, group.posted_at, group.posts, calendar)
    if at > now:
        _schedule(work, group.chat_id, at)
        return
    count = groups.count_today(group.posted_at, group.posts, now, calendar)
    news = GroupNews(group.told, work.tx.journal.newest(), morning=count == 0)
    if _news(work, group, news) is None:
        return
    work.tx.groups.posted(group.chat_id, news.until, now, count + 1)
    _say(work, group.chat_id, news)


def _say(work: Work, chat_id: int, notice: Notice) -> None:
    key = f"{GROUP}:{chat_id}:{secrets.token_hex(6)}"
    work.tx.outbox.put([NewDelivery(key, chat_id, None, notice)], work.now)


def _schedule(work: Work, chat_id: int, at: datetime) -> None:
    key = f"{GROUP}:{chat_id}:{secrets.token_hex(6)}"
    work.tx.agenda.put([Entry(key, GROUP, at, {"chat_id": chat_id})])


def _groups(work: Work, args: Args) -> GroupsView:
    groups = tuple((group.title, group.procedure) for group in work.tx.groups.all())
    return GroupsView(groups, bool(args.get("misplaced")))


def _draw_news(work: Work, notice: GroupNews, sending: Sending) -> GroupNewsView | None:
    group = work.tx.groups.get(sending.delivery.chat_id)
    return _news(work, group, notice) if group else None


def _draw_linked(work: Work, notice: GroupLinked, sending: Sending) -> LinkedView | None:
    """None where the group has been linked with something else, or unlinked, meanwhile."""
    group = work.tx.groups.get(sending.delivery.chat_id)
    if notice.linked and (group is None or group.procedure != notice.procedure):
        return None
    found = work.catalog.find(notice.procedure) if notice.procedure else None
    return LinkedView(found[1] if found else None, notice.linked)


def _draw_lost(work: Work, notice: GroupLost, sending: Sending) -> LostView:
    return LostView(work.greeting, notice.title)


def _news(work: Work, group: Group, news: GroupNews) -> GroupNewsView | None:
    """What a group is told; None where nothing of it is true any more."""
    happened = work.tx.journal.events_between(news.since, news.until, _NEWS)
    found = work.tx.runs.many(happened)
    if news.morning:
        found |= {stored.run.id: stored for stored in work.tx.runs.running()}
    rows = [
        row
        for _, stored in sorted(found.items())
        if group.procedure in (None, stored.run.procedure.code)
        and (row := _row(work, stored, happened.get(stored.run.id, []), news))
    ]
    return GroupNewsView(tuple(rows)) if rows else None


def _row(work: Work, stored: StoredRun, happened: list[Event], news: GroupNews) -> GroupRow | None:
    """What there is to tell of a run; what was undone meanwhile is no news."""
    run = stored.run
    seen = run_view(stored, work.now, work.state)
    closed = {
        (event.step, event.attempt)
        for event in happened
        if isinstance(event, TaskClosed)
        and (task := run.task(event.step, event.attempt))
        and task.status is TaskStatus.SELESAI
    }
    started = any(isinstance(event, RunStarted) for event in happened)
    other = any(not isinstance(event, TaskClosed | RunStarted) for event in happened)
    late = news.morning and run.pause is None and any(c.late for c in seen.current)
    if not (started or closed or other or late):
        return None
    steps = tuple(run.procedure.step(step) for step, _ in sorted(closed))
    return GroupRow(run, started, steps, seen.current)


# Words

UNNAMED = "Grup"
"""What a group is called that has no name to be printed."""

# Units of all news together, and of one activity.
_ROOM, _ACTIVITY = 3300, 160

# So many closed steps of one run are named, and so many groups.
_STEPS, _GROUPS = 6, 15


_STATUS = {
    RunStatus.SELESAI: "🏁 Seluruhnya selesai. Terima kasih.",
    RunStatus.DIBATALKAN: "⛔ Dibatalkan",
    RunStatus.DIJEDA: "⏸ Sedang dijeda",
}


def say_news(view: GroupNewsView, say: Phrases) -> Message:
    """What happened since the group was told last."""
    parts = [f"📣 {bold('Perkembangan pelaksanaan SOP')}"]
    room = _ROOM
    for number, row in enumerate(view.rows):
        text = _run(row, say)
        room -= width(text) + 2
        if room < 0:
            parts.append(f"… dan {len(view.rows) - number} pelaksanaan lainnya.")
            break
        parts.append(text)
    return Message("\n\n".join(parts))


def say_linked(view: LinkedView, say: Phrases) -> Message:
    """A group is told from now on, or no longer."""
    if not view.linked:
        return Message("Grup ini tidak lagi menerima pemberitahuan dari Kawal SOP. Terima kasih.")
    what = "seluruh kantor" if view.procedure is None else safe(view.procedure.title, TITLE)
    return Message(
        f"🔗 Grup ini kini menerima pemberitahuan tentang {bold(what)}: pelaksanaan yang "
        "dimulai, langkah yang selesai, dan yang terlambat, paling banyak "
        f"{MOST_A_DAY} pesan sehari pada jam kerja. Konfirmasi tetap melalui "
        "percakapan pribadi dengan bot ini."
    )


def say_groups(view: GroupsView, say: Phrases) -> Message:
    """How groups are linked, and which are."""
    misplaced = (
        "Percakapan ini bukan grup, sehingga belum ada yang dihubungkan. Perintah ini mengirim "
        "pemberitahuan ke sebuah grup, dan ditulis di dalam grup itu."
    )
    parts = [misplaced] if view.misplaced else []
    parts += [
        "Mohon menambahkan bot ini ke grup, lalu mengetik di dalam grup itu:\n"
        "<code>/hubungkan kantor</code> untuk seluruh kantor,\n"
        "<code>/hubungkan lakip</code> untuk satu prosedur, atau\n"
        "<code>/hubungkan lepas</code> untuk menghentikannya."
    ]
    if not view.groups:
        parts.append("Belum ada grup yang terhubung.")
    else:
        lines = [
            f"• {safe(title, NAME)}: {safe(code or 'seluruh kantor', 30)}"
            for title, code in view.groups[:_GROUPS]
        ]
        if len(view.groups) > _GROUPS:
            lines.append(f"dan {len(view.groups) - _GROUPS} lainnya")
        parts.append("\n".join([bold(f"Grup yang terhubung ({len(view.groups)})"), *lines]))
    return Message("\n\n".join(parts))


def say_lost(view: LostView, say: Phrases) -> Message:
    """The bot cannot write to a group any more."""
    return Message(
        f"{phrases.salutation(view.greeting)}\n\n⚠️ Kawal SOP tidak dapat lagi menulis di grup "
        f"{bold(safe(view.title, NAME))}, sehingga hubungannya dilepas. Bila grup itu masih "
        "diperlukan, mohon menambahkan kembali bot ini, lalu mengetik /hubungkan di sana."
    )


def _run(row: GroupRow, say: Phrases) -> str:
    run = row.run
    lines = [say.run(run)]
    if row.started:
        lines.append("▶️ Dimulai")
    lines += [
        f"✅ Langkah {step.number} selesai: {safe(step.activity.text, _ACTIVITY)}"
        for step in row.closed[-_STEPS:]
    ]
    if run.status in _STATUS:
        return "\n".join([*lines, _STATUS[run.status]])
    for current in row.current[:2]:
        lines += say.current(current, len(run.procedure.steps))
    return "\n".join(lines)


FEATURE = Feature(
    "groups",
    commands=(
        Command(
            "hubungkan",
            lambda work, typed: Reply("groups", {"misplaced": bool(typed.words)}),
            LINK_GROUP,
            Topic.KANTOR,
            "Menghubungkan grup dengan sebuah prosedur",
            "ditulis di dalam grup, mengirim pemberitahuan sebuah prosedur atau seluruh kantor",
            "[kode | kantor | lepas]",
        ),
    ),
    group_commands=("hubungkan",),
    views={"groups": NamedView(_groups, LINK_GROUP)},
    notices={
        GroupLinked: Drawn(_draw_linked, "grup terhubung", for_all=True),
        GroupNews: Drawn(_draw_news, "pemberitahuan bagi grup", for_all=True),
        GroupLost: Drawn(_draw_lost, "grup terlepas"),
    },
    due={GROUP: post},
    reactions=dict.fromkeys(_NEWS, decided),
    hooks={Hook.GROUP_COMMAND: link, Hook.GROUP_LOST: lost, Hook.GROUP_MIGRATED: migrated},
    words={
        GroupNewsView: say_news,
        LinkedView: say_linked,
        GroupsView: say_groups,
        LostView: say_lost,
    },
    journal={
        "group_linked": lambda line: f"{line.who} menghubungkan sebuah grup.",
        "group_unlinked": lambda line: f"{line.who} melepas sebuah grup.",
        "group_lost": lambda line: "Sebuah grup terlepas.",
    },
)
