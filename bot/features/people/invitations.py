"""Invitations that nobody has used yet, and taking one of them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.access import may
from bot.features.answers import DoneView, Refuse, done
from bot.features.choosing import names_apart
from bot.features.feature import View
from bot.features.naming import RoleName, printed, role_name
from bot.features.people.roles import manageable
from bot.features.people.views import INVITE, Done, PeopleRefused
from bot.features.phrases import NAME, Phrases
from bot.features.work import Args, Work
from bot.store.people import Invitation
from bot.ui.buttons import Id, PageTap, Tap, button
from bot.ui.markup import bold, safe
from bot.ui.message import Block, Message, paged


class TurnInvitations(PageTap, prefix="pg:undangan"):
    """A page of the invitations that nobody has used yet."""


class CancelInvitation(Tap, prefix="ivx"):
    """Take this invitation back."""

    invitation_id: Id


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation to `role`, or (None) to move the account of `moves`; `by` made it."""

    invitation_id: int
    role: RoleName | None
    moves: str | None
    by: str
    expires_at: datetime

    @property
    def title(self) -> str:
        """What it is for, as plain text."""
        return printed(self.role) if self.role else f"Ganti akun: {self.moves}"


@dataclass(frozen=True, slots=True)
class OpenInvitationsView:
    """The invitations that nobody has used yet, the oldest first."""

    rows: tuple[OpenInvitation, ...]


def still_open(work: Work) -> list[Invitation]:
    """Those that are good for somebody: not used, not late, and their inviter may invite."""
    found = work.tx.people.open_invitations(work.now)
    return [i for i in found if i.created_by is not None and may(INVITE, i.created_by, work.staff)]


def show(work: Work, args: Args) -> OpenInvitationsView:
    """What each of them is for, who made it, and until when it is good."""
    names = names_apart(work)
    return OpenInvitationsView(
        tuple(
            OpenInvitation(
                one.id,
                role_name(work.office, one.role, one.unit) if one.role else None,
                names.get(one.moves, "—") if one.moves is not None else None,
                names.get(one.created_by or 0, "—"),
                one.expires_at,
            )
            for one in still_open(work)
        )
    )


def cancel(work: Work, tap: CancelInvitation) -> tuple[DoneView, View]:
    """Take an invitation back: its link opens nothing any more."""
    work.require(INVITE)
    titles = {row.invitation_id: row.title for row in show(work, {}).rows}
    found = next((i for i in still_open(work) if i.id == tap.invitation_id), None)
    if found is None:
        raise Refuse(PeopleRefused.INVITATION_GONE)
    if found.moves is not None and work.staff.person(found.moves):
        manageable(work, found.moves)
    if not work.tx.people.cancel_invitation(found.id):
        raise Refuse(PeopleRefused.INVITATION_GONE)
    facts = {"role": found.role, "unit": found.unit, "person_id": found.moves}
    known = {name: value for name, value in facts.items() if value is not None}
    work.tx.journal.note("invitation_withdrawn", work.now, work.person.id, **known)
    return done(Done.INVITATION_WITHDRAWN, role=titles[found.id]), show(work, {})


# Words


def say_open(view: OpenInvitationsView, say: Phrases, page: int) -> Message:
    """The invitations that nobody has used yet, each with the button that takes it back."""
    if not view.rows:
        return Message("Tidak ada undangan yang masih terbuka. Undangan baru: /undang")
    blocks = []
    for number, row in enumerate(view.rows, start=1):
        lines = (
            f"{number}. {bold(safe(row.title, NAME))}",
            f"Dibuat oleh {safe(row.by, NAME)}",
            f"Berlaku sampai {say.moment(row.expires_at)}",
        )
        label = f"Cabut {number}. {row.title}"
        cancel_it = button(label, CancelInvitation(row.invitation_id), "danger")
        blocks.append(Block(lines, rows=((cancel_it,),)))
    head = f"{bold(f'Undangan terbuka ({len(view.rows)})')}\nBelum digunakan oleh siapa pun."
    return paged(head, blocks, page, TurnInvitations(0))
