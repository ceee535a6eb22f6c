"""A new command is one new file: the example of the architecture page really works."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.features import registry
from bot.features.feature import Features, MenuView
from bot.features.help import HelpView
from bot.features.work import Services
from tests.cast import BUDI, SARI, Stage
from tests.features import example
from tests.features.example import ColleaguesView, Greet
from tests.features.saying import pages
from tests.words import texts_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "arsitektur.md"


@pytest.fixture
def stage(sqlite_services: Services) -> Stage:
    """The cast, with one feature more than the bot has."""
    features = Features((*registry.FEATURES, example.FEATURE))
    return Stage(replace(sqlite_services, features=features))


def test_its_command_answers_and_its_button_works(stage: Stage) -> None:
    view = stage.answer(BUDI, "/salam")
    assert isinstance(view, ColleaguesView)
    message = texts_of(stage.services).render(view)
    assert message.html == "Siapa yang disapa?"
    (data,) = [b.data for row in message.buttons for b in row if "Sari" in b.label]
    assert data == f"hi:{stage.id_of(SARI)}"
    done = stage.tap(BUDI, Greet(stage.id_of(SARI)))
    assert texts_of(stage.services).toast(done).text == "Ibu Sari Wulandari, S.E. sudah disapa."


def test_it_stands_in_the_menu_and_in_the_help(stage: Stage) -> None:
    helped = stage.show(BUDI, "all_commands")
    assert isinstance(helped, HelpView)
    shown = pages(helped, texts_of(stage.services))
    assert any("/salam: menyapa seorang rekan" in page.html for page in shown)
    with stage.services.read(stage.now, stage.request(BUDI)) as work:
        from bot.features.feature import menu_of

        menu = menu_of(work, work.person)
    assert isinstance(menu, MenuView)
    assert ("salam", "Menyapa rekan") in menu.entries


def test_a_bot_without_it_knows_nothing_of_it(sqlite_services: Services) -> None:
    stage = Stage(sqlite_services)
    view = stage.answer(BUDI, "/salam")
    assert texts_of(stage.services).render(view).html.startswith("Mohon maaf, perintah itu")


def test_the_architecture_page_shows_this_very_file() -> None:
    shown = PAGE.read_text(encoding="utf-8")
    code = Path(example.__file__).read_text(encoding="utf-8")
    assert code.partition("FEATURE = ")[2].strip() in shown
