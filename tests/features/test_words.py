"""Whatever is said: no data can break it, and it fits where it goes."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.people import Holding
from bot.domain.run import Capacity
from bot.features.acting.views import ActingPeriod, EndView
from bot.features.answers import DoneView, RefusedView
from bot.features.feature import MenuView, View
from bot.features.history import HistoryView, SummaryView
from bot.features.naming import RoleName
from bot.features.sops import SopView
from bot.features.status import StatusView
from bot.features.tasks.views import TasksView, TaskView
from bot.ui.markup import width
from bot.ui.message import Message
from tests.features import samples
from tests.features.samples import messages
from tests.features.samples.common import wib
from tests.features.saying import FEATURES, TEXTS, pages, read, say, texts_of

REFUSED = [view for view in samples.sentences() if isinstance(view, RefusedView)]
DONE = [view for view in samples.sentences() if isinstance(view, DoneView)]


def test_every_refusal_and_every_deed_has_its_facts_in_a_sample() -> None:
    """A sentence whose facts are missing raises."""
    assert {view.reason for view in REFUSED} == set(FEATURES.refusals)
    assert {view.what for view in DONE} == set(FEATURES.done)
    for view in (*REFUSED, *DONE):
        assert say(view)


def test_a_command_menu_is_set_and_not_said() -> None:
    with pytest.raises(LookupError):
        TEXTS.render(MenuView(()))


@pytest.mark.parametrize(
    ("view", "text"),
    [
        (StatusView((), whole_office=True), "Tidak ada pelaksanaan yang berjalan."),
        (StatusView((), whole_office=False), "Tidak ada pelaksanaan terkait yang berjalan."),
        (TasksView(()), "Saat ini tidak ada tugas yang menunggu. Terima kasih."),
        (HistoryView(()), "Belum ada pelaksanaan yang berakhir."),
    ],
)
def test_an_empty_list_says_kindly_that_it_is_empty(view: View, text: str) -> None:
    assert TEXTS.render(view) == Message(text)


@pytest.mark.parametrize("view", REFUSED, ids=lambda view: view.reason)
def test_every_refusal_fits_a_toast_whole_and_reads_the_same_as_a_message(
    view: RefusedView,
) -> None:
    toast = TEXTS.toast(view)
    assert unescape(re.sub("</?code>", "", say(view))) == toast.text
    assert len(toast.text) <= 200
    assert "…" not in toast.text


@pytest.mark.parametrize("view", DONE, ids=lambda view: view.what)
def test_every_deed_fits_a_toast_whole(view: DoneView) -> None:
    toast = TEXTS.toast(view)
    assert toast.text
    assert not toast.alert
    assert "…" not in toast.text
    assert ".." not in toast.text


def test_texts_speak_indonesian_without_a_stray_template() -> None:
    for view in messages():
        text = texts_of(view)
        assert not re.search(r"[{}]|None|Lateness|\bby\b|\bthe\b", text), text


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("text", ["Menyusun laporan", "Sari Wulandari, S.E.", "Budi Santoso, MM."])
def test_no_sentence_ends_twice_whatever_ends_it(text: str, many: int) -> None:
    for view in messages(text, many):
        for message in (page for whole in pages(view) for page in (whole, whole.then) if page):
            assert ".." not in re.sub("</?b>", "", message.html)
        assert ".." not in TEXTS.toast(view).text


@pytest.mark.parametrize(
    ("until", "said"),
    [(24, "Berlaku: 23 Januari 2024"), (30, "Berlaku: 23 Januari 2024 s.d. 29 Januari 2024")],
)
def test_a_period_of_one_day_names_it_once(until: int, said: str) -> None:
    """The end of a period is the midnight after its last day."""
    held = Holding(3, 5, "sekretaris", None, Capacity.PLH, wib(23, "00.00"), wib(until, "00.00"))
    role = RoleName("Sekretaris", Capacity.PLH)
    lines = say(EndView(ActingPeriod(held, role, "Ibu Sari", begun=True))).splitlines()
    assert said in lines


class _Checker(HTMLParser):
    """Telegram's subset as these texts use it: b, code and links, closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("a", "b", "code"), tag
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        assert all(re.fullmatch(r"https://[!-~]{1,2000}", value or "") for _, value in attrs)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def check(message: Message) -> None:
    """Telegram would take this message, and every button means something."""
    checker = _Checker()
    checker.feed(message.html)
    checker.close()
    assert not checker.open
    assert not re.search(r"&(?!(amp|lt|gt);)", message.html)
    assert checker.text.strip()
    assert width(checker.text) <= 4096
    assert width(message.html) <= 3900
    message.html.encode()
    assert sum(len(row) for row in message.buttons) <= 100
    for button in (b for row in message.buttons for b in row):
        assert 1 <= width(button.label) <= 64
        if button.url:
            assert re.fullmatch(r"https://[!-~]{1,2000}", button.url)
            continue
        assert len(button.data.encode()) <= 64
        assert read(button.data) is not None
    if message.then:
        check(message.then)


NASTY = [
    "a" * 500,
    "<b>&amp;</i> & < > \" '" * 40,
    "&" * 500,
    "👩‍👩‍👧‍👦🇮🇩" * 120,
    "\u202eterbalik \u2066 שלום עולם مرحبا " * 20,
    "kata kata\n\n\tbaris\x00\ud800 " * 40,
    "tanpaspasi" * 150,
    "{owner} %s {0}",
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
@pytest.mark.parametrize("many", [1, 9])
def test_hostile_and_endless_data_fit_telegrams_limits_on_any_page(text: str, many: int) -> None:
    for view in messages(text, many):
        for number in (0, 1, 9999):
            check(TEXTS.render(view, number))
        assert width(TEXTS.toast(view).text) <= 200


@settings(max_examples=20)
@given(st.text(min_size=1, max_size=600), st.integers(0, 9))
def test_no_text_at_all_breaks_a_message(text: str, many: int) -> None:
    for view in messages(text, many):
        check(TEXTS.render(view))
        assert width(TEXTS.toast(view).text) <= 200


def test_every_page_of_a_whole_office_fits() -> None:
    for view in messages("Menyusun laporan & draft <LAKIP> " * 8, 15):
        if not isinstance(view, TaskView):
            for page in pages(view):
                check(page)


def test_sixty_steps_are_all_in_the_summary_and_in_the_sop() -> None:
    summary = next(v for v in messages("Menyusun", 60) if isinstance(v, SummaryView))
    sop = next(v for v in messages("Menyusun", 60) if isinstance(v, SopView))
    for view in (summary, sop):
        numbers = re.findall(r"<b>(\d+)\. Menyusun", texts_of(view))
        assert numbers == [str(n) for n in range(1, 61)]
