"""Views to be put into words: LAKIP with the usual cast, and views full of hostile text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from bot.usecases.evidence import Outcome

from bot.domain import timeline
from bot.domain.access import LegacyPermission
from bot.domain.acting import Unfit
from bot.domain.calendar import office_calendar
from bot.domain.documents import (
    EvaluationReport,
    Format,
    OfficePicture,
    RunPicture,
    RunReport,
    SopDocument,
)
from bot.domain.evaluation import Evaluation
from bot.domain.metrics import Lateness, StepFigures, Worked
from bot.domain.notices import ActingStage, RunChange
from bot.domain.people import Address, Holding, Person
from bot.domain.periods import ReportPeriod
from bot.domain.reminders import ReminderKind
from bot.domain.run import By, Capacity, Evidence, Extension, Run, RunStatus, Task, TaskStatus, Team
from bot.domain.sop import (
    Column,
    DayCorrection,
    DefaultYear,
    Duration,
    DurationUnit,
    Official,
    Procedure,
    Sop,
    Step,
    StepKind,
    Wording,
)
from bot.features.answers import DoneView, Fact, RefusedView
from bot.features.digest import DigestView
from bot.features.documents import PeriodsView, ReportRow, ReportsView
from bot.features.evidence.views import AskFileView, EvidenceFileView, FileLine, ReceivedView
from bot.features.extension import AnswerView as ExtensionAnsweredView
from bot.features.extension import QuestionView as ExtensionQuestionView
from bot.features.extension import RequestView as ExtensionView
from bot.features.feature import View
from bot.features.files import DocumentView
from bot.features.groups import GroupNewsView, GroupRow, GroupsView
from bot.features.help import HelpView
from bot.features.history import HistoryView, SummaryView
from bot.features.holidays import (
    DayFault,
    DayRow,
    DayStage,
    DeadlineChangedView,
    HolidayQuestionView,
    HolidaySetView,
    HolidaysView,
    RevokeQuestionView,
)
from bot.features.joining.views import (
    AccountMovedView,
    AskAddressView,
    InvitationView,
    JoinedView,
    WelcomeView,
)
from bot.features.naming import Greeting, Performer, RoleName, SignedBy
from bot.features.people.handover import FillRoleView, HandOverView
from bot.features.people.views import (
    AskNameView,
    PeopleView,
    PersonView,
    RemoveQuestionView,
    RoleChangedView,
    RoleMenuView,
    UnreachableView,
)
from bot.features.reminders import LateView, VacantView
from bot.features.review import QuestionView as ReturnQuestionView
from bot.features.review import ReturnedView
from bot.features.runview import CurrentStep, Halt, PartedView, RunView, SentBack, StepRow
from bot.features.runview import Deviations as Detours
from bot.features.runview import ExtensionLine as MoreTime
from bot.features.runview import PauseView as Rest
from bot.features.sops import SopListView, SopView
from bot.features.start import StartedView, StartMenuView, StartQuestionView, UnitsView
from bot.features.status import ByUnitView, StatusView, UnitGroup, UnitRow
from bot.features.steering import CancelQuestionView, RunChangedView, Steering
from bot.features.steering import ChoiceView as SteeringChoiceView
from bot.features.steering import ReasonView as SteeringReasonView
from bot.features.tasks.views import (
    ConfirmedView,
    DetailView,
    Earlier,
    NoteLine,
    TasksView,
    TaskView,
)
from bot.features.yearly import LegalDateView, ProposalView
from tests.offices import kantor

REFUSALS = tuple(outcome for outcome in Outcome if outcome is not Outcome.TERSIMPAN)

WIB = ZoneInfo("Asia/Jakarta")
CALENDAR = office_calendar(kantor())
TOKEN = "Ab3_-xYz9012"


def wib(day: int, clock: str, month: int = 1) -> datetime:
    """A moment of 2024, as the office's clock shows it."""
    hour, minute = clock.split(".")
    return datetime(2024, month, day, int(hour), int(minute), tzinfo=WIB)


def hari(amount: int) -> Duration:
    return Duration(amount, DurationUnit.HARI)


SARI = Performer("Ibu Sari Wulandari, S.E., M.Si.", RoleName("Kasubbag Perencanaan"))
BUDI = Performer("Bapak Budi Santoso, S.T.", RoleName("Tim Pelaksana"))
RINA = Performer("Ibu Rina Marlina, A.Md.", RoleName("Tim Pelaksana"))
HADI = Performer("Bapak Drs. Hadi Kusuma", RoleName("Sekretaris"))
DEWI = Performer("Ibu Dewi Lestari, S.H., M.M.", RoleName("Kepala Dinas"))

TO_SARI = Greeting(Address.IBU, "Kasubbag Perencanaan")
TO_BUDI = Greeting(Address.BAPAK, "Budi Santoso, S.T.")
TO_HADI = Greeting(Address.BAPAK, "Sekretaris")
TO_DEWI = Greeting(Address.IBU, "Kepala Dinas")


def report_of(run: Run, sop: Sop) -> RunReport:
    """A report of which only the caption matters."""
    return RunReport(
        kantor(), sop, run, "Sari", wib(22, "10.00"), wib(31, "10.00"), None, None, (), ()
    )


def signed(by: Performer, at: datetime, recorded_for: str | None = None) -> SignedBy:
    return SignedBy(by.name, by.role, at, recorded_for)


def lakip() -> Procedure:
    """LAKIP in five steps, a step of each kind among them."""
    return Procedure(
        "lakip",
        "PENYUSUNAN LAKIP",
        DefaultYear.SEBELUMNYA,
        (
            Step(
                1,
                Wording("Membentuk Tim Pelaksana Penyusunan LAKIP DISPMPTSPTK"),
                ("kepala_dinas",),
                Duration(1, DurationUnit.JAM),
                Wording("SK Tim Penyusun LAKIP"),
                Wording("Komputer dan Printer"),
                assumptions=("pelaksana",),
            ),
            Step(
                2,
                Wording("Mengumpulkan bahan dan data untuk menyusun LAKIP DISPMPTSPTK"),
                ("tim",),
                hari(2),
                Wording("Dokumen Perencanaan dan Anggaran"),
                Wording("Surat Permintaan Data"),
                assumptions=("pelaksana",),
            ),
            Step(
                3,
                Wording("Menyusun laporan draft LAKIP DISPMPTSPTK"),
                ("tim",),
                hari(3),
                Wording("Draft Sementara LAKIP"),
                Wording("Komputer, Printer dan ATK"),
            ),
            Step(
                4,
                Wording("Memeriksa dan memberi paraf pada LAKIP DISPMPTSPTK"),
                ("sekretaris",),
                hari(1),
                Wording("Draft LAKIP"),
                Wording("Draft Sementara LPPD", "Draft Sementara LAKIP"),
                kind=StepKind.PARAF,
                return_to=3,
            ),
            Step(
                5,
                Wording("Menandatangani LAKIP DISPMPTSPTK"),
                ("kepala_dinas",),
                Duration(30, DurationUnit.MENIT),
                Wording("LAKIP DISPMPTSPTK"),
                Wording("LAKIP FINAL"),
                kind=StepKind.TANDA_TANGAN,
                return_to=3,
            ),
        ),
        columns=(Column("KEPALA DINAS", ("kepala_dinas",)), Column("SEKRETARIS", ("sekretaris",))),
    )


def lakip_sop() -> Sop:
    return Sop(
        number="503/22/SOP.PRCN/DISPMPPTSPTK/2024",
        name="PENYUSUNAN LAKIP",
        unit="Subbagian Perencanaan",
        created=date(2024, 1, 23),
        revised=None,
        effective=date(2024, 1, 23),
        approved_by=Official(
            "GUNSONO MEKSON, SE, MM", "Pembina Utama Muda / IV.c", "196910161995031001"
        ),
        legal_basis=(
            Wording("UU RI No.8 Tahun 2001 Tentang Pembentukan Kota Pagar Alam;"),
            Wording("Perpres No.29 Tahun 2014 Tentang SAKIP;"),
        ),
        qualifications=(
            Wording("Pelaksana 1 terampil dan inovatif."),
            Wording("Pelaksana 2 terampil dan inovatif.", "Pelaksana 1 terampil dan inovatif."),
        ),
        related=(),
        equipment=(Wording("Rencana Strategis"), Wording("ATK")),
        warning=Wording("Bila tidak berjalan baik, kinerja terhambat."),
        record_keeping=Wording("Disimpan sebagai data elektronik dan manual"),
        procedures=(lakip(),),
        transcription_notes=("Pada naskah, butir kualifikasi bernomor 4 dan 5.",),
    )


def task(step: int, opened: datetime, due: datetime, **more: Any) -> Task:
    return Task(step, more.pop("attempt", 1), TaskStatus.TERBUKA, opened, due, **more)


def card(number: int = 2, greeting: Greeting = TO_BUDI, **changes: Any) -> TaskView:
    """Bu Sari's LAKIP, where a step is open since Monday and due on Wednesday at ten."""
    procedure = lakip()
    view = TaskView(
        greeting=greeting,
        run_id=7,
        sop=lakip_sop(),
        procedure=procedure,
        year=2023,
        step=procedure.step(number),
        task=task(number, wib(22, "10.00"), wib(24, "10.00")),
        token=TOKEN,
        mine=True,
        signed=(),
        performers=(BUDI, RINA),
        required=2,
        records_for=None,
        late=None,
    )
    return replace(view, **changes)


def closed(view: TaskView, *by: SignedBy, late: Lateness | None = None) -> TaskView:
    """The same task once it is done."""
    done = replace(view.task, status=TaskStatus.SELESAI, closed_at=by[-1].at)
    return replace(view, task=done, signed=by, mine=False, late=late, rung=None)


def lakip_run(**changes: Any) -> Run:
    """LAKIP 2023 with its first step done and its second open."""
    first = replace(
        task(1, wib(22, "09.00"), wib(22, "10.00")),
        status=TaskStatus.SELESAI,
        closed_at=wib(22, "10.00"),
    )
    second = task(2, wib(22, "10.00"), wib(24, "10.00"))
    run = Run(7, lakip(), 2023, RunStatus.BERJALAN, 1, wib(22, "09.00"), (first, second), unit=None)
    return replace(run, **changes)


def current(
    step: Step,
    by: Sequence[Performer],
    *,
    late: Lateness | None = None,
    confirmed: int = 0,
    required: int = 1,
    roles: tuple[str, ...] = ("Tim Pelaksana",),
) -> CurrentStep:
    due = task(step.number, wib(22, "10.00"), wib(24, "10.00"))
    return CurrentStep(step, due, tuple(by), roles, confirmed, required, late)


def running(late: Lateness | None = None) -> RunView:
    run = lakip_run()
    step = current(run.procedure.step(2), (BUDI, RINA), late=late)
    return RunView(run, lakip_sop(), (step,), wib(31, "10.30"))


def row(
    step: Step,
    by: SignedBy,
    worked: Worked,
    late: Lateness | None = None,
    attempt: int = 1,
) -> StepRow:
    done = replace(
        task(step.number, wib(22, "09.00"), wib(22, "10.00"), attempt=attempt),
        status=TaskStatus.SELESAI,
        closed_at=by.at,
    )
    return StepRow(StepFigures(step, done, worked, late), (by,))


def ended() -> SummaryView:
    """LAKIP 2023, signed: two of its steps, one of them late."""
    run = lakip_run(status=RunStatus.SELESAI, finished_at=wib(31, "14.00"))
    first, third = run.procedure.step(1), run.procedure.step(3)
    rows = (
        row(first, signed(DEWI, wib(22, "09.45")), Worked(None, timedelta(minutes=45))),
        row(
            third,
            signed(BUDI, wib(30, "14.00")),
            Worked(Fraction(7, 2), None),
            Lateness(0, timedelta(hours=4)),
        ),
    )
    late = Lateness(0, timedelta(hours=3, minutes=30))
    return SummaryView(TO_SARI, run, lakip_sop(), rows, wib(31, "10.30"), late)


def everything(text: str = "Menyusun laporan", many: int = 3) -> list[View]:
    """Every view that becomes a message, with `text` wherever people or data give a text,
    and `many` of whatever there can be many of. Every reason and every deed is among them."""
    role = RoleName(text, Capacity.PLT)
    greeting = Greeting(Address.IBU, text)
    people = tuple(Performer(f"{text} {n}", role) for n in range(many))
    signers = tuple(SignedBy(p.name, role, wib(22, "10.00"), None) for p in people)
    late = Lateness(2, timedelta(hours=3))
    wording = Wording(text, f"{text}!")
    steps = tuple(
        Step(
            n,
            wording,
            ("bappeda",) if n % 3 == 0 else ("tim",),
            hari(3),
            wording,
            wording,
            wording,
            kind=tuple(StepKind)[n % 3],
            all_must_confirm=n % 2 == 0,
            assumptions=("pelaksana",),
        )
        for n in range(1, max(many, 4) + 1)
    )
    columns = tuple(Column(text, ("tim",)) for _ in range(many))
    procedure = Procedure("lakip", text, DefaultYear.BERJALAN, steps, columns)
    others = tuple(replace(procedure, code=f"prosedur_{n}") for n in range(many))
    sop = replace(
        lakip_sop(),
        number=text,
        name=f"{text}?",
        unit=text,
        approved_by=Official(text, text, text),
        legal_basis=(wording,) * many,
        qualifications=(wording,) * many,
        equipment=(wording,) * many,
        warning=wording,
        record_keeping=wording,
        procedures=(procedure, *others),
        transcription_notes=(text,) * many,
    )
    tasks = tuple(task(s.number, wib(22, "10.00"), wib(24, "10.00")) for s in steps)
    run = replace(lakip_run(), procedure=procedure, tasks=tasks)
    now = tuple(
        CurrentStep(s, t, people[:5], (text,) * many, many, many, late)
        for s, t in zip(steps, tasks, strict=True)
    )
    run_view = RunView(run, sop, now[:3], wib(31, "10.00"))
    rows = tuple(
        StepRow(StepFigures(s, t, Worked(Fraction(7, 2), None), late), signers[:5])
        for s, t in zip(steps, tasks, strict=True)
    )
    signer = SignedBy(text, role, wib(22, "10.00"), None)
    posts = tuple(
        PostToFill(f"jabatan_{n}", f"unit_{n}" if n % 2 else None, text, text if n % 3 else None)
        for n in range(many)
    )
    period = ActingPeriod(
        3, role, text, wib(23, "00.00"), wib(30, "00.00"), text, date(2024, 1, 20), True
    )
    team = Team(tuple(range(many)), 0, text, date(2024, 1, 22))
    team_row = TeamRow(TOKEN, replace(run, team=team), (text,) * many, text)
    others_ = tuple((n + 1, text, (text,)) for n in range(many))
    doubled = (DoubleReviewed((text, text), ("lakip", "tapkin_staf")),)
    wish = Extension(By(5, "tim"), hari(2), text, wib(23, "10.00"))
    sent = SentBack(steps[2], steps[0], text, replace(signer, recorded_for=text))
    halt = Halt(signer, text, ended=False)
    whole = Detours(
        (sent,) * many,
        tuple(
            MoreTime(steps[1], hari(2), text, signer, granted, decided)
            for granted, decided in ((None, None), (True, signer), (False, signer))
        ),
        (Rest(signer, text, None), Rest(signer, text, signer)),
    )
    summary = SummaryView(greeting, run, sop, rows, wib(31, "10.00"), late, whole)
    given_up = replace(summary, halt=replace(halt, ended=True))
    papers = tuple(
        FileLine(
            n, signer, Evidence(By(5), text, 1, "0" * 64, "f", wib(22, "10.00"), n > 1, text), own
        )
        for n in range(1, many + 1)
        for own in (True, False)
    )
    notes = tuple(NoteLine(n, signer, text) for n in range(1, many + 1))
    cards = [
        TaskView(
            greeting=greeting,
            run_id=7,
            sop=sop,
            procedure=procedure,
            year=2024,
            step=step,
            task=replace(tasks[step.number - 1], status=status, attempt=many + 1),
            token=TOKEN,
            mine=mine,
            signed=signers,
            performers=(*people, *people),
            required=2 * many,
            records_for=text if step.number % 3 == 0 else None,
            late=late,
            rung=rung,
            left=late if rung is ReminderKind.SEBELUM else None,
            notes=notes if rung is None else (),
            files=papers if rung is None else (),
        )
        for step in steps[:4]
        for status in TaskStatus
        for rung in (None, *ReminderKind)
        for mine in (True, False)
    ]
    cards += [
        replace(
            cards[0],
            task=replace(cards[0].task, status=status),
            mine=mine,
            repetitions=many,
            correction=sent,
            earlier=Earlier(signers, (text,) * many),
            sent_back=sent if status is TaskStatus.DIKEMBALIKAN else None,
            halt=resting,
            undoable=not mine,
            asks_time=mine,
            step=replace(cards[0].step, return_to=1),
            records_for=text,
        )
        for status in TaskStatus
        for mine in (True, False)
        for resting in ((None,) if mine else (None, halt, replace(halt, ended=True)))
    ]
    person = Person(5, 500, text, Address.BAPAK, admin=True, reachable=False)
    holdings = tuple(
        (Holding(n, 5, "tim", None, Capacity.PLT, wib(22, "10.00")), role)
        for n in range(1, many + 1)
    )
    someone = PersonView(person, holdings, many, removable=True)
    choices = tuple((f"peran_{n}", text) for n in range(many))
    day_off = DayCorrection(date(2024, 1, 23), text, working=False, basis=text)
    facts: dict[str, Fact] = {
        "step": many,
        "to": many,
        "amount": text,
        "run": text,
        "owner": text,
        "who": text,
        "usage": text,
        "number": text,
        "roles": text,
        "at": wib(22, "10.00"),
        "until": wib(22, "10.00"),
        "name": text,
        "text": text,
        "known": text,
        "example": 2024,
        "year": 2024,
        "first": 2019,
        "last": 2026,
        "role": text,
        "code": text,
        "count": many,
        "length": 4096,
        "most": 1000,
        "output": text,
    }
    return [
        *cards,
        DetailView(cards[0], rows, wib(31, "10.00")),
        DetailView(cards[-1], (), None, whole),
        PartedView(procedure, 2024, many),
        TasksView(tuple(cards[:many])),
        TasksView((), (cards[-1],) * many),
        summary,
        given_up,
        HistoryView((given_up,) * many),
        StatusView((replace(run_view, halt=halt),) * many, whole_office=True),
        StatusView((run_view,) * many, whole_office=True),
        StatusView((run_view,) * many, whole_office=False),
        StatusView(
            (run_view,), True, tuple(UnitGroup(procedure, 2024, n, many, n, n) for n in range(many))
        ),
        ByUnitView(
            procedure,
            2024,
            tuple(
                UnitRow(text, run_view if n % 2 else None, wib(22, "10.00")) for n in range(many)
            ),
        ),
        *(
            UnitsView(procedure, 2024, to_open, left, left, begun)
            for to_open, left in (((text,) * many, (text,) * many), ((), (text,)), ((text,), ()))
            for begun in (True, False)
        ),
        HistoryView((summary,) * many),
        ReportsView(()),
        ReportsView(
            tuple(
                ReportRow(n, procedure, 2024, text, status, ended, 1)
                for n in range(1, many + 1)
                for ended in (None, wib(23, "10.00"))
                for status in RunStatus
            )
        ),
        DocumentView(report_of(run, sop), Format.PDF),
        DocumentView(SopDocument(kantor(), sop, wib(22, "10.00")), Format.PDF),
        DocumentView(
            RunPicture(kantor(), timeline.of_run(run, wib(25, "10.00"), CALENDAR)), Format.PNG
        ),
        *(
            DocumentView(OfficePicture(kantor(), picture, whole), Format.PNG)
            for picture in [timeline.of_office([run], wib(25, "10.00"), CALENDAR)]
            for whole in (True, False)
        ),
        *(
            DocumentView(EvaluationReport(kantor(), Evaluation(p, wib(25, "10.00"), ())), form)
            for p in (ReportPeriod(2024), ReportPeriod(2024, 1))
            for form in (Format.PDF, Format.XLSX)
        ),
        PeriodsView(True, ()),
        PeriodsView(True, tuple(ReportPeriod(y, h) for y in range(2010, 2030) for h in (1, 2))),
        PeriodsView(False, (ReportPeriod(2024),)),
        LateView(greeting, run, sop, now[0], waiting=True),
        LateView(greeting, run, sop, replace(now[1], performers=()), waiting=False),
        VacantView(greeting, run, sop, steps[0], tasks[0], choices),
        ReturnedView(greeting, run, sop, sent),
        ReturnQuestionView(run, steps[2], steps[0], (), TOKEN, fault=True),
        ReturnQuestionView(run, steps[2], steps[0], steps, TOKEN),
        *(
            ExtensionQuestionView(
                run, steps[0], wib(24, "10.00"), TOKEN, (hari(1),), amount, until, fault
            )
            for amount, until in ((None, None), (hari(2), wib(26, "10.00")))
            for fault in (True, False)
        ),
        *(SteeringChoiceView(what, ((run, TOKEN),) * many) for what in Steering),
        SteeringChoiceView(Steering.JEDA, ()),
        CancelQuestionView(run_view, TOKEN),
        CancelQuestionView(replace(run_view, halt=halt), TOKEN),
        *(
            SteeringReasonView(what, run, fault)
            for what in (Steering.JEDA, Steering.BATAL)
            for fault in (True, False)
        ),
        *(
            ExtensionView(
                greeting,
                run,
                sop,
                steps[0],
                tasks[0],
                TOKEN,
                0,
                wish,
                signer,
                wib(25, "10.00"),
                decided,
                is_open,
                resting,
            )
            for decided, is_open, resting in (
                (None, True, None),
                (None, False, None),
                (None, False, halt),
                (signer, False, None),
            )
        ),
        *(
            ExtensionAnsweredView(
                greeting, run, sop, steps[0], tasks[0], replace(wish, granted=granted), signer
            )
            for granted in (True, False)
        ),
        DeadlineChangedView(greeting, run, sop, steps[0], tasks[0], wib(23, "10.00"), text),
        *(
            RunChangedView(greeting, run, sop, change, reason, by, now[:3])
            for change in RunChange
            for reason, by in ((text, signer), ("", None))
        ),
        TeamNamedView(greeting, run, sop, True, tuple(p.name for p in people), text),
        TeamNamedView(greeting, run, sop, False, (), None),
        AskFileView(procedure, 2024, steps[0], fault=False),
        AskFileView(procedure, 2024, steps[0], fault=True),
        ReceivedView(procedure, 2024, steps[0], (text,) * max(many, 1), (), 0),
        ReceivedView(
            procedure, 2024, steps[0], (), tuple((text, outcome) for outcome in REFUSALS), many
        ),
        *(EvidenceFileView(procedure, 2024, line, None) for line in papers),
        ArchiveFullView(),
        StartMenuView(((procedure, 2024),) * many),
        StartQuestionView(procedure, 2024, (), None),
        StartQuestionView(procedure, 2024, (run_view,) * many, 7),
        StartedView(run, sop, now, wib(31, "10.00")),
        SopListView((sop,) * min(many, 3)),
        SopView(sop, procedure, {"tim": text}),
        HelpView(greeting, (role,) * many, frozenset(LegacyPermission), (procedure, *others)),
        PeopleView((someone,) * many, (text,) * many),
        someone,
        RoleMenuView(choices),
        RoleMenuView(choices, "tim", text),
        RoleMenuView(choices, None, None, 5, text),
        RoleMenuView(choices, "tim", text, 5, text),
        InvitationView("a-b_c" * 5, role, wib(29, "10.00")),
        InvitationView("a-b_c" * 5, None, wib(29, "10.00"), text),
        AccountMovedView(text, text, text),
        AccountMovedView(None, None, text),
        AskAddressView(role),
        AskNameView(None),
        AskNameView(Address.BAPAK, True, text),
        WelcomeView(greeting, (role,) * many, many),
        *(HandOverView(3, role, text, others_, n) for n in (0, 9)),
        HandOverView(3, role, text, (), 0),
        *(FillRoleView("tim", text, others_, n) for n in (0, 9)),
        TeamsView(()),
        TeamsView((TeamRow(TOKEN, run, (), None),) * many),
        TeamsView((team_row,) * many),
        *(
            TeamDraftView(
                stage,
                run,
                tuple(TickRow(n + 1, text, (text,), n % 2 == 0) for n in range(many)),
                page,
                text,
                text,
                decree,
                date(2024, 1, 22),
                fault,
            )
            for stage in TeamStage
            for page, decree, fault in ((0, None, False), (9, (text, date(2024, 1, 22)), True))
        ),
        TeamSavedView(team_row),
        TeamOfferView(greeting, run, TOKEN),
        *(
            PostsView(capacity, posts, (period,) * count, page)
            for capacity in (Capacity.PLH, Capacity.PLT)
            for count in (0, min(many, 20))
            for page in (0, 9)
        ),
        *(
            ActingDraftView(
                field,
                RoleName(text, Capacity.PLH),
                name,
                ((5, text, (text,)),) * many,
                0,
                date(2024, 1, 22),
                wib(23, "00.00"),
                fault,
            )
            for field in ActingField
            for name, fault in ((None, None), (text, True), (text, Unfit.ENDS_BEFORE.value))
        ),
        *(
            ActingCheckView(replace(period, role=RoleName(text, capacity)), vacant, double)
            for capacity in (Capacity.PLH, Capacity.PLT)
            for vacant, double in ((True, ()), (False, doubled * many))
        ),
        ActingEndView(period),
        ActingEndView(replace(period, begun=False)),
        *(
            ActingView(greeting, stage, period, by, text, mine, not mine, many, doubled, over)
            for stage in ActingStage
            for by, mine, over in ((text, True, False), (None, False, True))
        ),
        JoinedView(text, role, 3, 5),
        JoinedView(text, None, None, 5),
        GrantView(greeting, text, role, text),
        RoleChangedView(greeting, role, given=True),
        RoleChangedView(greeting, role, given=False),
        RemoveQuestionView(person, (role,) * many, many),
        UnreachableView(text, many),
        UnreachableView(text, many, ((3, role),) * many),
        *(
            OutageView(wib(22, "10.00"), wib(24, "10.00"), taps_lost=lost, for_admin=admin)
            for lost in (True, False)
            for admin in (True, False)
        ),
        FailingView(many, text),
        FaultsView(many, text),
        HeldView(many),
        ConfirmedView(steps[0], True, 1, 1, True, None, ()),
        ConfirmedView(steps[0], False, many, 2 * many, False, None, ()),
        ConfirmedView(steps[0], True, 1, 1, False, steps[1], people),
        DigestView(greeting, date(2024, 1, 23), tuple(cards[:many]), (run_view,) * many),
        DigestView(greeting, date(2024, 1, 23), (), (run_view,)),
        DigestView(greeting, date(2024, 1, 23), (cards[0],), ()),
        GroupNewsView((GroupRow(run, True, tuple(steps), now),) * many),
        GroupNewsView((GroupRow(run, False, (), ()),)),
        GroupLinkedView(procedure, linked=True),
        GroupLinkedView(None, linked=True),
        GroupLinkedView(None, linked=False),
        GroupsView(()),
        GroupsView(((text, None), (text, "lakip")) * many),
        GroupLostView(greeting, text),
        *(
            ProposalView(greeting, procedure, 2024, date(2024, 1, 2), wib(31, "10.00"), last)
            for last in (None, date(2024, 1, 23), date(2024, 2, 28))
        ),
        LegalDateView(greeting, run, sop, now, wib(31, "10.00"), date(2024, 1, 30), many),
        LegalDateView(greeting, run, sop, (), wib(31, "10.00"), date(2024, 1, 30), 0),
        DigestSettingView(on=True),
        DigestSettingView(on=False),
        HolidaysView(()),
        HolidaysView(
            tuple(
                DayRow(date(2024, 1, 1) + timedelta(days=n), text, word, estimated=n % 2 == 0)
                for n in range(many)
                for word in (None, day_off)
            )
        ),
        *(
            HolidayQuestionView(working, stage, date(2024, 1, 23), text, fault, text)
            for working in (True, False)
            for stage in DayStage
            for fault in (None, *DayFault)
        ),
        RevokeQuestionView(day_off),
        RevokeQuestionView(replace(day_off, working=True)),
        *(
            HolidaySetView(replace(day_off, working=working), revoked)
            for working in (True, False)
            for revoked in (True, False)
        ),
        *(RefusedView(reason, facts) for reason in Refused),
        *(DoneView(what, facts) for what in Done),
    ]


UTC_MORNING = datetime(2024, 1, 23, 3, 0, tzinfo=UTC)
"""Ten o'clock in Pagar Alam."""
