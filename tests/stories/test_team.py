"""/tim: the people of a run's team, ticked by name and exchanged while it runs."""

from __future__ import annotations

from datetime import date

from bot.localtelegram.screen import Message
from bot.localtelegram.server import Person
from tests.cast import ADMIN, ANWAR, BUDI, DEWI, HADI, JOKO, LESTARI, RINA, Player
from tests.stories.harness import Kantor, cards, new
from tests.stories.test_vacant_and_unreachable import take_role


async def tick(kantor: Kantor, phone: Person, *players: Player) -> None:
    """Tap these names, whatever their state."""
    for player in players:
        await kantor.tap(phone, player.called, about="Tekan nama")


async def name_team(kantor: Kantor, phone: Person, chair: str = "Tanpa ketua") -> None:
    """Go on from the ticked names to a team with its decree."""
    await kantor.tap(phone, "Lanjut")
    await kantor.tap(phone, chair, about="Siapa ketuanya")
    await kantor.say(phone, "188.4/12/SK/2026")
    await kantor.say(phone, "23 November 2026")


async def only_for_the_kasubbag(kantor: Kantor, message: Message, data: str) -> None:
    """Pak Budi, who may not, presses a button of this message."""
    tap = await kantor.forge(kantor.budi, message, data)
    assert "hanya untuk" in (await tap.answered()).text


async def formed(kantor: Kantor) -> Person:
    """LAKIP's team has been formed on paper; Bu Sari's phone, with the offer to record it."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    return kantor.sari


async def test_the_team_is_offered_ticked_and_told(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    labels = sari.last.labels
    assert f"☑ {BUDI.called} (Tim Pelaksana)" in labels
    assert f"☐ {HADI.called} (Sekretaris)" in labels

    await tick(kantor, sari, RINA, HADI)
    before = kantor.hadi.heard
    await name_team(kantor, sari, chair=BUDI.called)
    assert "sudah dicatat" in sari.last.text
    assert "SK Nomor 188.4/12/SK/2026, 23 November 2026" in sari.last.text

    (run,) = kantor.runs()
    assert run.team is not None
    budi, hadi = kantor.person(kantor.budi).id, kantor.person(kantor.hadi).id
    assert set(run.team.members) == {budi, hadi}
    assert (run.team.chair, run.team.decree_date) == (budi, date(2026, 11, 23))
    told = new(kantor.hadi, before)
    assert any(f"Ketua: {BUDI.called}" in m.text for m in told)
    assert cards(kantor.rina) == [], "she is of the role, but not of this team"
    await kantor.confirm(kantor.hadi)
    assert kantor.runs()[0].steps_done == 2


async def test_without_a_choice_all_who_hold_the_role_have_the_card(kantor: Kantor) -> None:
    await formed(kantor)
    assert len(cards(kantor.budi)) == len(cards(kantor.rina)) == 1


async def test_a_team_named_before_is_not_offered_again(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.say(kantor.sari, "/tim")
    await kantor.tap(kantor.sari, "LAKIP · 2025")
    await name_team(kantor, kantor.sari)
    before = kantor.sari.heard
    await kantor.confirm(kantor.dewi)
    assert not [m for m in new(kantor.sari, before) if "Pilih anggota tim" in m.labels]


async def test_members_are_exchanged_while_it_runs_and_the_decree_may_stay(
    kantor: Kantor,
) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    await tick(kantor, sari, RINA)
    await name_team(kantor, sari)
    assert cards(kantor.rina) == []

    await kantor.say(sari, "/tim")
    await kantor.tap(sari, "LAKIP · 2025")
    await tick(kantor, sari, RINA, BUDI)
    await kantor.tap(sari, "Lanjut")
    await kantor.tap(sari, RINA.called, about="Siapa ketuanya")
    await kantor.tap(sari, "Pakai SK Nomor 188.4/12/SK/2026")
    assert cards(kantor.budi) == []
    assert "tidak lagi tercantum" in kantor.budi.last.text
    await kantor.confirm(kantor.rina)
    run = kantor.runs()[0]
    assert run.steps_done == 2
    assert run.team is not None
    assert run.team.decree_number == "188.4/12/SK/2026"


async def test_the_decree_may_come_later(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    await kantor.tap(sari, "Lanjut")
    await kantor.tap(sari, "Tanpa ketua")
    await kantor.tap(sari, "SK menyusul")
    assert "SK menyusul" in sari.last.text
    team = kantor.runs()[0].team
    assert team is not None
    assert team.decree_number is None


async def test_of_two_who_edit_a_team_at_once_the_second_hears_of_it(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    await kantor.say(kantor.yusuf, "/tim")
    await kantor.tap(kantor.yusuf, "LAKIP · 2025")
    await tick(kantor, sari, RINA)
    await tick(kantor, kantor.yusuf, BUDI)
    await name_team(kantor, sari)
    await name_team(kantor, kantor.yusuf)
    assert "diubah oleh rekan" in kantor.yusuf.last.text
    team = kantor.runs()[0].team
    assert team is not None
    assert team.members == (kantor.person(kantor.budi).id,)


async def test_a_member_who_leaves_while_ticked_is_not_named(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    await kantor.tap(sari, "Lanjut")
    await kantor.tap(sari, BUDI.called, about="Siapa ketuanya")
    await kantor.say(kantor.yusuf, "/pegawai")
    await kantor.tap(kantor.yusuf, RINA.called)
    await kantor.tap(kantor.yusuf, "Hapus dari Kawal SOP")
    await kantor.tap(kantor.yusuf, "Ya, hapus")
    await kantor.say(sari, "188.4/12/SK/2026")
    await kantor.say(sari, "23 November 2026")
    assert "sudah tidak terdaftar" in sari.last.text
    assert kantor.runs()[0].team is None


async def test_when_the_whole_team_has_left_the_kasubbag_hears_of_it(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    await tick(kantor, sari, RINA)
    await name_team(kantor, sari)
    before = sari.heard
    await kantor.say(kantor.yusuf, "/pegawai")
    await kantor.tap(kantor.yusuf, BUDI.called)
    await kantor.tap(kantor.yusuf, "Hapus dari Kawal SOP")
    await kantor.tap(kantor.yusuf, "Ya, hapus")
    (told,) = new(sari, before)
    assert "belum dipegang siapa pun" in told.text
    assert "/tim" in told.text


async def test_a_team_member_without_the_role_may_go_on_when_roles_change(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    await tick(kantor, sari, RINA, BUDI, DEWI)
    await name_team(kantor, sari)
    await take_role(kantor, BUDI, "Tim Pelaksana")
    assert "Mengumpulkan" in kantor.card(kantor.dewi).text
    assert "Mengumpulkan" in (await kantor.say(kantor.dewi, "/tugas")).text


async def test_a_doubled_tick_ticks_once(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    shown = sari.last
    taps = [sari.tap(shown, HADI.called) for _ in range(2)]
    for tap in taps:
        await tap.answered()
    await kantor.quiet()
    assert f"☑ {HADI.called} (Sekretaris)" in sari.last.labels


async def test_nobody_at_all_is_no_team(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    await tick(kantor, sari, BUDI, RINA)
    assert not [label for label in sari.last.labels if label.startswith("Lanjut")]
    answered = await (await kantor.forge(sari, sari.last, "tmn")).answered()
    assert "sedikitnya satu" in answered.text


async def test_only_the_kasubbag_and_the_admin_name_a_team(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    shown = sari.last
    assert "hanya untuk" in (await kantor.say(kantor.budi, "/tim")).text
    for data in ("tmt:1:y:0", "tmn", "tms"):
        tap = await kantor.forge(kantor.budi, shown, data)
        assert "hanya untuk" in (await tap.answered()).text
    for data in ("tmt:1:x:0", "tml:7", "tmk", "tmd", "c:tm:tick:1.1.0", "c:tm:later:x"):
        tap = await kantor.forge(sari, shown, data)
        assert "tidak berlaku" in (await tap.answered()).text
    await kantor.say(sari, "/batal")
    tap = await kantor.press(sari, shown, "Lanjut")
    assert "tidak berlaku" in (await tap.answered()).text


async def test_strange_numbers_and_dates_are_asked_again(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    assert "tombol" in (await kantor.say(sari, "Budi dan Rina")).text
    await kantor.tap(sari, "Lanjut")
    await kantor.tap(sari, "Tanpa ketua")
    assert "80 huruf" in (await kantor.say(sari, "9" * 300)).text
    asked = await kantor.say(sari, "<i>188</i>")
    assert "<i>188</i>" in asked.text
    assert "belum terbaca" in (await kantor.say(sari, "entah")).text
    await kantor.tap(sari, "Hari ini")
    assert "sudah dicatat" in sari.last.text


async def test_a_run_that_is_over_or_without_a_team_has_none(kantor: Kantor) -> None:
    assert "Tidak ada pelaksanaan" in (await kantor.say(kantor.sari, "/tim")).text
    await kantor.say(kantor.sari, "/mulai_tapkin_eselon2")
    assert "Tidak ada pelaksanaan" in (await kantor.say(kantor.sari, "/tim")).text


async def refused(kantor: Kantor, label: str) -> str:
    """Bu Sari saves her team by this button, in vain; what she hears. Nothing is asked then."""
    tap = await kantor.tap(kantor.sari, label)
    answer = await tap.answered()
    assert answer.show_alert
    for words in ("188.4/99/SK/2026", "23 November 2026"):
        assert "pesan bebas" in (await kantor.say(kantor.sari, words)).text
    late = await (await kantor.tap(kantor.sari, label)).answered()
    assert "tidak berlaku" in late.text
    return answer.text


async def test_a_team_that_changed_meanwhile_is_not_kept_by_its_old_decree(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    await name_team(kantor, sari)
    for phone in (sari, kantor.yusuf):
        await kantor.say(phone, "/tim")
        await kantor.tap(phone, "LAKIP · 2025")
    await tick(kantor, kantor.yusuf, RINA)
    await name_team(kantor, kantor.yusuf)
    await kantor.tap(sari, "Lanjut")
    await kantor.tap(sari, "Tanpa ketua")
    assert "diubah oleh rekan" in await refused(kantor, "Pakai SK Nomor 188.4/12/SK/2026")
    team = kantor.runs()[0].team
    assert team is not None
    assert team.members == (kantor.person(kantor.budi).id,)


async def test_a_member_who_has_left_is_not_named_by_a_button_either(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    await kantor.tap(sari, "Lanjut")
    await kantor.tap(sari, "Tanpa ketua")
    await kantor.say(kantor.yusuf, "/pegawai")
    await kantor.tap(kantor.yusuf, RINA.called)
    await kantor.tap(kantor.yusuf, "Hapus dari Kawal SOP")
    await kantor.tap(kantor.yusuf, "Ya, hapus")
    assert "sudah tidak terdaftar" in await refused(kantor, "SK menyusul")
    assert kantor.runs()[0].team is None


async def test_a_run_that_was_cancelled_meanwhile_gets_no_team(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    await kantor.tap(sari, "Lanjut")
    await kantor.tap(sari, "Tanpa ketua")
    await kantor.say(sari, "188.4/12/SK/2026")
    await kantor.say(kantor.yusuf, "/batal")
    await kantor.tap(kantor.yusuf, "Ya, batalkan")
    await kantor.say(kantor.yusuf, "Digabung dengan yang lain")
    assert kantor.runs() == []
    assert "dibatalkan" in sari.last.text, "her question has ended with the run"
    assert "tidak berlaku" in await refused(kantor, "Hari ini")
    (run,) = kantor.finished()
    assert run.team is None


async def test_the_members_are_changed_once_more_before_the_chair_is_chosen(
    kantor: Kantor,
) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    await kantor.tap(sari, "Lanjut")
    asked = sari.last
    assert not any(HADI.called in label for label in asked.labels)
    await only_for_the_kasubbag(kantor, asked, "tmb")
    assert "Siapa ketuanya" in sari.last.text, "the tap of somebody else has changed nothing"
    await kantor.tap(sari, "‹ Ubah anggota")
    assert "Tekan nama" in sari.last.text
    await tick(kantor, sari, HADI)
    await kantor.tap(sari, "Lanjut")
    assert any(HADI.called in label for label in sari.last.labels)


async def test_the_decree_of_before_is_kept_by_a_button(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    await name_team(kantor, sari)
    await kantor.say(sari, "/tim")
    await kantor.tap(sari, "LAKIP · 2025")
    await kantor.tap(sari, "Lanjut")
    await kantor.tap(sari, RINA.called, about="Siapa ketuanya")
    await only_for_the_kasubbag(kantor, sari.last, "tmk")
    await kantor.tap(sari, "Pakai SK Nomor 188.4/12/SK/2026")
    team = kantor.runs()[0].team
    assert team is not None
    assert team.chair == kantor.person(kantor.rina).id
    decree = (team.decree_number, team.decree_date)
    assert decree == ("188.4/12/SK/2026", date(2026, 11, 23))


async def test_a_decree_of_today_is_dated_by_a_button(kantor: Kantor) -> None:
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    await kantor.tap(sari, "Lanjut")
    await kantor.tap(sari, "Tanpa ketua")
    await kantor.say(sari, "188.4/13/SK/2026")
    await only_for_the_kasubbag(kantor, sari.last, "tmd")
    assert kantor.runs()[0].team is None
    await kantor.tap(sari, "Hari ini, 23 November 2026")
    team = kantor.runs()[0].team
    assert team is not None
    decree = (team.decree_number, team.decree_date)
    assert decree == ("188.4/13/SK/2026", date(2026, 11, 23))


async def test_a_large_office_turns_pages_of_names_and_keeps_the_ticks(kantor: Kantor) -> None:
    await kantor.employ_now(ANWAR, LESTARI, JOKO)
    sari = await formed(kantor)
    await kantor.tap(sari, "Pilih anggota tim")
    await only_for_the_kasubbag(kantor, sari.last, "tmp:1")
    first = sari.last.labels
    assert f"☐ {ADMIN.called}" not in first
    await kantor.tap(sari, "Berikutnya ›")
    assert f"☐ {ADMIN.called}" in sari.last.labels
    await tick(kantor, sari, ADMIN)
    assert f"☑ {ADMIN.called}" in sari.last.labels, "the page stays"
    await kantor.tap(sari, "‹ Sebelumnya")
    assert sari.last.labels[:8] == first[:8]
    await kantor.tap(sari, "Lanjut (3 orang)")
    assert ADMIN.called in sari.last.labels
