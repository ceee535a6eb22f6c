"""`kantor.yaml`: the office, its roles and units, hours, calendar and reminder policy."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.access import KASUBBAG, KEPALA_DINAS, SEKRETARIS
from bot.domain.sop import (
    DIRECT_SUPERIOR,
    DayCorrection,
    Hours,
    Office,
    OfficeUnit,
    Period,
    Role,
    WorkWeek,
)
from bot.sop_loader.policy import office_policy
from bot.sop_loader.sheet import NAME_LENGTH, NO_DAY, TITLE_LENGTH, Sheet, unknown
from bot.sop_loader.source import Value

WEEKDAYS: Final = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
_OFF: Final = "libur"

_ADDRESS_LINES: Final = 3

_CODED_ROLES: Final = (KEPALA_DINAS, SEKRETARIS, KASUBBAG)
"""The rules of access name these roles, so an office without them could not work."""

_OFFICE_KEYS: Final = (
    "nama",
    "nama_pendek",
    "kota",
    "zona_waktu",
    "label_waktu",
    "pemilik_sop",
    "peran",
    "unit",
    "jam_kerja",
    "jam_kerja_ramadan",
    "ramadan",
    "koreksi_kalender",
    "pengingat",
)

_ASSUMED_KEYS: Final = ("jam_kerja", "jam_kerja_ramadan", "pengingat")
"""What the whole office may still have to confirm; units and Ramadans have marks of their own."""


def read_office(sheet: Sheet) -> Office | None:
    """The office; not to be used if the sheet has faults. None: the file is no YAML."""
    root = sheet.root()
    if root is None:
        return None
    keys = sheet.mapping(root, _OFFICE_KEYS, ("asumsi", "alamat"))
    roles = _roles(sheet, keys.get("peran"))
    known = {role.code: role for role in roles if role.code}
    return Office(
        name=sheet.text(keys.get("nama"), TITLE_LENGTH),
        short_name=sheet.text(keys.get("nama_pendek"), NAME_LENGTH),
        city=sheet.text(keys.get("kota"), NAME_LENGTH),
        timezone=_timezone(sheet, keys.get("zona_waktu")),
        timezone_label=sheet.text(keys.get("label_waktu"), 10),
        owner_role=_owner(sheet, keys.get("pemilik_sop"), known),
        roles=roles,
        units=_units(sheet, keys.get("unit"), known),
        week=_week(sheet, keys.get("jam_kerja")),
        ramadan_week=_week(sheet, keys.get("jam_kerja_ramadan")),
        ramadan=_ramadan(sheet, keys.get("ramadan")),
        corrections=_day_corrections(sheet, keys.get("koreksi_kalender")),
        reminders=office_policy(sheet, keys.get("pengingat"), known),
        assumptions=sheet.assumed(keys.get("asumsi"), _ASSUMED_KEYS),
        address=_address(sheet, keys.get("alamat")),
    )


def _address(sheet: Sheet, value: Value | None) -> tuple[str, ...]:
    """The lines of the address under the office's name; none where there is no address."""
    if value is None or value.is_null:
        return ()
    lines = tuple(sheet.text(item, TITLE_LENGTH) for item in sheet.one_or_more(value))
    if len(lines) > _ADDRESS_LINES:
        sheet.fault(value, f'"alamat" paling banyak {_ADDRESS_LINES} baris; gabungkan barisnya')
    return lines


def _timezone(sheet: Sheet, value: Value | None) -> str:
    name = sheet.text(value, NAME_LENGTH)
    if name:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            sheet.fault(value, f'zona waktu "{name}" tidak dikenal; tulis misalnya Asia/Jakarta')
    return name


def _owner(sheet: Sheet, value: Value | None, roles: dict[str, Role]) -> str:
    owner = sheet.role(value, roles)
    if owner in roles and roles[owner].external:
        sheet.fault(value, f'pemilik SOP "{owner}" di luar kantor; pilih peran di kantor')
    return owner


def _roles(sheet: Sheet, value: Value | None) -> tuple[Role, ...]:
    taken: dict[str, str] = {}
    roles = tuple(_role(sheet, item, taken) for item in sheet.some(value))
    for code in _CODED_ROLES:
        if roles and code not in taken:
            sheet.fault(value, f'peran "{code}" harus ada; tambahkan kembali')
    return roles


def _role(sheet: Sheet, value: Value, taken: dict[str, str]) -> Role:
    keys = sheet.mapping(
        value, ("kode", "nama", "tingkat"), ("luar", "per_unit", "pimpinan", "sapaan_jabatan")
    )
    code = sheet.code(keys.get("kode"))
    sheet.claim(keys.get("kode"), code, taken, "kode peran")
    if code == DIRECT_SUPERIOR:
        sheet.fault(keys["kode"], f'kode "{code}" hanya untuk eskalasi; pakai yang lain')
    return Role(
        code=code,
        name=sheet.text(keys.get("nama"), NAME_LENGTH),
        level=sheet.number(keys.get("tingkat"), 99),
        external=sheet.flag(keys.get("luar")),
        has_units=sheet.flag(keys.get("per_unit")),
        leading=sheet.flag(keys.get("pimpinan")),
        by_title=sheet.flag(keys.get("sapaan_jabatan")),
    )


def _units(sheet: Sheet, value: Value | None, roles: dict[str, Role]) -> tuple[OfficeUnit, ...]:
    taken: dict[str, str] = {}
    parents: dict[str, Value] = {}
    units: list[OfficeUnit] = []
    for item in sheet.items(value):
        keys = sheet.mapping(
            item, ("kode", "nama", "judul_kepala", "peran_kepala"), ("induk", "asumsi")
        )
        code = sheet.code(keys.get("kode"))
        sheet.claim(keys.get("kode"), code, taken, "kode unit")
        parent = keys.get("induk")
        if parent is not None and not parent.is_null:
            parents[code] = parent
        units.append(
            OfficeUnit(
                code=code,
                name=sheet.text(keys.get("nama"), NAME_LENGTH),
                head_title=sheet.text(keys.get("judul_kepala"), TITLE_LENGTH),
                head_role=sheet.role(keys.get("peran_kepala"), roles),
                parent=sheet.text(parents[code], NAME_LENGTH) if code in parents else None,
                assumed=sheet.flag(keys.get("asumsi")),
            )
        )
    _check_parents(sheet, units, parents)
    return tuple(units)


def _check_parents(sheet: Sheet, units: list[OfficeUnit], lines: dict[str, Value]) -> None:
    """Every parent exists, and nobody is above themselves."""
    parents = {unit.code: unit.parent for unit in units if unit.code}
    told: set[str] = set()
    for code, parent in parents.items():
        if parent and parent not in parents:
            sheet.fault(lines[code], f'unit "{parent}" {unknown(parent, list(parents))}')
        chain = [code]
        while (above := parents.get(chain[-1])) is not None and above not in chain:
            chain.append(above)
        if above == code and code not in told:
            told.update(chain)
            circle = " → ".join((*chain, code))
            sheet.fault(lines[code], f'"induk" berputar ({circle}); kosongkan salah satunya')


def _week(sheet: Sheet, value: Value | None) -> WorkWeek:
    keys = sheet.mapping(value, WEEKDAYS)
    week = WorkWeek(tuple(_workday(sheet, keys.get(name)) for name in WEEKDAYS))
    if len(keys) == len(WEEKDAYS) and all(day.scalar == _OFF for day in keys.values()):
        sheet.fault(value, "tidak ada hari kerja; isi jam kerja paling sedikit satu hari")
    return week


def _workday(sheet: Sheet, value: Value | None) -> tuple[Hours, ...]:
    if value is None or value.scalar == _OFF:
        return ()
    if value.node.id != "mapping":
        sheet.fault(
            value,
            f'"{value.name}" tidak terbaca; tulis libur, atau '
            "{kerja: 07.30-16.00, istirahat: 12.00-13.00}",
        )
        return ()
    keys = sheet.mapping(value, ("kerja",), ("istirahat",))
    work = sheet.hours(keys.get("kerja"))
    breaks = [
        (hours, item)
        for item in sheet.one_or_more(keys.get("istirahat"))
        if (hours := sheet.hours(item)) is not None
    ]
    if work is None:
        return ()
    stretches: list[Hours] = []
    start = work.start
    for hours, item in sorted(breaks, key=lambda pair: pair[0].start):
        if hours.start < start or hours.end > work.end:
            sheet.fault(
                item,
                f"istirahat {_range(hours)} bertumpuk atau di luar jam kerja {_range(work)}; "
                "betulkan jamnya",
            )
            continue
        stretches.append(Hours(start, hours.start))
        start = hours.end
    stretches.append(Hours(start, work.end))
    return tuple(hours for hours in stretches if hours.start < hours.end)


def _range(hours: Hours) -> str:
    return f"{hours.start:%H.%M}-{hours.end:%H.%M}"


def _ramadan(sheet: Sheet, value: Value | None) -> tuple[Period, ...]:
    periods: list[Period] = []
    for item in sheet.items(value):
        keys = sheet.mapping(item, ("mulai", "selesai"), ("asumsi",))
        first, last = sheet.day(keys.get("mulai")), sheet.day(keys.get("selesai"))
        period = Period(first, last, assumed=sheet.flag(keys.get("asumsi")))
        if NO_DAY in (period.first, period.last):
            continue
        if period.last < period.first:
            sheet.fault(item, f"Ramadan {_days(period)} berakhir sebelum mulai; tukar tanggalnya")
        for other in periods:
            if period.first <= other.last and other.first <= period.last:
                sheet.fault(
                    item,
                    f"Ramadan {_days(period)} bertumpuk dengan {_days(other)}; betulkan tanggalnya",
                )
        periods.append(period)
    return tuple(sorted(periods, key=lambda period: period.first))


def _days(period: Period) -> str:
    return f"{period.first} sampai {period.last}"


def _day_corrections(sheet: Sheet, value: Value | None) -> tuple[DayCorrection, ...]:
    taken: dict[str, str] = {}
    corrections: list[DayCorrection] = []
    for item in sheet.items(value):
        keys = sheet.mapping(item, ("tanggal", "nama", "kerja"), ("dasar",))
        day = sheet.day(keys.get("tanggal"))
        if day != NO_DAY:
            sheet.claim(keys["tanggal"], str(day), taken, "tanggal")
        corrections.append(
            DayCorrection(
                day=day,
                name=sheet.text(keys.get("nama"), NAME_LENGTH),
                working=sheet.flag(keys.get("kerja")),
                basis=sheet.text(keys.get("dasar"), TITLE_LENGTH, may_be_empty=True),
            )
        )
    return tuple(corrections)
