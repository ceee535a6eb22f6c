"""How people come in: invitations, the claim link, Bapak or Ibu, and a name with titles."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bot.domain.documents import Format
from bot.domain.notices import CommandMenu, LeadingRoleGranted, PersonJoined, TaskCard
from bot.domain.parsing import official_name
from bot.domain.people import Address
from bot.features import replies
from bot.features.answers import Refuse, RefusedView
from bot.features.asking import Asking
from bot.features.feature import MenuView, View
from bot.features.help import FirstView
from bot.features.joining import usecases as joining
from bot.features.joining.usecases import INVITATION_LASTS
from bot.features.joining.views import (
    AskAddressView,
    ChooseAddress,
    InvitationView,
    JoinedView,
    WelcomeView,
)
from bot.features.papers import DocumentKind, GetDocument
from bot.features.people.roles import choose_role
from bot.features.people.views import (
    AskNameView,
    GiveQuestionView,
    Invite,
    NameCheckView,
    RemovePerson,
    RoleGrantedView,
    RoleMenuView,
    TakeRole,
)
from bot.features.work import QUIET_AFTER, Services, Work
from bot.store import AlreadyHandledError
from bot.store.tables import holdings
from tests.cast import (
    ADMIN,
    BUDI,
    DEWI,
    HADI,
    LESTARI,
    MONDAY,
    OUTSIDER,
    RINA,
    SARI,
    Player,
    Stage,
    shown,
    tapped,
    typed,
    why,
)


@pytest.fixture
def stage(sqlite_services: Services) -> Stage:
    return Stage(sqlite_services, SARI)


def invited(stage: Stage, role: str, unit: str | None = None, by: Player = SARI) -> str:
    """The code of a fresh invitation."""
    view = stage.tap(by, Invite(role, unit))
    if isinstance(view, GiveQuestionView):
        view = stage.tap(by, view.yes)
    assert isinstance(view, InvitationView), view
    return view.code


def opened(stage: Stage, who: Player | int, code: str) -> View:
    """Open an invitation's link; what the bot answers."""
    return stage.answer(who, f"/start {code}")


def answer_to(stage: Stage, update_id: int | None) -> View:
    stage.deliver()
    (message,) = [m for m in stage.phones.log if m.delivery.key.startswith(f"reply:{update_id}:")]
    return message.view


def joins(stage: Stage, who: Player, code: str) -> View:
    """The whole way in: the link, the form of address, the name."""
    assert isinstance(opened(stage, who, code), AskAddressView)
    asked = stage.tap(who, ChooseAddress(who.address))
    assert asked == AskNameView(who.address)
    return is_called(stage, who, who.name)


def is_called(stage: Stage, who: Player, name: str) -> View:
    """Somebody types their name, which is shown to them, and says that it is right."""
    asked = stage.answer(who, name)
    assert isinstance(asked, NameCheckView), asked
    view = stage.tap(who, asked.keep)
    stage.deliver()
    return view


# --- inviting -------------------------------------------------------------------------------


def test_an_invitation_is_a_code_for_a_role_that_lasts_seven_days(stage: Stage) -> None:
    view = stage.tap(SARI, Invite("tim", None))
    assert isinstance(view, InvitationView)
    assert view.role.title == "Tim Pelaksana"
    assert view.expires_at == MONDAY + timedelta(days=7)
    # Telegram takes 64 of these signs behind ?start=.
    assert 20 <= len(view.code) <= 64
    assert all(c.isalnum() or c in "-_" for c in view.code)


def test_no_code_is_ever_stored(stage: Stage) -> None:
    code = invited(stage, "tim")
    claim = joining.claim_link(replace(stage.services, admin_ids=frozenset()), stage.now)
    assert claim is not None
    stage.deliver()
    with stage.services.store.read() as tx:
        for table in ("invitations", "journal", "deliveries", "marks", "questions"):
            rows = tx.connection.execute(text(f"SELECT * FROM {table}")).all()
            assert code not in str(rows)
            assert claim not in str(rows)


@pytest.mark.parametrize("word", ["kasi", "KASI", "kasubbag_/_kasi", "Kasubbag / Kasi"])
def test_a_role_may_be_named_by_code_or_by_name(stage: Stage, word: str) -> None:
    assert choose_role(stage.services.catalog.office, word, "promosi") == ("kasi", "promosi")
    view = stage.tap(SARI, Invite("kasi", "promosi"))
    assert isinstance(view, InvitationView)
    assert view.role is not None
    assert view.role.title == "Kepala Seksi Promosi Penanaman Modal"


def test_a_role_with_units_asks_for_the_unit(stage: Stage) -> None:
    view = stage.tap(SARI, Invite("kepala_bidang", None))
    assert isinstance(view, RoleMenuView)
    assert view.role is not None
    assert (view.role.code, [code for code, _ in view.choices]) == (
        "kepala_bidang",
        ["penanaman_modal", "tenaga_kerja"],
    )
    # Staf head no unit: they may be of any.
    everywhere = stage.tap(SARI, Invite("staf", None))
    assert isinstance(everywhere, RoleMenuView)
    assert len(everywhere.choices) == len(stage.services.catalog.office.units)


@pytest.mark.parametrize(
    ("role", "unit", "reason"),
    [
        ("direktur", None, "unknown_role"),
        ("", None, "unknown_role"),
        ("bappeda", None, "role_outside"),
        ("kepala_daerah", None, "role_outside"),
        ("tim", "promosi", "unit_not_wanted"),
        ("kasi", "keuangan", "unknown_unit"),
        ("kepala_bidang", "promosi", "unknown_unit"),
    ],
)
def test_what_nobody_can_be_invited_to_is_said_in_words(
    stage: Stage, role: str, unit: str | None, reason: str
) -> None:
    with pytest.raises(Refuse) as refused:
        choose_role(stage.services.catalog.office, role, unit)
    assert refused.value.reason == reason


@pytest.mark.parametrize(("who", "reason"), [(BUDI, "not_allowed"), (DEWI, "not_allowed")])
def test_only_the_kasubbag_and_the_admin_invite(stage: Stage, who: Player, reason: str) -> None:
    stage.seat(who, ADMIN)
    assert why(stage.tap(who, Invite("tim", None))) == reason
    assert invited(stage, "tim", by=ADMIN)
    outside = stage.tap(OUTSIDER, Invite("tim", None))
    assert why(outside) == "outsider"


def test_an_invitation_typed_by_hand_is_answered_by_the_outbox_unless_it_is_a_code(
    stage: Stage,
) -> None:
    def type_it(who: Player | int, role: str) -> tuple[InvitationView | None, list[View]]:
        request = stage.request(who)
        view = stage.command(who, f"/undang {role}", request)
        return view, [m.view for m in stage.deliver()]

    code, queued = type_it(SARI, "tim")
    assert isinstance(code, InvitationView)
    assert queued == []
    nothing, (menu,) = type_it(SARI, "kasi")
    assert nothing is None
    assert isinstance(menu, Asking)
    assert isinstance(menu.view, RoleMenuView)
    assert why(type_it(SARI, "direktur")[1][0]) == "unknown_role"
    for _ in range(QUIET_AFTER):
        assert why(type_it(OUTSIDER, "tim")[1][0]) == "outsider"
    assert type_it(OUTSIDER, "tim") == (None, [])


# --- coming in ------------------------------------------------------------------------------


def test_pak_budi_joins_by_link_address_and_name(services: Services) -> None:
    stage = Stage(services, SARI)
    code = invited(stage, "tim")
    first = opened(stage, BUDI, code)
    assert isinstance(first, AskAddressView)
    assert first.role is not None
    assert first.role.title == "Tim Pelaksana"
    # Until he has said who he is he holds nothing that counts.
    with services.store.read() as tx:
        assert Work(services, tx, stage.now).staff.ids(["tim"]) == ()
    assert tapped(
        services, stage.request(BUDI), ChooseAddress(Address.BAPAK), stage.now
    ) == AskNameView(Address.BAPAK)
    view = is_called(stage, BUDI, "  Budi   Santoso,\n S.T. ")
    assert isinstance(view, WelcomeView)
    assert (view.greeting.called, view.open_tasks) == ("Budi Santoso, S.T.", 0)
    with services.store.read() as tx:
        whole = Work(services, tx, stage.now).staff
    assert [whole.people[p].called for p in whole.ids(["tim"])] == [BUDI.called]


def test_the_inviter_sees_who_joined_and_may_take_it_back(stage: Stage) -> None:
    joins(stage, BUDI, invited(stage, "tim"))
    (told,) = [m for m in stage.phones.log if isinstance(m.delivery.notice, PersonJoined)]
    assert told.delivery.chat_id == SARI.chat_id
    view = told.view
    assert isinstance(view, JoinedView)
    assert (view.name, view.holding_id) == (BUDI.called, stage.holding_of(BUDI))
    assert view.holding_id is not None
    stage.tap(SARI, TakeRole(view.holding_id))
    with stage.services.store.read() as tx:
        assert Work(stage.services, tx, stage.now).staff.ids(["tim"]) == ()


def test_an_invitation_is_worth_nothing_once_its_inviter_may_not_invite(stage: Stage) -> None:
    stage.seat(ADMIN)
    code = invited(stage, "kasubbag", by=ADMIN)
    with stage.services.store.begin() as tx:
        tx.people.leave(stage.id_of(ADMIN), stage.now)
    # Not for the one who was removed, and not for anybody else.
    assert why(opened(stage, ADMIN, code)) == "invitation_expired"
    assert why(opened(stage, BUDI, code)) == "invitation_expired"


def test_who_opens_a_link_and_names_themselves_when_it_has_expired_gets_nothing(
    stage: Stage,
) -> None:
    opened(stage, BUDI, invited(stage, "kepala_dinas"))
    stage.tap(BUDI, ChooseAddress(BUDI.address))
    stage.go_to(stage.now + INVITATION_LASTS)
    assert why(is_called(stage, BUDI, BUDI.name)) == "invitation_expired"
    with stage.services.store.read() as tx:
        assert not Work(stage.services, tx, stage.now).staff.holders(["kepala_dinas"])


def test_a_seat_is_empty_until_its_newcomer_has_a_name(stage: Stage) -> None:
    opened(stage, BUDI, invited(stage, "kepala_dinas"))
    with stage.services.store.read() as tx:
        newcomer = tx.people.by_chat(BUDI.chat_id)
        assert newcomer is not None
        held = select(holdings).where(holdings.c.person_id == newcomer.id)
        assert tx.connection.execute(held).all() == []


def test_a_link_that_could_not_be_shown_is_void(stage: Stage) -> None:
    code = invited(stage, "tim")
    view = InvitationView(code, None, stage.now)
    replies.undo_unshown(stage.services, view, stage.now)
    assert why(opened(stage, BUDI, code)) == "invitation_unknown"


def test_nobody_is_named_by_letters_that_cannot_be_seen() -> None:
    assert official_name("\u3164\u3164\u3164") is None
    assert official_name("Rina\u115f Marlina") == "Rina Marlina"


def test_who_joins_gets_their_menu_and_the_card_that_waited(sqlite_services: Services) -> None:
    stage = Stage(sqlite_services, SARI, DEWI)
    run_id = stage.start()
    stage.confirm(DEWI, run_id)
    view = joins(stage, BUDI, invited(stage, "tim"))
    assert isinstance(view, WelcomeView)
    assert view.open_tasks == 1
    mine = [m.delivery.notice for m in stage.phones.log if m.delivery.chat_id == BUDI.chat_id]
    assert TaskCard() in mine
    assert CommandMenu() in mine


def test_an_invitation_is_good_once(stage: Stage) -> None:
    code = invited(stage, "tim")
    joins(stage, BUDI, code)
    assert why(opened(stage, RINA, code)) == "invitation_used"
    # Even by himself.
    assert why(opened(stage, BUDI, code)) == "invitation_used"


def test_who_opens_the_link_has_taken_it_though_they_say_nothing_yet(stage: Stage) -> None:
    code = invited(stage, "tim")
    opened(stage, BUDI, code)
    assert why(opened(stage, OUTSIDER, code)) == "invitation_used"


def test_an_invitation_expires_after_seven_days(stage: Stage) -> None:
    code, late = invited(stage, "tim"), invited(stage, "tim")
    stage.go_to(MONDAY + INVITATION_LASTS - timedelta(seconds=1))
    assert isinstance(opened(stage, BUDI, code), AskAddressView)
    stage.go_to(MONDAY + INVITATION_LASTS)
    assert why(opened(stage, RINA, late)) == "invitation_expired"


def test_an_unknown_code_tells_whom_to_ask_and_after_a_while_nothing(stage: Stage) -> None:
    for guess in ("a", "b" * 64, "'; --"):
        view = opened(stage, OUTSIDER, guess)
        assert why(view) == "invitation_unknown"
        assert isinstance(view, RefusedView)
        assert view.facts == {"owner": "Kasubbag Perencanaan"}
    typed(stage.services, stage.request(OUTSIDER), f"/start {'d'}", stage.now)
    assert stage.deliver() == []


def test_a_role_that_is_held_already_leaves_the_invitation_unused(stage: Stage) -> None:
    joins(stage, BUDI, invited(stage, "tim"))
    code = invited(stage, "tim")
    assert why(opened(stage, BUDI, code)) == "already_held"
    assert isinstance(joins(stage, RINA, code), WelcomeView)


def test_a_colleague_may_be_invited_to_a_second_role(stage: Stage) -> None:
    joins(stage, BUDI, invited(stage, "tim"))
    view = opened(stage, BUDI, invited(stage, "kasi", "promosi"))
    assert isinstance(view, WelcomeView)
    assert [r.title for r in view.roles] == [
        "Tim Pelaksana",
        "Kepala Seksi Promosi Penanaman Modal",
    ]


def test_a_link_that_telegram_repeats_is_opened_once(stage: Stage) -> None:
    code, request = invited(stage, "tim"), stage.request(BUDI)
    typed(stage.services, request, f"/start {code}", stage.now)
    with pytest.raises(AlreadyHandledError):
        typed(stage.services, request, f"/start {code}", stage.now)


def test_whoever_left_comes_back_under_their_own_name(stage: Stage) -> None:
    joins(stage, BUDI, invited(stage, "tim"))
    stage.tap(SARI, RemovePerson(stage.id_of(BUDI)))
    view = opened(stage, BUDI, invited(stage, "tim"))
    assert isinstance(view, WelcomeView)
    assert view.greeting.called == BUDI.name


# --- saying who one is ----------------------------------------------------------------------


def test_the_form_of_address_comes_before_the_name(stage: Stage) -> None:
    opened(stage, BUDI, invited(stage, "tim"))
    assert isinstance(stage.answer(BUDI, "Budi Santoso"), AskAddressView)
    stage.tap(BUDI, ChooseAddress(Address.BAPAK))
    # He may still change his mind.
    stage.tap(BUDI, ChooseAddress(Address.BAPAK))
    assert isinstance(is_called(stage, BUDI, "Budi Santoso"), WelcomeView)


def test_a_slip_is_asked_again(stage: Stage) -> None:
    opened(stage, BUDI, invited(stage, "tim"))
    stage.tap(BUDI, ChooseAddress(Address.BAPAK))
    assert stage.answer(BUDI, "B") == AskNameView(Address.BAPAK, fault=True)
    assert isinstance(is_called(stage, BUDI, BUDI.name), WelcomeView)


def test_a_newcomer_who_asks_for_something_is_asked_who_they_are(stage: Stage) -> None:
    opened(stage, BUDI, invited(stage, "tim"))
    for name in ("tasks", "status", "help"):
        assert isinstance(shown(stage.services, BUDI.chat_id, name, {}, stage.now), AskAddressView)
    stage.tap(BUDI, ChooseAddress(Address.BAPAK))
    asked = shown(stage.services, BUDI.chat_id, "tasks", {}, stage.now)
    assert asked == AskNameView(Address.BAPAK, again=True)


def test_a_newcomer_who_orders_a_document_is_asked_who_they_are_and_gets_none(
    stage: Stage,
) -> None:
    opened(stage, BUDI, invited(stage, "tim"))
    stage.deliver()
    order = GetDocument(DocumentKind.SOP, Format.PDF, "lakip")
    assert isinstance(stage.tap(BUDI, order), AskAddressView)
    assert stage.deliver() == []


def test_a_button_for_the_address_is_no_use_to_others(stage: Stage) -> None:
    def choose(who: Player | int) -> View:
        return stage.tap(who, ChooseAddress(Address.IBU))

    assert why(choose(SARI)) == "button_old"
    assert why(choose(OUTSIDER)) == "outsider"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Ani", "Ani"),
        (" Dr. Ir. H. Ahmad,  M.Si. ", "Dr. Ir. H. Ahmad, M.Si."),
        ("Budi\nSantoso", "Budi Santoso"),
        ("Bu\u200bdi\u202e", "Budi"),
        ("x" * 100, "x" * 100),
        ("x" * 101, None),
        ("Al", None),
        ("", None),
        ("12345", None),
        ("\u200b\u200b\u200b", None),
    ],
)
def test_what_passes_for_an_official_name(words: str, name: str | None) -> None:
    assert official_name(words) == name


# --- leading roles --------------------------------------------------------------------------


def test_a_leading_role_is_announced_to_its_holders_and_the_admin(services: Services) -> None:
    stage = Stage(services, SARI, HADI, DEWI, ADMIN)
    newcomer = replace(LESTARI, role="sekretaris", unit=None)
    joins(stage, newcomer, invited(stage, "sekretaris"))
    told = [m for m in stage.phones.log if isinstance(m.delivery.notice, LeadingRoleGranted)]
    assert {m.delivery.chat_id for m in told} == {HADI.chat_id, ADMIN.chat_id}
    view = told[0].view
    assert isinstance(view, RoleGrantedView)
    assert (view.name, view.role.title, view.by) == (newcomer.called, "Sekretaris", SARI.called)


def test_an_ordinary_role_is_not_announced(stage: Stage) -> None:
    stage.seat(HADI, DEWI, ADMIN)
    joins(stage, BUDI, invited(stage, "tim"))
    assert not [m for m in stage.phones.log if isinstance(m.delivery.notice, LeadingRoleGranted)]


# --- the first admin ------------------------------------------------------------------------


def test_an_admin_of_the_settings_comes_in_without_an_invitation(sqlite_services: Services) -> None:
    stage = Stage(replace(sqlite_services, admin_ids=frozenset([ADMIN.chat_id])), SARI)
    request = stage.request(ADMIN)
    typed(stage.services, request, "/start", stage.now)
    assert answer_to(stage, request.update_id) == AskAddressView(None)
    stage.tap(ADMIN, ChooseAddress(ADMIN.address))
    view = is_called(stage, ADMIN, ADMIN.name)
    assert isinstance(view, WelcomeView)
    menus = [m.view for m in stage.phones.log if m.delivery.notice == CommandMenu()]
    assert isinstance(menus[0], MenuView)
    assert "undang" in dict(menus[0].entries)
    # The right goes with the setting: it is not written into the database.
    with stage.services.store.read() as tx:
        assert not tx.people.has_admin()
    assert joining.claim_link(stage.services, stage.now) is None


def test_start_without_a_code_helps_members_and_refuses_others(stage: Stage) -> None:
    request = stage.request(SARI)
    typed(stage.services, request, "/start", stage.now)
    assert isinstance(answer_to(stage, request.update_id), FirstView)
    for _ in range(QUIET_AFTER):
        request = stage.request(OUTSIDER)
        typed(stage.services, request, "/start", stage.now)
        assert why(answer_to(stage, request.update_id)) == "outsider"
    typed(stage.services, stage.request(OUTSIDER), "/start", stage.now)
    assert stage.deliver() == []


def claimed(services: Services) -> str:
    code = joining.claim_link(services, MONDAY)
    assert code is not None
    return code


def test_the_claim_link_makes_the_first_admin_and_is_worthless_then(services: Services) -> None:
    stage = Stage(services, SARI)
    code = claimed(services)
    assert opened(stage, ADMIN, code) == AskAddressView(None)
    tapped(services, stage.request(ADMIN), ChooseAddress(ADMIN.address), stage.now)
    assert isinstance(is_called(stage, ADMIN, ADMIN.name), WelcomeView)
    with services.store.read() as tx:
        assert Work(services, tx, stage.now).staff.admins() == (stage.id_of(ADMIN),)
    assert joining.claim_link(services, stage.now) is None
    assert why(opened(stage, OUTSIDER, code)) == "invitation_used"


def test_a_newer_claim_link_makes_the_older_one_worthless(stage: Stage) -> None:
    older, newer = claimed(stage.services), claimed(stage.services)
    assert why(opened(stage, OUTSIDER, older)) == "invitation_unknown"
    assert isinstance(opened(stage, ADMIN, newer), AskAddressView)


def test_a_claim_link_expires_too(stage: Stage) -> None:
    code = claimed(stage.services)
    stage.go_to(MONDAY + INVITATION_LASTS)
    assert why(opened(stage, ADMIN, code)) == "invitation_expired"


def test_a_printed_claim_link_is_worthless_once_the_settings_name_an_admin(stage: Stage) -> None:
    code = claimed(stage.services)
    stage.services = replace(stage.services, admin_ids=frozenset([ADMIN.chat_id]))
    assert joining.claim_link(stage.services, stage.now) is None
    assert why(opened(stage, OUTSIDER, code)) == "invitation_unknown"


def test_who_works_here_already_may_claim_the_bot_and_keeps_their_role(stage: Stage) -> None:
    assert isinstance(opened(stage, SARI, claimed(stage.services)), WelcomeView)
    with stage.services.store.read() as tx:
        whole = Work(stage.services, tx, stage.now).staff
    assert whole.admins() == (stage.id_of(SARI),)
    assert whole.roles_of(stage.id_of(SARI)) == {"kasubbag"}
