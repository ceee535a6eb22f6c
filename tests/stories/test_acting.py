"""Plh. and Plt.: who stands in acts, from the minute on which it begins until it ends."""

from __future__ import annotations

import pytest

from bot.domain.acting import Unfit
from bot.domain.run import Capacity
from bot.features import replies
from bot.features.acting.views import ActingField, DraftView
from bot.features.work import Request
from bot.localtelegram.screen import Message
from bot.localtelegram.server import Person
from tests.cast import ADMIN, ANWAR, BUDI, DEWI, HADI, JOKO, LESTARI, SARI, Player
from tests.stories.harness import Kantor, at, cards, new

PLH_KEPALA_DINAS = "Plh. Kepala Dinas"


async def appoint(
    kantor: Kantor,
    person: Player,
    post: str,
    *,
    since: str | None = None,
    until: str = "27 November 2026",
    command: str = "/plh",
    by: Person | None = None,
) -> Person:
    """Bu Sari (or somebody else) appoints somebody; her phone."""
    phone = by or kantor.sari
    await kantor.say(phone, command)
    await kantor.tap(phone, post)
    await kantor.tap(phone, person.called)
    if since is None:
        await kantor.tap(phone, "Mulai sekarang")
    else:
        await kantor.say(phone, since)
    await kantor.say(phone, until)
    await kantor.say(phone, "800/123/BKPSDM/2026")
    await kantor.say(phone, "20-11-2026")
    await kantor.tap(phone, "Catat penunjukan")
    return phone


async def at_the_signature(kantor: Kantor) -> None:
    """LAKIP waits for the Kepala Dinas to sign."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi, kantor.budi, kantor.sari, *[kantor.budi] * 4)
    await kantor.confirm(kantor.sari, kantor.hadi)


async def test_the_plh_signs_and_everything_says_so(kantor: Kantor) -> None:
    await at_the_signature(kantor)
    official_card = kantor.card(kantor.dewi)
    await appoint(kantor, HADI, "Kepala Dinas")

    card = kantor.card(kantor.hadi)
    assert "Yth. Bapak Plh. Kepala Dinas," in card.text
    assert cards(kantor.dewi) == []
    changed = kantor.dewi.message(official_card)
    assert f"{HADI.called} ({PLH_KEPALA_DINAS})" in changed.text
    assert PLH_KEPALA_DINAS in kantor.dewi.last.text
    assert "kembali kepada Ibu" in kantor.dewi.last.text
    assert PLH_KEPALA_DINAS in (await kantor.say(kantor.sari, "/status")).text

    await kantor.press(kantor.hadi, card, "ditandatangani")
    (run,) = kantor.finished()
    (given,) = run.tasks[-1].confirmations
    assert (given.role, given.capacity) == ("kepala_dinas", Capacity.PLH)
    assert PLH_KEPALA_DINAS in await kantor.summary(kantor.sari)


async def test_the_official_hears_kindly_who_acts_meanwhile(kantor: Kantor) -> None:
    await at_the_signature(kantor)
    card = kantor.card(kantor.dewi)
    data = card.button("ditandatangani").data
    assert data
    await appoint(kantor, HADI, "Kepala Dinas")
    tap = await kantor.forge(kantor.dewi, card, data)
    answer = (await tap.answered()).text
    assert HADI.called in answer
    assert PLH_KEPALA_DINAS in answer
    assert kantor.finished() == []


async def test_open_tasks_move_at_the_minute_and_back_and_both_get_a_card(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await appoint(
        kantor,
        HADI,
        "Kepala Dinas",
        since="besok pukul 10.00",
        until="24 November 2026 pukul 14.00",
    )
    assert len(cards(kantor.dewi)) == 1
    assert cards(kantor.hadi) == []

    await kantor.go_to("24-11-2026 09.59")
    assert cards(kantor.hadi) == []
    waiting = kantor.hadi.heard
    await kantor.go_to("24-11-2026 10.00")
    assert "Membentuk Tim" in kantor.card(kantor.hadi).text
    assert any("Mulai sekarang Bapak" in m.text for m in new(kantor.hadi, waiting))
    assert cards(kantor.dewi) == []
    assert "Mulai sekarang" in kantor.dewi.last.text

    await kantor.go_to("24-11-2026 13.59")
    assert cards(kantor.dewi) == []
    await kantor.go_to("24-11-2026 14.00")
    assert cards(kantor.hadi) == []
    assert "sudah berakhir" in kantor.hadi.last.text
    assert "kembali kepada Ibu" in kantor.dewi.last.text
    await kantor.confirm(kantor.dewi)
    assert kantor.runs()[0].steps_done == 1


async def test_whole_days_are_meant_where_no_clock_time_is_said(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await appoint(kantor, HADI, "Kepala Dinas", since="24/11/2026", until="24/11/2026")
    assert "Berlaku: 24 November 2026\n" in kantor.sari.last.text
    await kantor.go_to("24-11-2026 00.00")
    assert len(cards(kantor.hadi)) >= 1
    await kantor.go_to("24-11-2026 23.59")
    assert cards(kantor.dewi) == []
    await kantor.go_to("25-11-2026 00.00")
    assert len(cards(kantor.dewi)) >= 1
    assert cards(kantor.hadi) == []


async def test_one_who_is_both_reviewers_is_allowed_with_a_warning_that_all_see(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/plh")
    await kantor.tap(kantor.sari, "Kepala Dinas")
    await kantor.tap(kantor.sari, HADI.called)
    await kantor.tap(kantor.sari, "Mulai sekarang")
    await kantor.tap(kantor.sari, "7 hari")
    await kantor.say(kantor.sari, "800/1")
    preview = await kantor.say(kantor.sari, "20 November 2026")
    assert "⚠️ Dengan ini satu orang" in preview.text
    assert "LAKIP" in preview.text
    await kantor.tap(kantor.sari, "Catat penunjukan")
    for phone in (kantor.sari, kantor.hadi, kantor.dewi, kantor.yusuf):
        assert "⚠️ Dengan ini satu orang" in phone.last.text


async def test_a_kasubbag_who_appoints_herself_is_seen_at_once(kantor: Kantor) -> None:
    await appoint(kantor, SARI, "Sekretaris")
    for phone in (kantor.hadi, kantor.yusuf):
        assert SARI.called in phone.last.text
        assert "Plh. Sekretaris" in phone.last.text
        assert f"Dicatat oleh {SARI.called}" in phone.last.text
        assert "800/123/BKPSDM/2026" in phone.last.text


async def test_two_for_one_post_are_refused_and_the_first_is_named(kantor: Kantor) -> None:
    await appoint(kantor, HADI, "Kepala Dinas", since="besok", until="26/11/2026")
    phone = await appoint(kantor, BUDI, "Kepala Dinas", since="26/11/2026", until="30/11/2026")
    tap = await kantor.tap(phone, "Catat penunjukan")
    refused = (await tap.answered()).text
    assert HADI.called in refused
    assert PLH_KEPALA_DINAS in refused
    await kantor.say(phone, "/batal")
    shown = await kantor.say(phone, "/plh")
    assert shown.text.count("Plh. Kepala Dinas:") == 1
    # The day after is free.
    await appoint(kantor, BUDI, "Kepala Dinas", since="27/11/2026", until="30/11/2026")
    shown = await kantor.say(phone, "/plh")
    assert shown.text.count("Plh. Kepala Dinas:") == 2


async def test_two_who_appoint_for_one_post_at_once_make_one(kantor: Kantor) -> None:
    for phone, person in ((kantor.sari, HADI), (kantor.yusuf, BUDI)):
        await kantor.say(phone, "/plh")
        await kantor.tap(phone, "Kepala Dinas")
        await kantor.tap(phone, person.called)
        await kantor.tap(phone, "Mulai sekarang")
        await kantor.tap(phone, "7 hari")
        await kantor.say(phone, "800/1")
        await kantor.tap(phone, "Hari ini")
    taps = [
        phone.tap(kantor.find(phone, "Catat penunjukan"), "Catat penunjukan")
        for phone in (kantor.sari, kantor.yusuf)
    ]
    answers = [await tap.answered() for tap in taps]
    await kantor.quiet()
    assert sum("sudah dijalankan oleh" in answer.text for answer in answers) == 1
    with kantor.services.store.read() as tx:
        assert len(tx.people.appointments(kantor.clock.now())) == 1


async def test_an_appointment_is_ended_early_and_cards_go_back(kantor: Kantor) -> None:
    await at_the_signature(kantor)
    await appoint(kantor, HADI, "Kepala Dinas")
    shown = await kantor.say(kantor.sari, "/plt")
    await kantor.press(kantor.sari, shown, "Akhiri: Plh. Kepala Dinas")
    await kantor.tap(kantor.sari, "Ya, akhiri")
    assert cards(kantor.hadi) == []
    assert "kembali kepada Ibu" in kantor.dewi.last.text
    assert "sudah berakhir" in kantor.hadi.last.text
    told = len([m for m in kantor.dewi.heard if "berakhir" in m.text])
    await kantor.go_to("30-11-2026 09.00")
    assert len([m for m in kantor.dewi.heard if "berakhir" in m.text]) == told, "only once"
    await kantor.confirm(kantor.dewi)
    assert len(kantor.finished()) == 1


async def test_one_that_has_not_begun_is_called_off_and_never_begins(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await appoint(kantor, HADI, "Kepala Dinas", since="besok")
    await kantor.say(kantor.sari, "/plh")
    await kantor.tap(kantor.sari, "Akhiri: Plh. Kepala Dinas")
    await kantor.tap(kantor.sari, "Ya, batalkan")
    assert "dibatalkan sebelum mulai" in kantor.hadi.last.text
    await kantor.go_to("25-11-2026 09.00")
    assert cards(kantor.hadi) == []
    assert cards(kantor.dewi) != []


async def test_a_plt_fills_a_vacant_post_until_somebody_holds_it(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, DEWI.called)
    await kantor.tap(kantor.sari, "Cabut: Kepala Dinas")
    assert "peran ini kosong" in kantor.sari.last.text
    await kantor.tap(kantor.sari, "Ya, cabut")
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.tap(kantor.sari, "Mulai")
    await appoint(kantor, HADI, "Kepala Dinas (kosong)", command="/plt", until="24/11/2026")
    assert "Plt. Kepala Dinas" in kantor.card(kantor.hadi).text
    before = kantor.sari.heard
    await kantor.go_to("25-11-2026 00.00")
    assert cards(kantor.hadi) == []
    assert any("belum dipegang siapa pun" in m.text for m in new(kantor.sari, before))


async def test_the_stand_in_of_the_kasubbag_may_start_runs(kantor: Kantor) -> None:
    await appoint(kantor, BUDI, "Kasubbag Perencanaan", by=kantor.yusuf)
    assert "mulai" in [name for name, _ in kantor.budi.commands]
    assert "sudah dimulai" in (await kantor.say(kantor.budi, "/mulai_lakip")).text
    await kantor.go_to("28-11-2026 00.00")
    assert "mulai" not in [name for name, _ in kantor.budi.commands]


async def test_answers_that_make_no_sense_are_asked_again_with_an_example(kantor: Kantor) -> None:
    sari = kantor.sari
    await kantor.say(sari, "/plh")
    await kantor.tap(sari, "Kepala Dinas")
    assert "Mohon memilih pegawai" in (await kantor.say(sari, "Pak Hadi saja")).text
    await kantor.tap(sari, HADI.called)
    assert "belum terbaca" in (await kantor.say(sari, "kapan-kapan")).text
    assert "satu bulan yang lalu" in (await kantor.say(sari, "1 Januari 2026")).text
    await kantor.say(sari, "25 November 2026")
    assert "mendahului" in (await kantor.say(sari, "24 November 2026")).text
    assert "satu tahun" in (await kantor.say(sari, "25 November 2028")).text
    await kantor.say(sari, "30 November 2026")
    assert "80 huruf" in (await kantor.say(sari, "8" * 200)).text
    await kantor.say(sari, "<b>800</b> & 1")
    assert "belum terbaca" in (await kantor.say(sari, "31/2/2026")).text
    checked = await kantor.say(sari, "20/11/2026")
    assert "<b>800</b> & 1" in checked.text
    # A command is answered in between, and /batal leaves it.
    assert "Tidak ada pelaksanaan" in (await kantor.say(sari, "/status")).text
    await kantor.say(sari, "/batal")
    tap = await kantor.press(sari, checked, "Catat penunjukan")
    assert "tidak berlaku" in (await tap.answered()).text


async def only_for_the_kasubbag(kantor: Kantor, message: Message, data: str) -> None:
    """Pak Budi, who may not, presses a button of this message."""
    tap = await kantor.forge(kantor.budi, message, data)
    assert "hanya untuk" in (await tap.answered()).text


async def test_it_begins_at_the_very_moment_by_a_button(kantor: Kantor) -> None:
    sari = kantor.sari
    await kantor.say(sari, "/plh")
    await kantor.tap(sari, "Kepala Dinas")
    await kantor.tap(sari, HADI.called)
    await only_for_the_kasubbag(kantor, sari.last, "apn")
    assert "Mulai kapan" in sari.last.text, "the tap of somebody else has changed nothing"
    began = kantor.clock.now()
    await kantor.tap(sari, "Mulai sekarang")
    assert "Sampai dengan kapan" in sari.last.text
    await kantor.tap(sari, "1 hari")
    await kantor.say(sari, "800/1")
    await kantor.tap(sari, "Hari ini")
    await kantor.tap(sari, "Catat penunjukan")
    with kantor.services.store.read() as tx:
        (held,) = tx.people.appointments(kantor.clock.now())
    assert (held.since, held.person_id) == (began, kantor.person(kantor.hadi).id)
    assert PLH_KEPALA_DINAS in (await kantor.say(sari, "/plh")).text


async def test_a_page_of_posts_and_of_people_is_turned(kantor: Kantor) -> None:
    await kantor.employ_now(ANWAR, LESTARI, JOKO)
    sari = kantor.sari
    first = await kantor.say(sari, "/plt")
    await only_for_the_kasubbag(kantor, first, "ap:plt:1")
    await kantor.tap(sari, "Berikutnya ›")
    posts = sari.last.labels
    common = set(posts) & {label for label in first.labels if "/" not in label}
    assert common == {"Tidak jadi"}
    await kantor.tap(sari, "‹ Sebelumnya")
    assert sari.last.labels == first.labels
    await kantor.tap(sari, "Berikutnya ›")

    vacant = next(label for label in posts if label.endswith(" (kosong)"))
    await kantor.tap(sari, vacant)
    assert "Siapa yang akan menjalankannya" in sari.last.text
    assert f"Plt. {vacant.removesuffix(' (kosong)').removesuffix('…')}" in sari.last.text
    await only_for_the_kasubbag(kantor, sari.last, "app:1")
    assert not any(ADMIN.called in label for label in sari.last.labels)
    await kantor.tap(sari, "Berikutnya ›")
    await kantor.tap(sari, ADMIN.called)
    assert "Mulai kapan" in sari.last.text
    assert ADMIN.called in sari.last.text


async def test_why_an_answer_was_not_taken_is_said_until_a_good_one(kantor: Kantor) -> None:
    """The bot stops between an answer and its reply: the reason waits with the question."""
    sari = kantor.sari
    await kantor.say(sari, "/plh")
    await kantor.tap(sari, "Kepala Dinas")
    await kantor.tap(sari, HADI.called)
    await kantor.say(sari, "25 November 2026")
    assert "mendahului" in (await kantor.say(sari, "24 November 2026")).text
    request = Request(sari.id)
    with kantor.services.read(kantor.clock.now(), request) as work:
        shown = replies.show(work, "acting_draft")
    assert isinstance(shown, DraftView)
    assert (shown.field, shown.fault) == (ActingField.UNTIL, Unfit.ENDS_BEFORE)
    asked = await kantor.say(sari, "30 November 2026")
    assert "nomor surat" in asked.text
    assert "mendahului" not in asked.text
    assert "80 huruf" in (await kantor.say(sari, "8" * 200)).text
    checked = await kantor.say(sari, "800/1")
    assert "80 huruf" not in checked.text


async def test_only_those_who_may_can_appoint_or_end(kantor: Kantor) -> None:
    shown = await kantor.say(kantor.sari, "/plh")
    assert "hanya untuk" in (await kantor.say(kantor.budi, "/plh")).text
    for data in (
        *("apo:plh:kepala_dinas", "apk", "aen:1", "apw:1", "ap:plh:0", "app:0", "apn"),
        # Who may not hears that, and nothing of which posts there are.
        "apo:plh:raja",
    ):
        tap = await kantor.forge(kantor.budi, shown, data)
        assert "hanya untuk" in (await tap.answered()).text
    for data in (
        "apo:plh:raja",
        "apo:definitif:kepala_dinas",
        "ap:definitif:0",
        "aen:99",
        "ap:plh:x",
        "apn",
        # Buttons of earlier versions.
        "c:pj:post:plh.kepala_dinas.",
        "c:pj:ok:ya",
        "c:pj:day:since.now",
    ):
        tap = await kantor.forge(kantor.sari, shown, data)
        assert "tidak berlaku" in (await tap.answered()).text


async def test_a_doubled_tap_appoints_once(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/plh")
    await kantor.tap(kantor.sari, "Kepala Dinas")
    await kantor.tap(kantor.sari, HADI.called)
    await kantor.tap(kantor.sari, "Mulai sekarang")
    await kantor.tap(kantor.sari, "7 hari")
    await kantor.say(kantor.sari, "800/1")
    await kantor.tap(kantor.sari, "Hari ini")
    message = kantor.find(kantor.sari, "Catat penunjukan")
    taps = [kantor.sari.tap(message, "Catat penunjukan") for _ in range(2)]
    for tap in taps:
        await tap.answered()
    await kantor.quiet()
    with kantor.services.store.read() as tx:
        assert len(tx.people.appointments(kantor.clock.now())) == 1


async def test_after_a_night_without_the_bot_the_stand_in_has_the_card(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await appoint(kantor, HADI, "Kepala Dinas", since="24/11/2026", until="24/11/2026")
    await kantor.stop()
    kantor.clock.move(at("24-11-2026 09.00"))
    await kantor.start()
    await kantor.tick()
    assert "Membentuk Tim" in kantor.card(kantor.hadi).text
    await kantor.stop()
    kantor.clock.move(at("26-11-2026 09.00"))
    await kantor.start()
    await kantor.tick()
    assert cards(kantor.hadi) == []
    assert len(cards(kantor.dewi)) >= 1


async def test_somebody_removed_stands_in_no_longer_now_or_later(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await appoint(kantor, BUDI, "Kepala Dinas", since="besok")
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, BUDI.called)
    await kantor.tap(kantor.sari, "Hapus dari Kawal SOP")
    await kantor.tap(kantor.sari, "Ya, hapus")
    await kantor.go_to("24-11-2026 09.00")
    assert cards(kantor.dewi) != []
    assert cards(kantor.budi) == []
    await appoint(kantor, HADI, "Kepala Dinas", until="27/11/2026")
    assert cards(kantor.hadi) != []


@pytest.mark.parametrize("first", ["official", "stand-in"])
async def test_a_post_that_has_confirmed_is_not_asked_again(kantor: Kantor, first: str) -> None:
    await kantor.employ_now(ANWAR)
    anwar = kantor.phone(ANWAR)
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon3")
    if first == "official":
        await kantor.confirm(kantor.hadi)
        await appoint(kantor, BUDI, "Sekretaris")
        assert cards(kantor.budi) == []
    else:
        await appoint(kantor, BUDI, "Sekretaris", until="23/11/2026 pukul 11.00")
        await kantor.confirm(kantor.budi)
        await kantor.go_to("23-11-2026 11.00")
        assert cards(kantor.hadi) == []
    await kantor.confirm(anwar)
    assert kantor.runs()[0].steps_done == 1
