"""PostgreSQL goes away under the running bot: it ends before another can begin beside it."""

from __future__ import annotations

from sqlalchemy import text

from bot.store import lock
from tests.cast import CAST, DEWI
from tests.crash.child import LOCK_WAIT
from tests.crash.rig import Scene, buttons
from tests.patience import SECONDS


def cut_all_connections(scene: Scene) -> None:
    """What a restart of the server does to everybody."""
    with scene.services.store.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


async def test_a_bot_whose_lock_went_with_its_connection_ends_in_one_sentence(
    postgresql_scene: Scene,
) -> None:
    scene = postgresql_scene
    await scene.have_started(*CAST)
    scene.stage.start("lakip")
    bot = await scene.start()
    await scene.quiet()
    cut_all_connections(scene)
    # The next thing that happens lets it look.
    scene.phone(DEWI).send("/tugas")
    assert await bot.code() == 2
    said = [line for line in scene.log_text().splitlines() if line.startswith("Kesalahan:")]
    assert len(said) == 1
    assert "Hubungan ke basis data sempat terputus" in said[0]
    assert "Traceback" not in scene.log_text()

    await scene.start()
    await scene.quiet()
    assert buttons(scene.phone(DEWI), "Selesai")
    scene.assert_nothing_lost_or_doubled()


async def test_a_killed_bot_leaves_postgresql_free_for_the_next(postgresql_scene: Scene) -> None:
    scene = postgresql_scene
    await scene.start()
    await scene.kill()
    lock.acquire(scene.services.store, wait=SECONDS).release()


async def test_a_second_bot_on_the_same_postgresql_says_so(postgresql_scene: Scene) -> None:
    scene = postgresql_scene
    held = lock.acquire(scene.services.store)
    try:
        assert await scene.launch(**{LOCK_WAIT: "0"}).code() == 2
    finally:
        held.release()
    assert "sedang dipakai bot lain" in scene.log_text()
