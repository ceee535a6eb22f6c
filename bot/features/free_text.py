"""What is no command: the answer to a question, a note, a courtesy, a newcomer's name, a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain import parsing
from bot.domain.notices import Reply, TasksLate, TasksWaiting
from bot.domain.run import Task
from bot.features import replies, runs
from bot.features.answers import Done, Refuse, Refused, done, done_reply, refusal
from bot.features.feature import Hook, Words
from bot.features.work import Request, Services, Work
from bot.store.outbox import NewDelivery
from bot.store.people import Question
from bot.store.runs import StoredRun

_MESSAGES = frozenset({Hook.FILE, Hook.OTHER})


@dataclass(frozen=True, slots=True)
class SentFile:
    """A document or photo. `size`, in bytes, is None where it is not said; `group` is its album."""

    file_id: str
    name: str
    size: int | None
    photo: bool
    caption: str = ""
    group: str | None = None


def text(
    services: Services, request: Request, said: str, reply_to: int | None, now: datetime
) -> None:
    """Take a free text for what it most likely is. `reply_to` is the message that it answers: in
    reply to a card it is a note on that task, unless something was asked about the same task."""

    def close(work: Work) -> None:
        # A question whose answer was refused is not asked again.
        if work.somebody is None or _list_of(work, reply_to) is not None:
            return
        if _asked(work, task_of_message(work, reply_to)):
            work.answered()

    replies.handle(services, request, now, lambda work: _answer(work, said, reply_to), stays=close)


def message(services: Services, request: Request, hook: Hook, now: datetime, *facts: Any) -> None:
    """Something else that somebody sent: see `Hook`. Outsiders get the help, for a message only."""

    def act(work: Work) -> Reply | None:
        if hook not in _MESSAGES or work.somebody is not None:
            services.features.hooks[hook](work, *facts)
            return None
        return None if work.ignores else Reply(replies.HELP, {})

    replies.handle(services, request, now, act)


def by_itself(services: Services, hook: Hook, now: datetime, *facts: Any) -> None:
    """Something happened that Telegram may tell twice, and that does no harm twice."""
    with services.begin(now) as work:
        services.features.hooks[hook](work, *facts)


def group_command(
    services: Services, request: Request, chat_id: int, title: str, typed: Words, now: datetime
) -> bool:
    """A command that is understood in groups; False from an outsider. It is answered in private."""

    def act(work: Work) -> bool:
        if work.somebody is None:
            return False
        services.features.hooks[Hook.GROUP_COMMAND](work, chat_id, title, typed)
        return True

    return replies.handle(services, request, now, act) is not False


def task_of_message(work: Work, message_id: int | None) -> tuple[StoredRun, Task] | None:
    """The task that a message on their screen is about; None for none, or an old message."""
    if message_id is None or work.request is None:
        return None
    delivery = work.tx.outbox.of_message(work.request.chat_id, message_id)
    if delivery is None:
        return None
    if delivery.task_id is not None:
        return runs.task_by_id(work, delivery.task_id)
    token = delivery.notice.args.get("token") if isinstance(delivery.notice, Reply) else None
    return work.tx.runs.by_token(str(token)) if token else None


def _list_of(work: Work, message_id: int | None) -> TasksLate | TasksWaiting | None:
    """What a message on their screen tells of several tasks; None for any other message."""
    if message_id is None or work.request is None:
        return None
    delivery = work.tx.outbox.of_message(work.request.chat_id, message_id)
    told = delivery.notice if delivery else None
    return told if isinstance(told, TasksLate | TasksWaiting) else None


def _answer(work: Work, said: str, reply_to: int | None) -> Reply | None:
    hooks, request = work.services.features.hooks, work.request
    if work.somebody is None:
        if request is not None and work.tx.people.by_chat(request.chat_id) is not None:
            take: Callable[..., Reply] = hooks[Hook.NEWCOMER_TEXT]
            return take(work, said)
        return None if work.ignores else Reply(replies.HELP, {})
    about, several = task_of_message(work, reply_to), _list_of(work, reply_to)
    if several is None and (question := _asked(work, about)) is not None:
        # An answer that is not understood is asked for again, which is a new question.
        work.answered()
        return work.services.features.questions[question.kind].take(work, question.data, said)
    if parsing.says_done(said):
        offer: Callable[..., Reply | None] = hooks[Hook.SAID_DONE]
        return offer(work, about)
    if parsing.says_thanks(said):
        _welcome(work)
        return None
    if about is not None:
        note: Callable[..., Reply] = hooks[Hook.CARD_REPLY]
        return note(work, *about, said)
    if several is not None:
        which: Callable[..., Reply] = hooks[Hook.LIST_REPLY]
        return which(work, several, said)
    word = said.strip("/ ")
    mistyped = replies.meant(work, word) if len(word.split()) == 1 else None
    return refusal(mistyped or Refuse(Refused.FREE_TEXT))


def _welcome(work: Work) -> None:
    """Thanks are answered once a day; a second answer would invite a third."""
    person, answer = work.person, done_reply(done(Done.THANKED))
    key = f"thanked:{person.id}:{work.today}"
    work.tx.outbox.put([NewDelivery(key, person.chat_id, person.id, answer)], work.now)


def _asked(work: Work, about: tuple[StoredRun, Task] | None) -> Question | None:
    """The open question that a text answers; in reply to a task (`about`), only one about it."""
    question = work.tx.people.question(work.person.chat_id, work.now)
    known = work.services.features.questions.get(question.kind) if question else None
    # One that an earlier or later version asked is not understood by this one.
    if question is None or known is None:
        return None
    if about is None:
        return question
    stored, task = about
    token = stored.tokens[(task.step, task.attempt)]
    return question if known.wants_text and question.data.get("token") == token else None
