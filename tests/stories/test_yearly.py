"""What comes back every year: the start is proposed, and a legal date in danger is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import pytest
import pytest_asyncio

from bot.domain.sop import Catalog, Schedule, YearDay
from bot.features.work import Services
from bot.localtelegram.screen import Message
from bot.localtelegram.server import Person
from bot.store.tables import agenda
from tests.stories.harness import Kantor, at, open_office


@pytest_asyncio.fixture
async def december(story_services: Services) -> AsyncIterator[Kantor]:
    """The office on the last working day before the new year of 2027."""
    async with open_office(story_services, at("31-12-2026 09.00")) as kantor:
        yield kantor


def proposals(phone: Person, code: str = "LAKIP") -> list[Message]:
    """The proposals to start LAKIP that this screen has got."""
    return [m for m in phone.heard if "sudah waktunya memulai" in m.text and code in m.text]


def risks(phone: Person) -> list[Message]:
    """What this screen says of legal dates in danger."""
    return [m for m in phone.heard if "melewati batas penyelesaiannya" in m.text]


async def test_on_the_first_working_day_after_its_date_the_start_is_proposed(
    december: Kantor,
) -> None:
    # 1 January is a holiday, the 2nd a Saturday.
    await december.go_to("04-01-2027 07.59")
    assert not proposals(december.sari)
    await december.go_to("04-01-2027 08.00")
    (asked,) = proposals(december.sari)
    assert "(2 Januari 2027; perkiraan, belum dicocokkan)" in asked.text
    assert "tahun 2026" in asked.text
    assert (
        "Batas penyelesaiannya 28 Februari 2027, hari Minggu: paling lambat Jumat, 26 Februari "
        "2027 (perkiraan, belum dicocokkan)." in asked.text
    )
    (lppd,) = proposals(december.sari, "LPPD")
    assert (
        "Batas penyelesaiannya Rabu, 31 Maret 2027 (perkiraan, belum dicocokkan; batas LPPD "
        "Pemerintah Kota, sedangkan batas bagi dinas lebih awal)." in lppd.text
    )
    assert not proposals(december.dewi)

    await december.press(december.sari, asked, "Mulai")
    assert december.runs() == [], "a stray tap starts nothing"
    assert "Mulai pelaksanaan" in december.sari.last.text
    assert proposals(december.sari) == [asked], "it can still be put off"
    await december.press(december.sari, december.sari.last, "Mulai")
    (run,) = december.runs()
    assert (run.procedure.code, run.year) == ("lakip", 2026)
    assert december.card(december.dewi)


async def test_the_kasubbag_puts_it_off_by_a_week(december: Kantor) -> None:
    await december.go_to("04-01-2027 08.00")
    tap = await december.press(december.sari, proposals(december.sari)[0], "Ingatkan minggu depan")
    assert tap.answer is not None
    assert "Senin, 11 Januari 2027 pukul 08.00" in tap.answer.text
    await december.go_to("11-01-2027 07.59")
    assert not proposals(december.sari)
    await december.go_to("11-01-2027 08.00")
    (again,) = proposals(december.sari)
    await december.press(december.sari, again, "Ingatkan minggu depan")
    await december.go_to("18-01-2027 08.00")
    assert len(proposals(december.sari)) == 1


async def test_who_has_a_run_already_is_not_asked(december: Kantor) -> None:
    await december.say(december.sari, "/mulai_lakip 2026")
    await december.go_to("05-01-2027 08.00")
    assert not proposals(december.sari)
    assert proposals(december.sari, "LPPD")


async def test_a_double_tap_and_an_old_proposal_start_one_run(december: Kantor) -> None:
    await december.go_to("04-01-2027 08.00")
    (asked,) = proposals(december.sari)
    # The proposals of the present edition carry the start itself.
    data, later = "go:lakip:2026:0", asked.button("Ingatkan minggu depan").data or ""
    await december.press(december.sari, asked, "Mulai")
    await december.press(december.sari, december.sari.last, "Mulai")
    second = await december.forge(december.sari, asked, data)
    assert second.answer is not None
    assert "tidak dimulai" in second.answer.text
    put_off = await december.forge(december.sari, asked, later)
    assert put_off.answer is not None
    assert "tidak dimulai" in put_off.answer.text
    assert len(december.runs()) == 1


@pytest.mark.parametrize("data", ["week:lakip:2027-01-03", "week:renja:2027-01-02"])
async def test_a_forged_delay_is_refused(december: Kantor, data: str) -> None:
    await december.go_to("04-01-2027 08.00")
    tap = await december.forge(december.sari, december.sari.last, data)
    assert tap.answer is not None
    assert "tidak berlaku" in tap.answer.text
    tap = await december.forge(december.budi, december.sari.last, data)
    assert tap.answer is not None
    assert "hanya untuk" in tap.answer.text


async def test_a_bot_that_was_down_on_the_day_asks_when_the_office_is_open_again(
    december: Kantor,
) -> None:
    await december.stop()
    december.clock.move(at("06-01-2027 20.00"))
    await december.start()
    await december.tick()
    assert not proposals(december.sari)
    await december.go_to("07-01-2027 08.00")
    assert len(proposals(december.sari)) == 1


async def test_a_holiday_on_the_day_puts_the_proposal_off(december: Kantor) -> None:
    await december.say(december.yusuf, "/libur")
    await december.tap(december.yusuf, "Tambah hari libur")
    for answer in ("4 Januari 2027", "Hari Jadi Kota", "SE 800/1/2027"):
        await december.say(december.yusuf, answer)
    # 5 January is Isra Mikraj.
    await december.go_to("06-01-2027 07.59")
    assert not proposals(december.sari)
    await december.go_to("06-01-2027 08.00")
    assert len(proposals(december.sari)) == 1


async def test_the_agenda_follows_the_data(december: Kantor) -> None:
    def starts() -> list[str]:
        with december.services.store.read() as tx:
            query = agenda.select().where(agenda.c.settled_at.is_(None))
            rows = tx.connection.execute(query).all()
        return sorted(row.key for row in rows if row.key.startswith("start:"))

    async def with_schedule(schedule: Schedule | None) -> None:
        await december.stop()
        december.services = replace(
            december.services, catalog=_with_schedule(december.services.catalog, schedule)
        )
        await december.start()

    assert starts() == ["start:lakip:2027-01-02", "start:lppd:2027-01-02"]
    await with_schedule(Schedule(YearDay(1, 11)))
    assert starts() == ["start:lakip:2027-01-11", "start:lppd:2027-01-02"]
    await with_schedule(None)
    assert starts() == ["start:lppd:2027-01-02"]
    await with_schedule(Schedule(YearDay(1, 2)))
    assert starts() == ["start:lakip:2027-01-02", "start:lppd:2027-01-02"]
    await december.go_to("04-01-2027 08.00")
    assert len(proposals(december.sari)) == 1
    assert starts() == ["start:lakip:2028-01-02", "start:lppd:2028-01-02"]


def _with_schedule(catalog: Catalog, schedule: Schedule | None) -> Catalog:
    """The same SOPs, with another schedule of LAKIP."""
    return replace(
        catalog,
        sops=tuple(
            replace(
                sop,
                procedures=tuple(
                    replace(p, schedule=schedule) if p.code == "lakip" else p
                    for p in sop.procedures
                ),
            )
            for sop in catalog.sops
        ),
    )


async def test_a_run_that_will_miss_its_legal_date_is_told_once_and_when_it_grows_worse(
    story_services: Services,
) -> None:
    async with open_office(story_services, at("15-02-2027 09.00")) as kantor:
        # Eleven working days from Monday 15-02 reach into March.
        await kantor.say(kantor.sari, "/mulai_lakip 2026")
        await kantor.tick()
        for phone in (kantor.sari, kantor.dewi):
            (told,) = risks(phone)
            assert (
                "Batas: 28 Februari 2027, hari Minggu: paling lambat Jumat, 26 Februari 2027 "
                "(perkiraan, belum dicocokkan)\nSisa waktu: 9 hari kerja\n" in told.text
            )
            assert "Perkiraan selesai: Selasa, 2 Maret 2027" in told.text
            assert "Langkah 1 dari 10" in told.text
        assert not risks(kantor.hadi)

        await kantor.confirm(kantor.dewi)
        await kantor.go_to("16-02-2027 15.00")
        assert len(risks(kantor.dewi)) == 1, "nothing has grown worse"

        # Step 2 grows late. A day worse is no news, a week worse is.
        await kantor.go_to("18-02-2027 08.30")
        assert len(risks(kantor.dewi)) == 1
        await kantor.go_to("26-02-2027 08.30")
        assert len(risks(kantor.dewi)) == 2
        assert "Maret 2027" in risks(kantor.dewi)[-1].text
        await kantor.restart()
        await kantor.tick()
        assert len(risks(kantor.dewi)) == 2


async def test_a_run_in_time_and_one_whose_date_has_passed_frighten_nobody(
    december: Kantor,
) -> None:
    await december.say(december.sari, "/mulai_lakip 2026")
    await december.say(december.sari, "/mulai_lppd 2024")
    await december.tick()
    await december.go_to("04-01-2027 08.30")
    assert not risks(december.sari)
    assert not risks(december.dewi)


async def test_a_forecast_that_recovers_is_told_anew_when_it_is_lost_again(
    story_services: Services,
) -> None:
    async with open_office(story_services, at("11-02-2027 09.00")) as kantor:
        await kantor.say(kantor.sari, "/mulai_lakip 2026")
        await kantor.tick()
        assert not risks(kantor.dewi), "it will end on the last working day in time"
        await kantor.go_to("15-02-2027 08.00")
        told = len(risks(kantor.dewi))
        assert told >= 1
        await kantor.confirm(kantor.dewi, kantor.budi, kantor.sari, kantor.rina, kantor.budi)
        await kantor.go_to("16-02-2027 08.00")
        assert len(risks(kantor.dewi)) == told
        with kantor.services.store.read() as tx:
            mark = tx.keyvalues.get(f"legal:{kantor.runs()[0].id}")
        assert mark is not None
        assert mark.value == "", "by now it will be in time"
        await kantor.go_to(f"{date(2027, 2, 25):%d-%m-%Y} 08.00")
        assert len(risks(kantor.dewi)) > told
