"""The morning: what is to be done today, and how the office stands."""

from __future__ import annotations

from collections.abc import Iterable

from bot.chat.keyboards import SetDigest, ShowDetail, button
from bot.chat.paging import Message
from bot.chat.texts import voice
from bot.chat.texts.voice import Voice
from bot.indonesian import distance
from bot.ui.markup import bold, safe, width
from bot.usecases.views import CurrentStep, DigestSettingView, DigestView, RunView, TaskView

_TASKS_ROOM = 1500
_OFFICE_ROOM = 1500
_BUTTONS = 5
_ACTIVITY = 160


def digest(view: DigestView, say: Voice) -> Message:
    """Today's tasks, and the office's picture for those who watch over it."""
    parts = [
        voice.hail(view.greeting),
        f"Selamat pagi. Ringkasan untuk {say.weekday(view.day)}.",
    ]
    if view.tasks:
        entries = [_task(number, task, say) for number, task in enumerate(view.tasks, start=1)]
        rest = "selebihnya ada di /tugas"
        parts.append(f"📋 {bold('Tugas hari ini')} ({len(view.tasks)})")
        parts += _that_fit(entries, _TASKS_ROOM, rest)
    if view.office:
        parts.append(f"🏢 {bold('Keadaan kantor')}: {_counts(view.office)}")
        entries = [_run(run, say) for run in _late_first(view.office)]
        parts += _that_fit(entries, _OFFICE_ROOM, "selebihnya ada di /status")
    rows = [
        (button(f"{n}. {voice.short(t.procedure)} · langkah {t.step.number}", ShowDetail(t.token)),)
        for n, t in enumerate(view.tasks[:_BUTTONS], start=1)
    ]
    rows.append((button("🔕 Matikan ringkasan pagi", SetDigest(on=False)),))
    return Message("\n\n".join(parts), tuple(rows))


def setting(view: DigestSettingView) -> Message:
    """Whether the overview comes, with the button that turns it on or off."""
    if view.on:
        return Message(
            "🔔 Ringkasan pagi menyala. Setiap hari kerja pukul 07.30 Bapak/Ibu menerima daftar "
            "tugas hari itu, bila ada.",
            ((button("🔕 Matikan ringkasan pagi", SetDigest(on=False)),),),
        )
    return Message(
        "🔕 Ringkasan pagi tidak dikirim. Kartu tugas dan pengingat tetap datang seperti biasa.",
        ((button("🔔 Nyalakan ringkasan pagi", SetDigest(on=True)),),),
    )


def _task(number: int, view: TaskView, say: Voice) -> str:
    activity = safe(view.step.activity.text, _ACTIVITY)
    lines = [
        f"{number}. {_name(view.procedure.title, view.year)}",
        f"Langkah {view.step.number}: {activity}",
        f"Tenggat: {say.moment(view.task.due_at)}",
    ]
    if view.late:
        lines.append(f"⚠️ Terlambat {bold(distance(view.late))}")
    return "\n".join(lines)


def _run(view: RunView, say: Voice) -> str:
    run = view.run
    steps = len(run.procedure.steps)
    lines = [
        f"• {_name(run.procedure.title, run.year)}: {run.steps_done} dari {steps} langkah selesai"
    ]
    if run.pause is not None:
        return f"{lines[0]}, sedang dijeda"
    for current in view.current[:2]:
        lines.append(f"Langkah {current.step.number}, {_when(current, say)}")
    return "\n".join(lines)


def _when(current: CurrentStep, say: Voice) -> str:
    if current.late:
        return f"⚠️ terlambat {bold(distance(current.late))}"
    return f"tenggat {say.moment(current.task.due_at)}"


def _counts(runs: tuple[RunView, ...]) -> str:
    """ "4 pelaksanaan berjalan, 1 terlambat, 1 dijeda"."""
    paused = sum(view.run.pause is not None for view in runs)
    late = sum(_is_late(view) for view in runs)
    if paused == len(runs):
        return f"tidak ada pelaksanaan berjalan, {paused} dijeda"
    facts = [f"{len(runs) - paused} pelaksanaan berjalan"]
    facts.append(f"{late} terlambat" if late else "tidak ada yang terlambat")
    if paused:
        facts.append(f"{paused} dijeda")
    return ", ".join(facts)


def _late_first(runs: tuple[RunView, ...]) -> list[RunView]:
    return sorted(runs, key=lambda view: not _is_late(view))


def _is_late(view: RunView) -> bool:
    return view.run.pause is None and any(current.late for current in view.current)


def _name(title: str, year: int) -> str:
    return f"{bold(safe(title, 120))} tahun {year}"


def _that_fit(entries: Iterable[str], room: int, rest: str) -> list[str]:
    """As many whole entries as there is room for, and where the others are."""
    kept: list[str] = []
    for entry in entries:
        room -= width(entry) + 2
        if room < 0:
            return [*kept, f"… {rest}"]
        kept.append(entry)
    return kept
