"""One transaction a use case: whole or not at all, one writer after the other."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from bot.domain.sop import Catalog, Wording
from bot.store import AlreadyHandledError, Store, StoreUnavailableError, serialization
from bot.store.transaction import normal_url
from tests.cast import MONDAY

NAIVE = MONDAY.replace(tzinfo=None)


class Slip(Exception):  # noqa: N818 - what goes wrong in the middle of a use case here
    """Something nobody expected."""


def noted(store: Store, name: str = "catatan") -> str | None:
    with store.read() as tx:
        mark = tx.keyvalues.get(name)
    return mark.value if mark else None


def handle(store: Store, update_id: int, at: datetime = MONDAY) -> None:
    with store.begin(update_id, at):
        pass


# --- whole or not at all --------------------------------------------------------------------


def test_what_was_written_is_there_afterwards(store: Store) -> None:
    with store.begin() as tx:
        tx.keyvalues.put("catatan", "satu", MONDAY)
        tx.keyvalues.put("catatan", "dua", MONDAY)
    assert noted(store) == "dua"


def test_a_slip_in_the_middle_leaves_nothing(store: Store) -> None:
    def half_done() -> None:
        with store.begin(5, MONDAY) as tx:
            tx.keyvalues.put("catatan", "setengah", MONDAY)
            raise Slip

    with pytest.raises(Slip):
        half_done()
    assert noted(store) is None
    # Nor is the update taken for handled: it may come again and be done then.
    handle(store, 5)


def test_inside_its_own_transaction_a_writing_is_seen(store: Store) -> None:
    with store.begin() as tx:
        tx.keyvalues.put("catatan", "satu", MONDAY)
        mark = tx.keyvalues.get("catatan")
        assert mark is not None
        assert mark.value == "satu"
        assert noted(store) is None


def test_a_reading_sees_everything_as_of_one_moment(store: Store) -> None:
    with store.read() as tx:
        assert tx.keyvalues.get("catatan") is None
        with store.begin() as other:
            other.keyvalues.put("catatan", "sementara itu", MONDAY)
        assert tx.keyvalues.get("catatan") is None
    assert noted(store) == "sementara itu"


def test_writers_take_turns_so_that_no_count_is_lost(store: Store) -> None:
    def count_up() -> None:
        for _ in range(10):
            with store.begin() as tx:
                mark = tx.keyvalues.get("hitungan")
                tx.keyvalues.put("hitungan", str(int(mark.value) + 1 if mark else 1), MONDAY)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert noted(store, "hitungan") == "40"


# --- updates --------------------------------------------------------------------------------


def test_an_update_is_handled_once(store: Store) -> None:
    handle(store, 70)
    with pytest.raises(AlreadyHandledError), store.begin(70, MONDAY) as tx:
        tx.keyvalues.put("catatan", "sekali lagi", MONDAY)
    assert noted(store) is None


def test_smaller_numbers_than_before_are_new_updates(store: Store) -> None:
    # After a quiet week Telegram numbers afresh: there is no high-water mark.
    handle(store, 900)
    handle(store, 12)
    handle(store, 2**40)


def test_updates_are_forgotten_when_telegram_cannot_repeat_them(store: Store) -> None:
    handle(store, 1, MONDAY)
    handle(store, 2, MONDAY + timedelta(hours=2))
    with store.begin() as tx:
        tx.forget_updates(MONDAY + timedelta(hours=1))
    handle(store, 1)
    with pytest.raises(AlreadyHandledError):
        handle(store, 2)


def test_an_update_needs_the_time_of_its_handling(store: Store) -> None:
    with pytest.raises(ValueError, match="time of its handling"), store.begin(3):
        pass


# --- times ----------------------------------------------------------------------------------


def test_a_time_without_a_zone_never_enters_the_database(store: Store) -> None:
    with pytest.raises((StatementError, ValueError), match="naive"), store.begin() as tx:
        tx.keyvalues.put("catatan", "x", NAIVE)
    with pytest.raises((StatementError, ValueError), match="naive"):
        handle(store, 4, NAIVE)
    with pytest.raises((StatementError, ValueError), match="naive"), store.begin() as tx:
        tx.people.welcome(101, NAIVE)
    with pytest.raises((StatementError, ValueError), match="naive"), store.begin() as tx:
        tx.journal.note("joined", NAIVE, None)
    with pytest.raises((StatementError, ValueError), match="naive"), store.read() as tx:
        tx.reminders.due(NAIVE, 1)


def test_times_come_back_in_utc_to_the_microsecond(store: Store) -> None:
    moment = MONDAY + timedelta(microseconds=123456)
    with store.begin() as tx:
        tx.keyvalues.put("catatan", "x", moment)
    with store.read() as tx:
        mark = tx.keyvalues.get("catatan")
    assert mark is not None
    assert mark.at == moment
    assert mark.at.tzinfo is UTC


@pytest.mark.parametrize("microsecond", [0, 1, 100000, 999999])
def test_times_with_and_without_fractions_keep_their_order(store: Store, microsecond: int) -> None:
    handle(store, 1, MONDAY.replace(microsecond=microsecond))
    with store.begin() as tx:
        tx.forget_updates(MONDAY.replace(microsecond=microsecond))
    with pytest.raises(AlreadyHandledError):
        handle(store, 1)
    with store.begin() as tx:
        tx.forget_updates(MONDAY.replace(microsecond=microsecond) + timedelta(microseconds=1))
    handle(store, 1)


# --- pinned texts of the SOPs ---------------------------------------------------------------


def test_an_sop_is_kept_once_a_version(store: Store, catalog: Catalog) -> None:
    sop = catalog.sops[0]
    edited = replace(sop, warning=Wording("Sudah diubah"))
    with store.begin() as tx:
        first, again, changed = tx.pin(sop, MONDAY), tx.pin(sop, MONDAY), tx.pin(edited, MONDAY)
    assert first == again != changed
    with store.read() as tx:
        assert tx.version(first) == sop
        assert tx.version(changed) == edited


def test_every_sop_of_the_office_comes_back_as_it_was_written(
    sqlite_store: Store, catalog: Catalog
) -> None:
    with sqlite_store.begin() as tx:
        kept = {tx.pin(sop, MONDAY): sop for sop in catalog.sops}
    fresh = Store(str(sqlite_store.url))
    with fresh.read() as tx:
        assert {number: tx.version(number) for number in kept} == kept
    fresh.close()


def test_a_text_of_an_earlier_edition_still_loads(catalog: Catalog) -> None:
    sop = catalog.sops[0]
    plain = json.loads(serialization.dump_sop(replace(sop, transcription_notes=())))
    del plain["transcription_notes"]
    for procedure in plain["procedures"]:
        del procedure["per_unit"]
        for step in procedure["steps"]:
            del step["assumptions"]
    loaded = serialization.load_sop(json.dumps(plain))
    assert loaded.number == sop.number
    assert loaded.procedures[0].steps[0].assumptions == ()


def test_a_field_at_its_default_does_not_make_an_sop_look_edited(catalog: Catalog) -> None:
    procedure = replace(catalog.sops[0].procedures[0], per_unit=False)
    sop = replace(catalog.sops[0], procedures=(procedure,), transcription_notes=())
    plain = json.loads(serialization.dump_sop(sop))
    del plain["transcription_notes"]
    del plain["procedures"][0]["per_unit"]
    assert serialization.digest(serialization.load_sop(json.dumps(plain))) == serialization.digest(
        sop
    )
    assert serialization.digest(replace(sop, warning=Wording("lain"))) != serialization.digest(sop)


# --- the database itself --------------------------------------------------------------------


def test_sqlite_syncs_every_commit_and_keeps_foreign_keys(sqlite_store: Store) -> None:
    with sqlite_store.read() as tx:
        pragma = {
            name: tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_row_cannot_speak_of_somebody_who_is_not_there(store: Store) -> None:
    with pytest.raises(IntegrityError), store.begin() as tx:
        tx.journal.note("joined", MONDAY, 4711)


def test_a_database_that_does_not_answer_is_named_so(tmp_path: Path) -> None:
    nowhere = Store(f"sqlite:///{tmp_path}/tidak/ada/kawal.db")
    with pytest.raises(StoreUnavailableError), nowhere.read():
        pass
    nowhere.close()
    refusing = Store("postgresql://kawal:rahasia@127.0.0.1:1/kawal")
    with pytest.raises(StoreUnavailableError) as caught, refusing.begin():
        pass
    assert "rahasia" not in str(caught.value)
    refusing.close()


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///data/kawal.db", "sqlite+pysqlite"),
        ("postgres://a:b@h/n", "postgresql+psycopg"),
        ("postgresql://a:b@h/n", "postgresql+psycopg"),
        ("postgresql+psycopg://a:b@h/n", "postgresql+psycopg"),
    ],
)
def test_an_address_gets_the_driver_that_comes_with_the_bot(given: str, driver: str) -> None:
    assert normal_url(given).drivername == driver


@pytest.mark.parametrize("given", ["mysql://h/n", "bukan alamat", ""])
def test_other_addresses_are_refused_in_words(given: str) -> None:
    with pytest.raises(ValueError, match=r"sqlite|address"):
        normal_url(given)


def test_only_a_database_file_has_a_path(tmp_path: Path) -> None:
    assert Store(f"sqlite:///{tmp_path}/kawal.db").path == tmp_path / "kawal.db"
    assert Store("postgresql://a:b@h/n").path is None
