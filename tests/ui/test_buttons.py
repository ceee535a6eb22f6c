"""Buttons carry a tap out and back, and nothing else gets in."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.documents import Format
from bot.domain.people import Address
from bot.domain.run import Capacity
from bot.domain.sop import DurationUnit
from bot.features import registry, replies
from bot.features.acting.texts import AskEnd, End, PickDay, PickPost
from bot.features.acting.views import ActingField
from bot.features.answers import RefusedView
from bot.features.digest import SetDigest
from bot.features.documents import TurnReports
from bot.features.evidence.texts import AttachFile, SendFiles
from bot.features.extension import AskExtension, ExtendBy
from bot.features.granting import DecideExtension
from bot.features.help import TurnHelp
from bot.features.history import TurnHistory, TurnSummary
from bot.features.holidays import AskDay, AskRevokeDay, RevokeDay, TurnHolidays
from bot.features.joining.views import ChooseAddress
from bot.features.papers import DocumentKind, GetDocument
from bot.features.people.views import (
    AskRemove,
    ChangeAddress,
    ChangeName,
    ChooseRole,
    FillRole,
    GiveRole,
    HandTo,
    Invite,
    MoveAccount,
    RemovePerson,
    ShowPerson,
    TakeRole,
    TurnPeople,
)
from bot.features.review import AskReturn, ReturnTo, Undo
from bot.features.sops import TurnSop
from bot.features.start.views import LeaveStart, PickProcedure, StartRun, TurnStarts, UndoStart
from bot.features.status import TurnStatus, TurnUnits
from bot.features.steering import ConfirmCancel, ConfirmResume, Steering, SteerRun
from bot.features.tasks.buttons import Confirm, ShowDetail, Snooze
from bot.features.tasks.texts import TurnDetail, TurnTasks
from bot.features.team.texts import Tick, TurnTeams
from bot.features.upkeep import DecideHeld
from bot.features.work import Services
from bot.features.yearly import LookAtStart, PutOffStart
from bot.ui import buttons
from bot.ui.buttons import (
    DATA_LIMIT,
    LABEL_LIMIT,
    Id,
    PageTap,
    Rule,
    Show,
    Tap,
    TapReader,
    Token,
    button,
    told_apart,
    write,
)
from bot.ui.markup import width
from tests.cast import SARI, Stage

FEATURES = registry.live()

read = FEATURES.tap_reader.read

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Everything that a field of this type may hold."""
    if get_origin(hint) in (Union, UnionType):
        return st.one_of(*(st.none() if a is type(None) else values(a) for a in get_args(hint)))
    if get_origin(hint) is Annotated:
        rule = get_args(hint)[1]
        assert isinstance(rule, Rule)
        return st.from_regex(rule.pattern, fullmatch=True).map(rule.read)
    if hint is date:
        return DAYS
    assert issubclass(hint, StrEnum), hint
    return st.sampled_from(hint)


def taps_of(kind: type[Tap]) -> st.SearchStrategy[Tap]:
    """Every tap of this class."""
    hints = get_type_hints(kind, include_extras=True)
    names = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
    return st.builds(kind, **{name: values(hints[name]) for name in names})


@pytest.mark.parametrize("kind", FEATURES.taps, ids=lambda kind: kind.prefix)
@given(data=st.data())
def test_every_tap_comes_back_as_it_went_within_64_bytes(
    kind: type[Tap], data: st.DataObject
) -> None:
    tap = data.draw(taps_of(kind))
    written = write(tap)
    assert read(written) == tap
    assert len(written.encode()) <= 64


def test_a_buttons_data_is_as_long_as_telegram_takes() -> None:
    assert DATA_LIMIT == 64


TOKEN = "Ab3_-xYz9012"


@pytest.mark.parametrize(
    ("tap", "data"),
    [
        (Confirm(TOKEN), "ok:Ab3_-xYz9012"),
        (ShowDetail(TOKEN), "info:Ab3_-xYz9012"),
        (AttachFile(TOKEN), "att:Ab3_-xYz9012"),
        (SendFiles(TOKEN), "files:Ab3_-xYz9012"),
        (Snooze(TOKEN), "snz:Ab3_-xYz9012"),
        (Undo(TOKEN), "und:Ab3_-xYz9012"),
        (AskReturn(TOKEN), "ret:Ab3_-xYz9012"),
        (ReturnTo(TOKEN, 7), "rto:Ab3_-xYz9012:7"),
        (AskExtension(TOKEN), "ext:Ab3_-xYz9012"),
        (ExtendBy(TOKEN, 2, DurationUnit.JAM), "exb:Ab3_-xYz9012:2:jam"),
        (DecideExtension(TOKEN, 0, granted=True), "exd:Ab3_-xYz9012:0:y"),
        (DecideExtension(TOKEN, 3, granted=False), "exd:Ab3_-xYz9012:3:n"),
        (SteerRun(Steering.JEDA, TOKEN), "run:jeda:Ab3_-xYz9012"),
        (ConfirmCancel(TOKEN), "end:Ab3_-xYz9012"),
        (ConfirmResume(TOKEN), "res:Ab3_-xYz9012"),
        (PickProcedure("lakip"), "pick:lakip"),
        (StartRun("lakip", 2023, None), "go:lakip:2023:0"),
        (StartRun("lakip", 2023, 7), "go:lakip:2023:7"),
        (Invite("tim"), "inv:tim"),
        (Invite("kasi", "umum"), "inv:kasi:umum"),
        (ChooseAddress(Address.IBU), "adr:Ibu"),
        (ShowPerson(5), "ppl:5"),
        (ChangeName(5), "name:5"),
        (ChangeAddress(5, Address.BAPAK), "addr:5:Bapak"),
        (ChooseRole(5), "role:5"),
        (GiveRole(5, "tim"), "give:5:tim"),
        (GiveRole(5, "kasi", "umum"), "give:5:kasi:umum"),
        (TakeRole(9), "rev:9"),
        (AskRemove(5), "rm:5"),
        (RemovePerson(5), "rmy:5"),
        (MoveAccount(5), "mv:5"),
        (TurnStatus(2), "pg:status:2"),
        (TurnTasks(0), "pg:tugas:0"),
        (TurnHistory(3), "pg:riwayat:3"),
        (TurnPeople(0), "pg:pegawai:0"),
        (TurnHelp(1), "pg:bantuan:1"),
        (TurnReports(1), "pg:laporan:1"),
        (TurnHolidays(9999), "pg:libur:9999"),
        (TurnTeams(0), "pg:tim:0"),
        (TurnSop(0), "pg:sop:0"),
        (TurnSop(1, "lakip"), "pg:sop:1:lakip"),
        (TurnSummary(0, 7), "pg:ringkas:0:7"),
        (TurnDetail(1, TOKEN), "pg:rincian:1:Ab3_-xYz9012"),
        (TurnUnits(1, "tapkin_staf-2027"), "pg:unit:1:tapkin_staf-2027"),
        (DecideHeld(send=True), "held:send"),
        (DecideHeld(send=False), "held:drop"),
        (GetDocument(DocumentKind.RUN, Format.XLSX, "12"), "doc:run_report:xlsx:12"),
        (GetDocument(DocumentKind.EVALUATION, Format.PDF, "2027-1"), "doc:evaluation:pdf:2027-1"),
        (GetDocument(DocumentKind.RUN_PICTURE, Format.PNG, "12"), "doc:run_picture:png:12"),
        (PutOffStart("lakip", date(2027, 1, 25)), "week:lakip:2027-01-25"),
        (SetDigest(on=True), "dig:on"),
        (SetDigest(on=False), "dig:off"),
        (AskDay(working=True), "lib:on"),
        (AskDay(working=False), "lib:off"),
        (AskRevokeDay(date(2027, 1, 25)), "libx:2027-01-25"),
        (RevokeDay(date(2027, 1, 25)), "liby:2027-01-25"),
    ],
)
def test_buttons_on_screens_of_last_year_still_mean_the_same(tap: Tap, data: str) -> None:
    assert write(tap) == data
    assert read(data) == tap


@pytest.mark.parametrize(
    ("tap", "data"),
    [
        (PickPost(Capacity.PLH, "kasi", "umum"), "apo:plh:kasi:umum"),
        (PickDay(ActingField.SINCE, date(2027, 1, 25)), "apd:since:2027-01-25"),
        (AskEnd(3), "aeq:3"),
        (End(3), "aen:3"),
        (Tick(5, on=True, page=0), "tmt:5:y:0"),
        (HandTo(3, 5), "hto:3:5"),
        (FillRole("tim", 0), "fr:tim:0"),
        (LeaveStart(), "nogo"),
        (UndoStart(TOKEN), "unstart:Ab3_-xYz9012"),
        (TurnStarts(1), "pg:mulai:1"),
        (LookAtStart("lakip", 2026), "due:lakip:2026"),
    ],
)
def test_buttons_of_conversations_mean_the_same_next_year(tap: Tap, data: str) -> None:
    assert write(tap) == data
    assert read(data) == tap


@pytest.mark.parametrize(
    "data",
    [
        "",
        ":",
        "ok",
        "ok:",
        "ok:short",
        "c:xx:post:1",
        "c:pj:POST:1",
        "c:pj:post:",
        "c:pj:post:a;b",
        "c:pj:post:plh.kasi.umum",
        "ok:Ab3_-xYz9012:more",
        "ok:Ab3_-xYz901 ",
        "ok:Ab3_-xYz9012\n",
        "OK:Ab3_-xYz9012",
        "rto:Ab3_-xYz9012",
        "rto:Ab3_-xYz9012:0",
        "rto:Ab3_-xYz9012:1000",
        "rto:short:1",
        "exb:Ab3_-xYz9012:0:jam",
        "exb:Ab3_-xYz9012:2:minggu",
        "exb:Ab3_-xYz9012:2",
        "exd:Ab3_-xYz9012:0:x",
        "exd:Ab3_-xYz9012:01:y",
        "run:hapus:Ab3_-xYz9012",
        "run:jeda:7",
        "pick:LAKIP",
        "pick:lakip; drop table runs",
        "go:lakip:23:0",
        "go:lakip:2023",
        "go:lakip:2023:-1",
        "go:lakip:٢٠٢٣:0",
        "go:lakip:2023:00",
        "inv:",
        "inv:tim:umum:lagi",
        "inv:" + "a" * 25,
        "adr:Saudara",
        "addr:0:Ibu",
        "ppl:0",
        "ppl:05",
        "ppl:-5",
        "ppl:1e3",
        "ppl:²",
        "ppl:1234567890",
        "give:5",
        "pg:status",
        "pg:status:-1",
        "pg:status:99999",
        "pg:status:0:LAKIP",
        "pg:ringkas:0",
        "pg:ringkas:0:tujuh",
        "pg:rincian:0:7",
        "pg:rahasia:0",
        "pg",
        "pg:",
        "held:both",
        "week:lakip:2027-02-30",
        "week:lakip:20270125",
        "libx:1999-01-25",
        "dig:",
        "tmn:",
        "tmn:1",
        "\ud800",
        "x" * 65,
    ],
)
def test_what_no_button_of_ours_carries_means_nothing(data: str) -> None:
    assert read(data) is None


PARTS = ["ok", "pg", "give", "go", "5", "tim", "0", "", "sop", "tmn", "apo", "plh", "y", TOKEN]


@given(st.text() | st.lists(st.sampled_from(PARTS)).map(":".join))
def test_forged_data_is_refused_or_is_a_tap_that_a_button_could_carry(data: str) -> None:
    tap = read(data)
    assert tap is None or write(tap) == data


@given(st.sampled_from(list(FEATURES.taps)), st.lists(st.sampled_from(PARTS), max_size=5))
def test_forged_parts_behind_a_true_prefix_are_refused_or_could_be_carried(
    kind: type[Tap], parts: list[str]
) -> None:
    data = ":".join([kind.prefix, *parts])
    tap = read(data)
    assert tap is None or write(tap) == data


@pytest.mark.parametrize(
    "tap",
    [
        Confirm("too short"),
        PickProcedure("x" * 25),
        Invite("tim:umum"),
        ShowPerson(0),
        GiveRole(1_000_000_000, "tim"),
        TurnSummary(0, 0),
        TurnStatus(-1),
    ],
)
def test_a_tap_that_would_not_come_back_makes_no_button(tap: Tap) -> None:
    with pytest.raises(ValueError, match="no button can carry"):
        write(tap)


def test_a_label_from_data_is_one_short_line_and_never_empty() -> None:
    assert button("Undang\nTim <b>", Invite("tim")).label == "Undang Tim <b>"
    assert button("\u202e", Invite("tim")).label == "…"
    long = button("x" * 500, Invite("tim")).label
    assert len(long) == buttons.LABEL_LIMIT
    assert long.endswith("…")


@dataclass(frozen=True, slots=True)
class Twin(Tap):
    """A tap of some other feature with the prefix of a confirmation."""

    prefix = "ok"
    token: Token


@dataclass(frozen=True, slots=True)
class Float(Tap):
    """A tap with a field that no button can carry."""

    prefix = "float"
    amount: float


class Wave(Tap, prefix="wave", after=Show.BELOW, reads_only=True):
    """A tap that says all about itself in its header."""

    person_id: Id


class TurnWaves(PageTap, prefix="pg:wave"):
    """A page of something."""


def test_a_tap_that_names_its_prefix_in_its_header_is_a_frozen_dataclass() -> None:
    assert (Wave(3), TurnWaves(2)) == (Wave(person_id=3), TurnWaves(page=2))
    assert Wave(3) != Wave(4)
    assert len({Wave(3), Wave(3), TurnWaves(3)}) == 2
    assert (write(Wave(3)), write(TurnWaves(2))) == ("wave:3", "pg:wave:2")
    assert TapReader([Wave, TurnWaves]).read("pg:wave:2") == TurnWaves(2)
    assert (Wave.after, Wave.reads_only) == (Show.BELOW, True)
    assert (TurnWaves.after, TurnWaves.reads_only) == (Show.IN_PLACE, True)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Wave(3).person_id = 4  # type: ignore[misc]


def test_two_taps_with_one_prefix_are_found_at_the_start() -> None:
    with pytest.raises(ValueError, match="prefix 'ok'"):
        TapReader([Confirm, Twin])
    assert TapReader([Confirm, Confirm]).read(f"ok:{TOKEN}") == Confirm(TOKEN)


def test_a_field_that_no_button_can_carry_is_found_when_it_is_written() -> None:
    with pytest.raises(TypeError, match="no button can carry"):
        write(Float(1.5))


def test_turning_a_page_changes_nothing_and_shows_it_in_place() -> None:
    turning = [kind for kind in FEATURES.taps if issubclass(kind, PageTap)]
    assert len(turning) > 10
    assert all(kind.reads_only and kind.after is Show.IN_PLACE for kind in turning)


@pytest.mark.parametrize(
    "data", ["c:pj:post:plh.kasi.umum", "c:tm:open:Ab3_-xYz9012", "c:sr:fill:tim.0", "pg:apa:0", ""]
)
def test_a_button_of_an_older_bot_says_kindly_that_it_is_old(
    sqlite_services: Services, data: str
) -> None:
    stage = Stage(sqlite_services)
    answer = replies.tap(sqlite_services, stage.request(SARI), data, stage.now)
    assert isinstance(answer.toast, RefusedView)
    assert answer.toast.reason == "button_old"
    assert (answer.screen, answer.show) == (None, Show.NOTHING)


def test_what_has_a_name_of_its_own_is_called_by_it() -> None:
    assert told_apart([("LAKIP", "No. 1"), ("LPPD", "No. 2")]) == ["LAKIP", "LPPD"]


def test_of_one_name_each_is_told_by_as_much_as_it_needs() -> None:
    options = [("Seksi", "Promosi", "a"), ("Seksi", "Umum", "b"), ("Seksi", "Umum", "c")]
    assert told_apart(options) == ["Seksi (Promosi)", "Seksi (Umum, b)", "Seksi (Umum, c)"]


def test_what_is_not_known_is_left_out() -> None:
    assert told_apart([("Yusuf", "", "no. 1")], shown=2) == ["Yusuf"]


@given(
    st.lists(st.tuples(st.text(max_size=120), st.text(max_size=90)), max_size=9),
    st.integers(1, 2),
    st.integers(24, LABEL_LIMIT),
)
def test_no_two_labels_are_alike_whatever_the_names(
    named: list[tuple[str, str]], shown: int, room: int
) -> None:
    options = [(name, more, f"No. {number}") for number, (name, more) in enumerate(named)]
    labels = told_apart(options, shown, room)
    assert len(set(labels)) == len(labels)
    assert all(width(label) <= room for label in labels)
