"""What the samples of several features are made of: LAKIP with the usual cast, and the same
full of any text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.calendar import office_calendar
from bot.domain.metrics import Lateness, StepFigures, Worked
from bot.domain.outlook import Outlook
from bot.domain.people import Address
from bot.domain.run import By, Capacity, Evidence, Extension, Run, RunStatus, Task, TaskStatus
from bot.domain.sop import (
    Column,
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
from bot.domain.yearly import LegalDate
from bot.features.evidence.views import FileLine
from bot.features.naming import Greeting, Performer, RoleName, SignedBy
from bot.features.runview import (
    CurrentStep,
    Deviations,
    ExtensionLine,
    Halt,
    PauseView,
    RunView,
    SentBack,
    StepRow,
)
from tests.offices import kantor

WIB = ZoneInfo("Asia/Jakarta")
CALENDAR = office_calendar(kantor())
TOKEN = "Ab3_-xYz9012"


def wib(day: int, clock: str, month: int = 1) -> datetime:
    """A moment of 2024, as the office's clock shows it."""
    hour, minute = clock.split(".")
    return datetime(2024, month, day, int(hour), int(minute), tzinfo=WIB)


def going_on(end: datetime) -> Outlook:
    """A run under way that will end then, beyond its plan and the day of the law."""
    late = Lateness(2, timedelta(0))
    return Outlook(RunStatus.BERJALAN, end, wib(29, "10.00"), late, LAW, 1)


LAW = LegalDate(date(2024, 1, 30), date(2024, 1, 30))

OVER = Outlook(RunStatus.DIBATALKAN, None, wib(29, "10.00"))
"""Of a run that has been given up there is nothing to expect."""


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
    return RunView(run, lakip_sop(), (step,), going_on(wib(31, "10.30")))


UTC_MORNING = datetime(2024, 1, 23, 3, 0, tzinfo=UTC)
"""Ten o'clock in Pagar Alam."""

LONG_NAME = "Bapak Dr. Ir. Muhammad Budi Santoso Wijayakusuma, S.T., M.T."


class Given:
    """Facts with `text` wherever people or data give a text, and `many` of whatever there can
    be many of."""

    def __init__(self, text: str = "Menyusun laporan", many: int = 3) -> None:
        self.text = text
        self.many = many
        self.role = role = RoleName(text, Capacity.PLT)
        self.greeting = Greeting(Address.IBU, text)
        self.people = people = tuple(Performer(f"{text} {n}", role) for n in range(many))
        self.signers = signers = tuple(
            SignedBy(p.name, role, wib(22, "10.00"), None) for p in people
        )
        self.signer = signer = SignedBy(text, role, wib(22, "10.00"), None)
        self.late = late = Lateness(2, timedelta(hours=3))
        self.steps = steps = _steps(text, many)
        columns = tuple(Column(text, ("tim",)) for _ in range(many))
        self.procedure = procedure = Procedure("lakip", text, DefaultYear.BERJALAN, steps, columns)
        self.others = tuple(replace(procedure, code=f"prosedur_{n}") for n in range(many))
        self.sop = sop = _sop(text, many, (procedure, *self.others))
        self.tasks = tasks = tuple(
            task(s.number, wib(22, "10.00"), wib(24, "10.00")) for s in steps
        )
        self.run = run = replace(lakip_run(), procedure=procedure, tasks=tasks)
        self.now = tuple(
            CurrentStep(s, t, people[:5], (text,) * many, many, many, late)
            for s, t in zip(steps, tasks, strict=True)
        )
        self.run_view = RunView(run, sop, self.now[:3], going_on(wib(31, "10.00")))
        self.rows = tuple(
            StepRow(StepFigures(s, t, Worked(Fraction(7, 2), None), late), signers[:5])
            for s, t in zip(steps, tasks, strict=True)
        )
        self.wish = Extension(By(5, "tim"), hari(2), text, wib(23, "10.00"))
        self.sent = SentBack(steps[2], steps[0], text, replace(signer, recorded_for=text))
        self.halt = Halt(signer, text, ended=False)
        self.whole = Deviations(
            (self.sent,) * many,
            tuple(
                ExtensionLine(steps[1], hari(2), text, signer, granted, decided)
                for granted, decided in ((None, None), (True, signer), (False, signer))
            ),
            (PauseView(signer, text, None), PauseView(signer, text, signer)),
        )
        self.files = tuple(
            FileLine(n, signer, _file(text, n), own)
            for n in range(1, many + 1)
            for own in (True, False)
        )
        self.choices = tuple((f"peran_{n}", text) for n in range(many))


def _steps(text: str, many: int) -> tuple[Step, ...]:
    wording = Wording(text, f"{text}!")
    return tuple(
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


def _sop(text: str, many: int, procedures: tuple[Procedure, ...]) -> Sop:
    wording = Wording(text, f"{text}!")
    return replace(
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
        procedures=procedures,
        transcription_notes=(text,) * many,
    )


def _file(text: str, n: int) -> Evidence:
    album = "album" if n % 2 else ""
    return Evidence(By(5), text, 1, "0" * 64, "f", wib(22, "10.00"), n > 1, text, album)
