"""An update that nobody can read is passed over, and those beside it are read."""

from __future__ import annotations

import json

import pytest
from structlog.testing import capture_logs
from telegram import Update

from bot.chat.polling import FetchingRequest


def said(number: int, text: str = "halo") -> dict[str, object]:
    who = {"id": 101, "is_bot": False, "first_name": "Sari"}
    chat = {"id": 101, "type": "private"}
    message = {"message_id": number, "date": 1_793_600_000, "chat": chat, "from": who, "text": text}
    return {"update_id": number, "message": message}


def fetched(*updates: object) -> list[Update]:
    payload = json.dumps({"ok": True, "result": list(updates)}).encode()
    return list(Update.de_list(FetchingRequest.parse_json_payload(payload)["result"], None))


STRANGE = {"update_id": 8, "message": {"message_id": 8, "chat": "rahasia Bu Sari"}}


def test_a_strange_update_comes_empty_and_the_others_whole() -> None:
    first, strange, last = fetched(said(7), STRANGE, said(9))
    assert [u.update_id for u in (first, strange, last)] == [7, 8, 9]
    assert (strange.message, strange.effective_user) == (None, None)
    assert first.message is not None
    assert last.message is not None
    assert last.message.text == "halo"


def test_the_log_names_the_update_and_never_what_was_written() -> None:
    with capture_logs() as logs:
        fetched(STRANGE)
    (line,) = logs
    assert line["update"] == 8
    assert "rahasia" not in str(line)


@pytest.mark.parametrize("answer", [{"ok": True, "result": True}, {"ok": False, "error_code": 409}])
def test_other_answers_are_left_as_they_are(answer: dict[str, object]) -> None:
    assert FetchingRequest.parse_json_payload(json.dumps(answer).encode()) == answer
