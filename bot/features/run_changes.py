"""What is told of a run that was paused, resumed, ended before its time, or is open again."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.notices import RunChange, RunChanged
from bot.domain.run import Run, RunStatus
from bot.features import phrases
from bot.features.feature import Drawn, Feature, Sending
from bot.features.naming import Greeting, SignedBy, acted
from bot.features.phrases import REASON, Phrases
from bot.features.runview import CurrentStep, current_step, halt
from bot.features.work import Work
from bot.ui.markup import safe
from bot.ui.message import Message


@dataclass(frozen=True, slots=True)
class RunChangedView:
    """A run was paused, resumed, cancelled, or is open again. `by` None: nobody's own doing."""

    greeting: Greeting
    run: Run
    change: RunChange
    reason: str
    by: SignedBy | None
    current: tuple[CurrentStep, ...]


def _draw_change(work: Work, notice: RunChanged, sending: Sending) -> RunChangedView | None:
    run, office, names = sending.stored.run, work.office, work.tx.people.names()
    by, reason, rest = None, "", halt(office, names, run)
    match notice.change:
        case RunChange.DIJEDA if rest and not rest.ended:
            by, reason = rest.by, rest.reason
        case RunChange.DIBATALKAN if rest and rest.ended:
            by, reason = rest.by, rest.reason
        case RunChange.DITARIK if rest and rest.ended:
            by = rest.by
        case RunChange.DILANJUTKAN if run.status is RunStatus.BERJALAN and run.pauses:
            last = run.pauses[-1]
            if last.ended_by and last.until:
                by = acted(office, names, last.ended_by, last.until)
        case RunChange.DIBUKA if run.status is RunStatus.BERJALAN:
            pass
        case _:
            return None
    current = tuple(current_step(run, task, work.now, work.state) for task in run.current)
    return RunChangedView(work.greeting, run, notice.change, reason, by, current)


# Words

_CHANGED = {
    RunChange.DIJEDA: "⏸ Pelaksanaan berikut dijeda. Selama jeda, waktunya tidak dihitung.",
    RunChange.DILANJUTKAN: "▶️ Pelaksanaan berikut dilanjutkan.",
    RunChange.DIBATALKAN: "⛔ Pelaksanaan berikut dibatalkan. Catatannya tetap tersimpan.",
    RunChange.DITARIK: "↶ Pelaksanaan berikut batal dimulai, sehingga tugas yang sudah kami "
    "sampaikan ditarik kembali.",
    RunChange.DIBUKA: "↶ Konfirmasi terakhir ditarik kembali, sehingga pelaksanaan berikut "
    "belum selesai.",
}


def say_changed(view: RunChangedView, say: Phrases) -> Message:
    """A run was paused, resumed, ended before its time, or is open again."""
    by = f"Oleh: {phrases.signer(view.by)}, {say.moment(view.by.at)}" if view.by else ""
    reason = f"Alasan: {safe(view.reason, REASON)}" if view.reason else ""
    parts = [phrases.salutation(view.greeting), _CHANGED[view.change], say.run(view.run)]
    if by or reason:
        parts.append("\n".join(filter(None, (by, reason))))
    if view.change in (RunChange.DILANJUTKAN, RunChange.DIBUKA):
        steps = len(view.run.procedure.steps)
        parts += ["\n".join(say.current(current, steps)) for current in view.current[:1]]
    return Message("\n\n".join(parts))


FEATURE = Feature(
    "run_changes",
    notices={RunChanged: Drawn(_draw_change, "perubahan pelaksanaan")},
    words={RunChangedView: say_changed},
)
