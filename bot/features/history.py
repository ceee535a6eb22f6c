"""/riwayat: finished runs, and what each came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain import metrics
from bot.domain.access import LEADERS, Permission
from bot.domain.metrics import Lateness
from bot.domain.notices import RunSummary
from bot.domain.run import Run, RunStatus
from bot.domain.sop import Procedure, Sop
from bot.features import documents, papers, phrases, replies, runs
from bot.features.answers import Refuse, Refused
from bot.features.feature import Command, Drawn, Feature, NamedView, Sending, Topic
from bot.features.naming import Greeting
from bot.features.phrases import DETAIL, Phrases
from bot.features.runview import Deviations, Halt, StepRow, deviations, halt, step_row
from bot.features.work import Args, Work
from bot.indonesian import ASSUMED
from bot.store.runs import StoredRun
from bot.ui.buttons import Id, PageTap, button
from bot.ui.markup import bold, safe
from bot.ui.message import Block, Message, paged

SEE_HISTORY = Permission("see_history", LEADERS)


class TurnHistory(PageTap, prefix="pg:riwayat"):
    """A page of /riwayat."""


class TurnSummary(PageTap, prefix="pg:ringkas"):
    """A page of what a run came to."""

    run_id: Id


@dataclass(frozen=True, slots=True)
class SummaryView:
    """A run that has ended: planned and actual, step by step. `halt` where it was cancelled."""

    greeting: Greeting
    run: Run
    sop: Sop
    rows: tuple[StepRow, ...]
    planned_end: datetime
    late: Lateness | None
    deviations: Deviations
    halt: Halt | None = None


@dataclass(frozen=True, slots=True)
class EndedView:
    """A run has ended: what it came to, in a few lines. `report`: the reader may have it."""

    summary: SummaryView
    report: bool


@dataclass(frozen=True, slots=True)
class HistoryView:
    """Finished runs, the newest first."""

    rows: tuple[SummaryView, ...]


def summary_view(work: Work, stored: StoredRun, names: dict[int, str]) -> SummaryView:
    """A finished run: planned against actual; `names` are everybody's, by their ids."""
    run, office, calendar = stored.run, work.office, work.calendar
    planned = metrics.planned_end(run, calendar)
    return SummaryView(
        work.greeting,
        run,
        stored.sop,
        tuple(step_row(run, row, office, names) for row in metrics.steps(run, calendar)),
        planned,
        metrics.lateness(planned, run.finished_at, calendar) if run.finished_at else None,
        deviations(office, names, run),
        halt(office, names, run),
    )


def _history(work: Work, args: Args) -> HistoryView:
    names = work.tx.people.names()
    ended = work.tx.runs.finished(runs.SHOWN_RUNS)
    return HistoryView(tuple(summary_view(work, s, names) for s in ended))


def _summary(work: Work, args: Args) -> SummaryView:
    stored = work.tx.runs.get(int(args["run_id"] or 0))
    if stored is None:
        raise Refuse(Refused.BUTTON_OLD)
    if not runs.has_part(stored, work.person.id, work.state):
        work.require(SEE_HISTORY)
    return summary_view(work, stored, work.tx.people.names())


def _draw_summary(work: Work, notice: RunSummary, sending: Sending) -> EndedView | None:
    """A run has ended; None where its last confirmation was undone meanwhile."""
    if sending.stored.run.status is not RunStatus.SELESAI:
        return None
    summary = summary_view(work, sending.stored, work.tx.people.names())
    return EndedView(summary, work.may(documents.SEE_REPORTS))


# Words


def say_ended(view: EndedView, say: Phrases) -> Message:
    """That a run has ended, in six lines, and what follows; the rest is behind two buttons."""
    summary, run = view.summary, view.summary.run
    on_time = sum(row.figures.late is None for row in summary.rows)
    lines = [
        phrases.salutation(summary.greeting),
        f"🏁 Pelaksanaan {say.run(run)} telah selesai. {_thanks(summary)}",
        f"Dimulai: {say.moment(run.started_at)}",
        f"Selesai: {bold(say.moment(run.finished_at))}" if run.finished_at else "Selesai",
        f"Rencana selesai: {say.moment(summary.planned_end)}",
        f"Hasil: {bold(phrases.punctual(summary.late))}; "
        f"{on_time} dari {len(summary.rows)} langkah tepat waktu",
        *_follow_up(run.procedure),
    ]
    paper = papers.run_paper(run.id) if view.report else ()
    keys = (button("ℹ️ Rincian", TurnSummary(0, run.id)), *paper)
    return Message("\n".join(lines), (keys,))


def _thanks(view: SummaryView) -> str:
    return f"Terima kasih atas kerja sama {view.greeting.address}."


def say_summary(view: SummaryView, say: Phrases, page: int) -> Message:
    """What a run came to: planned and actual, step by step."""
    run = view.run
    name = say.run(run)
    on_time = sum(row.figures.late is None for row in view.rows)
    facts = [f"Dimulai: {say.moment(run.started_at)}"]
    if view.halt:
        facts += phrases.halted(view.halt, say).split("\n")
        steps = len(run.procedure.steps)
        facts.append(f"Selesai sebelumnya: {run.steps_done} dari {steps} langkah")
        opening = f"Pelaksanaan {name} berakhir sebelum selesai."
    else:
        if run.finished_at:
            facts.append(f"Selesai: {bold(say.moment(run.finished_at))}")
        facts += [
            f"Rencana selesai: {say.moment(view.planned_end)}",
            f"Hasil: {bold(phrases.punctual(view.late))}; "
            f"{on_time} dari {len(view.rows)} langkah tepat waktu",
            *_follow_up(run.procedure),
        ]
        opening = f"🏁 Pelaksanaan {name} telah selesai. {_thanks(view)}"
    blocks = [Block(tuple(facts)), *phrases.deviation_blocks(view.deviations, say)]
    blocks += say.attempts(view.rows)
    opening = f"{phrases.salutation(view.greeting)}\n\n{opening}"
    return paged(f"Ringkasan · {name}", blocks, page, TurnSummary(0, run.id), opening=opening)


def say_history(view: HistoryView, say: Phrases, page: int) -> Message:
    """Finished runs, the newest first."""
    if not view.rows:
        return Message("Belum ada pelaksanaan yang berakhir.")
    head = bold(f"Pelaksanaan yang sudah berakhir ({len(view.rows)})")
    named = say.runs([row.run for row in view.rows])
    rows = enumerate(zip(view.rows, named, strict=True), start=1)
    blocks = [_ended(number, row, *called, say) for number, (row, called) in rows]
    return paged(head, blocks, page, TurnHistory(0))


def _ended(number: int, view: SummaryView, name: str, label: str, say: Phrases) -> Block:
    run = view.run
    lines = [f"{number}. {name}"]
    if view.halt:
        lines += phrases.halted(view.halt, say).split("\n")
    else:
        if run.finished_at:
            lines.append(f"Selesai: {say.moment(run.finished_at)}")
        lines.append(f"Hasil: {phrases.punctual(view.late)}")
    return Block(tuple(lines), rows=((button(f"{number}. {label}", TurnSummary(0, run.id)),),))


def _follow_up(procedure: Procedure) -> list[str]:
    """What others do after the last step of a procedure, line by line."""
    if not procedure.follow_up:
        return []
    assumed = f" ({ASSUMED})" if "sesudahnya" in procedure.assumptions else ""
    numbered = enumerate(procedure.follow_up, start=1)
    return [f"Selanjutnya{assumed}:", *(f"{n}. {safe(text, DETAIL)}" for n, text in numbered)]


FEATURE = Feature(
    "history",
    commands=(
        Command(
            "riwayat",
            replies.shows("history"),
            SEE_HISTORY,
            Topic.PEKERJAAN,
            "Pelaksanaan yang sudah berakhir",
            "pelaksanaan yang selesai atau dibatalkan, beserta ringkasannya",
        ),
    ),
    taps={
        TurnHistory: lambda work, tap: replies.show(work, "history"),
        TurnSummary: lambda work, tap: replies.show(work, "summary", run_id=tap.run_id),
    },
    views={"history": NamedView(_history, SEE_HISTORY), "summary": NamedView(_summary)},
    notices={RunSummary: Drawn(_draw_summary, "ringkasan pelaksanaan")},
    words={EndedView: say_ended},
    pages={SummaryView: say_summary, HistoryView: say_history},
)
