"""A whole office built by hand, so that tests need neither the data files nor their loader."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from bot.domain.sop import (
    BeforeRule,
    DayCorrection,
    Duration,
    DurationUnit,
    EscalationRule,
    Hours,
    Office,
    OfficeUnit,
    Period,
    ReminderPolicy,
    Role,
    WorkWeek,
)

RAMADAN_1447 = Period(date(2026, 2, 19), date(2026, 3, 20))
RAMADAN_1448 = Period(date(2027, 2, 8), date(2027, 3, 9))


def menit(amount: int) -> Duration:
    """So many working minutes."""
    return Duration(amount, DurationUnit.MENIT)


def jam(amount: int) -> Duration:
    """So many working hours."""
    return Duration(amount, DurationUnit.JAM)


def hari(amount: int) -> Duration:
    """So many working days."""
    return Duration(amount, DurationUnit.HARI)


def kantor(
    *,
    ramadan: Iterable[Period] = (RAMADAN_1447, RAMADAN_1448),
    corrections: Iterable[DayCorrection] = (),
) -> Office:
    """The office of the four SOPs: its roles, some units, its hours and its policy."""
    return Office(
        name="Dinas Penanaman Modal, Pelayanan Terpadu Satu Pintu dan Tenaga Kerja",
        short_name="DISPMPTSPTK",
        city="Kota Pagar Alam",
        timezone="Asia/Jakarta",
        timezone_label="WIB",
        owner_role="kasubbag",
        roles=_roles(),
        units=_units(),
        week=_week(_hours("07.30-12.00 13.00-16.00"), _hours("07.30-11.30 13.00-16.30")),
        ramadan_week=_week(_hours("08.00-12.00 12.30-15.00"), _hours("08.00-11.30 12.30-15.30")),
        ramadan=tuple(ramadan),
        corrections=tuple(corrections),
        reminders=policy(),
    )


def policy() -> ReminderPolicy:
    """The office's reminders: before, at and after the deadline, and who hears of lateness."""
    return ReminderPolicy(
        before=(
            BeforeRule(up_to=jam(2), rungs=(menit(15),)),
            BeforeRule(up_to=hari(1), rungs=(jam(2),)),
            BeforeRule(up_to=None, rungs=(hari(1), jam(2))),
        ),
        at_deadline=True,
        daily_at=time(8, 0),
        escalation=(
            EscalationRule(after=hari(1), role="kasubbag"),
            EscalationRule(after=hari(2), role="sekretaris"),
            EscalationRule(after=hari(3), role="kepala_dinas"),
        ),
    )


def _roles() -> tuple[Role, ...]:
    return (
        Role("kepala_daerah", "Kepala Daerah", level=1, external=True),
        Role("kepala_dinas", "Kepala Dinas", level=2, leading=True, by_title=True),
        Role("bappeda", "Bappeda", level=2, external=True),
        Role("sekretaris", "Sekretaris", level=3, leading=True, by_title=True),
        Role("kepala_bidang", "Kepala Bidang", level=3, has_units=True, by_title=True),
        Role("kasubbag", "Kasubbag Perencanaan", level=4, by_title=True),
        Role("kasi", "Kasubbag / Kasi", level=4, has_units=True, by_title=True),
        Role("tim", "Tim Pelaksana", level=5),
        Role("staf", "Staf", level=6, has_units=True),
    )


def _units() -> tuple[OfficeUnit, ...]:
    return (
        OfficeUnit("sekretariat", "Sekretariat", "Sekretaris", "sekretaris"),
        OfficeUnit(
            "perencanaan",
            "Subbagian Perencanaan",
            "Kasubbag Perencanaan",
            "kasubbag",
            parent="sekretariat",
        ),
        OfficeUnit(
            "umum",
            "Subbagian Umum dan Kepegawaian",
            "Kasubbag Umum dan Kepegawaian",
            "kasi",
            parent="sekretariat",
            assumed=True,
        ),
        OfficeUnit(
            "penanaman_modal",
            "Bidang Penanaman Modal",
            "Kepala Bidang Penanaman Modal",
            "kepala_bidang",
            assumed=True,
        ),
        OfficeUnit(
            "promosi",
            "Seksi Promosi Penanaman Modal",
            "Kepala Seksi Promosi Penanaman Modal",
            "kasi",
            parent="penanaman_modal",
            assumed=True,
        ),
        OfficeUnit(
            "tenaga_kerja",
            "Bidang Tenaga Kerja",
            "Kepala Bidang Tenaga Kerja",
            "kepala_bidang",
            assumed=True,
        ),
    )


def _week(monday_to_thursday: tuple[Hours, ...], friday: tuple[Hours, ...]) -> WorkWeek:
    return WorkWeek((*(monday_to_thursday,) * 4, friday, (), ()))


def _hours(text: str) -> tuple[Hours, ...]:
    """Hours as an office writes them: "07.30-12.00 13.00-16.00"."""
    spans = (span.split("-") for span in text.split())
    return tuple(Hours(_clock(start), _clock(end)) for start, end in spans)


def _clock(text: str) -> time:
    return time.fromisoformat(text.replace(".", ":"))
