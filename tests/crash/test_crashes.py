"""The bot is killed without warning, and started again: nothing lost, and nothing doubled
but where the row says that it may be."""

from __future__ import annotations

import asyncio
import json
import random
from datetime import timedelta
from itertools import chain
from pathlib import Path
from signal import SIGKILL
from typing import Literal

import pytest

from bot.domain.acting import Appointment
from bot.domain.run import Capacity
from bot.features.acting.usecases import ACTING_BEGINS
from bot.localtelegram.log import UpdateConfirmed
from bot.localtelegram.people import Person
from bot.localtelegram.screen import Button
from bot.localtelegram.world import Tap
from bot.store.agenda import Entry
from bot.store.reminders import ReminderStatus
from tests.cast import BUDI, CAST, DEWI, HADI, RINA, SARI
from tests.crash.child import BATCH, DIE_AFTER
from tests.crash.rig import Scene, buttons
from tests.rows import reminders_of

CARD = "Membentuk Tim"

When = Literal["before", "after"]


async def open_card(scene: Scene) -> int:
    """LAKIP has begun, and Ibu Dewi has the card of its first step; the run's id."""
    await scene.have_started(*CAST)
    run_id = scene.stage.start("lakip")
    await scene.start()
    await scene.quiet()
    return run_id


async def test_taps_of_several_people_are_each_recorded_once_though_the_bot_died_among_them(
    scene: Scene,
) -> None:
    await scene.have_started(*CAST)
    runs = {code: scene.stage.start(code) for code in ("lakip", "lppd", "renja", "tapkin_eselon2")}
    scene.stage.advance(runs["lppd"], 2)
    scene.stage.advance(runs["renja"], 2)
    before = len(scene.confirmed())
    await scene.start()
    await scene.quiet()
    assert await scene.stop() == 0

    def tap_all(who: object) -> list[Tap]:
        phone = scene.phone(who)  # type: ignore[arg-type]
        return [phone.tap(message, "Selesai") for message in buttons(phone, "Selesai")]

    taps = [*tap_all(DEWI), *tap_all(BUDI), *tap_all(RINA)]
    assert len(taps) == 6
    gate = scene.telegram.hold("answerCallbackQuery")
    await scene.start(until=gate.reached(3))
    done = len(scene.confirmed()) - before
    assert 0 < done < 4, "some are recorded, and some are not"
    assert not scene.telegram.log.update_ids(UpdateConfirmed)[6:]
    await scene.kill()
    gate.drop()

    await scene.start()
    for tap in taps:
        await tap.answered()
    await scene.quiet()
    assert len(scene.confirmed()) - before == 4
    for run_id in runs.values():
        assert len([t for t in scene.stage.run(run_id).tasks if t.is_open]) == 1
    scene.assert_journal_is_the_state(runs.values())
    scene.assert_nothing_lost_or_doubled()


async def test_a_tap_that_was_committed_but_not_answered_is_recognised_and_answered(
    scene: Scene,
) -> None:
    run_id = await open_card(scene)
    dewi = scene.phone(DEWI)
    gate = scene.telegram.hold("answerCallbackQuery")
    tap = dewi.tap(dewi.last, "Selesai")
    await gate.reached()
    assert scene.stage.task(run_id).step == 2, "it is committed"
    await scene.kill()
    gate.drop()
    assert tap.spinning

    await scene.start()
    await tap.answered()
    await scene.quiet()
    assert scene.stage.task(run_id).step == 2
    for who in (BUDI, RINA):
        assert buttons(scene.phone(who), "Selesai"), "the next card has arrived"
    scene.assert_nothing_lost_or_doubled()


async def test_what_was_claimed_but_not_sent_is_sent_once(scene: Scene) -> None:
    await scene.have_started(DEWI, SARI)
    run_id = scene.stage.start("lakip")
    gate = scene.telegram.hold("sendMessage", chat=scene.phone(DEWI))
    await scene.start(until=gate.reached())
    await scene.kill()
    gate.drop()

    await scene.start()
    await scene.quiet()
    assert len(scene.sends(DEWI, CARD)) == 1
    assert scene.row(f"card:{scene.stage.task_id(run_id)}:")["maybe_repeated"]
    scene.assert_nothing_lost_or_doubled()


async def test_what_telegram_accepted_but_nobody_recorded_comes_twice_and_the_row_says_so(
    scene: Scene,
) -> None:
    await _killed_after_telegram_accepted(scene)


async def test_the_same_on_postgresql(postgresql_scene: Scene) -> None:
    await _killed_after_telegram_accepted(postgresql_scene)


async def _killed_after_telegram_accepted(scene: Scene) -> None:
    await scene.have_started(*CAST)
    run_id = scene.stage.start("lakip")
    gate = scene.telegram.hold("sendMessage", "after", chat=scene.phone(DEWI))
    await scene.start(until=gate.reached())
    await scene.kill()
    gate.drop()

    await scene.start()
    await scene.quiet()
    assert len(scene.sends(DEWI, CARD)) == 2
    assert scene.row(f"card:{scene.stage.task_id(run_id)}:")["maybe_repeated"]
    scene.assert_nothing_lost_or_doubled()

    # Either copy confirms, the other says kindly that it was done, and both are closed.
    dewi = scene.phone(DEWI)
    first, second = buttons(dewi, "Selesai")
    taps = [dewi.tap(first, "Selesai"), dewi.tap(second, "Selesai")]
    answers = [await tap.answered() for tap in taps]
    await scene.quiet()
    assert len(scene.confirmed()) == 1
    assert answers[0].text != answers[1].text
    assert not buttons(dewi, "Selesai")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_card_that_was_to_be_closed_is_closed_after_the_crash(
    scene: Scene, when: When
) -> None:
    run_id = await open_card(scene)
    dewi = scene.phone(DEWI)
    card = dewi.last
    task_id = scene.stage.task_id(run_id)
    gate = scene.telegram.hold("editMessageText", when, chat=dewi)
    dewi.tap(card, "Selesai")
    await gate.reached()
    await scene.kill()
    gate.drop()

    await scene.start()
    await scene.quiet()
    assert not buttons(dewi, "Selesai"), "no dead button stays on a screen"
    assert not scene.row(f"card:{task_id}:")["maybe_repeated"]
    assert len(scene.sends(DEWI, CARD)) == 1
    scene.assert_nothing_lost_or_doubled()


async def test_a_bot_killed_in_the_middle_of_migrating_starts_again(
    scene: Scene, tmp_path: Path
) -> None:
    fresh = f"sqlite:///{tmp_path / 'baru' / 'kawal.db'}"
    die = {DIE_AFTER: "bot.store.schema:_migrate"}
    assert await scene.launch(DATABASE_URL=fresh, **die).code() == -SIGKILL
    await scene.start(DATABASE_URL=fresh)
    assert await scene.stop() == 0


@pytest.mark.parametrize(
    "moment", ["bot.store.schema:upgrade", "bot.features.upkeep:wake_up", "bot.app:_offer_claim"]
)
async def test_a_bot_killed_while_it_starts_starts_again(scene: Scene, moment: str) -> None:
    await scene.have_started(DEWI)
    scene.stage.start("lakip")
    assert await scene.launch(**{DIE_AFTER: moment}).code() == -SIGKILL
    await scene.start()
    await scene.quiet()
    assert buttons(scene.phone(DEWI), "Selesai")
    # The sender begins first: what was under way is sent again, and its row says so.
    scene.assert_nothing_lost_or_doubled()


async def test_a_bot_killed_while_it_greets_telegram_starts_again(scene: Scene) -> None:
    await scene.have_started(DEWI)
    scene.stage.start("lakip")
    gate = scene.telegram.hold("getMe")
    await scene.start(until=gate.reached())
    await scene.kill()
    gate.drop()
    await scene.start()
    await scene.quiet()
    assert buttons(scene.phone(DEWI), "Selesai")
    scene.assert_nothing_lost_or_doubled()


async def test_reminders_survive_a_kill_between_two_batches(scene: Scene) -> None:
    runs = await three_late_runs(scene)
    die = {DIE_AFTER: "bot.features.reminders:fire_due", BATCH: "1"}
    for _ in range(2):
        assert await scene.launch(**die).code() == -SIGKILL
    await scene.start()
    await scene.quiet()
    assert_each_late_run_was_reminded_of(scene, runs)
    scene.assert_nothing_lost_or_doubled()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_reminders_survive_a_kill_while_they_are_sent(scene: Scene, when: When) -> None:
    runs = await three_late_runs(scene)
    gate = scene.telegram.hold("sendMessage", when, chat=scene.phone(DEWI))
    await scene.start(until=gate.reached())
    await scene.kill()
    gate.drop()
    await scene.start()
    await scene.quiet()
    assert_each_late_run_was_reminded_of(scene, runs)
    scene.assert_nothing_lost_or_doubled()


async def three_late_runs(scene: Scene) -> list[int]:
    """Ibu Dewi has three cards, and the bot is down past their deadline."""
    await scene.have_started(*CAST)
    runs = [scene.stage.start(code) for code in ("lakip", "lppd", "renja")]
    await scene.start()
    await scene.quiet()
    assert await scene.stop() == 0
    scene.ahead += timedelta(hours=3).total_seconds()
    return runs


def assert_each_late_run_was_reminded_of(scene: Scene, runs: list[int]) -> None:
    """Of each task only the newest missed reminder was sent, in one message with the others or
    alone, and no reminder waits any more."""
    for run_id in runs:
        with scene.services.store.read() as tx:
            scheduled = reminders_of(tx, scene.stage.task_id(run_id))
        sent = [plan for plan, status in scheduled if status is ReminderStatus.TERKIRIM]
        assert len(sent) == 1
        assert not [
            p for p, s in scheduled if p.due_at <= scene.now() and s is ReminderStatus.MENUNGGU
        ]
    reminders = [row for row in scene.rows() if row["key"].startswith("reminder:")]
    assert {row["chat_id"] for row in reminders} == {DEWI.chat_id}
    told = [json.loads(row["notice"]).get("tasks", [row["task_id"]]) for row in reminders]
    assert sorted(chain(*told)) == sorted(map(scene.stage.task_id, runs))


async def test_two_runs_are_played_to_their_end_while_the_bot_dies_eleven_times(
    scene: Scene,
) -> None:
    chance = random.Random(11)
    await scene.have_started(*CAST)
    runs = [scene.stage.start(code) for code in ("lakip", "renja")]
    people = [asyncio.create_task(taps_whatever_comes(scene.phone(who))) for who in CAST]
    try:
        for _ in range(11):
            if chance.random() < 0.5:
                method = chance.choice(["sendMessage", "editMessageText", "answerCallbackQuery"])
                gate = scene.telegram.hold(method, chance.choice(["before", "after"]))
                await scene.start(until=gate.reached())
                await scene.kill()
                gate.drop()
            else:
                enough = len(scene.telegram.log) + chance.randint(6, 16)
                await scene.start(until=grown(scene, enough))
                await scene.kill()
        await scene.start()
        await scene.telegram.wait_until(
            lambda: all(scene.stage.run(run_id).finished_at for run_id in runs),
            what="the end of both runs",
        )
        await scene.quiet()
    finally:
        for person in people:
            person.cancel()
        await asyncio.gather(*people, return_exceptions=True)
    assert await scene.stop() == 0

    assert scene.kills == 11
    scene.assert_journal_is_the_state(runs)
    scene.assert_nothing_lost_or_doubled()
    assert len(scene.confirmed()) == 2 * 10, "each step once, whoever else tapped it"
    for run_id in runs:
        cards = {row["key"]: row for row in scene.rows() if row["run_id"] == run_id}
        took_part = {who for run, who in scene.confirmed() if run == run_id}
        took_part.add(scene.stage.run(run_id).started_by)
        told = {row["person_id"] for key, row in cards.items() if key.startswith("summary:")}
        assert told == took_part
        assert not [k for k, row in cards.items() if row["state"] not in ("terkirim", "usang")]
        # No dead button stays on a screen, but on a copy that nobody knows of.
        known = {row["message_id"] for row in cards.values()}
        for who in CAST:
            assert not [m for m in buttons(scene.phone(who), "Selesai") if m.id in known]


async def grown(scene: Scene, entries: int) -> None:
    """Wait until Telegram's log is so long."""
    await scene.telegram.wait_until(
        lambda: len(scene.telegram.log) >= entries, what="something to happen"
    )


async def taps_whatever_comes(person: Person) -> None:
    """Tap each confirming button once, as soon as it is on the screen."""
    tapped: set[int] = set()
    with person.watch() as changes:
        while True:
            for message in person.heard:
                label = next((b.label for row in message.buttons for b in row if confirms(b)), None)
                if label is not None and message.id not in tapped:
                    tapped.add(message.id)
                    person.tap(message, label)
            await anext(changes)


def confirms(button: Button) -> bool:
    return (button.data or "").startswith("ok:")


async def test_a_stand_in_has_the_card_once_though_the_bot_died_as_it_began(scene: Scene) -> None:
    await scene.have_started(*CAST)
    run_id = scene.stage.start("lakip")
    await scene.start()
    await scene.quiet()
    assert await scene.stop() == 0
    # Before the first reminder of a step of one hour.
    since = scene.now() + timedelta(minutes=20)
    with scene.services.store.begin() as tx:
        holding_id = tx.people.appoint(
            Appointment(
                scene.stage.id_of(HADI),
                "kepala_dinas",
                None,
                Capacity.PLH,
                since,
                since + timedelta(days=1),
                "800/1",
                since.date(),
            )
        )
        about = {"holding_id": holding_id}
        tx.agenda.put([Entry(f"acting:{holding_id}:begin", ACTING_BEGINS, since, about)])
    scene.ahead += timedelta(minutes=21).total_seconds()

    die = {DIE_AFTER: "bot.features.agenda:fire_due"}
    assert await scene.launch(**die).code() == -SIGKILL
    await scene.start()
    await scene.quiet()
    assert len(scene.sends(HADI, CARD)) == 1
    assert not buttons(scene.phone(DEWI), "Selesai")
    assert len(scene.sends(HADI, "Mulai sekarang")) == 1
    assert scene.stage.task(run_id).step == 1
    scene.assert_nothing_lost_or_doubled()
