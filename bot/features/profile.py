"""/profil: one's own name, form of address, NIP and rank, and what others have corrected.

NIP and rank are shown to their owner alone; documents print them with a signature."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Annotated

from bot.domain import civil_service, parsing
from bot.domain.civil_service import RANKS, printed_rank, spaced_nip
from bot.domain.notices import ProfileCorrected, Reply
from bot.domain.people import Address
from bot.features import phrases, replies
from bot.features.answers import DoneView, Refuse, Refused, done
from bot.features.feature import Command, Drawn, Feature, NamedView, Sending, Topic, View
from bot.features.form import FAULT, Data, Field, Form, Misread
from bot.features.naming import Greeting, RoleName, roles_of
from bot.features.people.views import OWN_NAME, AskNameView, NameCheckView
from bot.features.people.views import Done as NameDone
from bot.features.phrases import NAME, Phrases
from bot.features.work import Args, Work
from bot.ui.buttons import Index, Row, Rule, Show, Tap, button
from bot.ui.markup import bold, safe
from bot.ui.message import Message

TYPED_NAMES = 1000
"""The names that somebody types one after the other are numbered up to here."""


class OfficialField(StrEnum):
    """What documents print under a signature, in the order in which it is asked for."""

    NIP = "nip"
    RANK = "rank"


class Done(StrEnum):
    """What was done."""

    OFFICIAL_DATA_KEPT = "official_data_kept"


class ChangeOwnName(Tap, prefix="pnm"):
    """Ask for one's own name."""


class KeepName(Tap, prefix="pny"):
    """The name of this number, as it was typed, is right."""

    number: Index


class CorrectName(Tap, prefix="pnx"):
    """Type the name once more."""


class ChangeOwnAddress(Tap, prefix="pad"):
    """Be addressed so from now on."""

    address: Address


class GiveOfficialData(Tap, prefix="pof"):
    """Ask for one's own NIP and rank."""


class Keep(Tap, prefix="pok"):
    """Leave what is asked for now as it is, which may be empty."""

    field: OfficialField


class Erase(Tap, prefix="poe"):
    """Erase what is asked for now."""

    field: OfficialField


class ChooseRank(Tap, prefix="por"):
    """This is one's own golongan ruang."""

    grade: Annotated[str, Rule("I{1,3}/[a-d]|IV/[a-e]")]


class OpenProfile(Tap, prefix="pro", after=Show.BELOW, reads_only=True):
    """Show one's own profile."""


@dataclass(frozen=True, slots=True)
class ProfileView:
    """Somebody's own name, form of address, roles, NIP and golongan ruang; the last two empty where
    they are left so, None where they were never asked for."""

    address: Address
    called: str
    roles: tuple[RoleName, ...]
    nip: str | None = None
    rank: str | None = None


@dataclass(frozen=True, slots=True)
class OfficialQuestionView:
    """Asks for one's own NIP, then for the rank. `given`: there is one already. `fault`: the last
    answer was none."""

    address: Address
    field: OfficialField
    given: bool
    fault: bool = False


@dataclass(frozen=True, slots=True)
class CorrectedView:
    """The recipient's name or form of address was corrected, by whom; as it is now."""

    greeting: Greeting
    called: str
    by: str


def _name(work: Work, said: Data, text: str) -> Data:
    name = parsing.official_name(text)
    if name is None:
        raise Misread
    return {"name": name, "number": (said.get("number", 0) + 1) % TYPED_NAMES}


PROFILE = Form(
    OWN_NAME,
    # Another text instead of a button is another name.
    (Field("name", _name), Field("sure", _name)),
    lambda said, misread: Reply("profile_question", {}),
    None,
)


def _unnamed(said: Data) -> Data:
    return {name: value for name, value in said.items() if name != "name"}


def keep_name(work: Work, tap: KeepName) -> tuple[DoneView, View]:
    """The name that was shown is one's own from now on."""
    said, person = PROFILE.said(work, "sure"), work.person
    if said["number"] != tap.number:
        raise Refuse(Refused.BUTTON_OLD)
    name = str(said["name"])
    work.answered()
    work.tx.people.set_name(person.id, name)
    facts = {"person_id": person.id, "was": person.name, "name": name}
    work.tx.journal.note("renamed", work.now, person.id, **facts)
    work.reload_staff()
    return done(NameDone.NAME_CHANGED, name=name), replies.show(work, "profile")


def change_address(work: Work, tap: ChangeOwnAddress) -> tuple[DoneView, View]:
    """Whoever asks is Bapak or Ibu from now on."""
    work.tx.people.set_address(work.person.id, tap.address)
    work.reload_staff()
    return done(NameDone.ADDRESS_CHANGED, name=work.person.called), replies.show(work, "profile")


def _nip(work: Work, said: Data, text: str) -> Data:
    nip = civil_service.nip(text, work.today)
    if nip is None:
        raise Misread
    return {OfficialField.NIP: nip}


def _rank(work: Work, said: Data, text: str) -> Data:
    rank = civil_service.rank(text)
    if rank is None:
        raise Misread
    return {OfficialField.RANK: rank}


def _store(work: Work, said: Data) -> Reply:
    nip, rank = str(said[OfficialField.NIP]), str(said[OfficialField.RANK])
    work.tx.people.set_official_data(work.person.id, nip, rank)
    work.reload_staff()
    return Reply("profile", {})


OFFICIAL = Form(
    "official_data",
    (Field(OfficialField.NIP, _nip, label="NIP"), Field(OfficialField.RANK, _rank)),
    lambda said, misread: Reply("official_question", {}),
    _store,
)


def _answer(work: Work, field: OfficialField, value: str) -> tuple[DoneView, View] | View:
    """A button answers the question for this field."""
    said = OFFICIAL.said(work, field)
    view = OFFICIAL.fill(work, {**said, field: value})
    return (done(Done.OFFICIAL_DATA_KEPT), view) if isinstance(view, ProfileView) else view


def _stored(work: Work, field: OfficialField) -> str:
    person = work.person
    return (person.nip if field is OfficialField.NIP else person.rank) or ""


def _official_question(work: Work, args: Args) -> OfficialQuestionView:
    said = OFFICIAL.said(work)
    left = OFFICIAL.next_field(said)
    if left is None:
        raise Refuse(Refused.BUTTON_OLD)
    field = OfficialField(left.name)
    return OfficialQuestionView(
        work.person.address, field, bool(_stored(work, field)), FAULT in said
    )


def _profile(work: Work, args: Args) -> ProfileView:
    person, roles = work.person, roles_of(work.person.id, work.state)
    return ProfileView(person.address, person.called, roles, person.nip, person.rank)


def _question(work: Work, args: Args) -> AskNameView | NameCheckView:
    said, person = PROFILE.said(work), work.person
    if "name" not in said or FAULT in said:
        return AskNameView(person.address, FAULT in said, of=person.called)
    return NameCheckView(person.address, said["name"], KeepName(said["number"]), CorrectName())


def _draw_corrected(work: Work, notice: ProfileCorrected, sending: Sending) -> CorrectedView:
    by = work.tx.people.names().get(notice.by, "—")
    return CorrectedView(work.greeting, work.person.called, by)


# Words


def say_profile(view: ProfileView, say: Phrases) -> Message:
    """One's own name and form of address, with the buttons that correct them."""
    other = Address.IBU if view.address is Address.BAPAK else Address.BAPAK
    row: Row = (
        button("Ubah nama", ChangeOwnName()),
        button(f"Ubah sapaan: {other}", ChangeOwnAddress(other)),
    )
    asked = view.nip is not None or view.rank is not None
    label = "Ubah NIP dan pangkat" if view.nip or view.rank else "Isi NIP dan pangkat"
    lines = [
        f"{bold('Profil ' + view.address)}\n",
        f"Nama: {bold(safe(view.called, NAME))}",
        f"Peran: {phrases.roles(view.roles)}",
        f"NIP: {spaced_nip(view.nip) if view.nip else 'belum diisi'}",
        f"Pangkat/golongan: {printed_rank(view.rank) if view.rank else 'belum diisi'}\n",
        f"Nama ini tampil pada kartu tugas dan laporan. {_ONLY_SIGNED}",
        *(() if asked else (f"Bila {view.address} menandatangani laporan, mohon mengisinya.",)),
    ]
    return Message("\n".join(lines), (row, (button(label, GiveOfficialData()),)))


_ONLY_SIGNED = "NIP dan pangkat hanya dicetak di bawah tanda tangan pada laporan."

_ASK = {
    OfficialField.NIP: "Mohon menuliskan NIP {address}, 18 angka, dengan atau tanpa spasi, "
    "misalnya “19870312 201001 1 004”.",
    OfficialField.RANK: "Mohon memilih golongan ruang {address} di bawah, atau menuliskan "
    "pangkatnya, misalnya “Penata Tk. I (III/d)”.",
}
_MISREAD = {
    OfficialField.NIP: "Mohon maaf, NIP itu belum sesuai. NIP memuat tanggal lahir (8 angka), "
    "bulan pengangkatan (6 angka), jenis kelamin (1 atau 2), dan nomor urut (3 angka).",
    OfficialField.RANK: "Mohon maaf, pangkat itu belum kami kenali.",
}


def say_official_question(view: OfficialQuestionView, say: Phrases) -> Message:
    """Asks for NIP or rank, with the way past it."""
    parts = [_MISREAD[view.field]] if view.fault else []
    parts.append(_ASK[view.field].format(address=view.address))
    if view.field is OfficialField.NIP:
        parts.append(_ONLY_SIGNED)
    grades: tuple[Row, ...] = ()
    if view.field is OfficialField.RANK:
        levels = groupby(RANKS, key=lambda grade: grade.partition("/")[0])
        grades = tuple(tuple(button(g, ChooseRank(g)) for g in level) for _, level in levels)
    past: Row = (button("Lewati", Keep(view.field)),)
    if view.given:
        past = (button("Tetap", Keep(view.field)), button("Hapus", Erase(view.field)))
    return Message("\n\n".join(parts), (*grades, past))


def say_corrected(view: CorrectedView, say: Phrases) -> Message:
    """How one is called now, and how to correct it."""
    address = view.greeting.address
    return Message(
        f"{phrases.salutation(view.greeting)}\n\nNama atau sapaan {address} diperbaiki oleh "
        f"{safe(view.by, NAME)}.\n\nYang tercatat sekarang: {bold(safe(view.called, NAME))}\n\n"
        "Bila belum tepat, silakan memperbaikinya di /profil.",
        ((button("Buka profil", OpenProfile()),),),
    )


FEATURE = Feature(
    "profile",
    commands=(
        Command(
            "profil",
            replies.shows("profile"),
            None,
            Topic.LAINNYA,
            "Nama, sapaan, NIP, dan pangkat sendiri",
            "melihat dan memperbaiki nama, sapaan, NIP, dan pangkat sendiri",
        ),
    ),
    taps={
        ChangeOwnName: lambda work, tap: PROFILE.fill(work, {}),
        CorrectName: lambda work, tap: PROFILE.fill(work, _unnamed(PROFILE.said(work))),
        KeepName: keep_name,
        ChangeOwnAddress: change_address,
        GiveOfficialData: lambda work, tap: OFFICIAL.fill(work, {}),
        Keep: lambda work, tap: _answer(work, tap.field, _stored(work, tap.field)),
        Erase: lambda work, tap: _answer(work, tap.field, ""),
        ChooseRank: lambda work, tap: _answer(work, OfficialField.RANK, tap.grade),
        OpenProfile: lambda work, tap: replies.show(work, "profile"),
    },
    views={
        "profile": NamedView(_profile),
        "profile_question": NamedView(_question),
        "official_question": NamedView(_official_question),
    },
    questions={PROFILE.kind: PROFILE.question(), OFFICIAL.kind: OFFICIAL.question()},
    asks={ProfileView: (), OfficialQuestionView: (OFFICIAL.kind,)},
    notices={ProfileCorrected: Drawn(_draw_corrected, "perbaikan nama atau sapaan")},
    words={
        ProfileView: say_profile,
        OfficialQuestionView: say_official_question,
        CorrectedView: say_corrected,
    },
    done={Done.OFFICIAL_DATA_KEPT: "NIP dan pangkat sudah disimpan. Terima kasih."},
)
