"""An invitation finds its way to the invited, and is taken back until it is used."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from sqlalchemy import text

from bot.domain.run import Capacity
from bot.localtelegram.server import Person
from tests.cast import BUDI, HADI, SARI
from tests.stories.harness import Kantor, new
from tests.stories.test_joining import NAME, invited, joins, link_in


async def opens(kantor: Kantor, phone: Person, link: str) -> str:
    """What somebody hears who opens the link."""
    phone.open_link(link)
    await kantor.quiet()
    return phone.last.text


async def test_an_invitation_comes_with_a_message_to_be_forwarded(kantor: Kantor) -> None:
    before = kantor.sari.heard
    await kantor.say(kantor.sari, "/undang tim")
    mine, theirs = new(kantor.sari, before)
    link = link_in(theirs.text)
    for words in ("Yth. Bapak/Ibu", "Tim Pelaksana", SARI.called, "Play Store", "Mulai (Start)"):
        assert words in theirs.text
    assert "7 hari, sampai Senin, 30 November 2026 pukul 09.00 WIB" in theirs.text
    assert theirs.buttons == ()

    # Nothing in it is for the inviter, and it arrives at the invited as it is.
    maya = kantor.somebody("maya_88")
    assert link_in(kantor.sari.forward(theirs, maya).text) == link
    assert mine.labels == ("Kirim melalui WhatsApp", "Kirim melalui Telegram")
    hosts = {}
    for button in mine.buttons[0]:
        assert button.data is None, "it opens a link and sends nothing"
        parts = urlsplit(button.url or "")
        hosts[parts.netloc] = {name: value[0] for name, value in parse_qs(parts.query).items()}
    assert set(hosts) == {"wa.me", "t.me"}
    assert link in hosts["wa.me"]["text"]
    assert hosts["t.me"]["url"] == link
    for shared in hosts.values():
        assert "Tim Pelaksana" in shared["text"]
        assert "telegram.org/dl" in shared["text"]
    await joins(kantor, link, maya, "Ibu", NAME)
    assert "sudah terdaftar" in maya.last.text


async def test_no_code_of_any_of_the_messages_is_stored(kantor: Kantor) -> None:
    code = (await invited(kantor, "/undang tim")).partition("start=")[2]
    with kantor.services.store.read() as tx:
        for table in ("invitations", "journal", "deliveries", "questions"):
            rows = tx.connection.execute(text(f"SELECT * FROM {table}")).all()
            assert code not in str(rows), table


async def test_open_invitations_are_listed_and_taken_back(kantor: Kantor) -> None:
    assert not any(
        "terbuka" in label for label in (await kantor.say(kantor.sari, "/undang")).labels
    )
    kept = await invited(kantor, "/undang tim")
    gone = await invited(kantor, "/undang kasi promosi")
    used = await invited(kantor, "/undang tim")
    await opens(kantor, kantor.somebody("used"), used)
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, BUDI.called)
    await kantor.tap(kantor.sari, "Ganti ponsel")

    await kantor.say(kantor.yusuf, "/undang")
    await kantor.tap(kantor.yusuf, "Undangan terbuka (3)")
    page = kantor.yusuf.last
    assert page.labels == (
        "Cabut 1. Tim Pelaksana",
        "Cabut 2. Kepala Seksi Promosi Penanaman Modal",
        f"Cabut 3. Ganti akun: {BUDI.called}",
        "Tidak jadi",
    )
    assert page.text.count(f"Dibuat oleh {SARI.called}") == 3
    assert kept.partition("start=")[2] not in page.text

    taps = [kantor.yusuf.tap(page, "Cabut 2.") for _ in range(2)]
    answers = [await tap.answered() for tap in taps]
    await kantor.quiet()
    assert sum("sudah dicabut" in answer.text for answer in answers) == 1
    assert sum("tidak ada yang berubah" in answer.text for answer in answers) == 1
    assert len(kantor.yusuf.last.labels) == 3
    late = kantor.somebody("late")
    assert "tidak kami kenal" in await opens(kantor, late, gone)
    assert "Bagaimana kami menyapa" in await opens(kantor, late, kept)

    # Whoever has opened theirs meanwhile keeps it.
    tap = await kantor.press(kantor.yusuf, kantor.yusuf.last, "Cabut 1.")
    assert "sudah digunakan" in (await tap.answered()).text
    await kantor.tap(kantor.yusuf, "Cabut 2.")
    assert "Tidak ada undangan" in kantor.yusuf.last.text


async def test_an_invitation_that_is_late_or_of_one_who_left_is_not_open(kantor: Kantor) -> None:
    await invited(kantor, "/undang tim")
    assert "Undangan terbuka (1)" in (await kantor.say(kantor.sari, "/undang")).labels
    await kantor.later(days=7)
    assert not any(
        "terbuka" in label for label in (await kantor.say(kantor.sari, "/undang")).labels
    )


async def test_only_those_who_invite_see_and_take_back(kantor: Kantor) -> None:
    link = await invited(kantor, "/undang tim")
    await kantor.say(kantor.sari, "/undang")
    await kantor.tap(kantor.sari, "Undangan terbuka")
    page = kantor.sari.last
    data = page.button("Cabut").data or ""
    for phone, words in ((kantor.budi, "hanya untuk"), (kantor.somebody(), "sudah diundang")):
        for forged in (data, "pg:undangan:0"):
            tap = await kantor.forge(phone, page, forged)
            assert words in (await tap.answered()).text
    assert "Bagaimana kami menyapa" in await opens(kantor, kantor.somebody("maya_88"), link)


# A leading role that somebody holds


def secretaries(kantor: Kantor) -> int:
    with kantor.services.store.read() as tx:
        return len(tx.people.staff(kantor.clock.now()).ids(["sekretaris"]))


async def test_before_somebody_is_invited_to_a_held_leading_role_that_is_said(
    kantor: Kantor,
) -> None:
    sari = kantor.sari
    asked = await kantor.say(sari, "/undang sekretaris")
    assert f"{HADI.called} memegang peran Sekretaris" in asked.text
    assert "akan ada dua pemegangnya" in asked.text
    assert asked.labels == ("Ya, undang juga", "Tidak jadi")
    yes = asked.button("Ya, undang juga").data or ""
    for phone in (kantor.budi, kantor.somebody()):
        assert (await (await kantor.forge(phone, asked, yes)).answered()).show_alert
    await kantor.press(sari, asked, "Tidak jadi")
    assert "ditinggalkan" not in (await kantor.say(sari, "/batal")).text
    assert "memegang" in (await kantor.say(sari, "/undang sekretaris")).text
    assert "ditinggalkan" in (await kantor.say(sari, "/batal")).text
    assert not any("terbuka" in label for label in (await kantor.say(sari, "/undang")).labels)

    # By buttons likewise; and a role that leads nobody is not asked about.
    await kantor.tap(sari, "Sekretaris")
    assert "akan ada dua" in sari.last.text
    await kantor.tap(sari, "Ya, undang juga")
    link = link_in(sari.last.text)
    assert "Undangan sebagai" in sari.heard[-2].text
    assert "akan ada" not in (await kantor.say(sari, "/undang tim")).text

    maya = kantor.somebody("maya_88")
    await joins(kantor, link, maya, "Ibu", NAME)
    assert secretaries(kantor) == 2
    told = next(m for m in reversed(sari.heard) if "telah bergabung" in m.text)
    assert f"Peran itu juga dipegang {HADI.called}" in told.text
    assert "Cabut perannya" in told.labels


async def test_a_second_holder_who_came_meanwhile_is_said_when_the_invitation_is_used(
    kantor: Kantor,
) -> None:
    with kantor.services.store.begin() as tx:
        (hadi,) = tx.people.staff(kantor.clock.now()).holdings_of(kantor.person(kantor.hadi).id)
        tx.people.revoke(hadi.id, kantor.clock.now())
    link = await invited(kantor, "/undang sekretaris")
    await kantor.say(kantor.sari, "/pegawai")
    await kantor.tap(kantor.sari, BUDI.called)
    await kantor.tap(kantor.sari, "Beri peran")
    await kantor.tap(kantor.sari, "Sekretaris")
    assert "akan ada dua" in (await kantor.say(kantor.sari, "/undang sekretaris")).text
    await joins(kantor, link, kantor.somebody("maya_88"), "Ibu", NAME)
    told = next(m for m in reversed(kantor.sari.heard) if "telah bergabung" in m.text)
    assert f"juga dipegang {BUDI.called}" in told.text


async def test_of_three_holders_the_question_is_asked_anew(kantor: Kantor) -> None:
    asked = await kantor.say(kantor.sari, "/undang sekretaris")
    yes = asked.button("Ya, undang juga").data or ""
    with kantor.services.store.begin() as tx:
        rina = kantor.person(kantor.rina).id
        tx.people.grant(rina, "sekretaris", None, Capacity.DEFINITIF, kantor.clock.now())
    await kantor.forge(kantor.sari, asked, yes)
    assert "akan ada tiga" in kantor.sari.last.text
    assert not any(
        "terbuka" in label for label in (await kantor.say(kantor.sari, "/undang")).labels
    )
