"""Starting in words."""

from __future__ import annotations

from bot.domain.actions import Reason
from bot.domain.sop import Procedure
from bot.features import phrases
from bot.features.phrases import ACTIVITY, NAME, TITLE, Phrases
from bot.features.runview import RunView
from bot.features.start import views
from bot.features.start.views import PickProcedure, StartRefused, StartRun, UndoStart
from bot.ui.buttons import Style, Tap, button
from bot.ui.markup import bold, gathered, safe
from bot.ui.message import Block, Message, paged

UNDONE = "Diurungkan dalam 10 menit sejak dimulai"
"""Why a run whose start was taken back is no more."""

REFUSALS = {
    StartRefused.BAD_YEAR: "“{text}” belum terbaca sebagai tahun. Mohon menuliskan empat "
    "angka, misalnya {example}.",
    Reason.YEAR_OUT_OF_RANGE: "Tahun {year} terlalu jauh. Pelaksanaan dapat dimulai untuk "
    "tahun {first} sampai {last}.",
    StartRefused.START_CHANGED: "Sementara itu sudah ada pelaksanaan lain yang dimulai, "
    "sehingga yang ini tidak dimulai. Bila masih diperlukan, silakan mengulang dari /mulai.",
    StartRefused.NOBODY_IN_UNITS: "Belum ada {role} yang terdaftar di unit mana pun, sehingga "
    "tidak ada yang dapat dimulai. Silakan mengundang dahulu: /undang {code}",
    Reason.START_NOT_YOURS: "Pelaksanaan ini dimulai oleh pegawai lain, sehingga hanya yang "
    "bersangkutan yang dapat mengurungkannya.",
    Reason.START_TOO_LATE: "Permulaan hanya dapat diurungkan dalam 10 menit. Bila perlu, "
    "pelaksanaan ini dibatalkan dengan /batal, disertai alasannya.",
    Reason.START_ACTED_ON: "Langkah pertamanya sudah dikerjakan, sehingga permulaannya tidak "
    "dapat diurungkan lagi. Bila perlu, pelaksanaan ini dibatalkan dengan /batal.",
}

_SHOWN = 3
"""Runs of the same year that are named one by one."""

_NAMES_ROOM = 466
"""Units of text for the names of units in one list."""


def say_menu(view: views.StartMenuView, say: Phrases, page: int) -> Message:
    """Which procedure to start."""
    if not view.choices:
        return Message("Belum ada prosedur yang dapat dimulai.")
    blocks = [
        Block(
            (f"{n}. {safe(p.title, TITLE)}, tahun {year}",),
            rows=((button(f"{n}. {phrases.short(p)} · {year}", PickProcedure(p.code)),),),
        )
        for n, (p, year) in enumerate(view.choices, start=1)
    ]
    head = "Prosedur mana yang akan dimulai? Sebelum dimulai, kami bertanya sekali lagi."
    return paged(head, blocks, page, views.TurnStarts(0))


def say_question(view: views.StartQuestionView, say: Phrases) -> Message:
    """The last look: the facts of this start, and what speaks against it."""
    step, steps = view.first.step, len(view.procedure.steps)
    facts = [
        f"SOP: {safe(view.sop.name, TITLE)} ({safe(view.sop.number, NAME)})",
        f"Langkah 1 dari {steps}: {safe(step.activity.text, ACTIVITY)}",
        f"Pelaksana: {say.awaited(view.first)}",
    ]
    if view.ends:
        facts.append(f"Bila semua tepat waktu, selesai {bold(say.moment(view.ends))}.")
    parts = [f"Mulai pelaksanaan {_name(view)}?", "\n".join(facts), *_against(view, say)]
    more = " satu lagi" if view.running else " lagi" if view.finished else ""
    tap = StartRun(view.procedure.code, view.year, view.seen)
    style: Style = "danger" if more else "success"
    return _asked(parts, view.procedure, view.year, f"Mulai{more}", tap, style)


def _against(view: views.StartQuestionView, say: Phrases) -> list[str]:
    """What speaks against starting: runs of the same year, or nobody to begin."""
    parts = []
    if view.running:
        parts.append(f"⚠️ Pelaksanaan {_name(view)} sudah berjalan:")
        parts += ["\n".join(_under_way(run, say)) for run in view.running[:_SHOWN]]
        if len(view.running) > _SHOWN:
            parts.append(f"dan {len(view.running) - _SHOWN} lainnya")
        parts.append("Apakah perlu memulai satu lagi?")
    elif view.finished:
        ended = max(view.finished)
        parts.append(f"⚠️ {_name(view)} sudah selesai pada {say.moment(ended)}.")
    if not view.first.performers:
        vacant = gathered([safe(name, NAME) for name in view.first.roles], joiner="atau")
        parts.append(
            f"⚠️ Belum ada yang memegang peran {vacant}. Langkah 1 menunggu sampai ada pemegangnya."
        )
    return parts


def _name(view: views.StartQuestionView) -> str:
    return phrases.title(view.procedure, view.year)


def _asked(
    parts: list[str], procedure: Procedure, year: int, label: str, tap: Tap, style: Style
) -> Message:
    """A last look with the button that starts, and how another year is started."""
    other = f"<code>/mulai_{procedure.code} {year - 1}</code>"
    parts = [*parts, f"Untuk tahun lain, ketik misalnya {other}"]
    return Message("\n\n".join(parts), ((button(label, tap, style),),))


def say_started(view: views.StartedView, say: Phrases) -> Message:
    """A run has begun."""
    parts, steps = [f"Pelaksanaan {say.run(view.run)} sudah dimulai."], view.run.procedure.steps
    parts += ["\n".join(say.current(current, len(steps))) for current in view.current[:2]]
    if view.forecast:
        parts.append(f"Bila semua tepat waktu, selesai {bold(say.moment(view.forecast))}.")
    return _undoable(parts, view.undo)


def _undoable(parts: list[str], undo: str | None) -> Message:
    """What has begun, with the button that takes it back."""
    if undo is None:
        return Message("\n\n".join(parts))
    parts = [*parts, "Bila keliru, permulaan ini dapat diurungkan dalam 10 menit."]
    return Message("\n\n".join(parts), ((button("↶ Urungkan", UndoStart(undo)),),))


def _under_way(view: RunView, say: Phrases) -> list[str]:
    run = view.run
    lines = [f"Dimulai {say.moment(run.started_at)}"]
    for step in (current.step for current in view.current[:1]):
        where = f"Langkah {step.number} dari {len(run.procedure.steps)}"
        lines.append(f"{where}: {safe(step.activity.text, TITLE)}")
    return lines


def say_units(view: views.UnitsView, say: Phrases) -> Message:
    """Which units begin, and which are left alone because theirs runs or has ended."""
    name, units = phrases.title(view.procedure, view.year), view.units
    parts = [f"Prosedur {name} dilaksanakan tersendiri di setiap unit."]
    if units.to_open and view.begun:
        opened = f"{bold(f'{len(units.to_open)} unit')}: {_names(units.to_open)}"
        parts = [f"Pelaksanaan {name} sudah dimulai di {opened}."]
    elif units.to_open:
        parts.append(f"Akan dimulai di {len(units.to_open)} unit: {_names(units.to_open)}.")
        parts.append("\n".join(_first(view, say)))
    else:
        parts.append("Tidak ada unit yang perlu dimulai.")
    if units.running:
        parts.append(f"Sudah berjalan, dibiarkan: {_names(units.running)}.")
    if units.done:
        parts.append(f"Sudah selesai, dibiarkan: {_names(units.done)}.")
    if view.begun:
        return _undoable([*parts, "Perkembangannya ada di /status."], view.undo)
    if not units.to_open:
        return Message("\n\n".join(parts))
    tap = StartRun(view.procedure.code, view.year, None)
    return _asked(parts, view.procedure, view.year, "Mulai", tap, "success")


def _first(view: views.UnitsView, say: Phrases) -> list[str]:
    """What every unit would begin with, and by when all would end."""
    step, steps = view.procedure.step(1), len(view.procedure.steps)
    roles = gathered([safe(name, NAME) for name in view.roles], joiner="atau")
    lines = [
        f"Langkah 1 dari {steps}: {safe(step.activity.text, ACTIVITY)}",
        f"Pelaksana: {roles} di setiap unit",
    ]
    if view.ends:
        lines.append(f"Bila semua tepat waktu, selesai {bold(say.moment(view.ends))}.")
    return lines


def _names(names: tuple[str, ...]) -> str:
    return gathered([safe(name, NAME) for name in names], room=_NAMES_ROOM)
