"""Short answers: what was recorded, what was done, and kindly why something was not.

The sentences are plain text, since the answer to a tap knows no markup.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.chat.paging import Message, Toast
from bot.chat.texts.voice import NAME, Voice
from bot.indonesian import listed
from bot.ui.markup import escaped, plain, width
from bot.usecases.views import (
    ConfirmedView,
    Done,
    DoneView,
    Fact,
    Performer,
    Refused,
    RefusedView,
    printed,
)

TOAST_LIMIT = 200
"""UTF-16 units that Telegram shows in answer to a tap."""

_FACT = 300

_REFUSALS = {
    Refused.OUTSIDER: "Mohon maaf, layanan ini hanya untuk pegawai yang sudah diundang. Silakan "
    "menghubungi {owner}.",
    Refused.STILL_JOINING: "Pendaftaran Bapak/Ibu belum selesai. Mohon menjawab dahulu "
    "pertanyaan kami yang terakhir; /start menampilkannya kembali.",
    Refused.PRIVATE_ONLY: "Kawal SOP hanya melayani percakapan pribadi. Silakan mengirim pesan "
    "langsung kepada bot ini.",
    Refused.NOT_ALLOWED: "Mohon maaf, ini hanya untuk {who}. Yang dapat Bapak/Ibu gunakan "
    "ada di /bantuan.",
    Refused.UNKNOWN_COMMAND: "Mohon maaf, perintah itu belum kami kenal. Daftar perintah ada di "
    "/bantuan.",
    Refused.FREE_TEXT: "Mohon maaf, pesan bebas tidak kami catat. Untuk menyelesaikan tugas, "
    "mohon tekan tombol pada kartunya; untuk menulis catatan, mohon membalas kartunya. /tugas "
    "menampilkan tugas Bapak/Ibu.",
    Refused.TOO_MANY_ARGUMENTS: "Ada kata yang berlebih setelah perintah. Penulisan yang benar: "
    "{usage}",
    Refused.UNEXPECTED: "Mohon maaf, terjadi gangguan dan tidak ada yang tercatat. Silakan "
    "mencoba lagi; bila terulang, mohon menyampaikan nomor {number} kepada admin.",
    Refused.UNKNOWN_TASK: "Tugas ini tidak kami temukan. Tugas yang menunggu Bapak/Ibu ada di "
    "/tugas.",
    Refused.NOT_YOURS: "Mohon maaf, langkah ini menjadi tugas {roles}. Tugas Bapak/Ibu ada di "
    "/tugas.",
    Refused.ALREADY_YOURS: "Konfirmasi Bapak/Ibu sudah tercatat pada {at}. Terima kasih.",
    Refused.ALREADY_DONE: "Langkah ini sudah dikonfirmasi oleh {name} pada {at}. Terima kasih.",
    Refused.OVERTAKEN: "Langkah ini tidak lagi menunggu konfirmasi. Yang menunggu Bapak/Ibu "
    "sekarang ada di /tugas.",
    Refused.UNKNOWN_PROCEDURE: "Prosedur “{text}” tidak ada. Mungkin yang dimaksud: {known}. "
    "Semuanya ada di /sop.",
    Refused.BAD_YEAR: "“{text}” belum terbaca sebagai tahun. Mohon menuliskan empat angka, "
    "misalnya {example}.",
    Refused.YEAR_OUT_OF_RANGE: "Tahun {year} terlalu jauh. Pelaksanaan dapat dimulai untuk tahun "
    "{first} sampai {last}.",
    Refused.START_CHANGED: "Sementara itu sudah ada pelaksanaan lain yang dimulai, sehingga yang "
    "ini tidak dimulai. Bila masih diperlukan, silakan mengulang dari /mulai.",
    Refused.NOBODY_IN_UNITS: "Belum ada {role} yang terdaftar di unit mana pun, sehingga tidak ada "
    "yang dapat dimulai. Silakan mengundang dahulu: /undang {code}",
    Refused.UNKNOWN_ROLE: "Peran “{text}” tidak ada. Peran yang dapat dipilih: {known}.",
    Refused.ROLE_OUTSIDE: "{role} berada di luar kantor, sehingga tidak diundang. Langkahnya "
    "dicatat oleh {owner}.",
    Refused.UNKNOWN_UNIT: "Unit “{text}” tidak ada untuk peran ini. Unit yang dapat dipilih: "
    "{known}.",
    Refused.UNIT_NOT_WANTED: "Peran {role} tidak dipegang per unit. Mohon menuliskan perannya "
    "saja.",
    Refused.INVITATION_UNKNOWN: "Undangan ini tidak kami kenal. Silakan meminta undangan baru "
    "kepada {owner}.",
    Refused.ACCOUNT_SAME: "Akun Telegram ini sudah akun Bapak/Ibu di Kawal SOP. Tautan itu untuk "
    "dibuka di akun yang baru.",
    Refused.ACCOUNT_TAKEN: "Akun Telegram ini sudah terdaftar atas nama pegawai lain, sehingga "
    "tautan itu tidak dapat dipakai di sini.",
    Refused.INVITATION_USED: "Undangan ini sudah digunakan. Silakan meminta undangan baru kepada "
    "{owner}.",
    Refused.INVITATION_EXPIRED: "Masa berlaku undangan ini sudah habis. Silakan meminta undangan "
    "baru kepada {owner}.",
    Refused.ALREADY_HELD: "Peran {role} sudah dipegang yang bersangkutan, jadi tidak ada yang "
    "berubah.",
    Refused.NOTHING_ASKED: "Tidak ada pertanyaan yang menunggu jawaban, jadi tidak ada yang "
    "berubah.",
    Refused.STOOD_IN: "Untuk sementara langkah ini dijalankan oleh {name} selaku {role}, sehingga "
    "konfirmasinya menjadi bagian beliau.",
    Refused.ACTING_OWN_POST: "Yang bersangkutan sudah memegang jabatan itu sendiri, sehingga tidak "
    "perlu ditunjuk.",
    Refused.ACTING_TAKEN: "Pada masa itu jabatannya sudah dijalankan oleh {name} selaku {role}. "
    "Bila perlu, akhiri dahulu yang itu.",
    Refused.ACTING_DATES: "Masa penunjukan itu tidak dapat dipakai lagi. Silakan mengulang dari "
    "/plh atau /plt.",
    Refused.HOLDING_GONE: "Peran itu sudah tidak dipegang yang bersangkutan, jadi tidak ada yang "
    "berubah. Daftar terbaru ada di /pegawai.",
    Refused.ACTING_OVER: "Penunjukan itu sudah berakhir, jadi tidak ada yang berubah.",
    Refused.PERSON_GONE: "Pegawai ini sudah tidak terdaftar. Daftar terbaru ada di /pegawai.",
    Refused.ADMIN_ONLY: "Mohon maaf, ini hanya dapat dilakukan oleh admin.",
    Refused.LAST_ADMIN: "Admin terakhir tidak dapat dikeluarkan, agar kantor tetap mempunyai "
    "admin.",
    Refused.UNKNOWN_RUN: "Pelaksanaan nomor {text} tidak ada. Nomor yang terbaru: {known}. "
    "Semuanya ada di /laporan.",
    Refused.UNKNOWN_REPORT: "Laporan “{text}” tidak ada. Yang tersedia: nomor sebuah "
    "pelaksanaan, misalnya /laporan 12; /laporan semester; /laporan tahun; atau /laporan saja "
    "untuk memilih.",
    Refused.UNKNOWN_FORMAT: "Dokumen ini tidak tersedia sebagai {text}. Yang tersedia: {known}.",
    Refused.UNKNOWN_PERIOD: "Tidak ada pelaksanaan pada masa “{text}”. Yang tersedia: {known}.",
    Refused.NOT_MADE: "Mohon maaf, dokumen yang diminta belum dapat kami susun. Tidak ada data "
    "yang hilang, dan admin sudah kami beri tahu. Silakan mencoba lagi nanti.",
    Refused.NOTE_EMPTY: "Catatan itu belum berisi tulisan. Mohon membalas kartunya dengan teks.",
    Refused.NOTE_TOO_LONG: "Catatan paling panjang {most} huruf; yang ini {length}. Mohon "
    "dipersingkat, atau dikirim sebagai dokumen untuk dilampirkan.",
    Refused.NOTE_TOO_LATE: "Pelaksanaan ini sudah berakhir, jadi catatannya tidak dapat ditambah "
    "lagi.",
    Refused.NOTES_FULL: "Langkah ini sudah memuat banyak sekali catatan. Mohon dirangkum dalam "
    "sebuah dokumen, lalu dilampirkan.",
    Refused.FREE_FILE: "Kami belum tahu berkas ini untuk tugas yang mana. Mohon mengirimnya "
    "sebagai balasan atas kartu tugasnya, atau menekan 📎 Lampirkan pada kartu itu lebih dahulu.",
    Refused.FILE_KIND: "Yang dapat dilampirkan adalah dokumen atau foto. Rekaman dan lainnya mohon "
    "dikirim sebagai dokumen (berkas).",
    Refused.FILE_TOO_LATE: "Langkah ini sudah berakhir, jadi tidak dapat dilampiri lagi.",
    Refused.FILES_FULL: "Langkah ini sudah memuat terlalu banyak berkas.",
    Refused.NO_FILES: "Belum ada berkas yang dilampirkan pada pelaksanaan ini.",
    Refused.FILE_UNDER_WAY: "Berkasnya sedang kami simpan. Mohon menekan tombol ini sekali lagi "
    "sesaat lagi.",
    Refused.BUTTON_OLD: "Tombol ini sudah tidak berlaku. Silakan mengulang perintahnya.",
    Refused.CANNOT_RETURN: "Pekerjaan hanya dapat dikembalikan oleh pemeriksa, ke langkah "
    "sebelumnya.",
    Refused.REASON_MISSING: "Mohon menuliskan alasannya, agar menjadi jelas bagi yang lain.",
    Refused.EVIDENCE_MISSING: "Sebelum dikonfirmasi, mohon melampirkan {output}. Silakan mengirim "
    "berkasnya sekarang sebagai dokumen atau foto.",
    Refused.NOTHING_TO_UNDO: "Tidak ada konfirmasi Bapak/Ibu pada langkah ini yang dapat "
    "diurungkan.",
    Refused.UNDO_TOO_LATE: "Konfirmasi hanya dapat diurungkan dalam 10 menit. Bila memang keliru, "
    "mohon menghubungi {owner}.",
    Refused.NEXT_HAS_ACTED: "Langkah berikutnya sudah dikerjakan, sehingga konfirmasi ini tidak "
    "dapat diurungkan lagi. Bila perlu, pekerjaan dikembalikan oleh pemeriksanya.",
    Refused.EXTENSION_PENDING: "Permohonan perpanjangan untuk langkah ini masih menunggu "
    "keputusan.",
    Refused.EXTENSION_DECIDED: "Permohonan ini sudah diputuskan oleh {name}, jadi tidak ada yang "
    "berubah.",
    Refused.EXTENSION_MOOT: "Langkahnya tidak menunggu lagi, sehingga perpanjangan tidak perlu "
    "diputuskan.",
    Refused.NOBODY_DECIDES: "Belum ada pejabat lain yang dapat memutuskan perpanjangan ini. Mohon "
    "menghubungi admin.",
    Refused.RUN_PAUSED: "Pelaksanaan ini sedang dijeda oleh {name}, sehingga tugasnya menunggu "
    "sampai dilanjutkan. Waktunya tidak dihitung.",
    Refused.RUN_OVER: "Pelaksanaan ini sudah berakhir, jadi tidak ada yang berubah.",
    Refused.NOT_PAUSED: "Pelaksanaan ini tidak sedang dijeda, jadi tidak ada yang berubah.",
    Refused.NOTHING_TO_PAUSE: "Tidak ada pelaksanaan berjalan yang dapat dijeda.",
    Refused.NOTHING_PAUSED: "Tidak ada pelaksanaan yang sedang dijeda.",
    Refused.MEMBER_GONE: "Ada anggota terpilih yang sudah tidak terdaftar, sehingga tim belum "
    "diubah. Mohon memilih kembali dengan /tim.",
    Refused.TEAM_CHANGED: "Sementara itu tim ini sudah diubah oleh rekan, sehingga perubahan "
    "Bapak/Ibu tidak dicatat. Susunan terbaru ada di /tim.",
    Refused.EMPTY_TEAM: "Tim memerlukan sedikitnya satu anggota yang terdaftar, dan ketuanya "
    "seorang dari mereka.",
    Refused.ALREADY_ATTACHED: "Berkas yang sama sudah terlampir pada langkah ini. Terima kasih.",
}

_DONE = {
    Done.SNOOZED: "Baik, kami ingatkan kembali pada {until}.",
    Done.NAME_CHANGED: "Nama sudah diubah: {name}",
    Done.ADDRESS_CHANGED: "Sapaan sudah diubah: {name}",
    Done.ROLE_GIVEN: "{name} kini memegang peran {role}.",
    Done.HANDED_OVER: "Peran {role} beserta tugasnya sudah diserahkan kepada {name}",
    Done.ROLE_TAKEN: "{name} tidak lagi memegang peran {role}.",
    Done.REMOVED: "{name} sudah dikeluarkan. Konfirmasi yang pernah diberikan tetap tercatat.",
    Done.NOTED: "📝 Catatan pada langkah {step} sudah disimpan. Terima kasih.",
    Done.FILE_AWAITED: "Silakan mengirim berkasnya sebagai dokumen atau foto.",
    Done.FILES_COMING: "Baik, {count} berkas segera dikirim.",
    Done.QUESTION_LEFT: "Baik, pertanyaan tadi ditinggalkan. Tidak ada yang berubah.",
    Done.UNDONE: "Konfirmasi langkah {step} sudah diurungkan. Tugasnya kembali menunggu Bapak/Ibu.",
    Done.RETURNED: "Baik, pekerjaan sudah dikembalikan dari langkah {step} ke langkah {to}. "
    "Alasannya tertulis pada kartu pelaksananya.",
    Done.EXTENSION_ASKED: "Permohonan perpanjangan {amount} sudah disampaikan kepada {who}, dan "
    "tenggatnya tetap sampai diputuskan.",
    Done.EXTENSION_GRANTED: "Baik, perpanjangan langkah {step} disetujui. Tenggatnya menjadi "
    "{until}.",
    Done.EXTENSION_DECLINED: "Baik, perpanjangan langkah {step} tidak disetujui. Tenggatnya tetap "
    "{until}.",
    Done.RUN_PAUSED: "Baik, pelaksanaan {run} dijeda. Waktunya tidak dihitung sampai dilanjutkan "
    "dengan /lanjut.",
    Done.RUN_RESUMED: "Baik, pelaksanaan {run} dilanjutkan. Tenggatnya bergeser sepanjang masa "
    "jeda.",
    Done.RUN_CANCELLED: "Baik, pelaksanaan {run} dibatalkan. Catatannya tetap tersimpan di "
    "/riwayat.",
    Done.HELD_SENT: "Baik, {count} pesan yang ditahan segera dikirim.",
    Done.HELD_DROPPED: "Baik, {count} pesan yang ditahan tidak dikirim.",
    Done.DOCUMENT_ORDERED: "Sedang menyusun dokumen. Berkasnya segera kami kirim ke sini.",
}


def refused(view: RefusedView, say: Voice) -> Message:
    """Why something was refused, as a message."""
    return Message(escaped(_sentence(_REFUSALS[view.reason], view.facts, say, _FACT)))


def done(view: DoneView, say: Voice) -> Message:
    """Something small that was done, as a message."""
    return Message(escaped(_sentence(_DONE[view.what], view.facts, say, _FACT)))


def confirmed(view: ConfirmedView) -> Message:
    """A confirmation is on record, as a message."""
    return Message(escaped(_recorded(view, NAME)))


def refused_toast(view: RefusedView, say: Voice) -> Toast:
    """Why a tap was refused: a box, for nothing happened and that should not be missed.

    A double tap is normal and needs no box.
    """
    template = _REFUSALS[view.reason]
    text = _fitted(lambda room: _sentence(template, view.facts, say, room))
    return Toast(text, alert=view.reason is not Refused.ALREADY_YOURS)


def done_toast(view: DoneView, say: Voice) -> Toast:
    """What a tap did."""
    template = _DONE[view.what]
    return Toast(_fitted(lambda room: _sentence(template, view.facts, say, room)), alert=False)


def confirmed_toast(view: ConfirmedView) -> Toast:
    """That a confirmation is on record, and who comes next."""
    return Toast(_fitted(lambda room: _recorded(view, room)), alert=False)


def _sentence(template: str, facts: dict[str, Fact], say: Voice, room: int) -> str:
    """The template with its facts, each text cut to `room` units.

    Raises:
        KeyError: a fact that the sentence needs is missing.
    """
    owner = {"owner": say.owner}
    return template.format_map({n: _fact(v, say, room) for n, v in (owner | facts).items()})


def _fact(value: Fact, say: Voice, room: int) -> str:
    if isinstance(value, datetime):
        return say.moment(value)
    return "-" if value is None else plain(str(value), room)


def _recorded(view: ConfirmedView, room: int) -> str:
    if view.finished:
        return "Tercatat. Seluruh langkah telah selesai. Terima kasih."
    if not view.closed:
        count = f"{view.confirmed} dari {view.required} sudah mengonfirmasi"
        return f"Tercatat, terima kasih. {count} langkah {view.step.number}."
    text = f"Tercatat, terima kasih. Langkah {view.step.number} selesai."
    if view.next_step is None:
        return text
    number = view.next_step.number
    if not view.next_performers:
        return f"{text} Langkah {number} belum ada pelaksananya."
    return f"{text} Berikutnya langkah {number}: {_names(view.next_performers, room)}."


def _names(people: tuple[Performer, ...], room: int) -> str:
    """The first two, and how many more there are."""
    names = [f"{plain(p.name, room)} ({plain(printed(p.role), room)})" for p in people[:2]]
    if len(people) > 2:
        names.append(f"{len(people) - 2} lainnya")
    return listed(names, "atau")


def _fitted(sentence: Callable[[int], str]) -> str:
    """The sentence with as much room for its facts as the limit leaves."""
    tries = (sentence(room) for room in (_FACT, 80, 50, 35, 20))
    return next((t for t in tries if width(t) <= TOAST_LIMIT), plain(sentence(10), TOAST_LIMIT))
