"""When the bot itself is at fault, it says so, and goes on."""

from __future__ import annotations

import re

import pytest
from structlog.testing import capture_logs

from bot.features import outbox, replies
from bot.features.tasks import views
from bot.store import StoreUnavailableError
from tests.stories.harness import Kantor, cards


def boom(*args: object, **kwargs: object) -> None:
    raise ZeroDivisionError("a secret of Bu Sari's")


async def test_a_fault_in_a_command_gives_the_person_a_number_that_is_in_the_log(
    kantor: Kantor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken, capture_logs() as logs:
        broken.setattr(replies, "command", boom)
        answer = await kantor.say(kantor.sari, "/mulai_lakip 2024")
    assert "tidak ada yang tercatat" in answer.text
    found = re.search(r"\b[0-9A-F]{6}\b", answer.text)
    assert found
    (entry,) = [line for line in logs if line["event"] == "unexpected"]
    assert entry["number"] == found[0]
    assert "/mulai_lakip" not in str(entry)
    assert kantor.runs() == []

    assert "sudah dimulai" in (await kantor.say(kantor.sari, "/mulai_lakip 2024")).text


async def test_a_fault_in_a_tap_is_told_in_its_answer_and_the_tap_can_be_repeated(
    kantor: Kantor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    with monkeypatch.context() as broken:
        broken.setattr(replies, "tap", boom)
        tap = await kantor.tap(kantor.dewi, "Selesai")
    answer = await tap.answered()
    assert answer.show_alert
    assert "tidak ada yang tercatat" in answer.text
    assert re.search(r"\b[0-9A-F]{6}\b", answer.text)
    assert len(cards(kantor.dewi)) == 1
    await kantor.confirm(kantor.dewi)
    assert kantor.runs()[0].steps_done == 1


async def test_a_fault_half_way_leaves_nothing_half_done(
    kantor: Kantor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    with monkeypatch.context() as broken:
        # The run has been changed by then, and the transaction is not over.
        broken.setattr(views, "confirmed", boom)
        tap = await kantor.tap(kantor.dewi, "Selesai")
    assert "tidak ada yang tercatat" in (await tap.answered()).text
    assert kantor.runs()[0].steps_done == 0
    assert cards(kantor.budi) == []
    await kantor.confirm(kantor.dewi)
    assert len(cards(kantor.budi)) == 1


async def test_a_fault_for_one_person_is_none_for_another(
    kantor: Kantor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    with monkeypatch.context() as broken:
        broken.setattr(replies, "tap", boom)
        tap = kantor.dewi.tap(kantor.card(kantor.dewi), "Selesai")
        kantor.budi.send("/tugas")
        kantor.rina.send("/bantuan")
        await kantor.quiet()
    assert "tidak ada tugas" in kantor.budi.last.text
    assert "/tugas" in kantor.rina.last.text
    assert tap.answer is not None


async def test_a_view_that_cannot_be_drawn_is_reported_and_the_rest_goes_on(
    kantor: Kantor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "build_or_refuse", boom)
        kantor.budi.send("/tugas")
        await kantor.quiet()
    assert kantor.budi.heard == []
    assert "pesan" in kantor.yusuf.last.text
    assert "tidak ada tugas" in (await kantor.say(kantor.budi, "/tugas")).text


async def test_a_database_that_is_away_for_a_moment_is_waited_for(
    kantor: Kantor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    tap, tries = replies.tap, 0

    def locked_at_first(*args: object) -> object:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise StoreUnavailableError("database is locked")
        return tap(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(locked_at_first, "__name__", "tap")
        broken.setattr(replies, "tap", locked_at_first)
        await kantor.confirm(kantor.dewi)
    assert tries == 2
    assert kantor.runs()[0].steps_done == 1
