"""A procedure that runs once for each unit of the office: as one, and unit by unit."""

from __future__ import annotations

from bot.chat.keyboards import PagedView, Row, StartRun, TurnPage, button
from bot.chat.paging import Block, Message, Turning, paged
from bot.chat.texts import voice
from bot.chat.texts.voice import NAME, Voice
from bot.ui.markup import bold, gathered, safe
from bot.usecases.views import ByUnitView, UnitGroup, UnitRow, UnitsView

_NAMES = 1400
"""Room for the names of units in one list."""


def folded(number: int, group: UnitGroup) -> Block:
    """The runs of all units in two lines of /status, with the button that unfolds them."""
    lines = [
        f"{number}. {voice.title(group.procedure, group.year)}",
        f"{voice.bar(group.done, group.total)} {group.done} dari {group.total} unit selesai",
    ]
    if group.late:
        lines.append(f"⚠️ {group.late} unit terlambat")
    label = f"{voice.short(group.procedure)} {group.year}: lihat {group.total} unit"
    return Block(tuple(lines), rows=((button(label, _unfold(group)),),))


def by_unit(view: ByUnitView, page: int, say: Voice) -> Message:
    """Every unit's run of one procedure."""
    done = sum(row.running is None for row in view.rows)
    head = f"{voice.title(view.procedure, view.year)}\n{done} dari {len(view.rows)} unit selesai"
    blocks = [_row(number, row, say) for number, row in enumerate(view.rows, start=1)]
    back = button("‹ Semua pelaksanaan", TurnPage(PagedView.STATUS, 0))
    turning = Turning(PagedView.UNIT, f"{view.procedure.code}-{view.year}")
    return paged(head, blocks, page, turning, foot=((back,),))


def units(view: UnitsView, say: Voice) -> Message:
    """Which units begin, and which are left alone because theirs runs or has ended."""
    name = voice.title(view.procedure, view.year)
    rows: tuple[Row, ...] = ()
    parts = [f"Prosedur {name} dilaksanakan tersendiri di setiap unit."]
    if view.to_open and view.begun:
        parts = [
            f"Pelaksanaan {name} sudah dimulai di {bold(f'{len(view.to_open)} unit')}: "
            f"{_names(view.to_open)}."
        ]
    elif view.to_open:
        parts.append(f"Akan dimulai di {len(view.to_open)} unit: {_names(view.to_open)}.")
        tap = StartRun(view.procedure.code, view.year, None)
        rows = ((button(f"Mulai untuk tahun {view.year}", tap, "success"),),)
    else:
        parts.append("Tidak ada unit yang perlu dimulai.")
    if view.running:
        parts.append(f"Sudah berjalan, dibiarkan: {_names(view.running)}.")
    if view.done:
        parts.append(f"Sudah selesai, dibiarkan: {_names(view.done)}.")
    if view.begun:
        parts.append("Perkembangannya ada di /status.")
    else:
        code = view.procedure.code
        parts.append(
            f"Untuk tahun lain, ketik /mulai_{code} diikuti tahunnya, misalnya:\n"
            f"<code>/mulai_{code} {view.year - 1}</code>"
        )
        parts.append("Bila tidak jadi, pesan ini boleh diabaikan.")
    return Message("\n\n".join(parts), rows)


def _names(names: tuple[str, ...]) -> str:
    return gathered([safe(name, NAME) for name in names], room=_NAMES // 3)


def _row(number: int, row: UnitRow, say: Voice) -> Block:
    title = f"{number}. {bold(safe(row.unit, NAME))}"
    if row.running is None:
        ended = f"✅ Selesai: {say.moment(row.finished_at)}" if row.finished_at else "✅ Selesai"
        return Block((title, ended))
    run = row.running.run
    steps = len(run.procedure.steps)
    lines = [title, f"{voice.bar(run.steps_done, steps)} {run.steps_done} dari {steps} langkah"]
    for current in row.running.current:
        lines += say.current(current, steps)
    return Block(tuple(lines))


def _unfold(group: UnitGroup) -> TurnPage:
    return TurnPage(PagedView.UNIT, 0, f"{group.procedure.code}-{group.year}")
