"""Who works in the office, and what they hold at one moment."""

from __future__ import annotations

from bot.domain.people import Staff
from tests.cast import (
    ADMIN,
    ANWAR,
    BUDI,
    CAST,
    DEWI,
    HADI,
    JOKO,
    LESTARI,
    RINA,
    SARI,
    Seat,
    seats,
    staff,
)


def test_a_person_is_spoken_of_with_form_of_address_and_titles() -> None:
    sari = staff(*seats(SARI)).person(SARI.chat_id)
    assert sari is not None
    assert sari.called == SARI.called == "Ibu Sari Wulandari, S.E."


def test_holders_of_roles_come_in_the_order_of_joining() -> None:
    whole = staff(*seats(*CAST))
    assert whole.ids(["tim"]) == (BUDI.chat_id, RINA.chat_id)
    assert whole.ids(["sekretaris", "tim"]) == (BUDI.chat_id, RINA.chat_id, HADI.chat_id)
    assert whole.ids(["kasi"]) == ()
    assert [h.role for h in whole.holders(["kasubbag", "kepala_dinas"])] == [
        "kasubbag",
        "kepala_dinas",
    ]


def test_a_person_with_several_roles_is_one_person() -> None:
    whole = staff(*seats(SARI), Seat(SARI, "tim"), Seat(SARI, "kasi", "umum"))
    assert whole.ids(["tim", "kasubbag", "kasi"]) == (SARI.chat_id,)
    assert whole.roles_of(SARI.chat_id) == {"kasubbag", "tim", "kasi"}
    assert [h.role for h in whole.holdings_of(SARI.chat_id)] == ["kasubbag", "tim", "kasi"]


def test_somebody_who_is_not_there_holds_nothing() -> None:
    whole = staff(*seats(DEWI, LESTARI))
    assert whole.person(HADI.chat_id) is None
    assert whole.roles_of(HADI.chat_id) == frozenset()
    assert whole.holdings_of(HADI.chat_id) == ()


def test_admins_need_no_role() -> None:
    whole = staff(*seats(*CAST), also=[ADMIN])
    assert whole.admins() == (ADMIN.chat_id,)
    assert staff(*seats(ANWAR, JOKO)).admins() == ()
    assert Staff.of([], []).admins() == ()
