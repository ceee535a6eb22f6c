"""Evidence: files that show the work, from a phone into the archive and back to the reviewers."""

from __future__ import annotations

import hashlib
import shutil
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.calendar import office_calendar
from bot.domain.run import Evidence
from bot.features import registry
from bot.features.work import Services
from bot.localtelegram.faults import Fail
from bot.localtelegram.http import DOWNLOAD
from bot.localtelegram.screen import Message
from bot.sop_loader import load_catalog
from bot.store import Store, archive
from bot.store.archive import INBOX, Archive
from tests.conftest import PROJECT
from tests.stories.harness import Kantor, new, open_office

SK = b"%PDF-1.7 SK Tim Penyusun LAKIP"


def photo(shade: int = 0) -> bytes:
    """A small PNG, another for each shade."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + bytes([shade]) * 8 for _ in range(8))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def files(kantor: Kantor) -> list[Path]:
    """Everything that lies in the archive, the inbox included."""
    assert kantor.services.archive is not None
    return sorted(path for path in kantor.services.archive.folder.rglob("*") if path.is_file())


def attached(kantor: Kantor, step: int = 1) -> tuple[Evidence, ...]:
    """What the one run has on record for a step."""
    (run,) = kantor.runs()
    task = run.latest(step)
    assert task is not None
    return task.evidence


async def lakip(kantor: Kantor) -> Message:
    """LAKIP has begun; Ibu Dewi's card of step 1."""
    await kantor.say(kantor.sari, "/mulai_lakip")
    return kantor.card(kantor.dewi)


async def test_a_document_in_reply_to_a_card_is_kept_with_who_when_and_what(
    kantor: Kantor,
) -> None:
    card = await lakip(kantor)
    answer = await kantor.attach(kantor.dewi, SK, "SK Tim.pdf", card, "Sudah bernomor.")
    assert "Sudah dilampirkan pada langkah 1" in answer.text
    assert "SK Tim.pdf" in answer.text
    (kept,) = attached(kantor)
    digest = hashlib.sha256(SK).hexdigest()
    assert (kept.name, kept.size, kept.sha256) == ("SK Tim.pdf", len(SK), digest)
    assert kept.by.role == "kepala_dinas"
    assert kept.caption == "Sudah bernomor."
    assert kept.at == kantor.clock.now()
    assert kept.file_id
    (path,) = files(kantor)
    (run,) = kantor.runs()
    folder = f"2025/lakip/{run.id:05d}/01/{digest[:16]}-SK Tim.pdf"
    assert kantor.services.archive is not None
    assert path.relative_to(kantor.services.archive.folder).as_posix() == folder
    assert path.read_bytes() == SK
    assert path.stat().st_mode & 0o077 == 0
    shown = kantor.dewi.message(card)
    assert shown is not None
    assert "📎 Berkas: SK Tim.pdf" in shown.text


async def test_the_button_asks_for_a_file_and_takes_the_next_one(kantor: Kantor) -> None:
    await lakip(kantor)
    await kantor.tap(kantor.dewi, "Lampirkan")
    question = kantor.dewi.last
    assert "Silakan mengirim berkas untuk langkah 1" in question.text
    assert "SK Tim" in question.text
    answer = await kantor.say(kantor.dewi, "Ini berkasnya")
    assert "sebuah dokumen atau foto" in answer.text
    await kantor.attach(kantor.dewi, SK, "SK.pdf")
    assert [file.name for file in attached(kantor)] == ["SK.pdf"]
    answer = await kantor.attach(kantor.dewi, b"lagi", "lagi.pdf")
    assert "Apakah untuk langkah 1" in answer.text, "the question was answered"
    assert [file.name for file in attached(kantor)] == ["SK.pdf"]


async def test_batal_leaves_the_question_for_a_file(kantor: Kantor) -> None:
    await lakip(kantor)
    await kantor.tap(kantor.dewi, "Lampirkan")
    await kantor.say(kantor.dewi, "/batal")
    answer = await kantor.attach(kantor.dewi, SK, "SK.pdf")
    assert "Apakah untuk langkah 1" in answer.text
    assert files(kantor) == []


async def test_a_photo_is_kept_and_comes_back_as_a_photo(kantor: Kantor) -> None:
    card = await lakip(kantor)
    kantor.dewi.photo(photo(), reply_to=card)
    await kantor.quiet()
    (kept,) = attached(kantor)
    assert kept.photo
    await kantor.confirm(kantor.dewi)
    await kantor.tap(kantor.budi, "Berkas (1)")
    sent = kantor.budi.last
    assert sent.file is not None
    assert sent.file.kind == "photo"


async def test_an_album_is_one_answer_and_each_photo_is_kept(kantor: Kantor) -> None:
    await lakip(kantor)
    await kantor.tap(kantor.dewi, "Lampirkan")
    before = kantor.dewi.heard
    kantor.dewi.album([photo(1), photo(2), photo(3)])
    await kantor.quiet()
    assert len(attached(kantor)) == 3
    (receipt,) = new(kantor.dewi, before)
    assert receipt.text.count("foto-") == 3


async def test_reviewers_get_the_documents_of_earlier_steps_from_a_button(
    kantor: Kantor,
) -> None:
    card = await lakip(kantor)
    await kantor.attach(kantor.dewi, SK, "SK Tim.pdf", card)
    await kantor.confirm(kantor.dewi)
    await kantor.attach(kantor.budi, b"data", "Data.xlsx", kantor.card(kantor.budi))
    await kantor.confirm(kantor.budi)
    assert "📂 Dari langkah lainnya: 2 berkas" in kantor.card(kantor.sari).text
    before = kantor.sari.heard
    tap = await kantor.tap(kantor.sari, "Berkas (2)")
    assert tap.answer is not None
    assert "2 berkas segera dikirim" in tap.answer.text
    sent = new(kantor.sari, before)
    assert [message.file.name for message in sent if message.file] == ["SK Tim.pdf", "Data.xlsx"]
    assert "Ibu Dewi Kartika, S.H., M.M. (Kepala Dinas)" in sent[0].text
    assert len(kantor.telegram.log.requests("sendDocument")) == 2, "by their names, not anew"


async def test_a_reply_to_a_document_that_was_sent_again_is_a_note_on_its_step(
    kantor: Kantor,
) -> None:
    card = await lakip(kantor)
    await kantor.attach(kantor.dewi, SK, "SK Tim.pdf", card)
    await kantor.confirm(kantor.dewi)
    await kantor.tap(kantor.budi, "Berkas (1)")
    answer = await kantor.answer(kantor.budi, kantor.budi.last, "Nomor SK keliru.")
    assert "Catatan pada langkah 1" in answer.text


async def test_the_same_file_is_stored_once_and_attached_to_both(kantor: Kantor) -> None:
    card = await lakip(kantor)
    await kantor.attach(kantor.dewi, SK, "SK.pdf", card)
    again = await kantor.attach(kantor.dewi, SK, "Salinan.pdf", card)
    assert "sudah dilampirkan sebelumnya" in again.text
    await kantor.confirm(kantor.dewi)
    await kantor.attach(kantor.budi, SK, "SK untuk data.pdf", kantor.card(kantor.budi))
    assert [file.name for file in attached(kantor)] == ["SK.pdf"]
    assert [file.name for file in attached(kantor, 2)] == ["SK untuk data.pdf"]
    assert len(files(kantor)) == 1


async def test_a_content_lost_from_the_disk_is_back_when_it_is_sent_again(kantor: Kantor) -> None:
    card = await lakip(kantor)
    await kantor.attach(kantor.dewi, SK, "SK.pdf", card)
    (path,) = files(kantor)
    path.unlink()
    await kantor.confirm(kantor.dewi)
    await kantor.attach(kantor.budi, SK, "SK.pdf", kantor.card(kantor.budi))
    assert path.read_bytes() == SK


async def test_a_file_that_telegram_no_longer_knows_comes_from_the_archive(
    kantor: Kantor,
) -> None:
    card = await lakip(kantor)
    await kantor.attach(kantor.dewi, SK, "SK.pdf", card)
    await kantor.confirm(kantor.dewi)
    refusal = Fail.ERROR(400, "Bad Request: wrong file identifier/HTTP URL specified")
    kantor.telegram.fail("sendDocument", how=refusal)
    await kantor.tap(kantor.budi, "Berkas (1)")
    sent = kantor.budi.last.file
    assert sent is not None
    assert sent.data == SK


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("besar.pdf", b"\0" * (20 * 1024 * 1024 + 1), "lebih besar dari 20 MB"),
        ("kosong.pdf", b"", "berkasnya kosong"),
        ("../../etc/passwd", SK, "nama berkasnya tidak dapat diterima"),
        ("..\\..\\SK.pdf", SK, "nama berkasnya tidak dapat diterima"),
        ("..", SK, "nama berkasnya tidak dapat diterima"),
    ],
)
async def test_what_cannot_be_taken_is_refused_in_words(
    kantor: Kantor, name: str, data: bytes, why: str
) -> None:
    card = await lakip(kantor)
    answer = await kantor.attach(kantor.dewi, data, name, card)
    assert why in answer.text
    assert attached(kantor) == ()
    assert files(kantor) == []


@pytest.mark.parametrize(
    "name",
    ["CON", "a" * 500 + ".pdf", "\u202egpj.exe", "<b>&.pdf", "شكرا.pdf", "🙂🙂.png", "spasi  .pdf"],
)
async def test_strange_names_become_plain_ones(kantor: Kantor, name: str) -> None:
    card = await lakip(kantor)
    answer = await kantor.attach(kantor.dewi, SK, name, card)
    assert "Sudah dilampirkan" in answer.text
    (path,) = files(kantor)
    assert len(path.name.encode()) <= 140
    assert not set(path.name) & set('\\:*?"<>|\u202e')


async def test_a_sticker_is_no_evidence(kantor: Kantor) -> None:
    card = await lakip(kantor)
    kantor.dewi.sticker(reply_to=card)
    await kantor.quiet()
    assert "dokumen atau foto" in kantor.dewi.last.text
    assert attached(kantor) == ()


async def test_who_has_no_part_in_a_step_attaches_nothing_to_it(kantor: Kantor) -> None:
    await lakip(kantor)
    await kantor.confirm(kantor.dewi)
    card = kantor.card(kantor.budi)
    data = next(b.data for row in card.buttons for b in row if "Lampirkan" in b.label)
    tap = await kantor.forge(kantor.hadi, card, data or "")
    assert tap.answer is not None
    assert "Tim Pelaksana" in tap.answer.text
    forged = await kantor.forge(kantor.somebody(), card, data or "")
    assert forged.answer is not None
    assert "hanya untuk pegawai" in forged.answer.text


async def test_an_outsider_gets_no_files(kantor: Kantor) -> None:
    card = await lakip(kantor)
    await kantor.attach(kantor.dewi, SK, "SK.pdf", card)
    await kantor.confirm(kantor.dewi)
    shown = kantor.card(kantor.budi)
    data = next(b.data for row in shown.buttons for b in row if "Berkas" in b.label)
    outsider = kantor.somebody()
    await kantor.have_started(outsider)
    tap = await kantor.forge(outsider, shown, data or "")
    assert tap.answer is not None
    assert "hanya untuk pegawai" in tap.answer.text
    assert kantor.telegram.log.requests("sendDocument") == []


async def test_a_full_disk_is_told_to_the_sender_and_the_admin(
    kantor: Kantor, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await lakip(kantor)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "complete", full)
    answer = await kantor.attach(kantor.dewi, SK, "SK.pdf", card)
    assert "penuh" in answer.text
    assert "ruang penyimpanan penuh" in kantor.yusuf.last.text
    assert attached(kantor) == ()
    assert files(kantor) == []
    monkeypatch.undo()
    await kantor.attach(kantor.dewi, SK, "SK.pdf", card)
    assert len(attached(kantor)) == 1


async def test_a_folder_that_may_not_be_written_to_is_tried_again(
    kantor: Kantor, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await lakip(kantor)

    def closed(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(archive, "complete", closed)
    await kantor.attach(kantor.dewi, SK, "SK.pdf", card)
    assert files(kantor) == []
    monkeypatch.undo()
    await kantor.later(seconds=10)
    assert [file.name for file in attached(kantor)] == ["SK.pdf"]


@pytest.mark.parametrize(
    "how",
    [Fail.SERVER_ERROR, Fail.DROP_BEFORE, Fail.DROP_AFTER, Fail.ERROR(404, "Not Found")],
    ids=["error", "cut before", "cut in the middle", "moved"],
)
async def test_a_download_that_fails_is_tried_again(kantor: Kantor, how: Fail) -> None:
    card = await lakip(kantor)
    kantor.telegram.fail(DOWNLOAD, how=how)
    await kantor.attach(kantor.dewi, SK * 1000, "SK.pdf", card)
    assert attached(kantor) == ()
    assert files(kantor) == [], "nothing is left half done"
    await kantor.later(seconds=10)
    assert [file.size for file in attached(kantor)] == [len(SK) * 1000]


async def test_a_file_that_telegram_never_gives_is_given_up_in_words(kantor: Kantor) -> None:
    card = await lakip(kantor)
    kantor.telegram.fail(
        "getFile", how=Fail.ERROR(400, "Bad Request: wrong file_id or the file is unavailable")
    )
    answer = await kantor.attach(kantor.dewi, SK, "SK.pdf", card)
    assert "belum dapat kami ambil" in answer.text
    assert attached(kantor) == ()


async def test_others_are_not_kept_waiting_by_a_slow_download(kantor: Kantor) -> None:
    card = await lakip(kantor)
    gate = kantor.telegram.hold(DOWNLOAD, "after")
    kantor.dewi.attach(SK, "SK.pdf", reply_to=card)
    await gate.reached()
    await kantor.telegram.wait_until(lambda: not kantor.telegram.pending, what="confirmation")
    tap = kantor.dewi.tap(card, "Selesai")
    await tap.answered()
    gate.release()
    await kantor.quiet()
    assert [file.name for file in attached(kantor)] == ["SK.pdf"], "it came after the tap"


async def test_leftovers_in_the_inbox_are_swept_at_the_next_start(kantor: Kantor) -> None:
    assert kantor.services.archive is not None
    inbox = kantor.services.archive.folder / INBOX
    inbox.mkdir(parents=True)
    (inbox / "0123456789abcdef").write_bytes(b"half")
    await kantor.restart()
    assert files(kantor) == []


async def test_a_finished_run_takes_no_more_files(kantor: Kantor) -> None:
    card = await lakip(kantor)
    everybody = [kantor.dewi, kantor.budi, kantor.sari, *[kantor.budi] * 4]
    await kantor.confirm(*everybody, kantor.sari, kantor.hadi, kantor.dewi)
    answer = await kantor.attach(kantor.dewi, SK, "SK.pdf", card)
    assert "sudah berakhir" in answer.text
    assert files(kantor) == []


@pytest_asyncio.fixture
async def strict(sqlite_store: Store, tmp_path: Path) -> AsyncIterator[Kantor]:
    """An office whose data make the output of LAKIP's first step mandatory."""
    folder = Path(shutil.copytree(PROJECT / "sop_data", tmp_path / "sop_data"))
    path = folder / "sop" / "lakip.yaml"
    one = "        waktu: 1 jam\n"
    path.write_text(path.read_text().replace(one, f"{one}        wajib_lampiran: true\n", 1))
    catalog = load_catalog(folder)
    calendar = office_calendar(catalog.office)
    services = Services(
        sqlite_store, catalog, calendar, registry.live(), archive=Archive(tmp_path / "arsip")
    )
    async with open_office(services) as kantor:
        yield kantor


async def test_a_mandatory_output_comes_before_the_confirmation(strict: Kantor) -> None:
    card = await lakip(strict)
    assert "wajib dilampirkan" in card.text
    tap = await strict.tap(strict.dewi, "Selesai")
    assert tap.answer is not None
    assert tap.answer.show_alert
    assert "mohon melampirkan SK Tim" in tap.answer.text
    assert "Silakan mengirim berkas" in strict.dewi.last.text, "it asks at once"
    await strict.attach(strict.dewi, SK, "SK.pdf")
    await strict.confirm(strict.dewi)
    (run,) = strict.runs()
    assert run.current[0].step == 2


async def test_a_confirmation_while_the_output_is_on_its_way_is_asked_to_wait(
    strict: Kantor,
) -> None:
    card = await lakip(strict)
    gate = strict.telegram.hold(DOWNLOAD)
    strict.dewi.attach(SK, "SK.pdf", reply_to=card)
    await gate.reached()
    tap = strict.dewi.tap(card, "Selesai")
    answer = await tap.answered()
    assert "sedang kami simpan" in answer.text
    gate.release()
    await strict.quiet()
    await strict.confirm(strict.dewi)
    (run,) = strict.runs()
    assert run.current[0].step == 2
