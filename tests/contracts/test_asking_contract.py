"""Every question and every list of choices can be left by its button Tidak jadi."""

from __future__ import annotations

from bot.features.asking import Asking, Leave
from bot.features.feature import View
from tests.features.samples import messages
from tests.features.saying import FEATURES, TEXTS, data_of, labels

NOTICE = "It tells what has happened or waits; its buttons act upon that, and nothing is asked."
PAGE = "A page to be read; its buttons turn it or open what it names."

WITHOUT = {
    "TaskView": NOTICE,
    "CalledView": NOTICE,
    "OfferView": NOTICE,
    "DetailView": NOTICE,
    "NoteView": NOTICE,
    "LateView": NOTICE,
    "TasksLateView": NOTICE,
    "WaitingView": NOTICE,
    "VacantView": NOTICE,
    "RolesVacantView": NOTICE,
    "JoinedView": NOTICE,
    "WelcomeView": NOTICE,
    "UnreachableView": NOTICE,
    "CorrectedView": NOTICE,
    "StartedView": NOTICE,
    "UnitsView": NOTICE,
    "DigestView": NOTICE,
    "EndedView": NOTICE,
    "RequestView": "Its two answers are all that there is: it waits for one of them.",
    "DeliveriesHeld": "Its two answers are all that there is: nothing is sent before.",
    "SettingView": "It says how something is set, and its one button turns that over.",
    "AskAddressView": "A newcomer is nobody before they have answered; there is nothing to keep.",
    "FirstView": PAGE,
    "TasksView": PAGE,
    "StatusView": PAGE,
    "ByUnitView": PAGE,
    "HistoryView": PAGE,
    "SummaryView": PAGE,
    "HelpView": PAGE,
    "SopView": PAGE,
    "WhichTaskView": "It has a Tidak jadi of its own, which says what becomes of the files.",
    "ProposalView": "It has a Tidak jadi of its own, which says what becomes of the proposal.",
}
"""Views with buttons that have no way out beside them, and why."""


def buttons(view: View) -> list[str]:
    return [label for row in labels(TEXTS.render(view)) for label in row]


def test_every_question_and_every_list_of_choices_has_a_way_out() -> None:
    shown = [view for view in messages() if any(data_of(TEXTS.render(view)))]
    without = {type(view).__name__ for view in shown if type(view) not in FEATURES.asks}
    assert without == set(WITHOUT), "each that has none is named with its reason"


def test_a_way_out_of_its_own_is_there_where_it_is_said_to_be() -> None:
    for view in messages():
        if "of its own" in WITHOUT.get(type(view).__name__, "") and buttons(view):
            assert "Tidak jadi" in buttons(view), type(view)


def test_what_asks_something_is_shown_with_the_way_out() -> None:
    asking = [view for view in messages() if type(view) in FEATURES.asks]
    assert {type(view) for view in asking} == set(FEATURES.asks)
    for view in asking:
        kinds = FEATURES.asks[type(view)]
        leave = Leave(kinds[0]) if kinds else Leave()
        shown = buttons(Asking(view, leave))
        if buttons(view) or kinds:
            assert shown.count("Tidak jadi") == 1, type(view)
