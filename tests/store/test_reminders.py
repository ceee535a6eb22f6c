"""Due times as rows: which are due, which are void, and when the next is due."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.reminders import PlannedReminder, ReminderKind
from bot.features.work import Services
from bot.store.reminders import ReminderStatus, WaitingReminder
from tests.cast import BUDI, CAST, MONDAY, RINA, Stage, wib
from tests.rows import reminders_of

HOUR = timedelta(hours=1)


class Rows:
    """Two tasks of their own, without the reminders that their opening scheduled."""

    def __init__(self, services: Services) -> None:
        self.stage = Stage(services, *CAST)
        self.services = services
        self.first = self.stage.task_id(self.stage.start())
        self.second = self.stage.task_id(self.stage.start("renja"))
        with services.store.begin() as tx:
            tx.reminders.drop([self.first, self.second], MONDAY)

    def schedule(self, task_id: int, *planned: PlannedReminder) -> None:
        with self.services.store.begin() as tx:
            tx.reminders.schedule((task_id, one) for one in planned)

    def due(self, now: datetime, tasks: int = 10) -> dict[int, list[WaitingReminder]]:
        with self.services.store.read() as tx:
            return tx.reminders.due(now, tasks)

    def waiting(self, task_id: int) -> list[PlannedReminder]:
        with self.services.store.read() as tx:
            return [
                planned
                for planned, status in reminders_of(tx, task_id)
                if status is ReminderStatus.MENUNGGU
            ]


@pytest.fixture
def rows(services: Services) -> Rows:
    return Rows(services)


def reminder(
    at: datetime, kind: ReminderKind = ReminderKind.TENGGAT, person: int | None = None
) -> PlannedReminder:
    return PlannedReminder(kind, at, person_id=person)


def test_a_task_s_reminders_are_scheduled_when_it_opens(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    stage.advance(run_id, 2)  # two working days for the team
    with services.store.read() as tx:
        scheduled = reminders_of(tx, stage.task_id(run_id))
    assert [(p.kind, p.due_at, p.role, status) for p, status in scheduled] == [
        (ReminderKind.SEBELUM, wib("10-11-2026 10.15"), None, ReminderStatus.MENUNGGU),
        (ReminderKind.SEBELUM, wib("11-11-2026 08.15"), None, ReminderStatus.MENUNGGU),
        (ReminderKind.TENGGAT, wib("11-11-2026 10.15"), None, ReminderStatus.MENUNGGU),
        (ReminderKind.HARIAN, wib("12-11-2026 08.00"), None, ReminderStatus.MENUNGGU),
        (ReminderKind.ESKALASI, wib("12-11-2026 10.15"), "kasubbag", ReminderStatus.MENUNGGU),
        (ReminderKind.ESKALASI, wib("13-11-2026 10.15"), "sekretaris", ReminderStatus.MENUNGGU),
        (ReminderKind.ESKALASI, wib("16-11-2026 10.15"), "kepala_dinas", ReminderStatus.MENUNGGU),
    ]


def test_a_closed_task_s_reminders_are_void(services: Services) -> None:
    stage = Stage(services)
    run_id = stage.start()
    task_id = stage.task_id(run_id)
    stage.advance(run_id, 2)
    with services.store.read() as tx:
        assert {s for _, s in reminders_of(tx, task_id)} == {ReminderStatus.GUGUR}
        assert task_id not in tx.reminders.due(MONDAY + timedelta(days=300), 10)


def test_what_was_sent_before_a_task_closed_stays_on_record_as_sent(rows: Rows) -> None:
    rows.schedule(rows.first, reminder(MONDAY), reminder(MONDAY + HOUR))
    (now_due,) = rows.due(MONDAY)[rows.first]
    with rows.services.store.begin() as tx:
        tx.reminders.complete([now_due.id], ReminderStatus.TERKIRIM, MONDAY)
        tx.reminders.drop([rows.first], MONDAY)
        scheduled = reminders_of(tx, rows.first)
    assert (reminder(MONDAY), ReminderStatus.TERKIRIM) in scheduled
    assert (reminder(MONDAY + HOUR), ReminderStatus.GUGUR) in scheduled


def test_a_reminder_is_due_from_its_instant_on(rows: Rows) -> None:
    rows.schedule(rows.first, reminder(MONDAY + HOUR))
    assert rows.due(MONDAY + HOUR - timedelta(microseconds=1)) == {}
    ((task_id, (found,)),) = rows.due(MONDAY + HOUR).items()
    assert (task_id, found.task_id, found.planned) == (
        rows.first,
        rows.first,
        reminder(MONDAY + HOUR),
    )


def test_all_due_reminders_of_a_task_come_together_and_the_longest_waiting_task_first(
    rows: Rows,
) -> None:
    rows.schedule(
        rows.first,
        reminder(MONDAY + 2 * HOUR),
        reminder(MONDAY + 3 * HOUR),
        reminder(MONDAY + 9 * HOUR),
    )
    rows.schedule(rows.second, reminder(MONDAY + HOUR))
    found = rows.due(MONDAY + 4 * HOUR)
    assert list(found) == [rows.second, rows.first]
    assert [r.planned.due_at for r in found[rows.first]] == [MONDAY + 2 * HOUR, MONDAY + 3 * HOUR]
    assert list(rows.due(MONDAY + 4 * HOUR, tasks=1)) == [rows.second]


def test_what_was_dealt_with_is_not_due_again(rows: Rows) -> None:
    rows.schedule(rows.first, reminder(MONDAY), reminder(MONDAY, ReminderKind.SEBELUM))
    one, other = rows.due(MONDAY)[rows.first]
    with rows.services.store.begin() as tx:
        tx.reminders.complete([one.id], ReminderStatus.TERKIRIM, MONDAY)
        tx.reminders.complete([one.id, other.id], ReminderStatus.DILEWATI, MONDAY)
        tx.reminders.complete([], ReminderStatus.DILEWATI, MONDAY)
    assert rows.due(MONDAY) == {}
    with rows.services.store.read() as tx:
        states = {status for _, status in reminders_of(tx, rows.first)}
    # The first word holds: what was sent is not overtaken afterwards.
    assert {ReminderStatus.TERKIRIM, ReminderStatus.DILEWATI} <= states


def test_a_postponed_reminder_keeps_its_due_time_and_is_looked_at_later(rows: Rows) -> None:
    rows.schedule(rows.first, reminder(MONDAY))
    (found,) = rows.due(MONDAY)[rows.first]
    with rows.services.store.begin() as tx:
        tx.reminders.postpone([(found.id, MONDAY + HOUR)])
        tx.reminders.postpone([])
    assert rows.due(MONDAY) == {}
    (later,) = rows.due(MONDAY + HOUR)[rows.first]
    assert later.planned.due_at == MONDAY


def test_the_next_due_time_is_that_of_the_next_waiting_reminder(rows: Rows) -> None:
    with rows.services.store.read() as tx:
        assert tx.reminders.next_due() is None
    rows.schedule(rows.first, reminder(MONDAY + 2 * HOUR))
    rows.schedule(rows.second, reminder(MONDAY + HOUR))
    (found,) = rows.due(MONDAY + HOUR)[rows.second]
    with rows.services.store.begin() as tx:
        assert tx.reminders.next_due() == MONDAY + HOUR
        tx.reminders.postpone([(found.id, MONDAY + 3 * HOUR)])
        assert tx.reminders.next_due() == MONDAY + 2 * HOUR


def test_a_snooze_is_one_person_s_about_one_task(rows: Rows) -> None:
    budi, rina = rows.stage.id_of(BUDI), rows.stage.id_of(RINA)
    rows.schedule(
        rows.first, reminder(MONDAY + HOUR, ReminderKind.TUNDA, budi), reminder(MONDAY + 2 * HOUR)
    )
    both = [rows.first, rows.second]
    with rows.services.store.read() as tx:
        assert tx.reminders.snoozed(both, MONDAY) == {(rows.first, budi)}
        # When it comes due it mutes no longer.
        assert tx.reminders.snoozed(both, MONDAY + HOUR) == set()
        assert tx.reminders.snoozed([rows.second], MONDAY) == set()
    with rows.services.store.begin() as tx:
        tx.reminders.drop_snoozes(rows.first, rina, MONDAY)
        assert tx.reminders.snoozed(both, MONDAY) == {(rows.first, budi)}
        tx.reminders.drop_snoozes(rows.first, budi, MONDAY)
        assert tx.reminders.snoozed(both, MONDAY) == set()
    # The ordinary reminder is still there.
    assert rows.waiting(rows.first) == [reminder(MONDAY + 2 * HOUR)]
