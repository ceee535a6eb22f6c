"""/libur: a day is added or taken back, deadlines follow, and those concerned are told why."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.calendar import office_calendar
from bot.domain.notices import DeadlineChanged
from bot.features import agenda as agenda_feature
from bot.features import holidays, upkeep
from bot.features.work import Services, Work
from bot.store import Transaction
from bot.store.tables import agenda
from tests.cast import ADMIN, BUDI, DEWI, WIB, Stage
from tests.rows import set_admin
from tests.stories.harness import Kantor, new

DECREE = "SE Wali Kota Nomor 800/12/2026"


async def add_day(
    kantor: Kantor, day: str, name: str = "Hari Jadi Kota", basis: str = DECREE
) -> str:
    """Pak Yusuf adds a holiday; what the bot says at the end."""
    await kantor.say(kantor.yusuf, "/libur")
    await kantor.tap(kantor.yusuf, "Tambah hari libur")
    for answer in (day, name, basis):
        await kantor.say(kantor.yusuf, answer)
    return next(m.text for m in reversed(kantor.yusuf.heard) if "Tercatat." in m.text)


async def step_two(kantor: Kantor) -> None:
    """LAKIP stands at step 2 (2 hari), open since Monday 09.00: due on Wednesday 09.00."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)


def due(kantor: Kantor) -> str:
    (run,) = kantor.runs()
    return run.current[0].due_at.astimezone(WIB).strftime("%d-%m-%Y %H.%M")


async def test_a_holiday_moves_the_deadlines_under_way_and_those_concerned_hear_why(
    kantor: Kantor,
) -> None:
    await step_two(kantor)
    assert due(kantor) == "25-11-2026 09.00"
    seen = {phone: kantor.phone(phone).heard for phone in (BUDI, DEWI)}

    said = await add_day(kantor, "24/11/2026")
    await kantor.tick()

    assert "Selasa, 24 November 2026 menjadi hari libur: Hari Jadi Kota." in said
    assert DECREE in said
    assert due(kantor) == "26-11-2026 09.00"
    (told,) = new(kantor.budi, seen[BUDI])
    assert (
        "Tenggat tugas berikut berubah karena 24 November 2026 dicatat sebagai hari libur: "
        f"Hari Jadi Kota ({DECREE})." in told.text
    )
    assert "Semula: Rabu, 25 November 2026 pukul 09.00 WIB" in told.text
    assert "Menjadi: Kamis, 26 November 2026 pukul 09.00 WIB" in told.text
    assert not new(kantor.dewi, seen[DEWI]), "her step is done; it is not her concern"
    assert "Kamis, 26 November 2026" in kantor.card(kantor.budi).text, "the card says so as well"

    reminded = kantor.budi.heard
    await kantor.go_to("25-11-2026 10.00")
    late = [m for m in new(kantor.budi, reminded) if "Dengan hormat kami ingatkan" in m.text]
    assert all("terlambat" not in m.text for m in late), "nobody is late by the old deadline"


async def test_a_day_that_is_taken_back_moves_them_back(kantor: Kantor) -> None:
    await step_two(kantor)
    await add_day(kantor, "24 November 2026")
    await kantor.tick()
    await kantor.say(kantor.yusuf, "/libur")
    assert "📌 Selasa, 24 November 2026: Hari Jadi Kota" in kantor.yusuf.last.text
    await kantor.tap(kantor.yusuf, "Cabut: Selasa, 24 November 2026")
    assert "Dasar: SE Wali Kota" in kantor.yusuf.last.text
    await kantor.tap(kantor.yusuf, "Ya, cabut")
    await kantor.tick()

    assert due(kantor) == "25-11-2026 09.00"
    assert "dicabut (SE Wali Kota" in kantor.budi.last.text
    assert not kantor.services.calendar.holiday_name(date(2026, 11, 24))
    await kantor.say(kantor.yusuf, "/libur")
    assert "24 November" not in kantor.yusuf.last.text


async def test_a_saturday_can_be_made_a_working_day(kantor: Kantor) -> None:
    await kantor.say(kantor.yusuf, "/libur")
    await kantor.tap(kantor.yusuf, "Jadikan hari kerja")
    await kantor.say(kantor.yusuf, "Sabtu, 28 November 2026")
    said = await kantor.say(kantor.yusuf, DECREE)
    assert "Sabtu, 28 November 2026 menjadi hari kerja." in said.text
    assert kantor.services.calendar.is_working_day(date(2026, 11, 28))


async def test_what_cannot_be_taken_is_asked_again_with_an_example(kantor: Kantor) -> None:
    yusuf = kantor.yusuf
    await kantor.say(yusuf, "/libur")
    await kantor.tap(yusuf, "Tambah hari libur")
    for answer, words in (
        ("minggu depan saja <b>", "“minggu depan saja <b>” belum terbaca sebagai tanggal"),
        ("31/2/2027", "belum terbaca"),
        ("1 Januari 2035", "terlalu jauh"),
        ("29 November 2026", "memang bukan hari kerja"),
    ):
        said = await kantor.say(yusuf, answer)
        assert words in said.text
        assert "23/1/2027" in said.text
    await kantor.say(yusuf, "24-11-2026")
    assert "3 sampai 100" in (await kantor.say(yusuf, "?")).text
    await kantor.say(yusuf, "Hari Jadi <i>Kota</i>")
    assert "3 sampai 150" in (await kantor.say(yusuf, "x" * 151)).text
    assert "Hari Jadi <i>Kota</i>" in (await kantor.say(yusuf, DECREE)).text

    await kantor.say(yusuf, "/libur")
    await kantor.tap(yusuf, "Jadikan hari kerja")
    assert "memang hari kerja" in (await kantor.say(yusuf, "25-11-2026")).text


async def test_a_question_left_half_way_changes_nothing_and_blocks_nothing(kantor: Kantor) -> None:
    yusuf = kantor.yusuf
    await kantor.say(yusuf, "/libur")
    await kantor.tap(yusuf, "Tambah hari libur")
    await kantor.say(yusuf, "24-11-2026")
    assert "Tidak ada pelaksanaan" in (await kantor.say(yusuf, "/status")).text
    assert "ditinggalkan" in (await kantor.say(yusuf, "/batal")).text
    assert kantor.services.calendar.is_working_day(date(2026, 11, 24))

    await kantor.say(yusuf, "/libur")
    await kantor.tap(yusuf, "Tambah hari libur")
    await kantor.later(hours=2)
    assert "tidak kami catat" in (await kantor.say(yusuf, "24-11-2026")).text


@pytest.mark.parametrize("data", ["lib:off", "lib:on", "libx:2026-12-25", "liby:2026-12-25"])
async def test_the_calendar_is_the_admins_alone(kantor: Kantor, data: str) -> None:
    assert "hanya dapat dilakukan oleh admin" in (await kantor.say(kantor.sari, "/libur")).text
    tap = await kantor.forge(kantor.sari, kantor.sari.last, data)
    assert tap.answer is not None
    assert "admin" in tap.answer.text
    outsider = kantor.somebody()
    assert "pegawai yang sudah diundang" in (await kantor.say(outsider, "/libur")).text


async def test_who_is_admin_no_longer_cannot_finish_what_they_began(kantor: Kantor) -> None:
    await kantor.say(kantor.yusuf, "/libur")
    await kantor.tap(kantor.yusuf, "Tambah hari libur")
    await kantor.say(kantor.yusuf, "24-11-2026")
    with kantor.services.store.begin() as tx:
        set_admin(tx, kantor.person(kantor.yusuf).id, False)
    assert "admin" in (await kantor.say(kantor.yusuf, "Hari Jadi")).text
    assert kantor.services.calendar.is_working_day(date(2026, 11, 24))


async def test_the_calendar_is_the_same_after_a_restart(kantor: Kantor) -> None:
    await step_two(kantor)
    await add_day(kantor, "24-11-2026")
    await kantor.tick()
    await kantor.stop()
    office = kantor.services.catalog.office
    kantor.services = replace(kantor.services, calendar=office_calendar(office))
    await kantor.start()
    assert kantor.services.calendar.holiday_name(date(2026, 11, 24)) == "Hari Jadi Kota"
    assert due(kantor) == "26-11-2026 09.00"


# The rest needs no screens.


def test_a_kill_after_the_calendar_leaves_every_run_to_be_counted(stage: Stage) -> None:
    runs = [stage.start(code) for code in ("lakip", "lppd", "renja")]
    for run_id in runs:
        stage.advance(run_id, 2)
    before = [stage.task(run_id).due_at for run_id in runs]
    _add(stage, date(2026, 11, 10))

    assert [stage.task(run_id).due_at for run_id in runs] == before

    # Killed here: what the process knew of the calendar is gone.
    office = stage.services.catalog.office
    stage.services = replace(stage.services, calendar=office_calendar(office))
    upkeep.wake_up(stage.services, stage.now)
    assert stage.services.calendar.holiday_name(date(2026, 11, 10)) == "Hari Jadi"
    while agenda_feature.fire_due(stage.services, stage.now):
        pass
    moved = [stage.task(run_id).due_at for run_id in runs]
    assert all(after - was == timedelta(days=1) for was, after in zip(before, moved, strict=True))

    stage.phones.services = stage.services
    told = stage.received(BUDI)
    assert sum(isinstance(m.delivery.notice, DeadlineChanged) for m in told) == 3
    while agenda_feature.fire_due(stage.services, stage.now):
        pass
    assert not stage.received(BUDI), "nobody is told twice"


def test_a_change_that_fails_to_be_written_changes_no_calendar(stage: Stage) -> None:
    def breaks_off() -> None:
        with stage.services.store.begin() as tx:
            _take(stage, tx, date(2026, 11, 10))
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        breaks_off()
    assert stage.services.calendar.is_working_day(date(2026, 11, 10))


def test_two_days_in_the_same_instant_are_both_counted(stage: Stage) -> None:
    run_id = stage.start("lakip")
    stage.advance(run_id, 2)
    was = stage.task(run_id).due_at
    _add(stage, date(2026, 11, 10))
    _add(stage, date(2026, 11, 11))
    while agenda_feature.fire_due(stage.services, stage.now):
        pass
    assert stage.task(run_id).due_at - was == timedelta(days=2)


def test_nobodys_tap_waits_for_all_runs_to_be_counted(stage: Stage) -> None:
    for _ in range(60):
        run_id = stage.start("lakip", seen=_newest(stage))
        stage.advance(run_id, 2)
    _add(stage, date(2026, 11, 10))

    worst = 0.0
    ended = threading.Event()

    def taps() -> None:
        nonlocal worst
        while not ended.is_set():
            began = time.perf_counter()
            with stage.services.store.begin() as tx:
                tx.keyvalues.put("tap", "", stage.now)
            worst = max(worst, time.perf_counter() - began)

    tapping = threading.Thread(target=taps)
    tapping.start()
    began = time.perf_counter()
    try:
        while agenda_feature.fire_due(stage.services, stage.now):
            pass
    finally:
        whole = time.perf_counter() - began
        ended.set()
        tapping.join()
    with stage.services.store.read() as tx:
        waiting = tx.connection.execute(agenda.select().where(agenda.c.kind == "calendar")).all()
    assert len(waiting) == 60
    assert all(row.settled_at is not None for row in waiting)
    assert worst < whole * 2 / 3, "the runs are counted one by one, and a tap goes between"


def _newest(stage: Stage) -> int | None:
    with stage.services.store.read() as tx:
        return max(tx.runs.running_ids("lakip", 2025), default=None)


def _add(stage: Stage, day: date) -> None:
    with stage.services.store.begin() as tx:
        _take(stage, tx, day)


def _take(stage: Stage, tx: Transaction, day: date) -> None:
    work = Work(stage.services, tx, stage.now, stage.request(ADMIN))
    data = {"working": False, "day": day.isoformat(), "name": "Hari Jadi"}
    holidays.HOLIDAY.take(work, data, DECREE)


@pytest.fixture
def stage(story_services: Services) -> Stage:
    """The cast and the admin without phones."""
    stage = Stage(story_services)
    stage.seat(ADMIN)
    return stage
