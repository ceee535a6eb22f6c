"""More time for a step: asked for, decided by a button, and everything moves with it."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.people import Address
from bot.domain.run import Extension, Task
from bot.localtelegram.people import Person
from bot.localtelegram.screen import Message
from tests.cast import BUDI, SARI, Player
from tests.stories.harness import Kantor, at, new

REASON = "Data realisasi dari dua bidang belum diterima"
MIRA = Player(121, "Mira Handayani, S.E.", Address.IBU, "kasubbag")
"""A second Kasubbag, who decides as well as the first."""


async def collecting(kantor: Kantor) -> None:
    """LAKIP has come to the team, who collect the data in three days."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)


def only(kantor: Kantor) -> Task:
    (run,) = kantor.runs()
    (task,) = run.current
    return task


def wish(kantor: Kantor) -> Extension:
    return only(kantor).extensions[-1]


def shown(phone: Person, message: Message) -> Message:
    found = phone.message(message)
    assert found is not None
    return found


async def ask(kantor: Kantor, phone: Person, amount: str = "2 hari", reason: str = REASON) -> None:
    """Ask for more time by a button, and say why."""
    await kantor.tap(phone, "Perpanjang")
    await kantor.tap(phone, amount)
    await kantor.say(phone, reason)


def decision(phone: Person) -> Message:
    """The newest card on which somebody can decide."""
    return [m for m in phone.heard if "✅ Setujui" in m.labels][-1]


async def test_the_kasubbag_grants_two_days_and_the_deadline_moves(kantor: Kantor) -> None:
    await collecting(kantor)
    was = only(kantor).due_at
    before = list(kantor.rina.heard)
    card = kantor.card(kantor.budi)
    await kantor.tap(kantor.budi, "Perpanjang")
    assert "Berapa lama" in kantor.budi.last.text
    await kantor.tap(kantor.budi, "2 hari")
    assert "Bila disetujui, tenggatnya menjadi" in kantor.budi.last.text
    assert only(kantor).extensions == ()
    reply = await kantor.say(kantor.budi, REASON)
    assert f"disampaikan kepada {SARI.called}" in reply.text
    assert "menunggu keputusan" in shown(kantor.budi, card).text
    assert "⏳ Perpanjang" not in shown(kantor.budi, card).labels

    asked = decision(kantor.sari)
    assert BUDI.called in asked.text
    assert REASON in asked.text
    assert only(kantor).due_at == was
    tap = await kantor.press(kantor.sari, asked, "Setujui")
    assert "disetujui" in (await tap.answered()).text

    assert wish(kantor).granted is True
    due = only(kantor).due_at
    # Two more working days: the weekday after the next.
    assert (due.date() - was.date()).days in (2, 4)
    assert f"✅ Disetujui oleh {SARI.called}" in shown(kantor.sari, asked).text
    assert shown(kantor.sari, asked).labels == ()
    for phone in (kantor.budi, kantor.rina):
        assert "perpanjangan waktu 2 hari disetujui" in phone.last.text.lower()
    assert "disetujui" in new(kantor.rina, before)[-1].text
    assert "⏳ Perpanjang" in shown(kantor.budi, card).labels, "more may be asked for later"
    detail = await _detail(kantor, kantor.budi, card)
    assert "perpanjangan 2 hari" in detail
    assert REASON in detail


async def _detail(kantor: Kantor, phone: Person, card: Message) -> str:
    await kantor.press(phone, shown(phone, card), "Rincian")
    return phone.last.text


async def test_reminders_escalation_and_forecast_move_with_the_deadline(kantor: Kantor) -> None:
    await collecting(kantor)
    was = only(kantor).due_at
    early = (await kantor.say(kantor.dewi, "/status")).text
    await ask(kantor, kantor.budi)
    await kantor.press(kantor.sari, decision(kantor.sari), "Setujui")
    assert (await kantor.say(kantor.dewi, "/status")).text != early, "the forecast has moved"
    before = list(kantor.budi.heard)
    sari_before = list(kantor.sari.heard)

    await kantor.go_to(was)
    assert not [m for m in new(kantor.budi, before) if "sudah tiba" in m.text]
    due = only(kantor).due_at
    await kantor.go_to(due)
    assert [m for m in new(kantor.budi, before) if "sudah tiba" in m.text]
    assert not [
        m.text for m in new(kantor.sari, sari_before) if "Dengan hormat kami laporkan" in m.text
    ]


async def test_what_is_declined_stays_as_it_was(kantor: Kantor) -> None:
    await collecting(kantor)
    was = only(kantor).due_at
    await ask(kantor, kantor.budi)
    asked = decision(kantor.sari)
    before = list(kantor.rina.heard)
    await kantor.press(kantor.sari, asked, "Tidak disetujui")
    assert wish(kantor).granted is None, "nothing is decided before the last word"
    tap = await kantor.tap(kantor.sari, "Tanpa alasan")
    assert "tidak disetujui" in (await tap.answered()).text
    assert only(kantor).due_at == was
    assert "tidak disetujui" in kantor.budi.last.text
    assert "Alasan" not in kantor.budi.last.text
    assert "Tenggat tetap" in kantor.budi.last.text
    assert f"Tidak disetujui oleh {SARI.called}" in shown(kantor.sari, asked).text
    assert new(kantor.rina, before) == [], "a refusal is told to who asked alone"


WHY = "Rapat <b>tidak</b> dapat & perlu ditunda"


async def declined(kantor: Kantor, phone: Person, why: str = WHY) -> Message:
    """Pak Budi asks for two days, and somebody declines with a reason; the card of it."""
    await ask(kantor, kantor.budi)
    asked = decision(phone)
    await kantor.press(phone, asked, "Tidak disetujui")
    await kantor.say(phone, why)
    return asked


async def test_a_refusal_carries_its_reason_to_who_asked_and_onto_the_record(
    kantor: Kantor,
) -> None:
    await collecting(kantor)
    before = list(kantor.rina.heard)
    card = kantor.card(kantor.budi)
    await ask(kantor, kantor.budi)
    asked = decision(kantor.sari)
    await kantor.press(kantor.sari, asked, "Tidak disetujui")
    assert "hanya kepada pemohon" in kantor.sari.last.text
    assert "belum dapat kami catat" in (await kantor.say(kantor.sari, "?")).text
    await kantor.restart()
    assert "tidak disetujui" in (await kantor.say(kantor.sari, WHY)).text
    assert (wish(kantor).granted, wish(kantor).decision_reason) == (False, WHY)
    assert f"Alasan: {WHY}" in kantor.budi.last.text
    assert f"Alasan: {WHY}" in shown(kantor.sari, asked).text
    assert new(kantor.rina, before) == []
    assert WHY in await _detail(kantor, kantor.budi, card)


async def test_a_refusal_is_taken_back_within_ten_minutes_and_decided_again(
    kantor: Kantor,
) -> None:
    await collecting(kantor)
    asked = await declined(kantor, kantor.sari)
    await kantor.later(minutes=9)
    tap = await kantor.press(kantor.sari, shown(kantor.sari, asked), "Tarik kembali")
    assert "kembali menunggu" in (await tap.answered()).text
    assert wish(kantor).granted is None
    assert "ditarik kembali" in kantor.budi.last.text
    assert "menunggu keputusan" in shown(kantor.budi, kantor.card(kantor.budi)).text
    again = await kantor.forge(kantor.sari, asked, tap.data)
    assert "tidak sedang ditolak" in (await again.answered()).text
    was = only(kantor).due_at
    await kantor.press(kantor.sari, shown(kantor.sari, asked), "Setujui")
    assert "disetujui oleh" in kantor.budi.last.text
    assert only(kantor).due_at > was
    await declined(kantor, kantor.sari, "Cukup satu kali")
    assert "Alasan: Cukup satu kali" in kantor.budi.last.text


async def test_a_refusal_stands_after_ten_minutes_and_for_everybody_else(kantor: Kantor) -> None:
    await kantor.employ_now(MIRA)
    await collecting(kantor)
    asked = await declined(kantor, kantor.sari)
    data = shown(kantor.sari, asked).button("Tarik kembali").data or ""
    assert not any("Tarik kembali" in str(m.labels) for m in kantor.phone(MIRA).heard)
    for phone in (kantor.phone(MIRA), kantor.budi, kantor.hadi, kantor.somebody()):
        assert (await (await kantor.forge(phone, asked, data)).answered()).show_alert
    await kantor.later(minutes=10)
    assert shown(kantor.sari, asked).labels == ()
    late = await (await kantor.forge(kantor.sari, asked, data)).answered()
    assert "dalam 10 menit" in late.text
    assert wish(kantor).granted is False


async def test_what_happened_since_keeps_a_refusal_as_it_is(kantor: Kantor) -> None:
    await collecting(kantor)
    asked = await declined(kantor, kantor.sari)
    data = shown(kantor.sari, asked).button("Tarik kembali").data or ""
    await ask(kantor, kantor.rina, "1 hari")
    again = await (await kantor.forge(kantor.sari, asked, data)).answered()
    assert "dimohon kembali" in again.text
    await kantor.confirm(kantor.rina)
    over = await (await kantor.forge(kantor.sari, asked, data)).answered()
    assert "tidak menunggu lagi" in over.text


async def test_a_reason_for_a_refusal_ends_with_the_step(kantor: Kantor) -> None:
    await collecting(kantor)
    await ask(kantor, kantor.budi)
    await kantor.press(kantor.sari, decision(kantor.sari), "Tidak disetujui")
    question = kantor.sari.last
    await kantor.confirm(kantor.rina)
    assert "tidak kami catat" in (await kantor.say(kantor.sari, WHY)).text
    tap = await kantor.press(kantor.sari, question, "Tanpa alasan")
    assert "tidak perlu diputuskan" in (await tap.answered()).text


@pytest.mark.parametrize(
    ("text", "amount"),
    [("3 hari", "3 hari"), ("tiga hari kerja", "3 hari"), ("90 menit", "90 menit")],
)
async def test_another_amount_is_typed(kantor: Kantor, text: str, amount: str) -> None:
    await collecting(kantor)
    await kantor.tap(kantor.budi, "Perpanjang")
    assert f"perpanjangan waktu {amount}" in (await kantor.say(kantor.budi, text)).text
    await kantor.say(kantor.budi, REASON)
    assert str(wish(kantor).amount) == amount


@pytest.mark.parametrize("text", ["secepatnya", "0 hari", "9999 hari", "<b>", "minggu depan"])
async def test_what_is_no_amount_is_asked_for_again_with_an_example(
    kantor: Kantor, text: str
) -> None:
    await collecting(kantor)
    await kantor.tap(kantor.budi, "Perpanjang")
    again = await kantor.say(kantor.budi, text)
    assert "seperti “3 jam” atau “2 hari”" in again.text
    await kantor.say(kantor.budi, "3 jam")
    assert "belum dapat kami catat" in (await kantor.say(kantor.budi, "?")).text
    await kantor.say(kantor.budi, REASON)
    assert str(wish(kantor).amount) == "3 jam"


async def test_what_the_kasubbag_asks_for_the_sekretaris_decides(kantor: Kantor) -> None:
    await collecting(kantor)
    await kantor.confirm(kantor.budi)
    await ask(kantor, kantor.sari, "2 jam")
    assert "Setujui" not in str([m.labels for m in kantor.sari.heard])
    was = only(kantor).due_at
    await kantor.press(kantor.hadi, decision(kantor.hadi), "Setujui")
    assert only(kantor).due_at > was


async def test_only_who_decides_may_decide(kantor: Kantor) -> None:
    await collecting(kantor)
    await ask(kantor, kantor.budi)
    asked = decision(kantor.sari)
    data = asked.button("Setujui").data or ""
    for phone in (kantor.budi, kantor.rina, kantor.hadi, kantor.dewi, kantor.somebody()):
        assert (await (await kantor.forge(phone, asked, data)).answered()).show_alert
    forged = data.replace(":0:", ":7:")
    assert (await (await kantor.forge(kantor.sari, asked, forged)).answered()).show_alert
    assert wish(kantor).granted is None


async def test_only_whose_step_it_is_may_ask_and_only_once_at_a_time(kantor: Kantor) -> None:
    await collecting(kantor)
    card = kantor.card(kantor.budi)
    data = card.button("Perpanjang").data or ""
    for phone in (kantor.sari, kantor.hadi, kantor.somebody()):
        assert (await (await kantor.forge(phone, card, data)).answered()).show_alert
    await ask(kantor, kantor.budi)
    tap = await kantor.forge(kantor.rina, card, data)
    assert "masih menunggu" in (await tap.answered()).text
    assert len(only(kantor).extensions) == 1


async def test_an_amount_that_no_button_offers_is_refused(kantor: Kantor) -> None:
    await collecting(kantor)
    card = kantor.card(kantor.budi)
    token = (card.button("Perpanjang").data or "").removeprefix("ext:")
    for amount in ("999:hari", "999:menit", "0:jam"):
        tap = await kantor.forge(kantor.budi, card, f"exb:{token}:{amount}")
        assert (await tap.answered()).show_alert
    await kantor.say(kantor.budi, REASON)
    assert only(kantor).extensions == ()


# --- races ----------------------------------------------------------------------------------


async def test_time_granted_after_the_step_was_confirmed_comes_too_late(kantor: Kantor) -> None:
    await collecting(kantor)
    await ask(kantor, kantor.budi)
    asked = decision(kantor.sari)
    data = asked.button("Setujui").data or ""
    await kantor.confirm(kantor.rina)
    assert "tidak menunggu lagi" in shown(kantor.sari, asked).text
    assert shown(kantor.sari, asked).labels == ()
    tap = await kantor.forge(kantor.sari, asked, data)
    assert "tidak perlu diputuskan" in (await tap.answered()).text
    (run,) = kantor.runs()
    assert [e.granted for t in run.tasks for e in t.extensions] == [None]
    detail = await _detail(kantor, kantor.sari, kantor.card(kantor.sari))
    assert "Keputusan: tidak diperlukan lagi" in detail
    assert "menunggu keputusan" not in detail, "nobody is going to decide"


async def test_of_two_deciders_one_decides_and_the_other_hears_who(kantor: Kantor) -> None:
    await kantor.employ_now(MIRA)
    mira = kantor.phone(MIRA)
    await collecting(kantor)
    await ask(kantor, kantor.budi)
    cards = {phone.id: decision(phone) for phone in (kantor.sari, mira)}
    await kantor.press(mira, cards[mira.id], "Tidak disetujui")
    yes = kantor.sari.tap(cards[kantor.sari.id], "Setujui")
    no = mira.tap(mira.last, "Tanpa alasan")
    answers = await asyncio.gather(yes.answered(), no.answered())
    await kantor.quiet()
    decided = wish(kantor)
    assert decided.granted is not None
    late = answers[1] if decided.granted else answers[0]
    winner = SARI if decided.granted else MIRA
    assert f"sudah diputuskan oleh {winner.called}" in late.text
    for phone in (kantor.sari, mira):
        own = phone is mira and not decided.granted
        assert shown(phone, cards[phone.id]).labels == (
            ("↶ Tarik kembali penolakan",) if own else ()
        )


async def test_a_doubled_yes_grants_once(kantor: Kantor) -> None:
    await collecting(kantor)
    await ask(kantor, kantor.budi, "1 hari")
    asked = decision(kantor.sari)
    data = asked.button("Setujui").data or ""
    taps = [kantor.sari.tap_data(asked, data) for _ in range(2)]
    answers = [(await tap.answered()).text for tap in taps]
    await kantor.quiet()
    assert sum("sudah diputuskan" in text for text in answers) == 1
    assert len(only(kantor).extensions) == 1
    assert only(kantor).due_at < at("30-11-2026 09.00")


async def test_a_new_kasubbag_gets_the_question_that_waits(kantor: Kantor) -> None:
    await collecting(kantor)
    await ask(kantor, kantor.budi)
    asked = decision(kantor.sari)
    await kantor.employ_now(MIRA)
    # Bu Sari hands the role over: Ibu Mira, who has it too, decides from now on.
    person, yusuf = kantor.person(kantor.sari), kantor.yusuf
    await kantor.say(yusuf, "/pegawai")
    await kantor.forge(yusuf, 1, f"ppl:{person.id}")
    with kantor.services.store.read() as tx:
        (held,) = tx.people.staff(kantor.clock.now()).holdings_of(person.id)
    await kantor.forge(yusuf, 1, f"rev:{held.id}")
    await kantor.tick()
    assert shown(kantor.sari, asked).labels == ()
    mira = kantor.phone(MIRA)
    await kantor.press(mira, decision(mira), "Setujui")
    assert wish(kantor).granted is True
    assert "disetujui oleh Ibu Mira" in kantor.budi.last.text


async def test_the_wish_survives_a_restart_between_its_questions(kantor: Kantor) -> None:
    await collecting(kantor)
    await kantor.tap(kantor.budi, "Perpanjang")
    await kantor.restart()
    await kantor.tap(kantor.budi, "1 hari")
    await kantor.restart()
    await kantor.say(kantor.budi, REASON)
    await kantor.restart()
    await kantor.press(kantor.sari, decision(kantor.sari), "Setujui")
    assert wish(kantor).granted is True
