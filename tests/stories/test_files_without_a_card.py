"""A file that answers no card: it reaches the task it is for, after one tap or by itself."""

from __future__ import annotations

import re

import pytest

from bot.demo import inspector
from bot.domain.run import Evidence
from bot.features.evidence import usecases as evidence
from bot.localtelegram.people import Person
from bot.localtelegram.screen import Message
from bot.store import archive
from tests.stories.harness import Kantor, new
from tests.stories.test_evidence import SK, attached, files, lakip, photo


async def sends(kantor: Kantor, phone: Person, name: str = "SK.pdf", data: bytes = SK) -> Message:
    """A document without a word; the one answer to it."""
    before = phone.heard
    await kantor.attach(phone, data, name)
    (answer,) = new(phone, before)
    return answer


def evidence_of(kantor: Kantor) -> dict[str, tuple[Evidence, ...]]:
    """What each run has on record, step by step."""
    return {run.procedure.code: tuple(f for _, f in run.documents) for run in kantor.runs()}


def journal(kantor: Kantor) -> list[str]:
    """The lines of the journal as the demo shows them, the newest first."""
    seen = inspector.watch(kantor.services, kantor.clock.now()).journal
    say = kantor.services.features.journal
    return [say[line.kind](line) for line in seen if line.kind in say]


def data_of(message: Message, label: str) -> str:
    """What a button of this message carries."""
    return next(b.data or "" for row in message.buttons for b in row if label in b.label)


async def test_the_only_open_task_gets_the_file_after_one_tap(kantor: Kantor) -> None:
    await lakip(kantor)
    question = await sends(kantor, kantor.dewi, "SK Tim.pdf")
    assert "📎 SK Tim.pdf" in question.text
    assert "Apakah untuk langkah 1, PENYUSUNAN LAKIP tahun 2025?" in question.text
    assert question.labels == ("📎 Ya, lampirkan", "Tidak jadi")
    assert attached(kantor) == ()
    assert files(kantor) == [], "nothing is fetched before the tap"
    tap = await kantor.press(kantor.dewi, question, "Ya, lampirkan")
    assert "kami lampirkan pada langkah 1" in (await tap.answered()).text
    assert [file.name for file in attached(kantor)] == ["SK Tim.pdf"]
    shown = kantor.dewi.message(question)
    assert "Sudah dilampirkan pada langkah 1" in shown.text
    assert shown.labels == (), "one message from the question to the receipt"


async def test_a_second_tap_and_a_change_of_mind_after_it_do_nothing(kantor: Kantor) -> None:
    await lakip(kantor)
    question = await sends(kantor, kantor.dewi)
    yes, no = data_of(question, "Ya"), data_of(question, "Tidak jadi")
    await kantor.forge(kantor.dewi, question, yes)
    for data in (yes, no):
        tap = await kantor.forge(kantor.dewi, question, data)
        assert "sudah tercatat" in (await tap.answered()).text
    assert len(attached(kantor)) == 1


async def test_tidak_jadi_leaves_the_file(kantor: Kantor) -> None:
    await lakip(kantor)
    question = await sends(kantor, kantor.dewi)
    yes = data_of(question, "Ya")
    await kantor.press(kantor.dewi, question, "Tidak jadi")
    shown = kantor.dewi.message(question)
    assert (shown.text, shown.labels) == ("📎 Tidak dilampirkan: SK.pdf.", ())
    tap = await kantor.forge(kantor.dewi, question, yes)
    assert "sudah tercatat" in (await tap.answered()).text
    assert files(kantor) == []


async def test_batal_leaves_the_file_and_nothing_else(kantor: Kantor) -> None:
    await lakip(kantor)
    question = await sends(kantor, kantor.dewi)
    assert "ditinggalkan" in (await kantor.say(kantor.dewi, "/batal")).text
    shown = kantor.dewi.message(question)
    assert (shown.text, shown.labels) == ("📎 Tidak dilampirkan: SK.pdf.", ())
    assert "Tidak ada pertanyaan" in (await kantor.say(kantor.dewi, "/batal")).text
    assert files(kantor) == []

    # What has been decided is no more to be left, and a question that waits comes first.
    question = await sends(kantor, kantor.dewi)
    await kantor.press(kantor.dewi, question, "Ya, lampirkan")
    assert "Tidak ada pertanyaan" in (await kantor.say(kantor.dewi, "/batal")).text
    assert len(attached(kantor)) == 1


async def test_a_question_that_waits_is_left_before_the_file(kantor: Kantor) -> None:
    await lakip(kantor)
    await kantor.confirm(kantor.dewi, kantor.budi)
    await kantor.say(kantor.sari, "/jeda")
    question = await sends(kantor, kantor.sari)
    await kantor.say(kantor.sari, "/batal")
    assert kantor.sari.message(question).labels == question.labels
    await kantor.press(kantor.sari, question, "Ya, lampirkan")
    assert len(attached(kantor, 3)) == 1
    assert not kantor.runs()[0].pauses


async def test_two_open_tasks_are_both_offered(kantor: Kantor) -> None:
    await lakip(kantor)
    await kantor.say(kantor.sari, "/mulai_renja")
    question = await sends(kantor, kantor.dewi)
    assert "Untuk tugas yang mana?" in question.text
    assert question.labels == (
        "1. LAKIP 2025 · langkah 1",
        "2. RENJA 2027 · langkah 1",
        "Tidak jadi",
    )
    await kantor.press(kantor.dewi, question, "RENJA")
    assert {code: len(found) for code, found in evidence_of(kantor).items()} == {
        "lakip": 0,
        "renja": 1,
    }


async def test_who_has_no_task_hears_how_a_file_is_sent(kantor: Kantor) -> None:
    await lakip(kantor)
    answer = await sends(kantor, kantor.budi)
    assert "berkas ini belum dilampirkan" in answer.text
    assert answer.labels == ()
    assert files(kantor) == []


async def test_nobody_decides_about_somebody_elses_file(kantor: Kantor) -> None:
    await lakip(kantor)
    question = await sends(kantor, kantor.dewi)
    for label in ("Ya", "Tidak jadi"):
        for phone in (kantor.sari, kantor.yusuf):
            tap = await kantor.forge(phone, question, data_of(question, label))
            assert (await tap.answered()).show_alert
    outsider = kantor.somebody()
    await kantor.have_started(outsider)
    tap = await kantor.forge(outsider, question, data_of(question, "Ya"))
    assert "hanya untuk pegawai" in (await tap.answered()).text
    # A number that is no file's, and the task of somebody else.
    token = data_of(question, "Ya").rpartition(":")[2]
    for data in (f"atto:999:{token}", "atno:999", "atto:1:AAAAAAAAAAAA"):
        tap = await kantor.forge(kantor.dewi, question, data)
        assert (await tap.answered()).show_alert, data
    assert attached(kantor) == ()
    await kantor.press(kantor.dewi, question, "Ya")
    assert len(attached(kantor)) == 1


async def test_a_file_is_not_attached_to_a_task_that_is_not_the_senders(kantor: Kantor) -> None:
    await lakip(kantor)
    question = await sends(kantor, kantor.dewi)
    await kantor.confirm(kantor.dewi, kantor.budi)
    (run,) = kantor.runs()
    with kantor.services.store.read() as tx:
        stored = tx.runs.get(run.id)
    assert stored is not None
    number = re.findall(r"\d+", data_of(question, "Ya"))[0]
    tap = await kantor.forge(kantor.dewi, question, f"atto:{number}:{stored.tokens[(2, 1)]}")
    assert "merupakan tugas Tim Pelaksana" in (await tap.answered()).text
    # Her own step is over, and still hers: the file may follow it.
    await kantor.press(kantor.dewi, question, "Ya")
    assert [file.name for file in attached(kantor)] == ["SK.pdf"]


async def test_a_run_that_has_ended_meanwhile_takes_no_file(kantor: Kantor) -> None:
    await lakip(kantor)
    question = await sends(kantor, kantor.dewi)
    await kantor.say(kantor.sari, "/batal")
    await kantor.tap(kantor.sari, "Ya, batalkan")
    await kantor.say(kantor.sari, "Keliru tahun.")
    tap = await kantor.press(kantor.dewi, question, "Ya")
    assert "sudah berakhir" in (await tap.answered()).text
    assert files(kantor) == []


async def test_an_album_is_one_question_and_one_evidence_with_several_files(
    kantor: Kantor,
) -> None:
    await lakip(kantor)
    before = kantor.dewi.heard
    kantor.dewi.album([photo(1), photo(2), photo(3)], "Rapat pembentukan tim")
    await kantor.quiet()
    (question,) = new(kantor.dewi, before)
    assert kantor.dewi.message(question).text.count("foto-") == 3
    await kantor.press(kantor.dewi, question, "Ya, lampirkan")
    assert len(attached(kantor)) == 3
    (receipt,) = new(kantor.dewi, before)
    assert "Sudah dilampirkan" in receipt.text
    assert receipt.text.count("foto-") == 3
    first = attached(kantor)[0].name
    assert f"📎 Berkas: {first} (album, 3 berkas)\n" in kantor.card(kantor.dewi).text + "\n"
    await kantor.attach(kantor.dewi, SK, "SK.pdf", kantor.card(kantor.dewi))
    assert f"📎 Berkas: {first} (album, 3 berkas) dan SK.pdf" in kantor.card(kantor.dewi).text
    await kantor.tap(kantor.dewi, "Rincian")
    details = kantor.dewi.last.text
    assert details.count("“Rapat pembentukan tim”") == 1
    assert details.count("Langkah 1, Ibu Dewi") == 2, "one evidence is an album, one the SK"
    lines = journal(kantor)
    assert sum(f"melampirkan {first} dan 2 lainnya pada langkah 1" in line for line in lines) == 1
    assert sum("melampirkan" in line for line in lines) == 2
    await kantor.confirm(kantor.dewi)
    await kantor.tap(kantor.budi, "Berkas (4)")
    assert sum(message.file is not None for message in kantor.budi.heard) == 4


async def test_the_rest_of_an_album_follows_what_was_said_of_its_beginning(
    kantor: Kantor,
) -> None:
    await lakip(kantor)
    for label, count in (("Ya", 2), ("Tidak jadi", 2)):
        before = kantor.dewi.heard
        name = f"album {label}"
        kantor.dewi._send_photo(photo(10 * count + len(label)), "", None, name)
        await kantor.quiet()
        (question,) = new(kantor.dewi, before)
        await kantor.press(kantor.dewi, question, label)
        kantor.dewi._send_photo(photo(99 + len(label)), "", None, name)
        await kantor.quiet()
        assert len(attached(kantor)) == count, label
        assert len(new(kantor.dewi, before)) == 1


async def test_a_file_while_a_reason_is_asked_is_kept_and_the_reason_still_asked(
    kantor: Kantor,
) -> None:
    await lakip(kantor)
    await kantor.tap(kantor.dewi, "Perpanjang")
    await kantor.tap(kantor.dewi, "1 hari")
    answer = await sends(kantor, kantor.dewi, "Undangan rapat.pdf")
    assert "Sudah dilampirkan pada langkah 1" in answer.text
    assert "masih kami tunggu" in answer.text
    assert [file.name for file in attached(kantor)] == ["Undangan rapat.pdf"]
    await kantor.say(kantor.dewi, "Menunggu nomor SK.")
    (run,) = kantor.runs()
    assert [wish.reason for wish in run.current[0].extensions] == ["Menunggu nomor SK."]


async def test_a_file_while_a_return_is_explained_belongs_to_the_reviewed_step(
    kantor: Kantor,
) -> None:
    await lakip(kantor)
    everybody = [kantor.dewi, kantor.budi, kantor.sari, *[kantor.budi] * 4]
    await kantor.confirm(*everybody, kantor.sari)
    await kantor.tap(kantor.hadi, "Kembalikan")
    await sends(kantor, kantor.hadi, "Koreksi.pdf")
    assert [file.name for file in attached(kantor, 9)] == ["Koreksi.pdf"]
    answer = await kantor.say(kantor.hadi, "Tabel 3 belum sesuai.")
    assert "dikembalikan" in answer.text.casefold()
    assert kantor.runs()[0].current[0].step == 7


async def test_a_file_leaves_another_question_alone(kantor: Kantor) -> None:
    """Bu Sari is asked why LAKIP shall rest; the file is no answer, and the question stays."""
    await lakip(kantor)
    await kantor.say(kantor.sari, "/jeda")
    answer = await sends(kantor, kantor.sari)
    assert "tidak ada tugas yang menunggu" in answer.text
    await kantor.say(kantor.sari, "Menunggu data BPS.")
    assert kantor.runs()[0].pause is not None


@pytest.mark.parametrize("name", ["<b>&amp;.pdf", "\u202egpj.exe", "a" * 500 + ".pdf", "🙂.png"])
async def test_a_hostile_name_is_shown_as_it_is_read(kantor: Kantor, name: str) -> None:
    await lakip(kantor)
    question = await sends(kantor, kantor.dewi, name)
    assert "Apakah untuk langkah 1" in question.text
    await kantor.press(kantor.dewi, question, "Ya")
    assert len(attached(kantor)) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", ".."])
async def test_a_name_that_leads_elsewhere_is_refused_after_the_tap(
    kantor: Kantor, name: str
) -> None:
    await lakip(kantor)
    question = await sends(kantor, kantor.dewi, name)
    await kantor.press(kantor.dewi, question, "Ya")
    assert "nama berkasnya tidak dapat diterima" in kantor.dewi.message(question).text
    assert files(kantor) == []


async def test_a_file_that_is_too_large_or_empty_is_refused_after_the_tap(kantor: Kantor) -> None:
    await lakip(kantor)
    for data, why in ((b"", "kosong"), (b"\0" * (evidence.SIZE_LIMIT + 1), "lebih besar")):
        question = await sends(kantor, kantor.dewi, "besar.pdf", data)
        await kantor.press(kantor.dewi, question, "Ya")
        assert why in kantor.dewi.message(question).text
    assert files(kantor) == []


async def test_a_tap_that_ends_in_an_error_leaves_the_question(
    kantor: Kantor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lakip(kantor)
    question = await sends(kantor, kantor.dewi)

    def boom(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        # The files are decided about by then, and the transaction is not over.
        broken.setattr(evidence, "_receipt", boom)
        tap = await kantor.press(kantor.dewi, question, "Ya")
    assert "tidak ada yang tercatat" in (await tap.answered()).text
    assert attached(kantor) == ()
    await kantor.restart()
    await kantor.press(kantor.dewi, question, "Ya")
    assert len(attached(kantor)) == 1


async def test_a_full_disk_after_the_tap_is_told(
    kantor: Kantor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lakip(kantor)
    question = await sends(kantor, kantor.dewi)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "complete", full)
    await kantor.press(kantor.dewi, question, "Ya")
    assert "penuh" in kantor.dewi.message(question).text
    assert attached(kantor) == ()
