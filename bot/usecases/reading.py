"""Looking: what somebody may see, drawn at the moment it is shown.

Every view has a name, so that an answer can wait in the outbox, or a button can ask for
another page, as a name with arguments. The asker's right to it is checked each time.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.domain import access, assignment, metrics
from bot.domain.access import LegacyPermission, may
from bot.domain.assignment import OfficeState
from bot.domain.documents import Document, Format, SopDocument
from bot.domain.notices import Reply, TaskDetail
from bot.domain.people import Person, Staff
from bot.domain.periods import ReportPeriod
from bot.domain.run import RunStatus, Task
from bot.domain.sop import Office, OfficeUnit, Procedure
from bot.indonesian import listed
from bot.store import Transaction
from bot.store.inbox import Outcome
from bot.store.runs import StoredRun
from bot.usecases import overview, questions, reporting, rosters, standins, starting
from bot.usecases.desk import Request, Scene, Services, respond, scene, tell
from bot.usecases.views import (
    AskAddressView,
    AskFileView,
    AskNameView,
    ByUnitView,
    DetailView,
    DocumentView,
    Done,
    DoneView,
    Fact,
    HelpView,
    HistoryView,
    MenuView,
    PeopleView,
    PeriodsView,
    PersonView,
    ReceivedView,
    Refused,
    RefusedView,
    ReportRow,
    ReportsView,
    RoleMenuView,
    RoleName,
    SopListView,
    SopView,
    StartedView,
    StartMenuView,
    StartQuestionView,
    StatusView,
    TasksView,
    UnitGroup,
    UnitRow,
    UnitsView,
    View,
    WelcomeView,
    detours,
    greeting,
    role_name,
    run_view,
    step_row,
    summary_view,
    task_view,
)

Args = questions.Args

_FACT, _MOMENT = "fact_", "moment_"
"""How a reply's arguments name the facts of a sentence."""

HISTORY_LENGTH = 100
"""/riwayat goes back this many runs: 25 years of an office with four SOPs."""

_BETWEEN = "\n"
"""Between names in one argument: a name is one line."""

PERIODS = {"semester": True, "tahun": False}
"""What may follow /laporan instead of a run's number, and whether it is of semesters."""

SHOWN_PERIODS = 6

QUIET_AFTER = 3
"""Somebody from outside gets this many answers in ten minutes, then silence."""


def ask(services: Services, request: Request, view: str, args: Args, now: datetime) -> None:
    """Answer with a view, through the outbox."""
    with services.store.begin(request.update_id, now) as tx:
        here = scene(services, tx, request.chat_id, now)
        if talks_too_much(tx, here, request, now):
            return
        respond(tx, request, here.person, Reply(view, args), now)


def look(services: Services, chat_id: int, view: str, args: Args, now: datetime) -> View:
    """A view to be shown at once, in the place of the message that asked for it."""
    with services.store.read() as tx:
        return draw(services, tx, chat_id, view, args, now)


def order(services: Services, request: Request, view: str, args: Args, now: datetime) -> View:
    """Have a document made and sent, through the outbox; what is said to the tap meanwhile.

    It is drawn here only to say at once why there is none; what is sent is drawn when its
    turn comes.
    """
    with services.store.begin(request.update_id, now) as tx:
        drawn = draw(services, tx, request.chat_id, view, args, now)
        if not isinstance(drawn, DocumentView):
            return drawn
        here = scene(services, tx, request.chat_id, now)
        respond(tx, request, here.person, Reply(view, args), now)
        return DoneView(Done.DOCUMENT_ORDERED, {})


def draw(
    services: Services, tx: Transaction, chat_id: int, view: str, args: Args, now: datetime
) -> View:
    """The view of this name for whoever has this chat, or the reason why not.

    Raises:
        KeyError: there is no view of this name.
    """
    maker, permission, for_all = _VIEWS[view]
    here = scene(services, tx, chat_id, now)
    if not for_all:
        if here.person is None:
            return _joining_or_outside(services, tx, chat_id, here)
        if refused := refuse(services, here, permission):
            return refused
    return maker(services, tx, here, args, now)


def refuse(
    services: Services, here: Scene, permission: LegacyPermission | None = None
) -> RefusedView | None:
    """Why this person may not do this; None if they may."""
    if here.person is None:
        return RefusedView(Refused.OUTSIDER, {"owner": owner_title(services.catalog.office)})
    if permission is not None and not may(permission, here.person.id, here.staff):
        if not access.holders(permission):
            return RefusedView(Refused.ADMIN_ONLY, {})
        return RefusedView(
            Refused.NOT_ALLOWED, {"who": who_may(permission, services.catalog.office)}
        )
    return None


def refusal(view: RefusedView) -> Reply:
    """A refusal as an answer that waits in the outbox."""
    return Reply("refused", {"reason": view.reason.value, **_packed(view.facts)})


def done(view: DoneView) -> Reply:
    """Something small that was done, as an answer that waits in the outbox."""
    return Reply("done", {"what": view.what.value, **_packed(view.facts)})


def _packed(facts: dict[str, Fact]) -> Args:
    """Facts as the arguments of a reply; moments are marked, for JSON knows none."""
    args: Args = {}
    for name, fact in facts.items():
        if isinstance(fact, datetime):
            args[_MOMENT + name] = fact.isoformat()
        else:
            args[_FACT + name] = fact
    return args


def _unpacked(args: Args) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        name.removeprefix(_FACT): value for name, value in args.items() if name.startswith(_FACT)
    }
    return facts | {
        name.removeprefix(_MOMENT): datetime.fromisoformat(str(value))
        for name, value in args.items()
        if name.startswith(_MOMENT)
    }


def unknown_procedure(services: Services, text: str) -> RefusedView:
    """There is no such procedure; the nearest codes are offered."""
    codes = [procedure.code for _, procedure in services.catalog.procedures()]
    near = difflib.get_close_matches(text, codes, n=2) or codes
    return RefusedView(Refused.UNKNOWN_PROCEDURE, {"text": text[:40], "known": ", ".join(near)})


def owner_title(office: Office) -> str:
    """The post that people turn to: the owner of the SOPs."""
    return office.role(office.owner_role).name


def who_may(permission: LegacyPermission, office: Office) -> str:
    """The posts that a permission belongs to, the highest first."""
    roles = [office.role(code) for code in access.holders(permission)]
    return listed([role.name for role in sorted(roles, key=lambda r: r.level)])


def started(stored: StoredRun, now: datetime, state: OfficeState) -> StartedView:
    """A run that has just begun."""
    view = run_view(stored, now, state)
    return StartedView(view.run, view.sop, view.current, view.forecast)


def menu(services: Services, person: Person, staff: Staff) -> MenuView:
    """What the person's command menu offers."""
    allowed = _permissions(person, staff)
    return MenuView(allowed, _startable(services) if LegacyPermission.START_RUN in allowed else ())


def roles_of(person_id: int, state: OfficeState) -> tuple[RoleName, ...]:
    """What somebody holds, as printed."""
    return tuple(
        role_name(state.office, h.role, h.unit, h.capacity)
        for h in state.staff.holdings_of(person_id)
    )


def open_tasks(stored_runs: list[StoredRun], person_id: int, state: OfficeState) -> int:
    """How many tasks wait for this person."""
    return sum(
        person_id in assignment.waiting_for(stored.run, task, state)
        for stored in stored_runs
        for task in stored.run.current
    )


def talks_too_much(tx: Transaction, here: Scene, request: Request, now: datetime) -> bool:
    """Whether this is somebody from outside who has been answered enough for a while."""
    if here.person is not None or tx.people.by_chat(request.chat_id) is not None:
        return False
    return tx.outbox.recent(request.chat_id, now - timedelta(minutes=10)) >= QUIET_AFTER


def _joining_or_outside(services: Services, tx: Transaction, chat_id: int, here: Scene) -> View:
    newcomer = tx.people.by_chat(chat_id)
    if newcomer is None:
        return RefusedView(Refused.OUTSIDER, {"owner": owner_title(services.catalog.office)})
    if newcomer.address is None:
        granted = tx.people.invitations_used_by(newcomer.id)
        role = granted[-1] if granted else None
        if role is None or role.role is None:
            return AskAddressView(None)
        return AskAddressView(role_name(services.catalog.office, role.role, role.unit))
    return AskNameView(newcomer.address)


def _permissions(person: Person, staff: Staff) -> frozenset[LegacyPermission]:
    return frozenset(p for p in LegacyPermission if may(p, person.id, staff))


def _startable(services: Services) -> tuple[Procedure, ...]:
    return tuple(procedure for _, procedure in services.catalog.procedures())


def _person(here: Scene) -> Person:
    if here.person is None:
        raise LookupError("this view is for people who joined")
    return here.person


def _help(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    person = _person(here)
    shown = menu(services, person, here.staff)
    return HelpView(
        greeting(here.state.office, person, here.staff),
        roles_of(person.id, here.state),
        shown.permissions,
        shown.procedures,
    )


def _name_question(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    if args.get("person_id"):
        person = here.staff.person(int(args["person_id"] or 0))
        if person is None:
            return RefusedView(Refused.PERSON_GONE, {})
        return AskNameView(person.address, bool(args.get("fault")), person.called)
    newcomer = tx.people.by_chat(int(args["chat_id"] or 0))
    return AskNameView(newcomer.address if newcomer else None, bool(args.get("fault")))


def _welcome(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    person = _person(here)
    return WelcomeView(
        greeting(here.state.office, person, here.staff),
        roles_of(person.id, here.state),
        open_tasks(tx.runs.running(), person.id, here.state),
    )


def _tasks(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    person = _person(here)
    names = tx.people.names()
    mine = [
        task_view(stored, task, person, now, here.state, names)
        for stored in tx.runs.running()
        for task in stored.run.current
        if person.id in assignment.left_to(stored.run, task, here.state)
    ]
    mine.sort(key=lambda view: view.task.due_at)
    return TasksView(tuple(v for v in mine if v.mine), tuple(v for v in mine if not v.mine))


def send_detail(services: Services, request: Request, token: str, now: datetime) -> View:
    """Everything about a task, as a card of its own that stays true; the view it shows."""
    with services.store.begin(request.update_id, now) as tx:
        view = draw(services, tx, request.chat_id, "detail", {"token": token}, now)
        found = tx.runs.by_token(token)
        if isinstance(view, DetailView) and found is not None:
            here = scene(services, tx, request.chat_id, now)
            stored, task = found
            task_id = stored.task_ids[(task.step, task.attempt)]
            tell(
                tx,
                TaskDetail(),
                [_person(here).id],
                here.staff,
                now,
                f"detail:{task_id}:{request.update_id}",
                run_id=stored.run.id,
                task_id=task_id,
            )
        return view


def detail_view(
    stored: StoredRun,
    task: Task,
    person: Person,
    now: datetime,
    state: OfficeState,
    names: dict[int, str],
) -> DetailView:
    """A task with the way that led to it."""
    calendar = state.calendar
    done = [f for f in metrics.steps(stored.run, calendar) if f.step.number <= task.step]
    return DetailView(
        task_view(stored, task, person, now, state, names),
        tuple(step_row(stored.run, f, state.office, names) for f in done),
        metrics.forecast(stored.run, now, calendar),
        detours(state.office, names, stored.run),
    )


def _detail(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    person = _person(here)
    found = tx.runs.by_token(str(args["token"]))
    if found is None:
        return RefusedView(Refused.UNKNOWN_TASK, {})
    stored, task = found
    if not has_part(stored, person, here):
        return RefusedView(Refused.NOT_YOURS, {"roles": roles_of_step(stored, task.step, here)})
    return detail_view(stored, task, person, now, here.state, tx.people.names())


def _status(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    person = _person(here)
    whole = may(LegacyPermission.SEE_OFFICE, person.id, here.staff)
    shown = _under_way(tx, person, here)
    by_unit: dict[tuple[str, int], list[StoredRun]] = {}
    for stored in shown:
        if stored.run.unit is not None:
            by_unit.setdefault((stored.run.procedure.code, stored.run.year), []).append(stored)
    # A leader sees the units as one, down to the last that is under way.
    every = [_unit_group(tx, runs, now, here) for runs in by_unit.values()]
    groups = [group for group in every if group.total > 1 and (whole or group.shown > 1)]
    folded = {(group.procedure.code, group.year) for group in groups}
    single = [
        s for s in shown if s.run.unit is None or (s.run.procedure.code, s.run.year) not in folded
    ]
    return StatusView(tuple(run_view(s, now, here.state) for s in single), whole, tuple(groups))


def _unit_group(
    tx: Transaction, stored_runs: list[StoredRun], now: datetime, here: Scene
) -> UnitGroup:
    """The runs of one procedure for the units of the office, as one."""
    run = stored_runs[0].run
    newest = _newest_by_unit(tx, run.procedure.code, run.year)
    late = [
        s
        for s in stored_runs
        if s.run.pause is None and any(task.due_at < now for task in s.run.current)
    ]
    done = sum(status is RunStatus.SELESAI for _, status in newest.values())
    return UnitGroup(run.procedure, run.year, done, len(newest), len(late), len(stored_runs))


def _newest_by_unit(tx: Transaction, code: str, year: int) -> dict[str, tuple[int, RunStatus]]:
    """The newest run of each unit that was not given up: its id and status."""
    return {
        unit: kept[-1]
        for unit, known in tx.runs.of_units(code, year).items()
        if unit and (kept := [k for k in known if k[1] is not RunStatus.DIBATALKAN])
    }


def _by_unit(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    """/status, unfolded: what each unit's run of one procedure stands at."""
    person = _person(here)
    code, _, year = str(args["which"]).rpartition("-")
    newest = _newest_by_unit(tx, code, int(year))
    found = tx.runs.many(run_id for run_id, _ in newest.values())
    shown = [s for s in found.values() if has_part(s, person, here)]
    if not shown:
        return RefusedView(Refused.BUTTON_OLD, {})
    order = [unit.code for unit in here.state.office.units]
    shown.sort(key=lambda s: order.index(s.run.unit) if s.run.unit in order else len(order))
    rows = tuple(
        UnitRow(
            here.state.office.unit_name(s.run.unit or ""),
            run_view(s, now, here.state) if not s.run.status.is_over else None,
            s.run.finished_at,
        )
        for s in shown
    )
    return ByUnitView(shown[0].run.procedure, int(year), rows)


def _under_way(tx: Transaction, person: Person, here: Scene) -> list[StoredRun]:
    """The runs under way that are this person's concern: all of them for those who lead."""
    return [stored for stored in tx.runs.running() if has_part(stored, person, here)]


def _history(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    person = _person(here)
    names = tx.people.names()
    ended = tx.runs.finished(HISTORY_LENGTH)
    return HistoryView(tuple(summary_view(s, person, here.state, names) for s in ended))


def _summary(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    person = _person(here)
    stored = tx.runs.get(int(args["run_id"] or 0))
    if stored is None:
        return RefusedView(Refused.BUTTON_OLD, {})
    if not may(LegacyPermission.SEE_HISTORY, person.id, here.staff) and not has_part(
        stored, person, here
    ):
        who = who_may(LegacyPermission.SEE_HISTORY, services.catalog.office)
        return RefusedView(Refused.NOT_ALLOWED, {"who": who})
    return summary_view(stored, person, here.state, tx.people.names())


def _reports(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    what = args.get("what")
    if not what:
        newest = tx.runs.newest(HISTORY_LENGTH)
        found = tx.runs.many(newest)
        return ReportsView(tuple(_report_row(found[n], here) for n in newest if n in found))
    if what in PERIODS:
        return _periods(tx, here, PERIODS[str(what)], str(args.get("period") or ""), now)
    if not str(what).isdecimal() or args.get("period"):
        return RefusedView(Refused.UNKNOWN_REPORT, {"text": str(what)[:40]})
    stored = tx.runs.get(_run_number(what))
    return ReportsView((_report_row(stored, here),)) if stored else _unknown_run(tx, str(what))


def _periods(tx: Transaction, here: Scene, semesters: bool, text: str, now: datetime) -> View:
    known = reporting.periods(tx, here.state, now, semesters=semesters)
    if not text or not known:
        return PeriodsView(semesters, known)
    period = _period(text)
    return PeriodsView(semesters, (period,)) if period in known else _no_period(text, known)


def _period(text: str) -> ReportPeriod | None:
    try:
        return ReportPeriod.read(text)
    except ValueError:
        return None


def _no_period(text: str, known: tuple[ReportPeriod, ...]) -> RefusedView:
    shown = ", ".join(str(period) for period in known[:SHOWN_PERIODS]) or "belum ada"
    return RefusedView(Refused.UNKNOWN_PERIOD, {"text": text[:20], "known": shown})


def _evaluation(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    text = str(args["arg"])
    period = _period(text)
    report = period and reporting.evaluation_report(tx, services.catalog, here.state, period, now)
    if not report:
        semesters = period is None or period.half is not None
        known = reporting.periods(tx, here.state, now, semesters=semesters)
        return _no_period(text, known)
    return _document(report, args)


def _run_picture(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    stored = tx.runs.get(_run_number(args["arg"]))
    # Whoever has no part in a run is not told whether there is one of that number.
    if stored is None or not has_part(stored, _person(here), here):
        return RefusedView(Refused.BUTTON_OLD, {})
    return _document(reporting.run_picture(stored, here.state, now), args)


def _office_picture(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    person = _person(here)
    whole = may(LegacyPermission.SEE_OFFICE, person.id, here.staff)
    shown = _under_way(tx, person, here)
    picture = reporting.office_picture(shown, here.state, now, whole=whole)
    return _document(picture, args)


def _report_row(stored: StoredRun, here: Scene) -> ReportRow:
    run = stored.run
    unit = here.state.office.unit_name(run.unit) if run.unit else None
    done = run.steps_done
    return ReportRow(run.id, run.procedure, run.year, unit, run.status, run.finished_at, done)


def _run_report(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    stored = tx.runs.get(_run_number(args["arg"]))
    if stored is None:
        return _unknown_run(tx, str(args["arg"]))
    return _document(reporting.run_report(tx, stored, here.state, now), args)


def _sop_document(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    found = services.catalog.find(str(args["arg"]))
    if found is None:
        return unknown_procedure(services, str(args["arg"]))
    return _document(SopDocument(services.catalog.office, found[0], now), args)


def _document(document: Document, args: Args) -> View:
    """The document in the form asked for, or what it is to be had as."""
    wanted = str(args["format"])
    if wanted not in document.formats:
        known = " dan ".join(form.value.upper() for form in document.formats)
        return RefusedView(Refused.UNKNOWN_FORMAT, {"text": wanted[:10].upper(), "known": known})
    return DocumentView(document, Format(wanted))


def _run_number(text: str | int | None) -> int:
    """The number of a run; 0, which no run has, for what is none that a database could hold."""
    said = str(text)
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def _unknown_run(tx: Transaction, text: str) -> RefusedView:
    known = ", ".join(str(number) for number in tx.runs.newest(5)) or "belum ada"
    return RefusedView(Refused.UNKNOWN_RUN, {"text": text[:20], "known": known})


def _sop(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    code = args.get("code")
    if not code:
        return SopListView(services.catalog.sops)
    found = services.catalog.find(str(code))
    if found is None:
        return unknown_procedure(services, str(code))
    sop, procedure = found
    return SopView(sop, procedure, {role.code: role.name for role in services.catalog.office.roles})


def _start_menu(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    today = now.astimezone(services.calendar.zone).date()
    return StartMenuView(tuple((p, p.default_year.of(today)) for p in _startable(services)))


def _start_question(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    found = services.catalog.find(str(args["code"]))
    if found is None:
        return unknown_procedure(services, str(args["code"]))
    procedure = found[1]
    today = now.astimezone(services.calendar.zone).date()
    year = int(args.get("year") or procedure.default_year.of(today))
    if procedure.per_unit:
        units = starting.units_of(tx, here, procedure, year)
        if not (units.to_open or units.running or units.done):
            return starting.nobody_in_units(here, procedure)
        return starting.shown(here, procedure, year, units, begun=False)
    running = tx.runs.running_ids(procedure.code, year)
    shown = tuple(run_view(s, now, here.state) for s in tx.runs.many(running).values())
    # Of all that run, not only of those that could be read: starting compares with them all.
    return StartQuestionView(procedure, year, shown, max(running, default=None))


def _started(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    stored = tx.runs.get(int(args["run_id"] or 0))
    if stored is None:
        return RefusedView(Refused.BUTTON_OLD, {})
    return started(stored, now, here.state)


def units_as_args(view: UnitsView) -> Args:
    """What was opened, as the arguments of an answer that waits in the outbox."""
    return {
        "code": view.procedure.code,
        "year": view.year,
        **{
            name: _BETWEEN.join(names)
            for name, names in (
                ("to_open", view.to_open),
                ("running", view.running),
                ("done", view.done),
            )
        },
    }


def _units_started(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    found = services.catalog.find(str(args["code"]))
    if found is None:
        return unknown_procedure(services, str(args["code"]))
    opened, running, done = (
        tuple(filter(None, str(args[name]).split(_BETWEEN)))
        for name in ("to_open", "running", "done")
    )
    return UnitsView(found[1], int(args["year"] or 0), opened, running, done, begun=True)


def _people(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    viewer = _person(here)
    running = tx.runs.running()
    everybody = tuple(
        person_view(here, viewer, person, running) for person in here.staff.people.values()
    )
    used = {
        code for _, p in services.catalog.procedures() for step in p.steps for code in step.roles
    }
    vacant = tuple(
        role.name
        for role in services.catalog.office.roles
        if role.code in used and not role.external and not here.staff.holders([role.code])
    )
    return PeopleView(everybody, vacant)


def person_view(
    here: Scene, viewer: Person, person: Person, running: list[StoredRun]
) -> PersonView:
    """One person as somebody who manages people sees them."""
    return PersonView(
        person,
        tuple(
            (h, role_name(here.state.office, h.role, h.unit, h.capacity))
            for h in here.staff.holdings_of(person.id)
        ),
        open_tasks(running, person.id, here.state),
        removable=person.id != viewer.id and (viewer.admin or not person.admin),
    )


def _one_person(
    services: Services, tx: Transaction, here: Scene, args: Args, now: datetime
) -> View:
    person = here.staff.person(int(args["person_id"] or 0))
    if person is None:
        return RefusedView(Refused.PERSON_GONE, {})
    return person_view(here, _person(here), person, tx.runs.running())


def _role_menu(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    office = services.catalog.office
    person = here.staff.person(int(args.get("person_id") or 0))
    if args.get("person_id") and person is None:
        return RefusedView(Refused.PERSON_GONE, {})
    person_id, name = (person.id, person.called) if person else (None, None)
    if not args.get("role"):
        inside = [r for r in office.roles if not r.external]
        return RoleMenuView(
            tuple((r.code, r.name) for r in inside), person_id=person_id, person_name=name
        )
    role = next((r for r in office.roles if r.code == args["role"]), None)
    if role is None:
        return RefusedView(Refused.BUTTON_OLD, {})
    return RoleMenuView(
        tuple(
            (u.code, role_name(office, role.code, u.code).title)
            for u in units_of(office, role.code)
        ),
        role.code,
        role.name,
        person_id,
        name,
    )


def units_of(office: Office, role: str) -> tuple[OfficeUnit, ...]:
    """The units in which a role can be held: those it heads, or all where it heads none."""
    headed = tuple(u for u in office.units if u.head_role == role)
    return headed or office.units


def _refused(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    return RefusedView(Refused(str(args["reason"])), _unpacked(args))


def _unknown(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    return RefusedView(Refused.UNKNOWN_COMMAND, {})


def _too_many(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    return RefusedView(Refused.TOO_MANY_ARGUMENTS, {"usage": args["usage"]})


def _done(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    return DoneView(Done(str(args["what"])), _unpacked(args))


def _ask_file(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    found = tx.runs.by_token(str(args["token"]))
    if found is None:
        return RefusedView(Refused.UNKNOWN_TASK, {})
    run, task = found[0].run, found[1]
    return AskFileView(run.procedure, run.year, run.step_of(task), bool(args.get("fault")))


def _received(services: Services, tx: Transaction, here: Scene, args: Args, now: datetime) -> View:
    rows = tx.inbox.batch(str(args["batch"]))
    stored = tx.runs.of_tasks(row.task_id for row in rows)
    if not rows or rows[0].chat_id != _person(here).chat_id or rows[0].task_id not in stored:
        return RefusedView(Refused.BUTTON_OLD, {})
    run = stored[rows[0].task_id].run
    task = stored[rows[0].task_id].task_of(rows[0].task_id)
    assert task is not None  # noqa: S101 - the run was found by it
    kept = tuple(row.name for row in rows if row.outcome is Outcome.TERSIMPAN)
    refused = tuple(
        (row.name, row.outcome)
        for row in rows
        if row.outcome and row.outcome is not Outcome.TERSIMPAN
    )
    waiting = sum(row.outcome is None for row in rows)
    return ReceivedView(run.procedure, run.year, run.step_of(task), kept, refused, waiting)


def has_part(stored: StoredRun, person: Person, here: Scene) -> bool:
    """Whether a run is this person's concern: a role of theirs stands in it, or they acted."""
    return may(LegacyPermission.SEE_OFFICE, person.id, here.staff) or assignment.concerns(
        stored.run, person.id, here.state
    )


def roles_of_step(stored: StoredRun, number: int, here: Scene) -> str:
    roles = stored.run.procedure.step(number).roles
    return " / ".join(role_name(here.state.office, code, None).title for code in roles)


DOCUMENTS = frozenset({"run_report", "sop_document", "evaluation", "run_picture", "office_picture"})
"""The views that come as a file. Their arguments are `arg`, of what, and `format`."""

_Maker = Callable[[Services, Transaction, Scene, Args, datetime], View]

_VIEWS: dict[str, tuple[_Maker, LegacyPermission | None, bool]] = {
    # name: (how it is drawn, what it needs, whether outsiders may see it)
    "help": (_help, None, False),
    "welcome": (_welcome, None, False),
    "tasks": (_tasks, None, False),
    "detail": (_detail, None, False),
    "status": (_status, None, False),
    "by_unit": (_by_unit, None, False),
    "units_started": (_units_started, None, False),
    "history": (_history, LegacyPermission.SEE_HISTORY, False),
    "summary": (_summary, None, False),
    "reports": (_reports, LegacyPermission.SEE_REPORTS, False),
    "run_report": (_run_report, LegacyPermission.SEE_REPORTS, False),
    "sop_document": (_sop_document, None, False),
    "evaluation": (_evaluation, LegacyPermission.SEE_REPORTS, False),
    "run_picture": (_run_picture, None, False),
    "office_picture": (_office_picture, None, False),
    "sop": (_sop, None, False),
    "start_menu": (_start_menu, LegacyPermission.START_RUN, False),
    "start_question": (_start_question, LegacyPermission.START_RUN, False),
    "started": (_started, None, False),
    "people": (_people, LegacyPermission.MANAGE_PEOPLE, False),
    "person": (_one_person, LegacyPermission.MANAGE_PEOPLE, False),
    "role_menu": (_role_menu, LegacyPermission.INVITE, False),
    "name_question": (_name_question, None, True),
    "return_question": (questions.return_question, None, False),
    "extension_question": (questions.extension_question, None, False),
    "steering_choice": (questions.steering_choice, LegacyPermission.STEER_RUN, False),
    "cancel_question": (questions.cancel_question, LegacyPermission.STEER_RUN, False),
    "steering_reason": (questions.steering_reason, LegacyPermission.STEER_RUN, False),
    "ask_file": (_ask_file, None, False),
    "received": (_received, None, False),
    "done": (_done, None, False),
    "unknown": (_unknown, None, False),
    "too_many": (_too_many, None, False),
    "refused": (_refused, None, True),
    "groups": (overview.groups, LegacyPermission.LINK_GROUP, False),
    "digest_setting": (overview.digest_setting, None, False),
    "teams": (rosters.teams_view, LegacyPermission.NAME_TEAM, False),
    "team_draft": (rosters.draft_view, LegacyPermission.NAME_TEAM, False),
    "team_saved": (rosters.saved_view, LegacyPermission.NAME_TEAM, False),
    "acting_posts": (standins.posts_view, LegacyPermission.APPOINT, False),
    "acting_draft": (standins.draft_view, LegacyPermission.APPOINT, False),
    "holidays": (overview.holidays, LegacyPermission.MOVE_HOLIDAYS, False),
    "holiday_question": (overview.holiday_question, LegacyPermission.MOVE_HOLIDAYS, False),
    "holiday_set": (overview.holiday_set, LegacyPermission.MOVE_HOLIDAYS, False),
}
