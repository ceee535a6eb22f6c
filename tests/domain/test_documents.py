"""Notes and files, as the engine decides about them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain import engine
from bot.domain.actions import (
    Action,
    Attach,
    Confirm,
    EditNote,
    Note,
    Reason,
    Refusal,
    Return,
    Start,
    Undo,
)
from bot.domain.decision import Decision
from bot.domain.deviations import FILES_A_TASK, NOTES_A_TASK
from bot.domain.events import TaskNoted
from bot.domain.notices import NoteTold
from bot.domain.run import By, Evidence, Run
from tests.cast import BUDI, DEWI, HADI, JOKO, MONDAY, RINA, SARI, Player, state
from tests.histories import replay
from tests.procedures import langkah, prosedur

TEN = prosedur(
    langkah(1, "kepala_dinas"),
    langkah(2, "tim"),
    langkah(3, "kasubbag"),
    *(langkah(number, "tim") for number in range(4, 8)),
    langkah(8, "kasubbag", kembali_ke=7),
    langkah(9, "sekretaris", kembali_ke=7),
    langkah(10, "kepala_dinas", kembali_ke=7),
)
"""LAKIP's steps, by who performs them."""


def decided(run: Run | None, action: Action, by: Player, minutes: int = 0) -> Decision:
    outcome = engine.decide(run, action, by.chat_id, MONDAY + timedelta(minutes=minutes), state())
    assert isinstance(outcome, Decision), outcome
    return outcome


def refused(run: Run, action: Action, by: Player) -> Reason:
    outcome = engine.decide(run, action, by.chat_id, MONDAY + timedelta(minutes=60), state())
    assert isinstance(outcome, Refusal), outcome
    return outcome.reason


def file(number: int = 1) -> Evidence:
    return Evidence(By(0), f"{number}.pdf", 3, f"{number:064d}", "telegram", MONDAY)


@pytest.fixture
def run() -> Run:
    """LAKIP has come to the team's first step."""
    begun = decided(None, Start(TEN, 2025), SARI).run
    return decided(begun, Confirm(1, 1), DEWI, 1).run


def test_a_note_says_who_wrote_it_as_what_and_every_open_card_is_drawn_anew(run: Run) -> None:
    decision = decided(run, Note(1, 1, "Mohon dipercepat."), DEWI, 2)
    ((task, note),) = decision.run.notes
    assert (task.step, note.text, note.by.role) == (1, "Mohon dipercepat.", "kepala_dinas")
    assert note.at == MONDAY + timedelta(minutes=2)
    assert set(decision.stale_cards) == {(1, 1), (2, 1)}
    (told,) = decision.notices
    assert told.notice == NoteTold(0)
    assert set(told.to) == {BUDI.chat_id, RINA.chat_id}, "who has the work open"


def test_a_note_is_edited_by_its_author_alone_and_the_journal_keeps_both(run: Run) -> None:
    run = decided(run, Note(1, 1, "Mohon dipercepat.", message_id=9), DEWI, 2).run
    for who, action, why in (
        (BUDI, EditNote(1, 1, 0, "Tidak."), Reason.NOT_YOURS),
        (DEWI, EditNote(1, 1, 1, "Tidak."), Reason.UNKNOWN),
        (DEWI, EditNote(1, 1, -1, "Tidak."), Reason.UNKNOWN),
        (DEWI, EditNote(1, 1, 0, " "), Reason.NOTHING_SAID),
    ):
        assert refused(run, action, who) is why
    assert decided(run, EditNote(1, 1, 0, "Mohon dipercepat."), DEWI, 3).events == ()
    decision = decided(run, EditNote(1, 1, 0, "Mohon dipercepat, besok."), DEWI, 3)
    ((_, note),) = decision.run.notes
    assert (note.text, note.message_id) == ("Mohon dipercepat, besok.", 9)
    assert (note.at, note.edited_at) == tuple(MONDAY + timedelta(minutes=m) for m in (2, 3))
    (event,) = decision.events
    assert (event, event.at) == (TaskNoted(1, 1, note, 0), note.edited_at)
    assert decision.run.last_change == note.edited_at


@pytest.mark.parametrize("who", [SARI, BUDI, HADI, DEWI])
def test_whoever_has_a_part_in_the_run_may_write(run: Run, who: Player) -> None:
    assert decided(run, Note(2, 1, "Baik."), who, 2).run.notes


def test_who_has_no_part_in_the_run_may_neither_write_nor_attach(run: Run) -> None:
    assert refused(run, Note(2, 1, "Halo."), JOKO) is Reason.NOT_YOURS
    assert refused(run, Attach(2, 1, file()), JOKO) is Reason.NOT_YOURS


def test_only_whose_task_it_is_or_was_may_attach(run: Run) -> None:
    assert refused(run, Attach(2, 1, file()), DEWI) is Reason.NOT_YOURS
    decision = decided(run, Attach(1, 1, file()), DEWI, 2)
    ((task, kept),) = decision.run.documents
    assert (task.step, kept.by.role, kept.at) == (1, "kepala_dinas", MONDAY + timedelta(minutes=2))


def test_an_empty_note_and_one_too_many_are_refused(run: Run) -> None:
    assert refused(run, Note(2, 1, "  "), BUDI) is Reason.NOTHING_SAID
    for number in range(NOTES_A_TASK):
        run = decided(run, Note(2, 1, f"{number}"), BUDI, 2).run
    assert refused(run, Note(2, 1, "lagi"), RINA) is Reason.TOO_MUCH


def test_the_same_content_is_attached_once_and_not_without_end(run: Run) -> None:
    for number in range(FILES_A_TASK):
        run = decided(run, Attach(2, 1, file(number)), BUDI, 2).run
        assert number or refused(run, Attach(2, 1, file(0)), RINA) is Reason.ALREADY_ATTACHED
    assert refused(run, Attach(2, 1, file(99)), BUDI) is Reason.TOO_MUCH


def test_an_answer_to_an_old_card_goes_to_the_attempt_that_counts(run: Run) -> None:
    for step, who in ((2, BUDI), (3, SARI), (4, BUDI), (5, BUDI), (6, BUDI), (7, BUDI)):
        run = decided(run, Confirm(step, 1), who, step).run
    run = decided(run, Attach(7, 1, file(1)), BUDI, 8).run
    run = decided(run, Return(8, 1, 7, "Tabel 3 belum lengkap."), SARI, 9).run
    assert [kept.name for _, kept in run.documents] == ["1.pdf"], "until there is a newer one"
    run = decided(run, Attach(7, 1, file(2)), BUDI, 10).run
    assert [kept.name for kept in run.task(7, 2).evidence] == ["2.pdf"]  # type: ignore[union-attr]
    assert [kept.name for _, kept in run.documents] == ["2.pdf"]


def test_a_step_that_was_taken_back_takes_no_files(run: Run) -> None:
    run = decided(run, Undo(1, 1), DEWI, 3).run
    assert refused(run, Attach(2, 1, file()), BUDI) is Reason.OVERTAKEN


def test_what_the_next_has_written_or_attached_keeps_a_confirmation_from_being_undone(
    run: Run,
) -> None:
    for action in (Note(2, 1, "Mulai."), Attach(2, 1, file())):
        begun = decided(run, action, BUDI, 2).run
        outcome = engine.decide(
            begun, Undo(1, 1), DEWI.chat_id, MONDAY + timedelta(minutes=3), state()
        )
        assert isinstance(outcome, Refusal)
        assert outcome.reason is Reason.NEXT_HAS_ACTED


def test_the_journal_replayed_is_the_state_with_notes_and_files() -> None:
    start = decided(None, Start(TEN, 2025), SARI)
    events, run = list(start.events), start.run
    for minutes, (action, who) in enumerate(
        [
            (Attach(1, 1, file()), DEWI),
            (Confirm(1, 1), DEWI),
            (Note(1, 1, "Sudah bernomor."), DEWI),
            (Attach(2, 1, file()), RINA),
        ],
        start=1,
    ):
        decision = decided(run, action, who, minutes)
        events, run = [*events, *decision.events], decision.run
    assert replay(0, run.procedure, events) == run
