"""What keeps the service itself going: outages, failed messages, unreachable people."""

from __future__ import annotations

from bot.chat.keyboards import Choose, DecideHeld, button
from bot.chat.paging import Message
from bot.chat.texts.voice import NAME, Voice
from bot.indonesian import elapsed
from bot.ui.markup import bold, safe
from bot.usecases.views import (
    FailingView,
    FaultsView,
    HeldView,
    OutageView,
    Talk,
    UnreachableView,
    printed,
)

_ERROR = 600
_HOLDINGS = 12


def unreachable(view: UnreachableView) -> Message:
    """Telegram refuses messages to somebody."""
    text = (
        f"⚠️ Pesan kepada {bold(safe(view.name, NAME))} tidak dapat disampaikan. Mungkin bot ini "
        "diblokir atau akun Telegramnya tidak aktif."
    )
    if view.open_tasks:
        text += f" Masih ada {view.open_tasks} tugas yang menunggunya."
    return Message(
        f"{text}\n\nMohon memintanya membuka kembali percakapan dengan bot ini, lalu menekan "
        "Start. Bila perlu, tugasnya dapat diserahkan kepada pegawai lain.",
        tuple(
            (
                button(
                    f"Serahkan tugas {printed(role)} kepada …",
                    Choose(Talk.SERAH, "from", f"{holding_id}.0"),
                    "primary",
                ),
            )
            for holding_id, role in view.holdings[:_HOLDINGS]
        ),
    )


def outage(view: OutageView, say: Voice) -> Message:
    """The bot was down; what that means for the reader."""
    when = f"sejak {say.moment(view.since)} sampai {say.moment(view.until)}"
    if view.for_admin:
        length = bold(elapsed(view.until - view.since))
        parts = [f"Kawal SOP tidak dapat melayani selama {length}, {when}."]
        parts.append(
            "Tombol dan pesan dari waktu itu mungkin hilang. Pegawai yang masih mempunyai tugas "
            "sudah kami beri tahu, dan tugasnya kami kirim ulang."
            if view.taps_lost
            else "Pesan dari waktu itu tetap sampai, dan pengingat yang tertunda menyusul. Tombol "
            "yang ditekan pada waktu itu mungkin perlu ditekan sekali lagi."
        )
        return Message("\n\n".join(parts))
    parts = [f"Mohon maaf, Kawal SOP tidak dapat melayani {when}."]
    if view.taps_lost:
        parts.append(
            "Tombol yang Bapak/Ibu tekan pada waktu itu mungkin belum tercatat. Mohon periksa "
            "/tugas, dan tekan kembali tombolnya bila tugas itu masih ada."
        )
    return Message("\n\n".join(parts))


def failing(view: FailingView) -> Message:
    """Deliveries were put aside."""
    return Message(
        f"⚠️ {view.count} pesan disisihkan karena berulang kali gagal dikirim. Pesan lain tetap "
        f"berjalan.\n\nSebab yang terakhir:\n<code>{safe(view.error, _ERROR)}</code>\n\n"
        "Mohon menjalankan kawal doctor untuk memeriksanya."
    )


def faults(view: FaultsView) -> Message:
    """Unexpected errors came again and again."""
    return Message(
        f"⚠️ Dalam satu jam terakhir terjadi {view.count} gangguan yang tidak terduga. Permintaan "
        "yang terkena tidak tercatat, dan pegawai yang bersangkutan sudah diberi tahu.\n\n"
        f"Nomor gangguan yang terakhir: <code>{safe(view.number, NAME)}</code>. Keterangannya ada "
        "pada catatan log. Mohon menjalankan kawal doctor."
    )


def held(view: HeldView) -> Message:
    """Unsent messages of a restored copy wait for a decision."""
    return Message(
        "Basis data ini dipulihkan dari cadangan. Ada "
        f"{bold(f'{view.count} pesan')} yang menurut cadangan itu belum terkirim; sebagian "
        "mungkin sudah diterima sebelum pemulihan. Apakah pesan itu dikirim sekarang?",
        (
            (
                button("Kirim sekarang", DecideHeld(send=True), "success"),
                button("Jangan kirim", DecideHeld(send=False), "danger"),
            ),
        ),
    )
