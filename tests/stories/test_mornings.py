"""Every working morning: today's tasks, the office's picture, or silence."""

from __future__ import annotations

from bot.localtelegram.screen import Message
from bot.localtelegram.server import Person
from tests.cast import JOKO, LESTARI, Address, Player
from tests.stories.harness import Kantor, cards

WATI = Player(117, "Wati", Address.IBU, "staf", "promosi")


def digests(phone: Person) -> list[Message]:
    """The morning's overviews on this screen, oldest first."""
    return [m for m in phone.heard if "Selamat pagi" in m.text]


async def test_who_has_several_tasks_hears_of_them_and_one_on_time_speaks_for_itself(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.go_to("24-11-2026 07.30")
    assert not any(digests(phone) for phone in kantor.telegram.people)

    await kantor.say(kantor.sari, "/mulai_lppd")
    await kantor.confirm(kantor.dewi)
    await kantor.go_to("25-11-2026 07.29")
    assert not any(digests(phone) for phone in kantor.telegram.people)
    await kantor.go_to("25-11-2026 07.30")
    for phone in (kantor.budi, kantor.rina):
        (told,) = digests(phone)
        assert "Tugas hari ini (2)" in told.text
        assert "Langkah 2: Mengumpulkan bahan" in told.text
        assert "Tenggat: Rabu, 25 November 2026 pukul 09.00 WIB" in told.text
        assert "Keadaan kantor" not in told.text
        assert not told.silent
    for phone in (kantor.sari, kantor.dewi, kantor.hadi, kantor.yusuf):
        assert not digests(phone), "nothing is late, and nothing has left its way"


async def test_leaders_hear_of_what_is_late_and_of_what_left_its_way(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.tap(kantor.budi, "Perpanjang")
    await kantor.tap(kantor.budi, "1 hari")
    await kantor.say(kantor.budi, "Menunggu data bidang")
    await kantor.go_to("24-11-2026 07.30")
    for phone in (kantor.sari, kantor.dewi):
        (told,) = digests(phone)
        assert "1 pelaksanaan berjalan, tidak ada yang terlambat" in told.text
        assert "1 dari 10 langkah selesai" in told.text
        assert "Tugas hari ini" not in told.text
    assert not digests(kantor.hadi)
    await kantor.go_to("25-11-2026 07.30")
    assert len(digests(kantor.dewi)) == 1, "it was told"
    await kantor.go_to("26-11-2026 07.30")
    assert "1 terlambat" in digests(kantor.dewi)[-1].text


async def test_in_an_office_without_runs_the_morning_is_silent(kantor: Kantor) -> None:
    await kantor.go_to("27-11-2026 16.00")
    assert not any(digests(phone) for phone in kantor.telegram.people)


async def test_where_all_rests_the_picture_says_so_in_words(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.sari, "/jeda")
    await kantor.say(kantor.sari, "Menunggu anggaran")
    await kantor.go_to("24-11-2026 07.30")
    (told,) = digests(kantor.dewi)
    assert "Keadaan kantor: tidak ada pelaksanaan berjalan, 1 dijeda" in told.text


async def test_there_is_none_on_a_day_off(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.go_to("30-11-2026 07.00")
    mornings = [
        f"{m.date.astimezone(kantor.services.calendar.zone):%d}" for m in digests(kantor.dewi)
    ]
    assert mornings == ["24", "25", "26", "27"]


async def test_a_task_is_confirmed_from_the_overview(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.go_to("24-11-2026 07.30")
    (told,) = digests(kantor.dewi)
    assert "Terlambat" in told.text
    await kantor.press(kantor.dewi, told, "langkah 1")
    await kantor.press(kantor.dewi, kantor.dewi.last, "Selesai")
    assert kantor.runs()[0].current[0].step == 2


async def test_who_does_not_want_it_turns_it_off_and_on_again(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.say(kantor.sari, "/mulai_lppd")
    await kantor.confirm(kantor.dewi)
    await kantor.go_to("24-11-2026 07.30")
    await kantor.press(kantor.budi, digests(kantor.budi)[0], "Matikan ringkasan pagi")
    assert "tidak dikirim" in kantor.budi.last.text
    assert "Tugas hari ini" in digests(kantor.budi)[0].text, "what was told stays on the screen"
    await kantor.go_to("25-11-2026 07.30")
    assert len(digests(kantor.budi)) == 1
    assert len(digests(kantor.rina)) == 2, "it is Pak Budi's own choice"

    assert "tidak dikirim" in (await kantor.say(kantor.budi, "/ringkasan")).text
    await kantor.tap(kantor.budi, "Nyalakan ringkasan pagi")
    assert "Ringkasan pagi dikirim" in kantor.budi.last.text
    await kantor.go_to("26-11-2026 07.30")
    assert len(digests(kantor.budi)) == 2


async def test_an_outsider_can_turn_nothing_on(kantor: Kantor) -> None:
    outsider = kantor.somebody()
    assert "sudah diundang" in (await kantor.say(outsider, "/ringkasan")).text
    tap = await kantor.forge(outsider, outsider.last, "dig:on")
    assert tap.answer is not None
    assert "sudah diundang" in tap.answer.text


async def test_after_days_of_silence_only_todays_is_told_and_only_while_the_office_works(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.stop()
    kantor.clock.move(kantor.clock.now().replace(day=26, hour=3))  # Thursday, 10.00 WIB
    await kantor.start()
    await kantor.tick()
    (told,) = digests(kantor.budi)
    assert "Kamis, 26 November 2026" in told.text

    await kantor.restart()
    await kantor.tick()
    assert len(digests(kantor.budi)) == 1, "once a day, however often the bot begins anew"

    await kantor.stop()
    kantor.clock.move(kantor.clock.now().replace(day=27, hour=14))  # Friday, 21.00 WIB
    await kantor.start()
    await kantor.tick()
    assert len(digests(kantor.budi)) == 1, "the day is over"
    await kantor.go_to("30-11-2026 07.30")
    assert len(digests(kantor.budi)) == 2


async def test_what_telegram_could_not_take_in_the_morning_is_not_told_the_next_day(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.go_to("24-11-2026 07.00")
    kantor.telegram.fail("sendMessage", chat=kantor.budi, times=1)
    kantor.clock.move(kantor.clock.now().replace(hour=0, minute=30))
    await kantor.tick()
    assert not digests(kantor.budi)
    kantor.clock.move(kantor.clock.now().replace(day=25, hour=0, minute=29))
    await kantor.tick()
    assert not digests(kantor.budi), "yesterday's tasks are no news"


async def test_a_holiday_that_was_added_is_silent_and_a_day_that_was_won_is_not(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.yusuf, "/libur")
    await kantor.tap(kantor.yusuf, "Tambah hari libur")
    for answer in ("24/11/2026", "Hari Jadi Kota", "SE 800/12/2026"):
        await kantor.say(kantor.yusuf, answer)
    await kantor.tap(kantor.yusuf, "Jadikan hari kerja")
    for answer in ("28/11/2026", "SE 800/13/2026"):
        await kantor.say(kantor.yusuf, answer)
    await kantor.go_to("30-11-2026 07.00")
    mornings = [
        f"{m.date.astimezone(kantor.services.calendar.zone):%d}" for m in digests(kantor.dewi)
    ]
    assert mornings == ["25", "26", "27", "28"]
    assert cards(kantor.dewi)


async def test_a_bot_that_was_started_under_a_wrong_clock_finds_back_into_its_mornings(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.say(kantor.sari, "/mulai_lppd")
    await kantor.confirm(kantor.dewi)
    today = kantor.clock.now()
    kantor.clock.move(today.replace(year=today.year + 1))
    await kantor.tick()
    await kantor.stop()
    kantor.clock.move(today.replace(hour=today.hour + 1))
    await kantor.start()
    before = len(digests(kantor.budi))
    await kantor.go_to("25-11-2026 07.30")
    assert len(digests(kantor.budi)) == before + 2


async def test_the_overview_names_what_waits_and_for_whom(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.go_to("24-11-2026 07.30")
    (told,) = digests(kantor.sari)
    assert "Langkah 1, Membentuk Tim" in told.text
    assert "menunggu Ibu Dewi Kartika, S.H., M.M., ⚠️ terlambat" in told.text


async def test_the_units_stand_in_the_overview_as_one(kantor: Kantor) -> None:
    await kantor.employ_now(JOKO, WATI, LESTARI)
    await kantor.say(kantor.sari, "/mulai_tapkin_staf 2026")
    await kantor.go_to("27-11-2026 07.30")
    told = digests(kantor.sari)[-1].text
    assert told.count("TAPKIN") == 1
    assert "0 dari 2 unit selesai" in told
    assert "2 unit terlambat: Subbagian Umum" in told
    lines = [line for line in told.split("\n") if line]
    assert len(lines) == len(set(lines)), "no line stands there twice"
