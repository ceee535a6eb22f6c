"""What is refused leaves nothing behind, and is not done when Telegram repeats its update."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.domain.notices import Reply
from bot.features import free_text, replies
from bot.features.answers import Refuse, Refused, RefusedView, refusal
from bot.features.evidence.texts import AttachFile
from bot.features.evidence.usecases import ATTACH
from bot.features.feature import Feature, Features, Hook, Words
from bot.features.free_text import SentFile
from bot.features.notes import NOTE_LENGTH
from bot.features.tasks.buttons import Confirm
from bot.features.work import Request, Services, Work
from bot.store import AlreadyHandledError
from bot.store.tables import deliveries
from bot.ui.buttons import write
from tests.cast import ADMIN, BUDI, CAST, DEWI, Player, Stage

FILE = SentFile("BQ-1", "draft.pdf", 10, photo=False)


@pytest.fixture
def stage(sqlite_services: Services) -> Stage:
    return Stage(sqlite_services, *CAST, ADMIN)


def rows(stage: Stage) -> int:
    """How many deliveries there are."""
    with stage.services.store.read() as tx:
        return tx.connection.execute(select(func.count()).select_from(deliveries)).scalar_one()


def open_question(stage: Stage, who: Player) -> str | None:
    """The kind of the question that waits for somebody."""
    with stage.services.store.read() as tx:
        question = tx.people.question(who.chat_id, stage.now)
    return question.kind if question else None


def refused_command(stage: Stage, request: Request) -> None:
    replies.command(stage.services, request, Words("libur"), stage.now)


def refused_tap(stage: Stage, request: Request) -> None:
    """Budi taps the button of a step that is another's."""
    token = stage.token(1)
    answer = replies.tap(stage.services, request, write(Confirm(token)), stage.now)
    assert isinstance(answer.toast, RefusedView)


def refused_text(stage: Stage, request: Request) -> None:
    free_text.text(stage.services, request, "halo", None, stage.now)


def refused_answer(stage: Stage, request: Request) -> None:
    """Budi was asked for a file, of a step that is not his."""
    with stage.services.begin(stage.now, Request(BUDI.chat_id)) as work:
        work.ask(ATTACH, {"token": stage.token(1)})
    free_text.text(stage.services, request, "nanti", None, stage.now)
    assert open_question(stage, BUDI) is None


def refused_file(stage: Stage, request: Request) -> None:
    free_text.message(stage.services, request, Hook.FILE, stage.now, FILE, None)


def refused_kind(stage: Stage, request: Request) -> None:
    free_text.message(stage.services, request, Hook.OTHER, stage.now, None)


def refused_in_group(stage: Stage, request: Request) -> None:
    services, now = stage.services, stage.now
    assert free_text.group_command(services, request, -1, "Kantor", Words("hubungkan"), now)


@pytest.mark.parametrize(
    "refused",
    [
        refused_command,
        refused_tap,
        refused_text,
        refused_answer,
        refused_file,
        refused_kind,
        refused_in_group,
    ],
)
def test_a_refused_update_is_handled_and_repeated_it_does_nothing(
    stage: Stage, refused: Callable[[Stage, Request], None]
) -> None:
    stage.start()
    stage.deliver()
    request, before = stage.request(BUDI), rows(stage)
    refused(stage, request)
    answered = rows(stage)
    assert answered - before == (0 if refused is refused_tap else 1)
    with pytest.raises(AlreadyHandledError):
        refused(stage, request)
    assert rows(stage) == answered


def test_what_a_hook_refuses_is_said_and_leaves_nothing(stage: Stage) -> None:
    def receive(work: Work, sent: SentFile, reply_to: int | None) -> None:
        work.reply(refusal(Refuse(Refused.FREE_TEXT)))
        raise Refuse(Refused.ADMIN_ONLY)

    features = Features((Feature("files", hooks={Hook.FILE: receive}),))
    services, request = replace(stage.services, features=features), stage.request(BUDI)
    free_text.message(services, request, Hook.FILE, stage.now, FILE, None)
    (row,) = stage.deliver()
    assert row.delivery.notice == Reply("refused", {"reason": "admin_only"})
    with pytest.raises(AlreadyHandledError):
        free_text.message(services, request, Hook.FILE, stage.now, FILE, None)


def test_a_refused_note_leaves_the_question_about_another_task_open(stage: Stage) -> None:
    lakip, lppd = stage.start("lakip"), stage.start("lppd")
    stage.deliver()
    card = next(
        message_id
        for (chat, message_id), shown in stage.phones.screens.items()
        if chat == DEWI.chat_id and shown.delivery.run_id == lppd
    )
    with stage.services.begin(stage.now, Request(DEWI.chat_id)) as work:
        work.ask(ATTACH, {"token": stage.token(lakip)})
    stage.says(DEWI, "a" * (NOTE_LENGTH + 1), reply_to=card)
    assert stage.received(DEWI)[-1].delivery.notice.args["reason"] == "note_too_long"
    assert open_question(stage, DEWI) == ATTACH, "the text was no answer to it"


def test_a_text_where_a_file_was_asked_for_keeps_the_question_while_a_file_is_taken(
    stage: Stage,
) -> None:
    run = stage.start()
    stage.tap(DEWI, AttachFile(stage.token(run, 1)))
    stage.says(DEWI, "nanti")
    assert open_question(stage, DEWI) == ATTACH
    stage.finish(run)
    assert open_question(stage, DEWI) is None, "it was closed with the run"
    stage.deliver()
    stage.says(DEWI, "nanti")
    assert stage.received(DEWI)[-1].delivery.notice.args["reason"] == "free_text"


def test_an_admin_of_the_settings_comes_in_however_often_they_were_answered(
    sqlite_services: Services,
) -> None:
    stage = Stage(replace(sqlite_services, admin_ids=frozenset({ADMIN.chat_id})), *CAST)
    for _ in range(5):
        stage.says(ADMIN, "halo")
    stage.command(ADMIN, "/start")
    with stage.services.store.read() as tx:
        assert tx.people.by_chat(ADMIN.chat_id) is not None
