"""Commands and taps: each runs in one transaction, and a refusal is answered here alone.

An answer waits in the outbox as the name of a view with its arguments, so that a crash loses
none, and is built when it is sent: see `build`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.notices import Reply
from bot.features import answers
from bot.features.answers import DoneView, Refuse, Refused, RefusedView, refusal
from bot.features.feature import Command, Feature, Hook, NamedView, View, Words, permissions_of
from bot.features.work import Args, Request, Services, Work
from bot.ui.buttons import PageTap, Show, Tap

HELP = "help"
"""The view that anybody gets who asks for nothing that the bot knows."""


@dataclass(frozen=True, slots=True)
class TapAnswer:
    """What a tap led to: the view that its short answer is about, and the view to be shown.

    `screen` None shows nothing. `page` counts from 0.
    """

    toast: View
    screen: View | None
    show: Show
    page: int = 0


# What people ask for


def command(services: Services, request: Request, typed: Words, now: datetime) -> View | None:
    """A command in the private chat. A view that has to be shown at once, else None: the answer
    waits in the outbox."""
    try:
        with services.begin(now, request) as work:
            if work.ignores and not _for_all(work, typed):
                return None
            answer = _run(work, typed)
            if isinstance(answer, Reply):
                work.reply(answer)
                return None
            return answer
    except Refuse as no:
        _reply_refused(services, request, no, now)
        return None


def reply_with(services: Services, request: Request, view: str, args: Args, now: datetime) -> None:
    """Answer with a named view, through the outbox."""
    with services.begin(now, request) as work:
        if not work.ignores:
            work.reply(Reply(view, args))


def tap(services: Services, request: Request, data: str, now: datetime) -> TapAnswer:
    """A tap on a button, by the data that Telegram gives back."""
    meant = services.features.tap_reader.read(data)
    if meant is None:
        return TapAnswer(Refuse(Refused.BUTTON_OLD).view, None, Show.NOTHING)
    try:
        opened = services.read if meant.reads_only else services.begin
        with opened(now, request) as work:
            outcome = services.features.taps[type(meant)](work, meant)
    except Refuse as no:
        if not meant.reads_only:
            _note_refused(services, request, now)
        return TapAnswer(no.view, None, Show.NOTHING)
    return _answer_of(meant, outcome)


def undo_unshown(services: Services, view: View, now: datetime) -> None:
    """A view that is stored nowhere could not be shown: undo what it speaks of."""
    with services.begin(now) as work:
        services.features.show_or_undo[type(view)](work, view)


# Named views


def build(work: Work, reply: Reply) -> View:
    """The view that a reply names, for whoever asks, as things stand.

    Raises:
        Refuse: they may not see it, or there is no such thing any more.
        KeyError: no feature has a view of this name.
    """
    named = work.services.features.views[reply.view]
    if named.for_all:
        return named.build(work, reply.args)
    if work.somebody is None and work.request and work.tx.people.by_chat(work.request.chat_id):
        return work.services.features.hooks[Hook.NEWCOMER_VIEW](work)
    work.require(named.permission)
    return named.build(work, reply.args)


def build_or_refuse(work: Work, reply: Reply) -> View:
    """Like `build`; a refusal is a view as well."""
    try:
        return build(work, reply)
    except Refuse as no:
        return no.view


def show(work: Work, view: str, **args: str | int | bool | None) -> View:
    """A named view, to be shown at once."""
    return build(work, Reply(view, args))


# Steps of the above


def _run(work: Work, typed: Words) -> Reply | View | None:
    row = _row(work, typed)
    if row is None:
        return refusal(Refuse(Refused.UNKNOWN_COMMAND)) if work.somebody else Reply(HELP, {})
    if work.somebody is None and not row.for_all:
        return Reply(HELP, {})
    if not row.for_all:
        work.require(row.permission)
    return row.do(work, typed)


def _row(work: Work, typed: Words) -> Command | None:
    person = work.somebody
    granted = permissions_of(work, person) if person else frozenset()
    return work.services.features.command(typed.name, granted)


def _for_all(work: Work, typed: Words) -> bool:
    """Whether a command is answered however often somebody from outside sends it: it brings a
    code, perhaps."""
    row = _row(work, typed)
    return row is not None and row.for_all and bool(typed.words)


def _reply_refused(services: Services, request: Request, no: Refuse, now: datetime) -> None:
    with services.begin(now, request) as work:
        if not work.ignores:
            work.reply(refusal(no))


def _note_refused(services: Services, request: Request, now: datetime) -> None:
    """The update of a refused tap is handled as well: repeated by Telegram, it does nothing."""
    with services.begin(now, request):
        pass


def _answer_of(meant: Tap, outcome: View) -> TapAnswer:
    toast, screen = outcome if isinstance(outcome, tuple) else (outcome, outcome)
    if isinstance(screen, RefusedView):
        return TapAnswer(toast, None, Show.NOTHING)
    page = meant.page if isinstance(meant, PageTap) else 0
    shown = meant.after
    return TapAnswer(toast, None if shown is Show.NOTHING else screen, shown, page)


def no_more_than(words: Words, most: int, usage: str) -> tuple[str, ...]:
    """The words after a command, in small letters and bounded.

    Raises:
        Refuse: there are more than `most`; `usage` says how it is written.
    """
    if len(words.words) > most:
        raise Refuse(Refused.TOO_MANY_ARGUMENTS, usage=usage)
    return tuple(word[:64].lower() for word in words.words)


def _refused(work: Work, args: Args) -> RefusedView:
    return answers.refused_again(args)


def _done(work: Work, args: Args) -> DoneView:
    return answers.done_again(args)


def _unknown(work: Work, args: Args) -> View:
    raise Refuse(Refused.UNKNOWN_COMMAND)


def _too_many(work: Work, args: Args) -> View:
    raise Refuse(Refused.TOO_MANY_ARGUMENTS, usage=args["usage"])


FEATURE = Feature(
    "replies",
    views={
        "refused": NamedView(_refused, for_all=True),
        "done": NamedView(_done),
        # Replies of an earlier version that still wait in an outbox.
        "unknown": NamedView(_unknown),
        "too_many": NamedView(_too_many),
    },
    refusals=answers.REFUSALS,
    done=answers.DONE,
)
