"""Buttons, and what a tap on one means.

Both directions live here: `build` writes a tap into the data of a button, `parse` reads it
back from whatever Telegram delivers, which anybody can forge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, assert_never

from bot.domain.documents import Format
from bot.domain.people import Address
from bot.domain.sop import Duration, DurationUnit
from bot.ui.markup import plain
from bot.usecases.views import Steering, Talk

Style = Literal["success", "danger", "primary"]

DATA_LIMIT = 64
"""Telegram's limit for the data of a button, in bytes."""

LABEL_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message. `data` comes back when it is tapped."""

    label: str
    data: str
    style: Style | None = None


Row = tuple[Button, ...]


class PagedView(StrEnum):
    """The views that turn pages, by the name their buttons carry."""

    TUGAS = "tugas"
    STATUS = "status"
    RIWAYAT = "riwayat"
    SOP = "sop"
    PEGAWAI = "pegawai"
    BANTUAN = "bantuan"
    RINGKAS = "ringkas"
    RINCIAN = "rincian"
    LAPORAN = "laporan"
    LIBUR = "libur"
    UNIT = "unit"
    TIM = "tim"


@dataclass(frozen=True, slots=True)
class Confirm:
    """Confirm the task with this token."""

    token: str


@dataclass(frozen=True, slots=True)
class ShowDetail:
    """Show everything about the task with this token."""

    token: str


@dataclass(frozen=True, slots=True)
class AttachFile:
    """Ask for a file of the task with this token."""

    token: str


@dataclass(frozen=True, slots=True)
class SendFiles:
    """Send the files of the run that the task with this token is of."""

    token: str


@dataclass(frozen=True, slots=True)
class Snooze:
    """Remind of the task with this token in one hour."""

    token: str


@dataclass(frozen=True, slots=True)
class Undo:
    """Take one's own confirmation of the task with this token back."""

    token: str


@dataclass(frozen=True, slots=True)
class AskReturn:
    """Ask to which step the task with this token goes back, and why."""

    token: str


@dataclass(frozen=True, slots=True)
class ReturnTo:
    """Send the task with this token back to this step."""

    token: str
    step: int


@dataclass(frozen=True, slots=True)
class AskExtension:
    """Ask how much more time the task with this token needs."""

    token: str


@dataclass(frozen=True, slots=True)
class ExtendBy:
    """Ask why the task with this token needs so much more time."""

    token: str
    amount: Duration


@dataclass(frozen=True, slots=True)
class DecideExtension:
    """Grant or decline the extension of this number, from 0, of the task with this token."""

    token: str
    number: int
    granted: bool


@dataclass(frozen=True, slots=True)
class SteerRun:
    """Let the run that the task with this token belongs to rest, go on, or end."""

    what: Steering
    token: str


@dataclass(frozen=True, slots=True)
class ConfirmCancel:
    """Yes, the run that the task with this token belongs to is to be given up."""

    token: str


@dataclass(frozen=True, slots=True)
class PickProcedure:
    """Ask about starting this procedure."""

    code: str


@dataclass(frozen=True, slots=True)
class StartRun:
    """Start a run; `seen` is the newest run under way that the starter was shown."""

    code: str
    year: int
    seen: int | None


@dataclass(frozen=True, slots=True)
class Invite:
    """Invite somebody to a role, in a unit where one is chosen."""

    role: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class ChooseAddress:
    """A newcomer's own form of address."""

    address: Address


@dataclass(frozen=True, slots=True)
class ShowPerson:
    """Show one person."""

    person_id: int


@dataclass(frozen=True, slots=True)
class ChangeName:
    """Ask for this person's new name."""

    person_id: int


@dataclass(frozen=True, slots=True)
class ChangeAddress:
    """Change this person's form of address."""

    person_id: int
    address: Address


@dataclass(frozen=True, slots=True)
class ChooseRole:
    """Choose a role to give to this person."""

    person_id: int


@dataclass(frozen=True, slots=True)
class GiveRole:
    """Give a role to this person, in a unit where one is chosen."""

    person_id: int
    role: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class TakeRole:
    """Take this holding back."""

    holding_id: int


@dataclass(frozen=True, slots=True)
class AskRemove:
    """Ask before this person is removed."""

    person_id: int


@dataclass(frozen=True, slots=True)
class MoveAccount:
    """Invite a person to another Telegram account."""

    person_id: int


@dataclass(frozen=True, slots=True)
class RemovePerson:
    """Remove this person."""

    person_id: int


@dataclass(frozen=True, slots=True)
class TurnPage:
    """Show a page of a view, counted from 0.

    `arg` is the id of the run for a summary, the token of the task for its details, the
    code of the procedure for one SOP, code and year for its runs by unit, else None.
    """

    view: PagedView
    page: int
    arg: str | None = None


@dataclass(frozen=True, slots=True)
class PutOffStart:
    """Propose the start that belongs to this day again in a week."""

    code: str
    day: date


@dataclass(frozen=True, slots=True)
class SetDigest:
    """Have the morning's overview from now on, or no longer."""

    on: bool


@dataclass(frozen=True, slots=True)
class AskDay:
    """Ask for a day that is to be a working day, or a holiday."""

    working: bool


@dataclass(frozen=True, slots=True)
class AskRevokeDay:
    """Ask before an admin's word on this day is taken back."""

    day: date


@dataclass(frozen=True, slots=True)
class RevokeDay:
    """Take an admin's word on this day back."""

    day: date


@dataclass(frozen=True, slots=True)
class DecideHeld:
    """Send the messages that a restored copy holds back, or drop them."""

    send: bool


class DocumentKind(StrEnum):
    """What can be had as a file, by the name of its view."""

    RUN = "run_report"
    SOP = "sop_document"
    EVALUATION = "evaluation"
    RUN_PICTURE = "run_picture"
    OFFICE_PICTURE = "office_picture"


@dataclass(frozen=True, slots=True)
class GetDocument:
    """Have a document made and sent. `arg` says of what: the number of a run, the code of a
    procedure, a period ("2027-1"), or nothing that matters."""

    kind: DocumentKind
    format: Format
    arg: str


@dataclass(frozen=True, slots=True)
class Choose:
    """A choice in a conversation by buttons: `what` is chosen, and `value` says which.

    Both are checked by whoever deals with the conversation.
    """

    talk: Talk
    what: str
    value: str


Tap = (
    Confirm
    | ShowDetail
    | AttachFile
    | SendFiles
    | Snooze
    | Undo
    | AskReturn
    | ReturnTo
    | AskExtension
    | ExtendBy
    | DecideExtension
    | SteerRun
    | ConfirmCancel
    | PickProcedure
    | StartRun
    | Invite
    | ChooseAddress
    | ShowPerson
    | ChangeName
    | ChangeAddress
    | ChooseRole
    | GiveRole
    | TakeRole
    | AskRemove
    | RemovePerson
    | MoveAccount
    | TurnPage
    | DecideHeld
    | GetDocument
    | PutOffStart
    | SetDigest
    | AskDay
    | AskRevokeDay
    | RevokeDay
    | Choose
)

# Nine digits keep the longest data, "give:<id>:<role>:<unit>", within its 64 bytes.
_ID = re.compile("[1-9][0-9]{0,8}")
_YEAR = re.compile("[1-9][0-9]{3}")
_CODE_AND_YEAR = re.compile("[a-z0-9_]{1,24}-[1-9][0-9]{3}")
_PAGE = re.compile("0|[1-9][0-9]{0,3}")
_STEP = re.compile("[1-9][0-9]{0,2}")
_NUMBER = re.compile("0|[1-9][0-9]{0,2}")
_CODE = re.compile("[a-z0-9_]{1,24}")
_TOKEN = re.compile("[A-Za-z0-9_-]{12}")
_DAY = re.compile("20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_WHAT = re.compile("[a-z]{1,6}")
_VALUE = re.compile("[A-Za-z0-9_.-]{1,53}")
_NO_RUN = "0"
_DOCUMENT = re.compile("[a-z0-9_-]{1,24}")


def button(label: str, tap: Tap, style: Style | None = None) -> Button:
    """A button that says `label` and means `tap`.

    Raises:
        ValueError: the tap cannot be written as the data of a button.
    """
    return Button(plain(label, LABEL_LIMIT) or "…", build(tap), style)


def build(tap: Tap) -> str:
    """The data of a button that means this tap.

    Raises:
        ValueError: what it carries does not fit the grammar, so that it would not come
            back as it went.
    """
    data = _write(tap)
    if parse(data) != tap:
        raise ValueError(f"no button can carry {tap}")
    return data


def parse(data: str) -> Tap | None:
    """The tap that this data means; None for anything that no button of ours carries."""
    if len(data.encode(errors="replace")) > DATA_LIMIT:
        return None
    match data.split(":"):
        case [what, token] if what in _ABOUT_TASK and _TOKEN.fullmatch(token):
            return _ABOUT_TASK[what](token)
        case ["rto", token, step] if _TOKEN.fullmatch(token) and _STEP.fullmatch(step):
            return ReturnTo(token, int(step))
        case ["exb", token, amount, unit] if _TOKEN.fullmatch(token) and _is_amount(amount, unit):
            return ExtendBy(token, Duration(int(amount), DurationUnit(unit)))
        case ["exd", token, number, "y" | "n" as word] if _TOKEN.fullmatch(
            token
        ) and _NUMBER.fullmatch(number):
            return DecideExtension(token, int(number), granted=word == "y")
        case ["run", what, token] if what in tuple(Steering) and _TOKEN.fullmatch(token):
            return SteerRun(Steering(what), token)
        case ["pick", code] if _CODE.fullmatch(code):
            return PickProcedure(code)
        case ["go", code, year, seen] if (
            _CODE.fullmatch(code)
            and _YEAR.fullmatch(year)
            and (seen == _NO_RUN or _ID.fullmatch(seen))
        ):
            return StartRun(code, int(year), None if seen == _NO_RUN else int(seen))
        case ["inv", role, *unit] if _is_place(role, unit):
            return Invite(role, *unit)
        case ["adr", address] if _is_address(address):
            return ChooseAddress(Address(address))
        case ["addr", person, address] if _ID.fullmatch(person) and _is_address(address):
            return ChangeAddress(int(person), Address(address))
        case ["give", person, role, *unit] if _ID.fullmatch(person) and _is_place(role, unit):
            return GiveRole(int(person), role, *unit)
        case [what, number] if what in _ABOUT_ONE and _ID.fullmatch(number):
            return _ABOUT_ONE[what](int(number))
        case ["pg", view, page, *arg] if _PAGE.fullmatch(page):
            return _turn(view, int(page), arg)
        case ["held", "send" | "drop" as word]:
            return DecideHeld(send=word == "send")
        case ["doc", kind, form, arg] if (
            kind in tuple(DocumentKind) and form in tuple(Format) and _DOCUMENT.fullmatch(arg)
        ):
            return GetDocument(DocumentKind(kind), Format(form), arg)
        case ["week", code, text] if _CODE.fullmatch(code) and (day := _day(text)):
            return PutOffStart(code, day)
        case ["dig", "on" | "off" as word]:
            return SetDigest(on=word == "on")
        case ["c", talk, what, value] if (
            talk in tuple(Talk) and _WHAT.fullmatch(what) and _VALUE.fullmatch(value)
        ):
            return Choose(Talk(talk), what, value)
        case ["lib", "on" | "off" as word]:
            return AskDay(working=word == "on")
        case ["libx" | "liby" as word, text] if day := _day(text):
            return AskRevokeDay(day) if word == "libx" else RevokeDay(day)
        case _:
            return None


_ABOUT_TASK: dict[
    str,
    type[Confirm]
    | type[ShowDetail]
    | type[Snooze]
    | type[Undo]
    | type[AskReturn]
    | type[AskExtension]
    | type[ConfirmCancel]
    | type[AttachFile]
    | type[SendFiles],
] = {
    "ok": Confirm,
    "info": ShowDetail,
    "att": AttachFile,
    "files": SendFiles,
    "snz": Snooze,
    "und": Undo,
    "ret": AskReturn,
    "ext": AskExtension,
    "end": ConfirmCancel,
}

_ABOUT_ONE: dict[
    str,
    type[ShowPerson]
    | type[ChangeName]
    | type[ChooseRole]
    | type[TakeRole]
    | type[AskRemove]
    | type[RemovePerson]
    | type[MoveAccount],
] = {
    "ppl": ShowPerson,
    "name": ChangeName,
    "role": ChooseRole,
    "rev": TakeRole,
    "rm": AskRemove,
    "rmy": RemovePerson,
    "mv": MoveAccount,
}


def _write(tap: Tap) -> str:
    match tap:
        case Confirm(token):
            return f"ok:{token}"
        case ShowDetail(token):
            return f"info:{token}"
        case AttachFile(token):
            return f"att:{token}"
        case SendFiles(token):
            return f"files:{token}"
        case Snooze(token):
            return f"snz:{token}"
        case Undo(token):
            return f"und:{token}"
        case AskReturn(token):
            return f"ret:{token}"
        case ReturnTo(token, step):
            return f"rto:{token}:{step}"
        case AskExtension(token):
            return f"ext:{token}"
        case ExtendBy(token, amount):
            return f"exb:{token}:{amount.amount}:{amount.unit}"
        case DecideExtension(token, number, granted):
            return f"exd:{token}:{number}:{'y' if granted else 'n'}"
        case SteerRun(what, token):
            return f"run:{what}:{token}"
        case ConfirmCancel(token):
            return f"end:{token}"
        case PickProcedure(code):
            return f"pick:{code}"
        case StartRun(code, year, seen):
            return f"go:{code}:{year}:{_NO_RUN if seen is None else seen}"
        case Invite(role, unit):
            return _joined("inv", role, unit)
        case ChooseAddress(address):
            return f"adr:{address}"
        case ShowPerson(person_id):
            return f"ppl:{person_id}"
        case ChangeName(person_id):
            return f"name:{person_id}"
        case ChangeAddress(person_id, address):
            return f"addr:{person_id}:{address}"
        case ChooseRole(person_id):
            return f"role:{person_id}"
        case GiveRole(person_id, role, unit):
            return _joined("give", str(person_id), role, unit)
        case TakeRole(holding_id):
            return f"rev:{holding_id}"
        case AskRemove(person_id):
            return f"rm:{person_id}"
        case RemovePerson(person_id):
            return f"rmy:{person_id}"
        case MoveAccount(person_id):
            return f"mv:{person_id}"
        case TurnPage(view, page, arg):
            return _joined("pg", view, str(page), arg)
        case DecideHeld(send):
            return "held:send" if send else "held:drop"
        case GetDocument(kind, form, arg):
            return f"doc:{kind}:{form}:{arg}"
        case PutOffStart(code, day):
            return f"week:{code}:{day.isoformat()}"
        case SetDigest(on):
            return "dig:on" if on else "dig:off"
        case Choose(talk, what, value):
            return f"c:{talk}:{what}:{value}"
        case AskDay(working):
            return "lib:on" if working else "lib:off"
        case AskRevokeDay(day):
            return f"libx:{day.isoformat()}"
        case RevokeDay(day):
            return f"liby:{day.isoformat()}"
        case _:
            assert_never(tap)


def _joined(*parts: str | None) -> str:
    return ":".join(part for part in parts if part is not None)


def _is_place(role: str, unit: list[str]) -> bool:
    return len(unit) <= 1 and all(_CODE.fullmatch(code) for code in (role, *unit))


def _day(text: str) -> date | None:
    """A day as 2027-01-25, and in no other way."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_amount(amount: str, unit: str) -> bool:
    return unit in tuple(DurationUnit) and _STEP.fullmatch(amount) is not None


def _is_address(text: str) -> bool:
    return text in tuple(Address)


_PAGE_ARGS = {
    PagedView.RINGKAS: _ID,
    PagedView.RINCIAN: _TOKEN,
    PagedView.SOP: _CODE,
    PagedView.UNIT: _CODE_AND_YEAR,
}
"""What names the subject of a page; only the list of SOPs stands for itself."""


def _turn(name: str, page: int, arg: list[str]) -> TurnPage | None:
    if name not in tuple(PagedView) or len(arg) > 1:
        return None
    view = PagedView(name)
    wanted = _PAGE_ARGS.get(view)
    if not arg:
        return None if wanted and view is not PagedView.SOP else TurnPage(view, page)
    if wanted is None or not wanted.fullmatch(arg[0]):
        return None
    return TurnPage(view, page, arg[0])
