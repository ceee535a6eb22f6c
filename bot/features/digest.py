"""The morning's overview for each person, and whether they want it. Each day's is an entry of the
agenda that schedules the next; on a holiday nothing is sent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from bot.domain import assignment, digest, metrics
from bot.domain.notices import DayDigest
from bot.domain.worktime import WorkCalendar
from bot.features import groups, phrases, replies, status, yearly
from bot.features.feature import Command, Drawn, Feature, NamedView, Sending, Topic
from bot.features.naming import Greeting
from bot.features.phrases import LISTED, Phrases
from bot.features.runview import RunView
from bot.features.status import StatusView, UnitGroup
from bot.features.tasks.buttons import ShowDetail
from bot.features.tasks.views import TaskView, task_view
from bot.features.work import Args, Work
from bot.indonesian import distance
from bot.store.agenda import Entry
from bot.store.runs import StoredRun
from bot.ui.buttons import OnOff, Show, Tap, button
from bot.ui.markup import bold, safe
from bot.ui.message import Message, that_fit

DIGEST = "digest"
"""The agenda's name for the morning's overview."""


class SetDigest(Tap, prefix="dig", after=Show.BELOW):  # the list of tasks stays above it
    """Have the morning's overview from now on, or no longer."""

    on: OnOff


@dataclass(frozen=True, slots=True)
class DigestView:
    """The reader's open tasks, most urgent first; the runs only for who watches over them."""

    greeting: Greeting
    day: date
    tasks: tuple[TaskView, ...]
    office: StatusView | None = None


@dataclass(frozen=True, slots=True)
class SettingView:
    """Whether the reader gets the morning's overview."""

    on: bool


# What people do


def set_digest(work: Work, tap: SetDigest) -> SettingView:
    """Somebody wants the morning's overview, or wants it no longer."""
    work.tx.people.set_digest(work.person.id, tap.on)
    return SettingView(tap.on)


# What the clock does


def schedule(work: Work, calendar: WorkCalendar) -> None:
    """See to it that the next morning is on the agenda."""
    day = digest.next_day(work.now, calendar)
    work.tx.agenda.put([Entry(f"digest:{day}", DIGEST, digest.due_on(day, calendar))])


def send(work: Work, entry: Entry) -> None:
    """Tell everybody of today, if it is a day for that, and schedule the next morning."""
    now, calendar = work.now, work.calendar
    at = digest.send_at(now, calendar)
    if at is not None and at > now:
        work.tx.agenda.put([Entry(f"digest:{at:%Y-%m-%d:%H%M}", DIGEST, at)])
    elif at is not None:
        _tell_everybody(work, work.today)
    schedule(work, calendar)


def _tell_everybody(work: Work, today: date) -> None:
    """The overview to whoever wants it; groups hear what is late, and legal dates are watched."""
    running, state = work.tx.runs.running(), work.state
    waiting: dict[int, list[bool]] = defaultdict(list)
    for stored in running:
        for task in stored.run.current:
            late = metrics.late(stored.run, task, work.now, work.calendar) is not None
            for person in assignment.waiting_for(stored.run, task, state):
                waiting[person].append(late)
    people = {person for person, late in waiting.items() if _worth_telling(late)}
    if _off_the_way(work, running, today):
        people.update(digest.watchers(state))
    wanted = sorted(people - work.tx.people.without_digest())
    groups.tell_late(work)
    yearly.watch_all(work)
    work.notify(DayDigest(today), wanted, f"digest:{today}")


def _worth_telling(late: list[bool]) -> bool:
    """Whether somebody's tasks need an overview: a single one on time has its own messages."""
    return len(late) > 1 or any(late)


def _off_the_way(work: Work, running: list[StoredRun], today: date) -> bool:
    """Whether there is something for those who watch: what is late, or left its way lately."""
    since, calendar = digest.previous_day(today, work.calendar), work.calendar
    return any(
        digest.left_its_way(stored.run, since)
        or any(metrics.late(stored.run, task, work.now, calendar) for task in stored.run.current)
        for stored in running
    )


def _setting(work: Work, args: Args) -> SettingView:
    return SettingView(on=work.person.id not in work.tx.people.without_digest())


def _draw_digest(work: Work, notice: DayDigest, sending: Sending) -> DigestView | None:
    """Somebody's overview of this day; None where there is nothing to say, or the day is over."""
    person, state = work.person, work.state
    if work.today != notice.day or person.id in work.tx.people.without_digest():
        return None
    running, names = work.tx.runs.running(), work.tx.people.names()
    mine = [
        task_view(work, stored, task, names)
        for stored in running
        for task in stored.run.current
        if person.id in assignment.waiting_for(stored.run, task, state)
    ]
    watches = person.id in digest.watchers(state) and _off_the_way(work, running, notice.day)
    if not watches and not _worth_telling([view.late is not None for view in mine]):
        return None
    return DigestView(
        work.greeting,
        notice.day,
        tuple(sorted(mine, key=lambda view: view.task.due_at)),
        status.overview(work, running, whole=True) if watches else None,
    )


# Words

_LINES = 25
"""Of a telephone's screen for the tasks, and as many for the runs."""

_BUTTONS = 5


def say_digest(view: DigestView, say: Phrases) -> Message:
    """Today's tasks, and the office's picture for those who watch over it."""
    parts = [
        phrases.salutation(view.greeting),
        f"Selamat pagi. Ringkasan untuk {say.weekday(view.day)}.",
    ]
    if view.tasks:
        entries = [_task(number, task, say) for number, task in enumerate(view.tasks, start=1)]
        parts.append(f"📋 {bold('Tugas hari ini')} ({len(view.tasks)})")
        parts += that_fit(entries, _LINES, "… selebihnya ada di /tugas")
    if view.office:
        parts.append(f"🏢 {bold('Keadaan kantor')}: {_counts(view.office)}")
        late_first = sorted(view.office.runs, key=lambda seen: not _is_late(seen))
        units = sorted(view.office.groups, key=lambda group: not group.late)
        entries = [*(_run(run, say) for run in late_first), *map(_units, units)]
        parts += that_fit(entries, _LINES, "… selebihnya ada di /status")
    rows = [
        (
            button(
                f"{n}. {phrases.short(t.procedure)} · langkah {t.step.number}", ShowDetail(t.token)
            ),
        )
        for n, t in enumerate(view.tasks[:_BUTTONS], start=1)
    ]
    rows.append((button("🔕 Matikan ringkasan pagi", SetDigest(on=False)),))
    return Message("\n\n".join(parts), tuple(rows))


def say_setting(view: SettingView, say: Phrases) -> Message:
    """Whether the overview comes, with the button that turns it on or off."""
    if view.on:
        return Message(
            "🔔 Ringkasan pagi dikirim setiap hari kerja pukul 07.30, bila ada tugas yang "
            "terlambat atau lebih dari satu tugas.",
            ((button("🔕 Matikan ringkasan pagi", SetDigest(on=False)),),),
        )
    return Message(
        "🔕 Ringkasan pagi tidak dikirim. Kartu tugas dan pengingat tetap dikirim.",
        ((button("🔔 Nyalakan ringkasan pagi", SetDigest(on=True)),),),
    )


def _task(number: int, view: TaskView, say: Phrases) -> str:
    lines = [
        f"{number}. {phrases.title(view.procedure, view.year, view.unit)}",
        f"Langkah {view.step.number}: {safe(view.step.activity.text, LISTED)}",
        f"Tenggat: {say.moment(view.task.due_at)}",
    ]
    if view.late:
        lines.append(f"⚠️ Terlambat {bold(distance(view.late))}")
    return "\n".join(lines)


def _run(view: RunView, say: Phrases) -> str:
    run = view.run
    done = f"{run.steps_done} dari {len(run.procedure.steps)} langkah selesai"
    lines = [f"• {say.run(run)}: {done}"]
    if run.pause is not None:
        return f"{lines[0]}, sedang dijeda"
    return "\n".join([*lines, *map(say.brief, view.current[:2])])


def _units(group: UnitGroup) -> str:
    """The runs of one procedure for the units, as one."""
    name = phrases.title(group.procedure, group.year)
    lines = [f"• {name}: {group.done} dari {group.total} unit selesai"]
    if behind := status.units_late(group):
        lines.append(f"⚠️ {behind}")
    return "\n".join(lines)


def _counts(office: StatusView) -> str:
    """ "4 pelaksanaan berjalan, 1 terlambat, 1 dijeda"."""
    paused = sum(view.run.pause is not None for view in office.runs)
    paused += sum(group.paused for group in office.groups)
    late = sum(_is_late(view) for view in office.runs)
    late += sum(len(group.late) for group in office.groups)
    count = len(office.runs) + sum(group.shown for group in office.groups)
    if paused == count:
        return f"tidak ada pelaksanaan berjalan, {paused} dijeda"
    running = f"{count - paused} pelaksanaan berjalan"
    facts = [running, f"{late} terlambat" if late else "tidak ada yang terlambat"]
    return ", ".join([*facts, f"{paused} dijeda"] if paused else facts)


def _is_late(view: RunView) -> bool:
    return view.run.pause is None and any(current.late for current in view.current)


FEATURE = Feature(
    "digest",
    commands=(
        Command(
            "ringkasan",
            replies.shows("digest_setting"),
            None,
            Topic.LAINNYA,
            "Ringkasan tugas setiap pagi",
            "menyalakan atau mematikan ringkasan tugas setiap pagi",
        ),
    ),
    taps={SetDigest: set_digest},
    views={"digest_setting": NamedView(_setting)},
    notices={DayDigest: Drawn(_draw_digest, "ringkasan pagi")},
    due={DIGEST: send},
    words={DigestView: say_digest, SettingView: say_setting},
)
