"""Requests of people: each runs in one transaction, and a refusal is answered here alone. An answer
waits in the outbox as a named view, and is built when it is sent: see `build`."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.notices import Reply
from bot.features import answers, asking, copies
from bot.features.answers import Refuse, Refused, RefusedView, refusal
from bot.features.feature import (
    Feature,
    Hook,
    NamedView,
    View,
    Words,
    allowed,
    permissions_of,
)
from bot.features.work import Request, Services, Work
from bot.ui.buttons import PageTap, Show, Tap

WELCOME = "welcome"
"""The view of whoever has just come in; a newcomer is asked who they are."""

HELP = "help"
"""The view that anybody gets who asks for nothing that the bot knows."""


_NEAR = 0.7
"""How like a command a word has to be: one letter in three may be wrong (`difflib`)."""


@dataclass(frozen=True, slots=True)
class TapAnswer:
    """The view of a tap's short answer, and the view to be shown, if any; `page` counts from 0."""

    toast: View
    screen: View | None
    show: Show
    page: int = 0


# What people ask for


def handle(
    services: Services,
    request: Request,
    now: datetime,
    act: Callable[[Work], View | None],
    *,
    reply: bool = True,
    stays: Callable[[Work], None] | None = None,
) -> View | None:
    """Let a person's request act in one transaction; the view that it leads to, None for a `Reply`.
    A refusal rolls back and is the view; it is replied as well, unless `reply` is False. Its update
    counts as handled all the same. `stays` writes what has to outlive a refusal.

    Raises:
        AlreadyHandledError: this update has been handled before.
    """
    try:
        with services.begin(now, request) as work:
            answer = act(work)
            if not isinstance(answer, Reply):
                return answer
            work.reply(answer)
            return None
    except Refuse as no:
        with services.begin(now, request) as work:
            if stays:
                stays(work)
            if reply and not work.ignores:
                work.reply(refusal(no))
        return no.view


def command(services: Services, request: Request, typed: Words, now: datetime) -> View | None:
    """A command in private; a view to be shown at once, or None: the answer is in the outbox."""
    answer = handle(services, request, now, lambda work: _run(work, typed))
    return None if isinstance(answer, RefusedView) else answer


def tap(services: Services, request: Request, data: str, now: datetime) -> TapAnswer:
    """A tap on a button, by the data that Telegram gives back."""
    meant = services.features.tap_reader.read(data)
    if meant is None:
        return TapAnswer(Refuse(Refused.BUTTON_OLD).view, None, Show.NOTHING)
    do = services.features.taps[type(meant)]
    if not meant.reads_only:

        def act(work: Work) -> View:
            answer = do(work, meant)
            if meant.after is not Show.NOTHING:
                asking.note_offer(work, _screen(answer))
            copies.adopt(work, meant)
            return _shown(work, answer)

        def stays(work: Work) -> None:
            copies.adopt(work, meant)

        found = handle(services, request, now, act, reply=False, stays=stays)
        return _ask_who(services, request, _answer_of(meant, found), now)
    try:
        with services.read(now, request) as work:
            answer = do(work, meant)
            shown, offered = _shown(work, answer), asking.offers(work, answer)
    except Refuse as no:
        return _ask_who(services, request, _answer_of(meant, no.view), now)
    if offered and not isinstance(meant, PageTap):
        with services.begin(now, replace(request, update_id=None)) as work:
            asking.note_offer(work, answer)
    return _answer_of(meant, shown)


def _ask_who(services: Services, request: Request, answer: TapAnswer, now: datetime) -> TapAnswer:
    """Somebody who is still joining tapped something else: they are asked again who they are."""
    toast = answer.toast
    if not (isinstance(toast, RefusedView) and toast.reason == Refused.STILL_JOINING):
        return answer
    with services.read(now, request) as work:
        return replace(answer, screen=build(work, Reply(HELP, {})), show=Show.BELOW)


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
        return work.services.features.hooks[Hook.NEWCOMER_VIEW](work, reply.view != WELCOME)
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


def _screen(answer: View) -> View:
    """What the screen shows, of a tap's answer."""
    return answer[1] if isinstance(answer, tuple) else answer


def _shown(work: Work, answer: View) -> tuple[View, View]:
    """The short answer to a tap, and its screen with the ways out of what that asks."""
    toast = answer[0] if isinstance(answer, tuple) else answer
    return toast, asking.with_ways_out(work, _screen(answer))


def _run(work: Work, typed: Words) -> View | None:
    person = work.somebody
    row = work.services.features.command(typed.name, work.may)
    for_all = row is not None and row.for_all
    # With words it brings a code, perhaps: that is answered however often it comes.
    if work.ignores and not (for_all and typed.words):
        return None
    if row is None and person is None:
        return Reply(HELP, {})
    if row is None:
        return refusal(meant(work, typed.name) or Refuse(Refused.UNKNOWN_COMMAND))
    if not for_all:
        if person is None:
            return Reply(HELP, {})
        work.require(row.permission)
    answer = row.do(work, typed)
    asking.close_offer(work)
    return answer


def meant(work: Work, typed: str) -> Refuse | None:
    """Whether the person means the nearest of their commands by what they typed, None if none is
    near. One that starts a procedure is not offered: tapping its name would start it."""
    rows = allowed(work.services.features, permissions_of(work, work.person))
    known = [row.name for row in rows if not row.per_procedure]
    near = difflib.get_close_matches(typed[:40].lower(), known, n=1, cutoff=_NEAR)
    if not near:
        return None
    return Refuse(Refused.MISTYPED, address=work.person.address.value, command=near[0])


def _answer_of(meant: Tap, outcome: View) -> TapAnswer:
    toast, screen = outcome if isinstance(outcome, tuple) else (outcome, outcome)
    if isinstance(screen, RefusedView):
        return TapAnswer(toast, None, Show.NOTHING)
    page = meant.page if isinstance(meant, PageTap) else 0
    shown = meant.after
    return TapAnswer(toast, None if shown is Show.NOTHING else screen, shown, page)


def shows(view: str) -> Callable[[Work, Words], Reply]:
    """What a command does that takes no words and shows a named view."""

    def do(work: Work, typed: Words) -> Reply:
        no_more_than(typed, 0, f"/{typed.name}")
        return Reply(view, {})

    return do


def no_more_than(words: Words, most: int, usage: str) -> tuple[str, ...]:
    """The words after a command, in small letters and bounded.

    Raises:
        Refuse: there are more than `most`; `usage` says how it is written.
    """
    if len(words.words) > most:
        raise Refuse(Refused.TOO_MANY_ARGUMENTS, usage=usage)
    return tuple(word[:64].lower() for word in words.words)


FEATURE = Feature(
    "replies",
    taps={asking.Leave: asking.leave, asking.GoBack: asking.go_back},
    views={
        "refused": NamedView(lambda work, args: answers.refused_again(args), for_all=True),
        "done": NamedView(lambda work, args: answers.done_again(args)),
        # Replies of an earlier version that still wait in an outbox.
        "unknown": NamedView(lambda work, args: Refuse(Refused.UNKNOWN_COMMAND).view),
        "too_many": NamedView(
            lambda work, args: Refuse(Refused.TOO_MANY_ARGUMENTS, usage=args["usage"]).view
        ),
    },
    refusals=answers.REFUSALS | asking.REFUSALS,
    done=answers.DONE | asking.DONE,
)
