"""/mulai and /mulai_<kode>: a run begins, or one for each unit where the superior matters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple

from bot.domain import assignment, engine
from bot.domain.access import KASUBBAG, Permission
from bot.domain.actions import Reason, Refusal, Start
from bot.domain.notices import Reply
from bot.domain.run import Run, RunStatus
from bot.domain.sop import Procedure
from bot.features import phrases, replies, runs
from bot.features.answers import Refuse, Refused
from bot.features.feature import START_PREFIX, Command, Feature, NamedView, Topic, View, Words
from bot.features.naming import role_name
from bot.features.phrases import NAME, TITLE, Phrases
from bot.features.runview import CurrentStep, RunView, run_view
from bot.features.work import Args, Work
from bot.ui.buttons import Code, Row, Tap, Year, button, digits
from bot.ui.markup import bold, gathered, safe
from bot.ui.message import CHOICES, PAGE_LIMIT, Message, that_fit

START_RUN = Permission("start_run", frozenset({KASUBBAG}))

WHOLE_OFFICE = ""
"""A run for no unit, where a procedure runs once for each: it covers them all."""

_BETWEEN = "\n"
"""Between names in one argument: a name is one line."""


class StartRefused(StrEnum):
    """Why a run does not begin."""

    BAD_YEAR = "bad_year"  # text, example: a year that would do
    START_CHANGED = "start_changed"
    NOBODY_IN_UNITS = "nobody_in_units"  # role: its title, code


class PickProcedure(Tap, prefix="pick", reads_only=True):
    """Ask about starting this procedure."""

    code: Code


class StartRun(Tap, prefix="go"):
    """Start a run; `seen` is the newest run under way that the starter was shown."""

    code: Code
    year: Year
    seen: Annotated[int | None, digits("[1-9][0-9]{0,8}", none="0")]


@dataclass(frozen=True, slots=True)
class StartMenuView:
    """The procedures that can be started, with the year each would be for."""

    choices: tuple[tuple[Procedure, int], ...]


@dataclass(frozen=True, slots=True)
class StartQuestionView:
    """Asks before starting: a year was chosen by default, or runs are under way. `seen` is the
    newest of those (None: none); `running` lacks those that cannot be read."""

    procedure: Procedure
    year: int
    running: tuple[RunView, ...]
    seen: int | None


@dataclass(frozen=True, slots=True)
class StartedView:
    """A run has begun; what comes first and who has it."""

    run: Run
    current: tuple[CurrentStep, ...]
    forecast: datetime | None


class Units(NamedTuple):
    """The units of a procedure for one year, in the office's order, by their codes or names."""

    to_open: tuple[str, ...]
    running: tuple[str, ...]
    done: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitsView:
    """Runs for units, by the units' names: `begun`, or about to be."""

    procedure: Procedure
    year: int
    units: Units
    begun: bool


# What people do


def menu(work: Work, typed: Words) -> Reply:
    """/mulai: the procedures to choose from."""
    replies.no_more_than(typed, 0, "/mulai_<kode> [tahun]")
    return Reply("start_menu", {})


def start_by_command(work: Work, typed: Words) -> Reply:
    """/mulai_<code> [year]: begin at once, or ask where a run for that year is under way."""
    _, procedure = runs.find_procedure(work, typed.name.removeprefix(START_PREFIX))
    words = replies.no_more_than(typed, 1, f"/mulai_{procedure.code} [tahun]")
    usual = _this_year(work, procedure)
    year = _year(words[0], usual) if words else usual
    if procedure.per_unit:
        names = _begin_for_units(work, procedure, year).units._asdict()
        args = {name: _BETWEEN.join(units) for name, units in names.items()}
        return Reply("units_started", {"code": procedure.code, "year": year, **args})
    running = work.tx.runs.running_ids(procedure.code, year)
    run_id = _begin(work, Start(procedure, year, running))
    if run_id is None:
        return Reply("start_question", {"code": procedure.code, "year": year})
    return Reply("started", {"run_id": run_id})


def start_by_button(work: Work, tap: StartRun) -> View:
    """Begin a run, unless others are under way that the starter was not shown."""
    work.require(START_RUN)
    found = work.catalog.find(tap.code)
    if found is None:
        raise Refuse(Refused.BUTTON_OLD)
    procedure = found[1]
    if procedure.per_unit:
        return _begin_for_units(work, procedure, tap.year)
    running = work.tx.runs.running_ids(procedure.code, tap.year)
    run_id = _begin(work, Start(procedure, tap.year, running, tap.seen))
    if run_id is None:
        raise Refuse(StartRefused.START_CHANGED)
    return replies.show(work, "started", run_id=run_id)


def _units_of(work: Work, procedure: Procedure, year: int) -> Units:
    """Units with people are opened where no run of that year stands, but a cancelled one."""
    kept = {
        unit: {status for _, status in known if status is not RunStatus.DIBATALKAN}
        for unit, known in work.tx.runs.of_units(procedure.code, year).items()
    }
    under_way = {unit for unit, states in kept.items() if states - {RunStatus.SELESAI}}
    over = {unit for unit, states in kept.items() if states} - under_way
    peopled = assignment.units_with(procedure.step(1), work.state)
    order = (*peopled, *sorted((under_way | over) - {*peopled, WHOLE_OFFICE}))
    everything = WHOLE_OFFICE in under_way
    units = Units(
        tuple(u for u in peopled if u not in under_way | over and not everything),
        tuple(u for u in order if u in under_way or (everything and u not in over)),
        tuple(u for u in order if u in over),
    )
    if not any(units):
        roles = procedure.step(1).roles
        titles = " / ".join(role_name(work.office, code, None).title for code in roles)
        raise Refuse(StartRefused.NOBODY_IN_UNITS, role=titles, code=roles[0])
    return units


def _begin_for_units(work: Work, procedure: Procedure, year: int) -> UnitsView:
    """Begin a run for each unit that has people and no run of that year; the others are left."""
    units = _units_of(work, procedure, year)
    for unit in units.to_open:
        _begin(work, Start(procedure, year, unit=unit))
    return UnitsView(procedure, year, _by_name(work, units), begun=True)


def _begin(work: Work, action: Start) -> int | None:
    """Begin a run and return its id; None where runs unknown to the starter are under way."""
    decision = engine.decide(None, action, work.person.id, work.now, work.state)
    if isinstance(decision, Refusal):
        if decision.reason is Reason.ALREADY_RUNNING:
            return None
        this_year = work.today.year
        first, last = this_year - engine.YEARS_BACK, this_year + engine.YEARS_AHEAD
        raise Refuse(Reason.YEAR_OUT_OF_RANGE, year=action.year, first=first, last=last)
    sop = next(s for s, p in work.catalog.procedures() if p is action.procedure)
    run_id = work.tx.runs.create(decision.run, work.tx.pin(sop, work.now))
    decision = replace(decision, run=replace(decision.run, id=run_id))
    runs.save_decision(work, None, decision)
    return run_id


def _year(text: str, example: int) -> int:
    """A year as it was typed, of four digits."""
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise Refuse(StartRefused.BAD_YEAR, text=text[:40], example=example)
    return int(text)


def _this_year(work: Work, procedure: Procedure) -> int:
    """The fiscal year that a run begun today is for by default."""
    return procedure.default_year.of(work.today)


def _start_menu(work: Work, args: Args) -> StartMenuView:
    return StartMenuView(tuple((p, _this_year(work, p)) for _, p in work.catalog.procedures()))


def _start_question(work: Work, args: Args) -> StartQuestionView | UnitsView:
    _, procedure = runs.find_procedure(work, str(args["code"]))
    year = int(args.get("year") or _this_year(work, procedure))
    if procedure.per_unit:
        units = _by_name(work, _units_of(work, procedure, year))
        return UnitsView(procedure, year, units, begun=False)
    running = work.tx.runs.running_ids(procedure.code, year)
    found = work.tx.runs.many(running)
    shown = tuple(run_view(stored, work.now, work.state) for stored in found.values())
    # Of all that run, not only of those that could be read: starting compares with them all.
    return StartQuestionView(procedure, year, shown, max(running, default=None))


def _started(work: Work, args: Args) -> StartedView:
    stored = work.tx.runs.get(int(args["run_id"] or 0))
    if stored is None:
        raise Refuse(Refused.BUTTON_OLD)
    view = run_view(stored, work.now, work.state)
    return StartedView(view.run, view.current, view.forecast)


def _by_name(work: Work, units: Units) -> Units:
    return Units(*(tuple(map(work.office.unit_name, codes)) for codes in units))


def _units_started(work: Work, args: Args) -> UnitsView:
    _, procedure = runs.find_procedure(work, str(args["code"]))
    names = (tuple(filter(None, str(args[name]).split(_BETWEEN))) for name in Units._fields)
    return UnitsView(procedure, int(args["year"] or 0), Units(*names), begun=True)


# Words

_SHOWN_RUNNING = 3
_NAMES_ROOM = 466
"""Units of text for the names of units in one list."""


def say_menu(view: StartMenuView, say: Phrases) -> Message:
    """Which procedure to start."""
    if not view.choices:
        return Message("Belum ada prosedur yang dapat dimulai.")
    parts = ["Prosedur mana yang akan dimulai? Sebelum dimulai, kami bertanya sekali lagi."]
    numbered = [(number, *choice) for number, choice in enumerate(view.choices, start=1)]
    lines = (f"{n}. {safe(p.title, TITLE)}, tahun {year}" for n, p, year in numbered)
    parts.append("\n".join(that_fit(lines, PAGE_LIMIT - 400)))
    if len(view.choices) > CHOICES:
        parts.append("Prosedur lainnya dimulai dengan mengetik /mulai_ diikuti kodenya.")
    rows = tuple(
        (button(f"{n}. {phrases.short(p)} · {year}", PickProcedure(p.code)),)
        for n, p, year in numbered[:CHOICES]
    )
    return Message("\n\n".join(parts), rows)


def say_question(view: StartQuestionView, say: Phrases) -> Message:
    """Whether to start, for the year at hand, where runs for it may be under way."""
    name = phrases.title(view.procedure, view.year)
    tap = StartRun(view.procedure.code, view.year, view.seen)
    parts = [f"Mulai pelaksanaan {name}?"]
    go = button(f"Mulai untuk tahun {view.year}", tap, "success")
    if view.running:
        parts = [f"Pelaksanaan {name} sudah berjalan:"]
        parts += ["\n".join(_under_way(run, say)) for run in view.running[:_SHOWN_RUNNING]]
        if len(view.running) > _SHOWN_RUNNING:
            parts.append(f"dan {len(view.running) - _SHOWN_RUNNING} lainnya")
        parts.append("Apakah memang perlu memulai satu lagi?")
        go = button(f"Mulai satu lagi untuk tahun {view.year}", tap, "danger")
    parts += _or_not(view.procedure, view.year)
    return Message("\n\n".join(parts), ((go,),))


def say_started(view: StartedView, say: Phrases) -> Message:
    """A run has begun."""
    parts, steps = [f"Pelaksanaan {say.run(view.run)} sudah dimulai."], view.run.procedure.steps
    parts += ["\n".join(say.current(current, len(steps))) for current in view.current[:2]]
    if view.forecast:
        parts.append(f"Bila semua tepat waktu, selesai {bold(say.moment(view.forecast))}.")
    return Message("\n\n".join(parts))


def _under_way(view: RunView, say: Phrases) -> list[str]:
    run = view.run
    lines = [f"Dimulai {say.moment(run.started_at)}"]
    for step in (current.step for current in view.current[:1]):
        where = f"Langkah {step.number} dari {len(run.procedure.steps)}"
        lines.append(f"{where}: {safe(step.activity.text, TITLE)}")
    return lines


def _or_not(procedure: Procedure, year: int) -> list[str]:
    """What to do where this year is not meant, or nothing is to begin."""
    command = f"/mulai_{procedure.code}"
    return [
        f"Untuk tahun lain, ketik {command} diikuti tahunnya, misalnya:\n"
        f"<code>{command} {year - 1}</code>",
        "Bila tidak jadi, pesan ini boleh diabaikan.",
    ]


def say_units(view: UnitsView, say: Phrases) -> Message:
    """Which units begin, and which are left alone because theirs runs or has ended."""
    name, units = phrases.title(view.procedure, view.year), view.units
    rows: tuple[Row, ...] = ()
    parts = [f"Prosedur {name} dilaksanakan tersendiri di setiap unit."]
    if units.to_open and view.begun:
        opened = f"{bold(f'{len(units.to_open)} unit')}: {_names(units.to_open)}"
        parts = [f"Pelaksanaan {name} sudah dimulai di {opened}."]
    elif units.to_open:
        parts.append(f"Akan dimulai di {len(units.to_open)} unit: {_names(units.to_open)}.")
        tap = StartRun(view.procedure.code, view.year, None)
        rows = ((button(f"Mulai untuk tahun {view.year}", tap, "success"),),)
    else:
        parts.append("Tidak ada unit yang perlu dimulai.")
    if units.running:
        parts.append(f"Sudah berjalan, dibiarkan: {_names(units.running)}.")
    if units.done:
        parts.append(f"Sudah selesai, dibiarkan: {_names(units.done)}.")
    if view.begun:
        parts.append("Perkembangannya ada di /status.")
    else:
        parts += _or_not(view.procedure, view.year)
    return Message("\n\n".join(parts), rows)


def _names(names: tuple[str, ...]) -> str:
    return gathered([safe(name, NAME) for name in names], room=_NAMES_ROOM)


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
        PickProcedure: lambda work, tap: replies.show(work, "start_question", code=tap.code),
        StartRun: start_by_button,
    },
    views={
        "start_menu": NamedView(_start_menu, START_RUN),
        "start_question": NamedView(_start_question, START_RUN),
        "started": NamedView(_started),
        "units_started": NamedView(_units_started),
    },
    asks={StartMenuView: (), StartQuestionView: ()},
    words={
        StartMenuView: say_menu,
        StartQuestionView: say_question,
        StartedView: say_started,
        UnitsView: say_units,
    },
    refusals={
        StartRefused.BAD_YEAR: "“{text}” belum terbaca sebagai tahun. Mohon menuliskan empat "
        "angka, misalnya {example}.",
        Reason.YEAR_OUT_OF_RANGE: "Tahun {year} terlalu jauh. Pelaksanaan dapat dimulai untuk "
        "tahun {first} sampai {last}.",
        StartRefused.START_CHANGED: "Sementara itu sudah ada pelaksanaan lain yang dimulai, "
        "sehingga yang ini tidak dimulai. Bila masih diperlukan, silakan mengulang dari /mulai.",
        StartRefused.NOBODY_IN_UNITS: "Belum ada {role} yang terdaftar di unit mana pun, sehingga "
        "tidak ada yang dapat dimulai. Silakan mengundang dahulu: /undang {code}",
    },
    journal={"run_started": lambda line: f"{line.who} memulai {line.run}."},
)
