"""Buttons carry a tap out and back, and nothing else gets in."""

from __future__ import annotations

import pytest
from bot.chat.keyboards import (
    AskExtension,
    AskRemove,
    AskReturn,
    ChangeAddress,
    ChangeName,
    Choose,
    ChooseAddress,
    ChooseRole,
    Confirm,
    ConfirmCancel,
    DecideExtension,
    DecideHeld,
    DocumentKind,
    ExtendBy,
    GetDocument,
    GiveRole,
    Invite,
    MoveAccount,
    PagedView,
    PickProcedure,
    RemovePerson,
    ReturnTo,
    ShowDetail,
    ShowPerson,
    Snooze,
    StartRun,
    SteerRun,
    TakeRole,
    Tap,
    TurnPage,
    Undo,
    build,
    button,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import keyboards
from bot.domain.documents import Format
from bot.domain.people import Address
from bot.domain.sop import Duration, DurationUnit
from bot.features.steering import Steering

TOKENS = st.from_regex(r"[A-Za-z0-9_-]{12}", fullmatch=True)
CODES = st.from_regex(r"[a-z0-9_]{1,24}", fullmatch=True)
IDS = st.integers(1, 999_999_999)
DURATIONS = st.builds(Duration, st.integers(1, 999), st.sampled_from(DurationUnit))
ADDRESSES = st.sampled_from(Address)
PAGES = st.integers(0, 9999)
SIMPLE = [v for v in PagedView if v not in (PagedView.RINGKAS, PagedView.RINCIAN, PagedView.UNIT)]

TAPS: st.SearchStrategy[Tap] = st.one_of(
    st.builds(Confirm, TOKENS),
    st.builds(ShowDetail, TOKENS),
    st.builds(Snooze, TOKENS),
    st.builds(Undo, TOKENS),
    st.builds(AskReturn, TOKENS),
    st.builds(ReturnTo, TOKENS, st.integers(1, 999)),
    st.builds(AskExtension, TOKENS),
    st.builds(ExtendBy, TOKENS, DURATIONS),
    st.builds(DecideExtension, TOKENS, st.integers(0, 999), st.booleans()),
    st.builds(SteerRun, st.sampled_from(Steering), TOKENS),
    st.builds(ConfirmCancel, TOKENS),
    st.builds(PickProcedure, CODES),
    st.builds(StartRun, CODES, st.integers(1000, 9999), st.none() | IDS),
    st.builds(Invite, CODES, st.none() | CODES),
    st.builds(ChooseAddress, ADDRESSES),
    st.builds(ShowPerson, IDS),
    st.builds(ChangeName, IDS),
    st.builds(ChangeAddress, IDS, ADDRESSES),
    st.builds(ChooseRole, IDS),
    st.builds(GiveRole, IDS, CODES, st.none() | CODES),
    st.builds(TakeRole, IDS),
    st.builds(AskRemove, IDS),
    st.builds(RemovePerson, IDS),
    st.builds(MoveAccount, IDS),
    st.builds(TurnPage, st.sampled_from(SIMPLE), PAGES),
    st.builds(TurnPage, st.just(PagedView.SOP), PAGES, CODES),
    st.builds(TurnPage, st.just(PagedView.RINGKAS), PAGES, IDS.map(str)),
    st.builds(TurnPage, st.just(PagedView.RINCIAN), PAGES, TOKENS),
    st.builds(TurnPage, st.just(PagedView.UNIT), PAGES, st.just("tapkin_staf-2027")),
    st.builds(
        Choose,
        st.sampled_from(Talk),
        st.from_regex("[a-z]{1,6}", fullmatch=True),
        st.from_regex(r"[A-Za-z0-9_.-]{1,53}", fullmatch=True),
    ),
    st.builds(DecideHeld, st.booleans()),
    st.builds(
        GetDocument, st.sampled_from(DocumentKind), st.sampled_from(Format), IDS.map(str) | CODES
    ),
)


@given(TAPS)
def test_every_tap_comes_back_as_it_went_within_64_bytes(tap: Tap) -> None:
    data = build(tap)
    assert parse(data) == tap
    assert len(data.encode()) <= 64


@pytest.mark.parametrize(
    ("tap", "data"),
    [
        (Confirm("Ab3_-xYz9012"), "ok:Ab3_-xYz9012"),
        (ShowDetail("Ab3_-xYz9012"), "info:Ab3_-xYz9012"),
        (Snooze("Ab3_-xYz9012"), "snz:Ab3_-xYz9012"),
        (Undo("Ab3_-xYz9012"), "und:Ab3_-xYz9012"),
        (AskReturn("Ab3_-xYz9012"), "ret:Ab3_-xYz9012"),
        (ReturnTo("Ab3_-xYz9012", 7), "rto:Ab3_-xYz9012:7"),
        (AskExtension("Ab3_-xYz9012"), "ext:Ab3_-xYz9012"),
        (ExtendBy("Ab3_-xYz9012", Duration(2, DurationUnit.JAM)), "exb:Ab3_-xYz9012:2:jam"),
        (DecideExtension("Ab3_-xYz9012", 0, granted=True), "exd:Ab3_-xYz9012:0:y"),
        (DecideExtension("Ab3_-xYz9012", 3, granted=False), "exd:Ab3_-xYz9012:3:n"),
        (SteerRun(Steering.JEDA, "Ab3_-xYz9012"), "run:jeda:Ab3_-xYz9012"),
        (ConfirmCancel("Ab3_-xYz9012"), "end:Ab3_-xYz9012"),
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
        (GiveRole(5, "kasi", "umum"), "give:5:kasi:umum"),
        (TakeRole(9), "rev:9"),
        (AskRemove(5), "rm:5"),
        (RemovePerson(5), "rmy:5"),
        (MoveAccount(5), "mv:5"),
        (TurnPage(PagedView.STATUS, 2), "pg:status:2"),
        (TurnPage(PagedView.RINGKAS, 0, "7"), "pg:ringkas:0:7"),
        (TurnPage(PagedView.UNIT, 1, "tapkin_staf-2027"), "pg:unit:1:tapkin_staf-2027"),
        (Choose(Talk.PENJABAT, "post", "plh.kasi.umum"), "c:pj:post:plh.kasi.umum"),
        (DecideHeld(send=True), "held:send"),
        (DecideHeld(send=False), "held:drop"),
        (GetDocument(DocumentKind.RUN, Format.XLSX, "12"), "doc:run_report:xlsx:12"),
        (GetDocument(DocumentKind.EVALUATION, Format.PDF, "2027-1"), "doc:evaluation:pdf:2027-1"),
        (GetDocument(DocumentKind.RUN_PICTURE, Format.PNG, "12"), "doc:run_picture:png:12"),
    ],
)
def test_buttons_on_screens_of_last_year_still_mean_the_same(tap: Tap, data: str) -> None:
    assert build(tap) == data
    assert parse(data) == tap


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
        "pg:status:0:7",
        "pg:ringkas:0",
        "pg:ringkas:0:tujuh",
        "pg:rincian:0:7",
        "pg:rahasia:0",
        "held:both",
        "\ud800",
        "x" * 65,
    ],
)
def test_what_no_button_of_ours_carries_means_nothing(data: str) -> None:
    assert parse(data) is None


@given(
    st.text()
    | st.lists(st.sampled_from(["ok", "pg", "give", "go", "5", "tim", "0", "", "sop"])).map(
        ":".join
    )
)
def test_forged_data_is_refused_or_is_a_tap_that_a_button_could_carry(data: str) -> None:
    tap = parse(data)
    assert tap is None or build(tap) == data


@pytest.mark.parametrize(
    "tap",
    [
        Confirm("too short"),
        PickProcedure("x" * 25),
        Invite("tim:umum"),
        ShowPerson(0),
        GiveRole(1_000_000_000, "tim"),
        TurnPage(PagedView.RINGKAS, 0),
        TurnPage(PagedView.STATUS, -1),
    ],
)
def test_a_tap_that_would_not_come_back_makes_no_button(tap: Tap) -> None:
    with pytest.raises(ValueError, match="no button can carry"):
        build(tap)


def test_a_label_from_data_is_one_short_line_and_never_empty() -> None:
    assert button("Undang\nTim <b>", Invite("tim")).label == "Undang Tim <b>"
    assert button("\u202e", Invite("tim")).label == "…"
    long = button("x" * 500, Invite("tim")).label
    assert len(long) == keyboards.LABEL_LIMIT
    assert long.endswith("…")
