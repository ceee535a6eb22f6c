"""Appointments in the database: in force from their minute to their minute, or ended."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.acting import Appointment
from bot.domain.people import Address
from bot.domain.run import Capacity
from bot.store import Store
from tests.cast import MONDAY

DAY = timedelta(days=1)


def hired(store: Store, chat_id: int = 104) -> int:
    with store.begin() as tx:
        person_id = tx.people.welcome(chat_id, MONDAY)
        tx.people.set_name(person_id, "Hadi Pranoto")
        tx.people.set_address(person_id, Address.BAPAK)
    return person_id


def letter(person_id: int) -> Appointment:
    return Appointment(
        person_id,
        "kepala_dinas",
        None,
        Capacity.PLH,
        MONDAY + DAY,
        MONDAY + 3 * DAY,
        "800/1 <&>",
        date(2026, 11, 6),
    )


def test_an_appointment_is_in_force_from_its_minute_until_just_before_its_end(
    store: Store,
) -> None:
    person_id = hired(store)
    with store.begin() as tx:
        tx.people.appoint(letter(person_id))
    minute = timedelta(minutes=1)
    with store.read() as tx:
        for at, held in (
            (MONDAY + DAY - minute, False),
            (MONDAY + DAY, True),
            (MONDAY + 3 * DAY - minute, True),
            (MONDAY + 3 * DAY, False),
        ):
            assert bool(tx.people.staff(at).holdings) is held
        (kept,) = tx.people.appointments(MONDAY)
        assert (kept.decree, kept.decree_date) == ("800/1 <&>", date(2026, 11, 6))
        assert tx.people.appointments(MONDAY + 3 * DAY) == []


def test_one_that_is_ended_before_it_begins_never_begins(store: Store) -> None:
    person_id = hired(store)
    with store.begin() as tx:
        holding_id = tx.people.appoint(letter(person_id))
        assert tx.people.revoke(holding_id, MONDAY)
        assert not tx.people.revoke(holding_id, MONDAY)
        assert tx.people.appointments(MONDAY) == []
        assert tx.people.staff(MONDAY + 2 * DAY).holdings == ()
        found = tx.people.appointment(holding_id)
        assert found is not None
        assert found[1]


def test_who_leaves_and_comes_back_stands_in_no_more(store: Store) -> None:
    person_id = hired(store)
    with store.begin() as tx:
        tx.people.appoint(letter(person_id))
        tx.people.revoke_all(person_id, MONDAY)
        tx.people.leave(person_id, MONDAY)
    assert hired(store) == person_id
    with store.read() as tx:
        assert tx.people.staff(MONDAY + 2 * DAY).holdings == ()
