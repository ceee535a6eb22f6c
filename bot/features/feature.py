"""What a feature declares, and all that are live together.

A feature's file ends with one `FEATURE = Feature(...)`, and one line in `registry.py` makes it
live. Dispatcher, outbox, free text, agenda, menus and help ask `Features` and know no feature.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any

from bot.domain.access import Permission, may
from bot.domain.decision import Decision
from bot.domain.notices import Notice, Reply
from bot.domain.people import Person
from bot.domain.run import Task
from bot.domain.sop import Procedure
from bot.features import answers
from bot.features.answers import DoneView, RefusedView
from bot.features.asking import Asking, Question, say_asking
from bot.features.phrases import Phrases
from bot.features.work import Args, Work
from bot.store.agenda import Entry
from bot.store.outbox import Delivery
from bot.store.runs import StoredRun
from bot.ui.buttons import Tap, TapReader
from bot.ui.markup import one_stop
from bot.ui.message import Message, Toast

View = Any
"""What somebody gets to see, as facts: a frozen dataclass that some feature has words for."""

START_PREFIX = "mulai_"
"""/mulai_<kode> starts the procedure of that code."""


class Topic(StrEnum):
    """What a command is about, as the help groups them."""

    PEKERJAAN = "Pekerjaan"
    PELAKSANAAN = "Pelaksanaan"
    PEGAWAI = "Pegawai"
    KANTOR = "Kantor"
    LAINNYA = "Lainnya"


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, what it does, who may use it, and how it is described.

    `do` gets the words after the command and returns its answer: a reply for the outbox, a view
    that has to be shown at once (see `Feature.show_or_undo`), or None for no answer. It raises
    `Refuse`. `permission` None is for everybody who has joined; `for_all` also for those who
    have not: `do` then asks for itself who is there. `description` stands in Telegram's menu
    (at most 256 characters), `help` in /bantuan, where `arguments` follow the name. The name
    "mulai_<kode>" stands for one command for each procedure. A name that stands in several
    rows means more to some than to others: each gets the first row that is open to them.
    `needed`: of the commands open to somebody the three with the highest stand in their first
    message.
    """

    name: str
    do: Callable[[Work, Words], Reply | View | None]
    permission: Permission | None
    topic: Topic
    description: str
    help: str
    arguments: str = ""
    for_all: bool = False
    aliases: tuple[str, ...] = ()
    needed: int = 0

    @property
    def per_procedure(self) -> bool:
        """Whether this row stands for one command for each procedure."""
        return "<" in self.name

    def answers_to(self, name: str) -> bool:
        """Whether this row is meant by a command that was typed as `name`."""
        if self.per_procedure:
            return name.startswith(self.name.partition("<")[0])
        return name == self.name or name in self.aliases


@dataclass(frozen=True, slots=True)
class Words:
    """A command as it was typed: its name without slash and bot name, and what followed it."""

    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedView:
    """A view that is asked for by name: an answer waits in the outbox as a name with arguments,
    and is built when it is sent.

    `permission` None is for everybody who has joined, `for_all` also for those who have not.
    `document`: it comes as a file.
    """

    build: Callable[[Work, Args], View]
    permission: Permission | None = None
    for_all: bool = False
    document: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """The delivery that is about to be sent, with the run and the task that it is about."""

    delivery: Delivery
    found: tuple[StoredRun, Task | None] | None = None

    @property
    def unsent(self) -> bool:
        """Whether nothing of it stands on the recipient's screen yet."""
        return self.delivery.message_id is None

    @property
    def stored(self) -> StoredRun:
        """The run that it is about; LookupError where it is about none."""
        if self.found is None:
            raise LookupError("a delivery about no run")
        return self.found[0]

    @property
    def task(self) -> Task:
        """The task that it is about; LookupError where it is about none."""
        if self.found is None or self.found[1] is None:
            raise LookupError("a delivery about no task")
        return self.found[1]


@dataclass(frozen=True, slots=True)
class Drawn:
    """How a notice becomes a view at the moment of sending, for `work.person`.

    `draw` returns None where it need not be told any more. `label` is what the demo calls such
    a message, in Indonesian. `for_all`: also where there is no such person (any more): a group,
    or an account that has been left.
    """

    draw: Callable[[Work, Any, Sending], View | None]
    label: str
    for_all: bool = False


def as_it_is(work: Work, notice: Notice, sending: Sending) -> Notice:
    """A notice that says everything itself: it is the view."""
    return notice


class Hook(Enum):
    """What happens to the bot that is no command, no tap, and no answer. One feature at most
    takes each; what it is called with stands beside it."""

    OFFER_LEFT = "an offer was left, with what was kept with it"  # work, data -> None
    FILE = "a document or photo"  # work, SentFile, the message that it answers -> None
    OTHER = "a message of another kind"  # work, the message that it answers -> None
    NEWCOMER_VIEW = (
        "somebody who is still joining asks for something"  # work, whether again -> View
    )
    NEWCOMER_TEXT = "a text of somebody who is still joining"  # work, text -> Reply
    SAID_DONE = "a text that tells that work is done"  # work, (stored run, task) | None -> Reply?
    CARD_REPLY = "a text in reply to a card"  # work, stored run, task, text -> Reply
    LIST_REPLY = "a text in reply to several tasks in one message"  # work, notice, text -> Reply
    EDITED = "somebody edited what they had written"  # work, message id, sent at, text -> None
    BLOCKED = "somebody blocked the bot"  # work -> None
    UNBLOCKED = "somebody let the bot in again"  # work -> None
    UNREACHABLE = "Telegram takes no messages to a person"  # work, person -> None
    GROUP_COMMAND = "a command in a group"  # work, chat id, title, Words -> None
    GROUP_LOST = "a group takes no messages any more"  # work, chat id -> None
    GROUP_MIGRATED = "a group became a supergroup"  # work, old id, new id -> None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal with everything that its sentence needs, as plain text.

    `kind` is the event's or the fact's name. `who` did it (None: the bot itself), `role` is in
    what they acted or what it is about, `whom` the person or office that it was done to. `run`
    and `step` name where it happened. `due` is a deadline that it set. `facts` are the line's
    other plain values.
    """

    id: int
    at: datetime
    kind: str
    who: str | None
    run: str | None = None
    step: int | None = None
    role: str | None = None
    whom: str | None = None
    due: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feature:
    """Everything that one feature brings. Each mapping's keys belong to this feature alone,
    but for those of `reactions`.

    `commands`: in the order of menu and help (topic by topic). `group_commands`: names that are
    understood in groups. `taps`: tap class to what it does; returns the view, or (toast, view).
    `views`: named views. `notices`: notice class to how it is drawn. `questions`: kind to what
    takes the answer. `asks`: view class that asks something, to the kinds of its question; none
    for choices. `due`: kind of an agenda entry to what deals with it. `words`: view class
    to its message; `pages`: the same for views with pages, which get the page, from 0; `toasts`:
    view class to the short answer to a tap. `cards`: tap class with a `token` whose button stands
    on cards of its task alone, to the notice of such a card. `refusals` and `done`: reason of a
    refusal, and name of something small that was done, to its sentence. `show_or_undo`: view class
    that is never stored, to what undoes it where it cannot be shown. `hooks`: see `Hook`.
    `reactions`: kind of an event of a run to what is called, once, with a decision that holds
    such events, in its transaction. `journal`: kind of a journal line to its sentence.
    """

    name: str
    commands: tuple[Command, ...] = ()
    taps: Mapping[type[Tap], Callable[[Work, Any], View]] = field(default_factory=dict)
    views: Mapping[str, NamedView] = field(default_factory=dict)
    notices: Mapping[type[Notice], Drawn] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    asks: Mapping[type, tuple[str, ...]] = field(default_factory=dict)
    due: Mapping[str, Callable[[Work, Entry], None]] = field(default_factory=dict)
    words: Mapping[type, Callable[[Any, Phrases], Message]] = field(default_factory=dict)
    pages: Mapping[type, Callable[[Any, Phrases, int], Message]] = field(default_factory=dict)
    toasts: Mapping[type, Callable[[Any, Phrases], Toast]] = field(default_factory=dict)
    refusals: Mapping[Any, str] = field(default_factory=dict)
    done: Mapping[Any, str] = field(default_factory=dict)
    show_or_undo: Mapping[type, Callable[[Work, Any], None]] = field(default_factory=dict)
    hooks: Mapping[Hook, Callable[..., Any]] = field(default_factory=dict)
    reactions: Mapping[str, Callable[[Work, Decision], None]] = field(default_factory=dict)
    journal: Mapping[str, Callable[[JournalEntry], str]] = field(default_factory=dict)
    group_commands: tuple[str, ...] = ()
    cards: Mapping[type[Tap], Callable[[Any], Notice]] = field(default_factory=dict)


class Features:
    """All features that are live.

    Raises:
        ValueError: two of them claim the same key.
    """

    def __init__(self, features: Iterable[Feature]) -> None:
        self.all = tuple(features)
        declared = [command for f in self.all for command in f.commands]
        self.commands = tuple(sorted(declared, key=lambda c: list(Topic).index(c.topic)))
        self.taps: dict[type[Tap], Callable[[Work, Any], View]] = self._merged("taps")
        self.views: dict[str, NamedView] = self._merged("views")
        self.notices: dict[type[Notice], Drawn] = self._merged("notices")
        self.questions: dict[str, Question] = self._merged("questions")
        self.asks: dict[type, tuple[str, ...]] = self._merged("asks")
        self.due: dict[str, Callable[[Work, Entry], None]] = self._merged("due")
        self.words: dict[type, Callable[[Any, Phrases], Message]] = self._merged("words")
        self.pages: dict[type, Callable[[Any, Phrases, int], Message]] = self._merged("pages")
        self.toasts: dict[type, Callable[[Any, Phrases], Toast]] = self._merged("toasts")
        self.refusals: dict[str, str] = self._merged("refusals")
        self.done: dict[str, str] = self._merged("done")
        self.show_or_undo: dict[type, Callable[[Work, Any], None]] = self._merged("show_or_undo")
        self.cards: dict[type[Tap], Callable[[Any], Notice]] = self._merged("cards")
        self.hooks: dict[Hook, Callable[..., Any]] = self._merged("hooks")
        self.journal: dict[str, Callable[[JournalEntry], str]] = self._merged("journal")
        self.group_commands = frozenset(name for f in self.all for name in f.group_commands)
        self.tap_reader = TapReader(self.taps)

    def permissions(self) -> frozenset[Permission]:
        """Every permission that opens a command."""
        return frozenset(c.permission for c in self.commands if c.permission)

    def command(self, name: str, may: Callable[[Permission], bool]) -> Command | None:
        """The row of this command that is open to somebody who may do this, or the first row
        where none is; None where there is no such command."""
        rows = [c for c in self.commands if c.answers_to(name)]
        opened = (c for c in rows if c.permission is None or may(c.permission))
        return next(opened, rows[0] if rows else None)

    def reactions(self, decision: Decision) -> Iterable[Callable[[Work, Decision], None]]:
        """What features do when this is decided, each once."""
        kinds = {event.kind for event in decision.events}
        found = (f.reactions[kind] for f in self.all for kind in f.reactions if kind in kinds)
        return dict.fromkeys(found)

    def _merged(self, what: str) -> dict[Any, Any]:
        merged: dict[Any, Any] = {}
        for feature in self.all:
            for key, value in getattr(feature, what).items():
                if key in merged:
                    raise ValueError(f"{what}: {key} is claimed twice, at last by {feature.name}")
                merged[key] = value
        return merged


class Texts:
    """All words of one office: every view as a message, and the short answers to taps."""

    def __init__(self, features: Features, phrases: Phrases) -> None:
        self.phrases = phrases
        self._features = features

    def render(self, view: View, page: int = 0) -> Message:
        """The message that says `view`; of a view with pages, page `page` counted from 0.

        Raises:
            LookupError: no feature has words for it (a command menu is set, not said).
        """
        return _stopped(self._said(view, page))

    def _said(self, view: View, page: int) -> Message:
        if isinstance(view, Asking):
            return say_asking(view, self.render(view.view, page))
        if isinstance(view, RefusedView | DoneView):
            return answers.say_answer(self._sentence(view), view.facts, self.phrases)
        if say_page := self._features.pages.get(type(view)):
            return say_page(view, self.phrases, page)
        if say := self._features.words.get(type(view)):
            return say(view, self.phrases)
        raise LookupError(f"no feature has words for {type(view).__name__}")

    def toast(self, view: View) -> Toast:
        """The short answer to the tap that led to `view`: empty where the message says it."""
        if isinstance(view, RefusedView | DoneView):
            toast = answers.toast_answer(self._sentence(view), view, self.phrases)
        elif say := self._features.toasts.get(type(view)):
            toast = say(view, self.phrases)
        else:
            return Toast("")
        return replace(toast, text=one_stop(toast.text))

    def _sentence(self, view: RefusedView | DoneView) -> str:
        if isinstance(view, RefusedView):
            return self._features.refusals[view.reason]
        return self._features.done[view.what]


def _stopped(message: Message) -> Message:
    """The message, and the one that follows it, with one full stop after each sentence."""
    then = _stopped(message.then) if message.then else None
    return replace(message, html=one_stop(message.html), then=then)


# Menus


@dataclass(frozen=True, slots=True)
class MenuView:
    """The commands that a person may use, as names and descriptions.

    `joined` False is for somebody who has left: they see what everybody sees.
    """

    entries: tuple[tuple[str, str], ...]
    joined: bool = True


def menu_of(work: Work, person: Person) -> MenuView:
    """What the person's command menu offers: no command that starts a procedure at one tap."""
    rows = allowed(work.services.features, permissions_of(work, person))
    return MenuView(tuple((r.name, r.description) for r in rows if not r.per_procedure))


def general_menu(features: Features) -> tuple[tuple[str, str], ...]:
    """Names and descriptions for people who have not joined."""
    return tuple((c.name, c.description) for c in features.commands if c.for_all and c.description)


def allowed(features: Features, permissions: frozenset[Permission]) -> tuple[Command, ...]:
    """The rows that somebody with these permissions may use."""
    found: dict[str, Command] = {}
    for row in features.commands:
        if row.permission is None or row.permission in permissions:
            found.setdefault(row.name, row)
    return tuple(found.values())


def permissions_of(work: Work, person: Person) -> frozenset[Permission]:
    """What somebody may do, of all that opens a command."""
    every = work.services.features.permissions()
    return frozenset(p for p in every if may(p, person.id, work.staff))


def procedures(work: Work) -> tuple[Procedure, ...]:
    """Every procedure that can be started."""
    return tuple(procedure for _, procedure in work.catalog.procedures())
