"""Looking: one's own tasks, the office's runs, what is over, and the SOPs as signed."""

from __future__ import annotations

from datetime import timedelta

from bot.features.start.views import StartRun
from bot.features.work import Request
from bot.localtelegram.screen import Message
from bot.localtelegram.server import Person
from tests.cast import ANWAR, BUDI, DEWI, HADI, RINA, SARI, newest, tapped
from tests.stories.harness import Kantor, new


async def turn(kantor: Kantor, phone: Person, page: Message, label: str = "Berikutnya") -> Message:
    """The same message with the next page on it."""
    before = phone.heard
    await kantor.press(phone, page, label)
    assert new(phone, before) == []
    turned = phone.message(page)
    assert turned is not None
    return turned


async def all_pages(kantor: Kantor, phone: Person, first: Message) -> list[str]:
    """The texts of all pages, turned by button."""
    page, texts = first, [first.text]
    while any("Berikutnya" in label for label in page.labels):
        page = await turn(kantor, phone, page)
        texts.append(page.text)
    return texts


def start_many(kantor: Kantor, count: int) -> None:
    """So many LAKIPs of one year side by side, one a minute."""
    for number in range(count):
        now = kantor.clock.now() - timedelta(minutes=count - number)
        with kantor.services.store.read() as tx:
            seen = newest(tx, "lakip", 2025)
        request = Request(kantor.sari.id, 900_000_000 + number)
        tapped(kantor.services, request, StartRun("lakip", 2025, seen), now)


async def test_tugas_lists_what_waits_for_me_the_most_urgent_first(kantor: Kantor) -> None:
    assert "tidak ada tugas" in (await kantor.say(kantor.budi, "/tugas")).text
    await kantor.say(kantor.sari, "/mulai_renja")
    await kantor.confirm(kantor.dewi)
    await kantor.later(days=1)
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)

    text = (await kantor.say(kantor.budi, "/tugas")).text
    assert text.index("RENJA") < text.index("LAKIP")
    assert "Rabu, 25 November 2026 pukul 09.00 WIB" in text
    assert "Kamis, 26 November 2026 pukul 09.00 WIB" in text
    await kantor.go_to("26-11-2026 10.00")
    assert "1 hari kerja 1 jam" in (await kantor.say(kantor.budi, "/tugas")).text


async def test_a_task_is_opened_from_the_list_and_confirmed_there(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.dewi, "/tugas")
    await kantor.tap(kantor.dewi, "langkah 1")
    assert "Rincian" in kantor.dewi.last.text
    assert "503/22/SOP.PRCN/DISPMPPTSPTK/2024" in kantor.dewi.last.text
    await kantor.confirm(kantor.dewi)
    assert kantor.runs()[0].steps_done == 1


async def test_the_details_tell_the_way_so_far(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.go_to("23-11-2026 09.30")
    await kantor.confirm(kantor.dewi)
    await kantor.tap(kantor.budi, "Rincian")
    text = kantor.budi.last.text
    assert DEWI.called in text
    assert "baku 1 jam" in text
    assert "nyata 30 menit" in text
    assert "Perkiraan" in text


async def test_status_shows_progress_deadline_lateness_and_the_end_in_sight(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi, kantor.budi, kantor.sari)
    text = (await kantor.say(kantor.dewi, "/status")).text
    assert "▰▰▰▱▱▱▱▱▱▱ 3 dari 10 langkah" in text
    assert "Langkah 4 dari 10" in text
    assert BUDI.called in text
    assert RINA.called in text
    # Opened Monday 09.00: 1 + 3 + 1 + 1 + 1 + 1 days, and half an hour.
    assert "Selasa, 24 November 2026 pukul 09.00 WIB" in text
    assert "Perkiraan selesai: Kamis, 3 Desember 2026 pukul 09.30 WIB" in text
    assert "Terlambat" not in text

    await kantor.go_to("25-11-2026 10.00")
    late = (await kantor.say(kantor.dewi, "/status")).text
    assert "Terlambat 1 hari kerja 1 jam" in late
    # A late step is taken to end now: 3 + 1 + 1 + 1 + 1 days, and half an hour.
    assert "Perkiraan selesai: Jumat, 4 Desember 2026 pukul 10.30 WIB" in late


async def test_status_names_only_those_who_have_not_confirmed_yet(kantor: Kantor) -> None:
    await kantor.employ_now(ANWAR)
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon3")
    text = (await kantor.say(kantor.dewi, "/status")).text
    assert HADI.called in text
    assert ANWAR.called in text
    await kantor.confirm(kantor.phone(ANWAR))
    text = (await kantor.say(kantor.dewi, "/status")).text
    assert HADI.called in text
    assert ANWAR.called not in text
    assert "1 dari 2" in text


async def test_leaders_see_the_whole_office_and_others_what_they_have_a_part_in(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon2")
    for leader in (kantor.sari, kantor.hadi, kantor.dewi, kantor.yusuf):
        text = (await kantor.say(leader, "/status")).text
        assert "LAKIP" in text
        assert "TAPKIN" in text
    text = (await kantor.say(kantor.budi, "/status")).text
    assert "LAKIP" in text
    assert "TAPKIN" not in text


async def test_riwayat_lists_what_is_over_and_opens_its_summary(kantor: Kantor) -> None:
    assert "Belum ada" in (await kantor.say(kantor.hadi, "/riwayat")).text
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon2")
    await kantor.confirm(kantor.dewi, kantor.sari)
    await kantor.go_to("24-11-2026 10.00")
    await kantor.confirm(kantor.sari)

    page = await kantor.say(kantor.hadi, "/riwayat")
    assert "Selasa, 24 November 2026 pukul 10.00 WIB" in page.text
    await kantor.press(kantor.hadi, page, "TAPKIN Eselon II · 2026")
    shown = kantor.hadi.message(page)
    assert shown is not None
    assert f"Kepala Daerah, dicatat oleh {SARI.called}" in shown.text
    assert "terlambat" in shown.text


async def test_every_sop_is_shown_as_it_was_signed(kantor: Kantor) -> None:
    page = await kantor.say(kantor.budi, "/sop")
    for code in ("LAKIP", "LPPD", "RENJA"):
        assert code in " ".join(page.labels)
    last = await turn(kantor, kantor.budi, page)
    assert "TAPKIN Staf" in " ".join(last.labels)
    page = await turn(kantor, kantor.budi, last, "Sebelumnya")
    await kantor.press(kantor.budi, page, "LPPD")
    first = kantor.budi.message(page)
    assert first is not None
    whole = "\n".join(await all_pages(kantor, kantor.budi, first))
    assert "Salinan kerja" in whole
    assert "Pelaksana: Tim Pelaksana" in whole
    # The signed words with the correction as a footnote.
    assert "Draft Sementara LAKIP" in whole
    assert "Dibaca: Draft Sementara LPPD" in whole
    assert "10. " in whole


async def test_forty_runs_fill_pages_and_no_message_is_too_long(kantor: Kantor) -> None:
    start_many(kantor, 40)
    await kantor.later(minutes=1)
    for command, phone in (("/status", kantor.sari), ("/tugas", kantor.dewi)):
        first = await kantor.say(phone, command)
        texts = await all_pages(kantor, phone, first)
        assert len(texts) > 3
        assert all(len(text) <= 4096 for text in texts)
        assert "(40)" in texts[0]
        for number in range(1, 41):
            assert any(f"\n{number}. " in text for text in texts), number
    # And back again.
    last = kantor.dewi.last
    await kantor.press(kantor.dewi, last, "Sebelumnya")
    back = kantor.dewi.message(last)
    assert back is not None
    assert back.text == texts[-2]


async def test_a_page_that_is_no_longer_there_becomes_the_nearest(kantor: Kantor) -> None:
    start_many(kantor, 12)
    await kantor.later(minutes=1)
    page = await kantor.say(kantor.dewi, "/tugas")
    page = await turn(kantor, kantor.dewi, page)
    data = next(b.data for row in page.buttons for b in row if b.label.startswith("2/"))
    for _ in range(10):
        await kantor.confirm(kantor.dewi)
    await kantor.forge(kantor.dewi, page, data or "")
    turned = kantor.dewi.message(page)
    assert turned is not None
    assert "(2)" in turned.text


async def test_the_same_page_tapped_again_is_no_fault(kantor: Kantor) -> None:
    page = await kantor.say(kantor.budi, "/sop lakip")
    page = await turn(kantor, kantor.budi, page)
    tap = await kantor.press(kantor.budi, page, "2/")
    assert (await tap.answered()).text == ""
    assert "gangguan" not in kantor.budi.last.text


async def test_many_people_fill_pages_too(kantor: Kantor) -> None:
    with kantor.services.store.begin() as tx:
        for number in range(60):
            person = tx.people.welcome(5_000 + number, kantor.clock.now())
            tx.people.set_address(person, BUDI.address)
            tx.people.set_name(person, f"Pegawai {number:02} " + "Panjang " * 10)
    first = await kantor.say(kantor.sari, "/pegawai")
    texts = await all_pages(kantor, kantor.sari, first)
    assert all(len(text) <= 4096 for text in texts)
    assert all(any(f"Pegawai {n:02}" in text for text in texts) for n in range(60))
