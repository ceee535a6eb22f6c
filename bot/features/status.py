"""/status: the runs under way; a procedure that runs once for each unit stands as one line."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from bot.domain import metrics
from bot.domain.notices import Reply
from bot.domain.run import Run, RunStatus
from bot.domain.sop import Procedure
from bot.features import phrases, replies, runs
from bot.features.answers import Refuse, Refused
from bot.features.feature import Command, Feature, NamedView, Topic, Words
from bot.features.history import TurnSummary
from bot.features.papers import office_picture, picture
from bot.features.phrases import NAME, Phrases
from bot.features.runview import RunView, run_view
from bot.features.tasks.buttons import ShowDetail
from bot.features.work import Args, Work
from bot.store.runs import StoredRun
from bot.ui.buttons import Button, Code, PageTap, Rule, Year, button
from bot.ui.markup import bold, gathered, safe
from bot.ui.message import Block, Message, paged


class TurnStatus(PageTap, prefix="pg:status"):
    """A page of /status, of one procedure's runs or of one year's."""

    code: Code | None = None
    year: Year | None = None


class TurnUnits(PageTap, prefix="pg:unit"):
    """A page of a procedure's runs by unit; `which` is "<code>-<year>"."""

    which: Annotated[str, Rule("[a-z0-9_]{1,24}-[1-9][0-9]{3}")]


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """A procedure's runs for the units: how many ended or are late, and how many may be seen."""

    procedure: Procedure
    year: int
    done: int
    total: int
    late: tuple[str, ...]
    """The names of the units whose runs are late."""
    shown: int
    paused: int = 0


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit's run: under way, or finished at `finished_at`."""

    unit: str
    running: RunView | None
    finished_at: datetime | None
    run_id: int


@dataclass(frozen=True, slots=True)
class StatusView:
    """Runs under way; `whole_office` or only those the recipient has a part in. `only`: those of
    this procedure, and of `year` where one was said."""

    runs: tuple[RunView, ...]
    whole_office: bool
    groups: tuple[UnitGroup, ...] = ()
    only: Procedure | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class ByUnitView:
    """What the runs of a procedure for the units of the office stand at, one by one."""

    procedure: Procedure
    year: int
    rows: tuple[UnitRow, ...]


def status(work: Work, typed: Words) -> Reply:
    """/status [kode] [tahun]: everything under way, or one procedure's runs."""
    if not typed.words:
        return Reply("status", {})
    meant = runs.typed_procedure(work, typed.words)
    return Reply("status", {"code": meant.procedure.code, "year": meant.year})


def _status(work: Work, args: Args) -> StatusView:
    whole, code, year = work.may(runs.SEE_OFFICE), args.get("code"), args.get("year")
    only = runs.find_procedure(work, str(code))[1] if code else None
    shown = [
        s
        for s in runs.under_way(work)
        if code in (None, s.run.procedure.code) and year in (None, s.run.year)
    ]
    said = int(year) if year else None
    return replace(overview(work, shown, whole=whole), only=only, year=said)


def overview(work: Work, shown: list[StoredRun], *, whole: bool) -> StatusView:
    """These runs at a glance; those of one procedure for the units as one."""
    by_unit: dict[tuple[str, int], list[StoredRun]] = defaultdict(list)
    for stored in shown:
        if stored.run.unit is not None:
            by_unit[_kind(stored.run)].append(stored)
    every = {kind: _unit_group(work, of_units) for kind, of_units in by_unit.items()}
    # A leader sees the units as one, down to the last that is under way.
    groups = {
        k: group for k, group in every.items() if group.total > 1 and (whole or group.shown > 1)
    }
    single = [s for s in shown if s.run.unit is None or _kind(s.run) not in groups]
    rows = tuple(run_view(s, work.now, work.state, work.legal_date(s.run)) for s in single)
    return StatusView(rows, whole, tuple(groups.values()))


def _kind(run: Run) -> tuple[str, int]:
    return run.procedure.code, run.year


def _unit_group(work: Work, stored_runs: list[StoredRun]) -> UnitGroup:
    run = stored_runs[0].run
    newest = _newest_by_unit(work, run.procedure.code, run.year)
    going = [s.run for s in stored_runs if s.run.pause is None]
    calendar = work.calendar
    late = tuple(
        work.office.unit_name(run.unit or "")
        for run in going
        if any(metrics.late(run, task, work.now, calendar) for task in run.current)
    )
    done = sum(status is RunStatus.SELESAI for _, status in newest.values())
    return UnitGroup(
        run.procedure,
        run.year,
        done,
        len(newest),
        late,
        len(stored_runs),
        len(stored_runs) - len(going),
    )


def _newest_by_unit(work: Work, code: str, year: int) -> dict[str, tuple[int, RunStatus]]:
    """The newest run of each unit that was not cancelled: its id and status."""
    return {
        unit: kept[-1]
        for unit, known in work.tx.runs.of_units(code, year).items()
        if unit and (kept := [k for k in known if k[1] is not RunStatus.DIBATALKAN])
    }


def _by_unit(work: Work, args: Args) -> ByUnitView:
    """/status, unfolded: what each unit's run of one procedure stands at."""
    code, _, year = str(args["which"]).rpartition("-")
    newest = _newest_by_unit(work, code, int(year))
    found = work.tx.runs.many(run_id for run_id, _ in newest.values())
    shown = [s for s in found.values() if runs.has_part(s, work.person.id, work.state)]
    if not shown:
        raise Refuse(Refused.BUTTON_OLD)
    order = [unit.code for unit in work.office.units]
    shown.sort(key=lambda s: order.index(s.run.unit) if s.run.unit in order else len(order))
    rows = tuple(_unit_row(work, stored) for stored in shown)
    return ByUnitView(shown[0].run.procedure, int(year), rows)


def _unit_row(work: Work, stored: StoredRun) -> UnitRow:
    run = stored.run
    view = None if run.status.is_over else run_view(stored, work.now, work.state)
    return UnitRow(work.office.unit_name(run.unit or ""), view, run.finished_at, run.id)


# Words


def say_status(view: StatusView, say: Phrases, page: int) -> Message:
    """The runs under way."""
    which = f" {safe(phrases.short(view.only), NAME)}" if view.only else ""
    which += f" tahun {view.year}" if view.year else ""
    back = ((button("‹ Semua pelaksanaan", TurnStatus(0)),),) if view.only else ()
    if not view.runs and not view.groups:
        own = "" if view.whole_office else " terkait"
        return Message(f"Tidak ada pelaksanaan{which}{own} yang berjalan.", back)
    where = " di seluruh kantor" if view.whole_office and not which else ""
    count = len(view.runs) + len(view.groups)
    head = bold(f"Pelaksanaan{which} yang berjalan{where} ({count})")
    named = say.runs([running.run for running in view.runs])
    rows = enumerate(zip(view.runs, named, strict=True), start=1)
    blocks = [_running(number, run, *called, say) for number, (run, called) in rows]
    blocks += [_folded(number, group) for number, group in enumerate(view.groups, len(blocks) + 1)]
    foot = back or (office_picture(),)
    turning = TurnStatus(0, view.only.code if view.only else None, view.year)
    return paged(head, blocks, page, turning, foot=foot)


def _running(number: int, view: RunView, name: str, label: str, say: Phrases) -> Block:
    run = view.run
    lines = [f"{number}. {name}", _progress(run)]
    if view.halt:
        lines += phrases.halted(view.halt, say).split("\n")
    for current in view.current:
        lines += say.current(current, len(run.procedure.steps))
    lines += say.outlook(view.outlook)
    name = f"{number}. {label}"
    row = (*_opens(view, name), picture(run.id, name))
    return Block(tuple(lines), rows=(row,))


def _opens(view: RunView, name: str) -> tuple[Button, ...]:
    """The button that opens a run under way: details, files, notes, picture, report."""
    return (button(f"ℹ️ {name}", ShowDetail(view.token)),) if view.token else ()


def units_late(group: UnitGroup) -> str:
    """ "2 unit terlambat: Seksi A dan Seksi B"; empty where none is."""
    if not group.late:
        return ""
    return f"{len(group.late)} unit terlambat: {gathered([safe(u, NAME) for u in group.late])}"


def _progress(run: Run) -> str:
    steps = len(run.procedure.steps)
    return f"{phrases.bar(run.steps_done, steps)} {run.steps_done} dari {steps} langkah"


def _folded(number: int, group: UnitGroup) -> Block:
    """The runs of all units in two lines of /status, with the button that unfolds them."""
    lines = [
        f"{number}. {phrases.title(group.procedure, group.year)}",
        f"{phrases.bar(group.done, group.total)} {group.done} dari {group.total} unit selesai",
    ]
    if behind := units_late(group):
        lines.append(f"⚠️ {behind}")
    label = f"{phrases.short(group.procedure)} {group.year}: lihat {group.total} unit"
    unfold = TurnUnits(0, f"{group.procedure.code}-{group.year}")
    return Block(tuple(lines), rows=((button(label, unfold),),))


def say_by_unit(view: ByUnitView, say: Phrases, page: int) -> Message:
    """Every unit's run of one procedure."""
    done = sum(row.running is None for row in view.rows)
    head = f"{phrases.title(view.procedure, view.year)}\n{done} dari {len(view.rows)} unit selesai"
    blocks = [_row(number, row, say) for number, row in enumerate(view.rows, start=1)]
    back = button("‹ Semua pelaksanaan", TurnStatus(0))
    turning = TurnUnits(0, f"{view.procedure.code}-{view.year}")
    return paged(head, blocks, page, turning, foot=((back,),))


def _row(number: int, row: UnitRow, say: Phrases) -> Block:
    title = f"{number}. {bold(safe(row.unit, NAME))}"
    if row.running is None:
        ended = f"✅ Selesai: {say.moment(row.finished_at)}" if row.finished_at else "✅ Selesai"
        summary = button(f"{number}. {row.unit}", TurnSummary(0, row.run_id))
        return Block((title, ended), rows=((summary,),))
    run = row.running.run
    lines = [title, _progress(run)]
    for current in row.running.current:
        lines += say.current(current, len(run.procedure.steps))
    opens = _opens(row.running, f"{number}. {row.unit}")
    return Block(tuple(lines), rows=(opens,) if opens else ())


FEATURE = Feature(
    "status",
    commands=(
        Command(
            "status",
            status,
            None,
            Topic.PEKERJAAN,
            "Pelaksanaan yang berjalan",
            "kemajuan, tenggat, dan perkiraan selesai pelaksanaan yang berjalan",
            "[kode]",
            needed=40,
        ),
    ),
    taps={
        TurnStatus: lambda work, tap: replies.show(work, "status", code=tap.code, year=tap.year),
        TurnUnits: lambda work, tap: replies.show(work, "by_unit", which=tap.which),
    },
    views={"status": NamedView(_status), "by_unit": NamedView(_by_unit)},
    pages={StatusView: say_status, ByUnitView: say_by_unit},
)
