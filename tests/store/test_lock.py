"""One bot per database: the second is told so, and a restart waits for its predecessor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.store import Store
from bot.store.errors import DatabaseError, LockHeldError
from bot.store.lock import acquire
from tests.store.told import told


class Waiting:
    """A clock that moves only when somebody sleeps, and what happens meanwhile."""

    def __init__(self) -> None:
        self.time = 0.0
        self.at: dict[float, object] = {}

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        for when in [t for t in self.at if t <= self.time]:
            self.at.pop(when)()  # type: ignore[operator]

    def monotonic(self) -> float:
        return self.time


def test_a_second_bot_on_the_same_database_is_told_so(store: Store) -> None:
    with acquire(store) as mine:
        assert mine.held()
        with told(LockHeldError, "satu basis data hanya untuk satu bot"):
            acquire(store, wait=0)
    with acquire(store, wait=0):
        pass


def test_a_restart_waits_for_its_predecessor_to_finish(store: Store) -> None:
    old = acquire(store)
    clock, told = Waiting(), []
    clock.at[20.0] = old.release
    with acquire(store, 60, told.append, sleep=clock.sleep, monotonic=clock.monotonic):
        assert clock.time == pytest.approx(20.0)
    assert len(told) == 1


def test_a_predecessor_that_does_not_finish_is_complained_about_after_a_minute(
    store: Store,
) -> None:
    clock = Waiting()
    with acquire(store), pytest.raises(LockHeldError):
        acquire(store, 60, sleep=clock.sleep, monotonic=clock.monotonic)
    assert clock.time == pytest.approx(60.0)


def test_the_one_who_waits_learns_which_process_it_waits_for(sqlite_store: Store) -> None:
    with acquire(sqlite_store), told(LockHeldError, str(os.getpid())) as held:
        acquire(sqlite_store, wait=0)
    assert held.value.facts["holder"] == os.getpid()


def test_a_link_to_the_database_shares_its_lock(sqlite_store: Store, tmp_path: Path) -> None:
    link = tmp_path / "tautan.db"
    link.symlink_to(sqlite_store.path)
    other = Store(f"sqlite:///{link}")
    with acquire(sqlite_store), pytest.raises(LockHeldError):
        acquire(other, wait=0)
    other.close()


def test_a_bot_that_was_killed_leaves_no_lock_behind(store: Store) -> None:
    url = store.url.render_as_string(hide_password=False)
    program = (
        "import sys, time; from bot.store import Store; from bot.store.lock import acquire\n"
        "lock = acquire(Store(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(LockHeldError):
            acquire(store, wait=0)
        child.send_signal(signal.SIGKILL)
        child.wait()
        # PostgreSQL notices the closed connection a moment later.
        acquire(store, wait=30).release()


def test_of_two_who_start_at_the_same_moment_one_gets_the_lock(store: Store) -> None:
    winners, begun = [], threading.Barrier(2)

    def start() -> None:
        mine = Store(store.url.render_as_string(hide_password=False))
        begun.wait()
        try:
            winners.append(acquire(mine, wait=0))
        except LockHeldError:
            winners.append(None)
        mine.close()

    both = [threading.Thread(target=start) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert [bool(w) for w in winners].count(True) == 1
    for winner in winners:
        if winner:
            winner.release()


def test_a_bot_notices_that_postgresql_has_lost_its_lock(postgresql_store: Store) -> None:
    lock = acquire(postgresql_store)
    with postgresql_store.begin() as tx:
        tx.connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE objid = 4827302")
        )
    assert not lock.held()
    # The server ends the session a moment after it was told to.
    with acquire(postgresql_store, wait=30) as again:
        assert again.held()
    lock.release()


def test_a_lock_on_one_database_of_a_server_leaves_the_others_free(
    postgresql_store: Store, empty_url: str
) -> None:
    other = Store(empty_url)
    with acquire(postgresql_store), acquire(other, wait=0):
        pass
    other.close()


def test_a_folder_that_is_not_there_is_a_plain_sentence(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'tidak' / 'ada' / 'kawal.db'}")
    with told(DatabaseError, "tidak dapat dipakai"):
        acquire(store)
    store.close()
