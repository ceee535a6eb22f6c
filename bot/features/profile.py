"""/profil: one's own name and form of address, and what others have corrected of them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain import parsing
from bot.domain.notices import ProfileCorrected, Reply
from bot.domain.people import Address
from bot.features import phrases, replies
from bot.features.answers import DoneView, Refuse, Refused, done
from bot.features.feature import Command, Drawn, Feature, NamedView, Sending, Topic, View
from bot.features.form import FAULT, Data, Field, Form, Misread
from bot.features.naming import Greeting, RoleName, roles_of
from bot.features.people.views import OWN_NAME, AskNameView, Done, NameCheckView
from bot.features.phrases import NAME, Phrases
from bot.features.work import Args, Work
from bot.ui.buttons import Index, Row, Show, Tap, button
from bot.ui.markup import bold, safe
from bot.ui.message import Message

TYPED_NAMES = 1000
"""The names that somebody types one after the other are numbered up to here."""


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


class OpenProfile(Tap, prefix="pro", after=Show.BELOW, reads_only=True):
    """Show one's own profile."""


@dataclass(frozen=True, slots=True)
class ProfileView:
    """Somebody's own name, form of address and roles."""

    address: Address
    called: str
    roles: tuple[RoleName, ...]


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
    return done(Done.NAME_CHANGED, name=name), replies.show(work, "profile")


def change_address(work: Work, tap: ChangeOwnAddress) -> tuple[DoneView, View]:
    """Whoever asks is Bapak or Ibu from now on."""
    work.tx.people.set_address(work.person.id, tap.address)
    work.reload_staff()
    return done(Done.ADDRESS_CHANGED, name=work.person.called), replies.show(work, "profile")


def _profile(work: Work, args: Args) -> ProfileView:
    person = work.person
    return ProfileView(person.address, person.called, roles_of(person.id, work.state))


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
    return Message(
        f"{bold('Profil ' + view.address)}\n\nNama: {bold(safe(view.called, NAME))}\n"
        f"Peran: {phrases.roles(view.roles)}\n\nNama ini tampil pada kartu tugas dan laporan.",
        (row,),
    )


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
            "Nama dan sapaan sendiri",
            "melihat dan memperbaiki nama dan sapaan sendiri",
        ),
    ),
    taps={
        ChangeOwnName: lambda work, tap: PROFILE.fill(work, {}),
        CorrectName: lambda work, tap: PROFILE.fill(work, _unnamed(PROFILE.said(work))),
        KeepName: keep_name,
        ChangeOwnAddress: change_address,
        OpenProfile: lambda work, tap: replies.show(work, "profile"),
    },
    views={"profile": NamedView(_profile), "profile_question": NamedView(_question)},
    questions={PROFILE.kind: PROFILE.question()},
    asks={ProfileView: ()},
    notices={ProfileCorrected: Drawn(_draw_corrected, "perbaikan nama atau sapaan")},
    words={ProfileView: say_profile, CorrectedView: say_corrected},
)
