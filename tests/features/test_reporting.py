"""What a report says, and to whom it is given at the moment it goes out."""

from __future__ import annotations

import pytest

from bot.demo.inspector import watch
from bot.domain.documents import EvaluationReport, Format, OfficePicture, RunReport, Signatory
from bot.domain.run import Capacity
from bot.features import outbox, reporting, runview
from bot.features.answers import DoneView, RefusedView
from bot.features.documents import PeriodsView
from bot.features.outbox import DocumentView
from bot.features.papers import DocumentKind, GetDocument
from bot.features.review import AskReturn
from bot.features.steering import Steering, SteerRun
from bot.features.tasks.views import TaskView
from bot.features.work import Args, Services
from bot.store.outbox import DeliveryState
from tests.cast import ADMIN, BUDI, CAST, DEWI, HADI, SARI, Player, Stage, shown
from tests.features.saying import say

ARGS: Args = {"arg": "1", "format": "pdf"}


@pytest.fixture
def stage(services: Services) -> Stage:
    return Stage(services, *CAST, ADMIN)


def ordered(stage: Stage, who: Player) -> object:
    return order(stage, who, DocumentKind.RUN, ARGS)


def order(stage: Stage, who: Player, kind: DocumentKind, args: Args) -> object:
    """Tap a document's button; a form that no button offers is asked for by its name."""
    if args["format"] in tuple(Format) and args["arg"]:
        tap = GetDocument(kind, Format(str(args["format"])), str(args["arg"]))
        return stage.tap(who, tap)
    return stage.show(who, kind.value, **args)


def arrived(stage: Stage, who: Player) -> list[object]:
    return [m.view for m in stage.received(who)]


def test_the_report_tells_what_the_journal_tells(stage: Stage) -> None:
    stage.confirm(DEWI, stage.start())
    stage.go_to("12-11-2026 10.15")
    assert ordered(stage, SARI) == DoneView("document_ordered", {})
    (view,) = [v for v in arrived(stage, SARI) if isinstance(v, DocumentView)]
    assert view.format is Format.PDF
    report = view.document
    assert isinstance(report, RunReport)
    first, second = report.attempts
    assert [(s.name, s.role) for s in first.signed] == [(DEWI.name, "Kepala Dinas")]
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
    assert authors == [SARI.name, None, DEWI.name, None, None]
    assert (report.started_by.name, report.started_by.role) == (SARI.name, "Kasubbag Perencanaan")
    assert report.forecast is not None


def report_of(stage: Stage, run_id: int) -> RunReport:
    with stage.services.read(stage.now) as work:
        return reporting.run_report(work, stage.stored(run_id))


def test_a_return_for_an_office_outside_is_told_alike_by_report_card_summary_and_journal(
    stage: Stage,
) -> None:
    run_id = stage.start("tapkin_eselon2")
    stage.advance(run_id, 2)
    stage.tap(SARI, AskReturn(stage.token(run_id)))
    stage.says(SARI, "Format belum sesuai")
    report = report_of(stage, run_id)
    whole = (SARI.name, "Kasubbag Perencanaan", "Bappeda")
    second = report.attempts[-1]  # after both attempts at the first step
    (line,) = [e for e in report.journal if e.event.kind == "task_returned"]
    for who in (second.sent_back, report.returns[0].by, line.who):
        assert who is not None
        assert (who.name, who.role, who.recorded_for) == whole
    with stage.services.read(stage.now) as work:
        deviation = runview.deviations(work.office, work.tx.people.names(), stage.run(run_id))
    (told,) = deviation.returns
    assert told.by.recorded_for == "Bappeda"
    (watched,) = [e for e in watch(stage.services, stage.now).journal if e.kind == "task_returned"]
    assert (watched.who, watched.role, watched.whom) == (SARI.called, *whole[1:])
    stage.deliver()
    (card,) = [v for v in stage.screen(DEWI) if isinstance(v, TaskView) and v.correction]
    assert card.correction is not None
    assert card.correction.by.recorded_for == "Bappeda"


def test_an_admin_steers_as_such_whatever_they_hold_besides(stage: Stage) -> None:
    with stage.services.store.begin() as tx:
        tx.people.grant(stage.id_of(ADMIN), "staf", "umum", Capacity.DEFINITIF, stage.now)
    run_id = stage.start(by=ADMIN)
    stage.tap(ADMIN, SteerRun(Steering.JEDA, stage.token(run_id)))
    stage.says(ADMIN, "Menunggu data")
    report = report_of(stage, run_id)
    who = (ADMIN.name, "Administrator")
    assert (report.started_by.name, report.started_by.role) == who
    assert (report.pauses[0].by.name, report.pauses[0].by.role) == who


def test_whoever_acts_in_a_post_signs_with_nip_and_rank(stage: Stage) -> None:
    run_id = stage.start()
    with stage.services.store.begin() as tx:
        tx.people.set_official_data(stage.id_of(HADI), "197003121995031002", "IV/a")
        tx.people.set_official_data(stage.id_of(DEWI), "196910161995032001", "IV/c")
    assert report_of(stage, run_id).head == Signatory(
        "Kepala Dinas", DEWI.name, "196910161995032001", "IV/c"
    )
    with stage.services.store.begin() as tx:
        held = (stage.id_of(HADI), "kepala_dinas", None, Capacity.PLT, stage.now)
        tx.people.grant(*held)
    report = report_of(stage, run_id)
    assert report.head == Signatory("Plt. Kepala Dinas", HADI.name, "197003121995031002", "IV/a")
    assert report.owner == Signatory("Kasubbag Perencanaan", SARI.name)
    assert "197003121995031002" not in repr(report.head)
    with stage.services.store.begin() as tx:
        for player in (HADI, DEWI):
            tx.people.revoke_all(stage.id_of(player), stage.now)
    assert report_of(stage, run_id).head == Signatory("Kepala Dinas")


def test_who_may_no_longer_see_reports_gets_none_though_it_was_ordered(stage: Stage) -> None:
    stage.start()
    stage.deliver()
    ordered(stage, HADI)
    with stage.services.store.begin() as tx:
        (held,) = tx.people.staff(stage.now).holdings_of(stage.id_of(HADI))
        assert tx.people.revoke(held.id, stage.now)
    (view,) = arrived(stage, HADI)
    assert isinstance(view, RefusedView)
    assert view.reason == "not_allowed"


def test_the_team_orders_nothing(stage: Stage) -> None:
    stage.start()
    stage.deliver()
    view = ordered(stage, BUDI)
    assert isinstance(view, RefusedView)
    assert arrived(stage, BUDI) == []


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_document_that_cannot_be_made_is_put_aside_and_its_asker_told_once(
    stage: Stage, kind: DocumentKind
) -> None:
    run_id = stage.start()
    stage.deliver()
    subjects = {DocumentKind.SOP: "lakip", DocumentKind.EVALUATION: "2026"}
    pictures = (DocumentKind.RUN_PICTURE, DocumentKind.OFFICE_PICTURE)
    args: Args = {
        "arg": subjects.get(kind, str(run_id)),
        "format": "png" if kind in pictures else "pdf",
    }
    order(stage, SARI, kind, args)
    (outgoing,) = outbox.claim(stage.services, stage.now, 10, ())
    assert isinstance(outgoing.view, DocumentView)
    outbox.impossible(stage.services, outgoing.delivery, "the renderer died", stage.now)
    (sorry,) = arrived(stage, SARI)
    assert isinstance(sorry, RefusedView)
    assert sorry.reason == "not_made"
    with stage.services.store.read() as tx:
        assert tx.outbox.count(DeliveryState.GAGAL) == 1
    assert arrived(stage, SARI) == []


def evaluation(stage: Stage, who: Player, period: str) -> object:
    args: Args = {"arg": period, "format": "xlsx"}
    order(stage, who, DocumentKind("evaluation"), args)
    return arrived(stage, who)[-1]


def test_a_years_evaluation_tells_what_the_journal_tells(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 5)
    stage.go_to("01-12-2026 10.15")
    stage.finish(run_id)
    stage.start("lppd")
    stage.deliver()
    view = evaluation(stage, DEWI, "2026")
    assert isinstance(view, DocumentView)
    assert isinstance(view.document, EvaluationReport)
    procedures = view.document.evaluation.procedures
    assert [p.procedure.code for p in procedures] == [
        p.code for _, p in stage.services.catalog.procedures()
    ]
    lakip, lppd, *others = procedures
    assert (lakip.started, lakip.finished, lakip.attempts, lakip.late) == (1, 1, 10, 1)
    assert [s.step.number for s in lakip.steps if s.late] == [5]
    assert lakip.longest is lakip.steps[4]
    assert (lppd.under_way, lppd.attempts) == (1, 0)
    assert all(not p.standings for p in others)
    with stage.services.store.read() as tx:
        closed = [e for e in tx.journal.events(run_id) if e.kind == "task_closed"]
    assert len(closed) == lakip.attempts


def test_what_stands_still_is_told_first_under_the_file_and_then_the_year_before(
    stage: Stage,
) -> None:
    stage.finish(stage.start())
    stage.go_to("04-01-2027 08.00")
    stage.start()
    stage.start("lppd")
    stage.go_to("11-01-2027 08.00")
    view = evaluation(stage, DEWI, "2027")
    assert isinstance(view, DocumentView)
    # Due on Monday at 9.00; Tuesday was Isra Mikraj, so three days on is Friday at 9.00.
    assert say(view).splitlines()[1:5] == [
        "Tahun 2027",
        "2 berjalan, semuanya terlambat, terlama 3 hari kerja",
        "0 pelaksanaan selesai (sebelumnya 1)",
        "0% langkah tepat waktu (sebelumnya 100%)",
    ]


@pytest.mark.parametrize("period", ["2025", "2027-1", "2026-1", "x", "2026-3", ""])
def test_a_period_without_data_is_refused_with_what_there_is(stage: Stage, period: str) -> None:
    stage.start()
    stage.deliver()
    args: Args = {"arg": period, "format": "pdf"}
    view = order(stage, SARI, DocumentKind("evaluation"), args)
    assert isinstance(view, RefusedView)
    assert view.reason == "unknown_period"
    assert view.facts["known"] in ("Tahun 2026", "Semester II 2026")


def test_the_periods_reach_from_the_first_run_to_today_the_newest_first(stage: Stage) -> None:
    stage.start()
    stage.go_to("02-08-2027 09.00")
    for what, known in (("semester", ["2027-2", "2027-1", "2026-2"]), ("tahun", ["2027", "2026"])):
        args: Args = {"what": what}
        view = shown(stage.services, SARI.chat_id, "reports", args, stage.now)
        assert isinstance(view, PeriodsView)
        assert [str(period) for period in view.periods] == known


def test_who_may_no_longer_see_the_office_gets_a_picture_of_their_own(stage: Stage) -> None:
    stage.start()
    stage.start("tapkin_eselon2")
    stage.deliver()
    args: Args = {"arg": "kantor", "format": "png"}
    order(stage, BUDI, DocumentKind("office_picture"), args)
    (view,) = arrived(stage, BUDI)
    assert isinstance(view, DocumentView)
    assert isinstance(view.document, OfficePicture)
    assert (view.document.whole, len(view.document.timeline.rows)) == (False, 1)
    for form in ("pdf", "docx"):
        other: Args = {"arg": "1", "format": form}
        refused = order(stage, SARI, DocumentKind("run_picture"), other)
        assert isinstance(refused, RefusedView)
        assert refused.facts["known"] == "PNG"
