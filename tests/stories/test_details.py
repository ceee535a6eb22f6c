"""ℹ️ Rincian, and what the admin hears when something keeps failing."""

from __future__ import annotations

import pytest

from bot.features import replies
from tests.stories.harness import Kantor


async def test_the_details_bu_rina_asked_for_close_with_the_step(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.tap(kantor.dewi, "Selesai")
    await kantor.tap(kantor.rina, "Rincian")
    details = kantor.rina.last
    assert "Rincian tugas" in details.text
    assert any("Selesai" in label for label in details.labels)

    await kantor.tap(kantor.budi, "Selesai")

    closed = kantor.rina.message(details)
    assert closed is not None
    assert "Selesai oleh" in closed.text
    assert not any("Selesai" in label for label in closed.labels)


async def test_the_admin_hears_of_faults_that_keep_coming_once_an_hour(
    kantor: Kantor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("rusak")

    with monkeypatch.context() as patch:
        patch.setattr(replies, "command", broken)
        for _ in range(4):
            await kantor.say(kantor.budi, "/status")
    await kantor.quiet()

    told = [m for m in kantor.yusuf.heard if "gangguan yang tidak terduga" in m.text]
    assert len(told) == 1
    assert "3 gangguan" in told[0].text
