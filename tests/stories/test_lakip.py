"""The main job: LAKIP from the command to the signature."""

from __future__ import annotations

from tests.stories.harness import Kantor


async def test_bu_sari_runs_a_whole_lakip_by_tapping(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.tap(kantor.dewi, "Selesai")
    for _ in range(1):
        await kantor.tap(kantor.budi, "Selesai")
    await kantor.tap(kantor.sari, "Selesai")
    for _ in range(4):
        await kantor.tap(kantor.rina, "Selesai")
    await kantor.tap(kantor.sari, "paraf")
    await kantor.tap(kantor.hadi, "paraf")
    await kantor.tap(kantor.dewi, "ditandatangani")
    for p in (kantor.sari, kantor.budi, kantor.dewi):
        print(p.transcript())
    assert "selesai" in kantor.sari.last.text.lower()
