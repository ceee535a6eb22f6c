"""/pegawai: names, roles, leaving, and people whom Telegram cannot reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.notices import (
    CommandMenu,
    LeadingRoleGranted,
    PersonUnreachable,
    RoleChanged,
    RoleVacant,
    TaskCard,
)
from bot.domain.people import Address
from bot.features import free_text, outbox
from bot.features.answers import DoneView, RefusedView
from bot.features.feature import Hook, MenuView, View
from bot.features.people.views import (
    AskNameView,
    AskRemove,
    ChangeAddress,
    ChangeName,
    GiveQuestionView,
    GiveRole,
    RemovePerson,
    RemoveQuestionView,
    RoleChangedView,
    RoleMenuView,
    TakeRole,
    UnreachableView,
)
from bot.features.tasks.views import TaskView
from bot.features.work import QUESTION_LASTS, Services, Work
from bot.store.outbox import DeliveryState
from tests.cast import (
    ADMIN,
    BUDI,
    CAST,
    DEWI,
    HADI,
    MONDAY,
    OUTSIDER,
    RINA,
    SARI,
    Message,
    Player,
    Stage,
    tapped,
    typed,
    why,
)
from tests.rows import set_admin


def give(stage: Stage, who: Player, role: str, unit: str | None = None, by: Player = SARI) -> View:
    return stage.tap(by, GiveRole(stage.id_of(who), role, unit))


def take(stage: Stage, who: Player, by: Player = SARI) -> View:
    return stage.tap(by, TakeRole(stage.holding_of(who)))


def remove(stage: Stage, who: Player, by: Player = SARI) -> View:
    return stage.tap(by, RemovePerson(stage.id_of(who)))


def live(stage: Stage, who: Player) -> int:
    """How many cards on somebody's screen can be confirmed."""
    return sum(isinstance(view, TaskView) and view.mine for view in stage.screen(who))


def roles(stage: Stage, who: Player) -> frozenset[str]:
    with stage.services.store.read() as tx:
        return Work(stage.services, tx, stage.now).staff.roles_of(stage.id_of(who))


# --- names ----------------------------------------------------------------------------------


def test_a_name_is_changed_by_asking_and_answering(services: Services) -> None:
    stage = Stage(services)
    asked = tapped(services, stage.request(SARI), ChangeName(stage.id_of(BUDI)), stage.now)
    assert asked == AskNameView(Address.BAPAK, of=BUDI.called)
    view = stage.answer(SARI, "Budi Santoso, S.T., M.T.")
    assert view == DoneView("name_changed", {"name": "Budi Santoso, S.T., M.T."})
    with services.store.read() as tx:
        names = tx.people.names()
        (line,) = tx.journal.lines(1)
    assert names[stage.id_of(BUDI)] == "Bapak Budi Santoso, S.T., M.T."
    assert (line.kind, line.person_id) == ("renamed", stage.id_of(SARI))
    # The question is answered: the next text is not taken for a name.
    assert why(stage.answer(SARI, "Lain")) == "free_text"


def test_a_slip_is_asked_again_about_the_same_person(stage: Stage) -> None:
    stage.tap(SARI, ChangeName(stage.id_of(BUDI)))
    assert stage.answer(SARI, "B") == AskNameView(Address.BAPAK, fault=True, of=BUDI.called)
    assert isinstance(stage.answer(SARI, "Budi S., S.T."), DoneView)


def test_a_question_is_left_by_batal_and_nothing_else_is(stage: Stage) -> None:
    def leave(who: Player | int) -> View | None:
        request = stage.request(who)
        typed(stage.services, request, "/batal", stage.now)
        found = [
            m for m in stage.deliver() if m.delivery.key.startswith(f"reply:{request.update_id}:")
        ]
        return found[0].view if found else None

    stage.tap(SARI, ChangeName(stage.id_of(BUDI)))
    assert leave(SARI) == DoneView("question_left", {})
    left = leave(SARI)
    assert left is not None
    assert why(left) == "nothing_asked"
    assert why(stage.answer(SARI, "Bukan Nama")) == "free_text"
    for _ in range(3):
        refused = leave(OUTSIDER)
        assert refused is not None
        assert why(refused) == "outsider"
    assert leave(OUTSIDER) is None


def test_a_question_expires_after_an_hour(stage: Stage) -> None:
    stage.tap(SARI, ChangeName(stage.id_of(BUDI)))
    stage.go_to(MONDAY + QUESTION_LASTS)
    assert why(stage.answer(SARI, "Budi Santoso")) == "free_text"


def test_the_right_to_rename_is_asked_anew_when_the_answer_comes(stage: Stage) -> None:
    stage.tap(SARI, ChangeName(stage.id_of(BUDI)))
    take(stage, SARI, by=ADMIN)
    assert why(stage.answer(SARI, "Budi Santoso")) == "not_allowed"


def test_somebody_who_left_meanwhile_is_not_renamed(stage: Stage) -> None:
    stage.tap(SARI, ChangeName(stage.id_of(BUDI)))
    remove(stage, BUDI, by=ADMIN)
    assert why(stage.answer(SARI, "Budi Santoso")) == "person_gone"


def test_the_form_of_address_can_be_changed(stage: Stage) -> None:
    view = stage.tap(SARI, ChangeAddress(stage.id_of(RINA), Address.BAPAK))
    assert view == DoneView("address_changed", {"name": f"Bapak {RINA.name}"})


# --- roles ----------------------------------------------------------------------------------


def test_a_role_that_is_given_brings_its_open_tasks_at_once(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.deliver()
    view = give(stage, HADI, "tim")
    assert view == DoneView("role_given", {"name": HADI.called, "role": "Tim Pelaksana"})
    arrived = stage.received(HADI)
    kinds = [type(m.delivery.notice) for m in arrived]
    assert kinds == [TaskCard, RoleChanged, CommandMenu]
    assert isinstance(arrived[0].view, TaskView)
    assert arrived[0].view.mine
    told = arrived[1].view
    assert isinstance(told, RoleChangedView)
    assert (told.role.title, told.given) == ("Tim Pelaksana", True)
    assert roles(stage, HADI) == {"sekretaris", "tim"}


def test_a_role_that_is_taken_takes_the_button_off_the_screen(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.deliver()
    view = take(stage, RINA)
    assert view == DoneView("role_taken", {"name": RINA.called, "role": "Tim Pelaksana"})
    assert [m.edit for m in stage.received(RINA) if m.delivery.task_id] == [True]
    assert live(stage, RINA) == 0
    assert live(stage, BUDI) == 1
    assert why(stage.confirm(RINA, run_id)) == "not_yours"
    # Given back, the card comes anew.
    give(stage, RINA, "tim")
    stage.deliver()
    assert live(stage, RINA) == 1


def test_one_s_own_change_needs_no_news_to_oneself(stage: Stage) -> None:
    give(stage, SARI, "tim")
    arrived = stage.received(SARI)
    assert [type(m.delivery.notice) for m in arrived] == [CommandMenu]
    with stage.services.store.read() as tx:
        whole = Work(stage.services, tx, stage.now).staff
    tim = next(h for h in whole.holdings_of(stage.id_of(SARI)) if h.role == "tim")
    stage.tap(SARI, TakeRole(tim.id))
    assert [type(m.delivery.notice) for m in stage.received(SARI)] == [CommandMenu]


def test_a_leading_role_is_announced_when_it_is_given(stage: Stage) -> None:
    question = give(stage, BUDI, "kepala_dinas")
    assert isinstance(question, GiveQuestionView)
    stage.tap(SARI, question.yes)
    told = [m for m in stage.deliver() if isinstance(m.delivery.notice, LeadingRoleGranted)]
    assert {m.delivery.chat_id for m in told} == {DEWI.chat_id, ADMIN.chat_id}


def test_what_cannot_be_given_is_said_in_words(stage: Stage) -> None:
    assert why(give(stage, BUDI, "tim")) == "already_held"
    assert why(give(stage, BUDI, "bappeda")) == "role_outside"
    assert why(give(stage, BUDI, "direktur")) == "unknown_role"
    assert why(give(stage, BUDI, "kasi", "keuangan")) == "unknown_unit"
    menu = give(stage, BUDI, "kasi")
    assert isinstance(menu, RoleMenuView)
    assert menu.person is not None
    assert (menu.person.id, menu.person.called) == (stage.id_of(BUDI), BUDI.called)
    assert isinstance(give(stage, BUDI, "kasi", "promosi"), DoneView)


def test_a_holding_is_taken_once(stage: Stage) -> None:
    holding = stage.holding_of(RINA)
    assert isinstance(stage.tap(SARI, TakeRole(holding)), DoneView)
    again = stage.tap(SARI, TakeRole(holding))
    assert why(again) == "person_gone"


def test_a_vacancy_made_in_the_middle_of_a_step_is_told(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.deliver()
    take(stage, BUDI)
    take(stage, RINA)
    told = [m for m in stage.received(SARI) if isinstance(m.delivery.notice, RoleVacant)]
    assert len(told) == 1


# --- leaving --------------------------------------------------------------------------------


def test_before_somebody_is_removed_the_bot_says_what_it_means(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    view = stage.tap(SARI, AskRemove(stage.id_of(BUDI)))
    assert isinstance(view, RemoveQuestionView)
    assert (view.person.called, [r.title for r in view.roles], view.open_tasks) == (
        BUDI.called,
        ["Tim Pelaksana"],
        1,
    )
    assert roles(stage, BUDI) == {"tim"}


def test_who_is_removed_keeps_their_name_on_what_they_did(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 3)
    stage.deliver()
    assert remove(stage, BUDI) == DoneView("removed", {"name": BUDI.called})
    stage.deliver()
    late = stage.confirm(RINA, run_id, step=2)
    assert isinstance(late, RefusedView)
    assert late.facts["name"] == BUDI.called


def test_who_is_removed_loses_buttons_commands_and_news(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.deliver()
    budi = stage.id_of(BUDI)
    remove(stage, BUDI)
    arrived = [m for m in stage.deliver() if m.delivery.chat_id == BUDI.chat_id]
    menus = [m.view for m in arrived if isinstance(m.view, MenuView)]
    assert [(m.entries, m.joined) for m in menus] == [((), False)]
    assert [m.edit for m in arrived if m.delivery.task_id] == [True]
    assert live(stage, BUDI) == 0
    again = stage.tap(SARI, RemovePerson(budi))
    assert why(again) == "person_gone"
    # Nothing reaches him afterwards.
    stage.go_to("11-11-2026 10.15")
    stage.remind()
    assert [m for m in stage.deliver() if m.delivery.chat_id == BUDI.chat_id] == []


def test_news_that_was_on_its_way_to_somebody_who_leaves_is_dropped(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    remove(stage, BUDI)
    assert not [m for m in stage.received(BUDI) if isinstance(m.view, TaskView)]


def test_an_admin_is_managed_by_admins_alone_and_the_last_one_stays(stage: Stage) -> None:
    for act in (AskRemove, RemovePerson, ChangeName):
        assert why(stage.tap(SARI, act(stage.id_of(ADMIN)))) == "admin_only"
    assert why(give(stage, ADMIN, "tim")) == "admin_only"
    assert why(remove(stage, ADMIN, by=ADMIN)) == "last_admin"
    assert why(stage.tap(ADMIN, AskRemove(stage.id_of(ADMIN)))) == "last_admin"
    with stage.services.store.begin() as tx:
        set_admin(tx, stage.id_of(DEWI), True)
    assert isinstance(remove(stage, ADMIN, by=DEWI), DoneView)


@pytest.mark.parametrize("who", [BUDI, HADI, DEWI])
def test_others_manage_nobody(stage: Stage, who: Player) -> None:
    rina = stage.id_of(RINA)
    asked = (
        stage.tap(who, ChangeName(rina)),
        stage.tap(who, ChangeAddress(rina, Address.IBU)),
        give(stage, RINA, "staf", "umum", by=who),
        take(stage, RINA, by=who),
        stage.tap(who, AskRemove(rina)),
        remove(stage, RINA, by=who),
    )
    assert {why(view) for view in asked} == {"not_allowed"}
    assert roles(stage, RINA) == {"tim"}


def test_an_outsider_learns_nothing_from_a_forged_button(stage: Stage) -> None:
    for person_id in (stage.id_of(RINA), 4711):
        view = stage.tap(OUTSIDER, RemovePerson(person_id))
        assert why(view) == "outsider"


# --- people whom Telegram cannot reach ------------------------------------------------------


def refuse_all(stage: Stage, who: Player) -> int:
    """Telegram refuses everything for one chat; how many deliveries that was."""
    count = 0
    while claimed := outbox.claim(stage.services, stage.now, 50, ()):
        for outgoing in claimed:
            if outgoing.delivery.chat_id == who.chat_id:
                outbox.blocked(stage.services, outgoing.delivery, "bot was blocked", stage.now)
                count += 1
            else:
                stage.phones.accept(outgoing, stage.now)
    return count


def unreachable(messages: list[Message]) -> list[Message]:
    return [m for m in messages if isinstance(m.delivery.notice, PersonUnreachable)]


def test_the_kasubbag_hears_once_of_somebody_who_cannot_be_reached(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 2)
    assert refuse_all(stage, BUDI) == 1
    stage.deliver()
    (told,) = unreachable(stage.phones.log)
    assert told.delivery.chat_id == SARI.chat_id
    assert isinstance(told.view, UnreachableView)
    assert (told.view.name, told.view.open_tasks) == (BUDI.called, 1)
    stage.go_to("11-11-2026 10.15")
    stage.remind()
    assert refuse_all(stage, BUDI) == 1
    stage.deliver()
    assert len(unreachable(stage.phones.log)) == 1


def test_an_unreachable_kasubbag_is_the_admin_s_to_know(stage: Stage) -> None:
    free_text.message(stage.services, stage.request(SARI), Hook.BLOCKED, stage.now)
    (told,) = unreachable(stage.deliver())
    assert told.delivery.chat_id == ADMIN.chat_id


def test_who_unblocks_gets_the_card_that_was_refused(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    refuse_all(stage, BUDI)
    stage.go_to("11-11-2026 10.15")
    stage.remind()
    refuse_all(stage, BUDI)
    free_text.message(stage.services, stage.request(BUDI), Hook.UNBLOCKED, stage.now)
    cards = [m for m in stage.received(BUDI) if isinstance(m.view, TaskView)]
    # One card, not a heap of everything that was refused.
    assert [(m.view.mine, m.view.token) for m in cards if isinstance(m.view, TaskView)] == [
        (True, stage.token(run_id))
    ]
    with stage.services.store.read() as tx:
        assert Work(stage.services, tx, stage.now).staff.people[stage.id_of(BUDI)].reachable


def test_a_card_of_a_step_that_closed_meanwhile_is_not_sent_after_all(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    refuse_all(stage, BUDI)
    stage.confirm(RINA, run_id)
    free_text.message(stage.services, stage.request(BUDI), Hook.UNBLOCKED, stage.now)
    assert [m for m in stage.received(BUDI) if isinstance(m.view, TaskView)] == []


def test_a_card_on_the_screen_of_somebody_who_blocked_the_bot_closes_later(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.deliver()
    free_text.message(stage.services, stage.request(BUDI), Hook.BLOCKED, stage.now)
    stage.confirm(RINA, run_id)
    assert refuse_all(stage, BUDI) == 1
    free_text.message(stage.services, stage.request(BUDI), Hook.UNBLOCKED, stage.now)
    stage.deliver()
    assert [v.mine for v in stage.screen(BUDI) if isinstance(v, TaskView)] == [False]


def test_blocking_twice_and_unblocking_twice_is_no_more_news(stage: Stage) -> None:
    for _ in range(2):
        free_text.message(stage.services, stage.request(BUDI), Hook.BLOCKED, stage.now)
    assert len(unreachable(stage.deliver())) == 1
    for _ in range(2):
        free_text.message(stage.services, stage.request(BUDI), Hook.UNBLOCKED, stage.now)
    stage.go_to(MONDAY + timedelta(minutes=1))
    free_text.message(stage.services, stage.request(BUDI), Hook.BLOCKED, stage.now)
    assert len(unreachable(stage.deliver())) == 1


def test_an_outsider_who_blocks_the_bot_is_nobody_s_business(stage: Stage) -> None:
    free_text.message(stage.services, stage.request(OUTSIDER), Hook.BLOCKED, stage.now)
    free_text.message(stage.services, stage.request(OUTSIDER), Hook.UNBLOCKED, stage.now)
    with stage.services.store.read() as tx:
        assert tx.outbox.count(DeliveryState.ANTRE) == 0


def test_news_of_somebody_unreachable_is_dropped_once_they_are_reached(stage: Stage) -> None:
    free_text.message(stage.services, stage.request(BUDI), Hook.BLOCKED, stage.now)
    free_text.message(stage.services, stage.request(BUDI), Hook.UNBLOCKED, stage.now)
    assert unreachable(stage.deliver()) == []
    assert replace(BUDI) in CAST
