"""Days: holidays, and how the admin moves them."""

from __future__ import annotations

from bot.chat.keyboards import AskDay, AskRevokeDay, PagedView, RevokeDay, button
from bot.chat.paging import Block, Message, Turning, paged
from bot.chat.texts.voice import NAME, TITLE, Voice
from bot.ui.markup import bold, safe
from bot.usecases.views import (
    DayFault,
    DayRow,
    DayStage,
    HolidayQuestionView,
    HolidaySetView,
    HolidaysView,
    RevokeQuestionView,
)

_ANSWER = 60

_FAULTS = {
    DayFault.UNREAD: "Mohon maaf, “{text}” belum terbaca sebagai tanggal.",
    DayFault.TOO_FAR: "Tanggal itu terlalu jauh. Yang dapat diubah adalah satu bulan ke belakang "
    "sampai dua tahun ke depan.",
    DayFault.OFF_ALREADY: "Tanggal itu memang bukan hari kerja, jadi tidak perlu ditambahkan.",
    DayFault.WORKS_ALREADY: "Tanggal itu memang hari kerja, jadi tidak perlu diubah.",
    DayFault.NO_NAME: "Mohon maaf, nama hari libur terdiri atas 3 sampai 100 huruf.",
    DayFault.NO_BASIS: "Mohon maaf, dasar surat terdiri atas 3 sampai 150 huruf.",
}


def holidays(view: HolidaysView, page: int, say: Voice) -> Message:
    """The days off ahead; what an admin has said can be taken back."""
    head = bold("Hari libur dalam satu tahun ke depan")
    hint = (
        "Akhir pekan tidak dicantumkan. Bila ditambah atau dicabut di sini, tenggat yang sedang "
        "berjalan dihitung ulang dan yang terkena diberi tahu sebabnya."
    )
    foot = (
        (button("➕ Tambah hari libur", AskDay(working=False), "primary"),),
        (button("Jadikan hari kerja", AskDay(working=True)),),
    )
    blocks = [_block(row, say) for row in view.rows]
    if not blocks:
        blocks = [Block(("Belum ada hari libur yang tercatat.",))]
    turning = Turning(PagedView.LIBUR)
    return paged(head, blocks, page, turning, opening=f"{head}\n{hint}", foot=foot)


def question(view: HolidayQuestionView, say: Voice) -> Message:
    """What has to be known of a day, one thing after the other."""
    parts = [_FAULTS[view.fault].format(text=safe(view.text, _ANSWER))] if view.fault else []
    day = bold(say.weekday(view.day)) if view.day else ""
    becomes = "hari kerja" if view.working else "hari libur"
    match view.stage:
        case DayStage.DAY:
            parts.append(
                f"Tanggal berapa yang menjadi {becomes}? Misalnya: 23 Januari 2027, atau 23/1/2027."
            )
        case DayStage.NAME:
            parts.append(f"{day}. Hari libur apa? Misalnya: Hari Jadi Kota Pagar Alam.")
        case DayStage.BASIS:
            name = f" ({safe(view.name, NAME)})" if view.name else ""
            parts.append(
                f"{day} menjadi {becomes}{name}. Apa dasarnya? Misalnya: Surat Edaran Wali Kota "
                "Nomor 800/12/2027 tanggal 4 Januari 2027."
            )
    parts.append("Bila tidak jadi, ketik /batal.")
    return Message("\n\n".join(parts))


def revoke_question(view: RevokeQuestionView, say: Voice) -> Message:
    """Before an admin's word is taken back."""
    word = view.word
    becomes = "hari kerja" if word.working else "hari libur"
    text = (
        f"Cabut penetapan {bold(say.weekday(word.day))} sebagai {becomes}?\n"
        f"Dasar: {safe(word.basis, TITLE)}\n\n"
        "Sesudahnya kembali berlaku kalender nasional dan data kantor. Tenggat yang terkena "
        "dihitung ulang. Bila tidak jadi, pesan ini boleh diabaikan."
    )
    return Message(text, ((button("Ya, cabut", RevokeDay(word.day), "danger"),),))


def holiday_set(view: HolidaySetView, say: Voice) -> Message:
    """It is on record."""
    word = view.word
    day = bold(say.weekday(word.day))
    becomes = "hari kerja" if word.working else f"hari libur: {safe(word.name, NAME)}"
    if view.revoked:
        becomes = "hari kerja" if word.working else "hari libur"
        news = f"Penetapan {day} sebagai {becomes} sudah dicabut."
    else:
        news = f"Tercatat. {day} menjadi {becomes}.\nDasar: {safe(word.basis, TITLE)}"
    return Message(
        f"📅 {news}\n\nTenggat tugas yang terkena dihitung ulang, dan pelaksananya kami beri tahu "
        "sebabnya."
    )


def _block(row: DayRow, say: Voice) -> Block:
    day = say.weekday(row.day)
    word = row.word
    if word is None:
        mark = " ⚠️ tanggalnya belum pasti" if row.estimated else ""
        return Block((f"{day}: {safe(row.name, NAME)}{mark}",))
    becomes = "hari kerja" if word.working else safe(word.name, NAME)
    line = f"📌 {day}: {becomes}"
    basis = f"Dasar: {safe(word.basis, TITLE)}"
    return Block((line, basis), rows=((button(f"Cabut: {day}", AskRevokeDay(word.day)),),))
