"""An office that has worked with the first edition goes on with this one.

`first_edition.sql` is a database as that edition left it: a LAKIP that waits for the
Kasubbag's paraf, and a TAPKIN step that the Sekretaris has confirmed and one Kepala Bidang
has not, with the cards on everybody's screen.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.calendar import office_calendar
from bot.domain.run import Run, RunStatus, TaskStatus
from bot.domain.sop import Catalog
from bot.features import agenda, free_text, registry, upkeep
from bot.features.answers import RefusedView
from bot.features.review import AskReturn, Undo
from bot.features.work import Services
from bot.store import Store, schema
from tests import cast
from tests.cast import ANWAR, BUDI, SARI, Player, Stage, tapped
from tests.histories import replay

DUMP = Path(__file__).with_name("first_edition.sql")
LAKIP, TAPKIN = 1, 2


class GoingOn(Stage):
    """A stage whose people are there already."""

    def seat(self, *players: Player) -> None:
        """They joined in the first edition."""


@pytest.fixture
def stage(tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    path = tmp_path / "kawal.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(DUMP.read_text(encoding="utf-8"))
    store = Store(f"sqlite:///{path}")
    done = schema.upgrade(store)
    assert done is not None
    assert (done.before, done.after) == ("0001_awal", schema.head())
    # The first edition has seen updates of its own.
    monkeypatch.setattr(cast, "_UPDATES", itertools.count(100_000))
    stage = GoingOn(Services(store, catalog, office_calendar(catalog.office), registry.live()))
    stage.go_to("09-11-2026 10.45")
    upkeep.wake_up(stage.services, stage.now)
    while agenda.fire_due(stage.services, stage.now):
        pass
    yield stage
    store.close()


def told(stage: Stage, run_id: int) -> Run:
    """The run as its journal tells it, lines of both editions."""
    with stage.services.store.read() as tx:
        return replay(run_id, stage.run(run_id).procedure, tx.journal.events(run_id))


def test_every_run_is_still_what_its_journal_tells(stage: Stage) -> None:
    for run_id in (LAKIP, TAPKIN):
        assert stage.run(run_id) == told(stage, run_id)


def test_a_card_of_the_first_edition_still_works(stage: Stage) -> None:
    stage.confirm(ANWAR, TAPKIN)
    assert [task.step for task in stage.run(TAPKIN).current] == [2]
    assert stage.run(TAPKIN) == told(stage, TAPKIN)


def test_what_was_confirmed_long_before_the_new_edition_is_not_taken_back(stage: Stage) -> None:
    view = tapped(stage.services, stage.request(BUDI), Undo(stage.token(LAKIP, 7)), stage.now)
    assert isinstance(view, RefusedView)
    assert view.reason == "undo_too_late"


def test_a_run_of_the_first_edition_is_sent_back_and_comes_to_its_end(stage: Stage) -> None:
    tapped(stage.services, stage.request(SARI), AskReturn(stage.token(LAKIP)), stage.now)
    free_text.text(
        stage.services, stage.request(SARI), "Angka pada tabel 2 keliru", None, stage.now
    )
    stage.deliver()
    assert [(t.step, t.attempt) for t in stage.run(LAKIP).current] == [(7, 2)]
    for run_id in (LAKIP, TAPKIN):
        stage.finish(run_id)
        run = stage.run(run_id)
        assert run.status is RunStatus.SELESAI
        assert run == told(stage, run_id)
    returned = stage.run(LAKIP).task(8, 1)
    assert returned is not None
    assert returned.status is TaskStatus.DIKEMBALIKAN
