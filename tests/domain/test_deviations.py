"""What leaves the straight way: returns, undo, more time, a rest, an end; and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain import engine, metrics
from bot.domain.actions import (
    Action,
    AskExtension,
    Cancel,
    Confirm,
    DecideExtension,
    Note,
    Pause,
    Reason,
    Refusal,
    Resume,
    Return,
    StaffChanged,
    Start,
    Undo,
)
from bot.domain.assignment import OfficeState
from bot.domain.decision import UNDO_WITHIN, CardRefresh, Decision
from bot.domain.engine import decide
from bot.domain.notices import (
    Addressed,
    ExtensionAnswered,
    ExtensionRequested,
    RunChange,
    RunChanged,
    TaskCard,
    WorkReturned,
)
from bot.domain.reminders import ReminderKind
from bot.domain.run import Capacity, Run, RunStatus, Task, TaskStatus
from bot.domain.sop import Procedure
from tests.cast import (
    ADMIN,
    ANWAR,
    BUDI,
    CAST,
    DEWI,
    HADI,
    JOKO,
    MONDAY,
    RINA,
    SARI,
    Player,
    Seat,
    seats,
    staff,
    state,
    wib,
)
from tests.offices import hari, jam, kantor
from tests.procedures import langkah, prosedur

PLACE = state()
WAY = prosedur(
    langkah(1, "tim", waktu=hari(2)),
    langkah(2, "tim", waktu=jam(3)),
    langkah(3, "kasubbag", waktu=hari(1), kembali_ke=2),
    langkah(4, "sekretaris", waktu=hari(1), kembali_ke=2),
    langkah(5, "kepala_dinas", waktu=jam(1), kembali_ke=1),
)
EVERYBODY = prosedur(
    langkah(1, "sekretaris", "kepala_bidang", waktu=hari(1), semua=True),
    langkah(2, "kasubbag", kembali_ke=1),
)


class Story:
    """One run, and who does what to it."""

    def __init__(self, where: OfficeState = PLACE, procedure: Procedure = WAY) -> None:
        self.where = where
        self.now = MONDAY
        outcome = decide(None, Start(procedure, 2026), SARI.chat_id, MONDAY, where)
        assert isinstance(outcome, Decision)
        self.run: Run = outcome.run
        self.last = outcome

    def does(self, who: Player | None, action: Action) -> Decision:
        outcome = decide(self.run, action, who.chat_id if who else 0, self.now, self.where)
        assert isinstance(outcome, Decision), outcome
        self.run, self.last = outcome.run, outcome
        return outcome

    def refused(self, who: Player, action: Action) -> Refusal:
        outcome = decide(self.run, action, who.chat_id, self.now, self.where)
        assert isinstance(outcome, Refusal), outcome
        return outcome

    def confirm(self, *people: Player) -> Story:
        for who in people:
            task = self.task
            self.does(who, Confirm(task.step, task.attempt))
        return self

    def later(self, **by: float) -> Story:
        self.now += timedelta(**by)
        return self

    def at(self, moment: str) -> Story:
        self.now = wib(moment)
        return self

    @property
    def task(self) -> Task:
        (task,) = self.run.current
        return task

    def known(self, step: int, attempt: int = 1) -> Task:
        task = self.run.task(step, attempt)
        assert task is not None
        return task

    def back(self, who: Player, to: int, why: str = "belum lengkap") -> Decision:
        task = self.task
        return self.does(who, Return(task.step, task.attempt, to, why))

    def told(self, kind: type) -> list[Addressed]:
        return [a for a in self.last.notices if isinstance(a.notice, kind)]


def people_of(addressed: list[Addressed]) -> set[int]:
    return {person for a in addressed for person in a.to}


# --- returning ------------------------------------------------------------------------------


def test_who_was_asked_in_between_or_wrote_hears_of_a_return() -> None:
    way = prosedur(
        langkah(1, "kasubbag"), langkah(2, "tim"), langkah(3, "sekretaris", kembali_ke=1)
    )
    story = Story(procedure=way).confirm(SARI, BUDI)
    story.does(DEWI, Note(3, 1, "Mohon teliti."))
    story.back(HADI, 1)
    assert people_of(story.told(TaskCard)) == {SARI.chat_id}
    told = people_of(story.told(WorkReturned))
    assert told == {BUDI.chat_id, RINA.chat_id, DEWI.chat_id}


def test_the_officials_in_between_are_told_and_asked_again_in_order() -> None:
    story = Story().confirm(BUDI, RINA, SARI)
    story.back(HADI, 2)
    assert people_of(story.told(WorkReturned)) == {SARI.chat_id}
    assert people_of(story.told(TaskCard)) == {BUDI.chat_id, RINA.chat_id}
    story.confirm(RINA)
    assert story.task.step == 3
    story.confirm(SARI, HADI, DEWI)
    assert story.run.status is RunStatus.SELESAI


def test_repetitions_count_what_was_done_and_not_what_was_withdrawn() -> None:
    story = Story().confirm(BUDI)
    story.confirm(RINA)
    story.does(RINA, Undo(2, 1))
    story.confirm(RINA)
    assert story.task.attempt == 2
    assert story.run.repetitions(story.task) == 0
    story.back(SARI, 2)
    assert story.run.repetitions(story.task) == 1
    story.confirm(BUDI)
    assert story.task.attempt == 3
    assert story.run.repetitions(story.task) == 1


def test_a_repeated_step_knows_which_return_it_answers_and_what_it_came_to_before() -> None:
    story = Story().confirm(BUDI, RINA)
    assert story.run.correction(story.task) is None
    story.back(SARI, 2, "pertama")
    assert story.run.correction(story.task) == story.known(3, 1)
    assert story.run.previous(story.task) == story.known(2, 1)
    story.confirm(BUDI, SARI)
    assert story.run.correction(story.task) is None, "step 4 comes for the first time"
    story.back(HADI, 2, "kedua")
    again = story.run.correction(story.task)
    assert again is not None
    assert again.returned is not None
    assert again.returned.reason == "kedua"
    story.confirm(BUDI)
    reviewer = story.run.correction(story.task)
    assert reviewer is not None
    assert reviewer.returned is not None
    assert reviewer.returned.reason == "kedua"


def test_the_cards_of_everything_that_is_void_are_drawn_anew() -> None:
    story = Story().confirm(BUDI, RINA, SARI)
    decision = story.back(HADI, 2)
    assert {(2, 1), (3, 1), (4, 1)} <= set(decision.stale_cards)


@pytest.mark.parametrize("to", [4, 5, 0, -1])
def test_work_goes_back_to_an_earlier_step_only(to: int) -> None:
    story = Story().confirm(BUDI, RINA, SARI)
    assert story.refused(HADI, Return(4, 1, to, "x")).reason is Reason.CANNOT_RETURN


def test_a_step_that_checks_nothing_sends_nothing_back() -> None:
    story = Story().confirm(BUDI)
    assert story.refused(RINA, Return(2, 1, 1, "x")).reason is Reason.CANNOT_RETURN


def test_a_return_needs_its_reason_and_its_reviewer() -> None:
    story = Story().confirm(BUDI, RINA)
    assert story.refused(SARI, Return(3, 1, 2, "  ")).reason is Reason.REASON_MISSING
    assert story.refused(BUDI, Return(3, 1, 2, "x")).reason is Reason.NOT_YOURS
    assert story.refused(SARI, Return(3, 7, 2, "x")).reason is Reason.UNKNOWN
    story.confirm(SARI)
    assert story.refused(SARI, Return(3, 1, 2, "x")).reason is Reason.ALREADY_YOURS


# --- taking a confirmation back -------------------------------------------------------------


def test_an_undone_step_is_open_again_with_its_old_deadline_and_its_reminders() -> None:
    story = Story()
    due = story.task.due_at
    story.later(hours=2).confirm(BUDI).later(minutes=9)
    decision = story.does(BUDI, Undo(1, 1))
    assert (story.task.step, story.task.attempt, story.task.due_at) == (1, 1, due)
    assert story.known(2).status is TaskStatus.DITARIK
    (planned,) = [p for p in decision.reminders if (p.step, p.attempt) == (1, 1)]
    assert ReminderKind.TENGGAT in [r.kind for r in planned.reminders]
    assert {(1, 1), (2, 1)} <= set(decision.stale_cards)
    assert people_of(story.told(TaskCard)) == {BUDI.chat_id, RINA.chat_id}


def test_the_offer_ends_just_when_its_cards_are_looked_at_again() -> None:
    story = Story().confirm(BUDI)
    (look,) = story.last.refreshes
    assert look == CardRefresh(1, 1, MONDAY + UNDO_WITHIN)
    task = story.known(1)
    before = look.at - timedelta(microseconds=1)
    assert engine.may_undo(story.run, task, BUDI.chat_id, before)
    assert not engine.may_undo(story.run, task, BUDI.chat_id, look.at)
    story.now = look.at
    assert story.refused(BUDI, Undo(1, 1)).reason is Reason.UNDO_TOO_LATE


def test_what_ends_the_offer_touches_the_card_that_makes_it() -> None:
    story = Story().confirm(BUDI)
    assert (1, 1) in story.confirm(RINA).last.stale_cards
    assert story.refused(BUDI, Undo(1, 1)).reason is Reason.NEXT_HAS_ACTED
    asked = Story().confirm(BUDI)
    assert (1, 1) in asked.does(RINA, AskExtension(2, 1, jam(2), "data")).stale_cards
    resting = Story().confirm(BUDI)
    assert (1, 1) in resting.does(SARI, Pause("anggaran")).stale_cards
    assert resting.refused(BUDI, Undo(1, 1)).reason is Reason.RUN_PAUSED


def test_one_takes_back_only_what_one_gave() -> None:
    story = Story().confirm(BUDI)
    assert story.refused(RINA, Undo(1, 1)).reason is Reason.NOTHING_TO_UNDO
    story.does(BUDI, Undo(1, 1))
    assert story.refused(BUDI, Undo(1, 1)).reason is Reason.NOTHING_TO_UNDO
    assert story.refused(BUDI, Undo(9, 1)).reason is Reason.UNKNOWN


def test_what_came_back_is_nobodys_to_undo() -> None:
    """Step 1 done, step 2 done and sent back: the next had acted on step 1's work."""
    story = Story().confirm(BUDI, RINA)
    story.back(SARI, 2)
    assert (story.task.step, story.task.attempt) == (2, 2)
    assert story.refused(BUDI, Undo(1, 1)).reason is Reason.NEXT_HAS_ACTED
    assert story.refused(RINA, Undo(2, 1)).reason is Reason.OVERTAKEN


def test_the_last_signature_undone_opens_the_run_again() -> None:
    story = Story().confirm(BUDI, RINA, SARI, HADI, DEWI)
    assert story.run.finished_at is not None
    story.does(DEWI, Undo(5, 1))
    assert (story.run.status, story.run.finished_at) == (RunStatus.BERJALAN, None)
    assert story.told(RunChanged)[0].notice == RunChanged(RunChange.DIBUKA, MONDAY)
    # Nobody has acted on the Sekretaris's paraf by now.
    assert (4, 1) in story.last.stale_cards
    story.does(HADI, Undo(4, 1))
    assert story.task.step == 4


def test_whoever_lost_the_role_meanwhile_can_still_take_back_their_word() -> None:
    story = Story().confirm(BUDI)
    story.where = state(*(p for p in CAST if p is not BUDI), office=kantor())
    story.where = replace(story.where, staff=staff(*seats(SARI, RINA, HADI, DEWI), also=[BUDI]))
    story.does(BUDI, Undo(1, 1))
    assert people_of(story.told(TaskCard)) == {RINA.chat_id}


def test_one_of_all_takes_back_one_word() -> None:
    where = state(*CAST, ANWAR)
    story = Story(where, EVERYBODY).confirm(HADI)
    story.does(HADI, Undo(1, 1))
    assert story.known(1).confirmations == ()
    story.confirm(HADI, ANWAR)
    assert story.task.step == 2


# --- more time ------------------------------------------------------------------------------


def test_granted_time_counts_from_the_deadline_and_late_wishes_from_their_asking() -> None:
    story = Story()
    assert story.task.due_at == wib("11-11-2026 10.15")
    story.does(BUDI, AskExtension(1, 1, hari(1), "data"))
    story.does(SARI, DecideExtension(1, 1, 0, granted=True))
    assert story.task.due_at == wib("12-11-2026 10.15")
    assert people_of(story.told(ExtensionAnswered)) == {BUDI.chat_id, RINA.chat_id}

    late = Story().at("12-11-2026 14.00")
    late.does(BUDI, AskExtension(1, 1, hari(1), "data"))
    late.at("13-11-2026 09.00").does(SARI, DecideExtension(1, 1, 0, granted=True))
    assert late.task.due_at == wib("13-11-2026 14.00")


def test_its_reminders_are_laid_anew_for_the_new_deadline() -> None:
    story = Story()
    story.does(BUDI, AskExtension(1, 1, hari(2), "data"))
    decision = story.does(SARI, DecideExtension(1, 1, 0, granted=True))
    (planned,) = decision.reminders
    assert [r.due_at for r in planned.reminders if r.kind is ReminderKind.TENGGAT] == [
        story.task.due_at
    ]
    assert (
        min(r.due_at for r in planned.reminders if r.kind is ReminderKind.ESKALASI)
        > story.task.due_at
    )


def test_the_standard_time_stays_what_it_was() -> None:
    story = Story()
    story.does(BUDI, AskExtension(1, 1, hari(2), "data"))
    story.does(SARI, DecideExtension(1, 1, 0, granted=True))
    standard = metrics.standard_due(story.run, story.task, PLACE.calendar)
    assert standard == wib("11-11-2026 10.15")


def test_what_is_declined_changes_nothing_but_the_record() -> None:
    story = Story()
    story.does(BUDI, AskExtension(1, 1, hari(2), "data"))
    was = story.task.due_at
    decision = story.does(SARI, DecideExtension(1, 1, 0, granted=False))
    assert story.task.due_at == was
    assert decision.reminders == ()
    assert story.task.extensions[0].granted is False
    assert [told.to for told in decision.notices] == [(BUDI.chat_id,)], "who asked, and nobody else"
    story.does(RINA, AskExtension(1, 1, hari(1), "lagi"))
    assert len(story.task.extensions) == 2


def test_one_wish_at_a_time_and_one_word_on_each() -> None:
    story = Story()
    story.does(BUDI, AskExtension(1, 1, hari(2), "data"))
    assert story.refused(RINA, AskExtension(1, 1, jam(2), "x")).reason is Reason.EXTENSION_PENDING
    story.does(SARI, DecideExtension(1, 1, 0, granted=True))
    again = story.refused(SARI, DecideExtension(1, 1, 0, granted=False))
    assert (again.reason, again.by and again.by.person_id) == (
        Reason.EXTENSION_DECIDED,
        SARI.chat_id,
    )
    assert story.refused(SARI, DecideExtension(1, 1, 7, granted=True)).reason is Reason.UNKNOWN


@pytest.mark.parametrize("who", [BUDI, RINA, HADI, DEWI])
def test_nobody_but_the_kasubbag_decides(who: Player) -> None:
    story = Story()
    story.does(BUDI, AskExtension(1, 1, hari(2), "data"))
    assert story.refused(who, DecideExtension(1, 1, 0, granted=True)).reason is Reason.NOT_YOURS


def test_about_the_kasubbags_own_wish_the_sekretaris_decides_and_else_the_next_one_up() -> None:
    story = Story().confirm(BUDI, RINA)
    story.does(SARI, AskExtension(3, 1, hari(1), "rapat"))
    assert people_of(story.told(ExtensionRequested)) == {HADI.chat_id}
    assert story.refused(SARI, DecideExtension(3, 1, 0, granted=True)).reason is Reason.NOT_YOURS

    vacant = Story(state(SARI, BUDI, RINA, DEWI)).confirm(BUDI, RINA)
    vacant.does(SARI, AskExtension(3, 1, hari(1), "rapat"))
    assert people_of(vacant.told(ExtensionRequested)) == {DEWI.chat_id}


def test_one_person_who_is_both_kasubbag_and_sekretaris_does_not_decide_about_herself() -> None:
    both = staff(
        *seats(SARI, BUDI, DEWI), Seat(SARI, "sekretaris", capacity=Capacity.PLT), also=[ADMIN]
    )
    story = Story(replace(PLACE, staff=both)).confirm(BUDI, BUDI)
    story.does(SARI, AskExtension(3, 1, hari(1), "rapat"))
    assert people_of(story.told(ExtensionRequested)) == {DEWI.chat_id}


def test_where_nobody_else_is_there_nobody_decides() -> None:
    alone = Story(state(SARI, BUDI)).confirm(BUDI, BUDI)
    refusal = alone.refused(SARI, AskExtension(3, 1, hari(1), "rapat"))
    assert refusal.reason is Reason.NOBODY_DECIDES


def test_a_wish_that_waits_goes_to_whoever_decides_from_now_on() -> None:
    story = Story()
    story.does(BUDI, AskExtension(1, 1, hari(1), "data"))
    story.where = replace(
        PLACE, staff=staff(*seats(BUDI, RINA, HADI, DEWI), Seat(JOKO, "kasubbag"))
    )
    decision = story.does(None, StaffChanged(frozenset({"kasubbag"})))
    assert people_of(story.told(ExtensionRequested)) == {JOKO.chat_id}
    assert (1, 1) in decision.stale_cards
    story.does(JOKO, DecideExtension(1, 1, 0, granted=True))


def test_a_word_about_a_step_that_is_done_comes_too_late() -> None:
    story = Story()
    story.does(BUDI, AskExtension(1, 1, hari(1), "data"))
    story.confirm(RINA)
    refusal = story.refused(SARI, DecideExtension(1, 1, 0, granted=True))
    assert refusal.reason is Reason.EXTENSION_MOOT
    assert (1, 1) in story.last.stale_cards


def test_a_wish_needs_its_reason_and_whose_step_it_is() -> None:
    story = Story()
    assert story.refused(BUDI, AskExtension(1, 1, hari(1), " ")).reason is Reason.REASON_MISSING
    assert story.refused(SARI, AskExtension(1, 1, hari(1), "x")).reason is Reason.NOT_YOURS
    assert story.refused(BUDI, AskExtension(4, 1, hari(1), "x")).reason is Reason.UNKNOWN


# --- a rest, and an end ---------------------------------------------------------------------


def test_while_it_rests_nothing_is_done_and_nobody_is_reminded() -> None:
    story = Story()
    decision = story.does(SARI, Pause("anggaran"))
    assert [p.reminders for p in decision.reminders] == [()]
    assert people_of(story.told(RunChanged)) == {BUDI.chat_id, RINA.chat_id}
    for action in (Confirm(1, 1), AskExtension(1, 1, hari(1), "x")):
        refusal = story.refused(BUDI, action)
        assert (refusal.reason, refusal.by and refusal.by.person_id) == (
            Reason.RUN_PAUSED,
            SARI.chat_id,
        )
    assert story.refused(SARI, Pause("lagi")).reason is Reason.RUN_PAUSED


@pytest.mark.parametrize(
    ("paused", "resumed", "due"),
    [
        # Three working hours of one day.
        ("09-11-2026 11.00", "09-11-2026 15.00", "11-11-2026 14.15"),
        # A whole week, of which the weekend is nobody's time.
        ("09-11-2026 11.00", "16-11-2026 11.00", "18-11-2026 10.15"),
        # From one weekend day to the other: no working time at all.
        ("14-11-2026 09.00", "15-11-2026 09.00", "11-11-2026 10.15"),
    ],
)
def test_deadlines_move_by_the_working_time_that_the_run_rested(
    paused: str, resumed: str, due: str
) -> None:
    story = Story().at(paused)
    story.does(SARI, Pause("anggaran"))
    decision = story.at(resumed).does(SARI, Resume())
    assert story.task.due_at == wib(due)
    assert [(p.step, p.attempt) for p in decision.reminders] == [(1, 1)]
    assert people_of(story.told(TaskCard)) == {BUDI.chat_id, RINA.chat_id}


def test_a_rest_and_more_time_add_up_in_the_order_in_which_they_came() -> None:
    story = Story()
    story.does(BUDI, AskExtension(1, 1, hari(1), "data"))
    story.does(SARI, DecideExtension(1, 1, 0, granted=True))
    story.at("09-11-2026 11.00").does(SARI, Pause("anggaran"))
    story.at("10-11-2026 11.00").does(SARI, Resume())
    assert story.task.due_at == wib("13-11-2026 10.15")


def test_what_is_late_when_it_rests_is_no_later_when_it_goes_on() -> None:
    story = Story().at("12-11-2026 10.15")
    late = metrics.late(story.run, story.task, story.now, PLACE.calendar)
    story.does(SARI, Pause("anggaran"))
    story.at("30-11-2026 10.15")
    assert metrics.late(story.run, story.task, story.now, PLACE.calendar) == late
    story.does(SARI, Resume())
    assert metrics.late(story.run, story.task, story.now, PLACE.calendar) == late


def test_only_what_rests_goes_on_and_only_what_is_under_way_ends() -> None:
    story = Story()
    assert story.refused(SARI, Resume()).reason is Reason.NOT_PAUSED
    assert story.refused(SARI, Pause(" ")).reason is Reason.REASON_MISSING
    assert story.refused(SARI, Cancel("")).reason is Reason.REASON_MISSING
    story.does(SARI, Cancel("diganti"))
    for action in (Resume(), Pause("x"), Cancel("x")):
        assert story.refused(SARI, action).reason is Reason.RUN_OVER
    for who, wish in ((BUDI, Confirm(1, 1)), (BUDI, AskExtension(1, 1, hari(1), "x"))):
        assert story.refused(who, wish).reason is Reason.RUN_OVER


def test_who_was_asked_or_wrote_since_the_last_milestone_hears_of_a_pause() -> None:
    """Bu Rina was asked and did nothing; Pak Hadi only wrote a note."""
    story = Story().confirm(BUDI, BUDI)
    story.does(HADI, Note(1, 1, "Mohon dipercepat."))
    concerned = {BUDI.chat_id, RINA.chat_id, HADI.chat_id}
    story.does(SARI, Pause("anggaran"))
    assert people_of(story.told(RunChanged)) == concerned
    story.does(SARI, Resume())
    assert people_of(story.told(RunChanged)) == concerned
    story.confirm(SARI)
    story.does(SARI, Pause("anggaran"))
    assert people_of(story.told(RunChanged)) == {BUDI.chat_id, HADI.chat_id}, "the paraf was one"
    story.does(SARI, Resume())
    story.back(HADI, 2)
    story.does(SARI, Cancel("diganti"))
    assert people_of(story.told(RunChanged)) == concerned | {DEWI.chat_id}, "it counts no more"


def test_who_left_hears_of_nothing() -> None:
    story = Story().confirm(BUDI, BUDI)
    without = [p for p in CAST if p is not RINA]
    story.where = state(*without)
    story.does(SARI, Pause("anggaran"))
    assert people_of(story.told(RunChanged)) == {BUDI.chat_id}


def test_who_took_part_and_who_leads_hears_that_a_run_was_given_up() -> None:
    story = Story().confirm(BUDI)
    story.does(SARI, Cancel("diganti"))
    told = people_of(story.told(RunChanged))
    assert told == {BUDI.chat_id, RINA.chat_id, HADI.chat_id, DEWI.chat_id}
    assert story.run.status is RunStatus.DIBATALKAN
    assert story.known(2).status is TaskStatus.DITARIK
    assert story.known(1).status is TaskStatus.SELESAI
    assert isinstance(story.run.finished_at, datetime)
