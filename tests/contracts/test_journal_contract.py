"""Nothing that happens and nothing that is sent is told by its name in the code."""

from __future__ import annotations

import ast
from collections import defaultdict
from datetime import timedelta
from typing import Any, get_args, get_type_hints

import pytest

from bot.demo.inspector import Sending
from bot.demo.labels import Labels
from bot.domain.calendar import office_calendar
from bot.domain.events import Event
from bot.domain.notices import Notice
from bot.domain.sop import Catalog
from bot.features import registry
from bot.features.feature import JournalEntry
from bot.store.outbox import DeliveryState
from tests.cast import MONDAY
from tests.contracts.source import files

FEATURES = registry.live()


def _event_kinds() -> set[str]:
    """The names that the events of a run are stored by."""
    return {get_args(get_type_hints(event)["kind"])[0] for event in get_args(Event)}


def _noted() -> set[str]:
    """What features write into the journal beside a run's events."""
    calls = [
        node
        for _, tree in files("features")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("journal.note")
    ]
    named = [call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)]
    assert len(named) == len(calls), "what is written is named where it is written"
    return set(named)


def _notice_kinds() -> set[str]:
    return {k for k, kind in Notice._kinds.items() if kind.__module__.startswith("bot.")}


def test_every_kind_of_journal_line_has_a_sentence_and_no_other() -> None:
    noted = _noted()
    assert {"joined", "acting_appointed", "handed_over"} <= noted
    assert set(FEATURES.journal) == _event_kinds() | noted


def test_every_event_is_named_after_its_class() -> None:
    names = {event.__name__ for event in get_args(Event)}
    assert {kind.replace("_", "") for kind in _event_kinds()} == {n.lower() for n in names}


@pytest.mark.parametrize("kind", sorted(_event_kinds() | _noted()))
def test_nothing_that_happens_is_told_by_its_name_in_the_code(catalog: Catalog, kind: str) -> None:
    words = Labels(office_calendar(catalog.office), FEATURES)
    facts: dict[str, Any] = defaultdict(
        lambda: "data",
        due_at=MONDAY.isoformat(),
        note={"text": "data"},
        evidence={"name": "data"},
        extension={"amount": {"amount": 2, "unit": "hari"}, "reason": "data"},
    )
    line = JournalEntry(
        1, MONDAY, kind, "Ibu Sari", "LAKIP 2025", 8, "Sekretaris", "Pak Budi", None, facts
    )
    spoken = words.happening(line)
    assert kind.replace("_", " ") not in spoken, spoken


def test_a_line_of_another_edition_is_told_all_the_same(catalog: Catalog) -> None:
    words = Labels(office_calendar(catalog.office), FEATURES)
    line = JournalEntry(1, MONDAY + timedelta(hours=1), "kind_to_come", "Ibu Sari")
    assert words.happening(line) == "Ibu Sari: kind to come."


@pytest.mark.parametrize("kind", sorted(_notice_kinds()))
def test_every_notice_has_a_label(catalog: Catalog, kind: str) -> None:
    words = Labels(office_calendar(catalog.office), FEATURES)
    state, now = DeliveryState.TERKIRIM, MONDAY
    sent = Sending(1, 101, None, kind, state, now, 1, None, False, False, False)
    assert words.sending(sent, "Ibu Sari")["what"] != kind
