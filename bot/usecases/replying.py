"""Which task somebody speaks of who answers one of the bot's messages."""

from __future__ import annotations

from bot.domain.notices import Reply
from bot.domain.run import Task
from bot.store import Transaction
from bot.store.runs import StoredRun


def task_of(tx: Transaction, chat_id: int, message_id: int | None) -> tuple[StoredRun, Task] | None:
    """The task that a message on somebody's screen is about: a card, a reminder, details, a
    question about it. None where it is about none, or too old to be known."""
    if message_id is None:
        return None
    delivery = tx.outbox.of_message(chat_id, message_id)
    if delivery is None:
        return None
    if delivery.task_id is not None:
        stored = tx.runs.of_tasks([delivery.task_id]).get(delivery.task_id)
        task = stored.task_of(delivery.task_id) if stored else None
        return (stored, task) if stored and task else None
    token = delivery.notice.args.get("token") if isinstance(delivery.notice, Reply) else None
    return tx.runs.by_token(str(token)) if token else None
