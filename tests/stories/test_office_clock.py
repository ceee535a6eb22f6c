"""A whole LAKIP against the office's clock: every reminder at its minute, and no other.

The calendar of this story: Thursday 24-12-2026 is a cuti bersama, Friday 25-12 Christmas,
Friday 01-01-2027 New Year, Tuesday 05-01 Isra Mikraj. Monday to Thursday the office works
07.30-12.00 and 13.00-16.00, on Friday 07.30-11.30 and 13.00-16.30.
"""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from bot.domain import worktime
from bot.features.work import Services
from bot.localtelegram.server import Person
from tests.cast import BUDI, DEWI, HADI, RINA, SARI, WIB
from tests.stories.harness import Kantor, at, cards, new, open_office

KINDS = {
    "kini dapat dicatat sesuai SK": "tim",
    "🔔 Dengan hormat kami ingatkan": "sebelum",
    "⏰ Dengan hormat kami ingatkan": "tenggat",
    "⚠️ Dengan hormat kami ingatkan": "harian",
    "Sesuai permintaan": "tunda",
    "Dengan hormat kami laporkan": "eskalasi",
    "Sebagai informasi": "menunggu",
    "🏁": "ringkasan",
    "sudah dimulai": "jawaban",
    "sudah waktunya memulai": "usul",
}
NAMES = ("sari", "budi", "rina", "hadi", "dewi")
CALLED = dict(zip((p.chat_id for p in (SARI, BUDI, RINA, HADI, DEWI)), NAMES, strict=True))


def log(kantor: Kantor) -> list[str]:
    """Every message the bot sent, as "18-12 14.45 dewi sebelum 1" (and "senyap")."""
    lines = []
    for request in kantor.telegram.log.requests("sendMessage", accepted=True):
        text = str(request.params["text"])
        when = datetime.fromtimestamp(request.result["date"], WIB)
        kind = next((kind for part, kind in KINDS.items() if part in text), "kartu")
        step = re.search(r"Langkah (\d+) dari", text) if kind != "ringkasan" else None
        silent = " senyap" if request.params.get("disable_notification") in (True, "true") else ""
        who = CALLED[request.chat_id or 0]
        lines.append(
            (when, f"{when:%d-%m %H.%M} {who} {kind}{f' {step[1]}' if step else ''}{silent}")
        )
    return [line for _, line in sorted(lines)]


EXPECTED = """
18-12 14.00 dewi kartu 1
18-12 14.00 sari jawaban 1
# Step 1, 1 jam, due 15.00: 15 minutes before.
18-12 14.45 dewi sebelum 1
# Ibu Dewi confirms at 14.50. Step 2, 2 hari: due Tuesday 22-12 14.50.
18-12 14.50 budi kartu 2
18-12 14.50 rina kartu 2
# Bu Sari may record the team by its decree.
18-12 14.50 sari tim
# A day before it the card is edited; 2 hours of work before it: 1 h 50 after the break, 10
# minutes before.
22-12 11.50 budi sebelum 2
22-12 11.50 rina sebelum 2
# Bu Rina asked at 11.50 for one hour of work: 10 minutes before the break, 50 after it.
22-12 13.50 rina tunda 2
22-12 14.50 budi tenggat 2
22-12 14.50 rina tenggat 2
23-12 08.00 budi harian 2
23-12 08.00 rina harian 2
# One working day late: the Kasubbag.
23-12 14.50 sari eskalasi 2
# Cuti bersama, Christmas and the weekend are silent; the second day late is Monday.
28-12 08.00 budi harian 2
28-12 08.00 rina harian 2
28-12 14.50 hadi eskalasi 2
29-12 08.00 budi harian 2
29-12 08.00 rina harian 2
29-12 14.50 dewi eskalasi 2
# Pak Budi confirms at 15.30. Step 3, 1 hari: due 30-12 15.30.
29-12 15.30 sari kartu 3
30-12 13.30 sari sebelum 3
# Bu Sari confirms at 14.00. Step 4, 1 hari: due 31-12 14.00, 2 hours of work before: 11.00.
30-12 14.00 budi kartu 4
30-12 14.00 rina kartu 4
31-12 11.00 budi sebelum 4
31-12 11.00 rina sebelum 4
31-12 14.00 budi tenggat 4
31-12 14.00 rina tenggat 4
# New Year. Bu Rina confirms on Saturday night; step 5 opens Monday 07.30, and with Isra
# Mikraj on Tuesday three days end on Friday 07.30: moved back to Thursday 16.00.
02-01 21.00 budi kartu 5 senyap
02-01 21.00 rina kartu 5 senyap
# The first working day of the year: LAKIP and LPPD of 2026 are proposed.
04-01 08.00 sari usul
04-01 08.00 sari usul
# The first reminder, at the closing instant of Wednesday, edits the card.
07-01 14.00 budi sebelum 5
07-01 14.00 rina sebelum 5
07-01 16.00 budi tenggat 5
07-01 16.00 rina tenggat 5
# Pak Budi confirms at 16.05, after hours. Step 6 opens Friday 07.30: due Friday 16.30.
07-01 16.05 budi kartu 6 senyap
07-01 16.05 rina kartu 6 senyap
08-01 14.30 budi sebelum 6
08-01 14.30 rina sebelum 6
# Bu Rina confirms at 15.00. Step 7 is due Monday 15.00, and done at 10.00.
08-01 15.00 budi kartu 7
08-01 15.00 rina kartu 7
# Step 8, Bu Sari's paraf, due Tuesday 12-01 10.00.
11-01 10.00 sari kartu 8
12-01 08.00 sari sebelum 8
12-01 10.00 sari tenggat 8
# After one day the Kasubbag would hear of herself: nobody does.
13-01 08.00 sari harian 8
14-01 08.00 sari harian 8
14-01 10.00 hadi eskalasi 8
15-01 08.00 sari harian 8
15-01 10.00 dewi eskalasi 8
# Bu Sari confirms on Friday at 11.00. Step 9, Pak Hadi's paraf, due Monday 18-01 11.00.
15-01 11.00 hadi kartu 9
18-01 09.00 hadi sebelum 9
18-01 11.00 hadi tenggat 9
19-01 08.00 hadi harian 9
# The Kasubbag stands below him: she only hears that the office waits.
19-01 11.00 sari menunggu 9
20-01 08.00 hadi harian 9
21-01 08.00 hadi harian 9
21-01 11.00 dewi eskalasi 9
# Pak Hadi confirms at 14.00. Step 10, Ibu Dewi's signature, 30 menit.
21-01 14.00 dewi kartu 10
21-01 14.15 dewi sebelum 10
21-01 14.30 dewi tenggat 10
22-01 08.00 dewi harian 10
22-01 14.30 sari menunggu 10
25-01 08.00 dewi harian 10
25-01 14.30 hadi menunggu 10
# After three days the Kepala Dinas would hear of herself: nobody does.
26-01 08.00 dewi harian 10
27-01 08.00 dewi harian 10
# She signs at 09.00.
27-01 09.00 budi ringkasan
27-01 09.00 dewi ringkasan
27-01 09.00 hadi ringkasan
27-01 09.00 rina ringkasan
27-01 09.00 sari ringkasan
"""


@pytest.fixture(autouse=True)
def without_mornings(request: pytest.FixtureRequest) -> None:
    """These stories count messages, and the morning's overview has stories of its own."""
    if "kantor" in request.fixturenames:
        request.getfixturevalue("kantor").without_mornings()


async def test_a_whole_lakip_with_every_reminder_at_its_minute(story_services: Services) -> None:
    async with open_office(story_services, at("18-12-2026 14.00")) as kantor:
        kantor.without_mornings()
        kantor.telegram.log.clear()
        await kantor.say(kantor.sari, "/mulai_lakip")

        async def confirms(when: str, who: Person) -> None:
            await kantor.go_to(when)
            await kantor.confirm(who)

        await confirms("18-12-2026 14.50", kantor.dewi)
        await kantor.go_to("22-12-2026 11.50")
        await kantor.tap(kantor.rina, "1 jam lagi")
        await confirms("29-12-2026 15.30", kantor.budi)
        await confirms("30-12-2026 14.00", kantor.sari)
        await confirms("02-01-2027 21.00", kantor.rina)
        await confirms("07-01-2027 16.05", kantor.budi)
        await confirms("08-01-2027 15.00", kantor.rina)
        await confirms("11-01-2027 10.00", kantor.budi)
        await confirms("15-01-2027 11.00", kantor.sari)
        await confirms("21-01-2027 14.00", kantor.hadi)
        await confirms("27-01-2027 09.00", kantor.dewi)
        await kantor.go_to("08-02-2027 16.00")

        expected = [line for line in EXPECTED.strip().splitlines() if not line.startswith("#")]
        assert log(kantor) == expected
        for request in kantor.telegram.log.requests("sendMessage", accepted=True):
            when = datetime.fromtimestamp(request.result["date"], WIB)
            silent = request.params.get("disable_notification") in (True, "true")
            assert silent or worktime.within_hours(when, kantor.services.calendar)
        assert "terlambat" in kantor.sari.last.text


async def test_an_escalation_says_how_late_and_a_wait_says_whose_signature(
    kantor: Kantor,
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.go_to("26-11-2026 16.00")
    waits = [m.text for m in kantor.sari.heard if "Sebagai informasi" in m.text]
    assert len(waits) == 1
    assert DEWI.called in waits[0]
    assert "terlambat" not in waits[0]

    await kantor.confirm(kantor.dewi)
    await kantor.go_to("04-12-2026 16.00")
    for phone, days in ((kantor.sari, 1), (kantor.hadi, 2), (kantor.dewi, 3)):
        (told,) = [m for m in phone.heard if "Dengan hormat kami laporkan" in m.text]
        assert f"terlambat {days} hari kerja" in told.text
        assert "Budi" in told.text
        assert told.labels == ("🔔 Ingatkan pelaksana", "📣 Beri arahan", "ℹ️ Rincian")


async def test_a_signature_that_is_awaited_is_called_so(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    for phone in (kantor.dewi, kantor.budi, kantor.sari, *[kantor.budi] * 4):
        await kantor.confirm(phone)
    await kantor.confirm(kantor.sari, kantor.hadi)
    await kantor.go_to("25-11-2026 16.00")
    for phone in (kantor.sari, kantor.hadi):
        (told,) = [m for m in phone.heard if "Sebagai informasi" in m.text]
        assert "menunggu tanda tangan" in told.text
        assert DEWI.called in told.text


async def test_what_an_office_outside_owes_is_a_wait_for_everybody(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon2")
    await kantor.confirm(kantor.dewi)
    before = {phone.id: phone.heard for phone in (kantor.hadi, kantor.dewi)}
    # Seven days from Monday 23-11 09.00 end on Wednesday 02-12 09.00.
    await kantor.go_to("10-12-2026 16.00")
    for phone in (kantor.hadi, kantor.dewi):
        (told,) = new(phone, before[phone.id])
        assert "Bappeda" in told.text
        assert "terlambat" not in told.text
    assert not [m for m in kantor.sari.heard if "Sebagai informasi" in m.text]
    assert "Catat" in " ".join(kantor.card(kantor.sari).labels)


async def test_a_snooze_mutes_one_person_for_one_hour_and_no_escalation(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    # Due Wednesday 25-11 09.00; the escalation to the Kasubbag is due Thursday 09.00.
    await kantor.go_to("26-11-2026 08.30")
    tap = await kantor.tap(kantor.budi, "1 jam lagi")
    assert "09.30" in (await tap.answered()).text
    before = {phone.id: phone.heard for phone in (kantor.budi, kantor.sari)}
    await kantor.go_to("26-11-2026 09.29")
    assert new(kantor.budi, before[kantor.budi.id]) == []
    assert len(new(kantor.sari, before[kantor.sari.id])) == 1
    await kantor.go_to("26-11-2026 09.30")
    (again,) = new(kantor.budi, before[kantor.budi.id])
    assert "Sesuai permintaan" in again.text
    assert "1 jam lagi" in " ".join(again.labels)


async def test_a_snooze_over_the_daily_reminder_mutes_it(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.go_to("25-11-2026 15.30")
    # One hour of work from 15.30: half an hour today, and half an hour tomorrow until 08.00.
    await kantor.tap(kantor.budi, "1 jam lagi")
    before = {phone.id: phone.heard for phone in (kantor.budi, kantor.rina)}
    await kantor.go_to("26-11-2026 08.05")
    assert len(new(kantor.rina, before[kantor.rina.id])) == 1
    assert len(new(kantor.budi, before[kantor.budi.id])) == 1


async def test_a_doubled_snooze_reminds_once(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.go_to("23-11-2026 09.45")
    await kantor.tap(kantor.dewi, "1 jam lagi")
    await kantor.tap(kantor.dewi, "1 jam lagi")
    await kantor.go_to("23-11-2026 12.00")
    assert len([m for m in kantor.dewi.heard if "Sesuai permintaan" in m.text]) == 1


async def test_a_snooze_of_a_step_that_ended_is_refused_kindly(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.go_to("25-11-2026 08.00")
    reminder = kantor.find(kantor.budi, "1 jam lagi")
    data = reminder.button("1 jam lagi").data or ""
    await kantor.confirm(kantor.rina)
    tap = await kantor.forge(kantor.budi, reminder, data)
    assert RINA.called in (await tap.answered()).text


@pytest.mark.parametrize(
    ("when", "silent"),
    [("28-11-2026 21.00", True), ("24-11-2026 12.30", True), ("24-11-2026 15.59", False)],
)
async def test_a_card_outside_office_hours_comes_at_once_and_silently(
    kantor: Kantor, when: str, silent: bool
) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.go_to(when)
    await kantor.confirm(kantor.dewi)
    assert all(kantor.card(phone).silent is silent for phone in (kantor.budi, kantor.rina))
    assert kantor.card(kantor.budi).date == at(when)


async def test_an_answer_to_what_somebody_did_at_night_comes_as_ever(kantor: Kantor) -> None:
    await kantor.go_to("28-11-2026 21.00")
    answer = await kantor.say(kantor.sari, "/mulai_lakip")
    assert not answer.silent
    assert "Senin, 30 November 2026" in answer.text


async def test_a_step_opened_on_saturday_night_is_due_on_monday_at_closing(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi, kantor.budi)
    await kantor.go_to("28-11-2026 21.00")
    await kantor.confirm(kantor.sari)
    assert "Senin, 30 November 2026 pukul 16.00 WIB" in kantor.card(kantor.rina).text
    assert cards(kantor.sari) == []
    before = kantor.rina.heard
    await kantor.go_to("30-11-2026 13.59")
    assert new(kantor.rina, before) == []
    await kantor.go_to("30-11-2026 14.00")
    assert len(new(kantor.rina, before)) == 1
