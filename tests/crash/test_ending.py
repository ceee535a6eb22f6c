"""The bot is asked to stop, or cannot go on: tidily, within seconds, in one clear sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.localtelegram.log import UpdateConfirmed
from bot.localtelegram.server import Fail
from bot.store.outbox import DeliveryState
from tests.cast import BUDI, CAST, DEWI, SARI
from tests.crash.child import BREAK, LOCK_WAIT, RIVAL_WAIT
from tests.crash.rig import PROJECT, TOKEN, Scene, buttons
from tests.patience import SECONDS

AT_MOST = 20.0
"""Seconds that a tidy end may take on a busy machine: less than the 25 of a long poll."""


async def test_asked_to_stop_it_records_what_it_is_sending(scene: Scene) -> None:
    await scene.have_started(*CAST)
    run_id = scene.stage.start("lakip")
    gate = scene.telegram.hold("sendMessage", "after", chat=scene.phone(DEWI))
    bot = await scene.start(until=gate.reached())
    bot.send(signal.SIGTERM)
    gate.release()
    assert await bot.code() == 0
    card = scene.row(f"card:{scene.stage.task_id(run_id)}:")
    assert (card["state"], card["maybe_repeated"]) == (DeliveryState.TERKIRIM.value, False)


async def test_asked_to_stop_it_finishes_what_it_fetched_and_confirms_nothing_else(
    scene: Scene,
) -> None:
    await scene.have_started(*CAST)
    run_id = scene.stage.start("lakip")
    bot = await scene.start()
    await scene.quiet()
    dewi = scene.phone(DEWI)
    gate = scene.telegram.hold("answerCallbackQuery")
    tap = dewi.tap(dewi.last, "Selesai")
    await gate.reached()
    bot.send(signal.SIGTERM)
    scene.phone(SARI).send("/status")
    gate.release()
    assert await bot.code() == 0
    assert tap.answer is not None
    assert scene.telegram.log.update_ids(UpdateConfirmed)[-1] == tap.update_id
    assert scene.telegram.pending == 1, "what it had not fetched waits for the next start"
    assert scene.stage.task(run_id).step == 2

    await scene.start()
    await scene.phone(SARI).wait_for("LAKIP")
    scene.assert_journal_is_the_state([run_id])


async def test_asked_to_stop_while_it_waits_for_something_to_happen_it_ends_at_once(
    scene: Scene,
) -> None:
    await scene.start()
    began = time.monotonic()
    assert await scene.stop() == 0
    assert time.monotonic() - began < AT_MOST


@pytest.mark.parametrize("again", [signal.SIGTERM, signal.SIGINT])
async def test_asked_twice_it_ends_as_tidily(scene: Scene, again: signal.Signals) -> None:
    bot = await scene.start()
    bot.send(signal.SIGTERM)
    bot.send(again)
    assert await bot.code() == 0


async def test_asked_to_stop_while_telegram_is_down_it_does_not_wait_for_it(scene: Scene) -> None:
    await scene.have_started(*CAST)
    await scene.start()
    await scene.quiet()
    scene.stage.start("lakip")
    await scene.telegram.stop()
    began = time.monotonic()
    assert await scene.stop() == 0
    assert time.monotonic() - began < AT_MOST


async def test_it_starts_while_telegram_is_down_and_comes_up_by_itself(scene: Scene) -> None:
    await scene.have_started(DEWI)
    scene.stage.start("lakip")
    scene.telegram.down()
    scene.launch()
    await scene.telegram.wait_until(
        lambda: bool(scene.telegram.log.requests("getMe")), what="a first try"
    )
    scene.telegram.up()
    await scene.quiet()
    assert buttons(scene.phone(DEWI), "Selesai")
    assert await scene.stop() == 0


async def test_a_second_bot_on_the_same_database_says_so_in_one_sentence(scene: Scene) -> None:
    first = await scene.start()
    second = scene.launch(**{LOCK_WAIT: "0"})
    assert await second.code() == 2
    said = [line for line in scene.log_text().splitlines() if line.startswith("Kesalahan:")]
    assert len(said) == 1
    assert "sedang dipakai bot lain" in said[0]
    assert str(first.pid) in said[0]
    assert "Traceback" not in scene.log_text()
    scene.bot = first
    assert await scene.stop() == 0


async def test_a_restart_waits_for_its_predecessor_to_end(scene: Scene) -> None:
    first = await scene.start()
    second = scene.launch()
    first.send(signal.SIGTERM)
    assert await first.code() == 0
    await scene.polled()
    assert not second.ended.done()


async def test_a_second_bot_with_the_same_token_gives_way_and_says_why(scene: Scene) -> None:
    other = f"sqlite:///{scene.folder / 'lain' / 'kawal.db'}"
    first = await scene.start()
    second = scene.launch(DATABASE_URL=other, **{RIVAL_WAIT: "0.5"})
    assert await second.code() == 2
    said = [line for line in scene.log_text().splitlines() if line.startswith("Kesalahan:")]
    assert len(said) == 1
    assert "Token ini sedang dipakai program lain" in said[0]
    scene.bot = first
    await scene.polled()
    assert await scene.stop() == 0


@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_a_token_that_telegram_does_not_know_is_one_sentence(
    scene: Scene, log_format: str
) -> None:
    wrong = "7000000001:salah-salah-salah-salah-salah-salah"
    bot = scene.launch(BOT_TOKEN=wrong, LOG_FORMAT=log_format)
    assert await bot.code() == 2
    said = scene.log_text()
    assert "BOT_TOKEN ditolak Telegram" in said
    assert "Traceback" not in said
    assert wrong.partition(":")[2] not in said


@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_whatever_fails_the_token_is_never_written_down(
    scene: Scene, log_format: str
) -> None:
    await scene.have_started(*CAST)
    scene.stage.start("lakip")
    for how in (Fail.SERVER_ERROR, Fail.BAD_GATEWAY, Fail.DROP_BEFORE, Fail.DROP_AFTER):
        scene.telegram.fail("getMe", how=how)
        scene.telegram.fail("getUpdates", how=how)
    scene.telegram.fail("sendMessage", how=Fail.ERROR(400, "Bad Request: can't parse entities"))
    scene.telegram.fail("answerCallbackQuery", how=Fail.ERROR(404, "Not Found"))
    scene.launch(LOG_FORMAT=log_format, **{BREAK: "bot.features.free_text:text"})
    await scene.polled()
    scene.phone(BUDI).send("apa ini?")
    await scene.phone(BUDI).wait_for("tidak ada yang tercatat")
    assert await scene.stop() == 0
    said = scene.log_text()
    assert "Traceback" in said
    assert TOKEN.partition(":")[2] not in said
    assert "apa ini?" not in said, "nor is what people write"


def test_the_command_itself_starts_and_stops(tmp_path: Path) -> None:
    """`python -m bot run` with nobody at Telegram's end: asked to stop, it stops."""
    environ = {
        "PATH": os.environ["PATH"],
        "BOT_TOKEN": TOKEN,
        "ADMIN_IDS": "109",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'kawal.db'}",
        "SOP_DIR": str(PROJECT / "sop_data"),
        "ARCHIVE_DIR": str(tmp_path / "arsip"),
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
        "LOG_FORMAT": "text",
    }
    command = [sys.executable, "-m", "bot", "run"]
    with subprocess.Popen(
        command, cwd=PROJECT, env=environ, stderr=subprocess.PIPE, text=True
    ) as bot:
        assert bot.stderr is not None
        for line in bot.stderr:
            if "telegram does not answer" in line:
                break
        bot.send_signal(signal.SIGTERM)
        rest = bot.stderr.read()
        assert bot.wait(SECONDS) == 0
    assert "stopped" in rest
    assert "Traceback" not in rest


async def test_a_sender_that_dies_ends_the_process_with_an_error_for_its_supervisor(
    scene: Scene,
) -> None:
    bot = scene.launch(**{BREAK: "bot.features.outbox:claim"})
    assert await bot.code() == 1
    assert "a bug" in scene.log_text()
