"""What is no command: the answer to a question, a note, a newcomer's name, a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.notices import Reply
from bot.domain.run import Task
from bot.features.answers import Refuse, Refused, refusal
from bot.features.feature import Hook, Words
from bot.features.replies import HELP
from bot.features.work import Request, Services, Work
from bot.store.people import Question
from bot.store.runs import StoredRun

_MESSAGES = frozenset({Hook.FILE, Hook.OTHER})
"""Hooks of messages that people send."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A document or photo as a message tells of it. `size` in bytes is None where Telegram
    does not say it; `group` names the album that it is part of."""

    file_id: str
    name: str
    size: int | None
    photo: bool
    caption: str = ""
    group: str | None = None


def text(
    services: Services, request: Request, said: str, reply_to: int | None, now: datetime
) -> None:
    """Take a free text for what it most likely is.

    `reply_to` is the message that it answers. A text in reply to a card is a note on that
    task, unless something was asked about the same task.
    """
    try:
        with services.begin(now, request) as work:
            if (reply := _answer(work, said, reply_to)) is not None:
                work.reply(reply)
    except Refuse as no:
        with services.begin(now, request) as work:
            # A question whose answer was refused is not asked again.
            work.answered()
            work.reply(refusal(no))


def message(services: Services, request: Request, hook: Hook, now: datetime, *facts: Any) -> None:
    """Something else that came from somebody: see `Hook`. Outsiders get the help's answer, and
    only to a message."""
    with services.begin(now, request) as work:
        if hook not in _MESSAGES or work.somebody is not None:
            services.features.hooks[hook](work, *facts)
        elif not work.ignores:
            work.reply(Reply(HELP, {}))


def by_itself(services: Services, hook: Hook, now: datetime, *facts: Any) -> None:
    """Something happened that Telegram may tell twice, and that does no harm twice."""
    with services.begin(now) as work:
        services.features.hooks[hook](work, *facts)


def group_command(
    services: Services, request: Request, chat_id: int, title: str, typed: Words, now: datetime
) -> bool:
    """A command that is understood in groups; False where an outsider says it.

    What is wrong with it is answered in the private chat: it is nobody else's business.
    """
    try:
        with services.begin(now, request) as work:
            if work.somebody is None:
                return False
            services.features.hooks[Hook.GROUP_COMMAND](work, chat_id, title, typed)
    except Refuse as no:
        with services.begin(now, request) as work:
            work.reply(refusal(no))
    return True


def task_of_message(
    work: Work, chat_id: int, message_id: int | None
) -> tuple[StoredRun, Task] | None:
    """The task that a message on somebody's screen is about: a card, a reminder, details, a
    question about it. None where it is about none, or too old to be known."""
    if message_id is None:
        return None
    delivery = work.tx.outbox.of_message(chat_id, message_id)
    if delivery is None:
        return None
    if delivery.task_id is not None:
        stored = work.tx.runs.of_tasks([delivery.task_id]).get(delivery.task_id)
        task = stored.task_of(delivery.task_id) if stored else None
        return (stored, task) if stored and task else None
    token = delivery.notice.args.get("token") if isinstance(delivery.notice, Reply) else None
    return work.tx.runs.by_token(str(token)) if token else None


def _answer(work: Work, said: str, reply_to: int | None) -> Reply | None:
    """The answer to a text; None for none."""
    hooks, request = work.services.features.hooks, work.request
    if request is None:
        raise LookupError("a text from nobody")
    if work.somebody is None:
        if work.tx.people.by_chat(request.chat_id) is not None:
            take: Callable[..., Reply] = hooks[Hook.NEWCOMER_TEXT]
            return take(work, said)
        return None if work.ignores else Reply(HELP, {})
    question = work.tx.people.question(request.chat_id, work.now)
    about = task_of_message(work, request.chat_id, reply_to)
    if about is not None and not _is_asked_about(work, question, *about):
        note: Callable[..., Reply] = hooks[Hook.CARD_REPLY]
        return note(work, *about, said)
    # One that an earlier or later version asked is not understood by this one.
    known = work.services.features.questions.get(question.kind) if question else None
    if question is None or known is None:
        return refusal(Refuse(Refused.FREE_TEXT))
    # An answer that is not understood is asked for again, which is a new question.
    work.answered()
    return known.take(work, question.data, said)


def _is_asked_about(work: Work, question: Question | None, stored: StoredRun, task: Task) -> bool:
    """Whether a text was asked for that is about this very task."""
    if question is None:
        return False
    known = work.services.features.questions.get(question.kind)
    token = stored.tokens[(task.step, task.attempt)]
    return known is not None and known.wants_text and question.data.get("token") == token
