"""How high messages are on the demo's page, drawn by its own script in its own style."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

from playwright.async_api import Page as Tab

from bot.localtelegram import screen
from bot.localtelegram.html import parse
from bot.ui.message import Message

_DRAW = """async (messages) => {
  const { Phone } = await import("/static/phone.js");
  const act = { leadsToBot() {}, open() {}, attach() {}, read() {} };
  const person = { id: 101, name: "Bu Sari", part: "Kasubbag Perencanaan", started: true,
    blocked: false, commands: [], spinning: [], messages };
  const phone = new Phone(person, act);
  document.getElementById("phones").replaceChildren(phone.node);
  return [...phone.bubbles.values()].map((bubble) => bubble.getBoundingClientRect().height);
}"""


async def heights(tab: Tab, messages: Mapping[str, Message]) -> dict[str, float]:
    """Draw the messages in one phone of the page; the pixels of each, with its buttons."""
    drawn = [_as_the_page_gets_it(n, message) for n, message in enumerate(messages.values())]
    found = cast("list[float]", await tab.evaluate(_DRAW, drawn))
    return dict(zip(messages, found, strict=True))


def _as_the_page_gets_it(number: int, message: Message) -> dict[str, object]:
    content = parse(message.html)
    keys = [
        [asdict(screen.Button(b.label, b.data or None, b.url, None, b.style)) for b in row]
        for row in message.buttons
    ]
    return {
        "id": number,
        "out": False,
        "text": content.text,
        "entities": [entity.as_json() for entity in content.entities],
        "time": "09.00",
        "day": "Senin, 23 November 2026",
        "edited": True,
        "silent": False,
        "reply_to": None,
        "buttons": keys,
    }
