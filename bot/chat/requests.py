"""How updates come in: each is read by itself, so that a strange one holds up no other."""

from __future__ import annotations

from typing import Any

import structlog
from telegram import Update
from telegram.request import HTTPXRequest

log = structlog.get_logger()


class FetchingRequest(HTTPXRequest):
    """The connection for fetching updates.

    The library reads a batch as a whole: one update that it cannot read would come again and
    again, and its text get into the log. Here it becomes an empty one, which is confirmed.
    """

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Telegram's answer, with every update in it readable.

        Raises:
            TelegramError: the answer is no JSON.
        """
        answer: dict[str, Any] = HTTPXRequest.parse_json_payload(payload)
        batch = answer.get("result")
        if isinstance(batch, list):
            answer["result"] = [_readable(update) for update in batch]
        return answer


def _readable(update: Any) -> Any:
    try:
        Update.de_json(update, None)
    except Exception as error:
        number = update.get("update_id") if isinstance(update, dict) else None
        if number is None:
            raise
        # The kind of fault only: its words may quote what somebody wrote.
        log.error("update cannot be read", update=number, fault=type(error).__name__)
        return {"update_id": number}
    return update
