"""The office and its signed procedures, as values.

They hold what `sop_data/` says, after validation, in the form of PermenPAN-RB 35/2012. Runs keep
the text of their SOP as JSON, and an old text must still load: a new field needs a default, and no
field is renamed.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import TypeVar

_Coded = TypeVar("_Coded", "Procedure", "Role", "OfficeUnit")


def _with_code(values: Iterable[_Coded], code: str) -> _Coded:
    for value in values:
        if value.code == code:
            return value
    raise KeyError(code)


class DurationUnit(StrEnum):
    """The unit of a standard time (mutu baku: waktu)."""

    MENIT = "menit"
    JAM = "jam"
    HARI = "hari"


@dataclass(frozen=True, slots=True)
class Duration:
    """A standard time: a whole, positive number of working minutes, hours or days.

    A day is a working day whatever its length, so days and hours cannot be added up.
    """

    amount: int
    unit: DurationUnit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.value}"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text of the SOP; `written` is the signed one where `text` corrects a copying error."""

    text: str
    written: str | None = None

    @property
    def signed(self) -> str:
        """The words of the signed document."""
        return self.text if self.written is None else self.written

    def __str__(self) -> str:
        return self.text


class StepKind(StrEnum):
    """What confirming a step means: work done, a paraf given, or a signature given."""

    KERJA = "kerja"
    PARAF = "paraf"
    TANDA_TANGAN = "tanda_tangan"


@dataclass(frozen=True, slots=True)
class BeforeRule:
    """Reminders before the deadline, for steps of a standard time up to `up_to`.

    `up_to` None means every longer step. `rungs` (a JSON key of stored SOP versions) is how long
    before the deadline each comes, in working time.
    """

    up_to: Duration | None
    rungs: tuple[Duration, ...]


DIRECT_SUPERIOR = "atasan_langsung"
"""What an escalation names instead of a role: the head of the nearest unit above the late ones."""


@dataclass(frozen=True, slots=True)
class EscalationRule:
    """Once a step is late by `after`, the holders of `role`, or the `DIRECT_SUPERIOR`, are told."""

    after: Duration
    role: str


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """When people are reminded of a step, and who is told when it is late.

    Of `before` the first rule whose `up_to` covers the step applies. `daily_at` is the clock
    time of the reminder on every working day after a missed deadline, None for none.
    """

    before: tuple[BeforeRule, ...]
    at_deadline: bool
    daily_at: time | None
    escalation: tuple[EscalationRule, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the SOP's table (langkah / kegiatan).

    `roles` perform it: any one holder of any of them confirms it, or, where `all_must_confirm`,
    every holder. `return_to` is the step that a return reopens by default; None where the step
    cannot return anything. `assumptions` names the fields (in the data's words, "pelaksana")
    that the signed source does not give cleanly. `evidence_required`: it cannot be confirmed
    before a file was attached.
    """

    number: int
    activity: Wording
    roles: tuple[str, ...]
    duration: Duration
    output: Wording
    inputs: Wording = Wording("")
    remarks: Wording = Wording("")
    kind: StepKind = StepKind.KERJA
    all_must_confirm: bool = False
    return_to: int | None = None
    reminders: ReminderPolicy | None = None
    assumptions: tuple[str, ...] = ()
    evidence_required: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A performers' column as printed: its heading and the roles that stand in it."""

    title: str
    roles: tuple[str, ...]


class DefaultYear(StrEnum):
    """The fiscal year of a run whose starter names none, relative to today's year."""

    SEBELUMNYA = "sebelumnya"
    BERJALAN = "berjalan"
    BERIKUTNYA = "berikutnya"

    def of(self, today: date) -> int:
        """The fiscal year meant on `today`."""
        shift = {DefaultYear.SEBELUMNYA: -1, DefaultYear.BERJALAN: 0, DefaultYear.BERIKUTNYA: 1}
        return today.year + shift[self]


@dataclass(frozen=True, slots=True)
class YearDay:
    """A day of every year. 29 February is the month's last day ("akhir Februari") in every year."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """That day in this year."""
        if (self.month, self.day) == (2, 29) and not isleap(year):
            return date(year, 2, 28)
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a procedure begins each year, and by which day the law wants it finished.

    `deadline` is the first such day on or after the start, None where the law names none;
    `deadline_note` says whose date it is, where it is not the office's own.
    `assumptions` names the keys ("mulai") that the office still has to confirm.
    """

    start: YearDay
    deadline: YearDay | None = None
    assumptions: tuple[str, ...] = ()
    deadline_note: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """An ordered list of steps, started by `/mulai_<code>`.

    Steps are numbered from 1 without gaps. `reminders` overrides the office's policy, and is
    overridden by a step's. `per_unit`: it runs once for each unit of the office, since the direct
    superior matters. `schedule` says when its owner is reminded to start it, None for never.
    `follow_up` is what others do after its last step (sesudahnya), in order. `assumptions` names
    the keys ("sesudahnya") that the office still has to confirm.
    """

    code: str
    title: str
    default_year: DefaultYear
    steps: tuple[Step, ...]
    columns: tuple[Column, ...] = ()
    per_unit: bool = False
    reminders: ReminderPolicy | None = None
    schedule: Schedule | None = None
    follow_up: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()

    def step(self, number: int) -> Step:
        """The step with this number; raises IndexError where the procedure has none."""
        if not 1 <= number <= len(self.steps):
            raise IndexError(f"{self.code} has no step {number}")
        return self.steps[number - 1]


@dataclass(frozen=True, slots=True)
class Official:
    """The official who approved the SOP, as printed in its identity block."""

    name: str
    rank: str
    nip: str


@dataclass(frozen=True, slots=True)
class Sop:
    """A signed document with one or more procedures.

    `transcription_notes` say what of the source cannot be shown beside one field.
    """

    number: str
    name: str
    unit: str
    created: date
    revised: date | None
    effective: date
    approved_by: Official
    legal_basis: tuple[Wording, ...]
    qualifications: tuple[Wording, ...]
    related: tuple[Wording, ...]
    equipment: tuple[Wording, ...]
    warning: Wording
    record_keeping: Wording
    procedures: tuple[Procedure, ...]
    transcription_notes: tuple[str, ...] = ()

    def procedure(self, code: str) -> Procedure:
        """The procedure with this code; raises KeyError where the SOP has none."""
        return _with_code(self.procedures, code)


@dataclass(frozen=True, slots=True)
class Role:
    """A role in procedures (peran / pelaksana).

    `level` is 1 for the highest; nobody gets an escalation about somebody of a smaller level.
    `external`: outside the office, so that nobody can be invited to it and the Kasubbag records
    its steps. `has_units`: a holder holds it in a unit. `leading`: a grant of it is announced
    to its holders and the admin. `by_title`: its holder is greeted by the title ("Yth. Ibu Kepala
    Dinas"), not by name.
    """

    code: str
    name: str
    level: int
    external: bool = False
    has_units: bool = False
    leading: bool = False
    by_title: bool = False


@dataclass(frozen=True, slots=True)
class OfficeUnit:
    """A unit of the office (bidang, subbagian, seksi).

    `parent` is the code of the unit above (induk), None directly under the head of the office.
    `head_title` is how its head is called in full ("Kepala Bidang Penanaman Modal"), `head_role`
    the role that heads it. `assumed`: the signed source does not name it.
    """

    code: str
    name: str
    head_title: str
    head_role: str
    parent: str | None = None
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours within one day, `start` inclusive, `end` exclusive, local time."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both ends included. `assumed`: they are an estimate."""

    first: date
    last: date
    assumed: bool = False

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class DayCorrection:
    """The office's correction of one day: a holiday, or a working day. `basis` is the decree."""

    day: date
    name: str
    working: bool
    basis: str = ""


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """Hours of work by weekday, seven entries from Monday on; an empty tuple is a day off.

    Source: Peraturan Presiden 21/2023.
    """

    days: tuple[tuple[Hours, ...], ...]


@dataclass(frozen=True, slots=True)
class Office:
    """The office: its names, roles, units, hours, calendar corrections and policy.

    `timezone` is an IANA name, `timezone_label` what people call it. `owner_role` owns the SOPs:
    it starts runs, records external steps and hears of problems. `assumptions` names the keys still
    to be confirmed. `address` and `logo`, an SVG, stand in the letterhead.
    """

    name: str
    short_name: str
    city: str
    timezone: str
    timezone_label: str
    owner_role: str
    roles: tuple[Role, ...]
    units: tuple[OfficeUnit, ...]
    week: WorkWeek
    ramadan_week: WorkWeek
    ramadan: tuple[Period, ...]
    corrections: tuple[DayCorrection, ...]
    reminders: ReminderPolicy
    assumptions: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    logo: str | None = field(default=None, repr=False)

    def role(self, code: str) -> Role:
        """The role with this code; raises KeyError where the office has none."""
        return _with_code(self.roles, code)

    def known(self, code: str) -> Role:
        """The role with this code; where the office no longer has it, one called by its code.

        That one has the lowest level of the office. For codes of stored holdings, confirmations
        and steps: they outlive an edit of the office's file.
        """
        try:
            return self.role(code)
        except KeyError:
            lowest = max((role.level for role in self.roles), default=1)
            return Role(code, name=code, level=lowest)

    def unit(self, code: str) -> OfficeUnit:
        """The unit with this code; raises KeyError where the office has none."""
        return _with_code(self.units, code)

    def unit_name(self, code: str) -> str:
        """What this unit is called; one that the office no longer has, by its code."""
        try:
            return self.unit(code).name
        except KeyError:
            return code.replace("_", " ").title()


@dataclass(frozen=True, slots=True)
class Catalog:
    """All that `sop_data/` holds: the office and its SOPs, in the order of their numbers."""

    office: Office
    sops: tuple[Sop, ...]

    def procedures(self) -> Iterator[tuple[Sop, Procedure]]:
        """Every procedure with the SOP it stands in."""
        for sop in self.sops:
            for procedure in sop.procedures:
                yield sop, procedure

    def find(self, code: str) -> tuple[Sop, Procedure] | None:
        """The procedure with this code and its SOP, or None."""
        return next(((s, p) for s, p in self.procedures() if p.code == code), None)
