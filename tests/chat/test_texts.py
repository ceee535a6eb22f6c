"""Every view has its words, they are right, and no data can break the message."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from typing import get_args

import pytest
from bot.chat.keyboards import (
    AskExtension,
    AttachFile,
    Confirm,
    ShowDetail,
    Snooze,
    TurnPage,
    parse,
)
from bot.chat.paging import Message
from bot.chat.texts import Texts
from bot.chat.texts.answers import _DONE, _REFUSALS
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat import commands
from bot.domain.access import LegacyPermission
from bot.domain.metrics import Lateness
from bot.domain.people import Address
from bot.domain.reminders import ReminderKind
from bot.domain.run import Capacity, TaskStatus
from bot.domain.sop import Wording
from bot.features.answers import DoneView, Fact, RefusedView
from bot.features.feature import MenuView, View
from bot.features.help import HelpView
from bot.features.history import HistoryView, SummaryView
from bot.features.joining.views import InvitationView, WelcomeView
from bot.features.naming import RoleName
from bot.features.people.views import AskNameView, PeopleView
from bot.features.reminders import LateView, VacantView
from bot.features.runview import SentBack
from bot.features.sops import SopView
from bot.features.status import StatusView
from bot.features.tasks.views import ConfirmedView, Earlier, TasksView, TaskView
from bot.ui.markup import pieces, plain, safe, width
from tests.chat.samples import (
    BUDI,
    DEWI,
    HADI,
    RINA,
    SARI,
    TO_BUDI,
    TO_DEWI,
    TO_HADI,
    TO_SARI,
    TOKEN,
    UTC_MORNING,
    card,
    closed,
    current,
    ended,
    everything,
    lakip,
    lakip_run,
    lakip_sop,
    running,
    signed,
    wib,
)
from tests.offices import kantor

TEXTS = Texts(kantor(), "kawal_sop_bot")

LATE = Lateness(1, timedelta(hours=2))


def say(view: View, page: int = 0) -> str:
    return TEXTS.render(view, page).html


def labels(message: Message) -> list[list[str]]:
    return [[button.label for button in row] for row in message.buttons]


def texts_of(view: View) -> str:
    """All pages of a view, as people read them."""
    return "\n".join(page.html for page in pages(view))


def pages(view: View) -> list[Message]:
    found = [TEXTS.render(view)]
    while (following := TEXTS.render(view, len(found))) != found[-1]:
        found.append(following)
    return found


# The card


def test_the_card_tells_pak_budi_everything_he_needs_to_begin() -> None:
    message = TEXTS.render(card(performers=(BUDI,)))
    assert (
        message.html
        == """\
Yth. Bapak Budi Santoso, S.T.,

Mohon kesediaan Bapak menyelesaikan langkah berikut.

<b>PENYUSUNAN LAKIP</b>
Tahun 2023 · Langkah 2 dari 5
▰▱▱▱▱

<b>Mengumpulkan bahan dan data untuk menyusun LAKIP DISPMPTSPTK</b>

Kelengkapan: Surat Permintaan Data
Output: Dokumen Perencanaan dan Anggaran
Waktu baku: 2 hari
Tenggat: <b>Rabu, 24 Januari 2024 pukul 10.00 WIB</b>

Setelah selesai, mohon tekan tombol di bawah."""
    )
    assert labels(message) == [["✅ Selesai"], ["📎 Lampirkan"], ["⏳ Perpanjang", "ℹ️ Rincian"]]
    assert message.buttons[0][0].style == "success"
    assert [parse(b.data) for row in message.buttons for b in row] == [
        Confirm(TOKEN),
        AttachFile(TOKEN),
        AskExtension(TOKEN),
        ShowDetail(TOKEN),
    ]


def test_the_sekretaris_is_asked_for_a_paraf_and_the_kepala_dinas_to_sign() -> None:
    paraf = TEXTS.render(card(4, TO_HADI, performers=(HADI,)))
    assert "Yth. Bapak Sekretaris,\n\nMohon kesediaan Bapak memeriksa dan memberi paraf." in (
        paraf.html
    )
    assert labels(paraf)[0] == ["✅ Setuju & paraf"]

    signature = TEXTS.render(card(5, TO_DEWI, performers=(DEWI,)))
    assert "Yth. Ibu Kepala Dinas,\n\nMohon kesediaan Ibu menandatangani naskah" in signature.html
    assert labels(signature)[0] == ["✍️ Sudah ditandatangani"]


def test_a_tap_never_passes_for_a_legal_signature() -> None:
    assert "Tombol hanya mencatat; tanda tangannya tetap pada naskah." in say(card(5, TO_DEWI))
    done = closed(card(5, TO_DEWI), signed(DEWI, wib(24, "09.30")))
    assert "Sudah ditandatangani, dicatat oleh Ibu Dewi" in say(done)
    everything_said = " ".join(texts_of(view) for view in everything()).lower()
    assert "tanda tangan elektronik" not in everything_said
    assert "sah secara" not in everything_said


def test_bu_sari_records_what_bappeda_has_done() -> None:
    step = replace(lakip().step(2), roles=("bappeda",))
    view = card(2, TO_SARI, step=step, records_for="Bappeda", performers=(SARI,))
    message = TEXTS.render(view)
    assert "Langkah berikut menjadi bagian Bappeda." in message.html
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
        "Konfirmasi: <b>1 dari 3 sudah</b>\n"
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
    again = say(replace(view, task=replace(view.task, attempt=5)))
    assert "Langkah ini dikembalikan untuk dikerjakan lagi." in again
    assert "🔁 Pengulangan ke-2" in again, "an attempt that was withdrawn is no repeat"
    assert (
        "↩️ Dikembalikan dari langkah 4 oleh Bapak Drs. Hadi Kusuma (Sekretaris) pada "
        "Rabu, 24 Januari 2024 pukul 11.00 WIB\nAlasan: Tabel 3.1 belum cocok\n"
        "Hasil sebelumnya: Dokumen Perencanaan dan Anggaran, oleh Bapak Budi Santoso, S.T., "
        "Selasa, 23 Januari 2024 pukul 14.00 WIB\n"
        "Lampiran sebelumnya: draft.pdf dan data.xlsx"
    ) in again


def test_whoever_checks_again_sees_what_was_to_be_mended() -> None:
    sent = SentBack(
        lakip().step(5), lakip().step(2), "Lampiran kurang", signed(DEWI, wib(24, "9.00"))
    )
    again = say(card(4, TO_HADI, repetitions=1, correction=sent))
    assert "Pekerjaan ini sudah diperbaiki setelah dikembalikan." in again
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


# Reminders


def opening(view: View) -> str:
    return say(view).split("\n\n")[1]


def test_each_reminder_opens_with_its_own_sentence() -> None:
    left = Lateness(0, timedelta(hours=2))
    assert opening(card(rung=ReminderKind.SEBELUM, left=left)) == (
        "🔔 Izin mengingatkan. Tenggat langkah ini tinggal <b>2 jam</b> lagi."
    )
    assert opening(card(rung=ReminderKind.SEBELUM, left=Lateness(1, timedelta(0)))) == (
        "🔔 Izin mengingatkan. Tenggat langkah ini tinggal <b>1 hari kerja</b> lagi."
    )
    assert opening(card(rung=ReminderKind.TENGGAT)) == (
        "⏰ Izin mengingatkan. Tenggat langkah ini sudah tiba."
    )
    assert opening(card(rung=ReminderKind.HARIAN, late=LATE)) == (
        "⚠️ Izin mengingatkan. Langkah ini terlambat <b>1 hari kerja 2 jam</b>. "
        "Mohon kesediaan Bapak menyelesaikannya."
    )
    assert opening(card(rung=ReminderKind.TUNDA, left=left)) == (
        "⏰ Sesuai permintaan Bapak, kami ingatkan kembali. "
        "Tenggat langkah ini tinggal <b>2 jam</b> lagi."
    )
    assert len({opening(card(rung=rung, late=LATE)) for rung in ReminderKind}) == len(ReminderKind)


def test_a_reminder_is_the_card_again_with_a_button_to_wait() -> None:
    message = TEXTS.render(card(rung=ReminderKind.SEBELUM, left=LATE))
    assert labels(message) == [
        ["✅ Selesai"],
        ["📎 Lampirkan"],
        ["⏳ Perpanjang", "ℹ️ Rincian"],
        ["⏰ Ingatkan 1 jam lagi"],
    ]
    assert parse(message.buttons[3][0].data) == Snooze(TOKEN)
    assert "Tenggat: <b>Rabu, 24 Januari 2024 pukul 10.00 WIB</b>" in message.html


def test_a_reminder_at_the_deadline_blames_nobody_for_the_seconds_it_took() -> None:
    moment = Lateness(0, timedelta(seconds=4))
    assert "terlambat" not in say(card(rung=ReminderKind.TENGGAT, late=moment)).lower()
    assert "terlambat <b>1 hari kerja 2 jam</b>" in say(card(rung=ReminderKind.TENGGAT, late=LATE))


def test_a_reminder_of_a_task_that_is_done_only_says_so() -> None:
    view = replace(closed(card(), signed(BUDI, wib(24, "09.30"))), rung=ReminderKind.HARIAN)
    message = TEXTS.render(view)
    assert "Izin mengingatkan" not in message.html
    assert labels(message) == [["ℹ️ Rincian"]]


# Others hear of it


def test_an_escalation_reports_who_is_late_and_by_how_much() -> None:
    run = lakip_run()
    late = current(run.procedure.step(2), (BUDI, RINA), late=LATE)
    assert (
        say(LateView(TO_HADI, run, lakip_sop(), late, waiting=False))
        == """\
Yth. Bapak Sekretaris,

⚠️ Izin melaporkan, langkah berikut terlambat <b>1 hari kerja 2 jam</b>.

<b>PENYUSUNAN LAKIP</b>
Tahun 2023 · Langkah 2 dari 5
▰▱▱▱▱

<b>Mengumpulkan bahan dan data untuk menyusun LAKIP DISPMPTSPTK</b>
Pelaksana: Bapak Budi Santoso, S.T. (Tim Pelaksana) atau Ibu Rina Marlina, A.Md. (Tim Pelaksana)
Tenggat: Rabu, 24 Januari 2024 pukul 10.00 WIB

Mohon arahan dan tindak lanjut Bapak."""
    )


def test_nobody_is_told_that_the_kepala_dinas_is_late() -> None:
    run = lakip_run()
    late = current(run.procedure.step(5), (DEWI,), late=LATE)
    text = say(LateView(TO_SARI, run, lakip_sop(), late, waiting=True))
    assert (
        "Sebagai informasi, pelaksanaan berikut menunggu tanda tangan "
        "Ibu Dewi Lestari, S.H., M.M. (Kepala Dinas)."
    ) in text
    assert "lambat" not in text.lower()
    assert "⚠️" not in text


def test_the_office_waits_for_bappeda_not_for_bu_sari_who_records_it() -> None:
    run = lakip_run()
    step = replace(run.procedure.step(2), roles=("bappeda",))
    view = LateView(TO_HADI, run, lakip_sop(), current(step, (SARI,), late=LATE), waiting=True)
    assert "menunggu penyelesaian oleh Bappeda." in say(view)
    assert "Sari" not in say(view)


def test_a_vacant_role_comes_with_the_way_to_fill_it() -> None:
    run = lakip_run()
    message = TEXTS.render(
        VacantView(
            TO_SARI,
            run,
            lakip_sop(),
            run.procedure.step(2),
            run.tasks[1],
            (("tim", "Tim Pelaksana"),),
        )
    )
    assert "peran <b>Tim Pelaksana</b> belum dipegang siapa pun" in message.html
    assert [b.data for row in message.buttons for b in row] == ["inv:tim", "c:sr:fill:tim.0"]


def test_an_acting_official_is_named_with_the_capacity() -> None:
    role = RoleName("Sekretaris", Capacity.PLH)
    assert "<b>Plh. Sekretaris</b>" in say(GrantView(TO_DEWI, HADI.name, role, SARI.name))


# Reading


def test_the_status_shows_progress_whose_turn_until_when_and_how_late() -> None:
    assert (
        say(StatusView((running(LATE),), whole_office=True))
        == """\
<b>Pelaksanaan yang berjalan di seluruh kantor (1)</b>

1. <b>PENYUSUNAN LAKIP</b> tahun 2023
▰▱▱▱▱ 1 dari 5 langkah
Langkah 2 dari 5: Mengumpulkan bahan dan data untuk menyusun LAKIP DISPMPTSPTK
Menunggu: Bapak Budi Santoso, S.T. (Tim Pelaksana) atau Ibu Rina Marlina, A.Md. (Tim Pelaksana)
Tenggat: Rabu, 24 Januari 2024 pukul 10.00 WIB
⚠️ Terlambat <b>1 hari kerja 2 jam</b>
Perkiraan selesai: Rabu, 31 Januari 2024 pukul 10.30 WIB"""
    )


def test_the_summary_lays_plan_and_truth_side_by_side() -> None:
    assert (
        say(ended())
        == """\
Yth. Ibu Kasubbag Perencanaan,

🏁 Pelaksanaan <b>PENYUSUNAN LAKIP</b> tahun 2023 telah selesai. Terima kasih atas kerja samanya.

Dimulai: Senin, 22 Januari 2024 pukul 09.00 WIB
Selesai: <b>Rabu, 31 Januari 2024 pukul 14.00 WIB</b>
Rencana selesai: Rabu, 31 Januari 2024 pukul 10.30 WIB
Hasil: <b>terlambat 3 jam 30 menit</b>; 1 dari 2 langkah tepat waktu

<b>1. Membentuk Tim Pelaksana Penyusunan LAKIP DISPMPTSPTK</b>
baku 1 jam · nyata 45 menit · tepat waktu
Ibu Dewi Lestari, S.H., M.M. (Kepala Dinas), Senin, 22 Januari 2024 pukul 09.45 WIB

<b>3. Menyusun laporan draft LAKIP DISPMPTSPTK</b>
baku 3 hari · nyata 3,5 hari · terlambat 4 jam
Bapak Budi Santoso, S.T. (Tim Pelaksana), Selasa, 30 Januari 2024 pukul 14.00 WIB"""
    )


@pytest.mark.parametrize(
    ("view", "text"),
    [
        (StatusView((), whole_office=True), "Tidak ada pelaksanaan yang berjalan."),
        (
            StatusView((), whole_office=False),
            "Tidak ada pelaksanaan yang berjalan dan melibatkan Bapak/Ibu.",
        ),
        (TasksView(()), "Saat ini tidak ada tugas yang menunggu Bapak/Ibu. Terima kasih."),
        (HistoryView(()), "Belum ada pelaksanaan yang selesai."),
    ],
)
def test_an_empty_list_says_kindly_that_it_is_empty(view: View, text: str) -> None:
    assert TEXTS.render(view) == Message(text)


def test_the_sop_stands_in_its_signed_words_with_numbered_corrections() -> None:
    sop = lakip_sop()
    text = say(SopView(sop, lakip(), {"tim": "Tim Pelaksana", "kepala_dinas": "Kepala Dinas"}))
    assert text.startswith("<b>Salinan kerja</b> · SOP PENYUSUNAN LAKIP")
    assert "Nomor: 503/22/SOP.PRCN/DISPMPPTSPTK/2024" in text
    assert "2. Pelaksana 1 terampil dan inovatif.¹" in text
    assert "Kelengkapan: Draft Sementara LAKIP²" in text
    assert "¹ Dibaca: Pelaksana 2 terampil dan inovatif.\n² Dibaca: Draft Sementara LPPD" in text
    assert "Pelaksana: Kepala Dinas (asumsi)" in text
    assert "Pada naskah, butir kualifikasi bernomor 4 dan 5." in text


def test_long_footnotes_stay_on_the_page_of_the_words_they_correct() -> None:
    long = tuple(
        replace(step, output=Wording(f"Benar {step.number} " * 60, f"Salah {step.number} " * 60))
        for step in lakip().steps
    )
    sop = replace(lakip_sop(), procedures=(replace(lakip(), steps=long),))
    found = pages(SopView(sop, sop.procedures[0], {}))
    assert len(found) > 1
    for page in found:
        marks = Counter(re.findall("[¹²³⁴⁵⁶⁷⁸⁹]+", page.html))
        assert set(marks.values()) <= {2}, "each mark stands once in the text and once below it"


def test_the_help_names_only_what_this_person_may_use() -> None:
    for_sari = say(HelpView(TO_SARI, (SARI.role,), frozenset(LegacyPermission), (lakip(),)))
    assert "/mulai_lakip [tahun]: PENYUSUNAN LAKIP" in for_sari
    assert all(f"/{c.name}" in for_sari for c in commands.COMMANDS if not c.per_procedure)
    for_budi = say(HelpView(TO_BUDI, (BUDI.role,), frozenset(), ()))
    assert "/tugas: tugas yang menunggu Bapak" in for_budi
    assert not re.search("/(mulai|undang|pegawai|riwayat)", for_budi)
    assert "membatalkan" in for_sari
    assert "membatalkan" not in for_budi, "what he may not do is not offered to him"


def test_the_help_tells_everybody_what_a_card_can_do() -> None:
    told = say(HelpView(TO_BUDI, (BUDI.role,), frozenset(), ()))
    for word in ("Balas kartunya", "Urungkan", "Perpanjang", "Kembalikan", "Rincian"):
        assert word in told
    assert "konfirmasi Bapak sendiri" in told


# People


def test_an_invitation_carries_a_real_link_and_says_how_to_treat_it() -> None:
    view = InvitationView("aB3-_x", BUDI.role, wib(29, "10.00"))
    text = say(view)
    assert "\nhttps://t.me/kawal_sop_bot?start=aB3-_x\n" in text
    assert "satu orang dan satu kali pakai, selama 7 hari" in text
    assert "hanya kepada pegawai yang dimaksud" in text

    unnamed = Texts(kantor())
    with pytest.raises(ValueError, match="username"):
        unnamed.render(view)
    unnamed.bot_username = "lain_bot"
    assert "https://t.me/lain_bot?start=aB3-_x" in unnamed.render(view).html


def test_the_name_is_asked_for_with_an_example_and_again_with_the_reason() -> None:
    assert "Contoh: Sari Wulandari, S.E., M.Si." in say(AskNameView(Address.IBU))
    assert "3 sampai 100 huruf" in say(AskNameView(Address.IBU, fault=True))


def test_a_newcomer_is_welcomed_by_title_or_name() -> None:
    assert say(WelcomeView(TO_DEWI, (DEWI.role,), 0)).startswith("Yth. Ibu Kepala Dinas,")
    text = say(WelcomeView(TO_BUDI, (BUDI.role,), 2))
    assert "Sudah ada 2 tugas yang menunggu Bapak: /tugas" in text


# Refusals and deeds

FACTS: dict[str, Fact] = {
    "owner": "Kasubbag Perencanaan",
    "who": "Kepala Dinas, Sekretaris, Kasubbag Perencanaan",
    "usage": "/mulai_tapkin_eselon2 [tahun]",
    "number": "A1B2C3",
    "roles": "Kasubbag Perencanaan / Kasubbag / Kasi",
    "at": wib(22, "10.00"),
    "until": wib(22, "11.00"),
    "name": "Bapak Dr. Ir. Muhammad Budi Santoso Wijayakusuma, S.T., M.T.",
    "text": "lakipp",
    "known": "lakip, lppd",
    "example": 2023,
    "year": 1999,
    "first": 2019,
    "last": 2026,
    "role": "Kepala Subbagian Umum dan Kepegawaian",
    "count": 4,
    "code": "kepala_bidang",
    "step": 8,
    "to": 7,
    "amount": "2 hari",
    "run": "PENETAPAN KINERJA (TAPKIN) TINGKAT PEJABAT ESELON III / SEKRETARIS DAN KEPALA BIDANG "
    "tahun 2026",
    "length": 4096,
    "most": 1000,
    "output": "Dokumen Perencanaan dan Anggaran",
}


def test_an_outsider_hears_whom_to_ask_and_nothing_else() -> None:
    assert say(RefusedView("outsider", FACTS)) == (
        "Mohon maaf, layanan ini hanya untuk pegawai yang sudah diundang. "
        "Silakan menghubungi Kasubbag Perencanaan."
    )


def test_an_unexpected_fault_says_that_nothing_was_recorded_and_what_to_quote() -> None:
    text = say(RefusedView("unexpected", FACTS))
    assert "tidak ada yang tercatat" in text
    assert "A1B2C3" in text


def test_who_came_second_hears_who_was_first() -> None:
    facts: dict[str, Fact] = {"name": "Ibu Rina", "at": UTC_MORNING}
    assert TEXTS.toast(RefusedView("already_done", facts)).text == (
        "Langkah ini sudah dikonfirmasi oleh Ibu Rina pada Selasa, 23 Januari 2024 pukul 10.00 "
        "WIB. Terima kasih."
    )


@pytest.mark.parametrize("reason", Refused)
def test_every_refusal_fits_a_toast_whole_and_reads_the_same_as_a_message(
    reason: str,
) -> None:
    view = RefusedView(reason, FACTS)
    toast = TEXTS.toast(view)
    assert unescape(say(view)) == toast.text
    assert len(toast.text) <= 200
    assert "…" not in toast.text


@pytest.mark.parametrize("what", Done)
def test_every_deed_fits_a_toast_whole(what: Done) -> None:
    toast = TEXTS.toast(DoneView(what, FACTS))
    assert toast.text
    assert not toast.alert
    assert "…" not in toast.text
    assert ".." not in toast.text


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


def test_a_double_tap_is_normal_and_needs_no_box_to_close() -> None:
    assert not TEXTS.toast(RefusedView("already_yours", FACTS)).alert
    assert TEXTS.toast(RefusedView("already_done", FACTS)).alert


def test_an_outage_is_told_to_each_in_their_own_way() -> None:
    lost = OutageView(wib(22, "10.00"), wib(23, "12.05"), taps_lost=True, for_admin=False)
    assert "tekan kembali tombolnya" in say(lost)
    assert "<b>1 hari 2 jam 5 menit</b>" in say(replace(lost, for_admin=True))


# Contracts


def test_every_view_that_can_be_made_has_words() -> None:
    said = {type(view) for view in everything()}
    assert said == set(get_args(View)) - {MenuView}
    with pytest.raises(TypeError):
        TEXTS.render(MenuView(frozenset(), ()))


def test_every_reason_and_every_deed_has_a_sentence() -> None:
    assert set(_REFUSALS) == set(Refused)
    assert set(_DONE) == set(Done)


def test_texts_speak_indonesian_without_a_stray_template() -> None:
    for view in everything():
        text = texts_of(view)
        assert not re.search(r"[{}]|None|Lateness|\bby\b|\bthe\b", text), text
        assert ".." not in text


# No data can break a message


class _Checker(HTMLParser):
    """Telegram's subset as these texts use it: b and code, closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("b", "code"), tag
        assert not attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def check(message: Message) -> None:
    """Telegram would take this message, and every button means something."""
    checker = _Checker()
    checker.feed(message.html)
    checker.close()
    assert not checker.open
    assert not re.search(r"&(?!(amp|lt|gt);)", message.html)
    assert checker.text.strip()
    assert width(checker.text) <= 4096
    assert width(message.html) <= 3900
    message.html.encode()
    assert sum(len(row) for row in message.buttons) <= 100
    for button in (b for row in message.buttons for b in row):
        assert 1 <= width(button.label) <= 64
        assert len(button.data.encode()) <= 64
        assert parse(button.data) is not None


NASTY = [
    "a" * 500,
    "<b>&amp;</i> & < > \" '" * 40,
    "&" * 500,
    "👩‍👩‍👧‍👦🇮🇩" * 120,
    "\u202eterbalik \u2066 שלום עולם مرحبا " * 20,
    "kata kata\n\n\tbaris\x00\ud800 " * 40,
    "tanpaspasi" * 150,
    "{owner} %s {0}",
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
@pytest.mark.parametrize("many", [1, 9])
def test_hostile_and_endless_data_fit_telegrams_limits_on_any_page(text: str, many: int) -> None:
    for view in everything(text, many):
        for number in (0, 1, 9999):
            check(TEXTS.render(view, number))
        assert width(TEXTS.toast(view).text) <= 200


@settings(max_examples=20)
@given(st.text(min_size=1, max_size=600), st.integers(0, 9))
def test_no_text_at_all_breaks_a_message(text: str, many: int) -> None:
    for view in everything(text, many):
        check(TEXTS.render(view))
        assert width(TEXTS.toast(view).text) <= 200


def test_every_page_of_a_whole_office_fits() -> None:
    for view in everything("Menyusun laporan & draft <LAKIP> " * 8, 15):
        if not isinstance(view, TaskView):
            for page in pages(view):
                check(page)


def test_two_hundred_runs_are_all_there_and_each_once() -> None:
    found = pages(StatusView((running(),) * 200, whole_office=True))
    numbers = re.findall(r"^(\d+)\. <b>", "\n".join(p.html for p in found), re.MULTILINE)
    assert numbers == [str(n) for n in range(1, 201)]
    last = len(found)
    assert labels(found[0])[-1] == [f"1/{last}", "Berikutnya ›"]
    assert labels(found[1])[-1] == ["‹ Sebelumnya", f"2/{last}", "Berikutnya ›"]
    assert labels(found[-1])[-1] == ["‹ Sebelumnya", f"{last}/{last}"]


def test_sixty_steps_are_all_in_the_summary_and_in_the_sop() -> None:
    summary = next(v for v in everything("Menyusun", 60) if isinstance(v, SummaryView))
    sop = next(v for v in everything("Menyusun", 60) if isinstance(v, SopView))
    for view in (summary, sop):
        numbers = re.findall(r"<b>(\d+)\. Menyusun", texts_of(view))
        assert numbers == [str(n) for n in range(1, 61)]


def test_the_words_of_the_signed_sop_are_never_cut() -> None:
    long = " ".join(f"kata{n}" for n in range(1000))
    sop = replace(lakip_sop(), legal_basis=(Wording(long),), warning=Wording(long))
    read = texts_of(SopView(sop, lakip(), {})).split()
    assert Counter(word for word in read if word.startswith("kata")) == Counter(
        {f"kata{n}": 2 for n in range(1000)}
    )


def test_every_person_in_a_long_list_has_a_button_on_the_page_that_names_them() -> None:
    view = next(v for v in everything("Ibu Sari", 60) if isinstance(v, PeopleView))
    for page in pages(view):
        named = re.findall(r"^(\d+)\. <b>", page.html, re.MULTILINE)
        offered = [b.label.split(".")[0] for row in page.buttons for b in row if "." in b.label]
        assert offered == named


def test_a_page_that_is_gone_becomes_the_nearest_one() -> None:
    view = StatusView((running(),) * 30, whole_office=True)
    found = pages(view)
    assert TEXTS.render(view, 999) == found[-1]
    assert TEXTS.render(view, -3) == found[0]
    assert TEXTS.render(StatusView((), whole_office=True), 5).buttons == ()


def test_a_page_button_leads_to_the_same_view_and_run() -> None:
    view = next(v for v in everything("Menyusun", 60) if isinstance(v, SummaryView))
    following = TEXTS.render(view).buttons[-1][-1]
    tap = parse(following.data)
    assert isinstance(tap, TurnPage)
    assert (tap.view, tap.page, tap.arg) == ("ringkas", 1, "7")


def test_a_name_that_turns_the_text_around_stays_in_its_place() -> None:
    assert safe("\u202eBudi") == "Budi"
    assert safe("שרה") == "\u2068שרה\u2069"


@given(st.text(max_size=300), st.integers(10, 80))
def test_a_cut_text_keeps_to_its_limit_and_says_that_it_was_cut(text: str, limit: int) -> None:
    assert width(plain(text, limit)) <= limit
    assert width(safe(text, limit)) <= limit
    if width(plain(text, 10_000)) > limit:
        assert plain(text, limit).endswith("…")


@given(st.lists(st.text("ab&<👩", min_size=1, max_size=30)), st.integers(10, 40))
def test_a_text_in_pieces_is_the_whole_text(words: list[str], limit: int) -> None:
    found = pieces(" ".join(words), limit)
    assert all(width(piece) <= limit for piece in found)
    assert unescape("".join(found)).replace(" ", "") == "".join(words)
