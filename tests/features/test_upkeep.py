"""The bot's own life: waking up, its heartbeat, outages, and what it forgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.notices import (
    BotWasDown,
    CommandMenu,
    DeliveriesHeld,
    FaultsRepeated,
    TapsMissing,
    TaskCard,
)
from bot.features import outbox, upkeep
from bot.features.feature import Features
from bot.features.registry import FEATURES
from bot.features.tasks.views import TaskView
from bot.features.work import Services
from bot.store import AlreadyHandledError
from tests.cast import ADMIN, BUDI, CAST, DEWI, MONDAY, RINA, SARI, Message, Stage
from tests.features import example

HOUR = timedelta(hours=1)


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """The bot is awake, and what it says then has arrived."""
    upkeep.wake_up(stage.services, stage.now)
    stage.deliver()
    return stage


def last_beat(services: Services) -> datetime | None:
    """When the bot said last that it is alive, None if it never has."""
    with services.store.read() as tx:
        mark = tx.keyvalues.get(upkeep.HEARTBEAT)
    return mark.at if mark else None


def woken(stage: Stage, after: timedelta) -> list[Message]:
    """The bot is away for so long, and wakes up; what arrives."""
    stage.go_to(stage.now + after)
    assert upkeep.wake_up(stage.services, stage.now) == after
    return stage.deliver()


def test_the_first_start_knows_of_no_outage(services: Services) -> None:
    assert last_beat(services) is None
    assert upkeep.wake_up(services, MONDAY) is None
    assert last_beat(services) == MONDAY
    upkeep.beat(services, MONDAY + HOUR)
    assert last_beat(services) == MONDAY + HOUR


def test_a_short_restart_is_no_news(stage: Stage) -> None:
    stage.start()
    stage.deliver()
    assert woken(stage, timedelta(minutes=9)) == []


def test_an_outage_is_told_to_the_admin_alone(stage: Stage) -> None:
    stage.start()
    stage.deliver()
    (told,) = woken(stage, 3 * HOUR)
    assert told.delivery.chat_id == ADMIN.chat_id
    assert told.view == BotWasDown(MONDAY, stage.now, taps_lost=False)


def test_after_more_than_a_day_open_cards_come_anew_and_the_lost_time_is_named(
    services: Services,
) -> None:
    stage = Stage(services, *CAST, ADMIN)
    upkeep.wake_up(services, MONDAY)
    lakip, renja = stage.start(), stage.start("renja")
    stage.advance(lakip, 2)
    stage.deliver()
    arrived = woken(stage, 25 * HOUR)
    told = {
        who: [m.delivery.notice for m in arrived if m.delivery.chat_id == who.chat_id]
        for who in (ADMIN, BUDI, RINA, DEWI, SARI)
    }
    missing = TapsMissing(MONDAY, stage.now)
    assert told == {
        ADMIN: [BotWasDown(MONDAY, stage.now, True)],
        BUDI: [missing, TaskCard()],
        RINA: [missing, TaskCard()],
        DEWI: [missing, TaskCard()],
        SARI: [],
    }
    # Both cards of one task stay true: the old one and the new one close together.
    stage.confirm(BUDI, lakip)
    stage.deliver()
    budi = [v for v in stage.screen(BUDI) if isinstance(v, TaskView)]
    assert [v.mine for v in budi] == [False, False]
    assert stage.task(renja).step == 1


def test_who_has_two_open_tasks_hears_of_the_lost_time_once(stage: Stage) -> None:
    stage.start()
    stage.start("renja")
    stage.deliver()
    dewi = [m.delivery.notice for m in woken(stage, 25 * HOUR)]
    assert dewi.count(TapsMissing(MONDAY, stage.now)) == 1
    assert dewi.count(TaskCard()) == 2


def test_an_outage_at_night_wakes_nobody_up(stage: Stage) -> None:
    stage.start()
    stage.deliver()
    assert {m.delivery.silent for m in woken(stage, 36 * HOUR)} == {True}


def test_what_was_being_sent_when_the_bot_died_is_sent_and_flagged(stage: Stage) -> None:
    stage.start()
    outbox.claim(stage.services, stage.now, 10, ())
    stage.go_to(stage.now + timedelta(seconds=5))
    upkeep.wake_up(stage.services, stage.now)
    (card,) = stage.deliver()
    assert (card.delivery.chat_id, card.delivery.maybe_repeated) == (DEWI.chat_id, True)


def test_telegram_s_own_outage_counts_also_over_a_restart(stage: Stage) -> None:
    assert upkeep.telegram_answers(stage.services, stage.now) is None
    upkeep.telegram_is_away(stage.services, MONDAY)
    upkeep.telegram_is_away(stage.services, MONDAY + HOUR)  # the first word holds
    stage.go_to(MONDAY + 3 * HOUR)
    upkeep.beat(stage.services, stage.now)
    assert upkeep.wake_up(stage.services, stage.now) == 3 * HOUR
    assert upkeep.telegram_answers(stage.services, stage.now) == 3 * HOUR
    assert upkeep.telegram_answers(stage.services, stage.now) is None
    # It is told once, though both looked at it.
    down = [m for m in stage.deliver() if isinstance(m.delivery.notice, BotWasDown)]
    assert len(down) == 1


def test_menus_are_set_anew_when_commands_admins_or_the_bot_itself_change(stage: Stage) -> None:
    def told(bot_id: int = 1) -> set[int]:
        upkeep.greeted(stage.services, bot_id, stage.now)
        return {m.delivery.chat_id for m in stage.deliver() if m.delivery.notice == CommandMenu()}

    everybody = {p.chat_id for p in (*CAST, ADMIN)}
    assert told() == everybody
    assert told() == set()
    assert told(bot_id=2) == everybody, "another bot's menus are others"
    assert told(bot_id=2) == set()
    stage.services = replace(stage.services, features=Features((*FEATURES, example.FEATURE)))
    stage.phones.services = stage.services
    assert told(bot_id=2) == everybody
    stage.services = replace(stage.services, admin_ids=frozenset([SARI.chat_id]))
    stage.phones.services = stage.services
    assert told(bot_id=2) == everybody
    assert told(bot_id=2) == set()


def test_held_messages_are_asked_about_at_every_start(stage: Stage) -> None:
    stage.start()
    with stage.services.store.begin() as tx:
        tx.outbox.hold()
    for _ in range(2):
        stage.go_to(stage.now + timedelta(minutes=2))
        upkeep.wake_up(stage.services, stage.now)
        (asked,) = stage.deliver()
        assert isinstance(asked.delivery.notice, DeliveriesHeld)
        assert asked.delivery.chat_id == ADMIN.chat_id


def test_faults_that_keep_coming_are_told_once_an_hour(stage: Stage) -> None:
    for number in ("A1", "A2"):
        upkeep.faults_repeated(stage.services, 5, number, stage.now)
    (told,) = stage.deliver()
    assert isinstance(told.delivery.notice, FaultsRepeated)
    assert (told.delivery.chat_id, told.view) == (ADMIN.chat_id, FaultsRepeated(5, "A1"))
    stage.go_to(stage.now + HOUR)
    upkeep.faults_repeated(stage.services, 9, "B1", stage.now)
    assert [m.view for m in stage.deliver()] == [FaultsRepeated(9, "B1")]


def test_updates_are_remembered_for_two_days(stage: Stage) -> None:
    with stage.services.store.begin(900_001, stage.now):
        pass

    def again() -> None:
        with stage.services.store.begin(900_001, stage.now):
            pass

    upkeep.clean_up(stage.services, stage.now + upkeep.REMEMBER_UPDATES)
    with pytest.raises(AlreadyHandledError):
        again()
    upkeep.clean_up(stage.services, stage.now + upkeep.REMEMBER_UPDATES + timedelta(seconds=1))
    again()


def test_old_messages_are_forgotten_but_cards_of_open_tasks_still_close(stage: Stage) -> None:
    run_id = stage.start()
    stage.advance(run_id, 2)
    stage.deliver()
    stage.go_to(MONDAY + timedelta(days=91))
    upkeep.clean_up(stage.services, stage.now)
    stage.confirm(BUDI, run_id)
    stage.deliver()
    # Bu Rina's card has been open for three months, and is edited all the same.
    assert [v.mine for v in stage.screen(RINA) if isinstance(v, TaskView)] == [False]
    # Ibu Dewi's closed card is history.
    with stage.services.store.read() as tx:
        first = stage.task_id(run_id, 1)
        rows = tx.connection.exec_driver_sql(
            "SELECT count(*) FROM deliveries WHERE task_id = ?", (first,)
        ).scalar_one()
    assert rows == 0
