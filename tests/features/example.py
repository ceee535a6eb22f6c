"""/salam: the smallest feature there is, as the architecture page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.notices import Reply
from bot.features.answers import DoneView, done
from bot.features.feature import Command, Feature, NamedView, Topic, Words
from bot.features.phrases import Phrases
from bot.features.work import Args, Work
from bot.ui.buttons import Id, Show, Tap, button
from bot.ui.message import Message


class Done(StrEnum):
    """What was done."""

    GREETED = "greeted"  # name


class Greet(Tap, prefix="hi", after=Show.NOTHING):
    """Greet this person."""

    person_id: Id


@dataclass(frozen=True, slots=True)
class ColleaguesView:
    """Everybody who can be greeted: id and name."""

    people: tuple[tuple[int, str], ...]


def ask(work: Work, typed: Words) -> Reply:
    """/salam."""
    return Reply("colleagues", {})


def greet(work: Work, tap: Greet) -> DoneView:
    """Note the greeting in the journal."""
    work.tx.journal.note("greeted", work.now, work.person.id, person_id=tap.person_id)
    return done(Done.GREETED, name=work.staff.people[tap.person_id].called)


def colleagues(work: Work, args: Args) -> ColleaguesView:
    """Everybody but the asker."""
    others = [p for p in work.staff.people.values() if p.id != work.person.id]
    return ColleaguesView(tuple((p.id, p.called) for p in others))


def say_colleagues(view: ColleaguesView, say: Phrases) -> Message:
    """Whom to greet."""
    return Message("Siapa yang disapa?", tuple((button(n, Greet(i)),) for i, n in view.people))


FEATURE = Feature(
    "salam",
    commands=(
        Command("salam", ask, None, Topic.LAINNYA, "Menyapa rekan", "menyapa seorang rekan"),
    ),
    taps={Greet: greet},
    views={"colleagues": NamedView(colleagues)},
    words={ColleaguesView: say_colleagues},
    done={Done.GREETED: "{name} sudah disapa."},
    journal={"greeted": lambda line: f"{line.who} menyapa {line.whom}."},
)
