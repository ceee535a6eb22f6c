"""Joining in words."""

from __future__ import annotations

from urllib.parse import quote

from bot.domain.people import Address
from bot.features import phrases
from bot.features.acting.texts import role_of
from bot.features.feature import JournalEntry
from bot.features.joining import views
from bot.features.joining.views import JoiningRefused
from bot.features.naming import RoleName, owner_title, printed
from bot.features.people.texts import unfinished
from bot.features.people.views import AskRemove, AskTake, Invite, ShowPerson
from bot.features.phrases import NAME, Phrases
from bot.ui.buttons import Row, button
from bot.ui.buttons import link as opens
from bot.ui.markup import bold, gathered, plain, safe
from bot.ui.message import Message

_INSTALL = "https://telegram.org/dl"

_SHARED = 60
"""Units of a title in a link, where a letter takes up to twelve."""

REFUSALS = {
    JoiningRefused.INVITATION_UNKNOWN: "Undangan ini tidak kami kenal. Silakan meminta undangan "
    "baru kepada {owner}.",
    JoiningRefused.INVITATION_USED: "Undangan ini sudah digunakan. Silakan meminta undangan baru "
    "kepada {owner}.",
    JoiningRefused.INVITATION_EXPIRED: "Masa berlaku undangan ini sudah habis. Silakan meminta "
    "undangan baru kepada {owner}.",
    JoiningRefused.ACCOUNT_SAME: "Akun Telegram ini sudah terdaftar. Tautan itu dibuka di akun "
    "yang baru.",
    JoiningRefused.ACCOUNT_TAKEN: "Akun Telegram ini sudah terdaftar atas nama pegawai lain, "
    "sehingga tautan itu tidak dapat dipakai di sini.",
}


def _opened(line: JournalEntry) -> str:
    return f"Undangan untuk {role_of(line)} dibuka." if line.role else "Tautan admin dibuka."


JOURNAL = {
    "joined": lambda line: f"{line.who} bergabung.",
    "invited": lambda line: f"{line.who} membuat undangan untuk {role_of(line)}.",
    "invited_to_move": lambda line: f"{line.who} membuat tautan ganti akun untuk {line.whom}.",
    "invitation_used": _opened,
    "account_moved": lambda line: f"{line.whom} berganti akun.",
}


def say_invitation(view: views.InvitationView, say: Phrases) -> Message:
    """A fresh invitation with its link.

    Raises:
        ValueError: the bot's username is not known yet, so there is no link to give.
    """
    if not say.bot_username:
        raise ValueError("an invitation needs the bot's username")
    link = safe(f"https://t.me/{say.bot_username}?start={view.code}", 200)
    if view.moves is not None or view.role is None:
        whom = bold(safe(view.moves or "", NAME))
        return Message(
            f"Tautan ganti akun untuk {whom} sudah siap. Mohon meneruskannya hanya kepada yang "
            f"bersangkutan, untuk dibuka di ponsel atau akun Telegram yang baru:\n\n{link}\n\n"
            "Nama, peran, dan tugasnya ikut berpindah, dan akun lamanya tidak dapat dipakai lagi. "
            f"Tautan berlaku satu kali pakai, sampai {say.moment(view.expires_at)}."
        )
    until = f"selama 7 hari, sampai {say.moment(view.expires_at)}"
    return Message(
        f"Undangan sebagai {bold(phrases.role(view.role))} sudah siap. Mohon meneruskan pesan di "
        "bawah ini hanya kepada pegawai yang dimaksud, atau mengirimkannya dengan tombol "
        f"berikut.\n\nTautannya berlaku untuk satu orang dan satu kali pakai, {until}. Yang belum "
        "digunakan dapat dicabut: /undang",
        _ways(view.role, link, say),
        then=Message(
            f"Yth. Bapak/Ibu,\n\nAtas undangan {safe(view.by, NAME)}, Bapak/Ibu dipersilakan "
            f"bergabung di Kawal SOP {safe(say.office.short_name, NAME)} sebagai "
            f"{bold(phrases.role(view.role))}.\n\n"
            "1. Bila Telegram belum terpasang di ponsel, mohon memasangnya dari Play Store atau "
            f"App Store ({_INSTALL}), lalu mendaftar dengan nomor ponsel sendiri.\n"
            f"2. Mohon membuka tautan berikut, lalu menekan Mulai (Start):\n{link}\n"
            "3. Mohon menjawab pertanyaannya: sapaan, serta nama resmi lengkap dengan gelar.\n\n"
            f"Tautan ini hanya untuk Bapak/Ibu, satu kali pakai, {until}. Mohon tidak diteruskan "
            "kepada orang lain."
        ),
    )


def _ways(role: RoleName, link: str, say: Phrases) -> tuple[Row, ...]:
    """Buttons that open WhatsApp or Telegram with the invitation in it, and ask whom it is for."""
    title, office = plain(printed(role), _SHARED), plain(say.office.short_name, _SHARED)
    words = (
        f"Yth. Bapak/Ibu, Bapak/Ibu diundang sebagai {title} di Kawal SOP {office}. Bila Telegram "
        f"belum terpasang, mohon memasangnya dari {_INSTALL}, lalu membuka tautan ini dan menekan "
        "Mulai (Start)."
    )
    whatsapp = f"https://wa.me/?text={quote(f'{words} {link}', safe='')}"
    telegram = f"https://t.me/share/url?url={quote(link, safe='')}&text={quote(words, safe='')}"
    return ((opens("Kirim melalui WhatsApp", whatsapp), opens("Kirim melalui Telegram", telegram)),)


def say_address_question(view: views.AskAddressView, say: Phrases) -> Message:
    """Welcome, and Bapak or Ibu."""
    text = f"Selamat datang di Kawal SOP {safe(say.office.short_name, NAME)}."
    if view.again:
        text = unfinished("Bapak/Ibu", 1)
    if view.role:
        text += f" Bapak/Ibu diundang sebagai {bold(phrases.role(view.role))}."
    rows: tuple[Row, ...] = (tuple(button(a.value, views.ChooseAddress(a)) for a in Address),)
    return Message(f"{text}\n\nBagaimana kami menyapa Bapak/Ibu?", rows)


def say_welcome(view: views.WelcomeView, say: Phrases) -> Message:
    """The person has joined and can begin."""
    address = view.greeting.address
    now = "Saat ini belum ada tugas; bila ada, kami menyampaikannya di sini."
    rows: tuple[Row, ...] = ()
    if view.owner:
        code, owner = view.owner
        now = (
            f"Langkah pertama: {safe(owner, NAME)} memulai setiap pelaksanaan, dan belum ada yang "
            f"memegang peran itu. Mohon mengundangnya, atau memegangnya sendiri. Sesudah itu "
            "pegawai lain dapat diundang, dan data SOP dapat diperiksa di /sop."
        )
        rows = (
            (button(f"Undang {owner}", Invite(code), "primary"),),
            (button(f"Pegang peran {owner}", views.HoldOwnersRole()),),
            (button("Undang pegawai lain", views.InviteOthers()),),
        )
    elif view.open_tasks:
        now = f"Sudah ada {view.open_tasks} tugas yang menunggu {address}: /tugas"
    return Message(
        f"{phrases.salutation(view.greeting)}\n\nTerima kasih, {address} sudah terdaftar.\n"
        f"Peran: {bold(phrases.roles(view.roles))}\n\n{now}\nPetunjuk penggunaan ada di /bantuan.",
        rows,
    )


def say_joined(view: views.JoinedView, say: Phrases) -> Message:
    """Somebody joined, with the buttons to undo it."""
    name = bold(safe(view.name, NAME))
    held = f" sebagai {bold(phrases.role(view.role))}" if view.role else ""
    rows: list[Row] = [(button("Lihat data pegawai", ShowPerson(view.person_id)),)]
    if view.holding_id is not None:
        rows.append((button("Cabut perannya", AskTake(view.holding_id), "danger"),))
    rows.append((button("Hapus dari Kawal SOP", AskRemove(view.person_id), "danger"),))
    text = f"{name} telah bergabung{held}. Bila bukan pegawai yang dimaksud, mohon dihapus."
    if view.others:
        names = gathered([safe(other, NAME) for other in view.others])
        text += f"\n\n⚠️ Peran itu juga dipegang {names}."
    return Message(text, tuple(rows))


def say_account_moved(view: views.AccountMovedView, say: Phrases) -> Message:
    """Somebody has another Telegram account now: for who watches, and for the old account."""
    by = f" atas undangan {safe(view.by, NAME)}" if view.by else ""
    owner = safe(owner_title(say.office), NAME)
    if view.name is not None:
        return Message(
            f"🔁 Akun Telegram {bold(safe(view.name, NAME))} sudah berganti{by}. Bila hal ini "
            f"tidak diketahui, mohon segera memeriksanya bersama {owner}."
        )
    return Message(
        f"🔁 Akun Kawal SOP Bapak/Ibu sudah dipindahkan ke akun Telegram lain{by}, sehingga akun "
        f"ini tidak dapat dipakai lagi. Bila hal ini bukan kehendak Bapak/Ibu, mohon segera "
        f"menghubungi {owner}."
    )
