"""The words of the office built by hand, for tests of what views say."""

from __future__ import annotations

from bot.features import registry
from bot.features.feature import Texts, View
from bot.features.phrases import Phrases
from bot.ui.message import Message
from tests.offices import kantor
from tests.words import BOT

FEATURES = registry.live()

TEXTS = Texts(FEATURES, Phrases(kantor(), BOT))

read = FEATURES.tap_reader.read
"""The tap that the data of a button means."""


def say(view: View, page: int = 0) -> str:
    """What a view says, as HTML."""
    return TEXTS.render(view, page).html


def labels(message: Message) -> list[list[str]]:
    """What stands on the buttons, row by row."""
    return [[button.label for button in row] for row in message.buttons]


def data_of(message: Message) -> list[str]:
    """What the buttons carry, in their order."""
    return [button.data for row in message.buttons for button in row]


def texts_of(view: View) -> str:
    """All pages of a view, as people read them."""
    return "\n".join(page.html for page in pages(view))


def pages(view: View, texts: Texts = TEXTS) -> list[Message]:
    """All pages of a view."""
    found = [texts.render(view)]
    while (following := texts.render(view, len(found))) != found[-1]:
        found.append(following)
    return found
