"""/mulai and /mulai_<kode>: a run begins, or one for each unit where the superior matters.

Who types a procedure's command means it. What can be tapped by accident leads to a last look
first, and whatever has begun can be taken back for ten minutes.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from bot.domain import actions
from bot.domain.actions import Refusal, Start
from bot.domain.decision import UNDO_WITHIN, Decision
from bot.domain.notices import Reply
from bot.domain.sop import Procedure
from bot.features import asking, replies, runs
from bot.features.answers import DoneView, Refuse, Refused, done
from bot.features.feature import START_PREFIX, Command, Feature, NamedView, Topic, View, Words
from bot.features.start import texts, views
from bot.features.start.views import START_RUN, StartRefused, StartRun, UnitsView
from bot.features.work import Work
from bot.store.agenda import Entry
from bot.store.outbox import NewDelivery
from bot.store.runs import StoredRun

UNDO_ENDS = "undo"
"""The agenda's name for a start that cannot be taken back any more, and is drawn without ↶."""


class Done(StrEnum):
    """What was done."""

    START_UNDONE = "start_undone"  # run
    START_PARTLY_UNDONE = "start_partly_undone"  # run, count, left


def menu(work: Work, typed: Words) -> Reply | None:
    """/mulai: the procedures to choose from; with a code, the same as /mulai_<code>."""
    if not typed.words:
        return Reply("start_menu", {})
    procedure, year, exact = runs.typed_procedure(work, typed.words)
    if not exact:
        # Some words of a title may mean another.
        return Reply("start_question", {"code": procedure.code, "year": year})
    words = () if year is None else (str(year),)
    return start_by_command(work, Words(f"{START_PREFIX}{procedure.code}", words))


def start_by_command(work: Work, typed: Words) -> Reply | None:
    """/mulai_<code> [year]: begin at once, or have a last look where something speaks against it:
    a run for that year is under way or finished, or nobody would get the first step."""
    _, procedure = runs.find_procedure(work, typed.name.removeprefix(START_PREFIX))
    words = replies.no_more_than(typed, 1, f"/mulai_{procedure.code} [tahun]")
    usual = views.usual_year(work, procedure)
    year = _year(words[0], usual) if words else usual
    look = Reply("start_question", {"code": procedure.code, "year": year})
    if procedure.per_unit:
        units = views.units_of(work, procedure, year)
        if units.to_open and (units.running or units.done):
            return look
        return _tell(work, _begin_units(work, procedure, year))
    decision = views.decide(work, Start(procedure, year, views.others(work, procedure, year)))
    if decision is None or not views.first_step(work, decision).performers:
        return look
    return _tell(work, _begin(work, procedure, decision))


def start_by_button(work: Work, tap: StartRun) -> View:
    """Begin a run. Others that began meanwhile stop it; one that ended is looked at first."""
    work.require(START_RUN)
    found = work.catalog.find(tap.code)
    if found is None:
        raise Refuse(Refused.BUTTON_OLD)
    procedure = found[1]
    if procedure.per_unit:
        return _show(work, _begin_units(work, procedure, tap.year))
    others = views.others(work, procedure, tap.year)
    decision = views.decide(work, Start(procedure, tap.year, others, tap.seen))
    if decision is not None:
        return _show(work, _begin(work, procedure, decision))
    if max(work.tx.runs.running_ids(tap.code, tap.year), default=0) > (tap.seen or 0):
        raise Refuse(StartRefused.START_CHANGED)
    return replies.show(work, "start_question", code=tap.code, year=tap.year)


def leave(work: Work, tap: views.LeaveStart) -> DoneView:
    """Start nothing after all, as `asking` says it now."""
    return asking.leave(work, asking.Leave())


def undo_start(work: Work, tap: views.UndoStart) -> DoneView:
    """Take back a start: the first cards are withdrawn, and whoever got them is told.

    Of runs for several units, those whose first step is done already go on.
    """
    work.require(START_RUN)
    first = runs.find_run(work, tap.token, Refuse(Refused.BUTTON_OLD))
    begun = [first] if first.run.unit is None else _begun_with(work, first)
    refused = []
    for stored in begun:
        decision = runs.ask_engine(work, stored, actions.UndoStart(texts.UNDONE))
        if isinstance(decision, Refusal):
            refused.append(runs.refused(work, stored, None, decision))
        else:
            runs.save_decision(work, stored, decision)
    count, left = len(begun) - len(refused), len(refused)
    if not count:
        raise refused[0]
    for stored in begun:
        # The message says that it is undone: it is not drawn again.
        work.tx.agenda.complete(_key(stored.run.id), work.now)
    name = f"{first.run.procedure.title} tahun {first.run.year}"
    if left:
        return done(Done.START_PARTLY_UNDONE, run=name, count=count, left=left)
    return done(Done.START_UNDONE, run=name)


def _begun_with(work: Work, first: StoredRun) -> list[StoredRun]:
    """The runs that began in one go with this one; itself where it is over."""

    def what(stored: StoredRun) -> tuple[str, int, object, int]:
        run = stored.run
        return run.procedure.code, run.year, run.started_at, run.started_by

    return [s for s in work.tx.runs.running() if what(s) == what(first)] or [first]


def undo_ends(work: Work, entry: Entry) -> None:
    """Ten minutes are over: the message that tells of a start no longer offers to undo it."""
    stored = work.tx.runs.get(int(entry.data["run_id"]))
    if stored is not None and work.staff.person(stored.run.started_by):
        work.tx.outbox.redraw(entry.key, work.now)


def _begin(work: Work, procedure: Procedure, decision: Decision) -> Reply:
    """Begin a run; what tells of it."""
    return Reply("started", {"run_id": _save(work, procedure, decision)})


def _tell(work: Work, started: Reply) -> Reply | None:
    """Answer with what has begun, and draw it again when it cannot be taken back any more. Where
    nothing has begun, that is the answer."""
    run_id, person = started.args["run_id"], work.person
    if run_id is None:
        return started
    key = _key(int(run_id))
    row = NewDelivery(key, person.chat_id, person.id, started)
    if work.request and work.request.tapped:
        work.tx.outbox.put_shown(row, work.request.tapped.message_id, work.now)
    else:
        work.tx.outbox.put([row], work.now)
    work.tx.agenda.put([Entry(key, UNDO_ENDS, work.now + UNDO_WITHIN, {"run_id": run_id})])
    return None


def _show(work: Work, started: Reply) -> View:
    """The same for a tap, whose message shows it."""
    if work.request and work.request.tapped:
        _tell(work, started)
    return replies.build(work, started)


def _key(run_id: int) -> str:
    return f"started:{run_id}"


def _begin_units(work: Work, procedure: Procedure, year: int) -> Reply:
    """Begin a run for each unit that has people and no run of that year; the others are left."""
    units, run_id = views.units_of(work, procedure, year), 0
    for unit in units.to_open:
        decision = views.decide(work, Start(procedure, year, unit=unit))
        assert decision is not None  # noqa: S101 - no other run is named
        run_id = _save(work, procedure, decision)
    names = views.by_name(work, units)._asdict().items()
    args = {name: views.BETWEEN.join(of) for name, of in names}
    return Reply(
        "units_started", {"code": procedure.code, "year": year, "run_id": run_id or None, **args}
    )


def _save(work: Work, procedure: Procedure, decision: Decision) -> int:
    """Begin a run and return its id."""
    sop = next(s for s, p in work.catalog.procedures() if p is procedure)
    run_id = work.tx.runs.create(decision.run, work.tx.pin(sop, work.now))
    decision = replace(decision, run=replace(decision.run, id=run_id))
    runs.save_decision(work, None, decision)
    return run_id


def _year(text: str, example: int) -> int:
    """A year as it was typed, of four digits."""
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise Refuse(StartRefused.BAD_YEAR, text=text[:40], example=example)
    return int(text)


FEATURE = Feature(
    "start",
    commands=(
        Command(
            "mulai",
            menu,
            START_RUN,
            Topic.PELAKSANAAN,
            "Memulai pelaksanaan sebuah prosedur",
            "memilih prosedur yang akan dimulai",
            needed=60,
        ),
        Command(
            "mulai_<kode>",
            start_by_command,
            START_RUN,
            Topic.PELAKSANAAN,
            "Memulai prosedur tertentu",
            "langsung memulai prosedur dengan kode itu, bila perlu untuk tahun tertentu",
            "[tahun]",
        ),
    ),
    taps={
        views.PickProcedure: lambda work, tap: replies.show(work, "start_question", code=tap.code),
        views.TurnStarts: lambda work, tap: replies.show(work, "start_menu"),
        StartRun: start_by_button,
        views.LeaveStart: leave,
        views.UndoStart: undo_start,
    },
    due={UNDO_ENDS: undo_ends},
    views={
        "start_menu": NamedView(views.start_menu, START_RUN),
        "start_question": NamedView(views.start_question, START_RUN),
        "started": NamedView(views.started),
        "units_started": NamedView(views.units_started),
    },
    asks={views.StartMenuView: (), views.StartQuestionView: (), views.UnitsQuestionView: ()},
    words={
        views.StartQuestionView: texts.say_question,
        views.StartedView: texts.say_started,
        UnitsView: texts.say_units,
        views.UnitsQuestionView: texts.say_units,
    },
    pages={views.StartMenuView: texts.say_menu},
    refusals=texts.REFUSALS,
    done={
        Done.START_UNDONE: "Pelaksanaan {run} batal dimulai. Tugas pertamanya ditarik "
        "kembali, dan penerimanya diberi tahu.",
        Done.START_PARTLY_UNDONE: "{count} pelaksanaan {run} batal dimulai. {left} "
        "lainnya sudah dikerjakan, sehingga tetap berjalan.",
    },
    journal={"run_started": lambda line: f"{line.who} memulai {line.run}."},
)
