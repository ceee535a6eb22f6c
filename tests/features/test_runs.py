"""Starting a run, tapping a card, putting a reminder off: whole journeys to the database."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.notices import Reply, RoleVacant, RunSummary, TaskCard
from bot.domain.reminders import ReminderKind
from bot.domain.run import RunStatus
from bot.domain.sop import Catalog
from bot.features.answers import DoneView, RefusedView
from bot.features.asking import Asking
from bot.features.feature import View
from bot.features.history import EndedView
from bot.features.people.views import GiveRole, RemovePerson
from bot.features.reminders import VacantView
from bot.features.start.views import StartedView, StartQuestionView, StartRun
from bot.features.tasks.buttons import Confirm, Snooze
from bot.features.tasks.views import ConfirmedView, TaskView
from bot.features.team.views import OfferView
from bot.features.work import QUIET_AFTER, Request, Services
from bot.store import AlreadyHandledError
from bot.store.outbox import DeliveryState
from bot.store.reminders import ReminderStatus
from tests.cast import (
    ADMIN,
    ANWAR,
    BUDI,
    CAST,
    DEWI,
    HADI,
    MONDAY,
    OUTSIDER,
    RINA,
    SARI,
    WHOLE_OFFICE,
    Player,
    Stage,
    tapped,
    why,
    wib,
)
from tests.histories import replay
from tests.rows import reminders_of


@pytest.fixture
def stage(sqlite_services: Services) -> Stage:
    return Stage(sqlite_services)


def typed(stage: Stage, who: Player | int, code: str, *words: str) -> View:
    """Type /mulai_<code>; the answer that arrives."""
    request = stage.request(who)
    stage.command(who, " ".join((f"/mulai_{code}", *words)), request)
    (answer,) = [m for m in stage.deliver() if isinstance(m.delivery.notice, Reply)]
    assert answer.delivery.chat_id == request.chat_id
    return answer.view


def confirmed(view: View) -> ConfirmedView:
    assert isinstance(view, ConfirmedView), view
    return view


# --- starting by command --------------------------------------------------------------------


def test_the_kasubbag_starts_lakip_and_the_kepala_dinas_has_the_card(services: Services) -> None:
    stage = Stage(services)
    request = stage.request(SARI)
    stage.command(SARI, "/mulai_lakip", request)
    arrived = {m.delivery.chat_id: m for m in stage.deliver()}
    assert arrived.keys() == {SARI.chat_id, DEWI.chat_id}
    started = arrived[SARI.chat_id].view
    assert isinstance(started, StartedView)
    assert (started.run.procedure.code, started.run.year) == ("lakip", 2025)
    assert [p.name for p in started.current[0].performers] == [DEWI.called]
    card = arrived[DEWI.chat_id].view
    assert isinstance(card, TaskView)
    assert (card.step.number, card.mine, card.year) == (1, True, 2025)


@pytest.mark.parametrize(
    ("code", "year"), [("lakip", 2025), ("lppd", 2025), ("renja", 2027), ("tapkin_eselon3", 2026)]
)
def test_without_a_year_it_is_the_procedure_s_own(stage: Stage, code: str, year: int) -> None:
    view = typed(stage, SARI, code)
    assert isinstance(view, StartedView)
    assert view.run.year == year


def test_a_year_may_be_given(stage: Stage) -> None:
    view = typed(stage, SARI, "lakip", "2023")
    assert isinstance(view, StartedView)
    assert view.run.year == 2023


def test_the_admin_may_start_runs_too(stage: Stage) -> None:
    stage.seat(ADMIN)
    assert isinstance(typed(stage, ADMIN, "lakip"), StartedView)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["2020"], "year_out_of_range"),
        (["2029"], "year_out_of_range"),
        (["25"], "bad_year"),
        (["dua"], "bad_year"),
        (["²⁰²⁵"], "bad_year"),
        (["٢٠٢٥"], "bad_year"),
        (["-202"], "bad_year"),
        (["2025", "2026"], "too_many_arguments"),
    ],
)
def test_a_wrong_year_is_refused_in_words_and_nothing_starts(
    stage: Stage, words: list[str], reason: str
) -> None:
    assert why(typed(stage, SARI, "lakip", *words)) == reason
    with stage.services.store.read() as tx:
        assert tx.runs.running() == []


def test_an_unknown_procedure_is_answered_with_the_nearest_ones(stage: Stage) -> None:
    view = typed(stage, SARI, "lakipp")
    assert why(view) == "unknown_procedure"
    assert isinstance(view, RefusedView)
    assert view.facts == {"text": "lakipp", "known": "lakip, lppd"}


@pytest.mark.parametrize("who", [BUDI, HADI, DEWI])
def test_others_may_not_start_runs(stage: Stage, who: Player) -> None:
    view = typed(stage, who, "lakip")
    assert why(view) == "not_allowed"
    assert isinstance(view, RefusedView)
    assert view.facts == {"who": "Kasubbag Perencanaan"}


def test_an_outsider_is_told_whom_to_ask_and_after_a_while_nothing(stage: Stage) -> None:
    for _ in range(QUIET_AFTER):
        view = typed(stage, OUTSIDER, "lakip")
        assert why(view) == "outsider"
        assert isinstance(view, RefusedView)
        assert view.facts == {"owner": "Kasubbag Perencanaan"}
    stage.command(OUTSIDER, "/mulai_lakip", stage.request(OUTSIDER))
    assert stage.deliver() == []
    stage.go_to(MONDAY + timedelta(minutes=11))
    assert why(typed(stage, OUTSIDER, "lakip")) == "outsider"


def test_a_second_run_for_the_year_is_asked_about_first(stage: Stage) -> None:
    first = stage.start()
    asked = typed(stage, SARI, "lakip")
    assert isinstance(asked, Asking)
    view = asked.view
    assert isinstance(view, StartQuestionView)
    assert (view.year, view.seen) == (2025, first)
    assert [r.run.id for r in view.running] == [first]
    # For another year there is nothing to ask.
    assert isinstance(typed(stage, SARI, "lakip", "2024"), StartedView)


def test_an_update_that_comes_twice_starts_one_run(services: Services) -> None:
    stage = Stage(services)
    request = stage.request(SARI)
    stage.command(SARI, "/mulai_lakip", request)
    with pytest.raises(AlreadyHandledError):
        stage.command(SARI, "/mulai_lakip", request)
    with services.store.read() as tx:
        assert len(tx.runs.running()) == 1
        assert tx.outbox.count(DeliveryState.ANTRE) == 2  # her answer and the card


# --- starting by button ---------------------------------------------------------------------


def press(stage: Stage, who: Player, seen: int | None = None, code: str = "lakip") -> View:
    return stage.tap(who, StartRun(code, 2025, seen))


def test_a_doubled_tap_starts_one_run(stage: Stage) -> None:
    assert isinstance(press(stage, SARI), StartedView)
    assert why(press(stage, SARI)) == "start_changed"


def test_a_second_run_starts_when_the_first_was_seen(stage: Stage) -> None:
    first = press(stage, SARI)
    assert isinstance(first, StartedView)
    second = press(stage, SARI, seen=first.run.id)
    assert isinstance(second, StartedView)
    # A doubled tap on that same button does not begin a third.
    assert why(press(stage, SARI, seen=first.run.id)) == "start_changed"


def test_the_right_to_start_is_asked_anew_at_the_button(stage: Stage) -> None:
    assert why(press(stage, BUDI)) == "not_allowed"
    stranger = replace(SARI, chat_id=OUTSIDER)
    assert why(press(stage, stranger)) == "outsider"
    assert why(press(stage, SARI, code="sudah_dihapus")) == "button_old"


# --- confirming -----------------------------------------------------------------------------


def test_a_tap_closes_the_step_and_hands_on_the_next(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.deliver()
    view = confirmed(stage.confirm(DEWI, run_id))
    assert (view.step.number, view.closed, view.finished) == (1, True, False)
    assert view.next_step is not None
    assert view.next_step.number == 2
    assert [p.name for p in view.next_performers] == [BUDI.called, RINA.called]
    arrived = stage.deliver()
    assert [(m.delivery.chat_id, m.edit) for m in arrived] == [
        (BUDI.chat_id, False),
        (RINA.chat_id, False),
        (SARI.chat_id, False),
        (DEWI.chat_id, True),
    ]
    mine, _, offer, closed = (m.view for m in arrived)
    assert isinstance(offer, OfferView)
    assert isinstance(closed, TaskView)
    assert isinstance(mine, TaskView)
    assert (closed.mine, [s.name for s in closed.signed]) == (False, [DEWI.called])
    assert mine.mine


def test_the_others_cards_close_with_the_name_of_who_confirmed(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.deliver()
    stage.confirm(BUDI, run_id)
    stage.deliver()
    card = stage.screen(RINA)[-1]
    assert isinstance(card, TaskView)
    assert (card.mine, [s.name for s in card.signed]) == (False, [BUDI.called])


def test_a_double_tap_and_a_late_one_hear_what_happened(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.confirm(BUDI, run_id)
    stage.go_to(MONDAY + timedelta(minutes=1))
    again = stage.confirm(BUDI, run_id, step=2)
    assert isinstance(again, RefusedView)
    assert (again.reason, again.facts["at"]) == ("already_yours", MONDAY)
    late = stage.confirm(RINA, run_id, step=2)
    assert isinstance(late, RefusedView)
    assert (late.reason, late.facts) == (
        "already_done",
        {"name": BUDI.called, "at": MONDAY},
    )
    assert stage.task(run_id).step == 3


def test_a_tap_that_telegram_repeats_is_handled_once(stage: Stage) -> None:
    run_id = stage.start()
    request = stage.request(DEWI)
    token = stage.token(run_id)
    tapped(stage.services, request, Confirm(token), stage.now)
    with pytest.raises(AlreadyHandledError):
        tapped(stage.services, request, Confirm(token), stage.now)
    assert stage.task(run_id).step == 2


def test_a_card_of_somebody_else_is_refused_with_whose_step_it_is(stage: Stage) -> None:
    run_id = stage.start()
    view = stage.confirm(BUDI, run_id)
    assert isinstance(view, RefusedView)
    assert (view.reason, view.facts) == ("not_yours", {"roles": "Kepala Dinas"})


def test_a_forwarded_card_is_worth_nothing_to_an_outsider(stage: Stage) -> None:
    run_id = stage.start()
    request = Request(OUTSIDER, None)
    view = tapped(stage.services, request, Confirm(stage.token(run_id)), stage.now)
    assert why(view) == "outsider"
    assert (
        why(tapped(stage.services, request, Snooze(stage.token(run_id)), stage.now)) == "outsider"
    )
    assert stage.task(run_id).confirmations == ()


def test_a_card_of_a_restored_copy_s_future_is_unknown(stage: Stage) -> None:
    for tap in (Confirm("tidakdikenal"), Snooze("tidakdikenal")):
        assert why(stage.tap(SARI, tap)) == "unknown"


def test_who_has_been_removed_meanwhile_cannot_confirm(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.tap(SARI, RemovePerson(stage.id_of(BUDI)))
    assert why(stage.confirm(BUDI, run_id)) == "outsider"


def test_an_all_must_step_counts_its_confirmations(sqlite_services: Services) -> None:
    stage = Stage(sqlite_services, *WHOLE_OFFICE)
    run_id = stage.start("tapkin_eselon3")
    stage.deliver()
    first = confirmed(stage.confirm(ANWAR, run_id))
    assert (first.closed, first.confirmed, first.required, first.next_step) == (False, 1, 2, None)
    # Both see how far it is; only Pak Hadi still has a button.
    stage.deliver()
    views = {who: stage.screen(who)[-1] for who in (ANWAR, HADI)}
    assert {who: v.mine for who, v in views.items() if isinstance(v, TaskView)} == {
        ANWAR: False,
        HADI: True,
    }
    second = confirmed(stage.confirm(HADI, run_id))
    assert (second.closed, second.confirmed, second.required) == (True, 2, 2)


def test_the_kasubbag_records_for_bappeda(stage: Stage) -> None:
    run_id = stage.start("tapkin_eselon2")
    stage.advance(run_id, 2)
    card = [m.view for m in stage.received(SARI)][-1]
    assert isinstance(card, TaskView)
    assert card.records_for == "Bappeda"
    assert confirmed(stage.confirm(SARI, run_id)).closed
    stage.deliver()
    closed = [v for v in stage.screen(SARI) if isinstance(v, TaskView) and not v.mine][-1]
    assert closed.signed[0].recorded_for == "Bappeda"


def test_the_signature_ends_the_run_and_all_who_took_part_get_the_summary(
    services: Services,
) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 10)
    stage.deliver()
    view = confirmed(stage.confirm(DEWI, run_id))
    assert (view.finished, view.next_step, view.next_performers) == (True, None, ())
    summaries = [m for m in stage.deliver() if isinstance(m.delivery.notice, RunSummary)]
    # Bu Rina confirmed nothing.
    assert {m.delivery.chat_id for m in summaries} == {p.chat_id for p in (SARI, BUDI, HADI, DEWI)}
    summary = summaries[0].view
    assert isinstance(summary, EndedView)
    assert [row.figures.step.number for row in summary.summary.rows] == list(range(1, 11))
    assert stage.run(run_id).status is RunStatus.SELESAI
    # Not one live button is left on any screen, and nothing is due for it any more.
    assert not [v for p in CAST for v in stage.screen(p) if isinstance(v, TaskView) and v.mine]
    with services.store.read() as tx:
        assert tx.reminders.next_due() is None


@pytest.mark.parametrize(
    "code",
    ["lakip", "lppd", "renja", "tapkin_eselon2", "tapkin_eselon3", "tapkin_eselon4", "tapkin_staf"],
)
def test_each_procedure_runs_to_its_end_in_the_database(
    sqlite_services: Services, code: str
) -> None:
    stage = Stage(sqlite_services, *WHOLE_OFFICE)
    run_id = stage.start(code)
    stage.finish(run_id)
    run = stage.run(run_id)
    assert run.steps_done == len(run.procedure.steps)
    stage.deliver()
    with stage.services.store.read() as tx:
        assert replay(run_id, run.procedure, tx.journal.events(run_id)) == run
        assert tx.outbox.count(DeliveryState.GAGAL) == 0
        assert tx.outbox.count(DeliveryState.ANTRE) == 0


def test_two_runs_of_different_sops_do_not_touch_each_other(stage: Stage) -> None:
    lakip, renja = stage.start("lakip"), stage.start("renja")
    stage.confirm(DEWI, lakip)
    assert (stage.task(lakip).step, stage.task(renja).step) == (2, 1)
    stage.finish(renja)
    assert stage.task(lakip).step == 2


# --- two people, one step -------------------------------------------------------------------


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_who_tap_at_the_same_moment_one_wins_and_the_other_hears_who(
    services: Services, attempt: int
) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 2)
    token, start = stage.token(run_id), threading.Barrier(2)
    heard: dict[Player, View] = {}

    def tap(who: Player, request: Request) -> None:
        start.wait(10)
        heard[who] = tapped(services, request, Confirm(token), stage.now)

    threads = [threading.Thread(target=tap, args=(who, stage.request(who))) for who in (BUDI, RINA)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    winners = [who for who, view in heard.items() if isinstance(view, ConfirmedView)]
    assert len(heard) == 2
    assert len(winners) == 1
    (loser,) = heard.keys() - set(winners)
    refusal = heard[loser]
    assert isinstance(refusal, RefusedView)
    assert refusal.facts == {"name": winners[0].called, "at": stage.now}
    team = stage.run(run_id).task(2, 1)
    assert team is not None
    assert [c.person_id for c in team.confirmations] == [stage.id_of(winners[0])]
    assert stage.task(run_id).step == 3
    cards = [m for m in stage.deliver() if isinstance(m.delivery.notice, TaskCard)]
    assert [m.delivery.chat_id for m in cards if m.delivery.task_id == stage.task_id(run_id)] == [
        SARI.chat_id
    ]


def test_one_tap_that_arrives_twice_at_the_same_moment_counts_once(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    request, token, start = stage.request(DEWI), stage.token(run_id), threading.Barrier(2)
    outcomes: list[str] = []

    def tap() -> None:
        start.wait(10)
        try:
            outcomes.append(type(tapped(services, request, Confirm(token), stage.now)).__name__)
        except AlreadyHandledError:
            outcomes.append("AlreadyHandledError")

    threads = [threading.Thread(target=tap) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["AlreadyHandledError", "ConfirmedView"]


# --- putting off ----------------------------------------------------------------------------


def test_a_snooze_says_until_when(stage: Stage) -> None:
    run_id = stage.start()
    view = stage.tap(DEWI, Snooze(stage.token(run_id)))
    assert view == DoneView("snoozed", {"until": wib("09-11-2026 11.15")})
    with stage.services.store.read() as tx:
        laid = reminders_of(tx, stage.task_id(run_id))
    assert (ReminderKind.TUNDA, ReminderStatus.MENUNGGU) in {(p.kind, s) for p, s in laid}


def test_who_has_nothing_to_be_reminded_of_hears_why(sqlite_services: Services) -> None:
    stage = Stage(sqlite_services, *WHOLE_OFFICE)
    run_id = stage.start("tapkin_eselon3")

    def snooze(who: Player, step: int) -> str:
        token = stage.token(run_id, step)
        return why(stage.tap(who, Snooze(token)))

    assert snooze(BUDI, 1) == "not_yours"
    stage.confirm(ANWAR, run_id)
    assert snooze(ANWAR, 1) == "already_yours"
    stage.confirm(HADI, run_id)
    assert snooze(ANWAR, 1) == "already_yours"
    stage.confirm(SARI, run_id)
    stage.seat(replace(DEWI, chat_id=300, role="kasubbag"))
    assert snooze(replace(DEWI, chat_id=300), 2) == "already_done"


# --- vacancies ------------------------------------------------------------------------------


def test_a_vacant_step_is_told_to_the_kasubbag_and_filled_by_whoever_comes(
    sqlite_services: Services,
) -> None:
    stage = Stage(sqlite_services, SARI, DEWI)
    run_id = stage.start()
    stage.confirm(DEWI, run_id)
    (told,) = [m for m in stage.received(SARI) if isinstance(m.delivery.notice, RoleVacant)]
    assert isinstance(told.view, VacantView)
    assert told.view.roles == (("tim", "Tim Pelaksana"),)
    stage.seat(replace(BUDI, role=None))
    given = stage.tap(SARI, GiveRole(stage.id_of(BUDI), "tim", None))
    assert isinstance(given, DoneView)
    cards = [m.view for m in stage.received(BUDI) if isinstance(m.view, TaskView)]
    assert [(v.step.number, v.mine) for v in cards] == [(2, True)]
    assert confirmed(stage.confirm(BUDI, run_id)).closed


def test_a_vacancy_that_was_filled_before_it_was_told_is_not_told(
    sqlite_services: Services,
) -> None:
    stage = Stage(sqlite_services, SARI, DEWI)
    run_id = stage.start()
    stage.confirm(DEWI, run_id)
    stage.seat(BUDI)
    assert [m for m in stage.deliver() if isinstance(m.delivery.notice, RoleVacant)] == []
    assert stage.task(run_id).step == 2


def test_removing_the_last_one_waited_for_hands_the_work_on(sqlite_services: Services) -> None:
    stage = Stage(sqlite_services, *WHOLE_OFFICE)
    run_id = stage.start("tapkin_eselon3")
    stage.confirm(HADI, run_id)
    stage.deliver()
    stage.tap(SARI, RemovePerson(stage.id_of(ANWAR)))
    assert stage.task(run_id).step == 2
    arrived = stage.received(SARI)
    assert [m.view.step.number for m in arrived if isinstance(m.view, TaskView)] == [2]
    # His card, still on his screen, has lost its button.
    card = stage.screen(ANWAR)[-1]
    assert not isinstance(card, TaskView) or not card.mine


def test_an_sop_file_more_is_an_sop_more(services: Services, catalog: Catalog) -> None:
    lakip = catalog.sops[0]
    fifth = replace(
        lakip,
        number="503/99",
        procedures=(replace(lakip.procedures[0], code="lain", title="LAIN"),),
    )
    stage = Stage(replace(services, catalog=replace(catalog, sops=(*catalog.sops, fifth))))
    run_id = stage.start("lain")
    stage.finish(run_id)
    assert stage.run(run_id).procedure.code == "lain"
