"""What a report says, and to whom it is given at the moment it goes out."""

from __future__ import annotations

import pytest

from bot.domain.documents import Format, RunReport
from bot.store.outbox import DeliveryState
from bot.usecases import delivering, reading
from bot.usecases.desk import Desk
from bot.usecases.views import DocumentView, Done, DoneView, Refused, RefusedView
from tests.cast import ADMIN, BUDI, CAST, DEWI, HADI, SARI, Player, Stage

ARGS: reading.Args = {"arg": "1", "format": "pdf"}


@pytest.fixture
def stage(desk: Desk) -> Stage:
    return Stage(desk, *CAST, ADMIN)


def ordered(stage: Stage, who: Player) -> object:
    return reading.order(stage.desk, stage.asker(who), "run_report", ARGS, stage.now)


def arrived(stage: Stage, who: Player) -> list[object]:
    return [m.view for m in stage.received(who)]


def test_the_report_tells_what_the_journal_tells(stage: Stage) -> None:
    stage.confirm(DEWI, stage.start())
    stage.go_to("12-11-2026 10.15")
    assert ordered(stage, SARI) == DoneView(Done.DOCUMENT_ORDERED, {})
    (view,) = [v for v in arrived(stage, SARI) if isinstance(v, DocumentView)]
    assert view.format is Format.PDF
    report = view.document
    assert isinstance(report, RunReport)
    first, second = report.attempts
    assert [(s.name, s.role) for s in first.signed] == [(DEWI.called, "Kepala Dinas")]
    assert first.awaited == ()
    assert second.late is not None
    assert any(BUDI.name in who for who in second.awaited)
    assert [e.event.kind for e in report.journal] == [
        "run_started",
        "task_opened",
        "task_confirmed",
        "task_closed",
        "task_opened",
    ]
    authors = [e.who.name if e.who else None for e in report.journal]
    assert authors == [SARI.called, None, DEWI.called, None, None]
    assert report.started_by == SARI.called
    assert report.forecast is not None


def test_who_may_no_longer_see_reports_gets_none_though_it_was_ordered(stage: Stage) -> None:
    stage.start()
    stage.deliver()
    ordered(stage, HADI)
    with stage.desk.store.begin() as tx:
        (held,) = tx.people.staff(stage.now).holdings_of(stage.id_of(HADI))
        assert tx.people.revoke(held.id, stage.now)
    (view,) = arrived(stage, HADI)
    assert isinstance(view, RefusedView)
    assert view.reason is Refused.NOT_ALLOWED


def test_the_team_orders_nothing(stage: Stage) -> None:
    stage.start()
    stage.deliver()
    view = ordered(stage, BUDI)
    assert isinstance(view, RefusedView)
    assert arrived(stage, BUDI) == []


def test_a_report_that_cannot_be_made_is_put_aside_and_its_asker_told_once(stage: Stage) -> None:
    stage.start()
    stage.deliver()
    ordered(stage, SARI)
    (outgoing,) = delivering.claim(stage.desk, stage.now, 10, ())
    delivering.impossible(stage.desk, outgoing.delivery, "the renderer died", stage.now)
    (sorry,) = arrived(stage, SARI)
    assert isinstance(sorry, RefusedView)
    assert sorry.reason is Refused.NOT_MADE
    with stage.desk.store.read() as tx:
        assert tx.outbox.count(DeliveryState.GAGAL) == 1
    assert arrived(stage, SARI) == []
