"""Cards on a screen that the outbox does not know: the copy of a message that was sent twice, or
what was sent after the backup that was restored. A tap tells which message it is; from then on it
is kept true like any other."""

from __future__ import annotations

from bot.domain.actions import Reason
from bot.features.answers import Refuse, refusal
from bot.features.work import Work
from bot.store.outbox import NewDelivery
from bot.ui.buttons import Tap


def adopt(work: Work, tap: Tap) -> None:
    """Keep the card with the tapped button true, if the outbox does not know its message."""
    request = work.request
    tapped = request.tapped if request else None
    card = _card_tap(work, tap)
    if request is None or tapped is None or card is None:
        return
    if work.tx.outbox.of_message(request.chat_id, tapped.message_id) is not None:
        return
    key = f"copy:{request.chat_id}:{tapped.message_id}"
    person_id = work.somebody.id if work.somebody else None
    found = work.tx.runs.by_token(str(getattr(card, "token", "")))
    if found is not None:
        stored, task = found
        row = NewDelivery(
            key,
            request.chat_id,
            person_id,
            work.services.features.cards[type(card)](card),
            run_id=stored.run.id,
            task_id=stored.task_ids[(task.step, task.attempt)],
            live=True,
        )
    elif person_id is not None:
        # A restored database knows nothing of this task, which no button can do anything about.
        row = NewDelivery(key, request.chat_id, person_id, refusal(Refuse(Reason.UNKNOWN)))
    else:
        return
    work.tx.outbox.adopt(row, tapped.message_id, work.now)


def _card_tap(work: Work, tap: Tap) -> Tap | None:
    """The tap that says which card it is: this one, or that of another button of its message."""
    tapped = work.request.tapped if work.request else None
    if tapped is None or not hasattr(tap, "token"):
        return None
    features = work.services.features
    beside = (features.tap_reader.read(data) for data in tapped.buttons)
    return next((one for one in (tap, *beside) if type(one) in features.cards), None)
