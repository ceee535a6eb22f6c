"""/jeda, /lanjut and /batal: a run rests, goes on, or ends before its time."""

from __future__ import annotations

import pytest

from bot.domain.run import RunStatus, Task, TaskStatus
from bot.localtelegram.people import Person
from bot.localtelegram.screen import Message
from tests.cast import SARI
from tests.stories.harness import Kantor, cards, new

REASON = "Menunggu pengesahan perubahan anggaran"


async def collecting(kantor: Kantor) -> None:
    """LAKIP has come to the team, who collect the data."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)


async def pause(kantor: Kantor, reason: str = REASON) -> Message:
    await kantor.say(kantor.sari, "/jeda")
    return await kantor.say(kantor.sari, reason)


async def resume(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/lanjut")
    await kantor.tap(kantor.sari, "▶️ Lanjutkan")


async def cancel(kantor: Kantor, reason: str = "Diganti dokumen tingkat kota") -> Message:
    await kantor.say(kantor.sari, "/batal")
    await kantor.tap(kantor.sari, "Ya, batalkan")
    return await kantor.say(kantor.sari, reason)


def only(kantor: Kantor) -> Task:
    (run,) = kantor.runs()
    (task,) = run.current
    return task


def shown(phone: Person, message: Message) -> Message:
    found = phone.message(message)
    assert found is not None
    return found


# --- pausing --------------------------------------------------------------------------------


async def test_a_run_rests_and_everything_says_so(kantor: Kantor) -> None:
    await collecting(kantor)
    card = kantor.card(kantor.budi)
    seen = list(kantor.dewi.heard)
    question = await kantor.say(kantor.sari, "/jeda")
    assert "akan dijeda" in question.text
    assert "alasannya" in question.text
    assert kantor.runs()[0].status is RunStatus.BERJALAN
    assert "dijeda" in (await kantor.say(kantor.sari, REASON)).text

    (run,) = kantor.runs()
    assert run.status is RunStatus.DIJEDA
    resting = shown(kantor.budi, card)
    assert f"dijeda oleh {SARI.called}" in resting.text
    assert REASON in resting.text
    assert resting.labels == ("ℹ️ Rincian",)
    for phone in (kantor.budi, kantor.rina, kantor.dewi):
        assert "⏸" in phone.last.text
        assert REASON in phone.last.text
    assert len(new(kantor.dewi, seen)) == 1
    status = (await kantor.say(kantor.dewi, "/status")).text
    assert f"dijeda oleh {SARI.called}" in status
    assert "bila dilanjutkan hari ini" in status
    mine = (await kantor.say(kantor.budi, "/tugas")).text
    assert "tidak ada tugas yang menunggu" in mine
    assert "Sedang dijeda (1)" in mine
    assert REASON in mine
    await kantor.press(kantor.budi, shown(kantor.budi, card), "Rincian")
    assert "masih berlangsung" in kantor.budi.last.text


async def test_nobody_is_reminded_while_it_rests_and_the_time_counts_against_nobody(
    kantor: Kantor,
) -> None:
    await collecting(kantor)
    was = only(kantor).due_at
    await pause(kantor)
    before = {phone: list(phone.heard) for phone in (kantor.budi, kantor.sari, kantor.hadi)}
    await kantor.later(days=14)
    for phone, heard in before.items():
        assert [m.text for m in new(phone, heard) if "Izin me" in m.text] == []

    await resume(kantor)
    assert "dilanjutkan" in kantor.sari.last.text
    task = only(kantor)
    assert (task.due_at - was).days == 14
    card = kantor.card(kantor.budi)
    assert "terlambat" not in card.text.lower()
    await kantor.confirm(kantor.rina)
    (run,) = kantor.runs()
    done = run.task(2, 1)
    assert done is not None
    assert done.closed_at is not None
    assert done.closed_at < done.due_at


async def test_what_went_on_is_reminded_of_again(kantor: Kantor) -> None:
    await collecting(kantor)
    await pause(kantor)
    await kantor.later(days=7)
    await resume(kantor)
    assert "▶️" in kantor.dewi.last.text
    before = list(kantor.budi.heard)
    await kantor.go_to(only(kantor).due_at)
    assert [m for m in new(kantor.budi, before) if "sudah tiba" in m.text]


async def test_a_pause_between_the_tap_and_its_turn_keeps_the_step_open(kantor: Kantor) -> None:
    await collecting(kantor)
    card = kantor.card(kantor.budi)
    data = card.button("Selesai").data or ""
    await pause(kantor)
    tap = await kantor.forge(kantor.budi, card, data)
    answer = await tap.answered()
    assert f"sedang dijeda oleh {SARI.called}" in answer.text
    assert only(kantor).confirmations == ()
    token = data.removeprefix("ok:")
    for other in ("ext", "snz"):
        refused = await (await kantor.forge(kantor.budi, card, f"{other}:{token}")).answered()
        assert "dijeda" in refused.text
    await resume(kantor)
    await kantor.confirm(kantor.budi)
    assert only(kantor).step == 3


async def test_a_confirmation_cannot_be_taken_back_while_it_rests(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    card = kantor.card(kantor.dewi)
    await kantor.confirm(kantor.dewi)
    data = shown(kantor.dewi, card).button("Urungkan").data or ""
    await pause(kantor)
    assert shown(kantor.dewi, card).labels == ("ℹ️ Rincian",)
    assert "dijeda" in (await (await kantor.forge(kantor.dewi, card, data)).answered()).text


async def test_of_several_runs_one_is_chosen_by_its_button(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.sari, "/mulai_renja")
    choice = await kantor.say(kantor.sari, "/jeda")
    assert "Pelaksanaan mana" in choice.text
    await kantor.tap(kantor.sari, "RENJA · 2027")
    await kantor.say(kantor.sari, REASON)
    states = {run.procedure.code: run.status for run in kantor.runs()}
    assert states == {"lakip": RunStatus.BERJALAN, "renja": RunStatus.DIJEDA}
    # Of the one that is left no choice is offered, nor of the one that rests.
    assert "LAKIP" in (await kantor.say(kantor.sari, "/jeda")).text
    await kantor.say(kantor.sari, "/batal")
    assert "RENJA" in (await kantor.say(kantor.sari, "/lanjut")).text
    await kantor.tap(kantor.sari, "▶️ Lanjutkan")
    assert {run.status for run in kantor.runs()} == {RunStatus.BERJALAN}


async def test_lanjut_shows_what_rests_and_resumes_nothing_by_itself(kantor: Kantor) -> None:
    await collecting(kantor)
    await pause(kantor)
    look = await kantor.say(kantor.sari, "/lanjut")
    for fact in ("LAKIP tahun 2025", "dijeda oleh", SARI.called, REASON, "1 dari 10 langkah"):
        assert fact in look.text
    assert look.labels == ("▶️ Lanjutkan", "Tidak jadi")
    assert kantor.runs()[0].status is RunStatus.DIJEDA
    await kantor.press(kantor.sari, look, "Tidak jadi")
    assert kantor.runs()[0].status is RunStatus.DIJEDA
    assert "⏸" in kantor.budi.last.text

    look = await kantor.say(kantor.sari, "/lanjut")
    data = look.button("Lanjutkan").data or ""
    for phone in (kantor.budi, kantor.dewi, kantor.somebody()):
        assert (await (await kantor.forge(phone, look, data)).answered()).show_alert
    assert kantor.runs()[0].status is RunStatus.DIJEDA
    taps = [kantor.sari.tap_data(look, data) for _ in range(2)]
    answers = [(await tap.answered()).text for tap in taps]
    await kantor.quiet()
    assert sum("tidak sedang dijeda" in text for text in answers) == 1
    assert len([m for m in kantor.budi.heard if "▶️" in m.text]) == 1
    assert kantor.runs()[0].status is RunStatus.BERJALAN


async def test_of_several_that_rest_the_chosen_one_is_looked_at_first(kantor: Kantor) -> None:
    for code in ("lakip", "renja"):
        await kantor.say(kantor.sari, f"/mulai_{code}")
        await pause(kantor)
    await kantor.say(kantor.sari, "/lanjut")
    await kantor.tap(kantor.sari, "RENJA · 2027")
    assert {run.status for run in kantor.runs()} == {RunStatus.DIJEDA}
    await kantor.tap(kantor.sari, "▶️ Lanjutkan")
    states = {run.procedure.code: run.status for run in kantor.runs()}
    assert states == {"lakip": RunStatus.DIJEDA, "renja": RunStatus.BERJALAN}


async def test_there_may_be_nothing_to_pause_and_nothing_that_rests(kantor: Kantor) -> None:
    assert "Tidak ada pelaksanaan" in (await kantor.say(kantor.sari, "/jeda")).text
    assert "Tidak ada pelaksanaan" in (await kantor.say(kantor.sari, "/lanjut")).text
    assert "Tidak ada pertanyaan" in (await kantor.say(kantor.sari, "/batal")).text
    assert "berlebih" in (await kantor.say(kantor.sari, "/jeda sekarang")).text


@pytest.mark.parametrize("command", ["/jeda", "/lanjut"])
async def test_only_the_kasubbag_steers(kantor: Kantor, command: str) -> None:
    await collecting(kantor)
    if command == "/lanjut":
        await pause(kantor)
    before = kantor.runs()
    for phone in (kantor.budi, kantor.hadi, kantor.dewi):
        assert "hanya untuk Kasubbag" in (await kantor.say(phone, command)).text
    assert kantor.runs() == before


async def test_buttons_of_others_steer_nothing(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.sari, "/mulai_renja")
    choice = await kantor.say(kantor.sari, "/jeda")
    data = choice.button("RENJA").data or ""
    before = kantor.runs()
    for what in ("jeda", "lanjut", "batal"):
        forged = data.replace("jeda", what)
        for phone in (kantor.budi, kantor.dewi, kantor.somebody()):
            assert (await (await kantor.forge(phone, choice, forged)).answered()).show_alert
    unknown = await kantor.forge(kantor.sari, choice, "run:jeda:tidakdikenal")
    assert (await unknown.answered()).show_alert
    assert kantor.runs() == before


async def test_pausing_twice_rests_once(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.sari, "/mulai_renja")
    choice = await kantor.say(kantor.sari, "/jeda")
    data = choice.button("RENJA").data or ""
    await kantor.press(kantor.sari, choice, "RENJA")
    await kantor.say(kantor.sari, REASON)
    again = await (await kantor.forge(kantor.sari, choice, data)).answered()
    assert "sedang dijeda" in again.text
    renja = next(run for run in kantor.runs() if run.procedure.code == "renja")
    assert len(renja.pauses) == 1


async def test_a_question_about_more_time_waits_while_the_run_rests(kantor: Kantor) -> None:
    await collecting(kantor)
    await kantor.tap(kantor.budi, "Perpanjang")
    await kantor.tap(kantor.budi, "1 hari")
    await kantor.say(kantor.budi, "Data belum lengkap")
    asked = next(m for m in kantor.sari.heard if "✅ Setujui" in m.labels)
    await pause(kantor)
    assert shown(kantor.sari, asked).labels == ()
    await resume(kantor)
    await kantor.press(kantor.sari, shown(kantor.sari, asked), "Setujui")
    assert only(kantor).extensions[0].granted


# --- cancelling -----------------------------------------------------------------------------


async def test_a_run_is_given_up_after_one_more_question_and_a_reason(kantor: Kantor) -> None:
    await collecting(kantor)
    card = kantor.card(kantor.budi)
    question = await kantor.say(kantor.sari, "/batal")
    assert "Batalkan pelaksanaan" in question.text
    await kantor.tap(kantor.sari, "Ya, batalkan")
    assert kantor.runs() != []
    reply = await kantor.say(kantor.sari, "Diganti dokumen tingkat kota")
    assert "dibatalkan" in reply.text

    (run,) = kantor.finished()
    assert run.status is RunStatus.DIBATALKAN
    assert [t.status for t in run.tasks] == [TaskStatus.SELESAI, TaskStatus.DITARIK]
    closed = shown(kantor.budi, card)
    assert f"dibatalkan oleh {SARI.called}" in closed.text
    assert closed.labels == ("ℹ️ Rincian",)
    assert cards(kantor.budi) == []
    for phone in (kantor.budi, kantor.rina, kantor.hadi, kantor.dewi):
        assert "⛔" in phone.last.text
        assert "Diganti dokumen tingkat kota" in phone.last.text
    assert "Tidak ada pelaksanaan" in (await kantor.say(kantor.dewi, "/status")).text
    history = (await kantor.say(kantor.dewi, "/riwayat")).text
    assert "dibatalkan" in history
    await kantor.tap(kantor.dewi, "LAKIP · 2025")
    assert "berakhir sebelum selesai" in kantor.dewi.last.text
    before = list(kantor.budi.heard)
    await kantor.later(days=10)
    assert new(kantor.budi, before) == [], "nobody is reminded of what was given up"


async def test_a_tap_on_a_card_of_a_run_that_was_given_up_is_refused_kindly(
    kantor: Kantor,
) -> None:
    await collecting(kantor)
    card = kantor.card(kantor.budi)
    data = card.button("Selesai").data or ""
    await cancel(kantor)
    tap = await kantor.forge(kantor.budi, card, data)
    assert "sudah berakhir" in (await tap.answered()).text


async def test_batal_while_a_question_waits_leaves_the_question_and_nothing_else(
    kantor: Kantor,
) -> None:
    await collecting(kantor)
    await kantor.say(kantor.sari, "/jeda")
    assert "ditinggalkan" in (await kantor.say(kantor.sari, "/batal")).text
    assert kantor.runs()[0].status is RunStatus.BERJALAN
    # Only the next one offers to give a run up, and even that waits for a yes and a reason.
    assert "Batalkan pelaksanaan" in (await kantor.say(kantor.sari, "/batal")).text
    await kantor.tap(kantor.sari, "Ya, batalkan")
    assert "ditinggalkan" in (await kantor.say(kantor.sari, "/batal")).text
    assert kantor.runs()[0].status is RunStatus.BERJALAN


async def test_a_question_that_expired_does_not_stand_in_the_way_of_batal(kantor: Kantor) -> None:
    await collecting(kantor)
    await kantor.say(kantor.sari, "/jeda")
    await kantor.later(hours=2)
    assert "Batalkan pelaksanaan" in (await kantor.say(kantor.sari, "/batal")).text


async def test_who_may_not_give_up_runs_only_leaves_questions(kantor: Kantor) -> None:
    await collecting(kantor)
    for phone in (kantor.budi, kantor.hadi, kantor.dewi):
        assert "Tidak ada pertanyaan" in (await kantor.say(phone, "/batal")).text
    assert len(kantor.runs()) == 1


async def test_a_run_that_rests_can_be_given_up_too(kantor: Kantor) -> None:
    await collecting(kantor)
    await pause(kantor)
    await cancel(kantor)
    (run,) = kantor.finished()
    assert run.status is RunStatus.DIBATALKAN


async def test_of_two_runs_the_chosen_one_is_given_up(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.sari, "/mulai_renja")
    await kantor.say(kantor.sari, "/batal")
    await kantor.tap(kantor.sari, "LAKIP · 2025")
    assert "Batalkan pelaksanaan" in kantor.sari.last.text
    await kantor.tap(kantor.sari, "Ya, batalkan")
    await kantor.say(kantor.sari, REASON)
    assert [run.procedure.code for run in kantor.runs()] == ["renja"]


async def test_a_doubled_yes_and_a_doubled_reason_give_up_once(kantor: Kantor) -> None:
    await collecting(kantor)
    question = await kantor.say(kantor.sari, "/batal")
    data = question.button("Ya, batalkan").data or ""
    taps = [kantor.sari.tap_data(question, data) for _ in range(2)]
    for tap in taps:
        await tap.answered()
    await kantor.quiet()
    kantor.sari.send(REASON)
    kantor.sari.send(REASON)
    await kantor.quiet()
    assert len(kantor.finished()) == 1
    late = await (await kantor.forge(kantor.sari, question, data)).answered()
    assert "sudah berakhir" in late.text


async def test_steering_survives_a_restart_between_its_questions(kantor: Kantor) -> None:
    await collecting(kantor)
    await kantor.say(kantor.sari, "/jeda")
    await kantor.restart()
    await kantor.say(kantor.sari, REASON)
    assert kantor.runs()[0].status is RunStatus.DIJEDA
    await kantor.say(kantor.sari, "/batal")
    await kantor.restart()
    await kantor.tap(kantor.sari, "Ya, batalkan")
    await kantor.restart()
    await kantor.say(kantor.sari, REASON)
    assert len(kantor.finished()) == 1


async def test_who_was_asked_hears_as_well_that_it_rests_goes_on_and_ends(kantor: Kantor) -> None:
    """Bu Rina left step 2 to Pak Budi; nobody asked Pak Hadi yet."""
    await collecting(kantor)
    await kantor.confirm(kantor.budi)
    seen = list(kantor.hadi.heard)
    await pause(kantor)
    assert "⏸" in kantor.rina.last.text
    assert REASON in kantor.rina.last.text
    await resume(kantor)
    assert "▶️" in kantor.rina.last.text
    assert new(kantor.hadi, seen) == []
    await cancel(kantor)
    for phone in (kantor.rina, kantor.budi, kantor.dewi, kantor.hadi):
        assert "⛔" in phone.last.text
        assert "Diganti dokumen tingkat kota" in phone.last.text
