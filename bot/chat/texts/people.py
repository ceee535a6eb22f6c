"""People: how they join, what they hold, and who is told of it."""

from __future__ import annotations

from bot.chat.keyboards import (
    AskRemove,
    ChangeAddress,
    ChangeName,
    Choose,
    ChooseAddress,
    ChooseRole,
    GiveRole,
    Invite,
    MoveAccount,
    PagedView,
    RemovePerson,
    Row,
    ShowPerson,
    TakeRole,
    Tap,
    button,
)
from bot.chat.paging import Block, Message, Turning, paged
from bot.chat.texts import voice
from bot.chat.texts.runs import CHOICES
from bot.chat.texts.voice import NAME, Voice
from bot.domain.people import Address
from bot.domain.run import Capacity
from bot.ui.markup import bold, gathered, safe
from bot.usecases.views import (
    AccountMovedView,
    AskAddressView,
    AskNameView,
    GrantView,
    InvitationView,
    JoinedView,
    PeopleView,
    PersonView,
    RemoveQuestionView,
    RoleChangedView,
    RoleMenuView,
    Talk,
    WelcomeView,
    printed,
)

_EXAMPLE = "Sari Wulandari, S.E., M.Si."

_HOLDINGS_SHOWN = 12


def role_menu(view: RoleMenuView) -> Message:
    """Roles, or the units of a role, to choose from."""
    to_whom = f" kepada {safe(view.person_name, NAME)}" if view.person_name else ""
    if view.role is None:
        inviting = "Peran apa yang akan dipegang pegawai yang diundang?"
        text = f"Peran apa yang akan diberikan{to_whom}?" if view.person_id else inviting
    else:
        text = f"Di unit mana peran {bold(safe(view.role_name or view.role, NAME))} dipegang?"
    if not view.choices:
        text = "Belum ada pilihan untuk peran ini."
    return Message(text, tuple((button(n, _seat(view, c)),) for c, n in view.choices[:CHOICES]))


def _seat(view: RoleMenuView, choice: str) -> Tap:
    role, unit = (choice, None) if view.role is None else (view.role, choice)
    if view.person_id is None:
        return Invite(role, unit)
    return GiveRole(view.person_id, role, unit)


def invitation(view: InvitationView, say: Voice, bot_username: str) -> Message:
    """A fresh invitation with its link.

    Raises:
        ValueError: the bot's username is not known yet, so there is no link to give.
    """
    if not bot_username:
        raise ValueError("an invitation needs the bot's username")
    link = safe(f"https://t.me/{bot_username}?start={view.code}", 200)
    if view.moves is not None or view.role is None:
        whom = bold(safe(view.moves or "", NAME))
        return Message(
            f"Tautan ganti akun untuk {whom} sudah siap. Mohon teruskan hanya kepada yang "
            f"bersangkutan, untuk dibuka di ponsel atau akun Telegram yang baru:\n\n{link}\n\n"
            "Nama, peran, dan tugasnya ikut berpindah, dan akun lamanya tidak dapat dipakai lagi. "
            f"Tautan berlaku satu kali pakai, sampai {say.moment(view.expires_at)}."
        )
    return Message(
        f"Undangan sebagai {bold(voice.role(view.role))} sudah siap. Mohon teruskan tautan ini "
        f"hanya kepada pegawai yang dimaksud:\n\n{link}\n\n"
        "Tautan berlaku untuk satu orang dan satu kali pakai, selama 7 hari, sampai "
        f"{say.moment(view.expires_at)}."
    )


def account_moved(view: AccountMovedView) -> Message:
    """Somebody has another Telegram account now: for who watches, and for the old account."""
    by = f" atas undangan {safe(view.by, NAME)}" if view.by else ""
    if view.name is not None:
        return Message(
            f"🔁 Akun Telegram {bold(safe(view.name, NAME))} sudah berganti{by}. Bila hal ini "
            f"tidak diketahui, mohon segera memeriksanya bersama {safe(view.owner, NAME)}."
        )
    return Message(
        f"🔁 Akun Kawal SOP Bapak/Ibu sudah dipindahkan ke akun Telegram lain{by}, sehingga akun "
        f"ini tidak dapat dipakai lagi. Bila hal ini bukan kehendak Bapak/Ibu, mohon segera "
        f"menghubungi {safe(view.owner, NAME)}."
    )


def ask_address(view: AskAddressView, say: Voice) -> Message:
    """Welcome, and Bapak or Ibu."""
    text = f"Selamat datang di Kawal SOP {safe(say.office.short_name, NAME)}."
    if view.role:
        text += f" Bapak/Ibu diundang sebagai {bold(voice.role(view.role))}."
    rows: tuple[Row, ...] = (tuple(button(a.value, ChooseAddress(a)) for a in Address),)
    return Message(f"{text}\n\nBagaimana kami menyapa Bapak/Ibu?", rows)


def ask_name(view: AskNameView) -> Message:
    """The official name with titles, of oneself or of somebody else."""
    parts = []
    if view.fault:
        parts.append(
            "Mohon maaf, itu belum dapat kami catat sebagai nama. Nama terdiri atas 3 sampai "
            "100 huruf dalam satu baris."
        )
    if view.of is None:
        address = view.address or "Bapak/Ibu"
        parts.append(f"Mohon tuliskan nama resmi {address}, lengkap dengan gelar.")
    else:
        parts.append(f"Mohon tuliskan nama resmi {safe(view.of, NAME)}, lengkap dengan gelar.")
    parts.append(f"Contoh: {_EXAMPLE}")
    if view.of is not None:
        parts.append("Bila tidak jadi, ketik /batal.")
    return Message("\n\n".join(parts))


def welcome(view: WelcomeView) -> Message:
    """The person has joined and can begin."""
    address = view.greeting.address
    now = "Saat ini belum ada tugas; bila ada, kami menyampaikannya di sini."
    if view.open_tasks:
        now = f"Sudah ada {view.open_tasks} tugas yang menunggu {address}: /tugas"
    return Message(
        f"{voice.hail(view.greeting)}\n\nTerima kasih, {address} sudah terdaftar.\n"
        f"Peran: {bold(voice.roles(view.roles))}\n\n{now}\nPetunjuk penggunaan ada di /bantuan."
    )


def joined(view: JoinedView) -> Message:
    """Somebody joined, with the buttons to undo it."""
    name = bold(safe(view.name, NAME))
    held = f" sebagai {bold(voice.role(view.role))}" if view.role else ""
    rows: list[Row] = [(button("Lihat data pegawai", ShowPerson(view.person_id)),)]
    if view.holding_id is not None:
        rows.append((button("Cabut perannya", TakeRole(view.holding_id), "danger"),))
    rows.append((button("Keluarkan pegawai ini", AskRemove(view.person_id), "danger"),))
    text = f"{name} telah bergabung{held}. Bila bukan pegawai yang dimaksud, mohon dikeluarkan."
    return Message(text, tuple(rows))


def grant(view: GrantView) -> Message:
    """A leading role was given."""
    by = f" (diberikan oleh {safe(view.by, NAME)})" if view.by else ""
    return Message(
        f"{voice.hail(view.greeting)}\n\nUntuk diketahui, {bold(safe(view.name, NAME))} kini "
        f"memegang peran {bold(voice.role(view.role))}{by}."
    )


def role_changed(view: RoleChangedView) -> Message:
    """One's own role was given or taken away."""
    address, held = view.greeting.address, bold(voice.role(view.role))
    if view.given:
        text = (
            f"{address} kini memegang peran {held}. Tugasnya akan kami sampaikan di sini; yang "
            "sudah menunggu ada di /tugas."
        )
    else:
        text = f"Peran {held} tidak lagi dipegang {address}. Terima kasih atas pengabdiannya."
    return Message(f"{voice.hail(view.greeting)}\n\n{text}")


def people(view: PeopleView, page: int) -> Message:
    """Everybody who joined, and the roles that nobody holds."""
    blocks = [_entry(number, person) for number, person in enumerate(view.people, start=1)]
    if not blocks:
        blocks.append(Block(("Belum ada pegawai yang terdaftar.",)))
    if view.vacant:
        names = gathered([safe(name, NAME) for name in view.vacant], room=1000)
        blocks.append(Block((f"Belum ada pemegangnya: {names}. Silakan mengundang: /undang",)))
    head = bold(f"Pegawai terdaftar ({len(view.people)})")
    return paged(head, blocks, page, Turning(PagedView.PEGAWAI))


def _entry(number: int, view: PersonView) -> Block:
    lines = [f"{number}. {bold(safe(view.person.called, NAME))}", *_standing(view)]
    label = f"{number}. {view.person.called}"
    return Block(tuple(lines), rows=((button(label, ShowPerson(view.person.id)),),))


def _standing(view: PersonView) -> list[str]:
    lines = [f"Peran: {voice.roles([name for _, name in view.holdings])}"]
    if view.person.admin:
        lines.append("Admin")
    if view.open_tasks:
        lines.append(f"{view.open_tasks} tugas terbuka")
    if not view.person.reachable:
        lines.append("⚠️ Pesan kami tidak sampai kepadanya")
    return lines


def person(view: PersonView, say: Voice) -> Message:
    """One person, with everything that can be changed about them."""
    someone = view.person
    lines = [bold(safe(someone.called, NAME))]
    for holding, name in view.holdings[:_HOLDINGS_SHOWN]:
        since = holding.since.astimezone(say.zone).date()
        lines.append(f"Peran: {voice.role(name)}, sejak {say.day(since)}")
    if not view.holdings:
        lines.append("Peran: belum ada")
    lines += _standing(view)[1:]
    other = Address.IBU if someone.address is Address.BAPAK else Address.BAPAK
    rows: list[Row] = [
        (
            button("Ubah nama", ChangeName(someone.id)),
            button(f"Sapa {other}", ChangeAddress(someone.id, other)),
        ),
        (button("Beri peran", ChooseRole(someone.id)),),
        (button("Ganti ponsel atau akun", MoveAccount(someone.id)),),
    ]
    rows += [
        (
            button(
                f"Serahkan tugas {printed(name)} kepada …",
                Choose(Talk.SERAH, "from", f"{holding.id}.0"),
            ),
        )
        for holding, name in view.holdings[:_HOLDINGS_SHOWN]
        if holding.capacity is Capacity.DEFINITIF
    ]
    rows += [
        (button(f"Cabut: {printed(name)}", TakeRole(holding.id), "danger"),)
        for holding, name in view.holdings[:_HOLDINGS_SHOWN]
    ]
    if view.removable:
        rows.append((button("Keluarkan pegawai ini", AskRemove(someone.id), "danger"),))
    return Message("\n".join(lines), tuple(rows))


def remove_question(view: RemoveQuestionView) -> Message:
    """Whether to remove somebody, and what that means."""
    lines = [
        f"Keluarkan {bold(safe(view.person.called, NAME))}?",
        f"Peran: {voice.roles(view.roles)}",
    ]
    if view.open_tasks:
        lines.append(f"Tugas yang masih menunggunya: {view.open_tasks}")
    lines.append(
        "\nSemua perannya dilepas dan ia tidak lagi menerima pesan. Konfirmasi yang pernah "
        "diberikannya tetap tercatat.\n\nBila tidak jadi, pesan ini boleh diabaikan."
    )
    yes = button("Ya, keluarkan", RemovePerson(view.person.id), "danger")
    return Message("\n".join(lines), ((yes,),))
