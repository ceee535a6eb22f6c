"""The bot is killed while a file comes in: neither half a file nor a row without one, and the
file is attached all the same, once."""

from __future__ import annotations

import hashlib
from pathlib import Path
from signal import SIGKILL

import pytest

from bot.localtelegram.http import DOWNLOAD
from bot.localtelegram.screen import Message
from bot.store.archive import INBOX
from tests.cast import CAST, DEWI
from tests.crash.child import DIE_AFTER
from tests.crash.rig import SECONDS, Scene

SK = b"%PDF-1.7 " * 200_000
DIGEST = hashlib.sha256(SK).hexdigest()


async def open_card(scene: Scene) -> tuple[int, Message]:
    """LAKIP has begun; the run's id, and Ibu Dewi's card of its first step."""
    await scene.have_started(*CAST)
    run_id = scene.stage.start("lakip")
    await scene.start()
    await scene.quiet()
    return run_id, scene.phone(DEWI).last


def archive(scene: Scene) -> Path:
    return scene.folder / "arsip"


def lying(scene: Scene) -> list[Path]:
    """What lies in the archive for good."""
    found = (path for path in archive(scene).rglob("*") if path.is_file())
    return [path for path in found if path.parent.name != INBOX]


def assert_rows_have_whole_files(scene: Scene, run_id: int) -> None:
    """What is on record lies in the archive, whole, whenever the bot was killed."""
    with scene.services.store.read() as tx:
        stored = {file.sha256: file for file in tx.files.all()}
    for task in scene.stage.run(run_id).tasks:
        for file in task.evidence:
            content = (archive(scene) / stored[file.sha256].path).read_bytes()
            assert hashlib.sha256(content).hexdigest() == file.sha256
    for path in lying(scene):
        assert path.read_bytes() == SK, "half a file has its final name"


async def assert_attached_once(scene: Scene, run_id: int) -> None:
    await fetched(scene)
    await scene.quiet()
    (file,) = scene.stage.task(run_id).evidence
    assert (file.sha256, file.size) == (DIGEST, len(SK))
    (path,) = lying(scene)
    assert path.read_bytes() == SK
    assert not list((archive(scene) / INBOX).iterdir()), "nothing is left over"
    assert len(scene.sends(DEWI, "Sudah dilampirkan")) >= 1
    scene.assert_journal_is_the_state([run_id])
    scene.assert_nothing_lost_or_doubled()


async def fetched(scene: Scene) -> None:
    """Wait until no file waits any more."""

    def done() -> bool:
        with scene.services.store.read() as tx:
            return not tx.inbox.waiting(scene.now(), 1)

    await scene.telegram.wait_until(done, timeout=SECONDS, what="the file")


@pytest.mark.parametrize(
    ("method", "when"),
    [("getFile", "before"), ("getFile", "after"), (DOWNLOAD, "before"), (DOWNLOAD, "after")],
)
async def test_a_kill_while_a_file_is_fetched(scene: Scene, method: str, when: str) -> None:
    run_id, card = await open_card(scene)
    gate = scene.telegram.hold(method, when)  # type: ignore[arg-type]
    scene.phone(DEWI).attach(SK, "SK.pdf", reply_to=card)
    await gate.reached(timeout=SECONDS)
    await scene.kill()
    gate.drop()
    assert_rows_have_whole_files(scene, run_id)
    assert scene.stage.task(run_id).evidence == ()
    await scene.start()
    await assert_attached_once(scene, run_id)


@pytest.mark.parametrize(
    "moment",
    [
        "bot.features.free_text:message",
        "bot.store.archive:complete",
        "bot.features.runs:save_decision",
        "bot.features.evidence.usecases:keep",
    ],
)
async def test_a_kill_at_each_step_of_keeping_it(scene: Scene, moment: str) -> None:
    run_id, card = await open_card(scene)
    assert await scene.stop() == 0
    scene.phone(DEWI).attach(SK, "SK.pdf", reply_to=card)
    assert await scene.launch(**{DIE_AFTER: moment}).code() == -SIGKILL
    assert_rows_have_whole_files(scene, run_id)
    await scene.start()
    await assert_attached_once(scene, run_id)


async def test_a_kill_before_the_receipt_is_sent(scene: Scene) -> None:
    run_id, card = await open_card(scene)
    gate = scene.telegram.hold("sendMessage", chat=scene.phone(DEWI))
    scene.phone(DEWI).attach(SK, "SK.pdf", reply_to=card)
    await gate.reached(timeout=SECONDS)
    await scene.kill()
    gate.drop()
    assert len(scene.stage.task(run_id).evidence) == 1, "it is committed"
    await scene.start()
    await assert_attached_once(scene, run_id)


async def test_a_note_that_was_committed_but_not_answered_is_answered_once(scene: Scene) -> None:
    run_id, card = await open_card(scene)
    gate = scene.telegram.hold("sendMessage", chat=scene.phone(DEWI))
    scene.phone(DEWI).reply(card, "Mohon dipercepat.")
    await gate.reached(timeout=SECONDS)
    await scene.kill()
    gate.drop()
    await scene.start()
    await scene.quiet()
    assert [note.text for note in scene.stage.task(run_id).notes] == ["Mohon dipercepat."]
    assert len(scene.sends(DEWI, "Catatan pada langkah 1")) == 1
    scene.assert_journal_is_the_state([run_id])
    scene.assert_nothing_lost_or_doubled()
