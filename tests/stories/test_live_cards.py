"""No dead button stays on a screen."""

from __future__ import annotations

import re

from bot.localtelegram.server import Person
from tests.cast import ANWAR, BUDI
from tests.stories.harness import Kantor, cards


def everybody(kantor: Kantor) -> list[Person]:
    """Every phone that knows the bot."""
    return [phone for phone in kantor.telegram.people if phone.started]


async def test_after_each_step_only_those_who_are_awaited_have_a_live_button(
    kantor: Kantor,
) -> None:
    team = {kantor.budi, kantor.rina}
    await kantor.say(kantor.sari, "/mulai_lakip")
    for number, (acts, then) in enumerate(
        [
            (kantor.dewi, team),
            (kantor.budi, {kantor.sari}),
            (kantor.sari, team),
            (kantor.rina, team),
            (kantor.budi, team),
            (kantor.rina, team),
            (kantor.budi, {kantor.sari}),
            (kantor.sari, {kantor.hadi}),
            (kantor.hadi, {kantor.dewi}),
            (kantor.dewi, set()),
        ],
        start=1,
    ):
        await kantor.confirm(acts)
        live = {phone for phone in everybody(kantor) if cards(phone)}
        assert live == then, f"after step {number}"
        assert all(f"Langkah {number + 1} dari" in kantor.card(phone).text for phone in live)


async def test_the_card_of_a_step_that_is_over_says_who_and_when(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    card = kantor.card(kantor.rina)
    await kantor.go_to("23-11-2026 11.15")
    await kantor.confirm(kantor.budi)
    closed = kantor.rina.message(card)
    assert closed is not None
    assert BUDI.called in closed.text
    assert "Senin, 23 November 2026 pukul 11.15 WIB" in closed.text
    assert closed.date == card.date


async def test_a_card_says_nothing_that_time_makes_wrong(kantor: Kantor) -> None:
    """The reminder of the day before edits the card, and a file long after the deadline as well."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.go_to("24-11-2026 10.00")
    (card, *_) = cards(kantor.budi)
    due = "Rabu, 25 November 2026 pukul 09.00 WIB"
    assert f"Tenggat langkah ini {due}" in card.text
    assert not re.search(r"\d (jam|menit|hari kerja)( \d+ menit)? lagi", card.text)
    await kantor.go_to("25-11-2026 15.00")
    await kantor.answer(kantor.budi, card, "Data bidang menyusul.")
    shown = kantor.budi.message(card)
    assert shown is not None
    assert "melewati tenggat" in shown.text
    assert "terlambat" not in shown.text.lower(), "by how much changes every minute"


async def test_reminders_go_dead_with_the_step(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.go_to("26-11-2026 12.00")
    assert len(cards(kantor.budi)) == 3
    assert len(cards(kantor.rina)) == len(cards(kantor.budi))
    await kantor.press(kantor.rina, cards(kantor.rina)[1], "Selesai")
    assert cards(kantor.budi) == cards(kantor.rina) == []
    assert not any("Ingatkan" in " ".join(message.labels) for message in kantor.budi.heard)


async def test_a_button_in_the_details_or_the_list_of_tasks_goes_dead_too(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.dewi, "/tugas")
    await kantor.tap(kantor.dewi, "langkah 1")
    assert len(cards(kantor.dewi)) == 2
    await kantor.confirm(kantor.dewi)
    assert cards(kantor.dewi) == []


async def test_counts_go_up_on_every_card_of_a_step_that_all_must_confirm(kantor: Kantor) -> None:
    await kantor.employ_now(ANWAR)
    anwar = kantor.phone(ANWAR)
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon3")
    await kantor.confirm(anwar)
    assert "1 dari 2" in kantor.card(kantor.hadi).text
    assert ANWAR.called in kantor.card(kantor.hadi).text
    assert cards(anwar) == []
    assert "1 dari 2" in anwar.last.text


async def test_somebody_who_joins_raises_the_count_on_the_cards(kantor: Kantor) -> None:
    await kantor.employ_now(ANWAR)
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon3")
    assert "0 dari 2" in kantor.card(kantor.hadi).text
    answer = await kantor.say(kantor.sari, "/undang kepala_bidang tenaga_kerja")
    link = re.search(r"https://t\.me/\S+", answer.text)
    assert link
    maya = kantor.somebody("maya_88")
    maya.open_link(link[0])
    await kantor.quiet()
    await kantor.tap(maya, "Ibu")
    await kantor.say(maya, "Maya Puspita, S.E., M.Si.")
    await kantor.tap(maya, "Benar")
    assert "0 dari 3" in kantor.card(kantor.hadi).text
    assert "0 dari 3" in kantor.card(maya).text
