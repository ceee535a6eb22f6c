"""The main job: LAKIP from the command to the signature."""

from __future__ import annotations

from tests.stories.harness import Kantor


async def test_bu_sari_runs_a_whole_lakip_by_tapping(kantor: Kantor) -> None:
    sari, budi, rina, hadi, dewi = kantor.sari, kantor.budi, kantor.rina, kantor.hadi, kantor.dewi

    answer = await kantor.say(sari, "/mulai_lakip")
    assert "tahun 2025" in answer.text
    assert "Langkah 1 dari 10" in answer.text

    await kantor.tap(dewi, "Selesai", about="Membentuk Tim")
    await kantor.tap(budi, "Selesai", about="Mengumpulkan bahan")
    await kantor.tap(sari, "Selesai", about="Menyiapkan Rapat")
    for step in ("rapat pembahasan", "Menyusun laporan", "pembahasan draft", "Memfinalisasi"):
        await kantor.tap(rina, "Selesai", about=step)
    await kantor.tap(sari, "Setuju & paraf", about="Langkah 8 dari 10")
    await kantor.tap(hadi, "Setuju & paraf", about="Langkah 9 dari 10")
    await kantor.tap(dewi, "Sudah ditandatangani", about="Langkah 10 dari 10")

    for person in (sari, budi, rina, hadi, dewi):
        assert "telah selesai" in person.last.text
        assert "10 dari 10 langkah tepat waktu" in person.last.text
        assert "baku 3 hari" in await kantor.summary(person)
    assert kantor.runs() == []
