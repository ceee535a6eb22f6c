"""Who joined, what they hold and held, and codes that are kept only as hashes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.people import Address
from bot.domain.run import Capacity
from bot.store import Store
from bot.store.people import PeopleTable
from tests.cast import BUDI, MONDAY, OUTSIDER, RINA, SARI, Player
from tests.rows import is_admin, set_admin

DAY = timedelta(days=1)


def joined(people: PeopleTable, who: Player, at: datetime = MONDAY) -> int:
    person_id = people.welcome(who.chat_id, at)
    people.set_address(person_id, who.address)
    people.set_name(person_id, who.name)
    return person_id


def test_somebody_counts_once_they_have_said_who_they_are(store: Store) -> None:
    with store.begin() as tx:
        person_id = tx.people.welcome(SARI.chat_id, MONDAY)
        assert tx.people.staff(MONDAY).people == {}
        newcomer = tx.people.by_chat(SARI.chat_id)
        assert newcomer is not None
        assert (newcomer.id, newcomer.name, newcomer.address) == (person_id, None, None)
        assert person_id not in tx.people.staff(MONDAY).people
        tx.people.set_address(person_id, Address.IBU)
        tx.people.set_name(person_id, SARI.name)
    with store.read() as tx:
        sari = tx.people.staff(MONDAY).people[person_id]
        assert (sari.called, sari.chat_id, sari.admin, sari.reachable) == (
            SARI.called,
            SARI.chat_id,
            False,
            True,
        )
        assert tx.people.staff(MONDAY).people == {person_id: sari}
        assert tx.people.names() == {person_id: SARI.called}
        assert tx.people.by_chat(OUTSIDER) is None


def test_nip_and_rank_are_kept_for_as_long_as_somebody_works_here(store: Store) -> None:
    with store.begin() as tx:
        sari = joined(tx.people, SARI)
        person = tx.people.staff(MONDAY).people[sari]
        assert (person.nip, person.rank) == (None, None)
        tx.people.set_official_data(sari, "198703122010012004", "III/d")
        person = tx.people.staff(MONDAY).people[sari]
        assert (person.nip, person.rank) == ("198703122010012004", "III/d")
        assert "19870312" not in repr(person)
        tx.people.leave(sari, MONDAY)
        assert tx.people.official_names() == {sari: SARI.name}
        tx.people.welcome(SARI.chat_id, MONDAY)
        person = tx.people.staff(MONDAY).people[sari]
        assert (person.nip, person.rank) == (None, None)


def test_telegram_ids_are_larger_than_32_bits(store: Store) -> None:
    with store.begin() as tx:
        tx.people.welcome(7_234_567_890_123, MONDAY)
        assert tx.people.by_chat(7_234_567_890_123) is not None


def test_who_leaves_keeps_their_name_on_the_record_and_comes_back_as_themselves(
    store: Store,
) -> None:
    with store.begin() as tx:
        budi = joined(tx.people, BUDI)
        set_admin(tx, budi, True)
        tx.people.leave(budi, MONDAY + DAY)
        assert tx.people.staff(MONDAY + DAY).people == {}
        assert tx.people.by_chat(BUDI.chat_id) is None
        assert tx.people.names() == {budi: BUDI.called}
        assert not is_admin(tx, budi)
        assert tx.people.welcome(BUDI.chat_id, MONDAY + 2 * DAY) == budi
        assert tx.people.staff(MONDAY + 2 * DAY).people[budi].name == BUDI.name


def test_a_second_welcome_never_takes_the_admin_s_right_away(store: Store) -> None:
    with store.begin() as tx:
        assert not tx.people.has_admin()
        person_id = tx.people.welcome(SARI.chat_id, MONDAY, admin=True)
        tx.people.welcome(SARI.chat_id, MONDAY)
        assert tx.people.has_admin()
        set_admin(tx, person_id, False)
        assert not tx.people.has_admin()
        tx.people.welcome(SARI.chat_id, MONDAY, admin=True)
        assert tx.people.has_admin()


def test_whether_somebody_can_be_reached_is_news_once(store: Store) -> None:
    with store.begin() as tx:
        budi = joined(tx.people, BUDI)
        assert not tx.people.set_reachable(budi, True)
        assert tx.people.set_reachable(budi, False)
        assert not tx.people.set_reachable(budi, False)
        assert not tx.people.staff(MONDAY).people[budi].reachable
        tx.people.welcome(BUDI.chat_id, MONDAY)
        assert tx.people.staff(MONDAY).people[budi].reachable


# --- holdings -------------------------------------------------------------------------------


def test_a_role_is_held_from_when_it_is_given_until_it_is_taken(store: Store) -> None:
    with store.begin() as tx:
        budi = joined(tx.people, BUDI)
        given = tx.people.grant(budi, "tim", None, Capacity.DEFINITIF, MONDAY)
        assert given is not None
        assert tx.people.staff(MONDAY - timedelta(seconds=1)).holdings == ()
        (held,) = tx.people.staff(MONDAY).holdings
        assert (held.id, held.person_id, held.role, held.since) == (given, budi, "tim", MONDAY)
        assert tx.people.holding(given, MONDAY) == held
        assert tx.people.revoke(given, MONDAY + DAY)
        assert tx.people.staff(MONDAY + DAY).holdings == ()
        assert not tx.people.revoke(given, MONDAY + DAY)
        assert tx.people.holding(given, MONDAY + DAY) is None
        assert tx.people.holding(4711, MONDAY) is None


def test_a_role_is_given_once_at_a_time_to_a_person_and_unit(store: Store) -> None:
    with store.begin() as tx:
        budi, rina = joined(tx.people, BUDI), joined(tx.people, RINA)
        grant = tx.people.grant
        first = grant(budi, "kasi", "umum", Capacity.DEFINITIF, MONDAY)
        assert first is not None
        assert grant(budi, "kasi", "umum", Capacity.DEFINITIF, MONDAY) is None
        assert grant(budi, "kasi", "promosi", Capacity.DEFINITIF, MONDAY) is not None
        assert grant(budi, "kasi", "umum", Capacity.PLT, MONDAY) is not None
        assert grant(rina, "kasi", "umum", Capacity.DEFINITIF, MONDAY) is not None
        assert grant(budi, "tim", None, Capacity.DEFINITIF, MONDAY) is not None
        assert grant(budi, "tim", None, Capacity.DEFINITIF, MONDAY) is None
        tx.people.revoke(first, MONDAY + DAY)
        assert grant(budi, "kasi", "umum", Capacity.DEFINITIF, MONDAY + DAY) is not None


def test_the_staff_is_listed_in_the_order_of_joining(store: Store) -> None:
    with store.begin() as tx:
        ids = [joined(tx.people, who) for who in (RINA, SARI, BUDI)]
        for person_id in (ids[2], ids[0]):
            tx.people.grant(person_id, "tim", None, Capacity.DEFINITIF, MONDAY)
        whole = tx.people.staff(MONDAY)
        # Whoever holds nothing comes first, on both databases.
        assert list(whole.people) == [ids[1], ids[2], ids[0]]
        assert whole.ids(["tim"]) == (ids[2], ids[0])


# --- invitations ----------------------------------------------------------------------------


def test_an_invitation_is_used_by_one_person(store: Store) -> None:
    with store.begin() as tx:
        sari, budi, rina = (joined(tx.people, who) for who in (SARI, BUDI, RINA))
        number = tx.people.invite("hash-1", "kasi", "umum", sari, MONDAY, MONDAY + 7 * DAY)
        found = tx.people.invitation("hash-1")
        assert found is not None
        assert (found.id, found.role, found.unit, found.created_by) == (
            number,
            "kasi",
            "umum",
            sari,
        )
        assert (found.expires_at, found.used_at) == (MONDAY + 7 * DAY, None)
        assert tx.people.use(number, budi, MONDAY + DAY)
        assert not tx.people.use(number, rina, MONDAY + DAY)
        (used,) = tx.people.invitations_used_by(budi)
        assert (used.used_by, used.used_at) == (budi, MONDAY + DAY)
        assert tx.people.invitations_used_by(rina) == []
        assert tx.people.invitation("hash-2") is None


def test_dropping_claim_links_leaves_invitations_and_used_claims_alone(store: Store) -> None:
    with store.begin() as tx:
        sari = joined(tx.people, SARI)
        for code, role in (("used", None), ("fresh", None), ("role", "tim")):
            tx.people.invite(code, role, None, None, MONDAY, MONDAY + DAY)
        used = tx.people.invitation("used")
        assert used is not None
        tx.people.use(used.id, sari, MONDAY)
        tx.people.drop_claims()
        assert tx.people.invitation("fresh") is None
        assert tx.people.invitation("used") is not None
        assert tx.people.invitation("role") is not None


# --- questions ------------------------------------------------------------------------------


def test_a_chat_has_one_question_and_it_expires(store: Store) -> None:
    with store.begin() as tx:
        ask = tx.people.ask
        ask(SARI.chat_id, "rename", {"person_id": 3}, MONDAY + DAY)
        ask(SARI.chat_id, "rename", {"person_id": 4, "kata": "é"}, MONDAY + DAY)
        question = tx.people.question(SARI.chat_id, MONDAY)
        assert question is not None
        assert (question.kind, question.data) == ("rename", {"person_id": 4, "kata": "é"})
        assert tx.people.question(BUDI.chat_id, MONDAY) is None
        assert tx.people.question(SARI.chat_id, MONDAY + DAY) is None


def test_an_answered_question_is_forgotten(store: Store) -> None:
    with store.begin() as tx:
        tx.people.ask(SARI.chat_id, "rename", {}, MONDAY + DAY)
        assert tx.people.answered(SARI.chat_id)
        assert not tx.people.answered(SARI.chat_id)
        assert tx.people.question(SARI.chat_id, MONDAY) is None


@pytest.mark.parametrize("name", ["O'Brien, S.E.", "Ni Luh Putu — M.Si.", "x" * 100])
def test_names_are_kept_to_the_letter(store: Store, name: str) -> None:
    with store.begin() as tx:
        person_id = joined(tx.people, SARI)
        tx.people.set_name(person_id, name)
        assert tx.people.names()[person_id] == f"Ibu {name}"
