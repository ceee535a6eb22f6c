"""Work that goes back for correction, and confirmations that are taken back."""

from __future__ import annotations

import pytest

from bot.domain.run import Run, Task, TaskStatus
from bot.localtelegram.people import Person
from bot.localtelegram.screen import Message
from bot.store.tables import journal
from tests.cast import ANWAR, BUDI, HADI, JOKO, LESTARI, RINA, WHOLE_OFFICE
from tests.stories.harness import Kantor, cards, new

REASON = "Angka realisasi pada Tabel 3.1 belum sama dengan DPA"


async def to_the_sekretaris(kantor: Kantor) -> None:
    """LAKIP is drafted, and Bu Sari has given her paraf: Pak Hadi checks it."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi, kantor.budi, kantor.sari)
    await kantor.confirm(kantor.budi, kantor.rina, kantor.budi, kantor.rina, kantor.sari)


async def send_back(
    kantor: Kantor, phone: Person, reason: str = REASON, label: str = "Kembalikan"
) -> Message:
    """Tap ↩️ on the newest card and give the reason; what the bot answers."""
    await kantor.tap(phone, label)
    return await kantor.say(phone, reason)


def shown(phone: Person, message: Message) -> Message:
    """A message as it stands on the screen by now."""
    found = phone.message(message)
    assert found is not None
    return found


def undo_of(phone: Person, message: Message) -> str:
    """What the button under a confirmed card carries."""
    return shown(phone, message).button("Urungkan").data or ""


def kinds(kantor: Kantor) -> list[str]:
    """The journal, oldest first."""
    with kantor.services.store.read() as tx:
        rows = tx.connection.execute(journal.select().order_by(journal.c.id))
        return [row.kind for row in rows]


def attempts(run: Run, step: int) -> list[TaskStatus]:
    return [task.status for task in run.tasks if task.step == step]


def only(kantor: Kantor) -> Task:
    (run,) = kantor.runs()
    (task,) = run.current
    return task


# --- returning ------------------------------------------------------------------------------


async def test_what_the_sekretaris_sends_back_is_mended_and_goes_the_whole_way_again(
    kantor: Kantor,
) -> None:
    await to_the_sekretaris(kantor)
    await kantor.later(minutes=30)
    seen = list(kantor.sari.heard)

    await kantor.tap(kantor.hadi, "Kembalikan")
    question = kantor.hadi.last
    assert "Langkah 9" in question.text
    assert "Langkah 7" in question.text
    assert "alasannya" in question.text
    assert only(kantor).step == 9, "nothing happens before the reason is given"
    answer = await kantor.say(kantor.hadi, REASON)
    assert "dikembalikan dari langkah 9 ke langkah 7" in answer.text

    (run,) = kantor.runs()
    assert attempts(run, 9) == [TaskStatus.DIKEMBALIKAN]
    assert attempts(run, 8) == [TaskStatus.GUGUR]
    assert attempts(run, 7) == [TaskStatus.GUGUR, TaskStatus.TERBUKA]
    card = kantor.card(kantor.budi).text
    assert "Pengulangan ke-1" in card
    assert f"Alasan: {REASON}" in card
    assert f"oleh {HADI.called} (Sekretaris)" in card
    assert "Hasil sebelumnya:" in card
    assert RINA.called in card
    (told,) = new(kantor.sari, seen)
    assert "mengembalikan pekerjaan pada langkah 9 ke langkah 7" in told.text
    assert REASON in told.text
    assert "tidak berlaku lagi" in told.text

    await kantor.confirm(kantor.rina)
    again = kantor.card(kantor.sari).text
    assert "Pengulangan ke-1" in again
    assert "sudah diperbaiki setelah dikembalikan" in again
    assert REASON in again
    await kantor.confirm(kantor.sari, kantor.hadi, kantor.dewi)
    (run,) = kantor.finished()
    assert run.steps_done == 10
    assert attempts(run, 9) == [TaskStatus.DIKEMBALIKAN, TaskStatus.SELESAI]
    summary = await kantor.summary(kantor.dewi)
    assert "Langkah 9 dikembalikan ke langkah 7" in summary
    assert REASON in summary
    assert kinds(kantor).count("task_returned") == 1


async def test_who_was_asked_hears_of_a_return_as_well_as_who_confirmed(kantor: Kantor) -> None:
    """Bu Rina left the draft to Pak Budi: nothing of hers is void, and yet it is her work."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi, kantor.budi, kantor.sari, *[kantor.budi] * 4, kantor.sari)
    seen = list(kantor.dewi.heard)
    await kantor.tap(kantor.hadi, "Kembalikan")
    await kantor.tap(kantor.hadi, "Ke langkah 3")
    await kantor.say(kantor.hadi, REASON)
    for phone, why in ((kantor.budi, "tidak berlaku lagi"), (kantor.rina, "terlibat dalam")):
        assert "mengembalikan pekerjaan pada langkah 9 ke langkah 3" in phone.last.text
        assert REASON in phone.last.text
        assert why in phone.last.text
    assert only(kantor).step == 3
    assert new(kantor.dewi, seen) == []


async def test_the_reviewer_may_choose_an_earlier_step(kantor: Kantor) -> None:
    await to_the_sekretaris(kantor)
    await kantor.tap(kantor.hadi, "Kembalikan")
    labels = [label for label in kantor.hadi.last.labels if label.startswith("Ke langkah")]
    assert [label.split(":")[0] for label in labels] == [
        f"Ke langkah {n}" for n in (8, 6, 5, 4, 3, 2, 1)
    ]
    await kantor.tap(kantor.hadi, "Ke langkah 5")
    assert "Langkah 5" in kantor.hadi.last.text
    assert any("Ke langkah 7" in label for label in kantor.hadi.last.labels)

    await kantor.say(kantor.hadi, REASON)
    (run,) = kantor.runs()
    assert only(kantor).step == 5
    assert [attempts(run, n) for n in (6, 7, 8)] == [[TaskStatus.GUGUR]] * 3
    assert attempts(run, 4) == [TaskStatus.SELESAI]


async def test_every_round_is_counted_and_on_record(kantor: Kantor) -> None:
    await to_the_sekretaris(kantor)
    for number in range(1, 4):
        await send_back(kantor, kantor.hadi, f"Putaran {number}: {REASON}")
        card = kantor.card(kantor.budi).text
        assert f"Pengulangan ke-{number}" in card
        assert f"Putaran {number}" in card
        await kantor.confirm(kantor.budi, kantor.sari)
    await kantor.confirm(kantor.hadi, kantor.dewi)
    assert kinds(kantor).count("task_returned") == 3
    shown = (await kantor.say(kantor.sari, "/riwayat")).text
    assert "PENYUSUNAN LAKIP" in shown
    await kantor.tap(kantor.sari, "LAKIP · 2025")
    summary = kantor.sari.last.text
    for number in range(1, 4):
        assert f"Putaran {number}" in summary


@pytest.mark.parametrize("answer", ["x", "?!", "panjang " * 80])
async def test_without_a_reason_nothing_goes_back_and_the_bot_asks_again(
    kantor: Kantor, answer: str
) -> None:
    await to_the_sekretaris(kantor)
    before = kantor.runs()
    reply = await send_back(kantor, kantor.hadi, answer)
    assert "belum dapat kami catat sebagai alasan" in reply.text
    assert kantor.runs() == before
    assert "dikembalikan" in (await kantor.say(kantor.hadi, REASON)).text
    assert only(kantor).step == 7


async def test_batal_leaves_the_question_and_commands_are_never_blocked_by_it(
    kantor: Kantor,
) -> None:
    await to_the_sekretaris(kantor)
    before = kantor.runs()
    await kantor.tap(kantor.hadi, "Kembalikan")
    assert "langkah" in (await kantor.say(kantor.hadi, "/status")).text
    assert "ditinggalkan" in (await kantor.say(kantor.hadi, "/batal")).text
    await kantor.say(kantor.hadi, REASON)
    assert kantor.runs() == before


async def test_a_question_that_nobody_answers_expires(kantor: Kantor) -> None:
    await to_the_sekretaris(kantor)
    before = kantor.runs()
    await kantor.tap(kantor.hadi, "Kembalikan")
    await kantor.later(hours=2)
    await kantor.say(kantor.hadi, REASON)
    assert kantor.runs() == before


async def test_a_reason_in_hostile_letters_is_shown_as_it_was_written(kantor: Kantor) -> None:
    await to_the_sekretaris(kantor)
    await send_back(kantor, kantor.hadi, "<b>Tabel</b> & \u202e{owner}\n\nbaris %s")
    assert "<b>Tabel</b> & {owner} baris %s" in kantor.card(kantor.budi).text


async def test_only_who_checks_may_send_back(kantor: Kantor) -> None:
    await to_the_sekretaris(kantor)
    card = kantor.card(kantor.hadi)
    data = card.button("Kembalikan").data or ""
    before = kantor.runs()
    for phone in (kantor.budi, kantor.sari, kantor.somebody()):
        assert (await (await kantor.forge(phone, card, data)).answered()).show_alert
    # A step that checks nothing sends nothing back, whatever the button says.
    (run,) = kantor.runs()
    with kantor.services.store.read() as tx:
        (stored,) = tx.runs.running()
    token = stored.tokens[(7, 1)]
    refused = await (await kantor.forge(kantor.budi, card, f"ret:{token}")).answered()
    assert refused.show_alert
    for step in (9, 10, 99):
        tap = await kantor.forge(kantor.hadi, card, data.replace("ret", "rto") + f":{step}")
        assert (await tap.answered()).show_alert
    assert kantor.runs() == before
    assert run == before[0]


async def test_the_return_and_its_cards_survive_a_restart_between_question_and_answer(
    kantor: Kantor,
) -> None:
    await to_the_sekretaris(kantor)
    await kantor.tap(kantor.hadi, "Kembalikan")
    await kantor.restart()
    assert "dikembalikan" in (await kantor.say(kantor.hadi, REASON)).text
    assert REASON in kantor.card(kantor.rina).text


async def test_a_doubled_answer_sends_back_once(kantor: Kantor) -> None:
    await to_the_sekretaris(kantor)
    await kantor.tap(kantor.hadi, "Kembalikan")
    kantor.hadi.send(REASON)
    kantor.hadi.send(REASON)
    await kantor.quiet()
    assert kinds(kantor).count("task_returned") == 1


async def test_what_bappeda_sends_back_the_kasubbag_records(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon2")
    await kantor.confirm(kantor.dewi)
    await send_back(kantor, kantor.sari, label="Kembalikan")
    card = kantor.card(kantor.dewi).text
    assert "dari langkah 2 oleh Bappeda pada" in card
    assert REASON in card
    await kantor.confirm(kantor.dewi)
    await kantor.tap(kantor.sari, "Catat: selesai di Bappeda")
    await send_back(kantor, kantor.sari, label="Kembalikan")
    assert "Pengulangan ke-2" in kantor.card(kantor.dewi).text
    await kantor.confirm(kantor.dewi)
    await kantor.tap(kantor.sari, "Catat: selesai di Bappeda")
    await kantor.tap(kantor.sari, "Catat: ditandatangani Kepala Daerah")
    assert len(kantor.finished()) == 1


async def test_in_tapkin_the_checking_step_reopens_everybodys_own(kantor: Kantor) -> None:
    await kantor.employ_now(ANWAR)
    anwar = kantor.phone(ANWAR)
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon3")
    await kantor.confirm(kantor.hadi, anwar)
    await send_back(kantor, kantor.sari)
    for phone in (kantor.hadi, anwar):
        assert REASON in kantor.card(phone).text
        assert "0 dari 2" in kantor.card(phone).text
    await kantor.confirm(anwar, kantor.hadi, kantor.sari)
    await send_back(kantor, kantor.dewi, "Target belum terukur")
    assert "Target belum terukur" in kantor.card(anwar).text
    await kantor.confirm(anwar, kantor.hadi, kantor.sari, kantor.dewi)
    (run,) = kantor.finished()
    assert attempts(run, 1) == [TaskStatus.GUGUR, TaskStatus.GUGUR, TaskStatus.SELESAI]


@pytest.mark.parametrize(
    "code",
    [
        "lakip",
        "lppd",
        "renja",
        "tapkin_eselon2",
        "tapkin_eselon3",
        "tapkin_eselon4",
        "tapkin_staf",
    ],
)
async def test_every_reviewing_step_of_all_seven_procedures_sends_back_and_ends_all_the_same(
    kantor: Kantor, code: str
) -> None:
    await kantor.employ_now(ANWAR, LESTARI, JOKO)
    people = [kantor.phone(player) for player in WHOLE_OFFICE]
    await kantor.say(kantor.sari, f"/mulai_{code}")
    if not kantor.runs():
        await kantor.tap(kantor.sari, "Mulai")
    reviewed: set[tuple[int, int]] = set()
    for _ in range(250):
        if not (waiting := [run for run in kantor.runs() if run.current]):
            break
        run = waiting[0]
        task = run.current[0]
        step = run.step_of(task)
        token = _token(kantor, run.id, task)
        if step.return_to is not None and (run.id, step.number) not in reviewed:
            reviewed.add((run.id, step.number))
            for phone in people:
                if await _may_send_back(kantor, phone, token):
                    await kantor.say(phone, REASON)
                    break
            (again,) = kantor.run(run.id).current
            assert again.step == step.return_to
            continue
        for phone in people:
            await kantor.forge(phone, 1, f"ok:{token}")
    assert kantor.runs() == []
    ended = kantor.finished()
    assert ended
    for run in ended:
        steps = [s.number for s in run.procedure.steps if s.return_to is not None]
        assert {n for i, n in reviewed if i == run.id} == set(steps)
        assert run.steps_done == len(run.procedure.steps)


def _token(kantor: Kantor, run_id: int, task: Task) -> str:
    with kantor.services.store.read() as tx:
        stored = tx.runs.get(run_id)
    assert stored is not None
    return stored.tokens[(task.step, task.attempt)]


async def _may_send_back(kantor: Kantor, phone: Person, token: str) -> bool:
    tap = await kantor.forge(phone, 1, f"ret:{token}")
    return not (await tap.answered()).show_alert


# --- taking a confirmation back -------------------------------------------------------------


async def test_a_confirmation_can_be_taken_back_for_ten_minutes(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    due = only(kantor).due_at
    card = kantor.card(kantor.budi)
    await kantor.confirm(kantor.budi)
    assert "↶ Urungkan" in shown(kantor.budi, card).labels
    assert kantor.card(kantor.sari).text
    await kantor.later(minutes=9)

    tap = await kantor.press(kantor.budi, shown(kantor.budi, card), "Urungkan")
    assert "sudah diurungkan" in (await tap.answered()).text
    (run,) = kantor.runs()
    assert (only(kantor).step, only(kantor).attempt, only(kantor).due_at) == (2, 1, due)
    assert attempts(run, 3) == [TaskStatus.DITARIK]
    assert "✅ Selesai" in shown(kantor.budi, card).labels
    assert cards(kantor.sari) == []
    assert "diurungkan, sehingga langkah ini belum dimulai" in kantor.sari.heard[-1].text

    await kantor.confirm(kantor.rina)
    assert "Pengulangan" not in kantor.card(kantor.sari).text
    (run,) = kantor.runs()
    assert attempts(run, 3) == [TaskStatus.DITARIK, TaskStatus.TERBUKA]
    assert kinds(kantor).count("confirmation_undone") == 1


async def test_the_button_is_gone_after_ten_minutes_by_itself(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    card = kantor.card(kantor.dewi)
    await kantor.confirm(kantor.dewi)
    data = undo_of(kantor.dewi, card)
    await kantor.later(minutes=10)
    assert shown(kantor.dewi, card).labels == ("ℹ️ Rincian",)
    tap = await kantor.forge(kantor.dewi, card, data)
    assert "10 menit" in (await tap.answered()).text
    assert only(kantor).step == 2


async def test_the_button_is_gone_as_soon_as_the_next_has_acted(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    card = kantor.card(kantor.dewi)
    await kantor.confirm(kantor.dewi)
    data = undo_of(kantor.dewi, card)
    await kantor.confirm(kantor.budi)
    assert shown(kantor.dewi, card).labels == ("ℹ️ Rincian",)
    tap = await kantor.forge(kantor.dewi, card, data)
    assert "sudah dikerjakan" in (await tap.answered()).text
    assert only(kantor).step == 3


async def test_nobody_takes_back_what_another_confirmed(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    card = kantor.card(kantor.budi)
    others = kantor.card(kantor.rina)
    await kantor.confirm(kantor.budi)
    assert "↶ Urungkan" not in shown(kantor.rina, others).labels
    data = undo_of(kantor.budi, card)
    for phone in (kantor.rina, kantor.sari, kantor.somebody()):
        assert (await (await kantor.forge(phone, card, data)).answered()).show_alert
    assert only(kantor).step == 3


async def test_a_doubled_tap_takes_back_once(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    card = kantor.card(kantor.dewi)
    await kantor.confirm(kantor.dewi)
    data = undo_of(kantor.dewi, card)
    taps = [kantor.dewi.tap_data(card, data) for _ in range(2)]
    answers = [(await tap.answered()).text for tap in taps]
    await kantor.quiet()
    assert sum("sudah diurungkan" in text for text in answers) == 1
    assert sum("Tidak ada konfirmasi" in text for text in answers) == 1
    assert kinds(kantor).count("confirmation_undone") == 1


async def test_the_last_signature_can_be_taken_back_too(kantor: Kantor) -> None:
    await to_the_sekretaris(kantor)
    await kantor.confirm(kantor.hadi)
    card = kantor.card(kantor.dewi)
    await kantor.confirm(kantor.dewi)
    assert len(kantor.finished()) == 1
    await kantor.press(kantor.dewi, shown(kantor.dewi, card), "Urungkan")
    assert kantor.finished() == []
    assert only(kantor).step == 10
    assert "belum selesai" in kantor.budi.last.text
    await kantor.later(minutes=1)
    assert "✍️ Sudah ditandatangani" in shown(kantor.dewi, card).labels

    await kantor.confirm(kantor.dewi)
    assert len(kantor.finished()) == 1
    assert "telah selesai" in kantor.budi.last.text


async def test_one_of_all_takes_back_their_own(kantor: Kantor) -> None:
    await kantor.employ_now(ANWAR)
    anwar = kantor.phone(ANWAR)
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon3")
    mine, theirs = kantor.card(kantor.hadi), kantor.card(anwar)
    await kantor.confirm(kantor.hadi)
    assert "1 dari 2" in shown(anwar, theirs).text
    await kantor.press(kantor.hadi, shown(kantor.hadi, mine), "Urungkan")
    assert "0 dari 2" in shown(anwar, theirs).text
    assert "✅ Selesai" in shown(kantor.hadi, mine).labels
    await kantor.confirm(anwar, kantor.hadi)
    assert only(kantor).step == 2


# --- races ----------------------------------------------------------------------------------


async def test_the_reviewer_sends_back_while_the_maker_takes_back(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi, kantor.budi, kantor.sari)
    await kantor.confirm(kantor.budi, kantor.rina, kantor.budi)
    card = kantor.card(kantor.rina)
    await kantor.confirm(kantor.rina)
    await kantor.tap(kantor.sari, "Kembalikan")
    await kantor.press(kantor.rina, shown(kantor.rina, card), "Urungkan")

    reply = await kantor.say(kantor.sari, REASON)
    assert "tidak kami catat" in reply.text, "her question has ended with the step"
    assert (only(kantor).step, only(kantor).attempt) == (7, 1)
    assert "task_returned" not in kinds(kantor)


async def test_of_a_return_and_an_undo_at_the_same_moment_one_happens(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi, kantor.budi, kantor.sari)
    await kantor.confirm(kantor.budi, kantor.rina, kantor.budi)
    card = kantor.card(kantor.rina)
    await kantor.confirm(kantor.rina)
    await kantor.tap(kantor.sari, "Kembalikan")
    data = undo_of(kantor.rina, card)

    kantor.sari.send(REASON)
    tap = kantor.rina.tap_data(card, data)
    await tap.answered()
    await kantor.quiet()
    happened = [k for k in kinds(kantor) if k in ("task_returned", "confirmation_undone")]
    assert len(happened) == 1
    assert only(kantor).step == 7
    for phone in (kantor.budi, kantor.rina):
        assert len(cards(phone)) == 1, "one card, and no dead one"


async def test_an_undo_reaches_not_beyond_what_was_sent_back(kantor: Kantor) -> None:
    """Step 6 was done, step 7 too, and step 7 came back: step 6 is not undone any more."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi, kantor.budi, kantor.sari)
    await kantor.confirm(kantor.budi, kantor.rina)
    sixth = kantor.card(kantor.budi)
    await kantor.confirm(kantor.budi)
    data = undo_of(kantor.budi, sixth)
    await kantor.confirm(kantor.rina)
    await send_back(kantor, kantor.sari)
    assert only(kantor).step == 7
    tap = await kantor.forge(kantor.budi, sixth, data)
    assert "sudah dikerjakan" in (await tap.answered()).text
    assert only(kantor).attempt == 2
    assert BUDI.called in kantor.card(kantor.rina).text
