"""/libur: an admin's word on single days: holidays and working days of the office's own."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from bot.domain import parsing
from bot.domain.access import Permission
from bot.domain.calendar import is_estimated
from bot.domain.notices import Reply
from bot.domain.sop import DayCorrection
from bot.features import deadlines, replies
from bot.features.answers import Refuse, Refused
from bot.features.feature import Command, Feature, NamedView, Topic, View
from bot.features.form import Data, Field, Form, Misread
from bot.features.phrases import NAME, TITLE, Phrases
from bot.features.work import Args, Work
from bot.indonesian import Dates
from bot.ui.buttons import OnOff, PageTap, Show, Tap, button
from bot.ui.markup import bold, safe
from bot.ui.message import Block, Message, paged

MOVE_HOLIDAYS = Permission("move_holidays")
"""Admins only: the calendar is the whole office's, and its decrees come from above it."""

BACK = timedelta(days=31)
AHEAD = timedelta(days=731)
"""How far from today a day may be: a decree comes late at times, and not years before."""

SHOWN = timedelta(days=366)
"""How far /libur looks ahead."""

BASIS_LENGTH = 150
ANSWER_LENGTH = 60
"""What is shown of an answer that was not taken."""


class AskDay(Tap, prefix="lib", after=Show.BELOW):
    """Ask for a day that is to be a working day, or a holiday."""

    working: OnOff


class AskRevokeDay(Tap, prefix="libx", reads_only=True):
    """Ask before an admin's word on this day is taken back."""

    day: date


class RevokeDay(Tap, prefix="liby"):
    """Take an admin's word on this day back."""

    day: date


class TurnHolidays(PageTap, prefix="pg:libur"):
    """Show another page of the days off."""


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day off, or one with an admin's `word`. The date of an `estimated` one is not settled."""

    day: date
    name: str
    word: DayCorrection | None
    estimated: bool


@dataclass(frozen=True, slots=True)
class HolidaysView:
    """The days off of the year ahead, and what the admins have said, in order."""

    rows: tuple[DayRow, ...]


Asked = Literal["day", "name", "basis"]
"""What of a day is asked for, by the name of the field."""


class DayFault(StrEnum):
    """Why an answer about a day was not taken."""

    UNREAD = "unread"
    TOO_FAR = "too_far"
    OFF_ALREADY = "off_already"
    WORKS_ALREADY = "works_already"
    NO_NAME = "no_name"
    NO_BASIS = "no_basis"


@dataclass(frozen=True, slots=True)
class HolidayQuestionView:
    """Asks for what is `asked` of a day; `text` was not taken as an answer, because of `fault`."""

    working: bool
    asked: Asked
    day: date | None = None
    name: str | None = None
    fault: DayFault | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class RevokeQuestionView:
    """Asks before an admin's word on a day is taken back."""

    word: DayCorrection


@dataclass(frozen=True, slots=True)
class HolidaySetView:
    """A day became a holiday or a working day, or the word on it was taken back."""

    word: DayCorrection
    revoked: bool


# What people do


def ask(work: Work, tap: AskDay) -> View:
    """Ask for the day that is to be a holiday, or a working day."""
    return HOLIDAY.fill(work, {"working": tap.working})


def ask_revoke(work: Work, tap: AskRevokeDay) -> RevokeQuestionView:
    """Show what taking an admin's word back would mean, before it is done."""
    return RevokeQuestionView(_word(work, tap.day))


def revoke(work: Work, tap: RevokeDay) -> HolidaySetView:
    """Take an admin's word on a day back: what the file and the decrees say counts again."""
    word = _word(work, tap.day)
    work.tx.calendar.remove(tap.day)
    _record(work, word, revoked=True)
    return HolidaySetView(word, revoked=True)


def _day(work: Work, said: Data, text: str) -> Data:
    today, day = work.today, parsing.day(text, work.today)
    if day is None:
        raise Misread(DayFault.UNREAD, text)
    if not today - BACK <= day <= today + AHEAD:
        raise Misread(DayFault.TOO_FAR, text)
    # An estimate is settled by saying so, though the day is off already.
    settled = not is_estimated(work.calendar.holiday_name(day) or "")
    working = bool(said["working"])
    if settled and work.calendar.is_working_day(day) is working:
        raise Misread(DayFault.WORKS_ALREADY if working else DayFault.OFF_ALREADY, text)
    return {"day": day.isoformat()}


def _name(work: Work, said: Data, text: str) -> Data:
    name = parsing.official_name(text)
    if name is None:
        raise Misread(DayFault.NO_NAME, text)
    return {"name": name}


def _basis(work: Work, said: Data, text: str) -> Data:
    basis = " ".join(text.split())
    if not 3 <= len(basis) <= BASIS_LENGTH:
        raise Misread(DayFault.NO_BASIS, text)
    return {"basis": basis}


def _ask_next(said: Data, misread: Misread | None) -> Reply:
    args: Args = {**said}
    if misread is not None:
        args |= {"fault": misread.fault, "text": misread.text[:ANSWER_LENGTH]}
    return Reply("holiday_question", args)


def _set(work: Work, said: Data) -> Reply:
    day, working = date.fromisoformat(said["day"]), bool(said["working"])
    word = DayCorrection(day, said.get("name", WORKING_DAY), working, said["basis"])
    work.tx.calendar.put(word, work.person.id, work.now)
    _record(work, word, revoked=False)
    return Reply("holiday_set", {"day": said["day"]})


HOLIDAY = Form(
    "holiday",
    (
        Field("day", _day, label="tanggal"),
        Field("name", _name, wanted=lambda said: not said["working"], label="nama hari libur"),
        Field("basis", _basis),
    ),
    _ask_next,
    _set,
    MOVE_HOLIDAYS,
)


def _record(work: Work, word: DayCorrection, *, revoked: bool) -> None:
    facts = {**asdict(word), "day": word.day.isoformat()}
    if revoked:
        work.tx.journal.note("day_revoked", work.now, work.person.id, **facts)
    else:
        work.tx.journal.note("day_set", work.now, work.person.id, **facts)
    dates = Dates(work.office.timezone, work.office.timezone_label)
    deadlines.change_calendar(work, reason(word, dates, revoked=revoked))


def _word(work: Work, day: date) -> DayCorrection:
    """What an admin said of a day, for an admin; refused where that was taken back."""
    work.require(MOVE_HOLIDAYS)
    word = work.tx.calendar.get(day)
    if word is None:
        raise Refuse(Refused.BUTTON_OLD)
    return word


def _holidays(work: Work, args: Args) -> HolidaysView:
    today = work.today
    own = {word.day: word for word in work.tx.calendar.corrections() if word.day >= today}
    rows = [DayRow(day, word.name, word, estimated=False) for day, word in own.items()]
    for ahead in range(SHOWN.days):
        day = today + timedelta(days=ahead)
        name = work.calendar.holiday_name(day)
        if name is not None and day not in own:
            rows.append(DayRow(day, name, None, is_estimated(name)))
    return HolidaysView(tuple(sorted(rows, key=lambda row: row.day)))


def _question(work: Work, args: Args) -> HolidayQuestionView:
    day = date.fromisoformat(str(args["day"])) if args.get("day") else None
    name = str(args["name"]) if args.get("name") else None
    working = bool(args["working"])
    asked: Asked = "day" if day is None else "basis" if working or name else "name"
    fault = DayFault(str(args["fault"])) if args.get("fault") else None
    return HolidayQuestionView(working, asked, day, name, fault, str(args.get("text") or ""))


def _is_set(work: Work, args: Args) -> HolidaySetView:
    # What was said of the day since then has its own message.
    return HolidaySetView(_word(work, date.fromisoformat(str(args["day"]))), revoked=False)


# Words

WORKING_DAY = "Hari kerja"
"""The name of a day that becomes a working day, as it is stored."""

_FAULTS = {
    DayFault.UNREAD: "Mohon maaf, “{text}” belum terbaca sebagai tanggal.",
    DayFault.TOO_FAR: "Tanggal itu terlalu jauh. Yang dapat diubah adalah satu bulan ke belakang "
    "sampai dua tahun ke depan.",
    DayFault.OFF_ALREADY: "Tanggal itu memang bukan hari kerja, sehingga tidak perlu ditambahkan.",
    DayFault.WORKS_ALREADY: "Tanggal itu memang hari kerja, sehingga tidak perlu diubah.",
    DayFault.NO_NAME: "Mohon maaf, nama hari libur terdiri atas 3 sampai 100 huruf.",
    DayFault.NO_BASIS: "Mohon maaf, dasar surat terdiri atas 3 sampai 150 huruf.",
}

_QUESTIONS: dict[Asked, str] = {
    "day": "Tanggal berapa yang menjadi {becomes}? Misalnya: 23 Januari 2027, atau 23/1/2027.",
    "name": "{day}. Hari libur apa? Misalnya: Hari Jadi Kota Pagar Alam.",
    "basis": "{day} menjadi {becomes}{name}. Apa dasarnya? Misalnya: Surat Edaran Wali Kota "
    "Nomor 800/12/2027 tanggal 4 Januari 2027.",
}


def reason(word: DayCorrection, dates: Dates, *, revoked: bool) -> str:
    """Why deadlines move, as it is stored: an admin has set a day, or taken that back."""
    day, becomes = dates.day(word.day), _becomes(word.working)
    if revoked:
        return f"pencatatan {day} sebagai {becomes} dicabut ({word.basis})"
    name = "" if word.working else f": {word.name}"
    return f"{day} dicatat sebagai {becomes}{name} ({word.basis})"


_LINES = 40
"""Of a page of days: each is a line, so that a page is lower than others."""


def say_holidays(view: HolidaysView, say: Phrases, page: int) -> Message:
    """The days off ahead; what an admin has said can be taken back."""
    head = bold("Hari libur dalam satu tahun ke depan")
    hint = (
        "Akhir pekan tidak dicantumkan. Bila hari libur ditambah atau dicabut, tenggat yang sedang "
        "berjalan dihitung ulang dan yang terkena diberi tahu sebabnya."
    )
    foot = (
        (button("➕ Tambah hari libur", AskDay(working=False), "primary"),),
        (button("Jadikan hari kerja", AskDay(working=True)),),
    )
    nothing = Block(("Belum ada hari libur yang tercatat.",))
    blocks = [_block(row, say) for row in view.rows] or [nothing]
    return paged(
        head, blocks, page, TurnHolidays(0), opening=f"{head}\n{hint}", foot=foot, most=_LINES
    )


def say_question(view: HolidayQuestionView, say: Phrases) -> Message:
    """What has to be known of a day, one thing after the other."""
    parts = [_FAULTS[view.fault].format(text=safe(view.text, ANSWER_LENGTH))] if view.fault else []
    day = bold(say.weekday(view.day)) if view.day else ""
    name = f" ({safe(view.name, NAME)})" if view.name else ""
    becomes = _becomes(view.working)
    parts.append(_QUESTIONS[view.asked].format(day=day, becomes=becomes, name=name))
    return Message("\n\n".join(parts))


def say_revoke_question(view: RevokeQuestionView, say: Phrases) -> Message:
    """Before an admin's word is taken back."""
    word = view.word
    text = (
        f"Cabut pencatatan {bold(say.weekday(word.day))} sebagai {_becomes(word.working)}?\n"
        f"Dasar: {safe(word.basis, TITLE)}\n\n"
        "Sesudahnya kembali berlaku kalender nasional dan data kantor. Tenggat yang terkena "
        "dihitung ulang."
    )
    return Message(text, ((button("Ya, cabut", RevokeDay(word.day), "danger"),),))


def say_set(view: HolidaySetView, say: Phrases) -> Message:
    """It is on record."""
    word = view.word
    day, becomes = bold(say.weekday(word.day)), _becomes(word.working)
    name = "" if word.working else f": {safe(word.name, NAME)}"
    news = f"Tercatat. {day} menjadi {becomes}{name}.\nDasar: {safe(word.basis, TITLE)}"
    if view.revoked:
        news = f"Pencatatan {day} sebagai {becomes} sudah dicabut."
    return Message(
        f"📅 {news}\n\nTenggat tugas yang terkena dihitung ulang, dan pelaksananya kami beri tahu "
        "sebabnya."
    )


def _becomes(working: bool) -> str:
    return "hari kerja" if working else "hari libur"


def _block(row: DayRow, say: Phrases) -> Block:
    day, word = say.weekday(row.day), row.word
    if word is None:
        mark = " ⚠️ tanggalnya belum pasti" if row.estimated else ""
        return Block((f"{day}: {safe(row.name, NAME)}{mark}",))
    becomes = _becomes(True) if word.working else safe(word.name, NAME)
    lines = (f"📌 {day}: {becomes}", f"Dasar: {safe(word.basis, TITLE)}")
    return Block(lines, rows=((button(f"Cabut: {day}", AskRevokeDay(word.day)),),))


FEATURE = Feature(
    "holidays",
    commands=(
        Command(
            "libur",
            replies.shows("holidays"),
            MOVE_HOLIDAYS,
            Topic.KANTOR,
            "Hari libur kantor",
            "melihat, menambah, atau mencabut hari libur beserta dasar suratnya",
        ),
    ),
    taps={
        AskDay: ask,
        AskRevokeDay: ask_revoke,
        RevokeDay: revoke,
        TurnHolidays: lambda work, tap: replies.show(work, "holidays"),
    },
    views={
        "holidays": NamedView(_holidays, MOVE_HOLIDAYS),
        "holiday_question": NamedView(_question, MOVE_HOLIDAYS),
        "holiday_set": NamedView(_is_set, MOVE_HOLIDAYS),
    },
    questions={HOLIDAY.kind: HOLIDAY.question()},
    asks={HolidaysView: (), RevokeQuestionView: (), HolidayQuestionView: (HOLIDAY.kind,)},
    words={
        HolidayQuestionView: say_question,
        RevokeQuestionView: say_revoke_question,
        HolidaySetView: say_set,
    },
    pages={HolidaysView: say_holidays},
    journal={
        kind: lambda line: f"{line.who} mengubah hari libur: {line.facts.get('name')}."
        for kind in ("day_set", "day_revoked")
    },
)
