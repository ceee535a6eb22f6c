"""A run left to chance: whatever people decide in whatever order, what must be true stays true.

Pure: no database and no messages, so that many orders of many decisions can be tried.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.domain import engine, worktime
from bot.domain.actions import (
    Action,
    AskExtension,
    Attach,
    CalendarChanged,
    Cancel,
    ChooseTeam,
    Confirm,
    DecideExtension,
    Note,
    Pause,
    Reason,
    Resume,
    Return,
    StaffChanged,
    Start,
    Undo,
)
from bot.domain.assignment import OfficeState, assignees, deciders, vacant_roles, waiting_for
from bot.domain.calendar import office_calendar
from bot.domain.decision import Decision, deadline
from bot.domain.events import Event
from bot.domain.notices import RoleVacant, TaskCard
from bot.domain.reminders import PlannedReminder, ReminderKind
from bot.domain.run import By, Evidence, Run, RunStatus, Task, TaskStatus, Team
from bot.domain.sop import DayCorrection, Duration
from bot.store import serialization
from tests.cast import (
    ADMIN,
    ANWAR,
    BUDI,
    CAST,
    DEWI,
    HADI,
    MONDAY,
    RINA,
    SARI,
    Player,
    seats,
    staff,
)
from tests.histories import replay
from tests.offices import hari, jam, kantor, menit
from tests.procedures import langkah, prosedur

OFFICE = kantor()
EVERYBODY = (*CAST, ANWAR)
PROCEDURE = prosedur(
    langkah(1, "tim", waktu=hari(2)),
    langkah(2, "tim", waktu=jam(3)),
    langkah(3, "sekretaris", "kepala_bidang", waktu=jam(2), semua=True, kembali_ke=1),
    langkah(4, "bappeda", waktu=hari(1)),
    langkah(5, "kepala_dinas", waktu=menit(30), kembali_ke=2),
)
people = st.sampled_from(EVERYBODY)
reasons = st.sampled_from(["angka belum cocok", "  ", "<b>&"])


class RunMachine(RuleBasedStateMachine):
    """One run after another, and the people around it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = MONDAY
        self.present = set(EVERYBODY)
        self.days: list[DayCorrection] = []
        self.run: Run
        self.events: list[Event] = []
        self.reminders: dict[tuple[int, int], tuple[PlannedReminder, ...]] = {}
        self.carded: set[tuple[int, int, int]] = set()
        self.said_vacant: set[tuple[int, int, str]] = set()

    @property
    def state(self) -> OfficeState:
        seated = seats(*sorted(self.present, key=lambda p: p.chat_id))
        return OfficeState(OFFICE, office_calendar(OFFICE, self.days), staff(*seated, also=[ADMIN]))

    @initialize()
    def a_run_is_started(self) -> None:
        decision = engine.decide(None, Start(PROCEDURE, 2026), SARI.chat_id, self.now, self.state)
        assert isinstance(decision, Decision)
        self._carry_out(decision)

    # What people do

    @rule(who=people)
    def somebody_confirms(self, who: Player) -> None:
        task = self._task()
        waits = who.chat_id in waiting_for(self.run, task, self.state)
        assert self._act(Confirm(task.step, task.attempt), who) is waits

    @rule(everybody=st.booleans())
    def the_right_people_confirm(self, everybody: bool) -> None:
        task = self._task()
        waiting = waiting_for(self.run, task, self.state)
        for who in self._players(waiting if everybody else waiting[:1]):
            self._act(Confirm(task.step, task.attempt), who)

    @rule(who=people)
    def somebody_undoes(self, who: Player) -> None:
        mine = [t for t in self.run.tasks if t.confirmed_by(who.chat_id)]
        if not mine:
            return
        task = max(mine, key=lambda t: (t.opened_at, t.step, t.attempt))
        before = self.run
        done = self._act(Undo(task.step, task.attempt), who)
        assert done is engine.may_undo(before, task, who.chat_id, self.now)
        if not done:
            return
        again = self.run.task(task.step, task.attempt)
        assert again is not None
        assert again.is_open
        assert again.opened_at == task.opened_at
        unmoved = deadline(self.run, task, self.state.calendar)
        assert again.due_at == unmoved, "an undo gives nobody more time"

    @rule(to_step=st.integers(1, 4))
    def a_reviewer_sends_back(self, to_step: int) -> None:
        for who in self._players(waiting_for(self.run, self._task(), self.state)[:1]):
            self.somebody_sends_back(who, to_step, "angka belum cocok")

    @rule(who=people, to_step=st.integers(0, 5), reason=reasons)
    def somebody_sends_back(self, who: Player, to_step: int, reason: str) -> None:
        task = self._task()
        if not self._act(Return(task.step, task.attempt, to_step, reason), who):
            return
        opened = self._task()
        assert opened.step == to_step < task.step
        assert opened.status is TaskStatus.TERBUKA
        assert not [
            t for t in self.run.tasks if t.step >= to_step and t.status is TaskStatus.SELESAI
        ]

    @rule(who=people, reason=reasons, amount=st.sampled_from([jam(2), hari(1), menit(5)]))
    def somebody_asks_for_time(self, who: Player, reason: str, amount: Duration) -> None:
        task = self._task()
        self._act(AskExtension(task.step, task.attempt, amount, reason), who)

    @rule(granted=st.booleans(), amount=st.sampled_from([jam(2), hari(1)]))
    def time_is_asked_for_and_decided_about(self, granted: bool, amount: Duration) -> None:
        for who in self._players(waiting_for(self.run, self._task(), self.state)[:1]):
            self.somebody_asks_for_time(who, "data belum lengkap", amount)
            for decider in self._players(deciders(who.chat_id, self.state)[:1]):
                self.somebody_decides_about_it(decider, granted)

    @rule(who=people, granted=st.booleans())
    def somebody_decides_about_it(self, who: Player, granted: bool) -> None:
        task = self._task()
        number = task.pending_extension
        request = task.extensions[number].by.person_id if number is not None else 0
        may = who.chat_id in deciders(request, self.state)
        was = task.due_at
        if self._act(DecideExtension(task.step, task.attempt, number or 0, granted), who):
            assert may
            moved = self._task().due_at
            assert (moved > was) if granted else (moved == was)

    @rule(reason=reasons, sure=st.integers(0, 3))
    def the_kasubbag_lets_it_rest(self, reason: str, sure: int) -> None:
        if sure == 0:
            self._act(Pause(reason), SARI)

    @rule()
    def the_kasubbag_lets_it_go_on(self) -> None:
        due = {(t.step, t.attempt): t.due_at for t in self.run.current}
        if self._act(Resume(), SARI):
            for task in self.run.current:
                was = due.get((task.step, task.attempt))
                assert was is None or task.due_at >= was, "a rest takes nobody's time"

    @rule(reason=reasons, sure=st.integers(0, 9))
    def the_kasubbag_gives_it_up(self, reason: str, sure: int) -> None:
        if sure == 0:
            self._act(Cancel(reason), SARI)

    @rule(members=st.sets(people, max_size=3), data=st.data())
    def the_kasubbag_names_a_team(self, members: set[Player], data: st.DataObject) -> None:
        chosen = tuple(sorted(m.chat_id for m in members))
        chair = data.draw(st.sampled_from([None, *chosen]), label="chair")
        self._act(ChooseTeam(Team(chosen, chair, "094/12/2026"), self.run.team), SARI)

    @rule(who=people)
    def somebody_leaves_a_note(self, who: Player) -> None:
        task = self._task()
        self._act(Note(task.step, task.attempt, "mohon <dicek>"), who)

    @rule(who=people, content=st.sampled_from("ab"))
    def somebody_attaches_a_file(self, who: Player, content: str) -> None:
        task = self._task()
        file = Evidence(By(0), "draft.pdf", 10, content * 64, "berkas", self.now)
        self._act(Attach(task.step, task.attempt, file), who)

    # What happens to them

    @rule(who=st.sampled_from([BUDI, RINA, HADI, ANWAR, DEWI]))
    def somebody_comes_or_goes(self, who: Player) -> None:
        self.present ^= {who}
        assert who.role is not None
        self._act(StaffChanged(frozenset({who.role})), None)

    @rule(ahead=st.integers(1, 6), working=st.booleans())
    def a_day_becomes_a_holiday_or_none(self, ahead: int, working: bool) -> None:
        day = (self.now + timedelta(days=ahead)).date()
        self.days.append(DayCorrection(day, "Cuti bersama", working))
        self._act(CalendarChanged("cuti bersama"), None)

    @rule(minutes=st.one_of(st.integers(1, 15), st.integers(16, 6000)))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    # What is true at every moment

    @invariant()
    def the_journal_replayed_is_the_state(self) -> None:
        assert replay(0, PROCEDURE, self.events) == self.run

    @invariant()
    def every_event_survives_being_written_down(self) -> None:
        written = [
            serialization.load_event(serialization.dump_event(event)) for event in self.events[-4:]
        ]
        assert written == self.events[-4:]
        for task in self.run.tasks:
            details = serialization.load_task(serialization.dump_task(task))
            assert (details.returned, details.extensions) == (task.returned, task.extensions)
            assert (details.notes, details.evidence) == (task.notes, task.evidence)
        whole = serialization.load_run(serialization.dump_run(self.run))
        assert (whole.team, whole.pauses, whole.cancelled) == (
            self.run.team,
            self.run.pauses,
            self.run.cancelled,
        )

    @invariant()
    def a_run_under_way_has_one_open_step_and_one_that_is_over_none(self) -> None:
        assert len(self.run.current) == (not self.run.status.is_over)
        assert (self.run.finished_at is not None) is self.run.status.is_over
        assert (self.run.pause is not None) is (self.run.status is RunStatus.DIJEDA)
        for step in PROCEDURE.steps:
            attempts = [t.attempt for t in self.run.tasks if t.step == step.number]
            assert attempts == list(range(1, len(attempts) + 1))

    @invariant()
    def every_deadline_is_what_the_record_says(self) -> None:
        if self.run.status is RunStatus.BERJALAN:
            (task,) = self.run.current
            assert task.due_at == deadline(self.run, task, self.state.calendar)
            assert worktime.within_hours(task.due_at, self.state.calendar)

    @invariant()
    def reminders_are_laid_for_what_is_open_and_for_nothing_else(self) -> None:
        for task in self.run.current:
            planned = self.reminders[(task.step, task.attempt)]
            if self.run.pause is not None:
                assert planned == ()
                continue
            assert [r.kind for r in planned].count(ReminderKind.HARIAN) == 1
            deadlines = [r.due_at for r in planned if r.kind is ReminderKind.TENGGAT]
            assert deadlines in ([], [task.due_at])

    @invariant()
    def whoever_has_to_act_has_been_given_the_card(self) -> None:
        for task in self.run.current:
            waiting = waiting_for(self.run, task, self.state)
            given = {(task.step, task.attempt, person) for person in waiting}
            assert given <= self.carded

    @invariant()
    def nothing_is_given_to_nobody_in_silence(self) -> None:
        for task in self.run.current:
            if self.run.pause is not None or self._nobody_to_tell():
                continue
            step = self.run.step_of(task)
            if not assignees(self.run, step, self.state):
                vacant = {
                    (task.step, task.attempt, role)
                    for role in vacant_roles(self.run, step, self.state)
                }
                assert vacant
                assert vacant <= self.said_vacant

    # Steps shared by the above

    def _players(self, ids: tuple[int, ...]) -> list[Player]:
        return [who for who in (*EVERYBODY, ADMIN) if who.chat_id in ids]

    def _nobody_to_tell(self) -> bool:
        return not self.state.staff.admins() and not self.state.staff.ids([OFFICE.owner_role])

    def _task(self) -> Task:
        """The open task, or the last where none is open."""
        return self.run.current[0] if self.run.current else self.run.tasks[-1]

    def _act(self, action: Action, who: Player | None) -> bool:
        """Whether it was done; a refusal changes nothing and gives its reason."""
        actor = who.chat_id if who else 0
        at: datetime = max(self.now, self.run.last_change)
        outcome = engine.decide(self.run, action, actor, at, self.state)
        if not isinstance(outcome, Decision):
            assert outcome.reason in Reason
            return False
        self._carry_out(outcome)
        return True

    def _carry_out(self, decision: Decision) -> None:
        self.events += decision.events
        self.run = replace(decision.run, id=0)
        for planned in decision.reminders:
            self.reminders[(planned.step, planned.attempt)] = planned.reminders
        for told in decision.notices:
            step, attempt = told.step or 0, told.attempt or 0
            if isinstance(told.notice, TaskCard):
                self.carded |= {(step, attempt, person) for person in told.to}
            if isinstance(told.notice, RoleVacant):
                self.said_vacant |= {(step, attempt, role) for role in told.notice.roles}


TestRun = RunMachine.TestCase
TestRun.settings = settings(
    max_examples=150,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
