"""What the page is told: the whole state, and each change, as events in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bot.demo import inspector
from bot.demo.cast import CAST, Player
from bot.demo.labels import Labels
from bot.demo.office import Office
from bot.localtelegram.changes import Change
from bot.localtelegram.people import Person
from bot.localtelegram.screen import Message

Event = dict[str, Any]


class Events:
    """Makes the events of one office; an answer to a tap is told once."""

    def __init__(self, office: Office, labels: Labels) -> None:
        self._office = office
        self._labels = labels
        self._answered: set[str] = set()

    def state(self, inside: Event) -> Event:
        """Everything, with the last look inside."""
        office = self._office
        return {
            "type": "state",
            "office": office.id,
            "bot_username": office.telegram.bot_username,
            "claim": office.claim_link,
            "people": [self._person(player) for player in CAST],
            "clock": self.clock(),
            "bot": self.bot(),
            "inside": inside,
        }

    def _person(self, player: Player) -> Event:
        person = self._office.person(player.user_id)
        return {
            "id": person.id,
            "name": player.shown,
            "part": player.part,
            **_account(person),
            "commands": person.commands,
            "messages": [self._message(message) for message in person.chat],
            "spinning": _spinning(person),
        }

    def _message(self, message: Message) -> Event:
        shown: Event = {
            "id": message.id,
            "out": not message.from_bot,
            "text": message.text,
            "entities": [entity.as_json() for entity in message.content.entities],
            "time": self._labels.time(message.date),
            "day": self._labels.day(message.date),
            "edited": message.edited is not None,
            "silent": message.silent,
            "reply_to": message.reply_to,
            "buttons": [[asdict(button) for button in row] for row in message.buttons],
        }
        file = message.file
        if file is not None:
            facts = {
                name: getattr(file, name) for name in ("kind", "name", "size", "width", "height")
            }
            shown["file"] = {**facts, "url": f"/berkas/{file.unique_id}"}
        return shown

    def clock(self) -> Event:
        """What time it is in the office."""
        office = self._office
        words = office.dates.moment(office.clock.now())
        return {"type": "clock", "words": words, "hours": office.hours(), "ticking": office.ticking}

    def bot(self) -> Event:
        """How the bot and its Telegram are."""
        bot, mischief = self._office.bot, sorted(self._office.mischief)
        return {"type": "bot", "bot": bot.state.value, "fault": bot.fault, "mischief": mischief}

    def inside(self, seen: inspector.Watched) -> Event:
        """What the bot is doing, in words."""
        labels, shown = self._labels, {player.user_id: player.shown for player in CAST}
        return {
            "type": "inside",
            "journal": [
                {"id": line.id, "at": labels.short(line.at), "text": labels.happening(line)}
                for line in seen.journal
            ],
            "ahead": [labels.ahead(reminder) for reminder in seen.ahead],
            "deliveries": [
                labels.sending(d, shown.get(d.chat_id, "orang luar")) for d in seen.deliveries
            ],
            "queued": seen.queued,
        }

    def of_change(self, change: Change) -> list[Event]:
        """What a change of somebody's screen comes to."""
        person, number = self._office.person(change.user_id), change.message_id
        user = person.id
        match change.kind:
            case "message" | "edited" if number is not None:
                message = person.message(number)
                if message is None:
                    return []
                told = [{"type": "message", "user": user, "message": self._message(message)}]
                # The first message starts the bot.
                return told if message.from_bot else [*told, _standing(person)]
            case "deleted":
                return [{"type": "deleted", "user": user, "id": number}]
            case "tap" | "answer":
                spinning = {"type": "spinning", "user": user, "spinning": _spinning(person)}
                return [spinning, *self._answers(person)]
            case "commands":
                return [{"type": "commands", "user": user, "commands": person.commands}]
            case "action":
                return [{"type": "typing", "user": user}]
        return [_standing(person)]

    def _answers(self, person: Person) -> Iterator[Event]:
        for tap in person.taps:
            if tap.answer is None or tap.id in self._answered:
                continue
            self._answered.add(tap.id)
            if tap.answer.text:
                what = {"text": tap.answer.text, "alert": tap.answer.show_alert}
                yield {"type": "answer", "user": person.id, **what}


def _standing(person: Person) -> Event:
    return {"type": "person", "user": person.id, **_account(person)}


def _account(person: Person) -> Event:
    return {"started": person.started, "blocked": person.blocked}


def _spinning(person: Person) -> list[list[Any]]:
    return [[tap.message_id, tap.data] for tap in person.taps if tap.spinning]
