"""The office's people in words."""

from __future__ import annotations

from bot.domain.people import Address
from bot.domain.run import Capacity
from bot.features import phrases
from bot.features.acting.texts import role_of
from bot.features.naming import RoleName, printed
from bot.features.people import views
from bot.features.people.invitations import TurnInvitations
from bot.features.people.views import Done, PeopleRefused
from bot.features.phrases import NAME, Phrases
from bot.ui.buttons import LABEL_LIMIT, Button, Row, Style, Tap, button, told_apart
from bot.ui.markup import bold, gathered, safe
from bot.ui.message import CHOICES, Block, Message, paged

_EXAMPLE = "Sari Wulandari, S.E., M.Si."

_HOLDINGS_SHOWN = 12

REFUSALS = {
    PeopleRefused.LAST_ADMIN: "Admin terakhir tidak dapat dihapus, agar kantor tetap mempunyai "
    "admin.",
    PeopleRefused.UNKNOWN_ROLE: "Peran “{text}” tidak ada. Peran yang dapat dipilih: {known}.",
    PeopleRefused.ROLE_OUTSIDE: "{role} berada di luar kantor, sehingga tidak diundang. Langkahnya "
    "dicatat oleh {owner}.",
    PeopleRefused.UNKNOWN_UNIT: "Unit “{text}” tidak ada untuk peran ini. Unit yang dapat dipilih: "
    "{known}.",
    PeopleRefused.UNIT_NOT_WANTED: "Peran {role} tidak dipegang per unit. Mohon menuliskan "
    "perannya saja.",
    PeopleRefused.ALREADY_HELD: "Peran {role} sudah dipegang yang bersangkutan, sehingga tidak ada "
    "yang berubah.",
    PeopleRefused.INVITATION_GONE: "Undangan itu sudah digunakan, dicabut, atau habis masa "
    "berlakunya, sehingga tidak ada yang berubah.",
    PeopleRefused.HOLDING_GONE: "Peran itu sudah tidak dipegang yang bersangkutan, sehingga tidak "
    "ada yang berubah. Daftar terbaru ada di /pegawai.",
}

DONE = {
    Done.NAME_CHANGED: "Nama sudah diubah menjadi {name}.",
    Done.ADDRESS_CHANGED: "Sapaan sudah diubah menjadi {name}.",
    Done.ROLE_GIVEN: "{name} kini memegang peran {role}.",
    Done.HANDED_OVER: "Peran {role} beserta tugasnya sudah diserahkan kepada {name}.",
    Done.ROLE_TAKEN: "{name} tidak lagi memegang peran {role}.",
    Done.INVITATION_WITHDRAWN: "Undangan untuk {role} sudah dicabut.",
    Done.REMOVED: "{name} sudah dihapus dari Kawal SOP. Konfirmasi yang pernah diberikan tetap "
    "tercatat.",
}


JOURNAL = {
    "renamed": lambda line: (
        f"Nama {line.facts.get('was')} diubah menjadi {line.facts.get('name')}."
    ),
    "role_given": lambda line: f"{line.who} memberikan {role_of(line)} kepada {line.whom}.",
    "role_taken": lambda line: f"{line.who} mencabut {role_of(line)} dari {line.whom}.",
    "handed_over": lambda line: (
        f"{line.who} menyerahkan {role_of(line)} dari {line.whom} kepada rekannya."
    ),
    "invitation_withdrawn": lambda line: (
        f"{line.who} mencabut undangan untuk {role_of(line) if line.role else line.whom}."
    ),
    "removed": lambda line: f"{line.who} menghapus {line.whom} dari Kawal SOP.",
    "unreachable": lambda line: f"{line.who} tidak dapat dijangkau: bot diblokir.",
}


def say_people(view: views.PeopleView, say: Phrases, page: int) -> Message:
    """Everybody who joined, and the roles that nobody holds."""
    blocks = [_entry(number, person) for number, person in enumerate(view.people, start=1)]
    if not blocks:
        blocks.append(Block(("Belum ada pegawai yang terdaftar.",)))
    if view.vacant:
        names = gathered([safe(name, NAME) for name in view.vacant], room=1000)
        blocks.append(Block((f"Belum ada pemegangnya: {names}. Silakan mengundang: /undang",)))
    head = bold(f"Pegawai terdaftar ({len(view.people)})")
    return paged(head, blocks, page, views.TurnPeople(0))


def say_person(view: views.PersonView, say: Phrases) -> Message:
    """One person, with everything that can be changed about them."""
    lines = [bold(safe(view.person.called, NAME))]
    for holding, name in view.holdings[:_HOLDINGS_SHOWN]:
        since = holding.since.astimezone(say.zone).date()
        lines.append(f"Peran: {phrases.role(name)}, sejak {say.day(since)}")
    if not view.holdings:
        lines.append("Peran: belum ada")
    return Message("\n".join([*lines, *_standing(view)]), _changes(view))


def _changes(view: views.PersonView) -> tuple[Row, ...]:
    who, held = view.person.id, view.holdings[:_HOLDINGS_SHOWN]
    other = Address.IBU if view.person.address is Address.BAPAK else Address.BAPAK
    rows: list[Row] = [
        (
            button("Ubah nama", views.ChangeName(who)),
            button(f"Ubah sapaan: {other}", views.ChangeAddress(who, other)),
        ),
        (button("Beri peran", views.ChooseRole(who)),),
        (button("Ganti ponsel atau akun", views.MoveAccount(who)),),
    ]
    rows += [
        (_hand_over(holding.id, name),)
        for holding, name in held
        if holding.capacity is Capacity.DEFINITIF
    ]
    rows += [
        (button(f"Cabut: {printed(name)}", views.AskTake(holding.id), "danger"),)
        for holding, name in held
    ]
    if view.removable:
        rows.append((button("Hapus dari Kawal SOP", views.AskRemove(who), "danger"),))
    return tuple(rows)


def say_role_menu(view: views.RoleMenuView, say: Phrases) -> Message:
    """Roles, or the units of a role, to choose from."""
    to_whom = f" kepada {safe(view.person.called, NAME)}" if view.person else ""
    if view.role is None:
        inviting = "Peran apa yang akan dipegang pegawai yang diundang?"
        text = f"Peran apa yang akan diberikan{to_whom}?" if view.person else inviting
    else:
        text = f"Di unit mana peran {bold(safe(view.role.name, NAME))} dipegang?"
    if not view.choices:
        text = "Belum ada pilihan untuk peran ini."
    rows = [(button(name, _chosen(view, code)),) for code, name in view.choices[:CHOICES]]
    if view.unused:
        rows.append((button(f"Undangan terbuka ({view.unused})", TurnInvitations(0)),))
    return Message(text, tuple(rows))


def say_name_question(view: views.AskNameView, say: Phrases) -> Message:
    """The official name with titles, of oneself or of somebody else."""
    parts = [unfinished(view.address or "Bapak/Ibu", 2)] if view.again else []
    if view.fault:
        parts.append(
            "Mohon maaf, tulisan itu belum dapat kami catat sebagai nama. Nama terdiri atas 3 "
            "sampai 100 huruf dalam satu baris."
        )
    whose = safe(view.of, NAME) if view.of is not None else view.address or "Bapak/Ibu"
    parts.append(f"Mohon menuliskan nama resmi {whose}, lengkap dengan gelar.")
    parts.append(f"Contoh: {_EXAMPLE}")
    return Message("\n\n".join(parts))


def unfinished(address: str, step: int) -> str:
    """Where somebody is in the middle of joining."""
    return f"Pendaftaran {address} belum selesai (langkah {step} dari 3)."


def say_name_check(view: views.NameCheckView, say: Phrases) -> Message:
    """Whether a name is right."""
    parts = [unfinished(view.address, 3)] if view.again else []
    parts.append(f"Nama yang akan dicatat:\n\n{bold(safe(f'{view.address} {view.name}', NAME))}")
    parts.append("Nama ini tampil pada kartu tugas dan laporan. Apakah sudah benar?")
    keep = button("Benar", view.keep, "success")
    return Message("\n\n".join(parts), ((keep, button("Perbaiki", view.correct)),))


def say_take_question(view: views.TakeQuestionView, say: Phrases) -> Message:
    """Whether to take a role back, and what that means."""
    held = bold(phrases.role(view.role))
    parts = [f"Cabut peran {held} dari {bold(safe(view.name, NAME))}?"]
    if view.open_tasks:
        parts.append(f"Tugas yang kini menunggunya: {view.open_tasks}")
    parts.append("Tugas peran ini tidak lagi disampaikan kepadanya.")
    if view.vacant:
        parts.append(
            "⚠️ Sesudahnya peran ini kosong, dan langkahnya menunggu sampai ada pemegangnya."
        )
    yes = button("Ya, cabut", views.TakeRole(view.holding_id), "danger")
    return Message("\n\n".join(parts), ((yes,),))


_HOLDERS = {2: "dua", 3: "tiga", 4: "empat"}


def say_give_question(view: views.GiveQuestionView, say: Phrases) -> Message:
    """Whether a leading role shall have one more holder."""
    held, count = bold(phrases.role(view.role)), len(view.holders) + 1
    names = gathered([safe(name, NAME) for _, name in view.holders])
    one_more = "Bila seorang lagi diundang untuk peran itu"
    if view.name is not None:
        one_more = f"Bila peran itu diberikan juga kepada {bold(safe(view.name, NAME))}"
    ends = f"akan ada {_HOLDERS.get(count, count)} pemegangnya."
    text = f"{names} memegang peran {held}. {one_more}, {ends}"
    label = "Ya, undang juga" if view.name is None else "Ya, berikan juga"
    rows: list[Row] = [(button(label, view.yes, "danger"),)]
    if len(view.holders) == 1 and isinstance(view.yes, views.GiveAnyway):
        ((holding_id, name),) = view.holders
        label, instead = f"Serahkan dari {name}", views.HandTo(holding_id, view.yes.person_id)
        rows.insert(0, (button(label, instead),))
    return Message(text, tuple(rows))


def say_remove_question(view: views.RemoveQuestionView, say: Phrases) -> Message:
    """Whether to remove somebody, and what that means."""
    lines = [
        f"Hapus {bold(safe(view.person.called, NAME))} dari Kawal SOP?",
        f"Peran: {phrases.roles(view.roles)}",
    ]
    if view.open_tasks:
        lines.append(f"Tugas yang masih menunggunya: {view.open_tasks}")
    if view.vacant:
        lines.append(f"⚠️ Sesudahnya tidak ada pemegang peran {phrases.roles(view.vacant)}.")
    lines.append(
        "\nSemua perannya dilepas, dan yang bersangkutan tidak lagi menerima pesan. Konfirmasi "
        "yang pernah diberikannya tetap tercatat."
    )
    yes = button("Ya, hapus", views.RemovePerson(view.person.id), "danger")
    return Message("\n".join(lines), ((yes,),))


def say_grant(view: views.RoleGrantedView, say: Phrases) -> Message:
    """A leading role was given."""
    by = f" (diberikan oleh {safe(view.by, NAME)})" if view.by else ""
    return Message(
        f"{phrases.salutation(view.greeting)}\n\nUntuk diketahui, {bold(safe(view.name, NAME))} "
        f"kini memegang peran {bold(phrases.role(view.role))}{by}."
    )


def say_role_changed(view: views.RoleChangedView, say: Phrases) -> Message:
    """One's own role was given or taken away."""
    address, held = view.greeting.address, bold(phrases.role(view.role))
    if view.given:
        text = (
            f"{address} kini memegang peran {held}. Tugasnya akan kami sampaikan di sini; yang "
            "sudah menunggu ada di /tugas."
        )
    else:
        text = (
            f"Peran {held} tidak lagi dipegang {address}. Terima kasih atas kerja sama {address}."
        )
    return Message(f"{phrases.salutation(view.greeting)}\n\n{text}")


def say_unreachable(view: views.UnreachableView, say: Phrases) -> Message:
    """Telegram refuses messages to somebody."""
    text = (
        f"⚠️ Pesan kepada {bold(safe(view.name, NAME))} tidak dapat disampaikan. Mungkin bot ini "
        "diblokir atau akun Telegramnya tidak aktif."
    )
    if view.open_tasks:
        text += f" Masih ada {view.open_tasks} tugas yang menunggunya."
    return Message(
        f"{text}\n\nMohon memintanya membuka kembali percakapan dengan bot ini, lalu menekan "
        "Mulai (Start). Bila perlu, tugasnya dapat diserahkan kepada pegawai lain.",
        tuple((_hand_over(*held, "primary"),) for held in view.holdings[:_HOLDINGS_SHOWN]),
    )


def _entry(number: int, view: views.PersonView) -> Block:
    held = phrases.roles([name for _, name in view.holdings])
    head = f"{number}. {bold(safe(view.person.called, NAME))}"
    (label,) = told_apart([(view.person.called, view.known)], shown=2, room=LABEL_LIMIT - 6)
    show = button(f"{number}. {label}", views.ShowPerson(view.person.id))
    return Block((head, f"Peran: {held}", *_standing(view)), rows=((show,),))


def _standing(view: views.PersonView) -> list[str]:
    lines = []
    if view.person.admin:
        lines.append("Admin")
    if view.open_tasks:
        lines.append(f"{view.open_tasks} tugas terbuka")
    if not view.person.reachable:
        lines.append("⚠️ Pesan kami tidak sampai kepadanya")
    return lines


def _hand_over(holding_id: int, role: RoleName, style: Style | None = None) -> Button:
    label = f"Serahkan tugas {printed(role)} kepada …"
    return button(label, views.HandOverRole(holding_id, 0), style)


def _chosen(view: views.RoleMenuView, choice: str) -> Tap:
    role, unit = (choice, None) if view.role is None else (view.role.code, choice)
    if view.person is None:
        return views.Invite(role, unit)
    return views.GiveRole(view.person.id, role, unit)
