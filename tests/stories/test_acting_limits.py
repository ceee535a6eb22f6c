"""What the rules say of a Plh. or Plt. is said in time: before it is recorded, on the card, and
before a Plt. ends. A Plt. from Monday 23 November to Friday 18 December 2026 is announced on Friday
4 December (two weeks before) and on Tuesday 15 December (three working days before), at 08.00.
"""

from __future__ import annotations

from bot.domain.run import Capacity
from bot.localtelegram.screen import Message
from bot.localtelegram.server import Person
from tests.cast import ANWAR, HADI, LESTARI, SARI, Player
from tests.stories.harness import Kantor, at, new
from tests.stories.test_acting import appoint

ROUTINE = "Plh. dan Plt.: hanya tugas rutin."
ENDS = "Masa Plt. berikut berakhir"


async def vacant(kantor: Kantor) -> None:
    """Ibu Dewi has left: nobody is Kepala Dinas."""
    with kantor.services.store.begin() as tx:
        tx.people.leave(kantor.person(kantor.dewi).id, kantor.clock.now())
    kantor.without_mornings()


async def looked_at(kantor: Kantor, person: Player, post: str, until: str) -> Message:
    """The last look at a Plt. from now on."""
    sari = kantor.sari
    await kantor.say(sari, "/plt")
    await kantor.tap(sari, post)
    await kantor.tap(sari, person.called)
    await kantor.tap(sari, "Mulai sekarang")
    await kantor.say(sari, until)
    await kantor.say(sari, "800/9")
    return await kantor.say(sari, "20-11-2026")


def announced(phone: Person, since: list[Message]) -> list[str]:
    return [m.text for m in new(phone, since) if ENDS in m.text]


def stood(kantor: Kantor) -> int:
    with kantor.services.store.read() as tx:
        return len(tx.people.appointments(kantor.clock.now()))


async def test_too_long_and_far_below_is_warned_of_and_recorded_all_the_same(
    kantor: Kantor,
) -> None:
    await vacant(kantor)
    shown = await looked_at(kantor, SARI, "Kepala Dinas (kosong)", "24 Februari 2027")
    assert "lebih dari tiga bulan" in shown.text
    assert "SE Kepala BKN Nomor 1/SE/I/2021" in shown.text
    assert "dapat dipersoalkan keabsahannya" in shown.text
    assert "lebih dari satu tingkat di bawah jabatan itu" in shown.text
    assert "tetap dapat dicatat" in shown.text
    assert stood(kantor) == 0
    await kantor.tap(kantor.sari, "Catat penunjukan")
    assert stood(kantor) == 1


async def test_what_keeps_the_rules_has_no_warning(kantor: Kantor) -> None:
    await vacant(kantor)
    shown = await looked_at(kantor, HADI, "Kepala Dinas (kosong)", "23 Februari 2027")
    assert "⚠️" not in shown.text.replace("⚠️ Dengan ini satu orang", "")
    assert "tetap dapat dicatat" not in shown.text


async def test_somebody_of_another_unit_is_warned_of(kantor: Kantor) -> None:
    await kantor.employ_now(ANWAR, LESTARI)
    shown = await looked_at(kantor, LESTARI, "Sekretaris", "30 November 2026")
    assert "berasal dari unit lain" in shown.text
    assert "lebih dari satu tingkat" not in shown.text


async def test_who_acts_reads_on_the_card_that_only_routine_is_theirs(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    assert ROUTINE not in kantor.card(kantor.dewi).text
    await appoint(kantor, HADI, "Kepala Dinas")
    card = kantor.card(kantor.hadi)
    assert f"ℹ️ {ROUTINE}" in card.text
    told = [m.text for m in kantor.hadi.heard if "ditunjuk sebagai" in m.text]
    assert "UU 30/2014, Pasal 14" in told[-1]
    await kantor.press(kantor.hadi, card, "Rincian")
    assert "UU 30/2014, Pasal 14" in kantor.hadi.last.text
    await kantor.confirm(kantor.hadi)
    assert all(ROUTINE not in m.text for m in kantor.budi.heard)


async def test_the_end_of_a_plt_is_announced_twice_and_the_end_of_a_plh_never(
    kantor: Kantor,
) -> None:
    await vacant(kantor)
    await appoint(kantor, HADI, "Kepala Dinas (kosong)", command="/plt", until="18 Desember 2026")
    await appoint(kantor, SARI, "Sekretaris", until="18 Desember 2026", by=kantor.yusuf)
    since, others = kantor.sari.heard, kantor.hadi.heard
    await kantor.go_to("04-12-2026 07.59")
    assert announced(kantor.sari, since) == []
    await kantor.go_to("04-12-2026 08.00")
    (first,) = announced(kantor.sari, since)
    assert "berakhir 14 hari lagi" in first
    assert f"Yang ditunjuk: {HADI.called}" in first
    assert "jabatan itu kosong" in first
    assert "melalui /plt" in first
    await kantor.go_to("15-12-2026 07.59")
    assert len(announced(kantor.sari, since)) == 1
    await kantor.go_to("15-12-2026 08.00")
    assert "berakhir 3 hari lagi" in announced(kantor.sari, since)[1]
    await kantor.go_to("19-12-2026 09.00")
    assert len(announced(kantor.sari, since)) == 2
    assert announced(kantor.hadi, others) == []


async def test_a_plt_that_is_renewed_or_ended_is_not_announced(kantor: Kantor) -> None:
    await vacant(kantor)
    post = "Kepala Dinas (kosong)"
    await appoint(kantor, HADI, post, command="/plt", until="18 Desember 2026")
    await appoint(kantor, HADI, post, command="/plt", since="19-12-2026", until="8 Januari 2027")
    since = kantor.sari.heard
    await kantor.go_to("18-12-2026 16.00")
    assert announced(kantor.sari, since) == []
    # The extension ends on 8 January: two weeks before is Christmas, so it is the 23rd.
    await kantor.go_to("23-12-2026 08.00")
    (told,) = announced(kantor.sari, since)
    assert "sudah pernah diperpanjang" in told
    await kantor.say(kantor.sari, "/plt")
    await kantor.tap(kantor.sari, "Akhiri: Plt. Kepala Dinas")
    await kantor.tap(kantor.sari, "Ya, akhiri")
    await kantor.go_to("09-01-2027 09.00")
    assert len(announced(kantor.sari, since)) == 1


async def test_after_an_outage_and_for_an_older_record_the_end_is_announced_once(
    kantor: Kantor,
) -> None:
    await vacant(kantor)
    hadi, since = kantor.person(kantor.hadi).id, kantor.sari.heard
    await appoint(kantor, HADI, "Kepala Dinas (kosong)", command="/plt", until="18 Desember 2026")
    with kantor.services.store.begin() as tx:
        (held,) = tx.people.appointments(kantor.clock.now())
        assert (held.person_id, held.capacity) == (hadi, Capacity.PLT)
        for number in (1, 2):  # as an earlier edition left it
            tx.agenda.withdraw(f"acting:{held.id}:ending:{number}")
    await kantor.restart()
    await kantor.stop()
    kantor.clock.move(at("15-12-2026 10.00"))
    await kantor.start()
    await kantor.tick()
    (told,) = announced(kantor.sari, since)
    assert "berakhir 3 hari lagi" in told
