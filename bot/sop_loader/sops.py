"""A file of `sop/`: one signed SOP with its procedures and their steps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from bot.domain import parsing
from bot.domain.sop import (
    Column,
    DefaultYear,
    Office,
    Official,
    Procedure,
    ReminderPolicy,
    Role,
    Schedule,
    Sop,
    Step,
    StepKind,
    Wording,
    YearDay,
)
from bot.sop_loader.policy import NO_POLICY, override
from bot.sop_loader.sheet import NAME_LENGTH, TITLE_LENGTH, Sheet
from bot.sop_loader.source import Value

# A step's four texts, each shown beside its signed words, with its titles and the labels
# must fit into one message of 4096.
_ACTIVITY: Final = 500
_INPUTS: Final = 300
_OUTPUT: Final = 300
_REMARKS: Final = 300
_PARAGRAPH: Final = 1500

_MOST_STEPS: Final = 60
_NIP: Final = re.compile(r"\d{18}", re.ASCII)

_SOP_REQUIRED: Final = ("nomor", "nama", "unit", "tanggal", "disahkan_oleh", "prosedur")
_SOP_OPTIONAL: Final = (
    "dasar_hukum",
    "kualifikasi_pelaksana",
    "keterkaitan",
    "peralatan",
    "peringatan",
    "pencatatan",
    "catatan_salinan",
)
_PROCEDURE_OPTIONAL: Final = (
    "tahun",
    "kolom",
    "per_unit",
    "pengingat",
    "jadwal",
    "sesudahnya",
    "asumsi",
)
_PROCEDURE_ASSUMED: Final = ("sesudahnya",)
_MOST_FOLLOW_UP: Final = 5
_FOLLOW_UP: Final = 200
_SCHEDULE_DAYS: Final = ("mulai", "batas")
_STEP_REQUIRED: Final = ("kegiatan", "pelaksana", "waktu", "output")
_STEP_OPTIONAL: Final = (
    "jenis",
    "semua",
    "kembali_ke",
    "kelengkapan",
    "keterangan",
    "wajib_lampiran",
)


@dataclass(slots=True)
class SopContext:
    """What an SOP file is checked against; with no `roles` (none in kantor.yaml) none is wrong."""

    roles: dict[str, Role]
    reminders: ReminderPolicy
    codes: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, office: Office | None) -> SopContext:
        """The context before the first file is read."""
        if office is None:
            return cls({}, NO_POLICY)
        return cls({role.code: role for role in office.roles if role.code}, office.reminders)


def read_sop(sheet: Sheet, context: SopContext) -> Sop | None:
    """The SOP of this file; not to be used if the sheet has faults. None: it is no YAML."""
    root = sheet.root()
    if root is None:
        return None
    keys = sheet.mapping(root, _SOP_REQUIRED, _SOP_OPTIONAL)
    number = sheet.text(keys.get("nomor"), NAME_LENGTH)
    sheet.claim(keys.get("nomor"), number, context.numbers, "nomor SOP")
    days = sheet.mapping(keys.get("tanggal"), ("pembuatan", "efektif"), ("revisi",))
    revised = days.get("revisi")
    official = sheet.mapping(keys.get("disahkan_oleh"), ("nama", "pangkat", "nip"))

    def wordings(key: str) -> tuple[Wording, ...]:
        return tuple(sheet.wording(item, _PARAGRAPH) for item in sheet.items(keys.get(key)))

    return Sop(
        number=number,
        name=sheet.text(keys.get("nama"), TITLE_LENGTH),
        unit=sheet.text(keys.get("unit"), TITLE_LENGTH),
        created=sheet.day(days.get("pembuatan")),
        revised=None if revised is None or revised.is_null else sheet.day(revised),
        effective=sheet.day(days.get("efektif")),
        approved_by=Official(
            sheet.text(official.get("nama"), NAME_LENGTH),
            sheet.text(official.get("pangkat"), NAME_LENGTH),
            _nip(sheet, official.get("nip")),
        ),
        legal_basis=tuple(
            sheet.signed(item, _PARAGRAPH) for item in sheet.items(keys.get("dasar_hukum"))
        ),
        qualifications=wordings("kualifikasi_pelaksana"),
        related=wordings("keterkaitan"),
        equipment=wordings("peralatan"),
        warning=sheet.wording(keys.get("peringatan"), _PARAGRAPH, may_be_empty=True),
        record_keeping=sheet.wording(keys.get("pencatatan"), _PARAGRAPH, may_be_empty=True),
        procedures=tuple(
            _procedure(sheet, item, context) for item in sheet.some(keys.get("prosedur"))
        ),
        transcription_notes=tuple(
            sheet.text(item, _PARAGRAPH) for item in sheet.items(keys.get("catatan_salinan"))
        ),
    )


def _procedure(sheet: Sheet, value: Value, context: SopContext) -> Procedure:
    keys = sheet.mapping(value, ("kode", "judul", "langkah"), _PROCEDURE_OPTIONAL)
    code = sheet.code(keys.get("kode"))
    sheet.claim(keys.get("kode"), code, context.codes, "kode prosedur")
    told = len(sheet.faults)
    columns = tuple(_column(sheet, item, context) for item in sheet.items(keys.get("kolom")))
    # A column with a fault in it would put that fault on every step as well.
    printed = {r for column in columns for r in column.roles if len(sheet.faults) == told}
    reminders = override(sheet, keys.get("pengingat"), context.roles, context.reminders)
    steps = tuple(
        _step(sheet, item, i, context, printed, reminders or context.reminders)
        for i, item in enumerate(sheet.some(keys.get("langkah"), _MOST_STEPS), start=1)
    )
    return Procedure(
        code=code,
        title=sheet.text(keys.get("judul"), TITLE_LENGTH),
        default_year=sheet.choice(keys.get("tahun"), DefaultYear, DefaultYear.BERJALAN),
        steps=steps,
        columns=columns,
        per_unit=sheet.flag(keys.get("per_unit")),
        reminders=reminders,
        schedule=_schedule(sheet, keys.get("jadwal")),
        follow_up=tuple(
            sheet.text(item, _FOLLOW_UP)
            for item in sheet.items(keys.get("sesudahnya"), _MOST_FOLLOW_UP)
        ),
        assumptions=sheet.assumed(keys.get("asumsi"), _PROCEDURE_ASSUMED),
    )


def _schedule(sheet: Sheet, value: Value | None) -> Schedule | None:
    if value is None or value.is_null:
        return None
    keys = sheet.mapping(value, ("mulai",), ("batas", "keterangan_batas", "asumsi"))
    start, deadline = (_year_day(sheet, keys.get(name)) for name in _SCHEDULE_DAYS)
    assumed = sheet.assumed(keys.get("asumsi"), _SCHEDULE_DAYS)
    note = keys.get("keterangan_batas")
    if note is not None and "batas" not in keys:
        sheet.fault(note, '"keterangan_batas" tanpa "batas"; tambahkan "batas" atau hapus barisnya')
    words = sheet.text(note, TITLE_LENGTH)
    return None if start is None else Schedule(start, deadline, assumed, words)


def _year_day(sheet: Sheet, value: Value | None) -> YearDay | None:
    if value is None:
        return None
    raw = value.scalar or ""
    day = parsing.year_day(raw)
    if day is None:
        said = f' "{raw[:60]}"' if raw else ""
        right = (
            "setiap tahun, 2 Januari"
            if value.name == "mulai"
            else "28 Februari atau akhir Februari"
        )
        sheet.fault(
            value, f"{value.name}{said} tidak terbaca; tulis tanggal tanpa tahun, misalnya {right}"
        )
    return day


def _column(sheet: Sheet, value: Value, context: SopContext) -> Column:
    keys = sheet.mapping(value, ("judul", "peran"))
    return Column(
        sheet.text(keys.get("judul"), NAME_LENGTH), sheet.roles(keys.get("peran"), context.roles)
    )


def _step(
    sheet: Sheet,
    value: Value,
    number: int,
    context: SopContext,
    printed: set[str],
    reminders: ReminderPolicy,
) -> Step:
    keys = sheet.mapping(value, _STEP_REQUIRED, (*_STEP_OPTIONAL, "pengingat", "asumsi"))
    performers = keys.get("pelaksana")
    roles = sheet.roles(performers, context.roles)
    for role in roles:
        if printed and role in context.roles and role not in printed:
            sheet.fault(
                performers,
                f'peran "{role}" tidak berdiri pada kolom mana pun; tambahkan pada "kolom"',
            )
    all_must_confirm = sheet.flag(keys.get("semua"))
    outside = [code for code in roles if code in context.roles and context.roles[code].external]
    if all_must_confirm and outside:
        sheet.fault(
            keys["semua"],
            f'"semua" tidak berlaku bagi peran di luar kantor ({", ".join(outside)}); hapus '
            '"semua" atau ganti pelaksananya',
        )
    return Step(
        number=number,
        activity=sheet.wording(keys.get("kegiatan"), _ACTIVITY),
        roles=roles,
        duration=sheet.duration(keys.get("waktu")),
        output=sheet.wording(keys.get("output"), _OUTPUT),
        inputs=sheet.wording(keys.get("kelengkapan"), _INPUTS, may_be_empty=True),
        remarks=sheet.wording(keys.get("keterangan"), _REMARKS, may_be_empty=True),
        kind=sheet.choice(keys.get("jenis"), StepKind, StepKind.KERJA),
        all_must_confirm=all_must_confirm,
        return_to=_return_to(sheet, keys.get("kembali_ke"), number),
        reminders=override(sheet, keys.get("pengingat"), context.roles, reminders),
        assumptions=sheet.assumed(keys.get("asumsi"), (*_STEP_REQUIRED, *_STEP_OPTIONAL)),
        evidence_required=sheet.flag(keys.get("wajib_lampiran")),
    )


def _return_to(sheet: Sheet, value: Value | None, number: int) -> int | None:
    if value is None or value.is_null:
        return None
    if number == 1:
        sheet.fault(value, 'langkah pertama tidak dapat dikembalikan; hapus "kembali_ke"')
        return None
    return sheet.number(value, number - 1, "nomor langkah sebelumnya")


def _nip(sheet: Sheet, value: Value | None) -> str:
    nip = sheet.text(value, NAME_LENGTH)
    if nip and not _NIP.fullmatch(nip.replace(" ", "")):
        sheet.fault(value, f'"nip" "{nip}" bukan NIP; tulis 18 angka di dalam tanda petik')
    return nip
