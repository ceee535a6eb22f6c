"""The card of a task: what it tells, whom it names, and which buttons it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.metrics import Lateness, Remaining
from bot.domain.reminders import ReminderKind
from bot.domain.run import TaskStatus
from bot.features.evidence.texts import AttachFile
from bot.features.extension import AskExtension
from bot.features.feature import View
from bot.features.runview import Deviations, SentBack
from bot.features.tasks.buttons import Confirm, ShowDetail, Snooze
from bot.features.tasks.views import ConfirmedView, DetailView, Earlier
from tests.features.samples import messages
from tests.features.samples.common import (
    BUDI,
    DEWI,
    HADI,
    OVER,
    RINA,
    SARI,
    TO_DEWI,
    TO_HADI,
    TO_SARI,
    TOKEN,
    lakip,
    signed,
    wib,
)
from tests.features.samples.tasks import LEFT, card, closed
from tests.features.saying import TEXTS, labels, read, say, texts_of

LATE = Lateness(1, timedelta(hours=2))


def test_the_card_tells_pak_budi_everything_he_needs_to_begin() -> None:
    message = TEXTS.render(card(performers=(BUDI,)))
    assert (
        message.html
        == """\
Yth. Bapak Budi Santoso, S.T.,
Mohon kesediaan Bapak menyelesaikan langkah berikut, lalu menekan tombolnya.

<b>PENYUSUNAN LAKIP</b> tahun 2023
Langkah 2 dari 5 ▰▱▱▱▱

<b>Mengumpulkan bahan dan data untuk menyusun LAKIP DISPMPTSPTK</b>
Kelengkapan: Surat Permintaan Data
Output: Dokumen Perencanaan dan Anggaran
Waktu baku: 2 hari
Tenggat: <b>Rabu, 24 Januari 2024 pukul 10.00 WIB</b>"""
    )
    assert labels(message) == [
        ["✅ Selesai"],
        ["📎 Lampirkan", "⏳ Perpanjang", "ℹ️ Rincian"],
    ]
    assert message.buttons[0][0].style == "success"
    assert [read(b.data) for row in message.buttons for b in row] == [
        Confirm(TOKEN),
        AttachFile(TOKEN),
        AskExtension(TOKEN),
        ShowDetail(TOKEN),
    ]


def test_the_sekretaris_is_asked_for_a_paraf_and_the_kepala_dinas_to_sign() -> None:
    paraf = TEXTS.render(card(4, TO_HADI, performers=(HADI,)))
    assert (
        "Yth. Bapak Sekretaris,\nMohon kesediaan Bapak memeriksa dan memaraf naskah berikut, lalu "
        "menekan tombolnya."
    ) in paraf.html
    assert labels(paraf)[0][0] == "✅ Setuju & paraf"

    signature = TEXTS.render(card(5, TO_DEWI, performers=(DEWI,)))
    assert "Yth. Ibu Kepala Dinas,\nMohon kesediaan Ibu menandatangani naskah" in signature.html
    assert "penandatanganan tetap dilakukan pada naskah" in signature.html
    assert labels(signature)[0][0] == "✍️ Sudah ditandatangani"


def test_a_tap_never_passes_for_a_legal_signature() -> None:
    assert "Tombol hanya mencatat; penandatanganan tetap dilakukan pada naskah." in say(
        card(5, TO_DEWI)
    )
    done = closed(card(5, TO_DEWI), signed(DEWI, wib(24, "09.30")))
    assert "Sudah ditandatangani, dicatat oleh Ibu Dewi" in say(done)
    everything_said = " ".join(texts_of(view) for view in messages()).lower()
    assert "tanda tangan elektronik" not in everything_said
    assert "sah secara" not in everything_said


def test_bu_sari_records_what_bappeda_has_done() -> None:
    step = replace(lakip().step(2), roles=("bappeda",))
    view = card(2, TO_SARI, step=step, records_for="Bappeda", performers=(SARI,))
    message = TEXTS.render(view)
    assert "Langkah berikut merupakan kewenangan Bappeda." in message.html
    assert labels(message)[0] == ["✅ Catat: selesai di Bappeda"]

    done = say(closed(view, signed(SARI, wib(24, "09.30"), "Bappeda")))
    assert "✅ Selesai di Bappeda. Dicatat oleh Ibu Sari Wulandari, S.E., M.Si. (Kasubbag" in done


def test_a_closed_card_says_who_was_first_and_keeps_no_dead_button() -> None:
    message = TEXTS.render(
        closed(
            card(),
            signed(RINA, wib(24, "12.00")),
            late=Lateness(0, timedelta(hours=2)),
        )
    )
    assert (
        "✅ Selesai oleh Ibu Rina Marlina, A.Md. (Tim Pelaksana) pada Rabu, 24 Januari 2024 "
        "pukul 12.00 WIB. Terlambat 2 jam."
    ) in message.html
    assert "Mohon" not in message.html
    assert labels(message) == [["ℹ️ Rincian"]]


def test_when_all_must_confirm_the_card_counts_and_names_them() -> None:
    step = replace(lakip().step(2), all_must_confirm=True)
    view = card(
        step=step,
        performers=(BUDI, RINA, HADI),
        signed=(signed(HADI, wib(23, "09.00")),),
        required=3,
    )
    assert (
        "Sudah mengonfirmasi: <b>1 dari 3</b>\n"
        "Sudah: Bapak Drs. Hadi Kusuma\n"
        "Belum: Bapak Budi Santoso, S.T. dan Ibu Rina Marlina, A.Md."
    ) in say(view)


def test_of_two_people_of_one_name_only_one_has_confirmed() -> None:
    step = replace(lakip().step(2), all_must_confirm=True)
    view = card(
        step=step,
        performers=(BUDI, BUDI),
        signed=(signed(BUDI, wib(23, "09.00")),),
    )
    assert "Sudah: Bapak Budi Santoso, S.T.\nBelum: Bapak Budi Santoso, S.T." in say(view)


def test_a_step_that_came_back_says_so() -> None:
    sent = SentBack(
        lakip().step(4), lakip().step(2), "Tabel 3.1 belum cocok", signed(HADI, wib(24, "11.00"))
    )
    earlier = Earlier((signed(BUDI, wib(23, "14.00")),), ("draft.pdf", "data.xlsx"))
    view = card(repetitions=2, correction=sent, earlier=earlier)
    view = replace(view, task=replace(view.task, attempt=5))
    again = say(view)
    assert "Mohon kesediaan Bapak mengulang langkah berikut" in again
    assert (
        "🔁 Pengulangan ke-2, dikembalikan dari langkah 4 oleh Bapak Drs. Hadi Kusuma "
        "(Sekretaris)\nAlasan: Tabel 3.1 belum cocok"
    ) in again, "an attempt that was withdrawn is no repeat"
    details = texts_of(DetailView(view, (), OVER, Deviations()))
    assert (
        "↩️ Dikembalikan dari langkah 4 oleh Bapak Drs. Hadi Kusuma (Sekretaris) pada "
        "Rabu, 24 Januari 2024 pukul 11.00 WIB\nAlasan: Tabel 3.1 belum cocok\n"
        "Hasil sebelumnya: Dokumen Perencanaan dan Anggaran, oleh Bapak Budi Santoso, S.T., "
        "Selasa, 23 Januari 2024 pukul 14.00 WIB\n"
        "Lampiran sebelumnya: draft.pdf dan data.xlsx"
    ) in details


def test_what_stands_beside_a_return_is_shown_up_to_a_hundred_signs() -> None:
    sent = SentBack(
        lakip().step(4), lakip().step(2), "Tabel 3.1 belum cocok", signed(HADI, wib(24, "11.00"))
    )
    files = (f"{'a' * 40}.pdf", f"{'b' * 40}.pdf")
    earlier = Earlier((signed(BUDI, wib(23, "14.00")),), files)
    view = card(repetitions=1, correction=sent, earlier=earlier)
    details = texts_of(DetailView(view, (), OVER, Deviations()))
    assert f"Lampiran sebelumnya: {files[0]} dan {files[1]}" in details


def test_whoever_checks_again_sees_what_was_to_be_mended() -> None:
    sent = SentBack(
        lakip().step(5), lakip().step(2), "Lampiran kurang", signed(DEWI, wib(24, "9.00"))
    )
    again = say(card(4, TO_HADI, repetitions=1, correction=sent))
    assert "🔁 Pengulangan ke-1, sudah diperbaiki setelah dikembalikan dari langkah 5 oleh" in again
    assert "Alasan: Lampiran kurang" in again


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (TaskStatus.DIKEMBALIKAN, "Dikembalikan untuk diperbaiki"),
        (TaskStatus.GUGUR, "tidak berlaku lagi"),
    ],
)
def test_a_card_that_was_overtaken_says_why_it_has_no_button(
    status: TaskStatus, words: str
) -> None:
    view = card(mine=False)
    message = TEXTS.render(replace(view, task=replace(view.task, status=status)))
    assert words in message.html
    assert labels(message) == [["ℹ️ Rincian"]]


DUE = LEFT.due


def opening(view: View) -> str:
    return say(view).split("\n")[1]


def test_each_reminder_opens_with_its_own_sentence() -> None:
    left = Remaining(DUE, None, timedelta(hours=2), 0)
    tomorrow = Remaining(DUE, 1, timedelta(hours=8), 1)
    assert opening(card(reminder=ReminderKind.SEBELUM, left=left)) == (
        "🔔 Dengan hormat kami ingatkan. Tenggat langkah ini <b>2 jam lagi</b>."
    )
    assert opening(card(reminder=ReminderKind.SEBELUM, left=tomorrow)) == (
        "🔔 Dengan hormat kami ingatkan. Tenggat langkah ini <b>1 hari kerja lagi "
        "(besok pukul 10.00)</b>."
    )
    assert opening(card(reminder=ReminderKind.TENGGAT)) == (
        "⏰ Dengan hormat kami ingatkan. Tenggat langkah ini sudah tiba."
    )
    assert opening(card(reminder=ReminderKind.HARIAN, late=LATE)) == (
        "⚠️ Dengan hormat kami ingatkan. Langkah ini terlambat <b>1 hari kerja 2 jam</b>. "
        "Mohon kesediaan Bapak menyelesaikannya."
    )
    assert opening(card(reminder=ReminderKind.TUNDA, left=left)) == (
        "⏰ Sesuai permintaan Bapak, kami ingatkan kembali. Tenggat langkah ini <b>2 jam lagi</b>."
    )
    assert len({opening(card(reminder=rung, late=LATE)) for rung in ReminderKind}) == len(
        ReminderKind
    )


def test_a_reminder_is_five_lines_with_every_button_of_the_card() -> None:
    message = TEXTS.render(card(reminder=ReminderKind.SEBELUM, left=LEFT))
    assert labels(message) == [
        ["✅ Selesai"],
        ["📎 Lampirkan", "⏳ Perpanjang", "ℹ️ Rincian"],
        ["⏰ Ingatkan 1 jam lagi"],
    ]
    assert read(message.buttons[2][0].data) == Snooze(TOKEN)
    assert len(message.html.split("\n")) == 5
    assert "Tenggat: <b>Rabu, 24 Januari 2024 pukul 10.00 WIB</b>" in message.html


def test_a_reminder_at_the_deadline_blames_nobody_for_the_seconds_it_took() -> None:
    moment = Lateness(0, timedelta(seconds=4))
    assert "terlambat" not in say(card(reminder=ReminderKind.TENGGAT, late=moment)).lower()
    assert "terlambat <b>1 hari kerja 2 jam</b>" in say(
        card(reminder=ReminderKind.TENGGAT, late=LATE)
    )


def test_a_reminder_of_a_task_that_is_done_only_says_so() -> None:
    view = replace(closed(card(), signed(BUDI, wib(24, "09.30"))), reminder=ReminderKind.HARIAN)
    message = TEXTS.render(view)
    assert "Dengan hormat kami ingatkan" not in message.html
    assert labels(message) == [["ℹ️ Rincian"]]


def test_a_confirmation_is_thanked_for_and_says_who_is_next() -> None:
    step = lakip().step(2)
    following = lakip().step(4)
    done = ConfirmedView(step, True, 1, 1, False, following, (HADI,))
    assert TEXTS.toast(done).text == (
        "Tercatat, terima kasih. Langkah 2 selesai. "
        "Berikutnya langkah 4: Bapak Drs. Hadi Kusuma (Sekretaris)."
    )
    waiting = ConfirmedView(step, False, 3, 5, False, None, ())
    assert "3 dari 5 sudah mengonfirmasi" in TEXTS.toast(waiting).text
