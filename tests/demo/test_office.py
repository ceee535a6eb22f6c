"""The demo's office: its people, its clock, its ends and its memory."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from bot.demo import inspector
from bot.demo import office as office_module
from bot.demo.bot import BotState
from bot.demo.labels import Labels
from bot.demo.office import Mischief
from bot.demo.workdays import DayOff
from bot.domain.calendar import office_calendar
from bot.domain.sop import Catalog
from bot.features import registry
from bot.features.feature import JournalEntry
from bot.settings import OperatorError
from bot.store.errors import LockHeldError
from bot.store.outbox import DeliveryState
from tests.demo.offices import MONDAY, WIB, new_office, on_air


async def test_the_cast_has_joined_and_nothing_runs(tmp_path: Path) -> None:
    async with on_air(tmp_path) as air:
        await air.phone(101).wait_for("/mulai")
        seen = inspector.watch(air.office.services, air.office.clock.now())
        assert [line.kind for line in seen.journal] == ["joined"] * 5
        assert seen.ahead == ()
        assert air.office.claim_link is None
        assert not air.phone(106).started


async def test_reminders_arrive_at_their_own_time_when_the_clock_leaps(tmp_path: Path) -> None:
    async with on_air(tmp_path) as air:
        sari, dewi = air.phone(101), air.phone(105)
        sari.send("/mulai_lakip")
        await dewi.wait_for(lambda message: bool(message.buttons))
        for _ in range(3):
            await air.office.move_day()
        reminders = [
            message for message in dewi.heard if "Dengan hormat kami ingatkan" in message.text
        ]
        times = [message.date.astimezone(WIB).strftime("%d %H.%M") for message in reminders]
        assert times == ["23 09.45", "23 10.00"]
        mornings = [message for message in dewi.heard if "Tugas hari ini" in message.text]
        assert mornings[0].date.astimezone(WIB).strftime("%d %H.%M") == "24 07.30"
        waiting = inspector.watch(air.office.services, air.office.clock.now()).ahead
        assert waiting[0].due_at > air.office.clock.now()


async def test_the_next_reminder_is_one_press_away(tmp_path: Path) -> None:
    async with on_air(tmp_path) as air:
        air.phone(101).send("/mulai_lakip")
        await air.phone(105).wait_for(lambda message: bool(message.buttons))
        await air.office.move_to_reminder()
        at = air.office.clock.now().astimezone(WIB)
        assert at.strftime("%d %H.%M") == "23 09.45"


async def test_where_nothing_is_under_way_the_next_thing_is_the_years_proposal(
    tmp_path: Path,
) -> None:
    async with on_air(tmp_path, at=datetime(2026, 12, 30, 10, 0, tzinfo=WIB)) as air:
        assert (await air.office.move_to_reminder()).why_not is None
        at = air.office.clock.now().astimezone(WIB)
        assert at.strftime("%d-%m-%Y %H.%M") == "04-01-2027 08.00"
        assert any("sudah waktunya memulai" in m.text for m in air.phone(101).heard)


async def test_a_morning_on_the_way_of_the_clock_brings_its_overview(tmp_path: Path) -> None:
    async with on_air(tmp_path) as air:
        air.phone(101).send("/mulai_lakip")
        await air.phone(105).wait_for(lambda message: bool(message.buttons))
        await air.office.move_day()
        (told,) = [m for m in air.phone(105).heard if "Selamat pagi" in m.text]
        assert told.date.astimezone(WIB).strftime("%d %H.%M") == "24 07.30"


async def test_weekends_and_holidays_passed_over_have_their_names(tmp_path: Path) -> None:
    wednesday = datetime(2026, 12, 23, 10, 0, tzinfo=WIB)
    async with on_air(tmp_path, at=wednesday) as air:
        assert air.office.hours() == "jam kerja"
        passed = (await air.office.move_day()).passed
        assert [off.day.day for off in passed] == [24, 25, 26, 27]
        assert "Natal" in passed[1].name
        assert "cuti bersama" in passed[0].name.lower()
        assert passed[2] == DayOff(date(2026, 12, 26), "akhir pekan")


async def test_the_hours_of_the_day_in_words(tmp_path: Path) -> None:
    async with on_air(tmp_path, at=MONDAY + timedelta(hours=3, minutes=10)) as air:
        assert air.office.hours() == "jam istirahat"
        for _ in range(4):
            await air.office.move_hour()
        assert air.office.hours() == "kantor tutup"


async def test_a_clock_that_stands_goes_on_from_where_it_stood(tmp_path: Path) -> None:
    async with on_air(tmp_path) as air:
        air.office.set_ticking(False)
        stood = air.office.clock.now()
        assert air.office.clock.now() == stood
        air.office.set_ticking(True)
        assert air.office.clock.now() > stood


async def test_a_killed_bot_records_nothing_and_a_new_one_goes_on(tmp_path: Path) -> None:
    async with on_air(tmp_path) as air:
        office, sari = air.office, air.phone(101)
        with office.telegram.hold("sendMessage", "after", chat=sari) as gate:
            sari.send("/tugas")
            await gate.reached()
            await office.kill_bot()
        assert office.bot.state is BotState.KILLED
        seen = inspector.watch(office.services, office.clock.now())
        newest = next(row for row in seen.deliveries if row.chat_id == sari.id)
        assert newest.state is DeliveryState.ANTRE, "it was sent, but nobody recorded it"
        sari.send("/status")
        assert office.telegram.pending
        assert (await office.move_hour()).why_not is None
        await office.start_bot()
        assert office.bot.state is BotState.RUNNING
        await sari.wait_until(lambda _: not office.telegram.pending)
        deliveries = inspector.watch(office.services, office.clock.now()).deliveries
        assert any(row.maybe_repeated for row in deliveries)


async def test_mischief_ends_when_it_is_switched_off(tmp_path: Path) -> None:
    async with on_air(tmp_path) as air:
        for what in Mischief:
            air.office.misbehave(what, True)
        assert air.office.mischief == set(Mischief)
        for what in Mischief:
            air.office.misbehave(what, False)
        air.phone(101).send("/tugas")
        await air.phone(101).wait_for("tugas", after=air.phone(101).chat[-1])


async def test_an_outage_ends_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_module, "DOWN_FOR", 0.01)
    async with on_air(tmp_path) as air:
        over = asyncio.Event()
        air.office.misbehave(Mischief.DOWN, True)
        assert Mischief.DOWN in air.office.mischief
        air.office.on_change(over.set)
        await over.wait()
        assert not air.office.mischief
        air.phone(101).send("/tugas")
        await air.phone(101).wait_for("tugas", after=air.phone(101).chat[-1])


async def test_an_office_that_is_kept_is_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "kantor"
    async with on_air(folder, keep=True) as air:
        air.phone(101).send("/mulai_lakip")
        await air.phone(105).wait_for(lambda message: bool(message.buttons))
        air.phone(102).attach(b"isi", "notulen.txt", "Notulen")
        await air.office.move_hour()
        screens = {person.id: person.chat for person in air.office.telegram.people}
        menu, stood = air.phone(101).commands, air.office.clock.now()
    async with on_air(folder, keep=True) as air:
        found = {person.id: person.chat for person in air.office.telegram.people}
        assert {k: v[: len(screens[k])] for k, v in found.items()} == screens
        assert air.phone(101).commands == menu
        assert timedelta(0) <= air.office.clock.now() - stood < timedelta(minutes=1)
        dewi = air.phone(105)
        tap = dewi.tap(next(m for m in reversed(dewi.heard) if m.buttons), "Selesai")
        assert "Langkah 1 selesai" in (await tap.answered()).text


async def test_an_empty_office_that_is_kept_offers_its_link_until_it_is_used(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "kantor"
    async with on_air(folder, keep=True, cast=False) as air:
        assert air.office.claim_link is not None
    async with on_air(folder, keep=True) as air:
        assert air.office.claim_link is not None
        air.phone(101).open_link(air.office.claim_link)
        await air.phone(101).wait_for("Ibu")
    async with on_air(folder, keep=True) as air:
        assert air.office.claim_link is None


async def test_a_second_demo_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    async with on_air(tmp_path, keep=True):
        with pytest.raises(LockHeldError):
            new_office(tmp_path, keep=True).prepare()


async def test_a_folder_with_a_broken_memory_is_refused_in_words(tmp_path: Path) -> None:
    async with on_air(tmp_path, keep=True):
        pass
    (tmp_path / "demo.json").write_text("{}", encoding="utf-8")
    with pytest.raises(OperatorError, match="rusak"):
        new_office(tmp_path, keep=True).prepare()


def test_every_line_of_the_journal_has_its_words(catalog: Catalog) -> None:
    words = Labels(office_calendar(catalog.office), registry.live())
    facts = MappingProxyType(
        {"due_at": MONDAY.isoformat(), "to_step": 7, "reason": "<salah>", "was": "A", "name": "B"}
    )
    spoken = {
        kind: words.happening(
            JournalEntry(
                1,
                MONDAY,
                kind,
                "Ibu Sari",
                "LAKIP 2025",
                8,
                "Sekretaris",
                "Bapak Budi",
                None,
                facts,
            )
        )
        for kind in ("task_returned", "role_given", "removed", "renamed", "task_confirmed", "new")
    }
    assert spoken == {
        "task_returned": "LAKIP 2025: Ibu Sari mencatat pengembalian langkah 8 ke langkah 7 "
        "untuk Bapak Budi (<salah>).",
        "role_given": "Ibu Sari memberikan peran Sekretaris kepada Bapak Budi.",
        "removed": "Ibu Sari menghapus Bapak Budi dari Kawal SOP.",
        "renamed": "Nama A diubah menjadi B.",
        "task_confirmed": "LAKIP 2025: Ibu Sari mencatat langkah 8 untuk Bapak Budi.",
        "new": "Ibu Sari: new.",
    }


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("confirmation_undone", "Ibu Sari mengurungkan konfirmasi langkah 8."),
        ("task_withdrawn", "langkah 8 ditarik."),
        ("extension_asked", "Ibu Sari memohon perpanjangan langkah 8 2 hari (data)."),
        ("extension_decided", "Ibu Sari menyetujui perpanjangan langkah 8 (<salah>)."),
        ("deadline_moved", "tenggat langkah 8 menjadi Sen 23/11 09.00."),
        ("run_paused", "dijeda oleh Ibu Sari (<salah>)."),
        ("run_resumed", "dilanjutkan oleh Ibu Sari."),
        ("run_cancelled", "dibatalkan oleh Ibu Sari (<salah>)."),
        ("run_reopened", "belum selesai, konfirmasi terakhir diurungkan."),
    ],
)
def test_what_leaves_the_straight_way_has_its_words(
    catalog: Catalog, kind: str, words: str
) -> None:
    facts = MappingProxyType(
        {
            "due_at": MONDAY.isoformat(),
            "reason": "<salah>",
            "granted": True,
            "extension": {"amount": {"amount": 2, "unit": "hari"}, "reason": "data"},
        }
    )
    line = JournalEntry(1, MONDAY, kind, "Ibu Sari", "LAKIP 2025", 8, None, None, None, facts)
    spoken = Labels(office_calendar(catalog.office), registry.live()).happening(line)
    assert spoken == f"LAKIP 2025: {words}"
