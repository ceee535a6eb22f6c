"""An office left to chance: whatever happens in whatever order, what must be true stays true.

Hypothesis lets people start, confirm, tap twice, tap old cards, come, go and block the bot,
while the clock jumps, messages are under way, the bot dies and is started again. After every
step the invariants are looked at; `everything_arrives` looks at the screens.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import event, text

from bot.domain import assignment, engine, reminders
from bot.domain.calendar import office_calendar
from bot.domain.reminders import ReminderKind
from bot.domain.run import RunStatus
from bot.domain.sop import Catalog
from bot.features import agenda, free_text, notes, outbox, registry, upkeep
from bot.features.answers import DoneView, Refuse, RefusedView
from bot.features.evidence import usecases as evidence
from bot.features.extension import AskExtension
from bot.features.feature import Hook
from bot.features.granting import DecideExtension, Decline, TakeBack
from bot.features.joining.views import InvitationView
from bot.features.outbox import Outgoing
from bot.features.people.views import GiveQuestionView, GiveRole, Invite, RemovePerson, TakeRole
from bot.features.review import AskReturn, Undo
from bot.features.review import QuestionView as ReturnQuestionView
from bot.features.start.views import StartRun
from bot.features.steering import ConfirmCancel, ConfirmResume, Steering, SteerRun
from bot.features.tasks.buttons import Confirm, Snooze
from bot.features.tasks.views import ConfirmedView, TaskView
from bot.features.work import Request, Services
from bot.sop_loader import load_catalog
from bot.store import AlreadyHandledError, Store
from bot.store.archive import Archive
from bot.store.inbox import NewFile, Outcome
from bot.store.reminders import ReminderStatus
from bot.store.runs import StoredRun
from bot.store.schema import upgrade
from tests.cast import (
    ANWAR,
    BUDI,
    CAST,
    DEWI,
    HADI,
    RINA,
    SARI,
    Player,
    Stage,
    newest,
    tapped,
    typed,
)
from tests.histories import replay
from tests.offices import hari, jam, kantor, menit
from tests.procedures import langkah, prosedur

PROJECT = Path(__file__).resolve().parents[2]
OFFICE = kantor()
CALENDAR = office_calendar(OFFICE)

COMERS_AND_GOERS = (BUDI, RINA, HADI, ANWAR, DEWI)
"""Bu Sari stays: somebody has to invite."""

MOST_RUNS = 3

REVIEWED = replace(
    prosedur(
        langkah(1, "tim", waktu=hari(2)),
        langkah(2, "sekretaris", "kepala_bidang", waktu=jam(2), semua=True, kembali_ke=1),
        langkah(3, "kepala_dinas", waktu=menit(30), kembali_ke=1),
    ),
    code="periksa",
)
OUTSIDE = replace(
    prosedur(langkah(1, "bappeda", waktu=hari(1)), langkah(2, "tim", "kasubbag", waktu=jam(1))),
    code="luar",
)


@cache
def _catalog() -> Catalog:
    sop = load_catalog(PROJECT / "sop_data").sops[0]
    return Catalog(OFFICE, (replace(sop, procedures=(REVIEWED, OUTSIDE)),))


@cache
def _template() -> bytes:
    """A migrated SQLite file."""
    with tempfile.TemporaryDirectory(prefix="kawal-mesin-") as folder:
        path = Path(folder) / "kawal.db"
        store = Store(f"sqlite:///{path}")
        upgrade(store)
        store.close()
        return path.read_bytes()


class OfficeMachine(RuleBasedStateMachine):
    """The office, its phones, and what is under way to them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="kawal-mesin-"))
        self.path = self.folder / "kawal.db"
        self.path.write_bytes(_template())
        self.stage = Stage(self._services(), *CAST, ANWAR)
        self.present = {*CAST, ANWAR}
        self.blocked: set[Player] = set()
        self.flying: list[Outgoing] = []
        self.last_tap: tuple[Request, str] | None = None
        # Messages that Telegram accepted without the bot hearing of it: they cannot be edited.
        self.orphans: set[tuple[int, int]] = set()
        self.arrived: dict[str, int] = {}
        self.files = 0
        upkeep.wake_up(self.services, self.stage.now)

    def teardown(self) -> None:
        self.everything_arrives()
        self.services.store.close()
        shutil.rmtree(self.folder)

    def _services(self) -> Services:
        store = Store(f"sqlite:///{self.path}")
        # A test's database need not survive a power cut.
        event.listen(store.engine, "connect", _without_syncing)
        archive = Archive(self.folder / "arsip")
        return Services(store, _catalog(), CALENDAR, registry.live(), archive=archive)

    @property
    def services(self) -> Services:
        return self.stage.services

    # What people do

    @precondition(lambda self: len(self._running()) < MOST_RUNS)
    @rule(code=st.sampled_from(["periksa", "luar"]))
    def a_run_is_started(self, code: str) -> None:
        before = len(self._running())
        with self.services.store.read() as tx:
            seen = newest(tx, code, 2026)
        for again in (False, True):
            view = tapped(
                self.services, self.stage.request(SARI), StartRun(code, 2026, seen), self.stage.now
            )
            assert isinstance(view, RefusedView) is again
        assert len(self._running()) == before + 1

    @precondition(lambda self: self._running())
    @rule(data=st.data())
    def somebody_taps(self, data: st.DataObject) -> None:
        stored = data.draw(st.sampled_from(self._running()), label="run")
        who = data.draw(st.sampled_from([*CAST, ANWAR]), label="who")
        (task,) = stored.run.current
        mine = self._id(who) in self._waiting(stored)
        self.last_tap = (self.stage.request(who), stored.tokens[(task.step, task.attempt)])
        view = self._tap(*self.last_tap)
        assert isinstance(view, ConfirmedView) is mine
        if not mine:
            assert self.stage.stored(stored.run.id) == stored

    @precondition(lambda self: self._running())
    @rule(data=st.data())
    def the_right_person_taps_twice(self, data: st.DataObject) -> None:
        stored = data.draw(st.sampled_from(self._running()), label="run")
        (task,) = stored.run.current
        waiting = [p for p in self.present if self._id(p) in self._waiting(stored)]
        if not waiting:
            return
        who = data.draw(st.sampled_from(sorted(waiting, key=lambda p: p.chat_id)), label="who")
        token = stored.tokens[(task.step, task.attempt)]
        self.last_tap = (self.stage.request(who), token)
        assert isinstance(self._tap(*self.last_tap), ConfirmedView)
        after = self.stage.stored(stored.run.id)
        assert isinstance(self._tap(self.stage.request(who), token), RefusedView)
        assert self.stage.stored(stored.run.id) == after

    @precondition(lambda self: self.last_tap is not None)
    @rule()
    def telegram_repeats_the_last_tap(self) -> None:
        assert self.last_tap is not None
        before = [s.run for s in self._running()]
        try:
            self._tap(*self.last_tap)
        except AlreadyHandledError:
            assert [s.run for s in self._running()] == before
        else:
            raise AssertionError("an update was handled twice")

    @precondition(lambda self: self._all())
    @rule(data=st.data())
    def somebody_takes_a_confirmation_back(self, data: st.DataObject) -> None:
        stored = data.draw(st.sampled_from(self._all()), label="run")
        confirmed = [t for t in stored.run.tasks if t.confirmations]
        if not confirmed:
            return
        task = max(confirmed, key=lambda t: (t.opened_at, t.step, t.attempt))
        who = data.draw(st.sampled_from([*CAST, ANWAR]), label="who")
        at = max(self.stage.now, stored.run.last_change)
        may = engine.may_undo(stored.run, task, self._id(who), at)
        token = stored.tokens[(task.step, task.attempt)]
        for again in (False, True):
            view = tapped(self.services, self.stage.request(who), Undo(token), self.stage.now)
            assert isinstance(view, DoneView) is (may and not again)
        if may:
            reopened = self.stage.run(stored.run.id).task(task.step, task.attempt)
            assert reopened is not None
            assert (reopened.is_open, reopened.due_at) == (True, task.due_at)

    @precondition(lambda self: self._running())
    @rule(data=st.data(), reason=st.sampled_from(["angka belum cocok", "/batal", " "]))
    def somebody_sends_the_work_back(self, data: st.DataObject, reason: str) -> None:
        stored, who, token = self._somebodys_task(data)
        (task,) = stored.run.current
        asked = tapped(self.services, self.stage.request(who), AskReturn(token), self.stage.now)
        step = stored.run.step_of(task)
        with self.services.read(self.stage.now) as work:
            performs = assignment.acts_as(stored.run, step, self._id(who), work.state) is not None
        # One of several who has confirmed may still send it back.
        may = performs and stored.run.pause is None and step.return_to is not None
        assert isinstance(asked, ReturnQuestionView) is may
        if isinstance(asked, ReturnQuestionView):
            self._answers(who, reason)
            after = self.stage.run(stored.run.id)
            assert (after.open_task(task.step) is None) is (reason == "angka belum cocok")

    @precondition(lambda self: self._running())
    @rule(data=st.data(), said=st.sampled_from(["data menyusul", "\u200b"]))
    def somebody_leaves_a_note(self, data: st.DataObject, said: str) -> None:
        stored = data.draw(st.sampled_from(self._running()), label="run")
        who = data.draw(st.sampled_from(sorted(self.present, key=lambda p: p.chat_id)), label="who")
        task = data.draw(st.sampled_from(stored.run.tasks), label="task")
        with (
            suppress(Refuse),
            self.services.begin(self.stage.now, self.stage.request(who)) as work,
        ):
            notes.take(work, stored, task, said)
        grown = len(self.stage.run(stored.run.id).notes) - len(stored.run.notes)
        assert grown in ((0,) if said == "\u200b" else (0, 1))

    @precondition(lambda self: self._running())
    @rule(data=st.data(), content=st.sampled_from([b"", b"SK", b"Laporan"]), twice=st.booleans())
    def a_file_comes_in(self, data: st.DataObject, content: bytes, twice: bool) -> None:
        stored = data.draw(st.sampled_from(self._running()), label="run")
        who = data.draw(st.sampled_from(sorted(self.present, key=lambda p: p.chat_id)), label="who")
        task = data.draw(st.sampled_from(stored.run.tasks), label="task")
        with self.services.store.begin() as tx:
            self.files += 1
            here = stored.task_ids[(task.step, task.attempt)]
            key = f"file:{self.files}"
            tx.inbox.put(
                NewFile(key, key, who.chat_id, here, "telegram", "sk.pdf", False, ""),
                self.stage.now,
            )
        (row,) = evidence.waiting(self.services, self.stage.now, 9, ())
        for _ in range(1 + twice):
            draft = evidence.draft(self.services)
            draft.write(content)
            evidence.keep(self.services, row.id, draft, draft.finish(), self.stage.now)
            draft.discard()
        assert evidence.waiting(self.services, self.stage.now, 9, ()) == []
        with self.services.store.read() as tx:
            (settled,) = tx.inbox.batch(key)
        before, after = stored.run, self.stage.run(stored.run.id)
        count = [sum(len(t.evidence) for t in r.tasks) for r in (before, after)]
        assert count[1] - count[0] == (settled.outcome is Outcome.TERSIMPAN)

    @precondition(lambda self: self._running())
    @rule(data=st.data(), granted=st.booleans())
    def more_time_is_asked_for(self, data: st.DataObject, granted: bool) -> None:
        stored, who, token = self._somebodys_task(data)
        (task,) = stored.run.current
        asked = tapped(self.services, self.stage.request(who), AskExtension(token), self.stage.now)
        if isinstance(asked, RefusedView):
            return
        self._answers(who, "3 jam")
        self._answers(who, "data belum lengkap")
        wished = self.stage.run(stored.run.id).task(task.step, task.attempt)
        assert wished is not None
        number = wished.pending_extension
        assert number is not None
        decider = SARI if who is not SARI else HADI
        for again in (False, True):
            view = tapped(
                self.services,
                self.stage.request(decider),
                DecideExtension(token, number, True) if granted else Decline(token, number),
                self.stage.now,
            )
            assert not (isinstance(view, DoneView) and again)
        if not granted and data.draw(st.booleans(), label="second thoughts"):
            request = self.stage.request(decider)
            view = tapped(self.services, request, TakeBack(token, number), self.stage.now)
            assert isinstance(view, DoneView)
            self.stage.tap(decider, DecideExtension(token, number, True))

    @precondition(lambda self: self._running())
    @rule(data=st.data(), what=st.sampled_from([*Steering, Steering.LANJUT, Steering.LANJUT]))
    def the_kasubbag_steers_a_run(self, data: st.DataObject, what: Steering) -> None:
        stored = data.draw(st.sampled_from(self._running()), label="run")
        if what is Steering.BATAL and data.draw(st.integers(0, 3), label="sure"):
            return
        (task,) = stored.run.current
        token = stored.tokens[(task.step, task.attempt)]
        request = self.stage.request(SARI)
        tapped(self.services, request, SteerRun(what, token), self.stage.now)
        if what is Steering.BATAL:
            tapped(self.services, self.stage.request(SARI), ConfirmCancel(token), self.stage.now)
        if what is Steering.LANJUT:
            tapped(self.services, self.stage.request(SARI), ConfirmResume(token), self.stage.now)
        else:
            self._answers(SARI, "menunggu anggaran")
        becomes = {
            Steering.JEDA: RunStatus.DIJEDA,
            Steering.LANJUT: RunStatus.BERJALAN,
            Steering.BATAL: RunStatus.DIBATALKAN,
        }
        assert self.stage.run(stored.run.id).status is becomes[what]

    @rule(data=st.data())
    def an_old_card_is_tapped(self, data: st.DataObject) -> None:
        old = [
            token
            for stored in self._all()
            for key, token in stored.tokens.items()
            if (task := stored.run.task(*key)) and not task.is_open
        ]
        token = data.draw(st.sampled_from([*old, "tidakdikenal"]), label="token")
        who = data.draw(st.sampled_from([*CAST, ANWAR]), label="who")
        before = self._all()
        assert isinstance(self._tap(self.stage.request(who), token), RefusedView)
        assert self._all() == before

    @precondition(lambda self: self._running())
    @rule(data=st.data())
    def somebody_snoozes(self, data: st.DataObject) -> None:
        stored = data.draw(st.sampled_from(self._running()), label="run")
        who = data.draw(st.sampled_from([*CAST, ANWAR]), label="who")
        (task,) = stored.run.current
        mine = self._id(who) in self._waiting(stored)
        token = stored.tokens[(task.step, task.attempt)]
        view = tapped(self.services, self.stage.request(who), Snooze(token), self.stage.now)
        assert isinstance(view, DoneView) is mine

    @rule(who=st.sampled_from(COMERS_AND_GOERS))
    def somebody_comes_or_goes(self, who: Player) -> None:
        if who in self.present:
            view = tapped(
                self.services,
                self.stage.request(SARI),
                RemovePerson(self.stage.id_of(who)),
                self.stage.now,
            )
            assert isinstance(view, DoneView), view
            self.present.remove(who)
        else:
            assert who.role is not None
            invitation = tapped(
                self.services, self.stage.request(SARI), Invite(who.role, who.unit), self.stage.now
            )
            if isinstance(invitation, GiveQuestionView):
                invitation = tapped(
                    self.services, self.stage.request(SARI), invitation.yes, self.stage.now
                )
            assert isinstance(invitation, InvitationView), invitation
            typed(
                self.services, self.stage.request(who), f"/start {invitation.code}", self.stage.now
            )
            # Whoever writes to the bot has not blocked it.
            self.blocked.discard(who)
            self.present.add(who)

    @rule(who=st.sampled_from(COMERS_AND_GOERS))
    def a_second_role_is_given_or_taken(self, who: Player) -> None:
        if who not in self.present:
            return
        person_id = self.stage.id_of(who)
        with self.services.store.read() as tx:
            held = tx.people.staff(self.stage.now).holdings_of(person_id)
        second = next((h for h in held if h.role == "sekretaris" and who is not HADI), None)
        request = self.stage.request(SARI)
        if second:
            view = tapped(self.services, request, TakeRole(second.id), self.stage.now)
        elif who is not HADI:
            view = tapped(
                self.services, request, GiveRole(person_id, "sekretaris", None), self.stage.now
            )
            if isinstance(view, GiveQuestionView):
                view = tapped(self.services, self.stage.request(SARI), view.yes, self.stage.now)
        else:
            return
        assert isinstance(view, DoneView), view

    @rule(who=st.sampled_from(COMERS_AND_GOERS), heard=st.booleans())
    def somebody_blocks_the_bot_or_lets_it_in(self, who: Player, heard: bool) -> None:
        if who in self.blocked:
            self.blocked.remove(who)
            free_text.message(
                self.services, self.stage.request(who), Hook.UNBLOCKED, self.stage.now
            )
        else:
            self.blocked.add(who)
            if heard:
                free_text.message(
                    self.services, self.stage.request(who), Hook.BLOCKED, self.stage.now
                )

    # What the clock and the bot do

    @precondition(lambda self: not self.flying)
    @rule(
        away=st.one_of(
            st.integers(1, 90).map(lambda n: timedelta(minutes=n)),
            st.integers(1, 30).map(lambda n: timedelta(hours=n)),
            st.integers(1, 6).map(lambda n: timedelta(days=n)),
        ),
        wake=st.booleans(),
    )
    def time_passes(self, away: timedelta, wake: bool) -> None:
        self.stage.go_to(self.stage.now + away)
        if wake:
            self.the_clock_knocks()

    @precondition(lambda self: not self.flying)
    @rule(wake=st.booleans())
    def time_passes_to_the_next_due_instant(self, wake: bool) -> None:
        with self.services.store.read() as tx:
            due = tx.reminders.next_due()
        if due is not None and due > self.stage.now:
            self.stage.go_to(due)
        if wake:
            self.the_clock_knocks()

    @rule()
    def the_clock_knocks(self) -> None:
        now = self.stage.now
        due = {r["id"]: r for r in self._rows("reminders") if r["status"] == "menunggu"}
        written = {row["key"] for row in self._rows("deliveries")}
        self.stage.remind()
        fresh = [r for r in self._rows("deliveries") if r["key"] not in written]
        for row in fresh:
            number = row["key"].split(":")[-2]
            if not number.isdecimal():
                continue  # it tells leaders of several late tasks at once, under the day's date
            at = _moment(due[int(number)]["due_at"])
            # Nobody is reminded outside office hours, judged at the reminder's due instant.
            assert reminders.send_at(at, now, CALENDAR) <= now, row["key"]
        told = [(json.loads(r["notice"])["kind"], r["task_id"], r["person_id"]) for r in fresh]
        assert len(told) == len(set(told)), "two missed reminders spoke to one person"
        after = self._rows("reminders")
        self.stage.remind()
        assert self._rows("reminders") == after, "knocking again did something"

    @rule()
    def the_agenda_is_looked_at(self) -> None:
        while agenda.fire_due(self.services, self.stage.now):
            pass

    @rule(most=st.integers(1, 4))
    def messages_set_out(self, most: int) -> None:
        busy = {o.delivery.chat_id for o in self.flying}
        self.flying += outbox.claim(self.services, self.stage.now, most, busy)

    @precondition(lambda self: self.flying)
    @rule(data=st.data(), fate=st.sampled_from(["arrives", "arrives", "fails", "answer lost"]))
    def a_message_lands(self, data: st.DataObject, fate: str) -> None:
        outgoing = self.flying.pop(data.draw(st.integers(0, len(self.flying) - 1), label="which"))
        self._land(outgoing, fate)

    @rule(accepted=st.lists(st.booleans(), min_size=4, max_size=4), away=st.integers(0, 120))
    def the_bot_dies_and_is_started_again(self, accepted: list[bool], away: int) -> None:
        for outgoing, arrives in zip(self.flying, accepted, strict=False):
            if arrives and not self._blocks(outgoing):
                self._arrive(outgoing, record=False)
        self.flying.clear()
        self.services.store.close()
        self.stage.services = self.stage.phones.services = self._services()
        self.stage.go_to(self.stage.now + timedelta(minutes=away))
        upkeep.wake_up(self.services, self.stage.now)

    @rule()
    def everything_arrives(self) -> None:
        """The outbox is emptied; then the screens show what is true."""
        for outgoing in self.flying:
            self._land(outgoing, "arrives")
        self.flying.clear()
        self.stage.go_to(self.stage.now + timedelta(minutes=10))  # past every back-off
        self.the_agenda_is_looked_at()
        while claimed := outbox.claim(self.services, self.stage.now, 50, ()):
            for outgoing in claimed:
                self._land(outgoing, "arrives")
        states = {row["state"] for row in self._rows("deliveries")}
        assert states <= {"terkirim", "usang", "tertolak"}, states
        for who in {*CAST, ANWAR} - self.blocked:
            expected = {
                stored.tokens[(task.step, task.attempt)]
                for stored in self._running()
                for task in stored.run.current
                if self._id(who) in self._waiting(stored)
            }
            assert self._live_cards(who) == expected, who.name
            assert self._offers_to_undo(who) == self._undoable(who), who.name

    # What is true at every moment

    @invariant()
    def a_run_has_one_open_step_until_its_end(self) -> None:
        for stored in self._all():
            run = stored.run
            assert len(run.current) == (not run.status.is_over)
            for step in run.procedure.steps:
                attempts = [t.attempt for t in run.tasks if t.step == step.number]
                assert attempts == list(range(1, len(attempts) + 1))

    @invariant()
    def the_journal_replayed_is_the_state(self) -> None:
        with self.services.store.read() as tx:
            for stored in self._all():
                run = stored.run
                assert replay(run.id, run.procedure, tx.journal.events(run.id)) == run

    @invariant()
    def what_is_on_record_lies_in_the_archive(self) -> None:
        assert self.services.archive is not None
        with self.services.store.read() as tx:
            kept = {file.sha256: file for file in tx.files.all()}
        assert all(self.services.archive.holds(file.path, file.size) for file in kept.values())
        attached = {e.sha256 for s in self._all() for t in s.run.tasks for e in t.evidence}
        assert attached == set(kept)

    @invariant()
    def every_open_task_has_a_card_for_everybody_it_waits_for(self) -> None:
        cards = {
            (row["task_id"], row["person_id"])
            for row in self._rows("deliveries")
            if row["key"].startswith("card:") and row["state"] in ("antre", "terkirim", "tertolak")
        }
        for stored in self._running():
            (task,) = stored.run.current
            task_id = stored.task_ids[(task.step, task.attempt)]
            assert {(task_id, person) for person in self._waiting(stored)} <= cards

    @invariant()
    def every_reminder_waits_for_an_open_task_or_was_dealt_with(self) -> None:
        open_tasks = {
            stored.task_ids[(task.step, task.attempt)]
            for stored in self._running()
            for task in stored.run.current
        }
        waiting = [r for r in self._rows("reminders") if r["status"] == "menunggu"]
        assert {r["task_id"] for r in waiting} <= open_tasks
        assert {r["status"] for r in self._rows("reminders")} <= {s.value for s in ReminderStatus}
        # Each morning brings the next: an open task always has just one ahead of it.
        # One of a run that rests has none: its time stands still.
        mornings = sorted(r["task_id"] for r in waiting if r["rung"] == ReminderKind.HARIAN.value)
        awake = {
            stored.task_ids[(task.step, task.attempt)]
            for stored in self._running()
            for task in stored.run.current
            if stored.run.pause is None
        }
        assert mornings == sorted(awake)

    @invariant()
    def whoever_decides_about_more_time_has_a_card(self) -> None:
        cards = {row["key"] for row in self._rows("deliveries")}
        with self.services.read(self.stage.now) as work:
            state = work.state
        for stored in self._running():
            for task in stored.run.current:
                if (number := task.pending_extension) is not None:
                    task_id = stored.task_ids[(task.step, task.attempt)]
                    asked = assignment.deciders(task.extensions[number].by.person_id, state)
                    assert {f"extension:{task_id}:{number}:{person}" for person in asked} <= cards

    @invariant()
    def nothing_comes_twice_unless_the_row_says_that_it_may(self) -> None:
        flagged = {row["key"] for row in self._rows("deliveries") if row["maybe_repeated"]}
        for key, times in self.arrived.items():
            assert times == 1 or key in flagged, key

    # Steps shared by the above

    def _somebodys_task(self, data: st.DataObject) -> tuple[StoredRun, Player, str]:
        """A run under way, somebody (most often whose turn it is), and the open task's token."""
        stored = data.draw(st.sampled_from(self._running()), label="run")
        waiting = self._waiting(stored)
        mine = [p for p in (*CAST, ANWAR) if self._id(p) in waiting]
        who = data.draw(st.sampled_from([*CAST, ANWAR, *(mine * 6)]), label="who")
        (task,) = stored.run.current
        return stored, who, stored.tokens[(task.step, task.attempt)]

    def _answers(self, who: Player, text: str) -> None:
        """Somebody writes what they were asked for; /batal is a command and no answer."""
        request = self.stage.request(who)
        if text == "/batal":
            typed(self.services, request, "/batal", self.stage.now)
        else:
            free_text.text(self.services, request, text, None, self.stage.now)

    def _offers_to_undo(self, who: Player) -> set[str]:
        """The tokens of the confirmations that somebody's screen offers to take back."""
        return {
            message.view.token
            for key, message in self.stage.phones.screens.items()
            if key[0] == who.chat_id
            and key not in self.orphans
            and isinstance(message.view, TaskView)
            and message.view.undoable
        }

    def _undoable(self, who: Player) -> set[str]:
        return {
            stored.tokens[(task.step, task.attempt)]
            for stored in self._all()
            for task in stored.run.tasks
            if self._id(who) and engine.may_undo(stored.run, task, self._id(who), self.stage.now)
        }

    def _tap(self, request: Request, token: str) -> Any:
        return tapped(self.services, request, Confirm(token), self.stage.now)

    def _land(self, outgoing: Outgoing, fate: str) -> None:
        now, delivery = self.stage.now, outgoing.delivery
        if self._blocks(outgoing):
            outbox.blocked(self.services, delivery, "bot was blocked by the user", now)
        elif fate == "arrives":
            self._arrive(outgoing, record=True)
        else:
            if fate == "answer lost":
                self._arrive(outgoing, record=False)
            outbox.failed_for_now(
                self.services,
                delivery,
                now + timedelta(seconds=5),
                fate,
                maybe_sent=fate == "answer lost",
                offline=False,
                now=now,
            )

    def _arrive(self, outgoing: Outgoing, record: bool) -> None:
        delivery = outgoing.delivery
        message = self.stage.phones.accept(outgoing, self.stage.now, record)
        if message.edit:
            return
        if delivery.key.startswith(("reminder:", "reply:", "summary:")):
            self.arrived[delivery.key] = self.arrived.get(delivery.key, 0) + 1
        if not record:
            self.orphans.add(next(k for k, m in self.stage.phones.screens.items() if m is message))

    def _blocks(self, outgoing: Outgoing) -> bool:
        return outgoing.delivery.chat_id in {who.chat_id for who in self.blocked}

    def _live_cards(self, who: Player) -> set[str]:
        """The tokens of what can be confirmed on somebody's screen."""
        return {
            message.view.token
            for key, message in self.stage.phones.screens.items()
            if key[0] == who.chat_id
            and key not in self.orphans
            and isinstance(message.view, TaskView)
            and message.view.mine
        }

    def _waiting(self, stored: StoredRun) -> tuple[int, ...]:
        with self.services.read(self.stage.now) as work:
            state = work.state
        (task,) = stored.run.current
        return assignment.waiting_for(stored.run, task, state)

    def _id(self, who: Player) -> int:
        return self.stage.id_of(who) if who in self.present else 0

    def _running(self) -> list[StoredRun]:
        with self.services.store.read() as tx:
            return tx.runs.running()

    def _all(self) -> list[StoredRun]:
        with self.services.store.read() as tx:
            return [*tx.runs.running(), *tx.runs.finished(100)]

    def _rows(self, table: str) -> list[dict[str, Any]]:
        with self.services.store.read() as tx:
            found = tx.connection.execute(text(f"SELECT * FROM {table} ORDER BY id"))
            return [dict(row) for row in found.mappings()]


def _moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)


def _without_syncing(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


TestOffice = OfficeMachine.TestCase
TestOffice.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    print_blob=True,
)
