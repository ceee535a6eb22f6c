"""The buttons of a task: what its reader can do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.sop import StepKind
from bot.features.evidence.texts import AttachFile, SendFiles
from bot.features.extension import AskExtension
from bot.features.review import AskReturn, Undo
from bot.features.tasks.views import TaskView
from bot.ui.buttons import Button, Row, Show, Tap, Token, button, in_rows


class Confirm(Tap, prefix="ok", after=Show.NOTHING):
    """Confirm the task with this token."""

    token: Token


class Snooze(Tap, prefix="snz", after=Show.NOTHING):
    """Remind of the task with this token in one hour."""

    token: Token


class ShowDetail(Tap, prefix="info", after=Show.NOTHING):
    """Show everything about the task with this token."""

    token: Token


_ACTION = {
    StepKind.KERJA: "✅ Selesai",
    StepKind.PARAF: "✅ Setuju & paraf",
    StepKind.TANDA_TANGAN: "✍️ Sudah ditandatangani",
}

_RECORDING = {
    StepKind.KERJA: "✅ Catat: selesai di {}",
    StepKind.PARAF: "✅ Catat: diparaf {}",
    StepKind.TANDA_TANGAN: "✍️ Catat: ditandatangani {}",
}


def keyboard(acts: Sequence[Button], rest: Iterable[Button]) -> tuple[Row, ...]:
    """The buttons under a task in rows; what records it as done stands alone, so that nobody taps
    it by mistake."""
    return (*((key,) for key in acts[:1]), *in_rows([*acts[1:], *rest]))


def acts(view: TaskView) -> list[Button]:
    """What the reader can do to bring a task on: first, to confirm it."""
    if not view.mine:
        return []
    kind, outside = view.step.kind, view.records_for
    label = _RECORDING[kind].format(outside) if outside else _ACTION[kind]
    keys = [button(label, Confirm(view.token), "success")]
    if view.step.return_to is not None:
        label = f"↩️ Catat: dikembalikan {outside}" if outside else "↩️ Kembalikan"
        keys.append(button(label, AskReturn(view.token), "danger"))
    return keys


def others(view: TaskView) -> list[Button]:
    """↶ while a confirmation can be taken back, 📎, and 📂 where there is something to read."""
    keys = [button("↶ Urungkan", Undo(view.token))] if view.undoable else []
    keys += attach(view)
    if view.files:
        keys.append(button(f"📂 Berkas ({len(view.files)})", SendFiles(view.token)))
    return keys


def attach(view: TaskView) -> list[Button]:
    """📎 for whose task it is."""
    return [button("📎 Lampirkan", AttachFile(view.token))] if view.mine else []


def helps(view: TaskView) -> list[Button]:
    """What helps the reader until it is done."""
    keys = [detail(view)]
    if view.mine and not view.asks_time:
        keys.insert(0, button("⏳ Perpanjang", AskExtension(view.token)))
    if view.mine and view.reminder is not None:
        keys.append(button("⏰ Ingatkan 1 jam lagi", Snooze(view.token)))
    return keys


def detail(view: TaskView) -> Button:
    """Everything about the task."""
    return button("ℹ️ Rincian", ShowDetail(view.token))
