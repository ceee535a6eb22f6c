"""Killed between what was decided and what is to be sent: returns, undo, more time, rests."""

from __future__ import annotations

from typing import Literal

import pytest

from bot.domain.run import RunStatus
from bot.localtelegram.screen import Message
from tests.cast import BUDI, CAST, DEWI, HADI, RINA, SARI, Player
from tests.crash.rig import SECONDS, Scene, buttons

REASON = "Angka realisasi belum cocok"

When = Literal["before", "after"]


async def at_step(scene: Scene, step: int) -> int:
    """LAKIP has come to this step, and the bot runs; the run's id."""
    await scene.have_started(*CAST)
    run_id = scene.stage.start("lakip")
    scene.stage.advance(run_id, step)
    await scene.start()
    await scene.quiet()
    return run_id


async def tap(scene: Scene, who: Player, label: str) -> None:
    """Tap the newest such button, and let everything come that follows."""
    phone = scene.phone(who)
    await phone.tap(newest(scene, who, label), label).answered()
    await scene.quiet()


def newest(scene: Scene, who: Player, label: str) -> Message:
    return buttons(scene.phone(who), label)[-1]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_return_that_was_decided_reaches_everybody_after_the_crash(
    scene: Scene, when: When
) -> None:
    run_id = await at_step(scene, 9)
    await tap(scene, HADI, "Kembalikan")
    gate = scene.telegram.hold("sendMessage", when, chat=scene.phone(BUDI))
    scene.phone(HADI).send(REASON)
    await gate.reached(timeout=SECONDS)
    assert scene.stage.task(run_id).step == 7, "it is committed"
    await scene.kill()
    gate.drop()

    await scene.start()
    await scene.quiet()
    for who in (BUDI, RINA):
        assert REASON in newest(scene, who, "Selesai").text
    assert any(REASON in m.text for m in scene.phone(SARI).heard)
    assert scene.sends(HADI, "dikembalikan dari langkah 9 ke langkah 7")
    scene.assert_journal_is_the_state([run_id])
    scene.assert_nothing_lost_or_doubled()


async def test_a_question_survives_the_crash_that_came_before_it_was_shown(scene: Scene) -> None:
    run_id = await at_step(scene, 9)
    gate = scene.telegram.hold("sendMessage", chat=scene.phone(HADI))
    scene.phone(HADI).tap(newest(scene, HADI, "Kembalikan"), "Kembalikan")
    await gate.reached(timeout=SECONDS)
    await scene.kill()
    gate.drop()

    await scene.start()
    await scene.quiet()
    assert "alasannya" in scene.phone(HADI).last.text
    scene.phone(HADI).send(REASON)
    await scene.quiet()
    assert scene.stage.task(run_id).step == 7
    scene.assert_nothing_lost_or_doubled()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_undone_confirmation_is_open_again_on_every_screen_after_the_crash(
    scene: Scene, when: When
) -> None:
    run_id = await at_step(scene, 1)
    await tap(scene, DEWI, "Selesai")
    gate = scene.telegram.hold("editMessageText", when)
    scene.phone(DEWI).tap(newest(scene, DEWI, "Urungkan"), "Urungkan")
    await gate.reached(timeout=SECONDS)
    assert scene.stage.task(run_id).step == 1, "it is committed"
    await scene.kill()
    gate.drop()

    await scene.start()
    await scene.quiet()
    assert buttons(scene.phone(DEWI), "Selesai")
    for who in (BUDI, RINA):
        assert not buttons(scene.phone(who), "Selesai"), "no dead button stays on a screen"
    scene.assert_journal_is_the_state([run_id])
    scene.assert_nothing_lost_or_doubled()


async def test_granted_time_is_told_after_the_crash(scene: Scene) -> None:
    run_id = await at_step(scene, 2)
    was = scene.stage.task(run_id).due_at
    await tap(scene, BUDI, "Perpanjang")
    await tap(scene, BUDI, "2 hari")
    scene.phone(BUDI).send(REASON)
    await scene.quiet()
    gate = scene.telegram.hold("sendMessage", chat=scene.phone(BUDI))
    scene.phone(SARI).tap(newest(scene, SARI, "Setujui"), "Setujui")
    await gate.reached(timeout=SECONDS)
    await scene.kill()
    gate.drop()

    await scene.start()
    await scene.quiet()
    assert scene.stage.task(run_id).due_at > was
    for who in (BUDI, RINA):
        assert scene.sends(who, "Perpanjangan waktu")
    assert not buttons(scene.phone(SARI), "Setujui")
    scene.assert_journal_is_the_state([run_id])
    scene.assert_nothing_lost_or_doubled()


async def test_a_run_that_was_given_up_is_told_of_after_the_crash(scene: Scene) -> None:
    run_id = await at_step(scene, 2)
    scene.phone(SARI).send("/batal")
    await scene.quiet()
    await tap(scene, SARI, "Ya, batalkan")
    gate = scene.telegram.hold("sendMessage", chat=scene.phone(DEWI))
    scene.phone(SARI).send(REASON)
    await gate.reached(timeout=SECONDS)
    await scene.kill()
    gate.drop()

    await scene.start()
    await scene.quiet()
    assert scene.stage.run(run_id).status is RunStatus.DIBATALKAN
    for who in (BUDI, RINA, HADI, DEWI):
        assert scene.sends(who, REASON)
        assert not buttons(scene.phone(who), "Selesai")
    scene.assert_journal_is_the_state([run_id])
    scene.assert_nothing_lost_or_doubled()
