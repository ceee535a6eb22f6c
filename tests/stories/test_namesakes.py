"""Nobody and nothing is chosen by a label that something else has as well."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from bot.domain.people import Address
from bot.localtelegram.server import Person
from tests.cast import BUDI, DEWI, Player
from tests.stories.harness import Kantor

STAFF = replace(BUDI, chat_id=201, role="staf", unit="umum")
SECOND = replace(BUDI, chat_id=202)
IDLE = replace(BUDI, chat_id=203, role=None)
LONG = Player(
    204, "Prof. Dr. Ir. H. Muhammad Abdurrahman Wahyudi, S.E., M.Si.", Address.BAPAK, "tim"
)
HOSTILE = Player(206, "Budi Santoso, S.T. (Kepala Dinas) <b>&", Address.BAPAK, "tim")
NAMESAKES = (STAFF, SECOND, IDLE, LONG, replace(LONG, chat_id=205), HOSTILE)


def offered(phone: Person) -> list[str]:
    """The labels of the newest message, without the numbers and signs before them."""
    return [re.sub(r"^[☑☐📊]? *(\d+\. )?", "", label) for label in phone.last.labels]


def unlike(phone: Person) -> list[str]:
    labels = offered(phone)
    assert [label for label, count in Counter(labels).items() if count > 1] == []
    return labels


async def test_people_of_one_name_are_chosen_by_what_tells_them_apart(kantor: Kantor) -> None:
    await kantor.employ_now(*NAMESAKES)
    sari = kantor.sari
    await kantor.say(sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    await kantor.tap(sari, "Pilih anggota tim")
    labels = unlike(sari)
    assert f"{BUDI.called} (Tim Pelaksana, ke-1)" in labels
    assert f"{BUDI.called} (Tim Pelaksana, ke-2)" in labels
    await kantor.tap(sari, "Berikutnya")
    labels += unlike(sari)
    assert any(label.startswith(f"{BUDI.called} (Staf Subbagian Umum") for label in labels)
    assert f"{BUDI.called} (tanpa peran)" in labels
    assert sum("Muhammad" in label for label in labels) == 2
    assert all("Tim Pelaksana, ke-" in label for label in labels if "Muhammad" in label)

    await kantor.tap(sari, "‹ Sebelumnya")
    for label in [row for row in sari.last.labels if row.startswith("☑")]:
        if "ke-2" not in label or "Budi" not in label:
            await kantor.tap(sari, label)
    await kantor.tap(sari, "Lanjut")
    unlike(sari)
    await kantor.tap(sari, "ke-2", about="Siapa ketuanya")
    assert f"Ketua: {BUDI.called} (Tim Pelaksana, ke-2)" in sari.last.text
    await kantor.tap(sari, "SK menyusul")
    team = kantor.runs()[0].team
    assert team is not None
    assert team.members == (kantor.person(kantor.phone(SECOND)).id,)
    assert f"Anggota: {BUDI.called} (Tim Pelaksana, ke-2)" in sari.last.text


async def test_a_stand_in_and_an_heir_of_ones_own_name_are_told_apart(kantor: Kantor) -> None:
    await kantor.employ_now(STAFF, SECOND)
    sari = kantor.sari
    await kantor.say(sari, "/plh")
    await kantor.tap(sari, "Sekretaris")
    unlike(sari)
    await kantor.tap(sari, "(Staf Subbagian Umum")
    assert f"{BUDI.called} (Staf Subbagian Umum dan Kepegawaian)" in sari.last.text

    await kantor.say(sari, "/pegawai")
    unlike(sari)
    await kantor.tap(sari, f"{BUDI.called} (Tim Pelaksana, ke-1)")
    await kantor.tap(sari, "Serahkan tugas Tim Pelaksana")
    assert f"dari {BUDI.called} (Tim Pelaksana, ke-1) kepada" in sari.last.text
    assert not any("ke-1" in label for label in unlike(sari)), "nobody hands over to themselves"
    await kantor.tap(sari, "(Staf Subbagian Umum")
    done = sari.last.text
    assert f"kepada {BUDI.called} (Staf Subbagian Umum dan Kepegawaian)" in done
    with kantor.services.store.read() as tx:
        held = {h.person_id for h in tx.people.staff(kantor.clock.now()).holders(["tim"])}
    assert kantor.person(kantor.phone(STAFF)).id in held
    assert kantor.person(kantor.budi).id not in held


async def test_namesakes_who_are_waited_for_are_named_apart(kantor: Kantor) -> None:
    await kantor.employ_now(SECOND)
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    text = (await kantor.say(kantor.dewi, "/status")).text
    assert f"{BUDI.called} (Tim Pelaksana, ke-1)" in text
    assert f"{BUDI.called} (Tim Pelaksana, ke-2)" in text


async def test_whoever_has_a_name_alone_is_called_by_it(kantor: Kantor) -> None:
    await kantor.say(kantor.sari, "/pegawai")
    assert BUDI.called in offered(kantor.sari)
    await kantor.say(kantor.sari, "/mulai_lakip")
    await kantor.confirm(kantor.dewi)
    assert f"{BUDI.called} (Tim Pelaksana) atau" in (await kantor.say(kantor.dewi, "/status")).text


async def test_two_runs_are_never_offered_under_one_label(kantor: Kantor) -> None:
    sari = kantor.sari
    await kantor.say(sari, "/mulai_lakip 2025")
    await kantor.say(sari, "/mulai_lakip 2025")
    await kantor.tap(sari, "Mulai satu lagi")
    await kantor.say(sari, "/mulai_lppd 2025")
    first, second, _ = kantor.runs()
    for command in ("/jeda", "/batal", "/status", "/tim"):
        await kantor.say(sari, command)
        labels = unlike(sari)
        for run in (first, second):
            assert f"LAKIP · 2025 (No. {run.id})" in labels, command
            assert f"tahun 2025, No. {run.id}" in sari.last.text, command
        if command == "/status":  # its second page
            await kantor.tap(sari, "Berikutnya")
            labels = unlike(sari)
        assert "LPPD · 2025" in labels
        if command != "/status":  # which asks nothing
            await kantor.tap(sari, "Tidak jadi")
    await kantor.say(sari, "/jeda")
    await kantor.tap(sari, f"No. {second.id}")
    await kantor.say(sari, "Menunggu anggaran")
    assert [run.id for run in kantor.runs() if run.pause] == [second.id]
    for _ in range(2):
        await kantor.say(sari, "/batal")
        await kantor.tap(sari, "1. LAKIP")
        await kantor.tap(sari, "Ya, batalkan")
        await kantor.say(sari, "Salah mulai")
    await kantor.say(kantor.dewi, "/riwayat")
    assert set(unlike(kantor.dewi)) == {f"LAKIP · 2025 (No. {run.id})" for run in (first, second)}


async def test_runs_for_units_are_offered_by_their_units(kantor: Kantor) -> None:
    await kantor.employ_now(STAFF, replace(STAFF, chat_id=207, name=DEWI.name, unit="keuangan"))
    await kantor.say(kantor.sari, "/mulai_tapkin_staf")
    await kantor.say(kantor.sari, "/jeda")
    *labels, leave = unlike(kantor.sari)
    assert (len(labels), leave) == (2, "Tidak jadi")
    assert any("Subbagian Umum" in label for label in labels)
    assert any("Subbagian Keuangan" in label for label in labels)
